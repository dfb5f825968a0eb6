/**
 * The files of heartbeat and mon on one node, put together: ha.cf, haresources, authkeys, mon.cf, and what the topology says beside them.
 *
 * `heartbeat: 0.4.9.1` at the node says which generation it is; without it a kernel 2.4 has 0.4.9.1 and a later one 3.0.6. `scripts:` gives resource scripts
 * their times, and services the port on which they answer while they are started: `apache: { start: 3s, stop: 1s, port: 80 }`.
 */
import type { Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { HeartbeatConfiguration, HeartbeatVersion, ScriptTimes } from '../../takeover/heartbeat-configuration.js';
import type { MonConfiguration } from '../../takeover/mon-configuration.js';
import { addressArgument, isAddressResource } from '../../takeover/resource-manager.js';
import { parseAuthkeys, type Authkeys } from './authkeys.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { parseHaCf, type HaCf } from './ha-cf.js';
import { parseHaresources, type PlacedGroup } from './haresources.js';
import { parseMonCf } from './mon-cf.js';
import type { InterfacePlan, NodePlan } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';
import type { YamlValue } from '../topology/yaml-document.js';

export type TakeoverFile = 'ha.cf' | 'haresources' | 'authkeys' | 'mon.cf';

const VERSIONS: readonly HeartbeatVersion[] = ['0.4.9.1', '3.0.6'];

/** By its name: `lnx31/ha.cf`, `lnx31.haresources`. */
export function takeoverFile(path: string): TakeoverFile | undefined {
  const match = /(?:^|[/\\.-])(ha\.cf|haresources|authkeys|mon\.cf)$/.exec(path);
  return match === null ? undefined : (match[1] as TakeoverFile);
}

interface RawFile {
  readonly text: string;
  readonly path: string;
}

/** Collects a node's files; they are read when all are there, for one says how another is meant. */
export class TakeoverFiles {
  version: HeartbeatVersion | undefined;
  readonly scripts = new Map<string, ScriptTimes>();
  private readonly scriptPlaces = new Map<string, SourcePlace>();
  private readonly files = new Map<TakeoverFile, RawFile>();

  get isEmpty(): boolean {
    return this.files.size === 0;
  }

  add(which: TakeoverFile, file: RawFile, value: YamlValue): void {
    const earlier = this.files.get(which);
    if (earlier !== undefined) value.error(`there is a second ${which}; the first is ${earlier.path}`);
    else this.files.set(which, file);
  }

  readVersion(value: YamlValue | undefined): void {
    const text = value?.source();
    this.version = VERSIONS.find((each) => each === text);
    if (value !== undefined && this.version === undefined) value.error(`the version of heartbeat must be ${listAlternatives(VERSIONS)}, not ${quote(text ?? '')}`, VERSIONS);
  }

  readScripts(value: YamlValue | undefined): void {
    for (const entry of value?.mapping('the scripts')?.entries.values() ?? []) {
      const what = `script "${entry.key}"`;
      const settings = entry.value.mapping(what);
      if (settings === undefined) continue;
      settings.checkKeys(what, ['start', 'stop', 'port']);
      const start = settings.get('start')?.duration('the start');
      const stop = settings.get('stop')?.duration('the stop');
      const port = settings.get('port')?.integer('a TCP port', 1, 65_535);
      this.scriptPlaces.set(entry.key, entry.keyPlace);
      this.scripts.set(entry.key, { ...(start === undefined ? {} : { startMicros: start }), ...(stop === undefined ? {} : { stopMicros: stop }), ...(port === undefined ? {} : { port }) });
    }
  }

  /** What they come to on a node. */
  build(nodeName: string, isOldKernel: boolean, interfaces: readonly InterfacePlan[], clockMicros: Micros, findings: Findings): Pick<NodePlan, 'heartbeat' | 'mon'> {
    const monFile = this.files.get('mon.cf');
    const mon: MonConfiguration | undefined = monFile === undefined ? undefined : parseMonCf(monFile.text, monFile.path, clockMicros, findings);
    const heartbeat = this.heartbeat(nodeName, isOldKernel, interfaces, clockMicros, findings);
    return { ...(heartbeat === undefined ? {} : { heartbeat }), ...(mon === undefined ? {} : { mon }) };
  }

  private heartbeat(nodeName: string, isOldKernel: boolean, interfaces: readonly InterfacePlan[], clockMicros: Micros, findings: Findings): HeartbeatConfiguration | undefined {
    const [ha, resources, keys] = (['ha.cf', 'haresources', 'authkeys'] as const).map((which) => this.files.get(which));
    if (ha === undefined || resources === undefined || keys === undefined) {
      const there = [ha, resources, keys].find((file) => file !== undefined);
      const missing = ([['ha.cf', ha], ['haresources', resources], ['authkeys', keys]] as const).filter(([, file]) => file === undefined).map(([name]) => name);
      if (there !== undefined) findings.error({ file: there.path, line: 0, column: 0 }, `heartbeat of ${nodeName} needs ${listAlternatives(missing, 'and')}, too`);
      return undefined;
    }
    const version = this.version ?? (isOldKernel ? '0.4.9.1' : '3.0.6');
    const haCf = parseHaCf(ha.text, ha.path, version, findings);
    const groups = parseHaresources(resources.text, resources.path, findings);
    const authkeys = parseAuthkeys(keys.text, keys.path, findings);
    checkNames(nodeName, haCf, groups, findings);
    checkMedia(nodeName, haCf, interfaces, findings);
    this.checkScripts(groups, findings);
    return configurationOf(version, haCf, groups, authkeys, this.scripts, clockMicros);
  }

  private checkScripts(groups: readonly PlacedGroup[], findings: Findings): void {
    // That there are none has been said.
    if (groups.length === 0) return;
    const used = [...new Set(groups.flatMap(({ group }) => group.resources.map(({ script }) => script)))];
    for (const [name, place] of this.scriptPlaces) {
      if (!used.includes(name)) findings.error(place, `haresources has no script ${quote(name)}${suggestion(name, used) || ';'} it has ${listAlternatives(used, 'and')}`, { found: name, allowed: used });
    }
  }
}

function checkNames(nodeName: string, haCf: HaCf, groups: readonly PlacedGroup[], findings: Findings): void {
  const names = haCf.nodes.map(({ text }) => text);
  if (haCf.nodes.length > 0 && !names.includes(nodeName.toLowerCase())) {
    findings.error(haCf.nodes[0].place, `the current node [${nodeName}] is not in the configuration: "node" names ${listAlternatives(names, 'and')}`, { found: names.join(' '), allowed: [nodeName] });
  }
  for (const { group, words } of groups) {
    if (!names.includes(group.node)) findings.error(words[0].place, `there is no node ${quote(words[0].text)} in ha.cf${suggestion(group.node, names) || ';'} it names ${listAlternatives(names, 'and')}`, { found: words[0].text, allowed: names });
  }
}

function checkMedia(nodeName: string, haCf: HaCf, interfaces: readonly InterfacePlan[], findings: Findings): void {
  const ports = interfaces.filter((each) => each.port >= 0).map((each) => each.name);
  for (const { medium, place } of haCf.media) {
    const found = interfaces.find((each) => each.name === medium.interfaceName && each.port >= 0);
    const said = medium.kind === 'serial' ? medium.device : medium.interfaceName;
    if (found === undefined) {
      const hint = medium.kind === 'serial' ? `: a ctc link ends at ${nodeName}:${medium.interfaceName}` : '';
      findings.error(place, `${nodeName} has no ${medium.kind === 'serial' ? 'device' : 'interface'} ${quote(said)}${hint}${suggestion(medium.interfaceName, ports) || ';'} it has ${listAlternatives(ports, 'and')}`, { found: said, allowed: ports });
    } else if (medium.kind === 'serial' ? found.medium !== 'ctc' || found.addresses.length > 0 : found.addresses.length === 0) {
      findings.error(place, medium.kind === 'serial' ? `${said} must be a ctc link without an address: it carries no IP` : `${said} of ${nodeName} has no address: heartbeats over UDP need one`, { found: said });
    }
  }
}

function configurationOf(version: HeartbeatVersion, haCf: HaCf, groups: readonly PlacedGroup[], authkeys: Authkeys, scripts: ReadonlyMap<string, ScriptTimes>, clockMicros: Micros): HeartbeatConfiguration {
  return {
    version,
    nodes: haCf.nodes.map(({ text }) => text),
    pingNodes: haCf.pingNodes,
    media: haCf.media.map(({ medium }) => medium),
    udpPort: haCf.udpPort,
    keepaliveMicros: haCf.keepaliveMicros,
    deadtimeMicros: haCf.deadtimeMicros,
    warntimeMicros: haCf.warntimeMicros ?? Math.floor(haCf.deadtimeMicros / 2),
    // heartbeat's own: twice deadtime.
    initdeadMicros: haCf.initdeadMicros ?? 2 * haCf.deadtimeMicros,
    deadpingMicros: haCf.deadpingMicros ?? haCf.deadtimeMicros,
    failback: haCf.failback ?? 'legacy',
    isInnerAuthLeftOut: haCf.isInnerAuthLeftOut,
    hasIpfail: haCf.hasIpfail,
    stonith: haCf.stonith.map(({ device }) => device),
    keys: authkeys.keys,
    keyNumber: authkeys.keyNumber,
    groups: groups.map(({ group }) => group),
    scripts,
    logFile: haCf.logFile === '' ? '/var/log/ha-log' : haCf.logFile,
    clockMicros,
  };
}

/** Addresses that heartbeat may put on the node. */
export function clusterAddresses(heartbeat: HeartbeatConfiguration | undefined): Ipv4[] {
  return (heartbeat?.groups ?? []).flatMap(({ resources }) => resources.filter(isAddressResource).map((each) => addressArgument(each).address));
}
