/**
 * Runs the topologies of topologies/conformance/ on the real FRR and BIRD and keeps what their routers say: topologies/conformance/NAME/recorded/ROUTER.json.
 *
 *   sudo npm run record:conformance [-- [--displays] NAME...]
 *
 * With --displays: what the routers print for every `show` command instead, in topologies/conformance/NAME/displays/ROUTER.json, when no LSA
 * waits at MaxAge any more.
 *
 * One network namespace a router (zebra, staticd, ospfd; or bird), one more that holds a bridge for every switch and for every link, so that a
 * link can lose its carrier at both ends. "before" is taken when nothing has changed for a while after the start, "after" when nothing has
 * changed for a while after the topology's events; of the events' times only what lies between them matters here. Configuration
 * lines are typed into vtysh. Needs root, FRR, and BIRD for its topologies. Every name has the process
 * id in it; only daemons that were started here are ended; all of it is removed again, on a failure and on a signal, too.
 */
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { displays } from './displays.mjs';

const FOLDER = fileURLToPath(new URL('../../../topologies/conformance', import.meta.url));
const DAEMONS = '/usr/lib/frr';
/** Longer than every timer that a change may wait for with hellos of a second: 7 s border router task, 5 s retransmission, 4 s dead interval. */
const QUIET_SECONDS = 11;
const GIVE_UP_SECONDS = 150;
const AT_ONCE = 4;
/** FRR keeps an LSA at MaxAge for a minute after the last acknowledgment. */
const LONGEST_REMOVAL_SECONDS = 80;
const EXPECTED = ['use "clear ip ospf process"', 'deprecated', 'Please, use "', 'reference bandwidth', 'Reference bandwidth'];
const IS_DISPLAYS = process.argv.includes('--displays');
const DATABASE_TYPES = ['router', 'network', 'summary', 'asbr-summary', 'external', 'nssa-external', 'opaque-link', 'opaque-area', 'opaque-as'];
/** Where an ospfd of FRR notes that it is to restart gracefully; in the daemon's own mount namespace it is a directory of its own. */
const STATE_DIRECTORY = '/var/run/frr';

const BIRD = '/usr/sbin/bird';
const BIRDC = '/usr/sbin/birdc';
const BIRD_COMMANDS = ['show ospf', 'show ospf neighbors', 'show ospf interface', 'show ospf state', 'show ospf state all', 'show ospf topology',
  'show ospf topology all', 'show ospf lsadb', 'show route', 'show route all', 'show protocols', 'show bfd sessions'];

const run = promisify(execFile);
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const networks = new Set();
let isEnded = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    isEnded = true;
    for (const network of networks) network.remove();
    process.exit(1);
  });
}

class Network {
  prefix;
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  namespaces = [];
  children = [];
  /** Of a link end `r1:eth0`: the ports, in the namespace of the bridges, that lose their carrier with it. */
  ports = new Map();
  routers = new Map();

  constructor(number, topology) {
    this.prefix = `cf${process.pid}x${number}-`;
    this.topology = topology;
    this.startedAt = 0;
    this.bridges = `${this.prefix}bridges`;
    chmodSync(this.folder, 0o755);
    networks.add(this);
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
      else {
        await this.namespace(this.prefix + name);
        const home = join(this.folder, name);
        mkdirSync(home);
        chmodSync(home, 0o777);
        mkdirSync(join(home, 'state'));
        chmodSync(join(home, 'state'), 0o777);
        this.routers.set(name, { namespace: this.prefix + name, home, daemons: new Map(), config: [node.config].flat()[0], isBird: node.kind === 'bird',
          hasBfd: node.kind === 'bird' && /\bbfd\b/.test(readFileSync(join(FOLDER, node.config), 'utf8')) });
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
      await this.ip('-n', this.bridges, 'link', 'add', port, 'type', 'veth', 'peer', 'name', device, 'netns', this.prefix + name);
      await this.ip('-n', this.bridges, 'link', 'set', port, 'master', bridge, 'up');
      wire.push(port);
    }
    for (const [name, { namespace }] of this.routers) {
      for (const [device, settings] of Object.entries(nodes[name].interfaces ?? {})) {
        const addresses = [settings.address ?? [], settings.addresses ?? []].flat();
        // A host address, borrowed or not, has no broadcast address.
        for (const address of addresses) await this.ip('-n', namespace, 'addr', 'add', address, ...(device === 'lo' || address.endsWith('/32') ? [] : ['broadcast', '+']), 'dev', device);
        if (settings.mtu !== undefined) await this.ip('-n', namespace, 'link', 'set', device, 'mtu', String(settings.mtu));
        await this.ip('-n', namespace, 'link', 'set', device, 'up');
      }
    }
  }

