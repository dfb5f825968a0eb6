/**
 * How long a real daemon's calculation takes, from a link state database that a neighbour gives it; prints one JSON object.
 *
 *   sudo node bench/spf-real.mjs frr|bird KIND ROUTERS [GIVE-UP-SECONDS]
 *
 * The neighbour (ospf-neighbour.py) sits on the other end of a veth pair. Once the daemon has every route, one router far away changes the cost
 * of one link, again and again, and the processor time that the daemon's main thread takes is read from the kernel (schedstat, nanoseconds);
 * the same number of refreshes, which change nothing, is taken off it, and the rest divided by the calculations that the daemon counts. So what
 * is measured is the calculation with its routing table and the difference to the last, whatever else the machine does meanwhile.
 * Names carry the process id; everything is removed again at the end, on a failure and on a signal.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lsaOf, spfNetwork } from './spf-network.mjs';

const [daemon, kind, routers, giveUp = '240'] = process.argv.slice(2);
const network = spfNetwork(kind, Number(routers));
const GIVE_UP_SECONDS = Number(giveUp);
const prefix = `fs${process.pid}`;
const [here, there] = [`${prefix}-d`, `${prefix}-n`];
const children = [];
let folder;
let interruptedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { interruptedBy ??= signal; });

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', timeout: 10_000 });
const inside = (namespace, command, args, options) => {
  const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], options);
  children.push(child);
  return child;
};
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const started = seconds();

async function pause(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (interruptedBy !== undefined) throw new Error(`ended by ${interruptedBy}`);
  if (seconds() - started > GIVE_UP_SECONDS) throw new Error(`not done after ${GIVE_UP_SECONDS} s`);
}

/** Nanoseconds that the main thread has had a processor. */
const cpuOf = ({ pid }) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);

function build() {
  folder = mkdtempSync(join(tmpdir(), 'failover-spf-'));
  chmodSync(folder, 0o777);
  for (const namespace of [here, there]) {
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', 'eth0', 'netns', here, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', there);
  for (const [namespace, address] of [[here, '192.168.0.1/24'], [there, '192.168.0.2/24']]) {
    ip('-n', namespace, 'addr', 'add', address, 'dev', 'eth0');
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  }
  writeFileSync(join(folder, 'lsas'), Buffer.concat(network.nodes.map((node) => lsaOf(node))));
}

const FRR = {
  launch() {
    writeFileSync(join(folder, 'zebra.conf'), 'hostname measured\n');
    writeFileSync(join(folder, 'ospfd.conf'), ['hostname measured', 'interface eth0', ' ip ospf network point-to-point', ' ip ospf cost 10', ' ip ospf hello-interval 2',
      ' ip ospf dead-interval 60', 'router ospf', ' ospf router-id 1.1.1.1', ' timers throttle spf 0 50 50', ' timers lsa min-arrival 100',
      ' network 192.168.0.0/24 area 0', ''].join('\n'));
    for (const name of ['zebra', 'ospfd']) {
      this[name] = inside(here, `/usr/lib/frr/${name}`, ['-f', join(folder, `${name}.conf`), '-i', join(folder, `${name}.pid`), '-z', join(folder, 'zserv.api'),
        '--vty_socket', folder], { stdio: 'ignore' });
    }
    return this.ospfd;
  },
  show: (command) => execFileSync('vtysh', ['--vty_socket', folder, '-c', command], { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28 }),
  version: () => `FRR ${/version (\S+)/.exec(execFileSync('/usr/lib/frr/ospfd', ['--version'], { encoding: 'utf8' }))?.[1]}`,
  runs() { return Number(/SPF algorithm executed (\d+) times/.exec(this.show('show ip ospf'))?.[1]); },
  routes() { return this.show('show ip ospf route').split('\n').filter((line) => line.startsWith('N ')).length; },
  stated() { return /Last SPF duration (.+)/.exec(this.show('show ip ospf'))?.[1]; },
  intervalMilliseconds: 400,
};

