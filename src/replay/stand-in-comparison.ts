/**
 * What a real router sent in a capture, held packet by packet against what its stand-in sends: the whole of `failover replay TOPOLOGY --as NODE`.
 *
 * Read own-capture.ts, own-history.ts, inferred-choices.ts, stand-in.ts, frame-pairing.ts, tolerance.ts and reason.ts in this order. Some moments are found by
 * trying: when a daemon read a packet, or missed a neighbour. Where ours differs, the doubtful moments just before are changed one by one, and a change stays if more fits.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { NodePlan, Plan } from '../config/plan.js';
import { ospfBehaviourOf } from '../node/node.js';
import { IpProtocol } from '../wire/ipv4.js';
import { PacketType } from '../wire/ospf/packet.js';
import { pairSendings, type Pairing } from './frame-pairing.js';
import { InferredChoices, type TurnsTaken } from './inferred-choices.js';
import { ownCapture, type CaptureFile, type OwnCapture } from './own-capture.js';
import { inferHistory, type OwnHistory } from './own-history.js';
import { isPlain, reasonFor, type Judgement, type Reason, type Verdict } from './reason.js';
import { fieldOf, isOspf, readSending, type Sending } from './sending.js';
import { isForNode, runStandIn, type StandInEvent } from './stand-in.js';
import { compareFields, settleFollowing, TIME_TOLERANCE, type FieldDifference, type Position } from './tolerance.js';

export interface JudgedPacket {
  readonly judgement: Judgement;
  /** Undefined: it matches, or is unexplained. */
  readonly reason?: Reason;
}

export interface StandInReport {
  readonly node: string;
  readonly own: OwnCapture;
  readonly history: OwnHistory;
  readonly areEventsGiven: boolean;
  readonly turns: ReadonlyMap<string, TurnsTaken>;
  readonly ddSequences: InferredChoices['ddSequences'];
  /** How many times another of the possible moments, of reading a packet or missing a neighbour, fits better than the first guess. */
  readonly chosenMoments: number;
  /** In the order of time. */
  readonly packets: readonly JudgedPacket[];
  readonly realPackets: number;
  readonly ourPackets: number;
  /** What else the real node sent, by kind. */
  readonly notCompared: ReadonlyMap<string, number>;
  readonly unexplained: number;
  /** When the first frame of the captures was, on their clock. */
  readonly zero: Micros;
}

export interface StandInOptions {
  /** What was done to the node, in place of what its packets show; times on the captures' clock. */
  readonly events?: readonly { readonly at: Micros; readonly action: StandInEvent['action']; readonly text: string }[];
  readonly progress?: (tries: number) => void;
}

const MOST_TRIES = 240;
/** Differences for which nothing was found: then it is no matter of moments. */
const MOST_IN_VAIN = 8;
const TRIES_FOR_ONE = 24;
/** How long before a difference the read that led to it may have been, and how much behind it is looked at. */
const LOOK_BACK: Micros = 1.2 * SECOND;
const RETRANSMISSION: Micros = 5 * SECOND;
const NEAR: Micros = 0.03 * SECOND;
const LOOK_AHEAD: Micros = 3 * SECOND;

