/**
 * When adjacencies become Full, from the database exchange on the wire. [2328:10.8]
 *
 * The exchange is done when the master's last Database Description (no M bit) has been answered with one that has no M bit either;
 * both know that with this answer. A router that has asked for LSAs (Link State Request) is Full when the last of them has come.
 * A request follows its Database Description at once, so one second without any says that nothing was missing.
 * An LSA that came may have been refused (MinLSArrival): then the request is repeated after an RxmtInterval, and the router was not Full before.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import type { OspfPacket, RawLsa } from '../../wire/ospf/dissection.js';
import { DdFlag } from '../../wire/ospf/database-description.js';
import { Lsa } from '../../wire/ospf/lsa.js';
import type { Tell } from './finding.js';
import type { HelloWatch } from './hello-watch.js';
import type { Sighting } from './sighting.js';

/** One router's half of an exchange. */
class Half {
  readonly router: Ipv4;
  isLastSent = false;
  lastSequence = 0;
  isMaster = false;
  readonly wanted = new Set<string>();
  fullAt: Micros | undefined = undefined;
  isTold = false;

  constructor(router: Ipv4) {
    this.router = router;
  }
}

class Exchange {
  readonly place: number;
  readonly area: Ipv4;
  readonly startedAt: Micros;
  readonly halves: readonly [Half, Half];
  doneAt: Micros | undefined = undefined;

  constructor(place: number, area: Ipv4, a: Ipv4, b: Ipv4, startedAt: Micros) {
    this.place = place;
    this.area = area;
    this.halves = [new Half(a), new Half(b)];
    this.startedAt = startedAt;
  }

  halfOf(router: Ipv4): Half {
    return this.halves[0].router === router ? this.halves[0] : this.halves[1];
  }

  get isOver(): boolean {
    return this.halves[0].isTold && this.halves[1].isTold;
  }
}

const REQUEST_PATIENCE_MICROS = SECOND;
/** No request is repeated later: the usual RxmtInterval and a little. */
const REPETITION_MICROS = 5.5 * SECOND;

export class ExchangeWatch {
  private readonly tell: Tell;
  private readonly hellos: HelloWatch;
  private readonly exchanges = new Map<string, Exchange>();

  constructor(tell: Tell, hellos: HelloWatch) {
    this.tell = tell;
    this.hellos = hellos;
  }

  onPacket(seen: Sighting, destination: Ipv4, ospf: OspfPacket): void {
    const { time, place } = seen;
    const { routerId, areaId } = ospf.header;
    this.settle(time);
    const { body } = ospf;
    switch (body.kind) {
      case 'database-description': {
        const neighbor = this.hellos.neighborAt(place, areaId, routerId, destination);
        if (neighbor !== undefined) this.describe(seen, areaId, routerId, neighbor, body.databaseDescription.flags, body.databaseDescription.sequence);
        return;
      }
      case 'link-state-request': {
        const neighbor = this.hellos.neighborAt(place, areaId, routerId, destination);
        const exchange = neighbor === undefined ? undefined : this.exchanges.get(keyOf(place, areaId, routerId, neighbor));
        if (exchange === undefined) return;
        const half = exchange.halfOf(routerId);
        if (!half.isTold) half.fullAt = undefined;
        for (const entry of body.linkStateRequest.entries) half.wanted.add(`${entry.lsType} ${entry.linkStateId} ${entry.advertisingRouter}`);
        return;
      }
      case 'link-state-update':
        for (const exchange of this.exchanges.values()) {
          if (exchange.place !== place || exchange.area !== areaId) continue;
          const [first, second] = exchange.halves;
          if (first.router === routerId) this.deliver(exchange, second, body.lsas, time);
          else if (second.router === routerId) this.deliver(exchange, first, body.lsas, time);
        }
        return;
      default: return;
    }
  }

  /** What nobody has asked anything about any more. */
  settle(now: Micros): void {
    for (const [key, exchange] of this.exchanges) {
      const { doneAt, halves } = exchange;
      if (doneAt === undefined || now - doneAt < REQUEST_PATIENCE_MICROS) continue;
      for (const half of halves) {
        if (half.fullAt === undefined && half.wanted.size === 0) this.full(exchange, half, doneAt);
        if (half.fullAt !== undefined && now - half.fullAt >= REPETITION_MICROS) this.tellFull(exchange, half, half.fullAt);
      }
      if (exchange.isOver) this.exchanges.delete(key);
    }
  }

  finish(): void {
    this.settle(Infinity);
  }

  private describe(seen: Sighting, area: Ipv4, router: Ipv4, neighbor: Ipv4, flags: number, sequence: number): void {
    const key = keyOf(seen.place, area, router, neighbor);
    let exchange = this.exchanges.get(key);
    if (exchange === undefined || ((flags & DdFlag.init) !== 0 && exchange.doneAt !== undefined)) {
      if ((flags & DdFlag.init) === 0) return; // the beginning is not in the capture, or a repetition of the last one
      // Whoever begins anew had come to an end before.
      if (exchange?.doneAt !== undefined) for (const half of exchange.halves) if (half.fullAt !== undefined) this.tellFull(exchange, half, half.fullAt);
      exchange = new Exchange(seen.place, area, router, neighbor, seen.time);
      this.exchanges.set(key, exchange);
    }
    if ((flags & DdFlag.init) !== 0 || exchange.doneAt !== undefined) return;
    const half = exchange.halfOf(router);
    const other = exchange.halfOf(neighbor);
    half.isMaster = (flags & DdFlag.master) !== 0;
    half.isLastSent = (flags & DdFlag.more) === 0;
    half.lastSequence = sequence;
    if (!half.isMaster && half.isLastSent && other.isMaster && other.isLastSent && other.lastSequence === sequence) {
      exchange.doneAt = seen.time;
    }
  }

  private deliver(exchange: Exchange, half: Half, lsas: readonly (Lsa | RawLsa)[], time: Micros): void {
    if (half.wanted.size === 0) return;
    for (const lsa of lsas) {
      if (lsa instanceof Lsa) half.wanted.delete(`${lsa.header.lsType} ${lsa.header.linkStateId} ${lsa.header.advertisingRouter}`);
    }
    if (half.wanted.size === 0 && exchange.doneAt !== undefined) this.full(exchange, half, time);
  }

  private full(exchange: Exchange, half: Half, time: Micros): void {
    half.fullAt = time;
    this.hellos.onFull(exchange.place, exchange.area, half.router, otherOf(exchange, half));
  }

  private tellFull(exchange: Exchange, half: Half, time: Micros): void {
    if (half.isTold) return;
    half.isTold = true;
    const { place, area, startedAt } = exchange;
    this.tell(time, place, { kind: 'adjacency-up', router: half.router, neighbor: otherOf(exchange, half), area, startedAt });
  }
}

function otherOf({ halves }: Exchange, half: Half): Ipv4 {
  return halves[0] === half ? halves[1].router : halves[0].router;
}

function keyOf(place: number, area: Ipv4, a: Ipv4, b: Ipv4): string {
  return a < b ? `${place} ${area} ${a} ${b}` : `${place} ${area} ${b} ${a}`;
}
