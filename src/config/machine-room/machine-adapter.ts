/**
 * An adapter in the `machines` of a topology: its mode, its cable, its address table (`oat`). Read machine-room first.
 *
 *     OSA1: { mode: lcs, channel: F8, mac: "00:20:35:04:DE:CF", cable: "lan:p2",
 *             oat: [{ devices: a02-a03, node: lnx31, addresses: [192.168.1.3, 10.1.1.1], router: primary }] }
 *
 * An entry gives device numbers to a node. In LCS it has the addresses and the default entry too, as OSA/SF has them; in QDIO the stack registers
 * its addresses, and says whether it is a router: a z/VM stack in its profile, Linux in its driver's settings (`router`, `vipa`, `takeover`).
 */
import type { Ipv4 } from '../../base/address.js';
import type { RouterRole } from '../../engine/room-request.js';
import type { AdapterMode } from '../../host/osa-adapter.js';
import { parseMac } from '../address-text.js';
import type { SourcePlace } from '../config-error.js';
import type { MachineDraft, PartitionDraft } from './machine-room.js';
import { nodeOf } from './machine-room.js';
import { quote, suggestion } from '../spelling.js';
import type { LinkDraft, LinkEndDraft } from '../topology/topology-link.js';
import { InterfaceDraft, NodeDraft } from '../topology/topology-node.js';
import type { TopologySource } from '../topology/topology-source.js';
import { listAlternatives } from '../frr/vty.js';
import type { YamlEntry, YamlMapping, YamlValue } from '../topology/yaml-document.js';

const MODES = ['lcs', 'qdio', 'hipersockets'] as const;
const ROUTERS = ['primary', 'secondary'] as const;
const ADAPTER_LATENCY = 5;
const CABLE_LATENCY = 20;
const DEVICES = /^[0-9a-f]{3,4}(-[0-9a-f]{3,4})?$/;

export interface UnitDraft {
  readonly name: string;
  readonly node: NodeDraft;
  readonly partition: PartitionDraft;
  /** Of the adapter. */
  readonly interface: InterfaceDraft;
  readonly addresses: readonly Ipv4[];
  readonly router: RouterRole;
  readonly isTakingOver: boolean;
}

export interface AdapterDraft {
  readonly node: NodeDraft;
  readonly mode: AdapterMode;
  readonly channelPath: string;
  readonly mac: Uint8Array | undefined;
  readonly lan: InterfaceDraft | undefined;
  readonly units: readonly UnitDraft[];
}

/** `inSystem`: a guest LAN of this partition's z/VM. */
export function readAdapter({ key, keyPlace, value }: YamlEntry, machine: MachineDraft, inSystem: PartitionDraft | undefined, nodes: Map<string, NodeDraft>,
  links: LinkDraft[], source: TopologySource): AdapterDraft | undefined {
  const what = inSystem === undefined ? `adapter "${key}"` : `guest LAN "${key}"`;
  const mapping = value.mapping(what);
  if (mapping === undefined) return undefined;
  mapping.checkKeys(what, inSystem === undefined ? ['mode', 'channel', 'mac', 'cable', 'oat'] : ['oat']);
  if (nodes.has(key)) {
    source.findings.error(keyPlace, `there is a node ${quote(key)} already: adapters and nodes share one space of names`, { found: key });
    return undefined;
  }
  const mode: AdapterMode = inSystem === undefined ? (mapping.require('mode', what)?.oneOf('the mode', MODES) ?? 'qdio') : 'guest-lan';
  const channel = mapping.get('channel');
  const channelPath = channel?.source().toUpperCase() ?? '';
  if (channel !== undefined && !/^[0-9A-F]{2}$/.test(channelPath)) channel.error(`"channel" must be a channel path id of two hexadecimal digits as F8, not ${quote(channel.source())}`);
  const node = new NodeDraft(key, keyPlace, 'osa');
  nodes.set(key, node);
  const macValue = mapping.get('mac');
  const mac = macValue === undefined ? undefined : parseMac(macValue.source());
  if (macValue !== undefined && mac === undefined) macValue.error(`the MAC address must be six bytes as 02:00:00:00:01:03, not multicast, not ${quote(macValue.source())}`);
  const lan = readCable(mapping, what, mode, node, nodes, links);
  const draft: AdapterDraft = { node, mode, channelPath, mac, lan, units: [] };
  const units: UnitDraft[] = [];
  for (const each of mapping.require('oat', what)?.list('oat') ?? []) {
    const unit = readUnit(each, draft, machine, inSystem, units, nodes, links);
    if (unit !== undefined) units.push(unit);
  }
  return { ...draft, units };
}

function end(node: NodeDraft, draft: InterfaceDraft): LinkEndDraft {
  return { node, interface: draft, label: `${node.name}:${draft.name}` };
}

function addLink(links: LinkDraft[], a: LinkEndDraft, b: LinkEndDraft, latencyMicros: number, partition?: string): void {
  links.push({ kind: 'ethernet', ends: a.label < b.label ? [a, b] : [b, a], latencyMicros, ...(partition === undefined ? {} : { partition }) });
}

