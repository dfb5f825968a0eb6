/**
 * What a real router decided by chance, read off what it sent: the choices of the router that stands in for it. Read ospf/known-choices.ts first.
 *
 * None of this looks at what a packet says beyond the numbers that are free (DD sequence, cryptographic sequence, LS sequence to find a refresh). A turn is
 * taken from the capture only within the bounds below; outside of them the timer fires when it is due, and the comparison shows the difference.
 */
import type { Ipv4 } from '../base/address.js';
import { formatIpv4 } from '../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import type { KnownChoices, TimerRole } from '../ospf/known-choices.js';
import { PacketType } from '../wire/ospf/packet.js';
import { fieldOf, type Part, type Sending } from './sending.js';

/** How far from its deadline a timer may have had its turn, by what it is for: the system's scheduling, and a clock that is not ours. */
export const TURN_BOUNDS: Readonly<Record<TimerRole['kind'], { readonly earlyMicros: Micros; readonly lateMicros: Micros }>> = {
  hello: { earlyMicros: 20 * MILLISECOND, lateMicros: 20 * MILLISECOND },
  wait: { earlyMicros: 20 * MILLISECOND, lateMicros: 20 * MILLISECOND },
  acknowledgment: { earlyMicros: 5 * MILLISECOND, lateMicros: 30 * MILLISECOND },
  repetition: { earlyMicros: 3 * MILLISECOND, lateMicros: 30 * MILLISECOND },
  inactivity: { earlyMicros: 0, lateMicros: 5 * MILLISECOND },
  walk: { earlyMicros: 10 * MILLISECOND, lateMicros: 10 * MILLISECOND },
  socket: { earlyMicros: 0, lateMicros: 0 },
  other: { earlyMicros: 0, lateMicros: 0 },
};

/** A daemon that answers reads at the latest when it answers, so much after the packet came; one that does not answer reads soon. */
const LONGEST_SOCKET_WAIT = 4 * MILLISECOND;
const USUAL_SOCKET_WAIT = 300;
/** As soon as a daemon gets to it that has nothing else to do. */
const EARLY_SOCKET_WAIT = 30;
const MOST_MOMENTS = 6;
const MOST_BACKLOG = 6;
/** Between the decision and the packet that shows it. */
const DECISION_WINDOW = 50 * MILLISECOND;

/** From reading something to answering it, at least, where more has come meanwhile. */
const SHORTEST_WORK = 120;
/** Of packets that are repeated until they are answered. */
const NEAR_REPETITION = 2 * MILLISECOND;
/** How exactly a turn is known at which nothing was sent. */
const UNSEEN_TURN = 2 * MILLISECOND;
/** How long a daemon may be busy with what it has decided to write. */
const LONGEST_WRITE = 20 * MILLISECOND;

const INIT_FLAG = 4;

/** What was taken from the capture, for the report. */
export interface TurnsTaken { count: number; latestMicros: Micros; earliestMicros: Micros }

/** Where several moments are possible, or several numbers. */
export interface Doubt {
  readonly index: number;
  readonly kind: TimerRole['kind'] | 'thaw';
  /** About when it shows. */
  readonly time: Micros;
  /** How many there are. */
  readonly moments: number;
}

export class InferredChoices implements KnownChoices {
  readonly turns = new Map<TimerRole['kind'], TurnsTaken>();
  /** What retransmission timers are armed with. */
  readonly retransmissionIntervals = new Set<Micros>();
  readonly ddSequences: { readonly interfaceName: string; readonly destination: string; readonly sequence: number }[] = [];
  /** Kept by the driver: the time of the step under way. */
  now: Micros = 0;
  private readonly all: readonly Micros[];
  private readonly hellos = new Map<string, Micros[]>();
  /** Delayed ones, by interface; and updates that repeat something, by stream. */
  private readonly acknowledgments = new Map<string, Micros[]>();
  /** On links where direct ones go to the group, too: of nothing but what had only just come. */
  private readonly doubtfulAcknowledgments = new Map<string, Micros[]>();
  private readonly repetitions = new Map<string, Micros[]>();
  private readonly periodicTurns = new Map<string, readonly Micros[]>();
  private readonly allUpdates: readonly Micros[];
  private readonly heardTimes: readonly Micros[];
  /** When updates came. */
  private readonly updates = new Map<string, Micros[]>();
  private readonly byStream = new Map<string, Micros[]>();
  private readonly firstDescriptions = new Map<string, Sending[]>();
  private readonly sent: readonly Sending[];
  /** By index: ours has sent it. */
  private readonly isSent: boolean[];
  private busyUntil: Micros = 0;
  private readonly chosen: ReadonlyMap<number, number>;
  private choices = 0;
  readonly doubts: Doubt[] = [];

