/**
 * Dates and times of day as configuration files write them, for a run that has none of its own: `2026-01-31`, `2026-01-31 12:00:00`,
 * `2026-01-31 12:00:00.5`. BIRD 2.0.12's user guide, 6.1 ("password").
 *
 * The run starts at a moment of the calendar that the topology says (`clock:`); what lies before it is negative there. All times are UTC: BIRD
 * takes its machine's zone. As BIRD does, a day or an hour too many runs over into what follows (measured: `2026-02-31`, `25:00:00`).
 */
import { NEVER, SECOND, type Micros } from '../base/micros.js';

/** When a run starts whose topology says nothing. */
export const DEFAULT_CLOCK_TEXT = '2026-01-01 00:00:00';

/** What a message says is allowed. */
export const CIVIL_TIME_FORM = '"YYYY-MM-DD" or "YYYY-MM-DD HH:MM:SS"';

const FORM = /^\s*(\d{1,4})-\s*(\d{1,2})-\s*(\d{1,2})(?:\s+(\d{1,2}):\s*(\d{1,2}):\s*(\d{1,2})(?:\.(\d{1,6}))?)?$/;

/** Microseconds since 1970-01-01 00:00:00 UTC; NEVER for what is past the safe integers (2255). Undefined: no time, or none after that. */
export function parseCivilTime(text: string): Micros | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const seconds = (dayNumber(year, month, 1) + day - 1) * 86_400 + hour * 3600 + minute * 60 + second;
  if (seconds <= 0) return undefined;
  const micros = seconds * SECOND + Number((match[7] ?? '').padEnd(6, '0'));
  return Number.isSafeInteger(micros) ? micros : NEVER;
}

/** Days from 1970-01-01 to this day of the Gregorian calendar. Years are counted from March, so that a leap day ends one. */
function dayNumber(year: number, month: number, day: number): number {
  const fromMarch = year * 12 + month - 3;
  const marchYear = Math.floor(fromMarch / 12);
  const inYear = Math.floor((153 * (fromMarch - marchYear * 12) + 2) / 5) + day - 1;
  return marchYear * 365 + Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400) + inYear - 719_468;
}
