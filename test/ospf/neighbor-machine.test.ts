/**
 * The neighbour state machine against RFC 2328 section 10.3, written out here a second time and not derived from the code.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { STATE_RANK, type NeighborEvent, type NeighborState } from '../../src/ospf/neighbor.js';
import { NEIGHBOR_MACHINE, runNeighborEvent } from '../../src/ospf/neighbor-machine.js';
import { DdFlag } from '../../src/wire/ospf/database-description.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, NON_BROADCAST, POINT_TO_POINT, headerOf, type Peer } from './bench.js';
import { routerLsa } from './lsa-builder.js';

const STATES: NeighborState[] = ['Down', 'Attempt', 'Init', '2-Way', 'ExStart', 'Exchange', 'Loading', 'Full', 'Deleted'];
const EVENTS: NeighborEvent[] = ['HelloReceived', 'Start', '2-WayReceived', 'NegotiationDone', 'ExchangeDone', 'BadLSReq', 'LoadingDone', 'AdjOK?',
  'SeqNumberMismatch', '1-WayReceived', 'KillNbr', 'InactivityTimer', 'LLDown'];

type Where = NeighborState | '*' | '2-Way+' | 'Exchange+' | 'ExStart+' | 'Init+';

/**
 * [2328:10.3] What changes. A state with `+` is "that state or greater". Down is `Deleted` here wherever a neighbour is
 * lost, as the head of neighbor-machine.ts says.
 */
const RFC: [from: Where, event: NeighborEvent, to: NeighborState[]][] = [
  ['Down', 'Start', ['Attempt']],
  ['Attempt', 'HelloReceived', ['Init']],
  ['Down', 'HelloReceived', ['Init']],
  ['Init', '2-WayReceived', ['2-Way', 'ExStart']],
  ['ExStart', 'NegotiationDone', ['Exchange']],
  ['Exchange', 'ExchangeDone', ['Loading', 'Full']],
  ['Loading', 'LoadingDone', ['Full']],
  ['2-Way', 'AdjOK?', ['2-Way', 'ExStart']],
  ['ExStart', 'AdjOK?', ['2-Way', 'ExStart']],
  ['Exchange', 'AdjOK?', ['2-Way', 'Exchange']],
  ['Loading', 'AdjOK?', ['2-Way', 'Loading']],
  ['Full', 'AdjOK?', ['2-Way', 'Full']],
  ['Exchange+', 'SeqNumberMismatch', ['ExStart']],
  ['Exchange+', 'BadLSReq', ['ExStart']],
  ['*', 'KillNbr', ['Deleted']],
  ['*', 'LLDown', ['Deleted']],
  ['*', 'InactivityTimer', ['Deleted']],
  ['2-Way+', '1-WayReceived', ['Init']],
];

function matches(where: Where, state: NeighborState): boolean {
  if (state === 'Deleted') return false;
  if (where === '*') return true;
  return where.endsWith('+') ? STATE_RANK[state] >= STATE_RANK[where.slice(0, -1) as NeighborState] : where === state;
}

function allowed(from: NeighborState, event: NeighborEvent): NeighborState[] {
  return RFC.find(([where, e]) => e === event && matches(where, from))?.[2] ?? [from];
}

/** A neighbour of a real process, brought into the state with packets where packets can. */
function reach(state: Exclude<NeighborState, 'Deleted'>, networkType: 'broadcast' | 'point-to-point' = 'point-to-point'): { bench: Bench; peer: Peer } {
  if (state === 'Attempt') {
    // InterfaceUp has raised Start for the configured neighbour, and nothing has been heard of it. [2328:10.3 Start]
    const bench = new Bench({ configuration: NON_BROADCAST });
    return { bench, peer: bench.peer('9.9.9.9', '10.0.0.9') };
  }
  const bench = new Bench(networkType === 'point-to-point' ? { configuration: POINT_TO_POINT } : {});
  const peer = bench.peer('9.9.9.9', '10.0.0.9');
  peer.hello({ neighbors: [] });
  const neighbor = peer.neighbor;
  if (neighbor === undefined) throw new Error('no neighbour');
  switch (state) {
    case 'Down': neighbor.state = 'Down'; break; // never seen from outside: a neighbour is made by the Hello that takes it to Init
    case 'Init': break;
    case '2-Way': peer.hello(); break;
    case 'ExStart': peer.toExStart(); break;
    case 'Exchange': peer.toExStart(); peer.toExchange(); break;
    case 'Loading': peer.toFull([headerOf(routerLsa('9.9.9.9', []))]); break;
    case 'Full': peer.toFull(); break;
  }
  return { bench, peer };
}

