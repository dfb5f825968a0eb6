/**
 * A topology of real daemons: one network namespace a router (zebra, staticd, bfdd, ospfd of FRR; or bird), one more that holds a bridge for every switch
 * and for every link, so that a link can lose its carrier at both ends. record.mjs records them; test/live joins an emulated router.
 *
 * A node that is `emulated` has no namespace: for each of its interfaces there is a TAP device in the namespace of the bridges (`sockets`), for whoever emulates it.
 * Needs root. Every name has the process id in it, and only daemons that were started here are ended.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Vty } from './vty.mjs';

export const DAEMONS = '/usr/lib/frr';
const EXPECTED = ['use "clear ip ospf process"', 'deprecated', 'Please, use "', 'reference bandwidth', 'Reference bandwidth'];
const DATABASE_TYPES = ['router', 'network', 'summary', 'asbr-summary', 'external', 'nssa-external', 'opaque-link', 'opaque-area', 'opaque-as'];
/** Where an ospfd of FRR notes that it is to restart gracefully; in the daemon's own mount namespace it is a directory of its own. */
const STATE_DIRECTORY = '/var/run/frr';
const ANSWER_SECONDS = 20;

export const BIRD = '/usr/sbin/bird';
const BIRDC = '/usr/sbin/birdc';
const BIRD_COMMANDS = ['show ospf', 'show ospf neighbors', 'show ospf interface', 'show ospf state', 'show ospf state all', 'show ospf topology',
  'show ospf topology all', 'show ospf lsadb', 'show route', 'show route all', 'show protocols', 'show bfd sessions'];

const run = promisify(execFile);
export const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
export const seconds = () => Number(process.hrtime.bigint()) / 1e9;

/** Of the files of a configuration all daemons read the whole. */
const read = (files) => files.map((file) => readFileSync(file, 'utf8')).join('');

/** Commands for `ip` or `bridge` in a namespace, all of them within less than a millisecond. */
async function batch(namespace, program, lines) {
  const running = run('ip', ['netns', 'exec', namespace, program, '-batch', '-'], { timeout: 10_000 });
  running.child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  await running;
}

/** Where a daemon is asked, once it runs. */
const socketOf = (home, daemon) => join(home, daemon === 'bird' ? 'bird.ctl' : `${daemon}.vty`);

export class Network {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  namespaces = [];
  children = [];
  /** Of a link end `r1:eth0`: the ports, in the namespace of the bridges, that lose their carrier with it. */
  ports = new Map();
  /** Of links: shut down by configuration. */
  shutEnds = new Set();
  routers = new Map();
  /** Nodes of the kind `host`, and their namespaces. */
  hosts = new Map();
  /** Of the interface `r1:eth0` of an emulated node: the TAP device at the bridge. */
  sockets = new Map();

  /** Configurations are found below `directory`. */
  constructor(prefix, topology, directory, emulated = []) {
    this.prefix = `${prefix}-`;
    this.topology = topology;
    this.directory = directory;
    this.emulated = emulated;
    this.startedAt = 0;
    this.bridges = `${this.prefix}bridges`;
    chmodSync(this.folder, 0o755);
  }

  async ip(...args) {
    return (await run('ip', args, { timeout: 10_000 })).stdout;
  }

