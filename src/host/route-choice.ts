/**
 * The way of a packet: rules for its source, the tables that they lead to, the main table, and one of several next hops. Read fib.ts first.
 *
 * Deviation from Linux: of several next hops one is taken by a hash of our own over the two addresses (fib_multipath_hash_policy 0 in all but the numbers).
 */
import { prefixContains, type Ipv4 } from '../base/address.js';
import { Fib, type FibNextHop, type FibRoute } from './fib.js';

/** `ip rule add from NETWORK/LENGTH lookup TABLE`: what comes from there is looked up in that table, and then in the main one. */
export interface SourceRule {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly table: number;
}

export class RouteChoice {
  private readonly main: Fib;
  /** In order of their priority. */
  private readonly rules: readonly SourceRule[];
  private readonly tables = new Map<number, Fib>();
  private readonly isDeadNextHopSkipped: boolean;

  constructor(main: Fib, rules: readonly SourceRule[], isDeadNextHopSkipped: boolean) {
    this.main = main;
    this.rules = rules;
    this.isDeadNextHopSkipped = isDeadNextHopSkipped;
  }

  /** A routing table beside the main one, for rules to lead to. */
  table(number: number): Fib {
    let fib = this.tables.get(number);
    if (fib === undefined) this.tables.set(number, fib = new Fib(() => undefined));
    return fib;
  }

  /** By the first rule for its source whose table has a route, else the main table's. */
  lookup(source: Ipv4, destination: Ipv4): FibRoute | undefined {
    const { rules } = this;
    for (let i = 0; i < rules.length; i++) {
      if (!prefixContains(rules[i].network, rules[i].prefixLength, source)) continue;
      const route = this.tables.get(rules[i].table)?.lookup(destination);
      if (route !== undefined) return route;
    }
    return this.main.lookup(destination);
  }

  /** Of several next hops always the same for one pair of addresses. */
  nextHop(route: FibRoute, source: Ipv4, destination: Ipv4): FibNextHop {
    const hops = route.nextHops;
    if (hops.length === 1) return hops[0];
    let hash = Math.imul(source ^ Math.imul(destination, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    const first = ((hash ^ (hash >>> 16)) >>> 0) % hops.length;
    if (this.isDeadNextHopSkipped) {
      for (let i = 0; i < hops.length; i++) {
        const hop = hops[(first + i) % hops.length];
        if (hop.networkInterface.arp?.isUsable(hop.gateway === 0 ? destination : hop.gateway) ?? true) return hop;
      }
    }
    return hops[first];
  }
}
