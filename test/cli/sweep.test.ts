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
