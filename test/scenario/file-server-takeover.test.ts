/**
 * The Redpaper's two clusters, with its daemon: the spacing and the wording of its logs (Examples 23 to 26), mon's part in the deadlock, the split brain after
 * `cp sleep` and its healing; and what ha.cf's other media and failbacks do.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { SECOND } from '../../src/base/micros.js';
import { Names } from '../../src/report/names.js';
import { buildResult } from '../../src/report/result.js';
import { seeds } from './shipped.js';

const readFile = (path: string): string => readFileSync(path, 'utf8');

interface Settings { readonly seed?: number; readonly overrides?: readonly string[]; readonly files?: (path: string, text: string) => string }

function load(name: string, { seed = 1, overrides = [], files = (_path, text) => text }: Settings = {}) {
  return loadTopology(`topologies/${name}.yaml`, { readFile: (path) => files(path, readFile(path)), seed, overrides: ['targets=[]', 'expect=[]', ...overrides] }).plan;
}

/** What a console prints at the end. */
function shown(plan: ReturnType<typeof load>, node: string, command: string): string {
  const simulation = new Simulation(plan);
  simulation.run();
  return simulation.showAt(plan.nodes.findIndex(({ name }) => name === node), command) ?? '';
}

/** Lines of ha-log with the second of each, from the first that has `from` in it. */
function logOf(text: string, from: string): { second: number; text: string }[] {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^heartbeat: \d+\/\d+\/\d+_(\d\d):(\d\d):(\d\d) (.*)$/.exec(line);
    return match === null ? [] : [{ second: Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]), text: match[4] }];
  });
  return lines.slice(lines.findIndex((line) => line.text.includes(from)));
}

const SLEEP = ['events=[{at: 100s, spread: 2s, node: lnx31, do: cp sleep 5min}]'];

