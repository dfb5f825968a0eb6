/**
 * The routing manager's table as it stands in zebra, with what did not make it into the kernel: for displays, and for nothing else.
 *
 * What forwards is decided in host/fib.ts, with the same result. Here stand also OSPF's own routes to connected networks, and since when each
 * entry is there. Entries of one prefix are kept as zebra keeps them, the latest first.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { prefixKey } from '../ospf/routing-table.js';

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

export class Rib {
  /** One alone, as nearly everywhere, is no list. */
  private readonly entries = new Map<number, RibEntry | RibEntry[]>();

  private of(key: number): readonly RibEntry[] {
    const entry = this.entries.get(key);
    return entry === undefined ? [] : Array.isArray(entry) ? entry : [entry];
  }

  private keep(key: number, list: RibEntry[]): void {
    if (list.length === 0) this.entries.delete(key);
    else this.entries.set(key, list.length === 1 ? list[0] : list);
  }

  /**
   * In place of the protocol's entry for the prefix, and before all others. Connected routes stand beside each other, one an interface, and
   * static ones, one a distance.
   */
  put(entry: RibEntry): void {
    const key = prefixKey(entry.network, entry.prefixLength);
    if (!this.entries.has(key)) this.entries.set(key, entry);
    else this.keep(key, [entry, ...this.of(key).filter((other) => !isSame(other, entry))]);
  }

  withdraw(protocol: RibProtocol, network: Ipv4, prefixLength: number): void {
    const key = prefixKey(network, prefixLength);
    if (this.entries.has(key)) this.keep(key, this.of(key).filter((other) => other.protocol !== protocol));
  }

  /** Makes the entries of one protocol exactly these: what is there already keeps its place and its time. */
  synchronise(protocol: RibProtocol, wanted: readonly RibEntry[]): void {
    for (const key of [...this.entries.keys()]) {
      const list = this.of(key);
      const left = list.filter((entry) => entry.protocol !== protocol || wanted.some((other) => isEqual(entry, other)));
      if (left.length !== list.length) this.keep(key, left);
    }
    for (const entry of wanted) {
      if (!this.of(prefixKey(entry.network, entry.prefixLength)).some((other) => isEqual(entry, other))) this.put(entry);
    }
  }

  clear(): void {
    this.entries.clear();
  }

  /** By prefix; the entries of each, the latest first. */
  prefixes(): (readonly RibEntry[])[] {
    return Array.from(this.entries.values(), (entry) => (Array.isArray(entry) ? entry : [entry])).sort(([a], [b]) => a.network - b.network || a.prefixLength - b.prefixLength);
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
