/**
 * An area's link state database as the shortest-path calculation wants it: a graph in typed arrays. [2328:16.1]
 *
 * Each router- and network-LSA is a vertex, a number that it keeps from instance to instance; vertex 0 is this router. What section 16.1
 * asks of a link again and again (is there such an LSA, is it short of MaxAge, does it link back [2328:16.1(2b)]) is settled when an LSA
 * changes, not when a calculation comes by: a changed LSA is noted, and the next `update` compiles it and its neighbours anew.
 * Links of this router itself are not compiled: their next hops depend on more than LSAs (`spf.ts`).
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { NetworkLsa } from '../wire/ospf/network-lsa.js';
import { LinkType, RouterLsa, type RouterLink } from '../wire/ospf/router-lsa.js';
import { MOST_LEAVES, changedLeaves, type ChangedVertex, type EdgeList } from './leaf-change.js';
import { LinkBlocks, longer } from './link-blocks.js';
import { enterRouter, resolveLinks, resolvedLink, startResolution } from './link-resolution.js';
import { isRefresh, type LsaContents, type LsaInstance, type LsaTable } from './lsdb.js';
import type { PrefixTable } from './prefix-table.js';
import { linksOf, type RouterLinks } from './router-links.js';
import { prefixKey } from './routing-table.js';

/** This router's own vertex. */
export const ROOT = 0;
const NO_SLOT = -1;
/** So many changed LSAs are compiled by themselves, however small the area. */
const PATCHED = 8;
/** Beyond twice the vertices. */
const MOST_TWICE = 64;

export type GraphChange =
  | 'none'
  /** The tree is what it was; only stub links of other routers differ. */
  | 'stubs'
  /** And routers that hang on it as leaves (leaf-change.ts). */
  | 'leaves'
  | 'structure';

export class AreaGraph {
  private readonly lsdb: LsaTable<LsaInstance>;
  private readonly routerId: Ipv4;
  private prefixes: PrefixTable;

  /** By vertex; undefined: the vertex is not in use. */
  readonly lsas: (LsaInstance | undefined)[] = [undefined];
  /** As compiled: what is short of MaxAge. */
  readonly compiled: (LsaContents | undefined)[] = [undefined];
  private readonly free: number[] = [];
  /** Link state ids; equal-cost rules compare them. */
  ids = new Uint32Array(1);
  /** Bits of the router-LSA. */
  flags = new Uint8Array(1);
  /** 1: a network-LSA. */
  isNetwork = new Uint8Array(1);
  /** Slot of the prefix of a network-LSA. */
  transitSlots = new Int32Array(1);
  /** Where the stub links of a router-LSA begin in the lists that all routers share (`prefixes.stubs`), and how many there are. */
  stubStart = new Int32Array(1);
  stubCount = new Uint16Array(1);
  /** (vertex, cost), in the order of the LSA: only links that lead somewhere and back. */
  readonly edges = new LinkBlocks(1);

  /** Since the last update; may hold a vertex twice. */
  private dirty: number[] = [];
  /** No compiled LSA reaches MaxAge before this by growing older. */
  private nextExpiry: Micros = Infinity;
  /** What the updates since the last `takeChange` came to. */
  private change: GraphChange = 'structure';
  /** Slots of prefixes whose stub links differ. */
  private changedSlots: number[] = [];
  private leaves = new Set<number>();

  constructor(lsdb: LsaTable<LsaInstance>, routerId: Ipv4, prefixes: PrefixTable) {
    this.lsdb = lsdb;
    this.routerId = routerId;
    this.prefixes = prefixes;
  }

  /** How many vertices there are or have been. */
  get size(): number {
    return this.lsas.length;
  }

  // --- notes

  /** An instance came into the database, left it, or took another's place. */
  note(old: LsaInstance | undefined, next: LsaInstance | undefined): void {
    const { header } = (next ?? old) as LsaInstance;
    if (header.lsType !== LsType.router && header.lsType !== LsType.network) return;
    let vertex = old === undefined ? -1 : old.vertex;
    if (old !== undefined) old.vertex = -1;
    if (vertex < 0) {
      if (next === undefined) return;
      vertex = this.allocate(next);
    }
    if (next !== undefined) next.vertex = vertex;
    this.lsas[vertex] = next;
    // In a quiet network nobody calculates, and everybody refreshes for ever.
    if (old !== undefined && next !== undefined && this.compiled[vertex] === old.contents && isRefresh(old, next)) this.compiled[vertex] = next.contents;
    else this.mark(vertex);
  }

  /** An instance in the database has been aged by hand. */
  touch(lsa: LsaInstance): void {
    if (lsa.vertex >= 0) this.mark(lsa.vertex);
  }

