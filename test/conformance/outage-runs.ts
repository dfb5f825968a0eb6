/**
 * A run of a topology of topologies/outages/, real (its recorded.json, by record/outages.mjs) or here, and what it comes to: of each probe and event the
 * datagrams lost, and how long after the event the last of them was sent.
 */
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import type { Plan } from '../../src/config/plan.js';
import { Recorder } from '../../src/measure/recorder.js';
import { Simulation } from '../../src/sim/simulation.js';

/** What is sent less than this before the event's moment may have been under way. */
const UNDER_WAY: Micros = 20 * MILLISECOND;

export interface RunOutage {
  /** Index of the last event that was before it. */
  readonly event: number;
  /** From the moment at which the event was begun to the first lost datagram's. */
  readonly after: number;
  /** Null: still out when the run ended. */
  readonly seconds: number | null;
  readonly lost: number;
}

export interface OutageRun {
  readonly events: readonly { readonly at: number; readonly took: number }[];
  readonly probes: Readonly<Record<string, readonly RunOutage[]>>;
}

export interface RecordedOutages {
  readonly software: string;
  readonly kernel: string;
  readonly runs: readonly OutageRun[];
}

/** Of one probe after one event of one run. */
export interface Loss {
  readonly lost: number;
  /** From the event to where the last outage ended; 0: there is none; Infinity: the run ended before. */
  readonly until: number;
  /** From the event to where the first outage began; 0: there is none. */
  readonly from: number;
  readonly outages: number;
}

export function runHere(plan: Plan, seed: number): OutageRun {
  const events = plan.events.map((event, i) => ({ ...event, at: event.at + new Prng(seed, 'outages', `event ${i}`).integer(0, event.spreadMicros), spreadMicros: 0 }));
  const recorder = new Recorder(plan.probes.map(({ name }) => name));
  const simulation = new Simulation({ ...plan, seed, events }, { trace: (time, node, event) => { recorder.trace(time, node, event); } });
  simulation.run();
  const probes = recorder.probeResults(simulation.now).map(({ name, outages }) => [name, outages.map(({ start, end, lost, isOpen }): RunOutage => {
    const event = events.findLastIndex(({ at }) => at - UNDER_WAY <= start);
    return { event, after: (start - (event < 0 ? 0 : events[event].at)) / SECOND, seconds: isOpen ? null : (end - start) / SECOND, lost };
  })] as const);
  return { events: events.map(({ at }) => ({ at: at / SECOND, took: 0 })), probes: Object.fromEntries(probes) };
}

export function lossAfter(run: OutageRun, probe: string, event: number): Loss {
  const outages = run.probes[probe].filter((each) => each.event === event);
  if (outages.length === 0) return { lost: 0, until: 0, from: 0, outages: 0 };
  const last = outages[outages.length - 1];
  return {
    lost: outages.reduce((sum, { lost }) => sum + lost, 0),
    from: outages[0].after,
    until: last.seconds === null ? Infinity : last.after + last.seconds,
    outages: outages.length,
  };
}
