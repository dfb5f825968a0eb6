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
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import { type BfdControl, BfdDiagnostic, BfdFlag } from '../wire/bfd.js';
import { BFD_MACHINE, BFD_STATES, BfdPeerSession, type BfdOutcome, type BfdParameters, type BfdSessionState } from './bfd-peer-session.js';

/** bfdd's. */
export const BFD_DEFAULTS: BfdParameters = {
  detectMultiplier: 3, receiveIntervalMs: 300, transmitIntervalMs: 300, echoReceiveIntervalMs: 50, isShutdown: false, isPassive: false,
};

/** Before a session is up, nobody sends more often. [5880:6.8.3] */
const SLOW: Micros = SECOND;
const DEFAULT_DETECT_MULTIPLIER = 3;

export class BfdSession extends BfdPeerSession {
  isPolling = false;
  remoteDetectMultiplier = DEFAULT_DETECT_MULTIPLIER;
  remoteReceiveMicros: Micros = SLOW;
  remoteTransmitMicros: Micros = SLOW;

  /** What is announced, and counts, as long as nothing else has been agreed on. */
  private currentTransmitMicros: Micros = SLOW;
  private currentReceiveMicros: Micros = SLOW;
  private transmitMicros: Micros = SLOW;
  private detectMicros: Micros = DEFAULT_DETECT_MULTIPLIER * SLOW;

  constructor(...session: ConstructorParameters<typeof BfdPeerSession>) {
    super(...session);
    const [, , , , parameters, now] = session;
    if (parameters.isShutdown) {
      this.state = 'AdminDown';
      return;
    }
    if (parameters.isPassive) return; // [5880:6.1 passive]
    this.detectTimer.arm(now + this.detectMicros);
    this.startTransmitTimer(now); // [5880:6.1 active]
  }

  protected onTransmitTimer(now: Micros): void {
    this.transmit(now, false);
    this.startTransmitTimer(now);
  }

  protected onDetectionTime(now: Micros): void {
    if (this.state === 'Init' || this.state === 'Up') this.goDown(now, BfdDiagnostic.detectionTimeExpired); // [5880:6.8.4]
  }

  get detectionTimeMicros(): Micros {
    return this.detectMicros;
  }

  get transmitIntervalMicros(): Micros {
    return this.transmitMicros;
  }

  receive(now: Micros, control: BfdControl): void {
    // A session that works is not begun anew by somebody who does not know it.
    if (control.yourDiscriminator === 0 && this.state !== 'Down' && this.state !== 'AdminDown') return;
    this.hear(control);
    const outcome: BfdOutcome = BFD_MACHINE[this.state][BFD_STATES[control.state]];
    if (outcome === 'init') this.becomeInit(now); // [5880:6.8.6 Init]
    else if (outcome === 'up') this.comeUp(now); // [5880:6.8.6 Up]
    else if (outcome === 'down') this.goDown(now, BfdDiagnostic.neighborSignaledDown); // [5880:6.8.6 Down]
    if (this.isPolling && (control.flags & BfdFlag.final) !== 0) {
      this.isPolling = false; // [5880:6.5 Final]
      this.adoptIntervals(now); // [5880:6.8.3 adopted]
    }
    // [5880:6.8.4 detection time]
    this.detectMicros = this.remoteDetectMultiplier * Math.max(this.currentReceiveMicros, this.remoteTransmitMicros);
    if (!this.parameters.isShutdown) this.detectTimer.arm(now + this.detectMicros); // [5880:6.8.4 timer]
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
    this.isPolling = true; // [5880:6.8.3 Up]
    this.change(now, 'Up');
    this.transmit(now, false);
  }

  private goDown(now: Micros, diagnostic: number): void {
    this.localDiagnostic = diagnostic; // [5880:6.8.1 bfd.LocalDiag]
    this.remoteDiscriminator = 0; // [5880:6.8.1 bfd.RemoteDiscr]
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
    this.currentTransmitMicros = SLOW; // [5880:6.8.3]
    this.currentReceiveMicros = SLOW;
    this.transmitMicros = SLOW; // [5880:6.8.3]
    this.detectMicros = DEFAULT_DETECT_MULTIPLIER * SLOW;
  }

  /** A Poll has been answered, or is about to be: our intervals count from now on. */
  private adoptIntervals(now: Micros): void {
    this.currentTransmitMicros = this.parameters.transmitIntervalMs * MILLISECOND;
    this.currentReceiveMicros = this.parameters.receiveIntervalMs * MILLISECOND;
    this.transmitMicros = Math.max(this.currentTransmitMicros, this.remoteReceiveMicros); // [5880:6.8.2] [5880:6.8.7]
    this.startTransmitTimer(now);
  }

  /** 75 to 100 % of the interval, to 90 % where one lost packet is enough. */
  private startTransmitTimer(now: Micros): void {
    if (this.parameters.isShutdown) return;
    const percent = 75 + this.prng.integer(0, this.parameters.detectMultiplier === 1 ? 15 : 25); // [5880:6.8.7 jitter]
    this.transmitTimer.arm(now + Math.floor((this.transmitMicros * percent) / 100));
  }

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
    this.transmitTimer.cancel();
    this.detectTimer.cancel();
    this.change(now, 'AdminDown'); // [5880:6.8.16]
    this.transmit(now, false); // [5880:6.8.16 told]
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

  private change(now: Micros, state: BfdSessionState): void {
    const from = this.state;
    if (from === state) return;
    this.state = state;
    this.changedAt = now;
    this.tellOfChange(now, from);
  }

  protected get announcedTransmitMicros(): Micros {
    return this.isPolling ? this.parameters.transmitIntervalMs * MILLISECOND : this.currentTransmitMicros;
  }

  protected get announcedReceiveMicros(): Micros {
    return this.isPolling ? this.parameters.receiveIntervalMs * MILLISECOND : this.currentReceiveMicros;
  }
}
