/**
 * Virtual links: the backbone led through another area. [2328:15]
 *
 * Read chapter 15 first. Each calculation of the transit area says whether the other end is there, over which of our interfaces and at
 * what cost [2328:16.1(4)]; the virtual interface goes up and down with that, takes the address of the outgoing interface, and
 * sends to the address with which the other end's router-LSA leads back to us. It is an interface of the backbone, the first of them.
 *
 * In the backbone's own tree the next hop towards the other end is that of the way through the transit area. FRR keeps of it the
 * place of the link in the router-LSA, and looks that place up among the interfaces of the backbone: what it finds there is mostly
 * the virtual interface itself, so that its routes name no interface and zebra finds one by the gateway's address.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { LinkType, RouterLsa } from '../wire/ospf/router-lsa.js';
import { ROOT } from './area-graph.js';
import { UNREACHED } from './area-tree.js';
import type { Area } from './area.js';
import type { OspfBehaviour } from './behaviour.js';
import type { VirtualLinkConfiguration } from './configuration.js';
import type { SystemInterface } from './environment.js';
import { type InterfaceParameters, type InterfaceTimers, OspfInterface } from './interface.js';
import { runInterfaceEvent } from './interface-machine.js';
import type { LsaInstance } from './lsdb.js';
import { updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';
import { NO_HOPS, type NextHop, type RoutingTable } from './routing-table.js';
import { rootNextHops } from './spf.js';
import { scheduleCalculation } from './spf-schedule.js';

/** Of no system interface: what a virtual link's packets leave through, the forwarding table decides. */
export const NO_INTERFACE_INDEX = 0;
/** A next hop through an interface that nobody found; such hops are taken out of the routes again. */
const UNKNOWN_INTERFACE = -1;
/** A way that costs more does not fit into a router-LSA: the virtual link is down. */
const LARGEST_COST = 0xffff;

/** What the last calculation of the transit area found out about the other end. */
interface EndPoint {
  readonly lsa: LsaInstance;
  readonly cost: number;
  readonly nextHops: readonly NextHop[];
  /** The vertex before it on the way of the first next hop. */
  readonly parent: LsaInstance | undefined;
}

export class VirtualLink {
  readonly interface: OspfInterface;
  readonly transitArea: Area;
  readonly peerRouterId: Ipv4;
  /** Where packets go; 0 while the link is down. */
  peerAddress: Ipv4 = 0;
  /** Of the way through the transit area. */
  nextHops: readonly NextHop[] = NO_HOPS;
  /** It was there before any interface: it was not typed in later. */
  readonly isFirst: boolean;
  /** The last calculation found the other end. */
  isReachable = false;

  constructor(owner: OspfInterface, transitArea: Area, peerRouterId: Ipv4) {
    this.interface = owner;
    this.transitArea = transitArea;
    this.peerRouterId = peerRouterId;
    this.isFirst = owner.process.interfaces.length === 0;
  }
}

/** Makes the virtual interface, which is down: `VLINK0` and so on, in the order of configuration. */
export function makeVirtualLink(process: OspfProcess, name: string, configured: VirtualLinkConfiguration, backbone: Area, transitArea: Area,
  timers: InterfaceTimers): VirtualLink {
  const system: SystemInterface = {
    index: NO_INTERFACE_INDEX, name, mtu: 1500, bandwidthMbps: 0, isLoopback: false, isPointToPoint: false,
    addresses: [],
  };
  const owner = new OspfInterface(process, backbone, system, { address: 0, prefixLength: 0 }, parameters(configured, process.behaviour), timers);
  owner.isOperative = false;
  const virtualLink = new VirtualLink(owner, transitArea, configured.peerRouterId);
  owner.virtualLink = virtualLink;
  backbone.interfaces.push(owner);
  return virtualLink;
}

function parameters({ settings }: VirtualLinkConfiguration, behaviour: OspfBehaviour): InterfaceParameters {
  return {
    networkType: 'virtual-link',
    cost: 0,
    helloIntervalSeconds: settings.helloIntervalSeconds ?? behaviour.helloIntervalSeconds,
    deadIntervalSeconds: settings.deadIntervalSeconds ?? behaviour.deadIntervalSeconds,
    retransmitIntervalSeconds: settings.retransmitIntervalSeconds ?? behaviour.retransmitIntervalSeconds,
    transmitDelaySeconds: settings.transmitDelaySeconds ?? behaviour.transmitDelaySeconds,
    priority: behaviour.virtualLink.priority,
    isMtuIgnored: false,
    isPassive: false,
    waitSeconds: settings.waitSeconds ?? 0, // there is no election
    isLinkChecked: true,
    hasHelloMask: undefined,
    ecmpWeight: 1,
    authentication: settings.authentication ?? { type: 'none' },
    ownAuthenticationType: settings.authentication?.type,
  };
}

