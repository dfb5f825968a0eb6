/**
 * One BFD session as BIRD 2.0.12 runs it: asynchronous mode, single hop. Read bfd-session.ts first.
 *
 * What differs from FRR's, measured (topologies/conformance/bird-bfd) or read in what the daemon does on the wire:
 * - It speaks the moment it is made, with the interval `idle tx interval` until it is up; what it is ready to receive is said from the beginning.
 * - Coming up, it takes the shorter interval at once and polls for it; going down, the idle one.
 * - A Poll is begun with a packet that leaves at once.
 * - The detection time runs in every state; when it is over the other side is forgotten, and told so at once.
 * - Between packets 75 to 90 % of the interval, whatever the multiplier.
 * - A session that nobody asks for any more is gone without a word.
 * Deviations: no authentication, no demand mode, no several hops.
 */
import { MILLISECOND, type Micros } from '../base/micros.js';
import { type BfdControl, BfdDiagnostic, BfdFlag } from '../wire/bfd.js';
import { BFD_MACHINE, BFD_STATES, BfdPeerSession, type BfdParameters, type BfdSessionState } from './bfd-peer-session.js';

/** BIRD's. */
export const BIRD_BFD_DEFAULTS: BfdParameters = {
  detectMultiplier: 5, receiveIntervalMs: 10, transmitIntervalMs: 100, idleTransmitIntervalMs: 1000, echoReceiveIntervalMs: 0, isShutdown: false, isPassive: false,
};

const IDLE_MS = 1000;

export class BirdBfdSession extends BfdPeerSession {
  remoteDetectMultiplier = 0;
  remoteReceiveMicros: Micros = 1;
  remoteTransmitMicros: Micros = 0;

  /** What is announced, and what counts already. */
  private wantedTransmitMicros: Micros;
  private currentTransmitMicros: Micros;
  private wantedReceiveMicros: Micros;
  private currentReceiveMicros: Micros;
  /** What is being polled for, and what for after that. */
  private readonly polled = new Set<'transmit' | 'receive'>();
  private readonly scheduled = new Set<'transmit' | 'receive'>();
  private lastTransmitAt: Micros | undefined;
  private lastReceiveAt: Micros | undefined;

  constructor(...session: ConstructorParameters<typeof BfdPeerSession>) {
    super(...session);
    const [, , , , parameters, now] = session;
    this.wantedTransmitMicros = this.currentTransmitMicros = this.idleMicros;
    this.wantedReceiveMicros = this.currentReceiveMicros = parameters.receiveIntervalMs * MILLISECOND;
    this.controlTransmission(now, true);
  }

  protected onTransmitTimer(now: Micros): void {
    this.lastTransmitAt = now;
    this.transmit(now, false);
    this.transmitTimer.arm(now + this.drawInterval());
  }

  private get idleMicros(): Micros {
    return (this.parameters.idleTransmitIntervalMs ?? IDLE_MS) * MILLISECOND;
  }

  get isPolling(): boolean {
    return this.polled.size > 0;
  }

  get detectionTimeMicros(): Micros {
    return Math.max(this.currentReceiveMicros, this.remoteTransmitMicros) * this.remoteDetectMultiplier;
  }

  get transmitIntervalMicros(): Micros {
    return this.lastTransmitAt === undefined ? 0 : this.agreedTransmitMicros;
  }

  private get agreedTransmitMicros(): Micros {
    return Math.max(this.currentTransmitMicros, this.remoteReceiveMicros);
  }

  /** [5880:6.8.6] */
  receive(now: Micros, control: BfdControl): void {
    if (control.yourDiscriminator === 0) {
      if (BFD_STATES[control.state] !== 'Down' && BFD_STATES[control.state] !== 'AdminDown') return;
      if (this.state === 'Up' && control.myDiscriminator !== this.remoteDiscriminator) return;
    }
    const transmitBefore = this.currentTransmitMicros;
    const receiveBefore = this.remoteReceiveMicros;
    this.hear(control);
    if (this.isPolling && (control.flags & BfdFlag.final) !== 0) this.endPoll();
    if (this.currentTransmitMicros !== transmitBefore || this.remoteReceiveMicros !== receiveBefore) this.updateTransmitTimer(now);
    this.lastReceiveAt = now;
    this.updateDetectTimer(now);
    const outcome = BFD_MACHINE[this.state][BFD_STATES[control.state]];
    if (outcome === 'init') this.change(now, 'Init', BfdDiagnostic.none);
    else if (outcome === 'up') this.change(now, 'Up', BfdDiagnostic.none);
    else if (outcome === 'down') this.change(now, 'Down', BfdDiagnostic.neighborSignaledDown);
    this.controlTransmission(now, false);
    if ((control.flags & BfdFlag.poll) !== 0) this.transmit(now, true); // [5880:6.5]
  }

