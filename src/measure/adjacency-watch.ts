/** Counts what a long run is judged by: adjacencies that were lost, and LSAs that were refreshed [2328:12.4]. Of the emulated routers, by their trace. */
import type { TraceEvent } from '../engine/trace.js';

export class AdjacencyWatch {
  /** Neighbours in state Full: each adjacency counts at each of its emulated ends. */
  full = 0;
  lost = 0;
  refreshes = 0;

  trace(event: TraceEvent): void {
    if (event.kind === 'neighbor-state') {
      if (event.to === 'Full') this.full++;
      else if (event.from === 'Full') {
        this.full--;
        this.lost++;
      }
    } else if (event.kind === 'lsa-originate' && event.reason === 'refresh') this.refreshes++;
  }
}
