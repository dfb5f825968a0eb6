/**
 * A BFD session against the standard's table, and against what FRR's bfdd said to another bfdd: in pcaps/bfd-session-down.pcap two sessions come
 * up, one falls silent, comes back, and is shut down and opened again. Our session hears what the one side heard, and must say what it said.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { readCapture } from '../../src/capture/capture.js';
import { TimerTable } from '../../src/engine/timer.js';
import { BFD_MACHINE, type BfdParameters } from '../../src/host/bfd-peer-session.js';
import { BFD_DEFAULTS, BfdSession } from '../../src/host/bfd-session.js';
import { BfdControl, BfdDiagnostic, BfdFlag, BfdState, bfdLength, decodeBfd, encodeBfd } from '../../src/wire/bfd.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';

interface Said {
  readonly time: Micros;
  readonly control: BfdControl;
}

const PARAMETERS: BfdParameters = { ...BFD_DEFAULTS, receiveIntervalMs: 200, transmitIntervalMs: 200 };

class Bench {
  readonly timers = new TimerTable();
  readonly said: Said[] = [];
  readonly states: string[] = [];
  readonly session: BfdSession;
  now: Micros = 0;

  constructor(parameters: BfdParameters = PARAMETERS, seed = 1) {
    this.session = new BfdSession(2, 0x0a070002, 49152, 77, parameters, 0, this.timers, new Prng(seed, 'bench', 'bfd'), {
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

  hear(control: Partial<BfdControl>): void {
    this.session.receive(this.now, Object.assign(new BfdControl(), { myDiscriminator: 99, yourDiscriminator: 77 }, control));
  }

  bringUp(): void {
    this.hear({ state: BfdState.down, yourDiscriminator: 0 });
    this.hear({ state: BfdState.init });
    this.hear({ state: BfdState.up, flags: BfdFlag.final, desiredMinimumTransmitMicros: 200_000, requiredMinimumReceiveMicros: 200_000 });
  }
}

function decoded(bytes: Uint8Array): BfdControl {
  const control = decodeBfd(new ByteReader(bytes));
  if (control instanceof DecodeError) throw new Error(String(control.code));
  return control;
}

describe('pcaps/bfd-session-down.pcap', () => {
  const capture = readCapture(readFileSync('pcaps/bfd-session-down.pcap'));
  if (capture instanceof DecodeError) throw new Error('the capture cannot be read');
  const packets = capture.frames.filter((frame) => frame.bytes.length >= 66 && frame.bytes[23] === 17 && ((frame.bytes[36] << 8) | frame.bytes[37]) === 3784)
    .map((frame) => ({ time: frame.timeMicros, host: frame.bytes[29], control: decoded(frame.bytes.subarray(42, 66)), bytes: frame.bytes }));
  // A session waits for a while before it says anything; ours begins a second earlier.
  const start = packets[0].time;
  const own = packets.filter((each) => each.host === 1).map((each) => ({ ...each, time: each.time - start + SECOND }));
  const heard = packets.filter((each) => each.host === 2).map((each) => ({ ...each, time: each.time - start + SECOND }));

  /** What changes from packet to packet. How often one is repeated is a matter of chance, and so is whether Init is said before it is over. */
  const story = (said: readonly Said[]): string[] => {
    const lines = said.filter(({ control }) => control.state !== BfdState.init).map(({ control: c }) => `state ${c.state} diagnostic ${c.diagnostic} flags ${c.flags} x${c.detectMultiplier} tx ${c.desiredMinimumTransmitMicros} rx ` +
      `${c.requiredMinimumReceiveMicros} echo ${c.requiredMinimumEchoReceiveMicros} ${c.yourDiscriminator === 0 ? 'knows nobody' : ''}`);
    return lines.filter((line, index) => line !== lines[index - 1]);
  };
  const adminDown = own.find((each) => each.control.state === BfdState.adminDown)?.time ?? 0;
  const openedAgain = (own.find((each) => each.time > adminDown && each.control.state === BfdState.down)?.time ?? 0) - SECOND;

  const bench = new Bench();
  for (const { time, control } of heard) {
    if (time > adminDown && bench.session.parameters.isShutdown === false && bench.now < adminDown) {
      bench.until(adminDown);
      bench.session.configure(adminDown, { ...PARAMETERS, isShutdown: true });
    }
    if (time > openedAgain && bench.session.parameters.isShutdown) {
      bench.until(openedAgain);
      bench.session.configure(openedAgain, PARAMETERS);
    }
    bench.until(time);
    // It knows our discriminator by another number.
    bench.session.receive(time, Object.assign(new BfdControl(), control, { yourDiscriminator: control.yourDiscriminator === 0 ? 0 : 77 }));
  }

  it('says the same, packet for packet but for repetitions', () => {
    expect(own.length).toBeGreaterThan(40);
    expect(story(bench.said)).toEqual(story(own));
  });
  it('notices the silence at the same moment', () => {
    const noticed = (said: readonly Said[]): Micros => said.find(({ control }) => control.diagnostic === BfdDiagnostic.detectionTimeExpired)?.time ?? -1;
    expect(Math.abs(noticed(bench.said) - noticed(own))).toBeLessThan(3 * MILLISECOND);
  });
  it('repeats itself within 75 to 100 % of the interval, as the real one', () => {
    const gaps = (said: readonly Said[]): number[] => said.filter(({ time }) => time > 1_400_000 && time < 3_700_000)
      .map(({ time }, index, all) => (index === 0 ? 0 : time - all[index - 1].time)).slice(1);
    for (const said of [own, bench.said]) {
      expect(Math.min(...gaps(said))).toBeGreaterThanOrEqual(149_000);
      expect(Math.max(...gaps(said))).toBeLessThanOrEqual(215_000);
    }
  });
  it('IP: TTL 255, internetwork control, "don\'t fragment", source port from 49152 [5881:4, 5]', () => {
    for (const { bytes } of own) expect([bytes[22], bytes[15], bytes[20] & 0x40, (bytes[34] << 8) | bytes[35]]).toEqual([255, 0xc0, 0x40, 49152]);
  });
});

