/** The scenarios as they are shipped, and consoles in them, for the tests of this folder. */
import { readFileSync } from 'node:fs';
import { SECOND } from '../../src/base/micros.js';
import type { Plan } from '../../src/config/plan.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

export const SCENARIOS = ['router-loss', 'router-loss-frr'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const ROUTERS = ['lnx31', 'lnx32', 'lnx33', 'tirnanog'] as const;

export function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

/** `readFile` may give other text than the shipped file's, to see what a statement is good for. */
export function shipped(name: Scenario, seed = 1, readFile: (file: string) => string = readText): Plan {
  return loadTopology(`topologies/${name}.yaml`, { readFile, seed }).plan;
}

export function nodeNamed(plan: Plan, name: string): number {
  const node = plan.nodes.findIndex((each) => each.name === name);
  if (node < 0) throw new Error(`no node ${name}`);
  return node;
}

/** What the console of a node prints once the simulation has come to that second. */
export function showAt(simulation: Simulation, seconds: number, node: string, command: string): string {
  if (simulation.now < seconds * SECOND) simulation.runUntil(seconds * SECOND);
  const output = simulation.showAt(nodeNamed(simulation.plan, node), command);
  if (output === undefined) throw new Error(`${node} does not know ${command}`);
  return output;
}

/** 1, 2, ... n */
export function seeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
