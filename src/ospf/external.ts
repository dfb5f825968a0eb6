/**
 * AS external routes, from type 5 and type 7. [2328:16.4] [3101:2.5]
 *
 * Deviation, as FRR has it: between a type 5 and a type 7 that are equal otherwise none is preferred [3101:2.5(6)(e)], and a type 7 is
 * used whatever its P bit says.
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { AsExternalLsa, EXTERNAL_TYPE_2 } from '../wire/ospf/as-external-lsa.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OptionBit } from '../wire/ospf/options.js';
import { LS_INFINITY } from './border-router.js';
import { updateExternalRoutes } from './external-revision.js';
import { finishRestart } from './graceful-restart.js';
import type { LsaInstance } from './lsdb.js';
import { runTranslationTask } from './nssa.js';
import type { OspfProcess } from './process.js';
import { scheduleCalculation } from './spf-schedule.js';
import { NetworkRoute, PATH_TYPE_RANK, RouterRoute, mergeNextHops, prefixKey, type NextHop } from './routing-table.js';

/** Asks for the external routes to be calculated after a delay; the earlier of two wishes wins. */
export function scheduleExternalCalculation(process: OspfProcess, now: Micros, delay: Micros): void {
  if (process.isStopping) return;
  if (process.tick !== undefined) {
    scheduleCalculation(process, now); // all in one
    return;
  }
  if (!process.externalTimer.isArmed || now + delay < process.externalTimer.time) process.externalTimer.arm(now + delay);
}

export function calculateExternals(process: OspfProcess, now: Micros): void {
  updateExternalRoutes(process, now); // [2328:16.4]
  if (process.behaviour.nssa.hasOwnSequence) runTranslationTask(process, now); // it translates what has become a route
  finishRestart(process);
}

/** One calculation of external routes, whole or for some destinations. */
export class ExternalCalculation {
  readonly routes = new Map<number, NetworkRoute>();
  /** The entry that was taken of each router that has originated some, by `boundaryKey`. */
  readonly boundaries: Map<number, RouterRoute | undefined>;
  /** Destinations, by `prefixKey`, that some LSA has a forwarding address for. */
  readonly forwarded: Set<number>;
  private readonly process: OspfProcess;
  private readonly now: Micros;

  constructor(process: OspfProcess, now: Micros, boundaries = new Map<number, RouterRoute | undefined>(), forwarded = new Set<number>()) {
    this.process = process;
    this.now = now;
    this.boundaries = boundaries;
    this.forwarded = forwarded;
  }

  /** Another for some destinations, with what is known about boundary routers. */
  partial(now: Micros): ExternalCalculation {
    return new ExternalCalculation(this.process, now, this.boundaries, this.forwarded);
  }

  private boundary(lsa: LsaInstance): RouterRoute | undefined {
    const key = boundaryKey(this.process, lsa);
    if (!this.boundaries.has(key)) this.boundaries.set(key, boundaryOf(this.process, key));
    return this.boundaries.get(key);
  }

  examine(lsa: LsaInstance): void {
    const { process, routes, now } = this;
    const { body, header } = lsa;
    if (!(body instanceof AsExternalLsa)) return;
    const [external] = body.routes;
    if (external.metric >= LS_INFINITY) return; // [2328:16.4(1)]
    if (lsa.isMaxAge(now)) return; // [2328:16.4(1) MaxAge]
    if (lsa.isSelfOriginated) return; // [2328:16.4(2)]
    const prefixLength = prefixLengthOf(body.networkMask);
    const network = networkOf(header.linkStateId, prefixLength);
    const key = prefixKey(network, prefixLength);
    if (external.forwardingAddress !== 0) this.forwarded.add(key);
    // A border router's default is for those behind it.
    if (prefixLength === 0 && lsa.area !== undefined && process.behaviour.nssa.isBoundaryAreaAsked && process.isAreaBorderRouter &&
      (header.options & OptionBit.propagate) === 0) return; // [3101:2.5(3) default]
    // (3) The way to the boundary router, or to the forwarding address.
    const boundary = this.boundary(lsa); // [2328:16.4(3)]
    if (boundary === undefined || !boundary.isAsBoundaryRouter) return; // [2328:16.4(3) unreachable]
    if (header.lsType === LsType.asExternal && !boundary.area.hasExternalRouting) return; // of a router in an NSSA it is the type 7 that counts [3101:2.5(3)]
    let through: RouterRoute | NetworkRoute = boundary;
    if (external.forwardingAddress !== 0) {
      const internal = findInternal(process, external.forwardingAddress);
      if (internal === undefined) return; // [2328:16.4(3) no forwarding address]
      if (lsa.area !== undefined && process.behaviour.nssa.isBoundaryAreaAsked && (internal.pathType !== 'intra-area' || internal.area !== lsa.area)) return; // [3101:2.5(3) forwarding address]
      through = internal; // [2328:16.4(3) forwarding address]
    }
    if (process.routingTable.has(key)) return; // [2328:16.4(6a)]

    const route = new NetworkRoute();
    route.network = network;
    route.prefixLength = prefixLength;
    route.origin = lsa;
    route.through = through;
    route.routeTag = external.routeTag;
    if ((external.flags & EXTERNAL_TYPE_2) !== 0) {
      route.pathType = 'external-2'; // [2328:16.4(5) type 2]
      route.cost = through.cost; // [2328:16.4(4)]
      route.type2Cost = external.metric; // [2328:16.4(5) type 2]
    } else {
      route.pathType = 'external-1'; // [2328:16.4(5) type 1]
      route.cost = through.cost + external.metric; // [2328:16.4(4)] [2328:16.4(5) type 1]
    }
    // A forwarding address on one of our own networks is itself the next hop.
    const advertisingRouter = through instanceof NetworkRoute && process.behaviour.isNextHopPerRouter === true
      ? (through.originId ?? through.origin?.header.linkStateId) : undefined;
    const paths = through instanceof NetworkRoute ? through.nextHops : through.paths;
    route.nextHops = paths.map((hop) => {
      if (hop.gateway !== 0 && (hop.advertisingRouter !== undefined || advertisingRouter === undefined)) return hop;
      const stamp = hop.advertisingRouter ?? advertisingRouter;
      return { ...hop, gateway: hop.gateway === 0 ? external.forwardingAddress : hop.gateway, ...(stamp === undefined ? {} : { advertisingRouter: stamp }) };
    });

    const existing = routes.get(key);
    route.firstOrigin = existing?.firstOrigin ?? lsa;
    const order = existing === undefined ? -1 : compareExternal(process, route, existing);
    if (order < 0) routes.set(key, route); // [2328:16.4(5)] [2328:16.4(6)]
    else if (order === 0 && existing !== undefined) {
      existing.nextHops = this.merge(existing.nextHops, route.nextHops, paths); // [2328:16.4(6) equal]
      if (process.behaviour.isHighestOfMergedExternals) unite(existing, route);
    }
  }

