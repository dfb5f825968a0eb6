/**
 * Whether something comes at regular times, and with which period: of the last gaps the median, if nine of ten are near it.
 */
import type { Micros } from '../../base/micros.js';

const GAPS_KEPT = 32;
const GAPS_LEAST = 16;
/** Nine of ten gaps at most so many medians. */
const SPREAD_MOST = 2.5;
/** It is worked out anew after so many gaps. */
const REVISED_AFTER = 16;

export class Period {
  /** The usual gap; 0 while it is not known. */
  usual: Micros = 0;
  isSteady = false;
  private readonly gaps: Micros[] = [];
  private at = 0;
  private count = 0;

  add(gap: Micros): void {
    this.gaps[this.at] = gap;
    this.at = (this.at + 1) % GAPS_KEPT;
    this.count++;
    if (this.count >= GAPS_LEAST && this.count % REVISED_AFTER === 0) this.revise();
  }

  clear(): void {
    this.gaps.length = 0;
    this.at = this.count = this.usual = 0;
    this.isSteady = false;
  }

  private revise(): void {
    const sorted = [...this.gaps].sort((a, b) => a - b);
    this.usual = sorted[sorted.length >> 1];
    this.isSteady = this.usual > 0 && sorted[Math.floor(sorted.length * 0.9)] <= SPREAD_MOST * this.usual;
  }
}
