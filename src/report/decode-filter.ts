/**
 * `--where` and `--only`: which frames are shown. The names are those of the JSON (wire/dissect/field.ts); `[]` may be left out.
 *
 * A name that a frame has several times (`ospf.lsa.id`) meets a comparison when one of its values does; `!=` wants that none
 * is equal. A name that a frame does not have meets no comparison, not even `!=`. A name alone: the frame has it.
 */
import type { Ipv4 } from '../base/address.js';
import { maskOf } from '../base/address.js';
import { macNumber } from '../wire/ethernet.js';
import { OPEN_PATHS } from '../wire/dissect/codec-rows.js';
import type { FieldKind, FieldRow } from '../wire/dissect/field.js';
import { BIT_NAMES, FIELD_ROWS, Field, VALUE_NAMES } from '../wire/dissect/field.js';
import type { LayerName, Tape } from '../wire/dissect/tape.js';
import { Layer } from '../wire/dissect/tape.js';
import { KINDS, isWide, learnFields, valueName } from './decode-labels.js';
import type { Expression, Literal, Operator } from './filter-expression.js';
import { ExpressionError, parseExpression } from './filter-expression.js';
import { nearest } from './nearest.js';

export type FrameFilter = (tape: Tape) => boolean;

/** What a literal can mean; which of it counts is up to the kind of the field. */
interface Meaning {
  readonly text: string;
  readonly number: number | undefined;
  readonly network: { readonly address: Ipv4; readonly mask: Ipv4 } | undefined;
  readonly mac: number | undefined;
  readonly hex: string | undefined;
}

/** `--where`. An error has the column in the text. */
export function compileFilter(text: string): FrameFilter | ExpressionError {
  learnFields();
  const expression = parseExpression(text);
  return expression instanceof ExpressionError ? expression : compile(expression);
}

/** `--only`: layers with commas. An unknown one gives an error with its column. */
export function compileLayers(text: string): FrameFilter | ExpressionError {
  const names = Object.keys(Layer);
  let wanted = 0;
  let column = 1;
  for (const part of text.split(',')) {
    const name = part.trim();
    if (!names.includes(name)) return new ExpressionError(column, `there is no layer "${name}"${suggestion(name, names)}; there are ${names.join(', ')}`);
    wanted |= Layer[name as LayerName];
    column += part.length + 1;
  }
  return (tape) => (tape.layers & wanted) !== 0;
}

function compile(expression: Expression): FrameFilter | ExpressionError {
  switch (expression.kind) {
    case 'or':
    case 'and': {
      const left = compile(expression.left);
      if (left instanceof ExpressionError) return left;
      const right = compile(expression.right);
      if (right instanceof ExpressionError) return right;
      return expression.kind === 'or' ? (tape) => left(tape) || right(tape) : (tape) => left(tape) && right(tape);
    }
    case 'not': {
      const inner = compile(expression.inner);
      return inner instanceof ExpressionError ? inner : (tape) => !inner(tape);
    }
    case 'comparison':
      return compileComparison(expression.name, expression.column, expression.operator, expression.literals);
  }
}

const plain = (path: string): string => path.replaceAll('[]', '');

function compileComparison(name: string, column: number, operator: Operator, literals: readonly Literal[]): FrameFilter | ExpressionError {
  const path = plain(name);
  const base = namedBase(path);
  const rows = FIELD_ROWS.filter((row) => plain(row.path) === base && row.path !== '');
  if (rows.length === 0 && !OPEN_PATHS.some((open) => path.startsWith(`${open}.`))) {
    const names = [...new Set(FIELD_ROWS.map((row) => plain(row.path)))].filter((one) => one !== '');
    return new ExpressionError(column, `there is no name "${name}"${suggestion(path, names)}; failover decode --names lists all`);
  }
  const selector = new Selector(base);
  if (operator === 'exists') return (tape) => selector.some(tape, () => true);
  const values = rows.filter(({ kind }) => kind !== 'group' && kind !== 'list');
  if (rows.length > 0 && values.length === 0) return new ExpressionError(column, `"${name}" is a group of fields and has no value`);
  const meanings: Meaning[] = [];
  for (const literal of literals) {
    const meaning = meaningOf(literal, values);
    if (meaning instanceof ExpressionError) return meaning;
    meanings.push(meaning);
  }
  const isMet = (tape: Tape, at: number): boolean => meanings.some((meaning) => holds(tape, at, operator, meaning));
  if (operator === '!=') return (tape) => selector.some(tape, () => true) && !selector.some(tape, isMet);
  return (tape) => selector.some(tape, isMet);
}

