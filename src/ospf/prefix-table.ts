/**
 * Numbers for prefixes: every prefix that a stub link or a network-LSA names has a slot, for good, so that a route is a place in an array.
 *
 * A hash table in typed arrays, with linear probing. Routers of the same areas hear of the same prefixes, so where one program is many routers
 * those of the same areas share a table, and an LSA that they share has its slots with it (router-links.ts). Nothing observable depends on what
 * number a prefix has.
 */
import { StubLists } from './stub-lists.js';

export class PrefixTable {
  /** `prefixKey` of each slot. */
  keys = new Float64Array(16);
  count = 0;
  /** Of the graphs of those who share it: the others will be as large. */
  mostVertices = 0;
  /** Of all router-LSAs that have been met. */
  readonly stubs = new StubLists();
  /** Slot + 1; 0: empty. Twice as long as `keys`. */
  private places = new Int32Array(32);

  /** The slot of a prefix, -1: it has none. */
  find(key: number): number {
    return this.places[this.placeOf(key)] - 1;
  }

  /** Where a prefix stands, or would. */
  private placeOf(key: number): number {
    const { keys, places } = this;
    const mask = places.length - 1;
    let place = hash(key) & mask;
    for (let slot = places[place] - 1; slot >= 0 && keys[slot] !== key; slot = places[place] - 1) place = (place + 1) & mask;
    return place;
  }

  /** The slot of a prefix, a new one if need be. */
  intern(key: number): number {
    const place = this.placeOf(key);
    const found = this.places[place] - 1;
    if (found >= 0) return found;
    this.keys[this.count] = key;
    this.places[place] = ++this.count;
    if (this.count === this.keys.length) this.grow();
    return this.count - 1;
  }

  /** Most lists of stub links are out of use, where this many prefixes are reached. */
  isOvergrown(routes: number): boolean {
    return this.stubs.end > MOST_STUBS && this.stubs.end > MOST_STUBS_EACH * routes;
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    this.places = new Int32Array(keys.length * 2);
    for (let slot = 0; slot < this.count; slot++) this.places[this.placeOf(this.keys[slot])] = slot + 1;
  }
}

const MOST_STUBS = 65536;
const MOST_STUBS_EACH = 16;

function hash(key: number): number {
  // The network is above the six bits of the length.
  const network = (key / 64) | 0;
  const mixed = Math.imul(network ^ (network >>> 15), 0x9e3779b1) ^ Math.imul(key & 63, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** By the areas of those who share it. */
const shared = new Map<string, PrefixTable>();

/** Another network begins: it has tables of its own. */
export function forgetSharedPrefixTables(): void {
  shared.clear();
}

/** The table of routers with these areas; another than `outgrown`, which holds mostly what is gone. */
export function sharedPrefixTable(areas: string, outgrown?: PrefixTable): PrefixTable {
  let table = shared.get(areas);
  if (table === undefined || table === outgrown) shared.set(areas, table = new PrefixTable());
  return table;
}
