/**
 * Drafts of nodes and links -> the Plan's nodes and links: sorted, numbered, with every default filled in.
 *
 * Numbering. Nodes are sorted by name, links by the labels of their ends. A node's ports count over the sorted links. Its
 * interface indexes count from 2 in the order in which the file names the interfaces (`interfaces:` first, then links), past
 * those that are given. A MAC address that is not given is 02:00:00:NN:NN:II: the node's number in the sorted list, from 1, and
 * the interface index.
 */
import { formatIpv4, formatMac, prefixContains } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import { buildBirdBfd, buildBirdOspf } from '../bird/bird-build.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { formatPlace } from '../config-error.js';
import { applyIbmi, checkProxies, ibmiPlan, ibmiRoutes, startedAddresses } from '../ibmi/ibmi-node.js';
import { applyProfile, mprouteProcess } from '../mainframe/mainframe-node.js';
import type { AddressPlan, InterfacePlan, LinkPlan, NodeConfiguration, NodePlan, StaticRoutePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { checkSysctlInterfaces } from '../sysctl-statements.js';
import type { PlacedAddress, PlacedStaticRoute, SystemConfiguration } from '../system-configuration.js';
import type { LinkDraft } from './topology-link.js';
import { InterfaceDraft, type NodeDraft } from './topology-node.js';
import { listAlternatives } from '../frr/vty.js';

const LOOPBACK_MTU = 65_536;
const ETHERNET_MTU = 1_500;
/** Zebra cannot ask the adapter and takes 10 Mb/s; a veth says 10 Gb/s, which FRR reads. */
const BANDWIDTH_MBPS = { zebra: 10, frr: 10_000, zvm: 1_000, bird: 10_000, ibmi: 1_000, dispatcher: 1_000, host: 10_000, switch: 10_000, osa: 1_000 } as const;

/** By UTF-16 code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export interface AssembledNetwork {
  readonly nodes: readonly NodePlan[];
  /** What each of `nodes` was made from. */
  readonly drafts: readonly NodeDraft[];
  readonly links: readonly LinkPlan[];
  /** What each of `links` was made from. */
  readonly linkDrafts: readonly LinkDraft[];
}

/** `isComplete`: every link could be read; otherwise an interface without a link says nothing new. `clock`: when the run starts, since 1970. */
export function assembleNetwork(drafts: readonly NodeDraft[], links: readonly LinkDraft[], isComplete: boolean, clock: Micros, findings: Findings): AssembledNetwork {
  const nodes = [...drafts].sort((a, b) => compareText(a.name, b.name));
  const sortedLinks = [...links].sort((a, b) => compareText(a.ends[0].label, b.ends[0].label) || compareText(a.ends[1].label, b.ends[1].label));
  for (const node of nodes) {
    if (node.kind === 'zvm') applyProfile(node, node.mainframe, findings);
    else if (node.kind === 'ibmi') applyIbmi(node, findings);
  }
  checkProxies(nodes, findings);
  if (isComplete) for (const node of nodes) checkInterfaces(node, findings);
  mergeConfiguredAddresses(nodes, findings);
  checkAddressesOnce(nodes, findings);
  const ports = numberPorts(sortedLinks);
  const macs = new MacTable(nodes, findings);
  const lanGroups = numberLans(nodes, sortedLinks);
  const nodePlans = nodes.map((node, order) => nodePlan(node, order, ports, macs, lanGroups, clock, findings));
  const indexOfNode = new Map(nodes.map((node, index) => [node, index]));
  const linkPlans = sortedLinks.map((link): LinkPlan => {
    const end = (which: 0 | 1) => ({
      node: indexOfNode.get(link.ends[which].node) ?? -1,
      port: ports.get(link.ends[which].interface) ?? -1,
      label: link.ends[which].label,
    });
    return { kind: link.kind, ends: [end(0), end(1)], latencyMicros: link.latencyMicros };
  });
  return { nodes: nodePlans, drafts: nodes, links: linkPlans, linkDrafts: sortedLinks };
}

