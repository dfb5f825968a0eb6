/**
 * When routes are calculated anew, and the sequence of a calculation. [2328:16]
 *
 * The standard leaves the moment open; implementations do not agree. The policy is data in `OspfBehaviour`:
 * a fixed delay and hold (Zebra), a hold that grows with every calculation inside it (FRR), one that doubles, RFC 8405's machine, or the next
 * tick (BIRD).
 */
import type { Micros } from '../base/micros.js';
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { Area } from './area.js';
import type { OspfBehaviour, SpfSchedule } from './behaviour.js';
import { runBorderRouterTask } from './border-router.js';
import type { OspfConfiguration } from './configuration.js';
import { calculateExternals, scheduleExternalCalculation } from './external.js';
import { calculateAllInterArea, takeOverInterArea, takeSummaryChanges, type SummaryChanges } from './inter-area-revision.js';
import { checkTranslators, followNssaCopies } from './nssa.js';
import type { OspfProcess } from './process.js';
import { installDifferences } from './route-installation.js';
import { NextHopSets } from './next-hop-sets.js';
import { sharedPrefixTable } from './prefix-table.js';
import { NetworkRoute, RoutingTable, removeUnreachableRouters } from './routing-table.js';
import { calculateArea } from './spf.js';
import { reviseRoutes } from './revision.js';
import { nextTick, requestTick } from './tick.js';
import { dropUnreachableVirtualLinks, prepareVirtualLinks, removeUnknownHops, updateVirtualLinks } from './virtual-link.js';

/** The persona's policy with the times that are configured. */
export function configuredSchedule(configuration: OspfConfiguration, behaviour: OspfBehaviour): SpfSchedule {
  const timers = configuration.spfTimers;
  if (timers === undefined) return behaviour.spfSchedule;
  if (behaviour.spfSchedule.policy === 'fixed') {
    return { policy: 'fixed', delayMicros: timers.delayMs * MILLISECOND, holdMicros: timers.initialHoldMs * MILLISECOND };
  }
  if (behaviour.spfSchedule.policy === 'backoff') return behaviour.spfSchedule;
  return {
    policy: behaviour.spfSchedule.policy, delayMicros: timers.delayMs * MILLISECOND, initialHoldMicros: timers.initialHoldMs * MILLISECOND,
    maximumHoldMicros: timers.maximumHoldMs * MILLISECOND,
  };
}

/** Asks for a calculation; one that is already due is not moved. */
export function scheduleCalculation(process: OspfProcess, now: Micros): void {
  const { spfSchedule: schedule } = process;
  // Every event counts for RFC 8405, also one that comes while a calculation is due.
  const backoff = schedule.policy === 'backoff' ? process.spfBackoff.onEvent(schedule.times, now) : 0; // [8405:3]
  const { tick } = process;
  if (process.calculationTimer.isArmed || tick?.isCalculationDue === true || process.isStopping) return; // [8405:5.3 SPF_TIMER]
  const delay = tick !== undefined ? nextTick(process, tick, now) - now
    : schedule.policy === 'backoff' ? backoff : calculationDelay(process, schedule, now);
  process.environment.trace({ kind: 'spf-schedule', clause: '[2328:16]', delayMicros: delay });
  if (tick === undefined) process.calculationTimer.arm(now + delay);
  else {
    tick.isCalculationDue = true;
    requestTick(process, tick, now);
  }
}

function calculationDelay(process: OspfProcess, schedule: Exclude<SpfSchedule, { policy: 'backoff' }>, now: Micros): Micros {
  const elapsed = now - process.lastSpfAt;
  switch (schedule.policy) {
    case 'tick': return 0;
    case 'fixed': {
      // Whole seconds, as time() counts them; never less than the delay.
      const elapsedSeconds = Math.floor(now / SECOND) - Math.floor(process.lastSpfAt / SECOND);
      const left = schedule.holdMicros - elapsedSeconds * SECOND;
      return left > schedule.delayMicros ? left : schedule.delayMicros;
    }
    case 'exponential':
      return process.spfExponential.delay(schedule.delayMicros, schedule.initialHoldMicros, schedule.maximumHoldMicros, elapsed);
    case 'linear': {
      const hold = Math.min(schedule.initialHoldMicros * process.spfHoldMultiplier, schedule.maximumHoldMicros);
      if (elapsed >= hold) {
        process.spfHoldMultiplier = 1;
        return schedule.delayMicros;
      }
      if (hold < schedule.maximumHoldMicros) process.spfHoldMultiplier++;
      return Math.max(hold - elapsed, schedule.delayMicros);
    }
  }
}

