/**
 * The laboratory of the soak: a network namespace with a real FRR, the device under test, and `failover attach` with a thousand routers behind its TAP
 * devices. Names carry the process id; what was started is ended by its id, and all of it is removed.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FRR = '/usr/lib/frr';
const TICKS_A_SECOND = 100;

export const sleep = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

export class SoakLab {
  folder = mkdtempSync(join(tmpdir(), 'failover-soak-'));
  namespace = `fsoak${process.pid}`;
  /** By name. */
  processes = new Map();

  constructor() {
    chmodSync(this.folder, 0o777);
    execFileSync('ip', ['netns', 'add', this.namespace]);
    execFileSync('ip', ['-n', this.namespace, 'link', 'set', 'lo', 'up']);
    execFileSync('ip', ['netns', 'exec', this.namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1', 'net.ipv4.ip_forward=1']);
  }

  write(name, text) {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    chmodSync(path, 0o644);
    return path;
  }

  read(name) {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** In the namespace. `ip netns exec` becomes the program: the child's process id is the program's. */
  start(name, command, ...words) {
    const log = openSync(join(this.folder, `${name}.log`), 'w');
    const child = spawn('ip', ['netns', 'exec', this.namespace, command, ...words], { stdio: ['ignore', log, log], cwd: this.folder });
    closeSync(log);
    child.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    this.processes.set(name, child);
    return child;
  }

  run(command, ...words) {
    return spawnSync('ip', ['netns', 'exec', this.namespace, command, ...words], { encoding: 'utf8', timeout: 60_000, cwd: this.folder, maxBuffer: 1 << 26 }).stdout ?? '';
  }

  vtysh(command) {
    return this.run('vtysh', '--vty_socket', this.folder, '-c', command);
  }

  /** `isFirst`: in the real-time class, as the emulation. */
  async frr(configuration, isFirst) {
    const path = this.write('frr.conf', configuration);
    for (const daemon of ['zebra', 'ospfd']) {
      this.start(daemon, ...(isFirst ? ['chrt', '-r', '1'] : []), `${FRR}/${daemon}`, '-f', path, '-i', join(this.folder, `${daemon}.pid`), '-z', join(this.folder, 'zserv.api'), '--vty_socket', this.folder, '-P', '0',
        '--log', `file:${join(this.folder, `${daemon}.messages`)}`, '--log-level', 'informational');
      await this.until(`${daemon} runs`, 60, () => existsSync(join(this.folder, `${daemon}.vty`)));
    }
  }

  async until(what, limitSeconds, isSo) {
    for (const end = Date.now() + limitSeconds * 1000; !isSo();) {
      const gone = [...this.processes].find(([, child]) => child.exitCode !== null || child.signalCode !== null);
      if (gone !== undefined) throw new Error(`${gone[0]} has ended: ${this.read(`${gone[0]}.log`).trim()}`);
      if (Date.now() > end) throw new Error(`still not so after ${limitSeconds} s: ${what}`);
      await sleep(0.5);
    }
  }

  /** Routes of OSPF in the kernel's table. */
  routes() {
    return this.run('ip', '-4', 'route', 'show', 'proto', 'ospf').split('\n').filter((line) => /^\d/.test(line)).length;
  }

  /** Of the device's database: by advertising router, age and sequence number of its router-LSA. */
  routerLsas() {
    return new Map([...this.vtysh('show ip ospf database router').matchAll(/LS age: (\d+)[\s\S]*?Advertising Router: (\S+)\s+LS Seq Number: (\w+)/g)]
      .map(([, age, router, sequence]) => [router, { age: Number(age), sequence: parseInt(sequence, 16) }]));
  }

  residentMegabytes(name) {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.processes.get(name).pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
  }

  /** User and system time of all its threads. */
  processorSeconds(name) {
    const fields = readFileSync(`/proc/${this.processes.get(name).pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }

  async remove() {
    for (const child of this.processes.values()) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await Promise.all([...this.processes.values()].map((child) => child.ended));
    spawnSync('ip', ['netns', 'del', this.namespace]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
