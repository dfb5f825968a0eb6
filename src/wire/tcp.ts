/**
 * TCP segments and their options, with the checksum over the pseudo header. [9293:3.1]
 *
 * A segment fills the reader to its end: set `end` to the end of the IPv4 packet first. Options that we know, with the
 * length that they must have, have a class; all others are kept as bytes, and so is what follows the end of the list.
 * A checksum that the adapter was to finish is no error: see udp.ts.
 */
import { createHash } from 'node:crypto';
import type { Ipv4 } from '../base/address.js';
import { ByteWriter } from './bytes.js';
import type { ByteReader } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, onesSum, partialChecksum } from './internet-checksum.js';
import { IpProtocol } from './ipv4.js';

/** Without options. */
export const TCP_HEADER_LENGTH = 20;

export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, accurateEcn: 256 } as const;

export const TcpOptionKind = {
  endOfList: 0,
  noOperation: 1,
  maximumSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  md5Signature: 19,
} as const;

export class TcpNoOperation {
  readonly kind = 'no-operation';
}

export class TcpMaximumSegmentSize {
  readonly kind = 'maximum-segment-size';
  /** Bytes. */
  size = 536;
}

/** [7323:2] */
export class TcpWindowScale {
  readonly kind = 'window-scale';
  shift = 0;
}

/** [2018:2] */
export class TcpSackPermitted {
  readonly kind = 'sack-permitted';
}

/** [2018:3] */
export class TcpSack {
  readonly kind = 'sack';
  /** `right` is the first sequence number behind the block. */
  blocks: { left: number; right: number }[] = [];
}

/** [7323:3] */
export class TcpTimestamps {
  readonly kind = 'timestamps';
  value = 0;
  echoReply = 0;
}

/** [2385] */
export class TcpMd5Signature {
  readonly kind = 'md5-signature';
  /** 16 bytes. Decoded: a view. */
  digest: Uint8Array = new Uint8Array(16);
}

export class TcpOtherOption {
  readonly kind = 'other';
  /** The kind byte. */
  code = 254;
  /** Behind the length byte. Decoded: a view. */
  data: Uint8Array = new Uint8Array(0);
}

export type TcpOption =
  | TcpNoOperation | TcpMaximumSegmentSize | TcpWindowScale | TcpSackPermitted | TcpSack | TcpTimestamps | TcpMd5Signature | TcpOtherOption;

export class TcpSegment {
  sourcePort = 0;
  destinationPort = 0;
  sequence = 0;
  acknowledgment = 0;
  /** Three bits, zero. */
  reserved = 0;
  /** Nine bits; see TcpFlag. */
  flags = 0;
  window = 0;
  urgentPointer = 0;
  /** The checksum field holds the sum of the pseudo header only; nothing else is verified. */
  isChecksumPartial = false;
  options: TcpOption[] = [];
  /** From the end of the list on, up to the end of the header; with the options a multiple of 4 bytes. Decoded: a view. */
  optionPadding: Uint8Array = new Uint8Array(0);
  /** Decoded: a view into the packet; copy what is kept. */
  payload: Uint8Array = new Uint8Array(0);
}

/** The addresses are those of the IPv4 header. */
export function decodeTcp(r: ByteReader, source: Ipv4, destination: Ipv4): TcpSegment | DecodeError {
  const start = r.offset;
  const available = r.remaining;
  if (available < TCP_HEADER_LENGTH) return new DecodeError('truncated', start, '[9293:3.1]', available, TCP_HEADER_LENGTH);
  const segment = new TcpSegment();
  segment.sourcePort = r.u16();
  segment.destinationPort = r.u16();
  segment.sequence = r.u32();
  segment.acknowledgment = r.u32();
  const offsetAndFlags = r.u16();
  const headerLength = (offsetAndFlags >>> 12) * 4;
  if (headerLength < TCP_HEADER_LENGTH || headerLength > available) {
    return new DecodeError('length', start + 12, '[9293:3.1]', headerLength, `${TCP_HEADER_LENGTH}-${Math.min(available, 60)}`);
  }
  segment.reserved = (offsetAndFlags >>> 9) & 7;
  segment.flags = offsetAndFlags & 0x1ff;
  segment.window = r.u16();
  const checksum = r.u16();
  const want = tcpChecksum(r.bytes, start, available, source, destination);
  segment.isChecksumPartial = checksum !== want && checksum === partialChecksum(source, destination, IpProtocol.tcp, available);
  if (checksum !== want && !segment.isChecksumPartial) return new DecodeError('checksum', start + 16, '[9293:3.1]', checksum, want);
  segment.urgentPointer = r.u16();
  const end = r.end;
  r.end = start + headerLength;
  const bad = decodeTcpOptions(r, segment);
  r.end = end;
  if (bad) return bad;
  segment.payload = r.view(r.remaining);
  return segment;
}

function decodeTcpOptions(r: ByteReader, segment: TcpSegment): DecodeError | undefined {
  while (r.remaining > 0 && r.bytes[r.offset] !== TcpOptionKind.endOfList) {
    const code = r.u8();
    if (code === TcpOptionKind.noOperation) {
      segment.options.push(new TcpNoOperation());
      continue;
    }
    const left = r.remaining + 1;
    if (left < 2) return new DecodeError('truncated', r.offset, '[9293:3.1]', left, 2);
    const length = r.u8();
    if (length < 2 || length > left) return new DecodeError('length', r.offset - 1, '[9293:3.1]', length, `2-${left}`);
    segment.options.push(decodeTcpOption(r, code, length - 2));
  }
  segment.optionPadding = r.view(r.remaining);
  return undefined;
}

