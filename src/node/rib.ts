/**
 * The routing manager's table as it stands in zebra, with what did not make it into the kernel: for displays, and for nothing else.
 *
 * What forwards is decided in host/fib.ts, with the same result. Here stand also OSPF's own routes to connected networks, and since when each
 * entry is there. Entries of one prefix are kept as zebra keeps them, the latest first.
 *
 * Of OSPF's routes, which may be as many as prefixes times routers, those that the kernel has and that are alone stand only there.
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
  /** Only the gateway was said. */
  readonly isInterfaceFound?: boolean;
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

/** OSPF's routes in the kernel. */
export interface KernelOspf {
  has(network: Ipv4, prefixLength: number): boolean;
  find(network: Ipv4, prefixLength: number): RibEntry | undefined;
  all(): readonly RibEntry[];
}

export class Rib {
  private readonly kernel: KernelOspf;
  /** By prefix length; keys are networks as signed 32-bit integers, which the engine keeps unboxed. */
  private readonly tables: (Map<number, Kept> | undefined)[] = [];

  constructor(kernel: KernelOspf) {
    this.kernel = kernel;
  }

  private of(network: Ipv4, prefixLength: number): readonly RibEntry[] {
    const kept = this.tables[prefixLength]?.get(network | 0);
    if (kept !== undefined) return Array.isArray(kept) ? kept : [kept];
    const alone = this.kernel.find(network, prefixLength);
    return alone === undefined ? [] : [alone];
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

  /** OSPF's, after the kernel has been told. Where it has the route, and nobody else has one, there is nothing to keep. */
  putOspf(entry: RibEntry): void {
    const { network, prefixLength } = entry;
    if (!this.isInKernelAlone(network, prefixLength)) this.put(entry);
  }

  /** OSPF's route is in the kernel, and nobody else has one: nothing is kept for it from now on. */
  isInKernelAlone(network: Ipv4, prefixLength: number): boolean {
    const kept = this.tables[prefixLength]?.get(network | 0);
    const isAlone = kept === undefined || (!Array.isArray(kept) && kept.protocol === 'ospf');
    if (!isAlone || !this.kernel.has(network, prefixLength)) return false;
    if (kept !== undefined) this.tables[prefixLength]?.delete(network | 0);
    return true;
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
    for (const entry of this.kernel.all()) if (this.tables[entry.prefixLength]?.has(entry.network | 0) !== true) all.push([entry]);
    return all.sort(([a], [b]) => a.network - b.network || a.prefixLength - b.prefixLength);
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
