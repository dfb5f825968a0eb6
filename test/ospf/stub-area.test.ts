/**
 * Stub areas and area ranges, rule by rule: the E bit [2328:10.5], AS-external-LSAs that must not get in [2328:13(3)] [2328:10.6], what a border
 * router announces into them [2328:12.4.3.1], and what it announces of a range [2328:12.4.3] [2328:16.2(3)].
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { AreaConfiguration, AreaRange } from '../../src/ospf/configuration.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { Bench, RFC_2328, headerOf, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, routerLsa, summaryLsa } from './lsa-builder.js';

const MASK = '255.255.255.0';

/** A border router with a point-to-point link to n in the backbone (cost 10) and one to m in area 1 (cost 5). */
function border(area: Partial<AreaConfiguration>, behaviour: Partial<OspfBehaviour> = {}): { bench: Bench; n: Peer; m: Peer; settle(): void } {
  const link = { networkType: 'point-to-point' as const };
  const said: AreaConfiguration = { isStub: false, isSummaryBlocked: false, ranges: [], ...area };
  const bench = new Bench({
    behaviour: { ...RFC_2328, minLsIntervalMicros: 0, ...behaviour },
    configuration: {
      ...configuration({
        routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.1.0/24', 1]], interfaces: { eth0: { ...link, cost: 10 }, eth1: { ...link, cost: 5 } },
      }),
      areas: new Map([[1, said]]),
    },
    interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.0.1.5/24')],
  });
  const n = bench.peer('9.9.9.9', '10.0.0.9', 2, 0);
  const m = bench.peer('7.7.7.7', '10.0.1.7', 3, 1);
  const options = said.isStub ? 0 : 2;
  m.options = options;
  const settle = (): void => {
    for (let i = 0; i < 4; i++) {
      n.hello();
      m.hello({ options });
      n.acknowledgeAll();
      m.acknowledgeAll();
      bench.wait(SECOND);
    }
  };
  n.toFull();
  m.hello({ options, neighbors: [] });
  m.hello({ options });
  m.toFull();
  settle();
  n.update(routerLsa('9.9.9.9', [['pointToPoint', '5.5.5.5', '10.0.0.9', 1], ['stub', '50.0.0.0', MASK, 3]], { flags: 3 }));
  settle();
  return { bench, n, m, settle };
}

/** Own summaries in an area: `network/metric`. */
function announced(bench: Bench, area: number): string[] {
  return (bench.process.areas.find((a) => a.id === area)?.lsdb.ofType(LsType.summaryNetwork) ?? []).filter((l) => l.isSelfOriginated && !l.isFlushing)
    .map((l) => `${[24, 16, 8, 0].map((s) => (l.header.linkStateId >>> s) & 255).join('.')}/${(l.body as unknown as { metric: number }).metric}`);
}

function range(network: string, prefixLength: number, more: Partial<AreaRange> = {}): AreaRange {
  return { network: ip(network), prefixLength, isAdvertised: true, ...more };
}

