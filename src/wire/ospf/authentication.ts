/**
 * OSPF authentication: null, simple password, keyed MD5 [2328:D], HMAC-SHA [5709] and HMAC-SHA with a 64-bit sequence number
 * and the source address [7474]. Read RFC 2328 D.3 first, then D.4 (sending) and D.5 (receiving).
 *
 * `sealPacket` finishes a packet that is complete but for checksum and authentication; `verifyPacket` judges one that
 * came. The replay check needs the neighbour's last sequence number, which is the caller's. [2328:D.5.3(2)] [7474:2]
 * The type of the packet must be the configured type, even where both would verify. [2328:8.2]
 * What follows the packet, in this order: with AuType 3 the sequence number, the digest, a link-local signalling block.
 *
 * Deviation: with AuType 3 RFC 7474 moves the key id and leaves open whether the length in the header counts the eight octets
 * of the sequence number. We write the length of the digest, as the field is defined [2328:D.3], and take in both.
 */
import type { Ipv4 } from '../../base/address.js';
import { DecodeError } from '../decode-error.js';
import type { HmacAlgorithm, LongKey } from './message-digest.js';
import { MD5_DIGEST_LENGTH, extendedDigest, hmacDigest, hmacDigestLength, isSameDigest, md5Digest } from './message-digest.js';
import type { OspfHeader } from './packet.js';
import { AuthType, OSPF_HEADER_LENGTH, ospfChecksum } from './packet.js';

export { MD5_DIGEST_LENGTH };

/** What an interface is configured to use. */
export type Authentication =
  | { readonly type: 'none' }
  /** Up to 8 bytes, padded with zero bytes on the wire. */
  | { readonly type: 'simple'; readonly password: Uint8Array }
  /** Of this type, but without any key: packets go out with nothing filled in, and none is authentic. What BIRD does. */
  | { readonly type: 'keyless'; readonly of: 'simple' | 'cryptographic' }
  | CryptographicAuthentication;

export type CryptographicAuthentication =
  /** Key of up to 16 bytes, padded with zero bytes for the digest. [2328:D.3] */
  | { readonly type: 'md5'; readonly keyId: number; readonly key: Uint8Array }
  /** AuType 2 with HMAC. The key may have any length. [5709] */
  | { readonly type: 'hmac'; readonly algorithm: HmacAlgorithm; readonly keyId: number; readonly key: Uint8Array; readonly longKey?: LongKey }
  /** AuType 3. The key id has 32 bits. [7474] */
  | { readonly type: 'extended'; readonly algorithm: HmacAlgorithm; readonly keyId: number; readonly key: Uint8Array; readonly longKey?: LongKey };

export const SIMPLE_PASSWORD_LENGTH = 8;
/** In front of the digest with AuType 3. [7474:3] */
export const EXTENDED_SEQUENCE_LENGTH = 8;

const CHECKSUM = 12;
const AUTH_TYPE = 14;
const AUTH_DATA = 16;

/** How many bytes behind the packet this authentication adds: to be counted when filling a packet up to the MTU. */
export function authenticationTrailerLength(authentication: Authentication): number {
  switch (authentication.type) {
    case 'none': case 'simple': case 'keyless': return 0;
    case 'extended': return EXTENDED_SEQUENCE_LENGTH + digestLengthOf(authentication);
    default: return digestLengthOf(authentication);
  }
}

/** Of the digest alone. */
export function digestLengthOf(authentication: CryptographicAuthentication): number {
  return authentication.type === 'md5' ? MD5_DIGEST_LENGTH : hmacDigestLength(authentication.algorithm);
}

/**
 * Fills in checksum, authentication type and data of the packet at `start`, `length` bytes as its header says, and
 * appends sequence number and digest. `sequence` is the cryptographic sequence number: 32 bits for AuType 2, for AuType 3 64
 * with the boot count in the upper half. [2328:D.4] [7474:2] `source` is the IPv4 source address; only AuType 3 looks at it.
 * Returns the bytes to send, digest included.
 */
