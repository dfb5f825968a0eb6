/**
 * Non-broadcast networks: configured neighbours, who is sent Hellos and when, polling, election, and unicast flooding.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { NeighborStatement, OspfConfiguration } from '../../src/ospf/configuration.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, NON_BROADCAST, RFC_2328, type Caught, type Peer } from './bench.js';
import { configuration, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

/** FRR's way on these networks, and nothing else of FRR's. */
const AS_FRR: OspfBehaviour = { ...RFC_2328, nonBroadcast: FRR_844.nonBroadcast };

function network(priority: number, ...neighbors: [address: string, priority: number][]): OspfConfiguration {
  const statements: NeighborStatement[] = neighbors.map(([address, p]) => ({ address: ip(address), priority: p, pollIntervalSeconds: 90 }));
  return {
    ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'non-broadcast', priority } } }),
    neighbors: statements,
  };
}

const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
/** When and to whom: `0 10.0.0.9`. */
const hellos = (caught: Caught[]): string[] => caught.filter((c) => c.type === PacketType.hello).map((c) => `${c.time / SECOND} ${dotted(c.destination)}`);
const states = (bench: Bench): string[] => bench.interface().neighbors.map((n) => `${dotted(n.address)} ${n.state}`);

describe('Start', () => {
  test('InterfaceUp starts the configured neighbours that may become Designated Router, where this router may; Hellos go to each [2328:9.3 InterfaceUp]', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    expect(states(bench)).toEqual(['10.0.0.9 Attempt']);
    bench.until(11 * SECOND);
    expect(hellos(bench.take())).toEqual(['0 10.0.0.9', '10 10.0.0.9']);
  });

  test('a router that may not become Designated Router starts nobody and waits to be spoken to [2328:9.3 InterfaceUp]', () => {
    const bench = new Bench({ configuration: network(0, ['10.0.0.9', 1]) });
    bench.until(200 * SECOND);
    expect(states(bench)).toEqual([]);
    expect(bench.take()).toEqual([]);
  });

  test('FRR starts them all, whoever they are', () => {
    const bench = new Bench({ behaviour: AS_FRR, configuration: NON_BROADCAST });
    expect(states(bench)).toEqual(['10.0.0.7 Attempt', '10.0.0.9 Attempt']);
  });

  test('with the role of Designated Router the others are started, too [2328:9.4(6)]', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    bench.until(40 * SECOND);
    expect(bench.interface().state).toBe('DR');
    expect(states(bench)).toContain('10.0.0.7 Attempt');
    bench.take();
    bench.until(55 * SECOND);
    expect(hellos(bench.take())).toContain('50 10.0.0.7');
  });

  test('a statement belongs to the interface on whose subnet the address lies, and this router itself is none of its neighbours', () => {
    const bench = new Bench({ behaviour: AS_FRR, configuration: network(1, ['10.0.1.9', 1], ['10.0.0.5', 1], ['10.0.0.8', 1]) });
    expect(states(bench)).toEqual(['10.0.0.8 Attempt']);
  });
});

describe('polling', () => {
  test('a neighbour that stays silent for RouterDeadInterval is dropped and gets one Hello every PollInterval until it answers [2328:9.5.1]', () => {
    const bench = new Bench({ configuration: network(1, ['10.0.0.9', 1]) });
    bench.until(40 * SECOND);
    expect(states(bench)).toEqual([]);
    bench.take();
    bench.until(230 * SECOND);
    expect(hellos(bench.take())).toEqual(['130 10.0.0.9', '220 10.0.0.9']);
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ neighbors: [] });
    expect(peer.state).toBe('Init');
    for (let i = 0; i < 10; i++) {
      bench.wait(10 * SECOND);
      peer.hello({ neighbors: [] });
    }
    // Hellos now, and no poll between them: 310 would have been the next.
    expect(hellos(bench.take())).toEqual([240, 250, 260, 270, 280, 290, 300, 310, 320, 330].map((time) => `${time} 10.0.0.9`));
  });

  test('nothing is polled without the interface, nor by a router that may not become Designated Router', () => {
    const bench = new Bench({ configuration: network(1, ['10.0.0.9', 1]) });
    bench.until(41 * SECOND);
    bench.process.interfaceChanged(bench.now, 2, false);
    bench.take();
    bench.until(400 * SECOND);
    expect(bench.take()).toEqual([]);
    const modest = new Bench({ behaviour: AS_FRR, configuration: network(0, ['10.0.0.9', 1]) });
    modest.until(400 * SECOND);
    expect(modest.take()).toEqual([]);
  });
});