describe('a stub area', () => {
  test('its Hellos and Database Descriptions have no E bit, and a neighbour whose Hellos have it is refused [2328:10.5]', () => {
    const { bench, m } = border({ isStub: true });
    expect(m.state).toBe('Full');
    const sent = bench.take();
    expect(new Set(sent.filter((c) => c.interfaceIndex === 3 && c.hello !== undefined).map((c) => c.hello?.options))).toEqual(new Set([0]));
    expect(new Set(sent.filter((c) => c.interfaceIndex === 2 && c.hello !== undefined).map((c) => c.hello?.options))).toEqual(new Set([2]));
    expect(new Set(sent.filter((c) => c.interfaceIndex === 3 && c.dd !== undefined).map((c) => c.dd?.options))).toEqual(new Set([0]));
    const other = bench.peer('8.8.8.8', '10.0.1.8', 3, 1);
    other.hello({ options: 2 });
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:10.5]', what: 'external routing capability', got: 2, want: 0 });
  });

  test('LSAs in it have no E bit; elsewhere they have', () => {
    const { bench } = border({ isStub: true });
    const options = (area: number): Set<number> => new Set(bench.process.areas.find((a) => a.id === area)?.lsdb.all().filter((l) => l.isSelfOriginated).map((l) => l.header.options));
    expect([options(0), options(1)]).toEqual([new Set([2]), new Set([0])]);
  });

  test('AS-external-LSAs are neither flooded into it nor taken from it [2328:13.3] [2328:13(3)]', () => {
    const { bench, n, m, settle } = border({ isStub: true });
    bench.take();
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    settle();
    expect(bench.process.externalLsdb.all()).toHaveLength(1);
    expect(bench.take().filter((c) => c.interfaceIndex === 3).flatMap((c) => c.update ?? []).filter((h) => h.lsType === LsType.asExternal)).toEqual([]);
    m.update(externalLsa('61.0.0.0', '7.7.7.7', MASK, 20));
    expect(bench.process.externalLsdb.all()).toHaveLength(1);
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:13(3)]', got: LsType.asExternal });
  });

  test('AS-external-LSAs are not described there [2328:10.3 NegotiationDone]', () => {
    const { bench, n, m, settle } = border({ isStub: true });
    n.update(externalLsa('60.0.0.0', '9.9.9.9', MASK, 20));
    settle();
    bench.take();
    m.hello({ neighbors: [] });
    m.toFull();
    const described = bench.take().flatMap((c) => c.dd?.headers ?? []).map((header) => header.lsType);
    expect([bench.process.externalLsdb.size, described.includes(LsType.router), described.includes(LsType.asExternal)]).toEqual([1, true, false]);
  });

  test('one that is described there starts the exchange anew [2328:10.6]', () => {
    const link = { networkType: 'point-to-point' as const };
    const bench = new Bench({
      configuration: {
        ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 1]], interfaces: { eth0: link } }),
        areas: new Map([[1, { isStub: true, isSummaryBlocked: false, ranges: [] }]]),
      },
    });
    const m = bench.peer('9.9.9.9', '10.0.0.9', 2, 1);
    m.options = 0;
    m.hello({ options: 0, neighbors: [] });
    m.hello({ options: 0 });
    m.toFull([headerOf(externalLsa('61.0.0.0', '9.9.9.9', MASK, 20))]);
    expect(m.state).not.toBe('Full');
    expect(bench.refusals().at(-1)).toMatchObject({ clause: '[2328:10.6]', what: 'LS type', want: '1-4' });
  });

  test('gets no type 4 [2328:12.4.3.1]', () => {
    const boundaries = (isStub: boolean): number => {
      const { bench } = border({ isStub });
      expect(bench.process.routingTable.routers.get(ip('9.9.9.9'))?.[0].isAsBoundaryRouter).toBe(true);
      return bench.process.areas.find((area) => area.id === 1)?.lsdb.ofType(LsType.summaryAsbr).length ?? 0;
    };
    expect([boundaries(false), boundaries(true)]).toEqual([1, 0]);
  });

  test('gets a default at the configured cost beside the summaries; with no-summary the default alone [2328:12.4.3.1]', () => {
    expect(announced(border({ isStub: true }).bench, 1)).toEqual(['0.0.0.0/1', '10.0.0.0/10', '50.0.0.0/13']);
    expect(announced(border({ isStub: true, defaultCost: 17 }).bench, 1)).toContain('0.0.0.0/17');
    expect(announced(border({ isStub: true, isSummaryBlocked: true }).bench, 1)).toEqual(['0.0.0.0/1']);
    expect(announced(border({}).bench, 1)).toEqual(['10.0.0.0/10', '50.0.0.0/13']);
  });
});

