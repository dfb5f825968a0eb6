/**
 * A BFD session of BIRD's against what the real BIRD 2.0.12 said to another one: in test/fixtures/bird-bfd/session.pcap one waits, the other is started, falls silent,
 * comes back, and is stopped. Our session hears what the first one heard, and must say what it said.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { readCapture } from '../../src/capture/capture.js';
import { TimerTable } from '../../src/engine/timer.js';
import { BIRD_BFD_DEFAULTS, BirdBfdSession } from '../../src/host/bird-bfd-session.js';
import type { BfdParameters } from '../../src/host/bfd-peer-session.js';
import { BfdControl, BfdFlag, BfdState, bfdLength, decodeBfd, encodeBfd } from '../../src/wire/bfd.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';

/** `min rx interval 150 ms; min tx interval 150 ms; idle tx interval 800 ms; multiplier 5;` */
const PARAMETERS: BfdParameters = { ...BIRD_BFD_DEFAULTS, receiveIntervalMs: 150, transmitIntervalMs: 150, idleTransmitIntervalMs: 800 };

interface Said { readonly time: Micros; readonly control: BfdControl }

function decoded(bytes: Uint8Array): BfdControl {
  const control = decodeBfd(new ByteReader(bytes));
  if (control instanceof DecodeError) throw new Error(String(control.code));
  return control;
}

class Bench {
  readonly timers = new TimerTable();
  readonly said: Said[] = [];
  readonly states: string[] = [];
  readonly session: BirdBfdSession;
  now: Micros = 0;

  constructor(discriminator: number, parameters: BfdParameters = PARAMETERS, seed = 1) {
    this.session = new BirdBfdSession(2, 0x0a070002, 49152, discriminator, parameters, 0, this.timers, new Prng(seed, 'bench', 'bfd'), {
      send: (time, _session, control) => {
        const bytes = new Uint8Array(bfdLength(control));
        encodeBfd(control, new ByteWriter(bytes));
        this.said.push({ time, control: decoded(bytes) });
      },
      stateChanged: (_time, session) => void this.states.push(session.state),
    });
  }

  until(time: Micros): void {
    for (let due = this.timers.nextDeadline(); due <= time; due = this.timers.nextDeadline()) this.timers.fireDue(this.now = due);
    this.now = time;
  }
}

const capture = readCapture(readFileSync('test/fixtures/bird-bfd/session.pcap'));
if (capture instanceof DecodeError) throw new Error('the capture cannot be read');
const [start] = capture.frames.map((frame) => frame.timeMicros);
const packets = capture.frames.map((frame) => ({ time: frame.timeMicros - start, host: frame.bytes[29], control: decoded(frame.bytes.subarray(42)) }));
const theirs = packets.filter((each) => each.host === 1);
const heard = packets.filter((each) => each.host === 2);

/** Everything but when, and how often the same was said. */
function phrases(said: readonly Said[]): string[] {
  const all = said.map(({ control: c }) => `${c.state} ${c.flags} ${c.diagnostic} x${c.detectMultiplier} tx ${c.desiredMinimumTransmitMicros} rx ${c.requiredMinimumReceiveMicros} echo ${c.requiredMinimumEchoReceiveMicros} ${c.myDiscriminator} ${c.yourDiscriminator}`);
  return all.filter((phrase, i) => phrase !== all[i - 1]);
}

function replay(seed: number): Bench {
  const bench = new Bench(theirs[0].control.myDiscriminator, PARAMETERS, seed);
  for (const { time, control } of heard) {
    bench.until(time);
    bench.session.receive(time, control);
  }
  bench.until(packets[packets.length - 1].time);
  return bench;
}

