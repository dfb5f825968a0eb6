/**
 * pcapng: the writer of our own captures, and a reader. [draft-ietf-opsawg-pcapng]
 *
 * The writer is deterministic: little-endian on every machine, no date, no names of hardware or operating system, time
 * from the start of the run in microseconds. It makes no garbage per frame: blocks go into one buffer, which is handed
 * to the sink whenever it is full.
 * The reader knows section, interface, enhanced, simple and the obsolete packet blocks in both byte orders, and of the
 * options if_name, if_tsresol, if_tsoffset and epb_flags. Everything else is skipped by its length; keeping it, so that
 * a foreign file can be written back as it was, is for later.
 */
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
import { DecodeError } from '../wire/decode-error.js';
import type { Capture, CaptureDirection, CaptureInterface } from './captured-frame.js';
import { CapturedFrame } from './captured-frame.js';

const BlockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const Option = {
  end: 0,
  /** In a section header: the application that wrote the file. */
  userApplication: 4,
  interfaceName: 2,
  timestampResolution: 9,
  timestampOffset: 14,
  packetFlags: 2,
} as const;

/** The two direction bits of epb_flags. */
const DIRECTION_BITS: Readonly<Record<CaptureDirection, number>> = { unknown: 0, inbound: 1, outbound: 2 };
const DIRECTIONS: readonly CaptureDirection[] = ['unknown', 'inbound', 'outbound', 'unknown'];

const CHUNK_LENGTH = 1 << 18;
/** Type, two lengths. */
const BLOCK_OVERHEAD = 12;
/** An enhanced packet block without its data: head, epb_flags, end of options, trailing length. */
const ENHANCED_PACKET_OVERHEAD = 28 + 8 + 4 + 4;

/** Receives the file piece by piece. The chunk is borrowed for the call: write it or copy it. */
export type ChunkSink = (chunk: Uint8Array) => void;

export class PcapngWriter {
  private readonly sink: ChunkSink;
  private bytes = new Uint8Array(CHUNK_LENGTH);
  private view = new DataView(this.bytes.buffer);
  private offset = 0;
  private readonly snapLengths: number[] = [];
  private isFinished = false;

  constructor(sink: ChunkSink) {
    this.sink = sink;
    this.writeSectionHeader();
  }

  /** Returns the interface's id, counted from 0. `snapLength` in bytes, 0: whole frames. May be called at any time. */
  addInterface(name: string, linkType: number, snapLength: number): number {
    const text = new TextEncoder().encode(name);
    const length = BLOCK_OVERHEAD + 8 + optionLength(text.length) + optionLength(1) + 4;
    this.begin(BlockType.interfaceDescription, length);
    this.u16(linkType);
    this.u16(0);
    this.u32(snapLength);
    this.option(Option.interfaceName, text);
    this.option(Option.timestampResolution, new Uint8Array([6])); // 10^-6 seconds
    this.u32(Option.end);
    this.u32(length);
    return this.snapLengths.push(snapLength) - 1;
  }

  /** The frame is copied. `timeMicros` is a whole number from 0. */
  writeFrame(interfaceId: number, timeMicros: Micros, frame: Uint8Array, direction: 'inbound' | 'outbound'): void {
    assert(interfaceId < this.snapLengths.length, 'a frame of an interface that was not added');
    const snapLength = this.snapLengths[interfaceId];
    const captured = snapLength > 0 && frame.length > snapLength ? snapLength : frame.length;
    const padded = (captured + 3) & ~3;
    const length = ENHANCED_PACKET_OVERHEAD + padded;
    this.begin(BlockType.enhancedPacket, length);
    const { bytes, view } = this;
    let at = this.offset;
    const high = Math.floor(timeMicros / 0x100000000);
    view.setUint32(at, interfaceId, true);
    view.setUint32(at + 4, high, true);
    view.setUint32(at + 8, timeMicros - high * 0x100000000, true);
    view.setUint32(at + 12, captured, true);
    view.setUint32(at + 16, frame.length, true);
    at += 20;
    if (captured === frame.length) bytes.set(frame, at);
    else for (let i = 0; i < captured; i++) bytes[at + i] = frame[i];
    for (let i = captured; i < padded; i++) bytes[at + i] = 0;
    at += padded;
    view.setUint32(at, (4 << 16) | Option.packetFlags, true);
    view.setUint32(at + 4, DIRECTION_BITS[direction], true);
    view.setUint32(at + 8, Option.end, true);
    view.setUint32(at + 12, length, true);
    this.offset = at + 16;
  }

  /** Hands the rest to the sink. Nothing may be written afterwards. */
  finish(): void {
    this.flush();
    this.isFinished = true;
  }

