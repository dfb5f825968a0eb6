/**
 * An outage that ARP or a dispatcher ended is told by the life of the neighbour's entry, or the moment the server was taken for down; the parts add up.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { Phase } from '../../src/measure/phases.js';
import { readText, seeds } from '../scenario/shipped.js';

function chains(file: string, probe: string, seed: number, ...overrides: string[]): { readonly phases: readonly Phase[]; readonly start: number; readonly end: number }[] {
  const { plan } = loadTopology(file, { readFile: readText, seed, overrides });
  const { outcome } = execute(plan);
  const index = plan.probes.findIndex(({ name }) => name === probe);
  return outcome.phases.filter((each) => each.probe === index).map(({ phases, outage }) => ({ phases, ...outcome.probes[index].outages[outage ?? 0] }));
}

const words = (phases: readonly Phase[]): string[] => phases.map(({ phase, detail }) => `${phase}${phase === 'arp' ? ` ${(detail ?? '').replace(/^\S+ /, '')}` : ''}`);

describe('adapter loss', () => {
  it.each([['2.4', ['fault', 'arp REACHABLE -> STALE', 'arp STALE -> DELAY', 'arp DELAY -> PROBE', 'arp PROBE -> REACHABLE, now 00:20:35:04:9e:b2']],
    ['6', ['fault', 'arp REACHABLE -> STALE', 'arp STALE -> DELAY', 'arp DELAY -> PROBE', 'arp PROBE -> FAILED', 'arp FAILED -> INCOMPLETE', 'arp INCOMPLETE -> REACHABLE, now 00:20:35:04:9e:b2']],
  ] as const)('kernel %s: the entry is believed, delayed, asked for, found wrong, and answered', (kernel, want) => {
    for (const seed of seeds(3)) {
      const [{ phases, start, end }, ...more] = chains('topologies/adapter-loss.yaml', 'vipa', seed, `topology.nodes.tirnanog.kernel=${kernel}`);
      expect(more).toEqual([]);
      expect(words(phases)).toEqual(want);
      const [, , , probe, next] = phases;
      expect([probe.durationMicros, next.durationMicros]).toEqual([5 * SECOND, 3 * SECOND].map((micros) => expect.closeTo(micros, -4) as unknown as number));
      // They add up to the outage, to within the intervals of the probe.
      const last = phases[phases.length - 1].time;
      expect(Math.abs(last - end)).toBeLessThan(0.11 * SECOND);
      expect(Math.abs(phases[0].time - start)).toBeLessThan(0.11 * SECOND);
      expect(phases.reduce((sum, { durationMicros }) => sum + durationMicros, 0)).toBe(last - phases[0].time);
    }
  });
});

describe('behind a dispatcher', () => {
  it('the outage ends when the advisor has found the server dead', () => {
    const found = chains('topologies/proxy-arp-vipa.yaml', 'remote', 1);
    expect(found.map(({ phases }) => words(phases))).toEqual([['fault', 'detect'], ['fault', 'detect']]);
    expect(found.map(({ phases }) => phases[1].detail)).toEqual(['takes the server 10.1.1.4 for down', 'takes the server 10.1.1.5 for down']);
    for (const { phases, end } of found) expect(end - phases[1].time).toBeLessThan(SECOND);
  });
});
