/**
 * The chain from the first symptom to recovery, and the name of the fault.
 *
 * Findings that follow each other closely are one incident; it begins with a symptom and ends with the last thing that came of it, be it
 * the return of who was away. Its cause is the symptom that explains the others: a node that fell silent before those who noticed, an
 * adapter that no longer answers before the address that moved. Where a silence lies is read from who was still heard where.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { BfdState } from '../../wire/bfd.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import type { Finding, FindingOf } from './finding.js';

/** A router's interface in a silence. */
export interface SilentInterface {
  readonly address: Ipv4;
  readonly places: readonly string[];
}

export type Cause =
  | { readonly kind: 'router'; readonly router: Ipv4; readonly silent: readonly SilentInterface[]; readonly heard: readonly SilentInterface[];
      /**
       * `all`: nothing of it was heard anywhere: it stood still, had no power or was cut off. `interface`: others of its interfaces were heard.
       * `path`: the same interface was heard at another place. `daemon`: its adapter went on sending other frames.
       */
      readonly extent: 'all' | 'interface' | 'path' | 'daemon';
      /** It withdrew its LSAs before. */
      readonly isAnnounced: boolean;
      /** How it came back: with its memory (the same process), without (a new one). */
      readonly memory: 'kept' | 'lost' | 'unknown' }
  | { readonly kind: 'heartbeat'; readonly silence: FindingOf<'heartbeat-silent'>; readonly successor: string | undefined;
      /** Where it was heard all the while. */
      readonly heardAt: readonly string[] }
  | { readonly kind: 'adapter'; readonly asking: FindingOf<'arp-unanswered'> }
  | { readonly kind: 'vrrp'; readonly change: FindingOf<'vrrp-silent'> | FindingOf<'vrrp-master'> }
  /** Routers withdrew their router-LSAs. */
  | { readonly kind: 'goodbye'; readonly routers: readonly Ipv4[] }
  /** A router announced that it would restart without leaving the network. [3623:2] */
  | { readonly kind: 'graceful-restart'; readonly router: Ipv4 }
  /** A router has lost all its neighbours at once without having been silent for long. */
  | { readonly kind: 'reset'; readonly router: Ipv4; readonly memory: 'lost' | 'unknown' }
  | { readonly kind: 'other'; readonly symptom: Finding };

export type Role = 'symptom' | 'noticed' | 'announced' | 'taken over' | 'traffic lost' | 'traffic back' | 'heard again' | 'adjacent again' | 'settled';

export interface Step {
  readonly role: Role;
  readonly time: Micros;
  readonly finding: Finding;
  /** Findings of the same role up to this one. */
  readonly count: number;
}

export interface Incident {
  readonly cause: Cause;
  /** The fault lies between these. */
  readonly from: Micros;
  readonly to: Micros;
  readonly endsAt: Micros;
  /** Who was silent is back, and traffic too; undefined: the capture ends before. */
  readonly isOver: boolean;
  readonly steps: readonly Step[];
  /** When at least one flow was out, in the order of time; without an end: to the end of the capture. */
  readonly outages: readonly { readonly from: Micros; readonly until: Micros | undefined }[];
  readonly findings: readonly Finding[];
}

/** A symptom that comes this soon after the last one belongs to it. */
const NEAR_MICROS = 5 * SECOND;
/** What comes of a recovery: a Wait timer or a dead interval, and the exchange. */
const AFTERMATH_DEAD_INTERVALS = 1.6;
const AFTERMATH_LEAST_MICROS = 20 * SECOND;
/** Interfaces of one system fall silent together. */
const TOGETHER_MICROS = 1.5 * SECOND;
/** A grace period is not longer (RFC 3623, appendix B). */
const GRACE_MOST_MICROS = 1800 * SECOND;
/** The reaction to a fault follows its detection within this. */
const REACTION_MICROS = 10 * SECOND;

class Draft {
  readonly findings: Finding[] = [];
  readonly triggers: Finding[] = [];
  endsAt: Micros;
  /** Of the symptoms alone: what follows them is theirs within the aftermath, and not for ever. */
  reach: Micros;
  deadIntervalMicros: Micros = 0;
  returnedAt: Micros | undefined = undefined;
  isAdjacentAgain = false;

  constructor(first: Finding) {
    this.endsAt = this.reach = first.time;
  }
}

