/**
 * The routing table of the programmable operator (PROP): which message leads to which action.
 *
 * Read IBM, z/VM: CMS Planning and Administration, "Routing Table Comparison Entry Statements" beside this; the Redpaper's example 4 is one, whose columns
 * were lost in print. Fields stand in fixed columns: text 1-25, starting column 27-29, ending column 31-33, type 35-36, user 38-45, node 47-54, action
 * 56-63, parameter 65-72. An empty field fits everything; the first entry of which all fields fit counts.
 * In the text the three TEXTSYM characters part what is searched for: behind the first one blanks are skipped, behind the second anything, and what
 * follows the third must not be there.
 */
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

/** Types as IUCV's message service has them: 1 MSG, 3 CP's own, 4 SMSG, 8 a console of which one is the secondary user. */
export const PROP_MESSAGE = 1;
export const PROP_CONSOLE = 8;

export interface PropEntry {
  readonly line: number;
  readonly text: readonly PropPattern[];
  /** From 1, inclusive; the end 0: to the end. */
  readonly startColumn: number;
  readonly endColumn: number;
  /** 0: any. */
  readonly type: number;
  readonly user: string;
  readonly node: string;
  /** Empty: nothing is done with the message. */
  readonly action: string;
  readonly actionPlace: SourcePlace;
  readonly parameter: string;
}

export interface PropPattern {
  readonly skips: 'nothing' | 'blanks' | 'anything';
  readonly isExcluded: boolean;
  readonly text: string;
}

export interface PropTable {
  readonly file: string;
  readonly logicalOperator: string;
  readonly entries: readonly PropEntry[];
}

/** Routines that PROP brings along. What they do, forwarding and commands of operators, has no bearing here. */
export const SUPPLIED_ROUTINES: readonly string[] = ['DMSPOR', 'DMSPOS', 'DMSPOL', 'DSMPOR', 'DSMPOS'];

const FIELDS = { text: [1, 25], startColumn: [27, 29], endColumn: [31, 33], type: [35, 36], user: [38, 45], node: [47, 54], action: [56, 63], parameter: [65, 72] } as const;
/** Columns between the fields. */
const GAPS = [26, 30, 34, 37, 46, 55, 64];
const CONFIGURATION = ['LGLOPR', 'TEXTSYM', 'LOGGING', 'PROPCHK', 'HOSTCHK', 'ROUTE'];

export function parsePropTable(text: string, file: string, findings: Findings): PropTable {
  let logicalOperator = '';
  let symbols: readonly string[] = [];
  let isRouting = false;
  const entries: PropEntry[] = [];
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const source = raw.trimEnd();
    const line = index + 1;
    if (source === '' || source.startsWith('*')) return;
    const place = { file, line, column: source.length - source.trimStart().length + 1 };
    if (isRouting) {
      const entry = readEntry(source, file, line, symbols, findings);
      if (entry !== undefined) entries.push(entry);
      return;
    }
    const [word, ...rest] = source.trim().split(/\s+/);
    switch (word.toUpperCase()) {
      case 'LGLOPR':
        if (rest.length === 0) findings.error(place, 'LGLOPR needs the user id of the logical operator');
        logicalOperator = rest[0]?.toUpperCase() ?? '';
        break;
      case 'TEXTSYM':
        if (rest.length !== 3 || rest.some((each) => each.length !== 1) || new Set(rest).size !== 3) {
          findings.error(place, `TEXTSYM needs three different characters (blanks, anything, not), as in TEXTSYM / $ ^, not ${quote(rest.join(' '))}`);
        } else symbols = rest;
        break;
      case 'LOGGING':
        if (!/^(ON|OFF|ALL)$/i.test(rest[0] ?? '')) findings.error(place, `LOGGING must be ON, OFF or ALL, not ${quote(rest.join(' '))}`, { allowed: ['ON', 'OFF', 'ALL'] });
        break;
      case 'PROPCHK':
      case 'HOSTCHK':
        findings.note(place, 'without-bearing', `${word} has no bearing on the emulation`);
        break;
      case 'ROUTE': isRouting = true; break;
      default:
        findings.error(place, `unknown statement ${quote(word)} before ROUTE; allowed: ${CONFIGURATION.join(', ')}`, { found: word, allowed: CONFIGURATION });
    }
  });
  if (logicalOperator === '') findings.error({ file, line: 1, column: 1 }, 'the routing table has no LGLOPR: PROP does not start without a logical operator');
  if (!isRouting) findings.error({ file, line: 1, column: 1 }, 'the routing table has no ROUTE statement: it ends the configuration');
  return { file, logicalOperator, entries };
}

