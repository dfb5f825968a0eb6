/**
 * The `nodes` of a topology file: what kind each is, its interfaces as declared, its configuration files.
 *
 * The result is a draft: links add interfaces to it, and `topology-plan` turns all drafts together into the Plan.
 * containerlab's keys are read where they say something about the network (kind, image, binds, exec) and noted where not.
 */
import { networkOf, type Ipv4 } from '../../base/address.js';
import { parseIpv4, parseMac, parsePrefix, reasonNotHostAddress } from '../address-text.js';
import type { SourcePlace } from '../config-error.js';
import { DispatcherDraft } from '../takeover/dispatcher-conf.js';
import { IbmiDraft } from '../ibmi/ibmi-node.js';
import { mainframeFile, MainframeFiles } from '../mainframe/mainframe-files.js';
import { parseBirdConf } from '../bird/bird-conf.js';
import { parseKeepalivedConf, type KeepalivedConfiguration } from '../takeover/keepalived-conf.js';
import { takeoverFile, TakeoverFiles } from '../takeover/takeover-files.js';
import type { BirdConfiguration } from '../bird/bird-tree.js';
import type { SourceRule } from '../../host/route-choice.js';
import type { RegistrationPlan } from '../machine-room/machine-plan.js';
import type { AddressPlan, KernelName, NodeKind } from '../plan.js';
import { quote, suggestion } from '../spelling.js';
import { SystemConfiguration, type PlacedAddress, type PlacedStaticRoute } from '../system-configuration.js';
import { readSysctls, type SysctlStatements } from '../sysctl-statements.js';
import { daemonOfFile, readSystemFile } from './system-file.js';
import type { TopologySource } from './topology-source.js';
import { listAlternatives } from '../frr/vty.js';
import type { YamlMapping, YamlValue } from './yaml-document.js';

export interface RegistrationDraft extends Omit<RegistrationPlan, 'lanGroup'> {
  /** The adapter, whose cable says which LAN it is. */
  readonly lanName: string;
}

export class InterfaceDraft {
  readonly name: string;
  readonly place: SourcePlace;
  readonly addresses: PlacedAddress[] = [];
  mac: Uint8Array | undefined;
  macPlace: SourcePlace | undefined;
  mtu: number | undefined;
  index: number | undefined;
  indexPlace: SourcePlace | undefined;
  bandwidthMbps: number | undefined;
  isShutdown = false;
  isLinkDetected: boolean | undefined;
  device: string | undefined;
  /** A link of a mainframe's stack to nothing: its address moves with the stack. */
  isVirtual = false;
  isNonRouter = false;
  /** Partitions in which a device group of an adapter is this interface. */
  readonly homes: string[] = [];
  /** What the stack tells its QDIO adapter. */
  registration: RegistrationDraft | undefined;
  /** The adapter of the machine room decides what comes in. */
  isSortedByAdapter = false;
  sourceAddress: Ipv4 | undefined;
  /** The link end that sits here, once links are read. */
  linkPlace: SourcePlace | undefined;
  linkKind: 'ethernet' | 'ctc' | 'qdio' | undefined;
  linkMtu: number | undefined;

  constructor(name: string, place: SourcePlace) {
    this.name = name;
    this.place = place;
  }

  /** Loopbacks and dummies need no link. */
  get isPortless(): boolean {
    return this.isVirtual || this.name === 'lo' || /^dummy[0-9]*$/.test(this.name);
  }
}

/** What the topology itself says about an interface, before the node's files have had their say. */
export interface DeclaredInterface {
  readonly addresses: readonly PlacedAddress[];
  readonly bandwidthMbps: number | undefined;
}

