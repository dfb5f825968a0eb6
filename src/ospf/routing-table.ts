/**
 * The routing table structure. [2328:11]
 *
 * Entries for networks and for routers (area border and AS boundary routers), each kept by identity. External routes stand
 * in a table of their own: they are calculated later, and never displace an internal route. [2328:16.4(6a)]
 *
 * Intra-area routes, which are nearly all that there are, stand in typed arrays by the slot of their prefix; a `NetworkRoute` is
 * made of one when somebody asks for it. Inter-area routes are objects in a Map.
 */
import { maskOf, type Ipv4 } from '../base/address.js';
import type { Area } from './area.js';
import type { LsaInstance } from './lsdb.js';
import type { NextHopSets } from './next-hop-sets.js';
import type { PrefixTable } from './prefix-table.js';
import type { OspfProcess } from './process.js';

export interface NextHop {
  /** 0: the destination is on the link. */
  readonly gateway: Ipv4;
  readonly interfaceIndex: number;
  /** Of inter-area and external routes, with `isNextHopPerRouter`: who leads there. */
  readonly advertisingRouter?: Ipv4;
}

export const NO_HOPS: readonly NextHop[] = [];

/** In order of preference. [2328:11] */
export type PathType = 'intra-area' | 'inter-area' | 'external-1' | 'external-2';

export const PATH_TYPE_RANK: Record<PathType, number> = { 'intra-area': 0, 'inter-area': 1, 'external-1': 2, 'external-2': 3 };

export class NetworkRoute {
  network: Ipv4 = 0;
  prefixLength = 0;
  pathType: PathType = 'intra-area';
  cost = 0;
  /** External type 2 only. */
  type2Cost = 0;
  routeTag = 0;
  /** The area that the paths go through; undefined for external routes. */
  area: Area | undefined;
  /** Of inter-area and external routes: the LSA that announces it. */
  origin: LsaInstance | undefined;
  /** Of external routes: the first LSA that was accepted for the prefix. */
  firstOrigin: LsaInstance | undefined;
  /** Of intra-area routes: the link state id of the LSA that it comes from. */
  originId: Ipv4 | undefined;
  /** External routes: the entry of the boundary router, or of the network with the forwarding address. */
  through: RouterRoute | NetworkRoute | undefined;
  /** Shared between routes; never changed in place. */
  nextHops: readonly NextHop[] = NO_HOPS;
}

export class RouterRoute {
  routerId: Ipv4 = 0;
  area: Area;
  pathType: PathType = 'intra-area';
  cost = 0;
  isAreaBorderRouter = false;
  isAsBoundaryRouter = false;
  /** Shared between routes; never changed in place. */
  nextHops: readonly NextHop[] = NO_HOPS;
  private stamped: readonly NextHop[] = NO_HOPS;
  /** Of which next hops: ways through transit areas may take their place. */
  private stampedOf: readonly NextHop[] = NO_HOPS;

  constructor(area: Area) {
    this.area = area;
  }

  /** The next hops as routes through this router have them. An inter-area entry's own name the border router already, and so do those through a transit area. */
  get paths(): readonly NextHop[] {
    if (this.pathType !== 'intra-area' || this.area.process.behaviour.isNextHopPerRouter !== true) return this.nextHops;
    if (this.stampedOf !== this.nextHops) {
      this.stampedOf = this.nextHops;
      this.stamped = this.nextHops.map((hop) => (hop.advertisingRouter === undefined ? { ...hop, advertisingRouter: this.routerId } : hop));
    }
    return this.stamped;
  }
}

/** One number for (network, prefix length): exact below 2^53. */
export function prefixKey(network: Ipv4, prefixLength: number): number {
  return network * 64 + prefixLength;
}

/** Cost of a row that holds no route. */
export const NO_ROUTE = 0x7fffffff;

/** Intra-area routes by the slot of their prefix. */
export class RouteRows {
  readonly cost: Int32Array;
  /** Numbers of next-hop sets. */
  readonly hops: Int32Array;
  /** Link state id of the LSA that it comes from; decides between equals. */
  readonly originId: Uint32Array;
  /** Which of the table's areas. */
  readonly area: Uint16Array;

  constructor(length: number) {
    this.cost = new Int32Array(length);
    this.hops = new Int32Array(length);
    this.originId = new Uint32Array(length);
    this.area = new Uint16Array(length);
  }
}

