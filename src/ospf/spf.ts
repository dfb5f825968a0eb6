/**
 * The shortest-path tree of an area, and intra-area routes. [2328:16.1] [2328:16.1.1]
 *
 * Read section 16.1 beside this, and area-graph.ts first: a vertex is a number there, its links are pairs of numbers, and what need not be
 * asked again has been settled. Candidates wait in candidate-queue.ts; a set of next hops is a number (next-hop-sets.ts), and so is a
 * prefix (prefix-table.ts). Nothing here is made anew for a calculation.
 *
 * Deviations, as Zebra and FRR have them: on point-to-point links the next hop is the neighbour's address (the standard needs
 * none); stub networks are looked at in the order of a walk down the tree rather than of the vertices.
 */
import { networkOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { LinkType, RouterFlag, RouterLsa, type RouterLink } from '../wire/ospf/router-lsa.js';
import { ROOT } from './area-graph.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';
import { addCandidate, moveCandidate, startCandidates, takeCandidate } from './candidate-queue.js';
import type { OspfInterface } from './interface.js';
import { NO_HOPS_ID, type NextHopSets } from './next-hop-sets.js';
import { stubKey } from './router-links.js';
import { NO_HOPS, NO_ROUTE, RouterRoute, type NextHop, type RoutingTable } from './routing-table.js';
import { virtualLinkHops } from './virtual-link.js';

export interface Tree {
  readonly routers: number;
  readonly networks: number;
}

// Of the run in progress, by vertex.
let isOnTree = new Uint8Array(64);
let candidateOf = new Int32Array(64);
let firstChild = new Int32Array(64);
let nextSibling = new Int32Array(64);
/** Vertices in the order in which they came onto the tree. */
let order = new Int32Array(64);
/** By candidate: candidates are numbered as they are discovered. */
let vertexOf = new Int32Array(64);
let discovered = 0;
let discoveredNetworks = 0;

/** Calculates one area and adds its routes to the table. */
export function calculateArea(area: Area, table: RoutingTable, now: Micros): Tree {
  const { graph, tree, process } = area;
  graph.update(now, process.prefixes);
  graph.takeChange();
  table.reserve();
  tree.root = area.routerLsa;
  tree.rootHops.length = 0;
  const body = area.routerLsa?.body;
  tree.routers = tree.networks = 0;
  if (!(body instanceof RouterLsa)) return { routers: 0, networks: 0 };
  const count = growTree(area, body); // [2328:16.1]
  const areaIndex = table.addArea(area);
  addTransitRoutes(area, table, areaIndex, count); // [2328:16.1(4)]
  addStubRoutes(area, body, table, areaIndex, count); // [2328:16.1 stubs]
  area.spfRuns++;
  return { routers: tree.routers, networks: tree.networks };
}

function reserve(size: number): void {
  if (isOnTree.length >= size) return;
  const length = Math.max(size, isOnTree.length * 2);
  isOnTree = new Uint8Array(length);
  candidateOf = new Int32Array(length);
  firstChild = new Int32Array(length);
  nextSibling = new Int32Array(length);
  order = new Int32Array(length);
  vertexOf = new Int32Array(length);
}

// --- the first stage: the tree

/** Returns how many vertices are on the tree. */
function growTree(area: Area, rootBody: RouterLsa): number {
  const { graph, tree } = area;
  const sets = area.process.nextHopSets;
  const size = graph.size;
  tree.reserve(size);
  tree.size = size;
  reserve(size);
  const { distance, hops, parent, place } = tree;
  const { isNetwork, flags } = graph;
  const { start, count, first: targets, second: costs } = graph.edges;
  // (1) The root alone is the tree.
  distance.fill(UNREACHED, 0, size); // [2328:16.1(1)]
  isOnTree.fill(0, 0, size);
  startCandidates(size);
  discovered = 0;
  discoveredNetworks = 0;
  distance[ROOT] = 0;
  hops[ROOT] = NO_HOPS_ID;
  parent[ROOT] = -1;
  isOnTree[ROOT] = 1;
  order[0] = ROOT;
  place[ROOT] = 0;
  let onTree = 1;
  let networks = 0;
  let allFlags = rootBody.flags;
  examineRoot(area, rootBody);
  // (3) The closest candidate; networks before routers.
  for (let candidate = takeCandidate(); candidate >= 0; candidate = takeCandidate()) {
    const v = vertexOf[candidate];
    isOnTree[v] = 1;
    place[v] = onTree;
    order[onTree++] = v; // [2328:16.1(3)]
    networks += isNetwork[v];
    allFlags |= flags[v];
    const hopsHere = hops[v]; // [2328:16.1.1 inherited]
    const isOwnNetwork = isNetwork[v] !== 0 && sets.isDirect[hopsHere];
    // (2) The links of the vertex just added.
    for (let at = start[v], end = at + count[v], base = distance[v]; at < end; at++) {
      const w = targets[at];
      const d = base + costs[at];
      if (d > distance[w]) continue; // what is on the tree is nearer [2328:16.1(2d)]
      examine(area, v, w, d, isOwnNetwork ? hopsAcross(area, v, w) : hopsHere);
    }
  }
  area.isTransit = (allFlags & RouterFlag.virtualLink) !== 0; // [2328:16.1(2)]
  tree.routers = onTree - networks;
  tree.networks = networks;
  return onTree;
}

/** A path to `w` that is as short as any known. */
function examine(area: Area, v: number, w: number, d: number, hopsId: number): void {
  const { distance, hops, parent } = area.tree;
  // Already on the tree.
  if (isOnTree[w] !== 0) return; // by a link that costs nothing [2328:16.1(2c)]
  if (d === distance[w]) {
    if (d < UNREACHED && !area.process.isSingleWay) hops[w] = area.process.nextHopSets.mergeSorted(hops[w], hopsId); // [2328:16.1(2d) equal]
    return;
  }
  if (hopsId === NO_HOPS_ID) return;
  if (distance[w] === UNREACHED) {
    const isNetwork = area.graph.isNetwork[w];
    const candidate = area.process.isSingleWay ? singleWayCandidate(area, isNetwork) : discovered;
    discovered++;
    vertexOf[candidate] = w;
    candidateOf[w] = candidate;
    addCandidate(candidate, d, isNetwork);
  } else {
    moveCandidate(candidateOf[w], d);
  }
  distance[w] = d; // [2328:16.1(2d) closer]
  parent[w] = v;
  hops[w] = hopsId;
}

/** Where one way is kept it is that of the first found of equally close networks, and the last of routers: these are numbered from behind. */
function singleWayCandidate(area: Area, isNetwork: number): number {
  return isNetwork !== 0 ? discoveredNetworks++ : area.graph.size - 1 - (discovered - discoveredNetworks);
}

/** This router's own links. */
function examineRoot(area: Area, body: RouterLsa): void {
  const { graph, tree } = area;
  for (let position = 0; position < body.links.length; position++) {
    const link = body.links[position];
    const w = graph.resolve(link); // (2a) stubs, and (2b)
    if (w < 0) continue;
    const hopsId = area.process.nextHopSets.internSorted(rootNextHops(area, link, position));
    tree.rootHops.push(hopsId);
    if (link.metric <= tree.distance[w]) examine(area, ROOT, w, link.metric, hopsId);
  }
}

/** Whether this router's own LSA, and where its links lead, is what the tree was calculated with. */
export function hasSameRoot(area: Area): boolean {
  const { graph, tree } = area;
  if (area.routerLsa !== tree.root) return false;
  const body = area.routerLsa?.body;
  if (!(body instanceof RouterLsa)) return true;
  let count = 0;
  for (let position = 0; position < body.links.length; position++) {
    const link = body.links[position];
    if (graph.resolve(link) < 0) continue;
    if (tree.rootHops[count++] !== area.process.nextHopSets.internSorted(rootNextHops(area, link, position))) return false;
  }
  return count === tree.rootHops.length;
}

// --- next hops

/** Where packets go that take a link of this router's own router-LSA; none: the link cannot be used. */
export function rootNextHops(area: Area, link: RouterLink, position: number): readonly NextHop[] {
  if (link.type === LinkType.virtual) return virtualLinkHops(area.process, link.linkId); // [2328:16.1.1 virtual link]
  const owner = interfaceOfLink(area, position); // [2328:16.1.1 root]
  if (owner === undefined) return NO_HOPS;
  if (link.type === LinkType.transit) return [{ gateway: 0, interfaceIndex: owner.system.index }];
  if (owner.traits.isPointToMultipoint && owner.prefixLength < 32) return pointToMultipointHops(owner, link.linkId); // [2328:16.1.1 point-to-multipoint]
  const neighbor = owner.neighborById(link.linkId);
  return neighbor === undefined ? NO_HOPS : [{ gateway: neighbor.address, interfaceIndex: owner.system.index }];
}

/** The parent is a network that this router is on: the next hop is the router's address there. */
export function hopsAcross(area: Area, v: number, w: number): number {
  const { graph, tree } = area;
  const sets: NextHopSets = area.process.nextHopSets;
  const body = graph.lsas[w]?.body;
  const direct: NextHop[] = [];
  if (body instanceof RouterLsa) {
    for (const hop of sets.sets[tree.hops[v]]) {
      if (hop.gateway !== 0) continue;
      for (const back of body.links) {
        if (back.type === LinkType.transit && back.linkId === graph.ids[v]) direct.push({ gateway: back.linkData, interfaceIndex: hop.interfaceIndex });
      }
    }
  }
  return direct.length > 0 ? sets.internSorted(direct) : tree.hops[v]; // [2328:16.1.1 network]
}

/** The address is what the router there gives for its link back to us, on the network that the interface is on. */
function pointToMultipointHops(owner: OspfInterface, router: Ipv4): readonly NextHop[] {
  const { area, process } = owner;
  const body = area.lsdb.find(LsType.router, router, router)?.body;
  if (!(body instanceof RouterLsa)) return NO_HOPS;
  const network = networkOf(owner.address, owner.prefixLength);
  const back = body.links.find((l) => l.type === LinkType.pointToPoint && l.linkId === process.routerId && networkOf(l.linkData, owner.prefixLength) === network);
  return back === undefined ? NO_HOPS : [{ gateway: back.linkData, interfaceIndex: owner.system.index }];
}

/** Which interface a link of our own router-LSA stands for. */
function interfaceOfLink(area: Area, position: number): OspfInterface | undefined {
  return area.interfaces.find((i) => i.firstLink <= position && position < i.endLink);
}

// --- routing table entries

/** (4) Entries for the border routers and the networks of the tree. */
function addTransitRoutes(area: Area, table: RoutingTable, areaIndex: number, count: number): void {
  const { graph, tree } = area;
  const { isNetwork, flags, transitSlots } = graph;
  const { prefixes, behaviour: { isHiddenNetworkKnown: isHiddenLeftOut } } = area.process;
  for (let i = 1; i < count; i++) {
    const v = order[i];
    if (isNetwork[v] !== 0) {
      if (isHiddenLeftOut && prefixes.keys[transitSlots[v]] % 64 === 32) continue; // [6860:2.2.2.2]
      table.offerTransit(transitSlots[v], tree.distance[v], tree.hops[v], areaIndex, graph.ids[v]); // [2328:16.1(4) network]
    } else {
      if ((flags[v] & (RouterFlag.border | RouterFlag.external)) !== 0) addRouterRoute(area, v, table.routers); // [2328:16.1(4) router]
      if (table.reachableRouters !== undefined) addRouterRoute(area, v, table.reachableRouters);
    }
  }
}

export function addRouterRoute(area: Area, v: number, routers: Map<Ipv4, RouterRoute[]>): void {
  const { graph, tree } = area;
  const route = new RouterRoute(area);
  route.routerId = graph.ids[v];
  route.cost = tree.distance[v];
  route.isAreaBorderRouter = (graph.flags[v] & RouterFlag.border) !== 0;
  route.isAsBoundaryRouter = (graph.flags[v] & RouterFlag.external) !== 0;
  route.nextHops = area.process.nextHopSets.sets[tree.hops[v]];
  const routes = routers.get(route.routerId);
  if (routes === undefined) routers.set(route.routerId, [route]);
  else routes.push(route); // [2328:11 area]
}

/** The second stage: stub networks, in a walk down the tree. */
function addStubRoutes(area: Area, rootBody: RouterLsa, table: RoutingTable, areaIndex: number, count: number): void {
  addOwnStubs(area, rootBody, table, areaIndex);
  const { graph, tree } = area;
  const { isNetwork, ids, stubStart, stubCount } = graph;
  const { slots, costs } = area.process.prefixes.stubs;
  const { distance, hops, parent, rank, isBehindRoot } = tree;
  const { cost: known, hops: routeHops, originId, area: routeArea } = table.rows;
  const { isFirstAreaKept } = table;
  const isHostIgnored = area.process.behaviour.isOwnHostStubIgnored;
  for (let i = 0; i < count; i++) firstChild[order[i]] = -1;
  // From the last, so that children stand in the order in which they came onto the tree.
  for (let i = count - 1; i > 0; i--) {
    const v = order[i];
    nextSibling[v] = firstChild[parent[v]];
    firstChild[parent[v]] = v;
  }
  nextSibling[ROOT] = -1;
  isBehindRoot[ROOT] = 0;
  let place = 0;
  rank[ROOT] = place;
  for (let v = firstChild[ROOT]; v >= 0;) {
    const above = parent[v];
    isBehindRoot[v] = above === ROOT ? 1 : isNetwork[above] !== 0 ? isBehindRoot[above] : 0;
    rank[v] = ++place;
    const base = distance[v];
    const hopsHere = hops[v];
    const end = stubStart[v] + stubCount[v];
    if (isBehindRoot[v] !== 0 && isHostIgnored) {
      for (let at = stubStart[v]; at < end; at++) offerNeighborStub(area, v, slots[at], base + costs[at], table, areaIndex);
    } else {
      for (let at = stubStart[v]; at < end; at++) {
        const slot = slots[at];
        const cost = base + costs[at];
        if (cost > known[slot]) continue; // [2328:16.1 stubs (1)]
        if (cost === known[slot]) {
          table.mergeStub(slot, hopsHere, ids[v]); // [2328:16.1 stubs (2)]
        } else {
          if (!isFirstAreaKept || known[slot] === NO_ROUTE) routeArea[slot] = areaIndex;
          known[slot] = cost; // [2328:16.1 stubs (3)]
          routeHops[slot] = hopsHere;
          originId[slot] = ids[v];
        }
      }
    }
    // Down, else to the next one, else up until there is one.
    if (firstChild[v] >= 0) {
      v = firstChild[v];
      continue;
    }
    while (v >= 0 && nextSibling[v] < 0) v = parent[v];
    if (v >= 0) v = nextSibling[v];
  }
}

function addOwnStubs(area: Area, body: RouterLsa, table: RoutingTable, areaIndex: number): void {
  for (let position = 0; position < body.links.length; position++) {
    const link = body.links[position];
    if (link.type !== LinkType.stub) continue;
    const slot = area.process.prefixes.intern(stubKey(link));
    table.reserve();
    offerOwnStub(area, link, position, slot, table, areaIndex);
  }
}

export function offerOwnStub(area: Area, link: RouterLink, position: number, slot: number, table: RoutingTable, areaIndex: number): void {
  const { nextHopSets, routerId, behaviour } = area.process;
  const owner = interfaceOfLink(area, position);
  const hopsId = owner === undefined ? NO_HOPS_ID : nextHopSets.intern([{ gateway: 0, interfaceIndex: owner.system.index }]);
  // Another path is as short as the link itself: that one is kept. In FRR the link gives its way to no route that is there already, be it longer.
  const known = table.rows.cost[slot];
  const isWayLost = known === link.metric || (known !== NO_ROUTE && behaviour.isOwnCheaperStubWayless);
  table.offerStub(slot, link.metric, isWayLost ? NO_HOPS_ID : hopsId, areaIndex, routerId);
}

/** A stub of another router. A neighbour's host route to us [2328:12.4.1.1 option 1] leads back where we are. */
export function offerNeighborStub(area: Area, v: number, slot: number, cost: number, table: RoutingTable, areaIndex: number): void {
  const key = area.process.prefixes.keys[slot];
  if (key % 64 === 32 && area.tree.isBehindRoot[v] !== 0 && area.process.behaviour.isOwnHostStubIgnored) {
    const address = Math.floor(key / 64);
    if (area.process.interfaces.some((i) => i.address === address)) return;
  }
  table.offerStub(slot, cost, area.tree.hops[v], areaIndex, area.graph.ids[v]);
}
