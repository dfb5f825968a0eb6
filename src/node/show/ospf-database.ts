/**
 * `show ip ospf database [json]` as FRR 8.4.4 prints it: one line an LSA.
 *
 * Read chapter 12.1 of RFC 2328 first. Written from recordings (test/fixtures/frr-def). A type that an area holds no LSA
 * of has no section. FRR's JSON prints the checksum without leading zeros.
 */
import { formatIpv4, formatPrefix, networkOf, prefixLengthOf } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import type { OspfProcess } from '../../ospf/process.js';
import { AsExternalLsa, EXTERNAL_TYPE_2 } from '../../wire/ospf/as-external-lsa.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { RouterLsa } from '../../wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../wire/ospf/summary-lsa.js';
import { formatJson, type JsonValue } from './ospf-format.js';

/** What FRR calls each type: the section title, its JSON key, and what stands behind `CkSum`. */
export const LSA_SECTIONS: Readonly<Record<number, { readonly title: string; readonly key: string; readonly column: string; readonly first?: string }>> = {
  [LsType.router]: { title: 'Router Link States', key: 'routerLinkStates', column: '  Link count' },
  [LsType.network]: { title: 'Net Link States', key: 'networkLinkStates', column: '' },
  [LsType.summaryNetwork]: { title: 'Summary Link States', key: 'summaryLinkStates', column: '  Route' },
  [LsType.summaryAsbr]: { title: 'ASBR-Summary Link States', key: 'asbrSummaryLinkStates', column: '' },
  [LsType.nssa]: { title: 'NSSA-external Link States', key: 'nssaExternalLinkStates', column: '  Route' },
  [LsType.asExternal]: { title: 'AS External Link States', key: 'asExternalLinkStates', column: '  Route' },
  [LsType.opaqueLink]: { title: 'Link-Local Opaque-LSA', key: 'linkLocalOpaqueLsa', column: '', first: 'Opaque-Type/Id' },
  [LsType.opaqueArea]: { title: 'Area-Local Opaque-LSA', key: 'areaLocalOpaqueLsa', column: '', first: 'Opaque-Type/Id' },
  [LsType.opaqueAs]: { title: 'AS-external Opaque-LSA', key: 'asExternalOpaqueLsa', column: '', first: 'Opaque-Type/Id' },
};

export const AREA_LSA_TYPES = [
  LsType.router, LsType.network, LsType.summaryNetwork, LsType.summaryAsbr, LsType.nssa, LsType.opaqueLink, LsType.opaqueArea,
] as const;
const AS_LSA_TYPES = [LsType.asExternal, LsType.opaqueAs] as const;

export function showDatabase(process: OspfProcess, now: Micros): string {
  let text = `\n       OSPF Router with ID (${formatIpv4(process.routerId)})\n\n`;
  for (const area of process.areas) {
    for (const lsType of AREA_LSA_TYPES) {
      text += section(`${LSA_SECTIONS[lsType].title} (Area ${areaName(area)})`, lsType, area.lsdb.ofType(lsType), now);
    }
  }
  for (const lsType of AS_LSA_TYPES) text += section(LSA_SECTIONS[lsType].title, lsType, process.externalLsdb.ofType(lsType), now);
  return `${text}\n`;
}

export function showDatabaseJson(process: OspfProcess, now: Micros): string {
  const areas: Record<string, JsonValue> = {};
  for (const area of process.areas) {
    const sections: Record<string, JsonValue> = {};
    for (const lsType of AREA_LSA_TYPES) addSection(sections, lsType, area.lsdb.ofType(lsType), now);
    areas[formatIpv4(area.id)] = sections;
  }
  const all: Record<string, JsonValue> = { routerId: formatIpv4(process.routerId), areas };
  for (const lsType of AS_LSA_TYPES) addSection(all, lsType, process.externalLsdb.ofType(lsType), now);
  return `${formatJson(all, 'spaced')}\n`;
}

/** `0.0.0.1 [NSSA]` */
export function areaName(area: Area): string {
  return `${formatIpv4(area.id)}${area.nssa !== undefined ? ' [NSSA]' : area.isStub ? ' [Stub]' : ''}`;
}

function section(title: string, lsType: number, instances: readonly LsaInstance[], now: Micros): string {
  if (instances.length === 0) return '';
  let text = `                ${title}\n\n${(LSA_SECTIONS[lsType].first ?? 'Link ID').padEnd(16)}ADV Router      Age  Seq#       CkSum${LSA_SECTIONS[lsType].column}\n`;
  for (const lsa of instances) {
    const { header } = lsa;
    text += `${formatIpv4(header.linkStateId).padEnd(15)}${formatIpv4(header.advertisingRouter).padEnd(15)} ` +
      `${String(lsa.ageSeconds(now)).padStart(4)} 0x${sequenceText(header.sequence).padStart(8, '0')} ` +
      `0x${header.checksum.toString(16).padStart(4, '0')}${lastColumn(lsa)}\n`;
  }
  return `${text}\n`;
}

function lastColumn(lsa: LsaInstance): string {
  const { body, header } = lsa;
  if (body instanceof RouterLsa) return ` ${body.links.length}`;
  if (header.lsType === LsType.summaryNetwork && body instanceof SummaryLsa) return ` ${destination(header.linkStateId, body.networkMask)}`;
  if (body instanceof AsExternalLsa) {
    return ` ${metricType(body)} ${destination(header.linkStateId, body.networkMask)} [0x${body.routes[0].routeTag.toString(16)}]`;
  }
  return '';
}

function addSection(into: Record<string, JsonValue>, lsType: number, instances: readonly LsaInstance[], now: Micros): void {
  if (instances.length === 0) return;
  const { key } = LSA_SECTIONS[lsType];
  into[key] = instances.map((lsa): JsonValue => {
    const { body, header } = lsa;
    return {
      lsId: formatIpv4(header.linkStateId),
      advertisedRouter: formatIpv4(header.advertisingRouter),
      lsaAge: lsa.ageSeconds(now),
      sequenceNumber: sequenceText(header.sequence),
      checksum: header.checksum.toString(16),
      ...(body instanceof RouterLsa ? { numOfRouterLinks: body.links.length } : {}),
      ...(header.lsType === LsType.summaryNetwork && body instanceof SummaryLsa
        ? { summaryAddress: destination(header.linkStateId, body.networkMask) } : {}),
      ...(body instanceof AsExternalLsa
        ? { metricType: metricType(body), route: destination(header.linkStateId, body.networkMask), tag: body.routes[0].routeTag } : {}),
    };
  });
  into[`${key}Count`] = instances.length;
}

function destination(linkStateId: number, networkMask: number): string {
  const prefixLength = prefixLengthOf(networkMask);
  return formatPrefix(networkOf(linkStateId, prefixLength), prefixLength);
}

export function metricType(body: AsExternalLsa): 'E1' | 'E2' {
  return (body.routes[0].flags & EXTERNAL_TYPE_2) !== 0 ? 'E2' : 'E1';
}

/** Sequence numbers are signed inside and shown as unsigned hexadecimal. */
export function sequenceText(sequence: number): string {
  return (sequence >>> 0).toString(16);
}
