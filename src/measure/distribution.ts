/**
 * How a measured value is distributed over many runs: order statistics and a histogram. Read-only arithmetic on seconds.
 */
import { assert } from '../base/assert.js';

export interface HistogramBin {
  /** Seconds; the low end belongs to the bin, the high end to the next (of the last bin, to itself). */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Distribution {
  readonly count: number;
  readonly minimum: number;
  readonly median: number;
  /** The smallest value that 95 % of the runs do not exceed (nearest rank). */
  readonly percentile95: number;
  readonly maximum: number;
  readonly mean: number;
  readonly bins: readonly HistogramBin[];
}

/** At least one value; seconds. The bins are of a round width, about `mostBins` of them at most (one more where the ends fall badly). */
export function distributionOf(values: readonly number[], mostBins = 15): Distribution {
  assert(values.length > 0, 'a distribution of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * count) - 1)];
  const middle = count >>> 1;
  return {
    count,
    minimum: sorted[0],
    median: count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    percentile95: rank(0.95),
    maximum: sorted[count - 1],
    mean: sorted.reduce((sum, value) => sum + value, 0) / count,
    bins: histogram(sorted, mostBins),
  };
}

function histogram(sorted: readonly number[], mostBins: number): HistogramBin[] {
  const lowest = sorted[0];
  const highest = sorted[sorted.length - 1];
  if (lowest === highest) return [{ low: lowest, high: highest, count: sorted.length }];
  const step = roundStep((highest - lowest) / (mostBins - 1));
  // Whole numbers of steps: multiplied out they are the same on every machine.
  const first = Math.floor(lowest / step);
  const last = Math.floor(highest / step);
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const value of sorted) counts[Math.floor(value / step) - first]++;
  return counts.map((count, i) => ({ low: (first + i) * step, high: (first + i + 1) * step, count }));
}

/** The next of 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  let power = 1e-6;
  while (power * 10 <= least) power *= 10;
  for (const factor of [1, 2, 5]) if (power * factor >= least) return power * factor;
  return power * 10;
}
