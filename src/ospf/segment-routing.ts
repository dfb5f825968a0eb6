/**
 * Segment routing: the extended prefix and extended link LSAs, and what router information says of it. [7684] [8665]
 *
 * As FRR 8.4.4 originates them, each once for a loopback or a link, with the labels of the local block in the order of request: two for each neighbour that
 * becomes Full, the backup's first; none ever comes back. The opaque id counts the states that interfaces of their kind have been in. The
 * Designated Router names one neighbour of the link, the last that became Full; the others name none. A loopback without a prefix SID has an
 * LSA with an empty TLV whose length is that of a full one.
 *
 * Deviation: nothing is forwarded by labels, and there is no database of what others say: `show ip ospf database segment-routing` is not answered.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ByteWriter } from '../wire/bytes.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import {
  AdjacencySidFlag, ExtendedLinkLsa, ExtendedLinkSubTlvType, ExtendedLinkTlvType, encodeExtendedLinkLsa, extendedLinkLsaLength, type ExtendedLinkSubValue,
} from '../wire/ospf/opaque/extended-link-lsa.js';
import {
  ExtendedPrefixFlag, ExtendedPrefixLsa, ExtendedPrefixSubTlvType, ExtendedPrefixTlvType, PrefixSidFlag, encodeExtendedPrefixLsa, extendedPrefixLsaLength,
} from '../wire/ospf/opaque/extended-prefix-lsa.js';
import { OpaqueType, opaqueId, opaqueLinkStateId, opaqueType } from '../wire/ospf/opaque/opaque-lsa.js';
import { RouterInformationTlvType, type RouterInformationValue } from '../wire/ospf/opaque/router-information-lsa.js';
import { SID_LABEL_TLV_TYPE } from '../wire/ospf/opaque/segment-identifier.js';
import { Tlv } from '../wire/ospf/opaque/tlv.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import type { LabelBlock, OspfConfiguration, PrefixSegment, SegmentRoutingConfiguration } from './configuration.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { isOpaqueCapable } from './opaque.js';
import { OpaqueSlots } from './opaque-slots.js';
import { originate } from './origination.js';
import type { OspfProcess } from './process.js';

const EXTENDED_POINT_TO_POINT = 1;
const EXTENDED_BROADCAST = 2;
const INTRA_AREA = 1;
/** Cisco's, experimental: the address at the other end. */
const REMOTE_ADDRESS_TLV = 0x8000;
const EMPTY_PREFIX_LENGTH = 12;
const EMPTY_PREFIX_OCTETS = 8;
/** Behind the one algorithm FRR leaves its marks for "none". */
const ALGORITHM_PADDING = Uint8Array.of(0xff, 0xff, 0xff);

/** An interface as segment routing knows it. */
interface SegmentInterface {
  readonly name: string;
  kind: 'prefix' | 'adjacency' | 'lan-adjacency';
  /** The opaque id of its LSA. */
  instance: number;
  area: Area | undefined;
  isActive: boolean;
  isEngaged: boolean;
  segment: PrefixSegment | undefined;
  link: { readonly type: number; readonly id: Ipv4; readonly data: Ipv4 } | undefined;
  remoteAddress: Ipv4 | undefined;
  neighborId: Ipv4;
  /** Of the backup, and of the way itself. */
  labels: readonly [number, number] | undefined;
}

export class SegmentRouting {
  private readonly process: OspfProcess;
  private readonly interfaces = new Map<string, SegmentInterface>();
  private readonly slots: OpaqueSlots<SegmentInterface>;
  private prefixInstances = 0;
  private linkInstances = 0;
  private labelsGiven = 0;

  constructor(process: OspfProcess) {
    this.process = process;
    this.slots = new OpaqueSlots(process, (area, now) => this.originateForArea(area, now), (one, now) => {
      if (one.isEngaged && one.area !== undefined && !process.isStopping) this.originateInterface(one, one.area, now);
    });
  }

