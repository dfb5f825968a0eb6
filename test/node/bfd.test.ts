/**
 * BFD in a running node: displays as a real bfdd printed them, what OSPF makes of it, and what becomes of sessions when daemons end.
 *
 * test/fixtures/frr-bfd was said by FRR 8.4.4 in the same two-router network: `ip ospf bfd 4 500 700` here, a profile there, up for ten seconds.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { Simulation } from '../../src/sim/simulation.js';

const router = (index: number, bfd: string, rest: string): string => `interface eth0
 ip ospf hello-interval 1
 ip ospf dead-interval 4
 ip ospf network point-to-point
${bfd}router ospf
 ospf router-id 1.1.1.${index}
 network 10.0.0.0/8 area 0
${rest}`;
const PROFILE = 'bfd\n profile fast\n  detect-multiplier 5\n  receive-interval 150\n  transmit-interval 160\n exit\n';

interface Traced {
  readonly seconds: number;
  readonly node: number;
  readonly event: TraceEvent;
}

function lab(events: string, bfd: readonly [string, string] = [' ip ospf bfd\n ip ospf bfd 4 500 700\n', ' ip ospf bfd\n ip ospf bfd profile fast\n'], rest = PROFILE): { simulation: Simulation; traces: Traced[] } {
  const files: Readonly<Record<string, string>> = {
    'lab.yaml': `topology:
  nodes:
    r1: { kind: frr, config: r1.conf, interfaces: { eth0: { address: 10.0.0.1/24 } } }
    r2: { kind: frr, config: r2.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }
  links: [ { endpoints: ["r1:eth0", "r2:eth0"] } ]
events: [ ${events} ]
until: 100s
`,
    'r1.conf': router(1, bfd[0], ''),
    'r2.conf': router(2, bfd[1], rest),
  };
  const { plan } = loadTopology('lab.yaml', { readFile: (path) => files[path] ?? '' });
  const traces: Traced[] = [];
  return { simulation: new Simulation(plan, { trace: (time, node, event) => void traces.push({ seconds: time / SECOND, node, event }) }), traces };
}

function losses(traces: readonly Traced[], node?: number): number[] {
  return traces.filter(({ event, node: at }) => event.kind === 'neighbor-state' && event.to === 'Deleted' && (node === undefined || at === node)).map(({ seconds }) => seconds);
}

describe('show bfd peers', () => {
  const { simulation } = lab('');
  simulation.runUntil(2 * SECOND);
  const up = simulation.nodes[0].system?.bfd?.sessions[0].session.changedAt ?? 0;
  simulation.runUntil(up + 10 * SECOND);
  const fixture = (name: string): string => readFileSync(`test/fixtures/frr-bfd/${name}`, 'utf8');
  /** Discriminators are drawn. */
  const normal = (text: string): string => text.replace(/\b\d{8,10} */g, 'ID ');

  it.each([
    ['show bfd peers', 'show-bfd-peers.txt'], ['show bfd peers json', 'show-bfd-peers.json'], ['show bfd peers brief', 'show-bfd-peers-brief.txt'],
  ])('%s', (command, file) => {
    expect(normal(simulation.showAt(0, command) ?? '')).toBe(normal(fixture(file)));
  });
});

describe('what OSPF makes of it', () => {
  it('a silent link is missed after the detection time of each side, not after the dead interval', () => {
    const { simulation, traces } = lab('{ at: 30s, node: r1, do: silence eth0 }');
    simulation.run();
    const [r1, r2] = [losses(traces, 0), losses(traces, 1)];
    // r2 sends every 500 ms (r1 takes no more), x5; r1 sends every 700 ms, x4. At most one interval less from the last packet on.
    expect([r1.length, r2.length]).toEqual([1, 1]);
    expect(r1[0] - 30).toBeGreaterThan(5 * 0.5 - 0.5);
    expect(r1[0] - 30).toBeLessThanOrEqual(5 * 0.5);
    expect(r2[0] - 30).toBeGreaterThan(4 * 0.7 - 0.7);
    expect(r2[0] - 30).toBeLessThanOrEqual(4 * 0.7);
  });
  it('without it, after the dead interval', () => {
    const { simulation, traces } = lab('{ at: 30s, node: r1, do: silence eth0 }', ['', '']);
    simulation.run();
    for (const loss of losses(traces)) expect(loss - 30).toBeGreaterThan(2.9);
    expect(losses(traces)).toHaveLength(2);
  });
  it('a daemon that is killed is missed at once: its bfdd says so', () => {
    const { simulation, traces } = lab('{ at: 30s, node: r1, do: kill ospfd }');
    simulation.run();
    expect(losses(traces, 1)[0] - 30).toBeLessThan(0.001);
  });
  it('bfdd alone: stopped it says goodbye, killed it is missed; OSPF goes on without it, and uses it again', () => {
    for (const [verb, least, most] of [['stop', 0, 0.001], ['kill', 2.1, 2.8]] as const) {
      const { simulation, traces } = lab(`{ at: 30s, node: r1, do: ${verb} bfdd }, { at: 60s, node: r1, do: launch bfdd }, { at: 80s, node: r1, do: silence eth0 }`);
      simulation.run();
      const [first, second] = losses(traces, 1);
      expect(first - 30).toBeGreaterThanOrEqual(least);
      expect(first - 30).toBeLessThan(most);
      expect(second - 80).toBeLessThan(2.81);
    }
  });
  it('a session shut down by an administrator takes the neighbour\'s adjacency, and the next one comes up without it', () => {
    const { simulation, traces } = lab('{ at: 30s, node: r2, do: configure, lines: ["bfd", "peer 10.0.0.1 interface eth0", "shutdown"] }');
    simulation.run();
    expect(losses(traces, 0)).toHaveLength(1);
    expect(losses(traces, 0)[0] - 30).toBeLessThan(0.001);
    const states = (at: number): string[] => traces.flatMap(({ event, node }) => (event.kind === 'bfd-state' && node === at ? [`${event.from} ${event.to}`] : []));
    expect([states(0), states(1)]).toEqual([['Down Init', 'Init Up', 'Up Down'], ['Down Up', 'Up AdminDown']]); // [5880:6.2]
    expect(simulation.showAt(1, 'show bfd peers')).toContain('Status: shutdown');
    expect(simulation.showAt(0, 'show ip ospf neighbor')).toContain('Full');
  });
  it('other intervals, typed while the session is up, are agreed on by Poll and Final and lose nothing', () => {
    const { simulation, traces } = lab('{ at: 30s, node: r2, do: configure, lines: ["bfd", "profile fast", "detect-multiplier 2", "receive-interval 300", "transmit-interval 900"] }, { at: 60s, node: r2, do: silence eth0 }');
    simulation.runUntil(50 * SECOND);
    expect(losses(traces)).toEqual([]);
    expect(simulation.showAt(0, 'show bfd peers')).toContain('Transmission interval: 900ms');
    simulation.run();
    expect(losses(traces, 0)[0] - 60).toBeGreaterThan(2 * 0.9 - 0.9);
    expect(losses(traces, 0)[0] - 60).toBeLessThanOrEqual(2 * 0.9);
  });
  it('at one end only it never comes up, and is never missed', () => {
    const { simulation, traces } = lab('', [' ip ospf bfd\n', ''], '');
    simulation.run();
    expect(losses(traces)).toEqual([]);
    expect(simulation.showAt(0, 'show bfd peers')).toContain('Status: down');
  });
});
