/**
 * A router that hangs on the tree by one other vertex is a leaf: whatever its links cost, and whether it is there, no way leads through it. Where
 * nothing else has changed the tree is what it was, but for the leaf itself. [2328:16.1]
 *
 * `changedLeaves` says whether that is so, of lists of edges before and after; `replantLeaves` then puts each leaf where a whole calculation
 * would have put it, in the walk down the tree too, whose order decides about the order of next hops (spf.ts).
 */
import { LinkType, RouterFlag, RouterLsa } from '../wire/ospf/router-lsa.js';
import { ROOT, type AreaGraph } from './area-graph.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';
import type { LsaContents } from './lsdb.js';
import { NO_HOPS_ID } from './next-hop-sets.js';
import { addRouterRoute, hopsAcross } from './spf.js';
import { RouterRoute, type RoutingTable } from './routing-table.js';
import type { Ipv4 } from '../base/address.js';

/** (vertex, cost), one after the other. */
export type EdgeList = readonly number[];

/** A vertex whose LSA says something else about the topology. */
export interface ChangedVertex {
  readonly vertex: number;
  readonly old: LsaContents | undefined;
  readonly next: LsaContents | undefined;
}

/** More than so many at one time: the whole calculation is as fast. */
export const MOST_LEAVES = 16;
const NONE = -1;
const SEVERAL = -2;

/** The leaves that are not what they were; undefined: more than leaves has changed. `before`: edges of all vertices that may have others now. */
export function changedLeaves(graph: AreaGraph, changed: readonly ChangedVertex[], before: ReadonlyMap<number, EdgeList>): number[] | undefined {
  const changes = new Map(changed.map((each) => [each.vertex, each]));
  const leaves = new Map<number, boolean>();
  const isLeaf = (vertex: number): boolean => {
    let is = leaves.get(vertex);
    if (is === undefined) leaves.set(vertex, is = isLeafBeforeAndAfter(graph, vertex, changes.get(vertex), before));
    return is;
  };
  const found = new Set<number>();
  for (const { vertex, old, next } of changed) {
    if (vertex === ROOT) continue; // of this router's own links there is more to ask (`hasSameRoot`)
    if (isLeaf(vertex)) found.add(vertex);
    else if (old === undefined || next === undefined || !isSameVertex(old, next)) return undefined;
  }
  for (const [vertex, list] of before) {
    if (vertex === ROOT || isLeaf(vertex)) continue;
    for (const w of differentTargets(list, graph.edgeList(vertex)) ?? [ROOT]) {
      if (w === ROOT || !isLeaf(w)) return undefined;
      found.add(w);
    }
  }
  return found.size > MOST_LEAVES ? undefined : [...found];
}

/** What an LSA says beside where its links lead, and what they cost; stub links are looked at by themselves. */
function isSameVertex({ body: a }: LsaContents, { body: b }: LsaContents): boolean {
  if (a instanceof RouterLsa && b instanceof RouterLsa) return a.flags === b.flags && addressesOnNetworks(a) === addressesOnNetworks(b);
  return !(a instanceof RouterLsa) && !(b instanceof RouterLsa) && a !== undefined && b !== undefined && a.networkMask === b.networkMask;
}

/** A router's address on a network that this router is on, too, is the next hop there. */
function addressesOnNetworks({ links }: RouterLsa): string {
  let text = '';
  for (const { type, linkId, linkData } of links) if (type === LinkType.transit) text += `${linkId} ${linkData} `;
  return text;
}

function isLeafBeforeAndAfter(graph: AreaGraph, vertex: number, change: ChangedVertex | undefined, before: ReadonlyMap<number, EdgeList>): boolean {
  if (vertex === ROOT || graph.isNetwork[vertex] !== 0) return false;
  const now = graph.compiled[vertex];
  return onlyNeighbor(graph, vertex, change === undefined ? now : change.old, (v) => before.get(v) ?? graph.edgeList(v)) !== SEVERAL &&
    onlyNeighbor(graph, vertex, now, (v) => graph.edgeList(v)) !== SEVERAL;
}

