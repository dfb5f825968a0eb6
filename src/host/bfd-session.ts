/**
 * One BFD session, asynchronous mode, single hop. [5880:6] Read 6.2 and 6.8 first.
 *
 * What FRR's bfdd does where the standard leaves a choice, or otherwise (seen in pcaps/bfd-session-down.pcap and bfd-with-ospf.pcap):
 * - A session that is up keeps announcing the slow second until its Poll is answered, and takes its own intervals then.
 * - Of two sides that come up at once both poll.
 * - The first packet of a session that goes down leaves at once and still announces the intervals from before; the next leaves when it would have
 *   left anyway, with slow ones. It forgets the other side's discriminator at once.
 * - The detection time runs from the first packet on whatever the state, and means something only in Init and Up.
 * Deviations: no echo function, no demand mode, no authentication.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import { BfdControl, BfdDiagnostic, BfdFlag, BfdState } from '../wire/bfd.js';

export type BfdSessionState = 'AdminDown' | 'Down' | 'Init' | 'Up';

/** What a session is configured to. Milliseconds. */
export interface BfdParameters {
  readonly detectMultiplier: number;
  readonly receiveIntervalMs: number;
  readonly transmitIntervalMs: number;
  /** Of a session that is not up. Undefined: a second. */
  readonly idleTransmitIntervalMs?: number;
  /** `echo receive-interval`: said in every packet; echo packets themselves are not sent. */
  readonly echoReceiveIntervalMs: number;
  readonly isShutdown: boolean;
  /** Says nothing before it has heard something. [5880:6.1] */
  readonly isPassive: boolean;
}

/** bfdd's. */
export const BFD_DEFAULTS: BfdParameters = {
  detectMultiplier: 3, receiveIntervalMs: 300, transmitIntervalMs: 300, echoReceiveIntervalMs: 50, isShutdown: false, isPassive: false,
};

/** Before a session is up, nobody sends more often. [5880:6.8.3] */
const SLOW: Micros = SECOND;
const DEFAULT_DETECT_MULTIPLIER = 3;

type Outcome = 'stay' | 'init' | 'up' | 'down';

/** By our state and the one that a packet says. [5880:6.8.6] */
export const BFD_MACHINE = {
  AdminDown: { AdminDown: 'stay', Down: 'stay', Init: 'stay', Up: 'stay' },
  Down: { AdminDown: 'stay', Down: 'init', Init: 'up', Up: 'stay' },
  Init: { AdminDown: 'down', Down: 'stay', Init: 'up', Up: 'up' },
  Up: { AdminDown: 'down', Down: 'down', Init: 'stay', Up: 'stay' },
} satisfies Record<BfdSessionState, Record<BfdSessionState, Outcome>>;

/** By their numbers on the wire. */
export const BFD_STATES: readonly BfdSessionState[] = ['AdminDown', 'Down', 'Init', 'Up'];

export interface BfdSessionEnvironment {
  /** Out of the session's interface to its peer, from its own source port. The control packet is borrowed. */
  send(now: Micros, session: BfdPeerSession, control: BfdControl): void;
  stateChanged(now: Micros, session: BfdPeerSession, from: BfdSessionState): void;
}

/** A session, whoever's: what its daemon needs of it, and what displays show. */
export interface BfdPeerSession {
  readonly interfaceIndex: number;
  readonly peer: Ipv4;
  readonly sourcePort: number;
  readonly parameters: BfdParameters;
  readonly state: BfdSessionState;
  readonly localDiscriminator: number;
  readonly remoteDiscriminator: number;
  readonly localDiagnostic: number;
  readonly remoteDiagnostic: number;
  readonly isPolling: boolean;
  /** Of the last packet. */
  readonly remoteDetectMultiplier: number;
  readonly remoteReceiveMicros: Micros;
  readonly remoteTransmitMicros: Micros;
  readonly remoteEchoReceiveMicros: Micros;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly changedAt: Micros;
  /** How long it takes from the last packet to knowing that no more come. */
  readonly detectionTimeMicros: Micros;
  readonly transmitIntervalMicros: Micros;
  receive(now: Micros, control: BfdControl): void;
  /** Somebody has typed other parameters. */
  configure(now: Micros, parameters: BfdParameters): void;
  /** Nobody is interested any more. */
  end(now: Micros): void;
  /** Without a word. */
  drop(): void;
}

