/**
 * Reads a capture of either format piece by piece, in bounded memory and without garbage per frame.
 *
 * Chunks of any size go in with `push`, `end` says that there are no more. After each `next() === true` the fields
 * describe one frame: `bytes` from `start` to `end`, valid until the next call of `next` or `push`. When `next` gives
 * false the reader wants another chunk, has come to the end, or met `error` (this is no capture) or `break` (it was one
 * up to here). It never holds more than one incomplete record and one chunk.
 *
 *     const reader = new CaptureReader();
 *     for (const chunk of chunks) {
 *       reader.push(chunk);
 *       while (reader.next()) use(reader.bytes, reader.start, reader.end, reader.linkType);
 *     }
 *     reader.finish();
 *     reader.next();                         // false; and what is left over is now a break
 *     const trouble = reader.error ?? reader.break;
 *
 * Of pcapng it takes section header, interface, enhanced, simple and the obsolete packet block, in both byte orders;
 * other blocks are passed over. [draft-ietf-opsawg-pcap] [draft-ietf-opsawg-pcapng]
 */
import type { Micros } from '../base/micros.js';
import { SECOND } from '../base/micros.js';
import type { DecodeErrorCode } from '../wire/decode-error.js';
import { DecodeError } from '../wire/decode-error.js';
import type { Capture, CaptureDirection, CaptureInterface } from './captured-frame.js';
import { CapturedFrame } from './captured-frame.js';
import { BYTE_ORDER_MAGIC, BlockType, MAXIMUM_BLOCK_LENGTH, OptionCode } from './pcapng-format.js';
import { MAXIMUM_RECORD_LENGTH, PCAP_FILE_HEADER_LENGTH, PCAP_RECORD_HEADER_LENGTH, PcapMagic } from './pcap-format.js';
import { DEFAULT_RESOLUTION, TimestampScale } from './timestamp.js';

const DIRECTIONS: readonly CaptureDirection[] = ['unknown', 'inbound', 'outbound', 'unknown'];
/** Type and two lengths. */
const BLOCK_OVERHEAD = 12;
const EMPTY = new Uint8Array(0);

/** What one attempt to read came to. */
type Outcome = 'frame' | 'other' | 'starved' | 'stopped';

export class CaptureReader {
  /** Undefined until the first bytes told. */
  format: 'pcap' | 'pcapng' | undefined = undefined;
  /** Of all sections; `interfaceId` counts in here. */
  readonly interfaces: CaptureInterface[] = [];
  /** These bytes are no capture. */
  error: DecodeError | undefined = undefined;
  /** Why reading stopped before the end; its offset is that in the file. */
  break: DecodeError | undefined = undefined;

  /** The buffer that holds the current frame, from `start` to `end`. */
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  interfaceId = 0;
  linkType = 0;
  /** Whole microseconds since the epoch of the file, rounded down. */
  timeMicros: Micros = 0;
  /** 0-999 more. */
  remainderNanos = 0;
  /** On the wire; more than `end - start` when the frame was cut. */
  originalLength = 0;
  direction: CaptureDirection = 'unknown';
  /** Where the current frame's record or block begins in the file. */
  fileOffset = 0;

  private buffer: Uint8Array = EMPTY;
  /** Unread bytes of `buffer`. */
  private position = 0;
  private limit = 0;
  /** The file offset of `buffer[0]`. */
  private base = 0;
  private own: Uint8Array = EMPTY;
  private isFinished = false;
  /** Bytes that the record at `position` needs at least. */
  private need = 0;
  private clause = '[pcap:4]';
  private isLittleEndian = true;
  private hasNanos = false;
  private readonly scales: TimestampScale[] = [];
  private firstInterface = 0;

