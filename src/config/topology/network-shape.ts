/**
 * The shapes of generated networks: how many routers, what they are called, and which of them are joined.
 *
 *   line, ring, full-mesh     SIZE routers
 *   grid                      ROWS x COLUMNS, each joined to the next in its row and in its column
 *   fat-tree                  ARITY k, even: k pods of k/2 edge and k/2 aggregation routers, and (k/2)^2 core routers between them
 *   random                    SIZE routers, connected, SIZE x DEGREE / 2 links (rounded), none twice; the SEED of the shape decides
 *
 * Names are the prefix and a number, with as many digits as the highest one has, so that sorted by name they are sorted by number.
 */
import { Prng } from '../../base/prng.js';

export type NetworkShape =
  | { readonly kind: 'line' | 'ring' | 'full-mesh'; readonly size: number }
  | { readonly kind: 'grid'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'fat-tree'; readonly arity: number }
  | { readonly kind: 'random'; readonly size: number; readonly degree: number; readonly seed: number };

export const SHAPE_NAMES = ['line', 'ring', 'full-mesh', 'grid', 'fat-tree', 'random'] as const;

export interface ShapedNetwork {
  /** Sorted. */
  readonly names: readonly string[];
  /** Indices into `names`, the lower one first. */
  readonly links: readonly (readonly [number, number])[];
}

export function shapeNetwork(prefix: string, shape: NetworkShape): ShapedNetwork {
  switch (shape.kind) {
    case 'line': return { names: numbered(prefix, shape.size), links: chain(shape.size) };
    case 'ring': return { names: numbered(prefix, shape.size), links: shape.size > 2 ? [...chain(shape.size), [0, shape.size - 1]] : chain(shape.size) };
    case 'full-mesh': return { names: numbered(prefix, shape.size), links: pairs(shape.size) };
    case 'grid': return grid(prefix, shape.rows, shape.columns);
    case 'fat-tree': return fatTree(prefix, shape.arity);
    case 'random': return { names: numbered(prefix, shape.size), links: randomLinks(shape.size, shape.degree, shape.seed) };
  }
}

/** How many routers it has, before any is made. */
export function shapeSize(shape: NetworkShape): number {
  if (shape.kind === 'grid') return shape.rows * shape.columns;
  return shape.kind === 'fat-tree' ? (5 * shape.arity * shape.arity) / 4 : shape.size;
}

function digits(count: number): number {
  return String(count).length;
}

function numbered(prefix: string, size: number): string[] {
  return Array.from({ length: size }, (_, i) => `${prefix}-${String(i + 1).padStart(digits(size), '0')}`);
}

function chain(size: number): [number, number][] {
  return Array.from({ length: Math.max(0, size - 1) }, (_, i) => [i, i + 1]);
}

function pairs(size: number): [number, number][] {
  const links: [number, number][] = [];
  for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) links.push([a, b]);
  return links;
}

function grid(prefix: string, rows: number, columns: number): ShapedNetwork {
  const names: string[] = [];
  const links: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      names.push(`${prefix}-${String(row + 1).padStart(digits(rows), '0')}-${String(column + 1).padStart(digits(columns), '0')}`);
      const here = row * columns + column;
      if (column + 1 < columns) links.push([here, here + 1]);
      if (row + 1 < rows) links.push([here, here + columns]);
    }
  }
  return { names, links };
}

/** Sorted by name: aggregation, core, edge. */
function fatTree(prefix: string, arity: number): ShapedNetwork {
  const half = arity / 2;
  const perPod = (role: string): string[] => Array.from({ length: arity * half }, (_, i) =>
    `${prefix}-${role}-${String(Math.floor(i / half) + 1).padStart(digits(arity), '0')}-${String((i % half) + 1).padStart(digits(half), '0')}`);
  const core = Array.from({ length: half * half }, (_, i) => `${prefix}-core-${String(i + 1).padStart(digits(half * half), '0')}`);
  const aggregation = perPod('agg');
  const edge = perPod('edge');
  const links: [number, number][] = [];
  const [coreAt, edgeAt] = [aggregation.length, aggregation.length + core.length];
  for (let pod = 0; pod < arity; pod++) {
    for (let i = 0; i < half; i++) {
      const here = pod * half + i;
      for (let j = 0; j < half; j++) links.push([here, coreAt + i * half + j], [here, edgeAt + pod * half + j]);
    }
  }
  return { names: [...aggregation, ...core, ...edge], links };
}

/** A random tree first, which makes it connected; then links between pairs that have none, as long as some are wanted. */
function randomLinks(size: number, degree: number, seed: number): [number, number][] {
  const prng = new Prng(seed, 'shape', 'random');
  const taken = new Set<number>();
  const links: [number, number][] = [];
  const join = (a: number, b: number): void => {
    const [low, high] = a < b ? [a, b] : [b, a];
    if (low === high || taken.has(low * size + high)) return;
    taken.add(low * size + high);
    links.push([low, high]);
  };
  for (let i = 1; i < size; i++) join(i, prng.integer(0, i - 1));
  const wanted = Math.min(Math.round((size * degree) / 2), (size * (size - 1)) / 2);
  while (links.length < wanted) join(prng.integer(0, size - 1), prng.integer(0, size - 1));
  return links.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
