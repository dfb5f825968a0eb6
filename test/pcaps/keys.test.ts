/**
 * The keys in the index are the ones that the recorded systems used: every digest and password in the captures is computed here anew,
 * with nothing but node:crypto and the standards, so that what our own code says of them can be held against it.
 */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import { DecodeError } from '../../src/wire/decode-error.js';

const PCAPS = fileURLToPath(new URL('../../pcaps/', import.meta.url));

interface Key {
  readonly protocol: string;
  readonly algorithm: string;
  readonly id?: number;
  readonly key?: string;
}

const { captures: entries } = JSON.parse(readFileSync(`${PCAPS}index.json`, 'utf8')) as { captures: { file: string; keys?: Key[] }[] };
const filesOf = (protocol: string): (readonly [string, readonly Key[]])[] =>
  entries.filter(({ keys }) => keys?.some((key) => key.protocol === protocol)).map(({ file, keys }) => [file, keys ?? []]);

/** IPv4 packets of one protocol, without Ethernet and padding. */
function packetsOf(file: string, protocol: number): Buffer[] {
  const capture = readCapture(readFileSync(PCAPS + file));
  if (capture instanceof DecodeError) throw new Error(`${file} is no capture`);
  return capture.frames.map(({ bytes }) => Buffer.from(bytes))
    .filter((frame) => frame.readUInt16BE(12) === 0x0800 && frame[23] === protocol)
    .map((frame) => frame.subarray(14, 14 + frame.readUInt16BE(16)));
}

const payloadOf = (packet: Buffer): Buffer => packet.subarray((packet[0] & 15) * 4);
const udpOf = (file: string, port: number): Buffer[] =>
  packetsOf(file, 17).map(payloadOf).filter((datagram) => datagram.readUInt16BE(2) === port).map((datagram) => datagram.subarray(8));

function padded(key: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.write(key, 'latin1');
  return bytes;
}

/** The key id, and whether the digest or password is that of `keys`. [2328:D.4, 5709:3.3] */
function judgeOspf(packet: Buffer, keys: readonly Key[]): [number, boolean] {
  const type = packet.readUInt16BE(14);
  if (type === 1) return [0, packet.subarray(16, 24).equals(padded(keys[0].key ?? '', 8))];
  if (type !== 2) return [-1, false];
  const [id, digestLength, length] = [packet[18], packet[19], packet.readUInt16BE(2)];
  const { algorithm, key = '' } = keys.find((candidate) => candidate.id === id) ?? { algorithm: 'none' };
  const [body, digest] = [packet.subarray(0, length), packet.subarray(length, length + digestLength)];
  if (algorithm === 'md5') return [id, createHash('md5').update(body).update(padded(key, 16)).digest().equals(digest)];
  const apad = Buffer.from('878fe1f3'.repeat(digestLength / 4), 'hex');
  return [id, createHmac(algorithm.replace('hmac-sha-', 'sha'), key).update(body).update(apad).digest().equals(digest)];
}

/** Authentication types 1 to 5, the digest's place filled with the key. [5880:6.7] */
function judgeBfd(packet: Buffer, { algorithm, id, key = '' }: Key): boolean {
  const [type, length, keyId] = [packet[24], packet[25], packet[26]];
  if (type !== ['simple', 'keyed-md5', 'meticulous-keyed-md5', 'keyed-sha1', 'meticulous-keyed-sha1'].indexOf(algorithm) + 1 || keyId !== id) return false;
  if (type === 1) return packet.subarray(27, 24 + length).equals(Buffer.from(key));
  const [hash, digestLength] = type <= 3 ? ['md5', 16] : ['sha1', 20];
  const filled = Buffer.from(packet);
  padded(key, digestLength).copy(filled, 32);
  return createHash(hash).update(filled).digest().equals(packet.subarray(32, 32 + digestLength));
}

/** The digest behind `%%%\n` covers everything up to and with it. */
function judgeHeartbeat(message: Buffer, { algorithm, id, key = '' }: Key): boolean {
  const end = message.indexOf('%%%\n') + 4;
  const trailer = /^(\d+):(\d+) ([0-9a-f]+),/.exec(message.subarray(end).toString('latin1'));
  if (end < 4 || trailer === null || Number(trailer[2]) !== id) return false;
  const covered = message.subarray(0, end);
  const want = algorithm === 'crc' ? crcOf(covered).toString(16) : createHmac(algorithm, key).update(covered).digest('hex');
  return trailer[3] === want;
}

/** 0x04C11DB7, most significant bit first, from 0, without a length, complemented. */
function crcOf(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) !== 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

describe('OSPF', () => {
  test.each(filesOf('ospf'))('%s', (file, keys) => {
    const judged = packetsOf(file, 89).map((packet) => judgeOspf(payloadOf(packet), keys));
    const wrong = judged.filter(([, isRight]) => !isRight).length;
    // The one file in which a router has the wrong key says so: its Hellos, until it is told the right one.
    if (file === 'ospf-auth-wrong-key.pcap') expect(wrong).toBeGreaterThanOrEqual(4);
    else expect(wrong).toBe(0);
    expect(new Set(judged.map(([id]) => id)).size).toBe(keys.length);
  });
});

describe('BFD', () => {
  test.each(filesOf('bfd'))('%s', (file, [key]) => {
    const packets = udpOf(file, 3784);
    expect(packets.length).toBeGreaterThan(20);
    expect(packets.filter((packet) => !judgeBfd(packet, key))).toEqual([]);
  });
});

describe('heartbeat', () => {
  test.each(filesOf('heartbeat'))('%s', (file, [key]) => {
    const messages = udpOf(file, 694);
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.filter((message) => !judgeHeartbeat(message, key)).map((message) => message.toString('latin1'))).toEqual([]);
  });
});

describe('VRRP', () => {
  test.each(filesOf('vrrp'))('%s: the password in every advertisement', (file, [key]) => {
    const packets = packetsOf(file, 112).map(payloadOf);
    expect(packets.length).toBeGreaterThan(5);
    expect(packets.filter((packet) => packet[4] !== 1 || !packet.subarray(-8).equals(padded(key.key ?? '', 8)))).toEqual([]);
  });

  test.each(filesOf('ah'))('%s: the integrity check value of the authentication header', (file, [key]) => {
    const packets = packetsOf(file, 51);
    expect(packets.length).toBeGreaterThan(5);
    for (const packet of packets) {
      // What routers change counts as zero: TOS, flags, fragment offset, header checksum, and the value itself. [2402:3.3.3]
      // The TTL should too; keepalived leaves it in.
      const neutral = Buffer.from(packet);
      neutral[1] = 0;
      neutral.writeUInt16BE(0, 6);
      neutral.writeUInt16BE(0, 10);
      neutral.fill(0, 32, 44);
      expect(createHmac('md5', padded(key.key ?? '', 8)).update(neutral).digest().subarray(0, 12).toString('hex')).toBe(packet.subarray(32, 44).toString('hex'));
    }
  });
});
