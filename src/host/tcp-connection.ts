/**
 * One TCP connection: handshake, data, retransmission, close, reset. [9293] [6298]
 *
 * Read RFC 9293, section 3.10 beside this, and RFC 6298 for the timer. The parameters (`TcpParameters`) are Linux's.
 * Deviations: no window scaling, selective acknowledgments or timestamps (a Linux with these sysctls off); every segment that has to be
 * acknowledged is, at once, on the answer if there is one; what comes out of order is dropped and asked for again; no fast retransmit.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import { TcpFlag, type TcpSegment } from '../wire/tcp.js';
import type { TcpParameters } from './behaviour.js';

/** [9293:3.3.2]; LISTEN is a table of ports, see tcp.ts. */
export type TcpState = 'SYN-SENT' | 'SYN-RECEIVED' | 'ESTABLISHED' | 'FIN-WAIT-1' | 'FIN-WAIT-2' | 'CLOSE-WAIT' | 'CLOSING' | 'LAST-ACK' |
  'TIME-WAIT' | 'CLOSED';

export type TcpEnd = 'closed' | 'refused' | 'reset' | 'timed-out';

/** What sits on a connection. Data is borrowed for the call. */
export interface TcpApplication {
  established?(now: Micros, connection: TcpConnection): void;
  received(now: Micros, connection: TcpConnection, data: Uint8Array): void;
  /** The peer sends no more. */
  peerClosed(now: Micros, connection: TcpConnection): void;
  /** Nothing more comes or goes. Not called for what the application aborted itself. */
  ended(now: Micros, connection: TcpConnection, end: TcpEnd): void;
}

/** What a connection needs from the end point that it belongs to. */
export interface TcpNetwork {
  readonly timers: TimerTable;
  readonly parameters: TcpParameters;
  /** `payload` is borrowed. */
  transmit(connection: TcpConnection, flags: number, sequence: number, payload: Uint8Array): void;
  /** The peer has acknowledged something new: the neighbour on the way takes our packets. */
  confirm(now: Micros, connection: TcpConnection): void;
  forget(connection: TcpConnection): void;
  /** A timer has fired and what it set off is done: what was transmitted may leave. */
  send(now: Micros): void;
}

export interface TcpAddresses {
  readonly local: Ipv4;
  readonly localPort: number;
  readonly remote: Ipv4;
  readonly remotePort: number;
}

const EMPTY = new Uint8Array(0);
/** Segments; [6928:2] */
const INITIAL_WINDOW = 10;
const DEFAULT_MAXIMUM_SEGMENT_SIZE = 536;

export class TcpConnection {
  readonly addresses: TcpAddresses;
  state: TcpState = 'CLOSED';
  readonly isPassive: boolean;
  private readonly network: TcpNetwork;
  private readonly application: TcpApplication;
  private readonly timer: Timer;

  // Send sequence space. [9293:3.3.1] `sendMaximum` is the furthest that was ever sent: a timeout goes back behind it.
  private readonly initialSequence: number;
  private unacknowledged: number;
  private next: number;
  private sendMaximum: number;
  private peerWindow = 0;
  /** From `unacknowledged` on, once the SYN is acknowledged. */
  private buffer = new Uint8Array(256);
  private buffered = 0;
  private isFinQueued = false;
  private isFinAcknowledged = false;
  private maximumSegmentSize = DEFAULT_MAXIMUM_SEGMENT_SIZE;
  /** Segments. [5681:3.1] */
  private congestionWindow = INITIAL_WINDOW;
  private slowStartThreshold = Infinity;

  private receiveNext = 0;
  private isAckDue = false;
  /** The application's calls wait for the end of what is going on. */
  private isBusy = false;

  // [6298:2]
  private smoothedRoundTrip = -1;
  private roundTripVariation = 0;
  private timeout: Micros;
  private retransmissions = 0;
  private timedSequence = -1;
  private timedAt: Micros = 0;

