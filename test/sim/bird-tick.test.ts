/**
 * BIRD's timing, in whole networks: what is bound to the tick and what is not. The figures are those measured on the real one: the dead timer is
 * exact, routes change on the tick, and other packets than Hellos keep a neighbour alive.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { Simulation } from '../../src/sim/simulation.js';

const FOLDER = 'topologies/conformance';

function run(name: string): { readonly at: Micros; readonly node: string; readonly event: TraceEvent }[] {
  const { plan } = loadTopology(`${FOLDER}/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') });
  const seen: { at: Micros; node: string; event: TraceEvent }[] = [];
  const simulation = new Simulation(plan, { trace: (at, node, event) => seen.push({ at, node: plan.nodes[node].name, event }) });
  simulation.run();
  return seen;
}

describe('bird-frr-ring: b2 dies, b4 and the FRR routers go on', () => {
  const seen = run('bird-frr-ring');
  const started = seen.find(({ node, event }) => node === 'b4' && event.kind === 'daemon')?.at ?? 0;
  const onTick = (at: Micros): boolean => (at - started - 100 * MILLISECOND) % SECOND === 0;

  it('routes are calculated on the tick, 0.1 s after the start and whole seconds later', () => {
    const calculations = seen.filter(({ node, event }) => node === 'b4' && event.kind === 'spf-run');
    expect(calculations.length).toBeGreaterThan(3);
    expect(calculations.filter(({ at }) => !onTick(at))).toEqual([]);
  });

  it('what has changed is originated on the tick, and not twice within 5 s', () => {
    const originations = seen.filter(({ node, event }) => node === 'b4' && event.kind === 'lsa-originate' && event.lsa.lsType === 1);
    expect(originations.length).toBeGreaterThan(1);
    expect(originations.filter(({ at }) => !onTick(at))).toEqual([]);
    for (let i = 1; i < originations.length; i++) expect(originations[i].at - originations[i - 1].at).toBeGreaterThanOrEqual(5 * SECOND);
  });

  it('adjacencies come when they come', () => {
    const full = seen.filter(({ node, event }) => node === 'b4' && event.kind === 'neighbor-state' && event.to === 'Full');
    expect(full.length).toBeGreaterThan(0);
    expect(full.some(({ at }) => !onTick(at))).toBe(true);
  });
});

it('bird-broadcast: a neighbour is lost exactly the dead interval after it was last heard', () => {
  const lost = run('bird-broadcast').filter(({ node, event }) => node !== 'r1' && event.kind === 'neighbor-state' && event.event === 'InactivityTimer');
  expect(lost.length).toBeGreaterThan(0);
  for (const { event } of lost) expect(event.kind === 'neighbor-state' ? event.sinceLastHelloMicros : undefined).toBe(4 * SECOND);
});
