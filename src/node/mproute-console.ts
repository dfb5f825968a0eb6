/**
 * What MPROUTE says on its console when states change: EZZ7913I and EZZ7919I, with IBM's codes.
 *
 * Read IP Messages, volume 4 (EZZ), first. The numbers of states and neighbour events are documented there; those of interface events are taken to
 * be in the order of RFC 2328, section 9.2, as the states are.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import type { TraceEvent } from '../engine/trace.js';
import type { InterfaceEvent, InterfaceState } from '../ospf/interface.js';
import type { NeighborEvent, NeighborState } from '../ospf/neighbor.js';

/** A neighbour that is gone is Down. */
export const NEIGHBOR_STATE_CODES: Readonly<Record<NeighborState, number>> = { Deleted: 1, Down: 1, Attempt: 2, Init: 4, '2-Way': 8, ExStart: 16, Exchange: 32, Loading: 64, Full: 128 };

const NEIGHBOR_EVENT_CODES: Readonly<Record<NeighborEvent, number>> = { HelloReceived: 1, Start: 2, '2-WayReceived': 3, 'AdjOK?': 4, NegotiationDone: 5, ExchangeDone: 6,
  SeqNumberMismatch: 7, BadLSReq: 8, LoadingDone: 9, '1-WayReceived': 10, KillNbr: 11, InactivityTimer: 12, LLDown: 13 };

export const INTERFACE_STATE_CODES: Readonly<Record<InterfaceState, number>> = { Down: 1, Loopback: 4, Waiting: 8, 'Point-To-Point': 16, DROther: 32, Backup: 64, DR: 128 };

/** Another interface to the same subnet carries OSPF. */
export const INTERFACE_BACKUP_CODE = 2;

const INTERFACE_EVENT_CODES: Readonly<Record<InterfaceEvent, number>> = { InterfaceUp: 1, WaitTimer: 2, BackupSeen: 3, NeighborChange: 4, LoopInd: 5, UnloopInd: 6, InterfaceDown: 7 };

/** Undefined: it says nothing. `addressOf`: of an interface. */
export function mprouteMessage(event: TraceEvent, addressOf: (interfaceName: string) => Ipv4 | undefined): string | undefined {
  if (event.kind === 'neighbor-state') {
    const state = codeOf(NEIGHBOR_STATE_CODES, event.to);
    const cause = codeOf(NEIGHBOR_EVENT_CODES, event.event);
    return state === undefined || cause === undefined ? undefined
      : `EZZ7919I State change, IPv4 OSPF, neighbor ${formatIpv4(event.neighborAddress)}, new state ${state}, event ${cause}`;
  }
  if (event.kind !== 'interface-state') return undefined;
  const state = codeOf(INTERFACE_STATE_CODES, event.to);
  const cause = codeOf(INTERFACE_EVENT_CODES, event.event);
  const address = addressOf(event.interfaceName);
  return state === undefined || cause === undefined || address === undefined ? undefined
    : `EZZ7913I State change, IPv4 OSPF, interface ${formatIpv4(address)}, new state ${state}, event ${cause}`;
}

function codeOf(codes: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(codes, name) ? codes[name] : undefined;
}
