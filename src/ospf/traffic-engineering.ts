/**
 * Traffic engineering LSAs: one for each link that zebra knows `link-params` of. [3630] [5392] [7471]
 *
 * As FRR 8.4.4 originates them. The opaque id is the number of the interface, in the order in which the daemon has heard of them; the link id is that of the
 * moment when a neighbour there last became Full, and is not looked at again when the Designated Router changes or the neighbour is lost. What was
 * flushed with its interface comes back with it. Switched on, or told its router address, while it runs, the daemon asks the first interface of
 * each area whether there is anything to do; that is usually the loopback, which has no parameters, and then nothing happens.
 * A slot of MinLSInterval passes from the event to the LSA; links to other autonomous systems that are told to all of ours wait another.
 *
 * Deviation: `mpls-te export` is for other daemons, and there are none here.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { singleOfNumber } from '../wire/ospf/opaque/ieee-single.js';
import { OpaqueType, opaqueId, opaqueLinkStateId, opaqueType } from '../wire/ospf/opaque/opaque-lsa.js';
import { type RawTlvValue, Tlv } from '../wire/ospf/opaque/tlv.js';
import { TrafficEngineeringLinkTlvType as LinkTlv, TrafficEngineeringLinkType as LinkKind, type TrafficEngineeringLinkValue } from '../wire/ospf/opaque/traffic-engineering-link.js';
import {
  TrafficEngineeringLsa, TrafficEngineeringTlvType, encodeTrafficEngineeringLsa, trafficEngineeringLsaLength,
} from '../wire/ospf/opaque/traffic-engineering-lsa.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import { isSameData } from './configuration-difference.js';
import type { LinkParameters, OspfConfiguration } from './configuration.js';
import type { OspfInterface } from './interface.js';
import { orderInterfaces } from './interface-parameters.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { isOpaqueCapable } from './opaque.js';
import { OPAQUE_SLOT_MICROS, OpaqueSlots } from './opaque-slots.js';
import { originate } from './origination.js';
import type { OspfProcess } from './process.js';

/** Delays and losses are 24 bits and flags. */
const EXTENDED_MASK = 0x0fffffff;

/** Sub-TLVs of a link. [7471:4] */
export const MetricTlv = { delay: 27, delayRange: 28, delayVariation: 29, loss: 30, residualBandwidth: 31, availableBandwidth: 32, usedBandwidth: 33 } as const;

/** An interface as traffic engineering knows it. */
export interface EngineeredLink {
  readonly name: string;
  /** The opaque id of its LSA. */
  readonly instance: number;
  area: Area | undefined;
  linkType: number | undefined;
  linkId: Ipv4 | undefined;
  localAddress: Ipv4 | undefined;
  remoteAddress: Ipv4 | undefined;
  /** Its interface went down, and its LSA with it. */
  isInactive: boolean;
  /** Its LSA is there. */
  isEngaged: boolean;
  /** It is to be said again when its area has its turn. */
  isRefreshForced: boolean;
}

export class TrafficEngineering {
  private readonly process: OspfProcess;
  private all: EngineeredLink[] | undefined;
  private readonly slots: OpaqueSlots<EngineeredLink>;
  private readonly asTimer: Timer;

  constructor(process: OspfProcess) {
    this.process = process;
    this.asTimer = process.timer((now) => this.originateForAs(now));
    this.slots = new OpaqueSlots(process, (area, now) => this.originateForArea(area, now), (link, now) => {
      if (link.isEngaged && !process.isStopping) this.originateLink(link, now);
    });
  }

  get isEnabled(): boolean {
    return this.process.configuration.trafficEngineering?.isEnabled === true;
  }

  /** Virtual links first, which the configuration makes; then devices in the order of their numbers. */
  get links(): readonly EngineeredLink[] {
    if (this.all === undefined) {
      const { process } = this;
      const names = [...process.virtualLinks.map((each) => each.interface.name), ...orderInterfaces(process.systemInterfaces, 'index').map((system) => system.name)];
      this.all = names.map((name, index) => ({
        name, instance: index + 1, area: undefined, linkType: undefined, linkId: undefined, localAddress: undefined, remoteAddress: undefined,
        isInactive: false, isEngaged: false, isRefreshForced: false,
      }));
    }
    return this.all;
  }

