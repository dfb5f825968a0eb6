/**
 * TCP of a host: connections by their two ends, ports that listen, and resets for what belongs to nobody. [9293:3.10]
 *
 * Read tcp-connection first. Segments are queued while one is being worked on and leave when that is done, so that a connection
 * of a host with itself never finds its other end halfway through something.
 */
import type { Ipv4 } from '../base/address.js';
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import { ByteReader, ByteWriter } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { IpProtocol, Ipv4Flag } from '../wire/ipv4.js';
import { decodeTcp, encodeTcp, tcpLength, TcpFlag, TcpMaximumSegmentSize, TcpSegment } from '../wire/tcp.js';
import type { TcpParameters } from './behaviour.js';
import { PAYLOAD_AT, type Host } from './host.js';
import { TcpConnection, type TcpAddresses, type TcpApplication, type TcpNetwork } from './tcp-connection.js';

/** Makes the application of a connection that has come in. */
export type TcpListener = (connection: TcpAddresses) => TcpApplication;

interface WaitingSegment { readonly addresses: Pick<TcpAddresses, 'local' | 'remote'>; readonly bytes: Uint8Array }

const EMPTY = new Uint8Array(0);

export class Tcp implements TcpNetwork {
  readonly parameters: TcpParameters;
  private readonly host: Host;
  private readonly prng: Prng;
  private readonly connections = new Map<string, TcpConnection>();
  private readonly listeners = new Map<number, TcpListener>();
  private readonly waiting: WaitingSegment[] = [];
  private isSending = false;
  private readonly maximumSegmentSize = new TcpMaximumSegmentSize();

  constructor(host: Host, seed: number, name: string) {
    this.host = host;
    this.parameters = host.behaviour.tcp;
    this.prng = new Prng(seed, name, 'tcp');
    this.maximumSegmentSize.size = this.parameters.maximumSegmentSize;
    host.setRawReceiver(IpProtocol.tcp, (now, _interfaceIndex, source, destination, packet) => this.receive(now, source, destination, packet));
  }

  get timers(): TcpNetwork['timers'] {
    return this.host.timers;
  }

  /** How many there are, in whatever state. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /** Replaces who listened there before. */
  listen(port: number, listener: TcpListener): void {
    this.listeners.set(port, listener);
  }

  /** Connections that are there stay. */
  unlisten(port: number): void {
    this.listeners.delete(port);
  }

  /** Active open; `local` 0: the route decides. Undefined: there is no route, or no port left. */
  connect(now: Micros, local: Ipv4, remote: Ipv4, remotePort: number, application: TcpApplication): TcpConnection | undefined {
    const source = this.host.findRoute(local, remote);
    if (source < 0) return undefined;
    const addresses = this.freeAddresses(source, remote, remotePort);
    if (addresses === undefined) return undefined;
    const connection = this.add(addresses, application, false);
    connection.open(now);
    this.send(now);
    return connection;
  }

  /** What waits leaves. For whoever has just written to, closed or aborted a connection outside of its callbacks. */
  send(now: Micros): void {
    if (this.isSending) return;
    this.isSending = true;
    for (let segment = this.waiting.shift(); segment !== undefined; segment = this.waiting.shift()) {
      const { addresses: { local, remote }, bytes } = segment;
      if (this.host.findRoute(local, remote) < 0) continue; // the retransmission finds one, or gives up
      this.host.buffer.set(bytes, PAYLOAD_AT);
      this.host.sendAlongRoute(now, remote, IpProtocol.tcp, 0, Ipv4Flag.dontFragment, bytes.length);
    }
    this.isSending = false;
  }

  // TcpNetwork.

  transmit(connection: TcpConnection, flags: number, sequence: number, payload: Uint8Array): void {
    this.queue(connection.addresses, flags, sequence, (flags & TcpFlag.ack) === 0 ? 0 : connection.acknowledgment, payload);
  }

  confirm(now: Micros, { addresses: { local, remote } }: TcpConnection): void {
    this.host.confirm(now, local, remote);
  }

