/**
 * Why a difference is none of the router's doing: a rule with a sentence that a reader accepts, and what must be the case for it to apply.
 *
 * A rule looks at the packets and at what was heard around them, never at which capture, frame or scenario it is. What no rule applies to is unexplained.
 */
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import { PacketType } from '../wire/ospf/packet.js';
import type { FieldDifference } from './tolerance.js';
import { fieldOf, type Part, type Sending } from './sending.js';

export type Verdict = 'matched' | 'early' | 'late' | 'differing' | 'missing' | 'extra';

export interface Judgement {
  readonly verdict: Verdict;
  /** Not of an extra one. */
  readonly real?: Sending;
  /** Those of ours that say the same, or nearly so; of an extra one it alone. */
  readonly ours: readonly Sending[];
  /** How much later the real one is. */
  readonly lateMicros?: number;
  /** All of them, also those within bounds. */
  readonly differences: readonly FieldDifference[];
  /** Of a packet of which a part stands for nothing: those parts. */
  readonly unmatched?: readonly Part[];
  /** The same parts, in other packets. */
  readonly isRepacked?: boolean;
}

/** What was on the wire around a packet. */
export interface Surroundings {
  readonly real: readonly Sending[];
  readonly ours: readonly Sending[];
  readonly heard: readonly Sending[];
  /** What retransmission timers are armed with. */
  readonly retransmissionIntervals: ReadonlySet<Micros>;
}

export interface Reason {
  readonly name: string;
  readonly sentence: string;
  applies(judgement: Judgement, surroundings: Surroundings): boolean;
}

const PACKED_TYPES: readonly number[] = [PacketType.linkStateUpdate, PacketType.linkStateAcknowledgment];
/** What a daemon reads and writes in one go lies so close together. */
const ONE_GO = 10 * MILLISECOND;
/** How exactly it is known when a timer fired at which nothing was sent, or something was read. */
const A_MOMENT = 6 * MILLISECOND;
/** The period of delayed acknowledgments. */
const ACKNOWLEDGMENT_PERIOD: Micros = SECOND;

