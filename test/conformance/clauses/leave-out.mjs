/**
 * `npm run conformance:leave-out [FILE...]`: leaves each clause that is done out of the code and asks its tests whether they notice (leave-out.ts). Lists those
 * that do not, and fails if there is one of which the table does not say why (`unnoticed`). Without files: all that the table names, in some minutes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parse } from 'yaml';

const FOLDER = 'test/conformance/clauses';
/** Their work is done before the tests, or takes too long to be done again for each clause. */
const LEFT_ALONE = [/^conformance\//, /-laws\./];

const rows = readdirSync(FOLDER).filter((name) => /^rfc\d+\.yaml$/.test(name)).flatMap((name) => {
  const { rfc, clauses } = parse(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  return Object.entries(clauses).filter(([, row]) => 'done' in row).map(([clause, row]) => ({
    clause: `${rfc}:${clause}`, files: [row.done].flat().map((text) => text.split(' > ')[0]), unnoticed: row.unnoticed,
  }));
});
const asked = process.argv.slice(2).map((file) => file.replace(/^test\//, ''));
const files = [...new Set(rows.flatMap((row) => row.files))].filter((file) => (asked.length > 0 ? asked.includes(file) : !LEFT_ALONE.some((each) => each.test(file))));

const scratch = mkdtempSync(`${tmpdir()}/failover-clauses-`);
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', `${FOLDER}/leave-out.config.ts`, ...files.map((file) => `test/${file}`)],
  { stdio: ['ignore', process.env.FAILOVER_VERBOSE === undefined ? 'ignore' : 'inherit', 'inherit'], env: { ...process.env, FAILOVER_LEFT_OUT: `${scratch}/verdicts` } });
const noticed = new Map();
for (const line of readFileSync(`${scratch}/verdicts`, 'utf8').trim().split('\n')) {
  const [clause, isNoticed] = line.split('\t');
  noticed.set(clause, noticed.get(clause) === true || isNoticed === 'true');
}
rmSync(scratch, { recursive: true });

const missed = rows.filter(({ clause }) => noticed.get(clause) === false);
for (const { clause, files: named, unnoticed } of missed) console.log(`[${clause}] ${named.join(', ')}: ${unnoticed ?? 'not noticed'}`);
console.log(`${[...noticed.values()].filter(Boolean).length} of ${noticed.size} clauses are noticed when they are left out, ${rows.length - noticed.size} were not asked`);
if (status !== 0 || missed.some(({ unnoticed }) => unnoticed === undefined)) process.exitCode = 1;
