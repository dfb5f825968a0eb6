/**
 * A network of bare OSPF processes for tests: no hosts, no Ethernet, no IP header; segments with a latency.
 *
 * Everything that the `sim` driver does for whole nodes, this does for the protocol alone, so that a test of the protocol depends on
 * nothing else: packets are delivered in (time, order), timers fire before packets that are due at the same moment.
 */
import { Heap, type HeapItem } from '../../src/base/heap.js';
import { Prng } from '../../src/base/prng.js';
import type { Ipv4 } from '../../src/base/address.js';
import type { Micros } from '../../src/base/micros.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { OspfConfiguration, OspfInterfaceConfiguration, Redistribution } from '../../src/ospf/configuration.js';
import type { InstalledRoute, RedistributableRoute, SystemInterface } from '../../src/ospf/environment.js';
import { OspfProcess } from '../../src/ospf/process.js';

export interface SentPacket { readonly time: Micros; readonly router: string; readonly interfaceIndex: number; readonly destination: Ipv4; readonly bytes: Uint8Array }

export interface SegmentEnd { readonly router: string; readonly interfaceIndex: number }

interface Scheduled extends HeapItem { readonly run: () => void }

export class FabricRouter {
  readonly name: string;
  process!: OspfProcess;
  readonly routes = new Map<string, InstalledRoute>();
  readonly traces: { time: Micros; event: TraceEvent }[] = [];
  readonly groups = new Set<string>();
  isFrozen = false;
  /** Until then nobody tells it anything. */
  startsAt: Micros = 0;
  constructor(name: string) { this.name = name; }
}

export interface RouterOptions {
  readonly behaviour: OspfBehaviour;
  readonly configuration: OspfConfiguration;
  readonly interfaces: readonly SystemInterface[];
  readonly routes?: readonly RedistributableRoute[];
  readonly startAt?: Micros;
  readonly seed?: number;
}

export class Fabric {
  readonly routers = new Map<string, FabricRouter>();
  readonly sent: SentPacket[] = [];
  now: Micros = 0;
  latencyMicros = 20;
  /** Return false to lose a packet. */
  filter: (from: string, to: string, packet: Uint8Array, end: SegmentEnd) => boolean = () => true;
  /** What becomes of a packet on one segment: nothing, one copy, several, later or spoiled. Undefined: one copy, in time. */
  disturb: ((packet: Uint8Array, from: string, end: SegmentEnd) => { delayMicros: Micros; packet: Uint8Array }[]) | undefined;
  /** Whether `sent` is kept: not in long runs. */
  isRecording = true;
  /** Timer rounds and deliveries so far. */
  steps = 0;
  /** The most of them that one moment may take: more is a loop. */
  maximumStepsAtOnce = Infinity;
  private stepsNow = 0;
  /** The others on the wire, by router and interface. */
  private readonly ends = new Map<string, SegmentEnd[]>();
  private readonly queue = new Heap<Scheduled>();
  private order = 0;

  add(name: string, options: RouterOptions): FabricRouter {
    // A name that is there already is started anew: another process, nothing remembered.
    const router = this.routers.get(name) ?? new FabricRouter(name);
    router.routes.clear();
    router.groups.clear();
    const fabric = this;
    const environment = {
      send(interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array): void {
        fabric.transmit(router, interfaceIndex, source, destination, packet.slice());
      },
      sendRouted(source: Ipv4, destination: Ipv4, timeToLive: number, packet: Uint8Array): void {
        fabric.forward(router, source, destination, timeToLive, packet.slice());
      },
      joinGroup: (interfaceIndex: number, group: Ipv4): void => void router.groups.add(`${interfaceIndex}:${group}`),
      leaveGroup: (interfaceIndex: number, group: Ipv4): void => void router.groups.delete(`${interfaceIndex}:${group}`),
      resolve(): void { /* no ARP here */ },
      installRoute: (route: InstalledRoute): void => void router.routes.set(`${route.network}/${route.prefixLength}`, route),
      withdrawRoute: (network: Ipv4, prefixLength: number): void => void router.routes.delete(`${network}/${prefixLength}`),
      trace: (event: TraceEvent): void => void router.traces.push({ time: fabric.now, event }),
    };
    const seed = options.seed ?? 1;
    router.process = new OspfProcess(options.configuration, options.behaviour, environment, {
      protocol: new Prng(seed, name, 'ospf'), refresh: new Prng(seed, name, 'refresh'), socket: new Prng(seed, name, 'socket'),
    }, options.interfaces, options.routes ?? []);
    this.routers.set(name, router);
    router.startsAt = options.startAt ?? 0;
    this.at(router.startsAt, () => router.process.start(this.now));
    return router;
  }

  /** Interfaces on one wire: `link(['a', 2], ['b', 2], ...)`. */
  link(...ends: [string, number][]): void {
    for (const [router, interfaceIndex] of ends) {
      const others = ends.filter((end) => end[0] !== router || end[1] !== interfaceIndex);
      const key = `${router} ${interfaceIndex}`;
      this.ends.set(key, [...this.ends.get(key) ?? [], ...others.map((end) => ({ router: end[0], interfaceIndex: end[1] }))]);
    }
  }

  at(time: Micros, run: () => void): void {
    this.queue.push({ time, order: this.order++, heapIndex: -1, run });
  }

