/**
 * The clock of a live run: microseconds of the simulation, by the monotonic clock of the system. Read live-run.ts first.
 *
 * While the whole process stood still (stopped, suspended, starved of a processor) frames waited in the kernel, and of those nobody can say when they came: a
 * TAP device keeps no times. So the time in which nobody looked is no time in here: what waited is taken in at the moment at which it stopped, when no neighbour
 * was overdue yet. Afterwards the clock goes twice as fast until it is right again. A dead interval is several Hello intervals; at twice the speed a
 * neighbour's Hellos are still in time, where one jump would have expired everybody whose Hello was waiting to be read.
 */
import type { Micros } from '../base/micros.js';

const CATCHING_UP_RATE = 2;

export class LiveClock {
  private readonly monotonicMillis: () => number;
  /** Of the monotonic clock, at the simulation's time 0. */
  private originMillis = 0;
  /** How far this clock was behind at `behindSinceMillis`, from when on it has been catching up. */
  private behindMillis = 0;
  private behindSinceMillis = 0;

  constructor(monotonicMillis: () => number) {
    this.monotonicMillis = monotonicMillis;
  }

  /** It is `time` now. */
  set(time: Micros): void {
    this.originMillis = this.monotonicMillis() - time / 1000;
    this.behindMillis = 0;
  }

  /** What the monotonic clock read when this one was 0. */
  get millisAtZero(): number {
    return this.originMillis;
  }

  now(): Micros {
    return this.at(this.monotonicMillis());
  }

  /** A reading of the monotonic clock. */
  at(millis: number): Micros {
    return Math.floor((millis - this.originMillis - this.lagMillis(millis)) * 1000);
  }

  /** How long from now it is until this clock says so. */
  millisUntil(time: Micros): number {
    const millis = this.monotonicMillis();
    const left = time / 1000 - (millis - this.originMillis - this.lagMillis(millis));
    const lag = this.lagMillis(millis);
    // While it catches up it is there sooner.
    const soon = left / CATCHING_UP_RATE;
    return lag > 0 && soon * (CATCHING_UP_RATE - 1) <= lag ? soon : left - lag;
  }

  /** Between these two readings nobody looked. */
  stoodStill(fromMillis: number, toMillis: number): void {
    this.behindMillis = this.lagMillis(fromMillis) + toMillis - fromMillis;
    this.behindSinceMillis = toMillis;
  }

  private lagMillis(millis: number): number {
    return Math.min(this.behindMillis, Math.max(0, this.behindMillis - (millis - this.behindSinceMillis) * (CATCHING_UP_RATE - 1)));
  }
}
