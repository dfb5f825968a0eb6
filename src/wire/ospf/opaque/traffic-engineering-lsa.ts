/**
 * Traffic engineering LSA: a router address or one link with its capacities. [3630] Opaque type 1; opaque type 6 for links
 * between autonomous systems has the same format. [5392:3.1]
 *
 * The standard has one top-level TLV an LSA; more are read all the same.
 */
import type { Ipv4 } from '../../../base/address.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import type { Tlv, TlvValueCodec } from './tlv.js';
import { decodeTlvs, encodeTlvs, tlvsLength, unlessLength } from './tlv.js';
import type { TrafficEngineeringLinkValue } from './traffic-engineering-link.js';
import { trafficEngineeringLinkValueCodec } from './traffic-engineering-link.js';

export const TrafficEngineeringTlvType = { routerAddress: 1, link: 2, linkLocalIdentifier: 4 } as const;

export type TrafficEngineeringValue =
  /** An address that is always reachable. [3630:2.4.1] */
  | { readonly kind: 'router-address'; readonly address: Ipv4 }
  | { readonly kind: 'link'; readonly subTlvs: readonly Tlv<TrafficEngineeringLinkValue>[] }
  /** [4203:3] */
  | { readonly kind: 'link-local-identifier'; readonly identifier: number };

export class TrafficEngineeringLsa {
  tlvs: Tlv<TrafficEngineeringValue>[] = [];
}

export const trafficEngineeringValueCodec: TlvValueCodec<TrafficEngineeringValue> = {
  clause: '[3630:2.3.2]',
  decode(type, r) {
    switch (type) {
      case TrafficEngineeringTlvType.routerAddress:
        return unlessLength(r, 4, '[3630:2.4.1]') ?? { kind: 'router-address', address: r.u32() };
      case TrafficEngineeringTlvType.link: {
        const subTlvs = decodeTlvs(r, trafficEngineeringLinkValueCodec);
        return subTlvs instanceof DecodeError ? subTlvs : { kind: 'link', subTlvs }; // [3630:2.5]
      }
      case TrafficEngineeringTlvType.linkLocalIdentifier:
        return unlessLength(r, 4, '[4203:3]') ?? { kind: 'link-local-identifier', identifier: r.u32() };
      default: return undefined;
    }
  },
  length: (value) => (value.kind === 'link' ? tlvsLength(value.subTlvs, trafficEngineeringLinkValueCodec) : 4),
  encode(value, w) {
    switch (value.kind) {
      case 'router-address': w.u32(value.address); break;
      case 'link': encodeTlvs(value.subTlvs, trafficEngineeringLinkValueCodec, w); break;
      case 'link-local-identifier': w.u32(value.identifier); break;
    }
  },
};

export function decodeTrafficEngineeringLsa(r: ByteReader): TrafficEngineeringLsa | DecodeError {
  const tlvs = decodeTlvs(r, trafficEngineeringValueCodec);
  return tlvs instanceof DecodeError ? tlvs : Object.assign(new TrafficEngineeringLsa(), { tlvs });
}

export function trafficEngineeringLsaLength(lsa: TrafficEngineeringLsa): number {
  return tlvsLength(lsa.tlvs, trafficEngineeringValueCodec);
}

export function encodeTrafficEngineeringLsa(lsa: TrafficEngineeringLsa, w: ByteWriter): void {
  encodeTlvs(lsa.tlvs, trafficEngineeringValueCodec, w);
}
