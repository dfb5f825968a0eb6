/**
 * One frame as one line of JSON; names and forms of values are in wire/dissect/field.ts.
 */
import { FIELD_ROWS, Field } from '../wire/dissect/field.js';
import type { Tape } from '../wire/dissect/tape.js';
import { AsciiWriter, FIELD_ROOM, Label } from './ascii-writer.js';
import { IS_ELEMENT, KINDS, Kind, NAMES, PerField, ValueLabels, isWide } from './decode-labels.js';
import { writeEpochTime } from './decode-time.js';

const COMMA = 0x2c;
const QUOTE = 0x22;
const HEX_PREFIX = new Label('"0x');
const TRUE = new Label('true,');
const FALSE = new Label('false,');

/** `"name":` and the opening mark of the value; elements of a list have the mark only. */
const LABELS = new PerField((field) => {
  const { kind } = FIELD_ROWS[field];
  const mark = kind === 'group' ? '{' : kind === 'list' ? '[' : '';
  return new Label(IS_ELEMENT[field] === 1 ? mark : `"${NAMES[field]}":${mark}`);
});
/** `,"type_name":"ls-update",` behind the number of an enum or behind flags. */
const VALUE_LABELS = new PerField((field) => {
  const { kind } = FIELD_ROWS[field];
  const suffix = kind === 'enum' ? 'name' : 'names';
  return kind === 'enum' || kind === 'flags' ? new ValueLabels(false, `,"${NAMES[field]}_${suffix}":"`, '",') : undefined;
});

/** Those that JSON lets pass; a terminal may take them for commands. */
const OTHER_CONTROLS = /[\x7f-\x9f]/g;
const MAXIMUM_DEPTH = 64;

export class JsonLineWriter {
  private readonly w: AsciiWriter;
  private readonly closers = new Uint8Array(MAXIMUM_DEPTH);
  private readonly quoted = new Map<string, Label>();

  constructor(w: AsciiWriter) {
    this.w = w;
  }

  write(tape: Tape): void {
    const { w, closers } = this;
    const { words, length, source } = tape;
    LABELS.learn();
    VALUE_LABELS.learn();
    const labels = LABELS.of;
    const valueLabels = VALUE_LABELS.of;
    let depth = 0;
    w.room(FIELD_ROOM);
    w.byte(0x7b);
    for (let i = 0; i < length; i += 2) {
      const field = words[i];
      const value = words[i + 1];
      w.room(FIELD_ROOM);
      if (field === Field.close) {
        if (w.bytes[w.at - 1] === COMMA) w.at--;
        w.byte(closers[--depth]);
        w.byte(COMMA);
        continue;
      }
      const kind = KINDS[field];
      w.label(labels[field]);
      switch (kind) {
        case Kind.group: closers[depth++] = 0x7d; continue;
        case Kind.list: closers[depth++] = 0x5d; continue;
        case Kind.number: w.decimal(value); break;
        case Kind.boolean: w.label(value !== 0 ? TRUE : FALSE); continue;
        case Kind.ipv4:
          w.byte(QUOTE);
          w.ipv4(value);
          w.byte(QUOTE);
          break;
        case Kind.mac:
          w.byte(QUOTE);
          w.mac(source, value);
          w.byte(QUOTE);
          break;
        case Kind.hex8: this.hex(value, 2); break;
        case Kind.hex16: this.hex(value, 4); break;
        case Kind.hex24: this.hex(value, 6); break;
        case Kind.hex32: this.hex(value, 8); break;
        case Kind.hex64:
          w.label(HEX_PREFIX);
          w.hex(value, 8);
          w.hex(words[i + 3], 8);
          w.byte(QUOTE);
          break;
        case Kind.bytes:
          w.byte(QUOTE);
          w.hexBytes(source, value, words[i + 3]);
          w.byte(QUOTE);
          break;
        case Kind.text: this.string(tape.strings[value]); break;
        case Kind.real: w.text(tape.strings[value]); break;
        case Kind.time: writeEpochTime(w, tape.timeMicros, tape.remainderNanos); break;
        case Kind.enum: {
          w.decimal(value);
          const name = valueLabels[field]?.of(field, value);
          if (name !== undefined) {
            w.label(name);
            continue;
          }
          break;
        }
        case Kind.flags: {
          this.hex(value, 2);
          const names = valueLabels[field]?.of(field, value);
          if (names !== undefined) {
            w.label(names);
            continue;
          }
          break;
        }
      }
      w.byte(COMMA);
      if (isWide(kind)) i += 2;
    }
    if (w.bytes[w.at - 1] === COMMA) w.at--;
    w.byte(0x7d);
    w.byte(0x0a);
    w.mayFlush();
  }

  private hex(value: number, digits: 2 | 4 | 6 | 8): void {
    const { w } = this;
    w.label(HEX_PREFIX);
    w.hex(value, digits);
    w.byte(QUOTE);
  }

  private string(text: string): void {
    let label = this.quoted.get(text);
    if (label === undefined) {
      label = new Label(JSON.stringify(text).replace(OTHER_CONTROLS, (character) => `\\u00${character.charCodeAt(0).toString(16)}`));
      if (this.quoted.size < 1000) this.quoted.set(text, label);
    }
    this.w.room(label.length + FIELD_ROOM);
    this.w.label(label);
  }
}