export function findIncidents(findings: readonly Finding[], endsAt: Micros): Incident[] {
  const drafts: Draft[] = [];
  let current: Draft | undefined;
  let lastChangeAt = -Infinity;
  for (const finding of findings) {
    const reach = current === undefined ? -Infinity : current.reach;
    if (isTrigger(finding, findings, finding.time - lastChangeAt)) {
      const isAnother = current !== undefined && (finding.kind === 'router-silent' || isGoodbye(finding)) && current.isAdjacentAgain && finding.time > (current.returnedAt ?? Infinity);
      if (current === undefined || isAnother || finding.time > reach + NEAR_MICROS) drafts.push(current = new Draft(finding));
      current.triggers.push(finding);
      join(current, finding, endsAt);
      current.reach = Math.max(current.reach, finding.time, reachOf(finding, endsAt));
    } else if (current !== undefined && isConsequence(finding)) {
      const aftermath = Math.max(AFTERMATH_LEAST_MICROS, AFTERMATH_DEAD_INTERVALS * current.deadIntervalMicros);
      if (finding.time <= reach + aftermath) join(current, finding, endsAt);
    }
    if (finding.kind === 'adjacency-up' || finding.kind === 'adjacency-down' || finding.kind === 'designated-router' || finding.kind === 'router-heard') lastChangeAt = finding.time;
  }
  return drafts.map((draft) => conclude(draft, findings, endsAt));
}

function join(draft: Draft, finding: Finding, end: Micros): void {
  draft.findings.push(finding);
  draft.endsAt = Math.max(draft.endsAt, finding.time, reachOf(finding, end));
  if (finding.kind === 'router-silent') {
    draft.deadIntervalMicros = Math.max(draft.deadIntervalMicros, finding.deadIntervalMicros);
    if (finding.until !== undefined) draft.returnedAt = Math.max(draft.returnedAt ?? 0, finding.until);
  }
  if (finding.kind === 'adjacency-up' && draft.returnedAt !== undefined && finding.time >= draft.returnedAt) draft.isAdjacentAgain = true;
}

function reachOf(finding: Finding, end: Micros): Micros {
  switch (finding.kind) {
    case 'router-silent':
    case 'heartbeat-silent':
    case 'outage':
      return finding.until ?? end;
    case 'arp-unanswered': return finding.until ?? finding.lastRequestAt;
    case 'adjacency-down': return finding.provenAt;
    case 'gratuitous-burst': return finding.until;
    default: return finding.time;
  }
}

/** What may begin an incident. `quietMicros`: since adjacencies changed last. */
function isTrigger(finding: Finding, findings: readonly Finding[], quietMicros: Micros): boolean {
  switch (finding.kind) {
    case 'router-silent':
      return finding.isBeyondDead;
    case 'adjacency-down':
    case 'heartbeat-silent':
    case 'vrrp-silent':
    case 'vrrp-contested':
      return true;
    // That a better one preempts is no fault, and neither is the address that goes with it.
    case 'address-moved': return !findings.some((each) => each.kind === 'vrrp-master' && each.reason === 'preempted' && Math.abs(each.time - finding.time) <= SECOND);
    case 'heartbeat-status': return finding.from === 'active';
    case 'bfd-state': return finding.from === BfdState.up;
    case 'arp-unanswered': return finding.isKnown || (finding.until !== undefined && findings.some((each) => each.kind === 'address-moved' && each.address === finding.address));
    case 'outage': return !finding.isNeverAnswered && finding.lost > 1;
    case 'lsa-flush': return isGoodbye(finding) || quietMicros > AFTERMATH_LEAST_MICROS;
    case 'lsa-change':
      return quietMicros > AFTERMATH_LEAST_MICROS && finding.gone.some(({ kind }) => kind === 'router' || kind === 'transit' || kind === 'attached' || kind === 'virtual');
    default: return false;
  }
}

/** A router that leaves takes its router-LSA with it. */
function isGoodbye(finding: Finding): boolean {
  return finding.kind === 'lsa-flush' && finding.lsa.lsType === LsType.router;
}

function isConsequence(finding: Finding): boolean {
  switch (finding.kind) {
    case 'router-heard':
    case 'heartbeat-heard':
    case 'hello-mismatch':
    case 'duplicate-answers':
    case 'icmp-errors':
    case 'place-silent':
      return false;
    case 'lsa-new': return !finding.isLearned;
    case 'vrrp-master': return finding.reason !== 'first';
    case 'outage': return !finding.isNeverAnswered;
    default: return true;
  }
}

