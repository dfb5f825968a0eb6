/**
 * What must hold in any network that has come to rest: databases agree, adjacencies are mutual, forwarding has no loop.
 *
 * Functions over nodes, for tests and for the end of a run. Each returns sentences about what is broken; nothing broken: an
 * empty list. They read and change nothing.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { LsaInstance, LsaTable } from '../ospf/lsdb.js';
import type { Neighbor } from '../ospf/neighbor.js';
import type { OspfProcess } from '../ospf/process.js';

export interface NamedProcess { readonly name: string; readonly process: OspfProcess }

/**
 * Two routers with a mutually Full adjacency in an area hold the same instances of everything that is flooded there.
 * Instances at MaxAge are on their way out and do not count. [2328:12.2] [2328:13]
 */
export function databaseDisagreements(nodes: readonly NamedProcess[], now: Micros): string[] {
  const broken: string[] = [];
  for (const [a, b, neighbor] of fullPairs(nodes)) {
    const areaId = neighbor.interface.area.id;
    const aArea = neighbor.interface.area;
    const bArea = b.process.areas.find((area) => area.id === areaId);
    if (bArea === undefined) {
      broken.push(`${b.name} is Full with ${a.name} in area ${formatIpv4(areaId)} but has no such area`);
      continue;
    }
    compareTables(`area ${formatIpv4(areaId)}`, a.name, aArea.lsdb, b.name, bArea.lsdb, now, broken);
    compareTables('AS scope', a.name, a.process.externalLsdb, b.name, b.process.externalLsdb, now, broken);
  }
  return broken;
}

function compareTables(where: string, aName: string, a: LsaTable<LsaInstance>, bName: string, b: LsaTable<LsaInstance>, now: Micros,
  broken: string[]): void {
  for (const lsa of a.all()) {
    if (lsa.isMaxAge(now)) continue;
    const other = b.findKey(lsa.header);
    if (other === undefined) broken.push(`${where}: ${bName} lacks ${nameOf(lsa)} that ${aName} holds`);
    else if (!other.isMaxAge(now) && (other.header.sequence !== lsa.header.sequence || other.header.checksum !== lsa.header.checksum)) {
      broken.push(`${where}: ${aName} and ${bName} hold different instances of ${nameOf(lsa)}`);
    }
  }
  for (const lsa of b.all()) {
    if (!lsa.isMaxAge(now) && a.findKey(lsa.header) === undefined) broken.push(`${where}: ${aName} lacks ${nameOf(lsa)} that ${bName} holds`);
  }
}

function nameOf({ header }: LsaInstance): string {
  return `LSA type ${header.lsType} ${formatIpv4(header.linkStateId)} of ${formatIpv4(header.advertisingRouter)}`;
}

/** Who is Full with somebody is Full for them, too. */
export function asymmetricAdjacencies(nodes: readonly NamedProcess[]): string[] {
  const broken: string[] = [];
  for (const a of nodes) {
    for (const owner of a.process.interfaces) {
      for (const neighbor of owner.neighbors) {
        if (neighbor.state !== 'Full') continue;
        const b = nodes.find((node) => node.process.routerId === neighbor.routerId);
        const back = b === undefined ? undefined : backOf(b, a, neighbor);
        if (back?.state !== 'Full') {
          broken.push(`${a.name} is Full with ${b?.name ?? formatIpv4(neighbor.routerId)} on ${owner.name}, ` +
            `which sees it as ${back?.state ?? 'no neighbour'}`);
        }
      }
    }
  }
  return broken;
}

function* fullPairs(nodes: readonly NamedProcess[]): Generator<readonly [NamedProcess, NamedProcess, Neighbor]> {
  for (const a of nodes) {
    for (const owner of a.process.interfaces) {
      for (const neighbor of owner.neighbors) {
        const b = nodes.find((node) => node.process.routerId === neighbor.routerId);
        if (b === undefined || a.process.routerId >= b.process.routerId || neighbor.state !== 'Full') continue;
        if (backOf(b, a, neighbor)?.state === 'Full') yield [a, b, neighbor];
      }
    }
  }
}

/** How `b` sees `a` over the link on which `a` sees `b` as `neighbor`. */
function backOf(b: NamedProcess, a: NamedProcess, neighbor: Neighbor): Neighbor | undefined {
  for (const owner of b.process.interfaces) {
    if (owner.address !== neighbor.address) continue;
    const back = owner.neighbors.find((n) => n.routerId === a.process.routerId && n.address === neighbor.interface.address);
    if (back !== undefined) return back;
  }
  return undefined;
}

/** The forwarding table of a node, as far as walking needs it. */
export interface ForwardingView {
  readonly name: string;
  hasAddress(address: Ipv4): boolean;
  /** Every next hop of the best route; gateway 0: the destination is on the link. Undefined: no route. */
  nextHops(destination: Ipv4): readonly { readonly gateway: Ipv4 }[] | undefined;
}

/**
 * Walks every path from every node to each destination and reports paths that come back to where they were.
 * Dead ends are not loops and are not reported.
 */
export function forwardingLoops(views: readonly ForwardingView[], destinations: readonly Ipv4[]): string[] {
  const broken: string[] = [];
  for (const destination of destinations) {
    const done = new Set<ForwardingView>();
    for (const start of views) walk(views, destination, start, [], done, broken);
  }
  return broken;
}

function walk(views: readonly ForwardingView[], destination: Ipv4, at: ForwardingView, path: readonly ForwardingView[],
  done: Set<ForwardingView>, broken: string[]): void {
  const loopStart = path.indexOf(at);
  if (loopStart >= 0) {
    const loop = [...path.slice(loopStart), at].map((view) => view.name).join(' -> ');
    broken.push(`to ${formatIpv4(destination)}: ${loop}`);
    return;
  }
  if (done.has(at)) return;
  if (!at.hasAddress(destination)) {
    for (const { gateway } of at.nextHops(destination) ?? []) {
      const next = views.find((view) => view.hasAddress(gateway === 0 ? destination : gateway));
      if (next !== undefined) walk(views, destination, next, [...path, at], done, broken);
    }
  }
  done.add(at);
}
