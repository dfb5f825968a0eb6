/**
 * What was measured on real systems and must come out of the protocol here: when adjacencies are Full, when routes are calculated, when a
 * neighbour is given up, how often a router speaks of itself.
 */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { scheduleCalculation } from '../../src/ospf/spf-schedule.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ZEBRA_092A } from '../../src/persona/ospf-zebra.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, POINT_TO_POINT } from './bench.js';
import { Fabric, configuration, device, ip } from './fabric.js';

/** Three routers on a LAN, and a fourth behind point-to-point links to two of them, as in the laboratory. */
function laboratory(seed: number): { fabric: Fabric; startedAt: Map<string, Micros> } {
  const fabric = new Fabric();
  const prng = new Prng(seed, 'laboratory', 'start');
  const startedAt = new Map<string, Micros>();
  const add = (name: string, id: string, ...interfaces: Parameters<typeof device>[]): void => {
    const startAt = prng.integer(0, 20 * MILLISECOND);
    startedAt.set(name, startAt);
    fabric.add(name, {
      behaviour: FRR_844, seed, startAt, interfaces: interfaces.map((i) => device(...i)),
      configuration: configuration({
        routerId: id, networks: [['192.168.1.0/24', 0], ['10.31.0.0/16', 1], ['10.32.0.0/16', 1]],
        interfaces: { ctc0: { networkType: 'point-to-point' }, ctc1: { networkType: 'point-to-point' } },
      }),
    });
  };
  add('tirnanog', '192.168.1.254', ['eth0', 2, '192.168.1.254/24']);
  add('lnx31', '192.168.1.3', ['eth0', 2, '192.168.1.3/24'], ['ctc0', 3, '10.31.0.2/24']);
  add('lnx32', '192.168.1.4', ['eth0', 2, '192.168.1.4/24'], ['ctc0', 3, '10.32.0.2/24']);
  add('lnx33', '10.33.0.1', ['ctc0', 2, '10.31.0.1/24'], ['ctc1', 3, '10.32.0.1/24']);
  fabric.link(['tirnanog', 2], ['lnx31', 2], ['lnx32', 2]);
  fabric.link(['lnx31', 3], ['lnx33', 2]);
  fabric.link(['lnx32', 3], ['lnx33', 3]);
  return { fabric, startedAt };
}

