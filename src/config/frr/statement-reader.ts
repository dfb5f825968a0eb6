/**
 * Reads one configuration file: finds each statement in the table of its block, or at top level, and applies it.
 *
 * Nothing is skipped in silence. A statement is applied, or recognised as having no bearing (a note), or known but not
 * emulated (an error that says so), or unknown (an error that lists what is allowed at that word).
 */
import type { ConfigNote, Findings, SourcePlace } from '../config-error.js';
import { quote, suggestion } from '../spelling.js';
import type { BfdSettings } from '../../host/bfd.js';
import type { Dialect, OspfStatements, PlacedBfdPeer, SystemConfiguration } from '../system-configuration.js';
import type { RouteMapEntry } from '../../ospf/configuration.js';
import {
  describeMismatch,
  listAlternatives,
  splitStatements,
  StatementTable,
  type Captures,
  type MatchResult,
  type PatternRule,
  type StatementLine,
} from './vty.js';

export type Block = 'top' | 'interface' | 'router ospf' | 'route-map' | 'line vty' | 'bfd' | 'bfd session' | 'link-params' | 'outside';

/** Whose file it is. `integrated` is frr.conf (or vtysh's Zebra.conf): the statements of every daemon. */
export type Daemon = 'zebra' | 'ospfd' | 'staticd' | 'bfdd' | 'integrated';

/** Peers and profiles of BFD stand in their own block, the parameters of a link in its interface's. */
const OUTER_BLOCK: Readonly<Partial<Record<Block, Block>>> = { 'bfd session': 'bfd', 'link-params': 'interface' };

const FILE_OF_DAEMON: Readonly<Record<Daemon, string>> = {
  zebra: 'zebra.conf',
  ospfd: 'ospfd.conf',
  staticd: 'staticd.conf',
  bfdd: 'bfdd.conf',
  integrated: 'frr.conf',
};

const DIALECT_NAME: Readonly<Record<Dialect, string>> = { zebra: 'Zebra', frr: 'FRR 8.4' };

export interface StatementRule extends PatternRule {
  readonly block: Block;
  /** The daemons that understand it. */
  readonly daemons: readonly Daemon[];
  /** Undefined: both. */
  readonly dialect?: Dialect;
  readonly opens?: Block;
  /** Known, and no business of this emulator: what it is about; of a block, how the lines in it begin. */
  readonly outside?: { readonly topic: string; readonly words?: ReadonlySet<string> };
  /** The real system takes it and this emulator cannot: why not, as the rest of a sentence. */
  readonly refusal?: string;
  /** The real system takes it from a file, and refuses it where somebody types it into the block of this interface: its own words. */
  readonly typedRefusal?: (interfaceName: string) => string | undefined;
  /** Neither this nor `refusal` nor `opens`: recognised, without bearing. */
  readonly apply?: (captures: Captures, reader: StatementReader) => void;
}

/** A statement that was understood. All of a system, in order, are its running configuration. */
export interface UnderstoodStatement {
  readonly file: string;
  readonly daemon: Daemon;
  readonly statement: StatementLine;
  readonly rule: StatementRule;
  readonly captures: Captures;
  /** The words that say what it is about, see PatternRule. */
  readonly identity: readonly string[];
  /** The identity of the statement that opened its block; empty at top level. */
  readonly context: string;
}

/** The tables of all blocks, made when first asked for. */
export class StatementTables {
  private readonly rules: readonly StatementRule[];
  private readonly tables = new Map<string, StatementTable<StatementRule>>();

  constructor(rules: readonly StatementRule[]) {
    this.rules = rules;
  }

  of(block: Block, daemon: Daemon, dialect: Dialect): StatementTable<StatementRule> {
    const key = `${block}/${daemon}/${dialect}`;
    let table = this.tables.get(key);
    if (table === undefined) {
      table = new StatementTable(
        this.rules.filter(
          (rule) =>
            rule.block === block &&
            (rule.dialect === undefined || rule.dialect === dialect) &&
            (daemon === 'integrated' || rule.daemons.includes(daemon)),
        ),
      );
      this.tables.set(key, table);
    }
    return table;
  }
}

