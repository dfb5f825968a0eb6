/**
 * The `machines` of a topology: machines (CECs) with their adapters and partitions (LPARs), z/VM systems with their guests, what operators do.
 *
 *     machines:
 *       CEC1:
 *         adapters:
 *           OSA1: { mode: qdio, channel: F8, cable: "lan:p2", oat: [{ devices: fc00, node: zvm1 }] }
 *         partitions:
 *           LP1: { system: VM1, ipl: 90s, start: zvm/demostrt.exec, guests: { LNX31: { node: lnx31, start: 60s } } }
 *           LP2: { node: lnx9 }
 *
 * Read here into drafts: adapters become nodes and their cables and device groups links, before the network is put together (topology-plan); machine-assembly
 * turns names into indices when it is. Adapters, their address tables and device groups: machine-adapter.
 */
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { RexecServerPlan, SshServerPlan } from './control-plan.js';
import { isUserId } from './cp-command.js';
import type { SourcePlace } from '../config-error.js';
import { DURATION_FORM, parseDuration } from '../duration.js';
import { readAdapter, type AdapterDraft } from './machine-adapter.js';
import type { TakeoverStep } from './machine-plan.js';
import { parsePropTable, SUPPLIED_ROUTINES, type PropTable } from './prop-table.js';
import { execName, parseProcedure, type Procedure } from './rexx-procedure.js';
import { quote, suggestion } from '../spelling.js';
import type { LinkDraft } from '../topology/topology-link.js';
import type { NodeDraft } from '../topology/topology-node.js';
import type { TopologySource } from '../topology/topology-source.js';
import { listAlternatives } from '../frr/vty.js';
import type { YamlMapping, YamlValue } from '../topology/yaml-document.js';

/** What the Redpaper gives no time for is our model; each can be set. */
const DEFAULT_START: Micros = 60 * SECOND;
const DEFAULT_STOP: Micros = 30 * SECOND;
const DEFAULT_IPL: Micros = 90 * SECOND;
const DEFAULT_RESTART: Micros = 15 * SECOND;
const DEFAULT_SHUTDOWN: Micros = 30 * SECOND;
const DEFAULT_PROP_DELAY: Micros = 500 * MILLISECOND;
const DEFAULT_HANDSHAKE: Micros = 2 * SECOND;
const DEFAULT_REXEC_DELAY: Micros = SECOND;

export interface GuestDraft {
  readonly user: string;
  readonly place: SourcePlace;
  readonly node: NodeDraft | undefined;
  readonly startMicros: Micros;
  readonly stopMicros: Micros;
  readonly privileges: string;
  readonly secondaryUser: { readonly user: string; readonly place: SourcePlace } | undefined;
  readonly isUp: boolean;
  readonly ssh: SshServerPlan | undefined;
  readonly rexec: RexecServerPlan | undefined;
}

export interface PropDraft {
  readonly operator: string;
  readonly operatorPlace: SourcePlace;
  readonly table: PropTable | undefined;
  readonly actions: ReadonlyMap<string, Procedure>;
  readonly delayMicros: Micros;
}

export interface SystemDraft {
  readonly name: string;
  readonly place: SourcePlace;
  readonly isUp: boolean;
  readonly iplMicros: Micros;
  readonly restartMicros: Micros;
  readonly shutdownMicros: Micros;
  readonly start: { readonly procedure: Procedure; readonly place: SourcePlace } | undefined;
  readonly stop: { readonly procedure: Procedure; readonly place: SourcePlace } | undefined;
  readonly guests: readonly GuestDraft[];
  readonly prop: PropDraft | undefined;
  readonly rscs: readonly { readonly name: string; readonly value: YamlValue; readonly delayMicros: Micros }[];
  readonly takeover: { readonly of: YamlValue; readonly steps: readonly TakeoverStep[] } | undefined;
}

