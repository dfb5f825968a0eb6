/**
 * The interface state machine. [2328:9.3]
 *
 * Read section 9.3 beside this. The table is total: every state has a cell for every event, and a cell without an action
 * leaves the state as `next` says. Actions that elect a Designated Router name the next state themselves.
 *
 * Deviation: a passive interface goes through Waiting like any other and only sends no Hellos, as Zebra and FRR do.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { ALL_D_ROUTERS, ALL_SPF_ROUTERS } from '../wire/ospf/packet.js';
import { electDesignatedRouter } from './election.js';
import { checkAreaBorderRouter } from './border-router.js';
import { flushLsa } from './ageing.js';
import { startIneligibleNeighbors, startNeighbors, stopPolling } from './configured-neighbor.js';
import { endHelpOf } from './graceful-restart-helper.js';
import type { InterfaceEvent, InterfaceState, OspfInterface } from './interface.js';
import { runNeighborEvent } from './neighbor-machine.js';
import { flushNetworkLsa, updateNetworkLsa, updateRouterLsa } from './origination.js';
import { isRealBroadcast } from './packet-output.js';

type Action = (owner: OspfInterface, now: Micros) => InterfaceState | undefined;

interface Cell {
  readonly action?: Action;
  /** Undefined: the action decides. */
  readonly next?: InterfaceState;
}

/** [2328:9.3 InterfaceUp] */
function comeUp(owner: OspfInterface, now: Micros): InterfaceState {
  if (owner.traits.hasConfiguredNeighbors) startNeighbors(owner, now); // [2328:9.3 InterfaceUp Start]
  if (owner.parameters.networkType === 'loopback') return 'Waiting'; // for ever
  if (!owner.traits.isElecting) return 'Point-To-Point'; // a virtual link and point-to-multipoint, too [2328:9.1 Point-to-point] [2328:9.3 InterfaceUp Point-to-point]
  if (owner.parameters.priority === 0) return 'DROther'; // [2328:9.3 InterfaceUp DR Other]
  return 'Waiting'; // [2328:9.1 Waiting] [2328:9.3 InterfaceUp Waiting]
}

function goDown(owner: OspfInterface, now: Micros): undefined {
  endHelpOf(owner, now);
  owner.isGoingDown = true;
  const { designatedRouter, backupDesignatedRouter } = owner;
  for (const neighbor of [...owner.neighbors]) runNeighborEvent(neighbor, 'KillNbr', now); // [2328:10.2 KillNbr] [2328:9.3 InterfaceDown KillNbr] [2328:9.3 LoopInd KillNbr]
  owner.isGoingDown = false;
  stopPolling(owner);
  owner.delayedAcks.clear();
  owner.directAcks.clear();
  owner.updateQueue.length = 0;
  // One that is looped remembers who was what: the neighbours were lost after it was.
  const isLooped = owner.process.behaviour.carrierLoss === 'loopback';
  owner.designatedRouter = isLooped ? designatedRouter : 0; // [2328:9.3 InterfaceDown variables] [2328:9.1 Down variables]
  owner.backupDesignatedRouter = isLooped ? backupDesignatedRouter : 0; // [2328:9.3 InterfaceDown variables] [2328:9.1 Down variables]
  return undefined;
}

const up: Cell = { action: comeUp };
const down: Cell = { action: goDown, next: 'Down' };
const elect: Cell = { action: electDesignatedRouter };
const looped: Cell = { action: goDown, next: 'Loopback' };
const stay = (state: InterfaceState): Cell => ({ next: state });

export const INTERFACE_MACHINE = {
  Down: {
    InterfaceUp: up, WaitTimer: stay('Down'), BackupSeen: stay('Down'), NeighborChange: stay('Down'),
    LoopInd: looped, UnloopInd: stay('Down'), InterfaceDown: down,
  },
  Loopback: {
    InterfaceUp: stay('Loopback'), WaitTimer: stay('Loopback'), BackupSeen: stay('Loopback'), NeighborChange: stay('Loopback'),
    LoopInd: stay('Loopback'), UnloopInd: { next: 'Down' }, InterfaceDown: down,
  },
  Waiting: {
    InterfaceUp: stay('Waiting'), WaitTimer: elect, BackupSeen: elect, NeighborChange: stay('Waiting'),
    LoopInd: looped, UnloopInd: stay('Waiting'), InterfaceDown: down,
  },
  'Point-To-Point': {
    InterfaceUp: stay('Point-To-Point'), WaitTimer: stay('Point-To-Point'), BackupSeen: stay('Point-To-Point'),
    NeighborChange: stay('Point-To-Point'), LoopInd: looped, UnloopInd: stay('Point-To-Point'), InterfaceDown: down,
  },
  DROther: {
    InterfaceUp: stay('DROther'), WaitTimer: stay('DROther'), BackupSeen: stay('DROther'), NeighborChange: elect,
    LoopInd: looped, UnloopInd: stay('DROther'), InterfaceDown: down,
  },
  Backup: {
    InterfaceUp: stay('Backup'), WaitTimer: stay('Backup'), BackupSeen: stay('Backup'), NeighborChange: elect,
    LoopInd: looped, UnloopInd: stay('Backup'), InterfaceDown: down,
  },
  DR: {
    InterfaceUp: stay('DR'), WaitTimer: stay('DR'), BackupSeen: stay('DR'), NeighborChange: elect,
    LoopInd: looped, UnloopInd: stay('DR'), InterfaceDown: down,
  },
} satisfies Record<InterfaceState, Record<InterfaceEvent, Cell>>;

