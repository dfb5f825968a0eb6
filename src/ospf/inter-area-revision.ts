/**
 * Inter-area routes worked out anew only where something that they come from has changed.
 *
 * An inter-area route comes from the summary-LSAs for its destination, from the entries of the border routers that originated them, from what
 * is known about the destination inside of our areas, and from what kind of router this is. Changed summaries are noted as they come into the
 * database and leave it; the rest is compared. What cannot be told apart cheaply makes the whole of inter-area.ts run.
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { SummaryLsa } from '../wire/ospf/summary-lsa.js';
import type { Area } from './area.js';
import { hasBackboneConnection, isConnectionAsked } from './border-router.js';
import { areasToExamine, calculateInterArea, examineSummary } from './inter-area.js';
import type { LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';
import { equalNextHops, prefixKey, type NetworkRoute, type RouterRoute, type RoutingTable } from './routing-table.js';

/** Of one area: summaries that have changed since the last calculation. */
export class SummaryNotes {
  readonly prefixes = new Set<number>();
  readonly routers = new Set<Ipv4>();
  /** None reaches MaxAge before this by growing older. */
  nextExpiry: Micros = Infinity;

  /** It came into the database, left it, or was aged by hand. */
  note(lsa: LsaInstance): void {
    if (lsa.header.lsType === LsType.summaryAsbr) this.routers.add(lsa.header.linkStateId);
    else if (lsa.header.lsType !== LsType.summaryNetwork) return;
    else this.prefixes.add(destinationOf(lsa));
    this.nextExpiry = Math.min(this.nextExpiry, lsa.maxAgeAt);
  }
}

/** `prefixKey` of what a summary of a network is about. */
function destinationOf({ body, header }: LsaInstance): number {
  const prefixLength = body instanceof SummaryLsa ? prefixLengthOf(body.networkMask) : 0;
  return prefixKey(networkOf(header.linkStateId, prefixLength), prefixLength);
}

export interface SummaryChanges {
  readonly prefixes: Set<number>;
  readonly routers: Set<Ipv4>;
}

/** What the last calculation went by, beside LSAs and the routing table; a process has one. */
export interface InterAreaBasis { text: string }

/** The summaries that have changed since the last call; undefined: everything is to be looked at. */
export function takeSummaryChanges(process: OspfProcess, now: Micros): SummaryChanges | undefined {
  const changes: SummaryChanges = { prefixes: new Set(), routers: new Set() };
  let isExpired = false;
  for (const { summaries } of process.areas) {
    for (const key of summaries.prefixes) changes.prefixes.add(key);
    for (const id of summaries.routers) changes.routers.add(id);
    summaries.prefixes.clear();
    summaries.routers.clear();
    isExpired ||= now >= summaries.nextExpiry;
  }
  const text = basisOf(process);
  // Ways past the backbone are looked at with all of it.
  if (text === process.interAreaBasis.text && !isExpired && process.areaBorderRouterType !== 'shortcut') return changes;
  process.interAreaBasis.text = text;
  return undefined;
}

function basisOf(process: OspfProcess): string {
  let text = `${process.areaBorderRouterType} ${process.isAreaBorderRouter} ${isConnectionAsked(process) && hasBackboneConnection(process)}`;
  for (const { id, hasExternalRouting, ranges } of process.areas) {
    text += ` ${id} ${hasExternalRouting}`;
    for (const { range, specifics } of ranges) text += ` ${range.network}/${range.prefixLength} ${specifics > 0}`;
  }
  return text;
}

/** All of them. */
export function calculateAllInterArea(process: OspfProcess, table: RoutingTable, now: Micros): void {
  process.workDone.wholeInterArea++;
  for (const area of process.areas) area.summaries.nextExpiry = nextExpiry(area, now);
  calculateInterArea(process, table, now);
}