function checkInterfaces(node: NodeDraft, findings: Findings): void {
  const withLinks = [...node.interfaces.values()].filter((each) => each.linkPlace !== undefined).map((each) => each.name);
  for (const draft of node.interfaces.values()) {
    if (draft.linkPlace !== undefined || draft.isPortless) continue;
    // An interface that only a link names may be the one that was meant.
    const nearest = suggestion(draft.name, withLinks.filter((name) => node.interfaces.get(name)?.place === node.interfaces.get(name)?.linkPlace));
    const others = withLinks.length === 0 ? '' : `; links end at ${listAlternatives(withLinks, 'and')}`;
    findings.error(draft.place, `interface "${draft.name}" of ${node.name} has no link${nearest === '' ? others : nearest}`, { found: draft.name, allowed: withLinks });
  }
}

/** zebra.conf's addresses come after the topology's; what both say counts once. */
function mergeConfiguredAddresses(nodes: readonly NodeDraft[], findings: Findings): void {
  for (const node of nodes) {
    for (const { name, addresses, bandwidthMbps } of node.interfaces.values()) node.declared.set(name, { addresses: [...addresses], bandwidthMbps });
    for (const [name, configured] of node.system.interfaces) {
      const draft = node.interfaces.get(name) ?? (name === 'lo' ? new InterfaceDraft(name, configured.place) : undefined);
      if (draft === undefined) {
        // Only an interface that no statement names may be the one that was meant.
        const nearest = suggestion(name, [...node.interfaces.keys()].filter((each) => !node.system.interfaces.has(each)));
        findings.note(configured.place, 'attention', `${node.name} has no interface ${quote(name)}: what is said about it has no effect${nearest}`);
        continue;
      }
      node.interfaces.set(name, draft);
      draft.bandwidthMbps ??= configured.bandwidthMbps;
      draft.isShutdown = configured.isShutdown;
      draft.isLinkDetected = configured.isLinkDetected;
      for (const address of configured.addresses) if (!hasAddress(draft.addresses, address)) draft.addresses.push(address);
    }
    for (const name of node.system.ospf.interfaces.keys()) {
      if (name === 'lo' && !node.interfaces.has('lo')) node.interfaces.set('lo', new InterfaceDraft('lo', node.place));
    }
  }
}

function hasAddress(addresses: readonly PlacedAddress[], address: PlacedAddress): boolean {
  return addresses.some((each) => each.plan.address === address.plan.address && each.plan.peer === address.plan.peer);
}

/** Only the host addresses of one node may repeat: unnumbered point-to-point ends that borrow its loopback's. */
function mayShare(a: AddressPlan, b: AddressPlan, isSameInterface: boolean): boolean {
  if (a.prefixLength !== 32 || b.prefixLength !== 32) return false;
  return a.peer === undefined && b.peer === undefined ? !isSameInterface : a.peer !== b.peer;
}

function checkAddressesOnce(nodes: readonly NodeDraft[], findings: Findings): void {
  interface Use {
    readonly node: NodeDraft;
    readonly interface: InterfaceDraft;
    readonly address: PlacedAddress;
  }
  const uses = new Map<number, Use[]>();
  for (const node of nodes) {
    for (const draft of node.interfaces.values()) {
      for (const address of draft.addresses) {
        if (address.plan.address >>> 24 === 127) continue;
        const others = uses.get(address.plan.address) ?? [];
        const clash = others.find((each) => each.node !== node || !mayShare(each.address.plan, address.plan, each.interface === draft));
        if (clash !== undefined) {
          // Reported at the place that comes later in the files.
          const [first, second] = comparePlaces(clash.address.place, address.place) <= 0
            ? [clash, { node, interface: draft, address }]
            : [{ node, interface: draft, address }, clash];
          const what = `${formatIpv4(address.plan.address)} is on two interfaces: ${second.node.name}:${second.interface.name} here, and ` +
            `${first.node.name}:${first.interface.name} at ${formatPlace(first.address.place)}`;
          if (isAnycast(first, second)) findings.note(second.address.place, 'attention', `${what}; whoever is nearer, or answers first, has it`);
          else findings.error(second.address.place, what, { found: formatIpv4(address.plan.address) });
        }
        others.push({ node, interface: draft, address });
        uses.set(address.plan.address, others);
      }
    }
  }
}

/** One service on several systems: a host address on loopbacks or dummies. */
function isAnycast(...uses: readonly { readonly node: NodeDraft; readonly interface: InterfaceDraft; readonly address: PlacedAddress }[]): boolean {
  return uses[0].node !== uses[1].node && uses.every((use) => use.interface.isPortless && use.address.plan.prefixLength === 32);
}

