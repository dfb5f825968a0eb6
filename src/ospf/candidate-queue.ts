/**
 * The candidate list of the shortest-path calculation. [2328:16.1]
 *
 * One bucket a distance. A link costs at most 65535, so all candidates lie within 65536 distances of the one taken last, and as many
 * buckets used in a ring are enough; a bitmap says which hold something. Adding, moving nearer and taking are each a few steps however
 * many candidates there are. Among equal distances networks come before routers [2328:16.1(3)], and then what was discovered first: a
 * candidate is a number in the order of discovery, so a bucket is put in order when its turn comes. All of it is kept from run to run.
 */
const RING = 0x10000;

const heads = new Int32Array(RING).fill(-1);
const tails = new Int32Array(RING);
/** Which buckets hold something, and which words of that say so. */
const bits = new Int32Array(RING >> 5);
const words = new Int32Array(RING >> 10);
// Neighbours of a candidate in its bucket, and how far away it is.
let next = new Int32Array(64);
let previous = new Int32Array(64);
let distances = new Int32Array(64);
let networkFlags = new Uint8Array(64);
// The bucket being taken, in order: the networks and the routers that are left in it.
let networks = new Int32Array(64);
let networkAt = 0;
let networkEnd = 0;
let routers = new Int32Array(64);
let routerAt = 0;
let routerEnd = 0;
let current = 0;
let waiting = 0;

/** Empties it for so many candidates at most. */
export function startCandidates(capacity: number): void {
  if (next.length < capacity) {
    const length = Math.max(capacity, next.length * 2);
    next = new Int32Array(length);
    previous = new Int32Array(length);
    distances = new Int32Array(length);
    networkFlags = new Uint8Array(length);
    networks = new Int32Array(length);
    routers = new Int32Array(length);
  }
  if (waiting > 0) {
    heads.fill(-1);
    bits.fill(0);
    words.fill(0);
    waiting = 0;
  }
  networkAt = networkEnd = routerAt = routerEnd = current = 0;
}

/** A new candidate; not nearer than the one taken last, and at most 65535 farther away. */
export function addCandidate(candidate: number, distance: number, isNetwork: number): void {
  distances[candidate] = distance;
  networkFlags[candidate] = isNetwork;
  if (distance === current) {
    if (isNetwork !== 0) {
      if (networkAt === networkEnd) networkAt = networkEnd = 0;
      insert(networks, networkAt, networkEnd++, candidate);
    } else {
      if (routerAt === routerEnd) routerAt = routerEnd = 0;
      insert(routers, routerAt, routerEnd++, candidate);
    }
    return;
  }
  const bucket = distance & (RING - 1);
  next[candidate] = -1;
  if (heads[bucket] < 0) {
    heads[bucket] = candidate;
    previous[candidate] = -1;
    bits[bucket >> 5] |= 1 << (bucket & 31);
    words[bucket >> 10] |= 1 << ((bucket >> 5) & 31);
  } else {
    previous[candidate] = tails[bucket];
    next[tails[bucket]] = candidate;
  }
  tails[bucket] = candidate;
  waiting++;
}

/** A candidate is nearer than was known. */
export function moveCandidate(candidate: number, distance: number): void {
  const bucket = distances[candidate] & (RING - 1);
  const before = previous[candidate];
  const after = next[candidate];
  if (before < 0) heads[bucket] = after;
  else next[before] = after;
  if (after < 0) tails[bucket] = before;
  else previous[after] = before;
  if (heads[bucket] < 0) clearBit(bucket);
  waiting--;
  addCandidate(candidate, distance, networkFlags[candidate]);
}

/** The closest; -1: there is none. */
export function takeCandidate(): number {
  if (networkAt < networkEnd) return networks[networkAt++];
  if (routerAt < routerEnd) return routers[routerAt++];
  if (waiting === 0) return -1;
  const start = current & (RING - 1);
  let bucket = firstSet(start + 1);
  if (bucket < 0) bucket = firstSet(0);
  networkAt = networkEnd = routerAt = routerEnd = 0;
  for (let candidate = heads[bucket]; candidate >= 0; candidate = next[candidate]) {
    if (networkFlags[candidate] !== 0) networks[networkEnd++] = candidate;
    else routers[routerEnd++] = candidate;
  }
  waiting -= networkEnd + routerEnd;
  heads[bucket] = -1;
  clearBit(bucket);
  current += (bucket - start) & (RING - 1);
  order(networks, networkEnd);
  order(routers, routerEnd);
  if (networkEnd > 0) return networks[networkAt++]; // [2328:16.1(3) networks first]
  return routers[routerAt++];
}

function clearBit(bucket: number): void {
  bits[bucket >> 5] &= ~(1 << (bucket & 31));
  if (bits[bucket >> 5] === 0) words[bucket >> 10] &= ~(1 << ((bucket >> 5) & 31));
}

/** The first bucket from `from` up that holds something, -1: none. */
function firstSet(from: number): number {
  if (from >= RING) return -1;
  let word = from >> 5;
  let found = bits[word] & (-1 << (from & 31));
  if (found !== 0) return (word << 5) + 31 - Math.clz32(found & -found);
  if (++word === bits.length) return -1;
  let group = word >> 5;
  found = words[group] & (-1 << (word & 31));
  while (found === 0) {
    if (++group === words.length) return -1;
    found = words[group];
  }
  word = (group << 5) + 31 - Math.clz32(found & -found);
  found = bits[word];
  return (word << 5) + 31 - Math.clz32(found & -found);
}

/** Into its place among those from `from` up to `end`, which are in order. */
function insert(list: Int32Array, from: number, end: number, candidate: number): void {
  let at = end;
  if (at > from && list[at - 1] > candidate) {
    let low = from;
    while (low < at) {
      const middle = (low + at) >>> 1;
      if (list[middle] < candidate) low = middle + 1;
      else at = middle;
    }
    list.copyWithin(at + 1, at, end);
  }
  list[at] = candidate;
}

/** Ascending; mostly they are already. */
function order(list: Int32Array, length: number): void {
  for (let i = 1; i < length; i++) {
    if (list[i] > list[i - 1]) continue;
    if (length > 48) {
      list.subarray(0, length).sort();
      return;
    }
    const candidate = list[i];
    let at = i;
    for (; at > 0 && list[at - 1] > candidate; at--) list[at] = list[at - 1];
    list[at] = candidate;
  }
}
