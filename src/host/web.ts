/**
 * A web server with one page: what a client of HTTP/1.1 or 1.0 needs to fetch it. Read RFC 9112, sections 2, 3 and 9 beside this.
 *
 * GET and HEAD of "/" or "/index.html"; anything else is refused with the status that the RFC has for it. A connection is kept for further requests, which
 * may come before the answers, unless the client says otherwise. Deviations: a request that announces content is refused (no method here has any), and there
 * is no Date (RFC 9110, 6.6.1: a server without a clock must not send one).
 */
import type { Micros } from '../base/micros.js';
import type { TcpConnection } from './tcp-connection.js';

/** Of a request's head. */
const MOST_BYTES = 8192;
const PATHS = ['/', '/index.html'];
const REASONS = { 200: 'OK', 400: 'Bad Request', 404: 'Not Found', 413: 'Content Too Large', 431: 'Request Header Fields Too Large', 501: 'Not Implemented', 505: 'HTTP Version Not Supported' } as const;
type Status = keyof typeof REASONS;

interface WebRequest { readonly status: Status; readonly isHead: boolean; readonly isLast: boolean }

export class WebConversation {
  private readonly page: Uint8Array;
  /** What has come of a request that is not whole: latin-1, a character for a byte. */
  private text = '';
  private isOver = false;

  constructor(page: Uint8Array) {
    this.page = page;
  }

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    if (this.isOver) return;
    for (const byte of data) this.text += String.fromCharCode(byte);
    while (!this.isOver) {
      // Empty lines before a request are passed over. RFC 9112, 2.2
      this.text = this.text.replace(/^(\r?\n)+/, '');
      const end = /\r?\n\r?\n/.exec(this.text);
      if (end === null) {
        if (this.text.length > MOST_BYTES) this.answer(now, connection, { status: 431, isHead: false, isLast: true });
        return;
      }
      const head = this.text.slice(0, end.index);
      this.text = this.text.slice(end.index + end[0].length);
      this.answer(now, connection, requestOf(head));
    }
  }

  private answer(now: Micros, connection: TcpConnection, { status, isHead, isLast }: WebRequest): void {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const content = status === 200 ? this.page : encode(`${status} ${REASONS[status]}\n`);
    const head = encode(`HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: text/${status === 200 ? 'html; charset=utf-8' : 'plain'}\r\nContent-Length: ${content.length}\r\n` +
      `${isLast ? 'Connection: close\r\n' : ''}\r\n`);
    const answer = new Uint8Array(head.length + (isHead ? 0 : content.length));
    answer.set(head);
    if (!isHead) answer.set(content, head.length);
    connection.write(now, answer);
    if (!isLast) return;
    this.isOver = true;
    connection.close(now);
  }
}

function requestOf(head: string): WebRequest {
  const [line, ...lines] = head.split(/\r?\n/);
  const refused = (status: Status): WebRequest => ({ status, isHead: false, isLast: true });
  const request = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/(\d)\.(\d)$/.exec(line);
  if (request === null) return refused(400);
  const [, method, target, major, minor] = request;
  if (major !== '1') return refused(505);
  const fields = new Map<string, string>();
  for (const each of lines) {
    const field = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(each);
    if (field === null) return refused(400);
    const name = field[1].toLowerCase();
    fields.set(name, fields.has(name) ? `${fields.get(name)},${field[2]}` : field[2]);
  }
  // RFC 9112, 3.2
  if (minor !== '0' && !fields.has('host')) return refused(400);
  if (fields.has('transfer-encoding') || (fields.get('content-length') ?? '0') !== '0') return refused(413);
  // RFC 9112, 9.3
  const connection = (fields.get('connection') ?? '').toLowerCase().split(',').map((option) => option.trim());
  const isLast = connection.includes('close') || (minor === '0' && !connection.includes('keep-alive'));
  if (method !== 'GET' && method !== 'HEAD') return refused(501);
  // In absolute form the name of the host is passed over. RFC 9112, 3.2.2
  const path = target.replace(/^http:\/\/[^/?]*/i, '').replace(/\?.*$/, '') || '/';
  return { status: PATHS.includes(path) ? 200 : 404, isHead: method === 'HEAD', isLast };
}
