/**
 * What an OSPF process is told: the meaning of its configuration text, as data.
 *
 * `config` parses ospfd.conf, frr.conf (and later bird.conf, MPROUTE CONFIG ...) into this; nothing in `ospf` knows
 * any syntax. A field that the text leaves out is undefined here and filled in from the persona's `OspfBehaviour`, so
 * that "not configured" and "configured to the default" stay apart, as they do in `show running-config`.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { HmacAlgorithm, LongKey } from '../wire/ospf/message-digest.js';
import type { AreaBorderRouterType } from './behaviour.js';

export interface OspfConfiguration {
  /** Undefined: chosen from the interfaces' addresses, as the persona does. */
  readonly routerId?: Ipv4;
  readonly rfc1583Compatibility?: boolean;
  /** `ospf abr-type`. */
  readonly areaBorderRouterType?: AreaBorderRouterType;
  /** `network A.B.C.D/M area X`, in configuration order. */
  readonly networks: readonly NetworkStatement[];
  /** By interface name, and what is said about one of its addresses by `NAME A.B.C.D`; only interfaces that say something. */
  readonly interfaces: ReadonlyMap<string, OspfInterfaceConfiguration>;
  /** Names of passive interfaces. */
  readonly passiveInterfaces: ReadonlySet<string>;
  /** `passive-interface default`: all but `activeInterfaces`. */
  readonly isPassiveByDefault: boolean;
  readonly activeInterfaces: ReadonlySet<string>;
  /** One entry a source: where a persona lets a later statement replace an earlier one, that has been done. */
  readonly redistribute: readonly Redistribution[];
  readonly defaultMetric?: number;
  readonly maximumPaths?: number;
  readonly referenceBandwidthMbps?: number;
  readonly distance?: number;
  /** `timers throttle spf`, or Zebra's `timers spf DELAY HOLD` (in milliseconds here, too). */
  readonly spfTimers?: { readonly delayMs: number; readonly initialHoldMs: number; readonly maximumHoldMs: number };
  /** `area X authentication`, by area id: for displays, the interfaces have it already. */
  readonly areaAuthentication?: ReadonlyMap<Ipv4, 'simple' | 'md5'>;
  /** `log-adjacency-changes [detail]`: for displays, nothing is logged. */
  readonly adjacencyLog?: 'changes' | 'detail';
  /**
   * Where interfaces are chosen by patterns rather than by network statements: which address is in which area, and with what, in the order
   * of the implementation. Undefined: `networks` and `interfaces` say it.
   */
  readonly attachments?: readonly InterfaceAttachment[];
  /** Areas that exist whether or not an interface is in them. */
  readonly configuredAreas?: readonly Ipv4[];
  /** The routes that the RIB offers are all to be announced, as they are: its filters have had their say. Undefined: `redistribute` says it. */
  readonly isExporting?: boolean;
  /** `tick`, in seconds. */
  readonly tickSeconds?: number;
  readonly isExternalMerged?: boolean;
  /** `ecmp no`. */
  readonly isSingleWay?: boolean;
  /** By area id; only areas that say something. Undefined: none does. */
  readonly areas?: ReadonlyMap<Ipv4, AreaConfiguration>;
  /** In configuration order. */
  readonly virtualLinks?: readonly VirtualLinkConfiguration[];
  /** Names of interfaces to one subnet, the first one first: of each group the first that is up runs OSPF, the others wait. */
  readonly parallelInterfaces?: readonly (readonly string[])[];
  /** In order of their addresses. */
  readonly neighbors?: readonly NeighborStatement[];
  /** `default-information originate`. */
  readonly defaultInformation?: DefaultInformation;
  /** `timers throttle lsa all`: FRR waits so long before it looks at changed access-lists and route-maps, and between opaque LSAs. */
  readonly lsaThrottleMs?: number;
  /** `timers lsa min-arrival` [2328:B MinLSArrival] */
  readonly lsaMinArrivalMs?: number;
  /** `refresh timer`: period of the walk that refreshes. */
  readonly lsaRefreshSeconds?: number;
  /** `proactive-arp` */
  readonly isNeighborResolvedEarly?: boolean;
  /** `capability opaque`. [5250] */
  readonly isOpaqueCapable?: boolean;
  /** `router-info`: the scope of the router information LSA. [7770] */
  readonly routerInformation?: 'area' | 'as';
  /** `mpls-te`. [3630] */
  readonly trafficEngineering?: TrafficEngineeringConfiguration;
  /** `segment-routing`; undefined: it is off. [8665] */
  readonly segmentRouting?: SegmentRoutingConfiguration;
  /** `link-params` of the interfaces that have any, by name. */
  readonly linkParameters?: ReadonlyMap<string, LinkParameters>;
  /** `graceful-restart`: this router asks its neighbours for help. [3623:2] */
  readonly gracefulRestart?: { readonly gracePeriodSeconds: number };
  /** `graceful-restart helper`: it helps its neighbours. [3623:3] */
  readonly gracefulRestartHelper?: GracefulRestartHelperConfiguration;
  /** `max-metric router-lsa`. */
  readonly stubRouter?: StubRouterConfiguration;
  readonly routeMaps: ReadonlyMap<string, RouteMap>;
  readonly accessLists: ReadonlyMap<string, AccessList>;
  /** Undefined: there are none. */
  readonly prefixLists?: ReadonlyMap<string, PrefixList>;
  /** `distribute-list NAME out SOURCE`: names of access-lists. */
  readonly distributeLists?: ReadonlyMap<RouteSource, string>;
  /** By network, then prefix length. */
  readonly summaryAddresses?: readonly ExternalSummary[];
  /** From a change of these in a running process to acting on it. */
  readonly aggregationDelaySeconds?: number;
  /** `distance ospf`; where a kind is not named, `distance` counts. */
  readonly distances?: { readonly intraArea?: number; readonly interArea?: number; readonly external?: number };
}

