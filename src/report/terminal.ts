/**
 * How text stands on a terminal: 100 columns, colour only where it is wanted, tables without a cage.
 */
import Table from 'cli-table3';
import { SECOND, formatInstant, type Micros } from '../base/micros.js';

export const WIDTH = 100;

/** Select graphic rendition, or nothing at all. */
export interface Style {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

export function makeStyle(isColoured: boolean): Style {
  const wrap = (on: number, off: number) => (text: string): string => (isColoured ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: wrap(1, 22), good: wrap(32, 39), bad: wrap(31, 39), faint: wrap(2, 22) };
}

/** A table with a line under its head. Numbers of columns named in `rightAligned` stand at the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (rightAligned.includes(i) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    chars: {
      top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
      left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '',
    },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split('\n').map((line) => line.trimEnd());
  const width = Math.max(...lines.map((line) => line.replace(/\u001b\[\d+m/g, '').length));
  lines.splice(1, 0, '-'.repeat(width));
  return indent(lines.join('\n'));
}

export function indent(text: string, by = 2): string {
  return text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(by) + line)).join('\n');
}

/** Holds together what a line break would tear apart: a clause in brackets, a number and its unit. */
const GLUE = '\u00a0';

/** Breaks at spaces; lines behind the first begin with `hang` spaces. */
export function wrap(text: string, hang: number, width = WIDTH): string {
  if (text.length <= width) return text;
  const lines: string[] = [];
  let rest = text.replace(/\[[^\]]*\]/g, (clause) => clause.replaceAll(' ', GLUE)).replace(/(\d) (?=(?:us|ms|s|min)\b)/g, `$1${GLUE}`);
  while (rest.length > width) {
    const start = lines.length === 0 ? 0 : hang;
    let cut = rest.lastIndexOf(' ', width);
    if (cut <= start) cut = width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = ' '.repeat(hang) + rest.slice(cut).trimStart();
  }
  lines.push(rest);
  return lines.join('\n').replaceAll(GLUE, ' ');
}

/** `02:38.751` */
export function formatClock(micros: Micros): string {
  return formatInstant(Math.floor(micros / 1000) * 1000).slice(0, -3);
}

/** A duration that people read: `40.0 s`, `1.25 ms`, `312 us`, `5 min 0.0 s`. */
export function formatSpan(micros: Micros): string {
  if (micros < 1000) return `${micros} us`;
  if (micros < SECOND) return `${trimZeros((micros / 1000).toFixed(micros < 10_000 ? 2 : 1))} ms`;
  if (micros < 60 * SECOND) return `${trimZeros((micros / SECOND).toFixed(3))} s`;
  const minutes = Math.floor(micros / (60 * SECOND));
  return `${minutes} min ${trimZeros(((micros - minutes * 60 * SECOND) / SECOND).toFixed(1))} s`;
}

/** Keeps one digit behind the point. */
function trimZeros(text: string): string {
  return text.replace(/(\.\d+?)0+$/, '$1');
}
