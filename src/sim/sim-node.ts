/**
 * A node as the simulation holds it: its engine, its links, and what has been done to it.
 */
import type { Micros } from '../base/micros.js';
import type { NodePlan } from '../config/plan.js';
import type { Command, Engine, Out, RouteChange } from '../engine/engine.js';
import type { RoomRequest } from '../engine/room-request.js';
import type { TraceEvent } from '../engine/trace.js';
import type { SystemNode } from '../node/node.js';
import { WakeEvent } from './event.js';

/** A port's place on a link. */
export interface Attachment {
  readonly link: number;
  readonly end: number;
}

/** Where a node's output goes; `simulation.ts` is the only one. */
export interface NodeOutput {
  transmit(node: SimNode, port: number, frame: Uint8Array): void;
  route(node: SimNode, change: RouteChange): void;
  trace(node: SimNode, event: TraceEvent): void;
  request(node: SimNode, request: RoomRequest): void;
}

export class SimNode implements Out {
  readonly index: number;
  readonly plan: NodePlan;
  engine: Engine;
  /** Undefined: a switch, or an adapter. */
  system: SystemNode | undefined;
  readonly wake: WakeEvent;
  /** By port. */
  readonly attachments: (Attachment | undefined)[] = [];
  readonly isSilentIn: boolean[] = [];
  readonly isSilentOut: boolean[] = [];
  /** Administratively down. */
  readonly isShutdown: boolean[] = [];
  isFrozen = false;
  /** Since when, if it is. */
  frozenAt: Micros = 0;
  /** It does not run: its guest is not there. */
  isOff = false;
  /** How often it has been started. */
  boots = 0;
  /** What it was last told to be by lines that were typed; -1: nothing. */
  configuration = -1;
  /** Counts freezes, so that the end of one sleep does not end the next. */
  freezes = 0;
  /** What was done to it while it was frozen: it finds out when it wakes. */
  held: Command[] = [];
  /** Steps taken so far. */
  steps = 0;
  private readonly output: NodeOutput;

  constructor(index: number, plan: NodePlan, engine: Engine, system: SystemNode | undefined, output: NodeOutput) {
    this.index = index;
    this.plan = plan;
    this.engine = engine;
    this.system = system;
    this.output = output;
    this.wake = new WakeEvent(index);
  }

  get deadline(): Micros {
    return this.engine.nextDeadline();
  }

  transmit(port: number, frame: Uint8Array): void {
    this.output.transmit(this, port, frame);
  }

  route(change: RouteChange): void {
    this.output.route(this, change);
  }

  trace(event: TraceEvent): void {
    this.output.trace(this, event);
  }

  request(request: RoomRequest): void {
    this.output.request(this, request);
  }
}
