/**
 * Electing the Designated Router [2328:9.4], against a second election written here from the text, and case by case.
 */
import { describe, expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { SECOND } from '../../src/base/micros.js';
import { runInterfaceEvent } from '../../src/ospf/interface-machine.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import { BIRD_2012 } from '../../src/persona/ospf-bird.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { LinkType, RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, ip } from './fabric.js';
import { networkLsa } from './lsa-builder.js';

interface Router { id: number; address: number; priority: number; dr: number; bdr: number }

/** Steps (2) and (3) once: [2328:9.4]. */
function elect(routers: readonly Router[]): { dr: number; bdr: number } {
  const eligible = routers.filter((r) => r.priority > 0);
  const order = (a: Router, b: Router): number => b.priority - a.priority || b.id - a.id;
  const notDr = eligible.filter((r) => r.dr !== r.address);
  const declared = notDr.filter((r) => r.bdr === r.address);
  const bdr = (declared.length > 0 ? declared : notDr).sort(order)[0]?.address ?? 0;
  const dr = eligible.filter((r) => r.dr === r.address).sort(order)[0]?.address ?? bdr;
  return { dr, bdr };
}

function reference(self: Router, others: readonly Router[], wasDr: boolean, wasBackup: boolean): { dr: number; bdr: number } {
  let result = elect([self, ...others]);
  const isDr = result.dr === self.address;
  const isBackup = result.bdr === self.address;
  // (4) "newly the DR or newly the Backup, or is now no longer"
  if (isDr !== wasDr || isBackup !== wasBackup) result = elect([{ ...self, ...result }, ...others]);
  return result;
}

function bench(priority = 1): Bench {
  return new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { priority } } }) });
}

function roles(b: Bench): [number, number, string] {
  const owner = b.interface();
  return [owner.designatedRouter & 255, owner.backupDesignatedRouter & 255, owner.state];
}

test('400 random segments, two elections each: the same routers as the second election elects', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const prng = new Prng(seed, 'election', 'test');
    const own: Router = { id: ip('5.5.5.5'), address: ip('10.0.0.5'), priority: prng.integer(0, 2), dr: 0, bdr: 0 };
    const b = bench(own.priority);
    const others: Router[] = [];
    const hosts = [1, 2, 3, 4, 6, 7, 8, 9].slice(0, prng.integer(1, 8));
    const declare = (): number => { const host = prng.integer(0, 9); return host === 0 ? 0 : ip(`10.0.0.${host}`); };
    for (const host of hosts) {
      const peer = b.peer(`${prng.integer(1, 250)}.0.0.${host}`, `10.0.0.${host}`);
      peer.priority = prng.integer(0, 3);
      peer.hello();
      others.push({ id: peer.routerId, address: peer.address, priority: peer.priority, dr: 0, bdr: 0 });
    }
    const owner = b.interface();
    for (const event of ['WaitTimer', 'NeighborChange'] as const) {
      if (owner.state === 'Waiting' && event === 'NeighborChange') break;
      if (own.priority === 0 && event === 'WaitTimer') continue; // DROther from the start
      for (const other of others) {
        other.dr = declare();
        other.bdr = declare();
        Object.assign(owner.neighborByAddress(other.address) ?? {}, { designatedRouter: other.dr, backupDesignatedRouter: other.bdr });
      }
      const self = { ...own, dr: owner.designatedRouter, bdr: owner.backupDesignatedRouter };
      const want = reference(self, others, owner.state === 'DR', owner.state === 'Backup');
      runInterfaceEvent(owner, event, b.now);
      expect({ seed, event, dr: owner.designatedRouter, bdr: owner.backupDesignatedRouter }).toEqual({ seed, event, ...want });
      expect(owner.state, `seed ${seed}`).toBe(want.dr === own.address ? 'DR' : want.bdr === own.address ? 'Backup' : 'DROther');
    }
  }
});

