/**
 * What attach says where it may not, or cannot, open a device: one line that says what to do, and exit code 2. Without rights, without the device, without the kernel's
 * module, without the package that opens devices.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RIGHTS = 'run it as root, or with the capabilities CAP_NET_ADMIN and CAP_NET_RAW';

interface Manifest { readonly dependencies?: Readonly<Record<string, string>>; readonly optionalDependencies?: Readonly<Record<string, string>> }

/** The packages that the package in `folder` needs, those it can do without included if they are there. */
function needed(folder: string, found = new Set<string>()): ReadonlySet<string> {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const at = join(ROOT, 'node_modules', name);
    if (found.has(name) || !existsSync(at)) continue;
    found.add(name);
    needed(at, found);
  }
  return found;
}

/** The built package with its dependencies, where everybody may read it. */
class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'failover-installed-'));

  constructor(without: (name: string) => boolean, isCopied: boolean) {
    chmodSync(this.folder, 0o755);
    cpSync(join(ROOT, 'dist'), join(this.folder, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(this.folder, 'package.json'));
    for (const name of ['router-loss-frr.yaml', 'router-loss-frr']) cpSync(join(ROOT, 'topologies', name), join(this.folder, 'topologies', name), { recursive: true });
    for (const name of needed(ROOT)) {
      if (without(name)) continue;
      const at = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(at), { recursive: true });
      if (isCopied) cpSync(join(ROOT, 'node_modules', name), at, { recursive: true, dereference: true });
      else symlinkSync(join(ROOT, 'node_modules', name), at);
    }
  }

  /** Exit code and what it says on standard error, of `attach` with one device. */
  attach(device: string, ...before: string[]): readonly [number | null, string] {
    const [command, ...words] = [...before, process.execPath, join(this.folder, 'dist/cli/main.js'), 'attach', join(this.folder, 'topologies/router-loss-frr.yaml'), '--json', '--for', '1s', '--bind', `lnx31:eth0=${device}`];
    const { status, stderr, stdout } = spawnSync(command, words, { encoding: 'utf8', cwd: '/' });
    expect(stdout).toBe('');
    return [status, stderr];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describeWithNamespaces('attach, without what it takes', () => {
  let whole: Installation;

  beforeAll(() => {
    whole = new Installation(() => false, true);
  });

  afterAll(() => {
    whole.remove();
  });

  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const withoutCapabilities = ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];

  it.each([
    ['a TAP device', 'tap:fo-rights0', `the TAP device fo-rights0: ${RIGHTS}`],
    ['a device that is there', 'lo', `the device lo: not permitted: ${RIGHTS}`],
    ['the IP layer', 'raw:lo', `the interface lo: not permitted: ${RIGHTS}`],
  ])('rights: %s, as another user and as root without capabilities', (_what, device, line) => {
    for (const who of [nobody, withoutCapabilities]) {
      const [status, text] = whole.attach(device, ...who);
      expect([status, text.replace(/(\/dev\/net\/tun may not be opened|not permitted): run/, 'run').trimEnd()]).toEqual([2, line.replace('not permitted: ', '')]);
    }
  });

  it('devices: none of that name', () => {
    expect(whole.attach('fo-nowhere0')).toEqual([2, 'there is no device fo-nowhere0 here; tap:fo-nowhere0 makes one\n']);
    expect(whole.attach('raw:fo-nowhere0')).toEqual([2, 'there is no interface fo-nowhere0 here\n']);
  });

  it('devices: one that is no TAP device, as one', () => {
    expect(whole.attach('tap:lo', 'unshare', '-n')).toEqual([2, 'the TAP device lo: it is not a device of this kind\n']);
  });

  it('the kernel\'s tun module', () => {
    const hidden = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /dev/net && exec "$@"', 'sh'];
    expect(whole.attach('tap:fo-rights0', ...hidden)).toEqual([2, 'the TAP device fo-rights0: /dev/net/tun is not there: load the kernel\'s tun module (modprobe tun)\n']);
  });

  it('the package koffi, not installed', () => {
    const bare = new Installation((name) => name === 'koffi' || name.startsWith('@koromix/'), false);
    try {
      expect(bare.attach('tap:fo-rights0')).toEqual([2, 'the optional package koffi, which opens devices, is not installed: npm install koffi\n']);
    } finally {
      bare.remove();
    }
  });

  it('the package koffi, without the binary for this system', () => {
    const bare = new Installation((name) => name.startsWith('@koromix/'), true);
    try {
      const [status, text] = bare.attach('tap:fo-rights0');
      expect([status, text.split('\n').length]).toEqual([2, 2]);
      expect(text).toMatch(/^the optional package koffi, which opens devices, cannot be loaded \(.+\): npm install koffi, on the system that is to run it\n$/);
    } finally {
      bare.remove();
    }
  });
});
