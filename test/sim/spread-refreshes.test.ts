/** `start: { refreshes: D }`: routers that start together refresh their LSAs for the first time over D, and from then on as they always do. */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

const ROUTERS = 20;
const CONVERGED = 60 * SECOND;

/** By node: when it refreshed its router-LSA, seconds. */
function refreshes(start: string): Map<number, number[]> {
  const text = `name: ring\nstart: ${start}\ntopology:\n  generate:\n    - { name: core, shape: ring, size: ${ROUTERS}, hello: 10s }\nuntil: 2h\n`;
  const { plan } = loadTopology('ring.yaml', { readFile: () => text });
  const times = new Map<number, number[]>();
  const simulation = new Simulation(plan, {
    trace: (time, node, event) => {
      if (event.kind === 'lsa-originate' && event.reason === 'refresh' && time > CONVERGED) times.set(node, [...(times.get(node) ?? []), time / SECOND]);
    },
  });
  simulation.runUntil(4000 * SECOND);
  return times;
}

test('spread over half an hour, and half an hour apart from then on', () => {
  const times = refreshes('{ refreshes: 30min }');
  expect(times.size).toBe(ROUTERS);
  const firsts = [...times.values()].map(([first]) => first).sort((a, b) => a - b);
  expect(firsts[0]).toBeLessThan(400);
  expect(firsts[ROUTERS - 1]).toBeGreaterThan(1200);
  expect(firsts[ROUTERS - 1]).toBeLessThanOrEqual(1820);
  // Nowhere do many come together: of twenty over half an hour no eight within two minutes.
  expect(firsts.every((each, i) => i + 7 >= ROUTERS || firsts[i + 7] - each > 120)).toBe(true);
  for (const each of times.values()) for (let i = 1; i < each.length; i++) expect(each[i] - each[i - 1]).toSatisfy((gap: number) => gap >= 1680 && gap <= 1760);
});

test('without it they come together', () => {
  const firsts = [...refreshes('{ spread: 1s }').values()].map(([first]) => first);
  expect(Math.max(...firsts) - Math.min(...firsts)).toBeLessThan(120);
});
