/** Arbitrary TLVs and bodies of opaque LSAs and of the link-local signalling block. */
import fc from 'fast-check';
import type { LinkLocalValue } from '../../src/wire/ospf/link-local-signaling.js';
import { LinkLocalSignaling } from '../../src/wire/ospf/link-local-signaling.js';
import type { ExtendedLinkSubValue, ExtendedLinkValue } from '../../src/wire/ospf/opaque/extended-link-lsa.js';
import { ExtendedLinkLsa } from '../../src/wire/ospf/opaque/extended-link-lsa.js';
import type { ExtendedPrefixSubValue, ExtendedPrefixValue } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import { ExtendedPrefixLsa } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import type { GraceValue } from '../../src/wire/ospf/opaque/grace-lsa.js';
import { GraceLsa } from '../../src/wire/ospf/opaque/grace-lsa.js';
import type { OpaqueBody } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import type { RouterInformationValue } from '../../src/wire/ospf/opaque/router-information-lsa.js';
import { RouterInformationLsa } from '../../src/wire/ospf/opaque/router-information-lsa.js';
import type { SegmentIdentifier, SidLabelValue } from '../../src/wire/ospf/opaque/segment-identifier.js';
import { Tlv } from '../../src/wire/ospf/opaque/tlv.js';
import type { TrafficEngineeringLinkValue } from '../../src/wire/ospf/opaque/traffic-engineering-link.js';
import type { TrafficEngineeringValue } from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import { TrafficEngineeringLsa } from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import { octets, u16, u24, u32, u8 } from './codec-laws.js';

/** A TLV of a known kind, by its type. */
export type Typed<V> = readonly [number, V];

const words = (maxLength = 3) => fc.array(u32(), { maxLength });
const eight = () => fc.array(u32(), { minLength: 8, maxLength: 8 });

/** Any of the known values, or an unknown one; padding of zeros. `known`: all types that the registry decodes. */
function tlvs<V extends { kind: string }>(known: readonly number[], value: fc.Arbitrary<Typed<V>>, maxLength = 3): fc.Arbitrary<Tlv<V>[]> {
  const unknown = fc.tuple(u16().filter((type) => !known.includes(type)), octets(9))
    .map(([type, bytes]) => new Tlv<V>(type, { kind: 'raw', bytes, error: undefined }));
  const typed = value.map(([type, known_]) => new Tlv<V>(type, known_));
  return fc.array(fc.oneof({ arbitrary: typed, weight: 4 }, { arbitrary: unknown, weight: 1 }), { maxLength });
}

