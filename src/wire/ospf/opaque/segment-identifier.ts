/**
 * Segment identifiers, in the two forms that every segment routing TLV shares. [8665:2.1]
 *
 * Three octets: the low 20 bits are a label. Four: an index into the ranges that the router information announces.
 * A flag of the TLV around it says the same; the length decides here, and the flag is not checked.
 */
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import type { Tlv, TlvValueCodec } from './tlv.js';
import { tlvsLength } from './tlv.js';

export type SegmentIdentifier =
  /** 24 bits as they came; see segmentLabel. */
  | { readonly form: 'label'; readonly value: number }
  | { readonly form: 'index'; readonly value: number };

/** The 20 bits of a label. */
export function segmentLabel(identifier: SegmentIdentifier): number {
  return identifier.value & 0xfffff;
}

/** Takes all that the reader has left: three or four octets. `clause` is that of the TLV. */
export function decodeSegmentIdentifier(r: ByteReader, clause: string): SegmentIdentifier | DecodeError {
  switch (r.remaining) {
    case 3: return { form: 'label', value: r.u24() };
    case 4: return { form: 'index', value: r.u32() };
    default: return new DecodeError('length', r.offset, clause, r.remaining, '3 or 4');
  }
}

export function segmentIdentifierLength(identifier: SegmentIdentifier): number {
  return identifier.form === 'label' ? 3 : 4;
}

export function encodeSegmentIdentifier(identifier: SegmentIdentifier, w: ByteWriter): void {
  if (identifier.form === 'label') w.u24(identifier.value);
  else w.u32(identifier.value);
}

/** The SID/Label sub-TLV has the same type in every registry. [8665:2.1] */
export const SID_LABEL_TLV_TYPE = 1;

export interface SidLabelValue { readonly kind: 'sid-label'; readonly identifier: SegmentIdentifier }

export function decodeSidLabel(r: ByteReader): SidLabelValue | DecodeError {
  const identifier = decodeSegmentIdentifier(r, '[8665:2.1]');
  return identifier instanceof DecodeError ? identifier : { kind: 'sid-label', identifier };
}

/** The sub-TLVs of ranges and blocks. */
export const sidLabelValueCodec: TlvValueCodec<SidLabelValue> = {
  clause: '[8665:2.1]',
  decode: (type, r) => (type === SID_LABEL_TLV_TYPE ? decodeSidLabel(r) : undefined),
  length: (value) => segmentIdentifierLength(value.identifier),
  encode: (value, w) => encodeSegmentIdentifier(value.identifier, w),
};

export function sidLabelsLength(subTlvs: readonly Tlv<SidLabelValue>[]): number {
  return tlvsLength(subTlvs, sidLabelValueCodec);
}
