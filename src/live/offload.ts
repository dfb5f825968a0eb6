/**
 * What a kernel leaves to the adapter, done here: the checksum of a UDP or TCP packet that a local socket sent, and the cutting of a long one into segments.
 *
 * On a veth there is no adapter: its frames come as the socket made them. A packet socket with PACKET_VNET_HDR has a header before each, which says what is
 * missing (struct virtio_net_hdr; Linux, include/uapi/linux/virtio_net.h). Everything that goes on from here is as it would be on a cable.
 */
import { foldChecksum, internetChecksum, onesSum, partialChecksum } from '../wire/internet-checksum.js';

export const OFFLOAD_HEADER_LENGTH = 10;
/** A frame of the greatest length that a socket makes, and the header. */
export const LONGEST_OFFLOADED = 65_536 + 256;

const NEEDS_CHECKSUM = 1;
/** Without its bit 0x80, which is about congestion. */
const SEGMENTATION = 0x7f;
const TCP_V4 = 1;
const UDP = 5;
const ETHERNET = 14;
const IPV4_HEADER = 20;
const TCP_HEADER = 20;
const UDP_HEADER = 8;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
const FIN_AND_PUSH = 0x09;
const CONGESTION_WINDOW_REDUCED = 0x80;

/**
 * `take` gets each frame that would be on the cable, as a view that is good for the call. `bytes`, the header first, are changed.
 */
export function withoutOffload(bytes: Uint8Array, take: (frame: Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frame = bytes.subarray(OFFLOAD_HEADER_LENGTH);
  const kind = bytes[1] & SEGMENTATION;
  const size = view.getUint16(4, true);
  const ip = ETHERNET;
  const isIpv4 = frame.length >= ip + 20 && frame[12] === 0x08 && frame[13] === 0 && frame[ip] >>> 4 === 4;
  const protocol = kind === TCP_V4 ? PROTOCOL_TCP : kind === UDP ? PROTOCOL_UDP : 0;
  if (isIpv4 && protocol !== 0 && protocol === frame[ip + 9] && size > 0) {
    segments(frame, protocol, size, take);
    return;
  }
  if ((bytes[0] & NEEDS_CHECKSUM) !== 0) finishChecksum(frame, view.getUint16(6, true), view.getUint16(8, true));
  take(frame);
}

/** In the field is the sum of the pseudo header already. */
function finishChecksum(frame: Uint8Array, start: number, offset: number): void {
  if (start + offset + 2 > frame.length) return;
  // 0 would mean that there is none. [768]
  putWord(frame, start + offset, internetChecksum(frame, start, frame.length) || 0xffff);
}

function segments(frame: Uint8Array, protocol: number, size: number, take: (frame: Uint8Array) => void): void {
  const ip = ETHERNET;
  const transport = ip + 4 * (frame[ip] & 0x0f);
  const least = transport + (protocol === PROTOCOL_TCP ? TCP_HEADER : UDP_HEADER);
  // Nobody has looked at these lengths yet: whoever is at the other end may have written anything.
  if (transport < ip + IPV4_HEADER || least > frame.length) {
    take(frame);
    return;
  }
  const headers = protocol === PROTOCOL_TCP ? transport + 4 * (frame[transport + 12] >>> 4) : least;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const end = Math.min(frame.length, ip + view.getUint16(ip + 2));
  if (headers < least || end <= headers) {
    take(frame);
    return;
  }
  const identification = view.getUint16(ip + 4);
  const sequence = protocol === PROTOCOL_TCP ? view.getUint32(transport + 4) : 0;
  const one = new Uint8Array(headers + size);
  const header = new DataView(one.buffer);
  for (let at = headers; at < end; at += size) {
    const length = headers + Math.min(size, end - at);
    one.set(frame.subarray(0, headers));
    one.set(frame.subarray(at, at + length - headers), headers);
    header.setUint16(ip + 2, length - ip);
    header.setUint16(ip + 4, (identification + (at - headers) / size) & 0xffff);
    header.setUint16(ip + 10, 0);
    header.setUint16(ip + 10, internetChecksum(one, ip, transport));
    let field = transport + 16;
    if (protocol === PROTOCOL_TCP) {
      header.setUint32(transport + 4, (sequence + at - headers) >>> 0);
      if (at + size < end) one[transport + 13] &= ~FIN_AND_PUSH;
      if (at > headers) one[transport + 13] &= ~CONGESTION_WINDOW_REDUCED;
    } else {
      header.setUint16(transport + 4, length - transport);
      field = transport + 6;
    }
    header.setUint16(field, 0);
    const pseudo = partialChecksum(header.getUint32(ip + 12), header.getUint32(ip + 16), protocol, length - transport);
    header.setUint16(field, foldChecksum(onesSum(one, transport, length, pseudo)) || 0xffff);
    take(one.subarray(0, length));
  }
}

function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}
