/**
 * Types in BIRD's filter language: what BIRD 2.0.12 refuses while it reads a file (test/conformance/language/bird.json has its words).
 *
 * It looks where a type is known beforehand: attributes, typed variables, results of operators, constants. Not at what functions give back, and not at
 * `=`, `!=` and `~`, whose sides may be anything. Two constants are worked out at once, and must come to something.
 */
import { BirdEvaluationFailure, evaluateWithoutRoute } from './bird-evaluation.js';
import type { BirdReader } from './bird-reader.js';
import type { BirdExpression, BirdOperator, BirdValue } from './bird-tree.js';
import type { SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = {
  net: 'prefix', proto: 'string', ifname: 'string', gw: 'ip', from: 'ip', krt_prefsrc: 'ip', bgp_next_hop: 'ip', source: 'enum rts', dest: 'enum rtd', scope: 'enum scope',
  bgp_origin: 'enum origin', onlink: 'bool', ospf_router_id: 'quad',
};
const METHOD_TYPES: Readonly<Record<string, string>> = { ip: 'ip', src: 'ip', dst: 'ip', mask: 'ip', len: 'int', type: 'enum nettype', is_v4: 'bool' };
/** What a method is asked of. */
const METHOD_SUBJECTS: Readonly<Record<string, string>> = { ip: 'prefix', src: 'prefix', dst: 'prefix', mask: 'ip', is_v4: 'ip' };

function typeOfEnum(name: string): string {
  const [prefix] = name.split('_');
  return `enum ${prefix === 'NET' ? 'nettype' : prefix.toLowerCase()}`;
}

function typeOfValue(value: BirdValue): string | undefined {
  if (value.type === 'enum') return typeOfEnum(value.value);
  return value.type === 'void' ? undefined : value.type;
}

/** Undefined: it shows when the filter runs. */
export function typeOf(expression: BirdExpression): string | undefined {
  switch (expression.kind) {
    case 'constant': return typeOfValue(expression.value);
    case 'attribute': return ATTRIBUTE_TYPES[expression.name] ?? 'int';
    case 'variable': return expression.type;
    case 'not':
    case 'defined': return 'bool';
    case 'binary': return ['+', '-', '*', '/'].includes(expression.operator) ? 'int' : 'bool';
    case 'method': return METHOD_TYPES[expression.name];
    case 'call': return undefined;
  }
}

/** An address that is written down may be a quad. */
function fits(wanted: string, expression: BirdExpression): boolean {
  const given = typeOf(expression);
  if (given === undefined || given === wanted) return true;
  return (wanted === 'quad' && given === 'ip' && expression.kind === 'constant') || (wanted === 'prefix set' && given === 'set');
}

/** `what`: of what it is the value, as it is named in the message. */
export function checkType(reader: BirdReader, wanted: string, expression: BirdExpression, place: SourcePlace, what: string): void {
  if (!fits(wanted, expression)) reader.fail(`${what} is of the type ${wanted}, not ${typeOf(expression)}`, place);
}

export function checkAttributeType(reader: BirdReader, name: string, to: BirdExpression, place: SourcePlace): void {
  checkType(reader, ATTRIBUTE_TYPES[name] ?? 'int', to, place, quote(name));
}

export function checkCondition(reader: BirdReader, condition: BirdExpression, place: SourcePlace): void {
  checkType(reader, 'bool', condition, place, 'a condition');
}

export function checkMethod(reader: BirdReader, name: string, of: BirdExpression, place: SourcePlace): void {
  if (name in METHOD_SUBJECTS && !fits(METHOD_SUBJECTS[name], of)) reader.fail(`a value of the type ${typeOf(of)} has no ${name}`, place);
}

/** `left OPERATOR right`, with what BIRD asks of both. */
export function binary(reader: BirdReader, operator: BirdOperator, left: BirdExpression, right: BirdExpression, place: SourcePlace): BirdExpression {
  const sides = operator === '&&' || operator === '||' ? 'bool' : ['+', '-', '*', '/'].includes(operator) ? 'int' : undefined;
  if (sides !== undefined) for (const side of [left, right]) checkType(reader, sides, side, place, `each side of ${quote(operator)}`);
  if (['<', '<=', '>', '>='].includes(operator)) {
    const [a, b] = [typeOf(left), typeOf(right)];
    if (a !== undefined && b !== undefined && a !== b) reader.fail(`a value of the type ${a} cannot be compared with one of the type ${b}`, place);
  }
  const made: BirdExpression = { kind: 'binary', operator, left, right };
  if (left.kind !== 'constant' || right.kind !== 'constant') return made;
  try {
    return { kind: 'constant', value: evaluateWithoutRoute(made) };
  } catch (failure) {
    if (failure instanceof BirdEvaluationFailure) return reader.fail(`this has no value: ${failure.message}`, place);
    throw failure;
  }
}