  /** What it sent and what it heard, each in the order of time. `chosen`: of doubtful moments, by number, which of those possible it was. */
  constructor(sent: readonly Sending[], heard: readonly Sending[], chosen: ReadonlyMap<number, number> = new Map()) {
    this.chosen = chosen;
    this.sent = sent;
    this.isSent = sent.map(() => false);
    this.allUpdates = sent.filter(({ packetType }) => packetType === PacketType.linkStateUpdate).map(({ time }) => time - 1);
    this.heardTimes = heard.map(({ time }) => time);
    this.all = sent.map(({ time }) => time);
    const recentUpdates = ({ interfaceName, time }: Sending): Sending[] => heard.slice(firstAtOrAfter(this.heardTimes, time - LONGEST_SOCKET_WAIT), firstAtOrAfter(this.heardTimes, time))
      .filter((each) => each.interfaceName === interfaceName && each.packetType === PacketType.linkStateUpdate);
    const said = new Map<string, Micros>();
    const unicast = new Set(sent.filter(({ destination }) => !destination.startsWith('224.')).map(({ interfaceName }) => interfaceName));
    const isUnicastUsed = (interfaceName: string): boolean => unicast.has(interfaceName);
    for (const sending of sent) {
      const { interfaceName, packetType, time } = sending;
      put(this.byStream, `${interfaceName} ${packetType} ${sending.destination}`, time);
      if (packetType === PacketType.hello) put(this.hellos, interfaceName, time);
      if (packetType === PacketType.linkStateAcknowledgment && sending.destination.startsWith('224.') ) put(isUnicastUsed(interfaceName) || !isAtOnce(sending, recentUpdates(sending)) ? this.acknowledgments : this.doubtfulAcknowledgments, interfaceName, time);
      if (packetType === PacketType.linkStateUpdate && isRepetition(sending, said) && !isAnswer(sending, recentUpdates(sending))) put(this.repetitions, `${interfaceName} ${packetType} ${sending.destination}`, time);
      if (packetType === PacketType.databaseDescription && isFirst(sending)) put(this.firstDescriptions, interfaceName, sending);
    }
    for (const { interfaceName, packetType, time } of heard) if (packetType === PacketType.linkStateUpdate) put(this.updates, interfaceName, time);
  }

  /** Between two turns that are seen the others lie evenly. */
  private acknowledgmentTurn(interfaceName: string, deadline: Micros, period: Micros): Micros {
    const turns = this.periodic(`acknowledgments ${interfaceName}`, this.acknowledgments.get(interfaceName) ?? [], period);
    const turn = turnBetween(turns, deadline, period) ?? deadline;
    if (turns.includes(turn)) return turn;
    // Nothing was sent then: what had come a moment before had come a moment after it.
    const updates = this.updates.get(interfaceName) ?? [];
    const late = updates[firstAtOrAfter(updates, turn - UNSEEN_TURN)];
    const unseen = late !== undefined && late <= turn ? late - 1 : turn;
    const doubtful = nearest(this.doubtfulAcknowledgments.get(interfaceName) ?? [], turn, turn - UNSEEN_TURN, turn + UNSEEN_TURN);
    return doubtful === undefined ? unseen : this.choose('acknowledgment', deadline, [unseen, doubtful]);
  }

