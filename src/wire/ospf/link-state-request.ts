/**
 * Link State Request. [2328:A.3.4] The body behind the 24-byte header: a list of LSA identities.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

const ENTRY_LENGTH = 12;

export class LinkStateRequestEntry {
  /** 32 bits on the wire. */
  lsType = 0;
  linkStateId: Ipv4 = 0;
  advertisingRouter: Ipv4 = 0;
}

export class LinkStateRequest {
  entries: LinkStateRequestEntry[] = [];
}

export function decodeLinkStateRequest(r: ByteReader): LinkStateRequest | DecodeError {
  if (r.remaining % ENTRY_LENGTH !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.3.4]', r.remaining, `a multiple of ${ENTRY_LENGTH}`);
  }
  const request = new LinkStateRequest();
  while (r.remaining > 0) {
    const entry = new LinkStateRequestEntry();
    entry.lsType = r.u32();
    entry.linkStateId = r.u32();
    entry.advertisingRouter = r.u32();
    request.entries.push(entry);
  }
  return request;
}

export function linkStateRequestLength(request: LinkStateRequest): number {
  return ENTRY_LENGTH * request.entries.length;
}

export function encodeLinkStateRequest(request: LinkStateRequest, w: ByteWriter): void {
  for (const entry of request.entries) {
    w.u32(entry.lsType);
    w.u32(entry.linkStateId);
    w.u32(entry.advertisingRouter);
  }
}
