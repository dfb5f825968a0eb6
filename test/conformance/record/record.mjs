/**
 * Runs the topologies of topologies/conformance/ on the real FRR and BIRD and keeps what their routers say: topologies/conformance/NAME/recorded/ROUTER.json.
 *
 *   sudo npm run record:conformance [-- [--displays] NAME...]
 *
 * With --displays: what the routers print for every `show` command instead, in topologies/conformance/NAME/displays/ROUTER.json, when no LSA
 * waits at MaxAge any more.
 *
 * How the routers are there: network.mjs. "before" is taken when nothing has changed for a while after the start, "after" when nothing has
 * changed for a while after the topology's events; of the events' times only what lies between them matters here. Configuration
 * lines are typed into vtysh. Needs root, FRR, and BIRD for its topologies. Every name has the process
 * id in it; only daemons that were started here are ended; all of it is removed again, on a failure and on a signal, too.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { displays } from './displays.mjs';
import { BIRD, DAEMONS, Network, seconds, sleep } from './network.mjs';

const FOLDER = fileURLToPath(new URL('../../../topologies/conformance', import.meta.url));
/** Longer than every timer that a change may wait for with hellos of a second: 7 s border router task, 5 s retransmission, 4 s dead interval. */
const QUIET_SECONDS = 11;
const GIVE_UP_SECONDS = 150;
const AT_ONCE = 4;
/** FRR keeps an LSA at MaxAge for a minute after the last acknowledgment. */
const LONGEST_REMOVAL_SECONDS = 80;
const IS_DISPLAYS = process.argv.includes('--displays');

const networks = new Set();
let isEnded = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    isEnded = true;
    for (const network of networks) network.remove();
    process.exit(1);
  });
}

/** Until databases and routes of all routers stay as they are. */
async function quiet(network, leastSeconds) {
  const started = seconds();
  let [seen, since] = ['', started];
  for (;;) {
    let now = '';
    for (const router of network.routers.values()) {
      if (!network.isRunning(router)) continue;
      if (router.isBird) {
        now += `${await network.birdc(router, 'show ospf state all')}${(await network.birdc(router, 'show ospf neighbors')).replace(/\t *[\d.]+(?=\t)/g, '')}`;
        continue;
      }
      const text = (await network.ask(router, 'show ip ospf database', 'show ip ospf route')).join('');
      now += text.replace(/^(\S.*?) +\d+ (?=0x)/gm, '$1 '); // ids of fifteen characters leave no blank
    }
    if (now !== seen) [seen, since] = [now, seconds()];
    if (seconds() - since >= QUIET_SECONDS && seconds() - started >= leastSeconds) return;
    if (seconds() - started > GIVE_UP_SECONDS) throw new Error(`still changing after ${GIVE_UP_SECONDS} s`);
    await sleep(1);
  }
}

/** Until no router has an LSA at MaxAge that waits to be removed; false: there is one that nobody acknowledges. */
async function settled(network) {
  const started = seconds();
  while (seconds() - started < LONGEST_REMOVAL_SECONDS) {
    const routers = [...network.routers.values()].filter((each) => !each.isBird && network.isRunning(each));
    const waiting = await Promise.all(routers.map((each) => network.ask(each, 'show ip ospf database max-age')));
    if (waiting.every(([text]) => !text.includes('Link type:'))) return true;
    await sleep(1);
  }
  return false;
}

async function displaysOf(network) {
  const all = {};
  for (const [name, router] of network.routers) all[name] = await displays(router.home, network.isRunning(router));
  return all;
}

async function record(name, number, version) {
  let network;
  try {
    network = new Network(`cf${process.pid}x${number}`, parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8')), FOLDER);
    networks.add(network);
    await network.build();
    await network.start();
    await quiet(network, 20);
    const take = () => (IS_DISPLAYS ? displaysOf(network) : network.snapshot());
    const isSettledBefore = IS_DISPLAYS && await settled(network);
    const before = await take();
    let last;
    for (const event of network.topology.events) {
      const at = parseFloat(event.at);
      if (last !== undefined) await sleep(at - last);
      else if (network.topology.clock !== undefined) await sleep(Math.max(0, at - (Date.now() - network.startedAt) / 1000));
      last = at;
      await network.act(event);
    }
    await quiet(network, 20);
    const isSettledAfter = IS_DISPLAYS && await settled(network);
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
    networks.delete(network);
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
