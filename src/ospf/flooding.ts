/**
 * The flooding procedure, and the link state retransmission lists it feeds. [2328:13.3]
 */
import { SECOND, type Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { isOpaque } from '../wire/ospf/opaque/opaque-lsa.js';
import type { Area } from './area.js';
import type { OspfInterface } from './interface.js';
import { continueLoading, removeRequested } from './ls-request.js';
import { queueUpdate } from './ls-update.js';
import { compareInstances, type LsaInstance } from './lsdb.js';
import { STATE_RANK, type Neighbor } from './neighbor.js';
import { isOnItsLink, isOpaqueCapable } from './opaque.js';
import { floodDestination, forFloodDestinations, isRealBroadcast, neighborDestination } from './packet-output.js';
import type { OspfProcess } from './process.js';

/**
 * Floods an LSA out of the eligible interfaces: those of its area, or all of them for AS scope. [2328:13.3]
 * `from` is the neighbour it came from, undefined when this router starts it; `current`: what the database has, where that is known.
 * Returns whether it went back out of the interface it came in on.
 */
export function flood(process: OspfProcess, from: Neighbor | undefined, lsa: LsaInstance, now: Micros, current = inDatabase(process, lsa)): boolean {
  let isBackOut = false;
  const interfaces = lsa.area === undefined ? process.interfaces : lsa.area.interfaces; // [2328:13.3] [2328:15 external flooding] [5250:3.1 area]
  for (const owner of interfaces) {
    if (owner.state === 'Down' || owner.state === 'Loopback') continue;
    if (!isOnItsLink(lsa, owner)) continue;
    if (lsa.area === undefined && !owner.area.hasExternalRouting) continue; // [2328:13.3 stub area] [3101:1.3] [5250:3.1 AS] stub areas and NSSAs take no LSAs of AS scope; nor do virtual links
    if (floodOut(owner, from, lsa, current, now) && from?.interface === owner) isBackOut = true;
  }
  return isBackOut;
}

/** Out of the interfaces of one area, whatever the type. */
export function floodThroughArea(area: Area, lsa: LsaInstance, now: Micros): void {
  const current = inDatabase(area.process, lsa);
  for (const owner of area.interfaces) if (owner.state !== 'Down' && owner.state !== 'Loopback') floodOut(owner, undefined, lsa, current, now);
}

function inDatabase(process: OspfProcess, lsa: LsaInstance): LsaInstance | undefined {
  return (lsa.area === undefined ? process.externalLsdb : lsa.area.lsdb).findKey(lsa.header);
}

/** One interface; true when the LSA is sent out of it. */
function floodOut(owner: OspfInterface, from: Neighbor | undefined, lsa: LsaInstance, current: LsaInstance | undefined, now: Micros): boolean {
  const isOpaqueLsa = isOpaque(lsa.header.lsType);
  const isOtherLinkFlooded = owner.process.behaviour.isOtherLinkFlooded === true;
  let isWaiting = false;
  for (const neighbor of owner.neighbors) {
    if (STATE_RANK[neighbor.state] < STATE_RANK.Exchange) continue; // [2328:13.3(1a)]
    // (1b) Not yet Full: does the neighbour have it, or better, already?
    if (neighbor.state !== 'Full') {
      const wanted = neighbor.requestList.findKey(lsa.header);
      if (wanted !== undefined) {
        const order = compareInstances(wanted.header, wanted.header.age, lsa.header, lsa.ageSeconds(now));
        if (order > 0) continue; // [2328:13.3(1b) less recent] it has a newer one
        removeRequested(neighbor, wanted); // [2328:13.3(1b)]
        continueLoading(neighbor, now);
        if (order === 0) continue; // [2328:13.3(1b) same]
      }
    }
    if (isOpaqueLsa && !isOpaqueCapable(neighbor)) continue; // [5250:3.1]
    // On another link, too: Zebra and FRR compare router ids.
    if (neighbor === from || (!isOtherLinkFlooded && from !== undefined && neighbor.routerId === from.routerId)) continue; // [2328:13.3(1c)]
    addToRetransmission(neighbor, lsa, current, now); // [2328:13.3(1d)]
    isWaiting = true;
  }
  if (!isWaiting) return false; // [2328:13.3(2)]
  if (from !== undefined && from.interface === owner) {
    if (owner.floodsAsDesignated(from) || owner.floodsAsBackup(from)) return false; // [2328:13.3(3)]
    if (owner.state === 'Backup') return false; // [2328:13.3(4)]
  }
  // What goes back into a point-to-multipoint network may wait for those that heard it themselves to acknowledge it. (FRR)
  const isBackOut = from !== undefined && from.interface === owner;
  if (isBackOut && owner.traits.isPointToMultipoint && owner.process.behaviour.nonBroadcast.isFloodedBackByRetransmission) return false;
  floodTo(owner, lsa); // [2328:13.3(5)]
  return true;
}

/** One packet to the group, or where there is none one to each adjacent neighbour. */
function floodTo(owner: OspfInterface, lsa: LsaInstance): void {
  if (isRealBroadcast(owner)) return forFloodDestinations(owner, (destination) => queueUpdate(owner, destination, lsa));
  if (!owner.traits.isUnicast) return queueUpdate(owner, floodDestination(owner), lsa);
  for (const neighbor of owner.neighbors) if (neighbor.isAtLeast('Exchange')) queueUpdate(owner, neighborDestination(neighbor), lsa); // [2328:13.3(5) unicast]
}

/** Replaces an older instance of the same LSA. `current`: that in the database. */
export function addToRetransmission(neighbor: Neighbor, lsa: LsaInstance, current: LsaInstance | undefined, now: Micros): void {
  const { process, parameters } = neighbor.interface;
  if (process.behaviour.retransmissionStart === 'first-entry') neighbor.retransmissionTimer.armIfIdle(now + parameters.retransmitIntervalSeconds * SECOND);
  neighbor.retransmissionList.put(lsa, current);
  neighbor.retransmissionTimer.attend();
}

export function removeRetransmission(neighbor: Neighbor, lsa: LsaInstance): void {
  if (!neighbor.retransmissionList.remove(lsa)) return;
  const { behaviour } = neighbor.interface.process;
  if (behaviour.retransmissionStart === 'first-entry' && neighbor.retransmissionList.size === 0) neighbor.retransmissionTimer.cancel();
}

/** An LSA that has been flooded does not go into the database. */
export function keepOutOfDatabase(process: OspfProcess, lsa: LsaInstance): void {
  if (lsa.waiting === 0) return;
  for (const owner of process.allInterfaces()) for (const neighbor of owner.neighbors) neighbor.retransmissionList.keepApart(lsa);
}

/** An instance that is being replaced or removed is no longer to be sent to anybody. */
export function removeFromAllRetransmissions(process: OspfProcess, lsa: LsaInstance): void {
  if (lsa.retransmissions === 0) return;
  const interfaces = lsa.header.lsType === LsType.asExternal || lsa.area === undefined ? process.interfaces : lsa.area.interfaces;
  for (const owner of interfaces) {
    for (const neighbor of owner.neighbors) removeRetransmission(neighbor, lsa);
  }
}
