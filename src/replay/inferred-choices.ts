/**
 * What a real router decided by chance, read off what it sent: the choices of the router that stands in for it. Read ospf/known-choices.ts first.
 *
 * None of this looks at what a packet says beyond the numbers that are free (DD sequence, cryptographic sequence, LS sequence to find a refresh). A turn is
 * taken from the capture only within the bounds below; outside of them the timer fires when it is due, and the comparison shows the difference.
 */
import type { Ipv4 } from '../base/address.js';
import { formatIpv4 } from '../base/address.js';
import { MILLISECOND, type Micros } from '../base/micros.js';
import type { KnownChoices, TimerRole } from '../ospf/known-choices.js';
import { PacketType } from '../wire/ospf/packet.js';
import { fieldOf, type Sending } from './sending.js';

/** How far from its deadline a timer may have had its turn, by what it is for: the system's scheduling, and a clock that is not ours. */
export const TURN_BOUNDS: Readonly<Record<TimerRole['kind'], { readonly earlyMicros: Micros; readonly lateMicros: Micros }>> = {
  hello: { earlyMicros: 20 * MILLISECOND, lateMicros: 20 * MILLISECOND },
  wait: { earlyMicros: 20 * MILLISECOND, lateMicros: 20 * MILLISECOND },
  acknowledgment: { earlyMicros: 50 * MILLISECOND, lateMicros: 50 * MILLISECOND },
  socket: { earlyMicros: 0, lateMicros: 0 },
  other: { earlyMicros: 0, lateMicros: 5 * MILLISECOND },
};

/** A daemon that answers reads at the latest when it answers, so much after the packet came; one that does not answer reads soon. */
const LONGEST_SOCKET_WAIT = 2 * MILLISECOND;
const USUAL_SOCKET_WAIT = 100;
/** Between the decision and the packet that shows it. */
const DECISION_WINDOW = 50 * MILLISECOND;

const INIT_FLAG = 4;

/** What was taken from the capture, for the report. */
export interface TurnsTaken { count: number; latestMicros: Micros; earliestMicros: Micros }

export class InferredChoices implements KnownChoices {
  readonly turns = new Map<TimerRole['kind'], TurnsTaken>();
  readonly ddSequences: { readonly interfaceName: string; readonly destination: string; readonly sequence: number }[] = [];
  /** Kept by the driver: the time of the step under way. */
  now: Micros = 0;
  private readonly all: readonly Micros[];
  private readonly hellos = new Map<string, Micros[]>();
  private readonly acknowledgments = new Map<string, Micros[]>();
  private readonly firstDescriptions = new Map<string, Sending[]>();
  private readonly sent: readonly Sending[];

  /** In the order of time. */
  constructor(sent: readonly Sending[]) {
    this.sent = sent;
    this.all = sent.map(({ time }) => time);
    for (const sending of sent) {
      const { interfaceName, packetType, time } = sending;
      if (packetType === PacketType.hello) put(this.hellos, interfaceName, time);
      if (packetType === PacketType.linkStateAcknowledgment && sending.destination.startsWith('224.')) put(this.acknowledgments, interfaceName, time);
      if (packetType === PacketType.databaseDescription && isFirst(sending)) put(this.firstDescriptions, interfaceName, sending);
    }
  }

  turnOf(deadline: Micros, { kind, interfaceName = '' }: TimerRole): Micros {
    const { earlyMicros, lateMicros } = TURN_BOUNDS[kind];
    const times = kind === 'hello' ? this.hellos.get(interfaceName) : kind === 'acknowledgment' ? this.acknowledgments.get(interfaceName)
      : kind === 'wait' ? this.firstDescriptions.get(interfaceName)?.map(({ time }) => time) : kind === 'other' ? this.all : undefined;
    const turn = times === undefined ? undefined : nearest(times, deadline, deadline - earlyMicros, deadline + lateMicros);
    if (turn === undefined) return deadline;
    let taken = this.turns.get(kind);
    if (taken === undefined) this.turns.set(kind, taken = { count: 0, latestMicros: 0, earliestMicros: 0 });
    taken.count++;
    taken.latestMicros = Math.max(taken.latestMicros, turn - deadline);
    taken.earliestMicros = Math.min(taken.earliestMicros, turn - deadline);
    return turn;
  }

  socketWait(now: Micros): Micros {
    const next = this.all[firstAtOrAfter(this.all, now)];
    return next !== undefined && next - now <= LONGEST_SOCKET_WAIT ? next - now : USUAL_SOCKET_WAIT;
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

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
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
