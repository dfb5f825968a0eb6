/**
 * `show ip ospf interface [NAME] [json]` as FRR 8.4.4 prints it.
 *
 * Read chapter 9 of RFC 2328 first. Written from recordings (test/fixtures/frr-def). Two deviations: a ctc device is shown
 * with the flags that the kernel gives a point-to-point device, where the recordings' veth pairs show BROADCAST; and the
 * saved network-LSA sequence number is that of the last network-LSA that this router made.
 */
import { formatIpv4, formatPrefix, maskOf, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { OspfProcess } from '../../ospf/process.js';
import { INITIAL_SEQUENCE_NUMBER } from '../../wire/ospf/lsa-header.js';
import { formatDuration, formatJson, type JsonValue } from './ospf-format.js';

const NETWORK_TYPES = {
  broadcast: 'BROADCAST', 'non-broadcast': 'NBMA', 'point-to-point': 'POINTOPOINT', 'point-to-multipoint': 'POINTOMULTIPOINT',
  'point-to-multipoint-non-broadcast': 'POINTOMULTIPOINT', 'virtual-link': 'VIRTUALLINK', loopback: 'LOOPBACK',
} as const;

export function showInterfaces(process: OspfProcess, now: Micros, name?: string): string {
  const shown = shownInterfaces(process, name);
  if (name !== undefined && shown.length === 0) return 'No such interface name\n';
  let text = '';
  let previous: string | undefined;
  for (const owner of shown) {
    // One system interface with several addresses has one head.
    if (owner.name !== previous) {
      text += `${owner.name} is ${owner.isOperative ? 'up' : 'down'}\n` +
        `  ifindex ${owner.system.index}, MTU ${owner.system.mtu} bytes, BW ${bandwidth(owner)} Mbit ${flags(owner)}\n`;
    }
    previous = owner.name;
    text += owner.isOperative ? oneInterface(process, owner, now) : '  OSPF is enabled, but not running on this interface\n';
  }
  return `${text}\n`;
}

function oneInterface(process: OspfProcess, owner: OspfInterface, now: Micros): string {
  const { parameters } = owner;
  let text = owner.isUnnumbered
    ? '  This interface is UNNUMBERED,'
    : `  Internet Address ${formatPrefix(owner.address, owner.prefixLength)}, ${otherEnd(owner).join(' ')},`;
  text += ` Area ${formatIpv4(owner.area.id)}\n` +
    `  MTU mismatch detection: ${parameters.isMtuIgnored ? 'disabled' : 'enabled'}\n` +
    `  Router ID ${formatIpv4(process.routerId)}, Network Type ${NETWORK_TYPES[parameters.networkType]}, Cost: ${parameters.cost}\n` +
    `  Transmit Delay is ${parameters.transmitDelaySeconds} sec, State ${owner.state}, Priority ${parameters.priority}\n`;
  const designated = routerAt(process, owner, owner.designatedRouter);
  const backup = designated === undefined ? undefined : routerAt(process, owner, owner.backupDesignatedRouter);
  if (designated !== undefined) {
    text += `  Designated Router (ID) ${formatIpv4(designated)} ` +
      `Interface Address ${formatPrefix(owner.designatedRouter, owner.prefixLength)}\n`;
  }
  text += backup === undefined
    ? '  No backup designated router on this network\n'
    : `  Backup Designated Router (ID) ${formatIpv4(backup)}, Interface Address ${formatIpv4(owner.backupDesignatedRouter)}\n`;
  if (hasSavedSequence(owner)) text += `  Saved Network-LSA sequence number 0x${savedSequence(owner).toString(16)}\n`;
  const groups = (owner.isInAllSpfRouters ? ' OSPFAllRouters' : '') + (owner.isInAllDRouters ? ' OSPFDesignatedRouters' : '');
  text += `  Multicast group memberships:${groups === '' ? ' <None>' : groups}\n` +
    `  Timer intervals configured, Hello ${parameters.helloIntervalSeconds}s, Dead ${parameters.deadIntervalSeconds}s, ` +
    `Wait ${parameters.deadIntervalSeconds}s, Retransmit ${parameters.retransmitIntervalSeconds}\n`;
  text += parameters.isPassive
    ? '    No Hellos (Passive interface)\n'
    : `    Hello due in ${formatDuration(owner.helloTimer.remaining(now))}\n`;
  return `${text}  Neighbor Count is ${owner.neighbors.length}, Adjacent neighbor count is ${adjacentCount(owner)}\n`;
}

export function showInterfacesJson(process: OspfProcess, now: Micros, name?: string): string {
  const interfaces: Record<string, JsonValue> = {};
  for (const owner of shownInterfaces(process, name)) {
    const head: Record<string, JsonValue> = {
      ...(owner.isOperative ? { ifUp: true } : { ifDown: false }),
      ifIndex: owner.system.index, mtuBytes: owner.system.mtu, bandwidthMbit: bandwidth(owner), ifFlags: flags(owner),
    };
    interfaces[owner.name] = owner.isOperative
      ? { ...head, ospfEnabled: true, ...oneInterfaceObject(process, owner, now) }
      : { ...head, ospfRunning: false };
  }
  return `${formatJson({ interfaces }, 'pretty')}\n`;
}

function oneInterfaceObject(process: OspfProcess, owner: OspfInterface, now: Micros): Record<string, JsonValue> {
  const { parameters } = owner;
  const designated = routerAt(process, owner, owner.designatedRouter);
  const backup = routerAt(process, owner, owner.backupDesignatedRouter);
  const [endKind, end] = otherEnd(owner);
  return {
    ...(owner.isUnnumbered
      ? { ifUnnumbered: true }
      : { ipAddress: formatIpv4(owner.address), ipAddressPrefixlen: owner.prefixLength, ospfIfType: endKind, [owner.virtualLink === undefined ? 'localIfUsed' : 'vlinkPeer']: end }),
    area: formatIpv4(owner.area.id),
    ...(parameters.isMtuIgnored ? { mtuMismatchDetect: true } : {}),
    routerId: formatIpv4(process.routerId),
    networkType: NETWORK_TYPES[parameters.networkType],
    cost: parameters.cost,
    transmitDelaySecs: parameters.transmitDelaySeconds,
    state: owner.state,
    priority: parameters.priority,
    ...(designated === undefined ? {} : { drId: formatIpv4(designated), drAddress: formatIpv4(owner.designatedRouter) }),
    ...(backup === undefined ? {} : { bdrId: formatIpv4(backup), bdrAddress: formatIpv4(owner.backupDesignatedRouter) }),
    ...(hasSavedSequence(owner) ? { networkLsaSequence: savedSequence(owner) } : {}),
    ...(owner.isInAllSpfRouters ? { mcastMemberOspfAllRouters: true } : {}),
    ...(owner.isInAllDRouters ? { mcastMemberOspfDesignatedRouters: true } : {}),
    timerMsecs: parameters.helloIntervalSeconds * 1000,
    timerDeadSecs: parameters.deadIntervalSeconds,
    timerWaitSecs: parameters.deadIntervalSeconds,
    timerRetransmitSecs: parameters.retransmitIntervalSeconds,
    ...(parameters.isPassive
      ? { timerPassiveIface: true }
      : { timerHelloInMsecs: owner.helloTimer.isArmed ? Math.floor(owner.helloTimer.remaining(now) / 1000) : 0 }),
    nbrCount: owner.neighbors.length,
    nbrAdjacentCount: adjacentCount(owner),
  };
}

/** By name, as FRR's interface tree has them: letters first, then the number (eth2 before eth10). */
function shownInterfaces(process: OspfProcess, name: string | undefined): OspfInterface[] {
  const shown = process.allInterfaces().filter((owner) => name === undefined || owner.name === name);
  return shown.sort((a, b) => compareNames(a.name, b.name) || a.address - b.address);
}

function compareNames(a: string, b: string): number {
  const [, aLetters, aNumber] = /^(.*?)(\d*)$/.exec(a) ?? [a, a, ''];
  const [, bLetters, bNumber] = /^(.*?)(\d*)$/.exec(b) ?? [b, b, ''];
  if (aLetters !== bLetters) return aLetters < bLetters ? -1 : 1;
  return Number(aNumber) - Number(bNumber);
}

function flags(owner: OspfInterface): string {
  const running = owner.isOperative ? ',RUNNING' : '';
  if (owner.virtualLink !== undefined) return owner.isOperative ? '<UP>' : '<>';
  if (owner.system.isLoopback) return `<UP,LOOPBACK${running}>`;
  return owner.system.isPointToPoint ? `<UP,POINTOPOINT${running},NOARP>` : `<UP,BROADCAST${running},MULTICAST>`;
}

/** The kernel tells no speed of a loopback. */
function bandwidth(owner: OspfInterface): number {
  return owner.system.isLoopback ? 0 : owner.system.bandwidthMbps;
}

function otherEnd(owner: OspfInterface): readonly ['Peer' | 'Broadcast', string] {
  if (owner.virtualLink !== undefined) return ['Peer', formatIpv4(owner.virtualLink.peerAddress)];
  if (owner.peer !== undefined) return ['Peer', formatIpv4(owner.peer)];
  return ['Broadcast', formatIpv4((owner.address | ~maskOf(owner.prefixLength)) >>> 0)];
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
