/**
 * The same topology and seed give the same bytes: capture.pcapng and the trajectory hash of a whole run, run again, with the
 * nodes built in reverse order, with the topology file written in reverse, and with or without anybody watching.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMap, isSeq, parseDocument, visit } from 'yaml';
import { execute, observerOf } from '../../src/cli/execute.js';
import { OutputDirectory } from '../../src/cli/output-directory.js';
import type { Plan } from '../../src/config/plan.js';
import { Simulation, type SimulationOptions } from '../../src/sim/simulation.js';
import { readText, SCENARIOS, shipped } from './shipped.js';

let directory = '';
let made = 0;

beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'failover-determinism-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Outcome { readonly trajectoryHash: string; readonly capture: string; readonly trace: string; readonly bytes: number }

/** A whole run with its files, as `failover run --out` writes them. */
function runToFiles(plan: Plan, options?: SimulationOptions): Outcome {
  const output = new OutputDirectory(join(directory, `${made++}`), plan);
  const simulation = new Simulation(plan, observerOf([output.watcher]), options);
  simulation.run();
  output.finish('');
  const capture = readFileSync(output.capturePath);
  return { trajectoryHash: simulation.trajectoryHash, capture: sha256(capture), trace: sha256(readFileSync(output.tracePath)), bytes: capture.length };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The topology file with its nodes and its links the other way round. */
function reversed(text: string): string {
  const document = parseDocument(text);
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = String(key);
      if (name === 'nodes' && isMap(value)) value.items.reverse();
      if (name === 'links' && isSeq(value)) value.items.reverse();
    },
  });
  const turned = String(document);
  expect(turned.indexOf('lan:')).toBeLessThan(turned.indexOf('tirnanog:'));
  return turned;
}

describe.each(SCENARIOS)('%s', (name) => {
  let first: Outcome;
  beforeAll(() => { first = runToFiles(shipped(name)); });

  it('run again: the same bytes of capture.pcapng and trace.jsonl, and the same trajectory hash', () => {
    expect(first.bytes).toBeGreaterThan(1_000_000);
    expect(first.trajectoryHash).toMatch(/^[0-9a-f]{16}$/);
    expect(runToFiles(shipped(name))).toEqual(first);
  });

  it('with the nodes built in reverse order: the same', () => {
    expect(runToFiles(shipped(name), { constructionOrder: 'reverse' })).toEqual(first);
  });

  it('with the nodes and links of the file in reverse order: the same', () => {
    const plan = shipped(name, 1, (file) => (file.endsWith('.yaml') ? reversed(readText(file)) : readText(file)));
    expect(runToFiles(plan)).toEqual(first);
  });

  it('with frames overwritten as soon as they are delivered: the same, so nobody keeps one', () => {
    expect(runToFiles(shipped(name), { isPoolPoisoned: true })).toEqual(first);
  });

  it('with displays taken on the way, or without any observer: the same trajectory', () => {
    expect(execute(shipped(name), { hasSnapshots: true }).outcome.trajectoryHash).toBe(first.trajectoryHash);
    const bare = new Simulation(shipped(name));
    bare.run();
    expect(bare.trajectoryHash).toBe(first.trajectoryHash);
  });

  it('another seed: another trajectory, for each of 12', () => {
    const hashes = Array.from({ length: 12 }, (_, i) => {
      const simulation = new Simulation(shipped(name, i + 1));
      simulation.runUntil(130_000_000);
      return simulation.trajectoryHash;
    });
    expect(new Set(hashes).size).toBe(12);
    expect(runToFiles(shipped(name, 2)).trajectoryHash).not.toBe(first.trajectoryHash);
  });
});
