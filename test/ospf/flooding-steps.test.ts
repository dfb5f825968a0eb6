/**
 * RFC 2328 section 13 as conversations: every packet in and out, whole. The files in flooding-steps are written from here and read by people; that
 * nothing in them has changed is checked, and so is here, in short, what must be in them.
 */
import { describe, test } from 'vitest';
import { lsaChecksum } from '../../src/wire/ospf/fletcher-checksum.js';
import { headerOf } from './bench.js';
import { externalLsa, networkLsa, routerLsa, summaryLsa, unknownLsa } from './lsa-builder.js';
import { Steps } from './flooding-steps.js';

const SEQUENCE = 0x80000010;
const lsa = (sequence = SEQUENCE, age = 1, metric = 10): Uint8Array => routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', metric]], { sequence, age });
const at = (offset: number): string => (SEQUENCE + offset).toString(16);
const SIX = [1, '66.6.6.6', '66.6.6.6'] as const;

describe('steps (1) to (4): what is not taken in', () => {
  test('(1) and (2): a wrong checksum, an unknown type; the rest of the packet is taken', async () => {
    const steps = new Steps('RFC 2328 section 13, steps (1) and (2)', 'DROther');
    const spoiled = lsa();
    spoiled[24] ^= 0x10;
    steps.in('a', '(1) The first LSA’s checksum is wrong: it is dropped. The second one is good.', (p) => p.update(spoiled, routerLsa('77.7.7.7', [])));
    steps.out('eth1', 'AllSPFRouters', 'update 77.7.7.7/80000001/2', '(5b) Only the good one goes on, older by InfTransDelay.');
    steps.holds(...SIX, undefined, '(1) The spoiled one is not in the database.');
    steps.in('b', '(2) LS type 12 is nobody’s: dropped.', (p) => p.update(unknownLsa(12, '1.2.3.4', '66.6.6.6')));
    steps.wait(1, 'Delayed acknowledgments leave.');
    steps.out('eth0', 'AllDRouters', 'ack 77.7.7.7/80000001/1', '(5e) The good one is acknowledged; for (1) and (2) nothing is.');
    await steps.isAsWritten('step-1-2-refused');
  });

  test('(3): an AS-external-LSA from a stub area', async () => {
    const steps = new Steps('RFC 2328 section 13, step (3)', 'DROther', { areaOfC: 1, isStubOfC: true });
    steps.in('c', '(3) eth1 is in a stub area: dropped, not acknowledged, not flooded.', (p) => p.update(externalLsa('172.16.0.0', '66.6.6.6', '255.255.0.0', 1)));
    steps.holds(5, '172.16.0.0', '66.6.6.6', undefined, '(3) It is not in the database.');
    steps.in('a', '(3) From the backbone the same LSA is welcome.', (p) => p.update(externalLsa('172.16.0.0', '66.6.6.6', '255.255.0.0', 1)));
    steps.holds(5, '172.16.0.0', '66.6.6.6', '80000001/1', '(5d) It is installed, and 13.3 keeps it out of the stub area: nothing leaves on eth1.');
    steps.wait(1, 'Delayed acknowledgments leave.');
    steps.out('eth0', 'AllDRouters', 'ack 172.16.0.0/80000001/1', '(5e)');
    await steps.isAsWritten('step-3-stub-area');
  });

  test('(4): MaxAge, and no copy', async () => {
    const steps = new Steps('RFC 2328 section 13, step (4)', 'DROther');
    steps.in('a', '(4) MaxAge, no copy, and no neighbour in Exchange or Loading: an acknowledgment to its sender, nothing else.', (p) => p.update(lsa(SEQUENCE, 3600)));
    steps.out('eth0', '10.0.0.9', `ack 66.6.6.6/${at(0)}/3600`, '(4) At once and directly; 13.5 table 19, last row.');
    steps.holds(...SIX, undefined, '(4) It is not installed.');
    steps.aside('7.7.7.7 begins its exchange anew and stops half way', (s) => {
      s.c.hello({ neighbors: [] });
      s.c.toExStart();
      s.c.toExchange();
    });
    steps.in('a', '(4) With a neighbour in Exchange it goes the way of all LSAs: that one may have described it.', (p) => p.update(lsa(SEQUENCE, 3600)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/3600`, '(5b) Flooded, and no older than MaxAge.');
    steps.holds(...SIX, `${at(0)}/3600`, '(5d) Installed.');
    await steps.isAsWritten('step-4-maxage');
  });
});

describe('step (5): no copy, or a more recent one', () => {
  test('(5a) to (5e)', async () => {
    const steps = new Steps('RFC 2328 section 13, steps (5a) to (5e)', 'DROther');
    steps.in('a', '(5) Nothing is in the database.', (p) => p.update(lsa()));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '(5b) Flooded at once.');
    steps.holds(...SIX, `${at(0)}/1`, '(5d) Installed.');
    steps.in('a', '(5a) Less than MinLSArrival after it the next instance: dropped, without an acknowledgment.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.holds(...SIX, `${at(0)}/1`, '(5a) The database is as it was.');
    steps.wait(1, 'MinLSArrival passes.');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(0)}/1`, '(5e) Not sent back out of eth0, so acknowledged there; only the first.');
    steps.in('a', '(5a) Exactly MinLSArrival after the first it is taken.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/2`, '(5b)');
    steps.holds(...SIX, `${at(1)}/1`, '(5d) It has replaced the first.');
    steps.wait(1, '');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(1)}/1`, '(5e)');
    steps.wait(8, 'RxmtInterval passes; nobody has acknowledged anything.');
    steps.out('eth0', '10.0.0.8', `update 66.6.6.6/${at(1)}/11`, '13.3 (1d), (3) The Backup has not acknowledged it, and is sent it directly.');
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/11`, '(5c) The first has left 7.7.7.7’s retransmission list; the second is on it.');
    await steps.isAsWritten('step-5-newer');
  });

  test('(5f): one of our own', async () => {
    const steps = new Steps('RFC 2328 section 13, step (5f), and 13.4', 'DROther');
    const own = steps.s.bench.process.areas[0].routerLsa?.header.sequence ?? 0;
    steps.in('a', '(5f) Our own router-LSA, from before a restart, it seems: newer than ours.', (p) => p.update(routerLsa('5.5.5.5', [], { sequence: SEQUENCE })));
    steps.out('eth1', 'AllSPFRouters', `update 5.5.5.5/${at(0)}/2 5.5.5.5/${at(1)}/1`, '(5b) It is flooded; 13.4 it is originated again, one beyond the one that came, and leaves in the same packet.');
    steps.out('eth0', 'AllDRouters', `update 5.5.5.5/${at(1)}/1`, '13.4 To everybody, the sender too.');
    steps.holds(1, '5.5.5.5', '5.5.5.5', `${at(1)}/0`, `13.4 Ours, no longer ${(own >>> 0).toString(16)}.`);
    await steps.isAsWritten('step-5f-own-router-lsa');
  });
});

