/**
 * A lab for recordings: network namespaces, segments, real daemons, captures. It ends what it started and removes what it made, also on failure.
 *
 * A segment is a bridge in a namespace of its own and is captured there: the file holds what the segment carried, and a port that was
 * silenced (state 0: frames drop both ways, the carrier stays) is not in it. A wire is one veth pair, captured at one end.
 * Addresses are fixed, so that two recordings of one thing differ in times, sequence numbers and chance only.
 * IPv6 is off. Checksum offload is off: with it a capture shows checksums that never were on any wire.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PCAPS = fileURLToPath(new URL('..', import.meta.url));
const SWITCH = 'switch';

/** Timers for recordings whose point is not the time: Hello every 2 s, dead after 8 s. */
export const QUICK_FRR = ' ip ospf hello-interval 2\n ip ospf dead-interval 8\n';
export const QUICK_BIRD = 'hello 2; dead 8; wait 8;';

export const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Runs `play(lab)` with a fresh lab and puts what it captured into pcaps/, with an entry in index.json each.
 * Nothing is kept when it fails. `limitSeconds` bounds it.
 */
export async function record(play, limitSeconds = 240) {
  const wanted = process.argv.slice(2);
  if (wanted.length > 0 && !wanted.some((name) => play.toString().includes(name))) return;
  const lab = new Lab();
  const stop = (signal) => {
    lab.remove();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let timer;
  try {
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${limitSeconds} s`)), limitSeconds * 1000);
    });
    await Promise.race([play(lab), limit]);
    for (const capture of lab.captures) await capture.stop();
    for (const capture of lab.captures) keep(capture);
  } catch (error) {
    lab.report();
    console.error(`${basename(process.argv[1])}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    clearTimeout(timer);
    lab.remove();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

let labs = 0;

class Lab {
  prefix = `pc${process.pid}${'abcdefghijklmnopqrstuvwxyz'[labs++]}-`;
  folder = mkdtempSync(join(tmpdir(), 'pcaps-'));
  nodes = new Map();
  segments = 0;
  children = [];
  captures = [];

  constructor() {
    chmodSync(this.folder, 0o755);
  }

  /** A namespace. `sysctl`: settings on top of the lab's. */
  node(name, sysctl = {}) {
    const node = new Node(this, name, this.nodes.size + 1);
    this.nodes.set(name, node);
    execFileSync('ip', ['netns', 'add', node.namespace]);
    node.sysctl({ 'net.ipv6.conf.all.disable_ipv6': 1, 'net.ipv6.conf.default.disable_ipv6': 1, 'net.ipv4.ip_forward': 1, ...sysctl });
    node.ip('link', 'set', 'lo', 'up');
    return node;
  }

  /** A bridge and a port on it for each of [node, device, address/length...]. The devices come up with `up()` of their nodes. */
  segment(name, ...members) {
    const sw = this.nodes.get(SWITCH) ?? this.node(SWITCH);
    sw.ip('link', 'add', name, 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
    sw.ip('link', 'set', name, 'address', `02:00:00:00:ff:${hex(++this.segments)}`, 'up');
    for (const [node, device, ...addresses] of members) {
      const port = `${name}.${node.name}`;
      sw.ip('link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', node.namespace);
      sw.ip('link', 'set', port, 'address', `02:00:00:00:fe:${hex(++this.segments)}`, 'master', name, 'up');
      sw.offloadOff(port);
      node.adopt(device, addresses);
    }
    return new Segment(sw, name);
  }

  /** One veth pair between two nodes, each given as [node, device, address/length...]. */
  wire([a, deviceA, ...addressesA], [b, deviceB, ...addressesB]) {
    execFileSync('ip', ['link', 'add', deviceA, 'netns', a.namespace, 'type', 'veth', 'peer', 'name', deviceB, 'netns', b.namespace]);
    a.adopt(deviceA, addressesA);
    b.adopt(deviceB, addressesB);
  }

  /**
   * Starts a capture. `on`: a segment, or [node, device...]; several devices, or a name that ends in .pcapng: written by dumpcap.
   * `about`: what goes into the index: shows, software, keys, notes.
   */
  async capture(file, on, about, { filter = 'not ip6', precision = 'micro', options = [] } = {}) {
    const [node, ...devices] = on instanceof Segment ? [on.sw, on.name] : on;
    for (const device of devices) if (device !== 'any') node.up(device);
    const path = join(this.folder, file);
    const isPcapng = file.endsWith('.pcapng');
    const command = isPcapng
      ? ['dumpcap', '-q', ...devices.flatMap((device) => ['-i', device, '-f', filter]), '-w', path]
      : ['tcpdump', '-Z', 'root', '-n', '-U', '--immediate-mode', `--time-stamp-precision=${precision}`, '-i', devices[0], ...options, '-w', path, filter];
    const child = this.start(node, `capture-${file}`, command);
    await this.until(`${file} is being written`, () => existsSync(path) && /listening on|File: /.test(this.log(`capture-${file}`)), 10);
    if (isPcapng) await sleep(0.5);
    const capture = {
      file, path, about,
      async stop() {
        if (child.exitCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        await sleep(0.3);
        child.kill('SIGINT');
        await ended;
      },
    };
    this.captures.push(capture);
    return capture;
  }

  /** A process in a node's namespace; its output goes to NAME.log in the lab's folder. */
  start(node, name, command, options = {}) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const child = spawn('ip', ['netns', 'exec', node.namespace, ...command], { stdio: ['ignore', log, log], ...options });
    child.on('error', (error) => console.error(`${name}: ${error.message}`));
    this.children.push(child);
    return child;
  }

  log(name) {
    const path = join(this.folder, `${name}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Waits until `test()` is true; fails after `limitSeconds`. */
  async until(what, test, limitSeconds = 60) {
    const deadline = process.hrtime.bigint() + BigInt(limitSeconds) * 1_000_000_000n;
    for (;;) {
      let isSo = false;
      try {
        isSo = test();
      } catch { /* the daemon does not answer yet */ }
      if (isSo) return;
      if (process.hrtime.bigint() > deadline) throw new Error(`still not so after ${limitSeconds} s: ${what}`);
      await sleep(0.2);
    }
  }

  /** Every device of every node up, in order. */
  up() {
    for (const node of this.nodes.values()) node.up();
  }

  /** What the processes said; for a recording that failed. */
  report() {
    if (!process.env.PCAPS_VERBOSE) return;
    for (const node of this.nodes.values()) {
      for (const name of ['zebra', 'ospfd', 'bfdd', 'bird', 'keepalived', 'heartbeat']) {
        const text = this.log(`${node.name}-${name}`);
        if (text) console.error(`--- ${node.name} ${name}\n${text}`);
      }
    }
  }

  remove() {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGKILL');
    for (const node of this.nodes.values()) {
      try {
        // Daemons that detached themselves: whatever still runs in a namespace that we made.
        const left = execFileSync('ip', ['netns', 'pids', node.namespace], { encoding: 'utf8' }).split('\n').filter(Boolean).map(Number);
        for (const pid of left) if (pid !== process.pid) tryTo(() => process.kill(pid, 'SIGKILL'));
        execFileSync('ip', ['netns', 'del', node.namespace]);
      } catch { /* was not made */ }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Segment {
  constructor(sw, name) {
    this.sw = sw;
    this.name = name;
  }

  /** Frames from and to this node drop; its carrier stays. */
  silence(node) {
    execFileSync('ip', ['netns', 'exec', this.sw.namespace, 'bridge', 'link', 'set', 'dev', `${this.name}.${node.name}`, 'state', '0']);
  }

  heal(node) {
    execFileSync('ip', ['netns', 'exec', this.sw.namespace, 'bridge', 'link', 'set', 'dev', `${this.name}.${node.name}`, 'state', '3']);
  }

  /** The node's cable: out takes its carrier too. */
  plug(node, isIn) {
    this.sw.ip('link', 'set', `${this.name}.${node.name}`, isIn ? 'up' : 'down');
  }
}

class Node {
  devices = [];

  constructor(lab, name, number) {
    this.lab = lab;
    this.name = name;
    this.number = number;
    this.namespace = lab.prefix + name;
    this.home = join(lab.folder, name);
    mkdirSync(this.home);
    chmodSync(this.home, 0o777);
  }

  ip(...args) {
    return execFileSync('ip', ['-n', this.namespace, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Runs a command to its end; its exit code does not matter, what it printed is returned. */
  run(...command) {
    try {
      return execFileSync('ip', ['netns', 'exec', this.namespace, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
    } catch (error) {
      return `${error.stdout ?? ''}${error.stderr ?? ''}`;
    }
  }

  sysctl(settings) {
    execFileSync('ip', ['netns', 'exec', this.namespace, 'sysctl', '-qw', ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  adopt(device, addresses) {
    this.devices.push(device);
    this.ip('link', 'set', device, 'address', `02:00:00:00:${hex(this.number)}:${hex(this.devices.length)}`);
    this.offloadOff(device);
    for (const address of addresses) this.address(device, address);
  }

  /** `address/length`, or `address peer other/length`. */
  address(device, address) {
    const own = address.includes('/') && !address.includes('peer') ? [address, 'broadcast', '+'] : address.split(' ');
    this.ip('addr', 'add', ...own, 'dev', device);
  }

  /** A network with nobody else on it: the other end of the pair, DEVICE-, is up and has no address. */
  stub(device, ...addresses) {
    this.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}-`);
    this.ip('link', 'set', `${device}-`, 'up');
    for (const address of addresses) this.address(device, address);
    this.ip('link', 'set', device, 'up');
  }

  up(...devices) {
    for (const device of devices.length > 0 ? devices : this.devices) this.ip('link', 'set', device, 'up');
  }

  down(device) {
    this.ip('link', 'set', device, 'down');
  }

  /** ETHTOOL_STXCSUM 0: the kernel computes UDP and TCP checksums itself. */
  offloadOff(device) {
    execFileSync('ip', ['netns', 'exec', this.namespace, 'perl', '-e',
      'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0) or die; my $v = pack("LL", 0x17, 0); ioctl($s, 0x8946, pack("a16Px16", $ARGV[0], $v)) or die $!', device]);
  }

  /** FRR: { ospfd: text, bfdd: text, zebra?: text, options?: { ospfd: [...] } }. zebra always runs. */
  async frr(configuration, options = {}) {
    for (const daemon of ['zebra', 'bfdd', 'ospfd']) {
      if (daemon !== 'zebra' && configuration[daemon] === undefined) continue;
      writeFileSync(join(this.home, `${daemon}.conf`), configuration[daemon] ?? `hostname ${this.name}\n`);
      this.startFrr(daemon, options[daemon]);
      await this.lab.until(`${this.name} ${daemon} runs`, () => existsSync(join(this.home, `${daemon}.vty`)), 10);
    }
  }

  startFrr(daemon, options = []) {
    const [home, log] = [this.home, `${this.name}-${daemon}`];
    this[daemon] = this.lab.start(this, log, [`/usr/lib/frr/${daemon}`, '-f', join(home, `${daemon}.conf`), '-i', join(home, `${daemon}.pid`),
      '-z', join(home, 'zserv.api'), '--vty_socket', home, '-P', '0', '--log', 'stdout', '--log-level', 'warning',
      ...(daemon === 'bfdd' ? ['--bfdctl', join(home, 'bfdd.sock')] : []), ...options]);
  }

  /** FRR commands, as an operator would type them. */
  vtysh(daemon, ...commands) {
    return this.run('vtysh', '--vty_socket', this.home, '-d', daemon, ...commands.flatMap((command) => ['-c', command]));
  }

  configure(daemon, ...lines) {
    const said = this.vtysh(daemon, 'configure terminal', ...lines);
    if (/^%/m.test(said)) throw new Error(`${this.name} ${daemon}: ${said.trim()}`);
  }

  async bird(configuration) {
    writeFileSync(join(this.home, 'bird.conf'), configuration);
    this.startBird();
    await this.lab.until(`${this.name} bird runs`, () => existsSync(join(this.home, 'bird.ctl')), 10);
  }

  startBird(...options) {
    this.daemon = this.lab.start(this, `${this.name}-bird`, ['bird', '-f', '-c', join(this.home, 'bird.conf'), '-s', join(this.home, 'bird.ctl'),
      '-P', join(this.home, 'bird.pid'), ...options]);
  }

  birdc(...command) {
    return this.run('birdc', '-s', join(this.home, 'bird.ctl'), ...command);
  }

  reconfigure(configuration) {
    writeFileSync(join(this.home, 'bird.conf'), configuration);
    const said = this.birdc('configure');
    if (!/Reconfigur/.test(said)) throw new Error(`${this.name} bird: ${said.trim()}`);
  }

  /** Neighbours that are Full. */
  fullCount() {
    const text = this.zebra ? this.vtysh('ospfd', 'show ip ospf neighbor') : this.birdc('show', 'ospf', 'neighbors');
    return (text.match(/\bFull\//gi) ?? []).length;
  }

  hasRoute(prefix) {
    return this.ip('-4', 'route', 'show', prefix).trim() !== '';
  }

  async untilFull(count, limitSeconds = 90) {
    await this.lab.until(`${this.name} has ${count} Full neighbours`, () => this.fullCount() === count, limitSeconds);
  }

  async untilRoute(prefix, limitSeconds = 60) {
    await this.lab.until(`${this.name} has a route to ${prefix}`, () => this.hasRoute(prefix), limitSeconds);
  }

  async untilNoRoute(prefix, limitSeconds = 60) {
    await this.lab.until(`${this.name} has no route to ${prefix}`, () => !this.hasRoute(prefix), limitSeconds);
  }
}

/** Asked of the programs themselves. */
export const software = {
  frr: () => /version ([\d.]+)/.exec(output('/usr/lib/frr/ospfd', '--version'))?.[1],
  bird: () => /version ([\d.]+)/.exec(output('bird', '--version'))?.[1],
  keepalived: () => /v([\d.]+)/.exec(output('keepalived', '--version'))?.[1],
  heartbeat: () => /^([\d.]+)/m.exec(output('/usr/libexec/heartbeat/heartbeat', '-V'))?.[1],
  busybox: () => /v([\d.]+)/.exec(output('busybox'))?.[1],
  iputils: () => /(\d{8})/.exec(output('ping', '-V'))?.[1],
  linux: () => /^\d+\.\d+/.exec(output('uname', '-r'))?.[0],
};

const NAMES = { frr: 'FRR', bird: 'BIRD', keepalived: 'keepalived', heartbeat: 'heartbeat', busybox: 'BusyBox', iputils: 'iputils', linux: 'Linux' };

function output(...[command, ...args]) {
  try {
    return execFileSync('sh', ['-c', '"$0" "$@" 2>&1', command, ...args], { encoding: 'utf8' });
  } catch (error) {
    return `${error.stdout ?? ''}`;
  }
}

function keep({ file, path, about }) {
  const bytes = readFileSync(path);
  const { frames, seconds, resolution, linkType } = measure(bytes);
  if (frames === 0) throw new Error(`${file}: no frames`);
  if (bytes.length > 100_000) throw new Error(`${file}: ${bytes.length} bytes are too many`);
  writeFileSync(join(PCAPS, file), bytes);
  const versions = Object.fromEntries(about.software.map((name) => {
    const version = software[name]();
    if (version === undefined) throw new Error(`no version of ${name}`);
    return [NAMES[name], version];
  }));
  const entry = {
    file,
    shows: about.shows,
    ...(about.notes ? { notes: about.notes } : {}),
    software: versions,
    recorded: new Date().toISOString().slice(0, 10),
    frames,
    seconds,
    resolution,
    linkType,
    recorder: `record/${basename(process.argv[1])}`,
    ...(about.keys ? { keys: about.keys } : {}),
  };
  updateIndex(entry);
  console.log(`${file}: ${frames} frames, ${seconds} s, ${bytes.length} bytes`);
}

/** Counted by capinfos, not by our own reader: the index is what our reader is held against. */
function measure(bytes) {
  const isNano = bytes.length >= 4 && bytes.readUInt32LE(0) === 0xa1b23c4d;
  const isPcapng = bytes.readUInt32LE(0) === 0x0a0d0d0a;
  const folder = mkdtempSync(join(tmpdir(), 'pcaps-'));
  try {
    const path = join(folder, 'x');
    writeFileSync(path, bytes);
    const said = execFileSync('capinfos', ['-M', '-c', '-u', path], { encoding: 'utf8' });
    const frames = Number(/Number of packets:\s+(\d+)/.exec(said)[1]);
    const seconds = Math.round(Number(/Capture duration:\s+([\d.]+)/.exec(said)?.[1] ?? 0) * 10) / 10;
    return { frames, seconds, resolution: isPcapng || isNano ? 'nanoseconds' : 'microseconds', linkType: isPcapng ? 1 : bytes.readUInt32LE(20) & 0xffff };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Recorders run side by side: a folder is the lock. */
function updateIndex(entry) {
  const [path, lock] = [join(PCAPS, 'index.json'), join(PCAPS, '.index.lock')];
  for (let i = 0; ; i++) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000) tryTo(() => rmdirSync(lock));
      if (i > 200) throw new Error('index.json stays locked');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
  try {
    const index = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { captures: [] };
    const captures = [...index.captures.filter(({ file }) => file !== entry.file), entry].sort((a, b) => (a.file < b.file ? -1 : 1));
    writeFileSync(`${path}.new`, `${JSON.stringify({ captures }, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  } finally {
    tryTo(() => rmdirSync(lock));
  }
}

function tryTo(action) {
  try {
    action();
  } catch { /* was gone already */ }
}

function hex(number) {
  return number.toString(16).padStart(2, '0');
}
