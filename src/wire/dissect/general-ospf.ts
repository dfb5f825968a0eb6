/** The OSPF part of the general way: a decoded packet onto the tape. See general-frame.ts. */
import { EXTERNAL_TYPE_2 } from '../ospf/as-external-lsa.js';
import { EXTENDED_SEQUENCE_LENGTH, cryptographicKeyId, cryptographicSequence } from '../ospf/authentication.js';
import type { OspfPacket } from '../ospf/dissection.js';
import { RawLinkLocalSignaling, RawLsa } from '../ospf/dissection.js';
import type { Lsa } from '../ospf/lsa.js';
import { LSA_HEADER_LENGTH, LsaHeader, readLsaHeader } from '../ospf/lsa-header.js';
import { ByteReader } from '../bytes.js';
import { AuthType, OSPF_HEADER_LENGTH } from '../ospf/packet.js';
import type { OspfHeader } from '../ospf/packet.js';
import type { RouterTosMetric, TosMetric } from '../ospf/router-lsa.js';
import { Field } from './field.js';
import { valuesToTape } from './value-fields.js';
import type { Tape } from './tape.js';
import { Layer } from './tape.js';

/** `at`: where the packet is in `source`. */
export function ospfToTape(tape: Tape, packet: OspfPacket, at: number): void {
  const { header, body, trailer } = packet;
  tape.layers |= Layer.ospf;
  tape.ospfType = header.type;
  tape.open(Field.ospf);
  tape.add(Field.ospfVersion, header.version);
  tape.add(Field.ospfType, header.type);
  tape.add(Field.ospfLength, header.length);
  tape.add(Field.ospfRouter, header.routerId);
  tape.add(Field.ospfArea, header.areaId);
  tape.add(Field.ospfChecksum, header.checksum);
  tape.add(Field.ospfAuthType, header.authType);
  authenticationToTape(tape, header, at);
  switch (body.kind) {
    case 'hello': {
      const { hello } = body;
      tape.open(Field.hello);
      tape.add(Field.helloMask, hello.networkMask);
      tape.add(Field.helloInterval, hello.helloIntervalSeconds);
      tape.add(Field.helloOptions, hello.options);
      tape.add(Field.helloPriority, hello.priority);
      tape.add(Field.helloDeadInterval, hello.deadIntervalSeconds);
      tape.add(Field.helloDr, hello.designatedRouter);
      tape.add(Field.helloBdr, hello.backupDesignatedRouter);
      tape.open(Field.helloNeighbors);
      for (const neighbor of hello.neighbors) tape.add(Field.helloNeighbor, neighbor);
      tape.close();
      tape.close();
      break;
    }
    case 'database-description': {
      const dd = body.databaseDescription;
      tape.open(Field.dd);
      tape.add(Field.ddMtu, dd.interfaceMtu);
      tape.add(Field.ddOptions, dd.options);
      tape.add(Field.ddFlags, dd.flags);
      tape.add(Field.ddSequence, dd.sequence);
      tape.close();
      headersToTape(tape, dd.headers);
      break;
    }
    case 'link-state-request':
      tape.open(Field.requests);
      for (const entry of body.linkStateRequest.entries) {
        tape.open(Field.request);
        tape.add(Field.requestType, entry.lsType);
        tape.add(Field.requestId, entry.linkStateId);
        tape.add(Field.requestRouter, entry.advertisingRouter);
        tape.close();
      }
      tape.close();
      break;
    case 'link-state-update':
      tape.add(Field.lsaCount, body.lsas.length);
      tape.open(Field.lsas);
      for (const lsa of body.lsas) {
        if (lsa instanceof RawLsa) rawLsaToTape(tape, lsa);
        else lsaToTape(tape, lsa);
      }
      tape.close();
      break;
    case 'link-state-acknowledgment':
      headersToTape(tape, body.linkStateAcknowledgment.headers);
      break;
  }
  behindToTape(tape, packet);
  if (trailer.length > 0) tape.bytes(Field.ospfTrailer, trailer);
  tape.close();
}

function behindToTape(tape: Tape, { header, authenticationTrailer: digest, linkLocalSignaling: block }: OspfPacket): void {
  if (header.authType === AuthType.cryptographicExtended && digest.length >= EXTENDED_SEQUENCE_LENGTH) {
    const r = new ByteReader(digest);
    tape.hex64(Field.ospfExtendedSequence, r.u32(), r.u32());
    if (r.remaining > 0) tape.bytes(Field.ospfDigest, r.view(r.remaining));
  } else if (digest.length > 0) {
    tape.bytes(Field.ospfDigest, digest);
  }
  if (block instanceof RawLinkLocalSignaling) {
    tape.bytes(Field.llsRaw, block.bytes);
  } else if (block !== undefined) {
    if (header.authType === AuthType.none || header.authType === AuthType.simple) tape.checksumCount++;
    tape.open(Field.lls);
    valuesToTape(tape, 'ospf.lls', block);
    tape.close();
  }
}