  private get configuration(): SegmentRoutingConfiguration | undefined {
    return this.process.configuration.segmentRouting;
  }

  get isEnabled(): boolean {
    return this.configuration !== undefined;
  }

  // --- events

  onInterfaceState(owner: OspfInterface, now: Micros): void {
    if (owner.virtualLink !== undefined) return;
    let one = this.interfaces.get(owner.name);
    if (owner.state === 'Down') {
      if (one === undefined) return;
      this.flush(one, now);
      one.area = undefined;
      return;
    }
    if (one === undefined) {
      one = { name: owner.name, kind: 'adjacency', instance: 0, area: undefined, isActive: false, isEngaged: false, segment: undefined, link: undefined,
        remoteAddress: undefined, neighborId: 0, labels: undefined };
      this.interfaces.set(owner.name, one);
    }
    one.area = owner.area;
    if (owner.parameters.networkType === 'loopback') {
      one.kind = 'prefix';
      one.instance = ++this.prefixInstances;
      this.setSegment(one, owner);
    } else {
      one.kind = owner.state === 'DR' ? 'lan-adjacency' : 'adjacency';
      one.instance = ++this.linkInstances;
    }
  }

  private setSegment(one: SegmentInterface, owner: OspfInterface): void {
    one.segment = this.configuration?.prefixes.find((each) => each.network === owner.address && each.prefixLength === owner.prefixLength); // [8665:7.1]
    if (one.segment !== undefined) one.isActive = true;
  }

  onNeighborState(neighbor: Neighbor, from: string, now: Micros): void {
    if (neighbor.state !== 'Full' && from !== 'Full') return;
    const owner = neighbor.interface;
    const one = this.interfaces.get(owner.name);
    if (one === undefined || owner.virtualLink !== undefined) return;
    if (this.isEnabled && (neighbor.state === 'Down' || neighbor.state === 'Deleted')) {
      this.flush(one, now);
      return;
    }
    one.area = owner.area;
    if (one.kind === 'prefix') return;
    switch (owner.state) {
      case 'Point-To-Point':
        one.kind = 'adjacency';
        one.link = { type: EXTENDED_POINT_TO_POINT, id: neighbor.routerId, data: owner.address };
        one.remoteAddress = neighbor.address;
        break;
      case 'DR':
        one.kind = 'lan-adjacency';
        one.link = { type: EXTENDED_BROADCAST, id: owner.designatedRouter, data: owner.address };
        one.neighborId = neighbor.routerId; // [8665:6.2]
        break;
      case 'DROther':
      case 'Backup':
        one.kind = 'adjacency';
        one.link = { type: EXTENDED_BROADCAST, id: owner.designatedRouter, data: owner.address };
        break;
      default:
        this.flush(one, now);
        return;
    }
    one.isActive = true;
    if (!this.isEnabled || this.process.isStopping) return;
    this.requestLabels(one);
    if (isOpaqueCapable(neighbor)) this.process.isOpaqueOperational = true;
    if (one.isEngaged) this.refreshInterface(one, now);
    this.slots.originateSoon(owner.area, now);
  }

  /** Of the local block, as long as there are any. */
  private requestLabels(one: SegmentInterface): void {
    const block = this.configuration?.localBlock;
    if (block === undefined || block.first + this.labelsGiven + 1 > block.last) return;
    one.labels = [block.first + this.labelsGiven, block.first + this.labelsGiven + 1]; // [8665:3.3 labels]
    this.labelsGiven += 2;
  }

