/**
 * Runs a plan in virtual time, watches it, and says what came of it.
 *
 * Displays are taken on the way, at the instants that the plan's expectations name and, if wanted, around the first fault;
 * they read and change nothing, so the trajectory is the same with and without them.
 */
import { MILLISECOND, NEVER, type Micros } from '../base/micros.js';
import type { EventPlan, Plan } from '../config/plan.js';
import { ControlPlaneWatch } from '../measure/control-plane.js';
import { ForwardingWatch } from '../measure/forwarding-watch.js';
import { convergenceBenchmarks } from '../measure/route-convergence.js';
import { convergencePhases } from '../measure/phases.js';
import { sharedWindows } from '../measure/data-at-risk.js';
import { takeovers } from '../measure/takeover-phases.js';
import { Recorder, type Keeping } from '../measure/recorder.js';
import { Rejections, type Rejection } from '../measure/rejections.js';
import { compareExpectation, evaluateTargets, type ExpectationResult } from '../measure/targets.js';
import type { RunOutcome } from '../report/result.js';
import type { Snapshot } from '../report/run-report.js';
import { formatClock } from '../report/terminal.js';
import { Simulation, type SimulationObserver } from '../sim/simulation.js';

/** Something that also wants to see everything: the capture, the trace, the progress line. */
export type Watcher = Partial<Required<SimulationObserver>>;

export interface Execution {
  readonly outcome: RunOutcome;
  readonly recorder: Recorder;
  readonly snapshots: readonly Snapshot[];
}

export interface ExecuteOptions {
  readonly watchers?: readonly Watcher[];
  /** Take `route -n` of every system before and after the first fault. */
  readonly hasSnapshots?: boolean;
  readonly notes?: readonly string[];
}

interface Stop {
  readonly time: Micros;
  act(): void;
}

export function execute(plan: Plan, options: ExecuteOptions = {}): Execution {
  const record = new RunRecord(plan);
  const simulation = new Simulation(plan, observerOf([record.watcher, ...(options.watchers ?? [])]));
  const snapshots: Snapshot[] = [];
  const expectations: ExpectationResult[] = [];
  const lastStop = plan.until.kind === 'instant' ? plan.until.at : plan.until.limit;
  const stops: Stop[] = plan.expectations.map((expectation, i) => ({
    time: expectation.at,
    act: () => {
      expectations[i] = compareExpectation(expectation, simulation.showAt(expectation.node, expectation.show) ?? '');
    },
  }));
  if (options.hasSnapshots === true) {
    for (const { time, moment } of moments(plan, lastStop)) {
      stops.push({ time, act: () => snapshots.push(...takeSnapshots(plan, simulation, time, moment)) });
    }
  }
  // Stable: equal times in the order of the plan.
  stops.sort((a, b) => a.time - b.time);
  for (const stop of stops) {
    if (stop.time > lastStop) break;
    simulation.runUntil(stop.time);
    stop.act();
  }
  simulation.run();
  plan.expectations.forEach((expectation, i) => {
    expectations[i] ??= { expectation, isMet: false, difference: [`the run ended at ${formatClock(simulation.now)}, before this`] };
  });
  return { recorder: record.recorder, snapshots, outcome: record.outcome(simulation, expectations, options.notes) };
}

/**
 * What is remembered of a run while it goes on, in virtual time or in real time, and what it then comes to. In real time each thing has the moment at which it
 * was done, which is later than the moment at which it was due: what the device under test got late is no fault of the device's.
 */
export class RunRecord {
  readonly recorder: Recorder;
  readonly watcher: Watcher;
  private readonly plan: Plan;
  private readonly controlPlane = new ControlPlaneWatch();
  private readonly forwarding: ForwardingWatch;

  /** `stamp`: when that is which is due at a time; the same time, unless the clock is a real one. */
  constructor(plan: Plan, { keeping = 'all', stamp = (due) => due }: { readonly keeping?: Keeping; readonly stamp?: (due: Micros) => Micros } = {}) {
    this.plan = plan;
    this.recorder = new Recorder(plan.probes.map(({ name }) => name), undefined, plan.probes.map(({ patienceMicros }) => patienceMicros), keeping);
    this.forwarding = new ForwardingWatch(plan.probes.map(({ to }) => to));
    const { recorder, controlPlane, forwarding } = this;
    const device = plan.device === undefined ? undefined : deviceWatcher(plan, plan.device, controlPlane, forwarding, stamp);
    this.watcher = {
      ...(device?.frame === undefined ? {} : { frame: device.frame }),
      trace: (due, node, event) => {
        const time = stamp(due);
        recorder.trace(time, node, event);
        device?.trace?.(time, node, event);
      },
      route: (due, node, change) => recorder.route(stamp(due), node, change),
    };
  }

