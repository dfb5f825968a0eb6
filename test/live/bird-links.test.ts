/**
 * Networks that are no LANs, with two real BIRDs: non-broadcast, point-to-multipoint, and an unnumbered point-to-point link. Ours is a BIRD, and an FRR (which has no
 * point-to-multipoint network with configured neighbours, so that it and a BIRD would not hear each other).
 *
 * All of them lead to the same routers. What they cost decides; the cheapest is cut silently, the next takes over, and so on to the last.
 */
import { expect, it } from 'vitest';
import { BIRD_BASE, BirdNetwork, describeWithBird, expectSameLsas } from './bird-lab.js';
import { framesOf } from './recorded-state.js';

const NBMA = 10;
const MULTIPOINT = 20;
const UNNUMBERED = 25;
/** Addresses; as stub links of 12 bytes they fill more than a packet. */
const LONG = 150;

const neighbors = (network: number, who: number, mark: string): string => [1, 2, 3].filter((each) => each !== who).map((each) => `10.0.${network}.${each}${mark};`).join(' ');

const bird = (who: number): string => `router id 10.9.9.${who};\n${BIRD_BASE}protocol ospf v2 {\n  area 0 {\n` +
  `    interface "eth0" { type nbma; hello 1; dead 5; poll 2; cost ${NBMA}; priority ${who}; neighbors { ${neighbors(0, who, ' eligible')} }; };\n` +
  `    interface "eth1" { type ptmp; hello 1; dead 5; poll 2; cost ${MULTIPOINT}; neighbors { ${neighbors(1, who, '')} }; };\n` +
  `    interface "eth2" { type ptp; hello 1; dead 5; cost ${UNNUMBERED}; };\n    interface "lo" { stub; };\n  };\n}\n`;

/** BIRD refuses an instance that comes within MinLSArrival of another; FRR repeats it after as much as two intervals. */
const FRR = `interface eth0\n ip ospf network non-broadcast\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n ip ospf cost ${NBMA}\n ip ospf priority 3\n` +
  `interface eth2\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n ip ospf cost ${UNNUMBERED}\n ip ospf retransmit-interval 2\n` +
  'router ospf\n ospf router-id 10.9.9.3\n network 0.0.0.0/0 area 0\n neighbor 10.0.0.1 poll-interval 2\n neighbor 10.0.0.2 poll-interval 2\n';

