/**
 * Large topologies run in a process of their own, whose V8 has more room.
 *
 * A thousand routers make garbage as fast as they make tables. With V8's default young generation much of it is moved about before it dies: twice the
 * room saves an eighth of the time and a fourteenth of the memory (bench:scale). And the default limit of the whole heap, 2 to 4 GB, is
 * less than a machine may have. Neither can be changed in a process that runs.
 */
import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import type { Plan } from '../config/plan.js';

/** So many systems are worth the start of another process. */
const LARGE_NODES = 200;
const SEMI_SPACE_MEGABYTES = 32;
const FLAG = '--max-semi-space-size';

/** Every router has its own database and table of all the others. */
const BYTES_FOR_A_PAIR = 4096;
/** V8's own limit is at least this; a higher one makes it collect later, and so costs memory where none is short. */
const DEFAULT_LIMIT_MEGABYTES = 4096;

/** What Node is started with for so many systems. */
export function largeHeapFlags(nodes: number): readonly string[] {
  const wanted = Math.ceil((nodes * nodes * BYTES_FOR_A_PAIR) / 1024 / 1024);
  const most = Math.floor((totalmem() / 1024 / 1024) * 0.75);
  const limit = wanted > DEFAULT_LIMIT_MEGABYTES ? [`--max-old-space-size=${Math.min(wanted, most)}`] : [];
  return [`${FLAG}=${SEMI_SPACE_MEGABYTES}`, ...limit];
}

/** The exit code of the same command in such a process; undefined: this one will do. */
export function runWithLargeHeap(plan: Plan): number | undefined {
  if (plan.nodes.length < LARGE_NODES || process.execArgv.some((word) => word.startsWith(FLAG))) return undefined;
  const { status } = spawnSync(process.execPath, [...largeHeapFlags(plan.nodes.length), ...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  return status ?? undefined;
}
