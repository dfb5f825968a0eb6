/**
 * Running BIRD's filters: a tree, a route -> accepted or not, and what was set. BIRD 2.0.12's user guide, chapter 5, and what the real one made of
 * some 300 filters (test/fixtures/bird-filters).
 *
 * Values that cannot be added, ordered or set end a filter, and a filter that ends so rejects the route. An attribute that the route has not equals
 * nothing, is less than everything, and fits no branch of a `case`. A function that calls itself without end is stopped, and rejects.
 */
import { maskOf, prefixContains, type Ipv4 } from '../../base/address.js';
import { ENUMERATIONS } from './bird-keywords.js';
import type { BirdExpression, BirdFilter, BirdStatement, BirdValue, PrefixPattern, SetRange } from './bird-tree.js';

/** A route as filters see it. They work on a copy. */
export interface BirdRouteView {
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** Of the protocol that it came from. */
  readonly protocolName: string;
  /** `RTS_STATIC`, ... */
  readonly source: string;
  /** `RTD_UNICAST`, ... */
  readonly destination: string;
  /** Of the first next hop; 0 and '': none. */
  readonly gateway: Ipv4;
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly weight: number;
  readonly isOnlink: boolean;
  /** 0: nobody's. */
  from: Ipv4;
  /** `SCOPE_UNIVERSE`, ... */
  scope: string;
  preference: number;
  /** `ospf_metric1`, `ospf_tag`, `krt_metric`, ... */
  readonly attributes: Map<string, number>;
  /** `dest`, `gw`, `ifname`, `weight` and `onlink`, of all next hops. False: it cannot be so. */
  redirect(what: string, to: number | string | boolean): boolean;
}

/** Values that do not fit; the filter ends. */
export class BirdEvaluationFailure extends Error {}

type Variables = Map<string, BirdValue>;
const VOID: BirdValue = { type: 'void' };
/** `gw` and `from` that are none: less than every address, and in no network. */
const NO_ADDRESS = -1;
/** Far more than any filter needs. */
const MOST_STEPS = 100_000;
const DEEPEST_CALL = 100;
let steps = 0;
let depth = 0;

type Outcome = 'accept' | 'reject' | undefined;

class Return {
  readonly value: BirdValue | undefined;

  constructor(value: BirdValue | undefined) {
    this.value = value;
  }
}

/** The route as the filter lets it through; undefined: rejected. */
export function runBirdFilter<T extends BirdRouteView>(filter: BirdFilter, route: T, copy: (route: T) => T): T | undefined {
  if (filter.kind === 'all') return route;
  if (filter.kind === 'none') return undefined;
  const seen = copy(route);
  steps = 0;
  depth = 0;
  try {
    const outcome = run(filter.body, seen, new Map());
    const isReturned = outcome instanceof Return && outcome.value?.type === 'bool' && outcome.value.value;
    return outcome === 'accept' || isReturned ? seen : undefined; // one that reaches its end rejects
  } catch (failure) {
    if (failure instanceof Ended) return failure.outcome === 'accept' ? seen : undefined;
    if (failure instanceof BirdEvaluationFailure) return undefined;
    throw failure;
  }
}

/** What stands behind a static route: only sets attributes. */
export function runBirdStatements(body: readonly BirdStatement[], route: BirdRouteView): void {
  steps = 0;
  depth = 0;
  try {
    run(body, route, new Map());
  } catch (failure) {
    if (!(failure instanceof BirdEvaluationFailure)) throw failure;
  }
}

