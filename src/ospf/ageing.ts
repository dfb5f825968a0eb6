/**
 * Ageing, refreshing, flushing and removing LSAs. [2328:14] [2328:14.1] [2328:12.4(1)]
 *
 * Nothing here ticks once a second: ages follow from when an instance was stamped. What real implementations do on a walk
 * with a period (looking for MaxAge, refreshing) happens at multiples of that period since the process started.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { INITIAL_SEQUENCE_NUMBER, LsType, MAX_AGE_SECONDS, MAX_SEQUENCE_NUMBER } from '../wire/ospf/lsa-header.js';
import type { Area } from './area.js';
import { flood, keepOutOfDatabase, removeFromAllRetransmissions } from './flooding.js';
import { recalculate } from './installation.js';
import type { LsaInstance } from './lsdb.js';
import { originateAfterWrap, refresh } from './origination.js';
import type { OspfProcess } from './process.js';
import { forgetPostponed, requestTick, retire } from './tick.js';

/** What a process knows of its own walks and refreshes. */
export class AgeingMoments {
  /** By period: since when walks over the database go on, where that is not the start. */
  readonly walkOrigins = new Map<Micros, Micros>();
  /** Undefined: as the behaviour has it. */
  firstRefreshAt: Micros | undefined;
}

/** The next multiple of a walk's period at or after `time`. */
function nextWalk(process: OspfProcess, time: Micros, period: Micros): Micros {
  if (period <= 0) return time;
  const origin = process.ageing.walkOrigins.get(period) ?? process.startedAt + (process.tick?.firstMicros ?? 0);
  return origin + Math.ceil((time - origin) / period) * period;
}

/** The system has slept from `from` to `now`: a walk that was due meanwhile is made now, and the next one a period later. */
export function delayWalks(process: OspfProcess, from: Micros, now: Micros): void {
  for (const period of [process.lsRefreshWalkMicros, process.behaviour.maxAgeWalkMicros]) {
    if (period > 0 && nextWalk(process, from, period) <= now) process.ageing.walkOrigins.set(period, now);
  }
}

// --- refreshing what this router originates

/**
 * Chooses when a self-originated LSA is originated anew. Routers that are started together would refresh together for ever after; where the configuration says so, the
 * first refresh of each comes at a moment of its own.
 */
export function scheduleRefresh(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  const { lsRefresh, lsFirstRefresh } = process.behaviour;
  const range = lsa.header.sequence === INITIAL_SEQUENCE_NUMBER ? lsFirstRefresh : lsRefresh;
  const { lsType, linkStateId, sequence } = lsa.header;
  const { firstRefreshAt = now } = process.ageing;
  const known = process.known?.refreshAt(lsType, linkStateId, sequence, now + range.earliestMicros, now + range.latestMicros + process.lsRefreshWalkMicros);
  const delay = process.refreshPrng.integer(range.earliestMicros, range.latestMicros);
  lsa.refreshAt = known ?? nextWalk(process, firstRefreshAt > now ? firstRefreshAt : now + delay, process.lsRefreshWalkMicros);
  if (!process.refreshTimer.isArmed || lsa.refreshAt < process.refreshTimer.time) process.refreshTimer.arm(lsa.refreshAt);
}

export function onRefreshTimer(process: OspfProcess, now: Micros): void {
  let next = Infinity;
  for (const lsa of process.allLsas()) {
    if (!lsa.isSelfOriginated || lsa.isReceived || lsa.isFlushing) continue;
    if (lsa.refreshAt !== undefined && lsa.refreshAt <= now) refresh(process, lsa, now); // [2328:12.4(1)]
  }
  for (const lsa of process.allLsas()) {
    if (lsa.isSelfOriginated && !lsa.isReceived && !lsa.isFlushing && lsa.refreshAt !== undefined && lsa.refreshAt > now) next = Math.min(next, lsa.refreshAt);
  }
  if (next < Infinity) process.refreshTimer.arm(next);
}

// --- LSAs of others that grow old

/** Makes sure that somebody looks when this LSA reaches MaxAge. */
export function watchAge(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  const expiry = nextWalk(process, now + (MAX_AGE_SECONDS - lsa.ageSeconds(now)) * SECOND, process.behaviour.maxAgeWalkMicros);
  if (!process.maxAgeTimer.isArmed || expiry < process.maxAgeTimer.time) process.maxAgeTimer.arm(expiry);
}

export function onMaxAgeTimer(process: OspfProcess, now: Micros): void {
  let youngest = -1;
  let isWaiting = false;
  for (const lsa of process.allLsas()) {
    if (lsa.isFlushing) {
      if (!isCalculatedOnWalk(process, lsa)) continue;
      isWaiting = true;
      recalculate(process, lsa, now);
      continue;
    }
    if (!lsa.isMaxAge(now)) {
      youngest = Math.max(youngest, lsa.ageSeconds(now));
      continue;
    }
    if (lsa.isSelfOriginated) continue; // it is refreshed or flushed, never left to age
    recalculate(process, lsa, now);
    lsa.setMaxAge(now);
    if (process.behaviour.isAgedLsaFlooded) flood(process, undefined, lsa, now); // [2328:14 reflood]
    awaitRemoval(process, lsa, now);
  }
  if (isWaiting) process.maxAgeTimer.arm(nextWalk(process, now + process.behaviour.maxAgeWalkMicros / 2, process.behaviour.maxAgeWalkMicros));
  else if (youngest >= 0) {
    process.maxAgeTimer.arm(nextWalk(process, now + Math.max(1, MAX_AGE_SECONDS - youngest) * SECOND, process.behaviour.maxAgeWalkMicros));
  }
}

