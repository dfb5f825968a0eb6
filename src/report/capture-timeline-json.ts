/**
 * The timeline of a capture as JSON: all findings and all chains, times as seconds of the capture's own clock with six decimals, addresses as text,
 * durations in seconds. Names that end in `Micros` lose that ending.
 */
import { formatIpv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Timeline } from '../measure/timeline/capture-timeline.js';
import { causeText, originOf } from './capture-timeline-text.js';
import { findingText } from './finding-text.js';
import { formatClock } from './terminal.js';

export const TIMELINE_FORMAT_VERSION = 1;

const ADDRESSES = new Set(['router', 'neighbor', 'area', 'address', 'announcedBy', 'designatedRouter', 'backupDesignatedRouter', 'previousDesignatedRouter', 'previousBackup', 'other',
  'linkStateId', 'advertisingRouter', 'id', 'source', 'destination', 'asker', 'master', 'previous', 'reporter']);
const TIMES = new Set(['time', 'until', 'dueAt', 'provenAt', 'startedAt', 'fromLastSeen', 'lastRequestAt', 'previousLastAt', 'otherFramesUntil', 'from', 'to', 'endsAt', 'startsAt']);

export function captureTimelineJson(timeline: Timeline): string {
  const origin = originOf(timeline);
  const clock = (time: Micros): string => formatClock(Math.max(0, time - origin));
  const indexOf = new Map(timeline.findings.map((finding, index) => [finding, index]));
  const { startsAt, endsAt, places, totals } = timeline;
  return `${JSON.stringify({
    formatVersion: TIMELINE_FORMAT_VERSION,
    startsAt: seconds(startsAt), endsAt: seconds(endsAt), places, totals,
    incidents: timeline.incidents.map((incident) => ({
      cause: { ...(plain(incident.cause) as object), text: causeText(incident, clock) },
      from: seconds(incident.from), to: seconds(incident.to), endsAt: seconds(incident.endsAt), isOver: incident.isOver,
      outages: incident.outages.map(({ from, until }) => ({ from: seconds(from), until: until === undefined ? null : seconds(until), seconds: until === undefined ? null : seconds(until - from) })),
      steps: incident.steps.map(({ role, time, finding, count }) => ({ role, time: seconds(time), sinceFault: seconds(Math.max(0, time - incident.from)), count, finding: indexOf.get(finding) })),
      findings: incident.findings.map((finding) => indexOf.get(finding)),
    })),
    findings: timeline.findings.map((finding) => ({ ...(plain(finding) as object), text: findingText(finding, clock) })),
  }, undefined, 2)}\n`;
}

function seconds(time: Micros): number {
  return Number((time / SECOND).toFixed(6));
}

/** `from` and `to` are times only of an incident; a finding's are states, adapters and priorities. */
function plain(value: unknown, name = '', kind = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each, name === 'addresses' ? 'address' : name, kind));
  if (typeof value === 'object' && value !== null) {
    const of = 'kind' in value && typeof value.kind === 'string' ? value.kind : kind;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.replace(/Micros$/, 'Seconds'), plain(each, key, of)]));
  }
  if (typeof value !== 'number') return value;
  if (name.endsWith('Micros')) return seconds(value);
  if (name === 'from' || name === 'to') return value;
  if (name === 'id' && kind === 'flag') return value;
  if (name === 'detail') return isPrefix(kind) ? formatIpv4(value) : value;
  if (name === 'sequence' || name === 'known' || name === 'said') return value >>> 0;
  if (ADDRESSES.has(name)) return formatIpv4(value >>> 0);
  return TIMES.has(name) ? seconds(value) : value;
}

function isPrefix(kind: string): boolean {
  return kind === 'stub' || kind === 'network' || kind === 'external';
}

