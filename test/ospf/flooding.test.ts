/**
 * Section 13 of RFC 2328, step by step: what comes in, what must be in the database after it, and what must go out, to whom.
 */
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { lsaChecksum } from '../../src/wire/ospf/fletcher-checksum.js';
import { INITIAL_SEQUENCE_NUMBER } from '../../src/wire/ospf/lsa-header.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, headerOf, POINT_TO_POINT, RFC_2328, type Caught } from './bench.js';
import { ip } from './fabric.js';
import { externalLsa, routerLsa, unknownLsa } from './lsa-builder.js';
import { segment, type Role, type Segment } from './segment.js';

const SEQUENCE = 0x80000010;
const lsa = (sequence: number, age = 1, metric = 10): Uint8Array => routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', metric]], { sequence, age });
const ALL_SPF = ip('224.0.0.5');
const ALL_D = ip('224.0.0.6');

function inDatabase(s: Segment): { sequence: number; age: number } | undefined {
  const found = s.bench.process.areas[0].lsdb.find(1, ip('66.6.6.6'), ip('66.6.6.6'));
  return found === undefined ? undefined : { sequence: found.header.sequence >>> 0, age: found.ageSeconds(s.bench.now) };
}

/** `interface>destination type LSAs`, for short. */
function line(c: Caught): string {
  const what = c.update !== undefined ? `update ${c.update.map((h) => `${(h.sequence >>> 0).toString(16)}/${h.age}`).join(' ')}`
    : c.acknowledged !== undefined ? `ack ${c.acknowledged.map((h) => `${(h.sequence >>> 0).toString(16)}/${h.age}`).join(' ')}` : `type ${c.type}`;
  const to = c.destination === ALL_SPF ? 'AllSPFRouters' : c.destination === ALL_D ? 'AllDRouters' : `.${c.destination & 255}`;
  return `eth${c.interfaceIndex - 2} ${to} ${what}`;
}

function sent(s: Segment): string[] {
  return s.bench.take().filter((c) => c.type === PacketType.linkStateUpdate || c.type === PacketType.linkStateAcknowledgment).map(line).sort();
}

describe('step (1), (2): what is not an LSA', () => {
  const spoiled = (): Uint8Array => { const bytes = lsa(SEQUENCE); bytes[25] ^= 4; return bytes; };
  const zeroChecksum = (): Uint8Array => { const bytes = lsa(SEQUENCE); bytes[16] = bytes[17] = 0; return bytes; };
  const contradiction = (): Uint8Array => {
    const bytes = lsa(SEQUENCE);
    bytes[4] ^= 1;
    const checksum = lsaChecksum(bytes, 0, bytes.length);
    bytes[16] = checksum >>> 8;
    bytes[17] = checksum;
    return bytes;
  };
  const cases: [string, Uint8Array, string][] = [
    ['a wrong LS checksum', spoiled(), '[2328:13(1)]'],
    ['an LS checksum of zero', zeroChecksum(), '[2328:13(1)]'],
    ['an unknown type', unknownLsa(12, '1.2.3.4', '66.6.6.6'), '[2328:13(2)]'],
    ['an opaque LSA', unknownLsa(9, '1.2.3.4', '66.6.6.6'), '[5250:3.1]'],
    ['a router-LSA under a link state id that is not its router', contradiction(), '[2328:12.4.1]'],
  ];
  for (const [name, bytes, clause] of cases) {
    test(`${name} is dropped with its clause, and the rest of the packet is taken`, () => {
      const s = segment('DROther');
      const size = s.bench.process.areas[0].lsdb.size;
      s.a.update(bytes, routerLsa('77.7.7.7', []));
      expect(inDatabase(s)).toBeUndefined();
      expect(s.bench.process.areas[0].lsdb.size).toBe(size + 1);
      expect(s.bench.traces.filter((t) => t.kind === 'refusal' || t.kind === 'malformed')).toMatchObject([{ clause }]);
    });
  }

  test('an update from a neighbour that is not yet in Exchange is dropped', () => {
    const s = segment('DROther');
    s.a.hello({ neighbors: [] });
    s.a.update(lsa(SEQUENCE));
    expect(inDatabase(s)).toBeUndefined();
  });
});

