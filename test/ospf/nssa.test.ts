/**
 * Not-so-stubby areas, rule by rule: the N bit, what is flooded, type 7 and its forwarding address, the election and the translation. What the
 * real FRR made of whole networks is in topologies/conformance/nssa*.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { NssaConfiguration, OspfConfiguration } from '../../src/ospf/configuration.js';
import type { RedistributableRoute } from '../../src/ospf/environment.js';
import { decodeLsaBody } from '../../src/ospf/lsa-body.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import { AsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { RouterFlag, RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, RFC_2328, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, nssaLsa, routerLsa } from './lsa-builder.js';

const MASK = '255.255.255.0';
const P_BIT = 0x08;
const CANDIDATE: NssaConfiguration = { translatorRole: 'candidate', isFollowedUp: false, isForwardingAddressSuppressed: false };

function staticRoute(network: string, gateway: string): RedistributableRoute {
  return { source: 'static', network: ip(network), prefixLength: 24, interfaceName: 'eth1', gateway: ip(gateway) };
}

interface Place { readonly bench: Bench; readonly n: Peer; readonly m: Peer; settle(seconds?: number): void }

/** Router 5.5.5.5 between n, in the backbone or in area 1, and m in the NSSA 1. */
function place(nssa: Partial<NssaConfiguration>, options: { readonly isBorder?: boolean; readonly isSummaryBlocked?: boolean; readonly routes?: readonly RedistributableRoute[] } = {}): Place {
  const link = { networkType: 'point-to-point' as const };
  const backbone = options.isBorder === false ? 1 : 0;
  const said: OspfConfiguration = {
    ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', backbone], ['10.0.1.0/24', 1]], interfaces: { eth0: link, eth1: link } }),
    areas: new Map([[1, { isStub: false, isSummaryBlocked: options.isSummaryBlocked === true, ranges: [], nssa: { ...CANDIDATE, ...nssa } }]]),
    redistribute: options.routes === undefined ? [] : [{ source: 'static', metric: 7 }],
  };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0 }, configuration: said, routes: options.routes,
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2, backbone);
  const m = bench.peer('7.7.7.7', '10.0.1.7', 3, 1);
  const [nOptions, mOptions] = [backbone === 0 ? 2 : P_BIT, P_BIT];
  n.options = nOptions;
  m.options = mOptions;
  const settle = (seconds = 4): void => {
    for (let i = 0; i < seconds; i++) {
      n.hello({ options: nOptions });
      m.hello({ options: mOptions });
      n.acknowledgeAll();
      m.acknowledgeAll();
      bench.wait(SECOND);
    }
  };
  for (const [peer, bits] of [[n, nOptions], [m, mOptions]] as const) {
    peer.hello({ options: bits, neighbors: [] });
    peer.hello({ options: bits });
    peer.toFull();
  }
  settle();
  return { bench, n, m, settle };
}

const text = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

function own(list: readonly LsaInstance[]): string[] {
  return list.filter((l) => l.isSelfOriginated && !l.isFlushing).map((l) => {
    const [route] = (l.body as AsExternalLsa).routes;
    return `${text(l.header.linkStateId)} metric ${route.metric} via ${text(route.forwardingAddress)}${(l.header.options & P_BIT) === 0 ? '' : ' P'}`;
  });
}

const type5 = ({ bench }: Place): string[] => own(bench.process.externalLsdb.ofType(LsType.asExternal));
const type7 = ({ bench }: Place): string[] => own(bench.process.areas.find((a) => a.id === 1)?.lsdb.ofType(LsType.nssa) ?? []);
const flags = ({ bench }: Place, area: number): number => (bench.process.areas.find((a) => a.id === area)?.routerLsa?.body as RouterLsa).flags;

