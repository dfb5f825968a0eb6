/**
 * LSAs that claim to be ours [2328:13.4]: originated past when they are still wanted, flushed when not; and MinLSInterval [2328:12.4].
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { RedistributableRoute } from '../../src/ospf/environment.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { ip } from './fabric.js';
import { externalLsa, networkLsa, routerLsa, summaryLsa } from './lsa-builder.js';
import { segment, type Segment } from './segment.js';

const SEQUENCE = 0x80000100;
const ME = '5.5.5.5';
const MASK = '255.255.255.0';
const ROUTES: RedistributableRoute[] = [{ source: 'static', network: ip('172.16.1.0'), prefixLength: 24, interfaceName: 'eth0', gateway: 0 }];

function find(s: Segment, lsType: number, id: string, router = ME): LsaInstance | undefined {
  for (const area of s.bench.process.areas) {
    const found = s.bench.process.lookUp(area, lsType, ip(id), ip(router));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Sequence numbers and ages of one LSA as they went out of eth0. */
function flooded(s: Segment, lsType: number, id: string): string[] {
  return s.bench.take(PacketType.linkStateUpdate).filter((c) => c.interfaceIndex === 2).flatMap((c) => c.update ?? [])
    .filter((h) => h.lsType === lsType && h.linkStateId === ip(id)).map((h) => `${(h.sequence >>> 0).toString(16)}/${h.age}`);
}

describe('a newer instance of one of ours, still wanted: the next sequence number', () => {
  test('router-LSA', () => {
    const s = segment('DR');
    s.c.update(routerLsa(ME, [['stub', '1.0.0.0', '255.0.0.0', 1]], { sequence: SEQUENCE }));
    expect(find(s, 1, ME)?.header.sequence).toBe((SEQUENCE + 1) | 0);
    expect((find(s, 1, ME)?.body as unknown as { links: unknown[] }).links.length).toBe(3);
    // "the LSA is flooded as any other" before ours overtakes it; receivers take the second for MinLSArrival a second later.
    expect(flooded(s, 1, ME).at(-1)).toBe('80000101/1');
  });

  test('also one that somebody has aged prematurely', () => {
    const s = segment('DR');
    s.c.update(routerLsa(ME, [], { sequence: SEQUENCE, age: 3600 }));
    expect(find(s, 1, ME)).toMatchObject({ isFlushing: false, isReceived: false, header: { sequence: (SEQUENCE + 1) | 0, age: 0 } });
  });

  test('network-LSA', () => {
    const s = segment('DR');
    s.c.update(networkLsa('10.0.0.5', ME, MASK, [ME], { sequence: SEQUENCE }));
    expect(find(s, 2, '10.0.0.5')).toMatchObject({ isReceived: false, header: { sequence: (SEQUENCE + 1) | 0 } });
    expect((find(s, 2, '10.0.0.5')?.body as unknown as { attachedRouters: number[] }).attachedRouters.length).toBe(3);
  });

  test('summary-LSA', () => {
    const s = segment('DR', { areaOfC: 1 });
    expect(find(s, 3, '10.0.1.0')?.header.sequence).toBe(0x80000001 | 0);
    s.a.update(summaryLsa('10.0.1.0', ME, MASK, 999, { sequence: SEQUENCE }));
    s.settle(SECOND);
    expect(find(s, 3, '10.0.1.0')).toMatchObject({ isReceived: false, header: { sequence: (SEQUENCE + 1) | 0 }, body: { metric: 10 } });
  });

  test('summary-LSA, aged prematurely by somebody and acknowledged by all: the next sequence number all the same, or both would go on for ever', () => {
    for (const role of ['DR', 'DROther'] as const) {
      const s = segment(role, { areaOfC: 1 });
      const own = find(s, 3, '10.0.1.0');
      const sequence = own?.header.sequence ?? 0;
      const flushed = (own?.bytes ?? new Uint8Array()).slice();
      flushed.set([3600 >>> 8, 3600 & 255]);
      // Both neighbours of the area have it already: nobody is left that it would wait for.
      s.b.hello({ neighbors: [] });
      s.a.update(flushed);
      s.settle(SECOND);
      expect([role, find(s, 3, '10.0.1.0')]).toMatchObject([role, { isReceived: false, header: { sequence: sequence + 1 }, body: { metric: 10 } }]);
    }
  });

  test('AS-external-LSA', () => {
    const s = segment('DR', { routes: ROUTES });
    s.a.update(externalLsa('172.16.1.0', ME, MASK, 1, { sequence: SEQUENCE }));
    expect(find(s, 5, '172.16.1.0')).toMatchObject({ isReceived: false, header: { sequence: (SEQUENCE + 1) | 0 }, body: { routes: [{ metric: 20 }] } });
  });
});

