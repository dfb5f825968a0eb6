/**
 * Graceful restart, rule by rule: when a helper helps [3623:3.1] and when it stops [3623:3.2], what a restarting router leaves undone [3623:2.2] and what it
 * does when it is back [3623:2.3]. Whole restarts are in topologies/conformance/graceful-restart-* and test/scenario/graceful-restart.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { GracefulRestartHelperConfiguration, OspfConfiguration } from '../../src/ospf/configuration.js';
import { BIRD_2012 } from '../../src/persona/ospf-bird.js';
import { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, headerOf, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, opaqueLsa, routerLsa, summaryLsa } from './lsa-builder.js';

const O = 0x42;
const MASK = '255.255.255.0';

/** n on a point-to-point link, m on another in an area of its own. */
function router(more: Partial<OspfConfiguration>, areaOfM = 0, isStub = false, behaviour: Partial<OspfBehaviour> = {}): { bench: Bench; n: Peer; m: Peer; settle(seconds: number): void } {
  const link = { networkType: 'point-to-point' as const };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0, ...behaviour },
    configuration: {
      ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', areaOfM]], interfaces: { eth0: link, eth1: link } }),
      areas: new Map([[areaOfM, { isStub, isSummaryBlocked: false, ranges: [] }]]),
      isOpaqueCapable: true, ...more,
    },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
  const m = bench.peer('8.8.8.8', '10.0.1.8', 3, areaOfM);
  n.options = O;
  const optionsOfM = isStub ? 0 : 2;
  m.options = optionsOfM;
  n.toFull();
  m.hello({ options: optionsOfM, neighbors: [] });
  m.hello({ options: optionsOfM });
  m.toFull();
  for (const peer of [n, m]) peer.acknowledgeAll();
  /** Both neighbours go on; n only where it is asked to. */
  const settle = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      m.hello({ options: optionsOfM });
      m.acknowledgeAll();
      bench.wait(SECOND);
    }
  };
  return { bench, n, m, settle };
}

const HELPER: GracefulRestartHelperConfiguration = { isEnabled: true, routerIds: new Set(), isStrict: true, isPlannedOnly: false };
const helper = (change: Partial<GracefulRestartHelperConfiguration> = {}): Partial<OspfConfiguration> => ({ gracefulRestartHelper: { ...HELPER, ...change } });

function grace(seconds: number, options: { reason?: number; age?: number; sequence?: number; more?: readonly number[] } = {}): Uint8Array {
  return opaqueLsa(9, '3.0.0.0', '9.9.9.9', [0, 1, 0, 4, 0, 0, seconds >> 8, seconds & 255, 0, 2, 0, 1, options.reason ?? 1, 0, 0, 0, ...options.more ?? []],
    { age: options.age ?? 1, ...(options.sequence === undefined ? {} : { sequence: options.sequence }) });
}

const linkToN = (bench: Bench): boolean => {
  const body = bench.process.areas[0].routerLsa?.body;
  return body instanceof RouterLsa && body.links.some((link) => link.linkId === ip('9.9.9.9'));
};

