/**
 * What every router's table must be, from the topology alone: Floyd-Warshall over each area, then the rules of RFC 2328 11, 12.4.3, 15, 16.2, 16.3,
 * 16.4 and RFC 3101 2.5 on top, written as definitions rather than as the protocol's procedure. Shares no code with src/ospf.
 *
 * Better ways through transit areas [2328:16.3] are a matter of what the other border routers find: all of them look, again and again, until nobody finds
 * anything better.
 */
import type { Attachment, Network, VirtualLink } from './random-network.js';

/** `gateway@interface`, gateway 0: on the link. */
type Hops = ReadonlySet<string>;

export interface ReferenceRoute { readonly cost: number; readonly type2: number | undefined; readonly hops: Hops }

interface Destination { readonly address: number; readonly index: number; readonly host?: Attachment }

/** `hopAreas`: where the next hops are. Of a path of the backbone over a virtual link that is the transit area. */
interface Path { readonly cost: number; readonly hops: Hops; readonly area: number; readonly isIntra: boolean; readonly hopAreas: ReadonlySet<number> }

const NOTHING: Hops = new Set();

class AreaGraph {
  /** Routers by number, LANs by `-1 - segment`. */
  readonly nodes: number[] = [];
  private readonly at = new Map<number, number>();
  private readonly distance: number[][] = [];
  private readonly edges: { from: number; to: number; cost: number; hop: string }[] = [];
  private readonly memo = new Map<string, Hops>();

