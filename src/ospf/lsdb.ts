/**
 * The link state database. [2328:12.2] [2328:13.2]
 *
 * Read chapter 12.1 of RFC 2328 first. An `LsaInstance` keeps the bytes as they were received or originated; they are
 * never changed, so that everything but the age, which is written when they are sent, survives byte for byte. Instances of one type stand in (link state id, advertising router) order: that is the order in which they
 * are described, requested, shown and evaluated, and it does not depend on arrival.
 */
import type { Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import { ByteReader } from '../wire/bytes.js';
import { LSA_HEADER_LENGTH, LsaHeader, MAX_AGE_SECONDS, copyHeader, readLsaHeader } from '../wire/ospf/lsa-header.js';
import type { Area } from './area.js';
import type { OspfInterface } from './interface.js';
import type { LsaBody } from './lsa-body.js';
import type { RouterLinks } from './router-links.js';

/** What all copies of one instance have in common; may be shared, and is never changed. */
export class LsaContents {
  /** The whole LSA. The age in it means nothing. */
  readonly bytes: Uint8Array;
  /** Read from the bytes. The age is that of whoever met it first, but MaxAge where it has been reached by decree. */
  readonly header: LsaHeader;
  readonly body: LsaBody;
  /** Of a router-LSA: its links in typed arrays, once somebody has asked for them. */
  links: RouterLinks | undefined = undefined;

  /** The same bytes, to be compared by words. */
  readonly view: DataView;

  constructor(bytes: Uint8Array, header: LsaHeader, body: LsaBody) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.header = header;
    this.body = body;
  }
}

/** What an instance is, and what has become of it: bits, for there may be a million instances. */
const Flag = { selfOriginated: 1, received: 2, approved: 4, translated: 8, flushing: 16, topologyChange: 32 } as const;

/** What few instances have. */
interface Particulars {
  interface: OspfInterface | undefined;
  refreshAt: Micros | undefined;
}

export class LsaInstance {
  // In this order: of what flooding asks for again and again nearly all is in one line of the processor's cache.
  contents: LsaContents;
  /** When its age was zero; before the start of time for most that are received. */
  bornAt: Micros;
  /** On which neighbours' retransmission lists it stands: a bit each. Only the lists write it. */
  waiting = 0;
  /** On how many of them. */
  retransmissions = 0;
  private flags: number;
  /** When it was received by flooding or originated; for MinLSArrival and MinLSInterval. */
  arrivedAt: Micros;
  /** Undefined for AS scope. */
  readonly area: Area | undefined;
  /** In the area's graph, -1: none. Only the graph writes it. */
  vertex = -1;
  private particulars: Particulars | undefined = undefined;

  constructor(contents: LsaContents, ageSeconds: number, area: Area | undefined, now: Micros, isSelfOriginated: boolean, isReceived: boolean) {
    this.contents = ageSeconds >= MAX_AGE_SECONDS ? withMaxAge(contents) : contents;
    this.area = area;
    this.bornAt = now - ageSeconds * SECOND;
    this.arrivedAt = now;
    this.flags = (isSelfOriginated ? Flag.selfOriginated : 0) | (isReceived ? Flag.received : 0);
  }

  /** Advertising router is this router, or a network-LSA for one of its addresses. */
  get isSelfOriginated(): boolean {
    return (this.flags & Flag.selfOriginated) !== 0;
  }

  /** Came in by flooding; false when this router made it. */
  get isReceived(): boolean {
    return (this.flags & Flag.received) !== 0;
  }

  /** Still wanted, set anew by each run of the border router's task. */
  get isApproved(): boolean {
    return (this.flags & Flag.approved) !== 0;
  }

  set isApproved(is: boolean) {
    this.set(Flag.approved, is);
  }

  /** Type 5 that this router has made out of a type 7. */
  get isTranslated(): boolean {
    return (this.flags & Flag.translated) !== 0;
  }

  set isTranslated(is: boolean) {
    this.set(Flag.translated, is);
  }

  /** Being flushed, waiting for its acknowledgments. */
  get isFlushing(): boolean {
    return (this.flags & Flag.flushing) !== 0;
  }

  set isFlushing(is: boolean) {
    this.set(Flag.flushing, is);
  }

  /** It changed the topology while this router helped another to restart. */
  get isTopologyChange(): boolean {
    return (this.flags & Flag.topologyChange) !== 0;
  }

