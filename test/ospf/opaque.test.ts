/**
 * Opaque LSAs [5250]: who is told of them, how far each type goes, and what becomes of our own; the router information LSA [7770]. What the
 * real FRR holds in its databases is in topologies/conformance/opaque.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { isOpaqueLsaValid } from '../../src/ospf/opaque.js';
import { DdFlag } from '../../src/wire/ospf/database-description.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, RFC_2328, headerOf, type Peer } from './bench.js';
import { configuration, device } from './fabric.js';
import { opaqueLsa, routerLsa } from './lsa-builder.js';

const O = 0x42;
const MASK = '255.255.255.0';

/** A router with point-to-point links to n and m in area 0 and to k in area 1. m takes no opaque LSAs. */
function opaque(more: { routerInformation?: 'as' | 'area'; isOpaqueCapable?: boolean; isStub?: boolean } = {}):
{ bench: Bench; n: Peer; m: Peer; k: Peer; settle(seconds?: number): void } {
  const link = { networkType: 'point-to-point' as const };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
    configuration: {
      ...configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', 0], ['10.0.2.0/24', 1]], interfaces: { eth0: link, eth1: link, eth2: link },
      }),
      areas: new Map([[1, { isStub: more.isStub ?? false, isSummaryBlocked: false, ranges: [] }]]),
      isOpaqueCapable: more.isOpaqueCapable ?? true,
      ...(more.routerInformation === undefined ? {} : { routerInformation: more.routerInformation }),
    },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
  const m = bench.peer('8.8.8.8', '10.0.1.8', 3);
  const k = bench.peer('7.7.7.7', '10.0.2.7', 4, 1);
  const area1 = more.isStub === true ? 0 : 2;
  n.options = O;
  k.options = area1 | 0x40;
  const settle = (seconds = 4): void => {
    for (let i = 0; i < seconds; i++) {
      for (const peer of [n, m, k]) {
        peer.hello({ options: peer === k ? area1 : 2 });
        peer.acknowledgeAll();
      }
      bench.wait(SECOND);
    }
  };
  k.hello({ options: area1, neighbors: [] });
  k.hello({ options: area1 });
  for (const peer of [n, m, k]) peer.toFull();
  expect([n, m, k].map((peer) => peer.state)).toEqual(['Full', 'Full', 'Full']);
  settle();
  bench.take();
  return { bench, n, m, k, settle };
}

/** Interfaces that an LSA of this type left through. */
function sentOut(bench: Bench, lsType: number): number[] {
  return bench.take(PacketType.linkStateUpdate).filter((packet) => packet.update?.some((header) => header.lsType === lsType)).map((packet) => packet.interfaceIndex).sort();
}