export class BfdSession implements BfdPeerSession {
  readonly interfaceIndex: number;
  readonly peer: Ipv4;
  readonly sourcePort: number;
  parameters: BfdParameters;
  state: BfdSessionState = 'Down';
  readonly localDiscriminator: number;
  remoteDiscriminator = 0;
  localDiagnostic = 0;
  remoteDiagnostic = 0;
  isPolling = false;
  /** Of the last packet. */
  remoteDetectMultiplier = DEFAULT_DETECT_MULTIPLIER;
  remoteReceiveMicros: Micros = SLOW;
  remoteTransmitMicros: Micros = SLOW;
  remoteEchoReceiveMicros: Micros = 0;
  packetsIn = 0;
  packetsOut = 0;
  changedAt: Micros;

  /** What is announced, and counts, as long as nothing else has been agreed on. */
  private currentTransmitMicros: Micros = SLOW;
  private currentReceiveMicros: Micros = SLOW;
  private transmitMicros: Micros = SLOW;
  private detectMicros: Micros = DEFAULT_DETECT_MULTIPLIER * SLOW;
  private readonly transmitTimer: Timer;
  private readonly detectTimer: Timer;
  private readonly prng: Prng;
  private readonly environment: BfdSessionEnvironment;
  private readonly control = new BfdControl();

  constructor(interfaceIndex: number, peer: Ipv4, sourcePort: number, discriminator: number, parameters: BfdParameters, now: Micros, timers: TimerTable,
    prng: Prng, environment: BfdSessionEnvironment) {
    this.interfaceIndex = interfaceIndex;
    this.peer = peer;
    this.sourcePort = sourcePort;
    this.localDiscriminator = discriminator;
    this.parameters = parameters;
    this.changedAt = now;
    this.prng = prng;
    this.environment = environment;
    this.transmitTimer = new Timer(timers, (at) => {
      this.transmit(at, false);
      this.startTransmitTimer(at);
    });
    this.detectTimer = new Timer(timers, (at) => {
      if (this.state === 'Init' || this.state === 'Up') this.goDown(at, BfdDiagnostic.detectionTimeExpired); // [5880:6.8.4]
    });
    if (parameters.isShutdown) this.state = 'AdminDown';
    else if (!parameters.isPassive) {
      this.detectTimer.arm(now + this.detectMicros);
      this.startTransmitTimer(now);
    }
  }

  /** How long it takes from the last packet to knowing that no more come. */
  get detectionTimeMicros(): Micros {
    return this.detectMicros;
  }

  get transmitIntervalMicros(): Micros {
    return this.transmitMicros;
  }

  /** A packet that belongs to this session. [5880:6.8.6] */
  receive(now: Micros, control: BfdControl): void {
    // A session that works is not begun anew by somebody who does not know it.
    if (control.yourDiscriminator === 0 && this.state !== 'Down' && this.state !== 'AdminDown') return;
    this.packetsIn++;
    this.remoteDiscriminator = control.myDiscriminator;
    this.remoteDiagnostic = control.diagnostic;
    this.remoteTransmitMicros = control.desiredMinimumTransmitMicros;
    this.remoteReceiveMicros = control.requiredMinimumReceiveMicros;
    this.remoteEchoReceiveMicros = control.requiredMinimumEchoReceiveMicros;
    this.remoteDetectMultiplier = control.detectMultiplier;
    const outcome: Outcome = BFD_MACHINE[this.state][BFD_STATES[control.state]];
    if (outcome === 'init') this.becomeInit(now);
    else if (outcome === 'up') this.comeUp(now);
    else if (outcome === 'down') this.goDown(now, BfdDiagnostic.neighborSignaledDown);
    if (this.isPolling && (control.flags & BfdFlag.final) !== 0) {
      this.isPolling = false;
      this.adoptIntervals(now);
    }
    // [5880:6.8.4 detection time]
    this.detectMicros = this.remoteDetectMultiplier * Math.max(this.currentReceiveMicros, this.remoteTransmitMicros);
    if (!this.parameters.isShutdown) this.detectTimer.arm(now + this.detectMicros);
    if ((control.flags & BfdFlag.poll) !== 0) {
      this.adoptIntervals(now);
      this.transmit(now, true); // [5880:6.5]
    }
  }

  private becomeInit(now: Micros): void {
    this.change(now, 'Init');
    if (!this.parameters.isPassive || this.transmitTimer.isArmed) return;
    this.transmit(now, false); // now there is somebody to talk to [5880:6.1]
    this.startTransmitTimer(now);
  }

  private comeUp(now: Micros): void {
    this.localDiagnostic = BfdDiagnostic.none;
    this.isPolling = true;
    this.change(now, 'Up');
    this.transmit(now, false);
  }