const NO_ROWS = new RouteRows(0);
/** Of a table that has been replaced: the next calculation takes them, whoever's it is. */
let spareRows: RouteRows | undefined;

export class RoutingTable {
  readonly prefixes: PrefixTable;
  readonly nextHopSets: NextHopSets;
  /** Of equal paths to a network that of the higher origin is kept, alone. */
  isSingleWay = false;
  /** A stub network that is found cheaper in another area stays one of the first. */
  isFirstAreaKept = false;
  /** A route that comes from another LSA than before is another route. */
  isOriginCompared = false;
  rows = NO_ROWS;
  /** How many slots the rows speak of. */
  rowCount = 0;
  /** Routes in the rows. */
  private rowRoutes = 0;
  /** Rows that turned out to have no next hop. */
  private rowsDropped = 0;
  /** What they would have been. */
  readonly wayless: NetworkRoute[] = [];
  readonly areas: Area[] = [];
  interArea = new Map<number, NetworkRoute>();
  /** All entries of a router, in the order of calculation: one for each area. */
  readonly routers = new Map<Ipv4, RouterRoute[]>();
  /** Every router of our areas, and not only those that lead elsewhere; undefined: nobody wants to know. */
  reachableRouters: Map<Ipv4, RouterRoute[]> | undefined;
  /** Everything as objects; where it exists it is what counts. */
  private objects: Map<number, NetworkRoute> | undefined;

  constructor(prefixes: PrefixTable, nextHopSets: NextHopSets) {
    this.prefixes = prefixes;
    this.nextHopSets = nextHopSets;
  }

  // --- building

  /** Rows for all prefixes that there are. */
  reserve(): void {
    const { count } = this.prefixes;
    if (count > this.rows.cost.length) {
      const rows = spareRows !== undefined && spareRows.cost.length >= count && this.rowCount === 0 ? spareRows : new RouteRows(Math.ceil(count * 1.0625) + 16);
      if (rows === spareRows) spareRows = undefined;
      rows.cost.set(this.rows.cost.subarray(0, this.rowCount));
      rows.hops.set(this.rows.hops.subarray(0, this.rowCount));
      rows.originId.set(this.rows.originId.subarray(0, this.rowCount));
      rows.area.set(this.rows.area.subarray(0, this.rowCount));
      this.rows = rows;
    }
    if (count > this.rowCount) this.rows.cost.fill(NO_ROUTE, this.rowCount, count);
    this.rowCount = count;
  }

  /** A number for an area, for its rows. */
  addArea(area: Area): number {
    return this.areas.push(area) - 1;
  }

  /** Two network-LSAs for one network, as while the DR changes: the larger link state id wins. */
  offerTransit(slot: number, cost: number, hops: number, area: number, originId: number): void {
    const { rows } = this;
    if (rows.cost[slot] !== NO_ROUTE && (cost > rows.cost[slot] || rows.originId[slot] > originId)) return; // [2328:16.1(4) two network-LSAs]
    this.setRow(slot, cost, hops, area, originId);
  }

  /** A stub network. */
  offerStub(slot: number, cost: number, hops: number, area: number, originId: number): void {
    const known = this.rows.cost[slot];
    if (cost > known) return;
    if (cost === known) this.mergeStub(slot, hops, originId);
    else this.setRow(slot, cost, hops, this.isFirstAreaKept && known !== NO_ROUTE ? this.rows.area[slot] : area, originId);
  }

  /** One more path of equal cost. */
  mergeStub(slot: number, hops: number, originId: number): void {
    const { rows } = this;
    if (this.isSingleWay) {
      if (rows.originId[slot] < originId) this.setRow(slot, rows.cost[slot], hops, rows.area[slot], originId);
      return;
    }
    rows.hops[slot] = this.nextHopSets.merge(rows.hops[slot], hops);
    if (rows.originId[slot] < originId) rows.originId[slot] = originId; // [2328:16.1 stubs origin]
  }

  private setRow(slot: number, cost: number, hops: number, area: number, originId: number): void {
    const { rows } = this;
    rows.cost[slot] = cost;
    rows.hops[slot] = hops;
    rows.originId[slot] = originId;
    rows.area[slot] = area;
  }

