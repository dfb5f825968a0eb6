/**
 * AS-external-LSA body. [2328:A.4.5] Behind the 20-byte LSA header. An NSSA-LSA, type 7, has the same body; its P bit is in
 * the options of the header. [3101:C]
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

/** The E bit: the metric is of type 2. It shares its byte with the TOS. */
export const EXTERNAL_TYPE_2 = 0x80;

export class ExternalRoute {
  /** E bit and TOS; the TOS of the first route is 0. */
  flags = 0;
  metric = 0;
  forwardingAddress: Ipv4 = 0;
  routeTag = 0;
}

export class AsExternalLsa {
  networkMask: Ipv4 = 0;
  /** The first is TOS 0; any others are per TOS. */
  routes: ExternalRoute[] = [];
}

export function decodeAsExternalLsa(r: ByteReader): AsExternalLsa | DecodeError {
  if (r.remaining < 16 || (r.remaining - 4) % 12 !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.4.5]', r.remaining, '4 + a multiple of 12');
  }
  const lsa = new AsExternalLsa();
  lsa.networkMask = r.u32();
  while (r.remaining > 0) {
    const route = new ExternalRoute();
    route.flags = r.u8();
    route.metric = r.u24();
    route.forwardingAddress = r.u32();
    route.routeTag = r.u32();
    lsa.routes.push(route);
  }
  return lsa;
}

export function asExternalLsaLength(lsa: AsExternalLsa): number {
  return 4 + 12 * lsa.routes.length;
}

export function encodeAsExternalLsa(lsa: AsExternalLsa, w: ByteWriter): void {
  w.u32(lsa.networkMask);
  for (const route of lsa.routes) {
    w.u8(route.flags);
    w.u24(route.metric);
    w.u32(route.forwardingAddress);
    w.u32(route.routeTag);
  }
}
