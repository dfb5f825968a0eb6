/**
 * Not-so-stubby areas as RFC 3101 has them, where a persona asks for it (`NssaBehaviour`): BIRD does. Whole networks of real BIRDs are in
 * topologies/conformance/bird-nssa; what FRR makes of the RFC is in nssa.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { NssaBehaviour } from '../../src/ospf/behaviour.js';
import type { NssaConfiguration, OspfConfiguration } from '../../src/ospf/configuration.js';
import type { RedistributableRoute } from '../../src/ospf/environment.js';
import { BIRD_2012 } from '../../src/persona/ospf-bird.js';
import { AsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { RouterFlag } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, nssaLsa, routerLsa } from './lsa-builder.js';

const MASK = '255.255.255.0';
const P_BIT = 0x08;
const CANDIDATE: NssaConfiguration = { translatorRole: 'candidate', isFollowedUp: false, isForwardingAddressSuppressed: false };
const STATIC: RedistributableRoute[] = [{ source: 'static', network: ip('192.0.2.0'), prefixLength: 24, interfaceName: 'null0', gateway: 0 }];

interface Place { readonly bench: Bench; readonly n: Peer; readonly m: Peer; settle(seconds?: number): void }

/** Router 5.5.5.5 between n, in the backbone or in area 1, and m in the NSSA 1; eth2 is a stub of the NSSA. */
function place(nssa: Partial<NssaConfiguration>, options: { readonly isBorder?: boolean; readonly routes?: RedistributableRoute[]; readonly behaviour?: Partial<NssaBehaviour> } = {}): Place {
  const link = { networkType: 'point-to-point' as const };
  const backbone = options.isBorder === false ? 1 : 0;
  const said: OspfConfiguration = {
    ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', backbone], ['10.0.1.0/24', 1], ['10.0.2.0/24', 1]], interfaces: { eth0: link, eth1: link }, passive: ['eth2'] }),
    areas: new Map([[1, { isStub: false, isSummaryBlocked: false, defaultCost: 50, ranges: [], nssa: { ...CANDIDATE, ...nssa } }]]),
    redistribute: options.routes === undefined ? [] : [{ source: 'static', metric: 7 }],
  };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0, nssa: { ...BIRD_2012.nssa, isBackboneReachabilityAsked: false, ...options.behaviour } }, configuration: said, routes: options.routes,
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2, backbone);
  const m = bench.peer('7.7.7.7', '10.0.1.7', 3, 1);
  const ends: [Peer, number][] = [[n, backbone === 0 ? 2 : P_BIT], [m, P_BIT]];
  const settle = (seconds = 4): void => {
    for (let i = 0; i < seconds; i++) {
      for (const [peer, bits] of ends) {
        peer.hello({ options: bits });
        peer.acknowledgeAll();
      }
      bench.wait(SECOND);
    }
  };
  for (const [peer, bits] of ends) {
    peer.options = bits;
    peer.hello({ options: bits, neighbors: [] });
    peer.hello({ options: bits });
    peer.toFull();
  }
  settle();
  return { bench, n, m, settle };
}

const text = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

function own({ bench }: Place, lsType: number): string[] {
  return bench.process.allLsas().filter((l) => l.header.lsType === lsType && l.isSelfOriginated && !l.isFlushing).map((l) => {
    const [route] = (l.body as AsExternalLsa).routes;
    return `${text(l.header.linkStateId)} ${route.flags === 0 ? 'E1' : 'E2'} metric ${route.metric} via ${text(route.forwardingAddress)}${(l.header.options & P_BIT) === 0 ? '' : ' P'}`;
  });
}

const TO_US = ['pointToPoint', '5.5.5.5', '10.0.1.7', 10] as const;
const reachable = (flags = 0): Uint8Array => routerLsa('7.7.7.7', [[...TO_US], ['stub', '10.0.1.0', MASK, 10]], { flags: RouterFlag.external | flags });
const type7 = (network: string, metric: number, type: 1 | 2 = 2): Uint8Array =>
  nssaLsa(network, '7.7.7.7', MASK, metric, { type, forwarding: '10.0.1.7', options: P_BIT });

