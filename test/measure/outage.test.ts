/** Outages are exactly the runs of lost sequence numbers, whatever arrives in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { ProbeMeter, longestOutage } from '../../src/measure/outage.js';

const EVERY = 10_000;

function measure(arrived: readonly boolean[], end: number, firstSequence = 1) {
  const meter = new ProbeMeter('p');
  arrived.forEach((_, i) => meter.sent(i * EVERY, firstSequence + i));
  arrived.forEach((isThere, i) => { if (isThere) meter.received(firstSequence + i); });
  return meter.result(end);
}

describe('outages', () => {
  it('start when the first lost probe is sent and end when the next delivered one is', () => {
    const result = measure([true, true, false, false, false, true, false, true], 10 * SECOND);
    expect(result).toEqual({ name: 'p', sent: 8, lost: 4, outages: [
      { start: 20_000, end: 50_000, seconds: 0.03, lost: 3, isOpen: false },
      { start: 60_000, end: 70_000, seconds: 0.01, lost: 1, isOpen: false },
    ] });
    expect(longestOutage(result)?.start).toBe(20_000);
  });

  it('that nothing ends are open until the end of the run', () => {
    expect(measure([true, false, false], 5 * SECOND).outages).toEqual([
      { start: 10_000, end: 5 * SECOND, seconds: 4.99, lost: 2, isOpen: true },
    ]);
  });

  it('do not count what is still under way', () => {
    // The last probe is sent at 20 ms; the run ends 999.999 ms later.
    expect(measure([true, true, false], 20_000 + SECOND - 1)).toMatchObject({ sent: 3, lost: 0, outages: [] });
    expect(measure([true, true, false], 20_000 + SECOND)).toMatchObject({ sent: 3, lost: 1 });
  });

  it('agree with a plain reading of the sequence, over thousands of probes', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 3000 }), fc.integer({ min: 0, max: 5000 }), (arrived, firstSequence) => {
      const result = measure(arrived, arrived.length * EVERY + 2 * SECOND, firstSequence);
      const runs = arrived.map((a) => (a ? '.' : 'x')).join('').match(/x+/g) ?? [];
      expect(result.outages.map((o) => o.lost)).toEqual(runs.map((r) => r.length));
      expect(result.lost).toBe(arrived.filter((a) => !a).length);
      for (const o of result.outages) if (!o.isOpen) expect(o.end - o.start).toBe(o.lost * EVERY);
    }), { numRuns: 50 });
  });

  it('refuse a sequence that was never sent: that would be a bug of ours', () => {
    const meter = new ProbeMeter('p');
    meter.sent(0, 1);
    expect(() => meter.received(2)).toThrow('never sent');
    expect(() => meter.sent(1, 5)).toThrow('out of order');
  });
});