function readEntry(source: string, file: string, line: number, symbols: readonly string[], findings: Findings): PropEntry | undefined {
  if (source.includes('\t')) {
    findings.error({ file, line, column: source.indexOf('\t') + 1 }, 'a tab: the fields stand in fixed columns');
    return undefined;
  }
  const stray = GAPS.find((column) => source.length >= column && source[column - 1] !== ' ');
  if (stray !== undefined) {
    findings.error({ file, line, column: stray }, `column ${stray} parts two fields and must be blank, not ${quote(source[stray - 1])}`);
    return undefined;
  }
  const field = (name: keyof typeof FIELDS): string => source.slice(FIELDS[name][0] - 1, FIELDS[name][1]).trim();
  const number = (name: 'startColumn' | 'endColumn' | 'type', most: number): number => {
    const text = field(name);
    if (text === '') return 0;
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
    findings.error({ file, line, column: FIELDS[name][0] }, `the ${name === 'type' ? 'type' : name === 'startColumn' ? 'starting column' : 'ending column'} must be a number from 1 to ${most}, not ${quote(text)}`);
    return 0;
  };
  const [startColumn, endColumn] = [number('startColumn', 999), number('endColumn', 999)];
  if (endColumn !== 0 && endColumn < startColumn) findings.error({ file, line, column: FIELDS.endColumn[0] }, `the ending column ${endColumn} is before the starting column ${startColumn}`);
  return {
    line, text: patternsOf(source.slice(0, 25).trimEnd(), symbols), startColumn: startColumn || 1, endColumn, type: number('type', 30), user: field('user').toUpperCase(),
    node: field('node').toUpperCase(), action: field('action').toUpperCase(), actionPlace: { file, line, column: FIELDS.action[0] }, parameter: field('parameter'),
  };
}

function patternsOf(text: string, [blank, anything, not]: readonly string[]): PropPattern[] {
  const patterns: PropPattern[] = [];
  let skips: PropPattern['skips'] = 'nothing';
  let isExcluded = false;
  let current = '';
  const finish = (): void => {
    if (current !== '') patterns.push({ skips, isExcluded, text: current });
    current = '';
    isExcluded = false;
  };
  for (const character of text) {
    if (character === blank || character === anything) {
      finish();
      skips = character === blank ? 'blanks' : 'anything';
    } else if (character === not && current === '') isExcluded = true;
    else current += character;
  }
  finish();
  return patterns;
}

export interface PropMessage {
  readonly text: string;
  readonly type: number;
  readonly user: string;
  readonly node: string;
}

/** The first entry that fits. */
export function findEntry(table: PropTable, message: PropMessage): PropEntry | undefined {
  return table.entries.find((entry) => (entry.type === 0 || entry.type === message.type) && (entry.user === '' || entry.user === message.user) &&
    (entry.node === '' || entry.node === message.node) && isMatch(entry, message.text));
}

function isMatch({ text, startColumn, endColumn }: PropEntry, message: string): boolean {
  const searched = message.slice(startColumn - 1, endColumn === 0 ? undefined : endColumn);
  let at = 0;
  for (const pattern of text) {
    if (pattern.skips === 'anything') {
      const found = searched.indexOf(pattern.text, at);
      if ((found >= 0) === pattern.isExcluded) return false;
      if (found >= 0) at = found + pattern.text.length;
      continue;
    }
    while (pattern.skips === 'blanks' && searched[at] === ' ') at++;
    if (searched.startsWith(pattern.text, at) === pattern.isExcluded) return false;
    if (!pattern.isExcluded) at += pattern.text.length;
  }
  return true;
}