describe('FRR', () => {
  test('40 starts within 20 ms: LAN adjacencies are Full at 40, 45 or 50 s and at no other time, point-to-point ones at 10 s', () => {
    const lan = new Map<number, number>();
    for (let seed = 1; seed <= 40; seed++) {
      const { fabric, startedAt } = laboratory(seed);
      fabric.runUntil(60 * SECOND);
      for (const [name, router] of fabric.routers) {
        const full = router.traces.filter(({ event }) => event.kind === 'neighbor-state' && event.to === 'Full');
        expect([seed, name, full.length]).toEqual([seed, name, name.startsWith('lnx3') && name !== 'lnx33' ? 3 : 2]);
        for (const { time, event } of full) {
          const after = (time - (startedAt.get(name) ?? 0)) / SECOND;
          const isLan = event.kind === 'neighbor-state' && event.interfaceName === 'eth0';
          const mark = isLan ? [40, 45, 50].find((m) => after >= m - 0.02 && after <= m + 0.2) : [10].find((m) => after >= m - 0.02 && after <= m + 0.2);
          expect(mark, `seed ${seed} ${name} ${isLan ? 'LAN' : 'point-to-point'}: ${after} s`).toBeDefined();
          if (isLan && mark !== undefined) lan.set(mark, (lan.get(mark) ?? 0) + 1);
        }
      }
    }
    expect([...lan.keys()].sort()).toEqual([40, 45, 50]);
  });

  test('a neighbour that falls silent is given up its last Hello + RouterDeadInterval later; to that at most a read of the socket is added', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { fabric } = laboratory(seed);
      const freezeAt = 60 * SECOND + new Prng(seed, 'freeze', 'test').integer(0, 10 * SECOND);
      fabric.at(freezeAt, () => { (fabric.routers.get('lnx31') as { isFrozen: boolean }).isFrozen = true; });
      fabric.runUntil(freezeAt + 45 * SECOND);
      for (const [name, interfaceIndex, peerIndex] of [['tirnanog', 2, 2], ['lnx33', 2, 3]] as const) {
        const lastHello = fabric.sent.filter((p) => p.router === 'lnx31' && p.interfaceIndex === peerIndex && p.bytes[1] === PacketType.hello).at(-1)?.time ?? 0;
        const lost = fabric.routers.get(name)?.traces.find(({ time, event }) => time > freezeAt && event.kind === 'neighbor-state' && event.to === 'Deleted');
        const late = (lost?.time ?? 0) - lastHello - fabric.latencyMicros - 40 * SECOND;
        expect(late, `seed ${seed} ${name} ${interfaceIndex}`).toBeGreaterThanOrEqual(FRR_844.socketRead?.earliestMicros ?? 0);
        expect(late, `seed ${seed} ${name}`).toBeLessThanOrEqual(FRR_844.socketRead?.latestMicros ?? 0);
      }
    }
  });

  test('calculations: at once, then 50 ms, 100 ms, 150 ms ... after the last, up to 5 s; once quiet for the hold time, at once again', () => {
    const bench = new Bench({ behaviour: { ...FRR_844, socketRead: undefined } });
    bench.until(100 * SECOND);
    const runs: Micros[] = [];
    const ask = (): void => {
      scheduleCalculation(bench.process, bench.now);
      const due = bench.process.calculationTimer.time;
      runs.push(due);
      bench.until(due);
    };
    for (let i = 0; i < 103; i++) ask();
    const gaps = runs.slice(1).map((t, i) => t - runs[i]);
    expect(runs[0]).toBe(100 * SECOND);
    expect(gaps.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => 50 * MILLISECOND * (i + 1)));
    expect(gaps.slice(100)).toEqual([5 * SECOND, 5 * SECOND]);
    bench.wait(5 * SECOND);
    const quiet = bench.now;
    ask();
    ask();
    expect(runs.slice(-2).map((t) => t - quiet)).toEqual([0, 50 * MILLISECOND]);
  });

  test('a daemon that wakes from a long sleep drops what it would have said on an interface whose last neighbour it then finds dead', () => {
    const said = (isOutputDroppedWithLastNeighbor: boolean): number => {
      const bench = new Bench({ configuration: POINT_TO_POINT, behaviour: { ...FRR_844, socketRead: undefined, isOutputDroppedWithLastNeighbor } });
      bench.until(SECOND);
      bench.peer('9.9.9.9', '10.0.0.9').toFull();
      bench.until(5 * SECOND);
      bench.take();
      bench.process.fireTimers(bench.now = 300 * SECOND);
      return bench.take(PacketType.hello).length;
    };
    expect([said(true), said(false)]).toEqual([0, 1]);
  });

  test('interfaces come up one after the other; one that is stopped before is never heard', () => {
    const three = (): Bench => new Bench({
      behaviour: { ...FRR_844, socketRead: undefined }, configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/8', 0]] }),
      interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
    });
    const bench = three();
    bench.until(SECOND);
    const first = bench.take(PacketType.hello).map((c) => c.time);
    expect(first.slice(1).map((t, i) => t - first[i])).toEqual([FRR_844.interfaceUpIntervalMicros, FRR_844.interfaceUpIntervalMicros]);
    const stopped = three();
    stopped.process.stop(stopped.now);
    stopped.until(100 * SECOND);
    expect(stopped.take()).toEqual([]);
  });

  test('asking while a calculation is due moves nothing', () => {
    const bench = new Bench({ behaviour: { ...ZEBRA_092A } });
    bench.until(100 * SECOND);
    scheduleCalculation(bench.process, bench.now);
    bench.wait(3 * SECOND);
    scheduleCalculation(bench.process, bench.now);
    expect(bench.process.calculationTimer.time).toBe(105 * SECOND);
  });
});

