/**
 * What must hold in every quiet network, whatever happened before.
 */
import { expect } from 'vitest';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import type { OspfProcess } from '../../src/ospf/process.js';
import type { Fabric } from './fabric.js';
import { routerId, type Network } from './random-network.js';
import { isNssaSettled, referenceRoutes, upVirtualLinks, type Reading } from './reference-routes.js';
import { AsExternalLsa } from '../../src/wire/ospf/as-external-lsa.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';

function processOf(fabric: Fabric, router: number): OspfProcess {
  const found = fabric.routers.get(`r${router}`);
  if (found === undefined) throw new Error(`no router ${router}`);
  return found.process;
}

function alive(network: Network): number[] {
  return network.routers.filter((r) => !network.dead.has(r));
}

/** Everything at once; `what` names the case in a failure: seed and moment. */
export function expectInvariants(fabric: Fabric, network: Network, what: string): void {
  expectSymmetricAdjacencies(fabric, network, what);
  expectVirtualLinks(fabric, network, what);
  expectEqualDatabases(fabric, network, what);
  expectNothingWaits(fabric, network, what);
  expectReferenceRoutes(fabric, network, what);
  expectNoLoops(fabric, network, what);
}

/** Neighbours see each other in the same state, and that is Full or 2-Way. */
export function expectSymmetricAdjacencies(fabric: Fabric, network: Network, what: string): void {
  for (const segment of network.segments) {
    if (segment.kind === 'stub' || segment.isCut) continue;
    const isElecting = segment.kind === 'lan' || segment.kind === 'non-broadcast';
    const ends = segment.attachments.filter((a) => a.isUp && !network.dead.has(a.router));
    const state = (a: typeof ends[0], b: typeof ends[0]): string | undefined =>
      processOf(fabric, a.router).interfaces.find((i) => i.system.index === a.interfaceIndex)?.neighborById(routerId(b.router))?.state;
    for (const a of ends) {
      for (const b of ends) {
        if (a === b) continue;
        const where = `${what}: r${a.router} sees r${b.router}`;
        expect([where, state(a, b)]).toEqual([where, state(b, a)]);
        expect(isElecting ? ['Full', '2-Way'] : ['Full'], where).toContain(state(a, b));
      }
    }
    if (isElecting && ends.length > 1) {
      // All agree on who is DR and Backup, and these two are among the living.
      const roles = ends.map((a) => processOf(fabric, a.router).interfaces.find((i) => i.system.index === a.interfaceIndex)).map((i) => `${i?.designatedRouter} ${i?.backupDesignatedRouter}`);
      expect(new Set(roles).size, `${what}: ${roles.join(', ')}`).toBe(1);
      const [dr, backup] = roles[0].split(' ').map(Number);
      const addresses = ends.map((a) => a.address);
      expect(addresses, what).toContain(dr);
      expect(addresses, what).toContain(backup);
    }
  }
}

/** A virtual link is up at both ends or at neither, and up where its ends reach each other. [2328:15] */
export function expectVirtualLinks(fabric: Fabric, network: Network, what: string): void {
  const upLinks = upVirtualLinks(network);
  for (const link of network.virtualLinks) {
    const [a, b] = link.ends;
    if (network.dead.has(a) || network.dead.has(b)) continue;
    const state = (from: number, to: number): string | undefined => processOf(fabric, from).virtualLinks.map((v) => v.interface.neighborById(routerId(to))?.state).find((s) => s !== undefined);
    const where = `${what}: virtual link r${a} r${b}`;
    expect([where, state(a, b) === 'Full', state(b, a) === 'Full']).toEqual([where, upLinks.includes(link), upLinks.includes(link)]);
  }
}

function summary(lsas: readonly LsaInstance[], now: number): string[] {
  return lsas.filter((l) => !l.isMaxAge(now)).map((l) => `${l.header.lsType} ${l.header.linkStateId} ${l.header.advertisingRouter} ${l.header.sequence} ${l.header.checksum}`);
}