export class NodeDraft {
  readonly name: string;
  readonly place: SourcePlace;
  /** Undefined: it was wrong, and that has been said. */
  readonly kind: NodeKind | undefined;
  /** In order of declaration; links append. */
  readonly interfaces = new Map<string, InterfaceDraft>();
  /** By name; of all interfaces that a file of the node could say something about. */
  readonly declared = new Map<string, DeclaredInterface>();
  readonly system = new SystemConfiguration();
  readonly staticRoutes: PlacedStaticRoute[] = [];
  isForwarding: boolean | undefined;
  kernel: KernelName | undefined;
  sysctls: SysctlStatements = { settings: [], isForwarding: undefined, maximumMemberships: undefined };
  readonly rules: SourceRule[] = [];
  /** Of a z/VM stack. */
  readonly mainframe = new MainframeFiles();
  readonly ibmi = new IbmiDraft();
  readonly dispatcher = new DispatcherDraft();
  /** TCP ports; undefined: not said. */
  servicePorts: readonly number[] | undefined;
  /** What browsers are shown. */
  page: string | undefined;
  /** heartbeat's and mon's files. */
  readonly takeover = new TakeoverFiles();
  /** What keepalived.conf says. */
  keepalived: KeepalivedConfiguration | undefined;
  /** What bird.conf says. */
  bird: BirdConfiguration | undefined;

  constructor(name: string, place: SourcePlace, kind: NodeKind | undefined) {
    this.name = name;
    this.place = place;
    this.kind = kind;
  }

  get isRouter(): boolean {
    return this.kind === 'zebra' || this.kind === 'frr' || this.kind === 'zvm' || this.kind === 'bird';
  }
}

const OUR_KINDS: readonly NodeKind[] = ['zebra', 'frr', 'zvm', 'bird', 'ibmi', 'dispatcher', 'host', 'switch'];
const KIND_NAMES = ['zebra', 'frr', 'zvm', 'bird', 'ibmi', 'dispatcher', 'host', 'switch', 'linux', 'bridge'] as const;

const NODE_KEYS = ['kind', 'image', 'config', 'interfaces', 'routes', 'forwarding', 'binds', 'exec', 'kernel', 'sysctl', 'rules', 'listen', 'page', 'proxy-arp-off', 'heartbeat', 'scripts'];

/** Keys of a containerlab node that say nothing about the network. */
const CONTAINERLAB_NODE_KEYS = [
  'startup-config', 'enforce-startup-config', 'suppress-startup-config', 'auto-remove', 'license', 'type', 'group', 'position', 'user',
  'entrypoint', 'cmd', 'labels', 'env', 'env-files', 'ports', 'publish', 'mgmt-ipv4', 'mgmt-ipv6', 'mgmt_ipv4', 'mgmt_ipv6', 'network-mode',
  'runtime', 'memory', 'cpu', 'cpu-set', 'shm-size', 'sandbox', 'startup-delay', 'stages', 'wait-for', 'dns', 'certificate',
  'healthcheck', 'aliases', 'sysctls', 'extras', 'cap-add', 'devices', 'restart-policy', 'image-pull-policy', 'credentials', 'components',
];

/** The names that the kernel takes: 1 to 15 characters, no blank, no slash, no colon. */
export function isInterfaceName(name: string): boolean {
  return /^[^\s/:]{1,15}$/.test(name) && name !== '.' && name !== '..';
}

/** `defaults` and `kinds` of a containerlab topology: what a node that does not say it itself has. */
export interface NodeDefaults {
  readonly defaults: YamlMapping | undefined;
  readonly kinds: YamlMapping | undefined;
}

