/** Order statistics are those of the sorted list, and no value gets lost in the histogram. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionOf } from '../../src/measure/distribution.js';

describe('a distribution', () => {
  it('of 1 to 100: median between the middle two, p95 the 95th', () => {
    const values = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1);
    expect(distributionOf(values)).toMatchObject({ count: 100, minimum: 1, median: 50.5, percentile95: 95, maximum: 100, mean: 50.5 });
  });

  it('of one value, or of equal ones: one bin', () => {
    expect(distributionOf([3])).toEqual({ count: 1, minimum: 3, median: 3, percentile95: 3, maximum: 3, mean: 3, bins: [{ low: 3, high: 3, count: 1 }] });
    expect(distributionOf([0, 0]).bins).toEqual([{ low: 0, high: 0, count: 2 }]);
  });

  it('has every value in exactly one bin of a round width, and few of them', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 7_200_000 }), { minLength: 1, maxLength: 200 }), (millis) => {
      const values = millis.map((each) => each / 1000);
      const { bins, minimum, median, percentile95, maximum } = distributionOf(values);
      expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length);
      expect(bins.length).toBeLessThanOrEqual(16);
      expect(minimum <= median && median <= maximum && percentile95 <= maximum && percentile95 >= minimum).toBe(true);
      expect(bins[0].count).toBeGreaterThan(0);
      expect(bins[bins.length - 1].count).toBeGreaterThan(0);
    }));
  });
});
