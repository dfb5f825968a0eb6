/**
 * `show ip ospf route [json]` and `show ip ospf border-routers` as FRR 8.4.4 prints them.
 *
 * Read chapter 11 of RFC 2328 first for what the tables mean. Written from recordings (test/fixtures/frr-def). Of the router
 * entries FRR keeps only area border and AS boundary routers; in JSON a router that is reached through several areas shows
 * the last entry only, because they share one key.
 */
import { formatIpv4, formatPrefix } from '../../base/address.js';
import type { OspfProcess } from '../../ospf/process.js';
import { NetworkRoute, sortRouters, sortRoutes, type NextHop, type RouterRoute } from '../../ospf/routing-table.js';
import { formatJson, type JsonValue } from './ospf-format.js';

/** Before the first calculation. */
const NO_ROUTES = 'No OSPF routing information exist\n';

export function showRoutes(process: OspfProcess): string {
  if (process.spfRuns === 0) return NO_ROUTES;
  let text = '============ OSPF network routing table ============\n';
  for (const route of internalEntries(process)) {
    if (!(route instanceof NetworkRoute)) {
      text += `D IA ${formatPrefix(route.network, route.prefixLength).padEnd(18)}    Discard entry\n`;
      continue;
    }
    const kind = route.pathType === 'inter-area' ? 'N IA' : 'N   ';
    text += `${kind} ${prefix(route).padEnd(18)}    [${route.cost}] area: ${areaText(route)}\n${nextHopLines(process, route.nextHops)}`;
  }
  text += `\n${routerTable(process)}\n`;
  const { reachableRouters } = process.routingTable;
  if (reachableRouters !== undefined) {
    text += `============ OSPF reachable routers table =============\n${routerEntries(process, sortRouters(reachableRouters))}\n`;
  }
  text += '============ OSPF external routing table ===========\n';
  for (const route of sortRoutes(process.externalRoutes)) {
    text += route.pathType === 'external-1'
      ? `N E1 ${prefix(route).padEnd(18)}    [${route.cost}] tag: ${route.routeTag}\n`
      : `N E2 ${prefix(route).padEnd(18)}    [${route.cost}/${route.type2Cost}] tag: ${route.routeTag}\n`;
    text += nextHopLines(process, route.nextHops);
  }
  return `${text}\n\n`;
}

/** Kept as soon as a neighbour takes opaque LSAs. */
export function showReachableRouters(process: OspfProcess): string {
  const { reachableRouters } = process.routingTable;
  if (reachableRouters === undefined) return 'No OSPF reachable router information exist\n';
  return `============ OSPF reachable routers table =============\n${routerEntries(process, sortRouters(reachableRouters))}\n\n`;
}

export function showBorderRouters(process: OspfProcess): string {
  if (process.spfRuns === 0) return NO_ROUTES;
  return `${routerTable(process)}\n\n`;
}

export function showRoutesJson(process: OspfProcess): string {
  const routes: Record<string, JsonValue> = {};
  if (process.spfRuns === 0) return `${NO_ROUTES}{}\n`; // FRR says so in JSON, too
  for (const route of internalEntries(process)) {
    if (!(route instanceof NetworkRoute)) {
      routes[formatPrefix(route.network, route.prefixLength)] = { routeType: 'D IA' };
      continue;
    }
    routes[prefix(route)] = {
      routeType: route.pathType === 'inter-area' ? 'N IA' : 'N', cost: route.cost, area: areaText(route),
      nexthops: nextHopObjects(process, route.nextHops),
    };
  }
  // One that stands in both tables is shown as the second has it.
  for (const entries of [...borderRouters(process), ...sortRouters(process.routingTable.reachableRouters ?? new Map())]) {
    const last = entries[entries.length - 1];
    const routerType = last.isAreaBorderRouter ? 'abr' : last.isAsBoundaryRouter ? 'asbr' : undefined;
    // Each entry writes over the one before, and what only it has comes last.
    const isInter = entries.map((entry) => entry.pathType === 'inter-area');
    const isInterSaid: Record<string, JsonValue> = isInter.includes(true) ? { IA: true, ia: true } : {};
    routes[formatIpv4(last.routerId)] = {
      routeType: 'R ', cost: last.cost, area: formatIpv4(last.area.id), ...(isInter[0] ? isInterSaid : {}),
      ...(routerType === undefined ? {} : { routerType }), nexthops: nextHopObjects(process, last.nextHops), ...(isInter[0] ? {} : isInterSaid),
    };
  }
  for (const route of sortRoutes(process.externalRoutes)) {
    routes[prefix(route)] = {
      ...(route.pathType === 'external-1'
        ? { routeType: 'N E1', cost: route.cost }
        : { routeType: 'N E2', cost: route.cost, type2cost: route.type2Cost }),
      tag: route.routeTag, nexthops: nextHopObjects(process, route.nextHops),
    };
  }
  return `${formatJson(routes, 'plain')}\n`;
}

