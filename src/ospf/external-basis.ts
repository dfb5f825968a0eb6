/**
 * What FRR once made of a route that it may redistribute, and does not look at again before the route or its redistribution changes.
 *
 * ospfd decides when zebra tells it of a route. Whether a connected network is one of OSPF's own (a virtual link's interface has the prefix 0.0.0.0/0 before it
 * is up for the first time, and so all are: topologies/conformance/virtual-links-behind) and which default metric holds (route-maps-edited) is looked up then. And
 * `area ... stub`, when it is typed, flushes every AS-external-LSA of the router; each comes back only when its route is looked at again (area-kinds-change).
 * A summary of `summary-address` does not even then: it stays away until none of its routes is left, and comes with the next one (summary-addresses-area-kinds).
 */
import type { Ipv4 } from '../base/address.js';
import { isSameData } from './configuration-difference.js';
import type { ExternalSummary, Redistribution } from './configuration.js';
import type { RedistributableRoute } from './environment.js';

export interface ExternalBasis {
  readonly route: RedistributableRoute;
  readonly redistribution: Redistribution;
  readonly defaultMetric: number | undefined;
  /** Taken for a network of OSPF's own because there is a virtual link. */
  readonly isTakenForOwn: boolean;
  /** Flushed for a stub area. */
  isFlushed: boolean;
}

export class ExternalBases {
  private readonly entries = new Map<string, ExternalBasis>();
  /** Those that the present pass has come by. */
  private readonly seen = new Set<string>();
  /** What `default-information originate` came to. */
  defaultState: 'none' | 'configured' | 'announced' = 'none';
  isDefaultFlushed = false;
  /** Summaries that were flushed, with the routes that they have held since without a gap. */
  private flushedSummaries = new Map<string, ReadonlySet<string>>();

  of(route: RedistributableRoute, redistribution: Redistribution, make: () => Omit<ExternalBasis, 'route' | 'redistribution' | 'isFlushed'>): ExternalBasis {
    const key = keyOf(route);
    this.seen.add(key);
    const known = this.entries.get(key);
    if (known !== undefined && isSameData(known.route, route) && isSameData(known.redistribution, redistribution)) return known;
    const entry = { route, redistribution, isFlushed: false, ...make() };
    this.entries.set(key, entry);
    return entry;
  }

  startPass(): void {
    this.seen.clear();
  }

  /** Routes that were there and are not any more. */
  endPass(): RedistributableRoute[] {
    const gone: RedistributableRoute[] = [];
    for (const [key, { route }] of this.entries) {
      if (this.seen.has(key)) continue;
      this.entries.delete(key);
      gone.push(route);
    }
    return gone;
  }

  /** All AS-external-LSAs are being flushed. `summaries`: with the routes that they stand for. */
  flush(summaries: readonly SummaryOfRoutes[]): void {
    for (const [summary, routes] of summaries) this.flushedSummaries.set(summaryKey(summary), new Set(routes.map(keyOf)));
    for (const entry of this.entries.values()) entry.isFlushed = true;
    this.isDefaultFlushed = this.defaultState === 'announced';
  }

  /** Which routes are under which summaries now. */
  keepSummariesFlushed(summaries: readonly SummaryOfRoutes[]): void {
    if (this.flushedSummaries.size === 0) return;
    const before = this.flushedSummaries;
    this.flushedSummaries = new Map();
    for (const [summary, routes] of summaries) {
      const key = summaryKey(summary);
      const keys = routes.map(keyOf);
      if (keys.some((each) => before.get(key)?.has(each) === true)) this.flushedSummaries.set(key, new Set(keys));
    }
  }

  isSummaryFlushed(summary: ExternalSummary): boolean {
    return this.flushedSummaries.has(summaryKey(summary));
  }

  /** Everything is looked at again, but for summaries. */
  forget(): void {
    this.entries.clear();
    this.isDefaultFlushed = false;
  }

  forgetConnected(): void {
    for (const [key, { route, isFlushed }] of this.entries) if (route.source === 'connected' && !isFlushed) this.entries.delete(key);
  }

  /** The LSA with this link state id is refreshed. */
  forgetNetwork(network: Ipv4): void {
    for (const [key, { route }] of this.entries) if (route.network === network) this.entries.delete(key);
  }
}

export type SummaryOfRoutes = readonly [summary: ExternalSummary, routes: readonly RedistributableRoute[]];

function keyOf({ source, network, prefixLength }: RedistributableRoute): string {
  return `${source} ${network}/${prefixLength}`;
}

function summaryKey({ network, prefixLength }: ExternalSummary): string {
  return `${network}/${prefixLength}`;
}
