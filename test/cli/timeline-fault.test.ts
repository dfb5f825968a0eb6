/**
 * `failover timeline`: each capture names its fault. Judges: what was done to the real networks and when (events.json), and for a run of our own its
 * trace and result, which the timeline does not see. What the real daemons logged: test/measure/timeline-lab.test.ts.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOPOLOGIES, failover } from './command-line.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/lab', import.meta.url));
const PCAPS = fileURLToPath(new URL('../../pcaps', import.meta.url));

interface Silent { readonly address: string; readonly places: readonly string[] }
interface Incident {
  readonly cause: {
    readonly kind: string; readonly router?: string; readonly silent?: readonly Silent[]; readonly extent?: string; readonly text: string; readonly successor?: string;
    readonly change?: { readonly master: string }; readonly silence?: { readonly node: string };
    readonly asking?: { readonly address: string; readonly unicastTo: string };
  };
  readonly from: number;
  readonly to: number;
  readonly endsAt: number;
  readonly isOver: boolean;
  readonly outages: readonly { readonly from: number; readonly until: number | null }[];
  readonly steps: readonly { readonly role: string; readonly time: number }[];
}
interface Loss { readonly kind: string; readonly time: number; readonly router: string; readonly neighbor: string; readonly reason: string }
interface Timeline { readonly incidents: readonly Incident[]; readonly findings: readonly Loss[]; readonly totals: { readonly refreshes: number; readonly frames: number } }

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'failover-timeline-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function timelineOf(...paths: readonly string[]): Timeline {
  const { exitCode, stdout, stderr } = failover(['timeline', '--json', ...paths]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Timeline;
}

const ofPcaps = (name: string): Timeline => timelineOf(join(PCAPS, `${name}.pcap`));
const expired = ({ findings }: Timeline): Loss[] => findings.filter(({ kind, reason }) => kind === 'adjacency-down' && reason === 'dead-interval');

describe('four real FRR, one of which is cut off, on three segments', () => {
  it.each([['frr-def', 2, 10], ['frr-h1', 5, 1]])('%s: who fell silent, on which segments, within a Hello of the truth; %i faults', (name, faults, helloSeconds) => {
    const below = join(FIXTURES, name);
    const timeline = timelineOf(...['lan', 'ctc0', 'ctc1'].map((segment) => join(below, `${segment}.ctl.pcap`)));
    const events = JSON.parse(readFileSync(join(below, 'events.json'), 'utf8')) as { readonly t: number; readonly what: string }[];
    const frozen = events.filter(({ what }) => what === 'freeze').map(({ t }) => t);
    const thawed = events.filter(({ what }) => what === 'thaw').map(({ t }) => t);
    const silences = timeline.incidents.filter(({ cause }) => cause.kind === 'router');
    expect(silences.length).toBe(faults);
    silences.forEach(({ cause, from, to, endsAt, isOver, steps }, index) => {
      expect(cause).toMatchObject({ router: '192.168.1.3', extent: 'all' });
      expect([...cause.silent ?? []].sort((a, b) => (a.address < b.address ? -1 : 1))).toEqual([{ address: '10.31.0.1', places: ['ctc0'] }, { address: '192.168.1.3', places: ['lan'] }]);
      expect(from).toBeLessThanOrEqual(frozen[index]);
      expect(to).toBeGreaterThanOrEqual(frozen[index]);
      expect(to - from).toBeLessThanOrEqual(helloSeconds * 1.01);
      expect(isOver).toBe(true);
      expect(endsAt).toBeGreaterThan(thawed[index]);
      const roles = steps.map(({ role }) => role);
      expect(roles).toEqual(expect.arrayContaining(['symptom', 'noticed', 'announced']));
      expect(steps[roles.indexOf('symptom')].time).toBeLessThan(steps[roles.indexOf('noticed')].time);
    });
  });

  it('text: says it in the words of a reader, on lines of a terminal', () => {
    const { exitCode, stdout } = failover(['timeline', ...['lan', 'ctc0', 'ctc1'].map((segment) => join(FIXTURES, 'frr-def', `${segment}.ctl.pcap`))]);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('192.168.1.3 fell silent between 01:00.006 and 01:10.004, on ctc0 (10.31.0.1) and lan (192.168.1.3)');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('the captures of this package', () => {
  it('ospf-router-loss-and-return: the router, its address, and that it came back', () => {
    const [{ cause, isOver }] = ofPcaps('ospf-router-loss-and-return').incidents;
    expect(cause).toMatchObject({ kind: 'router', router: '10.0.0.1', silent: [{ address: '10.1.0.1' }], extent: 'all' });
    expect(isOver).toBe(true);
  });

  it('ospf-dr-loss: the designated router, and its successor', () => {
    const timeline = ofPcaps('ospf-dr-loss');
    expect(timeline.incidents[0].cause).toMatchObject({ kind: 'router', router: '10.0.0.3' });
    expect(timeline.findings).toContainEqual(expect.objectContaining({ kind: 'designated-router', designatedRouter: '10.1.0.2', previousDesignatedRouter: '10.1.0.3' }));
  });

  it('ospf-lsa-refresh-120s: refreshes are counted and are no change', () => {
    const { totals, incidents } = ofPcaps('ospf-lsa-refresh-120s');
    expect(totals.refreshes).toBeGreaterThan(0);
    expect(incidents).toEqual([]);
  });

  it.each(['vrrp-v2-frozen', 'vrrp-v2-failover', 'vrrp-v2-two-masters'])('%s: the master, and that start-up was no fault', (name) => {
    expect(ofPcaps(name).incidents[0].cause).toMatchObject({ kind: 'vrrp', change: { kind: 'vrrp-silent', master: '10.9.0.1' } });
  });

  it('ospf-flapping-link: the one drops all its neighbours, the other sees itself no longer listed', () => {
    const timeline = ofPcaps('ospf-flapping-link');
    const reasons = timeline.findings.filter(({ kind }) => kind === 'adjacency-down').map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['reset', 'one-way']));
    expect(timeline.incidents[0].cause.kind).toBe('reset');
  });

  it('where nothing was broken nothing is said to be: authentication, key changes, large databases, stub areas, refreshes', () => {
    const quiet = ['ospf-auth-hmac-sha256.pcap', 'ospf-auth-md5.pcap', 'ospf-key-change-md5.pcap', 'ospf-broadcast-dr-bdr.pcap', 'ospf-externals-e1-e2.pcap', 'ospf-nbma.pcap', 'ospf-nssa.pcapng', 'ospf-two-areas.pcapng',
      'ospf-point-to-multipoint-frr.pcap', 'ospf-lsa-refresh-1800s.pcap'];
    for (const name of quiet) expect(timelineOf(join(PCAPS, name)).incidents, name).toEqual([]);
  });

  it('vrrp-v2-failover: the master changes, each with its reason; the address moves with them', () => {
    const { findings } = ofPcaps('vrrp-v2-failover');
    expect(findings.filter(({ kind }) => kind === 'vrrp-master')).toMatchObject([
      { master: '10.9.0.2', reason: 'first' }, { master: '10.9.0.1', reason: 'preempted' }, { master: '10.9.0.2', previous: '10.9.0.1', reason: 'silent' },
      { master: '10.9.0.1', reason: 'preempted' },
    ]);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'address-moved', address: '10.9.0.100', from: '02:00:00:00:01:01', to: '02:00:00:00:02:01', isGratuitous: true }));
  });

  it('vrrp-v2-password-stop: a master that says priority 0 has released it', () => {
    expect(ofPcaps('vrrp-v2-password-stop').findings).toContainEqual(expect.objectContaining({ kind: 'vrrp-master', reason: 'released' }));
  });

  it('heartbeat-takeover-and-failback: the node, who took over, and that traffic came back', () => {
    const [{ cause, outages: [outage] }] = ofPcaps('heartbeat-takeover-and-failback').incidents;
    expect(cause).toMatchObject({ kind: 'heartbeat', silence: { node: 'lnx31' }, successor: 'lnx41' });
    // Five requests, a second apart, were not answered.
    expect((outage.until ?? NaN) - outage.from).toBeCloseTo(5.13, 2);
  });

  it('arp-neighbor-lost: the adapter that no longer answers, and how long', () => {
    const [{ cause, outages: [outage] }] = ofPcaps('arp-neighbor-lost').incidents;
    expect(cause).toMatchObject({ kind: 'adapter', asking: { address: '10.9.0.2', unicastTo: '02:00:00:00:02:01' } });
    expect((outage.until ?? NaN) - outage.from).toBeCloseTo(21.467, 2);
  });
});

describe('a run of our own', () => {
  it('router-loss-frr: every neighbour that the trace lost while running, at that time; the outage of both flows as the result has it', () => {
    expect(failover(['run', join(TOPOLOGIES, 'router-loss-frr.yaml'), '--out', directory, '--json']).exitCode).toBe(0);
    const timeline = timelineOf(join(directory, 'capture.pcapng'));
    const trace = readFileSync(join(directory, 'trace.jsonl'), 'utf8').split('\n').filter((line) => line.includes('"InactivityTimer"'))
      .map((line) => JSON.parse(line) as { readonly t: number; readonly node: string; readonly neighborId: string });
    const ROUTER: Readonly<Record<string, string>> = { tirnanog: '192.168.1.254', lnx32: '192.168.1.4', lnx33: '10.33.0.1' };
    const lost = trace.filter(({ node }) => node !== 'lnx31');
    expect(lost.length).toBe(3);
    for (const { t, node, neighborId } of lost) {
      const near = expired(timeline).filter(({ router, neighbor, time }) => router === ROUTER[node] && neighbor === neighborId && Math.abs(time - t / 1e6) < 0.01);
      expect(near.length, `${node} lost ${neighborId} at ${t}`).toBe(1);
    }
    expect(timeline.incidents[0].cause).toMatchObject({ kind: 'router', router: '192.168.1.3', extent: 'all' });
    // Three packets of the period of 10 ms: what one hop takes, and the period as it is estimated.
    const { probes } = JSON.parse(readFileSync(join(directory, 'result.json'), 'utf8')) as { probes: { readonly to: string; readonly outages: { readonly start: number; readonly seconds: number }[] }[] };
    const outages = timeline.findings.filter(({ kind }) => kind === 'outage') as unknown as { readonly flow: { readonly destination: string }; readonly time: number; readonly until: number }[];
    expect(outages.length).toBe(2);
    for (const { to, outages: [measured] } of probes) {
      const seen = outages.find(({ flow }) => flow.destination === to);
      expect(Math.abs((seen?.time ?? NaN) - measured.start), to).toBeLessThan(0.03);
      expect(Math.abs((seen?.until ?? NaN) - measured.start - measured.seconds), to).toBeLessThan(0.03);
    }
  }, 60_000);
});

describe('what is no capture, or only part of one', () => {
  it.each([
    ['empty', new Uint8Array(0), /^\S+empty\.pcap: is empty; a capture \(pcap or pcapng\) is wanted\n$/],
    ['text', new TextEncoder().encode('no capture at all, only some text in a file'), /^\S+text\.pcap: is no capture: .*\n$/],
    ['head', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0), /^\S+head\.pcap: ends after 6 bytes, .*\n$/],
  ])('%s: one line, exit code 2, nothing else', (name, bytes, line) => {
    const path = join(directory, `${name}.pcap`);
    writeFileSync(path, bytes);
    const { exitCode, stdout, stderr } = failover(['timeline', path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(line);
  });

  it('cut off: what came before is told, then one line, exit code 2', () => {
    const path = join(directory, 'cut.pcap');
    writeFileSync(path, readFileSync(join(PCAPS, 'ospf-dr-loss.pcap')).subarray(0, -7));
    const { exitCode, stdout, stderr } = failover(['timeline', path]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('10.0.0.3 fell silent');
    expect(stderr).toMatch(/^\S+cut\.pcap: breaks off at byte \d+: .*\n$/);
  });

  it('none, one twice, one that is not there: a line, exit code 2', () => {
    const path = join(PCAPS, 'ospf-dr-loss.pcap');
    for (const words of [[], [path, path], [join(directory, 'none.pcap')]]) {
      const { exitCode, stdout, stderr } = failover(['timeline', ...words]);
      expect({ exitCode, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ exitCode: 2, stdout: '', lines: 1 });
    }
  });
});
