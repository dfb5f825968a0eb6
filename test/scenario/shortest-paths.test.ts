/**
 * Every router's table has the costs and next hops that an independent all-pairs calculation gives, before the fault and while
 * lnx31 is gone: as shipped, and with other costs on every interface.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatPrefix } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { Prng } from '../../src/base/prng.js';
import type { Plan } from '../../src/config/plan.js';
import { Simulation } from '../../src/sim/simulation.js';
import { ShortestPaths, type ExpectedTable } from './floyd-warshall.js';
import { nodeNamed, readText, ROUTERS, SCENARIOS, seeds, shipped, type Scenario } from './shipped.js';

interface Sorted { readonly prefix: string; readonly cost: number; readonly nextHops: readonly string[] }

function sorted(table: ExpectedTable): Sorted[] {
  return [...table].map(([prefix, { cost, nextHops }]) => ({ prefix, cost, nextHops })).sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** What the OSPF process has worked out, with all next hops. */
function calculated(simulation: Simulation, name: string): Sorted[] {
  const networks = simulation.nodes[nodeNamed(simulation.plan, name)].system?.ospf?.routingTable.sortedNetworks() ?? [];
  return sorted(new Map(networks.map(({ network, prefixLength, cost, nextHops }) => [
    formatPrefix(network, prefixLength), { cost, nextHops: nextHops.map((hop) => `${formatIpv4(hop.gateway)}%${hop.interfaceIndex}`).sort() },
  ])));
}

/** Compares all tables; gives the number of routes. Those of a router that stands still are what they were. */
function compare(simulation: Simulation, seconds: number, gone: readonly string[]): number {
  simulation.runUntil(seconds * SECOND);
  const paths = new ShortestPaths(simulation.plan, (router) => !gone.includes(router));
  let routes = 0;
  for (const router of ROUTERS.filter((each) => !gone.includes(each))) {
    const want = sorted(paths.tableOf(router));
    expect(calculated(simulation, router), `${router} at ${seconds} s`).toEqual(want);
    routes += want.length;
  }
  return routes;
}

/** Without probes, which say nothing here. */
function quiet(plan: Plan): Simulation {
  return new Simulation({ ...plan, probes: [], targets: [] });
}

describe.each(SCENARIOS)('%s', (name) => {
  it.each(seeds(5))('seed %i: costs and next hops, before (119 s) and with lnx31 gone (300 s)', (seed) => {
    const simulation = quiet(shipped(name, seed));
    expect(compare(simulation, 119, [])).toBe(16);
    expect(compare(simulation, 300, ['lnx31'])).toBe(name === 'router-loss' ? 12 : 9);
  });

  it('and after it is back', () => {
    expect(compare(quiet(shipped(name)), 600, [])).toBe(16);
  });

  it.each(seeds(12))('with other costs, draw %i', (seed) => {
    const simulation = quiet(shipped(name, seed, otherCosts(name, seed)));
    const costs = simulation.plan.nodes.flatMap(({ ospf }) => [...(ospf?.interfaces.values() ?? [])].flatMap(({ cost }) => cost ?? []));
    expect(costs).toHaveLength(7);
    expect(costs.every((cost) => cost <= 4)).toBe(true);
    expect(compare(simulation, 119, [])).toBe(16);
    expect(compare(simulation, 300, ['lnx31'])).toBe(name === 'router-loss' ? 12 : 9);
  });

  it('forwards by what was calculated: Zebra by one of the next hops, FRR by all of them', () => {
    const simulation = quiet(shipped(name));
    simulation.runUntil(119 * SECOND);
    let several = 0;
    for (const router of ROUTERS) {
      const { system } = simulation.nodes[nodeNamed(simulation.plan, router)];
      for (const { network, prefixLength, nextHops } of system?.ospf?.routingTable.sortedNetworks() ?? []) {
        const route = system?.host.fib.get(network, prefixLength);
        if (route === undefined || route.protocol !== 'ospf') continue;
        const used = route.nextHops.map((hop) => `${formatIpv4(hop.gateway)}%${hop.networkInterface.index}`);
        const calculatedHops = nextHops.map((hop) => `${formatIpv4(hop.gateway)}%${hop.interfaceIndex}`);
        if (nextHops.length > 1) several++;
        expect(used, `${router} ${formatPrefix(network, prefixLength)}`).toEqual(name === 'router-loss' ? calculatedHops.slice(0, 1) : calculatedHops);
      }
    }
    expect(several).toBe(name === 'router-loss' ? 5 : 0);
  });
});

/** Costs from 1 to 4, so that ties are common. */
function otherCosts(name: Scenario, seed: number): (file: string) => string {
  return (file) => {
    const prng = new Prng(seed, file, 'test-costs');
    const text = readText(file);
    if (!file.endsWith('ospfd.conf')) return text;
    const cost = (): string => ` ip ospf cost ${prng.integer(1, 4)}`;
    return name === 'router-loss-frr' ? text.replace(/^ ip ospf cost \d+$/gm, cost)
      : text.replace(/^interface (eth0|ctc[01])$/gm, (line) => `${line}\n${cost()}`);
  };
}

describe('the judge', () => {
  it('does notice: one cost that the network does not have, and tables differ', () => {
    const plan = shipped('router-loss-frr');
    const simulation = quiet(plan);
    simulation.runUntil(119 * SECOND);
    const other = shipped('router-loss-frr', 1, (file) => (file.endsWith('lnx31/ospfd.conf') ? readText(file).replace('ip ospf cost 10', 'ip ospf cost 12') : readText(file)));
    const paths = new ShortestPaths(other, () => true);
    expect(ROUTERS.filter((router) => JSON.stringify(calculated(simulation, router)) !== JSON.stringify(sorted(paths.tableOf(router))))).toEqual(['lnx31', 'lnx33']);
  });
});
