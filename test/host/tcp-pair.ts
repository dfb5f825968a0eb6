/**
 * Two hosts on one wire, 10.0.0.1 (client) and 10.0.0.2 (server), with a loss that the test decides on. Times in microseconds.
 */
import { Host } from '../../src/host/host.js';
import type { HostBehaviour } from '../../src/host/behaviour.js';
import { Tcp } from '../../src/host/tcp.js';
import { LINUX_6 } from '../../src/persona/host-linux.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { decodeTcp, TcpFlag, type TcpSegment } from '../../src/wire/tcp.js';

export const CLIENT = 0x0a000001;
export const SERVER = 0x0a000002;
const LATENCY = 100;
const TCP_AT = 34;
/** Two ends that answer each other for ever. */
const MOST_SEGMENTS = 5000;

interface Frame { readonly at: number; readonly to: 0 | 1; readonly bytes: Uint8Array }

export class TcpPair {
  readonly hosts: readonly [Host, Host];
  readonly tcp: readonly [Tcp, Tcp];
  now = 0;
  /** Every TCP segment that was sent, lost or not: `12.345 > SA 0 1 +5`, with sequence numbers from each end's first. */
  readonly log: string[] = [];
  isLost: (frame: Uint8Array, from: 0 | 1) => boolean = () => false;
  private readonly wire: Frame[] = [];
  private readonly first: [number | undefined, number | undefined] = [undefined, undefined];

  constructor(behaviour: HostBehaviour = LINUX_6) {
    const make = (index: 0 | 1): Host => new Host({ name: `h${index}`, seed: 1, isForwarding: false, interfaces: [
      { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: new Uint8Array(6), mtu: 65536, addresses: [{ address: 0x7f000001, prefixLength: 8 }] },
      { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: Uint8Array.of(2, 0, 0, 0, 0, 1 + index), mtu: 1500,
        addresses: [{ address: index === 0 ? CLIENT : SERVER, prefixLength: 24 }] },
    ] }, behaviour, { transmit: (_port, frame) => this.transmit(index, frame.slice()), route: () => undefined, trace: () => undefined });
    this.hosts = [make(0), make(1)];
    for (const host of this.hosts) host.start();
    this.tcp = [new Tcp(this.hosts[0], 1, 'h0'), new Tcp(this.hosts[1], 1, 'h1')];
  }

  until(time: number): void {
    for (;;) {
      const due = Math.min(this.wire[0]?.at ?? Infinity, ...this.hosts.map((host) => host.timers.nextDeadline()));
      if (due > time) break;
      this.now = Math.max(this.now, due);
      for (const host of this.hosts) host.timers.fireDue(this.now);
      while (this.wire.length > 0 && this.wire[0].at <= this.now) {
        const frame = this.wire.shift();
        if (frame !== undefined) this.hosts[frame.to].receive(this.now, 0, frame.bytes);
      }
    }
    this.now = time;
  }

  private transmit(from: 0 | 1, bytes: Uint8Array): void {
    if (bytes[12] === 0x08 && bytes[13] === 0 && bytes[23] === 6) this.note(from, bytes);
    if (!this.isLost(bytes, from)) this.wire.push({ at: this.now + LATENCY, to: from === 0 ? 1 : 0, bytes });
  }

  private note(from: 0 | 1, bytes: Uint8Array): void {
    if (this.log.length >= MOST_SEGMENTS) throw new Error(`they never stop: ${this.log.slice(-6).join('; ')}`);
    const length = (bytes[16] << 8) | bytes[17];
    const segment = decodeTcp(new ByteReader(bytes, TCP_AT, 14 + length), from === 0 ? CLIENT : SERVER, from === 0 ? SERVER : CLIENT);
    if (segment instanceof DecodeError) throw new Error(`${segment.code} ${segment.clause}`);
    this.log.push(`${(this.now / 1e6).toFixed(4)} ${from === 0 ? '>' : '<'} ${this.describe(from, segment)}`);
  }

  private describe(from: 0 | 1, { flags, sequence, acknowledgment, payload }: TcpSegment): string {
    const names = ([['S', TcpFlag.syn], ['F', TcpFlag.fin], ['R', TcpFlag.rst], ['P', TcpFlag.psh], ['A', TcpFlag.ack]] as const)
      .filter(([, bit]) => (flags & bit) !== 0).map(([name]) => name).join('');
    if ((flags & TcpFlag.syn) !== 0) this.first[from] = sequence;
    const relative = (number: number, end: 0 | 1): number => (number - (this.first[end] ?? number)) | 0;
    const ack = (flags & TcpFlag.ack) === 0 ? '' : ` ${relative(acknowledgment, from === 0 ? 1 : 0)}`;
    return `${names} ${relative(sequence, from)}${ack}${payload.length > 0 ? ` +${payload.length}` : ''}`;
  }
}
