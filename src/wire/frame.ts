/**
 * A whole frame taken apart, from the link layer down to LSAs, and put together again byte for byte.
 *
 * For tests, `decode` and `verify`; forwarding works on the bytes in place (ethernet.ts, ipv4.ts).
 * Law: for every frame that has a link header, encodeFrame(decodeFrame(bytes)) gives the same bytes. Where a layer
 * does not decode, or is one that we do not know, its bytes are kept as `RawPayload`, with the error if there was one.
 * All byte fields are views into the frame.
 */
import type { Arp, GeneralArp } from './arp.js';
import { ARP_LENGTH, Arp as EthernetArp, decodeAnyArp, encodeArp, encodeGeneralArp, generalArpLength } from './arp.js';
import type { ByteWriter } from './bytes.js';
import { ByteReader } from './bytes.js';
import { DecodeError } from './decode-error.js';
import type { EthernetHeader } from './ethernet.js';
import { EtherType, decodeEthernetHeader, encodeEthernetHeader, ethernetHeaderLength, isLengthField } from './ethernet.js';
import type { Ipv4Packet, RawPayload } from './ipv4-packet.js';
import { decodeIpv4Packet, encodeIpv4Packet, ipv4PacketErrors, ipv4PacketLength, rawFrom } from './ipv4-packet.js';
import type { LinkHeader } from './link-layer.js';
import { LinkType, decodeLinkHeader, encodeLinkHeader, etherTypeBehind, linkHeaderLength } from './link-layer.js';
import type { LlcHeader } from './llc.js';
import { decodeLlcHeader, encodeLlcHeader, llcHeaderLength } from './llc.js';

export type { Ipv4Packet, Ipv4Payload, RawPayload, UdpApplication } from './ipv4-packet.js';

export type FramePayload =
  | { readonly kind: 'arp'; readonly arp: Arp }
  /** Of another hardware or protocol than IPv4 over Ethernet. */
  | { readonly kind: 'general-arp'; readonly arp: GeneralArp }
  | { readonly kind: 'ipv4'; readonly packet: Ipv4Packet }
  /** `trailer`: inside the 802.3 length, behind the payload. */
  | { readonly kind: 'llc'; readonly llc: LlcHeader; readonly payload: FramePayload; readonly trailer: Uint8Array }
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

/** A frame of another link layer than Ethernet. */
export class LinkFrame {
  link: LinkHeader;
  payload: FramePayload;
  padding: Uint8Array;

  constructor(link: LinkHeader, payload: FramePayload, padding: Uint8Array) {
    this.link = link;
    this.payload = payload;
    this.padding = padding;
  }
}

/** Ethernet from the destination address on, without FCS. An error only when the Ethernet header is cut off. */
export function decodeFrame(bytes: Uint8Array): Frame | DecodeError {
  const r = new ByteReader(bytes);
  const ethernet = decodeEthernetHeader(r);
  if (ethernet instanceof DecodeError) return ethernet;
  const payload = isLengthField(ethernet.etherType) ? decodeWithLength(r, ethernet.etherType) : decodePayload(r, ethernet.etherType);
  return new Frame(ethernet, payload, r.view(r.remaining));
}

/** A frame of any LinkType. An error when its link header is cut off or malformed, or the link type is not known here. */
export function decodeLinkFrame(linkType: number, bytes: Uint8Array): Frame | LinkFrame | DecodeError {
  if (linkType === LinkType.ethernet) return decodeFrame(bytes);
  const r = new ByteReader(bytes);
  const link = decodeLinkHeader(linkType, r);
  if (link instanceof DecodeError) return link;
  const etherType = etherTypeBehind(link, r.remaining > 0 ? r.bytes[r.offset] : 0);
  const isCooked = link.kind === 'linux-cooked' || link.kind === 'linux-cooked-2';
  const payload = isCooked && etherType === COOKED_LLC ? decodeLlc(r) : decodePayload(r, etherType);
  return new LinkFrame(link, payload, r.view(r.remaining));
}

