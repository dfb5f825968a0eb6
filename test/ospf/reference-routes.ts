/**
 * What every router's table must be, from the topology alone: Floyd-Warshall over each area, then the rules of RFC 2328 11, 12.4.3, 16.2 and
 * 16.4 on top, written as definitions rather than as the protocol's procedure. Shares no code with src/ospf.
 */
import type { Attachment, Network } from './random-network.js';

/** `gateway@interface`, gateway 0: on the link. */
type Hops = ReadonlySet<string>;

export interface ReferenceRoute { readonly cost: number; readonly type2: number | undefined; readonly hops: Hops }

interface Destination { readonly address: number; readonly index: number; readonly host?: Attachment }

interface Path { readonly cost: number; readonly hops: Hops; readonly area: number; readonly isIntra: boolean }

const NOTHING: Hops = new Set();

class AreaGraph {
  /** Routers by number, LANs by `-1 - segment`. */
  readonly nodes: number[] = [];
  private readonly at = new Map<number, number>();
  private readonly distance: number[][] = [];
  private readonly edges: { from: number; to: number; cost: number; hop: string }[] = [];
  private readonly memo = new Map<string, Hops>();

  constructor(network: Network, area: number) {
    const add = (node: number): void => {
      if (!this.at.has(node)) this.at.set(node, this.nodes.push(node) - 1);
    };
    network.segments.forEach((segment, index) => {
      if (segment.area !== area) return;
      const alive = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
      for (const a of alive) add(a.router);
      if (alive.length < 2 || segment.isCut || segment.kind === 'stub') return;
      if (segment.kind === 'point-to-point') {
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
function best(paths: readonly (Path | undefined)[], isBetter: (a: Path, b: Path) => number = (a, b) => a.cost - b.cost): Path | undefined {
  let chosen: Path | undefined;
  for (const path of paths) {
    if (path === undefined || path.cost === Infinity) continue;
    const order = chosen === undefined ? -1 : isBetter(path, chosen);
    if (order < 0) chosen = path;
    else if (order === 0 && chosen !== undefined) chosen = { ...chosen, hops: new Set([...chosen.hops, ...path.hops]) };
  }
  return chosen;
}

export function referenceRoutes(network: Network): Map<number, Map<number, ReferenceRoute>> {
  const areas = [...new Set(network.segments.map((s) => s.area))];
  const graphs = new Map(areas.map((area) => [area, new AreaGraph(network, area)]));
  const graph = (area: number): AreaGraph => graphs.get(area) as AreaGraph;
  const alive = network.routers.filter((r) => !network.dead.has(r));
  const areasOf = new Map(alive.map((r) => [r, areas.filter((area) => network.segments.some((s) => s.area === area && s.attachments.some((a) => a.router === r && a.isUp)))]));
  const isIn = (r: number, area: number): boolean => areasOf.get(r)?.includes(area) ?? false;
  const isBorder = (r: number): boolean => (areasOf.get(r)?.length ?? 0) > 1;
  const borders = alive.filter(isBorder);

  /** What is advertised for its own sake: a network, or where it is point-to-multipoint each router's address on it. */
  const destinations: readonly Destination[] = network.segments.flatMap((segment, index): Destination[] => (segment.kind === 'point-to-multipoint'
    ? segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router)).map((a) => ({ address: a.address, index, host: a }))
    : [{ address: segment.network, index }]));

  function intra(r: number, { index, host }: Destination): Path | undefined {
    const segment = network.segments[index];
    const { area } = segment;
    if (!isIn(r, area)) return undefined;
    if (host !== undefined) {
      return { cost: graph(area).cost(r, host.router), area, isIntra: true, hops: host.router === r ? new Set([`0@${host.interfaceIndex}`]) : graph(area).hops(r, host.router) };
    }
    const up = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
    const lan = -1 - index;
    if (graph(area).cost(r, lan) < Infinity) return { cost: graph(area).cost(r, lan), hops: graph(area).hops(r, lan), area, isIntra: true };
    return best(up.map((a): Path => ({
      cost: graph(area).cost(r, a.router) + a.cost, area, isIntra: true,
      hops: a.router === r ? new Set([`0@${a.interfaceIndex}`]) : graph(area).hops(r, a.router),
    })));
  }

  /** Over border routers of an area that announce something into it. */
  function through(r: number, area: number, announced: (border: number) => Path | undefined): Path | undefined {
    return best(borders.filter((b) => b !== r && isIn(b, area)).map((b): Path | undefined => {
      const path = announced(b);
      return path === undefined ? undefined : { cost: graph(area).cost(r, b) + path.cost, hops: graph(area).hops(r, b), area, isIntra: false };
    }));
  }

  /** [2328:12.4.3]: into the backbone only intra-area paths of other areas; into others everything that is not theirs. */
  function announcedInto(area: number, path: Path | undefined): Path | undefined {
    if (path === undefined || path.area === area || (!path.isIntra && area === 0)) return undefined;
    return path;
  }

  function internal(r: number, destination: Destination): Path | undefined {
    const own = intra(r, destination);
    if (own !== undefined && own.cost < Infinity) return own;
    // A border router believes the backbone only. [2328:16.2]
    return best((isBorder(r) ? [0] : areasOf.get(r) ?? []).map((area) => through(r, area, (b) => announcedInto(area, area === 0 ? intra(b, destination) : internal(b, destination)))));
  }

  /** [2328:16.4.1] */
  const rank = (path: Path): number => (network.isRfc1583Compatible ? 0 : path.isIntra && path.area !== 0 ? 0 : 1);

  function boundary(r: number, x: number): Path | undefined {
    const entries: (Path | undefined)[] = [];
    for (const area of areasOf.get(r) ?? []) {
      if (network.stubAreas.has(area)) continue; // nobody says there that it is a boundary router, nor announces one
      const cost = isIn(x, area) ? graph(area).cost(r, x) : Infinity;
      if (cost < Infinity) entries.push({ cost, hops: graph(area).hops(r, x), area, isIntra: true });
      else if (!isBorder(r) || area === 0) entries.push(through(r, area, (b) => (b === x ? undefined : announcedInto(area, area === 0 ? intraBoundary(b, x) : boundary(b, x)))));
    }
    return select(entries);
  }

  /** One entry is used: the preferred, the nearest, the one in the area with the largest id. */
  function select(entries: readonly (Path | undefined)[]): Path | undefined {
    return entries.filter((p): p is Path => p !== undefined && p.cost < Infinity).sort((a, b) => rank(a) - rank(b) || a.cost - b.cost || b.area - a.area)[0];
  }

  function intraBoundary(r: number, x: number): Path | undefined {
    return select((areasOf.get(r) ?? []).filter((area) => isIn(x, area) && !network.stubAreas.has(area)).map((area) => ({ cost: graph(area).cost(r, x), hops: graph(area).hops(r, x), area, isIntra: true })));
  }

  const tables = new Map<number, Map<number, ReferenceRoute>>();
  for (const r of alive) {
    const table = new Map<number, ReferenceRoute>();
    for (const destination of destinations) {
      const path = internal(r, destination);
      if (path !== undefined) table.set(destination.address, { cost: path.cost, type2: undefined, hops: path.hops });
    }
    // Into a stub area each border router announces a default at cost 1; border routers do not look at it. [2328:12.4.3.1]
    if (!isBorder(r)) {
      const [area] = areasOf.get(r) ?? [];
      const path = area === undefined || !network.stubAreas.has(area) ? undefined : through(r, area, () => ({ cost: 1, hops: NOTHING, area: -1, isIntra: false }));
      if (path !== undefined) table.set(0, { cost: path.cost, type2: undefined, hops: path.hops });
    }
    for (const prefix of new Set(network.externals.map((e) => e.network))) {
      const candidates = network.externals.filter((e) => e.network === prefix && e.router !== r && !network.dead.has(e.router))
        .map((e) => ({ e, path: boundary(r, e.router) })).filter((c): c is typeof c & { path: Path } => c.path !== undefined);
      const order = (a: typeof candidates[0], b: typeof candidates[0]): number => a.e.type - b.e.type ||
        (a.e.type === 2 ? a.e.metric - b.e.metric : 0) || rank(a.path) - rank(b.path) ||
        (a.path.cost + (a.e.type === 1 ? a.e.metric : 0)) - (b.path.cost + (b.e.type === 1 ? b.e.metric : 0));
      candidates.sort(order);
      if (candidates.length === 0) continue;
      const [first] = candidates;
      const equal = candidates.filter((c) => order(c, first) === 0);
      table.set(prefix, {
        cost: first.path.cost + (first.e.type === 1 ? first.e.metric : 0), type2: first.e.type === 2 ? first.e.metric : undefined,
        hops: new Set(equal.flatMap((c) => [...c.path.hops])),
      });
    }
    tables.set(r, table);
  }
  return tables;
}