function comparePlaces(a: SourcePlace, b: SourcePlace): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : compareText(a.file, b.file);
}

function numberPorts(links: readonly LinkDraft[]): Map<InterfaceDraft, number> {
  const counts = new Map<NodeDraft, number>();
  const ports = new Map<InterfaceDraft, number>();
  for (const { ends } of links) {
    for (const end of ends) {
      // One interface, at home in several partitions, is one port.
      if (ports.has(end.interface)) continue;
      const port = counts.get(end.node) ?? 0;
      counts.set(end.node, port + 1);
      ports.set(end.interface, port);
    }
  }
  return ports;
}

/** Every MAC address at one node only; a node may have the same one on several interfaces. */
class MacTable {
  private readonly taken = new Set<string>();

  constructor(nodes: readonly NodeDraft[], findings: Findings) {
    const places = new Map<string, SourcePlace>();
    const owners = new Map<string, NodeDraft>();
    for (const node of nodes) {
      for (const draft of node.interfaces.values()) {
        if (draft.mac === undefined || draft.macPlace === undefined) continue;
        const text = formatMac(draft.mac);
        const earlier = places.get(text);
        if (earlier === undefined) {
          places.set(text, draft.macPlace);
          owners.set(text, node);
        } else if (owners.get(text) !== node) {
          const [first, second] = comparePlaces(earlier, draft.macPlace) <= 0 ? [earlier, draft.macPlace] : [draft.macPlace, earlier];
          findings.error(second, `the MAC address ${text} is in use already, at ${formatPlace(first)}`, { found: text });
        }
        this.taken.add(text);
      }
    }
  }

  /** The third byte counts up where a given address is in the way. */
  generate(nodeNumber: number, interfaceIndex: number): Uint8Array {
    const mac = Uint8Array.of(2, 0, 0, (nodeNumber >>> 8) & 255, nodeNumber & 255, interfaceIndex & 255);
    while (this.taken.has(formatMac(mac))) {
      if (mac[2] < 255) mac[2]++;
      else mac[1]++;
    }
    this.taken.add(formatMac(mac));
    return mac;
  }
}

function interfaceIndexes(drafts: readonly InterfaceDraft[], findings: Findings): Map<InterfaceDraft, number> {
  const taken = new Map<number, InterfaceDraft>();
  const indexes = new Map<InterfaceDraft, number>();
  for (const draft of drafts) {
    const index = draft.name === 'lo' ? 1 : draft.index;
    if (index === undefined) continue;
    const other = taken.get(index);
    if (other !== undefined) findings.error(draft.indexPlace ?? draft.place, `the interface index ${index} is ${other.name}'s already`);
    taken.set(index, draft);
    indexes.set(draft, index);
  }
  let next = 2;
  for (const draft of drafts) {
    if (indexes.has(draft)) continue;
    while (taken.has(next)) next++;
    taken.set(next, draft);
    indexes.set(draft, next);
  }
  return indexes;
}

function registrationOf({ registration }: InterfaceDraft, lanGroups: ReadonlyMap<string, number>): Pick<InterfacePlan, 'registration'> {
  if (registration === undefined) return {};
  const { lanName, ...rest } = registration;
  return { registration: { ...rest, lanGroup: lanGroups.get(lanName) ?? -1 } };
}

/** Nodes by which LAN they are on: adapters whose cables lead to switches that are one. */
function numberLans(nodes: readonly NodeDraft[], links: readonly LinkDraft[]): Map<string, number> {
  const groups = new Map(nodes.map((node, index) => [node.name, index]));
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const { ends: [a, b] } of links) {
      const isLan = [a, b].every(({ node, interface: own }) => node.kind === 'switch' || (node.kind === 'osa' && own.name === 'lan'));
      const [one, other] = [groups.get(a.node.name) ?? -1, groups.get(b.node.name) ?? -1];
      if (!isLan || one === other) continue;
      groups.set(a.node.name, Math.min(one, other));
      groups.set(b.node.name, Math.min(one, other));
      isChanged = true;
    }
  }
  // Without a cable: a LAN inside a machine.
  nodes.forEach((node, index) => groups.set(`:${node.name}`, nodes.length + index));
  return groups;
}

