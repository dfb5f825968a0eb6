/**
 * External routes worked out anew only where something that they come from has changed.
 *
 * An external route comes from the type 5 and type 7 LSAs for its destination, from the entries of the boundary routers that originated them,
 * from the routes to their forwarding addresses, and gives way to an internal route. Changed LSAs are noted as they come and go, changed internal
 * routes as they are installed; the entries of boundary routers are compared. Anything else makes the whole of external.ts run.
 *
 * Routes stand, and are installed, in the order of the LSAs that announce them first; that order is kept.
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { AsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { ExternalCalculation, boundaryOf, routerOfBoundary } from './external.js';
import { isSameEntry } from './inter-area-revision.js';
import type { LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';
import { installExternalRoutes } from './route-installation.js';
import { prefixKey, type NetworkRoute } from './routing-table.js';

/** What has changed since the external routes were last calculated, and what they were calculated from. A process has one. */
export class ExternalNotes {
  readonly prefixes = new Set<number>();
  /** Internal routes, by `prefixKey`. */
  readonly internal = new Set<number>();
  /** The last calculation; undefined: there is nothing to build on. */
  last: ExternalCalculation | undefined;
  basis = '';
  nextExpiry: Micros = Infinity;

  /** A type 5 or type 7 has come into a database, left it, or been aged by hand. */
  note(lsa: LsaInstance): void {
    const key = destinationOf(lsa);
    if (key < 0) return;
    this.prefixes.add(key);
    this.nextExpiry = Math.min(this.nextExpiry, lsa.maxAgeAt);
  }

  noteInternal(key: number): void {
    if (this.last !== undefined) this.internal.add(key);
  }

  clear(): void {
    this.prefixes.clear();
    this.internal.clear();
  }
}

/** `prefixKey` of what an external LSA is about; -1: it is none. */
function destinationOf({ body, header }: LsaInstance): number {
  if (!(body instanceof AsExternalLsa)) return -1;
  const prefixLength = prefixLengthOf(body.networkMask);
  return prefixKey(networkOf(header.linkStateId, prefixLength), prefixLength);
}

/** More than one in so many: the whole is as fast. */
const SHARE = 4;

/** Brings the external routes up to date; they have been installed. */
export function updateExternalRoutes(process: OspfProcess, now: Micros): void {
  const notes = process.externalNotes;
  const basis = basisOf(process);
  const isBasisLeft = process.tick === undefined && notes.last?.routes === process.externalRoutes && notes.basis === basis && now < notes.nextExpiry;
  const touched = isBasisLeft ? touchedPrefixes(process, notes, notes.last as ExternalCalculation) : undefined;
  notes.clear();
  notes.basis = basis;
  if (touched === undefined) calculateWhole(process, notes, now);
  else revise(process, notes.last as ExternalCalculation, touched, now);
}

function basisOf(process: OspfProcess): string {
  let text = `${process.isRfc1583Compatible}`;
  for (const area of process.areas) text += ` ${area.id} ${area.hasExternalRouting} ${area.nssa !== undefined}`;
  for (const owner of process.interfaces) text += ` ${owner.address}`;
  return text;
}

function calculateWhole(process: OspfProcess, notes: ExternalNotes, now: Micros): void {
  process.workDone.wholeExternals++;
  const calculation = new ExternalCalculation(process, now);
  let nextExpiry = Infinity;
  let count = 0;
  for (const lsa of externalLsas(process)) {
    calculation.examine(lsa);
    if (!lsa.isMaxAge(now)) nextExpiry = Math.min(nextExpiry, lsa.maxAgeAt);
    count++;
  }
  notes.nextExpiry = nextExpiry;
  notes.last = count > 0 ? calculation : undefined;
  const previous = process.externalRoutes;
  process.externalRoutes = calculation.routes;
  installExternalRoutes(process, previous, calculation.routes);
}

/** Type 5 before type 7, areas in their order. */
function* externalLsas(process: OspfProcess): IterableIterator<LsaInstance> {
  yield* process.externalLsdb.ofType(LsType.asExternal);
  for (const area of process.areas) if (area.nssa !== undefined) yield* area.lsdb.ofType(LsType.nssa); // [3101:2.5]
}

