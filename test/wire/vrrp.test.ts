/** Proves the laws of VRRP 2 and 3, with both ways of summing version 3, and reads keepalived's. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/wire/bytes.js';
import type { ByteWriter } from '../../src/wire/bytes.js';
import type { VrrpMessage } from '../../src/wire/vrrp.js';
import { VRRP_GROUP, VrrpAuthentication, VrrpVersion2, VrrpVersion3, decodeVrrp, encodeVrrp, vrrpLength } from '../../src/wire/vrrp.js';
import { encodeInto, instanceOf, octets, testCodecLaws, u32, u8 } from './codec-laws.js';
import { packetsOf } from './fixture-packets.js';

const SOURCE = 0xc0a80103;
const nibble = fc.integer({ min: 0, max: 15 });
const addresses = fc.array(u32(), { maxLength: 4 });
const message: fc.Arbitrary<VrrpMessage> = fc.oneof(
  instanceOf(() => new VrrpVersion2(), {
    type: nibble, virtualRouterId: u8(), priority: u8(), authenticationType: u8(), advertisementIntervalSeconds: u8(), addresses, authenticationData: octets(8, 8),
  }),
  instanceOf(() => new VrrpVersion3(), {
    type: nibble, virtualRouterId: u8(), priority: u8(), reserved: nibble, maximumAdvertisementIntervalCentiseconds: fc.integer({ min: 0, max: 0xfff }),
    addresses, hasPseudoHeader: fc.boolean(),
  }),
);
const codec = {
  length: vrrpLength,
  encode: (value: VrrpMessage, w: ByteWriter) => encodeVrrp(value, SOURCE, VRRP_GROUP, w),
  decode: (r: ByteReader) => decodeVrrp(r, SOURCE, VRRP_GROUP),
};

describe('VRRP', () => {
  // The version byte and the count decide what is summed; everything else is covered.
  testCodecLaws({ ...codec, arbitrary: message, isSelfDelimiting: true, isCovered: (offset) => offset !== 0 && offset !== 3 });

  test('keepalived sends both versions as we read them', () => {
    const vrrp = packetsOf('vrrp-bfd.pcap').flatMap(({ payload }) => (payload.kind === 'vrrp' ? [payload.vrrp] : []));
    expect(vrrp.find(({ version }) => version === 2)).toMatchObject({
      virtualRouterId: 51, priority: 100, authenticationType: VrrpAuthentication.simple, advertisementIntervalSeconds: 1,
      addresses: [0xc0a80164, 0xc0a80165], authenticationData: Buffer.from('takeover'),
    });
    expect(vrrp.find(({ version }) => version === 3)).toMatchObject({
      virtualRouterId: 52, priority: 150, maximumAdvertisementIntervalCentiseconds: 50, addresses: [0xc0a8016e], hasPseudoHeader: true,
    });
  });

  test('version 3 covers the addresses of the packet, version 2 does not', () => {
    const three = encodeInto(codec, new VrrpVersion3(), 0);
    expect(decodeVrrp(new ByteReader(three), SOURCE + 1, VRRP_GROUP)).toMatchObject({ code: 'checksum', offset: 6 });
    const two = encodeInto(codec, new VrrpVersion2(), 0);
    expect(decodeVrrp(new ByteReader(two), SOURCE + 1, VRRP_GROUP)).toEqual(new VrrpVersion2());
  });

  test('other versions are refused', () => {
    expect(codec.decode(new ByteReader(new Uint8Array(16).fill(0x41)))).toMatchObject({ code: 'version', offset: 0, got: 4 });
  });
});
