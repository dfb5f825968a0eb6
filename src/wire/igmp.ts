/**
 * IGMP as a host sends it: version 2 report and leave [2236:2], version 3 report [3376:4.2]; queries of version 1
 * and 2 have the same 8 bytes. Anything else, a version 3 query too, is kept as bytes.
 *
 * A Linux host joins a group with a version 3 report to 224.0.0.22: TOS 0xc0, TTL 1, don't fragment, identification 0,
 * router alert option, one record changeToExclude without sources; it repeats it once within a second (measured).
 * A message fills the reader to its end: set `end` to the end of the IPv4 packet first.
 */
import type { Ipv4 } from '../base/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { foldChecksum, internetChecksum, onesSum } from './internet-checksum.js';

/** Destination of every version 3 report. [3376:4.2.14] */
export const ALL_IGMPV3_ROUTERS: Ipv4 = 0xe0000016;
/** Destination of a version 2 leave. [2236:9] */
export const ALL_ROUTERS: Ipv4 = 0xe0000002;

export const IgmpType = {
  query: 0x11,
  version1Report: 0x12,
  version2Report: 0x16,
  leave: 0x17,
  version3Report: 0x22,
} as const;

/** [3376:4.2.12] */
export const GroupRecordType = {
  isInclude: 1,
  isExclude: 2,
  changeToInclude: 3,
  changeToExclude: 4,
  allowNewSources: 5,
  blockOldSources: 6,
} as const;

const MINIMUM_LENGTH = 8;
const RECORD_LENGTH = 8;

/** Query, report or leave of version 1 or 2: always 8 bytes. */
export class IgmpVersion2Message {
  readonly kind = 'version2';
  /** IgmpType, not version3Report. */
  type: number = IgmpType.version2Report;
  /** Tenths of a second; zero but in queries. */
  maximumResponseTime = 0;
  group: Ipv4 = 0;
}

export class GroupRecord {
  /** See GroupRecordType. */
  type: number = GroupRecordType.changeToExclude;
  group: Ipv4 = 0;
  sources: Ipv4[] = [];
  /** A multiple of 4 bytes; always empty today. Decoded: a view. */
  auxiliaryData: Uint8Array = new Uint8Array(0);
}

export class IgmpVersion3Report {
  readonly kind = 'version3-report';
  /** The byte behind the type, and the two in front of the record count. Sent as zero. */
  reserved1 = 0;
  reserved2 = 0;
  records: GroupRecord[] = [];
  /** Behind the last record: in the checksum, otherwise ignored. [3376:4.2.11] Decoded: a view. */
  additionalData: Uint8Array = new Uint8Array(0);
}

export class IgmpOther {
  readonly kind = 'other';
  type = 0;
  /** The byte behind the type. */
  code = 0;
  /** All behind the checksum, at least 4 bytes. Decoded: a view. */
  body: Uint8Array = new Uint8Array(4);
}

export type IgmpMessage = IgmpVersion2Message | IgmpVersion3Report | IgmpOther;

export function decodeIgmp(r: ByteReader): IgmpMessage | DecodeError {
  const start = r.offset;
  if (r.remaining < MINIMUM_LENGTH) return new DecodeError('truncated', start, '[2236:2]', r.remaining, MINIMUM_LENGTH);
  const isEightBytes = r.remaining === MINIMUM_LENGTH;
  const want = foldChecksum(onesSum(r.bytes, start, start + 2) + onesSum(r.bytes, start + 4, r.end));
  const type = r.u8();
  const code = r.u8();
  const checksum = r.u16();
  if (checksum !== want) return new DecodeError('checksum', start + 2, '[2236:2.3]', checksum, want);
  if (type === IgmpType.version3Report) return decodeVersion3Report(r, code);
  if (isEightBytes && (type === IgmpType.query || type === IgmpType.version1Report ||
    type === IgmpType.version2Report || type === IgmpType.leave)) {
    const message = new IgmpVersion2Message();
    message.type = type;
    message.maximumResponseTime = code;
    message.group = r.u32();
    return message;
  }
  const other = new IgmpOther();
  other.type = type;
  other.code = code;
  other.body = r.view(r.remaining);
  return other;
}

function decodeVersion3Report(r: ByteReader, reserved1: number): IgmpVersion3Report | DecodeError {
  const report = new IgmpVersion3Report();
  report.reserved1 = reserved1;
  report.reserved2 = r.u16();
  const count = r.u16();
  for (let i = 0; i < count; i++) {
    if (r.remaining < RECORD_LENGTH) {
      return new DecodeError('truncated', r.offset, '[3376:4.2.4]', r.remaining, RECORD_LENGTH);
    }
    const record = new GroupRecord();
    record.type = r.u8();
    const auxiliaryLength = r.u8() * 4;
    const sourceCount = r.u16();
    record.group = r.u32();
    const need = 4 * sourceCount + auxiliaryLength;
    if (r.remaining < need) return new DecodeError('truncated', r.offset, '[3376:4.2.4]', r.remaining, need);
    for (let s = 0; s < sourceCount; s++) record.sources.push(r.u32());
    record.auxiliaryData = r.view(auxiliaryLength);
    report.records.push(record);
  }
  report.additionalData = r.view(r.remaining);
  return report;
}

export function igmpLength(m: IgmpMessage): number {
  switch (m.kind) {
    case 'version2': return MINIMUM_LENGTH;
    case 'version3-report': {
      let length = MINIMUM_LENGTH + m.additionalData.length;
      for (const record of m.records) length += RECORD_LENGTH + 4 * record.sources.length + record.auxiliaryData.length;
      return length;
    }
    case 'other': return 4 + m.body.length;
  }
}

export function encodeIgmp(m: IgmpMessage, w: ByteWriter): void {
  const start = w.offset;
  switch (m.kind) {
    case 'version2':
      w.u8(m.type);
      w.u8(m.maximumResponseTime);
      w.u16(0);
      w.u32(m.group);
      break;
    case 'version3-report':
      w.u8(IgmpType.version3Report);
      w.u8(m.reserved1);
      w.u16(0);
      w.u16(m.reserved2);
      w.u16(m.records.length);
      for (const record of m.records) {
        w.u8(record.type);
        w.u8(record.auxiliaryData.length >>> 2);
        w.u16(record.sources.length);
        w.u32(record.group);
        for (const source of record.sources) w.u32(source);
        w.raw(record.auxiliaryData);
      }
      w.raw(m.additionalData);
      break;
    case 'other':
      w.u8(m.type);
      w.u8(m.code);
      w.u16(0);
      w.raw(m.body);
      break;
  }
  w.patchU16(start + 2, internetChecksum(w.bytes, start, w.offset));
}
