/**
 * LSAs as bytes, for tests: header fields with defaults, checksum right unless a test spoils it.
 */
import type { Ipv4 } from '../../src/base/address.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { AsExternalLsa, ExternalRoute } from '../../src/wire/ospf/as-external-lsa.js';
import { Lsa, encodeLsa, lsaLength, type LsaBody } from '../../src/wire/ospf/lsa.js';
import { INITIAL_SEQUENCE_NUMBER, LsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { NetworkLsa } from '../../src/wire/ospf/network-lsa.js';
import { LinkType, RouterLink, RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { SummaryLsa } from '../../src/wire/ospf/summary-lsa.js';
import { ip } from './fabric.js';

export interface HeaderOptions { readonly sequence?: number; readonly age?: number; readonly options?: number }

export type LinkText = readonly [type: keyof typeof LinkType, linkId: string, linkData: string, metric: number];

function build(lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4, body: LsaBody, header: HeaderOptions): Uint8Array {
  const h = Object.assign(new LsaHeader(), {
    lsType, linkStateId, advertisingRouter, sequence: (header.sequence ?? INITIAL_SEQUENCE_NUMBER) | 0, age: header.age ?? 1, options: header.options ?? 2,
  });
  const lsa = new Lsa(h, body);
  const bytes = new Uint8Array(lsaLength(lsa));
  encodeLsa(lsa, new ByteWriter(bytes));
  return bytes;
}

export function routerLsa(router: string, links: readonly LinkText[], header: HeaderOptions & { flags?: number } = {}): Uint8Array {
  const body = new RouterLsa();
  body.flags = header.flags ?? 0;
  body.links = links.map(([type, linkId, linkData, metric]) => Object.assign(new RouterLink(), { type: LinkType[type], linkId: ip(linkId), linkData: ip(linkData), metric }));
  return build(1, ip(router), ip(router), { kind: 'router', router: body }, header);
}

export function networkLsa(address: string, router: string, prefixMask: string, attached: readonly string[], header: HeaderOptions = {}): Uint8Array {
  const body = Object.assign(new NetworkLsa(), { networkMask: ip(prefixMask), attachedRouters: attached.map(ip) });
  return build(2, ip(address), ip(router), { kind: 'network', network: body }, header);
}

/** Type 3, or type 4 when there is no mask. */
export function summaryLsa(destination: string, router: string, mask: string | undefined, metric: number, header: HeaderOptions = {}): Uint8Array {
  const body = Object.assign(new SummaryLsa(), { networkMask: mask === undefined ? 0 : ip(mask), metric });
  return build(mask === undefined ? 4 : 3, ip(destination), ip(router), { kind: 'summary', summary: body }, header);
}

export function externalLsa(network: string, router: string, mask: string, metric: number,
  header: HeaderOptions & { type?: 1 | 2; forwarding?: string; tag?: number } = {}): Uint8Array {
  const body = Object.assign(new AsExternalLsa(), { networkMask: ip(mask) });
  body.routes.push(Object.assign(new ExternalRoute(), {
    flags: header.type === 1 ? 0 : 0x80, metric, forwardingAddress: ip(header.forwarding ?? '0.0.0.0'), routeTag: header.tag ?? 0,
  }));
  return build(5, ip(network), ip(router), { kind: 'external', external: body }, header);
}

/** Type 7, with the P bit unless the options say otherwise. */
export function nssaLsa(network: string, router: string, mask: string, metric: number,
  header: HeaderOptions & { type?: 1 | 2; forwarding?: string; tag?: number } = {}): Uint8Array {
  const body = Object.assign(new AsExternalLsa(), { networkMask: ip(mask) });
  body.routes.push(Object.assign(new ExternalRoute(), {
    flags: header.type === 1 ? 0 : 0x80, metric, forwardingAddress: ip(header.forwarding ?? '0.0.0.0'), routeTag: header.tag ?? 0,
  }));
  return build(7, ip(network), ip(router), { kind: 'external', external: body }, { options: 0x0a, ...header });
}

/** A type that nobody knows, with a good checksum. */
export function unknownLsa(lsType: number, linkStateId: string, router: string): Uint8Array {
  return build(lsType, ip(linkStateId), ip(router), { kind: 'unknown', bytes: new Uint8Array([1, 2, 3, 4]) }, {});
}

/** Types 9 to 11: `4.0.0.0` is opaque type 4, opaque id 0. */
export function opaqueLsa(lsType: 9 | 10 | 11, linkStateId: string, router: string, body: readonly number[], header: HeaderOptions = {}): Uint8Array {
  return build(lsType, ip(linkStateId), ip(router), { kind: 'unknown', bytes: Uint8Array.from(body) }, { options: 0x42, ...header });
}
