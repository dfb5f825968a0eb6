/**
 * What the writers of decode need to know about each field, by field id, made once from the table of names (wire/dissect/field.ts).
 */
import type { FieldKind } from '../wire/dissect/field.js';
import { BIT_NAMES, FIELD_ROWS, VALUE_NAMES } from '../wire/dissect/field.js';
import { Label } from './ascii-writer.js';

export const Kind = {
  group: 0, list: 1, number: 2, boolean: 3, hex8: 4, hex16: 5, hex24: 6, hex32: 7, ipv4: 8, mac: 9, bytes: 10, hex64: 11, text: 12, time: 13,
  enum: 14, flags: 15,
} as const satisfies Record<FieldKind, number>;

export const KINDS: Uint8Array = Uint8Array.from(FIELD_ROWS, ({ kind }) => Kind[kind]);

/** Whether a value of this kind takes a second pair. */
export function isWide(kind: number): boolean {
  return kind === Kind.bytes || kind === Kind.hex64;
}

/** Elements of a list have no name of their own. */
export const IS_ELEMENT: Uint8Array = Uint8Array.from(FIELD_ROWS, ({ path }) => (path.endsWith('[]') ? 1 : 0));

/** Lists whose elements are groups. */
export const IS_GROUP_LIST: Uint8Array = Uint8Array.from(FIELD_ROWS, ({ path, kind }) => (
  kind === 'list' && FIELD_ROWS.some((other) => other.path === `${path}[]` && other.kind === 'group') ? 1 : 0));

/** The last part of the path, without `[]`. */
export const NAMES: readonly string[] = FIELD_ROWS.map(({ path }) => path.replace(/\[\]$/, '').replace(/^.*\./, ''));

/** Names of values, ready to be written; by field id and value; made when they are first met. */
export class ValueLabels {
  private readonly hasNumber: boolean;
  private readonly before: string;
  private readonly after: string;
  private readonly labels: (Label | undefined)[][] = FIELD_ROWS.map(() => []);

  /** `hasNumber`: with the number and a space in front. `before` and `after` stand around each name. */
  constructor(hasNumber = false, before = '', after = '') {
    this.hasNumber = hasNumber;
    this.before = before;
    this.after = after;
  }

  /** Undefined: an enum's value without a name. */
  of(field: number, value: number): Label | undefined {
    const known = this.labels[field][value];
    return known !== undefined ? known : this.make(field, value);
  }

  private make(field: number, value: number): Label | undefined {
    const name = valueName(field, value);
    if (name === undefined) return undefined;
    const number = KINDS[field] === Kind.flags ? `0x${value.toString(16).padStart(2, '0')}` : String(value);
    const label = new Label(`${this.before}${this.hasNumber ? `${number} ${name}`.trimEnd() : name}${this.after}`);
    this.labels[field][value] = label;
    return label;
  }
}

/** `ls-update` of an enum, `E|O` of flags (empty: none is set); undefined: no name. */
export function valueName(field: number, value: number): string | undefined {
  const bits = BIT_NAMES.get(field);
  if (bits === undefined) return VALUE_NAMES.get(field)?.[value];
  return bits.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name).join('|');
}