  constructor(network: TcpNetwork, addresses: TcpAddresses, application: TcpApplication, initialSequence: number, isPassive: boolean) {
    this.network = network;
    this.addresses = addresses;
    this.application = application;
    this.isPassive = isPassive;
    this.initialSequence = initialSequence;
    this.unacknowledged = initialSequence;
    this.next = initialSequence;
    this.sendMaximum = initialSequence;
    this.timeout = network.parameters.initialTimeoutMicros;
    this.timer = new Timer(network.timers, (now) => {
      this.timerFired(now);
      network.send(now);
    });
  }

  // --- the user's calls [9293:3.10]

  /** Active open. [9293:3.10.1] */
  open(now: Micros): void {
    this.state = 'SYN-SENT';
    this.sendSyn(now);
  }

  /** Passive: the SYN that it begins with. [9293:3.10.7.2] */
  accept(now: Micros, syn: TcpSegment): void {
    this.state = 'SYN-RECEIVED';
    this.takeSyn(syn);
    this.sendSyn(now);
  }

  /** [9293:3.10.2] Nothing is sent on a connection that is closed or closing. */
  write(now: Micros, data: Uint8Array): void {
    if (this.isFinQueued || this.state === 'CLOSED' || this.state === 'TIME-WAIT') return;
    while (this.buffered + data.length > this.buffer.length) {
      const longer = new Uint8Array(this.buffer.length * 2);
      longer.set(this.buffer);
      this.buffer = longer;
    }
    this.buffer.set(data, this.buffered);
    this.buffered += data.length;
    if (!this.isBusy) this.output(now);
  }

  /** What was written still goes out, then FIN. [9293:3.10.4] */
  close(now: Micros): void {
    if (this.isFinQueued || this.state === 'CLOSED' || this.state === 'TIME-WAIT') return;
    if (this.state === 'SYN-SENT') {
      this.end();
      return;
    }
    this.isFinQueued = true;
    if (this.state === 'ESTABLISHED') this.state = 'FIN-WAIT-1';
    else if (this.state === 'CLOSE-WAIT') this.state = 'LAST-ACK';
    if (!this.isBusy) this.output(now);
  }

  /** [9293:3.10.5] */
  abort(): void {
    if (this.state !== 'CLOSED' && this.state !== 'SYN-SENT' && this.state !== 'TIME-WAIT') {
      this.network.transmit(this, TcpFlag.rst | TcpFlag.ack, this.sendMaximum, EMPTY);
    }
    this.end();
  }

  // --- segments [9293:3.10.7]

  receive(now: Micros, segment: TcpSegment): void {
    this.isBusy = true;
    if (this.state === 'SYN-SENT') this.receiveInSynSent(now, segment);
    else this.receiveSynchronized(now, segment);
    this.isBusy = false;
    if (this.state === 'CLOSED') return;
    this.output(now);
    if (this.isAckDue) this.sendAck();
  }

  /** What an acknowledgment says and how much the peer takes; for the header of everything that is sent. */
  get acknowledgment(): number {
    return this.receiveNext;
  }

  private receiveInSynSent(now: Micros, segment: TcpSegment): void {
    const { flags } = segment;
    const hasAck = (flags & TcpFlag.ack) !== 0;
    if (hasAck && segment.acknowledgment !== this.next) { // [9293:3.10.7.3 first]
      if ((flags & TcpFlag.rst) === 0) this.network.transmit(this, TcpFlag.rst, segment.acknowledgment, EMPTY);
      return;
    }
    if ((flags & TcpFlag.rst) !== 0) { // [9293:3.10.7.3 second]
      if (hasAck) this.fail(now, 'refused');
      return;
    }
    if ((flags & TcpFlag.syn) === 0) return;
    this.takeSyn(segment);
    if (!hasAck) { // both ends at once
      this.state = 'SYN-RECEIVED';
      this.next = this.initialSequence;
      this.sendSyn(now);
      return;
    }
    this.isAckDue = true;
    this.establish(now, segment);
  }