export interface AreaConfiguration {
  /** No AS-external-LSAs come into it; a default route takes their place. [2328:3.6] */
  readonly isStub: boolean;
  /** Its externals are type 7. Never together with `isStub`. [3101:1.3] */
  readonly nssa?: NssaConfiguration;
  /** `stub no-summary`, `nssa no-summary`: no summaries either, but for the default. */
  readonly isSummaryBlocked: boolean;
  /** `shortcut`: whether a border router of that type may lead through it past the backbone. Undefined: if there is no backbone. */
  readonly shortcut?: 'enable' | 'disable';
  /** Of the default route that a border router announces into a stub area. */
  readonly defaultCost?: number;
  /** By network, then prefix length. */
  readonly ranges: readonly AreaRange[];
  /** `export-list`, `import-list`: access-lists that networks must pass on their way out of the area and into it. */
  readonly exportList?: string;
  readonly importList?: string;
  /** `filter-list prefix NAME out|in`: prefix-lists for the same. */
  readonly filterListOut?: string;
  readonly filterListIn?: string;
  /** Stub links beside those of the interfaces, in configuration order. */
  readonly stubNetworks?: readonly StubNetwork[];
}

/** A network that the router-LSA names as a stub; the stub link of an interface that it covers is left out. */
export interface StubNetwork {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly cost: number;
  /** It is not named itself. */
  readonly isHidden: boolean;
  /** It covers all networks in it, and not just the same one. */
  readonly isSummary: boolean;
}

export interface InterfaceAttachment {
  readonly interfaceName: string;
  readonly address: Ipv4;
  readonly area: Ipv4;
  readonly isPassive: boolean;
  readonly configuration: OspfInterfaceConfiguration;
}

export interface NssaConfiguration {
  /** Whether this router, as a border router, translates type 7 into type 5: if elected, always, or never. [3101:3.1] */
  readonly translatorRole: 'candidate' | 'always' | 'never';
  /** Whether `area X nssa` itself was said, and not only `nssa no-summary`: then FRR originates all externals once more some seconds later. */
  readonly isFollowedUp: boolean;
  /** `nssa suppress-fa`: what is translated says 0.0.0.0, "send it to me". */
  readonly isForwardingAddressSuppressed: boolean;
  /** How long one that is no longer elected goes on translating. Undefined: not at all. [3101:3.1 stability interval] */
  readonly stabilitySeconds?: number;
  /** The default route of the area: a summary, a type 7 of metric type 1 or 2, or none. Undefined: a summary. [3101:2.4 default] */
  readonly defaultRoute?: 'summary' | 1 | 2 | 'none';
  /** What is translated as one route, or not at all. [3101:2.2] */
  readonly externalRanges?: readonly NssaRange[];
}

