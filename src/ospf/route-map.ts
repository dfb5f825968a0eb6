/**
 * Route-maps, as far as ospfd asks them: about routes that it may redistribute, and about what a default route depends on.
 *
 * FRR's way: of the entries in order, one that does not match is passed over, and the route counts as denied until another matches; one
 * that denies and matches ends it; one that permits and matches sets what it sets, asks the map it calls (whose "denied" ends it), and
 * ends it, too, unless `on-match` goes on. So a route that has matched and goes on is denied after all if nothing further matches.
 */
import type { OspfConfiguration, Redistribution, RouteMapEntry } from './configuration.js';
import type { RedistributableRoute } from './environment.js';
import { permits, prefixListPermits } from './route-filter.js';

/** What a route-map sets on a route that it lets through. */
export interface RouteMapResult {
  readonly metric?: number;
  readonly metricType?: 1 | 2;
  readonly tag?: number;
}

type Settings = { -readonly [Key in keyof RouteMapResult]: RouteMapResult[Key] };

/** What `set metric +5` is added to, whatever the route's metric. (FRR) */
const METRIC_BASE = 20;
const LARGEST_METRIC = 0xffffff;
/** Deeper calls than this count as denied. */
const DEEPEST_CALL = 10;

/** Whether a route is redistributed, and with what; undefined: denied. */
export function applyRedistribution(configuration: OspfConfiguration, redistribution: Redistribution, route: RedistributableRoute): RouteMapResult | undefined {
  return redistribution.routeMap === undefined ? {} : applyRouteMap(configuration, redistribution.routeMap, route);
}

/** Undefined: denied. A route-map that does not exist, or has no entries, denies. */
export function applyRouteMap(configuration: OspfConfiguration, name: string, route: RedistributableRoute): RouteMapResult | undefined {
  const settings: Settings = {};
  return run(configuration, name, route, settings, 0) ? settings : undefined;
}

function run(configuration: OspfConfiguration, name: string, route: RedistributableRoute, settings: Settings, depth: number): boolean {
  const entries = configuration.routeMaps.get(name)?.entries ?? [];
  if (entries.length === 0 || depth > DEEPEST_CALL) return false;
  let isPermitted = true;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!isMatch(configuration, entry, route, settings)) {
      isPermitted = false;
      continue;
    }
    if (!entry.isPermit) return false;
    isPermitted = true;
    applySettings(entry, settings);
    // A map that is not there is not asked.
    if (entry.call !== undefined && configuration.routeMaps.has(entry.call)) isPermitted = run(configuration, entry.call, route, settings, depth + 1);
    if (!isPermitted || entry.onMatch === undefined) return isPermitted;
    if (entry.onMatch !== 'next') {
      const target = entries.findIndex((each, j) => j > i && each.sequence >= Number(entry.onMatch));
      if (target < 0) return isPermitted;
      i = target - 1;
    }
  }
  return isPermitted;
}

/** All conditions; an entry without any matches everything. */
function isMatch(configuration: OspfConfiguration, entry: RouteMapEntry, route: RedistributableRoute, settings: Settings): boolean {
  const { accessLists, prefixLists } = configuration;
  const nextHop = { network: route.gateway, prefixLength: 32 };
  const inAccessList = (name: string, prefix: typeof nextHop): boolean => {
    const list = accessLists.get(name);
    return list !== undefined && permits(list, prefix);
  };
  const inPrefixList = (name: string, prefix: typeof nextHop): boolean => {
    const list = prefixLists?.get(name);
    return list !== undefined && list.lines.length > 0 && prefixListPermits(list, prefix); // an empty list matches nothing here
  };
  if (entry.matchAccessList !== undefined && !inAccessList(entry.matchAccessList, route)) return false;
  if (entry.matchPrefixList !== undefined && !inPrefixList(entry.matchPrefixList, route)) return false;
  if (entry.matchNextHopAccessList !== undefined && !inAccessList(entry.matchNextHopAccessList, nextHop)) return false;
  if (entry.matchNextHopPrefixList !== undefined && !inPrefixList(entry.matchNextHopPrefixList, nextHop)) return false;
  if (entry.isBlackholeMatched === true && (route.gateway !== 0 || route.interfaceName !== '')) return false;
  if (entry.matchInterface !== undefined && entry.matchInterface !== route.interfaceName) return false;
  // What an entry before has set counts already.
  return entry.matchTag === undefined || entry.matchTag === (settings.tag ?? route.tag ?? 0);
}

/** FRR counts in 32 bits with a sign, has -1 for "not set", and writes the low 24 bits of what is below zero. */
function metricOf(value: number): number | undefined {
  const metric = value | 0;
  if (metric === -1) return undefined;
  return metric < 0 ? metric & LARGEST_METRIC : Math.min(metric, LARGEST_METRIC);
}

function applySettings(entry: RouteMapEntry, settings: Settings): void {
  // A zero sets nothing. (FRR)
  if (entry.setMetric !== undefined && entry.setMetric !== 0) settings.metric = metricOf(entry.setMetric);
  if (entry.setMetricChange !== undefined && entry.setMetricChange !== 0) settings.metric = metricOf(METRIC_BASE + entry.setMetricChange);
  if (entry.setMetricType !== undefined) settings.metricType = entry.setMetricType;
  if (entry.setTag !== undefined) settings.tag = entry.setTag;
}
