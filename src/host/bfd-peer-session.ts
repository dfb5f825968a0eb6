/**
 * What a BFD session is, whoever runs it: its variables, what it takes from a packet, and the packet that it sends. Read 6.8 first; bfd-session.ts is
 * bfdd's way with it, bird-bfd-session.ts is BIRD's.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import { BfdControl, BfdFlag, BfdState } from '../wire/bfd.js';

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

export type BfdOutcome = 'stay' | 'init' | 'up' | 'down';

/** By our state and the one that a packet says. [5880:6.8.6] */
export const BFD_MACHINE = {
  AdminDown: { AdminDown: 'stay', Down: 'stay', Init: 'stay', Up: 'stay' },
  Down: { AdminDown: 'stay', Down: 'init', Init: 'up', Up: 'stay' },
  Init: { AdminDown: 'down', Down: 'stay', Init: 'up', Up: 'up' },
  Up: { AdminDown: 'down', Down: 'down', Init: 'stay', Up: 'stay' },
} satisfies Record<BfdSessionState, Record<BfdSessionState, BfdOutcome>>;

/** By their numbers on the wire. */
export const BFD_STATES: readonly BfdSessionState[] = ['AdminDown', 'Down', 'Init', 'Up'];

export const BFD_STATE_CODES: Readonly<Record<BfdSessionState, number>> = {
  AdminDown: BfdState.adminDown, Down: BfdState.down, Init: BfdState.init, Up: BfdState.up,
};

export interface BfdSessionEnvironment {
  /** Out of the session's interface to its peer, from its own source port. The control packet is borrowed. */
  send(now: Micros, session: BfdPeerSession, control: BfdControl): void;
  stateChanged(now: Micros, session: BfdPeerSession, from: BfdSessionState): void;
}

export abstract class BfdPeerSession {
  readonly interfaceIndex: number;
  readonly peer: Ipv4;
  readonly sourcePort: number;
  parameters: BfdParameters;
  state: BfdSessionState = 'Down';
  readonly localDiscriminator: number;
  remoteDiscriminator = 0;
  localDiagnostic = 0;
  remoteDiagnostic = 0;
  /** Of the last packet. */
  abstract remoteDetectMultiplier: number;
  abstract remoteReceiveMicros: Micros;
  abstract remoteTransmitMicros: Micros;
  remoteEchoReceiveMicros: Micros = 0;
  packetsIn = 0;
  packetsOut = 0;
  changedAt: Micros;

  protected readonly transmitTimer: Timer;
  protected readonly detectTimer: Timer;
  protected readonly prng: Prng;
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
    this.transmitTimer = new Timer(timers, (at) => this.onTransmitTimer(at));
    this.detectTimer = new Timer(timers, (at) => this.onDetectionTime(at));
  }

  abstract readonly isPolling: boolean;
  /** How long it takes from the last packet to knowing that no more come. */
  abstract readonly detectionTimeMicros: Micros;
  /** 0: nothing has been sent yet. */
  abstract readonly transmitIntervalMicros: Micros;
  /** What the next packet says of our own intervals. */
  protected abstract readonly announcedTransmitMicros: Micros;
  protected abstract readonly announcedReceiveMicros: Micros;

  /** A packet that belongs to this session. */
  abstract receive(now: Micros, control: BfdControl): void;
  /** Somebody has typed other parameters. */
  abstract configure(now: Micros, parameters: BfdParameters): void;
  /** Nobody is interested any more. */
  abstract end(now: Micros): void;
  protected abstract onTransmitTimer(now: Micros): void;
  protected abstract onDetectionTime(now: Micros): void;

  /** Without a word. */
  drop(): void {
    this.transmitTimer.cancel();
    this.detectTimer.cancel();
  }

  /** What a packet says of its sender. [5880:6.8.6] */
  protected hear(control: BfdControl): void {
    this.packetsIn++;
    this.remoteDiscriminator = control.myDiscriminator; // [5880:6.8.6 RemoteDiscr]
    this.remoteDiagnostic = control.diagnostic;
    this.remoteTransmitMicros = control.desiredMinimumTransmitMicros;
    this.remoteReceiveMicros = control.requiredMinimumReceiveMicros; // [5880:6.8.6 RemoteMinRxInterval]
    this.remoteEchoReceiveMicros = control.requiredMinimumEchoReceiveMicros;
    this.remoteDetectMultiplier = control.detectMultiplier;
  }

  protected tellOfChange(now: Micros, from: BfdSessionState): void {
    this.environment.stateChanged(now, this, from);
  }

  protected transmit(now: Micros, isFinal: boolean): void {
    const { control, parameters } = this;
    control.diagnostic = this.localDiagnostic;
    control.state = BFD_STATE_CODES[this.state]; // [5880:6.8.7 State]
    control.flags = isFinal ? BfdFlag.final : this.isPolling ? BfdFlag.poll : 0; // [5880:6.8.7 Poll and Final]
    control.detectMultiplier = parameters.detectMultiplier; // [5880:6.8.7 Detect Mult]
    control.myDiscriminator = this.localDiscriminator; // [5880:6.8.7 My Discriminator]
    control.yourDiscriminator = this.remoteDiscriminator; // [5880:6.8.7 Your Discriminator]
    control.desiredMinimumTransmitMicros = this.announcedTransmitMicros;
    control.requiredMinimumReceiveMicros = this.announcedReceiveMicros;
    control.requiredMinimumEchoReceiveMicros = parameters.echoReceiveIntervalMs * MILLISECOND;
    this.packetsOut++;
    this.environment.send(now, this, control);
  }
}
