/**
 * From the routing table to the RIB: only what has changed.
 */
import type { OspfProcess } from './process.js';
import { type NetworkRoute, type NextHop, type RoutingTable, equalNextHops } from './routing-table.js';

/** Intra-area and inter-area routes after a calculation. */
export function installInternalRoutes(process: OspfProcess, previous: RoutingTable, table: RoutingTable): void {
  for (const [key, old] of previous.networks) {
    // An external route to the same prefix, kept in its own table, takes over when it is calculated.
    if (!table.networks.has(key)) withdraw(process, old);
  }
  for (const route of table.sortedNetworks()) {
    const key = keyOf(route);
    const external = process.externalRoutes.get(key);
    // Displaced, and so forgotten: should the internal route go before externals are calculated, the external one is installed anew. [2328:16.4(6a)]
    if (external !== undefined) process.externalRoutes.delete(key);
    const old = previous.networks.get(key) ?? external;
    if (old !== undefined && old.pathType === route.pathType && old.cost === route.cost && equalNextHops(old.nextHops, route.nextHops)) continue;
    // What has become a network of our own is connected: the route that led there before must go.
    if (isConnected(route)) {
      if (old !== undefined) withdraw(process, old);
    } else {
      install(process, route);
    }
  }
}

/** External routes after theirs. Where an internal route exists none is here. */
export function installExternalRoutes(process: OspfProcess, previous: ReadonlyMap<number, NetworkRoute>, routes: ReadonlyMap<number, NetworkRoute>): void {
  for (const [key, old] of previous) {
    if (!routes.has(key) && !process.routingTable.networks.has(key)) withdraw(process, old);
  }
  for (const [key, route] of routes) {
    const old = previous.get(key);
    if (old === undefined || old.pathType !== route.pathType || old.cost !== route.cost || old.type2Cost !== route.type2Cost ||
      !equalNextHops(old.nextHops, route.nextHops)) install(process, route);
  }
}

export function withdrawAllRoutes(process: OspfProcess): void {
  for (const route of process.routingTable.sortedNetworks()) withdraw(process, route);
  for (const { network, prefixLength } of process.discardRoutes.values()) process.environment.withdrawRoute(network, prefixLength);
  for (const [key, route] of process.externalRoutes) if (!process.routingTable.networks.has(key)) withdraw(process, route);
}

function keyOf(route: NetworkRoute): number {
  return route.network * 64 + route.prefixLength;
}

/** A network on one of our own interfaces is connected: the RIB has that route already and would prefer it. */
function isConnected(route: NetworkRoute): boolean {
  return route.nextHops.every((hop) => hop.gateway === 0);
}

/** The RIB has each next hop once. */
function uniqueNextHops(nextHops: readonly NextHop[]): readonly NextHop[] {
  const isRepeated = (hop: NextHop, i: number): boolean =>
    nextHops.findIndex((other) => other.gateway === hop.gateway && other.interfaceIndex === hop.interfaceIndex) < i;
  return nextHops.some(isRepeated) ? nextHops.filter((hop, i) => !isRepeated(hop, i)) : nextHops;
}

function withdraw(process: OspfProcess, route: NetworkRoute): void {
  if (!isConnected(route)) process.environment.withdrawRoute(route.network, route.prefixLength);
}

function install(process: OspfProcess, route: NetworkRoute): void {
  const { kernelMetric } = process.behaviour;
  const cost = route.pathType === 'external-2' ? route.type2Cost : route.cost;
  process.environment.installRoute({
    network: route.network, prefixLength: route.prefixLength,
    nextHops: uniqueNextHops(route.nextHops.length <= process.maximumPaths ? route.nextHops : route.nextHops.slice(0, process.maximumPaths)),
    metric: kernelMetric === 'cost' ? cost : kernelMetric,
  });
}
