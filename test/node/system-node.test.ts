/**
 * A system's console, and its routing manager: what is installed, redistributed, and left behind.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { NodePlan } from '../../src/config/plan.js';
import type { Command, Out, RouteChange } from '../../src/engine/engine.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { SystemNode } from '../../src/node/node.js';
import type { OspfConfiguration } from '../../src/ospf/configuration.js';
import { describeFrame } from '../sim/recorder.js';
import { ip, planByHand } from '../sim/plan-by-hand.js';

const OSPF: OspfConfiguration = {
  networks: [], interfaces: new Map(), passiveInterfaces: new Set(), isPassiveByDefault: false, activeInterfaces: new Set(),
  redistribute: [], routeMaps: new Map(), accessLists: new Map(),
};

const LINKS = ['lnx31:ctc0 lnx33:ctc0', 'lnx31:eth0 lan:p1', 'lnx32:ctc0 lnx33:ctc1', 'lnx32:eth0 lan:p2', 'lan:p3 tirnanog:eth0'];

function paperPlan(name: string, kind: 'frr' | 'zebra'): NodePlan {
  const plan = planByHand({
    nodes: [
      { name: 'tirnanog', kind, ospf: OSPF, interfaces: { eth0: ['192.168.1.254/24'] } },
      { name: 'lnx31', kind, ospf: OSPF, interfaces: { eth0: ['192.168.1.3/24'], ctc0: ['10.31.0.1 peer 10.33.0.1'], lo: ['10.31.0.1/32'] } },
      { name: 'lnx32', kind, ospf: OSPF, interfaces: { eth0: ['192.168.1.4/24'], ctc0: ['10.32.0.1 peer 10.33.0.1'] } },
      { name: 'lnx33', kind, ospf: OSPF, interfaces: { ctc0: ['10.33.0.1 peer 10.31.0.1'], ctc1: ['10.33.0.1 peer 10.32.0.1'] } },
      { name: 'lan', kind: 'switch', interfaces: {} },
    ],
    links: LINKS,
  });
  return plan.nodes.find((n) => n.name === name) as NodePlan;
}

class Console implements Out {
  readonly node: SystemNode;
  readonly frames: { readonly port: number; readonly bytes: Uint8Array }[] = [];
  readonly changes: RouteChange[] = [];
  readonly events: TraceEvent[] = [];
  now = 0;

  constructor(plan: NodePlan) {
    this.node = new SystemNode(plan, 1);
    this.do({ kind: 'start' });
  }

  do(command: Command): void {
    this.node.step(this.now, { kind: 'command', command }, this);
  }

  transmit(port: number, frame: Uint8Array): void { this.frames.push({ port, bytes: frame.slice() }); }
  route(change: RouteChange): void { this.changes.push(change); }
  trace(event: TraceEvent): void { this.events.push(event); }

  /** OSPF finds a route. */
  install(network: string, prefixLength: number, gateway: string, interfaceIndex: number, metric = 20): void {
    this.node.daemon?.installRoute({ network: ip(network), prefixLength, nextHops: [{ gateway: ip(gateway), interfaceIndex }], metric });
  }
}