function nodePlan(node: NodeDraft, order: number, ports: ReadonlyMap<InterfaceDraft, number>, macs: MacTable, lanGroups: ReadonlyMap<string, number>, clock: Micros, findings: Findings): NodePlan {
  const kind = node.kind ?? 'host';
  if (kind !== 'switch' && kind !== 'osa' && !node.interfaces.has('lo')) node.interfaces.set('lo', new InterfaceDraft('lo', node.place));
  const drafts = [...node.interfaces.values()];
  const indexes = interfaceIndexes(drafts, findings);
  const interfaces = drafts
    .map((draft): InterfacePlan => {
      const index = indexes.get(draft) ?? 0;
      const isLoopback = draft.linkKind === undefined && draft.isPortless;
      return {
        name: draft.name,
        index,
        port: ports.get(draft) ?? -1,
        medium: isLoopback ? 'loopback' : (draft.linkKind ?? 'ethernet'),
        ...(draft.device === undefined ? {} : { device: draft.device }),
        mac: draft.name === 'lo' && isLoopback ? new Uint8Array(6) : (draft.mac ?? macs.generate(order + 1, index)),
        mtu: draft.mtu ?? draft.linkMtu ?? (draft.name === 'lo' ? LOOPBACK_MTU : ETHERNET_MTU),
        bandwidthMbps: draft.bandwidthMbps ?? BANDWIDTH_MBPS[kind],
        ...(draft.isShutdown ? { isShutdown: true } : {}),
        ...(draft.isLinkDetected === undefined ? {} : { isLinkDetected: draft.isLinkDetected }),
        ...(draft.isNonRouter && !draft.isSortedByAdapter ? { isNonRouter: true } : {}),
        ...registrationOf(draft, lanGroups),
        ...(draft.sourceAddress === undefined ? {} : { sourceAddress: draft.sourceAddress }),
        addresses: kind === 'ibmi' && draft.name !== 'lo' ? startedAddresses(draft.name, node.ibmi.configuration) : draft.addresses.map((each) => each.plan),
      };
    })
    .sort((a, b) => a.index - b.index);
  const staticRoutes = [...node.staticRoutes, ...node.system.staticRoutes, ...ibmiRoutes(node.ibmi.configuration)].map((route) => checkedRoute(node, route, interfaces, findings));
  checkSysctlInterfaces(node.sysctls.settings, node.name, interfaces.map((each) => each.name));
  for (const { name, place } of node.keepalived?.interfaces ?? []) {
    const names = interfaces.map((each) => each.name);
    if (!names.includes(name)) findings.error(place, `${node.name} has no interface ${quote(name)}${suggestion(name, names) || ';'} it has ${listAlternatives(names, 'and')}`, { allowed: names });
  }
  const { ospf } = node.system;
  if (ospf.isRunning) {
    ospf.noteLooseEnds(findings, interfaces, node.name);
    checkRouterHasAddress(node, interfaces, findings);
  }
  const base = {
    name: node.name,
    kind,
    interfaces,
    staticRoutes,
    ...(node.kernel === undefined ? {} : { kernel: node.kernel }),
    ...(node.sysctls.settings.length === 0 ? {} : { sysctls: node.sysctls.settings.map((each) => each.setting) }),
    ...(node.sysctls.maximumMemberships === undefined ? {} : { maximumMemberships: node.sysctls.maximumMemberships }),
    ...(node.rules.length === 0 ? {} : { rules: node.rules }),
    ...(node.servicePorts === undefined ? {} : { servicePorts: node.servicePorts }),
    ...(node.page === undefined ? {} : { page: node.page }),
    isForwarding: isForwarding(node, node.system),
    ...node.takeover.build(node.name, (node.kernel ?? (kind === 'zebra' ? '2.4' : '6')) === '2.4', interfaces, clock, findings),
    ...(node.keepalived === undefined ? {} : { vrrp: node.keepalived.vrrp }),
    ...bfdOf(node.system),
  };
  if (kind === 'ibmi') return { ...base, isForwarding: node.isForwarding ?? node.ibmi.configuration.isForwarding, ibmi: ibmiPlan(node.ibmi) };
  if (kind === 'dispatcher') return { ...base, isForwarding: true, dispatcher: node.dispatcher.configuration(interfaces, findings) };
  if (kind === 'zvm') {
    const process = mprouteProcess(node.mainframe, findings);
    return process === undefined ? base : { ...base, ospf: process };
  }
  if (node.bird !== undefined) {
    const birdOspf = buildBirdOspf(node.bird, interfaces, node.name, clock, findings);
    const birdBfd = buildBirdBfd(node.bird, interfaces);
    return { ...base, bird: node.bird, ...(birdOspf === undefined ? {} : { ospf: birdOspf }), ...(birdBfd === undefined ? {} : { bfd: birdBfd }) };
  }
  return ospf.isRunning ? { ...base, ospf: ospf.build(interfaces, node.system.routerId) } : base;
}

