/**
 * ICMP: all messages of RFC 792, router discovery [1256] and address masks [950:App.I]; anything else is kept as bytes.
 *
 * `icmp-embedded.ts` reads the packet that an error is about.
 * A message fills the reader to its end: set `end` to the end of the IPv4 packet first. The checksum covers all
 * of it; it is verified on decode and computed on encode.
 */
import type { Ipv4 } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, internetChecksum, onesSum } from './internet-checksum.js';

/** The first 8 bytes: type, code, checksum and a word that depends on the type. */
export const ICMP_HEADER_LENGTH = 8;

export const IcmpType = {
  echoReply: 0,
  destinationUnreachable: 3,
  /** Deprecated. [6633] */
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestamp: 13,
  timestampReply: 14,
  addressMaskRequest: 17,
  addressMaskReply: 18,
} as const;

/** Codes of destination unreachable. [792] [1122:3.2.2.1] [1812:5.2.7.1] */
export const UnreachableCode = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  sourceRouteFailed: 5,
  networkUnknown: 6,
  hostUnknown: 7,
  sourceHostIsolated: 8,
  networkProhibited: 9,
  hostProhibited: 10,
  networkForTypeOfService: 11,
  hostForTypeOfService: 12,
  administrativelyProhibited: 13,
  hostPrecedenceViolation: 14,
  precedenceCutoff: 15,
} as const;

/** Codes of redirect. */
export const RedirectCode = { network: 0, host: 1, networkForTypeOfService: 2, hostForTypeOfService: 3 } as const;

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

/** Destination unreachable, time exceeded or source quench. */
export class IcmpError {
  readonly kind = 'error';
  /** IcmpType.destinationUnreachable, timeExceeded or sourceQuench. */
  type: number = IcmpType.destinationUnreachable;
  code = 0;
  /** The first half of the second word; zero, or the length of [4884:3]. */
  unused = 0;
  /** Bytes; only in destination unreachable with code fragmentationNeeded, otherwise zero. [1191:4] */
  nextHopMtu = 0;
  /** The header and the first bytes of the packet it is about. Decoded: a view; copy what is kept. */
  original: Uint8Array = new Uint8Array(0);
}

export class IcmpRedirect {
  readonly kind = 'redirect';
  readonly type = IcmpType.redirect;
  /** See RedirectCode. */
  code = 0;
  gateway: Ipv4 = 0;
  /** As in IcmpError. */
  original: Uint8Array = new Uint8Array(0);
}

export class IcmpParameterProblem {
  readonly kind = 'parameter-problem';
  readonly type = IcmpType.parameterProblem;
  /** 0: see the pointer; 1: an option is missing; 2: bad length. [1122:3.2.2.5] */
  code = 0;
  /** The octet of the original header that is wrong. */
  pointer = 0;
  /** 24 bits: zero, or the length of [4884:3]. */
  unused = 0;
  /** As in IcmpError. */
  original: Uint8Array = new Uint8Array(0);
}

/** Timestamp or timestamp reply: milliseconds since midnight UT, or anything with the top bit set. [792] */
export class IcmpTimestamp {
  readonly kind = 'timestamp';
  type: number = IcmpType.timestamp;
  code = 0;
  identifier = 0;
  sequence = 0;
  originate = 0;
  receive = 0;
  transmit = 0;
  /** Behind the message; normally empty. Decoded: a view. */
  trailer: Uint8Array = new Uint8Array(0);
}

export class IcmpAddressMask {
  readonly kind = 'address-mask';
  type: number = IcmpType.addressMaskRequest;
  code = 0;
  identifier = 0;
  sequence = 0;
  mask: Ipv4 = 0;
  trailer: Uint8Array = new Uint8Array(0);
}

/** [1256:3] */
export class IcmpRouterAdvertisement {
  readonly kind = 'router-advertisement';
  readonly type = IcmpType.routerAdvertisement;
  /** 16 in mobile IP agents that route nothing else. [5944:2.1] */
  code = 0;
  lifetimeSeconds = 1800;
  /** 32-bit words in an entry: 2, and then `addresses` holds them; otherwise they are in `trailer`. */
  addressEntrySize = 2;
  /** As the message has it; the encoder writes it as it stands. */
  addressCount = 0;
  /** Preference: signed 32 bits, higher is better. */
  addresses: { address: Ipv4; preference: number }[] = [];
  /** Entries of another size, and extensions [5944:2.1]. Decoded: a view. */
  trailer: Uint8Array = new Uint8Array(0);
}

export class IcmpRouterSolicitation {
  readonly kind = 'router-solicitation';
  readonly type = IcmpType.routerSolicitation;
  code = 0;
  reserved = 0;
  trailer: Uint8Array = new Uint8Array(0);
}

/** Any other message. */
export class IcmpOther {
  readonly kind = 'other';
  type = 0;
  code = 0;
  /** All behind the checksum, at least 4 bytes. Decoded: a view; copy what is kept. */
  body: Uint8Array = new Uint8Array(4);
}

export type IcmpMessage =
  | IcmpEcho | IcmpError | IcmpRedirect | IcmpParameterProblem | IcmpTimestamp | IcmpAddressMask | IcmpRouterAdvertisement
  | IcmpRouterSolicitation | IcmpOther;

