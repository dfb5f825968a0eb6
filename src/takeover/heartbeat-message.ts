/**
 * Messages as heartbeat composes them: what a sender adds to the fields of each kind, in its order. Read wire/heartbeat.ts first.
 *
 * 3.0.6, from its wire: the message's own fields, destuuid where it is for one node, src, srcuuid, seq, hg (generation), ts, ld (load), ttl, auth.
 * Control messages (NS_...) have neither number nor load. 0.4.9.1 knows no uuid; its order is ours.
 */
import { ByteReader, ByteWriter } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { decodeHeartbeat, encodeHeartbeat, HeartbeatField, HeartbeatFieldType, heartbeatLength, HeartbeatMessage, heartbeatText } from '../wire/heartbeat.js';
import { signHeartbeat, verifyHeartbeat, type HeartbeatKey } from '../wire/heartbeat-authentication.js';

/** Name and value, in order. */
export type MessageFields = readonly (readonly [string, string])[];

export interface Sender {
  readonly name: string;
  readonly uuid: Uint8Array | undefined;
  readonly generation: number;
  readonly load: string;
}

const TIME_TO_LIVE = '3';

export function isControl(type: string): boolean {
  return type.startsWith('NS_');
}

/** `seconds` since 1970. `sequence`: not of control messages. */
export function composeMessage(fields: MessageFields, sender: Sender, sequence: number, seconds: number, destination: Uint8Array | undefined,
  form: 'classic' | 'netstring'): HeartbeatMessage {
  const message = new HeartbeatMessage();
  message.form = form;
  const out = message.fields;
  for (const [name, value] of fields) out.push(new HeartbeatField(name, value));
  const isNumbered = !isControl(fields.find(([name]) => name === 't')?.[1] ?? '');
  if (destination !== undefined) out.push(new HeartbeatField('destuuid', destination, HeartbeatFieldType.binary));
  out.push(new HeartbeatField('src', sender.name));
  if (sender.uuid !== undefined) out.push(new HeartbeatField('srcuuid', sender.uuid, HeartbeatFieldType.binary));
  if (isNumbered) out.push(new HeartbeatField('seq', sequence.toString(16)));
  out.push(new HeartbeatField('hg', sender.generation.toString(16)), new HeartbeatField('ts', seconds.toString(16)));
  if (isNumbered) out.push(new HeartbeatField('ld', sender.load));
  out.push(new HeartbeatField('ttl', TIME_TO_LIVE));
  return message;
}

/** Signs and encodes. */
export function encodeMessage(message: HeartbeatMessage, keyNumber: number, key: HeartbeatKey, isInnerAuthLeftOut: boolean): Uint8Array {
  signHeartbeat(message, keyNumber, key, !isInnerAuthLeftOut);
  const bytes = new Uint8Array(heartbeatLength(message));
  encodeHeartbeat(message, new ByteWriter(bytes));
  return bytes;
}

/** What a received message says, with everything in it copied. A text: why it is not taken. */
export interface ReceivedMessage {
  readonly type: string;
  readonly source: string;
  readonly generation: number;
  /** -1: it has none. */
  readonly sequence: number;
  readonly uuid: Uint8Array | undefined;
  readonly values: ReadonlyMap<string, string>;
}

export function receiveMessage(bytes: Uint8Array, keys: ReadonlyMap<number, HeartbeatKey>): ReceivedMessage | { readonly source: string; readonly problem: string } {
  const message = decodeHeartbeat(new ByteReader(bytes));
  if (message instanceof DecodeError) return { source: '', problem: 'malformed' };
  const source = (heartbeatText(message, 'src') ?? '').toLowerCase();
  if (verifyHeartbeat(message, keys) !== undefined) return { source, problem: 'authentication' };
  return messageOf(message);
}

/** Of our own messages as well: they are processed like all others. */
export function messageOf(message: HeartbeatMessage): ReceivedMessage {
  const values = new Map<string, string>();
  let uuid: Uint8Array | undefined;
  for (const field of message.fields) {
    if (field.type === HeartbeatFieldType.text) values.set(field.name, new TextDecoder().decode(field.value));
    else if (field.name === 'srcuuid') uuid = field.value.slice();
  }
  const hexadecimal = (name: string): number => {
    const text = values.get(name) ?? '';
    return /^[0-9a-f]{1,12}$/i.test(text) ? parseInt(text, 16) : -1;
  };
  return { type: values.get('t') ?? '', source: (values.get('src') ?? '').toLowerCase(), generation: Math.max(0, hexadecimal('hg')), sequence: hexadecimal('seq'), uuid, values };
}
