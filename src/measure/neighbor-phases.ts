/**
 * Phases of an outage that no route ended: ARP found another hardware address for the target, or a dispatcher another server.
 *
 * Read phases.ts first. The chain is the life of the neighbour's entry from the last time that it was believed: STALE, DELAY, PROBE, FAILED, and the answer
 * with the new address. Of a dispatcher it is one moment, at which it took a server for down. Which entry it was is told by its change of address; where
 * two changed, the first one counts.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import { MILLISECOND, type Micros } from '../base/micros.js';
import type { ProtocolTrace } from '../engine/trace.js';
import type { Phase } from './phases.js';
import type { TracedEvent } from './recorder.js';

type ArpTrace = Extract<ProtocolTrace, { kind: 'arp' }>;
/** The packet that ended the outage may have waited for the answer. */
const UNDER_WAY: Micros = 50 * MILLISECOND;

interface TracedArp { readonly time: Micros; readonly node: number; readonly event: ArpTrace }

/** Undefined: neither did anything between the fault and the end. */
export function neighborPhases(events: readonly TracedEvent[], target: Ipv4, from: Micros, start: Micros, end: Micros): Phase[] | undefined {
  const turn = turningPoint(events, target, start, end);
  let detect: Phase | undefined;
  for (const { time, node, event } of events) {
    if (event.kind !== 'dispatcher-server' || event.cluster !== target || event.isUp || time < start || time > end) continue;
    detect = { phase: 'detect', node, time, durationMicros: 0, clause: '', detail: `takes the server ${formatIpv4(event.server)} for down` };
  }
  if (detect !== undefined && (turn === undefined || detect.time > turn.time)) return [detect];
  if (turn === undefined) return undefined;
  const own = events.filter((traced): traced is TracedArp => isArpFor(traced, target) && isSameEntry(traced, turn) && traced.time >= from && traced.time <= turn.time);
  // From where it was last left for being old.
  const left = own.reduce((last, { event }, i) => (event.from === 'REACHABLE' && event.to === 'STALE' && event !== turn.event ? i : last), 0);
  return own.slice(left).map(({ node, time, event }): Phase => ({ phase: 'arp', node, time, durationMicros: 0, clause: event.clause,
    detail: `${formatIpv4(target)} ${event.from} -> ${event.to}${event === turn.event ? `, now ${event.mac}` : ''}` }));
}

function isArpFor(traced: TracedEvent, target: Ipv4): traced is TracedArp {
  return traced.event.kind === 'arp' && traced.event.address === target;
}

function isSameEntry(a: TracedArp, b: TracedArp): boolean {
  return a.node === b.node && a.event.interfaceName === b.event.interfaceName;
}

/** Where an entry for the target first has another hardware address than before the outage began. */
function turningPoint(events: readonly TracedEvent[], target: Ipv4, start: Micros, end: Micros): TracedArp | undefined {
  const known = new Map<string, string>();
  for (const traced of events) {
    if (traced.time > end + UNDER_WAY) return undefined;
    if (!isArpFor(traced, target) || traced.event.mac === '') continue;
    const key = `${traced.node} ${traced.event.interfaceName}`;
    const before = known.get(key);
    if (traced.time >= start && before !== undefined && before !== traced.event.mac) return traced;
    known.set(key, traced.event.mac);
  }
  return undefined;
}
