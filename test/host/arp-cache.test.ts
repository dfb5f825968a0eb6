/**
 * The neighbour cache goes through Linux's states in Linux's times, and believes what Linux believes.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { LINUX_2_4, LINUX_6 } from '../../src/persona/host-linux.js';
import { describeFrame } from '../sim/recorder.js';
import { ARP_MATRIX, type ArpMatrixRow } from './arp-matrix.js';
import { ALL_MAC, arpFrame, HOST, HOST_MAC, HostByHand, NULL_MAC, OTHER_MAC, PEER, PEER_MAC } from './host-by-hand.js';

/** A host whose peer is REACHABLE since second 10. */
function resolved(behaviour = LINUX_6, seed = 1): HostByHand {
  const h = new HostByHand(behaviour, seed);
  h.until(10 * SECOND);
  h.send(PEER);
  h.receive(arpFrame({ operation: 2 }));
  expect(h.state).toBe('REACHABLE');
  return h;
}

/** Goes on until the entry has turned STALE; returns how long it was REACHABLE. */
function untilStale(h: HostByHand): number {
  // On 2.4 several ticks can pass.
  while (h.state === 'REACHABLE') h.until(h.host.timers.nextDeadline());
  expect(h.state).toBe('STALE');
  return h.now - 10 * SECOND;
}

describe('resolution', () => {
  it('asks three times a second apart, then fails; the next packet starts again', () => {
    const h = new HostByHand();
    h.send(PEER);
    expect(h.state).toBe('INCOMPLETE');
    h.until(60 * SECOND);
    expect(h.sent.map((s) => s.time / SECOND)).toEqual([0, 1, 2]);
    expect(h.sent.every((s) => [...s.bytes.subarray(0, 6)].every((b) => b === 0xff))).toBe(true);
    expect(h.state).toBe('FAILED');
    h.send(PEER);
    expect([h.state, h.sent.length]).toEqual(['INCOMPLETE', 4]);
  });

  it('keeps packets meanwhile and sends them in order when the answer comes', () => {
    const h = new HostByHand();
    for (let i = 0; i < 5; i++) h.send(PEER);
    const ids = (): number[] => h.sent.filter((s) => describeFrame(s.bytes) === 'raw').map((s) => (s.bytes[18] << 8) | s.bytes[19]);
    expect(ids()).toEqual([]);
    h.receive(arpFrame({ operation: 2 }));
    const got = ids();
    expect(got).toHaveLength(5);
    expect(got.map((id) => (id - got[0]) & 0xffff)).toEqual([0, 1, 2, 3, 4]);
    expect(h.sent.slice(-1)[0].bytes.subarray(0, 6)).toEqual(PEER_MAC);
  });

  it('drops the oldest of too many: three wait on 2.4', () => {
    const h = new HostByHand(LINUX_2_4);
    for (let i = 0; i < 5; i++) h.send(PEER);
    h.receive(arpFrame({ operation: 2 }));
    expect(h.sent.filter((s) => describeFrame(s.bytes) === 'raw')).toHaveLength(3);
  });
});

describe('loss of carrier', () => {
  const kept = (behaviour: typeof LINUX_6, ...settings: readonly (readonly [string, number])[]): string => {
    const h = new HostByHand(behaviour, 1, settings.map(([interfaceName, value]) => ({ group: 'conf' as const, interfaceName, name: 'arp_evict_nocarrier', value })));
    h.send(PEER);
    h.receive(arpFrame({ operation: 2 }));
    h.host.carrierChanged(0, false);
    return h.state;
  };

  it('empties the table of today\'s kernel, unless arp_evict_nocarrier is 0 for all or for the interface; 2.4 keeps it', () => {
    expect([kept(LINUX_6), kept(LINUX_6, ['all', 0]), kept(LINUX_6, ['eth0', 0]), kept(LINUX_6, ['eth0', 1]), kept(LINUX_2_4)]).toEqual(['none', 'REACHABLE', 'REACHABLE', 'none', 'REACHABLE']);
  });
});

