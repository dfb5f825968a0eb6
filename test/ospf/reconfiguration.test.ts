/**
 * What a running process does when it is configured anew: which adjacencies live on, and what leaves at once. The end of it on real routers is in
 * topologies/conformance/configure-*; here is what happens on the way, and that a setting nobody has thought of takes effect, too.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { AreaConfiguration, OspfConfiguration, OspfInterfaceConfiguration } from '../../src/ospf/configuration.js';
import { differences, isSameData } from '../../src/ospf/configuration-difference.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, POINT_TO_POINT, RFC_2328 } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

const SYSTEMS = [device('eth0', 2, '10.0.0.5/24')];

/** A bench on point-to-point with one Full neighbour, long enough ago for MinLSInterval. */
function full(): Bench {
  const bench = new Bench({ configuration: POINT_TO_POINT, behaviour: { ...RFC_2328, deadIntervalHellos: 4, helloIntervalSeconds: 10 } });
  const peer = bench.peer('2.2.2.2', '10.0.0.2');
  bench.until(SECOND);
  peer.toFull();
  bench.wait(8 * SECOND);
  peer.acknowledgeAll();
  expect(peer.state).toBe('Full');
  bench.caught = [];
  bench.traces = [];
  return bench;
}

function change(bench: Bench, change: Partial<OspfConfiguration>, own?: OspfInterfaceConfiguration): boolean {
  const interfaces = own === undefined ? POINT_TO_POINT.interfaces : new Map([['eth0', { ...POINT_TO_POINT.interfaces.get('eth0'), ...own }]]);
  return bench.process.reconfigure(bench.now, { ...POINT_TO_POINT, interfaces, ...change }, SYSTEMS, () => true);
}

const states = (bench: Bench): string[] => bench.traces.flatMap((event) => (event.kind === 'neighbor-state' ? [`${event.from} -> ${event.to} ${event.event}`] : []));

describe('an interface', () => {
  it('cost: the router-LSA alone', () => {
    const bench = full();
    expect(change(bench, {}, { cost: 77 })).toBe(true);
    bench.wait(SECOND);
    expect(bench.caught.flatMap((each) => each.update ?? []).map((header) => header.lsType)).toEqual([LsType.router]);
    expect(states(bench)).toEqual([]);
  });
  it('hello-interval: a Hello at once that says so, and the dead interval with it', () => {
    const bench = full();
    change(bench, {}, { helloIntervalSeconds: 3 });
    expect(bench.take(PacketType.hello).map(({ hello }) => [hello?.helloIntervalSeconds, hello?.deadIntervalSeconds])).toEqual([[3, 12]]);
    bench.wait(3 * SECOND);
    expect(bench.take(PacketType.hello)).toHaveLength(1);
    expect(states(bench)).toEqual([]);
  });
  it('no hello-interval: the interface goes down and comes up again', () => {
    const bench = full();
    change(bench, {}, { helloIntervalSeconds: 3 });
    change(bench, {});
    expect(states(bench)).toEqual(['Full -> Deleted KillNbr']);
    expect(bench.interface().state).toBe('Point-To-Point');
  });
  it('network type: the same', () => {
    const bench = full();
    change(bench, { interfaces: new Map() });
    expect(states(bench)).toEqual(['Full -> Deleted KillNbr']);
    expect([bench.interface().state, bench.interface().traits.isElecting]).toEqual(['Waiting', true]);
  });
  it('what only counts from the next packet on changes nothing now', () => {
    const bench = full();
    change(bench, {}, { deadIntervalSeconds: 99, retransmitIntervalSeconds: 9, transmitDelaySeconds: 3, isMtuIgnored: true, authentication: { type: 'simple', password: new Uint8Array(8) } });
    expect([bench.caught.length, states(bench)]).toEqual([0, []]);
    bench.wait(10 * SECOND);
    expect(bench.take(PacketType.hello)[0].hello?.deadIntervalSeconds).toBe(99);
  });
  it('passive: no more Hellos, its groups are left, the neighbour times out', () => {
    const bench = full();
    change(bench, { passiveInterfaces: new Set(['eth0']) });
    expect([...bench.groups]).toEqual([]);
    bench.wait(45 * SECOND);
    expect(bench.take(PacketType.hello)).toEqual([]);
    expect(states(bench)).toEqual(['Full -> Deleted InactivityTimer']);
  });
  it('no network statement: it is gone, and comes back as another one', () => {
    const bench = full();
    change(bench, { networks: [] });
    expect([bench.process.interfaces.length, bench.process.areas.length]).toEqual([0, 0]);
    change(bench, {});
    expect([bench.process.interfaces.length, bench.interface().state]).toEqual([1, 'Point-To-Point']);
  });
  it('another area: another interface', () => {
    const bench = full();
    change(bench, { networks: [{ ...POINT_TO_POINT.networks[0], area: 7 }] });
    expect(bench.process.areas.map((area) => [area.id, area.interfaces.length])).toEqual([[7, 1]]);
    expect(states(bench)).toEqual(['Full -> Deleted KillNbr']);
  });
});

