/**
 * `generate:` in a topology: networks of FRR routers by their shape, for when it is their number that counts and not each of them. Read
 * network-shape.ts for the shapes.
 *
 *     topology:
 *       generate:
 *         - name: core                      # the routers are core-01-01, core-01-02, ...
 *           shape: grid
 *           rows: 32
 *           columns: 32
 *           area: 0
 *           hello: 10s
 *           dead: 40s
 *           cost: 10                        # or [1, 20]: each link's drawn from the seed below
 *           links: 10.128.0.0/10            # a /30 for each
 *           loopbacks: 172.16.0.0/12        # a /32 for each
 *           seed: 1                         # of the shape and of the costs; the run's has nothing to do with it
 *           attach:                         # interfaces for links that the topology itself names: "core-01-01:up"
 *             - { node: core-01-01, interface: up, address: 10.0.0.2/30, network: point-to-point }
 *
 * What comes out is what the same routers would be if each had a frr.conf of its own; it is that text that is read. Links are point-to-point, and no two
 * routers have more than one.
 */
import { formatIpv4, type Ipv4 } from '../../base/address.js';
import { SECOND } from '../../base/micros.js';
import { Prng } from '../../base/prng.js';
import { parseArea, parsePrefix, reasonNotHostAddress, type Prefix } from '../address-text.js';
import type { SourcePlace } from '../config-error.js';
import { SHAPE_NAMES, shapeNetwork, shapeSize, type NetworkShape } from './network-shape.js';
import { quote, suggestion } from '../spelling.js';
import { readSystemFile } from './system-file.js';
import type { LinkDraft } from './topology-link.js';
import { InterfaceDraft, isInterfaceName, NodeDraft } from './topology-node.js';
import type { TopologySource } from './topology-source.js';
import type { YamlMapping, YamlValue } from './yaml-document.js';

const UNLIMITED = 0x7fffffff;
const KEYS = ['name', 'shape', 'size', 'rows', 'columns', 'arity', 'degree', 'seed', 'area', 'hello', 'dead', 'cost', 'links', 'loopbacks', 'attach', 'latency'];
const SHAPE_KEYS: Record<NetworkShape['kind'], readonly string[]> = {
  line: ['size'], ring: ['size'], 'full-mesh': ['size'], grid: ['rows', 'columns'], 'fat-tree': ['arity'], random: ['size', 'degree'],
};
const ATTACH_NETWORKS = ['point-to-point', 'broadcast'] as const;

/** More than this is a mistake rather than a network. */
const MOST_ROUTERS = 20_000;
const DEFAULT_LINKS: Prefix = { address: 0x0a800000, prefixLength: 9 };
const DEFAULT_LOOPBACKS: Prefix = { address: 0xac100000, prefixLength: 12 };
const LINK_PREFIX_LENGTH = 30;
const DEFAULT_LATENCY = 20;

interface Timers {
  readonly area: Ipv4;
  readonly helloSeconds: number;
  readonly deadSeconds: number;
}

interface Attachment {
  readonly interfaceName: string;
  readonly address: Prefix;
  readonly network: (typeof ATTACH_NETWORKS)[number];
  readonly place: SourcePlace;
}

