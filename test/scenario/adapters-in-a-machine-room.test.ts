/**
 * The Redpaper's two adapter scenarios with their adapters in a machine room instead of plain links: adapter-loss on two LCS adapters, vipa-ospf on two in QDIO. The
 * paper's tables and every target must come out as before, and the outages to the millisecond.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const readFile = (path: string): string => readFileSync(path, 'utf8');

function run(name: string, seed: number, overrides: readonly string[]): ReturnType<typeof execute>['outcome'] {
  return execute(loadTopology(`topologies/${name}.yaml`, { readFile, seed, overrides }).plan).outcome;
}

const milliseconds = (outcome: ReturnType<typeof run>): [string, number[]][] =>
  outcome.probes.map(({ name, outages }) => [name, outages.map(({ start, end }) => Math.round((end - start) / 1000))]);

const LCS = [
  'topology.links=[{endpoints: ["tirnanog:eth0", "lan:p1"]}]',
  `machines={CEC1: {adapters: {
    OSA1: {mode: lcs, cable: "lan:p2", oat: [{devices: a02-a03, node: lnx31, addresses: [192.168.1.3, 10.1.1.1]}]},
    OSA2: {mode: lcs, cable: "lan:p3", oat: [{devices: a04-a05, node: lnx31, addresses: [192.168.1.4, 10.1.1.1]}]}},
    partitions: {LP1: {node: lnx31}}}}`,
];

describe('adapter-loss on LCS adapters, with the addresses in their tables', () => {
  it.each([1, 2, 3, 4])('seed %i: the paper\'s tables, every target, the same outages', (seed) => {
    const outcome = run('adapter-loss', seed, LCS);
    expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(outcome.expectations.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(milliseconds(outcome)).toEqual(milliseconds(run('adapter-loss', seed, [])));
  });

  it('a virtual address that is in no table is reached by nobody: the adapter has no default entry', () => {
    const without = LCS.map((each) => each.replaceAll(', 10.1.1.1]', ']'));
    const [, [lost]] = milliseconds(run('adapter-loss', 1, [...without, 'targets=[]', 'expect=[]']))[0];
    expect(lost).toBeGreaterThan(100_000);
  });
});

const QDIO = [
  `topology.links=[{endpoints: ["client:eth0", "lan:p1"]}, {endpoints: ["r1:eth0", "lan:p2"]}, {endpoints: ["r2:eth0", "lan:p3"]}, {endpoints: ["r1:eth1", "switch1:p1"]},
    {endpoints: ["r2:eth1", "switch2:p1"]}, {endpoints: ["zvm1:LINUX1-CTC", "guest1:ctc0"], kind: ctc}, {endpoints: ["zvm1:LINUX2-CTC", "guest2:ctc0"], kind: ctc}]`,
  `machines={CEC1: {adapters: {OSA1: {mode: qdio, cable: "switch1:p2", oat: [{devices: fc00, node: zvm1}]}, OSA2: {mode: qdio, cable: "switch2:p2", oat: [{devices: fc04, node: zvm1}]}},
    partitions: {LP1: {system: VM1, guests: {TCPIP: {node: zvm1}, LINUX1: {node: guest1}, LINUX2: {node: guest2}}}}}}`,
  'events=[{at: 2m, spread: 10s, node: OSA1, do: silence lan}, {at: 4m10s, node: OSA1, do: restore lan}, {at: 6m, spread: 10s, node: OSA1, do: port down}]',
];

describe('vipa-ospf on QDIO adapters', () => {
  it.each([1, 2])('seed %i: the routers\' tables and every target; OSPF goes through the adapters, and the guests through their primary router', (seed) => {
    const outcome = run('vipa-ospf', seed, QDIO);
    expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(outcome.expectations.filter(({ isMet }) => !isMet)).toEqual([]);
  });

  it('without PRIROUTER the guests are reached by nobody, the VIPA is: only what is registered is handed over', () => {
    const { plan } = loadTopology('topologies/vipa-ospf.yaml', { overrides: [...QDIO, 'targets=[]', 'expect=[]', 'events=[]'], readFile: (path) => readFile(path).replaceAll('PRIROUTER ', '') });
    const { probes } = execute(plan).outcome;
    const lost = (name: string): number => probes.find((each) => each.name === name)?.lost ?? -1;
    expect(lost('vipa-silent')).toBe(0);
    expect(lost('guest-silent')).toBeGreaterThan(6000);
  });
});
