/**
 * What follows when a running process is told something else about the extensions of RFC 2328: stub router, opaque LSAs, router information,
 * graceful restart. As FRR 8.4.4 does it on the statement; see reconfiguration.ts.
 *
 *   max-metric ... administrative     the router-LSA says so at once, and takes it back at once unless the time after the start still runs
 *   max-metric ... on-startup         too late for this life of the daemon; taken back, the time is over
 *   max-metric ... on-shutdown        when the process is removed
 *   capability opaque                 everything of our own is flushed, and every adjacency begins anew with or without the O bit
 *   router-info                       originated a slot later, or flushed
 *   mpls-te, link-params              see traffic-engineering.ts
 *   segment-routing                   see segment-routing.ts; router information says so as soon as it may
 *   graceful-restart helper           who may not be helped any more is not
 */
import type { Micros } from '../base/micros.js';
import { flushLsa } from './ageing.js';
import { scheduleBorderRouterTask } from './border-router.js';
import type { OspfConfiguration } from './configuration.js';
import { endHelp } from './graceful-restart-helper.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { updateRouterLsa } from './origination.js';
import type { OspfProcess } from './process.js';
import { updateExternals } from './redistribution.js';
import { reconfigureStubRouter } from './stub-router.js';

/** Fields of the configuration that are taken over here. */
export const EXTENSION_FIELDS: readonly string[] = ['stubRouter', 'isOpaqueCapable', 'routerInformation', 'trafficEngineering', 'linkParameters', 'segmentRouting', 'gracefulRestart', 'gracefulRestartHelper'];

export function reconfigureExtensions(process: OspfProcess, before: OspfConfiguration, changed: readonly string[], now: Micros): void {
  if (changed.includes('stubRouter')) for (const area of process.areas) reconfigureStubRouter(area, before.stubRouter, now);
  if (changed.includes('isOpaqueCapable')) renegotiate(process, now);
  if (changed.includes('routerInformation')) process.routerInformation.reconfigure(now);
  if (changed.includes('trafficEngineering') || changed.includes('linkParameters')) process.trafficEngineering.reconfigure(before, now);
  if (changed.includes('segmentRouting')) {
    process.routerInformation.reconfigure(now);
    process.routerInformation.refreshAll(now);
    process.segmentRouting.reconfigure(before, now);
  }
  if (changed.includes('gracefulRestartHelper')) dropHelp(process, now);
}

/** The O bit is said when an adjacency begins: so all begin anew, and LSAs of our own with them. */
function renegotiate(process: OspfProcess, now: Micros): void {
  process.isOpaqueCapable = process.configuration.isOpaqueCapable ?? process.behaviour.isOpaqueCapable;
  for (const lsa of process.allLsas()) if (lsa.isSelfOriginated) flushLsa(process, lsa, now);
  for (const owner of process.interfaces) {
    for (const neighbor of owner.neighbors) if (neighbor.isAtLeast('ExStart')) raiseNeighborEvent(neighbor, 'SeqNumberMismatch');
  }
  for (const area of process.areas) updateRouterLsa(area, now);
  updateExternals(process, now);
  scheduleBorderRouterTask(process, now);
}

function dropHelp(process: OspfProcess, now: Micros): void {
  const said = process.configuration.gracefulRestartHelper;
  for (const owner of process.interfaces) {
    for (const neighbor of [...owner.neighbors]) {
      if (said?.isEnabled !== true && said?.routerIds.has(neighbor.routerId) !== true) endHelp(neighbor, 'TOPO_CHG', now);
    }
  }
}
