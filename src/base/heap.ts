/**
 * A binary heap of items that know their own place in it, ordered by (time, order).
 *
 * Items are mutable and belong to the caller: scheduling allocates nothing, cancelling is O(log n), and
 * equal times come out in the order in which they were scheduled, which is what keeps runs repeatable.
 */
export interface HeapItem {
  /** When it is due; microseconds. */
  time: number;
  /** Tie-break among equal times; smaller first. */
  order: number;
  /** Place in the heap, -1 when not in it. Only the heap writes it. */
  heapIndex: number;
}

const FIRST_CAPACITY = 16;

export class Heap<T extends HeapItem> {
  private readonly items: T[] = [];
  /** Time and order of each place. What is compared lies together: an item itself is looked at only when it moves. */
  private keys = new Float64Array(2 * FIRST_CAPACITY);

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const index = this.items.length;
    this.items.push(item);
    if (2 * index === this.keys.length) this.grow();
    this.rise(item, index, item.time, item.order);
  }

  pop(): T | undefined {
    const first = this.items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    const last = this.items.pop() as T;
    item.heapIndex = -1;
    if (last === item) return;
    const { keys } = this;
    const end = 2 * this.items.length;
    this.place(last, index, keys[end], keys[end + 1]);
  }

  /** Its time or order is another than before: it goes where it belongs now. */
  moved(item: T): void {
    this.place(item, item.heapIndex, item.time, item.order);
  }

  /** From a hole on, wherever it belongs. */
  private place(item: T, index: number, time: number, order: number): void {
    const { keys } = this;
    const parent = (index - 1) >> 1;
    if (index > 0 && (time < keys[2 * parent] || (time === keys[2 * parent] && order < keys[2 * parent + 1]))) this.rise(item, index, time, order);
    else this.sink(item, index, time, order);
  }

  private rise(item: T, from: number, time: number, order: number): void {
    const { items, keys } = this;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentTime = keys[2 * parent];
      const parentOrder = keys[2 * parent + 1];
      if (parentTime < time || (parentTime === time && parentOrder <= order)) break;
      this.put(items[parent], index, parentTime, parentOrder);
      index = parent;
    }
    this.put(item, index, time, order);
  }

  private sink(item: T, from: number, time: number, order: number): void {
    const { items, keys } = this;
    const end = 2 * items.length;
    let index = from;
    for (;;) {
      let at = 4 * index + 2;
      if (at >= end) break;
      let childTime = keys[at];
      let childOrder = keys[at + 1];
      if (at + 2 < end && (keys[at + 2] < childTime || (keys[at + 2] === childTime && keys[at + 3] < childOrder))) {
        at += 2;
        childTime = keys[at];
        childOrder = keys[at + 1];
      }
      if (time < childTime || (time === childTime && order <= childOrder)) break;
      this.put(items[at >> 1], index, childTime, childOrder);
      index = at >> 1;
    }
    this.put(item, index, time, order);
  }

  private put(item: T, index: number, time: number, order: number): void {
    this.items[index] = item;
    this.keys[2 * index] = time;
    this.keys[2 * index + 1] = order;
    item.heapIndex = index;
  }

  private grow(): void {
    const keys = new Float64Array(2 * this.keys.length);
    keys.set(this.keys);
    this.keys = keys;
  }
}