describe('not wanted any more: flushed with the sequence number that came, and gone once that is acknowledged', () => {
  const cases: [name: string, lsType: number, id: string, bytes: Uint8Array][] = [
    ['a network-LSA of a network on which we are not DR', 2, '10.0.0.5', networkLsa('10.0.0.5', ME, MASK, [ME, '9.9.9.9'], { sequence: SEQUENCE })],
    ['a network-LSA for an address that we had', 2, '10.5.5.5', networkLsa('10.5.5.5', ME, MASK, [ME], { sequence: SEQUENCE })],
    ['a summary of a network that we do not reach', 3, '10.77.0.0', summaryLsa('10.77.0.0', ME, MASK, 1, { sequence: SEQUENCE })],
    ['a summary of a boundary router', 4, '3.3.3.3', summaryLsa('3.3.3.3', ME, undefined, 1, { sequence: SEQUENCE })],
    ['an external route that is not there', 5, '172.31.0.0', externalLsa('172.31.0.0', ME, MASK, 1, { sequence: SEQUENCE })],
    ['an external route with another mask', 5, '172.16.0.0', externalLsa('172.16.0.0', ME, '255.255.0.0', 1, { sequence: SEQUENCE })],
  ];
  for (const [name, lsType, id, bytes] of cases) {
    test(name, () => {
      const s = segment('DROther', { routes: ROUTES });
      s.bench.take();
      s.a.update(bytes);
      s.bench.wait(SECOND);
      expect(find(s, lsType, id)).toMatchObject({ isFlushing: true, header: { age: 3600, sequence: SEQUENCE | 0 } });
      expect(flooded(s, lsType, id).at(-1)).toBe('80000100/3600');
      s.settle(3 * SECOND);
      expect(find(s, lsType, id)).toBeUndefined();
      // The one that is ours and wanted was not touched.
      expect(find(s, 5, '172.16.1.0')).toMatchObject({ isFlushing: false });
    });
  }

  test('already MaxAge: nothing to originate, and it goes', () => {
    const s = segment('DROther', { routes: ROUTES });
    s.a.update(externalLsa('172.31.0.0', ME, MASK, 1, { sequence: SEQUENCE }));
    s.bench.wait(2 * SECOND);
    s.a.update(externalLsa('172.31.0.0', ME, MASK, 1, { sequence: SEQUENCE + 5, age: 3600 }));
    s.settle(3 * SECOND);
    expect(find(s, 5, '172.31.0.0')).toBeUndefined();
  });

  test('a network-LSA for our address under a router id that we no longer have, whether or not we are DR', () => {
    for (const role of ['DR', 'DROther'] as const) {
      const s = segment(role);
      s.a.update(networkLsa('10.0.0.5', '4.4.4.4', MASK, ['4.4.4.4'], { sequence: SEQUENCE }));
      s.settle(3 * SECOND);
      expect(find(s, 2, '10.0.0.5', '4.4.4.4')).toBeUndefined();
      const ages = s.bench.caught.filter((c) => c.interfaceIndex === 3).flatMap((c) => c.update ?? []).filter((h) => h.advertisingRouter === ip('4.4.4.4')).map((h) => h.age);
      expect(ages.at(-1)).toBe(3600);
      if (role === 'DR') expect(find(s, 2, '10.0.0.5')).toMatchObject({ isFlushing: false });
    }
  });
});

