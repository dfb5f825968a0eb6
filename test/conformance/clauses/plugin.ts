/**
 * For the configuration of the tests: what `src` is instrumented with, and what its tests are held to.
 */
import { relative } from 'node:path';
import { instrument } from './instrument.js';
import type { Claim } from './proof.js';
import { readTables } from './table.js';

export interface ClausePlugin {
  readonly name: string;
  readonly enforce: 'pre';
  transform(code: string, id: string): { code: string; map: null } | undefined;
}

/** `root`: the folder that holds `src`. `canLeaveOut`: for leave-out.ts. */
export function clausePlugin(root: string, canLeaveOut = false): ClausePlugin {
  return {
    name: 'clauses', enforce: 'pre',
    transform(code, id) {
      const file = relative(root, id);
      if (!/^src\/.*\.ts$/.test(file)) return undefined;
      const instrumented = instrument(code, file, canLeaveOut);
      // Nothing is moved to another line, so the map of before is good enough.
      return instrumented === undefined ? undefined : { code: instrumented, map: null };
    },
  };
}

/** What the table in `folder` says of the tests, by file. */
export function readClaims(folder: string): Record<string, Claim[]> {
  const claims: Record<string, Claim[]> = {};
  for (const { rows } of readTables(folder)) {
    for (const { clause, status, tests } of rows) {
      if (status === 'done') for (const test of tests) (claims[test.file] ??= []).push({ clause, ...test });
    }
  }
  return claims;
}
