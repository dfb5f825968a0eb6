/**
 * `show ip ospf neighbor [all | IFNAME | ROUTER-ID] [detail] [json]` as FRR 8.4.4 prints it.
 *
 * Written from recordings (test/fixtures/frr-def). Neighbours come in the order of the interfaces, and within one by
 * address; a neighbour in state Down is not shown.
 */
import { formatIpv4, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { BfdDaemon } from '../../host/bfd.js';
import type { ConfiguredNeighbor } from '../../ospf/configured-neighbor.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { Neighbor } from '../../ospf/neighbor.js';
import type { OspfProcess } from '../../ospf/process.js';
import { neighborBfd } from './ospf-bfd.js';
import { neighborHelp } from './ospf-graceful-restart.js';
import { areaText, formatDuration, formatJson, formatOptions, type JsonValue } from './ospf-format.js';

const HEADER =
  '\nNeighbor ID     Pri State           Up Time         Dead Time Address         Interface                        RXmtL RqstL DBsmL\n';

/** Which neighbours; undefined fields leave out nobody. */
export interface NeighborSelection {
  readonly interfaceName?: string;
  readonly routerId?: Ipv4;
  readonly owner?: OspfInterface;
  /** Where the sessions are that the details name. */
  readonly bfd?: BfdDaemon;
}

const ALL: NeighborSelection = {};

/** Where FRR puts the list: below `neighbors`, or at the top. */
export type NeighborWrapping = 'wrapped' | 'bare' | 'bare-plain';

export function showNeighbors(process: OspfProcess, now: Micros): string {
  return `${HEADER}${rows(process, now, ALL)}\n`;
}

/** With those that are configured and silent; FRR leaves out the column of their Up Time. */
export function showAllNeighbors(process: OspfProcess, now: Micros): string {
  let text = HEADER;
  for (const owner of process.allInterfaces()) {
    text += rows(process, now, { owner });
    for (const { address, priority } of silent(owner)) {
      text += `${'-'.padEnd(15)} ${String(priority).padStart(3)} ${'Down'.padEnd(15)} ${'-'.padStart(9)} ` +
        `${formatIpv4(address).padEnd(32)} ${interfaceAndAddress(owner).padEnd(20)} ${count(0)} ${count(0)} ${count(0)}\n`;
    }
  }
  return `${text}\n`;
}

/** Configured neighbours that nothing has been heard of. */
function silent(owner: OspfInterface): ConfiguredNeighbor[] {
  return owner.configuredNeighbors.filter(({ address }) => (owner.neighborByAddress(address)?.state ?? 'Down') === 'Down');
}

/** Of one interface; the table has a head then even where there is no such interface, and nothing behind it. */
export function showNeighborsOf(process: OspfProcess, now: Micros, interfaceName: string): string {
  return hasInterface(process, interfaceName) ? `${HEADER}${rows(process, now, { interfaceName })}\n` : HEADER;
}

/** Of one router id, without a head. */
export function showNeighborsWithId(process: OspfProcess, now: Micros, routerId: Ipv4): string {
  return `${rows(process, now, { routerId })}\n`;
}

function rows(process: OspfProcess, now: Micros, selection: NeighborSelection): string {
  let text = '';
  for (const [owner, neighbor] of shownNeighbors(process, selection)) {
    text += `${idText(neighbor).padEnd(15)} ${String(neighbor.priority).padStart(3)} ${stateAndRole(neighbor).padEnd(15)} ` +
      `${upTime(neighbor, now).padEnd(15)} ` +
      `${formatDuration(neighbor.inactivityTimer.remaining(now)).padStart(9)} ` +
      `${formatIpv4(neighbor.address).padEnd(15)} ${interfaceAndAddress(owner).padEnd(32)} ` +
      `${count(neighbor.retransmissionList.size)} ${count(neighbor.requestList.size)} ${count(neighbor.summaryList.size)}\n`;
  }
  return text;
}

export function showNeighborsJson(process: OspfProcess, now: Micros, wrapping: NeighborWrapping, selection: NeighborSelection = ALL): string {
  if (selection.interfaceName !== undefined && !hasInterface(process, selection.interfaceName)) return '';
  const neighbors: Lists = {};
  addNeighbors(neighbors, process, now, selection);
  return wrapped(neighbors, wrapping);
}

export function showAllNeighborsJson(process: OspfProcess, now: Micros): string {
  const neighbors: Lists = {};
  for (const owner of process.allInterfaces()) {
    addNeighbors(neighbors, process, now, { owner });
    for (const { address, priority } of silent(owner)) {
      neighbors[formatIpv4(address)] = {
        nbrNbmaPriority: priority, nbrNbmaDown: true, nbrNbmaIfaceName: interfaceAndAddress(owner), nbrNbmaRetransmitCounter: 0, nbrNbmaRequestCounter: 0,
        nbrNbmaDbSummaryCounter: 0,
      };
    }
  }
  return wrapped(neighbors, 'bare');
}

/** Lists by router id; what is configured and silent stands alone. */
type Lists = Record<string, JsonValue>;

function pushTo(lists: Lists, key: string, neighbor: JsonValue): void {
  const list = lists[key];
  lists[key] = Array.isArray(list) ? [...(list as readonly JsonValue[]), neighbor] : [neighbor];
}

function addNeighbors(neighbors: Lists, process: OspfProcess, now: Micros, selection: NeighborSelection): void {
  for (const [owner, neighbor] of shownNeighbors(process, selection)) {
    const state = stateAndRole(neighbor);
    const deadMicros = neighbor.inactivityTimer.remaining(now);
    const isAlive = Number.isFinite(deadMicros);
    pushTo(neighbors, isNameless(neighbor) ? 'neighbor' : formatIpv4(neighbor.routerId), {
      priority: neighbor.priority,
      state,
      nbrPriority: neighbor.priority,
      nbrState: state,
      converged: neighbor.state,
      role: role(neighbor),
      ...(isAlive
        ? { upTimeInMsec: milliseconds(upMicros(neighbor, now)), deadTimeMsecs: milliseconds(deadMicros),
            routerDeadIntervalTimerDueMsec: milliseconds(deadMicros),
            upTime: upTime(neighbor, now), deadTime: formatDuration(deadMicros) }
        : { deadTimeMsecs: 'inactive', routerDeadIntervalTimerDueMsec: 'inactive' }),
      address: formatIpv4(neighbor.address),
      ifaceAddress: formatIpv4(neighbor.address),
      ifaceName: interfaceAndAddress(owner),
      retransmitCounter: neighbor.retransmissionList.size,
      linkStateRetransmissionListCounter: neighbor.retransmissionList.size,
      requestCounter: neighbor.requestList.size,
      linkStateRequestListCounter: neighbor.requestList.size,
      dbSummaryCounter: neighbor.summaryList.size,
      databaseSummaryListCounter: neighbor.summaryList.size,
    });
  }
}

function wrapped(neighbors: JsonValue, wrapping: NeighborWrapping): string {
  return `${formatJson(wrapping === 'wrapped' ? { neighbors } : neighbors, wrapping === 'bare-plain' ? 'pretty-plain' : 'pretty')}\n`;
}

/** A configured neighbour that has not said yet who it is. */
function isNameless(neighbor: Neighbor): boolean {
  return neighbor.state === 'Attempt' && neighbor.routerId === 0;
}

function idText(neighbor: Neighbor): string {
  return isNameless(neighbor) ? '-' : formatIpv4(neighbor.routerId);
}

/** A neighbour that has never got on has no time. */
function upMicros(neighbor: Neighbor, now: Micros): Micros {
  return neighbor.lastProgressAt > 0 ? now - neighbor.lastProgressAt : 0;
}

function upTime(neighbor: Neighbor, now: Micros): string {
  return formatDuration(upMicros(neighbor, now));
}

export function showNeighborDetail(process: OspfProcess, now: Micros, selection: NeighborSelection = ALL): string {
  if (selection.interfaceName !== undefined && !hasInterface(process, selection.interfaceName)) return 'No such interface.\n';
  return `${details(process, now, selection)}\n`;
}

/** With those that are configured and silent. */
export function showAllNeighborDetail(process: OspfProcess, now: Micros, selection: NeighborSelection = ALL): string {
  let text = '';
  for (const owner of process.allInterfaces()) {
    text += details(process, now, { ...selection, owner });
    for (const { address, priority, pollIntervalSeconds, pollTimer, stateChanges } of silent(owner)) {
      text += ` Neighbor -, interface address ${formatIpv4(address)}\n` +
        `    In the area ${areaText(owner.area)} via interface ${interfaceAndAddress(owner)}\n` +
        `    Neighbor priority is ${priority}, State is Down, ${stateChanges} state changes\n` +
        `    Poll interval ${pollIntervalSeconds}\n` +
        `${pollTimer.isArmed ? `    Poll timer due in ${formatDuration(pollTimer.remaining(now))}\n` : ''}` +
        `    Thread Poll Timer ${onOff(pollTimer.isArmed)}\n`;
    }
  }
  return `${text}\n`;
}

function details(process: OspfProcess, now: Micros, selection: NeighborSelection): string {
  let text = '';
  for (const [owner, neighbor] of shownNeighbors(process, selection)) {
    text += ` Neighbor ${idText(neighbor)}, interface address ${formatIpv4(neighbor.address)}\n` +
      `    In the area ${areaText(owner.area)} via interface ${owner.name}\n` +
      `    Neighbor priority is ${neighbor.priority}, State is ${stateAndRole(neighbor)}, ${neighbor.stateChanges} state changes\n`;
    if (neighbor.lastProgressAt > 0) text += `    Most recent state change statistics:\n      Progressive change ${formatDuration(now - neighbor.lastProgressAt)} ago\n`;
    if (neighbor.lastRegressAt > 0) {
      text += `      Regressive change ${formatDuration(now - neighbor.lastRegressAt)} ago, due to ${neighbor.lastRegressEvent}\n`;
    }
    text += `    DR is ${formatIpv4(neighbor.designatedRouter)}, BDR is ${formatIpv4(neighbor.backupDesignatedRouter)}\n` +
      `    Options ${neighbor.options} ${formatOptions(neighbor.options)}\n` +
      `    Dead timer due in ${formatDuration(neighbor.inactivityTimer.remaining(now))}\n` +
      `    Database Summary List ${neighbor.summaryList.size}\n` +
      `    Link State Request List ${neighbor.requestList.size}\n` +
      `    Link State Retransmission List ${neighbor.retransmissionList.size}\n` +
      `    Thread Inactivity Timer ${onOff(neighbor.inactivityTimer.isArmed)}\n` +
      // FRR's own spelling.
      `    Thread Database Description Retransmision ${onOff(neighbor.ddTimer.isArmed)}\n` +
      `    Thread Link State Request Retransmission ${onOff(hasRequestThread(neighbor))}\n` +
      `    Thread Link State Update Retransmission ${onOff(hasUpdateThread(neighbor))}\n` +
      `\n${neighborHelp(neighbor).text}${neighborBfd(neighbor, selection.bfd, now).text}`;
  }
  return text;
}

export function showNeighborDetailJson(process: OspfProcess, now: Micros, wrapping: NeighborWrapping, selection: NeighborSelection = ALL): string {
  if (selection.interfaceName !== undefined && !hasInterface(process, selection.interfaceName)) return '{}\n';
  const neighbors: Lists = {};
  addDetails(neighbors, process, now, selection);
  return wrapped(neighbors, wrapping);
}

export function showAllNeighborDetailJson(process: OspfProcess, now: Micros, selection: NeighborSelection = ALL): string {
  const neighbors: Lists = {};
  for (const owner of process.allInterfaces()) {
    addDetails(neighbors, process, now, { ...selection, owner });
    for (const { address, priority, pollIntervalSeconds, pollTimer, stateChanges } of silent(owner)) {
      neighbors.noNbrId = {
        ifaceAddress: formatIpv4(address), areaId: areaText(owner.area), iface: interfaceAndAddress(owner), nbrPriority: priority, nbrState: 'down',
        stateChangeCounter: stateChanges, pollInterval: pollIntervalSeconds,
        ...(pollTimer.isArmed ? { pollIntervalTimerDueMsec: milliseconds(pollTimer.remaining(now)), pollIntervalTimerThread: 'on' } : {}),
      };
    }
  }
  return wrapped(neighbors, 'bare');
}

function addDetails(neighbors: Lists, process: OspfProcess, now: Micros, selection: NeighborSelection): void {
  for (const [owner, neighbor] of shownNeighbors(process, selection)) {
    pushTo(neighbors, isNameless(neighbor) ? 'noNbrId' : formatIpv4(neighbor.routerId), {
      ifaceAddress: formatIpv4(neighbor.address),
      areaId: areaText(owner.area),
      ifaceName: owner.name,
      nbrPriority: neighbor.priority,
      nbrState: stateAndRole(neighbor),
      stateChangeCounter: neighbor.stateChanges,
      ...(neighbor.lastProgressAt > 0 ? { lastPrgrsvChangeMsec: milliseconds(now - neighbor.lastProgressAt) } : {}),
      ...(neighbor.lastRegressAt > 0
        ? { lastRegressiveChangeMsec: milliseconds(now - neighbor.lastRegressAt),
            lastRegressiveChangeReason: neighbor.lastRegressEvent }
        : {}),
      routerDesignatedId: formatIpv4(neighbor.designatedRouter),
      routerDesignatedBackupId: formatIpv4(neighbor.backupDesignatedRouter),
      optionsCounter: neighbor.options,
      optionsList: formatOptions(neighbor.options),
      routerDeadIntervalTimerDueMsec: neighbor.inactivityTimer.isArmed
        ? milliseconds(neighbor.inactivityTimer.remaining(now)) : -1,
      databaseSummaryListCounter: neighbor.summaryList.size,
      linkStateRequestListCounter: neighbor.requestList.size,
      linkStateRetransmissionListCounter: neighbor.retransmissionList.size,
      ...(neighbor.inactivityTimer.isArmed ? { threadInactivityTimer: 'on' } : {}),
      ...(neighbor.ddTimer.isArmed ? { threadDatabaseDescriptionRetransmission: 'on' } : {}),
      ...(hasRequestThread(neighbor) ? { threadLinkStateRequestRetransmission: 'on' } : {}),
      ...(hasUpdateThread(neighbor) ? { threadLinkStateUpdateRetransmission: 'on' } : {}),
      ...neighborHelp(neighbor).json,
      ...neighborBfd(neighbor, selection.bfd, now).json,
    });
  }
}

function hasInterface(process: OspfProcess, name: string): boolean {
  return process.systemInterfaces.some((system) => system.name === name) || process.allInterfaces().some((owner) => owner.name === name);
}

function* shownNeighbors(process: OspfProcess, { interfaceName, routerId, owner: only }: NeighborSelection): Generator<readonly [OspfInterface, Neighbor]> {
  for (const owner of process.allInterfaces()) {
    if ((interfaceName !== undefined && owner.name !== interfaceName) || (only !== undefined && owner !== only)) continue;
    for (const neighbor of owner.neighbors) {
      if (neighbor.state !== 'Down' && (routerId === undefined || neighbor.routerId === routerId)) yield [owner, neighbor];
    }
  }
}

/** Its part on the network as this router sees it: `DR`, `Backup`, `DROther`. */
function role(neighbor: Neighbor): string {
  const owner = neighbor.interface;
  if (owner.isDesignatedRouter(neighbor)) return 'DR';
  if (owner.isBackupDesignatedRouter(neighbor)) return 'Backup';
  return 'DROther';
}

/** FRR's buffer is too short for `Exchange/DROther`. */
const STATE_LENGTH = 15;

function stateAndRole(neighbor: Neighbor): string {
  const isPointToPoint = neighbor.interface.parameters.networkType === 'point-to-point';
  return `${neighbor.state}/${isPointToPoint ? '-' : role(neighbor)}`.slice(0, STATE_LENGTH);
}

function interfaceAndAddress(owner: OspfInterface): string {
  return owner.virtualLink === undefined ? `${owner.name}:${formatIpv4(owner.address)}` : owner.name;
}

/** FRR never stops these two once they run; this emulator does when there is nothing to send. */
function hasRequestThread(neighbor: Neighbor): boolean {
  return neighbor.hasRequested;
}

function hasUpdateThread(neighbor: Neighbor): boolean {
  return neighbor.retransmissionTimer.isArmed || neighbor.isAtLeast('Exchange');
}

function onOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}

function count(value: number): string {
  return String(value).padStart(5);
}

function milliseconds(micros: Micros): number {
  return Math.floor(micros / 1000);
}
