/**
 * Attached: real FRR, BIRD, keepalived and the kernel of this machine on one end of a wire, an emulated network on the other; in network namespaces, in real time.
 * Each run is recorded, and the recording gives the same bytes in virtual time.
 */
import { spawnSync } from 'node:child_process';
import { expect, it, type TestContext } from 'vitest';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, MAIN, sleep } from './live-lab.js';

const QUICK = ' ip ospf hello-interval 1\n ip ospf dead-interval 4\n';

/** Several at once: each test clears up after itself. */
function lab(context: TestContext): LiveLab {
  const made = new LiveLab();
  context.onTestFinished(() => made.remove());
  return made;
}

/** us between the device and an inner router; `interface`: what our side says of eth0. */
function topology(at: LiveLab, ours: { readonly address: string; readonly interface: string; readonly router?: string }): string {
  const link = ` ip ospf network point-to-point\n${QUICK}`;
  at.write('us.conf', `interface eth0\n${ours.interface}interface eth1\n${link}router ospf\n ospf router-id 10.9.9.1\n network 0.0.0.0/0 area 0\n${ours.router ?? ''}`);
  at.write('inner.conf', `interface eth0\n${link}router ospf\n ospf router-id 10.9.9.2\n network 0.0.0.0/0 area 0\n`);
  return at.write('lab.yaml', `
name: lab
topology:
  nodes:
    us: { kind: frr, config: us.conf, interfaces: { lo: { address: 10.9.9.1/32 }, eth0: { address: ${ours.address} }, eth1: { address: 10.7.0.1/24 } } }
    inner: { kind: frr, config: inner.conf, interfaces: { lo: { address: 10.9.9.2/32 }, eth0: { address: 10.7.0.2/24 } } }
    outside: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
  links:
    - endpoints: ["us:eth0", "outside:eth0"]
    - endpoints: ["us:eth1", "inner:eth0"]
probes:
  - { name: out, from: inner, to: 10.9.9.9, every: 100ms, start: 20s, stop: 25s }
until: 1min
`);
}

const real = (device: string, address: string, more: string, router = ''): string =>
  `hostname real\ninterface ${device}\n ip address ${address}\n${more}interface lo\n ip address 10.9.9.9/32\nrouter ospf\n ospf router-id 10.9.9.9\n network 0.0.0.0/0 area 0\n${router}`;