test('the table has a cell for every state and every event, and each cell names the standard’s next state', () => {
  expect(Object.keys(NEIGHBOR_MACHINE).sort()).toEqual([...STATES].sort());
  for (const state of STATES) {
    expect(Object.keys(NEIGHBOR_MACHINE[state]).sort()).toEqual([...EVENTS].sort());
    for (const event of EVENTS) {
      const cell: { next?: NeighborState; action?: unknown } = NEIGHBOR_MACHINE[state][event];
      if (cell.next !== undefined) expect([state, event, cell.next]).toEqual([state, event, allowed(state, event)[0]]);
      else expect(allowed(state, event).length, `${state} ${event} leaves the state to its action`).toBeGreaterThan(1);
    }
  }
});

describe('driving a neighbour', () => {
  for (const state of STATES) {
    if (state === 'Deleted') continue;
    for (const event of EVENTS) {
      test(`${state} + ${event} -> ${allowed(state, event).join(' or ')}`, () => {
        const { bench, peer } = reach(state, state === '2-Way' ? 'broadcast' : 'point-to-point');
        const { neighbor } = peer;
        if (neighbor === undefined) throw new Error('no neighbour');
        expect(neighbor.state).toBe(state);
        bench.wait(SECOND);
        bench.take();
        const before = neighbor.inactivityTimer.time;
        runNeighborEvent(neighbor, event, bench.now);
        bench.process.output.write();
        const after: NeighborState = neighbor.state;
        expect(allowed(state, event)).toContain(after);

        // What every state means, however it was reached.
        expect(neighbor.inactivityTimer.isArmed).toBe(after !== 'Deleted' && after !== 'Down');
        if (event === 'HelloReceived') expect(neighbor.inactivityTimer.time).toBe(bench.now + 40 * SECOND); // restarted
        else if (STATE_RANK[state] >= 2 && after !== 'Deleted') expect(neighbor.inactivityTimer.time).toBe(before);
        if (after === 'Deleted') expect(bench.interface().neighbors).toEqual([]);
        if (STATE_RANK[after] < STATE_RANK.Exchange) {
          expect([neighbor.requestList.size, neighbor.retransmissionList.size, neighbor.summaryList.size]).toEqual([0, 0, 0]);
          expect([neighbor.requestTimer.isArmed, neighbor.retransmissionTimer.isArmed]).toEqual([false, false]);
        }
        if (after === 'ExStart' && state !== 'ExStart') {
          // "declaring itself master, with the initialize, more and master bits set and no LSA headers"
          const [dd] = bench.take(PacketType.databaseDescription);
          expect(dd.dd).toMatchObject({ flags: DdFlag.init | DdFlag.more | DdFlag.master, headers: [], sequence: neighbor.ddSequence });
        }
        // ExStart repeats the first packet; in Exchange only the master repeats. [2328:10.8]
        const isMaster = (neighbor.ddFlags & DdFlag.master) !== 0;
        expect(neighbor.ddTimer.isArmed).toBe(after === 'ExStart' || (after === 'Exchange' && isMaster));
        expect(bench.interface().fullNeighbors).toBe(after === 'Full' ? 1 : 0);
      });
    }
  }
});

describe('what the standard says besides the state', () => {
  test('NegotiationDone: the database summary list is the area’s and the external database; the exchange describes all of it', () => {
    const { bench, peer } = reach('Exchange');
    const described = bench.take(PacketType.databaseDescription).at(-1)?.dd?.headers ?? [];
    const { areas, externalLsdb } = bench.process;
    expect(described.length).toBe(areas[0].lsdb.size + externalLsdb.size);
    expect(peer.neighbor?.summaryList.size).toBe(0);
  });

  test('each new start of the exchange uses the next sequence number', () => {
    const { bench, peer } = reach('Full');
    const first = peer.neighbor?.ddSequence ?? 0;
    if (peer.neighbor) runNeighborEvent(peer.neighbor, 'SeqNumberMismatch', bench.now);
    expect(peer.neighbor?.ddSequence).toBe(first + 1);
  });

  test('the request and retransmission timers of a neighbour that needs neither do not run for ever', () => {
    const lsa = routerLsa('9.9.9.9', []);
    const { bench, peer } = reach('Loading');
    expect(peer.neighbor?.requestTimer.isArmed).toBe(true);
    peer.update(lsa);
    expect(peer.state).toBe('Full');
    bench.wait(6 * SECOND);
    expect(peer.neighbor?.requestTimer.isArmed).toBe(false);
  });

  test('1-WayReceived and KillNbr take the link out of the router-LSA, Full brings it back', () => {
    const { bench, peer } = reach('Full');
    bench.wait(10 * SECOND);
    peer.hello();
    const links = (): number => (bench.process.areas[0].routerLsa?.body as unknown as { links: { type: number }[] }).links.filter((l) => l.type === 1).length;
    expect(links()).toBe(1);
    peer.hello({ neighbors: [] });
    bench.wait(6 * SECOND);
    expect([peer.state, links()]).toEqual(['Init', 0]);
    peer.toFull();
    bench.wait(6 * SECOND);
    expect([peer.state, links()]).toEqual(['Full', 1]);
  });
});