export function sealPacket(
  bytes: Uint8Array, start: number, length: number, authentication: Authentication, sequence: number | bigint, source: Ipv4 = 0,
): number {
  bytes[start + CHECKSUM] = 0;
  bytes[start + CHECKSUM + 1] = 0;
  bytes[start + AUTH_TYPE] = 0;
  bytes[start + AUTH_TYPE + 1] = authTypeOf(authentication); // [2328:8.1 AuType]
  bytes.fill(0, start + AUTH_DATA, start + OSPF_HEADER_LENGTH);
  switch (authentication.type) {
    case 'none':
      writeChecksum(bytes, start, length); // [2328:D.4.1] [2328:8.1 checksum]
      return length;
    case 'simple':
      writeChecksum(bytes, start, length); // without the authentication field [2328:D.4.2]
      bytes.set(authentication.password.subarray(0, SIMPLE_PASSWORD_LENGTH), start + AUTH_DATA); // [2328:D.4.2(3)]
      return length;
    case 'keyless':
      return length;
    case 'md5':
    case 'hmac': {
      const digestLength = digestLengthOf(authentication);
      bytes[start + AUTH_DATA + 2] = authentication.keyId; // [2328:D.4.3(3)]
      bytes[start + AUTH_DATA + 3] = digestLength; // [2328:D.4.3(4)]
      writeU32(bytes, start + AUTH_DATA + 4, typeof sequence === 'number' ? sequence : Number(BigInt.asUintN(32, sequence))); // [2328:D.4.3(5)]
      const packet = bytes.subarray(start, start + length);
      bytes.set(messageDigest(packet, authentication, source), start + length); // [2328:D.4.3(6)(d)]
      return length + digestLength;
    }
    case 'extended': {
      const digestLength = digestLengthOf(authentication);
      const wide = BigInt.asUintN(64, BigInt(sequence));
      bytes[start + AUTH_DATA + 3] = digestLength;
      writeU32(bytes, start + AUTH_DATA + 4, authentication.keyId);
      writeU32(bytes, start + length, Number(wide >> 32n));
      writeU32(bytes, start + length + 4, Number(wide & 0xffffffffn));
      const covered = length + EXTENDED_SEQUENCE_LENGTH; // the digest covers the sequence number [7474:2]
      bytes.set(messageDigest(bytes.subarray(start, start + covered), authentication, source), start + covered);
      return covered + digestLength;
    }
  }
}

/**
 * Judges the packet at `start`, whose header was decoded from there. `available` is the number of bytes from `start`
 * to the end of the IPv4 packet: behind `header.length` they hold the digest. `source` is the IPv4 source address; only
 * AuType 3 looks at it. Undefined: it is authentic. A link-local signalling block is judged by itself (verifyLinkLocalSignaling).
 */
export function verifyPacket(
  bytes: Uint8Array, start: number, header: OspfHeader, available: number, authentication: Authentication, source: Ipv4 = 0,
): DecodeError | undefined {
  const wantType = authTypeOf(authentication);
  if (header.authType !== wantType) {
    return new DecodeError('authentication', start + AUTH_TYPE, '[2328:8.2]', header.authType, wantType); // [2328:8.2 AuType]
  }
  switch (authentication.type) {
    case 'none':
      return verifyChecksum(bytes, start, header); // [2328:D.1] [2328:D.5.1]
    case 'simple': {
      const bad = verifyChecksum(bytes, start, header);
      if (bad) return bad; // [2328:D.5.2(1)]
      const padded = new Uint8Array(SIMPLE_PASSWORD_LENGTH);
      padded.set(authentication.password.subarray(0, SIMPLE_PASSWORD_LENGTH));
      if (isSameDigest(bytes, start + AUTH_DATA, padded)) return undefined; // [2328:D.2]
      return new DecodeError('authentication', start + AUTH_DATA, '[2328:D.5.2(2)]', 'another password', 'the configured password');
    }
    case 'keyless':
      return new DecodeError('authentication', start + AUTH_DATA, '[2328:8.2]', 'a key', 'nothing: no key is valid now');
    default:
      return verifyDigest(bytes, start, header, available, authentication, source);
  }
}