export interface PartitionDraft {
  readonly name: string;
  readonly place: SourcePlace;
  readonly node: NodeDraft | undefined;
  readonly system: SystemDraft | undefined;
}

export interface MachineDraft {
  readonly name: string;
  readonly place: SourcePlace;
  readonly adapters: readonly AdapterDraft[];
  readonly partitions: readonly PartitionDraft[];
}

export interface MachineRoomDraft {
  readonly machines: readonly MachineDraft[];
  readonly patienceMicros: Micros;
}

const SYSTEM_KEYS = ['system', 'ipl', 'restart', 'standby', 'start', 'stop', 'shutdown', 'guests', 'prop', 'rscs', 'takeover', 'guest-lans'];

/** Adds adapters to `nodes`, and what they are connected with to `links`. */
export function readMachineRoom(value: YamlValue, nodes: Map<string, NodeDraft>, links: LinkDraft[], source: TopologySource): MachineRoomDraft | undefined {
  const mapping = value.mapping('machines');
  if (mapping === undefined) return undefined;
  const names = new NameTable(source);
  const machines: MachineDraft[] = [];
  const open: { readonly machine: MachineDraft; readonly settings: YamlMapping; readonly adapters: AdapterDraft[] }[] = [];
  for (const { key, keyPlace, value: each } of mapping.entries.values()) {
    const settings = each.mapping(`machine "${key}"`);
    names.take(key, keyPlace, 'machine');
    if (settings === undefined) continue;
    settings.checkKeys(`machine "${key}"`, ['adapters', 'partitions']);
    const partitions = [...(settings.get('partitions')?.mapping('partitions')?.entries.values() ?? [])]
      .flatMap((entry) => readPartition(entry.key, entry.keyPlace, entry.value, nodes, names, source) ?? []);
    const adapters: AdapterDraft[] = [];
    const machine: MachineDraft = { name: key, place: keyPlace, adapters, partitions };
    machines.push(machine);
    open.push({ machine, settings, adapters });
  }
  checkHomes(machines, source);
  // Device groups belong to partitions: when all of these are known.
  for (const { machine, settings, adapters } of open) {
    for (const entry of settings.get('adapters')?.mapping('adapters')?.entries.values() ?? []) {
      const adapter = readAdapter(entry, machine, undefined, nodes, links, source);
      if (adapter !== undefined) adapters.push(adapter);
    }
    for (const partition of settings.get('partitions')?.mapping('partitions')?.entries.values() ?? []) {
      const draft = machine.partitions.find((each) => each.name === partition.key);
      if (draft?.system === undefined || !partition.value.isMapping()) continue;
      for (const entry of partition.value.mapping('partition')?.get('guest-lans')?.mapping('guest-lans')?.entries.values() ?? []) {
        const lan = readAdapter(entry, machine, draft, nodes, links, source);
        if (lan !== undefined) adapters.push(lan);
      }
    }
  }
  return { machines, patienceMicros: 30 * SECOND };
}

/** Machines, partitions and systems share one space of names: events are done to them. */
class NameTable {
  private readonly taken = new Map<string, SourcePlace>();

  private readonly source: TopologySource;

  constructor(source: TopologySource) {
    this.source = source;
  }

  take(name: string, place: SourcePlace, what: string): void {
    const earlier = this.taken.get(name);
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name)) this.source.findings.error(place, `${quote(name)} is not a name of a ${what}: letters, digits, ".", "_" and "-"`, { found: name });
    else if (earlier !== undefined) this.source.findings.error(place, `the name ${quote(name)} is in use in the machine room already, in line ${earlier.line}`, { found: name });
    this.taken.set(name, place);
  }
}

