/**
 * From tags to proof: code that notes when the statement that a tag belongs to is executed.
 *
 * A tag belongs to
 * - the first statement of the block or `case` that opens on its line: `if (order < 0) { // [..]`;
 * - else the last statement that starts on its line, so that `if (isKnown) return; // [..]` asks for the return and not for the question;
 * - on a line of its own, the statement after it, and before a function the first statement of that function;
 * - within a statement of several lines, and in a string, the statement around it.
 * A tag on a type, a field, a table or at the head of a file belongs to no code: it explains, and proves nothing.
 */
import { parseAst } from 'vitest/node';
import { findTags } from './tags.js';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export interface Place {
  readonly clauses: readonly string[];
  /** Of the first tag. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** What must be done to put a statement before it. */
  readonly kind: 'listed' | 'alone' | 'expression';
}

interface Shape {
  readonly nodes: readonly Node[];
  /** Inside functions, blocks left out. */
  readonly statements: readonly (Node & { readonly isListed: boolean })[];
  /** Lists of statements inside functions: where they open, and what is in them. */
  readonly blocks: readonly { readonly start: number; readonly end: number; readonly opensAt: number; readonly list: readonly Node[] }[];
  readonly strings: readonly Node[];
  /** Bodies of arrow functions without a block. */
  readonly expressions: readonly (Node & { readonly arrowStart: number })[];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
const isStatement = (node: Node): boolean => /(?:Statement|Declaration)$/.test(node.type) && !node.type.startsWith('TS') && !/^(?:Import|Export)/.test(node.type);
const isFunction = (node: Node): boolean => /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
const field = (node: Node, name: string): unknown => (node as unknown as Record<string, unknown>)[name];

function shapeOf(code: string): Shape {
  const nodes: Node[] = [];
  const statements: (Node & { isListed: boolean })[] = [];
  const blocks: { start: number; end: number; opensAt: number; list: readonly Node[] }[] = [];
  const strings: Node[] = [];
  const expressions: (Node & { arrowStart: number })[] = [];
  const visit = (node: Node, isInFunction: boolean, isListed: boolean): void => {
    if (node.type !== 'Program') nodes.push(node);
    if (node.type === 'TemplateElement' || (node.type === 'Literal' && typeof field(node, 'value') === 'string')) strings.push(node);
    if (isInFunction && isStatement(node) && node.type !== 'BlockStatement') statements.push({ type: node.type, start: node.start, end: node.end, isListed });
    const list = node.type === 'BlockStatement' ? field(node, 'body') : node.type === 'SwitchCase' ? field(node, 'consequent') : undefined;
    if (isInFunction && Array.isArray(list)) {
      const { start, end } = node;
      // What follows the last statement of a case belongs to it still, for comments there.
      blocks.push({ start, end, opensAt: start, list: list as Node[] });
    }
    const isInner = isInFunction || isFunction(node);
    const body = field(node, 'body');
    if (node.type === 'ArrowFunctionExpression' && isNode(body) && body.type !== 'BlockStatement') {
      expressions.push({ type: body.type, start: body.start, end: body.end, arrowStart: node.start });
    }
    for (const value of Object.values(node)) {
      if (isNode(value)) visit(value, isInner, false);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item, isInner, value === list);
    }
  };
  visit(parseAst(code, { lang: 'ts' }) as unknown as Node, false, false);
  nodes.sort((a, b) => a.start - b.start || b.end - a.end);
  return { nodes, statements, blocks, strings, expressions };
}

type Target = Pick<Place, 'start' | 'end' | 'kind'>;

function listed(node: Node): Target {
  return { start: node.start, end: node.end, kind: 'listed' };
}

/** The first thing that is executed in a function, or in what declares one. */
function entryOf(node: unknown): Target | undefined {
  if (!isNode(node)) return undefined;
  if (isFunction(node)) {
    const body = field(node, 'body');
    if (!isNode(body)) return undefined; // an overload
    if (body.type !== 'BlockStatement') return { start: body.start, end: body.end, kind: 'expression' };
    const [first] = field(body, 'body') as Node[];
    return first === undefined ? undefined : listed(first);
  }
  switch (node.type) {
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration': return entryOf(field(node, 'declaration'));
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property': return entryOf(field(node, 'value'));
    case 'VariableDeclaration': {
      const declarators = field(node, 'declarations') as Node[];
      return declarators.length === 1 ? entryOf(field(declarators[0], 'init')) : undefined;
    }
    default: return undefined;
  }
}

const holds = (node: { readonly start: number; readonly end: number }, offset: number): boolean => node.start <= offset && offset < node.end;

