/**
 * What FRR 8.4.4 prints of an LSA, as a table by LS type: titles, the column behind `CkSum`, and the whole LSA in text and JSON.
 *
 * Read appendix A.4 of RFC 2328 first. Written from recordings. A new LSA type is a new row. `LS Flags` are FRR's internal marks:
 * 1 self-originated, 2 checked for that, 4 received, 8 approved by the border router's last pass or an external of one's own, 0x20 translated from type 7, 0x80 waiting to be removed at MaxAge. Of opaque LSAs FRR prints what is inside only
 * where the daemon has a use for it: of Grace-LSAs, and of router information where it originates some of the same scope itself, or once did. A
 * TLV that this emulator originates nowhere is shown as FRR shows one that it does not know.
 */
import { formatIpv4, formatPrefix, networkOf, prefixLengthOf } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import { opaqueBodyOf } from '../../ospf/opaque.js';
import type { OspfProcess } from '../../ospf/process.js';
import { AsExternalLsa, EXTERNAL_TYPE_2 } from '../../wire/ospf/as-external-lsa.js';
import { LSA_HEADER_LENGTH, LsType } from '../../wire/ospf/lsa-header.js';
import { NetworkLsa } from '../../wire/ospf/network-lsa.js';
import { RestartReason, type GraceLsa } from '../../wire/ospf/opaque/grace-lsa.js';
import { extendedLinkText, extendedPrefixText, overlongTlvText, segmentInformationText } from './ospf-segment-routing.js';
import { trafficEngineeringText } from './ospf-traffic-engineering.js';
import { isOpaque, OpaqueType, opaqueId, opaqueType } from '../../wire/ospf/opaque/opaque-lsa.js';
import { routerInformationValueCodec, type RouterInformationLsa } from '../../wire/ospf/opaque/router-information-lsa.js';
import { LinkType, RouterFlag, RouterLsa, type RouterLink } from '../../wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../wire/ospf/summary-lsa.js';
import { formatOptions, type JsonValue } from './ospf-format.js';

type JsonObject = Record<string, JsonValue>;

type InformationScope = OspfProcess['routerInformation']['registeredScope'];

export interface LsaDisplay {
  /** Of its section. */
  readonly title: string;
  /** Of its section in JSON. */
  readonly key: string;
  readonly heading: string;
  readonly typeName: string;
  readonly idMeaning: string;
  /** What the list shows behind the checksum. */
  readonly column?: (lsa: LsaInstance) => string;
  readonly columnJson?: (lsa: LsaInstance) => JsonObject;
  /** Behind the header, in the display of the whole LSA. */
  readonly detail: (lsa: LsaInstance, explainedScope: InformationScope) => string;
  readonly detailJson: (lsa: LsaInstance) => JsonObject;
}

const LINK_ID_HEADING = 'Link ID         ADV Router      Age  Seq#       CkSum';
const OPAQUE_HEADING = 'Opaque-Type/Id  ADV Router      Age  Seq#       CkSum';

const EXTERNAL_COLUMNS: Pick<LsaDisplay, 'column' | 'columnJson'> = {
  column: ({ body, header }) => (body instanceof AsExternalLsa
    ? ` ${metricType(body)} ${destination(header.linkStateId, body.networkMask)} [0x${body.routes[0].routeTag.toString(16)}]` : ''),
  columnJson: ({ body, header }): JsonObject => (body instanceof AsExternalLsa
    ? { metricType: metricType(body), route: destination(header.linkStateId, body.networkMask), tag: body.routes[0].routeTag } : {}),
};

const OPAQUE: Pick<LsaDisplay, 'heading' | 'detail' | 'detailJson'> = { heading: OPAQUE_HEADING, detail: opaqueText, detailJson: opaqueJson };

