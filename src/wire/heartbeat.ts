/**
 * The messages of heartbeat (Linux-HA), UDP port 694: name and value pairs in one of two forms.
 *
 * Classic, up to heartbeat 2: `>>>\n`, lines `name=value\n`, `<<<\n`, a zero byte; at most 1400 bytes in all.
 * Netstrings, heartbeat 3: `###\n`, netstrings `N:(type)name=value,`, `%%%\n`, one netstring `N:key digest,`.
 * Each message holds its authentication as the field `auth`, over the lines of all other fields; the netstring form
 * adds another one over the bytes up to and with `%%%\n`. Signing and checking is in heartbeat-authentication.ts.
 *
 * Learned from the wire of heartbeat 3.0.6. Of the classic form we have no capture (version 3 sends a binary field, the
 * node's uuid, and with that always netstrings): it follows the description in the heartbeat documentation.
 */
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';

export const HEARTBEAT_PORT = 694;
/** Of a message in the classic form, zero byte included. */
export const MAXIMUM_CLASSIC_LENGTH = 1400;

/** Types of a field; a classic message has only text. */
export const HeartbeatFieldType = { text: 0, binary: 1, structure: 2, list: 3 } as const;

export class HeartbeatField {
  type: number;
  /** Each character is one byte. No `=` in it, and in a classic message no line feed. */
  name: string;
  /** Decoded: a view. */
  value: Uint8Array;

  constructor(name: string, value: Uint8Array | string, type: number = HeartbeatFieldType.text) {
    this.type = type;
    this.name = name;
    this.value = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  }
}

export class HeartbeatMessage {
  form: 'classic' | 'netstring' = 'netstring';
  /** In the order of the wire. */
  fields: HeartbeatField[] = [];
  /** Netstring form: `key digest` behind the `%%%` line; undefined: nothing stands there. Decoded: a view. */
  signature: Uint8Array | undefined = undefined;
  /** Classic form: the zero byte at the end is there. */
  hasFinalZero = true;
}

/** The field's value, undefined when there is none. Well known names: t (type), src, seq, hg, ts, st, dt, ld, ttl, auth. */
export function heartbeatField(message: HeartbeatMessage, name: string): Uint8Array | undefined {
  return message.fields.find((field) => field.name === name)?.value;
}

/** The same as text. */
export function heartbeatText(message: HeartbeatMessage, name: string): string | undefined {
  const value = heartbeatField(message, name);
  return value && new TextDecoder().decode(value);
}

const CLASSIC_START = 0x3e3e3e0a;
const CLASSIC_END = 0x3c3c3c0a;
const NETSTRING_START = 0x2323230a;
const NETSTRING_END = 0x2525250a;
const LINE_FEED = 0x0a;
const EQUALS = 0x3d;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x28;
const CLOSE = 0x29;

/** Leaves what follows in the reader. */
export function decodeHeartbeat(r: ByteReader): HeartbeatMessage | DecodeError {
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[heartbeat]', r.remaining, 4);
  const start = r.offset;
  const head = r.u32();
  if (head === CLASSIC_START) return decodeClassic(r, start);
  if (head === NETSTRING_START) return decodeNetstrings(r);
  return new DecodeError('value', start, '[heartbeat]', textOf(r.bytes.subarray(start, start + 4)), '>>> or ###');
}

function decodeClassic(r: ByteReader, start: number): HeartbeatMessage | DecodeError {
  const message = new HeartbeatMessage();
  message.form = 'classic';
  for (;;) {
    if (r.remaining >= 4 && wordAt(r) === CLASSIC_END) break;
    const end = indexOf(r.bytes, LINE_FEED, r.offset, r.end);
    if (end < 0) return new DecodeError('truncated', r.offset, '[heartbeat]', 'no end of line', '<<<');
    const equals = indexOf(r.bytes, EQUALS, r.offset, end);
    if (equals < 0) return new DecodeError('value', r.offset, '[heartbeat]', 'a line without =', 'name=value');
    const name = textOf(r.view(equals - r.offset));
    r.skip(1);
    message.fields.push(new HeartbeatField(name, r.view(end - r.offset)));
    r.skip(1);
  }
  r.skip(4);
  message.hasFinalZero = r.remaining > 0 && r.bytes[r.offset] === 0;
  if (message.hasFinalZero) r.skip(1);
  const length = r.offset - start;
  if (length > MAXIMUM_CLASSIC_LENGTH) return new DecodeError('length', start, '[heartbeat]', length, `at most ${MAXIMUM_CLASSIC_LENGTH}`);
  return message;
}

