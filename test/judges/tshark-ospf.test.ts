/**
 * tshark reads the opaque LSAs, NSSA-LSAs and link-local signalling blocks that we build, with the values that we put in.
 *
 * Needs tshark on the path.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { LinkType } from '../../src/capture/captured-frame.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { EtherType, EthernetHeader, encodeEthernetHeader } from '../../src/wire/ethernet.js';
import { IpProtocol, Ipv4Header, encodeIpv4Header } from '../../src/wire/ipv4.js';
import { AsExternalLsa, ExternalRoute } from '../../src/wire/ospf/as-external-lsa.js';
import type { Authentication } from '../../src/wire/ospf/authentication.js';
import { digestLengthOf, sealPacket } from '../../src/wire/ospf/authentication.js';
import type { OspfBody } from '../../src/wire/ospf/dissection.js';
import { encodeOspfBody, ospfBodyLength } from '../../src/wire/ospf/dissection.js';
import { Hello } from '../../src/wire/ospf/hello.js';
import {
  ExtendedOption, LinkLocalSignaling, LinkLocalTlvType, encodeLinkLocalSignaling, linkLocalSignalingLength, sealLinkLocalSignaling,
} from '../../src/wire/ospf/link-local-signaling.js';
import { LsType, LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import type { LsaBody } from '../../src/wire/ospf/lsa.js';
import { Lsa } from '../../src/wire/ospf/lsa.js';
import { AdjacencySidFlag, ExtendedLinkLsa, ExtendedLinkSubTlvType } from '../../src/wire/ospf/opaque/extended-link-lsa.js';
import type { ExtendedPrefixSubValue } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import { ExtendedPrefixLsa, ExtendedPrefixSubTlvType, ExtendedPrefixTlvType, PrefixSidFlag } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import { GraceLsa, GraceTlvType, RestartReason } from '../../src/wire/ospf/opaque/grace-lsa.js';
import { singleOfNumber } from '../../src/wire/ospf/opaque/ieee-single.js';
import { OpaqueType, opaqueLinkStateId } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import { InformationalCapability, RouterInformationLsa, RouterInformationTlvType } from '../../src/wire/ospf/opaque/router-information-lsa.js';
import type { SegmentIdentifier, SidLabelValue } from '../../src/wire/ospf/opaque/segment-identifier.js';
import { Tlv } from '../../src/wire/ospf/opaque/tlv.js';
import type { TrafficEngineeringLinkValue } from '../../src/wire/ospf/opaque/traffic-engineering-link.js';
import { TrafficEngineeringLinkTlvType } from '../../src/wire/ospf/opaque/traffic-engineering-link.js';
import { TrafficEngineeringLsa, TrafficEngineeringTlvType } from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import { OptionBit } from '../../src/wire/ospf/options.js';
import { OSPF_HEADER_LENGTH, OspfHeader, PacketType, encodeOspfHeader } from '../../src/wire/ospf/packet.js';
import { LinkType as RouterLinkType, RouterFlag, RouterLink, RouterLsa } from '../../src/wire/ospf/router-lsa.js';

const SOURCE = 0x0a000001;
const directory = mkdtempSync(join(tmpdir(), 'failover-judge-ospf-'));
const file = join(directory, 'ospf.pcapng');
afterAll(() => rmSync(directory, { recursive: true }));

/** A frame around a packet and the block behind it. */
function frame(type: number, body: OspfBody, authentication: Authentication, block?: LinkLocalSignaling): Uint8Array {
  const ospf = new Uint8Array(2000).fill(0xa5);
  const length = OSPF_HEADER_LENGTH + ospfBodyLength(body);
  const w = new ByteWriter(ospf);
  encodeOspfHeader(Object.assign(new OspfHeader(), { type, length, routerId: SOURCE }), w);
  encodeOspfBody(body, w);
  let total = sealPacket(ospf, 0, length, authentication, 7);
  if (block) {
    encodeLinkLocalSignaling(block, new ByteWriter(ospf, total));
    expect(sealLinkLocalSignaling(ospf, total, linkLocalSignalingLength(block), authentication)).toBeUndefined();
    total += linkLocalSignalingLength(block);
  }
  const bytes = new Uint8Array(34 + total);
  const out = new ByteWriter(bytes);
  encodeEthernetHeader(Object.assign(new EthernetHeader(), {
    destination: Uint8Array.of(1, 0, 0x5e, 0, 0, 5), source: Uint8Array.of(2, 0, 0, 0, 0, 1), etherType: EtherType.ipv4,
  }), out);
  encodeIpv4Header(Object.assign(new Ipv4Header(), {
    totalLength: 20 + total, timeToLive: 1, protocol: IpProtocol.ospf, source: SOURCE, destination: 0xe0000005,
  }), out);
  out.raw(ospf.subarray(0, total));
  return bytes;
}

