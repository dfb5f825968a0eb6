/**
 * A hostile station on the wire between an attached router and a real FRR: whatever it sends, the adjacency stays Full and the database as it was, nothing
 * fails, and what was not accepted is counted by reason. What is sent is in hostile-wire.py.
 *
 * FAILOVER_HOSTILE_SECONDS: how long random frames come at full rate; npm run test:hostile has a minute of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { Micros } from '../../src/base/micros.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { readBorderFrames, rerun, type RecordingHeader } from '../../src/replay/recording.js';
import { describeWithNamespaces } from '../judges/availability.js';
import { borderTopology, intervals, labOf, neighborConf, POINT_TO_POINT } from './border-lab.js';
import { type LiveLab, MAIN } from './live-lab.js';

const RANDOM_SECONDS = Number(process.env['FAILOVER_HOSTILE_SECONDS'] ?? 4);
const STATION = join(process.cwd(), 'test/live/hostile-wire.py');
const MD5 = ' ip ospf authentication message-digest\n ip ospf message-digest-key 1 md5 secret\n';

/** Until it is told to leave. */
function attach(at: LiveLab, file: string, device: string, ...words: string[]): { leave(): Promise<string> } {
  const child = at.start('attach', process.execPath, MAIN, 'attach', file, '--bind', `us:eth0=${device}`, ...words);
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  return {
    leave: async () => {
      child.kill('SIGINT');
      expect(await ended, at.log('attach')).toBe(0);
      return at.log('attach');
    },
  };
}

/** The neighbour's view of us: its state machine has not moved, our LSAs are the same instances. Ages and timers left out. */
function view(at: LiveLab): string {
  const neighbors = JSON.parse(at.vtysh('show ip ospf neighbor detail json')) as { readonly neighbors: Readonly<Record<string, readonly { readonly nbrState?: string; readonly stateChangeCounter?: number }[]>> };
  const [neighbor] = neighbors.neighbors['10.9.9.1'] ?? [];
  const lsas = [...at.vtysh('show ip ospf database').matchAll(/^(\S+)\s+(10\.9\.9\.[129])\s+\d+ (0x\w+ 0x\w+)/gm)].map((match) => `${match[1]} ${match[2]} ${match[3]}`);
  expect(lsas.length).toBeGreaterThanOrEqual(3);
  return JSON.stringify([neighbor?.nbrState, neighbor?.stateChangeCounter, lsas], undefined, 1);
}

/** What came is let loose on the attached router once the neighbour is Full and things are quiet. */
async function attack(at: LiveLab, device: string, kinds: string, seconds: number): Promise<Readonly<Record<string, number>>> {
  await at.until('FRR has the route to the router behind us', 60, () => at.vtysh('show ip route ospf').includes('10.9.9.2/32'));
  let before = '';
  await at.until('things are quiet', 40, () => {
    const last = before;
    before = view(at);
    return before === last && at.vtysh('show ip ospf neighbor').includes('Full');
  });
  at.start('station', 'python3', STATION, device, kinds, String(seconds), '1');
  await at.until('the hostile station is done', 2 * seconds + 40, () => /\}|Error|no Hellos/.test(at.log('station')));
  expect(at.log('station')).toContain('{');
  expect(view(at), 'as it was').toBe(before);
  return JSON.parse(at.log('station')) as Record<string, number>;
}

/** By reason, of us on eth0. */
function notAccepted(output: string): Map<string, number> {
  return new Map([...output.matchAll(/^ {2}us +eth0 +(\w+) +(.+?) {2,}(?:(\[\S+\]) +)?(\d+)$/gm)].map((match) => [`${match[1]}: ${match[2]}${match[3] === undefined ? '' : ` ${match[3]}`}`, Number(match[4])]));
}

/** What our routers did from the first packet on that was not accepted until they were told to stop: nothing. */
function expectNothingDone(at: LiveLab): void {
  const header = JSON.parse(readFileSync(join(at.folder, 'recording', 'recording.json'), 'utf8')) as RecordingHeader;
  const [inputs, outputs] = ['inputs.pcapng', 'outputs.pcapng'].map((name) => readBorderFrames(readFileSync(join(at.folder, 'recording', name))));
  if (typeof inputs === 'string' || typeof outputs === 'string') throw new Error('the recording cannot be read');
  const { plan } = loadTopology(header.topology, { readFile: (file) => header.files[file], seed: header.seed });
  let rejected = 0;
  const done: string[] = [];
  const note = (time: Micros, what: object): void => {
    if (rejected > 10 && time < header.stops[0].at) done.push(`${time} ${JSON.stringify(what)}`);
  };
  const result = rerun(plan, header, inputs, outputs, {
    trace: (time: Micros, _node: number, event: TraceEvent) => {
      if (event.kind === 'malformed' || event.kind === 'refusal') rejected++;
      else if (event.kind !== 'arp' || event.to !== 'STALE') note(time, event); // entries age
    },
    route: (time, _node, change) => note(time, change),
  });
  expect(result).not.toHaveProperty('difference');
  expect(rejected).toBeGreaterThan(20);
  expect(done).toEqual([]);
}

