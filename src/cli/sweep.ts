/**
 * `failover run TOPOLOGY --seeds 1..1000`: the same plan with many seeds, one after the other. Writes no files.
 */
import cliProgress from 'cli-progress';
import { makeStyle } from '../report/terminal.js';
import { Sweep } from '../report/sweep-report.js';
import { isColoured } from './colour.js';
import { execute } from './execute.js';
import { EXIT_MET, EXIT_MISSED, InputFailure } from './failure.js';
import { HIGHEST_SEED, load, noteLines } from './load.js';
import type { RunWords } from './run.js';

const MOST_RUNS = 1_000_000;

export function sweep(topology: string, words: RunWords, range: string): number {
  if (words.seed !== undefined) throw new InputFailure('--seeds goes without --seed');
  if (words.out !== undefined) throw new InputFailure('--seeds goes without --out: the files are those of one run');
  const [first, last] = seedsOf(range);
  const { plan, notes } = load(topology, words);
  const result = new Sweep(plan);
  const bar = progressBar(plan.name, last - first + 1);
  for (let seed = first; seed <= last; seed++) {
    result.add(execute({ ...plan, seed }).outcome);
    bar?.advance();
  }
  bar?.finish();
  if (words.json === true) process.stdout.write(`${JSON.stringify(result.json(first, last), undefined, 2)}\n`);
  else {
    for (const line of noteLines(notes)) process.stdout.write(`note: ${line}\n`);
    process.stdout.write(result.text(first, last, makeStyle(isColoured())));
  }
  return result.isEverythingMet ? EXIT_MET : EXIT_MISSED;
}

function seedsOf(range: string): [number, number] {
  const match = /^(\d{1,10})\.\.(\d{1,10})$/.exec(range);
  const [first, last] = match === null ? [NaN, NaN] : [Number(match[1]), Number(match[2])];
  if (!(first <= last && last <= HIGHEST_SEED && last - first < MOST_RUNS)) {
    throw new InputFailure(`--seeds ${range}: FIRST..LAST is wanted, as 1..1000, up to ${HIGHEST_SEED} and at most ${MOST_RUNS} of them`);
  }
  return [first, last];
}

/** On standard error, and only on a terminal. */
function progressBar(name: string, total: number): { advance(): void; finish(): void } | undefined {
  if (process.stderr.isTTY !== true) return undefined;
  const bar = new cliProgress.SingleBar({ format: `${name}  {bar}  {value} of {total} runs, {eta_formatted} to go`, stream: process.stderr,
    hideCursor: true, clearOnComplete: true, barsize: 40 }, cliProgress.Presets.legacy);
  bar.start(total, 0);
  let shownAt = Date.now();
  return {
    advance: () => {
      bar.increment();
      // Nothing yields here, so the bar's own timer never fires.
      const now = Date.now();
      if (now - shownAt < 100) return;
      shownAt = now;
      bar.render();
    },
    finish: () => bar.stop(),
  };
}
