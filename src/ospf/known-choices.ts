/**
 * What the standard leaves open and a real router has already decided: where its choices are known, they are taken instead of drawn.
 *
 * A router that is to be held against a real one must not differ by what chance decides. None of these may change what a router does, only which of
 * the equally good numbers it takes, and how soon its system lets it run.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';

/** What a timer is for, as far as it is known from outside when it fired. */
export interface TimerRole {
  readonly kind: 'hello' | 'wait' | 'acknowledgment' | 'repetition' | 'inactivity' | 'walk' | 'socket' | 'other';
  /** Of a repetition: what is sent again, and to whom. */
  readonly packetType?: number;
  readonly destination?: Ipv4;
  /** Of one that is armed anew whenever it fires. */
  readonly periodMicros?: Micros;
  /** Undefined: of the whole process. */
  readonly interfaceName?: string;
}

export interface KnownChoices {
  /** When a timer that is due at `deadline` gets its turn: a system is late by a little, or its clock is not ours. */
  turnOf(deadline: Micros, role: TimerRole): Micros;
  /** How long a packet that has come now waits in the socket. */
  socketWait(now: Micros): Micros;
  /** With which DD sequence number an adjacency begins; undefined: it is drawn. `destination`: where its packets go. */
  ddSequence(interfaceName: string, destination: Ipv4, now: Micros): number | undefined;
  /** Cryptographic sequence number of the next packet of this type; undefined: one more than before. */
  cryptographicSequence(interfaceName: string, packetType: number): number | undefined;
  /** When a self-originated LSA is originated anew; undefined: it is drawn. */
  refreshAt(lsType: number, linkStateId: Ipv4, sequence: number, earliest: Micros, latest: Micros): Micros | undefined;
}

/** One stream a purpose, so that a draw more in one place changes nothing in another. */
export interface ProcessRandomness {
  /** Sequence numbers to begin with. */
  readonly protocol: Prng;
  readonly refresh: Prng;
  /** How soon the daemon gets to reading. */
  readonly socket: Prng;
  /** Of a real router that this process stands in for: taken instead of a draw. */
  readonly known?: KnownChoices;
}
