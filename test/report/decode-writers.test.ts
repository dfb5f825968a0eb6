/**
 * Proves that what decode writes byte by byte is what the language's own functions would write, that its JSON is JSON with the
 * names of the table, and that text and one-liners say the same as the JSON.
 */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatMac } from '../../src/base/address.js';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { AsciiWriter, Label } from '../../src/report/ascii-writer.js';
import { BriefWriter } from '../../src/report/decode-brief.js';
import { JsonLineWriter } from '../../src/report/decode-json.js';
import { VerboseWriter, printable } from '../../src/report/decode-text.js';
import { ClockWriter, writeEpochTime } from '../../src/report/decode-time.js';
import { DecodeTotals } from '../../src/report/decode-totals.js';
import { dissectFrame } from '../../src/wire/dissect/dissect.js';
import { FIELD_ROWS } from '../../src/wire/dissect/field.js';
import { Tape } from '../../src/wire/dissect/tape.js';

const files = ['../fixtures/captures/', '../fixtures/captures/ospf/', '../../pcaps/'].flatMap((folder) => readdirSync(new URL(folder, import.meta.url))
  .filter((name) => /\.pcap(ng)?$/.test(name)).sort().map((name) => folder + name));

let chunks: Uint8Array[] = [];
const writer = new AsciiWriter((chunk) => chunks.push(chunk.slice()));

function written(write: (w: AsciiWriter) => void): string {
  chunks = [];
  write(writer);
  writer.flush();
  return Buffer.concat(chunks).toString('utf8');
}

function eachTape(name: string, take: (tape: Tape, interfaceName: string) => void): void {
  const reader = new CaptureReader();
  const tape = new Tape();
  reader.push(readFileSync(new URL(name, import.meta.url)));
  reader.finish();
  for (let number = 1; reader.next(); number++) {
    const interfaceName = reader.interfaces[reader.interfaceId].name;
    dissectFrame(tape, reader, number, interfaceName);
    take(tape, interfaceName);
  }
}

describe('bytes without strings', () => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff });

  test('numbers, as 32 bits of either sign', () => {
    fc.assert(fc.property(fc.oneof(u32, fc.nat(1200), fc.nat(1_100_000)), (value) => {
      expect(written((w) => w.decimal(value | 0))).toBe(String(value));
    }), { numRuns: 500 });
    for (const value of [0, 9, 10, 99, 100, 999, 1000, 999_999, 1_000_000, 0x7fffffff, 0x80000000, 0xffffffff]) {
      expect(written((w) => w.decimal(value | 0))).toBe(String(value));
    }
  });

  test('addresses and hexadecimal', () => {
    fc.assert(fc.property(u32, fc.uint8Array({ minLength: 6, maxLength: 6 }), (value, mac) => {
      expect(written((w) => w.ipv4(value | 0))).toBe(formatIpv4(value));
      expect(written((w) => w.hex(value | 0, 8))).toBe(value.toString(16).padStart(8, '0'));
      expect(written((w) => w.mac(mac, 0))).toBe(formatMac(mac));
      expect(written((w) => w.hexBytes(mac, 1, 4))).toBe(Buffer.from(mac).toString('hex', 1, 5));
    }));
  });

  test('labels of any length, one behind the other, and any text', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 })), (texts) => {
      expect(written((w) => { for (const text of texts) w.text(text); })).toBe(texts.join(''));
      const plain = texts.map((text) => text.replace(/[^ -~]/g, '.'));
      expect(written((w) => { for (const text of plain) w.label(new Label(text)); })).toBe(plain.join(''));
    }));
  });

  test('more than a chunk arrives whole and in order', () => {
    const text = written((w) => {
      for (let i = 0; i < 300_000; i++) {
        w.room(16);
        w.decimal(i);
        w.byte(0x0a);
        w.mayFlush();
      }
    });
    expect(text.trimEnd().split('\n').every((line, i) => line === String(i))).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(300_000);
  });

  test('time', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4e15 }), fc.nat(999), (micros, nanos) => {
      const date = new Date(Math.floor(micros / 1000)).toISOString();
      const fraction = String(micros % 1_000_000).padStart(6, '0') + (nanos > 0 ? String(nanos).padStart(3, '0') : '');
      expect(written((w) => new ClockWriter(true).write(w, micros, nanos))).toBe(`${date.slice(0, 10)} ${date.slice(11, 19)}.${fraction}`);
      expect(written((w) => writeEpochTime(w, micros, nanos))).toBe(`${Math.floor(micros / 1e6)}.${fraction}`);
    }));
  });

  test('control characters do not reach a terminal', () => {
    expect(printable('a\x1b[31mb\x07\x9bc')).toBe('a\\x1b[31mb\\x07\\x9bc');
  });
});

