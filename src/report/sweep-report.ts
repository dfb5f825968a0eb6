/**
 * One topology over many seeds: how each probe's outage is distributed, and how often each target is met.
 *
 * A run's outage is the probe's longest; 0 where there was none. Runs in which it was still out at the end count with what there was of it,
 * and are named.
 */
import type { Plan } from '../config/plan.js';
import { distributionOf, type Distribution } from '../measure/distribution.js';
import { longestOutage } from '../measure/outage.js';
import type { RunOutcome } from './result.js';
import { renderTable, wrap, type Style } from './terminal.js';

const HISTOGRAM_WIDTH = 60;

interface ProbeSweep {
  readonly name: string;
  readonly outages: number[];
  stillOut: number;
}

interface TargetSweep {
  readonly probe: string;
  readonly text: string;
  readonly source: string;
  met: number;
  /** The first seed that misses it. */
  firstMissed: number | undefined;
}

/** What a sweep keeps of one run; plain data, so that it can come from another thread. */
export interface RunSummary {
  readonly seed: number;
  /** Of each probe; seconds, 0 where there was none. */
  readonly longestOutages: readonly number[];
  readonly isStillOut: readonly boolean[];
  readonly isTargetMet: readonly boolean[];
  readonly isAsExpected: boolean;
}

export function summarize(outcome: RunOutcome): RunSummary {
  return {
    seed: outcome.plan.seed,
    longestOutages: outcome.probes.map((result) => longestOutage(result)?.seconds ?? 0),
    isStillOut: outcome.probes.map(({ outages }) => outages.some(({ isOpen }) => isOpen)),
    isTargetMet: outcome.targets.map(({ isMet }) => isMet),
    isAsExpected: outcome.expectations.every(({ isMet }) => isMet),
  };
}

export interface SweepJson {
  readonly name: string;
  /** What this combination changed, where there are several. */
  readonly set: readonly string[];
  readonly seeds: { readonly first: number; readonly last: number };
  readonly met: boolean;
  readonly probes: readonly ({ readonly name: string; readonly stillOut: number } & Distribution)[];
  readonly targets: readonly { readonly probe: string; readonly text: string; readonly source: string; readonly share: number;
    readonly firstMissed: number | null }[];
  /** Runs in which every display was as expected; null: nothing was expected. */
  readonly expectationsMet: number | null;
}

export class Sweep {
  private readonly plan: Plan;
  /** `key=value`: what distinguishes it from other sweeps of the same topology. */
  readonly varied: readonly string[];
  private readonly probes: readonly ProbeSweep[];
  private readonly targets: readonly TargetSweep[];
  private runs = 0;
  private expectationsMet = 0;

  constructor(plan: Plan, varied: readonly string[] = []) {
    this.plan = plan;
    this.varied = varied;
    this.probes = plan.probes.map(({ name }) => ({ name, outages: [], stillOut: 0 }));
    this.targets = plan.targets.map((target) => ({ probe: plan.probes[target.probe].name, text: target.text, source: target.source, met: 0,
      firstMissed: undefined }));
  }

  /** In order of the seeds. */
  add(run: RunSummary): void {
    this.runs++;
    this.probes.forEach((probe, i) => {
      probe.outages.push(run.longestOutages[i]);
      if (run.isStillOut[i]) probe.stillOut++;
    });
    this.targets.forEach((target, i) => {
      if (run.isTargetMet[i]) target.met++;
      else target.firstMissed ??= run.seed;
    });
    if (run.isAsExpected) this.expectationsMet++;
  }

  /** Every target and every expectation, in every run. */
  get isEverythingMet(): boolean {
    return this.targets.every(({ met }) => met === this.runs) && this.expectationsMet === this.runs;
  }