  reconfigure(before: OspfConfiguration, now: Micros): void {
    const { segmentRouting: old } = before;
    const next = this.configuration;
    if (next === undefined) {
      for (const one of this.interfaces.values()) if (one.isEngaged) this.flush(one, now);
      return;
    }
    if (old === undefined || old.localBlock.first !== next.localBlock.first || old.localBlock.last !== next.localBlock.last) this.labelsGiven = 0;
    for (const owner of this.process.interfaces) {
      const one = this.interfaces.get(owner.name);
      if (one === undefined || one.area === undefined) continue;
      if (one.kind === 'prefix') {
        const segment = one.segment;
        this.setSegment(one, owner);
        if (one.segment === undefined && segment !== undefined) this.flush(one, now);
      } else if (one.isActive && this.labelsGiven === 0) this.requestLabels(one);
      else if (one.isActive && one.labels === undefined) this.requestLabels(one);
      if (!one.isActive) continue;
      if (one.isEngaged) this.refreshInterface(one, now);
      else this.slots.originateSoon(owner.area, now);
    }
  }

  // --- LSAs

  private originateForArea(area: Area, now: Micros): void {
    if (!this.isEnabled || this.process.isStopping) return;
    for (const one of this.interfaces.values()) {
      if (one.area === area && !one.isEngaged && (one.isActive || one.kind === 'prefix')) this.originateInterface(one, area, now);
    }
  }

  private refreshInterface(one: SegmentInterface, now: Micros): void {
    this.slots.refreshSoon(one, this.lsaOf(one), now);
  }

  private flush(one: SegmentInterface, now: Micros): void {
    const lsa = one.isEngaged ? this.lsaOf(one) : undefined;
    one.isActive = one.isEngaged = false;
    one.labels = undefined;
    if (lsa !== undefined && !lsa.isFlushing) flushLsa(this.process, lsa, now); // [8665:7.4.1]
  }

  private idOf({ kind, instance }: SegmentInterface): Ipv4 {
    return opaqueLinkStateId(kind === 'prefix' ? OpaqueType.extendedPrefix : OpaqueType.extendedLink, instance); // [7684:2] [7684:3]
  }

  private lsaOf(one: SegmentInterface): LsaInstance | undefined {
    return one.area?.lsdb.find(LsType.opaqueArea, this.idOf(one), this.process.routerId);
  }

  private interfaceOf({ header }: LsaInstance): SegmentInterface | undefined {
    if (header.lsType !== LsType.opaqueArea) return undefined;
    const isPrefix = opaqueType(header.linkStateId) === OpaqueType.extendedPrefix;
    return [...this.interfaces.values()].find((one) => (one.kind === 'prefix') === isPrefix && one.instance === opaqueId(header.linkStateId));
  }

  /** Whether this router has such an LSA to originate. */
  isWanted(lsa: LsaInstance): boolean {
    return this.isEnabled && this.interfaceOf(lsa)?.isEngaged === true;
  }

  refreshSoon(lsa: LsaInstance, now: Micros): void {
    const one = this.interfaceOf(lsa);
    if (one !== undefined) this.refreshInterface(one, now);
  }

  private originateInterface(one: SegmentInterface, area: Area, now: Micros): void {
    const { process } = this;
    const linkStateId = this.idOf(one);
    const current = area.lsdb.find(LsType.opaqueArea, linkStateId, process.routerId);
    // [7684:2 scope]
    originate(process, {
      lsType: LsType.opaqueArea, linkStateId, area, body: undefined, options: area.options | OptionBit.opaque, ...(one.kind === 'prefix' ? prefixBody(one.segment) : linkBody(one)),
    }, current?.header.sequence, now, 'change');
    one.isEngaged = true;
  }

  /** What router information says of it, behind the capabilities. */
  informationTlvs(): Tlv<RouterInformationValue>[] {
    const { configuration } = this;
    if (configuration === undefined) return [];
    const { globalBlock, localBlock, nodeMsd } = configuration;
    return [
      new Tlv(RouterInformationTlvType.srAlgorithm, { kind: 'sr-algorithm', algorithms: Uint8Array.of(0) }, ALGORITHM_PADDING), // [8665:3.1]
      new Tlv(RouterInformationTlvType.sidLabelRange, range('sid-label-range', globalBlock)), // [8665:3.2]
      new Tlv(RouterInformationTlvType.srLocalBlock, range('sr-local-block', localBlock)), // [8665:3.3]
      ...(nodeMsd === undefined ? [] : [new Tlv<RouterInformationValue>(RouterInformationTlvType.nodeMsd, { kind: 'node-msd', depths: [{ type: 0, depth: nodeMsd }, { type: 0, depth: 0 }] })]),
    ];
  }
}

