/**
 * Virtual links: when they are up and what they say [2328:15], and better ways through the transit area [2328:16.3]. What whole
 * networks with virtual links come to is held against the real FRR (test/conformance).
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfConfiguration, OspfInterfaceConfiguration } from '../../src/ospf/configuration.js';
import { RouterRoute } from '../../src/ospf/routing-table.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { OSPF_HEADER_LENGTH, PacketType, decodeOspfHeader, type OspfHeader } from '../../src/wire/ospf/packet.js';
import { LinkType, RouterFlag, type RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Caught, type Peer } from './bench.js';
import { Fabric, configuration, device, ip } from './fabric.js';
import { externalLsa, routerLsa, summaryLsa, type LinkText } from './lsa-builder.js';

const P2P: OspfInterfaceConfiguration = { networkType: 'point-to-point' };

function settings(virtualLink: OspfInterfaceConfiguration = {}): OspfConfiguration {
  return {
    ...configuration({ routerId: '5.5.5.5', networks: [['10.1.0.0/16', 1]], interfaces: { eth0: { ...P2P, cost: 4 } } }),
    virtualLinks: [{ transitArea: 1, peerRouterId: ip('9.9.9.9'), settings: virtualLink }],
  };
}

const TO_BOTH: LinkText[] = [['pointToPoint', '5.5.5.5', '10.1.0.8', 1], ['pointToPoint', '9.9.9.9', '10.1.9.8', 6]];

/** The other end: two hops away in area 1, over a router that 10.1.0.8 belongs to. */
function otherEnd(metricBack = 1): Uint8Array[] {
  return [
    routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.1.0.8', 1], ['pointToPoint', '9.9.9.9', '10.1.9.8', 6], ['stub', '10.1.9.0', '255.255.255.0', 6]]),
    routerLsa('9.9.9.9', [['pointToPoint', '8.8.8.8', '10.1.9.9', metricBack]], { flags: RouterFlag.border }),
  ];
}

/** Its packets come in on the interface to the neighbour, from the address on the far side. */
class VirtualPeer {
  readonly peer: Peer;
  private readonly bench: Bench;

  constructor(bench: Bench) {
    this.bench = bench;
    this.peer = bench.peer('9.9.9.9', '10.1.9.9', 2, 0);
    // What it sends is addressed to this router itself.
    this.peer.deliver = (bytes) => bench.process.receive(bench.now, 2, this.peer.address, ip('10.1.0.5'), bytes);
    Object.defineProperty(this.peer, 'neighbor', { get: () => bench.process.virtualLinks[0].interface.neighbors.at(0) });
  }

  hello(): void {
    this.peer.hello({ networkMask: 0 });
  }

  toFull(): void {
    this.peer.mtu = 0;
    this.peer.hello({ networkMask: 0, neighbors: [] });
    this.hello();
    this.peer.toFull();
    expect(this.peer.state).toBe('Full');
    this.bench.wait(6 * SECOND);
  }
}

function reached(options: { settings?: OspfConfiguration; behaviour?: typeof RFC_2328 } = {}): { bench: Bench; neighbor: Peer; far: VirtualPeer } {
  const bench = new Bench({
    configuration: options.settings ?? settings(), behaviour: options.behaviour ?? RFC_2328, interfaces: [device('eth0', 2, '10.1.0.5/24')],
  });
  const neighbor = bench.peer('8.8.8.8', '10.1.0.8', 2, 1);
  neighbor.toFull();
  bench.wait(6 * SECOND); // MinLSInterval: our own link is in the router-LSA
  neighbor.update(...otherEnd());
  bench.wait(SECOND);
  return { bench, neighbor, far: new VirtualPeer(bench) };
}

const owner = (bench: Bench) => bench.process.virtualLinks[0].interface;
const bodyIn = (bench: Bench, area: number): RouterLsa => bench.process.areas[area].routerLsa?.body as RouterLsa;
const headerOfPacket = (caught: Caught): OspfHeader => decodeOspfHeader(new ByteReader(caught.bytes)) as OspfHeader;
const routed = (bench: Bench, type: number): Caught[] => bench.take(type).filter((c) => c.routed !== undefined);