describe('the queue', () => {
  it.each([['unres_qlen', 2, 2], ['unres_qlen', 0, 0], ['unres_qlen_bytes', 3 * 768, 3]])('%s %i keeps %i packets', (name, value, want) => {
    const h = new HostByHand(LINUX_6, 1, [{ group: 'neigh', interfaceName: 'default', name, value }]);
    for (let i = 0; i < 5; i++) h.send(PEER);
    h.receive(arpFrame({ operation: 2 }));
    expect(h.sent.filter((s) => describeFrame(s.bytes) === 'raw')).toHaveLength(want);
  });
});

describe('ageing', () => {
  it('is reachable for 15 to 45 s, a draw of its own for each host', () => {
    const times = Array.from({ length: 60 }, (_, seed) => untilStale(resolved(LINUX_6, seed)) / SECOND);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(15);
    expect(Math.min(...times)).toBeLessThan(20);
    expect(Math.max(...times)).toBeLessThanOrEqual(45);
    expect(Math.max(...times)).toBeGreaterThan(40);
  });

  it('goes from STALE over DELAY and three unicast requests to FAILED, and is used all the while', () => {
    const h = resolved();
    untilStale(h);
    const start = h.now;
    h.sent.length = 0;
    h.until(start + 100 * SECOND);
    expect([h.state, h.sent.length]).toEqual(['STALE', 0]);
    h.send(PEER);
    expect(h.state).toBe('DELAY');
    h.until(start + 105 * SECOND);
    h.send(PEER);
    expect(h.state).toBe('PROBE');
    h.until(start + 120 * SECOND);
    expect(h.sent.map((s) => `${describeFrame(s.bytes)} ${(s.time - start) / SECOND - 100}`)).toEqual(
      ['raw 0', 'arp request 5', 'raw 5', 'arp request 6', 'arp request 7']);
    expect(h.sent.every((s) => s.bytes[5] === PEER_MAC[5])).toBe(true);
    expect(h.state).toBe('FAILED');
  });

  it('is left on 2.4 only at a tick every 30 s, up to 75 s after the confirmation', () => {
    const phases = Array.from({ length: 60 }, (_, seed) => {
      const h = resolved(LINUX_2_4, seed);
      const reachable = untilStale(h);
      expect(reachable).toBeGreaterThanOrEqual(15 * SECOND);
      expect(reachable).toBeLessThanOrEqual(75 * SECOND);
      // The next entry goes at a tick, too: whole periods later.
      const first = h.now;
      h.until(first + 7 * SECOND);
      h.send(PEER);
      h.until(h.now + 5 * SECOND);
      h.receive(arpFrame({ operation: 2 }));
      untilStale(h);
      expect((h.now - first) % (30 * SECOND)).toBe(0);
      return reachable / SECOND;
    });
    expect(Math.max(...phases)).toBeGreaterThan(60);
    expect(Math.min(...phases)).toBeLessThan(25);
  });

  it('asks everybody too before giving up on 2.4', () => {
    const h = resolved(LINUX_2_4);
    untilStale(h);
    h.sent.length = 0;
    h.send(PEER);
    h.until(h.now + 30 * SECOND);
    expect(h.sent.filter((s) => describeFrame(s.bytes) === 'arp request').map((s) => s.bytes[0])).toEqual([2, 2, 2, 0xff, 0xff, 0xff]);
  });

  it('is REACHABLE again when a request is answered', () => {
    const h = resolved();
    untilStale(h);
    h.send(PEER);
    h.until(h.now + 6 * SECOND);
    h.receive(arpFrame({ operation: 2 }));
    expect(h.state).toBe('REACHABLE');
  });

  it('is REACHABLE again without a request when an upper layer confirms it in DELAY', () => {
    const h = resolved();
    untilStale(h);
    h.sent.length = 0;
    h.send(PEER);
    h.until(h.now + SECOND);
    h.host.interfaces[1].arp?.confirm(h.now, PEER);
    h.until(h.now + 5 * SECOND);
    expect(h.state).toBe('REACHABLE');
    expect(h.sent.map((s) => describeFrame(s.bytes))).toEqual(['raw']);
  });
});