describe('Zebra', () => {
  test('calculations: 5 s after the first wish, and 10 s after the last one, counted in whole seconds', () => {
    const bench = new Bench({ behaviour: ZEBRA_092A });
    const ask = (at: Micros): Micros => {
      bench.until(at);
      scheduleCalculation(bench.process, bench.now);
      const due = bench.process.calculationTimer.time;
      bench.until(due);
      return due / SECOND;
    };
    expect(ask(100.9 * SECOND)).toBe(105.9);
    expect(ask(106 * SECOND)).toBe(115); // one whole second has gone by (105 -> 106): nine are left
    expect(ask(115.9 * SECOND)).toBe(125.9); // none has
    expect(ask(130.1 * SECOND)).toBe(135.1); // five have: the delay is as long
    expect(ask(200 * SECOND)).toBe(205);
  });

  test('a router-LSA leaves at most every 5 s; FRR’s leaves at every change', () => {
    const originations = (behaviour: typeof FRR_844): number[] => {
      const bench = new Bench({
        behaviour, interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
        configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/16', 0]] }),
      });
      bench.until(100 * SECOND);
      const times: number[] = [];
      for (let i = 0; i < 4; i++) {
        bench.process.interfaceChanged(bench.now, 3, i % 2 === 1);
        const before = bench.process.areas[0].routerLsa;
        for (let n = 0; n < 15; n++) {
          bench.wait(100 * MILLISECOND);
          const { routerLsa } = bench.process.areas[0];
          if (routerLsa !== undefined && (n === 0 || routerLsa !== before)) times.push(routerLsa.arrivedAt / SECOND);
        }
      }
      bench.wait(10 * SECOND);
      times.push((bench.process.areas[0].routerLsa?.arrivedAt ?? 0) / SECOND);
      return [...new Set(times)].filter((t) => t >= 100);
    };
    expect(originations(ZEBRA_092A)).toEqual([100, 105]);
    expect(originations({ ...FRR_844, socketRead: undefined })).toEqual([100, 101.5, 103, 104.5]);
  });
});

describe('a point-to-point link between host addresses', () => {
  function pair(behaviour: typeof FRR_844): Fabric {
    const fabric = new Fabric();
    const add = (name: string, id: string, ctc: string): void => void fabric.add(name, {
      behaviour, interfaces: [device('ctc0', 2, ctc), device('eth0', 3, `172.16.${id.length}.${id[0]}/24`)],
      configuration: configuration({ routerId: id, networks: [['10.0.0.0/8', 0], ['172.16.0.0/16', 0]], interfaces: { ctc0: { networkType: 'point-to-point', cost: 10 }, eth0: { cost: 10 } } }),
    });
    add('a', '1.1.1.1', '10.31.0.1/32 peer 10.33.0.1');
    add('b', '2.2.2.22', '10.33.0.1/32 peer 10.31.0.1');
    fabric.link(['a', 2], ['b', 2]);
    fabric.runUntil(80 * SECOND);
    return fabric;
  }

  test('FRR: unnumbered. Link data is the interface index, no stub link, and routes lead over the link all the same', () => {
    const fabric = pair(FRR_844);
    const lsa = fabric.routers.get('a')?.process.areas[0].routerLsa?.body as RouterLsa;
    expect(lsa.links.filter((l) => l.type === 1)).toMatchObject([{ linkId: ip('2.2.2.22'), linkData: 2, metric: 10 }]);
    expect(lsa.links.filter((l) => l.type === 3).map((l) => l.linkId)).toEqual([ip('172.16.7.0')]);
    expect([...fabric.routers.get('a')?.routes.values() ?? []]).toEqual([
      { network: ip('172.16.8.0'), prefixLength: 24, nextHops: [{ gateway: ip('10.33.0.1'), interfaceIndex: 2 }], metric: 20, cost: 20 },
    ]);
  });

  test('Zebra: the peer’s /32 is a stub link at the interface cost, and the metric is the path cost', () => {
    const fabric = pair(ZEBRA_092A);
    const lsa = fabric.routers.get('a')?.process.areas[0].routerLsa?.body as RouterLsa;
    expect(lsa.links.filter((l) => l.type === 1)).toMatchObject([{ linkId: ip('2.2.2.22'), linkData: ip('10.31.0.1'), metric: 10 }]);
    expect(lsa.links.filter((l) => l.type === 3)).toMatchObject([{ linkId: ip('10.33.0.1'), linkData: 0xffffffff, metric: 10 }, { linkId: ip('172.16.7.0') }]);
    expect(fabric.routers.get('a')?.routes.get(`${ip('172.16.8.0')}/24`)).toMatchObject({ metric: 20, nextHops: [{ gateway: ip('10.33.0.1') }] });
  });
});

test('the same seed gives the same bytes at the same time, another seed others', () => {
  const run = (seed: number): string => {
    const { fabric } = laboratory(seed);
    fabric.runUntil(55 * SECOND);
    return fabric.sent.map((p) => `${p.time} ${p.router} ${p.interfaceIndex} ${Buffer.from(p.bytes).toString('hex')}`).join('\n');
  };
  expect(run(3)).toBe(run(3));
  expect(run(3)).not.toBe(run(4));
});
