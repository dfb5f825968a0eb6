/**
 * From what bird.conf says to what the OSPF process is told: patterns become interfaces, passwords keys, areas areas. BIRD 2.0.12's user guide, 6.8.
 */
import { formatIpv4, prefixContains, networkOf, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import { BACKBONE } from '../../ospf/area.js';
import type {
  AreaConfiguration, InterfaceAttachment, NeighborStatement, NssaConfiguration, OspfConfiguration, OspfInterfaceConfiguration, OspfNetworkType, VirtualLinkConfiguration,
} from '../../ospf/configuration.js';
import { matchesPattern } from './bird-evaluation.js';
import { birdAuthentication } from './bird-keys.js';
import type { BfdConfiguration, BfdSettings } from '../../host/bfd.js';
import type { BirdArea, BirdBfdProtocol, BirdConfiguration, BirdInterface, BirdNssa, BirdOspfProtocol, BirdVirtualLink, InterfacePattern } from './bird-tree.js';
import type { Findings } from '../config-error.js';
import type { AddressPlan, InterfacePlan } from '../plan.js';

const INTERNET_CONTROL = 0xc0;

/** Whether the patterns choose this address of this interface. */
export function fitsPatterns(patterns: readonly InterfacePattern[], name: string, address: AddressPlan): boolean {
  for (const { isPositive, name: wanted, prefix } of patterns) {
    if (wanted !== undefined && !matchesPattern(name, wanted)) continue;
    if (prefix === undefined || prefix.prefixLength === 0) return isPositive;
    const isIn = (a: Ipv4): boolean => prefixContains(prefix.network, prefix.prefixLength, a);
    if (isIn(address.address) || (address.peer !== undefined && isIn(address.peer))) return isPositive;
  }
  return false;
}

/** A further address in a network that the interface is on already: Linux calls it secondary, and BIRD passes it over. */
export function isSecondary(device: Pick<InterfacePlan, 'addresses'>, address: AddressPlan): boolean {
  const index = device.addresses.indexOf(address);
  return address.peer === undefined && device.addresses.some((other, i) => i < index && other.peer === undefined && other.prefixLength === address.prefixLength &&
    networkOf(other.address, other.prefixLength) === networkOf(address.address, address.prefixLength));
}

/** Its own, the file's, or the lowest address of an interface. */
export function birdRouterId(configuration: BirdConfiguration, protocol: BirdOspfProtocol | undefined, devices: readonly InterfacePlan[]): Ipv4 {
  const given = protocol?.routerId ?? configuration.routerId;
  if (given !== undefined) return given;
  let lowest = 0;
  for (const device of devices) {
    for (const address of device.addresses) {
      if (address.address >>> 24 === 127 || isSecondary(device, address)) continue;
      if (configuration.routerIdFrom !== undefined && !fitsPatterns(configuration.routerIdFrom, device.name, address)) continue;
      if (lowest === 0 || address.address < lowest) lowest = address.address;
    }
  }
  return lowest;
}

/** `clock`: when the run starts, in microseconds since 1970. Undefined: no OSPF runs. */
export function buildBirdOspf(
  configuration: BirdConfiguration, devices: readonly InterfacePlan[], nodeName: string, clock: Micros, findings: Findings,
): OspfConfiguration | undefined {
  const protocol = configuration.protocols.find((each): each is BirdOspfProtocol => each.kind === 'ospf' && !each.isDisabled);
  if (protocol === undefined) return undefined;
  const routerId = birdRouterId(configuration, protocol, devices);
  if (routerId === 0) findings.error(protocol.place, `${nodeName} has no address and no "router id": OSPF has none either`);
  const areas = new Map<Ipv4, AreaConfiguration>();
  const configuredAreas: Ipv4[] = [];
  // With several areas a router is attached to the backbone, too, whether it is named or not.
  if (protocol.areas.length > 1 && protocol.areas.every((area) => area.id !== BACKBONE)) configuredAreas.push(BACKBONE);
  for (const area of protocol.areas) {
    if (configuredAreas.includes(area.id)) findings.error(protocol.place, `the area ${formatIpv4(area.id)} stands there twice`);
    configuredAreas.push(area.id);
    areas.set(area.id, areaConfiguration(area));
  }
  return {
    routerId,
    rfc1583Compatibility: protocol.isRfc1583Compatible,
    networks: [],
    interfaces: new Map(),
    passiveInterfaces: new Set(),
    isPassiveByDefault: false,
    activeInterfaces: new Set(),
    redistribute: [],
    routeMaps: new Map(),
    accessLists: new Map(),
    attachments: attach(protocol, devices, nodeName, clock, findings),
    configuredAreas,
    areas,
    virtualLinks: protocol.areas.flatMap((area) => area.virtualLinks.map((each) => virtualLink(area, each, clock, findings))),
    neighbors: neighborsOf(protocol),
    ...(protocol.isStubRouter ? { stubRouter: { isAdministrative: true } } : {}),
    ...(protocol.isGraceHelper ? { gracefulRestartHelper: { isEnabled: true, routerIds: new Set<Ipv4>(), isStrict: true, isPlannedOnly: false } } : {}),
    isExporting: protocol.channel.exportFilter.kind !== 'none',
    tickSeconds: protocol.tickSeconds,
    isExternalMerged: protocol.isExternalMerged && protocol.ecmpLimit > 0,
    isSingleWay: protocol.ecmpLimit === 0,
    maximumPaths: Math.max(1, protocol.ecmpLimit),
  };
}

function areaConfiguration(area: BirdArea): AreaConfiguration {
  return {
    isStub: area.isStub,
    isSummaryBlocked: (area.isStub || area.nssa !== undefined) && !area.hasSummaries,
    defaultCost: area.defaultCost,
    ranges: area.ranges.map(({ network, prefixLength, isHidden }) => ({ network, prefixLength, isAdvertised: !isHidden }))
      .sort((a, b) => a.network - b.network || a.prefixLength - b.prefixLength),
    stubNetworks: area.stubNetworks,
    ...(area.nssa === undefined ? {} : { nssa: nssaConfiguration(area.nssa, area.hasSummaries) }),
  };
}

function nssaConfiguration({ isTranslator, stabilitySeconds, defaultMetricType, externalRanges }: BirdNssa, hasSummaries: boolean): NssaConfiguration {
  return {
    translatorRole: isTranslator ? 'always' : 'candidate', isFollowedUp: false, isForwardingAddressSuppressed: false, stabilitySeconds,
    // Where summaries are blocked the default is one of them.
    defaultRoute: defaultMetricType === undefined ? (hasSummaries ? 'none' : 'summary') : defaultMetricType,
    externalRanges: externalRanges.map(({ network, prefixLength, isHidden, tag }) => ({ network, prefixLength, isAdvertised: !isHidden, tag })),
  };
}

function virtualLink(area: BirdArea, { peerRouterId, helloSeconds, waitSeconds, deadSeconds, retransmitSeconds, transmitDelaySeconds, ...keys }: BirdVirtualLink, clock: Micros,
  findings: Findings): VirtualLinkConfiguration {
  return {
    transitArea: area.id, peerRouterId,
    settings: { helloIntervalSeconds: helloSeconds, waitSeconds, deadIntervalSeconds: deadSeconds, retransmitIntervalSeconds: retransmitSeconds, transmitDelaySeconds,
      ...birdAuthentication(keys, clock, findings) },
  };
}

/** Of the addresses that are attached, those with neighbours that are named. */
function neighborsOf(protocol: BirdOspfProtocol): NeighborStatement[] {
  const neighbors = new Map<Ipv4, NeighborStatement>();
  for (const { interfaces } of protocol.areas) {
    for (const { neighbors: named, pollSeconds } of interfaces) {
      for (const { address, isEligible } of named) neighbors.set(address, { address, priority: isEligible ? 1 : 0, pollIntervalSeconds: pollSeconds });
    }
  }
  return [...neighbors.values()].sort((a, b) => a.address - b.address);
}

/** The first statement of an area that fits an address has it; so has the first area. */
function attach(protocol: BirdOspfProtocol, devices: readonly InterfacePlan[], nodeName: string, clock: Micros, findings: Findings): InterfaceAttachment[] {
  const attachments: InterfaceAttachment[] = [];
  const used = new Set<BirdInterface>();
  for (const device of devices) {
    for (const address of device.addresses) {
      if (address.address >>> 24 === 127 || isSecondary(device, address)) continue;
      let isAttached = false;
      for (const area of protocol.areas) {
        const statement = area.interfaces.find((each) => fitsPatterns(each.patterns, device.name, address));
        if (statement === undefined) continue;
        used.add(statement);
        if (isAttached) {
          findings.note(statement.place, 'attention', `${device.name} of ${nodeName} is in another area already: that one counts`);
          continue;
        }
        isAttached = true;
        attachments.push(attachment(device, address, area.id, statement, clock, findings));
      }
    }
  }
  for (const { interfaces } of protocol.areas) {
    for (const statement of interfaces) {
      if (!used.has(statement)) findings.note(statement.place, 'attention', `no interface of ${nodeName} fits these patterns`);
    }
  }
  return attachments;
}

/** What the first `protocol bfd` comes to. Undefined: there is none, and nobody is watched. */
export function buildBirdBfd(configuration: BirdConfiguration, devices: readonly InterfacePlan[]): BfdConfiguration | undefined {
  const protocol = configuration.protocols.find((each): each is BirdBfdProtocol => each.kind === 'bfd' && !each.isDisabled);
  if (protocol === undefined) return undefined;
  const interfaces = new Map<string, BfdSettings>();
  for (const { name } of devices) {
    const said = protocol.interfaces.find(({ patterns }) => fitsName(patterns, name));
    if (said !== undefined) interfaces.set(name, { ...said.settings });
  }
  return {
    profiles: new Map(), interfaces, isForOthers: protocol.isForOthers,
    peers: protocol.neighbors.map(({ address, interfaceName }) => ({ peer: address, settings: {}, ...(interfaceName === undefined ? {} : { interfaceName }) })),
  };
}

function fitsName(patterns: readonly InterfacePattern[], name: string): boolean {
  const first = patterns.find((each) => each.name === undefined || matchesPattern(name, each.name));
  return first?.isPositive ?? false;
}

/** [5082:3] and what else the sockets are told; nothing, where nothing is said. */
function transportOf({ ttlSecurity, typeOfService, longestPacket, isRealBroadcast }: BirdInterface): Pick<OspfInterfaceConfiguration, 'transport'> {
  const isPlain = ttlSecurity === undefined && typeOfService === undefined;
  if (isPlain && longestPacket === undefined && !isRealBroadcast) return {};
  return { transport: {
    ...(isPlain ? {} : { header: { timeToLive: ttlSecurity === undefined ? 1 : 255, typeOfService: typeOfService ?? INTERNET_CONTROL } }),
    ...(ttlSecurity === 'both' ? { leastTimeToLive: 255 } : {}),
    ...(longestPacket === undefined ? {} : { longestPacket }),
    ...(isRealBroadcast ? { isRealBroadcast } : {}),
  } };
}

function attachment(
  device: InterfacePlan, address: AddressPlan, area: Ipv4, statement: BirdInterface, clock: Micros, findings: Findings,
): InterfaceAttachment {
  const isLoopback = device.name === 'lo';
  const networkType: OspfNetworkType = isLoopback ? 'loopback'
    : statement.type === 'nbma' ? 'non-broadcast' : statement.type === 'ptmp' ? 'point-to-multipoint-non-broadcast'
    : address.peer !== undefined || statement.type === 'ptp' || (statement.type === undefined && (device.medium === 'ctc' || address.prefixLength === 31)) ? 'point-to-point' : 'broadcast';
  const isHost = address.peer !== undefined || address.prefixLength === 32;
  const configuration: OspfInterfaceConfiguration = {
    networkType,
    cost: statement.cost,
    helloIntervalSeconds: statement.helloSeconds,
    deadIntervalSeconds: statement.deadSeconds,
    waitSeconds: statement.waitSeconds,
    retransmitIntervalSeconds: statement.retransmitSeconds,
    transmitDelaySeconds: statement.transmitDelaySeconds,
    priority: statement.priority,
    pollIntervalSeconds: statement.pollSeconds,
    isLinkChecked: statement.isLinkChecked,
    hasHelloMask: statement.ptpNetmask ?? !isHost,
    ecmpWeight: statement.ecmpWeight,
    ...(statement.ptpAddress === false ? { isLinkDataIndex: true } : {}),
    ...(statement.isStrictNonBroadcast ? { isStrict: true } : {}),
    ...(statement.hasBfd ? { bfd: { settings: {} } } : {}),
    ...transportOf(statement),
    ...birdAuthentication(statement, clock, findings),
  };
  // A host address on a network of many has nobody to speak to.
  const isPassive = statement.isStub || isLoopback || (networkType === 'broadcast' && isHost);
  return { interfaceName: device.name, address: address.address, area, isPassive, configuration };
}