/** Names of leaves in order, with what stands behind them. */
function leaves(value: unknown, path: string, found: string[]): string[] {
  if (Array.isArray(value)) for (const one of value) leaves(one, `${path}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) leaves(one, path === '' ? name : `${path}.${name}`, found);
  } else found.push(path);
  return found;
}

let paths = new Set<string>();

/** The table grows while the codecs' own names are met. */
function pathsNow(): Set<string> {
  if (paths.size === 0 || pathCount !== FIELD_ROWS.length) paths = new Set(FIELD_ROWS.map(({ path }) => path));
  pathCount = FIELD_ROWS.length;
  return paths;
}

let pathCount = 0;

describe.each(files)('%s', (name) => {
  test('JSON: a line a frame, every name is in the table', () => {
    let frames = 0;
    eachTape(name, (tape) => {
      const line = written((w) => new JsonLineWriter(w).write(tape));
      expect(line.endsWith('}\n') && line.indexOf('\n') === line.length - 1).toBe(true);
      const value = JSON.parse(line) as { frame: { number: number } };
      expect(value.frame.number).toBe(++frames);
      const known = pathsNow();
      expect(leaves(value, '', []).filter((path) => !known.has(path) && !known.has(path.replace(/_names?$/, '')))).toEqual([]);
    });
    expect(frames).toBeGreaterThan(0);
  });

  test('-v has every value of the JSON; the one line has time, addresses and length', () => {
    eachTape(name, (tape, interfaceName) => {
      const text = written((w) => new VerboseWriter(w).write(tape));
      const line = written((w) => new BriefWriter(w).write(tape, interfaceName));
      const value = JSON.parse(written((w) => new JsonLineWriter(w).write(tape))) as { frame: { length: number }; ip?: { src: string; dst: string } };
      const values = [...JSON.stringify(value).matchAll(/"((?:0x|\d+\.\d+\.\d+\.)[^"]*)"/g)].map(([, one]) => one);
      expect(values.filter((one) => !text.includes(one))).toEqual([]);
      expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{6}(\d{3})? /);
      expect(line.trimEnd().split('\n')).toHaveLength(1);
      expect(line).toContain(` length ${value.frame.length}\n`);
      if (value.ip) expect(line).toContain(`${value.ip.src} > ${value.ip.dst}`);
    });
  });
});

test('damaged frames of every link type are written without a throw, as JSON that parses', () => {
  const frames: Uint8Array[] = [];
  for (const name of files) eachTape(name, (tape) => { if (frames.length < 3000) frames.push(tape.source.slice(tape.start, tape.end)); });
  const tape = new Tape();
  const damage = fc.record({
    index: fc.nat(frames.length - 1), linkType: fc.oneof(fc.constant(1), fc.constantFrom(0, 9, 12, 50, 101, 104, 107, 108, 113, 228, 229, 276, 999)),
    skip: fc.constantFrom(0, 0, 14, 10), cut: fc.nat(20), changes: fc.array(fc.record({ at: fc.nat(300), value: fc.nat(255) }), { maxLength: 4 }),
  });
  fc.assert(fc.property(damage, ({ index, linkType, skip, cut, changes }) => {
    const bytes = frames[index].slice(skip, Math.max(skip, frames[index].length - cut));
    for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
    const record = { bytes, start: 0, end: bytes.length, linkType, timeMicros: 1, remainderNanos: 0, originalLength: bytes.length, direction: 'inbound' };
    dissectFrame(tape, record, 1, 'eth0');
    expect(JSON.parse(written((w) => new JsonLineWriter(w).write(tape)))).toHaveProperty('frame.number', 1);
    expect(written((w) => new VerboseWriter(w).write(tape))).not.toContain('undefined');
    expect(written((w) => new BriefWriter(w).write(tape, 'eth0')).split('\n')).toHaveLength(2);
  }), { numRuns: 4000, seed: 3 });
});

test('totals count what the JSON has', () => {
  const totals = new DecodeTotals();
  let lsas = 0;
  let ospf = 0;
  eachTape('../fixtures/captures/frr-lan.pcap', (tape) => {
    totals.add(tape);
    const value = JSON.parse(written((w) => new JsonLineWriter(w).write(tape))) as { ospf?: { lsa?: unknown[] } };
    if (value.ospf) ospf++;
    lsas += value.ospf?.lsa?.length ?? 0;
  });
  expect(totals.json()).toMatchObject({ frames: 521, lsas, layers: { eth: 521, arp: 166, ospf }, errors: 0 });
  expect(totals.json()).toMatchObject({ ospf: { hello: 128, dd: 35, 'ls-request': 14, 'ls-update': 90, 'ls-ack': 67 } });
});
