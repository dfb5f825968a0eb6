/**
 * `show ip ospf database ...` as FRR 8.4.4 prints it: the list of LSAs, LSAs in full, and those at MaxAge.
 *
 * Read chapter 12.1 of RFC 2328 first; what one LSA looks like is in lsa-display.ts. Written from recordings, oddities included:
 * a link state id together with `adv-router` shows nothing but the head; the list of one's own LSAs has an empty object for every other LSA
 * in JSON, and counts them; `TYPE adv-router` has the titles of the text as its keys.
 */
import { formatIpv4, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import type { OspfProcess } from '../../ospf/process.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { AREA_LSA_TYPES, DOMAIN_LSA_TYPES, LSA_DISPLAYS, lsaJson, lsaText, sequenceText } from './lsa-display.js';
import { areaText, formatJson, type JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

/** Which LSAs of one type. */
export type DatabaseSelection =
  | { readonly by: 'all' }
  | { readonly by: 'link-state-id'; readonly linkStateId: Ipv4; readonly advertisingRouter?: Ipv4 }
  | { readonly by: 'advertising-router'; readonly advertisingRouter: Ipv4 }
  /** FRR understands the question and forgets the answer. */
  | { readonly by: 'nothing' };

/** By the name in the command. */
export const DATABASE_TYPES: Readonly<Record<string, number>> = {
  'asbr-summary': LsType.summaryAsbr, external: LsType.asExternal, network: LsType.network, router: LsType.router, summary: LsType.summaryNetwork,
  'nssa-external': LsType.nssa, 'opaque-link': LsType.opaqueLink, 'opaque-area': LsType.opaqueArea, 'opaque-as': LsType.opaqueAs,
};

// --- lists

export function showDatabase(process: OspfProcess, now: Micros, isOwnOnly: boolean): string {
  let text = heading(process);
  for (const area of process.areas) {
    for (const lsType of AREA_LSA_TYPES) {
      text += section(`${LSA_DISPLAYS[lsType].title} (Area ${areaText(area)})`, lsType, area.lsdb.ofType(lsType), now, isOwnOnly);
    }
  }
  for (const lsType of DOMAIN_LSA_TYPES) text += section(LSA_DISPLAYS[lsType].title, lsType, process.externalLsdb.ofType(lsType), now, isOwnOnly);
  return `${text}\n`;
}

export function showDatabaseJson(process: OspfProcess, now: Micros, isOwnOnly: boolean): string {
  const areas: JsonObject = {};
  for (const area of process.areas) {
    const sections: JsonObject = {};
    for (const lsType of AREA_LSA_TYPES) addSection(sections, lsType, area.lsdb.ofType(lsType), now, isOwnOnly);
    areas[formatIpv4(area.id)] = sections;
  }
  const all: JsonObject = { routerId: formatIpv4(process.routerId), areas };
  for (const lsType of DOMAIN_LSA_TYPES) addSection(all, lsType, process.externalLsdb.ofType(lsType), now, isOwnOnly);
  return `${formatJson(all, 'spaced')}\n`;
}

function heading(process: OspfProcess): string {
  return `\n       OSPF Router with ID (${formatIpv4(process.routerId)})\n\n`;
}

/** A type that nobody has is passed over. */
function isShown(instances: readonly LsaInstance[], isOwnOnly: boolean): boolean {
  return isOwnOnly ? instances.some((lsa) => lsa.isSelfOriginated) : instances.length > 0;
}

function section(title: string, lsType: number, instances: readonly LsaInstance[], now: Micros, isOwnOnly: boolean): string {
  if (!isShown(instances, isOwnOnly)) return '';
  const { heading: columns, column } = LSA_DISPLAYS[lsType];
  let text = `                ${title}\n\n${columns}\n`;
  for (const lsa of instances) {
    if (isOwnOnly && !lsa.isSelfOriginated) continue;
    const { header } = lsa;
    text += `${formatIpv4(header.linkStateId).padEnd(15)}${formatIpv4(header.advertisingRouter).padEnd(15)} ` +
      `${String(lsa.ageSeconds(now)).padStart(4)} 0x${sequenceText(header.sequence).padStart(8, '0')} ` +
      `0x${header.checksum.toString(16).padStart(4, '0')}${column?.(lsa) ?? ''}\n`;
  }
  return `${text}\n`;
}

function addSection(into: JsonObject, lsType: number, instances: readonly LsaInstance[], now: Micros, isOwnOnly: boolean): void {
  if (!isShown(instances, isOwnOnly)) return;
  const { key, columnJson } = LSA_DISPLAYS[lsType];
  into[key] = instances.map((lsa): JsonValue => {
    const { header } = lsa;
    if (isOwnOnly && !lsa.isSelfOriginated) return {};
    return {
      lsId: formatIpv4(header.linkStateId),
      advertisedRouter: formatIpv4(header.advertisingRouter),
      lsaAge: lsa.ageSeconds(now),
      sequenceNumber: sequenceText(header.sequence),
      checksum: header.checksum.toString(16),
      ...columnJson?.(lsa),
    };
  });
  into[`${key}Count`] = instances.length;
}

// --- LSAs in full

export function showDatabaseDetail(process: OspfProcess, now: Micros, lsType: number, selection: DatabaseSelection): string {
  const { title } = LSA_DISPLAYS[lsType];
  let text = heading(process);
  if (selection.by === 'nothing') return text;
  for (const { area, instances } of holders(process, lsType)) {
    text += area === undefined ? `                ${title} \n\n` : `\n                ${title} (Area ${areaText(area)})\n\n`;
    for (const lsa of instances) if (isSelected(lsa, selection)) text += lsaText(lsa, now, process.routerInformation.registeredScope);
  }
  return text;
}

export function showDatabaseDetailJson(process: OspfProcess, now: Micros, lsType: number, selection: DatabaseSelection): string {
  const { title, key } = LSA_DISPLAYS[lsType];
  const all: JsonObject = { routerId: formatIpv4(process.routerId) };
  if (selection.by !== 'nothing') {
    const isByRouter = selection.by === 'advertising-router';
    const inAreas: JsonObject = {};
    for (const { area, instances } of holders(process, lsType)) {
      const selected = instances.filter((lsa) => isSelected(lsa, selection));
      // By router: by link state id, so that of several with the same id the last is left.
      const shown: JsonValue = isByRouter
        ? Object.fromEntries(selected.map((lsa) => [formatIpv4(lsa.header.linkStateId), lsaJson(lsa, now)])) : selected.map((lsa) => lsaJson(lsa, now));
      if (area === undefined) all[isByRouter ? title : key] = shown;
      else inAreas[formatIpv4(area.id)] = shown;
    }
    if (!DOMAIN_LSA_TYPES.includes(lsType)) all[isByRouter ? title : key] = isByRouter ? inAreas : { areas: inAreas };
  }
  return `${formatJson(all, 'spaced')}\n`;
}

/** Where LSAs of a type are kept: in every area, or once for all. */
function holders(process: OspfProcess, lsType: number): readonly { readonly area: Area | undefined; readonly instances: readonly LsaInstance[] }[] {
  if (DOMAIN_LSA_TYPES.includes(lsType)) return [{ area: undefined, instances: process.externalLsdb.ofType(lsType) }];
  return process.areas.map((area) => ({ area, instances: area.lsdb.ofType(lsType) }));
}

function isSelected({ header, isTranslated }: LsaInstance, selection: DatabaseSelection): boolean {
  switch (selection.by) {
    case 'all': return true;
    case 'nothing': return false;
    case 'advertising-router': return header.advertisingRouter === selection.advertisingRouter && !isTranslated;
    case 'link-state-id':
      return header.linkStateId === selection.linkStateId &&
        (selection.advertisingRouter === undefined || header.advertisingRouter === selection.advertisingRouter);
  }
}

// --- MaxAge

/** How many of FRR's structures hold a MaxAge LSA that waits: three always, one for refreshing or for others' externals, and every retransmission list. */
function lockCount(lsa: LsaInstance): number {
  return 3 + (lsa.isSelfOriginated || lsa.area === undefined ? 1 : 0) + lsa.retransmissions;
}

/** LSAs at MaxAge that wait to be removed. */
export function showMaxAge(process: OspfProcess): string {
  let text = `${heading(process)}\n                MaxAge Link States:\n\n`;
  for (const lsa of waiting(process)) {
    text += `Link type: ${lsa.header.lsType}\nLink State ID: ${formatIpv4(lsa.header.linkStateId)}\n` +
      `Advertising Router: ${formatIpv4(lsa.header.advertisingRouter)}\nLSA lock count: ${lockCount(lsa)}\n\n`;
  }
  return text;
}

export function showMaxAgeJson(process: OspfProcess): string {
  const waitingOnes: JsonObject = {};
  for (const lsa of waiting(process)) {
    waitingOnes[formatIpv4(lsa.header.linkStateId)] = {
      linkType: lsa.header.lsType, linkStateId: formatIpv4(lsa.header.linkStateId),
      advertisingRouter: formatIpv4(lsa.header.advertisingRouter), lsaLockCount: lockCount(lsa),
    };
  }
  return `${formatJson({ routerId: formatIpv4(process.routerId), maxAgeLinkStates: waitingOnes }, 'spaced')}\n`;
}

/** In an order of their own, which does not matter: FRR's is that of addresses in memory. */
function waiting(process: OspfProcess): LsaInstance[] {
  return [...process.flushing].sort((a, b) => a.header.lsType - b.header.lsType || a.header.linkStateId - b.header.linkStateId ||
    a.header.advertisingRouter - b.header.advertisingRouter);
}
