/**
 * What a routing manager makes of OSPF's next hops: which it takes, which interface it finds where none is named; and packets of the
 * protocol that are routed, forwarded and delivered like any other, as a virtual link needs.
 */
import { describe, expect, it } from 'vitest';
import type { NodeKind } from '../../src/config/plan.js';
import type { Out } from '../../src/engine/engine.js';
import { SystemNode } from '../../src/node/node.js';
import { ip, planByHand } from '../sim/plan-by-hand.js';
import { arpFrame, HOST_MAC, PEER_MAC, HostByHand } from '../host/host-by-hand.js';

const OSPF = {
  networks: [], interfaces: new Map(), passiveInterfaces: new Set<string>(), isPassiveByDefault: false, activeInterfaces: new Set<string>(),
  redistribute: [], routeMaps: new Map(), accessLists: new Map(),
};
const SILENT: Out = { transmit: () => undefined, route: () => undefined, trace: () => undefined };

/** eth0 (index 2) numbered, eth1 (index 3) with a borrowed address. */
function node(kind: NodeKind): SystemNode {
  const plan = planByHand({
    nodes: [
      { name: 'r', kind, ospf: OSPF, interfaces: { eth0: ['10.0.0.1/24'], eth1: ['10.255.0.1/32'], lo: ['10.255.0.1/32'] } },
      { name: 'a', kind, interfaces: { eth0: ['10.0.0.2/24'] } }, { name: 'b', kind, interfaces: { eth0: ['10.255.0.2/32'] } },
    ],
    links: ['r:eth0 a:eth0', 'r:eth1 b:eth0'],
  });
  const made = new SystemNode(plan.nodes.find((each) => each.name === 'r') ?? plan.nodes[0], 1);
  made.step(0, { kind: 'command', command: { kind: 'start' } }, SILENT);
  return made;
}

function installed(kind: NodeKind, destination: string, prefixLength: number, ...hops: [gateway: string, interfaceIndex: number][]): string {
  const r = node(kind);
  r.daemon?.installRoute({ network: ip(destination), prefixLength, metric: 20, nextHops: hops.map(([gateway, interfaceIndex]) => ({ gateway: ip(gateway), interfaceIndex })) });
  return (r.show(0, 'ip route') ?? '').split('\n').filter((line) => line !== '' && !line.includes('proto kernel')).map((line) => line.trim()).join('; ');
}

describe('zebra of FRR (topologies/conformance/point-to-multipoint and unnumbered)', () => {
  it('takes a next hop on a network of its interface, and any on an unnumbered one', () => {
    expect(installed('frr', '10.9.0.0', 24, ['10.0.0.2', 2])).toBe('10.9.0.0/24 via 10.0.0.2 dev eth0 proto ospf metric 20');
    expect(installed('frr', '10.9.0.0', 24, ['10.255.0.2', 3])).toBe('10.9.0.0/24 via 10.255.0.2 dev eth1 proto ospf metric 20 onlink');
  });

  it('takes none that lies elsewhere, and no host route that leads through itself but over an unnumbered interface', () => {
    expect(installed('frr', '10.9.0.0', 24, ['10.7.0.2', 2])).toBe('');
    expect(installed('frr', '10.0.0.2', 32, ['10.0.0.2', 2])).toBe('');
    expect(installed('frr', '10.255.0.2', 32, ['10.255.0.2', 3])).toBe('10.255.0.2 via 10.255.0.2 dev eth1 proto ospf metric 20 onlink');
  });

  it('finds the interface where none is named; a host route of our own is on its interface', () => {
    expect(installed('frr', '10.9.0.0', 24, ['10.0.0.2', 0])).toBe('10.9.0.0/24 via 10.0.0.2 dev eth0 proto ospf metric 20');
    expect(installed('frr', '10.9.0.0', 24, ['10.7.0.2', 0])).toBe('');
    expect(installed('frr', '10.9.0.0', 24, ['10.0.0.2', 0], ['10.0.0.2', 2]).split('; ').slice(1)).toEqual(['nexthop via 10.0.0.2 dev eth0 weight 1', 'nexthop via 10.0.0.2 dev eth0 weight 1']);
    expect(installed('frr', '10.0.0.1', 32, ['0.0.0.0', 2])).toBe('10.0.0.1 dev eth0 proto ospf metric 20');
  });
});

