/**
 * The calculation of the routing table, a step at a time [2328:16.1] [2328:16.2] [2328:16.4]: small databases in which each rule decides. What whole
 * networks come to is in spf-laws.test.ts and routes.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { RouterFlag } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, networkLsa, routerLsa, summaryLsa, type LinkText } from './lsa-builder.js';

const MASK = '255.255.255.0';

/** 5.5.5.5 with point-to-point links to n (9.9.9.9 on eth0, cost 10) and o (8.8.8.8 on eth1, cost 10) in area 0, or those that are given. */
function router(area = 0, areaOfO = area): { bench: Bench; n: Peer; o: Peer; settle(): void } {
  const link = { networkType: 'point-to-point' as const, cost: 10 };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
    configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', area], ['10.0.1.0/24', areaOfO]], interfaces: { eth0: link, eth1: link } }),
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2, area);
  const o = bench.peer('8.8.8.8', '10.0.1.8', 3, areaOfO);
  const settle = (): void => {
    for (let i = 0; i < 3; i++) {
      for (const peer of [n, o]) {
        peer.hello();
        peer.acknowledgeAll();
      }
      bench.wait(SECOND);
    }
  };
  n.toFull();
  o.toFull();
  settle();
  return { bench, n, o, settle };
}

const BACK: LinkText = ['pointToPoint', '5.5.5.5', '10.0.0.9', 1];

function route(bench: Bench, prefix: string): string | undefined {
  const [network, length] = prefix.split('/');
  const found = bench.routes.get(`${ip(network)}/${length}`);
  return found === undefined ? undefined : `${found.metric} via ${found.nextHops.map((hop) => formatIpv4(hop.gateway)).sort().join(' ')}`;
}

