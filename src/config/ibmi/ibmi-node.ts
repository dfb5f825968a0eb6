/**
 * An IBM i as a node: its CL commands -> interfaces on lines, virtual addresses with their proxy ARP agents, routes.
 *
 * A line description is an interface of the topology, with the adapter's port; the addresses on it are IBM i's interfaces. Proxy ARP is on for every virtual
 * address unless `proxy-arp-off` of the node names it: CL has no parameter for what iSeries Navigator calls "Enable proxy ARP".
 */
import { formatIpv4, networkOf, type Ipv4 } from '../../base/address.js';
import type { VirtualAddress } from '../../takeover/proxy-arp-agent.js';
import { linesOf } from './cl-command.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { IbmiConfiguration, LOOPBACK_LINE, VIRTUAL_LINE, type IbmiInterface } from './ibmi-conf.js';
import type { AddressPlan, IbmiPlan, InterfacePlan, NodeConfiguration, NodePlan, StaticRoutePlan } from '../plan.js';
import type { PlacedLine } from '../topology/scenario.js';
import type { PlacedStaticRoute } from '../system-configuration.js';
import { InterfaceDraft, type NodeDraft } from '../topology/topology-node.js';

/** What is at hand of an IBM i while the topology is read. */
export class IbmiDraft {
  readonly configuration = new IbmiConfiguration();
  /** Virtual addresses that no interface answers for. */
  readonly withoutProxyArp: { readonly address: Ipv4; readonly place: SourcePlace }[] = [];

  read(text: string, file: string, findings: Findings): void {
    this.configuration.run(linesOf(text, file), false, findings);
  }
}

/** Puts what the commands say into the draft. Links of the topology may have made interfaces already. */
export function applyIbmi(node: NodeDraft, findings: Findings): void {
  const { configuration, withoutProxyArp } = node.ibmi;
  for (const each of configuration.interfaces) {
    if (each.line === LOOPBACK_LINE) continue;
    const draft = node.interfaces.get(each.line) ?? new InterfaceDraft(each.line, each.linePlace);
    node.interfaces.set(each.line, draft);
    draft.isVirtual = each.line === VIRTUAL_LINE;
    if (draft.isVirtual && draft.linkPlace !== undefined) findings.error(draft.linkPlace, `${VIRTUAL_LINE} of ${node.name} is no line: nothing can be plugged into it`);
    // Inactive ones, too, so that an address that is elsewhere in the network is seen.
    draft.addresses.push({ plan: addressOf(each), place: each.place });
    if (each.mtu !== undefined) draft.mtu = Math.min(draft.mtu ?? each.mtu, each.mtu);
  }
  for (const { name, mac, isVariedOn, place } of configuration.lines.values()) {
    const draft = node.interfaces.get(name) ?? new InterfaceDraft(name, place);
    node.interfaces.set(name, draft);
    if (mac !== undefined) {
      draft.mac = mac;
      draft.macPlace = place;
    }
    draft.isShutdown = !isVariedOn;
  }
  for (const { address, place } of withoutProxyArp) {
    if (configuration.interfaces.some((each) => each.address === address && each.line === VIRTUAL_LINE)) continue;
    findings.error(place, `${formatIpv4(address)} is no virtual IP address of ${node.name}`);
  }
  for (const virtual of virtualAddresses(node.ibmi, configuration)) noteAgents(virtual, configuration, node, findings);
}

function addressOf({ address, prefixLength }: IbmiInterface): AddressPlan {
  return { address, prefixLength };
}

function isOnNetworkOf(each: IbmiInterface, address: Ipv4): boolean {
  return each.prefixLength < 32 && networkOf(each.address, each.prefixLength) === networkOf(address, each.prefixLength);
}

/** A virtual address that no interface could answer for, or a preferred one on another network. */
function noteAgents({ address, preferred }: VirtualAddress, { interfaces }: IbmiConfiguration, node: NodeDraft, findings: Findings): void {
  const said = interfaces.find((each) => each.address === address);
  if (said === undefined) return;
  const onLines = interfaces.filter(({ line }) => line !== VIRTUAL_LINE && line !== LOOPBACK_LINE);
  if (!onLines.some((each) => isOnNetworkOf(each, address))) {
    findings.note(said.place, 'attention', `no interface of ${node.name} is on the network of ${formatIpv4(address)}: proxy ARP answers for it nowhere`);
    return;
  }
  preferred.forEach((each, i) => {
    const found = onLines.find((other) => other.address === each);
    if (found === undefined || isOnNetworkOf(found, address)) return;
    findings.note(said.preferredPlaces[i] ?? said.place, 'attention', `${formatIpv4(each)} is not on the network of ${formatIpv4(address)} and can never answer for it`);
  });
}

