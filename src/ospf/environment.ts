/**
 * What an OSPF process needs from the system it runs on: the raw socket, the interface list, the RIB.
 *
 * The process hands over OSPF packets, not IP packets; `node` puts them into IP and Ethernet. Packets are borrowed for
 * the call, in both directions.
 */
import type { Ipv4 } from '../base/address.js';
import type { BfdWish, IpHeaderFields, RouteSource } from './configuration.js';
import type { NetworkRoute } from './routing-table.js';
import type { TraceEvent } from '../engine/trace.js';

export interface OspfEnvironment {
  /** Sends an OSPF packet out of an interface, from one of its addresses. TTL 1, precedence internetwork control, unless `header` says otherwise. */
  send(interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, header?: IpHeaderFields): void;
  /** Sends an OSPF packet the way that the forwarding table says: over a virtual link. [2328:15] */
  sendRouted(source: Ipv4, destination: Ipv4, timeToLive: number, packet: Uint8Array): void;
  /** AllSPFRouters and AllDRouters. False: the kernel refuses. */
  joinGroup(interfaceIndex: number, group: Ipv4): void | false;
  leaveGroup(interfaceIndex: number, group: Ipv4): void;
  /** Some implementations resolve a neighbour's hardware address before they need it. */
  resolve(interfaceIndex: number, address: Ipv4): void;
  /** Adds, or replaces, the OSPF route to a prefix in the RIB. */
  installRoute(route: InstalledRoute): void;
  /** There will be so many routes, by prefix length, when those that follow are installed: room may be made for them at one time. Left out: nobody needs to know. */
  expectRoutes?(routes: Uint32Array): void;
  withdrawRoute(network: Ipv4, prefixLength: number): void;
  /** A graceful restart is over and its routes are installed: others that are left of before may go. [3623:2.3(4)] */
  restartFinished?(): void;
  /** BFD is to tell when this neighbour is lost (`OspfProcess.neighborLost`); said again, with other wishes. Undefined: there is no BFD. */
  watchNeighbor?(interfaceIndex: number, address: Ipv4, wish: BfdWish): void;
  unwatchNeighbor?(interfaceIndex: number, address: Ipv4): void;
  /** A route to a network of our own, which the RIB prefers the connected one to: it stands there, and that is all. Left out: nobody looks. */
  installConnected?(route: InstalledRoute): void;
  withdrawConnected?(network: Ipv4, prefixLength: number): void;
  /** A packet came in on an interface and is let go of without a word. Left out: nobody counts. */
  discard?(interfaceIndex: number, reason: PacketDiscard): void;
  trace(event: TraceEvent): void;
}

export type PacketDiscard = 'none runs' | 'own address' | 'not a designated router' | 'no room';

export interface InstalledRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** At most maximum-paths of them. Gateway 0: directly connected. Interface 0: whichever the gateway is connected to. */
  readonly nextHops: readonly { readonly gateway: Ipv4; readonly interfaceIndex: number }[];
  /** By next hop; not given: each has the same. */
  readonly weights?: readonly number[];
  readonly metric: number;
  /** Undefined: the RIB's own for OSPF. */
  readonly distance?: number;
  /** Of external routes. */
  readonly tag?: number;
  /** With repetitions, where there are any: as the routing manager shows them. */
  readonly offered?: readonly { readonly gateway: Ipv4; readonly interfaceIndex: number }[];
  /** What OSPF's own cost is, where the metric that the forwarding table is to carry is another. */
  readonly cost?: number;
  /** No next hops: packets for it are dropped without a word. */
  readonly isDiscard?: boolean;
  /** What OSPF knows about it; not given for discard routes. */
  readonly route?: NetworkRoute;
}

/** An interface of the system, as it would come from zebra. One OSPF interface is made for each matching address. */
export interface SystemInterface {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly bandwidthMbps: number;
  readonly isLoopback: boolean;
  /** IFF_POINTOPOINT: a ctc or iucv device, whatever its addresses look like. */
  readonly isPointToPoint: boolean;
  readonly addresses: readonly SystemAddress[];
}

export interface SystemAddress {
  readonly address: Ipv4;
  readonly prefixLength: number;
  readonly peer?: Ipv4;
}

/** A route of the RIB that OSPF may redistribute. */
export interface RedistributableRoute {
  readonly source: RouteSource;
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** Empty: a route that discards. */
  readonly interfaceName: string;
  /** 0: directly connected. */
  readonly gateway: Ipv4;
  readonly tag?: number;
  /** What the RIB's filters have set; only where they decide about the announcement. */
  readonly metric?: number;
  readonly metricType?: 1 | 2;
}
