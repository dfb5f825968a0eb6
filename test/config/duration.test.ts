/** Durations: every form that people write, and none that could mean two things. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/config/duration.js';

describe('parseDuration', () => {
  it.each([
    ['10ms', 10_000],
    ['50us', 50],
    ['50µs', 50],
    ['90s', 90_000_000],
    ['2m', 120_000_000],
    ['5min', 300_000_000],
    ['5 min', 300_000_000],
    ['2m30s', 150_000_000],
    ['2m 30s', 150_000_000],
    ['1h', 3_600_000_000],
    ['1h2m3s4ms5us', 3_723_004_005],
    ['1.5s', 1_500_000],
    ['0.5ms', 500],
    ['0', 0],
    ['0s', 0],
  ])('%s', (text, micros) => {
    expect(parseDuration(text)).toBe(micros);
  });

  it.each(['', ' ', '30', '-1s', '1.5', 's', '5 minutes', '1s1s', '30s2m', '1,5s', '1e3s', '0.5us', '1d', '5m in', '99999999h', '1s;'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 * 3_600_000_000 }), (micros) => {
        expect(parseDuration(formatDuration(micros))).toBe(micros);
      }),
    );
  });
});
