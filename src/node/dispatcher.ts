/**
 * A dispatcher on its host: packets for a cluster are turned to a server, advisors open connections.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import type { DispatcherTrace } from '../engine/trace-proxy-arp.js';
import { IP_AT, type Host } from '../host/host.js';
import type { TcpApplication, TcpConnection } from '../host/tcp-connection.js';
import type { Tcp } from '../host/tcp.js';
import { Dispatcher, type DispatcherConfiguration, type DispatcherEnvironment } from '../takeover/dispatcher.js';
import { TcpFlag } from '../wire/tcp.js';
import { IpProtocol, ipv4HeaderLengthOf, ipv4ProtocolOf, ipv4SourceOf, isIpv4FragmentAt } from '../wire/ipv4.js';

export class DispatcherNode implements DispatcherEnvironment {
  readonly dispatcher: Dispatcher;
  private readonly host: Host;
  private readonly tcp: Tcp;

  constructor(host: Host, tcp: Tcp, configuration: DispatcherConfiguration) {
    this.host = host;
    this.tcp = tcp;
    this.dispatcher = new Dispatcher(configuration, this);
    host.diversion = (now, packet, destination) => (this.dispatcher.isCluster(destination) ? this.divert(now, packet, destination) : destination);
  }

  get timers(): TimerTable {
    return this.host.timers;
  }

  private divert(now: Micros, frame: Uint8Array, cluster: Ipv4): Ipv4 | undefined {
    const protocol = ipv4ProtocolOf(frame, IP_AT);
    const at = IP_AT + ipv4HeaderLengthOf(frame, IP_AT);
    const hasPorts = (protocol === IpProtocol.tcp || protocol === IpProtocol.udp) && !isIpv4FragmentAt(frame, IP_AT) && frame.length >= at + 4;
    const portAt = (offset: number): number => (hasPorts ? (frame[offset] << 8) | frame[offset + 1] : 0);
    const flags = hasPorts && protocol === IpProtocol.tcp ? frame[at + 13] : 0;
    return this.dispatcher.choose(now, cluster, { protocol, source: ipv4SourceOf(frame, IP_AT), sourcePort: portAt(at), destinationPort: portAt(at + 2),
      isOpening: (flags & (TcpFlag.syn | TcpFlag.ack)) === TcpFlag.syn, isEnding: (flags & (TcpFlag.fin | TcpFlag.rst)) !== 0 });
  }

  ask(now: Micros, server: Ipv4, port: number, timeoutMicros: Micros, answer: (now: Micros, isAlive: boolean) => void): void {
    const question = new Question(this.host, answer);
    const connection = this.tcp.connect(now, 0, server, port, question);
    if (connection === undefined) {
      answer(now, false);
      return;
    }
    question.wait(now + timeoutMicros, connection, (at) => this.tcp.send(at));
    this.tcp.send(now);
  }

  trace(event: DispatcherTrace): void {
    this.host.trace(event);
  }
}

/** Content when the connection is there; then it is closed. */
class Question implements TcpApplication {
  private readonly timer: Timer;
  private readonly answer: (now: Micros, isAlive: boolean) => void;
  private isAnswered = false;
  private giveUp: (now: Micros) => void = () => undefined;

  constructor(host: Host, answer: (now: Micros, isAlive: boolean) => void) {
    this.answer = answer;
    this.timer = new Timer(host.timers, (now) => {
      this.giveUp(now);
      this.settle(now, false);
    });
  }

  wait(until: Micros, connection: TcpConnection, flush: (now: Micros) => void): void {
    this.giveUp = (now) => {
      connection.abort();
      flush(now);
    };
    this.timer.arm(until);
  }

  established(now: Micros, connection: TcpConnection): void {
    this.settle(now, true);
    connection.close(now);
  }

  received(): void {
    // Nobody asked for anything.
  }

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
  }

  ended(now: Micros): void {
    this.settle(now, false);
  }

  private settle(now: Micros, isAlive: boolean): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.timer.cancel();
    this.answer(now, isAlive);
  }
}
