/**
 * Words with their places, of IBM's free-form files: PROFILE TCPIP and MPROUTE CONFIG.
 *
 * Lines do not matter; what follows a semicolon is a comment. In MPROUTE CONFIG the semicolon also ends the statement, so it is a word of its own
 * there if asked for; the rest of the line is still no part of the text.
 */
import type { SourcePlace } from '../config-error.js';

export interface FreeWord {
  readonly text: string;
  readonly place: SourcePlace;
  /** The first word of its line. */
  readonly isFirst: boolean;
}

const MOST_WORD = 1024;

/** `separators` are words of their own wherever they stand. */
export function freeWords(text: string, file: string, separators = ''): FreeWord[] {
  const words: FreeWord[] = [];
  text.split(/\r\n|\n|\r/).forEach((line, number) => {
    let isFirst = true;
    const add = (from: number, to: number): void => {
      words.push({ text: line.slice(from, Math.min(to, from + MOST_WORD)), place: { file, line: number + 1, column: from + 1 }, isFirst });
      isFirst = false;
    };
    for (let at = 0; at < line.length; ) {
      if (/\s/.test(line[at])) at++;
      else if (separators.includes(line[at])) {
        add(at, at + 1);
        if (line[at] === ';') break;
        at++;
      } else if (line[at] === ';') break;
      else {
        const from = at;
        while (at < line.length && !/[\s;]/.test(line[at]) && !separators.includes(line[at])) at++;
        add(from, at);
      }
    }
  });
  return words;
}

/** Walks over words; at the end it stays there. */
export class WordReader {
  private readonly words: readonly FreeWord[];
  private at = 0;
  private readonly end: SourcePlace;

  constructor(words: readonly FreeWord[], file: string) {
    this.words = words;
    const last = words.at(-1)?.place;
    this.end = last ?? { file, line: 1, column: 1 };
  }

  peek(): FreeWord | undefined {
    return this.words[this.at];
  }

  next(): FreeWord | undefined {
    return this.words[this.at] === undefined ? undefined : this.words[this.at++];
  }

  /** Whether a word (in capitals) comes before one that ends the search. */
  isAhead(text: string, isEnd: (word: FreeWord) => boolean): boolean {
    for (let i = this.at; i < this.words.length && !isEnd(this.words[i]); i++) if (this.words[i].text.toUpperCase() === text) return true;
    return false;
  }

  /** Where the next word is, or the last one was. */
  get place(): SourcePlace {
    return this.peek()?.place ?? this.end;
  }
}
