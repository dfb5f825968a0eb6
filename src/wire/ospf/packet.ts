/**
 * The 24 bytes that begin every OSPF packet, and the packet checksum. [2328:A.3.1]
 *
 * Authentication lives in authentication.ts; this file keeps its 8 bytes as they are.
 * The packet length field is `length`; a cryptographic digest follows it and is not counted. [2328:D.4.3]
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { foldChecksum, onesSum } from '../internet-checksum.js';

export const OSPF_HEADER_LENGTH = 24;
export const OSPF_VERSION = 2;
/** IP protocol number. [2328:A.1] */
export const OSPF_PROTOCOL = 89;
export const ALL_SPF_ROUTERS: Ipv4 = 0xe0000005;
export const ALL_D_ROUTERS: Ipv4 = 0xe0000006;

export const PacketType = {
  hello: 1,
  databaseDescription: 2,
  linkStateRequest: 3,
  linkStateUpdate: 4,
  linkStateAcknowledgment: 5,
} as const;

export const AuthType = { none: 0, simple: 1, cryptographic: 2, /** [7474:3] */ cryptographicExtended: 3 } as const;

export class OspfHeader {
  version = OSPF_VERSION;
  type = 0;
  /** Header and body, without a trailing digest. */
  length = OSPF_HEADER_LENGTH;
  routerId: Ipv4 = 0;
  areaId: Ipv4 = 0;
  checksum = 0;
  authType = 0;
  /** The 8 bytes of the authentication field as two words. */
  authHigh = 0;
  authLow = 0;
}

export function decodeOspfHeader(r: ByteReader): OspfHeader | DecodeError {
  const start = r.offset;
  if (r.remaining < OSPF_HEADER_LENGTH) {
    return new DecodeError('truncated', start, '[2328:A.3.1]', r.remaining, OSPF_HEADER_LENGTH);
  }
  const available = r.remaining;
  const h = new OspfHeader();
  h.version = r.u8();
  h.type = r.u8();
  h.length = r.u16();
  h.routerId = r.u32();
  h.areaId = r.u32();
  h.checksum = r.u16();
  h.authType = r.u16();
  h.authHigh = r.u32();
  h.authLow = r.u32();
  if (h.version !== OSPF_VERSION) return new DecodeError('version', start, '[2328:8.2]', h.version, OSPF_VERSION); // [2328:8.2 version]
  if (h.type < 1 || h.type > 5) return new DecodeError('value', start + 1, '[2328:A.3.1]', h.type, '1-5');
  if (h.length < OSPF_HEADER_LENGTH || h.length > available) {
    return new DecodeError('length', start + 2, '[2328:A.3.1]', h.length, `${OSPF_HEADER_LENGTH}-${available}`);
  }
  return h;
}

export function encodeOspfHeader(h: OspfHeader, w: ByteWriter): void {
  w.u8(h.version); // [2328:8.1 version]
  w.u8(h.type);
  w.u16(h.length);
  w.u32(h.routerId);
  w.u32(h.areaId);
  w.u16(h.checksum);
  w.u16(h.authType);
  w.u32(h.authHigh);
  w.u32(h.authLow);
}

/** The checksum over the packet without its 64-bit authentication field; the checksum field counts as zero. */
export function ospfChecksum(bytes: Uint8Array, start: number, length: number): number {
  const sum = onesSum(bytes, start, start + 12) + onesSum(bytes, start + 14, start + 16) +
    onesSum(bytes, start + OSPF_HEADER_LENGTH, start + length);
  return foldChecksum(sum);
}
