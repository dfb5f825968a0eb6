/**
 * Attached, the device under test is what stands behind the interfaces that lead to it; and in which order everybody stops when such a run is left.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { Plan } from '../../src/config/plan.js';
import { leavingOrder } from '../../src/replay/recording.js';
import { bindPlan, type Binding, type BoundPlan } from '../../src/sim/bound-plan.js';

const TO_THE_DEVICE: readonly Binding[] = [['tester', 'eth0', 'tap0'], ['west-01-1', 'up', 'tap1'], ['east-01-1', 'up', 'tap2']].map(([node, interfaceName, device]) => ({ node, interfaceName, device }));

function plan(): Plan {
  return loadTopology('topologies/egress-convergence.yaml', { readFile: (file) => readFileSync(file, 'utf8') }).plan;
}

function bound(bindings: readonly Binding[]): BoundPlan {
  const result = bindPlan(plan(), bindings, true);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

describe('the device under test', () => {
  test('is every stand-in of an interface that leads to it; probes and events stay', () => {
    const { plan: made, outside, leftOut } = bound(TO_THE_DEVICE);
    expect(made.device).toEqual(outside.map(({ node }) => node));
    expect(leftOut.nodes).toEqual(['dut']);
    expect([made.probes.length, made.events.length]).toEqual([25, 1]);
    expect(new Set(made.probes.map(({ group }) => group))).toEqual(new Set(['routes']));
  });

  test('is the emulated one where that is inside, and nobody where it is not there', () => {
    const inside = bound([{ node: 'west-10-5', interfaceName: 'bridge', device: 'tap0' }]);
    expect(inside.plan.device?.map((node) => inside.plan.nodes[node].name)).toEqual(['dut']);
    const { device: _device, ...without } = plan();
    const nobody = bindPlan(without, TO_THE_DEVICE, true);
    expect(typeof nobody === 'string' ? nobody : nobody.plan.device).toBeUndefined();
  });
});

describe('leaving', () => {
  test('the farthest first, those at the border last, everybody once', () => {
    const { plan: made, outside } = bound(TO_THE_DEVICE);
    const order = leavingOrder(made, outside.map(({ node }) => node));
    const names = order.map((wave) => wave.map((node) => made.nodes[node].name));
    expect(names.at(-1)).toEqual(['east-01-1', 'tester', 'west-01-1']);
    expect(names[0]).toEqual(['east-10-5', 'west-10-5']);
    expect(names.at(-2)).toEqual(['east-01-2', 'east-02-1', 'west-01-2', 'west-02-1']);
    expect(names.flat().sort()).toEqual(made.nodes.filter((_, node) => outside.every((each) => each.node !== node)).map(({ name }) => name).sort());
  });

  test('a switch has nothing to take back, and is a hop', () => {
    const { plan: made } = loadTopology('topologies/router-loss-frr.yaml', { readFile: (file) => readFileSync(file, 'utf8') });
    const lnx33 = bindPlan(made, [{ node: 'lnx33', interfaceName: 'ctc0', device: 'tap0' }], false);
    if (typeof lnx33 === 'string') throw new Error(lnx33);
    const order = leavingOrder(lnx33.plan, lnx33.outside.map(({ node }) => node));
    expect(order.map((wave) => wave.map((node) => lnx33.plan.nodes[node].name))).toEqual([['lnx31', 'tirnanog'], ['lnx32'], ['lnx33']]);
  });
});
