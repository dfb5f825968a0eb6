/**
 * The kernel's table as the routing manager writes it: OSPF's and static routes, with the next hops that the kernel takes.
 *
 * Where the kernel is given next hop groups (next-hop-groups.ts) it may not take a route, or lose one that it had. Such a route of OSPF stands
 * apart: OSPF wants it, and the kernel has something else, or nothing. All other routes of OSPF stand only in the kernel's table, for displays, too.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, type Micros } from '../base/micros.js';
import type { StaticRoutePlan } from '../config/plan.js';
import type { Fib, FibNextHop, FibRoute } from '../host/fib.js';
import { KindredRoute, RouteKind } from '../host/fib-table.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { InstalledRoute } from '../ospf/environment.js';
import { prefixKey } from '../ospf/routing-table.js';
import type { RibBehaviour } from '../persona/rib.js';
import { NextHopGroups, type NextHopGroup } from './next-hop-groups.js';
import type { KernelOspf, RibEntry, RibNextHop, RibProtocol } from './rib.js';
import { STATIC_DISTANCE, tableAndPrefix, type UsableRoute } from './static-routes.js';

/** Of OSPF's routes among those of other protocols. */
export const OSPF_DISTANCE = 110;

/** What OSPF wants and the kernel has not got. */
interface ApartRoute {
  readonly route: InstalledRoute;
  readonly group: NextHopGroup;
}

export class KernelRoutes implements KernelOspf {
  private readonly host: Host;
  private readonly staticMetric: number;
  /** Undefined: the kernel is given next hops. */
  private groups: NextHopGroups | undefined;
  /** By next hops. */
  private readonly kinds = new WeakMap<readonly FibNextHop[], OspfRouteKind[]>();
  /** By prefix. What the kernel has in the place of such a route uses no group any more. */
  private readonly apart = new Map<number, ApartRoute>();
  private readonly staticGroups = new Map<string, NextHopGroup>();
  private readonly refused = new Set<string>();

  constructor(host: Host, behaviour: RibBehaviour) {
    this.host = host;
    this.staticMetric = behaviour.staticKernelMetric;
    this.groups = behaviour.hasNextHopGroups === true ? new NextHopGroups() : undefined;
  }

  /** A manager has started: it takes its predecessor's groups out. */
  begin(): void {
    if (this.groups !== undefined) this.groups = new NextHopGroups();
    this.apart.clear();
    this.staticGroups.clear();
    this.refused.clear();
  }

  // --- KernelOspf: routes as OSPF wants them

  has(network: Ipv4, prefixLength: number): boolean {
    return !this.isApart(network, prefixLength) && this.host.fib.candidate('ospf', network, prefixLength) !== undefined;
  }

  find(network: Ipv4, prefixLength: number): RibEntry | undefined {
    return this.isApart(network, prefixLength) ? undefined : shown(this.host.fib.candidate('ospf', network, prefixLength));
  }

  all(): RibEntry[] {
    return this.host.fib.candidates('ospf').flatMap((route) => (this.isApart(route.network, route.prefixLength) ? [] : shown(route) ?? []));
  }

  private isApart(network: Ipv4, prefixLength: number): boolean {
    return this.apart.size > 0 && this.apart.has(prefixKey(network, prefixLength));
  }

  /** The kernel did not take it; what it has lost since is not among them. */
  isRefused(protocol: RibProtocol, network: Ipv4, prefixLength: number): boolean {
    return this.refused.has(`${protocol} ${prefixKey(network, prefixLength)}`);
  }

  /** What the daemon must have said, by prefix. */
  wantedOspf(): Map<number, InstalledRoute> {
    const wanted = new Map(this.host.fib.candidates('ospf').map((route) => [prefixKey(route.network, route.prefixLength), asInstalled(route)] as const));
    for (const [key, { route }] of this.apart) wanted.set(key, route);
    return wanted;
  }

  // --- OSPF

