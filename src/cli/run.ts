/**
 * `failover run TOPOLOGY`.
 */
import { join } from 'node:path';
import { Names } from '../report/names.js';
import { buildResult, isEverythingMet, resultText } from '../report/result.js';
import { outcomeText, planText, snapshotsText, timelineText } from '../report/run-report.js';
import { makeStyle } from '../report/terminal.js';
import { execute } from './execute.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';
import { load, noteLines, type LoadWords } from './load.js';
import { runWithLargeHeap } from './large-heap.js';
import { OutputDirectory } from './output-directory.js';
import { makeProgress } from './progress.js';
import { isColoured } from './colour.js';

export interface RunWords extends LoadWords {
  readonly out?: string;
  readonly json?: boolean;
  /** `FIRST..LAST`: a sweep, see sweep.ts. */
  readonly seeds?: string;
  readonly threads?: string;
}

export function run(topology: string, words: RunWords): number {
  if (words.threads !== undefined) throw new InputFailure('--threads goes with --seeds only: one run is one thread');
  const { plan, notes } = load(topology, words);
  const elsewhere = runWithLargeHeap(plan);
  if (elsewhere !== undefined) return elsewhere;
  const isQuiet = words.json === true;
  const style = makeStyle(isColoured());
  const path = words.out ?? (isQuiet ? undefined : join('results', plan.name));
  const directory = path === undefined ? undefined : withPath(path, () => new OutputDirectory(path, plan));
  const said = noteLines(notes);
  if (!isQuiet) {
    process.stdout.write(`${planText(plan, style)}\n`);
    for (const line of said) process.stdout.write(`note: ${line}\n`);
    if (said.length > 0) process.stdout.write('\n');
  }
  const progress = makeProgress(plan);
  const execution = execute(plan, {
    watchers: [directory?.watcher ?? {}, progress?.watcher ?? {}], hasSnapshots: !isQuiet, notes: said,
  });
  progress?.finish();
  const { outcome, recorder, snapshots } = execution;
  const names = new Names(plan, recorder);
  const result = resultText(buildResult(outcome, names));
  directory?.finish(result);
  if (isQuiet) process.stdout.write(result);
  else {
    const parts = [timelineText(plan, recorder, names, style), snapshotsText(plan, snapshots, style), outcomeText(outcome, names, style)];
    process.stdout.write(`${parts.filter((part) => part !== '').join('\n')}\n`);
    if (directory !== undefined) {
      process.stdout.write(`Capture: ${directory.capturePath}   trace: ${directory.tracePath}   result: ${directory.resultPath}\n`);
    }
    process.stdout.write(`Trajectory ${outcome.trajectoryHash}, seed ${plan.seed}: the same seed gives the same bytes.\n`);
  }
  return isEverythingMet(outcome) ? EXIT_MET : EXIT_MISSED;
}
