/**
 * Sending protocol packets. [2328:8.1]
 *
 * Packets wait in a queue until everything that the present input set off has been done, and are written then: a daemon's writes come
 * after its timers and events. It matters for a system that wakes after a long sleep: what it queued for an interface on which its
 * last neighbour then turns out to be dead is never sent by some implementations. All waiting packets share one buffer.
 */
import { maskOf, type Ipv4 } from '../base/address.js';
import { ByteWriter } from '../wire/bytes.js';
import { authenticationTrailerLength, sealPacket } from '../wire/ospf/authentication.js';
import { ALL_D_ROUTERS, ALL_SPF_ROUTERS, OSPF_HEADER_LENGTH, OspfHeader, encodeOspfHeader } from '../wire/ospf/packet.js';
import type { OspfAuthentication } from './configuration.js';
import type { OspfInterface } from './interface.js';
import type { Neighbor } from './neighbor.js';

const IP_HEADER_LENGTH = 20;
/** Where the length stands in the header. [2328:A.3.1] */
const PACKET_LENGTH = 2;
const header = new OspfHeader();

/** Octets that the OSPF packet, header included, may have on this interface. */
export function maximumPacketLength(owner: OspfInterface): number {
  return (owner.parameters.transport?.longestPacket ?? Math.max(owner.system.mtu, 576)) - IP_HEADER_LENGTH - longestTrailerLength(owner);
}

/** Of several keys the longest counts, so that a packet fits with any of them. */
function longestTrailerLength({ parameters: { authentication, keys } }: OspfInterface): number {
  let longest = authenticationTrailerLength(authentication);
  if (keys !== undefined) for (const key of keys) longest = Math.max(longest, authenticationTrailerLength(key.authentication));
  return longest;
}

/**
 * Builds a packet around a body and queues it. `encodeBody` writes exactly `bodyLength` octets.
 */
export function sendPacket(owner: OspfInterface, type: number, destination: Ipv4, bodyLength: number,
  encodeBody: (w: ByteWriter) => void): void {
  const { authentication } = owner.parameters;
  const length = OSPF_HEADER_LENGTH + bodyLength; // [2328:8.1]
  const { output } = owner.process;
  const start = output.reserve(length + authenticationTrailerLength(authentication));
  header.type = type; // [2328:8.1 header]
  header.length = length;
  header.routerId = owner.process.routerId;
  header.areaId = owner.area.id;
  const w = new ByteWriter(output.bytes, start);
  encodeOspfHeader(header, w);
  encodeBody(w);
  const sequence = hasSequence(authentication) ? owner.process.nextCryptographicSequence() : 0;
  const total = sealPacket(output.bytes, start, length, authentication, sequence);
  output.add(owner, destination, start, total);
}

function hasSequence({ type }: OspfAuthentication): boolean {
  return type === 'md5' || type === 'hmac';
}

/** Queues a packet that is complete already: the same contents; a cryptographic sequence number never goes back. [2328:D.4.3] */
export function sendAgain(owner: OspfInterface, destination: Ipv4, packet: Uint8Array): void {
  const { process } = owner;
  const { output } = process;
  const { authentication } = owner.parameters;
  const isSealedAnew = hasSequence(authentication) || owner.parameters.keys !== undefined;
  // The trailer may be another key's, and of another length.
  const length = isSealedAnew ? (packet[PACKET_LENGTH] << 8) | packet[PACKET_LENGTH + 1] : packet.length;
  const start = output.reserve(length + authenticationTrailerLength(authentication));
  output.bytes.set(packet.subarray(0, length), start);
  const sequence = hasSequence(authentication) ? process.nextCryptographicSequence() : 0;
  output.add(owner, destination, start, isSealedAnew ? sealPacket(output.bytes, start, length, authentication, sequence) : length);
}

const NO_BYTES = new Uint8Array(0);
/** Buffers that nobody writes into: what waits anywhere at one time is in few. */
const freeBuffers: Uint8Array<ArrayBuffer>[] = [];

/** Packets that wait to be written, in order. The buffer is borrowed for as long as there are any. */
export class OutputQueue {
  bytes: Uint8Array<ArrayBuffer> = NO_BYTES;
  private used = 0;
  private count = 0;
  /** Slots are kept and used again. */
  private readonly slots: { owner: OspfInterface | undefined; destination: Ipv4; start: number; length: number }[] = [];