export const REASONS: readonly Reason[] = [
  {
    name: 'packing',
    sentence: 'The same LSAs, divided among packets in another way: what one packet holds is what the daemon had decided when it came to writing, and that is its system\'s scheduling.',
    applies: ({ isRepacked, unmatched = [], differences, real, ours, lateMicros = 0, verdict }) => isRepacked === true && verdict === 'matched' && unmatched.length === 0 &&
      differences.every(({ isWithin }) => isWithin) && real !== undefined && PACKED_TYPES.includes(real.packetType) && Math.abs(lateMicros) <= ONE_GO && ours.length > 0,
  },
  {
    name: 'acknowledgment as the timer fires',
    sentence: 'The LSAs came within 6 ms of a turn of the timer of delayed acknowledgments: whether they are acknowledged now or one period later a moment decides.',
    applies: ({ verdict, isRepacked, unmatched = [], differences, real, ours, lateMicros = 0 }, { heard }) => {
      if (real?.packetType !== PacketType.linkStateAcknowledgment || ours.length === 0 || unmatched.length > 0 || !differences.every(({ isWithin }) => isWithin)) return false;
      if (verdict !== 'early' && verdict !== 'late' && isRepacked !== true) return false;
      if (Math.abs(Math.abs(lateMicros) - ACKNOWLEDGMENT_PERIOD) > 10 * A_MOMENT && Math.abs(lateMicros) > ONE_GO) return false;
      const first = Math.min(real.time, ...ours.map(({ time }) => time));
      const moved = real.parts.filter((part) => isSaid(part, heard, real.interfaceName, first - A_MOMENT, first + A_MOMENT));
      return moved.length > 0;
    },
  },
  {
    name: 'retransmission at the limit',
    sentence: 'What is sent again has waited for one RxmtInterval when the timer fires. This had been sent, or had come, one interval before, to within 20 ms: whether it goes in this round or the next a moment decides.',
    applies: ({ verdict, real, ours, unmatched }, { real: allReal, ours: allOurs, heard, retransmissionIntervals }) => {
      const sending = real ?? ours[0];
      if (sending.packetType !== PacketType.linkStateUpdate || (verdict !== 'missing' && verdict !== 'extra')) return false;
      const own = verdict === 'missing' ? allReal : allOurs;
      return [...retransmissionIntervals].some((interval) => (unmatched ?? sending.parts).every((part) =>
        [...own, ...heard].some((each) => each.packetType === PacketType.linkStateUpdate && Math.abs(sending.time - interval - each.time) <= 2 * ONE_GO && each.parts.some((other) => instanceOf(other) === instanceOf(part)))));
    },
  },
  {
    name: 'one calculation more or less',
    sentence: 'A calculation floods again the summaries that have been flushed and not yet removed. An update came as the one before began: it is in that one, or sets off another, one hold time later.',
    applies: ({ verdict, real, ours, unmatched }, { real: allReal, ours: allOurs, heard }) => {
      const sending = real ?? ours[0];
      if (sending.packetType !== PacketType.linkStateUpdate || (verdict !== 'missing' && verdict !== 'extra')) return false;
      const router = fieldOf(sending.fields, 'ospf.router');
      const parts = unmatched ?? sending.parts;
      if (!parts.every(({ identity, fields }) => /^[34] /.test(identity) && identity.endsWith(` ${router}`) && fieldOf(fields, 'ospf.lsa[].age') === '3600')) return false;
      const before = (verdict === 'missing' ? allReal : allOurs).filter((each) => each.packetType === PacketType.linkStateUpdate && each.time < sending.time && each.time >= sending.time - SECOND &&
        parts.every((part) => each.parts.some((other) => instanceOf(other) === instanceOf(part)))).at(-1);
      return before !== undefined && heard.some(({ packetType, time }) => packetType === PacketType.linkStateUpdate && Math.abs(time - before.time) <= A_MOMENT);
    },
  },
  {
    name: 'Hello while another comes in',
    sentence: 'A neighbour\'s Hello came within 6 ms of this one: what follows from it is said in this Hello or in the next. Ours says what the real one says in the Hello before or after.',
    applies: ({ verdict, real, ours, differences }, { real: allReal, heard }) => {
      if (verdict !== 'differing' || real?.packetType !== PacketType.hello || !differences.every(({ path, isWithin }) => isWithin || /^ospf\.hello\.(dr|bdr|neighbor\[\])$/.test(path))) return false;
      const hellos = allReal.filter((each) => each.packetType === PacketType.hello && each.interfaceName === real.interfaceName);
      const at = hellos.indexOf(real);
      return heard.some((each) => each.packetType === PacketType.hello && each.interfaceName === real.interfaceName && Math.abs(each.time - real.time) <= A_MOMENT) &&
        [hellos[at - 1], hellos[at + 1]].some((each) => each !== undefined && rolesOf(each) === rolesOf(ours[0]));
    },
  },
  {
    name: 'LSAs that cross',
    sentence: 'The LSA came while it was on its way out, or twice at once: which copy is acknowledged directly, and which counts as an acknowledgment, is a matter of which was read first.',
    applies: ({ verdict, real, ours, unmatched = [], differences }, { real: allReal, heard }) => {
      const sending = real ?? ours[0];
      if (sending.packetType !== PacketType.linkStateAcknowledgment || (verdict !== 'differing' && verdict !== 'extra') || unmatched.length === 0 || !differences.every(({ isWithin }) => isWithin)) return false;
      const [from, to] = [sending.time - ONE_GO, sending.time + ONE_GO];
      return unmatched.every((part) => timesSaid(part, heard, sending.interfaceName, from, to) + (isSaid(part, allReal, sending.interfaceName, from, to) ? 1 : 0) > 1);
    },
  },
];

function instanceOf({ identity, fields }: Part): string {
  return `${identity} ${fieldOf(fields, 'ospf.lsa[].seq')}`;
}

function timesSaid(part: Part, sendings: readonly Sending[], interfaceName: string, from: Micros, to: Micros): number {
  let count = 0;
  for (const each of sendings) {
    if (each.interfaceName !== interfaceName || each.packetType !== PacketType.linkStateUpdate || each.time < from || each.time > to) continue;
    for (const other of each.parts) if (instanceOf(other) === instanceOf(part)) count++;
  }
  return count;
}

/** Whether an update with this instance is among them. */
function isSaid(part: Part, sendings: readonly Sending[], interfaceName: string, from: Micros, to: Micros): boolean {
  return timesSaid(part, sendings, interfaceName, from, to) > 0;
}

function rolesOf({ fields }: Sending): string {
  return fields.filter(({ path }) => /^ospf\.hello\.(dr|bdr|neighbor\[\])$/.test(path)).map(({ text }) => text).join(' ');
}

/** The first that applies; undefined: it is unexplained. A packet that matches, in one piece and in time, needs none. */
export function reasonFor(judgement: Judgement, surroundings: Surroundings): Reason | undefined {
  return REASONS.find((each) => each.applies(judgement, surroundings));
}

export function isPlain({ verdict, isRepacked }: Judgement): boolean {
  return verdict === 'matched' && isRepacked !== true;
}
