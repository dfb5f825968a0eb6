/**
 * The routing table structure. [2328:11]
 *
 * Entries for networks and for routers (area border and AS boundary routers), each kept by identity. External routes stand
 * in a table of their own: they are calculated later, and never displace an internal route. [2328:16.4(6a)]
 */
import type { Ipv4 } from '../base/address.js';
import type { Area } from './area.js';
import type { LsaInstance } from './lsdb.js';

export interface NextHop {
  /** 0: the destination is on the link. */
  readonly gateway: Ipv4;
  readonly interfaceIndex: number;
  /** Of inter-area and external routes: who leads there. FRR keeps one neighbour twice where two routers lie behind it. */
  readonly advertisingRouter?: Ipv4;
}

export const NO_HOPS: readonly NextHop[] = [];

/** In order of preference. [2328:11] */
export type PathType = 'intra-area' | 'inter-area' | 'external-1' | 'external-2';

export const PATH_TYPE_RANK: Record<PathType, number> = { 'intra-area': 0, 'inter-area': 1, 'external-1': 2, 'external-2': 3 };

export class NetworkRoute {
  network: Ipv4 = 0;
  prefixLength = 0;
  pathType: PathType = 'intra-area';
  cost = 0;
  /** External type 2 only. */
  type2Cost = 0;
  routeTag = 0;
  /** The area that the paths go through; undefined for external routes. */
  area: Area | undefined;
  origin: LsaInstance | undefined;
  /** External routes: the entry of the boundary router, or of the network with the forwarding address. */
  through: RouterRoute | NetworkRoute | undefined;
  /** Shared between routes; never changed in place. */
  nextHops: readonly NextHop[] = NO_HOPS;
}

export class RouterRoute {
  routerId: Ipv4 = 0;
  area: Area;
  pathType: PathType = 'intra-area';
  cost = 0;
  isAreaBorderRouter = false;
  isAsBoundaryRouter = false;
  /** Shared between routes; never changed in place. */
  nextHops: readonly NextHop[] = NO_HOPS;
  private stamped: readonly NextHop[] | undefined;

  constructor(area: Area) {
    this.area = area;
  }

  /** The next hops as routes through this router have them. An inter-area entry's own name the border router already. */
  get paths(): readonly NextHop[] {
    if (this.pathType !== 'intra-area') return this.nextHops;
    return this.stamped ??= this.nextHops.map((hop) => ({ ...hop, advertisingRouter: this.routerId }));
  }
}

/** One number for (network, prefix length): exact below 2^53. */
export function prefixKey(network: Ipv4, prefixLength: number): number {
  return network * 64 + prefixLength;
}

export class RoutingTable {
  readonly networks = new Map<number, NetworkRoute>();
  /** All entries of a router, in the order of calculation: one for each area. */
  readonly routers = new Map<Ipv4, RouterRoute[]>();

  /** By network, then prefix length. */
  sortedNetworks(): NetworkRoute[] {
    return sortRoutes(this.networks);
  }

  /** By router id. */
  sortedRouters(): RouterRoute[][] {
    return [...this.routers.entries()].sort((a, b) => a[0] - b[0]).map(([, routes]) => routes);
  }
}

export function sortRoutes(routes: ReadonlyMap<number, NetworkRoute>): NetworkRoute[] {
  // Numbers in a typed array are sorted without a comparison function, which is what this costs.
  const keys = new Float64Array(routes.size);
  let count = 0;
  for (const key of routes.keys()) keys[count++] = key;
  return Array.from(keys.sort(), (key) => routes.get(key) as NetworkRoute);
}

/** The first, and what of the second is not in it. */
export function mergeNextHops(first: readonly NextHop[], second: readonly NextHop[]): readonly NextHop[] {
  const more = first === second ? NO_HOPS
    : second.filter((hop) => !first.some((have) => have.gateway === hop.gateway && have.interfaceIndex === hop.interfaceIndex &&
      have.advertisingRouter === hop.advertisingRouter));
  return more.length === 0 ? first : [...first, ...more];
}

export function equalNextHops(a: readonly NextHop[], b: readonly NextHop[]): boolean {
  return a === b || (a.length === b.length &&
    a.every((hop, i) => hop.gateway === b[i].gateway && hop.interfaceIndex === b[i].interfaceIndex));
}
