/**
 * Time: a safe-integer count of microseconds since the start of the run.
 *
 * There is no clock in here. Every protocol room is handed `now`; only the drivers (sim, live,
 * replay) decide what it is. 2^53 microseconds are 285 years, so the arithmetic never rounds.
 */
export type Micros = number;

export const MILLISECOND: Micros = 1_000;
export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;

/** The deadline of something that is not scheduled. */
export const NEVER: Micros = Infinity;

/** `1:02:03.456789` style text of a virtual instant, always with six decimals: `02:03.456789`. */
export function formatInstant(micros: Micros): string {
  const whole = Math.floor(micros / SECOND);
  const fraction = String(micros - whole * SECOND).padStart(6, '0');
  const seconds = String(whole % 60).padStart(2, '0');
  const minutes = String(Math.floor(whole / 60) % 60).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${minutes}:${seconds}.${fraction}`;
}
