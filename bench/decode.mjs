/**
 * `failover decode` against tcpdump, tshark and scapy: the same file, in the same run, whole processes.
 *
 *   npm run bench:decode [-- FRAMES]      a million frames without FRAMES
 *
 * Each measurement is repeated and the shortest time counts, in turns, so that a busy machine is busy for everybody. Output of
 * all goes to /dev/null; a second, unmeasured run counts the bytes of text. Exit code 1 when a promise is not kept. A peer that is
 * not installed has a row that says so and decides nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCapture } from './capture-generator.mjs';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const FRAMES = Number(process.argv[2] ?? 1_000_000);
const SLOW_FRAMES = Math.min(FRAMES, 20_000);
const ROUNDS = 3;
const MEMORY_LIMIT_MEGABYTES = 200;
/** The file of the memory promise. */
const LARGE_FILE_BYTES = 226e6;

const directory = mkdtempSync(join(tmpdir(), 'failover-decode-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'mixed.pcap');
const slowFile = join(directory, 'slow.pcap');
const largeFile = join(directory, 'large.pcap');
const bytes = generateCapture(file, FRAMES);
generateCapture(slowFile, SLOW_FRAMES);
const largeFrames = Math.ceil((LARGE_FILE_BYTES / bytes) * FRAMES);
generateCapture(largeFile, largeFrames);

const ours = (...words) => [process.execPath, MAIN, 'decode', ...words];
const SCAPY = `
import sys, logging
logging.getLogger('scapy.runtime').setLevel(logging.ERROR)
from scapy.utils import PcapReader
from scapy.layers.l2 import Ether
from scapy.contrib import ospf
n = 0
for packet in PcapReader(sys.argv[1]):
    packet.layers()
    n += 1
print(n)
`;
const FIELDS = ['frame.number', 'frame.time_epoch', 'eth.src', 'eth.dst', 'arp.opcode', 'arp.src.proto_ipv4', 'ip.src', 'ip.dst', 'ip.ttl', 'ip.checksum.status',
  'ospf.msg', 'ospf.srcrouter', 'ospf.area_id', 'ospf.hello.hello_interval', 'ospf.hello.router_dead_interval', 'ospf.hello.active_neighbor',
  'ospf.lsa', 'ospf.lsa.id', 'ospf.advrouter', 'ospf.lsa.seqnum', 'ospf.lsa.chksum', 'ospf.lsa.router.linkid', 'ospf.lsa.router.linkdata', 'ospf.lsa.router.metric0'];
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import scapy']).status === 0);

const cases = [
  { name: 'failover decode --count', command: ours('--count', file), frames: FRAMES, rounds: ROUNDS },
  { name: 'failover decode', command: ours(file), frames: FRAMES, rounds: ROUNDS, isText: true },
  { name: 'failover decode -v', command: ours('-v', file), frames: FRAMES, rounds: ROUNDS, isText: true },
  { name: 'failover decode --json', command: ours('--json', file), frames: FRAMES, rounds: ROUNDS, isText: true },
  { name: 'tcpdump -nn', command: ['tcpdump', '-nn', '-r', file], frames: FRAMES, rounds: ROUNDS, isText: true },
  { name: 'tcpdump -nn -v', command: ['tcpdump', '-nn', '-v', '-r', file], frames: FRAMES, rounds: ROUNDS, isText: true },
  {
    name: 'tshark -T fields', frames: FRAMES, rounds: 1, isText: true,
    command: ['tshark', '-n', '-r', file, '-o', 'ip.check_checksum:TRUE', '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])],
  },
  ...(python === undefined ? [{ name: 'scapy' }] : [{ name: 'scapy', command: [python, '-c', SCAPY, slowFile], frames: SLOW_FRAMES, rounds: 1 }]),
];

/** Wall-clock and processor seconds of a whole process, as the shell's own `time` gives them; undefined: it is not there, or failed. */
function measure(command, output = '/dev/null') {
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >"$0" 2>/dev/null', output, ...command], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [wall, user, system] = stderr.trim().split('\n').pop().split(' ').map(Number);
  return { wall, processor: user + system };
}

function textBytes(command) {
  const { stdout } = spawnSync('bash', ['-c', '"$@" 2>/dev/null | wc -c', 'bash', ...command], { encoding: 'utf8' });
  return Number(stdout);
}

const results = new Map();
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, command, rounds } of cases) {
    if (command === undefined || round >= rounds) continue;
    const result = measure(command);
    if (result === undefined) continue;
    const best = results.get(name);
    results.set(name, best === undefined ? result : { wall: Math.min(best.wall, result.wall), processor: Math.min(best.processor, result.processor) });
  }
}