export function readNode(source: TopologySource, name: string, keyPlace: SourcePlace, value: YamlValue, defaults: NodeDefaults): NodeDraft {
  const { findings } = source;
  const what = `node "${name}"`;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name)) {
    findings.error(keyPlace, `${quote(name)} is not a node name: letters, digits, ".", "_" and "-", at most 63`, { found: name });
  }
  const mapping = value.mapping(what);
  if (mapping === undefined) return new NodeDraft(name, keyPlace, undefined);
  mapping.checkKeys(what, NODE_KEYS, CONTAINERLAB_NODE_KEYS);

  const kindValue = mapping.get('kind') ?? defaults.defaults?.get('kind');
  const kindDefaults = kindValue === undefined ? undefined : defaults.kinds?.get(kindValue.source())?.mapping('the kind');
  const inherited = (key: string): YamlValue | undefined => mapping.get(key) ?? kindDefaults?.get(key) ?? defaults.defaults?.get(key);
  const node = new NodeDraft(name, keyPlace, readKind(source, what, keyPlace, kindValue, inherited('image')));

  readInterfaces(node, mapping.get('interfaces'));
  const forwarding = mapping.get('forwarding');
  if (forwarding !== undefined) node.isForwarding = forwarding.flag('forwarding');
  readKernel(node, mapping);
  readServices(node, mapping.get('listen'));
  readPage(source, node, mapping.get('page'));
  node.takeover.readVersion(mapping.get('heartbeat'));
  node.takeover.readScripts(mapping.get('scripts'));
  readProxyArpOff(node, mapping.get('proxy-arp-off'));
  for (const route of mapping.get('routes')?.list('routes', true) ?? []) readRoute(node, route);
  for (const command of inherited('exec')?.list('exec') ?? []) readExec(source, node, command);
  readConfigurationFiles(source, node, mapping.get('config'), inherited('binds'));
  return node;
}

function readKind(source: TopologySource, what: string, place: SourcePlace, value: YamlValue | undefined, image: YamlValue | undefined): NodeKind | undefined {
  if (value === undefined) {
    source.findings.error(place, `${what} needs "kind": ${listAlternatives(KIND_NAMES)}`, { allowed: KIND_NAMES });
    return undefined;
  }
  const name = value.source();
  const own = OUR_KINDS.find((kind) => kind === name);
  if (own !== undefined) return own;
  if (name === 'bridge' || name === 'ovs-bridge') return 'switch';
  // containerlab runs FRR as a Linux container with that image.
  if (name === 'linux') return image !== undefined && /frr/i.test(image.source()) ? 'frr' : 'host';
  value.error(`unknown kind ${quote(name)}${suggestion(name, KIND_NAMES) || ';'} allowed: ${listAlternatives(KIND_NAMES)}`, KIND_NAMES);
  return undefined;
}

function readInterfaces(node: NodeDraft, value: YamlValue | undefined): void {
  if (value === undefined) return;
  const mapping = value.mapping(`the interfaces of "${node.name}"`);
  for (const entry of mapping?.entries.values() ?? []) {
    const what = `interface "${entry.key}"`;
    if (!isInterfaceName(entry.key)) {
      value.file.findings.error(entry.keyPlace, `${quote(entry.key)} is not an interface name: 1 to 15 characters without blanks, "/" and ":"`, { found: entry.key });
      continue;
    }
    const draft = new InterfaceDraft(entry.key, entry.keyPlace);
    node.interfaces.set(entry.key, draft);
    const settings = entry.value.mapping(what);
    if (settings === undefined) continue;
    settings.checkKeys(what, ['address', 'addresses', 'peer', 'mac', 'mtu', 'index', 'bandwidth', 'device']);
    readAddresses(node, draft, settings, what);

    const mac = settings.get('mac');
    if (mac !== undefined) {
      draft.mac = parseMac(mac.source());
      draft.macPlace = mac.place;
      if (draft.mac === undefined) mac.error(`the MAC address must be six bytes as 02:00:00:00:01:03, not multicast, not ${quote(mac.source())}`);
    }
    const device = settings.get('device');
    draft.device = device?.source().toLowerCase();
    if (device !== undefined && !/^[0-9a-f]{3,4}(-[0-9a-f]{3,4})?$/.test(device.source().toLowerCase())) {
      device.error(`the device must be one or two hexadecimal device numbers as a02-a03, not ${quote(device.source())}`);
    }
    const twin = [...node.interfaces.values()].find((each) => each !== draft && each.device !== undefined && each.device === draft.device);
    if (twin !== undefined) device?.error(`${twin.name} has the device ${draft.device} already`);
    draft.mtu = settings.get('mtu')?.integer('the MTU', 68, 65_536);
    const index = settings.get('index');
    if (index !== undefined) {
      draft.index = entry.key === 'lo' ? index.integer('the index of lo', 1, 1) : index.integer('the interface index', 2, 1_000_000);
      draft.indexPlace = index.place;
    }
    draft.bandwidthMbps = settings.get('bandwidth')?.integer('the bandwidth in Mb/s', 1, 1_000_000);
  }
}

