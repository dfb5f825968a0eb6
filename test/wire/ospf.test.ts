/** Proves the laws of the OSPF header, the five bodies and the LSAs, and of whole packets. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { asExternalLsaLength, decodeAsExternalLsa, encodeAsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { databaseDescriptionLength, decodeDatabaseDescription, encodeDatabaseDescription } from '../../src/wire/ospf/database-description.js';
import { OspfPacket, RawLsa, hasLinkLocalSignaling, decodeOspfPacket, encodeOspfPacket, ospfPacketLength } from '../../src/wire/ospf/dissection.js';
import { isLsaChecksumValid, lsaChecksum } from '../../src/wire/ospf/fletcher-checksum.js';
import { decodeHello, encodeHello, helloLength } from '../../src/wire/ospf/hello.js';
import {
  decodeLinkStateAcknowledgment, encodeLinkStateAcknowledgment, linkStateAcknowledgmentLength,
} from '../../src/wire/ospf/link-state-acknowledgment.js';
import { decodeLinkStateRequest, encodeLinkStateRequest, linkStateRequestLength } from '../../src/wire/ospf/link-state-request.js';
import { LinkStateUpdate, decodeLinkStateUpdate, encodeLinkStateUpdate, linkStateUpdateLength } from '../../src/wire/ospf/link-state-update.js';
import { Lsa, decodeLsa, encodeLsa, lsaLength } from '../../src/wire/ospf/lsa.js';
import { LSA_HEADER_LENGTH, LsaHeader, decodeLsaHeader, encodeLsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { decodeNetworkLsa, encodeNetworkLsa, networkLsaLength } from '../../src/wire/ospf/network-lsa.js';
import { decodeRouterLsa, encodeRouterLsa, routerLsaLength } from '../../src/wire/ospf/router-lsa.js';
import { decodeSummaryLsa, encodeSummaryLsa, summaryLsaLength } from '../../src/wire/ospf/summary-lsa.js';
import { decodeGuarded, encodeInto, octets, testCodecLaws, u32 } from './codec-laws.js';
import * as values from './ospf-values.js';

const NONE = { type: 'none' } as const;

describe('Hello', () => testCodecLaws({
  arbitrary: values.hello, length: helloLength, encode: encodeHello, decode: decodeHello, isSelfDelimiting: false,
}));
describe('Database Description', () => testCodecLaws({
  arbitrary: values.databaseDescription, length: databaseDescriptionLength, encode: encodeDatabaseDescription,
  decode: decodeDatabaseDescription, isSelfDelimiting: false,
}));
describe('Link State Request', () => testCodecLaws({
  arbitrary: values.linkStateRequest, length: linkStateRequestLength, encode: encodeLinkStateRequest, decode: decodeLinkStateRequest,
  isSelfDelimiting: false,
}));
describe('Link State Update', () => testCodecLaws({
  arbitrary: fc.array(values.lsa, { maxLength: 3 }).map((lsas) => Object.assign(new LinkStateUpdate(), { lsas: lsas.map((lsa) => encodeInto(lsaCodec, lsa, 0)) })),
  length: linkStateUpdateLength, encode: encodeLinkStateUpdate, decode: decodeLinkStateUpdate, isSelfDelimiting: true,
}));
describe('Link State Acknowledgment', () => testCodecLaws({
  arbitrary: values.linkStateAcknowledgment, length: linkStateAcknowledgmentLength, encode: encodeLinkStateAcknowledgment,
  decode: decodeLinkStateAcknowledgment, isSelfDelimiting: false,
}));
describe('the LSA header', () => testCodecLaws({
  arbitrary: values.lsaHeader, length: () => LSA_HEADER_LENGTH, encode: encodeLsaHeader, decode: decodeLsaHeader, isSelfDelimiting: true,
}));
describe('the router-LSA body', () => testCodecLaws({
  arbitrary: values.routerLsa, length: routerLsaLength, encode: encodeRouterLsa, decode: decodeRouterLsa, isSelfDelimiting: true,
}));
describe('the network-LSA body', () => testCodecLaws({
  arbitrary: values.networkLsa, length: networkLsaLength, encode: encodeNetworkLsa, decode: decodeNetworkLsa, isSelfDelimiting: false,
}));
describe('the summary-LSA body', () => testCodecLaws({
  arbitrary: values.summaryLsa, length: summaryLsaLength, encode: encodeSummaryLsa, decode: decodeSummaryLsa, isSelfDelimiting: false,
}));
describe('the AS-external-LSA body', () => testCodecLaws({
  arbitrary: values.asExternalLsa, length: asExternalLsaLength, encode: encodeAsExternalLsa, decode: decodeAsExternalLsa, isSelfDelimiting: false,
}));

const lsaCodec = { length: lsaLength, encode: encodeLsa };

describe('a whole LSA', () => {
  testCodecLaws({
    ...lsaCodec, arbitrary: values.lsa, decode: (r) => {
      const lsa = decodeLsa(r.bytes, r.offset, r.end);
      if (lsa instanceof Lsa) r.skip(lsa.header.length);
      return lsa;
    },
    expected: (lsa, { header: { length, checksum } }) => new Lsa(Object.assign(new LsaHeader(), lsa.header, { length, checksum }), lsa.body),
    isSelfDelimiting: true,
    isCovered: (offset) => offset >= 2, // all but the age
  });

  test('damaged under a checksum that is right again, it is refused or encodes as it came', () => {
    fc.assert(fc.property(values.lsa, fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 30 }), (lsa, at, value, cut) => {
      const whole = encodeInto(lsaCodec, lsa, 0);
      const bytes = whole.slice(0, Math.max(LSA_HEADER_LENGTH, whole.length - cut));
      if (bytes.length > LSA_HEADER_LENGTH) bytes[LSA_HEADER_LENGTH + (at % (bytes.length - LSA_HEADER_LENGTH))] = value;
      new ByteWriter(bytes, 18).u16(bytes.length);
      new ByteWriter(bytes, 16).u16(lsaChecksum(bytes, 0, bytes.length));
      const decoded = decodeGuarded((r) => decodeLsa(r.bytes, r.offset, r.end), bytes);
      if (decoded instanceof Lsa) expect(encodeInto(lsaCodec, decoded, 0xa5)).toEqual(bytes);
      else expect(decoded.code).not.toBe('checksum');
    }), { numRuns: 2000 });
  });

  test('encoding computes length and checksum, whatever the header says', () => {
    fc.assert(fc.property(values.lsa, (lsa) => {
      const bytes = encodeInto(lsaCodec, lsa, 0);
      expect((bytes[18] << 8) | bytes[19]).toBe(bytes.length);
      expect(isLsaChecksumValid(bytes, 0, bytes.length)).toBe(true);
    }));
  });

  test('a foreign checksum that is right stays: 0 and 255 are the same to Fletcher', () => {
    let seen = 0;
    for (let linkStateId = 0; linkStateId < 3000; linkStateId++) {
      const header = Object.assign(new LsaHeader(), { lsType: 9, linkStateId });
      const bytes = encodeInto(lsaCodec, new Lsa(header, { kind: 'unknown', bytes: new Uint8Array(0) }), 0);
      if (bytes[16] !== 255 && bytes[17] !== 255) continue;
      const foreign = bytes.map((byte, at) => ((at === 16 || at === 17) && byte === 255 ? 0 : byte));
      if (foreign[16] === 0 && foreign[17] === 0) continue;
      const lsa = decodeLsa(foreign);
      expect(lsa).toBeInstanceOf(Lsa);
      expect(encodeInto(lsaCodec, lsa as Lsa, 0xa5)).toEqual(foreign);
      seen++;
    }
    expect(seen).toBeGreaterThan(5);
  });
});

describe('the LS checksum', () => {
  /** The definition, one step a byte, with big integers: both sums are zero modulo 255. [905:Annex B] */
  function sumsOf(bytes: Uint8Array): [number, number] {
    let c0 = 0n;
    let c1 = 0n;
    for (const byte of bytes.subarray(2)) {
      c0 += BigInt(byte);
      c1 += c0;
    }
    return [Number(c0 % 255n), Number(c1 % 255n)];
  }

  test('makes both sums zero, for every length up to the largest LSA', () => {
    const length = fc.oneof(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 4090, max: 4120 }), fc.integer({ min: 65000, max: 65535 }));
    fc.assert(fc.property(length, fc.constantFrom(0, 0xff, 0x55), u32(), (size, fill, salt) => {
      const bytes = new Uint8Array(size + 3).fill(fill);
      new ByteWriter(bytes, 3 + 4).u32(salt);
      const checksum = lsaChecksum(bytes, 3, size);
      new ByteWriter(bytes, 3 + 16).u16(checksum);
      expect(sumsOf(bytes.subarray(3))).toEqual([0, 0]);
      expect(isLsaChecksumValid(bytes, 3, size)).toBe(true);
    }), { numRuns: 60 });
  });

  test('zero is never valid', () => {
    expect(isLsaChecksumValid(new Uint8Array(20), 0, 20)).toBe(false);
  });
});

