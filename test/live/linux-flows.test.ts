/**
 * Two kernels of this machine, and between them four emulated routers, of which one on the better way stands still for a while: pings, a numbered UDP flow and iperf3
 * from one to the other. Before and afterwards nothing is lost and nothing changes its place; in between there is one gap, and it is as long as the one that the probe
 * between two emulated hosts beside them has.
 *
 * One kernel is behind a TAP device, the other behind a veth whose checksums and long segments nobody has finished: TCP must pass that all the same.
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWithJudge, describeWithNamespaces } from '../judges/availability.js';
import { LiveLab } from './live-lab.js';

const FLOW = fileURLToPath(new URL('flow.py', import.meta.url));
/** Of the run; until the first the network has its routes in virtual time. */
const WARM_UP = 17;
const FREEZE = WARM_UP + 8;
const THAW = FREEZE + 6;
const END = THAW + 11;
const DEAD = 4;
/** Of the flow and of the probe. */
const EVERY_MILLIS = 10;
/** A machine that is busy sends and answers late. */
const TOLERANCE_SECONDS = 0.3;

const link = (cost: number): string => ` ip ospf network point-to-point\n ip ospf hello-interval 1\n ip ospf dead-interval ${DEAD}\n ip ospf cost ${cost}\n`;
const router = (id: string, costs: readonly number[], passive: string): string => `${costs.map((cost, i) => `interface eth${i}\n${link(cost)}`).join('')}router ospf\n ospf router-id ${id}\n network 0.0.0.0/0 area 0\n${passive}`;

/**
 *     kernel A -(tap)- west -- up ---- east -(veth)- kernel B
 *        inner host -/ \____ down ____/ \- inner host
 */
const topology = (at: LiveLab): string => {
  at.write('west.conf', router('10.9.9.1', [10, 20], ' passive-interface eth2\n passive-interface eth3\n'));
  at.write('east.conf', router('10.9.9.2', [10, 20], ' passive-interface eth2\n passive-interface eth3\n'));
  at.write('up.conf', router('10.9.9.3', [10, 10], ''));
  at.write('down.conf', router('10.9.9.4', [20, 20], ''));
  return at.write('lab.yaml', `
name: flows
topology:
  nodes:
    west: { kind: frr, config: west.conf, interfaces: { eth0: { address: 10.0.1.1/24 }, eth1: { address: 10.0.2.1/24 }, eth2: { address: 10.1.0.1/24 }, eth3: { address: 10.3.0.1/24 } } }
    east: { kind: frr, config: east.conf, interfaces: { eth0: { address: 10.0.3.2/24 }, eth1: { address: 10.0.4.2/24 }, eth2: { address: 10.2.0.1/24 }, eth3: { address: 10.4.0.1/24 } } }
    up: { kind: frr, config: up.conf, interfaces: { eth0: { address: 10.0.1.3/24 }, eth1: { address: 10.0.3.3/24 } } }
    down: { kind: frr, config: down.conf, interfaces: { eth0: { address: 10.0.2.4/24 }, eth1: { address: 10.0.4.4/24 } } }
    a: { kind: host, interfaces: { eth0: { address: 10.1.0.9/24 } } }
    b: { kind: host, interfaces: { eth0: { address: 10.2.0.9/24 } } }
    inner-a: { kind: host, interfaces: { eth0: { address: 10.3.0.9/24 } }, routes: [default via 10.3.0.1] }
    inner-b: { kind: host, interfaces: { eth0: { address: 10.4.0.9/24 } }, routes: [default via 10.4.0.1] }
  links:
    - endpoints: ["west:eth0", "up:eth0"]
    - endpoints: ["west:eth1", "down:eth0"]
    - endpoints: ["east:eth0", "up:eth1"]
    - endpoints: ["east:eth1", "down:eth1"]
    - endpoints: ["west:eth2", "a:eth0"]
    - endpoints: ["east:eth2", "b:eth0"]
    - endpoints: ["west:eth3", "inner-a:eth0"]
    - endpoints: ["east:eth3", "inner-b:eth0"]
probes:
  - { name: inner, from: inner-a, to: 10.4.0.9, protocol: udp, every: ${EVERY_MILLIS}ms, start: ${FREEZE - 3}s, stop: ${END - 1}s }
events:
  - { at: ${FREEZE}s, node: up, do: freeze }
  - { at: ${THAW}s, node: up, do: thaw }
until: 10min
`);
};

interface Probe { readonly sent: number; readonly lost: number; readonly outages: readonly { readonly seconds: number }[] }

