/**
 * Segment routing, clause by clause: what is announced; nothing is forwarded by it. What the real FRR announces, event by event, is in
 * topologies/conformance/segment-routing and configure-segment-routing.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { PrefixSegment } from '../../src/ospf/configuration.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { AdjacencySidFlag, decodeExtendedLinkLsa, type ExtendedLinkLsa, type ExtendedLinkValue } from '../../src/wire/ospf/opaque/extended-link-lsa.js';
import { decodeExtendedPrefixLsa, PrefixSidFlag, type ExtendedPrefixLsa, type ExtendedPrefixValue } from '../../src/wire/ospf/opaque/extended-prefix-lsa.js';
import { OpaqueType, opaqueType } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import { decodeRouterInformationLsa, type RouterInformationLsa } from '../../src/wire/ospf/opaque/router-information-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';

const O = 0x42;
const { value: VALUE, local: LOCAL, backup: BACKUP } = AdjacencySidFlag;

interface Place { readonly bench: Bench; readonly n: Peer; readonly m: Peer; settle(seconds?: number): void }

const segment = (flags: Partial<PrefixSegment> = {}): PrefixSegment => ({ network: ip('10.255.0.5'), prefixLength: 32, index: 100, isKeptToTheEnd: false, isExplicitNull: false, ...flags });

/** A router with a loopback, a point-to-point link to n and a LAN with m; the LAN's Designated Router is m, or the router itself. */
function place(options: { readonly prefixes?: readonly PrefixSegment[]; readonly isDesignated?: boolean; readonly lastLabel?: number } = {}): Place {
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
    configuration: {
      ...configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/8', 0]],
        interfaces: { lo: { networkType: 'loopback' }, eth0: { networkType: 'point-to-point' }, eth1: { priority: 1, deadIntervalSeconds: 40 } },
      }),
      isOpaqueCapable: true, routerInformation: 'area',
      segmentRouting: {
        globalBlock: { first: 16000, last: 23999 }, localBlock: { first: 15000, last: options.lastLabel ?? 15999 }, prefixes: options.prefixes ?? [segment()],
      },
    },
    interfaces: [device('lo', 1, '10.255.0.5/32'), device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
  const m = bench.peer('8.8.8.8', '10.0.1.8', 3);
  n.options = m.options = O;
  const settle = (seconds = 1): void => {
    for (let i = 0; i < seconds; i++) {
      for (const peer of [n, m]) {
        peer.hello({ options: 2 });
        peer.acknowledgeAll();
      }
      bench.wait(SECOND);
    }
  };
  n.hello({ options: 2 });
  n.toFull();
  m.priority = options.isDesignated === true ? 0 : 1;
  if (options.isDesignated === true) settle(41);
  else m.designatedRouter = m.address;
  m.hello({ options: 2 });
  m.toFull();
  expect([n.state, m.state, bench.interface(3).state]).toEqual(['Full', 'Full', options.isDesignated === true ? 'DR' : 'Backup']);
  settle(7);
  return { bench, n, m, settle };
}

function said<T>({ bench }: Place, type: number, decode: (r: ByteReader) => T): T[] {
  return bench.process.allLsas().filter((lsa) => lsa.isSelfOriginated && !lsa.isFlushing && lsa.header.lsType === LsType.opaqueArea && opaqueType(lsa.header.linkStateId) === type)
    .map((lsa) => decode(new ByteReader(lsa.bytes.slice(20))));
}

const prefixes = (at: Place): ExtendedPrefixValue[] => said(at, OpaqueType.extendedPrefix, decodeExtendedPrefixLsa).flatMap((lsa) => (lsa as ExtendedPrefixLsa).tlvs.map(({ value }) => value as ExtendedPrefixValue));
const links = (at: Place): ExtendedLinkValue[][] => said(at, OpaqueType.extendedLink, decodeExtendedLinkLsa).map((lsa) => (lsa as ExtendedLinkLsa).tlvs.map(({ value }) => value as ExtendedLinkValue));
const information = (at: Place): RouterInformationLsa[] => said(at, OpaqueType.routerInformation, decodeRouterInformationLsa) as RouterInformationLsa[];

