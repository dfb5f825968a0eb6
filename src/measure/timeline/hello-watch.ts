/**
 * Who says Hello where, whom each lists, who fell silent, and who dropped whom and why. [2328:9.5] [2328:10.5]
 *
 * A router's Hello lists those it has heard within its dead interval. So a name that is missing tells that the dead interval is over, that
 * BFD said so, or that the router was reset; and the one that is missing sees itself dropped at once (1-WayReceived). When the dead
 * interval was over is known exactly, the Hello that shows it comes up to a HelloInterval later.
 *
 * Limit: a Hello that is on the wire of this place need not have reached everybody; with one capture at each end (our own
 * captures) each end is a place of its own and the question does not arise.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import type { Hello } from '../../wire/ospf/hello.js';
import type { OspfHeader } from '../../wire/ospf/packet.js';
import { OptionBit } from '../../wire/ospf/options.js';
import type { DropReason, Tell } from './finding.js';
import type { Sighting } from './sighting.js';

/** A router's interface as it is heard at a place. */
export class Speaker {
  readonly router: Ipv4;
  readonly address: Ipv4;
  readonly area: Ipv4;
  readonly place: number;
  mac = 0;
  lastHelloAt: Micros = 0;
  /** Any frame of the adapter. */
  lastFrameAt: Micros = 0;
  /** The longest time without any, since the last Hello, and from when. */
  quietMicros: Micros = 0;
  quietFrom: Micros = 0;
  /** With the silence that has ended last. */
  returnedAt: Micros = -Infinity;
  returnedAfter: Micros = 0;
  helloIntervalMicros: Micros = 0;
  deadIntervalMicros: Micros = 0;
  networkMask: Ipv4 = 0;
  authType = 0;
  options = 0;
  designatedRouter: Ipv4 = 0;
  backupDesignatedRouter: Ipv4 = 0;
  neighbors: readonly Ipv4[] = [];

  constructor(router: Ipv4, address: Ipv4, area: Ipv4, place: number) {
    this.router = router;
    this.address = address;
    this.area = area;
    this.place = place;
  }
}

/** How far a router's relation to a neighbour has come. */
type Relation = 'two-way' | 'full';

/** A Hello may be this late, as a fraction of its interval, before it counts as missing. */
const MISSED_HELLOS = 2.2;
/** FRR counts the dead interval from a Hello that it read a moment after it was sent. */
const DEAD_TOLERANCE_MICROS = 0.1 * SECOND;
/** Without any frame for this part of a silence: the system, and not only its daemon. */
const QUIET_SHARE = 0.6;
/** BFD down at most so many Hello intervals before. */
const BFD_WINDOW_FACTOR = 1.5;

export class HelloWatch {
  private readonly tell: Tell;
  /** By place, area, router and address. */
  private readonly speakers = new Map<string, Speaker>();
  private readonly byPlace = new Map<number, Speaker[]>();
  private readonly byMac = new Map<string, Speaker[]>();
  /** `place area router neighbour`. */
  private readonly relations = new Map<string, Relation>();
  private readonly segments = new Map<string, { designatedRouter: Ipv4; backup: Ipv4 }>();
  private readonly mismatches = new Set<string>();
  /** BFD sessions that went down: `source destination` and when. */
  private readonly bfdDown = new Map<string, Micros>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  /** Any frame: its sender's adapter lives. */
  onFrame(seen: Sighting): void {
    const speakers = this.byMac.get(`${seen.place} ${seen.sourceMac}`);
    if (speakers !== undefined) for (const speaker of speakers) noteFrame(speaker, seen.time);
  }

  onBfdDown(time: Micros, source: Ipv4, destination: Ipv4): void {
    this.bfdDown.set(`${source} ${destination}`, time);
    this.bfdDown.set(`${destination} ${source}`, time);
  }

