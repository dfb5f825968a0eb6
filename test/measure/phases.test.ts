/** The chain of an outage is found from its effect back to its cause, through the LSA of another router. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { RouteChange } from '../../src/engine/engine.js';
import type { LsaIdentity } from '../../src/engine/trace.js';
import type { ProbeResult } from '../../src/measure/outage.js';
import { convergencePhases } from '../../src/measure/phases.js';
import { Recorder } from '../../src/measure/recorder.js';
import { planByHand } from './plan-by-hand.js';

const ROUTER_2: LsaIdentity = { lsType: 1, linkStateId: 2, advertisingRouter: 2, area: 0 };
const SUMMARY_2: LsaIdentity = { lsType: 3, linkStateId: 0x0a210001, advertisingRouter: 2, area: 0 };
const TO_PROBED: RouteChange = { action: 'replace', network: 0x0a210001, prefixLength: 32, metric: 20, protocol: 'ospf',
  nextHops: [{ gateway: 0xc0a80102, interfaceName: 'eth0' }] };

function outage(start: number, end: number, isOpen = false): ProbeResult {
  return { name: 'ping', sent: 9, lost: 5, outages: [{ start, end, seconds: (end - start) / SECOND, lost: 5, isOpen }] };
}

function faulted(): Recorder {
  const recorder = new Recorder(['ping']);
  recorder.trace(10 * SECOND, 2, { kind: 'fault', what: 'sleep', detail: 'cp sleep 5min' });
  return recorder;
}

function lost(recorder: Recorder, time: number, node: number): void {
  recorder.trace(time, node, { kind: 'neighbor-state', clause: '[2328:10.3]', interfaceName: 'eth0', neighborId: 3, neighborAddress: 0xc0a80103,
    from: 'Full', to: 'Deleted', event: 'InactivityTimer', sinceLastHelloMicros: 40 * SECOND });
}

function install(recorder: Recorder, time: number, node: number, lsa: LsaIdentity): void {
  recorder.trace(time, node, { kind: 'lsa-install', clause: '[2328:13(5)]', lsa, sequence: 9, interfaceName: 'eth0', neighborId: 2,
    isMaxAge: false, isChanged: true });
}

function spf(recorder: Recorder, scheduled: number, run: number, node: number): void {
  recorder.trace(scheduled, node, { kind: 'spf-schedule', clause: '[2328:16]', delayMicros: run - scheduled });
  recorder.trace(run, node, { kind: 'spf-run', clause: '[2328:16.1]', routers: 2, networks: 1, routes: 2 });
}

function originate(recorder: Recorder, time: number, node: number, lsa: LsaIdentity): void {
  recorder.trace(time, node, { kind: 'lsa-originate', clause: '[2328:12.4]', lsa, sequence: 9, reason: 'change' });
}

describe('phases of an outage', () => {
  it('fault, detect, originate, flood, SPF wait, SPF, install, with what each took', () => {
    const recorder = faulted();
    lost(recorder, 45 * SECOND, 1);
    originate(recorder, 45 * SECOND + 100, 1, ROUTER_2);
    install(recorder, 45 * SECOND + 300, 0, ROUTER_2);
    spf(recorder, 45 * SECOND + 300, 50 * SECOND, 0);
    recorder.route(50 * SECOND, 0, TO_PROBED);
    // Later, and on a prefix that carries no probe: not what ended the outage.
    recorder.route(50 * SECOND + 1, 0, { ...TO_PROBED, network: 0x0b000000, prefixLength: 8 });
    const [chain] = convergencePhases(planByHand(), recorder, [outage(10 * SECOND, 50 * SECOND + 5000)]);
    expect(chain.phases.map((p) => [p.phase, p.node, p.durationMicros])).toEqual([
      ['fault', 2, 0], ['detect', 1, 35 * SECOND], ['originate', 1, 100], ['flood', 0, 200], ['spf-wait', 0, 5 * SECOND - 300],
      ['spf', 0, 0], ['install', 0, 0],
    ]);
    expect(chain.phases[1]).toMatchObject({ sinceLastHelloMicros: 40 * SECOND, detail: 'InactivityTimer' });
    expect(chain).toMatchObject({ probe: 0, outage: 0 });
  });

  it('goes on behind a summary: its border router calculated, because of another LSA', () => {
    const recorder = faulted();
    lost(recorder, 20 * SECOND, 2);
    originate(recorder, 20 * SECOND, 2, { ...ROUTER_2, advertisingRouter: 3, linkStateId: 3, area: 1 });
    install(recorder, 20 * SECOND + 10, 1, { ...ROUTER_2, advertisingRouter: 3, linkStateId: 3, area: 1 });
    spf(recorder, 20 * SECOND + 10, 21 * SECOND, 1);
    originate(recorder, 21 * SECOND, 1, SUMMARY_2);
    install(recorder, 21 * SECOND + 10, 0, SUMMARY_2);
    spf(recorder, 21 * SECOND + 10, 22 * SECOND, 0);
    recorder.route(22 * SECOND, 0, TO_PROBED);
    const [chain] = convergencePhases(planByHand(), recorder, [outage(10 * SECOND, 22 * SECOND)]);
    expect(chain.phases.map((p) => `${p.phase}@${p.node}`)).toEqual([
      'fault@2', 'detect@2', 'originate@2', 'flood@1', 'spf-wait@1', 'spf@1', 'originate@1', 'flood@0', 'spf-wait@0', 'spf@0', 'install@0',
    ]);
  });

  it('names the LSA about the prefix itself, also when its installation is traced behind the scheduling', () => {
    const recorder = faulted();
    originate(recorder, 20 * SECOND, 1, ROUTER_2);
    originate(recorder, 20 * SECOND, 1, SUMMARY_2);
    recorder.trace(21 * SECOND, 0, { kind: 'spf-schedule', clause: '[2328:16]', delayMicros: 0 });
    install(recorder, 21 * SECOND, 0, ROUTER_2);
    install(recorder, 21 * SECOND, 0, SUMMARY_2);
    recorder.trace(21 * SECOND, 0, { kind: 'spf-run', clause: '[2328:16.1]', routers: 2, networks: 1, routes: 2 });
    recorder.route(21 * SECOND, 0, TO_PROBED);
    const [chain] = convergencePhases(planByHand(), recorder, [outage(10 * SECOND, 21 * SECOND)]);
    expect(chain.phases.find((p) => p.phase === 'flood')?.lsa).toEqual(SUMMARY_2);
  });

  it('ends with the recovery when no route changed', () => {
    const recorder = faulted();
    recorder.trace(15 * SECOND, 2, { kind: 'recovery', what: 'restore', detail: '' });
    const [chain] = convergencePhases(planByHand(), recorder, [outage(10 * SECOND, 15 * SECOND)]);
    expect(chain.phases.map((p) => p.phase)).toEqual(['fault', 'recovery']);
  });

  it('knows the fault although the first lost probe had already left', () => {
    const recorder = faulted();
    const [chain] = convergencePhases(planByHand(), recorder, [outage(10 * SECOND - 300, 15 * SECOND, true)]);
    expect(chain.phases.map((p) => p.phase)).toEqual(['fault']);
  });

  it('a fault that no probe felt has a chain of its own', () => {
    const recorder = faulted();
    lost(recorder, 45 * SECOND, 0);
    originate(recorder, 45 * SECOND, 0, ROUTER_2);
    spf(recorder, 45 * SECOND, 45 * SECOND + 7, 0);
    recorder.route(45 * SECOND + 7, 0, { ...TO_PROBED, action: 'withdraw', nextHops: [] });
    const [chain] = convergencePhases(planByHand(), recorder, [{ name: 'ping', sent: 9, lost: 0, outages: [] }]);
    expect(chain.probe).toBeUndefined();
    expect(chain.phases.map((p) => p.phase)).toEqual(['fault', 'detect', 'originate', 'spf-wait', 'spf', 'install']);
  });
});

describe('the recorder', () => {
  it('is bounded, counts what it drops, and keeps faults beyond the bound', () => {
    const recorder = new Recorder([], 3);
    for (let i = 0; i < 5; i++) install(recorder, i, 0, ROUTER_2);
    recorder.trace(9, 0, { kind: 'fault', what: 'freeze', detail: '' });
    expect(recorder.events.map((e) => e.event.kind)).toEqual(['lsa-install', 'lsa-install', 'lsa-install', 'fault']);
    expect(recorder.dropped).toBe(2);
  });
});
