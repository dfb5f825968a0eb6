/**
 * Link state ids for prefixes that share a network number. [2328:E]
 *
 * The first prefix takes the network number itself; a longer prefix with the same number sets its host bits. Deviation: where the
 * shorter prefix comes second the standard moves the older LSA out of the way; here the newcomer takes its own host bits (its
 * broadcast address), which is free unless a third prefix collides, and then it is not advertised.
 */
import { maskOf, type Ipv4 } from '../base/address.js';
import type { LsaInstance, LsaTable } from './lsdb.js';
import { AsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { SummaryLsa } from '../wire/ospf/summary-lsa.js';

/** The id under which this router advertises a prefix; undefined: none is free. [2328:E] [2328:12.1.4] */
export function linkStateIdFor(lsdb: LsaTable<LsaInstance>, lsType: number, network: Ipv4, prefixLength: number, routerId: Ipv4): Ipv4 | undefined {
  const mask = maskOf(prefixLength);
  const withHostBits = (network | ~mask) >>> 0;
  for (const id of [network, withHostBits]) {
    const lsa = lsdb.find(lsType, id, routerId);
    if (lsa !== undefined && maskIn(lsa) === mask) return id; // [2328:E(1)]
  }
  for (const id of [network, withHostBits]) {
    const lsa = lsdb.find(lsType, id, routerId);
    if (lsa === undefined || lsa.isFlushing) return id; // [2328:E(2)]
  }
  return undefined;
}

function maskIn(lsa: LsaInstance): Ipv4 | undefined {
  return lsa.body instanceof SummaryLsa || lsa.body instanceof AsExternalLsa ? lsa.body.networkMask : undefined;
}
