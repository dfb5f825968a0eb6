/**
 * A daemon that works on a tick: what has become due since the last one is done on the next, in a fixed order.
 *
 * BIRD's `protocol ospf` does so once a second: router- and network-LSAs that have changed, LSAs whose origination had to wait for
 * MinLSInterval, removal of what was flushed, refreshing and ageing, and at last the calculation of routes. Nothing here runs where
 * `OspfBehaviour.tick` is undefined. Nothing ticks in vain, either: the timer is armed only when there is something to do.
 */
import { NEVER, type Micros } from '../base/micros.js';
import { LSA_HEADER_LENGTH, LsType } from '../wire/ospf/lsa-header.js';
import { onRemovalTimer } from './ageing.js';
import type { Area } from './area.js';
import { flood } from './flooding.js';
import { install } from './installation.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance, LsaKey } from './lsdb.js';
import { LsaTable } from './lsdb.js';
import { originate, originateNetworkLsa, originateRouterLsa, flushNetworkLsa, previousSequence, type Draft } from './origination.js';
import type { OspfProcess } from './process.js';
import { runCalculation } from './spf-schedule.js';

/** An LSA that waits for MinLSInterval; a later one takes its place. */
interface Postponed {
  readonly header: LsaKey;
  readonly draft: Draft;
  /** The task that decides about it has begun and not asked for it yet. */
  isDoubted: boolean;
}

/** A self-originated LSA that has been flushed and removed: its sequence numbers go on from there. */
interface Retired {
  readonly header: LsaKey;
  readonly sequence: number;
  readonly originatedAt: Micros;
}

export class TickState {
  readonly firstMicros: Micros;
  readonly periodMicros: Micros;
  readonly areas = new Set<Area>();
  readonly interfaces = new Set<OspfInterface>();
  /** By area id; -1: AS scope. */
  readonly postponed = new Map<number, LsaTable<Postponed>>();
  readonly retired = new Map<number, LsaTable<Retired>>();
  isCalculationDue = false;

  constructor(firstMicros: Micros, periodMicros: Micros) {
    this.firstMicros = firstMicros;
    this.periodMicros = periodMicros;
  }

  /** For displays: places in the database that are kept for sequence numbers alone. */
  retiredCount(process: OspfProcess): number {
    let count = 0;
    for (const [scope, table] of this.retired) {
      const lsdb = scope === AS_SCOPE ? process.externalLsdb : process.areas.find((area) => area.id === scope)?.lsdb;
      for (const { header } of table.all()) if (lsdb?.findKey(header) === undefined) count++;
    }
    return count;
  }
}

const AS_SCOPE = -1;

function scopeOf(area: Area | undefined): number {
  return area === undefined ? AS_SCOPE : area.id;
}

function tableOf<T extends { readonly header: LsaKey }>(tables: Map<number, LsaTable<T>>, area: Area | undefined): LsaTable<T> {
  let table = tables.get(scopeOf(area));
  if (table === undefined) tables.set(scopeOf(area), table = new LsaTable<T>());
  return table;
}

/** The first tick after `time`, which may be one itself. */
export function nextTick(process: OspfProcess, tick: TickState, time: Micros): Micros {
  const first = process.startedAt + tick.firstMicros;
  return time < first ? first : first + (Math.floor((time - first) / tick.periodMicros) + 1) * tick.periodMicros;
}

/** Something is to be done on the first tick after `time`. */
export function requestTick(process: OspfProcess, tick: TickState, time: Micros): void {
  const at = nextTick(process, tick, time);
  if (!process.tickTimer.isArmed || at < process.tickTimer.time) process.tickTimer.arm(at);
}

export function onTick(process: OspfProcess, now: Micros): void {
  const { tick } = process;
  if (tick === undefined || process.isStopping) return;
  for (const area of process.areas) {
    if (!tick.areas.has(area)) continue;
    if (intervalLeft(process, area.routerLsa, now) > 0) continue;
    tick.areas.delete(area);
    originateRouterLsa(area, now, 'change');
  }
  for (const owner of process.interfaces) {
    if (!tick.interfaces.delete(owner)) continue;
    if (owner.state === 'DR' && owner.fullNeighbors > 0) originateNetworkLsa(owner, now, 'change');
    else flushNetworkLsa(owner, now);
  }
  originatePostponed(process, tick, now);
  onRemovalTimer(process, now);
  if (tick.isCalculationDue) {
    tick.isCalculationDue = false;
    runCalculation(process, now);
  }
  if (tick.areas.size > 0 || tick.interfaces.size > 0 || tick.isCalculationDue || process.flushing.length > 0 || hasPostponed(tick)) {
    requestTick(process, tick, now);
  }
}

