/**
 * Bytes that an enemy sends into a Full adjacency: nothing throws, and what is not well formed, authentic and fitting changes nothing.
 */
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { SECOND } from '../../src/base/micros.js';
import { sealPacket } from '../../src/wire/ospf/authentication.js';
import { isLsaChecksumValid, lsaChecksum } from '../../src/wire/ospf/fletcher-checksum.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../../src/wire/ospf/packet.js';
import { type Bench } from './bench.js';
import { externalLsa, networkLsa, routerLsa, summaryLsa } from './lsa-builder.js';
import { segment, type Segment } from './segment.js';

/** All protocol state that a packet can change. */
function stateOf(bench: Bench): string {
  const { process } = bench;
  return JSON.stringify([
    process.interfaces.map((i) => [i.state, i.designatedRouter, i.backupDesignatedRouter, i.delayedAcks.length,
      i.neighbors.map((n) => [n.routerId, n.state, n.priority, n.ddSequence, n.requestList.size, n.inactivityTimer.time,
        n.retransmissionList.all().map((l) => [l.header.lsType, l.header.linkStateId, l.header.advertisingRouter, l.header.sequence])])]),
    process.allLsas().map((l) => [l.header, l.isFlushing]),
    [...bench.routes.values()],
  ]);
}

/** One packet of each type as a Full neighbour would send it, and an update with an LSA of each type. */
function samples(s: Segment): Uint8Array[] {
  const { bench, a } = s;
  const kept: Uint8Array[] = [];
  const deliver = a.deliver.bind(a);
  a.deliver = (bytes): void => void kept.push(bytes);
  a.hello();
  a.dd(1, a.sequence);
  a.request(...bench.process.allLsas().map((l) => l.header));
  a.update(
    routerLsa('66.6.6.6', [['transit', '10.0.0.5', '10.0.0.66', 4], ['stub', '66.0.0.0', '255.0.0.0', 1]]),
    networkLsa('10.0.0.9', '9.9.9.9', '255.255.255.0', ['9.9.9.9', '66.6.6.6']), summaryLsa('77.0.0.0', '9.9.9.9', '255.0.0.0', 7),
    summaryLsa('3.3.3.3', '9.9.9.9', undefined, 7), externalLsa('172.16.0.0', '9.9.9.9', '255.255.0.0', 9, { type: 1, tag: 5 }),
  );
  a.acknowledge(...bench.process.allLsas().map((l) => l.header));
  a.deliver = deliver;
  return kept;
}

test('random bytes, 3000 times: nothing throws and nothing changes', () => {
  const s = segment('DR');
  const prng = new Prng(1, 'hostile', 'random');
  const before = stateOf(s.bench);
  for (let i = 0; i < 3000; i++) {
    const bytes = Uint8Array.from({ length: prng.integer(0, 120) }, () => prng.integer(0, 255));
    if (bytes.length > 2 && prng.integer(0, 1) === 1) [bytes[0], bytes[1]] = [2, prng.integer(0, 6)];
    s.a.deliver(bytes);
  }
  expect(stateOf(s.bench)).toBe(before);
});

test('every single bit of every packet flipped, and every truncation: nothing changes but by the 64 bits that authentication does not use', () => {
  const s = segment('DR');
  const packets = samples(s);
  const before = stateOf(s.bench);
  for (const packet of packets) {
    for (let bit = 0; bit < packet.length * 8; bit++) {
      // [2328:D.1] With null authentication the field is not examined, and the checksum leaves it out.
      if (bit >= 16 * 8 && bit < OSPF_HEADER_LENGTH * 8) continue;
      const bytes = packet.slice();
      bytes[bit >> 3] ^= 0x80 >> (bit & 7);
      s.a.deliver(bytes);
    }
    for (let length = 0; length < packet.length; length++) s.a.deliver(packet.slice(0, length));
  }
  expect(stateOf(s.bench)).toBe(before);
  expect(s.bench.traces.length).toBeGreaterThan(1000);
});

