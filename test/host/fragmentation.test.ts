/**
 * Packets longer than the MTU. The law: what is cut, by whatever MTUs one after the other, is put together again to the last byte, and no piece is longer than its
 * link takes. A host answers a long ping in pieces, a router cuts what it forwards unless it may not, OSPF's long packets arrive.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { inPieces } from '../../src/host/fragmentation.js';
import { Host } from '../../src/host/host.js';
import { LINUX_6 } from '../../src/persona/host-linux.js';
import { Simulation } from '../../src/sim/simulation.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { writeEthernetHeader } from '../../src/wire/ethernet.js';
import { decodeFrame, frameErrors } from '../../src/wire/frame.js';
import { internetChecksum } from '../../src/wire/internet-checksum.js';
import { encodeIpv4Header, Ipv4Header } from '../../src/wire/ipv4.js';
import { Ipv4Reassembly } from '../../src/wire/ipv4-reassembly.js';
import { arpFrame, HOST, HOST_MAC, HostByHand, PEER, PEER_MAC } from './host-by-hand.js';

function packet(payload: Uint8Array, { options = new Uint8Array(0), protocol = 1 }: { readonly options?: Uint8Array; readonly protocol?: number } = {}): Uint8Array {
  const header = Object.assign(new Ipv4Header(), { source: PEER, destination: HOST, protocol, identification: 4711, timeToLive: 64, options, totalLength: 20 + options.length + payload.length });
  const bytes = new Uint8Array(header.totalLength);
  const w = new ByteWriter(bytes);
  encodeIpv4Header(header, w);
  w.raw(payload);
  return bytes;
}

const pieces = (bytes: Uint8Array, mtu: number): Uint8Array[] => {
  const all: Uint8Array[] = [];
  inPieces(bytes, mtu, (piece) => all.push(piece));
  return all;
};

/** In the order given. */
function together(all: readonly Uint8Array[]): Uint8Array | undefined {
  const reassembly = new Ipv4Reassembly();
  let whole: Uint8Array | undefined;
  for (const piece of all) {
    const added = reassembly.add(0, piece);
    expect(added).not.toBeInstanceOf(DecodeError);
    if (!(added instanceof DecodeError)) whole ??= added;
  }
  return whole;
}

describe('in pieces', () => {
  it('whatever was cut by whatever MTUs comes together again, in any order', () => {
    const mtu = fc.integer({ min: 68, max: 1500 });
    // Record route, which belongs to the first only, and router alert, which belongs to all.
    const options = fc.constantFrom(new Uint8Array(0), Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 0), Uint8Array.of(0x94, 4, 0, 0));
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 9000 }), options, fc.array(mtu, { minLength: 1, maxLength: 3 }), fc.integer(), (payload, carried, mtus, order) => {
      const original = packet(payload, { options: carried });
      let all = [original];
      for (const each of mtus) all = all.flatMap((piece) => (piece.length > each ? pieces(piece, each) : [piece]));
      for (const piece of all) {
        expect(piece.length).toBeLessThanOrEqual(Math.max(Math.min(...mtus), 0));
        expect(internetChecksum(piece, 0, 4 * (piece[0] & 15))).toBe(0);
      }
      const shuffled = all.map((piece, i) => [Math.imul(order ^ i, 0x9e3779b1) >>> 0, piece] as const).sort((a, b) => a[0] - b[0]).map(([, piece]) => piece);
      expect(together(shuffled)).toEqual(original);
    }), { numRuns: 200 });
  });

  it('later pieces have only the options that belong to all', () => {
    const [first, second] = pieces(packet(new Uint8Array(100), { options: Uint8Array.of(7, 7, 4, 0, 0, 0, 0, 1, 0x94, 4, 0, 0) }), 92);
    expect([...first.subarray(20, 32)]).toEqual([7, 7, 4, 0, 0, 0, 0, 1, 0x94, 4, 0, 0]);
    expect([...second.subarray(20, 32)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0x94, 4, 0, 0]);
  });

  it('nothing where nothing fits', () => expect(pieces(packet(new Uint8Array(100)), 27)).toEqual([]));
});

function frameOf(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(14 + bytes.length);
  writeEthernetHeader(frame, 0, HOST_MAC, PEER_MAC, 0x0800);
  frame.set(bytes, 14);
  return frame;
}

/** The frames without their Ethernet headers, each shorter than the MTU and without an error. */
function packetsOf(frames: readonly Uint8Array[], mtu: number): Uint8Array[] {
  return frames.map((frame) => {
    expect(frame.length).toBeLessThanOrEqual(14 + mtu);
    const decoded = decodeFrame(frame);
    if (decoded instanceof DecodeError) throw new Error(decoded.code);
    expect(frameErrors(decoded)).toEqual([]);
    return frame.slice(14);
  });
}

