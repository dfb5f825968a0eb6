/**
 * What becomes an AS-external-LSA: access-lists, route-maps, where the metric comes from, and which connected networks are OSPF's own already.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { AccessList, OspfConfiguration, RouteMap } from '../../src/ospf/configuration.js';
import type { RedistributableRoute } from '../../src/ospf/environment.js';
import { permits } from '../../src/ospf/route-filter.js';
import { applyRedistribution } from '../../src/ospf/route-map.js';
import type { AsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { BENCH_CONFIGURATION, Bench, RFC_2328 } from './bench.js';
import { device, ip } from './fabric.js';

function line(isPermit: boolean, prefix: string, isExactMatch = false): AccessList['lines'][0] {
  const [network, length] = prefix.split('/');
  return { isPermit, network: ip(network), prefixLength: Number(length), isExactMatch };
}

function prefix(text: string): { network: number; prefixLength: number } {
  const [network, length] = text.split('/');
  return { network: ip(network), prefixLength: Number(length) };
}

function staticRoute(text: string, gateway = '0.0.0.0', interfaceName = 'eth0'): RedistributableRoute {
  return { source: 'static', ...prefix(text), gateway: ip(gateway), interfaceName };
}

describe('access-list', () => {
  const list: AccessList = { name: 'x', lines: [line(false, '10.1.0.0/16'), line(true, '10.0.0.0/8'), line(true, '20.0.0.0/8', true)] };
  const cases: [string, boolean, string][] = [
    ['10.2.0.0/16', true, 'inside a permitted prefix'],
    ['10.0.0.0/8', true, 'the prefix itself'],
    ['10.1.0.0/16', false, 'the first line that matches decides'],
    ['10.1.9.0/24', false, 'also for what lies inside'],
    ['10.0.0.0/7', false, 'shorter than the line is not inside'],
    ['20.0.0.0/8', true, 'exact-match'],
    ['20.1.0.0/16', false, 'exact-match does not reach inside'],
    ['30.0.0.0/8', false, 'no line: denied'],
  ];
  for (const [text, want, why] of cases) test(`${text}: ${why}`, () => expect(permits(list, prefix(text))).toBe(want));
});

describe('route-map', () => {
  const map: RouteMap = {
    name: 'm', entries: [
      { sequence: 10, isPermit: false, matchAccessList: 'denied' },
      { sequence: 20, isPermit: true, matchAccessList: 'ten', setMetric: 5, setMetricType: 1 },
      { sequence: 30, isPermit: true, matchInterface: 'ctc0', setMetric: 7 },
      { sequence: 40, isPermit: true, matchAccessList: 'not-there' },
    ],
  };
  const configured: OspfConfiguration = {
    ...BENCH_CONFIGURATION, routeMaps: new Map([['m', map], ['all', { name: 'all', entries: [{ sequence: 1, isPermit: true }] }]]),
    accessLists: new Map([['denied', { name: 'denied', lines: [line(true, '10.1.0.0/16')] }], ['ten', { name: 'ten', lines: [line(true, '10.0.0.0/8')] }]]),
  };
  const apply = (route: RedistributableRoute, routeMap?: string): unknown => applyRedistribution(configured, { source: 'static', routeMap }, route);

  test('entries in order; a deny entry that matches denies; what an entry does not match goes on to the next', () => {
    expect(apply(staticRoute('10.2.0.0/16'), 'm')).toEqual({ metric: 5, metricType: 1 });
    expect(apply(staticRoute('10.1.0.0/16'), 'm')).toBeUndefined();
    expect(apply(staticRoute('20.0.0.0/8', '0.0.0.0', 'ctc0'), 'm')).toEqual({ metric: 7, metricType: undefined });
  });

  test('no entry matches, an access-list that is not there, a route-map that is not there: denied. No route-map: everything', () => {
    expect(apply(staticRoute('20.0.0.0/8'), 'm')).toBeUndefined();
    expect(apply(staticRoute('20.0.0.0/8'), 'nobody')).toBeUndefined();
    expect(apply(staticRoute('20.0.0.0/8'), 'all')).toEqual({ metric: undefined, metricType: undefined });
    expect(apply(staticRoute('20.0.0.0/8'))).toEqual({});
  });
});

interface Advertised { network: number; metric: number; type: number; forwarding: number }

function advertised(change: Partial<OspfConfiguration>, routes: readonly RedistributableRoute[], behaviour: Partial<OspfBehaviour> = {}): Advertised[] {
  const bench = new Bench({
    configuration: { ...BENCH_CONFIGURATION, ...change }, routes, behaviour: { ...RFC_2328, ...behaviour },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.5.0.5/24')],
  });
  bench.until(10 * SECOND);
  return bench.process.externalLsdb.ofType(5).map((l) => {
    const [route] = (l.body as AsExternalLsa).routes;
    return { network: l.header.linkStateId, metric: route.metric, type: (route.flags & 0x80) !== 0 ? 2 : 1, forwarding: route.forwardingAddress };
  });
}

describe('the AS-external-LSA', () => {
  const one = [staticRoute('172.16.0.0/16')];
  const set: RouteMap = { name: 'set', entries: [{ sequence: 1, isPermit: true, setMetric: 4, setMetricType: 1 }] };

  test('metric and type: the route-map’s, else the redistribute statement’s, else default-metric, else the persona’s', () => {
    const routeMaps = new Map([['set', set]]);
    const base = { network: ip('172.16.0.0'), forwarding: 0 };
    expect(advertised({ redistribute: [{ source: 'static', metric: 3, metricType: 2, routeMap: 'set' }], defaultMetric: 9, routeMaps }, one)).toEqual([{ ...base, metric: 4, type: 1 }]);
    expect(advertised({ redistribute: [{ source: 'static', metric: 3, metricType: 1 }], defaultMetric: 9 }, one)).toEqual([{ ...base, metric: 3, type: 1 }]);
    expect(advertised({ redistribute: [{ source: 'static' }], defaultMetric: 9 }, one)).toEqual([{ ...base, metric: 9, type: 2 }]);
    expect(advertised({ redistribute: [{ source: 'static' }] }, one)).toEqual([{ ...base, metric: 20, type: 2 }]);
  });

  test('forwarding address: the gateway where it is on a network that OSPF runs on, else none [2328:12.4.4]', () => {
    const redistribute = [{ source: 'static' as const }];
    expect(advertised({ redistribute }, [staticRoute('172.16.0.0/16', '10.0.0.77')])[0].forwarding).toBe(ip('10.0.0.77'));
    expect(advertised({ redistribute }, [staticRoute('172.16.0.0/16', '10.5.0.77')])[0].forwarding).toBe(0);
  });

  test('forwarding address: none on a network whose prefix is suppressed [6860:4.1]', () => {
    const redistribute = [{ source: 'static' as const }];
    for (const isPrefixSuppressed of [false, true]) {
      const interfaces = new Map([['eth0', { isPrefixSuppressed }]]);
      for (const forwardingAddress of ['broadcast', 'any'] as const) {
        expect(advertised({ redistribute, interfaces }, [staticRoute('172.16.0.0/16', '10.0.0.77')], { forwardingAddress })[0].forwarding)
          .toBe(isPrefixSuppressed ? 0 : ip('10.0.0.77'));
      }
    }
  });

  test('only of the source that is redistributed; without redistribution the router is no boundary router', () => {
    expect(advertised({ redistribute: [{ source: 'kernel' }] }, one)).toEqual([]);
    const flags = (redistribute: OspfConfiguration['redistribute']): unknown => {
      const bench = new Bench({ configuration: { ...BENCH_CONFIGURATION, redistribute } });
      return (bench.process.areas[0].routerLsa?.body as unknown as { flags: number }).flags;
    };
    expect([flags([]), flags([{ source: 'connected' }])]).toEqual([0, 2]);
  });

  test('a connected network that OSPF runs on stays inside, and so does 127/8', () => {
    const connected = ['10.0.0.0/24', '10.5.0.0/24', '127.0.0.0/8'].map((text): RedistributableRoute => ({ ...staticRoute(text), source: 'connected' }));
    const redistribute = [{ source: 'connected' as const }];
    expect(advertised({ redistribute }, connected).map((a) => a.network)).toEqual([ip('10.5.0.0')]);
    // Zebra asks the network statements, whether or not the interface is up.
    expect(advertised({ redistribute }, connected, { connectedExclusion: 'network-statements' }).map((a) => a.network)).toEqual([ip('10.5.0.0')]);
    const wide = { redistribute, networks: [{ network: ip('10.0.0.0'), prefixLength: 8, area: 0 }] };
    expect(advertised(wide, connected, { connectedExclusion: 'network-statements' })).toEqual([]);
  });
});
