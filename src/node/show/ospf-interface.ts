/**
 * `show ip ospf interface [NAME] [json]` as FRR 8.4.4 prints it.
 *
 * Read chapter 9 of RFC 2328 first. Written from recordings (test/fixtures/frr-def). Two deviations: a ctc device is shown
 * with the flags that the kernel gives a point-to-point device, where the recordings' veth pairs show BROADCAST; and the
 * saved network-LSA sequence number is that of the last network-LSA that this router made.
 */
import { formatIpv4, formatPrefix, maskOf, type Ipv4 } from '../../base/address.js';
import { MILLISECOND, type Micros } from '../../base/micros.js';
import type { Host } from '../../host/host.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { SystemInterface } from '../../ospf/environment.js';
import { helloPeriodMicros, orderInterfaces } from '../../ospf/interface-parameters.js';
import type { OspfProcess } from '../../ospf/process.js';
import { INITIAL_SEQUENCE_NUMBER } from '../../wire/ospf/lsa-header.js';
import { interfaceBfd } from './ospf-bfd.js';
import { areaText, formatDuration, formatJson, type JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

const NETWORK_TYPES = {
  broadcast: 'BROADCAST', 'non-broadcast': 'NBMA', 'point-to-point': 'POINTOPOINT', 'point-to-multipoint': 'POINTOMULTIPOINT',
  'point-to-multipoint-non-broadcast': 'POINTOMULTIPOINT', 'virtual-link': 'VIRTUALLINK', loopback: 'LOOPBACK',
} as const;

export function showInterfaces(process: OspfProcess, now: Micros, name?: string, host?: Host): string {
  const devices = shownDevices(process, name);
  if (name !== undefined && devices.length === 0) return 'No such interface name\n\n';
  let text = '';
  for (const device of devices) {
    const { system, isUp, owners } = device;
    text += `${system.name} is ${isUp ? 'up' : 'down'}\n` +
      `  ifindex ${system.index}, MTU ${system.mtu} bytes, BW ${bandwidth(system)} Mbit ${flags(device, host)}\n`;
    if (owners.length === 0) text += '  OSPF not enabled on this interface\n';
    for (const owner of owners) text += owner.isOperative ? oneInterface(process, owner, now) : '  OSPF is enabled, but not running on this interface\n';
  }
  return `${text}\n`;
}

function oneInterface(process: OspfProcess, owner: OspfInterface, now: Micros): string {
  const { parameters } = owner;
  let text = owner.isUnnumbered
    ? '  This interface is UNNUMBERED,'
    : `  Internet Address ${formatPrefix(owner.address, owner.prefixLength)}, ${otherEnd(owner).join(' ')},`;
  text += ` Area ${areaText(owner.area)}\n` +
    `  MTU mismatch detection: ${parameters.isMtuIgnored ? 'disabled' : 'enabled'}\n` +
    `  Router ID ${formatIpv4(process.routerId)}, Network Type ${NETWORK_TYPES[parameters.networkType]}, Cost: ${parameters.cost}\n` +
    `  Transmit Delay is ${parameters.transmitDelaySeconds} sec, State ${owner.state}, Priority ${parameters.priority}\n`;
  const designated = routerAt(process, owner, owner.designatedRouter);
  const backup = routerAt(process, owner, owner.backupDesignatedRouter);
  if (designated !== undefined) {
    text += `  Designated Router (ID) ${formatIpv4(designated)} ` +
      `Interface Address ${formatPrefix(owner.designatedRouter, owner.prefixLength)}\n`;
  }
  text += backup === undefined || owner.designatedRouter === 0
    ? '  No backup designated router on this network\n'
    : `  Backup Designated Router (ID) ${formatIpv4(backup)}, Interface Address ${formatIpv4(owner.backupDesignatedRouter)}\n`;
  if (hasSavedSequence(owner)) text += `  Saved Network-LSA sequence number 0x${savedSequence(owner).toString(16)}\n`;
  const groups = (owner.isInAllSpfRouters ? ' OSPFAllRouters' : '') + (owner.isInAllDRouters ? ' OSPFDesignatedRouters' : '');
  text += `  Multicast group memberships:${groups === '' ? ' <None>' : groups}\n` +
    `  Timer intervals configured, Hello ${parameters.hellosPerSecond === undefined ? `${parameters.helloIntervalSeconds}s` : `${helloPeriodMicros(parameters) / MILLISECOND}ms`}, Dead ${parameters.deadIntervalSeconds}s, ` +
    `Wait ${parameters.deadIntervalSeconds}s, Retransmit ${parameters.retransmitIntervalSeconds}\n`;
  text += parameters.isPassive
    ? '    No Hellos (Passive interface)\n'
    : `    Hello due in ${formatDuration(owner.helloTimer.remaining(now))}\n`;
  return `${text}  Neighbor Count is ${owner.neighbors.length}, Adjacent neighbor count is ${adjacentCount(owner)}\n${interfaceBfd(owner).text}${AUTHENTICATIONS[authentication(owner)].text}`;
}

export function showInterfacesJson(process: OspfProcess, now: Micros, name?: string, host?: Host): string {
  const devices = shownDevices(process, name);
  if (name !== undefined && devices.length === 0) return `${formatJson({ noSuchIface: true }, 'pretty-plain')}\n`;
  const interfaces: JsonObject = {};
  for (const device of devices) {
    const { system, isUp, owners } = device;
    const one: JsonObject = {
      ...(isUp ? { ifUp: true } : { ifDown: false }),
      ifIndex: system.index, mtuBytes: system.mtu, bandwidthMbit: bandwidth(system), ifFlags: flags(device, host), ...(owners.some((owner) => !owner.isOperative) ? { ospfRunning: false } : { ospfEnabled: owners.length > 0 }),
    };
    // Of several addresses the last has what they share.
    for (const owner of owners) if (owner.isOperative) Object.assign(one, oneInterfaceObject(process, owner, now));
    interfaces[system.name] = one;
  }
  return `${formatJson({ interfaces }, 'pretty-plain')}\n`;
}

function oneInterfaceObject(process: OspfProcess, owner: OspfInterface, now: Micros): JsonObject {
  const { parameters } = owner;
  const designated = routerAt(process, owner, owner.designatedRouter);
  const backup = routerAt(process, owner, owner.backupDesignatedRouter);
  const [endKind, end] = otherEnd(owner);
  return {
    ...(owner.isUnnumbered
      ? { ifUnnumbered: true }
      : { ipAddress: formatIpv4(owner.address), ipAddressPrefixlen: owner.prefixLength, ospfIfType: endKind, [owner.virtualLink === undefined ? 'localIfUsed' : 'vlinkPeer']: end }),
    area: areaText(owner.area),
    ...(parameters.isMtuIgnored ? { mtuMismatchDetect: true } : {}),
    routerId: formatIpv4(process.routerId),
    networkType: NETWORK_TYPES[parameters.networkType],
    cost: parameters.cost,
    transmitDelaySecs: parameters.transmitDelaySeconds,
    state: owner.state,
    priority: parameters.priority,
    ...(designated === undefined ? {} : { drId: formatIpv4(designated), drAddress: formatIpv4(owner.designatedRouter) }),
    ...(backup === undefined || owner.designatedRouter === 0 ? {} : { bdrId: formatIpv4(backup), bdrAddress: formatIpv4(owner.backupDesignatedRouter) }),
    ...(hasSavedSequence(owner) ? { networkLsaSequence: savedSequence(owner) } : {}),
    ...(owner.isInAllSpfRouters ? { mcastMemberOspfAllRouters: true } : {}),
    ...(owner.isInAllDRouters ? { mcastMemberOspfDesignatedRouters: true } : {}),
    timerMsecs: helloPeriodMicros(parameters) / MILLISECOND,
    timerDeadSecs: parameters.deadIntervalSeconds,
    timerWaitSecs: parameters.deadIntervalSeconds,
    timerRetransmitSecs: parameters.retransmitIntervalSeconds,
    ...(parameters.isPassive
      ? { timerPassiveIface: true }
      : { timerHelloInMsecs: owner.helloTimer.isArmed ? Math.floor(owner.helloTimer.remaining(now) / 1000) : 0 }),
    nbrCount: owner.neighbors.length,
    nbrAdjacentCount: adjacentCount(owner),
    ...interfaceBfd(owner).json,
    ...AUTHENTICATIONS[authentication(owner)].json,
  };
}

/** A device of the system and the OSPF interfaces on it, one for each address, by address. FRR has none where there is no carrier. */
export interface ShownDevice {
  readonly system: SystemInterface;
  /** A device that OSPF has nothing to do with is taken for up. */
  readonly isUp: boolean;
  /** A virtual link. */
  readonly isVirtual: boolean;
  readonly owners: readonly OspfInterface[];
}

/** Those that OSPF runs on; with a name that one, whether or not it does. By name: letters first, then the number (eth2 before eth10). */
export function shownDevices(process: OspfProcess, name: string | undefined): ShownDevice[] {
  const all = process.allInterfaces();
  const systems = new Map([...process.systemInterfaces, ...all.map((owner) => owner.system)].map((system) => [system.name, system]));
  const devices = orderInterfaces([...systems.values()], 'name').map((system) => {
    const owners = all.filter((owner) => owner.name === system.name).sort((a, b) => a.address - b.address);
    const isUp = owners.every((owner) => owner.isOperative);
    const isVirtual = owners.some((owner) => owner.virtualLink !== undefined);
    // One that has gone down has lost its addresses to FRR; one that has been down from the start has not.
    const isDownFromStart = owners.every((owner) => owner.stateChanges === 0);
    return { system, isUp, isVirtual, owners: isUp || isVirtual || isDownFromStart ? owners : [] };
  });
  return devices.filter(({ system, owners }) => (name === undefined ? owners.length > 0 : system.name === name));
}

function flags({ system, isUp, isVirtual }: ShownDevice, host: Host | undefined): string {
  const running = isUp && host?.interfaceByName(system.name)?.hasCarrier !== false ? ',RUNNING' : '';
  if (isVirtual) return isUp ? '<UP>' : '<>';
  if (system.isLoopback) return `<UP,LOOPBACK${running}>`;
  const up = host?.interfaceByName(system.name)?.isShutdown === true ? '' : 'UP,';
  return system.isPointToPoint ? `<${up}POINTOPOINT${running},NOARP>` : `<${up}BROADCAST${running},MULTICAST>`;
}

/** The kernel tells no speed of a loopback. */
function bandwidth(system: SystemInterface): number {
  return system.isLoopback ? 0 : system.bandwidthMbps;
}

/** Said only where the interface itself has a statement about it; of message digests only with a key. */
function authentication(owner: OspfInterface): keyof typeof AUTHENTICATIONS {
  const { authentication: used, ownAuthenticationType } = owner.parameters;
  if (ownAuthenticationType === undefined || ownAuthenticationType === 'keyless') return 'unsaid'; // the latter is no statement's
  return used.type === 'md5' && used.keyId === 0 && used.key.length === 0 ? 'unsaid' : ownAuthenticationType === 'hmac' ? 'md5' : ownAuthenticationType;
}

const AUTHENTICATIONS = {
  unsaid: { text: '', json: {} },
  none: { text: '  Authentication NULL is enabled\n', json: { authentication: 'authenticationNone' } },
  simple: { text: '  Simple password authentication enabled\n', json: { authentication: 'authenticationSimplePassword' } },
  md5: { text: '  Cryptographic authentication enabled\n  Algorithm:MD5\n', json: { authentication: 'authenticationMessageDigest' } },
} as const;

function otherEnd(owner: OspfInterface): readonly ['Peer' | 'Broadcast', string] {
  if (owner.virtualLink !== undefined) return ['Peer', formatIpv4(owner.virtualLink.peerAddress)];
  if (owner.peer !== undefined) return ['Peer', formatIpv4(owner.peer)];
  // A network of two addresses has none of its own (RFC 3021).
  return ['Broadcast', formatIpv4(owner.prefixLength === 31 ? 0xffffffff : (owner.address | ~maskOf(owner.prefixLength)) >>> 0)];
}

/** The router id behind an interface address on this network; undefined when nobody known has it. */
function routerAt(process: OspfProcess, owner: OspfInterface, address: Ipv4): Ipv4 | undefined {
  if (address === 0) return undefined;
  return address === owner.address ? process.routerId : owner.neighborByAddress(address)?.routerId;
}

function hasSavedSequence(owner: OspfInterface): boolean {
  return owner.networkLsaSequence !== undefined && owner.networkLsaSequence !== INITIAL_SEQUENCE_NUMBER;
}

function savedSequence(owner: OspfInterface): number {
  return (owner.networkLsaSequence ?? INITIAL_SEQUENCE_NUMBER) >>> 0;
}

function adjacentCount(owner: OspfInterface): number {
  let adjacent = 0;
  for (const neighbor of owner.neighbors) if (neighbor.state === 'Full') adjacent++;
  return adjacent;
}
