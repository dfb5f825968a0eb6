/** Proves the laws of IPv4, ICMP, IGMP and UDP, and the in-place functions against the codec. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { IcmpMessage } from '../../src/wire/icmp.js';
import { decodeEmbeddedPacket } from '../../src/wire/icmp-embedded.js';
import {
  IcmpAddressMask, IcmpEcho, IcmpError, IcmpOther, IcmpParameterProblem, IcmpRedirect, IcmpRouterAdvertisement, IcmpRouterSolicitation,
  IcmpTimestamp, IcmpType, decodeIcmp, encodeIcmp, icmpLength,
} from '../../src/wire/icmp.js';
import type { IgmpMessage } from '../../src/wire/igmp.js';
import {
  GroupRecord, IgmpOther, IgmpType, IgmpVersion2Message, IgmpVersion3Query, IgmpVersion3Report, decodeIgmp, encodeIgmp, igmpCodeValue, igmpLength,
} from '../../src/wire/igmp.js';
import { internetChecksum, onesSum } from '../../src/wire/internet-checksum.js';
import {
  Ipv4Header, ROUTER_ALERT_OPTION, decodeEmbeddedIpv4Header, decodeIpv4Header, decrementTtl, encodeIpv4Header, ipv4DestinationOf, ipv4HeaderLength,
  ipv4HeaderLengthOf, ipv4PayloadLength, ipv4ProtocolOf, ipv4SourceOf, ipv4TimeToLiveOf, ipv4TotalLengthOf, isIpv4FragmentAt, isIpv4PacketAt,
} from '../../src/wire/ipv4.js';
import { UDP_HEADER_LENGTH, UdpDatagram, decodeUdp, encodeUdp, udpLength } from '../../src/wire/udp.js';
import { decodeGuarded, encodeInto, instanceOf, octets, i32, testCodecLaws, u16, u24, u32, u8 } from './codec-laws.js';

/** Header without payload, so that the bytes end where the header ends. */
const ipv4Header = instanceOf(() => new Ipv4Header(), {
  typeOfService: u8(), identification: u16(), flags: fc.integer({ min: 0, max: 7 }), fragmentOffset: fc.integer({ min: 0, max: 0x1fff }),
  timeToLive: u8(), protocol: u8(), source: u32(), destination: u32(),
  options: fc.integer({ min: 0, max: 10 }).chain((words) => octets(words * 4, words * 4)),
}).map((header) => Object.assign(header, { totalLength: ipv4HeaderLength(header) }));
const ipv4Codec = { length: ipv4HeaderLength, encode: encodeIpv4Header };

