/**
 * BIRD's routing table master4, and its protocols direct, static and kernel. BIRD 2.0.12's user guide, chapter 2.
 *
 * A protocol's route goes through the import filter of its channel into the table; of several to one prefix the one with the highest
 * preference is best, and only that one goes out again, through the export filters, to the kernel and to OSPF. It takes the place of zebra in
 * a BIRD node. What BIRD puts into the kernel stands beside the kernel's own routes, with the metric 32.
 */
import { maskOf, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import { fitsPatterns, isSecondary } from '../config/bird/bird-build.js';
import { runBirdFilter, runBirdStatements, type BirdRouteView } from '../config/bird/bird-evaluation.js';
import type { BirdChannel, BirdConfiguration, BirdOspfProtocol, BirdProtocol, BirdStaticRoute, DirectProtocol, KernelProtocol, StaticProtocol } from '../config/bird/bird-tree.js';
import type { AddressPlan, StaticRoutePlan } from '../config/plan.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { InstalledRoute, RedistributableRoute } from '../ospf/environment.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { PATH_TYPE_RANK, prefixKey, type NetworkRoute } from '../ospf/routing-table.js';
import type { RibBehaviour } from '../persona/rib.js';
import { Zebra } from './zebra.js';

export interface BirdNextHop {
  /** 0: directly on the interface. */
  readonly gateway: Ipv4;
  readonly networkInterface: NetworkInterface;
  readonly weight: number;
  readonly isOnlink?: boolean;
}

/** A route in the table. */
export class BirdRoute implements BirdRouteView {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly protocolName: string;
  readonly source: string;
  destination: string;
  nextHops: readonly BirdNextHop[];
  from: Ipv4 = 0;
  scope = 'SCOPE_UNIVERSE';
  preference: number;
  readonly attributes: Map<string, number>;
  /** When it came into the table. */
  readonly since: Micros;
  /** The kernel would not have it. */
  isRefused = false;
  private readonly interfaces: readonly NetworkInterface[];

  constructor(interfaces: readonly NetworkInterface[], network: Ipv4, prefixLength: number, protocolName: string, source: string, destination: string, nextHops: readonly BirdNextHop[],
    preference: number, attributes: Map<string, number>, since: Micros) {
    this.interfaces = interfaces;
    this.network = network;
    this.prefixLength = prefixLength;
    this.protocolName = protocolName;
    this.source = source;
    this.destination = destination;
    this.nextHops = nextHops;
    this.preference = preference;
    this.attributes = attributes;
    this.since = since;
  }

  get gateway(): Ipv4 {
    return this.nextHops.at(0)?.gateway ?? 0;
  }

  get interfaceName(): string {
    return this.nextHops.at(0)?.networkInterface.name ?? '';
  }

  get interfaceIndex(): number {
    return this.nextHops.at(0)?.networkInterface.index ?? 0;
  }

  get weight(): number {
    return this.nextHops.at(0)?.weight ?? 1;
  }

  get isOnlink(): boolean {
    return this.nextHops.at(0)?.isOnlink ?? false;
  }

  redirect(what: string, to: number | string | boolean): boolean {
    if (what === 'dest') {
      if (to === 'RTD_UNICAST') return false; // that takes a gateway or an interface
      this.destination = String(to);
      this.nextHops = [];
    } else if (what === 'gw') {
      const networkInterface = this.interfaces.find((device) => device.addresses.some((a) => isNeighborOn(a, Number(to))));
      if (networkInterface === undefined) return false;
      this.lead({ gateway: Number(to), networkInterface, weight: 1 });
    } else if (what === 'ifname') {
      const networkInterface = this.interfaces.find((device) => device.name === to);
      if (networkInterface === undefined) return false;
      this.lead({ gateway: 0, networkInterface, weight: 1 });
    } else if (what === 'weight') {
      if (this.nextHops.length === 0 || Number(to) < 1 || Number(to) > 256) return false;
      this.nextHops = this.nextHops.map((hop) => ({ ...hop, weight: Number(to) }));
    } else this.nextHops = this.nextHops.map((hop) => ({ ...hop, isOnlink: to === true }));
    return true;
  }

  private lead(hop: BirdNextHop): void {
    this.destination = 'RTD_UNICAST';
    this.nextHops = [hop];
  }

  copy(): BirdRoute {
    const { interfaces, network, prefixLength, protocolName, source, destination, nextHops, preference, attributes, since, from, scope } = this;
    return Object.assign(new BirdRoute(interfaces, network, prefixLength, protocolName, source, destination, nextHops, preference, new Map(attributes), since), { from, scope });
  }
}

/** Whether somebody else may have an address on a network of this one: neither the network's number nor its broadcast address. */
function isNeighborOn({ address, prefixLength, peer }: AddressPlan, gateway: Ipv4): boolean {
  if (peer !== undefined) return peer === gateway;
  if (address === gateway || prefixLength === 32 || !prefixContains(networkOf(address, prefixLength), prefixLength, gateway)) return false;
  return prefixLength === 31 || (gateway !== networkOf(address, prefixLength) && gateway !== (address | ~maskOf(prefixLength)) >>> 0);
}

const copyRoute = (route: BirdRoute): BirdRoute => route.copy();

const OSPF_SOURCES = ['RTS_OSPF', 'RTS_OSPF_IA', 'RTS_OSPF_EXT1', 'RTS_OSPF_EXT2'] as const;

export class BirdTables extends Zebra {
  readonly configuration: BirdConfiguration;
  readonly ospf: BirdOspfProtocol | undefined;
  private readonly kernel: KernelProtocol | undefined;
  /** By prefix: candidates, the best one first. */
  private readonly table = new Map<number, BirdRoute[]>();
  /** What OSPF is told. */
  private readonly exported = new Map<number, RedistributableRoute>();
  private hasExportChanged = false;
  /** When the protocols came up. */
  startedAt: Micros = 0;
  private now: Micros = 0;

  constructor(host: Host, staticRoutes: readonly StaticRoutePlan[], behaviour: RibBehaviour, configuration: BirdConfiguration) {
    super(host, staticRoutes, behaviour);
    this.configuration = configuration;
    this.isRunning = false;
    const running = configuration.protocols.filter((each) => !each.isDisabled);
    this.ospf = running.find((each): each is BirdOspfProtocol => each.kind === 'ospf');
    this.kernel = running.find((each): each is KernelProtocol => each.kind === 'kernel');
  }

  /** BIRD starts: it takes its old routes out of the kernel, and fills the table. */
  begin(now: Micros): void {
    this.isRunning = true;
    this.startedAt = now;
    this.now = now;
    for (const route of this.host.fib.candidates('ospf')) this.host.fib.withdraw('ospf', route.network, route.prefixLength);
    for (const protocol of this.configuration.protocols) if (!protocol.isDisabled) this.feed(protocol);
  }

  /** It is gone: killed, it leaves the kernel as it is. */
  end(isOrderly: boolean): void {
    this.isRunning = false;
    this.table.clear();
    this.exported.clear();
    if (!isOrderly || this.kernel?.isPersistent === true) return;
    for (const route of this.host.fib.candidates('ospf')) this.host.fib.withdraw('ospf', route.network, route.prefixLength);
  }

  /** So that routes know when they came. */
  setTime(now: Micros): void {
    this.now = now;
  }

  /** The carrier of an interface has changed: protocols that check it add or withdraw. */
  interfaceChanged(now: Micros): void {
    if (!this.isRunning) return;
    this.now = now;
    for (const protocol of this.configuration.protocols) {
      if (protocol.isDisabled || (protocol.kind !== 'direct' && protocol.kind !== 'static') || !protocol.isLinkChecked) continue;
      this.feed(protocol);
    }
  }

  /** By network, then prefix length; of one prefix the best first. */
  routes(): BirdRoute[][] {
    return [...this.table.values()];
  }

  // --- direct and static

  private feed(protocol: BirdProtocol): void {
    if (protocol.kind !== 'direct' && protocol.kind !== 'static') return;
    const { channel } = protocol;
    if (channel === undefined) return;
    const routes = protocol.kind === 'direct' ? this.directRoutes(protocol, channel) : this.staticRoutesOf(protocol, channel);
    const keys = new Set(routes.map((route) => prefixKey(route.network, route.prefixLength)));
    for (const candidates of [...this.table.values()]) {
      const old = candidates.find((each) => each.protocolName === protocol.name);
      if (old !== undefined && !keys.has(prefixKey(old.network, old.prefixLength))) this.remove(protocol.name, old.network, old.prefixLength);
    }
    for (const route of routes) if (!this.stands(route)) this.add(route, channel);
  }

  /** It is in the table already, with the same ways. */
  private stands(route: BirdRoute): boolean {
    const old = this.table.get(prefixKey(route.network, route.prefixLength))?.find((each) => each.protocolName === route.protocolName);
    return old !== undefined && old.nextHops.length === route.nextHops.length && old.nextHops.every((hop, i) =>
      hop.gateway === route.nextHops[i].gateway && hop.networkInterface === route.nextHops[i].networkInterface && hop.weight === route.nextHops[i].weight);
  }

  private directRoutes(protocol: DirectProtocol, channel: BirdChannel): BirdRoute[] {
    const routes: BirdRoute[] = [];
    for (const device of this.host.interfaces) {
      if (protocol.isLinkChecked && !device.hasCarrier) continue;
      for (const address of device.addresses) {
        if (address.address >>> 24 === 127 || isSecondary(device, address)) continue;
        if (protocol.patterns.length > 0 && !protocol.patterns.some((patterns) => fitsPatterns(patterns, device.name, address))) continue;
        const prefixLength = address.peer === undefined ? address.prefixLength : 32;
        const network = address.peer ?? networkOf(address.address, prefixLength);
        routes.push(this.made(network, prefixLength, protocol.name, 'RTS_DEVICE', 'RTD_UNICAST', [{ gateway: 0, networkInterface: device, weight: 1 }], channel));
      }
    }
    return routes;
  }

  private staticRoutesOf(protocol: StaticProtocol, channel: BirdChannel): BirdRoute[] {
    const routes: BirdRoute[] = [];
    for (const statement of protocol.routes) {
      const nextHops = statement.destination === 'unicast' ? this.staticHops(protocol, statement) : [];
      if (statement.destination === 'unicast' && nextHops.length === 0) continue; // no way is there
      const route = this.made(statement.network, statement.prefixLength, protocol.name, 'RTS_STATIC', `RTD_${statement.destination.toUpperCase()}`, nextHops, channel);
      runBirdStatements(statement.attributes, route);
      routes.push(route);
    }
    return routes;
  }

  /** A gateway must be on a network of ours; the interface may be named. */
  private staticHops(protocol: StaticProtocol, { nextHops }: BirdStaticRoute): BirdNextHop[] {
    const found: BirdNextHop[] = [];
    for (const { gateway, interfaceName, weight, isOnlink } of nextHops) {
      const networkInterface = this.host.interfaces.find((device) => {
        if (protocol.isLinkChecked && !device.hasCarrier) return false;
        if (interfaceName !== undefined && device.name !== interfaceName) return false;
        return gateway === 0 || isOnlink || device.addresses.some((a) => a.address !== gateway && (a.peer === undefined
          ? a.prefixLength < 32 && prefixContains(networkOf(a.address, a.prefixLength), a.prefixLength, gateway) : a.peer === gateway));
      });
      if (networkInterface !== undefined) found.push({ gateway, networkInterface, weight });
    }
    return found.sort(byWeight);
  }

  private made(network: Ipv4, prefixLength: number, protocolName: string, source: string, destination: string, nextHops: readonly BirdNextHop[],
    channel: BirdChannel): BirdRoute {
    return new BirdRoute(this.host.interfaces, network, prefixLength, protocolName, source, destination, nextHops, channel.preference, new Map(), this.now);
  }

  // --- the table

  private add(route: BirdRoute, channel: BirdChannel): void {
    const key = prefixKey(route.network, route.prefixLength);
    const accepted = runBirdFilter(channel.importFilter, route, copyRoute);
    if (accepted === undefined) {
      this.remove(route.protocolName, route.network, route.prefixLength);
      return;
    }
    const candidates = (this.table.get(key) ?? []).filter((each) => each.protocolName !== route.protocolName);
    let at = 0;
    while (at < candidates.length && candidates[at].preference >= accepted.preference) at++;
    candidates.splice(at, 0, accepted);
    this.table.set(key, candidates);
    this.announce(key, route.network, route.prefixLength, candidates[0]);
  }

  private remove(protocolName: string, network: Ipv4, prefixLength: number): void {
    const key = prefixKey(network, prefixLength);
    const candidates = this.table.get(key)?.filter((each) => each.protocolName !== protocolName);
    if (candidates === undefined) return;
    if (candidates.length === 0) this.table.delete(key);
    else this.table.set(key, candidates);
    this.announce(key, network, prefixLength, candidates.at(0));
  }

  /** The best route to a prefix goes out, through the filters. */
  private announce(key: number, network: Ipv4, prefixLength: number, best: BirdRoute | undefined): void {
    const { kernel, ospf } = this;
    const toKernel = best === undefined || kernel === undefined ? undefined : runBirdFilter(kernel.channel.exportFilter, best, copyRoute);
    if (best !== undefined) best.isRefused = toKernel !== undefined && isRefusedByKernel(toKernel);
    if (toKernel === undefined || kernel === undefined) this.host.fib.withdraw('ospf', network, prefixLength);
    else if (best?.isRefused !== true) { // else what is there stays
      const { destination, nextHops } = toKernel;
      this.host.fib.install({
        network, prefixLength, protocol: 'ospf', metric: kernel.metric, preferredSource: toKernel.attributes.get('krt_prefsrc') ?? 0,
        nextHops: nextHops.map(({ gateway, networkInterface }) => ({ gateway, networkInterface })),
        ...(nextHops.some((hop) => hop.weight !== 1) ? { weights: nextHops.map((hop) => hop.weight) } : {}),
        ...(destination === 'RTD_UNREACHABLE' ? { isReject: true } : destination === 'RTD_PROHIBIT' ? { isReject: true, isProhibited: true } : {}),
      });
    }
    if (ospf === undefined) return;
    // Its own routes are not told to OSPF.
    const toOspf = best === undefined || best.protocolName === ospf.name || !this.isExportPossible ? undefined : runBirdFilter(ospf.channel.exportFilter, best, copyRoute);
    if (toOspf === undefined && !this.exported.has(key)) return;
    if (toOspf === undefined) this.exported.delete(key);
    else this.exported.set(key, redistributable(toOspf));
    this.hasExportChanged = true;
  }

  /** A router with nothing but a stub area announces nothing. */
  private get isExportPossible(): boolean {
    return this.ospf !== undefined && !(this.ospf.areas.length === 1 && this.ospf.areas[0].isStub);
  }

  // --- in zebra's place

  override isOperative(networkInterface: NetworkInterface): boolean {
    return networkInterface.hasCarrier;
  }

  override redistributableRoutes(): RedistributableRoute[] {
    this.hasExportChanged = false;
    return [...this.exported.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
  }

  override takeExportChange(): boolean {
    const has = this.hasExportChanged;
    this.hasExportChanged = false;
    return has;
  }

  override installOspf(now: Micros, { network, prefixLength, nextHops, weights, route }: InstalledRoute): void {
    this.now = now;
    const { ospf } = this;
    if (ospf === undefined || route === undefined) return;
    const hops: BirdNextHop[] = [];
    nextHops.forEach(({ gateway, interfaceIndex }, i) => {
      const networkInterface = this.host.interfaceByIndex(interfaceIndex);
      if (networkInterface !== undefined) hops.push({ gateway, networkInterface, weight: weights?.[i] ?? 1 });
    });
    // Stub networks that are only configured lead nowhere.
    if (hops.length === 0) {
      this.remove(ospf.name, network, prefixLength);
      return;
    }
    this.add(new BirdRoute(this.host.interfaces, network, prefixLength, ospf.name, OSPF_SOURCES[PATH_TYPE_RANK[route.pathType]], 'RTD_UNICAST', hops.sort(byWeight), ospf.channel.preference,
      ospfAttributes(route), this.now), ospf.channel);
  }

  override withdrawOspf(_now: Micros, network: Ipv4, prefixLength: number): void {
    if (this.ospf !== undefined) this.remove(this.ospf.name, network, prefixLength);
  }

  override ospfGone(): void {
    // They go together: `end` has seen to it.
  }
}

/** A way without a gateway in front makes the whole route one of the link, where the kernel allows no gateways. (bird-lan-dies) */
function isRefusedByKernel({ nextHops }: BirdRoute): boolean {
  return nextHops.length > 1 && nextHops[0].gateway === 0 && nextHops.some((hop) => hop.gateway !== 0);
}

/** As BIRD keeps the ways of a route: the heavier first, then by gateway. */
function byWeight(a: BirdNextHop, b: BirdNextHop): number {
  return b.weight - a.weight || a.gateway - b.gateway || a.networkInterface.index - b.networkInterface.index;
}

function ospfAttributes(route: NetworkRoute): Map<string, number> {
  const attributes = new Map([['ospf_metric1', route.cost]]);
  if (route.pathType === 'external-2') attributes.set('ospf_metric2', route.type2Cost);
  if (route.pathType === 'external-1' || route.pathType === 'external-2') attributes.set('ospf_tag', route.routeTag);
  attributes.set('ospf_router_id', advertisingRouter(route));
  return attributes;
}

/** Whose LSA it is: a router-LSA has its router's id, a network-LSA the address of its router. */
function advertisingRouter({ origin, originId, area }: NetworkRoute): Ipv4 {
  if (origin !== undefined) return origin.header.advertisingRouter;
  if (originId === undefined || area === undefined || area.lsdb.find(LsType.router, originId, originId) !== undefined) return originId ?? 0;
  return area.lsdb.ofType(LsType.network).find((lsa) => lsa.header.linkStateId === originId)?.header.advertisingRouter ?? originId;
}

const HIGHEST_METRIC = 0xffffff;
const DEFAULT_METRIC = 10_000;

/** Type 2 unless nothing but a metric of type 1 is set; both set, the first makes the second count one more. */
function redistributable(route: BirdRoute): RedistributableRoute {
  const metric1 = route.attributes.get('ospf_metric1');
  const metric2 = route.attributes.get('ospf_metric2');
  const isType2 = metric2 !== undefined || metric1 === undefined;
  let metric = Math.min(isType2 ? metric2 ?? DEFAULT_METRIC : metric1 ?? 0, HIGHEST_METRIC);
  if (isType2 && metric1 !== undefined && metric1 > 0 && metric < HIGHEST_METRIC) metric++;
  return {
    source: route.source === 'RTS_DEVICE' ? 'connected' : 'static', network: route.network, prefixLength: route.prefixLength,
    interfaceName: route.interfaceName, gateway: route.destination === 'RTD_UNICAST' ? route.gateway : 0,
    metric, metricType: isType2 ? 2 : 1, tag: route.attributes.get('ospf_tag') ?? 0,
  };
}

/** For displays: whole milliseconds of the time in a day, as BIRD's short form of ISO 8601. */
export function formatBirdTime(micros: Micros): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(micros / SECOND);
  return `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(Math.floor((micros % SECOND) / 1000)).padStart(3, '0')}`;
}
