/**
 * VRRP advertisements: version 2 [3768:5] with the authentication data of [2338:5.3.6], version 3 over IPv4 [5798:5].
 *
 * Version 3's checksum covers a pseudo header too [5798:5.2.8]; some routers leave it out, and `hasPseudoHeader` keeps
 * which it was. What follows the message (an authentication trailer, padding) stays in the reader.
 */
import type { Ipv4 } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, onesSum } from './internet-checksum.js';
import { IpProtocol } from './ipv4.js';

/** Destination of every advertisement; the TTL is 255. [5798:5.1.1.2] */
export const VRRP_GROUP: Ipv4 = 0xe0000012;
/** "The master stops here." [5798:5.2.4] */
export const VRRP_PRIORITY_RELEASE = 0;
/** The owner of the addresses. */
export const VRRP_PRIORITY_OWNER = 255;
export const VRRP_ADVERTISEMENT = 1;
/** Authentication types of version 2. [2338:5.3.6] */
export const VrrpAuthentication = { none: 0, simple: 1, header: 2 } as const;

const HEADER_LENGTH = 8;
const AUTHENTICATION_LENGTH = 8;

export class VrrpVersion2 {
  readonly version = 2;
  type = VRRP_ADVERTISEMENT;
  virtualRouterId = 1;
  priority = 100;
  authenticationType: number = VrrpAuthentication.none;
  advertisementIntervalSeconds = 1;
  addresses: Ipv4[] = [];
  /** 8 bytes: the password, padded with zero bytes, or zero. Decoded: a view. */
  authenticationData: Uint8Array = new Uint8Array(AUTHENTICATION_LENGTH);
}

export class VrrpVersion3 {
  readonly version = 3;
  type = VRRP_ADVERTISEMENT;
  virtualRouterId = 1;
  priority = 100;
  /** Four bits, zero. */
  reserved = 0;
  /** Hundredths of a second, 12 bits. */
  maximumAdvertisementIntervalCentiseconds = 100;
  addresses: Ipv4[] = [];
  /** The checksum covers source, destination, protocol and length. */
  hasPseudoHeader = true;
}

export type VrrpMessage = VrrpVersion2 | VrrpVersion3;

/** The addresses are those of the IPv4 header. */
export function decodeVrrp(r: ByteReader, source: Ipv4, destination: Ipv4): VrrpMessage | DecodeError {
  const start = r.offset;
  if (r.remaining < HEADER_LENGTH) return new DecodeError('truncated', start, '[5798:5.1]', r.remaining, HEADER_LENGTH);
  const version = r.bytes[start] >>> 4;
  if (version !== 2 && version !== 3) return new DecodeError('version', start, '[5798:5.2.1]', version, '2 or 3');
  const count = r.bytes[start + 3];
  const length = HEADER_LENGTH + 4 * count + (version === 2 ? AUTHENTICATION_LENGTH : 0);
  if (r.remaining < length) return new DecodeError('truncated', start, '[5798:7.1]', r.remaining, length);
  const m = version === 2 ? new VrrpVersion2() : new VrrpVersion3();
  const checksum = (r.bytes[start + 6] << 8) | r.bytes[start + 7];
  const plain = vrrpChecksum(r.bytes, start, length, 0);
  if (m.version === 2) {
    if (checksum !== plain) return new DecodeError('checksum', start + 6, '[3768:5.3.8]', checksum, plain);
  } else {
    const want = vrrpChecksum(r.bytes, start, length, pseudoSum(source, destination, length));
    m.hasPseudoHeader = checksum === want;
    if (!m.hasPseudoHeader && checksum !== plain) return new DecodeError('checksum', start + 6, '[5798:5.2.8]', checksum, want);
  }
  m.type = r.u8() & 15;
  m.virtualRouterId = r.u8();
  m.priority = r.u8();
  r.skip(1);
  if (m.version === 2) {
    m.authenticationType = r.u8();
    m.advertisementIntervalSeconds = r.u8();
  } else {
    const word = r.u16();
    m.reserved = word >>> 12;
    m.maximumAdvertisementIntervalCentiseconds = word & 0xfff;
  }
  r.skip(2);
  for (let i = 0; i < count; i++) m.addresses.push(r.u32());
  if (m.version === 2) m.authenticationData = r.view(AUTHENTICATION_LENGTH);
  return m;
}

export function vrrpLength(m: VrrpMessage): number {
  return HEADER_LENGTH + 4 * m.addresses.length + (m.version === 2 ? AUTHENTICATION_LENGTH : 0);
}

export function encodeVrrp(m: VrrpMessage, source: Ipv4, destination: Ipv4, w: ByteWriter): void {
  const start = w.offset;
  w.u8((m.version << 4) | m.type);
  w.u8(m.virtualRouterId);
  w.u8(m.priority);
  w.u8(m.addresses.length);
  if (m.version === 2) {
    w.u8(m.authenticationType);
    w.u8(m.advertisementIntervalSeconds);
  } else {
    w.u16((m.reserved << 12) | m.maximumAdvertisementIntervalCentiseconds);
  }
  w.u16(0);
  for (const address of m.addresses) w.u32(address);
  if (m.version === 2) w.raw(m.authenticationData);
  const length = w.offset - start;
  const initial = m.version === 3 && m.hasPseudoHeader ? pseudoSum(source, destination, length) : 0;
  w.patchU16(start + 6, vrrpChecksum(w.bytes, start, length, initial));
}

function pseudoSum(source: Ipv4, destination: Ipv4, length: number): number {
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + IpProtocol.vrrp + length;
}

/** The field itself counts as zero. */
function vrrpChecksum(bytes: Uint8Array, start: number, length: number, initial: number): number {
  return foldChecksum(onesSum(bytes, start, start + 6, initial) + onesSum(bytes, start + 8, start + length));
}
