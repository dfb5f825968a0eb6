/**
 * What a device under test hears and says about link state after an event, from the frames on its links: when the first news reached it, when it passed
 * the first on, and when it acknowledged. Beside the data plane's figures of route-convergence.ts; RFC 6413, 4.1 asks for such stamps.
 *
 * News is an LSA whose contents differ from those last seen on these links in the same direction, or one at MaxAge; a refresh is none. Times are those at the
 * device's links: of sending for what goes to it, of arrival for what comes from it.
 */
import type { Micros } from '../base/micros.js';
import { ByteReader } from '../wire/bytes.js';
import { IpProtocol, ipv4HeaderLengthOf, ipv4ProtocolOf } from '../wire/ipv4.js';

const ETHERNET_HEADER_LENGTH = 14;
const OSPF_HEADER_LENGTH = 24;
const LSA_HEADER_LENGTH = 20;
const LINK_STATE_UPDATE = 4;
const LINK_STATE_ACKNOWLEDGMENT = 5;
const MAX_AGE_SECONDS = 3600;
const DO_NOT_AGE = 0x8000;

/** NEVER-like: undefined means that nothing of the kind has been seen since the event. */
export interface ControlPlaneTimes {
  readonly event: Micros;
  /** The first news that went to the device, and how many LSAs were news by the end. */
  readonly firstLsaIn: Micros | undefined;
  readonly lastLsaIn: Micros | undefined;
  readonly lsasIn: number;
  /** The first news that came from it: passed on, or its own. */
  readonly firstLsaOut: Micros | undefined;
  readonly lastLsaOut: Micros | undefined;
  readonly lsasOut: number;
  readonly firstAcknowledgment: Micros | undefined;
}

/** What a frame counts for: the last thing that had been done by then. In real time what is done late is told late, after frames of before. */
export function episodeAt<Episode extends { readonly event: Micros }>(episodes: readonly Episode[], now: Micros): Episode | undefined {
  for (let i = episodes.length - 1; i >= 0; i--) if (episodes[i].event <= now) return episodes[i];
  return undefined;
}

interface Times { event: Micros; firstLsaIn?: Micros; lastLsaIn?: Micros; lsasIn: number; firstLsaOut?: Micros; lastLsaOut?: Micros; lsasOut: number; firstAcknowledgment?: Micros }

export class ControlPlaneWatch {
  /** Contents by identity, for each direction. */
  private readonly seen = { in: new Map<string, number>(), out: new Map<string, number>() };
  private readonly episodes: Times[] = [];

  /** Something is done to the network: from here on it counts for that. */
  begin(now: Micros): void {
    this.episodes.push({ event: now, lsasIn: 0, lsasOut: 0 });
  }

  /** A frame on one of the device's links; `in`: towards the device. Borrowed. */
  frame(now: Micros, bytes: Uint8Array, direction: 'in' | 'out'): void {
    if (bytes.length < ETHERNET_HEADER_LENGTH + 20 || bytes[12] !== 8 || bytes[13] !== 0 || bytes[ETHERNET_HEADER_LENGTH] >>> 4 !== 4) return;
    if (ipv4ProtocolOf(bytes, ETHERNET_HEADER_LENGTH) !== IpProtocol.ospf) return;
    const start = ETHERNET_HEADER_LENGTH + ipv4HeaderLengthOf(bytes, ETHERNET_HEADER_LENGTH);
    if (bytes.length < start + OSPF_HEADER_LENGTH || bytes[start] !== 2) return;
    const episode = episodeAt(this.episodes, now);
    const type = bytes[start + 1];
    if (type === LINK_STATE_ACKNOWLEDGMENT && direction === 'out' && episode !== undefined) episode.firstAcknowledgment ??= now;
    if (type !== LINK_STATE_UPDATE) return;
    const end = Math.min(bytes.length, start + ((bytes[start + 2] << 8) | bytes[start + 3]));
    if (end < start + OSPF_HEADER_LENGTH) return;
    const news = this.newsIn(new ByteReader(bytes, start + OSPF_HEADER_LENGTH, end), this.seen[direction]);
    if (news === 0 || episode === undefined) return;
    if (direction === 'in') {
      episode.firstLsaIn ??= now;
      episode.lastLsaIn = now;
      episode.lsasIn += news;
    } else {
      episode.firstLsaOut ??= now;
      episode.lastLsaOut = now;
      episode.lsasOut += news;
    }
  }

  /** One for each `begin`. */
  times(): ControlPlaneTimes[] {
    return this.episodes.map(({ event, firstLsaIn, lastLsaIn, lsasIn, firstLsaOut, lastLsaOut, lsasOut, firstAcknowledgment }) =>
      ({ event, firstLsaIn, lastLsaIn, lsasIn, firstLsaOut, lastLsaOut, lsasOut, firstAcknowledgment }));
  }

  private newsIn(r: ByteReader, seen: Map<string, number>): number {
    if (r.remaining < 4) return 0;
    let news = 0;
    for (let left = r.u32(); left > 0 && r.remaining >= LSA_HEADER_LENGTH; left--) {
      const at = r.offset;
      const age = r.u16() & ~DO_NOT_AGE;
      r.skip(1);
      const identity = `${r.u8()}/${r.u32()}/${r.u32()}`;
      r.skip(6);
      const length = r.u16();
      if (length < LSA_HEADER_LENGTH || at + length > r.offset + r.remaining) return news;
      // FNV-1a over options and body: what a refresh leaves as it was.
      let hash = Math.imul(0x811c9dc5 ^ r.bytes[at + 2], 0x01000193);
      for (let i = at + LSA_HEADER_LENGTH; i < at + length; i++) hash = Math.imul(hash ^ r.bytes[i], 0x01000193);
      r.skip(length - LSA_HEADER_LENGTH);
      const contents = age >= MAX_AGE_SECONDS ? -1 : hash >>> 0;
      if (seen.get(identity) !== contents) news++;
      seen.set(identity, contents);
    }
    return news;
  }
}
