/** A house of its own, in which the table claims what is not so; mechanism.test.ts looks whether that is noticed. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { clausePlugin, readClaims } from '../plugin.js';

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');

export default defineConfig({
  root,
  plugins: [clausePlugin(root)],
  test: {
    include: ['test/**/*.case.ts'],
    setupFiles: [`${root}/../record.ts`],
    provide: { clauseClaims: readClaims(root), clauseRoot: root },
    reporters: ['default'],
  },
});
