/**
 * The interface state machine against RFC 2328 section 9.3, written out here a second time and not derived from the code.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { InterfaceEvent, InterfaceState } from '../../src/ospf/interface.js';
import { INTERFACE_MACHINE, runInterfaceEvent } from '../../src/ospf/interface-machine.js';
import { ALL_D_ROUTERS, ALL_SPF_ROUTERS, PacketType } from '../../src/wire/ospf/packet.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Bench, NON_BROADCAST, POINT_TO_POINT, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';

const STATES: InterfaceState[] = ['Down', 'Loopback', 'Waiting', 'Point-To-Point', 'DROther', 'Backup', 'DR'];
const EVENTS: InterfaceEvent[] = ['InterfaceUp', 'WaitTimer', 'BackupSeen', 'NeighborChange', 'LoopInd', 'UnloopInd', 'InterfaceDown'];

/**
 * [2328:9.3] Only what changes; everything else "no state change". `*` is "any state". Where the state "depends upon the
 * actions" all outcomes that the standard names are listed.
 */
const RFC: [from: InterfaceState | '*', event: InterfaceEvent, to: InterfaceState[]][] = [
  ['Down', 'InterfaceUp', ['Point-To-Point', 'DROther', 'Waiting']],
  ['Waiting', 'BackupSeen', ['DROther', 'Backup', 'DR']],
  ['Waiting', 'WaitTimer', ['DROther', 'Backup', 'DR']],
  ['DROther', 'NeighborChange', ['DROther', 'Backup', 'DR']],
  ['Backup', 'NeighborChange', ['DROther', 'Backup', 'DR']],
  ['DR', 'NeighborChange', ['DROther', 'Backup', 'DR']],
  ['*', 'InterfaceDown', ['Down']],
  ['*', 'LoopInd', ['Loopback']],
  ['Loopback', 'UnloopInd', ['Down']],
];

function allowed(from: InterfaceState, event: InterfaceEvent): InterfaceState[] {
  return RFC.find(([state, e]) => e === event && (state === from || state === '*'))?.[2] ?? [from];
}

/** A real process whose interface is in the state. */
function reach(state: InterfaceState): Bench {
  switch (state) {
    case 'Down': { const b = new Bench(); b.process.interfaceChanged(b.now, 2, false); return b; }
    case 'Loopback': { const b = new Bench(); runInterfaceEvent(b.interface(), 'LoopInd', b.now); return b; }
    case 'Waiting': return new Bench();
    case 'Point-To-Point': return new Bench({ configuration: POINT_TO_POINT });
    case 'DR': { const b = new Bench(); b.until(40 * SECOND); return b; }
    case 'Backup':
    case 'DROther': {
      const b = new Bench();
      const dr = b.peer('9.9.9.9', '10.0.0.9');
      const backup = b.peer('8.8.8.8', '10.0.0.8');
      dr.designatedRouter = backup.designatedRouter = dr.address;
      if (state === 'DROther') dr.backupDesignatedRouter = backup.backupDesignatedRouter = backup.address;
      dr.hello();
      if (state === 'DROther') backup.hello();
      return b;
    }
  }
}

describe('the table', () => {
  test('has a cell for every state and every event, and each cell that names its next state names the standard’s', () => {
    expect(Object.keys(INTERFACE_MACHINE).sort()).toEqual([...STATES].sort());
    for (const state of STATES) {
      expect(Object.keys(INTERFACE_MACHINE[state]).sort()).toEqual([...EVENTS].sort());
      for (const event of EVENTS) {
        const cell: { next?: InterfaceState; action?: unknown } = INTERFACE_MACHINE[state][event];
        if (cell.next !== undefined) expect([state, event, cell.next]).toEqual([state, event, allowed(state, event)[0]]);
        else expect(allowed(state, event).length, `${state} ${event} leaves the state to its action`).toBeGreaterThan(1);
      }
    }
  });
});

describe('driving a process', () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      test(`${state} + ${event} -> ${allowed(state, event).join(' or ')}`, () => {
        const bench = reach(state);
        const owner = bench.interface();
        expect(owner.state).toBe(state);
        runInterfaceEvent(owner, event, bench.now);
        expect(allowed(state, event)).toContain(owner.state);
        // What every state means, however it was reached.
        const isSpeaking = owner.state !== 'Down' && owner.state !== 'Loopback';
        expect(owner.helloTimer.isArmed).toBe(isSpeaking);
        expect(owner.waitTimer.isArmed).toBe(owner.state === 'Waiting');
        expect(bench.groups.has(`2:${ALL_SPF_ROUTERS}`)).toBe(isSpeaking);
        expect(bench.groups.has(`2:${ALL_D_ROUTERS}`)).toBe(owner.state === 'DR' || owner.state === 'Backup');
        if (!isSpeaking) {
          // "All interface variables are reset and interface timers disabled; all neighbor connections are destroyed."
          expect(owner.neighbors).toEqual([]);
          expect([owner.designatedRouter, owner.backupDesignatedRouter]).toEqual([0, 0]);
        }
      });
    }
  }
});

