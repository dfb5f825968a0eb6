/**
 * Originating LSAs: the common part, router-LSAs and network-LSAs. [2328:12.4]
 *
 * Summaries are in border-router.ts, AS-external-LSAs in redistribution.ts. An implementation with MinLSInterval 0 (FRR) originates
 * at every change; others wait until the interval since the last instance is over. [2328:12.4]
 */
import { maskOf, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { ByteWriter } from '../wire/bytes.js';
import { lsaChecksum } from '../wire/ospf/fletcher-checksum.js';
import { INITIAL_SEQUENCE_NUMBER, LSA_HEADER_LENGTH, LsType, LsaHeader, MAX_SEQUENCE_NUMBER, encodeLsaHeader } from '../wire/ospf/lsa-header.js';
import { NetworkLsa, encodeNetworkLsa, networkLsaLength } from '../wire/ospf/network-lsa.js';
import { LinkType, RouterFlag, RouterLink, RouterLsa, encodeRouterLsa, routerLsaLength } from '../wire/ospf/router-lsa.js';
import { isOpaque } from '../wire/ospf/opaque/opaque-lsa.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import { scheduleBorderRouterTask } from './border-router.js';
import { flood } from './flooding.js';
import { install } from './installation.js';
import type { OspfInterface } from './interface.js';
import type { LsaBody } from './lsa-body.js';
import { LsaInstance, lsaContents, type LsaKey } from './lsdb.js';
import type { OspfProcess } from './process.js';
import { originateNssaCopies } from './nssa.js';
import { originateOpaqueAgain } from './opaque.js';
import { originateExternals } from './redistribution.js';
import { saysShortcut } from './shortcut.js';
import { MAX_LINK_METRIC, checkStubRouter, transitMetric } from './stub-router.js';
import { forgetPostponed, postpone, requestTick, retiredSequence } from './tick.js';

export type Reason = 'change' | 'refresh' | 'newer-received';

/** What is to be originated: everything but sequence number and checksum. */
export interface Draft {
  readonly lsType: number;
  readonly linkStateId: Ipv4;
  /** Undefined: AS scope. */
  readonly area: Area | undefined;
  /** Link scope: the interface. [5250:3] */
  readonly interface?: OspfInterface;
  /** Undefined: 0. MaxAge: it is flushed as it is originated. */
  readonly ageSeconds?: number;
  /** Undefined: opaque. */
  readonly body: LsaBody;
  readonly bodyLength: number;
  readonly encodeBody: (w: ByteWriter) => void;
  /** Undefined: those of the area. */
  readonly options?: number;
  readonly isTranslated?: boolean;
}

/**
 * Makes a new instance, installs and floods it. `sequence`: of the instance before, undefined for the first.
 * Returns undefined when the sequence number has come to its end and the LSA must be flushed first. [2328:12.1.6] On a tick an
 * LSA may have to wait for MinLSInterval; then it returns the instance that stands until then, if there is one.
 */
export function originate(process: OspfProcess, draft: Draft, previous: number | undefined, now: Micros, reason: Reason): LsaInstance | undefined {
  if (process.isRestarting) return undefined; // [3623:2(1)]
  const { tick } = process;
  const lsdb = draft.area === undefined ? process.externalLsdb : draft.area.lsdb;
  if (tick !== undefined && reason === 'change') {
    const current = lsdb.find(draft.lsType, draft.linkStateId, process.routerId);
    if (postpone(process, tick, draft, process.routerId, current, now)) return current;
    previous ??= retiredSequence(tick, draft.area, draft.lsType, draft.linkStateId, process.routerId);
  }
  if (previous === MAX_SEQUENCE_NUMBER) {
    const current = lsdb.find(draft.lsType, draft.linkStateId, process.routerId);
    if (current !== undefined) flushLsa(process, current, now); // [2328:12.1.6 wrap] [2328:B MaxSequenceNumber]
    return undefined;
  }
  const header = new LsaHeader();
  header.options = draft.options ?? areaOptions(process, draft.area); // [2328:12.1.2]
  header.age = draft.ageSeconds ?? 0;
  header.lsType = draft.lsType; // [2328:12.1.3]
  header.linkStateId = draft.linkStateId; // [2328:12.1.4]
  header.advertisingRouter = process.routerId; // [2328:12.1.5]
  header.sequence = previous === undefined ? INITIAL_SEQUENCE_NUMBER : (previous + 1) | 0; // [2328:12.1.6] [2328:B InitialSequenceNumber]
  header.length = LSA_HEADER_LENGTH + draft.bodyLength; // [2328:A.4.1 length]
  const bytes = new Uint8Array(header.length);
  const w = new ByteWriter(bytes);
  encodeLsaHeader(header, w);
  draft.encodeBody(w);
  w.patchU16(16, lsaChecksum(bytes, 0, bytes.length)); // [2328:12.1.7]

  const lsa = new LsaInstance(lsaContents(bytes, draft.body), draft.ageSeconds ?? 0, draft.area, now, true, false); // [2328:12.1.1]
  lsa.isTranslated = draft.isTranslated === true;
  lsa.interface = draft.interface;
  process.environment.trace({
    kind: 'lsa-originate', clause: '[2328:12.4]', lsa: process.identity(lsa), sequence: header.sequence, reason,
  });
  install(process, lsa, now); // [2328:12.4 install]
  flood(process, undefined, lsa, now); // [2328:12.4 flood]
  return lsa;
}

function areaOptions(process: OspfProcess, area: Area | undefined): number {
  const { lsaOptions, externalLsaOptions } = process.behaviour;
  if (area === undefined) return externalLsaOptions; // [2328:12.1.2 external]
  const isMarked = area.nssa !== undefined && process.behaviour.nssa.areSummariesMarked;
  if (!area.hasExternalRouting) return (lsaOptions & ~OptionBit.external) | (isMarked ? OptionBit.nssa : 0); // [2328:12.1.2 stub area]
  return lsaOptions;
}

/** Router- and network-LSAs say that the area is an NSSA, summaries do not. (FRR; in BIRD they do. The standard has the N bit in Hellos alone.) */
function topologyOptions(area: Area): number {
  return areaOptions(area.process, area) | (area.nssa === undefined ? 0 : OptionBit.nssa);
}

/** Of the instance in the database, whoever put it there; undefined when there is none. */
export function previousSequence(lsdb: { find(t: number, i: Ipv4, a: Ipv4): LsaInstance | undefined }, lsType: number, linkStateId: Ipv4,
  routerId: Ipv4): number | undefined {
  return lsdb.find(lsType, linkStateId, routerId)?.header.sequence;
}

// --- router-LSA

/** Something that the router-LSA of this area says may have changed. */
export function updateRouterLsa(area: Area, now: Micros, reason: Reason = 'change'): void {
  const { tick, isStopping } = area.process;
  if (isStopping) return;
  if (tick !== undefined) {
    tick.areas.add(area);
    requestTick(area.process, tick, now);
    return;
  }
  const wait = waitForInterval(area.routerLsa, area.process, now);
  if (wait > 0) area.routerLsaTimer.armIfIdle(now + wait); // [2328:12.4 MinLSInterval]
  else originateRouterLsa(area, now, reason);
}

function waitForInterval(last: LsaInstance | undefined, process: OspfProcess, now: Micros): Micros {
  return last === undefined ? 0 : Math.max(0, last.arrivedAt + process.behaviour.minLsIntervalMicros - now);
}

export function originateRouterLsa(area: Area, now: Micros, reason: Reason): void {
  const { process } = area;
  area.routerLsaTimer.cancel();
  if (process.isRestarting) return;
  checkStubRouter(area, now);
  const body = new RouterLsa();
  if (process.isAreaBorderRouter) body.flags |= RouterFlag.border; // [2328:12.4.1 bit B] [3509:2.2(1)]
  if (process.isAsBoundaryRouter && !area.isStub) body.flags |= RouterFlag.external; // [2328:12.4.1 bit E]
  if (process.isAreaBorderRouter && area.nssa?.translatorRole === 'always') body.flags |= RouterFlag.nssaTranslator; // [3101:B]
  if (area.fullVirtualNeighbors > 0) body.flags |= RouterFlag.virtualLink; // [2328:12.4.1 bit V]
  if (saysShortcut(area)) body.flags |= RouterFlag.shortcut;
  const isPlaceKept = process.behaviour.virtualLink.nextHop === 'place-in-backbone';
  for (const owner of area.interfaces) {
    // FRR leaves a virtual link that is down its old place, and then takes other interfaces for it.
    if (isPlaceKept && owner.virtualLink !== undefined && !owner.isOperative) continue;
    owner.firstLink = body.links.length;
    // [2328:12.4.1 Down] Nothing of one that is down.
    if (owner.state !== 'Down' && (owner.isOperative || owner.state === 'Loopback' || !owner.parameters.isLinkChecked)) describeInterface(owner, body.links); // [2328:12.4.1]
    owner.endLink = body.links.length;
  }
  // The first one after a graceful restart knows nothing of the one before it, which has come back from a neighbour.
  const isFirst = process.isFinishingRestart && area.routerLsa === undefined && reason === 'change';
  const previous = isFirst ? undefined : previousSequence(area.lsdb, LsType.router, process.routerId, process.routerId);
  for (const { network, prefixLength, cost, isHidden } of area.stubNetworks) {
    if (!isHidden) body.links.push(link(LinkType.stub, network, maskOf(prefixLength), cost)); // [2328:12.4.1 hosts] [2328:C.7]
  }
  // On a tick nothing is originated that says what stands already.
  if (process.tick !== undefined && reason === 'change' && isStanding(area.routerLsa, routerLsaLength(body), (w) => encodeRouterLsa(body, w), now)) {
    forgetPostponed(process.tick, area, { lsType: LsType.router, linkStateId: process.routerId, advertisingRouter: process.routerId });
    return;
  }
  area.routerLsa = originate(process, {
    lsType: LsType.router, linkStateId: process.routerId, area, body, bodyLength: routerLsaLength(body), encodeBody: (w) => encodeRouterLsa(body, w),
    options: topologyOptions(area),
  }, previous, now, reason);
}

/** Whether the instance says the same as a body that is yet to be encoded. */
function isStanding(current: LsaInstance | undefined, length: number, encodeBody: (w: ByteWriter) => void, now: Micros): boolean {
  if (current === undefined || current.isReceived || current.isMaxAge(now) || current.bytes.length !== LSA_HEADER_LENGTH + length) return false;
  const bytes = new Uint8Array(length);
  encodeBody(new ByteWriter(bytes));
  return bytes.every((byte, i) => byte === current.bytes[LSA_HEADER_LENGTH + i]);
}

/** The links that one interface contributes. */
function describeInterface(owner: OspfInterface, links: RouterLink[]): void {
  if (owner.process.behaviour.isHostStubFree) {
    describeWithFreeHost(owner, links);
    return;
  }
  switch (owner.parameters.networkType) {
    case 'loopback':
      describeLoopback(owner, links);
      break;
    case 'point-to-point':
      describePointToPoint(owner, links);
      break;
    case 'point-to-multipoint':
    case 'point-to-multipoint-non-broadcast':
      describePointToMultipoint(owner, links);
      break;
    case 'virtual-link':
      describeVirtualLink(owner, links);
      break;
    case 'broadcast':
    case 'non-broadcast':
      describeBroadcast(owner, links);
  }
}

/** A host route; of a virtual address that is configured so its subnet, too. */
function describeLoopback(owner: OspfInterface, links: RouterLink[]): void {
  const { cost, virtualAddressRoutes = 'host-only' } = owner.parameters;
  if (virtualAddressRoutes !== 'subnet-only') links.push(link(LinkType.stub, owner.address, 0xffffffff, cost)); // [2328:12.4.1 Loopback]
  if (virtualAddressRoutes !== 'host-only') links.push(link(LinkType.stub, networkOf(owner.address, owner.prefixLength), maskOf(owner.prefixLength), cost));
}

/** A host address, and a looped interface, is a host that costs nothing; a configured stub network stands in for the interface's own. */
function describeWithFreeHost(owner: OspfInterface, links: RouterLink[]): void {
  const { parameters: { cost, networkType, isPassive }, address, prefixLength, peer } = owner;
  if (networkType === 'virtual-link') {
    describeVirtualLink(owner, links);
    return;
  }
  const { isPointToMultipoint } = owner.traits;
  if (networkType === 'point-to-point' || isPointToMultipoint) {
    const linkData = owner.parameters.isLinkDataIndex === true ? owner.system.index : address;
    for (const n of owner.neighbors) if (n.state === 'Full') links.push(link(LinkType.pointToPoint, n.routerId, linkData, transitMetric(owner)));
  } else if (owner.traits.isElecting && isTransit(owner)) {
    links.push(link(LinkType.transit, owner.designatedRouter, address, transitMetric(owner)));
    return;
  }
  if (peer !== undefined && !isPassive) return;
  const isCovered = owner.area.stubNetworks.some((stub) => stub.isSummary
    ? prefixLength >= stub.prefixLength && prefixContains(stub.network, stub.prefixLength, address)
    : prefixLength === stub.prefixLength && networkOf(address, prefixLength) === stub.network);
  if (isCovered) return;
  const isLooped = owner.state === 'Loopback' && networkType !== 'loopback';
  if (prefixLength === 32 || isLooped || isPointToMultipoint) links.push(link(LinkType.stub, address, 0xffffffff, 0));
  else links.push(link(LinkType.stub, networkOf(address, prefixLength), maskOf(prefixLength), cost));
}

function describePointToPoint(owner: OspfInterface, links: RouterLink[]): void {
  const { cost, subnetPrefixLength } = owner.parameters;
  const neighbor = owner.neighbors.find((n) => n.state === 'Full');
  const isUnnumbered = owner.isUnnumbered && owner.parameters.isAddressDescribed !== true;
  const linkData = isUnnumbered ? owner.system.index : owner.address; // [2328:12.4.1.1 Link Data]
  if (neighbor !== undefined) links.push(link(LinkType.pointToPoint, neighbor.routerId, linkData, transitMetric(owner))); // [2328:12.4.1.1 neighbor] [6987:2]
  if (owner.parameters.isPrefixSuppressed === true) return; // [6860:2.1.2]
  if (isUnnumbered) return; // [2328:12.4.1.1 unnumbered]
  const prefixLength = subnetPrefixLength ?? owner.prefixLength;
  if (owner.peer !== undefined && subnetPrefixLength === undefined) links.push(link(LinkType.stub, owner.peer, 0xffffffff, cost)); // [2328:12.4.1.1 option 1]
  else links.push(link(LinkType.stub, networkOf(owner.address, prefixLength), maskOf(prefixLength), cost)); // [2328:12.4.1.1 option 2] [6987:2 stub link]
}

/** Only while it is Full. */
function describeVirtualLink(owner: OspfInterface, links: RouterLink[]): void {
  const neighbor = owner.neighbors.find((n) => n.state === 'Full');
  if (neighbor !== undefined) links.push(link(LinkType.virtual, neighbor.routerId, owner.address, transitMetric(owner) & MAX_LINK_METRIC)); // [2328:12.4.1.3] [2328:15 link]
}

/** The address as a host, and a link to each adjacent neighbour. */
function describePointToMultipoint(owner: OspfInterface, links: RouterLink[]): void {
  if (owner.parameters.isPrefixSuppressed !== true) links.push(link(LinkType.stub, owner.address, 0xffffffff, 0)); // [2328:12.4.1.4 host] [6860:2.3.2.2]
  for (const neighbor of owner.neighbors) {
    if (neighbor.state === 'Full') links.push(link(LinkType.pointToPoint, neighbor.routerId, owner.address, transitMetric(owner))); // [2328:12.4.1.4]
  }
}

/** Non-broadcast as well. */
function describeBroadcast(owner: OspfInterface, links: RouterLink[]): void {
  const { cost } = owner.parameters;
  if (isTransit(owner)) links.push(link(LinkType.transit, owner.designatedRouter, owner.address, transitMetric(owner))); // [2328:12.4.1.2 transit] [6987:2 transit network]
  else if (owner.parameters.isPrefixSuppressed !== true) { // [6860:2.2 stub]
    links.push(link(LinkType.stub, networkOf(owner.address, owner.prefixLength), maskOf(owner.prefixLength), cost)); // [2328:12.4.1.2 stub]
  }
}

function isTransit(owner: OspfInterface): boolean {
  const isDesignated = owner.designatedRouter !== 0 && owner.designatedRouter === owner.address;
  return owner.state !== 'Waiting' && owner.fullNeighbors > 0 &&
    (isDesignated || owner.neighborByAddress(owner.designatedRouter)?.state === 'Full');
}

function link(type: number, linkId: Ipv4, linkData: Ipv4, metric: number): RouterLink {
  const made = new RouterLink();
  made.type = type;
  made.linkId = linkId;
  made.linkData = linkData;
  made.metric = metric;
  return made;
}

// --- network-LSA

/** The network-LSA of an interface on which this router is DR may have changed. */
export function updateNetworkLsa(owner: OspfInterface, now: Micros, reason: Reason = 'change'): void {
  const { tick, isStopping } = owner.process;
  if (tick !== undefined && !isStopping) {
    tick.interfaces.add(owner);
    requestTick(owner.process, tick, now);
    return;
  }
  if (isStopping || owner.state !== 'DR' || owner.fullNeighbors === 0) return; // a network with one router is a stub [2328:12.4.2]
  const wait = waitForInterval(owner.networkLsa, owner.process, now);
  if (wait > 0) owner.networkLsaTimer.armIfIdle(now + wait); // [2328:12.4 MinLSInterval network-LSA]
  else originateNetworkLsa(owner, now, reason);
}

export function originateNetworkLsa(owner: OspfInterface, now: Micros, reason: Reason): void {
  const { process, area } = owner;
  owner.networkLsaTimer.cancel();
  if (owner.state !== 'DR' || owner.fullNeighbors === 0) return; // [2328:12.4.2]
  const body = new NetworkLsa();
  body.networkMask = owner.parameters.isPrefixSuppressed === true ? 0xffffffff : maskOf(owner.prefixLength); // [6860:2.2.2.1]
  // Ourselves and all that are Full, in the order of their addresses; or ourselves first, and the others as they came.
  const attached = owner.neighbors.filter((n) => n.state === 'Full').map((n) => ({ address: n.address, routerId: n.routerId })); // [2328:12.4.2 Full]
  attached.unshift({ address: owner.address, routerId: process.routerId }); // [2328:12.4.2 self]
  if (process.behaviour.neighborOrder === 'identity') attached.sort((a, b) => a.address - b.address);
  body.attachedRouters = attached.map((a) => a.routerId);
  const inDatabase = previousSequence(area.lsdb, LsType.network, owner.address, process.routerId);
  const previous = process.isFinishingRestart && owner.networkLsa === undefined && reason === 'change' ? undefined : inDatabase ?? owner.networkLsaSequence;
  if (process.tick !== undefined && reason === 'change' && isStanding(owner.networkLsa, networkLsaLength(body), (w) => encodeNetworkLsa(body, w), now)) {
    forgetPostponed(process.tick, area, networkKey(owner)); // it was to say something else in between
    return;
  }
  const lsa = originate(process, {
    lsType: LsType.network, linkStateId: owner.address, area, body, bodyLength: networkLsaLength(body), encodeBody: (w) => encodeNetworkLsa(body, w),
    options: topologyOptions(area),
  }, previous, now, reason);
  owner.networkLsa = lsa;
  if (lsa !== undefined) owner.networkLsaSequence = lsa.header.sequence;
}

function networkKey(owner: OspfInterface): LsaKey {
  return { lsType: LsType.network, linkStateId: owner.address, advertisingRouter: owner.process.routerId };
}

/** It is no longer the DR, or alone. */
export function flushNetworkLsa(owner: OspfInterface, now: Micros): void {
  owner.process.tick?.interfaces.delete(owner);
  forgetPostponed(owner.process.tick, owner.area, networkKey(owner));
  const lsa = owner.networkLsa;
  if (lsa === undefined) return;
  owner.networkLsa = undefined;
  flushLsa(owner.process, lsa, now);
}

// --- what is already ours

/** A newer instance of one of our own LSAs came in: originate past it, or flush it. [2328:13.4] */
export function originateAgain(process: OspfProcess, received: LsaInstance, now: Micros): void {
  if (process.isRestarting) return; // [3623:2(1) received] what it originated before stands
  const { header, area } = received;
  switch (header.lsType) {
    case LsType.router:
      if (area !== undefined) originateRouterLsa(area, now, 'newer-received'); // [2328:13.4 newer]
      return;
    case LsType.network: {
      const owner = process.interfaces.find((i) => i.address === header.linkStateId && i.area === area);
      if (header.advertisingRouter === process.routerId && owner !== undefined && owner.state === 'DR' && owner.fullNeighbors > 0) {
        originateNetworkLsa(owner, now, 'newer-received'); // [2328:13.4 newer network-LSA]
      } else if (!received.isMaxAge(now)) {
        flushLsa(process, received, now); // [2328:13.4 unwanted network-LSA]
      }
      return;
    }
    case LsType.summaryNetwork:
    case LsType.summaryAsbr:
      // The border router's task originates what is still wanted and flushes the rest.
      scheduleBorderRouterTask(process, now); // [2328:13.4 summary-LSA]
      return;
    case LsType.opaqueLink:
    case LsType.opaqueArea:
    case LsType.opaqueAs:
      originateOpaqueAgain(process, received, now);
      return;
    case LsType.asExternal:
    case LsType.nssa:
      if (!originateExternals(process, now, 'newer-received', header.linkStateId, header.sequence) && !received.isMaxAge(now)) flushLsa(process, received, now); // [2328:13.4 unwanted]
      if (process.behaviour.nssa.hasOwnSequence) scheduleBorderRouterTask(process, now); // it may be a translation that is still wanted
  }
}

/** LSRefreshTime has come. [2328:12.4(1)] */
export function refresh(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  lsa.refreshAt = undefined;
  const { header, area } = lsa;
  switch (header.lsType) {
    case LsType.router:
      if (area !== undefined) originateRouterLsa(area, now, 'refresh');
      return;
    case LsType.network: {
      const owner = process.interfaces.find((i) => i.networkLsa === lsa);
      if (owner !== undefined) originateNetworkLsa(owner, now, 'refresh');
      else flushLsa(process, lsa, now);
      return;
    }
    default:
      originateCopy(process, lsa, now, 'refresh');
  }
}

/** The same contents with the next sequence number. */
export function originateCopy(process: OspfProcess, lsa: LsaInstance, now: Micros, reason: Reason): LsaInstance | undefined {
  if (lsa.header.lsType === LsType.nssa) return undefined; // it follows its type 5
  const isOpaqueLsa = isOpaque(lsa.header.lsType);
  const contents = lsa.bytes.subarray(LSA_HEADER_LENGTH);
  const copy = originate(process, {
    lsType: lsa.header.lsType, linkStateId: lsa.header.linkStateId, area: lsa.area, body: lsa.body, bodyLength: contents.length,
    isTranslated: lsa.isTranslated,
    ...(isOpaqueLsa ? { options: lsa.header.options, interface: lsa.interface } : {}),
    encodeBody: (w) => w.raw(contents),
  }, lsa.header.sequence, now, reason);
  if (copy === undefined) return undefined;
  copy.isApproved = lsa.isApproved;
  if (copy.header.lsType === LsType.asExternal) originateNssaCopies(process, copy, now, reason);
  return copy;
}

/** MaxSequenceNumber has been flushed: begin again with the initial number. */
export function originateAfterWrap(process: OspfProcess, removed: LsaInstance, now: Micros): void {
  if (removed.header.sequence !== MAX_SEQUENCE_NUMBER || process.isStopping) return;
  switch (removed.header.lsType) {
    case LsType.router:
      if (removed.area !== undefined) originateRouterLsa(removed.area, now, 'change');
      return;
    case LsType.network: {
      const owner = process.interfaces.find((i) => i.address === removed.header.linkStateId);
      if (owner !== undefined) {
        owner.networkLsaSequence = undefined;
        updateNetworkLsa(owner, now);
      }
      return;
    }
    case LsType.asExternal:
      originateExternals(process, now, 'change', removed.header.linkStateId);
      return;
    default:
      scheduleBorderRouterTask(process, now);
  }
}
