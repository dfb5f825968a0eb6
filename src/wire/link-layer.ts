/**
 * The headers in front of the network layer that are not Ethernet, as capture files hold them: LINKTYPE_ values of the
 * pcap registry. Each is read as far as the EtherType (or PPP protocol) of what follows.
 *
 * Sources: Linux cooked headers [LINKTYPE_LINUX_SLL, _SLL2], BSD loopback, PPP [1661:2]
 * [1662:3.1], Cisco HDLC, Frame Relay [2427:4]. Ethernet has its own file.
 */
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { EtherType } from './ethernet.js';

/** LINKTYPE values that pcap and pcapng share. */
export const LinkType = {
  /** BSD loopback: the address family in the byte order of the machine. */
  null: 0,
  ethernet: 1,
  ppp: 9,
  /** What some systems wrote for raw IP. */
  rawOld: 12,
  /** PPP in HDLC-like framing, or Cisco HDLC: the first byte says. */
  pppHdlc: 50,
  raw: 101,
  ciscoHdlc: 104,
  frameRelay: 107,
  /** OpenBSD loopback: the address family in network byte order. */
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

/** Address families of BSD loopback headers. IPv6 has a different number on every BSD. */
const FAMILY_IPV4 = 2;
const FAMILIES_IPV6: readonly number[] = [10, 24, 28, 30];

const PppProtocol = { ipv4: 0x0021, ipv6: 0x0057 } as const;
const NetworkLayerProtocolId = { snap: 0x80, ipv4: 0xcc, ipv6: 0x8e } as const;
const UNNUMBERED_INFORMATION = 0x03;

/** Nothing stands in front of the IP header. */
export class RawIpHeader {
  readonly kind = 'raw-ip';
}

export class LoopbackHeader {
  readonly kind = 'loopback';
  family = FAMILY_IPV4;
  isLittleEndian = false;
}

/** [LINKTYPE_LINUX_SLL] */
export class LinuxCookedHeader {
  readonly kind = 'linux-cooked';
  /** 0 to us, 1 broadcast, 2 multicast, 3 to somebody else, 4 from us. */
  packetType = 0;
  /** ARPHRD_ value; 1: Ethernet, 772: loopback. */
  hardwareType = 1;
  /** Of the address, as the kernel has it: may be more than the 8 bytes there are. */
  addressLength = 6;
  /** 8 bytes. */
  address: Uint8Array = new Uint8Array(8);
  /** An EtherType, or below 0x600 one of Linux's own numbers. */
  protocol: number = EtherType.ipv4;
}

/** [LINKTYPE_LINUX_SLL2] */
export class LinuxCookedHeader2 {
  readonly kind = 'linux-cooked-2';
  protocol: number = EtherType.ipv4;
  reserved = 0;
  interfaceIndex = 0;
  hardwareType = 1;
  packetType = 0;
  addressLength = 6;
  /** 8 bytes. */
  address: Uint8Array = new Uint8Array(8);
}

/** [1661:2] Address and control may be left out, and so may the first byte of the protocol. [1661:6.5] [1661:6.6] */
export class PppHeader {
  readonly kind = 'ppp';
  hasAddressAndControl = true;
  isProtocolCompressed = false;
  protocol: number = PppProtocol.ipv4;
}

export class CiscoHdlcHeader {
  readonly kind = 'cisco-hdlc';
  /** 0x0f unicast, 0x8f broadcast. */
  address = 0x0f;
  control = 0;
  protocol: number = EtherType.ipv4;
}

/** [2427:3] [2427:4] or Cisco's own encapsulation, an EtherType right behind the address. */
export class FrameRelayHeader {
  readonly kind = 'frame-relay';
  /** 2 to 4 bytes; the lowest bit is set in the last. */
  address: Uint8Array = new Uint8Array([0x00, 0x01]);
  encapsulation: 'cisco' | 'ietf' | 'ietf-snap' = 'ietf';
  /** `cisco`: EtherType. `ietf`: network layer protocol id. `ietf-snap`: protocol id of the organization. */
  protocol: number = NetworkLayerProtocolId.ipv4;
  /** Of `ietf`: a zero byte between control and protocol id, for alignment. */
  hasPad = false;
  /** Of `ietf-snap`: 24 bits. */
  organization = 0;
}

export type LinkHeader =
  | RawIpHeader | LoopbackHeader | LinuxCookedHeader | LinuxCookedHeader2 | PppHeader | CiscoHdlcHeader | FrameRelayHeader;

/** The data link connection identifier of a 2, 3 or 4 byte address. [2427:3.1] */
export function dataLinkConnectionId(h: FrameRelayHeader): number {
  const [a, b, c, d] = h.address;
  const id = ((a >>> 2) << 4) | (b >>> 4);
  if (h.address.length === 2) return id;
  if (h.address.length === 3) return (id << 6) | (c >>> 2);
  return (((id << 7) | (c >>> 1)) << 6) | (d >>> 2);
}

/** Whether decodeLinkHeader knows it. Ethernet is not among them. */
export function isKnownLinkType(linkType: number): boolean {
  return linkType !== LinkType.ethernet && Object.values<number>(LinkType).includes(linkType);
}

/** Leaves the reader at the payload. */
export function decodeLinkHeader(linkType: number, r: ByteReader): LinkHeader | DecodeError {
  switch (linkType) {
    case LinkType.raw:
    case LinkType.rawOld:
    case LinkType.ipv4:
    case LinkType.ipv6: return new RawIpHeader();
    case LinkType.null:
    case LinkType.loop: return decodeLoopback(linkType, r);
    case LinkType.linuxSll: return decodeLinuxCooked(r);
    case LinkType.linuxSll2: return decodeLinuxCooked2(r);
    case LinkType.ppp: return decodePpp(r);
    case LinkType.pppHdlc: {
      const first = r.remaining > 0 ? r.bytes[r.offset] : 0;
      return first === 0x0f || first === 0x8f ? decodeCiscoHdlc(r) : decodePpp(r);
    }
    case LinkType.ciscoHdlc: return decodeCiscoHdlc(r);
    case LinkType.frameRelay: return decodeFrameRelay(r);
    default: return new DecodeError('value', r.offset, '[pcap:linktypes]', linkType, 'a link type that is known here');
  }
}

function decodeLoopback(linkType: number, r: ByteReader): LoopbackHeader | DecodeError {
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[LINKTYPE_NULL]', r.remaining, 4);
  const h = new LoopbackHeader();
  h.family = r.u32();
  // A family is a small number: read the wrong way round it is a large one.
  if (linkType === LinkType.null && h.family > 0xffff) {
    h.isLittleEndian = true;
    h.family = swap32(h.family);
  }
  return h;
}

function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

function decodeLinuxCooked(r: ByteReader): LinuxCookedHeader | DecodeError {
  if (r.remaining < 16) return new DecodeError('truncated', r.offset, '[LINKTYPE_LINUX_SLL]', r.remaining, 16);
  const h = new LinuxCookedHeader();
  h.packetType = r.u16();
  h.hardwareType = r.u16();
  h.addressLength = r.u16();
  h.address = r.view(8);
  h.protocol = r.u16();
  return h;
}

function decodeLinuxCooked2(r: ByteReader): LinuxCookedHeader2 | DecodeError {
  if (r.remaining < 20) return new DecodeError('truncated', r.offset, '[LINKTYPE_LINUX_SLL2]', r.remaining, 20);
  const h = new LinuxCookedHeader2();
  h.protocol = r.u16();
  h.reserved = r.u16();
  h.interfaceIndex = r.u32();
  h.hardwareType = r.u16();
  h.packetType = r.u8();
  h.addressLength = r.u8();
  h.address = r.view(8);
  return h;
}

function decodePpp(r: ByteReader): PppHeader | DecodeError {
  const start = r.offset;
  const h = new PppHeader();
  h.hasAddressAndControl = r.remaining >= 2 && r.bytes[start] === 0xff && r.bytes[start + 1] === UNNUMBERED_INFORMATION;
  if (h.hasAddressAndControl) r.skip(2);
  if (r.remaining < 1) return new DecodeError('truncated', r.offset, '[1661:2]', r.remaining, 1);
  h.isProtocolCompressed = (r.bytes[r.offset] & 1) !== 0;
  if (!h.isProtocolCompressed && r.remaining < 2) return new DecodeError('truncated', r.offset, '[1661:2]', r.remaining, 2);
  h.protocol = h.isProtocolCompressed ? r.u8() : r.u16();
  return h;
}

function decodeCiscoHdlc(r: ByteReader): CiscoHdlcHeader | DecodeError {
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[LINKTYPE_C_HDLC]', r.remaining, 4);
  const h = new CiscoHdlcHeader();
  h.address = r.u8();
  h.control = r.u8();
  h.protocol = r.u16();
  return h;
}

function decodeFrameRelay(r: ByteReader): FrameRelayHeader | DecodeError {
  const start = r.offset;
  let length = 0;
  do {
    if (length === r.remaining) return new DecodeError('truncated', start, '[2427:3.1]', r.remaining, length + 1);
    if (length === 4) return new DecodeError('length', start, '[2427:3.1]', 'more', 'an address of 2 to 4 bytes');
  } while ((r.bytes[start + length++] & 1) === 0);
  if (length === 1) return new DecodeError('length', start, '[2427:3.1]', 1, 'an address of 2 to 4 bytes');
  const h = new FrameRelayHeader();
  h.address = r.view(length);
  if (r.remaining < 2) return new DecodeError('truncated', r.offset, '[2427:3]', r.remaining, 2);
  const at = r.offset;
  if (r.bytes[at] !== UNNUMBERED_INFORMATION) {
    h.encapsulation = 'cisco';
    h.protocol = r.u16();
    return h;
  }
  r.skip(1);
  h.hasPad = r.bytes[at + 1] === 0;
  if (h.hasPad) r.skip(1);
  if (r.remaining < 1) return new DecodeError('truncated', r.offset, '[2427:3]', 0, 1);
  h.protocol = r.u8();
  if (h.protocol !== NetworkLayerProtocolId.snap) return h;
  if (r.remaining < 5) return new DecodeError('truncated', r.offset, '[2427:3]', r.remaining, 5);
  h.encapsulation = 'ietf-snap';
  h.organization = r.u24();
  h.protocol = r.u16();
  return h;
}

export function linkHeaderLength(h: LinkHeader): number {
  switch (h.kind) {
    case 'raw-ip': return 0;
    case 'loopback':
    case 'cisco-hdlc': return 4;
    case 'linux-cooked': return 16;
    case 'linux-cooked-2': return 20;
    case 'ppp': return (h.hasAddressAndControl ? 2 : 0) + (h.isProtocolCompressed ? 1 : 2);
    case 'frame-relay': {
      if (h.encapsulation === 'cisco') return h.address.length + 2;
      return h.address.length + 2 + (h.hasPad ? 1 : 0) + (h.encapsulation === 'ietf-snap' ? 5 : 0);
    }
  }
}

export function encodeLinkHeader(h: LinkHeader, w: ByteWriter): void {
  switch (h.kind) {
    case 'raw-ip': break;
    case 'loopback': w.u32(h.isLittleEndian ? swap32(h.family) : h.family); break;
    case 'linux-cooked':
      w.u16(h.packetType);
      w.u16(h.hardwareType);
      w.u16(h.addressLength);
      w.raw(h.address);
      w.u16(h.protocol);
      break;
    case 'linux-cooked-2':
      w.u16(h.protocol);
      w.u16(h.reserved);
      w.u32(h.interfaceIndex);
      w.u16(h.hardwareType);
      w.u8(h.packetType);
      w.u8(h.addressLength);
      w.raw(h.address);
      break;
    case 'ppp':
      if (h.hasAddressAndControl) w.u16(0xff00 | UNNUMBERED_INFORMATION);
      if (h.isProtocolCompressed) w.u8(h.protocol);
      else w.u16(h.protocol);
      break;
    case 'cisco-hdlc':
      w.u8(h.address);
      w.u8(h.control);
      w.u16(h.protocol);
      break;
    case 'frame-relay':
      w.raw(h.address);
      if (h.encapsulation === 'cisco') {
        w.u16(h.protocol);
        break;
      }
      w.u8(UNNUMBERED_INFORMATION);
      if (h.hasPad) w.u8(0);
      if (h.encapsulation === 'ietf') {
        w.u8(h.protocol);
        break;
      }
      w.u8(NetworkLayerProtocolId.snap);
      w.u24(h.organization);
      w.u16(h.protocol);
      break;
  }
}

/** The EtherType of what follows; 0: none. `first` is the payload's first byte, for raw IP. */
export function etherTypeBehind(h: LinkHeader, first: number): number {
  switch (h.kind) {
    case 'raw-ip': return first >>> 4 === 4 ? EtherType.ipv4 : first >>> 4 === 6 ? EtherType.ipv6 : 0;
    case 'loopback': return h.family === FAMILY_IPV4 ? EtherType.ipv4 : FAMILIES_IPV6.includes(h.family) ? EtherType.ipv6 : 0;
    case 'ppp': return h.protocol === PppProtocol.ipv4 ? EtherType.ipv4 : h.protocol === PppProtocol.ipv6 ? EtherType.ipv6 : 0;
    case 'frame-relay':
      if (h.encapsulation === 'cisco') return h.protocol;
      if (h.encapsulation === 'ietf-snap') return h.organization === 0 ? h.protocol : 0;
      return h.protocol === NetworkLayerProtocolId.ipv4 ? EtherType.ipv4 : h.protocol === NetworkLayerProtocolId.ipv6 ? EtherType.ipv6 : 0;
    default: return h.protocol;
  }
}
