/**
 * What routers of one program share of an LSA: places that databases hint to each other, contents that are recalled, lists of stub links. Each against
 * the plain way, which knows of no other router.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { decodeLsaBody, findKnown, forgetKnownLsas, isSameButForAge, rememberLsa, type LsaBody } from '../../src/ospf/lsa-body.js';
import { LsaTable, lsaContents, type PlaceHint } from '../../src/ospf/lsdb.js';
import { StubLists } from '../../src/ospf/stub-lists.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

afterEach(forgetKnownLsas);

const bodyOf = (bytes: Uint8Array): LsaBody => {
  const body = decodeLsaBody(bytes);
  if (body instanceof DecodeError) throw new Error('a bad LSA');
  return body;
};
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

describe('a hint is only a hint', () => {
  test.each(Array.from({ length: 20 }, (_, i) => i + 1))('several databases with one set of hints are Maps: seed %i', (seed) => {
    const prng = new Prng(seed, 'laws', 'place-hints');
    const hints = new Map<string, PlaceHint>();
    const databases = [1, 2, 3].map(() => ({ table: new LsaTable<{ header: { lsType: number; linkStateId: number; advertisingRouter: number }; stamp: number }>(), map: new Map<string, number>() }));
    for (let stamp = 0; stamp < 3000; stamp++) {
      const header = { lsType: prng.integer(1, 2), linkStateId: (prng.integer(0, 40) * 0x06000000) >>> 0, advertisingRouter: prng.integer(1, 3) };
      const key = `${header.lsType} ${header.linkStateId} ${header.advertisingRouter}`;
      let hint = hints.get(key);
      if (hint === undefined) hints.set(key, hint = { place: prng.integer(0, 100) });
      const { table, map } = databases[prng.integer(0, 2)];
      if (prng.integer(1, 3) === 1) {
        table.delete(header);
        map.delete(key);
      } else {
        table.put({ header, stamp }, hint);
        map.set(key, stamp);
      }
      for (const each of databases) expect(each.table.find(header.lsType, header.linkStateId, header.advertisingRouter, hint)?.stamp).toBe(each.map.get(key));
      expect(table.size).toBe(map.size);
    }
    for (const { table } of databases) {
      for (const lsType of [1, 2]) {
        const list = table.ofType(lsType).map(({ header }) => [header.linkStateId, header.advertisingRouter]);
        expect(list).toEqual([...list].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }
    }
  });
});

describe('contents that were found good', () => {
  const LSA = (metric: number, sequence = 1): Uint8Array => routerLsa('9.9.9.9', [['stub', '10.0.0.0', '255.255.255.0', metric]], { sequence });

  test('of two instances that drive out each other both are recalled, whatever their age, and no third', () => {
    const [first, second, third] = [LSA(1), LSA(2, 2), LSA(3, 3)];
    const kept = [first, second].map((bytes) => rememberLsa(bytes, bodyOf(bytes)));
    const known = findKnown(1, ip('9.9.9.9'), ip('9.9.9.9'));
    const packet = new Uint8Array(7 + first.length);
    for (const [i, bytes] of [first, second, third].entries()) {
      packet.set(bytes, 7);
      packet[7] = 0x0e; // another age
      expect(known?.recall(viewOf(packet), 7, bytes.length)).toBe(kept[i]);
    }
    rememberLsa(third, bodyOf(third));
    packet.set(first, 7);
    expect(known?.recall(viewOf(packet), 7, first.length)).toBeUndefined();
  });

  test('thousands of LSAs are all recalled', () => {
    const all = Array.from({ length: 5000 }, (_, i) => routerLsa(`10.${i >> 8}.${i & 255}.1`, [['stub', '10.0.0.0', '255.255.255.0', 1]]));
    const kept = all.map((bytes) => rememberLsa(bytes, bodyOf(bytes)));
    all.forEach((bytes, i) => {
      const { linkStateId } = kept[i].header;
      expect(findKnown(1, linkStateId, linkStateId)?.recall(viewOf(bytes), 0, bytes.length)).toBe(kept[i]);
    });
    expect(findKnown(2, kept[0].header.linkStateId, kept[0].header.linkStateId)).toBeUndefined();
  });

  test.each([20, 21, 22, 23, 24, 47])('one other octet among %i is seen, but in the age', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => i + 1);
    const contents = lsaContents(bytes, undefined);
    for (let at = 0; at < length; at++) {
      const packet = new Uint8Array(length + 3);
      packet.set(bytes, 3);
      packet[3 + at] ^= 0x40;
      expect(isSameButForAge(contents, viewOf(packet), 3, length), `octet ${at}`).toBe(at < 2);
    }
    expect(isSameButForAge(contents, viewOf(new Uint8Array(length + 8)), 0, length + 1)).toBe(false);
  });
});

describe('lists of stub links', () => {
  const place = (lists: StubLists, router: number, pairs: readonly (readonly [number, number])[]): number =>
    lists.place(router, pairs.length, (i) => pairs[i][0], (i) => pairs[i][1]);

  test('a refresh takes over the list of the instance before; anything else has its own', () => {
    const lists = new StubLists();
    const first = place(lists, 1, [[5, 10], [7, 10]]);
    expect(place(lists, 1, [[5, 10], [7, 10]])).toBe(first);
    const second = place(lists, 1, [[5, 10], [7, 11]]);
    expect(second).not.toBe(first);
    expect([...lists.slots.subarray(second, second + 2), ...lists.costs.subarray(second, second + 2)]).toEqual([5, 7, 10, 11]);
    expect([...lists.costs.subarray(first, first + 2)]).toEqual([10, 10]);
    expect(lists.end).toBe(4);
  });

  test('a prefix knows all who have named it, once each', () => {
    const lists = new StubLists();
    for (let router = 1; router <= 300; router++) place(lists, router, [[0, 1], [router, 2]]);
    place(lists, 7, [[0, 3]]);
    expect(lists.namersOf(0).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect([lists.namersOf(299), lists.namersOf(301), lists.namersOf(100_000)]).toEqual([[299], [], []]);
  });
});
