/**
 * Files that a topology names, read through the function that the caller gave: no file system in here.
 */
import { dirname, isAbsolute, join } from 'node:path';
import type { Findings } from '../config-error.js';
import { quote } from '../spelling.js';
import type { YamlValue } from './yaml-document.js';

/** Gives the text of a file, or throws what the file system threw. */
export type ReadFile = (path: string) => string;

/** Why reading failed, in words. */
export function describeReadFailure(failure: unknown): string {
  const code = typeof failure === 'object' && failure !== null && 'code' in failure ? String(failure.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'ENOTDIR') return 'a part of its path is not a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code || (failure instanceof Error ? failure.message : String(failure));
}

export class TopologySource {
  readonly file: string;
  readonly findings: Findings;
  private readonly readFile: ReadFile;

  constructor(file: string, readFile: ReadFile, findings: Findings) {
    this.file = file;
    this.readFile = readFile;
    this.findings = findings;
  }

  /** A path as the topology file says it: relative to the topology file's directory. */
  resolve(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.file), path);
  }

  /** A file that another one includes, relative to that; a text is why it cannot be read. */
  readBeside(name: string, from: string): { path: string; text: string } | string {
    const path = isAbsolute(name) ? name : join(dirname(from), name);
    try {
      return { path, text: this.readFile(path) };
    } catch (failure) {
      return describeReadFailure(failure);
    }
  }

  /** Undefined: it cannot be read, and that is said at `value`. */
  read(value: YamlValue, path: string): { path: string; text: string } | undefined {
    const resolved = this.resolve(path);
    try {
      return { path: resolved, text: this.readFile(resolved) };
    } catch (failure) {
      value.error(`cannot read ${quote(resolved)}: ${describeReadFailure(failure)}`);
      return undefined;
    }
  }
}