function recorded(name: string): string {
  const text = readFileSync(new URL(`../fixtures/frr-def/tables-before/${name}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => !line.includes('table local')).join('\n').replace(/nhid \d+ /g, '');
}

/** The routes of the recorded FRR network. */
const ROUTES = {
  tirnanog: [['10.31.0.1', 32, '192.168.1.3', 2], ['10.32.0.1', 32, '192.168.1.4', 2], ['10.33.0.1', 32, '192.168.1.3', 2]],
  lnx31: [['10.32.0.1', 32, '10.33.0.1', 3]],
  lnx33: [['192.168.1.0', 24, '10.31.0.1', 2]],
} as const;

it('sends Hellos of protocol 89 from the address of the interface', () => {
  const plan = planByHand({
    nodes: [
      { name: 'r', kind: 'frr', ospf: { ...OSPF, networks: [{ network: ip('192.168.1.0'), prefixLength: 24, area: 0 }] }, interfaces: { eth0: ['192.168.1.3/24'] } },
      { name: 'lan', kind: 'switch', interfaces: {} },
    ],
    links: ['r:eth0 lan:p1'],
  });
  const c = new Console(plan.nodes.find((n) => n.name === 'r') as NodePlan);
  for (let at = c.node.nextDeadline(); at <= SECOND; at = c.node.nextDeadline()) {
    c.now = Math.max(c.now, at);
    c.node.step(c.now, { kind: 'wake' }, c);
  }
  const sent = c.frames.filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === 89).map(({ bytes }) => [bytes.subarray(26, 30).join('.'), bytes.subarray(30, 34).join('.')]);
  expect(sent).toEqual([['192.168.1.3', '224.0.0.5']]);
});

describe('the console', () => {
  it.each(['tirnanog', 'lnx31', 'lnx33'] as const)('prints the forwarding table of %s as the real one did', (name) => {
    const c = new Console(paperPlan(name, 'frr'));
    for (const [network, length, gateway, index] of ROUTES[name]) c.install(network, length, gateway, index);
    expect(c.node.show(0, 'route -n')).toBe(recorded(`${name}.route-n.txt`));
    expect(c.node.show(0, ' ip  route ')).toBe(recorded(`${name}.ip-route.txt`));
  });

  it('prints several next hops on lines of their own', () => {
    const c = new Console(paperPlan('tirnanog', 'frr'));
    c.node.daemon?.installRoute({ network: ip('10.33.0.1'), prefixLength: 32, metric: 20,
      nextHops: [{ gateway: ip('192.168.1.3'), interfaceIndex: 2 }, { gateway: ip('192.168.1.4'), interfaceIndex: 2 }] });
    expect(c.node.show(0, 'ip route')).toContain('10.33.0.1 proto ospf metric 20 \n\tnexthop via 192.168.1.3 dev eth0 weight 1 \n' +
      '\tnexthop via 192.168.1.4 dev eth0 weight 1 \n');
  });

  it('prints neighbours as iproute2 and as net-tools, resolved or not', () => {
    const c = new Console(paperPlan('tirnanog', 'frr'));
    c.node.daemon?.resolve(2, ip('192.168.1.3'));
    expect(c.frames.map((f) => describeFrame(f.bytes))).toEqual(['arp request']);
    expect(c.node.show(0, 'ip neigh')).toBe('192.168.1.3 dev eth0 INCOMPLETE proto zebra \n');
    const reply = c.frames[0].bytes.slice();
    reply.set(reply.subarray(6, 12), 0);
    reply.set([2, 0, 0, 0, 1, 3], 6);
    reply[21] = 2;
    reply.set(c.frames[0].bytes.subarray(38, 42), 28);
    reply.set(c.frames[0].bytes.subarray(28, 32), 38);
    reply.set([2, 0, 0, 0, 1, 3], 22);
    c.node.step(0, { kind: 'frame', port: 0, bytes: reply }, c);
    expect(c.node.show(0, 'ip neigh')).toBe('192.168.1.3 dev eth0 lladdr 02:00:00:00:01:03 REACHABLE proto zebra \n');
    expect(c.node.show(0, 'arp -n')).toBe('Address                  HWtype  HWaddress           Flags Mask            Iface\n' +
      '192.168.1.3              ether   02:00:00:00:01:03   C                     eth0\n');
  });

  it('prints addresses, with the peer of a point-to-point one', () => {
    const text = new Console(paperPlan('lnx31', 'frr')).node.show(0, 'ip addr');
    expect(text).toContain('1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n');
    expect(text).toContain('    inet 192.168.1.3/24 brd 192.168.1.255 scope global eth0\n       valid_lft forever preferred_lft forever\n');
    expect(text).toContain('    inet 10.31.0.1 peer 10.33.0.1/32 scope global ctc0\n');
  });

  it('knows no other commands', () => {
    const c = new Console(paperPlan('lnx31', 'frr'));
    expect(c.node.show(0, 'reboot')).toBeUndefined();
    expect(c.node.show(0, 'show ip ospf nonsense')).toBeUndefined();
  });
});

describe('the routing manager', () => {
  it('offers connected routes for redistribution: the subnet, the peer, and a host address without a peer', () => {
    const { zebra } = new Console(paperPlan('lnx31', 'frr')).node;
    expect(zebra.redistributableRoutes().map((r) => [r.network, r.prefixLength, r.interfaceName])).toEqual([
      [ip('10.31.0.1'), 32, 'lo'], [ip('10.33.0.1'), 32, 'ctc0'], [ip('192.168.1.0'), 24, 'eth0']]);
  });

  it('lets a connected route win, without a word to the kernel about the other', () => {
    const c = new Console(paperPlan('lnx31', 'frr'));
    const before = c.changes.length;
    c.install('10.33.0.1', 32, '192.168.1.4', 2);
    expect(c.changes).toHaveLength(before);
    expect(c.node.show(0, 'ip route')).toContain('10.33.0.1 dev ctc0 proto kernel');
  });

  it.each([['frr', false], ['zebra', true]] as const)('%s: routes of a killed ospfd stay: %s', (kind, isKept) => {
    const c = new Console(paperPlan('tirnanog', kind));
    c.install('10.33.0.1', 32, '192.168.1.3', 2);
    c.do({ kind: 'kill', daemon: 'ospfd' });
    expect(c.node.ospf).toBeUndefined();
    expect(c.node.host.fib.lookup(ip('10.33.0.1')) !== undefined).toBe(isKept);
    expect(c.node.show(0, 'show ip ospf neighbor')).toBe('ospfd is not running\n');
    c.do({ kind: 'launch', daemon: 'ospfd' });
    expect(c.node.ospf).toBeDefined();
    expect(c.events.filter((e) => e.kind === 'daemon').map((e) => e.kind === 'daemon' && `${e.daemon} ${e.what}`))
      .toEqual(['ospfd started', 'ospfd killed', 'ospfd started']);
  });

  it('leaves the kernel alone while it is dead, and puts it right when it is back (Zebra)', () => {
    const c = new Console(paperPlan('tirnanog', 'zebra'));
    c.install('10.33.0.1', 32, '192.168.1.3', 2);
    c.install('10.32.0.1', 32, '192.168.1.4', 2);
    c.do({ kind: 'kill', daemon: 'zebra' });
    c.install('10.33.0.1', 32, '192.168.1.4', 2);
    c.node.daemon?.withdrawRoute(ip('10.32.0.1'), 32);
    expect(c.node.host.fib.lookup(ip('10.33.0.1'))?.nextHops[0].gateway).toBe(ip('192.168.1.3'));
    c.do({ kind: 'launch', daemon: 'zebra' });
    expect(c.node.host.fib.lookup(ip('10.33.0.1'))?.nextHops[0].gateway).toBe(ip('192.168.1.4'));
    expect(c.node.host.fib.lookup(ip('10.32.0.1'))).toBeUndefined();
  });

  it('sweeps the kernel when it is back, and ospfd says only what is new from its next connection on (FRR)', () => {
    const c = new Console(paperPlan('tirnanog', 'frr'));
    const gateway = (address: string): number | undefined => c.node.host.fib.lookup(ip(address))?.nextHops[0].gateway;
    c.install('10.33.0.1', 32, '192.168.1.3', 2);
    c.do({ kind: 'kill', daemon: 'zebra' });
    expect(gateway('10.33.0.1')).toBe(ip('192.168.1.3'));
    c.do({ kind: 'launch', daemon: 'zebra' });
    expect(gateway('10.33.0.1')).toBeUndefined();
    c.install('10.33.0.1', 32, '192.168.1.4', 2);
    expect(gateway('10.33.0.1')).toBeUndefined();
    c.do({ kind: 'kill', daemon: 'ospfd' });
    c.do({ kind: 'launch', daemon: 'ospfd' });
    c.install('10.33.0.1', 32, '192.168.1.4', 2);
    expect(gateway('10.33.0.1')).toBe(ip('192.168.1.4'));
  });

  it('keeps the groups that ospfd joined until it dies', () => {
    const c = new Console(paperPlan('tirnanog', 'frr'));
    const membership = c.node.host.interfaceByIndex(2)?.membership;
    const before = membership?.groups();
    c.node.daemon?.joinGroup(2, ip('224.0.0.99'));
    expect(membership?.has(ip('224.0.0.99'))).toBe(true);
    c.do({ kind: 'kill', daemon: 'ospfd' });
    expect(membership?.groups()).toEqual([]);
    expect(before).toEqual([]);
  });

  it('sends OSPF packets as Linux was seen to: TTL 1, internetwork control, no "don\'t fragment", consecutive numbers', () => {
    const c = new Console(paperPlan('tirnanog', 'frr'));
    c.frames.length = 0;
    c.node.daemon?.send(2, ip('192.168.1.254'), ip('224.0.0.5'), new Uint8Array(44));
    c.node.daemon?.send(2, ip('192.168.1.254'), ip('224.0.0.5'), new Uint8Array(44));
    const [first, second] = c.frames.map((f) => f.bytes);
    expect([...first.subarray(0, 6)]).toEqual([0x01, 0x00, 0x5e, 0, 0, 5]);
    expect(first).toHaveLength(78);
    expect([first[15], first[20], first[22], first[23]]).toEqual([0xc0, 0, 1, 89]);
    expect(((second[18] << 8) | second[19]) - ((first[18] << 8) | first[19])).toBe(1);
  });

  it('sees loss of carrier as FRR does, and not as Zebra 0.9x does', () => {
    for (const [kind, isSeen] of [['frr', true], ['zebra', false]] as const) {
      const c = new Console(paperPlan('lnx31', kind));
      c.do({ kind: 'carrier', port: 1, up: false });
      const names = c.node.zebra.redistributableRoutes().map((r) => r.interfaceName);
      expect(names.includes('eth0')).toBe(!isSeen);
    }
  });

  it('withdraws a static route with its interface', () => {
    const plan = { ...paperPlan('lnx31', 'frr'), staticRoutes: [{ network: 0, prefixLength: 0, gateway: ip('192.168.1.254') }] };
    const c = new Console(plan);
    c.now = SECOND;
    expect(c.node.show(c.now, 'ip route')).toMatch(/^default via 192\.168\.1\.254 dev eth0 proto static metric 20 \n/);
    c.do({ kind: 'carrier', port: 1, up: false });
    expect(c.node.host.fib.lookup(1)).toBeUndefined();
    c.do({ kind: 'carrier', port: 1, up: true });
    expect(c.node.host.fib.lookup(1)?.protocol).toBe('static');
  });
});
