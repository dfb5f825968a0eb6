/**
 * The start of a run in a few lines: daemons, designated routers, adjacencies, the last change of routes.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import type { Recording } from '../measure/recorder.js';
import type { Names } from './names.js';
import { formatClock, formatSpan } from './terminal.js';
import { vrrpText } from './vrrp-text.js';
import { isTransient, RefusalTexts, type TimelineEntry } from './timeline.js';

/** More adjacencies than this are told in one line. */
const ADJACENCIES_TOLD = 12;

export function startUpLines(plan: Plan, recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  return [...daemons(recording, names, until), ...designatedRouters(recording, names, until), ...adjacencies(plan, recording, names, until),
    ...virtualRouters(recording, names, until), ...refusals(recording, names, until), ...routes(plan, recording, until)].sort((a, b) => a.time - b.time);
}

function entry(time: Micros, node: string, text: string): TimelineEntry {
  return { time, node, text, isCause: false, more: [] };
}

function daemons(recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  const started: { time: Micros; node: string }[] = [];
  for (const { time, node, event } of recording.events) {
    if (time < until && event.kind === 'daemon' && event.what === 'started') started.push({ time, node: names.node(node) });
  }
  if (started.length === 0) return [];
  const nodes = [...new Set(started.map(({ node }) => node))].sort();
  const where = nodes.length > 8 ? `${nodes.length} nodes` : nodes.join(', ');
  return [entry(started[0].time, '-', `daemons start on ${where}, the last at ${formatClock(started[started.length - 1].time)}`)];
}

/** The last election on each interface, told once for all who agree. */
function designatedRouters(recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  const last = new Map<string, { time: Micros; node: number; interfaceName: string; designated: Ipv4; backup: Ipv4 }>();
  for (const { time, node, event } of recording.events) {
    if (time < until && event.kind === 'designated-router') {
      last.set(`${node}/${event.interfaceName}`,
        { time, node, interfaceName: event.interfaceName, designated: event.designatedRouter, backup: event.backupDesignatedRouter });
    }
  }
  const elections = new Map<string, { time: Micros; designated: Ipv4; backup: Ipv4; who: string[] }>();
  for (const { time, node, interfaceName, designated, backup } of last.values()) {
    if (designated === 0) continue;
    const key = `${designated}/${backup}`;
    const election = elections.get(key);
    if (election === undefined) elections.set(key, { time, designated, backup, who: [`${names.node(node)}:${interfaceName}`] });
    else {
      election.time = Math.max(election.time, time);
      election.who.push(`${names.node(node)}:${interfaceName}`);
    }
  }
  const all = [...elections.values()];
  if (all.length > ADJACENCIES_TOLD) {
    return [entry(Math.max(...all.map((e) => e.time)), '-', `designated routers elected on ${all.length} networks [2328:9.4]`)];
  }
  return all.map(({ time, designated, backup, who }) => entry(time, '-',
    `DR ${names.address(designated)}, backup ${backup === 0 ? 'none' : names.address(backup)} for ${who.sort().join(', ')} [2328:9.4]`));
}

/** Who has become master, of each virtual router. */
function virtualRouters(recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  const masters = new Map<string, TimelineEntry>();
  for (const { time, node, event } of recording.events) {
    if (time < until && event.kind === 'vrrp-state' && event.to === 'Master') masters.set(event.instance, entry(time, names.node(node), vrrpText(event)));
  }
  return [...masters.values()];
}

/** An adjacency counts as up when both ends are Full; of one that leads outside only one end is known. */
function adjacencies(plan: Plan, recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  const full = new Map<string, { time: Micros; a: string; b: string; where: string[] }>();
  for (const { time, node, event } of recording.events) {
    if (time >= until || event.kind !== 'neighbor-state') continue;
    const self = names.node(node);
    const other = names.router(event.neighborId);
    const [a, b] = self < other ? [self, other] : [other, self];
    const end = `${self}:${event.interfaceName}`;
    const ends = plan.nodes.some(({ name }) => name === other) ? [end] : [end, other];
    // Parallel links between two nodes share a line: rare, and the interfaces tell them apart.
    const key = `${a}/${b}`;
    const known = full.get(key);
    if (event.to === 'Full') {
      if (known === undefined) full.set(key, { time, a, b, where: ends });
      else {
        known.time = Math.max(known.time, time);
        known.where.push(...ends.filter((each) => !known.where.includes(each)));
      }
    } else if (event.from === 'Full' && known !== undefined) {
      known.where = known.where.filter((w) => w !== end);
    }
  }
  const up = [...full.values()].filter(({ where }) => where.length > 1);
  if (up.length > ADJACENCIES_TOLD) {
    const times = up.map(({ time }) => time);
    const first = times.reduce((x, y) => Math.min(x, y));
    const last = times.reduce((x, y) => Math.max(x, y));
    return [entry(last, '-', `${up.length} adjacencies Full, the first at ${formatClock(first)} [2328:10.3]`)];
  }
  return up.map(({ time, where }) => entry(time, '-', `${where.sort().join(' - ')} Full [2328:10.3]`));
}

/** What a router refuses while it starts is worth a line: it is how a misconfiguration shows. */
function refusals(recording: Recording, names: Names, until: Micros): TimelineEntry[] {
  const told = new Map<string, { time: Micros; node: string; text: string; count: number }>();
  const texts = new RefusalTexts();
  for (const { time, node, event } of recording.events) {
    if (time >= until || event.kind !== 'refusal' || isTransient(event)) continue;
    const text = texts.text(node, event, names);
    const known = told.get(`${node}/${text}`);
    if (known === undefined) told.set(`${node}/${text}`, { time, node: names.node(node), text, count: 1 });
    else known.count++;
  }
  return [...told.values()].map(({ time, node, text, count }) => entry(time, node, count === 1 ? text : `${text} (${count} times)`));
}

function routes(plan: Plan, recording: Recording, until: Micros): TimelineEntry[] {
  let last: Micros | undefined;
  let count = 0;
  const nodes = new Set<number>();
  for (const { time, node, change } of recording.routes) {
    if (time >= until || change.protocol !== 'ospf') continue;
    last = time;
    count++;
    nodes.add(node);
  }
  if (last === undefined) return [];
  const first = plan.startSpreadMicros;
  return [entry(last, '-', `routes are complete after ${count} changes at ${nodes.size} nodes` +
    (last > first ? `, ${formatSpan(last)} after the start` : ''))];
}