describe('coming up', () => {
  test('with the other end in the tree of the transit area: cost, address and the neighbour’s address are those of the way there [2328:16.1(4)]', () => {
    const bench = new Bench({ configuration: settings(), interfaces: [device('eth0', 2, '10.1.0.5/24')] });
    expect(owner(bench)).toMatchObject({ name: 'VLINK0', state: 'Down', address: 0 });
    expect(owner(bench).area.id).toBe(0);
    const { bench: up } = reached();
    expect(owner(up)).toMatchObject({ state: 'Point-To-Point', address: ip('10.1.0.5'), parameters: { cost: 10 } });
    expect(up.process.virtualLinks[0].peerAddress).toBe(ip('10.1.9.9'));
  });

  test('its Hellos are of the backbone, without a mask, to that address, the way that the forwarding table says [2328:9.5] [2328:15]', () => {
    const { bench } = reached();
    const [hello] = routed(bench, PacketType.hello);
    expect(hello).toMatchObject({ destination: ip('10.1.9.9'), routed: { source: ip('10.1.0.5'), timeToLive: 64 }, hello: { networkMask: 0, designatedRouter: 0 } });
    expect(headerOfPacket(hello).areaId).toBe(0);
  });

  test('the other end need not say yet that it is a border router [3509:3]', () => {
    const { bench, neighbor } = reached();
    neighbor.update(routerLsa('9.9.9.9', [['pointToPoint', '8.8.8.8', '10.1.9.9', 1]], { sequence: 0x80000002, flags: 0 }));
    bench.wait(6 * SECOND);
    expect(owner(bench).state).toBe('Point-To-Point');
  });

  test('of a stub router it is down, unless the other end is the next router: the way costs more than a router-LSA can say', () => {
    const { bench } = reached({ settings: { ...settings(), stubRouter: { isAdministrative: true } } });
    expect(owner(bench).state).toBe('Down');
  });

  test('a way that costs more than a router-LSA can say is none [2328:15]', () => {
    const { bench, neighbor } = reached();
    neighbor.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.1.0.8', 1], ['pointToPoint', '9.9.9.9', '10.1.9.8', 0xfffc]], { sequence: 0x80000002 }));
    bench.wait(6 * SECOND);
    expect(owner(bench).state).toBe('Down');
  });

  test('it goes with the way, and its neighbour with it', () => {
    const { bench, neighbor, far } = reached();
    far.toFull();
    neighbor.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.1.0.8', 1]], { sequence: 0x80000002 }));
    bench.wait(6 * SECOND);
    expect(owner(bench)).toMatchObject({ state: 'Down', address: 0, neighbors: [] });
    expect(bench.process.virtualLinks[0].peerAddress).toBe(0);
    bench.take();
    bench.wait(30 * SECOND);
    expect(routed(bench, PacketType.hello)).toEqual([]);
  });
});

