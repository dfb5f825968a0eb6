/** Arbitrary OSPF bodies, LSAs and packets. */
import fc from 'fast-check';
import { ByteWriter } from '../../src/wire/bytes.js';
import { AsExternalLsa, ExternalRoute } from '../../src/wire/ospf/as-external-lsa.js';
import type { Authentication } from '../../src/wire/ospf/authentication.js';
import { authenticationTrailerLength, sealPacket } from '../../src/wire/ospf/authentication.js';
import { DatabaseDescription } from '../../src/wire/ospf/database-description.js';
import type { OspfBody } from '../../src/wire/ospf/dissection.js';
import { encodeOspfBody, ospfBodyLength } from '../../src/wire/ospf/dissection.js';
import { Hello } from '../../src/wire/ospf/hello.js';
import { LinkStateAcknowledgment } from '../../src/wire/ospf/link-state-acknowledgment.js';
import { LinkStateRequest, LinkStateRequestEntry } from '../../src/wire/ospf/link-state-request.js';
import type { LsaBody } from '../../src/wire/ospf/lsa.js';
import { Lsa } from '../../src/wire/ospf/lsa.js';
import { LsType, LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import type { HmacAlgorithm } from '../../src/wire/ospf/message-digest.js';
import { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import { opaqueLinkStateId } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import { OSPF_HEADER_LENGTH, OspfHeader, encodeOspfHeader } from '../../src/wire/ospf/packet.js';
import { RouterLink, RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../src/wire/ospf/summary-lsa.js';
import { i32, instanceOf, octets, u16, u24, u32, u8 } from './codec-laws.js';
import { opaqueBody } from './ospf-opaque-values.js';

export const hello = instanceOf(() => new Hello(), {
  networkMask: u32(), helloIntervalSeconds: u16(), options: u8(), priority: u8(), deadIntervalSeconds: u32(),
  designatedRouter: u32(), backupDesignatedRouter: u32(), neighbors: fc.array(u32(), { maxLength: 4 }),
});
export const lsaHeader = instanceOf(() => new LsaHeader(), {
  age: u16(), options: u8(), lsType: u8(), linkStateId: u32(), advertisingRouter: u32(), sequence: i32(), checksum: u16(), length: u16(),
});
export const databaseDescription = instanceOf(() => new DatabaseDescription(), {
  interfaceMtu: u16(), options: u8(), flags: u8(), sequence: u32(), headers: fc.array(lsaHeader, { maxLength: 3 }),
});
export const linkStateRequest = instanceOf(() => new LinkStateRequest(), {
  entries: fc.array(instanceOf(() => new LinkStateRequestEntry(), { lsType: u32(), linkStateId: u32(), advertisingRouter: u32() }), { maxLength: 4 }),
});
export const linkStateAcknowledgment = instanceOf(() => new LinkStateAcknowledgment(), { headers: fc.array(lsaHeader, { maxLength: 4 }) });

const tos16 = fc.array(fc.record({ tos: u8(), reserved: u8(), metric: u16() }), { maxLength: 2 });
const tos24 = fc.array(fc.record({ tos: u8(), metric: u24() }), { maxLength: 2 });
const routerLink = instanceOf(() => new RouterLink(), { linkId: u32(), linkData: u32(), type: u8(), metric: u16(), tosMetrics: tos16 });
export const routerLsa = instanceOf(() => new RouterLsa(), { flags: u8(), reserved: u8(), links: fc.array(routerLink, { maxLength: 4 }) });
export const networkLsa = instanceOf(() => new NetworkLsa(), { networkMask: u32(), attachedRouters: fc.array(u32(), { maxLength: 4 }) });
export const summaryLsa = instanceOf(() => new SummaryLsa(), { networkMask: u32(), reserved: u8(), metric: u24(), tosMetrics: tos24 });
const externalRoute = instanceOf(() => new ExternalRoute(), { flags: u8(), metric: u24(), forwardingAddress: u32(), routeTag: u32() });
export const asExternalLsa = instanceOf(() => new AsExternalLsa(), {
  networkMask: u32(), routes: fc.array(externalRoute, { minLength: 1, maxLength: 3 }),
});

/** LS type, body, and what the body asks of the link state id. */
const typedBody: fc.Arbitrary<readonly [number, LsaBody, number?]> = fc.oneof(
  routerLsa.map((router) => [LsType.router, { kind: 'router', router }] as const),
  networkLsa.map((network) => [LsType.network, { kind: 'network', network }] as const),
  fc.tuple(fc.constantFrom<number>(LsType.summaryNetwork, LsType.summaryAsbr), summaryLsa)
    .map(([type, summary]) => [type, { kind: 'summary', summary }] as const),
  fc.tuple(fc.constantFrom<number>(LsType.asExternal, LsType.nssa), asExternalLsa)
    .map(([type, external]) => [type, { kind: 'external', external }] as const),
  fc.tuple(fc.constantFrom<number>(LsType.opaqueLink, LsType.opaqueArea, LsType.opaqueAs), u24(), opaqueBody)
    .map(([type, id, [opaqueType, opaque]]) => [type, { kind: 'opaque', opaque }, opaqueLinkStateId(opaqueType, id)] as const),
  fc.tuple(u8().filter((type) => type < 1 || type === 6 || type === 8 || type > 11), octets(30)).map(([type, bytes]) => [type, { kind: 'unknown', bytes }] as const),
);
export const lsa = fc.tuple(lsaHeader, typedBody).map(([header, [lsType, body, linkStateId = header.linkStateId]]) => new Lsa(Object.assign(header, { lsType, linkStateId }), body));

/** Packet type and body. */
export const ospfBody: fc.Arbitrary<readonly [number, OspfBody]> = fc.oneof(
  hello.map((value) => [1, { kind: 'hello', hello: value }] as const),
  databaseDescription.map((value) => [2, { kind: 'database-description', databaseDescription: value }] as const),
  linkStateRequest.map((value) => [3, { kind: 'link-state-request', linkStateRequest: value }] as const),
  fc.array(lsa, { maxLength: 3 }).map((lsas) => [4, { kind: 'link-state-update', lsas }] as const),
  linkStateAcknowledgment.map((value) => [5, { kind: 'link-state-acknowledgment', linkStateAcknowledgment: value }] as const),
);

const hmacAlgorithm = fc.constantFrom<HmacAlgorithm>('hmac-sha-1', 'hmac-sha-256', 'hmac-sha-384', 'hmac-sha-512');

export const authentication: fc.Arbitrary<Authentication> = fc.oneof(
  fc.constant({ type: 'none' } as const),
  octets(8).map((password) => ({ type: 'simple', password }) as const),
  fc.tuple(u8(), octets(16)).map(([keyId, key]) => ({ type: 'md5', keyId, key }) as const),
  fc.tuple(hmacAlgorithm, u8(), octets(140)).map(([algorithm, keyId, key]) => ({ type: 'hmac', algorithm, keyId, key }) as const),
  fc.tuple(hmacAlgorithm, u32(), octets(140)).map(([algorithm, keyId, key]) => ({ type: 'extended', algorithm, keyId, key }) as const),
);

/** A sealed packet in a buffer of its own, digest included. */
export function ospfPacketBytes(
  type: number, body: OspfBody, routerId: number, auth: Authentication, sequence: number | bigint, source = 0,
): Uint8Array {
  const length = OSPF_HEADER_LENGTH + ospfBodyLength(body);
  const bytes = new Uint8Array(length + authenticationTrailerLength(auth)).fill(0xa5);
  const w = new ByteWriter(bytes);
  encodeOspfHeader(Object.assign(new OspfHeader(), { type, length, routerId }), w);
  encodeOspfBody(body, w);
  sealPacket(bytes, 0, length, auth, sequence, source);
  return bytes;
}