function run(body: readonly BirdStatement[], route: BirdRouteView, variables: Variables): Outcome | Return {
  for (const statement of body) {
    const outcome = runOne(statement, route, variables);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

function runOne(statement: BirdStatement, route: BirdRouteView, variables: Variables): Outcome | Return {
  if (++steps > MOST_STEPS) throw new BirdEvaluationFailure('too many steps');
  switch (statement.kind) {
    case 'accept': return 'accept';
    case 'reject': return 'reject';
    case 'if': return run(truth(value(statement.condition, route, variables)) ? statement.then : statement.otherwise, route, variables);
    case 'case': {
      const subject = value(statement.of, route, variables);
      const branch = statement.branches.find((each) => each.ranges.some((range) => isInRange(subject, range)));
      return run(branch?.body ?? statement.otherwise ?? [], route, variables);
    }
    case 'set variable': {
      const to = value(statement.to, route, variables);
      if (to.type === 'void') throw new BirdEvaluationFailure(`no value for ${statement.name}`);
      variables.set(statement.name, to);
      return undefined;
    }
    case 'set attribute':
      setAttribute(route, statement.name, value(statement.to, route, variables));
      return undefined;
    case 'unset':
      route.attributes.delete(statement.name);
      return undefined;
    case 'return': return new Return(statement.value === undefined ? undefined : value(statement.value, route, variables));
    case 'call': {
      const outcome = call(statement.call, route, variables);
      return outcome instanceof Return ? undefined : outcome;
    }
  }
}

function setAttribute(route: BirdRouteView, name: string, to: BirdValue): void {
  if (!('value' in to)) throw new BirdEvaluationFailure(`${name} of type ${to.type}`);
  switch (name) {
    case 'dest':
    case 'gw':
    case 'ifname':
    case 'weight':
    case 'onlink':
      if (!route.redirect(name, to.value)) throw new BirdEvaluationFailure(`${name} cannot be ${to.value}`);
      return;
    case 'scope':
      route.scope = String(to.value);
      return;
    default:
  }
  if (typeof to.value !== 'number') throw new BirdEvaluationFailure(`${name} of type ${to.type}`);
  if (name === 'preference') route.preference = to.value & 0xffff;
  else if (name === 'from') route.from = to.value;
  else route.attributes.set(name, to.value);
}

/** `accept` or `reject` inside a function that was asked for a value: it is the filter that ends. */
class Ended extends BirdEvaluationFailure {
  readonly outcome: 'accept' | 'reject';

  constructor(outcome: 'accept' | 'reject') {
    super(outcome);
    this.outcome = outcome;
  }
}

function call(expression: BirdExpression, route: BirdRouteView, variables: Variables): Outcome | Return {
  if (expression.kind !== 'call') throw new BirdEvaluationFailure('not a call');
  const inner: Variables = new Map();
  expression.function.parameters.forEach(({ name }, i) => inner.set(name, value(expression.arguments[i], route, variables)));
  if (++depth > DEEPEST_CALL) throw new BirdEvaluationFailure('functions call one another too deeply');
  const outcome = run(expression.function.body, route, inner);
  depth--;
  return outcome;
}

/** Of an expression without a route. */
export function evaluateWithoutRoute(expression: BirdExpression): BirdValue {
  return value(expression, undefined, new Map());
}

function value(expression: BirdExpression, route: BirdRouteView | undefined, variables: Variables): BirdValue {
  switch (expression.kind) {
    case 'constant': return expression.value;
    case 'variable': return variables.get(expression.name) ?? VOID;
    case 'attribute': return attribute(expression.name, route) ?? VOID;
    case 'defined': return { type: 'bool', value: value(expression.of, route, variables).type !== 'void' };
    case 'not': return { type: 'bool', value: !truth(value(expression.of, route, variables)) };
    case 'method': return method(expression.name, value(expression.of, route, variables),
      expression.argument === undefined ? undefined : value(expression.argument, route, variables));
    case 'call': {
      if (route === undefined) throw new BirdEvaluationFailure('a function without a route');
      const outcome = call(expression, route, variables);
      if (outcome instanceof Return && outcome.value !== undefined) return outcome.value;
      if (outcome === 'accept' || outcome === 'reject') throw new Ended(outcome);
      throw new BirdEvaluationFailure('a function without a value');
    }
    case 'binary': return binary(expression, route, variables);
  }
}

function attribute(name: string, route: BirdRouteView | undefined): BirdValue | undefined {
  if (route === undefined) throw new BirdEvaluationFailure(`${name} without a route`);
  switch (name) {
    case 'net': return { type: 'prefix', network: route.network, prefixLength: route.prefixLength };
    case 'proto': return { type: 'string', value: route.protocolName };
    case 'source': return { type: 'enum', value: route.source };
    case 'dest': return { type: 'enum', value: route.destination };
    case 'scope': return { type: 'enum', value: route.scope };
    case 'gw': return { type: 'ip', value: route.gateway === 0 ? NO_ADDRESS : route.gateway };
    case 'from': return { type: 'ip', value: route.from === 0 ? NO_ADDRESS : route.from };
    case 'ifname': return { type: 'string', value: route.interfaceName };
    case 'ifindex': return { type: 'int', value: route.interfaceIndex };
    case 'weight': return { type: 'int', value: route.weight };
    case 'onlink': return { type: 'bool', value: route.isOnlink };
    case 'preference': return { type: 'int', value: route.preference };
    default: {
      const found = route.attributes.get(name);
      return found === undefined ? undefined : { type: name === 'ospf_router_id' ? 'quad' : name === 'krt_prefsrc' ? 'ip' : 'int', value: found };
    }
  }
}

function truth(of: BirdValue): boolean {
  if (of.type !== 'bool') throw new BirdEvaluationFailure(`a condition of type ${of.type}`);
  return of.value;
}

function binary(expression: BirdExpression & { readonly kind: 'binary' }, route: BirdRouteView | undefined, variables: Variables): BirdValue {
  const { operator } = expression;
  const left = value(expression.left, route, variables);
  if (operator === '&&' || operator === '||') {
    const first = truth(left);
    return { type: 'bool', value: operator === '&&' ? first && truth(value(expression.right, route, variables))
      : first || truth(value(expression.right, route, variables)) };
  }
  const right = value(expression.right, route, variables);
  switch (operator) {
    case '=': return { type: 'bool', value: isSame(left, right) };
    case '!=': return { type: 'bool', value: !isSame(left, right) };
    // BIRD asks for -1 and 1 alone, and texts differ by more.
    case '<': return { type: 'bool', value: order(left, right) === -1 };
    case '<=': return { type: 'bool', value: order(left, right) !== 1 };
    case '>': return { type: 'bool', value: order(right, left) === -1 };
    case '>=': return { type: 'bool', value: order(right, left) !== 1 };
    case '~': return { type: 'bool', value: isMatching(left, right) };
    case '!~': return { type: 'bool', value: !isMatching(left, right) };
    default: return { type: 'int', value: arithmetic(operator, left, right) };
  }
}

function arithmetic(operator: '+' | '-' | '*' | '/', left: BirdValue, right: BirdValue): number {
  if (left.type !== 'int' || right.type !== 'int') throw new BirdEvaluationFailure(`${left.type} ${operator} ${right.type}`);
  switch (operator) {
    case '+': return (left.value + right.value) >>> 0;
    case '-': return (left.value - right.value) >>> 0;
    case '*': return Math.imul(left.value, right.value) >>> 0;
    case '/':
      if (right.value === 0) throw new BirdEvaluationFailure('a division by zero');
      return Math.floor(left.value / right.value);
  }
}

function isSame(a: BirdValue, b: BirdValue): boolean {
  if (a.type === 'void' || b.type === 'void') return a.type === b.type;
  if (a.type === 'prefix' && b.type === 'prefix') return a.network === b.network && a.prefixLength === b.prefixLength;
  if (a.type === 'int' && b.type === 'quad' || a.type === 'quad' && b.type === 'int' || a.type === 'quad' && b.type === 'ip' || a.type === 'ip' && b.type === 'quad') {
    return a.value === b.value;
  }
  if (a.type !== b.type || !('value' in a) || !('value' in b)) return false;
  return a.value === b.value;
}

/** -1, 0 or 1; of texts the difference of the first octets that differ. */
function order(a: BirdValue, b: BirdValue): number {
  if (a.type === 'void' || b.type === 'void') return Number(a.type !== 'void') - Number(b.type !== 'void');
  if (a.type === 'prefix' && b.type === 'prefix') return Math.sign(a.network - b.network || a.prefixLength - b.prefixLength);
  if (a.type === 'string' && b.type === 'string') {
    const [one, other] = [Buffer.from(`${a.value}\0`), Buffer.from(`${b.value}\0`)];
    const at = one.findIndex((octet, i) => octet !== other[i]);
    return at < 0 ? 0 : one[at] - (other[at] ?? 0);
  }
  if (a.type === b.type && 'value' in a && 'value' in b) return Math.sign(ordinal(a) - ordinal(b));
  throw new BirdEvaluationFailure(`${a.type} and ${b.type} have no order`);
}

const ORDINALS: ReadonlyMap<string, number> = new Map([...ENUMERATIONS].map((name, i) => [name, i]));

function ordinal(of: BirdValue & { readonly value: number | boolean | string }): number {
  return typeof of.value === 'string' ? ORDINALS.get(of.value) ?? 0 : Number(of.value);
}

/** `~`: inside a set, a prefix, or a pattern of text. */
function isMatching(a: BirdValue, b: BirdValue): boolean {
  if (b.type === 'prefix set') {
    if (a.type === 'prefix') return b.patterns.some((pattern) => fits(a.network, a.prefixLength, pattern));
  }
  if (b.type === 'set' && (b.ranges.length === 0 || isOfKind(a, b.ranges[0].from))) return b.ranges.some((range) => isInRange(a, range));
  if (b.type === 'prefix') {
    if (a.type === 'prefix') return a.prefixLength >= b.prefixLength && prefixContains(b.network, b.prefixLength, a.network);
    if (a.type === 'ip') return a.value !== NO_ADDRESS && prefixContains(b.network, b.prefixLength, a.value);
  }
  if (a.type === 'string' && b.type === 'string') return matchesPattern(a.value, b.value);
  throw new BirdEvaluationFailure(`${a.type} ~ ${b.type}`);
}

function fits(network: Ipv4, prefixLength: number, pattern: PrefixPattern): boolean {
  if (prefixLength < pattern.shortest || prefixLength > pattern.longest) return false;
  const common = Math.min(prefixLength, pattern.prefixLength);
  return (network & maskOf(common)) >>> 0 === (pattern.network & maskOf(common)) >>> 0;
}

/** Whether a value may be looked for in a set of such items. */
function isOfKind(a: BirdValue, item: BirdValue): boolean {
  if (a.type === 'enum' && item.type === 'enum') return a.value.split('_')[0] === item.value.split('_')[0];
  return a.type === item.type || (a.type === 'quad' && (item.type === 'ip' || item.type === 'int'));
}

function isInRange(a: BirdValue, { from, to }: SetRange): boolean {
  if (!isOfKind(a, from) || !('value' in a) || !('value' in from) || !('value' in to)) return false;
  return ordinal(from) <= ordinal(a) && ordinal(a) <= ordinal(to);
}

/** A shell's `*` and `?`. Linear in pattern times text, whatever the pattern. */
export function matchesPattern(text: string, pattern: string): boolean {
  let reachable = [true, ...new Array<boolean>(text.length).fill(false)];
  for (const sign of pattern) {
    const next = new Array<boolean>(text.length + 1).fill(false);
    for (let i = 0; i <= text.length; i++) {
      if (sign === '*') next[i] = reachable[i] || (i > 0 && next[i - 1]);
      else if (i > 0) next[i] = reachable[i - 1] && (sign === '?' || sign === text[i - 1]);
    }
    reachable = next;
  }
  return reachable[text.length];
}

function method(name: string, of: BirdValue, argument: BirdValue | undefined): BirdValue {
  if (of.type === 'prefix') {
    if (name === 'ip') return { type: 'ip', value: of.network };
    if (name === 'len') return { type: 'int', value: of.prefixLength };
    if (name === 'type') return { type: 'enum', value: 'NET_IP4' };
    if (name === 'is_v4') return { type: 'bool', value: true };
  }
  if (of.type === 'ip') {
    if (name === 'is_v4') return { type: 'bool', value: of.value !== NO_ADDRESS };
    if (name === 'mask' && argument?.type === 'int') return of.value === NO_ADDRESS ? of : { type: 'ip', value: (of.value & maskOf(maskLength(argument.value))) >>> 0 };
  }
  throw new BirdEvaluationFailure(`${of.type} has no ${name}`);
}

/** Past 32 a shift goes round. */
function maskLength(length: number): number {
  return length <= 32 ? length : 32 - ((32 - length) & 31);
}
