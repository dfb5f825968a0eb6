/**
 * npm run bench:spf: the shortest-path calculation beside real FRR and BIRD, from the same link state database in the same run.
 *
 *   sudo node bench/spf.mjs [--quick] [--json]
 *
 * Grids and random graphs of degree 4, of 1,000 and 10,000 routers (--quick: 1,000). What is measured, and how, is in spf-real.mjs and
 * spf-emulated.mjs: processor time of whole calculations with routing table and difference, each after the change of one link's cost, less
 * what a refresh costs. Without root or without the daemons only ours is measured. Exit 1: a target was missed.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endMeasured, measure } from './measured-process.mjs';

/** How many times as fast as FRR; BIRD must never be faster. A change of stubs alone costs at most this share of a whole calculation. */
const TARGETS = { frrRatio: { 1000: 8, 10000: 5 }, birdRatio: 1, stubShare: 0.1 };

const unknown = process.argv.slice(2).filter((word) => word !== '--quick' && word !== '--json');
if (unknown.length > 0) {
  console.error(`bench: unknown option ${unknown[0]}; there are --quick and --json`);
  process.exit(2);
}
const isQuick = process.argv.includes('--quick');
const isJson = process.argv.includes('--json');
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
if (!existsSync(pathOf('../dist/ospf/spf.js'))) {
  console.error('bench: dist/ospf/spf.js is not there: npm run build');
  process.exit(2);
}
let interruptedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    endMeasured('SIGTERM');
  });
}

const missing = [];
if (process.getuid?.() !== 0) missing.push('root');
for (const [what, path] of [['FRR', '/usr/lib/frr/ospfd'], ['BIRD', '/usr/sbin/bird'], ['python3', '/usr/bin/python3']]) if (!existsSync(path)) missing.push(what);
const isReal = (name) => !missing.includes('root') && !missing.includes('python3') && !missing.includes(name);

async function real(name, kind, routers) {
  if (!isReal(name)) return undefined;
  try {
    return JSON.parse((await measure(pathOf('spf-real.mjs'), [name.toLowerCase(), kind, String(routers)], { timeoutSeconds: 300 })).output);
  } catch (failure) {
    if (interruptedBy !== undefined) throw new Error(`ended by ${interruptedBy}`);
    console.error(`bench: ${name}, ${kind}, ${routers} routers: ${failure.message.split('\n').at(-1)}`);
    return undefined;
  }
}

const rows = [];
for (const routers of isQuick ? [1000] : [1000, 10000]) {
  for (const kind of ['grid', 'random']) {
    if (!isJson && process.stderr.isTTY) process.stderr.write(`${kind}, ${routers} routers ...\n`);
    const frr = await real('FRR', kind, routers);
    const bird = await real('BIRD', kind, routers);
    const ours = JSON.parse((await measure(pathOf('spf-emulated.mjs'), [kind, String(routers)])).output);
    const stubShare = ours.stubMicros / ours.wallMicros; // medians of wall times
    const frrRatio = frr && frr.micros / ours.fullMicros;
    const birdRatio = bird && bird.micros / ours.fullMicros;
    rows.push({ kind, routers, prefixes: ours.prefixes, ours: ours.fullMicros, oursWall: ours.wallMicros, frr: frr?.micros, bird: bird?.micros, frrRatio, birdRatio,
      stub: ours.stubMicros, stubShare, versions: [frr?.version, bird?.version].filter((v) => v !== undefined),
      isMet: stubShare <= TARGETS.stubShare && (frrRatio === undefined || frrRatio >= TARGETS.frrRatio[routers]) &&
        (birdRatio === undefined || birdRatio >= TARGETS.birdRatio) });
  }
}

if (isJson) {
  console.log(JSON.stringify({ rows, missing, targets: TARGETS }, null, 2));
} else {
  const milliseconds = (micros) => (micros === undefined ? '-' : (micros / 1000).toFixed(micros < 100 ? 4 : micros < 10_000 ? 2 : 1));
  const times = (ratio) => (ratio === undefined ? '-' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} x`);
  const table = [['network', 'prefixes', 'here, ms', 'FRR, ms', 'BIRD, ms', 'FRR / here', 'BIRD / here', 'stub change, ms', 'share', 'targets']];
  for (const r of rows) {
    table.push([`${r.kind} ${r.routers}`, String(r.prefixes), milliseconds(r.ours), milliseconds(r.frr), milliseconds(r.bird),
      `${times(r.frrRatio)} (>= ${TARGETS.frrRatio[r.routers]})`, `${times(r.birdRatio)} (>= ${TARGETS.birdRatio})`, milliseconds(r.stub),
      `${(100 * r.stubShare).toFixed(1)} % (<= ${100 * TARGETS.stubShare})`, r.isMet ? 'met' : 'MISSED']);
  }
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '));
  const versions = [...new Set(rows.flatMap((r) => r.versions))];
  if (versions.length > 0) console.log(`\nMeasured in this run: ${versions.join(', ')}, Node ${process.versions.node}. Processor time, less that of refreshes.`);
  if (missing.length > 0) console.log(`\nNot measured, for want of ${missing.join(', ')}: the daemons.`);
}
process.exitCode = rows.every((row) => row.isMet) ? 0 : 1;
