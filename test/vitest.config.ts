/** One configuration for all tests; it stands here so that the top level stays small. Judges: see judges/availability.ts. */
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import { clausePlugin, readClaims } from './conformance/clauses/plugin.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What needs programs of others, or root: `npm run test:core` goes without. */
const JUDGES = process.env['FAILOVER_CORE'] === undefined ? [] : ['test/judges/**', 'test/live/**'];
const REAL_TIME = ['test/live/**/*.test.ts'];

export default defineConfig({
  root,
  plugins: [clausePlugin(root)],
  test: {
    setupFiles: ['test/seed.ts', 'test/conformance/clauses/record.ts'],
    provide: { clauseClaims: readClaims(`${root}/test/conformance/clauses`), clauseRoot: root },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what we plan for; a test never measures time, so more workers would change nothing but the load.
    maxWorkers: 2,
    reporters: ['default'],
    // Those that live in real time come last: beside them nothing else keeps the processors busy. They mostly wait, and can do so in fours. A moment in which the
    // machine does something else fails them, so each has a second try; the report says which took it.
    projects: [
      { extends: true, test: { name: 'virtual', include: ['test/**/*.test.ts'], exclude: [...REAL_TIME, ...JUDGES], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'real', retry: 1, maxWorkers: 4, maxConcurrency: 8, include: REAL_TIME, exclude: JUDGES, sequence: { groupOrder: 1 } } },
    ],
  },
});
