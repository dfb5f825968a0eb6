/**
 * Random numbers that belong to somebody.
 *
 * Each (seed, node, purpose) has its own stream, so that one more draw in one place changes nothing
 * anywhere else. The generator is sfc32 (Chris Doty-Humphrey's Small Fast Counter), 128 bits of state.
 */
import { Hash64 } from './hash.js';

export class Prng {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(seed: number, node: string, purpose: string) {
    const hash = new Hash64(seed);
    hash.integer(seed);
    hash.text(node);
    hash.text(purpose);
    [this.a, this.b] = hash.digest();
    hash.word(1);
    [this.c] = hash.digest();
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** 0 .. 2^32-1 */
  u32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t | 0;
    return t >>> 0;
  }

  /** [0, 1) */
  uniform(): number {
    return this.u32() / 0x100000000;
  }

  /** An integer from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }
}
