/**
 * router-loss against the Redpaper's own tables, examples 30 to 33: "Linux lnx33" and "Linux tirnanog", before and after the
 * failure, row for row and column for column; and why Zebra gives them.
 *
 * The paper's rows are written out as they are printed there, misprints and all. What we print instead, cell by cell,
 * is the list `DIFFERENCES`: it is compared as a whole, so neither a new difference nor one that has gone passes.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { Simulation } from '../../src/sim/simulation.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { nodeNamed, readText, ROUTERS, seeds, shipped, showAt } from './shipped.js';

const COLUMNS = ['destination', 'gateway', 'mask', 'flags', 'metric', 'ref', 'use', 'interface'] as const;

interface Example {
  readonly number: number;
  readonly node: string;
  readonly seconds: number;
  readonly rows: string;
}

const EXAMPLES: readonly Example[] = [
  { number: 30, node: 'lnx33', seconds: 119, rows: `
    10.33.0.1   10.31.0.1   255.255.255.255 UGH 19 0 0 ctc1
    10.32.0.1   0.0.0.0     255.255.255.255 UH  0  0 0 ctc1
    10.31.0.1   0.0.0.0     255.255.255.255 UH  0  0 0 ctc0
    192.168.1.0 10.31.0.1   255.255.255.0   UG  19 0 0 ctc0` },
  { number: 31, node: 'tirnanog', seconds: 119, rows: `
    10.33.0.1   192.168.1.3 255.255.255.255 UGH d0 0 0 eth0
    10.32.0.1   192.168.1.3 255.255.255.255 UGH 30 0 0 eth0
    10.31.0.1   192.168.1.3 255.255.255.255 UGH 30 0 0 eth0
    192.168.1.0 0.0.0.0     255.255.255.0   U   0  0 0 eth0
    127.0.0.0   0.0.0.0     255.0.0.0       U   0  0 0 lo` },
  { number: 32, node: 'lnx33', seconds: 230, rows: `
    10.33.0.1   10.32.0.1   255.255.255.255 UGH 19 0 0 ctc1
    10.32.0.1   0.0.0.0     255.255.255.255 UH  0  0 0 ctc1
    10.31.0.1   0.0.0.0     255.255.255.255 UH  0  0 0 ctc0
    192.168.1.0 10.32.0.1   255.255.255.0   UG  19 0 0 ctc1` },
  { number: 33, node: 'tirnanog', seconds: 230, rows: `
    10.33.0.1   192.168.1.4 255.255.255.255 UGH 20 0 0 eth0
    10.32.0.1   192.168.1.4 255.255.255.255 UGH 30 0 0 eth0
    10.31.0.1   192.168.1.4 255.255.255.255 UGH 30 0 0 eth0
    192.168.0.0 0.0.0.0     255.255.255.0   U   0  0 0 eth0
    127.0.0.0   0.0.0.0     255.0.0.0       U   0  0 0 lo` },
];

/** Example, row from 1, column, what the paper has, what we have. */
const DIFFERENCES = [
  // Unexplained: cost 10 on the CTC and 10 beyond it make 20, as they do for tirnanog. See the last test of this group.
  '30 row 1 metric: 19, here 20',
  // A misprint: the row's own gateway 10.31.0.1 is the peer on ctc0, and the row of 192.168.1.0 through it says so.
  '30 row 1 interface: ctc1, here ctc0',
  // Unexplained, as above.
  '30 row 4 metric: 19, here 20',
  // A misprint: no number; Example 33 has 20 for the same route.
  '31 row 1 metric: d0, here 20',
  // Unexplained, as above.
  '32 row 1 metric: 19, here 20',
  '32 row 4 metric: 19, here 20',
  // Unexplained: the LAN is 192.168.1.0/24, and nothing about it changed since Example 31.
  '33 row 4 destination: 192.168.0.0, here 192.168.1.0',
];

function cells(rows: string): string[][] {
  return rows.trim().split('\n').map((row) => row.trim().split(/\s+/));
}

/** Our rows, without the two lines of heading. */
function printed(simulation: Simulation, seconds: number, node: string): string[][] {
  const text = showAt(simulation, seconds, node, 'route -n');
  expect(text.startsWith('Kernel IP routing table\nDestination     Gateway ')).toBe(true);
  return cells(text.split('\n').slice(2).join('\n'));
}

