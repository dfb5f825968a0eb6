/**
 * Before everybody else on the processors: whoever plays a network in real time must not wait for a compiler. The real-time class (SCHED_RR), and not niceness, which
 * on Linux counts only among the processes of one session (autogroups). Each thread has a class of its own, the collector's helpers too; what they start later has
 * theirs. The kernel leaves the others 5 % of each second.
 */
import { readdirSync } from 'node:fs';
import { LiveFailure } from './live-failure.js';
import { errorText, type Native } from './native.js';

const SCHED_RR = 2;
const LOWEST_REAL_TIME_PRIORITY = 1;

export function raisePriority(native: Native): void {
  const parameter = new Uint8Array(Int32Array.of(LOWEST_REAL_TIME_PRIORITY).buffer);
  for (const thread of readdirSync('/proc/self/task')) {
    if (native.sched_setscheduler(Number(thread), SCHED_RR, parameter) < 0) throw new LiveFailure(`--priority: ${errorText(native.errno())}; it takes root or CAP_SYS_NICE`);
  }
}
