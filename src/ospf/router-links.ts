/**
 * The links of a router-LSA in typed arrays, as graphs are compiled from them. Made once for all routers that have the LSA.
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import { LinkType, type RouterLink, type RouterLsa } from '../wire/ospf/router-lsa.js';
import type { LsaContents } from './lsdb.js';
import { prefixKey } from './routing-table.js';

export class RouterLinks {
  /** Links to routers and networks, in the order of the LSA. */
  readonly types: Uint8Array;
  readonly ids: Uint32Array;
  readonly costs: Uint16Array;
  /** Stub links, in the order of the LSA: `prefixKey` and cost. */
  readonly stubKeys: Float64Array;
  readonly stubCosts: Uint16Array;

  constructor(body: RouterLsa) {
    let stubs = 0;
    for (const link of body.links) if (link.type === LinkType.stub) stubs++;
    const count = body.links.length - stubs;
    this.types = new Uint8Array(count);
    this.ids = new Uint32Array(count);
    this.costs = new Uint16Array(count);
    this.stubKeys = new Float64Array(stubs);
    this.stubCosts = new Uint16Array(stubs);
    let at = 0;
    let stubAt = 0;
    for (const link of body.links) {
      if (link.type === LinkType.stub) {
        this.stubKeys[stubAt] = stubKey(link);
        this.stubCosts[stubAt++] = link.metric;
      } else {
        this.types[at] = link.type;
        this.ids[at] = link.linkId;
        this.costs[at++] = link.metric;
      }
    }
  }

  /** Whether there is a link to the router, or the network, with this link state id. */
  leadsTo(linkStateId: Ipv4, isNetwork: boolean): boolean {
    const { ids, types } = this;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== linkStateId) continue;
      if (isNetwork ? types[i] === LinkType.transit : types[i] === LinkType.pointToPoint || types[i] === LinkType.virtual) return true;
    }
    return false;
  }
}

export function linksOf(contents: LsaContents, body: RouterLsa): RouterLinks {
  return contents.links ??= new RouterLinks(body);
}

/** The prefix of a stub link. */
export function stubKey(link: RouterLink): number {
  const prefixLength = prefixLengthOf(link.linkData);
  return prefixKey(networkOf(link.linkId, prefixLength), prefixLength);
}