describe('what comes in', () => {
  const cells = ARP_MATRIX.map((row) => [row.name, row] as const);
  const packet = ({ operation, to, tha, tpa }: ArpMatrixRow): Uint8Array => arpFrame({
    operation, sha: OTHER_MAC, to: to === 'all' ? ALL_MAC : HOST_MAC, tha: { host: HOST_MAC, zero: NULL_MAC, all: ALL_MAC, sender: OTHER_MAC }[tha],
    tpa: { host: HOST, self: PEER, other: 0x0a000063 }[tpa] });
  const entry = (h: HostByHand): string => (h.state === 'none' ? 'none' : `${h.state} ${h.mac === 3 ? 'other' : 'own'}`);

  it.each(cells)('%s', (_name, row) => {
    for (const [age, want] of [[0.5, row.young], [1.5, row.old]] as const) {
      const h = resolved();
      h.until((10 + age) * SECOND);
      h.receive(packet(row));
      expect(entry(h)).toBe(want);
    }
  });

  it.each(cells)('%s, on 2.4: nothing is believed within the lock time but who asks us', (name, row) => {
    for (const [age, want] of [[0.5, name === 'who has me' ? 'STALE other' : 'REACHABLE own'], [1.5, row.old]] as const) {
      const h = resolved(LINUX_2_4);
      h.until((10 + age) * SECOND);
      h.receive(packet(row));
      expect(entry(h)).toBe(want);
    }
  });

  it.each(cells)('%s: FAILED believes everything, at once', (name, row) => {
    const h = new HostByHand();
    h.send(PEER);
    h.until(3 * SECOND);
    expect(h.state).toBe('FAILED');
    h.receive(packet(row));
    expect(entry(h)).toBe(name === 'unicast reply' ? 'REACHABLE other' : 'STALE other');
  });

  it.each(cells)('%s: PERMANENT and NOARP believe nothing', (_name, row) => {
    for (const state of ['PERMANENT', 'NOARP'] as const) {
      const h = new HostByHand();
      h.host.interfaces[1].arp?.setFixed(0, PEER, PEER_MAC, state);
      for (const at of [0.5, 100]) {
        h.until(at * SECOND);
        h.receive(packet(row));
        h.send(PEER);
        expect(entry(h)).toBe(`${state} own`);
      }
      expect(h.sent.filter((s) => describeFrame(s.bytes) === 'arp request')).toEqual([]);
    }
  });

  it.each(cells)('%s, of somebody unknown: without arp_accept, with it, with 2 for what is of the subnet', (_name, row) => {
    const accept = (value: number, from = packet(row)): string => {
      const h = new HostByHand(LINUX_6, 1, [{ group: 'conf', interfaceName: 'eth0', name: 'arp_accept', value }]);
      h.receive(from);
      return entry(h);
    };
    expect([accept(0), accept(1), accept(2)]).toEqual([row.none, row.accepted, row.accepted]);
  });

  it.each(cells)('%s, with drop_gratuitous_arp: nothing where both addresses are the same', (_name, row) => {
    const h = new HostByHand(LINUX_6, 1, [{ group: 'conf', interfaceName: 'all', name: 'arp_accept', value: 1 }, { group: 'conf', interfaceName: 'eth0', name: 'drop_gratuitous_arp', value: 1 }]);
    h.receive(packet(row));
    expect(entry(h)).toBe(row.tpa === 'self' ? 'none' : row.accepted);
  });

  it('arp_accept 2 leaves out what is of another subnet', () => {
    const h = new HostByHand(LINUX_6, 1, [{ group: 'conf', interfaceName: 'eth0', name: 'arp_accept', value: 2 }]);
    h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC, spa: 0x0a000102, tpa: 0x0a000102 }));
    expect(h.host.interfaces[1].arp?.list()).toEqual([]);
  });

  it('takes a request, a check for duplicates included, and answers it to the asker', () => {
    const h = new HostByHand();
    h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC }));
    h.until(SECOND);
    h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC, spa: 0 }));
    expect(h.sent.map((s) => describeFrame(s.bytes))).toEqual(['arp reply', 'arp reply']);
    expect(h.sent[0].bytes.subarray(0, 6)).toEqual(PEER_MAC);
    expect(h.sent[0].bytes.subarray(22, 28)).toEqual(HOST_MAC);
    expect(h.host.interfaces[1].arp?.list()).toHaveLength(1);
  });

  it('drops every truncation and every other kind of ARP without an answer', () => {
    const frame = arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC });
    const h = new HostByHand();
    for (let length = 0; length < frame.length; length++) h.receive(frame.slice(0, length));
    for (const at of [15, 16, 18, 19, 20]) {
      const broken = frame.slice();
      broken[at] ^= 0x10;
      h.receive(broken);
    }
    expect(h.sent).toEqual([]);
    expect(h.state).toBe('none');
  });

  it('asks with the source of the packet that waits, when that is an address of its own', () => {
    const h = new HostByHand();
    h.send(PEER);
    const request = h.sent[0].bytes;
    expect((request[28] << 24 | request[29] << 16 | request[30] << 8 | request[31]) >>> 0).toBe(HOST);
  });
});

