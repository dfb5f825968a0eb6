/**
 * The captures of both scenarios before judges that are not ours: tshark and tcpdump read every frame, find nothing to complain about
 * and count what we count; and the checksums of LSAs, which neither looks at, are summed up here from the bytes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinkType } from '../../src/capture/captured-frame.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { execute } from '../../src/cli/execute.js';
import { OutputDirectory } from '../../src/cli/output-directory.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { describeFrame } from '../sim/recorder.js';
import { describeWithJudge } from './availability.js';

const SCENARIOS = ['router-loss', 'router-loss-frr'] as const;

interface Shot {
  readonly path: string;
  /** Frames by protocol, as we know them: `ospf`, `udp`, `arp`, `igmp`, `icmp`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly frames: number;
  readonly labels: readonly string[];
  readonly ospfFrames: readonly Uint8Array[];
}

let directory = '';
const shots = new Map<string, Shot>();

function shotOf(name: string): Shot {
  const shot = shots.get(name);
  if (shot === undefined) throw new Error(`${name} was not run`);
  return shot;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'failover-judges-'));
  for (const name of SCENARIOS) {
    const { plan } = loadTopology(`topologies/${name}.yaml`, { readFile: (file) => readFileSync(file, 'utf8') });
    const output = new OutputDirectory(join(directory, name), plan);
    const counts: Record<string, number> = {};
    const ospfFrames: Uint8Array[] = [];
    let frames = 0;
    const frame = (_link: number, _end: number, _time: number, bytes: Uint8Array): void => {
      const [kind] = describeFrame(bytes).split(' ');
      counts[kind] = (counts[kind] ?? 0) + 1;
      frames++;
      if (kind === 'ospf') ospfFrames.push(bytes.slice());
    };
    execute(plan, { watchers: [output.watcher, { frame }] });
    output.finish('');
    shots.set(name, { path: output.capturePath, counts, frames, labels: plan.links.flatMap(({ ends }) => ends.map(({ label }) => label)), ospfFrames });
  }
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function output(program: string, words: readonly string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 29, timeout: 120_000 });
}

const VALIDATION = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-o', 'arp.detect_duplicate_ips:TRUE'];
/** Values of the checksum status: 0 bad, 1 good, 2 not verified. */
const GOOD = '1';

