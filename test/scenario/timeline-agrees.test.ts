/**
 * Proves that what the timeline concludes from the frames of our own runs is what really happened in them, as the trace has it: who became
 * Full and who was lost, when and why, who was master, what was done, and how long the probes were out.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import type { Finding, FindingOf } from '../../src/measure/timeline/finding.js';
import type { Timeline } from '../../src/measure/timeline/capture-timeline.js';
import { failover, TOPOLOGIES } from '../cli/command-line.js';
import { timelineOf } from '../measure/capture-frames.js';

interface Traced {
  readonly t: number; readonly node: string | null; readonly kind: string; readonly from?: string; readonly to?: string; readonly event?: string; readonly neighborId?: string;
  readonly what?: string; readonly detail?: string; readonly lsa?: { readonly lsType: number; readonly advertisingRouter: string }; readonly virtualRouterId?: number;
}
interface Result { readonly probes: readonly { readonly name: string; readonly outages: readonly { readonly start: number; readonly end: number | null }[] }[] }
interface Run { readonly trace: readonly Traced[]; readonly result: Result; readonly timeline: Timeline; readonly idOf: ReadonlyMap<string, string> }

const folder = mkdtempSync(join(tmpdir(), 'failover-timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = new Map<string, Run>();

function run(name: string): Run {
  const known = runs.get(name);
  if (known !== undefined) return known;
  const out = join(folder, name.replaceAll('/', '-'));
  const ended = failover(['run', join(TOPOLOGIES, `${name}.yaml`), '--out', out]);
  expect(ended.stderr).not.toContain('bug');
  const trace = readFileSync(join(out, 'trace.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Traced);
  const idOf = new Map<string, string>();
  for (const { kind, node, lsa } of trace) if (kind === 'lsa-originate' && lsa?.lsType === 1 && node !== null) idOf.set(node, lsa.advertisingRouter);
  const made = { trace, result: JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result, timeline: timelineOf({ run: join(out, 'capture.pcapng') }), idOf };
  runs.set(name, made);
  return made;
}

const of = <K extends Finding['kind']>(timeline: Timeline, kind: K): FindingOf<K>[] => timeline.findings.filter((each): each is FindingOf<K> => each.kind === kind);
/** A socket is read up to 600 us after the frame, and places are links apart. */
const NEAR_MICROS = 5000;

describe.each(['router-loss-frr', 'router-loss', 'vipa-ospf', 'graceful-restart'])('%s: neighbours', (name) => {
  test('each that became Full is found when it did, and no other', () => {
    const { trace, timeline, idOf } = run(name);
    const expected = trace.filter(({ kind, to }) => kind === 'neighbor-state' && to === 'Full').map(({ t, node, neighborId }) => ({ t, router: idOf.get(node ?? '') ?? '', neighbor: neighborId ?? '' }));
    expect(expected.length).toBeGreaterThan(3);
    const found = of(timeline, 'adjacency-up').map(({ time, router, neighbor }) => ({ t: time, router: formatIpv4(router), neighbor: formatIpv4(neighbor) }));
    const isMatch = (a: { t: number; router: string; neighbor: string }, b: { t: number; router: string; neighbor: string }): boolean =>
      a.router === b.router && a.neighbor === b.neighbor && Math.abs(a.t - b.t) <= NEAR_MICROS;
    expect(expected.filter((each) => !found.some((other) => isMatch(each, other))), 'in the trace and not found').toEqual([]);
    expect(found.filter((each) => !expected.some((other) => isMatch(each, other))), 'found and not in the trace').toEqual([]);
  });

  test('each dead interval that passed at a router that was awake is found when it had', () => {
    const { trace, timeline, idOf } = run(name);
    const sleeps = trace.filter(({ kind, what }) => (kind === 'fault' || kind === 'recovery') && (what === 'freeze' || what === 'thaw'));
    const isJustAwake = ({ node, t }: Traced): boolean => sleeps.some((each) => each.node === node && each.kind === 'recovery' && t - each.t < 1000);
    const lost = trace.filter((each) => each.kind === 'neighbor-state' && each.event === 'InactivityTimer' && each.from === 'Full' && !isJustAwake(each));
    const downs = of(timeline, 'adjacency-down').filter(({ reason }) => reason === 'dead-interval');
    for (const { t, node, neighborId } of lost) {
      const match = downs.find((each) => formatIpv4(each.router) === idOf.get(node ?? '') && formatIpv4(each.neighbor) === neighborId && Math.abs(each.time - t) <= NEAR_MICROS);
      expect(match, `${node} lost ${neighborId} at ${t}`).toBeDefined();
    }
    // And none is claimed that did not pass.
    for (const down of downs) {
      expect(trace.some((each) => each.event === 'InactivityTimer' && idOf.get(each.node ?? '') === formatIpv4(down.router) && each.neighborId === formatIpv4(down.neighbor) &&
        Math.abs(each.t - down.time) <= NEAR_MICROS), `${formatIpv4(down.router)} lost ${formatIpv4(down.neighbor)} at ${down.time}`).toBe(true);
    }
  });
});