describe('steps (6) to (8)', () => {
  test('(6): on the request list, and not more recent', async () => {
    const steps = new Steps('RFC 2328 section 13, step (6)', 'DROther');
    steps.in('a', 'An LSA that the database will have.', (p) => p.update(lsa()));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '(5b)');
    steps.aside('7.7.7.7 begins its exchange anew and describes a newer instance; two seconds pass', (s) => {
      s.c.hello({ neighbors: [] });
      s.c.toExStart();
      s.c.toFull([headerOf(lsa(SEQUENCE + 2))]);
      s.bench.wait(2_000_000);
    });
    steps.in('c', '(6) It was asked for the newer one and sends the one that we have: the exchange has gone wrong.', (p) => p.update(lsa(), routerLsa('77.7.7.7', [])));
    steps.out('eth1', 'AllSPFRouters', 'dd flags 7', '(6) BadLSReq: back to ExStart, and the exchange begins anew.');
    steps.holds(1, '77.7.7.7', '77.7.7.7', undefined, '(6) The rest of the packet was not looked at.');
    await steps.isAsWritten('step-6-badlsreq');
  });

  test('(7): the same instance', async () => {
    const steps = new Steps('RFC 2328 section 13, step (7)', 'DROther');
    steps.in('c', 'A new LSA from the point-to-point link.', (p) => p.update(lsa()));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/2`, '(5b) To DR and Backup.');
    steps.in('a', '(7a) The DR floods it on: that is its acknowledgment, and nothing is said to it.', (p) => p.update(lsa(SEQUENCE, 3)));
    steps.wait(1, 'Nothing is acknowledged on eth0.');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/1`, '(5e) To where it came from.');
    steps.in('a', '(7b) Once more: it is no longer on its retransmission list, so this is a duplicate.', (p) => p.update(lsa(SEQUENCE, 3)));
    steps.out('eth0', '10.0.0.9', `ack 66.6.6.6/${at(0)}/3`, '(7b) A direct acknowledgment, with the age that came.');
    await steps.isAsWritten('step-7-same');
  });

  test('(8): ours is more recent', async () => {
    const steps = new Steps('RFC 2328 section 13, step (8)', 'DROther');
    steps.in('c', 'A new LSA.', (p) => p.update(lsa()));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/2`, '(5b)');
    steps.in('a', '(8) The DR has an older one; ours was sent less than MinLSArrival ago: nothing.', (p) => p.update(lsa(SEQUENCE - 1)));
    steps.wait(1, 'MinLSArrival passes.');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/1`, '(5e)');
    steps.in('a', '(8) Now it is told.', (p) => p.update(lsa(SEQUENCE - 1)));
    steps.out('eth0', '10.0.0.9', `update 66.6.6.6/${at(0)}/3`, '(8) To that neighbour alone, and it is not acknowledged.');
    steps.aside('both acknowledge', (s) => s.settle(2_000_000));
    steps.in('c', 'The last sequence number there is.', (p) => p.update(lsa(0x7fffffff)));
    steps.out('eth0', 'AllDRouters', 'update 66.6.6.6/7fffffff/2', '(5b)');
    steps.aside('two seconds pass', (s) => s.settle(2_000_000));
    steps.in('c', '12.1.6 Its originator flushes it, to begin anew.', (p) => p.update(lsa(0x7fffffff, 3600)));
    steps.out('eth0', 'AllDRouters', 'update 66.6.6.6/7fffffff/3600', '(5b)');
    steps.wait(1.5, 'DR and Backup have not acknowledged it yet: it must stay.');
    steps.out('eth1', 'AllSPFRouters', 'ack 66.6.6.6/7fffffff/3600', '(5e)');
    steps.in('a', '(8) A MaxAge copy with the last sequence number: the received one is dropped, neither acknowledged nor answered.', (p) => p.update(lsa(0x80000001)));
    steps.holds(...SIX, '7fffffff/3600', '(8) The copy stays until it is acknowledged.');
    await steps.isAsWritten('step-8-older');
  });
});

