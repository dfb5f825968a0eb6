/**
 * Graceful restart, the restarting router. [3623:2]
 *
 * Read chapter 2 of RFC 3623 first. Before: Grace-LSAs out of every interface that has neighbours, and a note of when the grace period ends that
 * survives the daemon. The daemon then ends without flushing anything, and the forwarding table stays. After: it forms its adjacencies anew,
 * originates nothing, flushes nothing and leaves the forwarding table alone, until all adjacencies that its LSAs of before name are there
 * again, or LSAs contradict each other, or the period is over. [3623:2.2] Then it originates, calculates, has what is left of old routes taken
 * out, and flushes its Grace-LSAs. [3623:2.3]
 *
 * As FRR 8.4.4: only planned restarts; the first router-LSA after one begins with the initial sequence number, and a neighbour's answer
 * tells what the next must be.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { NetworkLsa } from '../wire/ospf/network-lsa.js';
import { RestartReason } from '../wire/ospf/opaque/grace-lsa.js';
import { LinkType, RouterLsa } from '../wire/ospf/router-lsa.js';
import type { Area } from './area.js';
import { scheduleBorderRouterTask } from './border-router.js';
import { DEFAULT_GRACE_PERIOD_SECONDS } from './configuration.js';
import { originateGraceLsa } from './grace.js';
import type { LsaInstance } from './lsdb.js';
import { updateNetworkLsa, updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';
import { updateExternals } from './redistribution.js';
import { scheduleCalculation } from './spf-schedule.js';

/** Announces a restart. Returns when the grace period ends; a text: why there can be no graceful restart. */
export function prepareRestart(process: OspfProcess, now: Micros): Micros | string {
  const { gracefulRestart } = process.configuration;
  if (!process.isOpaqueCapable) return 'opaque LSAs are not enabled ("capability opaque")';
  if (gracefulRestart === undefined) return 'graceful restart is not configured';
  if (process.isPrepared) return 'it has been prepared already';
  for (const owner of process.interfaces) originateGraceLsa(owner, gracefulRestart.gracePeriodSeconds, RestartReason.softwareRestart, false, now); // [3623:2.1]
  process.isPrepared = true;
  return now + gracefulRestart.gracePeriodSeconds * SECOND;
}

/** The daemon starts and finds the note. */
export function beginRestart(process: OspfProcess, until: Micros, now: Micros): void {
  if (now > until) return;
  process.isRestarting = true; // [3623:2]
  const timer = process.timer((due) => exitRestart(process, 'the grace period is over', due));
  timer.arm(until); // [3623:2.2(3)]
  process.environment.trace({ kind: 'message', clause: '[3623:2]', text: 'restarts gracefully' });
}

export function exitRestart(process: OspfProcess, why: string, now: Micros): void {
  if (!process.isRestarting) return;
  process.isRestarting = false; // [3623:2.3]
  process.isFinishingRestart = true;
  process.environment.trace({ kind: 'message', clause: '[3623:2.2]', text: `graceful restart ends: ${why}` });
  for (const area of process.areas) {
    updateRouterLsa(area, now); // [3623:2.3(1)]
    for (const owner of area.interfaces) updateNetworkLsa(owner, now); // [3623:2.3(2)]
  }
  updateExternals(process, now); // [3623:2.3(3) externals]
  scheduleBorderRouterTask(process, now); // [3623:2.3(5)]
  scheduleCalculation(process, now); // [3623:2.3(3)]
  const periodSeconds = process.configuration.gracefulRestart?.gracePeriodSeconds ?? DEFAULT_GRACE_PERIOD_SECONDS; // [3623:B.1]
  for (const owner of process.interfaces) originateGraceLsa(owner, periodSeconds, RestartReason.softwareRestart, true, now); // [3623:2.3(6)]
}

/** After the first calculation of a router that is back: what it has not installed itself goes. */
export function finishRestart(process: OspfProcess): void {
  if (!process.isFinishingRestart) return;
  process.isFinishingRestart = false;
  process.environment.restartFinished?.(); // [3623:2.3(4)]
}

/** A neighbour has become Full: are all there that were? */
export function checkAdjacencies(process: OspfProcess, now: Micros): void {
  if (!process.isRestarting) return;
  for (const area of process.areas) {
    const own = area.lsdb.find(LsType.router, process.routerId, process.routerId);
    if (!(own?.body instanceof RouterLsa) || !own.body.links.every((link) => isThereAgain(area, link.type, link.linkId))) return;
  }
  exitRestart(process, 'all adjacencies are there again', now); // [3623:2.2(1)]
}

function isThereAgain(area: Area, linkType: number, linkId: number): boolean {
  switch (linkType) {
    case LinkType.pointToPoint: return isFullById(area, linkId);
    case LinkType.transit: {
      const isOurs = area.process.interfaces.some((owner) => owner.address === linkId);
      if (!isOurs) return area.interfaces.some((owner) => owner.neighborByAddress(linkId)?.state === 'Full');
      const network = area.lsdb.ofType(LsType.network).find((lsa) => lsa.header.linkStateId === linkId);
      if (!(network?.body instanceof NetworkLsa)) return false;
      return network.body.attachedRouters.every((router) => router === area.process.routerId || isFullById(area, router));
    }
    default: return true;
  }
}

function isFullById(area: Area, routerId: number): boolean {
  for (const owner of area.interfaces) {
    const neighbor = owner.neighborById(routerId);
    if (neighbor !== undefined) return neighbor.state === 'Full';
  }
  return false;
}

/** After a Link State Update: do the router-LSAs of before and those of the neighbours still fit? */
export function checkConsistency(process: OspfProcess, area: Area, now: Micros): void {
  if (!process.isRestarting) return;
  const own = area.lsdb.find(LsType.router, process.routerId, process.routerId);
  if (own === undefined) return;
  for (const lsa of area.lsdb.ofType(LsType.router)) {
    if (lsa === own || (leadsTo(lsa, process.routerId) === leadsTo(own, lsa.header.linkStateId))) continue;
    // The neighbour no longer names us: a router-LSA of it that is there, and a link without its way back.
    exitRestart(process, 'router-LSAs contradict those of before', now); // [3623:2.2(2)]
    return;
  }
}

function leadsTo(lsa: LsaInstance, routerId: number): boolean {
  return lsa.body instanceof RouterLsa && lsa.body.links.some((link) => link.type === LinkType.pointToPoint && link.linkId === routerId);
}