const BIRD = {
  launch() {
    writeFileSync(join(folder, 'bird.conf'), ['router id 1.1.1.1;', `log "${join(folder, 'log')}" all;`, 'protocol device {}', 'protocol ospf v2 o {',
      '  debug { events };', '  ipv4 { import all; export none; };',
      '  area 0 { interface "eth0" { type ptp; cost 10; hello 2; dead 60; }; };', '}', ''].join('\n'));
    return inside(here, '/usr/sbin/bird', ['-f', '-c', join(folder, 'bird.conf'), '-s', join(folder, 'ctl'), '-P', join(folder, 'pid')], { stdio: 'ignore' });
  },
  version: () => `BIRD ${/version (\S+)/.exec(execFileSync('/bin/sh', ['-c', '/usr/sbin/bird --version 2>&1'], { encoding: 'utf8' }))?.[1]}`,
  runs() { return readFileSync(join(folder, 'log'), 'utf8').split('\n').filter((line) => line.endsWith('Starting routing table calculation')).length; },
  routes() {
    const text = execFileSync('/usr/sbin/birdc', ['-s', join(folder, 'ctl'), 'show', 'route', 'count'], { encoding: 'utf8', timeout: 60_000 });
    return Number(/(\d+) of \d+ routes/.exec(text)?.[1]);
  },
  stated: () => undefined,
  intervalMilliseconds: 1300,
};

const KINDS = { frr: FRR, bird: BIRD };

async function untilIdle(child) {
  for (let quiet = 0, before = cpuOf(child); quiet < 4;) {
    await pause(600);
    const now = cpuOf(child);
    quiet = now - before < 3e6 ? quiet + 1 : 0;
    before = now;
  }
}

async function cleanUp() {
  for (const child of children) child.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const namespace of [here, there]) {
    try {
      if (existsSync(`/var/run/netns/${namespace}`)) ip('netns', 'del', namespace);
    } catch (failure) {
      console.error(`spf-real: ${namespace} is left: ${failure.message}`);
    }
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

try {
  const real = KINDS[daemon];
  if (real === undefined) throw new Error(`${daemon} is neither frr nor bird`);
  build();
  const child = real.launch();
  const neighbour = inside(there, 'python3', [fileURLToPath(new URL('ospf-neighbour.py', import.meta.url)), 'eth0', join(folder, 'lsas')],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  let isFull = false;
  createInterface({ input: neighbour.stdout }).on('line', (line) => { isFull ||= line === 'full'; });
  while (!isFull) {
    await pause(100);
    if (children.some((each) => each.exitCode !== null)) throw new Error('a process has ended early');
  }
  while (real.routes() < network.prefixes) await pause(1000);
  await untilIdle(child);
  if (real.routes() !== network.prefixes) throw new Error(`${real.routes()} routes instead of ${network.prefixes}`);

  const far = network.nodes[network.nodes.length >> 1];
  const rounds = network.nodes.length > 3000 ? 10 : 16;
  let sequence = 1;
  const spend = async (extraCost) => {
    const [cpu, runs] = [cpuOf(child), real.runs()];
    for (let i = 0; i < rounds; i++) {
      neighbour.stdin.write(`${Buffer.from(lsaOf(far, { sequence: ++sequence, extraCost: extraCost(i) })).toString('hex')}\n`);
      await pause(real.intervalMilliseconds);
    }
    await pause(1500);
    await untilIdle(child); // a busy daemon is late
    const spent = cpuOf(child) - cpu; // before asking, which costs, too
    return { spent, runs: real.runs() - runs };
  };
  await spend((i) => (i + 1) % 2); // warm
  const refreshed = await spend(() => 0);
  const changed = await spend((i) => (i + 1) % 2);
  const runs = changed.runs - refreshed.runs; // a daemon under load may owe one from before
  if (runs < 3) throw new Error(`${changed.runs} calculations for changes, ${refreshed.runs} for refreshes`);
  console.log(JSON.stringify({ version: real.version(), kind, routers: network.nodes.length, prefixes: network.prefixes, runs,
    micros: (changed.spent - refreshed.spent) / runs / 1e3, stated: real.stated() }));
} catch (failure) {
  console.error(`spf-real: ${failure.message}`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
process.exit();
