/**
 * When routers may take back what they have announced. A neighbour does not look at an instance that follows another within MinLSArrival, and nobody is there any more
 * to repeat the flush: so it waits until the youngest LSA is old enough. [2328:13(5a)]
 *
 * A network in which something changes all the time is not waited for without end.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Simulation } from '../sim/simulation.js';

/** MinLSArrival, and what the way through the network may take. */
const LSA_SETTLES: Micros = 1.1 * SECOND;
export const LONGEST_WAIT_TO_LEAVE: Micros = 5 * SECOND;

/** The moment from which on everything that these nodes have originated may be flushed; now or before: at once. */
export function mayFlushAt(simulation: Simulation, nodes: readonly number[]): Micros {
  let youngest = -LSA_SETTLES;
  for (const node of nodes) {
    for (const lsa of simulation.nodes[node].system?.ospf?.allLsas() ?? []) {
      if (lsa.isSelfOriginated && !lsa.isReceived && lsa.arrivedAt > youngest) youngest = lsa.arrivedAt;
    }
  }
  return youngest + LSA_SETTLES;
}
