/**
 * The link-local signalling block behind a Hello or Database Description with the L bit. [5613:2] It follows the digest, if
 * there is one, and is in the length of neither.
 *
 * With null and simple authentication it has a checksum. With cryptographic authentication the checksum is 0 and nobody looks
 * at it, and a TLV of its own, the last one, holds a digest made with the packet's key. [5613:2.2] [5613:2.5]
 * `checksum` is kept and written as it stands; sealLinkLocalSignaling fills in what it has to be.
 *
 * Deviation: the standard knows no AuType 3; there the digest is made as the packet's is, with the source address.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import { foldChecksum, onesSum } from '../internet-checksum.js';
import type { Authentication, CryptographicAuthentication } from './authentication.js';
import { digestLengthOf, messageDigest } from './authentication.js';
import { isSameDigest } from './message-digest.js';
import type { Tlv, TlvValueCodec } from './opaque/tlv.js';
import { decodeTlvs, encodeTlvs, tlvsLength, unlessAtLeast, unlessLength } from './opaque/tlv.js';

const HEADER_LENGTH = 4;
const TLV_HEADER_LENGTH = 4;
const SEQUENCE_LENGTH = 4;

export const LinkLocalTlvType = { extendedOptions: 1, cryptographicAuthentication: 2 } as const;

/** Of the extended options. [4811:2.1] [4812:2.2] */
export const ExtendedOption = { linkStateResynchronization: 0x01, restartSignal: 0x02 } as const;

export type LinkLocalValue =
  /** 32 bits; see ExtendedOption. [5613:2.4] */
  | { readonly kind: 'extended-options'; readonly options: number }
  /** [5613:2.5] Decoded: `digest` is a view. */
  | { readonly kind: 'cryptographic-authentication'; readonly sequence: number; readonly digest: Uint8Array };

export class LinkLocalSignaling {
  checksum = 0;
  tlvs: Tlv<LinkLocalValue>[] = [];
}

export const linkLocalValueCodec: TlvValueCodec<LinkLocalValue> = {
  clause: '[5613:2.3]',
  decode(type, r) {
    switch (type) {
      case LinkLocalTlvType.extendedOptions: return unlessLength(r, 4, '[5613:2.4]') ?? { kind: 'extended-options', options: r.u32() };
      case LinkLocalTlvType.cryptographicAuthentication:
        return unlessAtLeast(r, SEQUENCE_LENGTH, '[5613:2.5]') ??
          { kind: 'cryptographic-authentication', sequence: r.u32(), digest: r.view(r.remaining) };
      default: return undefined;
    }
  },
  length: (value) => (value.kind === 'extended-options' ? 4 : SEQUENCE_LENGTH + value.digest.length),
  encode(value, w) {
    switch (value.kind) {
      case 'extended-options': w.u32(value.options); break;
      case 'cryptographic-authentication':
        w.u32(value.sequence);
        w.raw(value.digest);
        break;
    }
  },
};

/**
 * Reads the block at the reader, as long as it says that it is; the reader may hold more. `hasChecksum`: the packet's
 * authentication is null or simple, so the checksum has to be right.
 */
export function decodeLinkLocalSignaling(r: ByteReader, hasChecksum: boolean): LinkLocalSignaling | DecodeError {
  const start = r.offset;
  const length = claimedLength(r);
  if (length instanceof DecodeError) return length;
  const block = new LinkLocalSignaling();
  block.checksum = r.u16();
  if (hasChecksum) {
    const want = linkLocalChecksum(r.bytes, start, length);
    if (block.checksum !== want) return new DecodeError('checksum', start, '[5613:2.2]', block.checksum, want);
  }
  const end = r.end;
  r.skip(2);
  r.end = start + length;
  const tlvs = decodeTlvs(r, linkLocalValueCodec);
  r.end = end;
  if (tlvs instanceof DecodeError) return tlvs;
  block.tlvs = tlvs;
  return block;
}