function nextExpiry({ lsdb }: Area, now: Micros): Micros {
  let next = Infinity;
  for (const lsType of [LsType.summaryNetwork, LsType.summaryAsbr]) {
    for (const lsa of lsdb.ofType(lsType)) if (!lsa.isMaxAge(now)) next = Math.min(next, lsa.maxAgeAt);
  }
  return next;
}

/** Works out the routes to some destinations; the rest of the table stays as it is. */
export function reviseInterArea(process: OspfProcess, table: RoutingTable, { prefixes, routers }: SummaryChanges, now: Micros): void {
  process.workDone.revisedInterArea++;
  const areas = areasToExamine(process); // [2328:16.5]
  for (const key of prefixes) {
    table.interArea.delete(key);
    const prefixLength = key % 64;
    const network = (key - prefixLength) / 64;
    for (const area of areas) {
      for (const lsa of area.lsdb.within(LsType.summaryNetwork, network, prefixLength)) if (destinationOf(lsa) === key) examineSummary(area, lsa, table, now);
    }
    if (table.interArea.get(key)?.nextHops.length === 0) table.interArea.delete(key);
  }
  for (const id of routers) {
    table.dropInterAreaRouter(id);
    for (const area of areas) for (const lsa of area.lsdb.within(LsType.summaryAsbr, id, 32)) examineSummary(area, lsa, table, now);
  }
}

/**
 * A new table has its intra-area routes: what of the old one's inter-area routes stays as it is goes over, and only the others are worked out.
 * Returns, by `prefixKey`, the old routes to all destinations that were looked at; undefined: all of them are to be calculated.
 */
export function takeOverInterArea(process: OspfProcess, previous: RoutingTable, table: RoutingTable, changes: SummaryChanges,
  now: Micros): ReadonlyMap<number, NetworkRoute | undefined> | undefined {
  if (!previous.isRevisable(process)) return undefined;
  let summaries = 0;
  for (const { lsdb } of process.areas) summaries += lsdb.ofType(LsType.summaryNetwork).length + lsdb.ofType(LsType.summaryAsbr).length;
  if (summaries === 0 && previous.interArea.size === 0) return new Map();
  const routers = changedRouters(previous.routers, table.routers);
  if (routers === undefined) return undefined;
  for (const id of routers) changes.routers.add(id);
  for (const key of table.keysComeOrGone(previous)) changes.prefixes.add(key);
  if (changes.prefixes.size > summaries) return undefined; // the whole is as fast
  const before = new Map<number, NetworkRoute | undefined>();
  for (const key of changes.prefixes) before.set(key, previous.interArea.get(key) ?? previous.find(key));
  table.takeOverInterArea(previous);
  reviseInterArea(process, table, changes, now);
  return before;
}

/** Ids of the routers whose intra-area entries are others; undefined: there are border routers among them. */
function changedRouters(before: ReadonlyMap<Ipv4, RouterRoute[]>, after: ReadonlyMap<Ipv4, RouterRoute[]>): Set<Ipv4> | undefined {
  const changed = new Set<Ipv4>();
  const intraAreaOf = (routes: readonly RouterRoute[] | undefined): RouterRoute[] => (routes ?? []).filter((route) => route.pathType === 'intra-area');
  for (const ids of [before.keys(), after.keys()]) {
    for (const id of ids) {
      if (changed.has(id)) continue;
      const [old, next] = [intraAreaOf(before.get(id)), intraAreaOf(after.get(id))];
      if (old.length === next.length && old.every((route, i) => isSameEntry(route, next[i]))) continue;
      if ([...old, ...next].some((route) => route.isAreaBorderRouter)) return undefined;
      changed.add(id);
    }
  }
  return changed;
}

export function isSameEntry(a: RouterRoute, b: RouterRoute): boolean {
  return a.area === b.area && a.cost === b.cost && a.pathType === b.pathType && a.isAreaBorderRouter === b.isAreaBorderRouter &&
    a.isAsBoundaryRouter === b.isAsBoundaryRouter && equalNextHops(a.nextHops, b.nextHops);
}
