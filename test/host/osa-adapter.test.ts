/**
 * An OSA adapter by hand, frame by frame: its address table, primary and secondary routers, ARP on behalf of its stacks, LCS beside QDIO, and HiperSockets, where
 * there is no ARP and no cable.
 */
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../src/config/address-text.js';
import type { Command, Out } from '../../src/engine/engine.js';
import type { RouterRole } from '../../src/engine/room-request.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { OsaAdapter, type AdapterMode } from '../../src/host/osa-adapter.js';
import { OsaAddressTable, type AdapterUnit } from '../../src/host/osa-address-table.js';
import { OSA_EXPRESS } from '../../src/persona/adapter-osa.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { internetChecksum } from '../../src/wire/internet-checksum.js';

const ip = (text: string): number => parseIpv4(text) ?? NaN;
const hexOf = (address: string): string => ip(address).toString(16).padStart(8, '0');
const MAC = '000629aabbcc';
const PEER = '02000000ee01';
const LAN = 0;

const unit = (port: number, more: Partial<AdapterUnit> = {}): AdapterUnit => ({ port, name: `a0${port}`, systemName: `s${port}`, addresses: [], router: 'none', isTakingOver: false, ...more });

class Bench implements Out {
  sent: { port: number; hex: string }[] = [];
  traces: TraceEvent[] = [];
  signals: { port: number; isUp: boolean }[] = [];
  readonly adapter: OsaAdapter;
  now = 0;

  constructor(mode: AdapterMode, units: readonly AdapterUnit[], lanPort = LAN) {
    this.adapter = new OsaAdapter({ name: 'OSA', seed: 1, mode, mac: Uint8Array.from(Buffer.from(MAC, 'hex')), lanPort, units }, OSA_EXPRESS);
    this.command({ kind: 'adapter', part: 'guest', isBroken: false, ports: units.map(({ port }) => port) });
  }

  command(command: Command): void {
    this.adapter.step(this.now += 1000, { kind: 'command', command }, this);
  }

  /** What comes out, as `port hex`; the time moves a little on. */
  frame(port: number, hex: string): string[] {
    this.sent = [];
    this.adapter.step(this.now += 1000, { kind: 'frame', port, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }, this);
    return this.sent.map((each) => `${each.port} ${each.hex}`);
  }

  register(port: number, addresses: readonly string[], router: RouterRole = 'none', isArpOwner = true): void {
    this.sent = [];
    this.command({ kind: 'register', port, registration: { addresses: addresses.map((address) => ({ address: ip(address), isArpOwner })), router } });
  }

  transmit(port: number, frame: Uint8Array): void {
    this.sent.push({ port, hex: Buffer.from(frame).toString('hex') });
  }

  route(): void {
    throw new Error('an adapter has no routes');
  }

  trace(event: TraceEvent): void {
    this.traces.push(event);
  }

  request(request: Parameters<NonNullable<Out['request']>>[0]): void {
    if (request.kind === 'signal') this.signals.push({ port: request.port, isUp: request.isUp });
  }
}

/** An IPv4 packet without payload. */
function packet(source: string, destination: string): string {
  const w = new ByteWriter(new Uint8Array(20));
  w.u16(0x4500);
  w.u16(20);
  w.u32(0);
  w.u16(0x4011);
  w.u16(0);
  w.u32(ip(source));
  w.u32(ip(destination));
  w.patchU16(10, internetChecksum(w.bytes, 0, 20));
  return Buffer.from(w.bytes).toString('hex');
}

const fromLan = (source: string, destination: string): string => `${MAC}${PEER}0800${packet(source, destination)}`;
const toNextHop = (nextHop: string, source: string, destination: string): string => `0271${hexOf(nextHop)}0200000000010800${packet(source, destination)}`;
const arp = (operation: 1 | 2, to: string, senderMac: string, sender: string, target: string, targetMac = '000000000000'): string =>
  `${to}${senderMac}0806000108000604000${operation}${senderMac}${hexOf(sender)}${targetMac}${hexOf(target)}`;