/** Runs one event to the end of its transition. */
export function runInterfaceEvent(owner: OspfInterface, event: InterfaceEvent, now: Micros): void {
  const cell: Cell = INTERFACE_MACHINE[owner.state][event];
  const formerDesignatedRouter = owner.designatedRouter;
  const next = cell.action?.(owner, now) ?? cell.next ?? owner.state;
  if (next !== owner.state) {
    changeState(owner, next, event, now); // [2328:9.3]
  } else if (cell === elect && owner.designatedRouter !== formerDesignatedRouter && owner.process.behaviour.isDesignatedRouterChangeAnnounced) {
    updateRouterLsa(owner.area, now); // [2328:12.4(3) router-LSA]
  }
  setTimers(owner, now);
}

/** Raises an event that runs before the present input is finished. */
export function raiseInterfaceEvent(owner: OspfInterface, event: InterfaceEvent): void {
  owner.process.defer((now) => runInterfaceEvent(owner, event, now));
}

function changeState(owner: OspfInterface, next: InterfaceState, event: InterfaceEvent, now: Micros): void {
  const from = owner.state;
  owner.state = next;
  owner.stateChanges++;
  owner.process.environment.trace({
    kind: 'interface-state', clause: '[2328:9.3]', interfaceName: owner.name, from, to: next, event,
  });
  updateGroupMembership(owner);
  owner.process.trafficEngineering.onInterfaceState(owner, now);
  owner.process.segmentRouting.onInterfaceState(owner, now);
  if (next === 'Down') checkAreaBorderRouter(owner.process, now);
  updateRouterLsa(owner.area, now); // [2328:12.4(2)] [2328:9.3 router-LSA]
  // Behind the LSA: that of an interface which makes the router a border router is originated twice.
  if (from === 'Down') checkAreaBorderRouter(owner.process, now);
  if ((next === 'DR' || next === 'Backup') && owner.traits.hasConfiguredNeighbors && !owner.process.behaviour.nonBroadcast.isEveryNeighborStarted) {
    startIneligibleNeighbors(owner, now); // [2328:9.4(6)]
  }
  if (owner.process.tick !== undefined) {
    // Down and Loopback flush at once, everything else is for the tick.
    if (next === 'Down' || next === 'Loopback') flushNetworkLsa(owner, now);
    else updateNetworkLsa(owner, now);
  } else if (next === 'DR') {
    updateNetworkLsa(owner, now); // [2328:12.4(3)]
  } else if (from === 'DR' && owner.networkLsa !== undefined) {
    const lsa = owner.networkLsa;
    owner.networkLsa = undefined;
    flushLsa(owner.process, lsa, now); // [2328:12.4.2]
  }
}

/** AllSPFRouters on every interface that speaks; AllDRouters while DR or Backup of a broadcast network, as FRR. What is refused is tried again with the next change. */
export function updateGroupMembership(owner: OspfInterface): void {
  const { environment } = owner.process;
  const isSpeaking = !isRealBroadcast(owner) && !owner.parameters.isPassive && owner.virtualLink === undefined && owner.state !== 'Down' && owner.state !== 'Loopback';
  if (isSpeaking !== owner.isInAllSpfRouters) {
    owner.isInAllSpfRouters = isSpeaking;
    if (isSpeaking) owner.isInAllSpfRouters = environment.joinGroup(owner.system.index, ALL_SPF_ROUTERS) !== false; // [2328:A.1 AllSPFRouters]
    else environment.leaveGroup(owner.system.index, ALL_SPF_ROUTERS);
  }
  const isDesignated = isSpeaking && owner.parameters.networkType === 'broadcast' && (owner.state === 'DR' || owner.state === 'Backup');
  if (isDesignated !== owner.isInAllDRouters) {
    owner.isInAllDRouters = isDesignated;
    if (isDesignated) owner.isInAllDRouters = environment.joinGroup(owner.system.index, ALL_D_ROUTERS) !== false; // [2328:A.1 AllDRouters]
    else environment.leaveGroup(owner.system.index, ALL_D_ROUTERS);
  }
}

/** Timers that the state implies. Those that run already go on undisturbed. */
function setTimers(owner: OspfInterface, now: Micros): void {
  const { behaviour } = owner.process;
  const { parameters } = owner;
  switch (owner.state) {
    case 'Down':
    case 'Loopback':
      owner.helloTimer.cancel(); // [2328:9.1 Down] [2328:9.3 InterfaceDown timers]
      owner.waitTimer.cancel();
      owner.ackTimer.cancel();
      break;
    case 'Waiting':
      owner.helloTimer.armIfIdle(now + behaviour.firstHelloMicros);
      // One that is passive by a persona that works on a tick waits for ever (`show ospf interface`: Waiting (stub)).
      if (owner.process.tick === undefined || !parameters.isPassive) owner.waitTimer.armIfIdle(now + parameters.waitSeconds * SECOND); // [2328:9 Wait timer]
      owner.ackTimer.cancel();
      break;
    case 'Point-To-Point':
      owner.helloTimer.armIfIdle(now + behaviour.firstHelloMicros); // [2328:9.3 InterfaceUp Hello]
      owner.waitTimer.cancel();
      armAckTimer(owner, now);
      break;
    default:
      // Idle only straight from Down, on an interface that may not become DR: the first Hello is still to come.
      owner.helloTimer.armIfIdle(now + behaviour.firstHelloMicros);
      owner.waitTimer.cancel();
      armAckTimer(owner, now);
  }
}

function armAckTimer(owner: OspfInterface, now: Micros): void {
  const { delayedAckMicros } = owner.process.behaviour;
  if (delayedAckMicros !== 'half-retransmit-interval') owner.ackTimer.armIfIdle(now + delayedAckMicros);
}
