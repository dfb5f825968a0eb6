/**
 * Random networks under random faults (random-faults.ts): 100 cases, and as many as FAILOVER_FAULTS says: `npm run test:faults` looks at 2,000. A case that
 * fails is told with its seed and the shortest list of faults that still makes it fail; FAILOVER_FAULT_SEED=N runs that one alone.
 */
import { describe, expect, test } from 'vitest';
import { expectInvariants } from './invariants.js';
import { behaviourOf, faultsOf, networkOf, runCase, type Fault, type Outcome } from './random-faults.js';
import { shrink } from './shrink.js';

const CASES = Number(process.env['FAILOVER_FAULTS'] ?? 100);
const ONLY = process.env['FAILOVER_FAULT_SEED'];
const BATCH = 10;

/** What a failure says: one run more for each fault that might be left out. */
function investigate(seed: number, error: unknown, check?: typeof expectInvariants): Error {
  const faults = faultsOf(seed, networkOf(seed));
  let last = error;
  const shortest = shrink(faults, (shorter) => {
    try {
      runCase(seed, shorter, check);
      return false;
    } catch (stillWrong) {
      last = stillWrong;
      return true;
    }
  }, 60);
  const list = shortest.map((fault: Fault) => `  ${JSON.stringify(fault)}`).join('\n');
  return new Error(`seed ${seed} fails with ${shortest.length} of its ${faults.length} faults:\n${list}\n${last instanceof Error ? last.message : String(last)}`);
}

function attempt(seed: number, check?: typeof expectInvariants): Outcome {
  try {
    return runCase(seed, undefined, check);
  } catch (error) {
    throw investigate(seed, error, check);
  }
}

describe('after any faults a quiet network is right, and quiet', () => {
  const outcomes: Outcome[] = [];
  if (ONLY !== undefined) {
    test(`seed ${ONLY}`, () => void attempt(Number(ONLY)), 600_000);
  } else {
    for (let first = 1; first <= CASES; first += BATCH) {
      test(`seeds ${first} to ${first + BATCH - 1}`, () => {
        const wrong: string[] = [];
        for (let seed = first; seed < first + BATCH; seed++) {
          try {
            outcomes.push(attempt(seed));
          } catch (error) {
            wrong.push(error instanceof Error ? error.message : String(error));
          }
        }
        expect(wrong.join('\n\n')).toBe('');
      }, 600_000);
    }

    test('few of them had to wait for age', () => {
      expect(outcomes.filter((o) => o.isHealedByAge).length).toBeLessThanOrEqual(Math.ceil(CASES / 50));
    });
  }
});

describe('the cases', () => {
  test('have 2 to 40 routers, every network type and kind of fault, one to four areas, stub areas and NSSAs, virtual links, systems of one kind and of several', () => {
    const networks = Array.from({ length: 100 }, (_, i) => networkOf(i + 1));
    const sizes = networks.map((n) => n.routers.length);
    expect([Math.min(...sizes), Math.max(...sizes) > 30]).toEqual([2, true]);
    expect(new Set(networks.flatMap((n) => n.segments.map((s) => s.kind))).size).toBe(6);
    expect(new Set(networks.map((n) => new Set(n.segments.map((s) => s.area)).size))).toEqual(new Set([1, 2, 3, 4]));
    expect(networks.filter((n) => n.stubAreas.size > 0).length).toBeGreaterThan(10);
    expect(networks.filter((n) => n.nssaAreas.size > 0).length).toBeGreaterThan(10);
    expect(networks.filter((n) => n.blockedAreas.size > 0).length).toBeGreaterThan(10);
    expect(networks.filter((n) => n.virtualLinks.length > 0).length).toBeGreaterThan(5);
    // Externals in an NSSA, of both types.
    expect(new Set(networks.flatMap((n) => n.externals.filter((e) => e.network >>> 16 === 0xac11).map((e) => e.type)))).toEqual(new Set([1, 2]));
    // Every system everywhere, and beside each other on one network.
    const systems = networks.map((n, i) => new Set(n.routers.map((r) => behaviourOf(i + 1, r).name)));
    expect([1, 2, 3, 4].map((size) => systems.some((each) => each.size === size))).toEqual([true, true, true, true]);
    expect(networks.filter((n, i) => n.segments.some((s) => ['bird-2.0.12', 'frr-8.4.4'].every((name) => s.attachments.some((a) => behaviourOf(i + 1, a.router).name === name)))).length).toBeGreaterThan(10);
    const kinds = new Set(networks.flatMap((n, i) => faultsOf(i + 1, n).map((f) => f.kind)));
    expect([...kinds].sort()).toEqual(['corruption', 'cut', 'death', 'duplication', 'freeze', 'interface down', 'loss', 'one way', 'reordering', 'restart', 'silent segment']);
  });
});

describe('a failure', () => {
  test('is told with its seed and the one fault that matters', () => {
    const seed = 5;
    const faults = faultsOf(seed, networkOf(seed));
    const culprit = faults.find((f) => f.kind === 'restart' || f.kind === 'freeze') ?? faults[0];
    expect(faults.length).toBeGreaterThan(2);
    // As if whatever has lived through that fault were wrong.
    const run = (list: readonly Fault[]): boolean => list.includes(culprit);
    expect(shrink(faults, run)).toEqual([culprit]);
    expect(() => attempt(seed, () => { throw new Error('wrong whatever happens'); })).toThrow(/^seed 5 fails with 0 of its \d+ faults:\n\nwrong whatever happens/);
  });

  test('is told with both faults that matter together, in their order', () => {
    const list = Array.from({ length: 37 }, (_, i) => i);
    expect(shrink(list, (l) => l.includes(3) && l.includes(31))).toEqual([3, 31]);
    let tries = 0;
    shrink(list, (l) => { tries++; return l.includes(3) && l.includes(31); }, 10);
    expect(tries).toBe(10);
  });
});
