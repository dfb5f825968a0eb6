/**
 * Convergence phases: from the fault to the route that ended the outage, each with the node, when it was over and how long it took.
 *
 * Read RFC 6412, chapter 3 first. Its words for what is here: the fault is the Convergence Event Instant; the change of the
 * forwarding table that ended the outage is where route convergence ends. Failure detection, origination, flooding, the wait
 * before SPF, SPF and the installation are what that time is made of.
 *
 * The chain is found backwards, from effect to cause, out of what the nodes traced: the route change that ended the outage
 * <- the calculation before it <- when that was scheduled <- the LSA that had just come in or been made <- its origination <-
 * the neighbour that its originator had just lost. A border router originates because of a calculation of its own: then the
 * walk goes on from that one. What the trace does not show stays out of the chain; nothing is guessed.
 */
import { prefixContains, type Ipv4 } from '../base/address.js';
import { MILLISECOND, NEVER, type Micros } from '../base/micros.js';
import type { RouteChange } from '../engine/engine.js';
import type { LsaIdentity, ProtocolTrace } from '../engine/trace.js';
import type { NodePlan, Plan } from '../config/plan.js';
import { IN_FLIGHT_MICROS, type Outage, type ProbeResult } from './outage.js';
import type { RecordedEvent, Recording, TracedEvent, TracedRoute } from './recorder.js';

export type PhaseName = 'fault' | 'detect' | 'originate' | 'flood' | 'spf-wait' | 'spf' | 'install' | 'recovery';

export interface Phase {
  readonly phase: PhaseName;
  /** Index of the node in the plan; -1: the harness. */
  readonly node: number;
  readonly time: Micros;
  /** Since the end of the phase before it; of the fault 0. */
  readonly durationMicros: Micros;
  /** Clause of the standard where one made it happen; may be empty. */
  readonly clause: string;
  readonly lsa?: LsaIdentity;
  /** Of detect: how long ago the last Hello had come when the neighbour was declared dead. */
  readonly sinceLastHelloMicros?: Micros;
  readonly neighborId?: Ipv4;
  /** Of fault and recovery: what was done. Of detect: the event. */
  readonly detail?: string;
}

export interface Convergence {
  /** Index of the probe, and which of its outages; undefined: a fault that no probe felt. */
  readonly probe?: number;
  readonly outage?: number;
  /** In time order. The last is install, or recovery when nothing converged and the fault just went away. */
  readonly phases: readonly Phase[];
}

type Kind<K extends RecordedEvent['kind']> = Extract<RecordedEvent, { kind: K }>;
interface Traced<E> { readonly time: Micros; readonly node: number; readonly event: E }
type Trigger = Traced<Kind<'lsa-install'> | Kind<'lsa-originate'>> & TracedEvent;
type Origin = Traced<Kind<'lsa-originate'> | Kind<'lsa-flush'>>;

/** One chain for each outage, then one for each fault or recovery that changed routes without an outage. */
export function convergencePhases(plan: Plan, recording: Recording, results: readonly ProbeResult[]): Convergence[] {
  const trail = new Trail(recording);
  const chains: Convergence[] = [];
  const felt = new Set<TracedEvent>();
  results.forEach((result, probe) => {
    result.outages.forEach((outage, index) => {
      const cause = trail.causeOf(outage);
      if (cause !== undefined) felt.add(cause);
      chains.push({ probe, outage: index, phases: phasesOf(plan, trail, probe, outage, cause) });
    });
  });
  for (const [i, cause] of trail.causes.entries()) {
    if (felt.has(cause)) continue;
    const until = trail.causes[i + 1]?.time ?? NEVER;
    const last = findLast(recording.routes, (route) => route.time >= cause.time && route.time < until);
    if (last !== undefined) chains.push({ phases: finish(cause, trail.chainTo(last, cause.time)) });
  }
  return chains;
}

function phasesOf(plan: Plan, trail: Trail, probe: number, outage: Outage, cause: TracedEvent | undefined): Phase[] {
  if (outage.isOpen) return finish(cause, []);
  const install = installingRoute(plan, trail, probe, outage, cause?.time ?? outage.start);
  if (install !== undefined) return finish(cause, trail.chainTo(install, cause?.time ?? outage.start));
  // No route changed: the outage ended because the fault went away.
  const recovery = trail.causes.find((c) => c.event.kind === 'recovery' && c.time > outage.start && c.time <= outage.end + MILLISECOND);
  return finish(cause, recovery === undefined ? [] : [causePhase('recovery', recovery)]);
}

/**
 * The route change that ended the outage: the last one, up to when the first delivered probe was under way, on a prefix
 * that carries the probe or its answer.
 */
