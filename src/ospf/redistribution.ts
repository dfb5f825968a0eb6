/**
 * The AS boundary router: redistribution and AS-external-LSAs. [2328:12.4.4]
 */
import { maskOf, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { AsExternalLsa, EXTERNAL_TYPE_2, ExternalRoute, asExternalLsaLength, encodeAsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { flushLsa } from './ageing.js';
import type { ExternalSummary, OspfConfiguration, Redistribution } from './configuration.js';
import type { RedistributableRoute } from './environment.js';
import type { ExternalBasis } from './external-basis.js';
import { linkStateIdFor } from './link-state-id.js';
import type { LsaInstance } from './lsdb.js';
import { flushNssaCopies, originateNssaCopies } from './nssa.js';
import { originate, updateRouterLsa, type Reason } from './origination.js';
import type { OspfProcess } from './process.js';
import { permits } from './route-filter.js';
import { applyRedistribution, applyRouteMap, type RouteMapResult } from './route-map.js';
import { scheduleCalculation } from './spf-schedule.js';
import { doubtPostponed, dropDoubted, forgetPostponed } from './tick.js';

interface External {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly metric: number;
  readonly metricType: 1 | 2;
  readonly forwardingAddress: Ipv4;
  readonly routeTag: number;
  readonly isSummary: boolean;
}

/** Redistribution makes a router an AS boundary router, whether or not anything passes its filters. */
export function checkAsBoundaryRouter(process: OspfProcess, now: Micros): void {
  const { redistribute, defaultInformation, isExporting } = process.configuration;
  const isOfNssa = process.behaviour.nssa.isBorderRouterBoundary && process.isAreaBorderRouter;
  const isBoundary = redistribute.length > 0 || defaultInformation !== undefined || isExporting === true || process.areas.some((a) => a.isTranslating || (isOfNssa && a.nssa !== undefined));
  if (isBoundary === process.isAsBoundaryRouter) return;
  process.isAsBoundaryRouter = isBoundary;
  scheduleCalculation(process, now);
  for (const area of process.areas) if (area.routerLsa !== undefined) updateRouterLsa(area, now); // bit E
}

/** Brings the AS-external-LSAs in line with the RIB: originates what is new or different, flushes what is gone. */
export function updateExternals(process: OspfProcess, now: Micros): void {
  const kept = new Set<LsaInstance>();
  process.externalBases?.startPass();
  doubtPostponed(process.tick, undefined, (draft) => draft.lsType === LsType.asExternal && draft.isTranslated !== true);
  for (const external of wanted(process)) {
    const lsa = originateExternal(process, external, now, 'change', false); // [2328:12.4(9)]
    if (lsa !== undefined) kept.add(lsa);
  }
  for (const lsa of [...process.externalLsdb.ofType(LsType.asExternal)]) {
    if (!lsa.isSelfOriginated || lsa.isTranslated || lsa.isFlushing || kept.has(lsa)) continue;
    flushNssaCopies(process, lsa, now);
    flushLsa(process, lsa, now); // [2328:12.4(10)] [2328:14.1]
  }
  flushTranslatedWithOwn(process, now);
  dropDoubted(process.tick, undefined);
}

/** What this router said itself is no longer wanted: FRR flushes what stands there, also where that has become a translation (topologies/conformance/default-many). */
function flushTranslatedWithOwn(process: OspfProcess, now: Micros): void {
  const { externalBases } = process;
  if (externalBases === undefined) return;
  const gone: { network: Ipv4; prefixLength: number }[] = externalBases.endPass();
  const before = externalBases.defaultState;
  externalBases.defaultState = process.configuration.defaultInformation === undefined ? 'none' : defaultExternal(process) === undefined ? 'configured' : 'announced';
  if (externalBases.defaultState !== 'announced' && externalBases.defaultState !== before && before !== 'none') gone.push({ network: 0, prefixLength: 0 });
  for (const { network, prefixLength } of gone) flushTranslation(process, network, prefixLength, now);
}

function flushTranslation(process: OspfProcess, network: Ipv4, prefixLength: number, now: Micros): void {
  const lsa = process.externalLsdb.find(LsType.asExternal, network, process.routerId);
  if (lsa?.isTranslated !== true || lsa.isFlushing || !(lsa.body instanceof AsExternalLsa) || lsa.body.networkMask !== maskOf(prefixLength)) return;
  flushLsa(process, lsa, now);
}

/** An area has become a stub area: FRR flushes all that this router has originated, its translations, too, whatever other areas there are. */
export function flushExternals(process: OspfProcess, now: Micros): void {
  if (process.externalBases === undefined) return;
  process.externalBases.flush([...summarizedRoutes(process)]);
  for (const lsa of [...process.externalLsdb.ofType(LsType.asExternal)]) {
    if (!lsa.isSelfOriginated || lsa.isFlushing) continue;
    flushLsa(process, lsa, now);
  }
}

/** Filters have changed a while ago. */
export function onFilterTimer(process: OspfProcess, now: Micros): void {
  process.externalBases?.forget();
  updateExternals(process, now);
}

/** FRR does so some seconds after an area has become an NSSA: now the router knows its addresses there, and whether it is a border router. */
export function originateExternalsAnew(process: OspfProcess, now: Micros): void {
  if (process.isStopping) return;
  process.externalBases?.forget();
  // (A summary that is there stays as it is, and one that was flushed for a stub area stays away.)
  for (const external of wanted(process)) originateExternal(process, external, now, 'change', !external.isSummary);
  // A default that this router has no cause for goes, and be it a translation (topologies/conformance/nssa-roles).
  if (process.externalBases !== undefined && defaultExternal(process) === undefined) flushTranslation(process, 0, 0, now);
}

/** Originates the external with this link state id again if it is still wanted, past the sequence number of one that came back. */
export function originateExternals(process: OspfProcess, now: Micros, reason: Reason, linkStateId: Ipv4, sequence?: number): boolean {
  if (reason === 'refresh') process.externalBases?.forgetNetwork(linkStateId);
  for (const external of wanted(process)) {
    if (idOf(process, external) === linkStateId) {
      return originateExternal(process, external, now, reason, true, sequence) !== undefined;
    }
  }
  return false;
}

/** The routes that each summary stands for, by network. */
export function summarizedRoutes(process: OspfProcess): Map<ExternalSummary, RedistributableRoute[]> {
  const found = new Map<ExternalSummary, RedistributableRoute[]>();
  for (const redistribution of process.configuration.redistribute) {
    for (const route of process.redistributable) {
      if (route.source !== redistribution.source || route.prefixLength === 0 || filtered(process, redistribution, route) === undefined) continue;
      const basis = basisOf(process, redistribution, route);
      if (basis?.isFlushed === true || basis?.isTakenForOwn === true) continue;
      const summary = summaryOf(process.configuration, route);
      if (summary !== undefined) found.set(summary, [...(found.get(summary) ?? []), route]);
    }
  }
  for (const routes of found.values()) routes.sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
  return found;
}

function wanted(process: OspfProcess): External[] {
  const { configuration, behaviour } = process;
  const externals: External[] = [];
  if (configuration.isExporting === true) {
    for (const route of process.redistributable) {
      externals.push({ network: route.network, prefixLength: route.prefixLength, metric: route.metric ?? behaviour.externalMetric,
        metricType: route.metricType ?? behaviour.externalMetricType, routeTag: route.tag ?? 0, isSummary: false, forwardingAddress: forwardingAddress(process, route) });
    }
  }
  const summaries = new Map<ExternalSummary, RedistributableRoute[]>();
  for (const redistribution of configuration.redistribute) {
    for (const route of process.redistributable) {
      if (route.source !== redistribution.source || route.prefixLength === 0) continue; // the default is a matter of its own
      const basis = basisOf(process, redistribution, route);
      if (basis?.isTakenForOwn === true) continue;
      const set = filtered(process, redistribution, route);
      if (set === undefined) continue;
      const summary = summaryOf(configuration, route);
      if (summary !== undefined) {
        summaries.set(summary, [...(summaries.get(summary) ?? []), route]);
        continue;
      }
      if (basis?.isFlushed === true) continue;
      externals.push({
        network: route.network, prefixLength: route.prefixLength,
        metric: set.metric ?? redistribution.metric ?? (basis === undefined ? configuration : basis).defaultMetric ?? behaviour.externalMetric,
        metricType: set.metricType ?? redistribution.metricType ?? behaviour.externalMetricType,
        forwardingAddress: forwardingAddress(process, route), routeTag: set.tag ?? route.tag ?? 0, isSummary: false,
      });
    }
  }
  // A summary has nothing of the routes in it: neither metric and type nor what a route-map sets.
  process.externalBases?.keepSummariesFlushed([...summaries]);
  for (const summary of summaries.keys()) {
    const { network, prefixLength, tag, isAdvertised } = summary;
    if (!isAdvertised || process.externalBases?.isSummaryFlushed(summary) === true) continue;
    externals.push({ network, prefixLength, metric: configuration.defaultMetric ?? behaviour.externalMetric, metricType: behaviour.externalMetricType,
      forwardingAddress: 0, routeTag: tag, isSummary: true });
  }
  const external = defaultExternal(process);
  if (external !== undefined && process.externalBases?.isDefaultFlushed !== true) externals.push(external);
  return externals;
}

/** As things were when the route was first looked at; undefined: they are looked at every time. */
function basisOf(process: OspfProcess, redistribution: Redistribution, route: RedistributableRoute): ExternalBasis | undefined {
  const { configuration } = process;
  return process.externalBases?.of(route, redistribution, () => ({
    defaultMetric: configuration.defaultMetric,
    isTakenForOwn: route.source === 'connected' && process.virtualLinks.some((each) => each.interface.stateChanges === 0), // none has an address yet
  }));
}

/** What redistribution lets through, and with what. [2328:12.4.4] */
function filtered(process: OspfProcess, redistribution: Redistribution, route: RedistributableRoute): RouteMapResult | undefined {
  const { configuration } = process;
  if (isMulticast(route.network) || isOspfAlready(process, route)) return undefined;
  const listName = configuration.distributeLists?.get(route.source);
  const list = listName === undefined ? undefined : configuration.accessLists.get(listName);
  if (list !== undefined && !permits(list, route)) return undefined; // one that does not exist filters nothing
  return applyRedistribution(configuration, redistribution, route);
}

function isMulticast(address: Ipv4): boolean {
  return address >>> 28 === 0xe;
}

/** The longest summary that a route lies in, or is. */
function summaryOf(configuration: OspfConfiguration, route: RedistributableRoute): ExternalSummary | undefined {
  let best: ExternalSummary | undefined;
  for (const summary of configuration.summaryAddresses ?? []) {
    if (route.prefixLength < summary.prefixLength || !prefixContains(summary.network, summary.prefixLength, route.network)) continue;
    if (best === undefined || summary.prefixLength > best.prefixLength) best = summary;
  }
  return best;
}

/**
 * `default-information originate`: where there is a default route that OSPF did not bring, or always. With a route-map: where it permits one
 * of the routes that this router may redistribute, filtered out or not; what it sets counts only if that is the default itself. (FRR)
 */
function defaultExternal(process: OspfProcess): External | undefined {
  const { configuration, behaviour } = process;
  const { defaultInformation } = configuration;
  if (defaultInformation === undefined) return undefined;
  const { isAlways, routeMap, metricType, forwardingAddress: said } = defaultInformation;
  const route = process.redistributable.find((r) => r.prefixLength === 0);
  if (route === undefined && !isAlways) return undefined;
  let set: RouteMapResult | undefined = {};
  if (routeMap !== undefined && !isDefaultCaused(process, routeMap)) {
    set = applyRouteMap(configuration, routeMap, isAlways || route === undefined ? NO_ROUTE : route);
  }
  if (set === undefined) return undefined;
  // [2328:B DefaultDestination]
  return {
    network: 0, prefixLength: 0, metric: set.metric ?? defaultInformationMetric(process),
    metricType: set.metricType ?? metricType ?? behaviour.externalMetricType,
    forwardingAddress: said ?? (route === undefined || isAlways ? 0 : forwardingAddress(process, route)),
    routeTag: set.tag ?? (isAlways ? 0 : route?.tag ?? 0), isSummary: false,
  };
}

/** The default that is always there. */
const NO_ROUTE: RedistributableRoute = { source: 'static', network: 0, prefixLength: 0, interfaceName: '', gateway: 0 };

/** Whether the route-map permits one of the routes of a source that is redistributed. */
function isDefaultCaused(process: OspfProcess, routeMap: string): boolean {
  const { configuration, redistributable } = process;
  return redistributable.some((route) => route.prefixLength > 0 && route.network >>> 24 !== 127 &&
    configuration.redistribute.some((r) => r.source === route.source) && applyRouteMap(configuration, routeMap, route) !== undefined);
}

/** `default-metric` does not count here. */
export function defaultInformationMetric({ configuration: { defaultInformation }, behaviour }: OspfProcess): number {
  return defaultInformation?.metric ??
    (defaultInformation?.isAlways === false ? behaviour.defaultRouteMetric : behaviour.alwaysDefaultRouteMetric);
}

/** A connected network that OSPF runs on is advertised inside and not as external. */
function isOspfAlready(process: OspfProcess, route: RedistributableRoute): boolean {
  if (route.network >>> 24 === 127) return true;
  if (route.source !== 'connected') return false;
  if (process.behaviour.connectedExclusion === 'network-statements') {
    return process.configuration.networks.some((n) => route.prefixLength >= n.prefixLength && prefixContains(n.network, n.prefixLength, route.network));
  }
  return process.interfaces.some((i) => route.prefixLength >= i.prefixLength &&
    networkOf(i.address, i.prefixLength) === networkOf(route.network, i.prefixLength));
}

/** The next hop itself where it lies on a network that OSPF runs on; else 0: "send it to me". */
function forwardingAddress(process: OspfProcess, route: RedistributableRoute): Ipv4 {
  if (route.gateway === 0) return 0;
  const isAny = process.behaviour.forwardingAddress === 'any';
  const towards = process.interfaces.find((i) => (isAny ? i.name === route.interfaceName : i.isOperative) &&
    prefixContains(networkOf(i.address, i.prefixLength), i.prefixLength, route.gateway));
  if (towards === undefined) return 0; // [2328:12.4.4 forwarding address]
  if (towards.parameters.isPrefixSuppressed === true) return 0; // nobody has a route to it [6860:4.1]
  return route.gateway; // [2328:12.4.4 forwarding address]
}

function idOf(process: OspfProcess, { network, prefixLength }: External): Ipv4 | undefined {
  return linkStateIdFor(process.externalLsdb, LsType.asExternal, network, prefixLength, process.routerId, process.behaviour.linkStateIds);
}

function originateExternal(process: OspfProcess, external: External, now: Micros, reason: Reason, isForced: boolean, sequence?: number):
  LsaInstance | undefined {
  const { externalLsdb, routerId } = process;
  const linkStateId = idOf(process, external);
  if (linkStateId === undefined) return undefined;
  const route = new ExternalRoute();
  route.flags = external.metricType === 2 ? EXTERNAL_TYPE_2 : 0;
  route.metric = external.metric; // [2328:12.4.4]
  route.forwardingAddress = external.forwardingAddress;
  route.routeTag = external.routeTag;
  const body = new AsExternalLsa();
  body.networkMask = maskOf(external.prefixLength);
  body.routes.push(route);
  const current = externalLsdb.find(LsType.asExternal, linkStateId, routerId);
  if (!isForced && current !== undefined && !current.isFlushing && !current.isReceived && !current.isTranslated && isSame(current, body)) {
    forgetPostponed(process.tick, undefined, current.header);
    return current;
  }
  const lsa = originate(process, {
    lsType: LsType.asExternal, linkStateId, area: undefined, body, bodyLength: asExternalLsaLength(body), encodeBody: (w) => encodeAsExternalLsa(body, w),
  }, sequence ?? current?.header.sequence, now, reason);
  if (lsa === undefined) return undefined;
  lsa.isApproved = true;
  originateNssaCopies(process, lsa, now, reason);
  return lsa;
}

function isSame(current: LsaInstance, body: AsExternalLsa): boolean {
  if (!(current.body instanceof AsExternalLsa)) return false;
  const have = current.body.routes[0];
  const want = body.routes[0];
  return current.body.networkMask === body.networkMask && have.flags === want.flags && have.metric === want.metric &&
    have.forwardingAddress === want.forwardingAddress && have.routeTag === want.routeTag;
}
