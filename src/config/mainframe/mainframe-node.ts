/**
 * A z/VM TCP/IP stack as a node: PROFILE TCPIP and MPROUTE CONFIG together -> interfaces, routes, OSPF.
 *
 * The two files must agree: MPROUTE knows an interface by its home address and its link's name, and the Redpaper's own pair (examples 5 and 6)
 * does not. What MPROUTE would say no to on the console is an error with its place here.
 */
import { formatIpv4, networkOf, prefixContains, type Ipv4 } from '../../base/address.js';
import type { AreaConfiguration, OspfConfiguration, OspfInterfaceConfiguration, PrefixList, RouteMap, VirtualLinkConfiguration } from '../../ospf/configuration.js';
import type { Findings } from '../config-error.js';
import type { MainframeFiles } from './mainframe-files.js';
import { mprouteAuthentication } from './mproute-authentication.js';
import { interfaceFor, type MprouteArea, type MprouteConfiguration, type MprouteInterface, type MprouteVirtualLink } from './mproute-conf.js';
import type { AddressPlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import type { HomeAddress, ProfileLink, TcpipProfile } from './tcpip-profile.js';
import { InterfaceDraft, type NodeDraft } from '../topology/topology-node.js';
import { listAlternatives } from '../frr/vty.js';

/** Puts what the files say into the draft: interfaces with their addresses, and static routes. Links of the topology may have made interfaces already. */
export function applyProfile(node: NodeDraft, files: MainframeFiles, findings: Findings): void {
  const { profile, mproute } = files;
  if (profile === undefined) return;
  for (const link of profile.parsed.links) {
    const draft = node.interfaces.get(link.name) ?? new InterfaceDraft(link.name, link.place);
    node.interfaces.set(link.name, draft);
    draft.isVirtual = link.device.medium === 'virtual';
    draft.device ??= link.device.medium === 'osd' ? link.device.unit.toLowerCase() : undefined;
    draft.isShutdown = link.device.medium !== 'virtual' && !profile.parsed.started.has(link.device.name);
    if (draft.isShutdown) findings.note(link.place, 'attention', `no START names the device ${link.device.name}: its link ${link.name} stays down`);
    draft.isNonRouter = link.device.medium === 'osd' && link.device.router === undefined;
    const place = draft.linkPlace;
    if (draft.isVirtual && place !== undefined) findings.error(place, `${link.name} of ${node.name} is a virtual link: nothing can be plugged into it`);
  }
  for (const home of profile.parsed.home) {
    const plan = addressOf(home, profile.parsed, mproute?.parsed);
    node.interfaces.get(home.link.name)?.addresses.push({ plan, place: home.place });
  }
  if (profile.parsed.isSourceVipa) setSourceAddresses(node, profile.parsed);
  for (const { network, prefixLength, gateway, link, place } of profile.parsed.routes) {
    // What is directly on a link is there by its address already.
    const isConnected = gateway === 0 && (prefixLength < 32 || link.device.medium === 'ctc' || link.device.medium === 'iucv');
    if (!isConnected) node.staticRoutes.push({ plan: { network, prefixLength, gateway, interfaceName: link.name }, place });
  }
}

/** Mask and peer are in other places: MPROUTE CONFIG, GATEWAY, or the class. */
function addressOf(home: HomeAddress, profile: TcpipProfile, mproute: MprouteConfiguration | undefined): AddressPlan {
  const { address, link } = home;
  const said = mproute === undefined ? undefined : interfaceFor(mproute, link.name, address);
  if (link.device.medium === 'ctc' || link.device.medium === 'iucv') {
    const peer = said?.destination ?? profile.routes.find((route) => route.link === link && route.prefixLength === 32 && route.gateway === 0)?.network;
    return peer === undefined ? { address, prefixLength: 32 } : { address, prefixLength: 32, peer };
  }
  const direct = profile.routes.find((route) => route.link === link && route.gateway === 0 && route.prefixLength < 32 && prefixContains(route.network, route.prefixLength, address));
  const classLength = address >>> 31 === 0 ? 8 : address >>> 30 === 2 ? 16 : 24;
  return { address, prefixLength: home.prefixLength ?? said?.prefixLength ?? direct?.prefixLength ?? classLength };
}

/** Each link's packets have the virtual address that stands closest before it in HOME. */
function setSourceAddresses(node: NodeDraft, profile: TcpipProfile): void {
  let virtual: Ipv4 | undefined;
  for (const { address, link } of profile.home) {
    if (link.device.medium === 'virtual') virtual = address;
    else {
      const draft = node.interfaces.get(link.name);
      if (draft !== undefined && virtual !== undefined) draft.sourceAddress ??= virtual;
    }
  }
}

/** Undefined: MPROUTE does not run. */
export function mprouteProcess(files: MainframeFiles, findings: Findings): OspfConfiguration | undefined {
  const { profile, mproute } = files;
  if (profile === undefined || mproute === undefined) return undefined;
  if (!profile.parsed.autolog.some((server) => server === 'MPROUTE' || server === 'OMPROUTE')) {
    findings.note(profile.place, 'attention', 'AUTOLOG does not name MPROUTE: it is not started, and nothing is routed dynamically');
    return undefined;
  }
  const { parsed } = mproute;
  const used = new Set<MprouteInterface>();
  const interfaces = new Map<string, OspfInterfaceConfiguration>();
  for (const { address, link } of profile.parsed.home) {
    const said = interfaceFor(parsed, link.name, address);
    if (said === undefined) continue;
    used.add(said);
    interfaces.set(link.name, interfaceConfiguration(said, link, parsed, findings));
  }
  for (const each of parsed.interfaces) if (!used.has(each)) sayUnused(each, profile.parsed, findings);
  checkAreas(parsed, findings);
  checkRouterId(parsed, profile.parsed, interfaces, findings);
  const boundary = parsed.boundaryRouting;
  const filter = boundary?.importsSubnets === false ? { routeMap: WHOLE_NETWORKS } : {};
  return {
    ...(parsed.routerId === undefined ? {} : { routerId: parsed.routerId.id }),
    networks: [], interfaces, passiveInterfaces: new Set(), isPassiveByDefault: false, activeInterfaces: new Set(),
    redistribute: [
      ...(boundary?.importsDirect === true ? [{ source: 'connected' as const, metricType: parsed.comparison, ...filter }] : []),
      ...(boundary?.importsStatic === true ? [{ source: 'static' as const, metricType: parsed.comparison, ...filter }] : []),
    ],
    ...(boundary?.originatesDefault === true ? { defaultInformation: { isAlways: true, metric: boundary.defaultCost, metricType: boundary.defaultType,
      ...(boundary.defaultForwardingAddress === 0 ? {} : { forwardingAddress: boundary.defaultForwardingAddress }) } } : {}),
    areas: new Map(parsed.areas.map((area): [Ipv4, AreaConfiguration] => [area.area, {
      isStub: area.isStub, isSummaryBlocked: area.isStub && !area.importsSummaries, defaultCost: area.stubDefaultCost,
      ranges: parsed.ranges.filter((range) => range.area === area.area)
        .map((range) => ({ network: networkOf(range.network, range.prefixLength), prefixLength: range.prefixLength, isAdvertised: range.isAdvertised })),
    }])),
    neighbors: [...used].filter((each) => each.isNonBroadcast).flatMap((each) => each.neighbors.map(({ address, mayBeDesignated }) => ({ address, priority: mayBeDesignated ? 1 : 0, pollIntervalSeconds: each.pollIntervalSeconds })))
      .sort((a, b) => a.address - b.address),
    virtualLinks: parsed.virtualLinks.map((each) => virtualLink(each, parsed, findings)),
    parallelInterfaces: parallelInterfaces(parsed, profile.parsed, findings),
    routeMaps: new Map([[WHOLE_NETWORKS, NETWORKS_MAP]]), prefixLists: new Map([[WHOLE_NETWORKS, NETWORKS_LIST]]), accessLists: new Map(),
  };
}

/** Import_Subnet_Routes=NO: networks of class A, B and C as wholes, or several of them; never a part of one. */
const WHOLE_NETWORKS = 'Import_Subnet_Routes=NO';
const NETWORKS_LIST: PrefixList = { name: WHOLE_NETWORKS, lines: ([[0, 1, 8], [0x80000000, 2, 16], [0xc0000000, 3, 24]] as const)
  .map(([network, prefixLength, longest]) => ({ isPermit: true, network, prefixLength, shortest: prefixLength, longest })) };
const NETWORKS_MAP: RouteMap = { name: WHOLE_NETWORKS, entries: [{ sequence: 1, isPermit: true, matchPrefixList: WHOLE_NETWORKS }] };

function areaOf({ areas }: MprouteConfiguration, area: Ipv4): MprouteArea | undefined {
  return areas.find((each) => each.area === area);
}

/** It leads through an area that is neither the backbone nor a stub (RFC 2328, section 15). */
function virtualLink(said: MprouteVirtualLink, parsed: MprouteConfiguration, findings: Findings): VirtualLinkConfiguration {
  const transit = areaOf(parsed, said.transitArea);
  const name = formatIpv4(said.transitArea);
  if (said.transitArea === 0) findings.error(said.transitPlace, 'a virtual link leads through an area, not through the backbone');
  else if (transit === undefined) findings.error(said.transitPlace, `no Area statement defines the area ${name}`);
  else if (transit.isStub) findings.error(said.transitPlace, `a virtual link cannot lead through the stub area ${name}`);
  return { transitArea: said.transitArea, peerRouterId: said.routerId, settings: {
    helloIntervalSeconds: said.helloIntervalSeconds, deadIntervalSeconds: said.deadRouterIntervalSeconds, retransmitIntervalSeconds: said.retransmissionIntervalSeconds,
    transmitDelaySeconds: said.transmissionDelaySeconds,
    authentication: mprouteAuthentication(said.authentication, areaOf(parsed, 0)?.authenticationType ?? 'NONE', said.place, 'Virtual_Link', findings) } };
}

/** Several interfaces to one subnet: the one that is PRIMARY, or the first, carries OSPF; the others wait for its failure. */
function parallelInterfaces(parsed: MprouteConfiguration, { home }: TcpipProfile, findings: Findings): string[][] {
  const groups = new Map<string, { readonly said: MprouteInterface; readonly name: string }[]>();
  for (const { address, link } of home) {
    const said = interfaceFor(parsed, link.name, address);
    if (said?.prefixLength === undefined || said.prefixLength === 32 || link.device.medium === 'virtual' || link.device.medium === 'ctc' || link.device.medium === 'iucv') continue;
    const key = `${networkOf(address, said.prefixLength)}/${said.prefixLength}`;
    groups.set(key, [...(groups.get(key) ?? []), { said, name: link.name }]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => {
    const [first, second] = group.filter(({ said }) => said.isParallelPrimary);
    if (second !== undefined) findings.error(second.said.place, `${second.name} and ${first.name} are on one subnet: only one of them can be Parallel_OSPF=Primary`);
    return [...group].sort((a, b) => Number(b.said.isParallelPrimary) - Number(a.said.isParallelPrimary)).map(({ name }) => name);
  });
}

function interfaceConfiguration(said: MprouteInterface, link: ProfileLink, parsed: MprouteConfiguration, findings: Findings): OspfInterfaceConfiguration {
  const isPointToPoint = link.device.medium === 'ctc' || link.device.medium === 'iucv';
  return {
    authentication: mprouteAuthentication(said.authentication, areaOf(parsed, said.area)?.authenticationType ?? 'NONE', said.place, 'OSPF_Interface', findings),
    ...(said.isSubnetAdvertised && isPointToPoint && said.prefixLength !== undefined ? { subnetPrefixLength: said.prefixLength } : {}),
    area: said.area, cost: said.cost, priority: said.routerPriority, helloIntervalSeconds: said.helloIntervalSeconds, deadIntervalSeconds: said.deadRouterIntervalSeconds,
    retransmitIntervalSeconds: said.retransmissionIntervalSeconds, transmitDelaySeconds: said.transmissionDelaySeconds,
    ...(said.isNonBroadcast ? { networkType: 'non-broadcast' as const } : {}),
    ...(link.device.medium === 'virtual' ? { virtualAddressRoutes: said.virtualAddressRoutes } : {}),
    // OMPROUTE compares MTUs as RFC 2178 has it; one left at the default of 576 would keep every adjacency from Exchange, which IBM's samples do not.
    isMtuIgnored: true,
  };
}

/** A statement that no home address meets: usually one of the two is misspelt. */
function sayUnused(said: MprouteInterface, { home, links }: TcpipProfile, findings: Findings): void {
  if (said.pattern.includes(undefined)) {
    findings.note(said.place, 'attention', 'no home address matches this OSPF_Interface');
    return;
  }
  const address = said.pattern.reduce<number>((sum, part) => sum * 256 + (part ?? 0), 0);
  const there = home.find((each) => each.address === address);
  const names = links.map(({ name }) => name);
  if (there !== undefined) {
    findings.error(said.namePlace, `${formatIpv4(address)} is the home address of ${there.link.name}, not of ${quote(said.name)}${suggestion(said.name, names)}`, { found: said.name, allowed: names });
    return;
  }
  const own = home.filter((each) => each.link.name === said.name);
  findings.error(said.place, `${formatIpv4(address)} is no home address${own.length === 0 ? `; HOME has ${listAlternatives(home.map((each) => formatIpv4(each.address)), 'and')}`
    : `: HOME gives ${said.name} ${listAlternatives(own.map((each) => formatIpv4(each.address)), 'and')}`}`);
}

function checkAreas({ areas, interfaces, ranges }: MprouteConfiguration, findings: Findings): void {
  const known = (area: Ipv4): boolean => areas.some((each) => each.area === area);
  for (const { area, place } of [...interfaces, ...ranges]) {
    if (!known(area)) findings.error(place, `no Area statement defines the area ${formatIpv4(area)}`);
  }
}

/** One of OSPF's interfaces must have it. */
function checkRouterId({ routerId }: MprouteConfiguration, { home }: TcpipProfile, interfaces: ReadonlyMap<string, OspfInterfaceConfiguration>, findings: Findings): void {
  if (routerId === undefined) return;
  const addresses = home.filter(({ link }) => interfaces.has(link.name)).map(({ address }) => address);
  if (addresses.includes(routerId.id)) return;
  findings.error(routerId.place, `RouterID must be the address of one of OSPF's interfaces, ${listAlternatives(addresses.map(formatIpv4)) || 'and there is none'}, not ${formatIpv4(routerId.id)}`);
}
