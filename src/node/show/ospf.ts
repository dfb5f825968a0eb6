/**
 * The OSPF show commands: from what an operator types to what the real ospfd prints.
 *
 * FRR 8.4.4's formats, byte for byte as recorded from a real one. The Zebra 0.9x persona answers the same commands in
 * the same formats; a real 0.9x has no Up Time column, counts the dead time as hh:mm:ss and knows no JSON.
 * Words may be shortened as in the real shell, as long as they stay unambiguous: `sh ip ospf nei`.
 */
import type { Micros } from '../../base/micros.js';
import type { Ipv4 } from '../../base/address.js';
import type { OspfProcess } from '../../ospf/process.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { showDatabaseDetail } from './ospf-database-detail.js';
import { showDatabase, showDatabaseJson } from './ospf-database.js';
import { showInterfaces, showInterfacesJson } from './ospf-interface.js';
import { showNeighborDetail, showNeighborDetailJson, showNeighbors, showNeighborsJson } from './ospf-neighbor.js';
import { showBorderRouters, showRoutes, showRoutesJson } from './ospf-route.js';

const DISPLAYS = ['neighbor', 'database', 'route', 'interface', 'border-routers'] as const;

const DATABASE_TYPES: Readonly<Record<string, number>> = {
  router: LsType.router, network: LsType.network, summary: LsType.summaryNetwork, 'asbr-summary': LsType.summaryAsbr,
  external: LsType.asExternal, 'nssa-external': LsType.nssa, 'opaque-link': LsType.opaqueLink, 'opaque-area': LsType.opaqueArea,
  'opaque-as': LsType.opaqueAs,
};

/** For messages: what may be asked. */
export const OSPF_SHOW_COMMANDS: readonly string[] = [
  'show ip ospf neighbor [detail] [json]',
  'show ip ospf database [json]',
  'show ip ospf database router|network|summary|asbr-summary|external|nssa-external|opaque-link|opaque-area|opaque-as [LINK-STATE-ID] [adv-router ROUTER-ID | self-originate]',
  'show ip ospf route [json]',
  'show ip ospf interface [NAME] [json]',
  'show ip ospf border-routers',
];

/** The output, ending with a newline; undefined when this is no OSPF command that is known here. */
export function showOspf(process: OspfProcess, now: Micros, command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  if (complete(words[0], ['show']) === undefined || complete(words[1], ['ip']) === undefined || complete(words[2], ['ospf']) === undefined) {
    return undefined;
  }
  const display = complete(words[3], DISPLAYS);
  const rest = words.slice(4);
  const isJson = rest[rest.length - 1] === 'json';
  if (isJson) rest.pop();
  switch (display) {
    case 'neighbor':
      if (rest.length === 0) return isJson ? showNeighborsJson(process, now) : showNeighbors(process, now);
      if (rest.length === 1 && complete(rest[0], ['detail']) !== undefined) {
        return isJson ? showNeighborDetailJson(process, now) : showNeighborDetail(process, now);
      }
      return undefined;
    case 'database':
      if (rest.length === 0) return isJson ? showDatabaseJson(process, now) : showDatabase(process, now);
      return isJson ? undefined : databaseDetail(process, now, rest);
    case 'route':
      if (rest.length > 0) return undefined;
      return isJson ? showRoutesJson(process) : showRoutes(process);
    case 'interface':
      if (rest.length > 1) return undefined;
      return isJson ? showInterfacesJson(process, now, rest[0]) : showInterfaces(process, now, rest[0]);
    case 'border-routers':
      // As FRR 8.4.4: this one has no JSON.
      return isJson || rest.length > 0 ? undefined : showBorderRouters(process);
    default:
      return undefined;
  }
}

function databaseDetail(process: OspfProcess, now: Micros, words: readonly string[]): string | undefined {
  const typeName = complete(words[0], Object.keys(DATABASE_TYPES));
  if (typeName === undefined) return undefined;
  let linkStateId: Ipv4 | undefined;
  let advertisingRouter: Ipv4 | undefined;
  for (let i = 1; i < words.length; i++) {
    const keyword = complete(words[i], ['adv-router', 'self-originate']);
    if (keyword === 'self-originate') advertisingRouter = process.routerId;
    else {
      const address = dottedQuad(keyword === 'adv-router' ? words[++i] : words[i]);
      if (address === undefined) return undefined;
      if (keyword === 'adv-router') advertisingRouter = address;
      else linkStateId = address;
    }
  }
  return showDatabaseDetail(process, now, DATABASE_TYPES[typeName], { linkStateId, advertisingRouter });
}

/** The one word that the text is, or begins. */
function complete<T extends string>(text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined || text === '') return undefined;
  const exact = words.find((word) => word === text);
  if (exact !== undefined) return exact;
  const matches = words.filter((word) => word.startsWith(text));
  return matches.length === 1 ? matches[0] : undefined;
}

function dottedQuad(text: string | undefined): Ipv4 | undefined {
  const parts = text?.split('.') ?? [];
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}
