/**
 * `decode`: one line a frame. Time, interface, source > destination, then the fields that the table of names gives a word for.
 *
 *   00:57:35.123456 lnx31:ctc0 10.31.0.1 > 224.0.0.5 OSPF hello router 1.1.1.1 area 0.0.0.0 mask 255.255.255.0 ...
 */
import { FIELD_ROWS, Field } from '../wire/dissect/field.js';
import type { Tape } from '../wire/dissect/tape.js';
import { Layer } from '../wire/dissect/tape.js';
import { AsciiWriter, FIELD_ROOM, Label } from './ascii-writer.js';
import { KINDS, Kind, PerField, isWide } from './decode-labels.js';
import { ClockWriter } from './decode-time.js';
import { printable, writeName, writeValue } from './decode-text.js';

const SPACE = 0x20;
const ARROW = new Label(' > ');
const LENGTH = new Label(' length ');
const FRAGMENT = new Label(' fragment at ');
const TYPE = new Label(' type 0x');
const PROTOCOL = new Label(' protocol ');
const LSA = new Label(' [');
/** More elements of a list than these are only counted. */
const SHOWN_ELEMENTS = 4;

/** The word in front of the value, with a space before it; undefined: not on the line. */
const LABELS = new PerField(wordOf);
const HAS_WORD = new PerField((field) => (FIELD_ROWS[field].brief === undefined ? 0 : FIELD_ROWS[field].brief === '' ? 1 : 2));

function wordOf(field: number): Label | undefined {
  const { brief } = FIELD_ROWS[field];
  return brief === undefined ? undefined : new Label(brief === '' ? '' : ` ${brief}`);
}

export class BriefWriter {
  private readonly w: AsciiWriter;
  private readonly clock = new ClockWriter(false);

  constructor(w: AsciiWriter) {
    this.w = w;
  }

  write(tape: Tape, interfaceName: string): void {
    const { w } = this;
    LABELS.learn();
    HAS_WORD.learn();
    w.room(FIELD_ROOM);
    this.clock.write(w, tape.timeMicros, tape.remainderNanos);
    if (interfaceName !== '') {
      w.byte(SPACE);
      w.text(printable(interfaceName));
      w.room(FIELD_ROOM);
    }
    const from = this.addresses(tape);
    this.fields(tape, from);
    w.room(FIELD_ROOM);
    w.label(LENGTH);
    w.decimal(tape.words[7]);
    w.byte(0x0a);
    w.mayFlush();
  }

  /** Returns where the fields go on. */
  private addresses(tape: Tape): number {
    const { w } = this;
    const { words, networkAt, layers } = tape;
    if (networkAt > 0 && words[networkAt] === Field.ip) {
      // Fixed places: the header's fields come in the order of the table.
      w.byte(SPACE);
      w.ipv4(words[networkAt + 21]);
      w.label(ARROW);
      w.ipv4(words[networkAt + 23]);
      const next = networkAt + 26 + (words[networkAt + 24] === Field.ipOptions ? 4 : 0);
      if (words[next] !== Field.payload) return next;
      w.label(PROTOCOL);
      writeName(w, tape, networkAt + 16);
      if (words[networkAt + 13] !== 0 || (words[networkAt + 11] & 1) !== 0) {
        w.label(FRAGMENT);
        w.decimal(words[networkAt + 13]);
      }
      return next;
    }
    if ((layers & Layer.eth) === 0) return 0;
    const at = this.find(tape, Field.ethDestination);
    w.byte(SPACE);
    w.mac(tape.source, words[at + 3]);
    w.label(ARROW);
    w.mac(tape.source, words[at + 1]);
    if (networkAt > 0) return networkAt;
    const type = this.find(tape, Field.ethType);
    w.label(TYPE);
    w.hex(words[type + 1], 4);
    return at + 4;
  }

  private find(tape: Tape, field: number): number {
    for (let i = 0; i < tape.length; i += 2) if (tape.words[i] === field) return i;
    return 0;
  }

  private fields(tape: Tape, from: number): void {
    const { w } = this;
    const { words, length } = tape;
    let elements = 0;
    for (let i = from; i < length; i += 2) {
      const field = words[i];
      if (field === Field.close) continue;
      const kind = KINDS[field];
      if (HAS_WORD.of[field] === 0) {
        if (isWide(kind)) i += 2;
        continue;
      }
      w.room(FIELD_ROOM);
      if (kind === Kind.list) {
        elements = 0;
        const label = LABELS.of[field];
        if (label !== undefined) w.label(label);
        continue;
      }
      if (kind === Kind.group) {
        if (field === Field.lsa || field === Field.request || field === Field.igmpRecord) {
          if (++elements > SHOWN_ELEMENTS) {
            i = this.count(tape, i, field);
            continue;
          }
          w.label(LSA);
          i = this.element(tape, i + 2) - 2;
          w.byte(0x5d);
          continue;
        }
        if (HAS_WORD.of[field] === 2) w.label(LABELS.of[field] as Label);
        continue;
      }
      if (HAS_WORD.of[field] === 2) w.label(LABELS.of[field] as Label);
      else w.byte(SPACE);
      if (kind === Kind.enum || kind === Kind.flags ? writeName(w, tape, i) : writeValue(w, tape, i)) i += 2;
    }
  }

  /** The words of one element; returns the place behind it. */
  private element(tape: Tape, from: number): number {
    const { w } = this;
    const { words } = tape;
    let depth = 1;
    let isFirst = true;
    for (let i = from; ; i += 2) {
      const field = words[i];
      if (field === Field.close) {
        if (--depth === 0) return i + 2;
        continue;
      }
      const kind = KINDS[field];
      if (kind === Kind.group || kind === Kind.list) {
        depth++;
        continue;
      }
      if (HAS_WORD.of[field] === 0) {
        if (isWide(kind)) i += 2;
        continue;
      }
      w.room(FIELD_ROOM);
      if (HAS_WORD.of[field] === 2) w.label(LABELS.of[field] as Label);
      else if (!isFirst) w.byte(SPACE);
      isFirst = false;
      if (kind === Kind.enum || kind === Kind.flags ? writeName(w, tape, i) : writeValue(w, tape, i)) i += 2;
    }
  }

  /** How many more elements there are; returns the place of the last pair of the last one. */
  private count(tape: Tape, from: number, field: number): number {
    const { words, length } = tape;
    let more = 0;
    let depth = 0;
    let i = from;
    for (; i < length; i += 2) {
      const kind = KINDS[words[i]];
      if (words[i] === Field.close) {
        if (--depth < 0) break;
      } else if (kind === Kind.group || kind === Kind.list) {
        if (words[i] === field) more++;
        depth++;
      } else if (isWide(kind)) {
        i += 2;
      }
    }
    this.w.text(` +${more}`);
    return i - 2;
  }
}
