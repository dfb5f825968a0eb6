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
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { processByHand } from '../node/ospf-by-hand.js';
import { PlainTable, plainArea } from './plain-spf.js';
import { RandomArea } from './random-area.js';

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
  table.isFirstAreaKept = process.behaviour.isAreaOfCheaperStubKept;
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

function watchedProcess(isOwnCheaperStubWayless = false): Watched {
  const process = processByHand('0.0.0.1', { ...FRR_844, isOwnCheaperStubWayless });
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
  // A table with such a route is worked out whole each time: most runs are without.
  const watched = watchedProcess(seed % 4 === 0);
  const { process } = watched;
  const areas = ['0.0.0.1', '0.0.0.2'].map((id, i) => new RandomArea(process, id, prng, prng.integer(3, i === 0 ? 40 : 12), hasSummaries));
  const stubsOnly = prng.integer(1, 2) === 1;
  for (let step = 0; step < 25; step++) {
    const now = Math.max(...areas.map((a) => a.now));
    const before = process.routingTable;
    runCalculation(process, now);
    if (process.routingTable === before) revisions++; // worked out in part
    if (step === 24) leaves += process.workDone.replantedLeaves;
    expectInstalled(watched);
    check(watched, areas.map((a) => a.area), now, step);
    for (let i = prng.integer(0, 3); i >= 0; i--) areas[prng.integer(1, 4) === 1 ? 1 : 0].change(stubsOnly || step % 3 === 0);
    if (prng.integer(1, 5) === 1) areas[0].changeNeighbor();
    for (let i = prng.integer(-2, 6); i > 0; i--) areas[prng.integer(0, 1)].refresh();
  }
}

let revisions = 0;
let leaves = 0;
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

describe('the compiled calculation is the plain one, through random changes', () => {
  afterAll(() => {
    expect(revisions).toBeGreaterThan(200);
    expect(leaves).toBeGreaterThan(200);
  });

  test.each(SEEDS)('the table is that of the plain calculation: seed %i', (seed) => {
    let routes = 0;
    randomChanges(seed, false, ({ process, run }, areas, now, step) => {
      const have = { run: { routers: run.routers, networks: run.networks }, isTransit: areas.map((a) => a.isTransit), table: tableText(process.routingTable) };
      expect([step, have]).toEqual([step, plain(areas, now)]);
      routes += run.routes;
    });
    expect(routes).toBeGreaterThan(25); // it is not empty tables that are equal
  });

  test('refreshes leave nothing to work out, and nothing behind', () => {
    const { process } = watchedProcess();
    const random = new RandomArea(process, '0.0.0.1', new Prng(1, 'laws', 'refresh'), 30, false);
    const { graph, lsdb } = random.area;
    const compiled = random.area.lsdb.all().filter(({ header }) => header.lsType <= LsType.network);
    runCalculation(process, random.now);
    const live = compiled.filter((lsa) => !lsa.isMaxAge(random.now + 600 * SECOND) && lsa !== random.area.routerLsa).map(({ header }) => header);
    expect(live.length).toBeGreaterThan(20);
    for (let i = 0; i < 100; i++) for (const header of live) random.refresh(lsdb.findKey(header), 1);
    expect(graph.pending).toEqual([]);
    graph.update(random.now, process.prefixes);
    expect(graph.takeChange()).toEqual({ change: 'none', changedSlots: [], leaves: [] });
    // What is noted is no list that grows.
    for (let i = 0; i < 1000; i++) random.refresh(lsdb.findKey(live[0]), i % 2 === 0 ? 3600 : 1);
    expect(graph.pending.length).toBeGreaterThan(0);
    expect(graph.pending.length).toBeLessThan(200);
    runCalculation(process, random.now);
    expect(graph.pending).toEqual([]);
  });

  test.each(SEEDS)('with summaries, what is kept and worked out in part is what a whole calculation gives: seed %i', (seed) => {
    randomChanges(seed + 1000, true, ({ process }, areas, now, step) => {
      if (step % 4 === 3) expect([step, tableText(process.routingTable)]).toEqual([step, tableText(whole(process, areas, now))]);
    });
  });
});
