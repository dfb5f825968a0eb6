/**
 * Show commands as data, and how a line that an operator types finds its command, with FRR's rules for abbreviations.
 *
 * A pattern is written as FRR writes it: words, `[optional]`, `<one|of|these>`, and in capitals what stands for a value: IFNAME, A.B.C.D,
 * A.B.C.D/M, (1-65535). A word may be shortened as far as one wants. The whole line decides: of all commands that fit from the first to the last word
 * the more specific token wins where two differ (a word before an address before a name), an exact word before a shortened one;
 * where neither wins the line is ambiguous, whatever the commands are. `show ip ospf da s` is summary or self-originate, `show ip r` is route, rip or rpf.
 * Therefore a table also lists commands that FRR has and that are not answered here.
 */
import { parseDottedQuad } from './operand.js';

/** What was matched: which keywords, and the words in the places of values, in order. */
export interface CommandWords {
  readonly keywords: ReadonlySet<string>;
  readonly values: readonly string[];
  /** The line as typed. */
  readonly words: readonly string[];
}

export interface ShowCommand<Context> {
  readonly pattern: string;
  /** Undefined: FRR has this command, and here nobody answers it. */
  readonly show?: (context: Context, words: CommandWords) => string;
}

export type CommandProblem = 'unknown' | 'ambiguous' | 'incomplete' | 'not answered here';

type TokenKind = 'word' | 'range' | 'address' | 'prefix' | 'name';

/** The more specific first. */
const RANK: Readonly<Record<TokenKind, number>> = { word: 0, range: 1, address: 2, prefix: 3, name: 4 };

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

interface Candidate<Context> {
  readonly command: ShowCommand<Context>;
  readonly tokens: readonly Token[];
}

export class CommandTable<Context> {
  /** Every line that the patterns can come to, without the words for values. */
  private readonly candidates: readonly Candidate<Context>[];

  constructor(commands: readonly ShowCommand<Context>[]) {
    this.candidates = commands.flatMap((command) => expand(command.pattern).map((tokens) => ({ command, tokens })));
  }

  /** What the line prints, or why it prints nothing. */
  find(line: string): { readonly show: (context: Context) => string } | CommandProblem {
    const words = line.trim().split(/\s+/);
    if (words[0] === '') return 'unknown';
    let best: Candidate<Context> | undefined;
    let isAmbiguous = false;
    let isIncomplete = false;
    for (const candidate of this.candidates) {
      const { tokens } = candidate;
      if (tokens.length < words.length || !words.every((word, i) => fits(tokens[i], word))) continue;
      if (tokens.length > words.length) {
        isIncomplete = true;
        continue;
      }
      const better = best === undefined ? candidate : moreSpecific(best, candidate, words);
      isAmbiguous = better === undefined || (isAmbiguous && better === best);
      best = better ?? candidate;
    }
    if (best === undefined) return isIncomplete ? 'incomplete' : 'unknown';
    if (isAmbiguous) return 'ambiguous';
    const { command: { show }, tokens } = best;
    if (show === undefined) return 'not answered here';
    const found: CommandWords = {
      keywords: new Set(tokens.filter((token) => token.kind === 'word').map((token) => token.text)),
      values: words.filter((_, i) => tokens[i].kind !== 'word'),
      words,
    };
    return { show: (context) => show(context, found) };
  }
}

/** A word that is not there yet can still come: the shortest form of every pattern that is answered, for messages. */
export function answeredPatterns(commands: readonly ShowCommand<never>[]): string[] {
  return commands.filter((command) => command.show !== undefined).map((command) => command.pattern);
}

function fits(token: Token, word: string): boolean {
  switch (token.kind) {
    case 'word': return token.text.startsWith(word);
    case 'range': return /^\d+$/.test(word);
    case 'address': return parseDottedQuad(word) !== undefined;
    case 'prefix': return /^[^/]+\/\d+$/.test(word) && parseDottedQuad(word.split('/')[0]) !== undefined && Number(word.split('/')[1]) <= 32;
    case 'name': return true;
  }
}

/** Undefined: neither. */
function moreSpecific<Context>(a: Candidate<Context>, b: Candidate<Context>, words: readonly string[]): Candidate<Context> | undefined {
  for (let i = 0; i < words.length; i++) {
    const [first, second] = [a.tokens[i], b.tokens[i]];
    if (first.kind !== second.kind) return RANK[first.kind] < RANK[second.kind] ? a : b;
    if (first.text === second.text) continue;
    if (first.text === words[i]) return a;
    if (second.text === words[i]) return b;
    return undefined;
  }
  return a;
}

// --- patterns

/** All lines of a pattern. */
function expand(pattern: string): Token[][] {
  const parts = pattern.match(/\(\d+-\d+\)|[[\]<>|]|[^\s[\]<>|()]+/g) ?? [];
  let at = 0;
  const alternatives = (): Token[][] => {
    const all = sequence();
    while (parts[at] === '|') {
      at++;
      all.push(...sequence());
    }
    return all;
  };
  const sequence = (): Token[][] => {
    let lines: Token[][] = [[]];
    for (;;) {
      const part = parts[at];
      if (part === undefined || part === '|' || part === ']' || part === '>') return lines;
      at++;
      let next: Token[][];
      if (part === '[' || part === '<') {
        next = alternatives();
        at++; // the closing bracket
        if (part === '[') next = [...next, []];
      } else {
        next = [[token(part)]];
      }
      lines = lines.flatMap((line) => next.map((more) => [...line, ...more]));
    }
  };
  return alternatives();
}

function token(text: string): Token {
  if (text === 'A.B.C.D') return { kind: 'address', text };
  if (text === 'A.B.C.D/M') return { kind: 'prefix', text };
  if (text.startsWith('(')) return { kind: 'range', text };
  return { kind: /^[A-Z]+$/.test(text) ? 'name' : 'word', text };
}
