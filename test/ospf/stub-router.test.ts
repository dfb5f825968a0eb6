/**
 * The stub router [6987]: when it is one, which metrics change, and the time before a process is removed. What the real FRR says in each case is
 * in topologies/conformance/max-metric*.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { StubRouterConfiguration } from '../../src/ospf/configuration.js';
import { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328 } from './bench.js';
import { configuration, device } from './fabric.js';

/** Metrics of the links of the router-LSA: the point-to-point link to 9.9.9.9, its stub link, and another stub link. */
function metrics(bench: Bench): number[] {
  const body = bench.process.areas[0].routerLsa?.body;
  return body instanceof RouterLsa ? body.links.map((link) => link.metric) : [];
}

function router(stubRouter: StubRouterConfiguration, isCutShort = false): Bench {
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0, isStubRouterShutdownCutShort: isCutShort },
    configuration: {
      ...configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-point', cost: 7 }, eth1: { cost: 3 } },
      }),
      stubRouter,
    },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
  n.toFull();
  n.acknowledgeAll();
  return bench;
}

describe('a stub router', () => {
  test('by hand: transit links have the largest metric, stub links theirs', () => {
    const bench = router({ isAdministrative: true });
    expect(metrics(bench)).toEqual([0xffff, 7, 3]);
    bench.wait(3000 * SECOND);
    expect(bench.process.areas[0].stubRouter.isActive).toBe(true);
  });

  test('after the start: for so long, and then never again', () => {
    const bench = router({ isAdministrative: false, onStartupSeconds: 30 });
    expect(metrics(bench)).toEqual([0xffff, 7, 3]);
    bench.until(30 * SECOND - 1);
    expect(metrics(bench)[0]).toBe(0xffff);
    bench.until(30 * SECOND);
    expect(metrics(bench)).toEqual([7, 7, 3]);
  });

  test('before it is removed: for so long, then it flushes and is done', () => {
    const bench = router({ isAdministrative: false, onShutdownSeconds: 20 });
    expect(metrics(bench)).toEqual([7, 7, 3]);
    const done: number[] = [];
    bench.take();
    const start = bench.now;
    bench.process.retire(bench.now, (now) => done.push(now));
    expect(metrics(bench)).toEqual([0xffff, 7, 3]);
    expect(bench.take().flatMap((packet) => packet.update ?? []).map((header) => header.age < 3600)).toEqual([true]);
    bench.process.retire(bench.now, () => done.push(-1)); // once is enough
    bench.until(start + 20 * SECOND - 1);
    expect(done).toEqual([]);
    bench.until(start + 20 * SECOND);
    expect(done).toEqual([start + 20 * SECOND]);
    expect(bench.take().flatMap((packet) => packet.update ?? []).some((header) => header.age === 3600)).toBe(true);
  });

  test('told to end by a signal: as every process, or, as FRR, at once and without a word', () => {
    for (const isCutShort of [false, true]) {
      const bench = router({ isAdministrative: false, onShutdownSeconds: 20 }, isCutShort);
      bench.take();
      bench.process.stop(bench.now);
      expect(bench.take().some((packet) => packet.update?.some((header) => header.age === 3600))).toBe(!isCutShort);
    }
  });
});
