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
  private readonly entries = new Map<number, RibEntry[]>();

  /**
   * In place of the protocol's entry for the prefix, and before all others. Connected routes stand beside each other, one an interface, and
   * static ones, one a distance.
   */
  put(entry: RibEntry): void {
    const key = prefixKey(entry.network, entry.prefixLength);
    const others = (this.entries.get(key) ?? []).filter((other) => !isSame(other, entry));
    this.entries.set(key, [entry, ...others]);
  }

  withdraw(protocol: RibProtocol, network: Ipv4, prefixLength: number): void {
    const key = prefixKey(network, prefixLength);
    const left = (this.entries.get(key) ?? []).filter((other) => other.protocol !== protocol);
    if (left.length === 0) this.entries.delete(key);
    else this.entries.set(key, left);
  }

  /** Makes the entries of one protocol exactly these: what is there already keeps its place and its time. */
  synchronise(protocol: RibProtocol, wanted: readonly RibEntry[]): void {
    for (const [key, list] of [...this.entries]) {
      const left = list.filter((entry) => entry.protocol !== protocol || wanted.some((other) => isEqual(entry, other)));
      if (left.length === 0) this.entries.delete(key);
      else if (left.length !== list.length) this.entries.set(key, left);
    }
    for (const entry of wanted) {
      const list = this.entries.get(prefixKey(entry.network, entry.prefixLength));
      if (list === undefined || !list.some((other) => isEqual(entry, other))) this.put(entry);
    }
  }

  clear(): void {
    this.entries.clear();
  }

  /** By prefix; the entries of each, the latest first. */
  prefixes(): (readonly RibEntry[])[] {
    return [...this.entries.values()].sort(([a], [b]) => a.network - b.network || a.prefixLength - b.prefixLength);
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
