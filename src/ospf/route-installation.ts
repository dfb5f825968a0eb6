/**
 * From the routing table to the RIB: only what has changed.
 */
import { networkOf } from '../base/address.js';
import type { InstalledRoute } from './environment.js';
import type { OspfProcess } from './process.js';
import { NetworkRoute, type NextHop, type RoutingTable, equalNextHops, prefixKey } from './routing-table.js';

const scratch = new NetworkRoute();
/** So many are worth asking how many there are in all. */
const MANY = 64;

/**
 * Intra-area and inter-area routes after a calculation. `differing`: all that may be others, by `prefixKey`; sorted. Of what `previous` says nothing
 * is kept.
 */
export function installDifferences(process: OspfProcess, differing: Float64Array, previous: (key: number) => NetworkRoute | undefined, table: RoutingTable): void {
  if (differing.length > MANY) process.environment.expectRoutes?.(table.countByLength());
  for (const key of differing) {
    // An external route to the same prefix, kept in its own table, takes over when it is calculated.
    const old = table.has(key) ? undefined : previous(key);
    if (old === undefined) continue;
    process.externalNotes.noteInternal(key);
    withdraw(process, old);
  }
  for (const key of differing) {
    const route = table.find(key, process.behaviour.isOriginInstalled ? undefined : scratch);
    if (route === undefined) continue;
    const external = process.externalRoutes.get(key);
    // Displaced, and so forgotten: should the internal route go before externals are calculated, the external one is installed anew. [2328:16.4(6a)]
    if (external !== undefined) process.externalRoutes.delete(key);
    const before = previous(key);
    if (before === undefined || before.area !== route.area || !isInstalled(process, before, route)) process.externalNotes.noteInternal(key);
    const old = before ?? external;
    if (old !== undefined && isInstalled(process, old, route)) continue;
    // What has become a network of our own is connected: the route that led there before must go.
    if (isConnected(process, route)) {
      if (old !== undefined && !isConnected(process, old)) withdraw(process, old);
      process.environment.installConnected?.(installed(process, route));
    } else {
      if (old !== undefined && isConnected(process, old)) withdraw(process, old);
      install(process, route);
    }
  }
}

/** External routes after theirs. Where an internal route exists none is here. */
export function installExternalRoutes(process: OspfProcess, previous: ReadonlyMap<number, NetworkRoute>, routes: ReadonlyMap<number, NetworkRoute>): void {
  for (const [key, old] of previous) {
    if (!routes.has(key) && !process.routingTable.has(key)) withdraw(process, old);
  }
  for (const [key, route] of routes) {
    const old = previous.get(key);
    if (old === undefined || !isInstalled(process, old, route)) install(process, route);
  }
}

/** Whether a route says what the RIB has been told already. */
function isInstalled(process: OspfProcess, old: NetworkRoute, route: NetworkRoute): boolean {
  if (old.pathType !== route.pathType || old.cost !== route.cost || old.type2Cost !== route.type2Cost || !equalNextHops(old.nextHops, route.nextHops)) return false;
  return !process.behaviour.isOriginInstalled ||
    (old.routeTag === route.routeTag && old.originId === route.originId && old.origin?.header.advertisingRouter === route.origin?.header.advertisingRouter);
}

export function withdrawAllRoutes(process: OspfProcess): void {
  for (const route of process.routingTable.sortedNetworks()) withdraw(process, route);
  for (const { network, prefixLength } of process.discardRoutes.values()) process.environment.withdrawRoute(network, prefixLength);
  for (const [key, route] of process.externalRoutes) if (!process.routingTable.has(key)) withdraw(process, route);
}

/**
 * The network of one of our own interfaces is connected: the RIB has that route already and would prefer it. The host route to our own address on
 * a point-to-multipoint network [2328:12.4.1.4], or on a loopback with a longer network, is OSPF's.
 */
function isConnected(process: OspfProcess, { network, prefixLength, nextHops }: NetworkRoute): boolean {
  for (const hop of nextHops) if (hop.gateway !== 0) return false; // nearly all
  return !process.behaviour.isConnectedInstalled && process.interfaces.some((i) => (i.peer !== undefined
    ? i.peer === network && prefixLength === 32 : i.prefixLength === prefixLength && networkOf(i.address, prefixLength) === network));
}

function distanceOf({ configuration: { distance, distances } }: OspfProcess, { pathType }: NetworkRoute): number | undefined {
  const own = pathType === 'intra-area' ? distances?.intraArea : pathType === 'inter-area' ? distances?.interArea : distances?.external;
  return own ?? distance;
}

/** The RIB has each next hop once. */
function uniqueNextHops(nextHops: readonly NextHop[]): readonly NextHop[] {
  const isRepeated = (hop: NextHop, i: number): boolean =>
    nextHops.findIndex((other) => other.gateway === hop.gateway && other.interfaceIndex === hop.interfaceIndex) < i;
  return nextHops.some(isRepeated) ? nextHops.filter((hop, i) => !isRepeated(hop, i)) : nextHops;
}

function withdraw(process: OspfProcess, route: NetworkRoute): void {
  if (process.isRestarting) return; // [3623:2(2)]
  if (isConnected(process, route)) {
    process.environment.withdrawConnected?.(route.network, route.prefixLength);
    return;
  }
  process.environment.withdrawRoute(route.network, route.prefixLength);
  // It had taken the place of the range's own route, which is told anew.
  process.discardRoutes.delete(prefixKey(route.network, route.prefixLength));
}

function install(process: OspfProcess, route: NetworkRoute): void {
  if (process.isRestarting) return; // [3623:2(2)]
  process.environment.installRoute(installed(process, route));
}

function installed(process: OspfProcess, route: NetworkRoute): InstalledRoute {
  const { kernelMetric } = process.behaviour;
  const cost = route.pathType === 'external-2' ? route.type2Cost : route.cost;
  const offered = route.nextHops.length <= process.maximumPaths ? route.nextHops : bestHops(process, route.nextHops);
  const weights = process.hasWeights ? weightsOf(process, offered) : undefined;
  const nextHops = uniqueNextHops(offered);
  return {
    network: route.network, prefixLength: route.prefixLength, nextHops, metric: kernelMetric === 'cost' ? cost : kernelMetric, cost,
    distance: distanceOf(process, route),
    tag: route.routeTag === 0 ? undefined : route.routeTag,
    offered: nextHops === offered ? undefined : offered,
    route: process.behaviour.isOriginInstalled ? route : undefined,
    weights,
  };
}

/** Of the interfaces that the ways leave through. */
function weightsOf(process: OspfProcess, nextHops: readonly NextHop[]): number[] {
  return nextHops.map((hop) => process.interfaces.find((i) => i.system.index === hop.interfaceIndex)?.parameters.ecmpWeight ?? 1);
}

/** As many as there may be. */
function bestHops(process: OspfProcess, nextHops: readonly NextHop[]): readonly NextHop[] {
  if (!process.behaviour.isLightestWayDropped) return nextHops.slice(0, process.maximumPaths);
  const weights = weightsOf(process, nextHops);
  const places = [...nextHops.keys()].sort((a, b) => weights[b] - weights[a] || nextHops[a].gateway - nextHops[b].gateway || nextHops[a].interfaceIndex - nextHops[b].interfaceIndex);
  return places.slice(0, process.maximumPaths).map((place) => nextHops[place]);
}
