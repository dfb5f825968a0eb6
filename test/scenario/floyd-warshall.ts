/**
 * What every router's table should hold, worked out from the plan alone: all-pairs shortest paths by Floyd and Warshall in each area,
 * and the two-level hierarchy of OSPF on top. Knows nothing of LSAs, of Dijkstra, or of our protocol code.
 */
import { formatIpv4, formatPrefix, networkOf, prefixContains, type Ipv4 } from '../../src/base/address.js';
import type { Plan } from '../../src/config/plan.js';

const DEFAULT_COST = 10;
const BACKBONE = 0;

/** An interface that OSPF runs on. */
interface Attachment {
  readonly router: string;
  readonly area: number;
  readonly cost: number;
  readonly index: number;
  readonly address: Ipv4;
  readonly peer: Ipv4 | undefined;
  readonly prefixLength: number;
  /** The switch, or the router at the other end; undefined: a loopback. */
  readonly neighbor: string | undefined;
  readonly isToSwitch: boolean;
}

/** A prefix that hangs on a vertex of an area. */
interface Leaf {
  readonly prefix: string;
  readonly area: number;
  readonly vertex: string;
  readonly cost: number;
  /** The interface index of the router that it belongs to; 0: the prefix of a LAN. */
  readonly index: number;
}

export interface ExpectedRoute {
  readonly cost: number;
  /** `gateway%interface index`, sorted; gateway 0.0.0.0: on the link. */
  readonly nextHops: readonly string[];
}

/** By prefix. */
export type ExpectedTable = ReadonlyMap<string, ExpectedRoute>;

function attachmentsOf(plan: Plan, isAlive: (router: string) => boolean): Attachment[] {
  return plan.nodes.flatMap(({ name, kind, ospf, interfaces }, node) => {
    if (kind === 'switch' || ospf === undefined || !isAlive(name)) return [];
    return interfaces.flatMap((each) => {
      const link = plan.links.find(({ ends }) => each.port >= 0 && ends.some((end) => end.node === node && end.port === each.port));
      const other = link?.ends.find((end) => end.node !== node);
      return each.addresses.flatMap(({ address, prefixLength, peer }) => {
        const statement = ospf.networks.find((n) => prefixContains(n.network, n.prefixLength, peer ?? address));
        if (statement === undefined) return [];
        const cost = each.medium === 'loopback' ? 0 : (ospf.interfaces.get(each.name)?.cost ?? DEFAULT_COST);
        const neighbor = other === undefined ? undefined : plan.nodes[other.node];
        return [{ router: name, area: statement.area, cost, index: each.index, address, peer, prefixLength,
          neighbor: neighbor?.name, isToSwitch: neighbor?.kind === 'switch' }];
      });
    });
  });
}

/**
 * LANs hang on their switch. FRR advertises loopback addresses, and nothing for a peer; Zebra the peer as a host, at the cost of
 * the interface, whether or not anybody is there.
 */
function leavesOf(attachments: readonly Attachment[]): Leaf[] {
  return attachments.flatMap((a): Leaf[] => {
    if (a.isToSwitch) return [{ prefix: formatPrefix(networkOf(a.address, a.prefixLength), a.prefixLength), area: a.area, vertex: a.neighbor ?? '', cost: 0, index: 0 }];
    if (a.neighbor === undefined) return [{ prefix: formatPrefix(a.address, 32), area: a.area, vertex: a.router, cost: 0, index: a.index }];
    return [];
  });
}

function zebraLeavesOf(attachments: readonly Attachment[]): Leaf[] {
  return attachments.flatMap((a): Leaf[] =>
    a.peer === undefined ? [] : [{ prefix: formatPrefix(a.peer, 32), area: a.area, vertex: a.router, cost: a.cost, index: a.index }]);
}

class AreaDistances {
  private readonly names: string[] = [];
  private readonly table: number[][] = [];

  constructor(attachments: readonly Attachment[]) {
    const { names, table } = this;
    const vertex = (name: string): number => {
      if (!names.includes(name)) names.push(name);
      return names.indexOf(name);
    };
    const edges: [number, number, number][] = [];
    for (const a of attachments) {
      const from = vertex(a.router);
      // A link is usable when both ends are.
      const isUsable = a.isToSwitch || attachments.some((b) => b.router === a.neighbor && b.neighbor === a.router && b.address === a.peer);
      if (a.neighbor === undefined || !isUsable) continue;
      const to = vertex(a.neighbor);
      edges.push([from, to, a.cost]);
      if (a.isToSwitch) edges.push([to, from, 0]);
    }
    for (let i = 0; i < names.length; i++) table.push(names.map((_, j) => (i === j ? 0 : Infinity)));
    for (const [from, to, cost] of edges) table[from][to] = Math.min(table[from][to], cost);
    for (let k = 0; k < names.length; k++) {
      for (let i = 0; i < names.length; i++) {
        for (let j = 0; j < names.length; j++) table[i][j] = Math.min(table[i][j], table[i][k] + table[k][j]);
      }
    }
  }

