/**
 * The topologies of topologies/conformance/ that have BIRD nodes against what the real BIRD 2.0.12 said in them: every display of birdc, and the
 * kernel's table. What its FRR neighbours said in them, byte by byte of every LSA, is held against us in frr.test.ts.
 *
 * Left out on both sides is what differs from run to run: ages, sequence numbers and checksums of LSAs, the time left on timers and the time
 * of day; and the order in which neighbours came, which shows in the attached routers of a network and the links of a router.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

const FOLDER = 'topologies/conformance';
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && /kind: bird/.test(readFileSync(`${FOLDER}/${file}`, 'utf8')))
  .map((file) => file.slice(0, -5)).sort();
const PHASES = ['before', 'after'] as const;

type Recording = Readonly<Record<(typeof PHASES)[number], Readonly<Record<string, readonly string[]>>>>;

/** Lines of neighbours sorted, the routers of each network behind its DR, and the routers that a router has links to. */
function normalised(command: string, text: string): string {
  let lines = text.replace(/\b\d\d:\d\d:\d\d\.\d{3}\b/g, 'TIME').split('\n').map((line) => line.trimEnd());
  if (command === 'show ospf lsadb') lines = lines.map((line) => line.replace(/^( \d{4}  \S+ +\S+ +)[0-9a-f]{8} +\d+ +[0-9a-f]{4}$/, '$1'));
  if (command === 'show ospf neighbors') {
    const [name, head, ...rest] = lines.map((line) => line.replace(/\t *\d+\.\d{3}\t/, '\tTIME\t'));
    lines = [name, head, ...rest.filter((line) => line !== '').sort()];
  }
  if (command === 'show bfd sessions') {
    const [name, head, ...rest] = lines; // in the order of a hash table
    lines = [name, head, ...rest.filter((line) => line !== '').sort()];
  }
  if (command === 'show ospf') lines = lines.filter((line) => !line.startsWith('Number of LSAs in DB'));
  if (command === 'ip route') lines = lines.join('\n').split(/\n(?=\S)/).map((route) => route.split('\n').map((line) => line.trimEnd()).join('\n')).sort();
  return lines.join('\n').replace(/(\n\t\trouter [\d.]+(?: metric \d+)?)+(?=\n|$)/g, (routers) => routers.split('\n').sort().join('\n')).trimEnd();
}

it('there are topologies, and what is compared is left alone', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(8);
  expect(normalised('show route', '10.0.0.0/8 unicast [ospf1 01:02:03.004] * I (150/20)\n\tvia 10.0.0.1 on eth0\n'))
    .toBe('10.0.0.0/8 unicast [ospf1 TIME] * I (150/20)\n\tvia 10.0.0.1 on eth0');
  expect(normalised('show ospf lsadb', ' 0001  10.255.0.1      10.255.0.2       80000002    16    c04f')).toBe(' 0001  10.255.0.1      10.255.0.2');
});

describe.each(NAMES)('%s', (name) => {
  const { plan } = loadTopology(`${FOLDER}/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') });
  const routers = plan.nodes.filter((node) => node.kind === 'bird').map((node) => node.name);
  const recorded = new Map<string, Recording>();
  const here = new Map<string, string>();

  beforeAll(() => {
    for (const router of routers) recorded.set(router, JSON.parse(readFileSync(`${FOLDER}/${name}/recorded/${router}.json`, 'utf8')) as Recording);
    const simulation = new Simulation(plan);
    const take = (phase: (typeof PHASES)[number]): void => {
      for (const router of routers) {
        for (const command of Object.keys(recorded.get(router)?.[phase] ?? {})) {
          here.set(`${phase} ${router} ${command}`, simulation.showAt(plan.nodes.findIndex((node) => node.name === router), command) ?? 'no such command');
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
      expect(Object.keys(said)).toContain('ip route');
      for (const [command, lines] of Object.entries(said)) {
        expect.soft(normalised(command, here.get(`${phase} ${router} ${command}`) ?? ''), command).toBe(normalised(command, lines.join('\n')));
      }
    });
  });
});
