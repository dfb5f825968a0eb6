/**
 * How late things were done: each moment at which anything was due, and by how much it was missed. Counts in powers of the sixteenth root of two, so that a
 * quantile is at most 4.5 % above the truth, from a microsecond to hours.
 */
import { MILLISECOND, type Micros } from '../base/micros.js';

const STEPS_AN_OCTAVE = 16;
const BUCKETS = 34 * STEPS_AN_OCTAVE;
/** What is to be kept to: of the moments above it there is an exact count. */
export const LATENESS_AIM: Micros = 20 * MILLISECOND;

export class Lateness {
  private readonly counts = new Float64Array(BUCKETS);
  count = 0;
  aboveAim = 0;
  worstMicros: Micros = 0;

  add(micros: Micros): void {
    this.count++;
    if (micros > LATENESS_AIM) this.aboveAim++;
    if (micros > this.worstMicros) this.worstMicros = micros;
    this.counts[micros < 1 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(STEPS_AN_OCTAVE * Math.log2(micros)))]++;
  }

  /** Microseconds that this share of all is not above; the upper end of its bucket. */
  quantile(share: number): Micros {
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.counts[i];
      if (seen >= share * this.count) return i === 0 ? 0 : Math.min(this.worstMicros, Math.ceil(2 ** (i / STEPS_AN_OCTAVE)));
    }
    return this.worstMicros;
  }

  /** Of all moments, those that were met within the aim. */
  get shareWithinAim(): number {
    return this.count === 0 ? 1 : 1 - this.aboveAim / this.count;
  }
}
