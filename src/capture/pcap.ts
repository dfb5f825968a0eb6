/**
 * Classic pcap: read in both byte orders and with microseconds or nanoseconds; written little-endian with
 * microseconds. [draft-ietf-opsawg-pcap]
 *
 * The upper 16 bits of the link type field hold the FCS length and are dropped. A file that breaks off inside a record
 * is used up to that record.
 */
import { assert } from '../base/assert.js';
import type { Micros } from '../base/micros.js';
import { SECOND } from '../base/micros.js';
import { DecodeError } from '../wire/decode-error.js';
import type { Capture } from './captured-frame.js';
import { CapturedFrame } from './captured-frame.js';

const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
/** Longer records than this are nonsense, whatever the header's snap length claims. */
const MAXIMUM_RECORD_LENGTH = 0x1000000;
const DEFAULT_SNAP_LENGTH = 262144;

export function isPcap(file: Uint8Array): boolean {
  return file.length >= 4 && formatOf(new DataView(file.buffer, file.byteOffset, file.byteLength)) !== undefined;
}

/** An error only when the 24-byte file header is wrong; later trouble ends up in `break`. */
export function readPcap(file: Uint8Array): Capture | DecodeError {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < FILE_HEADER_LENGTH) return new DecodeError('truncated', 0, '[pcap:4]', file.length, FILE_HEADER_LENGTH);
  const format = formatOf(view);
  if (format === undefined) {
    return new DecodeError('value', 0, '[pcap:4]', view.getUint32(0, false).toString(16), 'a1b2c3d4 or a1b23c4d in either order');
  }
  const { isLittleEndian, hasNanos } = format;
  const major = view.getUint16(4, isLittleEndian);
  if (major !== 2) return new DecodeError('version', 4, '[pcap:4]', major, 2);
  const snapLength = view.getUint32(16, isLittleEndian);
  const linkType = view.getUint32(20, isLittleEndian) & 0xffff;
  const frames: CapturedFrame[] = [];
  let broken: DecodeError | undefined;
  for (let at = FILE_HEADER_LENGTH; at < file.length;) {
    const left = file.length - at;
    if (left < RECORD_HEADER_LENGTH) {
      broken = new DecodeError('truncated', at, '[pcap:5]', left, RECORD_HEADER_LENGTH);
      break;
    }
    const captured = view.getUint32(at + 8, isLittleEndian);
    if (captured > MAXIMUM_RECORD_LENGTH) {
      broken = new DecodeError('length', at + 8, '[pcap:5]', captured, `at most ${MAXIMUM_RECORD_LENGTH}`);
      break;
    }
    if (captured > left - RECORD_HEADER_LENGTH) {
      broken = new DecodeError('truncated', at, '[pcap:5]', left, RECORD_HEADER_LENGTH + captured);
      break;
    }
    const frame = new CapturedFrame();
    const fraction = view.getUint32(at + 4, isLittleEndian);
    const micros = hasNanos ? Math.floor(fraction / 1000) : fraction;
    frame.timeMicros = view.getUint32(at, isLittleEndian) * SECOND + micros;
    frame.remainderNanos = hasNanos ? fraction - micros * 1000 : 0;
    frame.originalLength = view.getUint32(at + 12, isLittleEndian);
    frame.bytes = file.subarray(at + RECORD_HEADER_LENGTH, at + RECORD_HEADER_LENGTH + captured);
    frames.push(frame);
    at += RECORD_HEADER_LENGTH + captured;
  }
  return { format: 'pcap', interfaces: [{ name: '', linkType, snapLength }], frames, break: broken };
}

function formatOf(view: DataView): { isLittleEndian: boolean; hasNanos: boolean } | undefined {
  for (const isLittleEndian of [true, false]) {
    const magic = view.getUint32(0, isLittleEndian);
    if (magic === MICROSECOND_MAGIC || magic === NANOSECOND_MAGIC) return { isLittleEndian, hasNanos: magic === NANOSECOND_MAGIC };
  }
  return undefined;
}

/** The 24 bytes in front of the records. */
export function encodePcapHeader(linkType: number, snapLength = DEFAULT_SNAP_LENGTH): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint32(0, MICROSECOND_MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, linkType, true);
  return header;
}

/** One record: `originalLength` is that of the frame on the wire when `frame` was cut. */
export function encodePcapRecord(timeMicros: Micros, frame: Uint8Array, originalLength = frame.length): Uint8Array {
  const seconds = Math.floor(timeMicros / SECOND);
  assert(seconds <= 0xffffffff, 'classic pcap ends in the year 2106');
  const record = new Uint8Array(RECORD_HEADER_LENGTH + frame.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, seconds, true);
  view.setUint32(4, timeMicros - seconds * SECOND, true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, originalLength, true);
  record.set(frame, RECORD_HEADER_LENGTH);
  return record;
}