  private mark(vertex: number): void {
    this.dirty.push(vertex);
    if (this.dirty.length > 2 * this.size + MOST_TWICE) this.dirty = [...new Set(this.dirty)];
  }

  private allocate(lsa: LsaInstance): number {
    const isNetwork = lsa.header.lsType === LsType.network;
    let vertex = ROOT;
    if (isNetwork || lsa.header.linkStateId !== this.routerId) {
      vertex = this.free.pop() ?? this.lsas.push(undefined) - 1;
      if (vertex >= this.ids.length) this.grow();
    }
    this.ids[vertex] = lsa.header.linkStateId;
    this.isNetwork[vertex] = isNetwork ? 1 : 0;
    return vertex;
  }

  private grow(): void {
    this.compiled.length = this.lsas.length;
    // Not by little where others that hear of the same prefixes have become large, nor by much where this area is not theirs.
    const length = Math.max(Math.ceil(this.ids.length * 1.25) + 8, Math.min(this.prefixes.mostVertices, this.ids.length * 4));
    const ids = new Uint32Array(length);
    ids.set(this.ids);
    this.ids = ids;
    for (const name of ['flags', 'isNetwork'] as const) {
      const bytes = new Uint8Array(length);
      bytes.set(this[name]);
      this[name] = bytes;
    }
    this.transitSlots = longer(this.transitSlots, length);
    this.stubStart = longer(this.stubStart, length);
    const stubCount = new Uint16Array(length);
    stubCount.set(this.stubCount);
    this.stubCount = stubCount;
    this.edges.resize(length);
  }

  /** Vertices that the next update looks at; for tests. */
  get pending(): readonly number[] {
    return this.dirty;
  }

  // --- compiling

  /** Brings the graph up to date with the database. */
  update(now: Micros, prefixes: PrefixTable): void {
    const isRenumbered = prefixes !== this.prefixes;
    if (isRenumbered) {
      this.prefixes = prefixes;
      for (let vertex = 0; vertex < this.size; vertex++) this.dirty.push(vertex);
    }
    if (now >= this.nextExpiry) this.expire(now);
    prefixes.mostVertices = Math.max(prefixes.mostVertices, this.size);
    if (this.dirty.length === 0) return;
    const dirty = [...new Set(this.dirty)];
    this.dirty = [];
    if (isRenumbered || (dirty.length > PATCHED && dirty.length * 16 > this.size)) this.rebuild(dirty, now);
    else this.patch(dirty, now);
    for (const vertex of dirty) if (vertex !== ROOT && this.lsas[vertex] === undefined) this.free.push(vertex);
    if (this.edges.waste * 2 > this.edges.end) this.edges.compact(this.size);
  }

  /** What has happened since the last call, and the slots of prefixes whose stub links it touched, and the leaves, where that was all. */
  takeChange(): { readonly change: GraphChange; readonly changedSlots: readonly number[]; readonly leaves: readonly number[] } {
    const { change, changedSlots, leaves } = this;
    this.change = 'none';
    this.changedSlots = [];
    this.leaves = new Set();
    return { change, changedSlots, leaves: [...leaves] };
  }

  /** LSAs that have grown to MaxAge where nobody has looked yet. */
  private expire(now: Micros): void {
    this.nextExpiry = Infinity;
    for (let vertex = 0; vertex < this.size; vertex++) {
      const lsa = this.lsas[vertex];
      if (lsa === undefined || this.compiled[vertex] === undefined) continue;
      if (lsa.isMaxAge(now)) this.dirty.push(vertex);
      else this.nextExpiry = Math.min(this.nextExpiry, lsa.maxAgeAt);
    }
  }

  private rebuild(dirty: readonly number[], now: Micros): void {
    this.change = 'structure';
    for (const vertex of dirty) this.adopt(vertex, now);
    this.compileAllEdges();
  }

  private patch(dirty: readonly number[], now: Micros): void {
    const touched = new Set<number>();
    const changed: ChangedVertex[] = [];
    for (const vertex of dirty) {
      const old = this.compiled[vertex];
      const stubStart = this.stubStart[vertex];
      const stubCount = this.stubCount[vertex];
      this.adopt(vertex, now);
      const next = this.compiled[vertex];
      if (old === next) continue;
      this.noteStubs(vertex, stubStart, stubCount);
      if (this.change === 'none') this.change = 'stubs';
      if (vertex !== ROOT && old?.body instanceof RouterLsa && next?.body instanceof RouterLsa && isSameTopology(old.body, next.body)) continue;
      changed.push({ vertex, old, next });
      touched.add(vertex);
      for (const contents of [old, next]) if (contents !== undefined) this.addNeighbors(contents, touched);
    }
    if (changed.length === 0) return;
    const before = new Map<number, EdgeList>();
    // Of so many at one time nobody asks whether they are leaves: the whole calculation is as fast.
    const isStructure = this.change === 'structure' || changed.length > MOST_LEAVES * 2;
    if (!isStructure) for (const vertex of touched) before.set(vertex, this.edgeList(vertex));
    for (const vertex of touched) this.compileEdges(vertex);
    const leaves = isStructure ? undefined : changedLeaves(this, changed, before);
    this.change = leaves === undefined ? 'structure' : 'leaves';
    for (const leaf of leaves ?? []) this.leaves.add(leaf);
  }

