/**
 * The router-loss network with one emulated router among three real FRR: lnx31, which stands still. The real probe's outage is the dead interval less the age of
 * the last Hello that lnx31 had sent, as with four real ones and as in virtual time (test/scenario/router-loss-frr.test.ts). Hello 1 s, dead 4 s.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readBorderFrames } from '../../src/replay/recording.js';
import { describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, sleep } from './live-lab.js';

const labs: LiveLab[] = [];
const FREEZE_SECONDS = 40;
const DEAD_SECONDS = 4;

afterEach(() => {
  for (const each of labs.splice(0)) each.remove();
});

function lab(): LiveLab {
  const made = new LiveLab();
  labs.push(made);
  return made;
}

/** The shipped configuration, with quicker Hellos. */
function ospfdConf(node: string): string {
  return readFileSync(`topologies/router-loss-frr/${node}/ospfd.conf`, 'utf8').replace(/( ip ospf cost \d+\n)/g, '$1 ip ospf hello-interval 1\n ip ospf dead-interval 4\n');
}

/** Both ends in namespaces of their own. */
function wire(a: LiveLab, nameA: string, b: LiveLab, nameB: string): void {
  a.ip('link', 'add', nameA, 'type', 'veth', 'peer', 'name', nameB, 'netns', b.namespace);
  a.ip('link', 'set', nameA, 'up');
  b.ip('link', 'set', nameB, 'up');
}

describeWithNamespaces('router loss, lnx31 emulated', () => {
  it('stands still, and the real ones find their way around it', async () => {
    const [sw, tirnanog, lnx32, lnx33] = [lab(), lab(), lab(), lab()];
    sw.ip('link', 'add', 'lan', 'type', 'bridge', 'mcast_snooping', '0', 'stp_state', '0');
    sw.ip('link', 'set', 'lan', 'up');
    for (const [node, port, address] of [[tirnanog, 'p1', '192.168.1.254/24'], [lnx32, 'p3', '192.168.1.4/24']] as const) {
      wire(sw, port, node, 'eth0');
      sw.ip('link', 'set', port, 'master', 'lan');
      node.ip('addr', 'add', address, 'dev', 'eth0');
    }
    wire(lnx32, 'ctc0', lnx33, 'ctc1');
    lnx32.ip('addr', 'add', '10.32.0.1', 'peer', '10.33.0.1/32', 'dev', 'ctc0');
    lnx32.ip('addr', 'add', '10.32.0.1/32', 'dev', 'lo');
    lnx33.ip('addr', 'add', '10.33.0.1', 'peer', '10.32.0.1/32', 'dev', 'ctc1');
    lnx33.ip('addr', 'add', '10.33.0.1/32', 'dev', 'lo');

    const conf = sw.write('ospfd.conf', ospfdConf('lnx31'));
    const file = sw.write('mixed.yaml', readFileSync('topologies/router-loss-frr.yaml', 'utf8').replaceAll('router-loss-frr/', `${process.cwd()}/topologies/router-loss-frr/`)
      .replace(/config: \[[^\]]*lnx31[^\]]*\]/, `config: [${conf}]`).replace(/do: cp sleep 5min/, 'do: freeze').replace('at: 2m, spread: 10s', `at: ${FREEZE_SECONDS}s`));
    const attached = sw.attach(file, '--bind', 'lnx31:eth0=tap:lan31,lnx31:ctc0=tap:ctc31', '--events', '--for', '52s');
    await sw.until('the TAP devices are there', 30, () => sw.ip('link').includes('ctc31:') && sw.ip('link').includes('lan31:'));
    const began = Date.now();
    sw.ip('link', 'set', 'lan31', 'master', 'lan');
    sw.ip('link', 'set', 'ctc31', 'netns', lnx33.namespace);
    lnx33.ip('link', 'set', 'ctc31', 'name', 'ctc0');
    lnx33.ip('link', 'set', 'ctc0', 'up');
    lnx33.ip('addr', 'add', '10.33.0.1', 'peer', '10.31.0.1/32', 'dev', 'ctc0');
    await Promise.all([tirnanog.frr('eth0', ospfdConf('tirnanog')), lnx32.frr('ctc0', ospfdConf('lnx32')), lnx33.frr('ctc0', ospfdConf('lnx33'))]);
    await tirnanog.until('the way leads over lnx31', 30, () => /10\.33\.0\.1\/32.*via 192\.168\.1\.3/.test(tirnanog.vtysh('show ip route ospf')));
    const wait = FREEZE_SECONDS - 5 - (Date.now() - began) / 1000;
    expect(wait, 'there is time before the freeze').toBeGreaterThan(0);
    await sleep(wait);
    tirnanog.start('ping', 'ping', '-D', '-i', '0.01', '-c', '1600', '-W', '1', '-I', '192.168.1.254', '10.33.0.1');
    const { code } = await attached;
    expect(code).toBeLessThanOrEqual(1);

    const arrivals = [...tirnanog.log('ping').matchAll(/^\[(\d+\.\d+)\] .*bytes from/gm)].map((match) => Number(match[1]));
    expect(arrivals.length).toBeGreaterThan(400);
    const gap = Math.max(...arrivals.slice(1).map((at, i) => at - arrivals[i]));
    const outputs = readBorderFrames(readFileSync(join(sw.folder, 'recording', 'outputs.pcapng')));
    if (typeof outputs === 'string') throw new Error(outputs);
    const hellos = [0, 1].map((device) => Math.max(...outputs.filter(({ time, device: on, bytes }) => on === device && time <= FREEZE_SECONDS * 1e6 && bytes[23] === 89 && bytes[35] === 1).map(({ time }) => time / 1e6)));
    // Whoever finds out last ends it.
    const expected = DEAD_SECONDS - (FREEZE_SECONDS - Math.max(...hellos));
    expect(gap, `gap ${gap}, expected ${expected}`).toBeGreaterThan(expected - 0.05);
    expect(gap, `gap ${gap}, expected ${expected}`).toBeLessThan(expected + 0.2);
    expect(sw.replay()).toContain('the same bytes at the same microseconds');
  }, 120_000);
});
