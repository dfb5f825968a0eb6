/**
 * BIRD's filter language: text -> tree. BIRD 2.0.12's user guide, chapter 5.
 *
 * What filters between OSPF, static and direct routes and the kernel need is here: if, case, variables, functions, the attributes of a
 * route, prefixes and sets of them. Types that only BGP has (paths, communities, pairs, route distinguishers) and IPv6 are refused.
 * `&&` and `||` bind equally and from the left, as in BIRD: `a || b && c` is `(a || b) && c`.
 */
import type { BirdExpression, BirdFilter, BirdFunction, BirdOperator, BirdStatement, BirdSymbol, BirdValue, PrefixPattern, SetRange } from './bird-tree.js';
import type { BirdReader } from './bird-reader.js';
import { evaluateConstant } from './bird-constant.js';
import { ENUMERATIONS } from './bird-keywords.js';
import { binary, checkAttributeType, checkCondition, checkMethod, checkType } from './bird-type.js';
import type { SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

/** Of a route; those that may be set, and those that may not. */
const FIXED_ATTRIBUTES: ReadonlySet<string> = new Set(['net', 'proto', 'source', 'ifindex']);
const ROUTE_ATTRIBUTES: ReadonlySet<string> = new Set(['from', 'gw', 'scope', 'dest', 'ifname', 'weight', 'preference', 'onlink']);
export const OPTIONAL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'ospf_metric1', 'ospf_metric2', 'ospf_tag', 'ospf_router_id', 'krt_metric', 'krt_source', 'krt_prefsrc', 'krt_realm', 'krt_scope', 'krt_mtu',
  'krt_window', 'krt_rtt', 'krt_rttvar', 'krt_sstresh', 'krt_cwnd', 'krt_advmss', 'krt_reordering', 'krt_hoplimit', 'krt_initcwnd', 'krt_rto_min',
  'krt_initrwnd', 'krt_quickack', 'igp_metric', 'rip_metric', 'rip_tag', 'bgp_origin', 'bgp_next_hop', 'bgp_med', 'bgp_local_pref', 'babel_metric',
]);
const FOREIGN_ATTRIBUTES: ReadonlySet<string> = new Set(['bgp_path', 'bgp_community', 'bgp_ext_community', 'bgp_large_community', 'gw_mpls']);

const TYPES = ['int', 'bool', 'ip', 'prefix', 'quad', 'string'] as const;
const FOREIGN_TYPES: ReadonlySet<string> = new Set(['rd', 'pair', 'ec', 'lc', 'bgpmask', 'bgppath', 'clist', 'eclist', 'lclist']);
const METHODS: ReadonlySet<string> = new Set(['ip', 'len', 'type', 'is_v4', 'mask', 'src', 'dst']);

/** From the loosest; what stands in one row binds equally. */
const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', '~', '!~']);

/** `import` and `export`: all, none, where EXPRESSION, filter NAME, filter { ... }. */
export function readChannelFilter(reader: BirdReader): BirdFilter {
  if (reader.takeWord('all')) return { kind: 'all' };
  if (reader.takeWord('none')) return { kind: 'none' };
  if (reader.takeWord('where')) {
    const { place } = reader;
    const condition = readExpression(reader);
    checkCondition(reader, condition, place);
    return { kind: 'program', body: [{ kind: 'if', condition, then: [{ kind: 'accept' }], otherwise: [{ kind: 'reject' }] }] };
  }
  if (!reader.takeWord('filter')) return reader.unexpected(['all', 'none', 'where', 'filter']);
  const symbol = reader.symbolHere();
  if (symbol !== undefined) {
    if (symbol.kind !== 'filter') return reader.fail(`${quote(reader.token.text)} is no filter`);
    reader.next();
    return symbol.filter;
  }
  if (reader.token.kind === 'word' && !isTypeHere(reader)) {
    if (reader.isKeyword(reader.token.text)) return reader.unexpected(['the name of a filter', '"{"']);
    return reader.fail(`no filter is called ${quote(reader.token.text)}`);
  }
  return { kind: 'program', body: inScope(reader, () => readBody(reader)) };
}

/** `filter NAME { ... }` at the top, behind its first word. */
export function readFilterDefinition(reader: BirdReader): void {
  const { place } = reader;
  const name = reader.newName('a filter');
  const body = inScope(reader, () => readBody(reader));
  reader.define(name, { kind: 'filter', filter: { kind: 'program', name, body } }, place);
}

