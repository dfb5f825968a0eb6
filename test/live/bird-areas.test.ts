/**
 * Areas with real BIRDs: ours is the border router between the backbone, a stub area and an NSSA, in each of which stands a real one; and ours is in the middle of a
 * transit area, through which two real ones have a virtual link, or at one end of it. Ours is a BIRD, and an FRR. Every database that both have is equal to the last bit.
 */
import { expect, it } from 'vitest';
import { BIRD_BASE, BirdNetwork, describeWithBird, expectSameLsas } from './bird-lab.js';

const ospf = (id: string, areas: string, exported = 'none', before = ''): string => `router id ${id};\n${BIRD_BASE}${before}protocol ospf v2 {\n  ipv4 { import all; export ${exported}; };\n${areas}}\n`;
const LINK = '{ type ptp; hello 1; dead 5; }';
const FRR_LINK = ' ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 5\n ip ospf retransmit-interval 2\n';
/** A virtual link of BIRD's comes up over broadcast networks only: on others it does not learn its neighbour's address. */
const LAN = '{ hello 1; dead 5; }';
const FRR_LAN = FRR_LINK.replace(' ip ospf network point-to-point\n', '');
const outsideRoute = (prefix: string): string => `protocol static { ipv4; route ${prefix} blackhole; }\n`;
const virtual = (peer: string): string => `virtual link ${peer} { hello 1; dead 5; };`;
const loopback = 'interface "lo" { stub; };';

