/**
 * Numbers for prefixes: every prefix that a stub link or a network-LSA names has a slot, for good, so that a route is a place in an array.
 *
 * A hash table in typed arrays, with linear probing: at a thousand routers in one program a Map in each of them would be the larger part.
 */
export class PrefixTable {
  /** `prefixKey` of each slot. */
  keys = new Float64Array(16);
  count = 0;
  /** Slot + 1; 0: empty. Twice as long as `keys`. */
  private places = new Int32Array(32);

  /** The slot of a prefix, -1: it has none. */
  find(key: number): number {
    const mask = this.places.length - 1;
    for (let place = hash(key) & mask; ; place = (place + 1) & mask) {
      const slot = this.places[place] - 1;
      if (slot < 0 || this.keys[slot] === key) return slot;
    }
  }

  /** The slot of a prefix, a new one if need be. */
  intern(key: number): number {
    const found = this.find(key);
    if (found >= 0) return found;
    if (this.count === this.keys.length) this.grow();
    this.keys[this.count] = key;
    this.enter(this.count);
    return this.count++;
  }

  private enter(slot: number): void {
    const mask = this.places.length - 1;
    let place = hash(this.keys[slot]) & mask;
    while (this.places[place] !== 0) place = (place + 1) & mask;
    this.places[place] = slot + 1;
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    this.places = new Int32Array(keys.length * 2);
    for (let slot = 0; slot < this.count; slot++) this.enter(slot);
  }
}

function hash(key: number): number {
  const high = Math.floor(key / 0x10000);
  const mixed = Math.imul(high ^ (high >>> 15), 0x9e3779b1) ^ Math.imul(key & 0xffff, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
