/**
 * A running process gets another configuration, as when somebody types into vtysh. No standard says what follows from that; this is what
 * FRR 8.4.4 does (topologies/conformance/configure-*), statement by statement:
 *
 *   cost                         the router-LSA is originated anew, adjacencies stay
 *   hello-interval               a Hello leaves at once with the new interval; neighbours that have another one refuse it, and time out
 *   no hello-interval, network   the interface goes down and comes up again
 *   dead-interval (also `minimal`), transmit-delay, retransmit-interval, authentication, mtu-ignore      hold from the next packet on
 *   priority                     the election runs again; who is DR stays
 *   network, area, addresses     interfaces come and go; one in another area is another interface
 *   passive                      no more Hellos, and none are heard: neighbours time out
 *   router-id                    at once without Full neighbours, else only with `clear ip ospf process`
 *   area ... virtual-link             the interface comes with the next calculation of the transit area, and goes at once
 *   lists, summary-address       what is redistributed follows after the LSA throttle or the aggregation timer, summaries with the task
 *   distance                     all routes are taken back and calculated again; `distance ospf` holds for what changes from then on
 *   max-metric, capability opaque, router-info, graceful-restart      see extension-reconfiguration.ts
 *   area ... stub, range         the border router's task looks at it when it next runs; `no-summary` alone does not make it run; a new stub area
 *                                costs the router all of its AS-external-LSAs (external-basis.ts)
 *
 * What is not treated here one by one (a field that is new in `OspfConfiguration`) still takes effect: of an interface, by taking it away and
 * making it anew; of an area, with all its interfaces; of the process, by a new process (`canReconfigure`).
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { MILLISECOND, SECOND } from '../base/micros.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import { announceStubDefault, checkAreaBorderRouter, scheduleBorderRouterTask } from './border-router.js';
import { differences, isSameData } from './configuration-difference.js';
import type { OspfConfiguration } from './configuration.js';
import type { SystemInterface } from './environment.js';
import { EXTENSION_FIELDS, reconfigureExtensions } from './extension-reconfiguration.js';
import { sendHello } from './hello.js';
import type { InterfaceParameters, OspfInterface } from './interface.js';
import { raiseInterfaceEvent, runInterfaceEvent, updateGroupMembership } from './interface-machine.js';
import { areaOf, helloPeriodMicros, interfaceParameters, orderInterfaces } from './interface-parameters.js';
import { bringUp } from './interface-start.js';
import { rewatchNeighbors } from './neighbor-watch.js';
import { NETWORK_TYPES } from './network-type.js';
import { runNeighborEvent } from './neighbor-machine.js';
import { updateRouterLsa } from './origination.js';
import { onNssaConfigured } from './nssa.js';
import type { OspfProcess } from './process.js';
import { checkAsBoundaryRouter, flushExternals, updateExternals } from './redistribution.js';
import { withdrawAllRoutes } from './route-installation.js';
import { scheduleCalculation } from './spf-schedule.js';
import { reconfigureVirtualLinks } from './virtual-link.js';

/** `show ip ospf`: "LSA minimum interval 5000 msecs". */
const DEFAULT_LSA_THROTTLE_MS = 5000;

/** `aggregation timer`. */
const DEFAULT_AGGREGATION_DELAY_SECONDS = 5;

const FILTER_FIELDS: ReadonlySet<string> = new Set(['routeMaps', 'accessLists', 'prefixLists', 'distributeLists']);

