/**
 * Sends a static route through each of the filters of test/conformance/language/bird-filters.txt in the real BIRD 2.0.12, a blackhole and one with a gateway,
 * and keeps what became of it: test/conformance/language/bird-filters.json. Filters that BIRD does not take are kept with its message.
 *
 *   sudo npm run record:filters
 *
 * Needs root and BIRD. It makes one network namespace, whose name has the process id in it, and removes it again.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIRD = '/usr/sbin/bird';
const BIRDC = '/usr/sbin/birdc';
const FOLDER = fileURLToPath(new URL('../language', import.meta.url));

const HEAD = `router id 1.1.1.1;
define TEN = 10;
define NET = 10.0.0.0/8;
define NETS = [ 10.0.0.0/8+, 192.168.0.0/16 ];
function f(int x) { return x = 3; }
function g(prefix p) { return p.len = 16; }
function h(int x) { if x = 4 then return 8; return 9; }
function k() { accept; }
function m() { reject; }
function n(int x) { x = x + 1; return x; }
function u() { if net.len = 3 then return true; }
function v(int a) { int x; x = 1; return x; }
function w(int a) int x; { x = 1; return x; }
protocol device { }
`;
const KINDS = { blackhole: 'blackhole', unicast: 'via 10.99.0.2' };
const protocol = (number, snippet, kind) => `protocol static s${number} {
  ipv4 { import filter { ${snippet} }; };
  route ${10 + (number >> 8)}.${number & 255}.0.0/16 ${kind} { ospf_metric1 = 5; };
}
`;

const snippets = readFileSync(join(FOLDER, 'bird-filters.txt'), 'utf8').trimEnd().split('\n');
const folder = mkdtempSync(join(tmpdir(), 'bird-filters-'));
const file = join(folder, 'bird.conf');
const namespace = `bf${process.pid}`;
const ip = (...args) => execFileSync('ip', args);
const said = snippets.map((snippet, number) => {
  writeFileSync(file, HEAD + protocol(number, snippet, 'blackhole'));
  const { status, stderr } = spawnSync(BIRD, ['-p', '-c', file], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? { snippet } : { snippet, message: stderr.trim().replace(/^.*bird\.conf:\d+:\d+ /, '') };
});
try {
  ip('netns', 'add', namespace);
  for (const [device, address] of [['eth0', '10.99.0.1/24'], ['eth1', '10.98.0.1/24']]) {
    ip('-n', namespace, 'link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}p`);
    ip('-n', namespace, 'addr', 'add', address, 'dev', device);
    for (const each of [device, `${device}p`]) ip('-n', namespace, 'link', 'set', each, 'up');
  }
  for (const [name, kind] of Object.entries(KINDS)) {
    writeFileSync(file, HEAD + said.map(({ snippet, message }, number) => (message === undefined ? protocol(number, snippet, kind) : '')).join(''));
    const socket = join(folder, `${name}.ctl`);
    const child = spawn('ip', ['netns', 'exec', namespace, BIRD, '-f', '-c', file, '-s', socket, '-P', join(folder, `${name}.pid`)], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const routes = execFileSync(BIRDC, ['-s', socket, 'show route all'], { encoding: 'utf8' }).split(/\n(?=\S)/);
    for (const [number, each] of said.entries()) {
      if (each.message !== undefined) continue;
      const route = routes.find((text) => text.includes(`[s${number} `));
      each[name] = route === undefined ? 'rejected' : route.trimEnd().replace(/^\S+ +/, '').replace(/\[s\d+ [\d:.]+/, '[').split('\n');
    }
    child.kill('SIGTERM');
    await ended;
  }
} finally {
  spawnSync('ip', ['netns', 'del', namespace]);
  rmSync(folder, { recursive: true, force: true });
}
const software = spawnSync(BIRD, ['--version'], { encoding: 'utf8' }).stderr.trim().replace(' version', '');
writeFileSync(join(FOLDER, 'bird-filters.json'), `${JSON.stringify({ software, head: HEAD, said }, null, 1)}\n`);
console.log(`${said.length} filters, ${said.filter(({ message }) => message === undefined).length} of them taken`);