  private transmit(from: FabricRouter, interfaceIndex: number, source: Ipv4, destination: Ipv4, bytes: Uint8Array): void {
    if (from.isFrozen) return;
    if (this.isRecording) this.sent.push({ time: this.now, router: from.name, interfaceIndex, destination, bytes });
    for (const end of this.ends.get(`${from.name} ${interfaceIndex}`) ?? []) {
      const to = this.routers.get(end.router) as FabricRouter;
      if (!this.filter(from.name, to.name, bytes, end)) continue;
      const isGroup = destination >>> 28 === 0xe;
      for (const copy of this.disturb?.(bytes, from.name, end) ?? [{ delayMicros: 0, packet: bytes }]) {
        this.at(this.now + this.latencyMicros + copy.delayMicros, () => {
          const isOwn = to.process.interfaces.some((i) => i.system.index === end.interfaceIndex && (i.address === destination || (i.prefixLength < 31 && (i.address | (0xffffffff >>> i.prefixLength)) >>> 0 === destination)));
          const isMember = to.groups.has(`${end.interfaceIndex}:${destination}`);
          if (!to.isFrozen && (isGroup ? isMember : isOwn)) to.process.receive(this.now, end.interfaceIndex, source, destination, copy.packet);
        });
      }
    }
  }

  /** Hop by hop along what the routers have installed, and the networks of their interfaces; each hop takes the latency. */
  private forward(at: FabricRouter, source: Ipv4, destination: Ipv4, timeToLive: number, packet: Uint8Array): void {
    if (at.isFrozen) return;
    const own = at.process.interfaces.find((i) => i.address === destination);
    if (own !== undefined) return at.process.receive(this.now, own.system.index, source, destination, packet);
    if (timeToLive <= 0) return;
    const holds = (network: Ipv4, prefixLength: number): boolean => prefixLength === 0 || (network ^ destination) >>> (32 - prefixLength) === 0;
    const route = [...at.routes.values()].filter((r) => holds(r.network, r.prefixLength)).sort((a, b) => b.prefixLength - a.prefixLength).at(0);
    const connected = at.process.interfaces.find((i) => holds(i.address, i.prefixLength));
    const hop = connected !== undefined ? { gateway: destination, interfaceIndex: connected.system.index } : route?.nextHops[0];
    if (hop === undefined) return;
    for (const end of this.ends.get(`${at.name} ${hop.interfaceIndex}`) ?? []) {
      const next = this.routers.get(end.router) as FabricRouter;
      if (!next.process.interfaces.some((i) => i.system.index === end.interfaceIndex && i.address === hop.gateway)) continue;
      if (this.filter(at.name, next.name, packet, end)) this.at(this.now + this.latencyMicros, () => this.forward(next, source, destination, timeToLive - 1, packet));
    }
  }

  runUntil(end: Micros): void {
    for (;;) {
      let timer: FabricRouter | undefined;
      let deadline = Infinity;
      for (const router of this.routers.values()) {
        const due = router.isFrozen ? Infinity : router.process.firstDeadline();
        if (due < deadline) [deadline, timer] = [due, router];
      }
      const next = this.queue.peek();
      if (Math.min(deadline, next?.time ?? Infinity) > end) break;
      this.steps++;
      this.stepsNow = Math.min(deadline, next?.time ?? Infinity) > this.now ? 1 : this.stepsNow + 1;
      if (this.stepsNow > this.maximumStepsAtOnce) throw new Error(`${this.stepsNow} steps at ${this.now} us: it does not come to an end`);
      if (timer !== undefined && deadline <= (next?.time ?? Infinity)) {
        this.now = Math.max(this.now, deadline);
        timer.process.fireTimers(this.now);
      } else {
        if (next === undefined) break;
        this.queue.remove(next);
        this.now = Math.max(this.now, next.time);
        next.run();
      }
    }
    this.now = end;
  }
}

/** `ip('10.0.0.1')` */
export function ip(text: string): Ipv4 {
  return text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

export interface ConfigurationOptions {
  readonly routerId: string;
  readonly networks: readonly [prefix: string, area: number][];
  readonly interfaces?: Readonly<Record<string, OspfInterfaceConfiguration>>;
  readonly passive?: readonly string[];
  readonly redistribute?: readonly Redistribution[];
}

export function configuration(options: ConfigurationOptions): OspfConfiguration {
  return {
    routerId: ip(options.routerId),
    networks: options.networks.map(([prefix, area]) => {
      const [address, length] = prefix.split('/');
      return { network: ip(address), prefixLength: Number(length), area };
    }),
    interfaces: new Map(Object.entries(options.interfaces ?? {})),
    passiveInterfaces: new Set(options.passive ?? []),
    isPassiveByDefault: false,
    activeInterfaces: new Set(),
    redistribute: options.redistribute ?? [],
    routeMaps: new Map(),
    accessLists: new Map(),
  };
}

/** `device('eth0', 2, '192.168.1.3/24')`, `device('ctc0', 3, '10.31.0.1/32 peer 10.33.0.1')` */
export function device(name: string, index: number, ...addresses: string[]): SystemInterface {
  return {
    index, name, mtu: name === 'lo' ? 65536 : 1500, bandwidthMbps: 10_000, isLoopback: name === 'lo', isPointToPoint: false,
    addresses: addresses.map((text) => {
      const [prefix, , peer] = text.split(' ');
      const [address, length] = prefix.split('/');
      return peer === undefined ? { address: ip(address), prefixLength: Number(length) }
        : { address: ip(address), prefixLength: Number(length), peer: ip(peer) };
    }),
  };
}