/** `ospf.type_name` and `ip.flags_names` are other spellings of `ospf.type` and `ip.flags`. */
function namedBase(path: string): string {
  const base = path.replace(/_names?$/, '');
  return base !== path && FIELD_ROWS.some((row) => plain(row.path) === base && (row.kind === 'enum' || row.kind === 'flags')) ? base : path;
}

/** The places of one name on a tape. */
class Selector {
  private readonly path: string;
  private isSelected: boolean[] = [];

  constructor(path: string) {
    this.path = path;
  }

  some(tape: Tape, isMet: (tape: Tape, at: number) => boolean): boolean {
    learnFields();
    for (let field = this.isSelected.length; field < FIELD_ROWS.length; field++) this.isSelected.push(plain(FIELD_ROWS[field].path) === this.path);
    const { words, length } = tape;
    const { isSelected } = this;
    for (let i = 0; i < length; i += 2) {
      const field = words[i];
      if (field !== Field.close && isSelected[field] && isMet(tape, i)) return true;
      if (isWide(KINDS[field])) i += 2;
    }
    return false;
  }
}

function meaningOf({ text, column, isQuoted }: Literal, rows: readonly FieldRow[]): Meaning | ExpressionError {
  const meaning: Meaning = {
    text,
    number: isQuoted ? undefined : numberOf(text),
    network: networkOf(text),
    mac: /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(text) ? text.split(':').reduce((sum, part) => sum * 256 + parseInt(part, 16), 0) : undefined,
    hex: /^([0-9a-f]{2})+$/i.test(text.replace(/^0x/i, '').replaceAll(':', '')) ? text.replace(/^0x/i, '').replaceAll(':', '').toLowerCase() : undefined,
  };
  if (rows.length === 0 || rows.some((row) => isUsable(row, meaning))) return meaning;
  const [{ path, kind }] = rows;
  const names = namesOf(FIELD_ROWS.indexOf(rows[0]));
  const wanted = names.length > 0 ? `a number or one of ${names.join(', ')}${suggestion(text, names)}` : WANTED[kind] ?? 'a number';
  return new ExpressionError(column, `"${text}" cannot be a value of ${plain(path)}: want ${wanted}`);
}

const WANTED: Partial<Record<FieldKind, string>> = {
  ipv4: 'an address such as 10.0.0.1, or a network such as 10.0.0.0/8', mac: 'an address such as 02:00:00:00:00:01', bytes: 'hexadecimal digits',
  boolean: 'true or false',
};

function isUsable({ path, kind }: FieldRow, meaning: Meaning): boolean {
  switch (kind) {
    case 'ipv4': return meaning.network !== undefined;
    case 'mac': return meaning.mac !== undefined;
    case 'bytes': return meaning.hex !== undefined;
    case 'boolean': return meaning.text === 'true' || meaning.text === 'false';
    case 'text': return true;
    case 'enum':
    case 'flags': return meaning.number !== undefined || numberOfName(FIELD_ROWS.findIndex((row) => row.path === path), meaning.text) !== undefined;
    default: return meaning.number !== undefined;
  }
}

function numberOf(text: string): number | undefined {
  return /^(0x[0-9a-f]+|-?\d+(\.\d+)?)$/i.test(text) ? Number(text) : undefined;
}