function readPartition(name: string, place: SourcePlace, value: YamlValue, nodes: ReadonlyMap<string, NodeDraft>, names: NameTable, source: TopologySource): PartitionDraft | undefined {
  const what = `partition "${name}"`;
  names.take(name, place, 'partition');
  const mapping = value.mapping(what);
  if (mapping === undefined) return undefined;
  const nodeValue = mapping.get('node');
  const systemValue = mapping.get('system');
  if ((nodeValue === undefined) === (systemValue === undefined)) {
    source.findings.error(place, `${what} needs one of "node" (a system that runs in it) and "system" (a z/VM)`, { allowed: ['node', 'system'] });
    return undefined;
  }
  if (nodeValue !== undefined) {
    mapping.checkKeys(what, ['node']);
    return { name, place, node: nodeOf(nodeValue, nodes), system: undefined };
  }
  mapping.checkKeys(what, SYSTEM_KEYS);
  const systemName = systemValue?.text('the system') ?? '';
  names.take(systemName, systemValue?.place ?? place, 'z/VM system');
  return { name, place, node: undefined, system: readSystem(systemName, systemValue?.place ?? place, mapping, nodes, source) };
}

export function nodeOf(value: YamlValue, nodes: ReadonlyMap<string, NodeDraft>): NodeDraft | undefined {
  const name = value.source();
  const node = nodes.get(name);
  if (node === undefined) {
    const known = [...nodes.keys()].sort();
    value.error(`there is no node ${quote(name)}${suggestion(name, known) || ';'} nodes: ${listAlternatives(known, 'and')}`, known);
  } else if (node.kind === 'switch' || node.kind === 'osa') {
    value.error(`${name} is ${node.kind === 'switch' ? 'a switch' : 'an adapter'}: it runs in no partition`);
    return undefined;
  }
  return node;
}

function readSystem(name: string, place: SourcePlace, mapping: YamlMapping, nodes: ReadonlyMap<string, NodeDraft>, source: TopologySource): SystemDraft {
  const isStandby = mapping.get('standby')?.flag('standby') ?? false;
  const guests = [...(mapping.get('guests')?.mapping('guests')?.entries.values() ?? [])].flatMap(({ key, keyPlace, value }) => readGuest(key, keyPlace, value, nodes, source, isStandby) ?? []);
  const twin = guests.find((guest, index) => guests.findIndex((each) => each.user === guest.user) < index);
  if (twin !== undefined) source.findings.error(twin.place, `the guest ${twin.user} of ${name} is there already`, { found: twin.user });
  const restart = mapping.get('restart');
  const takeover = mapping.get('takeover');
  return {
    name, place, guests,
    isUp: !isStandby,
    iplMicros: mapping.get('ipl')?.duration('ipl', 1) ?? DEFAULT_IPL,
    restartMicros: restart?.source() === 'none' ? 0 : (restart === undefined ? DEFAULT_RESTART : restartTime(restart)),
    shutdownMicros: mapping.get('shutdown')?.duration('shutdown') ?? DEFAULT_SHUTDOWN,
    start: readProcedure(mapping.get('start'), source),
    stop: readProcedure(mapping.get('stop'), source),
    prop: readProp(mapping.get('prop'), guests, source),
    rscs: [...(mapping.get('rscs')?.mapping('rscs')?.entries.values() ?? [])].map(({ key, value }) => ({ name: key, value, delayMicros: value.duration('the time of a message', 1) ?? SECOND })),
    takeover: takeover === undefined ? undefined : readTakeover(takeover),
  };
}

function restartTime(value: YamlValue): Micros {
  const micros = parseDuration(value.source());
  if (micros !== undefined && micros > 0) return micros;
  value.error(`"restart" must be "none" or ${DURATION_FORM}, not ${quote(value.source())}`, ['none', DURATION_FORM]);
  return DEFAULT_RESTART;
}

function readProcedure(value: YamlValue | undefined, source: TopologySource): SystemDraft['start'] {
  if (value === undefined) return undefined;
  const path = value.text('the procedure');
  const file = path === undefined ? undefined : source.read(value, path);
  return file === undefined ? undefined : { procedure: parseProcedure(file.text, file.path, source.findings), place: value.place };
}

