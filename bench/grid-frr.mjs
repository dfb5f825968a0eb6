/**
 * Runs the grid on real FRR: one network namespace a router, zebra and ospfd in each, veth pairs for links; prints one JSON object.
 *
 *   sudo node bench/grid-frr.mjs [SIZE]
 *
 * Needs root and FRR. Every name has the process id in it, links are made inside the namespaces, and only daemons that were started here
 * are ended; all of it is removed again at the end, on a failure and on a signal. It gives up after a minute.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridNetwork, ospfdConf } from './grid-network.mjs';

const GIVE_UP_SECONDS = 60;
const size = Number(process.argv[2] ?? 8);
const network = gridNetwork(size);
const prefix = `fg${process.pid}-`;
const namespaces = [];
const children = [];
let folder;
let interruptedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { interruptedBy ??= signal; });

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', timeout: 10_000 });

/** Lets signals in; everything that takes long comes by here. */
async function pause(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (interruptedBy !== undefined) throw new Error(`ended by ${interruptedBy}`);
}

async function build() {
  folder = mkdtempSync(join(tmpdir(), 'failover-grid-'));
  chmodSync(folder, 0o755);
  for (const router of network.routers) {
    ip('netns', 'add', prefix + router.name);
    namespaces.push(prefix + router.name);
    await pause(0);
  }
  const links = network.links.map(({ a, b, names }) => {
    const [left, right] = [network.routers[a], network.routers[b]];
    return `link add ${names[0]} netns ${prefix}${left.name} type veth peer name ${names[1]} netns ${prefix}${right.name}`;
  });
  execFileSync('ip', ['-batch', '-'], { input: links.join('\n'), timeout: 30_000 });
  for (const router of network.routers) {
    const own = [`addr add ${router.loopback}/32 dev lo`, 'link set lo up'];
    for (const { name, address } of router.interfaces) own.push(`addr add ${address} dev ${name}`, `link set ${name} up`);
    execFileSync('ip', ['-n', prefix + router.name, '-batch', '-'], { input: own.join('\n'), timeout: 10_000 });
    ip('netns', 'exec', prefix + router.name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    const home = join(folder, router.name);
    mkdirSync(home);
    chmodSync(home, 0o777);
    writeFileSync(join(home, 'ospfd.conf'), ospfdConf(router));
    writeFileSync(join(home, 'zebra.conf'), `hostname ${router.name}\n`);
    await pause(0);
  }
}

function launch() {
  for (const name of ['zebra', 'ospfd']) {
    for (const router of network.routers) {
      const home = join(folder, router.name);
      // `ip netns exec` becomes the daemon: the child's process id is the daemon's.
      const child = spawn('ip', ['netns', 'exec', prefix + router.name, `/usr/lib/frr/${name}`, '-f', join(home, `${name}.conf`), '-i', join(home, `${name}.pid`),
        '-z', join(home, 'zserv.api'), '--vty_socket', home], { stdio: 'ignore' });
      child.ended = new Promise((resolve) => {
        child.on('exit', resolve);
        child.on('error', resolve);
      });
      children.push(child);
    }
  }
}

/** Prefixes in the kernel's table: what OSPF installed and what is connected; a loopback address is not in it. */
function prefixesOf(router) {
  return ip('-n', prefix + router.name, '-4', 'route', 'show').split('\n').filter((line) => /^\d/.test(line)).length;
}

/** Of all daemons: resident as a sum, and with pages that several share divided among them. */
function memory() {
  let resident = 0;
  let proportional = 0;
  for (const { pid } of children) {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    resident += Number(/^Rss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    proportional += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
  }
  return { residentMegabytes: resident / 1024, proportionalMegabytes: proportional / 1024 };
}

async function tablesComplete(started) {
  // One router after the other: what is complete stays so, and looking at all of them all the time would slow them down.
  for (const router of network.routers) {
    while (prefixesOf(router) < network.prefixes - 1) {
      if (Number(process.hrtime.bigint() - started) / 1e9 > GIVE_UP_SECONDS) {
        throw new Error(`the table of ${router.name} is not complete after ${GIVE_UP_SECONDS} s`);
      }
      if (children.some((child) => child.exitCode !== null)) throw new Error('a daemon has ended');
      await pause(50);
    }
  }
}

async function cleanUp() {
  for (const child of children) child.kill('SIGKILL');
  await Promise.race([Promise.all(children.map((child) => child.ended)), new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
  for (const name of namespaces) {
    try {
      ip('netns', 'del', name);
    } catch (failure) {
      console.error(`grid-frr: ${name} is left: ${failure.message}`);
    }
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

try {
  const version = /version (\S+)/.exec(execFileSync('/usr/lib/frr/ospfd', ['--version'], { encoding: 'utf8' }))?.[1];
  await build();
  const started = process.hrtime.bigint();
  launch();
  await tablesComplete(started);
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  console.log(JSON.stringify({ version: `FRR ${version}`, routers: network.routers.length, prefixes: network.prefixes, wallSeconds, ...memory() }));
} catch (failure) {
  console.error(`grid-frr: ${failure.message}`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