describe('the tree [2328:16.1]', () => {
  test('(2a) a link to a stub network leads nowhere, whoever has its number for a router id', () => {
    const { bench, n, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['stub', '7.7.7.7', '255.255.255.255', 1]]));
    n.update(routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], ['stub', '70.0.0.0', MASK, 1]]));
    // Our own stub network has the number of this one, which is a neighbour on it and not Full.
    bench.peer('10.0.0.0', '10.0.0.7').hello();
    n.update(routerLsa('10.0.0.0', [['pointToPoint', '5.5.5.5', '10.7.7.8', 1], ['stub', '71.0.0.0', MASK, 1]]));
    settle();
    expect([route(bench, '7.7.7.7/32'), route(bench, '70.0.0.0/24'), route(bench, '71.0.0.0/24')]).toEqual(['11 via 10.0.0.9', undefined, undefined]);
  });

  test('(2b) the LSA at the other end must be there, be younger than MaxAge, and lead back', () => {
    const reached = (...other: Uint8Array[]): string | undefined => {
      const { bench, n, settle } = router();
      n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '7.7.7.7', '10.9.9.9', 5]]), ...other);
      settle();
      return route(bench, '70.0.0.0/24');
    };
    const stub: LinkText = ['stub', '70.0.0.0', MASK, 1];
    expect(reached(routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], stub]))).toBe('16 via 10.0.0.9');
    expect(reached()).toBeUndefined();
    expect(reached(routerLsa('7.7.7.7', [['pointToPoint', '6.6.6.6', '10.7.7.7', 1], stub]))).toBeUndefined();
    // It is held at MaxAge while somebody has not acknowledged it.
    const { bench, n, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '7.7.7.7', '10.9.9.9', 5]]), routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], stub]));
    settle();
    n.update(routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], stub], { age: 3600 }));
    bench.wait(SECOND);
    expect([bench.process.areas[0].lsdb.find(1, ip('7.7.7.7'), ip('7.7.7.7'))?.isFlushing, route(bench, '70.0.0.0/24')]).toEqual([true, undefined]);
  });

  test('(2b) a transit network has a network-LSA that names both, and both name it', () => {
    const reached = (attached: readonly string[] | undefined, isBack = true): string | undefined => {
      const { bench, n, settle } = router();
      n.update(routerLsa('9.9.9.9', [BACK, ['transit', '30.0.0.9', '30.0.0.9', 5]]));
      n.update(routerLsa('7.7.7.7', [isBack ? ['transit', '30.0.0.9', '30.0.0.7', 3] : ['stub', '30.0.0.0', MASK, 3], ['stub', '70.0.0.0', MASK, 1]]));
      if (attached !== undefined) n.update(networkLsa('30.0.0.9', '9.9.9.9', MASK, attached));
      settle();
      return route(bench, '70.0.0.0/24');
    };
    expect(reached(['9.9.9.9', '7.7.7.7'])).toBe('16 via 10.0.0.9');
    expect(reached(undefined)).toBeUndefined();
    expect(reached(['7.7.7.7'])).toBeUndefined();
    expect(reached(['9.9.9.9'])).toBeUndefined();
    expect(reached(['9.9.9.9', '7.7.7.7'], false)).toBeUndefined();
  });

  test('(2c) what is on the tree stays where it is, also when a link that costs nothing leads there', () => {
    const { bench, n, o, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '8.8.8.8', '10.9.9.9', 0], ['stub', '90.0.0.0', MASK, 1]]));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['pointToPoint', '9.9.9.9', '10.8.8.8', 0]]));
    settle();
    expect(route(bench, '90.0.0.0/24')).toBe('11 via 10.0.0.9');
  });

  test('(2d) a longer path is left, an equal one adds its next hops, a shorter one takes its place', () => {
    const via = (cost: number): string | undefined => {
      const { bench, n, o, settle } = router();
      n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '7.7.7.7', '10.9.9.9', 5]]));
      o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['pointToPoint', '7.7.7.7', '10.8.8.8', cost]]));
      n.update(routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], ['pointToPoint', '8.8.8.8', '10.7.7.8', 1], ['stub', '70.0.0.0', MASK, 1]]));
      settle();
      return route(bench, '70.0.0.0/24');
    };
    expect([via(6), via(5), via(4)]).toEqual(['16 via 10.0.0.9', '16 via 10.0.0.9 10.0.1.8', '15 via 10.0.1.8']);
  });

  test('(3) of vertices that are equally near networks come before routers, so that no equal path is missed', () => {
    const { bench, n, o, settle } = router();
    // 7.7.7.7 lies as near as the network that leads to it for nothing.
    n.update(routerLsa('9.9.9.9', [BACK, ['transit', '30.0.0.9', '30.0.0.9', 5]]), networkLsa('30.0.0.9', '9.9.9.9', MASK, ['9.9.9.9', '7.7.7.7']));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['pointToPoint', '7.7.7.7', '10.8.8.8', 5]]));
    n.update(routerLsa('7.7.7.7', [['pointToPoint', '8.8.8.8', '10.7.7.8', 1], ['transit', '30.0.0.9', '30.0.0.7', 3], ['stub', '70.0.0.0', MASK, 1]]));
    settle();
    expect(route(bench, '70.0.0.0/24')).toBe('16 via 10.0.0.9 10.0.1.8');
  });

  test('(4) border and boundary routers have entries, and transit networks', () => {
    const { bench, n, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['transit', '30.0.0.9', '30.0.0.9', 5]], { flags: RouterFlag.border | RouterFlag.external }));
    n.update(routerLsa('7.7.7.7', [['transit', '30.0.0.9', '30.0.0.7', 3]]), networkLsa('30.0.0.9', '9.9.9.9', MASK, ['9.9.9.9', '7.7.7.7']));
    settle();
    expect(route(bench, '30.0.0.0/24')).toBe('15 via 10.0.0.9');
    expect([...bench.process.routingTable.routers].map(([id, [entry]]) => [formatIpv4(id), entry.cost, entry.isAreaBorderRouter, entry.isAsBoundaryRouter])).toEqual([['9.9.9.9', 10, true, true]]);
  });

  test('(4) of two network-LSAs for one network, equally near, the one with the larger id counts', () => {
    const { bench, n, o, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['transit', '30.0.0.9', '30.0.0.9', 5]]), networkLsa('30.0.0.9', '9.9.9.9', MASK, ['9.9.9.9']));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['transit', '30.0.0.8', '30.0.0.8', 5]]), networkLsa('30.0.0.8', '8.8.8.8', MASK, ['8.8.8.8']));
    settle();
    expect(route(bench, '30.0.0.0/24')).toBe('15 via 10.0.0.9');
    o.update(networkLsa('30.0.0.10', '8.8.8.8', MASK, ['8.8.8.8']),
      routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['transit', '30.0.0.10', '30.0.0.10', 5]], { sequence: 0x80000002 }));
    settle();
    expect(route(bench, '30.0.0.0/24')).toBe('15 via 10.0.1.8');
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['transit', '30.0.0.10', '30.0.0.10', 6]], { sequence: 0x80000003 }));
    settle();
    expect(route(bench, '30.0.0.0/24')).toBe('15 via 10.0.0.9');
  });

  test('bit V of any router on it makes the area a transit area', () => {
    const { bench, n, settle } = router(1);
    expect(bench.process.areas[0].isTransit).toBe(false);
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.virtualLink }));
    settle();
    expect(bench.process.areas[0].isTransit).toBe(true);
  });

  test('stub networks: a longer path is left, an equal one adds its next hops, a shorter one takes its place', () => {
    const via = (cost: number): string | undefined => {
      const { bench, n, o, settle } = router();
      n.update(routerLsa('9.9.9.9', [BACK, ['stub', '70.0.0.0', MASK, 5]]));
      o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['stub', '70.0.0.0', MASK, cost]]));
      settle();
      return route(bench, '70.0.0.0/24');
    };
    expect([via(6), via(5), via(4)]).toEqual(['15 via 10.0.0.9', '15 via 10.0.0.9 10.0.1.8', '14 via 10.0.1.8']);
  });

  test('stub networks: of equal paths the larger router id is the origin', () => {
    const { bench, n, o, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['stub', '70.0.0.0', MASK, 5], ['stub', '71.0.0.0', MASK, 5]]));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1], ['stub', '70.0.0.0', MASK, 5], ['pointToPoint', '99.9.9.9', '10.8.8.8', 2]]));
    o.update(routerLsa('99.9.9.9', [['pointToPoint', '8.8.8.8', '10.9.9.8', 1], ['stub', '71.0.0.0', MASK, 3]]));
    settle();
    const origin = (network: string): number | undefined => bench.process.routingTable.originId(ip(network) * 64 + 24);
    expect([origin('70.0.0.0'), origin('71.0.0.0')]).toEqual([ip('9.9.9.9'), ip('99.9.9.9')]);
  });

  test('next hops: the neighbour’s address behind a link of ours, and the parent’s behind that', () => {
    const { bench, n, settle } = router();
    n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '7.7.7.7', '10.9.9.9', 5], ['stub', '90.0.0.0', MASK, 1]]));
    n.update(routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.7.7.7', 1], ['stub', '70.0.0.0', MASK, 1]]));
    settle();
    expect([route(bench, '90.0.0.0/24'), route(bench, '70.0.0.0/24')]).toEqual(['11 via 10.0.0.9', '16 via 10.0.0.9']);
  });
});