/**
 * The calculation: areas, inter-area routes, then what depends on them.
 * What has changed since the last one decides how much is worked out anew (revision.ts); nobody else can tell.
 */
export function runCalculation(process: OspfProcess, now: Micros): void {
  process.lastSpfAt = now;
  process.spfRuns++; // RFC 8405's state stays as it is [8405:5.3(7)] [8405:5.3(8)] [8405:5.3(9)]
  // The backbone last: virtual links come up in the other areas first.
  const order = [...process.areas.filter((a) => !a.isBackbone), ...process.areas.filter((a) => a.isBackbone)];
  if (process.prefixes.count === 0) process.prefixes = sharedPrefixTable(areasOf(process));
  for (const area of order) area.graph.update(now, process.prefixes);
  const summaries = takeSummaryChanges(process, now);
  const revision = reviseRoutes(process, order, summaries, now);
  if (revision === undefined) {
    calculateWhole(process, order, summaries, now);
  } else {
    process.routingTable.finishRows(revision.rows);
    for (const area of order) if (area.routerLsa !== undefined) area.spfRuns++;
    traceRun(process);
    installDifferences(process, Float64Array.from(revision.before.keys()).sort(), (key) => revision.before.get(key), process.routingTable);
  }
  if (process.isAreaBorderRouter) {
    checkTranslators(process, now);
    runBorderRouterTask(process, now); // [2328:16.7]
  }
  if (process.behaviour.nssa.hasOwnSequence) followNssaCopies(process, now);
  if (process.tick !== undefined) calculateExternals(process, now);
  else scheduleExternalCalculation(process, now, process.behaviour.externalDelayMicros); // [2328:16(5)]
}

function calculateWhole(process: OspfProcess, order: readonly Area[], summaries: SummaryChanges | undefined, now: Micros): void {
  process.workDone.wholeTrees++;
  const previous = process.routingTable;
  const hadTransit = process.virtualLinks.length > 0 || order.some((area) => area.hasTransitCapability);
  renewNumbers(process, previous);
  const table = new RoutingTable(process.prefixes, process.nextHopSets); // [2328:16(1)]
  if (process.isOpaqueOperational) table.reachableRouters = new Map();
  table.isSingleWay = process.isSingleWay;
  table.isFirstAreaKept = process.behaviour.isAreaOfCheaperStubKept;
  table.isOriginCompared = process.behaviour.isOriginInstalled;
  prepareVirtualLinks(process);
  for (const area of order) {
    calculateArea(area, table, now); // [2328:16(2)]
    if (!area.isBackbone) updateVirtualLinks(area, now); // [2328:16.1(4) virtual link]
  }
  dropUnreachableVirtualLinks(process, now);
  removeUnknownHops(process, table);
  // Ways through transit areas are looked at with all of it.
  const hasTransit = hadTransit || order.some((area) => area.hasTransitCapability);
  const before = summaries === undefined || hasTransit ? undefined : takeOverInterArea(process, previous, table, summaries, now);
  if (before === undefined) calculateAllInterArea(process, table, now); // [2328:16(3)]
  table.finish();
  removeUnreachableRouters(table.routers);
  if (table.reachableRouters !== undefined) removeUnreachableRouters(table.reachableRouters);
  process.routingTable = table;
  traceRun(process);
  const old = (key: number): NetworkRoute | undefined => (before?.has(key) === true ? before.get(key) : previous.find(key, scratch));
  installDifferences(process, table.differingKeys(previous, before?.keys()), old, table); // [2328:16(1) differences]
  previous.release();
}

function traceRun(process: OspfProcess): void {
  let routers = 0;
  let networks = 0;
  for (const { tree } of process.areas) {
    routers += tree.routers;
    networks += tree.networks;
  }
  process.environment.trace({ kind: 'spf-run', clause: '[2328:16]', routers, networks, routes: process.routingTable.size });
}

function areasOf(process: OspfProcess): string {
  return process.areas.map((area) => area.id).join(' ');
}

/** Slots and sets are numbered for good; where a network has lost most of what it once had they are numbered anew. */
function renewNumbers(process: OspfProcess, table: RoutingTable): void {
  process.mostRoutes = Math.max(process.mostRoutes, table.size);
  if ((process.mostRoutes > RENEW_FROM && process.mostRoutes > 4 * table.size) || process.prefixes.isOvergrown(table.size)) {
    process.prefixes = sharedPrefixTable(areasOf(process), process.prefixes);
    process.mostRoutes = table.size;
  }
  if (process.nextHopSets.size > RENEW_FROM) process.nextHopSets = new NextHopSets();
}

const RENEW_FROM = 4096;
/** What a route was before. */
const scratch = new NetworkRoute();
