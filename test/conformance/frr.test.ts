/**
 * Every topology of topologies/conformance/ against what the real FRR 8.4.4 said in it: routes, link-state database, forwarding table.
 *
 * The recordings (record/record.mjs) were made in network namespaces, before and after the topology's events. What of them is compared: recorded-state.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { comparable, lsas, neighbors, type Recording } from './recorded-state.js';

const FOLDER = 'topologies/conformance';
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && /kind: frr/.test(readFileSync(`${FOLDER}/${file}`, 'utf8'))).map((file) => file.slice(0, -5)).sort();
const PHASES = ['before', 'after'] as const;

it('there are topologies, and the comparison of databases leaves bodies alone', () => {
  expect(NAMES.length).toBeGreaterThan(0);
  const text = '                Router Link States (Area 0.0.0.1)\n\n  LS age: 3\n  LS Flags: 0x3  \n  Flags: 0x2 : ASBR\n  LS Seq Number: 80000004\n\n  LS age: 3600\n  Flags: 0x0\n';
  expect(lsas(text)).toEqual(['area 0.0.0.1\n  Flags: 0x2 : ASBR']);
  const said = '\nNeighbor ID     Pri State\n10.255.0.2        1 Full/-          59.200s            3.844s 10.0.12.2       eth0:10.0.12.1                       0     0     0\n';
  expect(neighbors(said)).toEqual(['10.255.0.2 1 Full/- 10.0.12.2 eth0:10.0.12.1']);
});

describe.each(NAMES)('%s', (name) => {
  const plan = loadTopology(`${FOLDER}/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') }).plan;
  const isMixed = plan.nodes.some((node) => node.kind === 'bird');
  const routers = plan.nodes.filter((node) => node.kind === 'frr').map((node) => node.name);
  const recorded = new Map<string, Recording>();
  const here = new Map<string, Record<string, string>>();

  beforeAll(() => {
    for (const router of routers) recorded.set(router, JSON.parse(readFileSync(`${FOLDER}/${name}/recorded/${router}.json`, 'utf8')) as Recording);
    const simulation = new Simulation(plan);
    const take = (phase: 'before' | 'after'): void => {
      for (const router of routers) {
        const node = plan.nodes.findIndex((each) => each.name === router);
        here.set(`${phase} ${router}`, Object.fromEntries(Object.keys(recorded.get(router)?.[phase] ?? {}).map((command) => [command, simulation.showAt(node, command) ?? ''])));
      }
    };
    simulation.runUntil(plan.events[0].at - SECOND);
    take('before');
    simulation.run();
    take('after');
  });

  describe.each(PHASES)('%s', (phase) => {
    it.each(routers)('%s', (router) => {
      const said = recorded.get(router)?.[phase] ?? {};
      expect(Object.keys(said)).toContain('ip route');
      expect(comparable(here.get(`${phase} ${router}`) ?? {}, isMixed)).toEqual(comparable(said, isMixed));
    });
  });
});
