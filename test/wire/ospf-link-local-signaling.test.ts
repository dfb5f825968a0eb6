/** Proves the laws of the link-local signalling block, alone and behind packets. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Authentication } from '../../src/wire/ospf/authentication.js';
import { authenticationTrailerLength, digestLengthOf, verifyPacket } from '../../src/wire/ospf/authentication.js';
import {
  OspfPacket, RawLinkLocalSignaling, decodeOspfPacket, encodeOspfPacket, ospfPacketErrors, ospfPacketLength,
} from '../../src/wire/ospf/dissection.js';
import type { LinkLocalValue } from '../../src/wire/ospf/link-local-signaling.js';
import type { Hello } from '../../src/wire/ospf/hello.js';
import {
  ExtendedOption, LinkLocalSignaling, LinkLocalTlvType, decodeLinkLocalSignaling, encodeLinkLocalSignaling, linkLocalSignalingLength,
  sealLinkLocalSignaling, verifyLinkLocalSignaling,
} from '../../src/wire/ospf/link-local-signaling.js';
import { Tlv } from '../../src/wire/ospf/opaque/tlv.js';
import { OptionBit } from '../../src/wire/ospf/options.js';
import { encodeInto, octets, testCodecLaws, u32 } from './codec-laws.js';
import * as opaque from './ospf-opaque-values.js';
import * as values from './ospf-values.js';

const codec = { length: linkLocalSignalingLength, encode: encodeLinkLocalSignaling };
const packetCodec = { length: ospfPacketLength, encode: encodeOspfPacket };
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const KEY = new TextEncoder().encode('takeover');
const NONE: Authentication = { type: 'none' };

describe('the block', () => {
  testCodecLaws({
    ...codec, arbitrary: opaque.linkLocalSignaling, decode: (r) => decodeLinkLocalSignaling(r, false), isSelfDelimiting: true,
  });

  test('with a checksum, every flipped bit outside the length is refused', () => {
    fc.assert(fc.property(opaque.linkLocalSignaling, (block) => {
      const bytes = encodeInto(codec, block, 0);
      sealLinkLocalSignaling(bytes, 0, bytes.length, NONE);
      expect(decodeLinkLocalSignaling(new ByteReader(bytes), true)).toMatchObject({ tlvs: block.tlvs });
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        if (bit >>> 4 === 1) continue; // another length is another extent
        const flipped = bytes.slice();
        flipped[bit >>> 3] ^= 1 << (bit & 7);
        expect(decodeLinkLocalSignaling(new ByteReader(flipped), true), `bit ${bit}`).toMatchObject({ code: 'checksum', clause: '[5613:2.2]' });
      }
    }), { numRuns: 20 });
  });

  test('a length of no words, or of more than there are, is refused', () => {
    expect(decodeLinkLocalSignaling(new ByteReader(Uint8Array.of(0, 0, 0, 0)), false)).toMatchObject({ code: 'length', offset: 2, got: 0 });
    expect(decodeLinkLocalSignaling(new ByteReader(Uint8Array.of(0, 0, 0, 2, 0, 0, 0)), false))
      .toMatchObject({ code: 'length', got: 2, want: '1-1 words' });
  });
});

/** A block with the restart signal, and room for the digest where there is one. */
function blockFor(auth: Authentication, sequence: number): LinkLocalSignaling {
  const block = new LinkLocalSignaling();
  block.tlvs.push(new Tlv(LinkLocalTlvType.extendedOptions, { kind: 'extended-options', options: ExtendedOption.linkStateResynchronization }));
  if (auth.type === 'none' || auth.type === 'simple') return block;
  const digest = new Uint8Array(digestLengthOf(auth));
  block.tlvs.push(new Tlv(LinkLocalTlvType.cryptographicAuthentication, { kind: 'cryptographic-authentication', sequence, digest }));
  return block;
}