  /** Updates that say what has been said a while ago are sent by a timer that runs on; other packets are repeated until they are answered. */
  private repetitionTurns(stream: string, packetType: number, deadline: Micros, period: Micros): Micros[] {
    this.retransmissionIntervals.add(period);
    const nearIn = (times: readonly Micros[] = []): Micros | undefined => nearest(times, deadline, deadline - NEAR_REPETITION, deadline + NEAR_REPETITION);
    const isUpdate = packetType === PacketType.linkStateUpdate;
    const near = nearIn(this.byStream.get(stream));
    const moments = [(isUpdate ? nearIn(this.repetitions.get(stream)) : near) ?? deadline];
    if (isUpdate) {
      const turn = turnBetween(this.periodic(`repetitions ${stream}`, this.repetitions.get(stream) ?? [], period), deadline, period);
      if (turn !== undefined && turn - deadline >= -TURN_BOUNDS.repetition.earlyMicros && turn - deadline <= TURN_BOUNDS.repetition.lateMicros && turn !== moments[0]) moments.push(turn);
      const again = nearest(this.repetitions.get(stream) ?? [], deadline, deadline - TURN_BOUNDS.repetition.earlyMicros, deadline + TURN_BOUNDS.repetition.lateMicros);
      for (const each of [near, again, deadline]) if (each !== undefined && !moments.includes(each)) moments.push(each);
    }
    return [this.choose('repetition', deadline, moments)];
  }

  private periodic(key: string, times: readonly Micros[], period: Micros): readonly Micros[] {
    let turns = this.periodicTurns.get(`${key} ${period}`);
    if (turns === undefined) this.periodicTurns.set(`${key} ${period}`, turns = periodicTurns(times, period));
    return turns;
  }

  turnOf(deadline: Micros, { kind, packetType = 0, interfaceName = '', destination = 0, periodMicros: period = SECOND }: TimerRole): Micros {
    const { earlyMicros, lateMicros } = TURN_BOUNDS[kind];
    if (kind === 'inactivity') {
      // What is late by a moment may come behind a Hello, and shows when the router says that the neighbour is gone.
      const update = nearest(this.allUpdates, deadline, deadline, deadline + lateMicros);
      return this.choose(kind, deadline, update === undefined ? [deadline] : [deadline, update]);
    }
    const stream = `${interfaceName} ${packetType} ${formatIpv4(destination)}`;
    const times = kind === 'hello' ? this.hellos.get(interfaceName) : kind === 'acknowledgment' ? [this.acknowledgmentTurn(interfaceName, deadline, period)]
      : kind === 'wait' ? this.firstDescriptions.get(interfaceName)?.map(({ time }) => time) 
        : kind === 'repetition' ? this.repetitionTurns(stream, packetType, deadline, period) : kind === 'walk' ? this.allUpdates.slice(firstAtOrAfter(this.allUpdates, deadline - earlyMicros)).slice(0, 1) : undefined;
    const turn = times === undefined ? undefined : nearest(times, deadline, deadline - earlyMicros, deadline + lateMicros);
    if (turn === undefined) return deadline;
    let taken = this.turns.get(kind);
    if (taken === undefined) this.turns.set(kind, taken = { count: 0, latestMicros: 0, earliestMicros: 0 });
    taken.count++;
    taken.latestMicros = Math.max(taken.latestMicros, turn - deadline);
    taken.earliestMicros = Math.min(taken.earliestMicros, turn - deadline);
    return turn;
  }

  /**
   * Ours has sent this now. What the real router sends of it only later it was still writing until then: a daemon that writes does not read.
   */
  noteSent(sending: Sending): void {
    const { time } = sending;
    const key = streamKey(sending);
    for (let i = firstAtOrAfter(this.all, time - DECISION_WINDOW); i < this.all.length && this.all[i] <= time + LONGEST_WRITE; i++) {
      if (this.isSent[i] || streamKey(this.sent[i]) !== key) continue;
      this.isSent[i] = true;
      this.busyUntil = Math.max(this.busyUntil, this.all[i]);
      return;
    }
  }

