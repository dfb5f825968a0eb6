/**
 * What one system's configuration files say, taken together, before they are held against the topology.
 *
 * `zebra-conf`, `ospfd-conf` and `frr-conf` fill it in; `topology-node` adds the topology's own statements and makes
 * the Plan's node out of it. A later statement has already replaced an earlier one where the real system does that.
 */
import type { Ipv4 } from '../base/address.js';
import { prefixContains } from '../base/address.js';
import type { BfdSettings } from '../host/bfd.js';
import type {
  LinkParameters,
  AccessListLine,
  AreaConfiguration,
  AreaRange,
  BfdWish,
  DefaultInformation,
  NeighborStatement,
  NssaConfiguration,
  OspfAuthentication,
  OspfConfiguration,
  OspfInterfaceConfiguration,
  OspfNetworkType,
  Redistribution,
  RouteMapEntry,
  RouteSource,
  VirtualLinkConfiguration,
} from '../ospf/configuration.js';
import type { Findings, SourcePlace } from './config-error.js';
import { FilterStatements, type AreaFilterStatements } from './frr/filter-configuration.js';
import { OspfExtensionStatements } from './frr/ospf-extension-statements.js';
import type { AddressPlan, StaticRoutePlan } from './plan.js';
import type { UnderstoodStatement } from './frr/statement-reader.js';

/** The two readings of one language: Zebra 0.9x and FRR 8.4.4. */
export type Dialect = 'zebra' | 'frr';

export interface PlacedAddress {
  readonly plan: AddressPlan;
  readonly place: SourcePlace;
}

export interface PlacedStaticRoute {
  readonly plan: StaticRoutePlan;
  readonly place: SourcePlace;
}

/** An interface as zebra is told about it. */
export class SystemInterface {
  readonly place: SourcePlace;
  readonly addresses: PlacedAddress[] = [];
  bandwidthMbps: number | undefined;
  /** `shutdown` */
  isShutdown = false;
  /** `link-detect`, `no link-detect`; undefined: neither. */
  isLinkDetected: boolean | undefined;

  constructor(place: SourcePlace) {
    this.place = place;
  }
}

/** An interface as ospfd is told about it. */
export class OspfInterfaceStatements {
  networkType: OspfNetworkType | undefined;
  cost: number | undefined;
  helloIntervalSeconds: number | undefined;
  deadIntervalSeconds: number | undefined;
  hellosPerSecond: number | undefined;
  isAddressDescribed: boolean | undefined;
  retransmitIntervalSeconds: number | undefined;
  transmitDelaySeconds: number | undefined;
  priority: number | undefined;
  isMtuIgnored: boolean | undefined;
  area: Ipv4 | undefined;
  bfd: BfdWish | undefined;
  authenticationType: OspfAuthentication['type'] | undefined;
  password: Uint8Array = new Uint8Array(0);
  /** By key id; the last configured one is used for sending. */
  readonly md5Keys = new Map<number, Uint8Array>();

  /** With the area's authentication where the interface does not say its own. [2328:D] [2328:C.2] */
  build(areaAuthentication: OspfAuthentication['type'] | undefined, fallback?: OspfInterfaceStatements): OspfInterfaceConfiguration {
    const built: { -readonly [Key in keyof OspfInterfaceConfiguration]: OspfInterfaceConfiguration[Key] } = {};
    if (this.networkType !== undefined) built.networkType = this.networkType;
    if (this.cost !== undefined) built.cost = this.cost;
    if (this.helloIntervalSeconds !== undefined) built.helloIntervalSeconds = this.helloIntervalSeconds;
    if (this.deadIntervalSeconds !== undefined) built.deadIntervalSeconds = this.deadIntervalSeconds;
    if (this.isAddressDescribed !== undefined) built.isAddressDescribed = this.isAddressDescribed;
    if (this.hellosPerSecond !== undefined) built.hellosPerSecond = this.hellosPerSecond;
    if (this.retransmitIntervalSeconds !== undefined) built.retransmitIntervalSeconds = this.retransmitIntervalSeconds;
    if (this.transmitDelaySeconds !== undefined) built.transmitDelaySeconds = this.transmitDelaySeconds;
    if (this.priority !== undefined) built.priority = this.priority;
    if (this.isMtuIgnored !== undefined) built.isMtuIgnored = this.isMtuIgnored;
    if (this.area !== undefined) built.area = this.area;
    if (this.bfd !== undefined) built.bfd = this.bfd;
    if (this.authenticationType !== undefined) built.ownAuthenticationType = this.authenticationType;
    const type = this.authenticationType ?? fallback?.authenticationType ?? areaAuthentication;
    const password = this.password.length > 0 ? this.password : (fallback?.password ?? this.password);
    const keys = this.md5Keys.size > 0 ? this.md5Keys : (fallback?.md5Keys ?? this.md5Keys);
    if (type === 'none') built.authentication = { type };
    else if (type === 'simple') built.authentication = { type, password };
    else if (type === 'md5') {
      // Without a key the real systems send key id 0 and an empty key.
      const [keyId, key] = [...keys].pop() ?? [0, new Uint8Array(0)];
      built.authentication = { type, keyId, key };
    }
    return built;
  }
}