describe('a helper helps', () => {
  test('past the dead interval, until the grace period is over; then the neighbour dies as any other', () => {
    const { bench, n, settle } = router(helper());
    n.update(grace(100));
    expect([n.neighbor?.help?.supportedSeconds, bench.process.activeHelps, bench.process.areas[0].lsdb.ofType(9).length]).toEqual([100, 1, 1]);
    settle(99);
    expect([n.state, linkToN(bench)]).toEqual(['Full', true]);
    settle(42);
    expect([n.state, linkToN(bench), bench.process.activeHelps]).toEqual([undefined, false, 0]);
  });

  test('no longer than it supports', () => {
    const { n, settle } = router(helper({ supportedGraceSeconds: 50 }));
    n.update(grace(100));
    expect(n.neighbor?.help?.supportedSeconds).toBe(50);
    settle(51);
    expect(n.neighbor?.help).toBeUndefined();
  });

  test('through a one-way Hello and a new exchange, and says nothing of either in its LSAs', () => {
    const { bench, n, settle } = router(helper());
    n.update(grace(100));
    n.hello({ neighbors: [] });
    expect(n.state).toBe('Full');
    const before = bench.process.areas[0].routerLsa;
    n.hello();
    n.toExchange(); // the neighbour begins anew
    expect(n.state).toBe('ExStart');
    n.toFull();
    settle(2);
    expect([n.state, bench.process.areas[0].routerLsa === before]).toEqual(['Full', true]);
  });

  test('until the Grace-LSA is flushed: then its own LSAs are originated anew', () => {
    const { bench, n } = router(helper());
    n.update(grace(100));
    const before = bench.process.areas[0].routerLsa?.header.sequence ?? 0;
    bench.wait(2 * SECOND);
    n.update(grace(100, { age: 3600, sequence: 0x80000002 }));
    expect([n.state, n.neighbor?.help, bench.process.areas[0].routerLsa?.header.sequence]).toEqual(['Full', undefined, before + 1]);
  });

  test('anew with every new Grace-LSA', () => {
    const { bench, n, settle } = router(helper());
    n.update(grace(60));
    settle(50);
    n.update(grace(60, { sequence: 0x80000002 }));
    settle(50);
    expect([n.state, bench.process.activeHelps]).toEqual(['Full', 1]);
  });

  test.each([
    ['a router-LSA that is new', (m: Peer) => m.update(routerLsa('8.8.8.8', [['stub', '80.0.0.0', MASK, 3]])), false],
    ['an external', (m: Peer) => m.update(externalLsa('70.0.0.0', '66.6.6.6', MASK, 5)), false],
    ['an opaque LSA of somebody else', (m: Peer) => m.update(opaqueLsa(10, '200.0.0.1', '66.6.6.6', [1, 2, 3, 4])), true],
  ] as const)('as long as nothing changes: %s', (_name, change, isKept) => {
    for (const isStrict of [true, false]) {
      const { n, m, settle } = router(helper({ isStrict }));
      m.options = O;
      m.hello({ neighbors: [] });
      m.toFull();
      m.update(routerLsa('66.6.6.6', []));
      settle(2);
      n.update(grace(100));
      change(m);
      expect(n.neighbor?.help !== undefined).toBe(isKept || !isStrict);
    }
  });

  test('as long as nothing changes: the same again, or an external where there are none, is no change', () => {
    const { bench, n, m, settle } = router(helper(), 1, true);
    m.update(routerLsa('8.8.8.8', [['stub', '80.0.0.0', MASK, 3]], { options: 0 }));
    settle(2);
    // The stub area's neighbour is helped; the external comes in from the backbone.
    m.options = 0x40;
    m.hello({ options: 0, neighbors: [] });
    m.hello({ options: 0 });
    m.toFull();
    settle(8);
    m.update(opaqueLsa(9, '3.0.0.0', '8.8.8.8', [0, 1, 0, 4, 0, 0, 0, 100, 0, 2, 0, 1, 1, 0, 0, 0], { options: 0x40 }));
    expect(m.neighbor?.help).toBeDefined();
    n.update(externalLsa('70.0.0.0', '66.6.6.6', MASK, 5));
    expect(m.neighbor?.help).toBeDefined();
    m.update(routerLsa('8.8.8.8', [['stub', '80.0.0.0', MASK, 3]], { options: 0, sequence: 0x80000002 }));
    bench.wait(2 * SECOND);
    expect(m.neighbor?.help).toBeDefined();
    m.update(routerLsa('8.8.8.8', [['stub', '80.0.0.0', MASK, 4]], { options: 0, sequence: 0x80000003 }));
    expect(m.neighbor?.help).toBeUndefined();
  });

  test('until the interface goes down', () => {
    const { bench, n } = router(helper());
    n.update(grace(100));
    bench.process.interfaceChanged(bench.now, 2, false);
    expect([n.neighbor, bench.process.activeHelps]).toEqual([undefined, 0]);
  });
});

