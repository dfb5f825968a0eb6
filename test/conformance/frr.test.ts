/**
 * Every topology of topologies/conformance/ against what the real FRR 8.4.4 said in it: routes, link-state database, forwarding table.
 *
 * The recordings (record/record.mjs) were made in network namespaces, before and after the topology's events. What truly differs from
 * run to run is left out on both sides: age, sequence number and checksum of an LSA, FRR's internal `LS Flags`, LSAs that are at MaxAge and
 * wait to be removed, and the number that the kernel gives a next hop. Every other field of every LSA is compared.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

const FOLDER = 'topologies/conformance';
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && /kind: frr/.test(readFileSync(`${FOLDER}/${file}`, 'utf8'))).map((file) => file.slice(0, -5)).sort();
const PHASES = ['before', 'after'] as const;

type Said = Readonly<Record<string, unknown>>;
interface Recording {
  readonly before: Said;
  readonly after: Said;
}

function lines(value: unknown): string {
  if (!Array.isArray(value)) throw new Error('a recorded text is a list of lines');
  return value.join('\n');
}

/** A BIRD that is the DR names the others in the order in which they came, which is chance in both. */
function withoutOrder(lsa: string): string {
  return lsa.replace(/(\n +Attached Router: [\d.]+)+/g, (routers) => routers.split('\n').sort().join('\n'));
}

/** One text an LSA, sorted; MaxAge left out. Which area it is in stands before it. */
function lsas(text: string, isMixed = false): string[] {
  const found: string[] = [];
  let area = '';
  for (const part of text.split(/^(?=  LS age: |\s*[A-Za-z-]+ .*(?:Link States|link States|Opaque-LSA \(Area))/m)) {
    if (!part.startsWith('  LS age: ')) {
      area = /\(Area ([\d.]+)/.exec(part)?.[1] ?? area;
      continue;
    }
    if (part.startsWith('  LS age: 3600')) continue;
    found.push(`area ${area}\n${part.replace(/^  LS age: .*$/m, '').replace(/^  (LS Flags|LS Seq Number|Checksum): .*$/gm, '').split('\n').map((line) => line.trimEnd())
      .filter((line) => line !== '').join('\n')}`);
  }
  return (isMixed ? found.map(withoutOrder) : found).sort();
}

/** Next hops in order of their text: which of several equal ways comes first is chance in both. */
function ipRoutes(text: string): string[] {
  return text.replace(/ nhid \d+/g, '').split(/\n(?=\S)/).map((route) => {
    const [head, ...hops] = route.split('\n').map((line) => line.trimEnd());
    return [head, ...hops.filter((hop) => hop !== '').sort()].join('\n');
  }).filter((route) => route !== '').sort();
}

/** Who, in which state, where: without the columns that count. */
function neighbors(text: string): string[] {
  return [...text.matchAll(/^(\d\S+) +(\d+) (\S+) +.* (\d+\.\d+\.\d+\.\d+) +(\S+:\S+) /gm)].map(([, id, priority, state, address, name]) => `${id} ${priority} ${state} ${address} ${name}`);
}

function routes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) throw new Error('routes are an object');
  return Object.fromEntries(Object.entries(value as Record<string, { nexthops?: unknown[] }>).map(([key, route]) =>
    [key, { ...route, nexthops: [...(route.nexthops ?? [])].map((hop) => JSON.stringify(hop)).sort() }]));
}

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
  const here = new Map<string, string>();

  const show = (phase: string, router: string, command: string): string => here.get(`${phase} ${router} ${command}`) ?? '';

  beforeAll(() => {
    for (const router of routers) recorded.set(router, JSON.parse(readFileSync(`${FOLDER}/${name}/recorded/${router}.json`, 'utf8')) as Recording);
    const simulation = new Simulation(plan);
    const take = (phase: 'before' | 'after'): void => {
      for (const router of routers) {
        for (const command of Object.keys(recorded.get(router)?.[phase] ?? {})) {
          const said = simulation.showAt(plan.nodes.findIndex((node) => node.name === router), command);
          if (said !== undefined) here.set(`${phase} ${router} ${command}`, said);
        }
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
      for (const command of Object.keys(said)) {
        if (command.startsWith('show ip ospf database')) expect(lsas(show(phase, router, command), isMixed), command).toEqual(lsas(lines(said[command]), isMixed));
      }
      const command = 'show ip ospf neighbor';
      if (said[command] !== undefined) expect(neighbors(show(phase, router, command))).toEqual(neighbors(lines(said[command])));
      if (said['show ip ospf route json'] !== undefined) {
        expect(routes(JSON.parse(show(phase, router, 'show ip ospf route json')))).toEqual(routes(said['show ip ospf route json']));
      }
      expect(ipRoutes(show(phase, router, 'ip route'))).toEqual(ipRoutes(lines(said['ip route'])));
    });
  });
});
