/**
 * `failover run TOPOLOGY --seeds 1..1000`: the same plan with many seeds, on as many threads as there are processors; with lists in --set, so
 * many plans. Writes no files.
 *
 * The order in which threads answer is chance; what is printed is put together in the order of the seeds and does not depend on it.
 */
import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { Tinypool } from 'tinypool';
import { overrideSeries } from '../config/topology/override-series.js';
import type { Plan } from '../config/plan.js';
import { makeStyle } from '../report/terminal.js';
import { Sweep, comparisonText, type RunSummary } from '../report/sweep-report.js';
import { isColoured } from './colour.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, ReportedFailure } from './failure.js';
import { HIGHEST_SEED, load, noteLines } from './load.js';
import type { RunWords } from './run.js';
import { runSeeds, type SweepAnswer, type SweepTask } from './sweep-worker.js';

const MOST_RUNS = 1_000_000;
const MOST_THREADS = 1024;
/** So many answers a thread, for the progress bar and for an even end; but at least so many seeds in each, or handing over costs more than running. */
const TASKS_PER_THREAD = 20;
const LEAST_SEEDS = 4;

interface Progress { advance(runs: number): void; finish(): void }

export async function sweep(topology: string, words: RunWords, range: string): Promise<number> {
  if (words.seed !== undefined) throw new InputFailure('--seeds goes without --seed');
  if (words.out !== undefined) throw new InputFailure('--seeds goes without --out: the files are those of one run');
  const [first, last] = seedsOf(range);
  const threads = threadsOf(words.threads);
  const series = overrideSeries(topology, words.set ?? [], (file) => readFileSync(file, 'utf8'));
  // Everything is read before anything runs: an error comes at once.
  const loaded = series.map(({ overrides }) => load(topology, { ...words, set: overrides }));
  const runsEach = last - first + 1;
  if (runsEach * series.length > MOST_RUNS) {
    throw new InputFailure(`--seeds ${range} with ${series.length} combinations of --set: at most ${MOST_RUNS} runs are allowed`);
  }
  const plans = loaded.map(({ plan }) => plan);
  const bar = progressBar(plans[0].name, runsEach * plans.length);
  const sweeps = plans.map((plan, i) => new Sweep(plan, series[i].varied));
  const tasks = cut(plans.length, first, last, threads);
  const answers = threads === 1 || tasks.length < 2 ? runHere(plans, tasks, bar) : await runOnThreads(plans, tasks, threads, bar);
  bar?.finish();
  answers.forEach((answer, i) => answer.forEach((run) => sweeps[tasks[i].plan].add(run)));

  if (words.json === true) {
    const all = sweeps.map((each) => each.json(first, last));
    process.stdout.write(`${JSON.stringify(all.length === 1 ? all[0] : all, undefined, 2)}\n`);
  } else {
    const style = makeStyle(isColoured());
    for (const line of new Set(loaded.flatMap(({ notes }) => noteLines(notes)))) process.stdout.write(`note: ${line}\n`);
    process.stdout.write(sweeps.map((each) => each.text(first, last, style)).join('\n'));
    if (sweeps.length > 1) process.stdout.write(`\n${comparisonText(sweeps, style)}`);
  }
  return sweeps.every(({ isEverythingMet }) => isEverythingMet) ? EXIT_MET : EXIT_MISSED;
}

function cut(plans: number, first: number, last: number, threads: number): SweepTask[] {
  const seeds = Math.max(LEAST_SEEDS, Math.ceil(((last - first + 1) * plans) / (threads * TASKS_PER_THREAD)));
  const tasks: SweepTask[] = [];
  for (let plan = 0; plan < plans; plan++) {
    for (let from = first; from <= last; from += seeds) tasks.push({ plan, first: from, last: Math.min(last, from + seeds - 1) });
  }
  return tasks;
}

function runHere(plans: readonly Plan[], tasks: readonly SweepTask[], bar: Progress | undefined): (readonly RunSummary[])[] {
  return tasks.map((task) => runsOf(runSeeds(plans[task.plan], task.first, task.last, () => bar?.advance(1))));
}

async function runOnThreads(plans: readonly Plan[], tasks: readonly SweepTask[], threads: number, bar: Progress | undefined): Promise<(readonly RunSummary[])[]> {
  const size = Math.min(threads, tasks.length);
  const pool = new Tinypool({
    filename: new URL('./sweep-worker.js', import.meta.url).href, runtime: 'worker_threads', minThreads: size, maxThreads: size,
    isolateWorkers: false, workerData: plans,
  });
  try {
    return await Promise.all(tasks.map(async (task) => {
      const runs = runsOf((await pool.run(task)) as SweepAnswer);
      bar?.advance(runs.length);
      return runs;
    }));
  } finally {
    await pool.destroy();
  }
}

function runsOf(answer: SweepAnswer): readonly RunSummary[] {
  if ('failure' in answer) throw new ReportedFailure(answer.failure.lines, answer.failure.exitCode);
  return answer.runs;
}

function seedsOf(range: string): [number, number] {
  const match = /^(\d{1,10})\.\.(\d{1,10})$/.exec(range);
  const [first, last] = match === null ? [NaN, NaN] : [Number(match[1]), Number(match[2])];
  if (!(first <= last && last <= HIGHEST_SEED && last - first < MOST_RUNS)) {
    throw new InputFailure(`--seeds ${range}: FIRST..LAST is wanted, as 1..1000, up to ${HIGHEST_SEED} and at most ${MOST_RUNS} of them`);
  }
  return [first, last];
}

function threadsOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const threads = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(threads >= 1 && threads <= MOST_THREADS)) throw new InputFailure(`--threads ${text}: a whole number from 1 to ${MOST_THREADS} is wanted`);
  return threads;
}

/** On standard error, and only on a terminal. */
function progressBar(name: string, total: number): Progress | undefined {
  if (process.stderr.isTTY !== true) return undefined;
  const bar = new cliProgress.SingleBar({ format: `${name}  {bar}  {value} of {total} runs, {eta_formatted} to go`, stream: process.stderr,
    hideCursor: true, clearOnComplete: true, barsize: 40 }, cliProgress.Presets.legacy);
  bar.start(total, 0);
  let shownAt = Date.now();
  return {
    advance: (runs) => {
      bar.increment(runs);
      // On one thread nothing yields, so the bar's own timer never fires.
      const now = Date.now();
      if (now - shownAt < 100) return;
      shownAt = now;
      bar.render();
    },
    finish: () => bar.stop(),
  };
}
