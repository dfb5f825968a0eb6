/**
 * Values of codecs onto the tape by the names of their properties, where the table of names has no rows for them: TCP, VRRP,
 * BFD, heartbeat, opaque LSAs and whatever has options or TLVs.
 *
 * `maximumAdvertisementIntervalCentiseconds` becomes `maximum_advertisement_interval_centiseconds`. Whether a number is an
 * address is not in the number: the names of those that are, are listed here. Properties that are undefined or no bytes at
 * all, and errors (they are reported on their own), are left out.
 */
import { DecodeError } from '../decode-error.js';
import { formatFloat } from './real-text.js';
import type { FieldKind } from './field.js';
import { FIELD_ROWS, Field } from './field.js';
import type { Tape } from './tape.js';

const ADDRESSES: ReadonlySet<string> = new Set([
  'address', 'addresses', 'group', 'gateway', 'mask', 'sources', 'neighborId', 'linkId', 'linkData', 'prefix', 'routerId', 'areaId',
  'advertisingRouter', 'linkStateId',
]);
/** By path, where the property alone does not tell. */
const BY_PATH: Readonly<Record<string, FieldKind>> = { 'bfd.state': 'enum', 'bfd.diagnostic': 'enum', 'bfd.flags': 'flags', 'icmp.unused': 'hex24' };
const HEXADECIMAL: Readonly<Record<string, FieldKind>> = {
  flags: 'hex16', checksum: 'hex16', protocolId: 'hex16', etherType: 'hex16', myDiscriminator: 'hex32', yourDiscriminator: 'hex32',
};

/** By kind and path: one path may hold values of two kinds. */
const known = new Map<string, number>();
FIELD_ROWS.forEach(({ path, kind }, field) => known.set(`${kind} ${path}`, field));

/** The id of a field by path and kind; named now if it never was. */
export function fieldOf(path: string, kind: FieldKind): number {
  const key = `${kind} ${path}`;
  let field = known.get(key);
  if (field === undefined) {
    field = FIELD_ROWS.push({ path, kind, what: '' }) - 1;
    known.set(key, field);
  }
  return field;
}

/** `subTlvs` -> `sub_tlvs` */
export function jsonName(property: string): string {
  return property.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Writes every property of `value` into the group at `path` that the caller has opened. `without`: properties that it writes itself. */
export function valuesToTape(tape: Tape, path: string, value: object, without: readonly string[] = []): void {
  for (const [property, one] of Object.entries(value)) {
    if (!without.includes(property)) valueToTape(tape, `${path}.${jsonName(property)}`, property, one);
  }
}

function valueToTape(tape: Tape, path: string, property: string, value: unknown): void {
  switch (typeof value) {
    case 'number': return numberToTape(tape, path, property, value);
    case 'boolean': return tape.add(fieldOf(path, 'boolean'), value ? 1 : 0);
    case 'string': return tape.text(fieldOf(path, 'text'), value);
    case 'bigint': return tape.hex64(fieldOf(path, 'hex64'), Number(value >> 32n) | 0, Number(value & 0xffffffffn) | 0);
    case 'object': break;
    default: return;
  }
  if (value === null || value instanceof DecodeError) return;
  if (value instanceof Uint8Array) {
    if (value.length > 0) tape.bytes(fieldOf(path, 'bytes'), value);
    return;
  }
  if (Array.isArray(value)) {
    tape.open(fieldOf(path, 'list'));
    for (const element of value as readonly unknown[]) valueToTape(tape, `${path}[]`, property, element);
    tape.close();
    return;
  }
  tape.open(fieldOf(path, 'group'));
  valuesToTape(tape, path, value);
  tape.add(Field.close, 0);
}

function numberToTape(tape: Tape, path: string, property: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) tape.text(fieldOf(path, 'real'), formatFloat(value));
  else tape.add(fieldOf(path, ADDRESSES.has(property) ? 'ipv4' : BY_PATH[path] ?? HEXADECIMAL[property] ?? 'number'), value);
}