  linkNamed(name: string): EngineeredLink | undefined {
    return this.links.find((each) => each.name === name);
  }

  parametersOf(link: EngineeredLink): LinkParameters | undefined {
    return this.process.configuration.linkParameters?.get(link.name);
  }

  private isActive(link: EngineeredLink): boolean {
    return !link.isInactive && this.parametersOf(link) !== undefined;
  }

  /** Where a link to another autonomous system is told. */
  private isForAs(link: EngineeredLink): boolean {
    return this.parametersOf(link)?.neighbor !== undefined && this.process.configuration.trafficEngineering?.interAs === 'as';
  }

  // --- events

  onInterfaceState(owner: OspfInterface, now: Micros): void {
    const link = this.process.configuration.linkParameters === undefined && !this.isEnabled ? undefined : this.linkNamed(owner.name);
    if (link === undefined) return;
    link.area = owner.area;
    if (owner.state === 'Down') {
      if (link.isEngaged) this.flush(link, now);
      return;
    }
    link.isInactive = false; // zebra says its parameters again when it comes up
    if (owner.state === 'Waiting' || owner.state === 'Loopback') return;
    const { networkType } = owner.parameters;
    link.linkType = networkType === 'point-to-point' ? LinkKind.pointToPoint
      : networkType === 'broadcast' || networkType === 'non-broadcast' ? LinkKind.multiAccess : undefined;
    link.localAddress = owner.address;
  }

  onNeighborFull(neighbor: Neighbor, now: Micros): void {
    const owner = neighbor.interface;
    const link = this.process.configuration.linkParameters === undefined && !this.isEnabled ? undefined : this.linkNamed(owner.name);
    if (link === undefined) return;
    link.area = owner.area;
    if (owner.state === 'Point-To-Point') {
      link.linkId = neighbor.routerId;
      link.remoteAddress = neighbor.address;
    } else link.linkId = owner.designatedRouter;
    if (!this.isEnabled || this.process.isStopping || !isOpaqueCapable(neighbor)) return;
    this.process.isOpaqueOperational = true;
    if (link.isEngaged) this.refreshLink(link, now);
    this.slots.originateSoon(owner.area, now); // the first neighbour of all lets every application have its turn
    if (this.process.configuration.trafficEngineering?.interAs === 'as') this.asTimer.armIfIdle(now + 2 * OPAQUE_SLOT_MICROS);
  }

  /** What the statements about it do in a running daemon. */
  reconfigure(before: OspfConfiguration, now: Micros): void {
    const { configuration } = this.process;
    const [old, next] = [before.trafficEngineering, configuration.trafficEngineering];
    if (next?.isEnabled !== true) {
      for (const link of this.links) if (link.isEngaged) this.flush(link, now);
    } else if (old?.isEnabled !== true) {
      this.learn();
      this.askFirstOfEachArea(now);
    }
    if (next?.isEnabled === true && next.routerAddress !== undefined && old?.routerAddress !== next.routerAddress) {
      const isMissing = this.links.some((link) => link.area !== undefined && !this.isForAs(link) && !link.isEngaged);
      for (const link of this.links) {
        if (link.area === undefined || this.isForAs(link)) continue;
        if (isMissing) link.isRefreshForced = true;
        else this.refreshLink(link, now);
      }
      if (isMissing) this.askFirstOfEachArea(now);
    }
    for (const link of this.links) {
      const parameters = this.parametersOf(link);
      if (isSameData(parameters, before.linkParameters?.get(link.name))) continue;
      this.learn();
      link.isInactive = parameters === undefined;
      if (parameters === undefined) {
        if (link.isEngaged) this.flush(link, now);
      } else if (this.isEnabled && link.isEngaged) this.refreshLink(link, now);
      else if (this.isEnabled && link.area !== undefined) this.slots.originateSoon(link.area, now);
    }
  }

  /** FRR keeps note of interfaces whether or not it is switched on; here that begins when anything is said about it. */
  private learn(): void {
    for (const owner of this.process.allInterfaces()) {
      const link = this.linkNamed(owner.name);
      if (link === undefined || owner.state === 'Down' || link.linkType !== undefined) continue;
      const [isEngaged, isInactive] = [link.isEngaged, link.isInactive];
      this.onInterfaceState(owner, 0);
      [link.isEngaged, link.isInactive] = [isEngaged, isInactive];
      for (const neighbor of owner.neighbors) {
        if (neighbor.state !== 'Full') continue;
        link.linkId = owner.state === 'Point-To-Point' ? neighbor.routerId : owner.designatedRouter;
        if (owner.state === 'Point-To-Point') link.remoteAddress = neighbor.address;
      }
    }
  }

