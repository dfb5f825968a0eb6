/**
 * Who has which address: claims by ARP, answers that contradict each other, gratuitous bursts, and requests that nobody answers. [826] [5227]
 *
 * A claim is whatever puts an address and an adapter together: the sender fields of any ARP packet but a probe. Two adapters that answer the
 * same request (a weak host, or a conflict) are told as that and move nothing; the first answer counts, as it does for a Linux within its
 * lock time.
 */
import { formatMac, type Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { arpPurpose, isGratuitousArp, type Arp } from '../../wire/arp.js';
import { isZeroMac, macNumber } from '../../wire/ethernet.js';
import type { FindingOf, Tell } from './finding.js';
import type { Sighting } from './sighting.js';

interface Owner {
  mac: string;
  lastAt: Micros;
}

/** Requests for one address by one asker, without an answer so far. */
interface Asking {
  readonly address: Ipv4;
  readonly asker: Ipv4;
  readonly place: number;
  readonly firstAt: Micros;
  lastAt: Micros;
  requests: number;
  unicastRequests: number;
  unicastTo: string | undefined;
  isKnown: boolean;
}

interface Burst {
  readonly address: Ipv4;
  readonly mac: string;
  readonly place: number;
  readonly firstAt: Micros;
  lastAt: Micros;
  requests: number;
  replies: number;
}

/** Two answers to one request come within this. */
const SAME_ANSWER_MICROS = 0.5 * SECOND;
/** keepalived repeats after 5 s. */
const BURST_GAP_MICROS = 6 * SECOND;
/** A new attempt and not the same one. */
const ASKING_GAP_MICROS = 5 * SECOND;
/** Fewer than these are not worth a line. */
const UNANSWERED_TOLD = 3;

export class AddressWatch {
  private readonly tell: Tell;
  private readonly owners = new Map<string, Owner>();
  private readonly answers = new Map<string, { mac: string; at: Micros }>();
  private readonly duplicates = new Map<string, { -readonly [K in 'count']: number }>();
  private readonly askings = new Map<string, Asking>();
  private readonly bursts = new Map<string, Burst>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  onArp(seen: Sighting, arp: Arp): void {
    const { time, place } = seen;
    const purpose = arpPurpose(arp);
    if (purpose === 'other' || purpose.startsWith('reverse') || purpose.startsWith('inverse')) return;
    const address = arp.senderProtocolAddress;
    if (address !== 0 && !isZeroMac(arp.senderHardwareAddress)) this.claim(seen, arp, address);
    const isGratuitous = isGratuitousArp(arp);
    if (isGratuitous) this.burst(seen, arp);
    else if (purpose === 'request') this.ask(seen, arp);
    this.answered(time, place, address, arp.senderHardwareAddress, purpose === 'reply' ? arp.targetProtocolAddress : undefined);
  }

  finish(): void {
    for (const asking of this.askings.values()) this.tellAsking(asking, undefined, undefined);
    for (const burst of this.bursts.values()) this.tellBurst(burst);
  }

  private claim(seen: Sighting, arp: Arp, address: Ipv4): void {
    const { time, place } = seen;
    const mac = formatMac(arp.senderHardwareAddress);
    const key = `${place} ${address}`;
    const owner = this.owners.get(key);
    if (arpPurpose(arp) === 'reply') {
      const question = `${key} ${arp.targetProtocolAddress}`;
      const answer = this.answers.get(question);
      if (answer !== undefined && answer.mac !== mac && time - answer.at <= SAME_ANSWER_MICROS) {
        this.duplicate(seen, address, arp.targetProtocolAddress, answer.mac, mac, time - answer.at);
        return;
      }
      this.answers.set(question, { mac, at: time });
    }
    if (owner === undefined) this.owners.set(key, { mac, lastAt: time });
    else if (owner.mac === mac) owner.lastAt = time;
    else {
      this.tell(time, place, { kind: 'address-moved', address, from: owner.mac, to: mac, isGratuitous: isGratuitousArp(arp), fromLastSeen: owner.lastAt });
      owner.mac = mac;
      owner.lastAt = time;
    }
  }

  /** Told once for each pair, with a count. */
  private duplicate(seen: Sighting, address: Ipv4, asker: Ipv4, first: string, second: string, gapMicros: Micros): void {
    const key = `${seen.place} ${address} ${[first, second].sort().join(' ')}`;
    const told = this.duplicates.get(key);
    if (told !== undefined) {
      told.count++;
      return;
    }
    const body: Omit<FindingOf<'duplicate-answers'>, 'time' | 'places'> = { kind: 'duplicate-answers', address, asker, first, second, gapMicros, count: 1 };
    this.duplicates.set(key, body);
    this.tell(seen.time, seen.place, body);
  }

  private burst(seen: Sighting, arp: Arp): void {
    const address = arp.senderProtocolAddress;
    const mac = formatMac(arp.senderHardwareAddress);
    const key = `${seen.place} ${address} ${mac}`;
    let burst = this.bursts.get(key);
    if (burst !== undefined && seen.time - burst.lastAt > BURST_GAP_MICROS) {
      this.tellBurst(burst);
      burst = undefined;
    }
    if (burst === undefined) {
      burst = { address, mac, place: seen.place, firstAt: seen.time, lastAt: seen.time, requests: 0, replies: 0 };
      this.bursts.set(key, burst);
    }
    burst.lastAt = seen.time;
    if (arpPurpose(arp) === 'gratuitous-reply') burst.replies++;
    else burst.requests++;
  }

  private tellBurst({ firstAt, place, address, mac, requests, replies, lastAt }: Burst): void {
    this.tell(firstAt, place, { kind: 'gratuitous-burst', address, mac, requests, replies, until: lastAt });
  }

  private ask(seen: Sighting, arp: Arp): void {
    const address = arp.targetProtocolAddress;
    const asker = arp.senderProtocolAddress;
    const key = `${seen.place} ${address} ${asker}`;
    let asking = this.askings.get(key);
    if (asking !== undefined && seen.time - asking.lastAt > ASKING_GAP_MICROS) {
      this.tellAsking(asking, undefined, undefined);
      asking = undefined;
    }
    if (asking === undefined) {
      asking = { address, asker, place: seen.place, firstAt: seen.time, lastAt: seen.time, requests: 0, unicastRequests: 0, unicastTo: undefined, isKnown: false };
      this.askings.set(key, asking);
    }
    asking.lastAt = seen.time;
    asking.requests++;
    if (!seen.isToGroup && seen.destination !== undefined && macNumber(seen.destination) !== 0) {
      asking.unicastRequests++;
      asking.unicastTo = seen.destinationText;
      asking.isKnown = this.owners.get(`${seen.place} ${address}`)?.mac === asking.unicastTo;
    }
  }

  /** Whatever says where the address is ends the asking: a reply to the asker, or a word of the owner to all. */
  private answered(time: Micros, place: number, address: Ipv4, mac: Uint8Array, asker: Ipv4 | undefined): void {
    for (const [key, asking] of this.askings) {
      if (asking.place !== place || asking.address !== address || (asker !== undefined && asker !== asking.asker)) continue;
      this.askings.delete(key);
      // Long after the last question it is no answer; the real one may have passed elsewhere.
      const isAnswer = time - asking.lastAt <= ASKING_GAP_MICROS;
      this.tellAsking(asking, isAnswer ? time : undefined, isAnswer ? formatMac(mac) : undefined);
    }
  }

  private tellAsking(asking: Asking, until: Micros | undefined, answeredBy: string | undefined): void {
    const { address, asker, place, firstAt, lastAt, requests, unicastRequests, unicastTo, isKnown } = asking;
    if (requests < UNANSWERED_TOLD) return;
    this.tell(firstAt, place, { kind: 'arp-unanswered', address, asker, requests, unicastRequests, unicastTo, isKnown, lastRequestAt: lastAt, until, answeredBy });
  }
}