describe('the logs of the paper', () => {
  test('Example 23: what lnx41 writes, and apache complete three seconds later', () => {
    const lines = logOf(shown(load('web-takeover', { overrides: [...SLEEP, 'until=130s'] }), 'lnx41', 'cat /var/log/ha-log'), 'node lnx31: is dead');
    const said = lines.map(({ text }) => text);
    for (const line of ['WARN: node lnx31: is dead', 'info: Link lnx31:/dev/ttyZ0 dead.', 'info: Link lnx31:eth0 dead.', 'info: Running /etc/ha.d/rc.d/status status', 'info: Taking over resource group 10.1.1.1',
      'info: Acquiring resource group: lnx31 10.1.1.1 apache', 'info: Running /etc/ha.d/resource.d/IPaddr 10.1.1.1 start', 'info: ifconfig eth0:0 10.1.1.1 netmask 255.255.255.0 broadcast 10.1.1.255',
      'info: Sending Gratuitous Arp for 10.1.1.1 on eth0:0 [eth0]', 'info: Running /etc/rc.d/init.d/apache start', 'info: mach_down takeover complete.']) expect(said).toContain(line);
    const order = ['Taking over', 'Acquiring', 'IPaddr 10.1.1.1 start', 'ifconfig', 'Gratuitous', 'apache start', 'mach_down takeover complete.'].map((part) => said.findIndex((each) => each.includes(part)));
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    const at = (part: string): number => lines.find(({ text }) => text.includes(part))?.second ?? NaN;
    expect(at('apache start') - at('Taking over')).toBeLessThanOrEqual(1);
    expect(at('mach_down takeover complete') - at('apache start')).toBe(3);
  });

  test('Example 26: address and lvm at once, file system and apache a second later, smb two more, complete after four', () => {
    // Seconds of a clock: a second more where the start lies at its end.
    const spacings = seeds(6).map((seed) => {
      const lines = logOf(shown(load('file-server-takeover', { seed, overrides: [...SLEEP, 'until=130s'] }), 'lnx41', 'cat /var/log/ha-log'), 'Taking over');
      expect(lines.map(({ text }) => text)).toContain("WARNING: Couldn't insert reiserfs module. (usually safe to ignore)");
      return ['IPaddr 10.1.1.1 start', 'lvm start', 'Filesystem /dev/vg00/rw /rw reiserfs start', 'apache start', 'smb start', 'mach_down takeover complete']
        .map((part) => (lines.find(({ text }) => text.includes(part))?.second ?? NaN) - lines[0].second);
    });
    expect(spacings).toContainEqual([0, 0, 1, 1, 3, 4]);
    for (const spacing of spacings) [0, 0, 1, 1, 3, 4].forEach((wanted, i) => expect(Math.abs(spacing[i] - wanted)).toBeLessThanOrEqual(1));
  });

  test('Examples 24 and 25: three failures three seconds apart, two alerts, heartbeat stopped, the address moved', () => {
    const plan = load('web-takeover', { overrides: ['events=[{at: 100s, node: lnx31, do: cp det a02-a03}]', 'until=150s'] });
    const messages = shown(plan, 'lnx31', 'cat /var/log/messages').split('\n');
    const failures = messages.filter((line) => line.includes('failure for tirnanog fping')).slice(0, 3);
    const stamps = failures.map((line) => Number(/fping (\d+) 192\.168\.1\.254$/.exec(line)?.[1]));
    expect([stamps[1] - stamps[0], stamps[2] - stamps[1]].every((each) => each === 3)).toBe(true);
    const third = messages.indexOf(failures[2]);
    expect(messages[third + 1]).toMatch(/^May 15 12:37:\d\d lnx31 mon\[\d+\]: calling alert file\.alert for tirnanog\/fping \(\/usr\/lib\/mon\/alert\.d\/file\.alert,-d \/var\/log ha-log\) 192\.168\.1\.254$/);
    expect(messages[third + 2]).toMatch(/calling alert stop_hb for tirnanog\/fping \(\/usr\/lib\/mon\/alert\.d\/stop_hb,\) 192\.168\.1\.254$/);
    const log = shown(plan, 'lnx31', 'cat /var/log/ha-log');
    expect(log).toMatch(/failure tirnanog fping \d+ \(Wed May 15 12:37:\d\d\) 192\.168\.1\.254\nDESCR=\nOPSTATUS=0\n\nstart time: Wed May 15 12:37:\d\d 2002\nend time {3}: Wed May 15 12:37:\d\d 2002\nduration {3}: [12] seconds\n/);
    expect(log).toMatch(/unreachable hosts\n-----\n\n192\.168\.1\.254\n/);
    expect(shown(plan, 'lnx41', 'ip addr')).toContain('10.1.1.1/24');
    expect(shown(plan, 'lnx31', 'ip addr')).not.toContain('10.1.1.1/24');
  });
});

describe('an adapter is lost, and the serial link is not', () => {
  const LOST = ['events=[{at: 100s, node: lnx31, do: cp det a02-a03}]', 'until=400s'];
  const files = (node: string): string => `topology.nodes.${node}.config=[web-takeover/ha.cf,web-takeover/haresources,web-takeover/authkeys]`;

  test('without mon both see the other\'s eth0 dead, and nobody moves: the page is gone for good', () => {
    const plan = load('web-takeover', { overrides: [...LOST, files('lnx31'), files('lnx41')] });
    const { outcome } = execute(plan);
    expect(outcome.probes[0].outages.at(-1)?.isOpen).toBe(true);
    expect(outcome.takeovers).toEqual([]);
    for (const [node, other] of [['lnx31', 'lnx41'], ['lnx41', 'lnx31']]) {
      expect(shown(plan, node, 'cat /var/log/ha-log')).toContain(`info: Link ${other}:eth0 dead.`);
      expect(shown(plan, node, 'cl_status nodestatus lnx31')).toBe('active\n');
    }
  });

  test('with mon it is out for some seconds', () => {
    const { outcome } = execute(load('web-takeover', { overrides: LOST }));
    const [outage, ...more] = outcome.probes[0].outages;
    expect(more).toEqual([]);
    expect(outage.isOpen).toBe(false);
    // Three tests, apache's stop and its start.
    expect(outage.seconds).toBeGreaterThan(9);
    expect(outage.seconds).toBeLessThan(18);
    expect(outcome.takeovers.map(({ reason }) => reason)).toEqual(['shutdown']);
  });
});