  /** The chunk is borrowed until `next` gives false. */
  push(chunk: Uint8Array): void {
    if (this.error !== undefined || this.break !== undefined || chunk.length === 0) return;
    const unread = this.limit - this.position;
    this.base += this.position;
    if (unread === 0) {
      this.buffer = chunk;
    } else {
      const total = unread + chunk.length;
      const target = total <= this.own.length ? this.own : new Uint8Array(Math.max(total, Math.min(this.own.length * 2, MAXIMUM_BLOCK_LENGTH)));
      if (target === this.buffer) target.copyWithin(0, this.position, this.limit);
      else target.set(this.buffer.subarray(this.position, this.limit));
      target.set(chunk, unread);
      this.own = target;
      this.buffer = target;
    }
    this.position = 0;
    this.limit = unread + chunk.length;
  }

  /** No more chunks: what `next` cannot read from now on is a break. */
  finish(): void {
    this.isFinished = true;
  }

  next(): boolean {
    while (this.error === undefined && this.break === undefined) {
      const outcome = this.format === undefined ? this.readHead() : this.format === 'pcap' ? this.readRecord() : this.readBlock();
      if (outcome === 'frame') return true;
      if (outcome === 'starved') {
        this.starve();
        return false;
      }
    }
    return false;
  }

  /** Keeps what is left of a borrowed chunk, or says that the file ends inside a record. */
  private starve(): void {
    const unread = this.limit - this.position;
    if (this.isFinished) {
      const broken = new DecodeError('truncated', this.base + this.position, this.clause, unread, this.need);
      if (this.format === undefined) this.error = broken;
      else if (unread > 0) this.break = broken;
      return;
    }
    if (unread === 0 || this.buffer === this.own) return;
    if (this.own.length < unread) this.own = new Uint8Array(Math.max(unread, Math.min(this.need, MAXIMUM_BLOCK_LENGTH)));
    this.own.set(this.buffer.subarray(this.position, this.limit));
    this.base += this.position;
    this.buffer = this.own;
    this.position = 0;
    this.limit = unread;
  }

  private isShort(need: number, clause: string): boolean {
    this.need = need;
    this.clause = clause;
    return this.limit - this.position < need;
  }

  private readHead(): Outcome {
    if (this.isShort(4, '[pcap:4]')) return 'starved';
    const at = this.position;
    this.isLittleEndian = false;
    let magic = this.u32(at);
    if (magic === BlockType.sectionHeader) {
      this.format = 'pcapng';
      return 'other';
    }
    if (magic !== PcapMagic.micros && magic !== PcapMagic.nanos) {
      this.isLittleEndian = true;
      magic = this.u32(at);
      if (magic !== PcapMagic.micros && magic !== PcapMagic.nanos) {
        this.isLittleEndian = false;
        const got = this.u32(at).toString(16).padStart(8, '0');
        this.error = new DecodeError('value', 0, '[pcap:4]', got, 'a1b2c3d4 or a1b23c4d in either order, or 0a0d0d0a');
        return 'stopped';
      }
    }
    if (this.isShort(PCAP_FILE_HEADER_LENGTH, '[pcap:4]')) return 'starved';
    this.hasNanos = magic === PcapMagic.nanos;
    const major = this.u16(at + 4);
    if (major !== 2) {
      this.error = new DecodeError('version', 4, '[pcap:4]', major, 2);
      return 'stopped';
    }
    this.format = 'pcap';
    this.linkType = this.u32(at + 20) & 0xffff; // the FCS length stands above
    this.interfaces.push({ name: '', linkType: this.linkType, snapLength: this.u32(at + 16) });
    this.position = at + PCAP_FILE_HEADER_LENGTH;
    return 'other';
  }

  private readRecord(): Outcome {
    if (this.isShort(PCAP_RECORD_HEADER_LENGTH, '[pcap:5]')) return 'starved';
    const at = this.position;
    const captured = this.u32(at + 8);
    if (captured > MAXIMUM_RECORD_LENGTH) return this.stop('length', at + 8, '[pcap:5]', captured, `at most ${MAXIMUM_RECORD_LENGTH}`);
    if (this.isShort(PCAP_RECORD_HEADER_LENGTH + captured, '[pcap:5]')) return 'starved';
    const fraction = this.u32(at + 4);
    const micros = this.hasNanos ? Math.floor(fraction / 1000) : fraction;
    this.timeMicros = this.u32(at) * SECOND + micros;
    this.remainderNanos = this.hasNanos ? fraction - micros * 1000 : 0;
    this.originalLength = this.u32(at + 12);
    return this.take(at, at + PCAP_RECORD_HEADER_LENGTH, captured, at + PCAP_RECORD_HEADER_LENGTH + captured);
  }