export interface NssaRange {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly isAdvertised: boolean;
  readonly tag: number;
}

/** Networks of the area that the others see as one. [2328:C.2] */
export interface AreaRange {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly isAdvertised: boolean;
  /** Undefined: that of the most distant network in it. */
  readonly cost?: number;
  /** What is announced in its place. */
  readonly substitute?: { readonly network: Ipv4; readonly prefixLength: number };
}

/** [3623:B.1] */
export const DEFAULT_GRACE_PERIOD_SECONDS = 120;

export interface GracefulRestartHelperConfiguration {
  /** Everybody. */
  readonly isEnabled: boolean;
  /** These, whatever `isEnabled` says. */
  readonly routerIds: ReadonlySet<Ipv4>;
  /** A change of topology ends it. [3623:B.2 RestartHelperStrictLSAChecking] */
  readonly isStrict: boolean;
  readonly supportedGraceSeconds?: number;
  readonly isPlannedOnly: boolean;
}

export interface TrafficEngineeringConfiguration {
  readonly isEnabled: boolean;
  /** [3630:2.4.1] */
  readonly routerAddress?: Ipv4;
  /** Whether links to other autonomous systems are told, and where. [5392] */
  readonly interAs?: 'as' | { readonly area: Ipv4 };
  readonly isExported: boolean;
}

export interface SegmentRoutingConfiguration {
  readonly globalBlock: LabelBlock;
  readonly localBlock: LabelBlock;
  /** The deepest stack of labels. [8476] */
  readonly nodeMsd?: number;
  readonly prefixes: readonly PrefixSegment[];
}

export interface LabelBlock {
  readonly first: number;
  readonly last: number;
}

/** `segment-routing prefix`. */
export interface PrefixSegment {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly index: number;
  /** `no-php-flag`: the label stays on to the last hop. */
  readonly isKeptToTheEnd: boolean;
  readonly isExplicitNull: boolean;
}

/** What traffic engineering says of a link; bandwidths in octets a second, as singles. [3630:2.5] [7471:4] */
export interface LinkParameters {
  readonly metric?: number;
  readonly maximumBandwidth: number;
  readonly maximumReservableBandwidth: number;
  /** By priority. */
  readonly unreservedBandwidths: readonly number[];
  readonly administrativeGroups?: number;
  readonly delayMicros?: number;
  readonly leastDelayMicros?: number;
  readonly mostDelayMicros?: number;
  readonly delayVariationMicros?: number;
  readonly packetLossPercent?: number;
  readonly residualBandwidth?: number;
  readonly availableBandwidth?: number;
  readonly usedBandwidth?: number;
  /** The boundary router of another autonomous system. [5392:3.3] */
  readonly neighbor?: { readonly address: Ipv4; readonly asNumber: number };
}

/** When a router wants no transit traffic. [6987] */
export interface StubRouterConfiguration {
  readonly isAdministrative: boolean;
  /** After the first router-LSA of an area. */
  readonly onStartupSeconds?: number;
  /** Before a shutdown. */
  readonly onShutdownSeconds?: number;
}

export interface DefaultInformation {
  /** Also without a default route of one's own. */
  readonly isAlways: boolean;
  readonly metric?: number;
  readonly metricType?: 1 | 2;
  readonly forwardingAddress?: Ipv4;
  /** There must be a route that it permits among those that may be redistributed, the default included. */
  readonly routeMap?: string;
}

export interface NetworkStatement {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly area: Ipv4;
}

export type OspfNetworkType = 'broadcast' | 'non-broadcast' | 'point-to-point' | 'point-to-multipoint' | 'point-to-multipoint-non-broadcast' |
  'virtual-link' | 'loopback';