/** A virtual link as ospfd is told about it. */
export interface VirtualLinkStatements {
  readonly transitArea: Ipv4;
  readonly peerRouterId: Ipv4;
  readonly statements: OspfInterfaceStatements;
}

export interface PlacedNetwork {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly area: Ipv4;
  readonly place: SourcePlace;
}

export interface PlacedAccessListLine {
  readonly sequence: number;
  readonly line: AccessListLine;
}

type MutableRouteMapEntry = { -readonly [Key in keyof RouteMapEntry]: RouteMapEntry[Key] };

/** The node's interfaces, as far as folding area statements into them needs it. */
export interface InterfaceAddresses {
  readonly name: string;
  readonly addresses: readonly AddressPlan[];
}

/** An area as `router ospf` is told about it. */
export interface AreaStatements {
  isStub: boolean;
  nssa: NssaConfiguration | undefined;
  isSummaryBlocked: boolean;
  defaultCost: number | undefined;
  shortcut: AreaConfiguration['shortcut'];
  /** By `A.B.C.D/M`. */
  readonly ranges: Map<string, AreaRange>;
  readonly filters: AreaFilterStatements;
}

function buildArea({ isStub, nssa, isSummaryBlocked, defaultCost, shortcut, ranges, filters: { namedIn: _, ...filters } }: AreaStatements): AreaConfiguration {
  const sorted = [...ranges.values()].sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength);
  return { isStub, ...(nssa === undefined ? {} : { nssa }), isSummaryBlocked, ranges: sorted, ...filters, ...(defaultCost === undefined ? {} : { defaultCost }), ...(shortcut === undefined ? {} : { shortcut }) };
}

export class OspfStatements {
  /** `router ospf` was said; without it nothing here runs. */
  isRunning = false;
  place: SourcePlace | undefined;
  routerId: Ipv4 | undefined;
  rfc1583Compatibility: boolean | undefined;
  areaBorderRouterType: OspfConfiguration['areaBorderRouterType'];
  readonly networks: PlacedNetwork[] = [];
  readonly interfaces = new Map<string, OspfInterfaceStatements>();
  readonly passiveInterfaces = new Map<string, SourcePlace>();
  readonly activeInterfaces = new Map<string, SourcePlace>();
  isPassiveByDefault = false;
  readonly redistribute = new Map<RouteSource, { entry: Redistribution; place: SourcePlace; text: string }>();
  readonly areaAuthentication = new Map<Ipv4, { type: 'simple' | 'md5'; place: SourcePlace }>();
  adjacencyLog: OspfConfiguration['adjacencyLog'];
  readonly areas = new Map<Ipv4, AreaStatements>();
  /** In configuration order. */
  readonly virtualLinks: VirtualLinkStatements[] = [];
  /** By address. */
  readonly neighbors = new Map<Ipv4, NeighborStatement>();
  defaultInformation: DefaultInformation | undefined;
  readonly extensions = new OspfExtensionStatements();
  /** zebra's `link-params`, by interface. */
  readonly linkParameters = new Map<string, LinkParameters>();
  defaultMetric: number | undefined;
  maximumPaths: number | undefined;
  referenceBandwidthMbps: number | undefined;
  distance: number | undefined;
  spfTimers: OspfConfiguration['spfTimers'];
  isNeighborResolvedEarly: boolean | undefined;
  lsaThrottleMs: number | undefined;
  lsaMinArrivalMs: number | undefined;
  lsaRefreshSeconds: number | undefined;
  readonly routeMaps = new Map<string, MutableRouteMapEntry[]>();
  readonly accessLists = new Map<string, PlacedAccessListLine[]>();
  /** Where each name was used: what is not defined in the end is worth a note. */
  readonly routeMapUses: { name: string; place: SourcePlace; meaning: string }[] = [];
  readonly filters = new FilterStatements();

