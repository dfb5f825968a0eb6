/** Proves OSPF authentication: what is sealed verifies, anything else is refused, and real FRR's packets verify. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPcap } from '../../src/capture/pcap.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Authentication } from '../../src/wire/ospf/authentication.js';
import {
  MD5_DIGEST_LENGTH, authenticationTrailerLength, cryptographicKeyId, cryptographicSequence, extendedSequence, sealPacket,
  verifyPacket,
} from '../../src/wire/ospf/authentication.js';
import { Hello } from '../../src/wire/ospf/hello.js';
import type { HmacAlgorithm } from '../../src/wire/ospf/message-digest.js';
import { hmacDigestLength } from '../../src/wire/ospf/message-digest.js';
import { OspfHeader, decodeOspfHeader, encodeOspfHeader } from '../../src/wire/ospf/packet.js';
import { u32 } from './codec-laws.js';
import { authentication, hello, ospfBody, ospfPacketBytes } from './ospf-values.js';

const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
const KEY = new TextEncoder().encode('takeover');

/** Undefined: authentic. */
function judge(bytes: Uint8Array, auth: Authentication, start = 0, available = bytes.length - start, source = 0): DecodeError | undefined {
  const header = decodeOspfHeader(new ByteReader(bytes, start, start + available));
  return header instanceof DecodeError ? header : verifyPacket(bytes, start, header, available, auth, source);
}

const SHORT = new TextEncoder().encode('extended key');
const LONG = Uint8Array.from({ length: 100 }, (_, i) => i + 1);
const LONG_TEXT = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH';

function hmac(algorithm: HmacAlgorithm, keyId: number, key = 'takeover'): Extract<Authentication, { type: 'hmac' }> {
  return { type: 'hmac', algorithm, keyId, key: new TextEncoder().encode(key) };
}

