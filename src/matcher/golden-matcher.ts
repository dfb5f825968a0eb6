/**
 * `expect(capture).toMatchGolden()` for vitest and jest: drop in a capture and have a regression test.
 *
 *     import { expect, test } from 'vitest';
 *     import { goldenMatchers } from 'failover-emulator/matcher';
 *     expect.extend(goldenMatchers);
 *
 *     test('the adjacency is as it was', () => {
 *       expect('captures/adjacency.pcap').toMatchGolden();                 // against captures/adjacency.golden.jsonl
 *       expect('captures/adjacency.pcap').toMatchGolden('other.jsonl');
 *     });
 *
 * The first time, and with UPDATE=1 in the environment, the golden file is written, for review; on a build server (CI in the
 * environment) a missing one is a failure. For types in vitest: `import 'failover-emulator/matcher/vitest'` does it all.
 * This room may touch files and the environment, as cli does; nothing imports it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { compareGolden, differencesText, goldenText } from '../report/golden.js';
import { DecodeError } from '../wire/decode-error.js';

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** `adjacency.pcapng` -> `adjacency.golden.jsonl` */
export function goldenPathOf(capture: string): string {
  return `${capture.replace(/\.(pcap|pcapng|cap)$/, '')}.golden.jsonl`;
}

/** `received` is the path of a capture; `goldenPath` is next to it unless it is given. */
export function toMatchGolden(received: unknown, goldenPath?: string): MatcherResult {
  if (typeof received !== 'string') return verdict(false, `toMatchGolden wants the path of a capture, got ${typeof received}`);
  const golden = goldenPath ?? goldenPathOf(received);
  const file = read(received);
  if (file instanceof Error) return verdict(false, `${received}: ${file.message}`);
  const text = goldenText(file);
  if (text instanceof DecodeError) {
    return verdict(false, `${received}: ${text.code} at byte ${text.offset} ${text.clause}: got ${text.got}, want ${text.want}`);
  }
  const isAsked = process.env.UPDATE === '1';
  if (isAsked || (!existsSync(golden) && !process.env.CI)) {
    writeFileSync(golden, text);
    return verdict(true, `${golden} was written just now`);
  }
  const before = read(golden);
  if (before instanceof Error) return verdict(false, `${golden}: ${before.message}; UPDATE=1 writes it`);
  const differences = compareGolden(new TextDecoder().decode(before), text);
  if (differences.length === 0) return verdict(true, `${received} is what ${golden} says, and should not be`);
  return verdict(false, `${received} is not what ${golden} says (UPDATE=1 rewrites it):\n${differencesText(differences)}`);
}

/** For `expect.extend`. */
export const goldenMatchers = { toMatchGolden };

function verdict(pass: boolean, text: string): MatcherResult {
  return { pass, message: () => text };
}

function read(path: string): Uint8Array | Error {
  try {
    return readFileSync(path);
  } catch (failure) {
    return failure instanceof Error ? failure : new Error(String(failure));
  }
}
