/**
 * Sets of next hops, each kept once: two routes have the same next hops if and only if they have the same number.
 *
 * Half of the vertices of a network with equal costs merge what two parents know; there are few different sets, and a merger that has
 * been made is remembered. The order of a set is part of it: it is the order in which routes are installed and shown.
 */
import { NO_HOPS, mergeNextHops, type NextHop } from './routing-table.js';

/** The number of the set without next hops. */
export const NO_HOPS_ID = 0;

const SMALL = 32;

export class NextHopSets {
  readonly sets: (readonly NextHop[])[] = [NO_HOPS];
  /** Whether a set has a next hop on the link itself. */
  readonly isDirect: boolean[] = [false];
  private readonly ids = new Map<string, number>([['', NO_HOPS_ID]]);
  // What has been merged: a square for the first sets, which are nearly all that there are.
  private readonly small = new Int32Array(SMALL * SMALL);
  private readonly smallSorted = new Int32Array(SMALL * SMALL);
  private readonly merged = new Map<number, number>();
  private readonly mergedSorted = new Map<number, number>();

  get size(): number {
    return this.sets.length;
  }

  intern(hops: readonly NextHop[]): number {
    let name = '';
    for (const hop of hops) name += `${hop.gateway} ${hop.interfaceIndex} ${hop.advertisingRouter ?? ''} `;
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.sets.push(hops) - 1;
    this.isDirect.push(hops.some((hop) => hop.gateway === 0));
    this.ids.set(name, id);
    return id;
  }

  /** The same by gateway; those with one gateway keep their order. */
  internSorted(hops: readonly NextHop[]): number {
    return this.intern(hops.length < 2 ? hops : [...hops].sort((a, b) => a.gateway - b.gateway));
  }

  /** The first, and behind it what of the second is not in it. */
  merge(a: number, b: number): number {
    if (a === b || b === NO_HOPS_ID) return a;
    if (a < SMALL && b < SMALL) {
      const id = this.small[a * SMALL + b];
      return id > 0 ? id : this.small[a * SMALL + b] = this.intern(mergeNextHops(this.sets[a], this.sets[b]));
    }
    return this.remember(this.merged, a, b, false);
  }

  /** Both, by gateway. */
  mergeSorted(a: number, b: number): number {
    if (a === b || b === NO_HOPS_ID) return a;
    if (a < SMALL && b < SMALL) {
      const id = this.smallSorted[a * SMALL + b];
      return id > 0 ? id : this.smallSorted[a * SMALL + b] = this.internSorted(mergeNextHops(this.sets[a], this.sets[b]));
    }
    return this.remember(this.mergedSorted, a, b, true);
  }

  private remember(known: Map<number, number>, a: number, b: number, isSorted: boolean): number {
    const key = a * 0x1000000 + b;
    let id = known.get(key);
    if (id === undefined) {
      const hops = mergeNextHops(this.sets[a], this.sets[b]);
      known.set(key, id = isSorted ? this.internSorted(hops) : this.intern(hops));
    }
    return id;
  }
}
