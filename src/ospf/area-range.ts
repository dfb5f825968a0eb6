/**
 * Area address ranges: which networks they hold, and the discard routes of the active ones. [2328:C.2] [2328:12.4.3]
 *
 * A range is active while networks of its area lie in it. Packets for addresses in an active range that no network has must not
 * follow the default route back: a route that discards them is installed for it. What is in a range is found by the
 * border router's pass over the routing table, and holds until the next one.
 */
import { prefixContains, type Ipv4 } from '../base/address.js';
import type { Area, RangeState } from './area.js';
import type { OspfProcess } from './process.js';
import { prefixKey } from './routing-table.js';

/** A border router's pass begins. */
export function prepareRanges(area: Area): void {
  for (const state of area.ranges) {
    state.cost = 0;
    state.specifics = 0;
  }
}

/** The longest range of the area that a prefix lies in. */
export function rangeOf(area: Area, network: Ipv4, prefixLength: number): RangeState | undefined {
  let best: RangeState | undefined;
  for (const state of area.ranges) {
    const { range } = state;
    if (prefixLength < range.prefixLength || !prefixContains(range.network, range.prefixLength, network)) continue;
    if (best === undefined || range.prefixLength > best.range.prefixLength) best = state;
  }
  return best;
}

/** A network of the range, at this cost: the range costs as much as its most distant one. */
export function countInRange(state: RangeState, cost: number): void {
  // [2328:12.4.3 range cost]
  state.cost = state.range.cost ?? (state.specifics === 0 ? cost : Math.max(state.cost, cost));
  state.specifics++;
}

/** Whether a prefix lies in an active range of any attached area. */
export function isInActiveRange(process: OspfProcess, network: Ipv4, prefixLength: number): boolean {
  if (process.behaviour.rangeHides === 'same') {
    // [2328:16.2(3)]
    return process.areas.some((area) => area.ranges.some(({ range, specifics }) =>
      specifics > 0 && range.network === network && range.prefixLength === prefixLength));
  }
  for (const area of process.areas) {
    const state = rangeOf(area, network, prefixLength);
    if (state !== undefined) return state.specifics > 0; // the first area that has such a range decides
  }
  return false;
}

/** Brings the discard routes in line with the active ranges. An internal route to the very prefix comes first. */
export function installDiscardRoutes(process: OspfProcess): void {
  if (!process.behaviour.isRangeDiscarded) return;
  const wanted = new Map<number, { network: Ipv4; prefixLength: number }>();
  for (const area of process.areas) {
    for (const { range, specifics } of area.ranges) {
      const key = prefixKey(range.network, range.prefixLength);
      if (!range.isAdvertised || specifics === 0 || process.routingTable.find(key)?.pathType === 'intra-area') continue;
      wanted.set(key, range);
    }
  }
  for (const [key, { network, prefixLength }] of process.discardRoutes) {
    if (!wanted.has(key) && !process.routingTable.has(key)) process.environment.withdrawRoute(network, prefixLength);
  }
  for (const [key, { network, prefixLength }] of wanted) {
    if (!process.discardRoutes.has(key)) {
      // [2328:12.4.3 discard]
      process.environment.installRoute({ network, prefixLength, nextHops: [], isDiscard: true, metric: discardMetric(process), cost: 0 });
    }
  }
  process.discardRoutes = wanted;
}

function discardMetric(process: OspfProcess): number {
  const { kernelMetric } = process.behaviour;
  return kernelMetric === 'cost' ? 0 : kernelMetric;
}
