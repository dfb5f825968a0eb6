/**
 * An attached process that is stopped (SIGSTOP) for longer than the dead interval, while the Hellos of a real FRR queue in the kernel: when it goes on, it does not
 * take that neighbour for dead. The loop alone is in test/sim/live-turn.test.ts.
 */
import { expect, it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { borderTopology, intervals, labOf, neighborConf, POINT_TO_POINT } from './border-lab.js';
import { type LiveLab, MAIN, sleep } from './live-lab.js';

const DEAD_SECONDS = 4;
const STOPPED_SECONDS = 10;
const LINK = `${POINT_TO_POINT}${intervals(1, DEAD_SECONDS)}`;

/** One long after the end: with it what the neighbours do is told line by line. */
const EVENTS = `events:
  - { at: 8s, node: inner, do: configure, lines: ["interface eth0", "ip ospf cost 12"] }
`;

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
  const child = at.start('attach', process.execPath, MAIN, 'attach', borderTopology(at, LINK, { events: EVENTS }), '--bind', `us:eth0=${device}`, '--events', '--record', `${at.folder}/recording`);
  return { pid: child.pid as number, ended: new Promise((resolve) => void child.once('exit', resolve)), stop: () => void child.kill('SIGINT') };
}

describeWithNamespaces('stopped for longer than the dead interval', () => {
  it.concurrent('behind a veth, our Hellos said by somebody else meanwhile: neither side notices', async (context) => {
    const at = labOf(context);
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth1', 'up');
    const attached = attach(at, 'veth0');
    await at.frr('veth1', neighborConf(LINK, 'veth1'));
    await at.until('FRR has the route to the router behind us', 60, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
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
    const output = at.log('attach');
    expect(output, 'before we left').toMatch(/adjacencies +3 neighbours Full at the end, 0 lost/);
    expect(output.replace(/\s+/g, ' ')).not.toMatch(/Full -> (?!Deleted \[2328:10\.3 KillNbr\])/);
    expect(Number(/stood still for (\d+)\.?\d* s/.exec(output)?.[1]), output).toBeGreaterThanOrEqual(STOPPED_SECONDS - 1);
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 180_000);

  it.concurrent('behind a TAP device: FRR has taken us for dead and says so; we have not taken it for dead, and find each other again', async (context) => {
    const at = labOf(context);
    const attached = attach(at, 'tap:tap0');
    await at.frr('tap0', neighborConf(LINK));
    await at.until('FRR has the route to the router behind us', 60, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
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
    const output = at.log('attach').replace(/\s+/g, ' ');
    expect(output).toMatch(/Full -> Init .{0,20}1-WayReceived/);
    expect(output).not.toContain('InactivityTimer');
    expect(at.replay()).toContain('the same bytes at the same microseconds');
  }, 180_000);
});
