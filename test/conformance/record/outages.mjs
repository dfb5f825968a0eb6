/**
 * Runs the topologies of topologies/outages/ on the real FRR, BIRD and Linux, several times, and keeps the outages that their probes saw: topologies/outages/NAME/recorded.json.
 *
 *   sudo npm run record:outages [-- [--runs N] [--at-once N] NAME...]
 *
 * Each run is a network of its own. Its daemons start at moments within the topology's `start: { spread }`, its events come within their `spread`, so that the phases
 * of Hellos are others in each. The hosts are kernels with a stream of datagrams each way (stream.py). Of an event is kept when it was done, in seconds since the
 * daemons started, and how long doing it took; of each probe what is lost: after which event, how long after it began the first lost datagram was sent, how long it
 * was until the first sent that arrived, and how many were lost.
 *
 * A processor that has other things to do makes outages longer and never shorter: of what happens at once the least of the runs is the mechanism's.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { BIRD, DAEMONS, Network, seconds, sleep } from './network.mjs';

const FOLDER = fileURLToPath(new URL('../../../topologies/outages', import.meta.url));
const STREAM = fileURLToPath(new URL('stream.py', import.meta.url));
/** What is sent less than this before the event's moment may have been under way. */
const UNDER_WAY_SECONDS = 0.02;

const networks = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const network of networks) network.remove();
    process.exit(1);
  });
}

const secondsOf = (text = '0s') => (String(text).endsWith('ms') ? parseFloat(text) / 1000 : parseFloat(text));
const untilMoment = (moment) => sleep(Math.max(0, moment - seconds()));
const round = (number) => Math.round(number * 1000) / 1000;

/** FRR's daemons and BIRD, each router at its moment; all zebras first. */
async function launchAll(network, startSpread) {
  const routers = [...network.routers.values()];
  for (const router of routers) if (!router.isBird) network.launch(router, 'zebra');
  await sleep(1.5);
  const started = seconds();
  await Promise.all(routers.map(async (router) => {
    await sleep(Math.random() * startSpread);
    network.launch(router, router.isBird ? 'bird' : 'ospfd');
  }));
  return started;
}

/** The output of a host's stream, when it ends. */
function stream(network, host, probes, first, duration) {
  const child = spawn('ip', ['netns', 'exec', network.hosts.get(host), 'python3', STREAM, JSON.stringify(probes), String(first), String(duration)], { stdio: ['ignore', 'pipe', 'inherit'] });
  network.children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => { text += data; });
    child.once('close', (code) => { if (code === 0) resolve(JSON.parse(text)); else reject(new Error(`the stream of ${host} ended with ${code}`)); });
  });
}

function outagesOf(sent, received, events) {
  const arrived = new Set(received);
  const outages = [];
  for (let i = 0; i < sent.length; i++) {
    if (arrived.has(i)) continue;
    const from = i;
    while (i < sent.length && !arrived.has(i)) i++;
    const event = events.findLastIndex(({ moment }) => moment - UNDER_WAY_SECONDS <= sent[from]);
    outages.push({ event, after: round(sent[from] - (events[event]?.moment ?? 0)), seconds: i < sent.length ? round(sent[i] - sent[from]) : null, lost: i - from });
  }
  return outages;
}

async function measure(name, number) {
  const topology = parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));
  const network = new Network(`og${process.pid}x${number}`, topology, FOLDER);
  networks.add(network);
  try {
    await network.build();
    const started = await launchAll(network, secondsOf(topology.start?.spread));
    const probes = topology.probes.map((probe, index) => ({ number: index, from: probe.from, to: probe.to, source: probe.source, every: secondsOf(probe.every) }));
    const first = started + secondsOf(topology.probes[0].start);
    const streams = [...network.hosts.keys()].map((host) => stream(network, host, probes.filter(({ from }) => from === host), first, started + secondsOf(topology.until) - first));
    const events = [];
    for (const event of topology.events) {
      await untilMoment(started + secondsOf(event.at) + Math.random() * secondsOf(event.spread));
      const moment = seconds();
      await network.act(event);
      events.push({ moment, took: seconds() - moment });
    }
    const said = await Promise.all(streams);
    const sent = Object.assign({}, ...said.map((each) => each.sent));
    const received = Object.assign({}, ...said.map((each) => each.received));
    return {
      events: events.map(({ moment, took }) => ({ at: round(moment - started), took: round(took) })),
      probes: Object.fromEntries(probes.map((probe, index) => [topology.probes[index].name, outagesOf(sent[index], received[index] ?? [], events)])),
    };
  } finally {
    network.remove();
    networks.delete(network);
  }
}

const words = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = words.indexOf(name);
  return at < 0 ? otherwise : Number(words.splice(at, 2)[1]);
};
const runs = option('--runs', 6);
const atOnce = option('--at-once', 6);
const software = {
  frr: `FRR ${/version (\S+)/.exec(execFileSync(`${DAEMONS}/ospfd`, ['--version'], { encoding: 'utf8' }))?.[1]}`,
  bird: spawnSync(BIRD, ['--version'], { encoding: 'utf8' }).stderr.trim().replace(' version', ''),
};
const linux = `Linux ${execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim().split(/[^\d.]/)[0]}`;
const names = words.length > 0 ? words : readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5)).sort();
const waiting = names.flatMap((name) => Array.from({ length: runs }, () => name));
const measured = new Map(names.map((name) => [name, []]));
let count = 0;
await Promise.all(Array.from({ length: atOnce }, async (_, place) => {
  await sleep(place * 2);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    try {
      measured.get(name).push(await measure(name, ++count));
    } catch (failure) {
      console.error(`${name}: ${failure.message}`);
      process.exitCode = 1;
      measured.get(name).push(undefined);
    }
    const done = measured.get(name);
    if (done.length < runs) continue;
    const kind = readFileSync(join(FOLDER, `${name}.yaml`), 'utf8').includes('kind: bird') ? 'bird' : 'frr';
    mkdirSync(join(FOLDER, name), { recursive: true });
    const lines = done.filter((each) => each !== undefined).map((each) => `  ${JSON.stringify(each)}`);
    writeFileSync(join(FOLDER, name, 'recorded.json'), `{ "software": "${software[kind]}", "kernel": "${linux}", "runs": [\n${lines.join(',\n')}\n] }\n`);
    console.log(`${name}: ${lines.length} runs`);
  }
}));