/** "You can only proxy for one of the systems." */
export function checkProxies(nodes: readonly NodeDraft[], findings: Findings): void {
  const proxies = new Map<Ipv4, NodeDraft>();
  for (const node of nodes) {
    for (const { address } of virtualAddresses(node.ibmi, node.ibmi.configuration)) {
      const other = proxies.get(address);
      const said = node.ibmi.configuration.interfaces.find((each) => each.address === address);
      if (other === undefined) proxies.set(address, node);
      else if (said !== undefined) findings.note(said.place, 'attention', `${other.name} and ${node.name} both answer ARP for ${formatIpv4(address)}: only one system can be its proxy (proxy-arp-off)`);
    }
  }
}

/** Started ones whose proxy ARP is on. */
function virtualAddresses({ withoutProxyArp }: IbmiDraft, { interfaces }: IbmiConfiguration): VirtualAddress[] {
  return interfaces.filter(({ line, isStarted, address }) => line === VIRTUAL_LINE && isStarted && !withoutProxyArp.some((each) => each.address === address))
    .map(({ address, preferred, localInterface }): VirtualAddress => {
      if (preferred.length > 0 || localInterface === undefined) return { address, preferred };
      return { address, preferred: [localInterface], isListExclusive: true };
    });
}

/** What the node keeps of it. */
export function ibmiPlan(draft: IbmiDraft, configuration: IbmiConfiguration = draft.configuration): IbmiPlan {
  return {
    interfaces: configuration.interfaces.map(({ address, prefixLength, line, isStarted }) => ({ address, prefixLength, line, isStarted })),
    virtualAddresses: virtualAddresses(draft, configuration),
    ...(configuration.arpTimeoutMinutes === undefined ? {} : { arpTimeoutMinutes: configuration.arpTimeoutMinutes }),
  };
}

/** The addresses of a line that are started. */
export function startedAddresses(line: string, { interfaces }: IbmiConfiguration): AddressPlan[] {
  return interfaces.filter((each) => each.line === line && each.isStarted).map(addressOf);
}

/**
 * The greater DUPRTEPTY comes first; a route that is bound to an interface is bound to another one while that is inactive, which the same route at the
 * next greater distance brings about.
 */
export function ibmiRoutes({ routes, interfaces }: IbmiConfiguration): PlacedStaticRoute[] {
  return routes.flatMap(({ network, prefixLength, nextHop, bindInterface, priority, place }) => {
    const distance = 2 * (11 - priority);
    const line = interfaces.find(({ address }) => address === bindInterface)?.line;
    const anywhere: StaticRoutePlan = { network, prefixLength, gateway: nextHop, distance };
    return [...(line === undefined ? [] : [{ plan: { ...anywhere, interfaceName: line }, place }]), { plan: { ...anywhere, distance: distance + (line === undefined ? 0 : 1) }, place }];
  });
}

/** What becomes of a running system when an operator types commands. The configuration is the one after it. */
export function reconfiguredIbmi(node: NodeDraft, plan: NodePlan, configuration: IbmiConfiguration, lines: readonly PlacedLine[], findings: Findings): NodeConfiguration {
  configuration.run(lines, true, findings);
  const interfaces = plan.interfaces.map((each): InterfacePlan => ({
    ...each,
    isShutdown: configuration.lines.get(each.name)?.isVariedOn === false,
    addresses: each.name === 'lo' ? each.addresses : startedAddresses(each.name, configuration),
  }));
  for (const each of configuration.interfaces) {
    if (each.line !== LOOPBACK_LINE && !interfaces.some(({ name }) => name === each.line)) {
      findings.error(each.linePlace, `${node.name} has no line ${each.line}`);
    }
  }
  return { interfaces, staticRoutes: ibmiRoutes(configuration).map((route) => route.plan), isForwarding: configuration.isForwarding, ibmi: ibmiPlan(node.ibmi, configuration) };
}