export const LSA_DISPLAYS: Readonly<Record<number, LsaDisplay>> = {
  [LsType.router]: {
    title: 'Router Link States', key: 'routerLinkStates', heading: `${LINK_ID_HEADING}  Link count`, typeName: 'router-LSA', idMeaning: '',
    column: ({ body }) => (body instanceof RouterLsa ? ` ${body.links.length}` : ''),
    columnJson: ({ body }): JsonObject => (body instanceof RouterLsa ? { numOfRouterLinks: body.links.length } : {}),
    detail: routerText, detailJson: routerJson,
  },
  [LsType.network]: {
    title: 'Net Link States', key: 'networkLinkStates', heading: LINK_ID_HEADING, typeName: 'network-LSA', idMeaning: '(address of Designated Router)',
    detail: networkText, detailJson: networkJson,
  },
  [LsType.summaryNetwork]: {
    title: 'Summary Link States', key: 'summaryLinkStates', heading: `${LINK_ID_HEADING}  Route`, typeName: 'summary-LSA', idMeaning: '(summary Network Number)',
    column: ({ body, header }) => (body instanceof SummaryLsa ? ` ${destination(header.linkStateId, body.networkMask)}` : ''),
    columnJson: ({ body, header }): JsonObject => (body instanceof SummaryLsa ? { summaryAddress: destination(header.linkStateId, body.networkMask) } : {}),
    detail: summaryText, detailJson: summaryJson,
  },
  [LsType.summaryAsbr]: {
    title: 'ASBR-Summary Link States', key: 'asbrSummaryLinkStates', heading: LINK_ID_HEADING, typeName: 'summary-LSA', idMeaning: '(AS Boundary Router address)',
    detail: summaryText, detailJson: summaryJson,
  },
  [LsType.asExternal]: {
    title: 'AS External Link States', key: 'asExternalLinkStates', heading: `${LINK_ID_HEADING}  Route`, typeName: 'AS-external-LSA',
    idMeaning: '(External Network Number)', ...EXTERNAL_COLUMNS,
    detail: (lsa) => externalText(lsa, 'Forward Address'), detailJson: (lsa) => externalJson(lsa, 'forwardAddress'),
  },
  [LsType.nssa]: {
    title: 'NSSA-external Link States', key: 'nssaExternalLinkStates', heading: `${LINK_ID_HEADING}  Route`, typeName: 'NSSA-LSA',
    idMeaning: '(External Network Number for NSSA)', ...EXTERNAL_COLUMNS,
    detail: (lsa) => externalText(lsa, 'NSSA: Forward Address'), detailJson: (lsa) => externalJson(lsa, 'nssaForwardAddress'),
  },
  [LsType.opaqueLink]: {
    title: 'Link-Local Opaque-LSA', key: 'linkLocalOpaqueLsa', typeName: 'Link-Local Opaque-LSA', idMeaning: '(Link-Local Opaque-Type/ID)', ...OPAQUE,
  },
  [LsType.opaqueArea]: {
    title: 'Area-Local Opaque-LSA', key: 'areaLocalOpaqueLsa', typeName: 'Area-Local Opaque-LSA', idMeaning: '(Area-Local Opaque-Type/ID)', ...OPAQUE,
  },
  [LsType.opaqueAs]: {
    title: 'AS-external Opaque-LSA', key: 'asExternalOpaqueLsa', typeName: 'AS-external Opaque-LSA', idMeaning: '(AS-external Opaque-Type/ID)', ...OPAQUE,
  },
};

/** The sections of an area, in their order; then those of the whole domain. */
export const AREA_LSA_TYPES: readonly number[] = [
  LsType.router, LsType.network, LsType.summaryNetwork, LsType.summaryAsbr, LsType.nssa, LsType.opaqueLink, LsType.opaqueArea,
];
export const DOMAIN_LSA_TYPES: readonly number[] = [LsType.asExternal, LsType.opaqueAs];

/** The whole LSA. `explainedScope`: of which router information FRR says what is inside. */
export function lsaText(lsa: LsaInstance, now: Micros, explainedScope?: InformationScope): string {
  const { header } = lsa;
  const { typeName, idMeaning, detail } = LSA_DISPLAYS[header.lsType];
  return `  LS age: ${lsa.ageSeconds(now)}\n` +
    `  Options: ${hexadecimal(header.options)} : ${formatOptions(header.options)}\n` +
    `  LS Flags: ${hexadecimal(lsFlags(lsa))} ${lsa.isTranslated ? '(Translated from Type-7)' : ''}\n` +
    `${lsa.body instanceof RouterLsa ? routerFlagsText(lsa.body.flags) : ''}` +
    `  LS Type: ${typeName}\n` +
    `  Link State ID: ${formatIpv4(header.linkStateId)} ${idMeaning}\n` +
    `  Advertising Router: ${formatIpv4(header.advertisingRouter)}\n` +
    `  LS Seq Number: ${sequenceText(header.sequence).padStart(8, '0')}\n` +
    `  Checksum: 0x${header.checksum.toString(16).padStart(4, '0')}\n` +
    `  Length: ${header.length}\n\n${detail(lsa, explainedScope)}`;
}

