/**
 * Leaving a real network: what our routers announced is taken back, by those inside and by the one at the border, also where it was announced a moment ago, when
 * MinLSArrival makes the neighbour deaf; and the TAP device is gone.
 */
import { expect, it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { borderTopology, intervals, labOf, neighborConf, POINT_TO_POINT } from './border-lab.js';
import { type LiveLab, MAIN, sleep } from './live-lab.js';

const LINK = `${POINT_TO_POINT}${intervals(1, 4)}`;
const INNER = ' redistribute static\nip route 10.77.0.0/16 Null0\n';

/** The LSAs of ours that the neighbour has, those at MaxAge left out: type, link state id and router. */
function ours(at: LiveLab): string[] {
  const kinds = ['router', 'external'].flatMap((kind) => at.vtysh(`show ip ospf database ${kind}`).split(/(?=LS age:)/).slice(1));
  return kinds.flatMap((text) => {
    const [age, router] = [/LS age: (\d+)/, /Advertising Router: (\S+)/].map((each) => each.exec(text)?.[1]);
    return Number(age) < 3600 && (router === '10.9.9.1' || router === '10.9.9.2') ? [`${/LS Type: (\S+)/.exec(text)?.[1]} ${/Link State ID: (\S+)/.exec(text)?.[1]} ${router}`] : [];
  });
}

const ALL = ['router-LSA 10.9.9.1 10.9.9.1', 'router-LSA 10.9.9.2 10.9.9.2', 'AS-external-LSA 10.77.0.0 10.9.9.2'];

const GRID_SIDE = 16;
const GRID = `name: leaving
start: { spread: 10s, refreshes: 75s }
topology:
  nodes:
    outside: { kind: host, interfaces: { eth0: { address: 198.51.100.1/30 } } }
  generate:
    - name: inner
      shape: grid
      rows: ${GRID_SIDE}
      columns: ${GRID_SIDE}
      links: 10.128.0.0/16
      loopbacks: 172.16.0.0/16
      attach: [{ node: inner-01-01, interface: up, address: 198.51.100.2/30 }]
  links: [{ endpoints: ["outside:eth0", "inner-01-01:up"] }]
`;
const GRID_NEIGHBOR = `interface tap0
 ip address 198.51.100.1/30
 ip ospf network point-to-point
router ospf
 ospf router-id 192.0.2.1
 network 0.0.0.0/0 area 0
`;

/** Whose router-LSAs the neighbour has, those at MaxAge left out. */
function routersOf(at: LiveLab): string[] {
  return at.vtysh('show ip ospf database router').split(/(?=LS age:)/).slice(1).flatMap((text) => {
    const [age, router] = [/LS age: (\d+)/, /Advertising Router: (\S+)/].map((each) => each.exec(text)?.[1] ?? '');
    return Number(age) < 3600 && router !== '192.0.2.1' ? [router] : [];
  });
}

describeWithNamespaces('leaving', () => {
  it.concurrent('on Ctrl-C: everything is flushed, the device is gone, and it does not take long', async (context) => {
    const at = labOf(context);
    const attached = at.start('attach', process.execPath, MAIN, 'attach', borderTopology(at, LINK, { inner: INNER }), '--bind', 'us:eth0=tap:tap0');
    const ended = new Promise<number | null>((resolve) => void attached.once('exit', resolve));
    await at.frr('tap0', neighborConf(LINK));
    await at.until('FRR has all of ours', 60, () => ALL.every((each) => ours(at).includes(each)));
    await at.until('and routes there', 30, () => at.vtysh('show ip route ospf').includes('10.77.0.0/16'));
    await sleep(2);
    const began = Date.now();
    attached.kill('SIGINT');
    await at.until('FRR has nothing of ours', 15, () => ours(at).length === 0);
    expect(await ended, at.log('attach')).toBe(0);
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(at.ip('link')).not.toContain('tap0');
    expect(at.log('attach')).toContain('0 neighbours Full');
  }, 180_000);

  // What is announced 0.2 s before the end, at both: a cost, so that FRR has new router-LSAs of both when it is told to forget them.
  it.concurrent('a moment after something was announced, when the neighbour is deaf to what follows', async (context) => {
    const at = labOf(context);
    const changes = `events:\n  - { at: 29800ms, node: us, do: configure, lines: ["interface eth1", "ip ospf cost 77"] }\n  - { at: 29800ms, node: inner, do: configure, lines: ["interface eth0", "ip ospf cost 78"] }\n`;
    const attached = at.attach(borderTopology(at, LINK, { inner: INNER, events: changes }), '--bind', 'us:eth0=tap:tap0', '--events', '--for', '30s');
    await at.frr('tap0', neighborConf(LINK));
    await at.until('FRR has all of ours', 60, () => ALL.every((each) => ours(at).includes(each)));
    const { code, output } = await attached;
    expect(code, output).toBe(0);
    expect(output).toContain('ip ospf cost 77');
    await at.until('FRR has nothing of ours', 15, () => ours(at).length === 0);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 180_000);

  // 256 routers, of which three or four refresh their LSA in each second of leaving, while ring after ring goes.
  it.concurrent('a large network whose routers refresh their LSAs meanwhile', async (context) => {
    const at = labOf(context);
    const attached = at.attach(at.write('grid.yaml', GRID), '--bind', 'inner-01-01:up=tap:tap0', '--warm-up', '40s', '--for', '25s');
    await at.until('it is warm', 200, () => at.log('attach').includes('the real clock takes over'));
    await at.frr('tap0', GRID_NEIGHBOR);
    await at.until('FRR has all of them', 24, () => routersOf(at).length === GRID_SIDE ** 2);
    const { code, output } = await attached;
    expect(code, output).toBe(0);
    await at.until('FRR has none of them', 10, () => routersOf(at).length === 0);
  }, 300_000);

  it.concurrent('a second Ctrl-C ends it at once, and the device is gone all the same', async (context) => {
    const at = labOf(context);
    const attached = at.start('attach', process.execPath, MAIN, 'attach', borderTopology(at, LINK, { inner: INNER }), '--bind', 'us:eth0=tap:tap0');
    const ended = new Promise<number | null>((resolve) => void attached.once('exit', resolve));
    await at.until('it runs', 60, () => at.log('attach').includes('neighbours Full'));
    // Two that come while it has no processor are one.
    while (attached.exitCode === null && attached.signalCode === null) {
      attached.kill('SIGINT');
      await sleep(0.5);
    }
    expect(await ended).toBe(130);
    expect(at.log('attach'), 'without a word').not.toContain('What happened');
    await at.until('the device is gone', 10, () => !at.ip('link').includes('tap0'));
  }, 180_000);

  it.concurrent.for([['a TAP device', 'tap0', 'tap:tap0'], ['an Ethernet device', 'veth0', 'veth0'], ['an interface', 'veth0', 'raw:veth0']])('%s that somebody removes ends it with one line', async ([, name, device], context) => {
    const at = labOf(context);
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth0', 'up');
    at.ip('addr', 'add', '10.0.0.2/24', 'dev', 'veth0');
    const attached = at.start('attach', process.execPath, MAIN, 'attach', borderTopology(at, LINK, { inner: INNER }), '--bind', `us:eth0=${device}`);
    const ended = new Promise<number | null>((resolve) => void attached.once('exit', resolve));
    await at.until('the device is there', 60, () => at.ip('link').includes(` ${name}`));
    await at.until('it runs', 60, () => at.log('attach').includes('neighbours Full'));
    at.ip('link', 'del', name);
    expect(await ended).toBe(2);
    expect(at.log('attach').trimEnd().split('\n').at(-1)).toBe(`the device ${name} is not there any more`);
  }, 180_000);
});
