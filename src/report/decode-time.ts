/**
 * The time of a frame as text: seconds with decimals for JSON, date and time of day (UTC) for people. No locale, no clock.
 */
import type { Micros } from '../base/micros.js';
import { SECOND } from '../base/micros.js';
import { AsciiWriter, Label } from './ascii-writer.js';

const DAY_SECONDS = 86400;
const DOT = 0x2e;

/** `1700000000.123456`; nine decimals when there are nanoseconds. */
export function writeEpochTime(w: AsciiWriter, micros: Micros, nanos: number): void {
  let rest = micros;
  if (rest < 0) {
    // Before 1970: -0.5 s is kept as -1 s and 500000 us by the readers; as one number it is negative.
    w.byte(0x2d);
    rest = -rest;
  }
  const seconds = Math.floor(rest / SECOND);
  w.wideDecimal(seconds);
  writeFraction(w, rest - seconds * SECOND, micros < 0 ? 0 : nanos);
}

function writeFraction(w: AsciiWriter, micros: number, nanos: number): void {
  w.byte(DOT);
  const thousands = Math.floor(micros / 1000);
  w.threeDigits(thousands < 1000 ? thousands : 999); // a capture may claim more than a second of microseconds
  w.threeDigits(micros % 1000);
  if (nanos !== 0) w.threeDigits(nanos);
}

/** Writes times of day; remembers the last second, since most frames share it with the one before. */
export class ClockWriter {
  private second = -1;
  private label = new Label('');
  private readonly hasDate: boolean;

  constructor(hasDate: boolean) {
    this.hasDate = hasDate;
  }

  /** `00:57:35.123456`, with `2026-11-21 ` in front. UTC. */
  write(w: AsciiWriter, micros: Micros, nanos: number): void {
    const second = Math.floor(micros / SECOND);
    if (second !== this.second) {
      this.second = second;
      this.label = new Label(clockText(second, this.hasDate));
    }
    w.label(this.label);
    writeFraction(w, micros - second * SECOND, nanos);
  }
}

function clockText(second: number, hasDate: boolean): string {
  const day = Math.floor(second / DAY_SECONDS);
  const inDay = second - day * DAY_SECONDS;
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}:${two(inDay % 60)}`;
  if (!hasDate) return clock;
  const { year, month, dayOfMonth } = civilDate(day);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)} ${clock}`;
}

/** The Gregorian date of a day counted from 1970-01-01: years are counted from March, so that a leap day ends one. */
function civilDate(day: number): { year: number; month: number; dayOfMonth: number } {
  const fromEra = day + 719468; // days since 0000-03-01
  const era = Math.floor(fromEra / 146097);
  const inEra = fromEra - era * 146097;
  const yearOfEra = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36524) - Math.floor(inEra / 146096)) / 365);
  const inYear = inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * inYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth: inYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}
