/** Broken invariants are found and said; a network in order is found to be in order. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { asymmetricAdjacencies, databaseDisagreements, forwardingLoops, type ForwardingView, type NamedProcess } from '../../src/measure/invariants.js';
import { areaByHand, interfaceByHand, lsaByHand, neighborByHand, processByHand, routerLsa } from '../node/ospf-by-hand.js';

const NOW = 100 * SECOND;

function pair(): [NamedProcess, NamedProcess] {
  const nodes = ['10.0.0.1', '10.0.0.2'].map((id, i): NamedProcess => {
    const process = processByHand(id);
    const area = areaByHand(process, '0.0.0.0');
    const owner = interfaceByHand(area, NOW, { name: 'eth0', index: 2, address: id, prefixLength: 24, networkType: 'broadcast', state: 'DROther', cost: 10 });
    const other = i === 0 ? '10.0.0.2' : '10.0.0.1';
    neighborByHand(owner, NOW, other, other, SECOND, SECOND);
    for (const from of ['10.0.0.1', '10.0.0.2']) lsaByHand(area, NOW, 1, from, from, 5, 0x80000001, routerLsa(0));
    return { name: `r${i + 1}`, process };
  });
  return [nodes[0], nodes[1]];
}

describe('databases', () => {
  it('that agree', () => {
    expect(databaseDisagreements(pair(), NOW)).toEqual([]);
  });

  it('that lack an LSA, or hold another instance', () => {
    const [a, b] = pair();
    b.process.areas[0].lsdb.delete({ lsType: 1, linkStateId: 0x0a000001, advertisingRouter: 0x0a000001 });
    lsaByHand(a.process.areas[0], NOW, 1, '10.0.0.2', '10.0.0.2', 5, 0x80000002, routerLsa(0));
    expect(databaseDisagreements([a, b], NOW)).toEqual([
      'area 0.0.0.0: r2 lacks LSA type 1 10.0.0.1 of 10.0.0.1 that r1 holds',
      'area 0.0.0.0: r1 and r2 hold different instances of LSA type 1 10.0.0.2 of 10.0.0.2',
    ]);
  });

  it('are not compared where the adjacency is not Full on both sides', () => {
    const [a, b] = pair();
    b.process.areas[0].lsdb.clear();
    b.process.interfaces[0].neighbors[0].state = 'Loading';
    expect(databaseDisagreements([a, b], NOW)).toEqual([]);
    expect(asymmetricAdjacencies([a, b])).toEqual(['r1 is Full with r2 on eth0, which sees it as Loading']);
  });

  it('adjacencies that are mutual', () => {
    expect(asymmetricAdjacencies(pair())).toEqual([]);
  });
});

describe('forwarding', () => {
  function view(name: string, address: number, gateway: number | undefined): ForwardingView {
    return { name, hasAddress: (a) => a === address, nextHops: () => (gateway === undefined ? undefined : [{ gateway }]) };
  }

  it('finds a loop and names the way round', () => {
    expect(forwardingLoops([view('a', 1, 2), view('b', 2, 3), view('c', 3, 2)], [9])).toEqual(['to 0.0.0.9: b -> c -> b']);
  });

  it('finds none where the destination is reached or the way ends', () => {
    expect(forwardingLoops([view('a', 1, 2), view('b', 2, 0), view('c', 9, undefined)], [9])).toEqual([]);
    expect(forwardingLoops([view('a', 1, 2), view('b', 2, undefined)], [9])).toEqual([]);
  });
});
