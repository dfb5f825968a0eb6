/** `run --seeds`: the distribution over many seeds, as a user sees it. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOPOLOGIES, failover } from './command-line.js';

const TOPOLOGY = join(TOPOLOGIES, 'adapter-loss.yaml');

describe('run --seeds', () => {
  it('prints the distribution, a histogram and the share of targets met, the same each time', () => {
    const { exitCode, stdout, stderr } = failover(['run', TOPOLOGY, '--seeds', '1..60']);
    for (const part of ['seeds 1 to 60: 60 runs', 'median', 'p95', '#####', '100 %', 'displays as expected in 100 % of the runs']) expect(stdout).toContain(part);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(failover(['run', TOPOLOGY, '--seeds', '1..60']).stdout).toBe(stdout);
  });

  it('--json gives the numbers; each run is the run of that seed alone', () => {
    const { stdout } = failover(['run', TOPOLOGY, '--seeds', '7..7', '--json']);
    const alone = JSON.parse(failover(['run', TOPOLOGY, '--seed', '7', '--json']).stdout) as { readonly probes: readonly { readonly outages: readonly { readonly seconds: number }[] }[] };
    expect(JSON.parse(stdout)).toMatchObject({ name: 'adapter-loss', met: true, seeds: { first: 7, last: 7 }, expectationsMet: 1,
      probes: [{ name: 'vipa', count: 1, minimum: alone.probes[0].outages[0].seconds, maximum: alone.probes[0].outages[0].seconds }, {}, {}] });
  });

  it('a target that some runs miss: exit 1, its share, and a seed to look at', () => {
    const { exitCode, stdout } = failover(['run', TOPOLOGY, '--seeds', '1..30', '--set', 'targets.0.outage=<= 53s']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/MISSED\s+vipa\s+outage <= 53s\s+\d+\.\d %, not seed \d+/);
  });

  it.each([['10..1'], ['a..b'], ['5'], ['0..4294967296'], ['1..2000000']])('--seeds %s is refused', (range) => {
    const { exitCode, stderr } = failover(['run', TOPOLOGY, '--seeds', range]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--seeds ${range}: FIRST..LAST is wanted`);
  });

  it.each([[['--seed', '1'], 'without --seed'], [['--out', 'x'], 'without --out']])('with %j it is refused', (words, why) => {
    const { exitCode, stderr } = failover(['run', TOPOLOGY, '--seeds', '1..2', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });
});

describe('lists in --set', () => {
  const kernels = 'topology.nodes.tirnanog.kernel=[2.4, 6]';

  it('one sweep for each combination, then all side by side; the same on one thread and on two', () => {
    const words = ['run', TOPOLOGY, '--seeds', '1..12', '--set', kernels];
    const { exitCode, stdout } = failover([...words, '--threads', '2']);
    expect(exitCode).toBe(0);
    for (const kernel of ['2.4', '6']) expect(stdout).toContain(`adapter-loss, topology.nodes.tirnanog.kernel=${kernel}, seeds 1 to 12: 12 runs`);
    expect(stdout.slice(stdout.indexOf('Side by side')).match(/^ .*vipa/gm)).toHaveLength(2);
    expect(failover([...words, '--threads', '1']).stdout).toBe(stdout);
  });

  it('--json is a list then, and each entry is what that value alone gives', () => {
    const sweepOf = (set: string): unknown => JSON.parse(failover(['run', TOPOLOGY, '--seeds', '1..3', '--json', '--set', set]).stdout);
    const both = sweepOf(kernels) as readonly { readonly set: readonly string[] }[];
    expect(both.map(({ set }) => set)).toEqual([['topology.nodes.tirnanog.kernel=2.4'], ['topology.nodes.tirnanog.kernel=6']]);
    expect(both[1]).toEqual({ ...(sweepOf('topology.nodes.tirnanog.kernel=6') as object), set: both[1].set });
  });

  it('several lists: every combination', () => {
    const { stdout } = failover(['run', TOPOLOGY, '--seeds', '5..5', '--json', '--set', kernels, '--set', 'topology.nodes.lnx31.kernel=[2.4, 6]']);
    expect((JSON.parse(stdout) as readonly unknown[]).length).toBe(4);
  });

  it('where the topology has a list, a list is the value', () => {
    const { exitCode, stdout } = failover(['run', TOPOLOGY, '--seeds', '5..5', '--json', '--set', 'targets=[]']);
    expect([exitCode, (JSON.parse(stdout) as { readonly targets: unknown }).targets]).toEqual([0, []]);
  });

  it.each([
    ['topology.nodes.tirnanog.kernel=[2.4, 99]', '--set topology.nodes.tirnanog.kernel=99: '],
    ['topology.nodes.tirnanog.kernel=[2.4, 6', '--set topology.nodes.tirnanog.kernel=[2.4, 6: the value is not YAML'],
  ])('%s: the bad one is named', (set, begin) => {
    const { exitCode, stdout, stderr } = failover(['run', TOPOLOGY, '--seeds', '1..2', '--set', set]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.slice(0, begin.length)).toBe(begin);
  });

  it('--threads: a number, and only with --seeds', () => {
    expect(failover(['run', TOPOLOGY, '--seeds', '1..2', '--threads', '0']).stderr).toMatch(/^--threads 0: a whole number/);
    expect(failover(['run', TOPOLOGY, '--threads', '2']).stderr).toMatch(/^--threads goes with --seeds only/);
  });
});
