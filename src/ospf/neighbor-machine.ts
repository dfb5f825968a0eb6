/**
 * The neighbour state machine. [2328:10.3]
 *
 * Read section 10.3 beside this. The table is total; a cell without an action just goes to `next`.
 *
 * Deviation: KillNbr, InactivityTimer and LLDown lead to `Deleted` rather than to Down: the structure is removed, as
 * Zebra and FRR do, and the next Hello makes a new one. What goes over the wire is the same.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { DdFlag } from '../wire/ospf/database-description.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import { startPolling } from './configured-neighbor.js';
import { checkAreaBorderRouter, scheduleBorderRouterTask } from './border-router.js';
import { resendDatabaseDescription, sendDatabaseDescription } from './database-exchange.js';
import { addToRetransmission } from './flooding.js';
import { checkAdjacencies } from './graceful-restart.js';
import { forgetHelp } from './graceful-restart-helper.js';
import type { OspfInterface } from './interface.js';
import { runInterfaceEvent } from './interface-machine.js';
import { startNeighborAckTimer } from './ls-ack.js';
import { sendRequest } from './ls-request.js';
import type { LsaInstance } from './lsdb.js';
import { STATE_RANK, type Neighbor, type NeighborEvent, type NeighborState } from './neighbor.js';
import { watchByState } from './neighbor-watch.js';
import { neighborDestination } from './packet-output.js';
import { isDescribedTo } from './opaque.js';
import { updateNetworkLsa, updateRouterLsa } from './origination.js';

type Action = (neighbor: Neighbor, now: Micros) => NeighborState | undefined;

interface Cell {
  readonly action?: Action;
  /** Undefined: the action decides. */
  readonly next?: NeighborState;
}

function hear(neighbor: Neighbor, now: Micros): undefined {
  neighbor.lastHelloAt = now;
  neighbor.inactivityTimer.arm(now + neighbor.interface.parameters.deadIntervalSeconds * SECOND); // [2328:10.3 HelloReceived] [2328:10 inactivity timer]
  if (!neighbor.isAtLeast('Exchange')) resolveEarly(neighbor);
  return undefined;
}

/** From here on the neighbour is sent Hellos, and has the dead interval to answer. */
function attempt(neighbor: Neighbor, now: Micros): undefined {
  hear(neighbor, now); // [2328:10.3 Start]
  return undefined;
}

function bidirectional(neighbor: Neighbor): NeighborState {
  return isAdjacencyWanted(neighbor) ? 'ExStart' : '2-Way'; // [2328:10.3 2-WayReceived]
}

function reconsider(neighbor: Neighbor): NeighborState {
  const isWanted = isAdjacencyWanted(neighbor);
  if (neighbor.state === '2-Way') return isWanted ? 'ExStart' : '2-Way'; // [2328:10.3 AdjOK? 2-Way]
  if (!isWanted) return '2-Way'; // [2328:10.3 AdjOK? ExStart]
  return neighbor.state;
}

/** The database summary list is the whole area database at this moment. */
function summarise(neighbor: Neighbor, now: Micros): undefined {
  const { area, process } = neighbor.interface;
  const describe = (lsa: LsaInstance): void => {
    // MaxAge LSAs go to the retransmission list instead.
    if (!isDescribedTo(neighbor, lsa)) return;
    if (lsa.isMaxAge(now)) addToRetransmission(neighbor, lsa, lsa, now); // [2328:10.3 NegotiationDone MaxAge]
    else neighbor.summaryList.put(lsa);
  };
  const { virtualLink } = neighbor.interface;
  const isAsbrLeftOut = virtualLink !== undefined && !process.behaviour.virtualLink.areAsbrSummariesDescribed;
  for (const lsa of area.lsdb.all()) if (!isAsbrLeftOut || lsa.header.lsType !== LsType.summaryAsbr) describe(lsa); // [2328:10.3 NegotiationDone]
  if (hasExternals(neighbor.interface)) for (const lsa of process.externalLsdb.all()) describe(lsa); // [2328:10.3 NegotiationDone external]
  // What is being flushed is sent at once.
  if (process.behaviour.retransmissionStart === 'first-entry' && neighbor.retransmissionList.size > 0) neighbor.retransmissionTimer.arm(now);
  return undefined;
}

