/**
 * `show ip ospf neighbor [detail] [json]` as FRR 8.4.4 prints it.
 *
 * Written from recordings (test/fixtures/frr-def). Neighbours come in the order of the interfaces, and within one by
 * address; a neighbour in state Down is not shown. What FRR's graceful-restart helper says is constant: there is none here.
 */
import { formatIpv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { OspfInterface } from '../../ospf/interface.js';
import type { Neighbor } from '../../ospf/neighbor.js';
import type { OspfProcess } from '../../ospf/process.js';
import { formatDuration, formatJson, formatOptions, type JsonValue } from './ospf-format.js';

const HEADER =
  '\nNeighbor ID     Pri State           Up Time         Dead Time Address         Interface                        RXmtL RqstL DBsmL\n';

export function showNeighbors(process: OspfProcess, now: Micros): string {
  let text = HEADER;
  for (const [owner, neighbor] of shownNeighbors(process)) {
    text += `${formatIpv4(neighbor.routerId).padEnd(15)} ${String(neighbor.priority).padStart(3)} ${stateAndRole(neighbor).padEnd(15)} ` +
      `${formatDuration(now - neighbor.lastProgressAt).padEnd(15)} ` +
      `${formatDuration(neighbor.inactivityTimer.remaining(now)).padStart(9)} ` +
      `${formatIpv4(neighbor.address).padEnd(15)} ${interfaceAndAddress(owner).padEnd(32)} ` +
      `${count(neighbor.retransmissionList.size)} ${count(neighbor.requestList.size)} ${count(neighbor.summaryList.size)}\n`;
  }
  return `${text}\n`;
}

export function showNeighborsJson(process: OspfProcess, now: Micros): string {
  const neighbors: Record<string, JsonValue[]> = {};
  for (const [owner, neighbor] of shownNeighbors(process)) {
    const state = stateAndRole(neighbor);
    const upMicros = now - neighbor.lastProgressAt;
    const deadMicros = neighbor.inactivityTimer.remaining(now);
    const isAlive = Number.isFinite(deadMicros);
    (neighbors[formatIpv4(neighbor.routerId)] ??= []).push({
      priority: neighbor.priority,
      state,
      nbrPriority: neighbor.priority,
      nbrState: state,
      converged: neighbor.state,
      role: role(neighbor),
      ...(isAlive
        ? { upTimeInMsec: milliseconds(upMicros), deadTimeMsecs: milliseconds(deadMicros),
            routerDeadIntervalTimerDueMsec: milliseconds(deadMicros),
            upTime: formatDuration(upMicros), deadTime: formatDuration(deadMicros) }
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
  return `${formatJson({ neighbors }, 'pretty')}\n`;
}

export function showNeighborDetail(process: OspfProcess, now: Micros): string {
  let text = '';
  for (const [owner, neighbor] of shownNeighbors(process)) {
    text += ` Neighbor ${formatIpv4(neighbor.routerId)}, interface address ${formatIpv4(neighbor.address)}\n` +
      `    In the area ${formatIpv4(owner.area.id)} via interface ${owner.name}\n` +
      `    Neighbor priority is ${neighbor.priority}, State is ${stateAndRole(neighbor)}, ${neighbor.stateChanges} state changes\n`;
    if (neighbor.lastProgressAt > 0 || neighbor.lastRegressAt > 0) text += '    Most recent state change statistics:\n';
    if (neighbor.lastProgressAt > 0) text += `      Progressive change ${formatDuration(now - neighbor.lastProgressAt)} ago\n`;
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
      '\n    Graceful restart Helper info:\n      Graceful Restart HELPER Status : None\n\n';
  }
  return `${text}\n`;
}

export function showNeighborDetailJson(process: OspfProcess, now: Micros): string {
  const neighbors: Record<string, JsonValue[]> = {};
  for (const [owner, neighbor] of shownNeighbors(process)) {
    (neighbors[formatIpv4(neighbor.routerId)] ??= []).push({
      ifaceAddress: formatIpv4(neighbor.address),
      areaId: formatIpv4(owner.area.id),
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
      grHelperStatus: 'None',
    });
  }
  return `${formatJson({ neighbors }, 'pretty')}\n`;
}

function* shownNeighbors(process: OspfProcess): Generator<readonly [OspfInterface, Neighbor]> {
  for (const owner of process.allInterfaces()) {
    for (const neighbor of owner.neighbors) if (neighbor.state !== 'Down') yield [owner, neighbor];
  }
}

/** Its part on the network as this router sees it: `DR`, `Backup`, `DROther`. */
function role(neighbor: Neighbor): string {
  const owner = neighbor.interface;
  if (owner.isDesignatedRouter(neighbor)) return 'DR';
  if (owner.isBackupDesignatedRouter(neighbor)) return 'Backup';
  return 'DROther';
}

function stateAndRole(neighbor: Neighbor): string {
  const isPointToPoint = neighbor.interface.parameters.networkType === 'point-to-point';
  return `${neighbor.state}/${isPointToPoint ? '-' : role(neighbor)}`;
}

function interfaceAndAddress(owner: OspfInterface): string {
  return owner.virtualLink === undefined ? `${owner.name}:${formatIpv4(owner.address)}` : owner.name;
}

/** FRR never stops these two once an adjacency has formed; this emulator does when there is nothing to send. */
function hasRequestThread(neighbor: Neighbor): boolean {
  return neighbor.requestTimer.isArmed || neighbor.isAtLeast('Loading');
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
