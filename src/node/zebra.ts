/**
 * The routing manager of a node: what stands between routing daemons, static routes and the kernel's table.
 *
 * The choice between candidates for one prefix is made in `Fib`. Here: which routes are offered to it at all, which the
 * daemons may redistribute, and what becomes of them when the manager or a daemon dies. A node without a routing suite
 * has one too; it then stands for `ip route add`.
 */
import { networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { assert } from '../base/assert.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { StaticRoutePlan } from '../config/plan.js';
import { Timer } from '../engine/timer.js';
import type { FibNextHop, FibRoute } from '../host/fib.js';
import { KindredRoute, RouteKind } from '../host/fib-table.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { InstalledRoute, RedistributableRoute } from '../ospf/environment.js';
import { prefixKey } from '../ospf/routing-table.js';
import type { RibBehaviour } from '../persona/rib.js';
import { NextHopGroups } from './next-hop-groups.js';
import { Rib, type RibEntry, type RibNextHop } from './rib.js';
import { offeredRoutes, reaches, usableRoutes, type Surroundings } from './static-routes.js';

const DEFAULT_STATIC_DISTANCE = 1;
/** Of OSPF's routes among those of other protocols. */
const DEFAULT_OSPF_DISTANCE = 110;

export class Zebra {
  readonly behaviour: RibBehaviour;
  isRunning = true;
  /** Other routes have changed, on which static ones may depend. */
  isStale = false;
  /** The daemon tries to connect again from then on, and until it succeeds says what is new to nobody. */
  private lostAt: Micros | undefined;
  private connectedFrom: Micros = 0;
  /** What the daemon may redistribute because it was told so before the connection broke, and never that it is gone. */
  private unretracted: readonly RedistributableRoute[] = [];
  /** Static routes that led nowhere when zebra came back: staticd thinks that it has asked to be told of their gateways, and is not told. */
  private unwatched: ReadonlySet<string> = new Set();
  /** For displays. */
  readonly rib: Rib;
  protected readonly host: Host;
  private staticRoutes: readonly StaticRoutePlan[];
  /** Whether OSPF's routes may decide which static ones are used. */
  private areStaticRoutesSensitive: boolean;
  /** While nobody listens: what the daemon wants. Otherwise that is what the kernel has of it, but for `leftBehind`. */
  private readonly waiting = new Map<number, InstalledRoute>();
  /** Routes in the kernel of a daemon that is gone. */
  private readonly leftBehind = new Set<number>();
  /** How long routes of a daemon that restarts gracefully stay. */
  private readonly staleTimer: Timer;
  /** The kernel's words for a set of next hops; daemons use few sets for many routes. */
  private readonly plainHops = new WeakSet<InstalledRoute['nextHops']>();
  private kernelHops = new WeakMap<InstalledRoute['nextHops'], readonly FibNextHop[]>();
  private readonly groups = new NextHopGroups();
  /** What the kernel did not take; it has the former route on. */
  private readonly refused = new Map<number, RibEntry>();
  private readonly operative = new Set<number>();
  /** By next hops. */
  private readonly kinds = new WeakMap<readonly FibNextHop[], OspfRouteKind[]>();

  constructor(host: Host, staticRoutes: readonly StaticRoutePlan[], behaviour: RibBehaviour) {
    this.host = host;
    this.staticRoutes = staticRoutes;
    this.behaviour = behaviour;
    this.staleTimer = new Timer(host.timers, () => this.ospfRestarted());
    this.areStaticRoutesSensitive = areSensitive(staticRoutes);
    this.rib = new Rib({
      has: (network, prefixLength) => host.fib.candidate('ospf', network, prefixLength) !== undefined,
      find: (network, prefixLength) => this.refused.get(prefixKey(network, prefixLength)) ?? shown(host.fib.candidate('ospf', network, prefixLength)),
      all: () => host.fib.candidates('ospf').flatMap((route) => this.refused.get(prefixKey(route.network, route.prefixLength)) ?? shown(route) ?? []),
    });
  }

  /** Whether routing takes this interface for up. */
  isOperative(networkInterface: NetworkInterface): boolean {
    return networkInterface.hasCarrier || (!this.behaviour.hasLinkDetection && !networkInterface.isShutdown);
  }

  /** Takes the connected routes of interfaces that are up, installs the static routes that are usable over them, and takes the others away. */
  update(now: Micros): void {
    this.isStale = false;
    this.kernelHops = new WeakMap(); // addresses may be others
    if (this.behaviour.areNextHopGroupsKept === true) this.watchInterfaces(now);
    const connected: RibEntry[] = [];
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      for (const { network, prefixLength } of connectedPrefixes(networkInterface)) {
        connected.push({ protocol: 'connected', network, prefixLength, distance: 0, metric: 0, since: now,
          nextHops: [{ gateway: 0, interfaceIndex: networkInterface.index }] });
      }
    }
    this.rib.synchronise('connected', connected);
    for (const { plan, usable } of usableRoutes(this.watchedRoutes(), this.surroundings())) {
      const fib = plan.table === undefined ? this.host.fib : this.host.table(plan.table);
      if (usable === undefined) {
        this.groups.release('static', plan.network, plan.prefixLength, now);
        fib.withdraw('static', plan.network, plan.prefixLength);
      } else {
        const { network, prefixLength, distance, isReject } = usable;
        const nextHops = this.groups.use('static', network, prefixLength, usable.nextHops, now);
        if (nextHops === undefined) continue; // the kernel refuses
        fib.install({ network, prefixLength, protocol: 'static', metric: this.behaviour.staticKernelMetric, nextHops, preferredSource: 0,
          ...(distance === DEFAULT_STATIC_DISTANCE ? {} : { distance }), ...(isReject ? { isReject } : {}) });
      }
    }
    this.rib.synchronise('static', offeredRoutes(this.watchedRoutes(), this.surroundings()).map(({ nextHops, ...route }): RibEntry => ({
      protocol: 'static', ...route, metric: 0, since: now,
      nextHops: nextHops.map(({ gateway, networkInterface, isOnLink, isResolver, isInterfaceFound }) => ({
        gateway, interfaceIndex: networkInterface?.index ?? 0, isOnLink, isResolver, isInterfaceFound, isRecursive: networkInterface === undefined,
      })),
    })));
  }

  private watchInterfaces(now: Micros): void {
    for (const networkInterface of this.host.interfaces) {
      if (this.isOperative(networkInterface)) this.operative.add(networkInterface.index);
      else if (this.operative.delete(networkInterface.index)) this.groups.lose(networkInterface.index, [...this.host.fib.candidates('ospf'), ...this.host.fib.candidates('static')], now);
    }
  }

  /** Other static routes than before. */
  setStaticRoutes(now: Micros, routes: readonly StaticRoutePlan[]): void {
    const before = this.staticRoutes;
    this.staticRoutes = routes;
    this.unwatched = new Set(routes.map(staticKey).filter((key) => this.unwatched.has(key)));
    this.areStaticRoutesSensitive = areSensitive(routes);
    for (const route of before) {
      const isKept = routes.some((each) => each.network === route.network && each.prefixLength === route.prefixLength && each.table === route.table);
      if (!isKept) (route.table === undefined ? this.host.fib : this.host.table(route.table)).withdraw('static', route.network, route.prefixLength);
    }
    this.update(now);
  }

  /** Those whose gateways somebody looks after; of others the kernel has nothing. */
  private watchedRoutes(): readonly StaticRoutePlan[] {
    return this.unwatched.size === 0 ? this.staticRoutes : this.staticRoutes.filter((route) => !this.unwatched.has(staticKey(route)));
  }

  private surroundings(): Surroundings {
    return { interfaces: this.host.interfaces.filter((each) => this.isOperative(each)), fib: this.host.fib, isRecursive: this.behaviour.isStaticRecursive };
  }

  /** Connected and static routes that are selected, by network, prefix length and interface. */
  redistributableRoutes(): RedistributableRoute[] {
    const routes: RedistributableRoute[] = [];
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      for (const { network, prefixLength } of connectedPrefixes(networkInterface)) {
        if (routes.some((r) => r.network === network && r.prefixLength === prefixLength)) continue;
        routes.push({ source: 'connected', network, prefixLength, interfaceName: networkInterface.name, gateway: 0 });
      }
    }
    for (const { usable } of usableRoutes(this.watchedRoutes(), this.surroundings())) {
      if (usable === undefined || usable.table !== undefined) continue;
      const { network, prefixLength, interfaceName, gateway, tag, distance } = usable;
      if (routes.some((r) => r.network === network && r.prefixLength === prefixLength)) continue; // the connected route is selected
      if (distance !== DEFAULT_STATIC_DISTANCE && this.host.fib.get(network, prefixLength)?.protocol === 'ospf') continue;
      routes.push({ source: 'static', network, prefixLength, interfaceName, gateway, ...(tag === 0 ? {} : { tag }) });
    }
    this.unretracted = this.unretracted.filter((stale) => !routes.some((each) => each.source === stale.source && each.network === stale.network && each.prefixLength === stale.prefixLength));
    return [...routes, ...this.unretracted].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
  }

  /** Whether `redistributableRoutes` would say something new since it was last asked, for a reason that only this side knows. */
  takeExportChange(): boolean {
    return false;
  }

  /** By prefix length. */
  expectRoutes(routes: Uint32Array): void {
    if (this.isRunning) this.host.fib.expect(routes);
  }

  installOspf(now: Micros, route: InstalledRoute): void {
    const key = prefixKey(route.network, route.prefixLength);
    if (!this.isRunning) {
      this.waiting.set(key, route);
      return;
    }
    if (now < this.connectedFrom) return;
    this.leftBehind.delete(key);
    this.toKernel(now, route);
    if (!this.rib.isInKernelAlone(route.network, route.prefixLength)) this.showOspf(now, route);
    this.isStale ||= this.areStaticRoutesSensitive;
  }

  withdrawOspf(now: Micros, network: Ipv4, prefixLength: number): void {
    this.forgetOspf(network, prefixLength);
    const key = prefixKey(network, prefixLength);
    this.refused.delete(key);
    if (!this.isRunning) {
      this.waiting.delete(key);
      return;
    }
    this.groups.release('ospf', network, prefixLength, now);
    this.leftBehind.delete(key);
    this.host.fib.withdraw('ospf', network, prefixLength);
    this.isStale ||= this.areStaticRoutesSensitive;
  }

  /** In the table that is shown, where the kernel has not got it. */
  showOspf(now: Micros, route: InstalledRoute): void {
    this.rib.putOspf(this.entryOf(now, route));
  }

  private entryOf(now: Micros, route: InstalledRoute): RibEntry {
    const { network, prefixLength, distance = DEFAULT_OSPF_DISTANCE, cost, metric, tag = 0 } = route;
    return { protocol: 'ospf', network, prefixLength, distance, metric: cost ?? metric, nextHops: this.shownHops(route), since: now, tag };
  }

  private shownHops(route: InstalledRoute): readonly RibNextHop[] {
    const offered = route.offered ?? route.nextHops;
    // Daemons use few sets of next hops for many routes.
    if (this.plainHops.has(offered)) return offered;
    const isPlain = offered.every((hop, i) => hop.interfaceIndex !== 0 && firstLike(offered, i) === i && (i === 0 || byGateway(offered[i - 1], hop) < 0));
    if (isPlain) this.plainHops.add(offered);
    return isPlain ? offered : offered.map(({ gateway, interfaceIndex }, i): RibNextHop => {
      const found = interfaceIndex === 0 ? this.connectedTo(gateway)?.index : undefined;
      return { gateway, interfaceIndex: found ?? interfaceIndex, ...(firstLike(offered, i) < i ? { isDuplicate: true } : undefined) };
    }).sort(byGateway);
  }

  forgetOspf(network: Ipv4, prefixLength: number): void {
    this.rib.withdraw('ospf', network, prefixLength);
  }

  /** The connection of the OSPF daemon broke, because it was killed or has stopped. `keptUntil`: it has announced that it restarts gracefully. */
  ospfGone(keptUntil?: Micros): void {
    this.waiting.clear();
    this.connectedFrom = 0;
    this.unretracted = [];
    const isKept = this.behaviour.isRouteKeptWithoutDaemon || keptUntil !== undefined;
    if (keptUntil !== undefined) this.staleTimer.arm(keptUntil);
    if (!isKept) this.rib.synchronise('ospf', []);
    if (!this.isRunning) return;
    for (const { network, prefixLength } of this.host.fib.candidates('ospf')) {
      if (isKept) this.leftBehind.add(prefixKey(network, prefixLength));
      else this.host.fib.withdraw('ospf', network, prefixLength);
    }
  }

  /** The daemon that restarted gracefully has installed its routes: what it has not is taken out. */
  ospfRestarted(): void {
    this.staleTimer.cancel();
    for (const { network, prefixLength } of this.host.fib.candidates('ospf')) {
      if (!this.leftBehind.has(prefixKey(network, prefixLength))) continue;
      this.rib.withdraw('ospf', network, prefixLength);
      this.host.fib.withdraw('ospf', network, prefixLength);
    }
    this.leftBehind.clear();
  }

  /** Killed: the kernel keeps its table, and nobody looks after it. */
  kill(now: Micros): void {
    this.lostAt = now;
    if (this.behaviour.isReconnectionSilent === true) this.unretracted = this.redistributableRoutes();
    for (const route of this.host.fib.candidates('ospf')) {
      const key = prefixKey(route.network, route.prefixLength);
      if (!this.leftBehind.has(key)) this.waiting.set(key, asInstalled(route));
    }
    this.leftBehind.clear();
    this.isRunning = false;
  }

  /** Told to end: FRR's takes what it has put into the kernel with it. */
  stop(now: Micros): void {
    this.kill(now);
    if (this.behaviour.isReconnectionSilent !== true) return;
    for (const protocol of ['ospf', 'static'] as const) {
      for (const { network, prefixLength } of [...this.host.fib.candidates(protocol)]) this.host.fib.withdraw(protocol, network, prefixLength);
    }
  }

  /** Started again: old routes are swept, static ones installed, and the daemons' taken over at once, or, in FRR, only what changes from the next connection on. */
  launch(now: Micros): void {
    this.isRunning = true;
    this.groups.clear();
    this.refused.clear();
    const { isReconnectionSilent } = this.behaviour;
    if (isReconnectionSilent === true) {
      this.connectedFrom = nextConnection(this.lostAt ?? now, now);
      this.waiting.clear();
      this.rib.synchronise('ospf', []);
    }
    for (const { network, prefixLength } of this.host.fib.candidates('ospf')) {
      if (!this.waiting.has(prefixKey(network, prefixLength))) this.host.fib.withdraw('ospf', network, prefixLength);
    }
    if (isReconnectionSilent === true) this.forgetUnresolved();
    this.update(now);
    for (const route of [...this.waiting.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength)) this.toKernel(now, route);
    this.waiting.clear();
  }

  private forgetUnresolved(): void {
    const unresolved = this.staticRoutes.filter((route) => route.gateway !== 0 && route.table === undefined && route.interfaceName === undefined &&
      usableRoutes([route], this.surroundings())[0].usable === undefined);
    for (const { network, prefixLength } of unresolved) this.host.fib.withdraw('static', network, prefixLength);
    this.unwatched = new Set(unresolved.map(staticKey));
  }

  /** What zebra and the kernel ask of a next hop. */
  isUsable(route: { readonly network: Ipv4; readonly prefixLength: number }, gateway: Ipv4, networkInterface: NetworkInterface): boolean {
    if (!this.behaviour.isNextHopChecked || gateway === 0 || networkInterface.isUnnumbered) return true;
    return reaches(networkInterface, gateway) && !this.isOwnWay(route, gateway);
  }

  /** Whether the next hop would have to be reached by the very route: none of the connected networks that hold it is longer. */
  private isOwnWay({ network, prefixLength }: { readonly network: Ipv4; readonly prefixLength: number }, gateway: Ipv4): boolean {
    return prefixContains(network, prefixLength, gateway) && !this.host.interfaces.some((each) => this.isOperative(each) && connectedPrefixes(each).some((connected) =>
      connected.prefixLength > prefixLength && prefixContains(connected.network, connected.prefixLength, gateway)));
  }

  private toKernel(now: Micros, route: InstalledRoute): void {
    const key = prefixKey(route.network, route.prefixLength);
    const hops = this.groups.use('ospf', route.network, route.prefixLength, this.hopsOf(route), now);
    if (hops === undefined) this.refused.set(key, { ...this.entryOf(now, route), isRefused: true });
    else this.refused.delete(key);
    if (hops === undefined) return;
    if (hops.length === 0 && route.isDiscard !== true) this.host.fib.withdraw('ospf', route.network, route.prefixLength);
    else {
      const cost = route.cost ?? route.metric;
      this.host.fib.install(new KindredRoute(this.kindOf(route, hops, cost), route.network, route.prefixLength, cost, Math.floor(now / MILLISECOND)));
    }
  }

  private kindOf(route: InstalledRoute, hops: readonly FibNextHop[], cost: number): OspfRouteKind {
    const offered = this.shownHops(route);
    const { distance, tag = 0 } = route;
    const metric = route.metric === cost ? undefined : route.metric;
    let kinds = this.kinds.get(hops);
    if (kinds === undefined) this.kinds.set(hops, kinds = []);
    let kind = kinds.find((each) => each.offered === offered && each.distance === distance && each.tag === tag && each.metric === metric);
    if (kind === undefined) kinds.push(kind = new OspfRouteKind(hops, distance, metric, offered, tag));
    return kind;
  }

  private hopsOf(route: InstalledRoute): readonly FibNextHop[] {
    // What is asked of a next hop depends on the route where it is the destination; an interface that has to be found may be another next time.
    const isShared = !route.nextHops.some((hop) => hop.interfaceIndex === 0 || prefixContains(route.network, route.prefixLength, hop.gateway));
    const known = isShared ? this.kernelHops.get(route.nextHops) : undefined;
    if (known !== undefined) return known;
    const hops: FibNextHop[] = [];
    for (const { gateway, interfaceIndex } of route.nextHops) {
      const networkInterface = interfaceIndex === 0 ? this.connectedTo(gateway) : this.host.interfaceByIndex(interfaceIndex);
      if (networkInterface === undefined && interfaceIndex === 0) continue;
      assert(networkInterface !== undefined, 'a route through an interface that the host does not have');
      if (this.isUsable(route, gateway, networkInterface)) hops.push({ gateway, networkInterface });
    }
    if (isShared) this.kernelHops.set(route.nextHops, hops);
    return hops;
  }

  /** The interface on whose network a next hop lies. */
  private connectedTo(gateway: Ipv4): NetworkInterface | undefined {
    return this.host.interfaces.find((i) => this.isOperative(i) && reaches(i, gateway));
  }
}

