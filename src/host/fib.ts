/**
 * The forwarding table: longest prefix match over the best route of each prefix.
 *
 * For one prefix there may be candidates of several origins. As zebra selects, the least distance wins: the kernel's own (connected)
 * routes, static ones (1 unless they say otherwise), OSPF (110); the others wait until it goes. Only the selected route forwards, is
 * listed, and is reported when it changes.
 */
import { maskOf, networkOf, type Ipv4 } from '../base/address.js';
import type { RouteChange } from '../engine/engine.js';
import { FibTable, KindredRoute, reportedHops, type FibEntry } from './fib-table.js';
import type { NetworkInterface } from './network-interface.js';

export type RouteProtocol = 'kernel' | 'static' | 'ospf';

/** Where a route does not say its own. At the same distance the earlier of these is first. */
const DISTANCE: Record<RouteProtocol, number> = { kernel: 0, static: 1, ospf: 110 };

function isBehind(a: FibRoute, b: FibRoute): boolean {
  const difference = (a.distance ?? DISTANCE[a.protocol]) - (b.distance ?? DISTANCE[b.protocol]);
  return difference > 0 || (difference === 0 && DISTANCE[a.protocol] > DISTANCE[b.protocol]);
}

export interface FibNextHop {
  /** 0: the destination is on the link. */
  readonly gateway: Ipv4;
  readonly networkInterface: NetworkInterface;
  /** The gateway is on the link though no address of the interface says so. */
  readonly isOnLink?: boolean;
}

export interface FibRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly protocol: RouteProtocol;
  readonly metric: number;
  /** Administrative distance; undefined: the protocol's. */
  readonly distance?: number;
  /** Without next hops: the sender is told that the destination is unreachable. */
  readonly isReject?: boolean;
  /** Empty: packets are dropped without a word (a blackhole), or rejected. */
  readonly nextHops: readonly FibNextHop[];
  /** By next hop; not given: all the same. */
  readonly weights?: readonly number[];
  /** Of one that is refused: the ICMP error says so. */
  readonly isProhibited?: boolean;
  /** 0: chosen from the outgoing interface. */
  readonly preferredSource: Ipv4;
}

function candidatesOf(entry: FibEntry): FibRoute[] {
  return Array.isArray(entry) ? entry : [entry];
}

function selectedOf(entry: FibEntry): FibRoute {
  return Array.isArray(entry) ? entry[0] : entry;
}

export class Fib {
  /** By prefix length; keys are networks as signed 32-bit integers, which the engine keeps unboxed. */
  private readonly tables: (FibTable | undefined)[] = new Array<undefined>(33).fill(undefined);
  /** Prefix lengths in use and their masks, longest first. */
  private lengths: number[] = [];
  private masks: number[] = [];
  private readonly changed: (change: RouteChange) => void;

  constructor(changed: (change: RouteChange) => void) {
    this.changed = changed;
  }

  /** The best route to an address; undefined: there is none. */
  lookup(destination: Ipv4): FibRoute | undefined {
    const { lengths, masks, tables } = this;
    for (let i = 0; i < lengths.length; i++) {
      const entry = (tables[lengths[i]] as FibTable).get(destination & masks[i]);
      if (entry !== undefined) return selectedOf(entry); // [2328:11.1]
    }
    return undefined;
  }

