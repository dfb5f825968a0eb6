/**
 * A place at which every router falls silent at once has lost its sight: the capturing system slept, or its own adapter is gone.
 *
 * Of the silences at such a place one finding is made, about the place. What the routers did meanwhile it cannot tell; other places may.
 */
import type { Micros } from '../../base/micros.js';
import type { FindingBody } from './finding.js';

interface Told {
  readonly time: Micros;
  readonly place: number;
  readonly body: FindingBody;
}

type Down = Told & { readonly body: Extract<FindingBody, { kind: 'adjacency-down' }> };
type Silence = Told & { readonly body: Extract<FindingBody, { kind: 'router-silent' }> };

export function tellBlindPlaces(told: readonly Told[]): Told[] {
  const speakers = new Map<number, Set<string>>();
  const silences = new Map<number, Silence[]>();
  for (const each of told) {
    if (each.body.kind === 'router-heard') add(speakers, each.place, nameOf(each.body));
    if (isSilence(each)) silences.set(each.place, [...(silences.get(each.place) ?? []), each]);
  }
  const dropped = new Set<Told>();
  const blind: Told[] = [];
  for (const [place, all] of silences) {
    const known = speakers.get(place);
    if (known === undefined || known.size < 2) continue;
    for (const silence of all) {
      if (dropped.has(silence)) continue;
      const together = all.filter((other) => overlaps(silence, other));
      if (new Set(together.map(({ body }) => nameOf(body))).size < known.size) continue;
      for (const each of together) dropped.add(each);
      const ends = together.map(({ body }) => body.until);
      const until = ends.some((end) => end === undefined) ? undefined : Math.min(...ends.map((end) => end ?? Infinity));
      blind.push({ time: Math.max(...together.map(({ time }) => time)), place, body: { kind: 'place-silent', until } });
    }
  }
  if (blind.length === 0) return [...told];
  // What it finds changed when it sees again happened meanwhile; who saw it happen knows when and why.
  const downs = told.filter(isDown);
  const stale = new Set<Told>(downs.filter((down) =>
    down.body.reason === 'own-silence' && silencesEnding(silences.get(down.place) ?? [], down).some((silence) => dropped.has(silence)) &&
    downs.some((other) => other.place !== down.place && other.body.router === down.body.router && other.body.neighbor === down.body.neighbor)));
  return [...told.filter((each) => !dropped.has(each) && !stale.has(each)), ...blind];
}

function isSilence(told: Told): told is Silence {
  return told.body.kind === 'router-silent' && told.body.otherFramesUntil === undefined;
}

function isDown(told: Told): told is Down {
  return told.body.kind === 'adjacency-down';
}

function silencesEnding(silences: readonly Silence[], { time, body }: Down): Silence[] {
  return silences.filter((silence) => silence.body.router === body.router && silence.body.until === time);
}

/** More than half of each is shared. */
function overlaps(a: Silence, b: Silence): boolean {
  const endA = a.body.until ?? Infinity;
  const endB = b.body.until ?? Infinity;
  if (endA === Infinity && endB === Infinity) return Math.abs(a.body.dueAt - b.body.dueAt) <= Math.max(a.body.deadIntervalMicros, b.body.deadIntervalMicros);
  const shared = Math.min(endA, endB) - Math.max(a.time, b.time);
  return shared > (endA - a.time) / 2 && shared > (endB - b.time) / 2;
}

function nameOf(body: { readonly router: number; readonly address: number; readonly area: number }): string {
  return `${body.router} ${body.address} ${body.area}`;
}

function add(map: Map<number, Set<string>>, key: number, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