describe('who is sent Hellos [2328:9.5.1]', () => {
  /** Three neighbours that all speak: the Designated Router 9, the Backup 8, and 7, which may not become either. */
  function threePeers(priority: number): { bench: Bench; peers: Peer[] } {
    const bench = new Bench({ configuration: network(priority, ['10.0.0.9', 1], ['10.0.0.8', 1], ['10.0.0.7', 0]) });
    const peers = [['9.9.9.9', '10.0.0.9'], ['8.8.8.8', '10.0.0.8'], ['7.7.7.7', '10.0.0.7']].map(([id, address]) => bench.peer(id, address));
    for (const peer of peers) Object.assign(peer, { designatedRouter: ip('10.0.0.9'), backupDesignatedRouter: ip('10.0.0.8') });
    peers[2].priority = 0;
    for (const peer of peers) peer.hello();
    return { bench, peers };
  }

  test('a router that may become Designated Router and is not: the others that may', () => {
    const { bench, peers } = threePeers(1);
    expect(bench.interface().state).toBe('DROther');
    bench.wait(SECOND);
    bench.take();
    bench.until(11 * SECOND);
    for (const peer of peers) peer.hello();
    expect(hellos(bench.take())).toEqual(['10 10.0.0.8', '10 10.0.0.9']);
  });

  test('one that may not: the Designated Router and the Backup, and in answer to any other that may', () => {
    const { bench } = threePeers(0);
    bench.wait(SECOND);
    bench.take();
    bench.until(11 * SECOND);
    expect(hellos(bench.take())).toEqual(['10 10.0.0.8', '10 10.0.0.9']);
    const fourth = bench.peer('6.6.6.6', '10.0.0.6');
    fourth.hello();
    bench.wait(0);
    expect(hellos(bench.take())).toEqual(['11 10.0.0.6']);
    bench.until(21 * SECOND); // it may become Designated Router and is neither: an answer is all that it gets
    expect(hellos(bench.take())).toEqual(['20 10.0.0.8', '20 10.0.0.9']);
    fourth.hello({ priority: 0 });
    bench.wait(0);
    expect(hellos(bench.take())).toEqual([]);
  });

  test('the Designated Router: everybody', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    bench.until(40 * SECOND);
    const peer = bench.peer('7.7.7.7', '10.0.0.7');
    peer.priority = 0;
    peer.designatedRouter = ip('10.0.0.5');
    peer.hello();
    bench.take();
    bench.until(51 * SECOND);
    expect(hellos(bench.take())).toEqual(['50 10.0.0.7']);
  });
});

test('FRR takes a first Hello for one-way, whatever it says: an election waits for the neighbour’s answer', () => {
  const bench = new Bench({ behaviour: AS_FRR, configuration: NON_BROADCAST });
  const peer = bench.peer('9.9.9.9', '10.0.0.9');
  peer.hello();
  expect(peer.state).toBe('Init');
  peer.hello();
  expect(peer.state).toBe('2-Way');
  const standard = new Bench({ configuration: NON_BROADCAST }).peer('9.9.9.9', '10.0.0.9');
  standard.hello();
  expect(standard.state).toBe('2-Way');
});

describe('without groups', () => {
  /** This router is Designated Router, with two adjacent neighbours. */
  function adjacent(behaviour: OspfBehaviour): { bench: Bench; peers: Peer[] } {
    const bench = new Bench({ behaviour, configuration: network(9, ['10.0.0.9', 1], ['10.0.0.8', 1]) });
    const peers = [bench.peer('9.9.9.9', '10.0.0.9'), bench.peer('8.8.8.8', '10.0.0.8')];
    const greet = (): void => peers.forEach((peer) => peer.hello());
    greet();
    bench.until(20 * SECOND);
    greet();
    bench.until(40 * SECOND);
    expect(bench.interface().state).toBe('DR');
    for (const peer of peers) {
      Object.assign(peer, { designatedRouter: ip('10.0.0.5'), backupDesignatedRouter: ip('10.0.0.9') });
      peer.hello();
      peer.toFull();
    }
    expect(peers.map((peer) => peer.state)).toEqual(['Full', 'Full']);
    bench.wait(6 * SECOND);
    for (const peer of peers) peer.acknowledgeAll();
    bench.wait(2 * SECOND);
    bench.take();
    return { bench, peers };
  }

  test('a network-LSA stands for the network, as on a broadcast one [2328:12.4.2]', () => {
    const { bench } = adjacent(RFC_2328);
    expect(bench.process.areas[0].lsdb.ofType(2).map((lsa) => lsa.body)).toMatchObject([{ attachedRouters: [ip('5.5.5.5'), ip('8.8.8.8'), ip('9.9.9.9')] }]);
  });

  test('what is flooded goes to each adjacent neighbour by itself [2328:13.3(5)]', () => {
    const { bench, peers } = adjacent(RFC_2328);
    peers[1].update(routerLsa('8.8.8.8', []));
    expect(bench.take(PacketType.linkStateUpdate).map((c) => dotted(c.destination))).toEqual(['10.0.0.8', '10.0.0.9']);
  });

  test('delayed acknowledgments go to each adjacent neighbour [2328:13.5]; FRR sends them all to the first', () => {
    for (const [behaviour, destinations] of [[RFC_2328, ['10.0.0.8', '10.0.0.9']], [AS_FRR, ['10.0.0.8']]] as const) {
      const { bench, peers } = adjacent(behaviour);
      // From the Backup, so that it is not flooded back and is acknowledged.
      bench.interface().backupDesignatedRouter = ip('10.0.0.9');
      peers[0].update(routerLsa('9.9.9.9', []));
      bench.wait(SECOND);
      expect(bench.take(PacketType.linkStateAcknowledgment).map((c) => dotted(c.destination))).toEqual([...destinations]);
    }
  });
});
