/** Proves that our captures read back as written, are the same bytes each time, and that a broken file is used up to the break. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import type { Capture } from '../../src/capture/captured-frame.js';
import { LinkType } from '../../src/capture/captured-frame.js';
import { PcapngWriter, readPcapng } from '../../src/capture/pcapng.js';
import { DecodeError } from '../../src/wire/decode-error.js';

/** Writes into one array, as a file would hold it. */
function write(fill: (writer: PcapngWriter) => void): { file: Uint8Array; chunks: number } {
  const chunks: Uint8Array[] = [];
  const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
  fill(writer);
  writer.finish();
  return { file: new Uint8Array(Buffer.concat(chunks)), chunks: chunks.length };
}

function read(file: Uint8Array): Capture {
  const capture = readPcapng(file);
  if (capture instanceof DecodeError) throw new Error(`no capture: ${capture.code} at ${capture.offset}`);
  return capture;
}

const frame = fc.record({
  interfaceId: fc.integer({ min: 0, max: 2 }),
  timeMicros: fc.maxSafeNat(),
  bytes: fc.uint8Array({ maxLength: 90 }),
  direction: fc.constantFrom('inbound' as const, 'outbound' as const),
});

describe('the writer', () => {
  test('what was written reads back, frames, times, names and directions', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 3, maxLength: 3 }), fc.array(frame, { maxLength: 20 }), (names, frames) => {
      const { file } = write((writer) => {
        for (const [id, name] of names.entries()) expect(writer.addInterface(name, LinkType.ethernet, 0)).toBe(id);
        for (const { interfaceId, timeMicros, bytes, direction } of frames) writer.writeFrame(interfaceId, timeMicros, bytes, direction);
      });
      const capture = read(file);
      expect(capture.break).toBeUndefined();
      expect(capture.interfaces.map(({ name, linkType, snapLength }) => ({ name, linkType, snapLength }))).toEqual(
        names.map((name) => ({ name: new TextDecoder().decode(new TextEncoder().encode(name)), linkType: 1, snapLength: 0 })),
      );
      expect(capture.frames.map((got) => ({ ...got }))).toEqual(
        frames.map((want) => ({ ...want, originalLength: want.bytes.length, remainderNanos: 0 })),
      );
    }));
  });

  test('the whole file, byte by byte: nothing in it comes from the machine or the day', () => {
    const { file } = write((writer) => {
      writer.addInterface('a:eth0', LinkType.ethernet, 0);
      writer.writeFrame(0, 0x1_0000_0002, new Uint8Array([1, 2, 3, 4, 5]), 'outbound');
    });
    expect(Buffer.from(file).toString('hex').match(/.{8}/g)).toEqual([
      '0a0d0d0a', '2c000000', '4d3c2b1a', '01000000', 'ffffffff', 'ffffffff', '04000800', '6661696c', '6f766572', '00000000', '2c000000',
      '01000000', '2c000000', '01000000', '00000000', '02000600', '613a6574', '68300000', '09000100', '06000000', '00000000', '2c000000',
      '06000000', '34000000', '00000000', '01000000', '02000000', '05000000', '05000000', '01020304', '05000000',
      '02000400', '02000000', '00000000', '34000000',
    ]);
  });

  test('a frame longer than the snap length is cut and keeps its length', () => {
    const { file } = write((writer) => {
      writer.addInterface('cut', LinkType.ethernet, 5);
      writer.writeFrame(0, 1, new Uint8Array([1, 2, 3, 4, 5, 6, 7]), 'inbound');
    });
    expect(read(file).frames[0]).toMatchObject({ bytes: new Uint8Array([1, 2, 3, 4, 5]), originalLength: 7 });
    expect(read(file).interfaces[0].snapLength).toBe(5);
  });

  test('chunks are full, however many frames there are, and one frame may be larger than a chunk', () => {
    const small = new Uint8Array(100).fill(7);
    const large = new Uint8Array(700_001).fill(9);
    const { file, chunks } = write((writer) => {
      writer.addInterface('x', LinkType.ethernet, 0);
      for (let i = 0; i < 5000; i++) writer.writeFrame(0, i, small, 'inbound');
      writer.writeFrame(0, 5000, large, 'outbound');
      for (let i = 5001; i < 6000; i++) writer.writeFrame(0, i, small, 'inbound');
    });
    const { frames, break: broken } = read(file);
    expect(broken).toBeUndefined();
    expect(frames.map(({ timeMicros }) => timeMicros)).toEqual(Array.from({ length: 6000 }, (_, i) => i));
    expect(frames.every(({ bytes }, i) => Buffer.compare(bytes, i === 5000 ? large : small) === 0)).toBe(true);
    expect(chunks).toBeLessThan(8);
  });

  test('padding is zero also where an earlier chunk left other bytes', () => {
    const odd = new Uint8Array(101).fill(0xff);
    const { file, chunks } = write((writer) => {
      writer.addInterface('x', LinkType.ethernet, 0);
      for (let i = 0; i < 6000; i++) writer.writeFrame(0, i, i % 2 ? odd : odd.subarray(0, 98), 'inbound');
    });
    expect(chunks).toBeGreaterThan(2);
    for (const { bytes } of read(file).frames) {
      const at = bytes.byteOffset + bytes.length;
      for (let i = 0; i < (4 - (bytes.length % 4)) % 4; i++) if (file[at + i] !== 0) expect.fail(`dirty padding at ${at + i}`);
    }
  });

  test('an interface that was not added, and a finished capture, are our own bugs', () => {
    expect(() => write((writer) => writer.writeFrame(0, 0, new Uint8Array(1), 'inbound'))).toThrow('not added');
    const writer = new PcapngWriter(() => undefined);
    writer.finish();
    expect(() => writer.addInterface('late', 1, 0)).toThrow('finished');
  });
});

