/**
 * Ethernet for a device that has none: between an emulated interface, which speaks Ethernet and ARP, and a raw IP socket.
 *
 * Whoever the emulated system asks for by ARP answers from here, always with one hardware address; the kernel does the real ARP. IP packets of OSPF
 * go out bare; what comes in gets a header.
 */
import { writeMulticastMac } from '../wire/ethernet.js';

const HEADER_LENGTH = 14;
const ARP_LENGTH = 42;
const PEER_MAC = [0x02, 0x72, 0x61, 0x77, 0x00, 0x01];
const IPPROTO_OSPF = 89;

/** What becomes of a frame that the emulated interface sends. */
export type RawOutcome = { readonly kind: 'packet'; readonly bytes: Uint8Array } | { readonly kind: 'answer'; readonly frame: Uint8Array } | { readonly kind: 'nothing' };

export function rawOutcome(frame: Uint8Array): RawOutcome {
  const type = (frame[12] << 8) | frame[13];
  if (type === 0x0800) return frame[HEADER_LENGTH + 9] === IPPROTO_OSPF ? { kind: 'packet', bytes: frame.subarray(HEADER_LENGTH) } : { kind: 'nothing' };
  const isRequest = type === 0x0806 && frame.length >= ARP_LENGTH && frame[20] === 0 && frame[21] === 1;
  // A request for one's own address is an announcement.
  if (!isRequest || [0, 1, 2, 3].every((i) => frame[28 + i] === frame[38 + i])) return { kind: 'nothing' };
  const answer = new Uint8Array(ARP_LENGTH);
  answer.set(frame.subarray(6, 12), 0);
  answer.set(PEER_MAC, 6);
  answer.set(frame.subarray(12, 20), 12);
  answer[21] = 2;
  answer.set(PEER_MAC, 22);
  answer.set(frame.subarray(38, 42), 28);
  answer.set(frame.subarray(22, 32), 32);
  return { kind: 'answer', frame: answer };
}

/** A packet that came in, as a frame to `mac` or to the packet's group. */
export function rawFrame(packet: Uint8Array, mac: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_LENGTH + packet.length);
  const destination = ((packet[16] << 24) | (packet[17] << 16) | (packet[18] << 8) | packet[19]) >>> 0;
  if (destination >>> 28 === 0xe) writeMulticastMac(frame, 0, destination);
  else frame.set(mac, 0);
  frame.set(PEER_MAC, 6);
  frame[12] = 0x08;
  frame.set(packet, HEADER_LENGTH);
  return frame;
}
