/**
 * mon.cf, as far as the Redpaper goes: global options, hostgroup, watch, service, interval, monitor, period, alertafter, alertevery, numalerts,
 * alert, upalert (mon's manual page, mon(8), "CONFIGURATION FILE"). What a service does not say has mon's default.
 *
 * Indentation means nothing: a statement belongs to the last `watch`, `service` and `period` above it.
 */
import type { Ipv4 } from '../../base/address.js';
import { HOUR, MINUTE, SECOND, type Micros } from '../../base/micros.js';
import type { MonAlert, MonConfiguration, MonService } from '../../takeover/mon-configuration.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { numberOf, wordLines, type PlacedWord } from '../line-reader.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

const DAY: Micros = 24 * HOUR;
const UNITS: Readonly<Record<string, Micros>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const TIME_FORM = 'a number with s, m, h or d, as 30s';

/** Options of the whole file that have no bearing. */
const GLOBALS = ['cfbasedir', 'alertdir', 'mondir', 'maxprocs', 'histlength', 'randstart', 'authtype', 'basedir', 'statedir', 'logdir', 'authfile', 'userfile',
  'snmpport', 'serverbind', 'serverport', 'trapport', 'trapbind', 'pidfile', 'dtlogfile', 'dtlogging', 'historicfile', 'historictime', 'syslog_facility',
  'startupalerts_on_reset', 'monerrfile', 'cltimeout', 'dep_recur_limit', 'dep_behavior', 'use_snmp', 'snmp'];

const SERVICE_STATEMENTS = ['interval', 'monitor', 'period', 'alertafter', 'alertevery', 'numalerts', 'alert', 'upalert'];
const WITHOUT_BEARING = ['description', 'traptimeout', 'trapduration', 'failure_interval', 'no_comp_alerts', 'upalertafter', 'startupalert', 'exclude_hosts', 'exclude_period',
  'allow_empty_group', 'redistribute', 'unack_summary', 'randskew', 'comp_alerts'];
const NOT_THERE = ['depend', 'dep_behavior', 'hostdepend', 'alertdepend', 'mondepend'];

class ServiceDraft {
  readonly place: SourcePlace;
  readonly group: string;
  readonly name: string;
  intervalMicros: Micros | undefined;
  monitor: string | undefined;
  alertAfter = 1;
  alertWithinMicros: Micros | undefined;
  alertEveryMicros: Micros = 0;
  alertCount: number | undefined;
  readonly alerts: MonAlert[] = [];
  readonly upAlerts: MonAlert[] = [];

  constructor(place: SourcePlace, group: string, name: string) {
    this.place = place;
    this.group = group;
    this.name = name;
  }
}

export function parseMonCf(text: string, file: string, clockMicros: Micros, findings: Findings): MonConfiguration {
  return new MonReader(file, findings).read(text, clockMicros);
}

class MonReader {
  private readonly file: string;
  private readonly findings: Findings;
  private readonly groups = new Map<string, Ipv4[]>();
  private readonly services: ServiceDraft[] = [];
  private group: PlacedWord | undefined;
  private service: ServiceDraft | undefined;
  private openHosts: Ipv4[] | undefined;
  private randomStartMicros: Micros = 0;
  private alertFolder = '/usr/lib/mon/alert.d';

  constructor(file: string, findings: Findings) {
    this.file = file;
    this.findings = findings;
  }

  read(text: string, clockMicros: Micros): MonConfiguration {
    for (const words of wordLines(text, this.file, '', true)) this.line(words);
    if (this.services.length === 0) this.findings.error({ file: this.file, line: 1, column: 1 }, 'nothing is watched: "watch GROUP" and "service NAME"');
    return { services: this.services.flatMap((draft) => this.built(draft)), randomStartMicros: this.randomStartMicros, alertFolder: this.alertFolder, clockMicros };
  }

  private line(words: readonly PlacedWord[]): void {
    const [first, second, ...rest] = words;
    if (second?.text === '=' || /^[a-z_]+=/.test(first.text)) {
      this.openHosts = undefined;
      this.option(first, second?.text === '=' ? rest : [second, ...rest].filter((word) => word !== undefined));
      return;
    }
    const hadHosts = this.openHosts;
    this.openHosts = undefined;
    switch (first.text) {
      case 'hostgroup': this.hostgroup(first, second, rest); return;
      case 'watch':
        this.service = undefined;
        if (second === undefined || !this.groups.has(second.text)) {
          const names = [...this.groups.keys()];
          this.findings.error(second?.place ?? first.place, `there is no hostgroup ${quote(second?.text ?? '')}${suggestion(second?.text ?? '', names) || ';'} there are ${listAlternatives(names, 'and') || 'none'}`, { found: second?.text ?? '', allowed: names });
        }
        this.group = second ?? first;
        return;
      case 'service':
        if (this.group === undefined) this.findings.error(first.place, '"service" comes behind "watch GROUP"', { found: first.text });
        else if (second === undefined) this.findings.error(first.place, 'the form is: service NAME', { found: first.text });
        else this.services.push(this.service = new ServiceDraft(first.place, this.group.text, second.text));
        return;
    }
    if (hadHosts !== undefined && words.every((word) => parseIpv4(word.text) !== undefined)) {
      // A list of hosts goes on until something else comes.
      this.openHosts = hadHosts;
      this.addHosts(hadHosts, words);
      return;
    }
    this.statement(first, words.slice(1));
  }

