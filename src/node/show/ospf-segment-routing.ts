/**
 * What FRR 8.4.4 prints of segment routing inside LSAs.
 *
 * It takes the length of an adjacency SID that is an index for that of all of them, and has nothing but an error for labels, which are what it originates.
 */
import { formatIpv4, formatPrefix } from '../../base/address.js';
import { type ExtendedLinkLsa, extendedLinkSubValueCodec, extendedLinkValueCodec } from '../../wire/ospf/opaque/extended-link-lsa.js';
import { type ExtendedPrefixLsa, extendedPrefixSubValueCodec, extendedPrefixValueCodec } from '../../wire/ospf/opaque/extended-prefix-lsa.js';
import type { RouterInformationValue } from '../../wire/ospf/opaque/router-information-lsa.js';
import { segmentLabel, type SegmentIdentifier } from '../../wire/ospf/opaque/segment-identifier.js';
import { type RawTlvValue, isRaw } from '../../wire/ospf/opaque/tlv.js';

/** With an index. */
const ADJACENCY_SID_LENGTH = 8;
const LAN_ADJACENCY_SID_LENGTH = 12;
const PREFIX_SID_LENGTH = 8;
/** Cisco's, experimental. */
const REMOTE_ADDRESS_TLV = 0x8000;
const ADDRESS_LENGTH = 4;
const HEADER_LENGTH = 4;
const ALGORITHMS = ['SPF', 'Strict SPF'];

/** Undefined: it is not about segment routing. */
export function segmentInformationText(value: RouterInformationValue | RawTlvValue): string | undefined {
  switch (value.kind) {
    case 'sr-algorithm':
      return `  Segment Routing Algorithm TLV:\n${Array.from(value.algorithms, (algorithm, index) => (
        algorithm < ALGORITHMS.length ? `    Algorithm ${index}: ${ALGORITHMS[algorithm]}\n` : `  Algorithm ${index}: Unknown value ${algorithm}\n`)).join('')}`;
    case 'sid-label-range':
    case 'sr-local-block': {
      const [first] = value.subTlvs;
      const label = first === undefined || isRaw(first.value) ? 0 : segmentLabel(first.value.identifier);
      return `  Segment Routing ${value.kind === 'sid-label-range' ? 'Global' : 'Local'} Range TLV:\n    Range Size = ${value.rangeSize}\n    SID Label = ${label}\n\n`;
    }
    case 'node-msd': return `  Segment Routing MSD TLV:\n    Node Maximum Stack Depth = ${value.depths.at(0)?.depth ?? 0}\n`;
    default: return undefined;
  }
}

function identifierText(identifier: SegmentIdentifier): string {
  return identifier.form === 'label' ? `Label: ${segmentLabel(identifier)}` : `Index: ${identifier.value}`;
}

/** Undefined: the size is right. */
function wrongSize(what: string, length: number, wanted: number): string | undefined {
  return length === wanted ? undefined : `  Wrong ${what} TLV size: ${length}(${wanted}). Abort!\n`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function unknownText(type: number, length: number): string {
  return `    Unknown TLV: [type(${hex(type)}), length(${hex(length)})]\n`;
}

export function extendedPrefixText({ tlvs }: ExtendedPrefixLsa): string {
  let text = '';
  for (const { type, value } of tlvs) {
    if (value.kind !== 'prefix') {
      text += unknownText(type, value.kind === 'raw' ? value.bytes.length : extendedPrefixValueCodec.length(value));
      continue;
    }
    text += `  Extended Prefix TLV: Length ${extendedPrefixValueCodec.length(value)}\n\tRoute Type: ${value.routeType}\n\tAddress Family: ${hex(value.addressFamily)}\n` +
      `\tFlags: ${hex(value.flags)}\n\tAddress: ${formatPrefix(value.prefix, value.prefixLength)}\n`;
    for (const { type: subType, value: sub } of value.subTlvs) {
      const length = sub.kind === 'raw' ? sub.bytes.length : extendedPrefixSubValueCodec.length(sub);
      if (sub.kind !== 'prefix-sid') text += unknownText(subType, length);
      else {
        text += wrongSize('Prefix SID', length, PREFIX_SID_LENGTH) ??
          `  Prefix SID Sub-TLV: Length ${length}\n\tAlgorithm: ${sub.algorithm}\n\tFlags: ${hex(sub.flags)}\n\tMT-ID:${hex(sub.topologyId)}\n\t${identifierText(sub.identifier)}\n`;
      }
    }
  }
  return text;
}

export function extendedLinkText({ tlvs }: ExtendedLinkLsa): string {
  let text = '';
  for (const { type, value } of tlvs) {
    if (isRaw(value)) {
      text += unknownText(type, value.bytes.length);
      continue;
    }
    text += `  Extended Link TLV: Length ${extendedLinkValueCodec.length(value)}\n\tLink Type: ${hex(value.linkType)}\n\tLink ID: ${formatIpv4(value.linkId)}\n` +
      `\tLink data: ${formatIpv4(value.linkData)}\n`;
    for (const { type: subType, value: sub } of value.subTlvs) {
      const length = sub.kind === 'raw' ? sub.bytes.length : extendedLinkSubValueCodec.length(sub);
      if (sub.kind === 'adjacency-sid') {
        text += wrongSize('Adjacency SID', length, ADJACENCY_SID_LENGTH) ??
          `  Adj-SID Sub-TLV: Length ${length}\n\tFlags: ${hex(sub.flags)}\n\tMT-ID:${hex(sub.topologyId)}\n\tWeight: ${hex(sub.weight)}\n\t${identifierText(sub.identifier)}\n`;
      } else if (sub.kind === 'lan-adjacency-sid') {
        text += wrongSize('Lan-Adjacency SID', length, LAN_ADJACENCY_SID_LENGTH) ??
          `  LAN-Adj-SID Sub-TLV: Length ${length}\n\tFlags: ${hex(sub.flags)}\n\tMT-ID:${hex(sub.topologyId)}\n\tWeight: ${hex(sub.weight)}\n` +
          `\tNeighbor ID: ${formatIpv4(sub.neighborId)}\n\t${identifierText(sub.identifier)}\n`;
      } else if (sub.kind === 'raw' && subType === REMOTE_ADDRESS_TLV && length === ADDRESS_LENGTH) {
        text += `  Remote Interface Address Sub-TLV: Length ${length}\n\tAddress: ${sub.bytes.join('.')}\n`;
      } else text += unknownText(subType, length);
    }
  }
  return text;
}

/** Of a body whose TLVs do not fit into it. */
export function overlongTlvText(bytes: Uint8Array): string {
  const length = (bytes[2] << 8) | bytes[3];
  return `    TLV size ${HEADER_LENGTH + length} exceeds buffer size. Abort!`;
}