/** A client of zebra tries after 10 s and 20 s, and from then on once a minute. */
function nextConnection(lostAt: Micros, now: Micros): Micros {
  let next = lostAt + 10 * SECOND;
  for (let failures = 1; next < now; failures++) next += (failures < 2 ? 10 : 60) * SECOND;
  return next;
}

function staticKey({ network, prefixLength, gateway, distance }: StaticRoutePlan): string {
  return `${network}/${prefixLength} ${gateway} ${distance}`;
}

/** The order of a group in zebra. */
function byGateway(a: RibNextHop, b: RibNextHop): number {
  return a.gateway - b.gateway || a.interfaceIndex - b.interfaceIndex;
}

/** The place of the first next hop that is the same as the one at a place. */
function firstLike(hops: InstalledRoute['nextHops'], at: number): number {
  return hops.findIndex((other) => other.gateway === hops[at].gateway && other.interfaceIndex === hops[at].interfaceIndex);
}

/** What OSPF's routes in the kernel have in common, with what displays want to know of them. */
class OspfRouteKind extends RouteKind {
  readonly offered: readonly RibNextHop[];
  readonly tag: number;

  constructor(nextHops: readonly FibNextHop[], distance: number | undefined, metric: number | undefined, offered: readonly RibNextHop[], tag: number) {
    super('ospf', nextHops, distance, metric);
    this.offered = offered;
    this.tag = tag;
  }
}