/** Routers that reach each other within an area hold the same LSAs of it, instance for instance; likewise externals. */
export function expectEqualDatabases(fabric: Fabric, network: Network, what: string): void {
  const upLinks = upVirtualLinks(network);
  const group = (edges: (s: Network['segments'][0]) => boolean, hasVirtualLinks: boolean): number[][] => {
    const label = new Map(alive(network).map((r) => [r, r]));
    for (let i = 0; i < network.routers.length; i++) {
      for (const { ends } of upLinks) {
        if (!hasVirtualLinks) continue;
        const least = Math.min(...ends.map((r) => label.get(r) as number));
        for (const r of ends) label.set(r, least);
      }
      for (const s of network.segments) {
        if (s.isCut || s.kind === 'stub' || !edges(s)) continue;
        const ends = s.attachments.filter((a) => a.isUp && label.has(a.router)).map((a) => a.router);
        const least = Math.min(...ends.map((r) => label.get(r) as number));
        for (const r of ends) label.set(r, least);
      }
    }
    return [...new Set(label.values())].map((l) => [...label].filter(([, v]) => v === l).map(([r]) => r));
  };
  for (const area of new Set(network.segments.map((s) => s.area))) {
    for (const routers of group((s) => s.area === area, area === 0)) {
      const databases = routers.map((r) => ({ r, area: processOf(fabric, r).areas.find((a) => a.id === area) })).filter((d) => d.area !== undefined && routers.length > 1);
      for (const d of databases.slice(1)) expect([`${what}: area ${area} r${d.r}`, summary(d.area?.lsdb.all() ?? [], fabric.now)]).toEqual([`${what}: area ${area} r${d.r}`, summary(databases[0].area?.lsdb.all() ?? [], fabric.now)]);
    }
  }
  const isStub = (s: Network['segments'][0]): boolean => network.stubAreas.has(s.area) || network.nssaAreas.has(s.area);
  for (const all of group((s) => !isStub(s), false)) {
    // Those inside a stub area have none.
    const routers = all.filter((r) => network.segments.some((s) => !isStub(s) && s.attachments.some((a) => a.router === r)));
    for (const r of routers.slice(1)) {
      expect([`${what}: externals r${r}`, summary(processOf(fabric, r).externalLsdb.all(), fabric.now)]).toEqual([`${what}: externals r${r}`, summary(processOf(fabric, routers[0]).externalLsdb.all(), fabric.now)]);
    }
  }
}

/** Nothing is asked for, described or retransmitted any more. */
export function expectNothingWaits(fabric: Fabric, network: Network, what: string): void {
  for (const r of alive(network)) {
    for (const owner of processOf(fabric, r).interfaces) {
      for (const n of owner.neighbors) {
        expect([`${what}: r${r} ${owner.name}`, n.requestList.size, n.summaryList.size, n.retransmissionList.size]).toEqual([`${what}: r${r} ${owner.name}`, 0, 0, 0]);
      }
      expect(owner.updateQueue.length + owner.directAcks.length, what).toBe(0);
    }
  }
}

/**
 * Where an NSSA has fallen apart, or a border router of it is dead, who translates is left open; and FRR goes on translating what a dead router has said, with
 * its address on a network that is still there.
 */
function openExternals(network: Network): ReadonlySet<number> {
  const isOpen = (area: number, router: number): boolean => !isNssaSettled(network, area) && network.segments.some((s) => s.area === area && s.attachments.some((a) => a.router === router));
  return new Set(network.externals.filter(({ router }) => [...network.nssaAreas].some((area) => isOpen(area, router))).map((e) => e.network));
}