  private writeSectionHeader(): void {
    const application = new TextEncoder().encode('failover');
    const length = BLOCK_OVERHEAD + 16 + optionLength(application.length) + 4;
    this.begin(BlockType.sectionHeader, length);
    this.u32(BYTE_ORDER_MAGIC);
    this.u16(1);
    this.u16(0);
    this.u32(0xffffffff); // section length: not given
    this.u32(0xffffffff);
    this.option(Option.userApplication, application);
    this.u32(Option.end);
    this.u32(length);
  }

  private begin(type: number, length: number): void {
    assert(!this.isFinished, 'written to a finished capture');
    if (this.offset + length > this.bytes.length) this.makeRoom(length);
    this.u32(type);
    this.u32(length);
  }

  private makeRoom(length: number): void {
    this.flush();
    if (length > this.bytes.length) {
      this.bytes = new Uint8Array(length);
      this.view = new DataView(this.bytes.buffer);
    }
  }

  private flush(): void {
    if (this.offset > 0) this.sink(this.bytes.subarray(0, this.offset));
    this.offset = 0;
  }

  private u16(value: number): void {
    this.view.setUint16(this.offset, value, true);
    this.offset += 2;
  }

  private u32(value: number): void {
    this.view.setUint32(this.offset, value, true);
    this.offset += 4;
  }

  private option(code: number, value: Uint8Array): void {
    this.u16(code);
    this.u16(value.length);
    this.bytes.set(value, this.offset);
    const end = this.offset + ((value.length + 3) & ~3);
    this.bytes.fill(0, this.offset + value.length, end);
    this.offset = end;
  }
}

function optionLength(valueLength: number): number {
  return 4 + ((valueLength + 3) & ~3);
}

export function isPcapng(file: Uint8Array): boolean {
  return file.length >= 4 && file[0] === 0x0a && file[1] === 0x0d && file[2] === 0x0d && file[3] === 0x0a;
}

/** An interface while reading: what turns its timestamps into microseconds. */
interface ReadInterface extends CaptureInterface {
  /** Units per second. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

/** An error only when the file does not begin with a section header; later trouble ends up in `break`. */
export function readPcapng(file: Uint8Array): Capture | DecodeError {
  if (!isPcapng(file)) return new DecodeError('value', 0, '[pcapng:4.1]', firstBytes(file), '0a0d0d0a');
  const reader = new PcapngReader(file);
  reader.readAll();
  return { format: 'pcapng', interfaces: reader.interfaces, frames: reader.frames, break: reader.break };
}

class PcapngReader {
  readonly interfaces: ReadInterface[] = [];
  readonly frames: CapturedFrame[] = [];
  break: DecodeError | undefined = undefined;
  private readonly file: Uint8Array;
  private readonly view: DataView;
  private isLittleEndian = true;
  /** Where the ids of the current section begin in `interfaces`. */
  private firstInterface = 0;

  constructor(file: Uint8Array) {
    this.file = file;
    this.view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  }

  readAll(): void {
    const { file, view } = this;
    let at = 0;
    while (at < file.length && this.break === undefined) {
      const left = file.length - at;
      if (left < BLOCK_OVERHEAD) return this.stop('truncated', at, '[pcapng:3.1]', left, BLOCK_OVERHEAD);
      const isSection = view.getUint32(at, true) === BlockType.sectionHeader;
      if (isSection) {
        if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) this.isLittleEndian = true;
        else if (view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) this.isLittleEndian = false;
        else return this.stop('value', at + 8, '[pcapng:4.1]', view.getUint32(at + 8, true), BYTE_ORDER_MAGIC);
      }
      const type = this.u32(at);
      const length = this.u32(at + 4);
      if (length < BLOCK_OVERHEAD || length % 4 !== 0) return this.stop('length', at + 4, '[pcapng:3.1]', length, 'a multiple of 4 from 12');
      if (length > left) return this.stop('truncated', at, '[pcapng:3.1]', left, length);
      const trailing = this.u32(at + length - 4);
      if (trailing !== length) return this.stop('length', at + length - 4, '[pcapng:3.1]', trailing, length);
      this.readBlock(type, at + 8, at + length - 4);
      at += length;
    }
  }

  private readBlock(type: number, start: number, end: number): void {
    switch (type) {
      case BlockType.sectionHeader: return this.readSectionHeader(start, end);
      case BlockType.interfaceDescription: return this.readInterface(start, end);
      case BlockType.enhancedPacket: return this.readPacket(start, end, this.has(start, end, 20) ? this.u32(start) : 0);
      case BlockType.packet: return this.readPacket(start, end, this.has(start, end, 20) ? this.u16(start) : 0);
      case BlockType.simplePacket: return this.readSimplePacket(start, end);
      default: return undefined;
    }
  }

  private readSectionHeader(start: number, end: number): void {
    if (!this.has(start, end, 16)) return;
    const major = this.u16(start + 4);
    if (major !== 1) return this.stop('version', start + 4, '[pcapng:4.1]', major, 1);
    this.firstInterface = this.interfaces.length;
  }

