/**
 * What a kernel leaves to an adapter, done by us: checksums that are right, and long packets cut as an adapter cuts them. The law for both: whatever was long or not
 * finished comes out as frames in which the codecs find no error, with the same data in the same order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OFFLOAD_HEADER_LENGTH, withoutOffload } from '../../src/live/offload.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { decodeFrame, frameErrors, type Frame } from '../../src/wire/frame.js';
import { internetChecksum, partialChecksum } from '../../src/wire/internet-checksum.js';
import type { TcpSegment } from '../../src/wire/tcp.js';

const [SOURCE, DESTINATION] = [0x0a000001, 0x0a000002];
const IP = 14;
const TRANSPORT = 34;
const TCP = 6;
const UDP = 17;

interface Offer { readonly protocol: number; readonly data: Uint8Array; readonly options?: number; readonly size?: number; readonly tcpFlags?: number; readonly isFinished?: boolean }

/** As a socket makes it: the header of the packet socket, Ethernet, IPv4 with a right checksum, UDP or TCP with the pseudo header's. */
function offered({ protocol, data, options = 0, size = 0, tcpFlags = 0x10, isFinished = false }: Offer): Uint8Array {
  const headers = protocol === TCP ? 20 + options : 8;
  const bytes = new Uint8Array(OFFLOAD_HEADER_LENGTH + TRANSPORT + headers + data.length);
  const head = new DataView(bytes.buffer);
  bytes[0] = isFinished ? 0 : 1;
  bytes[1] = size === 0 ? 0 : protocol === TCP ? 1 : 5;
  head.setUint16(4, size, true);
  head.setUint16(6, TRANSPORT, true);
  head.setUint16(8, protocol === TCP ? 16 : 6, true);
  const frame = bytes.subarray(OFFLOAD_HEADER_LENGTH);
  const view = new DataView(bytes.buffer, OFFLOAD_HEADER_LENGTH);
  frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0]);
  view.setUint16(IP + 2, frame.length - IP);
  view.setUint16(IP + 4, 0xfffe);
  frame[IP + 8] = 64;
  frame[IP + 9] = protocol;
  view.setUint32(IP + 12, SOURCE);
  view.setUint32(IP + 16, DESTINATION);
  view.setUint16(IP + 10, internetChecksum(frame, IP, TRANSPORT));
  view.setUint16(TRANSPORT, 1000);
  view.setUint16(TRANSPORT + 2, 2000);
  if (protocol === TCP) {
    view.setUint32(TRANSPORT + 4, 0xffff_fff0);
    frame[TRANSPORT + 12] = (20 + options) << 2;
    frame[TRANSPORT + 13] = tcpFlags;
    frame.fill(1, TRANSPORT + 20, TRANSPORT + 20 + options);
  } else view.setUint16(TRANSPORT + 4, 8 + data.length);
  frame.set(data, TRANSPORT + headers);
  const field = TRANSPORT + (protocol === TCP ? 16 : 6);
  view.setUint16(field, partialChecksum(SOURCE, DESTINATION, protocol, headers + data.length));
  if (isFinished) view.setUint16(field, internetChecksum(frame, TRANSPORT, frame.length) || 0xffff);
  return bytes;
}

function taken(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  withoutOffload(bytes, (each) => {
    const frame = decodeFrame(each.slice());
    if (frame instanceof DecodeError) throw new Error(frame.code);
    expect(frameErrors(frame)).toEqual([]);
    frames.push(frame);
  });
  return frames;
}

/** Of a TCP segment whose checksum is finished. */
function segmentOf(frame: Frame): TcpSegment {
  const payload = frame.payload.kind === 'ipv4' ? frame.payload.packet.payload : undefined;
  if (payload?.kind !== 'tcp' || payload.tcp.isChecksumPartial) throw new Error('no TCP segment with a right checksum');
  return payload.tcp;
}

const data = fc.uint8Array({ minLength: 1, maxLength: 5000 });

