/**
 * The neighbour data structure. [2328:10]
 *
 * States and events are named as the standard names them. `Deleted` is what real implementations do with a neighbour
 * whose inactivity timer fires: the structure is gone, and the next Hello makes a new one.
 */
import type { Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { LsaHeader } from '../wire/ospf/lsa-header.js';
import { AckQueue } from './ack-queue.js';
import type { Help, HelpEnd, HelpRefusal } from './graceful-restart-helper.js';
import type { OspfInterface } from './interface.js';
import type { TimerRole } from './known-choices.js';
import { LsaTable, type LsaInstance } from './lsdb.js';
import { neighborDestination } from './packet-output.js';
import { RetransmissionList } from './retransmission-list.js';

export type NeighborState = 'Down' | 'Attempt' | 'Init' | '2-Way' | 'ExStart' | 'Exchange' | 'Loading' | 'Full' | 'Deleted';

export type NeighborEvent =
  | 'HelloReceived' | 'Start' | '2-WayReceived' | 'NegotiationDone' | 'ExchangeDone' | 'BadLSReq' | 'LoadingDone'
  | 'AdjOK?' | 'SeqNumberMismatch' | '1-WayReceived' | 'KillNbr' | 'InactivityTimer' | 'LLDown';

/** "Greater than or equal" on states, as the standard speaks of it. */
export const STATE_RANK: Record<NeighborState, number> = {
  Deleted: -1, Down: 0, Attempt: 1, Init: 2, '2-Way': 3, ExStart: 4, Exchange: 5, Loading: 6, Full: 7,
};

/** An LSA that is wanted from a neighbour: the header it described. */
export interface RequestedLsa { readonly header: LsaHeader }

/** What identifies a duplicate Database Description. [2328:10.6] */
export interface DdIdentity { flags: number; options: number; sequence: number }

export class Neighbor {
  readonly interface: OspfInterface;
  routerId: Ipv4;
  /** Source of its packets. */
  address: Ipv4;
  state: NeighborState = 'Down';
  priority = 0;
  options = 0;
  designatedRouter: Ipv4 = 0;
  backupDesignatedRouter: Ipv4 = 0;

  /** I, M and MS bits of our side. */
  ddFlags = 0;
  /** 0: never drawn. */
  ddSequence = 0;
  lastReceivedDd: DdIdentity = { flags: 0, options: 0, sequence: 0 };
  lastSentDd: Uint8Array | undefined;
  lastSentDdAt: Micros = 0;

  /** Database summary list: what is still to be described. */
  readonly summaryList = new LsaTable<LsaInstance>();
  readonly requestList = new LsaTable<RequestedLsa>();
  /** The last entry of the request that is out; undefined: none is out. */
  lastRequested: RequestedLsa | undefined;
  /** Something has been asked for since the adjacency was begun; for displays. */
  hasRequested = false;
  readonly retransmissionList: RetransmissionList;

  readonly inactivityTimer: Timer;
  readonly ddTimer: Timer;
  readonly requestTimer: Timer;
  readonly retransmissionTimer: Timer;
  /** A router that may not become Designated Router answers one that may. [2328:9.5.1] */
  readonly helloReplyTimer: Timer;
  /** Only where delayed acknowledgments are each neighbour's own. */
  readonly ackTimer: Timer;
  readonly delayedAcks = new AckQueue();

  lastHelloAt: Micros;
  lastProgressAt: Micros = 0;
  lastRegressAt: Micros = 0;
  lastRegressEvent = '';
  stateChanges = 0;
  /** It restarts, and this router helps. [3623:3] */
  help: Help | undefined;
  /** Why it was last not helped, and how the last help ended; for displays. */
  helpRefusal: HelpRefusal | undefined;
  helpEnd: HelpEnd | undefined;
  /** Highest cryptographic sequence number seen. [2328:D.4.3] */
  cryptographicSequence = 0;

  /** [2328:10] */
  constructor(owner: OspfInterface, routerId: Ipv4, address: Ipv4, now: Micros, timers: NeighborTimers) {
    this.interface = owner;
    this.retransmissionList = new RetransmissionList(owner);
    this.routerId = routerId;
    this.address = address;
    this.lastHelloAt = now;
    this.inactivityTimer = timers.inactivity(this);
    this.ddTimer = timers.dd(this);
    this.requestTimer = timers.request(this);
    this.retransmissionTimer = timers.retransmission(this);
    this.helloReplyTimer = timers.helloReply(this);
    this.ackTimer = timers.ack(this);
  }

  isAtLeast(state: NeighborState): boolean {
    return STATE_RANK[this.state] >= STATE_RANK[state];
  }
}

/** Makes the timers of a neighbour; the process knows what each does. */
export interface NeighborTimers {
  inactivity(neighbor: Neighbor): Timer;
  dd(neighbor: Neighbor): Timer;
  request(neighbor: Neighbor): Timer;
  retransmission(neighbor: Neighbor): Timer;
  helloReply(neighbor: Neighbor): Timer;
  ack(neighbor: Neighbor): Timer;
}

/** The part of a timer that sends something again to this neighbour. */
export function repetition(neighbor: Neighbor, packetType: number): TimerRole {
  const { name, parameters } = neighbor.interface;
  return { kind: 'repetition', interfaceName: name, packetType, destination: neighborDestination(neighbor), periodMicros: parameters.retransmitIntervalSeconds * SECOND };
}
