/** How late things were: quantiles are at most 4.5 % above the truth, and the share within the aim is exact; and how a live run's report tells it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lateness, LATENESS_AIM } from '../../src/live/lateness.js';
import { LiveStatistics } from '../../src/live/live-turn.js';
import { liveJson, liveText } from '../../src/report/live-report.js';
import { makeStyle } from '../../src/report/terminal.js';

function latenessOf(values: readonly number[]): Lateness {
  const lateness = new Lateness();
  for (const each of values) lateness.add(each);
  return lateness;
}

describe('lateness', () => {
  test('quantiles against the sorted list', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.9, 0.99, 0.999, 1), (values, share) => {
      const lateness = latenessOf(values);
      const exact = [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];
      const told = lateness.quantile(share);
      expect(told).toBeGreaterThanOrEqual(exact);
      expect(told).toBeLessThanOrEqual(Math.ceil(exact * 1.045) + 1);
      expect(lateness.worstMicros).toBe(Math.max(...values));
      expect(lateness.shareWithinAim).toBeCloseTo(values.filter((each) => each <= LATENESS_AIM).length / values.length, 12);
    }));
  });

  test('nothing was due: nothing was late', () => {
    expect([new Lateness().quantile(0.999), new Lateness().shareWithinAim]).toEqual([0, 1]);
  });

  test('is told as text and as JSON, whole, by the minute, and without what events cost', () => {
    const statistics = new LiveStatistics();
    for (const micros of [500, 1000, 30_000]) statistics.late(micros);
    for (const micros of [0, 200, 25_000, 100]) statistics.frameLate(micros);
    const live = { from: 40_000_000, until: 100_000_000, statistics, settled: latenessOf([500, 1000]), settledFrames: latenessOf([100]), dropped: 0, adjacencies: { full: 4, lost: 2, refreshes: 7 },
      minutes: [{ time: 100_000_000, lateness: latenessOf([30_000]), residentBytes: 1e8, pauseMicros: 2500 }] };
    expect(liveJson(live)).toMatchObject({ from: 40, until: 100, adjacenciesFull: 4, adjacenciesLost: 2, refreshes: 7, lateness: { moments: 3, worst: 0.03, aim: 0.02 },
      latenessSettled: { moments: 2, shareWithinAim: 1 }, framesOutLateness: { moments: 4, worst: 0.025, shareWithinAim: 0.75 }, framesOutLatenessSettled: { moments: 1 }, minutes: [{ at: 100, residentBytes: 1e8, longestPause: 0.0025, lateness: { worst: 0.03, shareWithinAim: 0 } }] });
    const text = liveText(live, makeStyle(false));
    expect(text).toMatch(/adjacencies +4 neighbours Full at the end, 2 lost/);
    expect(text).toMatch(/late by +median .* worst 30\.0 ms; 66\.667 % of 3 moments within 20\.0 ms/);
    expect(text).toMatch(/once it had settled +median .* 100\.000 % of 2 moments/);
    expect(text).toMatch(/frames left late by +median .* 75\.000 % of 4 frames within 20\.0 ms/);
    expect(text).toMatch(/once it had settled +median .* of 1 frames/);
    expect(liveText(undefined, makeStyle(false))).toBe('');
  });
});