const kinded = <V>(type: number, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Typed<V>> =>
  fc.record(fields).map((value) => [type, value as V] as const);
const is = (kind: string): fc.Arbitrary<string> => fc.constant(kind);

const identifier: fc.Arbitrary<SegmentIdentifier> = fc.oneof(
  u24().map((value) => ({ form: 'label', value }) as const), u32().map((value) => ({ form: 'index', value }) as const),
);
const sidLabel = <V>(): fc.Arbitrary<Typed<V>> => kinded(1, { kind: is('sid-label'), identifier });

export const graceTlvs = tlvs<GraceValue>([1, 2, 3], fc.oneof(
  kinded<GraceValue>(1, { kind: is('grace-period'), seconds: u32() }),
  kinded<GraceValue>(2, { kind: is('restart-reason'), reason: u8() }),
  kinded<GraceValue>(3, { kind: is('interface-address'), address: u32() }),
));
export const grace = graceTlvs.map((list) => Object.assign(new GraceLsa(), { tlvs: list }));

type Link = TrafficEngineeringLinkValue;
export const linkTlvs = tlvs<Link>([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 15, 16, 21, 22], fc.oneof(
  kinded<Link>(1, { kind: is('link-type'), linkType: u8() }),
  kinded<Link>(2, { kind: is('link-id'), linkId: u32() }),
  kinded<Link>(3, { kind: is('local-addresses'), addresses: words() }),
  kinded<Link>(4, { kind: is('remote-addresses'), addresses: words() }),
  kinded<Link>(5, { kind: is('metric'), metric: u32() }),
  kinded<Link>(6, { kind: is('maximum-bandwidth'), bandwidth: u32() }),
  kinded<Link>(7, { kind: is('maximum-reservable-bandwidth'), bandwidth: u32() }),
  kinded<Link>(8, { kind: is('unreserved-bandwidth'), bandwidths: eight() }),
  kinded<Link>(9, { kind: is('administrative-group'), groups: u32() }),
  kinded<Link>(11, { kind: is('link-identifiers'), local: u32(), remote: u32() }),
  kinded<Link>(14, { kind: is('protection'), capabilities: u8(), reserved: u24() }),
  kinded<Link>(15, {
    kind: is('switching-capability'), switchingType: u8(), encoding: u8(), reserved: u16(), maximumLspBandwidths: eight(), specific: octets(9),
  }),
  kinded<Link>(16, { kind: is('shared-risk-link-groups'), groups: words() }),
  kinded<Link>(21, { kind: is('remote-as-number'), asNumber: u32() }),
  kinded<Link>(22, { kind: is('remote-asbr-address'), address: u32() }),
), 4);
export const trafficEngineering = tlvs<TrafficEngineeringValue>([1, 2, 4], fc.oneof(
  kinded<TrafficEngineeringValue>(1, { kind: is('router-address'), address: u32() }),
  kinded<TrafficEngineeringValue>(2, { kind: is('link'), subTlvs: linkTlvs }),
  kinded<TrafficEngineeringValue>(4, { kind: is('link-local-identifier'), identifier: u32() }),
), 2).map((list) => Object.assign(new TrafficEngineeringLsa(), { tlvs: list }));

const ranges = tlvs<SidLabelValue>([1], sidLabel<SidLabelValue>(), 2);
type Information = RouterInformationValue;
export const routerInformation = tlvs<Information>([1, 2, 7, 8, 9, 10, 12, 14, 15], fc.oneof(
  kinded<Information>(1, { kind: is('informational-capabilities'), words: words() }),
  kinded<Information>(2, { kind: is('functional-capabilities'), words: words() }),
  kinded<Information>(7, { kind: is('dynamic-hostname'), name: octets(12) }),
  kinded<Information>(8, { kind: is('sr-algorithm'), algorithms: octets(5) }),
  kinded<Information>(9, { kind: is('sid-label-range'), rangeSize: u24(), reserved: u8(), subTlvs: ranges }),
  kinded<Information>(10, { kind: is('node-administrative-tags'), tags: words() }),
  kinded<Information>(12, { kind: is('node-msd'), depths: fc.array(fc.record({ type: u8(), depth: u8() }), { maxLength: 3 }) }),
  kinded<Information>(14, { kind: is('sr-local-block'), rangeSize: u24(), reserved: u8(), subTlvs: ranges }),
  kinded<Information>(15, { kind: is('srms-preference'), preference: u8(), reserved: u24() }),
)).map((list) => Object.assign(new RouterInformationLsa(), { tlvs: list }));

const prefixSubTlvs = tlvs<ExtendedPrefixSubValue>([1, 2], fc.oneof(
  sidLabel<ExtendedPrefixSubValue>(),
  kinded<ExtendedPrefixSubValue>(2, { kind: is('prefix-sid'), flags: u8(), reserved: u8(), topologyId: u8(), algorithm: u8(), identifier }),
), 2);
export const extendedPrefix = tlvs<ExtendedPrefixValue>([1, 2], fc.oneof(
  kinded<ExtendedPrefixValue>(1, {
    kind: is('prefix'), routeType: u8(), prefixLength: u8(), addressFamily: fc.constant(0), flags: u8(), prefix: u32(), subTlvs: prefixSubTlvs,
  }),
  kinded<ExtendedPrefixValue>(2, {
    kind: is('prefix-range'), prefixLength: u8(), addressFamily: fc.constant(0), rangeSize: u16(), flags: u8(), reserved: u24(), prefix: u32(),
    subTlvs: prefixSubTlvs,
  }),
)).map((list) => Object.assign(new ExtendedPrefixLsa(), { tlvs: list }));

const sid = { flags: u8(), reserved: u8(), topologyId: u8(), weight: u8(), identifier };
const linkSubTlvs = tlvs<ExtendedLinkSubValue>([1, 2, 3], fc.oneof(
  sidLabel<ExtendedLinkSubValue>(),
  kinded<ExtendedLinkSubValue>(2, { kind: is('adjacency-sid'), ...sid }),
  kinded<ExtendedLinkSubValue>(3, { kind: is('lan-adjacency-sid'), ...sid, neighborId: u32() }),
), 3);
export const extendedLink = tlvs<ExtendedLinkValue>([1], kinded<ExtendedLinkValue>(1, {
  kind: is('link'), linkType: u8(), reserved: u24(), linkId: u32(), linkData: u32(), subTlvs: linkSubTlvs,
}), 2).map((list) => Object.assign(new ExtendedLinkLsa(), { tlvs: list }));

/** Opaque type and body. */
export const opaqueBody: fc.Arbitrary<readonly [number, OpaqueBody]> = fc.oneof(
  fc.tuple(fc.constantFrom(1, 6), trafficEngineering).map(([type, value]) => [type, { kind: 'traffic-engineering', trafficEngineering: value }] as const),
  grace.map((value) => [3, { kind: 'grace', grace: value }] as const),
  routerInformation.map((value) => [4, { kind: 'router-information', routerInformation: value }] as const),
  extendedPrefix.map((value) => [7, { kind: 'extended-prefix', extendedPrefix: value }] as const),
  extendedLink.map((value) => [8, { kind: 'extended-link', extendedLink: value }] as const),
  fc.tuple(u8().filter((type) => ![1, 3, 4, 6, 7, 8].includes(type)), octets(30))
    .map(([type, bytes]) => [type, { kind: 'raw', bytes, error: undefined }] as const),
);

export const linkLocalSignaling = fc.tuple(u16(), tlvs<LinkLocalValue>([1, 2], fc.oneof(
  kinded<LinkLocalValue>(1, { kind: is('extended-options'), options: u32() }),
  kinded<LinkLocalValue>(2, { kind: is('cryptographic-authentication'), sequence: u32(), digest: octets(20) }),
))).map(([checksum, list]) => Object.assign(new LinkLocalSignaling(), { checksum, tlvs: list }));
