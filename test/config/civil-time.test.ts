/** Dates in configuration files: BIRD's forms, taken and refused as `bird -p` 2.0.12 did, and the calendar against Date. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/base/micros.js';
import { parseCivilTime } from '../../src/config/civil-time.js';
import '../seed.js';

describe('forms', () => {
  it.each<[string, string]>([
    ['2026-11-21', '2026-11-21T00:00:00Z'], ['2026-11-21 12:34:56', '2026-11-21T12:34:56Z'], ['2026-11-21 12:00:00.5', '2026-11-21T12:00:00.500Z'],
    ['2026-1-1', '2026-01-01T00:00:00Z'], ['2026-11-21 1:2:3', '2026-11-21T01:02:03Z'], [' 2026-11-21', '2026-11-21T00:00:00Z'], ['2026-11-21  12:00:00', '2026-11-21T12:00:00Z'],
    // What runs over runs on, as in mktime(3).
    ['2026-13-01', '2027-01-01T00:00:00Z'], ['2026-02-31', '2026-03-03T00:00:00Z'], ['2026-11-21 25:00:00', '2026-11-22T01:00:00Z'],
    ['2026-11-21 23:59:60', '2026-11-22T00:00:00Z'], ['2026-11-00', '2026-10-31T00:00:00Z'], ['2026-00-11', '2025-12-11T00:00:00Z'],
  ])('%s', (text, same) => expect(parseCivilTime(text)).toBe(Date.parse(same) * 1000));

  it.each(['2026-11-21 12:00', '2026-11-21 12', '2026-11-21 12:00:00.1234567', '21-11-2026', '21-11-2026 12:00:00', '12:00:00', '1970-01-01', '1969-12-31',
    '2026-11-21T12:00:00', '2026-11-21 ', '99999-01-01', '2026-11-21 12:00:00.', '1900-01-01', 'yesterday', ''])('none: "%s"', (text) => expect(parseCivilTime(text)).toBeUndefined());

  it('what is past the safe integers never comes', () => expect(parseCivilTime('9999-12-31')).toBe(NEVER));
});

it('law: the calendar is the Gregorian one', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9_000_000_000 }), (second) => {
    const text = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
    expect(parseCivilTime(text)).toBe(second * 1_000_000);
  }));
});