describe('a whole packet', () => {
  const packet = fc.tuple(values.ospfBody, u32()).map(([[type, body], routerId]) => values.ospfPacketBytes(type, body, routerId, NONE, 0));
  const reencode = (decoded: OspfPacket): Uint8Array => encodeInto({ length: ospfPacketLength, encode: encodeOspfPacket }, decoded, 0xa5);

  test('encodes as it came, with whatever follows it', () => {
    fc.assert(fc.property(packet, octets(20), (bytes, trailer) => {
      const whole = Uint8Array.from([...bytes, ...trailer]);
      const decoded = decodeOspfPacket(new ByteReader(whole));
      if (decoded instanceof DecodeError) return expect.fail(decoded.clause);
      if (!hasLinkLocalSignaling(decoded.body)) expect(decoded.trailer).toEqual(trailer);
      expect(decoded.authenticationTrailer).toHaveLength(0);
      expect(reencode(decoded)).toEqual(whole);
    }));
  });

  test('every truncation is an error', () => {
    fc.assert(fc.property(packet, (bytes) => {
      for (let length = 0; length < bytes.length; length++) {
        expect(decodeOspfPacket(new ByteReader(bytes, 0, length)), `cut to ${length}`).toBeInstanceOf(DecodeError);
      }
    }), { numRuns: 50 });
  });

  test('every flipped bit is an error, or encodes as it came', () => {
    fc.assert(fc.property(packet, (bytes) => {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.slice();
        flipped[bit >>> 3] ^= 1 << (bit & 7);
        const decoded = decodeOspfPacket(new ByteReader(flipped));
        if (decoded instanceof OspfPacket) expect(reencode(decoded), `bit ${bit}`).toEqual(flipped);
        const at = bit >>> 3;
        // Another length is another extent of the checksum, which 16 bits cannot always tell.
        const isCovered = (at < 14 || at >= 24) && (at < 2 || at > 3);
        if (isCovered) expect(decoded, `bit ${bit}`).toBeInstanceOf(DecodeError);
      }
    }), { numRuns: 15 });
  });

  test('one malformed LSA does not take the others down', () => {
    fc.assert(fc.property(values.lsa, values.lsa, (first, second) => {
      const update = Object.assign(new LinkStateUpdate(), { lsas: [encodeInto(lsaCodec, first, 0), encodeInto(lsaCodec, second, 0)] });
      update.lsas[0][17] ^= 1;
      const decoded = decodeOspfPacket(new ByteReader(values.ospfPacketBytes(4, {
        kind: 'link-state-update', lsas: [new RawLsa(update.lsas[0], new DecodeError('checksum', 0, '', 0, 0)), second],
      }, 1, NONE, 0)));
      expect(decoded).toBeInstanceOf(OspfPacket);
      const { body } = decoded as OspfPacket;
      if (body.kind !== 'link-state-update') return expect.fail(body.kind);
      expect(body.lsas[0]).toBeInstanceOf(RawLsa);
      expect((body.lsas[0] as RawLsa).error).toMatchObject({ code: 'checksum', offset: 24 + 4 + 16 });
      expect(body.lsas[1]).toBeInstanceOf(Lsa);
    }));
  });

  test('random bytes never throw', () => {
    fc.assert(fc.property(octets(120), (bytes) => {
      const decoded = decodeOspfPacket(new ByteReader(bytes));
      return decoded instanceof DecodeError || Buffer.compare(reencode(decoded), bytes) === 0;
    }), { numRuns: 1000 });
  });
});
