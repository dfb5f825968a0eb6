/**
 * Reading bird.conf: a cursor over its tokens, the names that have been given, and the small forms that all statements share.
 *
 * A statement that is wrong is given up with `fail`; reading goes on behind it, so that one run says all that is wrong. The forms are those
 * of BIRD 2.0.12, `bird -p` is the judge: an address has no host bits in a prefix, a number may be a constant or a term in parentheses, and
 * a switch without a word is on.
 */
import { maskOf, formatIpv4, type Ipv4 } from '../../base/address.js';
import type { BirdToken } from './bird-lexer.js';
import type { BirdSymbol, BirdValue } from './bird-tree.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

/** Ends a statement; whoever reads statements catches it. What is wrong is among the findings already. */
export class BirdStatementFailure extends Error {}

export class BirdReader {
  readonly findings: Findings;
  readonly symbols = new Map<string, BirdSymbol>();
  private readonly tokens: readonly BirdToken[];
  private index = 0;
  private readonly keywords: ReadonlySet<string>;
  /** What was passed over, once for each kind. */
  private readonly passedOver = new Set<string>();

  constructor(tokens: readonly BirdToken[], keywords: ReadonlySet<string>, findings: Findings) {
    this.tokens = tokens;
    this.keywords = keywords;
    this.findings = findings;
  }

  get token(): BirdToken {
    return this.tokens[this.index];
  }

  get place(): SourcePlace {
    return this.token.place;
  }