describe('one at a time', () => {
  function segment(b: Bench, ...others: [id: string, host: number, priority: number][]): Peer[] {
    return others.map(([id, host, priority]) => Object.assign(b.peer(id, `10.0.0.${host}`), { priority }));
  }

  test('priority decides before the router id', () => {
    const b = bench(2);
    for (const peer of segment(b, ['9.9.9.9', 9, 1], ['8.8.8.8', 8, 1])) peer.hello();
    b.until(40 * SECOND - 1);
    for (const peer of segment(b, ['9.9.9.9', 9, 1], ['8.8.8.8', 8, 1])) peer.hello();
    b.until(40 * SECOND);
    expect(roles(b)).toEqual([5, 9, 'DR']);
  });

  test('a tie goes to the higher router id, not the higher address', () => {
    const b = bench();
    const peers = segment(b, ['9.9.9.9', 2, 1], ['4.4.4.4', 200, 1]);
    b.until(39 * SECOND);
    for (const peer of peers) peer.hello();
    b.until(40 * SECOND);
    // Nobody declares anything yet: Backup is 9.9.9.9, and for want of a DR it is DR as well; it names a Backup itself.
    expect(roles(b)).toEqual([2, 2, 'DROther']);
  });

  test('alone after Waiting: DR, without Backup (step 4 takes it off the Backup list)', () => {
    const b = bench();
    b.until(40 * SECOND);
    expect(roles(b)).toEqual([5, 0, 'DR']);
  });

  test('an existing DR and Backup stay, however good the newcomer is', () => {
    const b = bench(200);
    const [dr, backup] = segment(b, ['2.2.2.2', 2, 1], ['3.3.3.3', 3, 1]);
    for (const peer of [dr, backup]) Object.assign(peer, { designatedRouter: dr.address, backupDesignatedRouter: backup.address });
    dr.hello();
    backup.hello();
    expect(roles(b)).toEqual([2, 3, 'DROther']);
  });

  test('the Backup becomes DR when the DR is gone, and a new Backup is found', () => {
    const b = bench();
    const [dr, other] = segment(b, ['9.9.9.9', 9, 1], ['4.4.4.4', 4, 1]);
    dr.designatedRouter = other.designatedRouter = dr.address;
    dr.hello(); // the DR without a Backup: BackupSeen
    expect(roles(b)).toEqual([9, 5, 'Backup']);
    other.backupDesignatedRouter = dr.backupDesignatedRouter = ip('10.0.0.5');
    other.hello();
    expect(roles(b)).toEqual([9, 5, 'Backup']);
    b.until(39 * SECOND);
    other.hello();
    b.until(40 * SECOND); // dr has not been heard for RouterDeadInterval
    expect(roles(b)).toEqual([5, 4, 'DR']);
  });

  test('two that declare themselves DR: the better one stays DR, we step back', () => {
    const b = bench();
    b.until(40 * SECOND);
    expect(roles(b)[2]).toBe('DR');
    const [rival] = segment(b, ['9.9.9.9', 9, 1]);
    rival.designatedRouter = rival.address;
    rival.hello();
    expect(roles(b)).toEqual([9, 5, 'Backup']);
  });

  test('priority 0 is never elected, by anybody', () => {
    const b = bench(0);
    const [peer] = segment(b, ['9.9.9.9', 9, 0]);
    peer.hello();
    b.until(39 * SECOND);
    peer.hello();
    b.until(60 * SECOND);
    expect(roles(b)).toEqual([0, 0, 'DROther']);
    expect(peer.state).toBe('2-Way');
  });

  test('only neighbours in 2-Way or greater count', () => {
    const b = bench();
    const [peer] = segment(b, ['9.9.9.9', 9, 7]);
    b.until(39 * SECOND);
    peer.hello({ neighbors: [] });
    b.until(40 * SECOND);
    expect(roles(b)).toEqual([5, 0, 'DR']);
  });

  test('the result reaches the neighbours as AdjOK?: new adjacencies begin, others fall back to 2-Way [2328:9.4(7)]', () => {
    const b = bench(0);
    const [first, second, third] = segment(b, ['9.9.9.9', 9, 3], ['8.8.8.8', 8, 2], ['7.7.7.7', 7, 1]);
    for (const peer of [first, second, third]) {
      Object.assign(peer, { designatedRouter: first.address, backupDesignatedRouter: second.address });
      peer.hello();
    }
    expect([first.state, second.state, third.state]).toEqual(['ExStart', 'ExStart', '2-Way']);
    for (const peer of [second, third]) Object.assign(peer, { designatedRouter: second.address, backupDesignatedRouter: third.address });
    first.hello({ designatedRouter: second.address, backupDesignatedRouter: third.address });
    second.hello();
    third.hello();
    expect([first.state, second.state, third.state]).toEqual(['2-Way', 'ExStart', 'ExStart']);
  });

  test('becoming DR originates a network-LSA [2328:12.4(3)]', () => {
    const b = bench();
    const [dr, other] = segment(b, ['9.9.9.9', 9, 2], ['4.4.4.4', 4, 0]);
    dr.designatedRouter = other.designatedRouter = dr.address;
    for (const peer of [dr, other]) {
      peer.hello();
      peer.toFull();
    }
    other.hello({ backupDesignatedRouter: ip('10.0.0.5') });
    expect([b.interface().state, other.state, b.process.areas[0].lsdb.ofType(2).length]).toEqual(['Backup', 'Full', 0]);
    dr.hello({ priority: 0, designatedRouter: 0, backupDesignatedRouter: 0 }); // it steps back, and stays Full
    expect([b.interface().state, dr.state, b.process.areas[0].lsdb.ofType(2).map((lsa) => lsa.header.linkStateId)]).toEqual(['DR', 'Full', [ip('10.0.0.5')]]);
  });

  test('another DR alone is a new router-LSA, though we stay Backup and all are Full [2328:12.4(3)]; FRR has none (designated-router-thaw-frr)', () => {
    const link = (behaviour: OspfBehaviour): string | undefined => {
      const b = new Bench({ behaviour: { ...behaviour, socketRead: undefined, minLsIntervalMicros: 0 },
        configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { priority: 1 } } }) });
      const [former, next] = segment(b, ['4.4.4.4', 4, 1], ['9.9.9.9', 9, 1]);
      former.designatedRouter = former.address;
      const all = (): void => {
        for (const peer of [former, next]) {
          peer.hello();
          peer.acknowledgeAll();
        }
      };
      next.priority = 0; // or it would be Backup
      for (let i = 0; i < 41; i++) {
        all();
        b.wait(SECOND);
      }
      former.toFull();
      next.toFull();
      expect([roles(b), former.state, next.state]).toEqual([[4, 5, 'Backup'], 'Full', 'Full']);
      former.update(networkLsa('10.0.0.4', '4.4.4.4', '255.255.255.0', ['4.4.4.4', '5.5.5.5', '9.9.9.9']));
      next.priority = 1;
      next.designatedRouter = next.address;
      for (let i = 0; i < 10; i++) {
        all();
        b.wait(SECOND);
      }
      expect([roles(b), former.state, next.state]).toEqual([[9, 5, 'Backup'], 'Full', 'Full']);
      const body = b.process.areas[0].routerLsa?.body;
      return body instanceof RouterLsa ? body.links.map((l) => `${l.type} ${l.linkId & 255}`).join() : undefined;
    };
    expect([link(RFC_2328), link(BIRD_2012), link(FRR_844)]).toEqual([`${LinkType.transit} 9`, `${LinkType.transit} 9`, `${LinkType.transit} 4`]);
  });

  test('losing DR flushes the network-LSA, becoming DR originates one [2328:12.4.2]', () => {
    const b = bench();
    b.until(40 * SECOND);
    const [peer, rival] = segment(b, ['4.4.4.4', 4, 1], ['9.9.9.9', 9, 1]);
    peer.toFull();
    const network = (): number[] => b.process.areas[0].lsdb.ofType(2).map((l) => l.ageSeconds(b.now));
    expect(network()).toEqual([0]);
    rival.designatedRouter = rival.address;
    rival.hello();
    expect(network()).toEqual([3600]);
  });
});