describe('step (4): MaxAge and no copy', () => {
  test('acknowledged to its sender at once, not installed, not flooded', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE, 3600));
    expect(sent(s)).toEqual(['eth0 .9 ack 80000010/3600']);
    expect(inDatabase(s)).toBeUndefined();
  });

  test('while some neighbour is in Exchange or Loading it is installed and flooded', () => {
    const s = segment('DROther');
    s.c.hello({ neighbors: [] });
    s.c.toExStart();
    s.c.toExchange();
    s.bench.take();
    s.a.update(lsa(SEQUENCE, 3600));
    expect(inDatabase(s)).toEqual({ sequence: SEQUENCE, age: 3600 });
    expect(sent(s)).toEqual(['eth1 AllSPFRouters update 80000010/3600']);
  });
});

describe('step (5): more recent', () => {
  test('installed, flooded with InfTransDelay added, acknowledged later; the copy of before leaves all retransmission lists', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE));
    expect(inDatabase(s)).toEqual({ sequence: SEQUENCE, age: 1 });
    expect(sent(s)).toEqual(['eth1 AllSPFRouters update 80000010/2']);
    s.bench.wait(2 * SECOND);
    expect(sent(s)).toEqual(['eth0 AllDRouters ack 80000010/1']);
    const first = s.c.neighbor?.retransmissionList.all()[0];
    s.a.update(lsa(SEQUENCE + 1));
    expect(first?.retransmissions).toBe(0);
    expect(s.c.neighbor?.retransmissionList.all().map((l) => l.header.sequence >>> 0)).toEqual([SEQUENCE + 1]);
    // Also that of the neighbour which has sent the newer one, and is not to be sent it.
    s.bench.wait(2 * SECOND);
    s.c.update(lsa(SEQUENCE + 2));
    expect([s.a, s.b, s.c].map((peer) => peer.neighbor?.retransmissionList.size)).toEqual([1, 1, 0]);
    s.bench.wait(SECOND);
    s.a.update(lsa(SEQUENCE + 3));
    expect([s.a, s.b, s.c].map((peer) => peer.neighbor?.retransmissionList.size)).toEqual([0, 1, 1]);
  });

  test('(5a) within MinLSArrival of the last one it is dropped without acknowledgment; exactly one second after it is taken', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE));
    sent(s);
    s.bench.wait(SECOND - 1);
    s.bench.take();
    s.a.update(lsa(SEQUENCE + 1));
    expect(inDatabase(s)?.sequence).toBe(SEQUENCE);
    expect(sent(s)).toEqual([]);
    s.bench.wait(1);
    s.a.update(lsa(SEQUENCE + 1));
    expect(inDatabase(s)?.sequence).toBe(SEQUENCE + 1);
  });

  test('(5a) what we originate ourselves holds up nobody: a newer one of before our restart is taken at once', () => {
    const s = segment('DROther');
    const own = (): number | undefined => s.bench.process.areas[0].routerLsa?.header.sequence;
    s.a.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE }));
    expect(own()).toBe((SEQUENCE + 1) | 0);
    s.a.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE + 0x10 })); // ours is not a second old
    expect(own()).toBe((SEQUENCE + 0x11) | 0);
  });

  test('(5a) in FRR ours holds it up for a second, too, unless it is the initial instance', () => {
    const s = segment('DROther', { behaviour: { ...RFC_2328, isOwnInstanceHeld: true } });
    const own = (): number | undefined => s.bench.process.areas[0].routerLsa?.header.sequence;
    s.a.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE }));
    expect(own()).toBe((SEQUENCE + 1) | 0);
    s.bench.wait(SECOND - 1);
    s.a.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE + 0x10 }));
    expect(own()).toBe((SEQUENCE + 1) | 0);
    s.bench.wait(1);
    s.a.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE + 0x10 }));
    expect(own()).toBe((SEQUENCE + 0x11) | 0);
    const young = new Bench({ configuration: POINT_TO_POINT, behaviour: { ...RFC_2328, isOwnInstanceHeld: true } });
    const peer = young.peer('9.9.9.9', '10.0.0.9');
    const initial = (): number | undefined => young.process.areas[0].routerLsa?.header.sequence;
    peer.toFull();
    expect([initial(), young.now < SECOND]).toEqual([INITIAL_SEQUENCE_NUMBER, true]);
    peer.update(routerLsa(formatIpv4(young.process.routerId), [], { sequence: SEQUENCE }));
    expect(initial()).toBe((SEQUENCE + 1) | 0);
  });

  test('an age of more than MaxAge counts as MaxAge', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE));
    s.bench.wait(2 * SECOND);
    s.a.update(lsa(SEQUENCE + 1, 3700));
    expect(inDatabase(s)).toEqual({ sequence: SEQUENCE + 1, age: 3600 });
  });

  test('the age goes up to MaxAge on the way and not beyond', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE, 3599));
    expect(sent(s)).toEqual(['eth1 AllSPFRouters update 80000010/3600']);
  });
});

