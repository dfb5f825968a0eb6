/**
 * Receiving protocol packets: the checks that all types share, then to each its own. [2328:8.2]
 */
import { isMulticast, prefixContains, networkOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { ByteReader } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { verifyPacket } from '../wire/ospf/authentication.js';
import { decodeDatabaseDescription } from '../wire/ospf/database-description.js';
import { decodeHello } from '../wire/ospf/hello.js';
import { checkLinkStateAcknowledgment } from '../wire/ospf/link-state-acknowledgment.js';
import { decodeLinkStateRequest } from '../wire/ospf/link-state-request.js';
import { checkLinkStateUpdate } from '../wire/ospf/link-state-update.js';
import { ALL_D_ROUTERS, AuthType, OSPF_HEADER_LENGTH, type OspfHeader, PacketType, decodeOspfHeader } from '../wire/ospf/packet.js';
import { BACKBONE } from './area.js';
import type { TransportSettings } from './configuration.js';
import { receiveDatabaseDescription } from './database-exchange.js';
import { isAnyNetwork, lookUpNeighbor, receiveHello } from './hello.js';
import type { OspfInterface } from './interface.js';
import { receivingAuthentication } from './key-chain.js';
import { receiveAcknowledgment } from './ls-ack.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { receiveRequest } from './ls-request.js';
import { receiveUpdate } from './ls-update.js';
import type { OspfProcess } from './process.js';
import { virtualLinkOf } from './virtual-link.js';

const NOTHING_SAID: TransportSettings = {};

/** Takes in the payload of an IP packet of protocol 89. */
export function receivePacket(process: OspfProcess, interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, timeToLive: number, now: Micros): void {
  const physical = findInterface(process, interfaceIndex, source);
  if (physical?.parameters.isPassive) return process.environment.discard?.(interfaceIndex, 'none runs');
  const owner = findVirtualLink(process, physical, source, destination, packet) ?? physical;
  if (owner === undefined || owner.state === 'Down' || owner.state === 'Loopback' || owner.parameters.isPassive) {
    return process.environment.discard?.(interfaceIndex, 'none runs'); // [2328:9.1 Down receiving]
  }
  if (source === owner.address) return process.environment.discard?.(interfaceIndex, 'own address'); // our own multicast, looped back [2328:8.2 own]
  // Only DR and Backup listen to AllDRouters.
  if (destination === ALL_D_ROUTERS && owner.state !== 'DR' && owner.state !== 'Backup') {
    return process.environment.discard?.(interfaceIndex, 'not a designated router'); // [2328:8.2 AllDRouters]
  }

  const { leastTimeToLive } = owner.parameters.transport ?? NOTHING_SAID;
  if (leastTimeToLive !== undefined && timeToLive < leastTimeToLive) {
    return process.refuse(owner, '[5082:3]', source, 'time to live', timeToLive, leastTimeToLive);
  }

  const r = new ByteReader(packet);
  const header = decodeOspfHeader(r);
  if (header instanceof DecodeError) return process.malformed(owner, header);
  const verdict = verifyPacket(packet, 0, header, packet.length, receivingAuthentication(owner, header, now));
  if (verdict !== undefined) return process.malformed(owner, verdict); // [2328:8.2 authentication]
  if (header.areaId !== owner.area.id) {
    return process.refuse(owner, '[2328:8.2]', source, 'area id', header.areaId, owner.area.id); // [2328:8.2 area]
  }
  const isAnySource = isAnyNetwork(owner) && (process.behaviour.isPointToPointSourceChecked !== true || owner.virtualLink !== undefined || owner.isUnnumbered);
  if (!isAnySource && !isOnLink(owner, source)) {
    return process.refuse(owner, '[2328:8.2]', source, 'source network', source, owner.address); // [2328:8.2 source network]
  }
  if (header.routerId === process.routerId) {
    return process.refuse(owner, '[2328:8.2]', source, 'router id, the same as ours', header.routerId, 'another');
  }
  owner.packetsReceived[header.type]++;
  const body = new ByteReader(packet, OSPF_HEADER_LENGTH, header.length);
  if (header.type === PacketType.hello) {
    if (isReplayed(owner, source, header)) return;
    const hello = decodeHello(body);
    if (hello instanceof DecodeError) return process.malformed(owner, hello);
    receiveHello(owner, source, header.routerId, hello, now); // [2328:8.2 Hello]
    rememberSequence(owner, source, header);
    return;
  }
  dispatch(owner, source, header, body, now);
}

/** All but Hello belong to a known neighbour. [2328:8.2] */
function dispatch(owner: OspfInterface, source: Ipv4, header: OspfHeader, body: ByteReader, now: Micros): void {
  const { process } = owner;
  const neighbor = lookUpNeighbor(owner, source, header.routerId);
  if (neighbor === undefined || neighbor.routerId !== header.routerId) {
    return process.refuse(owner, '[2328:8.2]', source, 'packet from an unknown neighbour', header.routerId, 'one that has sent Hellos'); // [2328:8.2 neighbor] [2328:8 adjacencies]
  }
  if (isReplayed(owner, source, header)) return;
  rememberSequence(owner, source, header);
  if (process.behaviour.isEveryPacketHello && (header.type === PacketType.databaseDescription || neighbor.isAtLeast('Exchange'))) {
    raiseNeighborEvent(neighbor, 'HelloReceived');
  }
  switch (header.type) {
    case PacketType.databaseDescription: {
      const dd = decodeDatabaseDescription(body);
      if (dd instanceof DecodeError) return process.malformed(owner, dd);
      return receiveDatabaseDescription(neighbor, source, dd, now);
    }
    case PacketType.linkStateRequest: {
      const request = decodeLinkStateRequest(body);
      if (request instanceof DecodeError) return process.malformed(owner, request);
      return receiveRequest(neighbor, request);
    }
    case PacketType.linkStateUpdate: {
      const start = body.offset;
      const wrong = checkLinkStateUpdate(body);
      if (wrong !== undefined) return process.malformed(owner, wrong);
      body.offset = start;
      return receiveUpdate(neighbor, body, now);
    }
    case PacketType.linkStateAcknowledgment: {
      const wrong = checkLinkStateAcknowledgment(body);
      if (wrong !== undefined) return process.malformed(owner, wrong);
      return receiveAcknowledgment(neighbor, body, now);
    }
  }
}

/** A device may carry several OSPF interfaces, one an address; the one whose network the source is on. */
function findInterface(process: OspfProcess, interfaceIndex: number, source: Ipv4): OspfInterface | undefined {
  let fallback: OspfInterface | undefined;
  for (const owner of process.interfaces) {
    if (owner.system.index !== interfaceIndex) continue;
    if (isOnLink(owner, source)) return owner; // [2328:8.2 interface]
    fallback ??= owner;
  }
  return fallback;
}

/** A packet of the backbone that a router sent which is not on the link, or that came in on an interface of another area. */
function findVirtualLink(process: OspfProcess, physical: OspfInterface | undefined, source: Ipv4, destination: Ipv4, packet: Uint8Array): OspfInterface | undefined {
  if (process.virtualLinks.length === 0 || isMulticast(destination) || packet.length < OSPF_HEADER_LENGTH) return undefined;
  if (physical !== undefined && physical.area.isBackbone && (physical.isUnnumbered || isOnLink(physical, source))) return undefined;
  const r = new ByteReader(packet, 4);
  const routerId = r.u32();
  return r.u32() === BACKBONE ? virtualLinkOf(process, destination, routerId) : undefined;
}

function isOnLink(owner: OspfInterface, source: Ipv4): boolean {
  return owner.peer === source || prefixContains(networkOf(owner.address, owner.prefixLength), owner.prefixLength, source);
}

/** The cryptographic sequence number must not go back. [2328:D.5.3(2)] */
function isReplayed(owner: OspfInterface, source: Ipv4, header: OspfHeader): boolean {
  if (header.authType !== AuthType.cryptographic) return false;
  const neighbor = lookUpNeighbor(owner, source, header.routerId);
  if (neighbor === undefined || header.authLow >= neighbor.cryptographicSequence) return false; // [2328:D.5.3(2) same]
  owner.process.refuse(owner, '[2328:D.5.3(2)]', source, 'cryptographic sequence number', header.authLow, neighbor.cryptographicSequence);
  return true; // [2328:D.5.3(2)]
}

function rememberSequence(owner: OspfInterface, source: Ipv4, header: OspfHeader): void {
  if (header.authType !== AuthType.cryptographic) return;
  const neighbor = lookUpNeighbor(owner, source, header.routerId);
  if (neighbor !== undefined) neighbor.cryptographicSequence = header.authLow; // [2328:D.3 sequence]
}