/** Fields of the configuration that a running process can take over. */
const PROCESS_FIELDS: ReadonlySet<string> = new Set([
  'routerId', 'rfc1583Compatibility', 'areaBorderRouterType', 'networks', 'interfaces', 'passiveInterfaces', 'isPassiveByDefault', 'activeInterfaces',
  'redistribute', 'defaultMetric', 'maximumPaths', 'referenceBandwidthMbps', 'distance', 'spfTimers', 'areas', 'defaultInformation', 'routeMaps', 'accessLists',
  'neighbors', 'virtualLinks', 'areaAuthentication', 'adjacencyLog', ...EXTENSION_FIELDS,
  'prefixLists', 'distributeLists', 'summaryAddresses', 'aggregationDelaySeconds', 'distances',
  'isNeighborResolvedEarly', 'lsaThrottleMs', 'lsaMinArrivalMs', 'lsaRefreshSeconds',
]);
const AREA_FILTERS = ['exportList', 'importList', 'filterListOut', 'filterListIn'] as const;
const AREA_FIELDS: ReadonlySet<string> = new Set(['isStub', 'isSummaryBlocked', 'defaultCost', 'ranges', 'nssa', 'shortcut', ...AREA_FILTERS]);
const INTERFACE_FIELDS: ReadonlySet<string> = new Set([
  'networkType', 'cost', 'helloIntervalSeconds', 'hellosPerSecond', 'isAddressDescribed', 'deadIntervalSeconds', 'retransmitIntervalSeconds', 'transmitDelaySeconds', 'priority', 'isMtuIgnored',
  'isPassive', 'authentication', 'ownAuthenticationType', 'keys', 'bfd', 'waitSeconds',
]);

/** Whether everything that differs can be done in the process as it runs. */
export function canReconfigure(process: OspfProcess, configuration: OspfConfiguration): boolean {
  return differences(process.configuration, configuration).every((field) => PROCESS_FIELDS.has(field));
}

export function reconfigure(process: OspfProcess, configuration: OspfConfiguration, systems: readonly SystemInterface[],
  isUp: (interfaceIndex: number) => boolean, now: Micros): void {
  const before = process.configuration;
  const changed = differences(before, configuration);
  process.adopt(configuration);
  for (const area of [...process.areas]) reconfigureArea(area, before, now);
  reconfigureInterfaces(process, before, systems, isUp, now);
  if (changed.includes('virtualLinks')) reconfigureVirtualLinks(process, now);
  if (changed.includes('areaBorderRouterType')) scheduleBorderRouterTask(process, now);
  checkAreaBorderRouter(process, now);
  takeRouterId(process, now);
  checkAsBoundaryRouter(process, now);
  reconfigureExtensions(process, before, changed, now);
  if (changed.includes('networks')) process.externalBases?.forgetConnected();
  if (process.externalBases !== undefined && changed.includes('defaultInformation')) process.externalBases.isDefaultFlushed = false;
  updateFiltered(process, changed, now);
  if (changed.includes('distance')) restartCalculation(process, now); // `distance ospf` holds for what is installed from now on
  // Lists that border routers ask are looked at by their task.
  if (process.isAreaBorderRouter && (changed.includes('accessLists') || changed.includes('prefixLists'))) scheduleBorderRouterTask(process, now);
  if (changed.some((field) => field === 'rfc1583Compatibility' || field === 'maximumPaths' || field === 'areaBorderRouterType')) scheduleCalculation(process, now);
}

/** Filters alone are looked at a while later; whatever else has to do with externals, at once. */
function updateFiltered(process: OspfProcess, changed: readonly string[], now: Micros): void {
  const isFilter = (field: string): boolean => FILTER_FIELDS.has(field);
  const isSummary = (field: string): boolean => field === 'summaryAddresses' || field === 'aggregationDelaySeconds';
  const wait = (process.configuration.lsaThrottleMs ?? DEFAULT_LSA_THROTTLE_MS) * MILLISECOND;
  if (changed.length > 0 && changed.every(isSummary)) {
    process.filterTimer.armIfIdle(now + (process.configuration.aggregationDelaySeconds ?? DEFAULT_AGGREGATION_DELAY_SECONDS) * SECOND);
  } else if (changed.length > 0 && changed.every(isFilter) && wait > 0) process.filterTimer.armIfIdle(now + wait);
  else updateExternals(process, now);
}

/** All routes are taken back and calculated again. */
function restartCalculation(process: OspfProcess, now: Micros): void {
  withdrawAllRoutes(process);
  process.forgetRoutes();
  scheduleCalculation(process, now);
}

// --- areas

