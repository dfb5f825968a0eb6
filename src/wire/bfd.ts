/**
 * BFD control packets, version 1, with their authentication sections. [5880:4] Read 4.1, then 6.7 for authentication.
 *
 * The section is decoded, kept and encoded as it is: a digest is not checked without a key. `sealBfd` makes one and
 * `verifyBfd` checks one. What 6.8.6 tells a receiver to discard although it is well formed (a discriminator or detection
 * multiplier of zero, multipoint) decodes. What follows the length field's bytes stays in the reader.
 */
import { createHash } from 'node:crypto';
import { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';

/** UDP destination ports: single hop [5881:4], multihop [5883:5]. */
export const BFD_PORT = 3784;
export const BFD_MULTIHOP_PORT = 4784;
/** Without authentication. */
export const BFD_LENGTH = 24;

export const BfdState = { adminDown: 0, down: 1, init: 2, up: 3 } as const;

/** [5880:4.1] */
export const BfdDiagnostic = {
  none: 0,
  detectionTimeExpired: 1,
  echoFailed: 2,
  neighborSignaledDown: 3,
  forwardingPlaneReset: 4,
  pathDown: 5,
  concatenatedPathDown: 6,
  administrativelyDown: 7,
  reverseConcatenatedPathDown: 8,
} as const;

/** Values of `flags`. */
export const BfdFlag = { multipoint: 1, demand: 2, authenticationPresent: 4, controlPlaneIndependent: 8, final: 16, poll: 32 } as const;

export const BfdAuthType = { simple: 1, keyedMd5: 2, meticulousMd5: 3, keyedSha1: 4, meticulousSha1: 5 } as const;

/** [5880:4.2] */
export class BfdSimplePassword {
  readonly kind = 'simple';
  readonly type = BfdAuthType.simple;
  keyId = 0;
  /** 1 to 16 bytes. Decoded: a view. */
  password: Uint8Array = new Uint8Array(1);
}

/** [5880:4.3] [5880:4.4] */
export class BfdKeyedDigest {
  readonly kind = 'digest';
  /** BfdAuthType keyedMd5 to meticulousSha1. */
  type: number = BfdAuthType.keyedMd5;
  keyId = 0;
  reserved = 0;
  sequence = 0;
  /** 16 bytes of MD5 or 20 of SHA-1. Decoded: a view. */
  digest: Uint8Array = new Uint8Array(16);
}

export class BfdOtherAuthentication {
  readonly kind = 'other';
  type = 0;
  /** Behind type and length. Decoded: a view. */
  data: Uint8Array = new Uint8Array(0);
}

export type BfdAuthentication = BfdSimplePassword | BfdKeyedDigest | BfdOtherAuthentication;

export class BfdControl {
  diagnostic = 0;
  state: number = BfdState.down;
  /** Six bits, see BfdFlag; authenticationPresent goes with `authentication` and is set by the encoder. */
  flags = 0;
  detectMultiplier = 3;
  myDiscriminator = 0;
  yourDiscriminator = 0;
  desiredMinimumTransmitMicros = 1_000_000;
  requiredMinimumReceiveMicros = 1_000_000;
  requiredMinimumEchoReceiveMicros = 0;
  authentication: BfdAuthentication | undefined = undefined;
  /** Within the length field, behind all that is known. Decoded: a view. */
  additionalData: Uint8Array = new Uint8Array(0);
}

function digestLengthOf(type: number): number {
  return type === BfdAuthType.keyedMd5 || type === BfdAuthType.meticulousMd5 ? 16
    : type === BfdAuthType.keyedSha1 || type === BfdAuthType.meticulousSha1 ? 20 : 0;
}

export function decodeBfd(r: ByteReader): BfdControl | DecodeError {
  const start = r.offset;
  if (r.remaining < BFD_LENGTH) return new DecodeError('truncated', start, '[5880:4.1]', r.remaining, BFD_LENGTH);
  const control = new BfdControl();
  const first = r.u8();
  if (first >>> 5 !== 1) return new DecodeError('version', start, '[5880:4.1]', first >>> 5, 1); // [5880:6.8.6 version]
  control.diagnostic = first & 31;
  const second = r.u8();
  control.state = second >>> 6;
  control.flags = second & 0x3f;
  control.detectMultiplier = r.u8();
  const length = r.u8();
  const hasAuthentication = (control.flags & BfdFlag.authenticationPresent) !== 0;
  const least = hasAuthentication ? BFD_LENGTH + 2 : BFD_LENGTH;
  const available = r.end - start;
  if (length < least || length > available) return new DecodeError('length', start + 3, '[5880:6.8.6]', length, `${least}-${available}`);
  control.myDiscriminator = r.u32();
  control.yourDiscriminator = r.u32();
  control.desiredMinimumTransmitMicros = r.u32();
  control.requiredMinimumReceiveMicros = r.u32();
  control.requiredMinimumEchoReceiveMicros = r.u32();
  if (hasAuthentication) {
    const authentication = decodeAuthentication(r, start + length);
    if (authentication instanceof DecodeError) return authentication;
    control.authentication = authentication;
  }
  control.additionalData = r.view(start + length - r.offset);
  return control;
}

function decodeAuthentication(r: ByteReader, end: number): BfdAuthentication | DecodeError {
  const start = r.offset;
  const type = r.u8();
  const length = r.u8();
  if (length < 2 || length > end - start) return new DecodeError('length', start + 1, '[5880:4.1]', length, `2-${end - start}`);
  if (type === BfdAuthType.simple) {
    if (length < 4 || length > 19) return new DecodeError('length', start + 1, '[5880:4.2]', length, '4-19');
    const simple = new BfdSimplePassword();
    simple.keyId = r.u8();
    simple.password = r.view(length - 3);
    return simple;
  }
  const digestLength = digestLengthOf(type);
  if (digestLength === 0) {
    const other = new BfdOtherAuthentication();
    other.type = type;
    other.data = r.view(length - 2);
    return other;
  }
  if (length !== 8 + digestLength) return new DecodeError('length', start + 1, '[5880:4.3]', length, 8 + digestLength);
  const keyed = new BfdKeyedDigest();
  keyed.type = type;
  keyed.keyId = r.u8();
  keyed.reserved = r.u8();
  keyed.sequence = r.u32();
  keyed.digest = r.view(digestLength);
  return keyed;
}

function authenticationLength(authentication: BfdAuthentication): number {
  switch (authentication.kind) {
    case 'simple': return 3 + authentication.password.length;
    case 'digest': return 8 + authentication.digest.length;
    case 'other': return 2 + authentication.data.length;
  }
}

export function bfdLength(control: BfdControl): number {
  return BFD_LENGTH + (control.authentication ? authenticationLength(control.authentication) : 0) + control.additionalData.length;
}

export function encodeBfd(control: BfdControl, w: ByteWriter): void {
  const { authentication } = control;
  const present = authentication ? BfdFlag.authenticationPresent : 0;
  w.u8((1 << 5) | control.diagnostic);
  w.u8((control.state << 6) | (control.flags & ~BfdFlag.authenticationPresent) | present);
  w.u8(control.detectMultiplier);
  w.u8(bfdLength(control));
  w.u32(control.myDiscriminator);
  w.u32(control.yourDiscriminator);
  w.u32(control.desiredMinimumTransmitMicros);
  w.u32(control.requiredMinimumReceiveMicros);
  w.u32(control.requiredMinimumEchoReceiveMicros);
  if (authentication) {
    w.u8(authentication.type);
    w.u8(authenticationLength(authentication));
    switch (authentication.kind) {
      case 'simple':
        w.u8(authentication.keyId);
        w.raw(authentication.password);
        break;
      case 'digest':
        w.u8(authentication.keyId);
        w.u8(authentication.reserved);
        w.u32(authentication.sequence);
        w.raw(authentication.digest);
        break;
      case 'other': w.raw(authentication.data); break;
    }
  }
  w.raw(control.additionalData);
}

/** A configured key. The password of simple authentication is 1-16 bytes, an MD5 key up to 16, a SHA-1 key up to 20. */
export interface BfdKey {
  /** See BfdAuthType. */
  readonly type: number;
  readonly keyId: number;
  readonly key: Uint8Array;
}

/** Puts the authentication section into the packet. `sequence` counts for digests only. [5880:6.7] */
export function sealBfd(control: BfdControl, key: BfdKey, sequence: number): void {
  if (key.type === BfdAuthType.simple) {
    const simple = new BfdSimplePassword();
    simple.keyId = key.keyId;
    simple.password = new Uint8Array(key.key.subarray(0, 16));
    control.authentication = simple;
    return;
  }
  const keyed = new BfdKeyedDigest();
  keyed.type = key.type;
  keyed.keyId = key.keyId;
  keyed.sequence = sequence;
  keyed.digest = new Uint8Array(digestLengthOf(key.type));
  control.authentication = keyed;
  keyed.digest = digestOf(control, keyed, key.key);
}

/** Undefined: authentic. Whether the sequence number is in order is the session's business. [5880:6.7.3] [5880:6.7.4] */
export function verifyBfd(control: BfdControl, key: BfdKey): DecodeError | undefined {
  const { authentication } = control;
  if (authentication === undefined || authentication.kind === 'other' || authentication.type !== key.type) {
    return new DecodeError('authentication', BFD_LENGTH, '[5880:6.7]', authentication?.type ?? 'none', key.type);
  }
  if (authentication.keyId !== key.keyId) {
    return new DecodeError('authentication', BFD_LENGTH + 2, '[5880:6.7]', authentication.keyId, key.keyId);
  }
  if (authentication.kind === 'simple') {
    if (isEqual(authentication.password, key.key)) return undefined;
    return new DecodeError('authentication', BFD_LENGTH + 3, '[5880:6.7.2]', 'another password', 'the configured password');
  }
  if (isEqual(authentication.digest, digestOf(control, authentication, key.key))) return undefined;
  return new DecodeError('authentication', BFD_LENGTH + 8, '[5880:6.7.3]', 'another digest', 'the digest of the configured key');
}

/** Over the whole control packet, with the key, padded with zero bytes, in the place of the digest. */
function digestOf(control: BfdControl, keyed: BfdKeyedDigest, key: Uint8Array): Uint8Array {
  const length = digestLengthOf(keyed.type);
  const bytes = new Uint8Array(bfdLength(control));
  encodeBfd(control, new ByteWriter(bytes));
  const r = new ByteReader(bytes, BFD_LENGTH + 8);
  const field = r.view(length);
  field.fill(0);
  field.set(key.subarray(0, length));
  return new Uint8Array(createHash(length === 16 ? 'md5' : 'sha1').update(bytes).digest());
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length && i < b.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}