function update(lsType: number, linkStateId: number, options: number, body: LsaBody): Uint8Array {
  const header = Object.assign(new LsaHeader(), { lsType, linkStateId, options, advertisingRouter: SOURCE });
  return frame(PacketType.linkStateUpdate, { kind: 'link-state-update', lsas: [new Lsa(header, body)] }, { type: 'none' });
}

/** Fields of one frame; several values of a field are joined by commas. */
function fields(frameNumber: number, names: readonly string[]): Record<string, string> {
  const text = execFileSync('tshark', [
    '-n', '-r', file, '-Y', `frame.number == ${frameNumber}`, '-T', 'fields', '-E', 'separator=|', ...names.flatMap((name) => ['-e', name]),
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const columns = text.trimEnd().split('|');
  return Object.fromEntries(names.map((name, i) => [name, columns[i]]));
}

function expectFields(frameNumber: number, want: Record<string, string>): void {
  expect(fields(frameNumber, Object.keys(want))).toEqual(want);
}

const label = (value: number): SegmentIdentifier => ({ form: 'label', value });
const index = (value: number): SegmentIdentifier => ({ form: 'index', value });
const start = (value: number): Tlv<SidLabelValue>[] => [new Tlv<SidLabelValue>(1, { kind: 'sid-label', identifier: label(value) })];
const bandwidth = singleOfNumber(1000);
const TE = TrafficEngineeringLinkTlvType;
const RI = RouterInformationTlvType;

const link: Tlv<TrafficEngineeringLinkValue>[] = [
  new Tlv(TE.linkType, { kind: 'link-type', linkType: 2 }),
  new Tlv(TE.linkId, { kind: 'link-id', linkId: 0x0a000102 }),
  new Tlv(TE.localAddresses, { kind: 'local-addresses', addresses: [0x0a000101, 0x0a000103] }),
  new Tlv(TE.remoteAddresses, { kind: 'remote-addresses', addresses: [0x0a000104] }),
  new Tlv(TE.metric, { kind: 'metric', metric: 77 }),
  new Tlv(TE.maximumBandwidth, { kind: 'maximum-bandwidth', bandwidth }),
  new Tlv(TE.maximumReservableBandwidth, { kind: 'maximum-reservable-bandwidth', bandwidth }),
  new Tlv(TE.unreservedBandwidth, { kind: 'unreserved-bandwidth', bandwidths: [1, 2, 3, 4, 5, 6, 7, 8].map(singleOfNumber) }),
  new Tlv(TE.administrativeGroup, { kind: 'administrative-group', groups: 0xabcd }),
  new Tlv(TE.linkIdentifiers, { kind: 'link-identifiers', local: 11, remote: 12 }),
  new Tlv(TE.protection, { kind: 'protection', capabilities: 4, reserved: 0 }),
  new Tlv(TE.switchingCapability, {
    kind: 'switching-capability', switchingType: 1, encoding: 2, reserved: 0, maximumLspBandwidths: Array(8).fill(bandwidth),
    specific: Uint8Array.of(0x44, 0x7a, 0, 0, 5, 0xdc, 0, 0), // minimum LSP bandwidth, MTU 1500
  }),
  new Tlv(TE.sharedRiskLinkGroups, { kind: 'shared-risk-link-groups', groups: [101, 102] }),
];
const prefixSid = (flags: number, identifier: SegmentIdentifier): Tlv<ExtendedPrefixSubValue> =>
  new Tlv<ExtendedPrefixSubValue>(ExtendedPrefixSubTlvType.prefixSid, { kind: 'prefix-sid', flags, reserved: 0, topologyId: 0, algorithm: 1, identifier });
const adjacency = { flags: AdjacencySidFlag.value | AdjacencySidFlag.local, reserved: 0, topologyId: 3, weight: 9 };

const FRAMES = {
  routerAddress: 1, teLink: 2, routerInformation: 3, extendedPrefix: 4, extendedLink: 5, grace: 6, nssa: 7, router: 8, signaling: 9, signalingMd5: 10, extended: 11,
} as const;

beforeAll(() => {
  const hello = Object.assign(new Hello(), { networkMask: 0xffffff00, helloIntervalSeconds: 10, options: OptionBit.external | OptionBit.linkLocalSignaling });
  const md5: Authentication = { type: 'md5', keyId: 3, key: new TextEncoder().encode('takeover') };
  const block = new LinkLocalSignaling();
  block.tlvs.push(new Tlv(LinkLocalTlvType.extendedOptions, { kind: 'extended-options', options: ExtendedOption.restartSignal }));
  const signed = new LinkLocalSignaling();
  signed.tlvs.push(new Tlv(LinkLocalTlvType.extendedOptions, { kind: 'extended-options', options: ExtendedOption.linkStateResynchronization }));
  signed.tlvs.push(new Tlv(LinkLocalTlvType.cryptographicAuthentication, {
    kind: 'cryptographic-authentication', sequence: 0x1234, digest: new Uint8Array(digestLengthOf(md5)),
  }));
  const area = LsType.opaqueArea;
  const frames: Uint8Array[] = [
    update(area, opaqueLinkStateId(OpaqueType.trafficEngineering, 0), 0x42, { kind: 'opaque', opaque: {
      kind: 'traffic-engineering', trafficEngineering: Object.assign(new TrafficEngineeringLsa(), { tlvs: [
        new Tlv(TrafficEngineeringTlvType.routerAddress, { kind: 'router-address', address: 0x0aff0001 }),
      ] }),
    } }),
    update(area, opaqueLinkStateId(OpaqueType.trafficEngineering, 5), 0x42, { kind: 'opaque', opaque: {
      kind: 'traffic-engineering', trafficEngineering: Object.assign(new TrafficEngineeringLsa(), { tlvs: [
        new Tlv(TrafficEngineeringTlvType.link, { kind: 'link', subTlvs: link }),
      ] }),
    } }),
    update(area, opaqueLinkStateId(OpaqueType.routerInformation, 0), 0x42, { kind: 'opaque', opaque: {
      kind: 'router-information', routerInformation: Object.assign(new RouterInformationLsa(), { tlvs: [
        new Tlv(RI.informationalCapabilities, {
          kind: 'informational-capabilities', words: [InformationalCapability.gracefulRestartHelper | InformationalCapability.trafficEngineering],
        }),
        new Tlv(RI.dynamicHostname, { kind: 'dynamic-hostname', name: new TextEncoder().encode('tirnanog') }),
        new Tlv(RI.srAlgorithm, { kind: 'sr-algorithm', algorithms: Uint8Array.of(0, 1) }),
        new Tlv(RI.sidLabelRange, { kind: 'sid-label-range', rangeSize: 8000, reserved: 0, subTlvs: start(16000) }),
        new Tlv(RI.nodeMsd, { kind: 'node-msd', depths: [{ type: 1, depth: 10 }] }),
        new Tlv(RI.srLocalBlock, { kind: 'sr-local-block', rangeSize: 1000, reserved: 0, subTlvs: start(15000) }),
      ] }),
    } }),
    update(area, opaqueLinkStateId(OpaqueType.extendedPrefix, 1), 0x42, { kind: 'opaque', opaque: {
      kind: 'extended-prefix', extendedPrefix: Object.assign(new ExtendedPrefixLsa(), { tlvs: [
        new Tlv(ExtendedPrefixTlvType.prefix, {
          kind: 'prefix', routeType: 1, prefixLength: 32, addressFamily: 0, flags: 0x40, prefix: 0x0aff0001,
          subTlvs: [prefixSid(PrefixSidFlag.noPhp, index(100))],
        }),
        new Tlv(ExtendedPrefixTlvType.range, {
          kind: 'prefix-range', prefixLength: 24, addressFamily: 0, rangeSize: 500, flags: 0x80, reserved: 0, prefix: 0x0a010000,
          subTlvs: [prefixSid(PrefixSidFlag.mappingServer, index(200))],
        }),
      ] }),
    } }),
    update(area, opaqueLinkStateId(OpaqueType.extendedLink, 1), 0x42, { kind: 'opaque', opaque: {
      kind: 'extended-link', extendedLink: Object.assign(new ExtendedLinkLsa(), { tlvs: [new Tlv(1, {
        kind: 'link', linkType: 1, reserved: 0, linkId: 0x0aff0002, linkData: 0x0a000101,
        subTlvs: [
          new Tlv(ExtendedLinkSubTlvType.adjacencySid, { kind: 'adjacency-sid', ...adjacency, identifier: label(15001) }),
          new Tlv(ExtendedLinkSubTlvType.lanAdjacencySid, { kind: 'lan-adjacency-sid', ...adjacency, neighborId: 0x0aff0003, identifier: label(15002) }),
        ],
      })] }),
    } }),
    update(LsType.opaqueLink, opaqueLinkStateId(OpaqueType.grace, 0), 0x42, { kind: 'opaque', opaque: {
      kind: 'grace', grace: Object.assign(new GraceLsa(), { tlvs: [
        new Tlv(GraceTlvType.gracePeriod, { kind: 'grace-period', seconds: 120 }),
        new Tlv(GraceTlvType.restartReason, { kind: 'restart-reason', reason: RestartReason.softwareReload }),
        new Tlv(GraceTlvType.interfaceAddress, { kind: 'interface-address', address: SOURCE }),
      ] }),
    } }),
    update(LsType.nssa, 0x0a210000, OptionBit.propagate, { kind: 'external', external: Object.assign(new AsExternalLsa(), {
      networkMask: 0xffff0000,
      routes: [Object.assign(new ExternalRoute(), { flags: 0x80, metric: 20, forwardingAddress: 0x0a000101, routeTag: 99 })],
    }) }),
    update(LsType.router, SOURCE, 0x22, { kind: 'router', router: Object.assign(new RouterLsa(), {
      flags: RouterFlag.border | RouterFlag.wildcardMulticast | RouterFlag.nssaTranslator, reserved: 0,
      links: [Object.assign(new RouterLink(), {
        linkId: 1, linkData: 2, type: RouterLinkType.stub, metric: 10, tosMetrics: [{ tos: 8, reserved: 0, metric: 30 }],
      })],
    }) }),
    frame(PacketType.hello, { kind: 'hello', hello }, { type: 'none' }, block),
    frame(PacketType.hello, { kind: 'hello', hello }, md5, signed),
    frame(PacketType.hello, { kind: 'hello', hello: Object.assign(new Hello(), hello, { options: 2 }) },
      { type: 'extended', algorithm: 'hmac-sha-256', keyId: 0x01020304, key: new TextEncoder().encode('takeover') }),
  ];
  const chunks: Uint8Array[] = [];
  const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
  const id = writer.addInterface('link', LinkType.ethernet, 0);
  for (const bytes of frames) writer.writeFrame(id, 0, bytes, 'inbound');
  writer.finish();
  writeFileSync(file, Buffer.concat(chunks));
});

describe('tshark sees', () => {
  test('no malformed frame', () => {
    const text = execFileSync('tshark', ['-n', '-r', file, '-Y', '_ws.malformed || _ws.expert.severity >= 0x600000'], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(text).toBe('');
  });

  test('traffic engineering', () => {
    expectFields(FRAMES.routerAddress, { 'ospf.lsid_opaque_type': '1', 'ospf.mpls.routerid': '10.255.0.1' });
    expectFields(FRAMES.teLink, {
      'ospf.mpls.linktype': '2', 'ospf.mpls.linkid': '10.0.1.2', 'ospf.mpls.local_addr': '10.0.1.1,10.0.1.3',
      'ospf.mpls.remote_addr': '10.0.1.4', 'ospf.mpls.te_metric': '77', 'ospf.mpls.link_max_bw': '1000,1000', 'ospf.mpls.linkcolor': '0x0000abcd',
      'ospf.mpls.pri': '1,2,3,4,5,6,7,8,1000,1000,1000,1000,1000,1000,1000,1000', 'ospf.mpls.local_id': '11', 'ospf.mpls.remote_id': '12',
      'ospf.mpls.protection_capability': '0x04', 'ospf.mpls.switching_type': '1', 'ospf.mpls.encoding': '2', 'ospf.mpls.interface_mtu': '1500',
      'ospf.mpls.minimum_lsp_bandwidth': '1000', 'ospf.mpls.shared_risk_link_group': '101,102',
    });
  });

  test('router information', () => {
    expectFields(FRAMES.routerInformation, {
      'ospf.ri.options.grc': '0', 'ospf.ri.options.grh': '1', 'ospf.ri.options.tes': '1', 'ospf.dynhostname': 'tirnanog',
      'ospf.tlv.range_size': '8000,1000', 'ospf.tlv.sid_label': '16000,15000', 'ospf.tlv.igp_msd_type': '1', 'ospf.tlv.igp_msd_value': '10',
    });
  });

  test('extended prefixes and links with their segments', () => {
    expectFields(FRAMES.extendedPrefix, {
      'ospf.tlv.extpfx.tlv_type': '1,2', 'ospf.prefix_length': '32,24', 'ospf.tlv.range_size': '500', 'ospf.tlv.extpfx.flags.n': '1',
      'ospf.tlv.extpfx_range.flags.ia': '1', 'ospf.tlv.pfxsid.flags': '0x40,0x20', 'ospf.tlv.sid_label': '100,200',
    });
    expectFields(FRAMES.extendedLink, {
      'ospf.tlv.extlink.subtlv_type': '2,3', 'ospf.tlv.adjsid.flags': '0x60,0x60', 'ospf.tlv.extlink.mt_id': '3,3', 'ospf.tlv.extlink.weight': '9,9',
      'ospf.tlv.extlink.nbr': '10.255.0.3', 'ospf.tlv.sid_label': '15001,15002',
    });
  });

  test('grace, NSSA and router-LSAs', () => {
    expectFields(FRAMES.grace, { 'ospf.v2.grace.period': '120', 'ospf.v2.grace.reason': '2', 'ospf.v2.grace.ip': formatIpv4(SOURCE) });
    expectFields(FRAMES.nssa, {
      'ospf.lsa': '7', 'ospf.v2.options.p': '1', 'ospf.lsa.asext.netmask': '255.255.0.0', 'ospf.lsa.asext.fwdaddr': '10.0.1.1', 'ospf.lsa.asext.extrttag': '99',
    });
    expectFields(FRAMES.router, {
      'ospf.v2.router.lsa.flags.b': '1', 'ospf.v2.router.lsa.flags.e': '0', 'ospf.v2.router.lsa.flags.v': '0', 'ospf.v2.router.lsa.flags.w': '1',
      'ospf.v2.router.lsa.flags.n': '1', 'ospf.v2.options.dc': '1',
    });
  });

  test('the extended authentication as a type of its own, which this version does not read further', () => {
    expectFields(FRAMES.extended, { 'ospf.auth.type': '3', 'ospf.msg': '1', 'ospf.hello.network_mask': '255.255.255.0' });
  });

  test('link-local signalling, behind the packet and behind the digest', () => {
    expectFields(FRAMES.signaling, { 'ospf.v2.options.l': '1', 'ospf.lls.data_length': '12', 'ospf.lls.ext.options.rs': '1', 'ospf.lls.ext.options.lr': '0' });
    expectFields(FRAMES.signalingMd5, {
      'ospf.lls.data_length': '36', 'ospf.lls.checksum': '0x0000', 'ospf.lls.ext.options.lr': '1', 'ospf.v2.lls.sequence_number': '0x00001234',
    });
  });
});
