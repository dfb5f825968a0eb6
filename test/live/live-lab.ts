/**
 * A network namespace with real daemons on one end of a wire and `failover attach` on the other. What was started is ended, what was made is removed.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FRR = '/usr/lib/frr';
let labs = 0;

export const sleep = (seconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

export class LiveLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'failover-live-'));
  readonly namespace = `fl${process.pid}x${labs++}`;
  private readonly children: ChildProcess[] = [];
  private attachment: ChildProcess | undefined;

  constructor() {
    chmodSync(this.folder, 0o777);
    execFileSync('ip', ['netns', 'add', this.namespace]);
    this.ip('link', 'set', 'lo', 'up');
    execFileSync('ip', ['netns', 'exec', this.namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1', 'net.ipv4.ip_forward=1']);
  }

  ip(...words: string[]): string {
    return execFileSync('ip', ['-n', this.namespace, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** A file in the lab's folder. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    return path;
  }

  log(name: string): string {
    const path = join(this.folder, `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** In the namespace; what it prints goes to NAME.log. */
  start(name: string, command: string, ...words: string[]): ChildProcess {
    const shell = `exec "$@" >"${join(this.folder, name)}.log" 2>&1`;
    const child = spawn('ip', ['netns', 'exec', this.namespace, 'sh', '-c', shell, 'sh', command, ...words], { stdio: 'ignore', cwd: this.folder });
    this.children.push(child);
    return child;
  }

  run(command: string, ...words: string[]): string {
    const { stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.namespace, command, ...words], { encoding: 'utf8', timeout: 20_000, cwd: this.folder });
    return `${stdout}${stderr}`;
  }

  /** `failover attach`, which makes or opens its devices in the namespace. */
  attach(topology: string, ...words: string[]): Promise<{ code: number | null; output: string }> {
    const child = this.start('attach', process.execPath, MAIN, 'attach', topology, '--record', join(this.folder, 'recording'), ...words);
    this.attachment = child;
    return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output: this.log('attach') })));
  }

  /** As Ctrl-C: what is attached leaves. */
  leave(): void {
    this.attachment?.kill('SIGINT');
  }

  /** What `failover replay` says of the recording. */
  replay(): string {
    const { stdout, stderr } = spawnSync(process.execPath, [MAIN, 'replay', join(this.folder, 'recording')], { encoding: 'utf8' });
    return `${stdout}${stderr}`;
  }

  async until(what: string, limitSeconds: number, test: () => boolean): Promise<void> {
    const end = Date.now() + limitSeconds * 1000;
    while (!test()) {
      if (Date.now() > end) throw new Error(`still not so after ${limitSeconds} s: ${what}\n${this.log('attach')}`);
      await sleep(0.2);
    }
  }

  /** zebra and ospfd with one configuration, once the device is there. */
  async frr(device: string, configuration: string): Promise<void> {
    await this.until(`${device} is there`, 30, () => existsSync(`/var/run/netns/${this.namespace}`) && new RegExp(` ${device}[:@]`).test(this.ip('link')));
    const path = this.write('frr.conf', configuration);
    for (const daemon of ['zebra', 'ospfd']) {
      this.start(daemon, `${FRR}/${daemon}`, '-f', path, '-i', join(this.folder, `${daemon}.pid`), '-z', join(this.folder, 'zserv.api'), '--vty_socket', this.folder, '-P', '0');
      await this.until(`${daemon} runs`, 20, () => existsSync(join(this.folder, `${daemon}.vty`)));
    }
  }

  vtysh(command: string): string {
    return this.run('vtysh', '--vty_socket', this.folder, '-c', command);
  }

  /** Every process of the namespace. */
  killAll(): void {
    for (const pid of execFileSync('ip', ['netns', 'pids', this.namespace], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch { /* it has gone by itself */ }
    }
  }

  remove(): void {
    try {
      this.killAll();
    } finally {
      spawnSync('ip', ['netns', 'del', this.namespace]);
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