function wordsRight(match: MatchResult<StatementRule>): number {
  return match.kind === 'match' ? 0 : match.wordIndex;
}

export class StatementReader {
  readonly system: SystemConfiguration;
  readonly dialect: Dialect;
  readonly daemon: Daemon;
  private readonly file: string;
  private readonly findings: Findings;
  private readonly tables: StatementTables;
  private statement: StatementLine = { line: 1, words: [], endColumn: 1 };
  private block: Block = 'top';
  private context = '';
  /** Of the block that an inner one stands in. */
  private outerContext = '';
  private outsideWords: ReadonlySet<string> = new Set();
  /** Somebody types it, or it is read from a file. */
  private isTyped = false;
  /** What `no` forms may take back. */
  private understood: UnderstoodStatement[] = [];
  /** Inside a block whose opening line was refused: its lines are not judged one by one. */
  private isUnreadableBlock = false;

  /** Of the open `interface` block. */
  interfaceName = '';
  /** Of the open `peer` or `profile` block of BFD. */
  bfdSettings: { -readonly [Key in keyof BfdSettings]: BfdSettings[Key] } = {};
  bfdPeer: PlacedBfdPeer | undefined;
  /** Of the open `route-map` block. */
  routeMapName = '';
  routeMapEntry: { -readonly [Key in keyof RouteMapEntry]: RouteMapEntry[Key] } = { sequence: 0, isPermit: false };

  constructor(system: SystemConfiguration, tables: StatementTables, file: string, dialect: Dialect, daemon: Daemon, findings: Findings) {
    this.system = system;
    this.tables = tables;
    this.file = file;
    this.dialect = dialect;
    this.daemon = daemon;
    this.findings = findings;
  }

  /** Of the statement that is being applied; a column of 0 stands for its first word. */
  place(column = 0): SourcePlace {
    return { file: this.file, line: this.statement.line, column: column || this.statement.words[0].column };
  }

  get ospf(): OspfStatements {
    return this.system.ospf;
  }

  /** The statement as written, blanks made single. */
  text(): string {
    return this.statement.words.map((word) => word.text).join(' ');
  }

  error(message: string, column = 0): void {
    this.findings.error(this.place(column), message, { found: this.text() });
  }

  note(kind: ConfigNote['kind'], message: string, column = 0): void {
    this.findings.note(this.place(column), kind, message);
  }

  /** Reads the text of a file and applies it. */
  read(text: string): void {
    const understood = this.understand(splitStatements(text), []);
    this.apply(understood);
    this.system.statements.push(...understood);
  }

  /**
   * Finds the rule of each statement, without applying any; says what is wrong. The result is `earlier` with the statements added, and
   * without what their `no` forms take back.
   */
  understand(statements: readonly StatementLine[], earlier: readonly UnderstoodStatement[], isTyped = false): UnderstoodStatement[] {
    this.understood = [...earlier];
    this.isTyped = isTyped;
    for (const statement of statements) {
      this.statement = statement;
      this.understandOne(statement);
    }
    return this.understood;
  }

  /** Applies statements of this file to the system, in order. */
  apply(statements: readonly UnderstoodStatement[]): void {
    for (const { statement, rule, captures } of statements) {
      this.statement = statement;
      // Never the whole line: it may hold a password.
      if (rule.outside !== undefined) this.note('not-acted-on', `"${captures.keywords}" is about ${rule.outside.topic} and not acted on`);
      else if (rule.apply !== undefined) rule.apply(captures, this);
      else if (rule.opens === undefined) this.note('without-bearing', `"${captures.keywords}" has no bearing on the emulation`);
    }
  }