function readAddresses(node: NodeDraft, draft: InterfaceDraft, settings: YamlMapping, what: string): void {
  const single = settings.get('address');
  const several = settings.get('addresses');
  const peer = settings.get('peer');
  const values = [...(single?.list('address', true) ?? []), ...(several?.list('addresses', true) ?? [])];
  if (node.kind === 'switch' && values.length > 0) {
    values[0].error(`a switch has no addresses`);
    return;
  }
  if (peer !== undefined && single === undefined) peer.error('"peer" goes with "address"');
  for (const value of values) {
    const isSingle = single !== undefined && value.node === single.node;
    const read = readAddress(value, isSingle ? peer : undefined, draft, what);
    if (read === undefined) continue;
    const same = draft.addresses.find((each) => each.plan.address === read.address && each.plan.peer === read.peer);
    if (same !== undefined) value.error(`${what} has this address already, in line ${same.place.line}`);
    else draft.addresses.push({ plan: read, place: value.place });
  }
}

const ADDRESS_FORM = 'A.B.C.D/M, or A.B.C.D peer A.B.C.D';

/** `192.168.1.3/24`, `10.31.0.1 peer 10.33.0.1`, or a mapping of address and peer. */
function readAddress(value: YamlValue, peerValue: YamlValue | undefined, draft: InterfaceDraft, what: string): AddressPlan | undefined {
  if (value.isMapping()) {
    const mapping = value.mapping('an address');
    mapping?.checkKeys('an address', ['address', 'peer']);
    const address = mapping?.require('address', 'an address');
    return address === undefined ? undefined : readAddress(address, mapping?.get('peer'), draft, what);
  }
  const words = value.source().trim().split(/\s+/);
  const hasPeerWord = words.length === 3 && words[1] === 'peer';
  const local = parsePrefix(words[0]) ?? bareAddress(words[0]);
  if (local === undefined || !(words.length === 1 || hasPeerWord)) {
    value.error(`the address of ${what} must be ${ADDRESS_FORM}, not ${quote(value.source())}`, [ADDRESS_FORM]);
    return undefined;
  }
  const peerText = hasPeerWord ? words[2] : peerValue?.source();
  const peerPlace = hasPeerWord ? value : peerValue;
  if (hasPeerWord && peerValue !== undefined) peerValue.error('the address names its peer already');
  if (peerText === undefined || peerPlace === undefined) {
    if (!words[0].includes('/')) {
      value.error(`the address of ${what} has no prefix length: write ${words[0]}/24, or ${words[0]}/32 for a host address`, [ADDRESS_FORM]);
      return undefined;
    }
    return hostAddress(value, local, draft, what);
  }
  const peer = parsePrefix(peerText) ?? bareAddress(peerText);
  if (peer === undefined) {
    peerPlace.error(`the peer must be an address A.B.C.D, not ${quote(peerText)}`);
    return undefined;
  }
  if (peer.prefixLength !== 32 || local.prefixLength !== 32) {
    (peer.prefixLength === 32 ? value : peerPlace).error('a point-to-point address has the prefix length 32 at both ends');
    return undefined;
  }
  if (peer.address === local.address) {
    peerPlace.error('the peer is the interface\'s own address');
    return undefined;
  }
  if (hostAddress(peerPlace, peer, draft, `the peer on ${what}`) === undefined) return undefined;
  const own = hostAddress(value, local, draft, what);
  return own === undefined ? undefined : { ...own, peer: peer.address };
}

function bareAddress(text: string): AddressPlan | undefined {
  const address = parseIpv4(text);
  return address === undefined ? undefined : { address, prefixLength: 32 };
}

