/**
 * Router-LSA body. [2328:A.4.2] Behind the 20-byte LSA header.
 *
 * Reserved bytes are kept as they came: a receiver does not look at them.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

export const RouterFlag = {
  border: 0x01,
  external: 0x02,
  virtualLink: 0x04,
  /** W: takes in all multicast. [1584:A.3] */
  wildcardMulticast: 0x08,
  /** Nt: translates type 7 LSAs whatever the others do. [3101:B] */
  nssaTranslator: 0x10,
  /** S: leads past the backbone. (draft-ietf-ospf-shortcut-abr) */
  shortcut: 0x20,
} as const;

export const LinkType = { pointToPoint: 1, transit: 2, stub: 3, virtual: 4 } as const;

export interface TosMetric { tos: number; metric: number }

/** With the byte between the two. */
export interface RouterTosMetric extends TosMetric { reserved: number }

/** What nearly every link has. */
const NO_TOS_METRICS: readonly RouterTosMetric[] = [];

export class RouterLink {
  linkId: Ipv4 = 0;
  linkData: Ipv4 = 0;
  type = 0;
  metric = 0;
  tosMetrics: readonly RouterTosMetric[] = NO_TOS_METRICS;
}

export class RouterLsa {
  /** The byte in front of the link count; see RouterFlag. */
  flags = 0;
  /** The byte behind the flags. */
  reserved = 0;
  links: RouterLink[] = [];
}

export function decodeRouterLsa(r: ByteReader): RouterLsa | DecodeError {
  if (r.remaining < 4) return new DecodeError('truncated', r.offset, '[2328:A.4.2]', r.remaining, 4);
  const lsa = new RouterLsa();
  lsa.flags = r.u8();
  lsa.reserved = r.u8();
  const count = r.u16();
  for (let i = 0; i < count; i++) {
    if (r.remaining < 12) return new DecodeError('truncated', r.offset, '[2328:A.4.2]', r.remaining, 12);
    const link = new RouterLink();
    link.linkId = r.u32();
    link.linkData = r.u32();
    link.type = r.u8();
    const tosCount = r.u8();
    link.metric = r.u16();
    if (r.remaining < 4 * tosCount) return new DecodeError('truncated', r.offset, '[2328:A.4.2]', r.remaining, 4 * tosCount);
    if (tosCount > 0) {
      const tosMetrics: RouterTosMetric[] = [];
      for (let t = 0; t < tosCount; t++) tosMetrics.push({ tos: r.u8(), reserved: r.u8(), metric: r.u16() });
      link.tosMetrics = tosMetrics;
    }
    lsa.links.push(link);
  }
  if (r.remaining > 0) return new DecodeError('length', r.offset, '[2328:A.4.2]', r.remaining, 0);
  return lsa;
}

export function routerLsaLength(lsa: RouterLsa): number {
  let length = 4;
  for (const link of lsa.links) length += 12 + 4 * link.tosMetrics.length;
  return length;
}

export function encodeRouterLsa(lsa: RouterLsa, w: ByteWriter): void {
  w.u8(lsa.flags);
  w.u8(lsa.reserved);
  w.u16(lsa.links.length);
  for (const link of lsa.links) {
    w.u32(link.linkId);
    w.u32(link.linkData);
    w.u8(link.type);
    w.u8(link.tosMetrics.length);
    w.u16(link.metric);
    for (const { tos, reserved, metric } of link.tosMetrics) {
      w.u8(tos);
      w.u8(reserved);
      w.u16(metric);
    }
  }
}