describe('an extended prefix LSA', () => {
  test('is an opaque LSA of the area, of type 7, and has the prefix of the loopback with its SID [7684:2] [8665:5]', () => {
    expect(prefixes(place())).toEqual([{
      kind: 'prefix', routeType: 1, prefixLength: 32, addressFamily: 0, flags: 0x40, prefix: ip('10.255.0.5'),
      subTlvs: [expect.objectContaining({ type: 2, value: { kind: 'prefix-sid', flags: 0, reserved: 0, topologyId: 0, algorithm: 0, identifier: { form: 'index', value: 100 } } })],
    }]);
  });

  test('NP-flag and E-flag are as configured; with E there is NP, too', () => {
    const flagsOf = (flags: Partial<PrefixSegment>): unknown => prefixes(place({ prefixes: [segment(flags)] })).map(({ subTlvs }) => subTlvs.map(({ value }) => (value as { flags: number }).flags));
    expect(flagsOf({ isKeptToTheEnd: true })).toEqual([[PrefixSidFlag.noPhp]]);
    expect(flagsOf({ isExplicitNull: true })).toEqual([[PrefixSidFlag.noPhp | PrefixSidFlag.explicitNull]]);
  });

  test('without a SID there is an empty TLV (FRR)', () => {
    expect(said(place({ prefixes: [] }), OpaqueType.extendedPrefix, (r) => [...r.view(r.remaining)])).toEqual([[0, 0, 0, 12, ...Array<number>(8).fill(0)]]);
  });
});

describe('an extended link LSA', () => {
  const sids = (one: ExtendedLinkValue): unknown[] => one.subTlvs.filter(({ type }) => type < 0x8000).map(({ value }) => {
    const { kind, flags, weight, topologyId, identifier } = value as { kind: string; flags: number; weight: number; topologyId: number; identifier: { value: number } };
    return [kind, flags, weight, topologyId, identifier.value];
  });

  test('is an opaque LSA of the area, of type 8, one link in each: as the router-LSA has it, with its SIDs [7684:3] [8665:6.1]', () => {
    const [toN, toM, ...others] = links(place());
    expect(others).toEqual([]);
    expect([toN.length, toM.length]).toEqual([1, 1]);
    expect(toN[0]).toMatchObject({ linkType: 1, linkId: ip('9.9.9.9'), linkData: ip('10.0.0.5') });
    expect(toM[0]).toMatchObject({ linkType: 2, linkId: ip('10.0.1.8'), linkData: ip('10.0.1.5') });
    expect(sids(toN[0])).toEqual([['adjacency-sid', BACKUP | VALUE | LOCAL, 0, 0, 15000], ['adjacency-sid', VALUE | LOCAL, 0, 0, 15001]]);
    expect(sids(toM[0])).toEqual([['adjacency-sid', BACKUP | VALUE | LOCAL, 0, 0, 15002], ['adjacency-sid', VALUE | LOCAL, 0, 0, 15003]]);
  });

  test('the Designated Router\'s names the neighbour [8665:6.2]', () => {
    const [, toM] = links(place({ isDesignated: true }));
    expect(toM[0]).toMatchObject({ linkType: 2, linkId: ip('10.0.1.5'), linkData: ip('10.0.1.5') });
    expect(sids(toM[0])).toEqual([['lan-adjacency-sid', BACKUP | VALUE | LOCAL, 0, 0, 15002], ['lan-adjacency-sid', VALUE | LOCAL, 0, 0, 15003]]);
    expect(toM[0].subTlvs.map(({ value }) => (value as { neighborId: number }).neighborId)).toEqual([ip('8.8.8.8'), ip('8.8.8.8')]);
  });

  test('there are labels as long as the local block has any', () => {
    expect(links(place({ lastLabel: 15002 })).map(([one]) => sids(one).length)).toEqual([2, 0]);
  });

  test('is flushed with the adjacency [8665:7.4.1]', () => {
    const at = place();
    at.bench.process.interfaceChanged(at.bench.now, 2, false);
    expect(links(at).map(([one]) => one.linkId)).toEqual([ip('10.0.1.8')]);
  });
});

test('router information has the algorithm, the global and the local block [8665:3.1] [8665:3.2] [8665:3.3]', () => {
  const [lsa] = information(place());
  expect(lsa.tlvs.slice(1).map(({ value }) => value)).toMatchObject([
    { kind: 'sr-algorithm', algorithms: Uint8Array.of(0) },
    { kind: 'sid-label-range', rangeSize: 8000, subTlvs: [{ value: { kind: 'sid-label', identifier: { form: 'label', value: 16000 } } }] },
    { kind: 'sr-local-block', rangeSize: 1000, subTlvs: [{ value: { kind: 'sid-label', identifier: { form: 'label', value: 15000 } } }] },
  ]);
});
