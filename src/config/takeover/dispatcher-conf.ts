/**
 * The commands that set an eNetwork Dispatcher up: `ndcontrol` (later `dscontrol`), one a line, `#` for comments.
 *
 * Read the Network Dispatcher Administration Guide, "Command reference for Dispatcher", first: commands, defaults and ranges are from there. Times are in
 * seconds. Several clusters, ports or servers may be joined with a plus sign, as in 10.1.1.7:80:10.1.1.4+10.1.1.5.
 */
import { formatIpv4, prefixContains, type Ipv4 } from '../../base/address.js';
import { SECOND } from '../../base/micros.js';
import type { DispatcherAdvisor, DispatcherConfiguration, DispatcherPort, DispatcherServer } from '../../takeover/dispatcher.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import type { InterfacePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

const DEFAULT_WEIGHT = 10;
const DEFAULT_STALE_SECONDS = 300;
const DEFAULT_MANAGER_INTERVAL_SECONDS = 2;
const DEFAULT_ADVISOR_INTERVAL_SECONDS = 7;
/** Of the advisor's interval, where `connecttimeout` says nothing. */
const CONNECT_TIMEOUT_INTERVALS = 3;

const OBJECTS = ['executor', 'cluster', 'port', 'server', 'manager', 'advisor'] as const;
/** Recognised, without bearing: high availability of dispatchers, rules, logs, metric servers. */
const OTHER_OBJECTS = ['binlog', 'file', 'help', 'highavailability', 'host', 'log', 'metric', 'rule', 'set', 'status'];
/** Name and port; each opens a connection here. */
const ADVISORS = ['connect', 'db2', 'dns', 'ftp', 'http', 'https', 'imap', 'ldap', 'nntp', 'pop3', 'smtp', 'ssl', 'telnet'];

const PORT_OPTIONS = { stickytime: [0, 3600], staletimeout: [1, 86_400] } as const;
const PORT_IGNORED = ['protocol', 'maxservers', 'stickymask', 'crossport', 'weightbound', 'method', 'porttype'];
const SERVER_OPTIONS = { weight: [0, 100] } as const;
const SERVER_IGNORED = ['fixedweight', 'address', 'collocated', 'sticky', 'router', 'cookievalue', 'returnaddress', 'advisorrequest', 'advisorresponse'];

interface Word { readonly text: string; readonly place: SourcePlace }

interface PortDraft { readonly port: number; stickySeconds: number; staleSeconds: number; readonly servers: Map<Ipv4, { weight: number; readonly place: SourcePlace }> }

interface AdvisorDraft { readonly port: number; intervalSeconds: number; connectTimeoutSeconds: number | undefined; readonly place: SourcePlace }

export class DispatcherDraft {
  private readonly clusters = new Map<Ipv4, { readonly ports: Map<number, PortDraft>; readonly place: SourcePlace }>();
  private readonly advisors: AdvisorDraft[] = [];
  private managerIntervalSeconds = DEFAULT_MANAGER_INTERVAL_SECONDS;
  private isManagerStarted = false;

