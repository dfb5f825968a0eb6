/**
 * Plans for tests, put together without any file. Nodes and links are sorted by name as `config` would.
 */
import { MINUTE, NEVER, SECOND } from '../../src/base/micros.js';
import type { EventPlan, InterfacePlan, LinkPlan, NodeKind, NodePlan, Plan, ProbePlan, StaticRoutePlan } from '../../src/config/plan.js';

export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export interface NodeByHand {
  readonly name: string;
  readonly kind?: NodeKind;
  /** Name to addresses: `192.168.1.3/24` or `10.31.0.1 peer 10.33.0.1`. */
  readonly interfaces: Readonly<Record<string, readonly string[]>>;
  /** `10.0.0.0/8 via 192.168.1.1`. */
  readonly routes?: readonly string[];
  readonly isForwarding?: boolean;
  readonly ospf?: NodePlan['ospf'];
}

export interface PlanByHand {
  readonly nodes: readonly NodeByHand[];
  /** `a:eth0 b:eth0`. An interface whose name starts with ctc makes a ctc link. */
  readonly links: readonly string[];
  readonly probes?: readonly (Partial<ProbePlan> & { readonly sender: string; readonly target: string })[];
  readonly events?: readonly (Omit<EventPlan, 'node' | 'text' | 'spreadMicros'> & { readonly on: string; readonly spreadMicros?: number })[];
  readonly seed?: number;
  readonly startSpreadMicros?: number;
  readonly latencyMicros?: number;
  readonly until?: Plan['until'];
}

export function planByHand(by: PlanByHand): Plan {
  const sorted = [...by.nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const indexOf = (name: string): number => sorted.findIndex((n) => n.name === name);
  const links = [...by.links].sort();
  const ports = new Map<string, number>();
  const counts = new Map<string, number>();
  const linkPlans: LinkPlan[] = links.map((text) => {
    const ends = text.split(' ').map((label) => {
      const [node] = label.split(':');
      const port = counts.get(node) ?? 0;
      counts.set(node, port + 1);
      ports.set(label, port);
      return { node: indexOf(node), port, label };
    });
    return { kind: text.includes(':ctc') ? 'ctc' : 'ethernet', ends: [ends[0], ends[1]], latencyMicros: by.latencyMicros ?? 50 };
  });
  const nodes = sorted.map((n, index): NodePlan => ({
    name: n.name,
    kind: n.kind ?? 'host',
    interfaces: n.kind === 'switch' ? [] : [loopback(n.interfaces.lo ?? []), ...Object.entries(n.interfaces).filter(([name]) => name !== 'lo')
      .map(([name, addresses], i) => interfacePlan(name, i + 2, ports.get(`${n.name}:${name}`) ?? -1, index, addresses))],
    staticRoutes: (n.routes ?? []).map(routePlan),
    isForwarding: n.isForwarding ?? false,
    ospf: n.ospf,
  }));
  return {
    name: 'by-hand', title: '', file: 'by-hand.yaml', seed: by.seed ?? 1, nodes, links: linkPlans,
    probes: (by.probes ?? []).map((p, i) => ({ name: `probe${i}`, protocol: 'udp', everyMicros: 10_000, source: 0, start: SECOND, stop: NEVER,
      from: indexOf(p.sender), to: ip(p.target), ...p })),
    events: (by.events ?? []).map((e) => ({ spreadMicros: 0, ...e, node: indexOf(e.on), text: e.action.kind })),
    targets: [], expectations: [], startSpreadMicros: by.startSpreadMicros ?? 0,
    until: by.until ?? { kind: 'instant', at: MINUTE },
  };
}

function loopback(addresses: readonly string[]): InterfacePlan {
  return { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: new Uint8Array(6), mtu: 65536, bandwidthMbps: 0,
    addresses: ['127.0.0.1/8', ...addresses].map(addressPlan) };
}

function interfacePlan(name: string, index: number, port: number, node: number, addresses: readonly string[]): InterfacePlan {
  return { name, index, port, medium: name.startsWith('ctc') ? 'ctc' : 'ethernet', mac: Uint8Array.of(2, 0, 0, 0, node + 1, index), mtu: 1500,
    bandwidthMbps: 10_000, addresses: addresses.map(addressPlan) };
}

function addressPlan(text: string): InterfacePlan['addresses'][number] {
  const [local, peer] = text.split(' peer ');
  const [address, length] = local.split('/');
  return peer === undefined ? { address: ip(address), prefixLength: Number(length ?? 32) }
    : { address: ip(address), prefixLength: 32, peer: ip(peer) };
}

function routePlan(text: string): StaticRoutePlan {
  const [prefix, gateway] = text.split(' via ');
  const [network, length] = prefix.split('/');
  return { network: ip(network), prefixLength: Number(length), gateway: ip(gateway) };
}

/** Two hosts, a router, a switch between host `a` and the router; host `b` directly behind it. */
export function routedPlan(by: Partial<PlanByHand> = {}): Plan {
  return planByHand({
    nodes: [
      { name: 'a', interfaces: { eth0: ['10.1.0.1/24'] }, routes: ['0.0.0.0/0 via 10.1.0.254'] },
      { name: 'b', interfaces: { eth0: ['10.2.0.1/24'] }, routes: ['0.0.0.0/0 via 10.2.0.254'] },
      { name: 'r', interfaces: { eth0: ['10.1.0.254/24'], eth1: ['10.2.0.254/24'] }, isForwarding: true },
      { name: 'sw', kind: 'switch', interfaces: {} },
    ],
    links: ['a:eth0 sw:p1', 'r:eth0 sw:p2', 'b:eth0 r:eth1'],
    ...by,
  });
}
