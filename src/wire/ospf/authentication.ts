/**
 * OSPF authentication: null, simple password and MD5. [2328:D] Read D.3 first, then D.4 (sending) and D.5 (receiving).
 *
 * `sealPacket` finishes a packet that is complete but for checksum and authentication; `verifyPacket` judges one that
 * came. The replay check of MD5 needs the neighbour's last sequence number, which is the caller's. [2328:D.5(3)(b)]
 * The type of the packet must be the configured type, even where both would verify. [2328:8.2]
 */
import { createHash } from 'node:crypto';
import { DecodeError } from '../decode-error.js';
import type { OspfHeader } from './packet.js';
import { AuthType, OSPF_HEADER_LENGTH, ospfChecksum } from './packet.js';

/** What an interface is configured to use. */
export type Authentication =
  | { readonly type: 'none' }
  /** Up to 8 bytes, padded with zero bytes on the wire. */
  | { readonly type: 'simple'; readonly password: Uint8Array }
  /** Key of up to 16 bytes, padded with zero bytes for the digest. [2328:D.3] */
  | { readonly type: 'md5'; readonly keyId: number; readonly key: Uint8Array };

export const MD5_DIGEST_LENGTH = 16;
export const SIMPLE_PASSWORD_LENGTH = 8;

const CHECKSUM = 12;
const AUTH_TYPE = 14;
const AUTH_DATA = 16;

/** How many bytes behind the packet this authentication adds: to be counted when filling a packet up to the MTU. */
export function authenticationTrailerLength(authentication: Authentication): number {
  return authentication.type === 'md5' ? MD5_DIGEST_LENGTH : 0;
}

/**
 * Fills in checksum, authentication type and data of the packet at `start`, `length` bytes as its header says, and
 * appends the digest. `sequence` is the cryptographic sequence number and used for MD5 only. [2328:D.4]
 * Returns the bytes to send, digest included.
 */
export function sealPacket(
  bytes: Uint8Array, start: number, length: number, authentication: Authentication, sequence: number,
): number {
  bytes[start + CHECKSUM] = 0;
  bytes[start + CHECKSUM + 1] = 0;
  bytes[start + AUTH_TYPE] = 0;
  bytes.fill(0, start + AUTH_DATA, start + OSPF_HEADER_LENGTH);
  switch (authentication.type) {
    case 'none':
      bytes[start + AUTH_TYPE + 1] = AuthType.none;
      writeChecksum(bytes, start, length);
      return length;
    case 'simple':
      bytes[start + AUTH_TYPE + 1] = AuthType.simple;
      writeChecksum(bytes, start, length); // without the authentication field [2328:D.4.2]
      bytes.set(authentication.password.subarray(0, SIMPLE_PASSWORD_LENGTH), start + AUTH_DATA);
      return length;
    case 'md5': {
      bytes[start + AUTH_TYPE + 1] = AuthType.cryptographic;
      bytes[start + AUTH_DATA + 2] = authentication.keyId;
      bytes[start + AUTH_DATA + 3] = MD5_DIGEST_LENGTH;
      bytes[start + AUTH_DATA + 4] = sequence >>> 24;
      bytes[start + AUTH_DATA + 5] = sequence >>> 16;
      bytes[start + AUTH_DATA + 6] = sequence >>> 8;
      bytes[start + AUTH_DATA + 7] = sequence;
      bytes.set(packetDigest(bytes, start, length, authentication.key), start + length);
      return length + MD5_DIGEST_LENGTH;
    }
  }
}

/**
 * Judges the packet at `start`, whose header was decoded from there. `available` is the number of bytes from `start`
 * to the end of the IPv4 packet: behind `header.length` they hold the digest. Undefined: it is authentic.
 */
export function verifyPacket(
  bytes: Uint8Array, start: number, header: OspfHeader, available: number, authentication: Authentication,
): DecodeError | undefined {
  const wantType = authTypeOf(authentication);
  if (header.authType !== wantType) {
    return new DecodeError('authentication', start + AUTH_TYPE, '[2328:8.2]', header.authType, wantType);
  }
  switch (authentication.type) {
    case 'none':
      return verifyChecksum(bytes, start, header);
    case 'simple': {
      const bad = verifyChecksum(bytes, start, header);
      if (bad) return bad;
      let difference = 0;
      for (let i = 0; i < SIMPLE_PASSWORD_LENGTH; i++) {
        difference |= bytes[start + AUTH_DATA + i] ^ (i < authentication.password.length ? authentication.password[i] : 0);
      }
      if (difference === 0) return undefined;
      return new DecodeError('authentication', start + AUTH_DATA, '[2328:D.5(2)]', 'another password', 'the configured password');
    }
    case 'md5': {
      const keyId = cryptographicKeyId(header);
      if (keyId !== authentication.keyId) {
        return new DecodeError('authentication', start + AUTH_DATA + 2, '[2328:D.5(3)(a)]', keyId, authentication.keyId);
      }
      const digestLength = (header.authHigh & 0xff);
      if (digestLength !== MD5_DIGEST_LENGTH) {
        return new DecodeError('authentication', start + AUTH_DATA + 3, '[2328:D.4.3]', digestLength, MD5_DIGEST_LENGTH);
      }
      const trailing = available - header.length;
      if (trailing < MD5_DIGEST_LENGTH) {
        return new DecodeError('truncated', start + header.length, '[2328:D.4.3]', trailing, MD5_DIGEST_LENGTH);
      }
      const digest = packetDigest(bytes, start, header.length, authentication.key);
      let difference = 0;
      for (let i = 0; i < MD5_DIGEST_LENGTH; i++) difference |= bytes[start + header.length + i] ^ digest[i];
      if (difference === 0) return undefined;
      return new DecodeError('authentication', start + header.length, '[2328:D.5(3)(c)]', 'another digest', 'the digest of the configured key');
    }
  }
}

export function authTypeOf(authentication: Authentication): number {
  switch (authentication.type) {
    case 'none': return AuthType.none;
    case 'simple': return AuthType.simple;
    case 'md5': return AuthType.cryptographic;
  }
}

/** Of a packet with AuType 2; unsigned, never to go back for one neighbour and key. [2328:D.3] */
export function cryptographicSequence(header: OspfHeader): number {
  return header.authLow;
}

/** Of a packet with AuType 2. */
export function cryptographicKeyId(header: OspfHeader): number {
  return (header.authHigh >>> 8) & 0xff;
}

function writeChecksum(bytes: Uint8Array, start: number, length: number): void {
  const checksum = ospfChecksum(bytes, start, length);
  bytes[start + CHECKSUM] = checksum >>> 8;
  bytes[start + CHECKSUM + 1] = checksum;
}

function verifyChecksum(bytes: Uint8Array, start: number, header: OspfHeader): DecodeError | undefined {
  const want = ospfChecksum(bytes, start, header.length);
  if (header.checksum === want) return undefined;
  return new DecodeError('checksum', start + CHECKSUM, '[2328:D.5]', header.checksum, want);
}

/** MD5 of the packet and the padded key. [2328:D.4.3(5)] */
function packetDigest(bytes: Uint8Array, start: number, length: number, key: Uint8Array): Uint8Array {
  const padded = new Uint8Array(MD5_DIGEST_LENGTH);
  padded.set(key.subarray(0, MD5_DIGEST_LENGTH));
  return createHash('md5').update(bytes.subarray(start, start + length)).update(padded).digest();
}
