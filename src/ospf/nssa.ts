/**
 * Not-so-stubby areas: the router's own externals as type 7, and the border router that translates them into type 5. [3101]
 *
 * Read sections 2 and 3 of RFC 3101 first. `NssaBehaviour` says what differs; FRR 8.4.4's own way, which its persona asks for, is:
 * - Every external that a router originates stands in its database as type 5, and each NSSA gets a copy as type 7 with the same sequence
 *   number. The copy is refreshed with the type 5 and flushed with it.
 * - Any border router that has a router-LSA in the area takes part in the election, reachable or not [3101:3.1 reachability], and
 *   the one that is no longer elected stops at once: there is no stability interval [3101:3.1 stability interval].
 * - A translated type 5 has the router's default metric, not that of the type 7 [3101:3.2 metric], and the sequence number of the type 7
 *   when it is made anew because that came in.
 * - The task translates everything again each time it runs; type 7 address ranges [3101:2.2] do not exist.
 * - The default route of the area is a summary-LSA, whether or not summaries are blocked (border-router.ts). [3101:2.4 default]
 */
import { maskOf, networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { AsExternalLsa, ExternalRoute, asExternalLsaLength, encodeAsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OptionBit } from '../wire/ospf/options.js';
import { RouterFlag, RouterLsa } from '../wire/ospf/router-lsa.js';
import { awaitRemoval, flushLsa } from './ageing.js';
import { installDiscardRoutes, prepareRanges } from './area-range.js';
import type { Area } from './area.js';
import { scheduleBorderRouterTask } from './border-router.js';
import { floodThroughArea } from './flooding.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance } from './lsdb.js';
import { isRunningDown, isStanding, runStandardTranslation } from './nssa-translation.js';
import { originate, type Reason } from './origination.js';
import type { OspfProcess } from './process.js';
import { checkAsBoundaryRouter, defaultInformationMetric } from './redistribution.js';
import { forgetPostponed } from './tick.js';

// --- the AS boundary router

/** One of the router's own AS-external-LSAs has been originated: each NSSA gets it as type 7. */
export function originateNssaCopies(process: OspfProcess, external: LsaInstance, now: Micros, reason: Reason): void {
  if (external.isTranslated || !(external.body instanceof AsExternalLsa)) return;
  if (process.behaviour.nssa.hasOwnSequence) {
    for (const area of process.areas) if (area.nssa !== undefined) followCopy(area, external, now, reason);
    return;
  }
  for (const area of process.areas) {
    if (area.nssa === undefined) continue;
    const body = copyBody(external.body);
    let { options } = external.header;
    // A border router says it outside as type 5 itself: nobody is to translate it.
    if (!process.isAreaBorderRouter) {
      options |= OptionBit.propagate; // [3101:2.4 P-bit]
      // With the P bit the forwarding address must not be zero; without one nothing is originated, in the remaining areas neither. (FRR)
      if (body.routes[0].forwardingAddress === 0) body.routes[0].forwardingAddress = addressInNssa(area); // [3101:2.3]
      if (body.routes[0].forwardingAddress === 0) return;
    }
    // [3101:2.4]
    originate(process, {
      lsType: LsType.nssa, linkStateId: external.header.linkStateId, area, body, bodyLength: asExternalLsaLength(body),
      encodeBody: (w) => encodeAsExternalLsa(body, w), options,
    }, external.header.sequence - 1, now, reason);
  }
}

/** The type 7 that goes with a type 5 as things are now; what stands already stays as it is, unless it is to be refreshed. [3101:2.4 copy] */
function followCopy(area: Area, external: LsaInstance, now: Micros, reason: Reason): void {
  const { process } = area;
  if (!(external.body instanceof AsExternalLsa)) return;
  const { linkStateId } = external.header;
  if (process.isAreaBorderRouter && !process.behaviour.nssa.areBorderRouterCopiesMade) return flushCopy(area, linkStateId, now);
  const body = copyBody(external.body);
  const [route] = body.routes;
  let options = 0;
  if (!process.isAreaBorderRouter) {
    if (route.forwardingAddress === 0) route.forwardingAddress = addressInNssa(area);
    if (route.forwardingAddress !== 0) options |= OptionBit.propagate; // without an address nobody may translate it [3101:2.4 copy]
  }
  const current = area.lsdb.find(LsType.nssa, linkStateId, process.routerId);
  if (reason === 'change' && current !== undefined && current.header.options === options && isStanding(current, body)) {
    forgetPostponed(process.tick, area, current.header);
    return;
  }
  originate(process, {
    lsType: LsType.nssa, linkStateId, area, body, bodyLength: asExternalLsaLength(body), encodeBody: (w) => encodeAsExternalLsa(body, w), options,
  }, current?.header.sequence, now, reason);
}

/** The router may have become a border router, or ceased to be one, and its addresses in the area may be others. */
export function followNssaCopies(process: OspfProcess, now: Micros): void {
  if (!process.behaviour.nssa.hasOwnSequence || process.areas.every((area) => area.nssa === undefined)) return;
  for (const lsa of process.externalLsdb.ofType(LsType.asExternal)) {
    if (lsa.isSelfOriginated && !lsa.isReceived && !lsa.isFlushing) originateNssaCopies(process, lsa, now, 'change');
  }
}

/** One of the router's own AS-external-LSAs is being flushed, and its copies with it. */
export function flushNssaCopies(process: OspfProcess, external: LsaInstance, now: Micros): void {
  if (external.isTranslated) return;
  for (const area of process.areas) flushCopy(area, external.header.linkStateId, now);
}

function flushCopy(area: Area, linkStateId: Ipv4, now: Micros): void {
  const { process } = area;
  const copy = area.lsdb.find(LsType.nssa, linkStateId, process.routerId);
  forgetPostponed(process.tick, area, { lsType: LsType.nssa, linkStateId, advertisingRouter: process.routerId });
  if (copy !== undefined && !copy.isMaxAge(now)) flushLsa(process, copy, now);
}

/** The first of this router's addresses in the area, else in any NSSA; 0: there is none. */
function addressInNssa(area: Area): Ipv4 {
  const inNssas = area.process.interfaces.filter((i) => i.isOperative && i.area.nssa !== undefined);
  if (area.process.behaviour.nssa.hasOwnSequence) return firstAddress(area);
  return (inNssas.find((i) => i.area === area) ?? inNssas.at(0))?.address ?? 0;
}

/** Of a stub interface, else of any, whether it is up or not; the lowest index counts. (bird-nssa-forwarding) */
function firstAddress(area: Area): Ipv4 {
  let first: OspfInterface | undefined;
  for (const owner of area.interfaces) {
    if (owner.isRemoved) continue;
    const isStub = owner.parameters.isPassive; // [3101:2.3 stub]
    if (first === undefined || (isStub !== first.parameters.isPassive ? isStub : owner.system.index < first.system.index)) first = owner;
  }
  return first?.address ?? 0;
}

function copyBody(body: AsExternalLsa): AsExternalLsa {
  const copy = new AsExternalLsa();
  copy.networkMask = body.networkMask;
  copy.routes.push(Object.assign(new ExternalRoute(), body.routes[0]));
  return copy;
}

/** `area X nssa` or `no area X nssa` has been typed. */
export function onNssaConfigured(area: Area, now: Micros): void {
  const { process } = area;
  if (area.nssa === undefined) {
    area.isTranslating = false;
    for (const lsa of [...area.lsdb.ofType(LsType.nssa)]) if (lsa.isSelfOriginated) flushLsa(process, lsa, now);
  } else if (area.nssa.isFollowedUp) {
    // FRR takes its own type 5s back in this area alone, and makes them anew when it follows up.
    for (const lsa of process.externalLsdb.ofType(LsType.asExternal)) {
      if (!lsa.isSelfOriginated || lsa.isTranslated || lsa.isFlushing) continue;
      lsa.setMaxAge(now);
      floodThroughArea(area, lsa, now);
      awaitRemoval(process, lsa, now);
    }
    process.followUpNssa(now);
  }
}

// --- the border router

/** Who translates: elected anew with every calculation, and by the border router's task. */
export function checkTranslators(process: OspfProcess, now: Micros): void {
  for (const area of process.areas) {
    if (area.nssa === undefined) {
      area.isTranslating = false;
      continue;
    }
    const { translatorRole } = area.nssa;
    const isCalled = translatorRole === 'always' || (translatorRole === 'candidate' && isElected(area));
    area.isTranslating = process.isAreaBorderRouter && (isCalled || isRunningDown(area, isCalled, now)); // [3101:3.1]
    if (isCalled) area.translatesUntil = undefined;
  }
  followNssaCopies(process, now);
  checkAsBoundaryRouter(process, now); // a translator is an AS boundary router [3101:3.1 E-bit]
}

/** The highest router id among the area's border routers, unless one of them always translates. */
function isElected(area: Area): boolean {
  const { routerId, behaviour, routingTable } = area.process;
  for (const { body, header, isSelfOriginated } of area.lsdb.ofType(LsType.router)) {
    if (isSelfOriginated || !(body instanceof RouterLsa) || (body.flags & RouterFlag.border) === 0) continue;
    if (behaviour.nssa.isReachabilityAsked && routingTable.routers.get(header.linkStateId)?.some((r) => r.area === area) !== true) continue; // [3101:3.1 reachability]
    if (behaviour.nssa.isBackboneReachabilityAsked && routingTable.routers.get(header.linkStateId)?.some((r) => r.area.isBackbone) !== true) continue; // bird-no-backbone
    if ((body.flags & RouterFlag.nssaTranslator) !== 0) return false; // [3101:3.1 Nt-bit]
    if (header.linkStateId > routerId) return false; // [3101:3.1 router id]
  }
  return true;
}

/** A type 7 has come in: what it was translated into follows at once, what is new waits for the task. */
export function onNssaLsaInstalled(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  const translated = findOwnExternal(process, lsa);
  if (translated?.isTranslated === true && !process.behaviour.nssa.hasOwnSequence) translate(process, lsa, followingSequence(lsa, translated), now);
  scheduleBorderRouterTask(process, now);
}

/** Translates what is to be translated, and flushes what is so no longer. */
export function runTranslationTask(process: OspfProcess, now: Micros): void {
  if (process.areas.every((a) => a.nssa === undefined)) return;
  if (process.behaviour.nssa.hasOwnSequence) {
    runStandardTranslation(process, now);
    return;
  }
  if (!process.isAreaBorderRouter) return;
  for (const lsa of ownTranslated(process)) lsa.isApproved = false;
  // FRR counts what is in area ranges anew here, and finds nothing: a border router of an NSSA has no discard routes.
  for (const area of process.areas) prepareRanges(area);
  for (const area of process.areas) {
    if (area.isTranslating) for (const lsa of [...area.lsdb.ofType(LsType.nssa)]) considerForTranslation(process, lsa, now);
  }
  for (const lsa of ownTranslated(process)) if (!lsa.isApproved) flushLsa(process, lsa, now); // [3101:3.3]
  installDiscardRoutes(process);
}

function ownTranslated(process: OspfProcess): LsaInstance[] {
  return process.externalLsdb.ofType(LsType.asExternal).filter((lsa) => lsa.isTranslated);
}

/** Of several type 7s for one prefix the last counts; what the router originates itself goes before any of them. */
function considerForTranslation(process: OspfProcess, lsa: LsaInstance, now: Micros): void {
  if ((lsa.header.options & OptionBit.propagate) === 0) return; // [3101:3.2(1) P-bit]
  if (!(lsa.body instanceof AsExternalLsa) || lsa.body.routes[0].forwardingAddress === 0) return; // [3101:3.2(1) forwarding address]
  const own = findOwnExternal(process, lsa);
  if (lsa.isFlushing) {
    if (own?.isTranslated === true) own.isApproved = false;
    return;
  }
  if (own === undefined || !own.isApproved) translate(process, lsa, own === undefined ? lsa.header.sequence : (own.header.sequence + 1) | 0, now);
  else if (own.isTranslated) translate(process, lsa, followingSequence(lsa, own), now);
}

/** The type 7's own number; one further than the last where the forwarding address is left out. */
function followingSequence(lsa: LsaInstance, translated: LsaInstance): number {
  const isSuppressed = lsa.area?.nssa?.isForwardingAddressSuppressed === true && translated.body instanceof AsExternalLsa &&
    translated.body.routes[0].forwardingAddress === 0;
  return isSuppressed ? (translated.header.sequence + 1) | 0 : lsa.header.sequence;
}

/** The link state id stays what it is. */
function translate(process: OspfProcess, lsa: LsaInstance, sequence: number, now: Micros): void {
  if (!(lsa.body instanceof AsExternalLsa) || process.isStopping) return;
  const body = copyBody(lsa.body);
  const [route] = body.routes;
  route.metric = translatedMetric(process, prefixLengthOf(body.networkMask));
  if (lsa.area?.nssa?.isForwardingAddressSuppressed === true) route.forwardingAddress = 0;
  // [3101:3.2]
  const translated = originate(process, {
    lsType: LsType.asExternal, linkStateId: lsa.header.linkStateId, area: undefined, body, bodyLength: asExternalLsaLength(body),
    encodeBody: (w) => encodeAsExternalLsa(body, w), isTranslated: true,
  }, sequence - 1, now, 'change');
  if (translated !== undefined) translated.isApproved = true;
}

/** That of routes without a source of their own; a default has the metric of the router's own default. */
function translatedMetric(process: OspfProcess, prefixLength: number): number {
  return prefixLength === 0 ? defaultInformationMetric(process) : process.configuration.defaultMetric ?? process.behaviour.externalMetric;
}

/** What this router says about the prefix of a type 7. The id with all host bits is tried first, and only for a host is its mask looked at. (FRR) */
function findOwnExternal(process: OspfProcess, lsa: LsaInstance): LsaInstance | undefined {
  if (!(lsa.body instanceof AsExternalLsa)) return undefined;
  const { externalLsdb, routerId } = process;
  const mask = lsa.body.networkMask;
  const prefixLength = prefixLengthOf(mask);
  const hasMask = (found: LsaInstance | undefined): boolean => found?.body instanceof AsExternalLsa && found.body.networkMask === mask;
  const withHostBits = externalLsdb.find(LsType.asExternal, (lsa.header.linkStateId | ~maskOf(prefixLength)) >>> 0, routerId);
  if (withHostBits !== undefined) return prefixLength < 32 || hasMask(withHostBits) ? withHostBits : undefined;
  const found = externalLsdb.find(LsType.asExternal, networkOf(lsa.header.linkStateId, prefixLength), routerId);
  return hasMask(found) ? found : undefined;
}
