/**
 * How a command ends when it cannot do what it was asked: one line a problem, and an exit code.
 *
 * 0: done and every promise kept. 1: a target or an expectation missed. 2: bad input or usage. 70: a bug of ours.
 */
import { AssertionFailure } from '../base/assert.js';
import { ConfigErrors } from '../config/config-error.js';

export const EXIT_MET = 0;
export const EXIT_MISSED = 1;
export const EXIT_BAD_INPUT = 2;
/** EX_SOFTWARE of sysexits.h. */
export const EXIT_BUG = 70;

/** Bad input or usage; each line stands alone and begins with its place. */
export class InputFailure extends Error {
  override readonly name = 'InputFailure';
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** A failure that another thread has described already. */
export class ReportedFailure extends Error {
  override readonly name = 'ReportedFailure';
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(lines: readonly string[], exitCode: number) {
    super(lines.join('\n'));
    this.lines = lines;
    this.exitCode = exitCode;
  }
}

/** Why a file operation failed, in plain words; undefined: this was no such failure. */
export function describeFileFailure(failure: unknown): string | undefined {
  if (!(failure instanceof Error) || !('code' in failure)) return undefined;
  switch (failure.code) {
    case 'ENOENT': return 'no such file or directory';
    case 'EISDIR': return 'is a directory, not a file';
    case 'ENOTDIR': return 'a part of the path is not a directory';
    case 'EEXIST': return 'exists and is not a directory';
    case 'EACCES':
    case 'EPERM': return 'permission denied';
    case 'ENOSPC': return 'no space left on the device';
    case 'EROFS': return 'the file system is read-only';
    case 'ENAMETOOLONG': return 'the name is too long';
    case 'ELOOP': return 'too many symbolic links';
    case 'EMFILE': return 'too many open files';
    default: return undefined;
  }
}

/** Does a file operation; its failures become one line with the path. */
export function withPath<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (failure) {
    const reason = describeFileFailure(failure);
    if (reason === undefined) throw failure;
    throw new InputFailure(`${path}: ${reason}`);
  }
}

/** What goes to standard error, and the exit code. */
export function describeFailure(failure: unknown): { readonly lines: readonly string[]; readonly exitCode: number } {
  if (failure instanceof InputFailure) return { lines: failure.lines, exitCode: EXIT_BAD_INPUT };
  if (failure instanceof ReportedFailure) return { lines: failure.lines, exitCode: failure.exitCode };
  if (failure instanceof ConfigErrors) return { lines: failure.errors.map((error) => error.toString()), exitCode: EXIT_BAD_INPUT };
  const what = failure instanceof AssertionFailure ? failure.message : failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  return {
    lines: [`failover has a bug: ${oneLine(what)}${placeOf(failure)}`, 'Please report this line together with the topology; the run can be repeated exactly.'],
    exitCode: EXIT_BUG,
  };
}

/** `, in simulation.js:120`: where an unexpected error came from, without a stack trace. */
function placeOf(failure: unknown): string {
  if (!(failure instanceof Error) || failure.stack === undefined) return '';
  const frames = failure.stack.split('\n').filter((line) => line.includes('/dist/') && !line.includes('/assert.js'));
  const match = /([\w-]+\.js:\d+)/.exec(frames[0] ?? '');
  return match === null ? '' : `, in ${match[1]}`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
