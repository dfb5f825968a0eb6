/**
 * A node's side of an order to stop another guest: ssh to a control guest, REXEC to a z/VM stack, a message over RSCS. Read engine/control-order.ts first.
 *
 * ssh and REXEC are TCP connections over the emulated network, so whatever is wrong with that is in the way. REXEC is byte for byte what a client
 * sends: the port for errors (none), user, password and command, each with a NUL behind it; the answer begins with 0, or with 1 and a message.
 * Deviation: of SSH only the identification strings are real. The key exchange is one record of the size of Diffie-Hellman's messages, and the
 * command one record behind it, readable; what it costs is the server's delay. An order whose answer does not come ends with the patience of the node.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ControlPlan } from '../config/machine-room/control-plan.js';
import type { ControlDone, ControlMethod, ControlOrder } from '../engine/control-order.js';
import type { RoomRequest } from '../engine/room-request.js';
import { Timer } from '../engine/timer.js';
import type { Host } from '../host/host.js';
import type { TcpApplication, TcpConnection, TcpEnd } from '../host/tcp-connection.js';
import type { Tcp } from '../host/tcp.js';
import { EXCHANGE_BYTES, REXEC_PORT, RecordReader, SSH_CLIENT, SSH_PORT, sshRecord, textBytes } from './control-wire.js';

/** Where requests to the machine room go; false: there is none. */
export type AskRoom = (request: RoomRequest) => boolean;

export class ControlClient {
  private readonly host: Host;
  private readonly tcp: Tcp;
  private readonly plan: ControlPlan | undefined;
  private readonly askRoom: AskRoom;
  /** Orders of the way over RSCS, by reference. */
  private readonly waiting = new Map<number, PendingOrder>();

  constructor(host: Host, tcp: Tcp, plan: ControlPlan | undefined, askRoom: AskRoom) {
    this.host = host;
    this.tcp = tcp;
    this.plan = plan;
    this.askRoom = askRoom;
  }

  /** Never calls `done` before it returns. */
  order(now: Micros, order: ControlOrder, done: ControlDone): void {
    const { plan, host } = this;
    const pending = new PendingOrder(host, order, done);
    host.trace({ kind: 'control-order', method: order.method, host: order.host, guest: order.guest, action: order.action });
    if (plan === undefined) {
      pending.endSoon(now, 'there is no machine room');
      return;
    }
    pending.patience.arm(now + plan.patienceMicros);
    if (order.method === 'prop') this.sendMessage(now, pending);
    else this.connect(now, pending, plan);
  }

  /** The machine room's answer to a message; false: it is to somebody else. */
  answered(now: Micros, reference: number, problem: string | undefined): boolean {
    const pending = this.waiting.get(reference);
    if (pending === undefined) return false;
    this.waiting.delete(reference);
    pending.end(now, problem);
    return true;
  }

  private sendMessage(now: Micros, pending: PendingOrder): void {
    const { order } = pending;
    const reference = nextReference(this.waiting);
    this.waiting.set(reference, pending);
    if (!this.askRoom({ kind: 'rscs-message', reference, system: order.host, text: `${order.action.toUpperCase()} ${order.guest.toUpperCase()}` })) {
      this.waiting.delete(reference);
      pending.endSoon(now, 'there is no machine room');
    }
  }

  private connect(now: Micros, pending: PendingOrder, plan: ControlPlan): void {
    const { order } = pending;
    const address = addressOf(order.host, plan);
    if (address === undefined) {
      pending.endSoon(now, `no host is named ${order.host}`);
      return;
    }
    const session: ControlSession = order.method === 'ssh' ? new SshSession(pending) : new RexecSession(pending);
    pending.connection = this.tcp.connect(now, 0, address, PORTS[order.method], session);
    if (pending.connection === undefined) pending.endSoon(now, 'no route to host');
    // REXEC's client speaks first.
    else if (session instanceof RexecSession) session.speak(now, pending.connection);
    this.tcp.send(now);
  }
}

const PORTS: Readonly<Record<ControlMethod, number>> = { ssh: SSH_PORT, rexec: REXEC_PORT, prop: 0 };

