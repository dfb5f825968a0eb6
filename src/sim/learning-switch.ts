/**
 * An Ethernet switch: learns on which port an address lives, forgets it after 300 s, floods what it does not know. [802.1D:7.7]
 *
 * No spanning tree and no delay of its own. A port that loses carrier forgets its addresses. Frames to the reserved addresses
 * 01:80:c2:00:00:00-0f stay on their link. Floods go out in port order.
 */
import type { Micros } from '../base/micros.js';
import { NEVER, SECOND } from '../base/micros.js';
import type { Engine, Input, Out } from '../engine/engine.js';

const AGEING: Micros = 300 * SECOND;

class Station {
  /** The address: first two bytes, last four. */
  readonly high: number;
  readonly low: number;
  port: number;
  seenAt: Micros;
  /** Another station with the same last four bytes. */
  readonly next: Station | undefined;

  constructor(high: number, low: number, port: number, seenAt: Micros, next: Station | undefined) {
    this.high = high;
    this.low = low;
    this.port = port;
    this.seenAt = seenAt;
    this.next = next;
  }
}

export class LearningSwitch implements Engine {
  private readonly portCount: number;
  private readonly stations = new Map<number, Station>();

  constructor(portCount: number) {
    this.portCount = portCount;
  }

  nextDeadline(): Micros {
    return NEVER;
  }

  step(now: Micros, input: Input, out: Out): void {
    if (input.kind === 'frame') this.receive(now, input.port, input.bytes, out);
    else if (input.kind === 'command' && input.command.kind === 'carrier' && !input.command.up) this.forget(input.command.port);
  }

  private receive(now: Micros, port: number, frame: Uint8Array, out: Out): void {
    if (frame.length < 14) return;
    if ((frame[6] & 1) === 0) this.learn(now, port, (frame[6] << 8) | frame[7], lowWord(frame, 8));
    if ((frame[0] & 1) === 0) {
      const station = this.find((frame[0] << 8) | frame[1], lowWord(frame, 2));
      if (station !== undefined && now - station.seenAt <= AGEING) {
        if (station.port !== port) out.transmit(station.port, frame);
        return;
      }
    } else if (isReserved(frame)) return;
    for (let other = 0; other < this.portCount; other++) if (other !== port) out.transmit(other, frame);
  }

  private learn(now: Micros, port: number, high: number, low: number): void {
    const station = this.find(high, low);
    if (station === undefined) this.stations.set(low, new Station(high, low, port, now, this.stations.get(low)));
    else {
      station.port = port;
      station.seenAt = now;
    }
  }

  private find(high: number, low: number): Station | undefined {
    let station = this.stations.get(low);
    while (station !== undefined && station.high !== high) station = station.next;
    return station;
  }

  private forget(port: number): void {
    for (const first of this.stations.values()) {
      for (let station: Station | undefined = first; station !== undefined; station = station.next) {
        if (station.port === port) station.seenAt = -Infinity;
      }
    }
  }
}

function lowWord(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
}

function isReserved(frame: Uint8Array): boolean {
  return frame[0] === 0x01 && frame[1] === 0x80 && frame[2] === 0xc2 && frame[3] === 0 && frame[4] === 0 && frame[5] <= 0x0f;
}
