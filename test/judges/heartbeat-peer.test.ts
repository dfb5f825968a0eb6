/**
 * A real heartbeat 3.0.6, in a network namespace of its own, with our lnx41 as its only peer: it accepts it, each has its resources, each takes over from the other,
 * and each hands back. After a partition both start anew. In real time, some 80 seconds. Needs root, namespaces, python3 and heartbeat.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTopology } from '../../src/config/topology.js';
import type { Input } from '../../src/engine/engine.js';
import { SystemNode } from '../../src/node/node.js';
import { describeWithJudge, describeWithNamespaces } from './availability.js';

const SCRIPT = fileURLToPath(new URL('heartbeat-wire.py', import.meta.url));
const HEARTBEAT = '/usr/libexec/heartbeat/heartbeat';

const HA_CF = 'logfacility none\nkeepalive 1\ndeadtime 5\ninitdead 10\nudpport 694\nbcast eth0\nauto_failback on\nnode lnx31 lnx41\n';
const HARESOURCES = 'lnx31 IPaddr2::192.168.1.100/24/eth0\nlnx41 IPaddr2::192.168.1.101/24/eth0\n';
/** Of ours. */
const LOG = '/var/log/ha-log';
const AUTHKEYS = 'auth 1\n1 sha1 takeover\n';

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

/** Our node in real time, on the other end of the wire. */
class LiveNode {
  private readonly node: SystemNode;
  private readonly transmit: (frame: Uint8Array) => void;
  private readonly began = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private isFrozen = false;

  constructor(transmit: (frame: Uint8Array) => void) {
    this.transmit = transmit;
    const clock = new Date().toISOString().slice(0, 19).replace('T', ' ');
    const files: Record<string, string> = { 'ha.cf': HA_CF, haresources: HARESOURCES, authkeys: AUTHKEYS, 'pair.yaml': `
name: pair
clock: ${clock}
topology:
  nodes:
    lnx31: { kind: host, interfaces: { eth0: { address: 192.168.1.3/24 } } }
    lnx41: { kind: host, config: [ha.cf, haresources, authkeys], interfaces: { eth0: { address: 192.168.1.5/24, mac: "00:20:35:04:12:34" } } }
  links:
    - endpoints: ["lnx31:eth0", "lnx41:eth0"]
` };
    const { plan } = loadTopology('pair.yaml', { readFile: (path) => files[path] ?? '' });
    this.node = new SystemNode(plan.nodes[1], 1);
  }

  private get now(): number {
    return Math.round((performance.now() - this.began) * 1000);
  }

  step(input: Input): void {
    if (this.isFrozen) return;
    this.node.step(this.now, input, { transmit: (_port, frame) => { this.transmit(frame.slice()); }, route: () => undefined, trace: () => undefined });
    clearTimeout(this.timer);
    const deadline = this.node.nextDeadline();
    if (Number.isFinite(deadline)) this.timer = setTimeout(() => { this.step({ kind: 'wake' }); }, Math.max(0, (deadline - this.now) / 1000));
  }

  command(daemon: 'kill' | 'launch' | 'stop'): void {
    this.step({ kind: 'command', command: { kind: daemon, daemon: 'heartbeat' } });
  }

  show(command: string): string {
    return this.node.show(this.now, command) ?? '';
  }

  has(address: string): boolean {
    return this.show('ip addr').includes(` ${address}/`);
  }

  /** The machine is gone: nothing is heard of it any more. */
  vanish(): void {
    this.isFrozen = true;
    clearTimeout(this.timer);
  }
}

/** The real one, and the wire to it. */
class RealHeartbeat {
  readonly home = mkdtempSync(join(tmpdir(), 'heartbeat-peer-'));
  readonly said: string[] = [];
  readonly child: ChildProcess;