describe('the translator', () => {
  test('keeps metric, type and forwarding address; what lies in a range becomes one route, or none', () => {
    const range = (network: string, isAdvertised: boolean) => ({ network: ip(network), prefixLength: 16, isAdvertised, tag: 3 });
    const at = place({ externalRanges: [range('172.20.0.0', true), range('172.21.0.0', false)] });
    at.m.update(reachable(), type7('192.0.2.0', 33), type7('172.20.1.0', 9), type7('172.20.2.0', 12), type7('172.21.1.0', 5));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toEqual(['172.20.0.0 E2 metric 13 via 0.0.0.0', '192.0.2.0 E2 metric 33 via 10.0.1.7']);
  });

  test('a range has its own tag, the larger type, and the largest metric of that type', () => {
    const range = (network: string, tag: number) => ({ network: ip(network), prefixLength: 16, isAdvertised: true, tag });
    const at = place({ externalRanges: [range('172.20.0.0', 3), range('172.21.0.0', 4)] });
    at.m.update(reachable(), type7('172.20.1.0', 90, 1), type7('172.20.2.0', 12), type7('172.20.3.0', 7), type7('172.20.4.0', 91, 1));
    at.m.update(type7('172.21.1.0', 5, 1), type7('172.21.2.0', 80, 1), type7('172.21.3.0', 6, 1));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toEqual(['172.20.0.0 E2 metric 13 via 0.0.0.0', '172.21.0.0 E1 metric 90 via 0.0.0.0']);
    const said = at.bench.process.externalLsdb.ofType(LsType.asExternal).map((lsa) => (lsa.body as AsExternalLsa).routes[0].routeTag);
    expect(said).toEqual([3, 4]);
  });

  test('what the translator originates itself comes first', () => {
    const at = place({}, { routes: STATIC });
    at.m.update(reachable(), type7('192.0.2.0', 33), type7('192.0.3.0', 33));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toEqual(['192.0.2.0 E2 metric 7 via 0.0.0.0', '192.0.3.0 E2 metric 33 via 10.0.1.7']);
  });

  test('is not made to yield by a border router that cannot be reached', () => {
    const at = place({});
    at.m.update(reachable(), routerLsa('8.8.8.8', [], { flags: RouterFlag.border }), type7('192.0.2.0', 33));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toHaveLength(1);
    at.m.update(routerLsa('8.8.8.8', [], { flags: RouterFlag.border | RouterFlag.nssaTranslator, sequence: 2 }));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toHaveLength(1);
  });

  test('that is no longer elected goes on for the stability interval', () => {
    const at = place({ stabilitySeconds: 30 });
    at.m.update(reachable(), type7('192.0.2.0', 33));
    at.settle(12);
    at.m.update(routerLsa('7.7.7.7', [[...TO_US]], { flags: RouterFlag.external | RouterFlag.border, sequence: 2 }));
    at.settle(20);
    expect(own(at, LsType.asExternal)).toHaveLength(1);
    at.settle(25);
    expect(own(at, LsType.asExternal)).toEqual([]);
  });

  test('flushes what its originator no longer reaches it with', () => {
    const at = place({});
    at.m.update(reachable(), type7('192.0.2.0', 33));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toHaveLength(1);
    at.m.update(routerLsa('7.7.7.7', [], { flags: RouterFlag.external, sequence: 2 }));
    at.settle(12);
    expect(own(at, LsType.asExternal)).toEqual([]);
  });
});

describe('a border router', () => {
  test('announces a default as type 7, without the P bit', () => {
    expect(own(place({ defaultRoute: 1 }), LsType.nssa)).toEqual(['0.0.0.0 E1 metric 50 via 0.0.0.0']);
    expect(own(place({ defaultRoute: 2 }), LsType.nssa)).toEqual(['0.0.0.0 E2 metric 50 via 0.0.0.0']);
    expect(own(place({ defaultRoute: 'none' }), LsType.nssa)).toEqual([]);
  });

  test('does not follow the default of another; a router inside does', () => {
    const other = nssaLsa('0.0.0.0', '7.7.7.7', '0.0.0.0', 1, { options: 0 });
    for (const isBorder of [true, false]) {
      const at = place({ defaultRoute: 'none' }, { isBorder });
      at.m.update(reachable(RouterFlag.border), other);
      at.settle(12);
      expect(at.bench.routes.has('0/0')).toBe(!isBorder);
    }
  });

  test('a forwarding address that lies outside of the area is none', () => {
    const at = place({});
    at.n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['stub', '10.9.0.0', MASK, 1]]));
    at.m.update(reachable(), nssaLsa('192.0.2.0', '7.7.7.7', MASK, 1, { forwarding: '10.9.0.9', options: P_BIT }), type7('192.0.3.0', 1));
    at.settle(12);
    expect([at.bench.routes.has(`${ip('10.9.0.0')}/24`), at.bench.routes.has(`${ip('192.0.2.0')}/24`), at.bench.routes.has(`${ip('192.0.3.0')}/24`)]).toEqual([true, false, true]);
  });

  test('takes a type 5 by the way to its router outside of the NSSA, whatever the way inside', () => {
    const at = place({});
    at.m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1]], { flags: RouterFlag.external | RouterFlag.border }));
    at.n.update(externalLsa('203.0.113.0', '7.7.7.7', MASK, 1));
    at.settle(12);
    const isThere = (): boolean => at.bench.routes.has(`${ip('203.0.113.0')}/24`);
    expect(isThere()).toBe(false); // in the backbone nobody leads there
    at.n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['pointToPoint', '7.7.7.7', '10.0.9.9', 100]]),
      routerLsa('7.7.7.7', [['pointToPoint', '9.9.9.9', '10.0.9.7', 100]], { flags: RouterFlag.external | RouterFlag.border }));
    at.settle(12);
    expect(isThere()).toBe(true);
  });
});

describe('the router\'s own externals', () => {
  test('inside have the P bit and the address of a stub interface; of a border router neither', () => {
    expect(own(place({}, { isBorder: false, routes: STATIC }), LsType.nssa)).toEqual(['192.0.2.0 E2 metric 7 via 10.0.2.5 P']);
    expect(own(place({}, { routes: STATIC, behaviour: { areBorderRouterCopiesMade: true } }), LsType.nssa)).toEqual(['192.0.2.0 E2 metric 7 via 0.0.0.0']);
  });

  test('a border router keeps out of the NSSA (BIRD)', () => {
    const at = place({}, { routes: STATIC });
    expect([own(at, LsType.nssa), own(at, LsType.asExternal)]).toEqual([[], ['192.0.2.0 E2 metric 7 via 0.0.0.0']]);
  });
});
