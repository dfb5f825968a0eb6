/**
 * ha.cf of heartbeat 0.4.9.1 and 3.0.6 (its manual page ha.cf(5) and the comments of the file that comes with it).
 *
 * A directive a line. Durations are seconds, in 3.0.6 with a fraction or as `500ms` as well. Both generations' directives are read for either, but
 * each says which it does not know: `udp` is 0.4.9's word for `bcast`, `nice_failback` became `auto_failback`.
 */
import type { Ipv4 } from '../../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { Failback, HeartbeatMedium, HeartbeatVersion, PingNode, StonithDevice } from '../../takeover/heartbeat-configuration.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { numberOf, wordLines, type PlacedWord } from '../line-reader.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export interface PlacedMedium {
  readonly medium: HeartbeatMedium;
  readonly place: SourcePlace;
}

export interface PlacedStonith {
  readonly device: StonithDevice;
  readonly place: SourcePlace;
}

/** What ha.cf says; what it does not say has heartbeat's default. */
export class HaCf {
  readonly place: SourcePlace;
  readonly nodes: PlacedWord[] = [];
  readonly media: PlacedMedium[] = [];
  readonly pingNodes: PingNode[] = [];
  readonly stonith: PlacedStonith[] = [];
  udpPort = 694;
  keepaliveMicros: Micros = 2 * SECOND;
  deadtimeMicros: Micros = 30 * SECOND;
  warntimeMicros: Micros | undefined;
  initdeadMicros: Micros | undefined;
  deadpingMicros: Micros | undefined;
  failback: Failback | undefined;
  isInnerAuthLeftOut = false;
  hasIpfail = false;
  logFile = '';
  deadtimePlace: SourcePlace | undefined;
  initdeadPlace: SourcePlace | undefined;

  constructor(place: SourcePlace) {
    this.place = place;
  }
}

type Reader = (file: HaCf, words: readonly PlacedWord[], context: HaCfContext) => void;

interface HaCfContext {
  readonly version: HeartbeatVersion;
  readonly findings: Findings;
}

interface Directive {
  /** Not given: both generations have it. */
  readonly only?: HeartbeatVersion;
  /** For messages, and to say in the other generation. */
  readonly instead?: string;
  readonly form: string;
  /** How many words may follow. */
  readonly count: readonly [number, number];
  /** Undefined: it has no bearing on the network. */
  readonly read?: Reader;
}

const MANY = 1000;
/** UDP ports from here on are taken; 0 is none. */
const HIGHEST_PORT = 65_535;

const time = (set: (file: HaCf, micros: Micros, place: SourcePlace) => void): Pick<Directive, 'form' | 'count' | 'read'> => ({
  form: 'SECONDS', count: [1, 1],
  read: (file, [name, value], context) => {
    const micros = durationOf(value, name.text, context);
    if (micros !== undefined) set(file, micros, value.place);
  },
});