// --- flushing and removing

/** Others' summaries alone: a router-LSA that waits for its removal sets off nothing (topologies/conformance/nssa-area-range). */
function isCalculatedOnWalk({ behaviour }: OspfProcess, lsa: LsaInstance): boolean {
  const { lsType } = lsa.header;
  return behaviour.isMaxAgeWalkCalculating === true && behaviour.maxAgeWalkMicros > 0 && !lsa.isSelfOriginated && (lsType === LsType.summaryNetwork || lsType === LsType.summaryAsbr);
}

/** Premature ageing: the LSA is flooded with MaxAge and removed once that is acknowledged. */
export function flushLsa(process: OspfProcess, lsa: LsaInstance, now: Micros, isRepeated = false): void {
  if (process.isRestarting && lsa.isSelfOriginated) return; // [3623:2(1) flush]
  forgetPostponed(process.tick, lsa.area, lsa.header);
  if (process.behaviour.isFlushArrival === true) lsa.arrivedAt = now;
  if (lsa.isFlushing && lsa.isMaxAge(now)) {
    if (isRepeated) flood(process, undefined, lsa, now);
    return;
  }
  lsa.setMaxAge(now); // [2328:14.1]
  process.environment.trace({ kind: 'lsa-flush', clause: '[2328:14.1]', lsa: process.identity(lsa) });
  flood(process, undefined, lsa, now); // [2328:14.1 flood]
  recalculate(process, lsa, now);
  awaitRemoval(process, lsa, now);
}

/** Everything that this router says, on its way out. `between`: what one of them sets off is done before the next. */
export function flushOwn(process: OspfProcess, now: Micros, between: (now: Micros) => void): void {
  const { isFlushRepeated, isFarewellDivided } = process.behaviour;
  for (const lsa of process.allLsas()) {
    if (!lsa.isSelfOriginated) continue;
    const { lsType } = lsa.header;
    flushLsa(process, lsa, now, isFlushRepeated === true && (lsType === LsType.summaryNetwork || lsType === LsType.summaryAsbr));
    if (isFarewellDivided === true) between(now);
  }
}

/** A received network-LSA for one of our own addresses, from a router id that is not ours. [2328:13.4] */
export function flushReceivedNetworkLsa(process: OspfProcess, area: Area, lsa: LsaInstance, now: Micros): boolean {
  const owner = process.interfaces.find((i) => i.address === lsa.header.linkStateId);
  if (owner === undefined || owner.networkLsa === undefined || lsa.isMaxAge(now)) return false;
  void area;
  lsa.setMaxAge(now); // [2328:13.4 network-LSA]
  flood(process, undefined, lsa, now);
  keepOutOfDatabase(process, lsa);
  return true;
}

/** Puts a MaxAge LSA among those that wait for the last acknowledgment. */
export function awaitRemoval(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if (lsa.isFlushing) return;
  lsa.isFlushing = true;
  process.flushing.push(lsa);
  if (isCalculatedOnWalk(process, lsa)) {
    const walk = nextWalk(process, now, process.behaviour.maxAgeWalkMicros);
    if (!process.maxAgeTimer.isArmed || walk < process.maxAgeTimer.time) process.maxAgeTimer.arm(walk);
  }
  if (process.tick !== undefined) requestTick(process, process.tick, now);
  else process.removalTimer.armIfIdle(now + process.behaviour.maxAgeRemoveDelayMicros);
}

/** The last acknowledgment for an LSA is in. */
export function onFullyAcknowledged(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if (lsa.isFlushing && process.tick === undefined && process.behaviour.maxAgeRemoveDelayMicros === 0) process.removalTimer.armIfIdle(now);
}

/** Removes what nobody needs to hear of any more. */
export function onRemovalTimer(process: OspfProcess, now: Micros): void {
  const isExchanging = process.isExchanging();
  for (const lsa of [...process.flushing]) {
    if (isExchanging) continue; // [2328:14(b)]
    if (lsa.retransmissions > 0) continue; // [2328:14(a)]
    // One of ours that somebody else has aged stays until it has been originated past it [2328:13.4]: the sequence number is in it.
    if (lsa.isSelfOriginated && lsa.isReceived && process.borderRouterTimer.isArmed) continue;
    process.forget(lsa);
    const lsdb = lsa.area === undefined ? process.externalLsdb : lsa.area.lsdb;
    if (lsdb.findKey(lsa.header) !== lsa) continue;
    removeFromAllRetransmissions(process, lsa);
    lsdb.delete(lsa.header); // [2328:14 removed]
    if (process.tick !== undefined && lsa.header.advertisingRouter === process.routerId && lsa.header.sequence !== MAX_SEQUENCE_NUMBER) retire(process.tick, lsa);
    if (lsa.isSelfOriginated) originateAfterWrap(process, lsa, now); // [2328:12.1.6 wrap]
  }
  if (process.flushing.length > 0 && process.tick === undefined) {
    // With no period of its own the look is repeated when something is acknowledged; an exchange in progress ends some time.
    const period = process.behaviour.maxAgeRemoveDelayMicros || SECOND;
    process.removalTimer.arm(now + period);
  }
}

