/**
 * The configuration language of Zebra and its descendants: lines of words, and statements matched against patterns.
 *
 * Indentation has no meaning. A line whose first character other than a blank is `!` or `#` is a comment. A statement
 * is looked for in the block that is open (`interface`, `router ospf` ...) and then at top level, which closes the block.
 * Words must be written out: configuration files, unlike the terminal, take no abbreviations.
 *
 * Patterns are our own notation, one line a statement:
 *   word               the word itself
 *   (a|b)              one of these words
 *   name:(a|b)         the same, captured
 *   name:<1-65535>     a decimal number in this range, captured; also A.B.C.D, A.B.C.D/M, AREA, IFNAME, WORD
 *   name:LINE          the rest of the line, at least one word
 *   [ ... ]            may be left out
 *   { a ... / b ... }  any of these, in any order, each at most once
 */
import { networkOf } from '../../base/address.js';
import { parseArea, parseIpv4, parsePrefix, type Prefix } from '../address-text.js';
import { quote, suggestion } from '../spelling.js';

export interface Word {
  readonly text: string;
  /** Of the first character, from 1. */
  readonly column: number;
}

export interface StatementLine {
  readonly line: number;
  readonly words: readonly Word[];
  /** Where one more word would start. */
  readonly endColumn: number;
}

/** Statements of a text, without blank lines and comments. */
export function splitStatements(text: string): StatementLine[] {
  const statements: StatementLine[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const words: Word[] = [];
    for (const match of lines[i].matchAll(/\S+/g)) words.push({ text: match[0], column: match.index + 1 });
    if (words.length === 0 || words[0].text.startsWith('!') || words[0].text.startsWith('#')) continue;
    const last = words[words.length - 1];
    statements.push({ line: i + 1, words, endColumn: last.column + last.text.length });
  }
  return statements;
}

type Element =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'choice'; readonly name: string; readonly options: readonly string[] }
  | { readonly kind: 'value'; readonly name: string; readonly type: string; readonly low: number; readonly high: number };

type Sequence = readonly Element[];

interface CapturedValue {
  readonly word: Word;
  readonly value: number | string | Prefix;
}

/** What a statement's placeholders were filled with. */
export class Captures {
  /** The fixed words that the statement begins with. */
  readonly keywords: string;
  private readonly values = new Map<string, CapturedValue>();

  constructor(keywords: string) {
    this.keywords = keywords;
  }