/** `function NAME(int a; prefix b) { ... }`, behind its first word. */
export function readFunctionDefinition(reader: BirdReader): void {
  const { place } = reader;
  const name = reader.newName('a function');
  const parameters: { name: string; type: string }[] = [];
  const made: BirdFunction = { name, parameters, body: [] };
  reader.define(name, { kind: 'function', function: made }, place);
  made.body = inScope(reader, () => {
    reader.sign('(');
    while (!reader.isSign(')')) {
      const type = readType(reader);
      const parameter = reader.newName('an argument');
      parameters.push({ name: parameter, type });
      reader.symbols.set(parameter, { kind: 'variable', type });
      if (!reader.isSign(')')) reader.sign(';');
    }
    reader.sign(')');
    return readBody(reader);
  });
}

/** Names that are given inside are forgotten at the end. */
function inScope<T>(reader: BirdReader, read: () => T): T {
  const outside = new Map<string, BirdSymbol>(reader.symbols);
  try {
    return read();
  } finally {
    reader.symbols.clear();
    for (const [name, symbol] of outside) reader.symbols.set(name, symbol);
  }
}

/** Declarations in front of the block, as older files have them, and the block. */
function readBody(reader: BirdReader): BirdStatement[] {
  const statements: BirdStatement[] = [];
  while (isTypeHere(reader)) {
    const type = readType(reader);
    reader.symbols.set(reader.newName('a variable'), { kind: 'variable', type });
    reader.sign(';');
  }
  reader.sign('{');
  statements.push(...readStatements(reader));
  reader.sign('}');
  return statements;
}

function isTypeHere(reader: BirdReader): boolean {
  return reader.token.kind === 'word' && ((TYPES as readonly string[]).includes(reader.token.text) || FOREIGN_TYPES.has(reader.token.text)) &&
    reader.peek(1).kind !== 'sign';
}

function readType(reader: BirdReader): string {
  const { text, place } = reader.token;
  if (FOREIGN_TYPES.has(text)) reader.fail(`values of the type ${text} belong to protocols that are not emulated`, place);
  if (!(TYPES as readonly string[]).includes(text)) reader.unexpected(TYPES);
  reader.next();
  return reader.takeWord('set') ? (text === 'prefix' ? 'prefix set' : 'set') : text;
}

function readStatements(reader: BirdReader): BirdStatement[] {
  const statements: BirdStatement[] = [];
  while (!reader.isSign('}') && reader.token.kind !== 'end' && !isBranchHere(reader)) statements.push(...readStatement(reader));
  return statements;
}

/** Inside `case`: does another branch begin here? `else:`, or anything followed by a colon before the end of a statement. */
function isBranchHere(reader: BirdReader): boolean {
  if (reader.isWord('else') && reader.peek(1).text === ':') return true;
  if (!['number', 'ip4'].includes(reader.token.kind) && !reader.isSign('(') && !ENUMERATIONS.has(reader.token.text)) return false;
  return reader.token.kind !== 'word' || ENUMERATIONS.has(reader.token.text);
}

const STATEMENT_WORDS = ['accept', 'reject', 'if', 'case', 'return', 'print', 'unset', '"{"', 'NAME = VALUE'];

