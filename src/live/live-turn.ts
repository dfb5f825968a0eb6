/**
 * One turn of the loop of a live run: what has come in, each frame at the moment at which it was read, and only then what is due. It has neither
 * threads nor devices: frames wait in the ring, the time is the clock's. Read live-run.ts first.
 *
 * A late wake-up lets nobody's Hello come too late. If only this thread was late the frames have their moments, and time goes through them. If the reader
 * was late, too, time does not go on before it has looked again; the first frame that it then finds says for how long it had not (live-clock.ts).
 *
 * A turn takes what had been read when it began: on a wire that is never silent the loop goes round all the same.
 */
import type { Micros } from '../base/micros.js';
import type { Simulation } from '../sim/simulation.js';
import type { DeviceKind } from './device.js';
import type { RingReader } from './frame-ring.js';
import { Lateness } from './lateness.js';
import type { LiveClock } from './live-clock.js';
import { rawFrame } from './raw-interface.js';

/** Told of what crosses the border, in order; bytes are borrowed. */
export interface LiveObserver {
  input?(time: Micros, device: number, frame: Uint8Array): void;
  output?(time: Micros, device: number, frame: Uint8Array): void;
}

export class LiveStatistics {
  framesIn = 0;
  framesOut = 0;
  sendFailures = 0;
  /** Time in which the whole process stood still while frames came in. */
  stoodStillMicros: Micros = 0;
  readonly lateness = new Lateness();
  /** The same since somebody last put a new one here. */
  recent = new Lateness();
  /** The same while somebody wants it. */
  settled: Lateness | undefined;
  /** How late frames left, of which the world outside can tell; the same while somebody wants it. */
  readonly framesLate = new Lateness();
  settledFrames: Lateness | undefined;

  late(micros: Micros): void {
    this.lateness.add(micros);
    this.recent.add(micros);
    this.settled?.add(micros);
  }

  frameLate(micros: Micros): void {
    this.framesLate.add(micros);
    this.settledFrames?.add(micros);
  }
}

export interface OutsideEnd {
  /** The stand-in in the simulation. */
  readonly node: number;
  readonly mac: Uint8Array;
  readonly device: string;
}

export class LiveTurn {
  statistics = new LiveStatistics();
  private readonly clock: LiveClock;
  private readonly reader: RingReader;
  private readonly ends: readonly OutsideEnd[];
  private readonly kinds: readonly DeviceKind[];
  /** Answers of a raw interface to its own questions: behind the step in which they were asked. */
  private readonly answers: { device: number; frame: Uint8Array }[] = [];
  private observer: LiveObserver = {};
  private simulation!: Simulation;

  constructor(clock: LiveClock, reader: RingReader, ends: readonly OutsideEnd[], kinds: readonly DeviceKind[]) {
    this.clock = clock;
    this.reader = reader;
    this.ends = ends;
    this.kinds = kinds;
  }

  /** From here on the simulation's clock is the real one. */
  begin(simulation: Simulation, observer: LiveObserver): void {
    this.simulation = simulation;
    this.observer = observer;
    this.clock.set(simulation.now);
  }

  /** Everything that has come in, and then everything that is due. False: the reader is late; nothing is due before it has looked. */
  take(millis: number): boolean {
    const { simulation, reader, clock } = this;
    if (reader.isLateAt(millis)) return false;
    for (let frame = reader.take(millis); frame !== undefined; frame = reader.take(millis)) {
      const { device, readAtMillis, unseenMillis } = frame;
      if (unseenMillis > 0) this.stoodStill(readAtMillis - unseenMillis, readAtMillis);
      if (frame.bytes.length > 0) this.put(device, clock.at(readAtMillis), this.kinds[device] === 'raw' ? rawFrame(frame.bytes, this.ends[device].mac) : frame.bytes);
    }
    const now = clock.at(millis);
    this.takeDue(now);
    if (now > simulation.now) simulation.runUntil(now);
    return true;
  }

  /** The answer comes when what asked for it is done. */
  answer(device: number, frame: Uint8Array): void {
    this.answers.push({ device, frame });
  }

  output(now: Micros, device: number, frame: Uint8Array): void {
    this.statistics.frameLate(Math.max(0, this.clock.now() - now));
    this.observer.output?.(now, device, frame);
  }

  private stoodStill(fromMillis: number, toMillis: number): void {
    const micros = Math.floor((toMillis - fromMillis) * 1000);
    this.clock.stoodStill(fromMillis, toMillis);
    this.statistics.stoodStillMicros += micros;
    this.statistics.late(micros);
  }

  /** What is due by then, moment by moment: how late it is counts for each of them. */
  private takeDue(until: Micros): void {
    const { simulation, clock } = this;
    for (let due = simulation.nextEventTime(); due <= until; due = simulation.nextEventTime()) {
      this.statistics.late(Math.max(0, clock.now() - due));
      simulation.runUntil(due);
      this.giveAnswers();
    }
  }

  private put(index: number, at: Micros, frame: Uint8Array): void {
    const { simulation } = this;
    // The clock of another thread, and frames of several devices: never back.
    this.takeDue(Math.max(at, simulation.now));
    if (at > simulation.now) simulation.runUntil(at);
    this.observer.input?.(simulation.now, index, frame);
    this.statistics.framesIn++;
    simulation.inject(this.ends[index].node, 0, frame);
    this.giveAnswers();
  }

  private giveAnswers(): void {
    for (let answer = this.answers.shift(); answer !== undefined; answer = this.answers.shift()) this.put(answer.device, this.simulation.now, answer.frame);
  }
}