  private receiveSynchronized(now: Micros, segment: TcpSegment): void {
    const { flags, sequence } = segment;
    const isSyn = (flags & TcpFlag.syn) !== 0;
    if (this.state === 'SYN-RECEIVED' && isSyn && after(this.receiveNext, sequence) === 1 && (flags & TcpFlag.ack) === 0) {
      this.next = this.initialSequence; // our SYN,ACK did not arrive
      this.sendSyn(now);
      return;
    }
    if (!this.isInWindow(segment)) { // [9293:3.10.7.4 first]
      if ((flags & TcpFlag.rst) === 0) this.isAckDue = true;
      return;
    }
    if ((flags & TcpFlag.rst) !== 0) {
      if (sequence === this.receiveNext) this.fail(now, this.state === 'TIME-WAIT' ? 'closed' : 'reset');
      else this.isAckDue = true; // [9293:3.10.7.4 second]: a challenge
      return;
    }
    if (isSyn) {
      this.isAckDue = true; // [9293:3.10.7.4 fourth]
      return;
    }
    if ((flags & TcpFlag.ack) === 0 || !this.takeAck(now, segment)) return;
    this.takeData(now, segment);
    if (this.isEnded()) return;
    this.takeFin(now, segment);
  }

  private isEnded(): boolean {
    return this.state === 'CLOSED';
  }

  private isInWindow({ sequence, flags, payload }: TcpSegment): boolean {
    const length = payload.length + ((flags & TcpFlag.syn) !== 0 ? 1 : 0) + ((flags & TcpFlag.fin) !== 0 ? 1 : 0);
    const window = this.network.parameters.windowBytes;
    const start = after(sequence, this.receiveNext);
    if (start >= 0 && start < window) return true;
    const last = after((sequence + length - 1) >>> 0, this.receiveNext);
    return length > 0 && last >= 0 && last < window;
  }

  /** False: the segment goes no further. [9293:3.10.7.4 fifth] */
  private takeAck(now: Micros, segment: TcpSegment): boolean {
    const { acknowledgment } = segment;
    const isNew = after(acknowledgment, this.unacknowledged) > 0;
    if (after(acknowledgment, this.sendMaximum) > 0) {
      if (this.state === 'SYN-RECEIVED') this.network.transmit(this, TcpFlag.rst, acknowledgment, EMPTY);
      else this.isAckDue = true;
      return false;
    }
    if (this.state === 'SYN-RECEIVED') {
      if (!isNew) return false;
      this.establish(now, segment);
      return !this.isEnded();
    }
    this.peerWindow = segment.window;
    if (!isNew) return true;
    this.acknowledged(now, acknowledgment);
    if (!this.isFinAcknowledged) return true;
    switch (this.state) {
      case 'FIN-WAIT-1':
        this.state = 'FIN-WAIT-2';
        this.timer.arm(now + this.network.parameters.finWaitMicros);
        return true;
      case 'CLOSING': this.waitOut(now); return false;
      case 'LAST-ACK': this.fail(now, 'closed'); return false;
      default: return true;
    }
  }

  /** [9293:3.10.7.4 seventh] */
  private takeData(now: Micros, { sequence, payload }: TcpSegment): void {
    if (payload.length === 0) return;
    this.isAckDue = true;
    const known = after(this.receiveNext, sequence);
    if (known < 0 || known >= payload.length) return; // a gap before it, or nothing new
    if (this.state !== 'ESTABLISHED' && this.state !== 'FIN-WAIT-1' && this.state !== 'FIN-WAIT-2') return;
    this.receiveNext = (sequence + payload.length) >>> 0;
    this.application.received(now, this, known === 0 ? payload : payload.subarray(known));
  }

  /** [9293:3.10.7.4 eighth] */
  private takeFin(now: Micros, { flags, sequence, payload }: TcpSegment): void {
    if ((flags & TcpFlag.fin) === 0 || (sequence + payload.length) >>> 0 !== this.receiveNext) return;
    this.isAckDue = true;
    switch (this.state) {
      case 'ESTABLISHED': this.state = 'CLOSE-WAIT'; break;
      case 'FIN-WAIT-1': this.state = 'CLOSING'; break;
      case 'FIN-WAIT-2': break;
      default: return;
    }
    this.receiveNext = (this.receiveNext + 1) >>> 0;
    const isLast = this.state === 'FIN-WAIT-2';
    this.application.peerClosed(now, this);
    if (isLast && !this.isEnded()) this.waitOut(now);
  }