describe('the split brain after cp sleep', () => {
  test.each(seeds(5))('seed %i: data at risk from the waking to the unmounting, and never again after the healing', (seed) => {
    const { outcome } = execute(load('file-server-takeover', { seed, overrides: [...SLEEP, 'until=500s'] }));
    const [disk, address, ...more] = [...outcome.sharedWindows].sort((a, b) => (a.what < b.what ? 1 : -1));
    expect(more).toEqual([]);
    expect([disk.name, address.name]).toEqual(['/dev/vg00/rw', '10.1.1.1']);
    expect(address.start).toBe(disk.start);
    // lnx31 mounted it all the time, lnx41 since its take-over.
    expect(disk.heldSince).toBeLessThan(disk.start - 250 * SECOND);
    expect((disk.end - disk.start) / SECOND).toBeGreaterThan(2);
    expect((disk.end - disk.start) / SECOND).toBeLessThan(6);
    const last = outcome.takeovers.at(-1);
    expect([last?.reason, outcome.plan.nodes[last?.node ?? 0].name]).toEqual(['owner', 'lnx31']);
  });

  test('stopped by mon it is unmounted before it is mounted: no risk', () => {
    expect(execute(load('file-server-takeover', { overrides: ['events=[{at: 100s, node: lnx31, do: cp det a02-a03}]', 'until=200s'] })).outcome.sharedWindows).toEqual([]);
  });

  test('a daemon that is killed leaves everything where it is: both have it', () => {
    const { outcome } = execute(load('file-server-takeover', { overrides: ['events=[{at: 100s, node: lnx31, do: kill heartbeat}]', 'until=200s'] }));
    expect(outcome.sharedWindows.map(({ what, isOpen }) => [what, isOpen])).toEqual([['address', true], ['file system', true]]);
  });
});

describe('STONITH and the split brain', () => {
  const stonith = (way: string, ...overrides: string[]) => execute(load('stonith', { overrides: [`topology.nodes.lnx41.config.0=stonith/${way}ha.cf`, ...overrides] })).outcome;
  /** From the first fault on. */
  const acquired = (outcome: ReturnType<typeof stonith>): number[] => outcome.takeovers.map(({ phases }) => (phases.find(({ phase }) => phase === 'decide')?.time ?? NaN) / SECOND);

  test('without it the disk is mounted twice, and both write', () => {
    expect(stonith('').sharedWindows.map(({ what }) => what)).toContain('file system');
  });

  // What each costs: ssh its handshake, REXEC its server's second, PROP two messages over RSCS and the operator.
  test.each([['ssh/', 2], ['rexec/', 1], ['prop/', 1.7]] as const)('%s: lnx31 is forced off before anything of it is taken over, %d s after it counts as dead', (way, seconds) => {
    const outcome = stonith(way);
    expect(outcome.sharedWindows).toEqual([]);
    expect(outcome.takeovers.map(({ reason }) => reason)).toEqual(['dead']);
    const [detect, decide] = ['detect', 'decide'].map((phase) => outcome.takeovers[0].phases.find((each) => each.phase === phase)?.time ?? NaN);
    expect((decide - detect) / SECOND).toBeCloseTo(seconds, 1);
    expect(outcome.probes[1].outages.map(({ isOpen }) => isOpen)).toEqual([false]);
  });

  test.each([
    ['the control guest is down', 'ssh/', 'events.0.at=60s'],
    ['REXECD wants another password', 'rexec/', 'machines.CEC1.partitions.LP1.guests.TCPIP.rexec.password=OTHER'],
    ['the RSCS link is down', 'prop/', 'events.1.at=60s'],
  ])('%s: nobody takes over, the data is safe, and the share gone until lnx31 wakes', (_what, way, failure) => {
    const outcome = stonith(way, failure);
    expect(outcome.sharedWindows).toEqual([]);
    // Only by lnx31 itself, when both have started anew.
    expect(acquired(outcome).every((at) => at > 400)).toBe(true);
    expect(outcome.probes[1].outages[0].seconds).toBeGreaterThan(299);
  });

  test('with a second way the failure of the first costs its patience and five seconds', () => {
    const outcome = stonith('all/', 'events.0.at=60s');
    expect(outcome.sharedWindows).toEqual([]);
    const [first] = acquired(outcome);
    expect(first).toBeGreaterThan(140);
    expect(first).toBeLessThan(155);
  });

  test('REXECD without a password obeys whoever asks: the paper\'s "no authentication"', () => {
    const outcome = stonith('rexec/', 'machines.CEC1.partitions.LP1.guests.TCPIP.rexec={delay: 1s}', 'events=[{at: 60s, node: tirnanog, do: stonith rexec zvm1 force lnx31}]', 'until=120s');
    expect(outcome.takeovers.map(({ reason }) => reason)).toEqual(['dead']);
  });
});

