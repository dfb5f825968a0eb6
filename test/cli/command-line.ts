/** Runs the built command line in a process of its own, as a user does. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const TOPOLOGIES = fileURLToPath(new URL('../../topologies', import.meta.url));

export interface Ended { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string; readonly milliseconds: number }

export function failover(words: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}): Ended {
  if (!existsSync(MAIN)) throw new Error('dist/cli/main.js is not there: npm run build');
  const start = performance.now();
  const ended = spawnSync(process.execPath, [MAIN, ...words], {
    encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60_000, input: options.input ?? '', cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr, milliseconds: performance.now() - start };
}