describe('InterfaceUp', () => {
  test('leads to Point-To-Point on point-to-multipoint networks, broadcast or not; a non-broadcast network waits as a broadcast one does', () => {
    for (const networkType of ['point-to-multipoint', 'point-to-multipoint-non-broadcast'] as const) {
      const bench = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType } } }) });
      expect(bench.interface().state).toBe('Point-To-Point');
    }
    const bench = new Bench({ configuration: NON_BROADCAST });
    expect(bench.interface().state).toBe('Waiting');
    expect(bench.interface().waitTimer.time).toBe(40 * SECOND);
  });

  test('leads to Point-To-Point, to DROther where the router may not become DR, else to Waiting for RouterDeadInterval', () => {
    expect(reach('Point-To-Point').interface().state).toBe('Point-To-Point');
    const never = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { priority: 0 } } }) });
    expect(never.interface().state).toBe('DROther');
    const bench = new Bench();
    expect(bench.interface().state).toBe('Waiting');
    expect(bench.interface().waitTimer.time).toBe(40 * SECOND);
    bench.until(40 * SECOND - 1);
    expect(bench.interface().state).toBe('Waiting');
    bench.until(40 * SECOND);
    expect(bench.interface().state).toBe('DR');
  });

  test('sends the first Hello at once and then one every HelloInterval', () => {
    const bench = new Bench();
    bench.until(25 * SECOND);
    expect(bench.take(PacketType.hello).map((c) => c.time)).toEqual([0, 10 * SECOND, 20 * SECOND]);
  });

  test('of a router that may not become DR, too, and again after the interface was down', () => {
    const bench = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { priority: 0 } } }) });
    bench.until(15 * SECOND);
    bench.process.interfaceChanged(bench.now, 2, false);
    bench.until(17 * SECOND);
    bench.process.interfaceChanged(bench.now, 2, true);
    bench.until(28 * SECOND);
    expect(bench.take(PacketType.hello).map((c) => c.time)).toEqual([0, 10 * SECOND, 17 * SECOND, 27 * SECOND]);
  });
});

describe('going down', () => {
  /** Backup on a LAN with a Full Designated Router, just before the Hello that is due. */
  function backup(): { bench: Bench; peer: Peer } {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.designatedRouter = peer.address;
    peer.toFull();
    bench.until(9 * SECOND);
    bench.take();
    expect([bench.interface().state, peer.state]).toEqual(['Backup', 'Full']);
    return { bench, peer };
  }

  test.each(['InterfaceDown', 'LoopInd'] as const)('%s kills all neighbours and stops the timers', (event) => {
    const { bench } = backup();
    const owner = bench.interface();
    runInterfaceEvent(owner, event, bench.now);
    expect([owner.neighbors, owner.fullNeighbors, owner.helloTimer.isArmed, owner.waitTimer.isArmed, owner.ackTimer.isArmed]).toEqual([[], 0, false, false, false]);
    bench.wait(100 * SECOND);
    expect(bench.take(PacketType.hello)).toEqual([]);
  });

  test('resets what is known of the Designated Router and the Backup', () => {
    const { bench, peer } = backup();
    const owner = bench.interface();
    expect([owner.designatedRouter, owner.backupDesignatedRouter]).toEqual([peer.address, owner.address]);
    // They are known again from the neighbours' elections, were it not for the interface's own state.
    runInterfaceEvent(owner, 'InterfaceDown', bench.now);
    expect([owner.designatedRouter, owner.backupDesignatedRouter]).toEqual([0, 0]);
  });

  test('each change of state may change the router-LSA', () => {
    const { bench, peer } = backup();
    peer.hello();
    bench.wait(6 * SECOND);
    const links = (): [type: number, linkId: number][] => (bench.process.areas[0].routerLsa?.body as RouterLsa).links.map((link) => [link.type, link.linkId]);
    expect(links()).toEqual([[2, peer.address]]);
    // The Designated Router steps back and stays Full: the state of the interface alone changes.
    peer.hello({ priority: 0, designatedRouter: 0 });
    bench.wait(6 * SECOND);
    expect([bench.interface().state, peer.state, links()]).toEqual(['DR', 'Full', [[2, bench.interface().address]]]);
    bench.process.interfaceChanged(bench.now, 2, false);
    bench.wait(6 * SECOND);
    expect(links()).toEqual([]);
  });

  test('groups: AllSPFRouters on every interface that is up, AllDRouters as DR and as Backup alone', () => {
    const groups = (bench: Bench): number[] => [...bench.groups].map((text) => Number(text.split(':')[1])).sort((a, b) => a - b);
    expect(groups(reach('Waiting'))).toEqual([ALL_SPF_ROUTERS]);
    expect(groups(reach('DROther'))).toEqual([ALL_SPF_ROUTERS]);
    expect(groups(reach('Backup'))).toEqual([ALL_SPF_ROUTERS, ALL_D_ROUTERS]);
    expect(groups(reach('DR'))).toEqual([ALL_SPF_ROUTERS, ALL_D_ROUTERS]);
    expect(groups(reach('Down'))).toEqual([]);
  });
});

