/**
 * Running BIRD's filters: a tree, a route -> accepted or not, and what was set. BIRD 2.0.12's user guide, chapter 5.
 *
 * Values that cannot be compared or added end a filter, and a filter that ends so rejects the route, as in BIRD. A function
 * that calls itself without end is stopped, and rejects.
 */
import { maskOf, prefixContains, type Ipv4 } from '../../base/address.js';
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
  preference: number;
  /** `ospf_metric1`, `ospf_tag`, `krt_metric`, ... */
  readonly attributes: Map<string, number>;
}

/** Values that do not fit; the filter ends. */
export class BirdEvaluationFailure extends Error {}

type Variables = Map<string, BirdValue | undefined>;
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
    return outcome === 'accept' ? seen : undefined; // one that reaches its end rejects
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
    case 'set variable':
      variables.set(statement.name, value(statement.to, route, variables));
      return undefined;
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
  if (to.type !== 'int' && to.type !== 'ip' && to.type !== 'quad') throw new BirdEvaluationFailure(`${name} of type ${to.type}`);
  if (name === 'preference') route.preference = to.value;
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
  expression.function.parameters.forEach((name, i) => inner.set(name, value(expression.arguments[i], route, variables)));
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
    case 'variable': {
      const found = variables.get(expression.name);
      if (found === undefined) throw new BirdEvaluationFailure(`${expression.name} has no value`);
      return found;
    }
    case 'attribute': {
      const found = attribute(expression.name, route);
      if (found === undefined) throw new BirdEvaluationFailure(`the route has no ${expression.name}`);
      return found;
    }
    case 'defined': return { type: 'bool', value: isDefined(expression.of, route, variables) };
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

function isDefined(expression: BirdExpression, route: BirdRouteView | undefined, variables: Variables): boolean {
  if (expression.kind === 'attribute') return attribute(expression.name, route) !== undefined;
  if (expression.kind === 'variable') return variables.get(expression.name) !== undefined;
  return true;
}

function attribute(name: string, route: BirdRouteView | undefined): BirdValue | undefined {
  if (route === undefined) throw new BirdEvaluationFailure(`${name} without a route`);
  switch (name) {
    case 'net': return { type: 'prefix', network: route.network, prefixLength: route.prefixLength };
    case 'proto': return { type: 'string', value: route.protocolName };
    case 'source': return { type: 'enum', value: route.source };
    case 'dest': return { type: 'enum', value: route.destination };
    case 'scope': return { type: 'enum', value: 'SCOPE_UNIVERSE' };
    case 'gw': return { type: 'ip', value: route.gateway };
    case 'from': return { type: 'ip', value: 0 };
    case 'ifname': return { type: 'string', value: route.interfaceName };
    case 'ifindex': return { type: 'int', value: route.interfaceIndex };
    case 'weight': return { type: 'int', value: 1 };
    case 'onlink': return { type: 'bool', value: false };
    case 'preference': return { type: 'int', value: route.preference };
    default: {
      const found = route.attributes.get(name);
      return found === undefined ? undefined : { type: name === 'ospf_router_id' ? 'quad' : 'int', value: found };
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
    case '<': return { type: 'bool', value: order(left, right) < 0 };
    case '<=': return { type: 'bool', value: order(left, right) <= 0 };
    case '>': return { type: 'bool', value: order(left, right) > 0 };
    case '>=': return { type: 'bool', value: order(left, right) >= 0 };
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
  if (a.type === 'prefix' && b.type === 'prefix') return a.network === b.network && a.prefixLength === b.prefixLength;
  if (a.type === 'int' && b.type === 'quad' || a.type === 'quad' && b.type === 'int' || a.type === 'quad' && b.type === 'ip' || a.type === 'ip' && b.type === 'quad') {
    return a.value === b.value;
  }
  if (a.type !== b.type || !('value' in a) || !('value' in b)) return false;
  return a.value === b.value;
}

function order(a: BirdValue, b: BirdValue): number {
  if (a.type === 'prefix' && b.type === 'prefix') return a.network - b.network || a.prefixLength - b.prefixLength;
  if (a.type === 'string' && b.type === 'string') return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  if ((a.type === 'int' || a.type === 'ip' || a.type === 'quad') && a.type === b.type) return a.value - b.value;
  throw new BirdEvaluationFailure(`${a.type} and ${b.type} have no order`);
}

/** `~`: inside a set, a prefix, or a pattern of text. */
function isMatching(a: BirdValue, b: BirdValue): boolean {
  if (b.type === 'prefix set') {
    if (a.type === 'prefix') return b.patterns.some((pattern) => fits(a.network, a.prefixLength, pattern));
    if (a.type === 'ip') return b.patterns.some((pattern) => fits(a.value, 32, pattern));
  }
  if (b.type === 'set') return b.ranges.some((range) => isInRange(a, range));
  if (b.type === 'prefix') {
    if (a.type === 'prefix') return a.prefixLength >= b.prefixLength && prefixContains(b.network, b.prefixLength, a.network);
    if (a.type === 'ip') return prefixContains(b.network, b.prefixLength, a.value);
  }
  if (a.type === 'string' && b.type === 'string') return matchesPattern(a.value, b.value);
  throw new BirdEvaluationFailure(`${a.type} ~ ${b.type}`);
}

function fits(network: Ipv4, prefixLength: number, pattern: PrefixPattern): boolean {
  if (prefixLength < pattern.shortest || prefixLength > pattern.longest) return false;
  const common = Math.min(prefixLength, pattern.prefixLength);
  return (network & maskOf(common)) >>> 0 === (pattern.network & maskOf(common)) >>> 0;
}

function isInRange(a: BirdValue, { from, to }: SetRange): boolean {
  if (a.type === 'enum') return (from.type === 'enum' && from.value === a.value) || (to.type === 'enum' && to.value === a.value);
  if (a.type !== 'int' && a.type !== 'ip' && a.type !== 'quad') return false;
  if (from.type === 'int' || from.type === 'ip' || from.type === 'quad') {
    const high = to.type === from.type ? to.value : from.value;
    return (a.type === from.type || a.type === 'quad') && from.value <= a.value && a.value <= high;
  }
  return false;
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
    if (name === 'ip' || name === 'src' || name === 'dst') return { type: 'ip', value: of.network };
    if (name === 'len') return { type: 'int', value: of.prefixLength };
    if (name === 'type') return { type: 'enum', value: 'NET_IP4' };
    if (name === 'is_v4') return { type: 'bool', value: true };
  }
  if (of.type === 'ip') {
    if (name === 'is_v4') return { type: 'bool', value: true };
    if (name === 'mask' && argument?.type === 'int') return { type: 'ip', value: (of.value & maskOf(Math.min(32, argument.value))) >>> 0 };
  }
  throw new BirdEvaluationFailure(`${of.type} has no ${name}`);
}