function sealedBlock(auth: Authentication, source = 0): Uint8Array {
  const bytes = encodeInto(codec, Object.assign(blockFor(auth, 7), { checksum: 0xa5a5 }), 0); // whatever stood there
  expect(sealLinkLocalSignaling(bytes, 0, bytes.length, auth, source)).toBeUndefined();
  return bytes;
}

describe('its authentication', () => {
  test('the text of RFC 5613, done by hand, gives the same bytes', () => {
    const withUnknown = blockFor(NONE, 0);
    withUnknown.tlvs.push(new Tlv<LinkLocalValue>(0x8001, { kind: 'raw', bytes: Uint8Array.of(1, 2, 3) }));
    const bytes = encodeInto(codec, withUnknown, 0xa5);
    sealLinkLocalSignaling(bytes, 0, bytes.length, NONE);
    expect(hexOf(bytes)).toBe('7bee000500010004000000018001000301020300');
    expect(hexOf(sealedBlock({ type: 'md5', keyId: 1, key: KEY })))
      .toBe('0000000900010004000000010002001400000007fcf2e943de836d5880f7fcbef20e5254');
    expect(hexOf(sealedBlock({ type: 'hmac', algorithm: 'hmac-sha-256', keyId: 1, key: KEY })))
      .toBe('0000000d0001000400000001000200240000000721a91f31f6ae0db78031e31fed74924f83cd2158edafd7c25fbb25e8266e3f6a');
  });

  test('what was sealed verifies, and with any bit flipped it does not', () => {
    fc.assert(fc.property(values.authentication, u32(), (auth, source) => {
      const bytes = sealedBlock(auth, source);
      expect(verifyLinkLocalSignaling(bytes, 0, bytes.length, auth, source)).toBeUndefined();
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.slice();
        flipped[bit >>> 3] ^= 1 << (bit & 7);
        expect(verifyLinkLocalSignaling(flipped, 0, bytes.length, auth, source), `bit ${bit}`).toBeInstanceOf(DecodeError);
      }
    }), { numRuns: 20 });
  });

  test('no digest, one of another length, or TLVs behind it are refused', () => {
    const auth: Authentication = { type: 'md5', keyId: 1, key: KEY };
    const verdictOf = (block: LinkLocalSignaling): unknown => {
      const bytes = encodeInto(codec, block, 0);
      const verdict = verifyLinkLocalSignaling(bytes, 0, bytes.length, auth);
      expect(sealLinkLocalSignaling(bytes, 0, bytes.length, auth)).toEqual(verdict);
      return verdict;
    };
    expect(verdictOf(blockFor(NONE, 0))).toMatchObject({ code: 'authentication', got: 'no digest' });
    expect(verdictOf(blockFor({ type: 'hmac', algorithm: 'hmac-sha-1', keyId: 1, key: KEY }, 0))).toMatchObject({ offset: 14, got: 24, want: 20 });
    const more = blockFor(auth, 0);
    more.tlvs.push(new Tlv<LinkLocalValue>(9, { kind: 'raw', bytes: new Uint8Array(0) }));
    expect(verdictOf(more)).toMatchObject({ code: 'authentication', got: 4, want: 'no TLV behind the digest' });
  });

  test('random bytes never throw', () => {
    fc.assert(fc.property(values.authentication, octets(60, 4), (auth, bytes) => {
      verifyLinkLocalSignaling(bytes, 0, bytes.length, auth);
      sealLinkLocalSignaling(bytes, 0, bytes.length, auth);
    }));
  });
});