describe('test/fixtures/bird-bfd/session.pcap', () => {
  // One whose own turn comes, both times, between the first two packets that it hears, as it did for the real one.
  const isLikely = (each: number): boolean => replay(each).said.filter(({ control }) => control.state === BfdState.init).length === 2;
  const seed = Array.from({ length: 200 }, (_, i) => i + 1).find(isLikely) ?? 0;
  const bench = replay(seed);

  it('says the same things in the same order: Init, the answered Poll, its own Poll, the loss, all of it again, the end', () => {
    expect(phrases(theirs).length).toBeGreaterThan(8);
    expect(phrases(bench.said)).toEqual(phrases(theirs));
    expect(bench.states).toEqual(['Init', 'Up', 'Down', 'Init', 'Up', 'Down']);
  });

  it('notices the silence at the same moment, to the millisecond', () => {
    const lost = (said: readonly Said[]): number => said.findIndex(({ control }, i) => control.state === BfdState.down && said[i - 1]?.control.state === BfdState.up);
    const [ours, real] = [bench.said[lost(bench.said)], theirs[lost(theirs)]];
    expect(Math.abs(ours.time - real.time)).toBeLessThan(3 * MILLISECOND);
  });

  it('speaks as often: 75 to 90 % of the interval', () => {
    const gaps = (said: readonly Said[]): number[] => said.slice(1).map((each, i) => [each, said[i]]).filter(([a, b]) => a.control.state === BfdState.up && b.control.state === BfdState.up && a.control.flags === 0 && b.control.flags === 0)
      .map(([a, b]) => a.time - b.time);
    for (const said of [bench.said, theirs]) {
      const all = gaps(said);
      expect(all.length).toBeGreaterThan(60);
      expect(Math.min(...all)).toBeGreaterThan(100 * MILLISECOND);
      expect(Math.max(...all)).toBeLessThan(150 * MILLISECOND);
      expect(all.reduce((sum, each) => sum + each, 0) / all.length / MILLISECOND).toBeCloseTo(124, -1);
    }
  });
});

describe('a session', () => {
  const hear = (bench: Bench, change: Partial<BfdControl>): void => bench.session.receive(bench.now, Object.assign(new BfdControl(), { myDiscriminator: 99, yourDiscriminator: 77, detectMultiplier: 3,
    desiredMinimumTransmitMicros: 100_000, requiredMinimumReceiveMicros: 100_000 }, change));

  it('that is passive says nothing before it has heard something, and is silent again when it has lost it', () => {
    const bench = new Bench(77, { ...PARAMETERS, isPassive: true });
    bench.until(5 * SECOND);
    expect(bench.said).toEqual([]);
    hear(bench, { state: BfdState.down, yourDiscriminator: 0 });
    bench.until(bench.now + 10 * MILLISECOND);
    expect(bench.said.map((each) => each.control.state)).toEqual([BfdState.init]);
    bench.until(bench.now + 5 * SECOND);
    const { length } = bench.said;
    bench.until(bench.now + 5 * SECOND);
    expect([bench.session.state, bench.said.length]).toEqual(['Down', length]);
  });

  it('does not take somebody else for the one it is up with, nor a beginning that is none', () => {
    const bench = new Bench(77);
    hear(bench, { state: BfdState.up, yourDiscriminator: 0 });
    expect(bench.session.packetsIn).toBe(0);
    hear(bench, { state: BfdState.down, yourDiscriminator: 0 });
    hear(bench, { state: BfdState.up });
    expect(bench.session.state).toBe('Up');
    hear(bench, { state: BfdState.down, yourDiscriminator: 0, myDiscriminator: 100 });
    expect(bench.session.state).toBe('Up');
    hear(bench, { state: BfdState.down, yourDiscriminator: 0 });
    expect(bench.session.state).toBe('Down');
  });

  it('takes a longer interval when its Poll is answered, and a shorter one at once', () => {
    const bench = new Bench(77);
    hear(bench, { state: BfdState.down, yourDiscriminator: 0 });
    hear(bench, { state: BfdState.up });
    expect(bench.session.transmitIntervalMicros === 0 || bench.session.transmitIntervalMicros === 150_000).toBe(true);
    hear(bench, { state: BfdState.up, flags: BfdFlag.final });
    bench.until(bench.now + 50 * MILLISECOND);
    bench.session.configure(bench.now, { ...PARAMETERS, transmitIntervalMs: 400 });
    bench.until(bench.now + 10 * MILLISECOND);
    const last = bench.said[bench.said.length - 1];
    expect([last.control.desiredMinimumTransmitMicros, last.control.flags & BfdFlag.poll, bench.session.transmitIntervalMicros]).toEqual([400_000, BfdFlag.poll, 150_000]);
    hear(bench, { state: BfdState.up, flags: BfdFlag.final });
    expect(bench.session.transmitIntervalMicros).toBe(400_000);
  });

  it('that nobody asks for any more is gone without a word', () => {
    const bench = new Bench(77);
    bench.until(SECOND);
    const { length } = bench.said;
    bench.session.end();
    bench.until(10 * SECOND);
    expect(bench.said.length).toBe(length);
  });
});