/** Another configuration of a running process: links come, go, and change their intervals. */
export function reconfigureVirtualLinks(process: OspfProcess, now: Micros): void {
  const wanted = process.configuration.virtualLinks ?? [];
  const isSame = (virtualLink: VirtualLink, each: VirtualLinkConfiguration): boolean =>
    virtualLink.transitArea.id === each.transitArea && virtualLink.peerRouterId === each.peerRouterId;
  for (const virtualLink of [...process.virtualLinks]) {
    const settings = wanted.find((each) => isSame(virtualLink, each));
    const { interface: owner } = virtualLink;
    if (settings === undefined) removeVirtualLink(virtualLink, now);
    else owner.parameters = { ...parameters(settings, process.behaviour), cost: owner.parameters.cost };
  }
  for (const each of wanted) {
    if (process.virtualLinks.some((virtualLink) => isSame(virtualLink, each))) continue;
    process.addVirtualLink(each);
    scheduleCalculation(process, now);
  }
}

function removeVirtualLink(virtualLink: VirtualLink, now: Micros): void {
  const { interface: owner } = virtualLink;
  const { process, area } = owner;
  takeDown(virtualLink, now);
  process.output.drop(owner);
  process.virtualLinks.splice(process.virtualLinks.indexOf(virtualLink), 1);
  area.interfaces.splice(area.interfaces.indexOf(owner), 1);
}

function takeDown(virtualLink: VirtualLink, now: Micros): void {
  const { interface: owner } = virtualLink;
  owner.isOperative = false;
  runInterfaceEvent(owner, 'InterfaceDown', now); // [2328:15 down] [2328:16.7 InterfaceDown]
  owner.address = 0;
  owner.prefixLength = 0;
  virtualLink.peerAddress = 0;
}

/** A calculation begins: nobody has been reached. */
export function prepareVirtualLinks(process: OspfProcess): void {
  for (const virtualLink of process.virtualLinks) virtualLink.isReachable = false;
}

/** The transit area has been calculated. */
export function updateVirtualLinks(area: Area, now: Micros): void {
  for (const virtualLink of area.process.virtualLinks) {
    if (virtualLink.transitArea !== area) continue;
    const endPoint = findEndPoint(area, virtualLink.peerRouterId);
    if (endPoint === undefined) continue;
    if (endPoint.cost > LARGEST_COST && area.process.behaviour.virtualLink.isCostUnlimited !== true) continue; // [2328:15 cost]
    virtualLink.isReachable = true; // border router or not [3509:3]
    const { interface: owner } = virtualLink;
    const isChanged = follow(virtualLink, endPoint);
    if (owner.state === 'Down') {
      owner.isOperative = true;
      runInterfaceEvent(owner, 'InterfaceUp', now); // [2328:15] [2328:16.7 InterfaceUp]
    }
    if (isChanged) updateRouterLsa(owner.area, now); // [2328:12.4(8)] [2328:15 cost changed] [2328:16.7 cost]
  }
}

/** The other end in the tree that has just been calculated; undefined: it is not there. */
function findEndPoint(area: Area, routerId: Ipv4): EndPoint | undefined {
  const { graph, tree, process } = area;
  const lsa = area.lsdb.find(LsType.router, routerId, routerId);
  if (lsa === undefined || lsa.vertex <= ROOT || lsa.vertex >= graph.size || tree.distance[lsa.vertex] >= UNREACHED) return undefined;
  const nextHops = process.nextHopSets.sets[tree.hops[lsa.vertex]];
  const parent = nextHops.length === 0 ? undefined : findParent(area, lsa, nextHops[0]);
  if (process.behaviour.virtualLink.isEndSoughtOnNetworks === true && parent?.header.lsType !== LsType.network) return undefined;
  return { lsa, cost: tree.distance[lsa.vertex], nextHops, parent };
}

/** Of the vertices that lie before a router on shortest paths, the one that its first next hop comes from. */
function findParent(area: Area, lsa: LsaInstance, hop: NextHop): LsaInstance | undefined {
  const { graph, tree, process } = area;
  const isHop = (each: NextHop): boolean => each.gateway === hop.gateway && each.interfaceIndex === hop.interfaceIndex;
  const own = area.routerLsa;
  if (own?.body instanceof RouterLsa && own.body.links.some((link, position) => link.type === LinkType.pointToPoint &&
    link.linkId === lsa.header.linkStateId && link.metric === tree.distance[lsa.vertex] && rootNextHops(area, link, position).some(isHop))) return own;
  const { start, count, first: targets, second: costs } = graph.edges;
  let other: LsaInstance | undefined;
  for (let vertex = ROOT + 1; vertex < graph.size; vertex++) {
    const before = graph.lsas[vertex];
    if (before === undefined || tree.distance[vertex] >= UNREACHED) continue;
    for (let at = start[vertex], end = at + count[vertex]; at < end; at++) {
      if (targets[at] !== lsa.vertex || tree.distance[vertex] + costs[at] !== tree.distance[lsa.vertex]) continue;
      const hops = process.nextHopSets.sets[tree.hops[vertex]];
      // On a network of our own the next hop is the router's address there.
      if (hops.some(isHop) || (addressTowards(lsa, before) === hop.gateway && hops.some((each) => each.gateway === 0))) return before;
      other ??= before; // as near, by another next hop
    }
  }
  return other;
}

