/**
 * A whole capture file as a document: every header, block, option and comment, to be looked at, changed and written.
 *
 * Law: for every file that is a capture, `writeCapture(readDocument(file))` gives the same bytes, whatever is wrong
 * with it further on: what cannot be read is kept as `remainder`, and `break` names why. Byte fields are views into the
 * file. For frames only, and for files of any size, there is capture-reader.ts.
 *
 *     const document = readDocument(file);
 *     if (!(document instanceof DecodeError) && document.format === 'pcapng')
 *       for (const block of document.blocks) if (block.kind === 'packet') block.options.add(OptionCode.comment, 'seen');
 */
import { DecodeError } from '../wire/decode-error.js';
import { OrderedReader, OrderedWriter } from './byte-order.js';
import { isPcap } from './pcap.js';
import { MAXIMUM_RECORD_LENGTH, PCAP_FILE_HEADER_LENGTH, PCAP_RECORD_HEADER_LENGTH, PcapMagic } from './pcap-format.js';
import { isPcapng } from './pcapng.js';
import type { PcapngBlock } from './pcapng-block.js';
import { decodePcapngBlock, encodePcapngBlock } from './pcapng-block.js';
import { BYTE_ORDER_MAGIC, BlockType, MAXIMUM_BLOCK_LENGTH } from './pcapng-format.js';

const NOTHING = new Uint8Array(0);
const BLOCK_OVERHEAD = 12;

export class PcapRecord {
  seconds = 0;
  /** Microseconds or nanoseconds, see `hasNanos`. */
  fraction = 0;
  originalLength = 0;
  data: Uint8Array = NOTHING;
}

export class PcapDocument {
  readonly format = 'pcap';
  isLittleEndian = true;
  /** Fractions are nanoseconds. */
  hasNanos = false;
  majorVersion = 2;
  minorVersion = 4;
  /** Always zero in practice: correction to UTC in seconds, accuracy of timestamps. */
  timeZone = 0;
  accuracy = 0;
  snapLength = 262144;
  /** The whole field: LinkType in the lower 16 bits, FCS length above. */
  linkType = 1;
  records: PcapRecord[] = [];
  break: DecodeError | undefined = undefined;
  remainder: Uint8Array = NOTHING;
}

export class PcapngDocument {
  readonly format = 'pcapng';
  /** In file order; the first is a section header. */
  blocks: PcapngBlock[] = [];
  break: DecodeError | undefined = undefined;
  remainder: Uint8Array = NOTHING;
}

export type CaptureDocument = PcapDocument | PcapngDocument;

/** An error when the file is no capture at all. */
export function readDocument(file: Uint8Array): CaptureDocument | DecodeError {
  if (isPcapng(file)) return readPcapngDocument(file);
  if (file.length < 4) return new DecodeError('truncated', 0, '[pcap:4]', file.length, 4);
  if (!isPcap(file)) return new DecodeError('value', 0, '[pcap:4]', 'another kind of file', 'pcap or pcapng');
  return readPcapDocument(file);
}

function readPcapDocument(file: Uint8Array): PcapDocument | DecodeError {
  if (file.length < PCAP_FILE_HEADER_LENGTH) return new DecodeError('truncated', 0, '[pcap:4]', file.length, PCAP_FILE_HEADER_LENGTH);
  const document = new PcapDocument();
  let magic = new OrderedReader(file, 0, 4, true).u32();
  document.isLittleEndian = magic === PcapMagic.micros || magic === PcapMagic.nanos;
  const r = new OrderedReader(file, 0, file.length, document.isLittleEndian);
  magic = r.u32();
  document.hasNanos = magic === PcapMagic.nanos;
  document.majorVersion = r.u16();
  if (document.majorVersion !== 2) return new DecodeError('version', 4, '[pcap:4]', document.majorVersion, 2);
  document.minorVersion = r.u16();
  document.timeZone = r.u32();
  document.accuracy = r.u32();
  document.snapLength = r.u32();
  document.linkType = r.u32();
  let start = r.offset;
  for (; r.remaining > 0; start = r.offset) {
    if (r.remaining < PCAP_RECORD_HEADER_LENGTH) {
      document.break = new DecodeError('truncated', start, '[pcap:5]', r.remaining, PCAP_RECORD_HEADER_LENGTH);
      break;
    }
    const record = new PcapRecord();
    record.seconds = r.u32();
    record.fraction = r.u32();
    const captured = r.u32();
    record.originalLength = r.u32();
    if (captured > MAXIMUM_RECORD_LENGTH) {
      document.break = new DecodeError('length', start + 8, '[pcap:5]', captured, `at most ${MAXIMUM_RECORD_LENGTH}`);
      break;
    }
    if (captured > r.remaining) {
      document.break = new DecodeError('truncated', start, '[pcap:5]', file.length - start, PCAP_RECORD_HEADER_LENGTH + captured);
      break;
    }
    record.data = r.take(captured);
    document.records.push(record);
  }
  document.remainder = file.subarray(start);
  return document;
}

