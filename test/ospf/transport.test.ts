/**
 * How packets travel where a configuration says so (BIRD's `real broadcast`, `ttl security`, `tx class`, `tx length`), and who is let in on a network whose
 * neighbours are configured. What whole networks come to with it is held against the real BIRD: topologies/conformance/bird-transport and bird-strict.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfConfiguration, OspfInterfaceConfiguration } from '../../src/ospf/configuration.js';
import { BIRD_2012 } from '../../src/persona/ospf-bird.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, type Peer } from './bench.js';
import { Fabric, configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

const QUICK: OspfInterfaceConfiguration = { helloIntervalSeconds: 1, deadIntervalSeconds: 4 };

function bench(own: OspfInterfaceConfiguration, more: Partial<OspfConfiguration> = {}): Bench {
  return new Bench({ behaviour: BIRD_2012, interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.1.0.5/24')],
    configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/8', 0]], passive: ['eth1'], interfaces: { eth0: { ...QUICK, ...own } } }), ...more } });
}

function pass(b: Bench, peers: readonly Peer[], seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    for (const peer of peers) {
      peer.hello();
      peer.acknowledgeAll();
    }
    b.wait(SECOND);
  }
}

const destinations = (b: Bench, type: number): number[] => [...new Set(b.take(type).map((c) => c.destination & 255))].sort((x, y) => x - y);

describe('real broadcast', () => {
  /** DR, Backup and us, as the priorities have it. */
  function segment(priority: number): { b: Bench; peers: Peer[] } {
    const b = bench({ priority, transport: { isRealBroadcast: true } });
    const peers = [Object.assign(b.peer('4.4.4.4', '10.0.0.4'), { priority: 9 }), Object.assign(b.peer('3.3.3.3', '10.0.0.3'), { priority: 8 })];
    const isOurs = priority > 9;
    const declare = (designatedRouter: string, backupDesignatedRouter: string): void => {
      for (const peer of peers) Object.assign(peer, { designatedRouter: ip(designatedRouter), backupDesignatedRouter: ip(backupDesignatedRouter) });
    };
    if (!isOurs) declare('10.0.0.4', '10.0.0.3');
    pass(b, peers, 5);
    if (isOurs) declare('10.0.0.5', '10.0.0.4');
    for (const peer of peers) peer.toFull();
    pass(b, peers, 8);
    return { b, peers };
  }

  test('Hellos go to the broadcast address of the network, and no group is joined', () => {
    const { b } = segment(1);
    expect([b.interface().state, [...b.groups]]).toEqual(['DROther', []]);
    b.take();
    b.wait(SECOND);
    expect(destinations(b, PacketType.hello)).toEqual([255]);
  });

  test('what is flooded goes to DR and Backup one by one from others, and from these to all at once', () => {
    for (const [priority, wanted] of [[1, [3, 4]], [20, [255]]] as const) {
      const { b, peers } = segment(priority);
      b.take();
      peers[0].update(routerLsa('9.9.9.9', [['stub', '172.16.0.0', '255.255.0.0', 1]]));
      pass(b, peers, 4);
      const acknowledged = destinations(b, PacketType.linkStateAcknowledgment);
      if (priority === 1) expect(acknowledged).toEqual(wanted); // what the DR has told to all is acknowledged so, too
      b.process.interfaceChanged(b.now, 3, false); // our own router-LSA is another
      pass(b, peers, 3);
      expect([priority, b.interface().state, destinations(b, PacketType.linkStateUpdate)]).toEqual([priority, priority === 1 ? 'DROther' : 'DR', wanted]);
    }
  });

  test('three routers of which nobody is in a group become adjacent and have routes to each other', () => {
    const fabric = new Fabric();
    for (const n of [1, 2, 3]) {
      fabric.add(`r${n}`, { behaviour: BIRD_2012, interfaces: [device('eth0', 2, `10.0.0.${n}/24`), device('eth1', 3, `10.${n}.0.1/24`)],
        configuration: configuration({ routerId: `${n}.${n}.${n}.${n}`, networks: [['10.0.0.0/8', 0]], passive: ['eth1'], interfaces: { eth0: { ...QUICK, priority: n, transport: { isRealBroadcast: true } } } }) });
    }
    fabric.link(['r1', 2], ['r2', 2], ['r3', 2]);
    fabric.runUntil(40 * SECOND);
    expect([...fabric.routers.values()].map((r) => [...r.routes.values()].map((route) => route.network).filter((network) => (network & 0xffff) === 0 && network !== ip('10.0.0.0')).length)).toEqual([3, 3, 3]);
    expect(fabric.sent.filter((p) => p.destination >>> 28 === 0xe)).toEqual([]);
  });
});