/** Cost and addresses of the way there, and whether any of them is new. */
function follow(virtualLink: VirtualLink, endPoint: EndPoint): boolean {
  const { interface: owner, transitArea } = virtualLink;
  virtualLink.nextHops = endPoint.nextHops;
  const outgoing = transitInterface(transitArea, endPoint.nextHops[0]);
  const peerAddress = addressTowards(endPoint.lsa, endPoint.parent) ?? 0;
  const address = outgoing?.address ?? 0;
  if (owner.parameters.cost === endPoint.cost && owner.address === address && virtualLink.peerAddress === peerAddress) return false;
  owner.parameters = { ...owner.parameters, cost: endPoint.cost }; // [2328:15 way]
  owner.address = address; // [2328:15 interface address]
  owner.prefixLength = outgoing?.prefixLength ?? 0;
  virtualLink.peerAddress = peerAddress; // [2328:15 address]
  return true;
}

function transitInterface(area: Area, hop: NextHop | undefined): OspfInterface | undefined {
  if (hop === undefined) return undefined;
  const candidates = area.interfaces.filter((i) => i.system.index === hop.interfaceIndex);
  return candidates.find((i) => i.neighborByAddress(hop.gateway) !== undefined) ?? candidates.at(0);
}

/** The address of a router's link to the vertex before it. */
function addressTowards(lsa: LsaInstance, parent: LsaInstance | undefined): Ipv4 | undefined {
  if (parent === undefined || !(lsa.body instanceof RouterLsa)) return undefined;
  const isRouter = parent.header.lsType === LsType.router;
  return lsa.body.links.find((link) => link.linkId === parent.header.linkStateId &&
    (isRouter ? link.type === LinkType.pointToPoint || link.type === LinkType.virtual : link.type === LinkType.transit))?.linkData;
}

/** All areas have been calculated: what was not reached goes down. */
export function dropUnreachableVirtualLinks(process: OspfProcess, now: Micros): void {
  for (const virtualLink of process.virtualLinks) {
    if (!virtualLink.isReachable && virtualLink.interface.state !== 'Down') takeDown(virtualLink, now);
  }
}

/** Which virtual link a packet of the backbone belongs to that came in on an interface of another area, or of none. */
export function virtualLinkOf(process: OspfProcess, destination: Ipv4, routerId: Ipv4): OspfInterface | undefined {
  const receiving = process.interfaces.find((i) => i.address === destination);
  for (const virtualLink of process.virtualLinks) {
    if (virtualLink.transitArea !== receiving?.area) continue; // [2328:8.2 backbone transit area]
    if (virtualLink.peerRouterId !== routerId) continue; // [2328:8.2 backbone router id]
    if (virtualLink.interface.isOperative) return virtualLink.interface; // [2328:8.2 backbone]
  }
  return undefined;
}

/** The next hops of the root's link to the other end. */
export function virtualLinkHops(process: OspfProcess, peerRouterId: Ipv4): readonly NextHop[] {
  const virtualLink = process.virtualLinks.find((v) => v.peerRouterId === peerRouterId);
  if (virtualLink === undefined || !virtualLink.isReachable || virtualLink.nextHops.length === 0) return NO_HOPS;
  if (process.behaviour.virtualLink.nextHop === 'transit-interface') return virtualLink.nextHops;
  const [hop] = virtualLink.nextHops;
  const position = positionInRouterLsa(virtualLink.transitArea, hop);
  const found = virtualLink.interface.area.interfaces.find((i) => i.firstLink <= position && position < i.endLink);
  return [{ gateway: hop.gateway, interfaceIndex: found?.system.index ?? UNKNOWN_INTERFACE }];
}

/** The place of our link to that next hop. */
function positionInRouterLsa(area: Area, hop: NextHop): number {
  const owner = transitInterface(area, hop);
  const body = area.routerLsa?.body;
  if (owner === undefined || !(body instanceof RouterLsa)) return -1;
  const neighbor = owner.neighborByAddress(hop.gateway);
  for (let i = owner.firstLink; i < owner.endLink; i++) {
    const link = body.links[i];
    if (link.type !== LinkType.stub && (link.type === LinkType.transit || neighbor === undefined || link.linkId === neighbor.routerId)) return i;
  }
  return -1;
}

/** Takes hops through interfaces that nobody found out of the backbone's routes. */
export function removeUnknownHops(process: OspfProcess, table: RoutingTable): void {
  if (process.virtualLinks.length === 0 || process.behaviour.virtualLink.nextHop === 'transit-interface') return;
  table.filterHops((hop) => hop.interfaceIndex !== UNKNOWN_INTERFACE);
}
