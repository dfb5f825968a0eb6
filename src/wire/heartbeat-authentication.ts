/**
 * Authentication of heartbeat messages: crc, md5 and sha1, as `authkeys` names them.
 *
 * The digest of a message is written in hexadecimal, small letters, as `key digest`. crc is no protection, only a
 * checksum: polynomial 0x04c11db7, most significant bit first, starting at 0, complemented, no leading zeros in the text.
 * md5 and sha1 are HMAC [2104] with the secret of authkeys, which ends at the first blank: of `2 sha1 some words` the
 * secret is `some`. What is covered: see heartbeat.ts. In the covered lines a binary field is `(1)name=` and its value in
 * base64. All three were checked against heartbeat 3.0.6.
 */
import { createHmac } from 'node:crypto';
import { ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import type { HeartbeatMessage } from './heartbeat.js';
import { HeartbeatField, HeartbeatFieldType, encodeHeartbeat, heartbeatLength, heartbeatText } from './heartbeat.js';

/** A line of authkeys. */
export type HeartbeatKey =
  | { readonly method: 'crc' }
  | { readonly method: 'md5' | 'sha1'; readonly secret: Uint8Array };

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** The CRC of heartbeat, as an unsigned number. */
export function heartbeatCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ bytes[i]];
  return ~crc >>> 0;
}

export function heartbeatDigest(bytes: Uint8Array, key: HeartbeatKey): string {
  return key.method === 'crc' ? heartbeatCrc(bytes).toString(16) : createHmac(key.method, key.secret).update(bytes).digest('hex');
}

/** What the field `auth` covers. An error: a field of a type whose text form is not known here. */
export function coveredLines(message: HeartbeatMessage): Uint8Array | DecodeError {
  const parts: Uint8Array[] = [];
  for (const [index, field] of message.fields.entries()) {
    if (field.name === 'auth') continue;
    if (field.type === HeartbeatFieldType.text) {
      parts.push(ascii(`${field.name}=`), field.value, ascii('\n'));
    } else if (field.type === HeartbeatFieldType.binary) {
      parts.push(ascii(`(1)${field.name}=${base64(field.value)}\n`));
    } else {
      return new DecodeError('value', index, '[heartbeat]', field.type, 'fields of type 0 or 1');
    }
  }
  return concatenate(parts);
}

/** Sets the field `auth`, at the end, and in the netstring form the signature; `hasInner` false: the signature alone. An error: see coveredLines. */
export function signHeartbeat(message: HeartbeatMessage, keyNumber: number, key: HeartbeatKey, hasInner = true): DecodeError | undefined {
  message.fields = message.fields.filter(({ name }) => name !== 'auth');
  if (hasInner || message.form === 'classic') {
    const lines = coveredLines(message);
    if (lines instanceof DecodeError) return lines;
    message.fields.push(new HeartbeatField('auth', `${keyNumber} ${heartbeatDigest(lines, key)}`));
  }
  message.signature = message.form === 'netstring' ? ascii(`${keyNumber} ${heartbeatDigest(signedBytes(message), key)}`) : undefined;
  return undefined;
}

/** Checks all that a message is authenticated with; `keys` by their number in authkeys. Undefined: authentic. */
export function verifyHeartbeat(message: HeartbeatMessage, keys: ReadonlyMap<number, HeartbeatKey>): DecodeError | undefined {
  const lines = coveredLines(message);
  if (lines instanceof DecodeError) return lines;
  const inner = heartbeatText(message, 'auth');
  const isClassic = message.form === 'classic';
  // With `msgfmt netstring` heartbeat 3 leaves the field out: the signature covers the whole message.
  if (inner === undefined && isClassic) return new DecodeError('authentication', 0, '[heartbeat]', 'no field auth', 'key and digest');
  const bad = inner === undefined ? undefined : verifyDigest(inner, lines, keys);
  if (bad !== undefined || isClassic) return bad;
  if (message.signature === undefined) return new DecodeError('authentication', 0, '[heartbeat]', 'no signature behind %%%', 'key and digest');
  return verifyDigest(new TextDecoder().decode(message.signature), signedBytes(message), keys);
}

function verifyDigest(text: string, covered: Uint8Array, keys: ReadonlyMap<number, HeartbeatKey>): DecodeError | undefined {
  const match = /^(\d{1,9}) ([0-9a-f]+)$/.exec(text);
  if (!match) return new DecodeError('authentication', 0, '[heartbeat]', text, 'key and digest');
  const key = keys.get(Number(match[1]));
  if (key === undefined) return new DecodeError('authentication', 0, '[heartbeat]', `key ${match[1]}`, `one of ${[...keys.keys()].join(', ')}`);
  const want = heartbeatDigest(covered, key);
  return match[2] === want ? undefined : new DecodeError('authentication', 0, '[heartbeat]', match[2], want);
}

/** The wire up to and with the `%%%` line. */
function signedBytes(message: HeartbeatMessage): Uint8Array {
  const unsigned = Object.assign(Object.create(null) as HeartbeatMessage, message, { signature: undefined });
  const w = new ByteWriter(new Uint8Array(heartbeatLength(unsigned)));
  encodeHeartbeat(unsigned, w);
  return w.bytes;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i] << 16) | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    text += BASE64[word >>> 18] + BASE64[(word >>> 12) & 63] + (left > 1 ? BASE64[(word >>> 6) & 63] : '=') + (left > 2 ? BASE64[word & 63] : '=');
  }
  return text;
}

/** Names are a byte a character, so no encoder. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
