/**
 * The blocks of pcapng, each with everything that is in it. [draft-ietf-opsawg-pcapng] Read chapter 3, then 4.
 *
 * A class per block; byte fields are views into the file. Nothing is interpreted away: padding that is not zero, what
 * stands behind the end of the options, options and blocks that nobody knows are all kept, so that encoding gives the
 * same bytes. The options of a custom block cannot be told from its data without knowing whose it is: both are `data`.
 */
import { DecodeError } from '../wire/decode-error.js';
import type { OrderedReader, OrderedWriter } from './byte-order.js';
import { BYTE_ORDER_MAGIC, BlockType, OptionCode } from './pcapng-format.js';

const NOTHING = new Uint8Array(0);

export class PcapngOption {
  code: number;
  value: Uint8Array;
  /** Only when it is not zero bytes. */
  padding: Uint8Array | undefined = undefined;

  constructor(code: number, value: Uint8Array) {
    this.code = code;
    this.value = value;
  }
}

export class PcapngOptions {
  list: PcapngOption[] = [];
  /** An end of options stands behind the last. Not written for an empty list by most programs. */
  hasEnd = false;
  /** Behind the end of options; normally empty. */
  trailer: Uint8Array = NOTHING;

  /** The value of the first option with this code. */
  valueOf(code: number): Uint8Array | undefined {
    return this.list.find((option) => option.code === code)?.value;
  }

  textOf(code: number): string | undefined {
    const value = this.valueOf(code);
    return value && new TextDecoder().decode(value);
  }

  comments(): string[] {
    return this.list.filter((option) => option.code === OptionCode.comment).map((option) => new TextDecoder().decode(option.value));
  }

  /** Appends, and sees to the end of options. */
  add(code: number, value: Uint8Array | string): void {
    this.list.push(new PcapngOption(code, typeof value === 'string' ? new TextEncoder().encode(value) : value));
    this.hasEnd = true;
  }
}

export class SectionHeaderBlock {
  readonly kind = 'section-header';
  /** Of this block and all up to the next section header. */
  isLittleEndian = true;
  majorVersion = 1;
  minorVersion = 0;
  /** Bytes behind this block; -1: not given. */
  sectionLength = -1n;
  options = new PcapngOptions();
}

export class InterfaceDescriptionBlock {
  readonly kind = 'interface-description';
  linkType = 1;
  reserved = 0;
  /** Bytes; 0: no limit. */
  snapLength = 0;
  options = new PcapngOptions();
}

/** Enhanced packet block, and the obsolete packet block. */
export class PacketBlock {
  readonly kind = 'packet';
  isObsolete = false;
  /** In its section, from 0. */
  interfaceId = 0;
  /** Obsolete block only: packets lost since the one before; 0xffff: not known. */
  dropCount = 0;
  /** Upper and lower half of the timestamp, in the interface's unit. */
  timeHigh = 0;
  timeLow = 0;
  originalLength = 0;
  data: Uint8Array = NOTHING;
  /** Only when it is not zero bytes. */
  padding: Uint8Array | undefined = undefined;
  options = new PcapngOptions();
}

export class SimplePacketBlock {
  readonly kind = 'simple-packet';
  originalLength = 0;
  /** With the padding: the captured length follows from the first interface's snap length. A multiple of 4 bytes. */
  paddedData: Uint8Array = NOTHING;
}

export class NameRecord {
  /** 1: IPv4 address and names, 2: IPv6 address and names, 3: EUI-48, 4: EUI-64. */
  type = 1;
  /** The address, then names that each end with a zero byte. */
  value: Uint8Array = NOTHING;
  padding: Uint8Array | undefined = undefined;
}

export class NameResolutionBlock {
  readonly kind = 'name-resolution';
  records: NameRecord[] = [];
  options = new PcapngOptions();
}

export class InterfaceStatisticsBlock {
  readonly kind = 'interface-statistics';
  interfaceId = 0;
  timeHigh = 0;
  timeLow = 0;
  options = new PcapngOptions();
}

export class DecryptionSecretsBlock {
  readonly kind = 'decryption-secrets';
  secretsType = 0;
  secrets: Uint8Array = NOTHING;
  padding: Uint8Array | undefined = undefined;
  options = new PcapngOptions();
}