test('a packet that has come with less than the time to live asked for is dropped, and said to be [5082:3]', () => {
  const b = bench({ transport: { leastTimeToLive: 255, header: { timeToLive: 255, typeOfService: 0xc0 } } });
  const peer = b.peer('4.4.4.4', '10.0.0.4');
  peer.deliver = (bytes, destination = 0xe0000005) => b.process.receive(b.now, 2, peer.address, destination, bytes, 254);
  peer.hello();
  expect([peer.state, b.refusals().map((r) => [r.what, r.got, r.want])]).toEqual([undefined, [['time to live', 254, 255]]]);
  peer.deliver = (bytes, destination = 0xe0000005) => b.process.receive(b.now, 2, peer.address, destination, bytes, 255);
  peer.hello();
  expect(peer.state).toBeDefined();
});

test('no packet is longer than the length that is configured, IP header included', () => {
  const longest = (own: OspfInterfaceConfiguration): number => {
    const b = bench({ networkType: 'point-to-point', ...own });
    const peer = b.peer('4.4.4.4', '10.0.0.4');
    peer.toFull();
    for (let i = 0; i < 40; i++) peer.update(routerLsa(`1.1.1.${i}`, [['stub', '172.16.0.0', '255.255.0.0', 1]]));
    pass(b, [peer], 4);
    return Math.max(...b.take().map((c) => c.bytes.length + 20));
  };
  expect(longest({ transport: { longestPacket: 300 } })).toBeLessThanOrEqual(300);
  expect(longest({})).toBeGreaterThan(300);
});

describe('a network whose neighbours are configured', () => {
  const named = (priority: number): Partial<OspfConfiguration> => ({ neighbors: [{ address: ip('10.0.0.4'), priority, pollIntervalSeconds: 5 }] });

  test('takes in others than those, unless it is to be strict', () => {
    const state = (isStrict: boolean): string | undefined => {
      const b = bench({ networkType: 'non-broadcast', ...(isStrict ? { isStrict } : {}) }, named(1));
      const peer = b.peer('3.3.3.3', '10.0.0.3');
      peer.hello();
      return peer.state;
    };
    expect([state(false), state(true)]).toEqual(['2-Way', undefined]);
  });

  test('does not take one that says it may become Designated Router where it is configured not to, and the other way round', () => {
    const state = (configured: number, said: number): string | undefined => {
      const b = bench({ networkType: 'non-broadcast' }, named(configured));
      const peer = Object.assign(b.peer('4.4.4.4', '10.0.0.4'), { priority: said });
      peer.hello();
      return peer.state;
    };
    expect([state(1, 1), state(0, 0), state(1, 0), state(0, 1)]).toEqual(['2-Way', '2-Way', 'Attempt', undefined]);
  });

  test('acknowledgments that have waited go to each adjacent neighbour, not to a group', () => {
    const b = bench({ networkType: 'non-broadcast', priority: 0 }, named(1));
    const peer = b.peer('4.4.4.4', '10.0.0.4');
    Object.assign(peer, { designatedRouter: peer.address });
    pass(b, [peer], 5);
    peer.toFull();
    pass(b, [peer], 8);
    b.take();
    peer.update(routerLsa('9.9.9.9', [['stub', '172.16.0.0', '255.255.0.0', 1]]));
    pass(b, [peer], 4);
    expect(b.take(PacketType.linkStateAcknowledgment).map((c) => c.destination)).toEqual([peer.address]);
  });
});
