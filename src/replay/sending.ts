/**
 * An OSPF packet as it was sent, field by field, ready to be held against another one. Read wire/dissect/tape.ts first.
 *
 * Every field of every layer is there under the name that `decode` gives it. LSAs, headers of LSAs and requests are parts of their own, because the same
 * parts may travel in fewer or more packets.
 */
import { formatIpv4, formatMac } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { dissectFrame } from '../wire/dissect/dissect.js';
import { FIELD_ROWS, Field } from '../wire/dissect/field.js';
import { Tape } from '../wire/dissect/tape.js';
import { LinkType } from '../wire/link-layer.js';
import { IpProtocol } from '../wire/ipv4.js';

export interface FieldValue {
  /** As `decode --names` has it. */
  readonly path: string;
  readonly text: string;
}

/** An LSA, the header of one, or a request for one. */
export interface Part {
  /** Type, link state id, advertising router. */
  readonly identity: string;
  readonly fields: readonly FieldValue[];
}

export interface Sending {
  /** Where it was captured; ours has none. */
  readonly file?: string;
  readonly number?: number;
  readonly time: Micros;
  readonly interfaceName: string;
  /** OSPF's. */
  readonly packetType: number;
  readonly destination: string;
  readonly fields: readonly FieldValue[];
  readonly parts: readonly Part[];
}

const tape = new Tape();
const OSPF_AT = 14 + 9;

/** Whether an Ethernet frame, untagged, carries an OSPF packet. */
export function isOspf(bytes: Uint8Array): boolean {
  return bytes.length > 34 && bytes[12] === 0x08 && bytes[13] === 0x00 && bytes[OSPF_AT] === IpProtocol.ospf;
}

export function readSending(bytes: Uint8Array, place: Pick<Sending, 'file' | 'number' | 'time' | 'interfaceName'>): Sending {
  dissectFrame(tape, { bytes, start: 0, end: bytes.length, linkType: LinkType.ethernet, timeMicros: 0, remainderNanos: 0, originalLength: bytes.length, direction: 'unknown' }, 0, '');
  const { words, length } = tape;
  const fields: FieldValue[] = [];
  const parts: Part[] = [];
  let part: FieldValue[] | undefined;
  let depth = 0;
  let partDepth = 0;
  for (let i = 0; i < length; i += 2) {
    const field = words[i];
    if (field === Field.close) {
      depth--;
      if (part !== undefined && depth < partDepth) {
        parts.push({ identity: identityOf(part), fields: part });
        part = undefined;
      }
      continue;
    }
    const { path, kind } = FIELD_ROWS[field];
    if (kind === 'group' || kind === 'list') {
      depth++;
      if (field === Field.lsa || field === Field.request) {
        part = [];
        partDepth = depth;
      }
      continue;
    }
    if (!path.startsWith('frame.')) (part ?? fields).push({ path, text: textOf(kind, i) });
    if (kind === 'bytes' || kind === 'hex64') i += 2;
  }
  return { ...place, packetType: tape.ospfType, destination: fieldOf(fields, 'ip.dst'), fields, parts };
}

export function fieldOf(fields: readonly FieldValue[], path: string): string {
  return fields.find((each) => each.path === path)?.text ?? '';
}

function identityOf(fields: readonly FieldValue[]): string {
  const of = (name: string): string => fieldOf(fields, `ospf.lsa[].${name}`) || fieldOf(fields, `ospf.request[].${name}`);
  return `${of('type')} ${of('id')} ${of('router')}`;
}

function textOf(kind: string, i: number): string {
  const { words, source, strings } = tape;
  const value = words[i + 1];
  const hex = (digits: number): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
  switch (kind) {
    case 'ipv4': return formatIpv4(value >>> 0);
    case 'mac': return formatMac(source, value);
    case 'boolean': return value !== 0 ? 'true' : 'false';
    case 'hex8':
    case 'flags': return hex(2);
    case 'hex16': return hex(4);
    case 'hex24': return hex(6);
    case 'hex32': return hex(8);
    case 'hex64': return `${hex(8)}${(words[i + 3] >>> 0).toString(16).padStart(8, '0')}`;
    case 'bytes': {
      let text = '';
      for (let at = value; at < value + words[i + 3]; at++) text += source[at].toString(16).padStart(2, '0');
      return text;
    }
    case 'text':
    case 'real': return strings[value];
    default: return String(value >>> 0);
  }
}
