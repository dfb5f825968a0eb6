/**
 * tshark as the judge: it reads our captures without complaint, and sees in every frame what our decoder sees.
 *
 * Skipped without tshark: see availability.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { readCapture } from '../../src/capture/capture.js';
import type { CapturedFrame } from '../../src/capture/captured-frame.js';
import { LinkType } from '../../src/capture/captured-frame.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { Frame, decodeFrame, encodeFrame, frameLength } from '../../src/wire/frame.js';
import type { LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { Lsa } from '../../src/wire/ospf/lsa.js';
import { describeWithJudge } from './availability.js';

const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
const FILES = ['frr-lan.pcap', 'frr-ctc1.pcap', 'frr-md5.pcap', 'frr-simple.pcap', 'linux-arp.pcap', 'linux-stack.pcap'];
const CHECKSUMS = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-o', 'ip.defragment:FALSE',
  // The fixtures come from several networks; side by side they repeat addresses.
  '-o', 'arp.detect_duplicate_ips:FALSE'];

function framesOf(name: string): readonly CapturedFrame[] {
  const capture = readCapture(readFileSync(new URL(name, FIXTURES)));
  if (capture instanceof DecodeError) throw new Error(`${name} is no capture`);
  return capture.frames;
}

function decoded(bytes: Uint8Array): Frame {
  const frame = decodeFrame(bytes);
  if (frame instanceof DecodeError) throw new Error('no frame');
  return frame;
}

/** One row a frame, one column a field; several values of a field are joined by commas. */
function tsharkFields(file: string, fields: readonly string[], filter = ''): string[][] {
  const text = execFileSync('tshark', [
    '-n', '-r', file, ...CHECKSUMS, ...(filter ? ['-Y', filter] : []), '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field]),
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return text.split('\n').slice(0, -1).map((line) => line.split('|'));
}

function lsaHeadersOf(frame: Frame): LsaHeader[] {
  const inner = frame.payload.kind === 'ipv4' ? frame.payload.packet.payload : undefined;
  if (inner?.kind !== 'ospf') return [];
  const { body } = inner.ospf;
  switch (body.kind) {
    case 'database-description': return body.databaseDescription.headers;
    case 'link-state-acknowledgment': return body.linkStateAcknowledgment.headers;
    case 'link-state-update': return body.lsas.flatMap((lsa) => (lsa instanceof Lsa ? [lsa.header] : []));
    default: return [];
  }
}

/**
 * tshark 4.0 says that an OSPF packet's checksum is wrong only in its text, and does not look at LSA checksums at all:
 * those are held against what FRR wrote, in the core tests.
 */
function ospfChecksumVerdicts(file: string): { correct: number; incorrect: number } {
  const text = execFileSync('tshark', ['-n', '-r', file, '-Y', 'ospf', '-O', 'ospf'], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26,
  });
  return { correct: text.match(/Checksum: 0x\w+ \[correct\]/g)?.length ?? 0, incorrect: text.match(/\[incorrect/g)?.length ?? 0 };
}

/** Malformed, or an expert warning or error; bad checksums are errors. */
const COMPLAINT = '_ws.malformed || _ws.expert.severity >= 0x600000';

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

describeWithJudge('tshark', 'what tshark sees in real captures is what we see', () => {
  test.each(FILES)('%s', (name) => {
    const want = tsharkFields(fileURLToPath(new URL(name, FIXTURES)), [
      'frame.time_epoch', 'ip.src', 'ospf.msg', 'ospf.srcrouter', 'ospf.area_id',
      'ospf.lsa', 'ospf.lsa.id', 'ospf.link_state_id', 'ospf.advrouter', 'ospf.lsa.seqnum', 'ospf.lsa.chksum', 'ospf.hello.designated_router', 'arp.opcode', 'arp.src.proto_ipv4',
    ]);
    const got = framesOf(name).map(({ bytes, timeMicros, remainderNanos }) => {
      const frame = decoded(bytes);
      const packet = frame.payload.kind === 'ipv4' ? frame.payload.packet : undefined;
      const arp = frame.payload.kind === 'arp' ? frame.payload.arp : undefined;
      const ospf = packet?.payload.kind === 'ospf' ? packet.payload.ospf : undefined;
      const headers = lsaHeadersOf(frame);
      const requested = ospf?.body.kind === 'link-state-request' ? ospf.body.linkStateRequest.entries : [];
      const seconds = Math.floor(timeMicros / 1e6);
      return [
        `${seconds}.${String((timeMicros - seconds * 1e6) * 1000 + remainderNanos).padStart(9, '0')}`,
        // An ICMP error shows the addresses of the packet inside it as well.
        packet && packet.payload.kind !== 'icmp' ? formatIpv4(packet.header.source) : undefined,
        ospf ? `${ospf.header.type}` : '',
        ospf ? formatIpv4(ospf.header.routerId) : '',
        ospf ? formatIpv4(ospf.header.areaId) : '',
        [...requested, ...headers].map((header) => header.lsType).join(','),
        headers.map((header) => formatIpv4(header.linkStateId)).join(','),
        requested.map((entry) => formatIpv4(entry.linkStateId)).join(','),
        [...requested, ...headers].map((header) => formatIpv4(header.advertisingRouter)).join(','),
        headers.map((header) => hex(header.sequence >>> 0, 8)).join(','),
        headers.map((header) => hex(header.checksum, 4)).join(','),
        ospf?.body.kind === 'hello' ? formatIpv4(ospf.body.hello.designatedRouter) : '',
        arp ? `${arp.operation}` : '',
        arp ? formatIpv4(arp.senderProtocolAddress) : '',
      ];
    });
    expect(want.length).toBe(got.length);
    for (const [index, row] of got.entries()) {
      const theirs = want[index].map((value, column) => (row[column] === undefined ? undefined : value));
      expect(row, `${name} frame ${index + 1}`).toEqual(theirs);
    }
  });
});

describeWithJudge('tshark', 'our pcapng', () => {
  let directory = '';
  let file = '';
  let count = 0;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'failover-judge-'));
    file = join(directory, 'all.pcapng');
    const chunks: Uint8Array[] = [];
    const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
    for (const name of FILES) {
      const id = writer.addInterface(`link:${name}`, LinkType.ethernet, 0);
      for (const { bytes, timeMicros } of framesOf(name)) {
        const frame = decoded(bytes);
        const again = new Uint8Array(frameLength(frame)).fill(0xa5);
        encodeFrame(frame, new ByteWriter(again));
        writer.writeFrame(id, timeMicros, again, count++ % 2 ? 'inbound' : 'outbound');
      }
    }
    writer.finish();
    writeFileSync(file, Buffer.concat(chunks));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read whole, with names, times and directions', () => {
    const rows = tsharkFields(file, ['frame.interface_name', 'frame.time_epoch', 'frame.packet_flags_direction']);
    expect(rows).toHaveLength(count);
    const want = FILES.flatMap((name) => framesOf(name).map(({ timeMicros }) => [`link:${name}`, (timeMicros / 1e6).toFixed(6)]));
    expect(rows.map(([name, time]) => [name, Number(time).toFixed(6)])).toEqual(want);
    expect(new Set(rows.map((row) => Number(row[2])))).toEqual(new Set([1, 2]));
  });

  test('holds frames that we encoded, and no frame is malformed or has a bad checksum', () => {
    expect(tsharkFields(file, ['frame.number', '_ws.expert.message'], COMPLAINT)).toEqual([]);
    const { correct, incorrect } = ospfChecksumVerdicts(file);
    expect(incorrect).toBe(0);
    expect(correct).toBeGreaterThan(500);
  });

  test('the judge does notice: one flipped bit in any checksummed layer is complained about', () => {
    const damaged: [string, number, Uint8Array][] = [];
    const damage = (layer: string, name: string, offset: number, wanted: (frame: Frame) => boolean): void => {
      const found = framesOf(name).find(({ bytes }) => wanted(decoded(bytes)));
      if (found === undefined) throw new Error(`no ${layer} in ${name}`);
      const bytes = found.bytes.slice();
      bytes[offset] ^= 1;
      damaged.push([layer, offset, bytes]);
    };
    const inner = (frame: Frame) => (frame.payload.kind === 'ipv4' ? frame.payload.packet.payload : undefined);
    damage('ipv4', 'linux-stack.pcap', 19, (frame) => inner(frame)?.kind === 'icmp');
    damage('icmp', 'linux-stack.pcap', 60, (frame) => inner(frame)?.kind === 'icmp');
    damage('igmp', 'linux-stack.pcap', 38 + 11, (frame) => inner(frame)?.kind === 'igmp');
    damage('udp', 'linux-stack.pcap', 43, (frame) => inner(frame)?.kind === 'udp');
    damage('ospf', 'frr-lan.pcap', 34 + 24, (frame) => inner(frame)?.kind === 'ospf');
    const flipped = join(directory, 'flipped.pcapng');
    const chunks: Uint8Array[] = [];
    const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
    writer.addInterface('flipped', LinkType.ethernet, 0);
    for (const [, , bytes] of damaged) writer.writeFrame(0, 0, bytes, 'inbound');
    writer.finish();
    writeFileSync(flipped, Buffer.concat(chunks));
    const noticed = new Set(tsharkFields(flipped, ['frame.number'], COMPLAINT).map(([number]) => damaged[Number(number) - 1][0]));
    expect([...noticed].sort()).toEqual(['icmp', 'igmp', 'ipv4', 'udp']);
    expect(ospfChecksumVerdicts(flipped)).toEqual({ correct: 0, incorrect: 1 });
  });
});
