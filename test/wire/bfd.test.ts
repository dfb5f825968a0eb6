/** Proves the laws of BFD control packets, and authentication in all five types: ours against itself, and against BIRD's. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BfdAuthType, BfdControl, BfdFlag, BfdKeyedDigest, BfdOtherAuthentication, BfdSimplePassword, BfdState, bfdLength, decodeBfd, encodeBfd, sealBfd, verifyBfd,
} from '../../src/wire/bfd.js';
import type { BfdAuthentication } from '../../src/wire/bfd.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { encodeInto, instanceOf, octets, testCodecLaws, u32, u8 } from './codec-laws.js';
import { packetsOf } from './fixture-packets.js';

const authentication: fc.Arbitrary<BfdAuthentication | undefined> = fc.oneof(
  fc.constant(undefined),
  instanceOf(() => new BfdSimplePassword(), { keyId: u8(), password: octets(16, 1) }),
  fc.constantFrom(2, 3, 4, 5).chain((type) => instanceOf(() => new BfdKeyedDigest(), {
    type: fc.constant(type), keyId: u8(), reserved: u8(), sequence: u32(), digest: octets(type < 4 ? 16 : 20, type < 4 ? 16 : 20),
  })),
  instanceOf(() => new BfdOtherAuthentication(), { type: fc.constantFrom(0, 6, 255), data: octets(20) }),
);
const control = fc.tuple(instanceOf(() => new BfdControl(), {
  diagnostic: fc.integer({ min: 0, max: 31 }), state: fc.integer({ min: 0, max: 3 }), flags: fc.integer({ min: 0, max: 63 }), detectMultiplier: u8(),
  myDiscriminator: u32(), yourDiscriminator: u32(), desiredMinimumTransmitMicros: u32(), requiredMinimumReceiveMicros: u32(),
  requiredMinimumEchoReceiveMicros: u32(), additionalData: octets(6),
}), authentication).map(([value, section]) => {
  value.authentication = section;
  value.flags = (value.flags & ~BfdFlag.authenticationPresent) | (section ? BfdFlag.authenticationPresent : 0);
  return value;
});
const codec = { length: bfdLength, encode: encodeBfd, decode: decodeBfd };
const KEY = new TextEncoder().encode('takeover');

describe('BFD', () => {
  testCodecLaws({ ...codec, arbitrary: control, isSelfDelimiting: true });

  test.each(Object.entries(BfdAuthType))('%s: what was sealed verifies; with another key, key id, type or byte it does not', (_, type) => {
    fc.assert(fc.property(control, u32(), octets(16, 1), (value, sequence, key) => {
      sealBfd(value, { type, keyId: 7, key }, sequence);
      const bytes = encodeInto(codec, value, 0);
      const back = decodeBfd(new ByteReader(bytes));
      if (back instanceof DecodeError) throw new Error(back.code);
      expect(verifyBfd(back, { type, keyId: 7, key })).toBeUndefined();
      expect(verifyBfd(back, { type, keyId: 8, key })).toMatchObject({ code: 'authentication', offset: 26 });
      expect(verifyBfd(back, { type: (type % 5) + 1, keyId: 7, key })).toMatchObject({ code: 'authentication', got: type });
      expect(verifyBfd(back, { type, keyId: 7, key: key.map((byte) => byte ^ 1) })).toMatchObject({ code: 'authentication' });
      back.detectMultiplier ^= 1;
      expect(verifyBfd(back, { type, keyId: 7, key }) === undefined).toBe(type === BfdAuthType.simple);
    }), { numRuns: 30 });
  });

  test('what BIRD signed verifies, with sequence numbers that go up', () => {
    const verified = new Map<string, number>();
    const last = new Map<string, number>();
    for (const { header, payload } of packetsOf('vrrp-bfd.pcap')) {
      if (payload.kind !== 'udp' || payload.application?.kind !== 'bfd') continue;
      const { bfd } = payload.application;
      const type = bfd.authentication?.type ?? 0;
      expect(verifyBfd(bfd, { type, keyId: 7, key: KEY })).toBeUndefined();
      verified.set(`${type} ${bfd.state}`, (verified.get(`${type} ${bfd.state}`) ?? 0) + 1);
      if (bfd.authentication?.kind !== 'digest') continue;
      const sender = `${type} ${header.source}`;
      expect(bfd.authentication.sequence).toBeGreaterThan(last.get(sender) ?? 0);
      last.set(sender, bfd.authentication.sequence);
    }
    for (const type of [BfdAuthType.simple, BfdAuthType.meticulousMd5, BfdAuthType.meticulousSha1]) {
      for (const state of [BfdState.down, BfdState.up]) expect(verified.get(`${type} ${state}`)).toBeGreaterThan(0);
    }
  });

  test('refusals name their field', () => {
    const good = encodeInto(codec, new BfdControl(), 0);
    const damage = (at: number, value: number) => {
      const bytes = good.slice();
      bytes[at] = value;
      return decodeBfd(new ByteReader(bytes));
    };
    expect(damage(0, 0)).toMatchObject({ code: 'version', offset: 0, got: 0, want: 1 });
    expect(damage(3, 23)).toMatchObject({ code: 'length', offset: 3, got: 23, want: '24-24' });
    expect(damage(1, BfdFlag.authenticationPresent)).toMatchObject({ code: 'length', offset: 3, got: 24, want: '26-24' });
  });
});
