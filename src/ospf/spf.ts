/**
 * The shortest-path tree of an area, and intra-area routes. [2328:16.1] [2328:16.1.1]
 *
 * Read section 16.1 beside this. Distances, kinds and the candidate heap stand in typed arrays that are kept from run to run; a
 * vertex is an index into them. Next-hop sets are arrays shared by all vertices that inherit them.
 *
 * Deviations, as Zebra and FRR have them: on point-to-point links the next hop is the neighbour's address (the standard needs
 * none); stub networks are looked at in the order of a walk down the tree rather than of the vertices.
 */
import { networkOf, prefixLengthOf } from '../base/address.js';
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { NetworkLsa } from '../wire/ospf/network-lsa.js';
import { LinkType, RouterFlag, RouterLsa, type RouterLink } from '../wire/ospf/router-lsa.js';
import type { Area } from './area.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance } from './lsdb.js';
import { NO_HOPS, NetworkRoute, RouterRoute, type NextHop, type RoutingTable, mergeNextHops, prefixKey } from './routing-table.js';

export interface Tree {
  readonly routers: number;
  readonly networks: number;
}

/** Vertices of the run in progress; index 0 is the root. */
let distance = new Int32Array(64);
let parent = new Int32Array(64);
let isOnTree = new Uint8Array(64);
/** Place of a candidate in the heap, -1 when it is not in it. */
let heapPlace = new Int32Array(64);
let heap = new Int32Array(64);
let heapSize = 0;
/** The tree, as the second stage walks it: the last child of each vertex, and of each child the one before it. */
let lastChild = new Int32Array(64);
let previousSibling = new Int32Array(64);
/** Reached from the root through networks only. */
let isBehindRoot = new Uint8Array(64);
const lsas: LsaInstance[] = [];
const nextHops: (readonly NextHop[])[] = [];

/** Calculates one area and adds its routes to the table. */
export function calculateArea(area: Area, table: RoutingTable, now: Micros): Tree {
  const root = area.routerLsa;
  if (root === undefined) return { routers: 0, networks: 0 };
  for (const lsType of [LsType.router, LsType.network]) for (const lsa of area.lsdb.ofType(lsType)) lsa.vertex = -1;
  lsas.length = 0;
  nextHops.length = 0;
  heapSize = 0;
  area.isTransit = false;

  // (1) The root alone is the tree. [2328:16.1(1)]
  const order: number[] = [];
  let current = addVertex(root);
  isOnTree[current] = 1;
  nextHops[current] = NO_HOPS;
  let networks = 0;
  for (;;) {
    order.push(current);
    const lsa = lsas[current];
    if (lsa.body instanceof RouterLsa) {
      if ((lsa.body.flags & RouterFlag.virtualLink) !== 0) area.isTransit = true; // [2328:16.1(2)]
      examineRouter(area, current, lsa.body, now);
    } else {
      networks++;
      examineNetwork(area, current, lsa.body as NetworkLsa, now);
    }
    // (3) The closest candidate; networks before routers. [2328:16.1(3)]
    if (heapSize === 0) break;
    current = popCandidate();
    isOnTree[current] = 1;
    // (4) [2328:16.1(4)]
    if (lsas[current].body instanceof RouterLsa) addRouterRoute(area, current, table);
    else addTransitRoute(area, current, table);
  }
  addStubRoutes(area, order, table);
  area.spfRuns++;
  const routers = order.length - networks;
  for (const lsa of lsas) lsa.vertex = -1;
  return { routers, networks };
}

function addVertex(lsa: LsaInstance): number {
  const vertex = lsas.length;
  if (vertex === distance.length) grow();
  lsas.push(lsa);
  nextHops.push(NO_HOPS);
  lsa.vertex = vertex;
  distance[vertex] = 0;
  parent[vertex] = -1;
  isOnTree[vertex] = 0;
  heapPlace[vertex] = -1;
  return vertex;
}

