/**
 * Grace-LSA: a router asks its neighbours to keep it as it is while it restarts. [3623:A] Link-local, opaque type 3.
 */
import type { Ipv4 } from '../../../base/address.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import type { Tlv, TlvValueCodec } from './tlv.js';
import { decodeTlvs, encodeTlvs, tlvsLength, unlessLength } from './tlv.js';

const CLAUSE = '[3623:A]';

export const GraceTlvType = { gracePeriod: 1, restartReason: 2, interfaceAddress: 3 } as const;

/** [3623:A] */
export const RestartReason = { unknown: 0, softwareRestart: 1, softwareReload: 2, switchToRedundantProcessor: 3 } as const;

export type GraceValue =
  | { readonly kind: 'grace-period'; readonly seconds: number }
  | { readonly kind: 'restart-reason'; readonly reason: number }
  /** Of the restarting router, on networks with more than two. */
  | { readonly kind: 'interface-address'; readonly address: Ipv4 };

export class GraceLsa {
  tlvs: Tlv<GraceValue>[] = [];
}

export const graceValueCodec: TlvValueCodec<GraceValue> = {
  clause: CLAUSE,
  decode(type, r) {
    switch (type) {
      case GraceTlvType.gracePeriod: return unlessLength(r, 4, CLAUSE) ?? { kind: 'grace-period', seconds: r.u32() };
      case GraceTlvType.restartReason: return unlessLength(r, 1, CLAUSE) ?? { kind: 'restart-reason', reason: r.u8() };
      case GraceTlvType.interfaceAddress: return unlessLength(r, 4, CLAUSE) ?? { kind: 'interface-address', address: r.u32() };
      default: return undefined;
    }
  },
  length: (value) => (value.kind === 'restart-reason' ? 1 : 4),
  encode(value, w) {
    switch (value.kind) {
      case 'grace-period': w.u32(value.seconds); break;
      case 'restart-reason': w.u8(value.reason); break;
      case 'interface-address': w.u32(value.address); break;
    }
  },
};

export function decodeGraceLsa(r: ByteReader): GraceLsa | DecodeError {
  const tlvs = decodeTlvs(r, graceValueCodec);
  return tlvs instanceof DecodeError ? tlvs : Object.assign(new GraceLsa(), { tlvs });
}

export function graceLsaLength(lsa: GraceLsa): number {
  return tlvsLength(lsa.tlvs, graceValueCodec);
}

export function encodeGraceLsa(lsa: GraceLsa, w: ByteWriter): void {
  encodeTlvs(lsa.tlvs, graceValueCodec, w);
}