function conclude(draft: Draft, all: readonly Finding[], end: Micros): Incident {
  const { findings, triggers } = draft;
  const cause = causeOf(triggers, findings, all);
  const silences = cause.kind === 'router' ? silencesOf(cause, triggers) : [];
  const outages = findings.filter((each): each is FindingOf<'outage'> => each.kind === 'outage');
  let from = triggers[0].time;
  let to = from;
  if (silences.length > 0) {
    from = Math.max(...silences.map(({ time }) => time));
    to = Math.min(...silences.map(({ dueAt }) => dueAt));
    if (to < from) [from, to] = [Math.min(...silences.map(({ time }) => time)), from];
  } else if (cause.kind === 'heartbeat') {
    from = cause.silence.time;
    to = from + Math.max(0, Math.floor(cause.silence.deadTimeMicros / 5));
  }
  for (const { time } of outages) if (time >= from && time < to) to = time;
  const steps = stepsOf(findings, silences);
  const stillOut = outages.some(({ until }) => until === undefined);
  const stillSilent = findings.some((each) => (each.kind === 'router-silent' || each.kind === 'heartbeat-silent') && each.until === undefined);
  return { cause, from, to, endsAt: Math.min(draft.endsAt, end), isOver: !stillOut && !stillSilent, steps, outages: uniteOutages(outages), findings };
}

/** Flows that are out together are out once. */
function uniteOutages(outages: readonly FindingOf<'outage'>[]): { from: Micros; until: Micros | undefined }[] {
  const united: { from: Micros; until: Micros | undefined }[] = [];
  for (const { time, until } of outages) {
    const last = united[united.length - 1] as { from: Micros; until: Micros | undefined } | undefined;
    if (last === undefined || (last.until !== undefined && time > last.until)) united.push({ from: time, until });
    else if (last.until !== undefined) last.until = until === undefined ? undefined : Math.max(last.until, until);
  }
  return united;
}

function silencesOf(cause: Extract<Cause, { kind: 'router' }>, triggers: readonly Finding[]): FindingOf<'router-silent'>[] {
  return triggers.filter((each): each is FindingOf<'router-silent'> => each.kind === 'router-silent' && each.router === cause.router);
}

function first<K extends Finding['kind']>(findings: readonly Finding[], kind: K, where: (finding: FindingOf<K>) => boolean = () => true): FindingOf<K> | undefined {
  return findings.find((each): each is FindingOf<K> => each.kind === kind && where(each as FindingOf<K>));
}

/** What was there first explains the rest. */
function causeOf(triggers: readonly Finding[], findings: readonly Finding[], all: readonly Finding[]): Cause {
  const start = Math.min(...triggers.map(({ time }) => time));
  const causes: { readonly time: Micros; readonly cause: Cause }[] = [];
  const heartbeat = heartbeatSilence(triggers);
  if (heartbeat !== undefined) {
    const heir = first(findings, 'address-moved', ({ time }) => time >= heartbeat.time);
    const successor = heir === undefined ? undefined : first(all, 'heartbeat-heard', ({ node }) => node !== heartbeat.node)?.node;
    const silentAt = new Set(triggers.flatMap((each) => (each.kind === 'heartbeat-silent' && each.node === heartbeat.node ? each.places : [])));
    const heardAt = all.flatMap((each) => (each.kind === 'heartbeat-heard' && each.node === heartbeat.node ? each.places : [])).filter((place) => !silentAt.has(place));
    causes.push({ time: heartbeat.time, cause: { kind: 'heartbeat', silence: heartbeat, successor, heardAt } });
  }
  const silence = first(triggers, 'router-silent');
  if (silence !== undefined) causes.push({ time: silence.time, cause: routerCause(silence, triggers, findings, all) });
  const asking = first(triggers, 'arp-unanswered', ({ answeredBy, unicastTo }) => answeredBy !== undefined && unicastTo !== undefined && answeredBy !== unicastTo) ?? first(triggers, 'arp-unanswered');
  if (asking !== undefined) causes.push({ time: asking.time, cause: { kind: 'adapter', asking } });
  const vrrp = first(triggers, 'vrrp-silent');
  if (vrrp !== undefined) causes.push({ time: vrrp.time, cause: { kind: 'vrrp', change: vrrp } });
  const moved = first(triggers, 'address-moved');
  if (moved !== undefined) causes.push({ time: moved.time, cause: { kind: 'other', symptom: moved } });
  if (causes.length > 0) return causes.reduce((a, b) => (b.time < a.time ? b : a)).cause;
  const leaving = triggers.flatMap((each) => (each.kind === 'lsa-flush' && isGoodbye(each) ? [each.lsa.advertisingRouter] : []));
  if (leaving.length > 0) return { kind: 'goodbye', routers: [...new Set(leaving)] };
  const grace = first(all, 'lsa-new', ({ came, time, lsa }) => came.some(({ kind }) => kind === 'grace') && time <= start + NEAR_MICROS && start - time <= GRACE_MOST_MICROS &&
    !all.some((each) => each.kind === 'lsa-flush' && each.lsa.advertisingRouter === lsa.advertisingRouter && each.gone.some(({ kind }) => kind === 'grace') && each.time > time && each.time < start));
  if (grace !== undefined) return { kind: 'graceful-restart', router: grace.lsa.advertisingRouter };
  const bfd = first(triggers, 'bfd-state');
  const reset = first(triggers, 'adjacency-down', ({ reason }) => reason === 'reset');
  if (reset !== undefined && (bfd === undefined || reset.time < bfd.time)) {
    const { router } = reset;
    return { kind: 'reset', router, memory: findings.some((each) => each.kind === 'sequence-reset' && each.router === router) ? 'lost' : 'unknown' };
  }
  const order: readonly Finding['kind'][] = ['bfd-state', 'adjacency-down', 'vrrp-master', 'address-moved', 'vrrp-contested', 'heartbeat-status', 'lsa-flush', 'lsa-change', 'outage'];
  const ranked = [...triggers].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.time - b.time);
  return { kind: 'other', symptom: ranked[0] };
}

