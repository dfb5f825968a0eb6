/**
 * npm run bench:scale: how time and memory grow with the network.
 *
 *   node bench/scale.mjs [--json] [SIZE...]
 *
 * Grids of SIZE x SIZE routers (8, 16 and 32 where nothing is said; 45, 55 and 64 are 2,025, 3,025 and 4,096 routers), each in a process of its own:
 * from reading the topology to complete tables, then one link cut, then LSAs that are refreshed when all is quiet. From one size to the next: with which power of the number of routers
 * processor time and memory have grown. Exit 1: the grid of 32 x 32 missed its targets.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endMeasured, measure } from './measured-process.mjs';

/** For 1,024 routers. */
const TARGETS = { wallSeconds: 60, megabytes: 2048, cutWallSeconds: 5 };
/** For one size. */
const LONGEST_SECONDS = 4 * 3600;
const sizes = process.argv.slice(2).filter((word) => word !== '--json').map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 2)) {
  console.error('bench: sizes are whole numbers from 2; there is --json');
  process.exit(2);
}
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
if (!existsSync(pathOf('../dist/sim/simulation.js'))) {
  console.error('bench: dist/sim/simulation.js is not there: npm run build');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endMeasured('SIGTERM'));

// As failover itself does with so many systems.
const { largeHeapFlags } = await import('../dist/cli/large-heap.js');
const rows = [];
for (const size of sizes.length > 0 ? sizes : [8, 16, 32]) {
  if (process.stderr.isTTY) process.stderr.write(`${size} x ${size} ...\n`);
  rows.push(JSON.parse((await measure(pathOf('grid-emulated.mjs'), [String(size), '--cut', '--refresh'], { timeoutSeconds: LONGEST_SECONDS, flags: size * size < 200 ? [] : largeHeapFlags() })).output));
}
const isMet = ({ routers, wallSeconds, peakMegabytes, cutWallSeconds }) => routers !== 1024 ||
  (wallSeconds <= TARGETS.wallSeconds && peakMegabytes <= TARGETS.megabytes && cutWallSeconds <= TARGETS.cutWallSeconds);
/** n: this is as the number of routers to the n; undefined: there is nothing before it. */
const growth = (at, what) => (at === 0 ? undefined : Math.log(what(rows[at]) / what(rows[at - 1])) / Math.log(rows[at].routers / rows[at - 1].routers));
rows.forEach((row, at) => {
  row.cpuGrowth = growth(at, (r) => r.cpuSeconds);
  row.memoryGrowth = growth(at, (r) => r.peakMegabytes);
});
if (process.argv.includes('--json')) console.log(JSON.stringify({ rows, targets: TARGETS }, null, 2));
else {
  const table = [['routers', 'prefixes', 'complete after (virtual)', 'wall', 'processor', 'n^', 'peak memory', 'n^', 'cut: wall', 'processor', 'one LSA: processor', 'targets']];
  const power = (n) => (n === undefined ? '' : n.toFixed(2));
  for (const r of rows) {
    table.push([String(r.routers), String(r.prefixes), `${r.virtualSeconds} s`, `${r.wallSeconds.toFixed(1)} s`, `${r.cpuSeconds.toFixed(1)} s`, power(r.cpuGrowth), `${Math.round(r.peakMegabytes)} MB`, power(r.memoryGrowth),
      `${r.cutWallSeconds.toFixed(2)} s`, `${r.cutCpuSeconds.toFixed(2)} s`, `${r.floodMilliseconds.toFixed(1)} ms`, r.routers !== 1024 ? '' : isMet(r) ? 'met' : 'MISSED']);
  }
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padStart(widths[column])).join('  '));
  console.log(`\nTargets at 1024: ${TARGETS.wallSeconds} s, ${TARGETS.megabytes} MB, ${TARGETS.cutWallSeconds} s. Far more wall than processor time: the machine was busy with something else.`);
}
process.exitCode = rows.every(isMet) ? 0 : 1;