describe('the state machine [5880:6.8.6]', () => {
  it.each([
    ['AdminDown', ['stay', 'stay', 'stay', 'stay']], ['Down', ['stay', 'init', 'up', 'stay']],
    ['Init', ['down', 'stay', 'up', 'up']], ['Up', ['down', 'down', 'stay', 'stay']],
  ] as const)('%s', (state, outcomes) => {
    expect(Object.values(BFD_MACHINE[state])).toEqual(outcomes);
  });

  it('comes up by Init, polls, and takes its own intervals when the Poll is answered [5880:6.5]', () => {
    const bench = new Bench();
    bench.until(1_000_000);
    expect(bench.said.at(-1)?.control).toMatchObject({ state: BfdState.down, desiredMinimumTransmitMicros: SECOND, yourDiscriminator: 0 });
    bench.hear({ state: BfdState.down, yourDiscriminator: 0 });
    bench.hear({ state: BfdState.init });
    expect(bench.states).toEqual(['Init', 'Up']);
    expect(bench.said.at(-1)?.control).toMatchObject({ state: BfdState.up, flags: BfdFlag.poll, desiredMinimumTransmitMicros: 200_000, yourDiscriminator: 99 });
    expect(bench.session.transmitIntervalMicros).toBe(SECOND);
    bench.hear({ state: BfdState.up, flags: BfdFlag.final, requiredMinimumReceiveMicros: 350_000, desiredMinimumTransmitMicros: 150_000, detectMultiplier: 5 });
    expect(bench.session.transmitIntervalMicros).toBe(350_000); // not faster than the other side can take [5880:6.8.7]
    expect(bench.session.detectionTimeMicros).toBe(5 * 200_000); // their multiplier, the slower of the two [5880:6.8.4]
    bench.until(1_500_000);
    expect(bench.said.at(-1)?.control).toMatchObject({ state: BfdState.up, flags: 0 }); // it polls no more
  });

  it('says its own multiplier and discriminator [5880:6.8.7]', () => {
    const bench = new Bench({ ...PARAMETERS, detectMultiplier: 7 });
    bench.until(SECOND);
    expect(bench.said.at(-1)?.control).toMatchObject({ detectMultiplier: 7, myDiscriminator: 77 });
  });

  it('answers a Poll with Final at once', () => {
    const bench = new Bench();
    bench.bringUp();
    const before = bench.said.length;
    bench.hear({ state: BfdState.up, flags: BfdFlag.poll, desiredMinimumTransmitMicros: 200_000, requiredMinimumReceiveMicros: 200_000 });
    expect(bench.said.slice(before).map(({ control }) => control.flags)).toEqual([BfdFlag.final]);
  });

  it('is down after the detection time, and forgets who that was [5880:6.8.4]', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.until(599_999);
    expect(bench.session.state).toBe('Up');
    bench.until(600_000);
    expect([bench.session.state, bench.session.localDiagnostic, bench.session.remoteDiscriminator]).toEqual(['Down', BfdDiagnostic.detectionTimeExpired, 0]);
  });

  it('a packet that knows nobody ends no session that works', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.hear({ state: BfdState.down, yourDiscriminator: 0 });
    expect(bench.session.state).toBe('Up');
    bench.hear({ state: BfdState.adminDown });
    expect([bench.session.state, bench.session.localDiagnostic]).toEqual(['Down', BfdDiagnostic.neighborSignaledDown]);
  });

  it('once it is down it sends once a second again, and names nobody', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.hear({ state: BfdState.up, flags: BfdFlag.final, requiredMinimumReceiveMicros: 200_000, desiredMinimumTransmitMicros: 200_000 });
    expect(bench.session.transmitIntervalMicros).toBe(200_000);
    bench.hear({ state: BfdState.adminDown });
    const before = bench.said.length;
    bench.until(20 * SECOND);
    const later = bench.said.slice(before);
    expect(later.every(({ control }) => control.state === BfdState.down && control.yourDiscriminator === 0 && control.desiredMinimumTransmitMicros === SECOND)).toBe(true);
    expect(later.slice(2).every(({ time }, i) => time - later[i + 1].time >= 750_000)).toBe(true);
  });

  it('in AdminDown it says so once, and hears nothing', () => {
    const bench = new Bench();
    bench.bringUp();
    const before = bench.said.length;
    bench.session.configure(bench.now, { ...PARAMETERS, isShutdown: true });
    bench.hear({ state: BfdState.down, yourDiscriminator: 0 });
    bench.until(20 * SECOND);
    expect([bench.session.state, bench.said.slice(before).map(({ control }) => control.state)]).toEqual(['AdminDown', [BfdState.adminDown]]);
  });

  it('with a multiplier of one it never waits longer than 90 % [5880:6.8.7]', () => {
    const bench = new Bench({ ...PARAMETERS, detectMultiplier: 1 });
    bench.until(60 * SECOND);
    const gaps = bench.said.slice(1).map(({ time }, index) => time - bench.said[index].time);
    expect([Math.min(...gaps) >= 750_000, Math.max(...gaps) <= 900_000, gaps.length > 60]).toEqual([true, true, true]);
  });

  it('passive: says nothing before it is spoken to [5880:6.1]', () => {
    const bench = new Bench({ ...PARAMETERS, isPassive: true });
    bench.until(10 * SECOND);
    expect(bench.said).toEqual([]);
    bench.hear({ state: BfdState.down, yourDiscriminator: 0 });
    expect(bench.said.map(({ control }) => control.state)).toEqual([BfdState.init]);
  });
});