describe('scopes', () => {
  test('type 9 stays on its link, type 10 in its area; none goes to a neighbour without the O bit [5250:3.1]', () => {
    const { bench, n, k } = opaque();
    k.update(opaqueLsa(9, '200.0.0.1', '77.7.7.7', [1, 2, 3, 4]));
    k.update(opaqueLsa(10, '200.0.0.1', '77.7.7.7', [1, 2, 3, 4]));
    n.update(opaqueLsa(10, '200.0.0.2', '66.6.6.6', [1, 2, 3, 4]));
    bench.wait(SECOND / 10);
    expect(bench.process.areas.map((area) => [area.lsdb.ofType(9).length, area.lsdb.ofType(10).length])).toEqual([[0, 1], [1, 1]]);
    expect([...sentOut(bench, 9), ...sentOut(bench, 10)]).toEqual([]);
  });

  test('type 11 goes to every neighbour that takes it, and not into a stub area', () => {
    for (const [isStub, out] of [[false, [4]], [true, []]] as const) {
      const { bench, n } = opaque({ isStub });
      n.update(opaqueLsa(11, '200.0.0.1', '66.6.6.6', [1, 2, 3, 4]));
      bench.wait(SECOND / 10);
      expect(bench.process.externalLsdb.ofType(11).length).toBe(1);
      expect(sentOut(bench, 11)).toEqual(out);
    }
  });

  test('type 11 is not taken out of a stub area', () => {
    const { bench, k } = opaque({ isStub: true });
    k.update(opaqueLsa(11, '200.0.0.1', '66.6.6.6', [1, 2, 3, 4]));
    expect(bench.process.externalLsdb.ofType(11)).toEqual([]);
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[5250:3.1]', got: 11 });
  });

  test('the database is described with opaque LSAs to whoever set the O bit, without them to the others', () => {
    const { bench, n, m, settle } = opaque();
    n.update(opaqueLsa(10, '200.0.0.1', '9.9.9.9', [1, 2, 3, 4]), opaqueLsa(11, '200.0.0.1', '9.9.9.9', [1, 2, 3, 4]), opaqueLsa(9, '200.0.0.1', '9.9.9.9', [1, 2, 3, 4]));
    settle();
    const described = (peer: Peer): number[] => {
      peer.hello({ neighbors: [] });
      bench.take();
      peer.toFull();
      return bench.take(PacketType.databaseDescription).filter((packet) => packet.interfaceIndex === peer.interfaceIndex)
        .flatMap((packet) => packet.dd?.headers ?? []).map((header) => header.lsType).filter((lsType) => lsType > 5);
    };
    expect(described(n)).toEqual([9, 10, 11]);
    expect(described(m)).toEqual([]);
  });

  test('the database is described without type 11 to a neighbour in a stub area', () => {
    for (const [isStub, want] of [[false, [10, 11]], [true, [10]]] as const) {
      const { bench, n, k, settle } = opaque({ isStub });
      n.update(opaqueLsa(11, '200.0.0.1', '9.9.9.9', [1, 2, 3, 4]));
      k.update(opaqueLsa(10, '200.0.0.1', '7.7.7.7', [1, 2, 3, 4]));
      settle();
      const options = isStub ? 0 : 2;
      k.hello({ options, neighbors: [] });
      k.hello({ options });
      bench.take();
      k.toFull();
      expect(bench.take(PacketType.databaseDescription).flatMap((packet) => packet.dd?.headers ?? []).map((header) => header.lsType).filter((lsType) => lsType > 5)).toEqual(want);
    }
  });

  test('the O bit of a Hello is not heard', () => {
    const { m } = opaque();
    m.hello({ options: O | 0x20 });
    expect(m.neighbor?.options).toBe(0x22);
  });

  test('the O bit is in Database Descriptions and nowhere else; without the capability it is not there, and not heard', () => {
    for (const isOpaqueCapable of [true, false]) {
      const { bench, n } = opaque({ isOpaqueCapable });
      n.hello({ neighbors: [] });
      n.hello();
      bench.wait(11 * SECOND);
      const packets = bench.take();
      expect(packets.flatMap((packet) => packet.dd === undefined ? [] : [packet.dd.options])[0]).toBe(isOpaqueCapable ? O : 2);
      expect(packets.filter((packet) => packet.hello !== undefined).every((packet) => packet.hello?.options === 2)).toBe(true);
      if (!isOpaqueCapable) {
        n.dd(DdFlag.init | DdFlag.more | DdFlag.master, 5000);
        expect(n.neighbor?.options).toBe(2);
      }
    }
  });

  test('a type 11 LSA counts while its originator can be reached as an AS boundary router [5250:5]', () => {
    const { bench, n, settle } = opaque();
    n.update(opaqueLsa(11, '200.0.0.1', '9.9.9.9', [1, 2, 3, 4]));
    const valid = (): boolean => isOpaqueLsaValid(bench.process, bench.process.externalLsdb.ofType(11)[0]);
    const links = [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['stub', '50.0.0.0', MASK, 3]] as const;
    n.update(routerLsa('9.9.9.9', links, { flags: 0 }));
    settle(12);
    expect(valid()).toBe(false);
    n.update(routerLsa('9.9.9.9', links, { flags: 2, sequence: 0x80000002 }));
    settle(12);
    expect(valid()).toBe(true);
    n.update(routerLsa('9.9.9.9', [['stub', '50.0.0.0', MASK, 3]], { flags: 2, sequence: 0x80000003 }));
    settle(12);
    expect(valid()).toBe(false);
  });
});

