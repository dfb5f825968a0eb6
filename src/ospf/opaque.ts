/**
 * Opaque LSAs: who may have them, how far each type goes, and what becomes of our own. [5250]
 *
 * Read RFC 5250 chapters 3 to 5 first. Type 9 stays on its link, type 10 in its area, type 11 goes everywhere but into stub areas; none is
 * sent to a neighbour that has not set the O bit in its Database Descriptions. What is inside is for whoever understands the opaque type:
 * router-information.ts, traffic-engineering.ts, segment-routing.ts, grace.ts.
 *
 * Deviation, as FRR has it: type 9 stands in the area's database and not in the interface's, so that two links of an area
 * share one place for the same opaque LSA of one router. [5250:4]
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { ByteReader } from '../wire/bytes.js';
import { LSA_HEADER_LENGTH, LsType } from '../wire/ospf/lsa-header.js';
import { type OpaqueBody, OpaqueType, decodeOpaqueBody, isOpaque, opaqueType } from '../wire/ospf/opaque/opaque-lsa.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import { flood } from './flooding.js';
import { install } from './installation.js';
import { acknowledgeDirectly } from './ls-ack.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { originateCopy } from './origination.js';
import type { OspfProcess } from './process.js';

/** AS scope: kept once, not in an area. */
export function isAsScope(lsType: number): boolean {
  return lsType === LsType.asExternal || lsType === LsType.opaqueAs; // [5250:4 AS]
}

/** Whether a neighbour takes opaque LSAs: it said so, and so did we. */
export function isOpaqueCapable(neighbor: Neighbor): boolean {
  return (neighbor.options & OptionBit.opaque) !== 0; // [5250:3.1]
}

/** Whether the link that a type 9 LSA belongs to is this one; true for all other types. */
export function isOnItsLink(lsa: LsaInstance, owner: OspfInterface): boolean {
  return lsa.header.lsType !== LsType.opaqueLink || lsa.interface === owner; // [5250:3.1 link]
}

/** Whether an LSA that stands in the database goes into the summary list of a neighbour. */
export function isDescribedTo(neighbor: Neighbor, lsa: LsaInstance): boolean {
  return !isOpaque(lsa.header.lsType) || (isOpaqueCapable(neighbor) && isOnItsLink(lsa, neighbor.interface)); // [5250:3.2]
}

/** Why an LSA of this type cannot come from this neighbour; undefined: it can. Not opaque: it can. */
export function opaqueRefusal(neighbor: Neighbor, lsType: number): string | undefined {
  if (!isOpaque(lsType)) return undefined;
  if (!isOpaqueCapable(neighbor)) return 'opaque LSA without the O bit, of type';
  const { area } = neighbor.interface;
  return lsType === LsType.opaqueAs && !area.hasExternalRouting ? `LS type in ${area.kind}` : undefined; // [5250:3]
}

/** What is inside; of an opaque type that is not decoded here, or malformed: raw. */
export function opaqueBodyOf(lsa: LsaInstance): OpaqueBody {
  return decodeOpaqueBody(new ByteReader(lsa.bytes, LSA_HEADER_LENGTH), opaqueType(lsa.header.linkStateId));
}

/**
 * A type 11 LSA counts only while its originator can be reached as an AS boundary router, within the area or through others.
 * Of the other scopes every LSA that is there counts.
 */
export function isOpaqueLsaValid(process: OspfProcess, lsa: LsaInstance): boolean {
  if (lsa.header.lsType !== LsType.opaqueAs || lsa.isSelfOriginated) return true;
  return (process.routingTable.routers.get(lsa.header.advertisingRouter) ?? []).some((route) => route.isAsBoundaryRouter); // [5250:5(2)]
}

/**
 * An opaque LSA under our own router id that came in and is newer than what we have, or that we do not know. Real ones of a former life of
 * the daemon end here: they are flushed. False: it is to be treated as any other. Ages in seconds.
 */
export function receiveOwnOpaque(neighbor: Neighbor, lsa: LsaInstance, current: LsaInstance | undefined, now: Micros): boolean {
  const { process } = neighbor.interface;
  const { header } = lsa;
  if (!isOpaque(header.lsType) || header.advertisingRouter !== process.routerId) return false;
  if (lsa.isMaxAge(now)) {
    // Somebody is still flushing what we have since originated anew: say it again, louder.
    acknowledgeDirectly(neighbor, header, lsa.ageSeconds(now));
    if (current !== undefined && !current.isMaxAge(now)) applicationOf(process, current).refreshSoon(current, now);
    return true;
  }
  if (current !== undefined) return false;
  acknowledgeDirectly(neighbor, header, lsa.ageSeconds(now));
  if (process.isRestarting) return false;
  lsa.setMaxAge(now);
  install(process, lsa, now);
  flood(process, undefined, lsa, now);
  return true;
}

/** The opaque LSA of this router that came in newer than the one that is there: past it, or away with it. [2328:13.4] */
export function originateOpaqueAgain(process: OspfProcess, received: LsaInstance, now: Micros): void {
  if (applicationOf(process, received).isWanted(received)) originateCopy(process, received, now, 'newer-received');
  else if (!received.isMaxAge(now)) flushLsa(process, received, now);
}

/** Whose business our own LSAs of an opaque type are. */
interface OpaqueApplication {
  /** Whether this router has such an LSA to originate. */
  isWanted(lsa: LsaInstance): boolean;
  /** The next instance, as soon as MinLSInterval lets it. */
  refreshSoon(lsa: LsaInstance, now: Micros): void;
}

function applicationOf(process: OspfProcess, { header }: LsaInstance): OpaqueApplication {
  switch (opaqueType(header.linkStateId)) {
    case OpaqueType.trafficEngineering:
    case OpaqueType.interAsTrafficEngineering: return process.trafficEngineering;
    case OpaqueType.extendedPrefix:
    case OpaqueType.extendedLink: return process.segmentRouting;
    default: return process.routerInformation;
  }
}

/** The opaque LSAs of one type in the database of an area, or of the AS, from one router. */
export function findOpaque(process: OspfProcess, lsType: number, linkStateId: Ipv4, area: LsaInstance['area']): LsaInstance | undefined {
  return (area === undefined ? process.externalLsdb : area.lsdb).find(lsType, linkStateId, process.routerId);
}