/** The octets of the block at the reader, which stays where it is. */
export function claimedLength(r: ByteReader): number | DecodeError {
  if (r.remaining < HEADER_LENGTH) return new DecodeError('truncated', r.offset, '[5613:2.2]', r.remaining, HEADER_LENGTH);
  const words = (r.bytes[r.offset + 2] << 8) | r.bytes[r.offset + 3];
  if (words < 1 || 4 * words > r.remaining) {
    return new DecodeError('length', r.offset + 2, '[5613:2.2]', words, `1-${r.remaining >>> 2} words`);
  }
  return 4 * words;
}

export function linkLocalSignalingLength(block: LinkLocalSignaling): number {
  return HEADER_LENGTH + tlvsLength(block.tlvs, linkLocalValueCodec);
}

export function encodeLinkLocalSignaling(block: LinkLocalSignaling, w: ByteWriter): void {
  w.u16(block.checksum);
  w.u16(linkLocalSignalingLength(block) / 4);
  encodeTlvs(block.tlvs, linkLocalValueCodec, w);
}

/** Over the whole block; the checksum field counts as zero. */
export function linkLocalChecksum(bytes: Uint8Array, start: number, length: number): number {
  return foldChecksum(onesSum(bytes, start + 2, start + length));
}

/**
 * Finishes the encoded block of `length` bytes at `start`: its checksum, or a checksum of 0 and the digest of its last TLV,
 * which has to be one for cryptographic authentication with room for the digest; undefined, or an error where it is not.
 */
export function sealLinkLocalSignaling(
  bytes: Uint8Array, start: number, length: number, authentication: Authentication, source: Ipv4 = 0,
): DecodeError | undefined {
  bytes[start] = 0; // [5613:2.2 cryptographic]
  bytes[start + 1] = 0;
  if (authentication.type === 'none' || authentication.type === 'simple' || authentication.type === 'keyless') {
    const checksum = linkLocalChecksum(bytes, start, length);
    bytes[start] = checksum >>> 8;
    bytes[start + 1] = checksum;
    return undefined;
  }
  const digestAt = findDigest(bytes, start, length, authentication);
  if (digestAt instanceof DecodeError) return digestAt;
  bytes.set(messageDigest(bytes.subarray(start, digestAt), authentication, source), digestAt);
  return undefined;
}

/** Judges the block of `length` bytes at `start`. Undefined: it is authentic. */
export function verifyLinkLocalSignaling(
  bytes: Uint8Array, start: number, length: number, authentication: Authentication, source: Ipv4 = 0,
): DecodeError | undefined {
  if (authentication.type === 'none' || authentication.type === 'simple' || authentication.type === 'keyless') {
    const got = (bytes[start] << 8) | bytes[start + 1];
    const want = linkLocalChecksum(bytes, start, length);
    return got === want ? undefined : new DecodeError('checksum', start, '[5613:2.2]', got, want);
  }
  const digestAt = findDigest(bytes, start, length, authentication);
  if (digestAt instanceof DecodeError) return digestAt;
  if (isSameDigest(bytes, digestAt, messageDigest(bytes.subarray(start, digestAt), authentication, source))) return undefined;
  return new DecodeError('authentication', digestAt, '[5613:2.5]', 'another digest', 'the digest of the configured key');
}

/** Where the digest is: at the end of the first TLV for cryptographic authentication, which is to be the last TLV. */
function findDigest(bytes: Uint8Array, start: number, length: number, authentication: CryptographicAuthentication): number | DecodeError {
  const end = start + length;
  const want = SEQUENCE_LENGTH + digestLengthOf(authentication);
  for (let at = start + HEADER_LENGTH; at + TLV_HEADER_LENGTH <= end; ) {
    const type = (bytes[at] << 8) | bytes[at + 1];
    const valueLength = (bytes[at + 2] << 8) | bytes[at + 3];
    const next = at + TLV_HEADER_LENGTH + ((valueLength + 3) & ~3);
    if (type === LinkLocalTlvType.cryptographicAuthentication) {
      if (valueLength !== want || next > end) return new DecodeError('authentication', at + 2, '[5613:2.5]', valueLength, want);
      if (next !== end) return new DecodeError('authentication', next, '[5613:2.5]', end - next, 'no TLV behind the digest');
      return at + TLV_HEADER_LENGTH + SEQUENCE_LENGTH;
    }
    at = next;
  }
  return new DecodeError('authentication', start, '[5613:2.2]', 'no digest', 'the digest of the configured key');
}
