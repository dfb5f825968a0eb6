/**
 * TCP: the handshake, data, close, reset, and when what is lost is sent again; then, whatever is lost, every byte arrives once and in order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TcpApplication, TcpConnection, TcpEnd } from '../../src/host/tcp-connection.js';
import { LINUX_2_4 } from '../../src/persona/host-linux.js';
import { CLIENT, SERVER, TcpPair } from './tcp-pair.js';

const SECOND = 1_000_000;
const PORT = 80;

/** Keeps what comes; closes when the peer does. */
class Sink implements TcpApplication {
  readonly bytes: number[] = [];
  end: TcpEnd | undefined;
  connection: TcpConnection | undefined;
  isEstablished = false;

  established(_now: number, connection: TcpConnection): void {
    this.isEstablished = true;
    this.connection = connection;
  }
  received(_now: number, _connection: TcpConnection, data: Uint8Array): void {
    this.bytes.push(...data);
  }
  peerClosed(now: number, connection: TcpConnection): void {
    connection.close(now);
  }
  ended(_now: number, _connection: TcpConnection, end: TcpEnd): void {
    this.end = end;
  }
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}

function connect(pair: TcpPair): { client: Sink; server: Sink; connection: TcpConnection } {
  const [client, server] = [new Sink(), new Sink()];
  pair.tcp[1].listen(PORT, () => server);
  const connection = pair.tcp[0].connect(pair.now, 0, SERVER, PORT, client);
  if (connection === undefined) throw new Error('no route');
  return { client, server, connection };
}

/** Without the times. */
const words = (log: readonly string[]): string[] => log.map((line) => line.replace(/^\S+ /, ''));

describe('a connection', () => {
  it('opens with three segments, carries data both ways, and closes with four', () => {
    const pair = new TcpPair();
    const { client, server, connection } = connect(pair);
    pair.until(SECOND);
    expect(words(pair.log)).toEqual(['> S 0', '< SA 0 1', '> A 1 1']);
    connection.write(pair.now, text('hello'));
    pair.tcp[0].send(pair.now);
    pair.until(2 * SECOND);
    server.connection?.write(pair.now, text('yes'));
    pair.tcp[1].send(pair.now);
    pair.until(3 * SECOND);
    expect(words(pair.log.splice(0)).slice(3)).toEqual(['> PA 1 1 +5', '< A 1 6', '< PA 1 6 +3', '> A 6 4']);
    expect([String.fromCharCode(...server.bytes), String.fromCharCode(...client.bytes)]).toEqual(['hello', 'yes']);

    connection.close(pair.now);
    pair.tcp[0].send(pair.now);
    pair.until(4 * SECOND);
    // The server closes as soon as it hears of it: its FIN carries the acknowledgment.
    expect(words(pair.log)).toEqual(['> FA 6 4', '< FA 4 7', '> A 7 5']);
    expect([connection.state, client.end, server.end, pair.tcp[1].connectionCount]).toEqual(['TIME-WAIT', 'closed', 'closed', 0]);
    pair.until(64 * SECOND);
    expect(pair.tcp[0].connectionCount).toBe(0);
  });

  it('to a port where nobody listens is refused', () => {
    const pair = new TcpPair();
    const client = new Sink();
    pair.tcp[0].connect(0, 0, SERVER, 81, client);
    pair.until(SECOND);
    expect([words(pair.log), client.end, pair.tcp[0].connectionCount]).toEqual([['> S 0', '< RA 0 1'], 'refused', 0]);
  });

  it('that one end aborts is reset at the other', () => {
    const pair = new TcpPair();
    const { client, server, connection } = connect(pair);
    pair.until(SECOND);
    connection.abort();
    pair.tcp[0].send(pair.now);
    pair.until(2 * SECOND);
    expect([words(pair.log).at(-1), server.end, client.end]).toEqual(['> RA 1 1', 'reset', undefined]);
    expect([pair.tcp[0].connectionCount, pair.tcp[1].connectionCount]).toEqual([0, 0]);
  });

  it('a server that has forgotten it answers with a reset', () => {
    const pair = new TcpPair();
    const { client, server, connection } = connect(pair);
    pair.until(SECOND);
    pair.isLost = () => true;
    server.connection?.abort(); // it crashed: nothing gets out
    pair.tcp[1].send(pair.now);
    pair.isLost = () => false;
    connection.write(pair.now, text('still there?'));
    pair.tcp[0].send(pair.now);
    pair.until(2 * SECOND);
    expect([words(pair.log).slice(-2), client.end]).toEqual([['> PA 1 1 +12', '< R 1'], 'reset']);
  });

  it('works between a host and itself', () => {
    const pair = new TcpPair();
    const [client, server] = [new Sink(), new Sink()];
    pair.tcp[0].listen(PORT, () => server);
    const connection = pair.tcp[0].connect(0, 0, CLIENT, PORT, client);
    connection?.write(0, text('me'));
    pair.tcp[0].send(0);
    expect([client.isEstablished, server.bytes]).toEqual([true, [...text('me')]]);
  });
});

