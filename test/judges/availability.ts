/**
 * Judges are programs of others that look at what we made. Where one is not installed its tests are reported as skipped: the core
 * tests need nothing but Node. With FAILOVER_JUDGES=required, as in continuous integration, they fail instead.
 */
import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';

/** Whether network namespaces can be made here, which takes root and a kernel that has them; and whether python3 is there for raw sockets. */
function hasNamespaces(): boolean {
  const name = `proxyarp-try${process.pid}`;
  if (!isInstalled('python3') || spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status !== 0) return false;
  return spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' }).status === 0;
}

const isRequired = process.env['FAILOVER_JUDGES'] === 'required';

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A group of tests that needs `program` on the path. Its body runs in any case, so files belong into `beforeAll`. */
export function describeWithJudge(program: string, name: string, body: () => void): void {
  if (isInstalled(program)) describe(name, body);
  else if (isRequired) {
    describe(name, () => {
      it(`needs ${program}`, () => { throw new Error(`${program} is not installed, and FAILOVER_JUDGES=required`); });
    });
  } else describe.skip(`${name} (${program} is not installed)`, body);
}

/** A group of tests that makes network namespaces of its own. */
export function describeWithNamespaces(name: string, body: () => void): void {
  if (hasNamespaces()) describe(name, body);
  else if (isRequired) {
    describe(name, () => {
      it('needs network namespaces', () => { throw new Error('network namespaces cannot be made here, and FAILOVER_JUDGES=required'); });
    });
  } else describe.skip(`${name} (it takes root, network namespaces and python3)`, body);
}
