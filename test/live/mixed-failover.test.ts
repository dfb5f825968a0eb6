/**
 * The router-loss network with one emulated router among three real FRR, hello 1 s, dead 4 s: lnx31, which stands still, is ours; then it is a real one, and lnx33 is
 * ours, which must find its way around it. From the last Hello of lnx31 to the first packet that arrives again it takes as long as in virtual time, where
 * all four are ours: so the outage is the same when the age that the Hello had at the fault is taken from both.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECOND, type Micros } from '../../src/base/micros.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { longestOutage } from '../../src/measure/outage.js';
import { execute } from '../../src/cli/execute.js';
import { describeWithJudge } from '../judges/availability.js';
import { sleep } from './live-lab.js';
import { describeAmongFrr, MixedNetwork } from './mixed-network.js';

const FREEZE_SECONDS = 40;
const AGREED_SECONDS = 0.1;
const PING_SECONDS = 14;
let folder = '';

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'failover-mixed-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shipped topology, with quicker Hellos, and a probe that pings. */
function topology(): string {
  const shipped = 'topologies/router-loss-frr';
  const text = readFileSync(`${shipped}.yaml`, 'utf8').replace(/router-loss-frr\/(\w+)\/(ospfd|zebra)\.conf/g, (_path, node: string, daemon: string) => {
    const conf = readFileSync(`${shipped}/${node}/${daemon}.conf`, 'utf8').replace(/( ip ospf cost \d+\n)/g, '$1 ip ospf hello-interval 1\n ip ospf dead-interval 4\n');
    const path = join(folder, `${node}-${daemon}.conf`);
    writeFileSync(path, conf);
    return path;
  });
  const file = join(folder, 'mixed.yaml');
  writeFileSync(file, text.replace(/probes:\n[^]*?\n\n/, 'probes:\n  - { name: ping, from: tirnanog, to: 10.33.0.1, protocol: icmp, every: 10ms, start: 35s }\n\n')
    .replace(/do: cp sleep 5min/, 'do: freeze').replace('at: 2m, spread: 10s', `at: ${FREEZE_SECONDS}s`).replace(/targets:\n[^]*?\n\n/, 'targets: []\n\n')
    .replace(/expect:\n[^]*$/, 'until: 52s\n'));
  return file;
}

/** From the last Hello of lnx31, whoever heard it, to the end of the outage. */
function virtualSeconds(file: string, seed: number): number {
  const { plan } = loadTopology(file, { readFile: (path) => readFileSync(path, 'utf8'), seed });
  const lnx31 = plan.nodes.findIndex(({ name }) => name === 'lnx31');
  let hello: Micros = 0;
  const { outcome } = execute(plan, {
    watchers: [{
      frame: (link, end, time, bytes, direction) => {
        if (direction === 'outbound' && plan.links[link].ends[end].node === lnx31 && isHello(bytes)) hello = time;
      },
    }],
  });
  return ((longestOutage(outcome.probes[0])?.end ?? Number.NaN) - hello) / SECOND;
}

/** In Ethernet and an IP header without options. */
const isHello = (frame: Uint8Array): boolean => frame[23] === 89 && frame[35] === 1;

describeAmongFrr('router loss, one of four routers emulated', () => describeWithJudge('tcpdump', 'heard by tcpdump', () => {
  it.concurrent.each(['lnx31', 'lnx33'])('%s', async (ours) => {
    const file = topology();
    const mixed = new MixedNetwork(file, ours);
    try {
      await mixed.start();
      const listening = execFile('ip', ['netns', 'exec', mixed.bridges, 'tcpdump', '-i', 'any', '-n', '-tt', '-l', 'ip proto 89 and (src 192.168.1.3 or src 10.31.0.1)'], { maxBuffer: 1 << 26 });
      let heard = '';
      listening.stdout?.on('data', (chunk: string) => { heard += chunk; });
      for (let tries = 0; !/10\.33\.0\.1\/32.*\n.*via 192\.168\.1\.3/.test((await mixed.ask('tirnanog', 'show ip ospf route'))[0]); tries++) {
        expect(tries, 'the way leads over lnx31').toBeLessThan(150);
        await sleep(0.2);
      }
      // Ours freezes by the topology's event, at its own time.
      await sleep(Math.max(0, FREEZE_SECONDS - 2 - mixed.elapsedSeconds));
      const pings = mixed.ping('tirnanog', '10.33.0.1', '-D', '-i', '0.01', '-c', String(PING_SECONDS * 100), '-W', '1');
      await sleep(2 + Math.random());
      if (ours !== 'lnx31') await mixed.act([{ at: '0s', node: 'lnx31', do: 'freeze' }]);
      const { stdout } = await pings;
      listening.kill('SIGTERM');
      await mixed.leave();

      const arrivals = [...stdout.matchAll(/^\[(\d+\.\d+)\] .*bytes from/gm)].map((match) => Number(match[1]));
      expect(arrivals.length).toBeGreaterThan(400);
      const gaps = arrivals.slice(1).map((at, i) => ({ at, seconds: at - arrivals[i] }));
      const gap = gaps.reduce((a, b) => (a.seconds > b.seconds ? a : b));
      const hellos = [...heard.matchAll(/^(\d+\.\d+) .*OSPFv2, Hello/gm)].map((match) => Number(match[1])).filter((at) => at < gap.at - 2);
      const real = gap.at - Math.max(...hellos);
      const virtual = [1, 2, 3].map((seed) => virtualSeconds(file, seed));
      const mean = virtual.reduce((a, b) => a + b) / virtual.length;
      expect(Math.abs(real - mean), `from the last Hello on ${real} s, in virtual time ${virtual.join(', ')} s; outage ${gap.seconds} s`).toBeLessThan(AGREED_SECONDS);
      await mixed.expectSameBytes();
    } finally {
      mixed.remove();
    }
  }, 300_000);
}));
