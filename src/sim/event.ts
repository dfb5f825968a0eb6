/**
 * What the simulation's queue holds, and the pool of frames in flight.
 *
 * A frame event is the input that the receiving engine gets: nothing is made for a delivery. Frame events are pooled by the
 * exact length of their bytes, so that the engine sees a frame and no more, and no view has to be made.
 */
import type { HeapItem } from '../base/heap.js';
import { NEVER, type Micros } from '../base/micros.js';
import type { Command, CommandInput, FrameInput, WakeInput } from '../engine/engine.js';

export class FrameEvent implements FrameInput {
  time: Micros = 0;
  order = 0;
  readonly kind = 'frame';
  port = 0;
  readonly bytes: Uint8Array;
  node = 0;
  link = 0;
  /** The receiving end. */
  end = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }
}

/** The next deadline of a node. Each node has one, for good. */
export class WakeEvent implements HeapItem, WakeInput {
  time: Micros = NEVER;
  order = 0;
  heapIndex = -1;
  readonly kind = 'wake';
  readonly node: number;

  constructor(node: number) {
    this.node = node;
  }
}

export class CommandEvent implements HeapItem, CommandInput {
  time: Micros;
  order = 0;
  heapIndex = -1;
  readonly kind = 'command';
  readonly node: number;
  readonly command: Command;

  constructor(time: Micros, node: number, command: Command) {
    this.time = time;
    this.node = node;
    this.command = command;
  }
}

/** Something that is done to the network from outside. */
export class DriverEvent implements HeapItem {
  time: Micros;
  order = 0;
  heapIndex = -1;
  readonly kind = 'driver';
  readonly act: () => void;

  constructor(time: Micros, act: () => void) {
    this.time = time;
    this.act = act;
  }
}

/**
 * Frames under way on links of one latency: they arrive in the order in which they left, so that among thousands of them only the first
 * has a place in the queue.
 */
export class FrameLane implements HeapItem {
  /** Of the first frame; the lane is in the queue while it holds one. */
  time: Micros = NEVER;
  order = 0;
  heapIndex = -1;
  readonly kind = 'lane';
  /** A ring, as long as a power of two. */
  private frames: (FrameEvent | undefined)[] = new Array<undefined>(16).fill(undefined);
  private head = 0;
  private count = 0;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** `frame` arrives no sooner than those that are here. */
  push(frame: FrameEvent): void {
    if (this.count === this.frames.length) this.grow();
    this.frames[(this.head + this.count) & (this.frames.length - 1)] = frame;
    if (this.count++ === 0) this.stampBy(frame);
  }

  /** Takes the first frame out; there is one. */
  shift(): FrameEvent {
    const first = this.frames[this.head] as FrameEvent;
    this.frames[this.head] = undefined;
    this.head = (this.head + 1) & (this.frames.length - 1);
    if (--this.count > 0) this.stampBy(this.frames[this.head] as FrameEvent);
    return first;
  }

  private stampBy({ time, order }: FrameEvent): void {
    this.time = time;
    this.order = order;
  }

  private grow(): void {
    const { frames, head } = this;
    this.frames = [...frames.slice(head), ...frames.slice(0, head), ...new Array<undefined>(frames.length).fill(undefined)];
    this.head = 0;
  }
}

export type SimulationEvent = FrameLane | WakeEvent | CommandEvent | DriverEvent;

export class FramePool {
  private readonly free: (FrameEvent[] | undefined)[] = [];
  private readonly isPoisoned: boolean;

  /** Poisoned: returned frames are overwritten, so that whoever kept one is found out. For tests. */
  constructor(isPoisoned: boolean) {
    this.isPoisoned = isPoisoned;
  }

  take(length: number): FrameEvent {
    return this.free[length]?.pop() ?? new FrameEvent(length);
  }

  give(event: FrameEvent): void {
    if (this.isPoisoned) event.bytes.fill(0xa5);
    const { length } = event.bytes;
    const free = this.free[length];
    if (free === undefined) this.free[length] = [event];
    else free.push(event);
  }
}