describe('what was done', () => {
  test.each(['router-loss-frr', 'router-loss'])('%s: the frozen router is named, and the freeze lies in the window', (name) => {
    const { trace, timeline, idOf } = run(name);
    const freezes = trace.filter(({ what }) => what === 'freeze');
    expect(timeline.incidents.map(({ cause }) => (cause.kind === 'router' ? [formatIpv4(cause.router), cause.extent, cause.memory] : cause.kind)))
      .toEqual(freezes.map(({ node }) => [idOf.get(node ?? ''), 'all', 'kept']));
    freezes.forEach(({ t }, index) => {
      const { from, to } = timeline.incidents[index];
      expect(from).toBeLessThanOrEqual(t);
      expect(to).toBeGreaterThanOrEqual(t);
      expect(to - from).toBeLessThan(100_000); // the probes narrow it down
    });
  });

  test('vipa-ospf: an adapter that is cut off and a lost carrier are told from a lost router', () => {
    const { timeline } = run('vipa-ospf');
    expect(timeline.incidents.map(({ cause }) => (cause.kind === 'router' ? cause.extent : cause.kind))).toEqual(['path', 'interface']);
  });

  test('graceful-restart: the announced restart and the goodbye are told apart', () => {
    const { timeline } = run('graceful-restart');
    expect(timeline.incidents.map(({ cause }) => cause.kind)).toEqual(['graceful-restart', 'goodbye']);
  });

  test('adapter-loss: the adapter that no longer answers, and the one that does', () => {
    const { timeline } = run('adapter-loss');
    const [{ cause }] = timeline.incidents;
    expect(cause.kind === 'adapter' ? [formatIpv4(cause.asking.address), cause.asking.unicastTo, cause.asking.answeredBy] : cause.kind).toEqual(['10.1.1.1', '00:20:35:04:de:cf', '00:20:35:04:9e:b2']);
  });

  test('vrrp-takeover: every change of master is in the trace, at its time', () => {
    const { trace, timeline } = run('vrrp-takeover');
    const masters = trace.filter(({ kind, to }) => kind === 'vrrp-state' && to === 'Master').map(({ t }) => t);
    const changes = of(timeline, 'vrrp-master');
    expect(changes.length).toBeGreaterThan(4);
    // Two that could not hear each other are both master when the way is back: until one has heard the other the wire has two, and the trace no change.
    const healed = trace.filter(({ kind, what }) => kind === 'recovery' && (what === 'restore' || what === 'thaw')).map(({ t }) => t);
    for (const { time, master } of changes) {
      expect(masters.some((t) => Math.abs(t - time) <= NEAR_MICROS) || healed.some((t) => time >= t && time - t <= 1_100_000), `${formatIpv4(master)} at ${time}`).toBe(true);
    }
    // And none is passed over.
    for (const t of masters) expect(changes.some(({ time }) => Math.abs(t - time) <= NEAR_MICROS), `master at ${t}`).toBe(true);
  });
});

describe('outages', () => {
  test.each(['router-loss-frr', 'router-loss', 'vipa-ospf', 'graceful-restart', 'adapter-loss'])('%s: each outage of a probe is found with its length', (name) => {
    const { result, timeline } = run(name);
    const found = of(timeline, 'outage').map(({ time, until }) => ({ start: time / 1e6, end: until === undefined ? undefined : until / 1e6 }));
    const outages = result.probes.flatMap(({ outages: each }) => each).filter(({ start, end }) => end !== null && end - start > 0.5);
    expect(outages.length).toBeGreaterThan(0);
    for (const { start, end } of outages) {
      // One that lasts to the end of the run has no end for the timeline.
      const isSameEnd = (other: number | undefined): boolean => (other === undefined ? end !== null && end >= timeline.endsAt / 1e6 - 1 : Math.abs(other - (end ?? 0)) < 0.1);
      expect(found.some((each) => Math.abs(each.start - start) < 0.1 && isSameEnd(each.end)), `${start} to ${end}, found ${JSON.stringify(found)}`).toBe(true);
    }
  });
});
