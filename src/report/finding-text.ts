/**
 * A finding as a sentence. Addresses and router ids as they are: a capture has no names.
 */
import { formatIpv4, formatPrefix, isContiguousMask, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { DropReason, Finding, FindingOf, Flow, LsaItem, LsaName } from '../measure/timeline/finding.js';
import { IcmpType, UnreachableCode } from '../wire/icmp.js';
import { formatSpan } from './terminal.js';

/** An absolute time as the timeline prints it. */
export type ClockText = (time: Micros) => string;

const BFD_STATES = ['AdminDown', 'Down', 'Init', 'Up'] as const;
/** [5880:4.1] */
const BFD_DIAGNOSTICS = ['no diagnostic', 'the detection time is over', 'echo failed', 'the neighbour says it is down', 'forwarding plane reset', 'path down',
  'concatenated path down', 'administratively down', 'reverse concatenated path down'] as const;
const ROUTER_FLAGS: Readonly<Record<number, string>> = { 1: 'border router (B)', 2: 'boundary router (E)', 4: 'virtual link end (V)', 8: 'W', 16: 'NSSA translator (Nt)', 32: 'S' };
const REASONS: Readonly<Record<DropReason, string>> = {
  'dead-interval': 'the dead interval passed without a Hello',
  'one-way': "the neighbour's Hello does not list it any more (1-Way)",
  'own-silence': 'after its own silence its Hello lists it no more',
  bfd: 'BFD reported the path down',
  reset: 'it lists nobody any more although Hellos came: its process or interface was reset',
  unknown: 'its Hello does not list it any more; the wire does not show why',
};
/** So many items of an LSA are named, the others counted. */
const ITEMS_NAMED = 6;

export function findingText(finding: Finding, clock: ClockText): string {
  switch (finding.kind) {
    case 'router-heard': return `${formatIpv4(finding.router)} is heard (${formatIpv4(finding.address)}, area ${formatIpv4(finding.area)}, Hello ${formatSpan(finding.helloIntervalMicros)}, dead ${formatSpan(finding.deadIntervalMicros)})`;
    case 'router-silent': return silenceText(finding, clock);
    case 'adjacency-up': return `${formatIpv4(finding.router)}: neighbour ${formatIpv4(finding.neighbor)} is Full; the exchange took ${formatSpan(finding.time - finding.startedAt)}`;
    case 'adjacency-down': {
      const { sinceLastHelloMicros: since, reason, wasFull } = finding;
      const hello = since !== undefined && reason === 'dead-interval' ? `, last Hello ${formatSpan(since)} before` : '';
      const proof = finding.provenAt > finding.time ? `; its Hello at ${clock(finding.provenAt)} shows it` : '';
      return `${formatIpv4(finding.router)} lost ${wasFull ? 'its adjacency with' : 'its neighbour'} ${formatIpv4(finding.neighbor)}: ${REASONS[reason]}${hello}${proof}`;
    }
    case 'designated-router': {
      const { designatedRouter, backupDesignatedRouter, previousDesignatedRouter: before, previousBackup } = finding;
      const was = before === 0 && previousBackup === 0 ? '' : `, before ${orNone(before)} and ${orNone(previousBackup)}`;
      return `designated router ${orNone(designatedRouter)}, backup ${orNone(backupDesignatedRouter)}${was} (first said by ${formatIpv4(finding.announcedBy)})`;
    }
    case 'hello-mismatch': {
      const isAddress = finding.field === 'network mask' || finding.field === 'area';
      const value = (number: number): string => (isAddress ? formatIpv4(number) : String(number));
      return `${formatIpv4(finding.router)} and ${formatIpv4(finding.other)} do not match: ${finding.field} ${value(finding.value)} and ${value(finding.otherValue)} [2328:10.5]`;
    }
    case 'sequence-reset': return `${formatIpv4(finding.router)} has forgotten its router-LSA: it says sequence ${hex(finding.said)}, ${hex(finding.known)} was known; its process was started anew`;
    case 'lsa-new': return `${lsaText(finding.lsa)} is ${finding.isLearned ? 'seen for the first time' : 'new'}: ${itemsText(finding.came)}`;
    case 'lsa-change': {
      const parts: string[] = [];
      if (finding.gone.length > 0) parts.push(`gone ${itemsText(finding.gone)}`);
      if (finding.came.length > 0) parts.push(`came ${itemsText(finding.came)}`);
      if (finding.changed.length > 0) parts.push(`changed ${listText(finding.changed.map(({ item, metricBefore }) => `${itemText(item, false)} cost ${metricBefore} to ${item.metric}`))}`);
      return `${lsaText(finding.lsa)}: ${parts.join('; ')}`;
    }
    case 'lsa-flush': return `${lsaText(finding.lsa)} is flushed (MaxAge): ${itemsText(finding.gone)}`;
    case 'bfd-state': {
      const why = finding.diagnostic === 0 ? '' : `: ${BFD_DIAGNOSTICS[finding.diagnostic] ?? `diagnostic ${finding.diagnostic}`}`;
      const from = finding.from === undefined ? '' : `${BFD_STATES[finding.from]} to `;
      return `BFD ${formatIpv4(finding.source)} to ${formatIpv4(finding.destination)}: ${from}${BFD_STATES[finding.to]}${why}`;
    }
    case 'address-moved': return `${formatIpv4(finding.address)} moved from ${finding.from} to ${finding.to}${finding.isGratuitous ? ' (gratuitous ARP)' : ''}; the old one had said so last at ${clock(finding.fromLastSeen)}`;
    case 'duplicate-answers': return `two adapters answer for ${formatIpv4(finding.address)}: ${finding.first}, and ${finding.second} ${formatSpan(finding.gapMicros)} later${times(finding.count)}`;
    case 'gratuitous-burst': {
      const { requests, replies } = finding;
      const count = requests + replies;
      const span = count > 1 ? ` over ${formatSpan(finding.until - finding.time)}` : '';
      return `${finding.mac} announces ${formatIpv4(finding.address)}: ${count} gratuitous ARP${span} (${requests} as request, ${replies} as reply)`;
    }
    case 'arp-unanswered': return askingText(finding, clock);
    case 'vrrp-master': {
      const addresses = listText(finding.addresses.map(formatIpv4));
      const head = `virtual router ${finding.virtualRouterId} (${addresses}): master ${formatIpv4(finding.master)}, priority ${finding.priority}`;
      if (finding.previous === undefined) return head;
      const why = { first: '', released: 'which had given it up', silent: 'which had fallen silent', preempted: 'which it preempted' }[finding.reason];
      return `${head}, in place of ${formatIpv4(finding.previous)}, ${why}`;
    }
    case 'vrrp-silent': return finding.isReleased ? `virtual router ${finding.virtualRouterId}: the master ${formatIpv4(finding.master)} gives it up (priority 0)`
      : `virtual router ${finding.virtualRouterId}: last advertisement of the master ${formatIpv4(finding.master)}`;
    case 'vrrp-contested': return `virtual router ${finding.virtualRouterId}: ${formatIpv4(finding.first)} and ${formatIpv4(finding.second)} are both master`;
    case 'heartbeat-heard': return `heartbeat node ${finding.node} (${formatIpv4(finding.address)}) is heard${finding.deadTimeMicros === undefined ? '' : `, dead time ${formatSpan(finding.deadTimeMicros)}`}`;
    case 'heartbeat-silent': {
      const back = finding.until === undefined ? 'and is silent to the end' : `until ${clock(finding.until)}, ${formatSpan(finding.until - finding.time)} later${finding.isRestarted ? ', started anew' : ''}`;
      const alive = finding.otherFramesUntil === undefined ? '' : `; its adapter still sent at ${clock(finding.otherFramesUntil)}`;
      return `heartbeat node ${finding.node} fell silent ${back}; dead time over at ${clock(finding.time + finding.deadTimeMicros)}${alive}`;
    }
    case 'heartbeat-status': return `heartbeat node ${finding.node}: status ${finding.from} to ${finding.to}`;
    case 'heartbeat-message': return `heartbeat node ${finding.node}: ${finding.type}${finding.detail === '' ? '' : ` (${printable(finding.detail)})`}`;
    case 'outage': return outageText(finding, clock);
    case 'icmp-errors': return `${formatIpv4(finding.reporter)} reports ${formatIpv4(finding.destination)} ${errorText(finding.type, finding.code)}${times(finding.count)}`;
    case 'place-silent': return `nothing is captured there any more${finding.until === undefined ? '' : ` until ${clock(finding.until)}`}: the place itself was asleep or cut off`;
  }
}

function silenceText(finding: FindingOf<'router-silent'>, clock: ClockText): string {
  const back = finding.until === undefined ? 'silent to the end of the capture' : `heard again at ${clock(finding.until)}, ${formatSpan(finding.until - finding.time)} later`;
  const alive = finding.otherFramesUntil === undefined ? '' : `; its adapter still sent other frames, up to ${clock(finding.otherFramesUntil)}`;
  const name = `${formatIpv4(finding.router)} (${formatIpv4(finding.address)})`;
  if (!finding.isBeyondDead) return `${name} missed Hellos, but not for a dead interval: ${back}${alive}`;
  return `${name} fell silent: its next Hello, due at ${clock(finding.dueAt)}, did not come; ${back}${alive}`;
}

function askingText(finding: FindingOf<'arp-unanswered'>, clock: ClockText): string {
  const unicast = finding.unicastRequests === 0 ? '' : `, ${finding.unicastRequests} of them to ${finding.unicastTo}${finding.isKnown ? ', which had it' : ''}`;
  const end = finding.until === undefined ? 'no answer' : finding.answeredBy === finding.unicastTo && finding.unicastTo !== undefined ? `then ${finding.answeredBy} answers again at ${clock(finding.until)}`
    : `then ${finding.answeredBy} answers at ${clock(finding.until)}`;
  return `${formatIpv4(finding.asker)} asks for ${formatIpv4(finding.address)} ${finding.requests} times${unicast}: ${end}`;
}

function outageText(finding: FindingOf<'outage'>, clock: ClockText): string {
  const { lost, how, until } = finding;
  const what = how === 'requests without reply' ? `${lost} ${lost === 1 ? 'request' : 'requests'} without reply`
    : how === 'gap against its period' ? `${lost} ${lost === 1 ? 'datagram' : 'datagrams'} missing`
      : how === 'connection attempts' ? `${lost} attempts to connect repeated` : `repeated ${lost} ${lost === 1 ? 'time' : 'times'}`;
  if (finding.isNeverAnswered) return `${flowText(finding.flow)}: never answered, ${what}`;
  return `${flowText(finding.flow)}: outage of ${until === undefined ? 'all that follows' : `${formatSpan(until - finding.time)}, until ${clock(until)}`}; ${what}`;
}

export function flowText({ protocol, source, destination, sourcePort, destinationPort }: Flow): string {
  if (protocol === 'icmp') return `ping ${formatIpv4(source)} to ${formatIpv4(destination)}`;
  return `${protocol.toUpperCase()} ${formatIpv4(source)}:${sourcePort} to ${formatIpv4(destination)}:${destinationPort}`;
}

export function lsaText({ lsType, linkStateId, advertisingRouter }: LsaName): string {
  const of = formatIpv4(advertisingRouter);
  const id = formatIpv4(linkStateId);
  switch (lsType) {
    case 1: return `router-LSA of ${of}`;
    case 2: return `network-LSA ${id} of ${of}`;
    case 3: return `summary-LSA ${id} of ${of}`;
    case 4: return `ASBR-summary-LSA ${id} of ${of}`;
    case 5: return `AS-external-LSA ${id} of ${of}`;
    case 7: return `NSSA-LSA ${id} of ${of}`;
    default: return `LSA type ${lsType} ${id} of ${of}`;
  }
}

function itemsText(items: readonly LsaItem[]): string {
  return items.length === 0 ? 'nothing in it' : listText(items.map((item) => itemText(item, true)));
}

export function itemText(item: LsaItem, hasMetric: boolean): string {
  const cost = hasMetric ? `, cost ${item.metric}` : '';
  switch (item.kind) {
    case 'router': return `link to ${formatIpv4(item.id)}${cost}`;
    case 'transit': return `link to the network of ${formatIpv4(item.id)}${cost}`;
    case 'virtual': return `virtual link to ${formatIpv4(item.id)}${cost}`;
    case 'stub':
    case 'network':
    case 'external':
      return `${prefixText(item.id, item.detail)}${cost}`;
    case 'attached': return `router ${formatIpv4(item.id)}`;
    case 'boundary-router': return `way to ${formatIpv4(item.id)}${cost}`;
    case 'flag': return ROUTER_FLAGS[item.id] ?? `flag ${item.id}`;
    case 'grace': return 'graceful restart announced';
    case 'opaque': return 'opaque contents';
  }
}

function prefixText(address: Ipv4, mask: Ipv4): string {
  return isContiguousMask(mask) ? formatPrefix(address, prefixLengthOf(mask)) : `${formatIpv4(address)} mask ${formatIpv4(mask)}`;
}

function listText(texts: readonly string[]): string {
  if (texts.length <= ITEMS_NAMED) return texts.join(', ');
  return `${texts.slice(0, ITEMS_NAMED).join(', ')} and ${texts.length - ITEMS_NAMED} more`;
}

function errorText(type: number, code: number): string {
  if (type === IcmpType.timeExceeded) return code === 0 ? 'out of reach: the TTL ran out (a loop?)' : 'not reassembled in time';
  const names: Readonly<Record<number, string>> = { [UnreachableCode.network]: 'network unreachable', [UnreachableCode.host]: 'host unreachable', [UnreachableCode.protocol]: 'protocol unreachable',
    [UnreachableCode.port]: 'port unreachable', [UnreachableCode.fragmentationNeeded]: 'to need fragmentation' };
  return type === IcmpType.destinationUnreachable ? names[code] ?? `unreachable (code ${code})` : `error type ${type} code ${code}`;
}

function orNone(address: Ipv4): string {
  return address === 0 ? 'none' : formatIpv4(address);
}

function times(count: number): string {
  return count === 1 ? '' : `, ${count} times`;
}

function hex(sequence: number): string {
  return `0x${(sequence >>> 0).toString(16).padStart(8, '0')}`;
}

/** What a message says is not ours: no control characters into a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