describe('13.3 and table 19: who floods back, who acknowledges, and how', () => {
  // role, who sends -> flooded at once, and the delayed acknowledgment after it
  const table: [role: Role, from: 'a' | 'b' | 'c', at: string[], later: string[]][] = [
    // The DR floods back out what the Backup has not spread already: that is the acknowledgment.
    ['DR', 'a', ['eth1 AllSPFRouters update'], ['eth0 AllSPFRouters ack']],
    ['DR', 'b', ['eth0 AllSPFRouters update', 'eth1 AllSPFRouters update'], []],
    ['DR', 'c', ['eth0 AllSPFRouters update'], ['eth1 AllSPFRouters ack']],
    // The Backup does not flood back; it acknowledges only what the DR sent.
    ['Backup', 'a', ['eth1 AllSPFRouters update'], ['eth0 AllSPFRouters ack']],
    ['Backup', 'b', ['eth1 AllSPFRouters update'], []],
    ['Backup', 'c', ['eth0 AllSPFRouters update'], ['eth1 AllSPFRouters ack']],
    // From DR or Backup nothing goes back: everybody has it.
    ['DROther', 'a', ['eth1 AllSPFRouters update'], ['eth0 AllDRouters ack']],
    ['DROther', 'b', ['eth1 AllSPFRouters update'], ['eth0 AllDRouters ack']],
    ['DROther', 'c', ['eth0 AllDRouters update'], ['eth1 AllSPFRouters ack']],
  ];
  for (const [role, from, at, later] of table) {
    test(`${role}, from ${from === 'a' ? (role === 'DR' ? 'Backup' : 'DR') : from === 'b' ? (role === 'DROther' ? 'Backup' : 'DROther') : 'point-to-point'}`, () => {
      const s = segment(role);
      s[from].update(lsa(SEQUENCE));
      expect(sent(s).map((l) => l.split(' ').slice(0, 3).join(' '))).toEqual(at);
      expect(s[from].neighbor?.retransmissionList.size, 'never waits for its sender').toBe(0);
      s.bench.wait(2 * SECOND);
      expect(sent(s).map((l) => l.split(' ').slice(0, 3).join(' '))).toEqual(later);
    });
  }

  test('a neighbour below Exchange takes no part', () => {
    const s = segment('DR');
    s.a.dd(0, 1); // out of sequence
    expect(s.a.state).toBe('ExStart');
    s.c.update(lsa(SEQUENCE));
    expect([s.a, s.b].map((peer) => peer.neighbor?.retransmissionList.all().some((each) => each.header.sequence === (SEQUENCE | 0)))).toEqual([false, true]);
  });

  test('several LSAs are acknowledged in one packet, once a second', () => {
    const s = segment('DROther');
    for (let i = 0; i < 3; i++) s.a.update(externalLsa(`172.16.${i}.0`, '66.6.6.6', '255.255.255.0', 1));
    s.bench.wait(2 * SECOND);
    const acks = s.bench.take(PacketType.linkStateAcknowledgment).filter((c) => c.interfaceIndex === 2);
    expect(acks.map((c) => c.acknowledged?.length)).toEqual([3]);
  });

  test('(1b) a neighbour in Exchange that has described it: not sent to it, taken off the request list, and that may end Loading', () => {
    const s = segment('DROther');
    s.c.hello({ neighbors: [] });
    s.c.toExStart();
    s.c.toFull([headerOf(lsa(SEQUENCE))]);
    expect(s.c.state).toBe('Loading');
    sent(s);
    s.a.update(lsa(SEQUENCE));
    expect([s.c.state, s.c.neighbor?.retransmissionList.findKey(headerOf(lsa(SEQUENCE)))]).toEqual(['Full', undefined]);
    expect(sent(s).filter((l) => l.includes('80000010'))).toEqual([]);
  });

  test('(1b) it has described a newer one: still asked for, and the older one is not sent to it', () => {
    const s = segment('DROther');
    s.c.hello({ neighbors: [] });
    s.c.toExStart();
    s.c.toFull([headerOf(lsa(SEQUENCE + 1))]);
    s.a.update(lsa(SEQUENCE));
    expect([s.c.state, s.c.neighbor?.requestList.size, s.c.neighbor?.retransmissionList.findKey(headerOf(lsa(SEQUENCE)))]).toEqual(['Loading', 1, undefined]);
  });

  test('(1b) it has described an older one: that is no longer asked for, and the newer one is sent', () => {
    const s = segment('DROther');
    s.c.hello({ neighbors: [] });
    s.c.toExStart();
    s.c.toFull([headerOf(lsa(SEQUENCE - 1))]);
    s.a.update(lsa(SEQUENCE));
    expect([s.c.state, s.c.neighbor?.retransmissionList.findKey(headerOf(lsa(SEQUENCE)))?.header.sequence]).toEqual(['Full', SEQUENCE | 0]);
  });
});

