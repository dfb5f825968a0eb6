/**
 * The loop of a live run without threads and devices: a ring, a clock that the test moves, and a wire to a second simulation that stands for the real router.
 * Whoever wakes late, for whatever reason, does not lose a neighbour whose Hellos waited; one that was silent is lost at its time.
 */
import { describe, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { makeRing, RingReader, RingWriter, STOOD_STILL_MILLIS } from '../../src/live/frame-ring.js';
import { LiveClock } from '../../src/live/live-clock.js';
import { LiveTurn } from '../../src/live/live-turn.js';
import { bindPlan } from '../../src/sim/bound-plan.js';
import { OutsidePort } from '../../src/sim/outside-port.js';
import { Simulation } from '../../src/sim/simulation.js';

const DEAD_SECONDS = 4;
const STEP_MILLIS = 10;
/** Of a clock that began long ago. */
const ORIGIN_MILLIS = 1_796_000_000_123.25;

const conf = (id: string): string => `interface eth0\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval ${DEAD_SECONDS}\nrouter ospf\n ospf router-id ${id}\n network 0.0.0.0/0 area 0\n`;
const FILES: Record<string, string> = {
  'us.conf': conf('10.0.0.2'), 'real.conf': conf('10.0.0.1'),
  'pair.yaml': `until: 1h\ntopology:\n  nodes:\n    us: { kind: frr, config: us.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }
    real: { kind: frr, config: real.conf, interfaces: { eth0: { address: 10.0.0.1/24 } } }\n  links: [ { endpoints: ["us:eth0", "real:eth0"] } ]\n`,
};

/** A node of the pair alone, behind a device. */
function half(node: string, send: (frame: Uint8Array) => void, lost: Micros[]): { readonly simulation: Simulation; readonly outside: number; readonly mac: Uint8Array } {
  const { plan } = loadTopology('pair.yaml', { readFile: (file) => FILES[file] });
  const bound = bindPlan(plan, [{ node, interfaceName: 'eth0', device: 'wire' }], false);
  if (typeof bound === 'string') throw new Error(bound);
  const { outside: [{ node: outside, mac }] } = bound;
  const port = new OutsidePort((_now, frame) => send(frame.slice()));
  const trace = (at: Micros, _node: number, event: { readonly kind: string; readonly event?: string }): void => {
    if (event.kind === 'neighbor-state' && event.event === 'InactivityTimer') lost.push(at);
  };
  return { simulation: new Simulation(bound.plan, { trace }, { engineOf: (index) => (index === outside ? port : undefined) }), outside, mac };
}

class Bench {
  readonly lost: Micros[] = [];
  readonly turn: LiveTurn;
  readonly clock: LiveClock;
  private millis = ORIGIN_MILLIS;
  private readonly ring = makeRing();
  private readonly writer = new RingWriter(this.ring);
  private readonly us: ReturnType<typeof half>;
  private readonly real: ReturnType<typeof half>;
  /** Where the kernel keeps them. */
  private kernel: Uint8Array[] = [];
  private lookedAt = ORIGIN_MILLIS;
  private ourLast: Uint8Array | undefined;
  /** The cable: off, nothing comes. */
  isConnected = true;

  constructor() {
    this.real = half('real', (frame) => { if (this.isConnected) this.kernel.push(frame); }, []);
    this.us = half('us', (frame) => {
      if (frame[23] === 89 && frame[35] === 1) this.ourLast = frame;
      this.real.simulation.inject(this.real.outside, 0, frame);
    }, this.lost);
    this.clock = new LiveClock(() => this.millis);
    this.turn = new LiveTurn(this.clock, new RingReader(this.ring), [{ node: this.us.outside, mac: this.us.mac, device: 'wire' }], ['tap']);
    this.turn.begin(this.us.simulation, {});
  }

  get now(): Micros {
    return this.us.simulation.now;
  }

  /** What the clock on the wall says. */
  get trueTime(): Micros {
    return Math.floor((this.millis - ORIGIN_MILLIS) * 1000);
  }

  get state(): string | undefined {
    return this.us.simulation.nodes.flatMap(({ system }) => system?.ospf?.interfaces ?? [])[0]?.neighbors[0]?.state;
  }

  /** The reader finds what the kernel has, as reader-worker.ts does. */
  read(saysSo = true): void {
    const unseen = this.millis - this.lookedAt;
    this.kernel.splice(0).forEach((frame, i) => this.writer.push(0, this.millis, frame, i === 0 && saysSo && unseen > STOOD_STILL_MILLIS ? Math.ceil(unseen) : 0));
    this.lookedAt = this.millis;
    this.writer.looked(this.millis);
  }

  take(): boolean {
    return this.turn.take(this.millis);
  }

  /** `isReading` and `isTaking`: which of the two threads runs. */
  pass(seconds: number, isReading = true, isTaking = true): void {
    for (let left = Math.round(seconds * 1000 / STEP_MILLIS); left > 0; left--) {
      this.millis += STEP_MILLIS;
      const before = this.trueTime - STEP_MILLIS * 1000;
      // While we are away somebody goes on saying our Hellos: what is looked at is what we make of theirs.
      if (!isTaking && this.ourLast !== undefined && Math.floor(before / SECOND) !== Math.floor(this.trueTime / SECOND)) this.real.simulation.inject(this.real.outside, 0, this.ourLast);
      this.real.simulation.runUntil(this.trueTime);
      if (isReading) this.read();
      if (isTaking) this.take();
    }
  }
}

function full(): Bench {
  const bench = new Bench();
  bench.pass(10);
  expect(bench.state).toBe('Full');
  return bench;
}

describe('a late wake-up', () => {
  it('of the whole process, longer than the dead interval: the neighbour whose Hellos waited stays Full, and the clock catches up', () => {
    const bench = full();
    const away = 3 * DEAD_SECONDS;
    bench.pass(away, false, false);
    bench.read();
    expect(bench.take()).toBe(true);
    expect(bench.trueTime - bench.now, 'time stood still').toBeGreaterThan((away - 1) * SECOND);
    expect(bench.turn.statistics.stoodStillMicros).toBeGreaterThan((away - 1) * SECOND);
    expect(bench.turn.statistics.lateness.worstMicros, 'and that is said').toBeGreaterThan((away - 1) * SECOND);
    bench.pass(away / 2);
    expect(bench.trueTime - bench.now, 'half of it caught up').toBeLessThan((away / 2 + 1) * SECOND);
    bench.pass(away / 2 + 1);
    expect(bench.trueTime - bench.now, 'right again').toBeLessThan(SECOND / 10);
    bench.pass(60);
    expect([bench.state, bench.lost]).toEqual(['Full', []]);
  });

  it('would lose it had the reader not said that it was away: that is what the word is for', () => {
    const bench = full();
    bench.pass(3 * DEAD_SECONDS, false, false);
    bench.read(false);
    bench.take();
    expect(bench.lost.length).toBe(1);
  });

  it('does not go on before the reader, late too, has looked', () => {
    const bench = full();
    const before = bench.now;
    bench.pass(3 * DEAD_SECONDS, false, false);
    expect([bench.take(), bench.now]).toEqual([false, before]);
    bench.read();
    expect([bench.take(), bench.lost]).toEqual([true, []]);
  });

  it('of less than half a second, again and again: time does not stand still, and nobody is lost', () => {
    const bench = full();
    for (let i = 0; i < 50; i++) {
      bench.pass(0.45, false, false);
      bench.read();
      expect(bench.take()).toBe(true);
      expect(bench.trueTime - bench.now).toBeLessThan(SECOND / 10);
    }
    expect([bench.state, bench.lost, bench.turn.statistics.stoodStillMicros]).toEqual(['Full', [], 0]);
  });

  it('of the emulation alone: frames have their moments, time goes through them at once', () => {
    const bench = full();
    bench.pass(3 * DEAD_SECONDS, true, false);
    expect(bench.take()).toBe(true);
    expect([bench.trueTime - bench.now < SECOND / 10, bench.state, bench.lost]).toEqual([true, 'Full', []]);
    bench.pass(60);
    expect([bench.state, bench.lost]).toEqual(['Full', []]);
  });

  it('a neighbour that was silent meanwhile is lost, as if we had been awake', () => {
    const bench = full();
    const last = bench.trueTime;
    bench.isConnected = false;
    bench.pass(3 * DEAD_SECONDS, false, false);
    bench.read();
    bench.take();
    expect(bench.lost.length).toBe(1);
    expect(bench.lost[0]).toBeLessThanOrEqual(last + DEAD_SECONDS * SECOND);
    expect(bench.state === undefined || bench.state === 'Deleted' || bench.state === 'Down', bench.state).toBe(true);
  });

  it('and one that falls silent behind it is lost a dead interval later', () => {
    const bench = full();
    bench.pass(3 * DEAD_SECONDS, false, false);
    bench.read();
    bench.take();
    bench.isConnected = false;
    bench.pass(DEAD_SECONDS + 1);
    expect(bench.lost.length).toBe(1);
  });
});

describe('the clock', () => {
  it('never goes back, is right again in time, and says how long to sleep', () => {
    let millis = 1000;
    const clock = new LiveClock(() => millis);
    clock.set(5 * SECOND);
    clock.stoodStill(1000, 4000);
    millis = 4000;
    let before = clock.now();
    expect(before).toBe(5 * SECOND);
    for (; millis < 10_000; millis += 7) {
      expect(clock.now()).toBeGreaterThanOrEqual(before);
      before = clock.now();
      const target = before + 1_234_567;
      const wait = clock.millisUntil(target);
      expect(Math.abs(clock.at(millis + wait) - target), `at ${millis}`).toBeLessThan(3);
      expect(clock.now()).toBe(Math.min(Math.floor((millis + 4000) * 1000), Math.floor(5 * SECOND + 2000 * (millis - 4000))));
    }
  });

  it('stands still a second time before it has caught up', () => {
    let millis = 0;
    const clock = new LiveClock(() => millis);
    clock.set(0);
    clock.stoodStill(0, 4000);
    clock.stoodStill(6000, 9000);
    millis = 9000;
    expect(clock.now()).toBe(4 * SECOND);
    millis = 14_000;
    expect(clock.now()).toBe(14 * SECOND);
    millis = 20_000;
    expect(clock.now()).toBe(20 * SECOND);
  });
});

describe('a turn', () => {
  it('takes what had been read when it began and leaves the rest: on a wire that is never silent the loop goes round', () => {
    const ring = makeRing();
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    for (let i = 0; i < 10; i++) writer.push(0, 100 + i, new Uint8Array(60));
    let taken = 0;
    while (reader.take(104) !== undefined) taken++;
    expect([taken, reader.hasFrame]).toEqual([5, true]);
    while (reader.take() !== undefined) taken++;
    expect([taken, reader.hasFrame]).toEqual([10, false]);
  });
});
