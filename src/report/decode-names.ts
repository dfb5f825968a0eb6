/** `decode --names`: the table of names, as text. */
import { OPEN_PATHS } from '../wire/dissect/codec-rows.js';
import { BIT_NAMES, FIELD_ROWS, Field, VALUE_NAMES } from '../wire/dissect/field.js';

/** A line for each name: path, kind, what it is; and the names of its values. Sorted by path, so that a protocol stands together. */
export function namesText(): string {
  const lines: string[] = [];
  const rows = FIELD_ROWS.map((row, field) => ({ ...row, field })).filter(({ field }) => field !== Field.close);
  for (const { path, kind, what, field } of rows.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const values = Object.entries(VALUE_NAMES.get(field) ?? {}).map(([value, name]) => `${value} ${name}`);
    const bits = (BIT_NAMES.get(field) ?? []).map(([bit, name]) => `0x${bit.toString(16).padStart(2, '0')} ${name}`);
    const names = [...values, ...bits];
    lines.push(`${path.padEnd(48)} ${kind.padEnd(8)} ${what}${names.length > 0 ? ` (${names.join(', ')})` : ''}`.trimEnd());
  }
  lines.push('', `Below ${OPEN_PATHS.join(', ')} the names are those of the codecs.`);
  return `${lines.join('\n')}\n`;
}
