/**
 * YAML with places: every value knows its file, line and column, and says so when it is not what it should be.
 *
 * The `yaml` library parses; what is here walks its nodes. Nothing is turned into plain objects first, because those
 * have no place. Aliases (`*name`) and merge keys (`<<`) are followed one at a time, and only so many of them: a small
 * file cannot be made to stand for a huge one.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair } from 'yaml';
import type { Micros } from '../../base/micros.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { DURATION_FORM, parseDuration } from '../duration.js';
import { nearestWord, quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

/** Aliases followed in one file before it is refused. */
const MOST_ALIASES = 1_000;

export class YamlFile {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly findings: Findings;
  /** Nodes that an override put there: their place is the option, not the file. */
  readonly overrides = new WeakMap<object, SourcePlace>();
  readonly text: string;
  private readonly lines = new LineCounter();
  private aliases = 0;

  /** Syntax errors and duplicate keys go to `findings`. */
  constructor(file: string, text: string, findings: Findings) {
    this.file = file;
    this.text = text;
    this.findings = findings;
    this.document = parseDocument(text, {
      lineCounter: this.lines,
      prettyErrors: false,
      uniqueKeys: true,
      logLevel: 'silent',
    });
    let hasSyntaxError = false;
    for (const error of this.document.errors) {
      const place = this.placeOfOffset(error.pos[0]);
      if (error.code === 'DUPLICATE_KEY') findings.error(place, 'this key is there already: a key may stand once in a mapping');
      else if (!hasSyntaxError) {
        // What follows the first error is mostly its echo.
        hasSyntaxError = true;
        findings.error(place, `YAML: ${error.message}`);
      }
    }
  }

  placeOfOffset(offset: number): SourcePlace {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  place(node: unknown): SourcePlace {
    if (typeof node === 'object' && node !== null) {
      const override = this.overrides.get(node);
      if (override !== undefined) return override;
      const range = (node as { range?: readonly number[] | null }).range;
      if (range !== undefined && range !== null) return this.placeOfOffset(range[0]);
    }
    return { file: this.file, line: 1, column: 1 };
  }

  /** Follows an alias; undefined (and said) when there is nothing at its end. */
  resolve(node: unknown): unknown {
    let current = node;
    for (let depth = 0; isAlias(current); depth++) {
      this.aliases++;
      if (depth > 16 || this.aliases > MOST_ALIASES) {
        if (this.aliases <= MOST_ALIASES + 1) this.findings.error(this.place(node), 'too many aliases (*name): write the values out');
        return undefined;
      }
      const target: Node | undefined = current.resolve(this.document);
      if (target === undefined) {
        this.findings.error(this.place(current), `no anchor &${current.source} is defined before this alias`);
        return undefined;
      }
      current = target;
    }
    return current;
  }
}

/** A value somewhere in the file. The `what` of its methods names it in messages: `the address`. */
export class YamlValue {
  readonly file: YamlFile;
  readonly place: SourcePlace;
  /** With aliases followed. */
  readonly node: unknown;

  constructor(file: YamlFile, node: unknown, fallback?: SourcePlace) {
    this.file = file;
    this.place = node === null && fallback !== undefined ? fallback : file.place(node);
    this.node = file.resolve(node);
  }

  error(message: string, allowed: readonly string[] = []): void {
    this.file.findings.error(this.place, message, { found: this.source(), allowed });
  }

  /** `key:` with nothing behind it. */
  isEmpty(): boolean {
    return this.node === null || this.node === undefined || (isScalar(this.node) && this.node.value === null);
  }

  isMapping(): boolean {
    return isMap(this.node);
  }

  isList(): boolean {
    return isSeq(this.node);
  }

  /** What stands there, in words short enough for a message. */
  source(): string {
    if (isMap(this.node)) return 'a mapping';
    if (isSeq(this.node)) return 'a list';
    if (isScalar(this.node)) return this.isEmpty() ? 'nothing' : (this.rawText() ?? 'nothing');
    return 'nothing';
  }

  /** The lines of a text, each with where it stands: of a block (`|`) every line has a place of its own. */
  textLines(what: string): { readonly text: string; readonly place: SourcePlace }[] {
    const text = this.text(what);
    if (text === undefined) return [];
    const isBlock = isScalar(this.node) && this.node.type === 'BLOCK_LITERAL' && !this.file.overrides.has(this.node);
    const isQuoted = isScalar(this.node) && (this.node.type === 'QUOTE_DOUBLE' || this.node.type === 'QUOTE_SINGLE');
    const source = isBlock ? this.file.text.split(/\r\n|\n|\r/) : [];
    const { file, line, column } = this.place;
    return text.split('\n').map((each, index) => {
      const written = source[line + index];
      if (written !== undefined && written.endsWith(each)) return { text: each, place: { file, line: line + 1 + index, column: written.length - each.length + 1 } };
      return { text: each, place: { file, line, column: column + (isQuoted ? 1 : 0) } };
    });
  }

  private describe(): string {
    return isMap(this.node) || isSeq(this.node) || this.isEmpty() ? this.source() : quote(this.source());
  }

  private rawText(): string | undefined {
    if (!isScalar(this.node) || this.node.value === null) return undefined;
    if (typeof this.node.value === 'string') return this.node.value;
    return this.node.source ?? String(this.node.value);
  }

  private refuse(what: string, form: string): undefined {
    this.error(`${what} must be ${form}, not ${this.describe()}`, [form]);
    return undefined;
  }

