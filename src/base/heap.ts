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

export class Heap<T extends HeapItem> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    item.heapIndex = this.items.length;
    this.items.push(item);
    this.rise(item);
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
    this.items[index] = last;
    last.heapIndex = index;
    this.rise(last);
    this.sink(last);
  }

  /** Its time or order is another than before: it goes where it belongs now. */
  moved(item: T): void {
    this.rise(item);
    this.sink(item);
  }

  private rise(item: T): void {
    const items = this.items;
    let index = item.heapIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex];
      if (parent.time < item.time || (parent.time === item.time && parent.order <= item.order)) break;
      items[index] = parent;
      parent.heapIndex = index;
      index = parentIndex;
    }
    items[index] = item;
    item.heapIndex = index;
  }

  private sink(item: T): void {
    const items = this.items;
    const length = items.length;
    let index = item.heapIndex;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      let child = items[childIndex];
      if (childIndex + 1 < length) {
        const right = items[childIndex + 1];
        if (right.time < child.time || (right.time === child.time && right.order < child.order)) {
          child = right;
          childIndex++;
        }
      }
      if (item.time < child.time || (item.time === child.time && item.order <= child.order)) break;
      items[index] = child;
      child.heapIndex = index;
      index = childIndex;
    }
    items[index] = item;
    item.heapIndex = index;
  }
}
