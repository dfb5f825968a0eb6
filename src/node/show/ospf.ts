/**
 * The OSPF show commands: from what an operator types to what the real ospfd prints.
 *
 * FRR 8.4.4's commands and formats, byte for byte as recorded from a real one. The Zebra 0.9x persona answers the same commands in
 * the same formats; a real 0.9x has no Up Time column, counts the dead time as hh:mm:ss and knows no JSON.
 */
import { formatIpv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { BfdDaemon } from '../../host/bfd.js';
import type { Host } from '../../host/host.js';
import type { OspfProcess } from '../../ospf/process.js';
import { CommandTable, type CommandWords, type ShowCommand } from './command-table.js';
import { dottedQuad } from './operand.js';
import {
  DATABASE_TYPES, type DatabaseSelection, showDatabase, showDatabaseDetail, showDatabaseDetailJson, showDatabaseJson, showMaxAge, showMaxAgeJson,
} from './ospf-database.js';
import { formatJson } from './ospf-format.js';
import { helperObject, showHelper } from './ospf-graceful-restart.js';
import { showInterfaces, showInterfacesJson } from './ospf-interface.js';
import {
  showAllNeighborDetail, showAllNeighborDetailJson, showAllNeighbors, showAllNeighborsJson, showNeighborDetail, showNeighborDetailJson, showNeighbors, showNeighborsJson, showNeighborsOf, showNeighborsWithId,
} from './ospf-neighbor.js';
import { showProcess, showProcessJson } from './ospf-process.js';
import { showBorderRouters, showReachableRouters, showRoutes, showRoutesJson } from './ospf-route.js';
import { showComputationElement, showRouterInformation } from './ospf-router-information.js';
import { showSummaryAddresses, summaryAddressesObject } from './ospf-summary-address.js';
import { showEngineeredInterfaces, showEngineeredRouter } from './ospf-traffic-engineering.js';
import { showTraffic, showTrafficJson } from './ospf-traffic.js';
import { withVrfs } from './ospf-vrf.js';

export interface OspfQuestion {
  readonly process: OspfProcess;
  readonly now: Micros;
  /** The system's, where there is one. */
  readonly bfd?: BfdDaemon;
  /** Its interfaces, of which one may be up without carrier. */
  readonly host?: Host;
}

type Writer = (question: OspfQuestion, words: CommandWords) => string;

/** Text, or JSON where the last word says so. */
function either(text: Writer, json: Writer): Writer {
  return (question, words) => (words.keywords.has('json') ? json : text)(question, words);
}

const TYPE_NAMES = Object.keys(DATABASE_TYPES);
const TYPES = `<${TYPE_NAMES.join('|')}>`;

function databaseType({ keywords }: CommandWords): number {
  return DATABASE_TYPES[TYPE_NAMES.find((name) => keywords.has(name)) ?? 'router'];
}

function byLinkStateId({ process }: OspfQuestion, { keywords, values }: CommandWords): DatabaseSelection {
  if (values.length === 0) return { by: 'all' };
  if (keywords.has('adv-router')) return { by: 'nothing' };
  return { by: 'link-state-id', linkStateId: dottedQuad(values[0]), ...(keywords.has('self-originate') ? { advertisingRouter: process.routerId } : {}) };
}

function byRouter({ process }: OspfQuestion, { values }: CommandWords): DatabaseSelection {
  return { by: 'advertising-router', advertisingRouter: values.length > 0 ? dottedQuad(values[0]) : process.routerId };
}

function detail(selection: (question: OspfQuestion, words: CommandWords) => DatabaseSelection): Writer {
  return either(
    (question, words) => showDatabaseDetail(question.process, question.now, databaseType(words), selection(question, words)),
    (question, words) => showDatabaseDetailJson(question.process, question.now, databaseType(words), selection(question, words)),
  );
}

/** An answer that no real router gives. */
export const NOT_KEPT = '% this database is not kept here\n';

const COMMANDS: readonly ShowCommand<OspfQuestion>[] = [
  { pattern: 'show ip ospf [json]', show: either(({ process, now }) => showProcess(process, now), ({ process, now }) => showProcessJson(process, now)) },
  {
    pattern: 'show ip ospf neighbor [json]',
    show: either(({ process, now }) => showNeighbors(process, now), ({ process, now }) => showNeighborsJson(process, now, 'wrapped')),
  },
  {
    pattern: 'show ip ospf neighbor all [json]',
    show: either(({ process, now }) => showAllNeighbors(process, now), ({ process, now }) => showAllNeighborsJson(process, now)),
  },
  {
    pattern: 'show ip ospf neighbor IFNAME [json]',
    show: either(
      ({ process, now }, { values: [interfaceName] }) => showNeighborsOf(process, now, interfaceName),
      ({ process, now }, { values: [interfaceName] }) => showNeighborsJson(process, now, 'bare-plain', { interfaceName }),
    ),
  },
  {
    pattern: 'show ip ospf neighbor detail [json]',
    show: either(({ process, now, bfd }) => showNeighborDetail(process, now, { bfd }), ({ process, now, bfd }) => showNeighborDetailJson(process, now, 'wrapped', { bfd })),
  },
  {
    pattern: 'show ip ospf neighbor detail all [json]',
    show: either(({ process, now, bfd }) => showAllNeighborDetail(process, now, { bfd }), ({ process, now, bfd }) => showAllNeighborDetailJson(process, now, { bfd })),
  },
  {
    pattern: 'show ip ospf neighbor IFNAME detail [json]',
    show: either(
      ({ process, now, bfd }, { values: [interfaceName] }) => showNeighborDetail(process, now, { interfaceName, bfd }),
      ({ process, now, bfd }, { values: [interfaceName] }) => showNeighborDetailJson(process, now, 'bare-plain', { interfaceName, bfd }),
    ),
  },
  {
    pattern: 'show ip ospf neighbor A.B.C.D [json]',
    show: either(
      ({ process, now }, { values: [id] }) => showNeighborsWithId(process, now, dottedQuad(id)),
      ({ process, now }, { values: [id] }) => showNeighborsJson(process, now, 'bare-plain', { routerId: dottedQuad(id) }),
    ),
  },
  {
    pattern: 'show ip ospf neighbor A.B.C.D detail [json]',
    show: either(
      ({ process, now, bfd }, { values: [id] }) => showNeighborDetail(process, now, { routerId: dottedQuad(id), bfd }),
      ({ process, now, bfd }, { values: [id] }) => showNeighborDetailJson(process, now, 'bare-plain', { routerId: dottedQuad(id), bfd }),
    ),
  },
  {
    pattern: 'show ip ospf interface [INTERFACE] [json]',
    show: either(
      ({ process, now, host }, { values }) => showInterfaces(process, now, values.at(0), host),
      ({ process, now, host }, { values }) => showInterfacesJson(process, now, values.at(0), host),
    ),
  },
  {
    pattern: 'show ip ospf interface traffic [INTERFACE] [json]',
    show: either(({ process }, { values }) => showTraffic(process, values.at(0)), ({ process }, { values }) => showTrafficJson(process, values.at(0))),
  },
  {
    pattern: 'show ip ospf database [json]',
    show: either(({ process, now }) => showDatabase(process, now, false), ({ process, now }) => showDatabaseJson(process, now, false)),
  },
  {
    pattern: 'show ip ospf database self-originate [json]',
    show: either(({ process, now }) => showDatabase(process, now, true), ({ process, now }) => showDatabaseJson(process, now, true)),
  },
  { pattern: 'show ip ospf database max-age [json]', show: either(({ process }) => showMaxAge(process), ({ process }) => showMaxAgeJson(process)) },
  { pattern: `show ip ospf database ${TYPES} [A.B.C.D [<self-originate|adv-router A.B.C.D>]] [json]`, show: detail(byLinkStateId) },
  { pattern: `show ip ospf database ${TYPES} <adv-router A.B.C.D|self-originate> [json]`, show: detail(byRouter) },
  { pattern: 'show ip ospf route [json]', show: either(({ process }) => showRoutes(process), ({ process }) => showRoutesJson(process)) },
  { pattern: 'show ip ospf border-routers', show: ({ process }) => showBorderRouters(process) },
  { pattern: 'show ip ospf reachable-routers', show: ({ process }) => showReachableRouters(process) },
  {
    pattern: 'show ip ospf graceful-restart helper [detail] [json]',
    show: either(
      ({ process, now }, { keywords }) => showHelper(process, now, keywords.has('detail')),
      ({ process, now }, { keywords }) => `${formatJson(helperObject(process, now, keywords.has('detail')), 'pretty-plain')}\n`,
    ),
  },
  {
    pattern: 'show ip ospf summary-address [detail] [json]',
    show: either(
      ({ process }, { keywords }) => showSummaryAddresses(process, keywords.has('detail')),
      ({ process }, { keywords }) => `${formatJson(summaryAddressesObject(process, keywords.has('detail')), 'pretty-plain')}\n`,
    ),
  },
  {
    pattern: 'show ip ospf vrfs [json]',
    show: either(
      ({ process }) => `Name                       Id     RouterId  \n${'default'.padEnd(25)}  ${'0'.padEnd(5)}  ${formatIpv4(process.routerId).padEnd(16)}  \n\nTotal number of OSPF VRFs: 1\n`,
      ({ process }) => `${formatJson({ vrfs: { default: { vrfId: 0, routerId: formatIpv4(process.routerId) } }, totalVrfs: 1 }, 'pretty-plain')}\n`,
    ),
  },
  { pattern: 'show ip ospf mpls-te interface [INTERFACE]', show: ({ process }, { values }) => showEngineeredInterfaces(process, values.at(0)) },
  { pattern: 'show ip ospf mpls-te router', show: ({ process }) => showEngineeredRouter(process) },
  { pattern: 'show ip ospf mpls ldp-sync [interface <INTERFACE|all>] [json]', show: either(() => 'LDP-sync is disabled\n', () => '{\n}\n') },
  { pattern: 'show ip ospf router-info', show: ({ process }) => showRouterInformation(process) },
  { pattern: 'show ip ospf router-info pce', show: () => showComputationElement() },
  // Databases that are not kept here: where the real one would have one there is no answer.
  {
    pattern: 'show ip ospf mpls-te database [<vertex [<self-originate|adv-router A.B.C.D>]|edge [A.B.C.D]|subnet [A.B.C.D/M]>] [<verbose|json>]',
    show: ({ process }) => (process.trafficEngineering.isEnabled ? NOT_KEPT : 'MPLS-TE database is not enabled\n'),
  },
  {
    pattern: 'show ip ospf database segment-routing [<adv-router A.B.C.D|self-originate>] [json]',
    show: ({ process }) => (process.segmentRouting.isEnabled ? NOT_KEPT : 'Segment Routing is disabled on this router\n'),
  },
];

export const OSPF_COMMANDS: readonly ShowCommand<OspfQuestion>[] = [...COMMANDS, ...withVrfs(COMMANDS)];

const TABLE = new CommandTable(OSPF_COMMANDS);

/** What one process prints, ending with a newline; undefined: there is no such OSPF command, or it is ambiguous. */
export function showOspf(process: OspfProcess, now: Micros, command: string): string | undefined {
  const found = TABLE.find(command);
  return typeof found === 'string' ? undefined : found.show({ process, now });
}