/** The only vertex that leads to a router, or that it leads to. This router itself counts for several. */
function onlyNeighbor(graph: AreaGraph, vertex: number, lsa: LsaContents | undefined, edgesOf: (v: number) => EdgeList): number {
  let only = NONE;
  const meet = (v: number): void => {
    only = v === ROOT || v === vertex || (only !== NONE && only !== v) ? SEVERAL : v;
  };
  const own = edgesOf(vertex);
  for (let i = 0; i < own.length && only !== SEVERAL; i += 2) meet(own[i]);
  if (!(lsa?.body instanceof RouterLsa)) return only;
  for (const link of lsa.body.links) {
    if (link.type === LinkType.stub) continue;
    for (const v of graph.named(link)) {
      if (only === SEVERAL) return SEVERAL;
      if (v === ROOT || hasTarget(edgesOf(v), vertex)) meet(v);
    }
  }
  return only;
}

function hasTarget(list: EdgeList, vertex: number): boolean {
  for (let i = 0; i < list.length; i += 2) if (list[i] === vertex) return true;
  return false;
}

/** Where two lists lead that are the same but for that; undefined: the rest does not stand in the same order. */
function differentTargets(before: EdgeList, after: EdgeList): Set<number> | undefined {
  const different = new Set<number>();
  if (before.length === after.length && before.every((each, i) => each === after[i])) return different;
  const costs = (list: EdgeList, w: number): string => list.filter((_, i) => i % 2 === 1 && list[i - 1] === w).join(' ');
  for (const list of [before, after]) for (let i = 0; i < list.length; i += 2) if (costs(before, list[i]) !== costs(after, list[i])) different.add(list[i]);
  const rest = (list: EdgeList): string => list.filter((_, i) => !different.has(list[i - (i % 2)])).join(' ');
  return rest(before) === rest(after) ? different : undefined;
}

// --- the tree

/** Whether leaves can be moved in the tree: one that is the end of a virtual link makes the area another. */
export function areLeavesPlain({ graph }: Area, leaves: readonly number[]): boolean {
  return leaves.every((vertex) => (graph.flags[vertex] & RouterFlag.virtualLink) === 0);
}

/** Puts leaves where they belong now. Returns the ids of those that have, or had, an entry in the routing table. */
export function replantLeaves(area: Area, leaves: readonly number[], order: readonly Area[], table: RoutingTable): Ipv4[] {
  const { graph, tree } = area;
  tree.extend(graph.size);
  for (const vertex of leaves) uproot(area, vertex);
  const touched: Ipv4[] = [];
  for (const vertex of leaves) {
    plant(area, vertex);
    if (putRouterRoute(area, vertex, order, table)) touched.push(graph.ids[vertex]);
  }
  return touched;
}

/** Its place in the walk down the tree stays free. */
function uproot({ tree }: Area, vertex: number): void {
  if (tree.distance[vertex] >= UNREACHED) tree.rank[vertex] = -1;
  else {
    tree.distance[vertex] = UNREACHED;
    tree.routers--;
  }
}

function plant(area: Area, vertex: number): void {
  const { graph, tree } = area;
  const { distance, hops, parent, place, rank, isBehindRoot } = tree;
  const above = onlyNeighbor(graph, vertex, graph.compiled[vertex], (v) => graph.edgeList(v));
  if (above < 0 || distance[above] >= UNREACHED) return;
  const list = graph.edgeList(above);
  let cost = Infinity;
  for (let i = 0; i < list.length; i += 2) if (list[i] === vertex) cost = Math.min(cost, list[i + 1]);
  const hopsAbove = hops[above];
  const isOwnNetwork = graph.isNetwork[above] !== 0 && area.process.nextHopSets.isDirect[hopsAbove];
  const hopsHere = isOwnNetwork ? hopsAcross(area, above, vertex) : hopsAbove;
  if (cost === Infinity || hopsHere === NO_HOPS_ID) return;
  distance[vertex] = distance[above] + cost;
  hops[vertex] = hopsHere;
  parent[vertex] = above;
  place[vertex] = place[above]; // nobody is discovered from here
  isBehindRoot[vertex] = graph.isNetwork[above] !== 0 ? isBehindRoot[above] : 0;
  const at = rankAmongChildren(area, above, vertex, list);
  if (rank[vertex] < 0 || (rank[vertex] !== at && rank[vertex] !== at - 1)) {
    for (let v = 0; v < graph.size; v++) if (rank[v] >= at) rank[v]++;
    rank[vertex] = at;
  }
  tree.routers++;
}

