/**
 * Extended prefix LSA: attributes of prefixes that other LSAs announce. [7684:2] Opaque type 7. The range TLV and the
 * Prefix-SID are segment routing's. [8665:4] [8665:5]
 *
 * IPv4 only, as the standard defines it: the prefix is four octets whatever its length. [7684:2.1]
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

export const ExtendedPrefixTlvType = { prefix: 1, range: 2 } as const;
export const ExtendedPrefixSubTlvType = { sidLabel: SID_LABEL_TLV_TYPE, prefixSid: 2 } as const;

/** [7684:2.1] */
export const ExtendedPrefixFlag = { attach: 0x80, node: 0x40 } as const;
/** Of the range TLV. [8665:4] */
export const ExtendedPrefixRangeFlag = { interArea: 0x80 } as const;
/** [8665:5] */
export const PrefixSidFlag = { noPhp: 0x40, mappingServer: 0x20, explicitNull: 0x10, value: 0x08, local: 0x04 } as const;

export type ExtendedPrefixSubValue =
  | SidLabelValue
  | {
    readonly kind: 'prefix-sid'; readonly flags: number; readonly reserved: number; readonly topologyId: number; readonly algorithm: number;
    readonly identifier: SegmentIdentifier;
  };

export type ExtendedPrefixValue =
  | {
    readonly kind: 'prefix'; /** LS type of the LSA with the prefix; 0: not said. */ readonly routeType: number;
    readonly prefixLength: number; /** 0: IPv4 unicast. */ readonly addressFamily: number; readonly flags: number; readonly prefix: Ipv4;
    readonly subTlvs: readonly Tlv<ExtendedPrefixSubValue>[];
  }
  | {
    readonly kind: 'prefix-range'; readonly prefixLength: number; readonly addressFamily: number; readonly rangeSize: number;
    readonly flags: number; readonly reserved: number; readonly prefix: Ipv4; readonly subTlvs: readonly Tlv<ExtendedPrefixSubValue>[];
  };

export class ExtendedPrefixLsa {
  tlvs: Tlv<ExtendedPrefixValue>[] = [];
}

export const extendedPrefixSubValueCodec: TlvValueCodec<ExtendedPrefixSubValue> = {
  clause: '[7684:2.1]',
  decode(type, r) {
    switch (type) {
      case ExtendedPrefixSubTlvType.sidLabel: return decodeSidLabel(r);
      case ExtendedPrefixSubTlvType.prefixSid: {
        const short = unlessAtLeast(r, 7, '[8665:5]');
        if (short) return short;
        const flags = r.u8();
        const reserved = r.u8();
        const topologyId = r.u8();
        const algorithm = r.u8();
        const identifier = decodeSegmentIdentifier(r, '[8665:5]');
        if (identifier instanceof DecodeError) return identifier;
        return { kind: 'prefix-sid', flags, reserved, topologyId, algorithm, identifier };
      }
      default: return undefined;
    }
  },
  length: (value) => segmentIdentifierLength(value.identifier) + (value.kind === 'prefix-sid' ? 4 : 0),
  encode(value, w) {
    if (value.kind === 'prefix-sid') {
      w.u8(value.flags);
      w.u8(value.reserved);
      w.u8(value.topologyId);
      w.u8(value.algorithm);
    }
    encodeSegmentIdentifier(value.identifier, w);
  },
};

export const extendedPrefixValueCodec: TlvValueCodec<ExtendedPrefixValue> = {
  clause: '[7684:2]',
  decode(type, r) {
    switch (type) {
      case ExtendedPrefixTlvType.prefix: return decodePrefix(r);
      case ExtendedPrefixTlvType.range: return decodeRange(r);
      default: return undefined;
    }
  },
  length: (value) => (value.kind === 'prefix' ? 8 : 12) + tlvsLength(value.subTlvs, extendedPrefixSubValueCodec),
  encode(value, w) {
    if (value.kind === 'prefix') {
      w.u8(value.routeType);
      w.u8(value.prefixLength);
      w.u8(value.addressFamily);
      w.u8(value.flags);
    } else {
      w.u8(value.prefixLength);
      w.u8(value.addressFamily);
      w.u16(value.rangeSize);
      w.u8(value.flags);
      w.u24(value.reserved);
    }
    w.u32(value.prefix);
    encodeTlvs(value.subTlvs, extendedPrefixSubValueCodec, w);
  },
};

function decodePrefix(r: ByteReader): ExtendedPrefixValue | DecodeError {
  const short = unlessAtLeast(r, 8, '[7684:2.1]');
  if (short) return short;
  const routeType = r.u8();
  const prefixLength = r.u8();
  const addressFamily = r.u8();
  if (addressFamily !== 0) return new DecodeError('value', r.offset - 1, '[7684:2.1]', addressFamily, 0);
  const flags = r.u8();
  const prefix = r.u32();
  const subTlvs = decodeTlvs(r, extendedPrefixSubValueCodec);
  if (subTlvs instanceof DecodeError) return subTlvs;
  return { kind: 'prefix', routeType, prefixLength, addressFamily, flags, prefix, subTlvs };
}

function decodeRange(r: ByteReader): ExtendedPrefixValue | DecodeError {
  const short = unlessAtLeast(r, 12, '[8665:4]');
  if (short) return short;
  const prefixLength = r.u8();
  const addressFamily = r.u8();
  if (addressFamily !== 0) return new DecodeError('value', r.offset - 1, '[8665:4]', addressFamily, 0);
  const rangeSize = r.u16();
  const flags = r.u8();
  const reserved = r.u24();
  const prefix = r.u32();
  const subTlvs = decodeTlvs(r, extendedPrefixSubValueCodec);
  if (subTlvs instanceof DecodeError) return subTlvs;
  return { kind: 'prefix-range', prefixLength, addressFamily, rangeSize, flags, reserved, prefix, subTlvs };
}

export function decodeExtendedPrefixLsa(r: ByteReader): ExtendedPrefixLsa | DecodeError {
  const tlvs = decodeTlvs(r, extendedPrefixValueCodec);
  return tlvs instanceof DecodeError ? tlvs : Object.assign(new ExtendedPrefixLsa(), { tlvs });
}

export function extendedPrefixLsaLength(lsa: ExtendedPrefixLsa): number {
  return tlvsLength(lsa.tlvs, extendedPrefixValueCodec);
}

export function encodeExtendedPrefixLsa(lsa: ExtendedPrefixLsa, w: ByteWriter): void {
  encodeTlvs(lsa.tlvs, extendedPrefixValueCodec, w);
}