describe('an area', () => {
  it('that loses its last interface takes its routes with it, though nothing in another area has changed', () => {
    const both: OspfConfiguration = configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.1.0.0/24', 1]],
      interfaces: { eth0: { networkType: 'point-to-point' }, eth1: { networkType: 'point-to-point' } } });
    const systems = [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.1.0.5/24')];
    const bench = new Bench({ configuration: both, interfaces: systems });
    const peer = bench.peer('2.2.2.2', '10.1.0.2', 3, 1);
    bench.until(SECOND);
    peer.toFull();
    bench.wait(8 * SECOND);
    peer.acknowledgeAll();
    peer.update(routerLsa('2.2.2.2', [['pointToPoint', '5.5.5.5', '10.1.0.2', 10], ['stub', '10.1.0.0', '255.255.255.0', 10], ['stub', '10.99.0.0', '255.255.0.0', 3]]));
    bench.wait(8 * SECOND);
    const key = `${ip('10.99.0.0')}/16`;
    expect(bench.routes.has(key)).toBe(true);
    bench.process.reconfigure(bench.now, { ...both, networks: both.networks.slice(0, 1) }, systems, () => true);
    bench.wait(8 * SECOND);
    expect([bench.routes.has(key), bench.process.areas.map((area) => area.id)]).toEqual([false, [0]]);
  });
});

describe('the router id', () => {
  it('stays while anybody is Full, and is taken when the process is cleared', () => {
    const bench = full();
    change(bench, { routerId: ip('9.9.9.9') });
    expect([bench.process.routerId, states(bench)]).toEqual([ip('5.5.5.5'), []]);
    bench.process.clear(bench.now, 'process', '');
    expect([bench.process.routerId, states(bench)]).toEqual([ip('9.9.9.9'), ['Full -> Deleted KillNbr']]);
    // What was ours is flushed on the way, or it would stand for an hour.
    expect(bench.caught.flatMap((each) => each.update ?? []).map((header) => [header.advertisingRouter, header.age])).toContainEqual([ip('5.5.5.5'), 3600]);
    expect(bench.process.areas[0].lsdb.all().map((lsa) => lsa.header.advertisingRouter)).toEqual([ip('9.9.9.9')]);
  });
  it('is taken at once when nobody is', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    bench.wait(20 * SECOND);
    change(bench, { routerId: ip('9.9.9.9') });
    expect(bench.process.routerId).toBe(ip('9.9.9.9'));
  });
  it('clear neighbor: that one, by its id', () => {
    const bench = full();
    bench.process.clear(bench.now, 'neighbor', '3.3.3.3');
    expect(states(bench)).toEqual([]);
    bench.process.clear(bench.now, 'neighbor', '2.2.2.2');
    expect(states(bench)).toEqual(['Full -> Deleted KillNbr']);
  });
});

describe('what nobody has thought of', () => {
  it('of the process: only a new one can do it', () => {
    const bench = full();
    expect(change(bench, { unheardOf: 1 } as Partial<OspfConfiguration>)).toBe(false);
    expect([bench.caught.length, states(bench), bench.process.configuration]).toEqual([0, [], POINT_TO_POINT]);
  });
  it('of an area: it is made anew with its interfaces', () => {
    const bench = full();
    const [before] = bench.process.areas;
    change(bench, { areas: new Map([[0, { isStub: false, isSummaryBlocked: false, ranges: [], unheardOf: 1 } as AreaConfiguration]]) });
    expect(bench.process.areas).toHaveLength(1);
    expect(bench.process.areas[0]).not.toBe(before);
    expect([bench.process.areas[0].interfaces.length, bench.interface().state, states(bench)]).toEqual([1, 'Point-To-Point', ['Full -> Deleted KillNbr']]);
  });
});

describe('differences', () => {
  it('are of contents, in maps, sets, lists and bytes', () => {
    expect(differences({ a: new Map([['x', { y: [1, 2] }]]), b: new Set(['k']), c: Uint8Array.of(1), d: undefined, e: 1 }, { a: new Map([['x', { y: [1, 2] }]]), b: new Set(['k']), c: Uint8Array.of(1), e: 1 })).toEqual([]);
    expect(differences({ a: new Map([['x', { y: [1, 2] }]]), b: new Set(['k']), c: Uint8Array.of(1) }, { a: new Map([['x', { y: [1, 3] }]]), b: new Set(['l']), c: Uint8Array.of(2), z: 0 })).toEqual(['a', 'b', 'c', 'z']);
    expect([isSameData(undefined, {}), isSameData([1], { 0: 1 }), isSameData(NaN, NaN)]).toEqual([false, false, true]);
  });
});
