/** Proves the laws of opaque LSAs down to their TLVs, and what happens to TLVs that lie about their lengths. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { readPcap } from '../../src/capture/pcap.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { decodeOspfPacket, encodeOspfPacket, ospfPacketLength, ospfPacketErrors } from '../../src/wire/ospf/dissection.js';
import { Lsa, decodeLsa, encodeLsa, lsaErrors, lsaLength } from '../../src/wire/ospf/lsa.js';
import { LsType, LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { decodeExtendedLinkLsa, encodeExtendedLinkLsa, extendedLinkLsaLength } from '../../src/wire/ospf/opaque/extended-link-lsa.js';
import { PrefixSidFlag, decodeExtendedPrefixLsa, encodeExtendedPrefixLsa, extendedPrefixLsaLength } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import { decodeGraceLsa, encodeGraceLsa, graceLsaLength, graceValueCodec } from '../../src/wire/ospf/opaque/grace-lsa.js';
import { numberOfSingle, singleOfNumber } from '../../src/wire/ospf/opaque/ieee-single.js';
import type { OpaqueBody } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import {
  decodeOpaqueBody, encodeOpaqueBody, isOpaque, opaqueBodyErrors, opaqueBodyLength, opaqueId, opaqueLinkStateId, opaqueType,
} from '../../src/wire/ospf/opaque/opaque-lsa.js';
import type { RouterInformationLsa } from '../../src/wire/ospf/opaque/router-information-lsa.js';
import {
  decodeRouterInformationLsa, encodeRouterInformationLsa, hostnameText, routerInformationLsaLength,
} from '../../src/wire/ospf/opaque/router-information-lsa.js';
import { segmentLabel } from '../../src/wire/ospf/opaque/segment-identifier.js';
import { Tlv, decodeTlvs, encodeTlvs, findTlv, tlvsLength } from '../../src/wire/ospf/opaque/tlv.js';
import type { TrafficEngineeringLsa } from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import {
  decodeTrafficEngineeringLsa, encodeTrafficEngineeringLsa, trafficEngineeringLsaLength,
} from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import { optionNames } from '../../src/wire/ospf/options.js';
import { decodeGuarded, encodeInto, octets, testCodecLaws, u24, u32, u8 } from './codec-laws.js';
import * as values from './ospf-opaque-values.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));

describe('a list of TLVs', () => testCodecLaws({
  arbitrary: values.graceTlvs, length: (list) => tlvsLength(list, graceValueCodec), encode: (list, w) => encodeTlvs(list, graceValueCodec, w),
  decode: (r) => decodeTlvs(r, graceValueCodec), isSelfDelimiting: false,
}));
describe('the Grace-LSA', () => testCodecLaws({
  arbitrary: values.grace, length: graceLsaLength, encode: encodeGraceLsa, decode: decodeGraceLsa, isSelfDelimiting: false,
}));
describe('the traffic engineering LSA', () => testCodecLaws({
  arbitrary: values.trafficEngineering, length: trafficEngineeringLsaLength, encode: encodeTrafficEngineeringLsa,
  decode: decodeTrafficEngineeringLsa, isSelfDelimiting: false,
}));
describe('the router information LSA', () => testCodecLaws({
  arbitrary: values.routerInformation, length: routerInformationLsaLength, encode: encodeRouterInformationLsa,
  decode: decodeRouterInformationLsa, isSelfDelimiting: false,
}));
describe('the extended prefix LSA', () => testCodecLaws({
  arbitrary: values.extendedPrefix, length: extendedPrefixLsaLength, encode: encodeExtendedPrefixLsa, decode: decodeExtendedPrefixLsa,
  isSelfDelimiting: false,
}));
describe('the extended link LSA', () => testCodecLaws({
  arbitrary: values.extendedLink, length: extendedLinkLsaLength, encode: encodeExtendedLinkLsa, decode: decodeExtendedLinkLsa,
  isSelfDelimiting: false,
}));

describe('any opaque body', () => {
  const codec = { length: opaqueBodyLength, encode: encodeOpaqueBody };

  test('random bytes of every opaque type never throw, and encode as they came', () => {
    fc.assert(fc.property(fc.constantFrom(1, 2, 3, 4, 6, 7, 8), octets(150), (type, bytes) => {
      const body = decodeGuarded((r) => decodeOpaqueBody(r, type), bytes);
      if (body instanceof DecodeError) return expect.fail('never an error by itself');
      expect(encodeInto(codec, body, 0xa5)).toEqual(bytes);
    }), { numRuns: 2000 });
  });

  test('with any octet changed or the end cut off, it still encodes as it came', () => {
    fc.assert(fc.property(values.opaqueBody, fc.nat(), u8(), fc.nat({ max: 5 }), ([type, body], at, octet, cut) => {
      const whole = encodeInto(codec, body, 0);
      if (whole.length > 0) whole[at % whole.length] = octet;
      const bytes = whole.subarray(0, Math.max(0, whole.length - cut));
      const again = decodeGuarded((r) => decodeOpaqueBody(r, type), bytes);
      if (again instanceof DecodeError) return expect.fail('never an error by itself');
      expect(encodeInto(codec, again, 0xa5)).toEqual(bytes);
    }), { numRuns: 3000 });
  });

  test('what decoded whole has no errors', () => {
    fc.assert(fc.property(values.opaqueBody, ([type, body]) => {
      const decoded = decodeOpaqueBody(new ByteReader(encodeInto(codec, body, 0)), type);
      expect(decoded).toEqual(body);
      expect(opaqueBodyErrors(decoded)).toEqual([]);
    }));
  });
});

describe('TLVs that are not as they should be', () => {
  const roundTrip = (bytes: Uint8Array): ReturnType<typeof decodeGraceLsa> => {
    const lsa = decodeGraceLsa(new ByteReader(bytes));
    if (!(lsa instanceof DecodeError)) expect(encodeInto({ length: graceLsaLength, encode: encodeGraceLsa }, lsa, 0xa5)).toEqual(bytes);
    return lsa;
  };

  test('padding that is not zero is kept', () => {
    const lsa = roundTrip(hex('0002 0001 01 aabbcc 0001 0004 00000078'));
    expect(lsa).toMatchObject({ tlvs: [
      { type: 2, value: { kind: 'restart-reason', reason: 1 }, padding: hex('aabbcc') },
      { type: 1, value: { kind: 'grace-period', seconds: 120 }, padding: undefined },
    ] });
  });

  test('padding that is missing at the end stays missing', () => {
    expect(roundTrip(hex('0002 0001 01'))).toMatchObject({ tlvs: [{ value: { reason: 1 }, padding: new Uint8Array(0) }] });
    expect(roundTrip(hex('0002 0001 01 00'))).toMatchObject({ tlvs: [{ value: { reason: 1 }, padding: hex('00') }] });
  });

  test('a value of the wrong length stays bytes with its error, and the TLVs around it are read', () => {
    const lsa = roundTrip(hex('0001 0003 010203 00 0003 0004 0a000001'));
    expect(lsa).toMatchObject({ tlvs: [
      { type: 1, value: { kind: 'raw', bytes: hex('010203'), error: { code: 'length', clause: '[3623:A]', offset: 2, got: 3, want: 4 } } },
      { type: 3, value: { kind: 'interface-address', address: 0x0a000001 } },
    ] });
  });

  test('a length that leaves the LSA keeps the whole body as bytes, in an LSA that is well formed', () => {
    const body = hex('0001 0004 00000078 0002 0009 01000000');
    const header = Object.assign(new LsaHeader(), { lsType: LsType.opaqueLink, linkStateId: opaqueLinkStateId(3, 0) });
    const bytes = encodeInto({ length: lsaLength, encode: encodeLsa }, new Lsa(header, { kind: 'opaque', opaque: { kind: 'raw', bytes: body } }), 0);
    const lsa = decodeLsa(bytes);
    if (lsa instanceof DecodeError) return expect.fail(lsa.clause);
    expect(lsa.body).toMatchObject({ kind: 'opaque', opaque: { kind: 'raw', bytes: body } });
    expect(lsaErrors(lsa)).toMatchObject([{ code: 'length', clause: '[3623:A]', offset: 20 + 10, got: 9, want: '0-4' }]);
    expect(encodeInto({ length: lsaLength, encode: encodeLsa }, lsa, 0xa5)).toEqual(bytes);
  });

  test('a sub-TLV that leaves its TLV costs that TLV alone', () => {
    const lsa = decodeTrafficEngineeringLsa(new ByteReader(hex('0002 000c 0001 0001 01000000 0002 0008 0001 0004 0a000001')));
    expect(lsa).toMatchObject({ tlvs: [
      { value: { kind: 'raw', error: { code: 'length', clause: '[3630:2.5]', offset: 14, got: 8, want: '0-0' } } },
      { value: { kind: 'router-address', address: 0x0a000001 } },
    ] });
  });

  test('a router information TLV of a type that is not known is passed over', () => {
    const lsa = decodeRouterInformationLsa(new ByteReader(hex('0001 0004 10000000 7fff 0003 010203 00 0002 0004 80000000')));
    expect(lsa).toMatchObject({ tlvs: [
      { value: { kind: 'informational-capabilities', words: [0x10000000] } },
      { type: 0x7fff, value: { kind: 'raw', bytes: hex('010203'), error: undefined } },
      { value: { kind: 'functional-capabilities', words: [0x80000000] } },
    ] });
  });

  test('an unknown sub-TLV is kept and is no error', () => {
    const body = decodeOpaqueBody(new ByteReader(hex('0002 0008 001b 0003 010203 ff')), 1);
    expect(body).toMatchObject({ trafficEngineering: { tlvs: [{ value: { subTlvs: [{ type: 27, value: { kind: 'raw', bytes: hex('010203') }, padding: hex('ff') }] } }] } });
    expect(opaqueBodyErrors(body)).toEqual([]);
  });

  test('errors deep inside are found, in the order of the bytes', () => {
    const body = decodeOpaqueBody(new ByteReader(hex('0001 0003 0a0000 00 0002 000c 0001 0002 0101 0000 0005 0000')), 1);
    expect(opaqueBodyErrors(body)).toMatchObject([{ clause: '[3630:2.4.1]' }, { clause: '[3630:2.5.1]' }, { clause: '[3630:2.5.5]' }]);
  });
});

describe('known bytes', () => {
  test('a traffic engineering link', () => {
    const lsa = decodeTrafficEngineeringLsa(new ByteReader(hex(`0002 0064
      0001 0001 02 000000 0002 0004 0a000102 0003 0004 0a000101 0004 0004 00000000 0005 0004 0000000a
      0006 0004 4b3ebc20 0007 0004 4b3ebc20 0008 0020 ${'4b3ebc20'.repeat(8)} 0009 0004 80000001`))) as TrafficEngineeringLsa;
    const link = findTlv(lsa.tlvs, 'link');
    const find = <K extends Parameters<typeof findTlv>[1]>(kind: K) => (link ? findTlv(link.subTlvs, kind as 'metric') : undefined);
    expect(lsa.tlvs).toHaveLength(1);
    expect(link?.subTlvs).toHaveLength(9);
    expect(find('link-type')).toMatchObject({ linkType: 2 });
    expect(find('local-addresses')).toMatchObject({ addresses: [0x0a000101] });
    expect(find('administrative-group')).toMatchObject({ groups: 0x80000001 });
    expect(numberOfSingle(0x4b3ebc20)).toBe(12_500_000); // 100 Mb/s in bytes
    expect(singleOfNumber(12_500_000)).toBe(0x4b3ebc20);
  });

  test('a router that does segment routing', () => {
    const lsa = decodeRouterInformationLsa(new ByteReader(hex(`0001 0004 50000000 0007 0002 7231 0000 0008 0002 0001 0000
      0009 000b 001f40 00 0001 0003 003e80 00`))) as RouterInformationLsa;
    expect(lsa.tlvs.map(({ value }) => value.kind)).toEqual(['informational-capabilities', 'dynamic-hostname', 'sr-algorithm', 'sid-label-range']);
    expect(hostnameText(findTlv(lsa.tlvs, 'dynamic-hostname')?.name ?? new Uint8Array(0))).toBe('r1');
    expect(hostnameText(hex('72 00 5c 20 ff'))).toBe('r\\x00\\x5c\\x20\\xff');
    const range = findTlv(lsa.tlvs, 'sid-label-range');
    expect(range).toMatchObject({ rangeSize: 8000, subTlvs: [{ value: { identifier: { form: 'label', value: 16000 } } }] });
    expect(segmentLabel({ form: 'label', value: 0xf03e80 })).toBe(16000);
  });

  test('a range whose length counts the padding of its label, and one whose length does not', () => {
    for (const bytes of [hex('0009 000c 001f40 00 0001 0003 003e80 00'), hex('0009 000b 001f40 00 0001 0003 003e80 00')]) {
      const lsa = decodeRouterInformationLsa(new ByteReader(bytes)) as RouterInformationLsa;
      expect(findTlv(lsa.tlvs, 'sid-label-range')).toMatchObject({ subTlvs: [{ value: { identifier: { value: 16000 } } }] });
      expect(encodeInto({ length: routerInformationLsaLength, encode: encodeRouterInformationLsa }, lsa, 0xa5)).toEqual(bytes);
    }
  });

  test('an address family that is not IPv4 stays bytes', () => {
    const lsa = decodeExtendedPrefixLsa(new ByteReader(hex('0001 0008 01 18 01 00 0a000000')));
    expect(lsa).toMatchObject({ tlvs: [{ value: { kind: 'raw', error: { code: 'value', clause: '[7684:2.1]', got: 1, want: 0, offset: 6 } } }] });
  });

  test('every single, NaN with its payload included, encodes as it came, and numbers come back', () => {
    fc.assert(fc.property(u32(), (bits) => {
      const number = numberOfSingle(bits);
      if (!Number.isNaN(number)) expect(singleOfNumber(number)).toBe(bits);
      const lsa = Object.assign(decodeTrafficEngineeringLsa(new ByteReader(new Uint8Array(0))), {
        tlvs: [new Tlv(2, { kind: 'link', subTlvs: [new Tlv(6, { kind: 'maximum-bandwidth', bandwidth: bits })] })],
      }) as TrafficEngineeringLsa;
      const bytes = encodeInto({ length: trafficEngineeringLsaLength, encode: encodeTrafficEngineeringLsa }, lsa, 0xa5);
      expect(decodeTrafficEngineeringLsa(new ByteReader(bytes))).toEqual(lsa);
    }));
    expect(numberOfSingle(0x7fc00001)).toBeNaN();
  });
});

describe('the opaque LSAs of a real FRR', () => {
  /** By opaque type and advertising router, the first of each. */
  const seen = new Map<string, OpaqueBody>();
  const errors: DecodeError[] = [];
  let exact = 0;
  const capture = readPcap(readFileSync(new URL('../fixtures/captures/ospf/frr-te.pcap', import.meta.url)));
  for (const { bytes: ofCapture } of capture instanceof DecodeError ? [] : capture.frames) {
    const bytes = Uint8Array.from(ofCapture); // the file is a Buffer, which equals no plain array
    const start = 14 + (bytes[14] & 15) * 4;
    const packet = decodeOspfPacket(new ByteReader(bytes, start, 14 + ((bytes[16] << 8) | bytes[17])));
    if (packet instanceof DecodeError) {
      errors.push(packet);
      continue;
    }
    const again = encodeInto({ length: ospfPacketLength, encode: encodeOspfPacket }, packet, 0xa5);
    if (Buffer.compare(again, bytes.subarray(start, start + again.length)) === 0) exact++;
    if (packet.body.kind !== 'link-state-update') continue;
    errors.push(...ospfPacketErrors(packet));
    for (const lsa of packet.body.lsas) {
      if (!(lsa instanceof Lsa) || lsa.body.kind !== 'opaque') continue;
      const name = `${opaqueType(lsa.header.linkStateId)} of ${formatIpv4(lsa.header.advertisingRouter)}`;
      if (!seen.has(name)) seen.set(name, lsa.body.opaque);
    }
  }
  const link = { linkType: 2, linkId: 0x0a080002 };

  test('decode without an error, and every packet encodes as it came', () => {
    expect(exact).toBe(capture instanceof DecodeError ? -1 : capture.frames.length);
    expect(errors).toEqual([]);
    expect([...seen.keys()].sort()).toEqual([
      '1 of 10.255.0.2', '3 of 10.255.0.2', '4 of 10.255.0.1', '4 of 10.255.0.2', '6 of 10.255.0.1', '7 of 10.255.0.1', '7 of 10.255.0.2',
      '8 of 10.255.0.1', '8 of 10.255.0.2',
    ]);
  });

  /** The maximum bandwidth is the one that FRR shows, which is not the configured one. */
  test('hold what the routers were configured with', () => {
    const values_ = (name: string): unknown => {
      const lsa = Object.values(seen.get(name) ?? {}).find((value) => typeof value === 'object' && 'tlvs' in value) as { tlvs: { value: unknown }[] };
      return lsa.tlvs.map(({ value }) => value);
    };
    expect(values_('1 of 10.255.0.2')).toMatchObject([
      { kind: 'router-address', address: 0x0aff0002 },
      { kind: 'link', subTlvs: [
        { value: { linkType: 2 } }, { value: { linkId: 0x0a080002 } }, { value: { addresses: [0x0a080002] } }, { value: { metric: 77 } },
        { value: { bandwidth: singleOfNumber(176258176) } }, { value: { bandwidth: singleOfNumber(1.25e7) } },
        { value: { bandwidths: [1e6, ...Array<number>(7).fill(176258176)].map(singleOfNumber) } }, { value: { groups: 0xabcd } },
        { type: 27, value: { kind: 'raw', bytes: Uint8Array.of(0, 0, 3, 232) } }, // delay of 1000 microseconds [7471:4.1]
      ] },
    ]);
    expect(values_('6 of 10.255.0.1')).toMatchObject([{ subTlvs: expect.arrayContaining([
      expect.objectContaining({ value: { kind: 'remote-as-number', asNumber: 65000 } }),
      expect.objectContaining({ value: { kind: 'remote-asbr-address', address: 0x0a080002 } }),
    ]) }]);
    expect(values_('3 of 10.255.0.2')).toEqual([
      { kind: 'grace-period', seconds: 120 }, { kind: 'restart-reason', reason: 1 }, { kind: 'interface-address', address: 0x0a080002 },
    ]);
    expect(values_('4 of 10.255.0.1')).toMatchObject([
      { words: [0x10000000] }, { algorithms: Uint8Array.of(0) },
      { kind: 'sid-label-range', rangeSize: 8000, subTlvs: [{ value: { identifier: { form: 'label', value: 16000 } } }] },
      { kind: 'sr-local-block', rangeSize: 1000, subTlvs: [{ value: { identifier: { form: 'label', value: 15000 } } }] },
      { kind: 'node-msd' },
    ]);
    expect(values_('7 of 10.255.0.2')).toMatchObject([{ prefix: 0x0aff0002, prefixLength: 32, subTlvs: [
      { value: { kind: 'prefix-sid', flags: PrefixSidFlag.noPhp | PrefixSidFlag.explicitNull, identifier: { form: 'index', value: 200 } } },
    ] }]);
    expect(values_('8 of 10.255.0.1')).toMatchObject([{ ...link, subTlvs: [15000, 15001].map((value) => ({ value: { kind: 'adjacency-sid', identifier: { value } } })) }]);
    expect(values_('8 of 10.255.0.2')).toMatchObject([{ ...link, subTlvs: [15000, 15001].map((value) => (
      { value: { kind: 'lan-adjacency-sid', neighborId: 0x0aff0001, identifier: { value } } }
    )) }]);
  });

  test('have padding that is not zero: FRR 8.4.4 fills up its algorithms with 0xff', () => {
    const body = seen.get('4 of 10.255.0.1');
    if (body?.kind !== 'router-information') return expect.fail('no router information');
    expect(body.routerInformation.tlvs.map(({ padding }) => padding)).toEqual([undefined, Uint8Array.of(255, 255, 255), undefined, undefined, undefined]);
  });
});

describe('names and numbers', () => {
  test('opaque type and id are the two parts of the link state id', () => {
    fc.assert(fc.property(u8(), u24(), (type, id) => {
      const linkStateId = opaqueLinkStateId(type, id);
      expect([opaqueType(linkStateId), opaqueId(linkStateId), linkStateId >= 0]).toEqual([type, id, true]);
    }));
    expect([8, 9, 10, 11, 12].map(isOpaque)).toEqual([false, true, true, true, false]);
  });

  test('options have the names of the place where they stand', () => {
    expect(optionNames(0xff, 'packet')).toEqual(['MT', 'E', 'MC', 'N', 'L', 'DC', 'O', 'DN']);
    expect(optionNames(0x18, 'lsa')).toEqual(['P', 'EA']);
    expect(optionNames(0, 'lsa')).toEqual([]);
  });
});