/** Two that do not hear each other are both silent somewhere: the one that is so at more places is away. */
function heartbeatSilence(triggers: readonly Finding[]): FindingOf<'heartbeat-silent'> | undefined {
  const silences = triggers.filter((each): each is FindingOf<'heartbeat-silent'> => each.kind === 'heartbeat-silent');
  if (silences.length === 0) return undefined;
  const together = silences.filter(({ time }) => time <= silences[0].time + silences[0].deadTimeMicros);
  return together.reduce((a, b) => (b.places.length > a.places.length ? b : a));
}

function routerCause(silence: FindingOf<'router-silent'>, triggers: readonly Finding[], findings: readonly Finding[], all: readonly Finding[]): Cause {
  const { router } = silence;
  const together = triggers.filter((each): each is FindingOf<'router-silent'> => each.kind === 'router-silent' && each.router === router &&
    Math.abs(each.dueAt - silence.dueAt) <= TOGETHER_MICROS + Math.max(each.dueAt - each.time, silence.dueAt - silence.time));
  const until = Math.min(...together.map((each) => each.until ?? Infinity));
  const silent = unite(together.map(({ address, places }) => ({ address, places })));
  // Places that see nothing at all meanwhile prove nothing.
  const blind = new Set(all.filter((each) => each.kind === 'place-silent' && each.time < until && (each.until ?? Infinity) > silence.dueAt).flatMap(({ places }) => places));
  const heard: SilentInterface[] = [];
  for (const each of all) {
    if (each.kind !== 'router-heard' || each.router !== router || each.time > silence.time) continue;
    const gone = new Set(silent.filter(({ address }) => address === each.address).flatMap(({ places }) => places));
    const places = each.places.filter((place) => !gone.has(place) && !blind.has(place));
    const isSilentLater = all.some((other) => other.kind === 'router-silent' && other.router === router && other.address === each.address &&
      other.places.some((place) => places.includes(place)) && other.time <= until && (other.until ?? Infinity) > silence.dueAt);
    if (places.length > 0 && !isSilentLater) heard.push({ address: each.address, places });
  }
  const stillHeard = unite(heard);
  const isSameHeard = stillHeard.some(({ address }) => silent.some((each) => each.address === address));
  const extent = together.some(({ otherFramesUntil }) => otherFramesUntil !== undefined) ? 'daemon' : isSameHeard ? 'path' : stillHeard.length > 0 ? 'interface' : 'all';
  const isAnnounced = all.some((each) => each.kind === 'lsa-flush' && isGoodbye(each) && each.lsa.advertisingRouter === router &&
    Math.abs(each.time - silence.time) <= TOGETHER_MICROS);
  const hasForgotten = findings.some((each) => each.kind === 'sequence-reset' && each.router === router);
  const goesOn = findings.some((each) => (each.kind === 'lsa-change' || each.kind === 'lsa-new') && each.lsa.advertisingRouter === router && each.time >= until);
  const memory = hasForgotten ? 'lost' : together.some(({ isListKept }) => isListKept) || (until !== Infinity && goesOn) ? 'kept' : 'unknown';
  return { kind: 'router', router, silent, heard: stillHeard, extent, isAnnounced, memory };
}

