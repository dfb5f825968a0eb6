/**
 * What is done to the network: freezing, silence, carrier; and that a run can be repeated exactly.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/micros.js';
import type { Plan } from '../../src/config/plan.js';
import { Simulation, type SimulationOptions } from '../../src/sim/simulation.js';
import { routedPlan } from './plan-by-hand.js';
import { describeFrame, Recorder } from './recorder.js';

function run(plan: Plan, options?: SimulationOptions): { recorder: Recorder; simulation: Simulation } {
  const recorder = new Recorder();
  const simulation = new Simulation(plan, recorder, options);
  recorder.simulation = simulation;
  simulation.run();
  return { recorder, simulation };
}

function text(recorder: Recorder): string {
  const frames = recorder.frames.map((f) => `${f.time} ${f.label} ${f.direction} ${Buffer.from(f.bytes).toString('hex')}`);
  return [...frames, JSON.stringify(recorder.traces), JSON.stringify(recorder.routes)].join('\n');
}

/** One probe every 10 ms from a to b, from 1 s to 5 s. */
const probes = [{ sender: 'a', target: '10.2.0.1', stop: 5 * SECOND - 1 }];

describe('a frozen node', () => {
  it('loses what arrives meanwhile and nothing else', () => {
    const { recorder } = run(routedPlan({ probes,
      events: [{ at: 2 * SECOND + 5000, on: 'r', action: { kind: 'sleep', durationMicros: 1 * SECOND } }] }));
    // Sent at 2.010 up to 3.000 s: sequence 101 to 200.
    expect(recorder.lost(0)).toEqual(Array.from({ length: 100 }, (_, i) => 101 + i));
    expect(recorder.of('fault').map((t) => [t.time, t.node, t.event.what])).toEqual([[2 * SECOND + 5000, 2, 'freeze']]);
    expect(recorder.of('recovery').map((t) => [t.time, t.node, t.event.what])).toEqual([[3 * SECOND + 5000, 2, 'thaw']]);
  });

  it('fires an overdue timer once, at the thaw', () => {
    const { recorder } = run(routedPlan({ probes,
      events: [{ at: 2 * SECOND + 5000, on: 'a', action: { kind: 'freeze' } }, { at: 3 * SECOND + 5000, on: 'a', action: { kind: 'thaw' } }] }));
    const sent = recorder.of('probe-sent').map((t) => t.time);
    const at = sent.indexOf(2 * SECOND);
    expect(sent.slice(at, at + 3)).toEqual([2 * SECOND, 3 * SECOND + 5000, 3 * SECOND + 15000]);
    expect(recorder.lost(0)).toEqual([]);
  });

  it('hears of a command when it wakes', () => {
    const { recorder, simulation } = run(routedPlan({ probes,
      events: [{ at: 2 * SECOND, on: 'r', action: { kind: 'sleep', durationMicros: 1 * SECOND } },
        { at: 2500 * MILLISECOND, on: 'r', action: { kind: 'carrier', port: 1, up: false } }],
      until: { kind: 'instant', at: 2900 * MILLISECOND } }));
    expect(simulation.nodes[2].system?.host.interfaceByPort(1)?.hasCarrier).toBe(true);
    simulation.runUntil(4 * SECOND);
    expect(simulation.nodes[2].system?.host.interfaceByPort(1)?.hasCarrier).toBe(false);
    expect(recorder.lost(0).length).toBeGreaterThan(190);
  });

  it('is not woken by the end of an earlier sleep', () => {
    const { simulation } = run(routedPlan({
      events: [{ at: 1 * SECOND, on: 'r', action: { kind: 'sleep', durationMicros: 3 * SECOND } },
        { at: 2 * SECOND, on: 'r', action: { kind: 'thaw' } },
        { at: 3 * SECOND, on: 'r', action: { kind: 'sleep', durationMicros: 3 * SECOND } }],
      until: { kind: 'instant', at: 5 * SECOND } }));
    expect(simulation.nodes[2].isFrozen).toBe(true);
    simulation.runUntil(6 * SECOND);
    expect(simulation.nodes[2].isFrozen).toBe(false);
  });
});

