/**
 * Ageing, refreshing, flushing and removing LSAs. [2328:14] [2328:14.1] [2328:12.4(1)]
 *
 * Nothing here ticks once a second: ages follow from when an instance was stamped. What real implementations do on a walk
 * with a period (looking for MaxAge, refreshing) happens at multiples of that period since the process started.
 */
import { SECOND, type Micros } from '../base/micros.js';
import { INITIAL_SEQUENCE_NUMBER, MAX_AGE_SECONDS, MAX_SEQUENCE_NUMBER } from '../wire/ospf/lsa-header.js';
import type { Area } from './area.js';
import { flood, keepOutOfDatabase, removeFromAllRetransmissions } from './flooding.js';
import { recalculate } from './installation.js';
import type { LsaInstance } from './lsdb.js';
import { originateAfterWrap, refresh } from './origination.js';
import type { OspfProcess } from './process.js';
import { forgetPostponed, requestTick, retire } from './tick.js';

/** The next multiple of a walk's period at or after `time`. */
function nextWalk(process: OspfProcess, time: Micros, period: Micros): Micros {
  if (period <= 0) return time;
  const origin = process.startedAt + (process.tick?.firstMicros ?? 0);
  return origin + Math.ceil((time - origin) / period) * period;
}

// --- refreshing what this router originates

/** Chooses when a self-originated LSA is originated anew. */
export function scheduleRefresh(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  const { lsRefresh, lsFirstRefresh } = process.behaviour;
  const range = lsa.header.sequence === INITIAL_SEQUENCE_NUMBER ? lsFirstRefresh : lsRefresh;
  const delay = process.refreshPrng.integer(range.earliestMicros, range.latestMicros);
  lsa.refreshAt = nextWalk(process, now + delay, process.lsRefreshWalkMicros);
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
  for (const lsa of process.allLsas()) {
    if (lsa.isFlushing) continue;
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
  if (youngest >= 0) {
    process.maxAgeTimer.arm(nextWalk(process, now + Math.max(1, MAX_AGE_SECONDS - youngest) * SECOND, process.behaviour.maxAgeWalkMicros));
  }
}

// --- flushing and removing

/** Premature ageing: the LSA is flooded with MaxAge and removed once that is acknowledged. [2328:14.1] */
export function flushLsa(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if (process.isRestarting && lsa.isSelfOriginated) return; // [3623:2.2]
  forgetPostponed(process.tick, lsa.area, lsa.header);
  if (lsa.isFlushing && lsa.isMaxAge(now)) return;
  lsa.setMaxAge(now);
  process.environment.trace({ kind: 'lsa-flush', clause: '[2328:14.1]', lsa: process.identity(lsa) });
  flood(process, undefined, lsa, now);
  recalculate(process, lsa, now);
  awaitRemoval(process, lsa, now);
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
  if (process.tick !== undefined) requestTick(process, process.tick, now);
  else process.removalTimer.armIfIdle(now + process.behaviour.maxAgeRemoveDelayMicros);
}

/** The last acknowledgment for an LSA is in. */
export function onFullyAcknowledged(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if (lsa.isFlushing && process.tick === undefined && process.behaviour.maxAgeRemoveDelayMicros === 0) process.removalTimer.armIfIdle(now);
}

/** Removes what nobody needs to hear of any more. [2328:14] */
export function onRemovalTimer(process: OspfProcess, now: Micros): void {
  const isExchanging = process.isExchanging();
  for (const lsa of [...process.flushing]) {
    if (isExchanging || lsa.retransmissions > 0) continue;
    // One of ours that somebody else has aged stays until it has been originated past it [2328:13.4]: the sequence number is in it.
    if (lsa.isSelfOriginated && lsa.isReceived && process.borderRouterTimer.isArmed) continue;
    process.forget(lsa); // [2328:14(a)] on no retransmission list [2328:14(b)] and nobody in Exchange or Loading
    const lsdb = lsa.area === undefined ? process.externalLsdb : lsa.area.lsdb;
    if (lsdb.findKey(lsa.header) !== lsa) continue;
    removeFromAllRetransmissions(process, lsa);
    lsdb.delete(lsa.header);
    if (process.tick !== undefined && lsa.header.advertisingRouter === process.routerId && lsa.header.sequence !== MAX_SEQUENCE_NUMBER) retire(process.tick, lsa);
    if (lsa.isSelfOriginated) originateAfterWrap(process, lsa, now); // [2328:12.1.6]
  }
  if (process.flushing.length > 0 && process.tick === undefined) {
    // With no period of its own the look is repeated when something is acknowledged; an exchange in progress ends some time.
    const period = process.behaviour.maxAgeRemoveDelayMicros || SECOND;
    process.removalTimer.arm(now + period);
  }
}

