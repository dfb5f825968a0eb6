/**
 * What an adjacency is made of, besides its states: with whom [2328:10.4], the first Database Description [2328:10.3], the three lists and when they are
 * emptied, and one request at a time [2328:10.9].
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { isAdjacencyWanted, runNeighborEvent } from '../../src/ospf/neighbor-machine.js';
import type { Neighbor, NeighborEvent } from '../../src/ospf/neighbor.js';
import { DdFlag } from '../../src/wire/ospf/database-description.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, NON_BROADCAST, POINT_TO_POINT, headerOf, type Peer } from './bench.js';
import { configuration, ip } from './fabric.js';
import { externalLsa, routerLsa } from './lsa-builder.js';
import { segment } from './segment.js';

const { init: I, more: M, master: MS } = DdFlag;
const RETRANSMIT = 5 * SECOND;

function neighborOf(peer: Peer): Neighbor {
  if (peer.neighbor === undefined) throw new Error('no neighbour');
  return peer.neighbor;
}

describe('with whom [2328:10.4]', () => {
  test('on point-to-point and point-to-multipoint networks with everybody', () => {
    for (const networkType of ['point-to-point', 'point-to-multipoint'] as const) {
      const bench = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType } } }) });
      const peer = bench.peer('9.9.9.9', '10.0.0.9');
      peer.hello();
      expect([networkType, peer.state]).toEqual([networkType, 'ExStart']);
    }
  });

  test('as Designated Router and as Backup with everybody; as neither with these two alone', () => {
    for (const role of ['DR', 'Backup', 'DROther'] as const) {
      const { bench, a, b } = segment(role);
      const other = bench.peer('1.1.1.1', '10.0.0.1');
      Object.assign(other, { priority: 0, designatedRouter: a.designatedRouter, backupDesignatedRouter: a.backupDesignatedRouter });
      other.hello();
      expect([role, [a, b, other].map((peer) => isAdjacencyWanted(neighborOf(peer))), other.state]).toEqual(
        [role, [true, true, role !== 'DROther'], role === 'DROther' ? '2-Way' : 'ExStart']);
    }
  });
});

describe('Start [2328:10.3]', () => {
  test('the neighbour is in Attempt, is sent a Hello, and has the dead interval to answer', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    const [neighbor] = bench.interface().neighbors;
    expect([neighbor.state, neighbor.inactivityTimer.time]).toEqual(['Attempt', 40 * SECOND]);
    bench.until(0);
    expect(bench.take(PacketType.hello).map((c) => c.destination)).toEqual([neighbor.address]);
    bench.until(40 * SECOND);
    expect(bench.interface().neighbors.map((each) => each.address)).not.toContain(neighbor.address);
  });

  test('a Hello makes it Init and starts the time anew', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    bench.until(7 * SECOND);
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ neighbors: [] });
    expect([peer.state, neighborOf(peer).inactivityTimer.time]).toEqual(['Init', 47 * SECOND]);
  });
});

describe('ExStart [2328:10.3]', () => {
  test('begins with an empty packet, I, M and MS, and a number that no other start has', () => {
    const numbers = new Set<number>();
    for (const seed of [1, 2, 3]) {
      const bench = new Bench({ configuration: POINT_TO_POINT, seed });
      bench.peer('9.9.9.9', '10.0.0.9').toExStart();
      const [dd] = bench.take(PacketType.databaseDescription);
      expect(dd.dd).toMatchObject({ flags: I | M | MS, headers: [] });
      numbers.add(dd.dd?.sequence ?? 0);
    }
    expect(numbers.size).toBe(3);
    expect(numbers.has(0)).toBe(false);
  });

  test('is entered again with the next number', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toFull();
    const before = neighborOf(peer).ddSequence;
    bench.take();
    peer.dd(I | M | MS, 1);
    const [dd] = bench.take(PacketType.databaseDescription);
    expect([dd.dd?.flags, dd.dd?.sequence]).toEqual([I | M | MS, before + 1]);
  });
});

describe('the lists [2328:10.3]', () => {
  /** A neighbour in Loading with something on each list. */
  function loading(): { bench: Bench; peer: Peer; neighbor: Neighbor } {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toFull([headerOf(routerLsa('9.9.9.9', []))]);
    const neighbor = neighborOf(peer);
    const [lsa] = bench.process.areas[0].lsdb.all();
    neighbor.summaryList.put(lsa);
    neighbor.retransmissionList.put(lsa);
    expect([neighbor.state, neighbor.summaryList.size, neighbor.requestList.size, neighbor.retransmissionList.size]).toEqual(['Loading', 1, 1, 1]);
    return { bench, peer, neighbor };
  }

  test.each(['SeqNumberMismatch', 'BadLSReq', '1-WayReceived', 'KillNbr', 'InactivityTimer', 'LLDown'] as const satisfies readonly NeighborEvent[])(
    '%s empties all three, and what ends a neighbour stops its inactivity timer', (event) => {
      const { bench, neighbor } = loading();
      runNeighborEvent(neighbor, event, bench.now);
      expect([neighbor.summaryList.size, neighbor.requestList.size, neighbor.retransmissionList.size]).toEqual([0, 0, 0]);
      const states = { SeqNumberMismatch: 'ExStart', BadLSReq: 'ExStart', '1-WayReceived': 'Init', KillNbr: 'Deleted', InactivityTimer: 'Deleted', LLDown: 'Deleted' };
      expect([neighbor.state, neighbor.inactivityTimer.isArmed]).toEqual([states[event], states[event] !== 'Deleted']);
      expect(bench.interface().neighbors, 'Down is to be gone').toEqual(states[event] === 'Deleted' ? [] : [neighbor]);
    });

  test('AdjOK? for an adjacency that is no longer wanted empties them, too; for one that is it changes nothing', () => {
    for (const isWanted of [true, false]) {
      const { bench, neighbor } = loading();
      Object.assign(neighbor.interface, { traits: { ...neighbor.interface.traits, isElecting: true }, designatedRouter: isWanted ? neighbor.interface.address : 0 });
      runNeighborEvent(neighbor, 'AdjOK?', bench.now);
      expect([neighbor.state, neighbor.requestList.size]).toEqual(isWanted ? ['Loading', 1] : ['2-Way', 0]);
    }
  });

  test('a neighbour that comes to 2-Way, or is lost, has the Designated Router elected anew', () => {
    const { bench, a } = segment('DROther');
    const changes = (): number => bench.traces.filter((t) => t.kind === 'designated-router').length;
    a.hello({ neighbors: [] });
    expect([bench.interface().designatedRouter, changes()]).toEqual([ip('10.0.0.8'), 1]);
    a.hello();
    expect(changes()).toBe(2);
  });
});