  peek(ahead: number): BirdToken {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)];
  }

  next(): BirdToken {
    const token = this.token;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  // --- failing

  fail(message: string, place: SourcePlace = this.place, allowed: readonly string[] = []): never {
    this.findings.error(place, message, { found: this.token.text, allowed });
    throw new BirdStatementFailure(message);
  }

  /** Something else stands here than what could. */
  unexpected(allowed: readonly string[]): never {
    const { kind, text } = this.token;
    const found = kind === 'end' ? 'the end of the file' : quote(text);
    const words = allowed.filter((each) => /^[a-z]/.test(each));
    const near = kind === 'word' ? suggestion(text, words) : '';
    return this.fail(`${found} was not expected here${near || (allowed.length === 0 ? '' : ';')}${allowed.length === 0 ? '' : ` allowed: ${listAlternatives(allowed)}`}`,
      this.place, allowed);
  }

  /** Right in BIRD, and not emulated: a refusal, so that nobody takes it for acted on. */
  refuse(what: string, place: SourcePlace = this.place): void {
    this.findings.error(place, what);
  }

  /** Right in BIRD, and outside what is emulated here: said once for each kind. */
  passOver(kind: string, message: string, place: SourcePlace, bearing: 'not-acted-on' | 'without-bearing' = 'not-acted-on'): void {
    if (this.passedOver.has(kind)) return;
    this.passedOver.add(kind);
    this.findings.note(place, bearing, message);
  }

  attention(message: string, place: SourcePlace = this.place): void {
    this.findings.note(place, 'attention', message);
  }

  // --- single tokens

  isWord(...words: readonly string[]): boolean {
    return this.token.kind === 'word' && words.includes(this.token.text);
  }

  isSign(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.text === sign;
  }

  /** Whether these words stand here, one behind the other. */
  isPhrase(...words: readonly string[]): boolean {
    return words.every((word, i) => this.peek(i).kind === 'word' && this.peek(i).text === word);
  }

  takePhrase(...words: readonly string[]): boolean {
    if (!this.isPhrase(...words)) return false;
    for (let i = 0; i < words.length; i++) this.next();
    return true;
  }

  takeWord(word: string): boolean {
    return this.takePhrase(word);
  }

  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.next();
    return true;
  }

  sign(sign: string): void {
    if (!this.takeSign(sign)) this.unexpected([`"${sign}"`]);
  }

  word(word: string): void {
    if (!this.takeWord(word)) this.unexpected([word]);
  }

  isKeyword(text: string): boolean {
    return this.keywords.has(text);
  }

  /** A name that may be given to something: no word of the language, unless it stands between apostrophes. */
  newName(what: string): string {
    const { kind, text, place } = this.token;
    if (kind === 'quoted-word' || (kind === 'word' && !this.isKeyword(text))) {
      this.next();
      return text;
    }
    if (kind === 'word') return this.fail(`${quote(text)} is a word of BIRD's language: ${what} needs another name`, place);
    return this.unexpected([`a name for ${what}`]);
  }

  define(name: string, symbol: BirdSymbol, place: SourcePlace): void {
    if (this.symbols.has(name)) this.fail(`${quote(name)} is the name of something else already`, place);
    this.symbols.set(name, symbol);
  }

  /** The symbol that stands here, if it is one; it is not taken. */
  symbolHere(): BirdSymbol | undefined {
    const { kind, text } = this.token;
    return kind === 'quoted-word' || (kind === 'word' && !this.isKeyword(text)) ? this.symbols.get(text) : undefined;
  }

  /** The constant that stands here, if it is of one of these types; it is not taken. */
  private constantHere(...types: readonly BirdValue['type'][]): BirdValue | undefined {
    const symbol = this.symbolHere();
    return symbol?.kind === 'constant' && types.includes(symbol.value.type) ? symbol.value : undefined;
  }

  /** A constant that is a number or an address, taken. */
  private takeConstant(...types: readonly ('int' | 'ip' | 'quad')[]): number | undefined {
    const constant = this.constantHere(...types);
    if (constant?.type !== 'int' && constant?.type !== 'ip' && constant?.type !== 'quad') return undefined;
    this.next();
    return constant.value;
  }

  // --- forms

  /** Set by the filter language, which a term in parentheses needs. */
  evaluateTerm: (() => BirdValue) | undefined;

  isNumberHere(): boolean {
    return this.token.kind === 'number' || this.isSign('(') || this.constantHere('int') !== undefined;
  }

  number(what: string, lowest = 0, highest = 0xffffffff): number {
    const { place } = this;
    const value = this.anyNumber(what);
    if (value < lowest || value > highest) {
      this.fail(`${what} must be ${highest === 0xffffffff ? `at least ${lowest}` : `from ${lowest} to ${highest}`}, not ${value}`, place, [`<${lowest}-${highest}>`]);
    }
    return value;
  }

  private anyNumber(what: string): number {
    if (this.token.kind === 'number') return this.next().value;
    const constant = this.takeConstant('int');
    if (constant !== undefined) return constant;
    if (this.isSign('(') && this.evaluateTerm !== undefined) {
      const { place } = this;
      this.next();
      const value = this.evaluateTerm();
      this.sign(')');
      if (value.type === 'int') return value.value;
      return this.fail(`${what} must be a number, not ${value.type === 'bool' ? 'true or false' : `a value of the type ${value.type}`}`, place);
    }
    return this.unexpected([`a number (${what})`]);
  }

  /** `yes`, `no`, `on`, `off`, a number; nothing means yes. */
  switch(): boolean {
    if (this.takeWord('yes') || this.takeWord('on')) return true;
    if (this.takeWord('no') || this.takeWord('off')) return false;
    return this.isNumberHere() ? this.number('the switch') !== 0 : true;
  }

  text(what: string): string {
    const constant = this.constantHere('string');
    if (this.token.kind !== 'text' && constant === undefined) return this.unexpected([`a text between quotation marks (${what})`]);
    const { text } = this.next();
    return constant?.type === 'string' ? constant.value : text;
  }

  /** `1`, `0.0.0.1`, or a constant. */
  id(what: string): number {
    const constant = this.takeConstant('int', 'quad', 'ip');
    if (constant !== undefined) return constant;
    if (this.token.kind === 'number' || this.token.kind === 'ip4') return this.next().value;
    if (this.isSign('(')) return this.anyNumber(what);
    return this.unexpected([`a number or A.B.C.D (${what})`]);
  }

  address(what: string): Ipv4 {
    const constant = this.takeConstant('ip');
    if (constant !== undefined) return constant;
    if (this.token.kind === 'ip4') return this.next().value;
    if (this.token.kind === 'ip6') return this.fail(`${quote(this.token.text)} is an IPv6 address: only IPv4 is emulated`);
    return this.unexpected([`A.B.C.D (${what})`]);
  }

  isPrefixHere(): boolean {
    return (this.token.kind === 'ip4' && this.peek(1).text === '/') || this.constantHere('prefix') !== undefined;
  }

  prefix(what: string): { readonly network: Ipv4; readonly prefixLength: number } {
    const constant = this.constantHere('prefix');
    if (constant?.type === 'prefix') {
      this.next();
      return { network: constant.network, prefixLength: constant.prefixLength };
    }
    const { kind } = this.token;
    if (kind === 'ip6') return this.fail(`${quote(this.token.text)} is an IPv6 address: only IPv4 is emulated`);
    if (kind !== 'ip4') return this.unexpected([`A.B.C.D/M (${what})`]);
    const { place, value: network } = this.next();
    this.sign('/');
    const length = this.next();
    if (length.kind !== 'number') this.fail('a prefix has a length from 0 to 32', length.place, ['<0-32>']);
    const prefixLength = length.value;
    if (prefixLength > 32) this.fail(`a prefix has a length from 0 to 32, not ${prefixLength}`, place);
    const masked = (network & maskOf(prefixLength)) >>> 0;
    if (masked !== network) {
      this.fail(`${formatIpv4(network)}/${prefixLength} has host bits; ${formatIpv4(masked)}/${prefixLength} may be what is meant`, place);
    }
    return { network, prefixLength };
  }

  /** Passes over a block `{ ... }` whose beginning stands here, or everything up to and with the next `;`. */
  skipBlock(): void {
    let depth = 0;
    for (;;) {
      const token = this.next();
      if (token.kind === 'end') return;
      if (token.kind !== 'sign') continue;
      if (token.text === '{') depth++;
      else if (token.text === '}') depth--;
      else if (token.text === ';' && depth === 0) return;
      if (token.text === '}' && depth <= 0) return;
    }
  }

  get position(): number {
    return this.index;
  }

  set position(index: number) {
    this.index = index;
  }
}