  set isTopologyChange(is: boolean) {
    this.set(Flag.topologyChange, is);
  }

  private set(flag: number, is: boolean): void {
    this.flags = is ? this.flags | flag : this.flags & ~flag;
  }

  /** Of link scope: the only interface that it is flooded out of. */
  get interface(): OspfInterface | undefined {
    return this.particulars?.interface;
  }

  set interface(owner: OspfInterface | undefined) {
    if (owner !== undefined || this.particulars !== undefined) (this.particulars ??= { interface: undefined, refreshAt: undefined }).interface = owner;
  }

  /** When this router will originate it again; self-originated only, undefined: not yet decided. */
  get refreshAt(): Micros | undefined {
    return this.particulars?.refreshAt;
  }

  set refreshAt(time: Micros | undefined) {
    if (time !== undefined || this.particulars !== undefined) (this.particulars ??= { interface: undefined, refreshAt: undefined }).refreshAt = time;
  }

  /** Everything but the age. */
  get header(): LsaHeader {
    return this.contents.header;
  }

  get bytes(): Uint8Array {
    return this.contents.bytes;
  }

  get body(): LsaBody {
    return this.contents.body;
  }

  /** LS age now; seconds, at most MaxAge. */
  ageSeconds(now: Micros): number {
    const age = Math.floor((now - this.bornAt) / SECOND); // [2328:14]
    if (age > MAX_AGE_SECONDS) return MAX_AGE_SECONDS; // [2328:12.1.1 MaxAge]
    return age;
  }

  isMaxAge(now: Micros): boolean {
    return now - this.bornAt >= MAX_AGE_MICROS; // [2328:B MaxAge]
  }

  /** When it reaches MaxAge if nobody does anything. */
  get maxAgeAt(): Micros {
    return this.bornAt + MAX_AGE_MICROS;
  }

  /** Premature ageing. [2328:14.1] */
  setMaxAge(now: Micros): void {
    this.bornAt = now - MAX_AGE_MICROS;
    this.contents = withMaxAge(this.contents);
    this.area?.touch(this);
  }
}

const MAX_AGE_MICROS = MAX_AGE_SECONDS * SECOND;

function withMaxAge(contents: LsaContents): LsaContents {
  return contents.header.age === MAX_AGE_SECONDS ? contents : new LsaContents(contents.bytes, copyHeader(contents.header, MAX_AGE_SECONDS), contents.body);
}

/** The contents of an LSA whose body is known. Keeps the bytes. */
export function lsaContents(bytes: Uint8Array, body: LsaBody): LsaContents {
  const header = new LsaHeader();
  readLsaHeader(new ByteReader(bytes), header);
  return new LsaContents(bytes, header, body);
}

/**
 * Which of two instances is more recent. [2328:13.1]
 * Positive: a. Negative: b. 0: the same instance.
 */
export function compareInstances(a: LsaHeader, aAge: number, b: LsaHeader, bAge: number): number {
  if (a.sequence !== b.sequence) return a.sequence > b.sequence ? 1 : -1; // [2328:13.1 sequence]
  if (a.checksum !== b.checksum) return a.checksum > b.checksum ? 1 : -1; // [2328:13.1 checksum]
  if (aAge >= MAX_AGE_SECONDS && bAge < MAX_AGE_SECONDS) return 1; // [2328:13.1 MaxAge]
  if (bAge >= MAX_AGE_SECONDS && aAge < MAX_AGE_SECONDS) return -1; // [2328:13.1 MaxAge]
  const difference = aAge - bAge;
  if (Math.abs(difference) > MAX_AGE_DIFF_SECONDS) return difference < 0 ? 1 : -1; // [2328:13.1 younger] [2328:B MaxAgeDiff]
  return 0; // [2328:13.1 same]
}

const MAX_AGE_DIFF_SECONDS = 15 * 60;

/** Whether contents differ so that routes must be calculated anew. */
export function isContentChanged(older: LsaInstance, newer: LsaInstance, now: Micros): boolean {
  if (older.header.options !== newer.header.options) return true; // [2328:13.2 options]
  if (older.isMaxAge(now) !== newer.isMaxAge(now)) return true; // [2328:13.2 MaxAge]
  return isBodyChanged(older, newer);
}