function targetOf(code: string, shape: Shape, offset: number): Target | undefined {
  const lineStart = code.lastIndexOf('\n', offset) + 1;
  const toTarget = (s: Node & { isListed: boolean }): Target => ({ start: s.start, end: s.end, kind: s.isListed ? 'listed' : 'alone' });
  const around = (at = offset): Target | undefined => {
    const inner = shape.statements.filter((s) => holds(s, at)).at(-1);
    return inner === undefined ? undefined : toTarget(inner);
  };
  if (shape.strings.some((s) => holds(s, offset))) return around();

  const block = shape.blocks.filter((b) => holds(b, offset)).at(-1);
  if (block !== undefined && block.opensAt >= lineStart && !block.list.some((s) => s.start < offset)) {
    const next = block.list[0];
    return next === undefined ? undefined : listed(next);
  }
  const before = shape.statements.filter((s) => s.start >= lineStart && s.start < offset);
  const last = before.reduce<typeof before[0] | undefined>((best, s) => (best === undefined || s.start >= best.start ? s : best), undefined);
  if (last !== undefined) return toTarget(last);
  const arrow = shape.expressions.filter((e) => e.arrowStart >= lineStart && e.arrowStart < offset).at(-1);
  if (arrow !== undefined) return { start: arrow.start, end: arrow.end, kind: 'expression' };

  if (/^\s*(?:\/\/|\/\*|\*)/.test(code.slice(lineStart, offset))) {
    const next = shape.nodes.find((n) => n.start >= offset);
    if (next === undefined || (block !== undefined && next.start >= block.end)) return undefined;
    if (next.type === 'SwitchCase') {
      const [first] = field(next, 'consequent') as Node[];
      return first === undefined ? undefined : listed(first);
    }
    const entry = entryOf(next);
    const statement = shape.statements.find((s) => s.start === next.start);
    // `const isX = () => ...` inside a function is executed when it is called, like any other function.
    if (entry !== undefined) return entry;
    return statement === undefined ? around() : toTarget(statement);
  }
  // Behind the end of the statement that the comment stands on.
  return around(lineStart + code.slice(lineStart, offset).replace(/\s*\/[/*].*$/, '').length - 1);
}

/** All tags of a file that belong to code; one place for all that belong to the same statement. */
export function findPlaces(code: string): Place[] {
  const tags = findTags(code);
  if (tags.length === 0) return [];
  const shape = shapeOf(code);
  const places = new Map<string, Place & { clauses: string[] }>();
  for (const tag of tags) {
    const target = targetOf(code, shape, tag.offset);
    if (target === undefined) continue;
    const key = `${target.start} ${target.kind}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, { ...target, clauses: [tag.clause], line: tag.line });
    else if (!place.clauses.includes(tag.clause)) place.clauses.push(tag.clause);
  }
  return [...places.values()];
}

/** What the recorder must be told: a text for each place, its line and its clauses with tabs between them. */
function describePlace(place: Place): string {
  return [place.line, ...place.clauses].join('\t');
}

/** What is put around a place: the note that it is executed and, where places can be left out, the question whether this one is. */
interface Wrapping { readonly before: string; readonly after: string }

function wrap(code: string, place: Place, index: number, canLeaveOut: boolean): Wrapping {
  const note = canLeaveOut ? `__clauses&&(__clauses[${index}]=1,globalThis.__clauseStep?.())` : `__clauses&&(__clauses[${index}]=1)`;
  const isOut = `(__clauses&&__clauses[${index}+__clausesLeftOut]===1)`;
  if (place.kind === 'expression') return canLeaveOut ? { before: `(${note},${isOut}?void 0:(`, after: '))' } : { before: `(${note},(`, after: '))' };
  // What is declared is needed further on: without it the function ends there.
  const isDeclaration = /^(?:const|let|var|function|class)\b/.test(code.slice(place.start));
  if (!canLeaveOut) return place.kind === 'alone' ? { before: `{${note};`, after: '}' } : { before: `${note};`, after: '' };
  if (isDeclaration) return { before: `${note};if(${isOut})return void 0;`, after: '' };
  const guarded = { before: `${note};if(!${isOut}){`, after: '}' };
  return place.kind === 'alone' ? { before: `{${guarded.before}`, after: '}}' } : guarded;
}

/**
 * The code with a note at every place; undefined when there is none. Lines stay where they are. `canLeaveOut`: a second half of the marks says
 * which places are not to be executed.
 */
export function instrument(code: string, file: string, canLeaveOut = false): string | undefined {
  const places = findPlaces(code);
  if (places.length === 0) return undefined;
  // Where several stand at one offset: what closes before what opens, the inner closing first, the outer opening first.
  const edits: { at: number; rank: number; text: string }[] = [];
  places.forEach((place, index) => {
    const { before, after } = wrap(code, place, index, canLeaveOut);
    const length = place.end - place.start;
    edits.push({ at: place.start, rank: 3e9 - length, text: before });
    if (after !== '') edits.push({ at: place.end, rank: length, text: after });
  });
  edits.sort((a, b) => a.at - b.at || a.rank - b.rank);
  let out = `var __clauses=globalThis.__registerClauses?.(${JSON.stringify(file)},${JSON.stringify(places.map(describePlace))})`;
  out += canLeaveOut ? `,__clausesLeftOut=${places.length};` : ';';
  let at = 0;
  for (const edit of edits) {
    out += code.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return out + code.slice(at);
}
