/**
 * Sending protocol packets. [2328:8.1]
 *
 * One scratch buffer serves all packets: the environment borrows the bytes for the call.
 */
import type { Ipv4 } from '../base/address.js';
import { ByteWriter } from '../wire/bytes.js';
import { sealPacket } from '../wire/ospf/authentication.js';
import { ALL_D_ROUTERS, ALL_SPF_ROUTERS, AuthType, OSPF_HEADER_LENGTH, OspfHeader, encodeOspfHeader } from '../wire/ospf/packet.js';
import type { OspfInterface } from './interface.js';
import type { Neighbor } from './neighbor.js';

const IP_HEADER_LENGTH = 20;
const MD5_DIGEST_LENGTH = 16;
const scratch = new Uint8Array(65_536);
const header = new OspfHeader();

/** Octets that the OSPF packet, header included, may have on this interface. */
export function maximumPacketLength(owner: OspfInterface): number {
  const digest = owner.parameters.authentication.type === 'md5' ? MD5_DIGEST_LENGTH : 0;
  return Math.max(owner.system.mtu, 576) - IP_HEADER_LENGTH - digest;
}

/**
 * Builds a packet around a body and sends it. `encodeBody` writes exactly `bodyLength` octets.
 * Returns the packet as sent (borrowed; valid until the next packet).
 */
export function sendPacket(owner: OspfInterface, type: number, destination: Ipv4, bodyLength: number,
  encodeBody: (w: ByteWriter) => void): Uint8Array {
  header.type = type;
  header.length = OSPF_HEADER_LENGTH + bodyLength;
  header.routerId = owner.process.routerId;
  header.areaId = owner.area.id;
  header.checksum = 0;
  header.authType = AuthType.none;
  header.authHigh = 0;
  header.authLow = 0;
  const w = new ByteWriter(scratch);
  encodeOspfHeader(header, w);
  encodeBody(w);
  const { authentication } = owner.parameters;
  const sequence = authentication.type === 'md5' ? owner.process.nextCryptographicSequence() : 0;
  const total = sealPacket(scratch, 0, header.length, authentication, sequence);
  const packet = scratch.subarray(0, total);
  owner.process.environment.send(owner.system.index, owner.address, destination, packet);
  return packet;
}

/** Where packets for one neighbour go: on point-to-point to the group, else to its address. [2328:8.1] */
export function neighborDestination(neighbor: Neighbor): Ipv4 {
  return neighbor.interface.parameters.networkType === 'point-to-point' ? ALL_SPF_ROUTERS : neighbor.address;
}

/** Where flooded updates and delayed acknowledgments go. [2328:13.3(5)] [2328:13.5] */
export function floodDestination(owner: OspfInterface): Ipv4 {
  return owner.parameters.networkType === 'point-to-point' || owner.state === 'DR' || owner.state === 'Backup'
    ? ALL_SPF_ROUTERS : ALL_D_ROUTERS;
}
