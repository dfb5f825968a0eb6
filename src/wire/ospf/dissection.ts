/**
 * A whole OSPF packet taken apart down to its LSAs, and put together again byte for byte.
 *
 * For tests, `decode` and `verify`. The protocol itself does not come through here: it decodes the header, checks
 * authentication with its own key, and reads the one body that it needs.
 * Header and checksum are kept as they came, because a digest cannot be made anew without the key. The checksum is
 * verified where the type says that there is one. An LSA that does not decode is kept as bytes with its error, and
 * the others of the same update are read all the same. [2328:13(2)]
 *
 * Behind the length of the packet: with cryptographic authentication its digest (authentication.ts), then the link-local
 * signalling block of a Hello or Database Description with the L bit, then whatever else there is.
 */
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { claimedTrailerLength } from './authentication.js';
import type { DatabaseDescription } from './database-description.js';
import { databaseDescriptionLength, decodeDatabaseDescription, encodeDatabaseDescription } from './database-description.js';
import type { Hello } from './hello.js';
import { decodeHello, encodeHello, helloLength } from './hello.js';
import type { LinkStateAcknowledgment } from './link-state-acknowledgment.js';
import {
  decodeLinkStateAcknowledgment, encodeLinkStateAcknowledgment, linkStateAcknowledgmentLength,
} from './link-state-acknowledgment.js';
import type { LinkStateRequest } from './link-state-request.js';
import { decodeLinkStateRequest, encodeLinkStateRequest, linkStateRequestLength } from './link-state-request.js';
import { decodeLinkStateUpdate } from './link-state-update.js';
import {
  LinkLocalSignaling, claimedLength, decodeLinkLocalSignaling, encodeLinkLocalSignaling, linkLocalSignalingLength,
} from './link-local-signaling.js';
import { Lsa, decodeLsa, encodeLsa, lsaErrors, lsaLength } from './lsa.js';
import { tlvErrors } from './opaque/tlv.js';
import { OptionBit } from './options.js';
import type { OspfHeader } from './packet.js';
import { AuthType, OSPF_HEADER_LENGTH, PacketType, decodeOspfHeader, encodeOspfHeader, ospfChecksum } from './packet.js';

const NOTHING = new Uint8Array(0);

/** A link-local signalling block that does not decode: all that it claims, or all that is left. `bytes` is a view. */
export class RawLinkLocalSignaling {
  readonly bytes: Uint8Array;
  readonly error: DecodeError;

  constructor(bytes: Uint8Array, error: DecodeError) {
    this.bytes = bytes;
    this.error = error;
  }
}

/** An LSA that does not decode. `bytes` is a view. */
export class RawLsa {
  readonly bytes: Uint8Array;
  readonly error: DecodeError;

  constructor(bytes: Uint8Array, error: DecodeError) {
    this.bytes = bytes;
    this.error = error;
  }
}

export type OspfBody =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'database-description'; readonly databaseDescription: DatabaseDescription }
  | { readonly kind: 'link-state-request'; readonly linkStateRequest: LinkStateRequest }
  | { readonly kind: 'link-state-update'; readonly lsas: readonly (Lsa | RawLsa)[] }
  | { readonly kind: 'link-state-acknowledgment'; readonly linkStateAcknowledgment: LinkStateAcknowledgment };

export class OspfPacket {
  readonly kind = 'ospf';
  header: OspfHeader;
  body: OspfBody;
  /** With cryptographic authentication the digest [2328:D.4.3], with AuType 3 the sequence number in front [7474:3]. A view. */
  authenticationTrailer: Uint8Array;
  /** With the L bit. [5613:2] */
  linkLocalSignaling: LinkLocalSignaling | RawLinkLocalSignaling | undefined;
  /** Behind all that. A view. */
  trailer: Uint8Array;

  constructor(
    header: OspfHeader, body: OspfBody, trailer: Uint8Array = NOTHING, authenticationTrailer: Uint8Array = NOTHING,
    linkLocalSignaling?: LinkLocalSignaling | RawLinkLocalSignaling,
  ) {
    this.header = header;
    this.body = body;
    this.authenticationTrailer = authenticationTrailer;
    this.linkLocalSignaling = linkLocalSignaling;
    this.trailer = trailer;
  }
}

/** The reader ends where the IPv4 packet ends; it is read up to there. */
export function decodeOspfPacket(r: ByteReader): OspfPacket | DecodeError {
  const start = r.offset;
  const end = r.end;
  const header = decodeOspfHeader(r);
  if (header instanceof DecodeError) return header;
  if (header.authType === AuthType.none || header.authType === AuthType.simple) {
    const want = ospfChecksum(r.bytes, start, header.length);
    if (header.checksum !== want) return new DecodeError('checksum', start + 12, '[2328:8.2]', header.checksum, want);
  }
  r.end = start + header.length;
  const body = decodeOspfBody(r, header.type);
  r.end = end;
  if (body instanceof DecodeError) return body;
  const authenticationTrailer = viewOf(r, Math.min(claimedTrailerLength(header), r.remaining));
  const linkLocalSignaling = hasLinkLocalSignaling(body) ? readLinkLocalSignaling(r, header) : undefined;
  return new OspfPacket(header, body, viewOf(r, r.remaining), authenticationTrailer, linkLocalSignaling);
}

/** A view costs more than the rest of a short packet, and most packets have nothing behind them. */
function viewOf(r: ByteReader, length: number): Uint8Array {
  return length === 0 ? NOTHING : r.view(length);
}