function installingRoute(plan: Plan, trail: Trail, probe: number, outage: Outage, from: Micros): TracedRoute | undefined {
  const { to, source, from: sender, everyMicros, protocol } = plan.probes[probe];
  const backTo = protocol === 'icmp' ? (source !== 0 ? [source] : addressesOf(plan.nodes[sender])) : [];
  const carries = ({ change }: TracedRoute): boolean => change.action !== 'withdraw' &&
    [to, ...backTo].some((address) => prefixContains(change.network, change.prefixLength, address));
  const before = findLast(trail.recording.routes, (route) => route.time >= from && route.time <= outage.end && carries(route));
  // The first delivered probe may have been sent before the change and met it on its way.
  if (before === undefined || before.time < outage.end - 2 * everyMicros) {
    const onTheWay = trail.recording.routes.find((route) => route.time > outage.end && route.time <= outage.end + 50 * MILLISECOND && carries(route));
    if (onTheWay !== undefined) return onTheWay;
  }
  return before;
}

function addressesOf(node: NodePlan): Ipv4[] {
  return node.interfaces.flatMap((i) => (i.medium === 'loopback' ? [] : i.addresses.map((a) => a.address)));
}

/** Events by node, for walking backwards. */
class Trail {
  readonly recording: Recording;
  /** Faults and recoveries. */
  readonly causes: readonly TracedEvent[];
  private readonly byNode = new Map<number, TracedEvent[]>();

  constructor(recording: Recording) {
    this.recording = recording;
    this.causes = recording.events.filter(({ event }) => event.kind === 'fault' || event.kind === 'recovery');
    for (const traced of recording.events) {
      const list = this.byNode.get(traced.node);
      if (list === undefined) this.byNode.set(traced.node, [traced]);
      else list.push(traced);
    }
  }

  /** A probe may have been under way when the fault hit it, hence the allowance. */
  causeOf(outage: Outage): TracedEvent | undefined {
    const allowance = Math.min(IN_FLIGHT_MICROS, outage.end - outage.start);
    return findLast(this.causes, (cause) => cause.time <= outage.start) === undefined
      ? this.causes.find((cause) => cause.time <= outage.start + allowance)
      : this.causes.find((cause) => cause.time > outage.start && cause.time <= outage.start + Math.min(allowance, 20 * MILLISECOND)) ??
        findLast(this.causes, (cause) => cause.time <= outage.start);
  }

  /** Phases behind the fault, up to and including the route change. */
  chainTo(install: TracedRoute, from: Micros): Phase[] {
    const phases: Phase[] = [phase('install', install.node, install.time, { clause: install.change.protocol === 'ospf' ? '[2328:11]' : '' })];
    let node = install.node;
    let time = install.time;
    const seen = new Set<TracedEvent>();
    // Bounded by the events themselves: each is used once.
    for (;;) {
      const run = this.before(node, time, from, 'spf-run', () => true, seen);
      if (run === undefined) break;
      seen.add(run);
      const previous = this.before(node, run.time, from, 'spf-run', (_, e) => e !== run, seen);
      const schedule = this.scheduleOf(node, previous, run, from, seen);
      phases.unshift(phase('spf', run.node, run.time, { clause: run.event.clause }));
      if (schedule !== undefined) {
        seen.add(schedule);
        // The wait is over when the calculation runs; that itself takes no virtual time.
        phases.unshift(phase('spf-wait', node, run.time, { clause: schedule.event.clause }));
      }
      const trigger = this.triggerOf(node, schedule ?? run, run, from, install.change, seen);
      if (trigger === undefined) break;
      seen.add(trigger);
      let origin: Origin | undefined;
      if (trigger.event.kind === 'lsa-install') {
        phases.unshift(phase('flood', node, trigger.time, { clause: trigger.event.clause, lsa: trigger.event.lsa }));
        origin = this.originOf(trigger.event, trigger.time, from);
      } else {
        origin = trigger as Origin;
      }
      if (origin === undefined) break;
      phases.unshift(phase('originate', origin.node, origin.time, { clause: origin.event.clause, lsa: origin.event.lsa }));
      const lost = this.before(origin.node, origin.time, from, 'neighbor-state', isAdjacencyChange, seen);
      const ownRun = this.before(origin.node, origin.time, from, 'spf-run', () => true, seen);
      if (lost !== undefined && (ownRun === undefined || lost.time >= ownRun.time || !isSummary(origin.event.lsa))) {
        const { event } = lost;
        phases.unshift(phase('detect', lost.node, lost.time, { clause: event.clause, neighborId: event.neighborId,
          sinceLastHelloMicros: event.sinceLastHelloMicros, detail: event.event }));
        break;
      }
      node = origin.node;
      time = origin.time;
    }
    return phases;
  }

