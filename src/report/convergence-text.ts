/** The tables of RFC 6412's figures. Read measure/route-convergence.ts first. */
import { NEVER, type Micros } from '../base/micros.js';
import type { ControlPlaneTimes } from '../measure/control-plane.js';
import type { ForwardingTimes } from '../measure/forwarding-watch.js';
import type { ConvergenceBenchmark } from '../measure/route-convergence.js';
import type { Names } from './names.js';
import { formatClock, formatSpan, renderTable } from './terminal.js';
import { causeText } from './timeline.js';

export function convergenceText(benchmarks: readonly ConvergenceBenchmark[], controlPlane: readonly ControlPlaneTimes[], forwarding: readonly ForwardingTimes[], names: Names): string {
  if (benchmarks.length === 0 && controlPlane.length === 0) return '';
  const span = (micros: Micros | undefined): string => (micros === undefined ? '-' : micros === NEVER ? 'not yet' : formatSpan(micros));
  const rows = benchmarks.map(({ group, event, samplingIntervalMicros, routes, affected, firstRouteMicros, fullMicros, lossDerivedMicros }) => [
    group, `${formatClock(event.time)} ${names.node(event.node)}: ${event.event.kind === 'fault' || event.event.kind === 'recovery' ? causeText(event.event) : ''}`,
    `${affected.length} of ${routes}`, span(firstRouteMicros), span(median(affected.map((each) => each.convergenceMicros))), span(fullMicros), formatSpan(lossDerivedMicros), formatSpan(samplingIntervalMicros)]);
  const table = rows.length === 0 ? '' : `${renderTable(['streams', 'event', 'affected', 'first route', 'median route', 'full', 'loss-derived', 'sampled every'], rows)}\n`;
  const since = (event: Micros, at: Micros | undefined): string => (at === undefined ? '-' : `+${formatSpan(at - event)}`);
  const control = controlPlane.length === 0 ? '' : `\n${renderTable(['event', 'first LSA in', 'last LSA in', 'LSAs in', 'first ack', 'first LSA out', 'last LSA out', 'LSAs out', 'first route moved', 'last route moved', 'moved'],
    controlPlane.map((each, i) => [formatClock(each.event), since(each.event, each.firstLsaIn), since(each.event, each.lastLsaIn), String(each.lsasIn), since(each.event, each.firstAcknowledgment),
      since(each.event, each.firstLsaOut), since(each.event, each.lastLsaOut), String(each.lsasOut),
      since(each.event, forwarding[i].firstMoved), since(each.event, forwarding[i].lastMoved), `${forwarding[i].moved} of ${forwarding[i].routes}`]))}\n`;
  return table + control;
}

export function median(values: readonly Micros[]): Micros | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}