  private readBlock(): Outcome {
    if (this.isShort(BLOCK_OVERHEAD, '[pcapng:3.1]')) return 'starved';
    const at = this.position;
    if (this.u32(at) === BlockType.sectionHeader) { // the same in both orders
      this.isLittleEndian = true;
      if (this.u32(at + 8) !== BYTE_ORDER_MAGIC) {
        this.isLittleEndian = false;
        if (this.u32(at + 8) !== BYTE_ORDER_MAGIC) return this.stop('value', at + 8, '[pcapng:4.1]', this.u32(at + 8), BYTE_ORDER_MAGIC);
      }
    }
    const type = this.u32(at);
    const length = this.u32(at + 4);
    if (length < BLOCK_OVERHEAD || length % 4 !== 0) return this.stop('length', at + 4, '[pcapng:3.1]', length, 'a multiple of 4 from 12');
    if (length > MAXIMUM_BLOCK_LENGTH) return this.stop('length', at + 4, '[pcapng:3.1]', length, `at most ${MAXIMUM_BLOCK_LENGTH}`);
    if (this.isShort(length, '[pcapng:3.1]')) return 'starved';
    const trailing = this.u32(at + length - 4);
    if (trailing !== length) return this.stop('length', at + length - 4, '[pcapng:3.1]', trailing, length);
    const start = at + 8;
    const end = at + length - 4;
    this.position = at + length;
    switch (type) {
      case BlockType.sectionHeader: return this.readSectionHeader(start, end);
      case BlockType.interfaceDescription: return this.readInterface(start, end);
      case BlockType.enhancedPacket:
      case BlockType.packet: return this.readPacket(type, start, end);
      case BlockType.simplePacket: return this.readSimplePacket(start, end);
      default: return 'other';
    }
  }

  private readSectionHeader(start: number, end: number): Outcome {
    if (end - start < 16) return this.stop('truncated', start, '[pcapng:4.1]', end - start, 16);
    const major = this.u16(start + 4);
    if (major !== 1) return this.stop('version', start + 4, '[pcapng:4.1]', major, 1);
    this.firstInterface = this.interfaces.length;
    return 'other';
  }

  private readInterface(start: number, end: number): Outcome {
    if (end - start < 8) return this.stop('truncated', start, '[pcapng:4.2]', end - start, 8);
    let name = '';
    let resolution = DEFAULT_RESOLUTION;
    let offsetSeconds = 0n;
    let at = start + 8;
    while (at + 4 <= end) {
      const code = this.u16(at);
      const length = this.u16(at + 2);
      if (code === OptionCode.end) break;
      if (at + 4 + length > end) return this.stop('length', at + 2, '[pcapng:3.5]', length, `at most ${end - at - 4}`);
      if (code === OptionCode.interfaceName) name = new TextDecoder().decode(this.buffer.subarray(at + 4, at + 4 + length));
      if (code === OptionCode.timestampResolution && length === 1) resolution = this.buffer[at + 4];
      if (code === OptionCode.timestampOffset && length === 8) {
        const high = this.isLittleEndian ? this.u32(at + 8) : this.u32(at + 4);
        const low = this.isLittleEndian ? this.u32(at + 4) : this.u32(at + 8);
        offsetSeconds = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
      }
      at += 4 + ((length + 3) & ~3);
    }
    this.interfaces.push({ name, linkType: this.u16(start), snapLength: this.u32(start + 4) });
    this.scales.push(new TimestampScale(resolution, offsetSeconds));
    return 'other';
  }