  private understandOne(statement: StatementLine): void {
    if (this.block === 'outside' && this.isOutside(statement)) return;
    const inner = this.tables.of(this.block, this.daemon, this.dialect).match(statement.words);
    if (inner.kind === 'match') return this.keep(statement, inner);
    const outerBlock = OUTER_BLOCK[this.block];
    if (outerBlock !== undefined) {
      // It stands in a block that goes on behind it.
      const around = this.tables.of(outerBlock, this.daemon, this.dialect).match(statement.words);
      const isExit = statement.words[0].text === 'exit';
      if (isExit || around.kind === 'match') {
        this.block = outerBlock;
        this.context = this.outerContext;
        if (around.kind === 'match') this.keep(statement, around);
        return;
      }
    }
    const outer = this.block === 'top' ? inner : this.tables.of('top', this.daemon, this.dialect).match(statement.words);
    if (outer.kind === 'match') {
      this.closeBlock();
      return this.keep(statement, outer);
    }
    if (this.takeBack(statement)) return;
    const [first, ...rest] = statement.words;
    if (first.text === 'no' && rest.length > 0) {
      // What is wrong with it is wrong with the statement that it would take back.
      const [innerRest, outerRest] = [this.block, 'top' as const].map((block) => this.tables.of(block, this.daemon, this.dialect).match(rest));
      if (Math.max(wordsRight(innerRest), wordsRight(outerRest)) + 1 >= Math.max(wordsRight(inner), wordsRight(outer))) {
        return this.report({ ...statement, words: rest }, innerRest, outerRest);
      }
    }
    this.report(statement, inner, outer);
  }

  /** A line of a block that is not acted on. Not indented, it may as well be the next statement at top level. */
  private isOutside({ words }: StatementLine): boolean {
    const [first, second] = words;
    const begins = first.text === 'no' && second !== undefined ? second.text : first.text;
    if (first.column === 1 && this.tables.of('top', this.daemon, this.dialect).match(words).kind === 'match') return false;
    return this.outsideWords.has(begins);
  }

  private closeBlock(): void {
    this.block = 'top';
    this.context = '';
    this.isUnreadableBlock = false;
  }

  private keep(statement: StatementLine, match: MatchResult<StatementRule> & { kind: 'match' }): void {
    const { rule, captures, identity } = match;
    if (rule.refusal !== undefined) {
      this.error(`${quote(this.text())}: ${rule.refusal}`);
      if (rule.block === 'top') this.isUnreadableBlock = true;
      return;
    }
    const typedRefusal = this.isTyped ? rule.typedRefusal?.(this.context.split(' ')[1]) : undefined;
    if (typedRefusal !== undefined) return this.error(typedRefusal);
    this.understood.push({ file: this.file, daemon: this.daemon, statement, rule, captures, identity, context: this.context });
    if (rule.opens === undefined) {
      if (statement.words[0].text === 'exit-link-params') [this.block, this.context] = ['interface', this.outerContext];
      return;
    }
    if (OUTER_BLOCK[rule.opens] !== undefined) this.outerContext = this.context;
    this.block = rule.opens;
    this.outsideWords = rule.outside?.words ?? new Set();
    this.context = OUTER_BLOCK[this.block] === undefined ? identity.join(' ') : `${this.outerContext} ${identity.join(' ')}`;
    this.isUnreadableBlock = false;
  }

  /** A `no` form that has no rule of its own: takes back the statement it names, and the block that it opened. False: it names none. */
  private takeBack(statement: StatementLine): boolean {
    const [first, ...words] = statement.words;
    if (first.text !== 'no') return false;
    for (const block of this.block === 'top' ? (['top'] as const) : ([this.block, 'top'] as const)) {
      const identity = this.tables.of(block, this.daemon, this.dialect).negated(words);
      if (identity === undefined) continue;
      if (block === 'top') this.closeBlock();
      const gone = this.understood.filter((each) => each.context === this.context && identity.every((word, index) => each.identity[index] === word));
      if (gone.length === 0) this.note('attention', `takes nothing back: there is no ${quote(words.map((word) => word.text).join(' '))}`);
      const blocks = new Set(gone.filter((each) => each.rule.opens !== undefined).map((each) => `${each.context} ${each.identity.join(' ')}`.trimStart()));
      const isInside = (context: string): boolean => [...blocks].some((block) => context === block || context.startsWith(`${block} `));
      this.understood = this.understood.filter((each) => !gone.includes(each) && !isInside(each.context));
      return true;
    }
    return false;
  }