describeWithJudge('tshark', 'tshark on a whole scenario', () => {
  it.each(SCENARIOS)('%s: counts the frames that we counted, on the link ends that there are; none malformed, none with a remark of any '
    + 'severity, every IP, UDP, IGMP and ICMP checksum good', (name) => {
    const shot = shotOf(name);
    const fields = ['frame.protocols', 'frame.interface_name', '_ws.malformed', '_ws.expert.severity', '_ws.expert.message',
      'ip.checksum.status', 'udp.checksum.status', 'igmp.checksum.status', 'icmp.checksum.status'];
    const rows = output('tshark', ['-n', '-r', shot.path, ...VALIDATION, '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])])
      .split('\n').slice(0, -1).map((line) => line.split('|'));
    expect(rows).toHaveLength(shot.frames);
    expect(rows.length).toBeGreaterThan(100_000);
    const counts: Record<string, number> = {};
    for (const [i, [protocols, , malformed, severity, message, ip, udp, igmp, icmp]] of rows.entries()) {
      const kind = ['ospf', 'udp', 'igmp', 'icmp', 'arp'].find((each) => protocols.split(':').includes(each)) ?? protocols;
      counts[kind] = (counts[kind] ?? 0) + 1;
      const wanted = [kind === 'arp' ? '' : GOOD, kind === 'udp' ? GOOD : '', kind === 'igmp' ? GOOD : '', kind === 'icmp' ? GOOD : ''];
      const isClean = malformed === '' && severity === '' && message === '' && ip === wanted[0] && udp === wanted[1] && igmp === wanted[2] && icmp === wanted[3];
      if (!isClean) throw new Error(`${name} frame ${i + 1}: ${rows[i].join('|')}`);
    }
    expect(counts).toEqual(shot.counts);
    expect([...new Set(rows.map((row) => row[1]))].sort()).toEqual([...shot.labels].sort());
  }, 120_000);

  it.each(SCENARIOS)('%s: every OSPF packet\'s checksum is correct, and "[incorrect" is nowhere in the text of its frames', (name) => {
    const shot = shotOf(name);
    // The same frames in a file of their own: tshark takes long over half a million probes.
    const path = join(directory, `${name}-ospf.pcapng`);
    const chunks: Uint8Array[] = [];
    const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
    const id = writer.addInterface('ospf', LinkType.ethernet, 0);
    for (const frame of shot.ospfFrames) writer.writeFrame(id, 0, frame, 'inbound');
    writer.finish();
    writeFileSync(path, Buffer.concat(chunks));
    const text = output('tshark', ['-n', '-r', path, ...VALIDATION, '-Y', 'ospf', '-V']);
    expect(text.match(/^ {8}Checksum: 0x[0-9a-f]{4} \[correct\]$/gm)).toHaveLength(shot.counts['ospf']);
    expect(text.match(/^ {4}Header Checksum: 0x[0-9a-f]{4} \[correct\]$/gm)).toHaveLength(shot.counts['ospf']);
    expect(text).not.toMatch(/\[incorrect|Malformed|Expert Info/);
  }, 120_000);
});

describeWithJudge('tcpdump', 'tcpdump on a whole scenario', () => {
  it.each(SCENARIOS)('%s: no bad checksum, nothing cut short, all UDP sums ok', (name) => {
    const shot = shotOf(name);
    const text = output('tcpdump', ['-nn', '-vv', '-r', shot.path]);
    expect(text.match(/^\d\d:\d\d:\d\d\.\d{6} /gm)).toHaveLength(shot.frames);
    expect(text).not.toMatch(/\bbad\b|incorrect|invalid|\bwrong\b|truncated/i);
    expect(text.match(/\[udp sum ok\]/g)).toHaveLength(shot.counts['udp']);
    // tcpdump reads on behind the last header of an acknowledgment; of real FRR's acknowledgments it says the same.
    const cut = text.split(/^(?=\d\d:\d\d:\d\d\.\d{6} )/m).filter((each) => each.includes('[|'));
    expect(cut.filter((each) => !each.includes('LS-Ack'))).toEqual([]);
  }, 120_000);
});

/** The sums of ISO 8473, clause 6.11, over the LSA from its options on; both are 0 when the checksum is right. */
function fletcherSums(lsa: Uint8Array): [number, number] {
  let c0 = 0;
  let c1 = 0;
  for (const byte of lsa.subarray(2)) {
    c0 = (c0 + byte) % 255;
    c1 = (c1 + c0) % 255;
  }
  return [c0, c1];
}

/** From the bytes alone: the LSAs of a Link State Update behind an Ethernet header. */
function lsasOf(frame: Uint8Array): Uint8Array[] {
  const packet = frame.subarray(14 + (frame[14] & 15) * 4);
  if (packet[1] !== 4) return [];
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const lsas: Uint8Array[] = [];
  let at = 28;
  for (let left = view.getUint32(24); left > 0; left--) {
    const length = view.getUint16(at + 18);
    lsas.push(packet.subarray(at, at + length));
    at += length;
  }
  expect(at).toBe(view.getUint16(2));
  return lsas;
}

describe('the checksums of LSAs', () => {
  it.each(SCENARIOS)('%s: every LSA on the wire has the right one', (name) => {
    const lsas = shotOf(name).ospfFrames.flatMap(lsasOf);
    expect(lsas.length).toBeGreaterThan(300);
    for (const lsa of lsas) expect(fletcherSums(lsa)).toEqual([0, 0]);
    expect([...new Set(lsas.map((lsa) => lsa[3]))].sort()).toEqual(name === 'router-loss' ? [1, 2, 3, 4] : [1, 2, 3, 4, 5]);
    const flipped = lsas[0].slice();
    flipped[lsas[0].length - 1] ^= 1;
    expect(fletcherSums(flipped)).not.toEqual([0, 0]);
  });
});