  private readInterface(start: number, end: number): void {
    if (!this.has(start, end, 8)) return;
    let name = '';
    let unitsPerSecond = 1_000_000n;
    let offsetSeconds = 0n;
    this.eachOption(start + 8, end, (code, at, length) => {
      if (code === Option.interfaceName) name = new TextDecoder().decode(this.file.subarray(at, at + length));
      if (code === Option.timestampResolution && length === 1) {
        const exponent = this.file[at];
        unitsPerSecond = (exponent & 0x80) !== 0 ? 2n ** BigInt(exponent & 0x7f) : 10n ** BigInt(exponent);
      }
      if (code === Option.timestampOffset && length === 8) offsetSeconds = this.view.getBigInt64(at, this.isLittleEndian);
    });
    this.interfaces.push({
      name, linkType: this.u16(start), snapLength: this.u32(start + 4), unitsPerSecond, offsetSeconds,
    });
  }

  private readPacket(start: number, end: number, id: number): void {
    if (this.break !== undefined) return;
    const captured = this.u32(start + 12);
    if (captured > end - start - 20) return this.stop('length', start + 12, '[pcapng:4.3]', captured, `at most ${end - start - 20}`);
    const owner = this.interfaces[this.firstInterface + id];
    if (owner === undefined) {
      return this.stop('value', start, '[pcapng:4.3]', id, `below ${this.interfaces.length - this.firstInterface}`);
    }
    const frame = new CapturedFrame();
    frame.interfaceId = this.firstInterface + id;
    setTime(frame, owner, this.u32(start + 4), this.u32(start + 8));
    frame.originalLength = this.u32(start + 16);
    frame.bytes = this.file.subarray(start + 20, start + 20 + captured);
    this.eachOption(start + 20 + ((captured + 3) & ~3), end, (code, at, length) => {
      if (code === Option.packetFlags && length === 4) frame.direction = DIRECTIONS[this.u32(at) & 3];
    });
    this.frames.push(frame);
  }

  /** No interface id (it is the first) and no time. */
  private readSimplePacket(start: number, end: number): void {
    if (!this.has(start, end, 4)) return;
    const owner = this.interfaces[this.firstInterface];
    if (owner === undefined) return this.stop('value', start, '[pcapng:4.4]', 'no interface', 'an interface');
    const frame = new CapturedFrame();
    frame.interfaceId = this.firstInterface;
    frame.originalLength = this.u32(start);
    const limit = owner.snapLength > 0 ? Math.min(owner.snapLength, frame.originalLength) : frame.originalLength;
    if (limit > end - start - 4) return this.stop('length', start, '[pcapng:4.4]', limit, `at most ${end - start - 4}`);
    frame.bytes = this.file.subarray(start + 4, start + 4 + limit);
    this.frames.push(frame);
  }

  private eachOption(start: number, end: number, take: (code: number, at: number, length: number) => void): void {
    let at = start;
    while (at + 4 <= end) {
      const code = this.u16(at);
      const length = this.u16(at + 2);
      if (code === Option.end) return;
      if (at + 4 + length > end) return this.stop('length', at + 2, '[pcapng:3.5]', length, `at most ${end - at - 4}`);
      take(code, at + 4, length);
      at += optionLength(length);
    }
  }

  private has(start: number, end: number, need: number): boolean {
    if (end - start >= need) return true;
    this.stop('truncated', start, '[pcapng:4]', end - start, need);
    return false;
  }

  private stop(code: 'truncated' | 'length' | 'value' | 'version', offset: number, clause: string, got: number | string, want: number | string): void {
    this.break ??= new DecodeError(code, offset, clause, got, want);
  }

  private u16(at: number): number {
    return this.view.getUint16(at, this.isLittleEndian);
  }

  private u32(at: number): number {
    return this.view.getUint32(at, this.isLittleEndian);
  }
}

function setTime(frame: CapturedFrame, owner: ReadInterface, high: number, low: number): void {
  if (owner.unitsPerSecond === 1_000_000n && owner.offsetSeconds === 0n && high < 0x200000) {
    frame.timeMicros = high * 0x100000000 + low;
    return;
  }
  const units = (BigInt(high) << 32n) | BigInt(low);
  const nanos = (units * 1_000_000_000n) / owner.unitsPerSecond + owner.offsetSeconds * 1_000_000_000n;
  const remainder = ((nanos % 1000n) + 1000n) % 1000n;
  frame.timeMicros = Number((nanos - remainder) / 1000n);
  frame.remainderNanos = Number(remainder);
}

function firstBytes(file: Uint8Array): string {
  let text = '';
  for (const byte of file.subarray(0, 4)) text += byte.toString(16).padStart(2, '0');
  return text;
}