describeWithBird('areas with real BIRDs', () => {
  it.concurrent.for<['bird' | 'frr']>([['bird'], ['frr']])('ours is a %s: border router of the backbone, a stub area and an NSSA', { timeout: 120_000 }, async ([kind], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const us = kind === 'bird'
      ? ospf('10.9.9.9', `  area 0 { interface "eth0" ${LINK}; ${loopback} };\n  area 1 { stub; interface "eth1" ${LINK}; };\n  area 2 { nssa; summary; interface "eth2" ${LINK}; };\n`)
      : `interface eth0\n${FRR_LINK}interface eth1\n${FRR_LINK}interface eth2\n${FRR_LINK}router ospf\n ospf router-id 10.9.9.9\n network 10.0.0.0/24 area 0\n network 10.9.9.9/32 area 0\n network 10.0.1.0/24 area 1\n network 10.0.2.0/24 area 2\n` +
        ' area 1 stub no-summary\n area 2 nssa\n';
    await net.begin({
      files: { 'us.conf': us },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { address: 10.9.9.9/32 }, eth0: { address: 10.0.0.9/24 }, eth1: { address: 10.0.1.9/24 }, eth2: { address: 10.0.2.9/24 } } }\n`,
      segments: { 'us:eth0': 'core', 'us:eth1': 'stub', 'us:eth2': 'nssa' },
    }, {
      b0: { loopback: '10.9.9.1/32', interfaces: { eth0: ['core', '10.0.0.1/24'] }, bird: ospf('10.9.9.1', `  area 0 { interface "eth0" ${LINK}; ${loopback} };\n`, 'where source = RTS_STATIC', outsideRoute('192.0.2.0/24')) },
      b1: { loopback: '10.9.9.2/32', interfaces: { eth0: ['stub', '10.0.1.2/24'] }, bird: ospf('10.9.9.2', `  area 1 { stub; interface "eth0" ${LINK}; ${loopback} };\n`) },
      b2: { loopback: '10.9.9.3/32', interfaces: { eth0: ['nssa', '10.0.2.3/24'] }, bird: ospf('10.9.9.3', `  area 2 { nssa; summary; interface "eth0" ${LINK}; ${loopback} };\n`, 'where source = RTS_STATIC', outsideRoute('198.51.100.0/24')) },
    });
    const via = (gateway: string, ...prefixes: string[]): string[] => prefixes.map((prefix) => `${prefix} via ${gateway} dev eth0`);
    // FRR has a default route for an NSSA even where it has all the others; BIRD does not.
    await net.untilRoutes(40, {
      b0: via('10.0.0.9', '10.0.1.0/24', '10.0.2.0/24', '10.9.9.2', '10.9.9.3', '10.9.9.9', '198.51.100.0/24'),
      b1: via('10.0.1.9', 'default'),
      b2: via('10.0.2.9', '10.0.0.0/24', '10.0.1.0/24', '10.9.9.1', '10.9.9.2', '10.9.9.9', ...(kind === 'frr' ? ['default'] : [])),
    });
    // From the stub area, by the default route, to the NSSA, and back.
    const b1 = net.router('b1');
    expect(b1.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.2', '10.9.9.3')).toContain('3 received');
    const databases = await net.leave(kind === 'frr' ? 6 : 3);
    const ours = net.recorded();
    for (const [router, scopes] of [['b0', ['0.0.0.0', 'global']], ['b1', ['0.0.0.1']], ['b2', ['0.0.0.2']]] as const) expectSameLsas(scopes, ours.lsas('us'), databases.get(router) ?? []);
    expect(ours.routes('us')).toEqual(['10.9.9.1 via 10.0.0.1 dev eth0', '10.9.9.2 via 10.0.1.2 dev eth1', '10.9.9.3 via 10.0.2.3 dev eth2', '192.0.2.0/24 via 10.0.0.1 dev eth0', '198.51.100.0/24 via 10.0.2.3 dev eth2']);
    await b1.until('BIRD has forgotten us', 12, () => b1.routes().length === 0);
  });

  it.concurrent.for<['bird' | 'frr']>([['bird'], ['frr']])('ours is a %s: in the transit area of a virtual link', { timeout: 120_000 }, async ([kind], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const us = kind === 'bird' ? ospf('10.9.9.9', `  area 1 { interface "eth*" ${LAN}; };\n`)
      : `interface eth0\n${FRR_LAN}interface eth1\n${FRR_LAN}router ospf\n ospf router-id 10.9.9.9\n network 10.0.0.0/16 area 1\n`;
    await net.begin({
      files: { 'us.conf': us },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { eth0: { address: 10.0.0.9/24 }, eth1: { address: 10.0.1.9/24 } } }\n`,
      segments: { 'us:eth0': 'west', 'us:eth1': 'east' },
    }, {
      b0: { loopback: '10.9.9.1/32', interfaces: { eth0: ['west', '10.0.0.1/24'] }, bird: ospf('10.9.9.1', `  area 0 { ${loopback} };\n  area 1 { interface "eth0" ${LAN}; ${virtual('10.9.9.2')} };\n`) },
      b2: { loopback: '10.9.9.2/32', interfaces: { eth0: ['east', '10.0.1.2/24'] }, bird: ospf('10.9.9.2', `  area 0 { };\n  area 1 { interface "eth0" ${LAN}; ${virtual('10.9.9.1')} };\n  area 2 { ${loopback} };\n`) },
    });
    await net.untilRoutes(40, { b0: ['10.0.1.0/24 via 10.0.0.9 dev eth0', '10.9.9.2 via 10.0.0.9 dev eth0'], b2: ['10.0.0.0/24 via 10.0.1.9 dev eth0', '10.9.9.1 via 10.0.1.9 dev eth0'] });
    const b0 = net.router('b0');
    await b0.until('the virtual link is Full', 20, () => /Full\/PtP [\d.]+ vlink/.test(b0.neighbors()));
    expect(b0.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.1', '10.9.9.2')).toContain('3 received');
    const databases = await net.leave(kind === 'frr' ? 6 : 3);
    const ours = net.recorded();
    for (const database of databases.values()) expectSameLsas(['0.0.0.1'], ours.lsas('us'), database);
    expect(ours.routes('us')).toEqual(['10.9.9.1 via 10.0.0.1 dev eth0', '10.9.9.2 via 10.0.1.2 dev eth1']);
    await b0.until('BIRD has forgotten us', 12, () => b0.routes().length === 0);
  });

  it.concurrent.for<['bird' | 'frr']>([['bird'], ['frr']])('ours is a %s: one end of a virtual link through a real router to a real one', { timeout: 120_000 }, async ([kind], { onTestFinished }) => {
    const net = new BirdNetwork(onTestFinished);
    const us = kind === 'bird' ? ospf('10.9.9.9', `  area 0 { ${loopback} };\n  area 1 { interface "eth0" ${LAN}; ${virtual('10.9.9.2')} };\n`)
      : `interface eth0\n${FRR_LAN}router ospf\n ospf router-id 10.9.9.9\n network 10.9.9.9/32 area 0\n network 10.0.0.0/24 area 1\n area 1 virtual-link 10.9.9.2 hello-interval 1 dead-interval 5\n`;
    await net.begin({
      files: { 'us.conf': us },
      nodes: `    us: { kind: ${kind}, config: us.conf, interfaces: { lo: { address: 10.9.9.9/32 }, eth0: { address: 10.0.0.9/24 } } }\n`,
      segments: { 'us:eth0': 'west' },
    }, {
      t: { loopback: '10.9.9.5/32', interfaces: { eth0: ['west', '10.0.0.5/24'], eth1: ['east', '10.0.1.5/24'] }, bird: ospf('10.9.9.5', `  area 1 { interface "eth*" ${LAN}; };\n`) },
      b2: { loopback: '10.9.9.2/32', interfaces: { eth0: ['east', '10.0.1.2/24'] }, bird: ospf('10.9.9.2', `  area 0 { };\n  area 1 { interface "eth0" ${LAN}; ${virtual('10.9.9.9')} };\n  area 2 { ${loopback} };\n`) },
    });
    await net.untilRoutes(40, { t: ['10.9.9.2 via 10.0.1.2 dev eth1', '10.9.9.9 via 10.0.0.9 dev eth0'], b2: ['10.0.0.0/24 via 10.0.1.5 dev eth0', '10.9.9.9 via 10.0.1.5 dev eth0'] });
    const b2 = net.router('b2');
    await b2.until('the virtual link is Full', 20, () => /Full\/PtP [\d.]+ vlink/.test(b2.neighbors()));
    expect(b2.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.2', '10.9.9.9')).toContain('3 received');
    const databases = await net.leave(kind === 'frr' ? 6 : 3);
    const ours = net.recorded();
    expectSameLsas(['0.0.0.1'], ours.lsas('us'), databases.get('t') ?? []);
    expectSameLsas(['0.0.0.0', '0.0.0.1'], ours.lsas('us'), databases.get('b2') ?? []);
    // FRR's kernel has the way twice: by the virtual link, and by what its other end announces into the transit area.
    expect([...new Set(ours.routes('us'))]).toEqual(['10.0.1.0/24 via 10.0.0.5 dev eth0', '10.9.9.2 via 10.0.0.5 dev eth0']);
    await b2.until('BIRD has forgotten us', 12, () => !b2.routes().some((route) => route.startsWith('10.9.9.9 ')));
  });
});