function verifyDigest(
  bytes: Uint8Array, start: number, header: OspfHeader, available: number, authentication: CryptographicAuthentication, source: Ipv4,
): DecodeError | undefined {
  const isExtended = authentication.type === 'extended';
  const keyId = cryptographicKeyId(header);
  if (keyId !== authentication.keyId) {
    return isExtended
      ? new DecodeError('authentication', start + AUTH_DATA + 4, '[7474:3]', keyId, authentication.keyId)
      : new DecodeError('authentication', start + AUTH_DATA + 2, '[2328:D.5.3(1)]', keyId, authentication.keyId);
  }
  const want = digestLengthOf(authentication);
  const digestLength = header.authHigh & 0xff;
  if (digestLength !== want && !(isExtended && digestLength === want + EXTENDED_SEQUENCE_LENGTH)) {
    const clause = authentication.type === 'md5' ? '[2328:D.4.3]' : isExtended ? '[7474:3]' : '[5709:3.4]';
    return new DecodeError('authentication', start + AUTH_DATA + 3, clause, digestLength, want);
  }
  const covered = header.length + (isExtended ? EXTENDED_SEQUENCE_LENGTH : 0);
  const trailing = available - header.length;
  if (trailing < covered - header.length + want) {
    return new DecodeError('truncated', start + header.length, isExtended ? '[7474:3]' : '[2328:D.4.3]', trailing, covered - header.length + want);
  }
  const digest = messageDigest(bytes.subarray(start, start + covered), authentication, source);
  if (isSameDigest(bytes, start + covered, digest)) return undefined;
  const clause = authentication.type === 'md5' ? '[2328:D.5.3(3)]' : isExtended ? '[7474:5]' : '[5709:3.4]';
  return new DecodeError('authentication', start + covered, clause, 'another digest', 'the digest of the configured key');
}

/** The digest of `message` as this authentication makes it: of a packet, or of a link-local signalling block. */
export function messageDigest(message: Uint8Array, authentication: CryptographicAuthentication, source: Ipv4): Uint8Array {
  switch (authentication.type) {
    case 'md5': return md5Digest(message, authentication.key);
    case 'hmac': return hmacDigest(authentication.algorithm, message, authentication.key, authentication.longKey);
    case 'extended': return extendedDigest(authentication.algorithm, message, authentication.key, source, authentication.longKey);
  }
}

export function authTypeOf(authentication: Authentication): number {
  switch (authentication.type) {
    case 'none': return AuthType.none;
    case 'simple': return AuthType.simple;
    case 'keyless': return authentication.of === 'simple' ? AuthType.simple : AuthType.cryptographic;
    case 'md5': case 'hmac': return AuthType.cryptographic;
    case 'extended': return AuthType.cryptographicExtended;
  }
}

/** Of a packet with AuType 2; unsigned, never to go back for one neighbour and key. [2328:D.3] */
export function cryptographicSequence(header: OspfHeader): number {
  return header.authLow;
}

/** Of a packet with AuType 3 at `start`, whose digest is there; always to go up for one neighbour, key and packet type. [7474:2] */
export function extendedSequence(bytes: Uint8Array, start: number, header: OspfHeader): bigint {
  let sequence = 0n;
  for (let i = 0; i < EXTENDED_SEQUENCE_LENGTH; i++) sequence = (sequence << 8n) | BigInt(bytes[start + header.length + i]);
  return sequence;
}

/** Of a packet with AuType 2 (8 bits) or 3 (32 bits). */
export function cryptographicKeyId(header: OspfHeader): number {
  return header.authType === AuthType.cryptographicExtended ? header.authLow : (header.authHigh >>> 8) & 0xff;
}

/** How many bytes behind a packet belong to its authentication, as its header says; there may be fewer. */
export function claimedTrailerLength(header: OspfHeader): number {
  const length = header.authHigh & 0xff;
  switch (header.authType) {
    case AuthType.cryptographic: return length;
    case AuthType.cryptographicExtended: return isSequenceCounted(length) ? length : EXTENDED_SEQUENCE_LENGTH + length;
    default: return 0;
  }
}

/** No digest of RFC 5709 is eight octets longer than another, so both readings of the length can be told apart. */
function isSequenceCounted(length: number): boolean {
  return length === 28 || length === 40 || length === 56 || length === 72;
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

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
