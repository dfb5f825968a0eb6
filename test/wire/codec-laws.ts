/**
 * The laws that every codec keeps, stated once. A test names its codec and an arbitrary value of it.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';

export interface Codec<T> {
  readonly arbitrary: fc.Arbitrary<T>;
  length(value: T): number;
  encode(value: T, w: ByteWriter): void;
  decode(r: ByteReader): T | DecodeError;
  /** What has to come back: the value as it is unless encoding computes some of its fields. */
  expected?(value: T, decoded: T): T;
  /** The bytes say themselves where they end: every truncation is an error, not a shorter value. */
  readonly isSelfDelimiting: boolean;
  /** Offsets that a checksum covers, so that any flipped bit there is an error. */
  isCovered?(offset: number): boolean;
}

/** Encodes into a buffer full of `dirt`, with room on both sides that must stay untouched. */
export function encodeInto<T>(codec: Pick<Codec<T>, 'length' | 'encode'>, value: T, dirt: number): Uint8Array {
  const length = codec.length(value);
  const buffer = new Uint8Array(length + 16).fill(dirt);
  const w = new ByteWriter(buffer, 8);
  codec.encode(value, w);
  if (w.offset !== 8 + length) expect.fail(`wrote ${w.offset - 8} bytes, said ${length}`);
  for (let i = 0; i < 8; i++) {
    if (buffer[i] !== dirt || buffer[8 + length + i] !== dirt) expect.fail('wrote outside its bytes');
  }
  return buffer.slice(8, 8 + length);
}

/**
 * Decodes the bytes twice, with different bytes in front of and behind them: the results must not differ, so nothing
 * outside was read, and the reader must not have left its bounds.
 */
export function decodeGuarded<T>(decode: (r: ByteReader) => T | DecodeError, bytes: Uint8Array): T | DecodeError {
  const results = [0x00, 0xff].map((fill) => {
    const buffer = new Uint8Array(bytes.length + 128).fill(fill);
    buffer.set(bytes, 64);
    const r = new ByteReader(buffer, 64, 64 + bytes.length);
    const result = decode(r);
    if (r.offset > 64 + bytes.length || r.end !== 64 + bytes.length) expect.fail(`the reader left its bounds: ${r.offset}`);
    return result;
  });
  if (!isDeepStrictEqual(results[1], results[0])) expect(results[1]).toEqual(results[0]);
  return results[0];
}

function isError<T>(codec: Codec<T>, bytes: Uint8Array): boolean {
  return decodeGuarded((r) => codec.decode(r), bytes) instanceof DecodeError;
}

/** A value that came of damaged bytes must stand for exactly the bytes it consumed. */
function isErrorOrExact<T>(codec: Codec<T>, bytes: Uint8Array): boolean {
  const value = decodeGuarded((r) => codec.decode(r), bytes);
  if (value instanceof DecodeError) return true;
  const again = encodeInto(codec, value, 0xa5);
  return Buffer.compare(again, bytes.subarray(0, again.length)) === 0;
}

/** Defines one test for each law. */
export function testCodecLaws<T>(codec: Codec<T>): void {
  test('decoding what was encoded gives the value back', () => {
    fc.assert(fc.property(codec.arbitrary, (value) => {
      const decoded = decodeGuarded((r) => codec.decode(r), encodeInto(codec, value, 0));
      expect(decoded).not.toBeInstanceOf(DecodeError);
      expect(decoded).toEqual(codec.expected ? codec.expected(value, decoded as T) : value);
    }));
  });

  test('encoding writes every byte: what the buffer held before does not matter', () => {
    fc.assert(fc.property(codec.arbitrary, (value) => {
      expect(encodeInto(codec, value, 0xa5)).toEqual(encodeInto(codec, value, 0));
    }));
  });

  test('every truncation is an error, or the shorter value that those bytes are', () => {
    fc.assert(fc.property(codec.arbitrary, (value) => {
      const bytes = encodeInto(codec, value, 0);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        const isKept = codec.isSelfDelimiting ? isError(codec, cut) : isErrorOrExact(codec, cut);
        if (!isKept) expect.fail(`cut to ${length}`);
      }
    }), { numRuns: 30 });
  });

  test('every flipped bit is an error where a checksum covers it, and otherwise encodes as it came', () => {
    fc.assert(fc.property(codec.arbitrary, (value) => {
      const bytes = encodeInto(codec, value, 0);
      const flipped = bytes.slice();
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const offset = bit >>> 3;
        flipped[offset] ^= 1 << (bit & 7);
        const isKept = codec.isCovered?.(offset) ? isError(codec, flipped) : isErrorOrExact(codec, flipped);
        if (!isKept) expect.fail(`bit ${bit}`);
        flipped[offset] ^= 1 << (bit & 7);
      }
    }), { numRuns: 12 });
  });

  test('random bytes never throw, and encode as they came when they decode', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => isErrorOrExact(codec, bytes)), { numRuns: 500 });
  });
}

export const u8 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xff });
export const u16 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xffff });
export const u24 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xffffff });
export const u32 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 0xffffffff });
export const i32 = (): fc.Arbitrary<number> => fc.integer({ min: -0x80000000, max: 0x7fffffff });
export const mac = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 6, maxLength: 6 });
export const octets = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength });

/** Instances of a PDU class with arbitrary fields. */
export function instanceOf<T extends object>(create: () => T, fields: { [K in keyof T]?: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields as Record<string, fc.Arbitrary<unknown>>).map((values) => Object.assign(create(), values));
}
