/**
 * What MPROUTE (OMPROUTE on z/OS) shows of itself: `D TCPIP,,OMPROUTE,...` and, on z/VM, `SMSG MPROUTE ...`.
 *
 * Read "DISPLAY TCPIP,,OMPROUTE" in IP System Administrator's Commands first: message numbers, headings, columns and codes are from there, and its
 * examples; the width of the columns is ours. Left out: what is not counted here (retransmissions, duplicates, direct acknowledgments), and
 * demand circuits, which there are none of. A route's age is the time since it last changed.
 */
import { formatIpv4, maskOf, type Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { Neighbor } from '../../ospf/neighbor.js';
import type { OspfProcess } from '../../ospf/process.js';
import { prefixKey, type PathType } from '../../ospf/routing-table.js';
import { OptionBit } from '../../wire/ospf/options.js';
import { INTERFACE_STATE_CODES, INTERFACE_BACKUP_CODE, NEIGHBOR_STATE_CODES } from '../mproute-console.js';
import type { SystemNode } from '../node.js';
import type { RibEntry } from '../rib.js';
import { parseDottedQuad } from './operand.js';

export const OMPROUTE_SHOW_COMMANDS: readonly string[] = ['OSPF,AREASUM', 'OSPF,DATABASE[,AREAID=A.B.C.D]', 'OSPF,INTERFACE', 'OSPF,LIST,VLINKS', 'OSPF,NEIGHBOR[,IPADDR=A.B.C.D]', 'RTTABLE']
  .map((rest) => `D TCPIP,,OMPROUTE,${rest}`);

interface Question {
  readonly node: SystemNode;
  readonly process: OspfProcess;
  readonly now: Micros;
  /** IPADDR or AREAID. */
  readonly address: Ipv4 | undefined;
}

const ANSWERS: Readonly<Record<string, (question: Question) => string>> = {
  'OSPF,LIST,VLINKS': showVirtualLinks,
  'OSPF,AREASUM': showAreas,
  'OSPF,DATABASE': showDatabase,
  'OSPF,INTERFACE': showInterfaces,
  'OSPF,NEIGHBOR': (question) => (question.address === undefined ? showNeighbors(question) : showNeighbor(question, question.address)),
  RTTABLE: showRoutes,
};

/** Short forms, as IBM's capitals give them. */
const WORDS: Readonly<Record<string, string>> = { IF: 'INTERFACE', IFS: 'INTERFACE', INTERFACES: 'INTERFACE', NBR: 'NEIGHBOR', NBRS: 'NEIGHBOR', NEIGHBORS: 'NEIGHBOR' };

/** Undefined: it is no command of MPROUTE. */
function asked(line: string): { readonly key: string; readonly address?: Ipv4 } | undefined {
  const match = /^(?:D(?:ISPLAY)?\s+TCPIP,[A-Z0-9$#@]*,OMP(?:ROUTE)?,|SMSG\s+O?MPROUTE\s+)(.+)$/i.exec(line.trim());
  if (match === null) return undefined;
  let address: Ipv4 | undefined;
  const words: string[] = [];
  for (const part of match[1].trim().toUpperCase().split(/[\s,]+/)) {
    const value = /^(IPADDR|AREAID)=(.+)$/.exec(part);
    if (value === null) words.push(WORDS[part] ?? part);
    else {
      address = parseDottedQuad(value[2]);
      if (address === undefined) return undefined;
    }
  }
  const key = words.join(',');
  const takesAddress = key === 'OSPF,DATABASE' || key === 'OSPF,NEIGHBOR';
  return Object.hasOwn(ANSWERS, key) && (address === undefined || takesAddress) ? { key, ...(address === undefined ? {} : { address }) } : undefined;
}

export function isOmprouteCommand(line: string): boolean {
  return asked(line) !== undefined;
}

/** Undefined: it is no such command. */
export function showOmproute(node: SystemNode, now: Micros, line: string): string | undefined {
  const question = asked(line);
  if (question === undefined) return undefined;
  if (node.ospf === undefined) return 'MPROUTE is not running\n';
  return ANSWERS[question.key]({ node, process: node.ospf, now, address: question.address });
}

function table(title: string, heads: readonly string[], widths: readonly number[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `${cells.map((cell, i) => String(cell).padEnd(widths[i])).join('').trimEnd()}\n`;
  return `${title}\n${line(heads)}${rows.map(line).join('')}`;
}

function showVirtualLinks({ process }: Question): string {
  return table('EZZ7836I VIRTUAL LINK CONFIGURATION', ['VIRTUAL ENDPOINT', 'TRANSIT AREA', 'RTRNS', 'TRNSDLY', 'HELLO', 'DEAD'], [18, 17, 7, 9, 7, 5],
    (process.configuration.virtualLinks ?? []).map(({ peerRouterId, transitArea, settings }) => [formatIpv4(peerRouterId), formatIpv4(transitArea),
      settings.retransmitIntervalSeconds ?? '', settings.transmitDelaySeconds ?? '', settings.helloIntervalSeconds ?? '', settings.deadIntervalSeconds ?? '']));
}

function showAreas({ process }: Question): string {
  const authentication = (area: Area): string => {
    const types = new Set(area.interfaces.map(({ parameters }) => parameters.authentication.type));
    return types.has('md5') ? 'MD5' : types.has('simple') ? 'PASSWORD' : 'NONE';
  };
  return table('EZZ7848I AREA SUMMARY', ['AREA ID', 'AUTHENTICATION', '#IFCS', '#NETS', '#RTRS', '#BRDRS'], [17, 17, 7, 7, 7, 6], process.areas.map((area) => [
    formatIpv4(area.id), authentication(area), area.interfaces.length, area.lsdb.ofType(2).length, area.lsdb.ofType(1).length,
    [...process.routingTable.routers.values()].flat().filter((router) => router.area === area && router.isAreaBorderRouter).length]));
}

function showDatabase({ process, now, address }: Question): string {
  const area = process.areas.find(({ id }) => id === (address ?? 0));
  if (area === undefined) return `EZZ7853I AREA LINK STATE DATABASE\nthere is no area ${formatIpv4(address ?? 0)}\n`;
  const lsas = area.lsdb.all();
  let total = 0;
  for (const { header } of lsas) total += header.checksum;
  return table('EZZ7853I AREA LINK STATE DATABASE', ['TYPE', 'LS DESTINATION', 'LS ORIGINATOR', 'SEQNO', 'AGE', 'XSUM'], [5, 18, 17, 12, 6, 6], lsas.map(({ header }, i) => [
    header.lsType, `${header.lsType === 1 || header.lsType === 4 ? '@' : ''}${formatIpv4(header.linkStateId)}`, formatIpv4(header.advertisingRouter),
    hexadecimal(header.sequence >>> 0, 8), lsas[i].ageSeconds(now), hexadecimal(header.checksum, 4).replace('x', 'X')])) +
    `                # ADVERTISEMENTS:      ${lsas.length}\n                CHECKSUM TOTAL:        0X${total.toString(16).toUpperCase()}\n`;
}

function hexadecimal(value: number, digits: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = { broadcast: 'BRDCST', 'non-broadcast': 'MULTI', 'point-to-point': 'P-P', 'virtual-link': 'VLINK', loopback: 'VIPA' };

function showInterfaces({ node, process }: Question): string {
  return table('EZZ7849I INTERFACES', ['IFC ADDRESS', 'PHYS', 'ASSOC. AREA', 'TYPE', 'STATE', '#NBRS', '#ADJS'], [17, 18, 17, 8, 7, 7, 6], process.allInterfaces().map((owner) => [
    formatIpv4(owner.address), owner.name, formatIpv4(owner.area.id), TYPE_NAMES[owner.parameters.networkType] ?? 'P-P', interfaceState(node, owner),
    owner.neighbors.length, owner.neighbors.filter((neighbor) => neighbor.state === 'Full').length]));
}

function interfaceState(node: SystemNode, owner: OspfInterface): string {
  if (owner.parameters.networkType === 'loopback') return 'N/A';
  if (node.daemon?.isBehindParallel(owner.name) === true) return String(INTERFACE_BACKUP_CODE);
  return String(INTERFACE_STATE_CODES[owner.state]);
}

function neighborsOf(process: OspfProcess): Neighbor[] {
  return process.allInterfaces().flatMap(({ neighbors }) => neighbors);
}

function showNeighbors({ process }: Question): string {
  return table('EZZ7851I NEIGHBOR SUMMARY', ['NEIGHBOR ADDR', 'NEIGHBOR ID', 'STATE', 'LSRXL', 'DBSUM', 'LSREQ', 'HSUP', 'IFC'], [17, 17, 7, 7, 7, 7, 6, 16],
    neighborsOf(process).map((neighbor) => [formatIpv4(neighbor.address), formatIpv4(neighbor.routerId), NEIGHBOR_STATE_CODES[neighbor.state], neighbor.retransmissionList.size,
      neighbor.summaryList.size, neighbor.requestList.size, 'OFF', neighbor.interface.name]));
}

function showNeighbor({ process, now }: Question, address: Ipv4): string {
  const neighbor = neighborsOf(process).find((each) => each.address === address);
  if (neighbor === undefined) return `EZZ7852I NEIGHBOR DETAILS\nthere is no neighbor ${formatIpv4(address)}\n`;
  const pairs: readonly (readonly [string, string | number])[] = [
    ['NEIGHBOR IP ADDRESS', formatIpv4(neighbor.address)], ['OSPF ROUTER ID', formatIpv4(neighbor.routerId)], ['NEIGHBOR STATE', NEIGHBOR_STATE_CODES[neighbor.state]],
    ['PHYSICAL INTERFACE', neighbor.interface.name], ['DR CHOICE', formatIpv4(neighbor.designatedRouter)], ['BACKUP CHOICE', formatIpv4(neighbor.backupDesignatedRouter)],
    ['DR PRIORITY', neighbor.priority], ['NBR OPTIONS', optionText(neighbor.options)], ['DB SUMM QLEN', neighbor.summaryList.size], ['LS RXMT QLEN', neighbor.retransmissionList.size],
    ['LS REQ QLEN', neighbor.requestList.size], ['LAST HELLO', Math.floor((now - neighbor.lastHelloAt) / SECOND)], ['NO HELLO', 'OFF'],
  ];
  return `EZZ7852I NEIGHBOR DETAILS\n${pairs.map(([name, value]) => `${`${name}:`.padEnd(24)}${value}\n`).join('')}`;
}

function optionText(options: number): string {
  return ([[OptionBit.external, 'E'], [OptionBit.multicast, 'MC'], [OptionBit.demandCircuits, 'DC']] as const)
    .filter(([bit]) => (options & bit) !== 0).map(([, letter]) => letter).join(',');
}

const PATH_NAMES: Readonly<Record<PathType, string>> = { 'intra-area': 'SPF', 'inter-area': 'SPIA', 'external-1': 'SPE1', 'external-2': 'SPE2' };

function showRoutes({ node, process, now }: Question): string {
  const rows = node.zebra.rib.prefixes().map((entries) => entries.reduce((best, each) => (each.distance < best.distance ? each : best))).map((entry) => [routeType(entry, process), formatIpv4(entry.network),
    maskOf(entry.prefixLength).toString(16).toUpperCase().padStart(8, '0'), entry.protocol === 'ospf' ? entry.metric : entry.protocol === 'static' ? 0 : 1,
    Math.floor((now - entry.since) / SECOND), nextHops(entry, node)]);
  return table('EZZ7847I ROUTING TABLE', ['TYPE', 'DEST NET', 'MASK', 'COST', 'AGE', 'NEXT HOP(S)'], [7, 17, 10, 8, 8, 20], rows) +
    `                 ${rows.length} NETS KNOWN\n`;
}

/** An asterisk: there is a direct route behind it; of direct routes, one from OSPF. */
function routeType({ protocol, network, prefixLength }: RibEntry, { routingTable, externalRoutes }: OspfProcess): string {
  if (protocol === 'static') return 'STAT';
  const key = prefixKey(network, prefixLength);
  const route = routingTable.find(key) ?? externalRoutes.get(key);
  if (protocol === 'connected') return route === undefined ? 'DIR' : 'DIR*';
  return route === undefined ? 'SPF' : PATH_NAMES[route.pathType];
}

function nextHops({ nextHops: hops }: RibEntry, node: SystemNode): string {
  const [first] = hops;
  if (first === undefined) return 'NONE';
  const networkInterface = node.host.interfaceByIndex(first.interfaceIndex);
  const own = networkInterface?.medium === 'ethernet' ? networkInterface.addresses.at(0)?.address : undefined;
  const text = first.gateway !== 0 ? formatIpv4(first.gateway) : own === undefined ? networkInterface?.name ?? '' : formatIpv4(own);
  return hops.length === 1 ? text : `${text} (${hops.length})`;
}