export function lsaJson(lsa: LsaInstance, now: Micros): JsonObject {
  const { header } = lsa;
  const { typeName, detailJson } = LSA_DISPLAYS[header.lsType];
  return {
    lsaAge: lsa.ageSeconds(now), options: formatOptions(header.options), lsaFlags: lsFlags(lsa),
    ...(lsa.isTranslated ? { translatedFromType7: true } : {}),
    ...(lsa.body instanceof RouterLsa ? routerFlagsJson(lsa.body.flags) : {}),
    lsaType: typeName, linkStateId: formatIpv4(header.linkStateId), advertisingRouter: formatIpv4(header.advertisingRouter),
    lsaSeqNumber: sequenceText(header.sequence), checksum: header.checksum.toString(16), length: header.length,
    ...detailJson(lsa),
  };
}

function lsFlags(lsa: LsaInstance): number {
  const isOwnExternal = !lsa.isReceived && lsa.body instanceof AsExternalLsa;
  const isChecked = !lsa.isSelfOriginated || !isOpaque(lsa.header.lsType);
  return (lsa.isSelfOriginated ? 1 : 0) | (isChecked ? 2 : 0) | (lsa.isReceived ? 4 : 0) | (lsa.isApproved || isOwnExternal ? 8 : 0) | (lsa.isTranslated ? 0x20 : 0) |
    (lsa.isFlushing ? 0x80 : 0);
}

/** Two places are kept for the digits. */
function hexadecimal(value: number): string {
  return `0x${value.toString(16).padEnd(2)}`;
}

/** Sequence numbers are signed inside and shown as unsigned hexadecimal. */
export function sequenceText(sequence: number): string {
  return (sequence >>> 0).toString(16);
}

export function metricType(body: AsExternalLsa): 'E1' | 'E2' {
  return (body.routes[0].flags & EXTERNAL_TYPE_2) !== 0 ? 'E2' : 'E1';
}

function destination(linkStateId: number, networkMask: number): string {
  const prefixLength = prefixLengthOf(networkMask);
  return formatPrefix(networkOf(linkStateId, prefixLength), prefixLength);
}

// --- router-LSA

/** What FRR names of the flags; in text and in JSON. */
const ROUTER_FLAGS: readonly (readonly [number, string, string])[] = [
  [RouterFlag.border, 'ABR', 'abr'], [RouterFlag.external, 'ASBR', 'asbr'], [RouterFlag.virtualLink, 'VL-endpoint', 'vlEndpoint'], [0x20, 'Shortcut', 'shortcut'],
];

function routerFlagsText(flags: number): string {
  const names = ROUTER_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => ` ${name}`).join('');
  return `  Flags: 0x${flags.toString(16)}${flags === 0 ? '' : ` :${names}`}\n`;
}

function routerFlagsJson(flags: number): JsonObject {
  return { flags, ...Object.fromEntries(ROUTER_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, , key]) => [key, true])) };
}

interface LinkDisplay {
  readonly kind: string;
  readonly id: string;
  readonly data: string;
  readonly idKey: string;
  readonly dataKey: string;
}

const TO_ROUTER = { id: 'Neighboring Router ID', data: 'Router Interface address', idKey: 'neighborRouterId', dataKey: 'routerInterfaceAddress' };
const NO_LINK: LinkDisplay = { kind: '(null)', id: '(null)', data: '(null)', idKey: 'null', dataKey: 'null' };
const LINK_DISPLAYS: Readonly<Record<number, LinkDisplay>> = {
  [LinkType.pointToPoint]: { kind: 'another Router (point-to-point)', ...TO_ROUTER },
  [LinkType.transit]: {
    kind: 'a Transit Network', id: 'Designated Router address', data: 'Router Interface address', idKey: 'designatedRouterAddress', dataKey: 'routerInterfaceAddress',
  },
  [LinkType.stub]: { kind: 'Stub Network', id: 'Net', data: 'Network Mask', idKey: 'networkAddress', dataKey: 'networkMask' },
  [LinkType.virtual]: { kind: 'a Virtual Link', ...TO_ROUTER },
};