describeWithJudge('iperf3', 'kernels with emulated routers between them', () => {
  describeWithNamespaces('in namespaces', () => {
    it('pings and flows lose what our own probe loses, and nothing else, and keep their order', { timeout: 120_000 }, async ({ onTestFinished }) => {
      const [a, b] = [new LiveLab(), new LiveLab()];
      onTestFinished(() => [a, b].forEach((each) => each.remove()));
      a.ip('link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', b.namespace);
      a.ip('link', 'set', 'wire', 'up');
      b.ip('addr', 'add', '10.2.0.9/24', 'dev', 'eth0');
      b.ip('link', 'set', 'eth0', 'up');
      b.ip('route', 'add', 'default', 'via', '10.2.0.1');
      b.start('servers', 'sh', '-c', 'iperf3 -s -p 5201 & exec iperf3 -s -p 5202');
      for (const each of [a, b]) each.start('receive', 'python3', FLOW, 'receive', '4000');
      const attached = a.attach(topology(a), '--bind', 'west:eth2=tap:tap0,east:eth2=wire', '--events', '--warm-up', `${WARM_UP}s`, '--json');
      await a.until('tap0 is there', 40, () => a.ip('link').includes('tap0:'));
      const began = Date.now();
      a.ip('addr', 'add', '10.1.0.9/24', 'dev', 'tap0');
      a.ip('route', 'add', 'default', 'via', '10.1.0.1');
      await a.until('they reach each other', 20, () => a.run('ping', '-c', '1', '-W', '1', '10.2.0.9').includes('1 received'));
      await b.until('the receivers wait', 10, () => b.log('receive').includes('ready') && a.log('receive').includes('ready') && b.run('ss', '-Hltn').includes(':5202'));
      const elapsed = WARM_UP + (Date.now() - began) / 1000;
      expect(elapsed, 'they are ready before the fault').toBeLessThan(FREEZE - 2);
      const seconds = Math.floor(END - 2 - elapsed);
      const count = String(seconds * 1000 / EVERY_MILLIS);
      const ends = [
        a.start('send', 'python3', FLOW, 'send', '10.2.0.9', '4000', String(EVERY_MILLIS), count),
        b.start('send', 'python3', FLOW, 'send', '10.1.0.9', '4000', String(EVERY_MILLIS), count),
        a.start('ping', 'ping', '-D', '-i', String(EVERY_MILLIS / 1000), '-w', String(seconds), '10.2.0.9'),
        // From behind the veth, whose kernel leaves checksums, and segments of up to 64 kB, to the adapter.
        a.start('udp', 'iperf3', '-c', '10.2.0.9', '-p', '5201', '-R', '-u', '-b', '1M', '-l', '500', '-t', String(seconds - 1), '-J'),
        a.start('tcp', 'iperf3', '-c', '10.2.0.9', '-p', '5202', '-R', '-b', '4M', '-t', String(seconds - 1), '-J'),
      ].map((child) => new Promise((resolve) => { child.once('exit', resolve); }));
      await Promise.all(ends);
      a.leave();
      const { code, output } = await attached;
      expect(code, output).toBe(0);
      const { probes: [probe] } = JSON.parse(output) as { readonly probes: readonly Probe[] };
      expect(probe.outages).toHaveLength(1);
      const outage = probe.outages[0].seconds;
      expect(outage).toBeGreaterThan(DEAD - 1.2);
      expect(outage).toBeLessThan(DEAD + 0.5);
      for (const [name, sender, receiver] of [['A to B', a, b], ['B to A', b, a]] as const) {
        const arrivals = receiver.log('receive').trim().split('\n').slice(1).map((line) => line.split(' ').map(Number));
        const numbers = arrivals.map(([number]) => number);
        expect(sender.log('send').trim().split('\n'), name).toHaveLength(Number(count));
        expect(numbers, `${name}: in order, each once`).toEqual([...new Set(numbers)].sort((x, y) => x - y));
        // What is missing is missing in one piece.
        const holes = numbers.slice(1).flatMap((number, i) => (number === numbers[i] + 1 ? [] : [number - numbers[i] - 1]));
        expect([numbers[0], numbers.at(-1), holes.length], `${name}: ${holes.join(' ')}`).toEqual([0, Number(count) - 1, 1]);
        expect(Math.abs(holes[0] * EVERY_MILLIS / 1000 - outage), `${name}: ${holes[0]} lost, the probe ${probe.lost}`).toBeLessThan(TOLERANCE_SECONDS);
      }
      const replies = [...a.log('ping').matchAll(/^\[(\d+\.\d+)\] \d+ bytes from/gm)].map((match) => Number(match[1]));
      const pauses = replies.slice(1).map((time, i) => time - replies[i]).filter((pause) => pause > 1);
      expect(pauses).toHaveLength(1);
      expect(Math.abs(pauses[0] - outage), `ping ${pauses[0]}, the probe ${outage}`).toBeLessThan(2 * TOLERANCE_SECONDS);
      const udp = (JSON.parse(a.log('udp')) as { readonly end: { readonly streams: readonly { readonly udp: Record<'packets' | 'lost_packets' | 'out_of_order' | 'seconds', number> }[] } }).end.streams[0].udp;
      expect(udp.out_of_order).toBe(0);
      expect(Math.abs(udp.lost_packets / udp.packets * udp.seconds - outage), JSON.stringify(udp)).toBeLessThan(2 * TOLERANCE_SECONDS);
      const tcp = JSON.parse(a.log('tcp')) as { readonly intervals: readonly { readonly sum: { readonly bytes: number } }[] };
      expect(Math.min(...tcp.intervals.map(({ sum }) => sum.bytes)), 'it stood still').toBe(0);
      expect(tcp.intervals.slice(-3).reduce((total, { sum }) => total + sum.bytes, 0), 'it goes on').toBeGreaterThan(500_000);
      expect(a.replay()).toContain('the same bytes at the same microseconds');
    });
  });
});
