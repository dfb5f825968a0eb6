/**
 * What a user of `failover run` reads: the plan, what happened, the tables, the outages and whether the promises were kept.
 */
import { formatIpv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import { formatDuration } from '../config/duration.js';
import type { LinkPlan, NodePlan, Plan } from '../config/plan.js';
import type { Outage } from '../measure/outage.js';
import type { Convergence, Phase } from '../measure/phases.js';
import type { Recording } from '../measure/recorder.js';
import { convergenceText } from './convergence-text.js';
import { liveText } from './live-report.js';
import type { Names } from './names.js';
import type { RunOutcome } from './result.js';
import { takeoversText } from './takeover-report.js';
import { formatClock, formatSpan, indent, renderTable, wrap, type Style } from './terminal.js';
import { formatEntry, plural, timelineEntries } from './timeline.js';

/** Streams of a group that have a row of their own. */
const STREAMS_SHOWN = 5;

/** A display taken from a node at a time: `route -n` before and after. */
export interface Snapshot {
  readonly time: Micros;
  /** What was special about that moment: `before the first fault`. */
  readonly moment: string;
  readonly node: number;
  readonly command: string;
  readonly output: string;
}

/** What stands above the progress line: known before anything runs. */
export function planText(plan: Plan, style: Style): string {
  const systems = plan.nodes.filter((node) => node.kind !== 'switch' && node.kind !== 'osa');
  let text = `${style.bold(plan.name)}${plan.title === '' ? '' : `: ${plan.title}`}\n`;
  text += `${plan.file}, seed ${plan.seed}, ${plural(systems.length, 'node')}, ${plural(plan.links.length, 'link')}, ` +
    `${plural(plan.probes.length, 'probe')}\n\n`;
  if (plan.nodes.length <= 24) {
    text += `${renderTable(['node', 'kind', 'interfaces'], plan.nodes.map((node) => [node.name, node.kind, interfacesText(node)]))}\n\n`;
    text += `${renderTable(['link', '', 'kind'], plan.links.map((link) => linkRow(link)))}\n`;
  }
  if (plan.probes.length > 0) {
    text += `\n${renderTable(['probe', 'from', 'to', 'every'], plan.probes.map((probe) =>
      [`${probe.name} (${probe.protocol})`, plan.nodes[probe.from].name, formatIpv4(probe.to), formatDuration(probe.everyMicros)]))}\n`;
  }
  return text;
}

function interfacesText(node: NodePlan): string {
  if (node.kind === 'switch' || node.kind === 'osa') return `${node.interfaces.length} ports`;
  const texts = node.interfaces.flatMap(({ name, addresses }) => addresses
    .filter(({ address }) => address >>> 24 !== 127)
    .map(({ address, prefixLength, peer }) =>
      `${name} ${formatIpv4(address)}${peer === undefined ? `/${prefixLength}` : ` peer ${formatIpv4(peer)}`}`));
  return wrap(texts.join(', '), 0, 68);
}

function linkRow({ kind, ends }: LinkPlan): string[] {
  return [ends[0].label, ends[1].label, kind];
}

export function timelineText(plan: Plan, recording: Recording, names: Names, style: Style, isOutside = false): string {
  const nodeWidth = plan.nodes.reduce((width, { name }) => Math.max(width, name.length), 1);
  const lines = timelineEntries(plan, recording, names, isOutside).map((entry) => {
    const text = formatEntry(entry, nodeWidth);
    return entry.isCause ? style.bold(text) : text;
  });
  if (recording.rejectionsOnlyCounted > 0) lines.push(`(${recording.rejectionsOnlyCounted} more packets were refused or malformed)`);
  if (recording.dropped > 0) lines.push(`(${recording.dropped} more events did not fit)`);
  return `${style.bold('What happened')}\n\n${lines.join('\n')}\n`;
}

export function snapshotsText(plan: Plan, snapshots: readonly Snapshot[], style: Style): string {
  let text = '';
  let moment = '';
  for (const snapshot of snapshots) {
    if (snapshot.moment !== moment) text += `${text === '' ? '' : '\n'}${style.bold(`Tables ${snapshot.moment}`)} (${formatClock(snapshot.time)})\n`;
    moment = snapshot.moment;
    text += `\n  ${plan.nodes[snapshot.node].name}# ${snapshot.command}\n${indent(snapshot.output.replace(/\n+$/, ''))}\n`;
  }
  return text;
}

export function outcomeText(outcome: RunOutcome, names: Names, style: Style): string {
  return [outagesText(outcome, names, style), benchmarksText(outcome, names, style), clusterText(outcome, names, style), liveText(outcome.live, style), targetsText(outcome, style), expectationsText(outcome, names, style)]
    .filter((text) => text !== '').join('\n');
}

function outagesText(outcome: RunOutcome, names: Names, style: Style): string {
  if (outcome.probes.length === 0) return '';
  let text = `${style.bold('Outages')}\n\n`;
  const { shown, rest } = rowsShown(outcome);
  text += `${renderTable(['probe', 'sent', 'lost', 'outage', 'from', 'to'], shown.map((i) => outcome.probes[i]).flatMap((probe) => {
    const head = [probe.name, String(probe.sent), String(probe.lost)];
    if (probe.outages.length === 0) return [[...head, 'none', '', '']];
    return probe.outages.map((outage, i) => [...(i === 0 ? head : ['', '', '']), ...outageCells(outage)]);
  }), [1, 2, 3])}\n`;
  for (const [group, count] of rest) text += `  and ${plural(count, 'more stream')} of ${group}\n`;
  // Who answered is news where it was not always the same.
  for (const { name, answeredBy } of outcome.probes) {
    if (answeredBy === undefined || answeredBy.length < 2) continue;
    text += `\n  ${name} was answered by ${answeredBy.map(({ server, first, last }) => `${server} (${formatClock(first)} to ${formatClock(last)})`).join(', then ')}\n`;
  }
  for (const convergence of outcome.phases) {
    // A probe lost here and there is in the table; a chain is for what lasted.
    if (convergence.phases.length > 1 && (convergence.probe === undefined || isShownFirst(outcome, shown, convergence.probe))) text += `\n${phasesText(convergence, outcome, names)}`;
  }
  return text;
}

function clusterText(outcome: RunOutcome, names: Names, style: Style): string {
  const text = takeoversText(outcome.takeovers, outcome.sharedWindows, names);
  return text === '' ? '' : `${style.bold('Take-overs')}\n\n${text}`;
}

function benchmarksText(outcome: RunOutcome, names: Names, style: Style): string {
  const text = convergenceText(outcome.benchmarks, outcome.controlPlane, outcome.forwarding, names);
  return text === '' ? '' : `${style.bold('Route convergence')} [6412]\n\n${text}`;
}

/** Of a group one chain will do: the worst stream's. */
function isShownFirst({ plan }: RunOutcome, shown: readonly number[], probe: number): boolean {
  const { group } = plan.probes[probe];
  return group === undefined || shown.find((each) => plan.probes[each].group === group) === probe;
}

/** Of each group the streams that lost anything, worst first, and no more than a few of them: a benchmark has hundreds. */
function rowsShown(outcome: RunOutcome): { readonly shown: readonly number[]; readonly rest: ReadonlyMap<string, number> } {
  const { probes, plan } = outcome;
  const length = (i: number): number => probes[i].outages.reduce((most, each) => Math.max(most, each.end - each.start), 0);
  const rest = new Map<string, number>();
  const groups = [...new Set(plan.probes.flatMap(({ group }) => (group === undefined ? [] : [group])))];
  const streams = groups.flatMap((group) => {
    const all = probes.flatMap((_, i) => (plan.probes[i].group === group ? [i] : []));
    const worst = all.filter((i) => probes[i].outages.length > 0).sort((a, b) => length(b) - length(a) || a - b).slice(0, STREAMS_SHOWN);
    rest.set(group, all.length - worst.length);
    return worst;
  });
  return { shown: [...probes.flatMap((_, i) => (plan.probes[i].group === undefined ? [i] : [])), ...streams], rest };
}

function outageCells(outage: Outage): string[] {
  return [`${outage.seconds.toFixed(3)} s`, formatClock(outage.start), outage.isOpen ? 'still out' : formatClock(outage.end)];
}

function phasesText({ probe, outage, phases }: Convergence, outcome: RunOutcome, names: Names): string {
  const last = phases[phases.length - 1];
  const title = probe === undefined || outage === undefined
    ? `No probe was lost; the last route changed ${formatSpan(last.time - phases[0].time)} after ${phases[0].detail ?? 'it'}:`
    : `${outcome.probes[probe].name} was out for ${outcome.probes[probe].outages[outage].seconds.toFixed(3)} s:`;
  return `  ${title}\n${indent(renderTable(['phase', 'took', 'at', 'node', ''], phases.map((phase, i) => [
    phase.phase, i === 0 ? '' : formatSpan(phase.durationMicros), formatClock(phase.time), names.node(phase.node), phaseDetail(phase, names),
  ]), [1]), 2)}\n`;
}

function phaseDetail(phase: Phase, names: Names): string {
  switch (phase.phase) {
    case 'fault':
    case 'recovery':
    case 'arp':
      return phase.detail ?? '';
    case 'detect': {
      const silence = phase.sinceLastHelloMicros === undefined ? '' : `, last Hello ${formatSpan(phase.sinceLastHelloMicros)} ago`;
      return `${phase.neighborId === undefined ? '' : `${names.router(phase.neighborId)} `}${phase.detail ?? ''}${silence}`;
    }
    case 'originate':
    case 'flood': {
      const { lsa } = phase;
      return lsa === undefined ? '' : `type ${lsa.lsType} ${formatIpv4(lsa.linkStateId)} of ${names.router(lsa.advertisingRouter)} ${phase.clause}`;
    }
    default:
      return phase.clause;
  }
}

function targetsText(outcome: RunOutcome, style: Style): string {
  if (outcome.targets.length === 0) return '';
  const rows = outcome.targets.map((target) => [
    target.isMet ? style.good('met') : style.bad('MISSED'),
    outcome.plan.probes[target.probe].name,
    `${(target.measuredMicros / SECOND).toFixed(3)} s`,
    `${target.comparison} ${target.limitMicros / SECOND} s`,
    target.reason !== '' ? wrap(target.reason, 0, 22) : `${target.isMet ? 'by' : 'missed by'} ${formatSpan(Math.abs(target.marginMicros))}`,
    wrap(target.source, 0, 34),
  ]);
  return `${style.bold('Targets')}\n\n${renderTable(['', 'probe', 'measured', 'target', '', 'source'], rows, [2])}\n`;
}

function expectationsText(outcome: RunOutcome, names: Names, style: Style): string {
  if (outcome.expectations.length === 0) return '';
  let text = `${style.bold('Expectations')}\n\n`;
  for (const { expectation, isMet, difference } of outcome.expectations) {
    text += `  ${isMet ? style.good('met') : style.bad('MISSED')}  ${names.node(expectation.node)} '${expectation.show}' at ` +
      `${formatClock(expectation.at)} is ${expectation.file}\n`;
    for (const line of difference) text += `      ${line}\n`;
  }
  return text;
}