describe('the address table', () => {
  const cases: [string, [RouterRole, RouterRole], number][] = [
    ['no router: discarded', ['none', 'none'], -1],
    ['the primary', ['primary', 'none'], 1],
    ['the primary before the secondary', ['secondary', 'primary'], 2],
    ['the secondary where there is no primary', ['none', 'secondary'], 2],
  ];
  it.each(cases)('an address that nobody has registered: %s', (_name, [first, second], port) => {
    const table = new OsaAddressTable();
    table.register(unit(1), { addresses: [{ address: ip('10.0.0.1'), isArpOwner: true }], router: first });
    table.register(unit(2), { addresses: [{ address: ip('10.0.0.2'), isArpOwner: true }], router: second });
    expect(table.destinationOf(ip('172.16.0.9'))).toBe(port);
    expect([table.destinationOf(ip('10.0.0.1')), table.destinationOf(ip('10.0.0.2'))]).toEqual([1, 2]);
  });

  it('the primary is gone: the secondary; back: the primary again; a second primary is refused', () => {
    const table = new OsaAddressTable();
    const nobody = { addresses: [], router: 'none' } as const;
    table.register(unit(1), { ...nobody, router: 'primary' });
    table.register(unit(2), { ...nobody, router: 'secondary' });
    expect(table.register(unit(3), { ...nobody, router: 'primary' }).isRouterRefused).toBe(true);
    expect(table.destinationOf(1)).toBe(1);
    table.unregister(unit(1));
    expect(table.destinationOf(1)).toBe(2);
    table.register(unit(1), { ...nobody, router: 'primary' });
    expect(table.destinationOf(1)).toBe(1);
  });

  it('an address of somebody else is refused, unless the device may take over', () => {
    const table = new OsaAddressTable();
    const wanted = { addresses: [{ address: ip('10.0.0.1'), isArpOwner: true }], router: 'none' } as const;
    table.register(unit(1), wanted);
    expect(table.register(unit(2), wanted).refused).toEqual([ip('10.0.0.1')]);
    expect(table.portOf(ip('10.0.0.1'))).toBe(1);
    expect(table.register(unit(2, { isTakingOver: true }), wanted)).toMatchObject({ refused: [], newlyOwned: [ip('10.0.0.1')] });
    expect(table.portOf(ip('10.0.0.1'))).toBe(2);
  });
});

describe('QDIO', () => {
  it('answers ARP for what is registered as its own, and for nothing else', () => {
    const bench = new Bench('qdio', [unit(1), unit(2)]);
    bench.register(1, ['10.0.0.1']);
    bench.register(2, ['10.0.0.2'], 'none', false);
    expect(bench.frame(LAN, arp(1, 'ffffffffffff', PEER, '10.0.0.254', '10.0.0.1'))).toEqual([`0 ${arp(2, PEER, MAC, '10.0.0.1', '10.0.0.254', PEER)}`]);
    expect(bench.frame(LAN, arp(1, 'ffffffffffff', PEER, '10.0.0.254', '10.0.0.2'))).toEqual([]);
    expect(bench.frame(LAN, arp(1, 'ffffffffffff', PEER, '10.0.0.254', '10.0.0.3'))).toEqual([]);
  });

  it('announces what it newly does ARP for, once', () => {
    const bench = new Bench('qdio', [unit(1)]);
    bench.register(1, ['10.0.0.1', '10.0.0.7']);
    const announced = bench.sent.map(({ hex }) => hex);
    expect(announced).toEqual([arp(1, 'ffffffffffff', MAC, '10.0.0.1', '10.0.0.1'), arp(1, 'ffffffffffff', MAC, '10.0.0.7', '10.0.0.7')]);
    bench.register(1, ['10.0.0.1', '10.0.0.7']);
    expect(bench.sent).toEqual([]);
  });

  it('hands in what is registered, the rest to the router; frames for other hardware addresses are none of its business', () => {
    const bench = new Bench('qdio', [unit(1), unit(2)]);
    bench.register(1, ['10.0.0.1']);
    bench.register(2, ['10.0.0.2'], 'primary');
    const port = (hex: string): string[] => bench.frame(LAN, hex).map((each) => each[0]);
    expect(port(fromLan('10.0.0.254', '10.0.0.1'))).toEqual(['1']);
    expect(port(fromLan('10.0.0.254', '172.16.0.1'))).toEqual(['2']);
    expect(port(fromLan('10.0.0.254', '10.0.0.1').replace(MAC, '000629aabbcd'))).toEqual([]);
    bench.command({ kind: 'adapter', part: 'device', isBroken: true, ports: [2] });
    expect(port(fromLan('10.0.0.254', '172.16.0.1'))).toEqual([]);
  });

  it('keeps inside what is for one of its own, and resolves the rest on the LAN', () => {
    const bench = new Bench('qdio', [unit(1), unit(2)]);
    bench.register(1, ['10.0.0.1']);
    bench.register(2, ['10.0.0.2']);
    expect(bench.frame(1, toNextHop('10.0.0.2', '10.0.0.1', '10.0.0.2')).map((each) => each[0])).toEqual(['2']);
    // Its own hardware address; the asking stack's IP address.
    expect(bench.frame(1, toNextHop('10.0.0.254', '10.0.0.1', '10.0.0.254'))).toEqual([`0 ${arp(1, 'ffffffffffff', MAC, '10.0.0.1', '10.0.0.254')}`]);
    expect(bench.frame(LAN, arp(2, MAC, PEER, '10.0.0.254', '10.0.0.1', MAC))).toEqual([`0 ${PEER}${MAC}0800${packet('10.0.0.1', '10.0.0.254')}`]);
    expect(bench.frame(2, toNextHop('10.0.0.254', '10.0.0.2', '10.0.0.254'))).toEqual([`0 ${PEER}${MAC}0800${packet('10.0.0.2', '10.0.0.254')}`]);
  });

  it('gives a group\'s packet to the LAN and to all others', () => {
    const bench = new Bench('qdio', [unit(1), unit(2), unit(3)]);
    expect(bench.frame(1, `01005e0000050200000000010800${packet('10.0.0.1', '224.0.0.5')}`).map((each) => each[0]).sort()).toEqual(['0', '2', '3']);
    expect(bench.frame(LAN, `01005e000005${PEER}0800${packet('10.0.0.9', '224.0.0.5')}`).map((each) => each[0])).toEqual(['1', '2', '3']);
  });

  it('tells every stack and, of a card, the switch that the LAN is gone; a cable only the stacks', () => {
    const bench = new Bench('qdio', [unit(1), unit(2)]);
    bench.command({ kind: 'carrier', port: LAN, up: false });
    expect(bench.signals).toEqual([{ port: 1, isUp: false }, { port: 2, isUp: false }]);
    bench.signals = [];
    bench.command({ kind: 'carrier', port: LAN, up: true });
    bench.command({ kind: 'adapter', part: 'card', isBroken: true, ports: [] });
    expect(bench.signals).toEqual([{ port: 1, isUp: true }, { port: 2, isUp: true }, { port: LAN, isUp: false }, { port: 1, isUp: false }, { port: 2, isUp: false }]);
  });
});