describe('a host', () => {
  const echo = Uint8Array.from({ length: 4008 }, (_, i) => i);
  echo.set([8, 0, 0, 0]);
  const checksum = internetChecksum(echo, 0, echo.length);
  echo.set([checksum >>> 8, checksum & 0xff], 2);

  it('answers a ping of 4,000 bytes, which came in three pieces, in three', () => {
    const host = new HostByHand();
    host.receive(arpFrame({ operation: 1 }));
    host.until(1000);
    host.sent.length = 0;
    const [a, b, c] = pieces(packet(echo), 1500);
    for (const piece of [c, a]) host.receive(frameOf(piece));
    expect(host.sent).toEqual([]);
    host.receive(frameOf(b));
    const answer = together(packetsOf(host.sent.map(({ bytes }) => bytes), 1500));
    expect([host.sent.length, answer?.[20], answer?.subarray(24)]).toEqual([3, 0, echo.subarray(4)]);
  });

  it('does not wait longer than 30 s for the rest', () => {
    const host = new HostByHand();
    host.receive(arpFrame({ operation: 1 }));
    host.until(1000);
    host.sent.length = 0;
    const [a, b, c] = pieces(packet(echo), 1500);
    host.receive(frameOf(a));
    host.receive(frameOf(b));
    host.until(31 * SECOND);
    host.sent.length = 0;
    host.receive(frameOf(c));
    expect(host.sent).toEqual([]);
  });

  it('cuts what it forwards into a narrower link, unless it may not', () => {
    const sent: { readonly port: number; readonly bytes: Uint8Array }[] = [];
    const router = new Host({ name: 'r', seed: 1, isForwarding: true, interfaces: [
      { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: new Uint8Array(6), mtu: 65536, addresses: [] },
      { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: HOST_MAC, mtu: 1500, addresses: [{ address: HOST, prefixLength: 24 }] },
      { name: 'ctc0', index: 3, port: 1, medium: 'ctc', mac: PEER_MAC, mtu: 600, addresses: [{ address: 0x0a010001, prefixLength: 24 }] },
    ] }, LINUX_6, { transmit: (port, bytes) => sent.push({ port, bytes: bytes.slice() }), route: () => undefined, trace: () => undefined });
    router.start();
    router.receive(0, 0, arpFrame({ operation: 1 }));
    router.timers.fireDue(1000);
    sent.length = 0;
    const long = packet(Uint8Array.from({ length: 1400 }, (_, i) => i), { protocol: 200 });
    const to = (bytes: Uint8Array, flags: number): Uint8Array => {
      bytes.set([0x0a, 0x01, 0x00, 0x02], 16);
      bytes[6] = flags;
      bytes.set([0, 0], 10);
      const sum = internetChecksum(bytes, 0, 20);
      bytes.set([sum >>> 8, sum & 0xff], 10);
      return bytes;
    };
    router.receive(2000, 0, frameOf(to(long, 0)));
    expect(sent.map(({ port }) => port)).toEqual([1, 1, 1]);
    const whole = together(packetsOf(sent.map(({ bytes }) => bytes), 600));
    expect([whole?.[8], whole?.subarray(20)]).toEqual([63, long.subarray(20)]);
    sent.length = 0;
    router.receive(3000, 0, frameOf(to(long, 0x40)));
    expect(sent.map(({ port, bytes }) => [port, bytes[34], bytes[35], (bytes[40] << 8) | bytes[41]])).toEqual([[0, 3, 4, 600]]);
  });
});

it('a router-LSA that is longer than a packet', () => {
  const addresses = Array.from({ length: 150 }, (_, i) => `10.99.0.${i + 1}/32`);
  const conf = (id: string): string => `interface eth0\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 4\nrouter ospf\n ospf router-id ${id}\n network 0.0.0.0/0 area 0\n`;
  const files: Record<string, string> = { 'a.conf': conf('10.0.0.1'), 'b.conf': conf('10.0.0.2'), 'lab.yaml': `topology:\n  nodes:\n    a: { kind: frr, config: a.conf, interfaces: { lo: { addresses: [${addresses.join(', ')}] }, eth0: { address: 10.0.0.1/24 } } }
    b: { kind: frr, config: b.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }\n  links: [ { endpoints: ["a:eth0", "b:eth0"] } ]\n` };
  const { plan } = loadTopology('lab.yaml', { readFile: (file) => files[file] });
  const simulation = new Simulation(plan, { frame: (_link, _end, _time, bytes) => { expect(bytes.length).toBeLessThanOrEqual(1514); } });
  simulation.runUntil(20 * SECOND);
  expect(simulation.showAt(1, 'ip route')?.match(/^10\.99\.0\.\d+ via 10\.0\.0\.1 /gm)).toHaveLength(150);
});