describe('an area range', () => {
  /** Stub networks of m: 20.0.1.0/24 at cost 2 and 20.0.2.0/24 at cost 9, 5 more from here. */
  function withNetworks(ranges: readonly AreaRange[], behaviour: Partial<OspfBehaviour> = {}): ReturnType<typeof border> {
    const made = border({ ranges }, behaviour);
    made.m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1], ['stub', '20.0.1.0', MASK, 2], ['stub', '20.0.2.0', MASK, 9]], {}));
    made.settle();
    return made;
  }

  test('stands for what it holds, at the cost of the most distant or the configured one; not advertised, or as something else', () => {
    expect(announced(withNetworks([]).bench, 0)).toEqual(['10.0.1.0/5', '20.0.1.0/7', '20.0.2.0/14']);
    expect(announced(withNetworks([range('20.0.0.0', 16)]).bench, 0)).toEqual(['10.0.1.0/5', '20.0.0.0/14']);
    expect(announced(withNetworks([range('20.0.0.0', 16, { cost: 99 })]).bench, 0)).toEqual(['10.0.1.0/5', '20.0.0.0/99']);
    expect(announced(withNetworks([range('20.0.0.0', 16, { isAdvertised: false })]).bench, 0)).toEqual(['10.0.1.0/5']);
    expect(announced(withNetworks([range('20.0.0.0', 16, { substitute: { network: ip('99.0.0.0'), prefixLength: 8 } })]).bench, 0)).toEqual(['10.0.1.0/5', '99.0.0.0/14']);
    expect(announced(withNetworks([range('30.0.0.0', 16)]).bench, 0)).toEqual(['10.0.1.0/5', '20.0.1.0/7', '20.0.2.0/14']);
  });

  test('the longer of two ranges takes a network', () => {
    expect(announced(withNetworks([range('20.0.0.0', 16), range('20.0.2.0', 23)]).bench, 0)).toEqual(['10.0.1.0/5', '20.0.0.0/7', '20.0.2.0/14']);
  });

  test('that is active has a discard route, and goes with its last network', () => {
    const { bench, m, settle } = withNetworks([range('20.0.0.0', 16)]);
    const key = `${ip('20.0.0.0')}/16`;
    expect(bench.routes.get(key)).toMatchObject({ isDiscard: true, nextHops: [] });
    m.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.7', 1]], { sequence: -0x7ffffff0 }));
    settle();
    expect(bench.routes.has(key)).toBe(false);
    expect(announced(bench, 0)).toEqual(['10.0.1.0/5']);
  });

  test('that is active: what others announce of it is not believed, or, as in RFC 1583, of what is in it [2328:16.2(3)]', () => {
    const believed = (rangeHides: 'inside' | 'same', isActive = true): string[] => {
      const { bench, n, settle } = withNetworks([range(isActive ? '20.0.0.0' : '22.0.0.0', 16)], { rangeHides });
      n.update(summaryLsa('20.0.0.0', '9.9.9.9', '255.255.0.0', 1), summaryLsa('20.0.3.0', '9.9.9.9', MASK, 1), summaryLsa('21.0.3.0', '9.9.9.9', MASK, 1));
      settle();
      return ['20.0.0.0/16', '20.0.3.0/24', '21.0.3.0/24'].filter((text) => {
        const [network, length] = text.split('/');
        const found = bench.routes.get(`${ip(network)}/${length}`);
        return found !== undefined && found.isDiscard !== true;
      });
    };
    expect(believed('same')).toEqual(['20.0.3.0/24', '21.0.3.0/24']);
    expect(believed('inside')).toEqual(['21.0.3.0/24']);
    expect(believed('same', false)).toEqual(['20.0.0.0/16', '20.0.3.0/24', '21.0.3.0/24']);
  });
});

describe('the default route', () => {
  const originate = (isAlways: boolean, hasDefault: boolean): string[] => {
    const bench = new Bench({
      configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]] }), defaultInformation: { isAlways } },
      routes: hasDefault ? [{ source: 'static', network: 0, prefixLength: 0, interfaceName: 'eth1', gateway: ip('192.168.1.1') }] : [],
    });
    bench.wait(SECOND);
    expect(bench.process.isAsBoundaryRouter).toBe(true);
    return bench.process.externalLsdb.all().map((l) => `${l.header.linkStateId} ${(l.body as unknown as { routes: { metric: number }[] }).routes[0].metric}`);
  };

  test('is originated where there is one, or always; a boundary router it is either way', () => {
    expect([originate(false, true), originate(false, false), originate(true, false)]).toEqual([['0 10'], [], ['0 1']]);
  });

  test('is not redistributed as a static route', () => {
    const bench = new Bench({
      configuration: { ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]] }), redistribute: [{ source: 'static' }] },
      routes: [{ source: 'static', network: 0, prefixLength: 0, interfaceName: 'eth1', gateway: ip('192.168.1.1') }],
    });
    bench.wait(SECOND);
    expect(bench.process.externalLsdb.all()).toHaveLength(0);
  });
});