describe('our own', () => {
  const own = (bench: Bench, lsType: number): (readonly [number, number, number])[] =>
    (lsType === LsType.opaqueAs ? [bench.process.externalLsdb] : bench.process.areas.map((area) => area.lsdb))
      .flatMap((lsdb, at) => lsdb.ofType(lsType).map((lsa) => [at, lsa.header.options, lsa.header.sequence >>> 0] as const));

  test('router information: in each area with a neighbour that takes it, after a slot; for the AS after two', () => {
    const inAreas = opaque({ routerInformation: 'area', isStub: true });
    expect(own(inAreas.bench, 10)).toEqual([]);
    inAreas.settle(2);
    expect(own(inAreas.bench, 10)).toEqual([[0, O, 0x80000001], [1, O, 0x80000001]]);
    const inAs = opaque({ routerInformation: 'as' });
    inAs.settle(5);
    expect([own(inAs.bench, 10), own(inAs.bench, 11)]).toEqual([[], []]);
    inAs.settle(2);
    expect([own(inAs.bench, 10), own(inAs.bench, 11)]).toEqual([[], [[0, O, 0x80000001]]]);
    expect([...inAreas.bench.process.areas[0].lsdb.ofType(10), ...inAs.bench.process.externalLsdb.ofType(11)].map((lsa) => lsa.header.linkStateId)).toEqual([4 << 24, 4 << 24]);
    expect([...inAs.bench.process.externalLsdb.ofType(11)[0].bytes.subarray(20)]).toEqual([0, 1, 0, 4, 0x10, 0, 0, 0]);
  });

  test('it is refreshed, and keeps its options', () => {
    const { bench, settle } = opaque({ routerInformation: 'area' });
    settle(1810);
    expect(own(bench, 10)).toEqual([[0, O, 0x80000002], [1, O, 0x80000002]]);
  });

  test('one that this life of the daemon knows nothing of is flushed', () => {
    const { bench, n } = opaque();
    n.update(opaqueLsa(10, '4.0.0.0', '5.5.5.5', [0, 1, 0, 4, 0x10, 0, 0, 0], { sequence: 0x80000007 }));
    bench.wait(SECOND / 10);
    const packets = bench.take();
    expect(packets.flatMap((packet) => packet.acknowledged ?? []).map((header) => header.lsType)).toEqual([10]);
    expect(packets.flatMap((packet) => packet.update ?? []).map((header) => [header.lsType, header.sequence >>> 0, header.age])).toEqual([[10, 0x80000007, 3600]]);
  });

  test('an instance that is newer than ours: past it. One that somebody still flushes: said again after MinLSInterval', () => {
    const { bench, n, settle } = opaque({ routerInformation: 'area' });
    settle(4);
    n.update(opaqueLsa(10, '4.0.0.0', '5.5.5.5', [9, 9, 9, 9], { sequence: 0x80000007 }));
    settle(2);
    expect(own(bench, 10)[0]).toEqual([0, O, 0x80000008]);
    n.update(opaqueLsa(10, '4.0.0.0', '5.5.5.5', [0, 1, 0, 4, 0x10, 0, 0, 0], { sequence: 0x80000008, age: 3600 }));
    settle(2);
    expect(own(bench, 10)[0]).toEqual([0, O, 0x80000008]);
    settle(4);
    expect(own(bench, 10)[0]).toEqual([0, O, 0x80000009]);
  });

  test('all of them are flushed when the daemon stops', () => {
    const { bench, settle } = opaque({ routerInformation: 'area' });
    settle(4);
    bench.take();
    bench.process.stop(bench.now);
    expect(bench.take().flatMap((packet) => packet.update ?? []).filter((header) => header.lsType === 10).map((header) => header.age)).toEqual([3600, 3600]);
  });
});

test('headers of LSAs that are asked for and of what was never described are no way in', () => {
  const { bench, m } = opaque();
  m.update(opaqueLsa(10, '200.0.0.1', '66.6.6.6', [1, 2, 3, 4]));
  expect(bench.process.areas[0].lsdb.ofType(10)).toEqual([]);
  m.hello({ neighbors: [] });
  m.hello();
  m.toExchange();
  m.dd(DdFlag.master | DdFlag.more, ++m.sequence, [headerOf(opaqueLsa(10, '200.0.0.1', '66.6.6.6', [1, 2, 3, 4]))]);
  expect([m.state, bench.refusals().at(-1)?.what]).toEqual(['ExStart', 'opaque LSA without the O bit, of type']);
});