function reconfigureArea(area: Area, before: OspfConfiguration, now: Micros): void {
  const { process } = area;
  const old = before.areas?.get(area.id);
  const configuration = process.configuration.areas?.get(area.id);
  const changed = differences(old, configuration);
  if (changed.length === 0) return;
  if (!changed.every((field) => AREA_FIELDS.has(field))) {
    removeArea(area, now); // its interfaces come into a new one
    return;
  }
  const { isStub, nssa, defaultCost, ranges } = area;
  if (configuration?.isStub === true && !isStub) flushExternals(process, now); // as long as neighbours there can hear it
  area.adopt(configuration);
  // What the last pass found in a range that stays is still so.
  area.ranges = area.ranges.map((state) => ranges.find((each) => isSameData(each.range, state.range)) ?? state);
  if (area.isStub !== isStub || !isSameData(area.nssa, nssa)) {
    updateRouterLsa(area, now);
    scheduleBorderRouterTask(process, now);
    if (!isSameData(area.nssa, nssa)) onNssaConfigured(area, now);
  }
  if (changed.includes('shortcut')) {
    updateRouterLsa(area, now);
    scheduleBorderRouterTask(process, now);
  }
  if (area.defaultCost !== defaultCost) announceStubDefault(area, now);
  if (changed.includes('ranges') || AREA_FILTERS.some((field) => changed.includes(field))) scheduleBorderRouterTask(process, now);
}

function removeArea(area: Area, now: Micros): void {
  const { process } = area;
  for (const owner of [...area.interfaces]) if (owner.virtualLink === undefined) removeInterface(owner, now);
  area.routerLsaTimer.cancel();
  process.flushing = process.flushing.filter((lsa) => lsa.area !== area);
  process.areas.splice(process.areas.indexOf(area), 1);
  process.externalNotes.last = undefined;
}

// --- interfaces

function reconfigureInterfaces(process: OspfProcess, before: OspfConfiguration, systems: readonly SystemInterface[],
  isUp: (interfaceIndex: number) => boolean, now: Micros): void {
  const kept = new Set<OspfInterface>();
  const missing: (() => void)[] = [];
  for (const system of orderInterfaces(systems, process.behaviour.interfaceOrder)) {
    for (const address of system.addresses) {
      const areaId = areaOf(process.configuration, process.behaviour, system, address);
      if (areaId === undefined) continue;
      const owner = process.interfaces.find((each) => each.system.index === system.index && each.address === address.address && each.peer === address.peer &&
        each.prefixLength === address.prefixLength && each.area.id === areaId);
      if (owner !== undefined && reconfigureInterface(owner, before, system, now)) kept.add(owner);
      else {
        missing.push(() => {
          const added = process.addInterface(system, address, areaId);
          added.isOperative = isUp(system.index);
          if (added.isOperative) bringUp(added, now);
          scheduleBorderRouterTask(process, now);
        });
      }
    }
  }
  for (const owner of [...process.interfaces]) {
    if (!kept.has(owner)) removeInterface(owner, now);
  }
  for (const add of missing) add();
  for (const area of [...process.areas]) {
    if (area.interfaces.length === 0 && process.configuration.areas?.get(area.id) === undefined && !isNamed(process.configuration, area)) removeArea(area, now);
  }
}

/** Whether a statement still puts interfaces into the area: FRR keeps it then, as it was, though none is left. */
function isNamed({ networks, interfaces }: OspfConfiguration, { id }: Area): boolean {
  return networks.some((each) => each.area === id) || [...interfaces.values()].some((each) => each.area === id);
}

/** The interface is not OSPF's any more: its neighbours hear nothing of it but that Hellos stay out. */
function removeInterface(owner: OspfInterface, now: Micros): void {
  const { process, area } = owner;
  runInterfaceEvent(owner, 'InterfaceDown', now);
  owner.networkLsaTimer.cancel();
  process.output.drop(owner);
  process.interfaces.splice(process.interfaces.indexOf(owner), 1);
  area.interfaces.splice(area.interfaces.indexOf(owner), 1);
  scheduleBorderRouterTask(process, now);
}