describe('in the area', () => {
  test('Hellos and Database Descriptions have the N bit and not the E bit; a Hello without N is refused [3101:2.1]', () => {
    const { bench, m } = place({});
    expect(m.state).toBe('Full');
    const sent = bench.take().filter((c) => c.interfaceIndex === 3);
    expect(new Set(sent.flatMap((c) => c.hello?.options ?? c.dd?.options ?? []))).toEqual(new Set([P_BIT]));
    const other = bench.peer('8.8.8.8', '10.0.1.8', 3, 1);
    for (const options of [0, 2, 2 | P_BIT]) {
      other.hello({ options });
      expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:10.5]', what: 'external routing capability', got: options, want: P_BIT });
    }
  });

  test('type 5 stays out and type 7 stays in', () => {
    const { bench, n, m, settle } = place({ translatorRole: 'never' });
    bench.take();
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    m.update(nssaLsa('61.0.0.0', '7.7.7.7', MASK, 20, { forwarding: '10.0.1.7' }));
    settle();
    const sent = bench.take();
    const flooded = (port: number): (number | undefined)[] => sent.filter((c) => c.interfaceIndex === port).flatMap((c) => c.update ?? []).map((h) => h.lsType);
    expect(flooded(3)).not.toContain(LsType.asExternal);
    expect(flooded(2)).not.toContain(LsType.nssa);
    const { areas, externalLsdb } = bench.process;
    const held = (lsdbs: readonly { ofType(lsType: number): readonly LsaInstance[] }[], lsType: number): string[] => lsdbs.flatMap((lsdb) => lsdb.ofType(lsType)).map((l) => text(l.header.linkStateId));
    expect([held([externalLsdb], LsType.asExternal), areas.map((area) => held([area.lsdb], LsType.nssa))]).toEqual([['60.0.0.0'], [[], ['61.0.0.0']]]);
    m.update(externalLsa('62.0.0.0', '7.7.7.7', MASK, 20));
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:13(3)]', what: 'LS type in an NSSA', got: LsType.asExternal });
    n.update(nssaLsa('63.0.0.0', '9.9.9.9', MASK, 20));
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:13(3)]', what: 'LS type in an area that is no NSSA', got: LsType.nssa });
  });
});

test('a type 7 says what a type 5 says, in the same format [3101:C]', () => {
  const said = { forwarding: '10.0.1.7', tag: 9, type: 1 } as const;
  const body = decodeLsaBody(nssaLsa('61.0.0.0', '7.7.7.7', MASK, 55, said));
  expect(body).toBeInstanceOf(AsExternalLsa);
  expect(body).toEqual(decodeLsaBody(externalLsa('61.0.0.0', '7.7.7.7', MASK, 55, said)));
});

test('without summaries there is a default summary in their place [3101:2.7]', () => {
  const summaries = (isSummaryBlocked: boolean): string[] => {
    const { bench, n, settle } = place({}, { isSummaryBlocked });
    n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['stub', '10.9.0.0', MASK, 1]]));
    settle(12);
    const area = bench.process.areas.find((a) => a.id === 1);
    return area?.lsdb.ofType(LsType.summaryNetwork).filter((l) => !l.isFlushing).map((l) => text(l.header.linkStateId)) ?? [];
  };
  expect(summaries(false)).toContain('10.9.0.0');
  expect(summaries(true)).toEqual(['0.0.0.0']);
});

describe('the router\'s own externals', () => {
  const routes = [staticRoute('60.0.0.0', '10.0.1.9'), staticRoute('61.0.0.0', '172.16.0.9')];

  test('are type 7 with the P bit and a forwarding address: the next hop where it lies inside, else an address in the area [3101:2.3]', () => {
    const inside = place({}, { isBorder: false, routes });
    expect(type5(inside)).toEqual(['60.0.0.0 metric 7 via 10.0.1.9', '61.0.0.0 metric 7 via 0.0.0.0']);
    expect(type7(inside)).toEqual(['60.0.0.0 metric 7 via 10.0.1.9 P', '61.0.0.0 metric 7 via 10.0.0.5 P']);
  });

  test('of a border router have no P bit: it says them outside itself [3101:2.4]', () => {
    const border = place({ isFollowedUp: true }, { routes });
    border.settle(12); // at the start it did not know yet
    expect(type7(border)).toEqual(['60.0.0.0 metric 7 via 10.0.1.9', '61.0.0.0 metric 7 via 0.0.0.0']);
  });

  test('have the sequence number of their type 5, and go with it', () => {
    const inside = place({}, { isBorder: false, routes });
    const { process } = inside.bench;
    const sequences = (): number[] => [process.externalLsdb, ...process.areas.map((a) => a.lsdb)].flatMap((lsdb) => lsdb.all()).filter((l) => l.isSelfOriginated &&
      !l.isFlushing && (l.header.lsType === LsType.asExternal || l.header.lsType === LsType.nssa)).map((l) => l.header.sequence);
    expect(new Set(sequences()).size).toBe(1);
    inside.bench.wait(1801 * SECOND);
    expect(new Set(sequences()).size).toBe(1);
    process.routesChanged(inside.bench.now, [routes[0]]);
    expect([type5(inside).length, type7(inside).length]).toEqual([1, 1]);
  });
});

