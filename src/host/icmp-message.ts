/**
 * The ICMP messages that a host answers with, written in place: for the hot path, beside the values of wire/icmp.ts.
 */
import { ICMP_HEADER_LENGTH, IcmpType } from '../wire/icmp.js';
import { internetChecksum, updateChecksum } from '../wire/internet-checksum.js';
import { IpProtocol, ipv4HeaderLengthOf, ipv4ProtocolOf, ipv4TotalLengthOf } from '../wire/ipv4.js';

/** Of an IP packet that carries an error, bytes. [1812:4.3.2.3] */
const LONGEST_ERROR = 576;

export function isValidIcmp(bytes: Uint8Array, offset: number, length: number): boolean {
  return length >= ICMP_HEADER_LENGTH && internetChecksum(bytes, offset, offset + length) === 0;
}

/** The reply to the echo request of `length` bytes at `offset` of `request`. */
export function echoReply(bytes: Uint8Array, at: number, request: Uint8Array, offset: number, length: number): void {
  for (let i = 0; i < length; i++) bytes[at + i] = request[offset + i];
  bytes[at] = IcmpType.echoReply;
  const checksum = updateChecksum((bytes[at + 2] << 8) | bytes[at + 3], IcmpType.echoRequest << 8, IcmpType.echoReply << 8);
  bytes[at + 2] = checksum >>> 8;
  bytes[at + 3] = checksum;
}

/**
 * An error about the packet at `packetAt` of `packet`. Returns its length; 0: there must be none, because the packet is a
 * later fragment or an ICMP error itself. [1122:3.2.2]
 */
export function icmpError(bytes: Uint8Array, at: number, packet: Uint8Array, packetAt: number, type: number, code: number,
  nextHopMtu: number): number {
  if ((packet[packetAt + 6] & 0x1f) !== 0 || packet[packetAt + 7] !== 0) return 0;
  const headerLength = ipv4HeaderLengthOf(packet, packetAt);
  const total = ipv4TotalLengthOf(packet, packetAt);
  if (ipv4ProtocolOf(packet, packetAt) === IpProtocol.icmp) {
    if (total < headerLength + 1) return 0;
    const original = packet[packetAt + headerLength];
    if (original !== IcmpType.echoRequest && original !== IcmpType.echoReply) return 0;
  }
  const quoted = Math.min(total, LONGEST_ERROR - 20 - ICMP_HEADER_LENGTH);
  bytes[at] = type;
  bytes[at + 1] = code;
  bytes.fill(0, at + 2, at + 6);
  bytes[at + 6] = nextHopMtu >>> 8;
  bytes[at + 7] = nextHopMtu;
  for (let i = 0; i < quoted; i++) bytes[at + ICMP_HEADER_LENGTH + i] = packet[packetAt + i];
  const length = ICMP_HEADER_LENGTH + quoted;
  const checksum = internetChecksum(bytes, at, at + length);
  bytes[at + 2] = checksum >>> 8;
  bytes[at + 3] = checksum;
  return length;
}