/** A known kind with a length that it cannot have is kept as bytes. */
function decodeTcpOption(r: ByteReader, code: number, length: number): TcpOption {
  if (code === TcpOptionKind.maximumSegmentSize && length === 2) {
    const option = new TcpMaximumSegmentSize();
    option.size = r.u16();
    return option;
  }
  if (code === TcpOptionKind.windowScale && length === 1) {
    const option = new TcpWindowScale();
    option.shift = r.u8();
    return option;
  }
  if (code === TcpOptionKind.sackPermitted && length === 0) return new TcpSackPermitted();
  if (code === TcpOptionKind.sack && length > 0 && length % 8 === 0) {
    const option = new TcpSack();
    for (let i = 0; i < length; i += 8) option.blocks.push({ left: r.u32(), right: r.u32() });
    return option;
  }
  if (code === TcpOptionKind.timestamps && length === 8) {
    const option = new TcpTimestamps();
    option.value = r.u32();
    option.echoReply = r.u32();
    return option;
  }
  if (code === TcpOptionKind.md5Signature && length === 16) {
    const option = new TcpMd5Signature();
    option.digest = r.view(16);
    return option;
  }
  const option = new TcpOtherOption();
  option.code = code;
  option.data = r.view(length);
  return option;
}

function tcpOptionLength(option: TcpOption): number {
  switch (option.kind) {
    case 'no-operation': return 1;
    case 'maximum-segment-size': return 4;
    case 'window-scale': return 3;
    case 'sack-permitted': return 2;
    case 'sack': return 2 + 8 * option.blocks.length;
    case 'timestamps': return 10;
    case 'md5-signature': return 18;
    case 'other': return 2 + option.data.length;
  }
}

export function tcpHeaderLength(segment: TcpSegment): number {
  let length = TCP_HEADER_LENGTH + segment.optionPadding.length;
  for (const option of segment.options) length += tcpOptionLength(option);
  return length;
}

export function tcpLength(segment: TcpSegment): number {
  return tcpHeaderLength(segment) + segment.payload.length;
}

export function encodeTcp(segment: TcpSegment, source: Ipv4, destination: Ipv4, w: ByteWriter): void {
  const start = w.offset;
  w.u16(segment.sourcePort);
  w.u16(segment.destinationPort);
  w.u32(segment.sequence);
  w.u32(segment.acknowledgment);
  w.u16(((tcpHeaderLength(segment) >>> 2) << 12) | (segment.reserved << 9) | segment.flags);
  w.u16(segment.window);
  w.u16(0);
  w.u16(segment.urgentPointer);
  for (const option of segment.options) encodeTcpOption(option, w);
  w.raw(segment.optionPadding);
  w.raw(segment.payload);
  const length = w.offset - start;
  w.patchU16(start + 16, segment.isChecksumPartial
    ? partialChecksum(source, destination, IpProtocol.tcp, length)
    : tcpChecksum(w.bytes, start, length, source, destination));
}

function encodeTcpOption(option: TcpOption, w: ByteWriter): void {
  switch (option.kind) {
    case 'no-operation': w.u8(TcpOptionKind.noOperation); break;
    case 'maximum-segment-size':
      w.u16((TcpOptionKind.maximumSegmentSize << 8) | 4);
      w.u16(option.size);
      break;
    case 'window-scale':
      w.u16((TcpOptionKind.windowScale << 8) | 3);
      w.u8(option.shift);
      break;
    case 'sack-permitted': w.u16((TcpOptionKind.sackPermitted << 8) | 2); break;
    case 'sack':
      w.u16((TcpOptionKind.sack << 8) | tcpOptionLength(option));
      for (const { left, right } of option.blocks) {
        w.u32(left);
        w.u32(right);
      }
      break;
    case 'timestamps':
      w.u16((TcpOptionKind.timestamps << 8) | 10);
      w.u32(option.value);
      w.u32(option.echoReply);
      break;
    case 'md5-signature':
      w.u16((TcpOptionKind.md5Signature << 8) | 18);
      w.raw(option.digest);
      break;
    case 'other':
      w.u8(option.code);
      w.u8(2 + option.data.length);
      w.raw(option.data);
      break;
  }
}

/** What the checksum field of the segment at `start` has to be; the field itself counts as zero. */
export function tcpChecksum(bytes: Uint8Array, start: number, length: number, source: Ipv4, destination: Ipv4): number {
  const pseudo = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + IpProtocol.tcp + length;
  return foldChecksum(onesSum(bytes, start, start + 16, pseudo) + onesSum(bytes, start + 18, start + length));
}

/** The digest that belongs into the TcpMd5Signature option: 16 bytes. [2385:2.0] */
export function tcpMd5Digest(segment: TcpSegment, source: Ipv4, destination: Ipv4, key: Uint8Array): Uint8Array {
  const length = tcpLength(segment);
  const bytes = new Uint8Array(12 + length);
  const w = new ByteWriter(bytes);
  w.u32(source);
  w.u32(destination);
  w.u16(IpProtocol.tcp);
  w.u16(length);
  encodeTcp(segment, source, destination, w);
  bytes.fill(0, 12 + 16, 12 + 18); // the checksum counts as zero, the options do not count
  const headerEnd = 12 + tcpHeaderLength(segment);
  return new Uint8Array(createHash('md5').update(bytes.subarray(0, 12 + TCP_HEADER_LENGTH)).update(bytes.subarray(headerEnd)).update(key).digest());
}
