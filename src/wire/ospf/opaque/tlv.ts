/**
 * Type, length, value: what the bodies of opaque LSAs and the link-local signalling block are made of. [3630:2.3.2] [7770:2.3]
 *
 * 16-bit type, 16-bit length of the value alone, the value, and padding up to a multiple of four that the length does not
 * count. A sub-TLV looks the same inside the value of another.
 * A value that we do not know, or that does not decode, stays as bytes, with its error in the second case; the TLVs around
 * it are read all the same. Only a length that leaves the surroundings makes the whole list undecodable.
 * Padding that is not zero, or that is missing behind the last TLV, is kept as it came, so that lists encode as they came.
 */
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';

const TLV_HEADER_LENGTH = 4;

/** A value that stays bytes. */
export interface RawTlvValue {
  readonly kind: 'raw';
  /** Decoded: a view. */
  readonly bytes: Uint8Array;
  /** Undefined: of a type that is not decoded here. */
  readonly error?: DecodeError;
}

export class Tlv<V> {
  /** Written as it stands; the kind of the value says how the value is written. */
  type: number;
  value: V | RawTlvValue;
  /** Undefined: zero bytes up to the next multiple of four. Decoded: a view. */
  padding: Uint8Array | undefined;

  constructor(type: number, value: V | RawTlvValue, padding?: Uint8Array) {
    this.type = type;
    this.value = value;
    this.padding = padding;
  }
}

/** How the values of one registry of types are read and written. */
export interface TlvValueCodec<V> {
  /** Where the registry's framing is defined, for errors. */
  readonly clause: string;
  /** The reader holds exactly the value. Undefined: the type is not known. */
  decode(type: number, r: ByteReader): V | DecodeError | undefined;
  length(value: V): number;
  encode(value: V, w: ByteWriter): void;
}

type Kinded = { readonly kind: string };

/** Reads up to the end of the reader. An error only where a length contradicts its surroundings. */
export function decodeTlvs<V extends Kinded>(r: ByteReader, codec: TlvValueCodec<V>): Tlv<V>[] | DecodeError {
  const tlvs: Tlv<V>[] = [];
  while (r.remaining > 0) {
    if (r.remaining < TLV_HEADER_LENGTH) {
      return new DecodeError('truncated', r.offset, codec.clause, r.remaining, TLV_HEADER_LENGTH);
    }
    const type = r.u16();
    const length = r.u16();
    if (length > r.remaining) {
      return new DecodeError('length', r.offset - 2, codec.clause, length, `0-${r.remaining}`);
    }
    const value = decodeValue(r, codec, type, length);
    tlvs.push(new Tlv<V>(type, value, decodePadding(r, length))); // [3630:2.3.2] [5613:2.3] [7770:2.3]
  }
  return tlvs;
}

function decodeValue<V extends Kinded>(r: ByteReader, codec: TlvValueCodec<V>, type: number, length: number): V | RawTlvValue {
  const start = r.offset;
  const end = r.end;
  r.end = start + length;
  let value = codec.decode(type, r);
  if (value !== undefined && !(value instanceof DecodeError) && r.remaining > 0) {
    value = new DecodeError('length', start - 2, codec.clause, length, r.offset - start);
  }
  if (value === undefined || value instanceof DecodeError) {
    r.offset = start;
    const raw: RawTlvValue = { kind: 'raw', bytes: r.view(length), error: value };
    r.end = end;
    return raw;
  }
  r.end = end;
  return value;
}

function decodePadding(r: ByteReader, length: number): Uint8Array | undefined {
  const wanted = paddingOf(length);
  let isUsual = r.remaining >= wanted;
  for (let i = 0; isUsual && i < wanted; i++) isUsual = r.bytes[r.offset + i] === 0;
  if (!isUsual) return r.view(Math.min(wanted, r.remaining));
  r.skip(wanted);
  return undefined;
}

/** Headers and padding included. */
export function tlvsLength<V extends Kinded>(tlvs: readonly Tlv<V>[], codec: TlvValueCodec<V>): number {
  let length = 0;
  for (const tlv of tlvs) {
    const valueLength = tlvValueLength(tlv, codec);
    length += TLV_HEADER_LENGTH + valueLength + (tlv.padding?.length ?? paddingOf(valueLength));
  }
  return length;
}

export function encodeTlvs<V extends Kinded>(tlvs: readonly Tlv<V>[], codec: TlvValueCodec<V>, w: ByteWriter): void {
  for (const tlv of tlvs) {
    const { value } = tlv;
    w.u16(tlv.type);
    w.u16(0); // patched below
    const start = w.offset;
    if (isRaw(value)) w.raw(value.bytes);
    else codec.encode(value, w);
    const length = w.offset - start;
    w.patchU16(start - 2, length);
    if (tlv.padding === undefined) w.zero(paddingOf(length)); // [7770:2.3]
    else w.raw(tlv.padding);
  }
}

export function isRaw<V extends Kinded>(value: V | RawTlvValue): value is RawTlvValue {
  return value.kind === 'raw';
}

/** The value of the first TLV of this kind that decoded. */
export function findTlv<V extends Kinded, K extends V['kind']>(tlvs: readonly Tlv<V>[], kind: K): Extract<V, { kind: K }> | undefined {
  for (const { value } of tlvs) if (value.kind === kind) return value as Extract<V, { kind: K }>;
  return undefined;
}

/** The errors of all values that did not decode, those in `subTlvs` included, in the order of the bytes. */
export function tlvErrors(tlvs: readonly Tlv<Kinded>[], errors: DecodeError[] = []): DecodeError[] {
  for (const { value } of tlvs) {
    if (isRaw(value)) {
      if (value.error !== undefined) errors.push(value.error);
    } else if ('subTlvs' in value) {
      tlvErrors(value.subTlvs as readonly Tlv<Kinded>[], errors);
    }
  }
  return errors;
}

/** For values of one length: undefined when the reader holds exactly that. */
export function unlessLength(r: ByteReader, want: number, clause: string): DecodeError | undefined {
  return r.remaining === want ? undefined : new DecodeError('length', r.offset - 2, clause, r.remaining, want);
}

/** For values with a fixed beginning: undefined when the reader holds at least that. */
export function unlessAtLeast(r: ByteReader, want: number, clause: string): DecodeError | undefined {
  return r.remaining >= want ? undefined : new DecodeError('length', r.offset - 2, clause, r.remaining, `${want} or more`);
}

/** For values that are a list of 32-bit words. */
export function decodeWords(r: ByteReader, clause: string): number[] | DecodeError {
  if (r.remaining % 4 !== 0) return new DecodeError('length', r.offset - 2, clause, r.remaining, 'a multiple of 4');
  const words: number[] = [];
  while (r.remaining > 0) words.push(r.u32());
  return words;
}

export function encodeWords(words: readonly number[], w: ByteWriter): void {
  for (const word of words) w.u32(word);
}

function tlvValueLength<V extends Kinded>({ value }: Tlv<V>, codec: TlvValueCodec<V>): number {
  return isRaw(value) ? value.bytes.length : codec.length(value);
}

function paddingOf(length: number): number {
  return -length & 3;
}
