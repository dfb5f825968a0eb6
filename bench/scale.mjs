/**
 * npm run bench:scale: how time and memory grow with the network.
 *
 *   node bench/scale.mjs [--json] [SIZE...]
 *
 * Grids of SIZE x SIZE routers (8, 16 and 32 where nothing is said), each in a process of its own: from reading the topology to complete tables,
 * then one link cut. Exit 1: the grid of 32 x 32 missed its targets.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endMeasured, measure } from './measured-process.mjs';

/** For 1,024 routers. */
const TARGETS = { wallSeconds: 60, megabytes: 2048, cutWallSeconds: 5 };
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
  rows.push(JSON.parse((await measure(pathOf('grid-emulated.mjs'), [String(size), '--cut'], { timeoutSeconds: 900, flags: size * size < 200 ? [] : largeHeapFlags() })).output));
}
const isMet = ({ routers, wallSeconds, peakMegabytes, cutWallSeconds }) => routers !== 1024 ||
  (wallSeconds <= TARGETS.wallSeconds && peakMegabytes <= TARGETS.megabytes && cutWallSeconds <= TARGETS.cutWallSeconds);
if (process.argv.includes('--json')) console.log(JSON.stringify({ rows, targets: TARGETS }, null, 2));
else {
  const table = [['routers', 'prefixes', 'complete after (virtual)', 'wall', 'processor', 'peak memory', 'cut: wall', 'processor', 'targets']];
  for (const r of rows) {
    table.push([String(r.routers), String(r.prefixes), `${r.virtualSeconds} s`, `${r.wallSeconds.toFixed(1)} s`, `${r.cpuSeconds.toFixed(1)} s`, `${Math.round(r.peakMegabytes)} MB`,
      `${r.cutWallSeconds.toFixed(2)} s`, `${r.cutCpuSeconds.toFixed(2)} s`, r.routers !== 1024 ? '' : isMet(r) ? 'met' : 'MISSED']);
  }
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padStart(widths[column])).join('  '));
  console.log(`\nTargets at 1024: ${TARGETS.wallSeconds} s, ${TARGETS.megabytes} MB, ${TARGETS.cutWallSeconds} s. Far more wall than processor time: the machine was busy with something else.`);
}
process.exitCode = rows.every(isMet) ? 0 : 1;
