/**
 * What `show ip ospf database opaque-link|opaque-area|opaque-as` says of the inside of an opaque LSA, as FRR 8.4.4 prints it.
 *
 * Written from recordings (topologies/conformance: opaque, graceful-restart-helper). FRR explains router information only where it originates some
 * of the same scope itself, or once did. A TLV that this emulator originates nowhere is shown as FRR shows one that it does not know.
 */
import { formatIpv4 } from '../../base/address.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import { opaqueBodyOf } from '../../ospf/opaque.js';
import type { OspfProcess } from '../../ospf/process.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import type { GraceLsa } from '../../wire/ospf/opaque/grace-lsa.js';
import { OpaqueType, opaqueId, opaqueType } from '../../wire/ospf/opaque/opaque-lsa.js';
import { routerInformationValueCodec, type RouterInformationLsa } from '../../wire/ospf/opaque/router-information-lsa.js';

const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'Wildcard',
  [OpaqueType.trafficEngineering]: 'Traffic Engineering LSA',
  2: 'Sycamore optical topology description',
  [OpaqueType.grace]: 'Grace-LSA',
  [OpaqueType.routerInformation]: 'Router Information LSA',
  [OpaqueType.interAsTrafficEngineering]: 'Inter-AS TE-v2 LSA',
  [OpaqueType.extendedPrefix]: 'Extended Prefix Opaque LSA',
  [OpaqueType.extendedLink]: 'Extended Link Opaque LSA',
};

/** From here on opaque types are for private use. [5250:7] */
const FIRST_PRIVATE_TYPE = 128;

/** Behind the header of the LSA; ends with an empty line. */
export function opaqueDetail(process: OspfProcess, lsa: LsaInstance): string {
  const { header } = lsa;
  const type = opaqueType(header.linkStateId);
  const name = TYPE_NAMES[type] ?? (type < FIRST_PRIVATE_TYPE ? 'Unassigned' : 'Private/Experimental');
  const length = lsa.bytes.length - 20;
  return `  Opaque-Type ${type} (${name})\n  Opaque-ID   0x${opaqueId(header.linkStateId).toString(16)}\n` +
    `  Opaque-Info: ${length} octets of data${length % 4 === 0 ? '' : '(Invalid length?)'}\n${inside(process, lsa)}\n`;
}

function inside(process: OspfProcess, lsa: LsaInstance): string {
  const body = opaqueBodyOf(lsa);
  if (body.kind === 'grace' && lsa.header.lsType === LsType.opaqueLink) return graceText(body.grace);
  if (body.kind !== 'router-information') return '';
  const scope = process.routerInformation.registeredScope;
  const isExplained = scope === 'as' ? lsa.header.lsType === LsType.opaqueAs : scope === 'area' && lsa.header.lsType === LsType.opaqueArea;
  return isExplained ? routerInformationText(body.routerInformation) : '';
}

const RESTART_REASONS = ['Unknown restart', 'Software restart', 'Software reload/upgrade', 'Switch to redundant control processor'];

function graceText(grace: GraceLsa): string {
  let text = '  TLV info:\n';
  for (const { type, value } of grace.tlvs) {
    switch (value.kind) {
      case 'grace-period': text += `   Grace period:${value.seconds | 0}\n`; break;
      case 'restart-reason': text += `   Restart reason:${RESTART_REASONS[value.reason] ?? 'Invalid reason'}\n`; break;
      case 'interface-address': text += `   Restarter address:${formatIpv4(value.address)}\n`; break;
      case 'raw': text += `   Unknown TLV type ${type}\n`;
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
      text += `  Unknown TLV: [type(0x${type.toString(16)}), length(0x${length.toString(16)})]\n`;
    }
  }
  return text;
}
