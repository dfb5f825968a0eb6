/**
 * Link State Acknowledgment. [2328:A.3.6] The body behind the 24-byte header: LSA headers.
 */
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { LSA_HEADER_LENGTH, LsaHeader, encodeLsaHeader, readLsaHeader } from './lsa-header.js';

export class LinkStateAcknowledgment {
  headers: LsaHeader[] = [];
}

/** Whether whole headers are left, which any bytes are; they may then be read one after the other. Undefined: they are. */
export function checkLinkStateAcknowledgment(r: ByteReader): DecodeError | undefined {
  if (r.remaining % LSA_HEADER_LENGTH === 0) return undefined;
  return new DecodeError('length', r.offset, '[2328:A.3.6]', r.remaining, `a multiple of ${LSA_HEADER_LENGTH}`);
}

export function decodeLinkStateAcknowledgment(r: ByteReader): LinkStateAcknowledgment | DecodeError {
  const wrong = checkLinkStateAcknowledgment(r);
  if (wrong !== undefined) return wrong;
  const acknowledgment = new LinkStateAcknowledgment();
  while (r.remaining > 0) {
    const header = new LsaHeader();
    readLsaHeader(r, header);
    acknowledgment.headers.push(header);
  }
  return acknowledgment;
}

export function linkStateAcknowledgmentLength(acknowledgment: LinkStateAcknowledgment): number {
  return LSA_HEADER_LENGTH * acknowledgment.headers.length;
}

export function encodeLinkStateAcknowledgment(acknowledgment: LinkStateAcknowledgment, w: ByteWriter): void {
  for (const header of acknowledgment.headers) encodeLsaHeader(header, w);
}
