/**
 * A whole frame taken apart, Ethernet down to LSAs, and put together again byte for byte.
 *
 * For tests, `decode` and `verify`; forwarding works on the bytes in place (ethernet.ts, ipv4.ts).
 * Law: for every frame that has an Ethernet header, encodeFrame(decodeFrame(bytes)) gives the same bytes. Where a layer
 * does not decode, or is one that we do not know, its bytes are kept as `RawPayload`, with the error if there was one.
 * All byte fields are views into the frame.
 */
import type { Arp } from './arp.js';
import { arpLength, decodeArp, encodeArp } from './arp.js';
import type { ByteWriter } from './bytes.js';
import { ByteReader } from './bytes.js';
import { DecodeError } from './decode-error.js';
import type { EthernetHeader } from './ethernet.js';
import { EtherType, decodeEthernetHeader, encodeEthernetHeader, ethernetHeaderLength } from './ethernet.js';
import type { IcmpMessage } from './icmp.js';
import { decodeIcmp, encodeIcmp, icmpLength } from './icmp.js';
import type { IgmpMessage } from './igmp.js';
import { decodeIgmp, encodeIgmp, igmpLength } from './igmp.js';
import type { Ipv4Header } from './ipv4.js';
import { IpProtocol, Ipv4Flag, decodeIpv4Header, encodeIpv4Header, ipv4HeaderLength } from './ipv4.js';
import type { OspfPacket } from './ospf/dissection.js';
import { RawLsa, decodeOspfPacket, encodeOspfPacket, ospfPacketLength } from './ospf/dissection.js';
import type { UdpDatagram } from './udp.js';
import { decodeUdp, encodeUdp, udpLength } from './udp.js';

/** Bytes that stay bytes. */
export interface RawPayload {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
  /** Undefined: of a protocol that is not decoded here, or a fragment. */
  readonly error?: DecodeError;
}

export type FramePayload =
  | { readonly kind: 'arp'; readonly arp: Arp }
  | { readonly kind: 'ipv4'; readonly packet: Ipv4Packet }
  | RawPayload;

export interface Ipv4Packet {
  readonly header: Ipv4Header;
  readonly payload: Ipv4Payload;
}

export type Ipv4Payload =
  | { readonly kind: 'icmp'; readonly icmp: IcmpMessage }
  | { readonly kind: 'igmp'; readonly igmp: IgmpMessage }
  /** `trailer`: inside the IPv4 packet, behind the UDP length. */
  | { readonly kind: 'udp'; readonly udp: UdpDatagram; readonly trailer: Uint8Array }
  | { readonly kind: 'ospf'; readonly ospf: OspfPacket }
  | RawPayload;

export class Frame {
  ethernet: EthernetHeader;
  payload: FramePayload;
  /** Behind the payload, up to the end of the frame. Empty for a raw payload. */
  padding: Uint8Array;

  constructor(ethernet: EthernetHeader, payload: FramePayload, padding: Uint8Array) {
    this.ethernet = ethernet;
    this.payload = payload;
    this.padding = padding;
  }
}

/** Ethernet II from the destination address on, without FCS. An error only when the Ethernet header is cut off. */
export function decodeFrame(bytes: Uint8Array): Frame | DecodeError {
  const r = new ByteReader(bytes);
  const ethernet = decodeEthernetHeader(r);
  if (ethernet instanceof DecodeError) return ethernet;
  const payload = decodePayload(r, ethernet.etherType);
  return new Frame(ethernet, payload, r.view(r.remaining));
}

function decodePayload(r: ByteReader, etherType: number): FramePayload {
  const start = r.offset;
  switch (etherType) {
    case EtherType.arp: {
      const arp = decodeArp(r);
      return arp instanceof DecodeError ? rawFrom(r, start, arp) : { kind: 'arp', arp };
    }
    case EtherType.ipv4: {
      const header = decodeIpv4Header(r);
      if (header instanceof DecodeError) return rawFrom(r, start, header);
      const end = r.end;
      r.end = start + header.totalLength;
      const payload = decodeIpv4Payload(r, header);
      r.end = end;
      return { kind: 'ipv4', packet: { header, payload } };
    }
    default:
      return rawFrom(r, start);
  }
}