describe('step (6): on the request list and not more recent', () => {
  test('BadLSReq, and the rest of the packet is not looked at', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE));
    s.c.hello({ neighbors: [] });
    s.c.toExStart();
    s.c.toFull([headerOf(lsa(SEQUENCE + 2))]);
    expect(s.c.state).toBe('Loading');
    s.bench.wait(2 * SECOND);
    s.c.update(lsa(SEQUENCE), routerLsa('77.7.7.7', []));
    expect(s.c.state).toBe('ExStart');
    expect(s.bench.process.areas[0].lsdb.find(1, ip('77.7.7.7'), ip('77.7.7.7'))).toBeUndefined();
  });
});

describe('step (7): the same instance', () => {
  test('(7a) what we have just flooded to it: an implied acknowledgment, and nothing is said', () => {
    const s = segment('DROther');
    s.c.update(lsa(SEQUENCE));
    s.bench.wait(2 * SECOND);
    expect(s.a.neighbor?.retransmissionList.size).toBe(1);
    sent(s);
    s.a.update(lsa(SEQUENCE));
    expect(s.a.neighbor?.retransmissionList.size).toBe(0);
    s.bench.wait(2 * SECOND);
    expect(sent(s)).toEqual([]);
  });

  test('(7a) as Backup, from the DR: a delayed acknowledgment', () => {
    const s = segment('Backup');
    s.c.update(lsa(SEQUENCE));
    s.bench.wait(2 * SECOND);
    sent(s);
    s.a.update(lsa(SEQUENCE));
    s.bench.wait(2 * SECOND);
    expect(sent(s)).toEqual(['eth0 AllSPFRouters ack 80000010/1']);
  });

  test('(7b) anything else that we have: a direct acknowledgment, also to what was dropped for MinLSArrival before', () => {
    const s = segment('DROther');
    s.a.update(lsa(SEQUENCE));
    s.bench.wait(2 * SECOND);
    sent(s);
    s.b.update(lsa(SEQUENCE)); // implied: it was on b's retransmission list, though not sent out of this interface [2328:13.3(3)]
    expect(sent(s)).toEqual([]);
    s.b.update(lsa(SEQUENCE));
    s.a.update(lsa(SEQUENCE));
    expect(sent(s)).toEqual(['eth0 .8 ack 80000010/1', 'eth0 .9 ack 80000010/1']);
    s.b.update(lsa(SEQUENCE + 1)); // within MinLSArrival? no: two seconds have passed
    s.b.update(lsa(SEQUENCE + 2)); // this one is dropped
    sent(s);
    s.b.update(lsa(SEQUENCE + 1));
    expect(sent(s)).toEqual(['eth0 .8 ack 80000011/1']);
  });
});