function hostAddress(value: YamlValue, address: AddressPlan, draft: InterfaceDraft, what: string): AddressPlan | undefined {
  const reason = reasonNotHostAddress(address.address, address.prefixLength, draft.isPortless);
  if (reason === undefined) return address;
  value.error(`${quote(value.source())} cannot be the address of ${what}: ${reason}`);
  return undefined;
}

/** Linux's version, its sysctls and its rules. */
function readKernel(node: NodeDraft, mapping: YamlMapping): void {
  const [kernel, sysctl, rules] = [mapping.get('kernel'), mapping.get('sysctl'), mapping.get('rules')];
  if (node.kind === 'switch') {
    for (const value of [kernel, sysctl, rules]) value?.error('a switch has no kernel, no sysctls and no rules');
    return;
  }
  node.kernel = kernel?.oneOf('the kernel', ['2.4', '6']);
  node.sysctls = readSysctls(sysctl, node.name, (node.kernel ?? (node.kind === 'zebra' ? '2.4' : '6')) === '2.4');
  for (const rule of rules?.list('rules', true) ?? []) {
    const match = /^from\s+(\S+)\s+(?:lookup|table)\s+([0-9]{1,9})$/.exec(rule.source().trim());
    const from = match === null ? undefined : (parsePrefix(match[1]) ?? bareAddress(match[1]));
    const table = match === null ? NaN : Number(match[2]);
    if (from === undefined || !(table >= 1 && table <= HIGHEST_TABLE)) {
      rule.error(`a rule must be ${RULE_FORM} with a table from 1 to ${HIGHEST_TABLE}, not ${quote(rule.source())}`, [RULE_FORM]);
    } else node.rules.push({ network: networkOf(from.address, from.prefixLength), prefixLength: from.prefixLength, table });
  }
}

/** Virtual addresses of an IBM i for which "Enable proxy ARP" is not checked. */
function readProxyArpOff(node: NodeDraft, value: YamlValue | undefined): void {
  if (value === undefined) return;
  if (node.kind !== 'ibmi') {
    value.error('"proxy-arp-off" goes with the kind ibmi');
    return;
  }
  for (const item of value.list('proxy-arp-off', true)) {
    const address = parseIpv4(item.source());
    if (address === undefined) item.error(`a virtual IP address must be A.B.C.D, not ${quote(item.source())}`);
    else node.ibmi.withoutProxyArp.push({ address, place: item.place });
  }
}

/** The TCP ports on which it answers probes and browsers. */
function readServices(node: NodeDraft, value: YamlValue | undefined): void {
  if (value === undefined) return;
  if (node.kind === 'switch') {
    value.error('a switch listens on no port');
    return;
  }
  const ports = value.list('listen', true).map((item) => ({ item, port: item.integer('a TCP port', 1, 65_535) }));
  ports.forEach(({ item, port }, i) => {
    if (port !== undefined && ports.slice(0, i).some((earlier) => earlier.port === port)) item.error(`port ${port} is named twice`);
  });
  node.servicePorts = ports.flatMap(({ port }) => (port === undefined ? [] : [port]));
}

/** A file. */
function readPage(source: TopologySource, node: NodeDraft, value: YamlValue | undefined): void {
  if (value === undefined) return;
  if (node.kind === 'switch') {
    value.error('a switch shows no page');
    return;
  }
  const path = value.text('a page');
  if (path !== undefined) node.page = source.read(value, path)?.text;
}

const RULE_FORM = 'from ADDRESS[/LENGTH] lookup TABLE';
/** Above it are the kernel's own: default, main and local. */
const HIGHEST_TABLE = 252;

const ROUTE_FORM = 'DESTINATION via GATEWAY [dev IF] [table N], or DESTINATION dev IF [table N]';

/** A static route as `ip route` writes it, or as a mapping of to, via and dev. */
function readRoute(node: NodeDraft, value: YamlValue): void {
  if (!value.isMapping()) {
    addRoute(node, value, value.source().trim().split(/\s+/));
    return;
  }
  const mapping = value.mapping('a route');
  mapping?.checkKeys('a route', ['to', 'via', 'dev', 'table']);
  const to = mapping?.require('to', 'a route');
  if (to === undefined || mapping === undefined) return;
  const via = mapping.get('via');
  const dev = mapping.get('dev');
  const table = mapping.get('table');
  addRoute(node, value, [to.source(), ...(via === undefined ? [] : ['via', via.source()]), ...(dev === undefined ? [] : ['dev', dev.source()]),
    ...(table === undefined ? [] : ['table', table.source()])]);
}

