/**
 * Acknowledgments that wait to be sent. [2328:13.5]
 *
 * Nearly every LSA that comes in is acknowledged, and what is said of it is the header that the database shares, with the age that it came with:
 * two places in two arrays, which are kept.
 */
import type { ByteWriter } from '../wire/bytes.js';
import type { LsaInstance } from './lsdb.js';
import { LSA_HEADER_LENGTH, MAX_AGE_SECONDS, encodeLsaHeader, type LsaHeader } from '../wire/ospf/lsa-header.js';

export class AckQueue {
  private readonly headers: LsaHeader[] = [];
  private readonly ages: number[] = [];
  /** Those that may be flushed until then. */
  private readonly instances: (LsaInstance | undefined)[] = [];

  get length(): number {
    return this.headers.length;
  }

  /** The header is kept, and must not change. `lsa`: if it has been flushed when the acknowledgment leaves, that says MaxAge. */
  push(header: LsaHeader, ageSeconds: number, lsa?: LsaInstance): void {
    this.headers.push(header);
    this.ages.push(ageSeconds);
    this.instances.push(lsa);
  }

  clear(): void {
    this.headers.length = 0;
    this.ages.length = 0;
    this.instances.length = 0;
  }

  /** Those from `start` up to `end`. */
  encode(start: number, end: number, w: ByteWriter): void {
    for (let i = start; i < end; i++) {
      const at = w.offset;
      encodeLsaHeader(this.headers[i], w);
      w.patchU16(at, this.instances[i]?.isFlushing === true ? MAX_AGE_SECONDS : this.ages[i]);
    }
  }

  static lengthOf(count: number): number {
    return count * LSA_HEADER_LENGTH;
  }
}