function routerTable(process: OspfProcess): string {
  return `============ OSPF router routing table =============\n${routerEntries(process, borderRouters(process))}`;
}

function routerEntries(process: OspfProcess, routers: readonly (readonly RouterRoute[])[]): string {
  let text = '';
  for (const entries of routers) {
    text += `R    ${formatIpv4(entries[0].routerId).padEnd(15)}    `;
    entries.forEach((entry, i) => {
      text += `${i > 0 ? ' '.repeat(24) : ''}${entry.pathType === 'inter-area' ? 'IA' : '  '} [${entry.cost}] ` +
        `area: ${formatIpv4(entry.area.id)}${entry.isAreaBorderRouter ? ', ABR' : ''}${entry.isAsBoundaryRouter ? ', ASBR' : ''}\n` +
        nextHopLines(process, entry.nextHops);
    });
  }
  return text;
}

/** With the discard entries of active ranges, which stand among the networks. */
function internalEntries(process: OspfProcess): (NetworkRoute | { readonly network: number; readonly prefixLength: number })[] {
  const discards = [...process.discardRoutes.values()];
  const networks = process.routingTable.sortedNetworks();
  if (discards.length === 0) return networks;
  const kept = networks.filter((route) => !discards.some((d) => d.network === route.network && d.prefixLength === route.prefixLength));
  return [...kept, ...discards].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
}

function borderRouters(process: OspfProcess): RouterRoute[][] {
  return process.routingTable.sortedRouters()
    .map((entries) => entries.filter((entry) => entry.isAreaBorderRouter || entry.isAsBoundaryRouter))
    .filter((entries) => entries.length > 0);
}

function prefix(route: NetworkRoute): string {
  return formatPrefix(route.network, route.prefixLength);
}

function areaText(route: NetworkRoute): string {
  return formatIpv4(route.area?.id ?? 0);
}

function nextHopLines(process: OspfProcess, nextHops: readonly NextHop[]): string {
  let text = '';
  for (const hop of nextHops) {
    const name = interfaceName(process, hop.interfaceIndex);
    if (name === undefined) continue;
    text += hop.gateway === 0
      ? `${' '.repeat(27)}directly attached to ${name}\n`
      : `${' '.repeat(27)}via ${formatIpv4(hop.gateway)}, ${name}\n`;
  }
  return text;
}

function nextHopObjects(process: OspfProcess, nextHops: readonly NextHop[]): JsonValue[] {
  return nextHops.map((hop): JsonValue => {
    const name = interfaceName(process, hop.interfaceIndex);
    if (name === undefined) return {};
    return hop.gateway === 0
      ? { ip: ' ', 'directly attached to': name, directlyAttachedTo: name }
      : { ip: formatIpv4(hop.gateway), via: name };
  });
}

function interfaceName(process: OspfProcess, interfaceIndex: number): string | undefined {
  return process.interfaces.find((candidate) => candidate.system.index === interfaceIndex)?.name;
}