  private readPacket(type: number, start: number, end: number): Outcome {
    if (end - start < 20) return this.stop('truncated', start, '[pcapng:4.3]', end - start, 20);
    const captured = this.u32(start + 12);
    if (captured > end - start - 20) return this.stop('length', start + 12, '[pcapng:4.3]', captured, `at most ${end - start - 20}`);
    const id = type === BlockType.enhancedPacket ? this.u32(start) : this.u16(start);
    const index = this.firstInterface + id;
    if (index >= this.interfaces.length) {
      return this.stop('value', start, '[pcapng:4.3]', id, `below ${this.interfaces.length - this.firstInterface}`);
    }
    const scale = this.scales[index];
    scale.convert(this.u32(start + 4), this.u32(start + 8));
    this.timeMicros = scale.micros;
    this.remainderNanos = scale.nanos;
    this.interfaceId = index;
    this.linkType = this.interfaces[index].linkType;
    this.originalLength = this.u32(start + 16);
    this.direction = 'unknown';
    let at = start + 20 + ((captured + 3) & ~3);
    while (at + 4 <= end) {
      const code = this.u16(at);
      const length = this.u16(at + 2);
      if (code === OptionCode.end) break;
      if (at + 4 + length > end) return this.stop('length', at + 2, '[pcapng:3.5]', length, `at most ${end - at - 4}`);
      if (code === OptionCode.packetFlags && length === 4) this.direction = DIRECTIONS[this.u32(at + 4) & 3];
      at += 4 + ((length + 3) & ~3);
    }
    return this.take(start - 8, start + 20, captured, end + 4);
  }

  /** No interface id (it is the first) and no time. */
  private readSimplePacket(start: number, end: number): Outcome {
    if (end - start < 4) return this.stop('truncated', start, '[pcapng:4.4]', end - start, 4);
    const owner = this.interfaces.length > this.firstInterface ? this.interfaces[this.firstInterface] : undefined;
    if (owner === undefined) return this.stop('value', start, '[pcapng:4.4]', 'no interface', 'an interface');
    const original = this.u32(start);
    const captured = owner.snapLength > 0 ? Math.min(owner.snapLength, original) : original;
    if (captured > end - start - 4) return this.stop('length', start, '[pcapng:4.4]', captured, `at most ${end - start - 4}`);
    this.timeMicros = 0;
    this.remainderNanos = 0;
    this.interfaceId = this.firstInterface;
    this.linkType = owner.linkType;
    this.originalLength = original;
    this.direction = 'unknown';
    return this.take(start - 8, start + 4, captured, end + 4);
  }

  private take(record: number, start: number, length: number, next: number): Outcome {
    this.bytes = this.buffer;
    this.start = start;
    this.end = start + length;
    this.fileOffset = this.base + record;
    this.position = next;
    return 'frame';
  }

  private stop(code: DecodeErrorCode, at: number, clause: string, got: number | string, want: number | string): Outcome {
    this.break = new DecodeError(code, this.base + at, clause, got, want);
    return 'stopped';
  }

  private u16(at: number): number {
    const { buffer } = this;
    return this.isLittleEndian ? buffer[at] | (buffer[at + 1] << 8) : (buffer[at] << 8) | buffer[at + 1];
  }

  private u32(at: number): number {
    const { buffer } = this;
    return this.isLittleEndian
      ? (buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24)) >>> 0
      : ((buffer[at] << 24) | (buffer[at + 1] << 16) | (buffer[at + 2] << 8) | buffer[at + 3]) >>> 0;
  }
}

/** A file in memory, all frames at once. An error when it is no capture at all. */
export function readWhole(file: Uint8Array): Capture | DecodeError {
  const reader = new CaptureReader();
  const frames: CapturedFrame[] = [];
  reader.push(file);
  reader.finish();
  while (reader.next()) {
    const frame = new CapturedFrame();
    frame.interfaceId = reader.interfaceId;
    frame.timeMicros = reader.timeMicros;
    frame.remainderNanos = reader.remainderNanos;
    frame.bytes = reader.bytes.subarray(reader.start, reader.end);
    frame.originalLength = reader.originalLength;
    frame.direction = reader.direction;
    frames.push(frame);
  }
  if (reader.error !== undefined) return reader.error;
  return { format: reader.format ?? 'pcap', interfaces: reader.interfaces, frames, break: reader.break };
}
