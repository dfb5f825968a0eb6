/**
 * A topology file -> a Plan, or every error that is in it and in the files that it names.
 *
 * The format is a superset of a containerlab lab, so that an existing lab of FRR routers loads as it is. Read on in
 * `topology-node` and `topology-link` (what the network is) and `scenario` (what is done to it and expected of it).
 */
import { assert } from '../../base/assert.js';
import { MILLISECOND, NEVER, type Micros } from '../../base/micros.js';
import { CIVIL_TIME_FORM, DEFAULT_CLOCK_TEXT, parseCivilTime } from '../civil-time.js';
import { Findings, type ConfigNote } from '../config-error.js';
import { applyConfigureEvents } from './configure-event.js';
import { applyOverrides } from './override.js';
import { assembleMachineRoom } from '../machine-room/machine-assembly.js';
import { readMachineRoom, type MachineRoomDraft } from '../machine-room/machine-room.js';
import type { NodePlan, Plan } from '../plan.js';
import { parseUntil, readEvents, readExpectations, readProbes, readTargets, readUntil, nodeNamed } from './scenario.js';
import { quote } from '../spelling.js';
import { readGenerated } from './generated-network.js';
import { readLink, type LinkDraft } from './topology-link.js';
import { readNode, type NodeDefaults, type NodeDraft } from './topology-node.js';
import { assembleNetwork } from './topology-plan.js';
import { describeReadFailure, TopologySource, type ReadFile } from './topology-source.js';
import { YamlFile, YamlValue, type YamlMapping } from './yaml-document.js';

const DEFAULT_START_SPREAD = 20 * MILLISECOND;
const DEFAULT_SEED = 1;
const HIGHEST_SEED = 0xffffffff;

const ROOT_KEYS = ['name', 'title', 'seed', 'clock', 'start', 'until', 'topology', 'machines', 'device', 'probes', 'events', 'targets', 'expect'];
const CONTAINERLAB_ROOT_KEYS = ['prefix', 'mgmt', 'settings', 'debug'];

export interface LoadOptions {
  /** Gives the text of a file or throws; paths are relative to where the topology's own path is. */
  readonly readFile: ReadFile;
  /** Instead of the file's. */
  readonly seed?: number;
  /** `key=value`, applied in order before anything is checked. */
  readonly overrides?: readonly string[];
  /** Instead of the file's: `quiet` or a duration. */
  readonly until?: string;
  /** When the run starts, in microseconds since 1970, if the file does not say. */
  readonly clock?: Micros;
  /** A statement that is known and not acted on is an error. */
  readonly isStrict?: boolean;
}

export interface LoadedTopology {
  readonly plan: Plan;
  readonly notes: readonly ConfigNote[];
}

/** Throws ConfigErrors, and nothing else, for anything that is wrong with the files. */
export function loadTopology(path: string, options: LoadOptions): LoadedTopology {
  const findings = new Findings(path);
  const nowhere = { file: path, line: 0, column: 0 };
  let text = '';
  try {
    text = options.readFile(path);
  } catch (failure) {
    findings.error(nowhere, `cannot be read: ${describeReadFailure(failure)}`);
  }
  findings.throwIfAny();
  const yaml = parseYaml(path, text, findings);
  const root = openRoot(yaml, findings);
  if (options.overrides !== undefined) applyOverrides(yaml, options.overrides);
  findings.throwIfAny();

  const mapping = root.mapping('the topology file');
  findings.throwIfAny();
  assert(mapping !== undefined, 'a root that is no mapping has been refused');
  mapping.checkKeys('the topology file', ROOT_KEYS, CONTAINERLAB_ROOT_KEYS);
  const source = new TopologySource(path, options.readFile, findings);
  const { nodes: drafts, links: linkDrafts, isComplete, roomDraft } = readNetwork(mapping, source);
  const assembled = assembleNetwork(drafts, linkDrafts, isComplete, readClock(mapping.get('clock'), options.clock), findings);
  const { network, room } = assembleMachineRoom(roomDraft, assembled, findings);

  const probes = readProbes(mapping.get('probes'), network.nodes);
  const { nodes, events } = applyConfigureEvents(network, readEvents(mapping.get('events'), network, room), findings);
  const deviceValue = mapping.get('device');
  const device = deviceValue === undefined ? undefined : nodeNamed(deviceValue, network.nodes);
  const targets = readTargets(mapping.get('targets'), probes);
  const expectations = readExpectations(mapping.get('expect'), network.nodes, source);
  const until = options.until === undefined ? readUntil(mapping.get('until')) : parseUntil(options.until);
  if (until === undefined) {
    findings.error({ file: `--until ${options.until}`, line: 0, column: 0 }, 'it must be "quiet", or a duration such as 10min');
  }
  const seed = options.seed ?? mapping.get('seed')?.integer('the seed', 0, HIGHEST_SEED) ?? DEFAULT_SEED;
  const name = mapping.get('name')?.text('the name') ?? baseName(path);
  const title = mapping.get('title')?.text('the title') ?? '';
  if (options.isStrict === true) {
    for (const note of findings.notes) {
      const isRefused = note.kind === 'not-acted-on' || (note.kind === 'without-bearing' && note.file !== path);
      if (isRefused) findings.error(note, `${note.message}: refused under --strict`);
    }
  }
  const start = mapping.get('start')?.mapping('start');
  start?.checkKeys('start', ['spread', 'refreshes']);
  const firstRefreshWithinMicros = start?.get('refreshes')?.duration('refreshes');
  const startSpreadMicros = start?.get('spread')?.duration('spread') ?? DEFAULT_START_SPREAD;
  findings.throwIfAny();
  assert(until !== undefined, 'an end that cannot be read has been refused');

  for (const event of events) {
    if (until.kind === 'instant' && event.at > until.at) {
      findings.note(nowhere, 'attention', `the run ends before the event ${quote(event.text)}`);
    }
  }
  return {
    plan: {
      name,
      title,
      file: path,
      seed,
      nodes: firstRefreshWithinMicros === undefined ? nodes : nodes.map((node) => withRefreshes(node, firstRefreshWithinMicros)),
      links: network.links,
      probes,
      ...(device === undefined || device < 0 ? {} : { device: [device] }),
      events,
      targets,
      expectations,
      startSpreadMicros,
      until,
      ...(room === undefined ? {} : { machineRoom: room }),
    },
    notes: findings.notes,
  };
}

