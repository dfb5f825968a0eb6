/**
 * Bytes in and out of the process, synchronously and in bounded memory: a file or standard input in chunks, standard output.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { InputFailure, describeFileFailure, withPath } from './failure.js';

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
const CHUNK_LENGTH = 1 << 20;

/** Calls `take` with chunk after chunk until the end, or until it gives false. The chunk is borrowed for the call. */
export function eachChunk(path: string, take: (chunk: Uint8Array) => boolean): void {
  const isInput = path === '-';
  const name = isInput ? 'standard input' : path;
  const file = isInput ? STANDARD_INPUT : withPath(path, () => openSync(path, 'r'));
  try {
    withPath(name, () => {
      if (fstatSync(file).isDirectory()) throw new InputFailure(`${name}: is a directory, not a file`);
    });
    const chunk = new Uint8Array(CHUNK_LENGTH);
    for (;;) {
      const length = withPath(name, () => patiently(() => readSync(file, chunk, 0, CHUNK_LENGTH, null)));
      if (length === 0 || !take(length === CHUNK_LENGTH ? chunk : chunk.subarray(0, length))) return;
    }
  } finally {
    if (!isInput) closeSync(file);
  }
}

/** All of it, or false when whoever read our output has gone. */
export function writeOut(bytes: Uint8Array): boolean {
  for (let written = 0; written < bytes.length;) {
    try {
      written += patiently(() => writeSync(STANDARD_OUTPUT, bytes, written));
    } catch (failure) {
      if (failure instanceof Error && 'code' in failure && failure.code === 'EPIPE') return false;
      const reason = describeFileFailure(failure);
      throw reason === undefined ? failure : new InputFailure(`standard output: ${reason}`);
    }
  }
  return true;
}

/** A terminal or pipe that does not block says EAGAIN instead of waiting. */
function patiently(operation: () => number): number {
  for (;;) {
    try {
      return operation();
    } catch (failure) {
      if (!(failure instanceof Error) || !('code' in failure) || failure.code !== 'EAGAIN') throw failure;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
