/**
 * What may differ between a real router's packet and its stand-in's, field by field: each with its bound and the reason for it.
 *
 * A field that is not in the table must be equal to the bit. None is left out: where a field follows from others (checksums, lengths), it may differ only where
 * one of those does and is itself within its bound; both checksums have been verified when the packets were taken apart.
 */
import { MILLISECOND, type Micros } from '../base/micros.js';
import { PacketType } from '../wire/ospf/packet.js';
import type { FieldValue } from './sending.js';

export interface FieldDifference {
  /** As `decode --names` has it. */
  readonly path: string;
  /** Of which LSA: its type, id and router. */
  readonly part?: string;
  readonly real: string;
  readonly ours: string;
  /** What is allowed. */
  readonly tolerance: string;
  readonly isWithin: boolean;
}

export interface TimeTolerance {
  readonly packets: string;
  readonly earlyMicros: Micros;
  readonly lateMicros: Micros;
  readonly why: string;
}

/** By packet type: how much sooner or later the real router may have sent what ours did. */
export const TIME_TOLERANCE: Readonly<Record<number, TimeTolerance>> = {
  [PacketType.hello]: { packets: 'hello', earlyMicros: 5 * MILLISECOND, lateMicros: 5 * MILLISECOND, why: 'the phase is taken from the capture anew for every Hello, within 20 ms of the interval' },
  [PacketType.databaseDescription]: { packets: 'dd', earlyMicros: 10 * MILLISECOND, lateMicros: 10 * MILLISECOND, why: 'an answer, or a timer of whole seconds: what lies between is when the daemon was scheduled' },
  [PacketType.linkStateRequest]: { packets: 'ls-request', earlyMicros: 10 * MILLISECOND, lateMicros: 10 * MILLISECOND, why: 'as dd' },
  [PacketType.linkStateUpdate]: { packets: 'ls-update', earlyMicros: 10 * MILLISECOND, lateMicros: 10 * MILLISECOND, why: 'as dd' },
  [PacketType.linkStateAcknowledgment]: { packets: 'ls-ack', earlyMicros: 50 * MILLISECOND, lateMicros: 50 * MILLISECOND, why: 'the timer of delayed acknowledgments runs on its own; what it sends shows when it fired, what it does not send does not' },
};

interface FieldTolerance {
  readonly path: string;
  readonly says: string;
  isWithin(real: string, ours: string): boolean;
}

const LS_AGE_SECONDS = 1;

/** Those of one field alone. */
export const FIELD_TOLERANCE: readonly FieldTolerance[] = [
  { path: 'ospf.lsa[].age', says: `+-${LS_AGE_SECONDS} s: it counts whole seconds from a moment that falls into one`, isWithin: (real, ours) => real !== '3600' && ours !== '3600' && Math.abs(Number(real) - Number(ours)) <= LS_AGE_SECONDS },
];

/** Those that follow from others: a difference there is theirs. */
const FOLLOWING: readonly { readonly path: string; readonly from: (path: string) => boolean; readonly says: string }[] = [
  { path: 'ip.checksum', from: (path) => path.startsWith('ip.'), says: 'follows from the header' },
  { path: 'ip.length', from: (path) => path === 'ospf.lsa' || path.endsWith('[]') || path.startsWith('ospf.lsa[]'), says: 'follows from the contents' },
  { path: 'ospf.length', from: (path) => path === 'ospf.lsa' || path.endsWith('[]') || path.startsWith('ospf.lsa[]'), says: 'follows from the contents' },
  { path: 'ospf.checksum', from: (path) => path.startsWith('ospf.'), says: 'follows from the contents' },
  { path: 'ospf.digest', from: (path) => path.startsWith('ospf.'), says: 'follows from the contents' },
  { path: 'ospf.lsa[].checksum', from: (path) => path.startsWith('ospf.lsa[].') && path !== 'ospf.lsa[].age', says: 'follows from the LSA' },
];

export interface Position {
  /** How many the sender had sent before it, of all its OSPF packets; its first identification. */
  readonly order: number;
  readonly firstIdentification: number;
}

/** Field by field; `real` and `ours` say who is where in the order of sending. */
export function compareFields(real: readonly FieldValue[], ours: readonly FieldValue[], part?: string, positions?: readonly [Position, Position]): FieldDifference[] {
  const differences: FieldDifference[] = [];
  const add = (path: string, a: string, b: string, tolerance: string, isWithin: boolean): void => void differences.push({ path, ...(part === undefined ? {} : { part }), real: a, ours: b, tolerance, isWithin });
  const length = Math.max(real.length, ours.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [real[i], ours[i]];
    if (a === undefined || b === undefined || a.path !== b.path) {
      add(a?.path ?? b?.path ?? '', a === undefined ? 'none' : listFrom(real, i), b === undefined ? 'none' : listFrom(ours, i), 'equal', false);
      break;
    }
    if (a.text === b.text) continue;
    const rule = FIELD_TOLERANCE.find(({ path }) => path === a.path);
    if (rule !== undefined) add(a.path, a.text, b.text, rule.says, rule.isWithin(a.text, b.text));
    else if (a.path === 'ip.id' && positions !== undefined) {
      add(a.path, a.text, b.text, 'numbered one by one in the order of sending, from a start of its own', isNumbered(a.text, positions[0]) && isNumbered(b.text, positions[1]));
    } else add(a.path, a.text, b.text, 'equal', false);
  }
  return differences;
}

function isNumbered(identification: string, { order, firstIdentification }: Position): boolean {
  return Number(identification) === ((firstIdentification + order) & 0xffff);
}

/** What follows from other fields, where one of those differs, is no difference of its own. Checksums have been verified: a wrong one is a field `error`. */
export function settleFollowing(differences: readonly FieldDifference[]): FieldDifference[] {
  const isFollowing = (path: string): boolean => FOLLOWING.some((each) => each.path === path);
  return differences.map((each) => {
    const following = FOLLOWING.find(({ path }) => path === each.path);
    const isTheirs = following !== undefined && differences.some(({ path, part }) => !isFollowing(path) && following.from(path) && (each.part === undefined || part === each.part));
    return following === undefined || !isTheirs ? each : { ...each, tolerance: following.says, isWithin: true };
  });
}

function listFrom(fields: readonly FieldValue[], at: number): string {
  const { path } = fields[at];
  return fields.slice(at).filter((each) => each.path === path).map(({ text }) => text).join(' ');
}