/** As if its routers had run for long, each with its own beginning. */
function withRefreshes(node: NodePlan, firstRefreshWithinMicros: Micros): NodePlan {
  const change = <T extends Pick<NodePlan, 'ospf'>>(each: T): T => (each.ospf === undefined ? each : { ...each, ospf: { ...each.ospf, firstRefreshWithinMicros } });
  return { ...change(node), ...(node.configurations === undefined ? {} : { configurations: node.configurations.map(change) }) };
}

/** The moment of the calendar at which the run starts, in microseconds since 1970: what absolute times in the files are held against. */
function readClock(value: YamlValue | undefined, otherwise: Micros | undefined): Micros {
  if (value === undefined && otherwise !== undefined) return otherwise;
  const text = value?.text('the clock') ?? DEFAULT_CLOCK_TEXT;
  const clock = parseCivilTime(text);
  if (clock !== undefined && clock < NEVER) return clock;
  value?.error(`the clock must be ${CIVIL_TIME_FORM} (UTC), later than 1970, not ${quote(text)}`, [CIVIL_TIME_FORM]);
  return 0;
}

/** Deep nesting and the like end the library's recursion; that is bad input, too. */
function parseYaml(path: string, text: string, findings: Findings): YamlFile {
  try {
    return new YamlFile(path, text, findings);
  } catch (failure) {
    if (!(failure instanceof RangeError)) throw failure;
    findings.error({ file: path, line: 1, column: 1 }, 'YAML: nested too deeply');
    findings.throwIfAny();
    throw failure;
  }
}

function openRoot(yaml: YamlFile, findings: Findings): YamlValue {
  const root = new YamlValue(yaml, yaml.document.contents);
  if (findings.errors.length === 0) {
    const first = { file: yaml.file, line: 1, column: 1 };
    if (root.isEmpty()) findings.error(first, 'the file is empty: a topology is a mapping with "topology: nodes: ..., links: ..."');
    else if (!root.isMapping()) root.error(`a topology file is a mapping (key: value), not ${root.isList() ? 'a list' : quote(root.source())}`);
  }
  findings.throwIfAny();
  return root;
}

function readNetwork(root: YamlMapping, source: TopologySource): { nodes: NodeDraft[]; links: LinkDraft[]; isComplete: boolean; roomDraft?: MachineRoomDraft } {
  const nodes = new Map<string, NodeDraft>();
  const links: LinkDraft[] = [];
  const topology = root.require('topology', 'the topology file')?.mapping('topology');
  if (topology === undefined) return { nodes: [], links, isComplete: false };
  topology.checkKeys('topology', ['nodes', 'links', 'kinds', 'defaults', 'generate'], ['groups']);
  const defaults: NodeDefaults = {
    kinds: topology.get('kinds')?.mapping('kinds'),
    defaults: topology.get('defaults')?.mapping('defaults'),
  };
  const generate = topology.get('generate');
  const nodesValue = generate === undefined ? topology.require('nodes', 'topology') : topology.get('nodes');
  for (const { key, keyPlace, value } of nodesValue?.mapping('nodes')?.entries.values() ?? []) {
    nodes.set(key, readNode(source, key, keyPlace, value, defaults));
  }
  for (const value of generate?.list('generate', true) ?? []) links.push(...readGenerated(source, value, nodes));
  const values = topology.get('links')?.list('links') ?? [];
  let isComplete = true;
  for (const value of values) {
    const link = readLink(value, nodes);
    if (link === undefined) isComplete = false;
    else links.push(link);
  }
  const machines = root.get('machines');
  const errors = source.findings.errors.length;
  const roomDraft = machines === undefined ? undefined : readMachineRoom(machines, nodes, links, source);
  isComplete &&= source.findings.errors.length === errors;
  return { nodes: [...nodes.values()], links, isComplete, ...(roomDraft === undefined ? {} : { roomDraft }) };
}

/** `topologies/router-loss.yaml` -> `router-loss` */
function baseName(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return file.replace(/(\.clab)?\.ya?ml$/, '');
}