const ignored = (form = '...', count: readonly [number, number] = [0, MANY]): Pick<Directive, 'form' | 'count'> => ({ form, count });

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  keepalive: time((file, micros) => { file.keepaliveMicros = micros; }),
  deadtime: time((file, micros, place) => {
    file.deadtimeMicros = micros;
    file.deadtimePlace = place;
  }),
  warntime: time((file, micros) => { file.warntimeMicros = micros; }),
  initdead: time((file, micros, place) => {
    file.initdeadMicros = micros;
    file.initdeadPlace = place;
  }),
  deadping: { ...time((file, micros) => { file.deadpingMicros = micros; }), only: '3.0.6', instead: 'deadtime, which counts for ping nodes, too' },
  udpport: { form: 'PORT', count: [1, 1], read: (file, [, port], { findings }) => {
    file.udpPort = numberOf(port, 'the UDP port', 1, HIGHEST_PORT, findings) ?? file.udpPort;
  } },
  serial: { form: 'DEVICE...', count: [1, MANY], read: (file, [, ...devices]) => {
    for (const { text, place } of devices) {
      file.media.push({ medium: { kind: 'serial', device: text, interfaceName: text.slice(text.lastIndexOf('/') + 1) }, place });
    }
  } },
  bcast: { form: 'INTERFACE...', count: [1, MANY], read: readBroadcast },
  udp: { form: 'INTERFACE...', count: [1, MANY], only: '0.4.9.1', instead: 'bcast', read: readBroadcast },
  mcast: { form: 'INTERFACE GROUP PORT TTL LOOP', count: [5, 5], read: readMulticast },
  ucast: { form: 'INTERFACE ADDRESS', count: [2, 2], only: '3.0.6', instead: 'udp, mcast or serial', read: (file, [, device, peerWord], { findings }) => {
    const peer = addressOf(peerWord, 'the peer', findings);
    if (peer !== undefined) file.media.push({ medium: { kind: 'ucast', interfaceName: device.text, peer }, place: device.place });
  } },
  node: { form: 'NAME...', count: [1, MANY], read: (file, [, ...names], { findings }) => {
    for (const word of names) {
      const text = word.text.toLowerCase();
      const same = file.nodes.find((each) => each.text === text);
      if (same !== undefined) findings.error(word.place, `the node ${text} is named already, in line ${same.place.line}`, { found: word.text });
      else file.nodes.push({ text, place: word.place });
    }
  } },
  ping: { form: 'ADDRESS...', count: [1, MANY], read: (file, [, ...words], { findings }) => {
    for (const word of words) {
      const address = addressOf(word, 'a ping node', findings);
      if (address !== undefined) file.pingNodes.push({ name: word.text, addresses: [address] });
    }
  } },
  ping_group: { form: 'NAME ADDRESS...', count: [2, MANY], only: '3.0.6', instead: 'ping', read: (file, [, name, ...words], { findings }) => {
    const addresses = words.map((word) => addressOf(word, 'a member of the group', findings));
    file.pingNodes.push({ name: name.text, addresses: addresses.flatMap((each) => (each === undefined ? [] : [each])) });
  } },
  auto_failback: { form: 'on, off or legacy', count: [1, 1], only: '3.0.6', instead: 'nice_failback', read: (file, [, value], { findings }) => {
    file.failback = choice(value, 'auto_failback', { on: 'on', yes: 'on', true: 'on', off: 'off', no: 'off', false: 'off', legacy: 'legacy' }, findings) ?? file.failback;
  } },
  nice_failback: { form: 'on or off', count: [1, 1], only: '0.4.9.1', instead: 'auto_failback', read: (file, [, value], { findings }) => {
    file.failback = choice(value, 'nice_failback', { on: 'off', yes: 'off', off: 'legacy', no: 'legacy' }, findings) ?? file.failback;
  } },
  msgfmt: { form: 'classic or netstring', count: [1, 1], only: '3.0.6', instead: 'nothing: its messages have one form', read: (file, [, value], { findings }) => {
    file.isInnerAuthLeftOut = choice(value, 'msgfmt', { classic: false, netstring: true }, findings) ?? false;
  } },
  respawn: { form: 'USER PROGRAM...', count: [2, MANY], only: '3.0.6', instead: 'nothing', read: (file, [, , program], { findings }) => {
    if (/(^|\/)ipfail$/.test(program.text)) file.hasIpfail = true;
    else findings.note(program.place, 'not-acted-on', `respawn ${quote(program.text)}: of the programs only ipfail is known`);
  } },
  stonith: { form: 'TYPE FILE', count: [1, MANY], read: (_file, [, type], { findings }) => {
    findings.error(type.place, 'a STONITH device in a file of its own is not read: write "stonith_host * TYPE PARAMETERS" here', { found: type.text });
  } },
  stonith_host: { form: 'WHO TYPE PARAMETERS', count: [3, MANY], read: readStonithHost },
  logfile: { form: 'FILE', count: [1, 1], read: (file, [, name]) => { file.logFile = name.text; } },
  logfacility: ignored('FACILITY', [1, 1]),
  debugfile: ignored('FILE', [1, 1]),
  debug: ignored('LEVEL', [1, 1]),
  debuglevel: ignored('LEVEL', [1, 1]),
  use_logd: ignored('on or off', [1, 1]),
  conn_logd_time: ignored('SECONDS', [1, 1]),
  logd: ignored(),
  syslogmsgfmt: ignored('on or off', [1, 1]),
  baud: ignored('RATE', [1, 1]),
  hopfudge: ignored('HOPS', [1, 1]),
  watchdog: ignored('DEVICE', [1, 1]),
  realtime: ignored('on or off', [1, 1]),
  rtprio: ignored('PRIORITY', [1, 1]),
  gethostname: ignored(),
  coredumps: ignored('on or off', [1, 1]),
  apiauth: ignored(),
  hbgenmethod: ignored('METHOD', [1, 1]),
  uuidfrom: ignored('METHOD', [1, 1]),
  compression: ignored('METHOD', [1, 1]),
  compression_threshold: ignored('SIZE', [1, 1]),
  traditional_compression: ignored('on or off', [1, 1]),
  memreserve: ignored('KILOBYTES', [1, 1]),
  max_rexmit_delay: ignored('MILLISECONDS', [1, 1]),
  cluster: ignored('NAME', [1, 1]),
  failback_delay: ignored(),
};