function grow(): void {
  const longer = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
    const array = new Int32Array(old.length * 2);
    array.set(old);
    return array;
  };
  distance = longer(distance);
  parent = longer(parent);
  heapPlace = longer(heapPlace);
  heap = longer(heap);
  const flags = new Uint8Array(isOnTree.length * 2);
  flags.set(isOnTree);
  isOnTree = flags;
  // These are written anew by each walk.
  lastChild = new Int32Array(distance.length);
  previousSibling = new Int32Array(distance.length);
  isBehindRoot = new Uint8Array(distance.length);
}

// --- (2) the links of the vertex just added

function examineRouter(area: Area, v: number, body: RouterLsa, now: Micros): void {
  for (let position = 0; position < body.links.length; position++) {
    const link = body.links[position];
    // (2a) Stub networks come in the second stage.
    if (link.type === LinkType.stub) continue;
    const w = link.type === LinkType.transit
      ? findNetworkLsa(area, link.linkId, lsas[v], now)
      : area.lsdb.find(LsType.router, link.linkId, link.linkId);
    if (w !== undefined) examine(area, v, w, distance[v] + link.metric, link, position, now);
  }
}

function examineNetwork(area: Area, v: number, body: NetworkLsa, now: Micros): void {
  for (const router of body.attachedRouters) {
    const w = area.lsdb.find(LsType.router, router, router);
    if (w !== undefined) examine(area, v, w, distance[v], undefined, -1, now);
  }
}

/**
 * A transit link names the DR's address; the advertising router of the network-LSA is not known from it. [2328:16.1(2)(b)]
 * While a DR that has changed its router id is flushing its old one there are two of them: the one that counts is alive and leads back.
 */
function findNetworkLsa(area: Area, address: number, v: LsaInstance, now: Micros): LsaInstance | undefined {
  const list = area.lsdb.ofType(LsType.network);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle].header.linkStateId < address) low = middle + 1;
    else high = middle;
  }
  for (; list[low]?.header.linkStateId === address; low++) {
    if (!list[low].isMaxAge(now) && isLinkedBack(list[low], v)) return list[low];
  }
  return undefined;
}

function examine(area: Area, v: number, wLsa: LsaInstance, d: number, link: RouterLink | undefined, position: number, now: Micros): void {
  // (2b) Not MaxAge, and linked back.
  if (wLsa.isMaxAge(now) || !isLinkedBack(wLsa, lsas[v])) return;
  let w = wLsa.vertex;
  // (2c) Already on the tree.
  if (w >= 0 && isOnTree[w] === 1) return;
  // (2d)
  if (w >= 0 && distance[w] < d) return;
  const hops = calculateNextHops(area, v, wLsa, link, position);
  if (w >= 0 && distance[w] === d) {
    nextHops[w] = sortHops(mergeNextHops(nextHops[w], hops));
    return;
  }
  if (hops.length === 0) return;
  if (w < 0) w = addVertex(wLsa);
  distance[w] = d;
  parent[w] = v;
  nextHops[w] = sortHops(hops);
  offerCandidate(w);
}

function sortHops(hops: readonly NextHop[]): readonly NextHop[] {
  return hops.length < 2 ? hops : [...hops].sort((a, b) => a.gateway - b.gateway);
}

function isLinkedBack(w: LsaInstance, v: LsaInstance): boolean {
  if (w.body instanceof NetworkLsa) return w.body.attachedRouters.includes(v.header.linkStateId);
  if (!(w.body instanceof RouterLsa)) return false;
  const isRouter = v.header.lsType === LsType.router;
  for (const link of w.body.links) {
    if (link.linkId !== v.header.linkStateId) continue;
    if (isRouter ? link.type === LinkType.pointToPoint || link.type === LinkType.virtual : link.type === LinkType.transit) return true;
  }
  return false;
}

// --- next hops [2328:16.1.1]

