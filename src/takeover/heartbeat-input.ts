/**
 * What has arrived and is not read yet. heartbeat 3's main loop looks in rounds, 0.4.9 reads at once; either way a message can be read only a moment after it came.
 */
import type { Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import type { Timer } from '../engine/timer.js';
import type { HeartbeatBehaviour } from './heartbeat-behaviour.js';
import type { ReceivedMessage } from './heartbeat-message.js';

interface Arrival {
  readonly at: Micros;
  readonly readableAt: Micros;
  readonly link: string;
  /** Undefined: our own message came back. */
  readonly message: ReceivedMessage | undefined;
}

export interface InputHost {
  readonly isRunning: boolean;
  take(now: Micros, message: ReceivedMessage, link: string, arrivedAt: Micros): void;
  ownHeard(now: Micros, link: string): void;
  /** What could be read has been; `isRound`: in a round of the main loop. */
  afterReading(now: Micros, isRound: boolean): void;
}

export class HeartbeatInput {
  private readonly host: InputHost;
  private readonly behaviour: HeartbeatBehaviour;
  private readonly prng: Prng;
  private readonly roundTimer: Timer;
  private readonly readTimer: Timer;
  private arrivals: Arrival[] = [];
  private begunAt: Micros | undefined;

  constructor(host: InputHost, behaviour: HeartbeatBehaviour, prng: Prng, timer: (act: (now: Micros) => void) => Timer) {
    this.host = host;
    this.behaviour = behaviour;
    this.prng = prng;
    this.roundTimer = timer((now) => this.round(now));
    this.readTimer = timer((now) => this.read(now));
  }

  /** The main loop is about to begin again, or has ended: nothing waits. */
  clear(): void {
    this.arrivals = [];
    this.begunAt = undefined;
  }

  /** The main loop begins, to which the sockets have been open for a moment. */
  begin(now: Micros): void {
    const { pollMicros } = this.behaviour;
    this.begunAt = now;
    // Of two that were started together one looked after a round, the other after two.
    if (pollMicros > 0) this.roundTimer.arm(now + pollMicros * this.prng.integer(1, 2));
    else if (this.arrivals.length > 0) this.readTimer.arm(now);
  }

  /** `message` undefined: our own came back. */
  arrive(now: Micros, link: string, message: ReceivedMessage | undefined): void {
    const [least, most] = this.behaviour.readMicros;
    this.arrivals.push({ at: now, readableAt: now + this.prng.integer(least, most), link, message });
    if (this.behaviour.pollMicros === 0 && this.begunAt !== undefined) this.readTimer.armIfIdle(this.arrivals[0].readableAt);
  }

  private round(now: Micros): void {
    const { pollMicros } = this.behaviour;
    const begunAt = this.begunAt ?? now;
    this.roundTimer.arm(begunAt + (Math.floor((now - begunAt) / pollMicros) + 1) * pollMicros);
    this.read(now);
    this.host.afterReading(now, true);
  }

  read(now: Micros): void {
    const { arrivals, host } = this;
    this.arrivals = [];
    for (const [i, { at, readableAt, link, message }] of arrivals.entries()) {
      if (!host.isRunning) return;
      if (readableAt > now) {
        this.arrivals.unshift(...arrivals.slice(i));
        break;
      }
      if (message !== undefined) host.take(now, message, link, at);
      else host.ownHeard(now, link);
    }
    if (this.behaviour.pollMicros > 0) return;
    host.afterReading(now, false);
    if (this.arrivals.length > 0) this.readTimer.arm(Math.max(now, this.arrivals[0].readableAt));
  }
}