/** Undefined: too many. */
function touchedPrefixes(process: OspfProcess, notes: ExternalNotes, last: ExternalCalculation): Set<number> | undefined {
  const touched = new Set(notes.prefixes);
  for (const key of notes.internal) touched.add(key);
  if (notes.internal.size > 0) for (const key of last.forwarded) touched.add(key);
  const routers = new Set<Ipv4>();
  const stale: number[] = [];
  for (const [key, before] of last.boundaries) {
    const after = boundaryOf(process, key);
    if (before === undefined ? after === undefined : after !== undefined && isSameEntry(before, after)) continue;
    routers.add(routerOfBoundary(key));
    stale.push(key);
  }
  let count = 0;
  for (const lsa of externalLsas(process)) {
    if (routers.size > 0 && routers.has(lsa.header.advertisingRouter)) touched.add(destinationOf(lsa));
    else if (routers.size === 0 && count > SHARE * touched.size) break;
    count++;
  }
  for (const key of stale) last.boundaries.delete(key);
  return touched.size > 0 && touched.size * SHARE > count ? undefined : touched;
}

function revise(process: OspfProcess, last: ExternalCalculation, touched: ReadonlySet<number>, now: Micros): void {
  process.workDone.revisedExternals++; // [2328:16.6] [3101:2.6]
  if (touched.size === 0) return;
  const before = new Map<number, NetworkRoute>();
  for (const key of touched) {
    const route = last.routes.get(key);
    if (route !== undefined) before.set(key, route);
  }
  const calculation = last.partial(now);
  for (const key of touched) for (const lsa of lsasFor(process, key)) calculation.examine(lsa);
  const after = calculation.routes;

  const byFirst = (a: NetworkRoute, b: NetworkRoute): number => compareFirst(process, a.firstOrigin as LsaInstance, b.firstOrigin as LsaInstance);
  const inOrder = (routes: Map<number, NetworkRoute>): Map<number, NetworkRoute> => new Map([...routes].sort((a, b) => byFirst(a[1], b[1])));
  let isOrderKept = true;
  for (const key of touched) {
    const [old, route] = [before.get(key), after.get(key)];
    if (route === undefined) last.routes.delete(key);
    else if (old === undefined || byFirst(old, route) !== 0) isOrderKept = false;
    else last.routes.set(key, route);
  }
  if (!isOrderKept) merge(last.routes, touched, [...after].sort((a, b) => byFirst(a[1], b[1])), byFirst);
  installExternalRoutes(process, inOrder(before), inOrder(after));
}

/** Puts routes into the place that is theirs among the others. */
function merge(routes: Map<number, NetworkRoute>, touched: ReadonlySet<number>, added: readonly (readonly [number, NetworkRoute])[],
  compare: (a: NetworkRoute, b: NetworkRoute) => number): void {
  const others = [...routes].filter(([key]) => !touched.has(key));
  routes.clear();
  let at = 0;
  for (const [key, route] of others) {
    while (at < added.length && compare(added[at][1], route) < 0) routes.set(...added[at++] as [number, NetworkRoute]);
    routes.set(key, route);
  }
  while (at < added.length) routes.set(...added[at++] as [number, NetworkRoute]);
}

function lsasFor(process: OspfProcess, key: number): LsaInstance[] {
  const prefixLength = key % 64;
  const network = (key - prefixLength) / 64;
  const found = process.externalLsdb.within(LsType.asExternal, network, prefixLength);
  for (const area of process.areas) if (area.nssa !== undefined) found.push(...area.lsdb.within(LsType.nssa, network, prefixLength));
  return found.filter((lsa) => destinationOf(lsa) === key);
}

/** The order in which a whole calculation comes upon two LSAs. */
function compareFirst({ areas }: OspfProcess, a: LsaInstance, b: LsaInstance): number {
  const byScope = (a.area === undefined ? -1 : areas.indexOf(a.area)) - (b.area === undefined ? -1 : areas.indexOf(b.area));
  return byScope || a.header.linkStateId - b.header.linkStateId || a.header.advertisingRouter - b.header.advertisingRouter;
}
