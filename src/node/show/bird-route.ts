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
  const lines = [`${prefix.padEnd(20)} ${DESTINATIONS[route.destination]} [${route.protocolName} ${formatBirdTime(route.since)}]${isBest ? ' *' : ''}${information(route)}`];
  for (const { gateway, networkInterface, weight } of route.nextHops) {
    const suffix = route.nextHops.length > 1 ? ` weight ${weight}` : '';
    lines.push(gateway === 0 ? `\tdev ${networkInterface.name}${suffix}` : `\tvia ${formatIpv4(gateway)} on ${networkInterface.name}${suffix}`);
  }
  if (!isVerbose) return lines;
  lines.push(`\tType: ${SOURCES[route.source]} univ`);
  const { attributes } = route;
  for (const [name, value] of [...attributes].sort((a, b) => rank(a[0]) - rank(b[0]))) {
    if (name === 'ospf_tag') lines.push(`\tOSPF.tag: 0x${value.toString(16).padStart(8, '0')}`);
    else if (name === 'ospf_router_id') lines.push(`\tOSPF.router_id: ${formatIpv4(value)}`);
    else if (name.startsWith('ospf_')) lines.push(`\tOSPF.${name.slice(5)}: ${value}`);
    else if (name.startsWith('krt_')) lines.push(`\tKernel.${name.slice(4)}: ${value}`);
  }
  return lines;
}

const ORDER = ['ospf_metric1', 'ospf_metric2', 'ospf_tag', 'ospf_router_id'];

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

function information({ source, preference, attributes }: BirdRoute): string {
  if (!Object.hasOwn(OSPF_LETTERS, source)) return ` (${preference})`;
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
