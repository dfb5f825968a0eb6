/**
 * Retransmission lists are bits in the database's instances; here they are held against plain lists, one a neighbour, through random flooding,
 * acknowledgments, replacement, and losses of neighbours: on a network with more neighbours than there are bits, with LSAs that are flooded and
 * not taken into the database. [2328:10] [2328:13]
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { keepOutOfDatabase, removeFromAllRetransmissions } from '../../src/ospf/flooding.js';
import { LsaTable, type LsaInstance } from '../../src/ospf/lsdb.js';
import type { Neighbor } from '../../src/ospf/neighbor.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { areaByHand, externalLsa, interfaceByHand, lsaByHand, neighborByHand, processByHand, summaryLsa } from '../node/ospf-by-hand.js';

const names = (list: readonly LsaInstance[]): string[] => list.map(({ header }) => `${header.lsType} ${header.linkStateId} ${header.advertisingRouter} ${header.sequence}`);

describe('what a neighbour has not acknowledged', () => {
  test.each([3, 25, 40])('is what a list of its own would hold: %i neighbours', (count) => {
    const prng = new Prng(count, 'laws', 'retransmission');
    const process = processByHand('0.0.0.1');
    const area = areaByHand(process, '0.0.0.0');
    const owner = interfaceByHand(area, 0, { name: 'eth0', index: 1, address: '10.0.0.1', prefixLength: 16, networkType: 'broadcast', state: 'DR', cost: 10 });
    const neighbors = Array.from({ length: count }, (_, i) => neighborByHand(owner, 0, `0.0.1.${i}`, `10.0.1.${i}`, SECOND, SECOND));
    const plain = new Map<Neighbor, LsaTable<LsaInstance>>(neighbors.map((neighbor) => [neighbor, new LsaTable<LsaInstance>()]));
    const current = (type: number, id: string): LsaInstance | undefined => (type === LsType.asExternal ? process.externalLsdb : area.lsdb)
      .ofType(type).find((lsa) => lsa.header.linkStateId === Number(id.split('.')[3]));
    let apart = 0;
    for (let step = 1; step <= 500; step++) {
      const neighbor = neighbors[prng.integer(0, count - 1)];
      const type = prng.integer(1, 3) === 1 ? LsType.asExternal : LsType.summaryNetwork;
      const id = `0.0.0.${prng.integer(1, 12)}`;
      const old = current(type, id);
      const kind = prng.integer(1, 20);
      if (kind <= 8) {
        // Flooded to some, and then installed, or not.
        const isTaken = prng.integer(1, 8) > 1;
        const lsa = lsaByHand(undefined, 0, type, id, '9.9.9.9', 1, step, type === LsType.asExternal ? externalLsa(24, 1, 0) : summaryLsa(24, 1));
        const scoped = type === LsType.asExternal ? lsa : Object.assign(lsa, { area });
        for (const to of neighbors) {
          if (prng.integer(1, 3) === 1) continue;
          to.retransmissionList.put(scoped, old);
          plain.get(to)?.put(scoped);
        }
        if (isTaken) {
          if (old !== undefined) {
            removeFromAllRetransmissions(process, old);
            for (const list of plain.values()) if (list.findKey(old.header) === old) list.delete(old.header);
          }
          (type === LsType.asExternal ? process.externalLsdb : area.lsdb).put(scoped);
        } else {
          keepOutOfDatabase(process, scoped);
          apart++;
        }
      } else if (kind <= 18) {
        const [waiting] = neighbor.retransmissionList.all().slice(prng.integer(0, 3));
        expect(neighbor.retransmissionList.findKey({ lsType: type, linkStateId: Number(id.split('.')[3]), advertisingRouter: 0x09090909 }))
          .toBe(plain.get(neighbor)?.find(type, Number(id.split('.')[3]), 0x09090909));
        if (waiting !== undefined) {
          expect(neighbor.retransmissionList.findKey(waiting.header)).toBe(waiting);
          expect(neighbor.retransmissionList.remove(waiting)).toBe(true);
          expect(neighbor.retransmissionList.remove(waiting)).toBe(false);
          plain.get(neighbor)?.delete(waiting.header);
        }
      } else {
        neighbor.retransmissionList.clear();
        plain.get(neighbor)?.clear();
      }
      for (const [each, list] of plain) {
        expect([step, each.retransmissionList.size]).toEqual([step, list.size]);
        if (each === neighbor) expect([step, names(each.retransmissionList.all())]).toEqual([step, names(list.all())]);
      }
      for (const lsa of [...area.lsdb.all(), ...process.externalLsdb.all()]) {
        expect(lsa.retransmissions).toBe([...plain.values()].filter((list) => list.findKey(lsa.header) === lsa).length);
      }
    }
    expect(apart).toBeGreaterThan(10);
  });

  test.each([1, 63, 64, 65, 300])('%i LSAs at one time, acknowledged one after the other', (count) => {
    const process = processByHand('0.0.0.1');
    const area = areaByHand(process, '0.0.0.0');
    const owner = interfaceByHand(area, 0, { name: 'eth0', index: 1, address: '10.0.0.1', prefixLength: 16, networkType: 'point-to-point', state: 'Point-To-Point', cost: 10 });
    const { retransmissionList: list } = neighborByHand(owner, 0, '0.0.1.1', '10.0.1.1', SECOND, SECOND);
    for (let round = 1; round <= 3; round++) {
      const lsas = Array.from({ length: count }, (_, i) => lsaByHand(area, 0, LsType.summaryNetwork, `0.0.${i >> 8}.${i & 255}`, '9.9.9.9', 1, round, summaryLsa(24, 1)));
      for (const lsa of lsas) {
        list.put(lsa, area.lsdb.findKey(lsa.header));
        area.lsdb.put(lsa);
      }
      for (let waiting = count; waiting > 0; waiting = Math.floor(waiting / 3)) {
        expect(names(list.all())).toEqual(names(lsas.slice(0, waiting)));
        for (const lsa of lsas.slice(Math.floor(waiting / 3), waiting)) list.remove(lsa);
      }
      expect([list.size, list.all()]).toEqual([0, []]);
    }
  });
});
