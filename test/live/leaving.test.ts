/**
 * Leaving a real network: what our routers announced is taken back, by those inside and by the one at the border, also where it was announced a moment ago, when
 * MinLSArrival makes the neighbour deaf; and the TAP device is gone.
 */
import { expect, it, type TestContext } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, MAIN, sleep } from './live-lab.js';

const LINK = ' ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval 4\n';

/** Several at once: each test clears up after itself. */
function lab(context: TestContext): LiveLab {
  const made = new LiveLab();
  context.onTestFinished(() => made.remove());
  return made;
}

/** outside - us - inner; `changes`: commands for both of ours, later. */
function topology(at: LiveLab, changes = ''): string {
  at.write('us.conf', `interface eth0\n${LINK}interface eth1\n${LINK}router ospf\n ospf router-id 10.9.9.1\n network 0.0.0.0/0 area 0\n`);
  at.write('inner.conf', `interface eth0\n${LINK}router ospf\n ospf router-id 10.9.9.2\n network 0.0.0.0/0 area 0\n redistribute static\nip route 10.77.0.0/16 Null0\n`);
  return at.write('lab.yaml', `
name: lab
topology:
  nodes:
    us: { kind: frr, config: us.conf, interfaces: { lo: { address: 10.9.9.1/32 }, eth0: { address: 10.0.0.2/24 }, eth1: { address: 10.7.0.1/24 } } }
    inner: { kind: frr, config: inner.conf, interfaces: { lo: { address: 10.9.9.2/32 }, eth0: { address: 10.7.0.2/24 } } }
    outside: { kind: host, interfaces: { eth0: { address: 10.0.0.1/24 } } }
  links:
    - endpoints: ["us:eth0", "outside:eth0"]
    - endpoints: ["us:eth1", "inner:eth0"]
until: 1min
${changes}`);
}

const FRR = `hostname real\ninterface tap0\n ip address 10.0.0.1/24\n${LINK}interface lo\n ip address 10.9.9.9/32\nrouter ospf\n ospf router-id 10.9.9.9\n network 0.0.0.0/0 area 0\n`;

/** The LSAs of ours that the neighbour has, those at MaxAge left out: type, link state id and router. */
function ours(at: LiveLab): string[] {
  const kinds = ['router', 'external'].flatMap((kind) => at.vtysh(`show ip ospf database ${kind}`).split(/(?=LS age:)/).slice(1));
  return kinds.flatMap((text) => {
    const [age, router] = [/LS age: (\d+)/, /Advertising Router: (\S+)/].map((each) => each.exec(text)?.[1]);
    return Number(age) < 3600 && (router === '10.9.9.1' || router === '10.9.9.2') ? [`${/LS Type: (\S+)/.exec(text)?.[1]} ${/Link State ID: (\S+)/.exec(text)?.[1]} ${router}`] : [];
  });
}

const ALL = ['router-LSA 10.9.9.1 10.9.9.1', 'router-LSA 10.9.9.2 10.9.9.2', 'AS-external-LSA 10.77.0.0 10.9.9.2'];

describeWithNamespaces('leaving', () => {
  it.concurrent('on Ctrl-C: everything is flushed, the device is gone, and it does not take long', async (context) => {
    const at = lab(context);
    const attached = at.start('attach', process.execPath, MAIN, 'attach', topology(at), '--bind', 'us:eth0=tap:tap0');
    const ended = new Promise<number | null>((resolve) => void attached.once('exit', resolve));
    await at.frr('tap0', FRR);
    await at.until('FRR has all of ours', 40, () => ALL.every((each) => ours(at).includes(each)));
    await at.until('and routes there', 30, () => at.vtysh('show ip route ospf').includes('10.77.0.0/16'));
    await sleep(2);
    const began = Date.now();
    attached.kill('SIGINT');
    await at.until('FRR has nothing of ours', 8, () => ours(at).length === 0);
    expect(await ended, at.log('attach')).toBe(0);
    expect(Date.now() - began).toBeLessThan(8000);
    expect(at.ip('link')).not.toContain('tap0');
    expect(at.log('attach')).toContain('0 neighbours Full');
  }, 90_000);

  // What is announced 0.2 s before the end, at both: a cost, so that FRR has new router-LSAs of both when it is told to forget them.
  it.concurrent('a moment after something was announced, when the neighbour is deaf to what follows', async (context) => {
    const at = lab(context);
    const changes = `events:\n  - { at: 24800ms, node: us, do: configure, lines: ["interface eth1", "ip ospf cost 77"] }\n  - { at: 24800ms, node: inner, do: configure, lines: ["interface eth0", "ip ospf cost 78"] }\n`;
    const attached = at.attach(topology(at, changes), '--bind', 'us:eth0=tap:tap0', '--events', '--for', '25s');
    await at.frr('tap0', FRR);
    await at.until('FRR has all of ours', 25, () => ALL.every((each) => ours(at).includes(each)));
    let hasSeenChange = false;
    await at.until('FRR has nothing of ours', 30, () => {
      hasSeenChange ||= at.vtysh('show ip ospf database router 10.9.9.1').includes('TOS 0 Metric: 77');
      return hasSeenChange && ours(at).length === 0;
    });
    const { code, output } = await attached;
    expect(code, output).toBe(0);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 90_000);

  it.concurrent('a second Ctrl-C ends it at once, and the device is gone all the same', async (context) => {
    const at = lab(context);
    const attached = at.start('attach', process.execPath, MAIN, 'attach', topology(at), '--bind', 'us:eth0=tap:tap0');
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
  }, 120_000);

  it.concurrent.for([['a TAP device', 'tap0', 'tap:tap0'], ['an Ethernet device', 'veth0', 'veth0'], ['an interface', 'veth0', 'raw:veth0']])('%s that somebody removes ends it with one line', async ([, name, device], context) => {
    const at = lab(context);
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth0', 'up');
    at.ip('addr', 'add', '10.0.0.2/24', 'dev', 'veth0');
    const attached = at.start('attach', process.execPath, MAIN, 'attach', topology(at), '--bind', `us:eth0=${device}`);
    const ended = new Promise<number | null>((resolve) => void attached.once('exit', resolve));
    await at.until('the device is there', 30, () => at.ip('link').includes(` ${name}`));
    await at.until('it runs', 60, () => at.log('attach').includes('neighbours Full'));
    at.ip('link', 'del', name);
    expect(await ended).toBe(2);
    expect(at.log('attach').trimEnd().split('\n').at(-1)).toBe(`the device ${name} is not there any more`);
  }, 120_000);
});