/** Before the first of its brothers that came onto the tree after it, else behind all of them and what hangs on them. */
function rankAmongChildren(area: Area, above: number, vertex: number, list: EdgeList): number {
  const { distance, rank } = area.tree;
  let next = Infinity;
  for (const brother of childrenOf(area, above, list)) {
    if (brother === vertex || rank[brother] >= next) continue;
    if (distance[vertex] < distance[brother] || (distance[vertex] === distance[brother] && isDiscoveredBefore(area, above, vertex, brother, list))) next = rank[brother];
  }
  return next < Infinity ? next : rankBehind(area, above);
}

function childrenOf({ tree }: Area, above: number, list: EdgeList): Set<number> {
  const children = new Set<number>();
  for (let i = 0; i < list.length; i += 2) if (tree.parent[list[i]] === above && tree.distance[list[i]] < UNREACHED) children.add(list[i]);
  return children;
}

/** Two children at one distance: networks come first, then what was discovered first. The leaf was discovered by its parent; a brother perhaps before. */
function isDiscoveredBefore(area: Area, above: number, vertex: number, brother: number, list: EdgeList): boolean {
  const { graph, tree } = area;
  if (graph.isNetwork[brother] !== 0) return false;
  const body = graph.compiled[brother]?.body;
  if (body instanceof RouterLsa) {
    for (const link of body.links) {
      if (link.type === LinkType.stub) continue;
      for (const v of graph.named(link)) {
        if (tree.distance[v] >= UNREACHED || tree.place[v] >= tree.place[above]) continue;
        if (v === ROOT ? isRootLinkUsed(area, brother) : hasTarget(graph.edgeList(v), brother)) return false;
      }
    }
  }
  for (let i = 0; i < list.length; i += 2) if (list[i] === vertex || list[i] === brother) return list[i] === vertex;
  return false;
}

/** Whether a link of this router itself leads to a vertex, with a next hop. */
function isRootLinkUsed({ graph, tree, routerLsa }: Area, vertex: number): boolean {
  if (!(routerLsa?.body instanceof RouterLsa)) return false;
  let count = 0;
  for (const link of routerLsa.body.links) {
    const w = graph.resolve(link);
    if (w < 0) continue;
    if (w === vertex && tree.rootHops[count] !== NO_HOPS_ID) return true;
    count++;
  }
  return false;
}

/** The first place in the walk that is behind a vertex and all that hangs on it. */
function rankBehind(area: Area, vertex: number): number {
  const { graph, tree: { distance, parent, rank } } = area;
  let next = Infinity;
  for (let v = vertex; next === Infinity && v !== ROOT; v = parent[v]) {
    const above = parent[v];
    if (above !== ROOT) {
      for (const child of childrenOf(area, above, graph.edgeList(above))) if (rank[child] > rank[v]) next = Math.min(next, rank[child]);
      continue;
    }
    for (let child = 0; child < graph.size; child++) if (parent[child] === ROOT && distance[child] < UNREACHED && rank[child] > rank[v]) next = Math.min(next, rank[child]);
  }
  if (next < Infinity) return next;
  let last = 0;
  for (let v = 0; v < graph.size; v++) if (distance[v] < UNREACHED) last = Math.max(last, rank[v]);
  return last + 1;
}

// --- routing table entries of the leaf itself

/** True: there is one, or was. */
function putRouterRoute(area: Area, vertex: number, order: readonly Area[], table: RoutingTable): boolean {
  const { graph, tree } = area;
  const isReached = tree.distance[vertex] < UNREACHED;
  const leadsElsewhere = (graph.flags[vertex] & (RouterFlag.border | RouterFlag.external)) !== 0;
  const isChanged = replaceEntry(area, vertex, isReached && leadsElsewhere, order, table.routers);
  if (table.reachableRouters !== undefined) replaceEntry(area, vertex, isReached, order, table.reachableRouters);
  return isChanged;
}

function replaceEntry(area: Area, vertex: number, isWanted: boolean, order: readonly Area[], routers: Map<Ipv4, RouterRoute[]>): boolean {
  const id = area.graph.ids[vertex];
  const before = routers.get(id) ?? [];
  const others = before.filter((route) => route.area !== area);
  const had = others.length < before.length;
  if (!had && !isWanted) return false;
  routers.delete(id);
  if (isWanted) addRouterRoute(area, vertex, routers);
  const entries = [...others, ...routers.get(id) ?? []].sort((a, b) => order.indexOf(a.area) - order.indexOf(b.area));
  if (entries.length > 0) routers.set(id, entries);
  return true;
}
