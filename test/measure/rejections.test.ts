/**
 * What is not accepted is counted by reason, whatever the values are; a hostile wire neither fills the recorder nor pushes out what neighbours do, and its lines
 * in a report are few.
 */
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/engine/trace.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Recorder } from '../../src/measure/recorder.js';
import { Rejections } from '../../src/measure/rejections.js';
import { Names } from '../../src/report/names.js';
import { rejectionsJson, rejectionsText } from '../../src/report/rejection-report.js';
import { timelineText } from '../../src/report/run-report.js';
import { makeStyle } from '../../src/report/terminal.js';
import { bindPlan } from '../../src/sim/bound-plan.js';
import { OutsidePort } from '../../src/sim/outside-port.js';
import { Simulation } from '../../src/sim/simulation.js';
import { internetChecksum } from '../../src/wire/internet-checksum.js';

const conf = (id: string): string => `interface eth0\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 4\nrouter ospf\n ospf router-id ${id}\n network 10.0.0.0/24 area 0\n`;
const FILES: Record<string, string> = {
  'us.conf': conf('10.0.0.2'),
  'pair.yaml': `until: 1min\ntopology:\n  nodes:\n    us: { kind: frr, config: us.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }
    real: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }\n  links: [ { endpoints: ["us:eth0", "real:eth0"] } ]\n`,
};
const { plan } = loadTopology('pair.yaml', { readFile: (file) => FILES[file] });

const refusal = (got: number, source = 0x0a000001): TraceEvent => ({ kind: 'refusal', clause: '[2328:8.2]', interfaceName: 'eth0', source, what: 'area id', got, want: 0 });
const down: TraceEvent = { kind: 'neighbor-state', clause: '[2328:10.3]', interfaceName: 'eth0', neighborId: 1, neighborAddress: 1, from: 'Full', to: 'Deleted', event: 'InactivityTimer' };

describe('counts', () => {
  it('have no values among their reasons, and are ordered', () => {
    const counts = new Rejections();
    for (let i = 0; i < 50; i++) expect(counts.take(1, refusal(i, i))).toBe(true);
    expect(counts.take(1, down)).toBe(false);
    counts.take(0, { kind: 'malformed', clause: '[2328:A.3.1]', interfaceName: 'eth1', code: 'length', offset: 2, got: 7, want: 24 });
    counts.add(1, 'eth0', 'ignored', 'a fragment', '', 60);
    expect(counts.rows().map(({ node, kind, reason, count }) => [node, kind, reason, count])).toEqual([[0, 'malformed', 'length', 1], [1, 'ignored', 'a fragment', 60], [1, 'refused', 'area id', 50]]);
    const names = new Names(plan, new Recorder([]));
    expect(rejectionsText(counts.rows(), names)).toMatch(/\n {2}us +eth0 +refused +area id +\[2328:8\.2\] +50\n/);
    expect(rejectionsJson(counts.rows(), names)[1]).toEqual({ node: 'us', interface: 'eth0', kind: 'ignored', reason: 'a fragment', count: 60 });
    expect(rejectionsText([], names)).toBe('');
  });

  it('of a hostile wire do not push out what neighbours do, nor what else happens', () => {
    const recorder = new Recorder([], 20_000);
    for (let i = 0; i < 100_000; i++) recorder.trace(i, 1, refusal(i));
    recorder.trace(100_001, 1, down);
    recorder.trace(100_002, 1, { kind: 'spf-schedule', clause: '', delayMicros: 1 });
    expect(recorder.events.length).toBe(10_002);
    expect([recorder.dropped, recorder.rejectionsOnlyCounted]).toEqual([0, 90_000]);
    expect(recorder.rejections.rows()[0].count).toBe(100_000);
    const text = timelineText(plan, recorder, new Names(plan, recorder), makeStyle(false));
    expect(text.match(/refuses packets/g)?.length).toBe(6);
    expect(text.replace(/\s+/g, ' ')).toContain('area id, other values [2328:8.2] (9995 times');
    expect(text).toContain('(90000 more packets were refused or malformed)');
  });
});

describe('frames that an interface lets go of', () => {
  const bound = bindPlan(plan, [{ node: 'us', interfaceName: 'eth0', device: 'wire' }], false);
  if (typeof bound === 'string') throw new Error(bound);
  const { plan: half, outside: [{ node: outside, mac }] } = bound;
  const node = half.nodes.findIndex(({ name }) => name === 'us');

  function reasonsOf(...frames: readonly Uint8Array[]): Record<string, number> {
    const port = new OutsidePort(() => undefined);
    const simulation = new Simulation(half, {}, { engineOf: (index) => (index === outside ? port : undefined) });
    simulation.runUntil(1_000_000);
    for (const frame of frames) simulation.inject(outside, 0, frame);
    simulation.runUntil(1_100_000);
    return Object.fromEntries(simulation.nodes[node].system?.host.interfaces.flatMap(({ discards }) => discards.entries) ?? []);
  }

  /** An IP packet to our own hardware address, with a right header. */
  function packet(protocol: number, payload: readonly number[], destination = [10, 0, 0, 2], fragment = 0): Uint8Array {
    const total = 20 + payload.length;
    const frame = Uint8Array.from([...mac, 2, 0, 0, 0, 0, 9, 8, 0, 0x45, 0, total >> 8, total & 255, 0, 1, fragment, 0, 9, protocol, 0, 0, 10, 0, 0, 1, ...destination, ...payload]);
    const checksum = internetChecksum(frame, 14, 34);
    frame[24] = checksum >> 8;
    frame[25] = checksum & 255;
    return frame;
  }

  it.each<readonly [string, Uint8Array]>([
    ['shorter than an Ethernet header', Uint8Array.from([...mac, 1, 2])],
    ['to another hardware address', Uint8Array.from([2, 9, 9, 9, 9, 9, 2, 0, 0, 0, 0, 9, 8, 0])],
    ['of a type that nobody takes', Uint8Array.from([...mac, 2, 0, 0, 0, 0, 9, 0x88, 0xcc, 1])],
    ['to a group that was not joined', packet(89, [1], [224, 0, 0, 99])],
    ['a fragment', packet(89, [1], [10, 0, 0, 2], 0x20)],
    ['ICMP with a wrong checksum or length', packet(1, [8, 0, 1, 1, 0, 0, 0, 0])],
    ['UDP with a wrong checksum or length', packet(17, [0, 9, 0, 9, 0, 99, 0, 0])],
    ['UDP with a wrong checksum or length', packet(17, [0, 9])],
    ['to a UDP port that nobody listens on', packet(17, [0, 9, 0, 99, 0, 8, 0, 0])],
    ['of an IP protocol that nobody takes', packet(200, [1])],
  ])('%s', (reason, frame) => {
    expect(reasonsOf(frame)).toEqual({ [reason]: 1 });
  });

  it('OSPF from an address of our own, and OSPF that the socket has no room for', () => {
    const own = packet(89, [2, 1, 0, 44]);
    own[29] = 2;
    own[25] -= 1;
    expect(reasonsOf(own)).toEqual({ 'OSPF from an address of our own': 1 });
    expect(reasonsOf(...Array.from({ length: 300 }, () => packet(89, [2])))).toEqual({ 'OSPF that the socket had no room for': 44 });
  });
});
