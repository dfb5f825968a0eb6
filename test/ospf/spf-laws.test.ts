/**
 * The compiled shortest-path calculation against the plain one: on random databases with parallel links, LANs, links in one direction only,
 * two network-LSAs for one address, LSAs at MaxAge, costs of zero, unknown link types and stubs that several advertise, and after every one of
 * a row of random changes: costs, next hops in their order, border routers, figures of the trace. [2328:16.1] [2328:16.1.1]
 */
import { afterAll, describe, expect, test } from 'vitest';
import { networkOf } from '../../src/base/address.js';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import type { Area } from '../../src/ospf/area.js';
import type { OspfProcess } from '../../src/ospf/process.js';
import { RoutingTable, prefixKey } from '../../src/ospf/routing-table.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import type { InstalledRoute } from '../../src/ospf/environment.js';
import { calculateInterArea } from '../../src/ospf/inter-area.js';
import { calculateArea } from '../../src/ospf/spf.js';
import { runCalculation } from '../../src/ospf/spf-schedule.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import type { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import type { RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import type { SummaryLsa } from '../../src/wire/ospf/summary-lsa.js';
import { areaByHand, interfaceByHand, lsaByHand, neighborByHand, networkLsa, processByHand, routerLsa, summaryLsa } from '../node/ospf-by-hand.js';
import { PlainTable, plainArea } from './plain-spf.js';

type LinkRow = readonly [linkType: number, linkId: string, linkData: string, metric: number];

/** One area of a random database, which can be changed at random. */
class RandomArea {
  readonly area: Area;
  now: Micros = 10_000 * SECOND;
  private readonly prng: Prng;
  private readonly routers: string[];
  private readonly lans: string[];
  private sequence = 1;
  private readonly hasSummaries: boolean;

