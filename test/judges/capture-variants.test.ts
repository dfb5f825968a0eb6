/**
 * Captures that editcap, mergecap and tshark wrote, in every format and shape that they know and we read: our readers see the
 * frames that tshark sees, and give the same bytes back. And the other way: tshark reads the files that we made by hand.
 *
 * Needs tshark, editcap and mergecap on the path.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readDocument, writeCapture } from '../../src/capture/capture-document.js';
import { readCapture } from '../../src/capture/capture.js';
import { OptionCode } from '../../src/capture/pcapng-format.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { LinkFrame, decodeLinkFrame } from '../../src/wire/frame.js';
import { LinkType } from '../../src/wire/link-layer.js';
import { everyBlock, inOrder, pcapFile } from '../capture/capture-files.js';

const directory = mkdtempSync(join(tmpdir(), 'failover-variants-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/captures/${name}`, import.meta.url));
const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });

interface Row { time: string; length: string; captured: string; interfaceId: string }

function theirs(file: string): Row[] {
  const text = run('tshark', '-n', '-r', file, '-T', 'fields', '-E', 'separator=|', '-e', 'frame.time_epoch', '-e', 'frame.len', '-e', 'frame.cap_len', '-e', 'frame.interface_id');
  return text.split('\n').slice(0, -1).map((line) => {
    const [time, length, captured, interfaceId] = line.split('|');
    return { time, length, captured, interfaceId };
  });
}

function ours(file: string): Row[] {
  const capture = readCapture(readFileSync(file));
  if (capture instanceof DecodeError) throw new Error(`no capture: ${capture.code} at ${capture.offset}`);
  expect(capture.break).toBeUndefined();
  return capture.frames.map(({ timeMicros, remainderNanos, originalLength, bytes, interfaceId }) => ({
    time: `${Math.floor(timeMicros / 1e6)}.${String((timeMicros % 1e6) * 1000 + remainderNanos).padStart(9, '0')}`,
    length: `${originalLength}`, captured: `${bytes.length}`, interfaceId: capture.format === 'pcapng' ? `${interfaceId}` : '',
  }));
}

function isWrittenBackExactly(file: string): boolean {
  const bytes = readFileSync(file);
  const document = readDocument(bytes);
  return !(document instanceof DecodeError) && Buffer.compare(writeCapture(document), bytes) === 0;
}

const VARIANTS: readonly (readonly [string, (out: string) => void])[] = [
  ['editcap to pcapng', (out) => run('editcap', '-F', 'pcapng', fixture('frr-lan.pcap'), out)],
  ['editcap to nanosecond pcap', (out) => run('editcap', '-F', 'nsecpcap', '-t', '0.000000123', fixture('frr-md5.pcap'), out)],
  ['editcap to pcap', (out) => run('editcap', '-F', 'pcap', fixture('linux-stack.pcap'), out)],
  ['editcap, cut to 60 bytes', (out) => run('editcap', '-F', 'pcapng', '-s', '60', fixture('linux-stack.pcap'), out)],
  ['editcap with comments', (out) => run('editcap', '-F', 'pcapng', '-a', '1:the first', '-a', '3:a longer comment with ümläuts', '--capture-comment', 'about all of it', fixture('vrrp-bfd.pcap'), out)],
  ['mergecap: interfaces of several files', (out) => run('mergecap', '-F', 'pcapng', '-I', 'none', '-w', out, fixture('frr-lan.pcap'), fixture('linux-arp.pcap'), fixture('heartbeat-crc.pcap'))],
  ['mergecap: one interface for all', (out) => run('mergecap', '-F', 'pcapng', '-I', 'all', '-a', '-w', out, fixture('frr-md5.pcap'), fixture('frr-simple.pcap'))],
  ['tshark with name resolution', (out) => run('tshark', '-n', '-r', fixture('linux-tcp-stp.pcap'), '-W', 'n', '-F', 'pcapng', '-w', out)],
  ['editcap with injected secrets', (out) => {
    const keys = join(directory, 'keys.txt');
    writeFileSync(keys, `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\n`);
    run('editcap', '-F', 'pcapng', '--inject-secrets', `tls,${keys}`, fixture('linux-tcp-stp.pcap'), out);
  }],
];

describe('files of other programs', () => {
  test.each(VARIANTS)('%s', (name, make) => {
    const out = join(directory, `${name.replace(/\W+/g, '-')}.cap`);
    make(out);
    const rows = ours(out);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows).toEqual(theirs(out));
    expect(isWrittenBackExactly(out)).toBe(true);
  });

  test('comments are the ones that were put in, and ours are read by tshark', () => {
    const out = join(directory, 'editcap-with-comments.cap');
    const document = readDocument(readFileSync(out));
    if (document instanceof DecodeError || document.format !== 'pcapng') throw new Error('no pcapng');
    const packets = document.blocks.filter((block) => block.kind === 'packet');
    expect([packets[0], packets[1], packets[2]].map(({ options }) => options.comments())).toEqual([['the first'], [], ['a longer comment with ümläuts']]);
    packets[1].options.add(OptionCode.comment, 'ours');
    const again = join(directory, 'commented.cap');
    writeFileSync(again, writeCapture(document));
    const comments = run('tshark', '-n', '-r', again, '-T', 'fields', '-e', 'frame.comment').split('\n');
    expect(comments.slice(0, 4)).toEqual(['the first', 'ours', 'a longer comment with ümläuts', '']);
  });
});

describe('files made by hand', () => {
  const files: readonly (readonly [string, Uint8Array])[] = [
    ...[true, false].map((isLittle) => [`every block, ${isLittle ? 'little' : 'big'}-endian`, everyBlock(isLittle)] as const),
    ...[true, false].flatMap((isLittle) => [true, false].map((hasNanos) => [`pcap ${isLittle} ${hasNanos}`, pcapFile(isLittle, hasNanos)] as const)),
  ];
  test.each(files)('%s: tshark sees the same lengths', (name, bytes) => {
    const file = join(directory, `${name.replace(/\W+/g, '-')}.hand`);
    const document = readDocument(bytes);
    if (document instanceof DecodeError) throw new Error('no capture');
    // tshark lists custom blocks among the frames.
    if (document.format === 'pcapng') document.blocks = document.blocks.filter((block) => block.kind !== 'custom');
    writeFileSync(file, writeCapture(document));
    const lengths = ({ length, captured }: Row) => [length, captured];
    const all = ours(file);
    expect(all.length).toBeGreaterThan(2);
    expect(theirs(file).map(lengths)).toEqual(all.map(lengths));
  });

  test('nanoseconds, powers of two and offsets are the times that tshark shows', () => {
    for (const isLittle of [true, false]) {
      const { section, link, packet, option, u32, end } = inOrder(isLittle);
      const offset = (seconds: number) => option(14, isLittle ? [...u32(seconds), ...u32(0)] : [...u32(0), ...u32(seconds)]);
      const file = join(directory, `times-${isLittle}.pcapng`);
      writeFileSync(file, Uint8Array.from([
        ...section(),
        ...link(1, 0, option(9, [9]), end), ...link(1, 0, option(9, [0x80 | 20]), end), ...link(1, 0, option(9, [3]), offset(1000), end), ...link(1, 0),
        ...packet(0, 0x17000000, 123_456_789, [1]), ...packet(1, 0x100, 0x80001, [1]), ...packet(2, 0, 1_234_567, [1]), ...packet(3, 0x5fff0, 4_000_000_001, [1]),
      ]));
      expect(ours(file).map(({ time }) => time)).toEqual(theirs(file).map(({ time }) => time));
    }
  });
});

describe('link types', () => {
  const capture = readCapture(readFileSync(fixture('frr-lan.pcap')));
  if (capture instanceof DecodeError) throw new Error('no capture');
  const hello = capture.frames.find(({ bytes }) => bytes[23] === 89)!.bytes.slice(14);
  const { u16, u32 } = inOrder(false);
  const little = inOrder(true);
  const HEADERS: readonly (readonly [string, number, readonly number[]])[] = [
    ['null, little-endian', LinkType.null, little.u32(2)],
    ['null, big-endian', LinkType.null, u32(2)],
    ['loop', LinkType.loop, u32(2)],
    ['raw', LinkType.raw, []],
    ['raw, old', LinkType.rawOld, []],
    ['ipv4', LinkType.ipv4, []],
    ['ppp', LinkType.ppp, [0xff, 3, 0, 0x21]],
    ['ppp, short', LinkType.ppp, [0x21]],
    ['ppp in hdlc', LinkType.pppHdlc, [0xff, 3, 0, 0x21]],
    ['cisco hdlc', LinkType.ciscoHdlc, [0x0f, 0, 8, 0]],
    ['frame relay, ietf', LinkType.frameRelay, [0x18, 0x41, 3, 0xcc]],
    ['frame relay, snap', LinkType.frameRelay, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0]],
    ['sll', LinkType.linuxSll, [...u16(4), ...u16(1), ...u16(6), 2, 0, 0, 0, 1, 3, 0, 0, 8, 0]],
    ['sll2', LinkType.linuxSll2, [8, 0, 0, 0, ...u32(7), ...u16(1), 4, 6, 2, 0, 0, 0, 1, 3, 0, 0]],
    ['ethernet, snap', LinkType.ethernet, [1, 0, 0x5e, 0, 0, 5, 2, 0, 0, 0, 1, 3, ...u16(hello.length + 8), 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]],
    ['ethernet, two tags', LinkType.ethernet, [1, 0, 0x5e, 0, 0, 5, 2, 0, 0, 0, 1, 3, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 42, 8, 0]],
  ];
  test.each(HEADERS)('%s: an OSPF Hello is one for tshark and for us', (name, linkType, header) => {
    const bytes = Uint8Array.from([...header, ...hello]);
    const frame = decodeLinkFrame(linkType, bytes);
    if (frame instanceof DecodeError) throw new Error('no frame');
    const payload = frame.payload.kind === 'llc' ? frame.payload.payload : frame.payload;
    expect(payload).toMatchObject({ kind: 'ipv4', packet: { payload: { kind: 'ospf', ospf: { body: { kind: 'hello' } } } } });
    expect(frame instanceof LinkFrame).toBe(linkType !== LinkType.ethernet);
    const file = join(directory, `${name.replace(/\W+/g, '-')}.link`);
    const magic = [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, ...u32(0), ...u32(0), ...u32(65535), ...u32(linkType)];
    writeFileSync(file, Uint8Array.from([...magic, ...u32(1), ...u32(2), ...u32(bytes.length), ...u32(bytes.length), ...bytes]));
    expect(run('tshark', '-n', '-r', file, '-T', 'fields', '-e', 'ospf.msg').trim()).toBe('1');
  });
});