  /** Room for a packet; earlier packets may move to a larger buffer. */
  reserve(length: number): number {
    if (this.bytes === NO_BYTES) this.bytes = freeBuffers.pop() ?? new Uint8Array(4096);
    if (this.used + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + length));
      larger.set(this.bytes.subarray(0, this.used));
      this.bytes = larger;
    }
    return this.used;
  }

  add(owner: OspfInterface, destination: Ipv4, start: number, length: number): void {
    if (this.count === this.slots.length) this.slots.push({ owner, destination, start, length });
    else {
      const slot = this.slots[this.count];
      slot.owner = owner;
      slot.destination = destination;
      slot.start = start;
      slot.length = length;
    }
    this.count++;
    this.used = start + length;
  }

  /** A copy of the packet that was queued last. */
  copyLast(): Uint8Array {
    const { start, length } = this.slots[this.count - 1];
    return this.bytes.slice(start, start + length);
  }

  /** Drops what waits for one interface. */
  drop(owner: OspfInterface): void {
    for (let i = 0; i < this.count; i++) if (this.slots[i].owner === owner) this.slots[i].owner = undefined;
  }

  /** Hands everything to the environment, which borrows the bytes for the call. */
  write(): void {
    if (this.bytes === NO_BYTES) return;
    for (let i = 0; i < this.count; i++) {
      const { owner, destination, start, length } = this.slots[i];
      if (owner === undefined) continue;
      const { environment, behaviour } = owner.process;
      owner.packetsSent[this.bytes[start + 1]]++;
      const packet = this.bytes.subarray(start, start + length);
      // [2328:8.1 source]
      if (owner.virtualLink === undefined) environment.send(owner.system.index, owner.address, destination, packet, owner.parameters.transport?.header);
      else environment.sendRouted(owner.address, destination, behaviour.virtualLink.timeToLive, packet); // [2328:8.1 virtual link]
    }
    this.count = 0;
    this.used = 0;
    freeBuffers.push(this.bytes);
    this.bytes = NO_BYTES;
  }
}

/** Where packets for one neighbour go: on a point-to-point link to the group, else to its address. [2328:8.1 destination] */
export function neighborDestination(neighbor: Neighbor): Ipv4 {
  const owner = neighbor.interface;
  if (owner.virtualLink !== undefined) return owner.virtualLink.peerAddress;
  return owner.parameters.networkType === 'point-to-point' ? ALL_SPF_ROUTERS : neighbor.address;
}

/** No groups are used on this network, but its broadcast address. */
export function isRealBroadcast(owner: OspfInterface): boolean {
  return owner.parameters.transport?.isRealBroadcast === true && owner.parameters.networkType === 'broadcast';
}

/** Where Hellos go on a network where one is enough for all. */
export function allRouters(owner: OspfInterface): Ipv4 {
  return isRealBroadcast(owner) ? (owner.address | ~maskOf(owner.prefixLength)) >>> 0 : ALL_SPF_ROUTERS;
}

/** Everywhere that what is flooded goes: to a group, or where there is none to each router that must have it. */
export function forFloodDestinations(owner: OspfInterface, send: (destination: Ipv4) => void): void {
  if (owner.traits.isUnicast) {
    for (const neighbor of owner.neighbors) if (neighbor.isAtLeast('Exchange')) send(neighborDestination(neighbor));
  } else if (!isRealBroadcast(owner)) {
    send(floodDestination(owner));
  } else if (owner.state === 'DR' || owner.state === 'Backup') {
    send(allRouters(owner));
  } else {
    for (const address of [owner.designatedRouter, owner.backupDesignatedRouter]) if (address !== 0) send(address);
  }
}

/** Where flooded updates and delayed acknowledgments go on a network with groups. [2328:13.3(5)] [2328:13.5] */
export function floodDestination(owner: OspfInterface): Ipv4 {
  return !owner.traits.isElecting || owner.state === 'DR' || owner.state === 'Backup'
    ? ALL_SPF_ROUTERS : ALL_D_ROUTERS;
}