/** As the routing manager shows it; undefined: it is no daemon's. */
function shown(route: FibRoute | undefined): RibEntry | undefined {
  if (!(route instanceof KindredRoute) || !(route.kind instanceof OspfRouteKind)) return undefined;
  const { network, prefixLength, cost, sinceMilliseconds, kind: { distance = DEFAULT_OSPF_DISTANCE, offered, tag } } = route;
  return { protocol: 'ospf', network, prefixLength, distance, metric: cost, nextHops: offered, since: sinceMilliseconds * MILLISECOND, tag };
}

/** What the daemon must have said for the kernel to have this. */
function asInstalled(route: FibRoute): InstalledRoute {
  const { network, prefixLength, metric, distance, nextHops } = route;
  const hops = nextHops.map(({ gateway, networkInterface }) => ({ gateway, interfaceIndex: networkInterface.index }));
  return { network, prefixLength, metric, nextHops: hops, ...(route instanceof KindredRoute && route.kind instanceof OspfRouteKind ? { cost: route.cost, tag: route.kind.tag } : {}), ...(distance === undefined ? {} : { distance }), ...(hops.length > 0 ? {} : { isDiscard: true }) };
}

/** What each address makes reachable, without the loopback network: the peer alone, where there is one. */
function connectedPrefixes(networkInterface: NetworkInterface): { network: Ipv4; prefixLength: number }[] {
  return networkInterface.addresses.filter((a) => a.address >>> 24 !== 127).map((a) => {
    const prefixLength = a.peer === undefined ? a.prefixLength : 32;
    return { network: a.peer ?? networkOf(a.address, prefixLength), prefixLength };
  });
}

/** Floating routes, and those with a gateway, which OSPF may lead to. */
function areSensitive(routes: readonly StaticRoutePlan[]): boolean {
  return routes.some((route) => route.distance !== undefined || route.gateway !== 0);
}