export class CustomBlock {
  readonly kind = 'custom';
  /** May be copied by programs that change the file. */
  isCopied = true;
  privateEnterpriseNumber = 0;
  /** A multiple of 4 bytes. */
  data: Uint8Array = NOTHING;
}

/** Any other block. */
export class UnknownBlock {
  readonly kind = 'unknown';
  type = 0;
  /** A multiple of 4 bytes. */
  body: Uint8Array = NOTHING;
}

export type PcapngBlock =
  | SectionHeaderBlock | InterfaceDescriptionBlock | PacketBlock | SimplePacketBlock | NameResolutionBlock
  | InterfaceStatisticsBlock | DecryptionSecretsBlock | CustomBlock | UnknownBlock;

function short(r: OrderedReader, clause: string, need: number): DecodeError | undefined {
  return r.remaining < need ? new DecodeError('truncated', r.offset, clause, r.remaining, need) : undefined;
}

/** The reader spans the body, between the two lengths. */
export function decodePcapngBlock(type: number, r: OrderedReader): PcapngBlock | DecodeError {
  switch (type) {
    case BlockType.sectionHeader: {
      const bad = short(r, '[pcapng:4.1]', 16);
      if (bad) return bad;
      const block = new SectionHeaderBlock();
      block.isLittleEndian = r.isLittleEndian;
      r.offset += 4; // the byte order magic
      block.majorVersion = r.u16();
      if (block.majorVersion !== 1) return new DecodeError('version', r.offset - 2, '[pcapng:4.1]', block.majorVersion, 1);
      block.minorVersion = r.u16();
      block.sectionLength = r.i64();
      return withOptions(block, r);
    }
    case BlockType.interfaceDescription: {
      const bad = short(r, '[pcapng:4.2]', 8);
      if (bad) return bad;
      const block = new InterfaceDescriptionBlock();
      block.linkType = r.u16();
      block.reserved = r.u16();
      block.snapLength = r.u32();
      return withOptions(block, r);
    }
    case BlockType.packet:
    case BlockType.enhancedPacket: {
      const bad = short(r, '[pcapng:4.3]', 20);
      if (bad) return bad;
      const block = new PacketBlock();
      block.isObsolete = type === BlockType.packet;
      block.interfaceId = block.isObsolete ? r.u16() : r.u32();
      if (block.isObsolete) block.dropCount = r.u16();
      block.timeHigh = r.u32();
      block.timeLow = r.u32();
      const captured = r.u32();
      block.originalLength = r.u32();
      if (captured > r.remaining) return new DecodeError('length', r.offset - 8, '[pcapng:4.3]', captured, `at most ${r.remaining}`);
      block.data = r.take(captured);
      block.padding = r.takePadding(captured);
      return withOptions(block, r);
    }
    case BlockType.simplePacket: {
      const bad = short(r, '[pcapng:4.4]', 4);
      if (bad) return bad;
      const block = new SimplePacketBlock();
      block.originalLength = r.u32();
      block.paddedData = r.take(r.remaining);
      return block;
    }
    case BlockType.nameResolution: {
      const block = new NameResolutionBlock();
      for (;;) {
        const bad = short(r, '[pcapng:4.5]', 4);
        if (bad) return bad;
        const record = new NameRecord();
        record.type = r.u16();
        const length = r.u16();
        if (record.type === 0 && length === 0) break;
        if (length > r.remaining) return new DecodeError('length', r.offset - 2, '[pcapng:4.5]', length, `at most ${r.remaining}`);
        record.value = r.take(length);
        record.padding = r.takePadding(length);
        block.records.push(record);
      }
      return withOptions(block, r);
    }
    case BlockType.interfaceStatistics: {
      const bad = short(r, '[pcapng:4.6]', 12);
      if (bad) return bad;
      const block = new InterfaceStatisticsBlock();
      block.interfaceId = r.u32();
      block.timeHigh = r.u32();
      block.timeLow = r.u32();
      return withOptions(block, r);
    }
    case BlockType.decryptionSecrets: {
      const bad = short(r, '[pcapng:4.7]', 8);
      if (bad) return bad;
      const block = new DecryptionSecretsBlock();
      block.secretsType = r.u32();
      const length = r.u32();
      if (length > r.remaining) return new DecodeError('length', r.offset - 4, '[pcapng:4.7]', length, `at most ${r.remaining}`);
      block.secrets = r.take(length);
      block.padding = r.takePadding(length);
      return withOptions(block, r);
    }
    case BlockType.custom:
    case BlockType.customNotCopied: {
      const bad = short(r, '[pcapng:4.8]', 4);
      if (bad) return bad;
      const block = new CustomBlock();
      block.isCopied = type === BlockType.custom;
      block.privateEnterpriseNumber = r.u32();
      block.data = r.take(r.remaining);
      return block;
    }
    default: {
      const block = new UnknownBlock();
      block.type = type;
      block.body = r.take(r.remaining);
      return block;
    }
  }
}