const GUEST_KEYS = ['node', 'start', 'stop', 'class', 'secondary-user', 'up', 'ssh', 'rexec'];

function readGuest(user: string, place: SourcePlace, value: YamlValue, nodes: ReadonlyMap<string, NodeDraft>, source: TopologySource, isStandby: boolean): GuestDraft | undefined {
  const what = `guest "${user}"`;
  if (!isUserId(user)) source.findings.error(place, `${quote(user)} is not a user id: 1 to 8 letters, digits, "@", "#", "$", "_", "-", ":" and "+"`, { found: user });
  const mapping = value.mapping(what);
  if (mapping === undefined) return undefined;
  mapping.checkKeys(what, GUEST_KEYS);
  const nodeValue = mapping.get('node');
  const node = nodeValue === undefined ? undefined : nodeOf(nodeValue, nodes);
  const classes = mapping.get('class');
  const privileges = classes?.source().toUpperCase() ?? 'G';
  if (!/^[A-H]+$/.test(privileges)) classes?.error(`"class" must be privilege classes, letters from A to H as in AG, not ${quote(classes.source())}`);
  const secondary = mapping.get('secondary-user');
  const [ssh, rexec] = [mapping.get('ssh'), mapping.get('rexec')];
  if (rexec !== undefined && node !== undefined && node.kind !== 'zvm') rexec.error(`REXECD runs in a z/VM TCP/IP stack (kind zvm); ${node.name} is a ${node.kind}`);
  if (ssh !== undefined && node?.kind === 'zvm') ssh.error(`${node.name} is a z/VM TCP/IP stack and has no sshd; a control guest runs Linux`);
  return {
    user: user.toUpperCase(), place, node, privileges,
    startMicros: mapping.get('start')?.duration('start') ?? DEFAULT_START,
    stopMicros: mapping.get('stop')?.duration('stop') ?? DEFAULT_STOP,
    secondaryUser: secondary === undefined ? undefined : { user: secondary.source().toUpperCase(), place: secondary.place },
    isUp: mapping.get('up')?.flag('up') ?? !isStandby,
    ssh: ssh === undefined ? undefined : readSsh(ssh),
    rexec: rexec === undefined ? undefined : readRexec(rexec),
  };
}

/** `ssh: true`, or with its times. */
function readSsh(value: YamlValue): SshServerPlan | undefined {
  if (!value.isMapping()) return value.flag('ssh') === true ? { handshakeMicros: DEFAULT_HANDSHAKE } : undefined;
  const mapping = value.mapping('ssh');
  mapping?.checkKeys('ssh', ['handshake']);
  return { handshakeMicros: mapping?.get('handshake')?.duration('handshake') ?? DEFAULT_HANDSHAKE };
}

function readRexec(value: YamlValue): RexecServerPlan | undefined {
  if (!value.isMapping()) return value.flag('rexec') === true ? { delayMicros: DEFAULT_REXEC_DELAY } : undefined;
  const mapping = value.mapping('rexec');
  mapping?.checkKeys('rexec', ['delay', 'user', 'password']);
  const [user, password] = [mapping?.get('user'), mapping?.get('password')];
  if ((user === undefined) !== (password === undefined)) value.error('"user" and "password" go together; without both REXECD serves whoever asks');
  const credentials = user === undefined || password === undefined ? undefined : { user: user.source(), password: password.source() };
  return { delayMicros: mapping?.get('delay')?.duration('delay') ?? DEFAULT_REXEC_DELAY, ...(credentials === undefined ? {} : { credentials }) };
}

