/** Cursors over bytes in either byte order: capture files are written in that of the machine that made them. */

export class OrderedReader {
  readonly bytes: Uint8Array;
  readonly isLittleEndian: boolean;
  offset: number;
  end: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, offset: number, end: number, isLittleEndian: boolean) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
    this.isLittleEndian = isLittleEndian;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  u16(): number {
    this.offset += 2;
    return this.view.getUint16(this.offset - 2, this.isLittleEndian);
  }

  u32(): number {
    this.offset += 4;
    return this.view.getUint32(this.offset - 4, this.isLittleEndian);
  }

  i64(): bigint {
    this.offset += 8;
    return this.view.getBigInt64(this.offset - 8, this.isLittleEndian);
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** The bytes up to the next multiple of 4 behind `length`; undefined when they are all zero, as they should be. */
  takePadding(length: number): Uint8Array | undefined {
    const padding = this.take((4 - (length & 3)) & 3);
    return padding.every((byte) => byte === 0) ? undefined : padding;
  }
}

/** Grows as needed. */
export class OrderedWriter {
  isLittleEndian = true;
  offset = 0;
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);

  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.offset, value, this.isLittleEndian);
    this.offset += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.offset, value, this.isLittleEndian);
    this.offset += 4;
  }

  i64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.offset, value, this.isLittleEndian);
    this.offset += 8;
  }

  raw(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.offset);
    this.offset += source.length;
  }

  /** `source`, then its padding up to a multiple of 4: zero bytes when not given. */
  padded(source: Uint8Array, padding: Uint8Array | undefined): void {
    this.raw(source);
    if (padding !== undefined) return this.raw(padding);
    const length = (4 - (source.length & 3)) & 3;
    this.reserve(length);
    this.bytes.fill(0, this.offset, this.offset + length);
    this.offset += length;
  }

  patchU32(at: number, value: number): void {
    this.view.setUint32(at, value, this.isLittleEndian);
  }

  /** What was written. A view. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.offset);
  }

  private reserve(length: number): void {
    if (this.offset + length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.offset + length));
    larger.set(this.bytes.subarray(0, this.offset));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
