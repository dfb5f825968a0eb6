/** Targets are held against the longest outage; expectations line by line. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { ProbeResult } from '../../src/measure/outage.js';
import { compareExpectation, evaluateTargets } from '../../src/measure/targets.js';
import { planByHand } from './plan-by-hand.js';

function outage(seconds: number, isOpen = false): ProbeResult {
  return { name: 'ping', sent: 10000, lost: 100, outages: [
    { start: 0, end: SECOND, seconds: 1, lost: 100, isOpen: false },
    { start: 10 * SECOND, end: (10 + seconds) * SECOND, seconds, lost: 100 * seconds, isOpen },
  ] };
}

describe('targets', () => {
  it.each([
    ['<=', 41, true, 0], ['<', 41, false, 0], ['<=', 42, false, -1], ['>=', 41, true, 0], ['>', 41, false, 0], ['>', 43, true, 2],
  ] as const)('outage %s 41 s measured %d: %s', (comparison, seconds, isMet, margin) => {
    const plan = planByHand({ targets: [{ probe: 0, comparison, limitMicros: 41 * SECOND, source: 's', text: 't' }] });
    expect(evaluateTargets(plan, [outage(seconds)])).toMatchObject([{ isMet, marginMicros: margin * SECOND, measuredMicros: seconds * SECOND }]);
  });

  it('are missed while the service is still out, however short that is', () => {
    expect(evaluateTargets(planByHand(), [outage(5, true)])).toMatchObject([{ isMet: false, reason: 'still out when the run ended' }]);
  });

  it('are missed when nothing was ever sent', () => {
    expect(evaluateTargets(planByHand(), [{ name: 'ping', sent: 0, lost: 0, outages: [] }])).toMatchObject([{ isMet: false }]);
  });

  it('are met by no outage at all', () => {
    expect(evaluateTargets(planByHand(), [{ name: 'ping', sent: 5, lost: 0, outages: [] }])).toMatchObject([{ isMet: true, measuredMicros: 0 }]);
  });
});

describe('expectations', () => {
  const expectation = { at: 0, node: 0, show: 'route -n', file: 'x.txt', expected: 'head\na\nb\nc\n' };

  it('met but for the last line break', () => {
    expect(compareExpectation(expectation, 'head\na\nb\nc')).toMatchObject({ isMet: true, difference: [] });
  });

  it('show what differs and where', () => {
    expect(compareExpectation(expectation, 'head\na\nB\nc\nd\n').difference).toEqual(['   3 - b', '   3 + B', '   5 + d']);
    expect(compareExpectation(expectation, 'head\nb\nc\n').difference).toEqual(['   2 - a']);
  });

  it('spaces count', () => {
    expect(compareExpectation(expectation, 'head\na\nb \nc\n').isMet).toBe(false);
  });
});
