/**
 * RFC 6412's figures, by hand and in a run; and what the frames on the device's links say about its control plane, against what its own trace says.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NEVER } from '../../src/base/micros.js';
import { execute } from '../../src/cli/execute.js';
import type { Plan } from '../../src/config/plan.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { ControlPlaneWatch } from '../../src/measure/control-plane.js';
import type { ProbeResult } from '../../src/measure/outage.js';
import { convergenceBenchmarks } from '../../src/measure/route-convergence.js';
import type { TracedEvent } from '../../src/measure/recorder.js';

const MS = 1000;
const fault = (time: number): TracedEvent => ({ time, node: 0, event: { kind: 'fault', what: 'freeze', detail: '' } });
const result = (...outages: readonly (readonly [number, number, boolean?])[]): ProbeResult => ({ name: 'p', sent: 1000, lost: 0,
  outages: outages.map(([start, end, isOpen = false]) => ({ start: start * MS, end: end * MS, seconds: (end - start) / 1000, lost: (end - start) / 10, isOpen })) });

function benchmarksOf(results: readonly ProbeResult[], events: readonly TracedEvent[]): ReturnType<typeof convergenceBenchmarks> {
  const plan = { probes: results.map((_, i) => ({ name: `p${i}`, group: 'routes', everyMicros: 10 * MS, start: 0, stop: NEVER })) } as unknown as Plan;
  return convergenceBenchmarks(plan, { events, routes: [], dropped: 0 }, results, 100_000 * MS);
}

describe('by hand, four streams every 10 ms, the event at 1 s', () => {
  test('first, full, specific, derived from loss', () => {
    const [all] = benchmarksOf([result([1000, 1100]), result([1050, 1300], [1400, 1500]), result(), result([1000, 1020])], [fault(1000 * MS)]);
    expect([all.routes, all.firstRouteMicros, all.fullMicros, all.samplingIntervalMicros]).toEqual([4, 20 * MS, 500 * MS, 10 * MS]);
    // Of the second route what it was out is less than the time until it had converged.
    expect(all.affected.map(({ probe, convergenceMicros, lossOfConnectivityMicros }) => [probe, convergenceMicros / MS, lossOfConnectivityMicros / MS])).toEqual([[0, 100, 100], [1, 500, 350], [3, 20, 20]]);
    // 10 + 35 + 2 packets of 400 a second.
    expect(all.lossDerivedMicros / MS).toBe(117.5);
  });

  test('a packet that was on its way when it happened belongs to it; what follows the next event does not', () => {
    const [first, second] = benchmarksOf([result([995, 1100], [5000, 5100])], [fault(1000 * MS), fault(5000 * MS)]);
    expect([first.fullMicros, second.fullMicros]).toEqual([100 * MS, 100 * MS]);
  });

  test('not converged, and not affected', () => {
    const [first] = benchmarksOf([result([1000, 9000, true]), result()], [fault(1000 * MS)]);
    expect([first.fullMicros, first.affected.length]).toEqual([NEVER, 1]);
    const [none] = benchmarksOf([result(), result()], [fault(1000 * MS)]);
    expect([none.firstRouteMicros, none.fullMicros, none.lossDerivedMicros]).toEqual([undefined, undefined, 0]);
  });
});

test('route-convergence.yaml: every target; what the device heard and said is in its trace at the same microsecond', () => {
  const { plan } = loadTopology('topologies/route-convergence.yaml', { readFile: (path) => readFileSync(path, 'utf8'), overrides: ['probes.0.every=50ms'] });
  const { outcome, recorder } = execute(plan);
  expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
  const [frozen, silent, restored, cut] = outcome.benchmarks;
  expect([frozen.affected.length, restored.affected.length, cut.affected.length]).toEqual([1, 0, 0]);
  expect(silent.affected.length).toBeGreaterThan(15);
  const device = plan.nodes.findIndex((each) => each.name === 'dut');
  for (const { event, firstLsaIn } of outcome.controlPlane) {
    const until = outcome.controlPlane.find((each) => each.event > event)?.event ?? NEVER;
    const installed = recorder.events.filter((each) => each.node === device && each.time >= event && each.time < until && each.event.kind === 'lsa-install' && each.event.isChanged);
    expect(firstLsaIn === undefined).toBe(installed.length === 0);
    // A daemon reads its socket up to 600 us after the frame came in.
    if (firstLsaIn !== undefined) expect(Math.abs(installed[0].time - firstLsaIn)).toBeLessThanOrEqual(700);
  }
  // What the carrier told it, it says at once.
  expect(outcome.controlPlane[3].firstLsaOut).toBe(outcome.controlPlane[3].event);
});

test('no bytes disturb the watch', () => {
  const watch = new ControlPlaneWatch();
  watch.begin(0);
  let state = 1;
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: i % 200 }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24);
    if (bytes.length > 40) bytes.set([8, 0, 0x45], 12);
    if (bytes.length > 40) bytes[23] = 89;
    if (bytes.length > 40) bytes.set([2, 4], 34);
    watch.frame(i, bytes, i % 2 === 0 ? 'in' : 'out');
  }
  expect(watch.times().length).toBe(1);
});

test('egress-convergence.yaml: an emulated device loses a packet or none, and it is seen when it sends each stream the other way', () => {
  const { plan } = loadTopology('topologies/egress-convergence.yaml', { readFile: (path) => readFileSync(path, 'utf8'), overrides: ['probes.0.every=5ms', 'probes.0.start=70s', 'probes.0.stop=72s'] });
  const { outcome, recorder } = execute(plan);
  expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
  const [{ event, firstMoved, lastMoved, moved, routes }] = outcome.forwarding;
  expect([moved, routes]).toEqual([25, 25]);
  const device = plan.nodes.findIndex((each) => each.name === 'dut');
  const changes = recorder.routes.filter((each) => each.node === device && each.time > event && each.change.prefixLength === 32 && each.change.nextHops.some(({ interfaceName }) => interfaceName === 'eth2'));
  expect(changes.length).toBeGreaterThanOrEqual(25);
  // A packet every 5 ms: no later than that behind the change itself, and never before it.
  for (const seen of [firstMoved, lastMoved]) {
    expect(seen).toBeGreaterThanOrEqual(changes[0].time);
    expect(seen).toBeLessThanOrEqual(changes[changes.length - 1].time + 5100);
  }
  expect(firstMoved).toBeGreaterThan(outcome.controlPlane[0].firstLsaIn as number);
});