describe('what is lost is sent again', () => {
  const times = (log: readonly string[], what: RegExp): number[] => log.filter((line) => what.test(line)).map((line) => Math.round(Number(line.split(' ')[0]) * 10) / 10);

  it('SYN: after 1, 2, 4 ... s, six times, and is given up after 127 s', () => {
    const pair = new TcpPair();
    pair.isLost = (frame) => frame[12] === 8 && frame[13] === 0; // ARP goes through
    const { client } = connect(pair);
    pair.until(126 * SECOND);
    expect(times(pair.log, / S /)).toEqual([0, 1, 3, 7, 15, 31, 63]);
    expect(client.end).toBeUndefined();
    pair.until(128 * SECOND);
    expect([client.end, pair.tcp[0].connectionCount]).toEqual(['timed-out', 0]);
  });

  it('SYN of Linux 2.4: after 3, 6, 12 ... s, five times', () => {
    const pair = new TcpPair(LINUX_2_4);
    pair.isLost = (frame) => frame[12] === 8 && frame[13] === 0;
    const { client } = connect(pair);
    pair.until(1000 * SECOND);
    expect([times(pair.log, / S /), client.end]).toEqual([[0, 3, 9, 21, 45, 93], 'timed-out']);
  });

  it('data on a fast network: after 0.2 s, then twice as long each time, at most 120 s; given up after the fifteenth', () => {
    const pair = new TcpPair();
    const { client, connection } = connect(pair);
    pair.until(SECOND);
    pair.isLost = (frame) => frame[12] === 8 && frame[13] === 0;
    connection.write(pair.now, text('x'));
    pair.tcp[0].send(pair.now);
    pair.until(2000 * SECOND);
    const sent = times(pair.log, /\+1$/);
    expect(sent.slice(0, 6)).toEqual([1, 1.2, 1.6, 2.4, 4, 7.2]);
    expect(sent).toHaveLength(16);
    expect(sent.at(-1)! - sent.at(-2)!).toBeCloseTo(120, 0);
    expect(client.end).toBe('timed-out');
  });

  it('and what was written meanwhile goes with it, once the way is open again', () => {
    const pair = new TcpPair();
    const { server, connection } = connect(pair);
    pair.until(SECOND);
    pair.isLost = (frame) => frame[12] === 8 && frame[13] === 0;
    for (let i = 0; i < 20; i++) {
      connection.write(pair.now, text('.'));
      pair.tcp[0].send(pair.now);
      pair.until(pair.now + SECOND / 10);
    }
    pair.isLost = () => false;
    pair.until(5 * SECOND);
    expect(server.bytes).toHaveLength(20);
    // Sent at 1.0, 1.2, 1.6, 2.4 s; the way is open from 3.0 s on, and the next turn is 4.0 s.
    expect(words(pair.log.filter((line) => line.startsWith('4.0')))).toEqual(['> PA 1 1 +20', '< A 1 21']);
  });
});

it('whatever is lost: every byte arrives once, in order, and both ends close', () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }), (losses, lengths) => {
    const pair = new TcpPair();
    const { client, server, connection } = connect(pair);
    let frames = 0;
    pair.isLost = (frame) => frame[12] === 8 && losses[frames++] === true;
    const sent: number[] = [];
    lengths.forEach((length, i) => {
      const data = Uint8Array.from({ length }, (_, k) => (i * 31 + k) & 0xff);
      sent.push(...data);
      connection.write(pair.now, data);
      pair.tcp[0].send(pair.now);
      pair.until(pair.now + 50_000);
    });
    // Closing before the handshake is done would drop it, with the data. [9293:3.10.4]
    pair.until(pair.now + 200 * SECOND);
    connection.close(pair.now);
    pair.tcp[0].send(pair.now);
    pair.until(pair.now + 3000 * SECOND);
    // So many losses in a row may outlast the SYN's retries; then both know.
    if (client.end === 'timed-out' && !client.isEstablished) return;
    expect(server.bytes).toEqual(sent);
    expect([client.end, server.end]).toEqual(['closed', 'closed']);
    expect(pair.tcp.map((each) => each.connectionCount)).toEqual([0, 0]);
  }), { numRuns: 200 });
});