function readPcapngDocument(file: Uint8Array): PcapngDocument {
  const document = new PcapngDocument();
  let isLittleEndian = true;
  let at = 0;
  while (at < file.length) {
    const left = file.length - at;
    if (left < BLOCK_OVERHEAD) {
      document.break = new DecodeError('truncated', at, '[pcapng:3.1]', left, BLOCK_OVERHEAD);
      break;
    }
    if (new OrderedReader(file, at, at + 4, false).u32() === BlockType.sectionHeader) {
      const magic = new OrderedReader(file, at + 8, at + 12, true).u32();
      isLittleEndian = magic === BYTE_ORDER_MAGIC;
      if (!isLittleEndian && new OrderedReader(file, at + 8, at + 12, false).u32() !== BYTE_ORDER_MAGIC) {
        document.break = new DecodeError('value', at + 8, '[pcapng:4.1]', magic, BYTE_ORDER_MAGIC);
        break;
      }
    }
    const block = readBlock(file, at, isLittleEndian);
    if (block instanceof DecodeError) {
      document.break = block;
      break;
    }
    document.blocks.push(block);
    at += new OrderedReader(file, at + 4, at + 8, isLittleEndian).u32();
  }
  document.remainder = file.subarray(at);
  return document;
}

function readBlock(file: Uint8Array, at: number, isLittleEndian: boolean): PcapngBlock | DecodeError {
  const r = new OrderedReader(file, at, file.length, isLittleEndian);
  const left = r.remaining;
  const type = r.u32();
  const length = r.u32();
  if (length < BLOCK_OVERHEAD || length % 4 !== 0) return new DecodeError('length', at + 4, '[pcapng:3.1]', length, 'a multiple of 4 from 12');
  if (length > MAXIMUM_BLOCK_LENGTH) return new DecodeError('length', at + 4, '[pcapng:3.1]', length, `at most ${MAXIMUM_BLOCK_LENGTH}`);
  if (length > left) return new DecodeError('truncated', at, '[pcapng:3.1]', left, length);
  const end = at + length - 4;
  const trailing = new OrderedReader(file, end, end + 4, isLittleEndian).u32();
  if (trailing !== length) return new DecodeError('length', end, '[pcapng:3.1]', trailing, length);
  r.end = end;
  return decodePcapngBlock(type, r);
}

/** The file. */
export function writeCapture(document: CaptureDocument): Uint8Array {
  const w = new OrderedWriter();
  if (document.format === 'pcapng') {
    for (const block of document.blocks) encodePcapngBlock(block, w);
  } else {
    w.isLittleEndian = document.isLittleEndian;
    w.u32(document.hasNanos ? PcapMagic.nanos : PcapMagic.micros);
    w.u16(document.majorVersion);
    w.u16(document.minorVersion);
    w.u32(document.timeZone);
    w.u32(document.accuracy);
    w.u32(document.snapLength);
    w.u32(document.linkType);
    for (const record of document.records) {
      w.u32(record.seconds);
      w.u32(record.fraction);
      w.u32(record.data.length);
      w.u32(record.originalLength);
      w.raw(record.data);
    }
  }
  w.raw(document.remainder);
  return w.written();
}
