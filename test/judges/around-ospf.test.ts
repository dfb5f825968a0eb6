/**
 * tshark judges the protocols around OSPF: what keepalived, BIRD and Linux sent it reads as we do, and what we make from our
 * values it reads as what we meant, without complaint.
 *
 * Needs tshark on the path.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { readCapture } from '../../src/capture/capture.js';
import { encodePcapHeader, encodePcapRecord } from '../../src/capture/pcap.js';
import { BfdAuthType, BfdControl, BfdState, sealBfd } from '../../src/wire/bfd.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { EtherType, EthernetHeader } from '../../src/wire/ethernet.js';
import type { Ipv4Payload } from '../../src/wire/frame.js';
import { Frame, decodeFrame, encodeFrame, frameErrors, frameLength } from '../../src/wire/frame.js';
import {
  IcmpAddressMask, IcmpError, IcmpParameterProblem, IcmpRedirect, IcmpRouterAdvertisement, IcmpTimestamp, IcmpType,
} from '../../src/wire/icmp.js';
import { IgmpVersion3Query } from '../../src/wire/igmp.js';
import { Ipv4Option, Ipv4OptionType, Ipv4Options, encodeIpv4Options } from '../../src/wire/ipv4-options.js';
import { IpProtocol, Ipv4Header, encodeIpv4Header, ipv4HeaderLength } from '../../src/wire/ipv4.js';
import { TcpFlag, TcpMaximumSegmentSize, TcpNoOperation, TcpSack, TcpSegment, TcpTimestamps, TcpWindowScale } from '../../src/wire/tcp.js';
import { UdpDatagram } from '../../src/wire/udp.js';
import { VRRP_GROUP, VrrpVersion2, VrrpVersion3 } from '../../src/wire/vrrp.js';

const directory = mkdtempSync(join(tmpdir(), 'failover-around-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CHECKS = ['ip', 'udp', 'tcp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);

function fields(file: string, names: readonly string[], filter = ''): string[][] {
  const text = execFileSync('tshark', ['-n', '-r', file, ...CHECKS, '-o', 'tcp.relative_sequence_numbers:FALSE', ...(filter ? ['-Y', filter] : []), '-T', 'fields',
    '-E', 'separator=|', ...names.flatMap((name) => ['-e', name])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return text.split('\n').slice(0, -1).map((line) => line.split('|'));
}

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: IpProtocol.icmp, igmp: IpProtocol.igmp, udp: IpProtocol.udp, tcp: IpProtocol.tcp, vrrp: IpProtocol.vrrp };

function frameOf(payload: Exclude<Ipv4Payload, { kind: 'raw' }>, fields: Partial<Ipv4Header> = {}): Uint8Array {
  const header = Object.assign(new Ipv4Header(), { timeToLive: 255, protocol: PROTOCOLS[payload.kind], source: 0x0a000001, destination: 0x0a000002, ...fields });
  const frame = new Frame(Object.assign(new EthernetHeader(), { etherType: EtherType.ipv4 }), { kind: 'ipv4', packet: { header, payload } }, new Uint8Array(0));
  header.totalLength = frameLength(frame) - 14;
  const bytes = new Uint8Array(frameLength(frame)).fill(0xa5);
  encodeFrame(frame, new ByteWriter(bytes));
  const again = decodeFrame(bytes);
  if (again instanceof DecodeError || frameErrors(again).length > 0) throw new Error('we do not read our own');
  return bytes;
}

function judged(frames: readonly Uint8Array[], names: readonly string[]): string[][] {
  const file = join(directory, `made-${names[0]}.pcap`);
  writeFileSync(file, Buffer.concat([encodePcapHeader(1), ...frames.map((frame, i) => encodePcapRecord(i * 1000, frame))]));
  expect(fields(file, ['frame.number', '_ws.expert.message'], '_ws.malformed || _ws.expert.severity >= 0x800000')).toEqual([]);
  return fields(file, names);
}

const NOTHING = new Uint8Array(0);

describe('what real systems sent', () => {
  const decoded = (name: string) => {
    const capture = readCapture(readFileSync(new URL(`../fixtures/captures/${name}`, import.meta.url)));
    if (capture instanceof DecodeError) throw new Error('no capture');
    return capture.frames.map(({ bytes }) => {
      const frame = decodeFrame(bytes);
      if (frame instanceof DecodeError) throw new Error('no frame');
      return frame.payload.kind === 'ipv4' ? frame.payload.packet.payload : undefined;
    });
  };
  const path = (name: string) => fileURLToPath(new URL(`../fixtures/captures/${name}`, import.meta.url));

  test('VRRP of keepalived and BFD of BIRD', () => {
    const want = fields(path('vrrp-bfd.pcap'), ['vrrp.version', 'vrrp.virt_rtr_id', 'vrrp.prio', 'vrrp.ip_addr', 'bfd.sta', 'bfd.flags', 'bfd.my_discriminator', 'bfd.your_discriminator',
      'bfd.desired_min_tx_interval', 'bfd.auth.type', 'bfd.auth.key', 'bfd.auth.seq_num']);
    const got = decoded('vrrp-bfd.pcap').map((payload) => {
      if (payload?.kind === 'vrrp') {
        const { vrrp } = payload;
        return [`${vrrp.version}`, `${vrrp.virtualRouterId}`, `${vrrp.priority}`, vrrp.addresses.map(formatIpv4).join(','), '', '', '', '', '', '', '', ''];
      }
      if (payload?.kind !== 'udp' || payload.application?.kind !== 'bfd') throw new Error('neither');
      const { bfd } = payload.application;
      const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, '0')}`;
      const section = bfd.authentication;
      if (section === undefined || section.kind === 'other') throw new Error('no authentication');
      return ['', '', '', '', hex(bfd.state, 2), hex((bfd.state << 6) | bfd.flags, 2), hex(bfd.myDiscriminator, 8), hex(bfd.yourDiscriminator, 8), `${bfd.desiredMinimumTransmitMicros}`,
        `${section.type}`, `${section.keyId}`, section.kind === 'digest' ? hex(section.sequence, 8) : ''];
    });
    expect(got).toEqual(want);
  });

  test('TCP of Linux', () => {
    const want = fields(path('linux-tcp-stp.pcap'), ['tcp.srcport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'tcp.window_size_value', 'tcp.len', 'tcp.options.mss_val',
      'tcp.options.wscale.shift', 'tcp.options.timestamp.tsval', 'tcp.checksum.status']);
    const got = decoded('linux-tcp-stp.pcap').map((payload) => {
      if (payload?.kind !== 'tcp') return Array<string>(10).fill('');
      const { tcp } = payload;
      const option = (kind: string) => tcp.options.find((each) => each.kind === kind);
      const [mss, scale, times] = [option('maximum-segment-size'), option('window-scale'), option('timestamps')];
      return [`${tcp.sourcePort}`, `${tcp.sequence}`, `${tcp.acknowledgment}`, `0x${tcp.flags.toString(16).padStart(4, '0')}`, `${tcp.window}`, `${tcp.payload.length}`,
        mss?.kind === 'maximum-segment-size' ? `${mss.size}` : '', scale?.kind === 'window-scale' ? `${scale.shift}` : '', times?.kind === 'timestamps' ? `${times.value}` : '', '1'];
    });
    expect(got).toEqual(want);
  });
});

describe('what we make', () => {
  const inner = new Uint8Array(28);
  const innerHeader = Object.assign(new Ipv4Header(), { totalLength: 28, timeToLive: 1, protocol: 17, source: 0x0a000002, destination: 0x0a000003 });
  encodeIpv4Header(innerHeader, new ByteWriter(inner));
  inner.set([0x12, 0x67, 0x82, 0x9a, 0, 8, 0, 0], 20);

  test('ICMP of every type', () => {
    const messages = [
      Object.assign(new IcmpError(), { code: 4, nextHopMtu: 1400, original: inner }),
      Object.assign(new IcmpError(), { type: IcmpType.timeExceeded, original: inner }),
      Object.assign(new IcmpRedirect(), { code: 1, gateway: 0x0a0000fe, original: inner }),
      Object.assign(new IcmpParameterProblem(), { pointer: 20, original: inner }),
      Object.assign(new IcmpTimestamp(), { identifier: 5, sequence: 6, originate: 1000, receive: 2000, transmit: 3000 }),
      Object.assign(new IcmpAddressMask(), { type: IcmpType.addressMaskReply, mask: 0xffffff00 }),
      Object.assign(new IcmpRouterAdvertisement(), { addressCount: 1, addresses: [{ address: 0x0a0000fe, preference: -5 }], lifetimeSeconds: 1800 }),
    ];
    const rows = judged(messages.map((icmp) => frameOf({ kind: 'icmp', icmp })), ['icmp.type', 'icmp.checksum.status', 'icmp.mtu', 'icmp.redir_gw', 'icmp.pointer', 'icmp.address_mask', 'icmp.router_address', 'icmp.pref_level']);
    expect(rows).toEqual([
      ['3', '1', '1400', '', '', '', '', ''], ['11', '1', '', '', '', '', '', ''], ['5', '1', '', '10.0.0.254', '', '', '', ''], ['12', '1', '', '', '20', '', '', ''],
      ['13', '1', '', '', '', '', '', ''], ['18', '1', '', '', '', '255.255.255.0', '', ''], ['9', '1', '', '', '', '', '10.0.0.254', '-5'],
    ]);
  });

  test('IGMP version 3 query', () => {
    const igmp = Object.assign(new IgmpVersion3Query(), { maximumResponseCode: 100, group: 0xe0000105, isRouterProcessingSuppressed: true, robustness: 3, queryIntervalCode: 20, sources: [0x0a000009] });
    expect(judged([frameOf({ kind: 'igmp', igmp }, { destination: 0xe0000105, timeToLive: 1 })], ['igmp.type', 'igmp.version', 'igmp.max_resp', 'igmp.maddr', 'igmp.s', 'igmp.qrv', 'igmp.qqic', 'igmp.saddr', 'igmp.checksum.status']))
      .toEqual([['0x11', '3', '100', '224.0.1.5', expect.stringMatching(/1|True/) as string, '3', '20', '10.0.0.9', '1']]);
  });

  test('TCP with options', () => {
    const tcp = Object.assign(new TcpSegment(), {
      sourcePort: 4711, destinationPort: 80, sequence: 0xfffffff0, acknowledgment: 7, flags: TcpFlag.syn | TcpFlag.ack, window: 1000, payload: NOTHING,
      options: [Object.assign(new TcpMaximumSegmentSize(), { size: 1400 }), new TcpNoOperation(), Object.assign(new TcpWindowScale(), { shift: 7 }),
        new TcpNoOperation(), new TcpNoOperation(), Object.assign(new TcpTimestamps(), { value: 1, echoReply: 2 }),
        new TcpNoOperation(), new TcpNoOperation(), Object.assign(new TcpSack(), { blocks: [{ left: 100, right: 200 }] })],
    });
    expect(judged([frameOf({ kind: 'tcp', tcp })], ['tcp.checksum.status', 'tcp.options.mss_val', 'tcp.options.wscale.shift', 'tcp.options.timestamp.tsecr', 'tcp.options.sack_le', 'tcp.options.sack_re', 'tcp.hdr_len']))
      .toEqual([['1', '1400', '7', '2', '100', '200', '52']]);
  });

  test('VRRP of both versions', () => {
    const two = Object.assign(new VrrpVersion2(), { virtualRouterId: 9, priority: 200, addresses: [0x0a000064] });
    const three = Object.assign(new VrrpVersion3(), { virtualRouterId: 8, priority: 255, maximumAdvertisementIntervalCentiseconds: 33, addresses: [0x0a000064, 0x0a000065] });
    expect(judged([two, three].map((vrrp) => frameOf({ kind: 'vrrp', vrrp, trailer: NOTHING }, { destination: VRRP_GROUP })), ['vrrp.version', 'vrrp.virt_rtr_id', 'vrrp.prio', 'vrrp.checksum.status', 'vrrp.ip_addr']))
      .toEqual([['2', '9', '200', '1', '10.0.0.100'], ['3', '8', '255', '1', '10.0.0.100,10.0.0.101']]);
  });

  test('BFD with each kind of authentication', () => {
    const frames = Object.values(BfdAuthType).map((type) => {
      const bfd = Object.assign(new BfdControl(), { state: BfdState.init, myDiscriminator: 5, yourDiscriminator: 6 });
      sealBfd(bfd, { type, keyId: 3, key: new TextEncoder().encode('secret') }, 99);
      const udp = Object.assign(new UdpDatagram(), { sourcePort: 49152, destinationPort: 3784 });
      return frameOf({ kind: 'udp', udp, application: { kind: 'bfd', bfd, trailer: NOTHING }, trailer: NOTHING });
    });
    expect(judged(frames, ['bfd.auth.type', 'bfd.auth.len', 'bfd.auth.key', 'bfd.message_length', 'udp.checksum.status'])).toEqual([
      ['1', '9', '3', '33', '1'], ['2', '24', '3', '48', '1'], ['3', '24', '3', '48', '1'], ['4', '28', '3', '52', '1'], ['5', '28', '3', '52', '1'],
    ]);
  });

  test('IPv4 options', () => {
    const options = new Ipv4Options();
    options.list.push(Object.assign(new Ipv4Option(), { type: Ipv4OptionType.routerAlert, data: new Uint8Array(2) }),
      Object.assign(new Ipv4Option(), { type: Ipv4OptionType.recordRoute, data: new Uint8Array([4, 10, 0, 0, 1]) }));
    const bytes = encodeIpv4Options(options);
    const header = Object.assign(new Ipv4Header(), { options: bytes });
    const icmp = Object.assign(new IcmpTimestamp(), {});
    expect(judged([frameOf({ kind: 'icmp', icmp }, { options: bytes })], ['ip.hdr_len', 'ip.opt.type', 'ip.opt.ra', 'ip.checksum.status']))
      .toEqual([[`${ipv4HeaderLength(header)}`, '148,7,0', '0', '1']]);
  });
});
