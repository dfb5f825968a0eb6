/** Proves that every frame of the captures, whole or damaged, comes apart without a throw and goes together byte for byte. */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../src/capture/captured-frame.js';
import { readCapture } from '../../src/capture/capture.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { EtherType, writeEthernetHeader, writeMulticastMac } from '../../src/wire/ethernet.js';
import type { Ipv4Payload } from '../../src/wire/frame.js';
import { Frame, decodeFrame, encodeFrame, frameErrors, frameLength } from '../../src/wire/frame.js';
import { ALL_IGMPV3_ROUTERS, GroupRecord, IgmpVersion3Report, encodeIgmp, igmpLength } from '../../src/wire/igmp.js';
import { IpProtocol, Ipv4Flag, Ipv4Header, ROUTER_ALERT_OPTION, encodeIpv4Header, ipv4HeaderLength } from '../../src/wire/ipv4.js';
import { Lsa, decodeLsa, encodeLsa, lsaLength } from '../../src/wire/ospf/lsa.js';
import { LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { encodeInto, octets } from './codec-laws.js';

const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.pcap')).sort();

function capture(name: string): Capture {
  const read = readCapture(readFileSync(new URL(name, FIXTURES)));
  if (read instanceof DecodeError) throw new Error(`${name} is no capture`);
  return read;
}

function decoded(bytes: Uint8Array): Frame {
  const frame = decodeFrame(bytes);
  if (frame instanceof DecodeError) throw new Error(`no frame: ${frame.code} at ${frame.offset}`);
  return frame;
}

function reencode(frame: Frame): Uint8Array {
  return encodeInto({ length: frameLength, encode: encodeFrame }, frame, 0xa5);
}

function ipv4PayloadOf(frame: Frame): Ipv4Payload | undefined {
  return frame.payload.kind === 'ipv4' ? frame.payload.packet.payload : undefined;
}

describe('captures of real systems', () => {
  test('are there', () => expect(files).toHaveLength(11));

  test.each(files)('%s: every frame decodes without an error and encodes as it came', (name) => {
    const { frames, break: broken } = capture(name);
    expect(broken).toBeUndefined();
    expect(frames.length).toBeGreaterThan(5);
    for (const [index, { bytes }] of frames.entries()) {
      const frame = decoded(bytes);
      expect(frameErrors(frame), `frame ${index + 1}`).toEqual([]);
      if (Buffer.compare(reencode(frame), bytes) !== 0) expect(reencode(frame), `frame ${index + 1}`).toEqual(bytes);
    }
  });

  test('only fragments stay bytes', () => {
    let fragments = 0;
    for (const name of files) {
      for (const { bytes } of capture(name).frames) {
        const { payload } = decoded(bytes);
        expect(payload.kind).not.toBe('raw');
        if (payload.kind !== 'ipv4' || payload.packet.payload.kind !== 'raw') continue;
        const { flags, fragmentOffset } = payload.packet.header;
        expect(fragmentOffset > 0 || (flags & Ipv4Flag.moreFragments) !== 0).toBe(true);
        fragments++;
      }
    }
    expect(fragments).toBe(3);
  });

  test('hold every kind of packet and of LSA that we know', () => {
    const seen = new Set<string>();
    for (const name of files) {
      for (const { bytes } of capture(name).frames) {
        const frame = decoded(bytes);
        seen.add(frame.payload.kind);
        const inner = ipv4PayloadOf(frame);
        if (frame.payload.kind === 'llc') seen.add(`llc ${frame.payload.llc.destinationServiceAccessPoint}`);
        if (inner?.kind === 'tcp') for (const option of inner.tcp.options) seen.add(`tcp ${option.kind}`);
        if (inner?.kind === 'vrrp') seen.add(`vrrp ${inner.vrrp.version}`);
        if (inner?.kind === 'udp' && inner.application) seen.add(inner.application.kind);
        if (inner?.kind === 'udp' && inner.application?.kind === 'bfd') seen.add(`bfd ${inner.application.bfd.authentication?.type}`);
        if (inner === undefined) continue;
        if (inner.kind === 'icmp') seen.add(`icmp ${inner.icmp.type}`);
        if (inner.kind === 'igmp') seen.add(`igmp ${inner.igmp.kind}`);
        if (inner.kind === 'udp') seen.add(`udp ${inner.udp.hasChecksum}`);
        if (inner.kind !== 'ospf') continue;
        seen.add(inner.ospf.body.kind);
        if (inner.ospf.body.kind !== 'link-state-update') continue;
        for (const lsa of inner.ospf.body.lsas) if (lsa instanceof Lsa) seen.add(`lsa ${lsa.header.lsType}`);
      }
    }
    expect([...seen].sort()).toEqual([
      'arp', 'bfd', 'bfd 1', 'bfd 3', 'bfd 5', 'database-description', 'heartbeat', 'hello', 'icmp 0', 'icmp 11', 'icmp 3', 'icmp 8',
      'igmp version2', 'igmp version3-report', 'ipv4', 'link-state-acknowledgment', 'link-state-request', 'link-state-update', 'llc', 'llc 66',
      'lsa 1', 'lsa 2', 'lsa 3', 'lsa 4', 'lsa 5', 'tcp maximum-segment-size', 'tcp md5-signature', 'tcp no-operation', 'tcp sack-permitted',
      'tcp timestamps', 'tcp window-scale', 'udp false', 'udp true', 'vrrp 2', 'vrrp 3',
    ]);
  });

  test('the next-hop MTU is where RFC 1191 puts it', () => {
    const mtus = capture('linux-stack.pcap').frames.flatMap(({ bytes }) => {
      const inner = ipv4PayloadOf(decoded(bytes));
      return inner?.kind === 'icmp' && inner.icmp.kind === 'error' && inner.icmp.type === 3 && inner.icmp.code === 4 ? [inner.icmp.nextHopMtu] : [];
    });
    expect(mtus).toEqual([1000]);
  });

  test('every LSA of FRR gets the checksum that FRR gave it', () => {
    let count = 0;
    for (const { bytes } of capture('frr-lan.pcap').frames) {
      const inner = ipv4PayloadOf(decoded(bytes));
      if (inner?.kind !== 'ospf' || inner.ospf.body.kind !== 'link-state-update') continue;
      for (const lsa of inner.ospf.body.lsas) {
        if (!(lsa instanceof Lsa)) return expect.fail('an LSA that does not decode');
        const forgotten = Object.assign(new LsaHeader(), lsa.header, { checksum: 0, length: 0 });
        const again = encodeInto({ length: lsaLength, encode: encodeLsa }, new Lsa(forgotten, lsa.body), 0xa5);
        expect(decodeLsa(again)).toEqual(lsa);
        count++;
      }
    }
    expect(count).toBeGreaterThan(50);
  });

  test('a join put together from its fields is the frame that Linux sends', () => {
    const sent = capture('frr-lan.pcap').frames.find(({ bytes }) => bytes[23] === IpProtocol.igmp);
    const report = Object.assign(new IgmpVersion3Report(), { records: [Object.assign(new GroupRecord(), { group: 0xe0000005 })] });
    const header = Object.assign(new Ipv4Header(), {
      typeOfService: 0xc0, flags: Ipv4Flag.dontFragment, timeToLive: 1, protocol: IpProtocol.igmp,
      source: 0xc0a80103, destination: ALL_IGMPV3_ROUTERS, options: ROUTER_ALERT_OPTION,
    });
    header.totalLength = ipv4HeaderLength(header) + igmpLength(report);
    const bytes = new Uint8Array(54).fill(0xa5);
    const group = new Uint8Array(6);
    writeMulticastMac(group, 0, ALL_IGMPV3_ROUTERS);
    const w = new ByteWriter(bytes, writeEthernetHeader(bytes, 0, group, new Uint8Array([2, 0, 0, 0, 1, 3]), EtherType.ipv4));
    encodeIpv4Header(header, w);
    encodeIgmp(report, w);
    expect(w.offset).toBe(54);
    expect(bytes).toEqual(Uint8Array.from(sent?.bytes ?? []));
  });
});

describe('damaged frames', () => {
  const pool = files.flatMap((name) => capture(name).frames.map(({ bytes }) => bytes.slice()).filter((bytes) => bytes.length < 400));
  const anyFrame = fc.integer({ min: 0, max: pool.length - 1 }).map((index) => pool[index]);

  function isExact(bytes: Uint8Array): boolean {
    const frame = decodeFrame(bytes);
    return frame instanceof DecodeError ? bytes.length < 18 : Buffer.compare(reencode(frame), bytes) === 0;
  }

  test('every truncation encodes as it came', () => {
    fc.assert(fc.property(anyFrame, (bytes) => {
      for (let length = 0; length < bytes.length; length++) if (!isExact(bytes.subarray(0, length))) expect.fail(`cut to ${length}`);
    }), { numRuns: 150 });
  });

  test('every flipped bit encodes as it came', () => {
    fc.assert(fc.property(anyFrame, (bytes) => {
      const flipped = bytes.slice();
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        flipped[bit >>> 3] ^= 1 << (bit & 7);
        if (!isExact(flipped)) expect.fail(`bit ${bit}`);
        flipped[bit >>> 3] ^= 1 << (bit & 7);
      }
    }), { numRuns: 60 });
  });

  test('padding, tags and overwritten bytes encode as they came', () => {
    const tag = fc.constantFrom(new Uint8Array([0x81, 0, 0, 42]), new Uint8Array([0x88, 0xa8, 0x20, 7, 0x81, 0, 0, 42]), new Uint8Array(0));
    const overwrites = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 });
    fc.assert(fc.property(anyFrame, tag, octets(30), overwrites, (frame, tags, padding, changes) => {
      const bytes = Uint8Array.from([...frame.subarray(0, 12), ...tags, ...frame.subarray(12), ...padding]);
      if (changes.length === 0) {
        const whole = decoded(bytes);
        expect(frameErrors(whole)).toEqual([]);
        expect(whole.padding).toEqual(Uint8Array.from([...decoded(frame).padding, ...padding]));
        expect(whole.ethernet.tags).toHaveLength(tags.length / 4);
      }
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return isExact(bytes);
    }), { numRuns: 2000 });
  });

  test('random bytes never throw', () => {
    fc.assert(fc.property(octets(200), isExact), { numRuns: 1000 });
  });
});
