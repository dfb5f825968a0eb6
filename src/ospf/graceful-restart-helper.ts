/**
 * Graceful restart, the helper: a neighbour that has said that it restarts is kept as it was. [3623:3]
 *
 * Read chapter 3 of RFC 3623 first. While it helps, this router goes on naming the neighbour in its LSAs whatever becomes of the adjacency, does not
 * let its inactivity timer end it, takes no notice of one-way Hellos, and leaves the Designated Router as it is. It stops when the neighbour
 * flushes its Grace-LSA, when the period is over, and, checking strictly, when any LSA of types 1 to 5 or 7 changes. [3623:3.2]
 *
 * What differs between systems is `GraceHelperBehaviour`; BIRD helps everybody unless told not to. As FRR does it: a Grace-LSA that is not agreed to is neither kept nor acknowledged, though it has been flooded on already; nobody helps unless
 * configured to. And an election at the end whose outcome is half taken: a Backup that has not yet heard the Designated Router call itself so after its
 * restart puts itself in its place, remains Backup, and names in its router-LSA a network that nobody originates. The next Hello mends its view,
 * and not its LSA, which stands until it is refreshed. Two of eight restarts on the real one (topologies/graceful-restart-designated.yaml).
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { RestartReason } from '../wire/ospf/opaque/grace-lsa.js';
import { electDesignatedRouter } from './election.js';
import { type Grace, readGrace } from './grace.js';
import type { OspfInterface } from './interface.js';
import { runInterfaceEvent } from './interface-machine.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { loseHelped, runNeighborEvent } from './neighbor-machine.js';
import { updateNetworkLsa, updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';

/** What a helper knows of the restart it helps with. */
export interface Help {
  readonly grace: Grace;
  /** The period, or as much of it as this router supports. */
  readonly supportedSeconds: number;
  readonly timer: Timer;
}

export type HelpEnd = 'TOPO_CHG' | 'GRACE_TIMEOUT' | 'COMPLETED';

export type HelpRefusal = 'disabled' | 'not Full' | 'unplanned' | 'topology change' | 'old Grace-LSA' | 'restarting';

interface Reason {
  readonly refusal: HelpRefusal;
  readonly what: string;
  readonly got: number | string;
  readonly want: number | string;
}

/** A longer period is cut to this. */
export const SUPPORTED_GRACE_SECONDS = 1800;

/** A Grace-LSA of another router, newer than what we have. False: it is not kept and not acknowledged. */
export function receiveGraceLsa(from: Neighbor, lsa: LsaInstance, current: LsaInstance | undefined, now: Micros): boolean {
  const { process } = from.interface;
  return decideOnGraceLsa(from, lsa, current, process, now) || process.behaviour.graceHelper.isLsaKept;
}

function decideOnGraceLsa(from: Neighbor, lsa: LsaInstance, current: LsaInstance | undefined, process: OspfProcess, now: Micros): boolean {
  const grace = readGrace(lsa);
  if (lsa.isMaxAge(now)) {
    if (current === undefined) return false;
    const restarter = grace === undefined ? undefined : restarterOf(from, grace);
    if (restarter !== undefined) endHelp(restarter, 'COMPLETED', now);
    return true;
  }
  if (grace === undefined) return refuseHelp(from, 'Grace-LSA', 'malformed', 'known TLVs with values in range');
  const restarter = restarterOf(from, grace);
  if (restarter === undefined) return refuseHelp(from, 'Grace-LSA of', grace.address, 'a neighbour of this network');
  if (process.behaviour.graceHelper.isStateFollowed && restarter.help !== undefined) {
    beginHelp(restarter, grace, lsa.ageSeconds(now), now); // another period, nothing else
    return true;
  }
  const why = whyNot(restarter, lsa, grace, now);
  restarter.helpRefusal = why?.refusal;
  if (why !== undefined) return refuseHelp(restarter, why.what, why.got, why.want);
  beginHelp(restarter, grace, lsa.ageSeconds(now), now);
  return true;
}

/** On networks with a Designated Router it may have come from there: the address in it says whose it is. */
function restarterOf(from: Neighbor, grace: Grace): Neighbor | undefined {
  return from.interface.parameters.networkType === 'point-to-point' ? from : from.interface.neighborByAddress(grace.address);
}

/** Undefined: help. [3623:3.1] */
function whyNot(restarter: Neighbor, lsa: LsaInstance, grace: Grace, now: Micros): Reason | undefined {
  const { process } = restarter.interface;
  const said = process.configuration.gracefulRestartHelper;
  if (said === undefined || !(said.isEnabled || said.routerIds.has(restarter.routerId))) {
    return { refusal: 'disabled', what: 'a request to help with a restart', got: 'Grace-LSA', want: 'graceful-restart helper enable' }; // [3623:3.1(4)]
  }
  if (restarter.state !== 'Full') return { refusal: 'not Full', what: 'Grace-LSA of a neighbour in state', got: restarter.state, want: 'Full' }; // [3623:3.1(1)]
  if (said.isPlannedOnly && grace.reason !== RestartReason.softwareRestart && grace.reason !== RestartReason.softwareReload) {
    return { refusal: 'unplanned', what: 'restart reason', got: grace.reason, want: 'a planned restart' };
  }
  if (isStrict(process) && restarter.retransmissionList.all().some((waiting) => (process.behaviour.graceHelper.isStateFollowed ? isOfTopology(waiting) : waiting.isTopologyChange))) {
    return { refusal: 'topology change', what: 'changes that the neighbour has not acknowledged', got: 'some', want: 'none' }; // [3623:3.1(2)]
  }
  const age = lsa.ageSeconds(now);
  if (age >= grace.periodSeconds) return { refusal: 'old Grace-LSA', what: 'LS age of a Grace-LSA', got: age, want: `less than ${grace.periodSeconds}` }; // [3623:3.1(3)]
  if (process.isRestarting) return { refusal: 'restarting', what: 'Grace-LSA while this router restarts', got: 'restarting', want: 'not restarting' }; // [3623:3.1(5)]
  return undefined;
}

