/** Proves OSPF authentication: what is sealed verifies, anything else is refused, and real FRR's packets verify. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPcap } from '../../src/capture/pcap.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Authentication } from '../../src/wire/ospf/authentication.js';
import {
  MD5_DIGEST_LENGTH, authenticationTrailerLength, cryptographicKeyId, cryptographicSequence, sealPacket, verifyPacket,
} from '../../src/wire/ospf/authentication.js';
import { OspfHeader, decodeOspfHeader } from '../../src/wire/ospf/packet.js';
import { u32 } from './codec-laws.js';
import { authentication, hello, ospfBody, ospfPacketBytes } from './ospf-values.js';

const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
const KEY = new TextEncoder().encode('takeover');

/** Undefined: authentic. */
function judge(bytes: Uint8Array, auth: Authentication, start = 0, available = bytes.length - start): DecodeError | undefined {
  const header = decodeOspfHeader(new ByteReader(bytes, start, start + available));
  return header instanceof DecodeError ? header : verifyPacket(bytes, start, header, available, auth);
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
  }
}

describe('packets of a real FRR', () => {
  const cases: [string, Authentication, Authentication][] = [
    ['frr-md5.pcap', { type: 'md5', keyId: 7, key: KEY }, { type: 'md5', keyId: 7, key: new TextEncoder().encode('takeovers') }],
    ['frr-simple.pcap', { type: 'simple', password: KEY }, { type: 'simple', password: new TextEncoder().encode('takeove') }],
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
    expect(resealed, 'sealed here gives the bytes that FRR sent').toBe(count);
  });
});