/** Whether the neighbours of an interface are told of AS-external-LSAs. A virtual one has them from the transit area. */
function hasExternals({ area, virtualLink }: OspfInterface): boolean {
  if (!area.hasExternalRouting) return false; // [2328:10.3 NegotiationDone stub area] [5250:3.2 stub area]
  if (virtualLink !== undefined) return false; // [2328:10.3 NegotiationDone virtual link] [2328:15 external] [5250:3.2 virtual link]
  return true;
}

function exchanged(neighbor: Neighbor, now: Micros): NeighborState {
  if (neighbor.requestList.size === 0) return 'Full'; // [2328:10.3 ExchangeDone Full]
  if (!neighbor.requestTimer.isArmed) sendRequest(neighbor, now); // [2328:10.3 ExchangeDone request]
  return 'Loading'; // [2328:10.3 ExchangeDone Loading]
}

/** The last neighbour of an interface goes: nobody is there to hear what still waits to be sent. */
function dropOutput(neighbor: Neighbor): undefined {
  const { process, neighbors } = neighbor.interface;
  if (!process.behaviour.isOutputDroppedWithLastNeighbor) return undefined;
  if (neighbors.every((other) => other === neighbor || other.state === 'Down')) process.output.drop(neighbor.interface);
  return undefined;
}

const heard = (next: NeighborState): Cell => ({ action: hear, next });
const stay = (next: NeighborState): Cell => ({ next });
const gone: Cell = { action: dropOutput, next: 'Deleted' };
const adjacency: Cell = { action: reconsider };
const restart: Cell = { next: 'ExStart' };
const oneWay: Cell = { next: 'Init' };