test('cp force: what a guest had goes with it, and after its boot its generation is another', () => {
  const overrides = ['events=[{at: 100s, node: lnx31, do: cp force lnx31}, {at: 130s, node: lnx31, do: cp xautolog lnx31}]', 'until=220s'];
  const plan = load('file-server-takeover', { overrides });
  const { outcome } = execute(plan);
  expect(outcome.sharedWindows).toEqual([]);
  expect(outcome.takeovers.map(({ node, reason }) => [plan.nodes[node].name, reason])).toEqual([['lnx41', 'dead'], ['lnx31', 'owner']]);
  const log = shown(plan, 'lnx31', 'cat /var/log/ha-log');
  expect([...log.matchAll(/Heartbeat generation: (\d+)/g)].map(([, generation]) => generation)).toEqual(['1', '2']);
});

describe('today\'s daemon with other lines in ha.cf', () => {
  const TODAY = 'web-takeover-today';
  const ha = (from: string, to: string) => (path: string, text: string): string => (path.endsWith('ha.cf') ? text.replace(from, to) : text);
  const where = (plan: ReturnType<typeof load>): string[] => ['lnx31', 'lnx41'].filter((node) => shown(plan, node, 'ip addr').includes('10.1.1.1/24'));
  const NEVER = ['events=[]', 'until=30s'];

  test.each([
    ['mcast', 'mcast eth0 225.0.0.1 694 1 0'],
    ['ucast', 'ucast eth0 192.168.1.3\nucast eth0 192.168.1.5'],
    ['milliseconds', 'bcast eth0\nkeepalive 200ms'],
  ])('%s: the two find each other, and a crash is found', (_what, medium) => {
    const files = ha('bcast eth0', medium);
    expect(where(load(TODAY, { files, overrides: NEVER }))).toEqual(['lnx31']);
    expect(shown(load(TODAY, { files, overrides: NEVER }), 'lnx41', 'cl_status nodestatus lnx31')).toBe('active\n');
    const { outcome } = execute(load(TODAY, { files }));
    expect(outcome.probes[0].outages.map(({ isOpen, seconds }) => !isOpen && seconds > 8 && seconds < 11.1)).toEqual([true]);
  });

  test('hb_standby gives everything, hb_takeover gets it back', () => {
    const overrides = (until: number): string[] => ['events=[{at: 30s, node: lnx31, do: hb_standby all}, {at: 50s, node: lnx31, do: hb_takeover local}]', `until=${until}s`];
    expect(where(load(TODAY, { overrides: overrides(40) }))).toEqual(['lnx41']);
    const plan = load(TODAY, { overrides: overrides(60) });
    expect(where(plan)).toEqual(['lnx31']);
    expect(shown(plan, 'lnx41', 'cl_status rscstatus')).toBe('local\n');
    expect(execute(plan).outcome.probes[0].outages.every(({ seconds }) => seconds < 1)).toBe(true);
  });

  test.each([['on', ['lnx31']], ['off', ['lnx41']], ['legacy', ['lnx31']]] as const)('auto_failback %s: after the return it is at %s', (failback, there) => {
    const plan = load(TODAY, { files: ha('auto_failback on', `auto_failback ${failback}`), overrides: ['events=[{at: 40s, node: lnx31, do: stop heartbeat}, {at: 60s, node: lnx31, do: launch heartbeat}]', 'until=90s'] });
    expect(where(plan)).toEqual(there);
  });

  test('different keys: each is alone, and takes what there is after initdead', () => {
    const files = (path: string, text: string): string => (path.endsWith('authkeys') ? `auth 1\n1 sha1 ${path.includes('other') ? 'that' : 'this'}\n` : text);
    const overrides = ['topology.nodes.lnx41.config=[web-takeover-today/ha.cf,web-takeover-today/haresources,web-takeover-today/other/authkeys]', ...NEVER, 'until=40s'];
    const plan = loadTopology(`topologies/${TODAY}.yaml`, { readFile: (path) => (path.endsWith('authkeys') ? files(path, '') : readFile(path)), overrides: ['targets=[]', ...overrides] }).plan;
    expect(where(plan)).toEqual(['lnx31', 'lnx41']);
    expect(shown(plan, 'lnx31', 'cl_status nodestatus lnx41')).toBe('dead\n');
  });

  test('ipfail: who sees fewer ping nodes goes to standby', () => {
    const files = ha('bcast eth0', 'bcast eth0\nserial /dev/ttyZ0\nping 192.168.1.254\nrespawn hacluster /usr/lib/heartbeat/ipfail');
    const link = '{ kind: ctc, endpoints: ["lnx31:ttyZ0", "lnx41:ttyZ0"] }';
    const read = (path: string): string => {
      const text = files(path, readFile(path));
      return path.endsWith('.yaml') ? text.replace('links:\n', `links:\n    - ${link}\n`) : text;
    };
    const { plan } = loadTopology(`topologies/${TODAY}.yaml`, { readFile: read, overrides: ['targets=[]', 'events=[{at: 40s, node: lnx31, do: silence eth0}]', 'until=90s'] });
    expect(where(plan)).toEqual(['lnx41']);
  });

  test('the same seed gives the same bytes', () => {
    const hash = (): string => execute(load(TODAY)).outcome.trajectoryHash;
    expect(hash()).toBe(hash());
  });
});