describe('LCS', () => {
  const units = [unit(1, { addresses: [ip('10.0.0.1')] }), unit(2, { addresses: [ip('10.0.0.2')], router: 'primary' }), unit(3, { router: 'secondary' })];

  it('the stacks do ARP: requests go to all of them, answers and packets to whom the table says', () => {
    const bench = new Bench('lcs', units);
    expect(bench.frame(LAN, arp(1, 'ffffffffffff', PEER, '10.0.0.254', '10.0.0.1')).map((each) => each[0])).toEqual(['1', '2', '3']);
    expect(bench.frame(LAN, arp(2, MAC, PEER, '10.0.0.254', '10.0.0.1', MAC)).map((each) => each[0])).toEqual(['1']);
    expect(bench.frame(LAN, fromLan('10.0.0.254', '10.0.0.1')).map((each) => each[0])).toEqual(['1']);
    expect(bench.frame(LAN, fromLan('10.0.0.254', '172.16.0.1')).map((each) => each[0])).toEqual(['2']);
    bench.command({ kind: 'adapter', part: 'guest', isBroken: true, ports: [2] });
    expect(bench.frame(LAN, fromLan('10.0.0.254', '172.16.0.1')).map((each) => each[0])).toEqual(['3']);
    expect(bench.frame(LAN, fromLan('10.0.0.254', '10.0.0.2')).map((each) => each[0])).toEqual(['3']);
  });

  it('a frame to the shared hardware address stays inside, others go out as they are', () => {
    const bench = new Bench('lcs', units);
    const inside = `${MAC}${MAC}0800${packet('10.0.0.1', '10.0.0.2')}`;
    expect(bench.frame(1, inside)).toEqual([`2 ${inside}`]);
    const outside = `${PEER}${MAC}0800${packet('10.0.0.1', '10.0.0.254')}`;
    expect(bench.frame(1, outside)).toEqual([`0 ${outside}`]);
    expect(bench.traces.filter((each) => each.kind === 'arp')).toEqual([]);
  });
});

describe('HiperSockets and guest LANs', () => {
  it('by registered addresses alone: no ARP, no announcement, no cable', () => {
    const bench = new Bench('hipersockets', [unit(0), unit(1)], -1);
    bench.register(0, ['10.1.0.1']);
    bench.register(1, ['10.1.0.2']);
    expect(bench.sent).toEqual([]);
    expect(bench.frame(0, toNextHop('10.1.0.2', '10.1.0.1', '10.1.0.2')).map((each) => each[0])).toEqual(['1']);
    expect(bench.frame(0, toNextHop('10.1.0.3', '10.1.0.1', '10.1.0.3'))).toEqual([]);
    // A router on it is reached as the next hop, whatever the destination.
    expect(bench.frame(0, toNextHop('10.1.0.2', '10.1.0.1', '172.16.0.1')).map((each) => each[0])).toEqual(['1']);
  });
});

it('no frame crashes it, whatever its length', () => {
  for (const mode of ['qdio', 'lcs', 'hipersockets'] as const) {
    const bench = new Bench(mode, [unit(1), unit(2)]);
    const whole = `${fromLan('10.0.0.1', '10.0.0.2')}${arp(1, 'ffffffffffff', PEER, '10.0.0.1', '10.0.0.2')}`;
    for (const start of [whole, arp(1, 'ffffffffffff', PEER, '10.0.0.1', '10.0.0.2'), toNextHop('10.0.0.2', '10.0.0.1', '10.0.0.2')]) {
      for (let length = 0; length <= start.length; length += 2) for (const port of [LAN, 1]) bench.frame(port, start.slice(0, length));
    }
  }
});