  /** The best route to an address among those that are accepted, selected or not. */
  find(destination: Ipv4, isAccepted: (route: FibRoute) => boolean): FibRoute | undefined {
    const { lengths, masks, tables } = this;
    for (let i = 0; i < lengths.length; i++) {
      const entry = tables[lengths[i]]?.get(destination & masks[i]);
      const found = entry === undefined ? undefined : candidatesOf(entry).find(isAccepted);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The selected route of exactly this prefix. */
  get(network: Ipv4, prefixLength: number): FibRoute | undefined {
    const entry = this.tables[prefixLength]?.get(network | 0);
    return entry === undefined ? undefined : selectedOf(entry);
  }

  /** There will be so many routes, by prefix length. */
  expect(routes: Uint32Array): void {
    routes.forEach((count, prefixLength) => this.tables[prefixLength]?.expect(count));
  }

  /**
   * Adds a route, in place of the candidate of the same protocol if there is one. Two connected routes to one prefix
   * through different interfaces stand beside each other, and the first one is used. Returns what it has taken the place of.
   */
  install(route: FibRoute): FibRoute | undefined {
    let table = this.tables[route.prefixLength];
    if (table === undefined) {
      table = this.tables[route.prefixLength] = new FibTable(route.prefixLength);
      this.indexLengths();
    }
    const key = networkOf(route.network, route.prefixLength) | 0;
    const entry = table.get(key);
    if (entry === undefined) {
      table.set(key, route);
      this.report(undefined, route);
      return undefined;
    }
    const candidates = candidatesOf(entry);
    const [before] = candidates;
    const same = candidates.findIndex((c) => c.protocol === route.protocol &&
      (route.protocol !== 'kernel' || c.nextHops[0].networkInterface === route.nextHops[0].networkInterface));
    const replaced = same < 0 ? undefined : candidates.splice(same, 1)[0];
    // Behind its equals; what takes the place of one of them stands where that stood.
    let at = candidates.length;
    while (at > 0 && isBehind(candidates[at - 1], route)) at--;
    if (same >= 0 && same < at && !isBehind(route, candidates[same])) at = same;
    candidates.splice(at, 0, route);
    table.set(key, candidates.length === 1 ? candidates[0] : candidates);
    this.report(before, candidates[0]);
    return replaced;
  }

  /** Takes a candidate away, and returns it; with `networkInterface`, only the one through it. */
  withdraw(protocol: RouteProtocol, network: Ipv4, prefixLength: number, networkInterface?: NetworkInterface): FibRoute | undefined {
    const table = this.tables[prefixLength];
    const key = networkOf(network, prefixLength) | 0;
    const entry = table?.get(key);
    if (table === undefined || entry === undefined) return undefined;
    const candidates = candidatesOf(entry);
    const at = candidates.findIndex((c) => c.protocol === protocol &&
      (networkInterface === undefined || c.nextHops[0].networkInterface === networkInterface));
    if (at < 0) return undefined;
    const before = candidates[0];
    const [removed] = candidates.splice(at, 1);
    if (candidates.length > 0) table.set(key, candidates.length === 1 ? candidates[0] : candidates);
    else {
      table.delete(key);
      if (table.size === 0) {
        this.tables[prefixLength] = undefined;
        this.indexLengths();
      }
    }
    this.report(before, candidates.length > 0 ? candidates[0] : undefined);
    return removed;
  }

  /** The candidate of one protocol for exactly this prefix, selected or not. */
  candidate(protocol: RouteProtocol, network: Ipv4, prefixLength: number): FibRoute | undefined {
    const entry = this.tables[prefixLength]?.get(network | 0);
    if (entry === undefined || Array.isArray(entry)) return entry?.find((c) => c.protocol === protocol);
    return entry.protocol === protocol ? entry : undefined;
  }

  /** The candidates of one protocol, selected or not, sorted by network and prefix length. */
  candidates(protocol: RouteProtocol): FibRoute[] {
    const found: FibRoute[] = [];
    for (const table of this.tables) {
      if (table === undefined) continue;
      for (const entry of table.values()) found.push(...candidatesOf(entry).filter((c) => c.protocol === protocol));
    }
    return found.sort(byPrefix);
  }

  /**
   * What is in use: by address and then the longer prefix first ('trie'), or as Linux 2.4 walks its hash zones ('zones'). A routing manager
   * that looks at the carrier selects another route where a connected network has none; the kernel has it behind its own then.
   */
  selected(listing: 'trie' | 'zones', isCarrierDecisive = false, isEverything = false): FibRoute[] {
    const found: FibRoute[] = [];
    for (const table of this.tables) {
      if (table === undefined) continue;
      for (const entry of table.values()) {
        const isDead = (c: FibRoute): boolean => isCarrierDecisive && c.protocol === 'kernel' && c.nextHops.every((hop) => !hop.networkInterface.hasCarrier);
        const best = candidatesOf(entry).find((c) => !isDead(c)) ?? selectedOf(entry);
        // The kernel holds every connected route.
        found.push(...candidatesOf(entry).filter((c) => isEverything || c === best || c.protocol === 'kernel'));
      }
    }
    return found.sort(listing === 'trie' ? byPrefix : byZone);
  }

  private indexLengths(): void {
    this.lengths = [];
    this.masks = [];
    for (let length = 32; length >= 0; length--) {
      if (this.tables[length] === undefined) continue;
      this.lengths.push(length);
      this.masks.push(maskOf(length) | 0);
    }
  }

  private report(before: FibRoute | undefined, after: FibRoute | undefined): void {
    if (before === after) return;
    if (after === undefined) {
      const gone = before as FibRoute;
      this.changed({ action: 'withdraw', network: gone.network, prefixLength: gone.prefixLength, nextHops: [],
        metric: gone.metric, protocol: gone.protocol });
      return;
    }
    if (before !== undefined && equalRoutes(before, after)) return;
    this.changed({
      action: before === undefined ? 'add' : 'replace',
      network: after.network,
      prefixLength: after.prefixLength,
      nextHops: after instanceof KindredRoute ? after.kind.reportedHops : reportedHops(after.nextHops),
      metric: after.metric,
      protocol: after.protocol,
    });
  }
}

function byPrefix(a: FibRoute, b: FibRoute): number {
  return a.network - b.network || b.prefixLength - a.prefixLength || a.metric - b.metric || byInterface(a, b);
}

function byZone(a: FibRoute, b: FibRoute): number {
  return b.prefixLength - a.prefixLength || zoneBucket(a) - zoneBucket(b) || a.network - b.network || byInterface(a, b);
}

/**
 * Where Linux 2.4 keeps a prefix among the 16 buckets of its zone: the network part, folded by 20, 10 and 5 bits. The rows of the
 * Redpaper's examples 30 to 33 stand in this order. The kernel gives a zone more buckets beyond 64 prefixes; that is left out.
 */
function zoneBucket({ network, prefixLength }: FibRoute): number {
  let folded = prefixLength === 0 ? 0 : network >>> (32 - prefixLength);
  for (const bits of [20, 10, 5]) folded ^= folded >>> bits;
  return folded & 15;
}

function byInterface(a: FibRoute, b: FibRoute): number {
  return (a.nextHops.at(0)?.networkInterface.index ?? 0) - (b.nextHops.at(0)?.networkInterface.index ?? 0);
}

function equalRoutes(a: FibRoute, b: FibRoute): boolean {
  return a.protocol === b.protocol && a.metric === b.metric && a.isReject === b.isReject && a.isProhibited === b.isProhibited && a.nextHops.length === b.nextHops.length &&
    a.nextHops.every((hop, i) => hop.gateway === b.nextHops[i].gateway &&
      hop.networkInterface === b.nextHops[i].networkInterface);
}