  constructor(process: OspfProcess, id: string, prng: Prng, size: number, hasSummaries: boolean) {
    this.prng = prng;
    this.hasSummaries = hasSummaries;
    this.area = areaByHand(process, id);
    this.routers = Array.from({ length: size }, (_, i) => (i === 0 ? '0.0.0.1' : `${id.at(-1)}.${prng.integer(0, 3)}.${i >> 8}.${i & 255}`));
    this.lans = Array.from({ length: Math.ceil(size / 6) }, (_, i) => `10.${id.at(-1)}.${i}.${prng.integer(1, 3)}`);
    // Three interfaces with neighbours on them: two on point-to-point links that are parallel, one on a LAN.
    for (let index = 0; index < 4; index++) {
      const owner = interfaceByHand(this.area, this.now, {
        name: `eth${id.at(-1)}${index}`, index: 10 * Number(id.at(-1)) + index, address: `172.16.${id.at(-1)}${index}.1`, prefixLength: 24,
        networkType: index < 3 ? 'point-to-point' : 'broadcast', state: index < 3 ? 'Point-To-Point' : 'DROther', cost: 10,
      });
      if (index < 3) neighborByHand(owner, this.now, this.routers[Math.max(1, index) % size], `172.16.${prng.integer(0, 2)}.2`, SECOND, SECOND);
      owner.firstLink = 2 * index;
      owner.endLink = index === 3 && this.chance(80) ? 20 : 2 * index + 2; // now and then a stub of ours belongs to nobody
    }
    for (const router of this.routers) this.putRouter(router);
    for (const lan of this.lans) this.putNetwork(lan);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.prng.integer(0, list.length - 1)];
  }

  private chance(percent: number): boolean {
    return this.prng.integer(1, 100) <= percent;
  }

  private age(): number {
    return this.chance(6) ? 3600 : this.chance(6) ? 3598 : this.prng.integer(0, 3000);
  }

  private stub(): LinkRow {
    const host = this.chance(30);
    const prefix = host ? `172.16.${this.pick(['1', '2'])}${this.prng.integer(0, 3)}.1` : `20.${this.prng.integer(0, 40)}.0.0`;
    return [3, prefix, host ? '255.255.255.255' : '255.255.0.0', this.prng.integer(0, 4)];
  }

  private near(router: string): string {
    const at = Math.max(0, this.routers.indexOf(router));
    return this.chance(80) ? this.routers[(at + this.prng.integer(-3, 3) + this.routers.length) % this.routers.length] : this.pick(this.routers);
  }

  private metric(): number {
    return this.chance(60) ? 1 : this.chance(10) ? 0 : this.chance(3) ? 65535 : this.prng.integer(1, 4);
  }

  private putRouter(router: string): void {
    const links: LinkRow[] = [];
    if (router === this.routers[0]) {
      const [a, b] = [this.routers[1 % this.routers.length], this.routers[2 % this.routers.length]];
      links.push([1, a, '172.16.0.1', this.metric()], [3, '172.16.10.0', '255.255.255.0', 2], [1, a, '172.16.1.1', this.metric()], this.stub(),
        [1, b, '172.16.2.1', this.metric()], this.stub(), [2, this.pick(this.lans), '172.16.3.1', this.metric()], this.stub(), this.stub());
    } else {
      const at = this.routers.indexOf(router);
      for (const other of [this.routers[at - 1], this.routers[(at + 1) % this.routers.length], ...Array.from({ length: this.prng.integer(0, 3) }, () => this.near(router))]) {
        const type = this.chance(3) ? 4 : this.chance(2) ? 9 : 1;
        if (this.chance(85)) links.push([type, other, `10.99.0.${this.prng.integer(1, 254)}`, this.metric()]);
      }
      for (let i = this.prng.integer(0, 2); i > 0; i--) links.push([2, this.pick(this.lans), `10.98.0.${this.prng.integer(1, 4)}`, this.metric()]);
      for (let i = this.prng.integer(0, 3); i > 0; i--) links.splice(this.prng.integer(0, links.length), 0, this.stub());
    }
    this.put(LsType.router, router, router, routerLsa((this.chance(20) ? this.prng.integer(0, 3) : 0) | (this.chance(1) ? 4 : 0), ...links));
  }

  /** Only the stub links of a router are others. */
  private changeStubs(router: string): void {
    const id = lookUp(router);
    const lsa = this.area.lsdb.find(LsType.router, id, id);
    if (lsa === undefined) return;
    const old = lsa.body as RouterLsa;
    const body = routerLsa(old.flags, this.stub(), this.stub());
    body.links.push(...old.links.filter((link) => link.type !== 3));
    this.put(LsType.router, router, router, body);
  }

  private putNetwork(lan: string): void {
    const attached = Array.from({ length: this.prng.integer(1, 6) }, () => this.near(this.routers[0]));
    for (const router of this.routers) {
      const body = this.area.lsdb.find(LsType.router, lookUp(router), lookUp(router))?.body as RouterLsa | undefined;
      if (body?.links.some((link) => link.type === 2 && link.linkId === lookUp(lan)) && this.chance(90)) attached.push(router);
    }
    this.put(LsType.network, lan, this.chance(85) ? '9.9.9.9' : this.pick(this.routers), networkLsa(this.pick([24, 24, 24, 16]), ...attached));
  }

  private put(lsType: number, id: string, router: string, body: RouterLsa | NetworkLsa | SummaryLsa): void {
    const lsa = lsaByHand(this.area, this.now, lsType, id, router, this.age(), this.sequence++, body, router === this.routers[0]);
    if (lsType === LsType.router && router === this.routers[0]) this.area.routerLsa = lsa;
  }

  private putSummary(): void {
    const isNetwork = this.chance(70);
    const router = this.pick(this.routers.slice(1));
    this.put(isNetwork ? LsType.summaryNetwork : LsType.summaryAsbr, isNetwork ? `20.${this.prng.integer(0, 60)}.0.0` : this.pick(this.routers), router,
      summaryLsa(isNetwork ? 16 : 0, this.prng.integer(1, 9)));
  }

  change(isStubsAlone: boolean): void {
    const kind = isStubsAlone ? this.prng.integer(3, 4) : this.prng.integer(1, 8);
    if (this.hasSummaries && this.chance(50)) this.putSummary();
    else if (kind <= 2) this.putRouter(this.pick(this.routers));
    else if (kind <= 4) this.changeStubs(this.pick(this.routers.slice(1)));
    else if (kind === 5) this.putNetwork(this.pick(this.lans));
    else if (kind === 6) this.now += this.prng.integer(1, 3) * SECOND; // some reach MaxAge by that alone
    else {
      const lsa = this.pick(this.area.lsdb.all());
      if (lsa === this.area.routerLsa) return;
      if (kind === 7) lsa.setMaxAge(this.now);
      else this.area.lsdb.delete(lsa.header);
    }
  }

  /** A neighbour comes or goes; no LSA says so yet. */
  changeNeighbor(): void {
    const owner = this.pick(this.area.interfaces.slice(0, 3));
    if (owner.neighbors.length > 0) owner.neighbors.pop();
    else neighborByHand(owner, this.now, this.routers[1], `172.16.${this.prng.integer(0, 2)}.2`, SECOND, SECOND);
  }
}

