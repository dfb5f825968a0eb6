/**
 * `show ip route ...` of zebra, as FRR 8.4.4 prints it: every route that was offered, which is selected, and which is in the kernel.
 *
 * Written from recordings. The numbers of next hop groups mean nothing outside a run: here they count the groups in the order of the table. A next hop
 * of a route that is not selected is marked as installed all the same where another route uses the same group. What never comes up here
 * (other protocols, queued, backup) stays in the legend.
 */
import { formatIpv4, formatPrefix, maskOf, type Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import type { Host } from '../../host/host.js';
import type { RibEntry, RibNextHop, RibProtocol } from '../rib.js';
import { UNUSABLE_DISTANCE } from '../static-routes.js';
import type { Zebra } from '../zebra.js';
import type { CommandWords, ShowCommand } from './command-table.js';
import { dottedQuad } from './operand.js';
import { formatJson, type JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

export interface ZebraQuestion {
  readonly zebra: Zebra;
  readonly host: Host;
  readonly now: Micros;
}

const LEGEND = `Codes: K - kernel route, C - connected, S - static, R - RIP,
       O - OSPF, I - IS-IS, B - BGP, E - EIGRP, N - NHRP,
       T - Table, v - VNC, V - VNC-Direct, A - Babel, F - PBR,
       f - OpenFabric,
       > - selected route, * - FIB route, q - queued, r - rejected, b - backup
       t - trapped, o - offload failure

`;

const LETTERS: Readonly<Record<RibProtocol, string>> = { connected: 'C', static: 'S', ospf: 'O' };

/** FRR's ROUTE_ENTRY_INSTALLED, _FAILED. */
const STATUS_INSTALLED = 16;
const STATUS_FAILED = 32;
/** FRR's ZEBRA_FLAG_SELECTED; of static routes ALLOW_RECURSION and RR_USE_DISTANCE as well. */
const FLAG_SELECTED = 8;
const FLAGS_STATIC = 65;
/** FRR's NEXTHOP_FLAG_ACTIVE, _FIB, _RECURSIVE, _ONLINK, _DUPLICATE. */
const HOP_ACTIVE = 1;
const HOP_FIB = 2;
const HOP_RECURSIVE = 4;
const HOP_ONLINK = 8;
const HOP_DUPLICATE = 16;
const MAIN_TABLE = 254;

const OTHER_PROTOCOLS = ['kernel', 'rip', 'isis', 'bgp', 'eigrp', 'nhrp', 'table', 'vnc', 'vnc-direct', 'babel', 'sharp', 'pbr', 'openfabric'];
const PROTOCOLS = ['connected', 'static', 'ospf', ...OTHER_PROTOCOLS];

export const ZEBRA_COMMANDS: readonly ShowCommand<ZebraQuestion>[] = [
  { pattern: `show ip route [<${PROTOCOLS.join('|')}>] [json]`, show: showTable },
  { pattern: 'show ip route A.B.C.D [json]', show: (question, words) => showOne(question, dottedQuad(words.values[0]), undefined, words) },
  {
    pattern: 'show ip route A.B.C.D/M [json]',
    show: (question, words) => {
      const [address, prefixLength] = words.values[0].split('/');
      return showOne(question, dottedQuad(address), Number(prefixLength), words);
    },
  },
  // Not answered here; they make abbreviations ambiguous.
  { pattern: 'show ip route summary [prefix] [json]' },
  { pattern: 'show ip route <supernets-only|tag (1-4294967295)|A.B.C.D/M longer-prefixes> [json]' },
  { pattern: 'show ip route [<A.B.C.D|A.B.C.D/M>] nexthop-group' },
  { pattern: 'show ip fib [json]' },
  ...['rip [status]', 'rpf [A.B.C.D]', 'forwarding', 'prefix-list [json]', 'protocol', 'access-list [json]', 'as-path-access-list [json]', 'neigh', 'nhrp [json]',
    'nht [json]', 'import-check [json]', 'multicast', 'mroute [json]', 'ssmpingd', 'router-id', 'bgp [json]', 'community-list', 'large-community-list',
    'extcommunity-list', 'rib A.B.C.D'].map((rest): ShowCommand<ZebraQuestion> => ({ pattern: `show ip ${rest}` })),
];

// --- what there is

/** Since when, as HH:MM:SS, 1d02h03m or 01w2d03h. */
function formatUptime(micros: Micros): string {
  const seconds = Math.floor(micros / SECOND);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86400)];
  if (days >= 7) return `${two(Math.floor(days / 7))}w${days % 7}d${two(hours % 24)}h`;
  if (days >= 1) return `${days}d${two(hours % 24)}h${two(minutes % 60)}m`;
  return `${two(hours)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** Connected routes have no weight, and so never the group of another route. */
function groupKey(entry: RibEntry): string {
  const hops = entry.nextHops.map((hop) => `${hop.gateway}@${hop.isInterfaceFound === true ? '' : hop.interfaceIndex}`).join(',');
  return `${entry.protocol === 'connected' ? 'c' : ''}${hops}`;
}

class View {
  readonly prefixes: readonly (readonly RibEntry[])[];
  private readonly question: ZebraQuestion;
  private readonly groups = new Map<string, number>();
  private readonly installedGroups = new Set<string>();

  constructor(question: ZebraQuestion) {
    this.question = question;
    this.prefixes = question.zebra.rib.prefixes();
    for (const entries of this.prefixes) {
      const selected = this.selected(entries);
      for (const entry of entries) {
        this.group(entry);
        if (isInstalled(entry, selected)) this.installedGroups.add(groupKey(entry));
      }
    }
  }

  /** Of those that lead anywhere the lowest distance, and of equals the oldest. */
  selected(entries: readonly RibEntry[]): RibEntry | undefined {
    let best: RibEntry | undefined;
    for (const entry of entries) {
      const isLeading = entry.nextHops.length === 0 || entry.nextHops.some((hop) => this.isActive(entry, hop));
      if (isLeading && entry.distance !== UNUSABLE_DISTANCE && (best === undefined || entry.distance <= best.distance)) best = entry;
    }
    return best;
  }

  group(entry: RibEntry): number {
    const key = groupKey(entry);
    const found = this.groups.get(key) ?? this.groups.size + 1;
    this.groups.set(key, found);
    return found;
  }

  isGroupInstalled(entry: RibEntry): boolean {
    return this.installedGroups.has(groupKey(entry));
  }

  /** The kernel did not take it. */
  isRefused({ protocol, network, prefixLength }: RibEntry): boolean {
    return this.question.zebra.isRefused(protocol, network, prefixLength);
  }

  uptime(entry: RibEntry): string {
    return formatUptime(this.question.now - entry.since);
  }

  interfaceName(hop: RibNextHop): string {
    return this.question.host.interfaceByIndex(hop.interfaceIndex)?.name ?? 'unknown';
  }

  isActive(entry: RibEntry, hop: RibNextHop): boolean {
    const { host, zebra } = this.question;
    if (hop.isRecursive === true) return true;
    const found = host.interfaceByIndex(hop.interfaceIndex);
    return found !== undefined && zebra.isOperative(found) && (entry.protocol !== 'ospf' || zebra.isUsable(entry, hop.gateway, found));
  }

  /** OSPF says so of every next hop behind an unnumbered interface. */
  isOnlink(entry: RibEntry, hop: RibNextHop): boolean {
    const { host, zebra } = this.question;
    if (hop.isOnLink === true) return true;
    const found = host.interfaceByIndex(hop.interfaceIndex);
    return zebra.behaviour.isPeerOnlink && entry.protocol === 'ospf' && found !== undefined && found.medium !== 'loopback' &&
      (found.isUnnumbered || (hop.gateway !== 0 && found.addresses.some((a) => a.peer === hop.gateway)));
  }
}

/** The kernel has every connected route. */
function isInstalled(entry: RibEntry, selected: RibEntry | undefined): boolean {
  return entry === selected || entry.protocol === 'connected';
}

function dropped(entry: RibEntry): string {
  return entry.isReject === true ? '(ICMP unreachable)' : '(blackhole)';
}

function hasTag(entry: RibEntry): boolean {
  return entry.tag !== undefined && entry.tag !== 0;
}

function prefixText({ network, prefixLength }: RibEntry): string {
  return formatPrefix(network, prefixLength);
}

// --- the table

function showTable(question: ZebraQuestion, { keywords }: CommandWords): string {
  const view = new View(question);
  const protocol = PROTOCOLS.find((name) => keywords.has(name));
  const isShown = (entry: RibEntry): boolean => protocol === undefined || entry.protocol === protocol;
  if (keywords.has('json')) {
    const all: JsonObject = {};
    for (const entries of view.prefixes) {
      const shown = entries.filter(isShown);
      if (shown.length > 0) all[prefixText(shown[0])] = shown.map((entry) => entryJson(view, entry, view.selected(entries)));
    }
    return `${formatJson(all, 'pretty-plain')}\n`;
  }
  let text = '';
  for (const entries of view.prefixes) {
    for (const entry of entries) if (isShown(entry)) text += entryLines(view, entry, view.selected(entries));
  }
  return text === '' ? '' : LEGEND + text;
}

function entryLines(view: View, entry: RibEntry, selected: RibEntry | undefined): string {
  const mark = markOf(view, entry, selected);
  const distance = entry.protocol === 'connected' ? '' : ` [${entry.distance}/${entry.metric}]`;
  const start = `${LETTERS[entry.protocol]}${entry === selected ? '>' : ' '}`;
  const rest = ` ${prefixText(entry)}${distance}`;
  const markOfHop = (hop: RibNextHop): string => (hop.isDuplicate === true || hop.isRecursive === true ? ' ' : mark);
  const uptime = view.uptime(entry);
  if (entry.nextHops.length === 0) return `${start}${mark}${rest} unreachable ${dropped(entry)}, weight 1, ${uptime}\n`;
  return entry.nextHops.map((hop, i) => {
    const beginning = i === 0 ? `${start}${markOfHop(hop)}${rest}` : `  ${markOfHop(hop)}${' '.repeat(rest.length + (hop.isResolver === true ? 2 : 0))}`;
    const way = hop.gateway === 0 && !view.isOnlink(entry, hop) ? `is directly connected, ${view.interfaceName(hop)}`
      : `via ${formatIpv4(hop.gateway)}${hop.isRecursive === true ? ' (recursive)' : `, ${view.interfaceName(hop)}`}`;
    return `${beginning} ${way}${hopMarks(view, entry, hop)}, ${uptime}\n`;
  }).join('');
}

function markOf(view: View, entry: RibEntry, selected: RibEntry | undefined): string {
  if (!isInstalled(entry, selected)) return ' ';
  return view.isRefused(entry) ? 'r' : '*';
}

function hopMarks(view: View, entry: RibEntry, hop: RibNextHop): string {
  return `${view.isActive(entry, hop) ? '' : ' inactive'}${view.isOnlink(entry, hop) ? ' onlink' : ''}${entry.protocol === 'connected' ? '' : ', weight 1'}`;
}

// --- one prefix

/** The longest prefix that holds an address; with a length, that prefix or nothing. The default route has a place even where there is none. */
function showOne(question: ZebraQuestion, address: Ipv4, prefixLength: number | undefined, { keywords }: CommandWords): string {
  const view = new View(question);
  let found: readonly RibEntry[] = [];
  for (const entries of view.prefixes) {
    const [{ network, prefixLength: length }] = entries;
    if (length <= (prefixLength ?? 32) && ((address & maskOf(length)) >>> 0) === network && (found.length === 0 || length > found[0].prefixLength)) found = entries;
  }
  const foundLength = found.at(0)?.prefixLength ?? 0;
  const isJson = keywords.has('json');
  if (prefixLength !== undefined && foundLength !== prefixLength) return isJson ? '{}\n' : '% Network not in table\n';
  if (isJson) {
    const key = found.length === 0 ? '0.0.0.0/0' : prefixText(found[0]);
    return `${formatJson({ [key]: found.map((entry) => entryJson(view, entry, view.selected(found))) }, 'pretty-plain')}\n`;
  }
  return found.map((entry) => entryText(view, entry, view.selected(found))).join('');
}

function entryText(view: View, entry: RibEntry, selected: RibEntry | undefined): string {
  const mark = markOf(view, entry, selected);
  let text = `Routing entry for ${prefixText(entry)}\n` +
    `  Known via "${entry.protocol}", distance ${entry.distance}, metric ${entry.metric}${hasTag(entry) ? `, tag ${entry.tag}` : ''}${entry === selected ? ', best' : ''}\n` +
    `  Last update ${view.uptime(entry)} ago\n`;
  if (entry.nextHops.length === 0) text += `  ${mark} unreachable ${dropped(entry)}, weight 1\n`;
  for (const hop of entry.nextHops) {
    const way = hop.gateway === 0 && !view.isOnlink(entry, hop) ? `directly connected, ${view.interfaceName(hop)}` 
      : `${formatIpv4(hop.gateway)}${hop.isRecursive === true ? ' (recursive)' : `, via ${view.interfaceName(hop)}`}`;
    text += `  ${hop.isDuplicate === true || hop.isRecursive === true ? ' ' : mark} ${hop.isResolver === true ? '  ' : ''}${way}${hop.isDuplicate === true ? ' (duplicate nexthop removed)' : ''}${hopMarks(view, entry, hop)}\n`;
  }
  return `${text}\n`;
}

// --- JSON

function entryJson(view: View, entry: RibEntry, selected: RibEntry | undefined): JsonObject {
  const group = view.group(entry);
  const isSelected = entry === selected;
  const isRefused = view.isRefused(entry);
  const hopCount = Math.max(1, entry.nextHops.length);
  const activeCount = entry.nextHops.length === 0 ? 1 : entry.nextHops.filter((hop) => view.isActive(entry, hop)).length;
  return {
    prefix: prefixText(entry), prefixLen: entry.prefixLength, protocol: entry.protocol, vrfId: 0, vrfName: 'default',
    ...(isSelected ? { selected: true, destSelected: true } : {}),
    distance: entry.distance, metric: entry.metric,
    ...(isInstalled(entry, selected) ? (isRefused ? { failed: true } : { installed: true }) : {}),
    ...(hasTag(entry) ? { tag: entry.tag ?? 0 } : {}),
    table: MAIN_TABLE, internalStatus: isInstalled(entry, selected) ? (isRefused ? STATUS_FAILED : STATUS_INSTALLED) : 0,
    internalFlags: (isSelected ? FLAG_SELECTED : 0) | (entry.protocol === 'static' ? FLAGS_STATIC : 0),
    internalNextHopNum: hopCount, internalNextHopActiveNum: activeCount, nexthopGroupId: group,
    ...(isSelected ? { installedNexthopGroupId: group } : {}),
    uptime: view.uptime(entry),
    nexthops: entry.nextHops.length === 0 ? [blackholeJson(view, entry)] : entry.nextHops.map((hop) => hopJson(view, entry, hop)),
  };
}

function fib(view: View, entry: RibEntry): JsonObject {
  return view.isGroupInstalled(entry) ? { flags: HOP_ACTIVE | HOP_FIB, fib: true } : { flags: HOP_ACTIVE };
}

function blackholeJson(view: View, entry: RibEntry): JsonObject {
  return { ...fib(view, entry), unreachable: true, ...(entry.isReject === true ? { reject: true } : { blackhole: true }), active: true, weight: 1 };
}

function hopJson(view: View, entry: RibEntry, hop: RibNextHop): JsonObject {
  const isOnlink = view.isOnlink(entry, hop);
  const isActive = view.isActive(entry, hop);
  const isInFib = isActive && hop.isRecursive !== true && view.isGroupInstalled(entry);
  const flags = (isActive ? HOP_ACTIVE : 0) | (isInFib ? HOP_FIB : 0) | (hop.isRecursive === true ? HOP_RECURSIVE : 0) | (isOnlink ? HOP_ONLINK : 0) |
    (hop.isDuplicate === true ? HOP_DUPLICATE : 0);
  return {
    flags,
    ...(hop.isDuplicate === true ? { duplicate: true } : {}),
    ...(isInFib ? { fib: true } : {}),
    ...(hop.gateway === 0 && !isOnlink ? { directlyConnected: true } : { ip: formatIpv4(hop.gateway), afi: 'ipv4' }),
    ...(hop.isRecursive === true ? {} : { interfaceIndex: hop.interfaceIndex, interfaceName: view.interfaceName(hop) }),
    ...(hop.isResolver === true ? { resolver: true } : {}),
    ...(isActive ? { active: true } : {}),
    ...(isOnlink ? { onLink: true } : {}),
    ...(hop.isRecursive === true ? { recursive: true } : {}),
    ...(entry.protocol === 'connected' ? {} : { weight: 1 }),
  };
}
