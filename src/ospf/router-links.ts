/**
 * The links of a router-LSA as numbers in one array, as graphs are compiled from them. Made once for all routers that have the LSA.
 */
import { networkOf, prefixLengthOf, type Ipv4 } from '../base/address.js';
import { LinkType, type RouterLink, type RouterLsa } from '../wire/ospf/router-lsa.js';
import type { LsaContents } from './lsdb.js';
import type { PrefixTable } from './prefix-table.js';
import { prefixKey } from './routing-table.js';

export class RouterLinks {
  /** Links to routers and networks. */
  readonly count: number;
  readonly stubCount: number;
  /** In the order of the LSA two words for each link, id and (type, cost); then two for each stub link, network and (prefix length, cost). */
  private readonly words: Int32Array;
  /** Where the stub links stand in a table. */
  private start = 0;
  private table: PrefixTable | undefined = undefined;
  private readonly router: Ipv4;

  constructor(router: Ipv4, body: RouterLsa) {
    this.router = router;
    let stubs = 0;
    for (const link of body.links) if (link.type === LinkType.stub) stubs++;
    this.stubCount = stubs;
    this.count = body.links.length - stubs;
    this.words = new Int32Array(2 * body.links.length);
    let at = 0;
    let stubAt = 2 * this.count;
    for (const link of body.links) {
      if (link.type === LinkType.stub) {
        const prefixLength = prefixLengthOf(link.linkData);
        this.words[stubAt++] = networkOf(link.linkId, prefixLength);
        this.words[stubAt++] = (prefixLength << 16) | link.metric;
      } else {
        this.words[at++] = link.linkId;
        this.words[at++] = (link.type << 16) | link.metric;
      }
    }
  }

  id(link: number): Ipv4 {
    return this.words[2 * link] >>> 0;
  }

  type(link: number): number {
    return this.words[2 * link + 1] >>> 16;
  }

  cost(link: number): number {
    return this.words[2 * link + 1] & 0xffff;
  }

  /** Where the list of the stub links begins. */
  stubsIn(table: PrefixTable): number {
    if (this.table !== table) {
      this.table = table;
      this.start = table.stubs.place(this.router, this.stubCount, (i) => table.intern(this.stubKey(i)), (i) => this.stubCost(i));
    }
    return this.start;
  }

  private stubKey(stub: number): number {
    const at = 2 * (this.count + stub);
    return prefixKey(this.words[at] >>> 0, this.words[at + 1] >>> 16);
  }

  private stubCost(stub: number): number {
    return this.words[2 * (this.count + stub) + 1] & 0xffff;
  }

  /** Whether there is a link to the router, or the network, with this link state id. */
  leadsTo(linkStateId: Ipv4, isNetwork: boolean): boolean {
    const { words, count } = this;
    const id = linkStateId | 0;
    for (let i = 0; i < count; i++) {
      if (words[2 * i] !== id) continue;
      const type = words[2 * i + 1] >>> 16;
      if (isNetwork ? type === LinkType.transit : type === LinkType.pointToPoint || type === LinkType.virtual) return true;
    }
    return false;
  }
}

export function linksOf(contents: LsaContents, body: RouterLsa): RouterLinks {
  return contents.links ??= new RouterLinks(contents.header.linkStateId, body);
}

/** The prefix of a stub link. */
export function stubKey(link: RouterLink): number {
  const prefixLength = prefixLengthOf(link.linkData);
  return prefixKey(networkOf(link.linkId, prefixLength), prefixLength);
}