describe('sealing and verifying', () => {
  test('what was sealed verifies', () => {
    fc.assert(fc.property(ospfBody, u32(), authentication, u32(), ([type, body], routerId, auth, sequence) => {
      const bytes = ospfPacketBytes(type, body, routerId, auth, sequence);
      expect(judge(bytes, auth)).toBeUndefined();
      if (auth.type !== 'md5') return;
      const header = decodeOspfHeader(new ByteReader(bytes)) as OspfHeader;
      expect(cryptographicSequence(header)).toBe(sequence);
      expect(cryptographicKeyId(header)).toBe(auth.keyId);
      expect(header.checksum).toBe(0);
      expect(header.length).toBe(bytes.length - MD5_DIGEST_LENGTH);
    }));
  });

  test('sealing reads nothing that the buffer held before in its own fields, and writes nothing behind the packet', () => {
    fc.assert(fc.property(hello, authentication, (value, auth) => {
      const bytes = ospfPacketBytes(1, { kind: 'hello', hello: value }, 1, auth, 7);
      const dirty = new Uint8Array(bytes.length + 8).fill(0xa5);
      dirty.set(bytes, 4);
      dirty.fill(0x5a, 4 + 12, 4 + 24);
      const length = bytes.length - authenticationTrailerLength(auth);
      expect(sealPacket(dirty, 4, length, auth, 7)).toBe(bytes.length);
      expect(dirty.slice(4, 4 + bytes.length)).toEqual(bytes);
      expect([...dirty.slice(0, 4), ...dirty.slice(-4)]).toEqual(Array(8).fill(0xa5));
    }));
  });

  test('every flipped bit is refused, but for those that null authentication does not look at', () => {
    fc.assert(fc.property(hello, authentication, (value, auth) => {
      const bytes = ospfPacketBytes(1, { kind: 'hello', hello: value }, 1, auth, 0x01020304);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const at = bit >>> 3;
        // Another length is another extent of the checksum, which 16 bits cannot always tell.
        if ((auth.type === 'none' || auth.type === 'simple') && (at === 2 || at === 3)) continue;
        const flipped = bytes.slice();
        flipped[at] ^= 1 << (bit & 7);
        const error = judge(flipped, auth);
        // Another length is another extent of the checksum, which 16 bits cannot always tell.
        if ((auth.type === 'none' || auth.type === 'simple') && (at === 2 || at === 3)) continue;
        if (auth.type === 'none' && at >= 16 && at < 24) expect(error).toBeUndefined(); // [2328:D.4.1]
        else expect(error, `bit ${bit}`).toBeInstanceOf(DecodeError);
      }
    }), { numRuns: 20 });
  });

  test('another type, password or key is refused', () => {
    fc.assert(fc.property(hello, authentication, authentication, (value, mine, theirs) => {
      const bytes = ospfPacketBytes(1, { kind: 'hello', hello: value }, 1, theirs, 1);
      const isSame = judge(bytes, mine) === undefined;
      expect(isSame).toBe(canonical(mine) === canonical(theirs));
    }), { numRuns: 500 });
    // Without a key nothing is taken, not even what was sent without one.
    for (const of of ['simple', 'cryptographic'] as const) {
      const keyless: Authentication = { type: 'keyless', of };
      const value = { kind: 'link-state-request', linkStateRequest: { entries: [] } } as const;
      const bytes = ospfPacketBytes(3, value, 1, keyless, 1);
      expect([...bytes.subarray(12)]).toEqual([0, 0, 0, of === 'simple' ? 1 : 2, 0, 0, 0, 0, 0, 0, 0, 0]); // as a real BIRD sends it
      expect(judge(bytes, keyless)).toMatchObject({ code: 'authentication' });
      const key: Authentication = of === 'simple' ? { type: 'simple', password: new Uint8Array(0) } : { type: 'md5', keyId: 0, key: new Uint8Array(0) };
      expect(judge(bytes, key)).toBeDefined();
      expect(judge(ospfPacketBytes(3, value, 1, key, 1), keyless)).toMatchObject({ code: 'authentication' });
    }
  });

  test('another password is refused for that alone', () => {
    const sealed = (password: number[]): Uint8Array => {
      const bytes = new Uint8Array(44);
      encodeOspfHeader(Object.assign(new OspfHeader(), { type: 1, length: 44 }), new ByteWriter(bytes));
      sealPacket(bytes, 0, 44, { type: 'simple', password: Uint8Array.from(password) }, 0);
      return bytes;
    };
    const bytes = sealed([1, 2, 3]);
    const header = decodeOspfHeader(new ByteReader(bytes)) as OspfHeader;
    const verdict = (password: number[]): unknown => verifyPacket(bytes, 0, header, 44, { type: 'simple', password: Uint8Array.from(password) });
    expect(verdict([1, 2, 3])).toBeUndefined();
    expect(verdict([1, 2, 4])).toMatchObject({ code: 'authentication', clause: '[2328:D.5.2(2)]', offset: 16 });
  });

  test('a digest that is cut off is refused', () => {
    const auth: Authentication = { type: 'md5', keyId: 1, key: KEY };
    const bytes = ospfPacketBytes(3, { kind: 'link-state-request', linkStateRequest: { entries: [] } }, 1, auth, 1);
    for (let cut = 1; cut <= MD5_DIGEST_LENGTH; cut++) {
      expect(judge(bytes, auth, 0, bytes.length - cut)).toMatchObject({ code: 'truncated', offset: 24 });
    }
  });

  test('a digest of another length is refused, even where it is right', () => {
    const auth: Authentication = { type: 'md5', keyId: 1, key: KEY };
    const bytes = ospfPacketBytes(3, { kind: 'link-state-request', linkStateRequest: { entries: [] } }, 1, auth, 1);
    bytes[19] = 20;
    bytes.set(createHash('md5').update(bytes.subarray(0, 24)).update('takeover').update(new Uint8Array(8)).digest(), 24);
    expect(judge(bytes, auth)).toMatchObject({ code: 'authentication', offset: 19, got: 20, want: 16 });
  });

  test('the digest is MD5 over the packet and the key padded to 16 bytes [2328:D.4.3]', () => {
    const bytes = ospfPacketBytes(3, { kind: 'link-state-request', linkStateRequest: { entries: [] } }, 1, { type: 'md5', keyId: 1, key: KEY }, 1);
    const want = createHash('md5').update(bytes.subarray(0, 24)).update('takeover').update(new Uint8Array(8)).digest();
    expect(Buffer.compare(bytes.subarray(24), want)).toBe(0);
  });
});

/** Padding makes a key with zero bytes at its end the same as the shorter one. */
function canonical(auth: Authentication): string {
  switch (auth.type) {
    case 'none': return 'none';
    case 'simple': return `simple ${Buffer.from(auth.password).toString('hex').padEnd(16, '0')}`;
    case 'md5': return `md5 ${auth.keyId} ${Buffer.from(auth.key).toString('hex').padEnd(32, '0')}`;
    case 'hmac': return `hmac ${auth.keyId} ${auth.algorithm} ${preparedKey(auth.algorithm, Buffer.from(auth.key))}`;
    case 'extended': {
      return `extended ${auth.keyId} ${auth.algorithm} ${preparedKey(auth.algorithm, Buffer.concat([auth.key, Uint8Array.of(0, 3)]))}`;
    }
  }
}

/** Ko of [5709:3.3(1)]. */
function preparedKey(algorithm: HmacAlgorithm, key: Buffer): string {
  const length = hmacDigestLength(algorithm);
  const ko = key.length > length ? createHash(algorithm.replace('hmac-', '').replace('-', '')).update(key).digest() : key;
  return ko.toString('hex').padEnd(2 * length, '0');
}

