/**
 * How late timers fired: counts in powers of the fourth root of two, from a microsecond to minutes.
 */
const STEPS_AN_OCTAVE = 4;
const BUCKETS = 160;

export class Lateness {
  private readonly counts = new Float64Array(BUCKETS);
  count = 0;
  worstMicros = 0;

  add(micros: number): void {
    this.count++;
    if (micros > this.worstMicros) this.worstMicros = micros;
    this.counts[micros < 1 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(STEPS_AN_OCTAVE * Math.log2(micros)))]++;
  }

  /** Microseconds that this share of all is not above; the upper end of its bucket. */
  quantile(share: number): number {
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.counts[i];
      if (seen >= share * this.count) return i === 0 ? 0 : Math.min(this.worstMicros, Math.ceil(2 ** (i / STEPS_AN_OCTAVE)));
    }
    return this.worstMicros;
  }
}
