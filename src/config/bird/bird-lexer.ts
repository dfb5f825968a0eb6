/**
 * The words of bird.conf: numbers, addresses, texts, names, signs; comments and include files are gone. BIRD 2.0.12's user guide, chapter 3.
 *
 * An `include "FILE";` stands alone at the beginning of a line and is replaced by what is in the file. BIRD takes a pattern there; here it
 * is one file, relative to the file that includes it, which must be among the topology's files.
 */
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

export type BirdTokenKind = 'number' | 'ip4' | 'ip6' | 'text' | 'word' | 'quoted-word' | 'sign' | 'end';

export interface BirdToken {
  readonly kind: BirdTokenKind;
  /** As it stands in the file; of a text what is between the quotation marks. */
  readonly text: string;
  /** Of a number and of an IPv4 address. */
  readonly value: number;
  readonly place: SourcePlace;
}

/** A file that is included: its path and text, or why it cannot be read. */
export type IncludeFile = (name: string, from: string) => { readonly path: string; readonly text: string } | string;

/** What BIRD allows, so that a file that includes itself ends. */
const DEEPEST_INCLUDE = 8;

const TOKEN = new RegExp([
  '(?<blank>[ \\t\\r\\f\\v]+)',
  '(?<comment>#[^\\n]*)',
  '(?<ip6>(?:[0-9a-fA-F]*::|(?:[0-9a-fA-F]*:){3,})(?:[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|[0-9a-fA-F]*))',
  '(?<ip4>[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)',
  '(?<number>0x[0-9a-fA-F]+|[0-9]+)',
  '(?<word>[A-Za-z_][A-Za-z0-9_]*)',
  "(?<quoted>'[A-Za-z0-9_.:-]*')",
  '(?<text>"[^"\\n]*")',
  '(?<sign>\\.\\.|!=|!~|<=|>=|&&|\\|\\||\\[=|=\\]|[={}:;,.()+*/%<>~\\[\\]?!|-])',
].join('|'), 'y');

/** Reads a file to its end. After an error reading goes on with the next line. */
export function tokenizeBird(text: string, file: string, include: IncludeFile, findings: Findings): BirdToken[] {
  const tokens: BirdToken[] = [];
  readFile(text, file, 0, include, findings, tokens);
  const lines = text.split('\n');
  tokens.push({ kind: 'end', text: '', value: 0, place: { file, line: lines.length, column: lines[lines.length - 1].length + 1 } });
  return tokens;
}

function readFile(source: string, file: string, depth: number, include: IncludeFile, findings: Findings, tokens: BirdToken[]): void {
  const lines = source.split('\n');
  /** Where a comment that runs over several lines began. */
  let open: SourcePlace | undefined;
  for (let number = 0; number < lines.length; number++) {
    const line = lines[number];
    const at = (offset: number): SourcePlace => ({ file, line: number + 1, column: offset + 1 });
    let offset = 0;
    if (open === undefined) {
      const match = /^[ \t]*include[ \t]*"([^"]*)"[ \t]*;/.exec(line);
      if (match !== null) {
        includeFile(match[1], at(line.indexOf('"')), file, depth, include, findings, tokens);
        offset = match[0].length;
      } else if (/^[ \t]*include[ \t]*"/.test(line)) {
        findings.error(at(line.indexOf('include')), 'the form is: include "FILE"; alone on its line');
        continue;
      }
    }
    while (offset < line.length) {
      if (open !== undefined) {
        const end = line.indexOf('*/', offset);
        if (line.slice(offset, end < 0 ? line.length : end).includes('/*')) {
          findings.error(at(line.indexOf('/*', offset)), 'a comment inside a comment');
        }
        if (end < 0) break;
        open = undefined;
        offset = end + 2;
        continue;
      }
      if (line.startsWith('/*', offset)) {
        open = at(offset);
        offset += 2;
        continue;
      }
      TOKEN.lastIndex = offset;
      const match = TOKEN.exec(line);
      if (match?.groups === undefined) {
        findings.error(at(offset), line[offset] === '"' ? 'the text has no closing quotation mark on its line'
          : line[offset] === "'" ? 'a name between apostrophes has letters, digits, "_", "-", "." and ":", and ends on its line'
          : `${quote(line[offset])} means nothing in bird.conf`, { found: line[offset] });
        break;
      }
      if (match.groups.blank === undefined && match.groups.comment === undefined) addToken(match[0], match.groups, at(offset), findings, tokens);
      offset += match[0].length;
    }
  }
  if (open !== undefined) findings.error(open, 'this comment has no end');
}

function addToken(text: string, groups: Readonly<Record<string, string | undefined>>, place: SourcePlace, findings: Findings, tokens: BirdToken[]): void {
  const add = (kind: BirdTokenKind, value = 0, shown = text): void => {
    tokens.push({ kind, text: shown, value, place });
  };
  if (groups.number !== undefined) {
    const value = Number(text);
    if (value > 0xffffffff) findings.error(place, `${text} is more than a number can be, 4294967295`, { found: text });
    add('number', value);
  } else if (groups.ip4 !== undefined) {
    // As BIRD, leading zeros do no harm.
    const address = parseIpv4(text.split('.').map((part) => String(Number(part))).join('.'));
    if (address === undefined) findings.error(place, `${quote(text)} is no IPv4 address`, { found: text });
    add('ip4', address ?? 0);
  } else if (groups.ip6 !== undefined) add('ip6');
  else if (groups.text !== undefined) add('text', 0, text.slice(1, -1));
  else if (groups.word !== undefined) add('word');
  else if (groups.quoted !== undefined) add('quoted-word', 0, text.slice(1, -1));
  else add('sign');
}

function includeFile(name: string, place: SourcePlace, from: string, depth: number, include: IncludeFile, findings: Findings, tokens: BirdToken[]): void {
  if (name === '') {
    findings.error(place, 'include needs the name of a file');
    return;
  }
  if (depth + 1 >= DEEPEST_INCLUDE) {
    findings.error(place, `files include one another deeper than ${DEEPEST_INCLUDE}`);
    return;
  }
  if (/[*?[]/.test(name)) {
    findings.error(place, 'a pattern of files is not read here: include each file by its name', { found: name });
    return;
  }
  const found = include(name, from);
  if (typeof found === 'string') findings.error(place, `cannot include ${quote(name)}: ${found}`, { found: name });
  else readFile(found.text, found.path, depth + 1, include, findings, tokens);
}
