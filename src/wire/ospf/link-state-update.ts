/**
 * Link State Update. [2328:A.3.5] The body behind the 24-byte header: whole LSAs, each kept as the bytes that came.
 *
 * The bodies are not decoded here: an update may carry types that we do not know, and one malformed LSA must
 * not take the others down with it. [2328:13(2)] `lsas` holds views into the packet; copy what is kept.
 */
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { LSA_HEADER_LENGTH } from './lsa-header.js';

export class LinkStateUpdate {
  lsas: Uint8Array[] = [];
}

export function decodeLinkStateUpdate(r: ByteReader): LinkStateUpdate | DecodeError {
  const { offset } = r;
  const wrong = checkLinkStateUpdate(r);
  if (wrong !== undefined) return wrong;
  r.offset = offset;
  const update = new LinkStateUpdate();
  for (let left = r.u32(); left > 0; left--) update.lsas.push(r.view(lengthOfNextLsa(r)));
  return update;
}

/** Whether it holds as many whole LSAs as it says and nothing else, so that they may be read where they are; undefined: it does. Leaves the reader at its end. */
export function checkLinkStateUpdate(r: ByteReader): DecodeError | undefined {
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[2328:A.3.5]', r.remaining, 4);
  for (let left = r.u32(); left > 0; left--) {
    if (r.remaining < LSA_HEADER_LENGTH) return new DecodeError('truncated', r.offset, '[2328:A.3.5]', r.remaining, LSA_HEADER_LENGTH);
    const length = lengthOfNextLsa(r);
    if (length < LSA_HEADER_LENGTH || length > r.remaining) {
      return new DecodeError('length', r.offset + 18, '[2328:A.4.1]', length, `${LSA_HEADER_LENGTH}-${r.remaining}`);
    }
    r.skip(length);
  }
  return r.remaining > 0 ? new DecodeError('length', r.offset, '[2328:A.3.5]', r.remaining, 0) : undefined;
}

/** Of the LSA that begins where the reader is; its header is known to be there. */
export function lengthOfNextLsa({ bytes, offset }: ByteReader): number {
  return (bytes[offset + 18] << 8) | bytes[offset + 19];
}

export function linkStateUpdateLength(update: LinkStateUpdate): number {
  let length = 4;
  for (const lsa of update.lsas) length += lsa.length;
  return length;
}

export function encodeLinkStateUpdate(update: LinkStateUpdate, w: ByteWriter): void {
  w.u32(update.lsas.length);
  for (const lsa of update.lsas) w.raw(lsa);
}
