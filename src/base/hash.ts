/**
 * Hashes: the trajectory hash of a run, and the seeds of random streams.
 *
 * Two independent 32-bit Murmur3 lanes, 64 bits in all, over 32-bit little-endian words. Not for security:
 * it answers "are these two runs the same, byte for byte?" and costs about a nanosecond per byte.
 */
export class Hash64 {
  private a: number;
  private b: number;
  private words = 0;

  constructor(seed = 0) {
    this.a = seed | 0;
    this.b = ~seed | 0;
  }

  word(value: number): void {
    let k = Math.imul(value, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    let a = this.a ^ k;
    a = (a << 13) | (a >>> 19);
    this.a = (Math.imul(a, 5) + 0xe6546b64) | 0;
    let j = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
    j = Math.imul((j << 16) | (j >>> 16), 0xc2b2ae35);
    let b = this.b ^ j;
    b = (b << 17) | (b >>> 15);
    this.b = (Math.imul(b, 9) + 0x38495ab5) | 0;
    this.words = (this.words + 1) | 0;
  }

  /** A safe integer, as two words. */
  integer(value: number): void {
    this.word(value | 0);
    this.word(Math.floor(value / 0x100000000) | 0);
  }

  /** Bytes, preceded by their length so that neighbours cannot run into each other. */
  bytes(bytes: Uint8Array): void {
    const length = bytes.length;
    this.word(length);
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      this.word(bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    }
    let tail = 0;
    for (let shift = 0; i < length; i++, shift += 8) tail |= bytes[i] << shift;
    if (length & 3) this.word(tail);
  }

  /** Each UTF-16 code unit is a word: no encoder, no locale. */
  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  /** The two lanes as they stand, mixed; does not end the hash. */
  digest(): [number, number] {
    return [finish(this.a ^ this.words), finish(this.b ^ this.words)];
  }

  /** Sixteen hexadecimal digits. */
  hex(): string {
    const [a, b] = this.digest();
    return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
  }
}

function finish(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
