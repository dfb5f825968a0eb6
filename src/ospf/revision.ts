/**
 * What a calculation comes to when only stub links, leaves of the tree, and summaries have changed: the trees are what they were but for the leaves
 * (leaf-change.ts), and only the routes to what these name are worked out anew, by the same rules in the same order. [2328:16.1 stubs]
 *
 * When it runs, and what is traced and counted, is as for a whole calculation: this saves processor time and nothing else.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { LinkType, RouterLsa } from '../wire/ospf/router-lsa.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';
import { calculateAllInterArea, reviseInterArea, type SummaryChanges } from './inter-area-revision.js';
import { areLeavesPlain, replantLeaves } from './leaf-change.js';
import type { OspfProcess } from './process.js';
import { type NetworkRoute, type RoutingTable } from './routing-table.js';
import { stubKey } from './router-links.js';
import { hasSameRoot, offerNeighborStub, offerOwnStub } from './spf.js';

export interface Revision {
  /** Routes before, by `prefixKey`, of every prefix that may have changed. */
  readonly before: ReadonlyMap<number, NetworkRoute | undefined>;
  /** Those of them whose intra-area routes were worked out anew. */
  readonly rows: readonly number[];
}

/** By slot: 1 where the route is to be worked out anew. */
let isChanged = new Uint8Array(64);

/**
 * Brings the table up to date; undefined: a whole calculation is needed. The graphs are up to date, `order` is that of a calculation.
 * `summaries`: those that have changed; undefined: all of them are to be looked at.
 */
export function reviseRoutes(process: OspfProcess, order: readonly Area[], summaries: SummaryChanges | undefined, now: Micros): Revision | undefined {
  const changes = order.map((area) => area.graph.takeChange());
  const table = process.routingTable;
  if (!table.isRevisable(process)) return undefined;
  if (process.isOpaqueOperational !== (table.reachableRouters !== undefined)) return undefined;
  // Ways through transit areas change what is in the rows. [2328:16.3]
  if (process.virtualLinks.length > 0 || process.areaBorderRouterType === 'shortcut' || order.some((area) => area.hasTransitCapability)) return undefined;
  // On a tick (BIRD) the calculation is always whole: which of equal ways is kept depends on the order all are found in.
  if (process.tick !== undefined) return undefined;
  if (order.some((area, i) => changes[i].change === 'structure' || !hasSameRoot(area) || !areLeavesPlain(area, changes[i].leaves))) return undefined;

  const noted = changes.flatMap(({ changedSlots }) => changedSlots);
  const touched: Ipv4[] = [];
  order.forEach((area, i) => {
    const { leaves } = changes[i];
    if (leaves.length === 0 || table.areas.indexOf(area) < 0) return;
    process.workDone.replantedLeaves += leaves.length;
    touched.push(...replantLeaves(area, leaves, order, table));
    const { stubStart, stubCount } = area.graph;
    for (const leaf of leaves) noted.push(...process.prefixes.stubs.slots.subarray(stubStart[leaf], stubStart[leaf] + stubCount[leaf]));
  });

  if (isChanged.length < process.prefixes.count) isChanged = new Uint8Array(process.prefixes.count * 2);
  table.reserve();
  const before = new Map<number, NetworkRoute | undefined>();
  const slots: number[] = [];
  for (const slot of noted) {
    if (isChanged[slot] !== 0) continue;
    isChanged[slot] = 1;
    slots.push(slot);
    const key = process.prefixes.keys[slot];
    before.set(key, table.find(key));
  }
  const rows = [...before.keys()];
  // What leads into other areas may have become another way with the leaves.
  const isPartial = summaries !== undefined && touched.length === 0;
  if (isPartial) for (const key of summaries.prefixes) before.set(key, table.find(key));
  else for (const [key, route] of table.interArea) before.set(key, route);
  table.dropRows(rows);
  if (!isPartial) table.dropInterArea();
  if (slots.length > 0) {
    order.forEach((area) => offerAgain(area, slots, table));
    // A prefix that has, or had, a route inside of our areas has none from outside.
    if (isPartial) for (const slot of slots) summaries.prefixes.add(process.prefixes.keys[slot]);
  }
  for (const slot of slots) isChanged[slot] = 0;
  if (isPartial) reviseInterArea(process, table, summaries, now);
  else {
    calculateAllInterArea(process, table, now);
    for (const key of table.interArea.keys()) if (!before.has(key)) before.set(key, undefined);
  }
  process.workDone.revisions++;
  return { before, rows };
}

/** All that an area has to say about the prefixes in question, in the order of a calculation. */
function offerAgain(area: Area, slots: readonly number[], table: RoutingTable): void {
  const { graph, tree } = area;
  const index = table.areas.indexOf(area);
  if (index < 0) return;
  const transits: number[] = [];
  const { transitSlots } = graph;
  const { slots: stubSlots, costs } = area.process.prefixes.stubs;
  const namers = [...new Set(slots.flatMap((slot) => graph.verticesNaming(slot)))].filter((v) => tree.distance[v] < UNREACHED);
  for (const { vertex: v } of area.lsdb.ofType(LsType.network)) if (transitSlots[v] >= 0 && isChanged[transitSlots[v]] !== 0 && tree.distance[v] < UNREACHED) transits.push(v);
  transits.sort((a, b) => tree.place[a] - tree.place[b]);
  for (const v of transits) table.offerTransit(transitSlots[v], tree.distance[v], tree.hops[v], index, graph.ids[v]);
  offerOwnStubs(area, table, index);
  for (const v of namers.sort((a, b) => tree.rank[a] - tree.rank[b])) {
    for (let at = graph.stubStart[v], end = at + graph.stubCount[v]; at < end; at++) {
      if (isChanged[stubSlots[at]] !== 0) offerNeighborStub(area, v, stubSlots[at], tree.distance[v] + costs[at], table, index);
    }
  }
}

function offerOwnStubs(area: Area, table: RoutingTable, index: number): void {
  const body = area.routerLsa?.body;
  if (!(body instanceof RouterLsa)) return;
  for (let position = 0; position < body.links.length; position++) {
    const link = body.links[position];
    if (link.type !== LinkType.stub) continue;
    const slot = area.process.prefixes.find(stubKey(link));
    if (slot >= 0 && isChanged[slot] !== 0) offerOwnStub(area, link, position, slot, table, index);
  }
}
