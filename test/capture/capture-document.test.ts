/** Proves that a file which was read and not changed is written back byte for byte, whatever kind it is and whatever is wrong with it. */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaptureDocument } from '../../src/capture/capture-document.js';
import { PcapngDocument, readDocument, writeCapture } from '../../src/capture/capture-document.js';
import { readCapture } from '../../src/capture/capture.js';
import { InterfaceDescriptionBlock, PacketBlock, SectionHeaderBlock } from '../../src/capture/pcapng-block.js';
import { OptionCode } from '../../src/capture/pcapng-format.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { everyBlock, pcapFile } from './capture-files.js';

const FIXTURES = new URL('../fixtures/captures/', import.meta.url);
const FILES: readonly (readonly [string, Uint8Array])[] = [
  ['pcapng, little-endian first', everyBlock(true)],
  ['pcapng, big-endian first', everyBlock(false)],
  ...[true, false].flatMap((isLittle) => [true, false].map((hasNanos) =>
    [`pcap, ${isLittle ? 'little' : 'big'}-endian, ${hasNanos ? 'nano' : 'micro'}seconds`, pcapFile(isLittle, hasNanos)] as const)),
  ...readdirSync(FIXTURES).filter((name) => name.endsWith('.pcap')).sort().map((name) => [name, new Uint8Array(readFileSync(new URL(name, FIXTURES)))] as const),
];

function documentOf(file: Uint8Array): CaptureDocument {
  const document = readDocument(file);
  if (document instanceof DecodeError) throw new Error(`no capture: ${document.code} at ${document.offset}`);
  return document;
}

function pcapngOf(file: Uint8Array): PcapngDocument {
  const document = documentOf(file);
  if (document.format !== 'pcapng') throw new Error('not pcapng');
  return document;
}

describe('read and written back', () => {
  test.each(FILES)('%s', (_, file) => {
    const document = documentOf(file);
    expect(document.break).toBeUndefined();
    expect(document.remainder).toHaveLength(0);
    expect(Buffer.compare(writeCapture(document), file)).toBe(0);
  });

  test.each(FILES.slice(0, 6))('cut anywhere, changed anywhere: %s', (_, file) => {
    for (let length = 0; length < file.length; length++) {
      const document = readDocument(file.subarray(0, length));
      if (document instanceof DecodeError) expect(length).toBeLessThan(24);
      else if (Buffer.compare(writeCapture(document), file.subarray(0, length)) !== 0) expect.fail(`cut to ${length}`);
    }
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = file.slice();
      for (const [at, value] of changes) changed[at % file.length] = value;
      const document = readDocument(changed);
      return document instanceof DecodeError || Buffer.compare(writeCapture(document), changed) === 0;
    }), { numRuns: 3000 });
  });

  test('both readers break at the same place for the same reason', () => {
    const file = everyBlock(true);
    let broken = 0;
    fc.assert(fc.property(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: 40 }), (at, value, cut) => {
      const changed = file.slice(0, file.length - cut);
      changed[at % changed.length] = value;
      const document = readDocument(changed);
      const capture = readCapture(changed);
      if (document instanceof DecodeError || capture instanceof DecodeError) {
        expect(document instanceof DecodeError).toBe(capture instanceof DecodeError);
        return;
      }
      // The document does not look up interfaces, and the frame reader passes over blocks that it does not need.
      if (document.break === undefined || capture.break === undefined || capture.break.offset > document.break.offset) return;
      if (capture.break.code === 'value' || capture.break.clause === '[pcapng:4.4]') return;
      expect(capture.break).toEqual(document.break);
      broken++;
    }), { numRuns: 2000 });
    expect(broken).toBeGreaterThan(100);
  });
});

describe('what is in a pcapng file', () => {
  test('every block, option and comment', () => {
    const { blocks } = pcapngOf(everyBlock(true));
    expect(blocks.map(({ kind }) => kind)).toEqual([
      'section-header', 'interface-description', 'interface-description', 'packet', 'packet', 'simple-packet', 'packet', 'name-resolution',
      'interface-statistics', 'decryption-secrets', 'custom', 'custom', 'unknown', 'section-header', 'interface-description', 'packet',
    ]);
    const [section, link] = blocks;
    if (section.kind !== 'section-header' || link.kind !== 'interface-description') throw new Error('order');
    expect(section.options.comments()).toEqual(['a comment']);
    expect(section.options.textOf(OptionCode.userApplication)).toBe('by hand');
    expect(link).toMatchObject({ linkType: 1, snapLength: 96 });
    expect(link.options.textOf(OptionCode.interfaceName)).toBe('eth0');
    const packets = blocks.filter((block) => block.kind === 'packet');
    expect(packets.map(({ options }) => options.comments())).toEqual([['first', 'second'], [], [], []]);
    expect(packets.map(({ isObsolete }) => isObsolete)).toEqual([false, false, true, false]);
    expect(packets[1].options.trailer).toEqual(new Uint8Array([9, 9, 9, 9]));
    expect(packets[2]).toMatchObject({ dropCount: 3, padding: new Uint8Array([0xaa, 0xbb]) });
    expect(blocks[7]).toMatchObject({ records: [{ type: 1, value: { length: 10 } }, { type: 1, padding: new Uint8Array([0xcc]) }] });
    expect(blocks[9]).toMatchObject({ secretsType: 0x544c534b, secrets: new TextEncoder().encode('secret') });
    expect(blocks[10]).toMatchObject({ isCopied: true, privateEnterpriseNumber: 32473 });
    expect(blocks[11]).toMatchObject({ isCopied: false });
    expect(blocks[13]).toMatchObject({ isLittleEndian: false });
  });

  test('the other byte order holds the same', () => {
    const bytesAsText = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : typeof value === 'bigint' ? `${value}` : value);
    const same = (file: Uint8Array) => JSON.parse(JSON.stringify(pcapngOf(file).blocks, bytesAsText)) as { isLittleEndian?: boolean; options?: unknown }[];
    const [little, big] = [same(everyBlock(true)), same(everyBlock(false))];
    // Option values are bytes in the order of the file, and so is the body of a custom block.
    for (const blocks of [little, big]) for (const block of blocks) { delete block.options; delete block.isLittleEndian; }
    expect(big).toEqual(little);
  });

  test('a comment added to a packet is there, and everything else is as it was', () => {
    const document = pcapngOf(everyBlock(false));
    const packet = document.blocks.find((block) => block.kind === 'packet');
    packet?.options.add(OptionCode.comment, 'third');
    const again = pcapngOf(writeCapture(document).slice());
    expect(again.break).toBeUndefined();
    expect(again.blocks.find((block) => block.kind === 'packet')?.options.comments()).toEqual(['first', 'second', 'third']);
    expect(again.blocks).toHaveLength(document.blocks.length);
  });

  test('a document made from nothing is a capture', () => {
    const document = new PcapngDocument();
    const packet = new PacketBlock();
    packet.data = new Uint8Array([1, 2, 3]);
    packet.originalLength = 3;
    packet.timeLow = 77;
    packet.options.add(OptionCode.comment, 'made');
    document.blocks.push(new SectionHeaderBlock(), new InterfaceDescriptionBlock(), packet);
    const capture = readCapture(writeCapture(document));
    if (capture instanceof DecodeError) throw new Error('no capture');
    expect(capture.break).toBeUndefined();
    expect(capture.frames).toMatchObject([{ timeMicros: 77, bytes: new Uint8Array([1, 2, 3]), originalLength: 3 }]);
  });
});