describe('a full virtual link', () => {
  test('sets bit V in the transit area and puts a link of type 4 into the backbone [2328:12.4.1] [2328:12.4.1.3]', () => {
    const { bench, far } = reached();
    expect([bodyIn(bench, 1).flags & RouterFlag.virtualLink, bodyIn(bench, 0).links]).toEqual([0, []]);
    far.toFull();
    expect(bodyIn(bench, 1).flags & RouterFlag.virtualLink).toBe(RouterFlag.virtualLink);
    expect(bodyIn(bench, 0)).toMatchObject({ flags: RouterFlag.border, links: [{ type: LinkType.virtual, linkId: ip('9.9.9.9'), linkData: ip('10.1.0.5'), metric: 10 }] });
    expect(bench.process.areas[1].hasTransitCapability).toBe(true);
  });

  test('another cost of the way is another cost of the link [2328:12.4(8)]', () => {
    const { bench, neighbor, far } = reached();
    far.toFull();
    neighbor.update(routerLsa('8.8.8.8', [['pointToPoint', '5.5.5.5', '10.1.0.8', 1], ['pointToPoint', '9.9.9.9', '10.1.9.8', 20]], { sequence: 0x80000002 }));
    bench.wait(6 * SECOND);
    expect(bodyIn(bench, 0).links).toMatchObject([{ metric: 24 }]);
  });

  test('Database Descriptions name no MTU and no AS-external-LSA [2328:A.3.3] [2328:10.3 NegotiationDone]; of type 4 FRR names none either', () => {
    for (const [behaviour, types] of [[RFC_2328, [1, 3, 4]], [{ ...RFC_2328, virtualLink: FRR_844.virtualLink }, [1, 3]]] as const) {
      const { bench, neighbor, far } = reached({ behaviour });
      // The router on the way is a boundary router: a summary of type 4 stands in the backbone.
      neighbor.update(routerLsa('8.8.8.8', TO_BOTH, { sequence: 0x80000002, flags: RouterFlag.external }), externalLsa('172.16.0.0', '8.8.8.8', '255.255.0.0', 20));
      bench.wait(6 * SECOND);
      expect([bench.process.areas[0].lsdb.ofType(4).length, bench.process.externalLsdb.size]).toEqual([1, 1]);
      bench.take();
      far.toFull();
      const packets = routed(bench, PacketType.databaseDescription);
      expect(packets.map((c) => c.dd?.interfaceMtu)).toEqual(packets.map(() => 0));
      expect([...new Set(packets.flatMap((c) => c.dd?.headers ?? []).map((header) => header.lsType))]).toEqual([...types]);
    }
  });

  test('AS-external-LSAs are not flooded over it; the backbone’s own LSAs are [2328:13.3]', () => {
    const { bench, neighbor, far } = reached();
    far.toFull();
    far.peer.acknowledgeAll();
    bench.take();
    neighbor.update(externalLsa('172.16.0.0', '8.8.8.8', '255.255.0.0', 20));
    expect(routed(bench, PacketType.linkStateUpdate)).toEqual([]);
    expect(owner(bench).neighbors[0].retransmissionList.size).toBe(0);
    neighbor.update(routerLsa('8.8.8.8', [...TO_BOTH, ['stub', '10.77.0.0', '255.255.0.0', 1]], { sequence: 0x80000002 }));
    bench.wait(6 * SECOND);
    neighbor.hello();
    far.hello();
    // What is new in the transit area is a summary in the backbone.
    expect(routed(bench, PacketType.linkStateUpdate).flatMap((c) => c.update ?? []).map((h) => `${h.lsType} ${h.linkStateId >>> 16}`)).toContain(`3 ${ip('10.77.0.0') >>> 16}`);
    far.peer.update(routerLsa('9.9.9.9', [['virtual', '5.5.5.5', '10.1.9.9', 10], ['stub', '172.20.0.0', '255.255.0.0', 5]]));
    bench.wait(6 * SECOND);
    // [2328:16.1.1] the next hop is that of the way through the transit area
    expect(bench.routes.get(`${ip('172.20.0.0')}/16`)).toMatchObject({ metric: 15, nextHops: [{ gateway: ip('10.1.0.8'), interfaceIndex: 2 }] });
  });

  test('FRR looks for the interface among those of the backbone and finds the virtual one, which is none: the RIB is to find it', () => {
    const { bench, far } = reached({ behaviour: { ...RFC_2328, virtualLink: FRR_844.virtualLink } });
    far.toFull();
    far.peer.update(routerLsa('9.9.9.9', [['virtual', '5.5.5.5', '10.1.9.9', 10], ['stub', '172.20.0.0', '255.255.0.0', 5]]));
    bench.wait(6 * SECOND);
    expect(bench.routes.get(`${ip('172.20.0.0')}/16`)).toMatchObject({ nextHops: [{ gateway: ip('10.1.0.8'), interfaceIndex: 0 }] });
  });
});

describe('receiving [2328:8.2(2)]', () => {
  test('what is of the backbone, for an address of ours in the transit area, and from the other end, belongs to the virtual link', () => {
    const { bench, far } = reached();
    far.hello();
    expect(owner(bench).neighbors.map((n) => [n.routerId, n.address])).toEqual([[ip('9.9.9.9'), ip('10.1.9.9')]]);
  });

  test('from any other router, or to a group, it does not', () => {
    const { bench, far } = reached();
    const stranger = bench.peer('7.7.7.7', '10.1.9.9', 2, 0);
    stranger.deliver = (bytes) => bench.process.receive(bench.now, 2, stranger.address, ip('10.1.0.5'), bytes);
    stranger.hello({ networkMask: 0 });
    far.peer.deliver = (bytes) => bench.process.receive(bench.now, 2, far.peer.address, 0xe0000005, bytes);
    far.hello();
    expect(owner(bench).neighbors).toEqual([]);
    expect(bench.refusals().map((refusal) => refusal.what)).toContain('area id');
  });

  test('for an address of another area it does not', () => {
    const elsewhere = { ...settings(), networks: [...settings().networks, { network: ip('10.2.0.0'), prefixLength: 16, area: 2 }] };
    const bench = new Bench({ configuration: elsewhere, interfaces: [device('eth0', 2, '10.1.0.5/24'), device('eth1', 3, '10.2.0.5/24')] });
    const neighbor = bench.peer('8.8.8.8', '10.1.0.8', 2, 1);
    neighbor.toFull();
    bench.wait(6 * SECOND);
    neighbor.update(...otherEnd());
    bench.wait(SECOND);
    const far = new VirtualPeer(bench);
    const address = (text: string): void => {
      far.peer.deliver = (bytes) => bench.process.receive(bench.now, 2, far.peer.address, ip(text), bytes);
      far.hello();
    };
    address('10.2.0.5');
    expect(owner(bench).neighbors).toEqual([]);
    address('10.1.0.5');
    expect(owner(bench).neighbors.length).toBe(1);
  });

  test('while it is down nothing is taken for it', () => {
    const bench = new Bench({ configuration: settings(), interfaces: [device('eth0', 2, '10.1.0.5/24')] });
    new VirtualPeer(bench).hello();
    expect(owner(bench).neighbors).toEqual([]);
  });

  test('truncated and empty packets are harmless', () => {
    const { bench, far } = reached();
    for (const length of [0, 1, 11, OSPF_HEADER_LENGTH - 1]) bench.process.receive(bench.now, 2, far.peer.address, ip('10.1.0.5'), new Uint8Array(length));
    expect(owner(bench).neighbors).toEqual([]);
  });
});

