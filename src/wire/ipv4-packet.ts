/**
 * An IPv4 packet taken apart down to what its protocol or port says, and put together again byte for byte.
 *
 * What does not decode, or what we do not know, stays bytes: `RawPayload`, with the error if there was one. Fragments stay
 * bytes too (see ipv4-reassembly.ts). All byte fields are views.
 */
import type { BfdControl } from './bfd.js';
import { BFD_MULTIHOP_PORT, BFD_PORT, bfdLength, decodeBfd, encodeBfd } from './bfd.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import type { HeartbeatMessage } from './heartbeat.js';
import { HEARTBEAT_PORT, decodeHeartbeat, encodeHeartbeat, heartbeatLength } from './heartbeat.js';
import type { IcmpMessage } from './icmp.js';
import { decodeIcmp, encodeIcmp, icmpLength } from './icmp.js';
import type { IgmpMessage } from './igmp.js';
import { decodeIgmp, encodeIgmp, igmpLength } from './igmp.js';
import type { Ipv4Header } from './ipv4.js';
import { IpProtocol, Ipv4Flag, decodeIpv4Header, encodeIpv4Header, ipv4HeaderLength } from './ipv4.js';
import type { OspfPacket } from './ospf/dissection.js';
import { RawLsa, decodeOspfPacket, encodeOspfPacket, ospfPacketLength } from './ospf/dissection.js';
import type { TcpSegment } from './tcp.js';
import { decodeTcp, encodeTcp, tcpLength } from './tcp.js';
import type { UdpDatagram } from './udp.js';
import { UDP_HEADER_LENGTH, decodeUdp, encodeUdpHeader, patchUdpChecksum } from './udp.js';
import type { VrrpMessage } from './vrrp.js';
import { decodeVrrp, encodeVrrp, vrrpLength } from './vrrp.js';

/** Bytes that stay bytes. */
export interface RawPayload {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
  /** Undefined: of a protocol that is not decoded here, or a fragment. */
  readonly error?: DecodeError;
}

export interface Ipv4Packet {
  readonly header: Ipv4Header;
  readonly payload: Ipv4Payload;
}

export type Ipv4Payload =
  | { readonly kind: 'icmp'; readonly icmp: IcmpMessage }
  | { readonly kind: 'igmp'; readonly igmp: IgmpMessage }
  /**
   * `application`: what the destination port says that the payload is; undefined: no port that we know. Where there is
   * one, it is encoded, and not `udp.payload`. `trailer`: inside the IPv4 packet, behind the UDP length.
   */
  | { readonly kind: 'udp'; readonly udp: UdpDatagram; readonly application?: UdpApplication; readonly trailer: Uint8Array }
  | { readonly kind: 'tcp'; readonly tcp: TcpSegment }
  | { readonly kind: 'ospf'; readonly ospf: OspfPacket }
  /** `trailer`: behind the message. */
  | { readonly kind: 'vrrp'; readonly vrrp: VrrpMessage; readonly trailer: Uint8Array }
  | RawPayload;

/** `trailer`: behind the message, inside the UDP length. */
export type UdpApplication =
  | { readonly kind: 'heartbeat'; readonly heartbeat: HeartbeatMessage; readonly trailer: Uint8Array }
  | { readonly kind: 'bfd'; readonly bfd: BfdControl; readonly trailer: Uint8Array }
  | RawPayload;

/** Leaves the reader behind the packet, whose length its header says. */
export function decodeIpv4Packet(r: ByteReader): Ipv4Packet | DecodeError {
  const start = r.offset;
  const header = decodeIpv4Header(r);
  if (header instanceof DecodeError) return header;
  const end = r.end;
  r.end = start + header.totalLength;
  const payload = decodeIpv4Payload(r, header);
  r.end = end;
  return { header, payload };
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
    case IpProtocol.tcp: {
      const tcp = decodeTcp(r, header.source, header.destination);
      return tcp instanceof DecodeError ? rawFrom(r, start, tcp) : { kind: 'tcp', tcp };
    }
    case IpProtocol.udp: {
      const udp = decodeUdp(r, header.source, header.destination);
      if (udp instanceof DecodeError) return rawFrom(r, start, udp);
      return { kind: 'udp', udp, application: decodeUdpApplication(r, start, udp), trailer: r.view(r.remaining) };
    }
    case IpProtocol.ospf: {
      const ospf = decodeOspfPacket(r);
      return ospf instanceof DecodeError ? rawFrom(r, start, ospf) : { kind: 'ospf', ospf };
    }
    case IpProtocol.vrrp: {
      const vrrp = decodeVrrp(r, header.source, header.destination);
      return vrrp instanceof DecodeError ? rawFrom(r, start, vrrp) : { kind: 'vrrp', vrrp, trailer: r.view(r.remaining) };
    }
    default:
      return rawFrom(r, start);
  }
}

