/**
 * What the real BIRD 2.0.12 takes as bird.conf and what not, and here alike. language/bird.json was said by `bird -p` (record/bird-language.mjs).
 *
 * What BIRD refuses is an error here, in the same line. What BIRD takes is taken here, or refused as what it is: known, and not emulated.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBirdConf } from '../../src/config/bird/bird-conf.js';
import { Findings } from '../../src/config/config-error.js';

interface Said {
  readonly frame: string;
  readonly snippet: string;
  readonly text: string;
  readonly isAccepted: boolean;
  readonly message?: string;
}

const { said } = JSON.parse(readFileSync('test/conformance/language/bird.json', 'utf8')) as { said: readonly Said[] };

/** Where BIRD notices it only later: at the end of the block, or in the next word. */
const isSameLine = (theirs: number, ours: number): boolean => ours <= theirs && theirs - ours <= 3;

describe.each([...new Set(said.map((each) => each.frame))])('%s', (frame) => {
  it.each(said.filter((each) => each.frame === frame))('$snippet', ({ text, isAccepted, message = '' }) => {
    const findings = new Findings();
    parseBirdConf(text, 'bird.conf', findings);
    const errors = findings.errors.map((error) => error.toString());
    if (isAccepted) {
      // Known and not emulated is another answer than unknown.
      expect(errors.filter((error) => !/emulated|only of use/.test(error))).toEqual([]);
      return;
    }
    expect(errors, message).not.toEqual([]);
    const line = Number(/^bird\.conf:(\d+)/.exec(message)?.[1] ?? NaN);
    if (!Number.isNaN(line)) expect(isSameLine(line, findings.errors[0].line), `${message} and ${errors[0]}`).toBe(true);
  });
});

it('has both kinds of snippets, many of each', () => {
  expect(said.filter((each) => each.isAccepted).length).toBeGreaterThan(200);
  expect(said.filter((each) => !each.isAccepted).length).toBeGreaterThan(150);
});
