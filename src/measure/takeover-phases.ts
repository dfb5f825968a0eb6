/**
 * The phases of a take-over: from the fault to the resources, each with when it was over and how long it took.
 *
 *   detect    somebody counts the other as dead, or hears that it shuts down
 *   decide    STONITH has been obeyed, the scripts run: the group is being acquired
 *   acquire   its address is up (a group without an address: all of it is)
 *   arp       the first gratuitous ARP for it is out
 *   complete  the last resource of the group is started
 */
import { NEVER, type Micros } from '../base/micros.js';
import type { Recording, TracedEvent } from './recorder.js';

export type TakeoverPhaseName = 'fault' | 'detect' | 'decide' | 'acquire' | 'arp' | 'complete';

export interface TakeoverPhase {
  readonly phase: TakeoverPhaseName;
  readonly time: Micros;
  /** Since the phase before it. */
  readonly durationMicros: Micros;
}

export interface Takeover {
  /** Who acquires; index into the plan's nodes. */
  readonly node: number;
  /** Whose group it is, and its first resource. */
  readonly owner: string;
  readonly group: string;
  /** dead, shutdown, standby, owner. */
  readonly reason: string;
  /** Without the ones that did not happen; a group that was not acquired has no complete. */
  readonly phases: readonly TakeoverPhase[];
}

/** In time order; the first acquisition of a group by its owner is no take-over. */
export function takeovers(recording: Recording): Takeover[] {
  const { events } = recording;
  const found: Takeover[] = [];
  const known = new Set<string>();
  events.forEach((traced, index) => {
    const { event, time, node } = traced;
    if (event.kind !== 'takeover' || event.what !== 'acquiring') return;
    const isFirst = !known.has(event.group) && event.reason === 'owner';
    known.add(event.group);
    if (isFirst) return;
    const cause = lastBefore(events, index, ({ event: each }) => each.kind === 'fault' || each.kind === 'recovery');
    const detect = lastBefore(events, index, (each) => each.node === node && isDetection(each, event.peer, event.reason));
    const until = events.findIndex((each, i) => i > index && each.node === node && each.event.kind === 'takeover' && each.event.group === event.group);
    const outcome = events[until]?.event;
    const inside = events.slice(index, until < 0 ? events.length : until).filter((each) => each.node === node);
    const address = inside.find(({ event: each }) => each.kind === 'alias-address' && each.what === 'added');
    const arp = inside.find(({ event: each }) => each.kind === 'gratuitous-arp');
    const isComplete = outcome?.kind === 'takeover' && outcome.what === 'acquired';
    const marks: readonly (readonly [TakeoverPhaseName, Micros | undefined])[] = [
      ['fault', cause?.time], ['detect', detect?.time], ['decide', time], ['acquire', address?.time], ['arp', arp?.time], ['complete', isComplete ? events[until].time : undefined],
    ];
    found.push({ node, owner: event.peer, group: event.group, reason: event.reason, phases: phasesOf(marks) });
  });
  return found;
}

function isDetection({ event }: TracedEvent, peer: string, reason: string): boolean {
  if (reason === 'dead') return event.kind === 'cluster-node' && event.peer === peer && event.to === 'dead';
  return event.kind === 'takeover' && event.what === 'decided' && event.peer === peer;
}

function lastBefore(events: readonly TracedEvent[], index: number, test: (traced: TracedEvent) => boolean): TracedEvent | undefined {
  for (let i = index - 1; i >= 0; i--) if (test(events[i])) return events[i];
  return undefined;
}

/** What came before the cause belongs to something else. */
function phasesOf(marks: readonly (readonly [TakeoverPhaseName, Micros | undefined])[]): TakeoverPhase[] {
  const phases: TakeoverPhase[] = [];
  let before = NEVER;
  const start = marks[0][1] ?? 0;
  for (const [phase, time] of marks) {
    if (time === undefined || time < start) continue;
    phases.push({ phase, time, durationMicros: before === NEVER ? 0 : time - before });
    before = time;
  }
  return phases;
}
