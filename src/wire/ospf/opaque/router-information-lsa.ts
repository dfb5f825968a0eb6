/**
 * Router information LSA: what a router can do. [7770:2] Opaque type 4.
 *
 * With the dynamic hostname [5642:3], administrative tags [7777:2.1], segment routing [8665] and label stack depths [8476:3].
 */
import type { ByteReader, ByteWriter } from '../../bytes.js';
import { DecodeError } from '../../decode-error.js';
import type { SidLabelValue } from './segment-identifier.js';
import { sidLabelValueCodec, sidLabelsLength } from './segment-identifier.js';
import type { Tlv, TlvValueCodec } from './tlv.js';
import { decodeTlvs, decodeWords, encodeTlvs, encodeWords, tlvsLength, unlessAtLeast, unlessLength } from './tlv.js';

export const RouterInformationTlvType = {
  informationalCapabilities: 1,
  functionalCapabilities: 2,
  dynamicHostname: 7,
  srAlgorithm: 8,
  sidLabelRange: 9,
  nodeAdministrativeTags: 10,
  nodeMsd: 12,
  srLocalBlock: 14,
  srmsPreference: 15,
} as const;

/** In the first word of the informational capabilities; bit 0 is the most significant. [7770:2.5] */
export const InformationalCapability = {
  gracefulRestartCapable: 0x80000000,
  gracefulRestartHelper: 0x40000000,
  stubRouter: 0x20000000,
  trafficEngineering: 0x10000000,
  pointToPointOverLan: 0x08000000,
  experimentalTrafficEngineering: 0x04000000,
} as const;

export interface MaximumSidDepth { readonly type: number; readonly depth: number }

export type RouterInformationValue =
  /** 32 bits a word, the first bit of the registry first. [7770:2.4 length] */
  | { readonly kind: 'informational-capabilities'; readonly words: readonly number[] }
  /** [7770:2.6] */
  | { readonly kind: 'functional-capabilities'; readonly words: readonly number[] }
  /** The octets as they came; see hostnameText. [5642:3.1] */
  | { readonly kind: 'dynamic-hostname'; readonly name: Uint8Array }
  /** One octet each: 0 shortest path, 1 strict shortest path. [8665:3.1] Decoded: a view. */
  | { readonly kind: 'sr-algorithm'; readonly algorithms: Uint8Array }
  | {
    /** The global block [8665:3.2], or the local one [8665:3.3]. `rangeSize` has 24 bits. */
    readonly kind: 'sid-label-range' | 'sr-local-block'; readonly rangeSize: number; readonly reserved: number;
    readonly subTlvs: readonly Tlv<SidLabelValue>[];
  }
  | { readonly kind: 'node-administrative-tags'; readonly tags: readonly number[] }
  | { readonly kind: 'node-msd'; readonly depths: readonly MaximumSidDepth[] }
  /** [8665:3.4] */
  | { readonly kind: 'srms-preference'; readonly preference: number; readonly reserved: number };

export class RouterInformationLsa {
  tlvs: Tlv<RouterInformationValue>[] = [];
}

const TYPE = RouterInformationTlvType;