test('a packet from a Full neighbour behind a wrong area, router id, source or authentication type changes nothing', () => {
  const s = segment('DR');
  const packets = samples(s);
  const before = stateOf(s.bench);
  for (const packet of packets) {
    for (const [offset, value] of [[11, 9], [7, 1], [15, 1], [15, 2], [0, 3]]) {
      const bytes = packet.slice();
      bytes[offset] = value;
      const authType = bytes[15];
      sealPacket(bytes, 0, bytes.length, { type: 'none' }, 0); // as good as the enemy can make it
      bytes[15] = authType;
      if (offset === 7 && packet[1] === PacketType.hello) continue; // a Hello with another router id is a router that has changed its id
      s.a.deliver(bytes);
    }
    s.bench.process.receive(s.bench.now, 2, 0x0b000001, 0xe0000005, packet); // 11.0.0.1
    s.bench.process.receive(s.bench.now, 99, s.a.address, 0xe0000005, packet); // no such interface
  }
  expect(stateOf(s.bench)).toBe(before);
});

test('bodies mutated at random under good checksums, 4000 times: nothing throws, own LSAs stay ours, and the router recovers', () => {
  for (const role of ['DR', 'Backup', 'DROther'] as const) {
    const s = segment(role);
    const prng = new Prng(7, 'hostile', role);
    const packets = samples(s);
    for (let i = 0; i < 1400; i++) {
      const bytes = packets[prng.integer(0, packets.length - 1)].slice();
      for (let n = prng.integer(1, 4); n > 0; n--) bytes[prng.integer(OSPF_HEADER_LENGTH, bytes.length - 1)] = prng.integer(0, 255);
      if (bytes[1] === PacketType.linkStateUpdate) mendLsas(bytes);
      sealPacket(bytes, 0, bytes.length, { type: 'none' }, 0);
      s[prng.integer(0, 1) === 0 ? 'a' : 'b'].deliver(bytes, 0xe0000005);
      if (prng.integer(0, 9) === 0) s.bench.wait(prng.integer(0, 3 * SECOND));
      if (prng.integer(0, 9) === 0) s.a.hello();
    }
    for (const peer of s.peers) {
      for (let tries = 0; tries < 3 && peer.state !== 'Full'; tries++) {
        peer.hello({ neighbors: [] });
        peer.toExStart();
        if (peer.state === 'ExStart') peer.toFull();
      }
    }
    s.settle(60 * SECOND);
    const { process } = s.bench;
    const [own] = process.areas[0].lsdb.ofType(1).filter((l) => l.header.advertisingRouter === process.routerId);
    expect(own).toMatchObject({ isReceived: false, isFlushing: false });
    expect(process.areas[0].routerLsa).toBe(own);
    for (const lsa of process.allLsas()) {
      if (lsa.isSelfOriginated) expect([lsa.header.lsType, lsa.isReceived]).toEqual([lsa.header.lsType, false]);
      expect(isLsaChecksumValid(lsa.bytes, 0, lsa.bytes.length)).toBe(true);
    }
    expect(s.peers.map((p) => p.state), role).toEqual(['Full', 'Full', 'Full']);
  }
});

test('Hellos of ever new routers: neighbours are bounded, those that are there are heard, and there is room again when the forged ones are dead', () => {
  const s = segment('DR');
  const { bench, c } = s;
  const { neighbors } = bench.interface(3);
  const forge = (i: number): void => bench.peer(`200.0.${i >> 8}.${i & 255}`, '10.0.1.9', 3, 0).hello({ neighbors: [] });
  const before = bench.traces.length;
  for (let i = 0; i < 5000; i++) forge(i);
  expect(neighbors.length).toBe(1000);
  expect(bench.traces.slice(before).filter((event) => event.kind === 'refusal' && event.what === 'a new neighbour').length).toBe(4001);
  s.settle(60 * SECOND);
  expect([neighbors.length, bench.interface(3).neighborById(c.routerId)?.state]).toEqual([1, 'Full']);
  forge(1);
  expect(neighbors.length).toBe(2);
});

/** Gives each LSA of an update that still parses its checksum back. */
function mendLsas(packet: Uint8Array): void {
  for (let at = OSPF_HEADER_LENGTH + 4; at + 20 <= packet.length;) {
    const length = (packet[at + 18] << 8) | packet[at + 19];
    if (length < 20 || at + length > packet.length) return;
    const checksum = lsaChecksum(packet, at, length);
    packet[at + 16] = checksum >>> 8;
    packet[at + 17] = checksum;
    at += length;
  }
}
