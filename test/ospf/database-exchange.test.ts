/**
 * Database Description: negotiation, exchange, duplicates, mismatches and recovery [2328:10.6] [2328:10.8], and Link State Request.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { DdFlag } from '../../src/wire/ospf/database-description.js';
import type { LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, NON_BROADCAST, POINT_TO_POINT, RFC_2328, headerOf, type Caught, type Peer } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { externalLsa, routerLsa, unknownLsa } from './lsa-builder.js';

const { init: I, more: M, master: MS } = DdFlag;
const INTERVAL = 5 * SECOND;

/** A point-to-point link with a peer in ExStart. The process under test is 5.5.5.5: slave to 9.9.9.9, master of 1.1.1.1. */
function start(routerId: string, options: { externals?: number; mtu?: number } = {}): { bench: Bench; peer: Peer } {
  const routes = Array.from({ length: options.externals ?? 0 }, (_, i) => ({
    source: 'static' as const, network: ip('172.16.0.0') + i * 256, prefixLength: 24, interfaceName: 'eth0', gateway: 0,
  }));
  const bench = new Bench({
    behaviour: RFC_2328, routes,
    configuration: configuration({
      routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-point' } },
      redistribute: routes.length > 0 ? [{ source: 'static' }] : [],
    }),
    interfaces: [{ ...device('eth0', 2, '10.0.0.5/24'), mtu: options.mtu ?? 1500 }],
  });
  const peer = bench.peer(routerId, '10.0.0.9');
  peer.mtu = options.mtu ?? 1500;
  peer.toExStart();
  return { bench, peer };
}

function dds(bench: Bench): NonNullable<Caught['dd']>[] {
  return bench.take(PacketType.databaseDescription).map((c) => c.dd as NonNullable<Caught['dd']>);
}

describe('negotiation', () => {
  test('both begin as master, with I, M and MS, the interface MTU, and nothing described', () => {
    const { bench, peer } = start('9.9.9.9');
    expect(dds(bench)).toMatchObject([{ flags: I | M | MS, interfaceMtu: 1500, options: 2, headers: [], sequence: peer.neighbor?.ddSequence }]);
  });

  test('the first packet is repeated every RxmtInterval, the same bytes, until it is answered', () => {
    const { bench } = start('9.9.9.9');
    bench.until(3 * INTERVAL);
    const sent = bench.take(PacketType.databaseDescription);
    expect(sent.map((c) => c.time)).toEqual([0, INTERVAL, 2 * INTERVAL, 3 * INTERVAL]);
    expect(new Set(sent.map((c) => c.bytes.join())).size).toBe(1);
  });

  test('the higher router id is master: we become slave and answer with its sequence number', () => {
    const { bench, peer } = start('9.9.9.9');
    bench.take();
    peer.dd(I | M | MS, 4711);
    expect(peer.state).toBe('Exchange');
    expect(dds(bench)).toMatchObject([{ flags: 0, sequence: 4711, headers: [{ lsType: 1, advertisingRouter: ip('5.5.5.5') }] }]);
    bench.wait(3 * INTERVAL);
    expect(dds(bench), 'the slave repeats nothing of itself').toEqual([]);
  });

  test('the slave’s answer makes us master: the next packet has the next sequence number', () => {
    const { bench, peer } = start('1.1.1.1');
    const [first] = dds(bench);
    peer.dd(M, first.sequence);
    expect(peer.state).toBe('Exchange');
    expect(dds(bench)).toMatchObject([{ flags: MS, sequence: first.sequence + 1 }]);
  });

  const ignored: [string, string, (peer: Peer, sequence: number) => void][] = [
    ['I, M, MS from the lower router id', '1.1.1.1', (peer) => peer.dd(I | M | MS, 1)],
    ['I, M, MS with headers', '9.9.9.9', (peer) => peer.dd(I | M | MS, 1, [headerOf(routerLsa('9.9.9.9', []))])],
    ['a slave’s answer with another sequence number', '1.1.1.1', (peer, sequence) => peer.dd(M, sequence + 1)],
    ['a slave’s answer with MS', '1.1.1.1', (peer, sequence) => peer.dd(M | MS, sequence)],
    ['a slave’s answer from the higher router id', '9.9.9.9', (peer, sequence) => peer.dd(M, sequence)],
  ];
  for (const [name, id, say] of ignored) {
    test(`${name} decides nothing`, () => {
      const { bench, peer } = start(id);
      const [first] = dds(bench);
      say(peer, first.sequence);
      expect(peer.state).toBe('ExStart');
      expect(dds(bench)).toEqual([]);
    });
  }

  test('in 2-Way a Database Description is ignored; in Init it counts as two-way', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello();
    peer.dd(I | M | MS, 1);
    expect([peer.state, dds(bench)]).toEqual(['2-Way', []]);
    expect(bench.refusals()).toMatchObject([{ clause: '[2328:10.6]', got: '2-Way' }]);
    const other = new Bench({ configuration: POINT_TO_POINT });
    const first = other.peer('9.9.9.9', '10.0.0.9');
    first.hello({ neighbors: [] });
    first.dd(I | M | MS, 1);
    expect(first.state).toBe('Exchange');
  });

  test('in Attempt it is refused as a stranger’s', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.dd(I | M | MS, 1);
    expect([peer.state, bench.refusals().map((r) => r.what)]).toEqual(['Attempt', ['packet from an unknown neighbour']]);
  });

  test('an MTU larger than ours is refused, unless told to ignore it', () => {
    const { bench, peer } = start('9.9.9.9');
    peer.dd(I | M | MS, 1, [], { interfaceMtu: 1501 });
    expect(peer.state).toBe('ExStart');
    expect(bench.refusals()).toMatchObject([{ clause: '[2328:10.6]', what: 'interface MTU', got: 1501, want: 1500 }]);
    const lenient = new Bench({ configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]],
      interfaces: { eth0: { networkType: 'point-to-point', isMtuIgnored: true } } }) });
    const big = lenient.peer('9.9.9.9', '10.0.0.9');
    big.toExStart();
    big.dd(I | M | MS, 1, [], { interfaceMtu: 9000 });
    expect(big.state).toBe('Exchange');
  });
});