describe('in one area [2328:16.2] [2328:16.4]', () => {
  test('summaries of the border router there give inter-area routes, and its externals external ones', () => {
    const { bench, n, settle } = router(3);
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.border | RouterFlag.external }));
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7), externalLsa('60.0.0.0', '9.9.9.9', MASK, 20), summaryLsa('51.0.0.0', '9.9.9.9', MASK, 7, { age: 3600 }));
    settle();
    expect([route(bench, '50.0.0.0/24'), route(bench, '60.0.0.0/24')]).toEqual(['17 via 10.0.0.9', '20 via 10.0.0.9']);
    expect([bench.process.routingTable.find(ip('50.0.0.0') * 64 + 24)?.pathType, bench.process.externalRoutes.size]).toEqual(['inter-area', 1]);
  });

  test('an external that came before there was a way to its boundary router gives a route once there is one', () => {
    const { bench, n, settle } = router(3);
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    settle();
    expect(route(bench, '60.0.0.0/24')).toBeUndefined();
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.external }));
    settle();
    expect(route(bench, '60.0.0.0/24')).toBe('20 via 10.0.0.9');
  });

  test('at MaxAge neither counts any more', () => {
    const { bench, n, settle } = router(3);
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.border | RouterFlag.external }), summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7), externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    settle();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7, { age: 3600 }), externalLsa('60.0.0.0', '9.9.9.9', MASK, 20, { age: 3600 }));
    bench.wait(SECOND); // nobody acknowledges: they are still there
    expect([bench.process.areas[0].lsdb.ofType(3).length, bench.process.externalLsdb.size]).toEqual([1, 1]);
    expect([route(bench, '50.0.0.0/24'), route(bench, '60.0.0.0/24')]).toEqual([undefined, undefined]);
  });

  test('an intra-area path to a boundary router stays, and so does a cheaper one', () => {
    const { bench, n, o, settle } = router(3);
    n.update(routerLsa('9.9.9.9', [BACK, ['pointToPoint', '4.4.4.4', '10.9.9.9', 50]], { flags: RouterFlag.border }), summaryLsa('3.3.3.3', '9.9.9.9', undefined, 7));
    n.update(routerLsa('4.4.4.4', [['pointToPoint', '9.9.9.9', '10.4.4.4', 1]], { flags: RouterFlag.external }), externalLsa('60.0.0.0', '4.4.4.4', MASK, 20));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1]], { flags: RouterFlag.border }), summaryLsa('4.4.4.4', '8.8.8.8', undefined, 7),
      summaryLsa('3.3.3.3', '8.8.8.8', undefined, 6), externalLsa('61.0.0.0', '3.3.3.3', MASK, 20));
    settle();
    expect([route(bench, '60.0.0.0/24'), route(bench, '61.0.0.0/24')]).toEqual(['20 via 10.0.0.9', '20 via 10.0.1.8']);
    n.update(summaryLsa('3.3.3.3', '9.9.9.9', undefined, 5, { sequence: 0x80000002 }));
    settle();
    expect(route(bench, '61.0.0.0/24')).toBe('20 via 10.0.0.9');
    n.update(summaryLsa('3.3.3.3', '9.9.9.9', undefined, 9, { sequence: 0x80000003 }));
    settle();
    expect(route(bench, '61.0.0.0/24')).toBe('20 via 10.0.1.8');
  });

  test('a router that is no border router does not look at transit areas', () => {
    const { bench, n, o, settle } = router(0);
    // A transit area is no backbone; this router is in that one alone.
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.border | RouterFlag.virtualLink }), summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1]], { flags: RouterFlag.border }));
    settle();
    expect(route(bench, '50.0.0.0/24')).toBe('17 via 10.0.0.9');
  });

  test('nor does a Cisco-type border router without a Full neighbour in the backbone', () => {
    const cost = (isConnected: boolean): number | undefined => {
      const link = { networkType: 'point-to-point' as const, cost: 10 };
      const bench = new Bench({
        behaviour: { ...RFC_2328, minLsIntervalMicros: 0, areaBorderRouterType: 'cisco' },
        configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1], ['10.0.1.0/24', 0], ['10.0.2.0/24', 0]], interfaces: { eth0: link, eth1: link, eth2: { cost: 30 } } }),
        interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
      });
      const n = bench.peer('9.9.9.9', '10.0.0.9', 2, 1);
      n.toFull();
      if (isConnected) bench.peer('8.8.8.8', '10.0.1.8', 3, 0).toFull();
      bench.wait(SECOND);
      // A transit area with a better way to a network of the backbone's.
      n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.border | RouterFlag.virtualLink }), summaryLsa('10.0.2.0', '9.9.9.9', MASK, 7));
      bench.wait(SECOND);
      expect([bench.process.isAreaBorderRouter, bench.process.areas.map((area) => area.hasTransitCapability)]).toEqual([true, [false, true]]);
      return bench.process.routingTable.find(ip('10.0.2.0') * 64 + 24)?.cost;
    };
    expect([cost(true), cost(false)]).toEqual([17, 30]);
  });

  test('a boundary router has an entry in each area; of equal ones that of the larger area id counts [2328:16.4(3)]', () => {
    const { bench, n, o, settle } = router(1, 2);
    const boundary = (peer: Peer, back: LinkText): void => {
      const id = formatIpv4(peer.routerId);
      peer.update(routerLsa(id, [back, ['pointToPoint', '4.4.4.4', '10.9.9.9', 5]]), routerLsa('4.4.4.4', [['pointToPoint', id, '10.4.4.4', 1]], { flags: RouterFlag.external }));
    };
    boundary(n, BACK);
    boundary(o, ['pointToPoint', '5.5.5.5', '10.0.1.8', 1]);
    n.update(externalLsa('60.0.0.0', '4.4.4.4', MASK, 20));
    settle();
    expect([bench.process.routingTable.routers.get(ip('4.4.4.4'))?.map((entry) => entry.area.id), route(bench, '60.0.0.0/24')]).toEqual([[1, 2], '20 via 10.0.1.8']);
  });

  test('our own externals give no route', () => {
    const { bench, n, settle } = router(3);
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.external }));
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    Object.assign(bench.process.configuration, { redistribute: [{ source: 'static' }] });
    bench.process.routesChanged(bench.now, [{ source: 'static', network: ip('61.0.0.0'), prefixLength: 24, interfaceName: 'eth0', gateway: ip('10.0.0.9') }]);
    settle();
    expect(bench.process.externalLsdb.size).toBe(2);
    expect([route(bench, '60.0.0.0/24'), route(bench, '61.0.0.0/24')]).toEqual(['20 via 10.0.0.9', undefined]);
  });

  test('an inter-area path of equal cost to a boundary router adds its next hops', () => {
    const { bench, n, o, settle } = router(3);
    n.update(routerLsa('9.9.9.9', [BACK], { flags: RouterFlag.border }), summaryLsa('4.4.4.4', '9.9.9.9', undefined, 7), externalLsa('60.0.0.0', '4.4.4.4', MASK, 20));
    o.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 1]], { flags: RouterFlag.border }), summaryLsa('4.4.4.4', '8.8.8.8', undefined, 7));
    settle();
    expect(route(bench, '60.0.0.0/24')).toBe('20 via 10.0.0.9 10.0.1.8');
  });
});
