/**
 * Extended link LSA: attributes of a link that a router-LSA announces. [7684:3] Opaque type 8. The adjacency SIDs are
 * segment routing's. [8665:6]
 */
import type { Ipv4 } from '../../../base/address.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import type { SegmentIdentifier, SidLabelValue } from './segment-identifier.js';
import {
  SID_LABEL_TLV_TYPE, decodeSegmentIdentifier, decodeSidLabel, encodeSegmentIdentifier, segmentIdentifierLength,
} from './segment-identifier.js';
import type { Tlv, TlvValueCodec } from './tlv.js';
import { decodeTlvs, encodeTlvs, tlvsLength, unlessAtLeast } from './tlv.js';

export const ExtendedLinkTlvType = { link: 1 } as const;
export const ExtendedLinkSubTlvType = { sidLabel: SID_LABEL_TLV_TYPE, adjacencySid: 2, lanAdjacencySid: 3 } as const;

/** [8665:6.1] */
export const AdjacencySidFlag = { backup: 0x80, value: 0x40, local: 0x20, group: 0x10, persistent: 0x08 } as const;

export type ExtendedLinkSubValue =
  | SidLabelValue
  | {
    readonly kind: 'adjacency-sid'; readonly flags: number; readonly reserved: number; readonly topologyId: number; readonly weight: number;
    readonly identifier: SegmentIdentifier;
  }
  | {
    readonly kind: 'lan-adjacency-sid'; readonly flags: number; readonly reserved: number; readonly topologyId: number; readonly weight: number;
    readonly neighborId: Ipv4; readonly identifier: SegmentIdentifier;
  };

export interface ExtendedLinkValue {
  readonly kind: 'link';
  /** As in the router-LSA; see LinkType. */
  readonly linkType: number;
  /** 24 bits. */
  readonly reserved: number;
  readonly linkId: Ipv4;
  readonly linkData: Ipv4;
  readonly subTlvs: readonly Tlv<ExtendedLinkSubValue>[];
}

export class ExtendedLinkLsa {
  tlvs: Tlv<ExtendedLinkValue>[] = [];
}

export const extendedLinkSubValueCodec: TlvValueCodec<ExtendedLinkSubValue> = {
  clause: '[7684:3.1]',
  decode(type, r) {
    switch (type) {
      case ExtendedLinkSubTlvType.sidLabel: return decodeSidLabel(r);
      case ExtendedLinkSubTlvType.adjacencySid: {
        const short = unlessAtLeast(r, 7, '[8665:6.1]');
        if (short) return short;
        const flags = r.u8();
        const reserved = r.u8();
        const topologyId = r.u8();
        const weight = r.u8();
        const identifier = decodeSegmentIdentifier(r, '[8665:6.1]');
        if (identifier instanceof DecodeError) return identifier;
        return { kind: 'adjacency-sid', flags, reserved, topologyId, weight, identifier };
      }
      case ExtendedLinkSubTlvType.lanAdjacencySid: {
        const short = unlessAtLeast(r, 11, '[8665:6.2]');
        if (short) return short;
        const flags = r.u8();
        const reserved = r.u8();
        const topologyId = r.u8();
        const weight = r.u8();
        const neighborId = r.u32();
        const identifier = decodeSegmentIdentifier(r, '[8665:6.2]');
        if (identifier instanceof DecodeError) return identifier;
        return { kind: 'lan-adjacency-sid', flags, reserved, topologyId, weight, neighborId, identifier };
      }
      default: return undefined;
    }
  },
  length(value) {
    const fixed = value.kind === 'sid-label' ? 0 : value.kind === 'adjacency-sid' ? 4 : 8;
    return fixed + segmentIdentifierLength(value.identifier);
  },
  encode(value, w) {
    if (value.kind !== 'sid-label') {
      w.u8(value.flags);
      w.u8(value.reserved);
      w.u8(value.topologyId);
      w.u8(value.weight);
      if (value.kind === 'lan-adjacency-sid') w.u32(value.neighborId);
    }
    encodeSegmentIdentifier(value.identifier, w);
  },
};

export const extendedLinkValueCodec: TlvValueCodec<ExtendedLinkValue> = {
  clause: '[7684:3]',
  decode(type, r) {
    if (type !== ExtendedLinkTlvType.link) return undefined;
    const short = unlessAtLeast(r, 12, '[7684:3.1]');
    if (short) return short;
    const linkType = r.u8();
    const reserved = r.u24();
    const linkId = r.u32();
    const linkData = r.u32();
    const subTlvs = decodeTlvs(r, extendedLinkSubValueCodec);
    return subTlvs instanceof DecodeError ? subTlvs : { kind: 'link', linkType, reserved, linkId, linkData, subTlvs };
  },
  length: (value) => 12 + tlvsLength(value.subTlvs, extendedLinkSubValueCodec),
  encode(value, w) {
    w.u8(value.linkType);
    w.u24(value.reserved);
    w.u32(value.linkId);
    w.u32(value.linkData);
    encodeTlvs(value.subTlvs, extendedLinkSubValueCodec, w);
  },
};

export function decodeExtendedLinkLsa(r: ByteReader): ExtendedLinkLsa | DecodeError {
  const tlvs = decodeTlvs(r, extendedLinkValueCodec);
  return tlvs instanceof DecodeError ? tlvs : Object.assign(new ExtendedLinkLsa(), { tlvs });
}

export function extendedLinkLsaLength(lsa: ExtendedLinkLsa): number {
  return tlvsLength(lsa.tlvs, extendedLinkValueCodec);
}

export function encodeExtendedLinkLsa(lsa: ExtendedLinkLsa, w: ByteWriter): void {
  encodeTlvs(lsa.tlvs, extendedLinkValueCodec, w);
}
