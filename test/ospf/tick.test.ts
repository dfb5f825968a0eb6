/**
 * What is postponed on a daemon that works on a tick (BIRD): an LSA that must wait for MinLSInterval stands as a draft, and leaves only if it is still
 * wanted when the time has come. Found by random faults with BIRD in the mix.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { BIRD_2012 } from '../../src/persona/ospf-bird.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import { SummaryLsa } from '../../src/wire/ospf/summary-lsa.js';
import { Bench, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';

/** All of it a second on: Hellos, acknowledgments. */
function pass(bench: Bench, peers: readonly Peer[], seconds: number): void {
  for (let i = 0; i < seconds; i++) {
    for (const peer of peers) {
      peer.hello();
      peer.acknowledgeAll();
    }
    bench.wait(SECOND);
  }
}

/** Instances of a type that have left and are not flushes. */
function left(bench: Bench, lsType: number): number[] {
  return bench.take().flatMap((c) => c.update ?? []).filter((header) => header.lsType === lsType && header.age < 3600).map((header) => header.sequence);
}

describe('a network-LSA', () => {
  /** We are DR, with two neighbours. */
  function segment(): { bench: Bench; peers: [Peer, Peer]; said(): number[] | undefined } {
    const bench = new Bench({ behaviour: BIRD_2012,
      configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { priority: 9, helloIntervalSeconds: 1, deadIntervalSeconds: 4 } } }) });
    const peers: [Peer, Peer] = [bench.peer('4.4.4.4', '10.0.0.4'), bench.peer('3.3.3.3', '10.0.0.3')];
    pass(bench, peers, 6);
    for (const peer of peers) peer.toFull();
    pass(bench, peers, 12);
    const said = (): number[] | undefined => {
      const lsa = bench.process.areas[0].lsdb.ofType(LsType.network).find((l) => !l.isMaxAge(bench.now));
      return lsa?.body instanceof NetworkLsa ? lsa.body.attachedRouters.map((r) => r & 255).sort().reverse() : undefined;
    };
    expect(said()).toEqual([5, 4, 3]);
    return { bench, peers, said };
  }

  test('of a neighbour that is back, and lost again before that could be said: what stands is right again, and stays', () => {
    const { bench, peers, said } = segment();
    const [first, second] = peers;
    const lose = (): void => { first.hello({ neighbors: [] }); };
    lose();
    pass(bench, [second], 2);
    expect(said()).toEqual([5, 3]);
    first.toFull(); // must wait for MinLSInterval
    pass(bench, peers, 1);
    expect(said()).toEqual([5, 3]);
    lose(); // now what stands is right again
    pass(bench, [second], 8);
    expect(said()).toEqual([5, 3]);
  });

  test('of one that is no longer DR when it could be said: there is none', () => {
    const { bench, peers, said } = segment();
    const [first, second] = peers;
    first.hello({ neighbors: [] });
    pass(bench, [second], 1);
    expect(said()).toEqual([5, 3]);
    second.hello({ neighbors: [] }); // alone: flushed
    pass(bench, [], 1);
    for (const peer of peers) {
      peer.toFull();
      peer.acknowledgeAll();
    }
    pass(bench, peers, 1); // must wait for MinLSInterval
    expect(said()).toBeUndefined();
    // The other one is DR from now on.
    Object.assign(first, { priority: 200, designatedRouter: first.address });
    second.designatedRouter = first.address;
    bench.take();
    pass(bench, peers, 10);
    expect([bench.interface().state, left(bench, LsType.network), said()]).toEqual(['Backup', [], undefined]);
  });
});

test('a summary that is not wanted any more when its time has come does not leave', () => {
  const link = { networkType: 'point-to-point' as const };
  const bench = new Bench({ behaviour: BIRD_2012, interfaces: [device('eth0', 2, '10.0.0.5/24'), device('eth1', 3, '10.1.0.5/24')],
    configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.1.0.0/24', 1]], interfaces: { eth0: link, eth1: link } }) });
  const peers = [bench.peer('4.4.4.4', '10.0.0.4'), bench.peer('3.3.3.3', '10.1.0.3', 3, 1)];
  for (const peer of peers) peer.toFull();
  pass(bench, peers, 10);
  let sequence = 0x80000001;
  const say = (hasStub: boolean): void => peers[0].update(routerLsa('4.4.4.4', [['pointToPoint', '5.5.5.5', '10.0.0.4', 10],
    ...(hasStub ? [['stub', '172.20.0.0', '255.255.0.0', 5] as const] : []).map((l): [typeof l[0], string, string, number] => [...l])], { sequence: sequence++ }));
  const said = (): number[] => bench.process.areas[1].lsdb.ofType(LsType.summaryNetwork).filter((l) => (l.header.linkStateId & 0xffff0000) >>> 0 === ip('172.20.0.0') && !l.isMaxAge(bench.now))
    .map((l) => (l.body instanceof SummaryLsa ? l.body.metric : -1));
  say(true);
  pass(bench, peers, 1);
  expect(said()).toEqual([15]);
  say(false);
  pass(bench, peers, 1);
  expect(said()).toEqual([]);
  say(true); // must wait for MinLSInterval
  pass(bench, peers, 1);
  expect(said()).toEqual([]);
  say(false);
  bench.take();
  pass(bench, peers, 10);
  expect(left(bench, LsType.summaryNetwork)).toEqual([]);
});
