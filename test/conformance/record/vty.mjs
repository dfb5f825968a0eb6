/**
 * How a daemon of FRR is asked: over the socket that vtysh uses, because one process a question would cost minutes.
 */
import { connect } from 'node:net';

/** Its return codes that are no answer. */
const PROBLEMS = { 2: 'unknown', 3: 'ambiguous', 4: 'incomplete' };
/** What vtysh says where a daemon has no such instance. */
const NOT_MY_INSTANCE = 14;
const NO_INSTANCE = '% [ospfd]: command ignored as it targets an instance that is not running\n';

/** One connection to a daemon's vty socket; an answer ends with three zero octets and the return code. */
export class Vty {
  constructor(path) {
    this.socket = connect(path);
    this.chunks = [];
    this.waiting = undefined;
    this.socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.look();
    });
    this.socket.on('error', (failure) => this.waiting?.reject(failure));
    this.socket.on('close', () => this.waiting?.reject(new Error(`the daemon closed the connection when it was asked ${this.command}`)));
  }

  look() {
    const bytes = Buffer.concat(this.chunks);
    if (bytes.length < 4 || bytes.readUIntBE(bytes.length - 4, 3) !== 0 || this.waiting === undefined) return;
    this.chunks = [];
    const { resolve } = this.waiting;
    this.waiting = undefined;
    const problem = PROBLEMS[bytes[bytes.length - 1]];
    if (bytes[bytes.length - 1] === NOT_MY_INSTANCE) resolve(NO_INSTANCE);
    else resolve(problem !== undefined ? `% ${problem}` : bytes.toString('utf8', 0, bytes.length - 4).replaceAll('\0', ''));
  }

  ask(command) {
    return new Promise((resolve, reject) => {
      this.command = command;
      this.waiting = { resolve, reject };
      this.socket.write(`${command}\0`);
    });
  }

  close() {
    this.waiting = undefined;
    this.socket.destroy();
  }
}
