/**
 * topologies/web-takeover-today.yaml and web-takeover.yaml: heartbeat's take-over as it was measured (3.0.6, over many seeds), and as the Redpaper's log
 * has it (0.4.9.1 with mon).
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { execute } from '../../src/cli/execute.js';
import { Recorder } from '../../src/measure/recorder.js';
import { Simulation } from '../../src/sim/simulation.js';
import { seeds } from './shipped.js';

const readFile = (path: string): string => readFileSync(path, 'utf8');

interface Happening { readonly seconds: number; readonly node: string; readonly event: TraceEvent }

/** Everything that nodes traced, and the probes' outages. */
function run(file: string, seed: number, overrides: readonly string[] = []): { happenings: Happening[]; gaps: Map<string, readonly { start: number; seconds: number }[]>; simulation: Simulation } {
  const { plan } = loadTopology(file, { readFile, seed, overrides: [...overrides] });
  const happenings: Happening[] = [];
  const recorder = new Recorder(plan.probes.map(({ name }) => name));
  const simulation = new Simulation(plan, {
    trace: (time, node, event) => {
      recorder.trace(time, node, event);
      if (event.kind !== 'probe-sent' && event.kind !== 'probe-received') happenings.push({ seconds: time / SECOND, node: plan.nodes[node].name, event });
    },
  });
  simulation.run();
  const gaps = new Map(recorder.probeResults(simulation.now).map(({ name, outages }) => [name, outages.map(({ start, seconds }) => ({ start: start / SECOND, seconds }))]));
  return { happenings, gaps, simulation };
}

const TODAY = 'topologies/web-takeover-today.yaml';
const QUICK = ['probes.1.start=49s', 'expect=[]'];

function when(happenings: readonly Happening[], test: (happening: Happening) => boolean, after = 0): number {
  return happenings.find((each) => each.seconds >= after && test(each))?.seconds ?? NaN;
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

test('a crash over 200 seeds: dead 0.1 to 0.9 s after deadtime, the client without its server for 8.2 to 11 s, 9.4 s in the mean', { timeout: 60_000 }, () => {
  const late: number[] = [];
  const gaps: number[] = [];
  for (const seed of seeds(200)) {
    const { happenings, gaps: outages } = run(TODAY, seed, QUICK);
    const dead = happenings.find(({ event }) => event.kind === 'cluster-node' && event.to === 'dead');
    if (dead?.event.kind !== 'cluster-node') throw new Error('nobody is dead');
    late.push((dead.event.sinceLastHeartbeatMicros ?? 0) / SECOND - 10);
    const [gap] = outages.get('ping') ?? [];
    gaps.push(gap.seconds);
    const added = when(happenings, ({ event }) => event.kind === 'alias-address' && event.what === 'added', dead.seconds) - dead.seconds;
    expect(added).toBeGreaterThan(0.115);
    expect(added).toBeLessThan(0.225);
    const announced = when(happenings, ({ event }) => event.kind === 'gratuitous-arp', dead.seconds) - dead.seconds - added;
    expect(announced).toBeLessThan(0.01);
  }
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8.2);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(11);
  expect(Math.abs(sum(gaps) / gaps.length - 9.4)).toBeLessThan(0.5);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0.1);
  expect(Math.max(...late)).toBeLessThanOrEqual(0.9);
});

test('stopped and started again over 40 seeds', { timeout: 60_000 }, () => {
  const stops: number[] = [];
  const backs: number[] = [];
  const since: number[] = [];
  for (const seed of seeds(40)) {
    const { happenings, gaps } = run(TODAY, seed, ['events=[{at: 30s, spread: 4s, node: lnx31, do: stop heartbeat},{at: 60s, spread: 4s, node: lnx31, do: launch heartbeat}]', 'until=80s', 'probes.1.start=79s', 'targets=[]']);
    const outages = gaps.get('ping') ?? [];
    stops.push(sum(outages.filter(({ start }) => start < 55).map(({ seconds }) => seconds)));
    backs.push(sum(outages.filter(({ start }) => start > 55).map(({ seconds }) => seconds)));
    const launched = when(happenings, ({ event }) => event.kind === 'daemon' && event.what === 'started', 50);
    since.push(when(happenings, ({ event, node }) => node === 'lnx31' && event.kind === 'alias-address' && event.what === 'added', launched) - launched);
  }
  expect(Math.min(...stops)).toBeGreaterThanOrEqual(0.33);
  expect(Math.max(...stops)).toBeLessThanOrEqual(1);
  expect(Math.max(...backs)).toBeLessThan(1);
  // 2.7 to 4.2 s in the recordings; up to a second more where the two look at their messages at the wrong moments.
  expect(Math.min(...since)).toBeGreaterThan(2.4);
  expect(Math.max(...since)).toBeLessThan(5.3);
});

test('frozen alone, the daemon is missed by its peer and by nobody else', () => {
  expect(execute(loadTopology(TODAY, { readFile, overrides: ['events=[{at: 30s, node: lnx31, do: freeze heartbeat}]', 'targets=[]'] }).plan).outcome.probes[0].outages).toEqual([]);
});