export const routerInformationValueCodec: TlvValueCodec<RouterInformationValue> = {
  clause: '[7770:2.3]',
  decode(type, r) {
    switch (type) {
      case TYPE.informationalCapabilities: {
        const words = decodeWords(r, '[7770:2.4 length]');
        return words instanceof DecodeError ? words : { kind: 'informational-capabilities', words };
      }
      case TYPE.functionalCapabilities: {
        const words = decodeWords(r, '[7770:2.6]');
        return words instanceof DecodeError ? words : { kind: 'functional-capabilities', words };
      }
      case TYPE.dynamicHostname: return { kind: 'dynamic-hostname', name: r.view(r.remaining) };
      case TYPE.srAlgorithm: return { kind: 'sr-algorithm', algorithms: r.view(r.remaining) };
      case TYPE.sidLabelRange: return decodeRange('sid-label-range', r, '[8665:3.2]');
      case TYPE.srLocalBlock: return decodeRange('sr-local-block', r, '[8665:3.3]');
      case TYPE.nodeAdministrativeTags: {
        const tags = decodeWords(r, '[7777:2.1]');
        return tags instanceof DecodeError ? tags : { kind: 'node-administrative-tags', tags };
      }
      case TYPE.nodeMsd: {
        if (r.remaining % 2 !== 0) return new DecodeError('length', r.offset - 2, '[8476:3]', r.remaining, 'a multiple of 2');
        const depths: MaximumSidDepth[] = [];
        while (r.remaining > 0) depths.push({ type: r.u8(), depth: r.u8() });
        return { kind: 'node-msd', depths };
      }
      case TYPE.srmsPreference:
        return unlessLength(r, 4, '[8665:3.4]') ?? { kind: 'srms-preference', preference: r.u8(), reserved: r.u24() };
      default: return undefined; // [7770:2.3 unknown]
    }
  },
  length(value) {
    switch (value.kind) {
      case 'informational-capabilities': case 'functional-capabilities': return 4 * value.words.length;
      case 'dynamic-hostname': return value.name.length;
      case 'sr-algorithm': return value.algorithms.length;
      case 'sid-label-range': case 'sr-local-block': return 4 + sidLabelsLength(value.subTlvs);
      case 'node-administrative-tags': return 4 * value.tags.length;
      case 'node-msd': return 2 * value.depths.length;
      case 'srms-preference': return 4;
    }
  },
  encode(value, w) {
    switch (value.kind) {
      case 'informational-capabilities': case 'functional-capabilities': encodeWords(value.words, w); break;
      case 'dynamic-hostname': w.raw(value.name); break;
      case 'sr-algorithm': w.raw(value.algorithms); break;
      case 'sid-label-range': case 'sr-local-block':
        w.u24(value.rangeSize);
        w.u8(value.reserved);
        encodeTlvs(value.subTlvs, sidLabelValueCodec, w);
        break;
      case 'node-administrative-tags': encodeWords(value.tags, w); break;
      case 'node-msd':
        for (const { type, depth } of value.depths) {
          w.u8(type);
          w.u8(depth);
        }
        break;
      case 'srms-preference':
        w.u8(value.preference);
        w.u24(value.reserved);
        break;
    }
  },
};

function decodeRange(kind: 'sid-label-range' | 'sr-local-block', r: ByteReader, clause: string): RouterInformationValue | DecodeError {
  const short = unlessAtLeast(r, 4, clause);
  if (short) return short;
  const rangeSize = r.u24();
  const reserved = r.u8();
  const subTlvs = decodeTlvs(r, sidLabelValueCodec);
  return subTlvs instanceof DecodeError ? subTlvs : { kind, rangeSize, reserved, subTlvs };
}

/** The hostname for people: printable ASCII as it is, any other octet as \xNN. */
export function hostnameText(name: Uint8Array): string {
  let text = '';
  for (const octet of name) {
    text += octet > 0x20 && octet < 0x7f && octet !== 0x5c ? String.fromCharCode(octet) : `\\x${octet.toString(16).padStart(2, '0')}`;
  }
  return text;
}

export function decodeRouterInformationLsa(r: ByteReader): RouterInformationLsa | DecodeError {
  const tlvs = decodeTlvs(r, routerInformationValueCodec);
  return tlvs instanceof DecodeError ? tlvs : Object.assign(new RouterInformationLsa(), { tlvs });
}

export function routerInformationLsaLength(lsa: RouterInformationLsa): number {
  return tlvsLength(lsa.tlvs, routerInformationValueCodec);
}

export function encodeRouterInformationLsa(lsa: RouterInformationLsa, w: ByteWriter): void {
  encodeTlvs(lsa.tlvs, routerInformationValueCodec, w);
}
