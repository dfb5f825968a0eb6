/**
 * From the words of a command line to a plan.
 */
import { readFileSync } from 'node:fs';
import { parseDuration, DURATION_FORM } from '../config/duration.js';
import type { ConfigNote } from '../config/config-error.js';
import type { Micros } from '../base/micros.js';
import { loadTopology, type LoadedTopology } from '../config/topology/topology.js';
import { InputFailure } from './failure.js';

export interface LoadWords {
  readonly seed?: string;
  readonly until?: string;
  readonly set?: readonly string[];
  readonly strict?: boolean;
}

export const HIGHEST_SEED = 0xffffffff;

export function load(path: string, words: LoadWords): LoadedTopology {
  return loadTopology(path, {
    readFile: (file) => readFileSync(file, 'utf8'),
    seed: words.seed === undefined ? undefined : seedOf(words.seed),
    overrides: words.set,
    until: words.until,
    isStrict: words.strict,
  });
}

export function seedOf(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(seed <= HIGHEST_SEED)) throw new InputFailure(`--seed ${text}: a whole number from 0 to ${HIGHEST_SEED} is wanted`);
  return seed;
}

export function durationOf(place: string, text: string): Micros {
  const micros = parseDuration(text);
  if (micros === undefined) throw new InputFailure(`${place}: ${DURATION_FORM} is wanted, not "${text}"`);
  return micros;
}

/** What the reader should know about; statements without bearing on the emulation are no news. */
export function noteLines(notes: readonly ConfigNote[]): string[] {
  return notes.filter(({ kind }) => kind !== 'without-bearing').map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