  async bridge(name) {
    await this.ip('-n', this.bridges, 'link', 'add', name, 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
    await this.ip('-n', this.bridges, 'link', 'set', name, 'up');
  }

  async start() {
    const all = [...this.routers.values()];
    this.startedAt = Date.now();
    for (const router of all.filter((each) => each.isBird)) this.launch(router, 'bird');
    for (const { home } of all.filter((each) => each.isBird)) await this.until(() => existsSync(join(home, 'bird.ctl')), 'bird runs');
    for (const daemon of ['zebra', 'staticd', 'bfdd', 'ospfd']) {
      const routers = all.filter(({ config, isBird }) => !isBird && (daemon !== 'bfdd' || /\bbfd\b/.test(readFileSync(join(FOLDER, config), 'utf8'))));
      for (const router of routers) this.launch(router, daemon);
      for (const { home } of routers) await this.until(() => existsSync(join(home, `${daemon}.vty`)), `${daemon} runs`);
    }
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
      writeFileSync(file, this.dated(readFileSync(join(FOLDER, config), 'utf8')));
      const child = spawn('ip', ['netns', 'exec', namespace, BIRD, '-f', '-c', file, '-s', join(home, 'bird.ctl'), '-P', join(home, 'bird.pid')],
        { stdio: 'ignore', env: { ...process.env, TZ: 'UTC' } });
      this.children.push(child);
      daemons.set(daemon, child);
      return;
    }
    copyFileSync(join(FOLDER, config), join(home, 'frr.conf'));
    // `ip netns exec` has made a mount namespace already: what is mounted here only this daemon sees.
    const own = ['sh', '-c', `mount --bind "$0" ${STATE_DIRECTORY} && exec "$@"`, join(home, 'state')];
    const child = spawn('ip', ['netns', 'exec', namespace, ...own, `${DAEMONS}/${daemon}`, '-f', join(home, 'frr.conf'), '-i', join(home, `${daemon}.pid`),
      '-z', join(home, 'zserv.api'), '--vty_socket', home, '-P', '0',
      ...(daemon === 'bfdd' ? ['--bfdctl', join(home, 'bfdd.sock')] : [])], { stdio: 'ignore' });
    this.children.push(child);
    daemons.set(daemon, child);
  }

