/**
 * Probes over TCP: a client that asks a server every so often. Who answers is service.ts's.
 *
 * Either each request has a connection of its own, which the client closes when it has its answer (a browser of the Redpaper's time), or all
 * go over one that is kept, and made anew when it has ended (a file client). An answer that is later than the client's patience counts as
 * lost; a request on a connection of its own is then aborted, a kept connection goes on: how long it takes to find its peer again
 * is up to TCP's own retransmission.
 * A request that cannot be sent for want of a route counts as sent, and as lost.
 */
import type { Micros } from '../base/micros.js';
import type { ProbeRequest } from '../engine/engine.js';
import { Timer } from '../engine/timer.js';
import { ByteWriter } from '../wire/bytes.js';
import { isProbeAt, PROBE_LENGTH, probeSentAt, probeSequenceAt, writeProbe } from './probe-payload.js';
import type { Host } from './host.js';
import type { TcpApplication, TcpConnection } from './tcp-connection.js';
import type { Tcp } from './tcp.js';

/** Where a host is asked that is not told otherwise: echo. [862] */
export const DEFAULT_SERVICE_PORT = 7;
export const MOST_NAME = 255;

/** Cuts a stream into records: how long the next is, is known from its beginning. */
export class RecordStream {
  private readonly bytes = new Uint8Array(PROBE_LENGTH + 1 + MOST_NAME);
  private length = 0;
  private readonly lengthOf: (bytes: Uint8Array, have: number) => number;

  constructor(lengthOf: (bytes: Uint8Array, have: number) => number) {
    this.lengthOf = lengthOf;
  }

  /** `take` may keep nothing of the record. */
  add(data: Uint8Array, take: (record: Uint8Array) => void): void {
    for (let i = 0; i < data.length; i++) {
      this.bytes[this.length++] = data[i];
      if (this.length < this.lengthOf(this.bytes, this.length)) continue;
      const record = this.bytes.subarray(0, this.length);
      this.length = 0;
      take(record);
    }
  }
}

/** Sends one probe's requests, and takes their answers. */
export class RequestSender {
  readonly request: ProbeRequest;
  private readonly host: Host;
  private readonly tcp: Tcp;
  private readonly timer: Timer;
  private kept: Client | undefined;
  /** Connections of one request each that have no answer yet. */
  private readonly open = new Set<Client>();
  private sequence: number;

  constructor(host: Host, tcp: Tcp, request: ProbeRequest) {
    this.sequence = request.firstSequence ?? 0;
    this.host = host;
    this.tcp = tcp;
    this.request = request;
    this.timer = new Timer(host.timers, (now) => this.send(now));
  }

  send(now: Micros): void {
    const { host, request } = this;
    this.timer.arm(now + request.everyMicros);
    const sequence = this.sequence++;
    host.trace({ kind: 'probe-sent', probe: request.probe, sequence });
    if (!host.isStarted) return;
    if (request.isConnectionKept === true) {
      this.kept ??= this.connect(now, false);
      this.kept?.ask(now, sequence);
    } else this.connect(now, true)?.ask(now, sequence);
    this.tcp.send(now);
  }

  stop(now: Micros): void {
    this.timer.cancel();
    for (const client of [...this.open]) client.giveUp();
    this.kept?.giveUp();
    this.tcp.send(now);
  }

  private connect(now: Micros, isForOne: boolean): Client | undefined {
    const { request } = this;
    const client: Client = new Client(this.host, request, isForOne, () => {
      this.open.delete(client);
      if (this.kept === client) this.kept = undefined;
    }, (later) => this.tcp.send(later));
    const connection = this.tcp.connect(now, request.source, request.destination, request.port ?? DEFAULT_SERVICE_PORT, client);
    if (connection === undefined || connection.state === 'CLOSED') return undefined; // no way, or refused by ourselves
    client.connection = connection;
    if (isForOne) this.open.add(client);
    return client;
  }
}

class Client implements TcpApplication {
  connection: TcpConnection | undefined;
  private readonly host: Host;
  private readonly request: ProbeRequest;
  private readonly isForOne: boolean;
  private readonly gone: () => void;
  private readonly patience: Timer;
  private readonly answers = new RecordStream((bytes, have) => (have <= PROBE_LENGTH ? PROBE_LENGTH + 1 : PROBE_LENGTH + 1 + bytes[PROBE_LENGTH]));

  constructor(host: Host, request: ProbeRequest, isForOne: boolean, gone: () => void, flush: (now: Micros) => void) {
    this.host = host;
    this.request = request;
    this.isForOne = isForOne;
    this.gone = gone;
    this.patience = new Timer(host.timers, (now) => {
      this.giveUp();
      flush(now);
    });
  }

  ask(now: Micros, sequence: number): void {
    const bytes = new Uint8Array(PROBE_LENGTH);
    writeProbe(new ByteWriter(bytes), this.request.probe, sequence, now);
    this.connection?.write(now, bytes);
    if (this.isForOne) this.patience.arm(now + patienceOf(this.request));
  }

  giveUp(): void {
    this.patience.cancel();
    this.connection?.abort();
    this.gone();
  }

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    this.answers.add(data, (answer) => {
      if (!isProbeAt(answer, 0, answer.length)) return;
      const sentAt = probeSentAt(answer, 0);
      if (now - sentAt <= patienceOf(this.request)) {
        this.host.trace({ kind: 'probe-received', probe: this.request.probe, sequence: probeSequenceAt(answer, 0), sentAt,
          server: new TextDecoder().decode(answer.subarray(PROBE_LENGTH + 1)) });
      }
      if (!this.isForOne) return;
      this.patience.cancel();
      connection.close(now);
    });
  }

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
    this.ended();
  }

  ended(): void {
    this.patience.cancel();
    this.gone();
  }
}

/** As long as a probe may be under way. */
const DEFAULT_PATIENCE: Micros = 1_000_000;

function patienceOf(request: ProbeRequest): Micros {
  return request.patienceMicros ?? DEFAULT_PATIENCE;
}