/** One generated network: its routers go into `nodes`, its links are returned. */
export function readGenerated(source: TopologySource, value: YamlValue, nodes: Map<string, NodeDraft>): LinkDraft[] {
  const mapping = value.mapping('a generated network');
  if (mapping === undefined) return [];
  mapping.checkKeys('a generated network', KEYS);
  const name = mapping.require('name', 'a generated network');
  if (name !== undefined && !/^[A-Za-z][A-Za-z0-9_]{0,30}$/.test(name.source())) name.error(`the name must be a letter and up to 30 letters, digits and "_", not ${quote(name.source())}`);
  const shape = readShape(mapping);
  const timers = readTimers(mapping);
  const cost = readCost(mapping.get('cost'));
  const links = readPool(mapping.get('links'), 'links', DEFAULT_LINKS);
  const loopbacks = readPool(mapping.get('loopbacks'), 'loopbacks', DEFAULT_LOOPBACKS);
  const latencyMicros = mapping.get('latency')?.duration('the latency', 1) ?? DEFAULT_LATENCY;
  if (name === undefined || shape === undefined || timers === undefined || cost === undefined || links === undefined || loopbacks === undefined) return [];
  const routers = shapeSize(shape);
  if (routers > MOST_ROUTERS) {
    value.error(`${routers} routers are more than can be: at most ${MOST_ROUTERS}`);
    return [];
  }
  const network = shapeNetwork(name.source(), shape);
  const roomForLinks = 2 ** (LINK_PREFIX_LENGTH - links.prefixLength);
  const roomForLoopbacks = 2 ** (32 - loopbacks.prefixLength) - 1;
  if (network.links.length > roomForLinks) mapping.get('links')?.error(`there is room for ${Math.floor(roomForLinks)} links of /30 each, and ${network.links.length} are needed`);
  if (network.names.length > roomForLoopbacks) mapping.get('loopbacks')?.error(`there is room for ${roomForLoopbacks} loopbacks, and ${network.names.length} are needed`);
  const taken = network.names.find((each) => nodes.has(each));
  if (taken !== undefined) {
    name.error(`there is a node ${quote(taken)} already`);
    return [];
  }
  const attachments = readAttachments(mapping.get('attach'), network.names);

  const prng = new Prng(shape.kind === 'random' ? shape.seed : readSeed(mapping), 'generate', 'cost');
  const lines = network.names.map((): string[] => []);
  const drafts = network.names.map((each, i): NodeDraft => {
    const node = new NodeDraft(each, value.place, 'frr');
    node.sysctls.maximumMemberships = UNLIMITED; // who runs so many interfaces has raised it
    const loopback = new InterfaceDraft('lo', value.place);
    loopback.addresses.push({ plan: { address: loopbacks.address + i + 1, prefixLength: 32 }, place: value.place });
    node.interfaces.set('lo', loopback);
    nodes.set(each, node);
    return node;
  });
  const add = (router: number, interfaceName: string, address: Prefix, place: SourcePlace, linkCost: number | undefined, type: Attachment['network']): InterfaceDraft => {
    const draft = new InterfaceDraft(interfaceName, place);
    draft.addresses.push({ plan: address, place });
    drafts[router].interfaces.set(interfaceName, draft);
    lines[router].push(`interface ${interfaceName}`, ` ip ospf network ${type}`, ` ip ospf hello-interval ${timers.helloSeconds}`, ` ip ospf dead-interval ${timers.deadSeconds}`,
      ...(linkCost === undefined ? [] : [` ip ospf cost ${linkCost}`]));
    return draft;
  };
  const degrees = network.names.map(() => 0);
  const joined = network.links.map(([a, b], index): LinkDraft => {
    const linkCost = cost[0] === cost[1] ? cost[0] : prng.integer(cost[0], cost[1]);
    const ends = [a, b].map((router, end) => {
      const interfaceName = `eth${degrees[router]++}`;
      const draft = add(router, interfaceName, { address: links.address + 4 * index + 1 + end, prefixLength: LINK_PREFIX_LENGTH }, value.place, linkCost, 'point-to-point');
      draft.linkPlace = value.place;
      draft.linkKind = 'ethernet';
      return { node: drafts[router], interface: draft, label: `${network.names[router]}:${interfaceName}` };
    });
    return { kind: 'ethernet', ends: ends[0].label < ends[1].label ? [ends[0], ends[1]] : [ends[1], ends[0]], latencyMicros };
  });
  for (const [router, list] of attachments) for (const each of list) add(router, each.interfaceName, each.address, each.place, undefined, each.network);
  drafts.forEach((node, i) => {
    const text = [`hostname ${node.name}`, ...lines[i], 'router ospf', ` ospf router-id ${formatIpv4(loopbacks.address + i + 1)}`, ` network 0.0.0.0/0 area ${formatIpv4(timers.area)}`, ''].join('\n');
    readSystemFile(text, `generate ${name.source()}: ${node.name}`, 'integrated', 'frr', node.system, source.findings);
  });
  return joined;
}

function readSeed(mapping: YamlMapping): number {
  return mapping.get('seed')?.integer('the seed of the shape', 0, 2 ** 31 - 1) ?? 1;
}

