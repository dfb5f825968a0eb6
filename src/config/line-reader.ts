/**
 * Lines of words with their places, of files in which a line is a statement and `#` begins a comment: ha.cf, haresources, authkeys, mon.cf.
 */
import type { Findings, SourcePlace } from './config-error.js';
import { quote } from './spelling.js';

export interface PlacedWord {
  readonly text: string;
  readonly place: SourcePlace;
}

const MOST_LINE = 10_000;

/** `separators`: characters that part words beside white space. `isJoined`: a backslash at the end joins the next line. */
export function wordLines(text: string, file: string, separators = '', isJoined = false): PlacedWord[][] {
  const lines: PlacedWord[][] = [];
  let open: PlacedWord[] | undefined;
  text.split(/\r\n|\n|\r/).forEach((whole, index) => {
    const comment = whole.indexOf('#');
    let line = (comment < 0 ? whole : whole.slice(0, comment)).slice(0, MOST_LINE);
    const isContinued = isJoined && /\\\s*$/.test(line);
    if (isContinued) line = line.replace(/\\\s*$/, ' ');
    const words = open ?? [];
    for (let at = 0; at < line.length; ) {
      if (isSeparator(line[at], separators)) {
        at++;
        continue;
      }
      const from = at;
      while (at < line.length && !isSeparator(line[at], separators)) at++;
      words.push({ text: line.slice(from, at), place: { file, line: index + 1, column: from + 1 } });
    }
    if (isContinued) open = words;
    else {
      if (words.length > 0) lines.push(words);
      open = undefined;
    }
  });
  if (open !== undefined && open.length > 0) lines.push(open);
  return lines;
}

function isSeparator(character: string, separators: string): boolean {
  return /\s/.test(character) || separators.includes(character);
}

/** A whole number in a range; undefined, and said, where it is none. */
export function numberOf(word: PlacedWord, what: string, low: number, high: number, findings: Findings): number | undefined {
  const value = /^[0-9]{1,9}$/.test(word.text) ? Number(word.text) : NaN;
  if (value >= low && value <= high) return value;
  findings.error(word.place, `${what} must be a number from ${low} to ${high}, not ${quote(word.text)}`, { found: word.text, allowed: [`<${low}-${high}>`] });
  return undefined;
}

