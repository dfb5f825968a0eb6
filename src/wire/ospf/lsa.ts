/**
 * A whole LSA: the 20-byte header and the body of its type. [2328:A.4]
 *
 * Types other than 1-5, 7 and the opaque 9-11 keep their body as bytes. The LS checksum is verified on decode and written on encode, so
 * an Lsa that was decoded is one that the standard lets in. [2328:13(1)] The LSDB keeps the bytes that came; this
 * is for reading them (SPF, displays) and for originating.
 */
import { ByteReader } from '../bytes.js';
import type { ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';
import type { AsExternalLsa } from './as-external-lsa.js';
import { asExternalLsaLength, decodeAsExternalLsa, encodeAsExternalLsa } from './as-external-lsa.js';
import { isLsaChecksumValid, lsaChecksum } from './fletcher-checksum.js';
import { LSA_HEADER_LENGTH, LsType, LsaHeader, decodeLsaHeader, encodeLsaHeader } from './lsa-header.js';
import type { NetworkLsa } from './network-lsa.js';
import { decodeNetworkLsa, encodeNetworkLsa, networkLsaLength } from './network-lsa.js';
import type { OpaqueBody } from './opaque/opaque-lsa.js';
import { decodeOpaqueBody, encodeOpaqueBody, opaqueBodyErrors, opaqueBodyLength, opaqueType } from './opaque/opaque-lsa.js';
import type { RouterLsa } from './router-lsa.js';
import { decodeRouterLsa, encodeRouterLsa, routerLsaLength } from './router-lsa.js';
import type { SummaryLsa } from './summary-lsa.js';
import { decodeSummaryLsa, encodeSummaryLsa, summaryLsaLength } from './summary-lsa.js';

/** By kind; `header.lsType` tells the two summaries and the two externals apart and names the unknown. */
export type LsaBody =
  | { readonly kind: 'router'; readonly router: RouterLsa }
  | { readonly kind: 'network'; readonly network: NetworkLsa }
  | { readonly kind: 'summary'; readonly summary: SummaryLsa }
  /** AS-external (5) and NSSA (7). */
  | { readonly kind: 'external'; readonly external: AsExternalLsa }
  /** 9-11; the link state id holds the opaque type. */
  | { readonly kind: 'opaque'; readonly opaque: OpaqueBody }
  /** Decoded: a view; copy what is kept. */
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

export class Lsa {
  header: LsaHeader;
  body: LsaBody;

  constructor(header: LsaHeader, body: LsaBody) {
    this.header = header;
    this.body = body;
  }
}

/** `bytes` from `start` to `end` is exactly one LSA. Offsets in errors count from the start of `bytes`. */
export function decodeLsa(bytes: Uint8Array, start = 0, end = bytes.length): Lsa | DecodeError {
  const r = new ByteReader(bytes, start, end);
  const header = decodeLsaHeader(r);
  if (header instanceof DecodeError) return header;
  if (header.length !== end - start) {
    return new DecodeError('length', start + 18, '[2328:A.4.1]', header.length, end - start);
  }
  if (!isLsaChecksumValid(bytes, start, header.length)) {
    const want = lsaChecksum(bytes, start, header.length);
    return new DecodeError('checksum', start + 16, '[2328:12.1.7]', header.checksum, want);
  }
  const body = decodeLsaBody(r, header);
  return body instanceof DecodeError ? body : new Lsa(header, body);
}

function decodeLsaBody(r: ByteReader, header: LsaHeader): LsaBody | DecodeError {
  switch (header.lsType) {
    case LsType.router: {
      const router = decodeRouterLsa(r);
      return router instanceof DecodeError ? router : { kind: 'router', router };
    }
    case LsType.network: {
      const network = decodeNetworkLsa(r);
      return network instanceof DecodeError ? network : { kind: 'network', network };
    }
    case LsType.summaryNetwork:
    case LsType.summaryAsbr: {
      const summary = decodeSummaryLsa(r);
      return summary instanceof DecodeError ? summary : { kind: 'summary', summary };
    }
    case LsType.asExternal:
    case LsType.nssa: {
      const external = decodeAsExternalLsa(r);
      return external instanceof DecodeError ? external : { kind: 'external', external };
    }
    case LsType.opaqueLink:
    case LsType.opaqueArea:
    case LsType.opaqueAs:
      return { kind: 'opaque', opaque: decodeOpaqueBody(r, opaqueType(header.linkStateId)) };
    default:
      return { kind: 'unknown', bytes: r.view(r.remaining) };
  }
}

/** What inside a well-formed LSA did not decode: only opaque bodies have such things. */
export function lsaErrors(lsa: Lsa): DecodeError[] {
  return lsa.body.kind === 'opaque' ? opaqueBodyErrors(lsa.body.opaque) : [];
}

/** Header included. */
export function lsaLength(lsa: Lsa): number {
  return LSA_HEADER_LENGTH + lsaBodyLength(lsa.body);
}

function lsaBodyLength(body: LsaBody): number {
  switch (body.kind) {
    case 'router': return routerLsaLength(body.router);
    case 'network': return networkLsaLength(body.network);
    case 'summary': return summaryLsaLength(body.summary);
    case 'external': return asExternalLsaLength(body.external);
    case 'opaque': return opaqueBodyLength(body.opaque);
    case 'unknown': return body.bytes.length;
  }
}

/**
 * Writes the LSA, its length as counted and its checksum, whatever the header says; the header itself is left as it is.
 * One exception keeps foreign LSAs byte for byte: a checksum in the header that is right for these bytes stays, since
 * 0 and 255 are the same to Fletcher and implementations differ in which they write.
 */
export function encodeLsa(lsa: Lsa, w: ByteWriter): void {
  const start = w.offset;
  encodeLsaHeader(lsa.header, w);
  switch (lsa.body.kind) {
    case 'router': encodeRouterLsa(lsa.body.router, w); break;
    case 'network': encodeNetworkLsa(lsa.body.network, w); break;
    case 'summary': encodeSummaryLsa(lsa.body.summary, w); break;
    case 'external': encodeAsExternalLsa(lsa.body.external, w); break;
    case 'opaque': encodeOpaqueBody(lsa.body.opaque, w); break;
    case 'unknown': w.raw(lsa.body.bytes); break;
  }
  const length = w.offset - start;
  w.patchU16(start + 18, length);
  if (!isLsaChecksumValid(w.bytes, start, length)) w.patchU16(start + 16, lsaChecksum(w.bytes, start, length));
}