function addressOf(name: string, plan: ControlPlan): Ipv4 | undefined {
  const known = plan.hosts.get(name.toLowerCase());
  if (known !== undefined) return known;
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(name)?.slice(1).map(Number);
  return parts === undefined || parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256 + part, 0);
}

function nextReference(taken: ReadonlyMap<number, unknown>): number {
  let reference = 1;
  while (taken.has(reference)) reference++;
  return reference;
}

/** CPINT and REXEC's agent take CP's own word; a reset is two of them. */
export function commandOf(order: ControlOrder): string {
  return `${order.action} ${order.guest.toUpperCase()}`;
}

class PendingOrder {
  readonly order: ControlOrder;
  readonly patience: Timer;
  connection: TcpConnection | undefined;
  private readonly host: Host;
  private readonly done: ControlDone;
  private readonly early: Timer;
  private earlyProblem: string | undefined;
  private isOver = false;

  constructor(host: Host, order: ControlOrder, done: ControlDone) {
    this.host = host;
    this.order = order;
    this.done = done;
    this.patience = new Timer(host.timers, (now) => this.end(now, 'no answer'));
    this.early = new Timer(host.timers, (now) => this.end(now, this.earlyProblem));
  }

  /** Within this instant, but not before `order` has returned. */
  endSoon(now: Micros, problem: string): void {
    this.patience.cancel();
    this.earlyProblem = problem;
    this.early.arm(now);
  }

  end(now: Micros, found: string | undefined): void {
    if (this.isOver) return;
    // Who is not logged on need not be forced off: CP's no is as good as a yes.
    const problem = found?.startsWith('HCP045E') === true ? undefined : found;
    this.isOver = true;
    this.patience.cancel();
    this.connection?.abort();
    const { method, host, guest, action } = this.order;
    this.host.trace({ kind: 'control-outcome', method, host, guest, action, problem: problem ?? '' });
    this.done(now, problem);
  }
}

const ENDS: Readonly<Record<TcpEnd, string>> = {
  closed: 'the connection was closed without an answer', refused: 'connection refused', reset: 'connection reset', 'timed-out': 'connection timed out',
};

abstract class ControlSession implements TcpApplication {
  protected readonly pending: PendingOrder;

  constructor(pending: PendingOrder) {
    this.pending = pending;
  }

  abstract received(now: Micros, connection: TcpConnection, data: Uint8Array): void;

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
    this.pending.end(now, ENDS.closed);
  }

  ended(now: Micros, _connection: TcpConnection, end: TcpEnd): void {
    this.pending.end(now, ENDS[end]);
  }
}

/** Server's identification, client's, key exchange, command; the answer is a record of its outcome. */
class SshSession extends ControlSession {
  private readonly records = new RecordReader();
  private hasSpoken = false;

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    this.records.add(data);
    if (!this.hasSpoken) {
      if (this.records.line() === undefined) return;
      this.hasSpoken = true;
      connection.write(now, textBytes(SSH_CLIENT));
      connection.write(now, sshRecord(new Uint8Array(EXCHANGE_BYTES)));
      connection.write(now, sshRecord(textBytes(commandOf(this.pending.order))));
    }
    // Behind the server's part of the key exchange.
    for (let record = this.records.record(); record !== undefined; record = this.records.record()) {
      if (record.length === EXCHANGE_BYTES) continue;
      const answer = new TextDecoder().decode(record);
      this.pending.end(now, answer === '' ? undefined : answer);
    }
  }
}

class RexecSession extends ControlSession {
  private answer = '';

  speak(now: Micros, connection: TcpConnection): void {
    const { order } = this.pending;
    connection.write(now, textBytes(`\0${order.user ?? ''}\0${order.password ?? ''}\0${commandOf(order)}\0`));
  }

  received(_now: Micros, _connection: TcpConnection, data: Uint8Array): void {
    this.answer += new TextDecoder().decode(data);
  }

  /** The server closes when it is done. */
  override peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
    const { answer } = this;
    if (answer === '') this.pending.end(now, ENDS.closed);
    else if (answer.startsWith('\x01')) this.pending.end(now, answer.slice(1).trim());
    // What the command printed follows; CP says nothing where it was obeyed, and a message with its number where not.
    else this.pending.end(now, /^HCP/.test(answer.slice(1)) ? answer.slice(1).trim() : undefined);
  }
}
