/** Proves that fragments in any order, doubled and overlapping, give the datagram, and that memory is bounded whatever comes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { decodeIpv4Packet } from '../../src/wire/ipv4-packet.js';
import { Ipv4Reassembly } from '../../src/wire/ipv4-reassembly.js';
import { Ipv4Header, decodeIpv4Header, encodeIpv4Header, isIpv4FragmentAt } from '../../src/wire/ipv4.js';
import { octets } from './codec-laws.js';

const SECOND = 1_000_000;

function packet(fields: Partial<Ipv4Header>, payload: Uint8Array): Uint8Array {
  const header = Object.assign(new Ipv4Header(), { timeToLive: 9, protocol: 17, source: 1, destination: 2 }, fields);
  header.totalLength = 20 + header.options.length + payload.length;
  const bytes = new Uint8Array(header.totalLength);
  const w = new ByteWriter(bytes);
  encodeIpv4Header(header, w);
  w.raw(payload);
  return bytes;
}

/** The bytes from..to of `payload` as a fragment; `from` a multiple of 8. */
function fragment(identification: number, payload: Uint8Array, from: number, to: number): Uint8Array {
  return packet({ identification, fragmentOffset: from / 8, flags: to < payload.length ? 1 : 0 }, payload.subarray(from, to));
}

