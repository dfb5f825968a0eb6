/**
 * The process's raw socket: a packet is read at once, or, as a real daemon does it, a moment after it has come, with all that has come by then. Read "A socket is
 * read a moment later" in ARCHITECTURE first.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import type { Timer } from '../engine/timer.js';
import { receivePacket } from './packet-input.js';
import type { OspfProcess } from './process.js';
import { ReceiveQueue } from './receive-queue.js';

export class PacketSocket {
  private readonly process: OspfProcess;
  private readonly prng: Prng;
  private readonly queue = new ReceiveQueue();
  private readonly timer: Timer;
  /** The first Hellos are out: nothing is read before. */
  readsFrom: Micros = 0;

  constructor(process: OspfProcess, prng: Prng) {
    this.process = process;
    this.prng = prng;
    this.timer = process.timer((now) => this.read(now), { kind: 'socket' });
  }

  /** `packet` starts at the OSPF header; borrowed. */
  receive(now: Micros, interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, timeToLive: number): void {
    const { process } = this;
    const { socketRead } = process.behaviour;
    if (socketRead === undefined) {
      receivePacket(process, interfaceIndex, source, destination, packet, timeToLive, now);
      process.finish(now);
      return;
    }
    if (!this.queue.add(interfaceIndex, source, destination, packet, timeToLive)) return process.environment.discard?.(interfaceIndex, 'no room');
    if (this.timer.isArmed) return;
    const wait = process.known?.socketWait(now) ?? this.prng.integer(socketRead.earliestMicros, socketRead.latestMicros);
    this.timer.arm(Math.max(now, this.readsFrom) + wait);
  }

  private read(now: Micros): void {
    this.queue.read(({ interfaceIndex, source, destination, packet, timeToLive }) => receivePacket(this.process, interfaceIndex, source, destination, packet, timeToLive, now));
  }
}
