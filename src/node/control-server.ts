/**
 * The servers that take orders to stop a guest: sshd of a control guest, REXECD of a z/VM stack. Read control-client.ts first.
 *
 * Either passes the command to CP with its own privileges and answers with what CP says. REXECD: real bytes; without credentials in the plan it serves
 * whoever asks, which is what the Redpaper names as its disadvantage. sshd takes only whom it has the key of; that all nodes of the machine room
 * have one is taken for granted.
 */
import type { Micros } from '../base/micros.js';
import type { ControlPlan, RexecServerPlan, SshServerPlan } from '../config/machine-room/control-plan.js';
import { Timer } from '../engine/timer.js';
import type { Host } from '../host/host.js';
import type { TcpApplication, TcpConnection } from '../host/tcp-connection.js';
import type { Tcp } from '../host/tcp.js';
import type { AskRoom } from './control-client.js';
import { EXCHANGE_BYTES, REXEC_PORT, RecordReader, SSH_PORT, SSH_SERVER, sshRecord, textBytes } from './control-wire.js';

/** References of requests begin here: a client's begin at 1. */
const FIRST_REFERENCE = 1_000_000;
const MOST_REQUEST = 1024;

/** Issues a command, and tells CP's answer. */
type Issue = (now: Micros, command: string, answer: (now: Micros, problem: string | undefined) => void) => void;

export class ControlServer {
  private readonly answers = new Map<number, (now: Micros, problem: string | undefined) => void>();
  private readonly askRoom: AskRoom;
  private reference = FIRST_REFERENCE;

  constructor(host: Host, tcp: Tcp, plan: ControlPlan, askRoom: AskRoom) {
    this.askRoom = askRoom;
    const issue: Issue = (now, command, answer) => this.issue(now, command, answer);
    const { ssh, rexec } = plan;
    const flush = (now: Micros): void => tcp.send(now);
    if (ssh !== undefined) tcp.listen(SSH_PORT, () => new SshService(host, ssh, issue, flush));
    if (rexec !== undefined) tcp.listen(REXEC_PORT, () => new RexecService(host, rexec, issue, flush));
  }

  answered(now: Micros, reference: number, problem: string | undefined): void {
    const answer = this.answers.get(reference);
    this.answers.delete(reference);
    answer?.(now, problem);
  }

  private issue(now: Micros, command: string, answer: (now: Micros, problem: string | undefined) => void): void {
    const reference = this.reference++;
    this.answers.set(reference, answer);
    if (this.askRoom({ kind: 'cp', reference, command })) return;
    this.answers.delete(reference);
    answer(now, 'there is no machine room');
  }
}

class SshService implements TcpApplication {
  private readonly records = new RecordReader();
  private readonly timer: Timer;
  private hasIdentification = false;
  private command: string | undefined;
  private connection: TcpConnection | undefined;
  private readonly plan: SshServerPlan;

  constructor(host: Host, plan: SshServerPlan, issue: Issue, flush: (now: Micros) => void) {
    this.plan = plan;
    this.timer = new Timer(host.timers, (now) => {
      issue(now, this.command ?? '', (at, problem) => {
        this.connection?.write(at, sshRecord(textBytes(problem ?? '')));
        this.connection?.close(at);
        flush(at);
      });
      flush(now);
    });
  }

  established(now: Micros, connection: TcpConnection): void {
    this.connection = connection;
    connection.write(now, textBytes(SSH_SERVER));
  }

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    this.records.add(data);
    if (!this.hasIdentification) {
      if (this.records.line() === undefined) return;
      this.hasIdentification = true;
    }
    for (let record = this.records.record(); record !== undefined; record = this.records.record()) {
      if (record.length === EXCHANGE_BYTES) connection.write(now, sshRecord(new Uint8Array(EXCHANGE_BYTES)));
      else if (this.command === undefined) {
        this.command = new TextDecoder().decode(record);
        this.timer.arm(now + this.plan.handshakeMicros);
      }
    }
  }

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
  }

  ended(): void {
    // A command that has been taken is issued all the same.
    this.connection = undefined;
  }
}

class RexecService implements TcpApplication {
  private text = '';
  private isTaken = false;
  private readonly timer: Timer;
  private connection: TcpConnection | undefined;
  private command = '';
  private readonly host: Host;
  private readonly plan: RexecServerPlan;
  private readonly flush: (now: Micros) => void;

  constructor(host: Host, plan: RexecServerPlan, issue: Issue, flush: (now: Micros) => void) {
    this.host = host;
    this.plan = plan;
    this.flush = flush;
    this.timer = new Timer(host.timers, (now) => {
      issue(now, this.command, (at, problem) => this.answer(at, problem === undefined ? '\0' : `\0${problem}\n`));
      flush(now);
    });
  }

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    this.connection = connection;
    this.text = (this.text + new TextDecoder().decode(data)).slice(0, MOST_REQUEST);
    const fields = this.text.split('\0');
    if (this.isTaken || fields.length < 5) return;
    this.isTaken = true;
    const [, user, password, command] = fields;
    const { credentials } = this.plan;
    if (credentials !== undefined && (user !== credentials.user || password !== credentials.password)) {
      this.host.trace({ kind: 'control-refused', server: 'REXECD', user, reason: 'Login incorrect' });
      this.answer(now, '\x01Login incorrect.\n');
      return;
    }
    this.command = command;
    this.timer.arm(now + this.plan.delayMicros);
  }

  private answer(now: Micros, text: string): void {
    this.connection?.write(now, textBytes(text));
    this.connection?.close(now);
    this.flush(now);
  }

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
  }

  ended(): void {
    this.connection = undefined;
  }
}
