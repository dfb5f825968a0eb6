/**
 * IGMP: queries, reports and leaves of version 1 [1112:App.I], 2 [2236:2] and 3 [3376:4]. Anything else is kept as bytes.
 *
 * A query's version is told by its length and its second byte: 8 bytes and zero is version 1, 8 bytes version 2, 12 and
 * more version 3; what lies between is to be ignored. [3376:7.1]
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
const VERSION_3_QUERY_LENGTH = 12;
const RECORD_LENGTH = 8;

/** Query, report or leave of version 1 or 2. */
export class IgmpVersion2Message {
  readonly kind = 'version2';
  /** IgmpType, not version3Report. */
  type: number = IgmpType.version2Report;
  /** Tenths of a second; zero but in queries, and in those of version 1. */
  maximumResponseTime = 0;
  group: Ipv4 = 0;
  /** Behind the 8 bytes: in the checksum, otherwise ignored; none in queries. [2236:2.5] Decoded: a view. */
  additionalData: Uint8Array = new Uint8Array(0);
}

/** [3376:4.1] */
export class IgmpVersion3Query {
  readonly kind = 'version3-query';
  readonly type = IgmpType.query;
  /** See igmpCodeValue: tenths of a second. */
  maximumResponseCode = 0;
  group: Ipv4 = 0;
  /** Four bits, zero. */
  reserved = 0;
  isRouterProcessingSuppressed = false;
  /** The querier's robustness variable, 0-7. */
  robustness = 2;
  /** See igmpCodeValue: seconds. */
  queryIntervalCode = 125;
  sources: Ipv4[] = [];
  /** Behind the last source: in the checksum, otherwise ignored. [3376:4.1.10] Decoded: a view. */
  additionalData: Uint8Array = new Uint8Array(0);
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
  readonly type = IgmpType.version3Report;
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

export type IgmpMessage = IgmpVersion2Message | IgmpVersion3Query | IgmpVersion3Report | IgmpOther;

/** What a code of a version 3 query stands for: itself below 128, from there on a small floating point number. [3376:4.1.1] */
export function igmpCodeValue(code: number): number {
  return code < 128 ? code : ((code & 15) | 16) << (((code >>> 4) & 7) + 3);
}

export function decodeIgmp(r: ByteReader): IgmpMessage | DecodeError {
  const start = r.offset;
  if (r.remaining < MINIMUM_LENGTH) return new DecodeError('truncated', start, '[2236:2]', r.remaining, MINIMUM_LENGTH);
  const length = r.remaining;
  const want = foldChecksum(onesSum(r.bytes, start, start + 2) + onesSum(r.bytes, start + 4, r.end));
  const type = r.u8();
  const code = r.u8();
  const checksum = r.u16();
  if (checksum !== want) return new DecodeError('checksum', start + 2, '[2236:2.3]', checksum, want);
  if (type === IgmpType.version3Report) return decodeVersion3Report(r, code);
  if (type === IgmpType.query && length >= VERSION_3_QUERY_LENGTH) return decodeVersion3Query(r, code);
  const isReportOrLeave = type === IgmpType.version1Report || type === IgmpType.version2Report || type === IgmpType.leave;
  if (isReportOrLeave || (type === IgmpType.query && length === MINIMUM_LENGTH)) {
    const message = new IgmpVersion2Message();
    message.type = type;
    message.maximumResponseTime = code;
    message.group = r.u32();
    message.additionalData = r.view(r.remaining);
    return message;
  }
  const other = new IgmpOther();
  other.type = type;
  other.code = code;
  other.body = r.view(r.remaining);
  return other;
}

function decodeVersion3Query(r: ByteReader, code: number): IgmpVersion3Query | DecodeError {
  const query = new IgmpVersion3Query();
  query.maximumResponseCode = code;
  query.group = r.u32();
  const flags = r.u8();
  query.reserved = flags >>> 4;
  query.isRouterProcessingSuppressed = (flags & 8) !== 0;
  query.robustness = flags & 7;
  query.queryIntervalCode = r.u8();
  const count = r.u16();
  if (r.remaining < 4 * count) return new DecodeError('truncated', r.offset, '[3376:4.1.9]', r.remaining, 4 * count);
  for (let i = 0; i < count; i++) query.sources.push(r.u32());
  query.additionalData = r.view(r.remaining);
  return query;
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
    case 'version2': return MINIMUM_LENGTH + m.additionalData.length;
    case 'version3-query': return VERSION_3_QUERY_LENGTH + 4 * m.sources.length + m.additionalData.length;
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
      w.raw(m.additionalData);
      break;
    case 'version3-query':
      w.u8(IgmpType.query);
      w.u8(m.maximumResponseCode);
      w.u16(0);
      w.u32(m.group);
      w.u8((m.reserved << 4) | (m.isRouterProcessingSuppressed ? 8 : 0) | m.robustness);
      w.u8(m.queryIntervalCode);
      w.u16(m.sources.length);
      for (const source of m.sources) w.u32(source);
      w.raw(m.additionalData);
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