/** Reads up to the end of the reader, which is the end of the packet. */
function decodeIpv4Payload(r: ByteReader, header: Ipv4Header): Ipv4Payload {
  const start = r.offset;
  if (header.fragmentOffset !== 0 || (header.flags & Ipv4Flag.moreFragments) !== 0) return rawFrom(r, start);
  switch (header.protocol) {
    case IpProtocol.icmp: {
      const icmp = decodeIcmp(r);
      return icmp instanceof DecodeError ? rawFrom(r, start, icmp) : { kind: 'icmp', icmp };
    }
    case IpProtocol.igmp: {
      const igmp = decodeIgmp(r);
      return igmp instanceof DecodeError ? rawFrom(r, start, igmp) : { kind: 'igmp', igmp };
    }
    case IpProtocol.udp: {
      const udp = decodeUdp(r, header.source, header.destination);
      if (udp instanceof DecodeError) return rawFrom(r, start, udp);
      return { kind: 'udp', udp, trailer: r.view(r.remaining) };
    }
    case IpProtocol.ospf: {
      const ospf = decodeOspfPacket(r);
      return ospf instanceof DecodeError ? rawFrom(r, start, ospf) : { kind: 'ospf', ospf };
    }
    default:
      return rawFrom(r, start);
  }
}

/** Goes back to `start` and takes all that the reader has. */
function rawFrom(r: ByteReader, start: number, error?: DecodeError): RawPayload {
  r.offset = start;
  return { kind: 'raw', bytes: r.view(r.remaining), error };
}

/** Bytes, padding included. */
export function frameLength(frame: Frame): number {
  return ethernetHeaderLength(frame.ethernet) + payloadLength(frame.payload) + frame.padding.length;
}

function payloadLength(payload: FramePayload): number {
  switch (payload.kind) {
    case 'arp': return arpLength(payload.arp);
    case 'ipv4': return ipv4HeaderLength(payload.packet.header) + ipv4PayloadBytes(payload.packet.payload);
    case 'raw': return payload.bytes.length;
  }
}

function ipv4PayloadBytes(payload: Ipv4Payload): number {
  switch (payload.kind) {
    case 'icmp': return icmpLength(payload.icmp);
    case 'igmp': return igmpLength(payload.igmp);
    case 'udp': return udpLength(payload.udp) + payload.trailer.length;
    case 'ospf': return ospfPacketLength(payload.ospf);
    case 'raw': return payload.bytes.length;
  }
}

/** Computes the checksums of IPv4, ICMP, IGMP, UDP and LSAs; lengths of IPv4 and OSPF are written as the headers have them. */
export function encodeFrame(frame: Frame, w: ByteWriter): void {
  encodeEthernetHeader(frame.ethernet, w);
  switch (frame.payload.kind) {
    case 'arp': encodeArp(frame.payload.arp, w); break;
    case 'ipv4':
      encodeIpv4Header(frame.payload.packet.header, w);
      encodeIpv4Payload(frame.payload.packet, w);
      break;
    case 'raw': w.raw(frame.payload.bytes); break;
  }
  w.raw(frame.padding);
}

function encodeIpv4Payload({ header, payload }: Ipv4Packet, w: ByteWriter): void {
  switch (payload.kind) {
    case 'icmp': encodeIcmp(payload.icmp, w); break;
    case 'igmp': encodeIgmp(payload.igmp, w); break;
    case 'udp':
      encodeUdp(payload.udp, header.source, header.destination, w);
      w.raw(payload.trailer);
      break;
    case 'ospf': encodeOspfPacket(payload.ospf, w); break;
    case 'raw': w.raw(payload.bytes); break;
  }
}

/** Every refusal inside a frame, outermost first; offsets count from the start of the frame. Empty: all is well. */
export function frameErrors(frame: Frame): DecodeError[] {
  const { payload } = frame;
  if (payload.kind === 'raw') return payload.error ? [payload.error] : [];
  if (payload.kind !== 'ipv4') return [];
  const inner = payload.packet.payload;
  if (inner.kind === 'raw') return inner.error ? [inner.error] : [];
  if (inner.kind !== 'ospf' || inner.ospf.body.kind !== 'link-state-update') return [];
  const errors: DecodeError[] = [];
  for (const lsa of inner.ospf.body.lsas) if (lsa instanceof RawLsa) errors.push(lsa.error);
  return errors;
}