describe('exchange', () => {
  test('as slave: every packet is answered once with the same sequence number; a duplicate gets the same bytes again', () => {
    const { bench, peer } = start('9.9.9.9', { externals: 100, mtu: 576 });
    bench.take();
    peer.dd(I | M | MS, 50);
    peer.dd(I | M | MS, 50);
    peer.dd(M | MS, 51);
    peer.dd(M | MS, 51);
    const sent = bench.take(PacketType.databaseDescription);
    expect(sent.map((c) => c.dd?.sequence)).toEqual([50, 50, 51, 51]);
    expect(sent[1].bytes).toEqual(sent[0].bytes);
    expect(sent[3].bytes).toEqual(sent[2].bytes);
    expect(sent[2].bytes).not.toEqual(sent[0].bytes);
  });

  test('as master: the packet is repeated every RxmtInterval until the slave answers, and a duplicate answer changes nothing', () => {
    const { bench, peer } = start('1.1.1.1', { externals: 100, mtu: 576 });
    const [first] = dds(bench);
    peer.dd(M, first.sequence);
    bench.take();
    bench.until(2 * INTERVAL);
    const repeated = dds(bench);
    expect(repeated.map((dd) => dd.sequence)).toEqual([first.sequence + 1, first.sequence + 1]);
    peer.dd(M, first.sequence); // once more the answer to what is long answered
    expect([peer.state, dds(bench)]).toEqual(['Exchange', []]);
  });

  test('as master: the timer runs from the packet that is out', () => {
    const { bench, peer } = start('1.1.1.1', { externals: 100, mtu: 576 });
    const [first] = dds(bench);
    bench.until(2 * SECOND);
    peer.dd(M, first.sequence);
    bench.take();
    bench.until(2 * SECOND + INTERVAL - 1);
    expect(dds(bench)).toEqual([]);
    bench.until(2 * SECOND + INTERVAL);
    expect(dds(bench)).toMatchObject([{ sequence: first.sequence + 1 }]);
  });

  for (const id of ['9.9.9.9', '1.1.1.1']) {
    test(`many LSAs over several packets, each within the MTU, every LSA once, M until the last (peer ${id})`, () => {
      const { bench, peer } = start(id, { externals: 100, mtu: 576 });
      bench.take();
      peer.toFull();
      expect(peer.state).toBe('Full');
      const sent = bench.take(PacketType.databaseDescription).filter((c) => (c.dd?.flags ?? 0) < I);
      expect(sent.length).toBeGreaterThan(3);
      for (const c of sent) expect(c.bytes.length).toBeLessThanOrEqual(576 - 20);
      const headers = sent.flatMap((c) => c.dd?.headers ?? []);
      expect(headers.length).toBe(101);
      expect(new Set(headers.map((h) => `${h.lsType} ${h.linkStateId}`)).size).toBe(101);
      expect(sent.map((c) => ((c.dd?.flags ?? 0) & M) !== 0)).toEqual(sent.map((_, i) => i < sent.length - 1));
    });
  }

  test('what is newer there is asked for', () => {
    const { bench, peer } = start('9.9.9.9');
    bench.take();
    peer.toFull([headerOf(routerLsa('9.9.9.9', []))]);
    expect(peer.state).toBe('Loading');
    expect(bench.take(PacketType.linkStateRequest).map((c) => c.request)).toMatchObject([
      { entries: [{ lsType: 1, linkStateId: ip('9.9.9.9'), advertisingRouter: ip('9.9.9.9') }] },
    ]);
  });

  test('what the neighbour has described as new as ours is neither asked for nor described back; what it has older is', () => {
    const { bench, peer } = start('9.9.9.9', { externals: 100, mtu: 576 });
    const last = bench.process.externalLsdb.ofType(5).slice(-20).map((l) => ({ ...l.header }));
    bench.take();
    peer.dd(I | M | MS, 700);
    peer.dd(M | MS, 701, last.map((h, i) => (i < 10 ? h : { ...h, sequence: h.sequence - 1 })));
    peer.sequence = 701;
    peer.toFull();
    expect(peer.state).toBe('Full');
    const all = bench.take();
    const described = all.flatMap((c) => c.dd?.headers ?? []).map((h) => h.linkStateId);
    expect(described.length).toBe(91);
    expect(last.slice(0, 10).some((h) => described.includes(h.linkStateId))).toBe(false);
    expect(all.filter((c) => c.type === PacketType.linkStateRequest)).toEqual([]);
  });

  const mismatches: [name: string, what: string, say: (peer: Peer, next: number) => void][] = [
    ['a sequence number that is not the next', 'DD sequence number', (peer, next) => peer.dd(M | MS, next + 1)],
    ['a sequence number of before', 'DD sequence number', (peer, next) => peer.dd(M | MS, next - 2)],
    ['MS inverted', 'master bit', (peer, next) => peer.dd(M, next)],
    ['I again', 'initialise bit', (peer, next) => peer.dd(I | M | MS, next)],
    ['other options', 'options', (peer, next) => peer.dd(M | MS, next, [], { options: 0x22 })],
    ['an LS type that nobody knows', 'LS type', (peer, next) => peer.dd(M | MS, next, [headerOf(unknownLsa(13, '1.1.1.1', '9.9.9.9'))])],
    ['an opaque LSA without the O bit', 'opaque LSA without the O bit, of type', (peer, next) => peer.dd(M | MS, next, [headerOf(unknownLsa(10, '1.1.1.1', '9.9.9.9'))])],
    ['a type that this router could ask for and never take', 'LS type', (peer, next) => peer.dd(M | MS, next, [headerOf(unknownLsa(6, '1.1.1.1', '9.9.9.9'))])],
  ];
  for (const [name, what, say] of mismatches) {
    test(`${name}: SeqNumberMismatch, back to ExStart, and Full after all`, () => {
      const { bench, peer } = start('9.9.9.9', { externals: 100, mtu: 576 });
      peer.dd(I | M | MS, 700);
      peer.dd(M | MS, 701);
      bench.take();
      say(peer, 702);
      expect(peer.state).toBe('ExStart');
      expect(bench.refusals()).toMatchObject([{ clause: '[2328:10.6]', what }]);
      expect(dds(bench)).toMatchObject([{ flags: I | M | MS, headers: [] }]);
      peer.toFull();
      expect(peer.state).toBe('Full');
    });
  }

  test('Hello options do not matter to the exchange: compared is what the last Database Description said', () => {
    const { bench, peer } = start('9.9.9.9', { externals: 100, mtu: 576 });
    peer.dd(I | M | MS, 700);
    peer.hello({ options: 0x12 });
    peer.dd(M | MS, 701);
    expect([peer.state, bench.refusals()]).toEqual(['Exchange', []]);
  });
});

