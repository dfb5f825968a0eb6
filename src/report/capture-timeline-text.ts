/**
 * The timeline of a capture for people: the faults, each with its chain, and then everything that happened, a line each.
 *
 * Times count from the first frame. A capture that begins at its own epoch, as ours do, keeps its times.
 */
import { formatIpv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Timeline } from '../measure/timeline/capture-timeline.js';
import type { Finding } from '../measure/timeline/finding.js';
import type { Cause, Incident, Role, SilentInterface, Step } from '../measure/timeline/incident.js';
import { AsciiWriter } from './ascii-writer.js';
import { ClockWriter } from './decode-time.js';
import { findingText, flowText, type ClockText } from './finding-text.js';
import { formatClock, formatSpan, wrap } from './terminal.js';

/** A capture that starts later than this after 1970 was made by a real clock. */
const EPOCH_MICROS = 86_400 * SECOND;

/** More of them are counted. */
const OUTAGES_NAMED = 4;

/** What the text counts from. */
export function originOf(timeline: Timeline): Micros {
  return timeline.startsAt >= EPOCH_MICROS ? timeline.startsAt : 0;
}

export function captureTimelineText(timeline: Timeline): string {
  const origin = originOf(timeline);
  const clock: ClockText = (time) => formatClock(Math.max(0, time - origin));
  const lines: string[] = [headText(timeline, origin), ''];
  if (timeline.incidents.length === 0) lines.push('No fault is seen.', '');
  timeline.incidents.forEach((incident, index) => lines.push(...incidentLines(incident, index + 1, clock), ''));
  lines.push('What happened', '');
  const width = Math.max(1, ...timeline.findings.map((finding) => placeText(finding).length));
  for (const [finding, count] of folded(timeline.findings)) {
    const head = `  ${clock(finding.time).padStart(9)}  ${placeText(finding).padEnd(width)}  `;
    lines.push(wrap(`${head}${findingText(finding, clock)}${count > 1 ? `, and ${count - 1} more seen for the first time` : ''}`, head.length));
  }
  if (timeline.findings.length === 0) lines.push('  Nothing that this command knows of: no OSPF, ARP, VRRP, BFD or heartbeat, and no outage of a flow.');
  lines.push(...remarkLines(timeline));
  return `${lines.join('\n')}\n`;
}

/** LSAs that were there before are counted with the first of them. */
function folded(findings: readonly Finding[]): [Finding, number][] {
  const rows: [Finding, number][] = [];
  for (const finding of findings) {
    const last = rows[rows.length - 1] as [Finding, number] | undefined;
    if (isLearned(finding) && last !== undefined && isLearned(last[0]) && finding.time - last[0].time <= SECOND) last[1]++;
    else rows.push([finding, 1]);
  }
  return rows;
}

function isLearned(finding: Finding): boolean {
  return finding.kind === 'lsa-new' && finding.isLearned;
}

function headText({ startsAt, endsAt, places, totals }: Timeline, origin: Micros): string {
  const frames = `${totals.frames} ${totals.frames === 1 ? 'frame' : 'frames'} over ${formatSpan(endsAt - startsAt)}`;
  const where = places.filter((place) => place.frames > 0).map(({ name, frames: count }) => `${name} (${count})`).join(', ');
  const from = origin === 0 ? '' : `, from ${utc(startsAt)} UTC, which is 00:00.000 here`;
  return wrap(`${frames}${from}${where === '' ? '' : `; on ${where}`}`, 2);
}

function utc(time: Micros): string {
  const chunks: string[] = [];
  const writer = new AsciiWriter((chunk) => {
    chunks.push(String.fromCharCode(...chunk));
  });
  new ClockWriter(true).write(writer, time, 0);
  writer.flush();
  return chunks.join('');
}

function placeText(finding: Finding): string {
  const { places } = finding;
  if (places.length <= 2) return places.join(',');
  return `${places[0]} +${places.length - 1}`;
}

function incidentLines(incident: Incident, number: number, clock: ClockText): string[] {
  const lines = [wrap(`Fault ${number}: ${causeText(incident, clock)}`, 2), ''];
  for (const [index, step] of incident.steps.entries()) {
    const since = index === 0 ? '' : `+${formatSpan(Math.max(0, step.time - incident.from))}`;
    const of = step.count > 1 ? `${roleText(step.role)}, last of ${step.count}` : roleText(step.role);
    const head = `  ${clock(step.time).padStart(9)}  ${since.padStart(13)}  `;
    lines.push(wrap(`${head}${of}: ${stepText(step, clock)}`, head.length));
  }
  const { outages, isOver } = incident;
  const spans = outages.map(({ from, until }) => (until === undefined ? `all that follows ${clock(from)}` : formatSpan(until - from)));
  const traffic = outages.length === 0 ? 'No flow in the capture shows the outage: when traffic was back is not to be seen.'
    : spans.length > OUTAGES_NAMED ? `Traffic was out ${spans.length} times, first for ${spans[0]}.`
      : `Traffic was out for ${spans.join(', then for ')}.`;
  const took = incident.endsAt - incident.from;
  const ending = !isOver ? 'It is not over when the capture ends.' : took > 0 ? `All of it took ${formatSpan(took)}.` : 'It was over at once.';
  lines.push('', wrap(`  ${traffic} ${ending}`, 2));
  return lines;
}