function lookUp(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

const hopsText = (hops: readonly { gateway: number; interfaceIndex: number }[]): string => hops.map((h) => `${h.gateway}@${h.interfaceIndex}`).join(' ');

/** What a table says, in words. */
function tableText(table: RoutingTable): unknown {
  return {
    networks: [...table.keys()].sort((a, b) => a - b).map((key) => {
      const route = table.find(key);
      return `${key}: ${route?.pathType} ${route?.cost} ${hopsText(route?.nextHops ?? [])} area ${route?.area?.id} ${table.originId(key)}`;
    }),
    routers: [...table.routers].map(([id, entries]) => `${id}: ${entries.map((r) => `${r.area.id} ${r.pathType} ${r.cost} ${r.isAreaBorderRouter}${r.isAsBoundaryRouter} ${hopsText(r.nextHops)}`).join(', ')}`).sort(),
  };
}

function whole(process: OspfProcess, areas: readonly Area[], now: Micros): RoutingTable {
  const table = new RoutingTable(process.prefixes, process.nextHopSets);
  for (const area of areas) calculateArea(area, table, now);
  calculateInterArea(process, table, now);
  table.finish();
  return table;
}

function plain(areas: readonly Area[], now: Micros): unknown {
  const table = new PlainTable();
  let routers = 0;
  let networks = 0;
  const isTransit: boolean[] = [];
  for (const area of areas) {
    const tree = plainArea(area, table, now);
    routers += tree.routers;
    networks += tree.networks;
    isTransit.push(tree.isTransit);
  }
  return {
    run: { routers, networks }, isTransit,
    table: {
      networks: [...table.networks].filter(([, r]) => r.hops.length > 0).sort((a, b) => a[0] - b[0])
        .map(([key, r]) => `${key}: intra-area ${r.cost} ${hopsText(r.hops)} area ${r.area.id} ${r.origin.header.linkStateId}`),
      routers: [...table.routers].map(([id, entries]) => `${id}: ${entries.map((r) => `${r.area.id} intra-area ${r.cost} ${(r.flags & 1) !== 0}${(r.flags & 2) !== 0} ${hopsText(r.hops)}`).join(', ')}`).sort(),
    },
  };
}

interface Watched {
  readonly process: OspfProcess;
  /** The RIB, as it is told. */
  readonly routes: Map<number, string>;
  readonly run: { routers: number; networks: number; routes: number };
}

function watchedProcess(): Watched {
  const process = processByHand('0.0.0.1');
  const routes = new Map<number, string>();
  const run = { routers: 0, networks: 0, routes: 0 };
  Object.assign(process.environment, {
    installRoute: (route: InstalledRoute) => routes.set(prefixKey(route.network, route.prefixLength), `${hopsText(route.nextHops)}`),
    withdrawRoute: (network: number, prefixLength: number) => routes.delete(prefixKey(network, prefixLength)),
    trace: (event: TraceEvent) => {
      if (event.kind === 'spf-run') Object.assign(run, { routers: event.routers, networks: event.networks, routes: event.routes });
    },
  });
  return { process, routes, run };
}

/** The RIB has the table's routes but for those to the networks that this router is on. */
function expectInstalled(watched: Watched): void {
  const own = new Set(watched.process.interfaces.map((i) => prefixKey(networkOf(i.address, i.prefixLength), i.prefixLength)));
  const want = watched.process.routingTable.sortedNetworks().filter((r) => r.nextHops.some((h) => h.gateway !== 0) || !own.has(prefixKey(r.network, r.prefixLength)))
    .map((r): [number, string] => [prefixKey(r.network, r.prefixLength), [...new Set(hopsText(r.nextHops).split(' '))].join(' ')]); // each next hop once
  expect([...watched.routes].sort((a, b) => a[0] - b[0])).toEqual(want);
  expect(watched.run.routes).toBe(watched.process.routingTable.size);
}

/** Two areas that change at random; `check` comes after each calculation. */
function randomChanges(seed: number, hasSummaries: boolean, check: (watched: Watched, areas: readonly Area[], now: Micros, step: number) => void): void {
  const prng = new Prng(seed, 'laws', 'spf');
  const watched = watchedProcess();
  const { process } = watched;
  const areas = ['0.0.0.1', '0.0.0.2'].map((id, i) => new RandomArea(process, id, prng, prng.integer(3, i === 0 ? 40 : 12), hasSummaries));
  const stubsOnly = prng.integer(1, 2) === 1;
  for (let step = 0; step < 25; step++) {
    const now = Math.max(...areas.map((a) => a.now));
    const before = process.routingTable;
    runCalculation(process, now);
    if (process.routingTable === before) revisions++; // worked out in part
    expectInstalled(watched);
    check(watched, areas.map((a) => a.area), now, step);
    for (let i = prng.integer(0, 3); i >= 0; i--) areas[prng.integer(1, 4) === 1 ? 1 : 0].change(stubsOnly || step % 3 === 0);
    if (prng.integer(1, 5) === 1) areas[0].changeNeighbor();
  }
}

let revisions = 0;
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

describe('the compiled calculation is the plain one, through random changes', () => {
  afterAll(() => expect(revisions).toBeGreaterThan(200));

  test.each(SEEDS)('the table is that of the plain calculation: seed %i', (seed) => {
    let routes = 0;
    randomChanges(seed, false, ({ process, run }, areas, now, step) => {
      const have = { run: { routers: run.routers, networks: run.networks }, isTransit: areas.map((a) => a.isTransit), table: tableText(process.routingTable) };
      expect([step, have]).toEqual([step, plain(areas, now)]);
      routes += run.routes;
    });
    expect(routes).toBeGreaterThan(25); // it is not empty tables that are equal
  });

  test.each(SEEDS)('with summaries, what is kept and worked out in part is what a whole calculation gives: seed %i', (seed) => {
    randomChanges(seed + 1000, true, ({ process }, areas, now, step) => {
      if (step % 4 === 3) expect([step, tableText(process.routingTable)]).toEqual([step, tableText(whole(process, areas, now))]);
    });
  });
});