function range(kind: 'sid-label-range' | 'sr-local-block', { first, last }: LabelBlock): RouterInformationValue {
  return {
    kind, rangeSize: last - first + 1, reserved: 0,
    subTlvs: [new Tlv(SID_LABEL_TLV_TYPE, { kind: 'sid-label', identifier: { form: 'label', value: first } })],
  };
}

interface Body {
  readonly bodyLength: number;
  readonly encodeBody: (w: ByteWriter) => void;
}

function prefixBody(segment: PrefixSegment | undefined): Body {
  if (segment === undefined) {
    return {
      bodyLength: 4 + EMPTY_PREFIX_OCTETS,
      encodeBody: (w) => {
        w.u16(0);
        w.u16(EMPTY_PREFIX_LENGTH);
        w.zero(EMPTY_PREFIX_OCTETS);
      },
    };
  }
  const { network: prefix, prefixLength, index, isExplicitNull, isKeptToTheEnd } = segment;
  const flags = (isKeptToTheEnd || isExplicitNull ? PrefixSidFlag.noPhp : 0) | (isExplicitNull ? PrefixSidFlag.explicitNull : 0); // [8665:5 flags]
  const body = new ExtendedPrefixLsa();
  // [7684:2.1] [7684:2.1 N-flag] [8665:5]
  body.tlvs.push(new Tlv(ExtendedPrefixTlvType.prefix, {
    kind: 'prefix', routeType: INTRA_AREA, prefixLength, addressFamily: 0, flags: ExtendedPrefixFlag.node, prefix,
    subTlvs: [new Tlv(ExtendedPrefixSubTlvType.prefixSid, { kind: 'prefix-sid', flags, reserved: 0, topologyId: 0, algorithm: 0, identifier: { form: 'index', value: index } })],
  }));
  return { bodyLength: extendedPrefixLsaLength(body), encodeBody: (w) => encodeExtendedPrefixLsa(body, w) };
}

function linkBody(one: SegmentInterface): Body {
  const { kind, link, labels, neighborId, remoteAddress } = one;
  const common = { reserved: 0, topologyId: 0, weight: 0 };
  const subTlvs = (labels ?? []).map((label, index): Tlv<ExtendedLinkSubValue> => { // [8665:7.4]
    const flags = (index === 0 ? AdjacencySidFlag.backup : 0) | AdjacencySidFlag.value | AdjacencySidFlag.local; // [8665:6.1 B-flag]
    const identifier = { form: 'label', value: label } as const;
    return kind === 'lan-adjacency'
      ? new Tlv(ExtendedLinkSubTlvType.lanAdjacencySid, { kind: 'lan-adjacency-sid', flags, ...common, neighborId, identifier })
      : new Tlv(ExtendedLinkSubTlvType.adjacencySid, { kind: 'adjacency-sid', flags, ...common, identifier });
  });
  if (kind === 'adjacency' && remoteAddress !== undefined) {
    subTlvs.push(new Tlv<ExtendedLinkSubValue>(REMOTE_ADDRESS_TLV, { kind: 'raw', bytes: Uint8Array.of(remoteAddress >>> 24, (remoteAddress >>> 16) & 255, (remoteAddress >>> 8) & 255, remoteAddress & 255) }));
  }
  const body = new ExtendedLinkLsa();
  // [7684:3 one] [7684:3.1]
  body.tlvs.push(new Tlv(ExtendedLinkTlvType.link, { kind: 'link', linkType: link?.type ?? 0, reserved: 0, linkId: link?.id ?? 0, linkData: link?.data ?? 0, subTlvs }));
  return { bodyLength: extendedLinkLsaLength(body), encodeBody: (w) => encodeExtendedLinkLsa(body, w) };
}
