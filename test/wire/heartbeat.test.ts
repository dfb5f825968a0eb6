/** Proves the laws of both forms of heartbeat messages, and that what heartbeat 3.0.6 signed verifies and comes back byte for byte. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { HeartbeatKey } from '../../src/wire/heartbeat-authentication.js';
import { heartbeatCrc, heartbeatDigest, signHeartbeat, verifyHeartbeat } from '../../src/wire/heartbeat-authentication.js';
import {
  HeartbeatField, HeartbeatMessage, MAXIMUM_CLASSIC_LENGTH, decodeHeartbeat, encodeHeartbeat, heartbeatLength, heartbeatText,
} from '../../src/wire/heartbeat.js';
import { encodeInto, octets, testCodecLaws } from './codec-laws.js';
import { packetsOf } from './fixture-packets.js';

const latin = (without: string) => fc.uint8Array({ maxLength: 6 }).map((bytes) => [...bytes].map((byte) => String.fromCharCode(byte)).join(''))
  .filter((text) => ![...without].some((character) => text.includes(character)));
const netstringField = fc.tuple(latin('='), octets(20), fc.integer({ min: 0, max: 9 })).map(([name, value, type]) => new HeartbeatField(name, value, type));
const classicField = fc.tuple(latin('=\n').filter((name) => !name.startsWith('<<<')), octets(20).filter((value) => !value.includes(10)))
  .map(([name, value]) => new HeartbeatField(name, value));
const message = fc.oneof(
  fc.tuple(fc.array(netstringField, { maxLength: 5 }), fc.option(octets(12), { nil: undefined })).map(([fields, signature]) =>
    Object.assign(new HeartbeatMessage(), { fields, signature })),
  fc.tuple(fc.array(classicField, { maxLength: 5 }), fc.boolean()).map(([fields, hasFinalZero]) =>
    Object.assign(new HeartbeatMessage(), { form: 'classic' as const, fields, hasFinalZero })),
);
const codec = { length: heartbeatLength, encode: encodeHeartbeat, decode: decodeHeartbeat };
const text = (value: string) => new TextEncoder().encode(value);

describe('heartbeat messages', () => {
  testCodecLaws({ ...codec, arbitrary: message, isSelfDelimiting: false });

  test('the classic form, byte by byte', () => {
    const wire = text('>>>\nt=status\nst=active\nsrc=lnx31\nseq=1a\nload=0.00=0.01\n<<<\n\0');
    const decoded = decodeHeartbeat(new ByteReader(wire));
    if (decoded instanceof DecodeError) return expect.fail(decoded.code);
    expect(decoded).toMatchObject({ form: 'classic', hasFinalZero: true });
    expect(['t', 'st', 'src', 'seq', 'load', 'none'].map((name) => heartbeatText(decoded, name))).toEqual(['status', 'active', 'lnx31', '1a', '0.00=0.01', undefined]);
    expect(encodeInto(codec, decoded, 0xa5)).toEqual(wire);
  });

  test('a classic message may have 1400 bytes, zero byte included, and no more', () => {
    const sized = (length: number) => {
      const m = Object.assign(new HeartbeatMessage(), { form: 'classic' as const });
      m.fields.push(new HeartbeatField('x', new Uint8Array(length - 9 - 3).fill(0x78)));
      return decodeHeartbeat(new ByteReader(encodeInto(codec, m, 0)));
    };
    expect(sized(MAXIMUM_CLASSIC_LENGTH)).toBeInstanceOf(HeartbeatMessage);
    expect(sized(MAXIMUM_CLASSIC_LENGTH + 1)).toMatchObject({ code: 'length', got: 1401 });
  });

  test('refusals name the place', () => {
    const refusal = (wire: string) => decodeHeartbeat(new ByteReader(text(wire)));
    expect(refusal('GET / HTTP')).toMatchObject({ code: 'value', offset: 0, got: 'GET ' });
    expect(refusal('###\n5:(0)t=1,%%%\n')).toMatchObject({ code: 'value', offset: 11 });
    expect(refusal('###\n06:(0)t=1,%%%\n')).toMatchObject({ code: 'value', offset: 4, got: '06' });
    expect(refusal('###\n99999999999:')).toMatchObject({ code: 'value' });
    expect(refusal('###\n90:(0)t=1,')).toMatchObject({ code: 'truncated', offset: 7, want: 91 });
    expect(refusal('###\n6:[0]t=1,%%%\n')).toMatchObject({ code: 'value', offset: 6 });
    expect(refusal('>>>\nt=1\nno equals\n<<<\n')).toMatchObject({ code: 'value', offset: 8 });
    expect(refusal('>>>\nt=1\n<<<')).toMatchObject({ code: 'truncated', offset: 8 });
  });
});

describe('authentication', () => {
  const secret = text('takeover'); // in authkeys: takeover of the service; heartbeat reads one word

  test.each<[string, number, HeartbeatKey, number]>([
    ['heartbeat-crc.pcap', 1, { method: 'crc' }, 40],
    ['heartbeat-sha1.pcap', 2, { method: 'sha1', secret }, 6],
    ['heartbeat-md5.pcap', 3, { method: 'md5', secret }, 6],
  ])('%s: every message verifies, signs the same, and is refused when a byte of it changes', (name, number, key, count) => {
    const keys = new Map([[number, key]]);
    const messages = packetsOf(name).flatMap(({ payload }) => (payload.kind === 'udp' && payload.application?.kind === 'heartbeat' ? [payload.application] : []));
    expect(messages).toHaveLength(count);
    for (const { heartbeat, trailer } of messages) {
      expect(trailer).toHaveLength(0);
      expect(verifyHeartbeat(heartbeat, keys)).toBeUndefined();
      const before = encodeInto(codec, heartbeat, 0);
      expect(signHeartbeat(heartbeat, number, key)).toBeUndefined();
      expect(encodeInto(codec, heartbeat, 0)).toEqual(before);
      for (const [index, field] of heartbeat.fields.entries()) {
        if (field.value.length === 0) continue;
        const changed = field.value.slice();
        changed[changed.length - 1] ^= 1;
        const fields = heartbeat.fields.with(index, new HeartbeatField(field.name, changed, field.type));
        expect(verifyHeartbeat(Object.assign(new HeartbeatMessage(), heartbeat, { fields }), keys), field.name).toMatchObject({ code: 'authentication' });
      }
    }
  });

  test('both forms signed with each method verify, and with another secret or key number do not', () => {
    const fields = fc.array(fc.tuple(fc.constantFrom('t', 'src', 'st', 'x'), octets(12).map((value) => value.filter((byte) => byte !== 10))), { maxLength: 5 });
    const key: fc.Arbitrary<HeartbeatKey> = fc.oneof(fc.constant({ method: 'crc' as const }), fc.record({ method: fc.constantFrom('md5' as const, 'sha1' as const), secret: octets(80, 1) }));
    fc.assert(fc.property(fields, fc.constantFrom('classic' as const, 'netstring' as const), key, (pairs, form, used) => {
      const signed = Object.assign(new HeartbeatMessage(), { form, fields: pairs.map(([name, value]) => new HeartbeatField(name, value)) });
      signHeartbeat(signed, 5, used);
      const back = decodeHeartbeat(new ByteReader(encodeInto(codec, signed, 0)));
      if (back instanceof DecodeError) throw new Error(back.code);
      expect(verifyHeartbeat(back, new Map([[5, used]]))).toBeUndefined();
      expect(verifyHeartbeat(back, new Map([[6, used]]))).toMatchObject({ code: 'authentication', got: 'key 5' });
      const other: HeartbeatKey = used.method === 'crc' ? { method: 'md5', secret } : { method: used.method, secret: Uint8Array.from([...used.secret, 33]) };
      expect(verifyHeartbeat(back, new Map([[5, other]]))).toMatchObject({ code: 'authentication' });
      back.fields.pop();
      expect(verifyHeartbeat(back, new Map([[5, used]]))).toMatchObject({ code: 'authentication', got: 'no field auth' });
    }));
  });

  test('the digests of RFC 2202, and the check value of this CRC', () => {
    const hex = (value: string) => new Uint8Array(Buffer.from(value, 'hex'));
    expect(heartbeatDigest(text('what do ya want for nothing?'), { method: 'md5', secret: text('Jefe') })).toBe('750c783e6ab0b503eaa86e310a5db738');
    expect(heartbeatDigest(text('Hi There'), { method: 'sha1', secret: hex('0b'.repeat(20)) })).toBe('b617318655057264e28bc0b6fb378c8ef146be00');
    // CRC-32/CKSUM, whose check value is without the length that POSIX appends.
    expect(heartbeatCrc(text('123456789'))).toBe(0x765e7680);
  });

  test('a field of a type whose lines are not known cannot be signed', () => {
    const m = Object.assign(new HeartbeatMessage(), { fields: [new HeartbeatField('s', 'x', 2)] });
    expect(signHeartbeat(m, 1, { method: 'crc' })).toMatchObject({ code: 'value', got: 2 });
  });
});
