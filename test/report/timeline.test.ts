/** The timeline says who noticed what, by which clause, and folds what repeats; no line is wider than the terminal. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { LsaIdentity } from '../../src/engine/trace.js';
import { Recorder } from '../../src/measure/recorder.js';
import { Names } from '../../src/report/names.js';
import { WIDTH, formatSpan, wrap } from '../../src/report/terminal.js';
import { formatEntry, timelineEntries } from '../../src/report/timeline.js';
import { planByHand } from '../measure/plan-by-hand.js';

const ROUTER_3: LsaIdentity = { lsType: 1, linkStateId: 0xc0a80103, advertisingRouter: 0xc0a80103, area: 0 };
const NEIGHBOR_3 = { interfaceName: 'eth0', neighborId: 0xc0a80103, neighborAddress: 0xc0a80103, clause: '[2328:10.3]' };

function lines(recorder: Recorder): string[] {
  const plan = planByHand();
  return timelineEntries(plan, recorder, new Names(plan, recorder)).flatMap((entry) => formatEntry(entry, 2).split('\n'));
}

function afterFault(): Recorder {
  const recorder = new Recorder(['ping']);
  recorder.trace(10 * SECOND, 2, { kind: 'fault', what: 'freeze', detail: 'cp sleep 5min' });
  return recorder;
}

describe('the timeline', () => {
  it('tells of a dead neighbour as a person would', () => {
    const recorder = afterFault();
    recorder.trace(158_751_204, 1, { kind: 'neighbor-state', ...NEIGHBOR_3, from: 'Full', to: 'Deleted', event: 'InactivityTimer',
      sinceLastHelloMicros: 40 * SECOND });
    expect(lines(recorder)).toEqual([
      '00:10.000  r3  FAULT  freeze: cp sleep 5min',
      '02:38.751  r2  neighbour 192.168.1.3 (r3) on eth0 Full -> Deleted: no Hello for 40.0 s',
      '               [2328:10.3 InactivityTimer]',
    ]);
  });

  it('tells of what is attached: adjacencies that lead outside, and everything from the first that is lost', () => {
    const recorder = new Recorder(['ping']);
    const outside = { ...NEIGHBOR_3, neighborId: 0x0a090909, neighborAddress: 0x0a000001 };
    recorder.trace(10 * SECOND, 1, { kind: 'neighbor-state', ...outside, from: 'Loading', to: 'Full', event: 'LoadingDone' });
    recorder.trace(50 * SECOND, 1, { kind: 'bfd-state', clause: '[5880:6.2]', interfaceName: 'eth0', peer: 0x0a000001, from: 'Up', to: 'Down', diagnostic: 1 });
    recorder.trace(50 * SECOND, 1, { kind: 'neighbor-state', ...outside, from: 'Full', to: 'Deleted', event: 'InactivityTimer', sinceLastHelloMicros: SECOND });
    const plan = planByHand();
    const told = (isOutside: boolean): string[] => timelineEntries(plan, recorder, new Names(plan, recorder), isOutside).map((entry) => formatEntry(entry, 2).replace(/\s+/g, ' '));
    expect(told(true)).toEqual([
      '00:10.000 - 10.9.9.9 - r2:eth0 Full [2328:10.3]',
      '00:50.000 r2 BFD with 10.0.0.1 on eth0 Up -> Down: the detection time is over [5880:6.2]',
      '00:50.000 r2 neighbour 10.0.0.1 on eth0 Full -> Deleted: no Hello for 1.0 s [2328:10.3 InactivityTimer]',
    ]);
    expect(told(false)).not.toContain(expect.stringContaining('Deleted'));
  });

  it('folds the states on the way to Full into the Full that they lead to', () => {
    const recorder = afterFault();
    for (const [time, from, to] of [[20, 'Down', 'Init'], [21, 'Init', '2-Way'], [22, '2-Way', 'ExStart'], [25, 'ExStart', 'Full']] as const) {
      recorder.trace(time * SECOND, 1, { kind: 'neighbor-state', ...NEIGHBOR_3, from, to, event: 'LoadingDone' });
    }
    expect(lines(recorder).slice(1).join(' ')).toMatch(/^00:25.000 {2}r2 {2}neighbour 192.168.1.3 \(r3\) on eth0 Full, 5.0 s after it was first heard/);
  });

  it('puts the arrivals of an LSA behind its origination, and its flush likewise', () => {
    const recorder = afterFault();
    recorder.trace(20 * SECOND, 2, { kind: 'lsa-originate', clause: '[2328:12.4]', lsa: ROUTER_3, sequence: 5, reason: 'change' });
    for (const node of [0, 1]) {
      recorder.trace(20 * SECOND + 100 * (node + 1), node, { kind: 'lsa-install', clause: '[2328:13(5d)]', lsa: ROUTER_3, sequence: 5,
        interfaceName: 'eth0', neighborId: 3, isMaxAge: false, isChanged: true });
    }
    recorder.trace(30 * SECOND, 2, { kind: 'lsa-flush', clause: '[2328:14.1]', lsa: ROUTER_3 });
    recorder.trace(30 * SECOND + 7, 0, { kind: 'lsa-install', clause: '[2328:13(5d)]', lsa: ROUTER_3, sequence: 5,
      interfaceName: 'eth0', neighborId: 3, isMaxAge: true, isChanged: true });
    expect(lines(recorder).slice(1)).toEqual([
      '00:20.000  r3  originates router-LSA in area 0 [2328:12.4]; at r1 +100 us, r2 +200 us',
      '00:30.000  r3  flushes router-LSA in area 0 [2328:14.1]; at r1 +7 us',
    ]);
  });

  it('puts the routes that a calculation changed under it, with what they were, and folds calculations that change none', () => {
    const recorder = afterFault();
    const route = { network: 0x0a000000, prefixLength: 8, metric: 20, protocol: 'ospf' as const };
    recorder.route(SECOND, 0, { ...route, action: 'add', nextHops: [{ gateway: 0xc0a80103, interfaceName: 'eth0' }] });
    recorder.trace(20 * SECOND, 0, { kind: 'spf-schedule', clause: '[2328:16]', delayMicros: 5 * SECOND });
    recorder.trace(25 * SECOND, 0, { kind: 'spf-run', clause: '[2328:16]', routers: 2, networks: 1, routes: 1 });
    recorder.route(25 * SECOND, 0, { ...route, action: 'replace', metric: 30, nextHops: [{ gateway: 0xc0a80102, interfaceName: 'eth0' }] });
    for (const node of [1, 1, 2]) recorder.trace(26 * SECOND, node, { kind: 'spf-run', clause: '[2328:16]', routers: 2, networks: 1, routes: 1 });
    expect(lines(recorder).filter((line) => !line.includes('FAULT') && !line.includes('complete'))).toEqual([
      '00:25.000  r1  SPF, 5.0 s after it was scheduled: 2 routers, 1 network, 1 route [2328:16]',
      '               route ~ 10.0.0.0/8 via 192.168.1.2 eth0 metric 30, was via 192.168.1.3 eth0 metric 20',
      '00:26.000  -   SPF without a change of routes at r2 (2 times), r3 [2328:16]',
    ]);
  });

  it('counts equal refusals and leaves out those that every adjacency brings', () => {
    const recorder = afterFault();
    for (let i = 0; i < 4; i++) {
      recorder.trace((20 + i) * SECOND, 0, { kind: 'refusal', clause: '[2328:10.5]', interfaceName: 'eth0', source: 0xc0a80103,
        what: 'hello interval mismatch', got: 10, want: 5 });
      recorder.trace((20 + i) * SECOND, 0, { kind: 'refusal', clause: '[2328:10.6]', interfaceName: 'eth0', source: 0xc0a80103,
        what: 'Database Description in neighbour state', got: '2-Way', want: 'ExStart or greater' });
    }
    expect(lines(recorder).slice(1).join(' ').replace(/\s+/g, ' ')).toBe('00:20.000 r1 refuses packets from 192.168.1.3 (r3) on eth0: ' +
      'hello interval mismatch, got 10, want 5 [2328:10.5] (4 times, last at 00:23.000)');
  });

  it('is short about the start', () => {
    const recorder = new Recorder(['ping']);
    for (const node of [0, 1, 2]) recorder.trace(node * 1000, node, { kind: 'daemon', daemon: 'ospfd', what: 'started' });
    for (const [node, neighborId] of [[1, 0xc0a80103], [2, 0xc0a80102]] as const) {
      recorder.trace(40 * SECOND + node, node, { kind: 'lsa-originate', clause: '', lsa: { ...ROUTER_3, advertisingRouter: 0xc0a80101 + node },
        sequence: 1, reason: 'change' });
      for (const to of ['Init', 'ExStart', 'Full']) {
        recorder.trace(40 * SECOND + node, node, { kind: 'neighbor-state', ...NEIGHBOR_3, neighborId, from: 'Down', to, event: 'x' });
      }
    }
    expect(lines(recorder)).toEqual([
      '00:00.000  -   daemons start on r1, r2, r3, the last at 00:00.002',
      '00:40.000  -   r2:eth0 - r3:eth0 Full [2328:10.3]',
    ]);
  });

  it('never leaves the terminal', () => {
    const recorder = afterFault();
    recorder.trace(20 * SECOND, 0, { kind: 'message', clause: '[x]', text: 'a word and another '.repeat(30) });
    for (const line of lines(recorder)) expect(line.length).toBeLessThanOrEqual(WIDTH);
  });
});

describe('text', () => {
  it.each([[0, '0 us'], [999, '999 us'], [1500, '1.5 ms'], [49_400, '49.4 ms'], [40_000_000, '40.0 s'], [38_212_000, '38.212 s'],
    [300_000_000, '5 min 0.0 s']])('%d us is %s', (micros, text) => {
    expect(formatSpan(micros)).toBe(text);
  });

  it('wraps at spaces and breaks a word only when it must', () => {
    expect(wrap('aa bb cc', 1, 5)).toBe('aa bb\n cc');
    expect(wrap('abcdefgh', 1, 5)).toBe('abcde\n fgh');
  });
});