function isBodyChanged(older: LsaInstance, newer: LsaInstance): boolean {
  if (older.bytes.length !== newer.bytes.length) return true; // [2328:13.2 length]
  for (let i = LSA_HEADER_LENGTH; i < older.bytes.length; i++) if (older.bytes[i] !== newer.bytes[i]) return true; // [2328:13.2 body]
  return false; // [2328:13.2 unchanged]
}

/** It says what the older one says, and lives longer. */
export function isRefresh(older: LsaInstance, newer: LsaInstance): boolean {
  return newer.maxAgeAt >= older.maxAgeAt && older.header.options === newer.header.options && !isBodyChanged(older, newer);
}

/** The identity of an LSA is its type, link state id and advertising router. [2328:12.1] */
export interface LsaKey {
  readonly lsType: number;
  readonly linkStateId: Ipv4;
  readonly advertisingRouter: Ipv4;
}

/**
 * Where a table had an LSA. Databases of one area nearly agree, so where one program is many routers the next one has it near there, and what a
 * search would touch on its way is in no cache.
 */
export interface PlaceHint { place: number }

/** The entries of one type; the ids stand beside them, so that a search does not touch the entries. */
class LsaList<T extends { readonly header: LsaKey }> {
  readonly items: T[] = [];
  /** Link state ids, moved so that signed order is theirs; as long as there is room for. */
  private ids = NO_IDS;

  /** The place of an identity, or where it would go. */
  position(linkStateId: Ipv4, advertisingRouter: Ipv4): number {
    return this.search(linkStateId, advertisingRouter, 0, this.items.length);
  }

  private search(linkStateId: Ipv4, advertisingRouter: Ipv4, low: number, high: number): number {
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isBefore(middle, linkStateId ^ SIGN, advertisingRouter)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The same, where a place that may be near it is known: the window grows from there. */
  positionNear(linkStateId: Ipv4, advertisingRouter: Ipv4, near: number): number {
    const { length } = this.items;
    const id = linkStateId ^ SIGN;
    let low = Math.min(near, length);
    let high = low;
    for (let step = 1; low > 0 && !this.isBefore(low - 1, id, advertisingRouter); step *= 2) {
      high = low - 1;
      low = Math.max(0, low - step);
    }
    for (let step = 1; high < length && this.isBefore(high, id, advertisingRouter); step *= 2) {
      low = high + 1;
      high = Math.min(length, high + step);
    }
    return this.search(linkStateId, advertisingRouter, low, high);
  }

  private isBefore(index: number, id: number, advertisingRouter: Ipv4): boolean {
    const { ids } = this;
    return ids[index] < id || (ids[index] === id && this.items[index].header.advertisingRouter < advertisingRouter);
  }

  /** Whether an identity stands at a place. Not by the ids: what is found here is what is wanted next. */
  isAt(index: number, linkStateId: Ipv4, advertisingRouter: Ipv4): boolean {
    if (index >= this.items.length) return false;
    const { header } = this.items[index];
    return header.linkStateId === linkStateId && header.advertisingRouter === advertisingRouter;
  }

  /** The place of an identity, -1 when it is not there. */
  indexOf(linkStateId: Ipv4, advertisingRouter: Ipv4, hint?: PlaceHint): number {
    if (hint !== undefined) {
      if (this.isAt(hint.place, linkStateId, advertisingRouter)) return hint.place;
      hint.place = this.positionNear(linkStateId, advertisingRouter, hint.place);
      return this.isAt(hint.place, linkStateId, advertisingRouter) ? hint.place : -1;
    }
    const index = this.position(linkStateId, advertisingRouter);
    return this.isAt(index, linkStateId, advertisingRouter) ? index : -1;
  }

  insert(index: number, item: T): void {
    const { items } = this;
    const { length } = items;
    if (length === this.ids.length) {
      const ids = new Int32Array(Math.ceil(length * 1.5) + 4);
      ids.set(this.ids);
      this.ids = ids;
    }
    if (index === length) items.push(item);
    else {
      items.splice(index, 0, item);
      this.ids.copyWithin(index + 1, index, length);
    }
    this.ids[index] = item.header.linkStateId ^ SIGN;
  }

  remove(index: number, count: number): T[] {
    this.ids.copyWithin(index, index + count, this.items.length);
    return this.items.splice(index, count);
  }
}

const NO_IDS = new Int32Array(0);
const SIGN = 0x80000000;

/** A set of things with LSA identity, sorted by (link state id, advertising router) within each type. */
export class LsaTable<T extends { readonly header: LsaKey }> {
  /** In the place of the type's number. */
  private byType: (LsaList<T> | undefined)[] = [];
  private count = 0;
  private readonly onChange: ((old: T | undefined, next: T | undefined) => void) | undefined;

