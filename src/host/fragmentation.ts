/**
 * A packet that is longer than the MTU of its way, in pieces, and put together again where it is delivered. [791:3.2]
 *
 * As Linux does it: every piece but the last is as long as fits, in units of eight bytes; options that belong to the first piece only are overwritten with
 * "no operation" in the others, so that all headers are of one length. Read wire/ipv4-reassembly.ts for the way back.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { DecodeError } from '../wire/decode-error.js';
import { internetChecksum } from '../wire/internet-checksum.js';
import { ipv4HeaderLengthOf, ipv4TotalLengthOf } from '../wire/ipv4.js';
import { Ipv4Reassembly } from '../wire/ipv4-reassembly.js';

/** ipfrag_time */
const TIMEOUT: Micros = 30 * SECOND;
const IPV4_HEADER_LENGTH = 20;
const MORE_FRAGMENTS = 0x20;
const OPTION_END = 0;
const OPTION_NO_OPERATION = 1;
/** Of an option's type: it is in every fragment. */
const COPIED = 0x80;

/**
 * `packet` begins with its IPv4 header; it may be a fragment itself. `take` gets each piece, header and checksum included. Nothing is taken where not even eight
 * bytes fit.
 */
export function inPieces(packet: Uint8Array, mtu: number, take: (piece: Uint8Array) => void): void {
  const headerLength = ipv4HeaderLengthOf(packet, 0);
  const total = ipv4TotalLengthOf(packet, 0);
  const step = Math.floor((mtu - headerLength) / 8) * 8;
  if (step <= 0) return;
  const field = (packet[6] << 8) | packet[7];
  const header = packet.slice(0, headerLength);
  for (let at = headerLength; at < total; at += step) {
    const length = headerLength + Math.min(step, total - at);
    const isLast = at + step >= total;
    const piece = new Uint8Array(length);
    piece.set(header);
    piece.set(packet.subarray(at, at + length - headerLength), headerLength);
    const fragment = ((field & 0x1fff) + (at - headerLength) / 8) | (field & 0xe000);
    piece[2] = length >>> 8;
    piece[3] = length;
    piece[6] = (fragment >>> 8) | (isLast ? 0 : MORE_FRAGMENTS);
    piece[7] = fragment;
    piece[10] = 0;
    piece[11] = 0;
    const checksum = internetChecksum(piece, 0, headerLength);
    piece[10] = checksum >>> 8;
    piece[11] = checksum;
    take(piece);
    if (at === headerLength) blankOptions(header);
  }
}

function blankOptions(header: Uint8Array): void {
  for (let at = IPV4_HEADER_LENGTH; at < header.length;) {
    const type = header[at];
    if (type === OPTION_END) return;
    const length = type === OPTION_NO_OPERATION ? 1 : header[at + 1];
    if (length < 1 || at + length > header.length) return;
    if ((type & COPIED) === 0) header.fill(OPTION_NO_OPERATION, at, at + length);
    at += length;
  }
}

/** What a host has of packets that are not whole. */
export class FragmentQueue {
  private readonly reassembly = new Ipv4Reassembly({ timeoutMicros: TIMEOUT });

  /** A frame with the whole packet, if this was what was missing. `frame` is borrowed. */
  add(now: Micros, frame: Uint8Array, ipAt: number): Uint8Array | 'waiting' | 'refused' {
    const packet = this.reassembly.add(now, frame.subarray(ipAt));
    if (packet instanceof DecodeError) return 'refused';
    if (packet === undefined) return 'waiting';
    const whole = new Uint8Array(ipAt + packet.length);
    whole.set(frame.subarray(0, ipAt));
    whole.set(packet, ipAt);
    return whole;
  }
}