describe('13.1: which is more recent', () => {
  test('by sequence number, checksum, MaxAge, age; else the same', async () => {
    const steps = new Steps('RFC 2328 section 13.1', 'DROther');
    const later = (why: string, seconds = 2): void => steps.aside(`${why} ${seconds} seconds pass`, (s) => s.settle(seconds * 1_000_000));
    const checksum = (bytes: Uint8Array): number => lsaChecksum(bytes, 0, bytes.length);
    // Two bodies for one sequence number, as after a restart; which checksum is larger is theirs to say.
    const [small, large] = [lsa(SEQUENCE, 1000, 10), lsa(SEQUENCE, 1000, 20)].sort((x, y) => checksum(x) - checksum(y));
    steps.in('c', 'The smaller checksum first.', (p) => p.update(small));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/1001`, '(5b)');
    later('All acknowledge;');
    steps.in('c', 'The same sequence number, a larger checksum: more recent.', (p) => p.update(large));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/1001`, '(5b)');
    later('All acknowledge;');
    steps.in('c', 'The smaller one again: ours is more recent.', (p) => p.update(small));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/1003`, '(8) Sent back.');
    const with_ = (age: number): Uint8Array => {
      const bytes = large.slice();
      bytes.set([age >>> 8, age & 255]);
      return bytes;
    };
    steps.in('c', 'The same checksum, younger by MaxAgeDiff (900 s) and not more: the same instance.', (p) => p.update(with_(102)));
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/102`, '(7b)');
    steps.in('c', 'One second younger still: more recent.', (p) => p.update(with_(101)));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/102`, '(5b)');
    later('All acknowledge;');
    steps.in('c', 'Older by more than MaxAgeDiff: ours is more recent.', (p) => p.update(with_(1004)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/104`, '(8) Sent back.');
    steps.in('c', 'MaxAge: more recent than any that is younger.', (p) => p.update(with_(3600)));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(0)}/3600`, '(5b)');
    steps.wait(1.5, 'DR and Backup have not acknowledged it: it stays for now.');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/3600`, '(5e)');
    steps.in('c', 'A younger one again: our MaxAge copy is more recent.', (p) => p.update(with_(5)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/3600`, '(8) Sent back.');
    steps.in('c', 'A larger sequence number is more recent whatever else: it brings the LSA back.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(1)}/2`, '(5b)');
    later('All acknowledge;');
    steps.in('c', 'Signed: 0x80000000 + 17 is smaller than 1.', (p) => p.update(lsa(1)));
    steps.out('eth0', 'AllDRouters', 'update 66.6.6.6/1/2', '(5b)');
    await steps.isAsWritten('13.1-more-recent');
  });
});

