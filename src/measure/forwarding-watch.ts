/**
 * Where a device under test sends the packets of each stream, from the frames on its links: a route whose packets leave by another interface than before has
 * moved, and the device's forwarding table with it. That tells when it had worked out and installed the new route also where nothing was lost, and without
 * asking it. Read control-plane.ts first.
 *
 * No time is finer than the interval of the streams' packets. A route that comes back to where it was, or that leaves by the same interface towards another
 * gateway, is not seen.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { episodeAt } from './control-plane.js';

const ETHERNET_HEADER_LENGTH = 14;
const IPV4_HEADER_LENGTH = 20;

export interface ForwardingTimes {
  readonly event: Micros;
  /** Undefined: none has moved. */
  readonly firstMoved: Micros | undefined;
  readonly lastMoved: Micros | undefined;
  readonly moved: number;
  /** Streams that have come through the device so far. */
  readonly routes: number;
}

interface Times { event: Micros; firstMoved?: Micros; lastMoved?: Micros; readonly moved: Set<Ipv4>; routes: number }

export class ForwardingWatch {
  private readonly destinations: ReadonlySet<Ipv4>;
  /** By destination: the link by which its packets leave. */
  private readonly egress = new Map<Ipv4, number>();
  private readonly episodes: Times[] = [];

  constructor(destinations: Iterable<Ipv4>) {
    this.destinations = new Set(destinations);
  }

  begin(now: Micros): void {
    this.episodes.push({ event: now, moved: new Set(), routes: this.egress.size });
  }

  /** A frame that the device sent on one of its links. Borrowed. */
  frame(now: Micros, bytes: Uint8Array, link: number): void {
    if (bytes.length < ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH || bytes[12] !== 8 || bytes[13] !== 0 || bytes[ETHERNET_HEADER_LENGTH] >>> 4 !== 4) return;
    const destination = ((bytes[30] << 24) | (bytes[31] << 16) | (bytes[32] << 8) | bytes[33]) >>> 0;
    if (!this.destinations.has(destination)) return;
    const before = this.egress.get(destination);
    if (before === link) return;
    this.egress.set(destination, link);
    const episode = episodeAt(this.episodes, now);
    if (episode === undefined) return;
    if (before === undefined) episode.routes++;
    else {
      episode.firstMoved ??= now;
      episode.lastMoved = now;
      episode.moved.add(destination);
    }
  }

  /** One for each `begin`. */
  times(): ForwardingTimes[] {
    return this.episodes.map(({ event, firstMoved, lastMoved, moved, routes }) => ({ event, firstMoved, lastMoved, moved: moved.size, routes }));
  }
}