describe('on a LAN', () => {
  /** With a Full neighbour, 9.9.9.9, that is Designated Router; the process is Backup. */
  function lan(more: Partial<OspfConfiguration>, restartUntil?: number): { bench: Bench; n: Peer } {
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0 }, configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]] }), isOpaqueCapable: true, ...more },
      ...(restartUntil === undefined ? {} : { restartUntil }),
    });
    const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
    n.options = O;
    return { bench, n };
  }
  const ADDRESS = [0, 3, 0, 4, 10, 0, 0, 9];

  test('the Designated Router stays who it is while it is helped; after that an election is held, and router- and network-LSA are originated anew', () => {
    const { bench, n } = lan(helper());
    n.designatedRouter = n.address;
    n.toFull();
    n.acknowledgeAll();
    expect(bench.interface()).toMatchObject({ state: 'Backup', designatedRouter: n.address });
    n.update(grace(100, { more: ADDRESS }));
    expect(n.neighbor?.help).toBeDefined();
    const before = bench.process.areas[0].routerLsa?.header.sequence ?? 0;
    n.hello({ designatedRouter: 0 });
    expect([bench.interface().designatedRouter, bench.process.areas[0].routerLsa?.header.sequence]).toEqual([n.address, before]);
    bench.wait(2 * SECOND); // MinLSArrival
    n.update(grace(100, { more: ADDRESS, age: 3600 }));
    expect([n.neighbor?.help, bench.interface().designatedRouter === n.address, (bench.process.areas[0].routerLsa?.header.sequence ?? 0) > before]).toEqual([undefined, false, true]);
    expect(bench.process.areas[0].lsdb.ofType(2).filter((lsa) => lsa.isSelfOriginated && !lsa.isFlushing).length).toBe(1);
  });

  test('a Designated Router that has helped says so in its network-LSA, too', () => {
    const { bench, n } = lan(helper());
    bench.until(40 * SECOND);
    n.toFull();
    n.acknowledgeAll();
    const network = (): number | undefined => bench.process.areas[0].lsdb.ofType(2).find((lsa) => lsa.isSelfOriginated)?.header.sequence;
    const before = network() ?? 0;
    n.update(grace(100, { more: ADDRESS }));
    bench.wait(2 * SECOND);
    n.update(grace(100, { more: ADDRESS, age: 3600 }));
    expect([bench.interface().state, network()]).toEqual(['DR', before + 1]);
  });

  test('a Grace-LSA says period, reason, and on networks with several neighbours the address', () => {
    const said = (bench: Bench): number[][] => bench.take().flatMap((packet) => packet.lsas ?? []).filter((lsa) => lsa[3] === 9).map((lsa) => [...lsa.subarray(20)]);
    const { bench, n } = lan({ gracefulRestart: { gracePeriodSeconds: 90 } });
    n.designatedRouter = n.address;
    n.toFull();
    n.acknowledgeAll();
    bench.take();
    bench.process.prepareRestart(bench.now);
    expect(said(bench)).toEqual([[0, 1, 0, 4, 0, 0, 0, 90, 0, 2, 0, 1, 1, 0, 0, 0, 0, 3, 0, 4, 10, 0, 0, 5]]);
    const link = router({ gracefulRestart: { gracePeriodSeconds: 90 } });
    link.bench.take();
    link.bench.process.prepareRestart(link.bench.now);
    expect(said(link.bench)).toEqual([[0, 1, 0, 4, 0, 0, 0, 90, 0, 2, 0, 1, 1, 0, 0, 0]]);
  });

  test('who was Designated Router before it restarted is so again, and says so in its network-LSA', () => {
    const { bench, n } = lan({ gracefulRestart: { gracePeriodSeconds: 90 } }, 90 * SECOND);
    n.designatedRouter = ip('10.0.0.5');
    n.backupDesignatedRouter = n.address;
    n.hello();
    expect(bench.interface().designatedRouter).toBe(ip('10.0.0.5'));
    n.toFull();
    for (let at = 0; at < 90; at += 15) {
      bench.until(at * SECOND);
      n.hello();
    }
    expect([bench.interface().state, n.state, bench.process.areas[0].lsdb.ofType(2)]).toEqual(['DR', 'Full', []]);
    bench.until(90 * SECOND);
    expect(bench.process.areas[0].lsdb.ofType(2).map((lsa) => lsa.header.linkStateId)).toEqual([ip('10.0.0.5')]);
  });
});