  async until(test, what) {
    const end = seconds() + 20;
    while (!test()) {
      if (seconds() > end) throw new Error(`not so after 20 s: ${what}`);
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

  async vtysh({ namespace, home }, ...commands) {
    const { stdout } = await run('ip', ['netns', 'exec', namespace, 'vtysh', '--vty_socket', home, '-d', 'ospfd', ...commands.flatMap((each) => ['-c', each])],
      { timeout: 20_000, maxBuffer: 1 << 26 });
    return stdout;
  }

  /** Until databases and routes of all routers stay as they are. */
  async quiet(leastSeconds) {
    const started = seconds();
    let [seen, since] = ['', started];
    for (;;) {
      let now = '';
      for (const router of this.routers.values()) {
        if (!this.isRunning(router)) continue;
        if (router.isBird) {
          now += `${await this.birdc(router, 'show ospf state all')}${(await this.birdc(router, 'show ospf neighbors')).replace(/\t *[\d.]+(?=\t)/g, '')}`;
          continue;
        }
        const text = await this.vtysh(router, 'show ip ospf database', 'show ip ospf route');
        now += text.replace(/^(\S+ +\S+) +\d+ /gm, '$1 ');
      }
      if (now !== seen) [seen, since] = [now, seconds()];
      if (seconds() - since >= QUIET_SECONDS && seconds() - started >= leastSeconds) return;
      if (seconds() - started > GIVE_UP_SECONDS) throw new Error(`still changing after ${GIVE_UP_SECONDS} s`);
      await sleep(1);
    }
  }

  async snapshot() {
    const all = {};
    for (const [name, router] of this.routers) {
      const said = {};
      if (router.isBird) {
        if (this.isRunning(router)) for (const command of BIRD_COMMANDS.filter((each) => !each.includes('bfd') || router.hasBfd)) said[command] = (await this.birdc(router, command)).split('\n');
      } else if (this.isRunning(router)) {
        said['show ip ospf route json'] = JSON.parse(await this.vtysh(router, 'show ip ospf route json'));
        said['show ip ospf neighbor'] = (await this.vtysh(router, 'show ip ospf neighbor')).split('\n');
        for (const type of DATABASE_TYPES) {
          const command = `show ip ospf database ${type}`;
          said[command] = (await this.vtysh(router, command)).split('\n');
        }
      }
      said['ip route'] = (await this.ip('-n', router.namespace, 'route')).split('\n');
      all[name] = said;
    }
    return all;
  }

  /** Until no router has an LSA at MaxAge that waits to be removed; false: there is one that nobody acknowledges. */
  async settled() {
    const started = seconds();
    while (seconds() - started < LONGEST_REMOVAL_SECONDS) {
      const waiting = await Promise.all([...this.routers.values()].filter((each) => !each.isBird && this.isRunning(each)).map((each) => this.vtysh(each, 'show ip ospf database max-age')));
      if (waiting.every((text) => !text.includes('Link type:'))) return true;
      await sleep(1);
    }
    return false;
  }

  async displays() {
    const all = {};
    for (const [name, router] of this.routers) all[name] = await displays(router.home, this.isRunning(router));
    return all;
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
      if (isDown) for (const port of ports) await this.ip('-n', this.bridges, 'link', 'set', port, 'down');
    }
  }

  async act({ node, do: text, lines }) {
    const [verb, ...rest] = text.split(' ');
    const router = this.routers.get(node);
    if (verb === 'configure') return this.configure(router, [lines].flat().flatMap((each) => each.split('\n')).filter((each) => each.trim() !== ''));
    if (verb === 'clear') return this.vtysh(router, text);
    if (verb === 'silence') {
      // Frames are lost both ways, and nobody is told.
      for (const port of this.ports.get(`${node}:${rest[0]}`)) await run('ip', ['netns', 'exec', this.bridges, 'bridge', 'link', 'set', 'dev', port, 'state', '0'], { timeout: 10_000 });
    } else if (verb === 'freeze' || verb === 'thaw') {
      // Its daemons stand still, and nothing passes its ports. When they go on the ports are open already.
      const setPorts = async (state) => {
        for (const [end, ports] of this.ports) {
          if (end.split(':')[0] === node) for (const port of ports) await run('ip', ['netns', 'exec', this.bridges, 'bridge', 'link', 'set', 'dev', port, 'state', state], { timeout: 10_000 });
        }
      };
      if (verb === 'thaw') await setPorts('3');
      for (const child of router.daemons.values()) child.kill(verb === 'freeze' ? 'SIGSTOP' : 'SIGCONT');
      if (verb === 'freeze') await setPorts('0');
    } else if (verb === 'carrier') {
      for (const port of this.ports.get(`${node}:${rest[1]}`)) await this.ip('-n', this.bridges, 'link', 'set', port, rest[0]);
    } else if (verb === 'kill' || verb === 'stop') {
      const child = router.daemons.get(rest[0]);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(verb === 'kill' ? 'SIGKILL' : 'SIGTERM');
      await ended;
    } else if (verb === 'launch') {
      const door = join(router.home, router.isBird ? 'bird.ctl' : `${rest[0]}.vty`);
      rmSync(door, { force: true });
      this.launch(router, rest[0]);
      await this.until(() => existsSync(door), `${rest[0]} runs again`);
    } else if (verb === 'graceful-restart') {
      await this.vtysh(router, 'graceful-restart prepare ip ospf');
      await sleep(1);
    } else throw new Error(`the recorder does not know the event "${text}"`);
  }

  /** At once, without waiting for anything: also on a signal. */
  remove() {
    networks.delete(this);
    for (const child of this.children) child.kill('SIGKILL');
    for (const name of this.namespaces) {
      try {
        execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
      } catch { /* was not made */ }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function record(name, number, version) {
  let network;
  try {
    network = new Network(number, parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')));
    await network.build();
    await network.start();
    await network.quiet(20);
    const take = () => (IS_DISPLAYS ? network.displays() : network.snapshot());
    const isSettledBefore = IS_DISPLAYS && await network.settled();
    const before = await take();
    let last;
    for (const event of network.topology.events) {
      const at = parseFloat(event.at);
      if (last !== undefined) await sleep(at - last);
      else if (network.topology.clock !== undefined) await sleep(Math.max(0, at - (Date.now() - network.startedAt) / 1000));
      last = at;
      await network.act(event);
    }
    await network.quiet(20);
    const isSettledAfter = IS_DISPLAYS && await network.settled();
    const after = await take();
    const folder = join(FOLDER, name, IS_DISPLAYS ? 'displays' : 'recorded');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [router, { isBird }] of network.routers) {
      writeFileSync(join(folder, `${router}.json`), `${JSON.stringify({ software: isBird ? birdVersion() : version, ...(isSettledBefore && isSettledAfter ? { isSettled: true } : {}), before: before[router], after: after[router] }, null, 1)}\n`);
    }
    console.log(`${name}: ${network.routers.size} routers`);
  } catch (failure) {
    console.error(`${name}: ${failure.message}`);
    process.exitCode = 1;
  } finally {
    network?.remove();
  }
}

const version = `FRR ${/version (\S+)/.exec(execFileSync(`${DAEMONS}/ospfd`, ['--version'], { encoding: 'utf8' }))?.[1]}`;
/** BIRD says it on the standard error. */
function birdVersion() {
  return spawnSync(BIRD, ['--version'], { encoding: 'utf8' }).stderr.trim().replace(' version', '');
}

const all = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5)).sort();
const words = process.argv.slice(2).filter((word) => word !== '--displays');
const names = words.length > 0 ? words : all;
let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (next < names.length && !isEnded) {
    const number = next++;
    await record(names[number], number, version);
  }
}));
