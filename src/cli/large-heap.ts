/**
 * Large topologies run in a process of their own, whose V8 has more room.
 *
 * A thousand routers make garbage as fast as they make tables. With V8's default young generation much of it is moved about before it dies; twice the
 * room saves about an eighth of the time. The default limit of the whole heap, 2 to 4 GB, is less than a machine may have. None of
 * this can be changed in a process that runs.
 */
import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import type { Plan } from '../config/plan.js';

/** So many systems are worth the start of another process. */
const LARGE_NODES = 200;
const SEMI_SPACE_MEGABYTES = 32;
const FLAG = '--max-semi-space-size';

/** By how much the old generation may grow from one collection to the next: V8 alone would keep more rubbish than there is of anything else. */
const GROWING_PERCENT = 170;
const HEAP_SHARE = 0.75;

/** What Node is started with. */
export function largeHeapFlags(): readonly string[] {
  return [`${FLAG}=${SEMI_SPACE_MEGABYTES}`, `--heap-growing-percent=${GROWING_PERCENT}`, `--max-old-space-size=${Math.floor((totalmem() / 1024 / 1024) * HEAP_SHARE)}`];
}

/** The exit code of the same command in such a process; undefined: this one will do. */
export function runWithLargeHeap(plan: Plan): number | undefined {
  if (plan.nodes.length < LARGE_NODES || process.execArgv.some((word) => word.startsWith(FLAG))) return undefined;
  const { status } = spawnSync(process.execPath, [...largeHeapFlags(), ...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  return status ?? undefined;
}