function readShape(mapping: YamlMapping): NetworkShape | undefined {
  const kind = mapping.require('shape', 'a generated network')?.oneOf('the shape', SHAPE_NAMES);
  if (kind === undefined) return undefined;
  for (const key of ['size', 'rows', 'columns', 'arity', 'degree']) {
    const value = mapping.get(key);
    if (value !== undefined && !SHAPE_KEYS[kind].includes(key)) value.error(`a ${kind} has no ${quote(key)}: it has ${SHAPE_KEYS[kind].join(' and ')}`);
  }
  const number = (key: string, least: number, most: number): number | undefined => mapping.require(key, `a ${kind}`)?.integer(`the ${key}`, least, most);
  switch (kind) {
    case 'grid': {
      const rows = number('rows', 1, MOST_ROUTERS);
      const columns = number('columns', 1, MOST_ROUTERS);
      return rows === undefined || columns === undefined ? undefined : { kind, rows, columns };
    }
    case 'fat-tree': {
      const arity = number('arity', 2, 128);
      if (arity !== undefined && arity % 2 !== 0) mapping.get('arity')?.error(`the arity of a fat tree is even, not ${arity}`);
      return arity === undefined || arity % 2 !== 0 ? undefined : { kind, arity };
    }
    case 'random': {
      const size = number('size', 2, MOST_ROUTERS);
      const degree = number('degree', 2, 64);
      return size === undefined || degree === undefined ? undefined : { kind, size, degree, seed: readSeed(mapping) };
    }
    default: {
      const size = number('size', 1, kind === 'full-mesh' ? 200 : MOST_ROUTERS);
      return size === undefined ? undefined : { kind, size };
    }
  }
}

function readTimers(mapping: YamlMapping): Timers | undefined {
  const area = mapping.get('area');
  const number = area === undefined ? 0 : parseArea(area.source());
  if (number === undefined) area?.error(`the area must be a number or A.B.C.D, not ${quote(area.source())}`);
  const seconds = (key: string, standard: number): number => {
    const value = mapping.get(key);
    const duration = value?.duration(key, SECOND) ?? standard * SECOND;
    if (duration % SECOND !== 0 || duration > 65_535 * SECOND) value?.error(`${key} must be whole seconds, at most 65535`);
    return duration / SECOND;
  };
  const helloSeconds = seconds('hello', 10);
  const deadSeconds = seconds('dead', 4 * helloSeconds);
  return number === undefined ? undefined : { area: number, helloSeconds, deadSeconds };
}

/** A number, or the two ends of a range. */
function readCost(value: YamlValue | undefined): readonly [number, number] | undefined {
  if (value === undefined) return [10, 10];
  const ends = (value.isList() ? value.list('the cost') : [value]).map((each) => each.integer('a cost', 1, 65_535));
  const [low, high = low] = ends;
  if (ends.length > 2 || low === undefined || high === undefined) {
    if (ends.length > 2 || ends.length === 0) value.error('the cost is a number, or a list of the lowest and the highest');
    return undefined;
  }
  if (low > high) value.error('the lowest cost stands first');
  return low > high ? undefined : [low, high];
}

function readPool(value: YamlValue | undefined, what: string, standard: Prefix): Prefix | undefined {
  if (value === undefined) return standard;
  const prefix = parsePrefix(value.source());
  if (prefix === undefined || prefix.prefixLength > 30 || prefix.address % 2 ** (32 - prefix.prefixLength) !== 0) {
    value.error(`${what} must be a network A.B.C.D/M, at most /30, not ${quote(value.source())}`, ['A.B.C.D/M']);
    return undefined;
  }
  return prefix;
}

/** By index of the router. */
function readAttachments(value: YamlValue | undefined, names: readonly string[]): Map<number, Attachment[]> {
  const attachments = new Map<number, Attachment[]>();
  for (const item of value?.list('attach') ?? []) {
    const mapping = item.mapping('an attachment');
    mapping?.checkKeys('an attachment', ['node', 'interface', 'address', 'network']);
    const [node, interfaceName, addressValue] = [mapping?.require('node', 'an attachment'), mapping?.require('interface', 'an attachment'), mapping?.require('address', 'an attachment')];
    const network = mapping?.get('network')?.oneOf('the network', ATTACH_NETWORKS) ?? 'point-to-point';
    if (node === undefined || interfaceName === undefined || addressValue === undefined) continue;
    const router = names.indexOf(node.source());
    if (router < 0) node.error(`there is no generated router ${quote(node.source())}${suggestion(node.source(), names)}; they are ${names[0]} to ${names[names.length - 1]}`);
    const name = interfaceName.source();
    if (!isInterfaceName(name) || /^(eth[0-9]+|lo)$/.test(name)) interfaceName.error(`${quote(name)} cannot be: 1 to 15 characters without blanks, "/" and ":", and not lo or ethN, which are taken`);
    const address = parsePrefix(addressValue.source());
    const reason = address === undefined ? undefined : reasonNotHostAddress(address.address, address.prefixLength, false);
    if (address === undefined || reason !== undefined) addressValue.error(`the address must be A.B.C.D/M, not ${quote(addressValue.source())}${reason === undefined ? '' : `: ${reason}`}`);
    else if (router >= 0) attachments.set(router, [...(attachments.get(router) ?? []), { interfaceName: name, address, network, place: item.place }]);
  }
  return attachments;
}
