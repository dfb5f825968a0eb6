/**
 * A worker thread of a sweep: runs plans with the seeds that it is given, and hands back what a sweep counts.
 */
import { Tinypool } from 'tinypool';
import { summarize, type RunSummary } from '../report/sweep-report.js';
import type { Plan } from '../config/plan.js';
import { execute } from './execute.js';
import { describeFailure } from './failure.js';

/** Seeds `first` to `last` of the plan with this number. */
export interface SweepTask { readonly plan: number; readonly first: number; readonly last: number }

/** A failure loses its class on the way between threads, so it travels as what would be printed. */
export type SweepAnswer = { readonly runs: readonly RunSummary[] } | { readonly failure: ReturnType<typeof describeFailure> };

export default function work(task: SweepTask): SweepAnswer {
  const plans = Tinypool.workerData as readonly Plan[];
  return runSeeds(plans[task.plan], task.first, task.last);
}

export function runSeeds(plan: Plan, first: number, last: number, advance?: () => void): SweepAnswer {
  const runs: RunSummary[] = [];
  try {
    for (let seed = first; seed <= last; seed++) {
      runs.push(summarize(execute({ ...plan, seed }).outcome));
      advance?.();
    }
    return { runs };
  } catch (failure) {
    return { failure: describeFailure(failure) };
  }
}
