/**
 * Summary-LSA body, types 3 (network) and 4 (AS boundary router). [2328:A.4.4] Behind the 20-byte LSA header.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import type { TosMetric } from './router-lsa.js';

/** TOS metrics here carry 24 bits. */
export class SummaryLsa {
  networkMask: Ipv4 = 0;
  /** The byte in front of the metric; reserved, kept. */
  reserved = 0;
  metric = 0;
  tosMetrics: TosMetric[] = [];
}

export function decodeSummaryLsa(r: ByteReader): SummaryLsa | DecodeError {
  if (r.remaining < 8 || r.remaining % 4 !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.4.4]', r.remaining, '8 or a larger multiple of 4');
  }
  const lsa = new SummaryLsa();
  lsa.networkMask = r.u32();
  lsa.reserved = r.u8();
  lsa.metric = r.u24();
  while (r.remaining > 0) {
    const tos = r.u8();
    lsa.tosMetrics.push({ tos, metric: r.u24() });
  }
  return lsa;
}

export function summaryLsaLength(lsa: SummaryLsa): number {
  return 8 + 4 * lsa.tosMetrics.length;
}

export function encodeSummaryLsa(lsa: SummaryLsa, w: ByteWriter): void {
  w.u32(lsa.networkMask);
  w.u8(lsa.reserved);
  w.u24(lsa.metric);
  for (const { tos, metric } of lsa.tosMetrics) {
    w.u8(tos);
    w.u24(metric);
  }
}