  private askFirstOfEachArea(now: Micros): void {
    for (const area of this.process.areas) {
      const first = this.links.find((link) => link.area === area && this.parametersOf(link)?.neighbor === undefined);
      if (first !== undefined && this.isActive(first)) this.slots.originateSoon(area, now);
    }
  }

  // --- LSAs

  private originateForArea(area: Area, now: Micros): void {
    if (!this.isEnabled || this.process.isStopping) return;
    for (const link of this.links) {
      if (!this.isActive(link) || this.isForAs(link) || link.area !== area) continue;
      if (!link.isEngaged) this.originateLink(link, now);
      else if (link.isRefreshForced) this.refreshLink(link, now);
      link.isRefreshForced &&= !link.isEngaged;
    }
  }

  private originateForAs(now: Micros): void {
    if (!this.isEnabled || this.process.isStopping) return;
    for (const link of this.links) if (this.isActive(link) && this.isForAs(link) && !link.isEngaged) this.originateLink(link, now);
  }

  private refreshLink(link: EngineeredLink, now: Micros): void {
    this.slots.refreshSoon(link, this.lsaOf(link), now);
  }

  private flush(link: EngineeredLink, now: Micros): void {
    const lsa = this.lsaOf(link);
    link.isEngaged = false;
    link.isInactive = true;
    if (lsa !== undefined && !lsa.isFlushing) flushLsa(this.process, lsa, now); // [3630:3]
  }

  private lsaOf(link: EngineeredLink): LsaInstance | undefined {
    return this.process.allLsas().find((lsa) => lsa.isSelfOriginated && this.linkOf(lsa) === link);
  }

  /** Undefined: the LSA is another application's. */
  private linkOf({ header }: LsaInstance): EngineeredLink | undefined {
    if (header.lsType !== LsType.opaqueArea && header.lsType !== LsType.opaqueAs) return undefined;
    const type = opaqueType(header.linkStateId);
    if (type !== OpaqueType.trafficEngineering && type !== OpaqueType.interAsTrafficEngineering) return undefined;
    return this.links.find((link) => link.instance === opaqueId(header.linkStateId));
  }

  /** Whether this router has such an LSA to originate. */
  isWanted(lsa: LsaInstance): boolean {
    return this.isEnabled && this.linkOf(lsa)?.isEngaged === true;
  }

  refreshSoon(lsa: LsaInstance, now: Micros): void {
    const link = this.linkOf(lsa);
    if (link !== undefined) this.refreshLink(link, now);
  }

  private originateLink(link: EngineeredLink, now: Micros): void {
    const { process } = this;
    const parameters = this.parametersOf(link);
    const routerAddress = process.configuration.trafficEngineering?.routerAddress;
    const isInterAs = parameters?.neighbor !== undefined;
    // Without these there is none.
    if (parameters === undefined || routerAddress === undefined || link.linkType === undefined || (!isInterAs && link.linkId === undefined)) return;
    const isForAs = this.isForAs(link);
    const area = isForAs ? undefined : link.area;
    const body = new TrafficEngineeringLsa();
    // In every LSA but those of links to other autonomous systems, not in exactly one.
    if (!isInterAs) body.tlvs.push(new Tlv(TrafficEngineeringTlvType.routerAddress, { kind: 'router-address', address: routerAddress })); // [3630:2.4.1]
    body.tlvs.push(new Tlv(TrafficEngineeringTlvType.link, { kind: 'link', subTlvs: linkTlvs(link, parameters) })); // [3630:2.4.2]
    const type = isInterAs ? OpaqueType.interAsTrafficEngineering : OpaqueType.trafficEngineering;
    const lsType = area === undefined ? LsType.opaqueAs : LsType.opaqueArea; // [3630:2.1]
    const linkStateId = opaqueLinkStateId(type, link.instance); // [3630:2.2]
    const current = (area === undefined ? process.externalLsdb : area.lsdb).find(lsType, linkStateId, process.routerId);
    originate(process, {
      lsType, linkStateId, area, body: undefined, options: (area?.options ?? OptionBit.external) | OptionBit.opaque,
      bodyLength: trafficEngineeringLsaLength(body), encodeBody: (w) => encodeTrafficEngineeringLsa(body, w),
    }, current?.header.sequence, now, 'change');
    link.isEngaged = true;
  }
}

