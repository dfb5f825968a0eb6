/**
 * What an interface runs with, and in which area: configuration first, the persona's defaults for the rest.
 */
import { formatIpv4, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { OspfBehaviour } from './behaviour.js';
import type { InterfaceAttachment, OspfConfiguration, OspfNetworkType } from './configuration.js';
import type { SystemAddress, SystemInterface } from './environment.js';
import type { InterfaceParameters, OspfInterface } from './interface.js';

/** Under which `OspfConfiguration` holds what is said about one of an interface's several addresses. */
export function interfaceAddressKey(name: string, address: Ipv4): string {
  return `${name} ${formatIpv4(address)}`;
}

/** The area into which a network statement, or the interface itself, puts an address; undefined: none. */
export function areaOf({ interfaces, networks }: OspfConfiguration, behaviour: OspfBehaviour, system: SystemInterface, address: SystemAddress): Ipv4 | undefined {
  if (behaviour.isSecondaryIgnored === true && isSecondary(system, address)) return undefined;
  const onInterface = interfaces.get(interfaceAddressKey(system.name, address.address))?.area ?? interfaces.get(system.name)?.area;
  if (onInterface !== undefined) return onInterface;
  // On a peer address it is the peer that a network statement is compared with; Zebra and FRR agree on that.
  const compared = address.peer ?? address.address;
  // Whether a statement that is longer than the interface's own prefix can hold it: FRR looks at the address alone.
  const isAddressEnough = behaviour.networkStatement === 'address';
  const ownLength = address.peer === undefined && !isAddressEnough ? address.prefixLength : 32;
  const holding = networks.filter((n) => n.prefixLength <= ownLength && prefixContains(n.network, n.prefixLength, compared));
  if (!isAddressEnough || holding.length < 2) return holding.at(0)?.area;
  return holding.reduce((best, n) => (n.prefixLength > best.prefixLength ? n : best)).area;
}

/** What Linux calls secondary: another address of the same network stands before it. */
function isSecondary({ addresses }: SystemInterface, address: SystemAddress): boolean {
  const first = addresses.find((each) => each.peer === undefined && each.prefixLength === address.prefixLength &&
    prefixContains(networkOf(each.address, each.prefixLength), each.prefixLength, address.address));
  return address.peer === undefined && first !== undefined && first.address !== address.address;
}

/** Whether a network statement for another area would hold the interface, too, and a longer one wins. */
export function isOverlapping({ interfaces, networks }: OspfConfiguration, { name, address, peer, area }: OspfInterface): boolean {
  if ((interfaces.get(interfaceAddressKey(name, address))?.area ?? interfaces.get(name)?.area) !== undefined) return false;
  return networks.some((n) => n.area !== area.id && prefixContains(n.network, n.prefixLength, peer ?? address));
}

export function interfaceParameters(configuration: OspfConfiguration, behaviour: OspfBehaviour, system: SystemInterface, address: Ipv4,
  attachment?: InterfaceAttachment): InterfaceParameters {
  const key = interfaceAddressKey(system.name, address);
  const own = attachment?.configuration ?? { ...configuration.interfaces.get(system.name), ...configuration.interfaces.get(key) };
  const isPassive = attachment?.isPassive ?? isPassiveInterface(configuration, key) ?? isPassiveInterface(configuration, system.name) ?? configuration.isPassiveByDefault;
  return {
    networkType: networkType(own.networkType, system), // [2328:C.3] (RFC 2328, section 1.2)
    cost: own.cost ?? defaultCost(configuration, behaviour, system),
    helloIntervalSeconds: own.helloIntervalSeconds ?? behaviour.helloIntervalSeconds,
    deadIntervalSeconds: own.deadIntervalSeconds ?? defaultDeadInterval(own.helloIntervalSeconds, behaviour),
    ...(own.hellosPerSecond === undefined ? {} : { hellosPerSecond: own.hellosPerSecond }),
    ...(own.isAddressDescribed === undefined ? {} : { isAddressDescribed: own.isAddressDescribed }),
    retransmitIntervalSeconds: own.retransmitIntervalSeconds ?? behaviour.retransmitIntervalSeconds,
    transmitDelaySeconds: own.transmitDelaySeconds ?? behaviour.transmitDelaySeconds,
    priority: own.priority ?? behaviour.priority,
    isMtuIgnored: own.isMtuIgnored ?? false,
    ...(own.virtualAddressRoutes === undefined ? {} : { virtualAddressRoutes: own.virtualAddressRoutes }),
    ...(own.subnetPrefixLength === undefined ? {} : { subnetPrefixLength: own.subnetPrefixLength }),
    isPassive,
    waitSeconds: own.waitSeconds ?? own.deadIntervalSeconds ?? behaviour.deadIntervalSeconds, // [2328:9.3 InterfaceUp]
    isLinkChecked: own.isLinkChecked ?? true,
    hasHelloMask: own.hasHelloMask,
    ecmpWeight: own.ecmpWeight ?? 1,
    authentication: own.authentication ?? { type: 'none' },
    ...(own.isPrefixSuppressed === true && !system.isLoopback && !isPassive ? { isPrefixSuppressed: true } : {}),
    ...(own.bfd === undefined ? {} : { bfd: own.bfd }),
    ...(own.keys === undefined ? {} : { keys: own.keys }),
    ...(own.transport === undefined ? {} : { transport: own.transport }),
    ...(own.isStrict === undefined ? {} : { isStrict: own.isStrict }),
    ...(own.isLinkDataIndex === undefined ? {} : { isLinkDataIndex: own.isLinkDataIndex }),
    ownAuthenticationType: own.ownAuthenticationType,
  };
}

/** From one Hello to the next: whole milliseconds where there are several a second. */
export function helloPeriodMicros({ helloIntervalSeconds, hellosPerSecond }: InterfaceParameters): Micros {
  return hellosPerSecond === undefined ? helloIntervalSeconds * SECOND : Math.floor(1000 / hellosPerSecond) * MILLISECOND;
}

/** Undefined: nothing is said about it. */
function isPassiveInterface(configuration: OspfConfiguration, name: string): boolean | undefined {
  return configuration.passiveInterfaces.has(name) ? true : configuration.activeInterfaces.has(name) ? false : undefined;
}

function defaultDeadInterval(helloIntervalSeconds: number | undefined, behaviour: OspfBehaviour): number {
  if (helloIntervalSeconds === undefined || behaviour.deadIntervalHellos === undefined) return behaviour.deadIntervalSeconds;
  return helloIntervalSeconds * behaviour.deadIntervalHellos;
}

function networkType(configured: OspfNetworkType | undefined, system: SystemInterface): OspfNetworkType {
  if (system.isLoopback) return 'loopback';
  return configured ?? (system.isPointToPoint ? 'point-to-point' : 'broadcast');
}

function defaultCost(configuration: OspfConfiguration, behaviour: OspfBehaviour, system: SystemInterface): number {
  if (system.isLoopback && behaviour.loopbackCost !== undefined) return behaviour.loopbackCost;
  const reference = configuration.referenceBandwidthMbps ?? behaviour.referenceBandwidthMbps;
  if (reference === undefined || system.bandwidthMbps <= 0) return behaviour.defaultCost;
  return Math.min(0xffff, Math.max(1, Math.floor(reference / system.bandwidthMbps + 0.5)));
}

/** By name, numbers within names as numbers (`eth2` before `eth10`), or by index. */
export function orderInterfaces(interfaces: readonly SystemInterface[], order: 'name' | 'index'): SystemInterface[] {
  return [...interfaces].sort((a, b) => (order === 'index' ? a.index - b.index : compareNames(a.name, b.name)));
}

function compareNames(a: string, b: string): number {
  const [, aText, aNumber] = /^(.*?)(\d*)$/.exec(a) ?? ['', a, ''];
  const [, bText, bNumber] = /^(.*?)(\d*)$/.exec(b) ?? ['', b, ''];
  if (aText !== bText) return aText < bText ? -1 : 1;
  return Number(aNumber) - Number(bNumber);
}

/** The largest loopback address, else the largest address. 127/8 does not count. */
export function selectRouterId(interfaces: readonly SystemInterface[]): Ipv4 {
  const largest = (isLoopback: boolean): Ipv4 => {
    let found = 0;
    for (const system of interfaces) {
      if (system.isLoopback !== isLoopback) continue;
      for (const { address } of system.addresses) if (address >>> 24 !== 127 && address > found) found = address;
    }
    return found;
  };
  return largest(true) || largest(false);
}