  onHello(seen: Sighting, source: Ipv4, header: OspfHeader, hello: Hello): void {
    const { time, place } = seen;
    const key = `${place} ${header.areaId} ${header.routerId} ${source}`;
    let speaker = this.speakers.get(key);
    const isNew = speaker === undefined;
    if (speaker === undefined) {
      speaker = new Speaker(header.routerId, source, header.areaId, place);
      this.speakers.set(key, speaker);
      listOf(this.byPlace, place).push(speaker);
      if (seen.sourceMac !== 0) listOf(this.byMac, `${place} ${seen.sourceMac}`).push(speaker);
    }
    const before = speaker.neighbors;
    const gap = time - speaker.lastHelloAt;
    const wasSilent = !isNew && gap > MISSED_HELLOS * speaker.helloIntervalMicros;
    if (wasSilent) this.tellSilence(speaker, time, hello.neighbors.length > 0);
    if (wasSilent && gap > speaker.deadIntervalMicros) {
      speaker.returnedAt = time;
      speaker.returnedAfter = gap;
    }
    speaker.mac = seen.sourceMac;
    speaker.lastHelloAt = speaker.lastFrameAt = speaker.quietFrom = time;
    speaker.quietMicros = 0;
    speaker.helloIntervalMicros = hello.helloIntervalSeconds * SECOND;
    speaker.deadIntervalMicros = hello.deadIntervalSeconds * SECOND;
    speaker.networkMask = hello.networkMask;
    speaker.authType = header.authType;
    speaker.options = hello.options;
    speaker.neighbors = hello.neighbors;
    if (isNew) {
      const { router, address, area, helloIntervalMicros, deadIntervalMicros } = speaker;
      this.tell(time, place, { kind: 'router-heard', router, address, area, helloIntervalMicros, deadIntervalMicros });
    }
    this.compare(speaker);
    for (const neighbor of before) if (!hello.neighbors.includes(neighbor)) this.drop(speaker, neighbor, time, hello.neighbors.length === 0);
    for (const neighbor of hello.neighbors) if (!before.includes(neighbor)) this.list(speaker, neighbor);
    this.elect(speaker, hello, time);
  }

  /** The database exchange says so. */
  onFull(place: number, area: Ipv4, router: Ipv4, neighbor: Ipv4): void {
    this.relations.set(relationKey(place, area, router, neighbor), 'full');
  }

  /** Who has this address at the place, or the only other one there. */
  neighborAt(place: number, area: Ipv4, router: Ipv4, destination: Ipv4): Ipv4 | undefined {
    const others = (this.byPlace.get(place) ?? []).filter((each) => each.area === area && each.router !== router);
    return others.find((each) => each.address === destination)?.router ?? (others.length === 1 ? others[0].router : undefined);
  }

  /** `endsAt`: of each place's capture. */
  finish(endsAt: (place: number) => Micros): void {
    for (const speaker of this.speakers.values()) {
      const end = endsAt(speaker.place);
      if (end - speaker.lastHelloAt > MISSED_HELLOS * speaker.helloIntervalMicros) this.tellSilence(speaker, undefined, false, end);
    }
  }

  private tellSilence(speaker: Speaker, until: Micros | undefined, isListKept: boolean, end = until ?? 0): void {
    const { router, address, area, lastHelloAt, helloIntervalMicros, deadIntervalMicros, lastFrameAt } = speaker;
    noteFrame(speaker, end);
    const dueAt = lastHelloAt + helloIntervalMicros;
    // What the kernel answers in the meantime proves that only the daemon stood still; the burst with which it returns does not.
    const isDeaf = speaker.quietMicros >= (end - lastHelloAt) * QUIET_SHARE;
    const otherFramesUntil = isDeaf ? undefined : lastFrameAt;
    const time = isDeaf ? Math.min(speaker.quietFrom, dueAt) : lastHelloAt;
    this.tell(time, speaker.place, { kind: 'router-silent', router, address, area, dueAt, deadIntervalMicros, until, isListKept, otherFramesUntil,
      isBeyondDead: end - lastHelloAt > deadIntervalMicros });
  }

  private list(speaker: Speaker, neighbor: Ipv4): void {
    const { place, area, router } = speaker;
    const other = this.speakerOf(place, area, neighbor, speaker);
    if (other === undefined || !other.neighbors.includes(router)) return;
    for (const key of [relationKey(place, area, router, neighbor), relationKey(place, area, neighbor, router)]) {
      if (!this.relations.has(key)) this.relations.set(key, 'two-way');
    }
  }

  private drop(speaker: Speaker, neighbor: Ipv4, time: Micros, isListEmpty: boolean): void {
    const { place, area, router } = speaker;
    const other = this.speakerOf(place, area, neighbor, speaker);
    const age = other === undefined ? undefined : time - other.lastHelloAt;
    const { reason, at } = this.reasonFor(speaker, other, time, isListEmpty);
    this.end(speaker, neighbor, reason, at, time, age === undefined ? undefined : at - (other as Speaker).lastHelloAt);
    // The other one sees itself missing, if it hears at all.
    if (other !== undefined && age !== undefined && age <= other.deadIntervalMicros && other.neighbors.includes(router)) {
      this.end(other, router, 'one-way', time, time, 0);
    }
  }

  private reasonFor(speaker: Speaker, other: Speaker | undefined, time: Micros, isListEmpty: boolean): { reason: DropReason; at: Micros } {
    if (speaker.returnedAt === time) return { reason: 'own-silence', at: time };
    if (other === undefined) return { reason: isListEmpty ? 'reset' : 'unknown', at: time };
    if (time - other.lastHelloAt >= speaker.deadIntervalMicros - DEAD_TOLERANCE_MICROS) {
      return { reason: 'dead-interval', at: Math.min(time, other.lastHelloAt + speaker.deadIntervalMicros) };
    }
    const bfd = this.bfdDown.get(`${speaker.address} ${other.address}`);
    if (bfd !== undefined && time - bfd <= speaker.helloIntervalMicros * BFD_WINDOW_FACTOR) return { reason: 'bfd', at: bfd };
    return { reason: isListEmpty ? 'reset' : 'unknown', at: time };
  }

