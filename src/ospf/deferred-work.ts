/**
 * What runs after the thing that is being done now, and before the present input is finished: protocol events that it raised, packets that it filled.
 * In order; what it defers in turn comes behind. Read "Events and writes have their order" in ARCHITECTURE first.
 */
import type { Micros } from '../base/micros.js';

export class DeferredWork {
  /** The first so many places are in use; the array is kept. */
  private readonly places: (((now: Micros) => void) | undefined)[] = [];
  private count = 0;

  add(work: (now: Micros) => void): void {
    this.places[this.count++] = work;
  }

  run(now: Micros): void {
    for (let i = 0; i < this.count; i++) {
      const work = this.places[i] as (now: Micros) => void;
      this.places[i] = undefined;
      work(now);
    }
    this.count = 0;
  }
}
