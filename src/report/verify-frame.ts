/**
 * `verify`: one frame of a capture decodes, encodes to the same bytes, and is authentic by the keys there are.
 */
import type { BfdControl } from '../wire/bfd.js';
import { verifyBfd } from '../wire/bfd.js';
import { ByteWriter } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { ethernetHeaderLength } from '../wire/ethernet.js';
import type { FramePayload, Ipv4Packet } from '../wire/frame.js';
import { LinkFrame, decodeLinkFrame, encodeFrame, frameErrors, frameLength } from '../wire/frame.js';
import type { HeartbeatMessage } from '../wire/heartbeat.js';
import { heartbeatText } from '../wire/heartbeat.js';
import type { HeartbeatKey } from '../wire/heartbeat-authentication.js';
import { verifyHeartbeat } from '../wire/heartbeat-authentication.js';
import { ipv4HeaderLength } from '../wire/ipv4.js';
import { linkHeaderLength } from '../wire/link-layer.js';
import { llcHeaderLength } from '../wire/llc.js';
import type { Authentication } from '../wire/ospf/authentication.js';
import { EXTENDED_SEQUENCE_LENGTH, cryptographicKeyId, verifyPacket } from '../wire/ospf/authentication.js';
import type { OspfPacket } from '../wire/ospf/dissection.js';
import { LinkLocalSignaling, linkLocalSignalingLength, verifyLinkLocalSignaling } from '../wire/ospf/link-local-signaling.js';
import type { HmacAlgorithm } from '../wire/ospf/message-digest.js';
import { AuthType } from '../wire/ospf/packet.js';
import { UDP_HEADER_LENGTH } from '../wire/udp.js';

export interface VerifyKeys {
  /** By key id: OSPF's cryptographic authentication, BFD's, heartbeat's authkeys. */
  readonly secrets: ReadonlyMap<number, Uint8Array>;
  /** Of OSPF's simple authentication. */
  readonly password: Uint8Array | undefined;
}

export interface FrameVerdict {
  /** Offsets count from the start of the frame. Empty: all is well. */
  readonly errors: readonly DecodeError[];
  /** What the frame has to be authenticated with: nothing, a key or password that was given, or one that was not. */
  readonly authentication: 'none' | 'checked' | 'no-key';
}

/** Filled with this before a frame is encoded into it, so that a byte that is not written shows. */
const DIRT = 0xa5;
const scratch = { bytes: new Uint8Array(1 << 16) };

/** `bytes` is one frame, whole. */
export function verifyFrame(bytes: Uint8Array, linkType: number, keys: VerifyKeys): FrameVerdict {
  const frame = decodeLinkFrame(linkType, bytes);
  if (frame instanceof DecodeError) return { errors: [frame], authentication: 'none' };
  const errors = frameErrors(frame);
  const length = frameLength(frame);
  if (length !== bytes.length) {
    errors.push(new DecodeError('length', 0, '[re-encoding]', `${length} bytes`, `the ${bytes.length} of the capture`));
  } else {
    if (scratch.bytes.length < length) scratch.bytes = new Uint8Array(length);
    const again = scratch.bytes.subarray(0, length);
    again.fill(DIRT);
    encodeFrame(frame, new ByteWriter(again));
    const at = again.findIndex((byte, i) => byte !== bytes[i]);
    if (at >= 0) errors.push(new DecodeError('value', at, '[re-encoding]', hexByte(again[at]), `${hexByte(bytes[at])} of the capture`));
  }
  const at = frame instanceof LinkFrame ? linkHeaderLength(frame.link) : ethernetHeaderLength(frame.ethernet);
  const judged = authenticate(frame.payload, bytes, at, keys);
  if (judged instanceof DecodeError) return { errors: [...errors, judged], authentication: 'checked' };
  return { errors, authentication: judged };
}

function authenticate(payload: FramePayload, bytes: Uint8Array, at: number, keys: VerifyKeys): FrameVerdict['authentication'] | DecodeError {
  if (payload.kind === 'llc') return authenticate(payload.payload, bytes, at + llcHeaderLength(payload.llc), keys);
  if (payload.kind !== 'ipv4') return 'none';
  const { packet } = payload;
  const inner = packet.payload;
  if (inner.kind === 'ospf') return authenticateOspf(inner.ospf, packet, bytes, at + ipv4HeaderLength(packet.header), keys);
  if (inner.kind !== 'udp') return 'none';
  if (inner.application?.kind === 'bfd') return authenticateBfd(inner.application.bfd, at + ipv4HeaderLength(packet.header) + UDP_HEADER_LENGTH, keys);
  if (inner.application?.kind !== 'heartbeat') return 'none';
  const { heartbeat } = inner.application;
  const known = heartbeatKeys(heartbeat, keys);
  if (known === undefined) return 'no-key';
  const bad = verifyHeartbeat(heartbeat, known);
  return bad === undefined ? 'checked' : new DecodeError(bad.code, at + ipv4HeaderLength(packet.header) + UDP_HEADER_LENGTH, bad.clause, bad.got, bad.want);
}

