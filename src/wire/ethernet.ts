/**
 * Ethernet II with any number of 802.1Q and 802.1ad tags. [894] [802.3:3.2] [802.1Q:9]
 *
 * A frame here runs from the destination address to the end of the padding; there is no FCS. Below 0x600 the type
 * field is an 802.3 length: the header decodes all the same and `isLengthField` tells (llc.ts has what follows).
 * The second half of this file works on the bytes in place and allocates nothing: it is for switches and forwarding.
 */
import type { Ipv4, Mac } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';

/** Without tags. */
export const ETHERNET_HEADER_LENGTH = 14;
export const VLAN_TAG_LENGTH = 4;
/** The shortest frame on the wire without FCS. Linux pads in the driver, so captures on the sender show less. */
export const MINIMUM_FRAME_LENGTH = 60;

export const EtherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  /** [903] */
  reverseArp: 0x8035,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
  /** What providers used for the outer tag before 802.1ad. */
  oldServiceVlan: 0x9100,
} as const;

/** Not to be written to. */
export const BROADCAST_MAC: Mac = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

export class VlanTag {
  /** 0x8100, or 0x88a8 (once 0x9100) for the outer tag of a provider. */
  protocolId: number = EtherType.vlan;
  /** Priority (3 bits), drop eligible (1 bit), VLAN id (12 bits). */
  control = 0;
}

export class EthernetHeader {
  /** Decoded: a view into the frame; copy what is kept. */
  destination: Mac = new Uint8Array(6);
  /** Decoded: a view into the frame; copy what is kept. */
  source: Mac = new Uint8Array(6);
  /** Outermost first. */
  tags: VlanTag[] = [];
  /** Of the payload, behind all tags. */
  etherType = 0;
}

/** 0-7. */
export function vlanPriority(tag: VlanTag): number {
  return tag.control >>> 13;
}

export function isDropEligible(tag: VlanTag): boolean {
  return (tag.control & 0x1000) !== 0;
}

/** 0: the tag carries a priority only. */
export function vlanId(tag: VlanTag): number {
  return tag.control & 0xfff;
}

/** Leaves the reader at the payload. */
export function decodeEthernetHeader(r: ByteReader): EthernetHeader | DecodeError {
  if (r.remaining < ETHERNET_HEADER_LENGTH) {
    return new DecodeError('truncated', r.offset, '[894]', r.remaining, ETHERNET_HEADER_LENGTH);
  }
  const h = new EthernetHeader();
  h.destination = r.view(6);
  h.source = r.view(6);
  let type = r.u16();
  while (isVlanType(type)) {
    if (r.remaining < VLAN_TAG_LENGTH) {
      return new DecodeError('truncated', r.offset, '[802.1Q:9.5]', r.remaining, VLAN_TAG_LENGTH);
    }
    const tag = new VlanTag();
    tag.protocolId = type;
    tag.control = r.u16();
    h.tags.push(tag);
    type = r.u16();
  }
  h.etherType = type;
  return h;
}

export function ethernetHeaderLength(h: EthernetHeader): number {
  return ETHERNET_HEADER_LENGTH + VLAN_TAG_LENGTH * h.tags.length;
}

export function encodeEthernetHeader(h: EthernetHeader, w: ByteWriter): void {
  w.raw(h.destination);
  w.raw(h.source);
  for (const tag of h.tags) {
    w.u16(tag.protocolId);
    w.u16(tag.control);
  }
  w.u16(h.etherType);
}

export function isVlanType(etherType: number): boolean {
  return etherType === EtherType.vlan || etherType === EtherType.serviceVlan || etherType === EtherType.oldServiceVlan;
}

/** Whether a type field is really an 802.3 length. */
export function isLengthField(etherType: number): boolean {
  return etherType < 0x600;
}

/** The field at offset 12 of an untagged frame, or the outer tag's protocol id; 0 when the frame is too short. */
export function etherTypeOf(frame: Uint8Array): number {
  return frame.length < ETHERNET_HEADER_LENGTH ? 0 : (frame[12] << 8) | frame[13];
}

/** Writes 14 bytes at `offset`; addresses from the start of the two arrays. Returns the offset of the payload. */
export function writeEthernetHeader(
  bytes: Uint8Array, offset: number, destination: Uint8Array, source: Uint8Array, etherType: number,
): number {
  for (let i = 0; i < 6; i++) bytes[offset + i] = destination[i];
  for (let i = 0; i < 6; i++) bytes[offset + 6 + i] = source[i];
  bytes[offset + 12] = etherType >>> 8;
  bytes[offset + 13] = etherType;
  return offset + ETHERNET_HEADER_LENGTH;
}

/** The address at `offset` as one 48-bit number: a key for tables. */
export function macNumber(bytes: Uint8Array, offset = 0): number {
  const high = (bytes[offset] << 8) | bytes[offset + 1];
  const low = ((bytes[offset + 2] << 24) | (bytes[offset + 3] << 16) | (bytes[offset + 4] << 8) | bytes[offset + 5]) >>> 0;
  return high * 0x100000000 + low;
}

/** The group bit of the address at `offset`: multicast or broadcast. */
export function isGroupMac(bytes: Uint8Array, offset = 0): boolean {
  return (bytes[offset] & 1) !== 0;
}

export function isBroadcastMac(bytes: Uint8Array, offset = 0): boolean {
  for (let i = 0; i < 6; i++) if (bytes[offset + i] !== 0xff) return false;
  return true;
}

export function isZeroMac(bytes: Uint8Array, offset = 0): boolean {
  for (let i = 0; i < 6; i++) if (bytes[offset + i] !== 0) return false;
  return true;
}

/** Writes the group address that an IPv4 multicast address maps to: 01:00:5e and its low 23 bits. [1112:6.4] */
export function writeMulticastMac(bytes: Uint8Array, offset: number, group: Ipv4): void {
  bytes[offset] = 0x01;
  bytes[offset + 1] = 0x00;
  bytes[offset + 2] = 0x5e;
  bytes[offset + 3] = (group >>> 16) & 0x7f;
  bytes[offset + 4] = group >>> 8;
  bytes[offset + 5] = group;
}