  async namespace(name) {
    this.namespaces.push(name);
    await this.ip('netns', 'add', name);
    await run('ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1',
      'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0']);
    await this.ip('-n', name, 'link', 'set', 'lo', 'up');
  }

  async build() {
    const { nodes, links } = this.topology.topology;
    await this.namespace(this.bridges);
    for (const [name, node] of Object.entries(nodes)) {
      if (node.kind === 'switch') await this.bridge(`s-${name}`);
      else if (node.kind === 'host' && !this.emulated.includes(name)) {
        await this.namespace(this.prefix + name);
        this.hosts.set(name, this.prefix + name);
      } else if (!this.emulated.includes(name)) {
        await this.namespace(this.prefix + name);
        const home = join(this.folder, name);
        mkdirSync(home);
        chmodSync(home, 0o777);
        mkdirSync(join(home, 'state'));
        chmodSync(join(home, 'state'), 0o777);
        this.routers.set(name, { namespace: this.prefix + name, home, daemons: new Map(), config: [node.config].flat().map((file) => resolve(this.directory, file)), isBird: node.kind === 'bird' });
      }
    }
    let count = 0;
    const ends = [];
    for (const { endpoints } of links) {
      const pairs = endpoints.map((text) => text.split(':'));
      const wire = [];
      const at = pairs.find(([name]) => nodes[name].kind === 'switch');
      const bridge = at === undefined ? `l${++count}` : `s-${at[0]}`;
      if (at === undefined) await this.bridge(bridge);
      for (const [name, device] of pairs) if (nodes[name].kind !== 'switch') ends.push({ name, device, bridge, wire });
      for (const end of endpoints) this.ports.set(end, wire);
    }
    // In the order in which a node names its interfaces, so that their indexes are those of the emulation.
    const place = ({ name, device }) => Object.keys(nodes[name].interfaces ?? {}).indexOf(device);
    for (const { name, device, bridge, wire } of ends.sort((a, b) => place(a) - place(b))) {
      const port = `p${++count}`;
      wire.push(port);
      if (this.emulated.includes(name)) {
        this.sockets.set(`${name}:${device}`, port);
        await this.ip('-n', this.bridges, 'tuntap', 'add', 'dev', port, 'mode', 'tap');
      } else await this.ip('-n', this.bridges, 'link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', this.prefix + name);
      await this.ip('-n', this.bridges, 'link', 'set', port, 'master', bridge, 'up');
    }
    for (const [name, namespace] of [...[...this.routers].map(([name, router]) => [name, router.namespace]), ...this.hosts]) {
      for (const [device, settings] of Object.entries(nodes[name].interfaces ?? {})) {
        const addresses = [settings.address ?? [], settings.addresses ?? []].flat();
        // A host address, borrowed or not, has no broadcast address.
        for (const address of settings.peer === undefined ? addresses : []) await this.ip('-n', namespace, 'addr', 'add', address, ...(device === 'lo' || address.endsWith('/32') ? [] : ['broadcast', '+']), 'dev', device);
        if (settings.peer !== undefined) await this.ip('-n', namespace, 'addr', 'add', addresses[0], 'peer', `${settings.peer}/32`, 'dev', device);
        if (settings.mtu !== undefined) await this.ip('-n', namespace, 'link', 'set', device, 'mtu', String(settings.mtu));
        await this.ip('-n', namespace, 'link', 'set', device, 'up');
      }
      if (this.hosts.has(name)) for (const route of nodes[name].routes ?? []) await this.ip('-n', namespace, 'route', 'add', ...route.split(' '));
    }
  }

  async bridge(name) {
    await this.ip('-n', this.bridges, 'link', 'add', name, 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
    await this.ip('-n', this.bridges, 'link', 'set', name, 'up');
  }

  /** Daemons of one kind after the other; OSPF last. */
  async start(daemons = ['bird', 'zebra', 'staticd', 'bfdd', 'ospfd']) {
    const all = [...this.routers.values()];
    this.startedAt = Date.now();
    for (const daemon of daemons) {
      const routers = all.filter(({ config, isBird }) => isBird === (daemon === 'bird') && (daemon !== 'bfdd' || /\bbfd\b/.test(read(config))));
      for (const router of routers) this.launch(router, daemon);
      for (const { home } of routers) await this.until(() => existsSync(socketOf(home, daemon)), `${daemon} runs`);
    }
  }

  async endAll(daemon) {
    await Promise.all([...this.routers.values()].map(async ({ home, daemons }) => {
      const child = daemons.get(daemon);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(socketOf(home, daemon), { force: true });
    }));
  }

  /** A topology with a `clock` starts now: the days of its configuration are moved with it. */
  dated(text) {
    const { clock } = this.topology;
    if (clock === undefined) return text;
    const moment = (time) => Date.parse(`${time.replace(' ', 'T')}Z`);
    return text.replace(/"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/g, (quoted) =>
      `"${new Date(moment(quoted.slice(1, -1)) - moment(clock) + this.startedAt).toISOString().slice(0, 23).replace('T', ' ')}"`);
  }

  /** Every daemon reads the integrated file, passes over what is not its own, and logs that. */
  launch({ namespace, home, daemons, config }, daemon) {
    if (daemon === 'bird') {
      const file = join(home, 'bird.conf');
      writeFileSync(file, this.dated(read(config)));
      const child = spawn('ip', ['netns', 'exec', namespace, BIRD, '-f', '-c', file, '-s', join(home, 'bird.ctl'), '-P', join(home, 'bird.pid')],
        { stdio: 'ignore', env: { ...process.env, TZ: 'UTC' } });
      this.children.push(child);
      daemons.set(daemon, child);
      return;
    }
    writeFileSync(join(home, 'frr.conf'), read(config));
    // `ip netns exec` has made a mount namespace already: what is mounted here only this daemon sees.
    const own = ['sh', '-c', `mount --bind "$0" ${STATE_DIRECTORY} && exec "$@"`, join(home, 'state')];
    const child = spawn('ip', ['netns', 'exec', namespace, ...own, `${DAEMONS}/${daemon}`, '-f', join(home, 'frr.conf'), '-i', join(home, `${daemon}.pid`),
      '-z', join(home, 'zserv.api'), '--vty_socket', home, '-P', '0',
      ...(daemon === 'bfdd' ? ['--bfdctl', join(home, 'bfdd.sock')] : [])], { stdio: 'ignore' });
    this.children.push(child);
    daemons.set(daemon, child);
  }

  async until(test, what) {
    const end = seconds() + ANSWER_SECONDS;
    while (!test()) {
      if (seconds() > end) throw new Error(`not so after ${ANSWER_SECONDS} s: ${what}`);
      await sleep(0.1);
    }
  }

  isRunning(router) {
    const daemon = router.daemons.get(router.isBird ? 'bird' : 'ospfd');
    return daemon.exitCode === null && daemon.signalCode === null;
  }

  /** Without the line of greeting; that there is none of what is asked for makes birdc fail, and is an answer all the same. */
  async birdc({ home }, command) {
    const { stdout } = await run(BIRDC, ['-s', join(home, 'bird.ctl'), ...command.split(' ')], { timeout: 20_000, maxBuffer: 1 << 26 })
      .catch((failure) => (failure.code === 1 ? failure : Promise.reject(failure)));
    return stdout.replace(/^BIRD .* ready\.\n/, '');
  }

  /** What ospfd answers, a text a command. */
  async ask({ home }, ...commands) {
    const vty = new Vty(join(home, 'ospfd.vty'));
    const answers = [];
    try {
      for (const command of ['enable', ...commands]) answers.push(await vty.ask(command));
    } finally {
      vty.close();
    }
    return answers.slice(1);
  }

  async snapshot() {
    const all = {};
    for (const [name, router] of this.routers) all[name] = await this.snapshotOf(router);
    return all;
  }

  async snapshotOf(router) {
    const said = {};
    if (this.isRunning(router) && router.isBird) {
      const hasBfd = /\bbfd\b/.test(read(router.config));
      for (const command of BIRD_COMMANDS.filter((each) => hasBfd || !each.includes('bfd'))) said[command] = (await this.birdc(router, command)).split('\n');
    } else if (this.isRunning(router)) {
      const commands = ['show ip ospf route json', 'show ip ospf neighbor', ...DATABASE_TYPES.map((type) => `show ip ospf database ${type}`)];
      const [routes, ...texts] = await this.ask(router, ...commands);
      said[commands[0]] = routes.startsWith('No OSPF') ? {} : JSON.parse(routes);
      texts.forEach((text, i) => { said[commands[i + 1]] = text.split('\n'); });
    }
    said['ip route'] = (await this.ip('-n', router.namespace, 'route')).split('\n');
    return said;
  }

  /** Into all daemons, as an operator would; whatever vtysh has to say to it is an error, but for what it says to everybody. */
  async configure(router, lines) {
    const { stdout, stderr } = await run('ip', ['netns', 'exec', router.namespace, 'vtysh', '--vty_socket', router.home,
      ...['configure terminal', ...lines].flatMap((each) => ['-c', each])], { timeout: 20_000 });
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '' && !EXPECTED.some((each) => line.includes(each)));
    if (said.length > 0) throw new Error(`vtysh said: ${said.join(' / ')}`);
    // A wire here is a bridge with two ports; the other end of a real one would lose its carrier.
    for (const [end, ports] of this.ports) {
      const [name, device] = end.split(':');
      if (this.routers.get(name) !== router || ports.length < 2) continue;
      const isDown = !/[<,]UP[,>]/.test(await this.ip('-n', router.namespace, 'link', 'show', 'dev', device));
      if (isDown === this.shutEnds.has(end)) continue;
      if (isDown) this.shutEnds.add(end);
      else this.shutEnds.delete(end);
      for (const port of ports) await this.ip('-n', this.bridges, 'link', 'set', port, isDown ? 'down' : 'up');
    }
  }

  /** @param {{ node: string, do: string, lines?: string | readonly string[] }} event */
  async act({ node, do: text, lines }) {
    const [verb, ...rest] = text.split(' ');
    const router = this.routers.get(node);
    if (verb === 'configure') return this.configure(router, [lines].flat().flatMap((each) => each.split('\n')).filter((each) => each.trim() !== ''));
    if (verb === 'clear') return this.ask(router, text);
    if (verb === 'silence' || verb === 'restore') {
      // Frames are lost both ways, and nobody is told.
      await batch(this.bridges, 'bridge', this.ports.get(`${node}:${rest[0]}`).map((port) => `link set dev ${port} state ${verb === 'silence' ? 0 : 3}`));
    } else if (verb === 'carrier') {
      await batch(this.bridges, 'ip', this.ports.get(`${node}:${rest[1]}`).map((port) => `link set ${port} ${rest[0]}`));
    } else if (verb === 'freeze' || verb === 'thaw') {
      // The whole system, so its kernel forwards nothing any more. When its daemons go on the ports are open already.
      const ports = [...this.ports].filter(([end]) => end.startsWith(`${node}:`)).flatMap(([, all]) => all);
      await batch(this.bridges, 'bridge', ports.map((port) => `link set dev ${port} state ${verb === 'thaw' ? 3 : 0}`));
      for (const child of router.daemons.values()) {
        // Stopped, a ppoll goes on to wait for what was left of its time; in a system that stood still, that time is over. A signal that FRR handles (it opens its log anew) ends it.
        if (verb === 'thaw' && !router.isBird) child.kill('SIGUSR1');
        child.kill(verb === 'thaw' ? 'SIGCONT' : 'SIGSTOP');
      }
    } else if (verb === 'kill' || verb === 'stop') {
      const child = router.daemons.get(rest[0]);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(verb === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await ended;
    } else if (verb === 'launch') {
      rmSync(socketOf(router.home, rest[0]), { force: true });
      this.launch(router, rest[0]);
      await this.until(() => existsSync(socketOf(router.home, rest[0])), `${rest[0]} runs again`);
    } else if (verb === 'graceful-restart') {
      await this.ask(router, 'graceful-restart prepare ip ospf');
      await sleep(1);
    } else throw new Error(`real routers do not know the event "${text}"`);
  }

  /** At once, without waiting for anything: also on a signal. */
  remove() {
    for (const child of this.children) child.kill('SIGKILL');
    for (const name of this.namespaces) {
      try {
        execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
      } catch { /* was not made */ }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
