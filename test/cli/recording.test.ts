/**
 * A recording is the whole run of what was emulated: made of a virtual run at the border of one router, it gives the same bytes, and the router alone knows at every
 * moment what it knew among the others. No device is needed for that.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { rerun, type BorderFrame } from '../../src/replay/recording.js';
import { bindPlan } from '../../src/sim/bound-plan.js';
import { OutsidePort } from '../../src/sim/outside-port.js';
import { Simulation } from '../../src/sim/simulation.js';
import { TOPOLOGIES, failover } from './command-line.js';

const TOPOLOGY = join(TOPOLOGIES, 'conformance/broadcast-priorities.yaml');
const OURS = 'r4';
const SECONDS = 90;
const ETHERNET = 1;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'failover-recording-'));
  const files: Record<string, string> = {};
  const { plan } = loadTopology(TOPOLOGY, { readFile: (file) => (files[file] = readFileSync(file, 'utf8')) });
  const node = plan.nodes.findIndex(({ name }) => name === OURS);
  const link = plan.links.findIndex(({ ends }) => ends.some((end) => end.node === node));
  const place = plan.links[link].ends.findIndex((end) => end.node === node);
  const chunks: Record<'inbound' | 'outbound', Uint8Array[]> = { inbound: [], outbound: [] };
  const writers = { inbound: new PcapngWriter((chunk) => chunks.inbound.push(chunk.slice())), outbound: new PcapngWriter((chunk) => chunks.outbound.push(chunk.slice())) };
  for (const writer of Object.values(writers)) writer.addInterface(`${OURS}:eth0`, ETHERNET, 0);
  new Simulation(plan, {
    frame: (at, end, time, bytes, direction) => {
      if (at === link && end === place) writers[direction].writeFrame(0, time, bytes, direction);
    },
  }).runUntil(SECONDS * SECOND);
  for (const writer of Object.values(writers)) writer.finish();
  const recording = join(folder, 'recording');
  mkdirSync(recording);
  writeFileSync(join(recording, 'inputs.pcapng'), Buffer.concat(chunks.inbound));
  writeFileSync(join(recording, 'outputs.pcapng'), Buffer.concat(chunks.outbound));
  writeFileSync(join(recording, 'recording.json'), JSON.stringify({
    formatVersion: 1, topology: TOPOLOGY, seed: plan.seed, overrides: [], bindings: [{ node: OURS, interfaceName: 'eth0', device: 'tap:t0' }], hasEvents: false, stops: [],
    endedAt: SECONDS * SECOND, startedAt: '2026-01-01T00:00:00.000Z', files,
  }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a recording', () => {
  it('gives the same bytes', () => {
    const { exitCode, stdout } = failover(['replay', join(folder, 'recording')]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^\d{3,} frames out of \d{3,} frames in, 01:30\.000: the same bytes at the same microseconds\n$/)]);
  });

  // Starting; in the middle of the exchange; all Full; the Designated Router is dead and missed; another has taken over.
  it('is asked like a topology, and answers the same', () => {
    const commands = ['show ip ospf neighbor', 'show ip ospf neighbor detail', 'show ip ospf database', 'show ip ospf route', 'show ip route', 'show ip ospf interface', 'ip route', 'ip neigh'];
    const input = ['0s', '2500ms', '4050ms', '40s', '63s', `${SECONDS}s`].flatMap((at) => commands.map((command) => `${at}\t${OURS}\t${command}\n`)).join('');
    const [ofRecording, ofTopology] = [join(folder, 'recording'), TOPOLOGY].map((asked) => failover(['show', asked, '--batch', '-'], { input }));
    expect(ofRecording).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ofTopology.stdout).toContain(' 10 Full/DR ');
    expect(ofRecording.stdout).toBe(ofTopology.stdout);
  });

  it('what was sent before the real clock took over went nowhere, and is not in it', () => {
    const { plan } = loadTopology(TOPOLOGY, { readFile: (file) => readFileSync(file, 'utf8') });
    const bindings = [{ node: OURS, interfaceName: 'eth0', device: 'tap:t0' }];
    const bound = bindPlan(plan, bindings, false);
    if (typeof bound === 'string') throw new Error(bound);
    const sent: BorderFrame[] = [];
    const outside = new OutsidePort((time, frame) => void sent.push({ time, device: 0, bytes: frame.slice() }));
    const alone = new Simulation(bound.plan, {}, { engineOf: (node) => (node === bound.outside[0].node ? outside : undefined) });
    alone.runUntil(30 * SECOND);
    const before = sent.filter(({ time }) => time <= 12 * SECOND).length;
    expect(before).toBeGreaterThan(0);
    const header = { formatVersion: 1, topology: TOPOLOGY, seed: plan.seed, overrides: [], bindings, hasEvents: false, stops: [], endedAt: 30 * SECOND, files: {} };
    expect(rerun(plan, { ...header, warmUp: 12 * SECOND }, [], sent.slice(before))).toEqual({ frames: sent.length - before });
    expect(rerun(plan, header, [], sent.slice(before))).toHaveProperty('difference');
  });

  it.each([
    [['--at', '91s', '--node', OURS, 'ip route'], 'recording: the recording ends at 01:30.000'],
    [['--at', '10s', '--node', 'r1', 'ip route'], '--node r1: there is no node "r1"; there are r4, '],
    [['--at', '10s', '--node', OURS], "show: wanted are --at D, --node NAME and 'COMMAND'"],
  ])('what is not in it: %j', (words, message) => {
    const { exitCode, stderr } = failover(['show', join(folder, 'recording'), ...words]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
