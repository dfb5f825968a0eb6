/**
 * What our routers print for every `show` command against what those of the real FRR 8.4.4 printed, character by character.
 *
 * The recordings (record/displays.mjs) are in topologies/conformance/NAME/displays/, taken before and after the topology's events. What truly differs
 * from run to run is made equal on both sides by `normal` below, and nothing else: times and ages, sequence numbers and checksums, numbers of
 * packets and of calculations, the kernel's numbers of next hop groups.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { NOT_KEPT } from '../../src/node/show/ospf.js';
import { commandProblem } from '../../src/node/show/system.js';
import { Simulation } from '../../src/sim/simulation.js';
import { normal } from './normal.js';

const FOLDER = 'topologies/conformance';
const NAMES = readdirSync(FOLDER).filter((name) => existsSync(`${FOLDER}/${name}/displays`)).sort();
const PHASES = ['before', 'after'] as const;

/** About when the recorder found that nothing changed any more, from the start and from the last event: MaxAge LSAs still wait to be removed. */
const QUIET: Micros = 32 * SECOND;
/** Where it has waited until there were none. */
const SETTLED: Micros = 125 * SECOND;

/** Through Loading or past it, and once more from ExStart after a Database Description that came too early: that is chance in both. */
const CHANCE_STATE_CHANGES = 2;

/** By neighbour, address and state. */
function stateChanges(text: string): Map<string, number> {
  return new Map([...text.matchAll(/Neighbor (\S+), interface address (\S+)[^]*?State is (\S+), (\d+) state changes/g)].map(([, id, address, state, count]) => [`${id} ${address} ${state}`, Number(count)]));
}

/** What is answered with that it is not there, and nothing else is. */
const UNKEPT = /^show ip ospf (mpls-te database|database segment-routing)/;

type Phase = (typeof PHASES)[number];
/** Lines by command. */
type Said = Readonly<Record<string, readonly string[]>>;
/** Where a moment is left out, the networks were not at the same point of it: one had removed its MaxAge LSAs, and the other not yet. */
type Recording = Readonly<Partial<Record<Phase, Said>>> & { readonly isSettled?: boolean };

it('there are recordings', () => {
  expect(NAMES.length).toBeGreaterThan(0);
});

describe('what is made equal', () => {
  const ROW = '10.255.0.2        1 Full/DR         22.774s            3.234s 10.0.14.4       eth2:10.0.14.1                       0     0     0\n';

  it.each([
    [ROW, ROW.replace('22.774s', '2m07s  ').replace(' 3.234s', '12.001s')],
    ['10.0.0.0   10.255.0.11      23 0x80000006 0xb735 1\n', '10.0.0.0   10.255.0.11    1799 0x80000012 0x0001 1\n'],
    ['O>* 10.0.0.0/24 [110/15] via 10.2.1.10, eth0, weight 1, 00:00:20\n', 'O>* 10.0.0.0/24 [110/15] via 10.2.1.10, eth0, weight 1, 01:02:03\n'],
    ['"lsaAge": 3, "checksum": "ab"', '"lsaAge": 30, "checksum": "1"'],
  ])('%j', (a, b) => {
    expect(normal(a)).toBe(normal(b));
  });

  it.each([
    [ROW, ROW.replace('22.774s', '22.7s')],
    [ROW, ROW.replace('eth2', ' eth2')],
    [ROW, ROW.replace('0     0     0', '0     1     0')],
    [ROW, ROW.replace('22.774s ', '22.774s')],
    ['10.0.0.0   10.255.0.11      23 0x80000006 0xb735 1\n', '10.0.0.0   10.255.0.11     23 0x80000006 0xb735 1\n'],
    ['O>* 10.0.0.0/24 [110/15] via 10.2.1.10', 'O>* 10.0.0.0/24 [110/16] via 10.2.1.10'],
    ['Hello due in 0.903s', 'Hello due in inactive'],
    ['Checksum Sum 0x00000000', 'Checksum Sum 0x00000001'],
    ['"timerHelloInMsecs":0', '"timerHelloInMsecs":162'],
  ])('not %j', (a, b) => {
    expect(normal(a)).not.toBe(normal(b));
  });
});

describe.each(NAMES)('%s', (name) => {
  const plan = loadTopology(`${FOLDER}/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') }).plan;
  const routers = readdirSync(`${FOLDER}/${name}/displays`).map((file) => file.replace(/\.json$/, '')).sort();
  const recorded = new Map(routers.map((router) => [router, JSON.parse(readFileSync(`${FOLDER}/${name}/displays/${router}.json`, 'utf8')) as Recording]));
  const here = new Map<string, string | undefined>();

  beforeAll(() => {
    const isSettled = recorded.get(routers[0])?.isSettled === true;
    const wait = isSettled ? SETTLED : QUIET;
    const take = (simulation: Simulation, phase: Phase): void => {
      for (const router of routers) {
        const node = plan.nodes.findIndex((each) => each.name === router);
        for (const command of Object.keys(recorded.get(router)?.[phase] ?? {})) here.set(`${phase} ${router} ${command}`, simulation.showAt(node, command));
      }
    };
    const simulation = new Simulation(plan);
    const undisturbed = isSettled ? new Simulation({ ...plan, events: [] }) : simulation;
    undisturbed.runUntil(wait);
    take(undisturbed, 'before');
    simulation.runUntil(plan.events[plan.events.length - 1].at + wait);
    take(simulation, 'after');
  });

  describe.each(PHASES.filter((phase) => recorded.get(routers[0])?.[phase] !== undefined))('%s', (phase) => {
    it.each(routers)('%s', (router) => {
      const said = recorded.get(router)?.[phase] ?? {};
      expect(Object.keys(said).length).toBeGreaterThan(10);
      for (const [command, lines] of Object.entries(said)) {
        const answer = here.get(`${phase} ${router} ${command}`);
        if (answer === NOT_KEPT) {
          expect(command).toMatch(UNKEPT);
          continue;
        }
        if (command === 'show ip ospf neighbor detail') {
          const counted = stateChanges(answer ?? '');
          for (const [neighbor, count] of stateChanges(lines.join('\n'))) {
            expect(Math.abs((counted.get(neighbor) ?? NaN) - count), neighbor).toBeLessThanOrEqual(/ (Full|Loading)/.test(neighbor) ? CHANCE_STATE_CHANGES : 0);
          }
        }
        expect(normal(answer ?? `% ${commandProblem(command)}`), command).toBe(normal(lines.join('\n')));
      }
    });
  });
});