  /**
   * It is read when the real router next sends something that ours has not sent yet, if that is soon; or else as soon as such a
   * daemon usually does.
   */
  socketWait(now: Micros): Micros {
    const from = Math.max(now, this.busyUntil);
    const next = this.nextUnsent(from);
    const moments = [next === undefined ? from + USUAL_SOCKET_WAIT : this.beforeAnswer(from, next), from + EARLY_SOCKET_WAIT];
    if (next !== undefined) {
      // Before each of those that came meanwhile, and behind the answer, which then is none.
      for (let i = firstAtOrAfter(this.heardTimes, from + EARLY_SOCKET_WAIT + 1); i < this.heardTimes.length && this.heardTimes[i] < next && moments.length < MOST_MOMENTS; i++) {
        const moment = this.heardTimes[i] - 1;
        if (!moments.includes(moment)) moments.push(moment);
      }
      moments.push(next + EARLY_SOCKET_WAIT);
    }
    return this.choose('socket', now, moments) - now;
  }

  /** How many of the frames that came just before it went on had waited in its socket. */
  backlog(at: Micros, most: number): number {
    return this.choose('thaw', at, Array.from({ length: Math.min(most, MOST_BACKLOG) + 1 }, (_, count) => count));
  }

  private choose(kind: Doubt['kind'], time: Micros, moments: readonly number[]): number {
    const index = this.choices++;
    if (moments.length > 1) this.doubts.push({ index, kind, time, moments: moments.length });
    return moments[Math.min(this.chosen.get(index) ?? 0, moments.length - 1)];
  }

  private nextUnsent(from: Micros): Micros | undefined {
    for (let i = firstAtOrAfter(this.all, from); i < this.all.length && this.all[i] <= from + LONGEST_SOCKET_WAIT; i++) {
      if (!this.isSent[i]) return this.all[i];
    }
    return undefined;
  }

  /** A timer that has its turn at the same moment finds what has been read. What came too late for an answer was not read with it. */
  private beforeAnswer(from: Micros, answer: Micros): Micros {
    const late = this.heardTimes[firstAtOrAfter(this.heardTimes, answer - SHORTEST_WORK)];
    return Math.max(from, (late !== undefined && late > from && late < answer ? late : answer) - 1);
  }

  ddSequence(interfaceName: string, destination: Ipv4, now: Micros): number | undefined {
    const to = formatIpv4(destination);
    const first = this.firstDescriptions.get(interfaceName)?.find((each) => each.destination === to && each.time >= now - DECISION_WINDOW);
    if (first === undefined) return undefined;
    const sequence = Number(fieldOf(first.fields, 'ospf.dd.seq'));
    this.ddSequences.push({ interfaceName, destination: to, sequence });
    return sequence;
  }

  cryptographicSequence(interfaceName: string, packetType: number): number | undefined {
    for (let i = firstAtOrAfter(this.all, this.now); i < this.sent.length && this.all[i] <= this.now + DECISION_WINDOW; i++) {
      const { interfaceName: at, packetType: type, fields } = this.sent[i];
      const text = at === interfaceName && type === packetType ? fieldOf(fields, 'ospf.crypto_seq') : '';
      if (text !== '') return Number(text);
    }
    return undefined;
  }

  refreshAt(lsType: number, linkStateId: Ipv4, sequence: number, earliest: Micros, latest: Micros): Micros | undefined {
    const next = `0x${((sequence + 1) >>> 0).toString(16).padStart(8, '0')}`;
    for (let i = firstAtOrAfter(this.all, earliest); i < this.sent.length && this.all[i] <= latest; i++) {
      const { packetType, parts } = this.sent[i];
      if (packetType !== PacketType.linkStateUpdate) continue;
      if (parts.some(({ identity, fields }) => identity.startsWith(`${lsType} ${formatIpv4(linkStateId)} `) && fieldOf(fields, 'ospf.lsa[].seq') === next)) return this.all[i];
    }
    return undefined;
  }
}

function isFirst({ fields }: Sending): boolean {
  return (Number(fieldOf(fields, 'ospf.dd.flags')) & INIT_FLAG) !== 0;
}