describe('after the exchange', () => {
  test('a duplicate of the last packet is answered by the slave for RouterDeadInterval; then it is a mismatch [2328:10.8]', () => {
    const { bench, peer } = start('9.9.9.9');
    peer.toFull();
    bench.take();
    bench.wait(30 * SECOND);
    peer.hello();
    peer.dd(MS, peer.sequence);
    expect([peer.state, dds(bench).length]).toEqual(['Full', 1]);
    bench.wait(11 * SECOND);
    peer.dd(MS, peer.sequence);
    expect(peer.state).toBe('ExStart');
  });

  test('anything else in Full or Loading is a mismatch', () => {
    for (const described of [[], [headerOf(routerLsa('9.9.9.9', []))]] as LsaHeader[][]) {
      const { peer } = start('9.9.9.9');
      peer.toFull(described);
      peer.dd(MS, peer.sequence + 1);
      expect(peer.state).toBe('ExStart');
    }
  });

  test('as master duplicates are dropped silently', () => {
    const { bench, peer } = start('1.1.1.1');
    peer.toFull();
    bench.take();
    const last = peer.neighbor?.lastReceivedDd;
    peer.dd(last?.flags ?? 0, last?.sequence ?? 0);
    expect([peer.state, bench.take()]).toEqual(['Full', []]);
  });
});

