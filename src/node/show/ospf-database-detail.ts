/**
 * `show ip ospf database router|network|summary|asbr-summary|external|nssa-external|opaque-link|opaque-area|opaque-as` as FRR 8.4.4 prints it: each LSA in full.
 *
 * Read appendix A.4 of RFC 2328 first. Written from recordings (test/fixtures/frr-def); text only. `LS Flags` are FRR's
 * internal marks: 1 self-originated, 2 checked for that, 4 received, 8 approved by the border router's last pass, 0x20 translated from type 7.
 */
import { formatIpv4, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import { isAsScope } from '../../ospf/opaque.js';
import type { OspfProcess } from '../../ospf/process.js';
import { AsExternalLsa } from '../../wire/ospf/as-external-lsa.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { isOpaque } from '../../wire/ospf/opaque/opaque-lsa.js';
import { NetworkLsa } from '../../wire/ospf/network-lsa.js';
import { LinkType, RouterFlag, RouterLsa, type RouterLink } from '../../wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../wire/ospf/summary-lsa.js';
import { LSA_SECTIONS, areaName, metricType, sequenceText } from './ospf-database.js';
import { formatOptions } from './ospf-format.js';
import { opaqueDetail } from './ospf-opaque.js';

export interface DatabaseFilter {
  readonly linkStateId?: Ipv4;
  readonly advertisingRouter?: Ipv4;
}

export function showDatabaseDetail(process: OspfProcess, now: Micros, lsType: number, filter: DatabaseFilter): string {
  let text = `\n       OSPF Router with ID (${formatIpv4(process.routerId)})\n\n`;
  const { title } = LSA_SECTIONS[lsType];
  if (isAsScope(lsType)) {
    return `${text}                ${title} \n\n${details(process, process.externalLsdb.ofType(lsType), now, filter)}`;
  }
  for (const area of process.areas) {
    text += `\n                ${title} (Area ${areaName(area)})\n\n${details(process, area.lsdb.ofType(lsType), now, filter)}`;
  }
  return text;
}

function details(process: OspfProcess, instances: readonly LsaInstance[], now: Micros, filter: DatabaseFilter): string {
  let text = '';
  for (const lsa of instances) {
    if (filter.linkStateId !== undefined && lsa.header.linkStateId !== filter.linkStateId) continue;
    if (filter.advertisingRouter !== undefined && lsa.header.advertisingRouter !== filter.advertisingRouter) continue;
    text += detail(process, lsa, now);
  }
  return text;
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [LsType.router]: 'router-LSA', [LsType.network]: 'network-LSA', [LsType.summaryNetwork]: 'summary-LSA',
  [LsType.summaryAsbr]: 'summary-LSA', [LsType.asExternal]: 'AS-external-LSA', [LsType.nssa]: 'NSSA-LSA', [LsType.opaqueLink]: 'Link-Local Opaque-LSA',
  [LsType.opaqueArea]: 'Area-Local Opaque-LSA', [LsType.opaqueAs]: 'AS-external Opaque-LSA',
};

const ID_MEANINGS: Readonly<Record<number, string>> = {
  [LsType.router]: '', [LsType.network]: '(address of Designated Router)', [LsType.summaryNetwork]: '(summary Network Number)',
  [LsType.summaryAsbr]: '(AS Boundary Router address)', [LsType.asExternal]: '(External Network Number)',
  [LsType.nssa]: '(External Network Number for NSSA)',
  [LsType.opaqueLink]: '(Link-Local Opaque-Type/ID)', [LsType.opaqueArea]: '(Area-Local Opaque-Type/ID)', [LsType.opaqueAs]: '(AS-external Opaque-Type/ID)',
};

function detail(process: OspfProcess, lsa: LsaInstance, now: Micros): string {
  const { header, body } = lsa;
  const marks = (lsa.isSelfOriginated ? 1 : 0) | (isOpaque(header.lsType) && lsa.isSelfOriginated ? 0 : 2) | (lsa.isReceived ? 4 : 0) |
    (lsa.isApproved ? 8 : 0) | (lsa.isTranslated ? 0x20 : 0);
  let text = `  LS age: ${lsa.ageSeconds(now)}\n` +
    `  Options: 0x${header.options.toString(16).padEnd(2)} : ${formatOptions(header.options)}\n` +
    `  LS Flags: 0x${marks.toString(16)} ${lsa.isTranslated ? '(Translated from Type-7)' : ' '}\n`;
  if (body instanceof RouterLsa) {
    const { flags } = body;
    text += `  Flags: 0x${flags.toString(16)}${flags === 0 ? '' : ' :'}` +
      `${(flags & RouterFlag.border) !== 0 ? ' ABR' : ''}${(flags & RouterFlag.external) !== 0 ? ' ASBR' : ''}` +
      `${(flags & RouterFlag.virtualLink) !== 0 ? ' VL-endpoint' : ''}\n`;
  }
  text += `  LS Type: ${TYPE_NAMES[header.lsType]}\n` +
    `  Link State ID: ${formatIpv4(header.linkStateId)} ${ID_MEANINGS[header.lsType]}\n` +
    `  Advertising Router: ${formatIpv4(header.advertisingRouter)}\n` +
    `  LS Seq Number: ${sequenceText(header.sequence).padStart(8, '0')}\n` +
    `  Checksum: 0x${header.checksum.toString(16).padStart(4, '0')}\n` +
    `  Length: ${header.length}\n\n`;
  if (body instanceof RouterLsa) {
    text += `   Number of Links: ${body.links.length}\n\n`;
    for (const link of body.links) text += linkText(link);
    return `${text}\n`;
  }
  if (body instanceof NetworkLsa) {
    text += `  Network Mask: /${prefixLengthOf(body.networkMask)}\n`;
    for (const router of body.attachedRouters) text += `        Attached Router: ${formatIpv4(router)}\n\n`;
    return text;
  }
  if (body instanceof SummaryLsa) {
    return `${text}  Network Mask: /${prefixLengthOf(body.networkMask)}\n        TOS: 0  Metric: ${body.metric}\n\n`;
  }
  if (body instanceof AsExternalLsa) {
    const [route] = body.routes;
    const isType2 = metricType(body) === 'E2';
    return `${text}  Network Mask: /${prefixLengthOf(body.networkMask)}\n` +
      `        Metric Type: ${isType2 ? '2 (Larger than any link state path)' : '1'}\n` +
      `        TOS: 0\n        Metric: ${route.metric}\n` +
      `        ${header.lsType === LsType.nssa ? 'NSSA: ' : ''}Forward Address: ${formatIpv4(route.forwardingAddress)}\n        External Route Tag: ${route.routeTag}\n\n`;
  }
  return isOpaque(header.lsType) ? text + opaqueDetail(process, lsa) : text;
}

const LINK_TEXTS: Readonly<Record<number, readonly [string, string, string]>> = {
  [LinkType.pointToPoint]: ['another Router (point-to-point)', 'Neighboring Router ID', 'Router Interface address'],
  [LinkType.transit]: ['a Transit Network', 'Designated Router address', 'Router Interface address'],
  [LinkType.stub]: ['Stub Network', 'Net', 'Network Mask'],
  [LinkType.virtual]: ['a Virtual Link', 'Neighboring Router ID', 'Router Interface address'],
};

function linkText(link: RouterLink): string {
  const [kind, idName, dataName] = LINK_TEXTS[link.type] ?? ['unknown', 'Link ID', 'Link Data'];
  return `    Link connected to: ${kind}\n` +
    `     (Link ID) ${idName}: ${formatIpv4(link.linkId)}\n` +
    `     (Link Data) ${dataName}: ${formatIpv4(link.linkData)}\n` +
    `      Number of TOS metrics: ${link.tosMetrics.length}\n` +
    `       TOS 0 Metric: ${link.metric}\n\n`;
}