  /** Gives an internal route other next hops, and the cost that goes with them. [2328:16.3] */
  reroute(key: number, cost: number, nextHops: readonly NextHop[]): void {
    if (this.hasRow(key)) {
      const slot = this.prefixes.find(key);
      this.rows.cost[slot] = cost;
      this.rows.hops[slot] = this.nextHopSets.intern(nextHops);
      return;
    }
    const route = this.interArea.get(key);
    if (route === undefined) return;
    route.cost = cost;
    route.nextHops = nextHops;
  }

  /** Leaves out of all routes the next hops that are not to be kept. */
  filterHops(isKept: (hop: NextHop) => boolean): void {
    const { rows, nextHopSets } = this;
    for (let slot = 0; slot < this.rowCount; slot++) {
      if (rows.cost[slot] === NO_ROUTE) continue;
      const hops = nextHopSets.sets[rows.hops[slot]];
      if (!hops.every(isKept)) rows.hops[slot] = nextHopSets.intern(hops.filter(isKept));
    }
    for (const routes of this.routers.values()) {
      for (const route of routes) if (!route.nextHops.every(isKept)) route.nextHops = route.nextHops.filter(isKept);
    }
  }

  /** The end of a calculation: what has no next hop is no route. */
  finish(): void {
    if (this.objects !== undefined) {
      for (const [key, route] of this.objects) if (route.nextHops.length === 0) this.objects.delete(key);
      return;
    }
    const { cost, hops } = this.rows;
    let routes = 0;
    for (let slot = 0; slot < this.rowCount; slot++) {
      if (cost[slot] === NO_ROUTE) continue;
      if (hops[slot] !== 0) {
        routes++;
        continue;
      }
      this.dropWayless(slot);
    }
    this.rowRoutes = routes;
    this.finishInterArea();
  }

  private dropWayless(slot: number): void {
    this.wayless.push(this.routeOfRow(slot));
    this.rows.cost[slot] = NO_ROUTE;
    this.rowsDropped++;
  }

  private finishInterArea(): void {
    for (const [key, route] of this.interArea) if (route.nextHops.length === 0) this.interArea.delete(key);
  }

  /** Whether some of its rows can be worked out anew and the others kept. */
  isRevisable({ areas, prefixes, nextHopSets }: OspfProcess): boolean {
    return this.areas.length > 0 && this.areas.every((area) => areas.includes(area)) && this.objects === undefined && this.rowsDropped === 0 && prefixes === this.prefixes && nextHopSets === this.nextHopSets;
  }

  /** Takes the rows of some prefixes out, to be worked out anew. */
  dropRows(keys: Iterable<number>): void {
    for (const key of keys) {
      const slot = this.prefixes.find(key);
      if (slot < 0 || this.rows.cost[slot] === NO_ROUTE) continue;
      this.rows.cost[slot] = NO_ROUTE;
      this.rowRoutes--;
    }
  }

  /** The same rows have been worked out: what has no next hop is no route. */
  finishRows(keys: Iterable<number>): void {
    const { cost, hops } = this.rows;
    for (const key of keys) {
      const slot = this.prefixes.find(key);
      if (slot < 0 || cost[slot] === NO_ROUTE) continue;
      if (hops[slot] !== 0) {
        this.rowRoutes++;
        continue;
      }
      this.dropWayless(slot);
    }
    this.finishInterArea();
  }

  dropInterArea(): void {
    this.interArea.clear();
    for (const routerId of this.routers.keys()) this.dropInterAreaRouter(routerId);
  }

  /** The inter-area entries of one router. */
  dropInterAreaRouter(routerId: Ipv4): void {
    const routes = this.routers.get(routerId);
    if (routes === undefined) return;
    const kept = routes.filter((route) => route.pathType !== 'inter-area');
    if (kept.length === 0) this.routers.delete(routerId);
    else if (kept.length < routes.length) this.routers.set(routerId, kept);
  }

  /** What another table, which is about to be replaced by this one, knows of other areas. */
  takeOverInterArea(previous: RoutingTable): void {
    this.interArea = previous.interArea;
    previous.interArea = new Map();
    for (const [routerId, routes] of previous.routers) {
      const others = routes.filter((route) => route.pathType === 'inter-area');
      if (others.length > 0) this.routers.set(routerId, [...this.routers.get(routerId) ?? [], ...others]);
    }
  }