  /** A scalar as it is written; numbers and booleans too. */
  text(what: string): string | undefined {
    const text = this.rawText();
    return text === undefined || text.trim() === '' ? this.refuse(what, 'a text') : text;
  }

  integer(what: string, low: number, high: number): number | undefined {
    const text = this.rawText();
    const number = text !== undefined && /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
    return number >= low && number <= high ? number : this.refuse(what, `a whole number from ${low} to ${high}`);
  }

  flag(what: string): boolean | undefined {
    const value = isScalar(this.node) ? this.node.value : undefined;
    return typeof value === 'boolean' ? value : this.refuse(what, 'true or false');
  }

  duration(what: string, least = 0): Micros | undefined {
    const text = this.rawText();
    const micros = text === undefined ? undefined : parseDuration(text);
    if (micros === undefined) return this.refuse(what, DURATION_FORM);
    if (micros < least) return this.refuse(what, `at least ${least === 1 ? '1us' : `${least}us`}`);
    return micros;
  }

  ipv4(what: string): number | undefined {
    const text = this.rawText();
    const address = text === undefined ? undefined : parseIpv4(text);
    return address ?? this.refuse(what, 'an IPv4 address A.B.C.D');
  }

  oneOf<Option extends string>(what: string, options: readonly Option[]): Option | undefined {
    const text = this.rawText();
    const found = options.find((option) => option === text);
    if (found !== undefined) return found;
    const nearest = text === undefined ? '' : suggestion(text, options);
    this.error(`${what} must be ${listAlternatives(options)}, not ${this.describe()}${nearest}`, options);
    return undefined;
  }

  /** The items of a list; one scalar stands for a list of one where `takesOne`. Nothing: an empty list. */
  list(what: string, takesOne = false): YamlValue[] {
    if (this.isEmpty()) return [];
    if (isSeq(this.node)) return this.node.items.map((item) => new YamlValue(this.file, item, this.place));
    if (takesOne) return [this];
    this.refuse(what, 'a list');
    return [];
  }

  /** The entries of a mapping; undefined (and said) for anything else. Nothing: an empty mapping. */
  mapping(what: string): YamlMapping | undefined {
    if (this.isEmpty()) return new YamlMapping(this, []);
    if (!isMap(this.node)) return this.refuse(what, 'a mapping (key: value)');
    return new YamlMapping(this, this.node.items);
  }
}

export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: SourcePlace;
  readonly value: YamlValue;
}

export class YamlMapping {
  readonly owner: YamlValue;
  /** In file order. */
  readonly entries: Map<string, YamlEntry>;

  constructor(owner: YamlValue, pairs: readonly unknown[]) {
    this.owner = owner;
    const entries = new Map<string, YamlEntry>();
    this.collect(pairs, entries, 0);
    this.entries = entries;
  }

  private collect(pairs: readonly unknown[], entries: Map<string, YamlEntry>, depth: number): void {
    const file = this.owner.file;
    const merges: Pair[] = [];
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = file.resolve(pair.key);
      const keyPlace = file.place(pair.key);
      if (!isScalar(key) || key.value === null) {
        file.findings.error(keyPlace, 'a key must be a text');
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      if (name === '<<') merges.push(pair);
      else if (!entries.has(name)) entries.set(name, { key: name, keyPlace, value: new YamlValue(file, pair.value, keyPlace) });
    }
    // A merged key never replaces one that is written out.
    for (const merge of merges) {
      const source = new YamlValue(file, merge.value);
      const parts = isSeq(source.node) ? source.list('the merged mappings') : [source];
      for (const part of parts) {
        if (!isMap(part.node) || depth >= 8) part.error('"<<" takes a mapping, or a list of mappings');
        else this.collect(part.node.items, entries, depth + 1);
      }
    }
  }

  get(key: string): YamlValue | undefined {
    const value = this.entries.get(key)?.value;
    return value === undefined || value.isEmpty() ? undefined : value;
  }

  /** Says which keys are not known here. Those of `withoutBearing` are noted. */
  checkKeys(what: string, known: readonly string[], withoutBearing: readonly string[] = []): void {
    const { findings } = this.owner.file;
    for (const { key, keyPlace } of [...this.entries.values()]) {
      if (known.includes(key)) continue;
      if (withoutBearing.includes(key)) {
        findings.note(keyPlace, 'without-bearing', `"${key}" of ${what} has no bearing on the emulation`);
        continue;
      }
      const nearest = suggestion(key, [...known, ...withoutBearing]);
      // Read on as if it were spelt right: one mistake must not make others.
      const meant = nearestWord(key, [...known, ...withoutBearing]);
      const entry = this.entries.get(key);
      if (meant !== undefined && entry !== undefined && !this.entries.has(meant)) this.entries.set(meant, entry);
      findings.error(keyPlace, `unknown key ${quote(key)} in ${what}${nearest === '' ? '; ' : `${nearest} `}allowed: ${listAlternatives(known)}`, {
        found: key,
        allowed: known,
      });
    }
  }

  /** The value of a key that must be there. */
  require(key: string, what: string): YamlValue | undefined {
    const value = this.get(key);
    if (value === undefined) {
      const entry = this.entries.get(key);
      // An alias that leads nowhere has been reported.
      if (entry !== undefined && entry.value.node === undefined) return undefined;
      this.owner.file.findings.error(entry?.keyPlace ?? this.owner.place, `${what} needs "${key}"`, { allowed: [key] });
    }
    return value;
  }
}