describe('Link State Request', () => {
  const wanted = Array.from({ length: 120 }, (_, i) => externalLsa(`172.20.${i}.0`, '9.9.9.9', '255.255.255.0', 7));

  test('asks for as much as a packet holds, repeats every RxmtInterval, goes on when it is answered, then Full', () => {
    const { bench, peer } = start('9.9.9.9', { mtu: 576 });
    bench.take();
    for (let i = 0; i < wanted.length; i += 20) {
      if (i === 0) peer.dd(I | M | MS, 1);
      peer.dd(MS | (i + 20 < wanted.length ? M : 0), 2 + i / 20, wanted.slice(i, i + 20).map(headerOf));
    }
    expect(peer.state).toBe('Loading');
    bench.take();
    bench.wait(INTERVAL);
    bench.wait(INTERVAL);
    const asked = bench.take(PacketType.linkStateRequest);
    expect(asked.length).toBe(2);
    expect(asked[0].bytes).toEqual(asked[1].bytes);
    expect(asked[0].bytes.length).toBeLessThanOrEqual(556);
    let rounds = 0;
    for (let entries = asked[0].request?.entries ?? []; peer.state === 'Loading' && rounds < 20; rounds++) {
      const answer = wanted.filter((lsa) => entries.some((e) => e.linkStateId === headerOf(lsa).linkStateId));
      peer.update(...answer);
      entries = bench.take(PacketType.linkStateRequest).at(-1)?.request?.entries ?? [];
    }
    expect([peer.state, rounds]).toEqual(['Full', 3]);
    expect(bench.process.externalLsdb.size).toBe(120);
  });

  test('is answered to the neighbour with the LSAs, which do not go on the retransmission list [2328:10.7]', () => {
    const { bench, peer } = start('9.9.9.9', { externals: 3 });
    peer.toExchange();
    bench.take();
    peer.request(...bench.process.externalLsdb.ofType(5).map((l) => l.header));
    expect(bench.take()).toMatchObject([{ type: PacketType.linkStateUpdate, update: [{ lsType: 5, age: 1 }, { lsType: 5 }, { lsType: 5 }] }]);
    expect(peer.neighbor?.retransmissionList.size).toBe(0);
  });

  test('for something that is not there: BadLSReq', () => {
    const { bench, peer } = start('9.9.9.9');
    peer.toFull();
    peer.request({ lsType: 1, linkStateId: 1, advertisingRouter: 1 });
    expect(peer.state).toBe('ExStart');
    expect(bench.refusals()).toMatchObject([{ clause: '[2328:10.7]' }]);
    expect(bench.traces.filter((t) => t.kind === 'neighbor-state').at(-1)).toMatchObject({ event: 'BadLSReq' });
  });

  test('before Exchange it is ignored', () => {
    const { bench, peer } = start('9.9.9.9');
    bench.take();
    peer.request({ lsType: 1, linkStateId: ip('5.5.5.5'), advertisingRouter: ip('5.5.5.5') });
    expect([peer.state, bench.take()]).toEqual(['ExStart', []]);
  });
});