  private goDown(now: Micros, diagnostic: number): void {
    this.localDiagnostic = diagnostic;
    this.remoteDiscriminator = 0;
    this.isPolling = false;
    this.change(now, 'Down');
    this.transmit(now, false);
    this.slowDown();
    if (this.parameters.isPassive) {
      this.transmitTimer.cancel();
      this.detectTimer.cancel();
    }
  }

  private slowDown(): void {
    this.currentTransmitMicros = SLOW;
    this.currentReceiveMicros = SLOW;
    this.transmitMicros = SLOW;
    this.detectMicros = DEFAULT_DETECT_MULTIPLIER * SLOW;
  }

  /** A Poll has been answered, or is about to be: our intervals count from now on. [5880:6.8.7] */
  private adoptIntervals(now: Micros): void {
    this.currentTransmitMicros = this.parameters.transmitIntervalMs * MILLISECOND;
    this.currentReceiveMicros = this.parameters.receiveIntervalMs * MILLISECOND;
    this.transmitMicros = Math.max(this.currentTransmitMicros, this.remoteReceiveMicros);
    this.startTransmitTimer(now);
  }

  /** 75 to 100 % of the interval, to 90 % where one lost packet is enough. [5880:6.8.7] */
  private startTransmitTimer(now: Micros): void {
    if (this.parameters.isShutdown) return;
    const percent = 75 + this.prng.integer(0, this.parameters.detectMultiplier === 1 ? 15 : 25);
    this.transmitTimer.arm(now + Math.floor((this.transmitMicros * percent) / 100));
  }

  /** Somebody has typed other parameters. */
  configure(now: Micros, parameters: BfdParameters): void {
    const before = this.parameters;
    this.parameters = parameters;
    if (parameters.isShutdown !== before.isShutdown) {
      if (parameters.isShutdown) this.shutDown(now);
      else this.resume(now);
    } else if (this.state === 'Up' && (parameters.receiveIntervalMs !== before.receiveIntervalMs || parameters.transmitIntervalMs !== before.transmitIntervalMs)) {
      this.isPolling = true; // [5880:6.8.3 poll]
    }
  }

  private shutDown(now: Micros): void {
    this.transmitTimer.cancel(); // [5880:6.8.16]
    this.detectTimer.cancel();
    this.change(now, 'AdminDown');
    this.transmit(now, false);
  }

  private resume(now: Micros): void {
    this.change(now, 'Down');
    if (this.parameters.isPassive) return;
    this.detectTimer.arm(now + this.detectMicros);
    this.transmitTimer.arm(now + this.transmitMicros);
  }

  /** Nobody is interested any more. The other side is told. */
  end(now: Micros): void {
    this.localDiagnostic = BfdDiagnostic.neighborSignaledDown;
    if (this.state !== 'AdminDown') {
      this.state = 'Down';
      this.transmit(now, false);
    }
    this.drop();
  }

  /** Without a word. */
  drop(): void {
    this.transmitTimer.cancel();
    this.detectTimer.cancel();
  }

  private change(now: Micros, state: BfdSessionState): void {
    const from = this.state;
    if (from === state) return;
    this.state = state;
    this.changedAt = now;
    this.environment.stateChanged(now, this, from);
  }

  /** [5880:6.8.7] */
  private transmit(now: Micros, isFinal: boolean): void {
    const { control, parameters } = this;
    control.diagnostic = this.localDiagnostic;
    control.state = BFD_STATE_CODES[this.state];
    control.flags = isFinal ? BfdFlag.final : this.isPolling ? BfdFlag.poll : 0;
    control.detectMultiplier = parameters.detectMultiplier;
    control.myDiscriminator = this.localDiscriminator;
    control.yourDiscriminator = this.remoteDiscriminator;
    control.desiredMinimumTransmitMicros = this.isPolling ? parameters.transmitIntervalMs * MILLISECOND : this.currentTransmitMicros;
    control.requiredMinimumReceiveMicros = this.isPolling ? parameters.receiveIntervalMs * MILLISECOND : this.currentReceiveMicros;
    control.requiredMinimumEchoReceiveMicros = parameters.echoReceiveIntervalMs * MILLISECOND;
    this.packetsOut++;
    this.environment.send(now, this, control);
  }
}

export const BFD_STATE_CODES: Readonly<Record<BfdSessionState, number>> = {
  AdminDown: BfdState.adminDown, Down: BfdState.down, Init: BfdState.init, Up: BfdState.up,
};
