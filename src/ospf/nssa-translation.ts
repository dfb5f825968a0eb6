/**
 * Type 7 into type 5, and the default route of an NSSA, as RFC 3101 has them: where `NssaBehaviour.hasOwnSequence` says so. FRR's way is in nssa.ts.
 *
 * Read sections 2.2, 2.4 and 3 of RFC 3101 first. What was measured on BIRD (topologies/conformance/bird-nssa): a range of type 2 routes costs one
 * more than the dearest of them, and has no forwarding address.
 */
import { maskOf, networkOf, prefixContains, prefixLengthOf, type Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import { AsExternalLsa, EXTERNAL_TYPE_2, ExternalRoute, asExternalLsaLength, encodeAsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import { LS_INFINITY, scheduleBorderRouterTask } from './border-router.js';
import type { NssaRange } from './configuration.js';
import { linkStateIdFor } from './link-state-id.js';
import type { LsaInstance } from './lsdb.js';
import { originate } from './origination.js';
import type { OspfProcess } from './process.js';
import { prefixKey } from './routing-table.js';
import { doubtPostponed, dropDoubted, forgetPostponed } from './tick.js';

/** Whether one that is elected no longer goes on for a while. */
export function isRunningDown(area: Area, isElected: boolean, now: Micros): boolean {
  if (isElected) {
    area.translatesUntil = undefined;
    return false;
  }
  const seconds = area.nssa?.stabilitySeconds ?? 0;
  if (!area.isTranslating || seconds === 0) return false;
  if (area.translatesUntil === undefined) {
    area.translatesUntil = now + seconds * SECOND;
    const timer = area.process.borderRouterTimer;
    if (!timer.isArmed) timer.arm(area.translatesUntil);
  }
  if (now < area.translatesUntil) return true; // [3101:3.1 stability interval]
  area.translatesUntil = undefined;
  return false;
}

export function runStandardTranslation(process: OspfProcess, now: Micros): void {
  const { externalLsdb } = process;
  const own = (): LsaInstance[] => externalLsdb.ofType(LsType.asExternal).filter((lsa) => lsa.isTranslated);
  for (const lsa of own()) lsa.isApproved = false;
  doubtPostponed(process.tick, undefined, (draft) => draft.isTranslated === true);
  for (const area of process.areas) {
    if (area.nssa === undefined) continue;
    originateDefault(area, now);
    if (area.isTranslating) translateArea(area, now);
    if (area.translatesUntil !== undefined) scheduleBorderRouterTask(process, area.translatesUntil - process.behaviour.borderRouterDelayMicros);
  }
  for (const lsa of own()) if (!lsa.isApproved) flushLsa(process, lsa, now); // [3101:3.3 unreachable]
  dropDoubted(process.tick, undefined);
}

/** Whether a type 7 is one that a border router translates: propagated, and what the routing table has for its prefix. [3101:3.2 eligible] */
function isTranslatable(lsa: LsaInstance, now: Micros): boolean {
  const { area, header, body } = lsa;
  return area !== undefined && body instanceof AsExternalLsa && !lsa.isSelfOriginated && !lsa.isFlushing && !lsa.isMaxAge(now) &&
    (header.options & OptionBit.propagate) !== 0 && body.routes[0].forwardingAddress !== 0 && body.routes[0].metric < LS_INFINITY && isInRoutingTable(area, lsa, body);
}

/** It lost to another, to a type 5 for instance, or its forwarding address cannot be reached: then it is not. */
function isInRoutingTable({ process }: Area, { header, area }: LsaInstance, { networkMask }: AsExternalLsa): boolean {
  const prefixLength = prefixLengthOf(networkMask);
  const origin = process.externalRoutes.get(prefixKey(networkOf(header.linkStateId, prefixLength), prefixLength))?.origin;
  return origin !== undefined && origin.area === area && origin.header.lsType === header.lsType && origin.header.linkStateId === header.linkStateId &&
    origin.header.advertisingRouter === header.advertisingRouter;
}

/** The range that a network lies in; of several the longest. */
export function externalRangeOf(area: Area, network: Ipv4, prefixLength: number): NssaRange | undefined {
  let best: NssaRange | undefined;
  for (const range of area.nssa?.externalRanges ?? []) {
    if (prefixLength < range.prefixLength || !prefixContains(range.network, range.prefixLength, network)) continue;
    if (best === undefined || range.prefixLength > best.prefixLength) best = range;
  }
  return best;
}

/** Whether there is something in the range to be translated. */
export function isRangeActive(area: Area, range: NssaRange, now: Micros): boolean {
  return area.lsdb.ofType(LsType.nssa).some((lsa) => {
    if (!isTranslatable(lsa, now) || !(lsa.body instanceof AsExternalLsa)) return false;
    const prefixLength = prefixLengthOf(lsa.body.networkMask);
    return externalRangeOf(area, networkOf(lsa.header.linkStateId, prefixLength), prefixLength) === range;
  });
}

function translateArea(area: Area, now: Micros): void {
  const { process } = area;
  const inRanges = new Map<NssaRange, ExternalRoute>();
  for (const lsa of area.lsdb.ofType(LsType.nssa)) {
    if (!isTranslatable(lsa, now) || !(lsa.body instanceof AsExternalLsa)) continue;
    const prefixLength = prefixLengthOf(lsa.body.networkMask);
    const network = networkOf(lsa.header.linkStateId, prefixLength);
    const [route] = lsa.body.routes;
    const range = externalRangeOf(area, network, prefixLength);
    if (range === undefined) announce(process, network, prefixLength, route, now);
    else inRanges.set(range, dearer(inRanges.get(range), route, pathCost(process, network, prefixLength)));
  }
  for (const [range, route] of inRanges) {
    if (!range.isAdvertised) continue; // [3101:3.2(1) DoNotAdvertise]
    route.routeTag = range.tag; // [3101:2.2 tag]
    if ((route.flags & EXTERNAL_TYPE_2) !== 0) route.metric++; // [3101:3.2(3) type 2]
    announce(process, range.network, range.prefixLength, route, now); // [3101:2.2]
  }
}

function pathCost(process: OspfProcess, network: Ipv4, prefixLength: number): number {
  const route = process.externalRoutes.get(prefixKey(network, prefixLength));
  return route?.pathType === 'external-1' ? route.cost : 0;
}

/** The type of a range is the larger of those in it, its metric the largest of that type. */
function dearer(sofar: ExternalRoute | undefined, route: ExternalRoute, cost: number): ExternalRoute {
  const candidate = new ExternalRoute();
  candidate.flags = route.flags & EXTERNAL_TYPE_2;
  candidate.metric = candidate.flags === 0 ? Math.max(cost, route.metric) : route.metric;
  if (sofar === undefined || candidate.flags > sofar.flags) return candidate; // [3101:3.2(3) type]
  return candidate.flags === sofar.flags && candidate.metric > sofar.metric ? candidate : sofar; // [3101:3.2(3) metric]
}

/** Says it as type 5, unless this router says something of its own about it already. */
function announce(process: OspfProcess, network: Ipv4, prefixLength: number, from: ExternalRoute, now: Micros): void {
  if (process.isStopping) return;
  const linkStateId = linkStateIdFor(process.externalLsdb, LsType.asExternal, network, prefixLength, process.routerId, process.behaviour.linkStateIds);
  if (linkStateId === undefined) return;
  const current = process.externalLsdb.find(LsType.asExternal, linkStateId, process.routerId);
  if (current !== undefined && !current.isFlushing && (!current.isTranslated || current.isApproved)) return; // [3101:3.2(2) own]
  const body = bodyOf(prefixLength, from); // [3101:3.2 metric]
  if (current !== undefined && isStanding(current, body)) {
    current.isApproved = true;
    forgetPostponed(process.tick, undefined, current.header);
    return;
  }
  const translated = originate(process, {
    lsType: LsType.asExternal, linkStateId, area: undefined, body, bodyLength: asExternalLsaLength(body), encodeBody: (w) => encodeAsExternalLsa(body, w),
    isTranslated: true,
  }, current?.header.sequence, now, 'change');
  if (translated !== undefined) translated.isApproved = true;
}

function bodyOf(prefixLength: number, from: ExternalRoute): AsExternalLsa {
  const body = new AsExternalLsa();
  body.networkMask = maskOf(prefixLength);
  body.routes.push(Object.assign(new ExternalRoute(), from));
  return body;
}

/** Whether an instance is in force and says this. */
export function isStanding(lsa: LsaInstance, body: AsExternalLsa): boolean {
  if (lsa.isFlushing || lsa.isReceived || !(lsa.body instanceof AsExternalLsa) || lsa.body.networkMask !== body.networkMask) return false;
  const [have, want] = [lsa.body.routes[0], body.routes[0]];
  return have.flags === want.flags && have.metric === want.metric && have.forwardingAddress === want.forwardingAddress && have.routeTag === want.routeTag;
}

/** A border router's default as type 7, which nobody translates. */
function originateDefault(area: Area, now: Micros): void {
  const { process, nssa } = area;
  const current = area.lsdb.find(LsType.nssa, 0, process.routerId);
  const metricType = process.isAreaBorderRouter && !process.isStopping ? nssa?.defaultRoute : undefined;
  if (metricType !== 1 && metricType !== 2) {
    forgetPostponed(process.tick, area, { lsType: LsType.nssa, linkStateId: 0, advertisingRouter: process.routerId });
    if (current?.isSelfOriginated === true && !current.isFlushing && process.externalLsdb.find(LsType.asExternal, 0, process.routerId) === undefined) flushLsa(process, current, now);
    return;
  }
  const route = new ExternalRoute();
  route.flags = metricType === 2 ? EXTERNAL_TYPE_2 : 0;
  route.metric = area.defaultCost;
  const body = bodyOf(0, route);
  if (current !== undefined && isStanding(current, body)) {
    forgetPostponed(process.tick, area, current.header);
    return;
  }
  // [3101:2.4 default]
  originate(process, {
    lsType: LsType.nssa, linkStateId: 0, area, body, bodyLength: asExternalLsaLength(body), encodeBody: (w) => encodeAsExternalLsa(body, w), options: 0,
  }, current?.header.sequence, now, 'change');
}
