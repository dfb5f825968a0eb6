/** Proves the laws of TCP and its options, and MD5 signatures against those of Linux. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/wire/bytes.js';
import type { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import {
  TcpFlag, TcpMaximumSegmentSize, TcpMd5Signature, TcpNoOperation, TcpOtherOption, TcpSack, TcpSackPermitted, TcpSegment, TcpTimestamps,
  TcpWindowScale, decodeTcp, encodeTcp, tcpHeaderLength, tcpLength, tcpMd5Digest,
} from '../../src/wire/tcp.js';
import { encodeInto, instanceOf, octets, testCodecLaws, u16, u32, u8 } from './codec-laws.js';
import { packetsOf } from './fixture-packets.js';

const SOURCE = 0xc0a80103;
const DESTINATION = 0xc0a80104;
const option = fc.oneof(
  fc.constant(new TcpNoOperation()),
  instanceOf(() => new TcpMaximumSegmentSize(), { size: u16() }),
  instanceOf(() => new TcpWindowScale(), { shift: u8() }),
  fc.constant(new TcpSackPermitted()),
  instanceOf(() => new TcpSack(), { blocks: fc.array(fc.record({ left: u32(), right: u32() }), { minLength: 1, maxLength: 2 }) }),
  instanceOf(() => new TcpTimestamps(), { value: u32(), echoReply: u32() }),
  instanceOf(() => new TcpMd5Signature(), { digest: octets(16, 16) }),
  instanceOf(() => new TcpOtherOption(), { code: fc.constantFrom(6, 28, 34, 253), data: octets(6) }),
  // Known kinds with a length that they cannot have.
  instanceOf(() => new TcpOtherOption(), { code: fc.constantFrom(2, 3, 4, 8, 19), data: octets(7, 5) }),
);
const segment = instanceOf(() => new TcpSegment(), {
  sourcePort: u16(), destinationPort: u16(), sequence: u32(), acknowledgment: u32(), reserved: fc.integer({ min: 0, max: 7 }),
  flags: fc.integer({ min: 0, max: 0x1ff }), window: u16(), urgentPointer: u16(), options: fc.array(option, { maxLength: 4 }), payload: octets(20),
}).map((value) => {
  while (tcpHeaderLength(value) > 60) value.options.pop();
  value.optionPadding = new Uint8Array((4 - (tcpHeaderLength(value) & 3)) & 3);
  return value;
});
const codec = {
  length: tcpLength,
  encode: (value: TcpSegment, w: ByteWriter) => encodeTcp(value, SOURCE, DESTINATION, w),
  decode: (r: ByteReader) => decodeTcp(r, SOURCE, DESTINATION),
};

describe('TCP', () => {
  testCodecLaws({ ...codec, arbitrary: segment, isSelfDelimiting: false, isCovered: () => true });

  test('a checksum left to the adapter is read, kept and written', () => {
    fc.assert(fc.property(segment, (value) => {
      value.isChecksumPartial = true;
      expect(codec.decode(new ByteReader(encodeInto(codec, value, 0xa5)))).toEqual(value);
    }));
  });

  test('refusals name their field', () => {
    const good = encodeInto(codec, new TcpSegment(), 0);
    const short = good.slice();
    short[12] = 0x40;
    expect(codec.decode(new ByteReader(short))).toMatchObject({ code: 'length', offset: 12, got: 16 });
    const long = good.slice();
    long[12] = 0x60;
    expect(codec.decode(new ByteReader(long))).toMatchObject({ code: 'length', offset: 12, got: 24, want: '20-20' });
    const zero = Object.assign(new TcpSegment(), { optionPadding: new Uint8Array([3, 0, 0, 0]) });
    expect(codec.decode(new ByteReader(encodeInto(codec, zero, 0)))).toMatchObject({ code: 'length', offset: 21, got: 0, want: '2-4' });
  });

  test('the signatures of Linux are those of section 2.0 of RFC 2385', () => {
    const key = new TextEncoder().encode('takeover');
    let signed = 0;
    for (const { header, payload } of packetsOf('linux-tcp-stp.pcap')) {
      if (payload.kind !== 'tcp') continue;
      const signature = payload.tcp.options.find((each) => each.kind === 'md5-signature');
      if (signature === undefined) continue;
      expect(tcpMd5Digest(payload.tcp, header.source, header.destination, key)).toEqual(Uint8Array.from(signature.digest));
      expect(tcpMd5Digest(payload.tcp, header.source, header.destination, key.subarray(1))).not.toEqual(Uint8Array.from(signature.digest));
      signed++;
    }
    expect(signed).toBeGreaterThan(8);
  });

  test('the first segment of a Linux connection', () => {
    const first = packetsOf('linux-tcp-stp.pcap')[0].payload;
    expect(first).toMatchObject({ kind: 'tcp', tcp: { flags: TcpFlag.syn, window: 64240, options: [{ size: 1460 }, { kind: 'sack-permitted' }, { kind: 'timestamps', echoReply: 0 }, {}, { shift: 10 }] } });
  });
});

test('decodeTcp gives an error for less than a header', () => {
  expect(codec.decode(new ByteReader(new Uint8Array(19)))).toBeInstanceOf(DecodeError);
});
