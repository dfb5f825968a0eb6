/**
 * BIRD's `show ospf topology` and `show ospf state`: the graph of each area, with what hangs on it. Written from recordings of BIRD 2.0.12.
 *
 * The distances are calculated for the display: a shortest-path tree over the area's database, as routes are. [2328:16.1]
 */
import { formatIpv4, formatPrefix, networkOf, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';
import type { LsaInstance } from '../../ospf/lsdb.js';
import type { OspfProcess } from '../../ospf/process.js';
import { AsExternalLsa, EXTERNAL_TYPE_2 } from '../../wire/ospf/as-external-lsa.js';
import { LsType } from '../../wire/ospf/lsa-header.js';
import { NetworkLsa } from '../../wire/ospf/network-lsa.js';
import { LinkType, RouterLsa } from '../../wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../wire/ospf/summary-lsa.js';

/** `isVerbose`: state, with stub networks, summaries and externals. `isEverything`: also what cannot be reached. */
export function showBirdState(process: OspfProcess, now: Micros, isVerbose: boolean, isEverything: boolean): string {
  const lines: string[] = [];
  const externals = isVerbose && process.areas.some((area) => area.hasExternalRouting) ? process.externalLsdb.ofType(LsType.asExternal).filter((lsa) => !lsa.isMaxAge(now)).sort(byRouter) : [];
  const shown = new Set<LsaInstance>();
  const reachable = new Set<Ipv4>();
  for (const area of process.areas) showArea(area, now, isVerbose, isEverything, externals, shown, reachable, lines);
  showOthers(process, isEverything, externals.filter((lsa) => !shown.has(lsa)), lines);
  lines.push('');
  return `${lines.join('\n')}\n`;
}

function byRouter(a: LsaInstance, b: LsaInstance): number {
  return a.header.advertisingRouter - b.header.advertisingRouter || a.header.linkStateId - b.header.linkStateId;
}

function showArea(area: Area, now: Micros, isVerbose: boolean, isEverything: boolean, externals: readonly LsaInstance[], shown: Set<LsaInstance>,
  reachable: Set<Ipv4>, lines: string[]): void {
  const distances = distancesOf(area, now);
  const isHere = (lsa: LsaInstance): boolean => !lsa.isMaxAge(now) && (isEverything || distances.has(lsa));
  const distance = (lsa: LsaInstance): string => (distances.has(lsa) ? `\t\tdistance ${distances.get(lsa)}` : '\t\tunreachable');
  let isHeaderDue = true;
  const header = (): void => {
    if (isHeaderDue) lines.push('', `area ${formatIpv4(area.id)}`);
    isHeaderDue = false;
  };
  for (const lsa of area.lsdb.ofType(LsType.router)) {
    if (!(lsa.body instanceof RouterLsa) || !isHere(lsa)) continue;
    const router = lsa.header.advertisingRouter;
    if (distances.has(lsa)) reachable.add(router);
    header();
    lines.push('', `\trouter ${formatIpv4(router)}`, distance(lsa), ...linkLines(area, lsa.body, isVerbose, now));
    if (!isVerbose) continue;
    lines.push(...summaryLines(area, router, now));
    for (const each of area.lsdb.ofType(LsType.nssa)) {
      if (each.header.advertisingRouter === router && !each.isMaxAge(now)) lines.push(externalLine(each, 'nssa-ext'));
    }
    for (const external of externals) {
      if (external.header.advertisingRouter !== router) continue;
      shown.add(external);
      lines.push(externalLine(external));
    }
  }
  const networks = area.lsdb.ofType(LsType.network).filter(isHere).sort((a, b) => a.header.linkStateId - b.header.linkStateId);
  for (const lsa of networks) {
    if (!(lsa.body instanceof NetworkLsa)) continue;
    header();
    lines.push('', `\tnetwork ${networkText(lsa, lsa.body)}`, `\t\tdr ${formatIpv4(lsa.header.advertisingRouter)}`, distance(lsa),
      ...lsa.body.attachedRouters.map((router) => `\t\trouter ${formatIpv4(router)}`));
  }
}

function networkText(lsa: LsaInstance, body: NetworkLsa): string {
  const prefixLength = prefixLengthOf(body.networkMask);
  return formatPrefix(networkOf(lsa.header.linkStateId, prefixLength), prefixLength);
}

/** Virtual links, routers, networks, and stub networks last. */
function linkLines(area: Area, { links }: RouterLsa, isVerbose: boolean, now: Micros): string[] {
  const lines: string[] = [];
  for (const { type, linkId, metric } of links) if (type === LinkType.virtual) lines.push(`\t\tvlink ${formatIpv4(linkId)} metric ${metric}`);
  for (const { type, linkId, metric } of links) if (type === LinkType.pointToPoint) lines.push(`\t\trouter ${formatIpv4(linkId)} metric ${metric}`);
  for (const { type, linkId, metric } of links) {
    if (type !== LinkType.transit) continue;
    const lsa = area.lsdb.ofType(LsType.network).find((each) => each.header.linkStateId === linkId && !each.isMaxAge(now));
    const name = lsa?.body instanceof NetworkLsa ? networkText(lsa, lsa.body) : `[${formatIpv4(linkId)}]`;
    lines.push(`\t\tnetwork ${name} metric ${metric}`);
  }
  if (!isVerbose) return lines;
  for (const { type, linkId, linkData, metric } of links) {
    if (type === LinkType.stub) lines.push(`\t\tstubnet ${formatPrefix(linkId, prefixLengthOf(linkData))} metric ${metric}`);
  }
  return lines;
}

function summaryLines(area: Area, router: Ipv4, now: Micros): string[] {
  const lines: string[] = [];
  for (const lsType of [LsType.summaryNetwork, LsType.summaryAsbr]) {
    for (const lsa of area.lsdb.ofType(lsType)) {
      if (lsa.header.advertisingRouter !== router || lsa.isMaxAge(now) || !(lsa.body instanceof SummaryLsa)) continue;
      const prefixLength = prefixLengthOf(lsa.body.networkMask);
      lines.push(lsType === LsType.summaryAsbr ? `\t\txrouter ${formatIpv4(lsa.header.linkStateId)} metric ${lsa.body.metric}`
        : `\t\txnetwork ${formatPrefix(networkOf(lsa.header.linkStateId, prefixLength), prefixLength)} metric ${lsa.body.metric}`);
    }
  }
  return lines;
}

function externalLine(lsa: LsaInstance, word = 'external'): string {
  if (!(lsa.body instanceof AsExternalLsa)) return '';
  const [route] = lsa.body.routes;
  const prefixLength = prefixLengthOf(lsa.body.networkMask);
  const network = formatPrefix(networkOf(lsa.header.linkStateId, prefixLength), prefixLength);
  return `\t\t${word} ${network} metric${(route.flags & EXTERNAL_TYPE_2) !== 0 ? '2' : ''} ${route.metric}` +
    `${route.forwardingAddress === 0 ? '' : ` via ${formatIpv4(route.forwardingAddress)}`}` +
    `${route.routeTag === 0 ? '' : ` tag ${(route.routeTag >>> 0).toString(16).padStart(8, '0')}`}`;
}

/** Boundary routers that are in no area of ours; those that can be reached are only those whose routes count. */
function showOthers(process: OspfProcess, isEverything: boolean, externals: readonly LsaInstance[], lines: string[]): void {
  let router: Ipv4 | undefined;
  let isHeaderDue = true;
  for (const lsa of externals) {
    const { advertisingRouter } = lsa.header;
    const isReachable = process.routingTable.routers.get(advertisingRouter)?.some((each) => each.isAsBoundaryRouter) ?? false;
    if (!isReachable && !isEverything) continue;
    if (isHeaderDue) lines.push('', 'other ASBRs');
    isHeaderDue = false;
    if (router !== advertisingRouter) lines.push('', `\trouter ${formatIpv4(advertisingRouter)}`);
    router = advertisingRouter;
    lines.push(externalLine(lsa));
  }
}

/** What can be reached, and how far it is. */
function distancesOf(area: Area, now: Micros): Map<LsaInstance, number> {
  const done = new Map<LsaInstance, number>();
  const { routerLsa } = area;
  if (routerLsa === undefined || routerLsa.isMaxAge(now)) return done;
  const open = new Map<LsaInstance, number>([[routerLsa, 0]]);
  while (open.size > 0) {
    let closest: LsaInstance | undefined;
    let best = Infinity;
    for (const [lsa, distance] of open) {
      if (distance < best) [closest, best] = [lsa, distance];
    }
    if (closest === undefined) break;
    open.delete(closest);
    done.set(closest, best);
    for (const [next, cost] of neighborsOf(area, closest)) {
      if (done.has(next) || next.isMaxAge(now) || !neighborsOf(area, next).some(([back]) => back === closest)) continue;
      const distance = best + cost;
      if (distance < (open.get(next) ?? Infinity)) open.set(next, distance);
    }
  }
  return done;
}

function neighborsOf(area: Area, lsa: LsaInstance): [LsaInstance, number][] {
  const found: [LsaInstance, number][] = [];
  const add = (next: LsaInstance | undefined, cost: number): void => {
    if (next !== undefined) found.push([next, cost]);
  };
  if (lsa.body instanceof NetworkLsa) for (const router of lsa.body.attachedRouters) add(area.lsdb.find(LsType.router, router, router), 0);
  if (lsa.body instanceof RouterLsa) {
    for (const { type, linkId, metric } of lsa.body.links) {
      if (type === LinkType.transit) for (const each of area.lsdb.ofType(LsType.network)) { if (each.header.linkStateId === linkId) add(each, metric); }
      else if (type !== LinkType.stub) add(area.lsdb.find(LsType.router, linkId, linkId), metric);
    }
  }
  return found;
}