describe('13.3, and 13.5 table 19', () => {
  test('as DR', async () => {
    const steps = new Steps('RFC 2328 sections 13.3 and 13.5, the process is DR', 'DR');
    steps.in('a', 'From the Backup.', (p) => p.update(lsa()));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '13.3 (5) On point-to-point to AllSPFRouters. (3) On eth0 everybody has it from the Backup: nothing goes back.');
    steps.wait(1, '');
    steps.out('eth0', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/1`, '13.5 More recent, not flooded back: a delayed acknowledgment, as DR to AllSPFRouters.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('b', 'From a DR Other, to DR and Backup alone.', (p) => p.update(lsa(SEQUENCE + 1)), 'AllDRouters');
    steps.out('eth0', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/2`, '13.3 (5) Flooded back out of the interface it came from: the others there have not got it.');
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/2`, '13.3 (5)');
    steps.wait(1, '13.5 Flooded back out: no acknowledgment is sent, the update is one.');
    steps.in('a', '13.5 (7a) The Backup floods it, too: implied, and the DR says nothing.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.in('a', '13.5 (7b) Once more: a duplicate.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.out('eth0', '10.0.0.9', `ack 66.6.6.6/${at(1)}/1`, '13.5 Duplicate, not implied: a direct acknowledgment.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('c', 'From the point-to-point link.', (p) => p.update(lsa(SEQUENCE + 2)));
    steps.out('eth0', 'AllSPFRouters', `update 66.6.6.6/${at(2)}/2`, '13.3 (5) As DR to AllSPFRouters. (1c) Nothing back to whom it came from: that list is empty there (2).');
    steps.wait(1, '');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(2)}/1`, '13.5 On point-to-point delayed acknowledgments go to AllSPFRouters.');
    await steps.isAsWritten('13.3-13.5-dr');
  });

  test('as Backup', async () => {
    const steps = new Steps('RFC 2328 sections 13.3 and 13.5, the process is Backup', 'Backup');
    steps.in('a', 'From the DR.', (p) => p.update(lsa()));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '13.3 (3) Nothing goes back out of eth0.');
    steps.wait(1, '');
    steps.out('eth0', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/1`, '13.5 The Backup acknowledges with delay what the DR sent.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('b', 'From a DR Other.', (p) => p.update(lsa(SEQUENCE + 1)), 'AllDRouters');
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/2`, '13.3 (4) Backup: the DR will flood it on eth0.');
    steps.wait(1, '13.5 Not from the DR: the Backup does nothing.');
    steps.in('a', '13.5 (7a) Now the DR floods it: implied, and from the DR.', (p) => p.update(lsa(SEQUENCE + 1, 2)));
    steps.wait(1, '');
    steps.out('eth0', 'AllSPFRouters', `ack 66.6.6.6/${at(1)}/2`, '13.5 Implied, and from the DR: the Backup sends a delayed acknowledgment.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('c', 'From the point-to-point link.', (p) => p.update(lsa(SEQUENCE + 2)));
    steps.out('eth0', 'AllSPFRouters', `update 66.6.6.6/${at(2)}/2`, '13.3 (5) The Backup floods to AllSPFRouters.');
    steps.in('b', '13.5 (7a) From a DR Other the same: implied, not from the DR, and nothing is said.', (p) => p.update(lsa(SEQUENCE + 2)), 'AllDRouters');
    steps.wait(1, '');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(2)}/1`, '13.5');
    steps.in('b', '13.5 (7b) And once more.', (p) => p.update(lsa(SEQUENCE + 2)), 'AllDRouters');
    steps.out('eth0', '10.0.0.8', `ack 66.6.6.6/${at(2)}/1`, '13.5 A duplicate is acknowledged directly, by the Backup too.');
    await steps.isAsWritten('13.3-13.5-backup');
  });

  test('as DR Other', async () => {
    const steps = new Steps('RFC 2328 sections 13.3 and 13.5, the process is DR Other', 'DROther');
    steps.in('a', 'From the DR.', (p) => p.update(lsa()));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '13.3 (3) Nothing goes back out of eth0.');
    steps.wait(1, '');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(0)}/1`, '13.5 DR Other: delayed acknowledgments go to AllDRouters.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('b', 'From the Backup.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(1)}/2`, '13.3 (3) The Backup sends only what the DR ought to have; nothing goes back.');
    steps.wait(1, '');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(1)}/1`, '13.5');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    for (const [offset, name, address] of [[2, 'b', '10.0.0.8'], [3, 'a', '10.0.0.9']] as const) {
      steps.in('c', 'From the point-to-point link.', (p) => p.update(lsa(SEQUENCE + offset)));
      steps.out('eth0', 'AllDRouters', `update 66.6.6.6/${at(offset)}/2`, '13.3 (5) DR Other: to AllDRouters; the DR will flood it to the rest.');
      steps.wait(1, '');
      steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(offset)}/1`, '13.5');
      steps.in(name, '13.5 (7a) Implied: nothing is said.', (p) => p.update(lsa(SEQUENCE + offset, 2)));
      steps.in(name, '13.5 (7b) A duplicate.', (p) => p.update(lsa(SEQUENCE + offset, 2)));
      steps.out('eth0', address, `ack 66.6.6.6/${at(offset)}/2`, '13.5 Directly.');
      steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    }
    await steps.isAsWritten('13.3-13.5-drother');
  });

  test('(1b): a neighbour that is not Full yet', async () => {
    const steps = new Steps('RFC 2328 section 13.3, step (1b)', 'DROther');
    const describes = (bytes: Uint8Array, what: string): void => steps.aside(`7.7.7.7 begins its exchange anew and describes ${what}: Loading`, (s) => {
      s.c.hello({ neighbors: [] });
      s.c.toExStart();
      s.c.toFull([headerOf(bytes)]);
    });
    describes(lsa(SEQUENCE), 'instance 10');
    steps.in('a', 'The very instance that 7.7.7.7 has.', (p) => p.update(lsa()));
    steps.wait(1, '13.3 (1b) The same: it is taken off the request list, and not sent to 7.7.7.7.');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(0)}/1`, '(5e)');
    describes(lsa(SEQUENCE + 2), 'instance 12');
    steps.in('a', 'An instance older than that.', (p) => p.update(lsa(SEQUENCE + 1)));
    steps.wait(1, '13.3 (1b) Less recent: not sent to 7.7.7.7, and instance 12 is still wanted.');
    steps.out('eth0', 'AllDRouters', `ack 66.6.6.6/${at(1)}/1`, '(5e)');
    steps.in('a', 'A newer one than that.', (p) => p.update(lsa(SEQUENCE + 3)));
    steps.out('eth1', 'AllSPFRouters', `update 66.6.6.6/${at(3)}/2`, '13.3 (1b) More recent: instance 12 is no longer wanted, (1d) and this one is sent.');
    await steps.isAsWritten('13.3-1b-loading');
  });
});

