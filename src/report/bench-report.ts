/**
 * `failover bench`: many runs, one table.
 */
import { SECOND } from '../base/micros.js';
import type { RunOutcome } from './result.js';
import { formatClock, renderTable, wrap, type Style } from './terminal.js';

export interface BenchRow {
  readonly scenario: string;
  readonly fault: string;
  readonly probe: string;
  /** Seconds; null: there is nothing to measure. */
  readonly measured: number | null;
  readonly target: string;
  readonly source: string;
  readonly met: boolean;
}

/**
 * One row for each target and each missed expectation, and one for all expectations that are met; a scenario without any has one
 * row that is met.
 */
export function benchRows(outcome: RunOutcome): BenchRow[] {
  const { plan } = outcome;
  const fault = plan.events.map((event) => `${plan.nodes[event.node]?.name ?? 'the machine room'}: ${event.text}`).join('; ') || 'none';
  const rows: BenchRow[] = outcome.targets.map((target) => ({
    scenario: plan.name, fault, probe: plan.probes[target.probe].name, measured: target.measuredMicros / SECOND,
    target: `${target.comparison} ${target.limitMicros / SECOND} s`, source: target.source, met: target.isMet,
  }));
  const met = outcome.expectations.filter(({ isMet }) => isMet).length;
  if (met > 0) {
    const target = `${met} of ${outcome.expectations.length} displays as expected`;
    rows.push({ scenario: plan.name, fault, probe: '', measured: null, target, source: '"expect" in the topology', met: true });
  }
  for (const { expectation, isMet } of outcome.expectations) {
    if (isMet) continue;
    rows.push({
      scenario: plan.name, fault, probe: '', measured: null,
      target: `${plan.nodes[expectation.node].name} '${expectation.show}' at ${formatClock(expectation.at)}`, source: expectation.file, met: false,
    });
  }
  if (rows.length === 0) rows.push({ scenario: plan.name, fault, probe: '', measured: null, target: 'none', source: '', met: true });
  return rows;
}

export function benchText(rows: readonly BenchRow[], style: Style): string {
  return `${renderTable(['scenario', 'fault', 'measured', 'target', 'source', 'verdict'], rows.map((row, i) => {
    const isAgain = i > 0 && rows[i - 1].scenario === row.scenario;
    const measured = row.measured === null ? '' : `${row.probe} ${row.measured.toFixed(3)} s`;
    return [isAgain ? '' : row.scenario, isAgain ? '' : wrap(row.fault, 0, 12), measured, wrap(row.target, 0, 15), wrap(row.source, 0, 20),
      row.met ? style.good('met') : style.bad('MISSED')];
  }))}\n`;
}