  /** `virtual`: of the backbone, each end's way to the other. */
  constructor(network: Network, area: number, virtual: readonly { from: number; to: number; cost: number; hop: string }[] = []) {
    const add = (node: number): void => {
      if (!this.at.has(node)) this.at.set(node, this.nodes.push(node) - 1);
    };
    network.segments.forEach((segment, index) => {
      if (segment.area !== area) return;
      const alive = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
      for (const a of alive) add(a.router);
      if (alive.length < 2 || segment.isCut || segment.kind === 'stub') return;
      if (segment.kind === 'point-to-point' || segment.kind === 'unnumbered') {
        for (const [a, b] of [[alive[0], alive[1]], [alive[1], alive[0]]]) {
          this.edges.push({ from: a.router, to: b.router, cost: a.cost, hop: `${b.address}@${a.interfaceIndex}` });
        }
        return;
      }
      if (segment.kind === 'point-to-multipoint') {
        for (const a of alive) for (const b of alive) if (a !== b) this.edges.push({ from: a.router, to: b.router, cost: a.cost, hop: `${b.address}@${a.interfaceIndex}` });
        return;
      }
      const lan = -1 - index;
      add(lan);
      for (const a of alive) {
        this.edges.push({ from: a.router, to: lan, cost: a.cost, hop: `0@${a.interfaceIndex}` });
        this.edges.push({ from: lan, to: a.router, cost: 0, hop: String(a.address) });
      }
    });
    for (const edge of virtual) {
      add(edge.from);
      add(edge.to);
      this.edges.push(edge);
    }
    const n = this.nodes.length;
    for (let i = 0; i < n; i++) this.distance.push(Array.from({ length: n }, (_, j) => (i === j ? 0 : Infinity)));
    for (const { from, to, cost } of this.edges) {
      const [i, j] = [this.at.get(from) as number, this.at.get(to) as number];
      this.distance[i][j] = Math.min(this.distance[i][j], cost);
    }
    for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      this.distance[i][j] = Math.min(this.distance[i][j], this.distance[i][k] + this.distance[k][j]);
    }
  }

  cost(from: number, to: number): number {
    const [i, j] = [this.at.get(from), this.at.get(to)];
    return i === undefined || j === undefined ? Infinity : this.distance[i][j];
  }

  /** First hops of all shortest paths. A LAN that we are on ourselves is crossed directly. [2328:16.1.1] */
  hops(from: number, to: number): Hops {
    if (from === to || this.cost(from, to) === Infinity) return NOTHING;
    const key = `${from} ${to}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const edge of this.edges) {
      if (edge.to !== to || this.cost(from, edge.from) + edge.cost !== this.cost(from, to)) continue;
      if (edge.from === from) found.add(edge.hop);
      else {
        const before = this.hops(from, edge.from);
        const direct = edge.from < 0 ? [...before].filter((hop) => hop.startsWith('0@')) : [];
        for (const hop of direct) found.add(`${edge.hop}${hop.slice(1)}`);
        if (direct.length === 0) for (const hop of before) found.add(hop);
      }
    }
    this.memo.set(key, found);
    return found;
  }
}

/** Of equally good paths the union, else the better. */
function best(paths: readonly (Path | undefined)[]): Path | undefined {
  let chosen: Path | undefined;
  for (const path of paths) {
    if (path === undefined || path.cost === Infinity) continue;
    const order = chosen === undefined ? -1 : path.cost - chosen.cost;
    if (order < 0) chosen = path;
    else if (order === 0 && chosen !== undefined) chosen = { ...chosen, hops: new Set([...chosen.hops, ...path.hops]), hopAreas: new Set([...chosen.hopAreas, ...path.hopAreas]) };
  }
  return chosen;
}

export interface ReferenceOptions {
  /** Which of its addresses in the NSSA a router gave as the forwarding address of a type 7: its own choice. [3101:2.3] */
  readonly forwardingAddressOf?: (router: number, network: number) => number | undefined;
  /** Where the systems read the standard in their own ways. Undefined: FRR's, for all. */
  readonly readingOf?: (router: number) => Reading;
}

/** How a router's system reads the standard where it leaves room, or goes its own way. */
export interface Reading {
  /** It is a border router by the number of areas in its configuration, whatever becomes of its interfaces. (BIRD) */
  readonly isBorderByConfiguration: boolean;
  /** A boundary router is looked for outside of NSSAs alone. [3101:2.5(3)] */
  readonly isBoundaryAreaAsked: boolean;
  /** It leaves translating to a border router with a higher id only where it reaches that one through the backbone, too. (BIRD) */
  readonly isBackboneReachabilityAsked: boolean;
  /** The metric that it gives as translator; undefined: the type 7's own. [3101:3.2 metric] */
  readonly translatedMetric: number | undefined;
  /** Of boundary routers that are equally good all count, or the one with the highest id. */
  readonly isExternalMerged: boolean;
}

const FRR_READING: Reading = { isBorderByConfiguration: false, isBoundaryAreaAsked: false, isBackboneReachabilityAsked: false, translatedMetric: 20, isExternalMerged: true };

/** Whether what an NSSA's routers know has a definite way out: all that belong to the area and live reach each other within it, and no border router of it has died (FRR elects it all the same). */
export function isNssaSettled(network: Network, area: number): boolean {
  const members = network.segments.filter((s) => s.area === area).flatMap((s) => s.attachments.map((a) => a.router));
  if (members.some((r) => network.dead.has(r))) return false;
  const graph = new AreaGraph(network, area);
  return members.every((r) => graph.cost(members[0], r) < Infinity);
}

/** [2328:15]: up as long as their ends reach each other through the transit area. */
export function upVirtualLinks(network: Network): VirtualLink[] {
  return network.virtualLinks.filter(({ area, ends }) => ends.every((r) => !network.dead.has(r)) && new AreaGraph(network, area).cost(ends[0], ends[1]) < Infinity);
}

export function referenceRoutes(network: Network, options: ReferenceOptions = {}): Map<number, Map<number, ReferenceRoute>> {
  const areas = [...new Set([0, ...network.segments.map((s) => s.area)])];
  const alive = network.routers.filter((r) => !network.dead.has(r));
  const graphs = new Map(areas.filter((area) => area !== 0).map((area) => [area, new AreaGraph(network, area)]));
  const graph = (area: number): AreaGraph => graphs.get(area) as AreaGraph;
  const virtualLinks = upVirtualLinks(network);
  graphs.set(0, new AreaGraph(network, 0, virtualLinks.flatMap(({ area, ends }) => [[ends[0], ends[1]], [ends[1], ends[0]]].flatMap(([from, to]) =>
    [...graph(area).hops(from, to)].map((hop) => ({ from, to, cost: graph(area).cost(from, to), hop }))))));
  const areasOf = new Map(alive.map((r) => [r, areas.filter((area) => network.segments.some((s) => s.area === area && s.attachments.some((a) => a.router === r && a.isUp)) ||
    (area === 0 && virtualLinks.some((v) => v.ends.includes(r))))]));
  const isIn = (r: number, area: number): boolean => areasOf.get(r)?.includes(area) ?? false;
  const reading = (r: number): Reading => options.readingOf?.(r) ?? FRR_READING;
  const configuredAreas = (r: number): Set<number> => new Set([...network.segments.filter((s) => s.attachments.some((a) => a.router === r)).map((s) => s.area),
    ...network.virtualLinks.some((v) => v.ends.includes(r)) ? [0] : []]);
  const isBorder = (r: number): boolean => (reading(r).isBorderByConfiguration ? configuredAreas(r).size : areasOf.get(r)?.length ?? 0) > 1;
  const borders = alive.filter(isBorder);
  const transitAreasOf = (r: number): number[] => [...new Set(virtualLinks.filter((v: VirtualLink) => isIn(r, v.area)).map((v) => v.area))];
  const isSpecial = (area: number): boolean => network.stubAreas.has(area) || network.nssaAreas.has(area);

  /** Areas in which the first hops of backbone paths really are: an interface tells. */
  const areaOfInterface = new Map(network.segments.flatMap((s) => s.attachments.map((a) => [`${a.router} ${a.interfaceIndex}`, s.area] as const)));
  const hopAreasOf = (r: number, hops: Hops): Set<number> => new Set([...hops].map((hop) => areaOfInterface.get(`${r} ${hop.slice(hop.indexOf('@') + 1)}`) as number));

  /** What is advertised for its own sake: a network, or where it is point-to-multipoint each router's address on it. Unnumbered links have nothing of their own. */
  const destinations: readonly Destination[] = network.segments.flatMap((segment, index): Destination[] => (segment.kind === 'unnumbered' ? [] : segment.kind === 'point-to-multipoint'
    ? segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router)).map((a) => ({ address: a.address, index, host: a }))
    : [{ address: segment.network, index }]));

  function within(r: number, area: number, cost: number, hops: Hops): Path {
    return { cost, hops, area, isIntra: true, hopAreas: hopAreasOf(r, hops) };
  }

  function intra(r: number, { index, host }: Destination): Path | undefined {
    const segment = network.segments[index];
    const { area } = segment;
    if (!isIn(r, area)) return undefined;
    if (host !== undefined) return within(r, area, graph(area).cost(r, host.router), host.router === r ? new Set([`0@${host.interfaceIndex}`]) : graph(area).hops(r, host.router));
    const up = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
    const lan = -1 - index;
    if (graph(area).cost(r, lan) < Infinity) return within(r, area, graph(area).cost(r, lan), graph(area).hops(r, lan));
    return best(up.map((a): Path => within(r, area, graph(area).cost(r, a.router) + a.cost, a.router === r ? new Set([`0@${a.interfaceIndex}`]) : graph(area).hops(r, a.router))));
  }

  /** Over border routers of an area that announce something into it. */
  function through(r: number, area: number, announced: (border: number) => Path | undefined): Path | undefined {
    return best(borders.filter((b) => b !== r && isIn(b, area)).map((b): Path | undefined => {
      const path = announced(b);
      const hops = graph(area).hops(r, b);
      return path === undefined ? undefined : { cost: graph(area).cost(r, b) + path.cost, hops, area, isIntra: false, hopAreas: hopAreasOf(r, hops) };
    }));
  }

  /** [2328:12.4.3]: into the backbone only intra-area paths of other areas; into others everything that is not theirs, nor leads through them; into some nothing. */
  function announcedInto(area: number, path: Path | undefined): Path | undefined {
    if (path === undefined || path.area === area || (!path.isIntra && area === 0) || path.hopAreas.has(area) || network.blockedAreas.has(area)) return undefined;
    return path;
  }

  /**
   * For one destination, what every border router has in the end. `plain`: without better ways through transit areas, given what the others have.
   */
  function settled(plain: (r: number, of: (border: number) => Path | undefined) => Path | undefined): Map<number, Path | undefined> {
    let found = new Map<number, Path | undefined>();
    for (let round = 0; round < 4 * borders.length + 8; round++) {
      const before = found;
      const of = (border: number): Path | undefined => before.get(border);
      found = new Map(borders.map((r) => [r, improved(r, plain(r, of), of)]));
      const isSame = borders.every((r) => {
        const [a, b] = [before.get(r), found.get(r)];
        return a?.cost === b?.cost && a?.area === b?.area && [...a?.hops ?? []].sort().join() === [...b?.hops ?? []].sort().join();
      });
      if (isSame && round > 0) return found;
    }
    throw new Error('the border routers never agree');
  }

  /** [2328:16.3]: only what is the backbone's. */
  function improved(r: number, path: Path | undefined, of: (border: number) => Path | undefined): Path | undefined {
    if (path === undefined || path.area !== 0) return path;
    let chosen = path;
    for (const area of transitAreasOf(r)) {
      const way = through(r, area, (b) => announcedInto(area, of(b)));
      if (way === undefined || way.cost > chosen.cost) continue;
      const hops = way.cost < chosen.cost ? way.hops : new Set([...chosen.hops, ...way.hops]);
      chosen = { ...chosen, cost: way.cost, hops, hopAreas: hopAreasOf(r, hops) };
    }
    return chosen;
  }

  /** Of a network, at any router. */
  function internalPaths(destination: Destination): (r: number) => Path | undefined {
    const plain = (r: number, of: (border: number) => Path | undefined): Path | undefined => {
      const own = intra(r, destination);
      if (own !== undefined && own.cost < Infinity) return own;
      // A border router believes the backbone only. [2328:16.2]
      return best((isBorder(r) ? [0] : areasOf.get(r) ?? []).filter((area) => isIn(r, area)).map((area) => through(r, area, (b) => announcedInto(area, area === 0 ? intra(b, destination) : of(b)))));
    };
    const atBorders = settled(plain);
    return (r) => (isBorder(r) ? atBorders.get(r) : plain(r, (b) => atBorders.get(b)));
  }

  /** [2328:16.4.1] */
  const rank = (path: Path): number => (network.isRfc1583Compatible ? 0 : path.isIntra && path.area !== 0 ? 0 : 1);

  /** One entry is used: the preferred, the nearest, the one in the area with the largest id. */
  function select(entries: readonly (Path | undefined)[]): Path | undefined {
    return entries.filter((p): p is Path => p !== undefined && p.cost < Infinity).sort((a, b) => rank(a) - rank(b) || a.cost - b.cost || b.area - a.area)[0];
  }

  function intraBoundary(r: number, x: number): (Path | undefined)[] {
    return (areasOf.get(r) ?? []).filter((area) => isIn(x, area) && !network.stubAreas.has(area) && !(reading(r).isBoundaryAreaAsked && network.nssaAreas.has(area))).map((area) => within(r, area, graph(area).cost(r, x), graph(area).hops(r, x)));
  }

  /** FRR announces no boundary router that it prefers to reach through an NSSA, as if all that it says were translated. */
  const announcedBoundaryInto = (area: number, path: Path | undefined): Path | undefined => (path !== undefined && network.nssaAreas.has(path.area) ? undefined : announcedInto(area, path));

  /** Of the router that an external comes from. */
  function boundaryPaths(x: number): (r: number) => Path | undefined {
    const plain = (r: number, of: (border: number) => Path | undefined): Path | undefined => {
      const entries: (Path | undefined)[] = [];
      for (const area of areasOf.get(r) ?? []) {
        // Nobody says in a stub area that it is a boundary router, nor announces one; into an NSSA nobody does.
        if (network.stubAreas.has(area) || (reading(r).isBoundaryAreaAsked && network.nssaAreas.has(area))) continue;
        const cost = isIn(x, area) ? graph(area).cost(r, x) : Infinity;
        if (cost < Infinity) entries.push(within(r, area, cost, graph(area).hops(r, x)));
        else if ((!isBorder(r) || area === 0) && !isSpecial(area)) entries.push(through(r, area, (b) => (b === x ? undefined : announcedBoundaryInto(area, area === 0 ? select(intraBoundary(b, x)) : of(b)))));
      }
      // Entries are bettered first and chosen from then.
      return select(entries.map((path) => improved(r, path, of)));
    };
    const atBorders = settled(plain);
    return (r) => (isBorder(r) ? atBorders.get(r) : plain(r, (b) => atBorders.get(b)));
  }

  const tables = new Map(alive.map((r) => [r, new Map<number, ReferenceRoute>()]));
  const set = (r: number, address: number, route: ReferenceRoute): void => void tables.get(r)?.set(address, route);
  const internal = new Map(destinations.map((destination) => [destination.address, internalPaths(destination)]));
  for (const [address, pathOf] of internal) {
    for (const r of alive) {
      const path = pathOf(r);
      if (path !== undefined) set(r, address, { cost: path.cost, type2: undefined, hops: path.hops });
    }
  }
  // Into a stub area, and into an NSSA, each border router announces a default at cost 1; border routers do not look at it. [2328:12.4.3.1]
  for (const r of alive.filter((each) => !isBorder(each))) {
    const [area] = areasOf.get(r) ?? [];
    const path = area === undefined || !isSpecial(area) ? undefined : through(r, area, () => ({ cost: 1, hops: NOTHING, area: -1, isIntra: false, hopAreas: new Set() }));
    if (path !== undefined) set(r, 0, { cost: path.cost, type2: undefined, hops: path.hops });
  }

  const boundary = new Map<number, (r: number) => Path | undefined>();
  const boundaryOf = (x: number): ((r: number) => Path | undefined) => {
    let paths = boundary.get(x);
    if (paths === undefined) boundary.set(x, paths = boundaryPaths(x));
    return paths;
  };
  /** A type 5 whose originator is nearest inside an NSSA has no way, whatever others there are: so the real FRR (topologies/conformance/nssa-translator-behind-nssa). */
  const isWayFor5 = (path: Path | undefined): boolean => path !== undefined && !network.nssaAreas.has(path.area);
  const nssaOf = (x: number): number | undefined => [...network.nssaAreas].find((area) => isIn(x, area) && !isBorder(x));
  const plainExternals = network.externals.filter((e) => !network.dead.has(e.router) && nssaOf(e.router) === undefined);
  for (const r of alive) {
    for (const prefix of new Set(plainExternals.map((e) => e.network))) {
      const candidates = plainExternals.filter((e) => e.network === prefix && e.router !== r)
        .map((e) => ({ e, path: boundaryOf(e.router)(r) })).filter((c): c is typeof c & { path: Path } => isWayFor5(c.path));
      const order = (a: typeof candidates[0], b: typeof candidates[0]): number => a.e.type - b.e.type ||
        (a.e.type === 2 ? a.e.metric - b.e.metric : 0) || rank(a.path) - rank(b.path) ||
        (a.path.cost + (a.e.type === 1 ? a.e.metric : 0)) - (b.path.cost + (b.e.type === 1 ? b.e.metric : 0));
      candidates.sort(order);
      if (candidates.length === 0) continue;
      const [first] = candidates;
      const equal = candidates.filter((c) => order(c, first) === 0).sort((a, b) => b.e.router - a.e.router);
      if (!reading(r).isExternalMerged) equal.length = 1;
      set(r, prefix, {
        cost: first.path.cost + (first.e.type === 1 ? first.e.metric : 0), type2: first.e.type === 2 ? first.e.metric : undefined,
        hops: new Set(equal.flatMap((c) => [...c.path.hops])),
      });
    }
  }

  // What is known in the midst of an NSSA: as type 7 there, and through each elected border router as type 5 everywhere else, with the way to the forwarding address.
  for (const { router: x, network: prefix, metric, type } of network.externals) {
    const area = nssaOf(x);
    const forwardingAddress = area === undefined || network.dead.has(x) ? undefined : options.forwardingAddressOf?.(x, prefix);
    if (area === undefined || forwardingAddress === undefined) continue;
    const pathOf = internal.get(forwardingAddress) ?? internal.get((forwardingAddress & ~0xff) >>> 0);
    const candidates = borders.filter((b) => isIn(b, area));
    const isYieldedTo = (b: number, other: number): boolean => other > b && (!reading(b).isBackboneReachabilityAsked || graph(0).cost(b, other) < Infinity);
    const translators = candidates.filter((b) => !candidates.some((other) => isYieldedTo(b, other)));
    for (const r of alive.filter((each) => each !== x)) {
      const path = pathOf?.(r);
      if (path === undefined) continue;
      const isInside = isIn(r, area);
      // A type 7's forwarding address must be inside its area. [3101:2.5 (3)]
      if (isInside && !(path.isIntra && path.area === area)) continue;
      const heard = (areasOf.get(r) ?? []).every(isSpecial) ? [] : translators.filter((t) => r === t || isWayFor5(boundaryOf(t)(r)));
      if (!isInside && heard.length === 0) continue;
      const given = isInside ? metric : Math.min(...heard.map((t) => reading(t).translatedMetric ?? metric));
      // Whoever is on the forwarding address's own network sends there directly.
      const hops = new Set([...path.hops].map((hop) => (hop.startsWith('0@') ? `${forwardingAddress}${hop.slice(1)}` : hop)));
      set(r, prefix, { cost: path.cost + (type === 1 ? given : 0), type2: type === 2 ? given : undefined, hops });
    }
  }
  return tables;
}
