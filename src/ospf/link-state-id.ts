/**
 * Link state ids for prefixes that share a network number. [2328:E]
 *
 * The first prefix takes the network number itself; a longer prefix with the same number sets its host bits. Deviation: where the
 * shorter prefix comes second the standard moves the older LSA out of the way; here the newcomer takes its own host bits (its
 * broadcast address), which is free unless a third prefix collides, and then it is not advertised.
 */
import { maskOf, type Ipv4 } from '../base/address.js';
import type { OspfBehaviour } from './behaviour.js';
import type { LsaInstance, LsaTable } from './lsdb.js';
import { AsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { SummaryLsa } from '../wire/ospf/summary-lsa.js';

/** The id under which this router advertises a prefix; undefined: none is free. [2328:E] [2328:12.1.4] */
export function linkStateIdFor(lsdb: LsaTable<LsaInstance>, lsType: number, network: Ipv4, prefixLength: number, routerId: Ipv4,
  ids: OspfBehaviour['linkStateIds']): Ipv4 | undefined {
  if (ids === 'parity') return parityId(network, prefixLength);
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

/**
 * Every prefix has its id for good: its first address where the prefix is the upper half of the next larger one, else its last address. No two of up to 31
 * bits have the same; a host has its address, which may be another's id, and then the first stays. Measured on BIRD; RFC 2328's appendix E is what it replaces.
 */
function parityId(network: Ipv4, prefixLength: number): Ipv4 {
  if (prefixLength === 0 || prefixLength === 32) return network;
  const isUpperHalf = ((network >>> (32 - prefixLength)) & 1) === 1;
  return isUpperHalf ? network : (network | ~maskOf(prefixLength)) >>> 0;
}

function maskIn(lsa: LsaInstance): Ipv4 | undefined {
  return lsa.body instanceof SummaryLsa || lsa.body instanceof AsExternalLsa ? lsa.body.networkMask : undefined;
}
