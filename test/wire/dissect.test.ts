/**
 * Proves that the fast way from bytes to the tape says what the codecs say, for every frame of the captures and for damaged ones,
 * and that every name on a tape is in the table of names.
 */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { OPEN_PATHS } from '../../src/wire/dissect/codec-rows.js';
import { dissectFrame } from '../../src/wire/dissect/dissect.js';
import { BIT_NAMES, FIELD_ROWS, Field, VALUE_NAMES } from '../../src/wire/dissect/field.js';
import { Layer, Tape } from '../../src/wire/dissect/tape.js';

const files = ['../fixtures/captures/', '../fixtures/captures/ospf/', '../../pcaps/'].flatMap((folder) => readdirSync(new URL(folder, import.meta.url))
  .filter((name) => /\.pcap(ng)?$/.test(name)).sort().map((name) => folder + name));

function eachFrame(name: string, take: (reader: CaptureReader, number: number) => void): number {
  const reader = new CaptureReader();
  reader.push(readFileSync(new URL(name, import.meta.url)));
  reader.finish();
  let number = 0;
  while (reader.next()) take(reader, ++number);
  expect(reader.error ?? reader.break).toBeUndefined();
  return number;
}

/** Pairs as text, so that a difference can be read; places in the source relative to the frame. */
function tapeText(tape: Tape): string {
  const lines: string[] = [];
  for (let i = 0; i < tape.length; i += 2) {
    const { path, kind } = FIELD_ROWS[tape.words[i]];
    const value = tape.words[i + 1];
    if (kind === 'group' || kind === 'list' || kind === 'time') { // no value
      lines.push(path || 'close');
      continue;
    }
    const isPlace = kind === 'mac' || kind === 'bytes';
    lines.push(`${path} ${kind === 'text' || kind === 'real' ? tape.strings[value] : isPlace ? value - tape.start : value}`);
    if (kind === 'bytes' || kind === 'hex64') {
      lines.push(`  ${tape.words[i + 3]}`);
      i += 2;
    }
  }
  return lines.join('\n');
}

function state({ layers, ospfType, lsaCount, checksumCount, networkAt }: Tape): object {
  return { layers, ospfType, lsaCount, checksumCount, networkAt };
}

describe('the table of names', () => {
  test('has an entry for each field, at its place, once', () => {
    const ids = Object.values(Field);
    expect([...ids].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i));
    const keys = FIELD_ROWS.map(({ path, kind }) => `${kind} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { path } of FIELD_ROWS.slice(1)) expect(path).toMatch(/^[a-z][a-z0-9_]*(\[\])?(\.[a-z][a-z0-9_]*(\[\])?)*$/);
  });

  test('every path hangs on a group or list', () => {
    const paths = new Set(FIELD_ROWS.map(({ path }) => path));
    for (const path of paths) {
      const parent = path.endsWith('[]') ? path.slice(0, -2) : path.replace(/\.?[^.]*$/, '');
      if (parent !== '') expect(paths, path).toContain(parent);
    }
  });

  test('gives names to the values of enums and flags only', () => {
    for (const field of VALUE_NAMES.keys()) expect(FIELD_ROWS[field].kind).toBe('enum');
    for (const field of BIT_NAMES.keys()) expect(FIELD_ROWS[field].kind).toBe('flags');
  });
});

describe('fast and general', () => {
  test.each(files)('%s: the same tape for every frame', (name) => {
    const fast = new Tape();
    const general = new Tape();
    const count = eachFrame(name, (reader, number) => {
      dissectFrame(fast, reader, number, 'eth0');
      dissectFrame(general, reader, number, 'eth0', false);
      if (tapeText(fast) !== tapeText(general)) expect(tapeText(fast), `frame ${number}`).toBe(tapeText(general));
      expect(state(fast), `frame ${number}`).toEqual(state(general));
    });
    expect(count).toBeGreaterThan(0);
  });

  test('the same tape for damaged frames too', () => {
    const frames: Uint8Array[] = [];
    for (const name of files) eachFrame(name, (reader) => frames.push(reader.bytes.slice(reader.start, reader.end)));
    const fast = new Tape();
    const general = new Tape();
    const damage = fc.record({
      index: fc.nat(frames.length - 1), cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(60)),
      changes: fc.array(fc.record({ at: fc.nat(1500), value: fc.integer({ min: 0, max: 255 }) }), { maxLength: 3 }),
      isSealed: fc.boolean(),
    });
    let refused = 0;
    fc.assert(fc.property(damage, ({ index, cut, changes, isSealed }) => {
      const bytes = frames[index].slice(0, Math.max(0, frames[index].length - cut));
      for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
      if (isSealed) seal(bytes);
      const record = { bytes, start: 0, end: bytes.length, linkType: 1, timeMicros: 0, remainderNanos: 0, originalLength: bytes.length, direction: 'unknown' };
      dissectFrame(fast, record, 1, '');
      dissectFrame(general, record, 1, '', false);
      expect(tapeText(fast)).toBe(tapeText(general));
      expect(state(fast)).toEqual(state(general));
      if ((general.layers & Layer.error) !== 0) refused++;
    }), { numRuns: 4000, seed: 20 });
    expect(refused).toBeGreaterThan(500);
  });

  test('what is not listed by name is below an open path', () => {
    for (const name of files) eachFrame(name, (reader, number) => dissectFrame(new Tape(), reader, number, ''));
    const strangers = FIELD_ROWS.filter(({ what, path }) => what === '' && path !== '').map(({ path }) => path.replaceAll('[]', ''))
      .filter((path) => !OPEN_PATHS.some((open) => path.startsWith(`${open}.`)));
    expect(strangers).toEqual([]);
  });
});

/** Makes the checksums of IPv4 and OSPF right again, so that the change is looked at and not refused at the door. */
function seal(bytes: Uint8Array): void {
  if (bytes.length < 60 || bytes[12] !== 8 || bytes[13] !== 0 || bytes[14] !== 0x45) return;
  put(bytes, 24, sum(bytes, 14, 34, 24));
  const length = (bytes[36] << 8) | bytes[37];
  if (bytes[23] !== 89 || length > bytes.length - 34 || bytes[49] > 1) return;
  const saved = bytes.slice(50, 58);
  bytes.fill(0, 50, 58);
  put(bytes, 46, sum(bytes, 34, 34 + length, 46));
  bytes.set(saved, 50);
}

function put(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function sum(bytes: Uint8Array, start: number, end: number, field: number): number {
  let total = 0;
  for (let i = start; i < end; i++) if (i !== field && i !== field + 1) total += (i - start) % 2 === 0 ? bytes[i] << 8 : bytes[i];
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}
