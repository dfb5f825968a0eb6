/**
 * The bounded cursor that all codecs share; network byte order throughout.
 *
 * A reader never leaves [start, end): callers check `remaining` before they read a structure of known size and
 * return a DecodeError when it is short, so single reads are unchecked in the hot path beyond the typed array's
 * own bounds. A writer writes into the caller's buffer, which may hold anything: every byte of a structure is
 * written, none is assumed to be zero.
 */
import { assert } from '../base/assert.js';

export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    assert(offset >= 0 && offset <= end && end <= bytes.length, 'reader outside its buffer');
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  u8(): number {
    return this.bytes[this.offset++];
  }

  u16(): number {
    const { bytes, offset } = this;
    this.offset = offset + 2;
    return (bytes[offset] << 8) | bytes[offset + 1];
  }

  u24(): number {
    const { bytes, offset } = this;
    this.offset = offset + 3;
    return (bytes[offset] << 16) | (bytes[offset + 1] << 8) | bytes[offset + 2];
  }

  u32(): number {
    const { bytes, offset } = this;
    this.offset = offset + 4;
    return ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
  }

  /** A view, not a copy. */
  view(length: number): Uint8Array {
    const view = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return view;
  }

  /** A copy that the caller may keep. Not `slice`: of a Node Buffer that is a view. */
  copy(length: number): Uint8Array {
    const copy = new Uint8Array(this.bytes.subarray(this.offset, this.offset + length));
    this.offset += length;
    return copy;
  }

  skip(length: number): void {
    this.offset += length;
  }
}

export class ByteWriter {
  readonly bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  u8(value: number): void {
    this.bytes[this.offset++] = value;
  }

  u16(value: number): void {
    const { bytes, offset } = this;
    bytes[offset] = value >>> 8;
    bytes[offset + 1] = value;
    this.offset = offset + 2;
  }

  u24(value: number): void {
    const { bytes, offset } = this;
    bytes[offset] = value >>> 16;
    bytes[offset + 1] = value >>> 8;
    bytes[offset + 2] = value;
    this.offset = offset + 3;
  }

  u32(value: number): void {
    const { bytes, offset } = this;
    bytes[offset] = value >>> 24;
    bytes[offset + 1] = value >>> 16;
    bytes[offset + 2] = value >>> 8;
    bytes[offset + 3] = value;
    this.offset = offset + 4;
  }

  raw(source: Uint8Array): void {
    assert(this.offset + source.length <= this.bytes.length, 'writer outside its buffer');
    this.bytes.set(source, this.offset);
    this.offset += source.length;
  }

  zero(length: number): void {
    this.bytes.fill(0, this.offset, this.offset + length);
    this.offset += length;
  }

  /** Goes back to fill in a length or a checksum. */
  patchU16(at: number, value: number): void {
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }
}