describe('the reader', () => {
  const { file } = write((writer) => {
    writer.addInterface('a', LinkType.ethernet, 0);
    for (let i = 0; i < 5; i++) writer.writeFrame(0, i, new Uint8Array(10 + i).fill(i), 'inbound');
  });

  test('a file cut anywhere gives the frames before the cut, and says where it broke', () => {
    const { frames: all } = read(file);
    const ends = all.map(({ bytes }) => bytes.byteOffset - file.byteOffset + ((bytes.length + 3) & ~3) + 16);
    expect(ends.at(-1)).toBe(file.length);
    for (let length = 12; length < file.length; length++) {
      const { frames, break: broken } = read(file.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect(frames).toEqual(all.slice(0, whole));
      const isBoundary = length === 44 || length === 44 + 40 || ends.includes(length);
      if (isBoundary) expect(broken).toBeUndefined();
      else expect(broken).toMatchObject({ code: 'truncated' });
      if (broken !== undefined && whole > 0) expect(broken.offset).toBe(ends[whole - 1]);
    }
  });

  test('damaged and random bytes never throw', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }), (changes) => {
      const damaged = file.slice();
      for (const [at, value] of changes) damaged[4 + (at % (file.length - 4))] = value;
      readPcapng(damaged);
    }), { numRuns: 2000 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      readCapture(bytes);
      readCapture(Uint8Array.from([0x0a, 0x0d, 0x0d, 0x0a, ...bytes]));
    }), { numRuns: 1000 });
  });

  test('the other byte order, other resolutions, an offset, other blocks and a second section', () => {
    const block = (type: number, body: number[]): number[] => [...u32(type), ...u32(body.length + 12), ...body, ...u32(body.length + 12)];
    const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
    const section = block(0x0a0d0d0a, [...u32(0x1a2b3c4d), 0, 1, 0, 0, ...u32(0xffffffff), ...u32(0xffffffff)]);
    const nanoseconds = block(1, [0, 1, 0, 0, ...u32(0), 0, 9, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0]);
    const binary = block(1, [0, 1, 0, 0, ...u32(0), 0, 9, 0, 1, 0x80 | 10, 0, 0, 0, 0, 14, 0, 8, ...u32(0), ...u32(100), 0, 0, 0, 0]);
    const packet = (id: number, units: number): number[] => block(6, [...u32(id), ...u32(0), ...u32(units), ...u32(3), ...u32(9), 1, 2, 3, 0]);
    const unknown = block(0x0bad, [1, 2, 3, 4]);
    const simple = block(3, [...u32(2), 8, 9, 0, 0]);
    const whole = [...section, ...nanoseconds, ...unknown, ...binary, ...packet(0, 1_234_567), ...packet(1, 1024 + 512), ...section, ...nanoseconds, ...packet(0, 1), ...simple];
    const { frames, interfaces, break: broken } = read(Uint8Array.from(whole));
    expect(broken).toBeUndefined();
    expect(interfaces).toHaveLength(3);
    expect(frames.map(({ interfaceId, timeMicros, remainderNanos }) => [interfaceId, timeMicros, remainderNanos])).toEqual([
      [0, 1234, 567], [1, 101_500_000, 0], [2, 0, 1], [2, 0, 0],
    ]);
    expect(frames[0]).toMatchObject({ bytes: new Uint8Array([1, 2, 3]), originalLength: 9, direction: 'unknown' });
    expect(frames[3].bytes).toEqual(new Uint8Array([8, 9]));
  });

  test('a packet of an interface that the file does not have ends the reading there', () => {
    const { file: good } = write((writer) => writer.addInterface('a', 1, 0));
    const stray = new Uint8Array(good.length + 32);
    stray.set(good);
    new Uint32Array(stray.buffer, good.length).set([6, 32, 7, 0, 0, 0, 0, 32]);
    expect(read(stray).break).toMatchObject({ code: 'value', offset: good.length + 8, got: 7 });
  });

  test('something else is no capture', () => {
    const text = readFileSync(new URL('../fixtures/captures/README.md', import.meta.url));
    expect(readCapture(text)).toMatchObject({ code: 'value', offset: 0 });
    expect(readCapture(new Uint8Array(3))).toMatchObject({ code: 'truncated' });
  });
});