  /** `wanted`: none, and it discards. `offered`: as the daemon said it. */
  installOspf(now: Micros, route: InstalledRoute, wanted: readonly FibNextHop[], offered: readonly RibNextHop[]): void {
    const { network, prefixLength, distance, tag = 0 } = route;
    const { fib } = this.host;
    const group = wanted.length === 0 ? undefined : this.groups?.offer(wanted, now);
    group?.use();
    if (group?.inKernel.length === 0) {
      // What the kernel has stays.
      const key = prefixKey(network, prefixLength);
      if (!this.join(now, key)) groupOf(fib.candidate('ospf', network, prefixLength))?.release(now);
      this.apart.set(key, { route, group });
      this.refused.add(`ospf ${key}`);
      return;
    }
    const cost = route.cost ?? route.metric;
    const kind = this.kind(group?.inKernel ?? wanted, distance, route.metric === cost ? undefined : route.metric, offered, tag, group);
    const replaced = fib.install(new KindredRoute(kind, network, prefixLength, cost, Math.floor(now / MILLISECOND)));
    if (this.groups !== undefined && !this.join(now, prefixKey(network, prefixLength))) groupOf(replaced)?.release(now);
  }

  withdrawOspf(now: Micros, network: Ipv4, prefixLength: number): void {
    const removed = this.host.fib.withdraw('ospf', network, prefixLength);
    if (this.groups !== undefined && !this.join(now, prefixKey(network, prefixLength))) groupOf(removed)?.release(now);
  }

  /** A route stands apart no more; false: it did not. */
  private join(now: Micros, key: number): boolean {
    const apart = this.apart.size === 0 ? undefined : this.apart.get(key);
    if (apart === undefined) return false;
    this.apart.delete(key);
    this.refused.delete(`ospf ${key}`);
    apart.group.release(now);
    return true;
  }

  private kind(hops: readonly FibNextHop[], distance: number | undefined, metric: number | undefined, offered: readonly RibNextHop[], tag: number, group: NextHopGroup | undefined): OspfRouteKind {
    let kinds = this.kinds.get(hops);
    if (kinds === undefined) this.kinds.set(hops, kinds = []);
    let kind = kinds.find((each) => each.offered === offered && each.distance === distance && each.tag === tag && each.metric === metric && each.group === group);
    if (kind === undefined) kinds.push(kind = new OspfRouteKind(hops, distance, metric, offered, tag, group));
    return kind;
  }

  // --- static routes

  /** What the static routes to a prefix come to; undefined: nothing. */
  setStatic(now: Micros, plan: StaticRoutePlan, usable: UsableRoute | undefined): void {
    const { network, prefixLength } = plan;
    const fib = this.fibOf(plan);
    const nextHops = this.staticNextHops(now, plan, usable?.nextHops ?? NOTHING, usable?.areInterfacesFound === true);
    if (usable === undefined) fib.withdraw('static', network, prefixLength);
    else if (nextHops.length > 0 || usable.nextHops.length === 0) {
      const { distance, isReject } = usable;
      fib.install({ network, prefixLength, protocol: 'static', metric: this.staticMetric, nextHops, preferredSource: 0,
        ...(distance === STATIC_DISTANCE ? {} : { distance }), ...(isReject ? { isReject } : {}) });
    }
  }

  private fibOf({ table }: StaticRoutePlan): Fib {
    return table === undefined ? this.host.fib : this.host.table(table);
  }

  /** Those that the kernel takes. It is told nothing anew of a route that has not changed. */
  private staticNextHops(now: Micros, plan: StaticRoutePlan, wanted: readonly FibNextHop[], areInterfacesFound: boolean): readonly FibNextHop[] {
    if (this.groups === undefined) return wanted;
    const key = tableAndPrefix(plan);
    const before = this.staticGroups.get(key);
    const group = wanted.length === 0 ? undefined : this.groups.offer(wanted, now, areInterfacesFound);
    if (group === before) return group?.inKernel ?? wanted;
    const isRefused = group?.inKernel.length === 0 && plan.table === undefined;
    this.refused[isRefused ? 'add' : 'delete'](`static ${prefixKey(plan.network, plan.prefixLength)}`);
    group?.use();
    before?.release(now);
    if (group === undefined) this.staticGroups.delete(key);
    else this.staticGroups.set(key, group);
    return group?.inKernel ?? wanted;
  }

  // --- carriers