export const NEIGHBOR_MACHINE = {
  Down: {
    HelloReceived: heard('Init'), Start: { action: attempt, next: 'Attempt' }, '2-WayReceived': stay('Down'),
    NegotiationDone: stay('Down'), ExchangeDone: stay('Down'), BadLSReq: stay('Down'), LoadingDone: stay('Down'),
    'AdjOK?': stay('Down'), SeqNumberMismatch: stay('Down'), '1-WayReceived': stay('Down'),
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Attempt: {
    HelloReceived: heard('Init'), Start: stay('Attempt'), '2-WayReceived': stay('Attempt'),
    NegotiationDone: stay('Attempt'), ExchangeDone: stay('Attempt'), BadLSReq: stay('Attempt'), LoadingDone: stay('Attempt'),
    'AdjOK?': stay('Attempt'), SeqNumberMismatch: stay('Attempt'), '1-WayReceived': stay('Attempt'),
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Init: {
    HelloReceived: heard('Init'), Start: stay('Init'), '2-WayReceived': { action: bidirectional },
    NegotiationDone: stay('Init'), ExchangeDone: stay('Init'), BadLSReq: stay('Init'), LoadingDone: stay('Init'),
    'AdjOK?': stay('Init'), SeqNumberMismatch: stay('Init'), '1-WayReceived': stay('Init'),
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  '2-Way': {
    HelloReceived: heard('2-Way'), Start: stay('2-Way'), '2-WayReceived': stay('2-Way'),
    NegotiationDone: stay('2-Way'), ExchangeDone: stay('2-Way'), BadLSReq: stay('2-Way'), LoadingDone: stay('2-Way'),
    'AdjOK?': adjacency, SeqNumberMismatch: stay('2-Way'), '1-WayReceived': oneWay,
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  ExStart: {
    HelloReceived: heard('ExStart'), Start: stay('ExStart'), '2-WayReceived': stay('ExStart'),
    NegotiationDone: { action: summarise, next: 'Exchange' }, ExchangeDone: stay('ExStart'), BadLSReq: stay('ExStart'),
    LoadingDone: stay('ExStart'), 'AdjOK?': adjacency, SeqNumberMismatch: stay('ExStart'), '1-WayReceived': oneWay,
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Exchange: {
    HelloReceived: heard('Exchange'), Start: stay('Exchange'), '2-WayReceived': stay('Exchange'),
    NegotiationDone: stay('Exchange'), ExchangeDone: { action: exchanged }, BadLSReq: restart,
    LoadingDone: stay('Exchange'), 'AdjOK?': adjacency, SeqNumberMismatch: restart, '1-WayReceived': oneWay,
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Loading: {
    HelloReceived: heard('Loading'), Start: stay('Loading'), '2-WayReceived': stay('Loading'),
    NegotiationDone: stay('Loading'), ExchangeDone: stay('Loading'), BadLSReq: restart,
    LoadingDone: stay('Full'), 'AdjOK?': adjacency, SeqNumberMismatch: restart, '1-WayReceived': oneWay,
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Full: {
    HelloReceived: heard('Full'), Start: stay('Full'), '2-WayReceived': stay('Full'),
    NegotiationDone: stay('Full'), ExchangeDone: stay('Full'), BadLSReq: restart,
    LoadingDone: stay('Full'), 'AdjOK?': adjacency, SeqNumberMismatch: restart, '1-WayReceived': oneWay,
    KillNbr: gone, InactivityTimer: gone, LLDown: gone,
  },
  Deleted: {
    HelloReceived: gone, Start: gone, '2-WayReceived': gone, NegotiationDone: gone, ExchangeDone: gone, BadLSReq: gone,
    LoadingDone: gone, 'AdjOK?': gone, SeqNumberMismatch: gone, '1-WayReceived': gone, KillNbr: gone, InactivityTimer: gone,
    LLDown: gone,
  },
} satisfies Record<NeighborState, Record<NeighborEvent, Cell>>;

/** Runs one event to the end of its transition. */
export function runNeighborEvent(neighbor: Neighbor, event: NeighborEvent, now: Micros): void {
  if (isDeleted(neighbor)) return;
  const cell: Cell = NEIGHBOR_MACHINE[neighbor.state][event];
  const next = cell.action?.(neighbor, now) ?? cell.next ?? neighbor.state;
  if (next !== neighbor.state) changeState(neighbor, next, event, now); // [2328:10.3] [2328:10.3 LoadingDone] [2328:10.3 SeqNumberMismatch] [2328:10.3 BadLSReq] [2328:10.3 1-WayReceived] [2328:10.3 AdjOK?]
  setTimers(neighbor, now);
  if (isDeleted(neighbor)) remove(neighbor, now); // [2328:10.3 KillNbr] [2328:10.3 LLDown] [2328:10.3 InactivityTimer]
}

/** The dead interval of a neighbour that is helped is over: it stays, and is Down. [3623:3] */
export function loseHelped(neighbor: Neighbor, now: Micros): void {
  if (neighbor.state !== 'Down') changeState(neighbor, 'Down', 'InactivityTimer', now);
  setTimers(neighbor, now);
}

function isDeleted(neighbor: Neighbor): boolean {
  return neighbor.state === 'Deleted';
}

/** Raises an event that runs before the present input is finished. */
export function raiseNeighborEvent(neighbor: Neighbor, event: NeighborEvent): void {
  neighbor.interface.process.defer((now) => runNeighborEvent(neighbor, event, now));
}

/** Whether an adjacency should be established. */
export function isAdjacencyWanted(neighbor: Neighbor): boolean {
  const owner = neighbor.interface;
  if (!owner.traits.isElecting) return true; // [2328:10.4 no election]
  if (owner.state === 'Waiting' && owner.process.behaviour.isAdjacencyPutOffWhileWaiting === true) return false;
  if (owner.designatedRouter === owner.address || owner.backupDesignatedRouter === owner.address) return true; // [2328:10.4 self]
  return owner.isDesignatedRouter(neighbor) || owner.isBackupDesignatedRouter(neighbor); // [2328:10.4 neighbor]
}

function changeState(neighbor: Neighbor, next: NeighborState, event: NeighborEvent, now: Micros): void {
  const owner = neighbor.interface;
  const { process, area } = owner;
  const from = neighbor.state;
  neighbor.state = next;
  neighbor.stateChanges++;
  if (STATE_RANK[next] > STATE_RANK[from]) {
    neighbor.lastProgressAt = now;
  } else {
    neighbor.lastRegressAt = now;
    neighbor.lastRegressEvent = event;
  }
  process.environment.trace({
    kind: 'neighbor-state', clause: '[2328:10.3]', interfaceName: owner.name, neighborId: neighbor.routerId,
    neighborAddress: neighbor.address, from, to: next, event,
    ...(event === 'InactivityTimer' ? { sinceLastHelloMicros: now - neighbor.lastHelloAt } : undefined),
  });

  watchByState(neighbor, from, next);
  // Bidirectional communication came or went; before LSAs are built, for they name the DR.
  const wasBidirectional = STATE_RANK[from] >= STATE_RANK['2-Way'];
  if (wasBidirectional !== neighbor.isAtLeast('2-Way') && isElecting(owner) && neighbor.help === undefined) runInterfaceEvent(owner, 'NeighborChange', now); // [2328:9.2 NeighborChange] [2328:10.3 NeighborChange]

  if ((from === 'Full') !== (next === 'Full')) {
    const step = next === 'Full' ? 1 : -1;
    owner.fullNeighbors += step;
    area.fullNeighbors += step;
    checkAreaBorderRouter(process, now);
    if (owner.virtualLink !== undefined) countVirtualNeighbor(owner.virtualLink.transitArea, step, now);
    updateLsas(neighbor, now);
    if (owner.virtualLink !== undefined) updateRouterLsa(owner.virtualLink.transitArea, now); // its bit V
  }

  if (next === 'Full') checkAdjacencies(process, now);
  if (next === 'Full') {
    process.routerInformation.onNeighborFull(neighbor, now);
    process.trafficEngineering.onNeighborFull(neighbor, now);
  }
  process.segmentRouting.onNeighborState(neighbor, from, now);
  if (STATE_RANK[from] > STATE_RANK.ExStart && STATE_RANK[next] <= STATE_RANK.ExStart) clearLists(neighbor); // [2328:10.3 lists]
  if (next === 'ExStart') {
    // [2328:10.3 ExStart sequence] [2328:10.8 first] The first one should be unique: a random one stands in for the time of day.
    neighbor.ddSequence = neighbor.ddSequence === 0 ? firstDdSequence(neighbor, now) : (neighbor.ddSequence + 1) >>> 0;
    neighbor.ddFlags = DdFlag.init | DdFlag.more | DdFlag.master; // [2328:10.3 ExStart master]
    resolveEarly(neighbor);
    if (process.behaviour.delayedAckMicros === 'half-retransmit-interval') startNeighborAckTimer(neighbor, now);
    sendDatabaseDescription(neighbor, now); // [2328:10.3 ExStart]
  }
}

/** What ours say of this neighbour: it has become Full, or is so no more. */
function updateLsas({ help, interface: owner }: Neighbor, now: Micros): void {
  if (help !== undefined) return; // [3623:3 LSAs]
  const { process, area, networkLsa } = owner;
  updateRouterLsa(area, now); // [2328:12.4(4)]
  if (owner.state !== 'DR') return;
  if (networkLsa !== undefined && owner.fullNeighbors === 0 && process.tick === undefined) {
    owner.networkLsa = undefined;
    flushLsa(process, networkLsa, now);
  } else {
    updateNetworkLsa(owner, now);
  }
}

function firstDdSequence(neighbor: Neighbor, now: Micros): number {
  const { process, name } = neighbor.interface;
  return process.known?.ddSequence(name, neighborDestination(neighbor), now) ?? (process.prng.u32() || 1);
}

/** With the first full virtual link an area becomes a transit area, with the last it ceases to be one: its summaries change. */
function countVirtualNeighbor(transitArea: Area, step: number, now: Micros): void {
  transitArea.fullVirtualNeighbors += step;
  if (transitArea.fullVirtualNeighbors === (step > 0 ? 1 : 0)) scheduleBorderRouterTask(transitArea.process, now);
}

function isElecting(owner: OspfInterface): boolean {
  return owner.state === 'DROther' || owner.state === 'Backup' || owner.state === 'DR';
}

function clearLists(neighbor: Neighbor): void {
  neighbor.summaryList.clear(); // [2328:10.3 summary list]
  neighbor.requestList.clear(); // [2328:10.3 request list]
  neighbor.lastRequested = undefined;
  neighbor.hasRequested = false;
  neighbor.delayedAcks.clear();
  neighbor.retransmissionList.clear(); // [2328:10.3 retransmission list] [2328:13.6 adjacency]
  neighbor.options &= ~OptionBit.opaque;
}

function setTimers(neighbor: Neighbor, now: Micros): void {
  const interval = neighbor.interface.parameters.retransmitIntervalSeconds * SECOND;
  switch (neighbor.state) {
    case 'Deleted':
    case 'Down':
    case 'Attempt':
    case 'Init':
    case '2-Way':
      if (!neighbor.isAtLeast('Attempt')) {
        neighbor.inactivityTimer.cancel(); // [2328:10.3 inactivity timer]
        neighbor.helloReplyTimer.cancel();
      }
      neighbor.ddTimer.cancel();
      neighbor.retransmissionTimer.cancel();
      neighbor.requestTimer.cancel();
      neighbor.ackTimer.cancel();
      break;
    case 'ExStart':
      neighbor.ddTimer.armIfIdle(now + interval); // [2328:10.8 ExStart again]
      neighbor.retransmissionTimer.cancel();
      neighbor.requestTimer.cancel();
      break;
    case 'Exchange':
      if (neighbor.interface.process.behaviour.retransmissionStart === 'exchange') neighbor.retransmissionTimer.armIfIdle(now + interval);
      // Only the master repeats itself.
      if ((neighbor.ddFlags & DdFlag.master) === 0) neighbor.ddTimer.cancel(); // [2328:10.8 slave silent]
      break;
    case 'Loading':
      neighbor.ddTimer.cancel();
      break;
    case 'Full':
      neighbor.ddTimer.cancel();
      neighbor.requestTimer.cancel(); // nothing is wanted any more
  }
}

/** The master's timer: says again what it said last. */
export function onDatabaseDescriptionTimer(neighbor: Neighbor, now: Micros): void {
  resendDatabaseDescription(neighbor); // [2328:10.8 again]
  neighbor.ddTimer.arm(now + neighbor.interface.parameters.retransmitIntervalSeconds * SECOND);
}

function remove(neighbor: Neighbor, now: Micros): void {
  forgetHelp(neighbor);
  clearLists(neighbor);
  const owner = neighbor.interface;
  const index = owner.neighbors.indexOf(neighbor);
  if (index >= 0) owner.neighbors.splice(index, 1);
  if (owner.traits.hasConfiguredNeighbors) startPolling(neighbor, now);
}

function resolveEarly(neighbor: Neighbor): void {
  const owner = neighbor.interface;
  const { configuration, behaviour } = owner.process;
  if (configuration.isNeighborResolvedEarly ?? behaviour.isNeighborResolvedEarly) owner.process.environment.resolve(owner.system.index, neighbor.address);
}
