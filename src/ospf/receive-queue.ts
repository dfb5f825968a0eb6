/**
 * Packets that have come and have not been read: a raw socket's receive buffer.
 *
 * A packet is lent only for the call, so it is copied. The copies' buffers are used again, by whichever process needs one next: as many as
 * wait at one time is all that there ever are, and a network of a thousand routers makes no garbage of its packets.
 */
import type { Ipv4 } from '../base/address.js';

/** Packets; a default receive buffer of 208 KiB holds about so many small ones. */
const CAPACITY = 256;

export interface ReceivedPacket {
  interfaceIndex: number;
  source: Ipv4;
  destination: Ipv4;
  packet: Uint8Array;
  timeToLive: number;
}

const NOTHING = new Uint8Array(0);
/** By length, so that a packet is a whole buffer and no view has to be made. */
const freeBuffers: (Uint8Array[] | undefined)[] = [];
const freeEntries: ReceivedPacket[] = [];

export class ReceiveQueue {
  private waiting: ReceivedPacket[] = [];
  private reading: ReceivedPacket[] = [];

  /** Copies a packet; a full queue drops it, as the kernel would, and says false. */
  add(interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, timeToLive: number): boolean {
    if (this.waiting.length >= CAPACITY) return false;
    const entry = freeEntries.pop() ?? { interfaceIndex: 0, source: 0, destination: 0, packet: NOTHING, timeToLive: 0 };
    entry.interfaceIndex = interfaceIndex;
    entry.source = source;
    entry.destination = destination;
    entry.timeToLive = timeToLive;
    entry.packet = freeBuffers[packet.length]?.pop() ?? new Uint8Array(packet.length);
    entry.packet.set(packet);
    this.waiting.push(entry);
    return true;
  }

  /** Reads all that waits, in order; each packet is lent for the call. */
  read(receive: (packet: ReceivedPacket) => void): void {
    const packets = this.waiting;
    this.waiting = this.reading;
    for (const entry of packets) {
      receive(entry);
      const free = freeBuffers[entry.packet.length] ??= [];
      free.push(entry.packet);
      entry.packet = NOTHING;
      freeEntries.push(entry);
    }
    packets.length = 0;
    this.reading = packets;
  }
}
