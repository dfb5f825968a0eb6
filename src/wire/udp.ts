/**
 * UDP over IPv4, with the checksum over the pseudo header. [768] [1122:4.1.3.4]
 *
 * A checksum field of zero means that the sender computed none; a computed zero is sent as 0xffff.
 * Captures taken on the sending machine, and frames between virtual interfaces, often hold a checksum that the adapter
 * was to finish (offload): the sum of the pseudo header alone, not complemented. That is no error; `isChecksumPartial`.
 */
import type { Ipv4 } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, onesSum, partialChecksum } from './internet-checksum.js';
import { IpProtocol } from './ipv4.js';

export const UDP_HEADER_LENGTH = 8;

export class UdpDatagram {
  sourcePort = 0;
  destinationPort = 0;
  /** False: the checksum field is zero and nothing was or will be verified. */
  hasChecksum = true;
  /** The field holds the sum of the pseudo header only; payload and ports are not verified. */
  isChecksumPartial = false;
  /** Decoded: a view into the packet; copy what is kept. */
  payload: Uint8Array = new Uint8Array(0);
}

/** The addresses are those of the IPv4 header. The reader may go on behind the datagram. */
export function decodeUdp(r: ByteReader, source: Ipv4, destination: Ipv4): UdpDatagram | DecodeError {
  const start = r.offset;
  const available = r.remaining;
  if (available < UDP_HEADER_LENGTH) return new DecodeError('truncated', start, '[768]', available, UDP_HEADER_LENGTH);
  const datagram = new UdpDatagram();
  datagram.sourcePort = r.u16();
  datagram.destinationPort = r.u16();
  const length = r.u16();
  const checksum = r.u16();
  if (length < UDP_HEADER_LENGTH || length > available) {
    return new DecodeError('length', start + 4, '[768]', length, `${UDP_HEADER_LENGTH}-${available}`);
  }
  datagram.hasChecksum = checksum !== 0;
  if (datagram.hasChecksum) {
    const want = udpChecksum(r.bytes, start, length, source, destination);
    datagram.isChecksumPartial = checksum !== want && checksum === partialChecksum(source, destination, IpProtocol.udp, length);
    if (checksum !== want && !datagram.isChecksumPartial) return new DecodeError('checksum', start + 6, '[768]', checksum, want);
  }
  datagram.payload = r.view(length - UDP_HEADER_LENGTH);
  return datagram;
}

export function udpLength(datagram: UdpDatagram): number {
  return UDP_HEADER_LENGTH + datagram.payload.length;
}

export function encodeUdp(datagram: UdpDatagram, source: Ipv4, destination: Ipv4, w: ByteWriter): void {
  const start = w.offset;
  encodeUdpHeader(datagram, datagram.payload.length, w);
  w.raw(datagram.payload);
  patchUdpChecksum(datagram, source, destination, start, w);
}

/** For a payload that is written by somebody else, `payloadLength` bytes: write it next, then patchUdpChecksum. */
export function encodeUdpHeader(datagram: UdpDatagram, payloadLength: number, w: ByteWriter): void {
  w.u16(datagram.sourcePort);
  w.u16(datagram.destinationPort);
  w.u16(UDP_HEADER_LENGTH + payloadLength);
  w.u16(0);
}

/** The datagram reaches from `start` to the writer. */
export function patchUdpChecksum(datagram: UdpDatagram, source: Ipv4, destination: Ipv4, start: number, w: ByteWriter): void {
  if (!datagram.hasChecksum) return;
  const length = w.offset - start;
  w.patchU16(start + 6, datagram.isChecksumPartial
    ? partialChecksum(source, destination, IpProtocol.udp, length)
    : udpChecksum(w.bytes, start, length, source, destination));
}

/** What the checksum field of the datagram at `start` has to be, 1 to 0xffff; the field itself counts as zero. */
export function udpChecksum(bytes: Uint8Array, start: number, length: number, source: Ipv4, destination: Ipv4): number {
  const pseudo = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + IpProtocol.udp + length;
  const sum = onesSum(bytes, start, start + 6, pseudo) + onesSum(bytes, start + 8, start + length);
  const checksum = foldChecksum(sum);
  return checksum === 0 ? 0xffff : checksum;
}
