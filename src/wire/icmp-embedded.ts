/**
 * The beginning of the packet that an ICMP error is about, read as far as there is one. [792] [1812:4.3.2.3]
 *
 * At least the header and 8 bytes should be there; often no more are. The header's checksum is not held against it:
 * some routers send it back after they had taken one from the TTL. This is a view for displays and for matching an error
 * to a socket; the bytes themselves stay in the message, and what an error is encoded from is those.
 */
import { ByteReader } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { IPV4_HEADER_LENGTH, IpProtocol, Ipv4Flag, Ipv4Header, ipv4HeaderLength } from './ipv4.js';

export class EmbeddedPacket {
  header = new Ipv4Header();
  /** As it stands in the header. */
  headerChecksum = 0;
  /** What is there of the payload, up to the total length. A view. */
  payload: Uint8Array = new Uint8Array(0);
  /** All of the packet is there. */
  isWhole = false;
  /** Of UDP and TCP, when their four bytes are there and it is no later fragment. */
  ports: { source: number; destination: number } | undefined = undefined;
  /** Of ICMP echo, likewise. */
  echo: { type: number; identifier: number; sequence: number } | undefined = undefined;
}

/** Offsets of errors count from the start of `original`. */
export function decodeEmbeddedPacket(original: Uint8Array): EmbeddedPacket | DecodeError {
  const r = new ByteReader(original);
  if (r.remaining < IPV4_HEADER_LENGTH) return new DecodeError('truncated', 0, '[792]', r.remaining, IPV4_HEADER_LENGTH);
  const versionAndLength = r.u8();
  if (versionAndLength >>> 4 !== 4) return new DecodeError('version', 0, '[791:3.1]', versionAndLength >>> 4, 4);
  const headerLength = (versionAndLength & 15) * 4;
  if (headerLength < IPV4_HEADER_LENGTH || headerLength > original.length) {
    return new DecodeError('length', 0, '[791:3.1]', headerLength, `${IPV4_HEADER_LENGTH}-${original.length}`);
  }
  const packet = new EmbeddedPacket();
  const h = packet.header;
  h.typeOfService = r.u8();
  h.totalLength = r.u16();
  h.identification = r.u16();
  const flagsAndOffset = r.u16();
  h.flags = flagsAndOffset >>> 13;
  h.fragmentOffset = flagsAndOffset & 0x1fff;
  h.timeToLive = r.u8();
  h.protocol = r.u8();
  packet.headerChecksum = r.u16();
  h.source = r.u32();
  h.destination = r.u32();
  h.options = r.view(headerLength - IPV4_HEADER_LENGTH);
  const payloadLength = Math.max(0, h.totalLength - ipv4HeaderLength(h));
  packet.payload = r.view(Math.min(r.remaining, payloadLength));
  packet.isWhole = packet.payload.length === payloadLength && (h.flags & Ipv4Flag.moreFragments) === 0 && h.fragmentOffset === 0;
  if (h.fragmentOffset === 0) readTransport(packet);
  return packet;
}

function readTransport(packet: EmbeddedPacket): void {
  const { payload, header } = packet;
  const r = new ByteReader(payload);
  if ((header.protocol === IpProtocol.udp || header.protocol === IpProtocol.tcp) && payload.length >= 4) {
    packet.ports = { source: r.u16(), destination: r.u16() };
  }
  if (header.protocol === IpProtocol.icmp && payload.length >= 8 && (payload[0] === 0 || payload[0] === 8)) {
    r.skip(4);
    packet.echo = { type: payload[0], identifier: r.u16(), sequence: r.u16() };
  }
}
