/**
 * Targets and expectations: what the topology file promises, held against what was measured.
 */
import type { Micros } from '../base/micros.js';
import type { ExpectationPlan, Plan } from '../config/plan.js';
import { longestOutage, type ProbeResult } from './outage.js';

export interface TargetResult {
  /** Index of the probe. */
  readonly probe: number;
  readonly text: string;
  readonly isMet: boolean;
  /** The probe's longest outage; 0: none. */
  readonly measuredMicros: Micros;
  readonly limitMicros: Micros;
  readonly comparison: '<=' | '<' | '>=' | '>';
  readonly source: string;
  /** By how much it is met (positive or 0) or missed (negative or 0). */
  readonly marginMicros: Micros;
  /** Why a target is missed that no number explains; may be empty. */
  readonly reason: string;
}

export function evaluateTargets(plan: Plan, results: readonly ProbeResult[]): TargetResult[] {
  return plan.targets.map((target) => {
    const result = worst(plan, results, target.probe);
    const longest = longestOutage(result);
    const measuredMicros = longest === undefined ? 0 : longest.end - longest.start;
    const isUpperLimit = target.comparison === '<=' || target.comparison === '<';
    const marginMicros = isUpperLimit ? target.limitMicros - measuredMicros : measuredMicros - target.limitMicros;
    const isInside = target.comparison.length === 2 ? marginMicros >= 0 : marginMicros > 0;
    let reason = '';
    if (result.sent === 0) reason = 'no probe was sent';
    // Whatever was measured, it went on longer than the run.
    else if (isUpperLimit && result.outages.some((outage) => outage.isOpen)) reason = 'still out when the run ended';
    return {
      probe: target.probe, text: target.text, isMet: isInside && reason === '', measuredMicros, limitMicros: target.limitMicros,
      comparison: target.comparison, source: target.source, marginMicros, reason,
    };
  });
}

/** The probe, or of its group the one with the longest outage. */
function worst(plan: Plan, results: readonly ProbeResult[], probe: number): ProbeResult {
  const { group } = plan.probes[probe];
  if (group === undefined) return results[probe];
  const length = (result: ProbeResult): number => {
    const longest = longestOutage(result);
    return longest === undefined ? 0 : longest.end - longest.start;
  };
  return results.filter((_, i) => plan.probes[i].group === group).reduce((most, each) => (length(each) > length(most) ? each : most));
}

export interface ExpectationResult {
  readonly expectation: ExpectationPlan;
  readonly isMet: boolean;
  /** Unified in spirit: `-` expected, `+` what came, with the line numbers in front; empty when met. */
  readonly difference: readonly string[];
}

/** Line by line; only the line break at the very end does not count. */
export function compareExpectation(expectation: ExpectationPlan, output: string): ExpectationResult {
  const expected = lines(expectation.expected);
  const got = lines(output);
  const difference = differences(expected, got);
  return { expectation, isMet: difference.length === 0, difference };
}

function lines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Longest common subsequence: displays are short. */
function differences(expected: readonly string[], got: readonly string[]): string[] {
  const width = got.length + 1;
  const common = new Uint32Array((expected.length + 1) * width);
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = got.length - 1; j >= 0; j--) {
      common[i * width + j] = expected[i] === got[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const difference: string[] = [];
  let i = 0;
  let j = 0;
  while (i < expected.length || j < got.length) {
    if (i < expected.length && j < got.length && expected[i] === got[j]) {
      i++;
      j++;
    } else if (i < expected.length && (j >= got.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      difference.push(`${String(i + 1).padStart(4)} - ${expected[i]}`);
      i++;
    } else {
      difference.push(`${String(j + 1).padStart(4)} + ${got[j]}`);
      j++;
    }
  }
  return difference;
}
