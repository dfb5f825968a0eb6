/**
 * A dispatcher shares connections out by weight, keeps what it has begun, and sends nothing new to a server that an advisor found dead.
 */
import { describe, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { TimerTable } from '../../src/engine/timer.js';
import { Dispatcher, type DispatchedPacket, type DispatcherConfiguration } from '../../src/takeover/dispatcher.js';

const CLUSTER = 7;

function configuration(more: { stickyMicros?: Micros; weights?: readonly number[]; port?: number } = {}): DispatcherConfiguration {
  return {
    managerIntervalMicros: 2 * SECOND, advisors: [{ port: 80, intervalMicros: 5 * SECOND, connectTimeoutMicros: 3 * SECOND }],
    clusters: [{ address: CLUSTER, ports: [{ port: more.port ?? 80, stickyMicros: more.stickyMicros ?? 0, staleMicros: 300 * SECOND,
      servers: (more.weights ?? [10, 10]).map((weight, i) => ({ address: 4 + i, weight })) }] }],
  };
}

class Front {
  readonly timers = new TimerTable();
  readonly dead = new Set<number>();
  readonly trace: string[] = [];
  readonly asked: string[] = [];
  readonly dispatcher: Dispatcher;
  now = 0;

  constructor(settings = configuration()) {
    this.dispatcher = new Dispatcher(settings, {
      timers: this.timers,
      ask: (now, server, port, timeout, answer) => {
        this.asked.push(`${now / SECOND} ${server}:${port} ${timeout / SECOND}`);
        answer(now, !this.dead.has(server));
      },
      trace: ({ server, isUp }) => { this.trace.push(`${this.now / SECOND} ${server} ${isUp ? 'up' : 'down'}`); },
    });
    this.dispatcher.start(0);
  }

  until(seconds: number): void {
    for (let at = this.timers.nextDeadline(); at <= seconds * SECOND; at = this.timers.nextDeadline()) this.timers.fireDue(this.now = at);
    this.now = seconds * SECOND;
  }

  to(packet: Partial<DispatchedPacket>): number | undefined {
    return this.dispatcher.choose(this.now, CLUSTER, { protocol: 6, source: 1, sourcePort: 1000, destinationPort: 80, isOpening: false, isEnding: false, ...packet });
  }

  opened(count: number, source = 1): (number | undefined)[] {
    return Array.from({ length: count }, (_, i) => this.to({ sourcePort: 2000 + i, source, isOpening: true }));
  }
}

describe('a dispatcher', () => {
  it('shares new connections out by weight, evenly spread', () => {
    expect(new Front().opened(4)).toEqual([4, 5, 4, 5]);
    const weighted = new Front(configuration({ weights: [20, 10, 0] })).opened(6);
    expect([weighted.filter((server) => server === 4).length, weighted.filter((server) => server === 5).length, weighted.includes(6)]).toEqual([4, 2, false]);
  });

  it('keeps a connection with its server until it has ended or is stale', () => {
    const front = new Front();
    const [first] = front.opened(1);
    expect([front.to({ sourcePort: 2000 }), front.to({ sourcePort: 2000, isOpening: true })]).toEqual([first, first]);
    front.to({ sourcePort: 2000, isEnding: true });
    expect([front.to({ sourcePort: 2000 }), front.to({ sourcePort: 2000, isOpening: true })]).toEqual([first, 5]);
    front.until(301);
    expect(front.to({ sourcePort: 2000 })).toBe(4);
  });

  it('keeps a client with its server where the port is sticky', () => {
    const front = new Front(configuration({ stickyMicros: 60 * SECOND }));
    expect([front.opened(3), front.opened(2, 2)]).toEqual([[4, 4, 4], [5, 5]]);
    front.until(61);
    expect(front.to({ source: 2, sourcePort: 3000, isOpening: true })).toBe(4);
  });

  it('asks every interval, and tells the executor at the manager\'s', () => {
    const front = new Front();
    front.until(4);
    front.dead.add(4);
    front.until(13);
    expect(front.asked).toEqual(['5 4:80 3', '5 5:80 3', '10 4:80 3', '10 5:80 3']);
    expect(front.trace).toEqual(['6 4 down']);
    expect(front.opened(3)).toEqual([5, 5, 5]);
    front.dead.clear();
    front.until(17);
    expect(front.trace).toEqual(['6 4 down', '16 4 up']);
  });

  it('a connection to a server that is down stays there; its repeated request does not', () => {
    const front = new Front();
    expect(front.opened(1)).toEqual([4]);
    front.dead.add(4);
    front.until(6);
    expect([front.to({ sourcePort: 2000 }), front.to({ sourcePort: 2000, isOpening: true })]).toEqual([4, 5]);
  });

  it('drops what has no port here, and everything when no server is up', () => {
    const front = new Front();
    expect(front.to({ destinationPort: 81 })).toBeUndefined();
    expect(new Front(configuration({ port: 0 })).to({ destinationPort: 81 })).toBe(4);
    expect(front.to({ protocol: 1, destinationPort: 0 })).toBe(4);
    front.dead.add(4).add(5);
    front.until(6);
    expect([front.opened(1), front.to({ protocol: 1, destinationPort: 0 })]).toEqual([[undefined], undefined]);
    expect([front.dispatcher.isCluster(CLUSTER), front.dispatcher.isCluster(8)]).toEqual([true, false]);
  });
});