function isForwarding(node: NodeDraft, system: SystemConfiguration): boolean {
  return node.isForwarding ?? node.sysctls.isForwarding ?? system.isForwarding ?? node.isRouter;
}

/** bfdd runs where anybody has something to say to it. */
function bfdOf({ bfd, ospf }: SystemConfiguration): Pick<NodePlan, 'bfd'> {
  const isUsed = bfd.peers.length > 0 || bfd.profiles.size > 0 || [...ospf.interfaces.values()].some((each) => each.bfd !== undefined);
  return isUsed ? { bfd: { profiles: new Map([...bfd.profiles].map(([name, settings]) => [name, { ...settings }])), peers: bfd.peers.map((peer) => ({ ...peer, settings: { ...peer.settings } })) } } : {};
}

/** What becomes of a node when its files say something else. */
export function reconfigured(node: NodeDraft, plan: NodePlan, system: SystemConfiguration, findings: Findings): NodeConfiguration {
  const interfaces = plan.interfaces.map((each): InterfacePlan => {
    const declared = node.declared.get(each.name);
    const configured = system.interfaces.get(each.name);
    const addresses = [...(declared?.addresses ?? [])];
    for (const address of configured?.addresses ?? []) if (!hasAddress(addresses, address)) addresses.push(address);
    const { isLinkDetected: _before, ...rest } = each;
    return {
      ...rest,
      ...(configured?.isLinkDetected === undefined ? {} : { isLinkDetected: configured.isLinkDetected }),
      bandwidthMbps: declared?.bandwidthMbps ?? configured?.bandwidthMbps ?? BANDWIDTH_MBPS[plan.kind],
      isShutdown: configured?.isShutdown ?? false,
      addresses: addresses.map((address) => address.plan),
    };
  });
  const staticRoutes = [...node.staticRoutes, ...system.staticRoutes].map((route) => checkedRoute(node, route, interfaces, findings));
  const base = { interfaces, staticRoutes, isForwarding: isForwarding(node, system), ...bfdOf(system) };
  if (!system.ospf.isRunning) return base;
  system.ospf.noteLooseEnds(findings, interfaces, node.name);
  return { ...base, ospf: system.ospf.build(interfaces, system.routerId) };
}

/** Without any address there is no router id to choose. */
function checkRouterHasAddress(node: NodeDraft, interfaces: readonly InterfacePlan[], findings: Findings): void {
  const { ospf, routerId } = node.system;
  if (ospf.routerId !== undefined || routerId !== undefined || ospf.place === undefined) return;
  if (interfaces.every((each) => each.addresses.length === 0)) {
    findings.error(ospf.place, `${node.name} has no address and no "ospf router-id": OSPF has no router id`);
  }
}

function checkedRoute(node: NodeDraft, route: PlacedStaticRoute, interfaces: readonly InterfacePlan[], findings: Findings): StaticRoutePlan {
  const { plan, place } = route;
  const names = interfaces.map((each) => each.name);
  if (plan.interfaceName !== undefined && !names.includes(plan.interfaceName)) {
    findings.error(
      place,
      `${node.name} has no interface ${quote(plan.interfaceName)}${suggestion(plan.interfaceName, names) || ';'} it has ${listAlternatives(names, 'and')}`,
      { allowed: names },
    );
  } else if (plan.gateway !== 0 && plan.isOnLink !== true) {
    const isReached = interfaces.some((each) =>
      each.addresses.some((address) => address.peer === plan.gateway || prefixContains(address.address, address.prefixLength, plan.gateway)),
    );
    if (!isReached) findings.note(place, 'attention', `the gateway ${formatIpv4(plan.gateway)} is on no network of ${node.name}`);
  }
  return plan;
}
