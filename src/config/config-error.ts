/**
 * What is wrong with a file that a person wrote, and what the loader saw but does not act on.
 *
 * Loading collects every error that it can find and then refuses with all of them at once. Each is one line,
 * `file:line:column: message`; the message says what was found and what is allowed there.
 */

/** Lines and columns count from 1; line 0 means that there is no place inside the file (it could not be read, or it is an option). */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function formatPlace(place: SourcePlace): string {
  return place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
}

export interface ConfigErrorDetail {
  /** The text at the place. */
  readonly found?: string;
  /** What could stand there instead: words, or forms such as `A.B.C.D/M` and `<1-65535>`. */
  readonly allowed?: readonly string[];
}

export class ConfigError implements SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly allowed: readonly string[];
  /** One line, complete in itself, without the place. */
  readonly message: string;

  constructor(place: SourcePlace, message: string, detail: ConfigErrorDetail = {}) {
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.message = message.replace(/\s+/g, ' ');
    this.found = detail.found ?? '';
    this.allowed = detail.allowed ?? [];
  }

  /** `file:line:column: message` */
  toString(): string {
    return `${formatPlace(this)}: ${this.message}`;
  }
}

/** All that was wrong, in order of file and line. The only thing that loading a configuration throws. */
export class ConfigErrors extends Error {
  override readonly name = 'ConfigErrors';
  readonly errors: readonly ConfigError[];

  constructor(errors: readonly ConfigError[]) {
    super(errors.map((error) => error.toString()).join('\n'));
    this.errors = errors;
  }
}

/**
 * Something in a file that is right as it stands and that the reader should know about.
 * `without-bearing`: recognised, and it changes nothing about the network (log file, password, a lab's management network).
 * `not-acted-on`: it would change something about a network, and nothing here (BGP, IPv6, MPLS). --strict refuses it, and the other of a system's files.
 * `attention`: it has an effect, or none, where the author may have expected another.
 */
export interface ConfigNote extends SourcePlace {
  readonly kind: 'without-bearing' | 'not-acted-on' | 'attention';
  readonly message: string;
}

/** Collects while a file, or a set of files, is read. */
export class Findings {
  readonly errors: ConfigError[] = [];
  readonly notes: ConfigNote[] = [];
  private readonly firstFile: string;

  /** `firstFile`: whose errors come first. */
  constructor(firstFile = '') {
    this.firstFile = firstFile;
  }

  error(place: SourcePlace, message: string, detail: ConfigErrorDetail = {}): void {
    this.errors.push(new ConfigError(place, message, detail));
  }

  note(place: SourcePlace, kind: ConfigNote['kind'], message: string): void {
    this.notes.push({ file: place.file, line: place.line, column: place.column, kind, message });
  }

  /** By file (`firstFile`, then in order of appearance), then by place; one line at one place is said once. */
  throwIfAny(): void {
    if (this.errors.length === 0) return;
    const files = [...new Set([this.firstFile, ...this.errors.map((error) => error.file)])];
    const sorted = this.errors
      .map((error, order) => ({ error, order }))
      .sort(
        (a, b) =>
          files.indexOf(a.error.file) - files.indexOf(b.error.file) ||
          a.error.line - b.error.line ||
          a.error.column - b.error.column ||
          a.order - b.order,
      )
      .map((entry) => entry.error);
    const said = new Set<string>();
    const distinct = sorted.filter((error) => {
      const text = error.toString();
      if (said.has(text)) return false;
      said.add(text);
      return true;
    });
    throw new ConfigErrors(distinct);
  }
}