function authenticateBfd(control: BfdControl, at: number, keys: VerifyKeys): FrameVerdict['authentication'] | DecodeError {
  const { authentication } = control;
  if (authentication === undefined) return 'none';
  if (authentication.kind === 'other') return 'no-key';
  const key = keys.secrets.get(authentication.keyId);
  if (key === undefined) return 'no-key';
  const bad = verifyBfd(control, { type: authentication.type, keyId: authentication.keyId, key });
  return bad === undefined ? 'checked' : new DecodeError(bad.code, at + bad.offset, bad.clause, bad.got, bad.want);
}

/** The method is not in the message, but its digest has a length: 40 hexadecimal digits of SHA-1, 32 of MD5, at most 8 of a CRC, which needs no secret. */
function heartbeatKeys(message: HeartbeatMessage, { secrets }: VerifyKeys): Map<number, HeartbeatKey> | undefined {
  const text = heartbeatText(message, 'auth') ?? (message.signature && new TextDecoder().decode(message.signature)) ?? '';
  const [number, digest] = text.split(' ');
  const id = Number(number);
  const secret = secrets.get(id);
  if (digest !== undefined && digest.length <= 8) return new Map([[id, { method: 'crc' }]]);
  return secret === undefined ? undefined : new Map([[id, { method: digest?.length === 40 ? 'sha1' : 'md5', secret }]]);
}

function authenticateOspf(
  ospf: OspfPacket, { header: ip }: Ipv4Packet, bytes: Uint8Array, at: number, keys: VerifyKeys,
): FrameVerdict['authentication'] | DecodeError {
  const { header } = ospf;
  const candidates = candidatesOf(ospf, keys);
  if (candidates.length === 0) return header.authType === AuthType.none ? 'none' : 'no-key';
  const available = ip.totalLength - ipv4HeaderLength(ip);
  let first: DecodeError | undefined;
  for (const candidate of candidates) {
    const bad = verifyPacket(bytes, at, header, available, candidate, ip.source) ?? verifyBlock(ospf, bytes, at, candidate, ip.source);
    if (bad === undefined) return candidate.type === 'none' ? 'none' : 'checked';
    first ??= bad;
  }
  return first ?? 'checked';
}

function verifyBlock(ospf: OspfPacket, bytes: Uint8Array, at: number, authentication: Authentication, source: number): DecodeError | undefined {
  const block = ospf.linkLocalSignaling;
  if (!(block instanceof LinkLocalSignaling)) return undefined;
  const start = at + ospf.header.length + ospf.authenticationTrailer.length;
  return verifyLinkLocalSignaling(bytes, start, linkLocalSignalingLength(block), authentication, source);
}

const ALGORITHMS: ReadonlyMap<number, HmacAlgorithm> = new Map([[20, 'hmac-sha-1'], [32, 'hmac-sha-256'], [48, 'hmac-sha-384'], [64, 'hmac-sha-512']]);

/** What the packet may have been sealed with; a key longer than the digest has two readings [5709:3.3]. */
function candidatesOf({ header, authenticationTrailer }: OspfPacket, { secrets, password }: VerifyKeys): Authentication[] {
  switch (header.authType) {
    case AuthType.none: return [{ type: 'none' }];
    case AuthType.simple: return password === undefined ? [] : [{ type: 'simple', password }];
    case AuthType.cryptographic:
    case AuthType.cryptographicExtended: {
      const keyId = cryptographicKeyId(header);
      const key = secrets.get(keyId);
      if (key === undefined) return [];
      const isExtended = header.authType === AuthType.cryptographicExtended;
      const algorithm = ALGORITHMS.get(authenticationTrailer.length - (isExtended ? EXTENDED_SEQUENCE_LENGTH : 0));
      if (algorithm === undefined) return isExtended ? [] : [{ type: 'md5', keyId, key }];
      const type = isExtended ? 'extended' : 'hmac';
      return [{ type, algorithm, keyId, key, longKey: 'digest' }, { type, algorithm, keyId, key, longKey: 'block' }];
    }
    default: return [];
  }
}

function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

/** `checksum [2328:12.1.7] got 0x1234, want 0x5678` */
export function errorText({ code, clause, got, want }: DecodeError): string {
  const shown = (value: number | string): string => (code === 'checksum' && typeof value === 'number' ? `0x${value.toString(16).padStart(4, '0')}` : String(value));
  return `${code} ${clause} got ${shown(got)}, want ${shown(want)}`;
}
