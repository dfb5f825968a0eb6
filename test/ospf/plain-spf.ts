/**
 * Section 16.1 of RFC 2328 written down plainly, one LSA after the other and nothing kept: what the compiled calculation is held against.
 * [2328:16.1] [2328:16.1.1]
 *
 * It works on the same area, so it shares the data structures and none of the calculation. It is quadratic where that is shorter.
 */
import { networkOf, prefixLengthOf } from '../../src/base/address.js';
import type { Micros } from '../../src/base/micros.js';
import type { Area } from '../../src/ospf/area.js';
import type { OspfInterface } from '../../src/ospf/interface.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import { prefixKey, type NextHop } from '../../src/ospf/routing-table.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import { LinkType, RouterFlag, RouterLsa, type RouterLink } from '../../src/wire/ospf/router-lsa.js';

export interface PlainRoute { cost: number; hops: readonly NextHop[]; origin: LsaInstance; area: Area }

export interface PlainRouter { readonly area: Area; readonly cost: number; readonly flags: number; readonly hops: readonly NextHop[] }

export class PlainTable {
  readonly networks = new Map<number, PlainRoute>();
  readonly routers = new Map<number, PlainRouter[]>();
}

interface Vertex {
  readonly lsa: LsaInstance;
  readonly discovered: number;
  distance: number;
  parent: Vertex | undefined;
  hops: readonly NextHop[];
  isOnTree: boolean;
  readonly children: Vertex[];
}

export function plainArea(area: Area, table: PlainTable, now: Micros): { routers: number; networks: number; isTransit: boolean } {
  const root = area.routerLsa;
  if (root === undefined) return { routers: 0, networks: 0, isTransit: area.isTransit };
  const vertices: Vertex[] = [];
  const vertexOf = (lsa: LsaInstance): Vertex | undefined => vertices.find((v) => v.lsa.header.lsType === lsa.header.lsType &&
    v.lsa.header.linkStateId === lsa.header.linkStateId && v.lsa.header.advertisingRouter === lsa.header.advertisingRouter);
  const add = (lsa: LsaInstance): Vertex => {
    const vertex: Vertex = { lsa, discovered: vertices.length, distance: 0, parent: undefined, hops: [], isOnTree: false, children: [] };
    vertices.push(vertex);
    return vertex;
  };
  let isTransit = false;
  const order: Vertex[] = [];
  for (let v: Vertex | undefined = add(root); v !== undefined; v = closest(vertices)) { // (3)
    v.isOnTree = true;
    order.push(v);
    v.parent?.children.push(v);
    const { body } = v.lsa;
    if (body instanceof RouterLsa) {
      if ((body.flags & RouterFlag.virtualLink) !== 0) isTransit = true;
      if (v.lsa !== root) addRouter(area, v, body, table);
      body.links.forEach((link, position) => {
        if (link.type === LinkType.stub) return;
        const w = link.type === LinkType.transit
          ? area.lsdb.ofType(LsType.network).find((n) => n.header.linkStateId === link.linkId && !n.isMaxAge(now) && isLinkedBack(n, v.lsa))
          : area.lsdb.find(LsType.router, link.linkId, link.linkId);
        if (w !== undefined) examine(v, w, v.distance + link.metric, link, position);
      });
    } else if (body instanceof NetworkLsa) {
      addTransit(area, v, body, table);
      for (const router of body.attachedRouters) {
        const w = area.lsdb.find(LsType.router, router, router);
        if (w !== undefined) examine(v, w, v.distance, undefined, -1);
      }
    }
  }
  walk(area, order[0], false, table);
  const networks = order.filter((v) => v.lsa.header.lsType === LsType.network).length;
  return { routers: order.length - networks, networks, isTransit };

  function examine(v: Vertex, lsa: LsaInstance, distance: number, link: RouterLink | undefined, position: number): void {
    if (lsa.isMaxAge(now) || !isLinkedBack(lsa, v.lsa)) return; // (2b)
    const w = vertexOf(lsa);
    if (w?.isOnTree || (w !== undefined && w.distance < distance)) return; // (2c), (2d)
    const hops = nextHops(area, v, lsa, link, position);
    if (w !== undefined && w.distance === distance) {
      w.hops = byGateway(merge(w.hops, hops));
    } else if (hops.length > 0) {
      Object.assign(w ?? add(lsa), { distance, parent: v, hops: byGateway(hops) });
    }
  }
}

/** Networks before routers, then in the order of discovery. */
function closest(vertices: readonly Vertex[]): Vertex | undefined {
  const rank = (v: Vertex): number => (v.lsa.header.lsType === LsType.network ? 0 : 1);
  return vertices.filter((v) => !v.isOnTree).sort((a, b) => a.distance - b.distance || rank(a) - rank(b) || a.discovered - b.discovered)[0];
}

