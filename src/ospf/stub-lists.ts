/**
 * The stub links of router-LSAs as lists of (prefix slot, cost), all of them in two typed arrays: what a calculation walks over.
 *
 * A list is made once for all routers that share prefix numbers (prefix-table.ts) and stays; an instance that says the same as the one before, as
 * a refresh does, takes over its list. Beside them stands which routers have ever had a stub link to a prefix: a few of them, or none, still have.
 */
import type { Ipv4 } from '../base/address.js';
import { longer } from './link-blocks.js';

export class StubLists {
  slots = new Int32Array(64);
  costs = new Uint16Array(64);
  /** One past the last place in use. */
  end = 0;
  /** Of each router the list that was made last. */
  private readonly last = new Map<Ipv4, { readonly start: number; readonly count: number }>();
  // Lists of routers, one for each slot: where it begins (place + 1; 0: nowhere), and behind each router where it goes on.
  private firstNamer = new Int32Array(64);
  private namers = new Uint32Array(64);
  private nextNamer = new Int32Array(64);
  private namerCount = 0;

  /** Where the list of so many stub links begins; `slotOf` and `costOf` say what is in it. */
  place(router: Ipv4, count: number, slotOf: (i: number) => number, costOf: (i: number) => number): number {
    const start = this.end;
    this.reserve(start + count);
    for (let i = 0; i < count; i++) {
      this.slots[start + i] = slotOf(i);
      this.costs[start + i] = costOf(i);
    }
    const before = this.last.get(router);
    if (before !== undefined && before.count === count && this.areEqual(before.start, start, count)) return before.start;
    this.end += count;
    this.last.set(router, { start, count });
    for (let at = start; at < this.end; at++) this.noteNamer(this.slots[at], router);
    return start;
  }

  areEqual(a: number, b: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.slots[a + i] !== this.slots[b + i] || this.costs[a + i] !== this.costs[b + i]) return false;
    return true;
  }

  /** The routers that have or had a stub link to a prefix, somewhere, in no order that means anything. */
  namersOf(slot: number): Ipv4[] {
    const routers: Ipv4[] = [];
    if (slot < this.firstNamer.length) for (let at = this.firstNamer[slot]; at > 0; at = this.nextNamer[at - 1]) routers.push(this.namers[at - 1]);
    return routers;
  }

  private noteNamer(slot: number, router: Ipv4): void {
    if (slot >= this.firstNamer.length) this.firstNamer = longer(this.firstNamer, slot * 2);
    for (let at = this.firstNamer[slot]; at > 0; at = this.nextNamer[at - 1]) if (this.namers[at - 1] === router) return;
    if (this.namerCount === this.namers.length) {
      const namers = new Uint32Array(this.namerCount * 2);
      namers.set(this.namers);
      this.namers = namers;
      this.nextNamer = longer(this.nextNamer, this.namerCount * 2);
    }
    this.namers[this.namerCount] = router;
    this.nextNamer[this.namerCount] = this.firstNamer[slot];
    this.firstNamer[slot] = ++this.namerCount;
  }

  private reserve(length: number): void {
    if (length <= this.slots.length) return;
    const costs = new Uint16Array(length * 2);
    costs.set(this.costs);
    this.costs = costs;
    this.slots = longer(this.slots, length * 2);
  }
}
