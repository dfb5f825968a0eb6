/**
 * The sub-TLVs of a traffic engineering link. [3630:2.5] [4203:1] [5392:3.3]
 *
 * Read traffic-engineering-lsa.ts first. Bandwidths are the 32 bits of a single; see ieee-single.ts.
 */
import type { Ipv4 } from '../../../base/address.js';
import { DecodeError } from '../../decode-error.js';
import type { TlvValueCodec } from './tlv.js';
import { decodeWords, encodeWords, unlessAtLeast, unlessLength } from './tlv.js';

export const TrafficEngineeringLinkTlvType = {
  linkType: 1,
  linkId: 2,
  localAddresses: 3,
  remoteAddresses: 4,
  metric: 5,
  maximumBandwidth: 6,
  maximumReservableBandwidth: 7,
  unreservedBandwidth: 8,
  administrativeGroup: 9,
  linkIdentifiers: 11,
  protection: 14,
  switchingCapability: 15,
  sharedRiskLinkGroups: 16,
  remoteAsNumber: 21,
  remoteAsbrAddress: 22,
} as const;

/** [3630:2.5.1] */
export const TrafficEngineeringLinkType = { pointToPoint: 1, multiAccess: 2 } as const;

export type TrafficEngineeringLinkValue =
  | { readonly kind: 'link-type'; readonly linkType: number }
  /** The neighbour's router id, or the designated router's address. */
  | { readonly kind: 'link-id'; readonly linkId: Ipv4 }
  | { readonly kind: 'local-addresses'; readonly addresses: readonly Ipv4[] }
  | { readonly kind: 'remote-addresses'; readonly addresses: readonly Ipv4[] }
  | { readonly kind: 'metric'; readonly metric: number }
  | { readonly kind: 'maximum-bandwidth'; readonly bandwidth: number }
  | { readonly kind: 'maximum-reservable-bandwidth'; readonly bandwidth: number }
  /** Eight, by priority, from 0. */
  | { readonly kind: 'unreserved-bandwidth'; readonly bandwidths: readonly number[] }
  /** A bit a group. */
  | { readonly kind: 'administrative-group'; readonly groups: number }
  | { readonly kind: 'link-identifiers'; readonly local: number; readonly remote: number }
  | { readonly kind: 'protection'; readonly capabilities: number; readonly reserved: number }
  | {
    readonly kind: 'switching-capability'; readonly switchingType: number; readonly encoding: number; readonly reserved: number;
    /** Eight, by priority, from 0. */
    readonly maximumLspBandwidths: readonly number[];
    /** By switching type; a packet switch has its minimum LSP bandwidth, MTU and padding here. [4203:1.4] Decoded: a view. */
    readonly specific: Uint8Array;
  }
  | { readonly kind: 'shared-risk-link-groups'; readonly groups: readonly number[] }
  | { readonly kind: 'remote-as-number'; readonly asNumber: number }
  | { readonly kind: 'remote-asbr-address'; readonly address: Ipv4 };

const TYPE = TrafficEngineeringLinkTlvType;
const PRIORITIES = 8;
const SWITCHING_CAPABILITY_LENGTH = 4 + 4 * PRIORITIES;

