/**
 * ICMP: echo, destination unreachable and time exceeded; anything else is kept as bytes. [792] [1191:4]
 *
 * A message fills the reader to its end: set `end` to the end of the IPv4 packet first. The checksum covers all
 * of it; it is verified on decode and computed on encode.
 */
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, internetChecksum, onesSum } from './internet-checksum.js';

/** The first 8 bytes: type, code, checksum and a word that depends on the type. */
export const ICMP_HEADER_LENGTH = 8;

export const IcmpType = {
  echoReply: 0,
  destinationUnreachable: 3,
  redirect: 5,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;

/** Codes of destination unreachable. [792] [1812:5.2.7.1] */
export const UnreachableCode = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  administrativelyProhibited: 13,
} as const;

/** Codes of time exceeded. */
export const TimeExceededCode = { inTransit: 0, reassembly: 1 } as const;

/** Echo request or reply. */
export class IcmpEcho {
  readonly kind = 'echo';
  /** IcmpType.echoRequest or echoReply. */
  type: number = IcmpType.echoRequest;
  code = 0;
  identifier = 0;
  sequence = 0;
  /** Decoded: a view into the packet; copy what is kept. */
  payload: Uint8Array = new Uint8Array(0);
}

/** Destination unreachable or time exceeded. */
export class IcmpError {
  readonly kind = 'error';
  /** IcmpType.destinationUnreachable or timeExceeded. */
  type: number = IcmpType.destinationUnreachable;
  code = 0;
  /** The first half of the second word; zero, or the length of [4884:3]. */
  unused = 0;
  /** Bytes; only in destination unreachable with code fragmentationNeeded, otherwise zero. [1191:4] */
  nextHopMtu = 0;
  /** The header and the first bytes of the packet it is about. Decoded: a view; copy what is kept. */
  original: Uint8Array = new Uint8Array(0);
}

/** Any other message. */
export class IcmpOther {
  readonly kind = 'other';
  type = 0;
  code = 0;
  /** All behind the checksum, at least 4 bytes. Decoded: a view; copy what is kept. */
  body: Uint8Array = new Uint8Array(4);
}

export type IcmpMessage = IcmpEcho | IcmpError | IcmpOther;

export function decodeIcmp(r: ByteReader): IcmpMessage | DecodeError {
  const start = r.offset;
  if (r.remaining < ICMP_HEADER_LENGTH) {
    return new DecodeError('truncated', start, '[792]', r.remaining, ICMP_HEADER_LENGTH);
  }
  const want = foldChecksum(onesSum(r.bytes, start, start + 2) + onesSum(r.bytes, start + 4, r.end));
  const type = r.u8();
  const code = r.u8();
  const checksum = r.u16();
  if (checksum !== want) return new DecodeError('checksum', start + 2, '[792]', checksum, want);
  if (type === IcmpType.echoRequest || type === IcmpType.echoReply) {
    const echo = new IcmpEcho();
    echo.type = type;
    echo.code = code;
    echo.identifier = r.u16();
    echo.sequence = r.u16();
    echo.payload = r.view(r.remaining);
    return echo;
  }
  if (type === IcmpType.destinationUnreachable || type === IcmpType.timeExceeded) {
    const error = new IcmpError();
    error.type = type;
    error.code = code;
    error.unused = r.u16();
    error.nextHopMtu = r.u16();
    error.original = r.view(r.remaining);
    return error;
  }
  const other = new IcmpOther();
  other.type = type;
  other.code = code;
  other.body = r.view(r.remaining);
  return other;
}

export function icmpLength(m: IcmpMessage): number {
  switch (m.kind) {
    case 'echo': return ICMP_HEADER_LENGTH + m.payload.length;
    case 'error': return ICMP_HEADER_LENGTH + m.original.length;
    case 'other': return 4 + m.body.length;
  }
}

export function encodeIcmp(m: IcmpMessage, w: ByteWriter): void {
  const start = w.offset;
  w.u8(m.type);
  w.u8(m.code);
  w.u16(0);
  switch (m.kind) {
    case 'echo':
      w.u16(m.identifier);
      w.u16(m.sequence);
      w.raw(m.payload);
      break;
    case 'error':
      w.u16(m.unused);
      w.u16(m.nextHopMtu);
      w.raw(m.original);
      break;
    case 'other':
      w.raw(m.body);
      break;
  }
  w.patchU16(start + 2, internetChecksum(w.bytes, start, w.offset));
}
