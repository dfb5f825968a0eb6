/**
 * The same thing seen at several places is one finding: the earliest time, and all the places.
 *
 * Places see it up to a moment apart, so equal findings within a window count as one. What the places disagree about (how long a router
 * was silent for them) stays apart.
 */
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { Finding, FindingBody } from './finding.js';

interface Draft {
  readonly time: Micros;
  body: FindingBody;
  readonly places: number[];
}

const WINDOW_MICROS = 200 * MILLISECOND;

/** `told` in any order; the answer in the order of time. */
export function agree(told: readonly { readonly time: Micros; readonly place: number; readonly body: FindingBody }[], placeNames: readonly string[]): Finding[] {
  const ordered = told.map((each, index) => ({ each, index })).sort((a, b) => a.each.time - b.each.time || a.index - b.index).map(({ each }) => each);
  const drafts: Draft[] = [];
  const latest = new Map<string, Draft>();
  for (const { time, place, body } of ordered) {
    const key = identityOf(body);
    const same = latest.get(key);
    if (same !== undefined && time - same.time <= WINDOW_MICROS && !same.places.includes(place) && isSameEnd(same.body, body)) {
      same.places.push(place);
      // The exchange goes unicast, and a switch carries it past most places: one that saw it is enough.
      if (body.kind === 'adjacency-down' && body.wasFull) same.body = body;
      continue;
    }
    const draft = { time, body, places: [place] };
    latest.set(key, draft);
    drafts.push(draft);
  }
  return drafts.map(({ time, body, places }) => ({ ...body, time, places: places.sort((a, b) => a - b).map((place) => placeNames[place]) }));
}

/** What two places must agree on. Times inside a finding may differ by the moment of the window. */
function identityOf(body: FindingBody): string {
  const times = new Set(['until', 'dueAt', 'provenAt', 'startedAt', 'sinceLastHelloMicros', 'lastRequestAt', 'fromLastSeen', 'gapMicros', 'previousLastAt', 'otherFramesUntil', 'count',
    'isListKept', 'isLearned', 'wasFull']);
  return JSON.stringify(body, (name: string, value: unknown) => (times.has(name) ? undefined : value));
}

function isSameEnd(a: FindingBody, b: FindingBody): boolean {
  const [one, two] = [untilOf(a), untilOf(b)];
  if (one === undefined || two === undefined) return one === two;
  return Math.abs(one - two) <= SECOND;
}

export function untilOf(body: FindingBody): Micros | undefined {
  return 'until' in body ? body.until : undefined;
}