describe('behind a packet', () => {
  const withBit = (hello: Hello): Hello => Object.assign(hello, { options: hello.options | OptionBit.linkLocalSignaling });

  /** Packet, digest, block. */
  function packetWithBlock(hello: Hello, auth: Authentication): Uint8Array {
    const packet = values.ospfPacketBytes(1, { kind: 'hello', hello: withBit(hello) }, 1, auth, 7);
    return Uint8Array.from([...packet, ...sealedBlock(auth)]);
  }

  test('digest, block and whatever follows are told apart, verify, and encode as they came', () => {
    fc.assert(fc.property(values.hello, values.authentication, octets(6), (hello, auth, rest) => {
      const whole = Uint8Array.from([...packetWithBlock(hello, auth), ...rest]);
      const packet = decodeOspfPacket(new ByteReader(whole));
      if (packet instanceof DecodeError) return expect.fail(packet.clause);
      expect(packet.authenticationTrailer).toHaveLength(authenticationTrailerLength(auth));
      expect(packet.trailer).toEqual(rest);
      expect(ospfPacketErrors(packet)).toEqual([]);
      if (!(packet.linkLocalSignaling instanceof LinkLocalSignaling)) return expect.fail('no block');
      expect(packet.linkLocalSignaling.tlvs[0].value).toEqual({ kind: 'extended-options', options: 1 });
      expect(encodeInto(packetCodec, packet, 0xa5)).toEqual(whole);
      expect(verifyPacket(whole, 0, packet.header, whole.length, auth)).toBeUndefined();
      const start = packet.header.length + packet.authenticationTrailer.length;
      const length = linkLocalSignalingLength(packet.linkLocalSignaling);
      expect(verifyLinkLocalSignaling(whole, start, length, auth)).toBeUndefined();
    }));
  });

  test('cut off or damaged anywhere behind the packet, it decodes and encodes as it came, and says what is wrong', () => {
    fc.assert(fc.property(values.hello, values.authentication, (hello, auth) => {
      const whole = packetWithBlock(hello, auth);
      const start = 44 + 4 * hello.neighbors.length;
      for (let end = start; end <= whole.length; end++) {
        const packet = decodeOspfPacket(new ByteReader(whole, 0, end));
        if (!(packet instanceof OspfPacket)) return expect.fail(`cut to ${end}`);
        expect(encodeInto(packetCodec, packet, 0xa5)).toEqual(whole.subarray(0, end));
        if (end === whole.length) continue;
        expect(packet.linkLocalSignaling, `cut to ${end}`).toBeInstanceOf(RawLinkLocalSignaling);
        expect(ospfPacketErrors(packet)).toHaveLength(1);
      }
      for (let at = start; at < whole.length; at++) {
        const damaged = whole.slice();
        damaged[at] ^= 0x55;
        const packet = decodeOspfPacket(new ByteReader(damaged));
        if (!(packet instanceof OspfPacket)) return expect.fail(`damaged at ${at}`);
        expect(encodeInto(packetCodec, packet, 0xa5)).toEqual(damaged);
      }
    }), { numRuns: 15 });
  });

  test('without the L bit there is no block, and its bytes are what follows', () => {
    fc.assert(fc.property(values.hello, (hello) => {
      const without = Object.assign(hello, { options: hello.options & ~OptionBit.linkLocalSignaling });
      const whole = Uint8Array.from([...values.ospfPacketBytes(1, { kind: 'hello', hello: without }, 1, NONE, 0), ...sealedBlock(NONE)]);
      const packet = decodeOspfPacket(new ByteReader(whole)) as OspfPacket;
      expect(packet.linkLocalSignaling).toBeUndefined();
      expect(packet.trailer).toEqual(sealedBlock(NONE));
    }));
  });

  test('a digest that is shorter than its length says is all that there is', () => {
    const md5: Authentication = { type: 'md5', keyId: 1, key: KEY };
    const bytes = values.ospfPacketBytes(3, { kind: 'link-state-request', linkStateRequest: { entries: [] } }, 1, md5, 1);
    const packet = decodeOspfPacket(new ByteReader(bytes, 0, 30)) as OspfPacket;
    expect(packet.authenticationTrailer).toHaveLength(6);
    const again = new Uint8Array(30);
    encodeOspfPacket(packet, new ByteWriter(again));
    expect(again).toEqual(bytes.subarray(0, 30));
  });
});