describe('the IPv4 header', () => {
  testCodecLaws({ ...ipv4Codec, arbitrary: ipv4Header, decode: decodeIpv4Header, isSelfDelimiting: true, isCovered: () => true });

  test('the in-place functions agree with the codec', () => {
    fc.assert(fc.property(ipv4Header, octets(8), (header, payload) => {
      header.totalLength += payload.length;
      const bytes = new Uint8Array(5 + header.totalLength);
      const w = new ByteWriter(bytes, 5);
      encodeIpv4Header(header, w);
      w.raw(payload);
      expect(isIpv4PacketAt(bytes, 5)).toBe(true);
      expect(ipv4PayloadLength(header)).toBe(payload.length);
      expect(ipv4HeaderLengthOf(bytes, 5)).toBe(ipv4HeaderLength(header));
      expect(ipv4TotalLengthOf(bytes, 5)).toBe(header.totalLength);
      expect(ipv4TimeToLiveOf(bytes, 5)).toBe(header.timeToLive);
      expect(ipv4ProtocolOf(bytes, 5)).toBe(header.protocol);
      expect(ipv4SourceOf(bytes, 5)).toBe(header.source);
      expect(ipv4DestinationOf(bytes, 5)).toBe(header.destination);
      expect(isIpv4FragmentAt(bytes, 5)).toBe(header.fragmentOffset !== 0 || (header.flags & 1) !== 0);
    }));
  });

  test('isIpv4PacketAt says yes exactly where decoding does', () => {
    const damaged = fc.tuple(ipv4Header, fc.nat(), u8(), fc.nat({ max: 4 })).map(([header, at, value, cut]) => {
      const bytes = encodeInto(ipv4Codec, header, 0);
      bytes[at % bytes.length] = value;
      return bytes.subarray(0, bytes.length - cut);
    });
    fc.assert(fc.property(fc.oneof(damaged, octets(40)), (bytes) => {
      expect(isIpv4PacketAt(bytes, 0)).toBe(decodeIpv4Header(new ByteReader(bytes)) instanceof Ipv4Header);
    }), { numRuns: 1000 });
  });

  test('taking one from the TTL in place is the same as encoding anew', () => {
    fc.assert(fc.property(ipv4Header.filter((header) => header.timeToLive > 0), (header) => {
      const bytes = encodeInto(ipv4Codec, header, 0);
      expect(decrementTtl(bytes, 0)).toBe(header.timeToLive - 1);
      header.timeToLive--;
      expect(bytes).toEqual(encodeInto(ipv4Codec, header, 0));
    }), { numRuns: 2000 });
  });

  test('every TTL and every checksum, the corner of ones-complement zero too', () => {
    for (let identification = 0; identification < 0x10000; identification++) {
      const header = Object.assign(new Ipv4Header(), { identification, timeToLive: (identification & 0xff) || 1, protocol: 89 });
      const bytes = new Uint8Array(20);
      encodeIpv4Header(header, new ByteWriter(bytes));
      decrementTtl(bytes, 0);
      if (!isIpv4PacketAt(bytes, 0)) expect.fail(`identification ${identification}`);
    }
  });

  test('the header of a packet that was cut off inside an ICMP error is read all the same', () => {
    const header = Object.assign(new Ipv4Header(), { totalLength: 1500, timeToLive: 3 });
    const bytes = encodeInto(ipv4Codec, header, 0);
    expect(decodeIpv4Header(new ByteReader(bytes))).toMatchObject({ code: 'length', offset: 2, got: 1500 });
    expect(decodeEmbeddedIpv4Header(new ByteReader(bytes))).toEqual(header);
  });

  test('refusals name their field', () => {
    const good = encodeInto(ipv4Codec, new Ipv4Header(), 0);
    const version = good.slice();
    version[0] = 0x65;
    expect(decodeIpv4Header(new ByteReader(version))).toMatchObject({ code: 'version', offset: 0, got: 6, want: 4 });
    const checksum = good.slice();
    checksum[11] ^= 1;
    expect(decodeIpv4Header(new ByteReader(checksum))).toMatchObject({ code: 'checksum', offset: 10 });
    expect(decodeIpv4Header(new ByteReader(good, 0, 19))).toMatchObject({ code: 'truncated', got: 19, want: 20 });
  });
});

const KNOWN_ICMP: readonly number[] = Object.values(IcmpType);
const icmpMessage: fc.Arbitrary<IcmpMessage> = fc.oneof(
  instanceOf(() => new IcmpEcho(), {
    type: fc.constantFrom<number>(IcmpType.echoRequest, IcmpType.echoReply), code: u8(), identifier: u16(), sequence: u16(), payload: octets(30),
  }),
  instanceOf(() => new IcmpError(), {
    type: fc.constantFrom<number>(IcmpType.destinationUnreachable, IcmpType.timeExceeded, IcmpType.sourceQuench),
    code: u8(), unused: u16(), nextHopMtu: u16(), original: octets(40),
  }),
  instanceOf(() => new IcmpRedirect(), { code: u8(), gateway: u32(), original: octets(40) }),
  instanceOf(() => new IcmpParameterProblem(), { code: u8(), pointer: u8(), unused: u24(), original: octets(40) }),
  instanceOf(() => new IcmpTimestamp(), {
    type: fc.constantFrom<number>(IcmpType.timestamp, IcmpType.timestampReply), code: u8(), identifier: u16(), sequence: u16(),
    originate: u32(), receive: u32(), transmit: u32(), trailer: octets(6),
  }),
  instanceOf(() => new IcmpAddressMask(), {
    type: fc.constantFrom<number>(IcmpType.addressMaskRequest, IcmpType.addressMaskReply), code: u8(), identifier: u16(), sequence: u16(),
    mask: u32(), trailer: octets(6),
  }),
  instanceOf(() => new IcmpRouterAdvertisement(), {
    code: u8(), lifetimeSeconds: u16(), addresses: fc.array(fc.record({ address: u32(), preference: i32() }), { maxLength: 4 }), trailer: octets(6),
  }).map((m) => Object.assign(m, { addressCount: m.addresses.length })),
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 3, max: 4 })).chain(([addressCount, addressEntrySize]) =>
    instanceOf(() => new IcmpRouterAdvertisement(), { code: u8(), lifetimeSeconds: u16(), trailer: octets(60, addressCount * addressEntrySize * 4) })
      .map((m) => Object.assign(m, { addressCount, addressEntrySize }))),
  instanceOf(() => new IcmpRouterSolicitation(), { code: u8(), reserved: u32(), trailer: octets(6) }),
  instanceOf(() => new IcmpOther(), { type: u8().filter((type) => !KNOWN_ICMP.includes(type)), code: u8(), body: octets(20, 4) }),
);

