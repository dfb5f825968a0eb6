/** The states of RFC 8405, section 5, one by one; and the schedule that doubles. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import { SpfBackoff, SpfExponential, type BackoffTimes } from '../../src/ospf/spf-backoff.js';
import { scheduleCalculation } from '../../src/ospf/spf-schedule.js';
import { Bench, RFC_2328 } from './bench.js';

const TIMES: BackoffTimes = {
  initialDelayMicros: 50 * MILLISECOND, shortDelayMicros: 200 * MILLISECOND, longDelayMicros: 5 * SECOND,
  timeToLearnMicros: 500 * MILLISECOND, holdDownMicros: 10 * SECOND,
};

describe('the machine of RFC 8405', () => {
  /** The delays asked for, and the states just before, at these moments in milliseconds. */
  function at(...milliseconds: number[]): [string, number][] {
    const machine = new SpfBackoff();
    return milliseconds.map((each) => [machine.stateAt(each * MILLISECOND), machine.onEvent(TIMES, each * MILLISECOND) / MILLISECOND]);
  }

  it('QUIET: the first event waits the initial delay and leads to SHORT_WAIT [8405:5.3(1)]', () => {
    expect(at(0)).toEqual([['QUIET', 50]]);
  });
  it('SHORT_WAIT: further events wait the short delay while everything may still be learnt [8405:5.3(2)]', () => {
    expect(at(0, 100, 499)).toEqual([['QUIET', 50], ['SHORT_WAIT', 200], ['SHORT_WAIT', 200]]);
  });
  it('LONG_WAIT: when the learn timer is over, the long delay [8405:5.3(3), (4)]', () => {
    expect(at(0, 500, 9_000)).toEqual([['QUIET', 50], ['LONG_WAIT', 5_000], ['LONG_WAIT', 5_000]]);
  });
  it('every event starts the hold-down again; without one for so long it is QUIET, from both states [8405:5.3(5), (6)]', () => {
    expect(at(0, 400, 10_399).map(([state]) => state)).toEqual(['QUIET', 'SHORT_WAIT', 'LONG_WAIT']);
    expect(at(0, 400, 10_400).map(([state]) => state)).toEqual(['QUIET', 'SHORT_WAIT', 'QUIET']);
    expect(at(0, 9_999, 19_998, 29_998).map(([state]) => state)).toEqual(['QUIET', 'LONG_WAIT', 'LONG_WAIT', 'QUIET']);
  });
  it('QUIET again means that the learn timer begins again', () => {
    expect(at(0, 600, 10_600, 10_700).map(([state]) => state)).toEqual(['QUIET', 'LONG_WAIT', 'QUIET', 'SHORT_WAIT']);
  });
});

describe('in a process', () => {
  const runsOf = (behaviour: OspfBehaviour, ...milliseconds: number[]): number[] => {
    const bench = new Bench({ behaviour });
    bench.until(60 * SECOND);
    bench.traces = [];
    const waits: number[] = [];
    for (const each of milliseconds) {
      bench.until(60 * SECOND + each * MILLISECOND);
      const before = bench.process.calculationTimer.isArmed;
      scheduleCalculation(bench.process, bench.now);
      if (!before) waits.push((bench.process.calculationTimer.time - bench.now) / MILLISECOND);
    }
    return waits;
  };

  it('RFC 8405: an event while SPF is due moves nothing but the hold-down', () => {
    const behaviour = { ...RFC_2328, spfSchedule: { policy: 'backoff', times: TIMES } } as const;
    expect(runsOf(behaviour, 0, 10, 100, 600, 700, 9_000)).toEqual([50, 200, 5_000, 5_000]);
  });
  it('RFC 8405: the calculation itself is no event; in each state it runs when its delay is over and leaves the state alone', () => {
    const bench = new Bench({ behaviour: { ...RFC_2328, spfSchedule: { policy: 'backoff', times: TIMES } } });
    bench.until(60 * SECOND);
    const start = bench.now;
    const run = (milliseconds: number, isEvent: boolean): [string, number] => {
      bench.until(start + milliseconds * MILLISECOND);
      if (isEvent) scheduleCalculation(bench.process, bench.now);
      return [bench.process.spfBackoff.stateAt(bench.now), bench.process.spfRuns];
    };
    const [, before] = run(0, true);
    const seen = ([[49, false], [50, false], [300, true], [499, false], [500, false], [600, true], [5_599, false], [5_600, false], [10_599, false], [10_600, false]] as const)
      .map(([at, isEvent]) => run(at, isEvent)).map(([state, runs]) => [state, runs - before]);
    expect(seen).toEqual([
      ['SHORT_WAIT', 0], ['SHORT_WAIT', 1], ['SHORT_WAIT', 1], ['SHORT_WAIT', 1], ['LONG_WAIT', 2], ['LONG_WAIT', 2], ['LONG_WAIT', 2], ['LONG_WAIT', 3],
      ['LONG_WAIT', 3], ['QUIET', 3],
    ]);
  });
  it('RFC 8405: SPF that is still due when the network is quiet runs when it was to run', () => {
    const times = { ...TIMES, longDelayMicros: 20 * SECOND };
    const bench = new Bench({ behaviour: { ...RFC_2328, spfSchedule: { policy: 'backoff', times } } });
    bench.until(60 * SECOND);
    const start = bench.now;
    scheduleCalculation(bench.process, start);
    bench.until(start + SECOND);
    scheduleCalculation(bench.process, bench.now);
    const { spfRuns } = bench.process;
    bench.until(start + 21 * SECOND - 1);
    expect([bench.process.spfBackoff.stateAt(bench.now), bench.process.spfRuns - spfRuns]).toEqual(['QUIET', 0]);
    bench.until(start + 21 * SECOND);
    expect([bench.process.spfBackoff.stateAt(bench.now), bench.process.spfRuns - spfRuns]).toEqual(['QUIET', 1]);
  });
  it('exponential: the hold doubles up to its maximum', () => {
    const behaviour = { ...RFC_2328, spfSchedule: { policy: 'exponential', delayMicros: 0, initialHoldMicros: 1000 * MILLISECOND, maximumHoldMicros: 3000 * MILLISECOND } } as const;
    expect(runsOf(behaviour, 0, 10, 1_100, 3_100, 6_200, 12_300)).toEqual([0, 990, 1_900, 2_900, 2_800, 0]);
  });
});

it('exponential, by itself', () => {
  const schedule = new SpfExponential();
  expect([Infinity, 0, 0, 500, 0, 20_000].map((since) => schedule.delay(50, 100, 1_000, since))).toEqual([50, 100, 200, 50, 800, 50]);
});