describe('an older or equal instance of ours changes nothing', () => {
  test('older: ours is sent back', () => {
    const s = segment('DR');
    const own = find(s, 1, ME);
    s.a.update(routerLsa(ME, [], { sequence: 0x80000001 }));
    expect(find(s, 1, ME)).toBe(own);
    expect(s.bench.take(PacketType.linkStateUpdate)).toMatchObject([{ destination: s.a.address, update: [{ sequence: own?.header.sequence }] }]);
  });
});

describe('MinLSInterval [2328:12.4]', () => {
  test('two changes within five seconds: the second instance leaves exactly five seconds after the first, with the latest contents', () => {
    const s = segment('DR');
    s.bench.take();
    s.c.hello({ neighbors: [] }); // link gone
    const first = s.bench.now;
    s.bench.wait(SECOND);
    s.c.hello();
    s.c.toFull(); // and back
    s.settle(10 * SECOND);
    const sent = s.bench.traces.filter((t) => t.kind === 'lsa-originate' && t.lsa.lsType === 1);
    expect(sent.length).toBe(2);
    expect((find(s, 1, ME)?.arrivedAt ?? 0) - first).toBe(5 * SECOND);
    expect((find(s, 1, ME)?.body as unknown as { links: unknown[] }).links.length).toBe(3);
  });
});

describe('MinLSInterval of the Designated Router', () => {
  test('nor a network-LSA', () => {
    const s = segment('DR');
    const first = s.bench.now;
    s.b.dd(0, 1); // out of sequence: no longer Full
    s.bench.wait(SECOND);
    s.b.toFull();
    s.settle(10 * SECOND);
    const sent = s.bench.traces.filter((t) => t.kind === 'lsa-originate' && t.lsa.lsType === 2);
    expect(sent.length).toBe(2);
    expect((find(s, 2, '10.0.0.5')?.arrivedAt ?? 0) - first).toBe(5 * SECOND);
  });
});

describe('redistribution [2328:12.4.4]', () => {
  test('a route that comes is advertised, one that changes is advertised anew, one that goes is flushed', () => {
    const s = segment('DR', { routes: ROUTES });
    s.bench.process.routesChanged(s.bench.now, [...ROUTES, { ...ROUTES[0], network: ip('172.16.2.0') }]);
    expect(find(s, 5, '172.16.2.0')).toMatchObject({ body: { networkMask: ip(MASK), routes: [{ metric: 20, flags: 0x80, forwardingAddress: 0 }] } });
    s.bench.process.routesChanged(s.bench.now, [{ ...ROUTES[0], gateway: ip('10.0.0.77') }]);
    expect(find(s, 5, '172.16.1.0')).toMatchObject({ body: { routes: [{ forwardingAddress: ip('10.0.0.77') }] } });
    expect(find(s, 5, '172.16.2.0')).toMatchObject({ isFlushing: true });
    s.settle(3 * SECOND);
    expect(find(s, 5, '172.16.2.0')).toBeUndefined();
  });

  test('a route that comes back while it is being flushed goes on with the next sequence number', () => {
    const s = segment('DR', { routes: ROUTES });
    s.bench.process.routesChanged(s.bench.now, []);
    s.bench.process.routesChanged(s.bench.now, ROUTES);
    expect(find(s, 5, '172.16.1.0')).toMatchObject({ isFlushing: false, header: { sequence: 0x80000002 | 0, age: 0 } });
    s.settle(10 * SECOND);
    expect(find(s, 5, '172.16.1.0')).toMatchObject({ isFlushing: false });
  });

  test('networks that share a number each have a link state id of their own [2328:App.E]', () => {
    const shared: RedistributableRoute[] = [
      { ...ROUTES[0], network: ip('172.16.0.0'), prefixLength: 16 }, { ...ROUTES[0], network: ip('172.16.0.0'), prefixLength: 24 },
    ];
    const s = segment('DR', { routes: shared });
    const ids = s.bench.process.externalLsdb.ofType(5).map((l) => [l.header.linkStateId, (l.body as unknown as { networkMask: number }).networkMask]);
    expect(ids).toEqual([[ip('172.16.0.0'), ip('255.255.0.0')], [ip('172.16.0.255'), ip(MASK)]]);
  });
});