describe('ICMP', () => {
  testCodecLaws({
    arbitrary: icmpMessage, length: icmpLength, encode: encodeIcmp, decode: decodeIcmp, isSelfDelimiting: false, isCovered: () => true,
  });

  test('the packet inside an error is read as far as it is there', () => {
    const inner = Object.assign(new Ipv4Header(), { totalLength: 48, timeToLive: 1, protocol: 17, source: 0x0a000001, destination: 0x0a000002, options: ROUTER_ALERT_OPTION });
    const whole = new Uint8Array(48);
    const w = new ByteWriter(whole);
    encodeIpv4Header(inner, w);
    for (const word of [4711, 33434, 24, 0]) w.u16(word);
    whole[8] = 0; // a TTL taken down without mending the checksum
    for (let length = 0; length <= whole.length; length++) {
      const packet = decodeEmbeddedPacket(whole.subarray(0, length));
      if (length < 24) {
        expect(packet).toBeInstanceOf(DecodeError);
        continue;
      }
      if (packet instanceof DecodeError) return expect.fail(`refused at ${length}`);
      expect(packet.header).toMatchObject({ totalLength: 48, timeToLive: 0, protocol: 17, source: 0x0a000001, destination: 0x0a000002 });
      expect(packet.payload).toHaveLength(length - 24);
      expect(packet.ports).toEqual(length < 28 ? undefined : { source: 4711, destination: 33434 });
      expect(packet.isWhole).toBe(length === 48);
      expect(packet.headerChecksum).toBe((whole[10] << 8) | whole[11]);
    }
  });

  test('the embedded packet of random bytes: a value or an error, never a throw', () => {
    fc.assert(fc.property(octets(70), fc.boolean(), (bytes, isFour) => {
      if (isFour && bytes.length > 0) bytes[0] = 0x40 | (bytes[0] & 15);
      decodeEmbeddedPacket(bytes);
    }), { numRuns: 1000 });
    const echo = new Uint8Array(28);
    encodeIpv4Header(Object.assign(new Ipv4Header(), { totalLength: 28, protocol: 1 }), new ByteWriter(echo));
    echo.set([8, 0, 0, 0, 1, 2, 3, 4], 20);
    expect(decodeEmbeddedPacket(echo)).toMatchObject({ echo: { type: 8, identifier: 0x102, sequence: 0x304 }, isWhole: true, ports: undefined });
  });
});

const groupRecord = instanceOf(() => new GroupRecord(), {
  type: u8(), group: u32(), sources: fc.array(u32(), { maxLength: 3 }), auxiliaryData: fc.constantFrom(0, 4, 8).chain((length) => octets(length, length)),
});
const igmpMessage: fc.Arbitrary<IgmpMessage> = fc.oneof(
  instanceOf(() => new IgmpVersion2Message(), {
    type: fc.constantFrom<number>(IgmpType.version1Report, IgmpType.version2Report, IgmpType.leave), maximumResponseTime: u8(), group: u32(),
    additionalData: octets(6),
  }),
  instanceOf(() => new IgmpVersion2Message(), { type: fc.constant<number>(IgmpType.query), maximumResponseTime: u8(), group: u32() }),
  instanceOf(() => new IgmpVersion3Query(), {
    maximumResponseCode: u8(), group: u32(), reserved: fc.integer({ min: 0, max: 15 }), isRouterProcessingSuppressed: fc.boolean(),
    robustness: fc.integer({ min: 0, max: 7 }), queryIntervalCode: u8(), sources: fc.array(u32(), { maxLength: 3 }), additionalData: octets(6),
  }),
  instanceOf(() => new IgmpVersion3Report(), {
    reserved1: u8(), reserved2: u16(), records: fc.array(groupRecord, { maxLength: 3 }), additionalData: octets(6),
  }),
  // Between the lengths of version 2 and 3: to be ignored.
  instanceOf(() => new IgmpOther(), { type: fc.constant<number>(IgmpType.query), code: u8(), body: octets(7, 5) }),
  instanceOf(() => new IgmpOther(), { type: fc.constantFrom(0x13, 0x30, 0xff), code: u8(), body: octets(16, 4) }),
);

