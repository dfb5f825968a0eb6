/**
 * The language of `--where`: text -> tree. What the names mean is the business of decode-filter.ts.
 *
 *   or         = and { "||" and }
 *   and        = not { "&&" not }
 *   not        = "!" not | "(" or ")" | comparison
 *   comparison = name [ operator literal | "in" ( literal | "{" literal { "," literal } "}" ) ]
 *   operator   = "==" "!=" "<" "<=" ">" ">=" "&" "contains"
 *   literal    = 12  0x0c  1.5  10.0.0.1  10.0.0.0/8  02:00:00:00:00:01  'text'  "text"  word
 */

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '&' | 'contains' | 'in' | 'exists';

export interface Literal {
  readonly text: string;
  /** From 1, for messages. */
  readonly column: number;
  readonly isQuoted: boolean;
}

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly inner: Expression }
  | { readonly kind: 'comparison'; readonly name: string; readonly column: number; readonly operator: Operator; readonly literals: readonly Literal[] };

/** A mistake in the text; `column` from 1. */
export class ExpressionError {
  readonly column: number;
  readonly message: string;

  constructor(column: number, message: string) {
    this.column = column;
    this.message = message;
  }
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'mark' | 'end';
  readonly text: string;
  readonly column: number;
}

const MARK = /^(==|!=|<=|>=|&&|\|\||[<>!&(){},])/;
/** Addresses with colons first, since they may begin with a letter. */
const WORD = /^([0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}|[A-Za-z0-9_.][A-Za-z0-9_.\-[\]/]*|-[0-9.]+)/;

function tokensOf(text: string): Token[] | ExpressionError {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    const column = at + 1;
    if (at >= text.length) {
      tokens.push({ kind: 'end', text: 'the end', column });
      return tokens;
    }
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      const end = text.indexOf(quote, at + 1);
      if (end < 0) return new ExpressionError(column, `the ${quote} that begins here has no end`);
      tokens.push({ kind: 'quoted', text: text.slice(at + 1, end), column });
      at = end + 1;
      continue;
    }
    const rest = text.slice(at);
    const mark = MARK.exec(rest);
    const word = mark === null ? WORD.exec(rest) : null;
    const found = mark ?? word;
    if (found === null) {
      const hint = rest.startsWith('=') ? '; equality is ==' : rest.startsWith('|') ? '; or is ||' : '';
      return new ExpressionError(column, `"${rest[0]}" has no meaning here${hint}`);
    }
    tokens.push({ kind: mark === null ? 'word' : 'mark', text: found[0], column });
    at += found[0].length;
  }
}

export function parseExpression(text: string): Expression | ExpressionError {
  const tokens = tokensOf(text);
  if (tokens instanceof ExpressionError) return tokens;
  const parser = new Parser(tokens);
  const expression = parser.or();
  if (expression instanceof ExpressionError) return expression;
  const { kind, text: found, column } = parser.next();
  if (kind !== 'end') return new ExpressionError(column, `got "${found}", want && or || or the end`);
  return expression;
}

const OPERATORS: readonly string[] = ['==', '!=', '<', '<=', '>', '>=', '&', 'contains', 'in'];
const DEEPEST = 200;

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  next(): Token {
    return this.tokens[Math.min(this.at++, this.tokens.length - 1)];
  }

  private isNext(mark: string): boolean {
    const token = this.tokens[this.at];
    if (token.kind !== 'mark' || token.text !== mark) return false;
    this.at++;
    return true;
  }

  or(): Expression | ExpressionError {
    let left = this.and();
    while (!(left instanceof ExpressionError) && this.isNext('||')) {
      const right = this.and();
      if (right instanceof ExpressionError) return right;
      left = { kind: 'or', left, right };
    }
    return left;
  }

  private and(): Expression | ExpressionError {
    let left = this.not();
    while (!(left instanceof ExpressionError) && this.isNext('&&')) {
      const right = this.not();
      if (right instanceof ExpressionError) return right;
      left = { kind: 'and', left, right };
    }
    return left;
  }

  private not(): Expression | ExpressionError {
    if (++this.depth > DEEPEST) return new ExpressionError(this.tokens[this.at].column, `more than ${DEEPEST} levels deep`);
    const expression = this.negationOrGroup();
    this.depth--;
    return expression;
  }

  private negationOrGroup(): Expression | ExpressionError {
    if (this.isNext('!')) {
      const inner = this.not();
      return inner instanceof ExpressionError ? inner : { kind: 'not', inner };
    }
    if (!this.isNext('(')) return this.comparison();
    const inner = this.or();
    if (inner instanceof ExpressionError || this.isNext(')')) return inner;
    const { text, column } = this.next();
    return new ExpressionError(column, `got "${text}", want )`);
  }

  private comparison(): Expression | ExpressionError {
    const { kind, text: name, column } = this.next();
    if (kind !== 'word') return new ExpressionError(column, `got "${name}", want a name such as ospf.type`);
    const token = this.tokens[this.at];
    if (!OPERATORS.includes(token.text) || token.kind === 'quoted') {
      return { kind: 'comparison', name, column, operator: 'exists', literals: [] };
    }
    this.at++;
    const operator = token.text as Operator;
    const literals = operator === 'in' && this.isNext('{') ? this.set() : this.one();
    return literals instanceof ExpressionError ? literals : { kind: 'comparison', name, column, operator, literals };
  }

  private one(): Literal[] | ExpressionError {
    const { kind, text, column } = this.next();
    if (kind !== 'word' && kind !== 'quoted') return new ExpressionError(column, `got "${text}", want a value`);
    return [{ text, column, isQuoted: kind === 'quoted' }];
  }

  private set(): Literal[] | ExpressionError {
    const literals: Literal[] = [];
    for (;;) {
      const one = this.one();
      if (one instanceof ExpressionError) return one;
      literals.push(...one);
      if (this.isNext('}')) return literals;
      if (this.isNext(',')) continue;
      const { text, column } = this.next();
      return new ExpressionError(column, `got "${text}", want , or }`);
    }
  }
}
