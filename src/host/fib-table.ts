/**
 * The routes of one prefix length, by network: a hash table in columns.
 *
 * Where one program is a thousand routers their forwarding tables are most of what there is. What many routes of a daemon have in common
 * (`RouteKind`: next hops, distance) is there once, and of such a route the table keeps its kind and two numbers; the route itself
 * (`KindredRoute`) is made when somebody looks at it. Everything else stands there as the object that it is.
 */
import type { Ipv4 } from '../base/address.js';
import type { FibNextHop, FibRoute, RouteProtocol } from './fib.js';

/** What routes of a daemon share. Daemons use few sets of next hops for many routes. */
export class RouteKind {
  readonly protocol: RouteProtocol;
  readonly nextHops: readonly FibNextHop[];
  readonly distance: number | undefined;
  /** Undefined: what the route costs. */
  readonly metric: number | undefined;
  /** As they are reported; made when first wanted. */
  private said: readonly { readonly gateway: Ipv4; readonly interfaceName: string }[] | undefined;

  constructor(protocol: RouteProtocol, nextHops: readonly FibNextHop[], distance: number | undefined, metric: number | undefined) {
    this.protocol = protocol;
    this.nextHops = nextHops;
    this.distance = distance;
    this.metric = metric;
  }

  get reportedHops(): readonly { readonly gateway: Ipv4; readonly interfaceName: string }[] {
    return this.said ??= reportedHops(this.nextHops);
  }
}

export function reportedHops(nextHops: readonly FibNextHop[]): { gateway: Ipv4; interfaceName: string }[] {
  return nextHops.map((hop) => ({ gateway: hop.gateway, interfaceName: hop.networkInterface.name }));
}

export class KindredRoute implements FibRoute {
  readonly kind: RouteKind;
  /** Signed, which needs no box. */
  private readonly bits: number;
  readonly prefixLength: number;
  readonly cost: number;
  readonly sinceMilliseconds: number;

  constructor(kind: RouteKind, network: Ipv4, prefixLength: number, cost: number, sinceMilliseconds: number) {
    this.kind = kind;
    this.bits = network | 0;
    this.prefixLength = prefixLength;
    this.cost = cost;
    this.sinceMilliseconds = sinceMilliseconds;
  }

  get network(): Ipv4 {
    return this.bits >>> 0;
  }

  get protocol(): RouteProtocol {
    return this.kind.protocol;
  }

  get nextHops(): readonly FibNextHop[] {
    return this.kind.nextHops;
  }

  get distance(): number | undefined {
    return this.kind.distance;
  }

  get metric(): number {
    return this.kind.metric ?? this.cost;
  }

  get preferredSource(): Ipv4 {
    return 0;
  }
}

/** The candidates of one prefix, the selected one first; where there is only one, which is nearly everywhere, itself. */
export type FibEntry = FibRoute | FibRoute[];

/** So much of the table may be in use, and by so much it grows. */
const FULLEST = 0.85;
const GROWTH = 1.25;
const SMALL = 256;
const LARGEST = 0x7fffffff;

/** What stands in a place: nothing, an object of its own, or a route of the kind whose number it is. */
const EMPTY = 0;
const OBJECT = 1;
const FIRST_KIND = 2;
const MOST_KINDS = 0xffff;

export class FibTable {
  private readonly prefixLength: number;
  /** Networks as signed numbers. */
  private keys = new Int32Array(8);
  private costs = new Int32Array(8);
  private since = new Int32Array(8);
  private contents = new Uint16Array(8);
  /** By number, and their numbers. */
  private kinds: (RouteKind | undefined)[] = [undefined, undefined];
  private readonly numbers = new Map<RouteKind, number>();
  /** So many more kinds find no number before anybody looks again whether some are out of use. */
  private untilRenumbered = 0;
  /** By network. */
  private readonly objects = new Map<number, FibEntry>();
  size = 0;
  /** The route made last, and where it stands: packets of one flow take the same one after the other. */
  private made: KindredRoute | undefined;
  private madeAt = -1;

  constructor(prefixLength: number) {
    this.prefixLength = prefixLength;
  }

  get(key: number): FibEntry | undefined {
    const at = this.find(key);
    return this.contents[at] === EMPTY ? undefined : this.entryAt(at);
  }

