/**
 * Traffic engineering LSAs, clause by clause. What the real FRR says of its links, event by event, is in topologies/conformance/mpls-te and
 * configure-mpls-te.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { LinkParameters } from '../../src/ospf/configuration.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { singleOfNumber } from '../../src/wire/ospf/opaque/ieee-single.js';
import { opaqueId, opaqueType } from '../../src/wire/ospf/opaque/opaque-lsa.js';
import { decodeTrafficEngineeringLsa, type TrafficEngineeringLsa, type TrafficEngineeringValue } from '../../src/wire/ospf/opaque/traffic-engineering-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { opaqueLsa } from './lsa-builder.js';

const O = 0x42;
const LINK: LinkParameters = {
  metric: 40, maximumBandwidth: 1.25e6, maximumReservableBandwidth: 1e6, unreservedBandwidths: [8e5, 7e5, 6e5, 5e5, 4e5, 3e5, 2e5, 1e5], administrativeGroups: 0xabcd,
};

interface Place { readonly bench: Bench; readonly n: Peer; readonly m: Peer; settle(seconds?: number): void }

/** A router with a point-to-point link to n, another router on a LAN, m, which is its Designated Router, and a link to nobody. */
function place(links: Record<string, LinkParameters>, hasRouterAddress = true): Place {
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 },
    configuration: {
      ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/16', 0]], interfaces: { eth0: { networkType: 'point-to-point' }, eth1: { priority: 1 }, eth2: { networkType: 'point-to-point' } } }),
      isOpaqueCapable: true,
      trafficEngineering: { isEnabled: true, isExported: false, ...(hasRouterAddress ? { routerAddress: ip('10.255.0.5') } : {}) },
      linkParameters: new Map(Object.entries(links)),
    },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24'), device('eth2', 4, '10.0.2.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2);
  const m = bench.peer('8.8.8.8', '10.0.1.8', 3);
  n.options = m.options = O;
  m.designatedRouter = m.address;
  for (const peer of [n, m]) {
    peer.hello({ options: 2 });
    peer.toFull();
  }
  expect([n.state, m.state]).toEqual(['Full', 'Full']);
  const settle = (seconds = 1): void => {
    for (let i = 0; i < seconds; i++) {
      for (const peer of [n, m]) {
        peer.hello({ options: 2 });
        peer.acknowledgeAll();
      }
      bench.wait(SECOND);
    }
  };
  return { bench, n, m, settle };
}

interface Said { readonly lsType: number; readonly type: number; readonly id: number; readonly values: readonly TrafficEngineeringValue[] }

function said({ bench }: Place): Said[] {
  return bench.process.allLsas().filter((lsa) => lsa.isSelfOriginated && !lsa.isFlushing && lsa.header.lsType >= LsType.opaqueLink).map(({ header, bytes }) => ({
    lsType: header.lsType, type: opaqueType(header.linkStateId), id: opaqueId(header.linkStateId),
    values: (decodeTrafficEngineeringLsa(new ByteReader(bytes.slice(20))) as TrafficEngineeringLsa).tlvs.map(({ value }) => value as TrafficEngineeringValue),
  }));
}

function linkOf(one: Said): Record<string, unknown> {
  const link = one.values.find((value) => value.kind === 'link');
  return Object.fromEntries(link?.subTlvs.map(({ value }) => [value.kind, Object.entries(value).find(([key]) => key !== 'kind')?.[1]]) ?? []);
}

const single = (...numbers: number[]): number[] => numbers.map(singleOfNumber);

describe('a traffic engineering LSA', () => {
  test('is an opaque LSA of an area, of type 1, one for each link that has parameters and a neighbour [3630:2.1] [3630:2.2]', () => {
    const at = place({ eth0: LINK, eth1: LINK, eth2: LINK });
    expect(said(at)).toEqual([]);
    at.settle(6);
    expect(said(at).map(({ lsType, type, id }) => [lsType, type, id])).toEqual([[10, 1, 1], [10, 1, 2]]);
  });

  test('has the router address, in each of them, and the link; without a router address there is none [3630:2.4.1]', () => {
    const at = place({ eth0: LINK, eth1: LINK });
    at.settle(6);
    expect(said(at).map(({ values }) => values.map((value) => (value.kind === 'router-address' ? value.address : value.kind)))).toEqual([[ip('10.255.0.5'), 'link'], [ip('10.255.0.5'), 'link']]);
    const without = place({ eth0: LINK, eth1: LINK }, false);
    without.settle(6);
    expect(said(without)).toEqual([]);
  });

  test('point-to-point: the neighbour\'s id and address [3630:2.5]', () => {
    const at = place({ eth0: LINK });
    at.settle(6);
    expect(linkOf(said(at)[0])).toEqual({
      'link-type': 1, 'link-id': ip('9.9.9.9'), 'local-addresses': [ip('10.0.0.5')], 'remote-addresses': [ip('10.0.0.9')], metric: 40,
      'maximum-bandwidth': singleOfNumber(1.25e6), 'maximum-reservable-bandwidth': singleOfNumber(1e6),
      'unreserved-bandwidth': single(8e5, 7e5, 6e5, 5e5, 4e5, 3e5, 2e5, 1e5), 'administrative-group': 0xabcd,
    });
  });

  test('multi-access: the Designated Router\'s address, and no remote one; what is not configured is not said', () => {
    const { maximumBandwidth, maximumReservableBandwidth, unreservedBandwidths } = LINK;
    const at = place({ eth1: { maximumBandwidth, maximumReservableBandwidth, unreservedBandwidths } });
    at.settle(6);
    expect(Object.entries(linkOf(said(at)[0])).slice(0, 4)).toEqual([
      ['link-type', 2], ['link-id', ip('10.0.1.8')], ['local-addresses', [ip('10.0.1.5')]], ['maximum-bandwidth', singleOfNumber(1.25e6)],
    ]);
  });

  test('the link id is that of the moment in which a neighbour last became Full (FRR) [3630:2.5.2]', () => {
    const at = place({ eth1: LINK });
    at.settle(6);
    at.m.designatedRouter = 0;
    at.settle(30);
    expect(at.bench.process.interfaces.find((owner) => owner.name === 'eth1')?.designatedRouter).not.toBe(ip('10.0.1.8'));
    expect(linkOf(said(at)[0])['link-id']).toBe(ip('10.0.1.8'));
  });

  test('is refreshed, and flushed with its interface [3630:3]', () => {
    const at = place({ eth0: LINK });
    at.settle(6);
    const sequences = (): number[] => at.bench.process.areas[0].lsdb.ofType(LsType.opaqueArea).filter((lsa) => !lsa.isFlushing).map((lsa) => lsa.header.sequence >>> 0);
    expect(sequences()).toEqual([0x80000001]);
    at.settle(1810);
    expect(sequences()).toEqual([0x80000002]);
    at.bench.process.interfaceChanged(at.bench.now, 2, false);
    expect(sequences()).toEqual([]);
  });

  test('that somebody else says is flooded and not acted on', () => {
    const at = place({});
    at.settle(6);
    const runs = (): number => at.bench.process.spfRuns;
    const before = runs();
    at.n.update(opaqueLsa(10, '1.0.0.1', '9.9.9.9', [0, 1, 0, 4, 9, 9, 9, 9]));
    at.settle(12);
    expect(runs()).toBe(before);
    expect(at.bench.process.areas[0].lsdb.ofType(LsType.opaqueArea)).toHaveLength(1);
  });
});
