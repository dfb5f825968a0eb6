/**
 * Is the outage that we say the outage that there is? Each topology of topologies/outages/ with 20 seeds, against what streams of datagrams lost in real networks
 * of FRR 8.4.4, BIRD 2.0.12 and Linux (recorded.json, by record/outages.mjs, 6 or 8 runs each).
 *
 * What an outage can be, its mechanism says: the row of a topology's event. Ours must lie within that, and what was recorded within ours (over its seeds, with
 * a tolerance). Where there is no row nothing is lost here, and of the real runs the best loses at most what the processor explains: the recordings were made on
 * one that had other things to do, and what happens at once here took it 10 to 40 ms.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import { lossAfter, runHere, type Loss, type OutageRun, type RecordedOutages } from './outage-runs.js';

const FOLDER = 'topologies/outages';
const SEEDS = 20;
const EVERY_SECONDS = 0.01;
/** Lost in the best of the real runs where here nothing, or one datagram, is. */
const AT_ONCE_DATAGRAMS = 3;
/** Twenty draws do not reach the ends of a range, and a real daemon comes late. */
const TOLERANCE_SECONDS = 0.2;
/** What sampling with datagrams adds to what the mechanism explains. */
const SAMPLING_SECONDS = 0.021;

interface Explained {
  /** Of the topology, from 0. */
  readonly event: number;
  /** How the probes' names begin; all, if not there. */
  readonly probes?: string;
  /** Seconds that are lost, and why. */
  readonly least: number;
  readonly most: number;
  readonly why: string;
  /** Not in every run. */
  readonly isRare?: boolean;
  /** Rarer than that: in none of the real runs. */
  readonly isUnseen?: boolean;
  /** In place of `TOLERANCE_SECONDS`: where several phases add up. */
  readonly tolerance?: number;
}

const DEAD = 'dead interval 4 s, less the age of the last Hello';
const TICKED = `${DEAD}; noticed and calculated at ticks of a second`;
const NOW_AND_THEN = 'an LSA that came within MinLSArrival (1 s) of its last is dropped and sent again after RxmtInterval (5 s), up to four times: it is not sent again before it is 5 s old';
const LOOP = 'one end has calculated at once and the other after the SPF hold of 50 ms';
const TICK = 'a tick of a second';
/** Two routers' ticks and a Hello: twenty draws leave the ends of their sum out. */
const HALF_TICK = 0.5;

const EXPLAINED: Readonly<Record<string, readonly Explained[]>> = {
  silence: [{ event: 0, least: 3, most: 4.06, why: DEAD }],
  'ring-silence': [{ event: 0, least: 3, most: 4.06, why: DEAD }],
  'silence-defaults': [{ event: 0, least: 30, most: 40.06, why: 'dead interval 40 s, less the age of the last Hello' }],
  'equal-silence': [{ event: 0, least: 3, most: 4.06, why: `${DEAD}: the flows on that way`, isRare: true }],
  'equal-carrier': [{ event: 4, least: 1, most: 3, isRare: true,
    why: 'of the group of both next hops the kernel has lost the one, and then the other: r1 has no way until the adjacency over the first link is Full again' }],
  'ospfd-killed': [{ event: 0, least: 3, most: 4.06, why: DEAD }],
  'ospfd-stopped': [{ event: 1, least: 4.9, most: 5.1, why: NOW_AND_THEN, isRare: true, isUnseen: true }],
  'zebra-killed': [{ event: 1, least: Infinity, most: Infinity, why: 'the new zebra sweeps the kernel, and ospfd says nothing anew' }],
  frozen: [{ event: 0, least: 3, most: 4.06, why: DEAD }],
  'carrier-near-end': [{ event: 1, probes: 'back', least: 0.03, most: 0.06, why: LOOP, isRare: true }],
  'designated-aside': [{ event: 0, least: 0.03, most: 0.06, why: LOOP, isRare: true }, { event: 1, least: 4.9, most: 21, why: NOW_AND_THEN, isRare: true }],
  'designated-in-use': [{ event: 0, least: 3, most: 4.12, why: `${DEAD}, and the SPF hold` }, { event: 1, least: 4.9, most: 21, why: NOW_AND_THEN, isRare: true }],
  'bird-carrier': [{ event: 0, least: 0, most: 1, why: TICK }, { event: 1, probes: 'back', least: 0, most: 1, why: TICK, isRare: true, tolerance: HALF_TICK }],
  'bird-silence': [{ event: 0, least: 3, most: 5, why: TICKED, tolerance: HALF_TICK }, { event: 1, probes: 'back', least: 0, most: 1, why: TICK, isRare: true, tolerance: HALF_TICK }],
  'bird-stopped': [{ event: 0, least: 0, most: 1, why: TICK }],
  'bird-frozen': [{ event: 0, least: 3, most: 5, why: TICKED, tolerance: HALF_TICK }, { event: 1, least: 0, most: 6, why: `${TICK}, and RxmtInterval`, isRare: true, tolerance: HALF_TICK }],
};