function refuseHelp(neighbor: Neighbor, what: string, got: number | string, want: number | string): false {
  neighbor.interface.process.refuse(neighbor.interface, '[3623:3.1]', neighbor.address, what, got, want);
  return false;
}

/** [3623:B.2 RestartHelperStrictLSAChecking] */
function isStrict(process: OspfProcess): boolean {
  return process.configuration.gracefulRestartHelper?.isStrict ?? true;
}

function beginHelp(restarter: Neighbor, grace: Grace, ageSeconds: number, now: Micros): void {
  const { process } = restarter.interface;
  const longest = process.configuration.gracefulRestartHelper?.supportedGraceSeconds ?? SUPPORTED_GRACE_SECONDS; // [3623:B.2]
  const supportedSeconds = process.behaviour.graceHelper.isStateFollowed ? Math.max(0, grace.periodSeconds - ageSeconds) : Math.min(grace.periodSeconds, longest);
  if (restarter.help === undefined) process.activeHelps++;
  else restarter.help.timer.cancel();
  const timer = process.timer((due) => endHelp(restarter, 'GRACE_TIMEOUT', due));
  restarter.help = { grace, supportedSeconds, timer }; // [3623:3]
  timer.arm(now + supportedSeconds * SECOND);
  say(restarter, `helps ${text(restarter)} to restart, ${supportedSeconds} s at most`, '[3623:3.1]');
}

/** The adjacency is what it is again: the Designated Router is elected, our LSAs are originated anew. [3623:3.2] */
export function endHelp(neighbor: Neighbor, why: HelpEnd, now: Micros): void {
  const owner = neighbor.interface;
  if (!forgetHelp(neighbor)) return;
  neighbor.helpEnd = owner.process.lastHelpEnd = why;
  say(neighbor, `helps ${text(neighbor)} no longer: ${END_TEXTS[why]}`, '[3623:3.2]');
  if (owner.traits.isElecting) {
    if (owner.process.behaviour.isStateKeptByHelperElection) electDesignatedRouter(owner, now); // and the state that follows is forgotten
    else runInterfaceEvent(owner, 'NeighborChange', now);
  }
  updateRouterLsa(owner.area, now);
  if (owner.state === 'DR') updateNetworkLsa(owner, now);
  // One that has not been heard of again is lost now.
  if (why !== 'COMPLETED' && neighbor.state === 'Down') runNeighborEvent(neighbor, 'KillNbr', now);
}

const END_TEXTS: Record<HelpEnd, string> = { TOPO_CHG: 'the topology has changed', GRACE_TIMEOUT: 'the grace period is over', COMPLETED: 'it is back' };

/** A neighbour that goes takes the help with it. False: there was none. */
export function forgetHelp(neighbor: Neighbor): boolean {
  if (neighbor.help === undefined) return false;
  neighbor.help.timer.cancel();
  neighbor.help = undefined;
  neighbor.interface.process.activeHelps--;
  return true;
}

/** An LSA is about to take the place of another, or of none, and says something else. [3623:3.2(3)] */
export function onTopologyChange(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if (process.activeHelps === 0 || !isStrict(process) || !isOfTopology(lsa)) return;
  lsa.isTopologyChange = true;
  for (const owner of process.interfaces) {
    if (owner.area.isStub && lsa.header.lsType === LsType.asExternal) continue; // [3623:3.2(3)(b)] it is not flooded there
    for (const neighbor of [...owner.neighbors]) endHelp(neighbor, 'TOPO_CHG', now);
  }
}

function isOfTopology({ header: { lsType } }: LsaInstance): boolean {
  return lsType <= LsType.asExternal || lsType === LsType.nssa;
}

/** The interface goes down, and with it all that is helped there. */
export function endHelpOf(owner: OspfInterface, now: Micros): void {
  for (const neighbor of [...owner.neighbors]) endHelp(neighbor, 'TOPO_CHG', now);
}

/** While it is helped a neighbour is not taken for dead; by one that takes it for Full throughout only where BFD says so. */
export function onInactivityTimer(neighbor: Neighbor, now: Micros, isSaidByBfd = false): void {
  const { isStateFollowed } = neighbor.interface.process.behaviour.graceHelper;
  if (neighbor.help === undefined || (isSaidByBfd && !isStateFollowed)) runNeighborEvent(neighbor, 'InactivityTimer', now);
  else if (isStateFollowed) loseHelped(neighbor, now);
  else neighbor.inactivityTimer.arm(now + neighbor.interface.parameters.deadIntervalSeconds * SECOND);
}

function say(neighbor: Neighbor, what: string, clause: string): void {
  neighbor.interface.process.environment.trace({ kind: 'message', clause, text: what });
}

function text(neighbor: Neighbor): string {
  return [24, 16, 8, 0].map((shift) => (neighbor.routerId >>> shift) & 255).join('.');
}
