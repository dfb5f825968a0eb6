/**
 * Time and LSAs: which instance is more recent [2328:13.1], refreshing [2328:12.4(1)], MaxAge and removal [2328:14], and the end of the
 * sequence numbers [2328:12.1.6].
 */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import { compareInstances } from '../../src/ospf/lsdb.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ZEBRA_092A } from '../../src/persona/ospf-zebra.js';
import { LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { headerOf } from './bench.js';
import { Fabric, configuration, device, ip } from './fabric.js';
import { externalLsa, routerLsa } from './lsa-builder.js';
import { segment, type Segment } from './segment.js';

function header(sequence: number, checksum: number): LsaHeader {
  return Object.assign(new LsaHeader(), { sequence: sequence | 0, checksum });
}

describe('which is more recent [2328:13.1]', () => {
  const table: [a: [sequence: number, checksum: number, age: number], b: [number, number, number], sign: number][] = [
    [[0x80000002, 1, 0], [0x80000001, 9, 0], 1], // the sequence number decides first
    [[0x00000000, 1, 0], [0xffffffff, 9, 0], 1], // as signed numbers: -1 < 0
    [[0x7fffffff, 1, 0], [0x80000001, 9, 0], 1],
    [[0x80000001, 0x8000, 0], [0x80000001, 0x7fff, 3600], 1], // then the checksum, unsigned
    [[0x80000001, 5, 3600], [0x80000001, 5, 3599], 1], // then MaxAge
    [[0x80000001, 5, 3600], [0x80000001, 5, 3600], 0],
    [[0x80000001, 5, 100], [0x80000001, 5, 1001], 1], // then the younger, when they differ by more than MaxAgeDiff
    [[0x80000001, 5, 100], [0x80000001, 5, 1000], 0], // exactly MaxAgeDiff is the same instance
    [[0x80000001, 5, 0], [0x80000001, 5, 3599], 1],
  ];
  for (const [a, b, sign] of table) {
    test(`${a.map((n) => n.toString(16)).join('/')} against ${b.map((n) => n.toString(16)).join('/')}`, () => {
      expect(Math.sign(compareInstances(header(a[0], a[1]), a[2], header(b[0], b[1]), b[2]))).toBe(sign);
      expect(Math.sign(compareInstances(header(b[0], b[1]), b[2], header(a[0], a[1]), a[2]))).toBe(-sign || 0);
    });
  }

  test('never depends on the order of the two', () => {
    const prng = new Prng(1, 'compare', 'test');
    const pick = (values: readonly number[]): number => values[prng.integer(0, values.length - 1)];
    for (let i = 0; i < 2000; i++) {
      const draw = (): [LsaHeader, number] => [header(pick([0x80000001, 0x80000002, 5]), pick([1, 2])), pick([0, 1, 900, 901, 902, 2700, 3599, 3600])];
      const [a, aAge] = draw();
      const [b, bAge] = draw();
      expect(compareInstances(a, aAge, b, bAge) + compareInstances(b, bAge, a, aAge)).toBe(0);
    }
  });
});

function own(s: Segment): LsaInstance | undefined {
  return s.bench.process.areas[0].lsdb.find(1, ip('5.5.5.5'), ip('5.5.5.5'));
}

describe('refresh', () => {
  test('every own LSA is originated again LSRefreshTime after the last time, contents and all', () => {
    const s = segment('DR');
    const before = own(s);
    const at = (before?.arrivedAt ?? 0) + 30 * MINUTE;
    s.settle(at - 1 - s.bench.now);
    expect(own(s)).toBe(before);
    s.settle(1);
    expect(own(s)?.header.sequence).toBe((before?.header.sequence ?? 0) + 1);
    expect(own(s)?.bytes.subarray(20)).toEqual(before?.bytes.subarray(20));
  });

  for (const behaviour of [FRR_844, ZEBRA_092A]) {
    test(`${behaviour.name}: over four hours no own LSA is ever as old as 46 minutes, and each gap is one that the persona allows`, () => {
      const fabric = new Fabric();
      for (const n of [1, 2]) {
        fabric.add(`r${n}`, {
          behaviour, configuration: configuration({ routerId: `${n}.${n}.${n}.${n}`, networks: [['10.0.0.0/24', 0]], redistribute: [{ source: 'static' }] }),
          interfaces: [device('eth0', 2, `10.0.0.${n}/24`)],
          routes: [{ source: 'static', network: ip(`172.16.${n}.0`), prefixLength: 24, interfaceName: 'eth0', gateway: 0 }],
        });
      }
      fabric.link(['r1', 2], ['r2', 2]);
      const last = new Map<string, number>();
      const gaps: number[] = [];
      fabric.runUntil(240 * MINUTE);
      for (const [name, router] of fabric.routers) {
        for (const { time, event } of router.traces) {
          if (event.kind !== 'lsa-originate') continue;
          const key = `${name} ${event.lsa.lsType}`;
          const previous = last.get(key);
          if (previous !== undefined && event.reason === 'refresh') gaps.push(time - previous);
          last.set(key, time);
        }
        expect([...router.process.allLsas()].every((l) => l.ageSeconds(fabric.now) < 46 * 60)).toBe(true);
        expect(router.traces.filter((t) => t.event.kind === 'neighbor-state' && t.event.to === 'Full').length).toBe(1);
      }
      const earliest = Math.min(behaviour.lsFirstRefresh.earliestMicros, behaviour.lsRefresh.earliestMicros);
      const latest = Math.max(behaviour.lsFirstRefresh.latestMicros, behaviour.lsRefresh.latestMicros) + behaviour.lsRefreshWalkMicros;
      expect(gaps.length).toBeGreaterThan(20);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(earliest);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(latest);
    });
  }
});

describe('growing old', () => {
  test('an LSA that nobody refreshes is flooded with MaxAge at exactly 3600 s and removed with the last acknowledgment', () => {
    const s = segment('DR');
    s.c.update(routerLsa('66.6.6.6', [], { age: 1 }));
    const find = (): LsaInstance | undefined => s.bench.process.areas[0].lsdb.find(1, ip('66.6.6.6'), ip('66.6.6.6'));
    s.settle(3599 * SECOND - 1);
    expect(find()?.ageSeconds(s.bench.now)).toBe(3599);
    s.bench.take();
    s.bench.wait(1);
    expect(find()).toMatchObject({ isFlushing: true });
    const flooded = s.bench.take(PacketType.linkStateUpdate);
    expect(flooded.map((c) => [c.interfaceIndex, c.update?.[0].age])).toEqual([[2, 3600], [3, 3600]]);
    s.bench.wait(20 * SECOND); // nobody acknowledges: it stays, and is repeated
    for (const peer of s.peers) peer.hello();
    expect(find()?.ageSeconds(s.bench.now)).toBe(3600); // and grows no older
    s.settle(2 * SECOND);
    expect(find()).toBeUndefined();
  });

  test('received as MaxAge it replaces the copy, is flooded, and goes', () => {
    const s = segment('DR');
    s.c.update(externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3));
    s.settle(2 * SECOND);
    s.c.update(externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3, { age: 3600 }));
    expect(s.bench.process.externalLsdb.size).toBe(1);
    s.settle(3 * SECOND);
    expect(s.bench.process.externalLsdb.size).toBe(0);
  });

  test('a MaxAge LSA stays while a neighbour is in Exchange or Loading [2328:14(b)]', () => {
    const s = segment('DR');
    s.c.update(externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3));
    s.settle(2 * SECOND);
    s.a.hello({ neighbors: [] });
    s.a.toExStart();
    s.a.toExchange();
    s.c.update(externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3, { age: 3600 }));
    for (let i = 0; i < 5; i++) {
      s.bench.wait(SECOND);
      for (const peer of s.peers) peer.acknowledgeAll();
    }
    expect([s.a.state, s.bench.process.externalLsdb.size]).toEqual(['Exchange', 1]);
    s.a.toFull();
    s.settle(3 * SECOND);
    expect([s.a.state, s.bench.process.externalLsdb.size]).toEqual(['Full', 0]);
  });

  test('MaxAge LSAs are not described but put on the retransmission list [2328:10.3 NegotiationDone]', () => {
    const s = segment('DR');
    s.c.update(externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3));
    s.bench.wait(2 * SECOND);
    s.b.hello({ neighbors: [] });
    s.b.toExStart();
    s.b.toExchange(); // keeps the flushed one
    const flushed = externalLsa('172.16.0.0', '7.7.7.7', '255.255.0.0', 3, { age: 3600 });
    s.c.update(flushed);
    s.a.hello({ neighbors: [] });
    s.a.toExStart();
    s.bench.take();
    s.a.toExchange();
    const described = s.bench.take(PacketType.databaseDescription).flatMap((c) => c.dd?.headers ?? []);
    expect(described.some((h) => h.lsType === 5)).toBe(false);
    expect(s.a.neighbor?.retransmissionList.findKey(headerOf(flushed))?.header.age).toBe(3600);
  });

  for (const behaviour of [FRR_844, ZEBRA_092A]) {
    test(`${behaviour.name}: the LSAs of a router that vanished leave every database an hour after it last spoke, within a minute or two`, () => {
      const fabric = new Fabric();
      const interfaces = { eth0: { networkType: 'point-to-point' as const }, eth1: { networkType: 'point-to-point' as const } };
      for (const n of [1, 2, 3]) {
        fabric.add(`r${n}`, {
          behaviour, configuration: configuration({ routerId: `${n}.${n}.${n}.${n}`, networks: [['10.0.0.0/8', 0]], interfaces }),
          interfaces: [device('eth0', 2, `10.0.${n}.1/24`), device('eth1', 3, `10.0.${n + 1}.2/24`)],
        });
      }
      fabric.link(['r1', 3], ['r2', 2]);
      fabric.link(['r2', 3], ['r3', 2]);
      const holds = (name: string): boolean => fabric.routers.get(name)?.process.areas[0].lsdb.find(1, ip('3.3.3.3'), ip('3.3.3.3')) !== undefined;
      fabric.at(60 * SECOND, () => { (fabric.routers.get('r3') as { isFrozen: boolean }).isFrozen = true; });
      fabric.runUntil(3600 * SECOND);
      expect([holds('r1'), holds('r2')]).toEqual([true, true]);
      fabric.runUntil((60 + 3600 + 30 + 130) * SECOND);
      expect([holds('r1'), holds('r2')]).toEqual([false, false]);
    });
  }
});

describe('the last sequence number [2328:12.1.6]', () => {
  test('is flushed first, and the next instance begins with the initial number once everybody has acknowledged that', () => {
    const s = segment('DR');
    s.c.update(routerLsa('5.5.5.5', [], { sequence: 0x7ffffffe }));
    expect(own(s)?.header.sequence).toBe(0x7fffffff);
    s.settle(10 * SECOND);
    s.c.hello({ neighbors: [] }); // a change: no number is left for it
    s.bench.wait(SECOND);
    expect(own(s)).toMatchObject({ isFlushing: true, header: { sequence: 0x7fffffff, age: 3600 } });
    s.settle(3 * SECOND);
    expect(own(s)).toMatchObject({ isFlushing: false, header: { sequence: 0x80000001 | 0, age: 0 } });
  });

  test('received as our own: the same', () => {
    const s = segment('DR');
    s.a.update(routerLsa('5.5.5.5', [], { sequence: 0x7fffffff }));
    s.settle(5 * SECOND);
    expect(own(s)?.header.sequence).toBe(0x80000001 | 0);
    expect(s.bench.process.areas[0].routerLsa).toBe(own(s));
  });
});