function addRoute(node: NodeDraft, value: YamlValue, words: readonly string[]): void {
  const destination = words[0] === 'default' ? { address: 0, prefixLength: 0 } : (parsePrefix(words[0]) ?? bareAddress(words[0]));
  const options = new Map<string, string>();
  for (let i = 1; i + 1 < words.length; i += 2) options.set(words[i], words[i + 1]);
  const via = options.get('via');
  const gateway = via === undefined ? 0 : parseIpv4(via);
  const interfaceName = options.get('dev');
  const hasOnlyKnown = [...options.keys()].every((key) => key === 'via' || key === 'dev' || key === 'table');
  const tableText = options.get('table');
  const table = tableText === undefined ? undefined : /^[0-9]{1,3}$/.test(tableText) ? Number(tableText) : NaN;
  const hasTable = table === undefined || (table >= 1 && table <= HIGHEST_TABLE);
  const hasWay = options.has('via') || options.has('dev');
  if (destination === undefined || gateway === undefined || words.length % 2 === 0 || options.size !== (words.length - 1) / 2 || !hasWay || !hasTable || !hasOnlyKnown) {
    value.error(`a route must be ${ROUTE_FORM}, not ${quote(words.join(' '))}`, [ROUTE_FORM]);
    return;
  }
  if (node.kind === 'switch') {
    value.error('a switch has no routes');
    return;
  }
  const { address, prefixLength } = destination;
  node.staticRoutes.push({ plan: { network: networkOf(address, prefixLength), prefixLength, gateway, interfaceName, ...(table === undefined ? {} : { table }) }, place: value.place });
}

/** Of the commands that a lab runs in its containers, those that set addresses and routes. */
function readExec(source: TopologySource, node: NodeDraft, value: YamlValue): void {
  const words = value.source().trim().split(/\s+/);
  const isAdding = words[0] === 'ip' && (words[2] === 'add' || words[2] === 'replace');
  if (isAdding && /^r(o(u(te?)?)?)?$/.test(words[1])) {
    addRoute(node, value, words.slice(3));
    return;
  }
  if (isAdding && /^a(d(d(r(e(ss?)?)?)?)?)?$/.test(words[1])) {
    const dev = words.indexOf('dev');
    const name = dev < 0 ? '' : (words[dev + 1] ?? '');
    if (!isInterfaceName(name) || dev !== words.length - 2) {
      value.error('the form is: ip addr add A.B.C.D/M dev IF, or ip addr add A.B.C.D peer A.B.C.D/32 dev IF');
      return;
    }
    const draft = node.interfaces.get(name) ?? new InterfaceDraft(name, value.place);
    node.interfaces.set(name, draft);
    const what = `interface "${name}"`;
    const text = words.slice(3, dev);
    const local = text.length === 1 ? parsePrefix(text[0]) : bareAddress(text[0] ?? '');
    const peer = text.length === 3 && text[1] === 'peer' ? (parsePrefix(text[2]) ?? bareAddress(text[2])) : undefined;
    if (local === undefined || (text.length !== 1 && peer === undefined)) value.error(`the address of ${what} must be ${ADDRESS_FORM}, not ${quote(text.join(' '))}`, [ADDRESS_FORM]);
    else if (hostAddress(value, local, draft, what) !== undefined) {
      draft.addresses.push({ plan: peer === undefined ? local : { ...local, peer: peer.address }, place: value.place });
    }
    return;
  }
  source.findings.note(value.place, 'attention', `not run: ${quote(value.source())}; of the commands only "ip addr add" and "ip route add" are acted on`);
}