describe('reassembly', () => {
  test('fragments in any order, some of them twice, some overlapping, give the datagram once', () => {
    const cuts = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })), { maxLength: 6 });
    fc.assert(fc.property(octets(400, 17), fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { maxLength: 6 }), cuts, fc.infiniteStream(fc.nat()), (payload, points, extra, order) => {
      const blocks = Math.ceil(payload.length / 8);
      const inside = points.filter((point) => point * 8 < payload.length).sort((a, b) => a - b);
      const bounds = [0, ...inside, blocks];
      const pieces = bounds.slice(0, -1).map((from, i): [number, number] => [from * 8, Math.min(bounds[i + 1] * 8, payload.length)]);
      for (const [a, b] of extra) {
        const [from, to] = [Math.min(a, b) % blocks, Math.min(Math.max(a, b), blocks)];
        if (from < to) pieces.push([from * 8, Math.min(to * 8, payload.length)]);
      }
      const shuffled = pieces.map((piece) => ({ piece, key: order.next().value as number })).sort((a, b) => a.key - b.key);
      const reassembly = new Ipv4Reassembly();
      const whole: Uint8Array[] = [];
      for (const { piece: [from, to] } of shuffled) {
        const result = reassembly.add(0, fragment(7, payload, from, to));
        if (result instanceof DecodeError) throw new Error(`refused ${result.code}`);
        if (result !== undefined) whole.push(result);
      }
      expect(whole.length).toBeGreaterThanOrEqual(1);
      for (const datagram of whole) expect(datagram).toEqual(packet({ identification: 7 }, payload));
    }));
  });

  test('where fragments differ the later one counts', () => {
    const first = new Uint8Array(24).fill(1);
    const second = new Uint8Array(24).fill(2);
    const third = new Uint8Array(40).fill(3);
    const reassembly = new Ipv4Reassembly();
    expect(reassembly.add(0, fragment(1, new Uint8Array(40), 32, 40))).toBeUndefined();
    expect(reassembly.add(0, packet({ identification: 1, fragmentOffset: 1, flags: 1 }, second))).toBeUndefined();
    expect(reassembly.add(0, packet({ identification: 1, fragmentOffset: 2, flags: 1 }, third.subarray(0, 8)))).toBeUndefined();
    const whole = reassembly.add(0, packet({ identification: 1, flags: 1 }, first.subarray(0, 16)));
    expect([...(whole as Uint8Array).subarray(20)]).toEqual([...Array(16).fill(1), ...Array(8).fill(3), ...Array(8).fill(2), ...Array(8).fill(0)]);
  });

  test('a packet that is whole passes; source, destination, protocol and identification tell datagrams apart', () => {
    const reassembly = new Ipv4Reassembly();
    const whole = packet({}, new Uint8Array([1, 2, 3]));
    expect(reassembly.add(0, whole)).toEqual(whole);
    for (const fields of [{ source: 9 }, { destination: 9 }, { protocol: 9 }, { identification: 9 }]) {
      expect(reassembly.add(0, packet({ flags: 1 }, new Uint8Array(8)))).toBeUndefined();
      expect(reassembly.add(0, packet({ fragmentOffset: 1, ...fields }, new Uint8Array(8)))).toBeUndefined();
    }
    expect(reassembly.pending).toBe(5);
    expect(reassembly.add(0, packet({ fragmentOffset: 1 }, new Uint8Array(8)))).toBeInstanceOf(Uint8Array);
  });

  test('options are those of the first fragment', () => {
    const options = new Uint8Array([0x94, 4, 0, 0]);
    const reassembly = new Ipv4Reassembly();
    reassembly.add(0, packet({ fragmentOffset: 1 }, new Uint8Array(3).fill(5)));
    const lent = Buffer.from(packet({ flags: 1, options, identification: 8 }, new Uint8Array(8)));
    reassembly.add(0, lent);
    lent.fill(0xee); // what is kept is copied, from a Node Buffer too
    expect(reassembly.add(0, packet({ fragmentOffset: 1, identification: 8 }, new Uint8Array(8)))).toEqual(packet({ options, identification: 8 }, new Uint8Array(16)));
    expect(reassembly.add(0, packet({ flags: 1, options }, new Uint8Array(8)))).toEqual(packet({ options }, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5])));
  });

  test('a datagram is given up after its time, counted from its first fragment', () => {
    const reassembly = new Ipv4Reassembly({ timeoutMicros: 30 * SECOND });
    reassembly.add(0, packet({ flags: 1 }, new Uint8Array(8)));
    reassembly.add(29 * SECOND, packet({ flags: 1, fragmentOffset: 1 }, new Uint8Array(8)));
    reassembly.expire(30 * SECOND - 1);
    expect(reassembly.pending).toBe(1);
    expect(reassembly.add(30 * SECOND, packet({ fragmentOffset: 2 }, new Uint8Array(8)))).toBeUndefined();
    expect([reassembly.abandoned, reassembly.pending]).toEqual([1, 1]);
  });

  test('fragments that make no sense are refused and change nothing', () => {
    const reassembly = new Ipv4Reassembly();
    const refused = (fields: Partial<Ipv4Header>, length: number) => reassembly.add(0, packet(fields, new Uint8Array(length)));
    expect(refused({ flags: 1 }, 7)).toMatchObject({ code: 'length', clause: '[791:3.2]', got: 7 });
    expect(refused({ flags: 1, fragmentOffset: 3 }, 0)).toMatchObject({ code: 'length', got: 0 });
    expect(refused({ fragmentOffset: 0x1fff }, 100)).toMatchObject({ code: 'length', clause: '[791:3.1]' });
    expect(reassembly.pending).toBe(0);
    expect(refused({ fragmentOffset: 2 }, 8)).toBeUndefined();
    expect(refused({ fragmentOffset: 2 }, 16)).toMatchObject({ clause: '[815:3]', got: 32, want: expect.stringContaining('24') as string });
    expect(refused({ flags: 1, fragmentOffset: 3 }, 8)).toMatchObject({ clause: '[815:3]' });
    expect(refused({ flags: 1 }, 16)).toBeInstanceOf(Uint8Array);
    expect(reassembly.add(0, new Uint8Array(5))).toBeInstanceOf(DecodeError);
  });

  test('memory is bounded whatever comes', () => {
    const limits = { datagrams: 10, bytes: 100_000 };
    const any = fc.record({ identification: fc.nat({ max: 40 }), fragmentOffset: fc.nat({ max: 8191 }), flags: fc.constantFrom(0, 1), length: fc.nat({ max: 300 }) });
    fc.assert(fc.property(fc.array(any, { maxLength: 120 }), (fragments) => {
      const reassembly = new Ipv4Reassembly(limits);
      for (const [at, { length, ...fields }] of fragments.entries()) {
        reassembly.add(at, packet(fields, new Uint8Array(length * 8)));
        if (reassembly.pending > 10 || reassembly.memory > 100_000) return false;
      }
      reassembly.expire(Infinity);
      return reassembly.pending === 0 && reassembly.memory === 0;
    }));
  });

  test('what Linux fragmented is the datagram that it sent: its checksum is right', () => {
    const capture = readCapture(readFileSync(new URL('../fixtures/captures/linux-stack.pcap', import.meta.url)));
    if (capture instanceof DecodeError) throw new Error('no capture');
    const reassembly = new Ipv4Reassembly();
    const whole: Uint8Array[] = [];
    for (const { bytes, timeMicros } of capture.frames) {
      const r = new ByteReader(bytes, 14);
      if (((bytes[12] << 8) | bytes[13]) !== 0x800 || decodeIpv4Header(r) instanceof DecodeError || !isIpv4FragmentAt(bytes, 14)) continue;
      const result = reassembly.add(timeMicros, bytes.subarray(14));
      if (result instanceof Uint8Array) whole.push(result);
    }
    expect(whole).toHaveLength(1);
    const datagram = decodeIpv4Packet(new ByteReader(whole[0]));
    if (datagram instanceof DecodeError) return expect.fail(datagram.code);
    expect(datagram.payload.kind).not.toBe('raw');
    expect(whole[0].length).toBeGreaterThan(1500);
  });
});
