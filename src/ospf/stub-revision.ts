/**
 * What a calculation comes to when only stub links have changed: the trees are what they were, and only the routes to those stubs are worked
 * out anew, by the same rules in the same order. [2328:16.1 stubs]
 *
 * When it runs, and what is traced and counted, is as for a whole calculation: this saves processor time and nothing else. Inter-area routes
 * are looked at whole.
 */
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { LinkType, RouterLsa } from '../wire/ospf/router-lsa.js';
import { ROOT } from './area-graph.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';
import { calculateInterArea } from './inter-area.js';
import type { OspfProcess } from './process.js';
import { type NetworkRoute, type RoutingTable } from './routing-table.js';
import { stubKey } from './router-links.js';
import { hasSameRoot, offerNeighborStub, offerOwnStub } from './spf.js';

export interface Revision {
  /** Routes before, by `prefixKey`, of every prefix that may have changed. */
  readonly before: ReadonlyMap<number, NetworkRoute | undefined>;
}

/** By slot: 1 where the route is to be worked out anew. */
let isChanged = new Uint8Array(64);

/** Brings the table up to date; undefined: a whole calculation is needed. The graphs are up to date, `order` is that of a calculation. */
export function reviseStubs(process: OspfProcess, order: readonly Area[], now: Micros): Revision | undefined {
  const table = process.routingTable;
  if (!table.isRevisable(process.prefixes, process.nextHopSets)) return undefined;
  if (process.isOpaqueOperational !== (table.reachableRouters !== undefined)) return undefined;
  // Ways through transit areas change what is in the rows. [2328:16.3]
  if (process.virtualLinks.length > 0 || order.some((area) => area.hasTransitCapability)) return undefined;
  const noted: number[] = [];
  let isRevision = true;
  for (const area of order) {
    const { change, changedSlots } = area.graph.takeChange();
    for (const slot of changedSlots) noted.push(slot);
    if (change === 'structure' || !hasSameRoot(area)) isRevision = false;
  }
  // On a tick (BIRD) the calculation is always whole: which of equal ways is kept depends on the order all are found in.
  if (!isRevision || process.tick !== undefined) return undefined;

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
  for (const [key, route] of table.interArea) before.set(key, route);
  table.dropRows(before.keys());
  table.dropInterArea();
  if (slots.length > 0) for (const area of order) offerAgain(area, slots, table);
  for (const slot of slots) isChanged[slot] = 0;
  calculateInterArea(process, table, now);
  for (const key of table.interArea.keys()) if (!before.has(key)) before.set(key, undefined);
  return { before };
}

/** All that an area has to say about the prefixes in question, in the order of a calculation. */
function offerAgain(area: Area, slots: readonly number[], table: RoutingTable): void {
  const { graph, tree } = area;
  const index = table.areas.indexOf(area);
  if (index < 0) return;
  const transits: number[] = [];
  const { transitSlots } = graph;
  const { start, count, first, second, owner, end } = graph.stubs;
  const offers = placesOf(slots, first, end).filter((at) => {
    const v = owner[at];
    return v !== ROOT && at >= start[v] && at < start[v] + count[v] && tree.distance[v] < UNREACHED;
  });
  for (const { vertex: v } of area.lsdb.ofType(LsType.network)) if (transitSlots[v] >= 0 && isChanged[transitSlots[v]] !== 0 && tree.distance[v] < UNREACHED) transits.push(v);
  transits.sort((a, b) => tree.place[a] - tree.place[b]);
  for (const v of transits) table.offerTransit(transitSlots[v], tree.distance[v], tree.hops[v], index, graph.ids[v]);
  offerOwnStubs(area, table, index);
  offers.sort((a, b) => tree.rank[owner[a]] - tree.rank[owner[b]] || a - b);
  for (const at of offers) offerNeighborStub(area, owner[at], first[at], tree.distance[owner[at]] + second[at], table, index);
}

/** Where any of the slots stands in a list; nearly nowhere, so a search for each is fastest while they are few. */
function placesOf(slots: readonly number[], list: Int32Array, end: number): number[] {
  const places: number[] = [];
  if (slots.length <= 8) {
    for (const slot of slots) for (let at = list.indexOf(slot); at >= 0 && at < end; at = list.indexOf(slot, at + 1)) places.push(at);
  } else {
    for (let at = 0; at < end; at++) if (isChanged[list[at]] !== 0) places.push(at);
  }
  return places;
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
