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
import { readWhole } from './capture-reader.js';
import type { Capture } from './captured-frame.js';
import { PCAP_FILE_HEADER_LENGTH, PCAP_RECORD_HEADER_LENGTH, PcapMagic } from './pcap-format.js';

const DEFAULT_SNAP_LENGTH = 262144;

export function isPcap(file: Uint8Array): boolean {
  if (file.length < 4) return false;
  const magic = bigEndian(file);
  const swapped = (file[0] | (file[1] << 8) | (file[2] << 16) | (file[3] << 24)) >>> 0;
  return [magic, swapped].some((value) => value === PcapMagic.micros || value === PcapMagic.nanos);
}

function bigEndian(file: Uint8Array): number {
  return ((file[0] << 24) | (file[1] << 16) | (file[2] << 8) | file[3]) >>> 0;
}

/** An error only when the 24-byte file header is wrong; later trouble ends up in `break`. */
export function readPcap(file: Uint8Array): Capture | DecodeError {
  if (file.length >= 4 && !isPcap(file)) {
    return new DecodeError('value', 0, '[pcap:4]', bigEndian(file).toString(16).padStart(8, '0'), 'a1b2c3d4 or a1b23c4d in either order');
  }
  return readWhole(file);
}

/** The 24 bytes in front of the records. */
export function encodePcapHeader(linkType: number, snapLength = DEFAULT_SNAP_LENGTH): Uint8Array {
  const header = new Uint8Array(PCAP_FILE_HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint32(0, PcapMagic.micros, true);
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
  const record = new Uint8Array(PCAP_RECORD_HEADER_LENGTH + frame.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, seconds, true);
  view.setUint32(4, timeMicros - seconds * SECOND, true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, originalLength, true);
  record.set(frame, PCAP_RECORD_HEADER_LENGTH);
  return record;
}
