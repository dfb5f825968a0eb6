/**
 * BIRD's `show ospf`, `show ospf neighbors`, `show ospf interface` and `show ospf lsadb`. Written from recordings of BIRD 2.0.12.
 */
import { formatIpv4, formatPrefix, networkOf, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { matchesPattern } from '../../config/bird/bird-evaluation.js';
import type { OspfNetworkType } from '../../ospf/configuration.js';
import type { InterfaceState, OspfInterface } from '../../ospf/interface.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import type { OspfProcess } from '../../ospf/process.js';
import { isRangeActive } from '../../ospf/nssa-translation.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { LinkType, RouterLsa } from '../../wire/ospf/router-lsa.js';
import { AsExternalLsa } from '../../wire/ospf/as-external-lsa.js';
import { birdHash } from './bird-route.js';

export function showBirdOspf(process: OspfProcess, name: string, now: Micros): string {
  const { tick } = process;
  const lines = [`${name}:`, `RFC1583 compatibility: ${process.isRfc1583Compatible ? 'enabled' : 'disabled'}`,
    `Stub router: ${process.configuration.stubRouter === undefined ? 'No' : 'Yes'}`,
    `RT scheduler tick: ${(tick?.periodMicros ?? SECOND) / SECOND}`, `Number of areas: ${process.areas.length}`,
    `Number of LSAs in DB:\t${process.allLsas().length + (tick?.retiredCount(process) ?? 0)}`];
  // In the order of the configuration.
  const order = process.configuration.configuredAreas ?? [];
  for (const area of [...process.areas].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))) {
    lines.push(`\tArea: ${formatIpv4(area.id)} (${area.id}) ${area.isBackbone ? '[BACKBONE]' : ''}`, `\t\tStub:\t${area.isStub ? 'Yes' : 'No'}`, `\t\tNSSA:\t${area.nssa === undefined ? 'No' : 'Yes'}`,
      `\t\tTransit:\t${area.isTransit ? 'Yes' : 'No'}`,
      ...(area.nssa === undefined ? [] : [`\t\tNSSA translation:\t${!area.isTranslating ? 'No' : area.translatesUntil === undefined ? 'Yes' : 'Yes (run down)'}`]),
      `\t\tNumber of interfaces:\t${area.interfaces.length}`,
      `\t\tNumber of neighbors:\t${area.interfaces.reduce((sum, i) => sum + i.neighbors.length, 0)}`,
      `\t\tNumber of adjacent neighbors:\t${area.fullNeighbors}`);
    if (area.ranges.length > 0) lines.push('\t\tArea networks:');
    const ranges = [...area.ranges].sort((a, b) => birdHash(a.range.network, a.range.prefixLength) - birdHash(b.range.network, b.range.prefixLength));
    for (const { range, specifics } of ranges) {
      lines.push(`\t\t\t${formatPrefix(range.network, range.prefixLength).padStart(18)}\t${range.isAdvertised ? 'Advertise' : 'Hidden'}\t${specifics > 0 ? 'Active' : ''}`);
    }
    const external = area.nssa?.externalRanges ?? [];
    if (external.length > 0) lines.push('\t\tArea external networks:');
    for (const range of [...external].sort((a, b) => birdHash(a.network, a.prefixLength) - birdHash(b.network, b.prefixLength))) {
      lines.push(`\t\t\t${formatPrefix(range.network, range.prefixLength).padStart(18)}\t${range.isAdvertised ? 'Advertise' : 'Hidden'}\t${isRangeActive(area, range, now) ? 'Active' : ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export function showBirdNeighbors(process: OspfProcess, name: string, now: Micros, pattern: string | undefined): string {
  const lines = [`${name}:`, 'Router ID   \tPri\t     State     \tDTime\tInterface  Router IP'];
  for (const owner of allInterfaces(process)) {
    if (pattern !== undefined && !matchesPattern(owner.name, pattern)) continue;
    for (const neighbor of owner.neighbors) {
      const role = !owner.traits.isElecting && owner.parameters.networkType !== 'loopback' ? 'PtP  '
        : owner.isDesignatedRouter(neighbor) ? 'DR   ' : owner.isBackupDesignatedRouter(neighbor) ? 'BDR  ' : 'Other';
      const left = neighbor.inactivityTimer.remaining(now);
      lines.push(`${formatIpv4(neighbor.routerId).padEnd(12)}\t${String(neighbor.priority).padStart(3)}\t${neighbor.state}/${role}\t` +
        `${formatRemaining(left).padStart(6)}\t${owner.name.padEnd(10)} ${formatIpv4(neighbor.address)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Virtual links stand first. */
function allInterfaces(process: OspfProcess): OspfInterface[] {
  return [...process.virtualLinks.map((v) => v.interface), ...process.interfaces];
}

function formatRemaining(micros: Micros): string {
  const finite = Number.isFinite(micros) ? micros : 0;
  return `${Math.floor(finite / SECOND)}.${String(Math.floor((finite % SECOND) / 1000)).padStart(3, '0')}`;
}

const STATES: Readonly<Record<InterfaceState, string>> = {
  Down: 'Down', Loopback: 'Loopback', Waiting: 'Waiting', 'Point-To-Point': 'PtP', DROther: 'DROther', Backup: 'Backup', DR: 'DR',
};

export function showBirdInterfaces(process: OspfProcess, name: string, pattern: string | undefined): string {
  const lines = [`${name}:`];
  for (const owner of allInterfaces(process)) if (pattern === undefined || matchesPattern(owner.name, pattern)) lines.push(...interfaceLines(owner));
  return `${lines.join('\n')}\n`;
}

/** lo is no broadcast network, and so it is one of many without broadcast. */
const TYPES: Readonly<Record<OspfNetworkType, string>> = {
  loopback: 'nbma', 'non-broadcast': 'nbma', broadcast: 'broadcast', 'point-to-point': 'ptp', 'point-to-multipoint': 'ptmp',
  'point-to-multipoint-non-broadcast': 'ptmp', 'virtual-link': 'vlink',
};

function pollSeconds({ process, name, address }: OspfInterface): number | undefined {
  return process.configuration.attachments?.find((a) => a.interfaceName === name && a.address === address)?.configuration.pollIntervalSeconds;
}

function typeNote({ parameters, traits }: OspfInterface): string {
  if (parameters.transport?.isRealBroadcast === true && (parameters.networkType === 'broadcast' || parameters.networkType === 'point-to-point')) return ' (real)';
  return parameters.isStrict === true && traits.hasConfiguredNeighbors ? ' (strict)' : '';
}

function interfaceLines(owner: OspfInterface): string[] {
  const { parameters, area, process, virtualLink } = owner;
  const type = TYPES[parameters.networkType];
  const lines = virtualLink === undefined ? [
    `Interface ${owner.name} (${owner.peer === undefined ? formatPrefix(networkOf(owner.address, owner.prefixLength), owner.prefixLength) : `peer ${formatIpv4(owner.peer)}`})`,
    `\tType: ${type}${typeNote(owner)}`, `\tArea: ${formatIpv4(area.id)} (${area.id})`, `\tState: ${STATES[owner.state]}${parameters.isPassive ? ' (stub)' : ''}`,
    `\tPriority: ${parameters.priority}`, `\tCost: ${parameters.cost}`,
  ] : [
    `Virtual link ${owner.name} to ${formatIpv4(virtualLink.peerRouterId)}`, `\tPeer IP: ${owner.state === 'Down' ? '::' : formatIpv4(virtualLink.peerAddress)}`,
    `\tTransit area: ${formatIpv4(virtualLink.transitArea.id)} (${virtualLink.transitArea.id})`, `\tState: ${STATES[owner.state]}`,
    `\tPriority: ${parameters.priority}`, `\tCost: ${owner.state === 'Down' ? 0 : parameters.cost}`,
  ];
  if (!process.isSingleWay) lines.push(`\tECMP weight: ${parameters.ecmpWeight}`);
  lines.push(`\tHello timer: ${parameters.helloIntervalSeconds}`);
  if (type === 'nbma') lines.push(`\tPoll timer: ${pollSeconds(owner)}`);
  lines.push(`\tWait timer: ${parameters.waitSeconds}`, `\tDead timer: ${parameters.deadIntervalSeconds}`, `\tRetransmit timer: ${parameters.retransmitIntervalSeconds}`);
  if (type === 'broadcast' || type === 'nbma') {
    lines.push(`\tDesignated router (ID): ${formatIpv4(routerIdOf(owner, owner.designatedRouter))}`, `\tDesignated router (IP): ${formatIpv4(owner.designatedRouter)}`,
      `\tBackup designated router (ID): ${formatIpv4(routerIdOf(owner, owner.backupDesignatedRouter))}`,
      `\tBackup designated router (IP): ${formatIpv4(owner.backupDesignatedRouter)}`);
  }
  return lines;
}

function routerIdOf(owner: OspfInterface, address: Ipv4): Ipv4 {
  if (address === 0) return 0;
  if (address === owner.address) return owner.process.routerId;
  const neighbor = owner.neighborByAddress(address);
  if (neighbor !== undefined) return neighbor.routerId;
  // It was one before the carrier went: its router-LSA still says so.
  const known = owner.area.lsdb.ofType(LsType.router).find(({ body }) => body instanceof RouterLsa &&
    body.links.some((link) => link.type === LinkType.transit && link.linkData === address));
  return known?.header.advertisingRouter ?? 0;
}

export interface BirdLsadbFilter {
  readonly scope?: 'global' | 'area' | 'link';
  readonly area?: Ipv4;
  readonly lsType?: number;
  readonly linkStateId?: Ipv4;
  readonly router?: Ipv4;
}

export function showBirdLsadb(process: OspfProcess, now: Micros, filter: BirdLsadbFilter): string {
  const lines: string[] = [];
  const chosen = (lsa: LsaInstance): boolean => {
    const { lsType, linkStateId, advertisingRouter } = lsa.header;
    return (filter.lsType === undefined || filter.lsType === 0 || (filter.lsType & 0xfff) === lsType) &&
      (filter.linkStateId === undefined || filter.linkStateId === 0 || filter.linkStateId === linkStateId) &&
      (filter.router === undefined || filter.router === 0 || filter.router === advertisingRouter);
  };
  const add = (title: string, lsas: readonly LsaInstance[]): void => {
    const shown = sortAsBird(lsas).filter(chosen);
    if (shown.length === 0) return;
    lines.push('', title, '', ' Type   LS ID           Router          Sequence   Age  Checksum');
    for (const lsa of shown) {
      const { lsType, linkStateId, advertisingRouter, sequence, checksum } = lsa.header;
      lines.push(` ${lsType.toString(16).padStart(4, '0')}  ${formatIpv4(linkStateId).padEnd(15)} ${formatIpv4(advertisingRouter).padEnd(15)}  ` +
        `${(sequence >>> 0).toString(16).padStart(8, '0')} ${String(lsa.ageSeconds(now)).padStart(5)}    ${checksum.toString(16).padStart(4, '0')}`);
    }
  };
  // Externals come from a table, and in its order.
  if (filter.scope === undefined || filter.scope === 'global') add('Global', (process.areas.some((area) => area.hasExternalRouting) ? process.externalLsdb.all() : []).sort((a, b) => hashOf(a) - hashOf(b)));
  if (filter.scope === undefined || filter.scope === 'area') {
    for (const area of process.areas) if (filter.area === undefined || filter.area === area.id) add(`Area ${formatIpv4(area.id)}`, area.lsdb.all().filter((lsa) => lsa.interface === undefined));
  }
  if (filter.scope === undefined || filter.scope === 'link') {
    const onLinks = process.areas.flatMap((area) => area.lsdb.all().filter((lsa) => lsa.interface !== undefined));
    for (const system of new Set(process.interfaces.map((owner) => owner.system))) add(`Link ${system.name}`, onLinks.filter((lsa) => lsa.interface?.system === system));
  }
  lines.push('');
  return `${lines.join('\n')}\n`;
}

function hashOf({ header, body }: LsaInstance): number {
  if (!(body instanceof AsExternalLsa)) return 0;
  const prefixLength = prefixLengthOf(body.networkMask);
  return birdHash(networkOf(header.linkStateId, prefixLength), prefixLength);
}

/**
 * BIRD takes the difference of two ids for a signed number of 32 bits, so that ids far apart change places, and even stand in a circle; then it is
 * the way of sorting that decides: halves are sorted and merged.
 */
function sortAsBird(lsas: readonly LsaInstance[]): LsaInstance[] {
  if (lsas.length < 2) return [...lsas];
  const half = lsas.length >> 1;
  const first = sortAsBird(lsas.slice(0, half));
  const second = sortAsBird(lsas.slice(half));
  const merged: LsaInstance[] = [];
  let [i, j] = [0, 0];
  while (i < first.length && j < second.length) merged.push(compare(first[i], second[j]) <= 0 ? first[i++] : second[j++]);
  return [...merged, ...first.slice(i), ...second.slice(j)];
}

function compare(a: LsaInstance, b: LsaInstance): number {
  return (a.header.advertisingRouter - b.header.advertisingRouter) | 0 || (a.header.linkStateId - b.header.linkStateId) | 0 || a.header.lsType - b.header.lsType;
}
