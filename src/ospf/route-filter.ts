/**
 * Access-lists and prefix-lists, asked about a prefix. The first line that matches decides; none: denied.
 *
 * FRR 8.4.4: a list that does not exist denies in a route-map and filters nothing elsewhere (the caller's matter); a prefix-list that
 * exists without a line permits everything, but in a route-map it matches nothing.
 */
import { maskOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { AccessList, AccessListLine, PrefixList } from './configuration.js';

export interface Prefix {
  readonly network: Ipv4;
  readonly prefixLength: number;
}

export function permits(list: AccessList, prefix: Prefix): boolean {
  return list.lines.find((line) => matches(line, prefix))?.isPermit ?? false;
}

function matches(line: AccessListLine, { network, prefixLength }: Prefix): boolean {
  if (line.wildcard !== undefined) {
    // Cisco's way looks at the address alone, whatever its prefix length; an extended line's destination is compared with the mask.
    if (((line.network ^ network) & ~line.wildcard) !== 0) return false;
    return line.mask === undefined || ((line.mask.value ^ maskOf(prefixLength)) & ~line.mask.wildcard) === 0;
  }
  const isInside = prefixLength >= line.prefixLength && prefixContains(line.network, line.prefixLength, network);
  return isInside && (!line.isExactMatch || prefixLength === line.prefixLength);
}

export function prefixListPermits(list: PrefixList, { network, prefixLength }: Prefix): boolean {
  if (list.lines.length === 0) return true;
  for (const line of list.lines) {
    const isInside = prefixLength >= line.prefixLength && prefixContains(line.network, line.prefixLength, network);
    // Without ge and le the length must be that of the line; with ge alone any length from there on will do.
    if (isInside && prefixLength >= line.shortest && prefixLength <= line.longest) return line.isPermit;
  }
  return false;
}
