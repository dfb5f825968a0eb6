/**
 * The driver for real time: a simulation whose clock is the monotonic one, with devices of this system behind some of its ports. Read sim/simulation.ts and
 * sim/outside-port.ts first; engine/engine.ts has the rules.
 *
 * A thread reads the devices (reader-worker.ts). Whenever this one wakes it takes a turn (live-turn.ts): what has come in, and then what is due. The simulation says
 * when it next wants to be woken; a timer and the reader's message do that. What is recorded is what was put in, with the moment at which it was; that and the seed
 * are the whole run (replay/recording.ts).
 */
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { SECOND, type Micros } from '../base/micros.js';
import type { Simulation } from '../sim/simulation.js';
import { openDevice, type Device } from './device.js';
import { makeRing, RingReader } from './frame-ring.js';
import { LiveClock } from './live-clock.js';
import { LiveFailure } from './live-failure.js';
import { LiveStatistics, LiveTurn, type LiveObserver, type OutsideEnd } from './live-turn.js';
import type { Native } from './native.js';
import { rawOutcome } from './raw-interface.js';
import type { ReaderData, ReaderMessage } from './reader-worker.js';

const LONGEST_SLEEP_MILLIS = 250;
/** Until the reader, which is late, is looked after again. */
const LATE_READER_MILLIS = 2;

export class LiveRun {
  private readonly devices: readonly Device[];
  private readonly ring = makeRing();
  private readonly reader = new RingReader(this.ring);
  private readonly clock = new LiveClock(monotonicMillis);
  private readonly turn: LiveTurn;
  /** Stop; a message is under way. */
  private readonly signals = new SharedArrayBuffer(8);
  private worker: Worker | undefined;
  private hasExited: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private isClosed = false;
  private stop: (() => void) | undefined;
  private failure: unknown;

  constructor(native: Native, ends: readonly OutsideEnd[]) {
    const opened: Device[] = [];
    try {
      for (const { device } of ends) opened.push(openDevice(native, device));
    } catch (failure) {
      for (const device of opened) device.close();
      throw failure;
    }
    this.devices = opened;
    this.turn = new LiveTurn(this.clock, this.reader, ends, opened.map(({ kind }) => kind));
  }

  now(): Micros {
    return this.clock.now();
  }

  get statistics(): LiveStatistics {
    return this.turn.statistics;
  }

  /** What has been counted so far; counting starts anew. */
  takeStatistics(): LiveStatistics {
    const { turn } = this;
    const { statistics } = turn;
    turn.statistics = new LiveStatistics();
    return statistics;
  }

  /**
   * The moment of the calendar at which the simulation's time was 0, by how late it is now: where everything stood still and the clock has not caught up, later
   * than it really was, so that it is right for the end of the run.
   */
  get startedAt(): string {
    return new Date(this.clock.millisAtZero).toISOString();
  }

  get dropped(): number {
    return this.reader.dropped;
  }

  /** For the stand-in: a frame leaves. */
  transmit(index: number, now: Micros, frame: Uint8Array): void {
    const device = this.devices[index];
    let bytes: Uint8Array = frame;
    this.turn.output(now, index, frame);
    if (device.kind === 'raw') {
      const outcome = rawOutcome(frame);
      if (outcome.kind === 'answer') this.turn.answer(index, outcome.frame);
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
    const { clock, turn } = this;
    let isInterrupted = false;
    this.stop = () => { isInterrupted = true; };
    this.worker ??= await this.startReader();
    if (isInterrupted) return;
    turn.begin(simulation, observer);
    let nextSecond = simulation.now + SECOND;
    await new Promise<void>((resolve) => {
      this.stop = resolve;
      const goOn = (): void => {
        if (this.isClosed || this.stop !== resolve) return;
        let hasTime = false;
        try {
          hasTime = turn.take(monotonicMillis());
          if (simulation.now >= nextSecond) {
            nextSecond = simulation.now + SECOND;
            const gone = this.devices.find((device) => device.isGone());
            if (gone !== undefined) throw new LiveFailure(`the device ${gone.name} is not there any more`);
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
        const wait = hasTime ? clock.millisUntil(Math.min(simulation.nextEventTime(), end)) : LATE_READER_MILLIS;
        this.cancelTurn();
        if (wait <= 0 || this.reader.hasFrame) this.immediate = setImmediate(goOn);
        else this.timer = setTimeout(goOn, Math.min(wait, LONGEST_SLEEP_MILLIS));
      };
      this.worker?.removeAllListeners('message');
      this.worker?.on('message', (message: ReaderMessage) => {
        if (message.kind === 'gone') {
          this.failure = new LiveFailure(`the device ${this.devices[message.device].name} is not there any more`);
          this.finish();
          return;
        }
        if (message.kind === 'frames') Atomics.store(new Int32Array(this.signals), 1, 0);
        goOn();
      });
      goOn();
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
    Atomics.notify(new Int32Array(this.signals), 0);
    await this.hasExited;
    for (const device of this.devices) device.close();
  }

  /** Once it reads: what it takes to start a thread must not make the first timers late. */
  private async startReader(): Promise<Worker> {
    const workerData: ReaderData = { ring: this.ring, signals: this.signals, devices: this.devices.map(({ kind, fd }) => ({ kind, fd })) };
    const worker = new Worker(new URL('./reader-worker.js', import.meta.url), { workerData });
    this.hasExited = new Promise((resolve) => void worker.once('exit', () => resolve()));
    await new Promise((resolve, reject) => void worker.once('message', resolve).once('error', reject));
    worker.removeAllListeners('error').on('error', (failure) => {
      this.failure = failure;
      this.finish();
    });
    return worker;
  }
}

function monotonicMillis(): number {
  return performance.timeOrigin + performance.now();
}
