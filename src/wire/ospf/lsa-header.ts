/**
 * The 20 bytes that begin every LSA, and stand alone in Database Description and Acknowledgment. [2328:A.4.1]
 *
 * Options and the meaning of the link state id depend on the type; this file does not interpret them.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

export const LSA_HEADER_LENGTH = 20;

/** [2328:A.4.1] [1584:A.3] [3101:C] [5250:3] */
export const LsType = {
  router: 1,
  network: 2,
  summaryNetwork: 3,
  summaryAsbr: 4,
  asExternal: 5,
  /** Multicast OSPF; kept as bytes. */
  groupMembership: 6,
  /** Not-so-stubby areas' externals, in the format of type 5. */
  nssa: 7,
  /** Never used; kept as bytes. */
  externalAttributes: 8,
  opaqueLink: 9,
  opaqueArea: 10,
  opaqueAs: 11,
} as const;

/** The most that the age field of a valid LSA holds. [2328:B] */
export const MAX_AGE_SECONDS = 3600;
export const INITIAL_SEQUENCE_NUMBER = 0x80000001 | 0;
export const MAX_SEQUENCE_NUMBER = 0x7fffffff;

export class LsaHeader {
  /** LS age, including what the sender's DoNotAge bit would set; seconds. */
  age = 0;
  options = 0;
  lsType = 0;
  linkStateId: Ipv4 = 0;
  advertisingRouter: Ipv4 = 0;
  /** Signed 32 bits, as the standard compares it. [2328:12.1.6] */
  sequence = INITIAL_SEQUENCE_NUMBER;
  checksum = 0;
  /** Of the whole LSA, header included. */
  length = LSA_HEADER_LENGTH;
}

/** A header that says the same with another age. */
export function copyHeader(from: LsaHeader, ageSeconds: number): LsaHeader {
  const h = new LsaHeader();
  h.age = ageSeconds;
  h.options = from.options;
  h.lsType = from.lsType;
  h.linkStateId = from.linkStateId;
  h.advertisingRouter = from.advertisingRouter;
  h.sequence = from.sequence;
  h.checksum = from.checksum;
  h.length = from.length;
  return h;
}

export function decodeLsaHeader(r: ByteReader): LsaHeader | DecodeError {
  if (r.remaining < LSA_HEADER_LENGTH) {
    return new DecodeError('truncated', r.offset, '[2328:A.4.1]', r.remaining, LSA_HEADER_LENGTH);
  }
  const h = new LsaHeader();
  readLsaHeader(r, h);
  return h;
}

/** Reads 20 bytes that the caller knows to be there into an existing header. */
export function readLsaHeader(r: ByteReader, h: LsaHeader): void {
  h.age = r.u16();
  h.options = r.u8();
  h.lsType = r.u8();
  h.linkStateId = r.u32();
  h.advertisingRouter = r.u32();
  h.sequence = r.u32() | 0;
  h.checksum = r.u16();
  h.length = r.u16();
}

export function encodeLsaHeader(h: LsaHeader, w: ByteWriter): void {
  w.u16(h.age);
  w.u8(h.options);
  w.u8(h.lsType);
  w.u32(h.linkStateId);
  w.u32(h.advertisingRouter);
  w.u32(h.sequence);
  w.u16(h.checksum);
  w.u16(h.length);
}
