/**
 * Runs the grid on real FRR: one network namespace a router, zebra and ospfd in each, veth pairs for links; prints one JSON object.
 *
 *   sudo node bench/grid-frr.mjs [SIZE]
 *
 * Needs root and FRR. Touches nothing outside the namespaces it makes, and ends what it started.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridNetwork, ospfdConf } from './grid-network.mjs';

const size = Number(process.argv[2] ?? 8);
const network = gridNetwork(size);
const folder = mkdtempSync(join(tmpdir(), 'failover-grid-'));
chmodSync(folder, 0o755);
const prefix = `fg${process.pid}-`;
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const inside = (router, ...args) => ip('netns', 'exec', prefix + router.name, ...args);
const children = [];

function build() {
  const batch = [];
  for (const router of network.routers) ip('netns', 'add', prefix + router.name);
  network.links.forEach(({ a, b, names }, i) => {
    const [left, right] = [network.routers[a], network.routers[b]];
    batch.push(`link add fga${i} type veth peer name fgb${i}`, `link set fga${i} netns ${prefix}${left.name} name ${names[0]}`,
      `link set fgb${i} netns ${prefix}${right.name} name ${names[1]}`);
  });
  execFileSync('ip', ['-batch', '-'], { input: batch.join('\n') });
  for (const router of network.routers) {
    const own = [`addr add ${router.loopback}/32 dev lo`, 'link set lo up'];
    for (const { name, address } of router.interfaces) own.push(`addr add ${address} dev ${name}`, `link set ${name} up`);
    execFileSync('ip', ['-n', prefix + router.name, '-batch', '-'], { input: own.join('\n') });
    inside(router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    const home = join(folder, router.name);
    mkdirSync(home);
    chmodSync(home, 0o777);
    writeFileSync(join(home, 'ospfd.conf'), ospfdConf(router));
    writeFileSync(join(home, 'zebra.conf'), `hostname ${router.name}\n`);
  }
}

function launch() {
  const daemon = (router, name, ...args) => {
    const home = join(folder, router.name);
    children.push(spawn('ip', ['netns', 'exec', prefix + router.name, `/usr/lib/frr/${name}`, '-f', join(home, `${name}.conf`), '-i', join(home, `${name}.pid`),
      '-z', join(home, 'zserv.api'), '--vty_socket', home, ...args], { stdio: 'ignore' }));
  };
  for (const router of network.routers) daemon(router, 'zebra');
  for (const router of network.routers) daemon(router, 'ospfd');
}

/** Prefixes in the kernel's table: what OSPF installed and what is connected; a loopback address is not in it. */
function prefixesOf(router) {
  return ip('-n', prefix + router.name, '-4', 'route', 'show').split('\n').filter((line) => /^\d/.test(line)).length;
}

function residentMegabytes() {
  let kilobytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.startsWith('/usr/lib/frr/') || !command.includes(folder)) continue;
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch { /* it has ended */ }
  }
  return kilobytes / 1024;
}

try {
  build();
  const started = process.hrtime.bigint();
  launch();
  const open = new Set(network.routers);
  const deadline = 40e9;
  while (open.size > 0) {
    for (const router of open) if (prefixesOf(router) >= network.prefixes - 1) open.delete(router);
    if (Number(process.hrtime.bigint() - started) > deadline) throw new Error(`${open.size} tables are not complete after 120 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(JSON.stringify({ routers: network.routers.length, prefixes: network.prefixes, wallSeconds, residentMegabytes: residentMegabytes() }));
} finally {
  for (const child of children) child.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const router of network.routers) {
    try {
      ip('netns', 'del', prefix + router.name);
    } catch { /* was not made */ }
  }
  rmSync(folder, { recursive: true, force: true });
}
