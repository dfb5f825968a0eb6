/**
 * Durations as people write them: `10ms`, `50us`, `90s`, `5min`, `5 min`, `2m30s`, `1h`, `1.5s`.
 *
 * `m` and `min` are minutes. A number without a unit is refused (except 0), because 30 could be seconds or
 * milliseconds. The result is a whole number of microseconds.
 */
import { HOUR, MILLISECOND, MINUTE, SECOND, type Micros } from '../base/micros.js';

const UNITS: ReadonlyMap<string, Micros> = new Map([
  ['us', 1],
  ['µs', 1],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['sec', SECOND],
  ['m', MINUTE],
  ['min', MINUTE],
  ['h', HOUR],
]);

/** What a message says is allowed. */
export const DURATION_FORM = 'a duration such as 10ms, 90s, 5min, 2m30s, 1h';

/** Longest duration taken, 10,000 hours: far inside the safe integers even after sums. */
const LONGEST: Micros = 10_000 * HOUR;

/** Undefined: not a duration (or negative, or finer than a microsecond, or longer than 10,000 hours). */
export function parseDuration(text: string): Micros | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (trimmed.length === 0 || trimmed.length > 64) return undefined;
  const part = /([0-9]{1,15})(?:\.([0-9]{1,6}))?\s*([a-zµ]+)\s*/y;
  let total = 0;
  let previousUnit = Infinity;
  while (part.lastIndex < trimmed.length) {
    const match = part.exec(trimmed);
    if (match === null) return undefined;
    const unit = UNITS.get(match[3]);
    // Descending units only: 2m30s, never 30s2m or 1s1s.
    if (unit === undefined || unit >= previousUnit) return undefined;
    previousUnit = unit;
    const fraction = match[2] ?? '';
    const scaled = (Number(fraction.padEnd(6, '0')) * unit) / 1_000_000;
    total += Number(match[1]) * unit + scaled;
  }
  return Number.isInteger(total) && total <= LONGEST ? total : undefined;
}

/** Short text of a duration: `2m30s`, `10ms`, `0s`. */
export function formatDuration(micros: Micros): string {
  if (micros === 0) return '0s';
  let rest = micros;
  let text = '';
  for (const [name, unit] of [['h', HOUR], ['m', MINUTE], ['s', SECOND], ['ms', MILLISECOND], ['us', 1]] as const) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) text += `${count}${name}`;
  }
  return text;
}
