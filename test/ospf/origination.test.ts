/**
 * What a router says about its interfaces and networks in its router-LSA and network-LSA. [2328:12.4.1] [2328:12.4.2]
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, POINT_TO_POINT, RFC_2328 } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { segment, type Segment } from './segment.js';

/** The links of the router-LSA: `type id data metric`. */
function links(bench: Bench): string[] {
  const text = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
  const body = bench.process.areas[0].routerLsa?.body as RouterLsa;
  return body.links.map((l) => `${['', 'point-to-point', 'transit', 'stub'][l.type]} ${text(l.linkId)} ${text(l.linkData)} ${l.metric}`);
}

const STUB = 'stub 10.0.0.0 255.255.255.0 10';

describe('a broadcast network [2328:12.4.1.2]', () => {
  const onLan = (s: Segment): string | undefined => links(s.bench)[0];

  test('while Waiting, and as DR of nobody: a stub', () => {
    const bench = new Bench();
    expect(links(bench)).toEqual([STUB]);
    bench.until(60 * SECOND);
    expect([bench.interface().state, links(bench)]).toEqual(['DR', [STUB]]);
    expect(bench.process.areas[0].lsdb.ofType(2)).toEqual([]);
  });

  test('as DR with somebody Full, and as anything else when Full with the DR: transit, by the DR’s address', () => {
    expect(onLan(segment('DR'))).toBe('transit 10.0.0.5 10.0.0.5 10');
    expect(onLan(segment('Backup'))).toBe('transit 10.0.0.9 10.0.0.5 10');
    expect(onLan(segment('DROther'))).toBe('transit 10.0.0.9 10.0.0.5 10');
  });

  test('not Full with the DR, though with the Backup: a stub', () => {
    const s = segment('DROther');
    s.a.dd(0, 1); // out of sequence
    s.bench.wait(SECOND);
    expect([s.a.state, s.b.state, s.bench.interface().designatedRouter]).toEqual(['ExStart', 'Full', s.a.address]);
    expect(onLan(s)).toBe(STUB);
  });
});

describe('a point-to-point network [2328:12.4.1.1]', () => {
  test('the neighbour once it is Full, and the subnet as a stub always', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toExStart();
    expect(links(bench)).toEqual([STUB]);
    peer.toFull();
    bench.wait(6 * SECOND);
    expect(links(bench)).toEqual(['point-to-point 9.9.9.9 10.0.0.5 10', STUB]);
  });

  test('the output cost, and costs from the bandwidth where the persona has such a thing', () => {
    const cost = (bandwidthMbps: number, referenceBandwidthMbps?: number): string => {
      const bench = new Bench({ behaviour: { ...RFC_2328, referenceBandwidthMbps }, interfaces: [{ ...device('eth0', 2, '10.0.0.5/24'), bandwidthMbps }] });
      return links(bench)[0].split(' ')[3];
    };
    expect([cost(10), cost(10, 100), cost(100, 100), cost(10_000, 100), cost(0.001, 100)]).toEqual(['10', '10', '1', '1', '65535']);
  });
});

test('hosts and networks that are configured stand at the end [2328:12.4.1 hosts]', () => {
  const stub = { network: ip('192.0.2.7'), prefixLength: 32, cost: 3, isHidden: false, isSummary: false };
  const bench = new Bench({
    configuration: {
      ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]] }),
      areas: new Map([[0, { isStub: false, isSummaryBlocked: false, ranges: [], stubNetworks: [stub, { ...stub, network: ip('192.0.2.8'), isHidden: true }] }]]),
    },
  });
  expect(links(bench)).toEqual([STUB, 'stub 192.0.2.7 255.255.255.255 3']);
});