  read(text: string, file: string, findings: Findings): void {
    text.split(/\r\n|\n|\r/).forEach((line, i) => {
      const words = [...line.replace(/#.*$/, '').matchAll(/\S+/g)].map((match): Word => ({ text: match[0], place: { file, line: i + 1, column: match.index + 1 } }));
      if (words.length > 0) new CommandReader(words, findings, this).read();
    });
  }

  /** What it comes to; what contradicts itself or the interfaces is said. */
  configuration(interfaces: readonly InterfacePlan[], findings: Findings): DispatcherConfiguration {
    for (const { ports, place } of this.clusters.values()) {
      if (ports.size === 0) findings.note(place, 'attention', 'the cluster has no port: nothing is sent to any server');
      for (const { servers } of ports.values()) {
        for (const [address, server] of servers) {
          if (interfaces.some((each) => each.addresses.some((own) => prefixContains(own.address, own.prefixLength, address)))) continue;
          findings.error(server.place, `the server ${formatIpv4(address)} is on no network of the dispatcher, which forwards by hardware address`);
        }
      }
    }
    if (this.advisors.length > 0 && !this.isManagerStarted) {
      findings.note(this.advisors[0].place, 'attention', 'the manager is not started: what advisors find changes nothing');
    }
    return {
      managerIntervalMicros: this.managerIntervalSeconds * SECOND,
      advisors: !this.isManagerStarted ? [] : this.advisors.map(({ port, intervalSeconds, connectTimeoutSeconds }): DispatcherAdvisor => ({
        port, intervalMicros: intervalSeconds * SECOND, connectTimeoutMicros: (connectTimeoutSeconds ?? CONNECT_TIMEOUT_INTERVALS * intervalSeconds) * SECOND })),
      clusters: [...this.clusters].map(([address, { ports }]) => ({ address, ports: [...ports.values()].map((each): DispatcherPort => ({
        port: each.port, stickyMicros: each.stickySeconds * SECOND, staleMicros: each.staleSeconds * SECOND,
        servers: [...each.servers].map(([server, { weight }]): DispatcherServer => ({ address: server, weight })) })) })),
    };
  }

  addCluster(address: Ipv4, place: SourcePlace): boolean {
    if (this.clusters.has(address)) return false;
    this.clusters.set(address, { ports: new Map(), place });
    return true;
  }

  portsOf(cluster: Ipv4): Map<number, PortDraft> | undefined {
    return this.clusters.get(cluster)?.ports;
  }

  get clusterNames(): string[] {
    return [...this.clusters.keys()].map(formatIpv4);
  }

  startManager(): void {
    this.isManagerStarted = true;
  }

  setManagerInterval(seconds: number): void {
    this.managerIntervalSeconds = seconds;
  }

  startAdvisor(port: number, place: SourcePlace): void {
    if (this.advisor(port) === undefined) this.advisors.push({ port, intervalSeconds: DEFAULT_ADVISOR_INTERVAL_SECONDS, connectTimeoutSeconds: undefined, place });
  }

  advisor(port: number): AdvisorDraft | undefined {
    return this.advisors.find((each) => each.port === port);
  }
}

/** Reads one line. */
class CommandReader {
  private readonly words: readonly Word[];
  private readonly findings: Findings;
  private readonly draft: DispatcherDraft;

  constructor(words: readonly Word[], findings: Findings, draft: DispatcherDraft) {
    this.words = words;
    this.findings = findings;
    this.draft = draft;
  }

  read(): void {
    const [program, object, verb] = this.words;
    if (program.text !== 'ndcontrol' && program.text !== 'dscontrol') {
      this.wrong(program, `a line is an ndcontrol command, not ${quote(program.text)}`, ['ndcontrol', 'dscontrol']);
      return;
    }
    if (object === undefined) {
      this.wrong(program, `ndcontrol needs ${listAlternatives(OBJECTS)}`, OBJECTS);
      return;
    }
    if (OTHER_OBJECTS.includes(object.text)) {
      this.findings.note(object.place, 'without-bearing', `${object.text} has no bearing on the emulation`);
      return;
    }
    if (!(OBJECTS as readonly string[]).includes(object.text)) {
      this.wrong(object, `unknown object ${quote(object.text)}${suggestion(object.text, OBJECTS) || ';'} allowed: ${listAlternatives(OBJECTS)}`, OBJECTS);
      return;
    }
    if (verb === undefined) {
      this.wrong(object, `what is to be done with the ${object.text} is missing`);
      return;
    }
    const rest = this.words.slice(3);
    switch (`${object.text} ${verb.text}`) {
      case 'executor start': return;
      case 'executor set': case 'executor configure': case 'cluster configure': case 'cluster set':
        this.findings.note(verb.place, 'without-bearing', `${object.text} ${verb.text} has no bearing on the emulation`);
        return;
      case 'cluster add': this.addClusters(verb, rest); return;
      case 'port add': this.addPorts(verb, rest, true); return;
      case 'port set': this.addPorts(verb, rest, false); return;
      case 'server add': this.addServers(verb, rest, true); return;
      case 'server set': this.addServers(verb, rest, false); return;
      case 'manager start': this.draft.startManager(); return;
      case 'manager interval': {
        const seconds = this.number(verb, rest[0], 'the interval in seconds', 1, 3600);
        if (seconds !== undefined) this.draft.setManagerInterval(seconds);
        return;
      }
      case 'manager proportions': case 'manager refresh': case 'manager sensitivity': case 'manager smoothing': case 'manager loglevel': case 'manager logsize': case 'manager reach':
      case 'advisor loglevel': case 'advisor logsize': case 'advisor receivetimeout': case 'advisor timeout':
        this.findings.note(verb.place, 'without-bearing', `${object.text} ${verb.text} has no bearing on the emulation`);
        return;
      case 'advisor start': case 'advisor interval': case 'advisor connecttimeout': this.adviseOn(verb, rest); return;
      default: {
        const verbs: Record<string, readonly string[]> = { executor: ['start'], cluster: ['add'], port: ['add', 'set'], server: ['add', 'set'], manager: ['start', 'interval'], advisor: ['start', 'interval', 'connecttimeout'] };
        const allowed = verbs[object.text];
        this.wrong(verb, `${quote(`${object.text} ${verb.text}`)} is not emulated${suggestion(verb.text, allowed) || ';'} allowed: ${listAlternatives(allowed)}`, allowed);
      }
    }
  }

  private addClusters(verb: Word, [which]: readonly Word[]): void {
    for (const address of this.addresses(verb, which)) {
      if (!this.draft.addCluster(address, which.place)) this.wrong(which, `there is a cluster ${formatIpv4(address)} already`);
    }
  }

  private addPorts(verb: Word, [which, ...options]: readonly Word[], isNew: boolean): void {
    const [clusterText, portText] = (which?.text ?? '').split(':');
    const ports = this.cluster(verb, which, clusterText);
    if (ports === undefined) return;
    const said = this.options(options, PORT_OPTIONS, PORT_IGNORED);
    for (const port of this.portNumbers(which, portText)) {
      const before = ports.get(port);
      if (isNew === (before !== undefined)) {
        this.wrong(which, isNew ? `the cluster has the port ${port} already` : `the cluster has no port ${port}`);
        continue;
      }
      const draft = before ?? { port, stickySeconds: 0, staleSeconds: DEFAULT_STALE_SECONDS, servers: new Map() };
      draft.stickySeconds = said.get('stickytime') ?? draft.stickySeconds;
      draft.staleSeconds = said.get('staletimeout') ?? draft.staleSeconds;
      ports.set(port, draft);
    }
  }

  private addServers(verb: Word, [which, ...options]: readonly Word[], isNew: boolean): void {
    const [clusterText, portText, serverText] = (which?.text ?? '').split(':');
    const ports = this.cluster(verb, which, clusterText);
    if (ports === undefined) return;
    const said = this.options(options, SERVER_OPTIONS, SERVER_IGNORED);
    for (const port of this.portNumbers(which, portText)) {
      const draft = ports.get(port);
      if (draft === undefined) {
        this.wrong(which, `the cluster has no port ${port}; ports: ${listAlternatives([...ports.keys()].map(String), 'and') || 'none'}`);
        continue;
      }
      for (const address of this.addresses(which, serverText === undefined ? undefined : { ...which, text: serverText })) {
        const before = draft.servers.get(address);
        if (isNew === (before !== undefined)) this.wrong(which, isNew ? `the port has the server ${formatIpv4(address)} already` : `the port has no server ${formatIpv4(address)}`);
        else draft.servers.set(address, { weight: said.get('weight') ?? before?.weight ?? DEFAULT_WEIGHT, place: which.place });
      }
    }
  }

  private adviseOn(verb: Word, [name, portWord, value]: readonly Word[]): void {
    if (name === undefined || !ADVISORS.includes(name.text)) {
      this.wrong(name ?? verb, name === undefined ? 'the name of the advisor is missing' : `unknown advisor ${quote(name.text)}${suggestion(name.text, ADVISORS) || ';'} advisors: ${listAlternatives(ADVISORS, 'and')}`, ADVISORS);
      return;
    }
    const port = this.number(name, portWord, 'the port', 1, 65_535);
    if (port === undefined) return;
    if (verb.text === 'start') {
      this.draft.startAdvisor(port, name.place);
      return;
    }
    const advisor = this.draft.advisor(port);
    if (advisor === undefined) this.wrong(portWord, `no advisor is started on port ${port} above`);
    const seconds = this.number(portWord, value, verb.text === 'interval' ? 'the interval in seconds' : 'the timeout in seconds', 1, 3600);
    if (advisor === undefined || seconds === undefined) return;
    if (verb.text === 'interval') advisor.intervalSeconds = seconds;
    else advisor.connectTimeoutSeconds = seconds;
  }

  private cluster(verb: Word, which: Word | undefined, text: string): Map<number, PortDraft> | undefined {
    const form = verb.text;
    if (which === undefined) {
      this.wrong(verb, `what to ${form} is missing: CLUSTER:PORT, or CLUSTER:PORT:SERVER`);
      return undefined;
    }
    const address = parseIpv4(text);
    const ports = address === undefined ? undefined : this.draft.portsOf(address);
    if (ports === undefined) this.wrong(which, `there is no cluster ${quote(text)}${suggestion(text, this.draft.clusterNames) || ';'} clusters: ${listAlternatives(this.draft.clusterNames, 'and') || 'none'}`);
    return ports;
  }

  private addresses(before: Word, which: Word | undefined): Ipv4[] {
    if (which === undefined) {
      this.wrong(before, 'an address is missing');
      return [];
    }
    return which.text.split('+').flatMap((text) => {
      const address = parseIpv4(text);
      if (address === undefined) this.wrong(which, `an address must be A.B.C.D, not ${quote(text)}`);
      return address === undefined ? [] : [address];
    });
  }

  private portNumbers(which: Word, text: string | undefined): number[] {
    return (text ?? '').split('+').flatMap((each) => {
      if (/^\d{1,5}$/.test(each) && Number(each) <= 65_535) return [Number(each)];
      this.wrong(which, `a port must be a number from 0 to 65535, not ${quote(each)}`);
      return [];
    });
  }

  /** Pairs of a name and a value. */
  private options(words: readonly Word[], known: Readonly<Record<string, readonly [number, number]>>, ignored: readonly string[]): Map<string, number> {
    const said = new Map<string, number>();
    for (let i = 0; i < words.length; i += 2) {
      const name = words[i];
      if (ignored.includes(name.text)) {
        this.findings.note(name.place, 'without-bearing', `${name.text} has no bearing on the emulation`);
        continue;
      }
      if (!Object.hasOwn(known, name.text)) {
        const allowed = [...Object.keys(known), ...ignored];
        this.wrong(name, `unknown option ${quote(name.text)}${suggestion(name.text, allowed) || ';'} allowed: ${listAlternatives(Object.keys(known))}`, allowed);
        continue;
      }
      const value = this.number(name, words[i + 1], name.text, ...known[name.text]);
      if (value !== undefined) said.set(name.text, value);
    }
    return said;
  }

  private number(before: Word, word: Word | undefined, what: string, low: number, high: number): number | undefined {
    const value = word !== undefined && /^\d{1,6}$/.test(word.text) ? Number(word.text) : NaN;
    if (value >= low && value <= high) return value;
    this.wrong(word ?? before, word === undefined ? `${what} is missing` : `${what} must be a number from ${low} to ${high}, not ${quote(word.text)}`);
    return undefined;
  }

  private wrong({ text, place }: Word, message: string, allowed: readonly string[] = []): void {
    this.findings.error(place, message, { found: text, allowed });
  }
}