describe('the translator', () => {
  const inNssa = nssaLsa('61.0.0.0', '7.7.7.7', MASK, 55, { forwarding: '10.0.1.7', tag: 9, type: 1 });

  test('elected, translates what has the P bit and a forwarding address, at the default metric (FRR) [3101:3.2]', () => {
    const border = place({});
    border.m.update(inNssa);
    border.m.update(nssaLsa('62.0.0.0', '7.7.7.7', MASK, 5, { forwarding: '10.0.1.7', options: 2 }));
    border.m.update(nssaLsa('63.0.0.0', '7.7.7.7', MASK, 5));
    border.settle(10);
    expect(type5(border)).toEqual(['61.0.0.0 metric 20 via 10.0.1.7']);
    expect(flags(border, 0) & RouterFlag.external).not.toBe(0); // [3101:3.1]
    const [translated] = border.bench.process.externalLsdb.ofType(LsType.asExternal);
    expect([translated.isTranslated, (translated.body as AsExternalLsa).routes[0].routeTag, (translated.body as AsExternalLsa).routes[0].flags]).toEqual([true, 9, 0]);
  });

  test('flushes the type 5 with the type 7', () => {
    const border = place({});
    border.m.update(inNssa);
    border.settle(10);
    border.m.update(nssaLsa('61.0.0.0', '7.7.7.7', MASK, 55, { forwarding: '10.0.1.7', tag: 9, type: 1, age: 3600, sequence: 0x80000002 | 0 }));
    border.settle(10);
    expect(type5(border)).toEqual([]);
  });

  test('is the border router with the highest id, unless one says that it always translates; never means never [3101:3.1]', () => {
    const isTranslating = (nssa: Partial<NssaConfiguration>, other: string, otherFlags: number): boolean => {
      const border = place(nssa);
      border.m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1]]));
      border.m.update(routerLsa(other, [], { flags: otherFlags }));
      border.m.update(inNssa);
      border.settle(10);
      return type5(border).length > 0;
    };
    const { border, nssaTranslator } = RouterFlag;
    expect(isTranslating({}, '4.4.4.4', border)).toBe(true);
    expect(isTranslating({}, '8.8.8.8', border)).toBe(false);
    expect(isTranslating({}, '8.8.8.8', 0)).toBe(true);
    expect(isTranslating({}, '4.4.4.4', border | nssaTranslator)).toBe(false);
    expect(isTranslating({ translatorRole: 'always' }, '8.8.8.8', border)).toBe(true);
    expect(isTranslating({ translatorRole: 'never' }, '4.4.4.4', border)).toBe(false);
  });

  test('that always translates says so with the Nt bit, in the area alone; without forwarding addresses it stands in for them', () => {
    const border = place({ translatorRole: 'always', isForwardingAddressSuppressed: true });
    border.m.update(inNssa);
    border.settle(10);
    expect([flags(border, 0) & RouterFlag.nssaTranslator, flags(border, 1) & RouterFlag.nssaTranslator]).toEqual([0, RouterFlag.nssaTranslator]);
    expect(type5(border)).toEqual(['61.0.0.0 metric 20 via 0.0.0.0']);
  });
});

test('a type 7 leads to its forwarding address [3101:2.5]', () => {
  const { bench, m, settle } = place({});
  m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['stub', '10.7.0.0', MASK, 3]], { flags: 2 }));
  m.update(nssaLsa('61.0.0.0', '7.7.7.7', MASK, 5, { forwarding: '10.7.0.9', type: 1 }));
  settle();
  const [route] = [...bench.process.externalRoutes.values()];
  expect([text(route.network), route.pathType, route.cost, route.nextHops.map((h) => text(h.gateway))]).toEqual(['61.0.0.0', 'external-1', 18, ['10.0.1.7']]);
});
