/**
 * Millions of damaged frames and files through everything that reads bytes. Read laws.mjs for what must hold, mutation.mjs for what
 * is done to them.
 *
 *   npm run fuzz -- [--seed N] [--frames N] [--seconds S] [--workers N] [--batch N]
 *
 * 10 million by default, from every capture of pcaps/ and test/fixtures, on all processors; the same seed gives the same frames. A
 * breach is printed with its bytes and can be repeated with --seed and --batch. A batch that does not come to an end within a minute is a
 * hang, and the mutant that it hangs on is printed. Then damaged packets are sent into a Full adjacency (test/fuzz/process.test.ts).
 * Exit code 1 when anything was found.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { BATCH, runBatch } from './batch.mjs';
import { lawsOf } from './laws.mjs';
import { corpusOf, subjectsFrom } from './subjects.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HANG_SECONDS = 60;
/** A frame takes microseconds; this leaves room for the machine's other work. */
const SLOW_MILLIS = 1000;
const MEMORY_MEGABYTES = 1500;
const MOST_FINDINGS = 20;
/** Captures' beginnings are longer than frames. */
const LARGEST_MUTANT = 1 << 17;

if (isMainThread) await main();
else await work();

async function main() {
  const { values } = parseArgs({ options: {
    seed: { type: 'string', default: '1' }, frames: { type: 'string', default: '10000000' }, seconds: { type: 'string', default: '3600' },
    workers: { type: 'string', default: String(availableParallelism()) }, batch: { type: 'string' },
  } });
  const number = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) {
      console.error(`--${name} ${values[name]}: wanted is a whole number`);
      process.exit(2);
    }
    return value;
  };
  const [seed, frames, seconds] = [number('seed'), number('frames'), number('seconds')];
  const only = values.batch === undefined ? undefined : number('batch');
  const batches = only === undefined ? Math.ceil(frames / BATCH) : 1;
  const workers = Math.min(Math.max(1, number('workers')), batches);
  const started = performance.now();
  const findings = new Map();
  const totals = {};
  const clauses = new Set();
  let [given, done, peakHeap, slowestMillis] = [0, 0, 0, 0];
  const elapsed = () => (performance.now() - started) / 1000;

  const find = (problem, where, hex) => {
    const key = problem.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#');
    const known = findings.get(key);
    if (known !== undefined) return void known.times++;
    findings.set(key, { times: 1 });
    console.log(`\nFOUND ${problem}\n  ${where}\n  ${hex}`);
  };

  await Promise.all(Array.from({ length: workers }, () => new Promise((resolve) => {
    const mutant = new SharedArrayBuffer(8 + LARGEST_MUTANT);
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { seed, mutant } });
    let current;
    let watchdog;
    const stop = () => {
      clearTimeout(watchdog);
      void worker.terminate();
      resolve();
    };
    const next = () => {
      clearTimeout(watchdog);
      if (given === batches || elapsed() > seconds || findings.size >= MOST_FINDINGS) return stop();
      current = only ?? given;
      given++;
      worker.postMessage(current);
      watchdog = setTimeout(() => {
        const [length, linkType] = new Int32Array(mutant, 0, 2);
        find('hang', `--seed ${seed} --batch ${current}, link type ${linkType}`, Buffer.from(new Uint8Array(mutant, 8, length)).toString('hex'));
        stop();
      }, HANG_SECONDS * 1000);
    };
    worker.on('error', (error) => {
      find(`the worker died: ${error.stack ?? error}`, `--seed ${seed} --batch ${current}`, '');
      stop();
    });
    worker.on('message', (message) => {
      if (message.problem !== undefined) {
        return find(message.problem, `--seed ${seed} --batch ${current}, mutant ${message.index}, link type ${message.linkType}`, message.hex);
      }
      if (message.done !== undefined) {
        done += message.done;
        for (const [name, value] of Object.entries(message.counts)) totals[name] = (totals[name] ?? 0) + value;
        for (const clause of message.clauses) clauses.add(clause);
        peakHeap = Math.max(peakHeap, message.heap);
        if (message.slowestMillis > slowestMillis) slowestMillis = message.slowestMillis;
        if (message.slowestMillis > SLOW_MILLIS) find(`slow: ${message.slowestMillis.toFixed(0)} ms`, `--seed ${seed} --batch ${current}`, '');
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${frames}  ${elapsed().toFixed(0)} s `);
      }
      next();
    });
  })));

  const megabytes = process.resourceUsage().maxRSS / 1024;
  if (megabytes > MEMORY_MEGABYTES) find(`memory: ${megabytes.toFixed(0)} MB`, `at most ${MEMORY_MEGABYTES}`, '');
  console.log(`${done} mutants in ${elapsed().toFixed(0)} s on ${workers} workers, seed ${seed}: ${Math.round(done / elapsed())}/s`);
  console.log(Object.entries(totals).map(([name, value]) => `${name} ${value}`).join(', '));
  console.log(`${clauses.size} kinds of refusal inside of frames`);
  if (process.env.FUZZ_CLAUSES !== undefined) console.log([...clauses].sort().join('\n'));
  console.log(`slowest ${slowestMillis.toFixed(1)} ms, memory at most ${megabytes.toFixed(0)} MB (a worker's heap ${(peakHeap / 2 ** 20).toFixed(0)} MB)`);
  if (only === undefined && process.env.FUZZ_SHORT === undefined) {
    const packets = Math.max(20_000, Math.min(1_000_000, Math.round(frames / 20)));
    const run = spawnSync('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', 'test/fuzz/process.test.ts', '--testTimeout', '1800000'],
      { cwd: ROOT, stdio: 'inherit', env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_PACKETS: String(packets) } });
    if (run.status !== 0) find('damaged packets in a Full adjacency', 'see above', '');
  }
  for (const [key, { times }] of findings) console.log(`${times} x ${key.split('\n')[0]}`);
  console.log(findings.size === 0 ? 'nothing found' : `${findings.size} different findings`);
  process.exitCode = findings.size === 0 && (done >= batches * BATCH || elapsed() > seconds) ? 0 : 1;
}

async function work() {
  const { seed, mutant } = workerData;
  const head = new Int32Array(mutant, 0, 2);
  const body = new Uint8Array(mutant, 8);
  const subjects = await subjectsFrom((path) => import(`../../dist/${path}`));
  const corpus = corpusOf(subjects, [`${ROOT}/pcaps`, `${ROOT}/test/fixtures`]);
  const judge = lawsOf(subjects);
  parentPort.on('message', (batch) => {
    for (const name of Object.keys(judge.counts)) judge.counts[name] = 0;
    const { slowestMillis } = runBatch(corpus, judge, seed, batch, BATCH, ({ problem, bytes, linkType, index }) => {
      parentPort.postMessage({ problem, hex: Buffer.from(bytes).toString('hex'), linkType, index });
    }, (bytes, linkType) => {
      head[0] = Math.min(bytes.length, body.length);
      head[1] = linkType;
      body.set(bytes.length > body.length ? bytes.subarray(0, body.length) : bytes);
    });
    const names = subjects.FIELD_ROWS.length;
    if (names > 1500) parentPort.postMessage({ problem: `${names} names of fields: bytes make names`, hex: '', linkType: 0, index: 0 });
    parentPort.postMessage({ done: BATCH, counts: { ...judge.counts }, clauses: [...judge.clauses], slowestMillis, heap: process.memoryUsage().heapUsed });
  });
  parentPort.postMessage({});
}