describe('the inactivity timer', () => {
  test('fires exactly RouterDeadInterval after the last Hello and not before, and nothing but Hellos keeps it off', () => {
    const { bench, peer } = reach('Full');
    bench.until(7 * SECOND);
    peer.hello();
    bench.until(30 * SECOND);
    peer.acknowledgeAll();
    peer.update(routerLsa('9.9.9.9', []));
    bench.until(47 * SECOND - 1);
    expect(peer.state).toBe('Full');
    bench.until(47 * SECOND);
    expect(peer.state).toBeUndefined();
    expect(bench.traces.filter((t) => t.kind === 'neighbor-state').at(-1)).toMatchObject({ to: 'Deleted', event: 'InactivityTimer', sinceLastHelloMicros: 40 * SECOND });
  });
});

describe('cells that leave the next state to their action: every outcome', () => {
  const cases: [from: Exclude<NeighborState, 'Deleted'>, event: NeighborEvent, isWanted: boolean, to: NeighborState][] = [
    ['Init', '2-WayReceived', true, 'ExStart'], ['Init', '2-WayReceived', false, '2-Way'],
    ['2-Way', 'AdjOK?', true, 'ExStart'], ['2-Way', 'AdjOK?', false, '2-Way'],
    ['ExStart', 'AdjOK?', true, 'ExStart'], ['ExStart', 'AdjOK?', false, '2-Way'],
    ['Exchange', 'AdjOK?', true, 'Exchange'], ['Exchange', 'AdjOK?', false, '2-Way'],
    ['Loading', 'AdjOK?', true, 'Loading'], ['Loading', 'AdjOK?', false, '2-Way'],
    ['Full', 'AdjOK?', true, 'Full'], ['Full', 'AdjOK?', false, '2-Way'],
  ];
  test.each(cases)('%s + %s, an adjacency is wanted: %s -> %s', (from, event, isWanted, to) => {
    // On a LAN on which the process is Designated Router, or of no account.
    const { bench, peer } = reach(from === '2-Way' ? 'Init' : from, 'point-to-point');
    const { neighbor } = peer;
    if (neighbor === undefined) throw new Error('no neighbour');
    Object.assign(bench.interface(), { traits: { ...bench.interface().traits, isElecting: true } });
    bench.interface().designatedRouter = isWanted ? bench.interface().address : 0;
    neighbor.state = from;
    runNeighborEvent(neighbor, event, bench.now);
    expect(neighbor.state).toBe(to);
  });

  test('ExchangeDone: Full where nothing is left to ask for, else Loading', () => {
    for (const [described, to] of [[[], 'Full'], [[headerOf(routerLsa('9.9.9.9', []))], 'Loading']] as const) {
      const { bench, peer } = reach('Exchange');
      const { neighbor } = peer;
      if (neighbor === undefined) throw new Error('no neighbour');
      for (const header of described) neighbor.requestList.put({ header });
      runNeighborEvent(neighbor, 'ExchangeDone', bench.now);
      expect(neighbor.state).toBe(to);
    }
  });

  test('a neighbour that is gone stays gone, whatever comes', () => {
    for (const event of EVENTS) {
      const { bench, peer } = reach('Full');
      const { neighbor } = peer;
      if (neighbor === undefined) throw new Error('no neighbour');
      runNeighborEvent(neighbor, 'KillNbr', bench.now);
      bench.take();
      runNeighborEvent(neighbor, event, bench.now);
      bench.process.output.write();
      expect([event, neighbor.state, bench.interface().neighbors, bench.take()]).toEqual([event, 'Deleted', [], []]);
    }
  });
});
