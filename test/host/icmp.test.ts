/**
 * When a host answers with an ICMP error, when it must not, and that it drops what is not a packet.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../src/wire/bytes.js';
import { writeEthernetHeader } from '../../src/wire/ethernet.js';
import { frameErrors } from '../../src/wire/frame.js';
import { encodeIpv4Header, Ipv4Header } from '../../src/wire/ipv4.js';
import { UdpDatagram, encodeUdp } from '../../src/wire/udp.js';
import { decoded, describeFrame } from '../sim/recorder.js';
import { ALL_MAC, arpFrame, HOST, HOST_MAC, HostByHand, PEER, PEER_MAC } from './host-by-hand.js';

interface PacketFields {
  readonly to?: Uint8Array;
  readonly source?: number;
  readonly destination?: number;
  readonly protocol?: number;
  readonly timeToLive?: number;
  readonly fragmentOffset?: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
}

function packet({ to = HOST_MAC, source = PEER, destination = HOST, protocol = 17, timeToLive = 64, fragmentOffset = 0, flags = 0,
  payload = udp(source, destination) }: PacketFields): Uint8Array {
  const header = new Ipv4Header();
  Object.assign(header, { source, destination, protocol, timeToLive, fragmentOffset, flags, totalLength: 20 + payload.length });
  const frame = new Uint8Array(34 + payload.length);
  writeEthernetHeader(frame, 0, to, PEER_MAC, 0x0800);
  const w = new ByteWriter(frame, 14);
  encodeIpv4Header(header, w);
  w.raw(payload);
  return frame;
}

function udp(source: number, destination: number, port = 5000): Uint8Array {
  const datagram = new UdpDatagram();
  datagram.sourcePort = 1234;
  datagram.destinationPort = port;
  datagram.payload = Uint8Array.of(1, 2, 3);
  const bytes = new Uint8Array(11);
  encodeUdp(datagram, source, destination, new ByteWriter(bytes));
  return bytes;
}

/** What a host that knows the peer's address sends on receiving a frame. */
function answers(frame: Uint8Array): string[] {
  const h = new HostByHand();
  h.receive(arpFrame({ operation: 1 }));
  h.sent.length = 0;
  h.receive(frame);
  for (const s of h.sent) expect(frameErrors(decoded(s.bytes))).toEqual([]);
  return h.sent.map((s) => describeFrame(s.bytes));
}

describe('an ICMP error', () => {
  it('answers a port that nobody listens on, an unknown protocol, an unknown network, a TTL of 1, and what is too long', () => {
    expect(answers(packet({}))).toEqual(['icmp 3/3']);
    expect(answers(packet({ protocol: 89 }))).toEqual(['icmp 3/2']);
    expect(answers(packet({ destination: 0x0b000001 }))).toEqual(['icmp 3/0']);
    expect(answers(packet({ destination: 0x0a000009, timeToLive: 1 }))).toEqual(['icmp 11/0']);
    expect(answers(packet({ destination: 0x0a000009, flags: 2, payload: new Uint8Array(1481) }))).toEqual(['icmp 3/4']);
  });

  it.each([
    ['to a broadcast address', { destination: 0x0a0000ff, to: ALL_MAC }],
    ['to everybody', { destination: 0xffffffff, to: ALL_MAC }],
    ['in a broadcast frame', { to: ALL_MAC }],
    ['to a group', { destination: 0xe0000001, to: Uint8Array.of(1, 0, 0x5e, 0, 0, 1) }],
    ['from a group', { source: 0xe0000001 }],
    ['from nobody', { source: 0 }],
    ['that is a later fragment', { fragmentOffset: 1 }],
    ['that is an ICMP error', { protocol: 1, destination: 0x0b000001, payload: Uint8Array.of(3, 1, 0xfc, 0xfe, 0, 0, 0, 0) }],
    ['with a broken checksum', { payload: Uint8Array.of(4, 210, 19, 136, 0, 11, 1, 1, 1, 2, 3) }],
  ] as const)('does not answer a packet %s', (_name, fields) => {
    expect(answers(packet(fields))).toEqual([]);
  });

  it('quotes at most as much as fits into 576 bytes', () => {
    const h = new HostByHand();
    h.receive(arpFrame({ operation: 1 }));
    h.receive(packet({ destination: 0x0b000001, payload: new Uint8Array(1400) }));
    expect(h.sent[1].bytes).toHaveLength(14 + 576);
  });
});

describe('receiving', () => {
  it('takes no frame that is addressed to another station', () => {
    expect(answers(packet({ to: Uint8Array.of(2, 0, 0, 0, 0, 9) }))).toEqual([]);
  });

  it('survives any bytes, and any damage to a good packet', () => {
    const h = new HostByHand();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => h.receive(bytes)));
    const good = packet({});
    for (let length = 0; length < good.length; length++) h.receive(good.slice(0, length));
    // A single bit in the header is always caught by its checksum.
    h.sent.length = 0;
    for (let bit = 14 * 8; bit < 34 * 8; bit++) {
      const bad = good.slice();
      bad[bit >> 3] ^= 1 << (bit & 7);
      h.receive(bad);
    }
    expect(h.sent).toEqual([]);
  });

  it('ignores padding behind the packet, and does not forward it', () => {
    const frame = new Uint8Array(60).fill(0x55);
    const h = new HostByHand();
    h.receive(arpFrame({ operation: 1 }));
    h.host.fib.install({ network: 0x0b000000, prefixLength: 8, protocol: 'static', metric: 0, preferredSource: 0,
      nextHops: [{ gateway: PEER, networkInterface: h.host.interfaces[1] }] });
    frame.set(packet({ destination: 0x0b000001 }));
    h.receive(frame);
    expect(h.sent[1].bytes).toHaveLength(45);
    expect(h.sent[1].bytes[22]).toBe(63);
    expect(frameErrors(decoded(h.sent[1].bytes))).toEqual([]);
  });
});

describe('several next hops', () => {
  const spread = (isPeerDead: boolean): Map<number, number> => {
    const h = new HostByHand();
    h.receive(arpFrame({ operation: 1 }));
    const third = Uint8Array.of(2, 0, 0, 0, 0, 3);
    h.receive(arpFrame({ operation: 1, sha: third, spa: PEER + 1 }));
    if (isPeerDead) {
      h.send(PEER);
      h.until(60e6);
      expect(h.state).toBe('FAILED');
      h.receive(arpFrame({ operation: 1, sha: third, spa: PEER + 1 }));
    }
    h.host.fib.install({ network: 0x0b000000, prefixLength: 8, protocol: 'ospf', metric: 20, preferredSource: 0,
      nextHops: [PEER, PEER + 1].map((gateway) => ({ gateway, networkInterface: h.host.interfaces[1] })) });
    const count = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      h.sent.length = 0;
      for (let again = 0; again < 2; again++) h.receive(packet({ destination: 0x0b000000 + i }));
      expect(h.sent[0].bytes[5]).toBe(h.sent[1].bytes[5]);
      count.set(h.sent[0].bytes[5], (count.get(h.sent[0].bytes[5]) ?? 0) + 1);
    }
    return count;
  };

  it('share the flows, and each flow keeps to one', () => {
    const count = spread(false);
    expect([...count.keys()].sort()).toEqual([2, 3]);
    expect(count.get(2)).toBeGreaterThan(70);
    expect(count.get(3)).toBeGreaterThan(70);
  });

  it('are passed over when ARP has found them dead', () => {
    expect([...spread(true)]).toEqual([[3, 200]]);
  });
});