export const trafficEngineeringLinkValueCodec: TlvValueCodec<TrafficEngineeringLinkValue> = {
  clause: '[3630:2.5]',
  decode(type, r) {
    switch (type) {
      case TYPE.linkType: return unlessLength(r, 1, '[3630:2.5.1]') ?? { kind: 'link-type', linkType: r.u8() };
      case TYPE.linkId: return unlessLength(r, 4, '[3630:2.5.2]') ?? { kind: 'link-id', linkId: r.u32() };
      case TYPE.localAddresses: {
        const addresses = decodeWords(r, '[3630:2.5.3]');
        return addresses instanceof DecodeError ? addresses : { kind: 'local-addresses', addresses };
      }
      case TYPE.remoteAddresses: {
        const addresses = decodeWords(r, '[3630:2.5.4]');
        return addresses instanceof DecodeError ? addresses : { kind: 'remote-addresses', addresses };
      }
      case TYPE.metric: return unlessLength(r, 4, '[3630:2.5.5]') ?? { kind: 'metric', metric: r.u32() };
      case TYPE.maximumBandwidth: return unlessLength(r, 4, '[3630:2.5.6]') ?? { kind: 'maximum-bandwidth', bandwidth: r.u32() };
      case TYPE.maximumReservableBandwidth:
        return unlessLength(r, 4, '[3630:2.5.7]') ?? { kind: 'maximum-reservable-bandwidth', bandwidth: r.u32() };
      case TYPE.unreservedBandwidth: {
        const bandwidths = unlessLength(r, 4 * PRIORITIES, '[3630:2.5.8]') ?? decodeWords(r, '[3630:2.5.8]');
        return bandwidths instanceof DecodeError ? bandwidths : { kind: 'unreserved-bandwidth', bandwidths };
      }
      case TYPE.administrativeGroup:
        return unlessLength(r, 4, '[3630:2.5.9]') ?? { kind: 'administrative-group', groups: r.u32() };
      case TYPE.linkIdentifiers:
        return unlessLength(r, 8, '[4203:1.1]') ?? { kind: 'link-identifiers', local: r.u32(), remote: r.u32() };
      case TYPE.protection:
        return unlessLength(r, 4, '[4203:1.2]') ?? { kind: 'protection', capabilities: r.u8(), reserved: r.u24() };
      case TYPE.sharedRiskLinkGroups: {
        const groups = decodeWords(r, '[4203:1.3]');
        return groups instanceof DecodeError ? groups : { kind: 'shared-risk-link-groups', groups };
      }
      case TYPE.switchingCapability: {
        const short = unlessAtLeast(r, SWITCHING_CAPABILITY_LENGTH, '[4203:1.4]');
        if (short) return short;
        const switchingType = r.u8();
        const encoding = r.u8();
        const reserved = r.u16();
        const maximumLspBandwidths: number[] = [];
        for (let priority = 0; priority < PRIORITIES; priority++) maximumLspBandwidths.push(r.u32());
        return { kind: 'switching-capability', switchingType, encoding, reserved, maximumLspBandwidths, specific: r.view(r.remaining) };
      }
      case TYPE.remoteAsNumber: return unlessLength(r, 4, '[5392:3.3.1]') ?? { kind: 'remote-as-number', asNumber: r.u32() };
      case TYPE.remoteAsbrAddress: return unlessLength(r, 4, '[5392:3.3.2]') ?? { kind: 'remote-asbr-address', address: r.u32() };
      default: return undefined;
    }
  },
  length(value) {
    switch (value.kind) {
      case 'link-type': return 1;
      case 'local-addresses': case 'remote-addresses': return 4 * value.addresses.length;
      case 'unreserved-bandwidth': return 4 * value.bandwidths.length;
      case 'link-identifiers': return 8;
      case 'switching-capability': return 4 + 4 * value.maximumLspBandwidths.length + value.specific.length;
      case 'shared-risk-link-groups': return 4 * value.groups.length;
      default: return 4;
    }
  },
  encode(value, w) {
    switch (value.kind) {
      case 'link-type': w.u8(value.linkType); break;
      case 'link-id': w.u32(value.linkId); break;
      case 'local-addresses': case 'remote-addresses': encodeWords(value.addresses, w); break;
      case 'metric': w.u32(value.metric); break;
      case 'maximum-bandwidth': case 'maximum-reservable-bandwidth': w.u32(value.bandwidth); break;
      case 'unreserved-bandwidth': encodeWords(value.bandwidths, w); break;
      case 'administrative-group': w.u32(value.groups); break;
      case 'link-identifiers':
        w.u32(value.local);
        w.u32(value.remote);
        break;
      case 'protection':
        w.u8(value.capabilities);
        w.u24(value.reserved);
        break;
      case 'switching-capability':
        w.u8(value.switchingType);
        w.u8(value.encoding);
        w.u16(value.reserved);
        encodeWords(value.maximumLspBandwidths, w);
        w.raw(value.specific);
        break;
      case 'shared-risk-link-groups': encodeWords(value.groups, w); break;
      case 'remote-as-number': w.u32(value.asNumber); break;
      case 'remote-asbr-address': w.u32(value.address); break;
    }
  },
};
