/**
 * Broadcast networks between two real BIRDs and ours, which is Designated Router on one, Backup on the next and neither on the third; each with another kind of
 * authentication. Ours is a BIRD, and an FRR (which has no HMAC). Databases are equal to the last bit, routes both ways are what the costs say, and packets take them.
 */
import { expect, it } from 'vitest';
import { BIRD_BASE, BirdNetwork, describeWithBird, expectSameLsas } from './bird-lab.js';

/** The priorities of ours, b1 and b2; the cost of every interface there; the authentication. */
const LANS = {
  lana: { role: 'DR', priorities: [9, 5, 1], cost: 10, bird: 'authentication simple; password "plain";', frr: ' ip ospf authentication\n ip ospf authentication-key plain\n' },
  lanb: { role: 'BDR', priorities: [5, 9, 1], cost: 11, bird: 'authentication cryptographic; password "takeover" { id 3; };', frr: ' ip ospf authentication message-digest\n ip ospf message-digest-key 3 md5 takeover\n' },
  lanc: { role: 'Other', priorities: [1, 5, 9], cost: 30, bird: 'authentication cryptographic; password "takeover" { id 7; algorithm hmac sha256; };', frr: '' },
} as const;
type LanName = keyof typeof LANS;

const bird = (who: number, id: string, lans: readonly LanName[]): string => `router id ${id};\n${BIRD_BASE}protocol ospf v2 {\n  area 0 {\n` +
  lans.map((lan, i) => `    interface "eth${i}" { hello 1; dead 5; cost ${LANS[lan].cost}; priority ${LANS[lan].priorities[who]}; ${LANS[lan].bird} };\n`).join('') +
  `    interface "eth9" { type ptp; hello 1; dead 5; };\n    interface "lo" { stub; };\n  };\n}\n`;

const frr = (id: string, lans: readonly LanName[]): string => lans.map((lan, i) => `interface eth${i}\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n ip ospf cost ${LANS[lan].cost}\n` +
  ` ip ospf priority ${LANS[lan].priorities[0]}\n${LANS[lan].frr}`).join('') + `interface eth9\n ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n` +
  `router ospf\n ospf router-id ${id}\n network 0.0.0.0/0 area 0\n`;

describeWithBird('broadcast networks with real BIRDs', () => {
  it.concurrent.for<['bird' | 'frr', readonly LanName[]]>([['bird', ['lana', 'lanb', 'lanc']], ['frr', ['lana', 'lanb']]])('ours is a %s, on %s', { timeout: 120_000 }, async ([kind, lans], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const address = (who: number, i: number): string => `10.0.${i}.${who}/24`;
    await net.begin({
      files: { 'us.conf': kind === 'bird' ? bird(0, '10.9.9.3', lans) : frr('10.9.9.3', lans), 'inner.conf': bird(0, '10.9.9.4', []) },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { address: 10.9.9.3/32 }, ${lans.map((_, i) => `eth${i}: { address: ${address(3, i)} }`).join(', ')}, eth9: { address: 10.7.0.3/24 } } }\n` +
        '    inner: { kind: bird, config: inner.conf, interfaces: { lo: { address: 10.9.9.4/32 }, eth9: { address: 10.7.0.4/24 } } }\n',
      links: '    - endpoints: ["us:eth9", "inner:eth9"]\n',
      segments: Object.fromEntries(lans.map((lan, i) => [`us:eth${i}`, lan])),
    }, Object.fromEntries([1, 2].map((who) => [`b${who}`, {
      loopback: `10.9.9.${who}/32`, interfaces: Object.fromEntries(lans.map((lan, i) => [`eth${i}`, [lan, address(who, i)] as const])), bird: bird(who, `10.9.9.${who}`, lans),
    }])));
    const [b1, b2] = [net.router('b1'), net.router('b2')];
    const behindUs = ['10.7.0.0/24', '10.9.9.3', '10.9.9.4'].map((prefix) => `${prefix} via 10.0.0.3 dev eth0`);
    await net.untilRoutes(40, { b1: ['10.9.9.2 via 10.0.0.2 dev eth0', ...behindUs], b2: ['10.9.9.1 via 10.0.0.1 dev eth0', ...behindUs] });
    for (const router of [b1, b2]) await router.until('every adjacency', 20, () => (router.neighbors().match(/ Full\//g) ?? []).length === 2 * lans.length);
    for (const [i, lan] of lans.entries()) expect(b1.neighbors()).toMatch(new RegExp(`10\\.9\\.9\\.3 ${LANS[lan].priorities[0]} Full/${LANS[lan].role} [\\d.]+ eth${i} `));
    expect(b1.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.1', '10.9.9.4')).toContain('3 received');

    const databases = await net.leave();
    const ours = net.recorded();
    for (const database of databases.values()) expectSameLsas(['0.0.0.0'], ours.lsas('us'), database);
    expect(ours.routes('us')).toEqual(['10.9.9.1 via 10.0.0.1 dev eth0', '10.9.9.2 via 10.0.0.2 dev eth0', '10.9.9.4 via 10.7.0.4 dev eth9']);
    expect(ours.routes('inner')).toEqual([...lans.map((_, i) => `10.0.${i}.0/24`), '10.9.9.1', '10.9.9.2', '10.9.9.3'].map((prefix) => `${prefix} via 10.7.0.3 dev eth9`));
    await b1.until('BIRD has forgotten us', 12, () => !b1.routes().some((route) => route.includes(' via 10.0.0.3 ')));
  });
});