function readStatement(reader: BirdReader): BirdStatement[] {
  const { place, token } = reader;
  if (reader.takeSign('{')) {
    const inner = inScope(reader, () => readStatements(reader));
    reader.sign('}');
    return inner;
  }
  if (isTypeHere(reader)) {
    const type = readType(reader);
    const name = reader.newName('a variable');
    const at = reader.peek(1).place;
    // Without a value BIRD 2.0.12 gives it none of its type, which ends a filter when it gets there.
    const value: BirdExpression = reader.takeSign('=') ? readExpression(reader) : { kind: 'constant', value: { type: 'void' } };
    checkType(reader, type, value, at, quote(name));
    reader.sign(';');
    reader.symbols.set(name, { kind: 'variable', type });
    return [{ kind: 'set variable', name, to: value }];
  }
  if (token.kind !== 'word' && token.kind !== 'quoted-word') return reader.unexpected(STATEMENT_WORDS);
  switch (token.kind === 'word' ? token.text : '') {
    case 'if': return [readIf(reader)];
    case 'case': return [readCase(reader)];
    case 'accept':
    case 'reject':
    case 'error':
      reader.next();
      readPrintList(reader);
      return [{ kind: token.text === 'accept' ? 'accept' : 'reject' }];
    case 'print':
    case 'printn':
      reader.next();
      readPrintList(reader);
      return [];
    case 'return': {
      reader.next();
      const value = readExpression(reader);
      reader.sign(';');
      return [{ kind: 'return', value }];
    }
    case 'unset': {
      reader.next();
      reader.sign('(');
      const name = reader.next().text;
      if (!OPTIONAL_ATTRIBUTES.has(name)) reader.fail(`${quote(name)} is no attribute that can be unset`, place);
      reader.sign(')');
      reader.sign(';');
      return [{ kind: 'unset', name }];
    }
    case 'for': return reader.fail('"for" is not emulated: it walks over values that only BGP has');
    default:
  }
  return [readAssignmentOrCall(reader, place)];
}

function readIf(reader: BirdReader): BirdStatement {
  reader.next();
  const { place } = reader;
  const condition = readExpression(reader);
  checkCondition(reader, condition, place);
  reader.word('then');
  const then = readStatement(reader);
  const isElse = reader.isWord('else') && reader.peek(1).text !== ':';
  if (isElse) reader.next();
  return { kind: 'if', condition, then, otherwise: isElse ? readStatement(reader) : [] };
}

function readCase(reader: BirdReader): BirdStatement {
  reader.next();
  const of = readExpression(reader);
  reader.sign('{');
  const branches: { ranges: SetRange[]; body: BirdStatement[] }[] = [];
  let otherwise: BirdStatement[] | undefined;
  while (!reader.isSign('}')) {
    if (reader.takeWord('else')) {
      reader.sign(':');
      otherwise = inScope(reader, () => readStatements(reader));
      continue;
    }
    const ranges = readRanges(reader);
    reader.sign(':');
    branches.push({ ranges, body: inScope(reader, () => readStatements(reader)) });
  }
  reader.sign('}');
  return { kind: 'case', of, branches, ...(otherwise === undefined ? {} : { otherwise }) };
}

/** What accept, reject and print say into the log. */
function readPrintList(reader: BirdReader): void {
  while (!reader.isSign(';')) {
    readExpression(reader);
    if (!reader.takeSign(',')) break;
  }
  reader.sign(';');
}

function readAssignmentOrCall(reader: BirdReader, place: SourcePlace): BirdStatement {
  const { text } = reader.token;
  const symbol = reader.symbolHere();
  if (symbol?.kind === 'function') {
    const call = readExpression(reader);
    reader.sign(';');
    return { kind: 'call', call };
  }
  if (FIXED_ATTRIBUTES.has(text)) return reader.fail(`${quote(text)} of a route cannot be set`, place);
  if (FOREIGN_ATTRIBUTES.has(text)) return reader.fail(`${quote(text)} belongs to a protocol that is not emulated`, place);
  const isAttribute = OPTIONAL_ATTRIBUTES.has(text) || ROUTE_ATTRIBUTES.has(text);
  if (!isAttribute && symbol?.kind !== 'variable') {
    if (symbol !== undefined) return reader.fail(`${quote(text)} cannot be set: it is a ${symbol.kind}`, place);
    return reader.unexpected(STATEMENT_WORDS);
  }
  reader.next();
  reader.sign('=');
  const at = reader.place;
  const to = readExpression(reader);
  reader.sign(';');
  if (isAttribute) checkAttributeType(reader, text, to, at);
  else if (symbol?.kind === 'variable') checkType(reader, symbol.type, to, at, quote(text));
  return { kind: isAttribute ? 'set attribute' : 'set variable', name: text, to };
}

// --- expressions, loosest first

export function readExpression(reader: BirdReader): BirdExpression {
  let left = readComparison(reader);
  for (;;) {
    const operator = reader.isSign('&&') ? '&&' : reader.isSign('||') ? '||' : undefined;
    if (operator === undefined) return left;
    const { place } = reader.next();
    left = binary(reader, operator, left, readComparison(reader), place);
  }
}

