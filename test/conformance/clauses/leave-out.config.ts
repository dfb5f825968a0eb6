/** Runs tests as leave-out.ts says. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { clausePlugin, readClaims } from './plugin.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export default defineConfig({
  root,
  plugins: [clausePlugin(root, true)],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    runner: 'test/conformance/clauses/leave-out.ts',
    provide: { clauseClaims: readClaims(`${root}/test/conformance/clauses`), clauseRoot: root },
    testTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