describe('a silent port', () => {
  // Port 0 of r is its link to b (links are sorted by name), port 1 the one to the switch.
  const both = [...probes, { sender: 'b', target: '10.1.0.1', stop: 5 * SECOND - 1 }];
  it.each([['in', true, false], ['out', false, true], ['both', true, true]] as const)('%s: the frames of that direction are lost', (direction, isFirstLost, isSecondLost) => {
    const { recorder, simulation } = run(routedPlan({ probes: both,
      events: [{ at: 2 * SECOND + 5000, on: 'r', action: { kind: 'silence', port: 1, direction } },
        { at: 3 * SECOND + 5000, on: 'r', action: { kind: 'restore', port: 1 } }] }));
    expect(recorder.lost(0).length).toBe(isFirstLost ? 100 : 0);
    expect(recorder.lost(1).length).toBe(isSecondLost ? 100 : 0);
    expect(simulation.nodes[2].system?.host.interfaceByPort(1)?.hasCarrier).toBe(true);
  });

  it('shows what was sent and lost as outbound, and not as inbound', () => {
    const { recorder } = run(routedPlan({ probes,
      events: [{ at: 2 * SECOND + 5000, on: 'r', action: { kind: 'silence', port: 0, direction: 'out' } }] }));
    const out = recorder.at('r:eth1', 'outbound').filter((f) => describeFrame(f.bytes) === 'udp');
    const arrived = recorder.at('b:eth0', 'inbound').filter((f) => describeFrame(f.bytes) === 'udp');
    expect(out).toHaveLength(400);
    expect(arrived).toHaveLength(101);
  });
});

describe('loss of carrier', () => {
  it('stops both directions, and after it the switch has to learn again', () => {
    const { recorder, simulation } = run(routedPlan({ probes,
      events: [{ at: 2 * SECOND + 5000, on: 'r', action: { kind: 'carrier', port: 1, up: false } },
        { at: 3 * SECOND + 5000, on: 'r', action: { kind: 'carrier', port: 1, up: true } }],
      until: { kind: 'instant', at: 2500 * MILLISECOND } }));
    expect(simulation.showAt(2, 'ip route')).toContain('10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.254 linkdown');
    expect(simulation.nodes[0].system?.host.interfaceByPort(0)?.hasCarrier).toBe(true);
    expect(recorder.at('r:eth0', 'outbound').every((f) => f.time <= 2 * SECOND + 5000)).toBe(true);
    simulation.runUntil(6 * SECOND);
    expect(recorder.lost(0)).toHaveLength(100);
    expect(simulation.showAt(2, 'ip route')).not.toContain('linkdown');
  });

  it('is seen at both ends of a direct link', () => {
    const { simulation } = run(routedPlan({ events: [{ at: SECOND, on: 'r', action: { kind: 'carrier', port: 0, up: false } }] }));
    expect(simulation.nodes[1].system?.host.interfaceByPort(0)?.hasCarrier).toBe(false);
  });
});

describe('a run', () => {
  const busy = (seed: number): Plan => routedPlan({ seed, startSpreadMicros: 500_000,
    probes: [{ sender: 'a', target: '10.2.0.1', stop: 40 * SECOND, everyMicros: 100_000 }, { sender: 'b', target: '10.1.0.1', protocol: 'icmp', everyMicros: 70_000 },
      { sender: 'a', target: '10.2.0.77', everyMicros: 1_000_000 }],
    events: [{ at: 20 * SECOND, spreadMicros: 5 * SECOND, on: 'r', action: { kind: 'sleep', durationMicros: 3 * SECOND } }] });

  it('is the same again with the same seed, also with the nodes built in reverse and the frame pool poisoned', () => {
    const first = run(busy(7));
    const again = run(busy(7));
    const reverse = run(busy(7), { constructionOrder: 'reverse' });
    const poisoned = run(busy(7), { isPoolPoisoned: true });
    expect(first.simulation.framesDelivered).toBeGreaterThan(5000);
    for (const other of [again, reverse, poisoned]) {
      expect(other.simulation.trajectoryHash).toBe(first.simulation.trajectoryHash);
      expect(text(other.recorder) === text(first.recorder)).toBe(true);
    }
  });

  it('is another one with another seed', () => {
    expect(run(busy(8)).simulation.trajectoryHash).not.toBe(run(busy(7)).simulation.trajectoryHash);
  });

  it('can be taken in steps', () => {
    const whole = new Simulation(busy(7));
    whole.runUntil(30 * SECOND);
    const parts = new Simulation(busy(7));
    for (let t = 0; t <= 30 * SECOND; t += 137_011) parts.runUntil(t);
    parts.runUntil(30 * SECOND);
    expect(parts.trajectoryHash).toBe(whole.trajectoryHash);
    expect(() => parts.runUntil(29 * SECOND)).toThrow(/cannot go back.*seed 7|cannot go back/);
  });
});