/** The L bit, which only these two have. [5613:2.1] */
export function hasLinkLocalSignaling(body: OspfBody): boolean {
  switch (body.kind) {
    case 'hello': return (body.hello.options & OptionBit.linkLocalSignaling) !== 0;
    case 'database-description': return (body.databaseDescription.options & OptionBit.linkLocalSignaling) !== 0;
    default: return false;
  }
}

function readLinkLocalSignaling(r: ByteReader, header: OspfHeader): LinkLocalSignaling | RawLinkLocalSignaling {
  const start = r.offset;
  const length = claimedLength(r);
  const block = decodeLinkLocalSignaling(r, header.authType === AuthType.none || header.authType === AuthType.simple);
  if (!(block instanceof DecodeError)) return block; // [5613:2]
  r.offset = start;
  return new RawLinkLocalSignaling(r.view(length instanceof DecodeError ? r.remaining : length), block);
}

/** What inside a packet that decoded did not decode, in the order of the bytes. Empty: all is well. */
export function ospfPacketErrors(packet: OspfPacket): DecodeError[] {
  const errors: DecodeError[] = [];
  if (packet.body.kind === 'link-state-update') {
    for (const lsa of packet.body.lsas) {
      if (lsa instanceof Lsa) errors.push(...lsaErrors(lsa));
      else errors.push(lsa.error);
    }
  }
  const block = packet.linkLocalSignaling;
  if (block instanceof LinkLocalSignaling) tlvErrors(block.tlvs, errors);
  else if (block !== undefined) errors.push(block.error);
  return errors;
}

function decodeOspfBody(r: ByteReader, type: number): OspfBody | DecodeError {
  switch (type) {
    case PacketType.hello: {
      const hello = decodeHello(r);
      return hello instanceof DecodeError ? hello : { kind: 'hello', hello };
    }
    case PacketType.databaseDescription: {
      const databaseDescription = decodeDatabaseDescription(r);
      if (databaseDescription instanceof DecodeError) return databaseDescription;
      return { kind: 'database-description', databaseDescription };
    }
    case PacketType.linkStateRequest: {
      const linkStateRequest = decodeLinkStateRequest(r);
      return linkStateRequest instanceof DecodeError ? linkStateRequest : { kind: 'link-state-request', linkStateRequest };
    }
    case PacketType.linkStateUpdate: {
      const update = decodeLinkStateUpdate(r);
      if (update instanceof DecodeError) return update;
      const lsas = update.lsas.map((view) => {
        const lsaStart = view.byteOffset - r.bytes.byteOffset;
        const lsa = decodeLsa(r.bytes, lsaStart, lsaStart + view.length);
        return lsa instanceof DecodeError ? new RawLsa(view, lsa) : lsa;
      });
      return { kind: 'link-state-update', lsas };
    }
    case PacketType.linkStateAcknowledgment: {
      const linkStateAcknowledgment = decodeLinkStateAcknowledgment(r);
      if (linkStateAcknowledgment instanceof DecodeError) return linkStateAcknowledgment;
      return { kind: 'link-state-acknowledgment', linkStateAcknowledgment };
    }
    default:
      return new DecodeError('value', r.offset - OSPF_HEADER_LENGTH + 1, '[2328:A.3.1]', type, '1-5');
  }
}

/** All that follows included. */
export function ospfPacketLength(packet: OspfPacket): number {
  return OSPF_HEADER_LENGTH + ospfBodyLength(packet.body) + packet.authenticationTrailer.length +
    blockLength(packet.linkLocalSignaling) + packet.trailer.length;
}

function blockLength(block: OspfPacket['linkLocalSignaling']): number {
  if (block === undefined) return 0;
  return block instanceof LinkLocalSignaling ? linkLocalSignalingLength(block) : block.bytes.length;
}

export function ospfBodyLength(body: OspfBody): number {
  switch (body.kind) {
    case 'hello': return helloLength(body.hello);
    case 'database-description': return databaseDescriptionLength(body.databaseDescription);
    case 'link-state-request': return linkStateRequestLength(body.linkStateRequest);
    case 'link-state-update': {
      let length = 4;
      for (const lsa of body.lsas) length += lsa instanceof Lsa ? lsaLength(lsa) : lsa.bytes.length;
      return length;
    }
    case 'link-state-acknowledgment': return linkStateAcknowledgmentLength(body.linkStateAcknowledgment);
  }
}

/** Writes the header, and the signalling block's checksum, as they stand: those are the caller's (sealPacket, sealLinkLocalSignaling). */
export function encodeOspfPacket(packet: OspfPacket, w: ByteWriter): void {
  encodeOspfHeader(packet.header, w);
  encodeOspfBody(packet.body, w);
  w.raw(packet.authenticationTrailer);
  const block = packet.linkLocalSignaling;
  if (block instanceof LinkLocalSignaling) encodeLinkLocalSignaling(block, w);
  else if (block !== undefined) w.raw(block.bytes);
  w.raw(packet.trailer);
}

export function encodeOspfBody(body: OspfBody, w: ByteWriter): void {
  switch (body.kind) {
    case 'hello': encodeHello(body.hello, w); break;
    case 'database-description': encodeDatabaseDescription(body.databaseDescription, w); break;
    case 'link-state-request': encodeLinkStateRequest(body.linkStateRequest, w); break;
    case 'link-state-update':
      w.u32(body.lsas.length);
      for (const lsa of body.lsas) {
        if (lsa instanceof Lsa) encodeLsa(lsa, w);
        else w.raw(lsa.bytes);
      }
      break;
    case 'link-state-acknowledgment': encodeLinkStateAcknowledgment(body.linkStateAcknowledgment, w); break;
  }
}
