/**
 * Some 370 filters and what the real BIRD 2.0.12 made of them: which it takes, and of those what became of a blackhole and of a route with a gateway that
 * was sent through them (language/bird-filters.json, by record/bird-filters.mjs). Every line of `show route all` is compared, but for the time of day.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { parseBirdConf } from '../../src/config/bird/bird-conf.js';
import { Findings } from '../../src/config/config-error.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

interface Said {
  readonly snippet: string;
  readonly message?: string;
  readonly blackhole?: 'rejected' | readonly string[];
  readonly unicast?: 'rejected' | readonly string[];
}

const { head, said } = JSON.parse(readFileSync('test/conformance/language/bird-filters.json', 'utf8')) as { head: string; said: readonly Said[] };
const ROUTES = { blackhole: 'blackhole', unicast: 'via 10.99.0.2' } as const;
const TOPOLOGY = `name: filters
topology:
  nodes:
    r: { kind: bird, config: bird.conf, interfaces: { eth0: { address: 10.99.0.1/24 }, eth1: { address: 10.98.0.1/24 } } }
    s: { kind: switch }
  links:
    - endpoints: ["r:eth0", "s:p1"]
    - endpoints: ["r:eth1", "s:p2"]
until: 5s
`;

const protocol = (number: number, snippet: string, route: string): string => `protocol static s${number} {
  ipv4 { import filter { ${snippet} }; };
  route ${10 + (number >> 8)}.${number & 255}.0.0/16 ${route} { ospf_metric1 = 5; };
}
`;

const isTaken = ({ message }: Said): boolean => message === undefined;

/** Of each protocol the lines of its route, without prefix and time. */
function shown(route: string): Map<number, string[]> {
  const conf = head + said.map((each, number) => (isTaken(each) ? protocol(number, each.snippet, route) : '')).join('');
  const { plan } = loadTopology('filters.yaml', { readFile: (file) => (file.endsWith('bird.conf') ? conf : TOPOLOGY) });
  const simulation = new Simulation(plan);
  simulation.runUntil(2 * SECOND);
  const routes = new Map<number, string[]>();
  for (const text of (simulation.showAt(plan.nodes.findIndex((node) => node.name === 'r'), 'show route all') ?? '').split(/\n(?=\S)/)) {
    const number = /\[s(\d+) /.exec(text)?.[1];
    if (number !== undefined) routes.set(Number(number), text.trimEnd().replace(/^\S+ +/, '').replace(/\[s\d+ [\d:.]+/, '[').split('\n'));
  }
  return routes;
}

it('there are many, of both kinds', () => {
  expect(said.filter(isTaken).length).toBeGreaterThan(280);
  expect(said.length - said.filter(isTaken).length).toBeGreaterThan(60);
});

describe('what BIRD refuses', () => {
  it.each(said.filter((each) => !isTaken(each)))('$snippet', ({ snippet, message }) => {
    const findings = new Findings();
    parseBirdConf(head + protocol(1, snippet, 'blackhole'), 'bird.conf', findings);
    expect(findings.errors.map((error) => error.toString()), message).not.toEqual([]);
  });
});

describe.each(Object.keys(ROUTES) as (keyof typeof ROUTES)[])('%s', (kind) => {
  const routes = shown(ROUTES[kind]);
  it.each(said.map((each, number) => ({ ...each, number })).filter(isTaken))('$snippet', ({ number, ...each }) => {
    expect(routes.get(number) ?? 'rejected').toEqual(each[kind]);
  });
});