it('zebra 0.9x asks nothing of a next hop', () => {
  expect(installed('zebra', '10.0.0.2', 32, ['10.0.0.2', 2])).toContain('10.0.0.2 via 10.0.0.2 dev eth0 proto zebra');
});

describe('packets of protocol 89 between routers that share no link', () => {
  const ttl = (frame: Uint8Array): number => frame[14 + 8];
  const packets = (h: HostByHand): Uint8Array[] => h.sent.map((each) => each.bytes).filter((bytes) => bytes[12] === 8 && bytes[13] === 0 && bytes[14 + 9] === 89);

  it('leave along the route with their time to live, not straight out of an interface', () => {
    const h = new HostByHand();
    h.host.fib.install({ network: ip('10.9.0.0'), prefixLength: 16, protocol: 'ospf', metric: 20, nextHops: [{ gateway: ip('10.0.0.2'), networkInterface: h.host.interfaces[1] }], preferredSource: 0 });
    expect(h.host.sendRouted(0, ip('10.0.0.1'), ip('10.8.0.1'), 89, 100, 1, new Uint8Array(24))).toBe(false);
    expect(h.host.sendRouted(0, ip('10.0.0.1'), ip('10.9.0.1'), 89, 100, 1, new Uint8Array(24))).toBe(true);
    h.receive(arpFrame({ operation: 2 }));
    expect(packets(h).map((frame) => [ttl(frame), [...frame.subarray(0, 6)]])).toEqual([[100, [...PEER_MAC]]]);
  });

  it('leave in two pieces where they are longer than the MTU of the way', () => {
    const h = new HostByHand();
    h.host.fib.install({ network: ip('10.9.0.0'), prefixLength: 16, protocol: 'ospf', metric: 20, nextHops: [{ gateway: ip('10.0.0.2'), networkInterface: h.host.interfaces[1] }], preferredSource: 0 });
    expect(h.host.sendRouted(0, ip('10.0.0.1'), ip('10.9.0.1'), 89, 100, 1, new Uint8Array(1481))).toBe(true);
    h.receive(arpFrame({ operation: 2 }));
    // Offset in units of eight octets, and More Fragments. [791:3.1]
    expect(packets(h).map((frame) => [ttl(frame), (frame[14 + 6] << 8) | frame[14 + 7], (frame[14 + 2] << 8) | frame[14 + 3]])).toEqual([[100, 0x2000, 1500], [100, 185, 21]]);
  });

  it('are forwarded, one less, and delivered where they are addressed to', () => {
    const h = new HostByHand();
    h.host.fib.install({ network: ip('10.9.0.0'), prefixLength: 16, protocol: 'ospf', metric: 20, nextHops: [{ gateway: ip('10.0.0.2'), networkInterface: h.host.interfaces[1] }], preferredSource: 0 });
    const other = new HostByHand();
    other.host.fib.install({ network: ip('0.0.0.0'), prefixLength: 0, protocol: 'static', metric: 0, nextHops: [{ gateway: ip('10.0.0.2'), networkInterface: other.host.interfaces[1] }], preferredSource: 0 });
    const made = (destination: string): Uint8Array => {
      other.sent.length = 0;
      other.host.sendRouted(0, ip('10.7.0.1'), ip(destination), 89, 100, 1, new Uint8Array(24));
      other.receive(arpFrame({ operation: 2 }));
      const frame = packets(other)[0];
      frame.set(HOST_MAC, 0);
      return frame;
    };
    h.receive(made('10.9.0.1'));
    h.receive(arpFrame({ operation: 2 }));
    expect(packets(h).map(ttl)).toEqual([99]);
    const delivered: string[] = [];
    h.host.setRawReceiver(89, (_now, interfaceIndex, source, destination) => void delivered.push([interfaceIndex, source, destination].join(' ')));
    // To the host itself: 10.0.0.1 is local to the sender, too, so the address is written in by hand.
    const frame = made('10.9.0.1');
    frame.set([10, 0, 0, 1], 14 + 16);
    let sum = 0;
    frame.fill(0, 14 + 10, 14 + 12);
    for (let i = 14; i < 34; i += 2) sum += (frame[i] << 8) | frame[i + 1];
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    frame.set([(~sum >>> 8) & 255, ~sum & 255], 14 + 10);
    h.receive(frame);
    expect(delivered).toEqual([`2 ${ip('10.7.0.1')} ${ip('10.0.0.1')}`]);
  });
});
