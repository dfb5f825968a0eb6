/**
 * npm run bench:spf: the shortest-path calculation beside real FRR and BIRD, from the same link state database in the same run.
 *
 *   sudo node bench/spf.mjs [--quick] [--json] [--minutes N] [SIZE...]
 *
 * Grids and random graphs of degree 4, of 1,000 and 10,000 routers (--quick: 1,000). What is measured, and how, is in spf-real.mjs and
 * spf-emulated.mjs: processor time of whole calculations with routing table and difference, each after the change of one link's cost, less
 * what a refresh costs; and, here alone, what changes cost that leave the tree as it is. Without root or without the daemons only ours is
 * measured. It ends after 60 minutes, or N; what there was no time for is said. Exit 1: a target was missed, or a daemon could not be measured.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endMeasured, measure } from './measured-process.mjs';

/** How many times as fast as FRR; BIRD must never be faster. A change of stubs alone costs at most this share of a whole calculation. */
const TARGETS = { frrRatio: { 1000: 8, 10000: 5 }, birdRatio: 1, stubShare: 0.1 };
/** For a daemon to take the database in, and to be measured. */
const SECONDS_EACH = 480;

const { sizes, isQuick, minutes } = readWords(process.argv.slice(2));

function readWords(words) {
  const told = { sizes: [], isQuick: words.includes('--quick'), minutes: 60 };
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--quick' || words[i] === '--json') continue;
    if (words[i] === '--minutes' && Number(words[i + 1]) > 0) told.minutes = Number(words[++i]);
    else if (Number.isInteger(Number(words[i])) && Number(words[i]) >= 16) told.sizes.push(Number(words[i]));
    else {
      console.error(`bench: what is ${words[i]}? There are --quick, --json, --minutes N, and numbers of routers from 16`);
      process.exit(2);
    }
  }
  return told;
}
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

const end = process.hrtime.bigint() + BigInt(Math.round(minutes * 60e9));
const secondsLeft = () => Number(end - process.hrtime.bigint()) / 1e9;
const notMeasured = [];

/** Once more when it fails: a daemon on a busy machine may lose its neighbour. */
async function real(name, kind, routers) {
  if (!isReal(name)) return undefined;
  let why = 'out of time';
  for (let attempt = 0; attempt < 2; attempt++) {
    const seconds = Math.min(SECONDS_EACH, Math.floor(secondsLeft()) - 30);
    if (seconds < 60) break;
    try {
      return JSON.parse((await measure(pathOf('spf-real.mjs'), [name.toLowerCase(), kind, String(routers), String(seconds)], { timeoutSeconds: seconds + 20 })).output);
    } catch (failure) {
      if (interruptedBy !== undefined) throw new Error(`ended by ${interruptedBy}`);
      why = failure.message.split('\n').at(-1);
    }
  }
  notMeasured.push(`${name}, ${kind}, ${routers} routers: ${why}`);
  return undefined;
}

const rows = [];
for (const routers of sizes.length > 0 ? sizes : isQuick ? [1000] : [1000, 10000]) {
  for (const kind of ['grid', 'random']) {
    if (!isJson && process.stderr.isTTY) process.stderr.write(`${kind}, ${routers} routers ...\n`);
    const ours = JSON.parse((await measure(pathOf('spf-emulated.mjs'), [kind, String(routers)], { timeoutSeconds: SECONDS_EACH })).output);
    const frr = await real('FRR', kind, routers);
    const bird = await real('BIRD', kind, routers);
    const stubShare = ours.stubMicros / ours.wallMicros; // medians of wall times
    const frrRatio = frr && frr.micros / ours.fullMicros;
    const birdRatio = bird && bird.micros / ours.fullMicros;
    rows.push({ ...ours, frr: frr?.micros, bird: bird?.micros, frrRatio, birdRatio, stubShare, frrTarget: TARGETS.frrRatio[routers],
      versions: [frr?.version, bird?.version].filter((v) => v !== undefined),
      isMet: stubShare <= TARGETS.stubShare && (frrRatio === undefined || frrRatio >= (TARGETS.frrRatio[routers] ?? 0)) &&
        (birdRatio === undefined || birdRatio >= TARGETS.birdRatio) });
  }
}

if (isJson) {
  console.log(JSON.stringify({ rows, missing, notMeasured, targets: TARGETS }, null, 2));
} else {
  const milliseconds = (micros) => (micros === undefined ? '-' : (micros / 1000).toFixed(micros < 100 ? 4 : micros < 10_000 ? 2 : 1));
  const times = (ratio) => (ratio === undefined ? '-' : `${ratio.toFixed(ratio < 10 ? 1 : 0)} x`);
  const share = (micros, of) => `${milliseconds(micros)} (${(100 * micros / of).toFixed(1)} %)`;
  const print = (table) => {
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    for (const row of table) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '));
  };
  print([['whole calculation', 'prefixes', 'here, ms', 'FRR, ms', 'BIRD, ms', 'FRR / here', 'BIRD / here', 'targets'],
    ...rows.map((r) => [`${r.kind} ${r.routers}`, String(r.prefixes), milliseconds(r.fullMicros), milliseconds(r.frr), milliseconds(r.bird),
      `${times(r.frrRatio)}${r.frrTarget === undefined ? '' : ` (>= ${r.frrTarget})`}`, `${times(r.birdRatio)} (>= ${TARGETS.birdRatio})`, r.isMet ? 'met' : 'MISSED'])]);
  console.log();
  print([['one change, ms', 'stub link', 'leaf', 'summary', 'all summaries', 'external', 'all externals'],
    ...rows.map((r) => [`${r.kind} ${r.routers}`, share(r.stubMicros, r.wallMicros), share(r.leafMicros, r.wallMicros), share(r.summaryMicros, r.allSummariesMicros),
      milliseconds(r.allSummariesMicros), share(r.externalMicros, r.allExternalsMicros), milliseconds(r.allExternalsMicros)])]);
  console.log(`\nShares: of stub and leaf in the whole calculation (stub: <= ${100 * TARGETS.stubShare} %), of one summary or external in the calculation of all of them.`);
  const versions = [...new Set(rows.flatMap((r) => r.versions))];
  if (versions.length > 0) console.log(`Measured in this run: ${versions.join(', ')}, Node ${process.versions.node}. Processor time, less that of refreshes; one change: medians of wall time.`);
  if (missing.length > 0) console.log(`Not measured, for want of ${missing.join(', ')}: the daemons.`);
  for (const each of notMeasured) console.log(`Not measured: ${each}`);
}
process.exitCode = rows.every((row) => row.isMet) && notMeasured.length === 0 ? 0 : 1;