function unite(interfaces: readonly SilentInterface[]): SilentInterface[] {
  const byAddress = new Map<Ipv4, Set<string>>();
  for (const { address, places } of interfaces) {
    const set = byAddress.get(address) ?? new Set<string>();
    for (const place of places) set.add(place);
    byAddress.set(address, set);
  }
  return [...byAddress].map(([address, places]) => ({ address, places: [...places] }));
}

const TAKING_OVER = new Set<Finding['kind']>(['address-moved', 'vrrp-master', 'gratuitous-burst', 'designated-router']);
const ANNOUNCING = new Set<Finding['kind']>(['lsa-change', 'lsa-flush', 'lsa-new']);

/** The turning points, in the order of time: of each role the first, and the last where there were several. */
function stepsOf(findings: readonly Finding[], silences: readonly FindingOf<'router-silent'>[]): Step[] {
  const steps: Step[] = [];
  const add = (role: Role, of: readonly (readonly [Micros, Finding])[]): void => {
    const ordered = [...of].sort((a, b) => a[0] - b[0]);
    const last = ordered.length - 1;
    if (last < 0) return;
    steps.push({ role, time: ordered[0][0], finding: ordered[0][1], count: 1 });
    if (last > 0) steps.push({ role, time: ordered[last][0], finding: ordered[last][1], count: ordered.length });
  };
  const returns = findings.flatMap((each) => ((each.kind === 'router-silent' || each.kind === 'heartbeat-silent') && each.until !== undefined ? [[each.until, each] as const] : []));
  const returnedAt = Math.min(Infinity, ...returns.map(([time]) => time));
  const downs = findings.filter((each) => each.kind === 'adjacency-down' || (each.kind === 'bfd-state' && each.from === BfdState.up) || each.kind === 'heartbeat-status');
  const noticedAt = Math.min(Infinity, ...downs.map(({ time }) => time));
  // That nobody answers for a silent router's address says nothing new.
  const symptoms = findings.filter((each) => each.kind === 'router-silent' || each.kind === 'heartbeat-silent' || each.kind === 'vrrp-silent' ||
    (each.kind === 'arp-unanswered' && silences.length === 0));
  add('symptom', symptoms.map((each) => [each.time, each]));
  add('traffic lost', findings.flatMap((each) => (each.kind === 'outage' ? [[each.time, each] as const] : [])));
  add('noticed', downs.filter(({ time }) => time < returnedAt).map((each) => [each.time, each]));
  const reaction = noticedAt === Infinity ? Infinity : Math.min(returnedAt, Math.max(...downs.filter(({ time }) => time < returnedAt).map(({ time }) => time), noticedAt) + REACTION_MICROS);
  const first = silences.length > 0 ? silences[0].time : -Infinity;
  add('announced', findings.filter((each) => ANNOUNCING.has(each.kind) && each.time >= first && each.time < (noticedAt === Infinity ? Infinity : reaction)).map((each) => [each.time, each]));
  add('taken over', findings.filter((each) => TAKING_OVER.has(each.kind) && each.time < returnedAt).map((each) => [each.time, each]));
  add('traffic back', findings.flatMap((each) => (each.kind === 'outage' && each.until !== undefined ? [[each.until, each] as const] : [])));
  add('heard again', returns);
  add('adjacent again', findings.filter((each) => each.kind === 'adjacency-up' && (each.time >= returnedAt || returnedAt === Infinity)).map((each) => [each.time, each]));
  const late = findings.filter((each) => (ANNOUNCING.has(each.kind) || TAKING_OVER.has(each.kind)) && each.time >= returnedAt);
  if (late.length > 0) steps.push({ role: 'settled', time: late[late.length - 1].time, finding: late[late.length - 1], count: late.length });
  return steps.sort((a, b) => a.time - b.time);
}