/** Whether all of it was said at this interface before, a second or more ago; `said` is kept up to date. */
function isRepetition({ interfaceName, time, parts }: Sending, said: Map<string, Micros>): boolean {
  let isAll = true;
  for (const { identity, fields } of parts) {
    const key = `${interfaceName} ${identity} ${fieldOf(fields, 'ospf.lsa[].seq')} ${fieldOf(fields, 'ospf.lsa[].age') === '3600' ? 'flushed' : ''}`;
    const before = said.get(key);
    if (before === undefined || time - before < SECOND) isAll = false;
    said.set(key, time);
  }
  return isAll;
}

/** An acknowledgment of nothing but what has only just come is no delayed one. */
function isAtOnce({ parts }: Sending, recent: readonly Sending[]): boolean {
  const sequenceOf = ({ identity, fields }: Part): string => `${identity} ${fieldOf(fields, 'ospf.lsa[].seq')}`;
  return parts.every((part) => recent.some((each) => each.parts.some((other) => sequenceOf(other) === sequenceOf(part))));
}

/** Of an older instance that has just come. */
function isAnswer({ parts }: Sending, recent: readonly Sending[]): boolean {
  return parts.some(({ identity }) => recent.some((each) => each.parts.some((other) => other.identity === identity)));
}

/** What tells it from the other packets of these few milliseconds. */
function streamKey({ interfaceName, packetType, destination, parts }: Sending): string {
  return `${interfaceName} ${packetType} ${destination} ${parts.map(({ identity, fields }) => `${identity} ${fieldOf(fields, 'ospf.lsa[].seq')}`).join('|')}`;
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** How much a timer that is armed anew when it fires loses each time, at most. */
const LARGEST_LOSS = 0.6 * MILLISECOND;
const LONGEST_GAP = 600;

/** The longest run of times that a free-running timer explains: whole periods apart, and a little later each time. */
function periodicTurns(times: readonly Micros[], period: Micros): Micros[] {
  const lengths: number[] = [];
  const before: number[] = [];
  let best = -1;
  for (const [i, time] of times.entries()) {
    lengths[i] = 1;
    before[i] = -1;
    for (let j = i - 1; j >= 0 && time - times[j] <= LONGEST_GAP * period; j--) {
      const steps = Math.round((time - times[j]) / period);
      const loss = time - times[j] - steps * period;
      if (steps > 0 && loss > -MILLISECOND && loss <= steps * LARGEST_LOSS + MILLISECOND && lengths[j] + 1 > lengths[i]) {
        lengths[i] = lengths[j] + 1;
        before[i] = j;
      }
    }
    if (best < 0 || lengths[i] > lengths[best]) best = i;
  }
  const turns: Micros[] = [];
  for (let i = best; i >= 0; i = before[i]) turns.unshift(times[i]);
  return turns;
}

/** The turn that a timer of this period has near `deadline`, between those that were seen. */
function turnBetween(turns: readonly Micros[], deadline: Micros, period: Micros): Micros | undefined {
  const at = firstAtOrAfter(turns, deadline - TURN_BOUNDS.acknowledgment.earlyMicros);
  const [before, after] = [turns[at - 1], turns[at]];
  const from = after ?? before;
  if (from === undefined) return undefined;
  const steps = before === undefined || after === undefined ? 0 : Math.round((after - before) / period);
  const step = steps > 0 ? (after - before) / steps : period;
  return Math.round(from + Math.round((deadline - from) / step) * step);
}

/** Index of the first that is not before `time`. */
function firstAtOrAfter(times: readonly Micros[], time: Micros): number {
  let low = 0;
  for (let high = times.length; low < high;) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of those from `from` to `to`, the one that is nearest to `time`. */
function nearest(times: readonly Micros[], time: Micros, from: Micros, to: Micros): Micros | undefined {
  let best: Micros | undefined;
  for (let i = firstAtOrAfter(times, from); i < times.length && times[i] <= to; i++) {
    if (best === undefined || Math.abs(times[i] - time) < Math.abs(best - time)) best = times[i];
  }
  return best;
}
