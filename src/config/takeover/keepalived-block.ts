/**
 * keepalived.conf as statements and blocks: words with their places; comments, definitions and conditions are gone. Its manual page, "Configuration
 * file".
 *
 * `!` and `#` begin a comment; a word may be quoted; `$NAME=VALUE` defines what `$NAME` and `${NAME}` stand for from there on; `include FILE` is replaced by
 * the file. Deviations: one file an include, no patterns; no definitions over several lines; a line that begins with `@ID` belongs to an instance with
 * another configuration id (`keepalived -i`) and is left out, with a note, and one with `@^ID` is read.
 */
import type { Findings, SourcePlace } from '../config-error.js';
import type { IncludeFile } from '../bird/bird-lexer.js';
import { quote } from '../spelling.js';

export interface KeepalivedWord {
  readonly text: string;
  readonly place: SourcePlace;
}

/** `interface eth0`, or `vrrp_instance NAME { ... }`. There is at least one word. */
export interface KeepalivedStatement {
  readonly words: readonly KeepalivedWord[];
  /** Undefined: it has no block. */
  readonly block: readonly KeepalivedStatement[] | undefined;
}

interface Level {
  readonly statements: KeepalivedStatement[];
  /** Where its block began; undefined: the file itself. */
  readonly opened: SourcePlace | undefined;
}

const WORD = /"([^"]*)"|([{}])|((?:\$\{\w+\}|[^\s"{}!#])+(?:![^\s"{}]*)?)/y;
const DEFINITION = /^\s*\$([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
const DEEPEST_INCLUDE = 8;

export function readKeepalivedBlocks(text: string, file: string, include: IncludeFile, findings: Findings): KeepalivedStatement[] {
  const levels: Level[] = [{ statements: [], opened: undefined }];
  const definitions = new Map<string, string>();
  readLines(text, file, 0, include, findings, levels, definitions);
  for (const { opened } of levels.slice(1)) if (opened !== undefined) findings.error(opened, 'this block is not closed: "}" is missing');
  return levels[0].statements;
}

function readLines(text: string, file: string, depth: number, include: IncludeFile, findings: Findings, levels: Level[], definitions: Map<string, string>): void {
  text.split(/\r?\n/).forEach((line, index) => {
    const definition = DEFINITION.exec(line);
    if (definition !== null) {
      definitions.set(definition[1], expand(definition[2].trim(), definitions));
      return;
    }
    const at = (offset: number): SourcePlace => ({ file, line: index + 1, column: offset + 1 });
    let words: KeepalivedWord[] = [];
    const finish = (block?: KeepalivedStatement[]): void => {
      if (words.length > 0) levels[levels.length - 1].statements.push({ words, block });
      words = [];
    };
    for (let offset = 0; offset < line.length; ) {
      const character = line[offset];
      if (character === '!' || character === '#') break;
      if (/\s/.test(character)) {
        offset++;
        continue;
      }
      WORD.lastIndex = offset;
      const match = WORD.exec(line);
      if (match === null) {
        findings.error(at(offset), character === '"' ? 'this quotation mark is not closed in its line' : `unexpected ${quote(character)}`);
        break;
      }
      offset += match[0].length;
      const place = at(match.index);
      if (match[2] === '{') {
        const block: KeepalivedStatement[] = [];
        if (words.length === 0) {
          // keepalived takes the brace on a line of its own.
          const last = levels[levels.length - 1].statements.pop();
          if (last === undefined || last.block !== undefined) findings.error(place, 'a block needs a name before "{"');
          words = last === undefined || last.block !== undefined ? [{ text: '', place }] : [...last.words];
        }
        finish(block);
        levels.push({ statements: block, opened: place });
      } else if (match[2] === '}') {
        finish();
        if (levels.length > 1) levels.pop();
        else findings.error(place, 'there is no block to close');
      } else words.push({ text: match[1] ?? expand(match[3], definitions), place });
    }
    const [first, second] = words;
    if (first !== undefined && /^@/.test(first.text)) {
      if (first.text.startsWith('@^')) words = words.slice(1);
      else {
        findings.note(first.place, 'attention', `left out: it is for the configuration id ${quote(first.text.slice(1))}`);
        words = [];
      }
    }
    if (first?.text === 'include' && second !== undefined) {
      words = [];
      const found = depth >= DEEPEST_INCLUDE ? `files include each other more than ${DEEPEST_INCLUDE} deep` : include(second.text, file);
      if (typeof found === 'string') findings.error(second.place, found);
      else readLines(found.text, found.path, depth + 1, include, findings, levels, definitions);
    }
    finish();
  });
}

function expand(text: string, definitions: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g, (whole, name: string) => definitions.get(name) ?? whole);
}