function readCable(mapping: YamlMapping, what: string, mode: AdapterMode, node: NodeDraft, nodes: ReadonlyMap<string, NodeDraft>, links: LinkDraft[]): InterfaceDraft | undefined {
  const value = mapping.get('cable');
  if (mode === 'hipersockets' || mode === 'guest-lan') {
    value?.error(`${what} has no cable: it is memory of the machine`);
    return undefined;
  }
  const cable = value ?? mapping.require('cable', what);
  if (cable === undefined) return undefined;
  const [switchName = '', port = '', ...more] = cable.source().split(':');
  const peer = nodes.get(switchName);
  if (more.length > 0 || port === '' || !/^[^\s/:]{1,15}$/.test(port)) cable.error(`the cable must lead to SWITCH:PORT, not ${quote(cable.source())}`, ['SWITCH:PORT']);
  else if (peer === undefined || peer.kind !== 'switch') {
    const switches = [...nodes.values()].filter((each) => each.kind === 'switch').map((each) => each.name);
    cable.error(`there is no switch ${quote(switchName)}${suggestion(switchName, switches) || ';'} switches: ${listAlternatives(switches, 'and') || 'none'}`, switches);
  } else {
    const there = peer.interfaces.get(port) ?? new InterfaceDraft(port, cable.place);
    if (there.linkPlace !== undefined) cable.error(`${cable.source()} is the end of another link already, in line ${there.linkPlace.line}`);
    else {
      peer.interfaces.set(port, there);
      const lan = new InterfaceDraft('lan', cable.place);
      node.interfaces.set('lan', lan);
      there.linkPlace = lan.linkPlace = cable.place;
      there.linkKind = lan.linkKind = 'ethernet';
      addLink(links, end(node, lan), end(peer, there), CABLE_LATENCY);
      return lan;
    }
  }
  return undefined;
}

function readUnit(value: YamlValue, adapter: AdapterDraft, machine: MachineDraft, inSystem: PartitionDraft | undefined, units: readonly UnitDraft[],
  nodes: ReadonlyMap<string, NodeDraft>, links: LinkDraft[]): UnitDraft | undefined {
  const what = 'an entry of "oat"';
  const mapping = value.mapping(what);
  if (mapping === undefined) return undefined;
  mapping.checkKeys(what, ['devices', 'node', 'interface', 'addresses', 'router', 'vipa', 'takeover', 'partition']);
  const nodeValue = mapping.require('node', what);
  const devices = mapping.require('devices', what);
  const node = nodeValue === undefined ? undefined : nodeOf(nodeValue, nodes);
  if (nodeValue === undefined || devices === undefined || node === undefined) return undefined;
  const name = devices.source().toLowerCase();
  if (!DEVICES.test(name)) {
    devices.error(`the devices must be one or two hexadecimal device numbers as a02-a03, not ${quote(devices.source())}`);
    return undefined;
  }
  const homes = inSystem === undefined ? machine.partitions.filter((each) => runsIn(node, each)) : [inSystem];
  const which = mapping.get('partition');
  const partition = which === undefined ? homes[0] : homes.find((each) => each.name === which.source());
  if (which === undefined ? homes.length > 1 : homes.length > 0 && partition === undefined) {
    (which ?? nodeValue).error(`${node.name} runs in ${listAlternatives(homes.map((each) => each.name), 'and')}: "partition" says whose devices these are`, homes.map((each) => each.name));
    return undefined;
  }
  if (partition === undefined || (inSystem !== undefined && !runsIn(node, inSystem))) {
    nodeValue.error(`${node.name} runs in no partition of ${inSystem?.name ?? machine.name}: this adapter's devices cannot be its`);
    return undefined;
  }
  const own = interfaceOf(mapping, node, name, devices);
  if (own === undefined) return undefined;
  const twin = units.find((each) => each.name === name && each.partition === partition && each.node === node);
  if (twin !== undefined) devices.error(`${node.name} has the devices ${name} of ${adapter.node.name} already`, [name]);
  if (own.linkPlace !== undefined && own.homes.includes(partition.name)) {
    devices.error(`${node.name}:${own.name} is the end of another link already, in line ${own.linkPlace.line}`);
    return undefined;
  }
  if (own.linkPlace !== undefined && own.homes.length === 0) {
    devices.error(`${node.name}:${own.name} is the end of a link of the topology already, in line ${own.linkPlace.line}: an adapter's devices are no cable`);
    return undefined;
  }
  const isQdio = adapter.mode !== 'lcs';
  const router = readRouter(mapping, adapter, node, name, units);
  own.homes.push(partition.name);
  own.linkPlace ??= devices.place;
  own.linkKind = isQdio ? 'qdio' : 'ethernet';
  if (!isQdio && adapter.mac !== undefined) own.mac = adapter.mac;
  if (isQdio) {
    own.registration = { router, isWholeHomeList: node.kind === 'zvm', virtualAddresses: addressList(mapping.get('vipa'), 'vipa'), lanName: lanOf(adapter) };
    // The adapter says who gets what is not addressed to anybody: the stack need not.
    own.isSortedByAdapter = true;
  }
  if (!isQdio) mapping.get('vipa')?.error('"vipa" goes with QDIO; in LCS "addresses" has them');
  const addresses = addressList(mapping.get('addresses'), 'addresses');
  if (isQdio) mapping.get('addresses')?.error('"addresses" goes with mode lcs; in QDIO the stack registers its addresses');
  else if (addresses.length === 0 && router === 'none') value.error('in LCS an entry needs "addresses" or "router": without them nothing that comes in is for this device');
  for (const address of addresses) {
    if (units.some((unit) => unit.addresses.includes(address) && runAtOnce(unit.partition, partition))) mapping.get('addresses')?.error('an address of this entry is in another entry of this adapter already');
  }
  const port = new InterfaceDraft(unitInterface(adapter.node, node), devices.place);
  adapter.node.interfaces.set(port.name, port);
  port.linkPlace = devices.place;
  port.linkKind = 'ethernet';
  addLink(links, end(adapter.node, port), end(node, own), ADAPTER_LATENCY, partition.name);
  return { name, node, partition, interface: port, addresses, router, isTakingOver: mapping.get('takeover')?.flag('takeover') ?? false };
}