/** What has begun with a finding may end in a step of its own. */
function stepText({ role, finding }: Step, clock: ClockText): string {
  if (role === 'heard again' && finding.kind === 'router-silent') return `${formatIpv4(finding.router)} (${formatIpv4(finding.address)}) says Hello again`;
  if (role === 'heard again' && finding.kind === 'heartbeat-silent') return `heartbeat node ${finding.node}${finding.isRestarted ? ', started anew' : ''}`;
  if (role === 'traffic back' && finding.kind === 'outage') return `${flowText(finding.flow)} gets through again`;
  return findingText(finding, clock);
}

function roleText(role: Role): string {
  switch (role) {
    case 'symptom': return 'first symptom';
    case 'announced': return 'announced to the network';
    default: return role;
  }
}

/** The name of the fault. */
export function causeText(incident: Incident, clock: ClockText): string {
  const { cause, from, to } = incident;
  const when = to > from ? `between ${clock(from)} and ${clock(to)}` : `at ${clock(from)}`;
  switch (cause.kind) {
    case 'router': return `${routerText(cause)} ${when}, on ${interfacesText(cause.silent)}${extentText(cause)}`;
    case 'heartbeat': {
      const { silence, successor, heardAt } = cause;
      const alive = heardAt.length > 0 ? `; it was still heard at ${heardAt.join(', ')}: its adapter, or the way from there, was lost`
        : silence.otherFramesUntil === undefined ? '; nothing else of it was heard either: the node crashed, stood still or was cut off'
        : '; its adapter went on sending: the daemon stopped, or its messages did not get through';
      return `heartbeat node ${silence.node} (${formatIpv4(silence.address)}) fell silent ${when}${alive}${successor === undefined ? '' : `; ${successor} took over`}`;
    }
    case 'adapter': {
      const { asking } = cause;
      const first = `${asking.unicastTo ?? 'whoever had it'} no longer answers for ${formatIpv4(asking.address)}, first asked at ${clock(asking.time)}`;
      if (asking.answeredBy !== undefined && asking.answeredBy !== asking.unicastTo) {
        const lost = incident.outages.length > 0 && incident.outages[0].from < asking.time ? `Traffic is lost from ${clock(incident.outages[0].from)} on` : 'When it was lost lies before the first question';
        return `the adapter ${first}; ${asking.answeredBy} has the address from ${clock(asking.until ?? 0)} on: adapter lost, address reached by another. ${lost}`;
      }
      return asking.until === undefined ? `the adapter ${first}: adapter or host lost` : `the adapter ${first}; it answers again from ${clock(asking.until)} on`;
    }
    case 'vrrp': {
      const { change } = cause;
      if (change.kind === 'vrrp-master') return `another master of virtual router ${change.virtualRouterId} ${when}: ${findingText(change, clock)}`;
      return change.isReleased ? `the master ${formatIpv4(change.master)} of virtual router ${change.virtualRouterId} gave it up ${when}`
        : `the master ${formatIpv4(change.master)} of virtual router ${change.virtualRouterId} fell silent, last heard ${when}`;
    }
    case 'goodbye': return `${cause.routers.map(formatIpv4).join(', ')} said goodbye ${when}: ${cause.routers.length === 1 ? 'it' : 'each'} withdrew its router-LSA`;
    case 'graceful-restart': return `${formatIpv4(cause.router)} restarted gracefully, as it had announced; neighbours lost ${when}`;
    case 'reset': return `${formatIpv4(cause.router)} lost all its neighbours at once ${when} although Hellos came: its process or interface was started anew${cause.memory === 'lost' ? '; it has forgotten its LSAs: a new process' : ''}`;
    case 'other': return `${findingText(cause.symptom, clock)} (${when})`;
  }
}

function routerText({ router, isAnnounced, extent }: Extract<Cause, { kind: 'router' }>): string {
  const name = formatIpv4(router);
  if (isAnnounced) return `${name} said goodbye (it flushed its router-LSA) and left`;
  switch (extent) {
    case 'all': return `${name} fell silent`;
    case 'interface': return `an interface or link of ${name} fell silent`;
    case 'path': return `the path from ${name} was interrupted`;
    case 'daemon': return `the routing daemon of ${name} fell silent`;
  }
}

function extentText({ extent, heard, memory, isAnnounced }: Extract<Cause, { kind: 'router' }>): string {
  const parts: string[] = [];
  if (extent === 'all' && !isAnnounced) parts.push('nothing else of it was heard: it stood still, lost its power or was cut off');
  if (extent === 'interface') parts.push(`it was still heard on ${interfacesText(heard)}: the link or adapter, not the router`);
  if (extent === 'path') parts.push(`it was still heard on ${interfacesText(heard)}: it did send, and the link between lost it`);
  if (extent === 'daemon') parts.push('its adapter went on sending: the system lived, the daemon did not');
  if (memory === 'kept') parts.push('it came back with its memory: the same process');
  if (memory === 'lost') parts.push('it came back without its memory: a new process');
  return parts.map((part) => `; ${part}`).join('');
}

function interfacesText(interfaces: readonly SilentInterface[]): string {
  return interfaces.map(({ address, places }) => `${places.join(', ')} (${formatIpv4(address)})`).join(' and ');
}

function remarkLines({ totals }: Timeline): string[] {
  const remarks: string[] = [];
  if (totals.refreshes > 0) remarks.push(`${totals.refreshes} LSAs were refreshed without a change.`);
  if (totals.unreadable > 0) remarks.push(`${totals.unreadable} frames could not be read as a whole (cut off or damaged); failover verify names them.`);
  if (totals.outOfOrder > 0) remarks.push(`${totals.outOfOrder} frames were earlier than those before them and were taken at their time.`);
  if (totals.forgottenFlows > 0) remarks.push(`${totals.forgottenFlows} flows were given up: there were too many at once.`);
  return remarks.length === 0 ? [] : ['', ...remarks];
}
