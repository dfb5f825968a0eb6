/**
 * The routing manager of a node: what stands between routing daemons, static routes and the kernel's table.
 *
 * The choice between candidates for one prefix is made in `Fib`. Here: which routes are offered to it at all, which the
 * daemons may redistribute, and what becomes of them when the manager or a daemon dies. A node without a routing suite
 * has one too; it then stands for `ip route add`.
 */
import { networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { assert } from '../base/assert.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { StaticRoutePlan } from '../config/plan.js';
import { Timer } from '../engine/timer.js';
import type { FibNextHop } from '../host/fib.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { InstalledRoute, RedistributableRoute } from '../ospf/environment.js';
import { prefixKey } from '../ospf/routing-table.js';
import type { RibBehaviour } from '../persona/rib.js';
import { KernelRoutes, OSPF_DISTANCE } from './kernel-routes.js';
import { Rib, type RibEntry, type RibNextHop, type RibProtocol } from './rib.js';
import { STATIC_DISTANCE, offeredRoutes, reaches, usableRoutes, type Surroundings } from './static-routes.js';

export class Zebra {
  readonly behaviour: RibBehaviour;
  isRunning = true;
  /** Other routes have changed, on which static ones may depend. */
  isStale = false;
  private lostAt: Micros | undefined;
  /** When the daemon connects again; what is new before that it says to nobody. */
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
  /** Interfaces, by index, of which zebra is told to look at the carrier, or not to, other than it would. */
  private readonly linkDetection = new Map<number, boolean>();
  private readonly kernelRoutes: KernelRoutes;

  constructor(host: Host, staticRoutes: readonly StaticRoutePlan[], behaviour: RibBehaviour) {
    this.host = host;
    this.kernelRoutes = new KernelRoutes(host, behaviour);
    this.staticRoutes = staticRoutes;
    this.behaviour = behaviour;
    this.staleTimer = new Timer(host.timers, (now) => this.ospfRestarted(now));
    this.areStaticRoutesSensitive = areSensitive(staticRoutes);
    this.rib = new Rib(this.kernelRoutes);
  }

  /** Whether routing takes this interface for up. */
  isOperative(networkInterface: NetworkInterface): boolean {
    return networkInterface.hasCarrier || (!this.isLinkDetected(networkInterface) && !networkInterface.isShutdown);
  }

  /** Whether zebra looks at the carrier of an interface. */
  isLinkDetected({ index }: NetworkInterface): boolean {
    return this.linkDetection.get(index) ?? this.behaviour.hasLinkDetection;
  }

  /** `link-detect`, `no link-detect`; undefined: neither. */
  setLinkDetection({ index }: NetworkInterface, isDetected: boolean | undefined): void {
    if (isDetected === undefined) this.linkDetection.delete(index);
    else this.linkDetection.set(index, isDetected);
  }

  /** It takes an interface for down that it took for up. */
  interfaceDown(networkInterface: NetworkInterface): void {
    this.kernelRoutes.interfaceDown(networkInterface);
  }

  /** The kernel removes what leads over an interface without carrier, whether or not anybody here is told to look at it. */
  carrierLost(networkInterface: NetworkInterface): void {
    for (const entry of this.kernelRoutes.carrierLost(networkInterface, this.staticRoutes)) if (this.isRunning) this.rib.putOspf(entry);
  }

  /** The kernel did not take a route; one that it took and has lost since is not among them. */
  isRefused(protocol: RibProtocol, network: Ipv4, prefixLength: number): boolean {
    return this.kernelRoutes.isRefused(protocol, network, prefixLength);
  }

  /** Takes the connected routes of interfaces that are up, installs the static routes that are usable over them, and takes the others away. */
  update(now: Micros): void {
    this.isStale = false;
    this.kernelHops = new WeakMap(); // addresses may be others
    const connected: RibEntry[] = [];
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      for (const { network, prefixLength } of connectedPrefixes(networkInterface)) {
        connected.push({ protocol: 'connected', network, prefixLength, distance: 0, metric: 0, since: now,
          nextHops: [{ gateway: 0, interfaceIndex: networkInterface.index }] });
      }
    }
    this.rib.synchronise('connected', connected);
    for (const { plan, usable } of usableRoutes(this.watchedRoutes(), this.surroundings())) this.kernelRoutes.setStatic(now, plan, usable);
    this.rib.synchronise('static', offeredRoutes(this.watchedRoutes(), this.surroundings()).map(({ nextHops, ...route }): RibEntry => ({
      protocol: 'static', ...route, metric: 0, since: now,
      nextHops: nextHops.map(({ gateway, networkInterface, isOnLink, isResolver, isInterfaceFound }) => ({
        gateway, interfaceIndex: networkInterface?.index ?? 0, isOnLink, isResolver, isInterfaceFound, isRecursive: networkInterface === undefined,
      })),
    })));
  }

  /** Other static routes than before. */
  setStaticRoutes(now: Micros, routes: readonly StaticRoutePlan[]): void {
    const before = this.staticRoutes;
    this.staticRoutes = routes;
    this.unwatched = new Set(routes.map(staticKey).filter((key) => this.unwatched.has(key)));
    this.areStaticRoutesSensitive = areSensitive(routes);
    for (const route of before) {
      const isKept = routes.some((each) => each.network === route.network && each.prefixLength === route.prefixLength && each.table === route.table);
      if (!isKept) this.kernelRoutes.setStatic(now, route, undefined);
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
      if (distance !== STATIC_DISTANCE && this.host.fib.get(network, prefixLength)?.protocol === 'ospf') continue;
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
    if (!this.isRunning) {
      this.waiting.delete(key);
      return;
    }
    this.leftBehind.delete(key);
    this.kernelRoutes.withdrawOspf(now, network, prefixLength);
    this.isStale ||= this.areStaticRoutesSensitive;
  }

  /** In the table that is shown, where the kernel has not got it. */
  showOspf(now: Micros, route: InstalledRoute): void {
    const { network, prefixLength, distance = OSPF_DISTANCE, cost, metric, tag = 0 } = route;
    this.rib.putOspf({ protocol: 'ospf', network, prefixLength, distance, metric: cost ?? metric, nextHops: this.shownHops(route), since: now, tag });
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
  ospfGone(now: Micros, keptUntil?: Micros): void {
    this.waiting.clear();
    this.connectedFrom = 0;
    this.unretracted = [];
    const isKept = this.behaviour.isRouteKeptWithoutDaemon || keptUntil !== undefined;
    if (keptUntil !== undefined) this.staleTimer.arm(keptUntil);
    if (!isKept) this.rib.synchronise('ospf', []);
    if (!this.isRunning) return;
    for (const [key, { network, prefixLength }] of this.kernelRoutes.wantedOspf()) {
      if (isKept) this.leftBehind.add(key);
      else this.kernelRoutes.withdrawOspf(now, network, prefixLength);
    }
  }

  /** The daemon that restarted gracefully has installed its routes: what it has not is taken out. */
  ospfRestarted(now: Micros): void {
    this.staleTimer.cancel();
    for (const [key, { network, prefixLength }] of this.kernelRoutes.wantedOspf()) {
      if (!this.leftBehind.has(key)) continue;
      this.rib.withdraw('ospf', network, prefixLength);
      this.kernelRoutes.withdrawOspf(now, network, prefixLength);
    }
    this.leftBehind.clear();
  }

  /** Killed: the kernel keeps its table, and nobody looks after it. */
  kill(now: Micros): void {
    this.lostAt = now;
    if (this.behaviour.isReconnectionSilent === true) this.unretracted = this.redistributableRoutes();
    for (const [key, route] of this.kernelRoutes.wantedOspf()) if (!this.leftBehind.has(key)) this.waiting.set(key, route);
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
    this.kernelRoutes.begin();
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
    const hops = this.hopsOf(route);
    if (hops.length === 0 && route.isDiscard !== true) this.kernelRoutes.withdrawOspf(now, route.network, route.prefixLength);
    else this.kernelRoutes.installOspf(now, route, hops, this.shownHops(route));
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