/** A table is checked by what may be true at one time. */
function runAtOnce(a: PartitionDraft, b: PartitionDraft): boolean {
  return a === b || (a.system?.isUp !== false && b.system?.isUp !== false);
}

function readRouter(mapping: YamlMapping, adapter: AdapterDraft, node: NodeDraft, name: string, units: readonly UnitDraft[]): RouterRole {
  const value = mapping.get('router');
  if (node.kind === 'zvm' && adapter.mode !== 'lcs') {
    value?.error('a z/VM stack says in its profile whether it is a router: PRIROUTER or SECROUTER on DEVICE');
    const link = node.mainframe.profile?.parsed.links.find((each) => sameUnit(each.device.unit, name));
    return link?.device.router ?? 'none';
  }
  const router = value?.oneOf('the router', ROUTERS) ?? 'none';
  const other = router === 'primary' ? units.find((unit) => unit.router === 'primary') : undefined;
  if (other !== undefined) value?.error(`${other.name} of ${other.node.name} is the primary router of this adapter already: there is one`, ['secondary']);
  return router;
}

/** Adapters without a cable are a LAN of their own. */
function lanOf(adapter: AdapterDraft): string {
  return adapter.lan === undefined ? `:${adapter.node.name}` : adapter.node.name;
}

function sameUnit(unit: string, devices: string): boolean {
  const first = devices.split('-')[0];
  return unit.toLowerCase().padStart(4, '0') === first.padStart(4, '0');
}

function interfaceOf(mapping: YamlMapping, node: NodeDraft, devices: string, place: YamlValue): InterfaceDraft | undefined {
  const named = mapping.get('interface');
  if (node.kind === 'zvm') {
    const links = node.mainframe.profile?.parsed.links ?? [];
    const link = links.find((each) => (each.device.medium === 'osd' || each.device.medium === 'hipersockets') && sameUnit(each.device.unit, devices));
    if (link === undefined) {
      const known = links.filter((each) => each.device.medium === 'osd' || each.device.medium === 'hipersockets').map((each) => each.device.unit.toLowerCase());
      place.error(`the profile of ${node.name} has no device ${devices}; it has ${listAlternatives(known, 'and') || 'none'}`, known);
      return undefined;
    }
    named?.error('"interface" is not for a z/VM stack: its profile has the link');
    return node.interfaces.get(link.name) ?? addInterface(node, link.name, link.place);
  }
  const found = named === undefined ? [...node.interfaces.values()].find((each) => each.device === devices) : node.interfaces.get(named.source());
  if (found === undefined) {
    const known = [...node.interfaces.values()].filter((each) => !each.isPortless).map((each) => (each.device === undefined ? each.name : `${each.name} (${each.device})`));
    (named ?? place).error(`${node.name} has no interface with the devices ${devices}: say "device: ${devices}" at one, or "interface" here; it has ${listAlternatives(known, 'and') || 'none'}`);
    return undefined;
  }
  if (found.device !== undefined && found.device !== devices) {
    place.error(`${node.name}:${found.name} has the devices ${found.device}, not ${devices}`, [found.device]);
    return undefined;
  }
  found.device = devices;
  return found;
}

function addInterface(node: NodeDraft, name: string, place: SourcePlace): InterfaceDraft {
  const draft = new InterfaceDraft(name, place);
  node.interfaces.set(name, draft);
  return draft;
}

function runsIn(node: NodeDraft, { node: own, system }: PartitionDraft): boolean {
  return own === node || system?.guests.some((guest) => guest.node === node) === true;
}

function addressList(value: YamlValue | undefined, what: string): Ipv4[] {
  return (value?.list(what, true) ?? []).flatMap((each) => each.ipv4('an address') ?? []);
}

/** `lnx31`, `lnx31.2`: the adapter's side of a device group. */
function unitInterface(adapter: NodeDraft, node: NodeDraft): string {
  const base = node.name.slice(0, 12);
  let name = base;
  for (let count = 2; adapter.interfaces.has(name) || name === 'lan'; count++) name = `${base}.${count}`;
  return name;
}
