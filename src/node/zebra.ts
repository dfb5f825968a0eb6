/**
 * The routing manager of a node: what stands between routing daemons, static routes and the kernel's table.
 *
 * The choice between candidates for one prefix is made in `Fib`. Here: which routes are offered to it at all, which the
 * daemons may redistribute, and what becomes of them when the manager or a daemon dies. A node without a routing suite
 * has one too; it then stands for `ip route add`.
 */
import { networkOf, type Ipv4 } from '../base/address.js';
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
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
import { offeredRoutes, reaches, usableRoutes, type Surroundings } from './static-routes.js';

const DEFAULT_STATIC_DISTANCE = 1;

export class Zebra {
  readonly behaviour: RibBehaviour;
  isRunning = true;
  /** Other routes have changed, on which static ones may depend. */
  isStale = false;
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
    for (const { plan, usable } of usableRoutes(this.staticRoutes, this.surroundings())) this.kernelRoutes.setStatic(now, plan, usable);
    this.rib.synchronise('static', offeredRoutes(this.staticRoutes, this.surroundings()).map(({ nextHops, ...route }): RibEntry => ({
      protocol: 'static', ...route, metric: 0, since: now,
      nextHops: nextHops.map(({ gateway, networkInterface, isOnLink, isResolver }) => ({
        gateway, interfaceIndex: networkInterface?.index ?? 0, isOnLink, isResolver, isRecursive: networkInterface === undefined,
      })),
    })));
  }

  /** Other static routes than before. */
  setStaticRoutes(now: Micros, routes: readonly StaticRoutePlan[]): void {
    const before = this.staticRoutes;
    this.staticRoutes = routes;
    this.areStaticRoutesSensitive = areSensitive(routes);
    for (const route of before) {
      const isKept = routes.some((each) => each.network === route.network && each.prefixLength === route.prefixLength && each.table === route.table);
      if (!isKept) this.kernelRoutes.setStatic(now, route, undefined);
    }
    this.update(now);
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
    for (const { usable } of usableRoutes(this.staticRoutes, this.surroundings())) {
      if (usable === undefined || usable.table !== undefined) continue;
      const { network, prefixLength, interfaceName, gateway, tag, distance } = usable;
      if (routes.some((r) => r.network === network && r.prefixLength === prefixLength)) continue; // the connected route is selected
      if (distance !== DEFAULT_STATIC_DISTANCE && this.host.fib.get(network, prefixLength)?.protocol === 'ospf') continue;
      routes.push({ source: 'static', network, prefixLength, interfaceName, gateway, ...(tag === 0 ? {} : { tag }) });
    }
    return routes.sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
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
    const isPlain = offered.every((hop, i) => hop.interfaceIndex !== 0 && firstLike(offered, i) === i);
    if (isPlain) this.plainHops.add(offered);
    return isPlain ? offered : offered.map(({ gateway, interfaceIndex }, i): RibNextHop => {
      const found = interfaceIndex === 0 ? this.connectedTo(gateway)?.index : undefined;
      return { gateway, interfaceIndex: found ?? interfaceIndex, ...(firstLike(offered, i) < i ? { isDuplicate: true } : undefined) };
    });
  }

  forgetOspf(network: Ipv4, prefixLength: number): void {
    this.rib.withdraw('ospf', network, prefixLength);
  }

  /** The connection of the OSPF daemon broke, because it was killed or has stopped. `keptUntil`: it has announced that it restarts gracefully. */
  ospfGone(now: Micros, keptUntil?: Micros): void {
    this.waiting.clear();
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
  kill(): void {
    for (const [key, route] of this.kernelRoutes.wantedOspf()) if (!this.leftBehind.has(key)) this.waiting.set(key, route);
    this.leftBehind.clear();
    this.isRunning = false;
  }

  /** Started again: old routes are swept, static ones installed, and the daemons' taken over at once. */
  launch(now: Micros): void {
    this.isRunning = true;
    this.kernelRoutes.begin();
    for (const { network, prefixLength } of this.host.fib.candidates('ospf')) {
      if (!this.waiting.has(prefixKey(network, prefixLength))) this.host.fib.withdraw('ospf', network, prefixLength);
    }
    this.update(now);
    for (const route of [...this.waiting.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength)) this.toKernel(now, route);
    this.waiting.clear();
  }

  /** What zebra and the kernel ask of a next hop. */
  isUsable(route: { readonly network: Ipv4; readonly prefixLength: number }, gateway: Ipv4, networkInterface: NetworkInterface): boolean {
    if (!this.behaviour.isNextHopChecked || gateway === 0 || networkInterface.isUnnumbered) return true;
    return reaches(networkInterface, gateway) && !(route.prefixLength === 32 && route.network === gateway);
  }

  private toKernel(now: Micros, route: InstalledRoute): void {
    const hops = this.hopsOf(route);
    if (hops.length === 0 && route.isDiscard !== true) this.kernelRoutes.withdrawOspf(now, route.network, route.prefixLength);
    else this.kernelRoutes.installOspf(now, route, hops, this.shownHops(route));
  }

  private hopsOf(route: InstalledRoute): readonly FibNextHop[] {
    // What is asked of a next hop depends on the route where it is the destination; an interface that has to be found may be another next time.
    const isShared = !route.nextHops.some((hop) => hop.interfaceIndex === 0 || (hop.gateway === route.network && route.prefixLength === 32));
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