const names = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5)).sort();

const secondsOf = ({ lost, until }: Loss): number => (until === Infinity ? Infinity : lost * EVERY_SECONDS);
const least = (numbers: readonly number[]): number => Math.min(...numbers);
const most = (numbers: readonly number[]): number => Math.max(...numbers);
const isNothing = ({ lost }: Loss): boolean => lost === 0;

it('every topology was recorded several times, and every row is of one of them', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(Object.keys(EXPLAINED).filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(names)('%s', (name) => {
  const { plan } = loadTopology(`${FOLDER}/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') });
  const recorded = JSON.parse(readFileSync(`${FOLDER}/${name}/recorded.json`, 'utf8')) as RecordedOutages;
  const ours: OutageRun[] = [];
  const rows = EXPLAINED[name] ?? [];
  const rowOf = (event: number, probe: string): Explained | undefined => rows.find((row) => row.event === event && probe.startsWith(row.probes ?? ''));
  const cases = plan.events.flatMap(({ text }, event) => plan.probes.map((probe) => ({ event, text, probe: probe.name, row: rowOf(event, probe.name) })));

  beforeAll(() => {
    for (let seed = 1; seed <= SEEDS; seed++) ours.push(runHere(plan, seed));
  }, 300_000);

  it('was recorded several times, with all its events and probes; before the first event nothing is lost', () => {
    expect(recorded.runs.length).toBeGreaterThanOrEqual(5);
    for (const run of [...recorded.runs, ...ours]) {
      expect(run.events.length).toBe(plan.events.length);
      expect(Object.keys(run.probes)).toEqual(plan.probes.map((probe) => probe.name));
    }
    for (const { name: probe } of plan.probes) expect(ours.map((run) => lossAfter(run, probe, -1).lost)).toEqual(ours.map(() => 0));
  });

  it.each(cases.filter(({ row }) => row === undefined))('after event $event ($text) $probe loses nothing', ({ event, probe }) => {
    expect(most(ours.map((run) => lossAfter(run, probe, event).lost)), 'here').toBeLessThanOrEqual(1);
    expect(least(recorded.runs.map((run) => lossAfter(run, probe, event).lost)), 'recorded').toBeLessThanOrEqual(AT_ONCE_DATAGRAMS);
  });

  it.each(cases.filter(({ row }) => row !== undefined && row.isRare !== true))('after event $event ($text) $probe is out: $row.why', ({ event, probe, row }) => {
    const here = ours.map((run) => lossAfter(run, probe, event));
    const there = recorded.runs.map((run) => lossAfter(run, probe, event));
    agree(here, there, row as Explained);
  });

  it.each(rows.filter(({ isRare }) => isRare === true))('after event $event some are out: $why', (row) => {
    const probes = plan.probes.map((probe) => probe.name).filter((probe) => rowOf(row.event, probe) === row);
    const all = (runs: readonly OutageRun[]): Loss[] => runs.flatMap((run) => probes.map((probe) => lossAfter(run, probe, row.event)));
    const [here, there] = [all(ours), all(recorded.runs)];
    // What chance spares in the one it spares in the other, too; a few datagrams are the processor's.
    const isMoment = row.most < 0.1;
    const felt = (losses: readonly Loss[]): Loss[] => losses.filter((loss) => !isNothing(loss) && (isMoment || loss.lost > 10 || row.least < 0.1));
    expect(felt(here).length, 'happens here').toBeGreaterThan(0);
    expect(felt(there).length > 0, 'happened there').toBe(row.isUnseen !== true);
    agree(felt(here), felt(there), row);
  });
});

function agree(here: readonly Loss[], there: readonly Loss[], row: Explained): void {
  const { tolerance = TOLERANCE_SECONDS } = row;
  const [lost, until] = [here.map(secondsOf), here.map((loss) => loss.until)];
  expect(least(lost), 'here: the least').toBeGreaterThanOrEqual(row.least - SAMPLING_SECONDS);
  expect(most(lost), 'here: the most').toBeLessThanOrEqual(row.most + SAMPLING_SECONDS);
  for (const loss of there) {
    expect(secondsOf(loss), 'recorded: lost').toBeGreaterThanOrEqual(least(lost) - tolerance);
    expect(secondsOf(loss), 'recorded: lost').toBeLessThanOrEqual(most(lost) + tolerance);
    expect(loss.until, 'recorded: until').toBeGreaterThanOrEqual(least(until) - tolerance);
    expect(loss.until, 'recorded: until').toBeLessThanOrEqual(most(until) + tolerance);
  }
}
