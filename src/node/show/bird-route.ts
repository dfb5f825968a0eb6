/**
 * BIRD's `show route` and `show protocols`. Written from recordings of BIRD 2.0.12.
 */
import { formatIpv4, formatPrefix, prefixContains, type Ipv4 } from '../../base/address.js';
import { runBirdFilter } from '../../config/bird/bird-evaluation.js';
import type { BirdFilter } from '../../config/bird/bird-tree.js';
import type { OspfProcess } from '../../ospf/process.js';
import { formatBirdTime, type BirdRoute, type BirdTables } from '../bird-tables.js';

/** Where BIRD's hash table keeps a prefix; its routes are listed in this order. Found by comparing orders of recorded tables. */
export function birdHash(network: Ipv4, prefixLength: number): number {
  return (Math.imul(network, 2902958171) ^ (prefixLength << 26)) >>> 0;
}

export interface BirdRouteQuery {
  readonly isVerbose: boolean;
  /** Only the best of each prefix. */
  readonly isPrimary: boolean;
  readonly isCount: boolean;
  /** This prefix, the best match for it, or what lies in it. */
  readonly prefix?: { readonly mode: 'equal' | 'for' | 'in'; readonly network: Ipv4; readonly prefixLength: number };
  readonly filter?: BirdFilter;
  readonly protocol?: string;
}

const DESTINATIONS: Readonly<Record<string, string>> = {
  RTD_UNICAST: 'unicast', RTD_BLACKHOLE: 'blackhole', RTD_UNREACHABLE: 'unreachable', RTD_PROHIBIT: 'prohibited',
};

const SOURCES: Readonly<Record<string, string>> = {
  RTS_STATIC: 'static', RTS_DEVICE: 'device', RTS_OSPF: 'OSPF', RTS_OSPF_IA: 'OSPF-IA', RTS_OSPF_EXT1: 'OSPF-E1', RTS_OSPF_EXT2: 'OSPF-E2',
};

const SCOPES: Readonly<Record<string, string>> = {
  SCOPE_HOST: 'host', SCOPE_LINK: 'link', SCOPE_SITE: 'site', SCOPE_ORGANIZATION: 'org', SCOPE_UNIVERSE: 'univ', SCOPE_UNDEFINED: 'undef',
};

const OWNERS: Readonly<Record<string, string>> = { krt: 'Kernel', bgp: 'BGP', babel: 'Babel', ospf: 'OSPF', rip: 'RIP' };
const ORDER: readonly string[] = ['igp_metric', 'krt_source', 'krt_metric', 'krt_prefsrc', 'krt_realm', 'krt_scope', 'krt_mtu', 'krt_window', 'krt_rtt', 'krt_rttvar',
  'krt_sstresh', 'krt_cwnd', 'krt_advmss', 'krt_reordering', 'krt_hoplimit', 'krt_initcwnd', 'krt_rto_min', 'krt_initrwnd', 'krt_quickack', 'bgp_origin', 'bgp_next_hop',
  'bgp_med', 'bgp_local_pref', 'babel_metric', 'ospf_metric1', 'ospf_metric2', 'ospf_tag', 'ospf_router_id', 'rip_metric', 'rip_tag'];

const OSPF_LETTERS: Readonly<Record<string, string>> = { RTS_OSPF: 'I', RTS_OSPF_IA: 'IA', RTS_OSPF_EXT1: 'E1', RTS_OSPF_EXT2: 'E2' };

export function showBirdRoutes(tables: BirdTables, query: BirdRouteQuery): string {
  const all = tables.routes().sort((a, b) => birdHash(a[0].network, a[0].prefixLength) - birdHash(b[0].network, b[0].prefixLength));
  const chosen = choose(all, query);
  const lines: string[] = [];
  let shown = 0;
  for (const candidates of chosen) {
    let isFirst = true;
    for (const [index, route] of candidates.entries()) {
      if (index > 0 && query.isPrimary) break;
      if (query.protocol !== undefined && route.protocolName !== query.protocol) continue;
      if (query.filter !== undefined && runBirdFilter(query.filter, route, (each) => each) === undefined) continue;
      shown++;
      lines.push(...routeLines(route, isFirst, index === 0, query.isVerbose));
      isFirst = false;
    }
  }
  if (query.isCount) return `${shown} of ${all.reduce((sum, each) => sum + each.length, 0)} routes for ${all.length} networks in table master4\n`;
  if (shown === 0) return query.prefix === undefined || query.prefix.mode === 'in' ? '' : 'Network not found\n';
  return `${['Table master4:', ...lines].join('\n')}\n`;
}

