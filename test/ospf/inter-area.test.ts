/**
 * Areas and externals, rule by rule: who is a border router and what it believes [2328:16.2] [3509], what it announces [2328:12.4.3], and which
 * external path is preferred [2328:16.4], with RFC 1583 compatibility and without.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, routerLsa, summaryLsa } from './lsa-builder.js';

const B = 1;
const E = 2;
const MASK = '255.255.0.0';

/**
 * The process has a point-to-point link to each of: n (9.9.9.9, cost 10, the backbone), m (7.7.7.7, cost 5, area 1), and o (6.6.6.6,
 * cost 20, the backbone). Each is a border and a boundary router.
 */
function border(behaviour: Partial<OspfBehaviour> = {}, full: readonly ('n' | 'm' | 'o')[] = ['n', 'm', 'o'], areaOfM = 1): { bench: Bench; n: Peer; m: Peer; o: Peer; settle(): void } {
  const link = { networkType: 'point-to-point' as const };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0, ...behaviour },
    configuration: configuration({
      routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', areaOfM], ['10.0.2.0/24', 0]],
      interfaces: { eth0: { ...link, cost: 10 }, eth1: { ...link, cost: 5 }, eth2: { ...link, cost: 20 } },
    }),
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2, 0);
  const m = bench.peer('7.7.7.7', '10.0.1.7', 3, areaOfM);
  const o = bench.peer('6.6.6.6', '10.0.2.6', 4, 0);
  const peers = Object.entries({ n, m, o }).filter(([name]) => (full as string[]).includes(name)).map(([, peer]) => peer);
  const settle = (): void => {
    for (let i = 0; i < 4; i++) {
      for (const peer of peers) peer.hello();
      for (const peer of peers) peer.acknowledgeAll();
      bench.wait(SECOND);
    }
  };
  for (const peer of peers) peer.toFull();
  settle();
  const flags = B | E;
  if (peers.includes(n)) n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1]], { flags }));
  if (peers.includes(m)) m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['stub', '44.0.0.0', MASK, 2]], { flags }));
  if (peers.includes(o)) o.update(routerLsa('6.6.6.6', [['pointToPoint', '5.5.5.5', '10.0.2.6', 1]], { flags }));
  settle();
  return { bench, n, m, o, settle };
}

/** `cost via gateways` of an installed route to a /16. */
function route(bench: Bench, network: string): string | undefined {
  const found = bench.routes.get(`${ip(network)}/16`);
  return found === undefined ? undefined : `${found.metric} via ${found.nextHops.map((h) => h.gateway & 255).sort((a, b) => a - b).join(' ')}`;
}

function announced(bench: Bench, area: number): string[] {
  const found = bench.process.areas.find((a) => a.id === area)?.lsdb;
  return [3, 4].flatMap((t) => found?.ofType(t) ?? []).filter((l) => l.isSelfOriginated && !l.isFlushing)
    .map((l) => `${l.header.lsType} ${l.header.linkStateId >>> 24}.${(l.header.linkStateId >>> 16) & 255}.${(l.header.linkStateId >>> 8) & 255} ${(l.body as unknown as { metric: number }).metric}`);
}