/** What would change what the cluster does, and is not there. */
const REFUSED: Readonly<Record<string, string>> = {
  crm: 'the cluster resource manager (Pacemaker) is not there: resources are those of haresources',
  pacemaker: 'the cluster resource manager (Pacemaker) is not there: resources are those of haresources',
  autojoin: 'nodes join by "node" only',
  mcast6: 'IPv6 is not there', ucast6: 'IPv6 is not there', ping6: 'IPv6 is not there',
  hbaping: 'fibre channel adapters are not there',
  'ppp-udp': 'PPP is not there: use serial, udp or mcast',
  quorum_server: 'quorum servers are not there', tiebreaker: 'quorum plugins are not there', quorum: 'quorum plugins are not there',
};

export function parseHaCf(text: string, file: string, version: HeartbeatVersion, findings: Findings): HaCf {
  const result = new HaCf({ file, line: 1, column: 1 });
  const context = { version, findings };
  for (const words of wordLines(text, file)) {
    const [name, ...rest] = words;
    const refused = REFUSED[name.text];
    if (refused !== undefined) {
      // Switched off they say nothing.
      if (!/^(off|no|false|none|0)$/.test(rest[0]?.text ?? '')) findings.error(name.place, `"${name.text}": ${refused}`, { found: name.text });
      continue;
    }
    const directive = Object.hasOwn(DIRECTIVES, name.text) ? DIRECTIVES[name.text] : undefined;
    if (directive === undefined) {
      const known = Object.keys(DIRECTIVES).filter((each) => (DIRECTIVES[each].only ?? version) === version);
      findings.error(name.place, `unknown directive ${quote(name.text)}${suggestion(name.text, known) || ';'} heartbeat ${version} knows ${listAlternatives(known, 'and')}`, { found: name.text, allowed: known });
      continue;
    }
    if (directive.only !== undefined && directive.only !== version) {
      findings.error(name.place, `heartbeat ${version} does not know "${name.text}", which is ${directive.only}'s; it has ${directive.instead}`, { found: name.text });
      continue;
    }
    const [least, most] = directive.count;
    if (rest.length < least || rest.length > most) {
      findings.error(rest[most]?.place ?? name.place, `the form is: ${name.text} ${directive.form}`, { found: words.map((word) => word.text).join(' ') });
      continue;
    }
    if (directive.read === undefined) findings.note(name.place, 'without-bearing', `"${name.text}" has no bearing on the emulation`);
    else directive.read(result, words, context);
  }
  check(result, findings);
  return result;
}

function check(file: HaCf, findings: Findings): void {
  if (file.nodes.length < 2) findings.error(file.nodes[0]?.place ?? file.place, 'a cluster has at least two nodes: "node NAME NAME"');
  if (file.media.length === 0) findings.error(file.place, 'there is no way for heartbeats to go: one of serial, bcast, mcast, ucast, or udp in 0.4.9.1');
  if (file.deadtimeMicros <= file.keepaliveMicros) {
    findings.error(file.deadtimePlace ?? file.place, `deadtime must be longer than keepalive, ${file.keepaliveMicros / SECOND} s`);
  }
  if (file.initdeadMicros !== undefined && file.initdeadMicros < file.deadtimeMicros) {
    findings.error(file.initdeadPlace ?? file.place, `initdead must not be shorter than deadtime, ${file.deadtimeMicros / SECOND} s`);
  }
}

