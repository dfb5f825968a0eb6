/**
 * The stub router [6987]: when it is one, which metrics change, and the time before a process is removed. What the real FRR says in each case is
 * in topologies/conformance/max-metric*.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { StubRouterConfiguration } from '../../src/ospf/configuration.js';
import { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328 } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

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

  test('on a broadcast network: the link to the transit network, once there is one', () => {
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
      configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { cost: 7 } } }), stubRouter: { isAdministrative: true } },
      interfaces: [device('eth0', 2, '10.0.0.5/24')],
    });
    bench.until(41 * SECOND);
    expect(metrics(bench)).toEqual([7]);
    bench.peer('3.3.3.3', '10.0.0.3', 2).toFull();
    bench.wait(6 * SECOND);
    expect(metrics(bench)).toEqual([0xffff]);
  });

  test('seen by others: a way through it is there, and is the last that is taken', () => {
    const bench = router({ isAdministrative: false });
    const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
    const far = (metric: number, sequence: number): Uint8Array[] => [
      routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 0xffff], ['pointToPoint', '8.8.8.8', '10.9.0.9', 0xffff], ['pointToPoint', '7.7.7.7', '10.8.0.9', metric]], { sequence }),
      routerLsa('8.8.8.8', [['pointToPoint', '9.9.9.9', '10.9.0.8', 0xffff], ['stub', '44.0.0.0', '255.255.0.0', 2], ['pointToPoint', '7.7.7.7', '10.7.0.8', 1]], { sequence }),
      routerLsa('7.7.7.7', [['pointToPoint', '8.8.8.8', '10.7.0.7', 3], ['pointToPoint', '9.9.9.9', '10.8.0.7', 1]], { sequence }),
    ];
    const cost = (): number | undefined => bench.routes.get(`${ip('44.0.0.0')}/16`)?.metric;
    n.update(...far(0xffff, 0x80000001));
    bench.wait(6 * SECOND);
    expect(cost()).toBe(7 + 0xffff + 2);
    n.update(...far(100, 0x80000002));
    bench.wait(6 * SECOND);
    expect(cost()).toBe(7 + 100 + 3 + 2);
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