  /** `onChange` hears of everything that comes, goes, or takes the place of something else. */
  constructor(onChange?: (old: T | undefined, next: T | undefined) => void) {
    this.onChange = onChange;
  }

  get size(): number {
    return this.count;
  }

  /** The sorted array of a type; the caller does not change it. */
  ofType(lsType: number): readonly T[] {
    return this.byType[lsType]?.items ?? NOTHING as readonly T[];
  }

  /** Types that have had entries, ascending. */
  types(): number[] {
    const types: number[] = [];
    for (let lsType = 0; lsType < this.byType.length; lsType++) if (this.byType[lsType] !== undefined) types.push(lsType);
    return types;
  }

  /** `hint` is looked at, and says afterwards where it is. */
  find(lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4, hint?: PlaceHint): T | undefined {
    const list = this.byType[lsType]; // [2328:12.1]
    if (list === undefined) return undefined;
    const index = list.indexOf(linkStateId, advertisingRouter, hint);
    return index < 0 ? undefined : list.items[index];
  }

  findKey(key: LsaKey): T | undefined {
    return this.count === 0 ? undefined : this.find(key.lsType, key.linkStateId, key.advertisingRouter);
  }

  /** Where entries of a type with this link state id begin in the sorted array. */
  firstWith(lsType: number, linkStateId: Ipv4): number {
    return this.byType[lsType]?.position(linkStateId, 0) ?? 0;
  }

  /** Entries of a type whose link state id lies in a prefix, in their order. */
  within(lsType: number, network: Ipv4, prefixLength: number): T[] {
    const found: T[] = [];
    const list = this.ofType(lsType);
    const last = network + 2 ** (32 - prefixLength) - 1;
    for (let at = this.firstWith(lsType, network); at < list.length && list[at].header.linkStateId <= last; at++) found.push(list[at]);
    return found;
  }

  private listOf(lsType: number): LsaList<T> {
    while (this.byType.length <= lsType) this.byType.push(undefined);
    return this.byType[lsType] ??= new LsaList<T>();
  }

  /** Adds, or replaces what has the same identity, and returns what was replaced. [2328:12.2] */
  put(item: T, hint?: PlaceHint): T | undefined {
    const { lsType, linkStateId, advertisingRouter } = item.header;
    const list = this.listOf(lsType);
    const index = list.indexOf(linkStateId, advertisingRouter, hint);
    if (index >= 0) {
      const old = list.items[index];
      list.items[index] = item;
      this.onChange?.(old, item);
      return old;
    }
    list.insert(hint?.place ?? list.position(linkStateId, advertisingRouter), item);
    this.count++;
    this.onChange?.(undefined, item);
    return undefined;
  }

  delete(key: LsaKey): T | undefined {
    const list = this.byType[key.lsType];
    const index = list === undefined ? -1 : list.indexOf(key.linkStateId, key.advertisingRouter);
    if (list === undefined || index < 0) return undefined;
    const [item] = list.remove(index, 1);
    this.count--;
    this.onChange?.(item, undefined);
    return item;
  }

  /** Removes the first entries in the order of `all`, at most so many, and returns them. */
  takeFirst(count: number): T[] {
    const taken: T[] = [];
    for (const lsType of this.types()) {
      if (taken.length === count) break;
      for (const item of (this.byType[lsType] as LsaList<T>).remove(0, count - taken.length)) taken.push(item);
    }
    this.count -= taken.length;
    if (this.onChange !== undefined) for (const item of taken) this.onChange(item, undefined);
    return taken;
  }

  clear(): void {
    const gone = this.onChange === undefined ? NOTHING : this.all();
    this.byType = [];
    this.count = 0;
    for (const item of gone) this.onChange?.(item, undefined);
  }

  /** All entries, types ascending. A copy: entries may be removed while it is walked. */
  all(): T[] {
    const all: T[] = [];
    for (const lsType of this.types()) for (const item of this.ofType(lsType)) all.push(item);
    return all;
  }
}

const NOTHING: readonly never[] = [];