/** `neighbor A.B.C.D`: who is there on a network that cannot tell. [2328:C.5] */
export interface NeighborStatement {
  readonly address: Ipv4;
  readonly priority?: number;
  readonly pollIntervalSeconds?: number;
}

export interface OspfInterfaceConfiguration {
  readonly networkType?: OspfNetworkType;
  readonly cost?: number;
  readonly helloIntervalSeconds?: number;
  readonly deadIntervalSeconds?: number;
  /** `dead-interval minimal hello-multiplier`: Hellos faster than one a second; the packets say an interval of 0. FRR. */
  readonly hellosPerSecond?: number;
  /** `network point-to-point dmvpn`: an unnumbered point-to-point link is described by its address, and that as a host, for a hub that is point-to-multipoint. FRR. */
  readonly isAddressDescribed?: boolean;
  readonly retransmitIntervalSeconds?: number;
  readonly transmitDelaySeconds?: number;
  readonly priority?: number;
  readonly isMtuIgnored?: boolean;
  /** The network is for transit only, and is not announced. [6860] FRR has it from 9.1 on; no persona's configuration can say it. */
  readonly isPrefixSuppressed?: boolean;
  /** Of a loopback: what of its address is advertised; undefined: the address as a host. */
  readonly virtualAddressRoutes?: 'host-and-subnet' | 'host-only' | 'subnet-only';
  /** Of a point-to-point interface with a peer: the subnet of this length is advertised, in the peer's place. */
  readonly subnetPrefixLength?: number;
  /** From up to the first election. Undefined: the dead interval. [2328:9.3] */
  readonly waitSeconds?: number;
  /** Loss of carrier takes the interface down. Undefined: it does. */
  readonly isLinkChecked?: boolean;
  /** The network mask in the Hello of a point-to-point interface. Undefined: as the persona does. */
  readonly hasHelloMask?: boolean;
  /** Link data of its point-to-point links is the index of the interface, though it has an address. BIRD's `ptp address no`. */
  readonly isLinkDataIndex?: boolean;
  /** Of the ways through this interface among equal ones. Undefined: 1. */
  readonly ecmpWeight?: number;
  /** Where neighbours are configured: from one that is silent to the next Hello to it. The neighbours have it as well; for displays. */
  readonly pollIntervalSeconds?: number;
  readonly transport?: TransportSettings;
  /** Where neighbours are configured: packets of others are refused. BIRD. */
  readonly isStrict?: boolean;
  /** `ip ospf area X` on the interface itself. */
  readonly area?: Ipv4;
  /** `ip ospf bfd`: neighbours are watched by BFD. */
  readonly bfd?: BfdWish;
  readonly authentication?: OspfAuthentication;
  /** Several keys with lifetimes; then `authentication` is what holds before the first of them. [2328:D.3] */
  readonly keys?: readonly LifetimeKey[];
  /** What the interface itself says about it; undefined: it is the area's, or none. For displays. */
  readonly ownAuthenticationType?: OspfAuthentication['type'];
}

export interface IpHeaderFields {
  readonly timeToLive: number;
  readonly typeOfService: number;
}

/** How packets travel on an interface. BIRD's `ttl security`, `tx class`, `tx length` and `real broadcast`. */
export interface TransportSettings {
  /** Of the packets that are sent; undefined: time to live 1, internetwork control. */
  readonly header?: IpHeaderFields;
  /** Packets that have come with less are dropped. */
  readonly leastTimeToLive?: number;
  /** With the IP header; undefined: the MTU. */
  readonly longestPacket?: number;
  /** Packets go to the network's broadcast address, and to the Designated Routers one by one: no groups. */
  readonly isRealBroadcast?: boolean;
}

/** What OSPF asks BFD for; what it leaves out is the profile's, or the default. */
export interface BfdWish {
  readonly profile?: string;
  readonly settings: { readonly detectMultiplier?: number; readonly receiveIntervalMs?: number; readonly transmitIntervalMs?: number };
}