console.log(`${FRAMES} frames, ${(bytes / 1e6).toFixed(0)} MB; best of ${ROUNDS}, tshark and scapy once${SLOW_FRAMES < FRAMES ? `; scapy ${SLOW_FRAMES} frames` : ''}`);
console.log(`${'whole process'.padEnd(26)}${'wall s'.padStart(9)}${'cpu s'.padStart(9)}${'frames/s'.padStart(12)}${'text MB'.padStart(10)}${'text MB/s'.padStart(11)}`);
const rates = new Map();
let missed = 0;
for (const { name, command, frames, isText } of cases) {
  const result = results.get(name);
  if (result === undefined) {
    const isOurs = name.startsWith('failover');
    if (isOurs) missed++;
    console.log(`${name.padEnd(26)}  ${isOurs ? 'FAILED' : 'not installed: not measured'}`);
    continue;
  }
  const text = isText ? textBytes(command) : 0;
  const rate = { frames: frames / result.wall, cpuFrames: frames / result.processor, text: text / result.wall };
  rates.set(name, rate);
  console.log(`${name.padEnd(26)}${result.wall.toFixed(2).padStart(9)}${result.processor.toFixed(2).padStart(9)}${rate.frames.toFixed(0).padStart(12)}` +
    `${(isText ? (text / 1e6).toFixed(0) : '').padStart(10)}${(isText ? (rate.text / 1e6).toFixed(0) : '').padStart(11)}`);
}

console.log('');
/** `ratio` undefined: there is nobody to compare with. */
function promise(text, ratio, wanted, isAtMost = false) {
  if (ratio === undefined) {
    console.log(`  -      ${text}: no peer, not judged`);
    return;
  }
  const isKept = isAtMost ? ratio <= wanted : ratio >= wanted;
  if (!isKept) missed++;
  console.log(`  ${isKept ? 'met   ' : 'MISSED'} ${text}: ${ratio.toFixed(2)}, wanted ${isAtMost ? 'at most' : 'at least'} ${wanted}`);
}

const ratio = (a, b, what) => (rates.has(a) && rates.has(b) ? rates.get(a)[what] / rates.get(b)[what] : undefined);
promise('decode of everything with all checksums, times the frames/s of tcpdump -nn -v', ratio('failover decode --count', 'tcpdump -nn -v', 'frames'), 4.5);
promise('decode of everything with all checksums, times the frames/s of tshark -T fields', ratio('failover decode --count', 'tshark -T fields', 'frames'), 20);
promise('decode -v, times the bytes of text a second of tcpdump -nn -v', ratio('failover decode -v', 'tcpdump -nn -v', 'text'), 1);
promise('decode, times the bytes of text a second of tcpdump -nn', ratio('failover decode', 'tcpdump -nn', 'text'), 1);
const scapy = ratio('failover decode --count', 'scapy', 'frames');
if (scapy !== undefined) console.log(`         decode of everything, times the frames/s of scapy: ${scapy.toFixed(0)}`);

for (const words of [['--count'], ['-v']]) {
  const { stderr } = spawnSync('bash', ['-c', '"$@" >/dev/null', 'bash', process.execPath, '--import',
    'data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))', MAIN, 'decode', ...words, largeFile], { encoding: 'utf8' });
  const peak = /peak (\d+)/.exec(stderr);
  promise(`peak memory of decode ${words[0]} on ${(statSync(largeFile).size / 1e6).toFixed(0)} MB, MB`, peak === null ? undefined : Number(peak[1]) / 1024,
    MEMORY_LIMIT_MEGABYTES, true);
}
process.exitCode = missed === 0 ? 0 : 1;