  /** What was not accepted, by reason; with what interfaces let go of without a word. */
  rejections(simulation: Simulation): Rejection[] {
    const all = new Rejections();
    for (const { node, interfaceName, kind, reason, clause, count } of this.recorder.rejections.rows()) all.add(node, interfaceName, kind, reason, clause, count);
    for (const { index, system } of simulation.nodes) {
      for (const { name, discards } of system?.host.interfaces ?? []) for (const [reason, count] of discards.entries) all.add(index, name, 'ignored', reason, '', count);
    }
    return all.rows();
  }

  outcome(simulation: Simulation, expectations: readonly ExpectationResult[] = [], said: readonly string[] = []): RunOutcome {
    const { plan, recorder, controlPlane, forwarding } = this;
    const probes = recorder.probeResults(simulation.now);
    const notes = [...said];
    if (recorder.dropped > 0) notes.push(`${recorder.dropped} trace events did not fit; phases may lack some`);
    return {
      plan, trajectoryHash: simulation.trajectoryHash, durationMicros: simulation.now, probes,
      phases: convergencePhases(plan, recorder, probes), benchmarks: convergenceBenchmarks(plan, recorder, probes, simulation.now),
      takeovers: takeovers(recorder), sharedWindows: sharedWindows(plan, recorder, simulation.now),
      controlPlane: controlPlane.times(), forwarding: forwarding.times(), targets: evaluateTargets(plan, probes), expectations, notes,
    };
  }
}

/** One call for each watcher that is there; the frame path costs nothing when nobody watches it. */
export function observerOf(watchers: readonly Watcher[]): SimulationObserver {
  const frames = watchers.flatMap((w) => (w.frame === undefined ? [] : [w.frame.bind(w)]));
  const traces = watchers.flatMap((w) => (w.trace === undefined ? [] : [w.trace.bind(w)]));
  const routes = watchers.flatMap((w) => (w.route === undefined ? [] : [w.route.bind(w)]));
  const progresses = watchers.flatMap((w) => (w.progress === undefined ? [] : [w.progress.bind(w)]));
  return {
    frame: frames.length === 0 ? undefined : (link, end, time, bytes, direction) => { for (const f of frames) f(link, end, time, bytes, direction); },
    trace: (time, node, event) => { for (const f of traces) f(time, node, event); },
    route: (time, node, change) => { for (const f of routes) f(time, node, change); },
    progress: progresses.length === 0 ? undefined : (time) => { for (const f of progresses) f(time); },
  };
}

/** The device's link ends: what it sends is seen there outbound, what reaches it inbound. */
function deviceWatcher(plan: Plan, device: readonly number[], controlPlane: ControlPlaneWatch, forwarding: ForwardingWatch, stamp: (due: Micros) => Micros): Watcher {
  const isDevice = plan.links.map(({ ends }) => ends.map(({ node }) => device.includes(node)));
  return {
    frame: (link, end, time, bytes, direction) => {
      if (!isDevice[link][end]) return;
      // What comes from the device has the moment of its arrival already.
      controlPlane.frame(direction === 'outbound' ? time : stamp(time), bytes, direction === 'outbound' ? 'out' : 'in');
      if (direction === 'outbound') forwarding.frame(time, bytes, link);
    },
    trace: (time, _node, event) => {
      if (event.kind !== 'fault' && event.kind !== 'recovery') return;
      controlPlane.begin(time);
      forwarding.begin(time);
    },
  };
}

/** Just before the first fault, and as late as possible before the next thing is done to the network. */
function moments(plan: Plan, lastStop: Micros): { time: Micros; moment: string }[] {
  const [first, second] = plan.events;
  if (first === undefined) return [];
  const before = { time: Math.max(0, first.at - MILLISECOND), moment: 'before the fault' };
  const next = Math.min(second?.at ?? NEVER, endOf(first));
  // Nothing further is done: what stands a while after it.
  const after = Math.min(next === NEVER ? first.at + first.spreadMicros + 300_000 * MILLISECOND : next - MILLISECOND, lastStop);
  return after > before.time ? [before, { time: after, moment: 'after the fault' }] : [before];
}

/** When it goes away by itself, at the earliest. */
function endOf(event: EventPlan): Micros {
  return event.action.kind === 'sleep' ? event.at + event.action.durationMicros : NEVER;
}

/** Systems whose tables are shown when there are many: those that probe or are probed. */
const NODES_SHOWN = 8;

function takeSnapshots(plan: Plan, simulation: Simulation, time: Micros, moment: string): Snapshot[] {
  const command = 'route -n';
  const systems = plan.nodes.flatMap(({ kind }, node) => (kind === 'switch' || kind === 'osa' ? [] : [node]));
  const isShown = (node: number): boolean => systems.length <= NODES_SHOWN ||
    plan.probes.some(({ from, to }) => from === node || plan.nodes[node].interfaces.some((i) => i.addresses.some(({ address }) => address === to)));
  return systems.filter(isShown).flatMap((node) => {
    // A node that stands still has no console.
    const isAsleep = moment !== 'before the fault' && plan.events[0].node === node && simulation.nodes[node].isFrozen;
    const output = isAsleep ? '(stands still)' : simulation.showAt(node, command);
    return output === undefined ? [] : [{ time, moment, node, command, output }];
  });
}
