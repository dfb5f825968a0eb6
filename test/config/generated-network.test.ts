/**
 * `generate:`: the shapes have the routers and links that they ought to have, a generated router is what the same frr.conf makes of one written by hand, and
 * each mistake is named with its place.
 */
import { describe, expect, test } from 'vitest';
import { ConfigErrors } from '../../src/config/config-error.js';
import { shapeNetwork, shapeSize, type NetworkShape } from '../../src/config/topology/network-shape.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const SHAPES: readonly (readonly [NetworkShape, number])[] = [
  [{ kind: 'line', size: 1 }, 0], [{ kind: 'line', size: 7 }, 6], [{ kind: 'ring', size: 2 }, 1], [{ kind: 'ring', size: 7 }, 7], [{ kind: 'full-mesh', size: 6 }, 15],
  [{ kind: 'grid', rows: 3, columns: 12 }, 57], [{ kind: 'fat-tree', arity: 2 }, 4], [{ kind: 'fat-tree', arity: 4 }, 32], [{ kind: 'fat-tree', arity: 8 }, 256],
  [{ kind: 'random', size: 100, degree: 4, seed: 3 }, 200], [{ kind: 'random', size: 5, degree: 60, seed: 1 }, 10],
];

describe('shapes', () => {
  test.each(SHAPES)('%o has %i links', (shape, links) => {
    const network = shapeNetwork('x', shape);
    expect(network.names.length).toBe(shapeSize(shape));
    expect(network.links.length).toBe(links);
    expect([...network.names].sort()).toEqual(network.names);
    expect(new Set(network.links.map(([a, b]) => `${a}/${b}`)).size).toBe(links);
    expect(network.links.every(([a, b]) => a < b && b < network.names.length)).toBe(true);
    // Connected.
    const reached = new Set([0]);
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const [a, b] of network.links) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
    }
    expect(reached.size).toBe(network.names.length);
  });

  test('a fat tree: every edge router is joined to all aggregation routers of its pod, every core router to one of each pod', () => {
    const { names, links } = shapeNetwork('t', { kind: 'fat-tree', arity: 4 });
    const degree = (name: string): number => links.filter((ends) => ends.some((end) => names[end] === name)).length;
    expect(names.filter((name) => name.includes('edge')).map(degree)).toEqual(Array(8).fill(2));
    expect(names.filter((name) => name.includes('agg')).map(degree)).toEqual(Array(8).fill(4));
    expect(names.filter((name) => name.includes('core')).map(degree)).toEqual(Array(4).fill(4));
  });

  test('another seed is another random network, the same one the same', () => {
    const links = (seed: number): string => JSON.stringify(shapeNetwork('x', { kind: 'random', size: 50, degree: 4, seed }).links);
    expect(links(1)).toBe(links(1));
    expect(links(1)).not.toBe(links(2));
  });
});

function load(generate: string, nodes = '', links = ''): ReturnType<typeof loadTopology>['plan'] {
  const text = `name: g\ntopology:\n${nodes === '' ? '' : `  nodes:\n${nodes}`}  generate:\n${generate}${links === '' ? '' : `  links:\n${links}`}`;
  return loadTopology('g.yaml', { readFile: (path) => {
    if (path === 'g.yaml') return text;
    if (path === 'r.conf') return ['interface eth0', ' ip ospf network point-to-point', ' ip ospf hello-interval 2', ' ip ospf dead-interval 8', ' ip ospf cost 7', 'router ospf', ' ospf router-id 172.16.0.1', ' network 0.0.0.0/0 area 0.0.0.1', ''].join('\n');
    throw new Error(path);
  } }).plan;
}

test('a generated router is the one that its text says', () => {
  const generated = load('    - { name: c, shape: line, size: 2, hello: 2s, cost: 7, area: 1, links: 10.1.0.0/24 }\n').nodes[0];
  const written = load('    - { name: c, shape: line, size: 1, loopbacks: 10.9.0.0/24 }\n', '    "a": { kind: frr, config: r.conf, interfaces: { lo: { address: 172.16.0.1/32 }, eth0: { address: 10.1.0.1/30 } } }\n    b: { kind: switch }\n',
    '    - endpoints: ["a:eth0", "b:p1"]\n').nodes[0];
  expect(generated.ospf).toEqual(written.ospf);
  expect(generated.interfaces.map(({ name, addresses, mtu }) => ({ name, addresses, mtu }))).toEqual(written.interfaces.map(({ name, addresses, mtu }) => ({ name, addresses, mtu })));
});

test('costs are drawn from the range, for both ends of a link alike', () => {
  const plan = load('    - { name: c, shape: ring, size: 40, cost: [5, 9] }\n');
  const costs = plan.links.map((link) => link.ends.map(({ node, port }) => {
    const { name } = plan.nodes[node].interfaces.find((each) => each.port === port) ?? { name: '' };
    return plan.nodes[node].ospf?.interfaces.get(name)?.cost;
  }));
  expect(costs.every(([a, b]) => a === b && a !== undefined && a >= 5 && a <= 9)).toBe(true);
  expect(new Set(costs.map(([a]) => a)).size).toBeGreaterThan(3);
});

describe('mistakes', () => {
  test.each<readonly [string, string, string]>([
    ['no shape', '    - { name: c }\n', 'g.yaml:4:7: a generated network needs "shape"'],
    ['an unknown shape', '    - { name: c, shape: torus }\n', 'g.yaml:4:25: the shape must be'],
    ['a size too little', '    - { name: c, shape: grid, rows: 3 }\n', 'a grid needs "columns"'],
    ['what another shape has', '    - { name: c, shape: ring, size: 3, rows: 3 }\n', 'g.yaml:4:46: a ring has no "rows": it has size'],
    ['an odd fat tree', '    - { name: c, shape: fat-tree, arity: 3 }\n', 'g.yaml:4:42: the arity of a fat tree is even, not 3'],
    ['too many', '    - { name: c, shape: grid, rows: 200, columns: 200 }\n', '40000 routers are more than can be'],
    ['no room', '    - { name: c, shape: ring, size: 9, links: 10.0.0.0/27 }\n', 'g.yaml:4:47: there is room for 8 links of /30 each, and 9 are needed'],
    ['a network that is none', '    - { name: c, shape: ring, size: 3, links: 10.0.0.1/24 }\n', 'g.yaml:4:47: links must be a network A.B.C.D/M'],
    ['a cost', '    - { name: c, shape: ring, size: 3, cost: [9, 5] }\n', 'g.yaml:4:46: the lowest cost stands first'],
    ['an attachment to nobody', '    - { name: c, shape: ring, size: 3, attach: [ { node: c-4, interface: up, address: 10.0.0.1/30 } ] }\n', 'g.yaml:4:58: there is no generated router "c-4"'],
    ['an attachment with a name that is taken', '    - { name: c, shape: ring, size: 3, attach: [ { node: c-1, interface: eth0, address: 10.0.0.1/30 } ] }\n', '"eth0" cannot be'],
    ['an unknown key', '    - { name: c, shape: ring, size: 3, colour: red }\n', 'g.yaml:4:40: unknown key "colour"'],
    ['two of one name', '    - { name: c, shape: ring, size: 3 }\n    - { name: c, shape: line, size: 2, loopbacks: 10.3.0.0/24, links: 10.4.0.0/24 }\n', 'g.yaml:5:15: there is a node "c-1" already'],
  ])('%s', (_what, generate, error) => {
    let text = '';
    try {
      load(generate);
    } catch (failure) {
      if (!(failure instanceof ConfigErrors)) throw failure;
      text = failure.message;
    }
    expect(text).toContain(error);
  });
});