  /** `prefixKey` of what one of two tables has an intra-area route to, and the other has not. Both have the same slots. */
  keysComeOrGone(previous: RoutingTable): number[] {
    const keys: number[] = [];
    for (let slot = 0; slot < this.prefixes.count; slot++) {
      const had = slot < previous.rowCount && previous.rows.cost[slot] !== NO_ROUTE;
      const has = slot < this.rowCount && this.rows.cost[slot] !== NO_ROUTE;
      if (had !== has) keys.push(this.prefixes.keys[slot]);
    }
    return keys;
  }

  /** It has been replaced and nobody looks at it any more. */
  release(): void {
    if (this.rows !== NO_ROWS && (spareRows === undefined || spareRows.cost.length < this.rows.cost.length)) spareRows = this.rows;
    this.rows = NO_ROWS;
    this.rowCount = 0;
    this.rowRoutes = 0;
    this.interArea.clear();
  }

  // --- looking

  get size(): number {
    return this.objects?.size ?? this.rowRoutes + this.interArea.size;
  }

  has(key: number): boolean {
    if (this.objects !== undefined) return this.objects.has(key);
    return this.hasRow(key) || this.interArea.has(key);
  }

  /** Whether there is an intra-area route. */
  hasRow(key: number): boolean {
    return this.rowOf(key) >= 0;
  }

  /** The slot of an intra-area route, -1: there is none. */
  private rowOf(key: number): number {
    const slot = this.prefixes.find(key);
    return slot >= 0 && slot < this.rowCount && this.rows.cost[slot] !== NO_ROUTE ? slot : -1;
  }

  /** `scratch`: what may be written into where a route has to be made, by somebody who keeps nothing. */
  find(key: number, scratch?: NetworkRoute): NetworkRoute | undefined {
    if (this.objects !== undefined) return this.objects.get(key);
    const slot = this.rowOf(key);
    return slot >= 0 ? this.routeOfRow(slot, scratch) : this.interArea.get(key);
  }

  /** Link state id of the LSA that an intra-area route comes from. */
  originId(key: number): Ipv4 | undefined {
    const slot = this.rowOf(key);
    return slot >= 0 ? this.rows.originId[slot] : undefined;
  }

  /** The longest prefix that holds an address. */
  longestMatch(address: Ipv4): NetworkRoute | undefined {
    for (let prefixLength = 32; prefixLength >= 0; prefixLength--) {
      const route = this.find(prefixKey((address & maskOf(prefixLength)) >>> 0, prefixLength));
      if (route !== undefined) return route;
    }
    return undefined;
  }

  /** All routes to networks, to be looked at and changed; from then on this Map is the table. */
  get networks(): Map<number, NetworkRoute> {
    if (this.objects === undefined) {
      const objects = new Map<number, NetworkRoute>();
      for (const key of this.keys()) objects.set(key, this.find(key) as NetworkRoute);
      this.objects = objects;
    }
    return this.objects;
  }

  /** By network, then prefix length. */
  sortedNetworks(): NetworkRoute[] {
    return Array.from(this.keys().sort(), (key) => this.find(key) as NetworkRoute);
  }

  /** By router id. */
  sortedRouters(): RouterRoute[][] {
    return sortRouters(this.routers);
  }

  /** `prefixKey` of every route, in no order that means anything. */
  keys(): Float64Array {
    if (this.objects !== undefined) return Float64Array.from(this.objects.keys());
    const keys = new Float64Array(this.rowRoutesNow() + this.interArea.size);
    let count = 0;
    for (let slot = 0; slot < this.rowCount; slot++) if (this.rows.cost[slot] !== NO_ROUTE) keys[count++] = this.prefixes.keys[slot];
    for (const key of this.interArea.keys()) keys[count++] = key;
    return keys;
  }