  forget(connection: TcpConnection): void {
    this.connections.delete(keyOf(connection.addresses));
  }

  private receive(now: Micros, source: Ipv4, destination: Ipv4, packet: Uint8Array): void {
    if (!this.host.isLocalAddress(destination)) return;
    const segment = decodeTcp(new ByteReader(packet), source, destination);
    if (segment instanceof DecodeError) return; // as a kernel: without a word
    const addresses = { local: destination, localPort: segment.destinationPort, remote: source, remotePort: segment.sourcePort };
    this.dispatch(now, addresses, segment);
    this.send(now);
  }

  private dispatch(now: Micros, addresses: TcpAddresses, segment: TcpSegment): void {
    const connection = this.connections.get(keyOf(addresses));
    const { flags } = segment;
    const isOpening = (flags & (TcpFlag.syn | TcpFlag.ack | TcpFlag.rst)) === TcpFlag.syn;
    if (connection !== undefined) {
      // A new connection may take the place of one that only waits. [9293:3.6.1]
      if (!(isOpening && connection.state === 'TIME-WAIT' && ((segment.sequence - connection.acknowledgment) | 0) >= 0)) {
        connection.receive(now, segment);
        return;
      }
      connection.abort();
    }
    const listener = this.listeners.get(addresses.localPort);
    if (isOpening && listener !== undefined) this.add(addresses, listener(addresses), true).accept(now, segment);
    else if ((flags & TcpFlag.rst) === 0) this.reset(addresses, segment);
  }

  /** [9293:3.10.7.1] */
  private reset(addresses: TcpAddresses, segment: TcpSegment): void {
    if ((segment.flags & TcpFlag.ack) !== 0) {
      this.queue(addresses, TcpFlag.rst, segment.acknowledgment, 0, EMPTY);
      return;
    }
    const length = segment.payload.length + ((segment.flags & TcpFlag.syn) !== 0 ? 1 : 0) + ((segment.flags & TcpFlag.fin) !== 0 ? 1 : 0);
    this.queue(addresses, TcpFlag.rst | TcpFlag.ack, 0, (segment.sequence + length) >>> 0, EMPTY);
  }

  private queue(addresses: TcpAddresses, flags: number, sequence: number, acknowledgment: number, payload: Uint8Array): void {
    const segment = new TcpSegment();
    segment.sourcePort = addresses.localPort;
    segment.destinationPort = addresses.remotePort;
    segment.sequence = sequence;
    segment.acknowledgment = acknowledgment;
    segment.flags = flags;
    segment.window = (flags & TcpFlag.rst) === 0 ? this.parameters.windowBytes : 0;
    if ((flags & TcpFlag.syn) !== 0) segment.options.push(this.maximumSegmentSize);
    segment.payload = payload;
    const bytes = new Uint8Array(tcpLength(segment));
    encodeTcp(segment, addresses.local, addresses.remote, new ByteWriter(bytes));
    this.waiting.push({ addresses, bytes });
  }

  private add(addresses: TcpAddresses, application: TcpApplication, isPassive: boolean): TcpConnection {
    const key = keyOf(addresses);
    assert(!this.connections.has(key), 'two connections between the same ends');
    const connection = new TcpConnection(this, addresses, application, this.prng.u32(), isPassive);
    this.connections.set(key, connection);
    return connection;
  }

  /** With a port drawn from the range, or the next free one behind it. */
  private freeAddresses(local: Ipv4, remote: Ipv4, remotePort: number): TcpAddresses | undefined {
    const [low, high] = this.parameters.ephemeralPorts;
    const first = this.prng.integer(low, high);
    const count = high - low + 1;
    for (let i = 0; i < count; i++) {
      const addresses = { local, localPort: low + ((first - low + i) % count), remote, remotePort };
      if (!this.connections.has(keyOf(addresses))) return addresses;
    }
    return undefined;
  }
}

function keyOf({ local, localPort, remote, remotePort }: TcpAddresses): string {
  return `${local}:${localPort} ${remote}:${remotePort}`;
}