/** A text is what is wrong with the input. */
export function compareStandIn(plan: Plan, nodeName: string, files: readonly CaptureFile[], options: StandInOptions = {}): StandInReport | string {
  const node = plan.nodes.find(({ name }) => name === nodeName);
  if (node === undefined) return `there is no node ${nodeName}; nodes: ${plan.nodes.map(({ name }) => name).join(', ')}`;
  if (node.ospf === undefined) return `${nodeName} runs no OSPF in ${plan.file}`;
  const own = ownCapture(node, files);
  if (typeof own === 'string') return own;
  const onCaptureClock = sendingsOf(own, true, 0);
  if (onCaptureClock.length === 0) return `${nodeName} sends no OSPF in the captures`;
  const inferred = inferHistory(onCaptureClock, sendingsOf(own, false, 0), daemonOf(node), ospfBehaviourOf(node.kind));
  const { startsAt } = inferred;
  if (inferred.known.length > 0) {
    return `${onCaptureClock[0].file}: ${nodeName} was running already when the capture began: its first Hello names ${inferred.known.join(', ')}; a stand-in needs its start, for what it knew then is not in the capture`;
  }
  const history: OwnHistory = options.events === undefined ? inferred : { ...inferred, events: options.events.map((each) => ({ ...each, at: each.at - startsAt })) };
  const real = sendingsOf(own, true, startsAt);
  const heard = sendingsOf(own, false, startsAt);
  let tries = 0;
  const attempt = (chosen: ReadonlyMap<number, number>, until?: Micros): Attempt | string => {
    const choices = new InferredChoices(real, heard, chosen);
    const run = runStandIn(plan, nodeName, own, history, choices, until);
    options.progress?.(++tries);
    if (typeof run === 'string') return run;
    return { choices, sent: run.sent, packets: judge(real.filter(({ time }) => time <= (until ?? Infinity)), run.sent, heard, choices.retransmissionIntervals) };
  };
  let best = attempt(new Map());
  if (typeof best === 'string') return best;
  const chosen = new Map<number, number>();
  let from = -Infinity;
  let inVain = 0;
  while (tries < MOST_TRIES) {
    const flaw = best.packets.find((each) => isFlaw(each) && timeOf(each) > from);
    if (flaw === undefined) break;
    const at = timeOf(flaw);
    const doubts = doubtsAbout(flaw.judgement, at, best.choices.doubts.filter(({ index }) => !chosen.has(index)))
      .flatMap(({ index, moments }) => Array.from({ length: moments - 1 }, (_, i) => ({ index, moment: i + 1 }))).slice(0, TRIES_FOR_ONE);
    const flawsUntil = (packets: readonly JudgedPacket[]): number => packets.filter((each) => isFlaw(each) && timeOf(each) <= at + LOOK_AHEAD - SECOND).length;
    const before = flawsUntil(best.packets);
    let found: { readonly index: number; readonly moment: number } | undefined;
    for (const doubt of doubts) {
      if (tries >= MOST_TRIES) break;
      const tried = attempt(new Map([...chosen, [doubt.index, doubt.moment]]), at + LOOK_AHEAD);
      if (typeof tried !== 'string' && flawsUntil(tried.packets) < before) {
        found = doubt;
        break;
      }
    }
    if (found === undefined) {
      from = at;
      if (++inVain > MOST_IN_VAIN) break;
      continue;
    }
    chosen.set(found.index, found.moment);
    const next = attempt(chosen);
    if (typeof next === 'string') return next;
    best = next;
  }
  const { choices, packets, sent } = best;
  return {
    node: nodeName, own, history, areEventsGiven: options.events !== undefined, turns: choices.turns, ddSequences: choices.ddSequences, chosenMoments: chosen.size, packets,
    realPackets: real.length, ourPackets: sent.length, notCompared: otherFrames(own), unexplained: packets.filter(isUnexplained).length,
    zero: Math.min(...own.segments.map(({ frames }) => frames[0].time)),
  };
}

interface Attempt {
  readonly choices: InferredChoices;
  readonly sent: readonly Sending[];
  readonly packets: readonly JudgedPacket[];
}

export function isUnexplained({ judgement, reason }: JudgedPacket): boolean {
  return !isPlain(judgement) && reason === undefined;
}

function isFlaw({ judgement }: JudgedPacket): boolean {
  return !isPlain(judgement);
}

function timeOf({ judgement: { real, ours } }: JudgedPacket): Micros {
  return Math.min(real?.time ?? Infinity, ...ours.map(({ time }) => time));
}

/** Those that may have led to it: a little before, or one retransmission interval; of the timer that it hangs on first, then the nearest. */
function doubtsAbout({ real, ours }: Judgement, at: Micros, doubts: InferredChoices['doubts']): InferredChoices['doubts'] {
  const kind = (real ?? ours[0]).packetType === PacketType.linkStateAcknowledgment ? 'acknowledgment' : 'repetition';
  const mayHaveLed = ({ time }: { readonly time: Micros }): boolean => (time <= at + NEAR && time >= at - LOOK_BACK) || Math.abs(at - RETRANSMISSION - time) <= NEAR;
  const weight = (each: InferredChoices['doubts'][number]): number => (each.kind === kind || each.kind === 'thaw' ? 0 : LOOK_BACK * 10) + Math.abs(Math.abs(at - each.time) > RETRANSMISSION / 2 ? at - each.time - RETRANSMISSION : at - each.time);
  return doubts.filter(mayHaveLed).sort((a, b) => weight(a) - weight(b));
}

function daemonOf({ kind }: NodePlan): string {
  return kind === 'bird' ? 'bird' : kind === 'zvm' ? 'mproute' : 'ospfd';
}

/** Its own, or those that reached it. */
function sendingsOf(own: OwnCapture, isOwn: boolean, zero: Micros): Sending[] {
  return own.segments.flatMap(({ interfaceName, frames, mac }) => frames.filter((frame) => frame.isOwn === isOwn && isOspf(frame.bytes) && (isOwn || isForNode(frame.bytes, mac)))
    .map(({ bytes, file, number, time }) => readSending(bytes, { file, number, time: time - zero, interfaceName }))).sort((a, b) => a.time - b.time);
}

