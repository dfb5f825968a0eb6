/**
 * Groups of next hops in the kernel, as zebra of FRR 8.4.4 has them: after a flap of a link equal ways are not what they were.
 *
 * zebra gives each set of next hops to the kernel once, as a group, and keeps it for three minutes after the last route has left it. An interface that goes
 * takes its next hops out of the kernel's groups, and nobody tells zebra, which uses such a group again without looking: a route then has the ways that
 * are left in it, and where none is left the kernel refuses the route and has the former one on. Only a group of which zebra itself holds all
 * next hops for lost is installed anew. (topologies/conformance: segment-of-five, ecmp-flaps, static-groups)
 *
 * Only groups that have lost something are kept here. Not known: groups that no route used when the interface went.
 */
import type { Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { FibNextHop, FibRoute } from '../host/fib.js';

const KEPT: Micros = 180 * SECOND;

interface BrokenGroup {
  /** What is left, in the order of the group. */
  left: readonly FibNextHop[];
  /** Of all of its next hops those that zebra holds for usable. */
  readonly valid: Set<string>;
  /** Routes that use it, by protocol and prefix. */
  readonly users: Set<string>;
  releasedAt: Micros;
}

export class NextHopGroups {
  private readonly broken = new Map<string, BrokenGroup>();

  /** The interface is gone; `routes`: all that zebra has put into the kernel. */
  lose(interfaceIndex: number, routes: readonly FibRoute[], now: Micros): void {
    for (const { protocol, network, prefixLength, nextHops } of routes) {
      if (nextHops.length < 2 || !nextHops.some((hop) => hop.networkInterface.index === interfaceIndex)) continue;
      const route = routeKey(protocol, network, prefixLength);
      if ([...this.broken.values()].some((group) => group.users.has(route))) continue; // has what is left of one
      const key = groupKey(protocol, nextHops);
      let group = this.broken.get(key);
      if (group === undefined) this.broken.set(key, group = { left: nextHops, valid: new Set(nextHops.map(hopKey)), users: new Set(), releasedAt: now });
      group.users.add(route);
    }
    for (const [key, group] of this.broken) {
      group.left = group.left.filter((hop) => hop.networkInterface.index !== interfaceIndex);
      for (const hop of group.valid) if (hop.endsWith(`@${interfaceIndex}`)) group.valid.delete(hop);
      if (group.valid.size === 0) this.broken.delete(key);
    }
  }

  /** With what the kernel has a route when zebra gives it these next hops; undefined: it refuses the route. */
  use(protocol: FibRoute['protocol'], network: Ipv4, prefixLength: number, hops: readonly FibNextHop[], now: Micros): readonly FibNextHop[] | undefined {
    if (this.broken.size === 0) return hops;
    this.release(protocol, network, prefixLength, now);
    for (const [key, group] of this.broken) {
      if (group.users.size === 0 && now - group.releasedAt >= KEPT) this.broken.delete(key);
      else for (const hop of key.split(' ').slice(1)) if (hops.some((each) => hopKey(each) === hop)) group.valid.add(hop);
    }
    const group = hops.length < 2 ? undefined : this.broken.get(groupKey(protocol, hops));
    if (group === undefined) return hops;
    group.users.add(routeKey(protocol, network, prefixLength));
    return group.left.length === 0 ? undefined : group.left;
  }

  /** The route uses none any more. */
  release(protocol: FibRoute['protocol'], network: Ipv4, prefixLength: number, now: Micros): void {
    if (this.broken.size === 0) return;
    const route = routeKey(protocol, network, prefixLength);
    for (const group of this.broken.values()) if (group.users.delete(route)) group.releasedAt = now;
  }

  clear(): void {
    this.broken.clear();
  }
}

function hopKey({ gateway, networkInterface }: FibNextHop): string {
  return `${gateway}@${networkInterface.index}`;
}

/** To zebra a next hop of a static route, which is said by its gateway, is not one of OSPF's. */
function groupKey(protocol: FibRoute['protocol'], hops: readonly FibNextHop[]): string {
  return [protocol, ...hops.map(hopKey).sort()].join(' ');
}

function routeKey(protocol: FibRoute['protocol'], network: Ipv4, prefixLength: number): string {
  return `${protocol} ${network}/${prefixLength}`;
}