describe('passive and loopback interfaces', () => {
  test('a passive interface is advertised as a stub and neither speaks nor listens', () => {
    const bench = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], passive: ['eth0'] }) });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello();
    bench.until(100 * SECOND);
    expect(bench.take()).toEqual([]);
    expect(bench.interface().neighbors).toEqual([]);
    expect(bench.groups.size).toBe(0);
    const [lsa] = bench.process.areas[0].lsdb.ofType(1);
    expect(lsa.body).toMatchObject({ links: [{ type: 3, linkId: ip('10.0.0.0'), linkData: ip('255.255.255.0') }] });
  });

  test('a loopback interface is a host route [2328:12.4.1]', () => {
    const bench = new Bench({
      configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/8', 0]] }),
      interfaces: [device('lo', 1, '10.9.9.9/32'), device('eth0', 2, '10.0.0.5/24')],
    });
    expect(bench.interface(1).state).toBe('Loopback');
    bench.until(6 * SECOND); // MinLSInterval
    const [lsa] = bench.process.areas[0].lsdb.ofType(1);
    expect(JSON.stringify(lsa.body)).toContain(`"linkId":${ip('10.9.9.9')},"linkData":${0xffffffff},"type":3`);
  });
});

describe('cells that leave the next state to the election: every outcome', () => {
  /** What two neighbours declare, 9.9.9.9 and 8.8.8.8, and their priorities; the process has 1. */
  type Around = { readonly dr?: 'a' | 'b'; readonly backup?: 'a' | 'b'; readonly priorities?: readonly [number, number] };
  const cases: [from: InterfaceState, event: InterfaceEvent, around: Around | undefined, to: InterfaceState][] = [
    ['Waiting', 'WaitTimer', undefined, 'DR'],
    ['Waiting', 'WaitTimer', { dr: 'a', backup: 'b' }, 'DROther'],
    ['Waiting', 'WaitTimer', { dr: 'a', priorities: [1, 0] }, 'Backup'],
    ['Waiting', 'BackupSeen', { dr: 'a', backup: 'b' }, 'DROther'],
    ['Waiting', 'BackupSeen', { dr: 'a', priorities: [1, 0] }, 'Backup'],
    ['Waiting', 'BackupSeen', { priorities: [0, 0] }, 'DR'],
    ['DROther', 'NeighborChange', { dr: 'a', backup: 'b' }, 'DROther'],
    ['DROther', 'NeighborChange', { dr: 'a', priorities: [1, 0] }, 'Backup'],
    ['DROther', 'NeighborChange', { priorities: [0, 0] }, 'DR'],
    ['Backup', 'NeighborChange', { dr: 'a', priorities: [1, 0] }, 'Backup'],
    ['Backup', 'NeighborChange', { dr: 'a', backup: 'b' }, 'DROther'],
    ['Backup', 'NeighborChange', { priorities: [0, 0] }, 'DR'],
    ['DR', 'NeighborChange', { priorities: [1, 1] }, 'DR'],
    ['DR', 'NeighborChange', { dr: 'a', priorities: [1, 0] }, 'Backup'],
    ['DR', 'NeighborChange', { dr: 'a', backup: 'b' }, 'DROther'],
  ];
  test.each(cases)('%s + %s, %j -> %s', (from, event, around, to) => {
    const bench = new Bench();
    const owner = bench.interface();
    if (around !== undefined) {
      const [a, b] = [bench.peer('9.9.9.9', '10.0.0.9'), bench.peer('8.8.8.8', '10.0.0.8')];
      const peers = { a, b };
      for (const peer of [a, b]) peer.hello({ priority: 0 });
      for (const neighbor of owner.neighbors) {
        const peer = neighbor.address === a.address ? a : b;
        Object.assign(neighbor, {
          priority: (around.priorities ?? [1, 1])[peer === a ? 0 : 1], designatedRouter: around.dr === undefined ? 0 : peers[around.dr].address,
          backupDesignatedRouter: around.backup === undefined ? 0 : peers[around.backup].address,
        });
        expect(neighbor.isAtLeast('2-Way')).toBe(true);
      }
    }
    owner.state = from;
    owner.designatedRouter = from === 'DR' ? owner.address : 0;
    owner.backupDesignatedRouter = from === 'Backup' ? owner.address : 0;
    runInterfaceEvent(owner, event, bench.now);
    expect(owner.state).toBe(to);
  });
});