function calculateNextHops(area: Area, v: number, w: LsaInstance, link: RouterLink | undefined, position: number): readonly NextHop[] {
  if (v === 0) {
    assert(link !== undefined, 'the root is a router');
    const owner = interfaceOfLink(area, position);
    if (owner === undefined) return NO_HOPS;
    if (w.header.lsType === LsType.network) return [{ gateway: 0, interfaceIndex: owner.system.index }];
    if (owner.traits.isPointToMultipoint && owner.prefixLength < 32) return pointToMultipointHops(owner, lsas[v], w);
    const neighbor = owner.neighborById(link.linkId);
    if (neighbor !== undefined) return [{ gateway: neighbor.address, interfaceIndex: owner.system.index }];
    return NO_HOPS;
  }
  // The parent is a network that this router is on: the next hop is the router's address there.
  if (lsas[v].header.lsType === LsType.network && w.body instanceof RouterLsa) {
    const direct: NextHop[] = [];
    for (const hop of nextHops[v]) {
      if (hop.gateway !== 0) continue;
      for (const back of w.body.links) {
        if (back.type === LinkType.transit && back.linkId === lsas[v].header.linkStateId) {
          direct.push({ gateway: back.linkData, interfaceIndex: hop.interfaceIndex });
        }
      }
    }
    if (direct.length > 0) return direct;
  }
  return nextHops[v];
}

/** The address is what the router there gives for its link back to us, on the network that the interface is on. [2328:16.1.1] */
function pointToMultipointHops(owner: OspfInterface, root: LsaInstance, w: LsaInstance): readonly NextHop[] {
  if (!(w.body instanceof RouterLsa)) return NO_HOPS;
  const network = networkOf(owner.address, owner.prefixLength);
  const back = w.body.links.find((l) => l.type === LinkType.pointToPoint && l.linkId === root.header.linkStateId &&
    networkOf(l.linkData, owner.prefixLength) === network);
  return back === undefined ? NO_HOPS : [{ gateway: back.linkData, interfaceIndex: owner.system.index }];
}

/** Which interface a link of our own router-LSA stands for. */
function interfaceOfLink(area: Area, position: number): OspfInterface | undefined {
  return area.interfaces.find((i) => i.firstLink <= position && position < i.endLink);
}

// --- candidates: a binary heap by (distance, networks first, order of discovery)

function isBefore(a: number, b: number): boolean {
  if (distance[a] !== distance[b]) return distance[a] < distance[b];
  const aIsNetwork = lsas[a].header.lsType === LsType.network;
  const bIsNetwork = lsas[b].header.lsType === LsType.network;
  if (aIsNetwork !== bIsNetwork) return aIsNetwork;
  return a < b;
}

function offerCandidate(vertex: number): void {
  let place = heapPlace[vertex];
  if (place < 0) place = heapSize++;
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!isBefore(vertex, heap[above])) break;
    heap[place] = heap[above];
    heapPlace[heap[place]] = place;
    place = above;
  }
  heap[place] = vertex;
  heapPlace[vertex] = place;
}

function popCandidate(): number {
  const first = heap[0];
  heapPlace[first] = -1;
  const last = heap[--heapSize];
  if (heapSize === 0) return first;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heapSize) break;
    if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) child++;
    if (!isBefore(heap[child], last)) break;
    heap[place] = heap[child];
    heapPlace[heap[place]] = place;
    place = child;
  }
  heap[place] = last;
  heapPlace[last] = place;
  return first;
}

// --- routing table entries

function addRouterRoute(area: Area, v: number, table: RoutingTable): void {
  const body = lsas[v].body as RouterLsa;
  if ((body.flags & (RouterFlag.border | RouterFlag.external)) === 0) return;
  const route = new RouterRoute(area);
  route.routerId = lsas[v].header.linkStateId;
  route.cost = distance[v];
  route.isAreaBorderRouter = (body.flags & RouterFlag.border) !== 0;
  route.isAsBoundaryRouter = (body.flags & RouterFlag.external) !== 0;
  route.nextHops = nextHops[v];
  const routes = table.routers.get(route.routerId);
  if (routes === undefined) table.routers.set(route.routerId, [route]);
  else routes.push(route);
}