/** `start` is that of the datagram; the reader stays behind it. */
function decodeUdpApplication(r: ByteReader, start: number, udp: UdpDatagram): UdpApplication | undefined {
  const port = udp.destinationPort;
  if (port !== HEARTBEAT_PORT && port !== BFD_PORT && port !== BFD_MULTIHOP_PORT) return undefined;
  const { offset, end } = r;
  r.offset = start + UDP_HEADER_LENGTH;
  r.end = offset;
  const application = decodeByPort(r, port);
  r.offset = offset;
  r.end = end;
  return application;
}

function decodeByPort(r: ByteReader, port: number): UdpApplication {
  const start = r.offset;
  if (port === HEARTBEAT_PORT) {
    const heartbeat = decodeHeartbeat(r);
    return heartbeat instanceof DecodeError ? rawFrom(r, start, heartbeat) : { kind: 'heartbeat', heartbeat, trailer: r.view(r.remaining) };
  }
  const bfd = decodeBfd(r);
  return bfd instanceof DecodeError ? rawFrom(r, start, bfd) : { kind: 'bfd', bfd, trailer: r.view(r.remaining) };
}

/** Goes back to `start` and takes all that the reader has. */
export function rawFrom(r: ByteReader, start: number, error?: DecodeError): RawPayload {
  r.offset = start;
  return { kind: 'raw', bytes: r.view(r.remaining), error };
}

export function ipv4PacketLength(packet: Ipv4Packet): number {
  return ipv4HeaderLength(packet.header) + ipv4PayloadBytes(packet.payload);
}

function ipv4PayloadBytes(payload: Ipv4Payload): number {
  switch (payload.kind) {
    case 'icmp': return icmpLength(payload.icmp);
    case 'igmp': return igmpLength(payload.igmp);
    case 'udp': {
      const inner = payload.application ? udpApplicationLength(payload.application) : payload.udp.payload.length;
      return UDP_HEADER_LENGTH + inner + payload.trailer.length;
    }
    case 'tcp': return tcpLength(payload.tcp);
    case 'ospf': return ospfPacketLength(payload.ospf);
    case 'vrrp': return vrrpLength(payload.vrrp) + payload.trailer.length;
    case 'raw': return payload.bytes.length;
  }
}

function udpApplicationLength(application: UdpApplication): number {
  switch (application.kind) {
    case 'heartbeat': return heartbeatLength(application.heartbeat) + application.trailer.length;
    case 'bfd': return bfdLength(application.bfd) + application.trailer.length;
    case 'raw': return application.bytes.length;
  }
}

/** Computes all checksums but OSPF's; the lengths of IPv4 and OSPF are written as the headers have them. */
export function encodeIpv4Packet({ header, payload }: Ipv4Packet, w: ByteWriter): void {
  encodeIpv4Header(header, w);
  switch (payload.kind) {
    case 'icmp': encodeIcmp(payload.icmp, w); break;
    case 'igmp': encodeIgmp(payload.igmp, w); break;
    case 'tcp': encodeTcp(payload.tcp, header.source, header.destination, w); break;
    case 'udp': {
      const start = w.offset;
      encodeUdpHeader(payload.udp, payload.application ? udpApplicationLength(payload.application) : payload.udp.payload.length, w);
      if (payload.application) encodeUdpApplication(payload.application, w);
      else w.raw(payload.udp.payload);
      patchUdpChecksum(payload.udp, header.source, header.destination, start, w);
      w.raw(payload.trailer);
      break;
    }
    case 'ospf': encodeOspfPacket(payload.ospf, w); break;
    case 'vrrp':
      encodeVrrp(payload.vrrp, header.source, header.destination, w);
      w.raw(payload.trailer);
      break;
    case 'raw': w.raw(payload.bytes); break;
  }
}

function encodeUdpApplication(application: UdpApplication, w: ByteWriter): void {
  switch (application.kind) {
    case 'heartbeat':
      encodeHeartbeat(application.heartbeat, w);
      w.raw(application.trailer);
      break;
    case 'bfd':
      encodeBfd(application.bfd, w);
      w.raw(application.trailer);
      break;
    case 'raw': w.raw(application.bytes); break;
  }
}

/** Every refusal inside a packet, outermost first. */
export function ipv4PacketErrors(packet: Ipv4Packet): DecodeError[] {
  const { payload } = packet;
  if (payload.kind === 'raw') return payload.error ? [payload.error] : [];
  if (payload.kind === 'udp') return payload.application?.kind === 'raw' && payload.application.error ? [payload.application.error] : [];
  if (payload.kind !== 'ospf' || payload.ospf.body.kind !== 'link-state-update') return [];
  const errors: DecodeError[] = [];
  for (const lsa of payload.ospf.body.lsas) if (lsa instanceof RawLsa) errors.push(lsa.error);
  return errors;
}
