/**
 * ARP for IPv4 over Ethernet: 28 bytes. [826] RARP [903] and InARP [2390] have the same form and other operations.
 *
 * decodeArp refuses other hardware or protocol types; decodeAnyArp keeps their addresses as bytes. What follows (padding
 * to 60) stays in the reader.
 */
import type { Ipv4, Mac } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { EtherType, isZeroMac } from './ethernet.js';

export const ARP_LENGTH = 28;
const HARDWARE_ETHERNET = 1;

export const ArpOperation = {
  request: 1,
  reply: 2,
  reverseRequest: 3,
  reverseReply: 4,
  inverseRequest: 8,
  inverseReply: 9,
} as const;

export class Arp {
  operation: number = ArpOperation.request;
  /** Decoded: a view into the frame; copy what is kept. */
  senderHardwareAddress: Mac = new Uint8Array(6);
  senderProtocolAddress: Ipv4 = 0;
  /** Decoded: a view into the frame; copy what is kept. */
  targetHardwareAddress: Mac = new Uint8Array(6);
  targetProtocolAddress: Ipv4 = 0;
}

export function decodeArp(r: ByteReader): Arp | DecodeError {
  const start = r.offset;
  if (r.remaining < ARP_LENGTH) return new DecodeError('truncated', start, '[826]', r.remaining, ARP_LENGTH);
  const hardware = r.u16();
  if (hardware !== HARDWARE_ETHERNET) return new DecodeError('value', start, '[826]', hardware, HARDWARE_ETHERNET);
  const protocol = r.u16();
  if (protocol !== EtherType.ipv4) return new DecodeError('value', start + 2, '[826]', protocol, EtherType.ipv4);
  const hardwareLength = r.u8();
  if (hardwareLength !== 6) return new DecodeError('value', start + 4, '[826]', hardwareLength, 6);
  const protocolLength = r.u8();
  if (protocolLength !== 4) return new DecodeError('value', start + 5, '[826]', protocolLength, 4);
  const arp = new Arp();
  arp.operation = r.u16();
  arp.senderHardwareAddress = r.view(6);
  arp.senderProtocolAddress = r.u32();
  arp.targetHardwareAddress = r.view(6);
  arp.targetProtocolAddress = r.u32();
  return arp;
}

export function arpLength(_arp: Arp): number {
  return ARP_LENGTH;
}

export function encodeArp(arp: Arp, w: ByteWriter): void {
  w.u16(HARDWARE_ETHERNET);
  w.u16(EtherType.ipv4);
  w.u8(6);
  w.u8(4);
  w.u16(arp.operation);
  w.raw(arp.senderHardwareAddress);
  w.u32(arp.senderProtocolAddress);
  w.raw(arp.targetHardwareAddress);
  w.u32(arp.targetProtocolAddress);
}

/** Of any hardware and protocol: addresses are bytes, as long as the lengths say. */
export class GeneralArp {
  hardwareType = HARDWARE_ETHERNET;
  protocolType: number = EtherType.ipv4;
  /** Bytes, 0-255 each. */
  hardwareAddressLength = 6;
  protocolAddressLength = 4;
  operation: number = ArpOperation.request;
  /** Decoded: views into the frame; copy what is kept. */
  senderHardwareAddress: Uint8Array = new Uint8Array(6);
  senderProtocolAddress: Uint8Array = new Uint8Array(4);
  targetHardwareAddress: Uint8Array = new Uint8Array(6);
  targetProtocolAddress: Uint8Array = new Uint8Array(4);
}

/** An Arp where it is IPv4 over Ethernet, otherwise a GeneralArp. */
export function decodeAnyArp(r: ByteReader): Arp | GeneralArp | DecodeError {
  const start = r.offset;
  if (r.remaining < 8) return new DecodeError('truncated', start, '[826]', r.remaining, 8);
  const arp = new GeneralArp();
  arp.hardwareType = r.u16();
  arp.protocolType = r.u16();
  arp.hardwareAddressLength = r.u8();
  arp.protocolAddressLength = r.u8();
  if (arp.hardwareType === HARDWARE_ETHERNET && arp.protocolType === EtherType.ipv4 && arp.hardwareAddressLength === 6 && arp.protocolAddressLength === 4) {
    r.offset = start;
    return decodeArp(r);
  }
  const need = generalArpLength(arp) - 6;
  if (r.remaining < need) return new DecodeError('truncated', start + 6, '[826]', r.remaining, need);
  arp.operation = r.u16();
  arp.senderHardwareAddress = r.view(arp.hardwareAddressLength);
  arp.senderProtocolAddress = r.view(arp.protocolAddressLength);
  arp.targetHardwareAddress = r.view(arp.hardwareAddressLength);
  arp.targetProtocolAddress = r.view(arp.protocolAddressLength);
  return arp;
}

export function generalArpLength(arp: GeneralArp): number {
  return 8 + 2 * (arp.hardwareAddressLength + arp.protocolAddressLength);
}

/** The addresses must be as long as the lengths say. */
export function encodeGeneralArp(arp: GeneralArp, w: ByteWriter): void {
  w.u16(arp.hardwareType);
  w.u16(arp.protocolType);
  w.u8(arp.hardwareAddressLength);
  w.u8(arp.protocolAddressLength);
  w.u16(arp.operation);
  w.raw(arp.senderHardwareAddress);
  w.raw(arp.senderProtocolAddress);
  w.raw(arp.targetHardwareAddress);
  w.raw(arp.targetProtocolAddress);
}

/** What an ARP packet is for. */
export type ArpPurpose =
  | 'request'
  | 'reply'
  /** "Is anybody using this address?": a request without a sender address. [5227:1.1] */
  | 'probe'
  /** "I am using this address now": a request for the sender's own address, target hardware address zero. [5227:2.3] */
  | 'announcement'
  /** The same with another target hardware address, as keepalived and others send it (ff:ff:ff:ff:ff:ff, or its own). */
  | 'gratuitous-request'
  /** A reply about the sender's own address that nobody asked for. [5227:3] */
  | 'gratuitous-reply'
  | 'reverse-request' | 'reverse-reply' | 'inverse-request' | 'inverse-reply'
  | 'other';

export function arpPurpose(arp: Arp): ArpPurpose {
  const isAboutSender = arp.senderProtocolAddress === arp.targetProtocolAddress && arp.senderProtocolAddress !== 0;
  switch (arp.operation) {
    case ArpOperation.request:
      if (isAboutSender) return isZeroMac(arp.targetHardwareAddress) ? 'announcement' : 'gratuitous-request';
      return arp.senderProtocolAddress === 0 ? 'probe' : 'request';
    case ArpOperation.reply: return isAboutSender ? 'gratuitous-reply' : 'reply';
    case ArpOperation.reverseRequest: return 'reverse-request';
    case ArpOperation.reverseReply: return 'reverse-reply';
    case ArpOperation.inverseRequest: return 'inverse-request';
    case ArpOperation.inverseReply: return 'inverse-reply';
    default: return 'other';
  }
}

/** Any of the forms in which a host tells everybody about its own address. */
export function isGratuitousArp(arp: Arp): boolean {
  const purpose = arpPurpose(arp);
  return purpose === 'announcement' || purpose === 'gratuitous-request' || purpose === 'gratuitous-reply';
}
