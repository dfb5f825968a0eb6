/**
 * Before everybody else on the processors: whoever plays a network in real time must not wait for a compiler. Each thread has a priority of its own, the
 * collector's too, and what they start later has theirs.
 */
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { LiveFailure } from './live-failure.js';

export function raisePriority(): void {
  try {
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), constants.priority.PRIORITY_HIGHEST);
  } catch {
    throw new LiveFailure('--priority: the priority cannot be raised: root (or CAP_SYS_NICE) is wanted');
  }
}
