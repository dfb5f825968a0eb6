/**
 * The routing manager of a node: what stands between routing daemons, static routes and the kernel's table.
 *
 * The choice between candidates for one prefix is made in `Fib`. Here: which routes are offered to it at all, which the
 * daemons may redistribute, and what becomes of them when the manager or a daemon dies. A node without a routing suite
 * has one too; it then stands for `ip route add`.
 */
import { networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { assert } from '../base/assert.js';
import type { StaticRoutePlan } from '../config/plan.js';
import type { FibNextHop } from '../host/fib.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { InstalledRoute, RedistributableRoute } from '../ospf/environment.js';
import type { Micros } from '../base/micros.js';
import { prefixKey } from '../ospf/routing-table.js';
import type { RibBehaviour } from '../persona/rib.js';
import { Rib, type RibEntry } from './rib.js';

/** Of static routes among those of other protocols. */
const STATIC_DISTANCE = 1;

export class Zebra {
  readonly behaviour: RibBehaviour;
  isRunning = true;
  /** For displays. */
  readonly rib = new Rib();
  private readonly host: Host;
  private staticRoutes: readonly StaticRoutePlan[];
  /** What the daemon wants, whether or not anybody listens. */
  private readonly ospfRoutes = new Map<number, InstalledRoute>();

  constructor(host: Host, staticRoutes: readonly StaticRoutePlan[], behaviour: RibBehaviour) {
    this.host = host;
    this.staticRoutes = staticRoutes;
    this.behaviour = behaviour;
  }

  /** Whether routing takes this interface for up. */
  isOperative(networkInterface: NetworkInterface): boolean {
    return networkInterface.hasCarrier || (!this.behaviour.hasLinkDetection && !networkInterface.isShutdown);
  }

  /** Takes the connected routes of interfaces that are up, installs the static routes over them, and takes the others away. */
  update(now: Micros): void {
    const connected: RibEntry[] = [];
    const statics: RibEntry[] = [];
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      for (const { network, prefixLength } of connectedPrefixes(networkInterface)) {
        connected.push({ protocol: 'connected', network, prefixLength, distance: 0, metric: 0, since: now,
          nextHops: [{ gateway: 0, interfaceIndex: networkInterface.index }] });
      }
    }
    this.rib.synchronise('connected', connected);
    for (const route of this.staticRoutes) {
      const fib = route.table === undefined ? this.host.fib : this.host.table(route.table);
      const networkInterface = this.staticInterface(route);
      if (networkInterface === undefined) fib.withdraw('static', route.network, route.prefixLength);
      else {
        fib.install({ network: route.network, prefixLength: route.prefixLength, protocol: 'static', metric: this.behaviour.staticKernelMetric,
          nextHops: [{ gateway: route.gateway, networkInterface }], preferredSource: 0 });
        if (route.table === undefined) {
          statics.push({ protocol: 'static', network: route.network, prefixLength: route.prefixLength, distance: STATIC_DISTANCE, metric: 0, since: now,
            nextHops: [{ gateway: route.gateway, interfaceIndex: networkInterface.index }] });
        }
      }
    }
    this.rib.synchronise('static', statics);
  }

  /** Other static routes than before. */
  setStaticRoutes(now: Micros, routes: readonly StaticRoutePlan[]): void {
    const before = this.staticRoutes;
    this.staticRoutes = routes;
    for (const route of before) {
      const isKept = routes.some((each) => each.network === route.network && each.prefixLength === route.prefixLength && each.table === route.table);
      if (!isKept) (route.table === undefined ? this.host.fib : this.host.table(route.table)).withdraw('static', route.network, route.prefixLength);
    }
    this.update(now);
  }

  /** Connected and static routes that are up, by network, prefix length and interface. */
  redistributableRoutes(): RedistributableRoute[] {
    const routes: RedistributableRoute[] = [];
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      for (const { network, prefixLength } of connectedPrefixes(networkInterface)) {
        if (routes.some((r) => r.network === network && r.prefixLength === prefixLength)) continue;
        routes.push({ source: 'connected', network, prefixLength, interfaceName: networkInterface.name, gateway: 0 });
      }
    }
    for (const route of this.staticRoutes) {
      const networkInterface = route.table === undefined ? this.staticInterface(route) : undefined;
      if (networkInterface === undefined) continue;
      routes.push({ source: 'static', network: route.network, prefixLength: route.prefixLength,
        interfaceName: networkInterface.name, gateway: route.gateway });
    }
    return routes.sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
  }

  installOspf(now: Micros, route: InstalledRoute, distance: number): void {
    this.showOspf(now, route, distance);
    this.ospfRoutes.set(prefixKey(route.network, route.prefixLength), route);
    if (this.isRunning) this.toKernel(route);
  }

  withdrawOspf(network: Ipv4, prefixLength: number): void {
    this.forgetOspf(network, prefixLength);
    this.ospfRoutes.delete(prefixKey(network, prefixLength));
    if (this.isRunning) this.host.fib.withdraw('ospf', network, prefixLength);
  }

  /** Only in the table that is shown. */
  showOspf(now: Micros, route: InstalledRoute, distance: number): void {
    const { network, prefixLength, nextHops } = route;
    this.rib.put({ protocol: 'ospf', network, prefixLength, distance, metric: route.cost ?? route.metric, nextHops, since: now });
  }

  forgetOspf(network: Ipv4, prefixLength: number): void {
    this.rib.withdraw('ospf', network, prefixLength);
  }

  /** The connection of the OSPF daemon broke, because it was killed or has stopped. */
  ospfGone(): void {
    this.ospfRoutes.clear();
    if (!this.behaviour.isRouteKeptWithoutDaemon) this.rib.synchronise('ospf', []);
    if (this.isRunning && !this.behaviour.isRouteKeptWithoutDaemon) this.sweep();
  }

  /** Killed: the kernel keeps its table, and nobody looks after it. */
  kill(): void {
    this.isRunning = false;
  }

  /** Started again: old routes are swept, static ones installed, and the daemons' taken over at once. */
  launch(now: Micros): void {
    this.isRunning = true;
    this.sweep();
    this.update(now);
    for (const route of [...this.ospfRoutes.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength)) {
      this.toKernel(route);
    }
  }

  /** Takes OSPF routes out of the kernel that no daemon wants. */
  private sweep(): void {
    for (const route of this.host.fib.candidates('ospf')) {
      if (!this.ospfRoutes.has(prefixKey(route.network, route.prefixLength))) {
        this.host.fib.withdraw('ospf', route.network, route.prefixLength);
      }
    }
  }

  /** What zebra and the kernel ask of a next hop. */
  isUsable(route: { readonly network: Ipv4; readonly prefixLength: number }, gateway: Ipv4, networkInterface: NetworkInterface): boolean {
    if (!this.behaviour.isNextHopChecked || gateway === 0 || networkInterface.isUnnumbered) return true;
    return reaches(networkInterface, gateway) && !(route.prefixLength === 32 && route.network === gateway);
  }

  private toKernel(route: InstalledRoute): void {
    const nextHops: FibNextHop[] = [];
    for (const { gateway, interfaceIndex } of route.nextHops) {
      const networkInterface = interfaceIndex === 0 ? this.connectedTo(gateway) : this.host.interfaceByIndex(interfaceIndex);
      if (networkInterface === undefined && interfaceIndex === 0) continue;
      assert(networkInterface !== undefined, 'a route through an interface that the host does not have');
      if (this.isUsable(route, gateway, networkInterface)) nextHops.push({ gateway, networkInterface });
    }
    if (nextHops.length === 0 && route.isDiscard !== true) this.host.fib.withdraw('ospf', route.network, route.prefixLength);
    else {
      this.host.fib.install({ network: route.network, prefixLength: route.prefixLength, protocol: 'ospf', metric: route.metric,
        nextHops, preferredSource: 0 });
    }
  }

  /** The interface on whose network a next hop lies. */
  private connectedTo(gateway: Ipv4): NetworkInterface | undefined {
    return this.host.interfaces.find((i) => this.isOperative(i) && reaches(i, gateway));
  }

  private staticInterface(route: StaticRoutePlan): NetworkInterface | undefined {
    for (const networkInterface of this.host.interfaces) {
      if (!this.isOperative(networkInterface)) continue;
      if (route.interfaceName !== undefined ? route.interfaceName === networkInterface.name : reaches(networkInterface, route.gateway)) {
        return networkInterface;
      }
    }
    return undefined;
  }
}

/** What each address makes reachable, without the loopback network: the peer alone, where there is one. */
function connectedPrefixes(networkInterface: NetworkInterface): { network: Ipv4; prefixLength: number }[] {
  return networkInterface.addresses.filter((a) => a.address >>> 24 !== 127).map((a) => {
    const prefixLength = a.peer === undefined ? a.prefixLength : 32;
    return { network: a.peer ?? networkOf(a.address, prefixLength), prefixLength };
  });
}

function reaches(networkInterface: NetworkInterface, gateway: Ipv4): boolean {
  return networkInterface.addresses.some((a) => a.peer === undefined
    ? a.prefixLength < 32 && prefixContains(networkOf(a.address, a.prefixLength), a.prefixLength, gateway)
    : a.peer === gateway);
}
