/**
 * What every router's table must be, from the topology alone: Floyd-Warshall over each area, then the rules of RFC 2328 11, 12.4.3, 16.2, 16.3 and
 * 16.4 and of RFC 3101 on top, written as definitions rather than as the protocol's procedure. Shares no code with src/ospf. At most one area is a
 * transit area.
 */
import { isEnd, isNssa, isTotallyStubby, type Attachment, type External, type Network } from './random-network.js';

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

  /** `virtual`: links of the backbone with the hops of their way through the transit area. */
  constructor(network: Network, area: number, virtual: readonly { from: number; to: number; cost: number; hops: Hops }[] = []) {
    const add = (node: number): void => {
      if (!this.at.has(node)) this.at.set(node, this.nodes.push(node) - 1);
    };
    network.segments.forEach((segment, index) => {
      if (segment.area !== area) return;
      const alive = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
      for (const a of alive) add(a.router);
      if (alive.length < 2 || segment.isCut || isEnd(segment)) return;
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
    for (const { from, to, cost, hops } of virtual) {
      for (const end of [from, to]) add(end);
      for (const hop of hops) this.edges.push({ from, to, cost, hop });
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

/** The virtual links whose ends reach each other through the transit area. */
export function workingVirtualLinks(network: Network): Network['virtualLinks'] {
  return network.virtualLinks.filter(({ transitArea, ends: [a, b] }) => new AreaGraph(network, transitArea).cost(a, b) < Infinity);
}

export function referenceRoutes(network: Network): Map<number, Map<number, ReferenceRoute>> {
  const areas = [...new Set([0, ...network.segments.map((s) => s.area)])];
  const graphs = new Map(areas.filter((area) => area !== 0).map((area) => [area, new AreaGraph(network, area)]));
  const graph = (area: number): AreaGraph => graphs.get(area) as AreaGraph;
  const virtualLinks = workingVirtualLinks(network);
  graphs.set(0, new AreaGraph(network, 0, virtualLinks.flatMap(({ transitArea, ends: [a, b] }) => [[a, b], [b, a]].map(([from, to]) => (
    { from, to, cost: graph(transitArea).cost(from, to), hops: graph(transitArea).hops(from, to) })))));
  const alive = network.routers.filter((r) => !network.dead.has(r));
  const areasOf = new Map(alive.map((r) => [r, areas.filter((area) => (area === 0 && virtualLinks.some(({ ends }) => ends.includes(r))) ||
    network.segments.some((s) => s.area === area && s.attachments.some((a) => a.router === r && a.isUp)))]));
  const isIn = (r: number, area: number): boolean => areasOf.get(r)?.includes(area) ?? false;
  const isBorder = (r: number): boolean => (areasOf.get(r)?.length ?? 0) > 1;
  const borders = alive.filter(isBorder);
  const interfaceArea = new Map(network.segments.flatMap((s) => s.attachments.map((a): [string, number] => [`${a.router} ${a.interfaceIndex}`, s.area])));
  const leadsInto = (r: number, hops: Hops, area: number): boolean => [...hops].some((hop) => interfaceArea.get(`${r} ${hop.split('@')[1]}`) === area);
  const [transit] = virtualLinks.map((v) => v.transitArea);
  /** [2328:16.1] TransitCapability, as this router knows it. */
  const isTransitFor = (r: number): boolean => isIn(r, transit) && virtualLinks.some(({ ends: [a] }) => graph(transit).cost(r, a) < Infinity);

  /** What is advertised for its own sake: a network, or where it is point-to-multipoint each router's address on it. */
  const destinations: readonly Destination[] = network.segments.flatMap((segment, index): Destination[] => (segment.kind === 'unnumbered' ? [] : segment.kind === 'point-to-multipoint'
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

  /**
   * [2328:12.4.3]: into the backbone only intra-area paths of other areas; into others everything that is not theirs and does not lead through them.
   */
  function announcedInto(border: number, area: number, path: Path | undefined): Path | undefined {
    if (path === undefined || path.area === area || (!path.isIntra && area === 0) || leadsInto(border, path.hops, area)) return undefined;
    return path;
  }

  /**
   * [2328:16.3]: what the backbone leads to, a border router of the transit area may reach better through that area. Who is nearest announces first;
   * whoever is led through the area itself is silent.
   */
  function improved(r: number, own: Path | undefined, of: (border: number) => Path | undefined): Path | undefined {
    if (own === undefined || own.area !== 0 || own.cost === Infinity || !isBorder(r) || transit === undefined || !isTransitFor(r)) return own;
    const announcing: { readonly b: number; readonly path: Path }[] = [];
    const candidates = borders.filter((b) => b !== r && isIn(b, transit) && graph(transit).cost(r, b) < Infinity)
      .map((b) => ({ b, path: of(b) })).filter((c): c is { b: number; path: Path } => c.path !== undefined && c.path.cost < Infinity);
    for (const candidate of candidates.sort((x, y) => x.path.cost - y.path.cost)) {
      const isLedThrough = leadsInto(candidate.b, candidate.path.hops, transit) ||
        (candidate.path.area === 0 && announcing.some(({ b, path }) => graph(transit).cost(candidate.b, b) + path.cost <= candidate.path.cost));
      if (candidate.path.area !== transit && !isLedThrough) announcing.push(candidate);
    }
    return best([own, ...announcing.map(({ b, path }): Path => ({ ...own, cost: graph(transit).cost(r, b) + path.cost, hops: graph(transit).hops(r, b) }))]);
  }

  function internal(r: number, destination: Destination): Path | undefined {
    return improved(r, straight(r, destination), (b) => straight(b, destination));
  }

  /** Without what transit areas make better. */
  function straight(r: number, destination: Destination): Path | undefined {
    const own = intra(r, destination);
    if (own !== undefined && own.cost < Infinity) return own;
    // A border router believes the backbone only. [2328:16.2]
    return best((isBorder(r) ? [0] : areasOf.get(r) ?? []).map((area) => (isTotallyStubby(network, area) ? undefined
      : through(r, area, (b) => announcedInto(b, area, area === 0 ? intra(b, destination) : internal(b, destination))))));
  }

  /** [2328:16.4.1] */
  const rank = (path: Path): number => (network.isRfc1583Compatible ? 0 : path.isIntra && path.area !== 0 ? 0 : 1);

  /** To a boundary router, over areas that AS-external-LSAs come into: nobody says elsewhere that it is one, nor announces it. */
  function boundary(r: number, x: number): Path | undefined {
    const entries: (Path | undefined)[] = [];
    for (const area of areasOf.get(r) ?? []) {
      if (network.areaKinds.has(area)) continue;
      const entry = entryFor(r, x, area);
      entries.push(area === 0 ? improved(r, entry, (b) => boundaryBefore(b, x)) : entry);
    }
    return select(entries);
  }

  function entryFor(r: number, x: number, area: number): Path | undefined {
    const cost = isIn(x, area) ? graph(area).cost(r, x) : Infinity;
    if (cost < Infinity) return { cost, hops: graph(area).hops(r, x), area, isIntra: true };
    if (isBorder(r) && area !== 0) return undefined;
    return through(r, area, (b) => (b === x ? undefined : announcedInto(b, area, area === 0 ? intraBoundary(b, x) : boundary(b, x))));
  }

  function boundaryBefore(r: number, x: number): Path | undefined {
    return r === x ? undefined : select((areasOf.get(r) ?? []).filter((area) => !network.areaKinds.has(area)).map((area) => entryFor(r, x, area)));
  }

  /** One entry is used: the preferred, the nearest, the one in the area with the largest id. */
  function select(entries: readonly (Path | undefined)[]): Path | undefined {
    return entries.filter((p): p is Path => p !== undefined && p.cost < Infinity).sort((a, b) => rank(a) - rank(b) || a.cost - b.cost || b.area - a.area)[0];
  }

  function intraBoundary(r: number, x: number): Path | undefined {
    return select((areasOf.get(r) ?? []).filter((area) => isIn(x, area) && !network.areaKinds.has(area)).map((area) => ({ cost: graph(area).cost(r, x), hops: graph(area).hops(r, x), area, isIntra: true })));
  }

  // --- externals

  /** Where the packets of a type 7 go: the first address of its originator in the area. [3101:2.3] */
  function forwardingAddress(x: number, area: number): { readonly attachment: Attachment; readonly destination: Destination | undefined } | undefined {
    const own = network.segments.filter((s) => s.area === area).flatMap((s) => s.attachments.filter((a) => a.router === x && a.isUp).map((attachment) => ({ s, attachment })))
      .sort((a, b) => a.attachment.interfaceIndex - b.attachment.interfaceIndex).at(0);
    if (own === undefined) return undefined;
    const { s, attachment } = own;
    const address = s.kind === 'point-to-multipoint' || s.kind === 'unnumbered' ? attachment.address : s.network;
    return { attachment, destination: destinations.find((d) => d.address === address) };
  }

  /** Ways through the network that the forwarding address lies on lead to the address itself. */
  const towards = (path: Path | undefined, address: number): Path | undefined => (path === undefined || path.cost === Infinity ? undefined
    : { ...path, hops: new Set([...path.hops].map((hop) => (hop.startsWith('0@') ? `${address}${hop.slice(1)}` : hop))) });

  /** [3101:3.1] */
  function isTranslator(t: number, area: number): boolean {
    if (!isBorder(t) || !isIn(t, area)) return false;
    if (network.alwaysTranslating.has(t)) return true;
    return !borders.some((b) => b !== t && isIn(b, area) && graph(area).cost(t, b) < Infinity && (network.alwaysTranslating.has(b) || b > t));
  }

  interface Candidate { readonly e: External; readonly path: Path; readonly type: 5 | 7 }

  function candidatesFor(r: number, prefix: number): Candidate[] {
    const found: { e: External; path: Path | undefined; type: 5 | 7 }[] = [];
    for (const e of network.externals) {
      if (e.network !== prefix || network.dead.has(e.router)) continue;
      const x = e.router;
      if (x !== r && (areasOf.get(x) ?? []).some((area) => !network.areaKinds.has(area))) found.push({ e, path: boundary(r, x), type: 5 });
      for (const area of areas.filter((each) => isNssa(network, each) && isIn(x, each))) {
        const isPropagated = !isBorder(x);
        const forwarding = isPropagated ? forwardingAddress(x, area) : undefined;
        const path = (at: number): Path | undefined => (forwarding === undefined ? { cost: graph(area).cost(at, x), hops: graph(area).hops(at, x), area, isIntra: true }
          : forwarding.destination === undefined ? undefined : towards(intra(at, forwarding.destination), forwarding.attachment.address));
        if (x !== r && isIn(r, area) && graph(area).cost(r, x) < Infinity) found.push({ e, path: path(r), type: 7 });
        if (!isPropagated || forwarding?.destination === undefined) continue;
        for (const t of borders) {
          if (t === r || !isTranslator(t, area) || graph(area).cost(t, x) === Infinity) continue;
          if (network.externals.some((own) => own.router === t && own.network === prefix)) continue; // it says something of its own
          // The forwarding address may be one of our own.
          if (r !== x && boundary(r, t) !== undefined) found.push({ e, path: towards(internal(r, forwarding.destination), forwarding.attachment.address), type: 5 });
        }
      }
    }
    return found.filter((c): c is Candidate => c.path !== undefined && c.path.cost < Infinity);
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
      const path = area === undefined || !network.areaKinds.has(area) ? undefined : through(r, area, () => ({ cost: 1, hops: NOTHING, area: -1, isIntra: false }));
      if (path !== undefined) table.set(0, { cost: path.cost, type2: undefined, hops: path.hops });
    }
    for (const prefix of new Set(network.externals.map((e) => e.network))) {
      const candidates = candidatesFor(r, prefix);
      const order = (a: Candidate, b: Candidate): number => a.e.type - b.e.type ||
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
