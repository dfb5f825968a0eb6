/**
 * An attached process that is stopped (SIGSTOP) for longer than the dead interval, while the Hellos of a real FRR queue in the kernel: when it goes on, it does not
 * take that neighbour for dead. The loop alone is in test/sim/live-turn.test.ts.
 */
import { expect, it, type TestContext } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { LiveLab, MAIN, sleep } from './live-lab.js';

const DEAD_SECONDS = 4;
const STOPPED_SECONDS = 10;
const LINK = ` ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval ${DEAD_SECONDS}\n`;

/** Several at once: each test clears up after itself. */
function lab(context: TestContext): LiveLab {
  const made = new LiveLab();
  context.onTestFinished(() => made.remove());
  return made;
}

function topology(at: LiveLab): string {
  at.write('us.conf', `interface eth0\n${LINK}interface eth1\n${LINK}router ospf\n ospf router-id 10.9.9.1\n network 0.0.0.0/0 area 0\n`);
  at.write('inner.conf', `interface eth0\n${LINK}router ospf\n ospf router-id 10.9.9.2\n network 0.0.0.0/0 area 0\n`);
  // The event is one long after the end: with it what the neighbours do is told line by line.
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
events:
  - { at: 8s, node: inner, do: configure, lines: ["interface eth0", "ip ospf cost 12"] }
until: 1min
`);
}

const frrConf = (device: string): string => `hostname real\ninterface ${device}\n ip address 10.0.0.1/24\n${LINK}interface lo\n ip address 10.9.9.9/32\nrouter ospf\n ospf router-id 10.9.9.9\n network 0.0.0.0/0 area 0\n`;

/** Goes on saying our Hello in our place: the last that was on the wire, every second. */
const STAND_IN = `
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((sys.argv[1], 0)); s.settimeout(0.1)
last = None; said = 0
print('listens', flush=True)
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    try: raw, address = s.recvfrom(2000)
    except socket.timeout: raw = b''
    if len(raw) >= 58 and address[2] == 4 and raw[23] == 89 and raw[35] == 1:
        last = raw; heard = time.monotonic()
    if last is not None and time.monotonic() - max(heard, said) > 1.0:
        s.send(last); said = time.monotonic(); print('says it', flush=True)
`;

function attach(at: LiveLab, device: string): { readonly pid: number; readonly ended: Promise<number | null>; stop(): void } {
  const child = at.start('attach', process.execPath, MAIN, 'attach', topology(at), '--bind', `us:eth0=${device}`, '--events', '--record', `${at.folder}/recording`);
  return { pid: child.pid as number, ended: new Promise((resolve) => void child.once('exit', resolve)), stop: () => void child.kill('SIGINT') };
}

describeWithNamespaces('stopped for longer than the dead interval', () => {
  it.concurrent('behind a veth, our Hellos said by somebody else meanwhile: neither side notices', async (context) => {
    const at = lab(context);
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth1', 'up');
    const attached = attach(at, 'veth0');
    await at.frr('veth1', frrConf('veth1'));
    await at.until('FRR has the route to the router behind us', 40, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
    await sleep(2);
    // Our hardware sends what this station sends on veth0: to FRR it is us.
    at.start('stand-in', 'python3', '-c', STAND_IN, 'veth0', String(STOPPED_SECONDS + 8));
    await at.until('the stand-in listens', 10, () => at.log('stand-in').includes('listens'));
    await sleep(1.5);
    process.kill(attached.pid, 'SIGSTOP');
    await sleep(STOPPED_SECONDS);
    process.kill(attached.pid, 'SIGCONT');
    expect(at.log('stand-in').match(/says it/g)?.length ?? 0).toBeGreaterThan(STOPPED_SECONDS / 2);
    // Twice as fast until the clock is right again, and some time behind it.
    await sleep(STOPPED_SECONDS + 5);
    const detail = at.vtysh('show ip ospf neighbor');
    expect(detail).toMatch(/10\.9\.9\.1 +\d+ +Full\/- +[3-9]\d\./); // the same adjacency, up since long before
    attached.stop();
    expect(await attached.ended).toBe(0);
    const output = at.log('attach').split(/ (?:inner|us) +flushes/)[0];
    expect(output).toContain('learns router-LSA in area 0 of 10.9.9.9');
    expect(output).not.toMatch(/Full ->/);
    expect(Number(/stood still for (\d+)\.?\d* s/.exec(at.log('attach'))?.[1]), at.log('attach')).toBeGreaterThanOrEqual(STOPPED_SECONDS - 1);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 90_000);

  it.concurrent('behind a TAP device: FRR has taken us for dead and says so; we have not taken it for dead, and find each other again', async (context) => {
    const at = lab(context);
    const attached = attach(at, 'tap:tap0');
    await at.frr('tap0', frrConf('tap0'));
    await at.until('FRR has the route to the router behind us', 40, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
    await sleep(2);
    process.kill(attached.pid, 'SIGSTOP');
    await sleep(STOPPED_SECONDS);
    expect(at.vtysh('show ip route ospf')).not.toContain('10.9.9.2/32');
    process.kill(attached.pid, 'SIGCONT');
    await at.until('FRR has the route again', 40, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
    await sleep(STOPPED_SECONDS);
    expect(at.vtysh('show ip route ospf')).toContain('10.9.9.2/32');
    attached.stop();
    expect(await attached.ended).toBe(0);
    const output = at.log('attach').replace(/\s+/g, ' ').split(/ (?:inner|us) flushes/)[0];
    expect(output).toMatch(/Full -> Init .{0,20}1-WayReceived/);
    expect(output).not.toContain('InactivityTimer');
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 90_000);
});