  private report(statement: StatementLine, inner: MatchResult<StatementRule>, outer: MatchResult<StatementRule>): void {
    if (inner.kind === 'match' || outer.kind === 'match') return;
    const words = statement.words;
    if (this.isUnreadableBlock && (words[0].column > 1 || this.belongsInside(statement))) return;
    // The block that understood more of it explains what is wrong.
    const better = outer.wordIndex > inner.wordIndex ? outer : inner;
    // Only the range of a number differs between the two systems: then the range is what to say.
    const isOnlyRange = better.allowed.some((allowed) => allowed.startsWith('<'));
    const elsewhere = isOnlyRange ? undefined : this.elsewhere(statement);
    if (elsewhere !== undefined) {
      this.findings.error(this.place(), `${quote(this.text())} ${elsewhere}`, { found: this.text() });
      this.openUnreadable(statement);
      return;
    }
    if (better.wordIndex > 0) {
      const column = better.wordIndex < words.length ? words[better.wordIndex].column : statement.endColumn;
      const message = describeMismatch(words, better.wordIndex, better.allowed, better.mayEnd);
      this.findings.error(this.place(column), message, { found: words[better.wordIndex]?.text ?? '', allowed: better.allowed });
      if (better === outer) this.openUnreadable(statement);
      return;
    }
    const found = words[0].text;
    const allowed = [...new Set([...inner.allowed, ...outer.allowed])];
    const nearest = suggestion(found, allowed);
    const where = this.block === 'top' ? '' : ` in "${this.block}"`;
    const lists =
      this.block === 'top'
        ? `allowed: ${listAlternatives(inner.allowed)}`
        : `allowed: ${listAlternatives(inner.allowed)}; at top level: ${listAlternatives(outer.allowed)}`;
    this.findings.error(this.place(), `unknown statement ${quote(found)}${where}${nearest === '' ? '; ' : `${nearest} `}${lists}`, { found, allowed });
    this.openUnreadable(statement);
  }

  /** A misspelt `interface eth0` must not make errors of the lines that belong to it. */
  private openUnreadable(statement: StatementLine): void {
    if (statement.words[0].column > 1) return;
    this.closeBlock();
    this.isUnreadableBlock = true;
  }

  /** Right statement, wrong file or wrong system or wrong block. */
  private elsewhere(statement: StatementLine): string | undefined {
    const words = statement.words;
    for (const block of this.block === 'top' ? (['top'] as const) : ([this.block, 'top'] as const)) {
      const other = this.tables.of(block, 'integrated', this.dialect).match(words);
      if (other.kind === 'match') {
        const files = other.rule.daemons.map((daemon) => FILE_OF_DAEMON[daemon]);
        if (files.length === 0) return `is another daemon's, ${FILE_OF_DAEMON[this.daemon]} does not take it`;
        return `belongs in ${listAlternatives(files)}, ${FILE_OF_DAEMON[this.daemon]} does not take it`;
      }
      const otherDialect = this.dialect === 'zebra' ? 'frr' : 'zebra';
      if (this.tables.of(block, 'integrated', otherDialect).match(words).kind === 'match') {
        return `is a statement of ${DIALECT_NAME[otherDialect]}, ${DIALECT_NAME[this.dialect]} does not know it`;
      }
    }
    const inside = this.belongsInside(statement);
    return inside === undefined ? undefined : `is only allowed inside "${inside}"`;
  }

  private belongsInside(statement: StatementLine): Block | undefined {
    return (['interface', 'router ospf', 'route-map', 'line vty', 'bfd', 'bfd session', 'link-params'] as const).find(
      (block) => block !== this.block && this.tables.of(block, this.daemon, this.dialect).match(statement.words).kind === 'match',
    );
  }
}