/** Microseconds until this LSA may be originated again: MinLSInterval. */
function intervalLeft(process: OspfProcess, last: LsaInstance | undefined, now: Micros): Micros {
  return last === undefined || last.isReceived ? 0 : last.arrivedAt + process.behaviour.minLsIntervalMicros - now;
}

// --- origination that waits

/** Whether this origination must wait, and if so it does. */
export function postpone(process: OspfProcess, tick: TickState, draft: Draft, routerId: number, current: LsaInstance | undefined, now: Micros): boolean {
  const header = { lsType: draft.lsType, linkStateId: draft.linkStateId, advertisingRouter: routerId };
  const last = current !== undefined ? (current.isReceived ? -NEVER : current.arrivedAt)
    : tableOf(tick.retired, draft.area).findKey(header)?.originatedAt ?? -NEVER;
  const postponed = tableOf(tick.postponed, draft.area);
  if (now - last >= process.behaviour.minLsIntervalMicros) {
    postponed.delete(header);
    return false;
  }
  postponed.put({ header, draft, isDoubted: false });
  requestTick(process, tick, now);
  return true;
}

function originatePostponed(process: OspfProcess, tick: TickState, now: Micros): void {
  for (const table of tick.postponed.values()) {
    for (const { draft } of table.all()) {
      const lsdb = draft.area === undefined ? process.externalLsdb : draft.area.lsdb;
      const lsa = originate(process, draft, previousSequence(lsdb, draft.lsType, draft.linkStateId, process.routerId), now, 'change');
      if (lsa !== undefined) remember(process, lsa);
    }
  }
}

function hasPostponed(tick: TickState): boolean {
  for (const table of tick.postponed.values()) if (table.size > 0) return true;
  return false;
}

/** It is to be flushed after all, or what stands is right again. */
export function forgetPostponed(tick: TickState | undefined, area: Area | undefined, header: LsaKey): void {
  tick?.postponed.get(scopeOf(area))?.delete(header);
}

/** A task that works everything out anew begins: of what it has postponed before, only what it asks for again is still wanted. */
export function doubtPostponed(tick: TickState | undefined, area: Area | undefined, isOfTask: (draft: Draft) => boolean): void {
  for (const each of tick?.postponed.get(scopeOf(area))?.all() ?? []) if (isOfTask(each.draft)) each.isDoubted = true;
}

/** The task is done. */
export function dropDoubted(tick: TickState | undefined, area: Area | undefined): void {
  const table = tick?.postponed.get(scopeOf(area));
  for (const each of [...table?.all() ?? []]) if (each.isDoubted) table?.delete(each.header);
}

// --- sequence numbers that go on

export function retire(tick: TickState, lsa: LsaInstance): void {
  const { lsType, linkStateId, advertisingRouter, sequence } = lsa.header;
  tableOf(tick.retired, lsa.area).put({ header: { lsType, linkStateId, advertisingRouter }, sequence, originatedAt: lsa.arrivedAt });
}

export function retiredSequence(tick: TickState, area: Area | undefined, lsType: number, linkStateId: number, advertisingRouter: number): number | undefined {
  return tableOf(tick.retired, area).find(lsType, linkStateId, advertisingRouter)?.sequence;
}

// --- what others have of ours

/**
 * A newer instance of one of our own LSAs came in: what stands here goes past it, at once and unchanged; what does not stand here is flushed.
 * [2328:13.4] The received instance is neither flooded nor acknowledged.
 */
export function goPast(process: OspfProcess, received: LsaInstance, current: LsaInstance | undefined, now: Micros): void {
  if (current === undefined || current.isMaxAge(now) || current.body === undefined) {
    received.setMaxAge(now);
    flood(process, undefined, received, now);
    install(process, received, now);
    return;
  }
  const { lsType, linkStateId } = current.header;
  const contents = current.bytes.subarray(LSA_HEADER_LENGTH);
  const lsa = originate(process, { lsType, linkStateId, area: current.area, body: current.body, bodyLength: contents.length, encodeBody: (w) => w.raw(contents) },
    received.header.sequence, now, 'newer-received');
  if (lsa === undefined) return;
  lsa.isApproved = current.isApproved;
  remember(process, lsa);
}

/** Whoever has originated an LSA knows its latest instance. */
function remember(process: OspfProcess, lsa: LsaInstance): void {
  const { lsType, linkStateId } = lsa.header;
  if (lsType === LsType.router && lsa.area !== undefined) lsa.area.routerLsa = lsa;
  if (lsType !== LsType.network) return;
  for (const owner of process.interfaces) {
    if (owner.area === lsa.area && owner.address === linkStateId && (owner.networkLsa !== undefined || owner.state === 'DR')) owner.networkLsa = lsa;
  }
}
