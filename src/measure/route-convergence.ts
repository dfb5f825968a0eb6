/**
 * Route convergence as a tester outside sees it, out of many streams of probes, one for each route. Read RFC 6412, chapter 3 first: the words are its own.
 *
 * A stream's packets are the routes' samples: no time here is finer than the packet sampling interval, which stands beside the figures [6412:3.7.4].
 * A route has converged when the first packet behind its last lost one gets through; a route that lost nothing was never out, and counts with zero in what
 * is derived from loss, and not at all among the route-specific times.
 * Deviation: instants are those of sending. The standard's are of arrival at the tester; here the way takes microseconds.
 */
import { NEVER, type Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import type { ProbeResult } from './outage.js';
import type { Recording, TracedEvent } from './recorder.js';

export interface RouteConvergence {
  /** Index of the probe in the plan. */
  readonly probe: number;
  /** [6412:3.6.3] From the event to the last loss that follows from it; NEVER: it has not converged. */
  readonly convergenceMicros: Micros;
  /** [6412:3.6.5] How long it was out, all told. */
  readonly lossOfConnectivityMicros: Micros;
}

export interface ConvergenceBenchmark {
  /** The probes' common name. */
  readonly group: string;
  /** What was done to the network, when: the Convergence Event Instant. [6412:3.2.2] */
  readonly event: TracedEvent;
  /** [6412:3.7.4] */
  readonly samplingIntervalMicros: Micros;
  /** Streams that were being sent. */
  readonly routes: number;
  /** Those that lost packets, in the order of the plan. */
  readonly affected: readonly RouteConvergence[];
  /** [6412:3.6.2] Undefined: none was affected. */
  readonly firstRouteMicros: Micros | undefined;
  /** [6412:3.6.1] NEVER: some route has not converged. */
  readonly fullMicros: Micros | undefined;
  /** [6412:3.6.4] Lost packets over the rate of all streams: what a tester without stamps on its packets would say. */
  readonly lossDerivedMicros: Micros;
}

/** For each group, one benchmark for each thing that was done to the network while all its streams were being sent. */
export function convergenceBenchmarks(plan: Plan, recording: Recording, results: readonly ProbeResult[], endOfRun: Micros): ConvergenceBenchmark[] {
  const groups = new Map<string, number[]>();
  plan.probes.forEach(({ group }, probe) => {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), probe]);
  });
  const causes = recording.events.filter(({ event }) => event.kind === 'fault' || event.kind === 'recovery');
  return [...groups].flatMap(([group, probes]) => causes.flatMap((event, i): ConvergenceBenchmark[] => {
    const until = Math.min(causes[i + 1]?.time ?? NEVER, endOfRun);
    const isRunning = probes.every((probe) => plan.probes[probe].start <= event.time && plan.probes[probe].stop > event.time);
    return isRunning && until > event.time ? [benchmark(plan, results, group, probes, event, until)] : [];
  }));
}

function benchmark(plan: Plan, results: readonly ProbeResult[], group: string, probes: readonly number[], event: TracedEvent, until: Micros): ConvergenceBenchmark {
  const samplingIntervalMicros = plan.probes[probes[0]].everyMicros;
  const affected: RouteConvergence[] = [];
  let lost = 0;
  for (const probe of probes) {
    // A packet on its way when it happened was sent just before.
    const outages = results[probe].outages.filter((each) => each.start >= event.time - samplingIntervalMicros && each.start < until);
    if (outages.length === 0) continue;
    const packets = outages.reduce((sum, each) => sum + each.lost, 0);
    lost += packets;
    const last = outages[outages.length - 1];
    affected.push({ probe, convergenceMicros: last.isOpen ? NEVER : last.end - event.time, lossOfConnectivityMicros: packets * samplingIntervalMicros });
  }
  const times = affected.map((each) => each.convergenceMicros);
  return {
    group, event, samplingIntervalMicros, routes: probes.length, affected,
    firstRouteMicros: times.length === 0 ? undefined : Math.min(...times),
    fullMicros: times.length === 0 ? undefined : Math.max(...times),
    lossDerivedMicros: Math.round((lost * samplingIntervalMicros) / probes.length),
  };
}