/** In the order in which FRR puts them. [7471:4] */
export function linkTlvs(link: EngineeredLink, parameters: LinkParameters): Tlv<TrafficEngineeringLinkValue>[] {
  const { linkType, linkId, localAddress, remoteAddress } = link;
  const {
    metric, maximumBandwidth, maximumReservableBandwidth, unreservedBandwidths, administrativeGroups, neighbor, delayMicros, leastDelayMicros, mostDelayMicros,
    delayVariationMicros, packetLossPercent, residualBandwidth, availableBandwidth, usedBandwidth,
  } = parameters;
  const tlvs: Tlv<TrafficEngineeringLinkValue>[] = [];
  const add = (type: number, value: TrafficEngineeringLinkValue): unknown => tlvs.push(new Tlv(type, value));
  if (linkType !== undefined) add(LinkTlv.linkType, { kind: 'link-type', linkType }); // [3630:2.5.1]
  if (linkId !== undefined) add(LinkTlv.linkId, { kind: 'link-id', linkId }); // [3630:2.5.2]
  if (localAddress !== undefined) add(LinkTlv.localAddresses, { kind: 'local-addresses', addresses: [localAddress] }); // [3630:2.5.3]
  if (remoteAddress !== undefined) add(LinkTlv.remoteAddresses, { kind: 'remote-addresses', addresses: [remoteAddress] }); // [3630:2.5.4]
  if (metric !== undefined) add(LinkTlv.metric, { kind: 'metric', metric }); // [3630:2.5.5]
  add(LinkTlv.maximumBandwidth, { kind: 'maximum-bandwidth', bandwidth: singleOfNumber(maximumBandwidth) }); // [3630:2.5.6]
  add(LinkTlv.maximumReservableBandwidth, { kind: 'maximum-reservable-bandwidth', bandwidth: singleOfNumber(maximumReservableBandwidth) }); // [3630:2.5.7]
  add(LinkTlv.unreservedBandwidth, { kind: 'unreserved-bandwidth', bandwidths: unreservedBandwidths.map(singleOfNumber) }); // [3630:2.5.8]
  if (administrativeGroups !== undefined) add(LinkTlv.administrativeGroup, { kind: 'administrative-group', groups: administrativeGroups }); // [3630:2.5.9]
  if (neighbor !== undefined) {
    add(LinkTlv.remoteAsbrAddress, { kind: 'remote-asbr-address', address: neighbor.address });
    add(LinkTlv.remoteAsNumber, { kind: 'remote-as-number', asNumber: neighbor.asNumber });
  }
  const addWords = (type: number, ...words: number[]): unknown => tlvs.push(new Tlv<TrafficEngineeringLinkValue>(type, rawWords(words)));
  if (delayMicros !== undefined) addWords(MetricTlv.delay, delayMicros & EXTENDED_MASK);
  if (leastDelayMicros !== undefined && mostDelayMicros !== undefined) addWords(MetricTlv.delayRange, leastDelayMicros & EXTENDED_MASK, mostDelayMicros);
  if (delayVariationMicros !== undefined) addWords(MetricTlv.delayVariation, delayVariationMicros & EXTENDED_MASK);
  // A percentage is taken for a number of the units that the field counts in.
  if (packetLossPercent !== undefined) addWords(MetricTlv.loss, Math.trunc(packetLossPercent) & EXTENDED_MASK);
  if (residualBandwidth !== undefined) addWords(MetricTlv.residualBandwidth, singleOfNumber(residualBandwidth));
  if (availableBandwidth !== undefined) addWords(MetricTlv.availableBandwidth, singleOfNumber(availableBandwidth));
  if (usedBandwidth !== undefined) addWords(MetricTlv.usedBandwidth, singleOfNumber(usedBandwidth));
  return tlvs;
}

/** The codec knows none of these: their values are bytes. */
function rawWords(words: readonly number[]): RawTlvValue {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(index * 4, word));
  return { kind: 'raw', bytes };
}