  between(from: string, to: string): number {
    return this.table[this.names.indexOf(from)]?.[this.names.indexOf(to)] ?? Infinity;
  }
}

export class ShortestPaths {
  private readonly attachments: readonly Attachment[];
  private readonly leaves: readonly Leaf[];
  private readonly areas = new Map<number, AreaDistances>();

  constructor(plan: Plan, isAlive: (router: string) => boolean) {
    this.attachments = attachmentsOf(plan, isAlive);
    const isZebra = plan.nodes.some(({ kind }) => kind === 'zebra');
    this.leaves = [...leavesOf(this.attachments), ...(isZebra ? zebraLeavesOf(this.attachments) : [])];
    for (const area of new Set(this.attachments.map((a) => a.area))) {
      this.areas.set(area, new AreaDistances(this.attachments.filter((a) => a.area === area)));
    }
  }

  tableOf(router: string): ExpectedTable {
    const table = new Map<string, ExpectedRoute>();
    for (const prefix of new Set(this.leaves.map((leaf) => leaf.prefix))) {
      const route = this.withinAreas(router, prefix) ?? this.betweenAreas(router, prefix);
      if (route !== undefined) table.set(prefix, route);
    }
    return table;
  }

  private areasOf(router: string): number[] {
    return [...new Set(this.attachments.filter((a) => a.router === router).map((a) => a.area))];
  }

  private distance(area: number, from: string, to: string): number {
    return this.areas.get(area)?.between(from, to) ?? Infinity;
  }

  private withinAreas(router: string, prefix: string): ExpectedRoute | undefined {
    const own = this.areasOf(router);
    return best(this.leaves.filter((leaf) => leaf.prefix === prefix && own.includes(leaf.area)).map((leaf) => ({
      cost: this.distance(leaf.area, router, leaf.vertex) + leaf.cost,
      nextHops: leaf.vertex === router ? [`0.0.0.0%${leaf.index}`] : this.firstHops(leaf.area, router, leaf.vertex),
    })));
  }

  /** Over a border router; a border router itself goes by the backbone only. */
  private betweenAreas(router: string, prefix: string): ExpectedRoute | undefined {
    const isBorder = (name: string): boolean => this.areasOf(name).length > 1;
    const ways = isBorder(router) ? [BACKBONE] : this.areasOf(router);
    const routers = [...new Set(this.attachments.map((a) => a.router))];
    return best(ways.flatMap((area) => routers.filter((b) => b !== router && isBorder(b) && this.areasOf(b).includes(area)).map((b) => ({
      cost: this.distance(area, router, b) + (this.withinAreas(b, prefix)?.cost ?? (area === BACKBONE ? Infinity : this.betweenAreas(b, prefix)?.cost ?? Infinity)),
      nextHops: this.firstHops(area, router, b),
    }))));
  }

  /** All first steps that lie on a shortest path. */
  private firstHops(area: number, from: string, to: string): string[] {
    const whole = this.distance(area, from, to);
    if (whole === Infinity) return [];
    return this.attachments.filter((a) => a.router === from && a.area === area && a.neighbor !== undefined).flatMap((a) => {
      if (a.isToSwitch && a.neighbor === to) return a.cost === whole ? [`0.0.0.0%${a.index}`] : [];
      const next = this.attachments.filter((b) => b.router !== from && b.area === area &&
        (a.isToSwitch ? b.neighbor === a.neighbor : b.router === a.neighbor && b.address === a.peer && b.neighbor === from));
      return next.filter((b) => a.cost + this.distance(area, b.router, to) === whole).map((b) => `${formatIpv4(b.address)}%${a.index}`);
    });
  }
}

function best(routes: readonly ExpectedRoute[]): ExpectedRoute | undefined {
  const cost = Math.min(...routes.map((route) => route.cost));
  if (cost === Infinity) return undefined;
  return { cost, nextHops: [...new Set(routes.filter((route) => route.cost === cost).flatMap((route) => route.nextHops))].sort() };
}