function networkOf(text: string): Meaning['network'] {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const length = match[5] === undefined ? 32 : Number(match[5]);
  if (octets.some((octet) => octet > 255) || length > 32) return undefined;
  const mask = maskOf(length);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { address: (address & mask) >>> 0, mask };
}

function namesOf(field: number): string[] {
  return [...Object.values(VALUE_NAMES.get(field) ?? {}), ...(BIT_NAMES.get(field) ?? []).map(([, name]) => name)];
}

/** Of an enum's value or of a bit. */
function numberOfName(field: number, name: string): number | undefined {
  const found = Object.entries(VALUE_NAMES.get(field) ?? {}).find(([, one]) => one === name);
  return found !== undefined ? Number(found[0]) : (BIT_NAMES.get(field) ?? []).find(([, one]) => one === name)?.[0];
}

function holds(tape: Tape, at: number, operator: Operator, meaning: Meaning): boolean {
  const field = tape.words[at];
  const value = tape.words[at + 1];
  const { kind } = FIELD_ROWS[field];
  switch (kind) {
    case 'ipv4': {
      const { network } = meaning;
      if (network === undefined) return false;
      if (operator === '==' || operator === '!=' || operator === 'in') return ((value ^ network.address) & network.mask) === 0;
      return compareNumbers(value >>> 0, operator, network.address);
    }
    case 'mac': return meaning.mac !== undefined && compareNumbers(macNumber(tape.source, value), operator, meaning.mac);
    case 'bytes': return compareTexts(hexOf(tape.source, value, tape.words[at + 3]), operator, meaning.hex ?? '');
    case 'hex64': return meaning.number !== undefined && compareNumbers((value >>> 0) * 0x100000000 + (tape.words[at + 3] >>> 0), operator, meaning.number);
    case 'text': return compareTexts(tape.strings[value], operator, meaning.text);
    case 'real': return meaning.number !== undefined && compareNumbers(Number(tape.strings[value]), operator, meaning.number);
    case 'boolean': return compareTexts(value !== 0 ? 'true' : 'false', operator, meaning.text);
    case 'time': return meaning.number !== undefined && compareNumbers((tape.timeMicros + tape.remainderNanos / 1000) / 1e6, operator, meaning.number);
    case 'flags':
    case 'enum': {
      if (operator === 'contains' && kind === 'enum') return (valueName(field, value) ?? '').includes(meaning.text);
      const number = meaning.number ?? numberOfName(field, meaning.text);
      if (number === undefined) return false;
      return compareNumbers(value >>> 0, operator === 'contains' ? '&' : operator, number);
    }
    case 'group':
    case 'list': return false;
    default: return meaning.number !== undefined && compareNumbers(value >>> 0, operator, meaning.number);
  }
}

/** Of `!=` the caller wants to know whether there is an equal one. */
function compareNumbers(got: number, operator: Operator, want: number): boolean {
  switch (operator) {
    case '==':
    case '!=':
    case 'in': return got === want;
    case '<': return got < want;
    case '<=': return got <= want;
    case '>': return got > want;
    case '>=': return got >= want;
    case '&': return (got & want) !== 0;
    case 'contains': return String(got).includes(String(want));
    case 'exists': return true;
  }
}

function compareTexts(got: string, operator: Operator, want: string): boolean {
  switch (operator) {
    case '==':
    case '!=':
    case 'in': return got === want;
    case '<': return got < want;
    case '<=': return got <= want;
    case '>': return got > want;
    case '>=': return got >= want;
    case 'contains': return got.includes(want);
    case '&': return false;
    case 'exists': return true;
  }
}

function hexOf(source: Uint8Array, start: number, length: number): string {
  let text = '';
  for (let i = start; i < start + length; i++) text += source[i].toString(16).padStart(2, '0');
  return text;
}

function suggestion(got: string, names: readonly string[]): string {
  const best = nearest(got, names);
  return best === undefined ? '' : `; did you mean ${best}?`;
}
