/**
 * ARP for IPv4 over Ethernet: 28 bytes. [826]
 *
 * Other hardware or protocol types are refused. What follows the 28 bytes (padding to 60) stays in the reader.
 */
import type { Ipv4, Mac } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { EtherType } from './ethernet.js';

export const ARP_LENGTH = 28;
const HARDWARE_ETHERNET = 1;

export const ArpOperation = { request: 1, reply: 2 } as const;

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
