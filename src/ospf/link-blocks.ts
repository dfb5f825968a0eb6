/**
 * Lists of pairs of numbers, one list for each vertex, all of them in two typed arrays: what a calculation walks over.
 *
 * A list that outgrows its place moves to the end; `waste` counts what is left behind.
 */
export class LinkBlocks {
  start: Int32Array<ArrayBuffer>;
  count: Int32Array<ArrayBuffer>;
  private capacity: Int32Array<ArrayBuffer>;
  first: Int32Array<ArrayBuffer>;
  /** Costs. */
  second: Uint16Array<ArrayBuffer>;
  /** One past the last place in use. */
  end = 0;
  waste = 0;

  constructor(vertices: number) {
    this.start = new Int32Array(vertices);
    this.count = new Int32Array(vertices);
    this.capacity = new Int32Array(vertices);
    this.first = new Int32Array(0);
    this.second = new Uint16Array(0);
  }

  /** Room for so many vertices. */
  resize(vertices: number): void {
    this.start = longer(this.start, vertices);
    this.count = longer(this.count, vertices);
    this.capacity = longer(this.capacity, vertices);
  }

  clear(): void {
    this.count.fill(0);
    this.capacity.fill(0);
    this.end = 0;
    this.waste = 0;
  }

  /** Empties the list of a vertex, and makes room for so many pairs. */
  begin(vertex: number, pairs: number): void {
    this.count[vertex] = 0;
    if (pairs <= this.capacity[vertex]) return;
    this.waste += this.capacity[vertex];
    this.start[vertex] = this.end;
    this.capacity[vertex] = pairs;
    this.end += pairs;
    if (this.end > this.first.length) this.reserve(Math.max(this.end, Math.ceil(this.first.length * 1.25) + 16));
  }

  /** Puts the lists of so many vertices together, without what was left behind. */
  compact(vertices: number): void {
    let pairs = 0;
    for (let vertex = 0; vertex < vertices; vertex++) pairs += this.count[vertex];
    const { first, second } = this;
    this.first = new Int32Array(pairs);
    this.second = new Uint16Array(pairs);
    this.end = 0;
    for (let vertex = 0; vertex < vertices; vertex++) {
      const from = this.start[vertex];
      const count = this.count[vertex];
      this.first.set(first.subarray(from, from + count), this.end);
      this.second.set(second.subarray(from, from + count), this.end);
      this.start[vertex] = this.end;
      this.capacity[vertex] = count;
      this.end += count;
    }
    this.waste = 0;
  }

  /** Room for so many pairs. */
  reserve(pairs: number): void {
    if (pairs <= this.first.length) return;
    this.first = longer(this.first, pairs);
    const second = new Uint16Array(pairs);
    second.set(this.second);
    this.second = second;
  }

  /** At most as many as there was room made for. */
  add(vertex: number, first: number, second: number): void {
    const at = this.start[vertex] + this.count[vertex]++;
    this.first[at] = first;
    this.second[at] = second;
  }
}

export function longer(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
