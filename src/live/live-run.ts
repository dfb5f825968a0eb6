/**
 * The driver for real time: a simulation whose clock is the monotonic one, with devices of this system behind some of its ports. Read sim/simulation.ts and
 * sim/outside-port.ts first; engine/engine.ts has the rules.
 *
 * Whenever this thread wakes, the frames that wait are put in first, each at the moment it was read, and only then does time go on to now: a late
 * wake-up lets nobody's Hello come too late. The simulation takes what is due and says when it next wants to be woken; a timer and the reader's message do
 * that. What is recorded is what was put in, with the moment at which it was; that and the seed are the whole run (replay/recording.ts).
 */
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { Simulation } from '../sim/simulation.js';
import { openDevice, type Device } from './device.js';
import { makeRing, RingReader } from './frame-ring.js';
import { Lateness } from './lateness.js';
import type { Native } from './native.js';
import { rawFrame, rawOutcome } from './raw-interface.js';

/** Told of what crosses the border, in order; bytes are borrowed. */
export interface LiveObserver {
  input?(time: Micros, device: number, frame: Uint8Array): void;
  output?(time: Micros, device: number, frame: Uint8Array): void;
}

export interface OutsideEnd {
  /** The stand-in in the simulation. */
  readonly node: number;
  readonly mac: Uint8Array;
  readonly device: string;
}

/** `recent`: the same since somebody last put a new one there. */
export interface LiveStatistics { framesIn: number; framesOut: number; sendFailures: number; readonly lateness: Lateness; recent: Lateness }

function freshStatistics(): LiveStatistics {
  return { framesIn: 0, framesOut: 0, sendFailures: 0, lateness: new Lateness(), recent: new Lateness() };
}

const LONGEST_SLEEP_MILLIS = 250;
/** Without a look at anything else: signals, the status line. */
const LONGEST_TURN: Micros = 50 * MILLISECOND;

export class LiveRun {
  statistics: LiveStatistics = freshStatistics();
  private readonly devices: readonly Device[];
  private readonly ends: readonly OutsideEnd[];
  private readonly ring = makeRing();
  private readonly reader = new RingReader(this.ring);
  /** Stop; a message is under way. */
  private readonly signals = new SharedArrayBuffer(8);
  private worker: Worker | undefined;
  private simulation!: Simulation;
  private observer: LiveObserver = {};
  /** Of the monotonic clock, at the simulation's time 0. */
  private originMillis = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private isClosed = false;
  private stop: (() => void) | undefined;
  private failure: unknown;
  /** Answers of a raw interface to its own questions: behind the step in which they were asked. */
  private readonly answers: { device: number; frame: Uint8Array }[] = [];

  constructor(native: Native, ends: readonly OutsideEnd[]) {
    this.ends = ends;
    const opened: Device[] = [];
    try {
      for (const { device } of ends) opened.push(openDevice(native, device));
    } catch (failure) {
      for (const device of opened) device.close();
      throw failure;
    }
    this.devices = opened;
  }

  get dropped(): number {
    return this.reader.dropped;
  }

  /** What has been counted so far; counting starts anew. */
  takeStatistics(): LiveStatistics {
    const { statistics } = this;
    this.statistics = freshStatistics();
    return statistics;
  }

  /** For the stand-in: a frame leaves. */
  transmit(index: number, now: Micros, frame: Uint8Array): void {
    const device = this.devices[index];
    let bytes: Uint8Array = frame;
    this.observer.output?.(now, index, frame);
    if (device.kind === 'raw') {
      const outcome = rawOutcome(frame);
      if (outcome.kind === 'answer') this.answers.push({ device: index, frame: outcome.frame });
      if (outcome.kind !== 'packet') return;
      bytes = outcome.bytes;
    }
    this.statistics.framesOut++;
    if (!device.send(bytes)) this.statistics.sendFailures++;
  }

