/**
 * `decode -v`: every field of every layer, a line for each group. Names are those of the JSON, values too, without its marks.
 */
import { FIELD_ROWS, Field } from '../wire/dissect/field.js';
import type { Tape } from '../wire/dissect/tape.js';
import { AsciiWriter, FIELD_ROOM, Label } from './ascii-writer.js';
import { IS_ELEMENT, IS_GROUP_LIST, KINDS, Kind, NAMES, PerField, ValueLabels, isWide } from './decode-labels.js';
import { ClockWriter, writeEpochTime } from './decode-time.js';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const HEX_PREFIX = 0x7830; // "0x", little-endian
const TRUE = new Label('yes');
const FALSE = new Label('no');
/** Longer stretches of bytes are cut here; `--json` has all of them. */
const SHOWN_BYTES = 64;

/** Of groups and lists the name, of fields the name and a space; behind the mark that stands between it and what comes before. */
const labelsBehind = (mark: string): PerField<Label> => new PerField((field) => {
  const { kind } = FIELD_ROWS[field];
  const name = NAMES[field].replaceAll('_', ' ');
  return new Label(`${mark}${name}${kind === 'group' || kind === 'list' || IS_ELEMENT[field] === 1 ? '' : ' '}`);
});
const LABELS = labelsBehind('');
const FIRST_LABELS = labelsBehind(' ');
const NEXT_LABELS = labelsBehind(', ');
const INDENTS: readonly Label[] = Array.from({ length: 32 }, (_, depth) => new Label(`\n${'  '.repeat(depth + 1)}`));
/** `ls-update`, `E|O` */
const VALUE_LABELS = new ValueLabels();
/** `4 ls-update`, `0x42 E|O` */
const FULL_LABELS = new ValueLabels(true);

/** Writes a value without its name; shared by `decode` and `decode -v`. True: it took a second pair. */
export function writeValue(w: AsciiWriter, tape: Tape, at: number): boolean {
  const { words, source } = tape;
  const field = words[at];
  const value = words[at + 1];
  const kind = KINDS[field];
  switch (kind) {
    case Kind.number: w.decimal(value); break;
    case Kind.boolean: w.label(value !== 0 ? TRUE : FALSE); break;
    case Kind.ipv4: w.ipv4(value); break;
    case Kind.mac: w.mac(source, value); break;
    case Kind.hex8: hex(w, value, 2); break;
    case Kind.hex16: hex(w, value, 4); break;
    case Kind.hex24: hex(w, value, 6); break;
    case Kind.hex32: hex(w, value, 8); break;
    case Kind.hex64:
      hex(w, value, 8);
      w.hex(words[at + 3], 8);
      break;
    case Kind.bytes: {
      const length = words[at + 3];
      w.hexBytes(source, value, length < SHOWN_BYTES ? length : SHOWN_BYTES);
      if (length > SHOWN_BYTES) w.text(`... (${length} bytes)`);
      break;
    }
    case Kind.text:
    case Kind.real:
      w.text(printable(tape.strings[value]));
      w.room(FIELD_ROOM);
      break;
    case Kind.time: writeEpochTime(w, tape.timeMicros, tape.remainderNanos); break;
    case Kind.enum:
    case Kind.flags: {
      const name = FULL_LABELS.of(field, value);
      if (name !== undefined) w.label(name);
      else w.decimal(value);
      break;
    }
  }
  return isWide(kind);
}

/** What comes from the wire must not steer a terminal: control characters are written as \\x1b. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The name of an enum's value or the names of flags alone, where there are any. */
export function writeName(w: AsciiWriter, tape: Tape, at: number): boolean {
  const name = VALUE_LABELS.of(tape.words[at], tape.words[at + 1]);
  if (name === undefined || name.length === 0) return writeValue(w, tape, at);
  w.label(name);
  return false;
}

function hex(w: AsciiWriter, value: number, digits: 2 | 4 | 6 | 8): void {
  w.view.setUint16(w.at, HEX_PREFIX, true);
  w.at += 2;
  w.hex(value, digits);
}

export class VerboseWriter {
  private readonly w: AsciiWriter;
  private readonly clock = new ClockWriter(true);
  private readonly lists: Uint8Array = new Uint8Array(64);

  constructor(w: AsciiWriter) {
    this.w = w;
  }

  write(tape: Tape): void {
    const { w, lists } = this;
    const { words, length } = tape;
    LABELS.learn();
    FIRST_LABELS.learn();
    NEXT_LABELS.learn();
    w.room(FIELD_ROOM);
    w.byte(0x23);
    w.decimal(words[3]);
    w.byte(SPACE);
    this.clock.write(w, tape.timeMicros, tape.remainderNanos);
    /** Open groups; lists do not count. */
    let depth = 0;
    /** Open groups and lists. */
    let open = 0;
    /** 0: a new line is due, 1: behind the name of a group, 2: behind a value. */
    let place = 0;
    for (let i = 0; i < length; i += 2) {
      const field = words[i];
      w.room(FIELD_ROOM);
      if (field === Field.close) {
        const what = lists[--open];
        if (what === 0) {
          depth--;
          place = 0;
        } else if (what === 1) {
          place = 0;
        } else {
          place = 2;
        }
        continue;
      }
      const kind = KINDS[field];
      if (kind === Kind.group) {
        w.label(INDENTS[depth++]);
        w.label(LABELS.of[field]);
        lists[open++] = 0;
        place = 1;
        continue;
      }
      if (kind === Kind.list) {
        if (IS_GROUP_LIST[field] === 1) {
          lists[open++] = 1;
          continue;
        }
        lists[open++] = 2;
        this.name(place, depth, field);
        place = 2;
        continue;
      }
      if (open > 0 && lists[open - 1] === 2) {
        w.byte(SPACE);
      } else {
        this.name(place, depth, field);
        place = 2;
      }
      if (writeValue(w, tape, i)) i += 2;
    }
    w.byte(NEWLINE);
    w.mayFlush();
  }

  private name(place: number, depth: number, field: number): void {
    const { w } = this;
    if (place === 2) {
      w.label(NEXT_LABELS.of[field]);
    } else if (place === 1) {
      w.label(FIRST_LABELS.of[field]);
    } else {
      w.label(INDENTS[depth]);
      w.label(LABELS.of[field]);
    }
  }
}