describe('summaries', () => {
  test('a border router believes the backbone only [2328:16.2]', () => {
    const { bench, n, m, settle } = border();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7));
    m.update(summaryLsa('51.0.0.0', '7.7.7.7', MASK, 7));
    settle();
    expect([route(bench, '50.0.0.0'), route(bench, '51.0.0.0')]).toEqual(['17 via 9', undefined]);
  });

  test('a router in one area believes everybody in it', () => {
    const { bench, m, settle } = border({}, ['n', 'm', 'o'], 0);
    m.update(summaryLsa('51.0.0.0', '7.7.7.7', MASK, 7));
    settle();
    expect([bench.process.isAreaBorderRouter, route(bench, '51.0.0.0')]).toEqual([false, '12 via 7']);
  });

  test('RFC 3509: without a Full neighbour in the backbone a Cisco-type border router believes its other areas, a standard one nobody', () => {
    for (const [areaBorderRouterType, want] of [['cisco', '12 via 7'], ['standard', undefined]] as const) {
      const { bench, m, settle } = border({ areaBorderRouterType }, ['m']);
      m.update(summaryLsa('51.0.0.0', '7.7.7.7', MASK, 7));
      settle();
      expect([areaBorderRouterType, route(bench, '51.0.0.0')]).toEqual([areaBorderRouterType, want]);
    }
  });

  test('RFC 3509: a Cisco-type router in two areas of which none is the backbone is no border router', () => {
    for (const [areaBorderRouterType, want] of [['cisco', false], ['standard', true]] as const) {
      const bench = new Bench({
        behaviour: { ...RFC_2328, areaBorderRouterType }, configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1], ['10.0.1.0/24', 2]] }),
        interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
      });
      bench.until(10 * SECOND);
      expect(bench.process.isAreaBorderRouter).toBe(want);
      expect((bench.process.areas[0].routerLsa?.body as unknown as { flags: number }).flags & B).toBe(want ? B : 0);
    }
  });

  test('RFC 3509: who is a border router, by the backbone: up, configured and down, not there', () => {
    const kinds = ['standard', 'cisco', 'ibm'] as const;
    const isBorder = (areaBorderRouterType: (typeof kinds)[number], backbone: 'up' | 'down' | 'none'): boolean => {
      const bench = new Bench({
        behaviour: { ...RFC_2328, areaBorderRouterType },
        configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1], ['10.0.1.0/24', 2], ['10.0.2.0/24', backbone === 'none' ? 2 : 0]] }),
        interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
      });
      if (backbone === 'down') bench.process.interfaceChanged(bench.now, 4, false);
      bench.until(10 * SECOND);
      expect((bench.process.areas[0].routerLsa?.body as unknown as { flags: number }).flags & B).toBe(bench.process.isAreaBorderRouter ? B : 0);
      return bench.process.isAreaBorderRouter;
    };
    expect(kinds.map((kind) => isBorder(kind, 'up'))).toEqual([true, true, true]);
    expect(kinds.map((kind) => isBorder(kind, 'down'))).toEqual([true, false, true]);
    expect(kinds.map((kind) => isBorder(kind, 'none'))).toEqual([true, false, false]);
  });

  /** A router with m (7.7.7.7) in area 1 and o (6.6.6.6) in area 2, each a border and a boundary router; of the backbone it has an interface without neighbours, or none. */
  function withoutConnection(hasBackbone: boolean): { bench: Bench; m: Peer; o: Peer; settle(): void } {
    const link = { networkType: 'point-to-point' as const };
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0, areaBorderRouterType: 'cisco' },
      configuration: configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1], ['10.0.1.0/24', 2], ...(hasBackbone ? [['10.0.2.0/24', 0] as [string, number]] : [])],
        interfaces: { eth0: { ...link, cost: 5 }, eth1: { ...link, cost: 5 } },
      }),
      interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
    });
    const m = bench.peer('7.7.7.7', '10.0.0.7', 2, 1);
    const o = bench.peer('6.6.6.6', '10.0.1.6', 3, 2);
    const settle = (): void => {
      for (let i = 0; i < 4; i++) {
        for (const peer of [m, o]) peer.hello();
        for (const peer of [m, o]) peer.acknowledgeAll();
        bench.wait(SECOND);
      }
    };
    for (const peer of [m, o]) peer.toFull();
    settle();
    m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.0.7', 1], ['pointToPoint', '4.4.4.4', '10.9.0.7', 1], ['stub', '44.0.0.0', MASK, 2]], { flags: B | E }),
      routerLsa('4.4.4.4', [['pointToPoint', '7.7.7.7', '10.9.0.4', 1]], { flags: E }));
    o.update(routerLsa('6.6.6.6', [['pointToPoint', '5.5.5.5', '10.0.1.6', 1]], { flags: B }));
    settle();
    return { bench, m, o, settle };
  }

  test('RFC 3509: a Cisco-type router in several areas that is no border router believes the summaries of all of them', () => {
    const { bench, m, o, settle } = withoutConnection(false);
    m.update(summaryLsa('51.0.0.0', '7.7.7.7', MASK, 7));
    o.update(summaryLsa('52.0.0.0', '6.6.6.6', MASK, 8));
    settle();
    expect([bench.process.isAreaBorderRouter, route(bench, '51.0.0.0'), route(bench, '52.0.0.0')]).toEqual([false, '12 via 7', '13 via 6']);
    expect([1, 2].flatMap((area) => announced(bench, area))).toEqual([]);
  });

  test('RFC 3509: a Cisco-type border router without a connection announces what is inside its areas, and passes no summaries on', () => {
    const { bench, m, settle } = withoutConnection(true);
    m.update(summaryLsa('51.0.0.0', '7.7.7.7', MASK, 7), summaryLsa('3.3.3.3', '7.7.7.7', undefined, 7));
    settle();
    bench.wait(20 * SECOND);
    expect([bench.process.isAreaBorderRouter, route(bench, '51.0.0.0')]).toEqual([true, '12 via 7']);
    expect(bench.process.routingTable.routers.get(ip('3.3.3.3'))?.map((r) => r.pathType)).toEqual(['inter-area']);
    const into2 = announced(bench, 2);
    expect(into2).toEqual(expect.arrayContaining(['3 44.0.0 7', '4 4.4.4 6', '4 7.7.7 5']));
    expect(into2.filter((each) => / (51|3)\./.test(each))).toEqual([]);
  });

  test('a border router that loses all but one area says so at once, and again when it is back', () => {
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0 }, configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1], ['10.0.1.0/24', 2]] }),
      interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
    });
    const flags = (): number => (bench.process.areas[0].routerLsa?.body as unknown as { flags: number }).flags & B;
    bench.until(10 * SECOND);
    const seen = [flags()];
    for (const isUp of [false, true]) {
      bench.process.interfaceChanged(bench.now, 3, isUp);
      bench.wait(SECOND);
      seen.push(flags());
    }
    expect(seen).toEqual([B, 0, B]);
  });

  test('the nearest of several; equal ones together; intra-area before inter-area whatever the cost', () => {
    const { bench, n, m, o, settle } = border();
    m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['stub', '44.0.0.0', MASK, 100]], { flags: B | E, sequence: 0x80000002 }));
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 20), summaryLsa('51.0.0.0', '9.9.9.9', MASK, 20), summaryLsa('44.0.0.0', '9.9.9.9', MASK, 0));
    o.update(summaryLsa('50.0.0.0', '6.6.6.6', MASK, 9), summaryLsa('51.0.0.0', '6.6.6.6', MASK, 10));
    settle();
    expect([route(bench, '50.0.0.0'), route(bench, '51.0.0.0'), route(bench, '44.0.0.0')]).toEqual(['29 via 6', '30 via 6 9', '105 via 7']);
    expect(bench.process.routingTable.sortedNetworks().filter(({ network }) => network === ip('44.0.0.0')).map(({ pathType }) => pathType)).toEqual(['intra-area']);
  });

  const ignored: [string, (p: { n: Peer; m: Peer }) => void][] = [
    ['LSInfinity', ({ n }) => n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 0xffffff))],
    ['of a router that is not reachable', ({ n }) => n.update(summaryLsa('50.0.0.0', '2.2.2.2', MASK, 1))],
    ['of a router whose link leads to us but which we do not lead to', ({ n }) => n.update(
      routerLsa('2.2.2.2', [['pointToPoint', '9.9.9.9', '10.9.9.2', 1]], { flags: B }), summaryLsa('50.0.0.0', '2.2.2.2', MASK, 1))],
    ['of a router that does not say that it is a border router', ({ n }) => n.update(
      routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1]], { flags: E, sequence: 0x80000002 }), summaryLsa('50.0.0.0', '9.9.9.9', MASK, 1))],
  ];
  for (const [name, say] of ignored) {
    test(`${name}: no route`, () => {
      const all = border();
      say(all);
      all.settle();
      expect(route(all.bench, '50.0.0.0')).toBeUndefined();
    });
  }

  test('MaxAge takes the route away again', () => {
    const { bench, n, settle } = border();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7));
    settle();
    expect(route(bench, '50.0.0.0')).toBe('17 via 9');
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7, { age: 3600 }));
    settle();
    expect(route(bench, '50.0.0.0')).toBeUndefined();
  });

  test('a changed summary: its destination is calculated anew, and nothing else [2328:16.5]', () => {
    const { bench, n, settle } = border();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7), summaryLsa('51.0.0.0', '9.9.9.9', MASK, 8));
    settle();
    const { wholeInterArea } = bench.process.workDone;
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 9, { sequence: 0x80000002 }));
    settle();
    expect([route(bench, '50.0.0.0'), route(bench, '51.0.0.0'), bench.process.workDone.wholeInterArea]).toEqual(['19 via 9', '18 via 9', wholeInterArea]);
  });

  test('announces areas to the backbone, and the backbone with what it has heard there to the areas [2328:12.4.3]', () => {
    const { bench, n, settle } = border();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 7));
    settle();
    expect(announced(bench, 0)).toEqual(['3 10.0.1 5', '3 44.0.0 7', '4 7.7.7 5']);
    expect(announced(bench, 1)).toEqual(['3 10.0.0 10', '3 10.0.2 20', '3 50.0.0 17', '4 6.6.6 20', '4 9.9.9 10']);
    n.hello({ neighbors: [] }); // and withdraws what it has lost
    settle();
    n.hello({ neighbors: [] });
    expect(announced(bench, 1).filter((l) => l.includes('50.0.0') || l.includes('9.9.9'))).toEqual([]);
  });

  test('a route as far as LSInfinity is used and not announced; one nearer is [2328:12.4.3]', () => {
    const { bench, n, settle } = border();
    n.update(summaryLsa('50.0.0.0', '9.9.9.9', MASK, 0xffffff - 10), summaryLsa('51.0.0.0', '9.9.9.9', MASK, 0xffffff - 11));
    settle();
    expect([route(bench, '50.0.0.0'), route(bench, '51.0.0.0')]).toEqual(['16777215 via 9', '16777214 via 9']);
    expect(announced(bench, 1).filter((l) => l.startsWith('3 5'))).toEqual(['3 51.0.0 16777214']);
  });

  test('a summary whose metric changes is originated anew, not twice', () => {
    const { bench, m, settle } = border();
    m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['stub', '44.0.0.0', MASK, 12]], { flags: B, sequence: 0x80000002 }));
    settle();
    expect(announced(bench, 0).filter((l) => l.includes('44.0.0'))).toEqual(['3 44.0.0 17']);
  });
});

