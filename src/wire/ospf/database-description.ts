/**
 * Database Description. [2328:A.3.3] The body behind the 24-byte header.
 */
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { LSA_HEADER_LENGTH, LsaHeader, encodeLsaHeader, readLsaHeader } from './lsa-header.js';

const FIXED_LENGTH = 8;

export const DdFlag = { master: 1, more: 2, init: 4 } as const;

export class DatabaseDescription {
  interfaceMtu = 0;
  options = 0;
  /** All eight bits; see DdFlag. */
  flags = 0;
  sequence = 0;
  headers: LsaHeader[] = [];
}

export function decodeDatabaseDescription(r: ByteReader): DatabaseDescription | DecodeError {
  if (r.remaining < FIXED_LENGTH) {
    return new DecodeError('truncated', r.offset, '[2328:A.3.3]', r.remaining, FIXED_LENGTH);
  }
  if ((r.remaining - FIXED_LENGTH) % LSA_HEADER_LENGTH !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.3.3]', r.remaining, `${FIXED_LENGTH} + a multiple of ${LSA_HEADER_LENGTH}`);
  }
  const dd = new DatabaseDescription();
  dd.interfaceMtu = r.u16();
  dd.options = r.u8();
  dd.flags = r.u8();
  dd.sequence = r.u32();
  while (r.remaining > 0) {
    const header = new LsaHeader();
    readLsaHeader(r, header);
    dd.headers.push(header);
  }
  return dd;
}

export function databaseDescriptionLength(dd: DatabaseDescription): number {
  return FIXED_LENGTH + LSA_HEADER_LENGTH * dd.headers.length;
}

export function encodeDatabaseDescription(dd: DatabaseDescription, w: ByteWriter): void {
  w.u16(dd.interfaceMtu);
  w.u8(dd.options);
  w.u8(dd.flags);
  w.u32(dd.sequence);
  for (const header of dd.headers) encodeLsaHeader(header, w);
}
