/**
 * What `npm pack` makes is what a user gets: it holds what is needed and nothing else, and runs in a folder that has nothing but the
 * package and its dependencies.
 *
 * Nothing is fetched: the dependencies are links to the ones installed here, and no others are there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly version: string;
  readonly exports: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

let folder = '';
let installed = '';
let files: string[] = [];

function filesBelow(path: string, prefix = ''): string[] {
  return readdirSync(path).sort().flatMap((name) => (statSync(join(path, name)).isDirectory()
    ? filesBelow(join(path, name), `${prefix}${name}/`) : [`${prefix}${name}`]));
}

/** The command as the package brings it, in the folder it is installed in. */
function failover(...words: string[]): { exitCode: number | null; stdout: string; stderr: string } {
  const ended = spawnSync(process.execPath, [join(installed, manifest.bin['failover']), ...words], {
    cwd: folder, encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26, env: { ...process.env, NO_COLOR: '1' },
  });
  return { exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'failover-package-'));
  // Without scripts: it was built before the tests, and other tests are running what was built.
  const list = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [packed] = JSON.parse(list) as { files: { path: string }[] }[];
  files = packed.files.map(({ path }) => path).sort();
  installed = join(folder, 'node_modules', 'failover-emulator');
  for (const file of files) cpSync(join(ROOT, file), join(installed, file));
  for (const name of Object.keys(manifest.dependencies)) symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is in the package', () => {
  test('the command, the library with its types, the topologies and the licence; no sources, no tests, no build information', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'package.json', 'dist/cli/main.js', 'topologies/router-loss.yaml', 'topologies/router-loss-frr.yaml']));
    const strange = files.filter((file) => !/^(dist\/.+\.js|dist\/(base|wire|capture|matcher)\/.+\.d\.ts|topologies\/.+|LICENSE|package\.json|[A-Z]+\.md)$/.test(file));
    expect(strange).toEqual([]);
  });

  test('every file that the scenarios consist of; what is only for conformance stays in the repository', () => {
    const own = filesBelow(join(ROOT, 'topologies'), 'topologies/').filter((file) => !/^topologies\/(conformance|outages)\//.test(file)).sort();
    expect(files.filter((file) => file.startsWith('topologies/'))).toEqual(own);
  });

  test('less than four megabytes', () => {
    expect(files.reduce((sum, file) => sum + statSync(join(installed, file)).size, 0)).toBeLessThan(4_000_000);
  });

  test('imports nothing but its own files, Node, its dependencies, and vitest where that is who imports it', () => {
    const strangers = new Set<string>();
    for (const file of files.filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(installed, file), 'utf8');
      for (const [, a, b] of text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g)) {
        const name = a ?? b;
        if (!name.startsWith('.') && !name.startsWith('node:') && !(name in manifest.dependencies) && !(name in manifest.peerDependencies)) strangers.add(`${file}: ${name}`);
      }
    }
    expect([...strangers]).toEqual([]);
  });

  test('the lock file names no host that packages come from', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });
});

describe('installed in an empty folder', () => {
  test('says its version', () => {
    expect(failover('--version')).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('runs a topology that came with it, and writes its files there', () => {
    const { exitCode, stdout, stderr } = failover('run', 'node_modules/failover-emulator/topologies/router-loss.yaml');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Trajectory ');
    expect(readdirSync(join(folder, 'results', 'router-loss'))).toEqual(['capture.pcapng', 'result.json', 'trace.jsonl']);
  });

  test('bench finds the topologies that came with it, by name and without', () => {
    const one = failover('bench', 'router-loss', '--json');
    const all = failover('bench', '--json');
    expect([one.exitCode, all.exitCode]).toEqual([0, 0]);
    const scenarios = new Set((JSON.parse(all.stdout) as { scenario: string }[]).map((row) => row.scenario));
    const shipped = readdirSync(join(ROOT, 'topologies')).filter((file) => file.endsWith('.yaml')).map((file) => file.replace('.yaml', ''));
    expect([...scenarios].sort()).toEqual(shipped.sort());
    expect((JSON.parse(one.stdout) as { scenario: string }[]).every((row) => row.scenario === 'router-loss')).toBe(true);
  });

  test('as a library has wire, capture and the matcher, and nothing else can be imported', () => {
    expect(Object.keys(manifest.exports).sort()).toEqual(['./capture', './matcher', './matcher/vitest', './package.json', './wire']);
    const matcher = spawnSync(process.execPath, ['--input-type=module', '-e', "const m = await import('failover-emulator/matcher'); console.log(typeof m.goldenMatchers.toMatchGolden)"], { cwd: folder, encoding: 'utf8' });
    expect([matcher.stdout, matcher.stderr]).toEqual(['function\n', '']);
    for (const entry of ['wire', 'capture']) {
      const found = spawnSync(process.execPath, ['--input-type=module', '-e', `const m = await import('failover-emulator/${entry}'); console.log(typeof m.DecodeError)`], { cwd: folder, encoding: 'utf8' });
      expect([found.stdout, found.stderr]).toEqual(['function\n', '']);
    }
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', "await import('failover-emulator')"], { cwd: folder, encoding: 'utf8' });
    expect(ended.stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
