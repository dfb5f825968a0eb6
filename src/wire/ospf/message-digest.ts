/**
 * The digests of cryptographic authentication: keyed MD5 [2328:D.4.3] and HMAC-SHA [5709:3.3], the latter also in the form
 * that covers the source address [7474:5]. Read authentication.ts first.
 *
 * Deviation found in the field: RFC 5709 hashes a key that is longer than the digest; BIRD 2.0.12, and every library's
 * HMAC, hashes one only when it is longer than the hash function's block [2104:3]. The two differ for keys in between
 * (33 to 64 octets with SHA-256). `longKey` chooses; without it the RFC counts.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Ipv4 } from '../../base/address.js';

export type HmacAlgorithm = 'hmac-sha-1' | 'hmac-sha-256' | 'hmac-sha-384' | 'hmac-sha-512';

/** From which length on a key is replaced by its hash: `digest`: longer than the digest [5709:3.3]; `block`: longer than the block. */
export type LongKey = 'digest' | 'block';

interface Algorithm { readonly name: string; readonly digestLength: number }

const ALGORITHMS: Readonly<Record<HmacAlgorithm, Algorithm>> = {
  'hmac-sha-1': { name: 'sha1', digestLength: 20 },
  'hmac-sha-256': { name: 'sha256', digestLength: 32 },
  'hmac-sha-384': { name: 'sha384', digestLength: 48 },
  'hmac-sha-512': { name: 'sha512', digestLength: 64 },
};

export const MD5_DIGEST_LENGTH = 16;

/** Appended to the key with AuType 3, so that no other protocol's digest is ours. [7474:6] OSPFv3 has 1, LDP 2. */
const OSPF_PROTOCOL_ID = Uint8Array.of(0, 3);

export function hmacDigestLength(algorithm: HmacAlgorithm): number {
  return ALGORITHMS[algorithm].digestLength;
}

/** MD5 of the bytes and the padded key. [2328:D.4.3(6)] */
export function md5Digest(message: Uint8Array, key: Uint8Array): Uint8Array {
  const padded = new Uint8Array(MD5_DIGEST_LENGTH);
  padded.set(key.subarray(0, MD5_DIGEST_LENGTH));
  return createHash('md5').update(message).update(padded).digest();
}

/** HMAC of the bytes and Apad. [5709:3.3] */
export function hmacDigest(algorithm: HmacAlgorithm, message: Uint8Array, key: Uint8Array, longKey: LongKey = 'digest'): Uint8Array {
  return hmac(algorithm, message, key, longKey, apad(hmacDigestLength(algorithm)));
}

/** The same with the protocol id behind the key, and the source address as the first four octets of Apad. [7474:5] [7474:6] */
export function extendedDigest(
  algorithm: HmacAlgorithm, message: Uint8Array, key: Uint8Array, source: Ipv4, longKey: LongKey = 'digest',
): Uint8Array {
  const protocolKey = new Uint8Array(key.length + OSPF_PROTOCOL_ID.length);
  protocolKey.set(key);
  protocolKey.set(OSPF_PROTOCOL_ID, key.length);
  const padding = apad(hmacDigestLength(algorithm));
  padding[0] = source >>> 24;
  padding[1] = source >>> 16;
  padding[2] = source >>> 8;
  padding[3] = source;
  return hmac(algorithm, message, protocolKey, longKey, padding);
}

function hmac(algorithm: HmacAlgorithm, message: Uint8Array, key: Uint8Array, longKey: LongKey, padding: Uint8Array): Uint8Array {
  const { name, digestLength } = ALGORITHMS[algorithm];
  // A shorter key is filled with zero octets, which HMAC does by itself.
  const prepared = longKey === 'digest' && key.length > digestLength ? createHash(name).update(key).digest() : key;
  return createHmac(name, prepared).update(message).update(padding).digest();
}

/** Filled up with this over and over. [5709:3.3] */
const APAD = Uint8Array.of(0x87, 0x8f, 0xe1, 0xf3);

function apad(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = APAD[i & 3];
  return bytes;
}

/** Compares all bytes whatever comes first. */
export function isSameDigest(bytes: Uint8Array, start: number, digest: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < digest.length; i++) difference |= bytes[start + i] ^ digest[i];
  return difference === 0;
}
