/**
 * The shipped networks under faults that their topology files do not have, and the same bytes however they are built.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/micros.js';
import type { EventAction, Plan } from '../../src/config/plan.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation, type SimulationOptions } from '../../src/sim/simulation.js';
import { decoded, describeFrame, Recorder } from './recorder.js';

function shipped(name: string, seed = 1): Plan {
  return loadTopology(`topologies/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8'), seed }).plan;
}

function run(plan: Plan, until: number, options?: SimulationOptions): { recorder: Recorder; simulation: Simulation } {
  const recorder = new Recorder();
  const simulation = new Simulation(plan, recorder, options);
  recorder.simulation = simulation;
  simulation.runUntil(until);
  return { recorder, simulation };
}

/** The FRR network with other events, as [seconds, node, action]; no probes. */
function frrWith(...events: readonly [number, string, EventAction][]): Plan {
  const plan = shipped('router-loss-frr');
  return { ...plan, probes: [], events: events.map(([at, name, action]) =>
    ({ at: at * SECOND, spreadMicros: 0, node: plan.nodes.findIndex((n) => n.name === name), action, text: action.kind })) };
}

function indexOf(plan: Plan, name: string): number {
  return plan.nodes.findIndex((n) => n.name === name);
}

describe('a shipped network', () => {
  it.each(['router-loss', 'router-loss-frr'])('%s is the same with its nodes built in reverse, and with the frame pool poisoned', (name) => {
    const plan = shipped(name);
    const { trajectoryHash } = run(plan, 170 * SECOND).simulation;
    expect(run(plan, 170 * SECOND, { constructionOrder: 'reverse' }).simulation.trajectoryHash).toBe(trajectoryHash);
    expect(run(plan, 170 * SECOND, { isPoolPoisoned: true }).simulation.trajectoryHash).toBe(trajectoryHash);
    expect(run(shipped(name, 2), 170 * SECOND).simulation.trajectoryHash).not.toBe(trajectoryHash);
  });
});

describe('FRR', () => {
  it('moves at once when a link loses its carrier: both ends see it', () => {
    const plan = frrWith([100, 'lnx33', { kind: 'carrier', port: 0, up: false }]);
    const { simulation } = run(plan, 99 * SECOND);
    const lnx33 = indexOf(plan, 'lnx33');
    expect(simulation.showAt(lnx33, 'ip route')).toContain('192.168.1.0/24 via 10.31.0.1 dev ctc0');
    simulation.runUntil(101 * SECOND);
    expect(simulation.showAt(lnx33, 'ip route')).toContain('192.168.1.0/24 via 10.32.0.1 dev ctc1');
  });

  it('loses the routes and the groups of a killed ospfd, and has them back after a restart', () => {
    const plan = frrWith([100, 'lnx32', { kind: 'kill', daemon: 'ospfd' }], [200, 'lnx32', { kind: 'launch', daemon: 'ospfd' }]);
    const { simulation, recorder } = run(plan, 99 * SECOND);
    const lnx32 = indexOf(plan, 'lnx32');
    const before = simulation.showAt(lnx32, 'ip route');
    expect(before).toContain('proto ospf');
    simulation.runUntil(102 * SECOND);
    expect(simulation.showAt(lnx32, 'ip route')).not.toContain('proto ospf');
    // The groups are left with two reports.
    const leaves = recorder.at('lnx32:eth0', 'outbound').filter((f) => f.time >= 100 * SECOND && describeFrame(f.bytes) === 'igmp');
    expect(leaves).toHaveLength(2);
    const { payload } = decoded(leaves[0].bytes);
    expect(payload.kind === 'ipv4' && payload.packet.payload.kind === 'igmp' && payload.packet.payload.igmp.kind === 'version3-report' &&
      payload.packet.payload.igmp.records.every((r) => r.type === 3)).toBe(true);
    simulation.runUntil(5 * MINUTE);
    expect(simulation.showAt(lnx32, 'ip route')).toBe(before);
  });

  it('is told of nothing while a switch port is silent, and finds out by its dead timer', () => {
    const plan = frrWith([100, 'lnx31', { kind: 'silence', port: 0, direction: 'in' }], [100, 'lnx31', { kind: 'silence', port: 1, direction: 'in' }]);
    const { recorder } = run(plan, 200 * SECOND);
    const lnx31 = indexOf(plan, 'lnx31');
    const losses = recorder.of('neighbor-state').filter((t) => t.node === lnx31 && t.event.event === 'InactivityTimer');
    expect(losses.length).toBeGreaterThanOrEqual(3);
    expect(losses.every((t) => t.time >= 129 * SECOND && t.time <= 140 * SECOND)).toBe(true);
  });
});
