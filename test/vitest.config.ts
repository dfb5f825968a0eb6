/**
 * One configuration for all tests; it stands here so that the top level stays small.
 *
 * test/judges holds the tests that need a program we did not write. A file is named after it: `tshark.test.ts`, or
 * `tshark-scenarios.test.ts`. Where the program is missing its files are left out and that is said; with FAILOVER_JUDGES=required they
 * run all the same, and fail.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const JUDGES = fileURLToPath(new URL('judges', import.meta.url));
/** Where a judge is; those that are not listed are looked for on the path, by their name. */
const PLACES: Readonly<Record<string, string>> = { frr: '/usr/lib/frr/ospfd' };

function isThere(program: string): boolean {
  const place = PLACES[program];
  return place !== undefined ? existsSync(place) : (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function missingJudges(): string[] {
  if (process.env['FAILOVER_JUDGES'] === 'required' || process.argv.some((word) => word.includes('test/judges'))) return [];
  return readdirSync(JUDGES).filter((file) => {
    const program = /^([a-z0-9]+)(?:-.*)?\.test\.ts$/.exec(file)?.[1];
    return program !== undefined && !isThere(program);
  });
}

const missing = missingJudges();
for (const file of missing) process.stderr.write(`skipped: test/judges/${file}, whose judge is not installed\n`);

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: missing.map((file) => `test/judges/${file}`),
    testTimeout: 60_000,
    // Two cores are what we plan for; a test never measures time, so more workers would change nothing but the load.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