function routerText({ body }: LsaInstance): string {
  if (!(body instanceof RouterLsa)) return '';
  return `   Number of Links: ${body.links.length}\n\n${body.links.map(linkText).join('')}\n`;
}

/** Metrics for types of service are never counted. */
function linkText(link: RouterLink): string {
  const { kind, id, data } = LINK_DISPLAYS[link.type] ?? NO_LINK;
  return `    Link connected to: ${kind}\n` +
    `     (Link ID) ${id}: ${formatIpv4(link.linkId)}\n` +
    `     (Link Data) ${data}: ${formatIpv4(link.linkData)}\n` +
    '      Number of TOS metrics: 0\n' +
    `       TOS 0 Metric: ${link.metric}\n\n`;
}

function routerJson({ body }: LsaInstance): JsonObject {
  if (!(body instanceof RouterLsa)) return {};
  return {
    numOfLinks: body.links.length,
    routerLinks: Object.fromEntries(body.links.map((link, i): [string, JsonValue] => {
      const { kind, idKey, dataKey } = LINK_DISPLAYS[link.type] ?? NO_LINK;
      return [`link${i}`, { linkType: kind, [idKey]: formatIpv4(link.linkId), [dataKey]: formatIpv4(link.linkData), numOfTosMetrics: 0, tos0Metric: link.metric }];
    })),
  };
}

// --- the others

function networkText({ body }: LsaInstance): string {
  if (!(body instanceof NetworkLsa)) return '';
  return `  Network Mask: /${prefixLengthOf(body.networkMask)}\n` +
    body.attachedRouters.map((router) => `        Attached Router: ${formatIpv4(router)}\n\n`).join('');
}

/** The key is FRR's own spelling. */
function networkJson({ body }: LsaInstance): JsonObject {
  if (!(body instanceof NetworkLsa)) return {};
  return {
    networkMask: prefixLengthOf(body.networkMask),
    attchedRouters: Object.fromEntries(body.attachedRouters.map((router) => [formatIpv4(router), { attachedRouterId: formatIpv4(router) }])),
  };
}

function summaryText({ body }: LsaInstance): string {
  if (!(body instanceof SummaryLsa)) return '';
  return `  Network Mask: /${prefixLengthOf(body.networkMask)}\n        TOS: 0  Metric: ${body.metric}\n\n`;
}

function summaryJson({ body }: LsaInstance): JsonObject {
  return body instanceof SummaryLsa ? { networkMask: prefixLengthOf(body.networkMask), tos0Metric: body.metric } : {};
}

function externalText({ body }: LsaInstance, addressName: string): string {
  if (!(body instanceof AsExternalLsa)) return '';
  const [route] = body.routes;
  return `  Network Mask: /${prefixLengthOf(body.networkMask)}\n` +
    `        Metric Type: ${metricType(body) === 'E2' ? '2 (Larger than any link state path)' : '1'}\n` +
    `        TOS: 0\n        Metric: ${route.metric}\n` +
    `        ${addressName}: ${formatIpv4(route.forwardingAddress)}\n        External Route Tag: ${route.routeTag}\n\n`;
}

function externalJson({ body }: LsaInstance, addressKey: string): JsonObject {
  if (!(body instanceof AsExternalLsa)) return {};
  const [route] = body.routes;
  return {
    networkMask: prefixLengthOf(body.networkMask), metricType: metricType(body) === 'E2' ? 'E2 (Larger than any link state path)' : 'E1', tos: 0,
    metric: route.metric, [addressKey]: formatIpv4(route.forwardingAddress), externalRouteTag: route.routeTag,
  };
}

// --- opaque LSAs

const OPAQUE_TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'Wildcard', 1: 'Traffic Engineering LSA', 2: 'Sycamore optical topology description', 3: 'Grace-LSA', 4: 'Router Information LSA',
  6: 'Inter-AS TE-v2 LSA', 7: 'Extended Prefix Opaque LSA', 8: 'Extended Link Opaque LSA',
};

function opaqueTypeName(type: number): string {
  if (type in OPAQUE_TYPE_NAMES) return OPAQUE_TYPE_NAMES[type];
  if (type > 127) return 'Private/Experimental';
  return type > OpaqueType.extendedLink ? 'Unassigned' : 'Unknown';
}

