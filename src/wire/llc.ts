/**
 * 802.2 LLC and SNAP: what follows an 802.3 length field. [802.2:3.2] [1042]
 *
 * The control field has one byte in unnumbered frames and two in all others. A SNAP header is read where both service
 * access points are 0xaa and the frame is unnumbered information; with an organization code of zero its protocol id is
 * an EtherType.
 */
import type { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';

/** Service access points. */
export const ServiceAccessPoint = { spanningTree: 0x42, snap: 0xaa, netware: 0xe0, netbios: 0xf0, iso: 0xfe } as const;
export const UNNUMBERED_INFORMATION = 0x03;

export class SnapHeader {
  /** 24 bits; 0: `protocolId` is an EtherType. */
  organization = 0;
  protocolId = 0;
}

export class LlcHeader {
  destinationServiceAccessPoint: number = ServiceAccessPoint.snap;
  sourceServiceAccessPoint: number = ServiceAccessPoint.snap;
  /** First byte of the control field; unnumbered when both of its lowest bits are set. */
  control: number = UNNUMBERED_INFORMATION;
  /** The second byte (receive sequence number and poll bit), which unnumbered frames do not have. */
  control2 = 0;
  snap: SnapHeader | undefined = undefined;
}

/** Leaves the reader at the payload. */
export function decodeLlcHeader(r: ByteReader): LlcHeader | DecodeError {
  if (r.remaining < 3) return new DecodeError('truncated', r.offset, '[802.2:3.2]', r.remaining, 3);
  const h = new LlcHeader();
  h.destinationServiceAccessPoint = r.u8();
  h.sourceServiceAccessPoint = r.u8();
  h.control = r.u8();
  if (!isUnnumbered(h)) {
    if (r.remaining < 1) return new DecodeError('truncated', r.offset, '[802.2:5.2]', r.remaining, 1);
    h.control2 = r.u8();
  }
  if (!hasSnap(h)) return h;
  if (r.remaining < 5) return new DecodeError('truncated', r.offset, '[1042]', r.remaining, 5);
  h.snap = new SnapHeader();
  h.snap.organization = r.u24();
  h.snap.protocolId = r.u16();
  return h;
}

function isUnnumbered(h: LlcHeader): boolean {
  return (h.control & 3) === 3;
}

function hasSnap(h: LlcHeader): boolean {
  return h.control === UNNUMBERED_INFORMATION &&
    h.destinationServiceAccessPoint === ServiceAccessPoint.snap && h.sourceServiceAccessPoint === ServiceAccessPoint.snap;
}

export function llcHeaderLength(h: LlcHeader): number {
  return (isUnnumbered(h) ? 3 : 4) + (h.snap ? 5 : 0);
}

export function encodeLlcHeader(h: LlcHeader, w: ByteWriter): void {
  w.u8(h.destinationServiceAccessPoint);
  w.u8(h.sourceServiceAccessPoint);
  w.u8(h.control);
  if (!isUnnumbered(h)) w.u8(h.control2);
  if (h.snap) {
    w.u24(h.snap.organization);
    w.u16(h.snap.protocolId);
  }
}
