/**
 * Whole networks against Floyd-Warshall: 120 random topologies (grids, graphs with LANs and parallel links, two and three areas, externals of
 * both types), each after start, after a link is cut and after a router dies.
 */
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { SECOND } from '../../src/base/micros.js';
import { expectInvariants } from './invariants.js';
import { CONVERGED, buildFabric, randomNetwork } from './random-network.js';
import { referenceRoutes } from './reference-routes.js';

const CASES = 120;
const BATCH = 20;

for (let first = 1; first <= CASES; first += BATCH) {
  test(`seeds ${first} to ${first + BATCH - 1}: tables, databases, adjacencies, no loops; before and after a cut and a death`, () => {
    let routes = 0;
    for (let seed = first; seed < first + BATCH; seed++) {
      const network = randomNetwork(seed);
      const fabric = buildFabric(network, { seed, startSpreadMicros: 2 * SECOND });
      const prng = new Prng(seed, 'events', 'test');
      fabric.runUntil(CONVERGED + 5 * SECOND);
      expectInvariants(fabric, network, `seed ${seed} at start`);

      const links = network.segments.filter((s) => s.kind !== 'stub');
      const link = links[prng.integer(0, links.length - 1)];
      if (link.kind === 'point-to-point' && prng.integer(0, 1) === 0) {
        link.isCut = true;
      } else {
        const end = link.attachments[prng.integer(0, link.attachments.length - 1)];
        end.isUp = false;
        fabric.routers.get(`r${end.router}`)?.process.interfaceChanged(fabric.now, end.interfaceIndex, false);
      }
      fabric.runUntil(fabric.now + CONVERGED);
      expectInvariants(fabric, network, `seed ${seed} after the cut`);

      const victim = prng.integer(1, network.routers.length);
      network.dead.add(victim);
      Object.assign(fabric.routers.get(`r${victim}`) ?? {}, { isFrozen: true });
      fabric.runUntil(fabric.now + CONVERGED);
      expectInvariants(fabric, network, `seed ${seed} after r${victim} died`);
      routes += [...referenceRoutes(network).values()].reduce((sum, table) => sum + table.size, 0);
    }
    expect(routes).toBeGreaterThan(500); // the networks are worth the trouble
  }, 60_000);
}