describe('through the transit area [2328:16.3]', () => {
  /** The other end leads to 172.20/16 at 15; the router on the way announces it, too. */
  function withSummary(metric: number, flags: number = RouterFlag.border): Bench {
    const { bench, neighbor, far } = reached();
    far.toFull();
    far.peer.update(routerLsa('9.9.9.9', [['virtual', '5.5.5.5', '10.1.9.9', 10], ['stub', '172.20.0.0', '255.255.0.0', 5]]));
    neighbor.update(routerLsa('8.8.8.8', TO_BOTH, { sequence: 0x80000002, flags }), summaryLsa('172.20.0.0', '8.8.8.8', '255.255.0.0', metric),
      summaryLsa('172.21.0.0', '8.8.8.8', '255.255.0.0', 1));
    for (let i = 0; i < 3; i++) {
      bench.wait(6 * SECOND);
      neighbor.hello();
      far.hello();
    }
    return bench;
  }
  const cost = (bench: Bench): number | undefined => bench.routes.get(`${ip('172.20.0.0')}/16`)?.metric;

  test('a summary there that makes the way shorter gives the route its cost and next hops', () => {
    expect([cost(withSummary(3)), cost(withSummary(20))]).toEqual([7, 15]);
  });

  test('what leads through it is announced neither there nor in the backbone, which it belongs to [2328:12.4.3]', () => {
    const bench = withSummary(20);
    const announced = bench.process.areas.map((area) => [area.id, area.lsdb.ofType(3).filter((lsa) => lsa.isSelfOriginated).map((lsa) => lsa.header.linkStateId)]);
    expect(Object.fromEntries(announced)).toEqual({ 0: [ip('10.1.0.0'), ip('10.1.9.0')], 1: [] });
  });

  test('those at MaxAge, at LSInfinity, our own, and those of nobody count for nothing', () => {
    expect([cost(withSummary(0xffffff)), cost(withSummary(14))]).toEqual([15, 15]);
    const bench = withSummary(3);
    expect(cost(bench)).toBe(7);
    // It has grown old, and is still there.
    bench.process.areas.find((area) => area.id === 1)?.lsdb.find(3, ip('172.20.0.0'), ip('8.8.8.8'))?.setMaxAge(bench.now);
    bench.peer('8.8.8.8', '10.1.0.8', 2, 1).update(routerLsa('8.8.8.8', [...TO_BOTH, ['stub', '10.77.0.0', '255.255.0.0', 1]], { sequence: 0x80000003, flags: RouterFlag.border }));
    bench.wait(SECOND);
    expect([bench.routes.has(`${ip('10.77.0.0')}/16`), cost(bench)]).toEqual([true, 15]);
  });

  test('only of a border router, and only for what the backbone leads to already', () => {
    expect(cost(withSummary(3, 0))).toBe(15);
    expect(withSummary(3).routes.has(`${ip('172.21.0.0')}/16`)).toBe(false);
  });

  test('a boundary router’s entry that was read before it was bettered leads the better way from then on (FRR, which notes the router with each next hop)', () => {
    const bench = new Bench({ behaviour: FRR_844 });
    const entry = new RouterRoute(bench.process.areas[0]);
    Object.assign(entry, { routerId: ip('7.7.7.7'), nextHops: [{ gateway: ip('10.0.0.7'), interfaceIndex: 2 }] });
    expect(entry.paths).toEqual([{ gateway: ip('10.0.0.7'), interfaceIndex: 2, advertisingRouter: ip('7.7.7.7') }]);
    entry.nextHops = [{ gateway: ip('10.0.1.8'), interfaceIndex: 3, advertisingRouter: ip('8.8.8.8') }];
    expect(entry.paths).toEqual([{ gateway: ip('10.0.1.8'), interfaceIndex: 3, advertisingRouter: ip('8.8.8.8') }]);
  });
});

