/**
 * The service that listens on a host's TCP ports. A probe (request-probe.ts) gets itself back, with the name of the system; a browser gets the page of
 * the system. Which of the two is asking the first byte says: probes begin with a small letter, the methods of HTTP are written in capitals.
 */
import type { Micros } from '../base/micros.js';
import { PROBE_LENGTH } from './probe-payload.js';
import { MOST_NAME, RecordStream } from './request-probe.js';
import type { Tcp } from './tcp.js';
import type { TcpApplication, TcpConnection } from './tcp-connection.js';
import { WebConversation } from './web.js';

const FIRST_OF_PROBE = 'p'.charCodeAt(0);

/** `page`: what a browser is shown; not given: one that has the system's name. */
export function serve(tcp: Tcp, port: number, systemName: string, page: string | undefined): void {
  const name = new TextEncoder().encode(systemName).subarray(0, MOST_NAME);
  const shown = new TextEncoder().encode(page ?? `<!DOCTYPE html>\n<title>${systemName}</title>\n<h1>${systemName}</h1>\n`);
  tcp.listen(port, () => new ServiceConversation(name, shown));
}

class ServiceConversation implements TcpApplication {
  private readonly name: Uint8Array;
  private readonly requests = new RecordStream(() => PROBE_LENGTH);
  private readonly web: WebConversation;
  private isProbe: boolean | undefined;

  constructor(name: Uint8Array, page: Uint8Array) {
    this.name = name;
    this.web = new WebConversation(page);
  }

  received(now: Micros, connection: TcpConnection, data: Uint8Array): void {
    this.isProbe ??= data[0] === FIRST_OF_PROBE;
    if (this.isProbe) this.requests.add(data, (request) => connection.write(now, this.answer(request)));
    else this.web.received(now, connection, data);
  }

  peerClosed(now: Micros, connection: TcpConnection): void {
    connection.close(now);
  }

  ended(): void {
    // Nothing was kept for this client.
  }

  private answer(request: Uint8Array): Uint8Array {
    const answer = new Uint8Array(PROBE_LENGTH + 1 + this.name.length);
    answer.set(request);
    answer[PROBE_LENGTH] = this.name.length;
    answer.set(this.name, PROBE_LENGTH + 1);
    return answer;
  }
}
