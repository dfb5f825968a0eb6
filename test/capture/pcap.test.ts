/** Proves that classic pcap reads in all four forms, reads back what was written, and is used up to a break. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../src/capture/captured-frame.js';
import { encodePcapHeader, encodePcapRecord, readPcap } from '../../src/capture/pcap.js';
import { DecodeError } from '../../src/wire/decode-error.js';

function read(file: Uint8Array): Capture {
  const capture = readPcap(file);
  if (capture instanceof DecodeError) throw new Error(`no capture: ${capture.code} at ${capture.offset}`);
  return capture;
}

describe('classic pcap', () => {
  test.each([
    ['microseconds, little-endian', true, 0xa1b2c3d4, [5_000_123, 0]],
    ['microseconds, big-endian', false, 0xa1b2c3d4, [5_000_123, 0]],
    ['nanoseconds, little-endian', true, 0xa1b23c4d, [5_000_000, 123]],
    ['nanoseconds, big-endian', false, 0xa1b23c4d, [5_000_000, 123]],
  ] as const)('%s', (_, isLittleEndian, magic, [micros, nanos]) => {
    const file = new Uint8Array(24 + 16 + 3).fill(0xee);
    const view = new DataView(file.buffer);
    view.setUint32(0, magic, isLittleEndian);
    view.setUint16(4, 2, isLittleEndian);
    view.setUint16(6, 4, isLittleEndian);
    view.setUint32(16, 65535, isLittleEndian);
    view.setUint32(20, 0xf0000001, isLittleEndian);
    for (const [at, value] of [[24, 5], [28, 123], [32, 3], [36, 60]]) view.setUint32(at, value, isLittleEndian);
    const capture = read(file);
    expect(capture.interfaces).toEqual([{ name: '', linkType: 1, snapLength: 65535 }]);
    expect(capture.break).toBeUndefined();
    expect(capture.frames.map((frame) => ({ ...frame }))).toEqual([{
      interfaceId: 0, timeMicros: micros, remainderNanos: nanos, bytes: new Uint8Array([0xee, 0xee, 0xee]), originalLength: 60, direction: 'unknown',
    }]);
  });

  test('what was written reads back', () => {
    const frames = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 32 * 1e6 - 1 }), fc.uint8Array({ maxLength: 50 })), { maxLength: 10 });
    fc.assert(fc.property(frames, (wanted) => {
      const file = new Uint8Array(Buffer.concat([encodePcapHeader(1), ...wanted.map(([time, bytes]) => encodePcapRecord(time, bytes))]));
      expect(read(file).frames.map(({ timeMicros, bytes }) => [timeMicros, bytes])).toEqual(wanted);
    }));
  });

  test('a real capture written again is the same file', () => {
    const file = readFileSync(new URL('../fixtures/captures/frr-ctc1.pcap', import.meta.url));
    const { frames, interfaces } = read(file);
    const again = Buffer.concat([
      encodePcapHeader(interfaces[0].linkType, interfaces[0].snapLength),
      ...frames.map(({ timeMicros, bytes, originalLength }) => encodePcapRecord(timeMicros, bytes, originalLength)),
    ]);
    expect(Buffer.compare(again, file)).toBe(0);
  });

  test('a file cut anywhere gives the frames before the cut, and says where it broke', () => {
    const file = readFileSync(new URL('../fixtures/captures/linux-arp.pcap', import.meta.url));
    const { frames: all } = read(file);
    let end = 24;
    const ends = all.map(({ bytes }) => (end += 16 + bytes.length));
    for (let length = 24; length < file.length; length++) {
      const { frames, break: broken } = read(file.subarray(0, length));
      const whole = ends.filter((recordEnd) => recordEnd <= length).length;
      expect(frames).toHaveLength(whole);
      const boundary = whole === 0 ? 24 : ends[whole - 1];
      if (length === boundary) expect(broken).toBeUndefined();
      else expect(broken).toMatchObject({ code: 'truncated', offset: boundary });
    }
    expect(readPcap(file.subarray(0, 23))).toBeInstanceOf(DecodeError);
  });

  test('damaged and random bytes never throw', () => {
    const file = readFileSync(new URL('../fixtures/captures/linux-arp.pcap', import.meta.url));
    fc.assert(fc.property(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
      const damaged = file.slice();
      damaged[at] = value;
      readPcap(damaged);
    }), { numRuns: 2000 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void readPcap(bytes)));
  });
});
