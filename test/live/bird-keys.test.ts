/**
 * Keys that roll over between a real BIRD and ours while both run: each side goes to the next key at a moment of its own, and neither loses the adjacency nor a packet.
 * Ours is a BIRD with periods, which accepts each key before it is used, twice with another algorithm; and an FRR into which the second key is typed.
 */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { BIRD_BASE, BirdNetwork, describeWithBird, expectSameLsas } from './bird-lab.js';
import { MAIN, sleep } from './live-lab.js';
import { framesOf } from './recorded-state.js';

const civil = (seconds: number): string => `"${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}"`;

/** The keys in the order in which they were used first, of the cryptographic packets on the wire. */
function keyOrder(net: BirdNetwork, which: 'inputs' | 'outputs'): number[] {
  const used: number[] = [];
  for (const { bytes } of framesOf(net.lan.folder, which)) {
    const at = 14 + 4 * (bytes[14] & 0x0f);
    if (bytes[23] === 89 && bytes[at + 15] === 2 && used.at(-1) !== bytes[at + 18]) used.push(bytes[at + 18]);
  }
  return used;
}

/** `change`: when ours goes over, in seconds since 1970; `delay`: how much later this one does. */
const bird = (who: number, change: number, delay: number): string => `log stderr all;\nrouter id 10.9.9.${who};\n${BIRD_BASE}protocol ospf v2 {\n  debug { events };\n  area 0 {\n    interface "eth0" { type ptp; hello 1; dead 4; authentication cryptographic;\n` +
  `      password "first" { id 1; generate to ${civil(change + 10)}; accept to ${civil(change + 20)}; };\n` +
  `      password "second" { id 2; algorithm hmac sha256; generate from ${civil(change + delay)}; accept from ${civil(change - 60)}; };\n` +
  `      password "third" { id 3; algorithm hmac sha512; generate from ${civil(change + 5 + delay)}; accept from ${civil(change)}; };\n    };\n    interface "lo" { stub; };\n  };\n}\n`;

/** FRR 8.4.4 takes packets with its last key only, so that both have to change within one dead interval. */
const birdOfTwo = (change: number): string => `log stderr all;\nrouter id 10.9.9.1;\n${BIRD_BASE}protocol ospf v2 {\n  debug { events };\n  area 0 {\n    interface "eth0" { type ptp; hello 1; dead 15; authentication cryptographic;\n` +
  `      password "first" { id 1; generate to ${civil(change)}; };\n      password "second" { id 2; generate from ${civil(change)}; };\n    };\n    interface "lo" { stub; };\n  };\n}\n`;

const FRR = 'interface eth0\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 15\n ip ospf authentication message-digest\n ip ospf message-digest-key 1 md5 first\n' +
  'router ospf\n ospf router-id 10.9.9.2\n network 0.0.0.0/0 area 0\n';

describeWithBird('keys that roll over, with a real BIRD', () => {
  it.concurrent.for<['bird' | 'frr', number[]]>([['bird', [1, 2, 3]], ['frr', [1, 2]]])('ours is a %s: keys %j', { timeout: 240_000 }, async ([kind, keys], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    // There is an adjacency before the first change, also where starting takes long.
    const before = Date.now();
    spawnSync(process.execPath, [MAIN, '--help']);
    const seconds = 16 + Math.ceil((Date.now() - before) / 1000 * 20);
    const change = Math.floor(Date.now() / 1000) + seconds;
    await net.begin({
      files: { 'us.conf': kind === 'bird' ? bird(2, change, 0) : FRR },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { address: 10.9.9.2/32 }, eth0: { address: 10.0.0.2/24 } } }\n`,
      segments: { 'us:eth0': 'wire' },
      more: kind === 'bird' ? '' : `events:\n  - { at: ${seconds - 4}s, node: us, do: configure, lines: ["interface eth0", "ip ospf message-digest-key 2 md5 second"] }\n`,
    }, { b1: { loopback: '10.9.9.1/32', interfaces: { eth0: ['wire', '10.0.0.1/24'] }, bird: kind === 'bird' ? bird(1, change, 2) : birdOfTwo(change) } }, '--events');
    await net.untilRoutes(12, { b1: ['10.9.9.2 via 10.0.0.2 dev eth0'] });
    const b1 = net.router('b1');
    const left = (): number => change - Date.now() / 1000;
    expect(left(), 'the adjacency is there before the first change').toBeGreaterThan(0);
    await b1.until('packets pass both ways', 10, () => b1.run('ping', '-c', '1', '-W', '1', '-I', '10.9.9.1', '10.9.9.2').includes('1 received'));
    const ping = b1.start('ping', 'ping', '-i', '0.2', '-c', String(Math.ceil((left() + 11) / 0.2)), '-W', '1', '-I', '10.9.9.1', '10.9.9.2');
    const pinged = new Promise((resolve) => { ping.once('exit', resolve); });
    await sleep(left() + 11);
    await pinged;
    expect(b1.log('ping')).toMatch(/ 0% packet loss/);
    expect(b1.log('bird')).toMatch(/ to Full/);
    expect(b1.log('bird')).not.toMatch(/ from Full|Full to /);
    const databases = await net.leave();
    const ours = net.recorded();
    expect([keyOrder(net, 'outputs'), keyOrder(net, 'inputs')]).toEqual([keys, keys]);
    expect(ours.losses).toEqual([]);
    expectSameLsas(['0.0.0.0'], ours.lsas('us'), databases.get('b1') ?? []);
    expect(ours.routes('us')).toEqual(['10.9.9.1 via 10.0.0.1 dev eth0']);
  });
});