describeWithBird('networks that are no LANs, with real BIRDs', () => {
  it.concurrent.for<['bird' | 'frr']>([['bird'], ['frr']])('ours is a %s: non-broadcast, point-to-multipoint, unnumbered', { timeout: 120_000 }, async ([kind], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const hasMultipoint = kind === 'bird';
    const real = (who: number): Record<string, readonly [string, string]> => ({
      eth0: ['nbma', `10.0.0.${who}/24`], eth1: ['ptmp', `10.0.1.${who}/24`], ...(who === 1 ? { eth2: ['ptp', '10.9.9.1 peer 10.9.9.3/32'] } : {}),
    });
    await net.begin({
      files: { 'us.conf': kind === 'bird' ? bird(3) : FRR },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { addresses: [10.9.9.3/32, 10.9.9.4/32] }, eth0: { address: 10.0.0.3/24 }${hasMultipoint ? ', eth1: { address: 10.0.1.3/24 }' : ''}, eth2: { address: 10.9.9.3, peer: 10.9.9.1 } } }\n`,
      segments: { 'us:eth0': 'nbma', ...(hasMultipoint ? { 'us:eth1': 'ptmp' } : {}), 'us:eth2': 'ptp' },
    }, { b1: { loopback: '10.9.9.1/32', interfaces: real(1), bird: bird(1) }, b2: { loopback: '10.9.9.2/32', interfaces: real(2), bird: bird(2) } });
    const [b1, b2] = [net.router('b1'), net.router('b2')];
    const ways = async (limitSeconds: number, fromOne: string, fromTwo: string): Promise<void> => {
      await net.untilRoutes(limitSeconds, {
        b1: ['10.9.9.2 via 10.0.0.2 dev eth0', `10.9.9.3 via ${fromOne}`, `10.9.9.4 via ${fromOne}`],
        b2: ['10.9.9.1 via 10.0.0.1 dev eth0', `10.9.9.3 via ${fromTwo}`, `10.9.9.4 via ${fromTwo}`],
      }, '10.9.9.');
      await b2.until('packets pass both ways', 10, () => b2.run('ping', '-c', '1', '-W', '1', '-I', '10.9.9.2', '10.9.9.4').includes('1 received'));
      expect(b2.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.2', '10.9.9.4')).toContain('3 received');
    };
    await ways(40, '10.0.0.3 dev eth0', '10.0.0.3 dev eth0');
    await b1.until('every adjacency', 20, () => (b1.neighbors().match(/ Full\//g) ?? []).length === (hasMultipoint ? 5 : 4));
    expect(b1.neighbors()).toMatch(/10\.9\.9\.3 3 Full\/DR [\d.]+ eth0 10\.0\.0\.3 /);
    net.cut('us:eth0');
    if (hasMultipoint) {
      await ways(20, '10.0.1.3 dev eth1', '10.0.1.3 dev eth1');
      net.cut('us:eth1');
    }
    await ways(20, '10.9.9.3 dev eth2', '10.0.0.1 dev eth0');

    const databases = await net.leave(6);
    const ours = net.recorded();
    for (const database of databases.values()) expectSameLsas(['0.0.0.0'], ours.lsas('us'), database);
    expect(ours.routes('us').filter((route) => route.startsWith('10.9.9.'))).toEqual(kind === 'bird' ? ['10.9.9.1 via 10.9.9.1 dev eth2', '10.9.9.2 via 10.9.9.1 dev eth2'] : ['10.9.9.2 via 10.9.9.1 dev eth2']);
    await b1.until('BIRD has forgotten us', 12, () => !b1.routes().some((route) => route.startsWith('10.9.9.4 ')));
  });

  it.concurrent.for<['bird' | 'frr']>([['bird'], ['frr']])('ours is a %s: router-LSAs that are longer than a packet, both ways', { timeout: 120_000 }, async ([kind], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const conf = (who: number): string => `router id 10.9.9.${who};\n${BIRD_BASE}protocol ospf v2 {\n  area 0 {\n    interface "eth0" { type ptp; hello 1; dead 5; authentication cryptographic; password "takeover" { id 1; }; };\n    interface "lo" { stub; };\n  };\n}\n`;
    const frr = 'interface eth0\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n ip ospf authentication message-digest\n ip ospf message-digest-key 1 md5 takeover\n' +
      'router ospf\n ospf router-id 10.9.9.3\n network 0.0.0.0/0 area 0\n';
    const addresses = (network: number): string[] => Array.from({ length: LONG }, (_, i) => `10.99.${network}.${i + 1}`);
    await net.begin({
      files: { 'us.conf': kind === 'bird' ? conf(3) : frr },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { addresses: [10.9.9.3/32, ${addresses(3).map((each) => `${each}/32`).join(', ')}] }, eth0: { address: 10.0.0.3/24 } } }\n`,
      segments: { 'us:eth0': 'wire' },
    }, { b1: { loopback: '10.9.9.1/32', also: addresses(1), interfaces: { eth0: ['wire', '10.0.0.1/24'] }, bird: conf(1) } });
    await net.untilRoutes(40, { b1: ['10.9.9.3', ...addresses(3)].map((each) => `${each} via 10.0.0.3 dev eth0`) });
    const b1 = net.router('b1');
    await b1.until('packets pass both ways', 10, () => b1.run('ping', '-c', '1', '-W', '1', '-I', '10.99.1.1', `10.99.3.${LONG}`).includes('1 received'));
    expect(b1.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-s', '4000', '-I', '10.99.1.1', `10.99.3.${LONG}`)).toContain('3 received');
    const databases = await net.leave();
    const ours = net.recorded();
    expectSameLsas(['0.0.0.0'], ours.lsas('us'), databases.get('b1') ?? []);
    expect(ours.routes('us')).toEqual(['10.9.9.1', ...addresses(1)].map((each) => `${each} via 10.0.0.1 dev eth0`).sort());
    expect(Math.max(...framesOf(net.lan.folder, 'inputs').map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1514);
  });
});