describe('the paper\'s tables', () => {
  it.each(seeds(5))('seed %i: all rows of examples 30 to 33, in the paper\'s order, but for the differences that are named', (seed) => {
    const simulation = new Simulation(shipped('router-loss', seed));
    const differences: string[] = [];
    for (const { number, node, seconds, rows } of EXAMPLES) {
      const paper = cells(rows);
      const here = printed(simulation, seconds, node);
      expect(here.length, `rows of example ${number}`).toBe(paper.length);
      for (const [i, row] of paper.entries()) {
        expect(row).toHaveLength(COLUMNS.length);
        for (const [c, column] of COLUMNS.entries()) {
          if (row[c] !== here[i][c]) differences.push(`${number} row ${i + 1} ${column}: ${row[c]}, here ${here[i][c]}`);
        }
      }
    }
    expect(differences).toEqual(DIFFERENCES);
  });

  it('tirnanog\'s metrics are 20 for lnx33 and 30 for the peers behind it, before and after', () => {
    const simulation = new Simulation(shipped('router-loss'));
    for (const seconds of [119, 230]) {
      expect(printed(simulation, seconds, 'tirnanog').slice(0, 3).map(([destination, , , , metric]) => `${destination} ${metric}`))
        .toEqual(['10.33.0.1 20', '10.32.0.1 30', '10.31.0.1 30']);
    }
  });

  it('the row of 127.0.0.0 is the route that the topology gives tirnanog', () => {
    const without = shipped('router-loss', 1, (file) => readText(file).replace(/^ +routes: .*\n/m, ''));
    expect(printed(new Simulation(without), 119, 'tirnanog').map(([destination]) => destination)).toEqual(['10.33.0.1', '10.32.0.1', '10.31.0.1', '192.168.1.0']);
  });

  // The nearest reading of 19: lnx33 sends at cost 9 on its CTC interfaces. That gives both its 19s, and tirnanog's 20; but lnx33 would
  // then advertise its peers at 9, too, and tirnanog would have 29 where the paper has 30.
  it('an output cost of 9 on lnx33 gives the paper\'s 19, and contradicts tirnanog\'s 30: unexplained', () => {
    const cheaper = (file: string): string =>
      file.endsWith('lnx33/ospfd.conf') ? readText(file).replace(/^(interface ctc[01])$/gm, '$1\n ip ospf cost 9') : readText(file);
    const simulation = new Simulation(shipped('router-loss', 1, cheaper));
    const metrics = (node: string): string[] => printed(simulation, 119, node).map(([destination, , , , metric]) => `${destination} ${metric}`);
    expect(metrics('lnx33')).toEqual(['10.33.0.1 19', '10.32.0.1 0', '10.31.0.1 0', '192.168.1.0 19']);
    expect(metrics('tirnanog').slice(0, 3)).toEqual(['10.33.0.1 20', '10.32.0.1 29', '10.31.0.1 29']);
  });
});

interface Traced { readonly time: number; readonly node: number; readonly event: TraceEvent }

function traced(simulationOf: (observer: { trace(time: number, node: number, event: TraceEvent): void }) => Simulation): { simulation: Simulation; traces: Traced[] } {
  const traces: Traced[] = [];
  const simulation = simulationOf({
    trace: (time, node, event) => { if (event.kind !== 'probe-sent' && event.kind !== 'probe-received') traces.push({ time, node, event }); },
  });
  return { simulation, traces };
}

const externals = (traces: readonly Traced[]): Traced[] =>
  traces.filter(({ event }) => (event.kind === 'lsa-originate' || event.kind === 'lsa-install') && event.lsa.lsType === LsType.asExternal);

describe('redistribution', () => {
  it.each(seeds(5))('seed %i: the second "redistribute connected" replaced the first, and no AS-external-LSA is ever there', (seed) => {
    const { simulation, traces } = traced((observer) => new Simulation(shipped('router-loss', seed), observer));
    for (const seconds of [119, 230, 500]) {
      simulation.runUntil(seconds * SECOND);
      for (const node of ROUTERS) {
        const { ospf } = simulation.nodes[nodeNamed(simulation.plan, node)].system ?? {};
        expect(ospf?.externalLsdb.size, `${node} at ${seconds} s`).toBe(0);
        expect(ospf?.externalRoutes.size).toBe(0);
      }
    }
    expect(traces.length).toBeGreaterThan(100);
    expect(externals(traces)).toEqual([]);
  });

  // Zebra leaves out what a network statement takes in, and 10.33.0.1/32, the peer, is in one. So that the first statement would have
  // something to say, lo has an address of 10.0.0.0/8 here that no network statement takes in.
  it('with the first statement alone, an address of 10.0.0.0/8 goes out as external; with both it does not', () => {
    const variant = (without: string | undefined, hasLoopback: boolean) => (file: string): string => {
      let text = readText(file);
      if (hasLoopback) text = text.replace(/^( +)(eth0: \{ address: 192\.168\.1\.3)/m, '$1lo: { address: 10.99.0.1/32 }\n$1$2');
      return without === undefined ? text : text.replace(` redistribute connected route-map ${without}\n`, '');
    };
    const count = (without: string | undefined, hasLoopback: boolean): number => {
      const { simulation, traces } = traced((observer) => new Simulation(shipped('router-loss', 1, variant(without, hasLoopback)), observer));
      simulation.runUntil(119 * SECOND);
      return externals(traces).length;
    };
    expect(count(undefined, true)).toBe(0);
    expect(count('just-10', true)).toBe(0);
    expect(count('just-192', true)).toBeGreaterThan(0);
    expect(count('just-192', false)).toBe(0);
  });
});

describe('the SPF delay', () => {
  let runs: { seed: number; simulation: Simulation; traces: Traced[] }[] = [];
  beforeAll(() => {
    runs = seeds(5).map((seed) => {
      const result = traced((observer) => new Simulation(shipped('router-loss', seed), observer));
      result.simulation.runUntil(230 * SECOND);
      return { seed, ...result };
    });
  });

  it.each(['tirnanog', 'lnx33'])('%s calculates 5 s after it noticed, to the microsecond, and not before', (name) => {
    for (const { seed, simulation, traces } of runs) {
      const node = nodeNamed(simulation.plan, name);
      const detection = traces.find((t) => t.node === node && t.event.kind === 'neighbor-state' && t.event.event === 'InactivityTimer')?.time ?? NaN;
      const fault = traces.find((t) => t.event.kind === 'fault')?.time ?? NaN;
      expect(detection - fault, `seed ${seed}`).toBeLessThanOrEqual(40 * SECOND);
      const calculations = traces.filter((t) => t.node === node && t.event.kind === 'spf-run' && t.time > fault).map(({ time }) => time - detection);
      expect(calculations[0], `seed ${seed}`).toBe(5 * SECOND);
      // And holds the next one off for 10 s.
      for (const [i, after] of calculations.entries()) if (i > 0) expect(after - calculations[i - 1]).toBeGreaterThanOrEqual(10 * SECOND - SECOND);
    }
  });
});
