/**
 * Rubbish of the warm-up is collected before the real clock takes over: building a large network leaves as much as there is of anything else, and the collector would
 * stop everything for it in the first minutes.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
