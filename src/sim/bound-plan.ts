/**
 * A topology, of which some interfaces are bound to the world outside: their links end at a device instead of at the node that stands there in the file.
 *
 * What then hangs together with a bound interface is emulated, the device standing in as a node of its own; everything else is what the device leads
 * to, and is left out. Where that is the device under test, the stand-ins of the links that lead to it are the device. A ctc link has no ARP in here; outside
 * it is an Ethernet link like any other.
 */
import type { LinkPlan, NodePlan, Plan, ProbePlan } from '../config/plan.js';

export interface Binding {
  readonly node: string;
  readonly interfaceName: string;
  /** As the user wrote it; it names the stand-in. */
  readonly device: string;
}

export interface BoundPlan {
  readonly plan: Plan;
  /** In the order of the bindings: the stand-in's index, and the hardware address of the interface that is bound. */
  readonly outside: readonly { readonly node: number; readonly mac: Uint8Array }[];
  /** What was left out: nodes, and probes and events with them. */
  readonly leftOut: { readonly nodes: readonly string[]; readonly probes: readonly string[]; readonly events: number };
}

/** A text is what is wrong with the bindings. */
export function bindPlan(plan: Plan, bindings: readonly Binding[], hasEvents: boolean): BoundPlan | string {
  if (plan.machineRoom !== undefined) return 'a topology with machines cannot be attached: its adapters have no outside';
  const links = [...plan.links];
  const outsideNodes: NodePlan[] = [];
  const anchors: number[] = [];
  const macs: Uint8Array[] = [];
  const taken = new Set<string>();
  const toDevice: number[] = [];
  for (const { node: name, interfaceName, device } of bindings) {
    const node = plan.nodes.findIndex((each) => each.name === name);
    if (node < 0) return `there is no node ${name}; nodes: ${plan.nodes.map((each) => each.name).join(', ')}`;
    const bound = plan.nodes[node].interfaces.find((each) => each.name === interfaceName);
    if (bound === undefined || bound.port < 0) return `${name} has no interface ${interfaceName} with a link; it has ${plan.nodes[node].interfaces.filter((each) => each.port >= 0).map((each) => each.name).join(', ')}`;
    if (taken.has(`${name}:${interfaceName}`)) return `${name}:${interfaceName} is bound twice`;
    taken.add(`${name}:${interfaceName}`);
    const at = links.findIndex((link) => link.ends.some((end) => end.node === node && end.port === bound.port));
    const own = links[at].ends.find((end) => end.node === node && end.port === bound.port);
    if (own === undefined) return `${name}:${interfaceName} has no link`;
    const index = plan.nodes.length + outsideNodes.length;
    outsideNodes.push({ name: `outside ${device}`, kind: 'switch', isForwarding: false, staticRoutes: [],
      interfaces: [{ name: device, index: 1, port: 0, medium: 'ethernet', mac: new Uint8Array(6), mtu: bound.mtu, bandwidthMbps: bound.bandwidthMbps, addresses: [] }] });
    if (links[at].ends.some((end) => end !== own && plan.device?.includes(end.node) === true)) toDevice.push(index);
    const other = { node: index, port: 0, label: device };
    links[at] = { kind: 'ethernet', ends: links[at].ends[0] === own ? [own, other] : [other, own], latencyMicros: 0 };
    anchors.push(node);
    macs.push(bound.mac);
  }
  const device = toDevice.length > 0 ? toDevice : plan.device;
  return reduce({ ...plan, device, nodes: [...plan.nodes, ...outsideNodes], links }, plan.nodes.length, anchors, macs, taken, hasEvents);
}

function reduce(plan: Plan, originals: number, anchors: readonly number[], macs: readonly Uint8Array[], bound: ReadonlySet<string>, hasEvents: boolean): BoundPlan {
  const kept = new Set(anchors);
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    for (const { ends: [a, b] } of plan.links) {
      // Through the outside nothing hangs together.
      if (a.node < originals && b.node < originals && (kept.has(a.node) || kept.has(b.node))) kept.add(a.node).add(b.node);
    }
  }
  const isKept = (node: number): boolean => node >= originals || kept.has(node);
  const order = plan.nodes.map((_, i) => i).filter(isKept);
  const newIndex = new Map(order.map((old, i) => [old, i]));
  const move = (node: number): number => newIndex.get(node) as number;
  const nodes = order.map((i): NodePlan => {
    const node = plan.nodes[i];
    return { ...node, interfaces: node.interfaces.map((each) => (bound.has(`${node.name}:${each.name}`) && each.medium === 'ctc' ? { ...each, medium: 'ethernet' } : each)) };
  });
  const links = plan.links.filter(({ ends }) => ends.every((end) => isKept(end.node)))
    .map((link): LinkPlan => ({ ...link, ends: [{ ...link.ends[0], node: move(link.ends[0].node) }, { ...link.ends[1], node: move(link.ends[1].node) }] }));
  const probes: ProbePlan[] = plan.probes.filter((each) => isKept(each.from)).map((each) => ({ ...each, from: move(each.from) }));
  const events = plan.events.filter((each) => each.node < 0 || isKept(each.node)).map((each) => (each.node < 0 ? each : { ...each, node: move(each.node) }));
  const targets = plan.targets.filter((each) => isKept(plan.probes[each.probe].from)).map((each) => ({ ...each, probe: probes.findIndex((probe) => probe.name === plan.probes[each.probe].name) }));
  const device = plan.device?.filter(isKept).map(move) ?? [];
  return {
    plan: { ...plan, nodes, links, probes, events: hasEvents ? events : [], targets, expectations: [], device: device.length > 0 ? device : undefined },
    outside: anchors.map((_, i) => ({ node: move(originals + i), mac: macs[i] })),
    leftOut: {
      nodes: plan.nodes.filter((_, i) => !isKept(i)).map((each) => each.name), probes: plan.probes.filter((each) => !isKept(each.from)).map((each) => each.name),
      events: plan.events.length - events.length,
    },
  };
}
