/**
 * `show ip ospf graceful-restart helper [detail] [json]`, and what a neighbour's details say of it, as FRR 8.4.4 prints them.
 *
 * Two of its texts are defects of the real one that are kept: keys that are there twice, with a capital and without, and "restartSupoort".
 */
import { formatIpv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { SUPPORTED_GRACE_SECONDS, type Help, type HelpEnd, type HelpRefusal } from '../../ospf/graceful-restart-helper.js';
import type { Neighbor } from '../../ospf/neighbor.js';
import type { OspfProcess } from '../../ospf/process.js';
import type { JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

const END_TEXTS: Record<HelpEnd, string> = { TOPO_CHG: 'Topology Change', GRACE_TIMEOUT: 'Grace timer expiry', COMPLETED: 'Successful graceful restart' };

const REFUSAL_TEXTS: Record<HelpRefusal, string> = {
  disabled: 'Helper support disabled', 'not Full': 'Neighbour is not in FULL state', unplanned: 'Supports only planned restart but received unplanned',
  'topology change': 'Topo change due to change in lsa rxmt list', 'old Grace-LSA': 'LSA age is more than Grace interval',
  restarting: 'Router is in the process of graceful restart',
};

const RESTART_REASONS = ['Unknown restart', 'Software restart', 'Software reload/upgrade', 'Switch to redundant control processor'] as const;

/** So many ids stand in one line. */
const IDS_IN_LINE = 5;

function restartReason({ grace }: Help): string {
  return RESTART_REASONS.at(grace.reason) ?? 'Invalid reason';
}

/** What `show ip ospf neighbor detail` ends with. */
export function neighborHelp({ help, helpRefusal, helpEnd }: Neighbor): { readonly text: string; readonly json: JsonObject } {
  const status = help === undefined ? '      Graceful Restart HELPER Status : None\n'
    : `      Graceful Restart HELPER Status : Inprogress.\n      Graceful Restart grace period time: ${help.grace.periodSeconds} (seconds).\n` +
      `      Graceful Restart reason: ${restartReason(help)}.\n`;
  return {
    text: `    Graceful restart Helper info:\n${status}${helpRefusal === undefined ? '' : `      Helper rejected reason: ${REFUSAL_TEXTS[helpRefusal]}.\n`}` +
      `${helpEnd === undefined ? '' : `      Last helper exit reason: ${END_TEXTS[helpEnd]}.\n`}\n`,
    json: {
      grHelperStatus: help === undefined ? 'None' : 'Inprogress',
      ...(help === undefined ? {} : { graceInterval: help.grace.periodSeconds, grRestartReason: restartReason(help) }),
      ...(helpRefusal === undefined ? {} : { helperRejectReason: REFUSAL_TEXTS[helpRefusal] }),
      ...(helpEnd === undefined ? {} : { helperExitReason: END_TEXTS[helpEnd] }),
    },
  };
}

function settings({ configuration }: OspfProcess): { readonly isEnabled: boolean; readonly isStrict: boolean; readonly isPlannedOnly: boolean; readonly seconds: number; readonly ids: string[] } {
  const said = configuration.gracefulRestartHelper;
  return {
    isEnabled: said?.isEnabled ?? false, isStrict: said?.isStrict ?? true, isPlannedOnly: said?.isPlannedOnly ?? false,
    seconds: said?.supportedGraceSeconds ?? SUPPORTED_GRACE_SECONDS, ids: [...(said?.routerIds ?? [])].map(formatIpv4),
  };
}

function helped(process: OspfProcess): (Neighbor & { readonly help: Help })[] {
  return process.allInterfaces().flatMap((owner) => owner.neighbors).filter((neighbor): neighbor is Neighbor & { readonly help: Help } => neighbor.help !== undefined);
}

function leftSeconds({ timer }: Help, now: Micros): number {
  return Math.floor(timer.remaining(now) / SECOND);
}

export function showHelper(process: OspfProcess, now: Micros, isDetail: boolean): string {
  const { isEnabled, isStrict, isPlannedOnly, seconds, ids } = settings(process);
  let list = '';
  ids.forEach((id, index) => {
    list += `${id.padEnd(6)},${(index + 1) % IDS_IN_LINE === 0 ? '\n' : ''}`;
  });
  let text = `\n\n       OSPF Router with ID (${formatIpv4(process.routerId)})\n\n` +
    ` Graceful restart helper support ${isEnabled ? 'enabled' : 'disabled'}.\n Strict LSA check is ${isStrict ? 'enabled' : 'disabled'}.\n` +
    ` Helper supported for ${isPlannedOnly ? 'planned restarts only' : 'Planned and Unplanned Restarts'}.\n` +
    ` Supported Graceful restart interval: ${seconds}(in seconds).\n` +
    (ids.length === 0 ? '' : ` Enable Router list:\n   ${list}\n\n`) +
    (process.lastHelpEnd === undefined ? '' : ` Last Helper exit Reason :${END_TEXTS[process.lastHelpEnd]}\n`) +
    (process.activeHelps > 0 ? ` Number of Active neighbours in graceful restart: ${process.activeHelps}\n` : '\n');
  if (!isDetail) return text;
  helped(process).forEach(({ address, routerId, help }, index) => {
    text += ` Neighbour ${index + 1} :\n   Address  : ${formatIpv4(address)}\n   Routerid : ${formatIpv4(routerId)}\n` +
      `   Received Grace period : ${help.grace.periodSeconds}(in seconds).\n   Actual Grace period : ${help.supportedSeconds}(in seconds)\n` +
      `   Remaining GraceTime:${leftSeconds(help, now)}(in seconds).\n   Graceful Restart reason: ${restartReason(help)}.\n\n`;
  });
  return text;
}

export function helperObject(process: OspfProcess, now: Micros, isDetail: boolean): JsonObject {
  const { isEnabled, isStrict, isPlannedOnly, seconds, ids } = settings(process);
  const end = process.lastHelpEnd === undefined ? undefined : END_TEXTS[process.lastHelpEnd];
  const neighbors = Object.fromEntries(helped(process).map(({ address, routerId, help }) => [formatIpv4(address), {
    srcAddr: formatIpv4(address), routerid: formatIpv4(routerId), recvdGraceInterval: help.grace.periodSeconds, actualGraceInterval: help.supportedSeconds,
    remainGracetime: leftSeconds(help, now), restartReason: restartReason(help),
  }]));
  const hasNeighbors = isDetail && process.allInterfaces().some((owner) => owner.neighbors.length > 0);
  return {
    routerId: formatIpv4(process.routerId), helperSupport: isEnabled ? 'Enabled' : 'Disabled', strictLsaCheck: isStrict ? 'Enabled' : 'Disabled',
    restartSupoort: isPlannedOnly ? 'Planned Restart only' : 'Planned and Unplanned Restarts', supportedGracePeriod: seconds,
    ...(end === undefined ? {} : { LastExitReason: end, lastExitReason: end }),
    ...(process.activeHelps > 0 ? { activeRestarterCnt: process.activeHelps } : {}),
    ...(ids.length === 0 ? {} : { enabledRouterIds: ids.map((routerId) => ({ routerId })) }),
    ...(hasNeighbors ? { Neighbors: neighbors, neighbors } : {}),
  };
}