test('a boundary router that is a border router of a stub area, too: its entry there does not count [2328:16.4(3)], in FRR it hides the other', () => {
  for (const [isBorderEntryTakenForBoundary, want] of [[false, '11 via 9'], [true, undefined]] as const) {
    const { bench, n, m, settle } = border({ isBorderEntryTakenForBoundary });
    // The same router on both sides: here as in a stub area, there as boundary router.
    m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['pointToPoint', '9.9.9.9', '10.0.3.7', 1]], { flags: B, sequence: 0x80000009 }),
      routerLsa('9.9.9.9', [['pointToPoint', '7.7.7.7', '10.0.3.9', 1]], { flags: B }));
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 1, { type: 1 }));
    settle();
    expect([isBorderEntryTakenForBoundary, route(bench, '60.0.0.0')]).toEqual([isBorderEntryTakenForBoundary, want]);
  }
});

describe('externals', () => {
  const prefix = '60.0.0.0';
  const cases: [name: string, n: Parameters<typeof externalLsa>[4] & { metric: number }, m: Parameters<typeof externalLsa>[4] & { metric: number }, want: string, want1583: string][] = [
    // n is 10 away over the backbone, m 5 away in area 1: m's path is preferred without RFC 1583 compatibility
    ['type 1 before type 2, whatever the metrics', { type: 1, metric: 1000 }, { type: 2, metric: 1 }, '1010 via 9', '1010 via 9'],
    ['type 2: the smaller metric, however far', { metric: 5 }, { metric: 6 }, '5 via 9', '5 via 9'],
    ['type 2, same metric: the preferred path, which is the nearer here', { metric: 5 }, { metric: 5 }, '5 via 7', '5 via 7'],
    ['type 1: the preferred path though it costs more; with RFC 1583 the cost decides', { type: 1, metric: 1 }, { type: 1, metric: 90 }, '95 via 7', '11 via 9'],
    ['type 1: equal cost is not equal preference; with RFC 1583 both', { type: 1, metric: 1 }, { type: 1, metric: 6 }, '11 via 7', '11 via 7 9'],
  ];
  for (const [name, a, b, want, want1583] of cases) {
    for (const rfc1583Compatibility of [false, true]) {
      test(`${name} (RFC 1583 compatibility ${rfc1583Compatibility})`, () => {
        const { bench, n, m, settle } = border({ rfc1583Compatibility });
        n.update(externalLsa(prefix, '9.9.9.9', MASK, a.metric, a));
        m.update(externalLsa(prefix, '7.7.7.7', MASK, b.metric, b));
        settle();
        expect(route(bench, prefix)).toBe(rfc1583Compatibility ? want1583 : want);
        expect(bench.process.externalRoutes.get(ip(prefix) * 64 + 16)?.pathType).toBe(`external-${Math.min(a.type ?? 2, b.type ?? 2)}`);
      });
    }
  }

  test('a boundary router reached both ways: through the area that is not the backbone; with RFC 1583 the shorter way, of equal ones the area with the larger id', () => {
    for (const [rfc1583Compatibility, rest, want] of [[false, 50, '5 via 7'], [true, 50, '5 via 9'], [true, 6, '5 via 7']] as const) {
      const { bench, n, m, settle } = border({ rfc1583Compatibility });
      // 2.2.2.2 hangs on n (10 + 1) and on m (5 + rest)
      n.update(routerLsa('2.2.2.2', [['pointToPoint', '9.9.9.9', '10.9.0.2', 1]], { flags: E }),
        routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['pointToPoint', '2.2.2.2', '10.9.0.9', 1]], { flags: B | E, sequence: 0x80000002 }));
      m.update(routerLsa('2.2.2.2', [['pointToPoint', '7.7.7.7', '10.7.0.2', 1]], { flags: E }),
        routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['pointToPoint', '2.2.2.2', '10.7.0.7', rest]], { flags: B | E, sequence: 0x80000002 }));
      n.update(externalLsa(prefix, '2.2.2.2', MASK, 5));
      settle();
      expect(route(bench, prefix)).toBe(want);
    }
  });

  test('a boundary router in another area, known by a type 4 summary', () => {
    const { bench, n, settle } = border();
    n.update(summaryLsa('3.3.3.3', '9.9.9.9', undefined, 8), externalLsa(prefix, '3.3.3.3', MASK, 2, { type: 1 }));
    settle();
    expect(route(bench, prefix)).toBe('20 via 9');
  });

  test('the forwarding address: cost and next hop are those of the network it lies in', () => {
    const { bench, n, m, settle } = border();
    n.update(externalLsa(prefix, '9.9.9.9', MASK, 1, { type: 1, forwarding: '44.0.3.3' })); // m's stub, 7 away
    m.update(externalLsa('61.0.0.0', '7.7.7.7', MASK, 1, { type: 1, forwarding: '10.0.0.77' })); // on our own network
    settle();
    expect([route(bench, prefix), route(bench, '61.0.0.0')]).toEqual(['8 via 7', '11 via 77']);
  });

  const ignored: [string, Uint8Array][] = [
    ['LSInfinity', externalLsa(prefix, '9.9.9.9', MASK, 0xffffff)],
    ['a boundary router that nobody knows', externalLsa(prefix, '3.3.3.3', MASK, 1)],
    ['a forwarding address that no internal route covers', externalLsa(prefix, '9.9.9.9', MASK, 1, { forwarding: '99.0.0.1' })],
    ['a forwarding address that is ours', externalLsa(prefix, '9.9.9.9', MASK, 1, { forwarding: '10.0.0.5' })],
  ];
  for (const [name, lsa] of ignored) {
    test(`${name}: no route`, () => {
      const { bench, n, settle } = border();
      n.update(lsa);
      settle();
      expect(route(bench, prefix)).toBeUndefined();
    });
  }

  test('a router whose LSA does not say E is no boundary router', () => {
    const { bench, n, settle } = border();
    n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1]], { flags: B, sequence: 0x80000002 }), externalLsa(prefix, '9.9.9.9', MASK, 1));
    settle();
    expect(route(bench, prefix)).toBeUndefined();
  });

  test('an internal route to the same prefix always wins, and gives way when it goes, also when that takes less than a calculation of externals', () => {
    for (const externalDelayMicros of [0, 3 * SECOND]) {
      const { bench, n, settle } = border({ externalDelayMicros });
      n.update(externalLsa(prefix, '9.9.9.9', MASK, 1, { type: 1 }));
      settle();
      expect(route(bench, prefix)).toBe('11 via 9');
      n.update(summaryLsa(prefix, '9.9.9.9', MASK, 500));
      bench.wait(SECOND / 2);
      expect(route(bench, prefix)).toBe('510 via 9');
      bench.wait(SECOND);
      n.update(summaryLsa(prefix, '9.9.9.9', MASK, 500, { age: 3600, sequence: 0x80000002 }));
      settle();
      expect(route(bench, prefix)).toBe('11 via 9');
    }
  });
});