function decodeNetstrings(r: ByteReader): HeartbeatMessage | DecodeError {
  const message = new HeartbeatMessage();
  for (;;) {
    if (r.remaining >= 4 && wordAt(r) === NETSTRING_END) break;
    const content = takeNetstring(r);
    if (content instanceof DecodeError) return content;
    const field = fieldOf(content, r.offset - 1 - content.length);
    if (field instanceof DecodeError) return field;
    message.fields.push(field);
  }
  r.skip(4);
  if (r.remaining > 0 && isDigit(r.bytes[r.offset])) {
    const signature = takeNetstring(r);
    if (signature instanceof DecodeError) return signature;
    message.signature = signature;
  }
  return message;
}

/** The content of the netstring at the reader, which is left behind its comma. Only the shortest way to write N is taken. */
function takeNetstring(r: ByteReader): Uint8Array | DecodeError {
  const start = r.offset;
  let length = 0;
  while (r.remaining > 0 && isDigit(r.bytes[r.offset]) && r.offset - start < 8) length = length * 10 + r.u8() - 0x30;
  const digits = r.offset - start;
  if (r.remaining === 0) return new DecodeError('truncated', r.offset, '[heartbeat]', 'the end', 'a netstring');
  if (digits === 0 || digits !== String(length).length) return new DecodeError('value', start, '[heartbeat]', textOf(r.bytes.subarray(start, start + Math.max(digits, 1))), 'the length of a netstring');
  const colon = r.u8();
  if (colon !== COLON) return new DecodeError('value', r.offset - 1, '[heartbeat]', colon, COLON);
  if (r.remaining < length + 1) return new DecodeError('truncated', r.offset, '[heartbeat]', r.remaining, length + 1);
  const content = r.view(length);
  const comma = r.u8();
  return comma === COMMA ? content : new DecodeError('value', r.offset - 1, '[heartbeat]', comma, COMMA);
}

/** `(type)name=value` */
function fieldOf(content: Uint8Array, offset: number): HeartbeatField | DecodeError {
  const isTyped = content.length >= 3 && content[0] === OPEN && isDigit(content[1]) && content[2] === CLOSE;
  const equals = isTyped ? indexOf(content, EQUALS, 3, content.length) : -1;
  if (equals < 0) return new DecodeError('value', offset, '[heartbeat]', textOf(content.subarray(0, 16)), '(type)name=value');
  return new HeartbeatField(textOf(content.subarray(3, equals)), content.subarray(equals + 1), content[1] - 0x30);
}

export function heartbeatLength(message: HeartbeatMessage): number {
  let length = 8;
  if (message.form === 'classic') {
    for (const { name, value } of message.fields) length += name.length + value.length + 2;
    return length + (message.hasFinalZero ? 1 : 0);
  }
  for (const { name, value } of message.fields) length += netstringLength(4 + name.length + value.length);
  return length + (message.signature ? netstringLength(message.signature.length) : 0);
}

function netstringLength(contentLength: number): number {
  return String(contentLength).length + 2 + contentLength;
}

export function encodeHeartbeat(message: HeartbeatMessage, w: ByteWriter): void {
  if (message.form === 'classic') {
    w.u32(CLASSIC_START);
    for (const { name, value } of message.fields) {
      writeText(name, w);
      w.u8(EQUALS);
      w.raw(value);
      w.u8(LINE_FEED);
    }
    w.u32(CLASSIC_END);
    if (message.hasFinalZero) w.u8(0);
    return;
  }
  w.u32(NETSTRING_START);
  for (const { type, name, value } of message.fields) {
    writeText(`${4 + name.length + value.length}:(${type})${name}=`, w);
    w.raw(value);
    w.u8(COMMA);
  }
  w.u32(NETSTRING_END);
  if (message.signature) {
    writeText(`${message.signature.length}:`, w);
    w.raw(message.signature);
    w.u8(COMMA);
  }
}

function writeText(text: string, w: ByteWriter): void {
  for (let i = 0; i < text.length; i++) w.u8(text.charCodeAt(i));
}

/** A character for every byte. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function indexOf(bytes: Uint8Array, wanted: number, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === wanted) return i;
  return -1;
}

function wordAt(r: ByteReader): number {
  const word = r.u32();
  r.offset -= 4;
  return word;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
