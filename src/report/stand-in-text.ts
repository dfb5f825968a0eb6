/**
 * What came of holding a stand-in against a real router, for people: what was taken from the capture, the count by type, what differs and why, what is unexplained.
 */
import { MILLISECOND, type Micros } from '../base/micros.js';
import { REASONS, isPlain, type Judgement, type Verdict } from '../replay/reason.js';
import { isUnexplained, type JudgedPacket, type StandInReport } from '../replay/stand-in-comparison.js';
import type { Sending } from '../replay/sending.js';
import { FIELD_TOLERANCE, TIME_TOLERANCE } from '../replay/tolerance.js';
import { indent, renderTable, wrap } from './terminal.js';

const TYPES: readonly string[] = ['', 'hello', 'dd', 'ls-request', 'ls-update', 'ls-ack'];
const VERDICTS: readonly Verdict[] = ['matched', 'early', 'late', 'differing', 'missing', 'extra'];
/** Of one reason; --json has all. */
const MOST_SHOWN = 12;

export function standInText(report: StandInReport): string {
  const { node, own, packets, unexplained } = report;
  const parts = [
    [`${node}: ${own.segments.map(({ interfaceName, file }) => `${interfaceName} in ${file}`).join(', ')}`,
      ...own.unused.map((name) => `${name}: not used, ${node} sends no OSPF there`), ...own.uncaptured.map((name) => `${node}:${name}: no capture; nothing reaches it`)].join('\n'),
    `taken from the capture\n${indent(choices(report).join('\n'))}`,
    table(packets),
    `tolerances\n${indent(tolerances().join('\n'))}`,
    ...REASONS.flatMap((reason) => {
      const group = packets.filter((each) => each.reason === reason);
      return group.length === 0 ? [] : [`explained: ${reason.name}, ${group.length}\n${indent(wrap(reason.sentence, 0))}\n${indent(lines(group, report))}`];
    }),
  ];
  if (unexplained > 0) parts.push(`unexplained, ${unexplained}\n${indent(lines(packets.filter(isUnexplained), report, Infinity))}`);
  const others = [...report.notCompared].map(([kind, count]) => `${count} ${kind}`);
  parts.push(`${others.length === 0 ? '' : `not compared: ${others.join(', ')}\n`}${report.realPackets} OSPF packets of ${node}, ${report.ourPackets} of its stand-in: ` +
    `${packets.filter(({ judgement }) => isPlain(judgement)).length} matched, ${packets.filter(({ reason }) => reason !== undefined).length} explained, ${unexplained} unexplained`);
  return `${parts.join('\n\n')}\n`;
}

function choices(report: StandInReport): string[] {
  const { history, zero, turns, ddSequences, chosenMoments, areEventsGiven } = report;
  const at = (time: Micros): string => seconds(time + history.startsAt - zero);
  const lines = [`start              ${at(0)}, a moment before the first Hello`];
  for (const event of history.events) lines.push(`${event.action.kind.padEnd(18)} ${at(event.at)}, ${areEventsGiven ? 'as given' : event.text}`);
  for (const [kind, { count, earliestMicros, latestMicros }] of turns) lines.push(`${`${kind} timer`.padEnd(18)} ${count} turns, ${millis(earliestMicros)} to ${millis(latestMicros)} ms off their deadlines`);
  if (chosenMoments > 0) lines.push(`moments            ${chosenMoments} times another of those possible fits better, of reading a packet or missing a neighbour`);
  for (const { interfaceName, destination, sequence } of ddSequences) lines.push(`DD sequence        ${sequence} on ${interfaceName} to ${destination}`);
  return lines;
}

function tolerances(): string[] {
  const lines = Object.values(TIME_TOLERANCE).map(({ packets, earlyMicros, lateMicros, why }) => `${packets.padEnd(18)} -${millis(earlyMicros)} to +${millis(lateMicros)} ms: ${why}`);
  return [...lines, ...FIELD_TOLERANCE.map(({ path, says }) => `${path.padEnd(18)} ${says}`)];
}

function table(packets: readonly JudgedPacket[]): string {
  const rows = TYPES.flatMap((type, packetType) => {
    const group = packets.filter(({ judgement }) => (judgement.real ?? judgement.ours[0]).packetType === packetType);
    return group.length === 0 ? [] : [[type, ...VERDICTS.map((verdict) => String(group.filter(({ judgement }) => judgement.verdict === verdict).length))]];
  });
  return renderTable(['OSPF', ...VERDICTS], rows, [1, 2, 3, 4, 5, 6]);
}

function lines(group: readonly JudgedPacket[], report: StandInReport, most = MOST_SHOWN): string {
  const shown = group.slice(0, most).map(({ judgement }) => describe(judgement, report));
  if (group.length > most) shown.push(`and ${group.length - most} more; --json has all`);
  return shown.join('\n');
}

function describe(judgement: Judgement, { history, zero }: StandInReport): string {
  const { verdict, real, ours, lateMicros = 0, differences, unmatched = [] } = judgement;
  const sending = real ?? ours[0];
  const at = (time: Micros): string => seconds(time + history.startsAt - zero);
  const head = `${real === undefined ? 'ours' : `${real.file} ${real.number}`}  ${at(sending.time)}  ${sending.interfaceName} > ${sending.destination}  ${TYPES[sending.packetType]}  ${verdict}`;
  const details: string[] = [];
  if (verdict === 'missing' || verdict === 'extra' || unmatched.length > 0) details.push(...(unmatched.length > 0 ? unmatched : sending.parts).map(({ identity, fields }) => `${verdict === 'extra' ? 'ours alone' : 'not ours'}: ${identity} ${contents(fields)}`));
  if (verdict === 'early' || verdict === 'late') details.push(`time: ${at(sending.time)}, ours ${at(ours[0].time)}: ${millis(Math.abs(lateMicros))} ms ${verdict}`);
  if (judgement.isRepacked === true && ours.length > 0) details.push(`ours: ${ours.map((each) => `${at(each.time)} with ${count(each)}`).join(', ')}; real with ${count(sending)}`);
  for (const { path, part, real: a, ours: b, tolerance, isWithin } of differences) if (!isWithin) details.push(`${part === undefined ? '' : `${part}: `}${path}: ${a}, ours ${b}; allowed: ${tolerance}`);
  return [head, ...details.map((line) => `  ${line}`)].join('\n');
}

function contents(fields: Judgement['ours'][number]['fields']): string {
  const of = (name: string): string => fields.find(({ path }) => path === `ospf.lsa[].${name}`)?.text ?? '';
  return of('seq') === '' ? '' : `seq ${of('seq')} age ${of('age')}`;
}

function count({ parts }: Sending): string {
  return `${parts.length} LSA${parts.length === 1 ? '' : 's'}`;
}

function seconds(time: Micros): string {
  return `${(time / 1e6).toFixed(6)} s`;
}

function millis(time: Micros): string {
  return (time / MILLISECOND).toFixed(1).replace(/\.0$/, '');
}