describeWithNamespaces('a hostile wire', () => {
  it.concurrent('without authentication, a LAN behind a TAP device: forged, malformed, wrong checksums, cut off', async (context) => {
    const at = labOf(context);
    const ours = intervals(1, 4);
    const attached = attach(at, borderTopology(at, ours), 'tap:tap0', '--record', join(at.folder, 'recording'));
    await at.frr('tap0', neighborConf(ours));
    const sent = await attack(at, 'tap0', 'forged,malformed,checksums,truncated', 0);
    const output = await attached.leave();
    const counts = notAccepted(output);
    for (const reason of ['refused: area id [2328:8.2]', 'refused: network mask [2328:10.5]', 'refused: hello interval [2328:10.5]', 'refused: router dead interval [2328:10.5]',
      'refused: external routing capability [2328:10.5]', 'refused: router id, the same as ours [2328:8.2]', 'refused: source network [2328:8.2]', 'refused: packet from an unknown neighbour [2328:8.2]',
      'refused: LS type [2328:13(2)]', 'refused: router-LSA with link state id [2328:12.4.1]', 'malformed: checksum [2328:13(1)]', 'malformed: version [2328:8.2]',
      'ignored: OSPF from an address of our own', 'ignored: a fragment', 'ignored: to a group that was not joined', 'malformed: value [1122:3.2.1]']) {
      expect(counts.get(reason), `${reason}\n${output}`).toBeGreaterThan(0);
    }
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    // All but an acknowledgment of nothing, and cut-off frames that are whole packets to IP.
    expect(all, output).toBeGreaterThan(0.95 * (sent['forged'] + sent['malformed'] + sent['checksums'] + sent['truncated']));
    expectNothingDone(at);
  }, 180_000);

  it.concurrent('with MD5, point-to-point behind a veth: unauthentic, replayed, mutated, cut off', async (context) => {
    const at = labOf(context);
    const ours = `${POINT_TO_POINT}${intervals(1, 4)}${MD5}`;
    at.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1');
    at.ip('link', 'set', 'veth1', 'up');
    const attached = attach(at, borderTopology(at, ours), 'veth0', '--record', join(at.folder, 'recording'));
    await at.frr('veth1', neighborConf(ours, 'veth1'));
    const sent = await attack(at, 'veth1', 'unauthentic,replayed,mutated,truncated,forged', 0);
    const output = await attached.leave();
    const counts = notAccepted(output);
    expect(sent['replayed']).toBeGreaterThan(0);
    expect(counts.get('refused: cryptographic sequence number [2328:D.5.3(2)]'), output).toBe(sent['replayed']);
    const authentication = [...counts].filter(([reason]) => reason.startsWith('malformed: authentication')).reduce((sum, [, count]) => sum + count, 0);
    expect(authentication, output).toBeGreaterThan(0.9 * (sent['unauthentic'] + 0.8 * sent['mutated']));
    expectNothingDone(at);
  }, 180_000);

  it(`random frames, and a storm of ARP, as fast as the device takes them, ${RANDOM_SECONDS} s each`, async (context) => {
    const at = labOf(context);
    // The dead interval is longer than the attack: what the system drops for want of room may be a Hello.
    const ours = `${POINT_TO_POINT}${intervals(1, 30 + 2 * RANDOM_SECONDS)}${MD5}`;
    const attached = attach(at, borderTopology(at, ours), 'tap:tap0');
    await at.frr('tap0', neighborConf(ours));
    const sent = await attack(at, 'tap0', 'random,storm', RANDOM_SECONDS);
    const output = await attached.leave();
    const counts = notAccepted(output);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(sent['random']).toBeGreaterThan(10_000 * RANDOM_SECONDS);
    expect(all, `${JSON.stringify(sent)}\n${output}`).toBeGreaterThan(5000 * RANDOM_SECONDS);
    for (const reason of ['ignored: to another hardware address', 'ignored: of a type that nobody takes', 'malformed: value [1122:3.2.1]', 'malformed: version [2328:8.2]', 'ignored: ARP that the table had no room for']) expect(counts.get(reason), output).toBeGreaterThan(0);
    expect(output, 'before we left').toMatch(/adjacencies +3 neighbours Full at the end, 0 lost/);
    expect(output.replace(/\s+/g, ' ')).not.toMatch(/Full -> (?!Deleted \[2328:10\.3 KillNbr\])/);
    expect(output.match(/\d+ neighbours Full/g)?.slice(2, -1).every((each) => each === '3 neighbours Full'), output).toBe(true);
    expect(at.ip('link')).not.toContain('tap0');
  }, 120_000 + 4000 * RANDOM_SECONDS);
});
