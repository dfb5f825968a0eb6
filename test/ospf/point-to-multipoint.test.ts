/**
 * Point-to-multipoint networks: several neighbours on one interface and no Designated Router; broadcast, and with configured neighbours.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfConfiguration } from '../../src/ospf/configuration.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ALL_SPF_ROUTERS, PacketType } from '../../src/wire/ospf/packet.js';
import { LinkType } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

const BROADCAST = configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-multipoint', cost: 7 } } });
const NON_BROADCAST: OspfConfiguration = {
  ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-multipoint-non-broadcast', cost: 7 } } }),
  neighbors: [{ address: ip('10.0.0.8'), pollIntervalSeconds: 90 }, { address: ip('10.0.0.9'), pollIntervalSeconds: 90 }],
};
const AS_FRR = { ...RFC_2328, nonBroadcast: FRR_844.nonBroadcast };

function adjacent(options: ConstructorParameters<typeof Bench>[0]): { bench: Bench; peers: Peer[] } {
  const bench = new Bench(options);
  const peers = [bench.peer('9.9.9.9', '10.0.0.9'), bench.peer('8.8.8.8', '10.0.0.8')];
  for (const peer of peers) peer.toFull();
  bench.wait(6 * SECOND);
  for (const peer of peers) peer.acknowledgeAll();
  bench.wait(2 * SECOND);
  bench.take();
  return { bench, peers };
}

const linksOf = (bench: Bench): number[][] => {
  const body = bench.process.areas[0].routerLsa?.body as { links: { type: number; linkId: number; linkData: number; metric: number }[] };
  return body.links.map((link) => [link.type, link.linkId, link.linkData, link.metric]);
};
const STUB = [LinkType.stub, ip('10.0.0.5'), 0xffffffff, 0];
const linkTo = (router: string): number[] => [LinkType.pointToPoint, ip(router), ip('10.0.0.5'), 7];

describe.each([['broadcast', BROADCAST], ['with configured neighbours', NON_BROADCAST]] as const)('%s', (kind, settings) => {
  test('every neighbour becomes adjacent and nobody is Designated Router [2328:10.4]', () => {
    const { bench, peers } = adjacent({ configuration: settings });
    expect(peers.map((peer) => peer.state)).toEqual(['Full', 'Full']);
    bench.until(100 * SECOND);
    expect([bench.interface().state, bench.interface().designatedRouter, bench.process.areas[0].lsdb.ofType(2)]).toEqual(['Point-To-Point', 0, []]);
  });

  test('the router-LSA has the address as a host at cost 0 and a link to each Full neighbour, in the order of their addresses [2328:12.4.1.4]', () => {
    const alone = new Bench({ configuration: settings });
    expect(linksOf(alone)).toEqual([STUB]);
    const { bench, peers } = adjacent({ configuration: settings });
    expect(linksOf(bench)).toEqual([STUB, linkTo('8.8.8.8'), linkTo('9.9.9.9')]);
    peers[1].hello({ neighbors: [] });
    bench.wait(6 * SECOND);
    expect(linksOf(bench)).toEqual([STUB, linkTo('9.9.9.9')]);
  });

  test('Hellos go to the group, or to each neighbour [2328:9.5]', () => {
    const { bench } = adjacent({ configuration: settings });
    bench.until(11 * SECOND);
    const destinations = bench.take(PacketType.hello).map((c) => c.destination);
    expect(destinations).toEqual(kind === 'broadcast' ? [ALL_SPF_ROUTERS] : [ip('10.0.0.8'), ip('10.0.0.9')]);
  });

  test('Database Descriptions go to the neighbour alone [2328:8.1]', () => {
    const bench = new Bench({ configuration: settings });
    bench.peer('9.9.9.9', '10.0.0.9').toExStart();
    expect(bench.take(PacketType.databaseDescription).map((c) => c.destination)).toEqual([ip('10.0.0.9')]);
  });

  test('what comes from one neighbour is flooded back to the others [2328:13.3]', () => {
    const { bench, peers } = adjacent({ configuration: settings });
    peers[0].update(routerLsa('9.9.9.9', []));
    const destinations = bench.take(PacketType.linkStateUpdate).map((c) => c.destination);
    expect(destinations).toEqual(kind === 'broadcast' ? [ALL_SPF_ROUTERS] : [ip('10.0.0.8'), ip('10.0.0.9')]);
  });

  test('the next hop is the address that the neighbour gives for its link back [2328:16.1.1]', () => {
    const { bench, peers } = adjacent({ configuration: settings });
    peers[0].update(routerLsa('9.9.9.9', [
      ['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['stub', '172.16.0.0', '255.255.0.0', 3],
    ]));
    bench.wait(6 * SECOND);
    expect(bench.routes.get(`${ip('172.16.0.0')}/16`)).toMatchObject({ metric: 10, nextHops: [{ gateway: ip('10.0.0.9'), interfaceIndex: 2 }] });
    // A link back from another network is none to us here.
    peers[1].update(routerLsa('8.8.8.8', [
      ['pointToPoint', '5.5.5.5', '10.0.7.8', 1], ['stub', '172.17.0.0', '255.255.0.0', 3],
    ]));
    bench.wait(6 * SECOND);
    expect(bench.routes.has(`${ip('172.17.0.0')}/16`)).toBe(false);
  });
});

test('neighbours are configured where the network cannot tell who is there, and on its subnet alone [2328:C.6]', () => {
  const neighbors = ['10.0.0.8', '10.0.0.9', '10.0.1.9'].map((address) => ({ address: ip(address) }));
  const addressesOf = (settings: OspfConfiguration): number[] => new Bench({ configuration: { ...settings, neighbors } }).interface().configuredNeighbors.map((each) => each.address);
  expect([addressesOf(NON_BROADCAST), addressesOf(BROADCAST)]).toEqual([[ip('10.0.0.8'), ip('10.0.0.9')], []]);
});

describe('FRR', () => {
  test('leaves the flooding back to retransmission, and acknowledges to the group at once what it has already', () => {
    const { bench, peers } = adjacent({ configuration: BROADCAST, behaviour: AS_FRR });
    const lsa = routerLsa('9.9.9.9', []);
    peers[0].update(lsa);
    expect(bench.take(PacketType.linkStateUpdate)).toEqual([]);
    expect(peers[1].neighbor?.retransmissionList.size).toBe(1);
    bench.wait(10 * SECOND);
    expect(bench.take(PacketType.linkStateUpdate).map((c) => c.destination)).toContain(ip('10.0.0.8'));
    peers[0].update(lsa);
    expect(bench.take(PacketType.linkStateAcknowledgment).map((c) => c.destination)).toEqual([ALL_SPF_ROUTERS]);
    const standard = adjacent({ configuration: BROADCAST });
    standard.peers[0].update(lsa);
    standard.bench.wait(2 * SECOND);
    standard.bench.take();
    standard.peers[0].update(lsa);
    expect(standard.bench.take(PacketType.linkStateAcknowledgment).map((c) => c.destination)).toEqual([ip('10.0.0.9')]); // [2328:13.5]
  });
});

test('between host addresses the mask does not matter, and the next hop is the neighbour’s own address', () => {
  const bench = new Bench({
    behaviour: FRR_844, configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-multipoint' } } }),
    interfaces: [device('eth0', 2, '10.0.0.5/32')],
  });
  const peer = bench.peer('9.9.9.9', '10.9.0.9');
  peer.hello({ networkMask: 0xffff0000 });
  bench.wait(SECOND); // FRR reads its socket a moment later
  expect(peer.state).toBe('ExStart');
});

test('an address that is borrowed from a loopback makes a point-to-point link unnumbered: link data is the interface index, and there is no stub [2328:12.4.1.1]', () => {
  const bench = new Bench({
    behaviour: { ...RFC_2328, pointToPointPeer: 'unnumbered' },
    configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/8', 0]], interfaces: { eth0: { networkType: 'point-to-point', cost: 7 } } }),
    interfaces: [device('lo', 1, '10.255.0.5/32'), device('eth0', 2, '10.255.0.5/32')],
  });
  bench.wait(SECOND);
  expect(bench.take(PacketType.hello)[0].hello?.networkMask).toBe(0);
  const peer = bench.peer('9.9.9.9', '10.255.0.9');
  peer.toFull();
  bench.wait(6 * SECOND);
  expect(linksOf(bench)).toEqual([[LinkType.pointToPoint, ip('9.9.9.9'), 2, 7], [LinkType.stub, ip('10.255.0.5'), 0xffffffff, 0]]);
});