  private end(speaker: Speaker, neighbor: Ipv4, reason: DropReason, time: Micros, provenAt: Micros, sinceLastHelloMicros: Micros | undefined): void {
    const { place, area, router } = speaker;
    const key = relationKey(place, area, router, neighbor);
    const relation = this.relations.get(key);
    if (relation === undefined) return;
    this.relations.delete(key);
    this.tell(time, place, { kind: 'adjacency-down', router, neighbor, area, reason, provenAt, sinceLastHelloMicros, wasFull: relation === 'full' });
  }

  /** On the same segment: another speaker of that router in the area, heard last. */
  private speakerOf(place: number, area: Ipv4, router: Ipv4, apartFrom: Speaker): Speaker | undefined {
    let found: Speaker | undefined;
    for (const each of this.byPlace.get(place) ?? []) {
      if (each.router === router && each.area === area && each !== apartFrom && (found === undefined || each.lastHelloAt > found.lastHelloAt)) found = each;
    }
    return found;
  }

  private elect(speaker: Speaker, hello: Hello, time: Micros): void {
    const { designatedRouter, backupDesignatedRouter: backup } = hello;
    const isChanged = speaker.designatedRouter !== designatedRouter || speaker.backupDesignatedRouter !== backup;
    speaker.designatedRouter = designatedRouter;
    speaker.backupDesignatedRouter = backup;
    if (!isChanged || (designatedRouter === 0 && backup === 0)) return;
    const key = `${speaker.place} ${speaker.area}`;
    const segment = this.segments.get(key) ?? { designatedRouter: 0, backup: 0 };
    if (segment.designatedRouter === designatedRouter && segment.backup === backup) return;
    this.segments.set(key, { designatedRouter, backup });
    this.tell(time, speaker.place, { kind: 'designated-router', announcedBy: speaker.router, designatedRouter, backupDesignatedRouter: backup,
      previousDesignatedRouter: segment.designatedRouter, previousBackup: segment.backup });
  }

  /** What keeps two of one segment from becoming neighbours. [2328:10.5] */
  private compare(speaker: Speaker): void {
    for (const other of this.byPlace.get(speaker.place) ?? []) {
      if (other === speaker || other.router === speaker.router) continue;
      const differ = (field: 'HelloInterval' | 'RouterDeadInterval' | 'network mask' | 'area' | 'AuType' | 'E-bit' | 'N-bit', value: number, otherValue: number): void => {
        if (value === otherValue) return;
        const key = `${speaker.place} ${field} ${[speaker.router, other.router].sort((a, b) => a - b).join(' ')}`;
        if (this.mismatches.has(key)) return;
        this.mismatches.add(key);
        this.tell(speaker.lastHelloAt, speaker.place, { kind: 'hello-mismatch', router: speaker.router, other: other.router, field, value, otherValue });
      };
      const isOne = speaker.area === other.area;
      // Several areas on one wire may be meant: only where the two are alone.
      if (!isOne) {
        if ((this.byPlace.get(speaker.place) ?? []).length === 2) differ('area', speaker.area, other.area);
        continue;
      }
      differ('HelloInterval', speaker.helloIntervalMicros / SECOND, other.helloIntervalMicros / SECOND);
      differ('RouterDeadInterval', speaker.deadIntervalMicros / SECOND, other.deadIntervalMicros / SECOND);
      // Where a Designated Router is elected the mask counts. [2328:10.5]
      if (speaker.designatedRouter !== 0 || other.designatedRouter !== 0) differ('network mask', speaker.networkMask, other.networkMask);
      differ('AuType', speaker.authType, other.authType);
      differ('E-bit', speaker.options & OptionBit.external, other.options & OptionBit.external);
      differ('N-bit', speaker.options & OptionBit.nssa, other.options & OptionBit.nssa);
    }
  }
}

function noteFrame(speaker: Speaker, time: Micros): void {
  const quiet = time - speaker.lastFrameAt;
  if (quiet > speaker.quietMicros) {
    speaker.quietMicros = quiet;
    speaker.quietFrom = speaker.lastFrameAt;
  }
  speaker.lastFrameAt = time;
}

function relationKey(place: number, area: Ipv4, router: Ipv4, neighbor: Ipv4): string {
  return `${place} ${area} ${router} ${neighbor}`;
}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (list === undefined) map.set(key, list = []);
  return list;
}
