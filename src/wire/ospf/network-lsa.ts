/**
 * Network-LSA body. [2328:A.4.3] Behind the 20-byte LSA header.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

export class NetworkLsa {
  networkMask: Ipv4 = 0;
  attachedRouters: Ipv4[] = [];
}

export function decodeNetworkLsa(r: ByteReader): NetworkLsa | DecodeError {
  if (r.remaining < 4 || r.remaining % 4 !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.4.3]', r.remaining, '4 or a larger multiple of 4');
  }
  const lsa = new NetworkLsa();
  lsa.networkMask = r.u32();
  while (r.remaining > 0) lsa.attachedRouters.push(r.u32());
  return lsa;
}

export function networkLsaLength(lsa: NetworkLsa): number {
  return 4 + 4 * lsa.attachedRouters.length;
}

export function encodeNetworkLsa(lsa: NetworkLsa, w: ByteWriter): void {
  w.u32(lsa.networkMask);
  for (const router of lsa.attachedRouters) w.u32(router);
}
