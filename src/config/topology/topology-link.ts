/**
 * The `links` of a topology file. An end that names an interface which its node does not declare makes it, as in containerlab.
 */
import type { Micros } from '../../base/micros.js';
import type { SourcePlace } from '../config-error.js';
import { quote, suggestion } from '../spelling.js';
import { InterfaceDraft, isInterfaceName, type NodeDraft } from './topology-node.js';
import { listAlternatives } from '../frr/vty.js';
import type { ChannelPlan } from '../machine-room/machine-plan.js';
import type { YamlMapping, YamlValue } from './yaml-document.js';

/** One way over a link: a few metres of cable and two adapters. */
const DEFAULT_LATENCY: Micros = 20;

export interface LinkEndDraft {
  readonly node: NodeDraft;
  readonly interface: InterfaceDraft;
  /** `tirnanog:eth0` */
  readonly label: string;
}

export interface LinkDraft {
  readonly kind: 'ethernet' | 'ctc';
  /** Sorted by label. */
  readonly ends: readonly [LinkEndDraft, LinkEndDraft];
  readonly latencyMicros: Micros;
  /** Of a point-to-point link where the file says more than that it is one. */
  readonly channel?: ChannelDraft;
  /** The partition in which this is the node's link. */
  readonly partition?: string;
}

export interface ChannelDraft extends ChannelPlan {
  readonly place: SourcePlace;
}

const LINK_KINDS = ['ethernet', 'ctc', 'virtual-ctc', 'iucv'] as const;

const LINK_KEYS = ['endpoints', 'kind', 'latency', 'mtu', 'type', 'channel', 'couple'];

export function readLink(value: YamlValue, nodes: ReadonlyMap<string, NodeDraft>): LinkDraft | undefined {
  const mapping = value.mapping('a link');
  if (mapping === undefined) return undefined;
  mapping.checkKeys('a link', LINK_KEYS, ['labels', 'vars']);
  mapping.get('type')?.oneOf('the type of a link', ['veth']);
  const named = mapping.get('kind')?.oneOf('the kind of a link', LINK_KINDS) ?? 'ethernet';
  const kind = named === 'ethernet' ? 'ethernet' : 'ctc';
  const channel = named === 'ethernet' ? undefined : readChannel(value, mapping, named);
  if (named === 'ethernet') for (const key of ['channel', 'couple']) mapping.get(key)?.error(`"${key}" goes with the kinds ctc and virtual-ctc`);
  const latencyMicros = mapping.get('latency')?.duration('the latency', 1) ?? DEFAULT_LATENCY;
  const mtu = mapping.get('mtu')?.integer('the MTU', 68, 65_535);

  const endpoints = mapping.require('endpoints', 'a link');
  if (endpoints === undefined) return undefined;
  const values = endpoints.list('endpoints');
  if (values.length !== 2) {
    if (endpoints.isList()) endpoints.error(`a link has two endpoints, not ${values.length}; several systems on one segment meet at a node of kind switch`);
    return undefined;
  }
  const ends = values.map((each) => readEnd(each, nodes, kind, mtu));
  const [a, b] = ends;
  if (a === undefined || b === undefined) return undefined;
  return { kind, ends: a.label < b.label ? [a, b] : [b, a], latencyMicros, ...(channel === undefined ? {} : { channel }) };
}

/** Undefined: an ordinary ctc link, of which the machine room may still know more. */
function readChannel(value: YamlValue, mapping: YamlMapping, kind: ChannelPlan['kind']): ChannelDraft | undefined {
  const [path, couple] = [mapping.get('channel'), mapping.get('couple')];
  const channelPath = path?.source().toUpperCase() ?? '';
  if (path !== undefined && !/^[0-9A-F]{2}$/.test(channelPath)) path.error(`"channel" must be a channel path id of two hexadecimal digits as F8, not ${quote(path.source())}`);
  if (path !== undefined && kind !== 'ctc') path.error(`a link of kind ${kind} has no channel path: it is memory of z/VM`);
  if (couple !== undefined && kind !== 'virtual-ctc') couple.error('"couple" goes with the kind virtual-ctc');
  const isCoupledByOperator = couple?.oneOf('who issues COUPLE', ['profile', 'operator']) === 'operator';
  return kind === 'ctc' && path === undefined ? undefined : { kind, channelPath, isCoupledByOperator, place: value.place };
}

const END_FORM = 'NODE:INTERFACE';

function endNames(value: YamlValue): { nodeName: string; interfaceName: string } | undefined {
  if (value.isMapping()) {
    const mapping = value.mapping('an endpoint');
    mapping?.checkKeys('an endpoint', ['node', 'interface']);
    const nodeName = mapping?.require('node', 'an endpoint')?.text('the node');
    const interfaceName = mapping?.require('interface', 'an endpoint')?.text('the interface');
    return nodeName === undefined || interfaceName === undefined ? undefined : { nodeName, interfaceName };
  }
  const parts = value.source().split(':');
  if (value.isList() || value.isEmpty() || parts.length !== 2 || parts[0] === '' || parts[1] === '') {
    value.error(`an endpoint must be ${END_FORM}, not ${quote(value.source())}`, [END_FORM]);
    return undefined;
  }
  return { nodeName: parts[0], interfaceName: parts[1] };
}

function readEnd(value: YamlValue, nodes: ReadonlyMap<string, NodeDraft>, kind: 'ethernet' | 'ctc', mtu: number | undefined): LinkEndDraft | undefined {
  const names = endNames(value);
  if (names === undefined) return undefined;
  const { nodeName, interfaceName } = names;
  const node = nodes.get(nodeName);
  if (node === undefined) {
    const known = [...nodes.keys()].sort();
    value.error(`there is no node ${quote(nodeName)}${suggestion(nodeName, known) || ';'} nodes: ${listAlternatives(known, 'and')}`, known);
    return undefined;
  }
  if (!isInterfaceName(interfaceName)) {
    value.error(`${quote(interfaceName)} is not an interface name: 1 to 15 characters without blanks and "/"`);
    return undefined;
  }
  const draft = node.interfaces.get(interfaceName) ?? new InterfaceDraft(interfaceName, value.place);
  if (draft.isPortless && node.kind !== 'switch') {
    value.error(`${interfaceName} has no port: no link can end there`);
    return undefined;
  }
  if (draft.linkPlace !== undefined) {
    value.error(`${nodeName}:${interfaceName} is the end of another link already, in line ${lineOf(draft.linkPlace)}`);
    return undefined;
  }
  if (kind === 'ctc' && node.kind === 'switch') {
    value.error('a ctc link joins two systems: it cannot end at a switch');
    return undefined;
  }
  node.interfaces.set(interfaceName, draft);
  draft.linkPlace = value.place;
  draft.linkKind = kind;
  draft.linkMtu = mtu;
  return { node, interface: draft, label: `${nodeName}:${interfaceName}` };
}

function lineOf(place: SourcePlace): string {
  return place.line === 0 ? place.file : String(place.line);
}