describe('HMAC-SHA and the extended sequence number', () => {
  const VECTORS: [HmacAlgorithm, Uint8Array, string][] = [
    ['hmac-sha-1', SHORT, 'cb8a65b781f38146de4cae29b962c1c1b3af8da7'],
    ['hmac-sha-1', LONG, '301a0c7f08c27be0e952bcebb360ed9aa6ebe4aa'],
    ['hmac-sha-256', SHORT, '5e547a50665b5613aa32fbb8614ab055ab1c618da3ebf3368457cfbdaee50221'],
    ['hmac-sha-256', LONG, 'c2d5e142612866b2eb8487c408a08b39a63fc30ae2f180a006f4eeef22feab4d'],
    ['hmac-sha-384', SHORT, '8ec07d0817774427912b088d623faa9fa645fe7d1f986ab2c3e2de69d2b72b69365cd249aaedca2b8be41d74a83736c3'],
    ['hmac-sha-384', LONG, '274355f8333384018a2b0c9015f26b1fc1a3ae7d5b17663bd74501597167cc7e349cd6868650922d5631cd61a2f1cd5f'],
    ['hmac-sha-512', SHORT,
      '6c89c8fdbe60f852d042a646774af7e9237f2d47337c4309b497e270c6e6d44c8c74125a1a0ec42cc005d7d2eb6d643c11761e5d5e0f750ef7c1735d5a9f5195'],
    ['hmac-sha-512', LONG,
      '7e03dedaad9381b79076e0deaeb3254f8dc8f2d72cae65a55f07fbb7b39ebde09b63fecc452f592f3a7b6b68c21fb79853a5150f1e3aa69f03000d4d812ab2c5'],
  ];
  const SOURCE = 0xc0000201;
  const SEQUENCE = 0x0000000500000009n;
  const value = Object.assign(new Hello(), {
    networkMask: 0xffffff00, helloIntervalSeconds: 10, options: 0x12, priority: 1, deadIntervalSeconds: 40, designatedRouter: 0x0a000001,
  });
  const sealed = (auth: Authentication, sequence: bigint = SEQUENCE): Uint8Array =>
    ospfPacketBytes(1, { kind: 'hello', hello: value }, SOURCE, auth, sequence, SOURCE);

  test.each(VECTORS)('%s gives the digest that the text of RFC 7474, done by hand, gives', (algorithm, key, want) => {
    const auth: Authentication = { type: 'extended', algorithm, keyId: 0x01020304, key };
    const bytes = sealed(auth);
    const digestLength = want.length / 2;
    const header = decodeOspfHeader(new ByteReader(bytes)) as OspfHeader;
    expect(Buffer.from(bytes.subarray(12, 24)).toString('hex')).toBe(`00000003000000${digestLength.toString(16)}01020304`);
    expect(bytes.length).toBe(44 + 8 + digestLength);
    expect(header.length).toBe(44);
    expect(extendedSequence(bytes, 0, header)).toBe(SEQUENCE);
    expect(cryptographicKeyId(header)).toBe(0x01020304);
    expect(Buffer.from(bytes.subarray(52)).toString('hex')).toBe(want);
    expect(verifyPacket(bytes, 0, header, bytes.length, auth, SOURCE)).toBeUndefined();
  });

  test('every flipped bit is refused, those of the sequence number and of the source address included', () => {
    const auth: Authentication = { type: 'extended', algorithm: 'hmac-sha-256', keyId: 9, key: SHORT };
    const bytes = sealed(auth);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >>> 3] ^= 1 << (bit & 7);
      expect(judge(flipped, auth, 0, flipped.length, SOURCE), `bit ${bit}`).toBeInstanceOf(DecodeError);
    }
    for (let bit = 0; bit < 32; bit++) {
      expect(judge(bytes, auth, 0, bytes.length, (SOURCE ^ (1 << bit)) >>> 0)).toMatchObject({ code: 'authentication', clause: '[7474:5]' });
    }
  });

  test('all 64 bits of the sequence number are sent', () => {
    const auth: Authentication = { type: 'extended', algorithm: 'hmac-sha-1', keyId: 9, key: SHORT };
    for (const sequence of [0n, 1n, 0xffffffffn, 0x100000000n, 0xfedcba9876543210n]) {
      const bytes = sealed(auth, sequence);
      expect(extendedSequence(bytes, 0, decodeOspfHeader(new ByteReader(bytes)) as OspfHeader)).toBe(sequence);
    }
  });

  test('a length that counts the sequence number is taken in as well, and no other', () => {
    const auth: Authentication = { type: 'extended', algorithm: 'hmac-sha-256', keyId: 9, key: Buffer.alloc(0) };
    for (const length of [0, 20, 31, 33, 40, 48, 64, 255]) {
      const bytes = sealed(auth);
      bytes[19] = length;
      const apad = Buffer.from('c0000201878fe1f3878fe1f3878fe1f3878fe1f3878fe1f3878fe1f3878fe1f3', 'hex');
      const digest = createHmac('sha256', Uint8Array.of(0, 3)).update(bytes.subarray(0, 52)).update(apad).digest();
      bytes.set(digest, 52);
      const verdict = judge(bytes, auth, 0, bytes.length, SOURCE);
      if (length === 40) expect(verdict).toBeUndefined();
      else expect(verdict).toMatchObject({ code: 'authentication', offset: 19, got: length, want: 32 });
    }
  });

  test('HMAC of AuType 2 does not look at the source address', () => {
    const auth: Authentication = { type: 'hmac', algorithm: 'hmac-sha-256', keyId: 9, key: SHORT };
    const bytes = sealed(auth, 1n);
    expect(judge(bytes, auth, 0, bytes.length, SOURCE ^ 1)).toBeUndefined();
  });

  test('a key longer than the digest is hashed [5709:3.3], or only one longer than the block where that is asked for', () => {
    const key = LONG.subarray(0, 44);
    const hashed = createHash('sha256').update(key).digest();
    const auth = { type: 'hmac', algorithm: 'hmac-sha-256', keyId: 1 } as const;
    expect(sealed({ ...auth, key })).toEqual(sealed({ ...auth, key: hashed }));
    expect(sealed({ ...auth, key, longKey: 'block' })).not.toEqual(sealed({ ...auth, key }));
    expect(sealed({ ...auth, key: LONG, longKey: 'block' })).toEqual(sealed({ ...auth, key: LONG }));
  });

  test('digests that are cut off are refused', () => {
    for (const type of ['hmac', 'extended'] as const) {
      const auth: Authentication = { type, algorithm: 'hmac-sha-512', keyId: 1, key: SHORT };
      const bytes = sealed(auth);
      for (let length = 44; length < bytes.length; length++) {
        expect(judge(bytes, auth, 0, length, SOURCE)).toMatchObject({ code: 'truncated', offset: 44, got: length - 44 });
      }
    }
  });
});

