/**
 * The IPv4 header. [791:3.1] Options are kept as bytes; the checksum is verified on decode and computed on encode.
 *
 * The checksum must be the one that encoding gives: 0xffff where 0x0000 is meant is refused, although the two are
 * equal in ones' complement arithmetic. No sender that follows [1624] produces it.
 * The second half of this file works on the bytes in place and allocates nothing: it is for forwarding.
 */
import type { Ipv4 } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, internetChecksum, onesSum, updateChecksum } from './internet-checksum.js';

/** Without options. */
export const IPV4_HEADER_LENGTH = 20;

export const IpProtocol = { icmp: 1, igmp: 2, tcp: 6, udp: 17, ospf: 89, vrrp: 112 } as const;

/** Values of `flags`. */
export const Ipv4Flag = { moreFragments: 1, dontFragment: 2, reserved: 4 } as const;

/** The four option bytes that ask every router on the way to look. Not to be written to. [2113] */
export const ROUTER_ALERT_OPTION: Uint8Array = new Uint8Array([0x94, 0x04, 0x00, 0x00]);

/** Not to be written to. */
const NO_OPTIONS: Uint8Array = new Uint8Array(0);

export class Ipv4Header {
  /** DSCP and ECN. */
  typeOfService = 0;
  /** Header and payload, bytes. The encoder writes it as it stands. */
  totalLength = IPV4_HEADER_LENGTH;
  identification = 0;
  /** Three bits; see Ipv4Flag. */
  flags = 0;
  /** In units of 8 bytes. */
  fragmentOffset = 0;
  timeToLive = 0;
  protocol = 0;
  source: Ipv4 = 0;
  destination: Ipv4 = 0;
  /** 0 to 40 bytes, a multiple of 4. Decoded: a view into the packet; copy what is kept. */
  options: Uint8Array = NO_OPTIONS;
}

/** Leaves the reader at the payload, which is `ipv4PayloadLength` long; the reader may go on behind it (padding). */
export function decodeIpv4Header(r: ByteReader): Ipv4Header | DecodeError {
  const start = r.offset;
  const available = r.remaining;
  const h = decodeEmbeddedIpv4Header(r);
  if (h instanceof DecodeError) return h;
  if (h.totalLength > available) {
    return new DecodeError('length', start + 2, '[791:3.1]', h.totalLength, `at most ${available}`);
  }
  return h;
}

/** The header inside an ICMP error: the packet that follows it may be cut off. [792] [1812:4.3.2.3] */
export function decodeEmbeddedIpv4Header(r: ByteReader): Ipv4Header | DecodeError {
  const start = r.offset;
  if (r.remaining < IPV4_HEADER_LENGTH) {
    return new DecodeError('truncated', start, '[791:3.1]', r.remaining, IPV4_HEADER_LENGTH);
  }
  const versionAndLength = r.u8();
  if (versionAndLength >>> 4 !== 4) return new DecodeError('version', start, '[791:3.1]', versionAndLength >>> 4, 4);
  const headerLength = (versionAndLength & 15) * 4;
  if (headerLength < IPV4_HEADER_LENGTH) {
    return new DecodeError('length', start, '[791:3.1]', headerLength, `at least ${IPV4_HEADER_LENGTH}`);
  }
  if (headerLength > r.remaining + 1) {
    return new DecodeError('truncated', start, '[791:3.1]', r.remaining + 1, headerLength);
  }
  const h = new Ipv4Header();
  h.typeOfService = r.u8();
  h.totalLength = r.u16();
  h.identification = r.u16();
  const flagsAndOffset = r.u16();
  h.flags = flagsAndOffset >>> 13;
  h.fragmentOffset = flagsAndOffset & 0x1fff;
  h.timeToLive = r.u8();
  h.protocol = r.u8();
  const checksum = r.u16();
  h.source = r.u32();
  h.destination = r.u32();
  if (headerLength > IPV4_HEADER_LENGTH) h.options = r.view(headerLength - IPV4_HEADER_LENGTH);
  const want = ipv4Checksum(r.bytes, start, headerLength);
  if (checksum !== want) return new DecodeError('checksum', start + 10, '[791:3.1]', checksum, want);
  if (h.totalLength < headerLength) {
    return new DecodeError('length', start + 2, '[791:3.1]', h.totalLength, `at least ${headerLength}`);
  }
  return h;
}

