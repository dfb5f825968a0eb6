/**
 * Where the links between the routers of an area lead, for all of them at one time. [2328:16.1(2b)]
 *
 * One link alone is resolved in the database (area-graph.ts). For a whole area that would be a search for every link, and another look at
 * every LSA from the other end; here the router ids are put into a hash table once, every link becomes the number of a vertex, and whether
 * there is a link back is seen in lists of numbers. All of it is scratch, for all areas together.
 */
import { LinkType } from '../wire/ospf/router-lsa.js';
import type { RouterLinks } from './router-links.js';

let keys = new Int32Array(128);
let vertices = new Int32Array(128);
let mask = 127;

// By vertex: its place in the lists.
let starts = new Int32Array(64);
let ends = new Int32Array(64);
// By link: where it leads; and the same where it counts as a link back.
let targets = new Int32Array(256);
let backs = new Int32Array(256);
let used = 0;

/** Begins with nothing, for so many vertices at most. */
export function startResolution(size: number): void {
  if (starts.length < size) {
    starts = new Int32Array(size * 2);
    ends = new Int32Array(size * 2);
  }
  let length = 128;
  while (length < size * 2) length *= 2;
  if (vertices.length < length) {
    keys = new Int32Array(length);
    vertices = new Int32Array(length);
  }
  mask = length - 1;
  vertices.fill(-1, 0, length);
  starts.fill(0, 0, size);
  ends.fill(0, 0, size);
  used = 0;
}

export function enterRouter(routerId: number, vertex: number): void {
  const key = routerId | 0;
  let place = hash(key);
  while (vertices[place] >= 0) place = (place + 1) & mask;
  keys[place] = key;
  vertices[place] = vertex;
}

/** The vertex of a router, -1: there is none that counts. */
export function vertexOfRouter(routerId: number): number {
  const key = routerId | 0;
  for (let place = hash(key); vertices[place] >= 0; place = (place + 1) & mask) if (keys[place] === key) return vertices[place];
  return -1;
}

function hash(key: number): number {
  const mixed = Math.imul(key, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & mask;
}

/** All routers are entered: the links of one of them. */
export function resolveLinks(vertex: number, links: RouterLinks): void {
  if (used + links.count > targets.length) {
    const length = (used + links.count) * 2;
    const [oldTargets, oldBacks] = [targets, backs];
    targets = new Int32Array(length);
    backs = new Int32Array(length);
    targets.set(oldTargets.subarray(0, used));
    backs.set(oldBacks.subarray(0, used));
  }
  starts[vertex] = used;
  for (let i = 0; i < links.count; i++) {
    const type = links.type(i);
    const w = type === LinkType.transit ? -1 : vertexOfRouter(links.id(i));
    targets[used] = w;
    backs[used++] = type === LinkType.pointToPoint || type === LinkType.virtual ? w : -1;
  }
  ends[vertex] = used;
}

/** All links are resolved: where one leads that has a link back, by its place among those of its router that are no stubs; -1: nowhere. */
export function resolvedLink(vertex: number, position: number): number {
  const w = targets[starts[vertex] + position];
  if (w < 0) return -1;
  for (let at = starts[w], end = ends[w]; at < end; at++) if (backs[at] === vertex) return w;
  return -1;
}
