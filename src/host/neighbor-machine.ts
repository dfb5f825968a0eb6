/**
 * The neighbour table's state machine, as data: Linux's NUD states and what moves an entry between them. [1122:2.3.2.1]
 *
 * One table serves today's kernel and 2.4: what they do differently are numbers (how many requests in PROBE, how long a queue)
 * and when the question is asked (REACHABLE is left at a deadline today, at a 30 s tick in 2.4); see `NeighborParameters`.
 * An entry that has just been made is FAILED here: Linux's NONE, which nobody ever sees, differs in nothing.
 */
import { AssertionFailure } from '../base/assert.js';

export type NeighborState = 'INCOMPLETE' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED' | 'PERMANENT' | 'NOARP';

export type NeighborEvent =
  /** Something is to be sent there; or somebody wants the address to be known. */
  | 'Packet'
  /** A unicast reply to us that is believed. */
  | 'Answer'
  /** Any other ARP packet whose hardware address is news, and believed. */
  | 'News'
  /** The reachable time is over, and nothing confirmed the entry meanwhile. */
  | 'ReachableTimeOver'
  /** The delay is over, and an upper layer confirmed the entry meanwhile. */
  | 'DelayConfirmed'
  /** The delay is over, and nothing did. */
  | 'DelayOver'
  /** The last request has gone unanswered for the retransmission time. */
  | 'RetransmitTime'
  /** There is no request left to send. */
  | 'ProbesOver';

export type NeighborAction =
  /** Keep the packet until the address is known. */
  | 'keepPacket'
  /** Ask: one host or all, by the state and the count; when the count is used up, ProbesOver. */
  | 'ask'
  | 'armReachable'
  | 'armDelay'
  | 'stopTimer'
  /** The packets that wait will never be sent. */
  | 'reportPackets';

export interface NeighborCell {
  readonly to?: NeighborState;
  readonly do?: readonly NeighborAction[];
}

/** Nothing changes; where the state has an address, it is used. */
const SAME: NeighborCell = {};
/** Nothing can bring this about: our own mistake if it happens. */
export const IMPOSSIBLE: NeighborCell = {};

const ANSWERED: NeighborCell = { to: 'REACHABLE', do: ['armReachable'] };
const TOLD: NeighborCell = { to: 'STALE', do: ['stopTimer'] };
const GIVEN_UP: NeighborCell = { to: 'FAILED', do: ['stopTimer', 'reportPackets'] };
const NO_TIMERS = { ReachableTimeOver: IMPOSSIBLE, DelayConfirmed: IMPOSSIBLE, DelayOver: IMPOSSIBLE, RetransmitTime: IMPOSSIBLE,
  ProbesOver: IMPOSSIBLE } as const;

export const NEIGHBOR_MACHINE = {
  INCOMPLETE: { ...NO_TIMERS, Packet: { do: ['keepPacket'] }, Answer: ANSWERED, News: TOLD, RetransmitTime: { do: ['ask'] },
    ProbesOver: GIVEN_UP },
  // An answer moves the time of the confirmation; the timer looks at that when it fires.
  REACHABLE: { ...NO_TIMERS, Packet: SAME, Answer: SAME, News: TOLD, ReachableTimeOver: TOLD },
  STALE: { ...NO_TIMERS, Packet: { to: 'DELAY', do: ['armDelay'] }, Answer: ANSWERED, News: SAME },
  DELAY: { ...NO_TIMERS, Packet: SAME, Answer: ANSWERED, News: TOLD, DelayConfirmed: ANSWERED, DelayOver: { to: 'PROBE', do: ['ask'] } },
  PROBE: { ...NO_TIMERS, Packet: SAME, Answer: ANSWERED, News: TOLD, RetransmitTime: { do: ['ask'] }, ProbesOver: GIVEN_UP },
  FAILED: { ...NO_TIMERS, Packet: { to: 'INCOMPLETE', do: ['keepPacket', 'ask'] }, Answer: ANSWERED, News: TOLD },
  // Set by hand, or for devices that need no ARP: nothing on the wire changes them.
  PERMANENT: { ...NO_TIMERS, Packet: SAME, Answer: SAME, News: SAME },
  NOARP: { ...NO_TIMERS, Packet: SAME, Answer: SAME, News: SAME },
} as const satisfies Record<NeighborState, Record<NeighborEvent, NeighborCell>>;

export function neighborCell(state: NeighborState, event: NeighborEvent): NeighborCell {
  const cell: NeighborCell = NEIGHBOR_MACHINE[state][event];
  if (cell === IMPOSSIBLE) throw new AssertionFailure(`${event} of a neighbour in ${state}`);
  return cell;
}

/** States in which the hardware address may be used. */
export const HAS_ADDRESS: Readonly<Record<NeighborState, boolean>> = {
  INCOMPLETE: false, REACHABLE: true, STALE: true, DELAY: true, PROBE: true, FAILED: false, PERMANENT: true, NOARP: true,
};

/** States that nothing on the wire changes. */
export const IS_FIXED: Readonly<Record<NeighborState, boolean>> = {
  INCOMPLETE: false, REACHABLE: false, STALE: false, DELAY: false, PROBE: false, FAILED: false, PERMANENT: true, NOARP: true,
};
