/**
 * Inter-area routes from summary-LSAs [2328:16.2], and better ways through transit areas [2328:16.3].
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { SummaryLsa } from '../wire/ospf/summary-lsa.js';
import type { Area } from './area.js';
import { isInActiveRange } from './area-range.js';
import { LS_INFINITY, hasBackboneConnection, isConnectionAsked } from './border-router.js';
import type { LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';
import { NetworkRoute, RouterRoute, type RoutingTable, mergeNextHops, prefixKey } from './routing-table.js';
import { isShortcut } from './shortcut.js';

export function calculateInterArea(process: OspfProcess, table: RoutingTable, now: Micros): void {
  for (const area of areasToExamine(process)) {
    for (const lsType of [LsType.summaryNetwork, LsType.summaryAsbr]) {
      for (const lsa of area.lsdb.ofType(lsType)) examineSummary(area, lsa, table, now);
    }
  }
  if (!isBackboneUsed(process)) return; // [2328:16(4) border router]
  for (const area of process.areas) {
    if (area.isBackbone || (!area.hasTransitCapability && !isShortcut(area))) continue;
    for (const lsType of [LsType.summaryNetwork, LsType.summaryAsbr]) {
      for (const lsa of area.lsdb.ofType(lsType)) examineTransitSummary(area, lsa, table, now); // [2328:16(4)]
    }
  }
}

function isBackboneUsed(process: OspfProcess): boolean {
  if (!process.isAreaBorderRouter) return false;
  if (process.areaBorderRouterType === 'shortcut') return true;
  return process.backbone !== undefined && (process.areaBorderRouterType === 'standard' || hasBackboneConnection(process));
}

/** A way through a transit area may be shorter than that of the virtual link; it takes nothing but the next hops and the cost. */
function examineTransitSummary(area: Area, lsa: LsaInstance, table: RoutingTable, now: Micros): void {
  const { body, header } = lsa;
  if (!(body instanceof SummaryLsa)) return;
  if (body.metric >= LS_INFINITY || lsa.isMaxAge(now)) return; // [2328:16.3(1)]
  if (lsa.isSelfOriginated) return; // [2328:16.3(2)]
  const border = findBorderRouter(table, header.advertisingRouter, area);
  if (border === undefined) return; // [2328:16.3(4)]
  const cost = border.cost + body.metric;
  if (area.process.areaBorderRouterType === 'shortcut') return examineShortcut(area, lsa, body, border, cost, table);
  // (3) Only what the backbone leads to already; (5) if that is no shorter.
  if (header.lsType === LsType.summaryNetwork) {
    const prefixLength = prefixLengthOf(body.networkMask);
    const key = prefixKey(networkOf(header.linkStateId, prefixLength), prefixLength);
    const route = table.find(key);
    if (route?.area?.isBackbone !== true) return; // [2328:16.3(3)]
    if (cost > route.cost) return; // [2328:16.3(5) longer]
    table.reroute(key, cost, cost === route.cost ? mergeNextHops(route.nextHops, border.paths) : border.paths); // [2328:16.3(5)] [2328:16.3]
  } else {
    const route = table.routers.get(header.linkStateId)?.find((r) => r.area.isBackbone && r.isAsBoundaryRouter);
    if (route === undefined || cost > route.cost) return;
    route.nextHops = cost === route.cost ? mergeNextHops(route.nextHops, border.paths) : border.paths;
    route.cost = cost;
  }
}

/** A route that the backbone has not is added; another one is shortened, unless it stays in another area than the backbone. */
function examineShortcut(area: Area, lsa: LsaInstance, body: SummaryLsa, border: RouterRoute, cost: number, table: RoutingTable): void {
  if (lsa.header.lsType === LsType.summaryAsbr) {
    const route = table.routers.get(lsa.header.linkStateId)?.find((r) => r.area.isBackbone);
    if (route === undefined) addBoundaryRouter(area, lsa, border, cost, table);
    else if (route.isAsBoundaryRouter && cost <= route.cost) {
      route.nextHops = cost === route.cost ? mergeNextHops(route.nextHops, border.paths) : border.paths;
      route.cost = cost;
    }
    return;
  }
  const prefixLength = prefixLengthOf(body.networkMask);
  const key = prefixKey(networkOf(lsa.header.linkStateId, prefixLength), prefixLength);
  const route = table.find(key);
  if (route === undefined) return addNetwork(area, lsa, body, border, cost, table);
  const isOfBackbone = route.area?.isBackbone === true;
  if ((route.pathType === 'intra-area' && !isOfBackbone) || cost > route.cost) return;
  table.reroute(key, cost, cost === route.cost ? mergeNextHops(route.nextHops, border.paths) : border.paths);
  const interArea = table.interArea.get(key);
  if (interArea !== undefined && !isOfBackbone && cost < route.cost) interArea.area = area;
}