describe('the network-LSA [2328:12.4.2]', () => {
  const attached = (s: Segment): number[] | undefined => (s.bench.process.areas[0].lsdb.find(2, ip('10.0.0.5'), ip('5.5.5.5'))?.body as NetworkLsa | undefined)?.attachedRouters;

  test('the DR names itself and whoever is Full, in the order of addresses; nobody else originates one', () => {
    const s = segment('DR');
    expect(attached(s)).toEqual([ip('5.5.5.5'), ip('8.8.8.8'), ip('9.9.9.9')]);
    s.a.dd(0, 1);
    s.bench.wait(6 * SECOND);
    expect(attached(s)).toEqual([ip('5.5.5.5'), ip('8.8.8.8')]);
    expect(segment('Backup').bench.process.areas[0].lsdb.ofType(2)).toEqual([]);
  });

  test('is there once a neighbour is Full, and flushed by one that is DR no more', () => {
    const s = segment('DR');
    const network = (): boolean[] => s.bench.process.areas[0].lsdb.ofType(2).filter((lsa) => lsa.isSelfOriginated).map((lsa) => lsa.isFlushing);
    expect(network()).toEqual([false]);
    s.a.hello({ priority: 9, designatedRouter: s.a.address });
    expect([s.bench.interface().state, network()]).toEqual(['Backup', [true]]);
    const alone = new Bench();
    const peer = alone.peer('9.9.9.9', '10.0.0.9');
    alone.until(40 * SECOND);
    peer.toExStart();
    expect([alone.interface().state, peer.state, alone.process.areas[0].lsdb.ofType(2)]).toEqual(['DR', 'ExStart', []]);
    peer.toFull();
    expect(alone.process.areas[0].lsdb.ofType(2).length).toBe(1);
  });

  test('is flushed when the last neighbour is no longer Full', () => {
    const s = segment('DR');
    s.a.hello({ neighbors: [] });
    s.b.hello({ neighbors: [] });
    expect(s.bench.process.areas[0].lsdb.find(2, ip('10.0.0.5'), ip('5.5.5.5'))).toMatchObject({ isFlushing: true });
    expect(links(s.bench).filter((l) => l.startsWith('transit')).length).toBeLessThanOrEqual(1); // MinLSInterval
    s.bench.wait(6 * SECOND);
    expect(links(s.bench)[0]).toBe(STUB);
  });
});

describe('stopping', () => {
  test('flushes everything of its own, withdraws every route and falls silent; an interface that goes down only takes its links away', () => {
    const s = segment('DR', { routes: [{ source: 'static', network: ip('172.16.0.0'), prefixLength: 16, interfaceName: 'eth0', gateway: 0 }] });
    s.bench.process.interfaceChanged(s.bench.now, 3, false);
    s.bench.wait(6 * SECOND);
    expect(links(s.bench).length).toBe(1);
    s.bench.take();
    s.bench.process.stop(s.bench.now);
    const flushed = s.bench.take().flatMap((c) => c.update ?? []);
    expect(flushed.map((h) => [h.lsType, h.age])).toEqual([[1, 3600], [2, 3600], [5, 3600]]);
    expect(s.bench.routes.size).toBe(0);
    s.bench.wait(100 * SECOND);
    expect(s.bench.take()).toEqual([]);
  });
});

test('network statements: the longest that holds the address, or the first that holds the network; an area on the interface itself comes before them', () => {
  for (const [networkStatement, want] of [['address', [['eth0', 9], ['eth1', 0], ['eth2', 7], ['eth3', 4]]], ['network', [['eth0', 3], ['eth1', 0], ['eth2', 7]]]] as const) {
    const bench = new Bench({
      behaviour: { ...RFC_2328, networkStatement },
      configuration: configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/16', 3], ['10.0.0.0/8', 0], ['10.0.1.0/24', 9], ['11.0.0.5/32', 4]], interfaces: { eth2: { area: 7 } },
      }),
      interfaces: [device('eth0', 2, '10.0.1.5/24'), device('eth1', 3, '10.1.0.5/24'), device('eth2', 4, '10.0.2.5/24'), device('eth3', 5, '11.0.0.5/24')],
    });
    expect(bench.process.interfaces.map((i) => [i.name, i.area.id]), networkStatement).toEqual(want);
  }
});
