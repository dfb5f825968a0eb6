/**
 * What a bird.conf says, as data: protocols with their channels, static routes, and filters as trees.
 *
 * `bird-conf` and the files beside it make it out of text; `node` runs it. Only what bears on OSPFv2 and the kernel's table is here.
 */
import type { Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { SourcePlace } from '../config-error.js';

// --- filters

export type BirdValue =
  | { readonly type: 'int' | 'ip' | 'quad'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  /** `RTS_STATIC`, `RTD_BLACKHOLE`. */
  | { readonly type: 'enum'; readonly value: string }
  | { readonly type: 'prefix'; readonly network: Ipv4; readonly prefixLength: number }
  | { readonly type: 'prefix set'; readonly patterns: readonly PrefixPattern[] }
  | { readonly type: 'set'; readonly ranges: readonly SetRange[] }
  /** Of an attribute that the route has not. */
  | { readonly type: 'void' };

/** `10.0.0.0/8{16,24}`: prefixes inside (or, with `shortest` below its length, around) it whose length lies between the two. */
export interface PrefixPattern {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly shortest: number;
  readonly longest: number;
}

export interface SetRange {
  readonly from: BirdValue;
  readonly to: BirdValue;
}

export type BirdOperator = '+' | '-' | '*' | '/' | '&&' | '||' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

export type BirdExpression =
  | { readonly kind: 'constant'; readonly value: BirdValue }
  /** `net`, `source`, `ospf_metric1`, ...: of the route. */
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string; readonly type: string }
  | { readonly kind: 'not'; readonly of: BirdExpression }
  | { readonly kind: 'defined'; readonly of: BirdExpression }
  | { readonly kind: 'binary'; readonly operator: BirdOperator; readonly left: BirdExpression; readonly right: BirdExpression }
  /** `net.len`, `x.mask(24)`. */
  | { readonly kind: 'method'; readonly name: string; readonly of: BirdExpression; readonly argument?: BirdExpression }
  | { readonly kind: 'call'; readonly function: BirdFunction; readonly arguments: readonly BirdExpression[] };

export type BirdStatement =
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'if'; readonly condition: BirdExpression; readonly then: readonly BirdStatement[]; readonly otherwise: readonly BirdStatement[] }
  | { readonly kind: 'case'; readonly of: BirdExpression; readonly branches: readonly { readonly ranges: readonly SetRange[]; readonly body: readonly BirdStatement[] }[];
    readonly otherwise?: readonly BirdStatement[] }
  | { readonly kind: 'set attribute' | 'set variable'; readonly name: string; readonly to: BirdExpression }
  | { readonly kind: 'unset'; readonly name: string }
  | { readonly kind: 'return'; readonly value?: BirdExpression }
  /** A function that is called for what it does. */
  | { readonly kind: 'call'; readonly call: BirdExpression };

export interface BirdFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** Filled in when its end is read: a function may not call itself. */
  body: readonly BirdStatement[];
}

export type BirdFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'program'; readonly body: readonly BirdStatement[]; readonly name?: string };

/** What a name stands for. */
export type BirdSymbol =
  | { readonly kind: 'constant'; readonly value: BirdValue }
  | { readonly kind: 'filter'; readonly filter: BirdFilter & { readonly kind: 'program' } }
  | { readonly kind: 'function'; readonly function: BirdFunction }
  | { readonly kind: 'table' }
  | { readonly kind: 'protocol' | 'template'; readonly type: string }
  | { readonly kind: 'variable'; readonly type: string };

// --- protocols

export interface BirdChannel {
  readonly table: string;
  readonly importFilter: BirdFilter;
  readonly exportFilter: BirdFilter;
  readonly preference: number;
}

/** `"eth*"`, `-"eth3"`, `10.0.0.0/8`: the first that fits an address decides. */
export interface InterfacePattern {
  readonly isPositive: boolean;
  /** With `*` and `?`; undefined: any. */
  readonly name?: string;
  /** Undefined: any address. */
  readonly prefix?: { readonly network: Ipv4; readonly prefixLength: number };
}

interface ProtocolBase {
  readonly name: string;
  readonly place: SourcePlace;
  readonly isDisabled: boolean;
  /** Its own; undefined: the one of the file. */
  readonly routerId?: Ipv4;
}

export interface DeviceProtocol extends ProtocolBase { readonly kind: 'device' }

export interface KernelProtocol extends ProtocolBase {
  readonly kind: 'kernel';
  readonly channel: BirdChannel;
  /** Of the routes it puts into the kernel. */
  readonly metric: number;
  /** Routes stay when BIRD goes. */
  readonly isPersistent: boolean;
}

export interface DirectProtocol extends ProtocolBase {
  readonly kind: 'direct';
  /** Undefined: without `ipv4;` nothing is made. */
  readonly channel?: BirdChannel;
  /** Empty: all interfaces. */
  readonly patterns: readonly (readonly InterfacePattern[])[];
  readonly isLinkChecked: boolean;
}

export interface StaticProtocol extends ProtocolBase {
  readonly kind: 'static';
  readonly channel?: BirdChannel;
  readonly routes: readonly BirdStaticRoute[];
  readonly isLinkChecked: boolean;
}

export interface BirdStaticRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly destination: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
  readonly nextHops: readonly BirdNextHop[];
  /** `{ ospf_metric1 = 10; }` */
  readonly attributes: readonly BirdStatement[];
  readonly place: SourcePlace;
}

export interface BirdNextHop {
  /** 0: directly on the interface. */
  readonly gateway: Ipv4;
  readonly interfaceName?: string;
  /** From 1. */
  readonly weight: number;
  readonly isOnlink: boolean;
}

