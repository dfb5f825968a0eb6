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
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[2328:A.3.5]', r.remaining, 4);
  const update = new LinkStateUpdate();
  const count = r.u32();
  for (let i = 0; i < count; i++) {
    if (r.remaining < LSA_HEADER_LENGTH) {
      return new DecodeError('truncated', r.offset, '[2328:A.3.5]', r.remaining, LSA_HEADER_LENGTH);
    }
    const length = (r.bytes[r.offset + 18] << 8) | r.bytes[r.offset + 19];
    if (length < LSA_HEADER_LENGTH || length > r.remaining) {
      return new DecodeError('length', r.offset + 18, '[2328:A.4.1]', length, `${LSA_HEADER_LENGTH}-${r.remaining}`);
    }
    update.lsas.push(r.view(length));
  }
  if (r.remaining > 0) return new DecodeError('length', r.offset, '[2328:A.3.5]', r.remaining, 0);
  return update;
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
