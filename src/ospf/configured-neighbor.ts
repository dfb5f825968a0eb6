/**
 * Configured neighbours: who is there on a network that cannot tell. [2328:9.5.1] [2328:C.5] [2328:C.6]
 *
 * An interface that comes up raises Start for them: a neighbour structure in Attempt, and Hellos. One that stays silent for the
 * dead interval is dropped and from then on polled, a single Hello every PollInterval, until it answers.
 *
 * Which of them are started differs. The standard leaves out those that may not become Designated Router, until this router is
 * Designated Router or Backup [2328:9.4(6)], and all of them where this router itself may not; FRR starts them all.
 */
import { prefixContains, networkOf, type Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import { sendHelloTo } from './hello.js';
import type { OspfInterface } from './interface.js';
import { Neighbor } from './neighbor.js';
import { runNeighborEvent } from './neighbor-machine.js';

export class ConfiguredNeighbor {
  readonly interface: OspfInterface;
  readonly address: Ipv4;
  /** Until its first Hello says so itself. 0: may not become Designated Router. */
  readonly priority: number;
  readonly pollIntervalSeconds: number;
  readonly pollTimer: Timer;
  /** Of the neighbour that was lost here; for displays. */
  stateChanges = 0;

  constructor(owner: OspfInterface, address: Ipv4, priority: number, pollIntervalSeconds: number, timer: (fire: (now: Micros) => void) => Timer) {
    this.interface = owner;
    this.address = address;
    this.priority = priority;
    this.pollIntervalSeconds = pollIntervalSeconds;
    this.pollTimer = timer((now) => poll(this, now));
  }
}

/** The statements that belong to this interface: of a network that needs them, and on its subnet. [2328:C.5] [2328:C.6] */
export function configureNeighbors(owner: OspfInterface, timer: (fire: (now: Micros) => void) => Timer): void {
  if (!owner.traits.hasConfiguredNeighbors) return;
  const { configuration, behaviour } = owner.process;
  for (const { address, priority, pollIntervalSeconds } of configuration.neighbors ?? []) {
    if (address === owner.address || !prefixContains(networkOf(owner.address, owner.prefixLength), owner.prefixLength, address)) continue;
    // [2328:C.5]
    owner.configuredNeighbors.push(new ConfiguredNeighbor(owner, address, priority ?? behaviour.nonBroadcast.neighborPriority,
      pollIntervalSeconds ?? behaviour.nonBroadcast.pollIntervalSeconds, timer));
  }
  owner.configuredNeighbors.sort((a, b) => a.address - b.address);
}

/** InterfaceUp on a network with configured neighbours. [2328:9.3 InterfaceUp] */
export function startNeighbors(owner: OspfInterface, now: Micros): void {
  const isAll = owner.process.behaviour.nonBroadcast.isEveryNeighborStarted || !owner.traits.isElecting;
  for (const configured of owner.configuredNeighbors) {
    if (isAll || (owner.parameters.priority > 0 && configured.priority > 0)) start(configured, now);
  }
}

/** This router has become Designated Router or Backup: those that may not are told, too. [2328:9.4(6)] */
export function startIneligibleNeighbors(owner: OspfInterface, now: Micros): void {
  for (const configured of owner.configuredNeighbors) if (configured.priority === 0) start(configured, now);
}

function start(configured: ConfiguredNeighbor, now: Micros): void {
  const owner = configured.interface;
  if (owner.parameters.isPassive || owner.neighborByAddress(configured.address) !== undefined) return;
  const neighbor = new Neighbor(owner, 0, configured.address, now, owner.process.neighborTimers);
  neighbor.priority = configured.priority;
  owner.addNeighbor(neighbor);
  runNeighborEvent(neighbor, 'Start', now); // [2328:10.2 Start]
}

export function configuredNeighborAt(owner: OspfInterface, address: Ipv4): ConfiguredNeighbor | undefined {
  return owner.configuredNeighbors.find((c) => c.address === address);
}

/** A configured neighbour has been lost while its interface is up. */
export function startPolling(neighbor: Neighbor, now: Micros): void {
  const owner = neighbor.interface;
  if (owner.isGoingDown) return;
  const configured = configuredNeighborAt(owner, neighbor.address);
  if (configured !== undefined) configured.stateChanges = neighbor.stateChanges;
  configured?.pollTimer.arm(now + configured.pollIntervalSeconds * SECOND);
}

export function stopPolling(owner: OspfInterface): void {
  for (const configured of owner.configuredNeighbors) configured.pollTimer.cancel();
}

/** PollInterval has passed. [2328:9.5.1] */
function poll(configured: ConfiguredNeighbor, now: Micros): void {
  const owner = configured.interface;
  if (isPolled(configured)) sendHelloTo(owner, configured.address, now); // [2328:9.5.1 Down]
  configured.pollTimer.arm(now + configured.pollIntervalSeconds * SECOND);
}

function isPolled(configured: ConfiguredNeighbor): boolean {
  const owner = configured.interface;
  if (owner.neighborByAddress(configured.address) !== undefined) return false;
  if (!owner.traits.isElecting) return true;
  if (owner.parameters.priority === 0) return false; // those that may become Designated Router speak first
  return configured.priority > 0 || owner.state === 'DR' || owner.state === 'Backup';
}