describe('what was left to the adapter', () => {
  it.each([['TCP', TCP], ['UDP', UDP]])('%s: the checksum', (_name, protocol) => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 1460 }), (payload) => {
      const bytes = offered({ protocol, data: payload });
      const wanted = offered({ protocol, data: payload, isFinished: true });
      const frames: Uint8Array[] = [];
      withoutOffload(bytes, (frame) => frames.push(frame.slice()));
      expect(frames).toEqual([wanted.subarray(OFFLOAD_HEADER_LENGTH)]);
    }));
  });

  it('a frame to which nothing is left goes on as it came', () => {
    const bytes = offered({ protocol: UDP, data: Uint8Array.of(1, 2, 3), isFinished: true });
    const before = bytes.slice(OFFLOAD_HEADER_LENGTH);
    withoutOffload(bytes, (frame) => expect(frame).toEqual(before));
  });

  it('TCP: segments of the size, numbered on, with the marks of the first and the last where they belong', () => {
    fc.assert(fc.property(data, fc.integer({ min: 1, max: 1460 }), fc.integer({ min: 0, max: 10 }), (payload, size, words) => {
      const frames = taken(offered({ protocol: TCP, data: payload, options: 4 * words, size, tcpFlags: 0x10 | 0x08 | 0x01 | 0x80 }));
      expect(frames).toHaveLength(Math.ceil(payload.length / size));
      const parts = frames.map(segmentOf);
      expect(Buffer.concat(parts.map((part) => part.payload))).toEqual(Buffer.from(payload));
      parts.forEach(({ sequence, flags }, i) => {
        expect(sequence >>> 0).toBe((0xffff_fff0 + i * size) >>> 0);
        expect(flags).toBe(0x10 | (i === parts.length - 1 ? 0x09 : 0) | (i === 0 ? 0x80 : 0));
      });
    }), { numRuns: 60 });
  });

  it('UDP: datagrams of the size', () => {
    fc.assert(fc.property(data, fc.integer({ min: 1, max: 1460 }), (payload, size) => {
      const parts: Buffer[] = [];
      for (const frame of taken(offered({ protocol: UDP, data: payload, size }))) {
        const datagram = frame.payload.kind === 'ipv4' && frame.payload.packet.payload.kind === 'udp' ? frame.payload.packet.payload.udp : undefined;
        expect([datagram?.hasChecksum, datagram?.isChecksumPartial]).toEqual([true, false]);
      }
      withoutOffload(offered({ protocol: UDP, data: payload, size }), (frame) => parts.push(Buffer.from(frame.subarray(TRANSPORT + 8))));
      expect(parts.map((part) => part.length)).toEqual(Array.from({ length: Math.ceil(payload.length / size) }, (_, i) => Math.min(size, payload.length - i * size)));
      expect(Buffer.concat(parts)).toEqual(Buffer.from(payload));
    }), { numRuns: 60 });
  });

  it('whatever else comes does not stop it', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: OFFLOAD_HEADER_LENGTH, maxLength: 200 }), (bytes) => withoutOffload(bytes, () => undefined)), { numRuns: 2000 });
    const damaged = fc.tuple(fc.integer({ min: 0, max: 70 }), fc.nat(255));
    fc.assert(fc.property(fc.array(damaged, { maxLength: 6 }), fc.constantFrom(TCP, UDP), (changes, protocol) => {
      const bytes = offered({ protocol, data: new Uint8Array(100), size: 30 });
      for (const [at, value] of changes) bytes[at] = value;
      withoutOffload(bytes, () => undefined);
    }), { numRuns: 2000 });
  });

  it('whatever the header and the frame say, it ends with frames and throws nothing', () => {
    const damage = fc.array(fc.tuple(fc.nat(OFFLOAD_HEADER_LENGTH + TRANSPORT + 20), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const offer = fc.record({ protocol: fc.constantFrom(TCP, UDP), data: fc.uint8Array({ maxLength: 300 }), size: fc.integer({ min: 0, max: 200 }) });
    fc.assert(fc.property(offer, damage, fc.nat(400), (made, changes, length) => {
      const bytes = offered(made).subarray(0, Math.max(OFFLOAD_HEADER_LENGTH, length));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      let frames = 0;
      withoutOffload(bytes, () => void frames++);
      expect(frames).toBeGreaterThan(0);
    }), { numRuns: 20_000 });
  });
});
