/** What came of holding a stand-in against a real router, for programs: every packet that does not simply match, with every field. */
import { isPlain, type Judgement } from '../replay/reason.js';
import type { StandInReport } from '../replay/stand-in-comparison.js';
import type { Sending } from '../replay/sending.js';
import { FIELD_TOLERANCE, TIME_TOLERANCE } from '../replay/tolerance.js';

const TYPES: readonly string[] = ['', 'hello', 'dd', 'ls-request', 'ls-update', 'ls-ack'];

export function standInJson(report: StandInReport): string {
  const { history, zero, own, packets } = report;
  const seconds = (time: number): number => Math.round(time + history.startsAt - zero) / 1e6;
  const sending = ({ file, number, time, interfaceName, destination, packetType, parts }: Sending): object => ({ file, number, time: seconds(time), interface: interfaceName, destination, type: TYPES[packetType],
    lsas: parts.map(({ identity }) => identity) });
  const entry = ({ verdict, real, ours, lateMicros, differences, unmatched }: Judgement): object => ({ verdict, real: real && sending(real), ours: ours.map(sending), late_seconds: lateMicros === undefined ? undefined : lateMicros / 1e6,
    differences, unmatched: unmatched?.map(({ identity }) => identity) });
  const counts: Record<string, Record<string, number>> = {};
  for (const { judgement } of packets) {
    const of = counts[TYPES[(judgement.real ?? judgement.ours[0]).packetType]] ??= {};
    of[judgement.verdict] = (of[judgement.verdict] ?? 0) + 1;
  }
  return `${JSON.stringify({
    node: report.node,
    segments: own.segments.map(({ interfaceName, file }) => ({ interface: interfaceName, file })), not_used: own.unused, not_captured: own.uncaptured,
    inferred: {
      start: seconds(0), events: history.events.map(({ at, action, text }) => ({ at: seconds(at), action: action.kind, text })), events_given: report.areEventsGiven,
      timers: Object.fromEntries([...report.turns].map(([kind, { count, earliestMicros, latestMicros }]) => [kind, { turns: count, earliest_seconds: earliestMicros / 1e6, latest_seconds: latestMicros / 1e6 }])),
      dd_sequences: report.ddSequences, chosen_moments: report.chosenMoments,
    },
    tolerances: {
      time: Object.fromEntries(Object.values(TIME_TOLERANCE).map(({ packets: name, earlyMicros, lateMicros, why }) => [name, { early_seconds: earlyMicros / 1e6, late_seconds: lateMicros / 1e6, why }])),
      fields: Object.fromEntries(FIELD_TOLERANCE.map(({ path, says }) => [path, says])),
    },
    packets: { real: report.realPackets, ours: report.ourPackets, counts }, not_compared: Object.fromEntries(report.notCompared),
    within_tolerance: packets.filter(({ judgement }) => isPlain(judgement) && judgement.differences.length > 0).map(({ judgement }) => entry(judgement)),
    explained: packets.flatMap(({ judgement, reason }) => (reason === undefined ? [] : [{ reason: reason.name, sentence: reason.sentence, ...entry(judgement) }])),
    unexplained: packets.flatMap(({ judgement, reason }) => (isPlain(judgement) || reason !== undefined ? [] : [entry(judgement)])),
  }, undefined, 2)}\n`;
}
