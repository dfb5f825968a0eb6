/**
 * CL of IBM i, as text: commands with their keywords and values, each with its place.
 *
 * Read "CL command syntax" in IBM's documentation first. A command is its name and parameters, by position or as KEYWORD(values); it ends with its
 * line unless that ends in `+` or `-`. Values are words, 'quoted' with '' for a quote inside, or lists in parentheses. A comment stands between slash
 * and asterisk, over several lines if it must. A label ends in a colon and says nothing here. Capitals do not matter but in quotes.
 */
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

/** One line of the source. */
export interface ClLine {
  readonly text: string;
  readonly place: SourcePlace;
}

export interface ClValue {
  /** In capitals, unless it was quoted. Of a list: the first. */
  readonly text: string;
  readonly place: SourcePlace;
  /** Of a list in parentheses within the parameter: its elements. */
  readonly elements?: readonly ClValue[];
}

export interface ClParameter {
  /** In capitals; undefined: given by position. */
  readonly keyword: string | undefined;
  readonly values: readonly ClValue[];
  readonly place: SourcePlace;
}

export interface ClCommand {
  /** In capitals, without a library. */
  readonly name: string;
  readonly parameters: readonly ClParameter[];
  readonly place: SourcePlace;
}

/** A character of the source, or the end of a command (undefined). */
interface Cell {
  readonly character: string | undefined;
  readonly place: SourcePlace;
}

const MOST_WORD = 1024;

export function readClCommands(lines: readonly ClLine[], findings: Findings): ClCommand[] {
  const cells = cellsOf(lines, findings);
  const commands: ClCommand[] = [];
  let from = 0;
  cells.forEach(({ character }, i) => {
    if (character !== undefined) return;
    const command = new ClReader(cells.slice(from, i + 1), findings).read();
    if (command !== undefined) commands.push(command);
    from = i + 1;
  });
  return commands;
}

/** A file's lines with their places. */
export function linesOf(text: string, file: string): ClLine[] {
  return text.split(/\r\n|\n|\r/).map((line, i) => ({ text: line, place: { file, line: i + 1, column: 1 } }));
}

/** The source without comments; continued lines are one. */
function cellsOf(lines: readonly ClLine[], findings: Findings): Cell[] {
  const cells: Cell[] = [];
  let comment: SourcePlace | undefined;
  let isQuoted = false;
  for (const { text, place: start } of lines) {
    let isContinued = false;
    for (let i = 0; i < text.length; i++) {
      const place = { ...start, column: start.column + i };
      if (comment !== undefined) {
        if (text.startsWith('*/', i)) {
          comment = undefined;
          i++;
        }
      } else if (!isQuoted && text.startsWith('/*', i)) {
        comment = place;
        i++;
      } else if ((text[i] === '+' || text[i] === '-') && /^[+-]\s*$/.test(text.slice(i))) {
        isContinued = true;
        break;
      } else {
        if (text[i] === '\'') isQuoted = !isQuoted;
        cells.push({ character: text[i], place });
      }
    }
    if (isContinued) {
      if (!isQuoted) cells.push({ character: ' ', place: { ...start, column: start.column + text.length } });
    } else if (comment === undefined) {
      cells.push({ character: undefined, place: { ...start, column: start.column + text.length } });
      isQuoted = false;
    }
  }
  if (comment !== undefined) findings.error(comment, 'the comment that begins here does not end');
  const last = lines.at(-1);
  if (last !== undefined && cells.at(-1)?.character !== undefined) cells.push({ character: undefined, place: { ...last.place, column: last.place.column + last.text.length } });
  return cells;
}

/** Reads one command; the last cell is its end. */
class ClReader {
  private readonly cells: readonly Cell[];
  private readonly findings: Findings;
  private at = 0;

  constructor(cells: readonly Cell[], findings: Findings) {
    this.cells = cells;
    this.findings = findings;
  }

  /** Undefined: there is none, or it is wrong and that has been said. */
  read(): ClCommand | undefined {
    this.skipBlanks();
    let place = this.place;
    let name = this.word();
    if (name.endsWith(':') && name.length > 1) {
      this.skipBlanks();
      place = this.place;
      name = this.word();
    }
    if (name === '') {
      if (this.character === undefined) return undefined;
      return this.wrong(place, `a command begins with its name, not with ${quote(this.character)}`);
    }
    const parameters: ClParameter[] = [];
    for (this.skipBlanks(); this.character !== undefined; this.skipBlanks()) {
      const parameter = this.parameter();
      if (parameter === undefined) return undefined;
      parameters.push(parameter);
    }
    return { name: name.replace(/^\?/, '').replace(/^.*\//, '').toUpperCase(), parameters, place };
  }

  private parameter(): ClParameter | undefined {
    const { place } = this;
    if (this.character === '(' || this.character === '\'') {
      const values = this.character === '(' ? this.list() : this.single();
      return values === undefined ? undefined : { keyword: undefined, values, place };
    }
    const text = this.word();
    if (text === '') return this.wrong(place, `${quote(this.character ?? '')} is not expected here`);
    if (this.character !== '(') return { keyword: undefined, values: [{ text: text.toUpperCase(), place }], place };
    const values = this.list();
    return values === undefined ? undefined : { keyword: text.toUpperCase(), values, place };
  }

  private single(): ClValue[] | undefined {
    const value = this.value();
    return value === undefined ? undefined : [value];
  }

  /** What stands in parentheses. */
  private list(): ClValue[] | undefined {
    const { place } = this;
    this.at++;
    const values: ClValue[] = [];
    for (this.skipBlanks(); this.character !== ')'; this.skipBlanks()) {
      if (this.character === undefined) return this.wrong(place, 'the parenthesis that opens here does not close');
      const value = this.value();
      if (value === undefined) return undefined;
      values.push(value);
    }
    this.at++;
    return values;
  }

  private value(): ClValue | undefined {
    const { place } = this;
    if (this.character === '(') {
      const elements = this.list();
      return elements === undefined ? undefined : { text: elements.at(0)?.text ?? '', elements, place };
    }
    if (this.character === '\'') {
      let text = '';
      for (this.at++; ; this.at++) {
        if (this.character === undefined) return this.wrong(place, 'the quote that opens here does not close');
        if (this.character === '\'') {
          if (this.cells[this.at + 1].character !== '\'') break;
          this.at++;
        }
        text += this.character;
      }
      this.at++;
      return { text: text.slice(0, MOST_WORD), place };
    }
    const text = this.word();
    return text === '' ? this.wrong(place, `${quote(this.character ?? '')} is not expected here`) : { text: text.toUpperCase(), place };
  }

  private get character(): string | undefined {
    return this.cells[this.at].character;
  }

  private get place(): SourcePlace {
    return this.cells[this.at].place;
  }

  private skipBlanks(): void {
    while (this.character !== undefined && /\s/.test(this.character)) this.at++;
  }

  private word(): string {
    let text = '';
    while (this.character !== undefined && !/[\s()']/.test(this.character)) {
      text += this.character;
      this.at++;
    }
    return text.slice(0, MOST_WORD);
  }

  private wrong(place: SourcePlace, message: string): undefined {
    this.findings.error(place, message);
    return undefined;
  }
}
