/**
 * /var/log/ha-log: lines of the daemon and of its scripts, kept as data; the calendar is put in front when somebody looks.
 */
import { SECOND, type Micros } from '../base/micros.js';

export interface LogLine {
  readonly time: Micros;
  /** `heartbeat` for the daemon, else the script: `ResourceManager(default)`. Empty: the text is the whole line. */
  readonly process: string;
  readonly pid: number;
  /** info, WARN, ERROR, CRIT, notice, INFO. */
  readonly level: string;
  readonly text: string;
}

/** The oldest lines go. */
const MOST_LINES = 5_000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
}

/** The Gregorian calendar in UTC, from microseconds since 1970. Years run from March, so that a leap day ends one. */
export function calendarOf(sinceEpochMicros: Micros): CalendarTime {
  const seconds = Math.floor(sinceEpochMicros / SECOND);
  const days = Math.floor(seconds / 86_400);
  const inDay = seconds - days * 86_400;
  const fromMarch = days + 719_468;
  const era = Math.floor(fromMarch / 146_097);
  const inEra = fromMarch - era * 146_097;
  const yearInEra = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365);
  const inYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100));
  const marchMonth = Math.floor((5 * inYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearInEra + era * 400 + (month <= 2 ? 1 : 0), month, day: inYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    hour: Math.floor(inDay / 3600), minute: Math.floor(inDay / 60) % 60, second: inDay % 60, weekday: (((days + 4) % 7) + 7) % 7 };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `2002/05/15_12:46:26` */
export function slashTime(time: CalendarTime): string {
  return `${time.year}/${two(time.month)}/${two(time.day)}_${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
}

/** `May 22 12:55:43` */
export function syslogTime(time: CalendarTime): string {
  return `${MONTHS[time.month - 1]} ${String(time.day).padStart(2)} ${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
}

/** `Wed May 22 13:47:36 2002` */
export function longTime(time: CalendarTime, hasYear = true): string {
  return `${WEEKDAYS[time.weekday]} ${syslogTime(time)}${hasYear ? ` ${time.year}` : ''}`;
}

export class HeartbeatLog {
  readonly lines: LogLine[] = [];

  add(line: LogLine): void {
    if (this.lines.length >= MOST_LINES) this.lines.splice(0, MOST_LINES / 10);
    this.lines.push(line);
  }

  /** As the file has it. */
  text(form: 'classic' | 'syslog', host: string, clockMicros: Micros): string {
    return this.lines.map((line) => `${formatLine(line, form, host, clockMicros)}\n`).join('');
  }
}

function formatLine({ time, process, pid, level, text }: LogLine, form: 'classic' | 'syslog', host: string, clockMicros: Micros): string {
  if (process === '') return text;
  const at = calendarOf(clockMicros + time);
  if (form === 'classic') return `heartbeat: ${slashTime(at)} ${level}: ${text}`;
  if (process === 'heartbeat') return `${syslogTime(at)} ${host} heartbeat: [${pid}]: ${level}: ${text}`;
  return `${slashTime(at)}  ${process}[${pid}]:    ${level}: ${text}`;
}

/** `$1` and so on. */
export function fill(template: string, parts: readonly (string | number)[]): string {
  return template.replace(/\$([1-9])/g, (whole, number: string) => String(parts[Number(number) - 1] ?? whole));
}
