/**
 * What bfdd takes in from the wire: only what has come over one hop and belongs to a session. [5881:5] [5880:6.8.6]
 */
import { expect, test } from 'vitest';
import type { TraceEvent } from '../../src/engine/trace.js';
import { BfdDaemon } from '../../src/host/bfd.js';
import { Host } from '../../src/host/host.js';
import { LINUX_6 } from '../../src/persona/host-linux.js';
import { BFD_PORT, BfdControl, BfdFlag, BfdSimplePassword, BfdState, bfdLength, encodeBfd } from '../../src/wire/bfd.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { HOST, HOST_MAC, NULL_MAC, PEER, PEER_MAC, arpFrame } from './host-by-hand.js';

/** A control packet from the peer in UDP, IPv4 and Ethernet; the UDP checksum is left out, as it may be. */
function frame(timeToLive: number, change: Partial<BfdControl> = {}): Uint8Array {
  const control = Object.assign(new BfdControl(), { myDiscriminator: 7 }, change);
  const length = 20 + 8 + bfdLength(control);
  const bytes = new Uint8Array(14 + length);
  const view = new DataView(bytes.buffer);
  bytes.set(HOST_MAC, 0);
  bytes.set(PEER_MAC, 6);
  view.setUint16(12, 0x0800);
  bytes.set([0x45, 0xc0], 14);
  view.setUint16(16, length);
  bytes.set([timeToLive, 17], 22);
  view.setUint32(26, PEER);
  view.setUint32(30, HOST);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  view.setUint16(24, ~((sum & 0xffff) + (sum >>> 16)));
  view.setUint16(34, 49152);
  view.setUint16(36, BFD_PORT);
  view.setUint16(38, length - 20);
  encodeBfd(control, new ByteWriter(bytes, 42));
  return bytes;
}

function daemon(): { host: Host; bfd: BfdDaemon; sent: Uint8Array[]; refusals: () => unknown[] } {
  const traces: TraceEvent[] = [];
  const sent: Uint8Array[] = [];
  const host = new Host({ name: 'h', seed: 1, isForwarding: true, sysctls: [], interfaces: [
    { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: NULL_MAC, mtu: 65536, addresses: [{ address: 0x7f000001, prefixLength: 8 }] },
    { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: HOST_MAC, mtu: 1500, addresses: [{ address: HOST, prefixLength: 24 }] },
  ] }, LINUX_6, { transmit: (_port, bytes) => void sent.push(bytes.slice()), route: () => undefined, trace: (event) => void traces.push(event) });
  host.start();
  const bfd = new BfdDaemon(host, { profiles: new Map(), peers: [{ peer: PEER, settings: {} }] }, 1, 'h', () => undefined);
  bfd.launch(0);
  return { host, bfd, sent, refusals: () => traces.filter((t) => t.kind === 'refusal').map((t) => [t.clause, t.what]) };
}

test('with a time to live of 255 the session hears it, with any other nobody does', () => {
  const { host, bfd, refusals } = daemon();
  host.receive(0, 0, frame(254));
  host.receive(0, 0, frame(1));
  expect([bfd.sessions[0].session.state, refusals()]).toEqual(['Down', [['[5881:5]', 'BFD time to live'], ['[5881:5]', 'BFD time to live']]]);
  host.receive(0, 0, frame(255));
  expect([bfd.sessions[0].session.state, refusals().length]).toEqual(['Init', 2]);
});

test('whose packet it is, its address says while it names nobody, and then our discriminator [5880:6.3]', () => {
  const { host, bfd, refusals } = daemon();
  const [{ session }] = bfd.sessions;
  host.receive(0, 0, frame(255, { state: BfdState.down }));
  expect(session.state).toBe('Init');
  host.receive(0, 0, frame(255, { state: BfdState.up, yourDiscriminator: session.localDiscriminator ^ 1 }));
  expect([session.state, refusals()]).toEqual(['Init', [['[5880:6.8.6]', 'BFD packet without a session']]]);
  host.receive(0, 0, frame(255, { state: BfdState.up, yourDiscriminator: session.localDiscriminator }));
  expect([session.state, refusals().length]).toEqual(['Up', 1]);
});

test('what no session can have said is refused with its reason', () => {
  const { host, bfd, refusals } = daemon();
  host.receive(0, 0, frame(255, { detectMultiplier: 0 }));
  host.receive(0, 0, frame(255, { myDiscriminator: 0 }));
  host.receive(0, 0, frame(255, { yourDiscriminator: 12345 }));
  host.receive(0, 0, frame(255, { flags: BfdFlag.multipoint }));
  host.receive(0, 0, frame(255, { flags: BfdFlag.authenticationPresent, authentication: Object.assign(new BfdSimplePassword(), { password: Uint8Array.of(1) }) }));
  expect(refusals()).toEqual(['BFD detection multiplier 0', 'BFD discriminator 0', 'BFD packet without a session', 'BFD multipoint bit', 'BFD authentication, none is in use']
    .map((what) => ['[5880:6.8.6]', what]));
  expect(bfd.sessions[0].session.state).toBe('Down');
});

test('control packets go to port 3784 with a time to live of 255, from one port of its own for each session', () => {
  const { host, bfd, sent } = daemon();
  host.receive(0, 0, arpFrame({ operation: 1 }));
  for (let at = host.timers.nextDeadline(); at <= 3_000_000; at = host.timers.nextDeadline()) host.timers.fireDue(at);
  const packets = sent.filter((bytes) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === 17).map((bytes) => new DataView(bytes.buffer));
  expect(packets.length).toBeGreaterThan(1);
  expect([...new Set(packets.map((view) => [view.getUint8(22), view.getUint32(26), view.getUint16(34), view.getUint16(36)].join()))])
    .toEqual([[255, HOST, bfd.sessions[0].session.sourcePort, BFD_PORT].join()]);
  expect(bfd.sessions[0].session.sourcePort).toBeGreaterThanOrEqual(49152);
});
