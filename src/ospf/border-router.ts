/**
 * The area border router: when a router is one, and the summary-LSAs it originates. [2328:12.4.3]
 *
 * Read sections 3.2 and 12.4.3 first. Which routers count as border routers differs: RFC 2328 says whoever is attached to several
 * areas; Cisco's and IBM's ways (RFC 3509; the former is FRR's default) ask for the backbone in addition.
 *
 * The task looks at the whole routing table and originates, keeps or flushes: what it did not approve is flushed.
 */
import { maskOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { SummaryLsa, encodeSummaryLsa, summaryLsaLength } from '../wire/ospf/summary-lsa.js';
import { flushLsa } from './ageing.js';
import { mayEnter, mayLeave } from './area-filter.js';
import { countInRange, installDiscardRoutes, prepareRanges, rangeOf } from './area-range.js';
import type { Area } from './area.js';
import { selectBoundaryRoute } from './external.js';
import { linkStateIdFor } from './link-state-id.js';
import type { LsaInstance } from './lsdb.js';
import { checkTranslators, runTranslationTask } from './nssa.js';
import { originate, updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';
import type { NetworkRoute, NextHop, RouterRoute } from './routing-table.js';
import { scheduleCalculation } from './spf-schedule.js';
import { STUB_ROUTER_SUMMARY_METRIC } from './stub-router.js';
import { doubtPostponed, dropDoubted, forgetPostponed } from './tick.js';

/** The largest metric means unreachable. [2328:B LSInfinity] */
export const LS_INFINITY = 0xffffff;

/** Recomputes whether this router is an area border router. */
export function checkAreaBorderRouter(process: OspfProcess, now: Micros): void {
  const isBorder = isAreaBorderRouter(process);
  if (isBorder === process.isAreaBorderRouter) return;
  process.isAreaBorderRouter = isBorder;
  scheduleCalculation(process, now);
  for (const area of process.areas) if (area.routerLsa !== undefined) updateRouterLsa(area, now); // [2328:12.4.1 bit B changed]
}

function isAreaBorderRouter(process: OspfProcess): boolean {
  if (process.areaBorderRouterType === 'configured') return process.areas.length > 1;
  const active = process.areas.filter((a) => a.isActive).length;
  if (process.areaBorderRouterType === 'standard' || process.areaBorderRouterType === 'shortcut') return active > 1; // [2328:3.3]
  // IBM's asks for a backbone that is configured, Cisco's for one that is active.
  const hasInterfaces = (area: Area): boolean => area.interfaces.some((i) => !i.isRemoved);
  if (process.areaBorderRouterType === 'ibm') return active > 1 && process.backbone !== undefined && hasInterfaces(process.backbone); // [3509:2.1 IBM]
  const attached = process.areas.filter(hasInterfaces).length;
  return attached > 1 && (process.backbone?.isActive ?? false); // [3509:2.1 Cisco]
}

/** Cisco's and IBM's ways ask for a live connection to the backbone; RFC 2328's, and a number of configured areas, do not. */
export function isConnectionAsked({ areaBorderRouterType }: OspfProcess): boolean {
  return areaBorderRouterType === 'cisco' || areaBorderRouterType === 'ibm';
}

/** Whether summaries of the backbone are what inter-area routes come from. */
export function hasBackboneConnection(process: OspfProcess): boolean {
  const { backbone } = process;
  if (backbone === undefined) return false;
  return backbone.fullNeighbors > 0 || (process.activeHelps > 0 && backbone.interfaces.some((i) => i.neighbors.some((n) => n.help !== undefined))); // [3509:2.1 connection]
}

export function scheduleBorderRouterTask(process: OspfProcess, now: Micros): void {
  process.borderRouterTimer.armIfIdle(now + process.behaviour.borderRouterDelayMicros);
}

/** The task on its own timer: the router's part is looked at first, and type 7 LSAs are translated after it. */
export function onBorderRouterTimer(process: OspfProcess, now: Micros): void {
  checkAreaBorderRouter(process, now);
  checkTranslators(process, now);
  runBorderRouterTask(process, now);
  runTranslationTask(process, now);
}

/** Brings the summary-LSAs in line with the routing table. */
export function runBorderRouterTask(process: OspfProcess, now: Micros): void {
  if (process.isRestarting) return; // [3623:2(1) summaries]
  for (const area of process.areas) {
    for (const lsa of ownSummaries(area)) lsa.isApproved = false;
    doubtPostponed(process.tick, area, (draft) => draft.lsType === LsType.summaryNetwork || draft.lsType === LsType.summaryAsbr);
    prepareRanges(area);
  }
  if (process.isAreaBorderRouter) {
    for (const route of process.routingTable.sortedNetworks()) announceNetwork(process, route, now); // [2328:12.4(5)] [2328:12.4(6)] [2328:12.4(7)]
    if (process.behaviour.isWaylessNetworkAnnounced) for (const route of process.routingTable.wayless) announceNetwork(process, route, now);
    for (const routes of process.routingTable.sortedRouters()) announceBoundaryRouter(process, routes, now);
    announceRanges(process, now);
    for (const area of process.areas) {
      // Also into an NSSA that takes summaries. (FRR; the standard has a type 7 default there.)
      if (isDefaultSummarized(area)) originateSummary(area, LsType.summaryNetwork, 0, 0, area.defaultCost, now); // [2328:12.4.3.1] [2328:3.6]
    }
  }
  for (const area of process.areas) {
    for (const lsa of ownSummaries(area)) if (!lsa.isApproved) flushLsa(process, lsa, now, process.behaviour.isFlushRepeated); // [2328:12.4.3 flush]
    dropDoubted(process.tick, area);
  }
  installDiscardRoutes(process);
}

/** The default route that stands for everything outside a stub area, as soon as its cost is another. */
export function announceStubDefault(area: Area, now: Micros): void {
  if (area.process.isAreaBorderRouter && isDefaultSummarized(area)) originateSummary(area, LsType.summaryNetwork, 0, 0, area.defaultCost, now);
}

function isDefaultSummarized(area: Area): boolean {
  return !area.hasExternalRouting && (area.nssa?.defaultRoute ?? 'summary') === 'summary';
}

function ownSummaries(area: Area): LsaInstance[] {
  const own: LsaInstance[] = [];
  for (const lsType of [LsType.summaryNetwork, LsType.summaryAsbr]) {
    for (const lsa of area.lsdb.ofType(lsType)) if (lsa.isSelfOriginated) own.push(lsa);
  }
  return own;
}

function announceNetwork(process: OspfProcess, route: NetworkRoute, now: Micros): void {
  if (route.area === undefined) return;
  if (route.cost >= LS_INFINITY) return; // [2328:12.4.3 LSInfinity]
  const isInter = route.pathType === 'inter-area';
  if (isInter && !route.area.isBackbone) return; // only the backbone's summaries are passed on [3509:2.2(3)]
  if (isInter && isConnectionAsked(process) && !hasBackboneConnection(process)) return;
  if (!isInter && !mayLeave(route.area, route)) return;
  const state = isInter ? undefined : rangeOf(route.area, route.network, route.prefixLength);
  for (const area of process.areas) {
    if (!isAnnouncedTo(area, route.area, route.nextHops) || !mayEnter(area, route)) continue;
    if (area.isSummaryBlocked) continue; // [2328:12.4.3.1 others] [3101:2.7]
    if (isInter && area.isBackbone) continue; // its own area anyway
    if (state !== undefined && !area.hasTransitCapability) countInRange(state, route.cost); // the backbone is not condensed into transit areas
    else if (isInter) originateSummary(area, LsType.summaryNetwork, route.network, route.prefixLength, route.cost, now); // [2328:12.4.3 inter-area]
    else originateSummary(area, LsType.summaryNetwork, route.network, route.prefixLength, route.cost, now); // [2328:12.4.3 network]
  }
}

/** AS boundary routers are announced by their best entry. */
function announceBoundaryRouter(process: OspfProcess, routes: readonly RouterRoute[], now: Micros): void {
  const best = selectBoundaryRoute(process, process.behaviour.nssa.isBoundaryAreaAsked ? routes.filter((r) => r.area.hasExternalRouting) : routes);
  if (best === undefined || !best.isAsBoundaryRouter || best.cost >= LS_INFINITY) return;
  if (best.routerId === process.routerId && !process.behaviour.isOwnBoundaryPassedOn) return;
  if (best.area.nssa !== undefined) return; // what it says is translated, not passed on
  const isInter = best.pathType === 'inter-area';
  if (isInter && !best.area.isBackbone) return; // [3509:2.2(3) boundary router]
  if (isInter && isConnectionAsked(process) && !hasBackboneConnection(process)) return;
  for (const area of process.areas) {
    if (!isAnnouncedTo(area, best.area, best.nextHops)) continue;
    if (!area.hasExternalRouting) continue; // [2328:12.4.3 stub area]
    if (isInter && area.isBackbone) continue;
    originateSummary(area, LsType.summaryAsbr, best.routerId, 32, best.cost, now); // [2328:12.4.3 boundary router]
  }
}

/** Not into the area it belongs to, nor into the one that the next hops are in. */
function isAnnouncedTo(area: Area, from: Area, nextHops: readonly NextHop[]): boolean {
  if (area === from) return false; // [2328:12.4.3 own area] [2328:12.4.3 backbone]
  if (nextHops.some((hop) => area.interfaces.some((i) => i.system.index === hop.interfaceIndex))) return false; // [2328:12.4.3 next hops]
  return true;
}

/** One summary for each active range, into every other area. Real systems do so into totally stubby areas, too. */
function announceRanges(process: OspfProcess, now: Micros): void {
  for (const from of process.areas) {
    for (const { range, specifics, cost } of from.ranges) {
      if (specifics === 0) continue; // it is not active
      if (!range.isAdvertised) continue; // [2328:12.4.3 DoNotAdvertise]
      const { network, prefixLength } = range.substitute ?? range;
      for (const area of process.areas) {
        if (area === from) continue;
        if (area.hasTransitCapability && from.isBackbone) continue; // [2328:12.4.3 transit area]
        if (area.isSummaryBlocked && !process.behaviour.isRangeAnnouncedToTotallyStubby) continue;
        originateSummary(area, LsType.summaryNetwork, network, prefixLength, cost, now); // [2328:12.4.3 range]
      }
    }
  }
}

/** Originates a summary, or approves the one that says the same already. */
function originateSummary(area: Area, lsType: number, destination: Ipv4, prefixLength: number, cost: number, now: Micros): void {
  const { process } = area;
  const linkStateId = lsType === LsType.summaryAsbr ? destination
    : linkStateIdFor(area.lsdb, lsType, destination, prefixLength, process.routerId, process.behaviour.linkStateIds);
  if (linkStateId === undefined) return;
  const current = area.lsdb.find(lsType, linkStateId, process.routerId);
  const mask = lsType === LsType.summaryAsbr ? 0 : maskOf(prefixLength); // [2328:A.4.4] type 4: must be zero
  if (process.behaviour.linkStateIds === 'parity' && current?.isSelfOriginated === true && !current.isFlushing && current.body instanceof SummaryLsa &&
    current.body.networkMask !== mask) return; // of another prefix, which may be on its way out: the next calculation tries again (bird-host-links)
  const isWorsened = lsType === LsType.summaryNetwork && area.stubRouter.isActive && process.behaviour.areStubRouterSummariesKept !== true;
  const metric = isWorsened ? STUB_ROUTER_SUMMARY_METRIC : cost;
  if (current !== undefined && !current.isFlushing && !current.isReceived && current.body instanceof SummaryLsa &&
    current.body.metric === metric && current.body.networkMask === mask) {
    current.isApproved = true;
    forgetPostponed(process.tick, area, current.header);
    return;
  }
  const body = new SummaryLsa();
  body.networkMask = mask;
  body.metric = metric;
  const lsa = originate(process, {
    lsType, linkStateId, area, body, bodyLength: summaryLsaLength(body), encodeBody: (w) => encodeSummaryLsa(body, w),
  }, current?.header.sequence, now, current?.isReceived === true ? 'newer-received' : 'change');
  if (lsa !== undefined) lsa.isApproved = true;
}