/** Linux's own protocol number for 802.2. [LINKTYPE_LINUX_SLL] */
const COOKED_LLC = 4;

/** [802.3:3.2.6] */
function decodeWithLength(r: ByteReader, length: number): FramePayload {
  if (length > r.remaining) return rawFrom(r, r.offset, new DecodeError('length', r.offset - 2, '[802.3:3.2.6]', length, `at most ${r.remaining}`));
  const end = r.end;
  r.end = r.offset + length;
  const payload = decodeLlc(r);
  r.end = end;
  return payload;
}

/** Up to the end of the reader. */
function decodeLlc(r: ByteReader): FramePayload {
  const start = r.offset;
  const llc = decodeLlcHeader(r);
  if (llc instanceof DecodeError) return rawFrom(r, start, llc);
  const payload = llc.snap?.organization === 0 ? decodePayload(r, llc.snap.protocolId) : rawFrom(r, r.offset);
  return { kind: 'llc', llc, payload, trailer: r.view(r.remaining) };
}

function decodePayload(r: ByteReader, etherType: number): FramePayload {
  const start = r.offset;
  switch (etherType) {
    case EtherType.arp:
    case EtherType.reverseArp: {
      const arp = decodeAnyArp(r);
      if (arp instanceof DecodeError) return rawFrom(r, start, arp);
      return arp instanceof EthernetArp ? { kind: 'arp', arp } : { kind: 'general-arp', arp };
    }
    case EtherType.ipv4: {
      const packet = decodeIpv4Packet(r);
      return packet instanceof DecodeError ? rawFrom(r, start, packet) : { kind: 'ipv4', packet };
    }
    default:
      return rawFrom(r, start);
  }
}

/** Bytes, padding included. */
export function frameLength(frame: Frame | LinkFrame): number {
  const headerLength = frame instanceof LinkFrame ? linkHeaderLength(frame.link) : ethernetHeaderLength(frame.ethernet);
  return headerLength + payloadLength(frame.payload) + frame.padding.length;
}

function payloadLength(payload: FramePayload): number {
  switch (payload.kind) {
    case 'arp': return ARP_LENGTH;
    case 'general-arp': return generalArpLength(payload.arp);
    case 'ipv4': return ipv4PacketLength(payload.packet);
    case 'llc': return llcHeaderLength(payload.llc) + payloadLength(payload.payload) + payload.trailer.length;
    case 'raw': return payload.bytes.length;
  }
}

/** Computes all checksums but OSPF's; the lengths of 802.3, IPv4 and OSPF are written as the headers have them. */
export function encodeFrame(frame: Frame | LinkFrame, w: ByteWriter): void {
  if (frame instanceof LinkFrame) encodeLinkHeader(frame.link, w);
  else encodeEthernetHeader(frame.ethernet, w);
  encodePayload(frame.payload, w);
  w.raw(frame.padding);
}

function encodePayload(payload: FramePayload, w: ByteWriter): void {
  switch (payload.kind) {
    case 'arp': encodeArp(payload.arp, w); break;
    case 'general-arp': encodeGeneralArp(payload.arp, w); break;
    case 'ipv4': encodeIpv4Packet(payload.packet, w); break;
    case 'llc':
      encodeLlcHeader(payload.llc, w);
      encodePayload(payload.payload, w);
      w.raw(payload.trailer);
      break;
    case 'raw': w.raw(payload.bytes); break;
  }
}

/** Every refusal inside a frame, outermost first; offsets count from the start of the frame. Empty: all is well. */
export function frameErrors(frame: Frame | LinkFrame): DecodeError[] {
  return payloadErrors(frame.payload);
}

function payloadErrors(payload: FramePayload): DecodeError[] {
  switch (payload.kind) {
    case 'ipv4': return ipv4PacketErrors(payload.packet);
    case 'llc': return payloadErrors(payload.payload);
    case 'raw': return payload.error ? [payload.error] : [];
    default: return [];
  }
}