describe('one request at a time [2328:10.9]', () => {
  const described = [externalLsa('172.16.0.0', '9.9.9.9', '255.255.255.0', 1), externalLsa('172.16.1.0', '9.9.9.9', '255.255.255.0', 1)];

  test('in Exchange already, and again when RxmtInterval is over', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toExStart();
    peer.dd(I | M | MS, 10);
    peer.dd(M | MS, 11, [headerOf(described[0])]);
    expect([peer.state, bench.take(PacketType.linkStateRequest).length]).toEqual(['Exchange', 1]);
    peer.dd(M | MS, 12, [headerOf(described[1])]);
    expect(bench.take(PacketType.linkStateRequest)).toEqual([]);
    bench.wait(RETRANSMIT - 1);
    expect(bench.take(PacketType.linkStateRequest)).toEqual([]);
    bench.wait(1);
    expect(bench.take(PacketType.linkStateRequest).map((c) => c.request?.entries.length)).toEqual([2]);
  });

  test('where nothing has been asked for yet the end of the exchange asks', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toExStart();
    peer.toExchange();
    const neighbor = neighborOf(peer);
    neighbor.requestList.put({ header: headerOf(described[0]) });
    bench.take();
    runNeighborEvent(neighbor, 'ExchangeDone', bench.now);
    bench.process.output.write();
    expect([neighbor.state, bench.take(PacketType.linkStateRequest).length]).toEqual(['Loading', 1]);
  });
});

describe('the options of a Database Description [2328:10.6]', () => {
  test('are those of the neighbour from the start of the exchange on', () => {
    const bench = new Bench({ configuration: { ...POINT_TO_POINT, isOpaqueCapable: true } });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.options = 0x02;
    peer.toExStart();
    peer.options = 0x42;
    peer.toExchange();
    expect(neighborOf(peer).options).toBe(0x42);
  });
});