function opaqueText(lsa: LsaInstance, explainedScope: InformationScope): string {
  const { header } = lsa;
  if (!isOpaque(header.lsType)) return '';
  const type = opaqueType(header.linkStateId);
  return `  Opaque-Type ${type} (${opaqueTypeName(type)})\n` +
    `  Opaque-ID   0x${opaqueId(header.linkStateId).toString(16)}\n` +
    `  Opaque-Info: ${header.length - LSA_HEADER_LENGTH} octets of data${isWholeWords(header.length) ? '' : '(Invalid length?)'}\n` +
    `${insideText(lsa, explainedScope)}\n`;
}

function insideText(lsa: LsaInstance, explainedScope: InformationScope): string {
  const body = opaqueBodyOf(lsa);
  if (body.kind === 'grace' && lsa.header.lsType === LsType.opaqueLink) return graceText(body.grace);
  if (body.kind === 'traffic-engineering' && lsa.header.lsType !== LsType.opaqueLink) return trafficEngineeringText(body.trafficEngineering);
  if (body.kind === 'extended-prefix') return extendedPrefixText(body.extendedPrefix);
  if (body.kind === 'extended-link') return extendedLinkText(body.extendedLink);
  const type = opaqueType(lsa.header.linkStateId);
  if (body.kind === 'raw' && body.error !== undefined && (type === OpaqueType.extendedPrefix || type === OpaqueType.extendedLink)) return overlongTlvText(body.bytes);
  if (body.kind !== 'router-information') return '';
  const isExplained = explainedScope === 'as' ? lsa.header.lsType === LsType.opaqueAs : explainedScope === 'area' && lsa.header.lsType === LsType.opaqueArea;
  return isExplained ? routerInformationText(body.routerInformation) : '';
}

function isWholeWords(length: number): boolean {
  return length % 4 === 0;
}

/** FRR has room for so many digits, and then prints what stands behind them: the end of the checksum. */
const OPAQUE_DIGITS = 127;

function opaqueHex(data: Uint8Array, checksum: number): string {
  const all = Array.from(data, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return all.length > OPAQUE_DIGITS ? `${all.slice(0, OPAQUE_DIGITS)}${checksum.toString(16).slice(1)}` : all;
}

function opaqueJson({ header, bytes }: LsaInstance): JsonObject {
  if (!isOpaque(header.lsType)) return {};
  const { checksum } = header;
  const data = bytes.subarray(LSA_HEADER_LENGTH);
  return {
    opaqueType: opaqueTypeName(opaqueType(header.linkStateId)), opaqueId: opaqueId(header.linkStateId), opaqueDataLength: data.length,
    opaqueDataLengthValid: isWholeWords(header.length),
    ...(isWholeWords(header.length) ? { opaqueData: opaqueHex(data, checksum) } : {}),
  };
}

const RESTART_REASONS: Readonly<Record<number, string>> = {
  [RestartReason.unknown]: 'Unknown restart', [RestartReason.softwareRestart]: 'Software restart',
  [RestartReason.softwareReload]: 'Software reload/upgrade', [RestartReason.switchToRedundantProcessor]: 'Switch to redundant control processor',
};

function graceText(grace: GraceLsa): string {
  let text = '  TLV info:\n';
  for (const { type, value } of grace.tlvs) {
    switch (value.kind) {
      case 'grace-period': text += `   Grace period:${value.seconds}\n`; break;
      case 'restart-reason': text += `   Restart reason:${RESTART_REASONS[value.reason] ?? 'Invalid reason'}\n`; break;
      case 'interface-address': text += `   Restarter address:${formatIpv4(value.address)}\n`; break;
      case 'raw': text += `   Unknown TLV type ${type}\n`; break;
    }
  }
  return text;
}

function routerInformationText(information: RouterInformationLsa): string {
  let text = '';
  for (const { type, value } of information.tlvs) {
    if (value.kind === 'informational-capabilities') text += `  Router Capabilities: 0x${(value.words.at(0) ?? 0).toString(16)}\n`;
    else {
      const length = value.kind === 'raw' ? value.bytes.length : routerInformationValueCodec.length(value);
      text += segmentInformationText(value) ?? `  Unknown TLV: [type(0x${type.toString(16)}), length(0x${length.toString(16)})]\n`;
    }
  }
  return text;
}
