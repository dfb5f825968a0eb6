/** The page that a host's service shows, over its TCP: what each request is answered, however it is cut into segments; a probe on the same port is still a probe. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serve } from '../../src/host/service.js';
import type { TcpApplication, TcpConnection } from '../../src/host/tcp-connection.js';
import { PROBE_LENGTH, writeProbe } from '../../src/host/probe-payload.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { SERVER, TcpPair } from './tcp-pair.js';

const PAGE = `<h1>${'long '.repeat(4000)}</h1>`;

class Browser implements TcpApplication {
  text = '';
  end = '';
  received(_now: number, _connection: TcpConnection, data: Uint8Array): void {
    this.text += String.fromCharCode(...data);
  }

  peerClosed(now: number, connection: TcpConnection): void {
    this.end = 'closed';
    connection.close(now);
  }

  ended(): void {
    this.end ||= 'ended';
  }
}

/** The pieces are sent one after the other, 1 ms apart. */
function ask(pieces: readonly Uint8Array[], page: string | null = 'the page\n'): Browser {
  const pair = new TcpPair();
  serve(pair.tcp[1], 80, 'web1', page ?? undefined);
  const browser = new Browser();
  const connection = pair.tcp[0].connect(0, 0, SERVER, 80, browser);
  pair.until(10_000);
  for (const piece of pieces) {
    connection?.write(pair.now, piece);
    pair.tcp[0].send(pair.now);
    pair.until(pair.now + 1000);
  }
  pair.until(pair.now + 1_000_000);
  return browser;
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const first = (text: string): string => ask([bytes(text)]).text.split('\r\n')[0];

describe('the page of a host', () => {
  it('is sent with its length, and the connection is kept', () => {
    const { text, end } = ask([bytes('GET / HTTP/1.1\r\nHost: web1\r\n\r\n')]);
    expect([text, end]).toEqual(['HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9\r\n\r\nthe page\n', '']);
  });

  it('is longer than a window, and arrives whole', () => {
    expect(ask([bytes('GET / HTTP/1.0\r\n\r\n')], PAGE).text.split('\r\n\r\n')[1]).toBe(PAGE);
  });

  it('has the name of the system where none was given', () => {
    expect(ask([bytes('GET / HTTP/1.1\r\nHost: x\r\n\r\n')], null).text).toContain('<h1>web1</h1>');
  });

  it.each([
    ['GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'closed'],
    ['GET / HTTP/1.0\r\n\r\n', 'closed'],
    ['GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', ''],
  ])('%j: afterwards the connection is %j', (request, end) => {
    const browser = ask([bytes(request)]);
    expect([browser.text.split('\r\n')[0], browser.end]).toEqual(['HTTP/1.1 200 OK', end]);
  });

  it.each([
    ['GET /index.html?q=1 HTTP/1.1\r\nhost: x\r\n\r\n', '200 OK'],
    ['GET http://web1/ HTTP/1.1\r\nHost: web1\r\n\r\n', '200 OK'],
    ['\r\nGET / HTTP/1.1\nHost: x\n\n', '200 OK'],
    ['GET /other HTTP/1.1\r\nHost: x\r\n\r\n', '404 Not Found'],
    ['GET / HTTP/1.1\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\nHost x\r\n\r\n', '400 Bad Request'],
    ['GET /\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/2.0\r\nHost: x\r\n\r\n', '505 HTTP Version Not Supported'],
    ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc', '413 Content Too Large'],
    ['DELETE / HTTP/1.1\r\nHost: x\r\n\r\n', '501 Not Implemented'],
    [`GET / HTTP/1.1\r\nHost: ${'x'.repeat(9000)}`, '431 Request Header Fields Too Large'],
  ])('%j is answered %s', (request, status) => {
    expect(first(request)).toBe(`HTTP/1.1 ${status}`);
  });

  it('HEAD has the length and no page', () => {
    expect(ask([bytes('HEAD / HTTP/1.1\r\nHost: x\r\n\r\n')]).text).toMatch(/Content-Length: 9\r\n\r\n$/);
  });

  it('several requests on one connection, cut anywhere, are answered one after the other', () => {
    const requests = 'GET / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const whole = ask([bytes(requests)]).text;
    expect(whole.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404']);
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: requests.length - 1 }), { maxLength: 8 }), (cuts) => {
      const ends = [0, ...cuts.sort((a, b) => a - b), requests.length];
      expect(ask(ends.slice(1).map((end, i) => bytes(requests.slice(ends[i], end)))).text).toBe(whole);
    }), { numRuns: 50 });
  });

  it('a probe on the same port gets itself back, and the name', () => {
    const probe = new Uint8Array(PROBE_LENGTH);
    writeProbe(new ByteWriter(probe), 3, 7, 1_000_000);
    expect(bytes(ask([probe.slice(0, 1), probe.slice(1)]).text)).toEqual(Uint8Array.of(...probe, 4, ...bytes('web1')));
  });
});
