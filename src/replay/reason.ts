/**
 * Why a difference is none of the router's doing: a rule with a sentence that a reader accepts, and what must be the case for it to apply.
 *
 * A rule looks at the packets and at what was heard around them, never at which capture, frame or scenario it is. What no rule applies to is unexplained.
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import { PacketType } from '../wire/ospf/packet.js';
import type { FieldDifference } from './tolerance.js';
import type { Part, Sending } from './sending.js';

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

export interface Reason {
  readonly name: string;
  readonly sentence: string;
  applies(judgement: Judgement): boolean;
}

const PACKED_TYPES: readonly number[] = [PacketType.linkStateUpdate, PacketType.linkStateAcknowledgment];
/** What a daemon reads and writes in one go lies so close together. */
const ONE_GO = 10 * MILLISECOND;

export const REASONS: readonly Reason[] = [
  {
    name: 'packing',
    sentence: 'The same LSAs, divided among packets in another way: what one packet holds is what the daemon had decided when it came to writing, and that is its system\'s scheduling.',
    applies: ({ verdict, isRepacked, unmatched = [], differences, real, ours, lateMicros = 0 }) => isRepacked === true && verdict === 'matched' && unmatched.length === 0 &&
      differences.every(({ isWithin }) => isWithin) && real !== undefined && PACKED_TYPES.includes(real.packetType) && ours.every(({ packetType }) => packetType === real.packetType) &&
      Math.abs(lateMicros) <= (real.packetType === PacketType.linkStateAcknowledgment ? SECOND : ONE_GO),
  },
];

/** The first that applies; undefined: it is unexplained. A packet that matches, in one piece and in time, needs none. */
export function reasonFor(judgement: Judgement): Reason | undefined {
  return REASONS.find((each) => each.applies(judgement));
}

export function isPlain({ verdict, isRepacked }: Judgement): boolean {
  return verdict === 'matched' && isRepacked !== true;
}