  set(name: string, word: Word, value: number | string | Prefix): void {
    this.values.set(name, { word, value });
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Undefined only for a placeholder that the statement left out. */
  optionalNumber(name: string): number | undefined {
    const value = this.values.get(name)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? 0;
  }

  optionalText(name: string): string | undefined {
    const value = this.values.get(name)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  text(name: string): string {
    return this.optionalText(name) ?? '';
  }

  prefix(name: string): Prefix {
    const value = this.values.get(name)?.value;
    return typeof value === 'object' ? value : { address: 0, prefixLength: 0 };
  }

  column(name: string): number {
    return this.values.get(name)?.word.column ?? 1;
  }
}

function compileToken(token: string): Element {
  const colon = token.indexOf(':');
  const name = colon < 0 ? '' : token.slice(0, colon);
  const body = token.slice(colon + 1);
  if (body.startsWith('(')) return { kind: 'choice', name, options: body.slice(1, -1).split('|') };
  if (colon < 0) return { kind: 'literal', text: token };
  const range = /^<([0-9]+)-([0-9]+)>$/.exec(body);
  if (range !== null) return { kind: 'value', name, type: body, low: Number(range[1]), high: Number(range[2]) };
  return { kind: 'value', name, type: body, low: 0, high: 0 };
}

/** Every order of every subset of the options. */
function arrangements(options: readonly Sequence[][]): Sequence[] {
  const result: Sequence[] = [[]];
  options.forEach((option, index) => {
    const rest = arrangements(options.filter((_, other) => other !== index));
    for (const first of option) for (const tail of rest) result.push([...first, ...tail]);
  });
  return result;
}

/** A pattern as the flat sequences that it stands for. */
export function compilePattern(pattern: string): Sequence[] {
  const tokens = pattern.split(' ');
  let position = 0;
  const sequence = (end: string): Sequence[] => {
    let result: Sequence[] = [[]];
    while (position < tokens.length && tokens[position] !== end && tokens[position] !== '/') {
      const token = tokens[position++];
      let next: Sequence[];
      if (token === '[') {
        next = [...sequence(']'), []];
        position++;
      } else if (token === '{') {
        const options: Sequence[][] = [];
        do {
          if (tokens[position] === '/') position++;
          options.push(sequence('}'));
        } while (tokens[position] === '/');
        position++;
        next = arrangements(options);
      } else next = [[compileToken(token)]];
      result = result.flatMap((head) => next.map((tail) => [...head, ...tail]));
    }
    return result;
  };
  return sequence('');
}

function expectation(element: Element): readonly string[] {
  if (element.kind === 'literal') return [element.text];
  if (element.kind === 'choice') return element.options;
  return [element.type === 'AREA' ? 'an area (A.B.C.D or <0-4294967295>)' : element.type];
}

function readValue(element: Element & { kind: 'value' }, text: string): number | string | Prefix | undefined {
  switch (element.type) {
    case 'A.B.C.D':
      return parseIpv4(text);
    case 'A.B.C.D/M':
      return parsePrefix(text);
    case 'AREA':
      return parseArea(text);
    case 'IFNAME':
      // The kernel's limit, IFNAMSIZ - 1.
      return text.length <= 15 ? text : undefined;
    case 'WORD':
      return text;
    default: {
      if (!/^[0-9]{1,12}$/.test(text)) return undefined;
      const number = Number(text);
      return number >= element.low && number <= element.high ? number : undefined;
    }
  }
}

function accepts(element: Element, text: string): boolean {
  if (element.kind === 'literal') return element.text === text;
  if (element.kind === 'choice') return element.options.includes(text);
  return element.type === 'LINE' || readValue(element, text) !== undefined;
}

function capture(sequence: Sequence, words: readonly Word[]): Captures {
  const variable = sequence.findIndex((element) => element.kind !== 'literal' && element.name !== '');
  const fixed = variable < 0 ? words : words.slice(0, variable);
  const captures = new Captures(fixed.map((word) => word.text).join(' '));
  sequence.forEach((element, index) => {
    const word = words[index];
    if (element.kind === 'literal' || element.name === '') return;
    if (element.kind === 'choice') captures.set(element.name, word, word.text);
    else if (element.type === 'LINE') captures.set(element.name, word, words.slice(index).map((each) => each.text).join(' '));
    else {
      const value = readValue(element, word.text);
      if (value !== undefined) captures.set(element.name, word, value);
    }
  });
  return captures;
}

/** One pattern of a table, with whatever its owner attaches to it. */
export interface PatternRule {
  readonly pattern: string;
  /**
   * How many words say what a statement is about, the daemon's optional prefix (`ip` of `ip ospf`) not counted: what its `no` form is
   * compared by. The words behind are values; a `no` form may leave them out, and they are not looked at. Undefined: up to the last
   * address, area or interface name, and the fixed words behind it; without those, up to the first value.
   */
  readonly identityWords?: number;
  /** So many words a `no` form must have; with fewer than `identityWords` it takes back all that begin with them. Undefined: `identityWords`. */
  readonly leastNegatedWords?: number;
}

/** What the newer and the older spelling of one statement have in common. */
function withoutPrefix(words: readonly string[]): readonly string[] {
  const [first, second] = words;
  const hasPrefix = (first === 'ip' && (second === 'ospf' || second === 'router-id')) || (first === 'ospf' && second === 'router-id');
  return hasPrefix ? words.slice(1) : words;
}

const KEY_TYPES = ['A.B.C.D', 'A.B.C.D/M', 'AREA', 'IFNAME'];

/** Without the prefix that `withoutPrefix` takes away. */
function identityLength(rule: PatternRule, sequence: Sequence): number {
  if (rule.identityWords !== undefined) return Math.min(rule.identityWords, sequence.length);
  let length = 0;
  sequence.forEach((element, index) => {
    if (element.kind === 'value' && KEY_TYPES.includes(element.type)) length = index + 1;
  });
  while (length < sequence.length && sequence[length].kind === 'literal') length++;
  return Math.max(1, length);
}

/** One spelling of a word: `area 1` and `area 0.0.0.1` are the same, and so are prefixes with and without host bits. */
function normalWord(element: Element | undefined, text: string): string {
  if (element?.kind !== 'value' || element.type === 'LINE') return text;
  const value = readValue(element, text);
  if (value === undefined || typeof value === 'string') return text;
  return typeof value === 'number' ? String(value) : `${networkOf(value.address, value.prefixLength)}/${value.prefixLength}`;
}

function identify(rule: PatternRule, sequence: Sequence, words: readonly Word[]): readonly string[] {
  const isPrefixed = withoutPrefix(words.map((word) => word.text)).length < words.length;
  const normal = words.map((word, index) => normalWord(sequence[index], word.text));
  const own = isPrefixed ? sequence.slice(1) : sequence;
  return (isPrefixed ? normal.slice(1) : normal).slice(0, identityLength(rule, own));
}

export type MatchResult<Rule> =
  | { readonly kind: 'match'; readonly rule: Rule; readonly captures: Captures; readonly identity: readonly string[] }
  /** `wordIndex` words were right; at that word (or at the end of the line) these are allowed. */
  | { readonly kind: 'mismatch'; readonly wordIndex: number; readonly allowed: readonly string[]; readonly mayEnd: boolean };

interface Candidate<Rule> {
  readonly rule: Rule;
  readonly sequence: Sequence;
}

/** All statements of one block, ready to match. Where several match, the first of the table wins. */
export class StatementTable<Rule extends PatternRule> {
  private readonly byFirstWord = new Map<string, Candidate<Rule>[]>();

  constructor(rules: Iterable<Rule>) {
    for (const rule of rules) {
      for (const sequence of compilePattern(rule.pattern)) {
        for (const first of expectation(sequence[0])) {
          const candidates = this.byFirstWord.get(first);
          if (candidates === undefined) this.byFirstWord.set(first, [{ rule, sequence }]);
          else candidates.push({ rule, sequence });
        }
      }
    }
  }

  /** Sorted, for messages. */
  firstWords(): string[] {
    return [...this.byFirstWord.keys()].sort();
  }

  match(words: readonly Word[]): MatchResult<Rule> {
    let alive = this.byFirstWord.get(words[0].text) ?? [];
    if (alive.length === 0) return { kind: 'mismatch', wordIndex: 0, allowed: this.firstWords(), mayEnd: false };
    for (let index = 1; index < words.length; index++) {
      const next = alive.filter(({ sequence }) => {
        const last = sequence[Math.min(index, sequence.length - 1)];
        if (index >= sequence.length) return last.kind === 'value' && last.type === 'LINE';
        return accepts(last, words[index].text);
      });
      if (next.length === 0) return this.mismatch(alive, index);
      alive = next;
    }
    const complete = alive.find(({ sequence }) => {
      const last = sequence[sequence.length - 1];
      return sequence.length === words.length || (sequence.length < words.length && last.kind === 'value' && last.type === 'LINE');
    });
    if (complete === undefined) return this.mismatch(alive, words.length);
    return { kind: 'match', rule: complete.rule, captures: capture(complete.sequence, words), identity: identify(complete.rule, complete.sequence, words) };
  }

  /** What the words behind a `no` are about: a whole statement, or its beginning as far as it says that. Undefined: nothing that is known. */
  negated(words: readonly Word[]): readonly string[] | undefined {
    if (words.length === 0) return undefined;
    const whole = this.match(words);
    if (whole.kind === 'match') return whole.identity;
    for (const { rule, sequence } of this.byFirstWord.get(words[0].text) ?? []) {
      if (words.length > sequence.length || !words.every((word, index) => accepts(sequence[index], word.text))) continue;
      const identity = identify(rule, sequence, words);
      const prefix = words.length - withoutPrefix(words.map((word) => word.text)).length;
      const own = sequence.slice(prefix);
      const least = rule.leastNegatedWords ?? identityLength(rule, own);
      if (words.length - prefix >= least && words.length - prefix <= identityLength(rule, own)) return identity;
    }
    return undefined;
  }

  private mismatch(alive: readonly Candidate<Rule>[], index: number): MatchResult<Rule> {
    const allowed = new Set<string>();
    let mayEnd = false;
    for (const { sequence } of alive) {
      if (index < sequence.length) for (const text of expectation(sequence[index])) allowed.add(text);
      else mayEnd = true;
    }
    return { kind: 'mismatch', wordIndex: index, allowed: [...allowed], mayEnd };
  }
}

/** `a, b or c` */
export function listAlternatives(words: readonly string[], end = 'or'): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${end} ${words[words.length - 1]}`;
}

/** The sentence for a mismatch after the first word. */
export function describeMismatch(words: readonly Word[], wordIndex: number, allowed: readonly string[], mayEnd: boolean): string {
  const before = words.slice(0, wordIndex).map((word) => word.text).join(' ');
  if (wordIndex >= words.length) return `the statement is incomplete: ${listAlternatives(allowed)} must follow ${quote(before)}`;
  const found = words[wordIndex].text;
  if (allowed.length === 0) return `${quote(found)} is too much: nothing may follow ${quote(before)}`;
  const rest = mayEnd ? ', or the end of the line' : '';
  const nearest = suggestion(found, allowed);
  return `${quote(found)} is not allowed after ${quote(before)}${nearest === '' ? '; ' : `${nearest} `}allowed: ${listAlternatives(allowed)}${rest}`;
}