test.each(['web-takeover', 'web-takeover-today', 'file-server-takeover', 'stonith'].flatMap((name) => [1, 7].map((seed) => [name, seed] as const)))('%s, seed %i: every target and every expectation', (name, seed) => {
  const { outcome } = execute(loadTopology(`topologies/${name}.yaml`, { readFile, seed }).plan);
  expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
  expect(outcome.expectations.filter(({ isMet }) => !isMet).map(({ expectation, difference }) => [expectation.show, difference])).toEqual([]);
});

test('result.json has the take-overs and what two nodes had at once', () => {
  const execution = execute(loadTopology('topologies/file-server-takeover.yaml', { readFile }).plan);
  const result = buildResult(execution.outcome, new Names(execution.outcome.plan, execution.recorder));
  expect(result.takeovers?.map(({ node, owner, group, reason, phases }) => [node, owner, group, reason, phases.map(({ phase }) => phase)])).toEqual([
    ['lnx41', 'lnx31', '10.1.1.1', 'shutdown', ['fault', 'detect', 'decide', 'acquire', 'arp', 'complete']],
    ['lnx31', 'lnx31', '10.1.1.1', 'owner', ['fault', 'decide', 'acquire', 'arp', 'complete']],
    ...[1, 2].flatMap(() => [
      ['lnx41', 'lnx31', '10.1.1.1', 'dead', ['fault', 'detect', 'decide', 'acquire', 'arp', 'complete']],
      ['lnx31', 'lnx31', '10.1.1.1', 'owner', ['fault', 'decide', 'acquire', 'arp', 'complete']],
    ]),
  ]);
  expect(result.dataAtRisk?.map(({ what, name, nodes, open }) => [what, name, nodes, open])).toEqual([['file system', '/dev/vg00/rw', ['lnx31', 'lnx41'], false], ['address', '10.1.1.1', ['lnx31', 'lnx41'], false]]);
});
