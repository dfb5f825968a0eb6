/**
 * How one kernel's IP stack differs from another, as data. The values, and where each was measured, are in `persona`.
 */
import type { Micros } from '../base/micros.js';

export interface HostBehaviour {
  /** For messages: `linux-6`. */
  readonly name: string;
  /** TTL of what the host itself sends. */
  readonly timeToLive: number;
  readonly neighbor: NeighborParameters;
  /**
   * With several next hops, those whose ARP entry is known to be bad are passed over. (Linux does so for next hop objects,
   * which FRR makes; without them only with fib_multipath_use_neigh.)
   */
  readonly isDeadNextHopSkipped: boolean;
  /** How the forwarding table is listed: by address (a trie), or zone after zone from the longest prefix (a hash in each). */
  readonly routeListing: 'trie' | 'zones';
}

/** Linux's neighbour sysctls, under their meaning; times in microseconds. */
export interface NeighborParameters {
  /** base_reachable_time. What an interface uses is this times U(0.5, 1.5), drawn anew every 300 s. */
  readonly baseReachableMicros: Micros;
  /** delay_first_probe_time */
  readonly delayFirstProbeMicros: Micros;
  /** retrans_time */
  readonly retransmitMicros: Micros;
  /** ucast_solicit: unicast requests in PROBE. */
  readonly unicastProbes: number;
  /** mcast_solicit: broadcast requests in INCOMPLETE. */
  readonly broadcastProbes: number;
  /** mcast_resolicit: broadcast requests in PROBE, behind the unicast ones. */
  readonly broadcastReprobes: number;
  /** locktime: an entry younger than this is not overwritten by what may be a second answer. */
  readonly lockMicros: Micros;
  /** unres_qlen: packets that wait for an address; the oldest is dropped for a newer one. */
  readonly unresolvedPackets: number;
}