/** The beginning of the packet that an error message is about; undefined: not an error message. */
export function originalOf(m: IcmpMessage): Uint8Array | undefined {
  return m.kind === 'error' || m.kind === 'redirect' || m.kind === 'parameter-problem' ? m.original : undefined;
}

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
  const m = decodeBody(r, type);
  if (!(m instanceof DecodeError)) m.code = code;
  return m;
}

/** Everything but the code. At least four bytes are there. */
function decodeBody(r: ByteReader, type: number): IcmpMessage | DecodeError {
  switch (type) {
    case IcmpType.echoRequest:
    case IcmpType.echoReply: {
      const m = new IcmpEcho();
      m.type = type;
      m.identifier = r.u16();
      m.sequence = r.u16();
      m.payload = r.view(r.remaining);
      return m;
    }
    case IcmpType.destinationUnreachable:
    case IcmpType.timeExceeded:
    case IcmpType.sourceQuench: {
      const m = new IcmpError();
      m.type = type;
      m.unused = r.u16();
      m.nextHopMtu = r.u16();
      m.original = r.view(r.remaining);
      return m;
    }
    case IcmpType.redirect: {
      const m = new IcmpRedirect();
      m.gateway = r.u32();
      m.original = r.view(r.remaining);
      return m;
    }
    case IcmpType.parameterProblem: {
      const m = new IcmpParameterProblem();
      m.pointer = r.u8();
      m.unused = r.u24();
      m.original = r.view(r.remaining);
      return m;
    }
    case IcmpType.timestamp:
    case IcmpType.timestampReply: {
      if (r.remaining < 16) return new DecodeError('truncated', r.offset, '[792]', r.remaining, 16);
      const m = new IcmpTimestamp();
      m.type = type;
      m.identifier = r.u16();
      m.sequence = r.u16();
      m.originate = r.u32();
      m.receive = r.u32();
      m.transmit = r.u32();
      m.trailer = r.view(r.remaining);
      return m;
    }
    case IcmpType.addressMaskRequest:
    case IcmpType.addressMaskReply: {
      if (r.remaining < 8) return new DecodeError('truncated', r.offset, '[950:App.I]', r.remaining, 8);
      const m = new IcmpAddressMask();
      m.type = type;
      m.identifier = r.u16();
      m.sequence = r.u16();
      m.mask = r.u32();
      m.trailer = r.view(r.remaining);
      return m;
    }
    case IcmpType.routerAdvertisement: return decodeRouterAdvertisement(r);
    case IcmpType.routerSolicitation: {
      const m = new IcmpRouterSolicitation();
      m.reserved = r.u32();
      m.trailer = r.view(r.remaining);
      return m;
    }
    default: {
      const m = new IcmpOther();
      m.type = type;
      m.body = r.view(r.remaining);
      return m;
    }
  }
}

function decodeRouterAdvertisement(r: ByteReader): IcmpRouterAdvertisement | DecodeError {
  const m = new IcmpRouterAdvertisement();
  m.addressCount = r.u8();
  m.addressEntrySize = r.u8();
  m.lifetimeSeconds = r.u16();
  const need = m.addressCount * m.addressEntrySize * 4;
  if (r.remaining < need) return new DecodeError('truncated', r.offset, '[1256:3]', r.remaining, need);
  if (m.addressEntrySize === 2) {
    for (let i = 0; i < m.addressCount; i++) m.addresses.push({ address: r.u32(), preference: r.u32() | 0 });
  }
  m.trailer = r.view(r.remaining);
  return m;
}

export function icmpLength(m: IcmpMessage): number {
  switch (m.kind) {
    case 'echo': return ICMP_HEADER_LENGTH + m.payload.length;
    case 'error':
    case 'redirect':
    case 'parameter-problem': return ICMP_HEADER_LENGTH + m.original.length;
    case 'timestamp': return 20 + m.trailer.length;
    case 'address-mask': return 12 + m.trailer.length;
    case 'router-advertisement': return ICMP_HEADER_LENGTH + 8 * m.addresses.length + m.trailer.length;
    case 'router-solicitation': return ICMP_HEADER_LENGTH + m.trailer.length;
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
    case 'redirect':
      w.u32(m.gateway);
      w.raw(m.original);
      break;
    case 'parameter-problem':
      w.u8(m.pointer);
      w.u24(m.unused);
      w.raw(m.original);
      break;
    case 'timestamp':
      w.u16(m.identifier);
      w.u16(m.sequence);
      w.u32(m.originate);
      w.u32(m.receive);
      w.u32(m.transmit);
      w.raw(m.trailer);
      break;
    case 'address-mask':
      w.u16(m.identifier);
      w.u16(m.sequence);
      w.u32(m.mask);
      w.raw(m.trailer);
      break;
    case 'router-advertisement':
      w.u8(m.addressCount);
      w.u8(m.addressEntrySize);
      w.u16(m.lifetimeSeconds);
      for (const { address, preference } of m.addresses) {
        w.u32(address);
        w.u32(preference);
      }
      w.raw(m.trailer);
      break;
    case 'router-solicitation':
      w.u32(m.reserved);
      w.raw(m.trailer);
      break;
    case 'other':
      w.raw(m.body);
      break;
  }
  w.patchU16(start + 2, internetChecksum(w.bytes, start, w.offset));
}
