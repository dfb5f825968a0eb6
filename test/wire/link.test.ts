/** Proves the laws of the Ethernet header and ARP, and the in-place functions against the codec. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arp, arpLength, decodeArp, encodeArp } from '../../src/wire/arp.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import {
  BROADCAST_MAC, ETHERNET_HEADER_LENGTH, EtherType, EthernetHeader, VlanTag, decodeEthernetHeader, encodeEthernetHeader,
  etherTypeOf, ethernetHeaderLength, isBroadcastMac, isGroupMac, isVlanType, macNumber, writeEthernetHeader, writeMulticastMac,
} from '../../src/wire/ethernet.js';
import { encodeInto, instanceOf, mac, testCodecLaws, u16, u32 } from './codec-laws.js';

const tag = instanceOf(() => new VlanTag(), { protocolId: fc.constantFrom<number>(EtherType.vlan, EtherType.serviceVlan, EtherType.oldServiceVlan), control: u16() });
const ethernetHeader = instanceOf(() => new EthernetHeader(), {
  destination: mac(), source: mac(), tags: fc.array(tag, { maxLength: 3 }), etherType: u16().filter((type) => !isVlanType(type)),
});
const arp = instanceOf(() => new Arp(), {
  operation: u16(), senderHardwareAddress: mac(), senderProtocolAddress: u32(), targetHardwareAddress: mac(), targetProtocolAddress: u32(),
});

describe('the Ethernet header', () => {
  testCodecLaws({
    arbitrary: ethernetHeader, length: ethernetHeaderLength, encode: encodeEthernetHeader, decode: decodeEthernetHeader, isSelfDelimiting: true,
  });

  test('writing in place gives what the codec gives', () => {
    fc.assert(fc.property(mac(), mac(), u16(), (destination, source, etherType) => {
      const header = Object.assign(new EthernetHeader(), { destination, source, etherType });
      const bytes = new Uint8Array(20).fill(0xa5);
      expect(writeEthernetHeader(bytes, 3, destination, source, etherType)).toBe(3 + ETHERNET_HEADER_LENGTH);
      const want = encodeInto({ length: ethernetHeaderLength, encode: encodeEthernetHeader }, header, 0);
      expect(bytes.slice(3, 17)).toEqual(want);
      expect(etherTypeOf(bytes.subarray(3))).toBe(etherType);
      expect([bytes[2], bytes[17]]).toEqual([0xa5, 0xa5]);
    }));
  });

  test('addresses are told apart by their 48 bits', () => {
    fc.assert(fc.property(mac(), (address) => {
      const text = [...address].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      expect(macNumber(address)).toBe(Number.parseInt(text, 16));
      expect(isGroupMac(address)).toBe((address[0] & 1) === 1);
    }));
    expect(isBroadcastMac(BROADCAST_MAC)).toBe(true);
    expect(isBroadcastMac(new Uint8Array([255, 255, 255, 255, 255, 254]))).toBe(false);
  });

  test('a group maps to 01:00:5e and its low 23 bits', () => {
    const bytes = new Uint8Array(6);
    writeMulticastMac(bytes, 0, 0xe0000005);
    expect([...bytes]).toEqual([0x01, 0x00, 0x5e, 0, 0, 5]);
    writeMulticastMac(bytes, 0, 0xefff0102);
    expect([...bytes]).toEqual([0x01, 0x00, 0x5e, 0x7f, 1, 2]);
  });
});

describe('ARP', () => {
  testCodecLaws({ arbitrary: arp, length: arpLength, encode: encodeArp, decode: decodeArp, isSelfDelimiting: true });

  test('padding stays in the reader', () => {
    const bytes = new Uint8Array(46);
    encodeArp(new Arp(), new ByteWriter(bytes));
    const r = new ByteReader(bytes);
    expect(decodeArp(r)).toBeInstanceOf(Arp);
    expect(r.remaining).toBe(18);
  });

  test('another hardware or protocol is refused where it stands', () => {
    for (const [offset, at] of [[1, 0], [2, 2], [4, 4], [5, 5]]) {
      const bytes = new Uint8Array(28);
      encodeArp(new Arp(), new ByteWriter(bytes));
      bytes[offset] ^= 0x10;
      const error = decodeArp(new ByteReader(bytes));
      expect(error).toBeInstanceOf(DecodeError);
      expect(error).toMatchObject({ code: 'value', offset: at });
    }
  });
});
