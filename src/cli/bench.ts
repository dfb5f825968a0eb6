/**
 * `failover bench [NAME...]`: every scenario, one table, measured against target.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchRows, benchText, type BenchRow } from '../report/bench-report.js';
import { makeStyle } from '../report/terminal.js';
import { isColoured } from './colour.js';
import { execute } from './execute.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';
import { load } from './load.js';
import { makeProgress } from './progress.js';

export interface BenchWords { readonly json?: boolean; readonly seed?: string }

export function bench(names: readonly string[], words: BenchWords): number {
  const files = names.length === 0 ? topologiesIn(packageTopologies()) : names.flatMap(filesOf);
  // Everything is read before anything runs: an error comes at once.
  const loaded = files.map((file) => load(file, { seed: words.seed }));
  const rows: BenchRow[] = [];
  for (const { plan } of loaded) {
    const progress = makeProgress(plan);
    const { outcome } = execute(plan, { watchers: [progress?.watcher ?? {}] });
    progress?.finish();
    rows.push(...benchRows(outcome));
  }
  process.stdout.write(words.json === true ? `${JSON.stringify(rows, undefined, 2)}\n` : benchText(rows, makeStyle(isColoured())));
  return rows.every(({ met }) => met) ? EXIT_MET : EXIT_MISSED;
}

/** The topologies that come with the package, as a path that reads well. */
function packageTopologies(): string {
  const path = fileURLToPath(new URL('../../topologies', import.meta.url));
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && !fromHere.startsWith('..') ? fromHere : path;
}

/** A file, a directory of topologies, or the name of one that comes with the package. */
function filesOf(name: string): string[] {
  const ours = join(packageTopologies(), `${name}.yaml`);
  // A topology's configurations are in a directory of its name.
  const isOurs = existsSync(ours) && !(existsSync(name) && hasTopologies(name));
  if (existsSync(name) && !isOurs) return withPath(name, () => statSync(name)).isDirectory() ? topologiesIn(name) : [name];
  if (isOurs) return [ours];
  const known = topologiesIn(packageTopologies()).map((file) => nameOf(basename(file)));
  throw new InputFailure(`${name}: no such file or directory, and no scenario of this name; there are ${known.join(', ')}`);
}

const isTopologyName = (file: string): boolean => /\.ya?ml$/.test(file);

/** A file, or a directory with topologies in it. */
function hasTopologies(path: string): boolean {
  return withPath(path, () => !statSync(path).isDirectory() || readdirSync(path).some(isTopologyName));
}

function topologiesIn(directory: string): string[] {
  const files = withPath(directory, () => readdirSync(directory)).filter(isTopologyName);
  if (files.length === 0) throw new InputFailure(`${directory}: no topology (*.yaml) in it`);
  // By name without the ending: router-loss before router-loss-frr.
  return files.map((file) => ({ file, name: nameOf(file) })).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ file }) => join(directory, file));
}

function nameOf(file: string): string {
  return file.replace(/\.ya?ml$/, '');
}