  /** `paths`: what the second come from. FRR compares those before it puts the forwarding address in their place. */
  private merge(first: readonly NextHop[], second: readonly NextHop[], paths: readonly NextHop[]): readonly NextHop[] {
    if (this.process.behaviour.isForwardingAddressRepeated !== true || paths.every((hop) => hop.gateway !== 0)) return mergeNextHops(first, second);
    return mergeNextHops(first, second.filter((_hop, i) => paths[i].gateway !== 0)).concat(second.filter((_hop, i) => paths[i].gateway === 0));
  }
}

function unite(existing: NetworkRoute, { origin, routeTag }: NetworkRoute): void {
  if ((origin?.header.advertisingRouter ?? 0) > (existing.origin?.header.advertisingRouter ?? 0)) existing.origin = origin;
  if (existing.routeTag !== routeTag) existing.routeTag = 0;
}

const ROUTER_IDS = 2 ** 32;

/** The router, and where entries are asked for by area the place of the area of a type 7 among the areas, from 2 on; 1: those outside of NSSAs. */
function boundaryKey(process: OspfProcess, { header, area }: LsaInstance): number {
  if (!process.behaviour.nssa.isBoundaryAreaAsked) return header.advertisingRouter;
  return header.advertisingRouter + ROUTER_IDS * (area === undefined ? 1 : 2 + process.areas.indexOf(area));
}

/** The entry that counts now. [3101:2.5(3) entries] */
export function boundaryOf(process: OspfProcess, key: number): RouterRoute | undefined {
  const scope = Math.floor(key / ROUTER_IDS);
  const entries = process.routingTable.routers.get(routerOfBoundary(key)) ?? [];
  if (scope === 0) return selectBoundaryRoute(process, entries);
  return selectBoundaryRoute(process, entries.filter((r) => (scope === 1 ? r.area.hasExternalRouting : r.area === process.areas[scope - 2])));
}

export function routerOfBoundary(key: number): Ipv4 {
  return key % ROUTER_IDS;
}

/** (6b) to (6d); negative: a is better. */
function compareExternal(process: OspfProcess, a: NetworkRoute, b: NetworkRoute): number {
  const byType = PATH_TYPE_RANK[a.pathType] - PATH_TYPE_RANK[b.pathType];
  if (byType !== 0) return byType; // [2328:16.4(6b)]
  if (a.pathType === 'external-2' && a.type2Cost !== b.type2Cost) return a.type2Cost - b.type2Cost; // [2328:16.4(6b) type 2]
  if (!process.isRfc1583Compatible) {
    const byPath = pathPreference(a.through) - pathPreference(b.through);
    if (byPath !== 0) return byPath; // [2328:16.4(6c)]
  }
  if (a.cost !== b.cost || process.isExternalMerged) return a.cost - b.cost; // [2328:16.4(6d)]
  return (b.origin?.header.advertisingRouter ?? 0) - (a.origin?.header.advertisingRouter ?? 0);
}

/** Intra-area paths through an area that is not the backbone come first. */
function pathPreference(through: RouterRoute | NetworkRoute | undefined): number {
  return through?.pathType === 'intra-area' && through.area !== undefined && !through.area.isBackbone ? 0 : 1; // [2328:16.4.1]
}

/** The preferred entry among those of one boundary router. */
export function selectBoundaryRoute(process: OspfProcess, routes: readonly RouterRoute[]): RouterRoute | undefined {
  // Entries of boundary routers are what counts; a border router may say in a stub area that it is that alone.
  const isAny = process.behaviour.isBorderEntryTakenForBoundary;
  let candidates = routes.filter((r) => r.cost < LS_INFINITY && (isAny || r.isAsBoundaryRouter));
  if (!process.isRfc1583Compatible) {
    const preferred = candidates.filter((r) => pathPreference(r) === 0);
    if (preferred.length > 0) candidates = preferred; // [2328:16.4(3) pruned]
  }
  let best: RouterRoute | undefined;
  for (const route of candidates) {
    if (best === undefined || route.cost < best.cost) best = route; // [2328:16.4(3) cost]
    else if (route.cost === best.cost && route.area.id > best.area.id) best = route; // [2328:16.4(3) area id]
  }
  return best;
}

/** Longest internal match; one of our own addresses is no way to anywhere. (FRR) */
function findInternal(process: OspfProcess, address: Ipv4): NetworkRoute | undefined {
  if (process.interfaces.some((i) => i.address === address)) return undefined;
  return process.routingTable.longestMatch(address);
}