/** False: it must be made anew. */
function reconfigureInterface(owner: OspfInterface, before: OspfConfiguration, system: SystemInterface, now: Micros): boolean {
  const { process, parameters: old } = owner;
  owner.system = system;
  const parameters: InterfaceParameters = interfaceParameters(process.configuration, process.behaviour, system, owner.address);
  const changed = differences(old, parameters);
  if (!changed.every((field) => INTERFACE_FIELDS.has(field))) return false;
  if (owner.traits.hasConfiguredNeighbors && !isSameData(before.neighbors, process.configuration.neighbors)) return false;
  owner.parameters = parameters;
  const isHelloUnset = before.interfaces.get(owner.name)?.helloIntervalSeconds !== undefined &&
    process.configuration.interfaces.get(owner.name)?.helloIntervalSeconds === undefined;
  if (changed.includes('networkType') || changed.includes('isAddressDescribed') || isHelloUnset) {
    restartInterface(owner, now);
    return true;
  }
  if (changed.includes('helloIntervalSeconds') && owner.helloTimer.isArmed) {
    sendHello(owner, now);
    owner.helloTimer.arm(now + helloPeriodMicros(parameters));
  }
  if (changed.includes('bfd')) rewatchNeighbors(owner);
  if (changed.includes('isPassive')) updateGroupMembership(owner);
  if (changed.includes('priority')) raiseInterfaceEvent(owner, 'NeighborChange');
  if (changed.includes('cost') && owner.state !== 'Down') updateRouterLsa(owner.area, now);
  return true;
}

function restartInterface(owner: OspfInterface, now: Micros): void {
  const isUp = owner.state !== 'Down';
  if (isUp) runInterfaceEvent(owner, 'InterfaceDown', now);
  owner.traits = NETWORK_TYPES[owner.parameters.networkType];
  owner.configuredNeighbors.length = 0;
  owner.process.configureNeighbors(owner);
  if (isUp && owner.isOperative) bringUp(owner, now);
}

// --- router id, and starting afresh

/** Statically assigned, or as it was: changing it breaks everything. */
function takeRouterId(process: OspfProcess, now: Micros): void {
  const wanted = process.configuration.routerId ?? process.routerId;
  if (wanted !== process.routerId && process.areas.every((area) => area.fullNeighbors === 0)) startAfresh(process, wanted, now);
}

/** Flushes what this router has originated, forgets the databases, and goes by another router id, or the same. */
function startAfresh(process: OspfProcess, routerId: Ipv4, now: Micros): void {
  for (const lsa of process.allLsas()) if (lsa.isSelfOriginated) flushLsa(process, lsa, now);
  process.finish(now); // the last that is heard of them
  process.flushing = [];
  process.removalTimer.cancel();
  process.externalLsdb.clear();
  process.routerId = routerId;
  for (const area of process.areas) area.forgetDatabase();
  for (const owner of process.allInterfaces()) {
    owner.networkLsa = undefined;
    owner.networkLsaSequence = undefined;
    owner.networkLsaTimer.cancel();
    for (const neighbor of owner.neighbors) neighbor.retransmissionList.clear();
  }
  for (const area of process.areas) updateRouterLsa(area, now);
  process.externalBases?.forget();
  updateExternals(process, now);
  scheduleCalculation(process, now);
}

/** `clear ip ospf process`, `clear ip ospf neighbor`, `clear ip ospf interface`. */
export function clearOspf(process: OspfProcess, what: 'process' | 'neighbor' | 'interface', name: string, now: Micros): void {
  switch (what) {
    case 'process':
      startAfresh(process, process.configuration.routerId ?? process.routerId, now);
      for (const owner of process.allInterfaces()) restartInterface(owner, now);
      break;
    case 'interface':
      for (const owner of process.allInterfaces()) if (name === '' || owner.name === name) restartInterface(owner, now);
      break;
    case 'neighbor':
      for (const owner of process.allInterfaces()) {
        for (const neighbor of [...owner.neighbors]) if (name === '' || formatIpv4(neighbor.routerId) === name) runNeighborEvent(neighbor, 'KillNbr', now);
      }
  }
}
