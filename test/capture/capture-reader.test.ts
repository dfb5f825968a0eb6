/** Proves that a capture read in chunks is the capture read whole, in memory that does not grow with the file. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { readCapture } from '../../src/capture/capture.js';
import { encodePcapHeader, encodePcapRecord } from '../../src/capture/pcap.js';
import { TimestampScale } from '../../src/capture/timestamp.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { everyBlock, inOrder, pcapFile } from './capture-files.js';

interface Row { bytes: Uint8Array; timeMicros: number; remainderNanos: number; interfaceId: number; linkType: number; originalLength: number; direction: string; fileOffset: number }

function readChunks(chunks: readonly Uint8Array[]): { rows: Row[]; reader: CaptureReader } {
  const reader = new CaptureReader();
  const rows: Row[] = [];
  const drain = (): void => {
    while (reader.next()) {
      const { bytes, start, end, timeMicros, remainderNanos, interfaceId, linkType, originalLength, direction, fileOffset } = reader;
      rows.push({ bytes: bytes.slice(start, end), timeMicros, remainderNanos, interfaceId, linkType, originalLength, direction, fileOffset });
    }
  };
  for (const chunk of chunks) {
    const lent = chunk.slice();
    reader.push(lent);
    drain();
    lent.fill(0xdd); // borrowed until next() gives false
  }
  reader.finish();
  drain();
  return { rows, reader };
}

function cutInto(file: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < file.length; i++) {
    const size = sizes[i % sizes.length];
    chunks.push(file.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const FILES = [everyBlock(true), everyBlock(false), pcapFile(true, true), pcapFile(false, false),
  new Uint8Array(readFileSync(new URL('../fixtures/captures/frr-ctc1.pcap', import.meta.url)))];

describe('chunks', () => {
  test('of any size give the same frames, and the same break when the file is cut or damaged', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4000 })), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(fc.constantFrom(...FILES), sizes, fc.nat({ max: 60 }), fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 }))), (whole, chunkSizes, cut, change) => {
      const file = whole.slice(0, whole.length - Math.min(cut, 40));
      if (change) file[24 + (change[0] % (file.length - 24))] = change[1];
      const { rows, reader } = readChunks(cutInto(file, chunkSizes));
      const capture = readCapture(file);
      if (capture instanceof DecodeError) {
        expect(reader.error).toEqual(capture);
        return;
      }
      expect(reader.error).toBeUndefined();
      expect(reader.break).toEqual(capture.break);
      expect(reader.interfaces).toEqual(capture.interfaces);
      expect(rows.length).toBe(capture.frames.length);
      for (const [i, { fileOffset, linkType, ...row }] of rows.entries()) {
        const { ...frame } = capture.frames[i];
        expect(row).toEqual({ ...frame, bytes: frame.bytes.slice() });
        expect(linkType).toBe(capture.interfaces[row.interfaceId].linkType);
        expect(fileOffset).toBeLessThan(file.length);
      }
    }), { numRuns: 150 });
  });

  test('a frame says where in the file its record is', () => {
    const { rows } = readChunks(cutInto(pcapFile(true, false), [7]));
    expect(rows.map(({ fileOffset }) => fileOffset)).toEqual([24, 24 + 19, 24 + 19 + 21]);
  });

  test('no capture: named as soon as four bytes are there, and at the end when there are none', () => {
    const early = new CaptureReader();
    early.push(new TextEncoder().encode('GIF89a'));
    expect(early.next()).toBe(false);
    expect(early.error).toMatchObject({ code: 'value', offset: 0, got: '47494638' });
    const { reader } = readChunks([]);
    expect(reader.error).toMatchObject({ code: 'truncated', offset: 0, got: 0, want: 4 });
  });

  test('lengths of gigabytes are refused, not waited for', () => {
    const { u32, section } = inOrder(true);
    const claims: [Uint8Array, number][] = [
      [Uint8Array.from([...pcapFile(true, false).subarray(0, 24), ...u32(1), ...u32(2), ...u32(0xffffffff), ...u32(0xffffffff)]), 32],
      [Uint8Array.from([...section(), ...u32(6), ...u32(0xfffffffc), ...u32(0)]), 32],
    ];
    for (const [file, offset] of claims) {
      const reader = new CaptureReader();
      reader.push(file);
      expect(reader.next()).toBe(false);
      expect(reader.break).toMatchObject({ code: 'length', offset });
    }
  });

  test('300 MB go through, and the memory that is held stays below one megabyte', () => {
    const record = encodePcapRecord(1, new Uint8Array(1400).fill(7));
    const chunk = new Uint8Array(record.length * 50 + 333);
    for (let i = 0; i < 50; i++) chunk.set(record, i * record.length);
    const stream = chunk.subarray(0, record.length * 50);
    const reader = new CaptureReader();
    reader.push(encodePcapHeader(1));
    let frames = 0;
    let total = 0;
    let largest = 0;
    while (reader.next()) frames++;
    while (total < 300e6) {
      for (let at = 0; at < stream.length; at += 10_007) {
        reader.push(stream.subarray(at, at + 10_007));
        while (reader.next()) {
          frames++;
          if (reader.bytes.buffer !== chunk.buffer) largest = Math.max(largest, reader.bytes.buffer.byteLength);
        }
      }
      total += stream.length;
    }
    reader.finish();
    expect(reader.next()).toBe(false);
    expect(reader.break).toBeUndefined();
    expect(frames).toBe(total / record.length);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(1 << 20);
  });
});

describe('timestamps', () => {
  test('in every unit are what big integers say', () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(fc.property(fc.nat({ max: 255 }), fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n }), u32, u32, (resolution, offset, high, low) => {
      const scale = new TimestampScale(resolution, offset);
      scale.convert(high, low);
      const exponent = BigInt(resolution & 0x7f);
      const unitsPerSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
      const nanos = (((BigInt(high) << 32n) | BigInt(low)) * 1_000_000_000n) / unitsPerSecond + offset * 1_000_000_000n;
      const wantNanos = ((nanos % 1000n) + 1000n) % 1000n;
      const wantMicros = (nanos - wantNanos) / 1000n;
      if (wantMicros > 2n ** 53n || wantMicros < -(2n ** 53n)) return;
      expect([scale.micros, scale.nanos]).toEqual([Number(wantMicros), Number(wantNanos)]);
    }), { numRuns: 5000 });
  });
});
