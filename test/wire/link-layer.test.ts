/** Proves that frames of every link type come apart as far as IP and go together byte for byte; LLC, SNAP and the ARP family. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import type { ArpPurpose } from '../../src/wire/arp.js';
import {
  Arp, ArpOperation, GeneralArp, arpPurpose, decodeAnyArp, encodeGeneralArp, generalArpLength, isGratuitousArp,
} from '../../src/wire/arp.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { VlanTag, isDropEligible, vlanId, vlanPriority } from '../../src/wire/ethernet.js';
import { LinkFrame, decodeFrame, decodeLinkFrame, encodeFrame, frameErrors, frameLength } from '../../src/wire/frame.js';
import type { Frame } from '../../src/wire/frame.js';
import { FrameRelayHeader, LinkType, dataLinkConnectionId } from '../../src/wire/link-layer.js';
import { LlcHeader, SnapHeader, decodeLlcHeader, encodeLlcHeader, llcHeaderLength } from '../../src/wire/llc.js';
import { encodeInto, instanceOf, octets, testCodecLaws, u16, u24, u8 } from './codec-laws.js';

const capture = readCapture(readFileSync(new URL('../fixtures/captures/linux-stack.pcap', import.meta.url)));
if (capture instanceof DecodeError) throw new Error('no capture');
const IP = capture.frames.find(({ bytes }) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === 1)!.bytes.slice(14);

const reencode = (frame: Frame | LinkFrame): Uint8Array => encodeInto({ length: frameLength, encode: encodeFrame }, frame, 0xa5);

const HEADERS: readonly (readonly [string, number, readonly number[]])[] = [
  ['raw IP', LinkType.raw, []],
  ['raw IP, old number', LinkType.rawOld, []],
  ['IPv4', LinkType.ipv4, []],
  ['BSD loopback, little-endian', LinkType.null, [2, 0, 0, 0]],
  ['BSD loopback, big-endian', LinkType.null, [0, 0, 0, 2]],
  ['OpenBSD loopback', LinkType.loop, [0, 0, 0, 2]],
  ['Linux cooked', LinkType.linuxSll, [0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 1, 3, 0xaa, 0xbb, 8, 0]],
  ['Linux cooked 2', LinkType.linuxSll2, [8, 0, 0, 0, 0, 0, 0, 7, 0, 1, 4, 6, 2, 0, 0, 0, 1, 3, 0, 0]],
  ['PPP', LinkType.ppp, [0xff, 3, 0, 0x21]],
  ['PPP without address and control', LinkType.ppp, [0, 0x21]],
  ['PPP with a short protocol', LinkType.ppp, [0x21]],
  ['PPP in HDLC framing', LinkType.pppHdlc, [0xff, 3, 0, 0x21]],
  ['Cisco HDLC in the same link type', LinkType.pppHdlc, [0x0f, 0, 8, 0]],
  ['Cisco HDLC', LinkType.ciscoHdlc, [0x8f, 0, 8, 0]],
  ['Frame Relay, IETF', LinkType.frameRelay, [0x18, 0x41, 3, 0xcc]],
  ['Frame Relay, IETF with a pad', LinkType.frameRelay, [0x18, 0x41, 3, 0, 0xcc]],
  ['Frame Relay, SNAP', LinkType.frameRelay, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0]],
  ['Frame Relay, Cisco', LinkType.frameRelay, [0x18, 0x41, 8, 0]],
  ['Frame Relay, four byte address', LinkType.frameRelay, [0x18, 0x40, 2, 0x07, 3, 0xcc]],
];

describe('link types', () => {
  test.each(HEADERS)('%s: as far as ICMP, with trailing bytes, and cut anywhere', (_, linkType, header) => {
    const bytes = Uint8Array.from([...header, ...IP, 1, 2, 3]);
    const frame = decodeLinkFrame(linkType, bytes);
    if (!(frame instanceof LinkFrame)) throw new Error('no frame');
    expect(frame.payload).toMatchObject({ kind: 'ipv4', packet: { payload: { kind: 'icmp' } } });
    expect(frameErrors(frame)).toEqual([]);
    expect([...frame.padding]).toEqual([1, 2, 3]);
    for (let length = 0; length <= bytes.length; length++) {
      const cut = decodeLinkFrame(linkType, bytes.subarray(0, length));
      if (cut instanceof DecodeError) expect(length).toBeLessThan(header.length);
      else expect(reencode(cut)).toEqual(bytes.slice(0, length));
    }
  });

  test('random bytes of every link type: a value that encodes as it came, or an error', () => {
    const types = fc.constantFrom<number>(...Object.values(LinkType));
    fc.assert(fc.property(types, octets(60), fc.boolean(), (linkType, bytes, isIp) => {
      const input = isIp ? Uint8Array.from([...bytes.subarray(0, 20), ...IP]) : bytes;
      const frame = decodeLinkFrame(linkType, input);
      return frame instanceof DecodeError || Buffer.compare(reencode(frame), input) === 0;
    }), { numRuns: 5000 });
  });

  test('a link type that we do not know is named', () => {
    expect(decodeLinkFrame(147, IP)).toMatchObject({ code: 'value', got: 147 });
  });

  test('DLCI of 2, 3 and 4 byte addresses', () => {
    const id = (address: number[]) => dataLinkConnectionId(Object.assign(new FrameRelayHeader(), { address: Uint8Array.from(address) }));
    expect(id([0x18, 0x41])).toBe(100);
    expect(id([0xfc, 0xf1])).toBe(0x3ff);
    expect(id([0xfc, 0xf0, 0xfd])).toBe(0xffff);
    expect(id([0xfc, 0xf0, 0xfe, 0xfd])).toBe(0x7fffff);
  });
});

describe('802.3 and LLC', () => {
  const byte = u8();
  const header = fc.oneof(
    fc.constantFrom(0xaa).chain(() => instanceOf(() => new LlcHeader(), {
      snap: instanceOf(() => new SnapHeader(), { organization: u24(), protocolId: u16() }),
    })),
    instanceOf(() => new LlcHeader(), { destinationServiceAccessPoint: byte, sourceServiceAccessPoint: byte, control: byte.filter((c) => (c & 3) === 3) })
      .filter((h) => h.destinationServiceAccessPoint !== 0xaa),
    instanceOf(() => new LlcHeader(), { destinationServiceAccessPoint: byte, sourceServiceAccessPoint: byte, control: byte.filter((c) => (c & 3) !== 3), control2: byte }),
  );
  testCodecLaws({ arbitrary: header, length: llcHeaderLength, encode: encodeLlcHeader, decode: decodeLlcHeader, isSelfDelimiting: true });

  const MACS = [1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 1, 3];

  test('IP in SNAP, behind two tags, with padding behind the length', () => {
    const length = 8 + IP.length;
    const bytes = Uint8Array.from([...MACS, 0x88, 0xa8, 0x60, 7, 0x81, 0, 0x10, 42, length >>> 8, length & 255, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...IP, 9, 9]);
    const frame = decodeFrame(bytes);
    if (frame instanceof DecodeError) throw new Error('no frame');
    expect(frame.ethernet.tags.map((tag) => [tag.protocolId, vlanPriority(tag), isDropEligible(tag), vlanId(tag)])).toEqual([[0x88a8, 3, false, 7], [0x8100, 0, true, 42]]);
    expect(frame.payload).toMatchObject({ kind: 'llc', llc: { snap: { organization: 0, protocolId: 0x800 } }, payload: { kind: 'ipv4', packet: { payload: { kind: 'icmp' } } } });
    expect([...frame.padding]).toEqual([9, 9]);
    expect(reencode(frame)).toEqual(bytes);
  });

  test('a length that is longer than the frame is an error, and the bytes are kept', () => {
    const bytes = Uint8Array.from([...MACS, 0, 50, 0x42, 0x42, 3, 1, 2]);
    const frame = decodeFrame(bytes);
    if (frame instanceof DecodeError) throw new Error('no frame');
    expect(frameErrors(frame)).toMatchObject([{ code: 'length', offset: 12, got: 50, want: 'at most 5' }]);
    expect(reencode(frame)).toEqual(bytes);
  });

  test('a tag by hand', () => {
    expect(vlanId(Object.assign(new VlanTag(), { control: 0xf001 }))).toBe(1);
  });
});

describe('the ARP family', () => {
  const general = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 16 })).filter(([h, p]) => h !== 6 || p !== 4).chain(([h, p]) =>
    instanceOf(() => new GeneralArp(), {
      hardwareType: u16(), protocolType: u16(), hardwareAddressLength: fc.constant(h), protocolAddressLength: fc.constant(p), operation: u16(),
      senderHardwareAddress: octets(h, h), senderProtocolAddress: octets(p, p), targetHardwareAddress: octets(h, h), targetProtocolAddress: octets(p, p),
    }));
  // Where a flipped bit makes it IPv4 over Ethernet it is an Arp, which is another codec.
  testCodecLaws<GeneralArp>({
    arbitrary: general, length: generalArpLength, encode: encodeGeneralArp, isSelfDelimiting: true,
    decode: (r) => {
      const start = r.offset;
      const arp = decodeAnyArp(r);
      return arp instanceof Arp ? new DecodeError('value', start, 'test', 'Arp', 'GeneralArp') : arp;
    },
  });

  const OWN = new Uint8Array([2, 0, 0, 0, 1, 3]);
  const NONE = new Uint8Array(6);
  const ALL = new Uint8Array(6).fill(255);
  test.each<[ArpPurpose, number, number, Uint8Array, number]>([
    ['request', ArpOperation.request, 1, NONE, 2],
    ['reply', ArpOperation.reply, 1, ALL, 2],
    ['probe', ArpOperation.request, 0, NONE, 2],
    ['announcement', ArpOperation.request, 2, NONE, 2],
    ['gratuitous-request', ArpOperation.request, 2, ALL, 2],
    ['gratuitous-reply', ArpOperation.reply, 2, OWN, 2],
    ['reverse-request', ArpOperation.reverseRequest, 0, OWN, 0],
    ['reverse-reply', ArpOperation.reverseReply, 1, OWN, 2],
    ['inverse-request', ArpOperation.inverseRequest, 1, NONE, 0],
    ['inverse-reply', ArpOperation.inverseReply, 2, OWN, 1],
    ['other', 77, 1, OWN, 1],
  ])('%s', (purpose, operation, senderProtocolAddress, targetHardwareAddress, targetProtocolAddress) => {
    const arp = Object.assign(new Arp(), { operation, senderHardwareAddress: OWN, senderProtocolAddress, targetHardwareAddress, targetProtocolAddress });
    expect(arpPurpose(arp)).toBe(purpose);
    expect(isGratuitousArp(arp)).toBe(['announcement', 'gratuitous-request', 'gratuitous-reply'].includes(purpose));
  });

  test('RARP has an EtherType of its own; ARP of another hardware is kept whole, padding too', () => {
    const body = [0, 1, 8, 0, 6, 4, 0, 3, ...OWN, 0, 0, 0, 0, ...OWN, 0, 0, 0, 0];
    const reverse = Uint8Array.from([...ALL, ...OWN, 0x80, 0x35, ...body, ...new Array<number>(18).fill(7)]);
    const other = Uint8Array.from([...ALL, ...OWN, 8, 6, 0, 32, 8, 0, 2, 4, 0, 1, 9, 9, 1, 2, 3, 4, 8, 8, 5, 6, 7, 8, 0, 0]);
    for (const [bytes, kind, padding] of [[reverse, 'arp', 18], [other, 'general-arp', 2]] as const) {
      const frame = decodeFrame(bytes);
      if (frame instanceof DecodeError) throw new Error('no frame');
      expect(frame.payload.kind).toBe(kind);
      expect(frame.padding).toHaveLength(padding);
      expect(reencode(frame)).toEqual(bytes);
    }
    expect(decodeAnyArp(new ByteReader(new Uint8Array(7)))).toBeInstanceOf(DecodeError);
  });
});