/** Table and forwarding table are those of the reference: costs, all next hops, and nothing else. */
export function expectReferenceRoutes(fabric: Fabric, network: Network, what: string): void {
  const forwardingAddressOf = (router: number, prefix: number): number | undefined => {
    const lsas = processOf(fabric, router).areas.flatMap((area) => area.lsdb.ofType(LsType.nssa)).filter((lsa) => lsa.isSelfOriginated && (lsa.header.linkStateId & 0xffffff00) >>> 0 === prefix); // BIRD's ids may have host bits
    const address = lsas[0]?.body instanceof AsExternalLsa ? lsas[0].body.routes[0].forwardingAddress : undefined;
    const own = network.segments.flatMap((s) => s.attachments.filter((a) => a.router === router && network.nssaAreas.has(s.area)).map((a) => a.address));
    if (address !== undefined) expect([`${what}: forwarding address of r${router}`, own.includes(address)]).toEqual([`${what}: forwarding address of r${router}`, true]);
    return address;
  };
  const readingOf = (router: number): Reading => {
    const { behaviour, configuration, areaBorderRouterType, isExternalMerged } = processOf(fabric, router);
    return {
      isBorderByConfiguration: areaBorderRouterType === 'configured', isBoundaryAreaAsked: behaviour.nssa.isBoundaryAreaAsked, isExternalMerged,
      isBackboneReachabilityAsked: behaviour.nssa.isBackboneReachabilityAsked,
      translatedMetric: behaviour.nssa.hasOwnSequence ? undefined : configuration.defaultMetric ?? behaviour.externalMetric,
    };
  };
  const isOpen = openExternals(network);
  for (const [r, reference] of referenceRoutes(network, { forwardingAddressOf, readingOf })) {
    for (const prefix of isOpen) reference.delete(prefix);
    const process = processOf(fabric, r);
    const have = new Map<number, string>();
    // The table keeps a neighbour twice where two routers lie behind it, as FRR does.
    for (const route of [...process.externalRoutes.values(), ...process.routingTable.sortedNetworks()]) {
      if (isOpen.has(route.network)) continue;
      have.set(route.network, describe(route.cost, route.pathType === 'external-2' ? route.type2Cost : undefined, [...new Set(route.nextHops.map((h) => `${h.gateway}@${h.interfaceIndex}`))]));
    }
    const want = new Map([...reference].map(([network_, route]) => [network_, describe(route.cost, route.type2, [...route.hops])]));
    expectSameRows(`${what}: table of r${r} (${process.behaviour.name})`, sorted(have), sorted(want));
    const installed = new Map([...fabric.routers.get(`r${r}`)?.routes.values() ?? []].filter((route) => !isOpen.has(route.network)).map((route) => [route.network, route.nextHops.map((h) => `${h.gateway}@${h.interfaceIndex}`).sort().join(' ')]));
    // Connected networks are the system's own; of a point-to-multipoint one only the host route to our own address is OSPF's.
    const isOwnHost = (n: number): boolean => network.segments.some((s) => s.kind === 'point-to-multipoint' && s.attachments.some((a) => a.router === r && a.address === n));
    const { isConnectedInstalled } = process.behaviour; // BIRD's table has them, too
    const wantInstalled = new Map([...reference].filter(([n, route]) => isConnectedInstalled || isOwnHost(n) || [...route.hops].some((h) => !h.startsWith('0@'))).map(([n, route]) => [n, [...route.hops].sort().join(' ')]));
    expectSameRows(`${what}: RIB of r${r} (${process.behaviour.name})`, sorted(installed), sorted(wantInstalled));
  }
}

/** What is told is the rows that differ. */
function expectSameRows(what: string, have: readonly string[], want: readonly string[]): void {
  const [surplus, missing] = [have.filter((row) => !want.includes(row)), want.filter((row) => !have.includes(row))];
  if (surplus.length + missing.length > 0) throw new Error([what, ...surplus.map((row) => `  has ${row}`), ...missing.map((row) => `  wants ${row}`)].join('\n'));
}

function describe(cost: number, type2: number | undefined, hops: readonly string[]): string {
  return `${cost}${type2 === undefined ? '' : `+${type2}`} via ${[...new Set(hops)].sort().join(' ')}`; // FRR gives a route a next hop twice that two border routers share
}

function sorted(map: ReadonlyMap<number, string>): string[] {
  return [...map].sort((a, b) => a[0] - b[0]).map(([network, text]) => `${(network >>> 24)}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${network & 255} ${text}`);
}

/** Following any next hop from any router, no destination leads back to where one was. */
export function expectNoLoops(fabric: Fabric, network: Network, what: string): void {
  const owner = new Map(network.segments.flatMap((s) => s.attachments.map((a): [number, number] => [a.address, a.router])));
  const hosts = network.segments.filter((s) => s.kind === 'point-to-multipoint').flatMap((s) => s.attachments.map((a) => a.address));
  const isOpen = openExternals(network);
  const destinations = new Set([...network.segments.map((s) => s.network), ...network.externals.map((e) => e.network), ...hosts]);
  for (const destination of destinations) {
    const state = new Map<number, 'open' | 'done'>();
    const visit = (r: number, path: readonly number[]): void => {
      if (state.get(r) === 'done') return;
      if (state.get(r) === 'open') throw new Error(`${what}: loop for ${destination}: ${[...path, r].join(' ')}`);
      state.set(r, 'open');
      const isConnected = owner.get(destination) === r || network.segments.some((s) => s.network === destination && s.attachments.some((a) => a.router === r && a.isUp)) ||
        network.externals.some((e) => e.network === destination && e.router === r);
      const routes = fabric.routers.get(`r${r}`)?.routes;
      const route = routes?.get(`${destination}/32`) ?? routes?.get(`${destination}/24`) ?? routes?.get('0/0');
      if (!isConnected && route !== undefined) {
        for (const hop of route.nextHops) {
          const next = owner.get(hop.gateway);
          if (next !== undefined && network.dead.has(next) && isOpen.has(destination)) continue;
          if (next === undefined || network.dead.has(next)) throw new Error(`${what}: r${r} sends ${destination} to nobody`);
          visit(next, [...path, r]);
        }
      }
      state.set(r, 'done');
    };
    for (const r of alive(network)) visit(r, []);
  }
}
