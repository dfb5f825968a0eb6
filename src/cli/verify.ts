/**
 * `failover verify CAPTURE|DIR...`: every frame decodes and encodes to the same bytes, every checksum and authentication is right.
 *
 * Exit code 1 when one is not, 2 when a file is no capture or breaks off (the others are looked at all the same).
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureReader } from '../capture/capture-reader.js';
import { errorText, verifyFrame, type VerifyKeys } from '../report/verify-frame.js';
import { eachChunk, writeOut } from './byte-stream.js';
import { captureTrouble } from './capture-trouble.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';

export interface VerifyWords {
  readonly key?: readonly string[];
  readonly password?: string;
}

/** More problems of one file than these are only counted. */
const SHOWN_PROBLEMS = 100;

export function verify(paths: readonly string[], words: VerifyWords): number {
  const keys = keysOf(words);
  const troubles: string[] = [];
  const files = paths.flatMap((path) => (path === '-' ? [path] : unless(troubles, () => filesOf(path)) ?? []));
  let problems = 0;
  for (const file of files) problems += unless(troubles, () => verifyFile(file, keys, troubles)) ?? 0;
  if (troubles.length > 0) throw new InputFailure(...troubles);
  return problems === 0 ? EXIT_MET : EXIT_MISSED;
}

/** A file that is not what it should be does not keep us from the others. */
function unless<T>(troubles: string[], operation: () => T): T | undefined {
  try {
    return operation();
  } catch (failure) {
    if (!(failure instanceof InputFailure)) throw failure;
    troubles.push(...failure.lines);
    return undefined;
  }
}

/** Returns the number of problems; what is wrong with the file itself goes to `troubles`. */
function verifyFile(path: string, keys: VerifyKeys, troubles: string[]): number {
  const name = path === '-' ? 'standard input' : path;
  const reader = new CaptureReader();
  let frames = 0;
  let cut = 0;
  let checked = 0;
  let withoutKey = 0;
  let problems = 0;
  const drain = (): boolean => {
    while (reader.next()) {
      frames++;
      const length = reader.end - reader.start;
      if (length < reader.originalLength) {
        cut++;
        continue;
      }
      const verdict = verifyFrame(reader.bytes.subarray(reader.start, reader.end), reader.linkType, keys);
      if (verdict.authentication === 'checked') checked++;
      if (verdict.authentication === 'no-key') withoutKey++;
      for (const error of verdict.errors) {
        if (++problems <= SHOWN_PROBLEMS) say(`${name}: frame ${frames}, offset ${error.offset}: ${errorText(error)}`);
      }
    }
    return reader.error === undefined && reader.break === undefined;
  };
  eachChunk(path, (chunk) => {
    reader.push(chunk);
    return drain();
  });
  reader.finish();
  drain();
  const trouble = captureTrouble(path, reader);
  if (trouble !== undefined) troubles.push(trouble);
  if (reader.error !== undefined) return 0;
  if (problems > SHOWN_PROBLEMS) say(`${name}: ${problems - SHOWN_PROBLEMS} problems more`);
  const parts = [`${frames} ${frames === 1 ? 'frame' : 'frames'}`];
  if (checked > 0) parts.push(`${checked} with authentication checked`);
  if (withoutKey > 0) parts.push(`${withoutKey} with authentication not checked (no key given)`);
  if (cut > 0) parts.push(`${cut} cut off by the snap length and not checked`);
  say(`${name}: ${problems === 0 ? 'ok' : `${problems} ${problems === 1 ? 'problem' : 'problems'}`}: ${parts.join(', ')}`);
  return problems;
}

function say(line: string): void {
  if (!writeOut(new TextEncoder().encode(`${line}\n`))) process.exit();
}

/** A file is itself; of a directory all captures in it and below, by name. */
function filesOf(path: string): string[] {
  if (!withPath(path, () => statSync(path)).isDirectory()) return [path];
  const files = capturesBelow(path);
  if (files.length === 0) throw new InputFailure(`${path}: no captures in it (.pcap, .pcapng, .cap)`);
  return files;
}

function capturesBelow(directory: string): string[] {
  const entries = withPath(directory, () => readdirSync(directory, { withFileTypes: true }));
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return capturesBelow(path);
    return /\.(pcap|pcapng|cap)$/.test(entry.name) ? [path] : [];
  });
}

function keysOf({ key, password }: VerifyWords): VerifyKeys {
  const encoder = new TextEncoder();
  const secrets = new Map<number, Uint8Array>();
  for (const text of key ?? []) {
    const match = /^(\d{1,10})=(.+)$/s.exec(text);
    if (match === null || Number(match[1]) > 0xffffffff) throw new InputFailure(`--key ${text}: the form is ID=SECRET, the id a number from 0 to 4294967295`);
    const id = Number(match[1]);
    if (secrets.has(id)) throw new InputFailure(`--key ${text}: key ${id} is given twice`);
    secrets.set(id, encoder.encode(match[2]));
  }
  return { secrets, password: password === undefined ? undefined : encoder.encode(password) };
}