/** A key, and when it is sent and accepted: microseconds of the run, undefined for always. */
export interface LifetimeKey {
  readonly authentication: OspfAuthentication;
  readonly sendFrom?: Micros;
  readonly sendUntil?: Micros;
  readonly acceptFrom?: Micros;
  readonly acceptUntil?: Micros;
}

/** `area X virtual-link R`. [2328:C.4] */
export interface VirtualLinkConfiguration {
  readonly transitArea: Ipv4;
  readonly peerRouterId: Ipv4;
  /** Intervals and authentication. */
  readonly settings: OspfInterfaceConfiguration;
}

/** Shared with `wire`, but for HMAC only as far as a configuration can say it. */
export type OspfAuthentication =
  | { readonly type: 'none' }
  /** Up to 8 characters, padded with zero bytes on the wire. */
  | { readonly type: 'simple'; readonly password: Uint8Array }
  /** There is no key, or none is valid now. BIRD. */
  | { readonly type: 'keyless'; readonly of: 'simple' | 'cryptographic' }
  /** Key of up to 16 bytes. [2328:D.3] */
  | { readonly type: 'md5'; readonly keyId: number; readonly key: Uint8Array }
  /** Key of any length. [5709] `longKey`: from which length on it is hashed. */
  | { readonly type: 'hmac'; readonly algorithm: HmacAlgorithm; readonly keyId: number; readonly key: Uint8Array; readonly longKey?: LongKey };

/** Of the sources that FRR knows only the first three exist here. */
export type RouteSource = 'connected' | 'static' | 'kernel' | 'rip' | 'bgp' | 'isis' | 'eigrp' | 'nhrp' | 'vnc' | 'babel' | 'openfabric' |
  'ospf' | 'table';

export interface Redistribution {
  readonly source: RouteSource;
  readonly metric?: number;
  readonly metricType?: 1 | 2;
  readonly routeMap?: string;
}

/** Entries by sequence number, ascending. No entry matches: denied. */
export interface RouteMap {
  readonly name: string;
  readonly entries: readonly RouteMapEntry[];
}

export interface RouteMapEntry {
  readonly sequence: number;
  readonly isPermit: boolean;
  /** `match ip address NAME`; undefined: matches everything. A list that does not exist matches nothing. */
  readonly matchAccessList?: string;
  readonly matchInterface?: string;
  readonly matchPrefixList?: string;
  /** `match ip next-hop NAME`; a route without a gateway has the next hop 0.0.0.0. */
  readonly matchNextHopAccessList?: string;
  readonly matchNextHopPrefixList?: string;
  /** `match ip next-hop type blackhole`. */
  readonly isBlackholeMatched?: boolean;
  readonly matchTag?: number;
  readonly setMetric?: number;
  /** `set metric +N`, `-N`. */
  readonly setMetricChange?: number;
  readonly setMetricType?: 1 | 2;
  readonly setTag?: number;
  /** Another route-map that must permit, too. */
  readonly call?: string;
  /** What comes after a match: the next entry, or the first from this sequence number on; undefined: nothing. */
  readonly onMatch?: 'next' | number;
}

/** Lines in order; no line matches: denied. */
export interface AccessList {
  readonly name: string;
  readonly lines: readonly AccessListLine[];
}

export interface AccessListLine {
  readonly isPermit: boolean;
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** `exact-match`: the prefix length must be the same; otherwise the route lies anywhere inside. */
  readonly isExactMatch: boolean;
  /** A line in Cisco's way: bits that do not count in `network`, which is compared with the route's address; its length is not looked at. */
  readonly wildcard?: number;
  /** An extended line's destination, which is compared with the route's mask. */
  readonly mask?: { readonly value: number; readonly wildcard: number };
}

/** Lines by sequence number. */
export interface PrefixList {
  readonly name: string;
  readonly lines: readonly PrefixListLine[];
}

export interface PrefixListLine {
  readonly isPermit: boolean;
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** Lengths that match, from and to. */
  readonly shortest: number;
  readonly longest: number;
}

/** `summary-address`: external routes that are announced as one. */
export interface ExternalSummary {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly tag: number;
  readonly isAdvertised: boolean;
}