  interfaceNamed(name: string): OspfInterfaceStatements {
    let found = this.interfaces.get(name);
    if (found === undefined) {
      found = new OspfInterfaceStatements();
      this.interfaces.set(name, found);
    }
    return found;
  }

  areaNamed(id: Ipv4): AreaStatements {
    let found = this.areas.get(id);
    if (found === undefined) {
      found = { isStub: false, nssa: undefined, isSummaryBlocked: false, defaultCost: undefined, shortcut: undefined, ranges: new Map(), filters: {} };
      this.areas.set(id, found);
    }
    return found;
  }

  /** The area that an interface falls into: its own statement, or the longest network statement with one of its addresses. */
  areaOf(target: InterfaceAddresses): Ipv4 | undefined {
    const own = this.interfaces.get(target.name)?.area;
    if (own !== undefined) return own;
    let best: PlacedNetwork | undefined;
    for (const statement of this.networks) {
      if (best !== undefined && statement.prefixLength <= best.prefixLength) continue;
      if (target.addresses.some((address) => statementCovers(statement, address))) best = statement;
    }
    return best?.area;
  }

  build(nodeInterfaces: readonly InterfaceAddresses[], zebraRouterId: Ipv4 | undefined): OspfConfiguration {
    const interfaces = new Map<string, OspfInterfaceConfiguration>();
    const names = new Set([...this.interfaces.keys(), ...nodeInterfaces.map((each) => each.name)]);
    for (const name of [...names].sort()) {
      // What is said about one address stands on its own, but for what it leaves to the interface.
      const [interfaceName, address] = name.split(' ');
      const target = nodeInterfaces.find((each) => each.name === interfaceName) ?? { name: interfaceName, addresses: [] };
      const area = this.areaOf(target);
      const areaAuthentication = area === undefined ? undefined : this.areaAuthentication.get(area)?.type;
      const ofInterface = address === undefined ? undefined : this.interfaces.get(interfaceName);
      const built = (this.interfaces.get(name) ?? new OspfInterfaceStatements()).build(areaAuthentication, ofInterface);
      if (Object.keys(built).length > 0) interfaces.set(name, built);
    }
    return {
      routerId: this.routerId ?? zebraRouterId,
      rfc1583Compatibility: this.rfc1583Compatibility,
      areaBorderRouterType: this.areaBorderRouterType,
      networks: this.networks.map(({ network, prefixLength, area }) => ({ network, prefixLength, area })),
      interfaces,
      passiveInterfaces: new Set([...this.passiveInterfaces.keys()].sort()),
      isPassiveByDefault: this.isPassiveByDefault,
      activeInterfaces: new Set([...this.activeInterfaces.keys()].sort()),
      redistribute: [...this.redistribute.values()].map(({ entry }) => entry),
      ...(this.areas.size === 0 ? {} : { areas: new Map([...this.areas].sort((a, b) => a[0] - b[0]).map(([id, area]) => [id, buildArea(area)])) }),
      ...(this.virtualLinks.length === 0 ? {} : { virtualLinks: this.virtualLinks.map((each) => this.buildVirtualLink(each)) }),
      ...(this.neighbors.size === 0 ? {} : { neighbors: [...this.neighbors.values()].sort((a, b) => a.address - b.address) }),
      ...(this.areaAuthentication.size === 0 ? {} : { areaAuthentication: new Map([...this.areaAuthentication].map(([id, { type }]) => [id, type])) }),
      ...(this.adjacencyLog === undefined ? {} : { adjacencyLog: this.adjacencyLog }),
      ...(this.defaultInformation === undefined ? {} : { defaultInformation: this.defaultInformation }),
      ...this.extensions.build(),
      ...(this.linkParameters.size === 0 ? {} : { linkParameters: new Map([...this.linkParameters].sort(([a], [b]) => (a < b ? -1 : 1))) }),
      ...this.filters.build(),
      defaultMetric: this.defaultMetric,
      maximumPaths: this.maximumPaths,
      referenceBandwidthMbps: this.referenceBandwidthMbps,
      distance: this.distance,
      spfTimers: this.spfTimers,
      ...(this.lsaThrottleMs === undefined ? {} : { lsaThrottleMs: this.lsaThrottleMs }),
      ...(this.lsaMinArrivalMs === undefined ? {} : { lsaMinArrivalMs: this.lsaMinArrivalMs }),
      ...(this.lsaRefreshSeconds === undefined ? {} : { lsaRefreshSeconds: this.lsaRefreshSeconds }),
      ...(this.isNeighborResolvedEarly === undefined ? {} : { isNeighborResolvedEarly: this.isNeighborResolvedEarly }),
      routeMaps: new Map(
        [...this.routeMaps].map(([name, entries]) => [
          name,
          { name, entries: entries.map((entry) => ({ ...entry })).sort((a, b) => a.sequence - b.sequence) },
        ]),
      ),
      accessLists: new Map(
        [...this.accessLists].map(([name, lines]) => [
          name,
          { name, lines: [...lines].sort((a, b) => a.sequence - b.sequence).map((each) => each.line) },
        ]),
      ),
    };
  }