function isLinkedBack(w: LsaInstance, v: LsaInstance): boolean {
  const { linkStateId, lsType } = v.header;
  if (w.body instanceof NetworkLsa) return w.body.attachedRouters.includes(linkStateId);
  if (!(w.body instanceof RouterLsa)) return false;
  const types: readonly number[] = lsType === LsType.router ? [LinkType.pointToPoint, LinkType.virtual] : [LinkType.transit];
  return w.body.links.some((link) => link.linkId === linkStateId && types.includes(link.type));
}

function nextHops(area: Area, v: Vertex, w: LsaInstance, link: RouterLink | undefined, position: number): readonly NextHop[] {
  if (v.parent === undefined && link !== undefined) {
    const owner = interfaceOfLink(area, position);
    if (owner === undefined) return [];
    if (w.header.lsType === LsType.network) return [{ gateway: 0, interfaceIndex: owner.system.index }];
    const neighbor = owner.neighborById(link.linkId);
    return neighbor === undefined ? [] : [{ gateway: neighbor.address, interfaceIndex: owner.system.index }];
  }
  if (v.lsa.header.lsType === LsType.network && w.body instanceof RouterLsa) {
    const { links } = w.body;
    const direct = v.hops.filter((hop) => hop.gateway === 0).flatMap((hop) => links
      .filter((back) => back.type === LinkType.transit && back.linkId === v.lsa.header.linkStateId)
      .map((back) => ({ gateway: back.linkData, interfaceIndex: hop.interfaceIndex })));
    if (direct.length > 0) return direct;
  }
  return v.hops;
}

function interfaceOfLink(area: Area, position: number): OspfInterface | undefined {
  return area.interfaces.find((i) => i.firstLink <= position && position < i.endLink);
}

function byGateway(hops: readonly NextHop[]): readonly NextHop[] {
  return [...hops].sort((a, b) => a.gateway - b.gateway);
}

function merge(first: readonly NextHop[], second: readonly NextHop[]): readonly NextHop[] {
  return [...first, ...second.filter((hop) => !first.some((have) => have.gateway === hop.gateway && have.interfaceIndex === hop.interfaceIndex))];
}

function addRouter(area: Area, v: Vertex, body: RouterLsa, table: PlainTable): void {
  const flags = body.flags & (RouterFlag.border | RouterFlag.external);
  if (flags === 0) return;
  const id = v.lsa.header.linkStateId;
  table.routers.set(id, [...table.routers.get(id) ?? [], { area, cost: v.distance, flags, hops: v.hops }]);
}

function addTransit(area: Area, v: Vertex, body: NetworkLsa, table: PlainTable): void {
  const prefixLength = prefixLengthOf(body.networkMask);
  const key = prefixKey(networkOf(v.lsa.header.linkStateId, prefixLength), prefixLength);
  const existing = table.networks.get(key);
  if (existing !== undefined && (v.distance > existing.cost || existing.origin.header.linkStateId > v.lsa.header.linkStateId)) return;
  table.networks.set(key, { cost: v.distance, hops: v.hops, origin: v.lsa, area });
}

/** The second stage: stub networks, down the tree. */
function walk(area: Area, v: Vertex, isParentRoot: boolean, table: PlainTable): void {
  const { body } = v.lsa;
  if (body instanceof RouterLsa) {
    body.links.forEach((link, position) => {
      if (link.type === LinkType.stub) addStub(area, v, link, position, isParentRoot, table);
    });
  }
  const isBehind = v.parent === undefined || (body instanceof NetworkLsa && isParentRoot);
  for (const child of v.children) walk(area, child, isBehind, table);
}

function addStub(area: Area, v: Vertex, link: RouterLink, position: number, isParentRoot: boolean, table: PlainTable): void {
  const { process } = area;
  const prefixLength = prefixLengthOf(link.linkData);
  const network = networkOf(link.linkId, prefixLength);
  const cost = v.distance + link.metric;
  if (isParentRoot && prefixLength === 32 && process.behaviour.isOwnHostStubIgnored && process.interfaces.some((i) => i.address === network)) return;
  const key = prefixKey(network, prefixLength);
  const existing = table.networks.get(key);
  if (existing !== undefined && cost > existing.cost) return;
  const isRoot = v.parent === undefined;
  const owner = interfaceOfLink(area, position);
  const own = owner === undefined ? [] : [{ gateway: 0, interfaceIndex: owner.system.index }];
  if (existing !== undefined && cost === existing.cost) {
    if (!isRoot) existing.hops = merge(existing.hops, v.hops);
    if (existing.origin.header.linkStateId < v.lsa.header.linkStateId) existing.origin = v.lsa;
    return;
  }
  const kept = process.behaviour.isAreaOfCheaperStubKept ? table.networks.get(key)?.area : undefined;
  table.networks.set(key, { cost, hops: isRoot ? (existing !== undefined && process.behaviour.isOwnCheaperStubWayless ? [] : own) : v.hops, origin: v.lsa, area: kept ?? area });
}
