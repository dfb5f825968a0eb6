/**
 * npm run bench: how fast and how large, beside real FRR.
 *
 *   node bench/run.mjs [--quick] [--json]
 *
 * Whole processes are measured, from their start to their end; medians of three runs. CPU time that is far below the wall time says that the
 * machine was busy with something else. The grid is measured beside real FRR in network
 * namespaces where root and FRR are there (a minute and a half); elsewhere, and with --quick (one run of each), beside figures that were
 * recorded. Exit 1: a target was missed.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endMeasured, measure, median, medianOf } from './measured-process.mjs';

const SIZE = 8;
/** FRR 8.4.4 on Debian 12, two cores: from the start of the daemons to complete tables; the sum of their resident memory. */
const RECORDED = { wallSeconds: 21.9, residentMegabytes: 1580 };
const LIMITS = { scenarioSeconds: 3, startUpSeconds: 0.25, gridTimeRatio: 20, gridMemoryRatio: 6 };

const unknown = process.argv.slice(2).filter((word) => word !== '--quick' && word !== '--json');
if (unknown.length > 0) {
  console.error(`bench: unknown option ${unknown[0]}; there are --quick and --json`);
  process.exit(2);
}
const isQuick = process.argv.includes('--quick');
const isJson = process.argv.includes('--json');
const runs = isQuick ? 1 : 3;

const pathOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const MAIN = pathOf('dist/cli/main.js');
if (!existsSync(MAIN)) {
  console.error('bench: dist/cli/main.js is not there: npm run build');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'failover-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let interruptedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    endMeasured('SIGTERM'); // whoever made namespaces removes them, and then this ends too
  });
}

const rows = [];
const say = (text) => { if (!isJson && process.stderr.isTTY) process.stderr.write(`${text}\n`); };

/** A figure and what it must keep to; a row without a limit is there to be looked at. */
function addRow(what, { wallSeconds, cpuSeconds, peakMegabytes }, target, isMet, note = '') {
  rows.push({ what, wallSeconds, cpuSeconds, peakMegabytes, target, isMet, note });
}

async function measureCommands() {
  const startUp = await medianOf(isQuick ? 1 : 5, MAIN, ['--version']);
  addRow('failover --version', startUp, `<= ${LIMITS.startUpSeconds} s`, startUp.wallSeconds <= LIMITS.startUpSeconds);
  for (const scenario of ['router-loss', 'router-loss-frr']) {
    say(`failover run ${scenario} ...`);
    const out = join(folder, scenario);
    const result = await medianOf(runs, MAIN, ['run', pathOf(`topologies/${scenario}.yaml`), '--out', out]);
    addRow(`failover run ${scenario}`, result, `< ${LIMITS.scenarioSeconds} s`, result.wallSeconds < LIMITS.scenarioSeconds);
  }
}

/** Why real FRR cannot be run here; undefined: it can. */
function obstacle() {
  if (isQuick) return '--quick';
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid() !== 0) return 'not root';
  if (!existsSync('/usr/lib/frr/ospfd') || !existsSync('/usr/lib/frr/zebra')) return 'FRR is not installed';
  if (!['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].some((path) => existsSync(path))) return 'iproute2 is not installed';
  return undefined;
}

async function realGrid() {
  const why = obstacle();
  if (why !== undefined) return { ...RECORDED, note: `recorded figures: ${why}` };
  say(`${SIZE}x${SIZE} grid, real FRR: ${runs} runs of half a minute ...`);
  try {
    const times = [];
    const memory = [];
    let last;
    for (let i = 0; i < runs; i++) {
      last = JSON.parse((await measure(pathOf('bench/grid-frr.mjs'), [String(SIZE)])).output);
      times.push(last.wallSeconds);
      memory.push(last.residentMegabytes);
    }
    return { wallSeconds: median(times), residentMegabytes: median(memory), proportionalMegabytes: last.proportionalMegabytes,
      note: `${last.version}, measured here` };
  } catch (failure) {
    if (interruptedBy !== undefined) throw failure;
    // A machine on which namespaces or daemons do not work says nothing about this program.
    return { ...RECORDED, note: `recorded figures: ${failure.message.split('\n')[0]}` };
  }
}

async function measureGrid() {
  say(`${SIZE}x${SIZE} grid, emulated ...`);
  const ours = await medianOf(runs, pathOf('bench/grid-emulated.mjs'), [String(SIZE)]);
  const real = await realGrid();
  const timeRatio = real.wallSeconds / ours.wallSeconds;
  const memoryRatio = real.residentMegabytes / ours.peakMegabytes;
  addRow(`${SIZE}x${SIZE} grid, emulated`, ours, `1/${LIMITS.gridTimeRatio} of the time`, timeRatio >= LIMITS.gridTimeRatio, `1/${timeRatio.toFixed(1)}`);
  addRow(`${SIZE}x${SIZE} grid, emulated`, ours, `1/${LIMITS.gridMemoryRatio} of the memory`, memoryRatio >= LIMITS.gridMemoryRatio, `1/${memoryRatio.toFixed(1)}`);
  addRow(`${SIZE}x${SIZE} grid, real FRR`, { wallSeconds: real.wallSeconds, peakMegabytes: real.residentMegabytes }, '', undefined, real.note);
  if (real.proportionalMegabytes !== undefined) {
    addRow('  shared pages counted once', { peakMegabytes: real.proportionalMegabytes }, '', undefined,
      `1/${(real.proportionalMegabytes / ours.peakMegabytes).toFixed(1)}`);
  }
}

function seconds(value) {
  return value === undefined ? '' : `${value.toFixed(2)} s`;
}

function table() {
  const cells = [['', 'what', 'wall time', 'CPU time', 'peak memory', 'target', ''], ...rows.map((row) => [
    row.isMet === undefined ? '' : row.isMet ? 'met' : 'MISSED', row.what,
    seconds(row.wallSeconds), seconds(row.cpuSeconds), `${row.peakMegabytes.toFixed(0)} MB`, row.target, row.note])];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells.map((line) => line.map((cell, column) => (column >= 2 && column <= 4 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
    .join('  ').trimEnd()).join('\n');
}

try {
  await measureCommands();
  await measureGrid();
} catch (failure) {
  console.error(`bench: ${interruptedBy === undefined ? failure.message : `ended by ${interruptedBy}`}`);
  process.exit(interruptedBy === undefined ? 1 : 130);
}
const isMet = rows.every((row) => row.isMet !== false);
console.log(isJson ? JSON.stringify({ isMet, runs, rows }, undefined, 2) : table());
process.exitCode = isMet ? 0 : 1;