describe('IGMP', () => {
  testCodecLaws({
    arbitrary: igmpMessage, length: igmpLength, encode: encodeIgmp, decode: decodeIgmp, isSelfDelimiting: false, isCovered: () => true,
  });

  test('codes of a version 3 query are what section 4.1.1 says', () => {
    expect([0, 100, 127, 128, 0x8f, 0x90, 0xff].map(igmpCodeValue)).toEqual([0, 100, 127, 128, 248, 256, 31744]);
  });

  test('cut short under a checksum that is right again, it is refused or is that shorter message', () => {
    let refused = 0;
    fc.assert(fc.property(igmpMessage, (message) => {
      const whole = encodeInto({ length: igmpLength, encode: encodeIgmp }, message, 0);
      for (let length = 8; length < whole.length; length++) {
        const bytes = whole.slice(0, length);
        bytes.fill(0, 2, 4);
        new ByteWriter(bytes, 2).u16(internetChecksum(bytes, 0, length));
        const decoded = decodeGuarded(decodeIgmp, bytes);
        if (decoded instanceof DecodeError) refused++;
        else expect(encodeInto({ length: igmpLength, encode: encodeIgmp }, decoded, 0xa5)).toEqual(bytes);
      }
    }));
    expect(refused).toBeGreaterThan(0);
  });
});

const SOURCE = 0xc0a80103;
const DESTINATION = 0xc0a801ff;
const datagram = instanceOf(() => new UdpDatagram(), {
  sourcePort: u16(), destinationPort: u16(), hasChecksum: fc.boolean(), payload: octets(30),
});

describe('UDP', () => {
  const codec = {
    length: udpLength,
    encode: (value: UdpDatagram, w: ByteWriter) => encodeUdp(value, SOURCE, DESTINATION, w),
    decode: (r: ByteReader) => decodeUdp(r, SOURCE, DESTINATION),
  };
  testCodecLaws({ ...codec, arbitrary: datagram, isSelfDelimiting: true });

  test('with a checksum, every flipped bit of ports, payload and checksum is found', () => {
    const summed = datagram.map((value) => Object.assign(value, { hasChecksum: true }));
    fc.assert(fc.property(summed, (value) => {
      const bytes = encodeInto(codec, value, 0);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const offset = bit >>> 3;
        if (offset === 4 || offset === 5) continue; // a shorter length leaves bytes out of the sum
        const flipped = bytes.slice();
        flipped[offset] ^= 1 << (bit & 7);
        if (flipped[6] === 0 && flipped[7] === 0) continue; // means: no checksum
        expect(codec.decode(new ByteReader(flipped)), `bit ${bit}`).toMatchObject({ code: 'checksum', offset: 6 });
      }
    }), { numRuns: 30 });
  });

  test('a checksum that comes out as zero is sent as 0xffff', () => {
    // Ones-complement: with these two payload bytes all the rest sums to 0xffff.
    const value = Object.assign(new UdpDatagram(), { sourcePort: 7, destinationPort: 9, payload: new Uint8Array(2) });
    const bytes = encodeInto(codec, value, 0);
    value.payload = bytes.slice(6, 8);
    const again = encodeInto(codec, value, 0);
    expect([again[6], again[7]]).toEqual([0xff, 0xff]);
    expect(codec.decode(new ByteReader(again))).toEqual(value);
    let sum = onesSum(again, 0, again.length, 0xc0a8 + 0x0103 + 0xc0a8 + 0x01ff + 17 + UDP_HEADER_LENGTH + 2);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    expect(sum).toBe(0xffff);
  });

  test('the checksum covers the addresses', () => {
    const bytes = encodeInto(codec, Object.assign(new UdpDatagram(), { payload: new Uint8Array([1]) }), 0);
    expect(decodeUdp(new ByteReader(bytes), SOURCE + 1, DESTINATION)).toBeInstanceOf(DecodeError);
    expect(decodeUdp(new ByteReader(bytes), SOURCE, DESTINATION - 1)).toBeInstanceOf(DecodeError);
  });
});
