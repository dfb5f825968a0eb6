/**
 * What the writers of decode need to know about each field, by field id, made once from the table of names (wire/dissect/field.ts).
 */
import { assert } from '../base/assert.js';
import type { FieldKind } from '../wire/dissect/field.js';
import { BIT_NAMES, FIELD_ROWS, VALUE_NAMES } from '../wire/dissect/field.js';
import { Label } from './ascii-writer.js';

export const Kind = {
  group: 0, list: 1, number: 2, boolean: 3, hex8: 4, hex16: 5, hex24: 6, hex32: 7, ipv4: 8, mac: 9, bytes: 10, hex64: 11, text: 12, time: 13,
  enum: 14, flags: 15, real: 16,
} as const satisfies Record<FieldKind, number>;

/** Names do not come from bytes, so there is an end to them. */
const MOST_FIELDS = 4096;

export const KINDS: Uint8Array = new Uint8Array(MOST_FIELDS);
/** Elements of a list have no name of their own. */
export const IS_ELEMENT: Uint8Array = new Uint8Array(MOST_FIELDS);
/** Lists whose elements are groups. */
export const IS_GROUP_LIST: Uint8Array = new Uint8Array(MOST_FIELDS);
/** The last part of the path, without `[]`. */
export const NAMES: string[] = [];

/** Whether a value of this kind takes a second pair. */
export function isWide(kind: number): boolean {
  return kind === Kind.bytes || kind === Kind.hex64;
}

let known = 0;

/** Takes in fields that were named since the last call (value-fields.ts names them while it meets them). */
export function learnFields(): void {
  if (known === FIELD_ROWS.length) return;
  assert(FIELD_ROWS.length <= MOST_FIELDS, 'more names than codecs can give');
  for (let field = known; field < FIELD_ROWS.length; field++) {
    const { path, kind } = FIELD_ROWS[field];
    KINDS[field] = Kind[kind];
    IS_ELEMENT[field] = path.endsWith('[]') ? 1 : 0;
    NAMES[field] = path.replace(/\[\]$/, '').replace(/^.*\./, '');
  }
  const groups = new Set(FIELD_ROWS.filter(({ kind }) => kind === 'group').map(({ path }) => path));
  FIELD_ROWS.forEach(({ path, kind }, field) => { IS_GROUP_LIST[field] = kind === 'list' && groups.has(`${path}[]`) ? 1 : 0; });
  known = FIELD_ROWS.length;
}

/** Something made once for each field, in step with the table. */
export class PerField<T> {
  readonly of: T[] = [];
  private readonly make: (field: number) => T;

  constructor(make: (field: number) => T) {
    this.make = make;
    this.learn();
  }

  learn(): void {
    learnFields();
    for (let field = this.of.length; field < FIELD_ROWS.length; field++) this.of.push(this.make(field));
  }
}

/** Names of values, ready to be written; by field id and value; made when they are first met. */
export class ValueLabels {
  private readonly hasNumber: boolean;
  private readonly before: string;
  private readonly after: string;
  private readonly labels: (Label | undefined)[][] = [];

  /** `hasNumber`: with the number and a space in front. `before` and `after` stand around each name. */
  constructor(hasNumber = false, before = '', after = '') {
    this.hasNumber = hasNumber;
    this.before = before;
    this.after = after;
  }

  /** Undefined: an enum's value without a name. */
  of(field: number, value: number): Label | undefined {
    const label = this.labels[field]?.[value];
    return label !== undefined ? label : this.make(field, value);
  }

  private make(field: number, value: number): Label | undefined {
    const name = valueName(field, value);
    if (name === undefined) return undefined;
    const number = KINDS[field] === Kind.flags ? `0x${value.toString(16).padStart(2, '0')}` : String(value);
    const label = new Label(`${this.before}${this.hasNumber ? `${number} ${name}`.trimEnd() : name}${this.after}`);
    (this.labels[field] ??= [])[value] = label;
    return label;
  }
}

/** `ls-update` of an enum, `E|O` of flags (empty: none is set); undefined: no name. */
export function valueName(field: number, value: number): string | undefined {
  const bits = BIT_NAMES.get(field);
  if (bits === undefined) return VALUE_NAMES.get(field)?.[value];
  return bits.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name).join('|');
}