export interface BirdOspfProtocol extends ProtocolBase {
  readonly kind: 'ospf';
  readonly channel: BirdChannel;
  readonly isRfc1583Compatible: boolean;
  readonly isStubRouter: boolean;
  readonly tickSeconds: number;
  /** 0: no equal-cost ways. */
  readonly ecmpLimit: number;
  readonly isExternalMerged: boolean;
  /** Neighbours that restart gracefully are helped. */
  readonly isGraceHelper: boolean;
  readonly areas: readonly BirdArea[];
}

/** `protocol bfd`: what it says about interfaces, and neighbours of its own. */
export interface BirdBfdProtocol extends ProtocolBase {
  readonly kind: 'bfd';
  /** OSPF's requests are for neighbours on the link; undefined: they are taken. */
  readonly isForOthers: boolean;
  readonly interfaces: readonly { readonly patterns: readonly InterfacePattern[]; readonly settings: BirdBfdSettings }[];
  readonly neighbors: readonly { readonly address: Ipv4; readonly interfaceName?: string }[];
}

/** Milliseconds; what is not said is BIRD's default. */
export interface BirdBfdSettings {
  receiveIntervalMs?: number;
  transmitIntervalMs?: number;
  idleTransmitIntervalMs?: number;
  detectMultiplier?: number;
  isPassive?: boolean;
}

export interface BirdArea {
  readonly id: Ipv4;
  readonly isStub: boolean;
  readonly hasSummaries: boolean;
  readonly defaultCost: number;
  /** Undefined: it is no NSSA. */
  readonly nssa?: BirdNssa;
  readonly ranges: readonly BirdRange[];
  readonly virtualLinks: readonly BirdVirtualLink[];
  readonly stubNetworks: readonly BirdStubNetwork[];
  readonly interfaces: readonly BirdInterface[];
}

/** Its defaults are filled in. */
export interface BirdNssa {
  readonly isTranslator: boolean;
  readonly stabilitySeconds: number;
  /** `default nssa`: the default route is a type 7, of this type. Undefined: it is a summary, where there are no others. */
  readonly defaultMetricType?: 1 | 2;
  readonly externalRanges: readonly BirdRange[];
}

export interface BirdRange {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly isHidden: boolean;
  readonly tag: number;
}

export interface BirdVirtualLink {
  readonly place: SourcePlace;
  readonly peerRouterId: Ipv4;
  readonly helloSeconds: number;
  /** For displays alone: there is no election. */
  readonly waitSeconds: number;
  readonly deadSeconds: number;
  readonly retransmitSeconds: number;
  readonly transmitDelaySeconds: number;
  readonly authentication: BirdInterface['authentication'];
  readonly passwords: readonly BirdPassword[];
}

export interface BirdStubNetwork {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly cost: number;
  readonly isHidden: boolean;
  readonly isSummary: boolean;
}

/** Its defaults are filled in. */
export interface BirdInterface {
  readonly place: SourcePlace;
  readonly patterns: readonly InterfacePattern[];
  readonly type?: 'broadcast' | 'nbma' | 'ptp' | 'ptmp';
  readonly cost: number;
  readonly isStub: boolean;
  readonly helloSeconds: number;
  readonly retransmitSeconds: number;
  readonly transmitDelaySeconds: number;
  readonly priority: number;
  readonly waitSeconds: number;
  readonly deadSeconds: number;
  readonly isLinkChecked: boolean;
  readonly ecmpWeight: number;
  readonly ptpNetmask?: boolean;
  /** Link data of a point-to-point link is the address; else the index of the interface. Undefined: by the address. */
  readonly ptpAddress?: boolean;
  readonly isRealBroadcast: boolean;
  /** Neighbours are watched. */
  readonly hasBfd: boolean;
  readonly ttlSecurity?: 'both' | 'transmit';
  readonly typeOfService?: number;
  /** With the IP header. */
  readonly longestPacket?: number;
  readonly pollSeconds: number;
  /** Packets of others than the neighbours named are refused. */
  readonly isStrictNonBroadcast: boolean;
  readonly neighbors: readonly BirdNeighbor[];
  readonly authentication: 'none' | 'simple' | 'cryptographic';
  readonly passwords: readonly BirdPassword[];
}

export interface BirdNeighbor {
  readonly address: Ipv4;
  /** It may become Designated Router. */
  readonly isEligible: boolean;
}

export type BirdAlgorithm = 'keyed md5' | 'keyed sha1' | 'keyed sha256' | 'keyed sha384' | 'keyed sha512' |
  'hmac md5' | 'hmac sha1' | 'hmac sha256' | 'hmac sha384' | 'hmac sha512';

export interface BirdPassword {
  readonly id: number;
  readonly key: Uint8Array;
  /** Undefined: keyed md5, where authentication is cryptographic. */
  readonly algorithm?: BirdAlgorithm;
  /** Microseconds since 1970; undefined: without a limit. */
  readonly generateFrom?: Micros;
  readonly generateTo?: Micros;
  readonly acceptFrom?: Micros;
  readonly acceptTo?: Micros;
  readonly place: SourcePlace;
}

export type BirdProtocol = DeviceProtocol | KernelProtocol | DirectProtocol | StaticProtocol | BirdOspfProtocol | BirdBfdProtocol;

export interface BirdConfiguration {
  readonly routerId?: Ipv4;
  /** `router id from PATTERNS`. */
  readonly routerIdFrom?: readonly InterfacePattern[];
  /** Constants, filters and functions, for those who ask at birdc. */
  readonly symbols: ReadonlyMap<string, BirdSymbol>;
  /** In file order. */
  readonly protocols: readonly BirdProtocol[];
}
