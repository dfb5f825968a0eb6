/**
 * Neighbours that BFD watches: from 2-Way on, as FRR does, or from their first Hello. A path that is lost ends the neighbour as a dead interval would. [5882:10.2]
 */
import type { Ipv4 } from '../base/address.js';
import type { OspfInterface } from './interface.js';
import { STATE_RANK, type Neighbor, type NeighborState } from './neighbor.js';

/** The neighbour has come from one state to another. */
export function watchByState(neighbor: Neighbor, from: NeighborState, to: NeighborState): void {
  const { process, system, parameters } = neighbor.interface;
  const least = STATE_RANK[process.behaviour.watchedFrom];
  const [was, is] = [STATE_RANK[from] >= least, STATE_RANK[to] >= least];
  if (was === is || parameters.bfd === undefined) return;
  if (is) process.environment.watchNeighbor?.(system.index, neighbor.address, parameters.bfd);
  else process.environment.unwatchNeighbor?.(system.index, neighbor.address);
}

/** `ip ospf bfd` was said, changed or taken back. */
export function rewatchNeighbors(owner: OspfInterface): void {
  const { process, system, parameters } = owner;
  for (const neighbor of owner.neighbors) {
    if (!neighbor.isAtLeast(process.behaviour.watchedFrom)) continue;
    if (parameters.bfd === undefined) process.environment.unwatchNeighbor?.(system.index, neighbor.address);
    else process.environment.watchNeighbor?.(system.index, neighbor.address, parameters.bfd);
  }
}

/** Whom it concerns that the path to an address is lost. */
export function watchedNeighbors(interfaces: readonly OspfInterface[], interfaceIndex: number, address: Ipv4): Neighbor[] {
  return interfaces.flatMap((owner) => (owner.system.index !== interfaceIndex || owner.parameters.bfd === undefined ? []
    : owner.neighbors.filter((neighbor) => neighbor.address === address && neighbor.isAtLeast(owner.process.behaviour.watchedFrom))));
}