describe('step (8): ours is more recent', () => {
  test('it is sent back to that neighbour alone, unless ours came within MinLSArrival', () => {
    const s = segment('DROther');
    s.c.update(lsa(SEQUENCE));
    s.bench.wait(SECOND - 1);
    sent(s);
    s.a.update(lsa(SEQUENCE - 1));
    expect(sent(s)).toEqual([]);
    s.bench.wait(1);
    sent(s);
    s.a.update(lsa(SEQUENCE - 1));
    expect(sent(s)).toEqual(['eth0 .9 update 80000010/3']);
    expect(s.b.neighbor?.retransmissionList.size, 'the others’ waiting is untouched').toBe(1);
  });

  test('except a MaxAge one with the last sequence number: its successor begins anew', () => {
    const s = segment('DROther');
    s.c.update(lsa(0x7fffffff));
    s.bench.wait(2 * SECOND);
    s.c.update(lsa(0x7fffffff, 3600));
    s.bench.wait(2 * SECOND);
    sent(s);
    s.a.update(lsa(0x80000001));
    expect(sent(s)).toEqual([]);
  });
});

describe('retransmission [2328:13.6] and acknowledgments received [2328:13.7]', () => {
  test('what is not acknowledged goes to that neighbour again every RxmtInterval, directly, until it is', () => {
    const s = segment('DR');
    s.settle(2 * SECOND); // out of step with the timers, which have run since the adjacency was made
    s.c.update(lsa(SEQUENCE));
    const floodedAt = s.bench.now;
    s.a.acknowledge(headerOf(lsa(SEQUENCE)));
    sent(s);
    s.bench.wait(14 * SECOND);
    const again = s.bench.take(PacketType.linkStateUpdate);
    expect(new Set(again.map((c) => c.destination))).toEqual(new Set([s.b.address]));
    expect(again.length).toBeGreaterThan(1);
    expect(again[0].time - floodedAt, 'not what has only just been sent').toBeGreaterThanOrEqual(5 * SECOND);
    expect(again[1].time - again[0].time).toBe(5 * SECOND);
    // It came at age 1; InfTransDelay is added each time that it is sent, and not kept.
    expect(again.map((c) => c.update?.[0].age)).toEqual(again.map((c) => 1 + Math.floor((c.time - floodedAt) / SECOND) + 1));
    s.b.acknowledge(headerOf(lsa(SEQUENCE)));
    s.bench.wait(6 * SECOND);
    expect(s.bench.take(PacketType.linkStateUpdate)).toEqual([]);
  });

  test('only the very instance counts: another sequence number acknowledges nothing', () => {
    const s = segment('DR');
    s.c.update(lsa(SEQUENCE));
    s.a.acknowledge(headerOf(lsa(SEQUENCE - 1)), headerOf(lsa(SEQUENCE + 1)), headerOf(lsa(SEQUENCE, 1, 11)));
    expect(s.a.neighbor?.retransmissionList.size).toBe(1);
    s.a.acknowledge(headerOf(lsa(SEQUENCE, 5)));
    expect(s.a.neighbor?.retransmissionList.size).toBe(0);
  });

  test('before Exchange an acknowledgment is refused', () => {
    const s = segment('DR');
    s.a.hello({ neighbors: [] });
    s.a.acknowledge(headerOf(lsa(SEQUENCE)));
    expect(s.bench.refusals()).toMatchObject([{ clause: '[2328:13.7]' }]);
  });
});
