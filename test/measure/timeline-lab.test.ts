/**
 * Proves that the timeline, from the wire alone, says of recordings of real systems what was really done to them and what they logged themselves:
 * the fault by its name, within the time that the wire allows; every neighbour that became Full or was lost, at the time in the daemon's own log.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import type { FindingOf } from '../../src/measure/timeline/finding.js';
import type { Timeline } from '../../src/measure/timeline/capture-timeline.js';
import { timelineOf } from './capture-frames.js';

const LAB = 'test/fixtures/lab';
const json = <T>(name: string): T => JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/lab/${name}`, import.meta.url)), 'utf8')) as T;

interface Event { readonly t: number; readonly what: string }
interface Logged { readonly node: string; readonly t: number; readonly nbr: string; readonly to: string; readonly ev: string }
interface Round { readonly t_fault: number; readonly addr_added_s: number; readonly ping_gaps: readonly { readonly start: number; readonly length: number }[] }

const ROUTER_IDS: Readonly<Record<string, string>> = { tirnanog: '192.168.1.254', lnx31: '192.168.1.3', lnx32: '192.168.1.4', lnx33: '10.33.0.1' };

function segments(run: string): Timeline {
  return timelineOf(Object.fromEntries(['lan', 'ctc0', 'ctc1'].map((segment) => [segment, `${LAB}/${run}/${segment}.ctl.pcap`])));
}

const of = <K extends Timeline['findings'][number]['kind']>(timeline: Timeline, kind: K): FindingOf<K>[] =>
  timeline.findings.filter((each): each is FindingOf<K> => each.kind === kind);

describe.each([{ run: 'frr-def', dead: 40, freezes: 2 }, { run: 'frr-h1', dead: 4, freezes: 5 }])('$run: a router that stands still', ({ run, dead, freezes }) => {
  const events = json<Event[]>(`${run}/events.json`);
  const logged = json<Logged[]>(`${run}/nsm-timeline.json`);
  const timeline = segments(run);
  const frozenAt = events.filter(({ what }) => what === 'freeze').map(({ t }) => t * 1e6);
  const thawedAt = events.filter(({ what }) => what === 'thaw').map(({ t }) => t * 1e6);
  const logBegins = (events.find(({ what }) => what === 'routing daemon start')?.t ?? 0) * 1e6;

  test('every freeze is a fault of its own, of the right router, on both of its segments, and the freeze lies in its window', () => {
    const silent = timeline.incidents.filter(({ cause }) => cause.kind === 'router');
    expect(silent).toHaveLength(freezes);
    silent.forEach(({ cause, from, to }, index) => {
      if (cause.kind !== 'router') throw new Error('unreachable');
      expect(formatIpv4(cause.router)).toBe('192.168.1.3');
      expect(cause.extent).toBe('all');
      expect(cause.memory).toBe('kept');
      expect(cause.silent.map(({ address, places }) => `${formatIpv4(address)} ${places.join()}`).sort()).toEqual(['10.31.0.1 ctc0', '192.168.1.3 lan']);
      expect(from).toBeLessThanOrEqual(frozenAt[index]);
      expect(to).toBeGreaterThanOrEqual(frozenAt[index]);
    });
  });

  test('the end, at which all daemons are stopped, is their goodbye and no silence', () => {
    const { cause } = timeline.incidents[timeline.incidents.length - 1];
    expect(cause.kind === 'goodbye' ? cause.routers.map(formatIpv4).sort() : cause.kind).toEqual(Object.values(ROUTER_IDS).sort());
  });

  test('each loss that a daemon logged as InactivityTimer while lnx31 was away is found, for that reason, within 25 ms', () => {
    const downs = of(timeline, 'adjacency-down').filter(({ reason }) => reason === 'dead-interval');
    const expected = logged.filter(({ node, ev }) => ev === 'InactivityTimer' && node !== 'lnx31');
    expect(expected.length).toBeGreaterThanOrEqual(3 * freezes);
    for (const { node, nbr, t } of expected) {
      const match = downs.find((each) => formatIpv4(each.router) === ROUTER_IDS[node] && formatIpv4(each.neighbor) === nbr && Math.abs(each.time - logBegins - t * 1e6) < 25_000);
      expect(match, `${node} lost ${nbr} at ${t}`).toBeDefined();
      expect(match?.sinceLastHelloMicros).toBeGreaterThan((dead - 0.1) * 1e6);
      expect(match?.wasFull).toBe(true);
    }
    expect(downs).toHaveLength(expected.length);
  });

  test('each neighbour that a daemon logged as Full is found within 25 ms, and no other', () => {
    const ups = of(timeline, 'adjacency-up');
    const expected = logged.filter(({ to }) => to === 'Full');
    for (const { node, nbr, t } of expected) {
      const match = ups.find((each) => formatIpv4(each.router) === ROUTER_IDS[node] && formatIpv4(each.neighbor) === nbr && Math.abs(each.time - logBegins - t * 1e6) < 25_000);
      expect(match, `${node}: ${nbr} Full at ${t}`).toBeDefined();
    }
    expect(ups).toHaveLength(expected.length);
  });

  test('it is heard again after the thaw, within a Hello interval and what the dropped Hello costs', () => {
    const ends = of(timeline, 'router-silent').filter(({ isBeyondDead }) => isBeyondDead).map(({ until }) => until);
    expect(ends).toHaveLength(2 * freezes);
    for (const end of ends) expect(thawedAt.some((thaw) => end !== undefined && end > thaw && end - thaw < dead * 1e6)).toBe(true);
  });

  test('the network is told at once after the first loss', () => {
    for (const { steps, cause } of timeline.incidents) {
      if (cause.kind !== 'router') continue;
      const noticed = steps.find(({ role }) => role === 'noticed');
      const announced = steps.find(({ role }) => role === 'announced');
      expect((announced?.time ?? Infinity) - (noticed?.time ?? 0)).toBeLessThan(100_000);
    }
  });
});

describe('osa: an adapter dies, and only ARP tells', () => {
  const cases = [
    ['fwd-eth0-eth1_b0', '00:20:35:04:de:cf', '00:20:35:04:9e:b2'], ['raw-eth0-eth1_a0', '00:20:35:04:de:cf', '00:20:35:04:9e:b2'],
    ['rawc-eth0-eth1-S-K24_e0', '00:20:35:04:de:cf', '00:20:35:04:9e:b2'], ['rawc-eth0-eth1-S_e0', '00:20:35:04:de:cf', '00:20:35:04:9e:b2'],
    ['rawc-eth0-eth1_a0', '00:20:35:04:de:cf', '00:20:35:04:9e:b2'], ['rawc-eth1-eth0_b0', '00:20:35:04:9e:b2', '00:20:35:04:de:cf'],
  ] as const;
  test.each(cases)('%s: %s is lost, %s has the address', (name, lost, heir) => {
    const timeline = timelineOf({ lan: `${LAB}/osa/${name}.arp.pcap` });
    expect(timeline.incidents).toHaveLength(1);
    const { cause } = timeline.incidents[0];
    expect(cause.kind === 'adapter' ? [formatIpv4(cause.asking.address), cause.asking.unicastTo, cause.asking.answeredBy, cause.asking.unicastRequests] : cause.kind).toEqual(['10.1.1.1', lost, heir, 3]);
    expect(of(timeline, 'duplicate-answers')).toHaveLength(1);
    expect(of(timeline, 'address-moved').map(({ from, to }) => [from, to])).toEqual([[lost, heir]]);
  });
});

describe('heartbeat: the owner of an address crashes', () => {
  const rounds = json<Round[]>('heartbeat/rounds.json');
  const timeline = timelineOf({ lan: 'test/fixtures/heartbeat/h0_tir.pcap' });

  test('each crash is a fault of its own, with who took over', () => {
    expect(timeline.incidents.map(({ cause }) => (cause.kind === 'heartbeat' ? [cause.silence.node, cause.successor, cause.silence.isRestarted] : cause.kind)))
      .toEqual(rounds.map(() => ['lnx31', 'lnx41', true]));
  });

  test('crash, take-over and the gap of the ping agree with the log', () => {
    timeline.incidents.forEach(({ from, to, outages, findings }, index) => {
      const round = rounds[index];
      const crash = round.t_fault * 1e6;
      expect(from).toBeLessThanOrEqual(crash);
      // A process takes a moment to die, and the next request one to be sent.
      expect(to).toBeGreaterThanOrEqual(crash - 100_000);
      const moved = findings.find((each) => each.kind === 'address-moved');
      expect(Math.abs((moved?.time ?? 0) - crash - round.addr_added_s * 1e6)).toBeLessThan(50_000);
      const [gap] = outages;
      expect(Math.abs(((gap.until ?? 0) - gap.from) / 1e6 - round.ping_gaps[0].length)).toBeLessThan(0.11);
    });
  });
});