  /** [5880:6.8.4] */
  protected onDetectionTime(now: Micros): void {
    this.remoteDiscriminator = 0;
    this.remoteTransmitMicros = 0;
    this.remoteReceiveMicros = 1;
    this.remoteDetectMultiplier = 0;
    this.polled.clear();
    this.scheduled.clear();
    this.change(now, 'Down', BfdDiagnostic.detectionTimeExpired);
    this.controlTransmission(now, true);
  }

  private change(now: Micros, state: BfdSessionState, diagnostic: number): void {
    const from = this.state;
    if (from === state) return;
    this.state = state;
    this.localDiagnostic = diagnostic;
    this.changedAt = now;
    if (state === 'Up') this.wantTransmitInterval(now, this.parameters.transmitIntervalMs * MILLISECOND);
    if (from === 'Up') this.wantTransmitInterval(now, this.idleMicros);
    this.tellOfChange(now, from);
  }

  /** A longer interval counts when the other side knows of it, a shorter one at once. [5880:6.8.3] */
  private wantTransmitInterval(now: Micros, wanted: Micros): void {
    if (wanted === this.wantedTransmitMicros) return;
    this.wantedTransmitMicros = wanted;
    if (this.state !== 'Up' || wanted < this.currentTransmitMicros) {
      this.currentTransmitMicros = wanted;
      this.updateTransmitTimer(now);
    }
    this.poll(now, 'transmit');
  }

  private wantReceiveInterval(now: Micros, wanted: Micros): void {
    if (wanted === this.wantedReceiveMicros) return;
    this.wantedReceiveMicros = wanted;
    if (this.state !== 'Up' || wanted > this.currentReceiveMicros) {
      this.currentReceiveMicros = wanted;
      this.updateDetectTimer(now);
    }
    this.poll(now, 'receive');
  }

  private poll(now: Micros, what: 'transmit' | 'receive'): void {
    if (this.remoteDiscriminator === 0) return;
    if (this.isPolling) {
      this.scheduled.add(what);
      return;
    }
    this.polled.add(what);
    this.controlTransmission(now, true);
  }

  private endPoll(): void {
    if (this.polled.has('transmit') && !this.scheduled.has('transmit')) this.currentTransmitMicros = this.wantedTransmitMicros;
    if (this.polled.has('receive') && !this.scheduled.has('receive')) this.currentReceiveMicros = this.wantedReceiveMicros;
    this.polled.clear();
    for (const each of this.scheduled) this.polled.add(each);
    this.scheduled.clear();
  }

  /** Whether packets leave at all; `isAnew`: the next one at once. */
  private controlTransmission(now: Micros, isAnew: boolean): void {
    const isSilent = (this.parameters.isPassive && this.remoteDiscriminator === 0) || this.remoteReceiveMicros === 0; // [5880:6.1] [5880:6.8.7]
    if (isSilent) {
      this.transmitTimer.cancel();
      this.lastTransmitAt = undefined;
    } else if (isAnew || !this.transmitTimer.isArmed) {
      this.lastTransmitAt = undefined;
      this.transmitTimer.arm(now);
    }
  }

  /** 75 to 90 %. [5880:6.8.7] */
  private drawInterval(): Micros {
    const interval = this.agreedTransmitMicros;
    const least = interval - Math.floor(interval / 4);
    return least + this.prng.integer(0, interval - Math.floor(interval / 10) - least);
  }

  /** Counted from the last packet. */
  private updateTransmitTimer(now: Micros): void {
    if (this.lastTransmitAt === undefined) return;
    const interval = this.agreedTransmitMicros;
    this.transmitTimer.arm(Math.max(now, this.lastTransmitAt + interval - Math.floor(interval / 4)));
  }

  private updateDetectTimer(now: Micros): void {
    if (this.lastReceiveAt !== undefined) this.detectTimer.arm(Math.max(now, this.lastReceiveAt + this.detectionTimeMicros)); // [5880:6.8.4 detection time]
  }

  configure(now: Micros, parameters: BfdParameters): void {
    this.parameters = parameters;
    this.wantTransmitInterval(now, this.state === 'Up' ? parameters.transmitIntervalMs * MILLISECOND : this.idleMicros);
    this.wantReceiveInterval(now, parameters.receiveIntervalMs * MILLISECOND);
    this.controlTransmission(now, false);
  }

  /** Nobody asks for it any more. The other side is not told. */
  end(): void {
    this.drop();
  }

  protected get announcedTransmitMicros(): Micros {
    return this.wantedTransmitMicros;
  }

  protected get announcedReceiveMicros(): Micros {
    return this.wantedReceiveMicros;
  }
}