  /** Where a vertex leads, as (vertex, cost) one after the other. */
  edgeList(vertex: number): EdgeList {
    const { start, count, first, second } = this.edges;
    const list: number[] = [];
    for (let at = start[vertex], end = at + count[vertex]; at < end; at++) list.push(first[at], second[at]);
    return list;
  }

  /** The vertices that a link, which is no stub, may mean. */
  named(link: RouterLink): readonly number[] {
    if (link.type !== LinkType.transit) {
      const vertex = this.lsdb.find(LsType.router, link.linkId, link.linkId)?.vertex ?? -1;
      return vertex < 0 ? [] : [vertex];
    }
    const vertices: number[] = [];
    const networks = this.lsdb.ofType(LsType.network);
    for (let at = this.firstNetwork(link.linkId); networks[at]?.header.linkStateId === link.linkId; at++) vertices.push(networks[at].vertex);
    return vertices;
  }

  /** What is compiled from now on: the instance in the database, if it is short of MaxAge. */
  private adopt(vertex: number, now: Micros): void {
    const lsa = this.lsas[vertex];
    let contents = lsa?.contents;
    if (lsa?.isMaxAge(now) === true) contents = undefined; // [2328:16.1(2b) MaxAge]
    this.compiled[vertex] = contents;
    this.flags[vertex] = 0;
    this.transitSlots[vertex] = NO_SLOT;
    this.stubCount[vertex] = 0;
    if (lsa === undefined || contents === undefined) return;
    this.nextExpiry = Math.min(this.nextExpiry, lsa.maxAgeAt);
    const { body } = contents;
    if (body instanceof NetworkLsa) {
      const prefixLength = prefixLengthOf(body.networkMask);
      this.transitSlots[vertex] = this.prefixes.intern(prefixKey(networkOf(this.ids[vertex], prefixLength), prefixLength));
    } else if (body instanceof RouterLsa) {
      this.flags[vertex] = body.flags;
      const links = linksOf(contents, body);
      this.stubStart[vertex] = links.stubsIn(this.prefixes);
      this.stubCount[vertex] = links.stubCount;
    }
  }

  /** Notes the prefixes whose stub links are not what they were: so many from `oldStart` on. */
  private noteStubs(vertex: number, oldStart: number, oldCount: number): void {
    const { slots, costs } = this.prefixes.stubs;
    const start = this.stubStart[vertex];
    const count = this.stubCount[vertex];
    for (let i = 0; i < Math.max(count, oldCount); i++) {
      if (i < count && i < oldCount && slots[start + i] === slots[oldStart + i] && costs[start + i] === costs[oldStart + i]) continue;
      if (i < oldCount) this.changedSlots.push(slots[oldStart + i]);
      if (i < count) this.changedSlots.push(slots[start + i]);
    }
  }

  /** The vertices, but this router's own, with a stub link to a prefix. */
  verticesNaming(slot: number): number[] {
    const { stubs } = this.prefixes;
    return stubs.namersOf(slot).map((router) => this.routerVertex(router))
      .filter((v) => v > ROOT && stubs.slots.subarray(this.stubStart[v], this.stubStart[v] + this.stubCount[v]).includes(slot));
  }

  private linksOf(vertex: number): RouterLinks | undefined {
    const contents = this.compiled[vertex];
    return contents?.links ?? (contents?.body instanceof RouterLsa ? linksOf(contents, contents.body) : undefined);
  }

  private compileEdges(vertex: number): void {
    const body = vertex === ROOT ? undefined : this.compiled[vertex]?.body;
    if (body instanceof RouterLsa) {
      const links = linksOf(this.compiled[vertex] as LsaContents, body);
      this.edges.begin(vertex, links.count);
      for (let i = 0; i < links.count; i++) {
        const w = this.resolveLink(this.ids[vertex], links.type(i), links.id(i));
        if (w >= 0) this.edges.add(vertex, w, links.cost(i)); // [2328:16.1(2b)]
      }
    } else if (body instanceof NetworkLsa) {
      this.edges.begin(vertex, body.attachedRouters.length);
      for (const router of body.attachedRouters) {
        const w = this.routerVertex(router);
        if (w >= 0 && this.isLinkedBack(w, this.ids[vertex], true)) this.edges.add(vertex, w, 0);
      }
    } else {
      this.edges.begin(vertex, 0);
    }
  }

