/**
 * A REXX procedure as the Redpaper has them (DEMOSTRT, DEMOSTOP, FORCELNX): one CP command after the other, without branches.
 *
 * Read its examples 1 to 3 first. Understood: comments, `trace`, `say`, `exit`, `[upper] VAR`, `address command COMMAND`, a command as an expression of
 * literals and variables (`'CP FORCE ' USER_ID`: two terms with a blank between them), `parse [upper] arg TEMPLATE` and `parse [upper] pull
 * TEMPLATE` with names and dots. The paper's CPSEND EXEC is known as a command, `cpsend USER TEXT`: it passes text to a guest's console as CP SEND does.
 * Anything else is an error with its place: a procedure of which half is understood would do something else than the real one.
 */
import type { Micros } from '../../base/micros.js';
import { parseCpCommand } from './cp-command.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

export type ProcedurePart = { readonly text: string } | { readonly variable: string };

export type ProcedureStep =
  | { readonly kind: 'command'; readonly parts: readonly ProcedurePart[]; readonly line: number }
  | { readonly kind: 'say'; readonly text: string; readonly line: number }
  /** Dots are skipped words; the last name takes the rest. */
  | { readonly kind: 'parse'; readonly from: 'arg' | 'pull'; readonly isUpper: boolean; readonly template: readonly string[]; readonly line: number };

export interface Procedure {
  /** `DEMOSTRT EXEC` */
  readonly name: string;
  readonly steps: readonly ProcedureStep[];
}

/** The name of the exec that a file holds: `zvm/demostrt.exec` -> DEMOSTRT */
export function execName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.[^.]*$/, '').toUpperCase();
}

export function parseProcedure(text: string, file: string, findings: Findings): Procedure {
  const steps: ProcedureStep[] = [];
  const known = new Set<string>();
  for (const { clause, place } of clausesOf(text, file, findings)) {
    const step = readClause(clause, place, known, findings);
    if (step === undefined) continue;
    steps.push(step);
    if (step.kind === 'parse') for (const name of step.template) known.add(name);
  }
  return { name: `${execName(file)} EXEC`, steps };
}

/** Without comments; a `;` ends a clause as a line does. */
function clausesOf(text: string, file: string, findings: Findings): { clause: string; place: SourcePlace }[] {
  const clauses: { clause: string; place: SourcePlace }[] = [];
  let isComment = false;
  let opened: SourcePlace | undefined;
  text.split(/\r\n|\n|\r/).forEach((source, index) => {
    let clause = '';
    let column = 0;
    let quoteMark = '';
    const finish = (): void => {
      if (clause.trim() !== '') clauses.push({ clause: clause.trim(), place: { file, line: index + 1, column: column + 1 } });
      clause = '';
    };
    for (let i = 0; i < source.length; i++) {
      if (isComment) {
        if (source.startsWith('*/', i)) {
          isComment = false;
          i++;
        }
      } else if (quoteMark === '' && source.startsWith('/*', i)) {
        isComment = true;
        opened = { file, line: index + 1, column: i + 1 };
        i++;
      } else if (quoteMark === '' && source[i] === ';') finish();
      else {
        if (clause.trim() === '') column = i;
        if (quoteMark !== '') quoteMark = source[i] === quoteMark ? '' : quoteMark;
        else if (source[i] === '\'' || source[i] === '"') quoteMark = source[i];
        clause += source[i];
      }
    }
    if (quoteMark !== '') findings.error({ file, line: index + 1, column: column + 1 }, `the string has no end: ${quote(clause.trim())}`);
    else finish();
  });
  if (isComment && opened !== undefined) findings.error(opened, 'the comment has no end: */');
  return clauses;
}

const STATEMENTS = 'allowed: trace, say, exit, address command ..., parse [upper] arg|pull ..., upper NAME, or a command as a string';

