/**
 * `route -n` of net-tools and `ip route` of iproute2, of the main table.
 *
 * Left out of `ip route`: the table local, and `nhid`, a number that the kernel hands out for next hop objects in the order of
 * their making and that means nothing outside it.
 */
import { formatIpv4, formatPrefix, maskOf } from '../../base/address.js';
import type { FibNextHop, FibRoute } from '../../host/fib.js';
import type { Host } from '../../host/host.js';
import type { RibBehaviour } from '../../persona/rib.js';

/** Of several next hops only the first, as net-tools. */
export function showRoute(host: Host): string {
  const lines = ['Kernel IP routing table', 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface'];
  for (const route of host.fib.selected(host.behaviour.routeListing)) {
    const [hop] = route.nextHops;
    if (route.nextHops.length === 0) {
      lines.push(`${formatIpv4(route.network).padEnd(15)} -               ${formatIpv4(maskOf(route.prefixLength)).padEnd(15)} !     ${String(route.metric).padEnd(6)} -        0 -`);
      continue;
    }
    const { gateway, networkInterface } = hop;
    const flags = `U${gateway !== 0 ? 'G' : ''}${route.prefixLength === 32 ? 'H' : ''}`;
    lines.push(`${formatIpv4(route.network).padEnd(15)} ${formatIpv4(gateway).padEnd(15)} ` +
      `${formatIpv4(maskOf(route.prefixLength)).padEnd(15)} ${flags.padEnd(5)} ${String(route.metric).padEnd(6)} 0        0 ${networkInterface.name}`);
  }
  return `${lines.join('\n')}\n`;
}

export function showIpRoute(host: Host, behaviour: RibBehaviour): string {
  const selected = host.fib.selected(host.behaviour.routeListing, behaviour.hasLinkDetection && !behaviour.isBesideKernel, behaviour.isBesideKernel);
  return selected.map((route) => ipRouteLines(route, behaviour)).join('');
}

function ipRouteLines(route: FibRoute, behaviour: RibBehaviour): string {
  const destination = route.prefixLength === 32 ? formatIpv4(route.network)
    : route.prefixLength === 0 ? 'default' : formatPrefix(route.network, route.prefixLength);
  const attributes = `${protocolText(route, behaviour)}${route.protocol === 'kernel' || isOnLink(route, behaviour) ? 'scope link ' : ''}` +
    `${route.preferredSource !== 0 ? `src ${formatIpv4(route.preferredSource)} ` : ''}${route.metric > 0 ? `metric ${route.metric} ` : ''}`;
  const refusal = route.isProhibited === true ? 'prohibit' : route.isReject === true ? 'unreachable' : 'blackhole';
  if (route.nextHops.length === 0) return `${refusal} ${destination} ${attributes}\n`;
  if (route.nextHops.length === 1) {
    const [hop] = route.nextHops;
    return `${destination} ${hopText(hop)}${attributes}${hopFlags(hop, behaviour)}\n`;
  }
  return `${destination} ${attributes}\n` +
    route.nextHops.map((hop, i) => `\tnexthop ${hopText(hop)}weight ${route.weights?.[i] ?? 1} ${hopFlags(hop, behaviour)}\n`).join('');
}

function isOnLink(route: FibRoute, behaviour: RibBehaviour): boolean {
  return (route.protocol !== 'ospf' || behaviour.isBesideKernel) && behaviour.isInterfaceRouteLinkScope && route.nextHops.length > 0 && route.nextHops.every((hop) => hop.gateway === 0);
}

function hopText(hop: FibNextHop): string {
  return `${hop.gateway !== 0 ? `via ${formatIpv4(hop.gateway)} ` : ''}dev ${hop.networkInterface.name} `;
}

function hopFlags(hop: FibNextHop, behaviour: RibBehaviour): string {
  const isPeer = hop.gateway !== 0 && (hop.networkInterface.isUnnumbered || hop.networkInterface.addresses.some((a) => a.peer === hop.gateway));
  return `${hop.isOnLink === true || (isPeer && behaviour.isPeerOnlink) ? 'onlink ' : ''}${hop.networkInterface.hasCarrier ? '' : 'linkdown '}`;
}

function protocolText(route: FibRoute, behaviour: RibBehaviour): string {
  switch (route.protocol) {
    case 'kernel': return 'proto kernel ';
    case 'static': return behaviour.staticProtocolName === 'boot' ? '' : `proto ${behaviour.staticProtocolName} `;
    case 'ospf': return `proto ${behaviour.ospfProtocolName} `;
  }
}