  private before<K extends RecordedEvent['kind']>(node: number, time: Micros, from: Micros, kind: K,
    accept: (event: Kind<K>, traced: TracedEvent) => boolean, seen: ReadonlySet<TracedEvent>): Traced<Kind<K>> & TracedEvent | undefined {
    return findLast(this.byNode.get(node) ?? [], (traced) => traced.time <= time && traced.time >= from && traced.event.kind === kind &&
      !seen.has(traced) && accept(traced.event as Kind<K>, traced)) as (Traced<Kind<K>> & TracedEvent) | undefined;
  }

  /** The first scheduling behind the previous run: the run answers to that one, however many followed. */
  private scheduleOf(node: number, previous: TracedEvent | undefined, run: TracedEvent, from: Micros,
    seen: ReadonlySet<TracedEvent>): Traced<Kind<'spf-schedule'>> & TracedEvent | undefined {
    const list = this.byNode.get(node) ?? [];
    const start = previous === undefined ? 0 : list.indexOf(previous) + 1;
    return list.slice(start, list.indexOf(run)).find((traced) => traced.time >= from && traced.event.kind === 'spf-schedule' &&
      !seen.has(traced)) as (Traced<Kind<'spf-schedule'>> & TracedEvent) | undefined;
  }

  /**
   * The change of the database that led to the calculation. Of several at the moment of its scheduling the one that is about the
   * prefix itself, else the last that was traced before the scheduling, else the first behind it: an LSA's installation may be
   * traced after what it leads to.
   */
  private triggerOf(node: number, scheduled: TracedEvent, run: TracedEvent, from: Micros, change: RouteChange,
    seen: ReadonlySet<TracedEvent>): Trigger | undefined {
    const list = this.byNode.get(node) ?? [];
    const isTrigger = (traced: TracedEvent): boolean => traced.time >= from && !seen.has(traced) &&
      ((traced.event.kind === 'lsa-install' && traced.event.isChanged) ||
        (traced.event.kind === 'lsa-originate' && traced.event.reason !== 'refresh'));
    const place = list.indexOf(scheduled);
    const before = list.slice(0, place).filter(isTrigger) as Trigger[];
    const behind = list.slice(place, list.indexOf(run)).filter((traced) => traced.time === scheduled.time && isTrigger(traced)) as Trigger[];
    const atOnce = [...before.filter(({ time }) => time === scheduled.time), ...behind];
    return atOnce.find(({ event: { lsa } }) => (isSummary(lsa) || lsa.lsType === 5) &&
      prefixContains(change.network, change.prefixLength, lsa.linkStateId)) ??
      findLast(before, ({ time }) => time === scheduled.time) ?? behind[0] ?? before[before.length - 1];
  }

  /** What leaves at MaxAge was flushed by its originator. */
  private originOf({ lsa, sequence, isMaxAge }: Kind<'lsa-install'>, time: Micros, from: Micros): Origin | undefined {
    return findLast(this.recording.events, ({ event, time: at }) => at <= time && at >= from &&
      ((event.kind === 'lsa-originate' && event.sequence === sequence) || (event.kind === 'lsa-flush' && isMaxAge)) &&
      isSameLsa(event.lsa, lsa)) as Origin | undefined;
  }
}

function isSameLsa(a: LsaIdentity, b: LsaIdentity): boolean {
  return a.lsType === b.lsType && a.linkStateId === b.linkStateId && a.advertisingRouter === b.advertisingRouter && a.area === b.area;
}

/** Made out of a calculation, not out of a neighbour. */
function isSummary(lsa: LsaIdentity): boolean {
  return lsa.lsType === 3 || lsa.lsType === 4;
}

/** Away from Full (a fault) or to it (a recovery). */
function isAdjacencyChange(event: Extract<ProtocolTrace, { kind: 'neighbor-state' }>): boolean {
  return event.from === 'Full' || event.to === 'Full';
}

function phase(name: PhaseName, node: number, time: Micros, more: Omit<Phase, 'phase' | 'node' | 'time' | 'durationMicros'>): Phase {
  return { phase: name, node, time, durationMicros: 0, ...more };
}

function causePhase(name: 'fault' | 'recovery', { node, time, event }: TracedEvent): Phase {
  if (event.kind !== 'fault' && event.kind !== 'recovery') return phase(name, node, time, { clause: '' });
  const { what, detail } = event;
  return phase(name, node, time, { clause: '', detail: detail === '' ? what : detail.includes(what) ? detail : `${what}: ${detail}` });
}

/** Puts the fault in front and works out the durations. */
function finish(cause: TracedEvent | undefined, phases: readonly Phase[]): Phase[] {
  const all = cause === undefined ? [...phases] : [causePhase(cause.event.kind === 'recovery' ? 'recovery' : 'fault', cause), ...phases];
  return all.map((p, i) => ({ ...p, durationMicros: i === 0 ? 0 : p.time - all[i - 1].time }));
}

function findLast<T>(list: readonly T[], accept: (item: T) => boolean): T | undefined {
  for (let i = list.length - 1; i >= 0; i--) if (accept(list[i])) return list[i];
  return undefined;
}