function addTransitRoute(area: Area, v: number, table: RoutingTable): void {
  const lsa = lsas[v];
  const prefixLength = prefixLengthOf((lsa.body as NetworkLsa).networkMask);
  const network = networkOf(lsa.header.linkStateId, prefixLength);
  const key = prefixKey(network, prefixLength);
  const existing = table.networks.get(key);
  // Two network-LSAs for one network, as while the DR changes: the larger link state id wins. [2328:16.1(4)]
  if (existing !== undefined && (distance[v] > existing.cost ||
    (existing.origin !== undefined && existing.origin.header.linkStateId > lsa.header.linkStateId))) return;
  const route = new NetworkRoute();
  route.network = network;
  route.prefixLength = prefixLength;
  route.cost = distance[v];
  route.area = area;
  route.origin = lsa;
  route.nextHops = nextHops[v];
  table.networks.set(key, route);
}

/** The second stage: stub networks, in a walk down the tree. [2328:16.1, second stage] */
function addStubRoutes(area: Area, order: readonly number[], table: RoutingTable): void {
  for (const vertex of order) lastChild[vertex] = -1;
  for (const vertex of order) {
    const above = parent[vertex];
    if (above < 0) continue;
    previousSibling[vertex] = lastChild[above];
    lastChild[above] = vertex;
  }
  // Depth first without recursion: a chain of ten thousand routers is as deep as that.
  const stack = [0];
  isBehindRoot[0] = 0;
  for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
    const { body, header } = lsas[vertex];
    if (body instanceof RouterLsa) {
      for (let position = 0; position < body.links.length; position++) {
        const link = body.links[position];
        if (link.type === LinkType.stub) addStubRoute(area, vertex, link, position, isBehindRoot[vertex] === 1, table);
      }
    }
    const isBehind = vertex === 0 ? 1 : header.lsType === LsType.router ? 0 : isBehindRoot[vertex];
    // The last is pushed first, so that the first comes first.
    for (let child = lastChild[vertex]; child >= 0; child = previousSibling[child]) {
      isBehindRoot[child] = isBehind;
      stack.push(child);
    }
  }
}

function addStubRoute(area: Area, v: number, link: RouterLink, position: number, isParentRoot: boolean, table: RoutingTable): void {
  const { process } = area;
  const prefixLength = prefixLengthOf(link.linkData);
  const network = networkOf(link.linkId, prefixLength);
  const cost = distance[v] + link.metric;
  // A neighbour's host route to us [2328:12.4.1.1 option 1] leads back where we are.
  if (isParentRoot && prefixLength === 32 && process.behaviour.isOwnHostStubIgnored &&
    process.interfaces.some((i) => i.address === network)) return;
  const key = prefixKey(network, prefixLength);
  const existing = table.networks.get(key);
  if (existing !== undefined && cost > existing.cost) return;
  let hops: readonly NextHop[] = nextHops[v];
  if (v === 0) {
    const owner = interfaceOfLink(area, position);
    hops = owner === undefined ? NO_HOPS : [{ gateway: 0, interfaceIndex: owner.system.index }];
  }
  if (existing !== undefined && cost === existing.cost) {
    if (v !== 0) existing.nextHops = mergeNextHops(existing.nextHops, hops);
    if (existing.origin !== undefined && existing.origin.header.linkStateId < lsas[v].header.linkStateId) existing.origin = lsas[v];
    return;
  }
  const route = existing ?? new NetworkRoute();
  route.network = network;
  route.prefixLength = prefixLength;
  route.cost = cost;
  route.area = area;
  route.origin = lsas[v];
  route.nextHops = hops;
  table.networks.set(key, route);
}
