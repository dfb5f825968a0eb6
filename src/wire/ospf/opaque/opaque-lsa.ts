/**
 * Opaque LSAs: LS types 9 (link), 10 (area) and 11 (autonomous system). [5250:3] The body behind the 20-byte LSA header.
 *
 * The link state id is an opaque type and an opaque id; the opaque type says what the body is, whatever the flooding scope.
 * A body that does not decode stays as bytes with its error: the LSA itself is well formed, and is flooded all the same.
 */
import type { Ipv4 } from '../../../base/address.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import { LsType } from '../lsa-header.js';
import type { ExtendedLinkLsa } from './extended-link-lsa.js';
import { decodeExtendedLinkLsa, encodeExtendedLinkLsa, extendedLinkLsaLength } from './extended-link-lsa.js';
import type { ExtendedPrefixLsa } from './extended-prefix-lsa.js';
import { decodeExtendedPrefixLsa, encodeExtendedPrefixLsa, extendedPrefixLsaLength } from './extended-prefix-lsa.js';
import type { GraceLsa } from './grace-lsa.js';
import { decodeGraceLsa, encodeGraceLsa, graceLsaLength } from './grace-lsa.js';
import type { RouterInformationLsa } from './router-information-lsa.js';
import { decodeRouterInformationLsa, encodeRouterInformationLsa, routerInformationLsaLength } from './router-information-lsa.js';
import { tlvErrors } from './tlv.js';
import type { TrafficEngineeringLsa } from './traffic-engineering-lsa.js';
import { decodeTrafficEngineeringLsa, encodeTrafficEngineeringLsa, trafficEngineeringLsaLength } from './traffic-engineering-lsa.js';

/** Those that are decoded here. */
export const OpaqueType = {
  trafficEngineering: 1,
  grace: 3,
  routerInformation: 4,
  interAsTrafficEngineering: 6,
  extendedPrefix: 7,
  extendedLink: 8,
} as const;

export type OpaqueBody =
  | { readonly kind: 'grace'; readonly grace: GraceLsa }
  | { readonly kind: 'traffic-engineering'; readonly trafficEngineering: TrafficEngineeringLsa }
  | { readonly kind: 'router-information'; readonly routerInformation: RouterInformationLsa }
  | { readonly kind: 'extended-prefix'; readonly extendedPrefix: ExtendedPrefixLsa }
  | { readonly kind: 'extended-link'; readonly extendedLink: ExtendedLinkLsa }
  /** Decoded: a view. No error: of an opaque type that is not decoded here. */
  | { readonly kind: 'raw'; readonly bytes: Uint8Array; readonly error?: DecodeError };

export function isOpaque(lsType: number): boolean {
  return lsType >= LsType.opaqueLink && lsType <= LsType.opaqueAs;
}

/** The first 8 bits of the link state id. [5250:A.2] */
export function opaqueType(linkStateId: Ipv4): number {
  return linkStateId >>> 24;
}

/** The other 24. */
export function opaqueId(linkStateId: Ipv4): number {
  return linkStateId & 0xffffff;
}

export function opaqueLinkStateId(type: number, id: number): Ipv4 {
  return ((type << 24) | (id & 0xffffff)) >>> 0;
}

/** Reads up to the end of the reader; never an error by itself. */
export function decodeOpaqueBody(r: ByteReader, type: number): OpaqueBody {
  const start = r.offset;
  switch (type) {
    case OpaqueType.grace: {
      const grace = decodeGraceLsa(r);
      return grace instanceof DecodeError ? rawFrom(r, start, grace) : { kind: 'grace', grace };
    }
    case OpaqueType.trafficEngineering:
    case OpaqueType.interAsTrafficEngineering: {
      const trafficEngineering = decodeTrafficEngineeringLsa(r);
      if (trafficEngineering instanceof DecodeError) return rawFrom(r, start, trafficEngineering);
      return { kind: 'traffic-engineering', trafficEngineering };
    }
    case OpaqueType.routerInformation: {
      const routerInformation = decodeRouterInformationLsa(r);
      if (routerInformation instanceof DecodeError) return rawFrom(r, start, routerInformation);
      return { kind: 'router-information', routerInformation };
    }
    case OpaqueType.extendedPrefix: {
      const extendedPrefix = decodeExtendedPrefixLsa(r);
      return extendedPrefix instanceof DecodeError ? rawFrom(r, start, extendedPrefix) : { kind: 'extended-prefix', extendedPrefix };
    }
    case OpaqueType.extendedLink: {
      const extendedLink = decodeExtendedLinkLsa(r);
      return extendedLink instanceof DecodeError ? rawFrom(r, start, extendedLink) : { kind: 'extended-link', extendedLink };
    }
    default:
      return rawFrom(r, start);
  }
}

function rawFrom(r: ByteReader, start: number, error?: DecodeError): OpaqueBody {
  r.offset = start;
  return { kind: 'raw', bytes: r.view(r.remaining), error };
}

export function opaqueBodyLength(body: OpaqueBody): number {
  switch (body.kind) {
    case 'grace': return graceLsaLength(body.grace);
    case 'traffic-engineering': return trafficEngineeringLsaLength(body.trafficEngineering);
    case 'router-information': return routerInformationLsaLength(body.routerInformation);
    case 'extended-prefix': return extendedPrefixLsaLength(body.extendedPrefix);
    case 'extended-link': return extendedLinkLsaLength(body.extendedLink);
    case 'raw': return body.bytes.length;
  }
}

export function encodeOpaqueBody(body: OpaqueBody, w: ByteWriter): void {
  switch (body.kind) {
    case 'grace': encodeGraceLsa(body.grace, w); break;
    case 'traffic-engineering': encodeTrafficEngineeringLsa(body.trafficEngineering, w); break;
    case 'router-information': encodeRouterInformationLsa(body.routerInformation, w); break;
    case 'extended-prefix': encodeExtendedPrefixLsa(body.extendedPrefix, w); break;
    case 'extended-link': encodeExtendedLinkLsa(body.extendedLink, w); break;
    case 'raw': w.raw(body.bytes); break;
  }
}

/** What inside the body did not decode, in the order of the bytes. Empty: all is well, or of a type that is not decoded. */
export function opaqueBodyErrors(body: OpaqueBody): DecodeError[] {
  switch (body.kind) {
    case 'grace': return tlvErrors(body.grace.tlvs);
    case 'traffic-engineering': return tlvErrors(body.trafficEngineering.tlvs);
    case 'router-information': return tlvErrors(body.routerInformation.tlvs);
    case 'extended-prefix': return tlvErrors(body.extendedPrefix.tlvs);
    case 'extended-link': return tlvErrors(body.extendedLink.tlvs);
    case 'raw': return body.error ? [body.error] : [];
  }
}
