/**
 * Installing LSAs in the database. [2328:13.2]
 *
 * What a new instance changes decides what is calculated anew: router- and network-LSAs everything, summaries the inter-area
 * routes (this implementation runs the whole calculation, as Zebra and FRR do), AS-external-LSAs only the external routes.
 */
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { awaitRemoval, scheduleRefresh, watchAge } from './ageing.js';
import { scheduleExternalCalculation } from './external.js';
import { removeFromAllRetransmissions } from './flooding.js';
import { onTopologyChange } from './graceful-restart-helper.js';
import { findKnown } from './lsa-body.js';
import { isContentChanged, type LsaInstance } from './lsdb.js';
import { onNssaLsaInstalled } from './nssa.js';
import type { OspfProcess } from './process.js';
import { scheduleCalculation } from './spf-schedule.js';

/** Puts an instance in the place of the one with the same identity, and says whether that one said the same. `current`: that one, where it is known. */
export function install(process: OspfProcess, lsa: LsaInstance, now: Micros, current?: LsaInstance): { isContentChanged: boolean } | undefined {
  const lsdb = lsa.area === undefined ? process.externalLsdb : lsa.area.lsdb;
  const old = current ?? lsdb.findKey(lsa.header);
  const isChanged = old === undefined || isContentChanged(old, lsa, now);
  if (isChanged) onTopologyChange(process, lsa, now);
  if (old !== undefined) {
    removeFromAllRetransmissions(process, old); // [2328:13(5c)] [2328:13.2 retransmission lists]
    // FRR finds what it takes off by the sequence number, and a flush has the one of what it flushes.
    if (process.behaviour.isRetransmissionFoundBySequence === true && lsa.isReceived && old.header.sequence === lsa.header.sequence) removeFromAllRetransmissions(process, lsa);
    process.forget(old);
  }
  lsdb.put(lsa, findKnown(lsa.header.lsType, lsa.header.linkStateId, lsa.header.advertisingRouter)); // [2328:13.2 install]
  if (isChanged) recalculate(process, lsa, now); // [2328:13.2]
  // A type 7 is refreshed with its type 5, and a translated type 5 with its type 7.
  if (lsa.isSelfOriginated && !lsa.isReceived && lsa.header.lsType !== LsType.nssa && (!lsa.isTranslated || process.behaviour.nssa.hasOwnSequence)) scheduleRefresh(process, lsa, now);
  if (lsa.header.lsType === LsType.nssa && !lsa.isSelfOriginated) onNssaLsaInstalled(process, lsa, now);
  if (lsa.isMaxAge(now)) awaitRemoval(process, lsa, now);
  else watchAge(process, lsa, now);
  return old === undefined ? undefined : { isContentChanged: isChanged };
}

/** A change in this LSA makes routes stale. */
export function recalculate(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  switch (lsa.header.lsType) {
    case LsType.router:
    case LsType.network:
      scheduleCalculation(process, now); // [2328:13.2 router or network]
      break;
    case LsType.summaryNetwork:
    case LsType.summaryAsbr:
      // Our own summaries say nothing that we calculate with.
      if (!lsa.isSelfOriginated) scheduleCalculation(process, now); // [2328:13.2 summary]
      break;
    case LsType.asExternal:
    case LsType.nssa:
      process.externalNotes.note(lsa);
      if (!lsa.isSelfOriginated) scheduleExternalCalculation(process, now, 0); // [2328:13.2 external] [2328:16.6]
      break;
  }
}