function withOptions<T extends PcapngBlock & { options: PcapngOptions }>(block: T, r: OrderedReader): T | DecodeError {
  const { options } = block;
  while (r.remaining >= 4) {
    const start = r.offset;
    const code = r.u16();
    const length = r.u16();
    if (code === OptionCode.end) {
      options.hasEnd = length === 0;
      if (!options.hasEnd) r.offset = start;
      break;
    }
    if (length > r.remaining) return new DecodeError('length', start + 2, '[pcapng:3.5]', length, `at most ${r.remaining}`);
    const option = new PcapngOption(code, r.take(length));
    option.padding = r.takePadding(length);
    options.list.push(option);
  }
  options.trailer = r.take(r.remaining);
  return block;
}

export function blockTypeOf(block: PcapngBlock): number {
  switch (block.kind) {
    case 'section-header': return BlockType.sectionHeader;
    case 'interface-description': return BlockType.interfaceDescription;
    case 'packet': return block.isObsolete ? BlockType.packet : BlockType.enhancedPacket;
    case 'simple-packet': return BlockType.simplePacket;
    case 'name-resolution': return BlockType.nameResolution;
    case 'interface-statistics': return BlockType.interfaceStatistics;
    case 'decryption-secrets': return BlockType.decryptionSecrets;
    case 'custom': return block.isCopied ? BlockType.custom : BlockType.customNotCopied;
    case 'unknown': return block.type;
  }
}

/** Type, lengths and body. A section header sets the writer's byte order. */
export function encodePcapngBlock(block: PcapngBlock, w: OrderedWriter): void {
  if (block.kind === 'section-header') w.isLittleEndian = block.isLittleEndian;
  const start = w.offset;
  w.u32(blockTypeOf(block));
  w.u32(0);
  encodeBody(block, w);
  const length = w.offset + 4 - start;
  w.patchU32(start + 4, length);
  w.u32(length);
}

function encodeBody(block: PcapngBlock, w: OrderedWriter): void {
  switch (block.kind) {
    case 'section-header':
      w.u32(BYTE_ORDER_MAGIC);
      w.u16(block.majorVersion);
      w.u16(block.minorVersion);
      w.i64(block.sectionLength);
      break;
    case 'interface-description':
      w.u16(block.linkType);
      w.u16(block.reserved);
      w.u32(block.snapLength);
      break;
    case 'packet':
      if (block.isObsolete) {
        w.u16(block.interfaceId);
        w.u16(block.dropCount);
      } else {
        w.u32(block.interfaceId);
      }
      w.u32(block.timeHigh);
      w.u32(block.timeLow);
      w.u32(block.data.length);
      w.u32(block.originalLength);
      w.padded(block.data, block.padding);
      break;
    case 'simple-packet':
      w.u32(block.originalLength);
      w.padded(block.paddedData, undefined);
      return;
    case 'name-resolution':
      for (const record of block.records) {
        w.u16(record.type);
        w.u16(record.value.length);
        w.padded(record.value, record.padding);
      }
      w.u32(0);
      break;
    case 'interface-statistics':
      w.u32(block.interfaceId);
      w.u32(block.timeHigh);
      w.u32(block.timeLow);
      break;
    case 'decryption-secrets':
      w.u32(block.secretsType);
      w.u32(block.secrets.length);
      w.padded(block.secrets, block.padding);
      break;
    case 'custom':
      w.u32(block.privateEnterpriseNumber);
      w.padded(block.data, undefined);
      return;
    case 'unknown':
      w.padded(block.body, undefined);
      return;
  }
  for (const option of block.options.list) {
    w.u16(option.code);
    w.u16(option.value.length);
    w.padded(option.value, option.padding);
  }
  if (block.options.hasEnd) w.u32(0);
  w.raw(block.options.trailer);
}
