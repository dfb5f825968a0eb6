/**
 * Corners of the shortest-path calculation that a quiet network does not show; whole networks are in routes.test.ts. [2328:16.1]
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { RFC_2328 } from './bench.js';
import { Fabric, configuration, device, ip } from './fabric.js';
import { networkLsa, routerLsa } from './lsa-builder.js';
import { segment, type Segment } from './segment.js';

const MASK = '255.255.255.0';

/** 9.9.9.9 is DR of the LAN; 8.8.8.8 has a stub behind it. */
function lan(): Segment {
  const s = segment('Backup');
  s.a.update(networkLsa('10.0.0.9', '9.9.9.9', MASK, ['9.9.9.9', '5.5.5.5', '8.8.8.8']), routerLsa('9.9.9.9', [['transit', '10.0.0.9', '10.0.0.9', 1]]));
  s.b.update(routerLsa('8.8.8.8', [['transit', '10.0.0.9', '10.0.0.8', 1], ['stub', '44.0.0.0', '255.0.0.0', 3]]));
  s.settle(10 * SECOND);
  return s;
}

function gateways(s: Segment, network: string, length: number): number[] | undefined {
  return s.bench.routes.get(`${ip(network)}/${length}`)?.nextHops.map((h) => h.gateway & 255);
}

describe('a network-LSA', () => {
  test('leads to the routers on it', () => {
    expect(gateways(lan(), '44.0.0.0', 8)).toEqual([8]);
  });

  test('of the same address that the DR is flushing under its old router id changes nothing', () => {
    const s = lan();
    s.a.update(networkLsa('10.0.0.9', '4.4.4.4', MASK, ['4.4.4.4', '5.5.5.5', '8.8.8.8']));
    s.settle(3 * SECOND);
    s.a.update(networkLsa('10.0.0.9', '4.4.4.4', MASK, ['4.4.4.4', '5.5.5.5', '8.8.8.8'], { age: 3600 }));
    for (let i = 0; i < 5; i++) { // nobody acknowledges, so it stays
      s.bench.wait(SECOND);
      for (const peer of s.peers) peer.hello();
      expect(s.bench.process.areas[0].lsdb.find(2, ip('10.0.0.9'), ip('4.4.4.4'))).toBeDefined();
      expect(gateways(s, '44.0.0.0', 8)).toEqual([8]);
    }
  });

  test('that does not list a router does not lead to it, and a router that does not link back is not reached [2328:16.1(2)(b)]', () => {
    const s = lan();
    s.a.update(networkLsa('10.0.0.9', '9.9.9.9', MASK, ['9.9.9.9', '5.5.5.5'], { sequence: 0x80000002 }));
    s.settle(2 * SECOND);
    expect(gateways(s, '44.0.0.0', 8)).toBeUndefined();
    const t = lan();
    t.b.update(routerLsa('8.8.8.8', [['stub', '44.0.0.0', '255.0.0.0', 3]], { sequence: 0x80000002 }));
    t.settle(2 * SECOND);
    expect(gateways(t, '44.0.0.0', 8)).toBeUndefined();
  });

  test('that reaches MaxAge takes its routes with it', () => {
    const s = lan();
    s.a.update(networkLsa('10.0.0.9', '9.9.9.9', MASK, ['9.9.9.9', '5.5.5.5', '8.8.8.8'], { age: 3600 }));
    s.settle(2 * SECOND);
    expect(gateways(s, '44.0.0.0', 8)).toBeUndefined();
  });
});

test('a chain of 400 routers behind a neighbour: every one at its distance', () => {
  const s = segment('Backup');
  const name = (i: number): string => `30.0.${i >> 8}.${i & 255}`;
  const chain = Array.from({ length: 400 }, (_, i) => routerLsa(name(i), [
    ['pointToPoint', i === 0 ? '7.7.7.7' : name(i - 1), '1.1.1.1', 1], ...(i < 399 ? [['pointToPoint', name(i + 1), '1.1.1.1', 2] as const] : []),
    ['stub', `31.${i >> 8}.${i & 255}.0`, MASK, 5] as const,
  ]));
  s.c.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.9', 1], ['pointToPoint', name(0), '1.1.1.1', 2]]));
  for (let i = 0; i < chain.length; i += 20) s.c.update(...chain.slice(i, i + 20));
  s.settle(10 * SECOND);
  for (const i of [0, 1, 255, 256, 399]) expect(s.bench.routes.get(`${ip(`31.${i >> 8}.${i & 255}.0`)}/24`)?.metric).toBe(10 + 2 * (i + 1) + 5);
});

describe('several links between two routers', () => {
  function pair(costs: readonly number[], maximumPaths: number): Fabric {
    const fabric = new Fabric();
    for (const n of [1, 2]) {
      fabric.add(`r${n}`, {
        behaviour: { ...FRR_844, maximumPaths, kernelMetric: 'cost' },
        configuration: configuration({ routerId: `${n}.${n}.${n}.${n}`, networks: [['10.0.0.0/8', 0]], passive: ['lan'], interfaces: Object.fromEntries([
          ...costs.map((cost, i): [string, object] => [`eth${i}`, { networkType: 'point-to-point', cost }]), ['lan', { cost: 1 }]]) }),
        interfaces: [...costs.map((_, i) => device(`eth${i}`, 2 + i, `10.0.${i}.${n}/24`)), device('lan', 20, `10.${n}.0.1/24`)],
      });
    }
    costs.forEach((_, i) => fabric.link(['r1', 2 + i], ['r2', 2 + i]));
    fabric.runUntil(60 * SECOND);
    return fabric;
  }
  const hops = (fabric: Fabric): string | undefined => fabric.routers.get('r1')?.routes.get(`${ip('10.2.0.0')}/24`)?.nextHops.map((h) => `${(h.gateway >>> 8) & 255}@${h.interfaceIndex}`).join(' ');

  test('equal: all of them, each by its own interface; not more than maximum-paths', () => {
    expect(hops(pair([10, 10, 10], 256))).toBe('0@2 1@3 2@4');
    expect(hops(pair([10, 10, 10], 2))).toBe('0@2 1@3');
    expect(hops(pair([10, 10, 10], 1))).toBe('0@2');
  });

  test('different: the cheapest; and the next when that falls silent', () => {
    const fabric = pair([30, 10, 20], 256);
    expect(hops(fabric)).toBe('1@3');
    fabric.filter = (_from, _to, _packet, end) => end.interfaceIndex !== 3;
    fabric.runUntil(fabric.now + 45 * SECOND);
    expect(hops(fabric)).toBe('2@4');
    const links = (fabric.routers.get('r1')?.process.areas[0].routerLsa?.body as RouterLsa).links;
    expect(links.filter((l) => l.type === 1).map((l) => l.metric)).toEqual([30, 20]);
  });
});

test('the calculation that an LSA asks for: none when only the age, the sequence number or the checksum is new [2328:13.2]', () => {
  const s = segment('DR', { behaviour: { ...RFC_2328, spfSchedule: { policy: 'fixed', delayMicros: 0, holdMicros: 0 } } });
  const runs = (): number => s.bench.process.spfRuns;
  s.c.update(routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', 1]]));
  s.settle(2 * SECOND);
  const before = runs();
  s.c.update(routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', 1]], { sequence: 0x80000002 }));
  s.settle(2 * SECOND);
  expect(runs()).toBe(before);
  s.c.update(routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', 2]], { sequence: 0x80000003 }));
  s.settle(2 * SECOND);
  expect(runs()).toBe(before + 1);
});