  /** It is an interface of the backbone, and has its authentication where it says nothing itself. */
  private buildVirtualLink({ transitArea, peerRouterId, statements }: VirtualLinkStatements): VirtualLinkConfiguration {
    return { transitArea, peerRouterId, settings: statements.build(this.areaAuthentication.get(0)?.type) };
  }

  /** Names that are used and not defined, and network statements that meet nothing. */
  noteLooseEnds(findings: Findings, nodeInterfaces: readonly InterfaceAddresses[], nodeName: string): void {
    for (const { name, place, meaning } of this.routeMapUses) {
      if (!this.routeMaps.has(name)) findings.note(place, 'attention', `route-map "${name}" is not defined: ${meaning}`);
    }
    this.filters.noteLooseEnds(findings, this.accessLists);
    const names = new Set(nodeInterfaces.map((each) => each.name));
    for (const [name, place] of [...this.passiveInterfaces, ...this.activeInterfaces]) {
      if (!names.has(name.split(' ')[0])) findings.note(place, 'attention', `${nodeName} has no interface "${name}"`);
    }
    for (const statement of this.networks) {
      const isUsed = nodeInterfaces.some((each) => each.addresses.some((address) => statementCovers(statement, address)));
      if (!isUsed) findings.note(statement.place, 'attention', `no address of ${nodeName} is in this network: the statement turns OSPF on nowhere`);
    }
  }
}

/** Either end of a point-to-point address counts here; which one decides is the persona's business. */
function statementCovers(statement: PlacedNetwork, address: AddressPlan): boolean {
  if (statement.prefixLength <= address.prefixLength && prefixContains(statement.network, statement.prefixLength, address.address)) return true;
  return address.peer !== undefined && prefixContains(statement.network, statement.prefixLength, address.peer);
}

/** A `peer` of bfdd. */
export interface PlacedBfdPeer {
  readonly peer: Ipv4;
  readonly interfaceName?: string;
  profile?: string;
  readonly settings: BfdSettings;
}

export class SystemConfiguration {
  readonly bfd = { profiles: new Map<string, BfdSettings>(), peers: [] as PlacedBfdPeer[] };
  /** All that was understood, in order. */
  readonly statements: UnderstoodStatement[] = [];
  readonly interfaces = new Map<string, SystemInterface>();
  readonly staticRoutes: PlacedStaticRoute[] = [];
  isForwarding: boolean | undefined;
  /** `ip router-id`: for daemons that have none of their own. */
  routerId: Ipv4 | undefined;
  readonly ospf = new OspfStatements();

  interfaceNamed(name: string, place: SourcePlace): SystemInterface {
    let found = this.interfaces.get(name);
    if (found === undefined) {
      found = new SystemInterface(place);
      this.interfaces.set(name, found);
    }
    return found;
  }
}