describe('a helper refuses, keeps nothing and acknowledges nothing', () => {
  test.each([
    ['not configured to help', undefined, grace(100)],
    ['to help somebody else', helper({ isEnabled: false, routerIds: new Set([ip('7.7.7.7')]) }), grace(100)],
    ['an unplanned restart', helper({ isPlannedOnly: true }), grace(100, { reason: 3 })],
    ['a reason that nobody knows', helper(), grace(100, { reason: 9 })],
    ['an age past the period', helper(), grace(100, { age: 100 })],
    ['no period', helper(), grace(0)],
    ['a period past half an hour', helper(), grace(1801)],
    ['a TLV that nobody knows', helper(), grace(100, { more: [0, 99, 0, 4, 1, 2, 3, 4] })],
  ] as const)('%s', (_name, said, lsa) => {
    const { bench, n } = router(said ?? {});
    bench.take();
    n.update(lsa);
    bench.wait(2 * SECOND);
    expect([n.neighbor?.help, bench.process.areas[0].lsdb.ofType(9), bench.take().filter((packet) => packet.acknowledged !== undefined)]).toEqual([undefined, [], []]);
    expect(bench.refusals().at(-1)?.clause).toBe('[3623:3.1]');
  });

  test('but helps one router that is named', () => {
    const { n } = router(helper({ isEnabled: false, routerIds: new Set([ip('9.9.9.9')]) }));
    n.update(grace(100));
    expect(n.neighbor?.help).toBeDefined();
  });

  test('a neighbour that is not Full', () => {
    const { n } = router(helper());
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    n.update(grace(100));
    expect([n.state, n.neighbor?.help]).toEqual(['Exchange', undefined]);
  });

  test('a neighbour that has not acknowledged a change which ended the help for another, unless it is lenient', () => {
    for (const isStrict of [true, false]) {
      const { n, m } = router(helper({ isStrict }));
      m.options = O;
      m.hello({ neighbors: [] });
      m.toFull();
      m.update(opaqueLsa(9, '3.0.0.0', '8.8.8.8', [0, 1, 0, 4, 0, 0, 0, 100, 0, 2, 0, 1, 1, 0, 0, 0]));
      expect(m.neighbor?.help).toBeDefined();
      m.update(routerLsa('66.6.6.6', [['stub', '66.0.0.0', MASK, 3]])); // flooded to n, which says nothing
      expect(m.neighbor?.help !== undefined).toBe(!isStrict);
      n.update(grace(100));
      expect(n.neighbor?.help !== undefined).toBe(!isStrict);
    }
  });

  test('while it restarts itself', () => {
    const { bench, n } = router(helper());
    bench.process.isRestarting = true;
    n.update(grace(100));
    expect([n.neighbor?.help, bench.refusals().at(-1)?.what]).toEqual([undefined, 'Grace-LSA while this router restarts']);
  });
});

