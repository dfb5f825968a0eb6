/** One configuration for all tests; it stands here so that the top level stays small. Judges: see judges/availability.ts. */
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import { clausePlugin, readClaims } from './conformance/clauses/plugin.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  plugins: [clausePlugin(root)],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts', 'test/conformance/clauses/record.ts'],
    provide: { clauseClaims: readClaims(`${root}/test/conformance/clauses`), clauseRoot: root },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are what we plan for; a test never measures time, so more workers would change nothing but the load.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