function choose(all: readonly BirdRoute[][], { prefix }: BirdRouteQuery): readonly BirdRoute[][] {
  if (prefix === undefined) return all;
  const { mode, network, prefixLength } = prefix;
  switch (mode) {
    case 'equal': return all.filter(([first]) => first.network === network && first.prefixLength === prefixLength);
    case 'in': return all.filter(([first]) => first.prefixLength >= prefixLength && prefixContains(network, prefixLength, first.network));
    case 'for': {
      const holding = all.filter(([first]) => first.prefixLength <= prefixLength && prefixContains(first.network, first.prefixLength, network));
      const longest = Math.max(...holding.map(([first]) => first.prefixLength));
      return holding.filter(([first]) => first.prefixLength === longest);
    }
  }
}

function routeLines(route: BirdRoute, isFirst: boolean, isBest: boolean, isVerbose: boolean): string[] {
  const prefix = isFirst ? formatPrefix(route.network, route.prefixLength) : '';
  const lines = [`${prefix.padEnd(20)} ${DESTINATIONS[route.destination]} [${route.protocolName} ${formatBirdTime(route.since)}${route.from === 0 ? '' : ` from ${formatIpv4(route.from)}`}]${!isBest ? '' : route.isRefused ? ' !' : ' *'}${information(route)}`];
  for (const { gateway, networkInterface, weight, isOnlink } of route.nextHops) {
    const suffix = `${isOnlink === true ? ' onlink' : ''}${route.nextHops.length > 1 ? ` weight ${weight}` : ''}`;
    lines.push(gateway === 0 ? `\tdev ${networkInterface.name}` : `\tvia ${formatIpv4(gateway)} on ${networkInterface.name}${suffix}`);
  }
  if (!isVerbose) return lines;
  lines.push(`\tType: ${SOURCES[route.source]} ${SCOPES[route.scope]}`);
  const { attributes } = route;
  for (const [name, value] of [...attributes].sort((a, b) => ORDER.indexOf(a[0]) - ORDER.indexOf(b[0]))) lines.push(`\t${attributeName(name)}: ${attributeText(name, value)}`);
  return lines;
}

function attributeName(name: string): string {
  const [owner] = name.split('_');
  return Object.hasOwn(OWNERS, owner) ? `${OWNERS[owner]}.${name.slice(owner.length + 1)}` : name;
}

function attributeText(name: string, value: number): string {
  switch (name) {
    case 'ospf_tag': return `0x${value.toString(16).padStart(8, '0')}`;
    case 'rip_tag': return value.toString(16).padStart(4, '0');
    case 'ospf_router_id':
    case 'krt_prefsrc': return formatIpv4(value);
    default: return String(value);
  }
}

function information({ source, preference, attributes }: BirdRoute): string {
  const igpMetric = attributes.get('igp_metric');
  if (!Object.hasOwn(OSPF_LETTERS, source)) return ` (${preference}${igpMetric === undefined ? '' : `/${igpMetric}`})`;
  const metric2 = source === 'RTS_OSPF_EXT2' ? `/${attributes.get('ospf_metric2') ?? 0}` : '';
  const tag = attributes.get('ospf_tag') ?? 0;
  const routerId = attributes.get('ospf_router_id');
  return ` ${OSPF_LETTERS[source]} (${preference}/${attributes.get('ospf_metric1') ?? 0}${metric2})${tag > 0 ? ` [${tag.toString(16)}]` : ''}` +
    `${routerId === undefined ? '' : ` [${formatIpv4(routerId)}]`}`;
}

const PROTOCOLS: Readonly<Record<string, string>> = { device: 'Device', kernel: 'Kernel', direct: 'Direct', static: 'Static', ospf: 'OSPF', bfd: 'BFD' };

export function showBirdProtocols(tables: BirdTables, process: OspfProcess | undefined): string {
  const row = (name: string, protocol: string, table: string, state: string, since: string, info: string): string =>
    `${name.padEnd(10)} ${protocol.padEnd(10)} ${table.padEnd(10)} ${state.padEnd(6)} ${since.padEnd(12)}  ${info}`;
  const lines = [row('Name', 'Proto', 'Table', 'State', 'Since', 'Info')];
  for (const protocol of tables.configuration.protocols) {
    // A protocol with channels of several kinds has no table of its own.
    const table = protocol.kind === 'device' || protocol.kind === 'direct' || protocol.kind === 'bfd' ? '---' : protocol.channel?.table ?? '---';
    const isUp = !protocol.isDisabled;
    const info = protocol.kind !== 'ospf' || !isUp ? '' : process?.areas.some((area) => area.fullNeighbors > 0) === true ? 'Running' : 'Alone';
    lines.push(row(protocol.name, PROTOCOLS[protocol.kind], table, isUp ? 'up' : 'down', formatBirdTime(tables.startedAt), info));
  }
  return `${lines.join('\n')}\n`;
}