  // --- both ways of opening

  private takeSyn(segment: TcpSegment): void {
    this.receiveNext = (segment.sequence + 1) >>> 0;
    this.peerWindow = segment.window;
    for (const option of segment.options) if (option.kind === 'maximum-segment-size') this.maximumSegmentSize = Math.max(1, option.size);
    this.maximumSegmentSize = Math.min(this.maximumSegmentSize, this.network.parameters.maximumSegmentSize);
  }

  private establish(now: Micros, segment: TcpSegment): void {
    this.peerWindow = segment.window;
    this.state = this.isFinQueued ? 'FIN-WAIT-1' : 'ESTABLISHED';
    this.acknowledged(now, segment.acknowledgment);
    this.application.established?.(now, this);
  }

  private sendSyn(now: Micros): void {
    const isAnswer = this.state === 'SYN-RECEIVED';
    this.isAckDue = false;
    if (this.next === this.initialSequence && this.sendMaximum === this.initialSequence) {
      this.timedSequence = this.initialSequence;
      this.timedAt = now;
    }
    this.next = (this.initialSequence + 1) >>> 0;
    this.sendMaximum = this.next;
    this.network.transmit(this, isAnswer ? TcpFlag.syn | TcpFlag.ack : TcpFlag.syn, this.initialSequence, EMPTY);
    this.timer.arm(now + this.timeout);
  }

  // --- sending

  private output(now: Micros): void {
    if (this.state === 'SYN-SENT' || this.state === 'SYN-RECEIVED' || this.state === 'TIME-WAIT' || this.state === 'CLOSED') return;
    for (;;) {
      const inFlight = after(this.next, this.unacknowledged);
      const unsent = this.buffered - inFlight;
      const room = Math.min(this.peerWindow, Math.floor(this.congestionWindow) * this.maximumSegmentSize) - inFlight;
      const length = Math.min(unsent, room, this.maximumSegmentSize);
      if (length > 0) this.sendData(now, inFlight, length);
      else if (unsent === 0 && this.isFinQueued && !this.isFinAcknowledged) this.sendFin(now);
      else break;
    }
    // A closed window is asked about as a lost segment is. [9293:3.8.6.1]
    if (this.peerWindow === 0 && this.buffered > 0) this.timer.armIfIdle(now + this.timeout);
  }

  private sendData(now: Micros, start: number, length: number): void {
    const isLast = start + length === this.buffered;
    if (this.timedSequence < 0 && this.next === this.sendMaximum) {
      this.timedSequence = this.next;
      this.timedAt = now;
    }
    this.network.transmit(this, isLast ? TcpFlag.ack | TcpFlag.psh : TcpFlag.ack, this.next, this.buffer.subarray(start, start + length));
    this.sent(now, length);
  }

  private sendFin(now: Micros): void {
    this.network.transmit(this, TcpFlag.fin | TcpFlag.ack, this.next, EMPTY);
    this.sent(now, 1);
  }

  private sent(now: Micros, length: number): void {
    this.next = (this.next + length) >>> 0;
    if (after(this.next, this.sendMaximum) > 0) this.sendMaximum = this.next;
    this.isAckDue = false;
    this.timer.armIfIdle(now + this.timeout); // [6298:5.1]
  }

  private sendAck(): void {
    this.isAckDue = false;
    // Not from where a timeout has gone back to: two ends that both had would find each other's segments out of window for ever.
    this.network.transmit(this, TcpFlag.ack, this.sendMaximum, EMPTY);
  }

  // --- acknowledgments and the timer

