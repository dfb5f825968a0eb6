/**
 * What a border router may say about one area in another: `area X export-list|import-list` and `area X filter-list`.
 *
 * Not in RFC 2328. FRR asks about single networks, before they are put into ranges; neither ranges nor the default route of a stub area are
 * filtered. A list that does not exist filters nothing.
 */
import type { Area } from './area.js';
import { permits, prefixListPermits, type Prefix } from './route-filter.js';

/** Of networks in the area: into any other. */
export function mayLeave(area: Area, prefix: Prefix): boolean {
  return passes(area, area.configuration?.exportList, area.configuration?.filterListOut, prefix);
}

/** Of networks elsewhere: into this one. */
export function mayEnter(area: Area, prefix: Prefix): boolean {
  return passes(area, area.configuration?.importList, area.configuration?.filterListIn, prefix);
}

function passes(area: Area, accessListName: string | undefined, prefixListName: string | undefined, prefix: Prefix): boolean {
  const { accessLists, prefixLists } = area.process.configuration;
  const accessList = accessListName === undefined ? undefined : accessLists.get(accessListName);
  if (accessList !== undefined && !permits(accessList, prefix)) return false;
  const prefixList = prefixListName === undefined ? undefined : prefixLists?.get(prefixListName);
  return prefixList === undefined || prefixListPermits(prefixList, prefix);
}