describe('a router that restarts', () => {
  const RESTARTER: Partial<OspfConfiguration> = { gracefulRestart: { gracePeriodSeconds: 90 } };
  const restarting = (until = 90 * SECOND, behaviour: Partial<OspfBehaviour> = {}): { bench: Bench; n: Peer } => {
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0, ...behaviour },
      configuration: {
        ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-point' } } }), isOpaqueCapable: true, ...RESTARTER,
      },
      interfaces: [device('eth0', 2, '10.0.0.5/24')],
      restartUntil: until,
    });
    const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
    n.options = O;
    return { bench, n };
  };
  const OWN = routerLsa('5.5.5.5', [['pointToPoint', '9.9.9.9', '10.0.0.5', 10], ['stub', '10.0.0.0', MASK, 10]], { sequence: 0x80000009 });
  const THEIRS = routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 10], ['stub', '90.0.0.0', MASK, 1]]);
  const STATIC = { source: 'static' as const, network: ip('172.16.1.0'), prefixLength: 24, interfaceName: 'eth0', gateway: 0 };
  const sent = (bench: Bench): string[] => bench.take().flatMap((packet) => packet.update ?? []).map((h) => `${h.lsType} ${(h.sequence >>> 0).toString(16)}${h.age === 3600 ? ' MaxAge' : ''}`);

  test('announces it, and then ends without a word', () => {
    const { bench, n } = router(RESTARTER);
    bench.take();
    expect(bench.process.prepareRestart(bench.now)).toBe(bench.now + 90 * SECOND);
    expect(sent(bench)).toEqual(['9 80000001']); // m takes no opaque LSAs
    n.acknowledgeAll();
    bench.process.stop(bench.now);
    expect(bench.take()).toEqual([]);
  });

  test('does not, without opaque LSAs or without being configured', () => {
    expect(router({ ...RESTARTER, isOpaqueCapable: false }).bench.process.prepareRestart(0)).toMatch(/capability opaque/);
    expect(router({}).bench.process.prepareRestart(0)).toMatch(/not configured/);
  });

  test('originates nothing and installs nothing until its adjacencies are there again; then all of it, and flushes its Grace-LSAs', () => {
    const { bench, n } = restarting();
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    n.dd(1, ++n.sequence, [headerOf(OWN), headerOf(THEIRS)]);
    bench.take();
    expect([n.state, bench.process.isRestarting]).toEqual(['Loading', true]);
    n.update(OWN, THEIRS);
    expect([n.state, bench.process.isRestarting]).toEqual(['Full', false]);
    // The first instance as if there had been none; the neighbour will say what it has.
    expect(sent(bench)).toEqual(['1 80000001', '9 80000001 MaxAge']);
    n.update(OWN);
    expect(sent(bench)).toEqual(['1 8000000a']);
    bench.wait(5 * SECOND);
    expect([...bench.routes.keys()]).toEqual([`${ip('90.0.0.0')}/24`]);
  });

  test('leaves alone, while it lasts, what it originated before: summaries and externals, too, and what it has routes for', () => {
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
      configuration: {
        ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', 1]], interfaces: { eth0: { networkType: 'point-to-point' } }, redistribute: [{ source: 'static' }] }),
        isOpaqueCapable: true, ...RESTARTER,
      },
      routes: [STATIC],
      interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
      restartUntil: 30 * SECOND,
    });
    let finished = 0;
    Object.assign(bench.process.environment, { restartFinished: () => void finished++ });
    const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
    n.options = O;
    const before = [OWN, summaryLsa('10.0.1.0', '5.5.5.5', MASK, 10, { sequence: 0x80000009 }), summaryLsa('10.9.0.0', '5.5.5.5', MASK, 10, { sequence: 0x80000009 }), externalLsa('172.16.1.0', '5.5.5.5', MASK, 20, { sequence: 0x80000009 })];
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    // Its neighbour has a link that this router has not got back: it goes on to the end of the period.
    n.dd(1, ++n.sequence, [...before, THEIRS, routerLsa('7.7.7.7', [])].map(headerOf));
    n.update(...before, THEIRS);
    bench.process.routesChanged(bench.now, [{ ...STATIC, network: ip('172.16.9.0') }]); // one external is wanted no more, another is
    bench.until(29 * SECOND);
    const own = (): string[] => [...bench.process.areas.flatMap((area) => area.lsdb.all()), ...bench.process.externalLsdb.all()].filter((lsa) => lsa.isSelfOriginated && lsa.header.lsType < 9)
      .map((lsa) => `${lsa.header.lsType} ${(lsa.header.sequence >>> 0).toString(16)}${lsa.isFlushing ? ' flushed' : ''}`);
    expect([bench.process.isRestarting, own(), bench.routes.size, finished]).toEqual([true, ['1 80000009', '3 80000009', '3 80000009', '5 80000009'], 0, 0]);
    n.hello();
    bench.process.routesChanged(bench.now, [STATIC]);
    bench.until(30 * SECOND);
    n.update(OWN); // the neighbour says what it has
    bench.until(36 * SECOND);
    // The wanted ones past what came back, the one that is not wanted flushed, two more in the other area.
    expect([bench.process.isRestarting, finished]).toEqual([false, 1]);
    expect(own().sort()).toEqual(['1 80000001', '1 8000000a', '3 80000001', '3 80000009 flushed', '3 8000000a', '5 8000000a']);
  });

  test('flushes, from when it is back and not from when it came in, what it said before as a border router and is none any more [3623:2.3(5)]', () => {
    const { bench, n } = restarting(90 * SECOND, { borderRouterDelayMicros: 5 * SECOND });
    const before = [OWN, summaryLsa('10.9.0.0', '5.5.5.5', MASK, 10, { sequence: 0x80000009 })];
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    n.dd(1, ++n.sequence, [...before, THEIRS].map(headerOf));
    n.update(...before);
    bench.until(3 * SECOND);
    n.update(THEIRS);
    expect(bench.process.isRestarting).toBe(false);
    const isFlushed = (): boolean | undefined => bench.process.areas[0].lsdb.find(3, ip('10.9.0.0'), ip('5.5.5.5'))?.isFlushing;
    bench.until(8 * SECOND - 1);
    expect(isFlushed()).toBe(false);
    bench.until(8 * SECOND);
    expect(isFlushed()).toBe(true);
  });

  test('calculates when it is back, though its LSA says what it said before and nothing else has come in [3623:2.3(3)]', () => {
    const link = { networkType: 'point-to-point' as const, cost: 10 };
    const bench = new Bench({
      behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
      configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/16', 0]], interfaces: { eth0: link, eth1: link } }), isOpaqueCapable: true, ...RESTARTER },
      interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
      restartUntil: 90 * SECOND,
    });
    const [n, m] = [bench.peer('9.9.9.9', '10.0.0.9', 2), bench.peer('8.8.8.8', '10.0.1.8', 3)];
    const known = [
      routerLsa('5.5.5.5', [['pointToPoint', '9.9.9.9', '10.0.0.5', 10], ['stub', '10.0.0.0', MASK, 10], ['pointToPoint', '8.8.8.8', '10.0.1.5', 10], ['stub', '10.0.1.0', MASK, 10]], { sequence: 0x80000009 }),
      THEIRS, routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.0.1.8', 10]]),
    ];
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    n.dd(1, ++n.sequence, known.map(headerOf));
    n.update(...known);
    bench.wait(10 * SECOND);
    m.toFull();
    expect([n.state, m.state, bench.process.isRestarting, bench.routes.size]).toEqual(['Full', 'Full', false, 0]);
    bench.wait(5 * SECOND);
    expect([...bench.routes.keys()]).toEqual([`${ip('90.0.0.0')}/24`]);
  });

  test('gives up when the LSAs contradict each other', () => {
    const { bench, n } = restarting();
    n.hello({ neighbors: [] });
    n.hello();
    n.toExchange();
    n.dd(1, ++n.sequence, [headerOf(OWN), headerOf(THEIRS), headerOf(routerLsa('7.7.7.7', []))]);
    n.update(OWN);
    expect(bench.process.isRestarting).toBe(true);
    n.update(routerLsa('9.9.9.9', [['stub', '90.0.0.0', MASK, 1]]));
    expect([n.state, bench.process.isRestarting]).toEqual(['Loading', false]);
  });

  test('gives up when the period is over, and does not begin when it is over already', () => {
    const { bench } = restarting(30 * SECOND);
    bench.until(30 * SECOND - 1);
    expect([bench.process.isRestarting, bench.process.areas[0].routerLsa]).toEqual([true, undefined]);
    bench.until(30 * SECOND);
    expect([bench.process.isRestarting, bench.process.areas[0].routerLsa === undefined]).toEqual([false, false]);
    expect(restarting(-1).bench.process.isRestarting).toBe(false);
  });
});