function readClause(clause: string, place: SourcePlace, known: ReadonlySet<string>, findings: Findings): ProcedureStep | undefined {
  const { line } = place;
  const [first, second, third] = clause.split(/\s+/).map((word) => word.toLowerCase());
  if (first === 'trace' || first === 'exit') return undefined;
  if (first === 'say') return { kind: 'say', text: literalText(clause.slice(3)), line };
  if (first === 'upper') return undefined; // CP takes user ids in any case
  if (first === 'parse') {
    const isUpper = second === 'upper';
    const from = isUpper ? third : second;
    const template = clause.split(/\s+/).slice(isUpper ? 3 : 2).map((word) => word.toUpperCase());
    if (from !== 'arg' && from !== 'pull') findings.error(place, `the forms are "parse [upper] arg NAMES" and "parse [upper] pull NAMES", not ${quote(clause)}`);
    else if (template.some((word) => word !== '.' && !/^[A-Z_][A-Z0-9_]*$/.test(word))) findings.error(place, `a template has names and dots only, not ${quote(template.join(' '))}`);
    else return { kind: 'parse', from, isUpper, template, line };
    return undefined;
  }
  if (first === 'address') {
    if (second !== 'command') findings.error(place, `only "address command" is known, not ${quote(clause)}`);
    else return checkedCommand([{ text: unquoted(clause.replace(/^\S+\s+\S+\s*/, '')) }], place, findings);
    return undefined;
  }
  const parts = expressionParts(clause, known);
  if (parts === undefined || !('text' in parts[0])) {
    findings.error(place, `${quote(clause)} is not understood; ${STATEMENTS}`);
    return undefined;
  }
  return checkedCommand(parts, place, findings);
}

function unquoted(text: string): string {
  return /^(['"]).*\1$/.test(text.trim()) ? text.trim().slice(1, -1) : text;
}

/** Terms beside each other have one blank between them; undefined: something else than literals and known names. */
function expressionParts(clause: string, known: ReadonlySet<string>): ProcedurePart[] | undefined {
  const parts: ProcedurePart[] = [];
  for (const match of clause.matchAll(/\s*(?:'([^']*)'|"([^"]*)"|([A-Za-z_][A-Za-z0-9_]*)|(\S))/g)) {
    const [, single, double, name, other] = match;
    if (other !== undefined || (name !== undefined && !known.has(name.toUpperCase()))) return undefined;
    if (parts.length > 0) parts.push({ text: ' ' });
    parts.push(name === undefined ? { text: single ?? double } : { variable: name.toUpperCase() });
  }
  return parts.length === 0 ? undefined : parts;
}

/** A command without variables can be judged at once. */
function checkedCommand(parts: readonly ProcedurePart[], place: SourcePlace, findings: Findings): ProcedureStep | undefined {
  if (parts.every((part) => 'text' in part)) {
    const command = parseCpCommand(parts.map((part) => ('text' in part ? part.text : '')).join(''));
    if (typeof command === 'string') {
      findings.error(place, command);
      return undefined;
    }
  }
  return { kind: 'command', parts, line: place.line };
}

function literalText(text: string): string {
  return text.trim().replace(/^(['"])(.*?)\1?$/, '$2').trim();
}

/** What a command comes to; names that have no value are themselves, as in REXX. */
export function commandText(parts: readonly ProcedurePart[], variables: ReadonlyMap<string, string>): string {
  return parts.map((part) => ('text' in part ? part.text : variables.get(part.variable) ?? part.variable)).join('').replace(/\s+/g, ' ').trim();
}

/** PARSE: words to names. */
export function applyTemplate(template: readonly string[], text: string, isUpper: boolean, variables: Map<string, string>): void {
  let rest = (isUpper ? text.toUpperCase() : text).trim();
  template.forEach((name, index) => {
    const isLast = index === template.length - 1;
    const end = isLast ? rest.length : rest.search(/\s|$/);
    if (name !== '.') variables.set(name, rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  });
}

/** For the time of a whole procedure: its sleeps. */
export function sleepMicros(procedure: Procedure): Micros {
  return procedure.steps.reduce((sum, step) => {
    const command = step.kind === 'command' ? parseCpCommand(commandText(step.parts, new Map())) : '';
    return sum + (typeof command !== 'string' && command.kind === 'sleep' ? command.durationMicros : 0);
  }, 0);
}