export function ipv4HeaderLength(h: Ipv4Header): number {
  return IPV4_HEADER_LENGTH + h.options.length;
}

export function ipv4PayloadLength(h: Ipv4Header): number {
  return h.totalLength - ipv4HeaderLength(h);
}

export function encodeIpv4Header(h: Ipv4Header, w: ByteWriter): void {
  const start = w.offset;
  const headerLength = ipv4HeaderLength(h);
  w.u8(0x40 | (headerLength >>> 2));
  w.u8(h.typeOfService);
  w.u16(h.totalLength);
  w.u16(h.identification);
  w.u16((h.flags << 13) | h.fragmentOffset);
  w.u8(h.timeToLive);
  w.u8(h.protocol);
  w.u16(0);
  w.u32(h.source);
  w.u32(h.destination);
  if (h.options.length > 0) w.raw(h.options);
  w.patchU16(start + 10, internetChecksum(w.bytes, start, start + headerLength));
}

/** What the checksum of the header at `start` has to be; the field itself counts as zero. */
function ipv4Checksum(bytes: Uint8Array, start: number, headerLength: number): number {
  return foldChecksum(onesSum(bytes, start, start + 10) + onesSum(bytes, start + 12, start + headerLength));
}

/**
 * Whether a packet that decodeIpv4Header would accept begins at `offset`, with nothing allocated. The functions
 * below may be called once this is true.
 */
export function isIpv4PacketAt(bytes: Uint8Array, offset: number, end = bytes.length): boolean {
  const available = end - offset;
  if (available < IPV4_HEADER_LENGTH || bytes[offset] >>> 4 !== 4) return false;
  const headerLength = ipv4HeaderLengthOf(bytes, offset);
  if (headerLength < IPV4_HEADER_LENGTH || headerLength > available) return false;
  const totalLength = ipv4TotalLengthOf(bytes, offset);
  if (totalLength < headerLength || totalLength > available) return false;
  return ((bytes[offset + 10] << 8) | bytes[offset + 11]) === ipv4Checksum(bytes, offset, headerLength);
}

export function ipv4HeaderLengthOf(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] & 15) * 4;
}

export function ipv4TotalLengthOf(bytes: Uint8Array, offset: number): number {
  return (bytes[offset + 2] << 8) | bytes[offset + 3];
}

export function ipv4TimeToLiveOf(bytes: Uint8Array, offset: number): number {
  return bytes[offset + 8];
}

export function ipv4ProtocolOf(bytes: Uint8Array, offset: number): number {
  return bytes[offset + 9];
}

/** The packet is one of several fragments, first or later. */
export function isIpv4FragmentAt(bytes: Uint8Array, offset: number): boolean {
  return (bytes[offset + 6] & 0x3f) !== 0 || bytes[offset + 7] !== 0;
}

export function ipv4SourceOf(bytes: Uint8Array, offset: number): Ipv4 {
  return u32At(bytes, offset + 12);
}

export function ipv4DestinationOf(bytes: Uint8Array, offset: number): Ipv4 {
  return u32At(bytes, offset + 16);
}

/** Takes one from a TTL that is above zero, and mends the checksum without reading the rest. [1624:3] Returns the TTL. */
export function decrementTtl(bytes: Uint8Array, offset: number): number {
  const ttl = bytes[offset + 8] - 1;
  const oldWord = (bytes[offset + 8] << 8) | bytes[offset + 9];
  const checksum = updateChecksum((bytes[offset + 10] << 8) | bytes[offset + 11], oldWord, oldWord - 0x100);
  bytes[offset + 8] = ttl;
  bytes[offset + 10] = checksum >>> 8;
  bytes[offset + 11] = checksum;
  return ttl;
}

function u32At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
}