/** Both know the other's networks, packets pass both ways, and everything was the same again. */
async function expectRoutesBothWays(at: LiveLab, attached: Promise<{ code: number | null; output: string }>): Promise<void> {
  await at.until('FRR has the route to the router behind us', 30, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
  await sleep(0.5);
  expect(at.run('ping', '-c', '3', '-i', '0.2', '-W', '1', '-I', '10.9.9.9', '10.9.9.2')).toContain('3 received');
  const { code, output } = await attached;
  expect(code, output).toBe(0);
  // The router behind us reaches FRR's loopback: every probe from 20 s on.
  expect(output).toMatch(/out +\d+ +0 +none/);
  // Leaving, we have taken back what we had said.
  await at.until('FRR has forgotten us', 10, () => !at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
  expect(at.replay()).toContain('the same bytes at the same microseconds');
}

describeWithNamespaces('attach, to FRR', () => {
  it.concurrent('a TAP device, point-to-point', async (context) => {
    const at = lab(context);
    const attached = at.attach(topology(at, { address: '10.0.0.2/24', interface: ` ip ospf network point-to-point\n${QUICK}` }), '--bind', 'us:eth0=tap:tap0', '--for', '28s');
    await at.frr('tap0', real('tap0', '10.0.0.1/24', ` ip ospf network point-to-point\n${QUICK}`));
    await expectRoutesBothWays(at, attached);
  });

  it.concurrent.for<[string, number, number, string]>([['we are the Designated Router', 9, 1, '10.9.9.1'], ['FRR is', 1, 9, '10.9.9.9']])('a LAN behind a veth, %s, MD5', async ([, ours, theirs, designated], context) => {
    const at = lab(context);
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth1', 'up');
    const md5 = (priority: number): string => `${QUICK} ip ospf priority ${priority}\n ip ospf authentication message-digest\n ip ospf message-digest-key 1 md5 secret\n`;
    const attached = at.attach(topology(at, { address: '10.0.0.2/24', interface: md5(ours) }), '--bind', 'us:eth0=veth0', '--for', '30s');
    await at.frr('veth1', real('veth1', '10.0.0.1/24', md5(theirs)));
    await at.until('the election', 20, () => at.vtysh('show ip ospf interface veth1').includes('Designated Router'));
    await at.until('Full', 25, () => / Full\/(DR|Backup)/.test(at.vtysh('show ip ospf neighbor')));
    expect(at.vtysh('show ip ospf interface veth1')).toContain(`Designated Router (ID) ${designated}`);
    await expectRoutesBothWays(at, attached);
  });

  it.concurrent('the IP layer of an interface of the kernel, which keeps its address; FRR behind a veth', async (context) => {
    const [at, far] = [lab(context), lab(context)];
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1', 'netns', far.namespace);
    at.ip('addr', 'add', '10.0.0.2/24', 'dev', 'veth0');
    at.ip('link', 'set', 'veth0', 'up');
    far.ip('link', 'set', 'veth1', 'up');
    const link = ` ip ospf network point-to-point\n${QUICK}`;
    const attached = at.attach(topology(at, { address: '10.0.0.2/24', interface: link }), '--bind', 'us:eth0=raw:veth0', '--for', '25s');
    await far.frr('veth1', real('veth1', '10.0.0.1/24', link));
    await at.until('FRR has the route to the router behind us', 25, () => far.vtysh('show ip route ospf').includes('10.9.9.2/32'));
    const { code } = await attached;
    expect(code).toBe(0);
    await at.until('FRR has forgotten us', 10, () => !far.vtysh('show ip route ospf').includes('10.9.9.2/32'));
    expect(at.ip('addr', 'show', 'dev', 'veth0')).toContain('10.0.0.2/24');
    expect(at.ip('route')).not.toContain('proto ospf');
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  });
});

describeWithJudge('bird', 'attach, to BIRD', () => {
  it.concurrent('a TAP device, point-to-point, both as a BIRD with HMAC-SHA-256', async (context) => {
    const at = lab(context);
    const ospf = (device: string): string => `protocol ospf v2 {\n  ipv4 { import all; export none; };\n  area 0 {\n    interface "${device}" { type ptp; hello 1; dead 4; authentication cryptographic; password "takeover" { id 1; algorithm hmac sha256; }; };\n    interface "lo" { stub; };\n  };\n}\n`;
    const base = (id: string, device: string): string => `router id ${id};\nprotocol device { scan time 1; }\nprotocol kernel { ipv4 { export all; }; }\n${ospf(device)}`;
    at.write('us.conf', base('10.9.9.1', 'eth0'));
    const attached = at.attach(at.write('lab.yaml', `
name: lab
topology:
  nodes:
    us: { kind: bird, config: us.conf, interfaces: { lo: { address: 10.9.9.1/32 }, eth0: { address: 10.0.0.2/24 } } }
    outside: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
  links:
    - endpoints: ["us:eth0", "outside:eth0"]
until: 1min
`), '--bind', 'us:eth0=tap:tap0', '--for', '25s');
    await at.until('tap0 is there', 30, () => at.ip('link').includes('tap0:'));
    at.ip('addr', 'add', '10.0.0.1/24', 'dev', 'tap0');
    at.ip('addr', 'add', '10.9.9.9/32', 'dev', 'lo');
    at.start('bird', 'bird', '-f', '-c', at.write('bird.conf', base('10.9.9.9', 'tap0')), '-s', `${at.folder}/bird.ctl`, '-P', `${at.folder}/bird.pid`);
    await at.until('BIRD has the route to us', 25, () => at.run('birdc', '-s', `${at.folder}/bird.ctl`, 'show', 'route').includes('10.9.9.1/32'));
    expect(at.run('ping', '-c', '2', '-i', '0.2', '-W', '1', '10.9.9.1')).toContain('2 received');
    const { code, output } = await attached;
    expect(code, output).toBe(0);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  });
});

describeWithNamespaces('attach, what stands in the way', () => {
  const attach = (...words: string[]): string => {
    const { stderr, status } = spawnSync(process.execPath, [MAIN, 'attach', 'topologies/router-loss-frr.yaml', '--for', '1s', ...words], { encoding: 'utf8' });
    return `${status}: ${stderr.trimEnd().split('\n').at(-1)}`;
  };

  it.each([
    ['no device', [], '2: attach needs --bind NODE:IF=DEVICE'],
    ['a binding that is none', ['--bind', 'lnx31'], '2: --bind lnx31: NODE:IF=DEVICE is wanted'],
    ['a node that is not there', ['--bind', 'lnx99:eth0=tap:t0'], '2: --bind: there is no node lnx99; nodes: '],
    ['an interface that is not there', ['--bind', 'lnx31:eth7=tap:t0'], '2: --bind: lnx31 has no interface eth7 with a link; it has '],
    ['a device that is not there', ['--bind', 'lnx31:eth0=nowhere0'], '2: there is no device nowhere0 here; tap:nowhere0 makes one'],
    ['a kind of device that there is not', ['--bind', 'lnx31:eth0=tun:t0'], '2: the device tun:t0: tap:NAME, raw:NAME or NAME is wanted'],
    ['bound twice', ['--bind', 'lnx31:eth0=tap:t0,lnx31:eth0=tap:t1'], '2: --bind: lnx31:eth0 is bound twice'],
  ])('%s', (_what, words, message) => {
    expect(attach(...words)).toContain(message);
  });
});

describeWithJudge('keepalived', 'attach, to keepalived', () => {
  const conf = (device: string, priority: number): string => `vrrp_instance web {\n  state BACKUP\n  interface ${device}\n  virtual_router_id 51\n  priority ${priority}\n  advert_int 1\n  virtual_ipaddress {\n    10.0.0.100/24\n  }\n}\n`;
  const pair = (at: LiveLab, priority: number): string => {
    at.write('keepalived.conf', conf('eth0', priority));
    return at.write('lab.yaml', `
name: lab
topology:
  nodes:
    web: { kind: host, config: keepalived.conf, interfaces: { eth0: { address: 10.0.0.2/24 } } }
    other: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
  links:
    - endpoints: ["web:eth0", "other:eth0"]
until: 1min
`);
  };
  const start = async (at: LiveLab, priority: number): Promise<ReturnType<LiveLab['start']>> => {
    await at.until('tap0 is there', 30, () => at.ip('link').includes('tap0:'));
    at.ip('addr', 'add', '10.0.0.1/24', 'dev', 'tap0');
    return at.start('keepalived', 'keepalived', '-n', '-l', '-P', '-f', at.write('real.conf', conf('tap0', priority)), '-p', `${at.folder}/k.pid`, '-r', `${at.folder}/v.pid`);
  };
  const has = (at: LiveLab): boolean => at.ip('-4', 'addr', 'show', 'dev', 'tap0').includes('10.0.0.100/');

  it.concurrent('ours is master, the real one backup; ours stops, the real one takes over after its skew', async (context) => {
    const at = lab(context);
    const attached = at.attach(pair(at, 150), '--bind', 'web:eth0=tap:tap0', '--for', '14s');
    await start(at, 100);
    // The kernel of this machine asks, and ours answers for the address.
    await at.until('the address answers', 12, () => at.run('ping', '-c', '1', '-W', '1', '10.0.0.100').includes('1 received'));
    expect(has(at)).toBe(false);
    const { code } = await attached;
    await at.until('the real one has the address', 5, () => at.log('keepalived').includes('Entering MASTER STATE'));
    expect([code, /Entering BACKUP STATE/.test(at.log('keepalived'))]).toEqual([0, true]);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  });

  it.concurrent('the real one is master, ours backup; the real one stops, ours takes over', async (context) => {
    const at = lab(context);
    const attached = at.attach(pair(at, 100), '--bind', 'web:eth0=tap:tap0', '--for', '22s');
    const keepalived = await start(at, 200);
    await at.until('the real one has the address', 15, () => has(at));
    await sleep(3);
    keepalived.kill('SIGTERM');
    await at.until('the real one has let it go', 8, () => !has(at));
    await at.until('ours answers for it', 8, () => at.run('ping', '-c', '1', '-W', '1', '10.0.0.100').includes('1 received'));
    const { code, output } = await attached;
    expect(code).toBe(0);
    expect(output.replace(/\s+/g, ' ')).toMatch(/Backup -> Master, priority 100: no advertisement/);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  });
});