describe('13.4: self-originated', () => {
  test('what is not wanted is flushed', async () => {
    const steps = new Steps('RFC 2328 section 13.4', 'DROther');
    steps.in('a', 'A network-LSA of ours for eth0, of which we are not DR.', (p) => p.update(networkLsa('10.0.0.5', '5.5.5.5', '255.255.255.0', ['5.5.5.5', '9.9.9.9'])));
    steps.out('eth1', 'AllSPFRouters', 'update 10.0.0.5/80000001/3600 10.0.0.5/80000001/3600', '(5b) Flooded, and then flushed: written last, both have the age of the flush.');
    steps.out('eth0', 'AllDRouters', 'update 10.0.0.5/80000001/3600', '13.4 Flushed: MaxAge, the sequence number that came, to the sender too.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.holds(2, '10.0.0.5', '5.5.5.5', undefined, '14 Acknowledged by all, it is gone.');
    steps.in('a', 'An AS-external-LSA of ours; we are no boundary router.', (p) => p.update(externalLsa('172.16.0.0', '5.5.5.5', '255.255.0.0', 1)));
    steps.out('eth1', 'AllSPFRouters', 'update 172.16.0.0/80000001/3600 172.16.0.0/80000001/3600', '(5b) and 13.4.');
    steps.out('eth0', 'AllDRouters', 'update 172.16.0.0/80000001/3600', '13.4 Flushed.');
    steps.aside('all acknowledge', (s) => s.settle(2_000_000));
    steps.in('a', 'A summary-LSA of ours; we are no border router.', (p) => p.update(summaryLsa('10.9.0.0', '5.5.5.5', '255.255.0.0', 1)));
    steps.out('eth1', 'AllSPFRouters', 'update 10.9.0.0/80000001/2', '(5b)');
    steps.wait(0.000001, '13.4 What a border router would announce is looked at next.');
    steps.out('eth0', 'AllDRouters', 'update 10.9.0.0/80000001/3600', '13.4 Not this: flushed.');
    steps.out('eth1', 'AllSPFRouters', 'update 10.9.0.0/80000001/3600', '13.4');
    await steps.isAsWritten('13.4-unwanted');
  });

  test('a network-LSA from a former router id', async () => {
    const steps = new Steps('RFC 2328 section 13.4, a former router id', 'DR');
    steps.in('a', 'Our address is its link state id, another router’s its originator: ours, from before the router id changed.',
      (p) => p.update(networkLsa('10.0.0.5', '4.4.4.4', '255.255.255.0', ['4.4.4.4', '9.9.9.9'])));
    steps.out('eth0', 'AllSPFRouters', 'update 10.0.0.5/80000001/3600', '13.4 Flushed.');
    steps.out('eth1', 'AllSPFRouters', 'update 10.0.0.5/80000001/3600', '13.4');
    steps.holds(2, '10.0.0.5', '5.5.5.5', '80000002/15', '13.4 The present one stays.');
    await steps.isAsWritten('13.4-former-router-id');
  });
});

describe('13.6 and 13.7', () => {
  test('what is not acknowledged is sent again, to whom it is missing', async () => {
    const steps = new Steps('RFC 2328 sections 13.6 and 13.7', 'DR');
    steps.aside('two seconds pass, to be out of step with timers that have run since the adjacencies were made', (s) => s.settle(2_000_000));
    steps.in('c', 'A new LSA.', (p) => p.update(lsa()));
    steps.out('eth0', 'AllSPFRouters', `update 66.6.6.6/${at(0)}/2`, '13.3 (5) On both lists, the Backup’s and that of 8.8.8.8.');
    steps.in('a', '13.7 The Backup acknowledges it: off its list.', (p) => p.acknowledge(headerOf(lsa())));
    steps.in('b', '13.7 8.8.8.8 acknowledges another instance, and one that we never sent: both mean nothing.', (p) => p.acknowledge(headerOf(lsa(SEQUENCE - 1)), headerOf(routerLsa('77.7.7.7', []))), 'AllDRouters');
    steps.wait(4, 'Less than RxmtInterval.');
    steps.out('eth1', 'AllSPFRouters', `ack 66.6.6.6/${at(0)}/1`, '(5e)');
    steps.wait(5, 'RxmtInterval.');
    steps.out('eth0', '10.0.0.8', `update 66.6.6.6/${at(0)}/10`, '13.6 To 8.8.8.8 directly, and not to the Backup. The age has gone up, and InfTransDelay is added.');
    steps.wait(5, 'RxmtInterval once more.');
    steps.out('eth0', '10.0.0.8', `update 66.6.6.6/${at(0)}/15`, '13.6 Until it is acknowledged.');
    steps.in('b', '13.7 The same instance, however old: off its list.', (p) => p.acknowledge(headerOf(lsa(SEQUENCE, 15))), 'AllDRouters');
    steps.wait(6, '13.6 Nothing any more.');
    await steps.isAsWritten('13.6-13.7-again');
  });
});
