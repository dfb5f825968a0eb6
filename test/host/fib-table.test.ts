/**
 * The forwarding table's columns against a Map: whatever comes and goes, in any order, the same routes are there. Networks are near one another, as
 * those of a network are, so that they crowd the same places.
 */
import { describe, expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import type { FibNextHop, FibRoute } from '../../src/host/fib.js';
import { FibTable, KindredRoute, RouteKind, type FibEntry } from '../../src/host/fib-table.js';
import type { NetworkInterface } from '../../src/host/network-interface.js';

const hop = (gateway: number): FibNextHop => ({ gateway, networkInterface: { name: `eth${gateway}` } as NetworkInterface });
const KINDS = [1, 2, 3].map((gateway) => new RouteKind('ospf', [hop(gateway)], undefined, gateway === 1 ? undefined : 20));

function plainRoute(network: number, prefixLength: number): FibRoute {
  return { network, prefixLength, protocol: 'kernel', metric: 0, nextHops: [hop(9)], preferredSource: 0 };
}

function text(entry: FibEntry | undefined): string {
  if (entry === undefined) return 'none';
  return (Array.isArray(entry) ? entry : [entry]).map((r) => `${r.network}/${r.prefixLength} ${r.protocol} ${r.metric} ${r.distance} ${r.nextHops[0].gateway}` +
    (r instanceof KindredRoute ? ` ${r.cost} ${r.sinceMilliseconds}` : '')).join(' | ');
}

describe('a table in columns', () => {
  test.each(Array.from({ length: 30 }, (_, i) => i + 1))('is a Map of routes: seed %i', (seed) => {
    const prng = new Prng(seed, 'laws', 'fib-table');
    const prefixLength = prng.integer(1, 3) === 1 ? 32 : 30;
    const table = new FibTable(prefixLength);
    const map = new Map<number, FibEntry>();
    const step = prefixLength === 32 ? 1 : 4;
    const base = prng.integer(1, 2) === 1 ? 0x0a000000 : 0xfffff000;
    for (let i = 0; i < 2000; i++) {
      const network = base + step * prng.integer(0, i < 1000 ? 600 : 60);
      const key = network | 0;
      const kind = prng.integer(1, 10);
      if (kind <= 4) {
        table.delete(key);
        map.delete(key);
      } else {
        const route = new KindredRoute(KINDS[prng.integer(0, 2)], network, prefixLength, kind === 10 ? 0xffffffff : prng.integer(0, 100), prng.integer(0, 5000));
        const entry = kind === 8 ? plainRoute(network, prefixLength) : kind === 9 ? [plainRoute(network, prefixLength), route] : route;
        table.set(key, entry);
        map.set(key, entry);
      }
      expect(text(table.get(key))).toBe(text(map.get(key)));
      const other = base + step * prng.integer(0, 600);
      expect(text(table.get(other | 0))).toBe(text(map.get(other | 0)));
    }
    expect(table.size).toBe(map.size);
    expect([...table.values()].map(text).sort()).toEqual([...map.values()].map(text).sort());
  });

  test('packets of one flow take the same route object; another route in its place is another', () => {
    const table = new FibTable(32);
    table.set(1, new KindredRoute(KINDS[0], 1, 32, 10, 0));
    const first = table.get(1);
    expect(table.get(1)).toBe(first);
    table.set(1, new KindredRoute(KINDS[1], 1, 32, 10, 0));
    expect(text(table.get(1))).toBe('1/32 ospf 20 undefined 2 10 0');
  });

  test('room that is made at one time changes no route', () => {
    const table = new FibTable(32);
    for (let key = 1; key <= 100; key++) table.set(key, new KindredRoute(KINDS[key % 3], key, 32, key, 0));
    const before = [...table.values()].map(text).sort();
    table.expect(5000);
    table.expect(10);
    expect([...table.values()].map(text).sort()).toEqual(before);
    expect(text(table.get(77))).toBe(text(new KindredRoute(KINDS[77 % 3], 77, 32, 77, 0)));
  });

  test('more kinds than there are numbers: those that no route is of give theirs back, and what has none is kept whole', () => {
    const table = new FibTable(32);
    const kinds = Array.from({ length: 66_000 }, (_, i) => new RouteKind('ospf', KINDS[0].nextHops, undefined, i));
    // One after the other in the same places.
    kinds.forEach((kind, i) => table.set(i % 100, new KindredRoute(kind, i % 100, 32, 1, i)));
    for (let key = 0; key < 100; key++) expect(table.get(key)).toMatchObject({ metric: 65_900 + key, sinceMilliseconds: 65_900 + key });
    // All of them at one time.
    kinds.forEach((kind, i) => table.set(i, new KindredRoute(kind, i, 32, 1, i)));
    for (let key = 0; key < kinds.length; key += 997) expect(table.get(key)).toMatchObject({ metric: key, sinceMilliseconds: key, network: key });
    expect(table.size).toBe(kinds.length);
  });
});