test('the backbone is not condensed into the transit area [2328:12.4.3]', () => {
  const withRange: OspfConfiguration = {
    ...settings(), networks: [...settings().networks, { network: ip('30.0.0.0'), prefixLength: 8, area: 0 }, { network: ip('10.3.0.0'), prefixLength: 16, area: 3 }],
    areas: new Map([[0, { isStub: false, isSummaryBlocked: false, ranges: [{ network: ip('30.0.0.0'), prefixLength: 8, isAdvertised: true }] }]]),
  };
  const bench = new Bench({ configuration: withRange, interfaces: [device('eth0', 2, '10.1.0.5/24'), device('eth1', 3, '30.1.0.5/24'), device('eth2', 4, '10.3.0.5/24')] });
  const neighbor = bench.peer('8.8.8.8', '10.1.0.8', 2, 1);
  neighbor.toFull();
  bench.wait(6 * SECOND);
  neighbor.update(...otherEnd());
  bench.wait(SECOND);
  const far = new VirtualPeer(bench);
  far.toFull();
  const announced = (id: number): number[] => (bench.process.areas.find((area) => area.id === id)?.lsdb.ofType(3) ?? [])
    .filter((lsa) => lsa.isSelfOriginated && !lsa.isFlushing && lsa.header.linkStateId >>> 24 === 30).map((lsa) => lsa.header.linkStateId);
  expect([announced(1), announced(3)]).toEqual([[ip('30.1.0.0')], [ip('30.0.0.0')]]);
});

test('two ends of one virtual link find each other across a third router, and the area behind is part of the whole', () => {
  const fabric = new Fabric();
  const add = (name: string, id: string, networks: [string, number][], interfaces: [string, number, string][], peer?: string): void => void fabric.add(name, {
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
    configuration: {
      ...configuration({ routerId: id, networks, interfaces: Object.fromEntries(interfaces.map(([device_]) => [device_, P2P])) }),
      ...(peer === undefined ? {} : { virtualLinks: [{ transitArea: 1, peerRouterId: ip(peer), settings: {} }] }),
    },
    interfaces: interfaces.map(([device_, index, address]) => device(device_, index, address)),
  });
  add('a', '1.1.1.1', [['10.0.0.0/16', 0], ['10.1.0.0/16', 1]], [['eth0', 2, '10.0.1.1/24'], ['eth1', 3, '10.1.2.1/24']], '3.3.3.3');
  add('b', '2.2.2.2', [['10.1.0.0/16', 1]], [['eth0', 2, '10.1.2.2/24'], ['eth1', 3, '10.1.3.2/24']]);
  add('c', '3.3.3.3', [['10.1.0.0/16', 1], ['10.2.0.0/16', 2]], [['eth0', 2, '10.1.3.3/24'], ['eth1', 3, '10.2.4.3/24']], '1.1.1.1');
  add('d', '4.4.4.4', [['10.2.0.0/16', 2]], [['eth0', 2, '10.2.4.4/24']]);
  fabric.link(['a', 3], ['b', 2]);
  fabric.link(['b', 3], ['c', 2]);
  fabric.link(['c', 3], ['d', 2]);
  fabric.runUntil(120 * SECOND);
  expect(fabric.routers.get('c')?.process.virtualLinks[0].interface.neighbors.map((n) => n.state)).toEqual(['Full']);
  expect(fabric.routers.get('d')?.routes.get(`${ip('10.0.1.0')}/24`)).toMatchObject({ metric: 40, nextHops: [{ gateway: ip('10.2.4.3') }] });
  expect(fabric.routers.get('a')?.routes.get(`${ip('10.2.4.0')}/24`)).toMatchObject({ metric: 30, nextHops: [{ gateway: ip('10.1.2.2') }] });
});