function otherFrames(own: OwnCapture): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { frames } of own.segments) {
    for (const { bytes, isOwn } of frames) if (isOwn && !isOspf(bytes)) counts.set(kindOf(bytes), (counts.get(kindOf(bytes)) ?? 0) + 1);
  }
  return counts;
}

function kindOf(bytes: Uint8Array): string {
  const etherType = (bytes[12] << 8) | bytes[13];
  if (etherType === 0x0806) return 'ARP';
  if (etherType !== 0x0800) return `ethertype 0x${etherType.toString(16).padStart(4, '0')}`;
  const names: Readonly<Record<number, string>> = { [IpProtocol.icmp]: 'ICMP', [IpProtocol.igmp]: 'IGMP', [IpProtocol.tcp]: 'TCP', [IpProtocol.udp]: 'UDP', [IpProtocol.vrrp]: 'VRRP' };
  return names[bytes[23]] ?? `IP protocol ${bytes[23]}`;
}

function judge(real: readonly Sending[], ours: readonly Sending[], heard: readonly Sending[], retransmissionIntervals: ReadonlySet<Micros>): JudgedPacket[] {
  const pairing = pairSendings(real, ours);
  return judgementsOf(pairing, [positionsOf(real), positionsOf(ours)])
    .map((judgement) => ({ judgement, reason: isPlain(judgement) ? undefined : reasonFor(judgement, { real, ours, heard, retransmissionIntervals }) }))
    .sort((a, b) => timeOf(a) - timeOf(b));
}

/** The daemon numbers its packets one by one: who is how many behind the first. */
function positionsOf(sendings: readonly Sending[]): Map<Sending, Position> {
  const numbered = sendings.map((sending) => ({ sending, identification: Number(fieldOf(sending.fields, 'ip.id')) }));
  const first = numbered.at(0)?.identification ?? 0;
  // At one moment on several interfaces: no file says which was first.
  numbered.sort((a, b) => a.sending.time - b.sending.time || ((a.identification - first) & 0xffff) - ((b.identification - first) & 0xffff));
  return new Map(numbered.map(({ sending }, order) => [sending, { order, firstIdentification: first }]));
}

function judgementsOf({ pairs, repacked, missing, extra }: Pairing, [realPositions, ourPositions]: readonly Map<Sending, Position>[]): Judgement[] {
  const judgements: Judgement[] = pairs.map(({ real, ours }): Judgement => {
    const positions = [realPositions.get(real), ourPositions.get(ours)] as [Position, Position];
    const list = ({ parts: all }: Sending): string => (all.length === 0 ? 'none' : all.map(({ identity }) => identity).join(', '));
    const parts = real.parts.length !== ours.parts.length ? [{ path: 'ospf.lsa', real: list(real), ours: list(ours), tolerance: 'equal', isWithin: false }] : real.parts.flatMap((part, i) => compareFields(part.fields, ours.parts[i].fields, part.identity));
    const differences = settleFollowing([...compareFields(real.fields, ours.fields, undefined, positions), ...parts]);
    const lateMicros = real.time - ours.time;
    return { verdict: differences.every(({ isWithin }) => isWithin) ? timing(real, lateMicros) : 'differing', real, ours: [ours], lateMicros, differences };
  });
  for (const { real, ours } of repacked) {
    const unmatched = real.parts.filter((_, i) => ours[i] === undefined);
    const differences: FieldDifference[] = [];
    for (const [i, part] of real.parts.entries()) {
      const other = ours[i];
      if (other !== undefined) differences.push(...compareFields(part.fields, other.part.fields, part.identity));
    }
    const sendings = [...new Set(ours.flatMap((each) => (each === undefined ? [] : [each.sending])))];
    const lateMicros = real.time - sendings.reduce((farthest, { time }) => (Math.abs(real.time - time) > Math.abs(real.time - farthest) ? time : farthest), real.time);
    const isSame = unmatched.length === 0 && differences.every(({ isWithin }) => isWithin);
    judgements.push({ verdict: isSame ? 'matched' : 'differing', real, ours: sendings, lateMicros, differences, unmatched, isRepacked: true });
  }
  for (const real of missing) judgements.push({ verdict: 'missing', real, ours: [], differences: [] });
  for (const { ours, parts } of extra) judgements.push({ verdict: 'extra', ours: [ours], differences: [], unmatched: parts });
  return judgements;
}

function timing({ packetType }: Sending, lateMicros: number): Verdict {
  const tolerance = TIME_TOLERANCE[packetType];
  if (tolerance === undefined) return 'matched';
  return lateMicros > tolerance.lateMicros ? 'late' : lateMicros < -tolerance.earlyMicros ? 'early' : 'matched';
}