  private acknowledged(now: Micros, acknowledgment: number): void {
    let count = after(acknowledgment, this.unacknowledged);
    if (this.timedSequence >= 0 && after(acknowledgment, this.timedSequence) > 0) {
      this.measure(now - this.timedAt);
      this.timedSequence = -1;
    }
    if (this.unacknowledged === this.initialSequence && count > 0) count--; // the SYN
    this.unacknowledged = acknowledgment;
    if (after(this.next, acknowledgment) < 0) this.next = acknowledgment;
    if (count > this.buffered) this.isFinAcknowledged = true;
    const data = Math.min(count, this.buffered);
    this.buffer.copyWithin(0, data, this.buffered);
    this.buffered -= data;
    this.congestionWindow += this.congestionWindow < this.slowStartThreshold ? 1 : 1 / this.congestionWindow; // [5681:3.1]
    if (this.retransmissions > 0) this.timeout = this.timeoutFromSamples();
    this.retransmissions = 0;
    if (this.next === this.unacknowledged) this.timer.cancel(); // [6298:5.2]
    else this.timer.arm(now + this.timeout); // [6298:5.3]
    this.network.confirm(now, this);
  }

  /** [6298:2.2] [6298:2.3]; the least is of the variation's part, as Linux has it. */
  private measure(roundTrip: Micros): void {
    if (this.smoothedRoundTrip < 0) {
      this.smoothedRoundTrip = roundTrip;
      this.roundTripVariation = roundTrip / 2;
    } else {
      this.roundTripVariation = 0.75 * this.roundTripVariation + 0.25 * Math.abs(this.smoothedRoundTrip - roundTrip);
      this.smoothedRoundTrip = 0.875 * this.smoothedRoundTrip + 0.125 * roundTrip;
    }
    this.timeout = this.timeoutFromSamples();
  }

  private timeoutFromSamples(): Micros {
    const { initialTimeoutMicros, minimumTimeoutMicros, maximumTimeoutMicros } = this.network.parameters;
    if (this.smoothedRoundTrip < 0) return initialTimeoutMicros;
    return Math.min(maximumTimeoutMicros, Math.round(this.smoothedRoundTrip + Math.max(4 * this.roundTripVariation, minimumTimeoutMicros)));
  }

  private timerFired(now: Micros): void {
    if (this.state === 'TIME-WAIT' || this.state === 'FIN-WAIT-2') {
      this.fail(now, 'closed');
      return;
    }
    const { parameters } = this.network;
    const isOpening = this.state === 'SYN-SENT' || this.state === 'SYN-RECEIVED';
    const most = this.state === 'SYN-SENT' ? parameters.synRetries : isOpening ? parameters.synAckRetries : parameters.dataRetries;
    if (this.retransmissions >= most) {
      this.fail(now, 'timed-out');
      return;
    }
    this.retransmissions++;
    this.timeout = Math.min(2 * this.timeout, parameters.maximumTimeoutMicros); // [6298:5.5]
    this.timedSequence = -1; // Karn's rule [6298:3]
    if (isOpening) {
      this.next = this.initialSequence;
      this.sendSyn(now);
      return;
    }
    const inFlight = after(this.sendMaximum, this.unacknowledged) / this.maximumSegmentSize;
    this.slowStartThreshold = Math.max(inFlight / 2, 2); // [5681:3.1]
    this.congestionWindow = 1;
    this.next = this.unacknowledged; // [6298:5.4]
    if (this.peerWindow === 0 && this.buffered > 0) this.sendData(now, 0, 1);
    else this.output(now);
    this.timer.arm(now + this.timeout); // [6298:5.6]
  }

  // --- ends

  /** [9293:3.10.7.4 eighth], TIME-WAIT */
  private waitOut(now: Micros): void {
    this.state = 'TIME-WAIT';
    this.timer.arm(now + this.network.parameters.timeWaitMicros);
    this.application.ended(now, this, 'closed');
  }

  private fail(now: Micros, end: TcpEnd): void {
    const isSilent = this.state === 'TIME-WAIT' || (this.state === 'SYN-RECEIVED' && this.isPassive);
    this.end();
    if (!isSilent) this.application.ended(now, this, end);
  }

  private end(): void {
    this.timer.cancel();
    this.state = 'CLOSED';
    this.network.forget(this);
  }
}

/** How far `a` is ahead of `b` in sequence space; negative: behind it. [9293:3.4] */
function after(a: number, b: number): number {
  return (a - b) | 0;
}
