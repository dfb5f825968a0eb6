/**
 * OSPF data structures filled by hand, without any protocol running: what the display tests look at.
 */
import { maskOf, type Ipv4 } from '../../src/base/address.js';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import { Timer } from '../../src/engine/timer.js';
import { Area } from '../../src/ospf/area.js';
import type { OspfConfiguration, OspfNetworkType } from '../../src/ospf/configuration.js';
import { OspfInterface, type InterfaceState } from '../../src/ospf/interface.js';
import { decodeLsaBody } from '../../src/ospf/lsa-body.js';
import { LsaInstance, lsaContents } from '../../src/ospf/lsdb.js';
import { Neighbor } from '../../src/ospf/neighbor.js';
import { OspfProcess } from '../../src/ospf/process.js';
import { NetworkRoute, RouterRoute, prefixKey, type NextHop, type PathType } from '../../src/ospf/routing-table.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { AsExternalLsa, ExternalRoute, asExternalLsaLength, encodeAsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { lsaChecksum } from '../../src/wire/ospf/fletcher-checksum.js';
import { LSA_HEADER_LENGTH, LsType, LsaHeader, encodeLsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { NetworkLsa, encodeNetworkLsa, networkLsaLength } from '../../src/wire/ospf/network-lsa.js';
import { RouterLink, RouterLsa, encodeRouterLsa, routerLsaLength } from '../../src/wire/ospf/router-lsa.js';
import { SummaryLsa, encodeSummaryLsa, summaryLsaLength } from '../../src/wire/ospf/summary-lsa.js';

/** `192.168.1.3` -> number. */
export function ip(text: string): Ipv4 {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

export function processByHand(routerId: string, behaviour: OspfBehaviour = FRR_844): OspfProcess {
  const configuration: OspfConfiguration = {
    routerId: ip(routerId), networks: [], interfaces: new Map(), passiveInterfaces: new Set(), isPassiveByDefault: false,
    activeInterfaces: new Set(), redistribute: [], routeMaps: new Map(), accessLists: new Map(),
  };
  const prng = new Prng(1, 'hand', 'ospf');
  const nothing = (): void => {};
  const process = new OspfProcess(configuration, behaviour, {
    send: nothing, joinGroup: nothing, leaveGroup: nothing, resolve: nothing, installRoute: nothing, withdrawRoute: nothing, trace: nothing,
  }, { protocol: prng, refresh: prng, socket: prng }, [], []);
  (process as { routerId: Ipv4 }).routerId = ip(routerId);
  process.spfRuns = 1;
  return process;
}

export function areaByHand(process: OspfProcess, id: string): Area {
  const area = new Area(process, ip(id), () => idleTimer(process));
  process.areas.push(area);
  return area;
}

export interface InterfaceByHand {
  readonly name: string; readonly index: number; readonly address: string; readonly prefixLength: number; readonly peer?: string;
  readonly networkType: OspfNetworkType; readonly state: InterfaceState; readonly cost: number;
  readonly mtu?: number; readonly bandwidthMbps?: number; readonly designated?: string; readonly backup?: string;
  readonly helloDueMicros?: Micros;
}

export function interfaceByHand(area: Area, now: Micros, told: InterfaceByHand): OspfInterface {
  const { process } = area;
  const address = { address: ip(told.address), prefixLength: told.prefixLength, peer: told.peer === undefined ? undefined : ip(told.peer) };
  const timer = (): Timer => idleTimer(process);
  const owner = new OspfInterface(process, area, {
    index: told.index, name: told.name, mtu: told.mtu ?? 1500, bandwidthMbps: told.bandwidthMbps ?? 10000,
    isLoopback: told.networkType === 'loopback', isPointToPoint: false, addresses: [address],
  }, address, {
    networkType: told.networkType, cost: told.cost, helloIntervalSeconds: 10, deadIntervalSeconds: 40, retransmitIntervalSeconds: 5,
    transmitDelaySeconds: 1, priority: 1, isMtuIgnored: false, isPassive: false, authentication: { type: 'none' },
  }, { hello: timer, wait: timer, ack: timer, networkLsa: timer });
  owner.state = told.state;
  owner.designatedRouter = ip(told.designated ?? '0.0.0.0');
  owner.backupDesignatedRouter = ip(told.backup ?? '0.0.0.0');
  owner.isInAllSpfRouters = told.networkType !== 'loopback';
  if (told.helloDueMicros !== undefined) owner.helloTimer.arm(now + told.helloDueMicros);
  area.interfaces.push(owner);
  process.interfaces.push(owner);
  return owner;
}

export function neighborByHand(owner: OspfInterface, now: Micros, routerId: string, address: string, upMicros: Micros, deadMicros: Micros): Neighbor {
  const timer = (): Timer => idleTimer(owner.process);
  const neighbor = new Neighbor(owner, ip(routerId), ip(address), now,
    { inactivity: timer, dd: timer, request: timer, retransmission: timer, helloReply: timer, ack: timer });
  neighbor.state = 'Full';
  neighbor.hasRequested = true;
  neighbor.priority = 1;
  neighbor.options = 2;
  neighbor.lastProgressAt = now - upMicros;
  neighbor.inactivityTimer.arm(now + deadMicros);
  owner.neighbors.push(neighbor);
  return neighbor;
}

/** Length and checksum are worked out; `body` decides the type, with `lsType` telling summaries apart. */
export function lsaByHand(area: Area | undefined, now: Micros, lsType: number, id: string, advertisingRouter: string, ageSeconds: number,
  sequence: number, body: RouterLsa | NetworkLsa | SummaryLsa | AsExternalLsa, isSelfOriginated = false): LsaInstance {
  const length = LSA_HEADER_LENGTH + (body instanceof RouterLsa ? routerLsaLength(body)
    : body instanceof NetworkLsa ? networkLsaLength(body) : body instanceof SummaryLsa ? summaryLsaLength(body) : asExternalLsaLength(body));
  const w = new ByteWriter(new Uint8Array(length));
  const header = new LsaHeader();
  Object.assign(header, { options: 2, lsType, linkStateId: ip(id), advertisingRouter: ip(advertisingRouter), sequence: sequence | 0, length });
  encodeLsaHeader(header, w);
  if (body instanceof RouterLsa) encodeRouterLsa(body, w);
  else if (body instanceof NetworkLsa) encodeNetworkLsa(body, w);
  else if (body instanceof SummaryLsa) encodeSummaryLsa(body, w);
  else encodeAsExternalLsa(body, w);
  const checksum = lsaChecksum(w.bytes, 0, length);
  w.bytes[16] = checksum >>> 8;
  w.bytes[17] = checksum & 0xff;
  const decoded = decodeLsaBody(w.bytes);
  if (decoded instanceof DecodeError) throw new Error(`LSA by hand: ${decoded.code}`);
  const lsa = new LsaInstance(lsaContents(w.bytes, decoded), ageSeconds, area, now, isSelfOriginated, !isSelfOriginated);
  // As FRR: only what the border router's pass has looked at carries the mark.
  lsa.isApproved = isSelfOriginated && lsType >= LsType.summaryNetwork;
  if (area !== undefined) area.lsdb.put(lsa);
  return lsa;
}

export function routerLsa(flags: number, ...links: readonly (readonly [linkType: number, linkId: string, linkData: string, metric: number])[]): RouterLsa {
  const lsa = new RouterLsa();
  lsa.flags = flags;
  for (const [type, linkId, linkData, metric] of links) {
    lsa.links.push(Object.assign(new RouterLink(), { type, linkId: ip(linkId), linkData: ip(linkData), metric }));
  }
  return lsa;
}

export function networkLsa(prefixLength: number, ...routers: readonly string[]): NetworkLsa {
  return Object.assign(new NetworkLsa(), { networkMask: maskOf(prefixLength), attachedRouters: routers.map(ip) });
}

export function summaryLsa(prefixLength: number, metric: number): SummaryLsa {
  return Object.assign(new SummaryLsa(), { networkMask: maskOf(prefixLength), metric });
}

export function externalLsa(prefixLength: number, metric: number, flags: number): AsExternalLsa {
  return Object.assign(new AsExternalLsa(), { networkMask: maskOf(prefixLength), routes: [Object.assign(new ExternalRoute(), { flags, metric })] });
}

export function networkRoute(process: OspfProcess, area: Area, network: string, prefixLength: number, pathType: PathType, cost: number,
  ...nextHops: NextHop[]): void {
  const route = Object.assign(new NetworkRoute(), { network: ip(network), prefixLength, pathType, cost, area, nextHops });
  process.routingTable.networks.set(prefixKey(route.network, prefixLength), route);
}

export function routerRoute(process: OspfProcess, area: Area, routerId: string, pathType: PathType, cost: number, isAreaBorderRouter: boolean,
  isAsBoundaryRouter: boolean, ...nextHops: NextHop[]): void {
  const route = Object.assign(new RouterRoute(area), { routerId: ip(routerId), pathType, cost, isAreaBorderRouter, isAsBoundaryRouter, nextHops });
  const entries = process.routingTable.routers.get(route.routerId) ?? [];
  entries.push(route);
  process.routingTable.routers.set(route.routerId, entries);
}

function idleTimer(process: OspfProcess): Timer {
  return new Timer(process.timers, () => {});
}