  /**
   * Keys of the routes that one of two tables has and the other has not, or has differently; sorted. A few may be equal after all.
   * `interArea`: all of the other areas that may differ; not given: anything may.
   */
  differingKeys(other: RoutingTable, interArea?: Iterable<number>): Float64Array {
    if (this.objects !== undefined || other.objects !== undefined || this.prefixes !== other.prefixes || this.nextHopSets !== other.nextHopSets) {
      return Float64Array.from(new Set([...this.keys(), ...other.keys()])).sort();
    }
    const keys: number[] = [];
    const [more, fewer] = this.rowCount >= other.rowCount ? [this, other] : [other, this];
    const { cost, hops, originId } = more.rows;
    const { cost: otherCost, hops: otherHops, originId: otherOriginId } = fewer.rows;
    const { areas } = more;
    const area = more.rows.area;
    const otherArea = fewer.rows.area;
    const isOneArea = areas.length === 1 && fewer.areas.length === 1 && areas[0] === fewer.areas[0];
    for (let slot = 0; slot < fewer.rowCount; slot++) {
      if (cost[slot] !== otherCost[slot] || (cost[slot] !== NO_ROUTE && (hops[slot] !== otherHops[slot] ||
        (this.isOriginCompared && originId[slot] !== otherOriginId[slot]) ||
        (!isOneArea && areas[area[slot]] !== fewer.areas[otherArea[slot]])))) keys.push(this.prefixes.keys[slot]);
    }
    for (let slot = fewer.rowCount; slot < more.rowCount; slot++) if (cost[slot] !== NO_ROUTE) keys.push(this.prefixes.keys[slot]);
    if (interArea !== undefined) return Float64Array.from(new Set([...keys, ...interArea])).sort();
    if (this.interArea.size + other.interArea.size === 0) return Float64Array.from(keys).sort();
    return Float64Array.from(new Set([...keys, ...this.interArea.keys(), ...other.interArea.keys()])).sort();
  }

  /** How many routes there are of each prefix length. */
  countByLength(): Uint32Array {
    const counts = new Uint32Array(33);
    for (let slot = 0; slot < this.rowCount; slot++) if (this.rows.cost[slot] !== NO_ROUTE) counts[this.prefixes.keys[slot] % 64]++;
    for (const { prefixLength } of this.interArea.values()) counts[prefixLength]++;
    return counts;
  }

  private rowRoutesNow(): number {
    let routes = 0;
    for (let slot = 0; slot < this.rowCount; slot++) if (this.rows.cost[slot] !== NO_ROUTE) routes++;
    return routes;
  }

  private routeOfRow(slot: number, route = new NetworkRoute()): NetworkRoute {
    const { rows } = this;
    const key = this.prefixes.keys[slot];
    route.prefixLength = key % 64;
    route.network = (key - route.prefixLength) / 64;
    route.cost = rows.cost[slot];
    route.originId = rows.originId[slot];
    route.area = this.areas[rows.area[slot]];
    route.nextHops = this.nextHopSets.sets[rows.hops[slot]];
    return route;
  }
}

/** Takes away the entries that have no next hop. */
export function removeUnreachableRouters(routers: Map<Ipv4, RouterRoute[]>): void {
  for (const [routerId, routes] of routers) {
    if (routes.every((route) => route.nextHops.length > 0)) continue;
    const left = routes.filter((route) => route.nextHops.length > 0);
    if (left.length === 0) routers.delete(routerId);
    else routers.set(routerId, left);
  }
}

export function sortRouters(routers: ReadonlyMap<Ipv4, RouterRoute[]>): RouterRoute[][] {
  return [...routers.entries()].sort((a, b) => a[0] - b[0]).map(([, routes]) => routes);
}

export function sortRoutes(routes: ReadonlyMap<number, NetworkRoute>): NetworkRoute[] {
  // Numbers in a typed array are sorted without a comparison function, which is what this costs.
  const keys = new Float64Array(routes.size);
  let count = 0;
  for (const key of routes.keys()) keys[count++] = key;
  return Array.from(keys.sort(), (key) => routes.get(key) as NetworkRoute);
}

/** The first, and what of the second is not in it. */
export function mergeNextHops(first: readonly NextHop[], second: readonly NextHop[]): readonly NextHop[] {
  const more = first === second ? NO_HOPS
    : second.filter((hop) => !first.some((have) => have.gateway === hop.gateway && have.interfaceIndex === hop.interfaceIndex &&
      have.advertisingRouter === hop.advertisingRouter));
  return more.length === 0 ? first : [...first, ...more]; // [2328:16.8]
}

export function equalNextHops(a: readonly NextHop[], b: readonly NextHop[]): boolean {
  return a === b || (a.length === b.length &&
    a.every((hop, i) => hop.gateway === b[i].gateway && hop.interfaceIndex === b[i].interfaceIndex));
}