function durationOf(word: PlacedWord, what: string, { version, findings }: HaCfContext): Micros | undefined {
  const match = /^([0-9]{1,7})(\.[0-9]{1,6})?(ms|us|s)?$/.exec(word.text);
  const isWhole = match !== null && match[2] === undefined && (match[3] === undefined || match[3] === 's');
  const unit = match?.[3] === 'ms' ? MILLISECOND : match?.[3] === 'us' ? 1 : SECOND;
  const micros = match === null ? 0 : Math.round(Number(match[1] + (match[2] ?? '')) * unit);
  if (micros > 0 && (isWhole || version === '3.0.6')) return micros;
  const form = version === '3.0.6' ? 'seconds, or milliseconds as 500ms' : 'whole seconds';
  findings.error(word.place, `"${what}" must be ${form}, more than 0, not ${quote(word.text)}`, { found: word.text, allowed: [form] });
  return undefined;
}

function addressOf(word: PlacedWord, what: string, findings: Findings): Ipv4 | undefined {
  const address = parseIpv4(word.text);
  if (address === undefined) findings.error(word.place, `${what} must be an address A.B.C.D, not ${quote(word.text)}`, { found: word.text, allowed: ['A.B.C.D'] });
  return address;
}

function choice<Value>(word: PlacedWord, what: string, values: Readonly<Record<string, Value>>, findings: Findings): Value | undefined {
  const key = word.text.toLowerCase();
  if (Object.hasOwn(values, key)) return values[key];
  findings.error(word.place, `"${what}" must be ${listAlternatives(Object.keys(values))}, not ${quote(word.text)}`, { found: word.text, allowed: Object.keys(values) });
  return undefined;
}

function readBroadcast(file: HaCf, [, ...devices]: readonly PlacedWord[]): void {
  for (const { text, place } of devices) file.media.push({ medium: { kind: 'bcast', interfaceName: text }, place });
}

function readMulticast(file: HaCf, [, device, groupWord, portWord, ttlWord, loopWord]: readonly PlacedWord[], { findings }: HaCfContext): void {
  const group = addressOf(groupWord, 'the group', findings);
  if (group !== undefined && group >>> 28 !== 0xe) findings.error(groupWord.place, `${groupWord.text} is no multicast group: 224.0.0.0 to 239.255.255.255`, { found: groupWord.text });
  const port = numberOf(portWord, 'the UDP port', 1, HIGHEST_PORT, findings);
  const timeToLive = numberOf(ttlWord, 'the TTL', 0, 255, findings);
  const loop = numberOf(loopWord, 'the loop', 0, 1, findings);
  if (group === undefined || port === undefined || timeToLive === undefined || loop === undefined) return;
  file.media.push({ medium: { kind: 'mcast', interfaceName: device.text, group, port, timeToLive, isLooped: loop === 1 }, place: device.place });
}

const STONITH_TYPES = { ssh: 'ssh CONTROL-GUEST', rexec: 'rexec Z/VM-HOST', prop: 'prop Z/VM-NODE' } as const;

function readStonithHost(file: HaCf, [, from, type, ...parameters]: readonly PlacedWord[], { findings }: HaCfContext): void {
  if (!Object.hasOwn(STONITH_TYPES, type.text)) {
    findings.error(type.place, `unknown STONITH type ${quote(type.text)}${suggestion(type.text, Object.keys(STONITH_TYPES)) || ';'} the Redpaper's are ` +
      `${listAlternatives(Object.values(STONITH_TYPES))}`, { found: type.text, allowed: Object.keys(STONITH_TYPES) });
    return;
  }
  file.stonith.push({ place: type.place,
    device: { from: from.text, type: type.text as StonithDevice['type'], parameters: parameters.map((word) => word.text) } });
}