describe('a helper that follows what it hears (BIRD)', () => {
  const BIRD: Partial<OspfBehaviour> = { graceHelper: BIRD_2012.graceHelper };

  test('has a silent neighbour Down, and in its LSAs as it was, until the period is over: then it is gone, and from the LSAs, too', () => {
    const { bench, n, settle } = router(helper(), 0, false, BIRD);
    const before = bench.process.areas[0].routerLsa;
    n.update(grace(100, { age: 10 }));
    expect(n.neighbor?.help?.supportedSeconds).toBe(90); // it is that old already
    settle(60);
    expect([n.state, linkToN(bench), bench.process.areas[0].routerLsa === before, bench.process.activeHelps]).toEqual(['Down', true, true, 1]);
    settle(31);
    expect([n.neighbor, linkToN(bench), bench.process.activeHelps]).toEqual([undefined, false, 0]);
  });

  test('goes down to Init and up again with it, and says nothing of either', () => {
    const { bench, n, settle } = router(helper(), 0, false, BIRD);
    const before = bench.process.areas[0].routerLsa;
    n.update(grace(100));
    n.hello({ neighbors: [] });
    expect(n.state).toBe('Init');
    settle(50);
    expect(n.state).toBe('Down');
    n.hello({ neighbors: [] });
    expect(n.state).toBe('Init');
    n.toFull();
    settle(2);
    expect([n.state, bench.process.areas[0].routerLsa === before, n.neighbor?.help !== undefined]).toEqual(['Full', true, true]);
  });

  test('gives up one that is Down when the topology changes', () => {
    const { bench, n, m, settle } = router(helper(), 0, false, BIRD);
    n.update(grace(300));
    settle(50);
    expect([n.state, linkToN(bench)]).toEqual(['Down', true]);
    m.update(routerLsa('7.7.7.7', [['stub', '172.16.0.0', '255.255.0.0', 1]]));
    settle(2);
    expect([n.neighbor, linkToN(bench), bench.process.activeHelps]).toEqual([undefined, false, 0]);
  });

  test('keeps a Grace-LSA that it makes nothing of, and acknowledges it', () => {
    for (const [behaviour, isKept] of [[BIRD, true], [{}, false]] as const) {
      const { bench, n } = router({}, 0, false, behaviour);
      bench.take();
      n.update(grace(100));
      bench.wait(6 * SECOND);
      expect([n.neighbor?.help, bench.process.areas[0].lsdb.ofType(9).length, bench.take().some((c) => c.acknowledged?.some((header) => header.lsType === 9))]).toEqual([undefined, isKept ? 1 : 0, isKept]);
    }
  });
});
