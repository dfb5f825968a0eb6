/**
 * The shortest-path tree of an area, by vertex of its graph, as the last calculation left it.
 */
import { longer } from './link-blocks.js';
import type { LsaInstance } from './lsdb.js';

/** Farther than any path. */
export const UNREACHED = 0x7ffe0000;

export class AreaTree {
  distance = new Int32Array(1);
  /** Numbers of next-hop sets. */
  hops = new Int32Array(1);
  /** The vertex before it, -1: it is the root. */
  parent = new Int32Array(1);
  /** Place in the order in which they came onto the tree. */
  place = new Int32Array(1);
  /** Place in the walk down the tree in which stub links are looked at. */
  rank = new Int32Array(1);
  /** 1: reached from the root through networks only. */
  isBehindRoot = new Uint8Array(1);
  /** This router's own LSA, and for each of its links that lead somewhere the number of the set of next hops. */
  root: LsaInstance | undefined;
  readonly rootHops: number[] = [];
  routers = 0;
  networks = 0;
  /** Of so many vertices it says something. */
  size = 0;

  /** Vertices have come since the last calculation, and are not on it yet. */
  extend(size: number): void {
    if (size <= this.size) return;
    this.reserve(size);
    this.distance.fill(UNREACHED, this.size, size);
    this.rank.fill(-1, this.size, size);
    this.size = size;
  }

  /** Room for so many vertices. */
  reserve(size: number): void {
    if (this.distance.length >= size) return;
    const length = Math.ceil(size * 1.0625) + 8;
    this.distance = longer(this.distance, length);
    this.hops = longer(this.hops, length);
    this.parent = longer(this.parent, length);
    this.place = longer(this.place, length);
    this.rank = longer(this.rank, length);
    const isBehindRoot = new Uint8Array(length);
    isBehindRoot.set(this.isBehindRoot);
    this.isBehindRoot = isBehindRoot;
  }
}
