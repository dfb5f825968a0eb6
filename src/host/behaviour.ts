/**
 * How one kernel's IP stack differs from another, as data. The values, and where each was measured, are in `persona`.
 */
import type { Micros } from '../base/micros.js';
import type { SysctlSetting } from './sysctl.js';

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
  /** Loss of carrier empties the neighbour table, but for what was set by hand. */
  readonly isNeighborEvicted: boolean;
  /** How the forwarding table is listed: by address (a trie), or zone after zone from the longest prefix (a hash in each). */
  readonly routeListing: 'trie' | 'zones';
  /**
   * A host answers one ARP request after the other: the least and the most time between two answers. With arp_ignore 0 two adapters
   * on one LAN both answer for an address.
   */
  readonly answerSpacingMicros: readonly [Micros, Micros];
  readonly tcp: TcpParameters;
  /** What stands in the place of Linux's defaults; settings of the node come after it. */
  readonly sysctls?: readonly SysctlSetting[];
  /** An interface without carrier is inactive: its routes are gone, and what went that way goes by others. (Linux leaves them, and sends nothing.) */
  readonly isInactiveWithoutCarrier?: boolean;
}

/** Linux's TCP sysctls and constants, under their meaning. */
export interface TcpParameters {
  /** TCP_TIMEOUT_INIT: until a round trip has been measured. [6298:2.1] */
  readonly initialTimeoutMicros: Micros;
  /** TCP_RTO_MIN and TCP_RTO_MAX. */
  readonly minimumTimeoutMicros: Micros;
  readonly maximumTimeoutMicros: Micros;
  /** tcp_syn_retries, tcp_synack_retries, tcp_retries2: how often each is sent again before the connection is given up. */
  readonly synRetries: number;
  readonly synAckRetries: number;
  readonly dataRetries: number;
  /** TCP_TIMEWAIT_LEN, and tcp_fin_timeout for FIN-WAIT-2. */
  readonly timeWaitMicros: Micros;
  readonly finWaitMicros: Micros;
  /** What is offered to the peer; everything is read at once, so it never shrinks. */
  readonly windowBytes: number;
  readonly maximumSegmentSize: number;
  /** ip_local_port_range, both included. */
  readonly ephemeralPorts: readonly [number, number];
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
  /** REACHABLE is tested for its age only every so often (2.4's neigh_periodic_timer, gc_interval). 0: exactly when it is due. */
  readonly reachableTickMicros: Micros;
  /** Gratuitous ARP is believed within the lock time, too. */
  readonly isGratuitousExempt: boolean;
  /** proxy_delay: a proxy answers a broadcast request after U(0, this). */
  readonly proxyDelayMicros: Micros;
  /** proxy_qlen: answers that wait for that; there is no room for more. */
  readonly proxyQueueLength: number;
}