/** A border router believes only the backbone; Cisco's and IBM's way fall back to all areas without one. */
export function areasToExamine(process: OspfProcess): readonly Area[] {
  const { backbone } = process;
  if (!process.isAreaBorderRouter) return process.areas; // [2328:16.2 internal router] [3509:2.2(2) no border router]
  if (isConnectionAsked(process) && !hasBackboneConnection(process)) return process.areas; // [3509:2.2(2)]
  if (process.areaBorderRouterType === 'shortcut' && !hasBackboneConnection(process)) return [];
  return backbone === undefined ? [] : [backbone]; // [2328:16.2]
}

export function examineSummary(area: Area, lsa: LsaInstance, table: RoutingTable, now: Micros): void {
  const { process } = area;
  if (!(lsa.body instanceof SummaryLsa)) return;
  if (lsa.body.metric >= LS_INFINITY) return; // [2328:16.2(1)] [2328:B LSInfinity]
  if (lsa.isMaxAge(now)) return; // [2328:16.2(1) MaxAge]
  if (lsa.isSelfOriginated) return; // [2328:16.2(2)]
  // What one of our own active ranges holds would be announced back to where it came from.
  const isNetwork = lsa.header.lsType === LsType.summaryNetwork;
  const prefixLength = isNetwork ? prefixLengthOf(lsa.body.networkMask) : 32;
  const network = networkOf(lsa.header.linkStateId, prefixLength);
  if (isNetwork && isInActiveRange(process, network, prefixLength)) return; // [2328:16.2(3)]
  // Another border router's default into a stub area or an NSSA is for those behind it. (FRR; the standard looks at the backbone alone.)
  if (isNetwork && prefixLength === 0 && !area.hasExternalRouting && process.isAreaBorderRouter && isDefaultForOthers(process)) return;
  // The border router that says so must be reachable in this area.
  const border = findBorderRouter(table, lsa.header.advertisingRouter, area);
  if (border === undefined) return; // [2328:16.2(4)]
  const cost = border.cost + lsa.body.metric; // [2328:16.2(4) cost]
  if (lsa.header.lsType === LsType.summaryNetwork) addNetwork(area, lsa, lsa.body, border, cost, table);
  else addBoundaryRouter(area, lsa, border, cost, table);
}

function isDefaultForOthers(process: OspfProcess): boolean {
  return isConnectionAsked(process) || process.areaBorderRouterType === 'shortcut';
}

function findBorderRouter(table: RoutingTable, routerId: Ipv4, area: Area): RouterRoute | undefined {
  return table.routers.get(routerId)?.find((r) => r.area === area && r.isAreaBorderRouter);
}

/** (5) to (7) for a network. */
function addNetwork(area: Area, lsa: LsaInstance, body: SummaryLsa, border: RouterRoute, cost: number, table: RoutingTable): void {
  const prefixLength = prefixLengthOf(body.networkMask);
  const network = networkOf(lsa.header.linkStateId, prefixLength);
  const key = prefixKey(network, prefixLength);
  if (table.hasRow(key)) return; // an intra-area path is preferred [2328:16.2(6)]
  const existing = table.interArea.get(key);
  if (existing !== undefined) {
    if (existing.cost < cost) return; // [2328:16.2(7)]
    if (existing.cost === cost) {
      if (!table.isSingleWay) {
        existing.nextHops = mergeNextHops(existing.nextHops, border.paths); // [2328:16.2(7) equal]
        return;
      }
      // Of two ways the border router with the higher id has it.
      if ((existing.origin?.header.advertisingRouter ?? 0) >= lsa.header.advertisingRouter) return;
    }
  }
  const route = new NetworkRoute();
  route.network = network;
  route.prefixLength = prefixLength;
  route.pathType = 'inter-area';
  route.cost = cost;
  route.area = area;
  route.origin = lsa;
  route.nextHops = border.paths; // [2328:16.2(5) next hops]
  table.interArea.set(key, route); // [2328:16.2(5)]
}

/** The same for an AS boundary router: at most one entry an area. */
function addBoundaryRouter(area: Area, lsa: LsaInstance, border: RouterRoute, cost: number, table: RoutingTable): void {
  const routerId = lsa.header.linkStateId;
  const routes = table.routers.get(routerId) ?? [];
  const index = routes.findIndex((r) => r.area === area);
  if (index >= 0) {
    const existing = routes[index];
    if (existing.pathType === 'intra-area' || existing.cost < cost) return; // [2328:16.2(6) boundary router]
    if (existing.cost === cost) {
      existing.nextHops = mergeNextHops(existing.nextHops, border.paths); // [2328:16.2(7) boundary router]
      return;
    }
    routes.splice(index, 1);
  }
  const route = new RouterRoute(area);
  route.routerId = routerId;
  route.pathType = 'inter-area';
  route.cost = cost;
  route.isAsBoundaryRouter = true;
  route.nextHops = border.paths;
  routes.push(route);
  table.routers.set(routerId, routes); // [2328:16.2(5) boundary router]
}
