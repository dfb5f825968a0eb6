/**
 * A script under way: steps that take their time, one after the other. What a step adds comes before what was to follow it, as a script that another
 * one calls does.
 */
import type { Micros } from '../base/micros.js';
import { Timer, type TimerTable } from '../engine/timer.js';

interface Step {
  readonly delayMicros: Micros;
  readonly act: (now: Micros) => void;
}

export class ScriptJob {
  private steps: Step[] = [];
  private added: Step[] = [];
  private readonly timer: Timer;

  constructor(timers: TimerTable) {
    this.timer = new Timer(timers, (now) => this.run(now));
  }

  add(delayMicros: Micros, act: (now: Micros) => void): this {
    this.added.push({ delayMicros, act });
    return this;
  }

  /** Begins with what has been added. */
  start(now: Micros): void {
    this.next(now);
  }

  cancel(): void {
    this.timer.cancel();
    this.steps = [];
  }

  private run(now: Micros): void {
    this.steps.shift()?.act(now);
    this.next(now);
  }

  private next(now: Micros): void {
    this.steps = [...this.added, ...this.steps];
    this.added = [];
    if (this.steps.length > 0) this.timer.arm(now + this.steps[0].delayMicros);
  }
}
