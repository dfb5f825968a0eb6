/**
 * Several captures as one stream of frames, in the order of time, each read in chunks: of each file one frame waits.
 *
 * A file that breaks off or is no capture is named when its time has come; the others go on.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { CaptureReader } from '../capture/capture-reader.js';
import { captureTrouble } from './capture-trouble.js';
import { InputFailure, withPath } from './failure.js';

const STANDARD_INPUT = 0;
const CHUNK_LENGTH = 1 << 18;

export class CaptureSource {
  readonly name: string;
  readonly reader = new CaptureReader();
  /** Undefined: at its end. */
  private file: number | undefined;
  private readonly path: string;
  private readonly chunk = new Uint8Array(CHUNK_LENGTH);
  private hasEnded = false;

  constructor(path: string) {
    this.path = path;
    this.name = path === '-' ? 'standard input' : path;
    this.file = path === '-' ? STANDARD_INPUT : withPath(path, () => openSync(path, 'r'));
    const { file } = this;
    withPath(this.name, () => {
      if (fstatSync(file).isDirectory()) throw new InputFailure(`${this.name}: is a directory, not a file`);
    });
  }

  /** Whether the reader has another frame. */
  next(): boolean {
    for (;;) {
      if (this.reader.next()) return true;
      if (this.hasEnded || this.reader.error !== undefined || this.reader.break !== undefined) return this.close();
      const { file } = this;
      const length = file === undefined ? 0 : withPath(this.name, () => readSync(file, this.chunk, 0, CHUNK_LENGTH, null));
      if (length === 0) {
        this.hasEnded = true;
        this.reader.finish();
      } else this.reader.push(length === CHUNK_LENGTH ? this.chunk : this.chunk.subarray(0, length));
    }
  }

  /** What is wrong with the file, once it has been read to its end. */
  get trouble(): string | undefined {
    return captureTrouble(this.path, this.reader);
  }

  private close(): false {
    if (this.file !== undefined && this.file !== STANDARD_INPUT) closeSync(this.file);
    this.file = undefined;
    return false;
  }
}

/** Calls `take` for each frame; the reader of its source describes it. Among equals the first named comes first. */
export function eachFrameInOrder(sources: readonly CaptureSource[], take: (source: number) => void): void {
  const waiting = sources.map((source) => source.next());
  for (;;) {
    let earliest = -1;
    for (let index = 0; index < sources.length; index++) {
      if (waiting[index] && (earliest < 0 || isEarlier(sources[index].reader, sources[earliest].reader))) earliest = index;
    }
    if (earliest < 0) return;
    take(earliest);
    waiting[earliest] = sources[earliest].next();
  }
}

function isEarlier(a: CaptureReader, b: CaptureReader): boolean {
  return a.timeMicros < b.timeMicros || (a.timeMicros === b.timeMicros && a.remainderNanos < b.remainderNanos);
}

/** Names for files: up to the first dot where that tells them apart, then the whole name, then the path. */
export function shortNames(paths: readonly string[]): string[] {
  const forms = [(path: string) => basename(path).replace(/\..*$/, ''), (path: string) => basename(path), (path: string) => path];
  for (const form of forms) {
    const names = paths.map((path) => (path === '-' ? 'standard input' : form(path)));
    if (new Set(names).size === names.length && names.every((name) => name !== '')) return names;
  }
  return [...paths];
}