describe('a storm of requests', () => {
  /** As many ask, each from an address of its own. */
  function ask(h: HostByHand, from: number, count: number): void {
    for (let i = 0; i < count; i++) h.receive(arpFrame({ operation: 1, to: ALL_MAC, spa: from + i, tha: NULL_MAC }));
  }
  const counted = (h: HostByHand): Record<string, number> => Object.fromEntries(h.host.interfaces[1].discards.entries);
  const answers = (h: HostByHand): number => h.sent.filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 6 && bytes[21] === 2).length;

  it('fills the table up to its limit; who finds no room has no answer, and an entry that is set by hand is taken in all the same', () => {
    const h = resolved();
    ask(h, 0x0a010000, 3000);
    expect(h.host.interfaces[1].arp?.list().length).toBe(1024);
    expect(counted(h)).toEqual({ 'ARP that the table had no room for': 3000 - 1023 });
    h.host.interfaces[1].arp?.setFixed(h.now, 0x0a020001, OTHER_MAC, 'PERMANENT');
    expect(h.host.interfaces[1].arp?.get(0x0a020001)?.state).toBe('PERMANENT');
    h.until(h.now + SECOND);
    expect(answers(h)).toBe(1023);
  });

  it('five seconds later there is room, also for itself; never more entries than the limit, never more answers than the host gets to', () => {
    const h = new HostByHand();
    for (let second = 0; second < 30; second++) {
      ask(h, 0x0a010000 + second * 3000, 3000);
      expect(h.host.interfaces[1].arp?.list().length).toBeLessThanOrEqual(1024);
      h.until((second + 1) * SECOND);
    }
    expect(h.host.timers.nextDeadline(), 'nothing is left to do').toBe(Infinity);
    expect(answers(h)).toBeGreaterThan(1024 + 4 * 512);
    expect(answers(h), 'an entry stays for five seconds at least').toBeLessThanOrEqual(1024 * (30 / 5));
    h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC }));
    h.until(40 * SECOND);
    h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC }));
    expect(h.state).toBe('STALE');
  });

  it('of one and the same asker is answered as far as the host gets', () => {
    const h = resolved();
    for (let i = 0; i < 5000; i++) h.receive(arpFrame({ operation: 1, to: ALL_MAC, tha: NULL_MAC }));
    h.until(h.now + SECOND);
    expect(answers(h)).toBeGreaterThan(1000);
    expect(answers(h)).toBeLessThan(2000);
    expect(counted(h)).toEqual({ 'ARP that came faster than it is answered': 5000 - answers(h) });
  });
});