function readConfigurationFiles(source: TopologySource, node: NodeDraft, config: YamlValue | undefined, binds: YamlValue | undefined): void {
  const files: { value: YamlValue; path: string }[] = [];
  for (const value of config?.list('config', true) ?? []) {
    const path = value.text('a configuration file');
    if (path !== undefined) files.push({ value, path });
  }
  for (const value of binds?.list('binds') ?? []) {
    const [path, target] = value.source().split(':');
    if (target !== undefined && /^\/etc\/bird(\/bird)?\.conf$/.test(target)) {
      if (node.isRouter) files.push({ value, path });
    } else if (target === '/etc/keepalived/keepalived.conf') files.push({ value, path });
    else if (target !== undefined && /^\/etc\/(ha\.d|mon)\//.test(target) && takeoverFile(target) !== undefined) files.push({ value, path });
    else if (target !== undefined && /^\/etc\/frr\/(frr|zebra|ospfd|staticd)\.conf$/.test(target)) {
      if (node.isRouter) files.push({ value, path });
    } else if (target === '/etc/frr' || target === '/etc/frr/') files.push({ value, path: `${path.replace(/\/+$/, '')}/frr.conf` });
    else source.findings.note(value.place, 'without-bearing', `the bind ${quote(value.source())} has no bearing on the emulation`);
  }
  if (node.kind === undefined) return;
  const seen = new Set<string>();
  for (const { value, path } of files) {
    const isTakeover = node.kind !== 'switch' && (isKeepalivedConf(path) || isKeepalivedConf(value.source()));
    const cluster = node.kind === 'switch' || node.kind === 'zvm' ? undefined : takeoverFile(value.source());
    if (!node.isRouter && !isTakeover && cluster === undefined && node.kind !== 'ibmi' && node.kind !== 'dispatcher') {
      value.error(`a ${node.kind} runs no routing daemon: "config" goes with the kinds zebra, frr, zvm, bird, ibmi and dispatcher, and keepalived.conf, ha.cf, haresources, authkeys and mon.cf with a host, too`);
      continue;
    }
    if (seen.has(path)) {
      value.error(`${quote(path)} is named twice`);
      continue;
    }
    seen.add(path);
    const file = source.read(value, path);
    if (file === undefined) continue;
    if (cluster !== undefined) {
      node.takeover.add(cluster, { text: file.text, path: file.path }, value);
      continue;
    }
    if (isTakeover) {
      if (node.keepalived !== undefined) value.error('keepalived reads one file: let it include the others');
      else node.keepalived = parseKeepalivedConf(file.text, file.path, (name, from) => source.readBeside(name, from), source.findings);
      continue;
    }
    if (node.kind === 'ibmi') {
      node.ibmi.read(file.text, file.path, source.findings);
      continue;
    }
    if (node.kind === 'dispatcher') {
      node.dispatcher.read(file.text, file.path, source.findings);
      continue;
    }
    if (node.kind === 'zvm') {
      const which = mainframeFile(path);
      if (which === undefined) value.error(`${quote(path)} is neither a PROFILE TCPIP nor an MPROUTE CONFIG by its name: profile.tcpip, mproute.config`);
      else node.mainframe.read(which, file.text, file.path, source.findings);
      continue;
    }
    if (node.kind === 'bird') {
      if (node.bird !== undefined) value.error('BIRD reads one file: let it include the others');
      else node.bird = parseBirdConf(file.text, file.path, source.findings, (name, from) => source.readBeside(name, from));
      continue;
    }
    // The name of a bind's target says whose file it is, whatever the file is called here.
    const target = value.source().split(':')[1];
    const daemon = daemonOfFile(target !== undefined && target.endsWith('.conf') ? target : path);
    readSystemFile(file.text, file.path, daemon, node.kind === 'zebra' ? 'zebra' : 'frr', node.system, source.findings);
  }
}

/** By its name: `keepalived.conf`, `r1/keepalived.conf`, `r1.keepalived.conf`. */
function isKeepalivedConf(path: string): boolean {
  return /(^|[/\\.-])keepalived\.conf$/.test(path);
}
