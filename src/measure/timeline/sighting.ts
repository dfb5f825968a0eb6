/**
 * One frame as somebody with a capture sees it: when, where, and what is in it. The object is used again for each frame.
 *
 * A place is one interface of one capture. The same frame may be seen at several places; what is concluded at each of them is
 * united afterwards (agreement.ts).
 */
import type { Micros } from '../../base/micros.js';
import type { CaptureDirection } from '../../capture/captured-frame.js';
import type { FramePayload, Ipv4Packet } from '../../wire/frame.js';
import { Frame, decodeLinkFrame } from '../../wire/frame.js';
import { DecodeError } from '../../wire/decode-error.js';
import { formatMac, type Mac } from '../../base/address.js';
import { isGroupMac, macNumber } from '../../wire/ethernet.js';
import type { Arp } from '../../wire/arp.js';

export class Sighting {
  time: Micros = 0;
  place = 0;
  direction: CaptureDirection = 'unknown';
  /** Of the sender's adapter; 0 where the link layer has none. */
  sourceMac = 0;
  destinationMac = 0;
  isToGroup = false;
  /** Views into the frame, for the text of an address. */
  destination: Mac | undefined = undefined;
  arp: Arp | undefined = undefined;
  packet: Ipv4Packet | undefined = undefined;
  /** Not decoded as a whole. */
  isUnreadable = false;

  read(time: Micros, place: number, direction: CaptureDirection, linkType: number, bytes: Uint8Array): void {
    this.time = time;
    this.place = place;
    this.direction = direction;
    this.arp = undefined;
    this.packet = undefined;
    this.sourceMac = 0;
    this.destinationMac = 0;
    this.isToGroup = false;
    this.destination = undefined;
    const frame = decodeLinkFrame(linkType, bytes);
    this.isUnreadable = frame instanceof DecodeError;
    if (frame instanceof DecodeError) return;
    if (frame instanceof Frame) {
      this.sourceMac = macNumber(frame.ethernet.source);
      this.destinationMac = macNumber(frame.ethernet.destination);
      this.isToGroup = isGroupMac(frame.ethernet.destination);
      this.destination = frame.ethernet.destination;
    }
    let payload: FramePayload = frame.payload;
    while (payload.kind === 'llc') payload = payload.payload;
    switch (payload.kind) {
      case 'arp': this.arp = payload.arp; break;
      case 'ipv4':
        this.packet = payload.packet;
        this.isUnreadable = payload.packet.payload.kind === 'raw' && payload.packet.payload.error !== undefined;
        break;
      case 'raw': this.isUnreadable = payload.error !== undefined; break;
      default: break;
    }
  }

  get destinationText(): string | undefined {
    return this.destination === undefined ? undefined : formatMac(this.destination);
  }
}
