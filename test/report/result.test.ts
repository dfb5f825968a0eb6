/** result.json has the promised fields in seconds; trace.jsonl has addresses as text; the report fits the terminal. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { Recorder } from '../../src/measure/recorder.js';
import { evaluateTargets } from '../../src/measure/targets.js';
import { benchRows, benchText } from '../../src/report/bench-report.js';
import { Names } from '../../src/report/names.js';
import { buildResult, isEverythingMet, resultText, type RunOutcome } from '../../src/report/result.js';
import { outcomeText, planText } from '../../src/report/run-report.js';
import { WIDTH, makeStyle } from '../../src/report/terminal.js';
import { routeLine, traceLine } from '../../src/report/trace-json.js';
import { planByHand } from '../measure/plan-by-hand.js';

function outcome(outageSeconds: number): RunOutcome {
  const plan = planByHand();
  const probes = [{ name: 'ping', sent: 9000, lost: 3600, outages: [
    { start: 10 * SECOND, end: (10 + outageSeconds) * SECOND, seconds: outageSeconds, lost: 3600, isOpen: false }] }];
  return {
    plan, trajectoryHash: '0123456789abcdef', durationMicros: 100 * SECOND, probes, targets: evaluateTargets(plan, probes),
    benchmarks: [], controlPlane: [], forwarding: [], takeovers: [], sharedWindows: [],
    phases: [{ probe: 0, outage: 0, phases: [
      { phase: 'fault', node: 2, time: 10 * SECOND, durationMicros: 0, clause: '', detail: 'freeze: cp sleep 5min' },
      { phase: 'detect', node: 1, time: 45 * SECOND, durationMicros: 35 * SECOND, clause: '[2328:10.3]', neighborId: 0xc0a80103,
        sinceLastHelloMicros: 40 * SECOND, detail: 'InactivityTimer' },
      { phase: 'spf-wait', node: 0, time: 46 * SECOND, durationMicros: SECOND, clause: '[2328:16]' },
    ] }],
    expectations: [{ expectation: { at: SECOND, node: 0, show: 'route -n', file: 'x.txt', expected: 'a' }, isMet: true, difference: [] }],
    notes: [],
  };
}

const NAMES = new Names(planByHand(), new Recorder([]));

describe('result.json', () => {
  it('has what suites depend on', () => {
    expect(JSON.parse(resultText(buildResult(outcome(36), NAMES)))).toMatchObject({
      formatVersion: 1, name: 'by-hand', seed: 7, trajectoryHash: '0123456789abcdef', durationSeconds: 100, met: true,
      probes: [{ name: 'ping', from: 'r1', to: '10.33.0.1', sent: 9000, lost: 3600, outages: [{ start: 10, end: 46, seconds: 36, open: false }] }],
      phases: [{ probe: 'ping', outage: 0, fault: { node: 'r3', at: 10 }, detect: { node: 'r2', at: 45, seconds: 35, neighbor: '192.168.1.3', sinceLastHello: 40 },
        spfWait: { seconds: 1 }, chain: [{ phase: 'fault' }, { phase: 'detect' }, { phase: 'spf-wait' }] }],
      targets: [{ probe: 'ping', met: true, measured: 36, limit: 41, comparison: '<=', source: 'RFC 2328 dead interval', margin: 5 }],
      expectations: [{ at: 1, node: 'r1', show: 'route -n', file: 'x.txt', met: true }],
    });
  });

  it('says when a target is missed and by how much', () => {
    const missed = outcome(43);
    expect(isEverythingMet(missed)).toBe(false);
    expect(buildResult(missed, NAMES)).toMatchObject({ met: false, targets: [{ met: false, margin: -2 }] });
    expect(outcomeText(missed, NAMES, makeStyle(false))).toContain('missed by 2.0 s');
  });
});

describe('trace.jsonl', () => {
  it('has addresses as text wherever they are', () => {
    expect(traceLine(5, 'r1', { kind: 'lsa-originate', clause: '[x]', reason: 'change', sequence: -2147483647,
      lsa: { lsType: 3, linkStateId: 0x0a000000, advertisingRouter: 0xc0a80101, area: 0 } }))
      .toBe('{"t":5,"node":"r1","kind":"lsa-originate","clause":"[x]","reason":"change","sequence":2147483649,' +
        '"lsa":{"lsType":3,"linkStateId":"10.0.0.0","advertisingRouter":"192.168.1.1","area":"0.0.0.0"}}\n');
    expect(routeLine(5, undefined, { action: 'add', network: 0x0a000000, prefixLength: 8, metric: 20, protocol: 'ospf',
      nextHops: [{ gateway: 0xc0a80101, interfaceName: 'eth0' }] }))
      .toBe('{"t":5,"node":null,"kind":"route","action":"add","network":"10.0.0.0","prefixLength":8,"metric":20,"protocol":"ospf",' +
        '"nextHops":[{"gateway":"192.168.1.1","interfaceName":"eth0"}]}\n');
  });

  it('leaves the probes to the capture', () => {
    expect(traceLine(5, 'r1', { kind: 'probe-sent', probe: 0, sequence: 1 })).toBeUndefined();
  });
});

describe('the report', () => {
  it('fits a terminal of 100 columns and has no colour unless asked for', () => {
    const text = planText(planByHand(), makeStyle(false)) + outcomeText(outcome(43), NAMES, makeStyle(false)) +
      benchText(benchRows(outcome(43)), makeStyle(false));
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(WIDTH);
    expect(text).not.toContain('\u001b');
    expect(outcomeText(outcome(43), NAMES, makeStyle(true))).toContain('\u001b[31mMISSED');
  });
});
