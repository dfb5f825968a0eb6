/**
 * pcapng: the writer of our own captures. [draft-ietf-opsawg-pcapng]
 *
 * The writer is deterministic: little-endian on every machine, no date, no names of hardware or operating system, time
 * from the start of the run in microseconds. It makes no garbage per frame: blocks go into one buffer, which is handed
 * to the sink whenever it is full.
 * Reading: `readPcapng` for the frames of a file in memory, capture-reader.ts for files of any size, pcapng-document.ts
 * for all that is in a file.
 */
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
import { DecodeError } from '../wire/decode-error.js';
import { readWhole } from './capture-reader.js';
import type { Capture, CaptureDirection } from './captured-frame.js';
import { BYTE_ORDER_MAGIC, BlockType, OptionCode } from './pcapng-format.js';

/** The two direction bits of epb_flags. */
const DIRECTION_BITS: Readonly<Record<CaptureDirection, number>> = { unknown: 0, inbound: 1, outbound: 2 };

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
    this.option(OptionCode.interfaceName, text);
    this.option(OptionCode.timestampResolution, new Uint8Array([6])); // 10^-6 seconds
    this.u32(OptionCode.end);
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
    view.setUint32(at, (4 << 16) | OptionCode.packetFlags, true);
    view.setUint32(at + 4, DIRECTION_BITS[direction], true);
    view.setUint32(at + 8, OptionCode.end, true);
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
    this.option(OptionCode.userApplication, application);
    this.u32(OptionCode.end);
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

/** An error only when the file does not begin with a section header; later trouble ends up in `break`. */
export function readPcapng(file: Uint8Array): Capture | DecodeError {
  if (!isPcapng(file)) return new DecodeError('value', 0, '[pcapng:4.1]', firstBytes(file), '0a0d0d0a');
  return readWhole(file);
}

function firstBytes(file: Uint8Array): string {
  let text = '';
  for (const byte of file.subarray(0, 4)) text += byte.toString(16).padStart(2, '0');
  return text;
}