  private compileAllEdges(): void {
    const { edges, size } = this;
    startResolution(size);
    let links = 0;
    for (let vertex = 0; vertex < size; vertex++) {
      const lsa = this.compiled[vertex];
      if (lsa?.body instanceof RouterLsa && lsa.header.advertisingRouter === lsa.header.linkStateId) enterRouter(lsa.header.linkStateId, vertex);
    }
    for (let vertex = 0; vertex < size; vertex++) {
      const own = this.linksOf(vertex);
      if (own === undefined) continue;
      resolveLinks(vertex, own);
      links += own.count;
    }
    edges.clear();
    edges.reserve(links);
    for (let vertex = 0; vertex < size; vertex++) {
      const own = vertex === ROOT ? undefined : this.linksOf(vertex);
      if (own === undefined) {
        this.compileEdges(vertex);
        continue;
      }
      edges.begin(vertex, own.count);
      for (let i = 0; i < own.count; i++) {
        const w = own.type(i) === LinkType.transit ? this.networkVertex(own.id(i), this.ids[vertex]) : resolvedLink(vertex, i);
        if (w >= 0) edges.add(vertex, w, own.cost(i));
      }
    }
  }

  /** Where a link of this router itself leads, -1: nowhere, or it is a stub. */
  resolve(link: RouterLink): number {
    if (link.type === LinkType.stub) return -1; // [2328:16.1(2a)]
    return this.resolveLink(this.routerId, link.type, link.linkId);
  }

  private resolveLink(own: Ipv4, type: number, linkId: Ipv4): number {
    if (type === LinkType.transit) return this.networkVertex(linkId, own);
    const w = this.routerVertex(linkId);
    if (w >= 0 && !this.isLinkedBack(w, own, false)) return -1; // [2328:16.1(2b) back]
    return w;
  }

  private routerVertex(routerId: Ipv4): number {
    const vertex = this.lsdb.find(LsType.router, routerId, routerId)?.vertex ?? -1;
    if (vertex >= 0 && this.compiled[vertex] === undefined) return -1;
    return vertex;
  }

  /**
   * A transit link names the DR's address; the advertising router of the network-LSA is not known from it.
   * While a DR that has changed its router id is flushing its old one there are two of them: the one that counts is alive and leads back.
   */
  private networkVertex(address: Ipv4, from: Ipv4): number {
    const list = this.lsdb.ofType(LsType.network);
    for (let at = this.firstNetwork(address); list[at]?.header.linkStateId === address; at++) {
      const { vertex } = list[at];
      const body = this.compiled[vertex]?.body;
      if (body instanceof NetworkLsa && body.attachedRouters.includes(from)) return vertex; // [2328:16.1(2b) network]
    }
    return -1;
  }

  private firstNetwork(address: Ipv4): number {
    return this.lsdb.firstWith(LsType.network, address);
  }

  /** Whether a router has a link to the router, or the network, with this link state id. */
  private isLinkedBack(w: number, linkStateId: number, isNetwork: boolean): boolean {
    return this.linksOf(w)?.leadsTo(linkStateId, isNetwork) === true;
  }

  /** All vertices that an LSA names: whether they lead back to it, and so where they lead, may have changed with it. */
  private addNeighbors({ body }: LsaContents, touched: Set<number>): void {
    if (body instanceof NetworkLsa) {
      for (const router of body.attachedRouters) {
        const vertex = this.lsdb.find(LsType.router, router, router)?.vertex ?? -1;
        if (vertex >= 0) touched.add(vertex);
      }
    }
    if (!(body instanceof RouterLsa)) return;
    for (const link of body.links) if (link.type !== LinkType.stub) for (const vertex of this.named(link)) touched.add(vertex);
  }
}

/** The same bits, and the same links but for stubs. */
function isSameTopology(a: RouterLsa, b: RouterLsa): boolean {
  if (a.flags !== b.flags) return false;
  let i = 0;
  let j = 0;
  for (;;) {
    while (a.links[i]?.type === LinkType.stub) i++;
    while (b.links[j]?.type === LinkType.stub) j++;
    if (i === a.links.length || j === b.links.length) return i === a.links.length && j === b.links.length;
    const x = a.links[i++];
    const y = b.links[j++];
    if (x.type !== y.type || x.linkId !== y.linkId || x.linkData !== y.linkData || x.metric !== y.metric) return false;
  }
}