  /** The manager takes an interface for down that it took for up. */
  interfaceDown(networkInterface: NetworkInterface): void {
    this.groups?.interfaceDown(networkInterface);
  }

  /** The kernel removes what leads over an interface without carrier. Returns the routes of OSPF that it has lost. */
  carrierLost(networkInterface: NetworkInterface, staticRoutes: readonly StaticRoutePlan[]): RibEntry[] {
    const changed = this.groups?.carrierLost(networkInterface);
    if (changed === undefined || changed.size === 0) return [];
    for (const plan of staticRoutes) {
      const group = this.staticGroups.get(tableAndPrefix(plan));
      if (group === undefined || !changed.has(group)) continue;
      const fib = this.fibOf(plan);
      const route = fib.candidate('static', plan.network, plan.prefixLength);
      if (group.inKernel.length === 0) fib.withdraw('static', plan.network, plan.prefixLength);
      else if (route !== undefined) fib.install({ ...route, nextHops: group.inKernel });
    }
    return this.host.fib.candidates('ospf').flatMap((route) => {
      const group = groupOf(route);
      return group !== undefined && changed.has(group) && route instanceof KindredRoute ? this.lost(route, group) : [];
    });
  }

  /** The group of a route has lost next hops. */
  private lost(route: KindredRoute, group: NextHopGroup): RibEntry[] {
    const { network, prefixLength, cost, sinceMilliseconds, kind } = route;
    if (group.inKernel.length > 0) {
      const { distance, metric, offered, tag } = kind as OspfRouteKind;
      this.host.fib.install(new KindredRoute(this.kind(group.inKernel, distance, metric, offered, tag, group), network, prefixLength, cost, sinceMilliseconds));
      return [];
    }
    this.host.fib.withdraw('ospf', network, prefixLength);
    const key = prefixKey(network, prefixLength);
    if (this.apart.has(key)) return []; // it stood there in the place of another, and nobody wanted it
    this.apart.set(key, { route: asInstalled(route), group });
    return [shown(route)].filter((entry) => entry !== undefined);
  }
}

const NOTHING: readonly FibNextHop[] = [];

/** What OSPF's routes in the kernel have in common, with what displays want to know of them. */
class OspfRouteKind extends RouteKind {
  readonly offered: readonly RibNextHop[];
  readonly tag: number;
  /** Undefined: there is no next hop, or they are given to the kernel themselves. */
  readonly group: NextHopGroup | undefined;

  constructor(nextHops: readonly FibNextHop[], distance: number | undefined, metric: number | undefined, offered: readonly RibNextHop[], tag: number, group: NextHopGroup | undefined) {
    super('ospf', nextHops, distance, metric);
    this.offered = offered;
    this.tag = tag;
    this.group = group;
  }
}

function groupOf(route: FibRoute | undefined): NextHopGroup | undefined {
  return route instanceof KindredRoute && route.kind instanceof OspfRouteKind ? route.kind.group : undefined;
}

/** As the routing manager shows it; undefined: it is no daemon's. */
function shown(route: FibRoute | undefined): RibEntry | undefined {
  if (!(route instanceof KindredRoute) || !(route.kind instanceof OspfRouteKind)) return undefined;
  const { network, prefixLength, cost, sinceMilliseconds, kind: { distance = OSPF_DISTANCE, offered, tag } } = route;
  return { protocol: 'ospf', network, prefixLength, distance, metric: cost, nextHops: offered, since: sinceMilliseconds * MILLISECOND, tag };
}

/** What the daemon must have said for the kernel to have this. */
function asInstalled(route: FibRoute): InstalledRoute {
  const { network, prefixLength, metric, distance } = route;
  const hops = (groupOf(route)?.members ?? route.nextHops).map(({ gateway, networkInterface }) => ({ gateway, interfaceIndex: networkInterface.index }));
  return { network, prefixLength, metric, nextHops: hops, ...(route instanceof KindredRoute && route.kind instanceof OspfRouteKind ? { cost: route.cost, tag: route.kind.tag } : {}), ...(distance === undefined ? {} : { distance }), ...(hops.length > 0 ? {} : { isDiscard: true }) };
}