function authenticationToTape(tape: Tape, header: OspfHeader, at: number): void {
  const data = tape.source.subarray(at + 16, at + OSPF_HEADER_LENGTH);
  switch (header.authType) {
    case AuthType.none:
      tape.checksumCount++;
      tape.bytes(Field.ospfAuthData, data);
      break;
    case AuthType.simple:
      tape.checksumCount++;
      tape.bytes(Field.ospfPassword, data);
      break;
    case AuthType.cryptographic:
    case AuthType.cryptographicExtended:
      if (header.authHigh >>> 16 !== 0) tape.add(Field.ospfAuthReserved, header.authHigh >>> 16);
      tape.add(Field.ospfKeyId, cryptographicKeyId(header));
      tape.add(Field.ospfDigestLength, header.authHigh & 255);
      if (header.authType === AuthType.cryptographic) tape.add(Field.ospfCryptoSequence, cryptographicSequence(header));
      break;
    default:
      tape.bytes(Field.ospfAuthData, data);
  }
}

function headersToTape(tape: Tape, headers: readonly LsaHeader[]): void {
  tape.open(Field.lsas);
  for (const header of headers) {
    openLsa(tape, header);
    tape.close();
  }
  tape.close();
}

function openLsa(tape: Tape, header: LsaHeader): void {
  tape.lsaCount++;
  tape.open(Field.lsa);
  tape.add(Field.lsaAge, header.age);
  tape.add(Field.lsaOptions, header.options);
  tape.add(Field.lsaType, header.lsType);
  tape.add(Field.lsaId, header.linkStateId);
  tape.add(Field.lsaRouter, header.advertisingRouter);
  tape.add(Field.lsaSequence, header.sequence);
  tape.add(Field.lsaChecksum, header.checksum);
  tape.add(Field.lsaLength, header.length);
}

/** Its header is readable even where its body, its checksum or its length is not right. */
function rawLsaToTape(tape: Tape, { bytes }: RawLsa): void {
  const header = new LsaHeader();
  if (bytes.length >= LSA_HEADER_LENGTH) readLsaHeader(new ByteReader(bytes), header);
  openLsa(tape, header);
  if (bytes.length > LSA_HEADER_LENGTH) tape.bytes(Field.lsaBody, bytes.subarray(LSA_HEADER_LENGTH));
  tape.close();
}

function lsaToTape(tape: Tape, { header, body }: Lsa): void {
  openLsa(tape, header);
  tape.checksumCount++;
  switch (body.kind) {
    case 'router':
      tape.open(Field.routerLsa);
      tape.add(Field.routerFlags, body.router.flags);
      if (body.router.reserved !== 0) tape.add(Field.routerReserved, body.router.reserved);
      tape.open(Field.routerLinks);
      for (const link of body.router.links) {
        tape.open(Field.routerLink);
        tape.add(Field.linkType, link.type);
        tape.add(Field.linkId, link.linkId);
        tape.add(Field.linkData, link.linkData);
        tape.add(Field.linkMetric, link.metric);
        routerTosToTape(tape, link.tosMetrics);
        tape.close();
      }
      tape.close();
      tape.close();
      break;
    case 'network':
      tape.open(Field.networkLsa);
      tape.add(Field.networkMask, body.network.networkMask);
      tape.open(Field.networkRouters);
      for (const router of body.network.attachedRouters) tape.add(Field.networkRouter, router);
      tape.close();
      tape.close();
      break;
    case 'summary':
      tape.open(Field.summaryLsa);
      tape.add(Field.summaryMask, body.summary.networkMask);
      tape.add(Field.summaryMetric, body.summary.metric);
      if (body.summary.reserved !== 0) tape.add(Field.summaryReserved, body.summary.reserved);
      summaryTosToTape(tape, body.summary.tosMetrics);
      tape.close();
      break;
    case 'external':
      tape.open(Field.externalLsa);
      tape.add(Field.externalMask, body.external.networkMask);
      tape.open(Field.externalRoutes);
      for (const route of body.external.routes) {
        tape.open(Field.externalRoute);
        tape.add(Field.externalIsType2, (route.flags & EXTERNAL_TYPE_2) !== 0 ? 1 : 0);
        tape.add(Field.externalTos, route.flags & 0x7f);
        tape.add(Field.externalMetric, route.metric);
        tape.add(Field.externalForwarding, route.forwardingAddress);
        tape.add(Field.externalTag, route.routeTag);
        tape.close();
      }
      tape.close();
      tape.close();
      break;
    case 'opaque':
      tape.open(Field.opaque);
      valuesToTape(tape, 'ospf.lsa[].opaque', body.opaque);
      tape.close();
      break;
    case 'unknown':
      if (body.bytes.length > 0) tape.bytes(Field.lsaBody, body.bytes);
      break;
  }
  tape.close();
}

function routerTosToTape(tape: Tape, metrics: readonly RouterTosMetric[]): void {
  if (metrics.length === 0) return;
  tape.open(Field.linkTosList);
  for (const { tos, reserved, metric } of metrics) {
    tape.open(Field.linkTosEntry);
    tape.add(Field.linkTos, tos);
    if (reserved !== 0) tape.add(Field.linkTosReserved, reserved);
    tape.add(Field.linkTosMetric, metric);
    tape.close();
  }
  tape.close();
}

function summaryTosToTape(tape: Tape, metrics: readonly TosMetric[]): void {
  if (metrics.length === 0) return;
  tape.open(Field.summaryTosList);
  for (const { tos, metric } of metrics) {
    tape.open(Field.summaryTosEntry);
    tape.add(Field.summaryTos, tos);
    tape.add(Field.summaryTosMetric, metric);
    tape.close();
  }
  tape.close();
}
