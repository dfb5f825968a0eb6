/**
 * Frames that leave a little later: the answers of a proxy, and of a host that is still busy with the answer before.
 */
import type { Micros } from '../base/micros.js';
import { Timer, type TimerTable } from '../engine/timer.js';

interface DelayedFrame<Place> {
  readonly at: Micros;
  readonly place: Place;
  readonly frame: Uint8Array;
}

export class DelayedFrames<Place> {
  /** By time, and at one time in order of arrival. */
  private readonly waiting: DelayedFrame<Place>[] = [];
  private readonly timer: Timer;

  constructor(timers: TimerTable, transmit: (place: Place, frame: Uint8Array) => void) {
    const { waiting } = this;
    this.timer = new Timer(timers, (now) => {
      while (waiting.length > 0 && waiting[0].at <= now) {
        const [{ place, frame }] = waiting.splice(0, 1);
        transmit(place, frame);
      }
      if (waiting.length > 0) this.timer.arm(waiting[0].at);
    });
  }

  /** The frame is kept: give a copy. */
  add(at: Micros, place: Place, frame: Uint8Array): void {
    const { waiting } = this;
    let i = waiting.length;
    while (i > 0 && waiting[i - 1].at > at) i--;
    waiting.splice(i, 0, { at, place, frame });
    if (i === 0) this.timer.arm(at);
  }

  /** How many frames wait for one place. */
  count(place: Place): number {
    return this.waiting.reduce((sum, each) => sum + (each.place === place ? 1 : 0), 0);
  }
}
