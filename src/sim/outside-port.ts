/**
 * A device of the world outside, as a node of the simulation: what reaches it is handed on, and it does nothing by itself. What comes from it is put in by
 * `Simulation.inject`.
 */
import { NEVER, type Micros } from '../base/micros.js';
import type { Engine, Input } from '../engine/engine.js';

export class OutsidePort implements Engine {
  private readonly send: (now: Micros, frame: Uint8Array) => void;

  /** The frame is borrowed. */
  constructor(send: (now: Micros, frame: Uint8Array) => void) {
    this.send = send;
  }

  step(now: Micros, input: Input): void {
    if (input.kind === 'frame') this.send(now, input.bytes);
  }

  nextDeadline(): Micros {
    return NEVER;
  }
}