  /**
   * Runs from the simulation's now on until `end`, or until `finish` is called. The simulation may have run before, on its own; from here on its clock is the
   * real one.
   */
  async run(simulation: Simulation, end: Micros, observer: LiveObserver = {}, everySecond: (now: Micros) => void = () => undefined): Promise<void> {
    this.simulation = simulation;
    this.observer = observer;
    this.worker ??= await this.startReader();
    this.originMillis = performance.timeOrigin + performance.now() - simulation.now / 1000;
    let nextSecond = simulation.now + SECOND;
    await new Promise<void>((resolve) => {
      this.stop = resolve;
      const turn = (): void => {
        if (this.isClosed || this.stop !== resolve) return;
        try {
          this.catchUp();
          if (simulation.now >= nextSecond) {
            nextSecond = simulation.now + SECOND;
            everySecond(simulation.now);
          }
        } catch (failure) {
          this.failure = failure;
          this.finish();
          return;
        }
        if (simulation.now >= end) {
          this.finish();
          return;
        }
        const wait = (Math.min(simulation.nextEventTime(), end) - this.realTime()) / 1000;
        this.cancelTurn();
        if (wait <= 0) this.immediate = setImmediate(turn);
        else this.timer = setTimeout(turn, Math.min(wait, LONGEST_SLEEP_MILLIS));
      };
      this.worker?.removeAllListeners('message');
      this.worker?.on('message', () => {
        Atomics.store(new Int32Array(this.signals), 1, 0);
        turn();
      });
      turn();
    });
    if (this.failure !== undefined) throw this.failure as Error;
  }

  /** Ends `run`; what is due by now has been done. */
  finish(): void {
    const { stop } = this;
    this.stop = undefined;
    this.cancelTurn();
    stop?.();
  }

  private cancelTurn(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
  }

  /** The devices that were made are gone. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.finish();
    Atomics.store(new Int32Array(this.signals), 0, 1);
    if (this.worker !== undefined) await new Promise<void>((resolve) => this.worker?.once('exit', () => resolve()));
    for (const device of this.devices) device.close();
  }

  private realTime(): Micros {
    return Math.floor((performance.timeOrigin + performance.now() - this.originMillis) * 1000);
  }

  /**
   * Everything that has come in and everything that is due, in the order of their moments. Time does not stand still meanwhile: what comes in while a
   * flood is being worked off is put in before anything that is due later. After a while others get their turn.
   */
  private catchUp(): void {
    const { simulation } = this;
    const until = this.realTime() + LONGEST_TURN;
    for (;;) {
      this.takeFrames();
      const now = this.realTime();
      const due = simulation.nextEventTime();
      if (due > now) {
        if (now > simulation.now) simulation.runUntil(now);
        return;
      }
      if (now > until) return;
      this.takeDue(due);
    }
  }

  private takeFrames(): void {
    for (let frame = this.reader.take(); frame !== undefined; frame = this.reader.take()) {
      const device = this.devices[frame.device];
      const bytes = device.kind === 'raw' ? rawFrame(frame.bytes, this.ends[frame.device].mac) : frame.bytes;
      this.put(frame.device, Math.floor((frame.readAtMillis - this.originMillis) * 1000), bytes);
    }
  }

  /** One moment, and what it led to at once. */
  private takeDue(due: Micros): void {
    const late = this.realTime() - due;
    this.statistics.lateness.add(late);
    this.statistics.recent.add(late);
    this.simulation.runUntil(due);
    this.giveAnswers();
  }

  private put(index: number, at: Micros, frame: Uint8Array): void {
    const { simulation } = this;
    // The clock of another thread, and frames of several devices: never back.
    const moment = Math.max(at, simulation.now);
    for (let due = simulation.nextEventTime(); due <= moment; due = simulation.nextEventTime()) this.takeDue(due);
    simulation.runUntil(Math.max(moment, simulation.now));
    this.observer.input?.(simulation.now, index, frame);
    this.statistics.framesIn++;
    simulation.inject(this.ends[index].node, 0, frame);
    this.giveAnswers();
  }

  private giveAnswers(): void {
    for (let answer = this.answers.shift(); answer !== undefined; answer = this.answers.shift()) this.put(answer.device, this.simulation.now, answer.frame);
  }

  /** Once it reads: what it takes to start a thread must not make the first timers late. */
  private async startReader(): Promise<Worker> {
    const worker = new Worker(new URL('./reader-worker.js', import.meta.url), { workerData: { ring: this.ring, stop: this.signals, fds: this.devices.map((device) => device.fd) } });
    await new Promise<void>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    worker.removeAllListeners('error');
    worker.on('error', (failure) => {
      this.failure = failure;
      this.finish();
    });
    return worker;
  }
}