function readComparison(reader: BirdReader): BirdExpression {
  const left = readSum(reader);
  if (reader.token.kind !== 'sign' || !COMPARISONS.has(reader.token.text)) return left;
  const { place } = reader;
  const operator = reader.next().text as BirdOperator;
  const right = readSum(reader);
  if (reader.token.kind === 'sign' && COMPARISONS.has(reader.token.text)) return reader.fail('comparisons cannot be chained: use parentheses');
  return binary(reader, operator, left, right, place);
}

function readSum(reader: BirdReader): BirdExpression {
  let left = readProduct(reader);
  while (reader.isSign('+') || reader.isSign('-')) {
    const { place } = reader;
    const operator = reader.next().text as BirdOperator;
    left = binary(reader, operator, left, readProduct(reader), place);
  }
  return left;
}

function readProduct(reader: BirdReader): BirdExpression {
  let left = readUnary(reader);
  while (reader.isSign('*') || reader.isSign('/')) {
    const { place } = reader;
    const operator = reader.next().text as BirdOperator;
    left = binary(reader, operator, left, readUnary(reader), place);
  }
  return left;
}

function readUnary(reader: BirdReader): BirdExpression {
  if (reader.takeSign('!')) {
    const { place } = reader;
    const of = readUnary(reader);
    checkType(reader, 'bool', of, place, 'what is denied');
    return { kind: 'not', of };
  }
  let term = readPrimary(reader);
  while (reader.isSign('.')) {
    reader.next();
    const { text, place } = reader.next();
    if (!METHODS.has(text)) reader.fail(`${quote(text)} is nothing that a value here has`, place, [...METHODS]);
    checkMethod(reader, text, term, place);
    if (text === 'mask') {
      reader.sign('(');
      const at = reader.place;
      const argument = readExpression(reader);
      checkType(reader, 'int', argument, at, 'the length of a mask');
      reader.sign(')');
      term = { kind: 'method', name: text, of: term, argument };
    } else term = { kind: 'method', name: text, of: term };
  }
  return term;
}

const TERMS = ['a number', 'A.B.C.D', 'A.B.C.D/M', 'a text', '"["', '"("', 'the name of a constant, a variable, a function or an attribute'];

function readPrimary(reader: BirdReader): BirdExpression {
  const { token } = reader;
  switch (token.kind) {
    case 'number':
      reader.next();
      return constant({ type: 'int', value: token.value });
    case 'text':
      reader.next();
      return constant({ type: 'string', value: token.text });
    case 'ip6':
      return reader.fail(`${quote(token.text)} is an IPv6 address: only IPv4 is emulated`);
    case 'ip4':
      if (reader.peek(1).text === '/') return constant({ type: 'prefix', ...reader.prefix('a prefix') });
      reader.next();
      return constant({ type: 'ip', value: token.value });
    case 'sign':
      if (reader.takeSign('(')) {
        const inner = readExpression(reader);
        if (reader.isSign(',')) return reader.fail('pairs and communities belong to BGP, which is not emulated');
        reader.sign(')');
        return inner;
      }
      if (reader.isSign('[')) return constant(readSet(reader));
      return reader.unexpected(TERMS);
    case 'end':
      return reader.unexpected(TERMS);
    default:
      return readName(reader);
  }
}

function constant(value: BirdValue): BirdExpression {
  return { kind: 'constant', value };
}

function readName(reader: BirdReader): BirdExpression {
  const { text, kind } = reader.token;
  if (kind === 'word') {
    if (text === 'true' || text === 'false') {
      reader.next();
      return constant({ type: 'bool', value: text === 'true' });
    }
    if (ENUMERATIONS.has(text)) {
      reader.next();
      return constant({ type: 'enum', value: text });
    }
    if (text === 'defined') {
      reader.next();
      reader.sign('(');
      const of = readExpression(reader);
      reader.sign(')');
      return { kind: 'defined', of };
    }
    if (FIXED_ATTRIBUTES.has(text) || ROUTE_ATTRIBUTES.has(text) || OPTIONAL_ATTRIBUTES.has(text)) {
      reader.next();
      return { kind: 'attribute', name: text };
    }
    if (FOREIGN_ATTRIBUTES.has(text)) return reader.fail(`${quote(text)} belongs to a protocol that is not emulated`);
  }
  const symbol = reader.symbolHere();
  if (symbol === undefined) return reader.unexpected(TERMS);
  reader.next();
  switch (symbol.kind) {
    case 'constant': return constant(symbol.value);
    case 'variable': return { kind: 'variable', name: text, type: symbol.type };
    case 'function': {
      const passed: BirdExpression[] = [];
      reader.sign('(');
      while (!reader.isSign(')')) {
        const at = reader.place;
        const argument = readExpression(reader);
        const parameter = symbol.function.parameters.at(passed.length);
        if (parameter !== undefined) checkType(reader, parameter.type, argument, at, `the argument ${quote(parameter.name)}`);
        passed.push(argument);
        if (!reader.isSign(')')) reader.sign(',');
      }
      reader.sign(')');
      if (passed.length !== symbol.function.parameters.length) {
        reader.fail(`${text} takes ${symbol.function.parameters.length} arguments, not ${passed.length}`);
      }
      return { kind: 'call', function: symbol.function, arguments: passed };
    }
    default: return reader.fail(`${quote(text)} is a ${symbol.kind} and has no value`);
  }
}