function readProp(value: YamlValue | undefined, guests: readonly GuestDraft[], source: TopologySource): PropDraft | undefined {
  const mapping = value?.mapping('prop');
  if (value === undefined || mapping === undefined) return undefined;
  mapping.checkKeys('prop', ['operator', 'table', 'actions', 'delay']);
  const operatorValue = mapping.require('operator', 'prop');
  const operator = operatorValue?.source().toUpperCase() ?? '';
  if (operatorValue !== undefined && !guests.some((guest) => guest.user === operator)) {
    operatorValue.error(`there is no guest ${quote(operator)} for PROP to run in; guests: ${listAlternatives(guests.map((guest) => guest.user), 'and')}`);
  }
  const actions = new Map<string, Procedure>();
  for (const each of mapping.get('actions')?.list('actions', true) ?? []) {
    const read = readProcedure(each, source);
    if (read !== undefined) actions.set(execName(each.source()), read.procedure);
  }
  const tableValue = mapping.require('table', 'prop');
  const file = tableValue === undefined ? undefined : source.read(tableValue, tableValue.source());
  const table = file === undefined ? undefined : parsePropTable(file.text, file.path, source.findings);
  for (const { action, actionPlace } of table?.entries ?? []) {
    if (action === '' || actions.has(action) || SUPPLIED_ROUTINES.includes(action)) continue;
    // PROP looks for every routine when it loads the table, and ends if one is missing.
    source.findings.error(actionPlace, `there is no action routine ${quote(action)}${suggestion(action, [...actions.keys(), ...SUPPLIED_ROUTINES]) || ';'} "actions" has ${
      listAlternatives([...actions.keys()], 'and') || 'none'}`, { found: action, allowed: [...actions.keys()] });
  }
  return { operator, operatorPlace: operatorValue?.place ?? value.place, table, actions, delayMicros: mapping.get('delay')?.duration('delay') ?? DEFAULT_PROP_DELAY };
}

const STEPS = ['wait', 'reset', 'pprc', 'ipl', 'start'] as const;
const STEP_TEXTS = {
  wait: 'waits', reset: 'the partition of the failed system is reset', pprc: 'the pairs of disks are broken', ipl: 'IPL', start: 'the start procedure is called',
} as const;

function readTakeover(value: YamlValue): SystemDraft['takeover'] {
  const mapping = value.mapping('takeover');
  mapping?.checkKeys('takeover', ['of', 'steps']);
  const of = mapping?.require('of', 'takeover');
  const steps = (mapping?.require('steps', 'takeover')?.list('steps') ?? []).flatMap((each): TakeoverStep[] => {
    const step = each.mapping('a step');
    step?.checkKeys('a step', ['do', 'takes', 'text', 'source']);
    const action = step?.require('do', 'a step')?.oneOf('what a step does', STEPS);
    if (step === undefined || action === undefined) return [];
    return [{ action, text: step.get('text')?.source() ?? STEP_TEXTS[action], durationMicros: step.get('takes')?.duration('"takes"') ?? 0, source: step.get('source')?.source() ?? '' }];
  });
  return of === undefined ? undefined : { of, steps };
}

/** A node may be a guest of several systems, one at a time; in one partition only once. */
function checkHomes(machines: readonly MachineDraft[], source: TopologySource): void {
  const homes = new Map<NodeDraft, { readonly name: string; readonly isUp: boolean; readonly place: SourcePlace }[]>();
  for (const { partitions } of machines) {
    for (const { name, node, place, system } of partitions) {
      const here = node === undefined ? (system?.guests ?? []) : [{ node, isUp: true, place, user: name }];
      for (const each of here) {
        if (each.node === undefined) continue;
        const others = homes.get(each.node) ?? [];
        const other = others.find((home) => home.name === name || (home.isUp && each.isUp));
        if (other !== undefined) {
          source.findings.error(each.place, `${each.node.name} runs in ${other.name} already, in line ${other.place.line}: a second home needs "up: false", or a z/VM with "standby: true"`);
        }
        homes.set(each.node, [...others, { name, isUp: each.isUp && (system?.isUp ?? true), place: each.place }]);
      }
    }
  }
}
