/**
 * What is done to the network and what is expected of it: probes, events, targets, expectations, and how long a run lasts.
 *
 * The nodes are a finished Plan here, so every name is looked up and replaced by its number.
 */
import { formatIpv4 } from '../../base/address.js';
import { HOUR, MILLISECOND, NEVER, SECOND, type Micros } from '../../base/micros.js';
import { parseIpv4 } from '../address-text.js';
import type { SourcePlace } from '../config-error.js';
import { DURATION_FORM, parseDuration } from '../duration.js';
import { parseEventAction, EVENT_FORMS } from './event-action.js';
import { machineNames, parseMachineAction } from '../machine-room/machine-event.js';
import type { MachineRoomPlan } from '../machine-room/machine-plan.js';
import type { EventPlan, ExpectationPlan, LinkPlan, NodePlan, ProbePlan, TargetPlan, UntilPlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { clusterAddresses } from '../takeover/takeover-files.js';
import type { TopologySource } from './topology-source.js';
import { listAlternatives } from '../frr/vty.js';
import type { YamlMapping, YamlValue } from './yaml-document.js';

const DEFAULT_PROBE_INTERVAL: Micros = 10 * MILLISECOND;
const DEFAULT_QUIET: Micros = 60 * SECOND;
const DEFAULT_LIMIT: Micros = 2 * HOUR;

export const DEFAULT_UNTIL: UntilPlan = { kind: 'quiet', quietMicros: DEFAULT_QUIET, limit: DEFAULT_LIMIT };

/** -1: there is no such node, and that is said. */
export function nodeNamed(value: YamlValue | undefined, nodes: readonly NodePlan[]): number {
  if (value === undefined) return -1;
  const name = value.source();
  const index = nodes.findIndex((node) => node.name === name);
  if (index < 0) {
    const names = nodes.map((node) => node.name);
    value.error(`there is no node ${quote(name)}${suggestion(name, names) || ';'} nodes: ${listAlternatives(names, 'and')}`, names);
  }
  return index;
}

function addressesOf(node: NodePlan): number[] {
  return [...new Set(node.interfaces.flatMap((each) => each.addresses.map((address) => address.address)))];
}

export function readProbes(value: YamlValue | undefined, nodes: readonly NodePlan[]): ProbePlan[] {
  const probes: ProbePlan[] = [];
  const places = new Map<string, number>();
  for (const item of value?.list('probes') ?? []) {
    const mapping = item.mapping('a probe');
    if (mapping === undefined) continue;
    mapping.checkKeys('a probe', ['name', 'from', 'to', 'every', 'protocol', 'start', 'stop', 'source', 'confirm', 'port', 'connection', 'patience']);
    const nameValue = mapping.require('name', 'a probe');
    const name = nameValue?.text('the name of a probe') ?? '';
    const earlier = places.get(name);
    if (nameValue !== undefined && earlier !== undefined) nameValue.error(`there is a probe ${quote(name)} already, in line ${earlier}`);
    places.set(name, item.place.line);
    const from = nodeNamed(mapping.require('from', 'a probe'), nodes);
    if (from >= 0 && nodes[from].kind === 'switch') mapping.get('from')?.error('a switch sends no probes');
    if (from >= 0 && nodes[from].kind === 'osa') mapping.get('from')?.error('an adapter sends no probes');
    const target = mapping.require('to', 'a probe');
    const several = target === undefined ? undefined : severalTargets(target, nodes);
    const to = several === undefined ? probeTarget(target, nodes) : 0;
    const start = mapping.get('start')?.duration('start') ?? 0;
    const stopValue = mapping.get('stop');
    const stop = stopValue?.duration('stop') ?? NEVER;
    if (stop <= start) stopValue?.error('the probe stops before it starts');
    const protocol = mapping.get('protocol')?.oneOf('the protocol', ['icmp', 'udp', 'tcp']) ?? 'icmp';
    const isConfirming = mapping.get('confirm')?.flag('confirm') ?? false;
    if (isConfirming && protocol !== 'icmp') mapping.get('confirm')?.error('only ICMP probes have answers that could confirm anything');
    const probe: ProbePlan = {
      name,
      protocol,
      ...(isConfirming ? { isConfirming } : {}),
      ...requestSettings(mapping, protocol),
      from,
      to,
      source: probeSource(mapping.get('source'), nodes[from]),
      everyMicros: mapping.get('every')?.duration('every', 1) ?? DEFAULT_PROBE_INTERVAL,
      start,
      stop,
    };
    if (several === undefined) probes.push(probe);
    else for (const each of several) probes.push({ ...probe, name: `${name} ${formatIpv4(each)}`, group: name, to: each });
  }
  return probes;
}

/** `to: [ADDRESS, ...]`, or `to: { loopbacks: NAME, sample: N }`: N routers of a generated network, evenly spread. Undefined: it is one destination. */
function severalTargets(value: YamlValue, nodes: readonly NodePlan[]): number[] | undefined {
  if (value.isList()) return value.list('to').map((each) => probeTarget(each, nodes));
  if (!value.isMapping()) return undefined;
  const mapping = value.mapping('"to"');
  mapping?.checkKeys('"to"', ['loopbacks', 'sample']);
  const network = mapping?.require('loopbacks', '"to"');
  if (network === undefined) return [];
  const routers = nodes.filter((each) => each.name.startsWith(`${network.source()}-`) && each.ospf !== undefined);
  const loopbacks = routers.flatMap((each) => each.interfaces.filter(({ name }) => name === 'lo').flatMap(({ addresses }) => addresses.slice(0, 1).map(({ address }) => address)));
  if (loopbacks.length === 0) {
    network.error(`there is no generated network ${quote(network.source())}`);
    return [];
  }
  const sample = mapping?.get('sample')?.integer('the sample', 1, 100_000) ?? loopbacks.length;
  if (sample >= loopbacks.length) return loopbacks;
  return Array.from({ length: sample }, (_, i) => loopbacks[Math.floor(((i + 0.5) * loopbacks.length) / sample)]);
}

/** What only TCP probes have. */
function requestSettings(mapping: YamlMapping, protocol: ProbePlan['protocol']): Pick<ProbePlan, 'port' | 'isConnectionKept' | 'patienceMicros'> {
  const [port, connection, patience] = [mapping.get('port'), mapping.get('connection'), mapping.get('patience')];
  if (protocol !== 'tcp') {
    for (const [key, value] of [['port', port], ['connection', connection], ['patience', patience]] as const) {
      value?.error(`"${key}" goes with "protocol: tcp" only; this probe's is ${protocol}`);
    }
    return {};
  }
  const number = port?.integer('the port', 1, 65_535);
  const kept = connection?.oneOf('the connection', ['new', 'kept']);
  const patienceMicros = patience?.duration('the patience', 1);
  return {
    ...(number === undefined ? {} : { port: number }), ...(kept === undefined ? {} : { isConnectionKept: kept === 'kept' }),
    ...(patienceMicros === undefined ? {} : { patienceMicros }),
  };
}

/** An address; or a node, where it has only one. */
function probeTarget(value: YamlValue | undefined, nodes: readonly NodePlan[]): number {
  if (value === undefined) return 0;
  const text = value.source();
  const address = parseIpv4(text);
  if (address !== undefined) {
    if (address >>> 28 >= 0xe || address === 0) value.error(`a probe goes to one system: ${text} is not a host's address`);
    else if (!nodes.some((node) => addressesOf(node).includes(address) || movingAddressesOf(node).includes(address))) {
      value.file.findings.note(value.place, 'attention', `no node has the address ${text}`);
    }
    return address;
  }
  const node = nodes.find((each) => each.name === text);
  if (node === undefined) {
    const names = nodes.map((each) => each.name);
    value.error(`"to" must be an address or a node, not ${quote(text)}${suggestion(text, names)}`, ['A.B.C.D', ...names]);
    return 0;
  }
  const addresses = addressesOf(node);
  if (addresses.length === 1) return addresses[0];
  value.error(
    addresses.length === 0 ? `${text} has no address` : `${text} has several addresses: write ${listAlternatives(addresses.map(formatIpv4))}`,
    addresses.map(formatIpv4),
  );
  return 0;
}

/** 0: the sending host chooses, by the route. */
function probeSource(value: YamlValue | undefined, node: NodePlan | undefined): number {
  const address = value?.ipv4('the source');
  if (value === undefined || address === undefined || node === undefined) return 0;
  const addresses = addressesOf(node);
  if (!addresses.includes(address)) {
    value.error(`${formatIpv4(address)} is not an address of ${node.name}; it has ${listAlternatives(addresses.map(formatIpv4), 'and') || 'none'}`);
  }
  return address;
}

/** An event, and the lines of one that configures. */
export interface EventDraft {
  readonly event: EventPlan;
  readonly lines: readonly PlacedLine[];
  readonly place: SourcePlace;
}

export interface PlacedLine {
  readonly text: string;
  readonly place: SourcePlace;
}

/** Sorted by time; equal times in file order. */
export function readEvents(value: YamlValue | undefined, { nodes, links }: { readonly nodes: readonly NodePlan[]; readonly links: readonly LinkPlan[] }, room: MachineRoomPlan | undefined): EventDraft[] {
  const events: EventDraft[] = [];
  for (const item of value?.list('events') ?? []) {
    const mapping = item.mapping('an event');
    if (mapping === undefined) continue;
    mapping.checkKeys('an event', ['at', 'spread', 'node', 'machine', 'do', 'lines']);
    const at = mapping.require('at', 'an event')?.duration('at');
    const spreadMicros = mapping.get('spread')?.duration('spread') ?? 0;
    const machine = mapping.get('machine');
    const node = machine === undefined ? nodeNamed(mapping.require('node', 'an event'), nodes) : -1;
    if (machine !== undefined) mapping.get('node')?.error('an event has "node" or "machine", not both');
    const action = mapping.require('do', 'an event');
    const text = action?.text('"do"');
    const { place } = item;
    const linesValue = mapping.get('lines');
    if (machine !== undefined && action !== undefined && text !== undefined) {
      const parsed = machineAction(machine, text, room);
      if (typeof parsed === 'string') action.error(parsed);
      else if (parsed !== undefined && at !== undefined) events.push({ event: { at, spreadMicros, node, action: parsed, text: text.trim() }, lines: [], place });
      continue;
    }
    if (action === undefined || text === undefined || node < 0) continue;
    if (text.trim() === 'configure') {
      const lines = readLines(action, linesValue, nodes[node]);
      if (at !== undefined) events.push({ event: { at, spreadMicros, node, action: { kind: 'configure', configuration: -1 }, text: describeLines(lines) }, lines, place });
      continue;
    }
    linesValue?.error('"lines" goes with "do: configure"');
    const parsed = parseEventAction(text, nodes[node], { room, nodes, links });
    if (typeof parsed === 'string') action.error(parsed, EVENT_FORMS);
    else if (at !== undefined) events.push({ event: { at, spreadMicros, node, action: parsed, text: text.trim() }, lines: [], place });
  }
  return events.map((draft, order) => ({ draft, order })).sort((a, b) => a.draft.event.at - b.draft.event.at || a.order - b.order).map((each) => each.draft);
}

/** Undefined: there is no such machine, and that is said. */
function machineAction(machine: YamlValue, text: string, room: MachineRoomPlan | undefined): EventPlan['action'] | string | undefined {
  const name = machine.source();
  const names = room === undefined ? [] : machineNames(room);
  if (room !== undefined && names.includes(name)) return parseMachineAction(text, name, room);
  machine.error(`there is no machine, partition or z/VM system ${quote(name)}${suggestion(name, names) || ';'} ${names.length === 0 ? 'the topology has no "machines"' : `there are ${listAlternatives(names, 'and')}`}`, names);
  return undefined;
}

const LINES_FORM = 'a list of lines, or a text block (lines: |)';

/** What `configure` types: a list, or a block of text. */
function readLines(action: YamlValue, value: YamlValue | undefined, node: NodePlan): PlacedLine[] {
  if (node.kind !== 'zebra' && node.kind !== 'frr' && node.kind !== 'ibmi') action.error(`${node.name} is a ${node.kind} and cannot be configured while it runs; the kinds zebra, frr and ibmi can`);
  if (value === undefined) action.error(`"do: configure" needs "lines": ${LINES_FORM}`, ['lines']);
  else if (value.isMapping()) value.error(`"lines" must be ${LINES_FORM}`);
  else return value.list('lines', true)?.flatMap((each) => each.textLines('a line')) ?? [];
  return [];
}

/** For reports; never a key, and not a whole screen. */
function describeLines(lines: readonly PlacedLine[]): string {
  const texts = lines.map((line) => line.text.trim().replace(/ (md5|authentication-key|password) .*$/, ' $1 ...')).filter((text) => text !== '' && text !== 'exit' && text !== 'end');
  const shown = texts.slice(0, 3).join('; ');
  return `configure ${shown}${texts.length > 3 ? `; and ${texts.length - 3} more` : ''}`;
}

const TARGET_FORM = 'a comparison and a duration, as in "<= 41s"';

export function readTargets(value: YamlValue | undefined, probes: readonly ProbePlan[]): TargetPlan[] {
  const targets: TargetPlan[] = [];
  for (const item of value?.list('targets') ?? []) {
    const mapping = item.mapping('a target');
    if (mapping === undefined) continue;
    mapping.checkKeys('a target', ['probe', 'outage', 'source']);
    const probeValue = mapping.require('probe', 'a target');
    const names = [...new Set(probes.map((probe) => probe.group ?? probe.name))];
    const probe = probeValue === undefined ? -1 : probes.findIndex((each) => (each.group ?? each.name) === probeValue.source());
    if (probeValue !== undefined && probe < 0) {
      const name = probeValue.source();
      const known = names.length === 0 ? 'there are none' : `probes: ${listAlternatives(names, 'and')}`;
      probeValue.error(`there is no probe ${quote(name)}${suggestion(name, names) || ';'} ${known}`, names);
    }
    const outage = mapping.require('outage', 'a target');
    const match = /^(<=|<|>=|>)\s*(.+)$/.exec(outage?.source().trim() ?? '');
    const limitMicros = match === null ? undefined : parseDuration(match[2]);
    if (outage !== undefined && limitMicros === undefined) outage.error(`"outage" must be ${TARGET_FORM}, not ${quote(outage.source())}`, [TARGET_FORM]);
    const source = mapping.get('source')?.text('the source') ?? '';
    if (match === null || limitMicros === undefined || probe < 0) continue;
    targets.push({ probe, comparison: match[1] as TargetPlan['comparison'], limitMicros, source, text: `outage ${match[1]} ${match[2].trim()}` });
  }
  return targets;
}

export function readExpectations(value: YamlValue | undefined, nodes: readonly NodePlan[], source: TopologySource): ExpectationPlan[] {
  const expectations: ExpectationPlan[] = [];
  for (const item of value?.list('expect') ?? []) {
    const mapping = item.mapping('an expectation');
    if (mapping === undefined) continue;
    mapping.checkKeys('an expectation', ['at', 'node', 'show', 'file']);
    const at = mapping.require('at', 'an expectation')?.duration('at');
    const node = nodeNamed(mapping.require('node', 'an expectation'), nodes);
    const show = mapping.require('show', 'an expectation')?.text('"show"');
    const fileValue = mapping.require('file', 'an expectation');
    const path = fileValue?.text('"file"');
    const read = fileValue === undefined || path === undefined ? undefined : source.read(fileValue, path);
    if (at === undefined || node < 0 || show === undefined || path === undefined || read === undefined) continue;
    expectations.push({ at, node, show: show.trim(), file: path, expected: read.text });
  }
  return expectations;
}

const UNTIL_FORM = '"quiet", or a duration such as 10min';

export function readUntil(value: YamlValue | undefined): UntilPlan {
  if (value === undefined) return DEFAULT_UNTIL;
  if (value.isMapping()) {
    const mapping: YamlMapping | undefined = value.mapping('until');
    mapping?.checkKeys('until', ['quiet', 'limit']);
    return {
      kind: 'quiet',
      quietMicros: mapping?.get('quiet')?.duration('quiet', 1) ?? DEFAULT_QUIET,
      limit: mapping?.get('limit')?.duration('limit', 1) ?? DEFAULT_LIMIT,
    };
  }
  const until = parseUntil(value.source());
  if (until === undefined) value.error(`"until" must be ${UNTIL_FORM}, not ${quote(value.source())}`, ['quiet', DURATION_FORM]);
  return until ?? DEFAULT_UNTIL;
}

/** Undefined: neither `quiet` nor a duration. */
export function parseUntil(text: string): UntilPlan | undefined {
  if (text.trim() === 'quiet') return DEFAULT_UNTIL;
  const at = parseDuration(text);
  return at === undefined || at === 0 ? undefined : { kind: 'instant', at };
}

/** Those that a takeover daemon may put on the node. */
function movingAddressesOf(node: NodePlan): number[] {
  return [...clusterAddresses(node.heartbeat), ...(node.vrrp?.instances ?? []).flatMap((each) => [...each.addresses, ...each.excludedAddresses].map(({ address }) => address))];
}