// --- sets

function readSet(reader: BirdReader): BirdValue {
  reader.sign('[');
  if (reader.takeSign(']')) return { type: 'set', ranges: [] };
  if (reader.token.kind === 'ip4' && reader.peek(1).text === '/') {
    const patterns: PrefixPattern[] = [];
    do patterns.push(readPrefixPattern(reader)); while (reader.takeSign(','));
    reader.sign(']');
    return { type: 'prefix set', patterns };
  }
  const ranges = readRanges(reader);
  reader.sign(']');
  return { type: 'set', ranges };
}

function readPrefixPattern(reader: BirdReader): PrefixPattern {
  const { place } = reader;
  const { network, prefixLength } = reader.prefix('a prefix of the set');
  if (reader.takeSign('+')) return { network, prefixLength, shortest: prefixLength, longest: 32 };
  if (reader.takeSign('-')) return { network, prefixLength, shortest: 0, longest: prefixLength };
  if (!reader.takeSign('{')) return { network, prefixLength, shortest: prefixLength, longest: prefixLength };
  const bound = (): number => (reader.token.kind === 'number' ? reader.next().value : reader.unexpected(['<0-32>']));
  const shortest = bound();
  reader.sign(',');
  const longest = bound();
  reader.sign('}');
  if (shortest > longest || longest > 32) reader.fail(`{${shortest},${longest}} is no range of prefix lengths`, place);
  return { network, prefixLength, shortest, longest };
}

function readRanges(reader: BirdReader): SetRange[] {
  const ranges: SetRange[] = [];
  do {
    const from = readSetItem(reader);
    const to = reader.takeSign('..') ? readSetItem(reader) : from;
    if (from.type !== to.type) reader.fail('both ends of a range must have one type');
    if (ranges.length > 0 && ranges[0].from.type !== from.type) reader.fail('all of a set must have one type');
    ranges.push({ from, to });
  } while (reader.takeSign(','));
  return ranges;
}

function readSetItem(reader: BirdReader): BirdValue {
  const { token, place } = reader;
  if (token.kind === 'number') {
    reader.next();
    return { type: 'int', value: token.value };
  }
  if (token.kind === 'ip4') {
    reader.next();
    return { type: 'ip', value: token.value };
  }
  if (token.kind === 'word' && ENUMERATIONS.has(token.text)) {
    reader.next();
    return { type: 'enum', value: token.text };
  }
  if (reader.takeSign('(')) {
    const value = evaluateConstant(reader, readExpression(reader), place);
    reader.sign(')');
    return settable(reader, value, place);
  }
  const symbol = reader.symbolHere();
  if (symbol?.kind === 'constant') {
    reader.next();
    return settable(reader, symbol.value, place);
  }
  return reader.unexpected(['a number', 'A.B.C.D', 'the name of a constant']);
}

function settable(reader: BirdReader, value: BirdValue, place: SourcePlace): BirdValue {
  if (value.type === 'int' || value.type === 'ip' || value.type === 'enum' || value.type === 'quad') return value;
  return reader.fail(`a value of the type ${value.type} cannot be in a set`, place);
}

/** `{ ospf_metric1 = 10; }` behind a static route. */
export function readAttributes(reader: BirdReader): BirdStatement[] {
  reader.sign('{');
  const statements = inScope(reader, () => readStatements(reader));
  reader.sign('}');
  return statements;
}