  constructor(receive: (frame: Uint8Array) => void) {
    chmodSync(this.home, 0o755);
    const etc = join(this.home, 'ha.d');
    cpSync('/etc/ha.d', etc, { recursive: true, dereference: true });
    writeFileSync(join(etc, 'ha.cf'), `logfile ${this.home}/ha-log\n${HA_CF}`);
    writeFileSync(join(etc, 'haresources'), HARESOURCES);
    writeFileSync(join(etc, 'authkeys'), AUTHKEYS);
    chmodSync(join(etc, 'authkeys'), 0o600);
    mkdirSync(join(this.home, 'run'));
    this.child = spawn('python3', [SCRIPT, `heartbeat-t${process.pid}`, this.home, 'lnx31', '192.168.1.3/24'], { stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'pipe'] });
    let bytes = Buffer.alloc(0);
    this.child.stdout?.on('data', (data: Buffer) => {
      bytes = Buffer.concat([bytes, data]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const length = bytes.readUInt16BE(0);
        receive(Uint8Array.from(bytes.subarray(2, 2 + length)));
        bytes = bytes.subarray(2 + length);
      }
    });
    this.child.stdio[4]?.on('data', (data: Buffer) => this.said.push(...data.toString().split('\n').filter(Boolean)));
  }

  transmit(frame: Uint8Array): void {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(frame.length);
    this.child.stdin?.write(Buffer.concat([head, frame]));
  }

  tell(word: string): void {
    (this.child.stdio[3] as NodeJS.WritableStream).write(`${word}\n`);
  }

  /** Alias addresses that it has. */
  async aliases(): Promise<string> {
    const before = this.said.length;
    this.tell('look');
    await until('the wire answers', () => this.said.length > before, 10);
    return this.said[this.said.length - 1];
  }

  get log(): string {
    const path = join(this.home, 'ha-log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => { this.child.once('exit', resolve); });
    this.tell('end');
    await gone;
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function until(what: string, test: () => boolean | Promise<boolean>, seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 5; i++) {
    if (await test()) return;
    await sleep(0.2);
  }
  throw new Error(`still not so after ${seconds} s: ${what}`);
}

const describeWithHeartbeat = existsSync(HEARTBEAT) ? describeWithNamespaces : (name: string, body: () => void): void => { describeWithJudge(HEARTBEAT, name, body); };

describeWithHeartbeat('a real heartbeat 3.0.6 and ours', () => {
  let real: RealHeartbeat;
  let ours: LiveNode;
  let isCut = false;

  beforeAll(async () => {
    real = new RealHeartbeat((frame) => { if (!isCut) ours.step({ kind: 'frame', port: 0, bytes: frame }); });
    ours = new LiveNode((frame) => { if (!isCut) real.transmit(frame); });
    await until('the wire is there', () => real.said.includes('ready'), 20);
    real.tell('start');
    ours.step({ kind: 'command', command: { kind: 'start' } });
  }, 40_000);

  afterAll(async () => {
    ours.vanish();
    await real.end();
  }, 20_000);

  const realHas = async (address: string): Promise<boolean> => (await real.aliases()).includes(` ${address}/`);

  it('accepts it as its peer, and each has its own resources', async () => {
    await until('the real one knows ours as active', () => real.log.includes('Status update for node lnx41: status active'), 20);
    await until('each has its own', async () => ours.has('192.168.1.101') && await realHas('192.168.1.100'), 40);
    expect(ours.show('cl_status nodestatus lnx31')).toBe('active\n');
    expect(await realHas('192.168.1.101')).toBe(false);
    await sleep(3);
    expect(real.log).not.toMatch(/lost packet|Both machines own|ERROR(?!: Cannot lock)|CRIT/);
  }, 70_000);

  it('is taken over from by ours when it is killed, and gets its own back', async () => {
    real.tell('kill');
    await until('ours has both', () => ours.has('192.168.1.100') && ours.has('192.168.1.101'), 15);
    await sleep(2);
    real.tell('start');
    await until('it is handed back', async () => !ours.has('192.168.1.100') && await realHas('192.168.1.100'), 30);
    expect(real.log).toContain('lnx41 wants to go standby [foreign]');
    expect(real.log).toContain('standby: acquire [foreign] resources from lnx41');
  }, 70_000);

  it('takes over from ours when that is stopped, and hands back when it starts again', async () => {
    await sleep(3);
    ours.command('stop');
    await until('the real one has both', async () => await realHas('192.168.1.101') && await realHas('192.168.1.100'), 20);
    expect(real.log).toContain("Received shutdown notice from 'lnx41'");
    await sleep(8);
    ours.command('launch');
    await until('ours has its own again', async () => ours.has('192.168.1.101') && !(await realHas('192.168.1.101')), 30);
    expect(real.log).toContain('Heartbeat restart on node lnx41');
    expect(real.log).toContain('standby: lnx41 can take our foreign resources');
  }, 80_000);

  it('after a partition both start anew, and each has its own again', async () => {
    await sleep(4);
    isCut = true;
    await until('both have both', async () => ours.has('192.168.1.100') && await realHas('192.168.1.101'), 20);
    await sleep(3);
    isCut = false;
    await until('both see it', () => real.log.includes('Cluster node lnx41 returning after partition') && ours.show(`cat ${LOG}`).includes('Cluster node lnx31 returning after partition'), 10);
    await until('nobody has anything', async () => !ours.has('192.168.1.100') && !ours.has('192.168.1.101') && !(await realHas('192.168.1.100')), 15);
    await until('each has its own', async () => ours.has('192.168.1.101') && !ours.has('192.168.1.100') && await realHas('192.168.1.100') && !(await realHas('192.168.1.101')), 50);
  }, 110_000);
});
