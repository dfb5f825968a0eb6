/**
 * topologies/zvm-failure.yaml and zvm-standby.yaml: every target over several seeds; the steps of each in their order and at their times; the variants.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

const readFile = (path: string): string => readFileSync(path, 'utf8');
const load = (name: string, seed = 1, overrides: readonly string[] = []): ReturnType<typeof loadTopology>['plan'] => loadTopology(`topologies/${name}.yaml`, { readFile, seed, overrides }).plan;

/** What the timeline is made of: seconds since the first fault of a machine, and what happened. */
function steps(name: string, overrides: readonly string[] = []): [number, string][] {
  const found: [number, string][] = [];
  let start: number | undefined;
  new Simulation(load(name, 1, overrides), {
    trace: (time, node, event) => {
      if (event.kind === 'fault' && node < 0) start ??= time;
      if (start === undefined) return;
      const at = (time - start) / 1e6;
      if (event.kind === 'machine-state') found.push([at, `${event.name} ${event.state}`]);
      else if (event.kind === 'operation') found.push([at, event.what]);
    },
  }).run();
  return found;
}

describe.each(['zvm-failure', 'zvm-standby'])('%s', (name) => {
  it.each([1, 2, 3])('seed %i: every target and expectation', (seed) => {
    const { targets, expectations } = execute(load(name, seed)).outcome;
    expect([...targets, ...expectations].filter(({ isMet }) => !isMet)).toEqual([]);
  });
});

test('restart in place: all guests go at once; restart, IPL, AUTOLOG1, the pause of DEMOSTRT between the guests', () => {
  const all = steps('zvm-failure');
  expect(all.slice(0, 4).map(([at, what]) => [at, what])).toEqual([[0, 'VM1 ends'], [0, 'OP1 of VM1 is gone'], [0, 'LINUX1 of VM1 is gone'], [0, 'LINUX2 of VM1 is gone']]);
  const at = (what: string): number | undefined => all.find((each) => each[1] === what)?.[0];
  expect(['VM1 IPL', 'VM1 is up', 'XAUTOLOG LINUX1', 'XAUTOLOG LINUX2', 'LINUX1 of VM1 is up', 'LINUX2 of VM1 is up'].map(at)).toEqual([15, 105, 105, 114, 160, 169]);
});

test('cold standby: the paper\'s order, each step when the one before is done', () => {
  const order = steps('zvm-standby').map(([at, what]) => `${at} ${what}`);
  const wanted = ['0 CEC1 stops', '0 takeover, step 1: detect: the hardware management console shows the failure', '30 takeover, step 2: decide: a restart in place does not succeed',
    '90 takeover, step 3: the partition of the failed system is reset', '100 LP1 is reset', '100 takeover, step 4: break the PPRC DASD pairs',
    '160 takeover, step 5: load z/VM on the secondary site', '160 VM2 IPL', '250 VM2 is up', '250 XAUTOLOG LINUX1', '259 XAUTOLOG LINUX2', '305 LINUX1 of VM2 is up', '314 LINUX2 of VM2 is up'];
  expect(order.filter((each) => wanted.includes(each))).toEqual(wanted);
});

test('z/VM runs already on the second machine: its IPL is saved', () => {
  const outcome = execute(load('zvm-standby', 1, ['machines.CEC2.partitions.LP2.standby=false', 'machines.CEC2.partitions.LP2.takeover.steps.4.do=start', 'targets=[]'])).outcome;
  const seconds = outcome.probes.find((each) => each.name === 'web1')?.outages[0]?.seconds ?? 0;
  expect(seconds).toBeGreaterThan(213.9);
  expect(seconds).toBeLessThan(216.5);
});

test('without the reset the guests that still run on the first machine are not started beside themselves', () => {
  const order = steps('zvm-standby', ['events=[{at: 2m, machine: VM2, do: takeover}, {at: 1m, machine: VM1, do: cp force linux2}]', 'machines.CEC2.partitions.LP2.takeover.steps.2.do=wait', 'targets=[]']).map(([, what]) => what);
  expect(order).toContain('DEMOSTRT EXEC: cp xautolog linux1: LINUX1 still runs in VM1: both would write to its disks');
  expect(order).toContain('LINUX2 of VM2 is up');
});

test('shut down: DEMOSTOP halts both guests, waits, logs them off, and z/VM ends', () => {
  const order = steps('zvm-failure', ['events=[{at: 2m, machine: VM1, do: shutdown}]', 'targets=[]']);
  const at = (what: string): number | undefined => order.find((each) => each[1] === what)?.[0];
  expect(['LINUX1 of VM1 shuts down', 'LINUX2 of VM1 shuts down', 'LINUX1 of VM1 has halted', 'LINUX1 of VM1 is gone', 'SHUTDOWN', 'VM1 ends'].map(at)).toEqual([0, 2, 30, 64, 64, 84]);
});

test('two runs of one seed are one run', () => {
  const hash = (): string => {
    const simulation = new Simulation(load('zvm-standby'));
    simulation.run();
    return simulation.trajectoryHash;
  };
  expect(hash()).toBe(hash());
});
