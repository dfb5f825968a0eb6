/**
 * Route-maps and access-lists, as far as redistribution asks them.
 */
import { prefixContains } from '../base/address.js';
import type { AccessList, OspfConfiguration, Redistribution } from './configuration.js';
import type { RedistributableRoute } from './environment.js';

/** What a route-map sets on a route that it lets through. */
export interface RouteMapResult {
  readonly metric?: number;
  readonly metricType?: 1 | 2;
}

/** Whether a route is redistributed, and with what; undefined: denied. A route-map that does not exist denies. */
export function applyRedistribution(configuration: OspfConfiguration, redistribution: Redistribution, route: RedistributableRoute): RouteMapResult | undefined {
  if (redistribution.routeMap === undefined) return {};
  const map = configuration.routeMaps.get(redistribution.routeMap);
  if (map === undefined) return undefined;
  for (const entry of map.entries) {
    if (entry.matchAccessList !== undefined) {
      const list = configuration.accessLists.get(entry.matchAccessList);
      if (list === undefined || !permits(list, route)) continue;
    }
    if (entry.matchInterface !== undefined && entry.matchInterface !== route.interfaceName) continue;
    return entry.isPermit ? { metric: entry.setMetric, metricType: entry.setMetricType } : undefined;
  }
  return undefined;
}

/** First line that matches decides; none: denied. */
export function permits(list: AccessList, route: { readonly network: number; readonly prefixLength: number }): boolean {
  for (const line of list.lines) {
    const isInside = route.prefixLength >= line.prefixLength && prefixContains(line.network, line.prefixLength, route.network);
    if (isInside && (!line.isExactMatch || route.prefixLength === line.prefixLength)) return line.isPermit;
  }
  return false;
}