  set(key: number, entry: FibEntry): void {
    let at = this.find(key);
    if (this.contents[at] === EMPTY) {
      if (++this.size > this.keys.length * FULLEST) {
        this.resize(Math.ceil(this.keys.length * (this.keys.length < SMALL ? 2 : GROWTH)));
        at = this.find(key);
      }
      this.keys[at] = key;
    } else if (this.contents[at] === OBJECT) this.objects.delete(key);
    if (at === this.madeAt) this.madeAt = -1;
    if (entry instanceof KindredRoute && entry.cost <= LARGEST && entry.sinceMilliseconds <= LARGEST) {
      this.contents[at] = OBJECT; // while numbers may be given anew
      this.contents[at] = this.numberOf(entry.kind);
      this.costs[at] = entry.cost;
      this.since[at] = entry.sinceMilliseconds;
    } else {
      this.contents[at] = OBJECT;
    }
    if (this.contents[at] === OBJECT) this.objects.set(key, entry);
  }

  delete(key: number): void {
    let hole = this.find(key);
    const { contents, keys } = this;
    if (contents[hole] === EMPTY) return;
    if (contents[hole] === OBJECT) this.objects.delete(key);
    this.size--;
    this.madeAt = -1;
    // What follows and would have stood here, or before, moves up.
    const length = keys.length;
    for (let at = next(hole, length); contents[at] !== EMPTY; at = next(at, length)) {
      const home = this.home(keys[at]);
      const isBetween = hole < at ? hole < home && home <= at : hole < home || home <= at;
      if (isBetween) continue;
      this.move(at, hole);
      hole = at;
    }
    contents[hole] = EMPTY;
  }

  /** In no order that means anything. */
  *values(): IterableIterator<FibEntry> {
    for (let at = 0; at < this.contents.length; at++) if (this.contents[at] !== EMPTY) yield this.entryAt(at);
  }

  private entryAt(at: number): FibEntry {
    if (this.contents[at] === OBJECT) return this.objects.get(this.keys[at]) as FibEntry;
    if (at !== this.madeAt || this.made === undefined) {
      this.made = new KindredRoute(this.kinds[this.contents[at]] as RouteKind, this.keys[at], this.prefixLength, this.costs[at], this.since[at]);
      this.madeAt = at;
    }
    return this.made;
  }

  /** The number of a kind; OBJECT: there are more kinds than numbers. */
  private numberOf(kind: RouteKind): number {
    let number = this.numbers.get(kind);
    if (number !== undefined) return number;
    if (this.kinds.length > MOST_KINDS && this.untilRenumbered-- <= 0) this.renumber();
    if (this.kinds.length > MOST_KINDS) return OBJECT;
    number = this.kinds.push(kind) - 1;
    this.numbers.set(kind, number);
    return number;
  }

  /** Leaves out kinds that no route is of any more. */
  private renumber(): void {
    const { contents, kinds } = this;
    this.kinds = [undefined, undefined];
    this.numbers.clear();
    this.untilRenumbered = this.size;
    for (let at = 0; at < contents.length; at++) {
      if (contents[at] < FIRST_KIND) continue;
      const kind = kinds[contents[at]] as RouteKind;
      let number = this.numbers.get(kind);
      if (number === undefined) this.numbers.set(kind, number = this.kinds.push(kind) - 1);
      contents[at] = number;
    }
  }

  /** Where a network stands, or would. */
  private find(key: number): number {
    const { contents, keys } = this;
    let at = this.home(key);
    while (contents[at] !== EMPTY && keys[at] !== key) at = next(at, keys.length);
    return at;
  }

  private home(key: number): number {
    let mixed = Math.imul(key ^ (key >>> 15), 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0x85ebca6b);
    return Math.floor(((mixed ^ (mixed >>> 16)) >>> 0) / 0x100000000 * this.keys.length);
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from];
    this.costs[to] = this.costs[from];
    this.since[to] = this.since[from];
    this.contents[to] = this.contents[from];
  }

  /** Makes room for so many routes at one time, and a few more. */
  expect(routes: number): void {
    const length = Math.ceil((routes / FULLEST) * 1.05);
    if (length > this.keys.length) this.resize(length);
  }

  private resize(length: number): void {
    const { keys, costs, since, contents } = this;
    this.keys = new Int32Array(length);
    this.costs = new Int32Array(length);
    this.since = new Int32Array(length);
    this.contents = new Uint16Array(length);
    this.madeAt = -1;
    for (let i = 0; i < contents.length; i++) {
      if (contents[i] === EMPTY) continue;
      const at = this.find(keys[i]);
      this.keys[at] = keys[i];
      this.costs[at] = costs[i];
      this.since[at] = since[i];
      this.contents[at] = contents[i];
    }
  }
}

function next(at: number, length: number): number {
  return at + 1 === length ? 0 : at + 1;
}