  private option(name: PlacedWord, value: readonly PlacedWord[]): void {
    const key = name.text.replace(/=.*$/, '');
    if (!GLOBALS.includes(key)) {
      this.findings.error(name.place, `unknown option ${quote(key)}${suggestion(key, GLOBALS) || ';'} allowed: ${listAlternatives(GLOBALS)}`, { found: key, allowed: GLOBALS });
    } else if (key === 'randstart' && value[0] !== undefined) this.randomStartMicros = this.time(value[0]) ?? 0;
    else if (key === 'alertdir' && value[0] !== undefined) this.alertFolder = value[0].text;
    else this.findings.note(name.place, 'without-bearing', `"${key}" has no bearing on the emulation`);
  }

  private hostgroup(first: PlacedWord, name: PlacedWord | undefined, hosts: readonly PlacedWord[]): void {
    if (name === undefined) {
      this.findings.error(first.place, 'the form is: hostgroup NAME ADDRESS...', { found: first.text });
      return;
    }
    if (this.groups.has(name.text)) this.findings.error(name.place, `there is a hostgroup ${quote(name.text)} already`, { found: name.text });
    const members: Ipv4[] = [];
    this.groups.set(name.text, members);
    this.openHosts = members;
    this.addHosts(members, hosts);
  }

  private addHosts(members: Ipv4[], words: readonly PlacedWord[]): void {
    for (const word of words) {
      const address = parseIpv4(word.text);
      if (address === undefined) this.findings.error(word.place, `a host must be an address A.B.C.D, not ${quote(word.text)}: there is no name service`, { found: word.text, allowed: ['A.B.C.D'] });
      else members.push(address);
    }
  }

  private statement(name: PlacedWord, values: readonly PlacedWord[]): void {
    const { findings, service } = this;
    if (NOT_THERE.includes(name.text)) {
      findings.error(name.place, `"${name.text}" is not there: no service depends on another`, { found: name.text });
      return;
    }
    if (WITHOUT_BEARING.includes(name.text)) {
      findings.note(name.place, 'not-acted-on', `"${name.text}" is not acted on`);
      return;
    }
    if (!SERVICE_STATEMENTS.includes(name.text)) {
      const known = ['hostgroup', 'watch', 'service', ...SERVICE_STATEMENTS];
      findings.error(name.place, `unknown statement ${quote(name.text)}${suggestion(name.text, known) || ';'} allowed: ${listAlternatives(known)}, and options as name = value`, { found: name.text, allowed: known });
      return;
    }
    if (service === undefined) {
      findings.error(name.place, `"${name.text}" belongs to a service: "watch GROUP", then "service NAME"`, { found: name.text });
      return;
    }
    const [value, second] = values;
    if (value === undefined) {
      findings.error(name.place, `"${name.text}" needs a value`, { found: name.text });
      return;
    }
    switch (name.text) {
      case 'interval': service.intervalMicros = this.time(value) ?? SECOND; return;
      case 'monitor':
        service.monitor = value.text;
        if (value.text !== 'fping.monitor') findings.error(value.place, `of the monitors only fping.monitor is there, not ${quote(value.text)}`, { found: value.text, allowed: ['fping.monitor'] });
        return;
      case 'period': {
        const said = values.map((word) => word.text).join(' ');
        if (!/^([A-Za-z0-9_]+:\s*)?wd\s*\{\s*(Mon-Sun|Sun-Sat)\s*\}$/i.test(said)) findings.error(value.place, `a period that is not always, wd {Mon-Sun}, is not there: ${quote(said)}`, { found: said, allowed: ['wd {Mon-Sun}'] });
        return;
      }
      case 'alertafter':
        if (/^[0-9]+$/.test(value.text)) {
          service.alertAfter = numberOf(value, 'the number of failures', 1, 1000, findings) ?? 1;
          service.alertWithinMicros = second === undefined ? undefined : this.time(second);
        } else findings.error(value.place, `"alertafter" must be a number of failures, and perhaps a time that they lie in, not ${quote(value.text)}`, { found: value.text });
        return;
      case 'alertevery': service.alertEveryMicros = this.time(value) ?? 0; return;
      case 'numalerts': service.alertCount = numberOf(value, 'the number of alerts', 1, 100_000, findings); return;
      case 'alert': service.alerts.push({ script: value.text, arguments: values.slice(1).map((word) => word.text) }); return;
      case 'upalert': service.upAlerts.push({ script: value.text, arguments: values.slice(1).map((word) => word.text) }); return;
    }
  }

  private time(word: PlacedWord): Micros | undefined {
    const match = /^([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhd])?$/.exec(word.text);
    const micros = match === null ? 0 : Math.round(Number(match[1]) * UNITS[match[2] ?? 's']);
    if (micros > 0) return micros;
    this.findings.error(word.place, `the time must be ${TIME_FORM}, not ${quote(word.text)}`, { found: word.text, allowed: [TIME_FORM] });
    return undefined;
  }

  private built(draft: ServiceDraft): MonService[] {
    const missing = draft.intervalMicros === undefined ? 'interval' : draft.monitor === undefined ? 'monitor' : undefined;
    if (missing !== undefined) {
      this.findings.error(draft.place, `service "${draft.name}" needs "${missing}"`, { found: draft.name });
      return [];
    }
    const { group, name, alertAfter, alertEveryMicros, alerts, upAlerts } = draft;
    return [{ group, hosts: this.groups.get(group) ?? [], name, intervalMicros: draft.intervalMicros ?? SECOND, monitor: draft.monitor ?? '', alertAfter, alertEveryMicros, alerts, upAlerts,
      ...(draft.alertWithinMicros === undefined ? {} : { alertWithinMicros: draft.alertWithinMicros }),
      ...(draft.alertCount === undefined ? {} : { alertCount: draft.alertCount }) }];
  }
}
