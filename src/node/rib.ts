/**
 * The routing manager's table as it stands in zebra, with what did not make it into the kernel: for displays, and for nothing else.
 *
 * What forwards is decided in host/fib.ts, with the same result. Here stand also OSPF's own routes to connected networks, and since when each
 * entry is there. Entries of one prefix are kept as zebra keeps them, the latest first.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';

export type RibProtocol = 'connected' | 'static' | 'ospf';

export interface RibNextHop {
  /** 0: the destination is on the link. */
  readonly gateway: Ipv4;
  readonly interfaceIndex: number;
  /** Offered before, in the same route. */
  readonly isDuplicate?: boolean;
  readonly isOnLink?: boolean;
  /** Found by way of another route; the ways there follow, each a resolver. */
  readonly isRecursive?: boolean;
  readonly isResolver?: boolean;
}

export interface RibEntry {
  readonly protocol: RibProtocol;
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly distance: number;
  readonly metric: number;
  /** None: packets are dropped. */
  readonly nextHops: readonly RibNextHop[];
  readonly since: Micros;
  /** What is dropped is refused with an ICMP error. */
  readonly isReject?: boolean;
  /** 0: none. */
  readonly tag?: number;
}

/** One alone, as nearly everywhere, is no list. */
type Kept = RibEntry | RibEntry[];

export class Rib {
  /** By prefix length; keys are networks as signed 32-bit integers, which the engine keeps unboxed. */
  private readonly tables: (Map<number, Kept> | undefined)[] = [];

  private of(network: Ipv4, prefixLength: number): readonly RibEntry[] {
    const kept = this.tables[prefixLength]?.get(network | 0);
    return kept === undefined ? [] : Array.isArray(kept) ? kept : [kept];
  }

  private keep(network: Ipv4, prefixLength: number, list: RibEntry[]): void {
    const table = this.tables[prefixLength] ??= new Map<number, Kept>();
    if (list.length === 0) table.delete(network | 0);
    else table.set(network | 0, list.length === 1 ? list[0] : list);
  }

  /**
   * In place of the protocol's entry for the prefix, and before all others. Connected routes stand beside each other, one an interface, and
   * static ones, one a distance.
   */
  put(entry: RibEntry): void {
    const { network, prefixLength } = entry;
    this.keep(network, prefixLength, [entry, ...this.of(network, prefixLength).filter((other) => !isSame(other, entry))]);
  }

  /** There may be as many of these as prefixes times routers. */
  putOspf(network: Ipv4, prefixLength: number, distance: number, metric: number, nextHops: readonly RibNextHop[], since: Micros, tag: number): void {
    this.put(new OspfRibEntry(network, prefixLength, distance, metric, nextHops, since, tag));
  }

  withdraw(protocol: RibProtocol, network: Ipv4, prefixLength: number): void {
    this.keep(network, prefixLength, this.of(network, prefixLength).filter((other) => other.protocol !== protocol));
  }

  /** Makes the entries of one protocol exactly these: what is there already keeps its place and its time. */
  synchronise(protocol: RibProtocol, wanted: readonly RibEntry[]): void {
    for (const list of this.prefixes()) {
      const left = list.filter((entry) => entry.protocol !== protocol || wanted.some((other) => isEqual(entry, other)));
      if (left.length !== list.length) this.keep(list[0].network, list[0].prefixLength, left);
    }
    for (const entry of wanted) {
      if (!this.of(entry.network, entry.prefixLength).some((other) => isEqual(entry, other))) this.put(entry);
    }
  }

  clear(): void {
    this.tables.length = 0;
  }

  /** By prefix; the entries of each, the latest first. */
  prefixes(): (readonly RibEntry[])[] {
    const all: (readonly RibEntry[])[] = [];
    for (const table of this.tables) {
      if (table === undefined) continue;
      for (const kept of table.values()) all.push(Array.isArray(kept) ? kept : [kept]);
    }
    return all.sort(([a], [b]) => a.network - b.network || a.prefixLength - b.prefixLength);
  }
}

class OspfRibEntry implements RibEntry {
  private readonly bits: number;
  readonly prefixLength: number;
  readonly distance: number;
  readonly metric: number;
  readonly nextHops: readonly RibNextHop[];
  readonly since: Micros;
  readonly tag: number;

  constructor(network: Ipv4, prefixLength: number, distance: number, metric: number, nextHops: readonly RibNextHop[], since: Micros, tag: number) {
    this.bits = network | 0;
    this.prefixLength = prefixLength;
    this.distance = distance;
    this.metric = metric;
    this.nextHops = nextHops;
    this.since = since;
    this.tag = tag;
  }

  get protocol(): 'ospf' {
    return 'ospf';
  }

  get network(): Ipv4 {
    return this.bits >>> 0;
  }
}

function isSame(a: RibEntry, b: RibEntry): boolean {
  if (a.protocol === 'static' && a.distance !== b.distance) return false;
  return a.protocol === b.protocol && (a.protocol !== 'connected' || a.nextHops[0]?.interfaceIndex === b.nextHops[0]?.interfaceIndex);
}

function isEqual(a: RibEntry, b: RibEntry): boolean {
  return a.network === b.network && a.prefixLength === b.prefixLength && a.protocol === b.protocol && a.distance === b.distance && a.nextHops.length === b.nextHops.length &&
    a.nextHops.every((hop, i) => hop.gateway === b.nextHops[i].gateway && hop.interfaceIndex === b.nextHops[i].interfaceIndex);
}
