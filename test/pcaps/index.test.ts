/**
 * The captures under pcaps/ are what their index says, and every frame in them goes through our codecs and comes out byte for byte.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import type { Capture } from '../../src/capture/captured-frame.js';
import { LinkType } from '../../src/capture/captured-frame.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { decodeFrame, encodeFrame, frameLength } from '../../src/wire/frame.js';

const PCAPS = fileURLToPath(new URL('../../pcaps/', import.meta.url));
const MAXIMUM_FILE_BYTES = 100_000;
const MAXIMUM_TOTAL_BYTES = 3_000_000;

interface Entry {
  readonly file: string;
  readonly shows: string;
  readonly software: Readonly<Record<string, string>>;
  readonly recorded: string;
  readonly frames: number;
  readonly seconds: number;
  readonly resolution: 'microseconds' | 'nanoseconds';
  readonly linkType: number;
  readonly recorder: string;
  readonly keys?: readonly { readonly protocol: string; readonly algorithm: string; readonly id?: number; readonly key?: string }[];
}

const { captures: entries } = JSON.parse(readFileSync(`${PCAPS}index.json`, 'utf8')) as { captures: Entry[] };
const isCaptureName = (name: string): boolean => /\.(pcap|pcapng)$/.test(name);

function captureOf(file: string): Capture {
  const capture = readCapture(readFileSync(PCAPS + file));
  if (capture instanceof DecodeError) throw new Error(`${file} is no capture`);
  return capture;
}

describe('the index', () => {
  test('lists the files that are there, once each and sorted', () => {
    expect(entries.map(({ file }) => file)).toEqual(readdirSync(PCAPS).filter(isCaptureName).sort());
    expect(entries.length).toBeGreaterThanOrEqual(30);
  });

  test('every entry says what, of which version, when, and by a recorder that is there and names the file', () => {
    for (const { file, shows, software, recorded, recorder } of entries) {
      expect(shows.length, file).toBeGreaterThan(20);
      expect(Object.values(software).every((version) => /^\d[\d.]*$/.test(version)), file).toBe(true);
      expect(Object.keys(software).length, file).toBeGreaterThan(0);
      expect(recorded, file).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(existsSync(PCAPS + recorder), recorder).toBe(true);
      // Names made from parts (`bfd-auth-${name}.pcap`) have their constant beginning in the recorder.
      const beginning = file.replace(/\.pcap(ng)?$/, '').split('-').slice(0, 2).join('-');
      expect(readFileSync(PCAPS + recorder, 'utf8'), file).toContain(beginning);
    }
  });

  test('the files stay small', () => {
    const sizes = entries.map(({ file }) => statSync(PCAPS + file).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAXIMUM_FILE_BYTES);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAXIMUM_TOTAL_BYTES);
  });

  test('a golden file belongs to a capture', () => {
    const names = entries.map(({ file }) => file.replace(/\.pcap(ng)?$/, '.jsonl'));
    expect(new Set(names).size).toBe(names.length);
    const golden = existsSync(`${PCAPS}golden`) ? readdirSync(`${PCAPS}golden`).filter((name) => name.endsWith('.jsonl')) : [];
    expect(golden.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.each(entries.map((entry) => [entry.file, entry] as const))('%s', (file, entry) => {
  const capture = captureOf(file);

  test('is whole and has the link type, the number of frames, the length and the resolution that the index says', () => {
    expect(capture.break).toBeUndefined();
    expect(capture.interfaces.map(({ linkType }) => linkType)).toEqual(capture.interfaces.map(() => entry.linkType));
    expect(capture.frames.length).toBe(entry.frames);
    const times = capture.frames.map(({ timeMicros }) => timeMicros);
    expect(Math.abs((Math.max(...times) - Math.min(...times)) / 1e6 - entry.seconds)).toBeLessThan(0.06);
    expect(capture.frames.some(({ remainderNanos }) => remainderNanos > 0)).toBe(entry.resolution === 'nanoseconds');
  });

  // The walk through a frame starts at Ethernet; files of other link types have their own reader.
  if (entry.linkType !== LinkType.ethernet) return;

  test('every frame is whole, decodes, and is encoded to the same bytes', () => {
    capture.frames.forEach(({ bytes, originalLength }, i) => {
      const number = `frame ${i + 1}`;
      expect(bytes.length, number).toBe(originalLength);
      const frame = decodeFrame(bytes);
      if (frame instanceof DecodeError) throw new Error(`${number}: ${frame.clause} at ${frame.offset}: got ${frame.got}, want ${frame.want}`);
      expect(frameLength(frame), number).toBe(bytes.length);
      const w = new ByteWriter(new Uint8Array(bytes.length).fill(0xa5));
      encodeFrame(frame, w);
      expect(Buffer.from(w.bytes).toString('hex'), number).toBe(Buffer.from(bytes).toString('hex'));
    });
  });
});