describe('packets of a real FRR and a real BIRD', () => {
  const cases: [string, Authentication, Authentication][] = [
    ['frr-md5.pcap', { type: 'md5', keyId: 7, key: KEY }, { type: 'md5', keyId: 7, key: new TextEncoder().encode('takeovers') }],
    ['frr-simple.pcap', { type: 'simple', password: KEY }, { type: 'simple', password: new TextEncoder().encode('takeove') }],
    ['ospf/bird-hmac-sha1.pcap', hmac('hmac-sha-1', 11), hmac('hmac-sha-256', 11)],
    ['ospf/bird-hmac-sha256.pcap', hmac('hmac-sha-256', 12), hmac('hmac-sha-256', 13)],
    ['ospf/bird-hmac-sha384.pcap', hmac('hmac-sha-384', 13), hmac('hmac-sha-384', 13, 'takeovers')],
    ['ospf/bird-hmac-sha512.pcap', hmac('hmac-sha-512', 14), { type: 'md5', keyId: 14, key: KEY }],
    // 44 octets: BIRD hashes only keys longer than the 64 octets of a block, against [5709:3.3].
    ['ospf/bird-hmac-sha256-long.pcap', { ...hmac('hmac-sha-256', 15, LONG_TEXT), longKey: 'block' }, hmac('hmac-sha-256', 15, LONG_TEXT)],
    ['frr-ctc1.pcap', { type: 'none' }, { type: 'simple', password: KEY }],
  ];

  test.each(cases)('%s verifies with its key, and with no other', (file, right, wrong) => {
    const capture = readPcap(readFileSync(new URL(file, FIXTURES)));
    if (capture instanceof DecodeError) return expect.fail('not a capture');
    let count = 0;
    let resealed = 0;
    for (const { bytes } of capture.frames) {
      if (bytes[12] !== 8 || bytes[13] !== 0 || bytes[23] !== 89) continue;
      const start = 14 + (bytes[14] & 15) * 4;
      const available = 14 + ((bytes[16] << 8) | bytes[17]) - start;
      expect(judge(bytes, right, start, available)).toBeUndefined();
      expect(judge(bytes, wrong, start, available)).toBeInstanceOf(DecodeError);
      count++;
      const header = decodeOspfHeader(new ByteReader(bytes, start, start + available)) as OspfHeader;
      const again = bytes.slice();
      sealPacket(again, start, header.length, right, cryptographicSequence(header));
      if (Buffer.compare(again, bytes) === 0) resealed++;
    }
    expect(count).toBeGreaterThan(20);
    expect(resealed, 'sealed here gives the bytes that were sent').toBe(count);
  });
});