  json(first: number, last: number): SweepJson {
    return {
      name: this.plan.name, set: this.varied, seeds: { first, last }, met: this.isEverythingMet,
      probes: this.probes.map(({ name, stillOut, outages }) => ({ name, stillOut, ...distributionOf(outages) })),
      targets: this.targets.map(({ probe, text, source, met, firstMissed }) => ({ probe, text, source, share: met / this.runs,
        firstMissed: firstMissed ?? null })),
      expectationsMet: this.plan.expectations.length === 0 ? null : this.expectationsMet,
    };
  }

  /** One row a probe. */
  comparisonRows(): string[][] {
    const isMet = this.isEverythingMet ? 'all' : 'not all';
    return this.probes.map(({ name, outages }) => {
      const d = distributionOf(outages);
      return [this.varied.join(', '), name, ...[d.minimum, d.median, d.mean, d.percentile95, d.maximum].map((value) => `${value.toFixed(3)} s`), isMet];
    });
  }

  text(first: number, last: number, style: Style): string {
    let text = `${style.bold(`${[this.plan.name, ...this.varied].join(', ')}, seeds ${first} to ${last}: ${this.runs} runs`)}\n\n`;
    const all = this.probes.map((probe) => ({ ...probe, distribution: distributionOf(probe.outages) }));
    if (all.length > 0) {
      text += `${renderTable(['longest outage of', 'min', 'median', 'mean', 'p95', 'max', 'still out'], all.map(({ name, stillOut, distribution: d }) =>
        [name, ...[d.minimum, d.median, d.mean, d.percentile95, d.maximum].map((value) => `${value.toFixed(3)} s`), stillOut === 0 ? '' : `${stillOut} runs`]),
      [1, 2, 3, 4, 5, 6])}\n`;
    }
    for (const { name, distribution } of all) if (distribution.bins.length > 1) text += `\n${histogramText(name, distribution)}`;
    if (this.targets.length > 0) {
      text += `\n${style.bold('Targets')}\n\n${renderTable(['', 'probe', 'target', 'met in', 'source'], this.targets.map((target) => {
        const isAlways = target.met === this.runs;
        return [isAlways ? style.good('met') : style.bad('MISSED'), target.probe, target.text,
          `${shareText(target.met, this.runs)}${target.firstMissed === undefined ? '' : `, not seed ${target.firstMissed}`}`, wrap(target.source, 0, 34)];
      }))}\n`;
    }
    if (this.plan.expectations.length > 0) {
      const isAlways = this.expectationsMet === this.runs;
      text += `\n  ${isAlways ? style.good('met') : style.bad('MISSED')}  displays as expected in ${shareText(this.expectationsMet, this.runs)} of the runs\n`;
    }
    return text;
  }
}

/** Several sweeps side by side. */
export function comparisonText(sweeps: readonly Sweep[], style: Style): string {
  return `${style.bold('Side by side')}\n\n${renderTable(['with', 'longest outage of', 'min', 'median', 'mean', 'p95', 'max', 'targets met'],
    sweeps.flatMap((sweep) => sweep.comparisonRows()), [2, 3, 4, 5, 6])}\n`;
}

/** Never 100 % of something that is not all. */
function shareText(part: number, whole: number): string {
  return part === whole ? '100 %' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}

function histogramText(name: string, { bins, count }: Distribution): string {
  const highest = Math.max(...bins.map((bin) => bin.count));
  const step = bins[0].high - bins[0].low;
  const decimals = step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step) - 1e-9));
  const ends = bins.map(({ low, high }) => `${low.toFixed(decimals)}-${high.toFixed(decimals)} s`);
  const width = Math.max(...ends.map((end) => end.length));
  let text = `  ${name}\n`;
  bins.forEach((bin, i) => {
    const bar = '#'.repeat(Math.ceil((bin.count / highest) * HISTOGRAM_WIDTH));
    text += `    ${ends[i].padStart(width)}  ${`${((bin.count / count) * 100).toFixed(1)} %`.padStart(7)}  ${bar}`.trimEnd() + '\n';
  });
  return text;
}
