/**
 * How one implementation of OSPF differs from another, as data.
 *
 * Everything in this project's `ospf` room follows RFC 2328 unless a field here says that a real implementation
 * does otherwise. The values, and where each was measured or read, are in `persona`.
 */
import type { Micros } from '../base/micros.js';

export interface OspfBehaviour {
  /** For messages: `frr-8.4.4`. */
  readonly name: string;

  // Defaults of what the configuration may set.
  readonly defaultCost: number;
  /** Cost from bandwidth (reference / bandwidth, at least 1); undefined: no automatic cost. */
  readonly referenceBandwidthMbps?: number;
  readonly helloIntervalSeconds: number;
  /** Also when only the hello interval is configured: multiples of it, or a fixed default. */
  readonly deadIntervalSeconds: number;
  readonly retransmitIntervalSeconds: number;
  readonly transmitDelaySeconds: number;
  readonly priority: number;
  readonly maximumPaths: number;
  readonly rfc1583Compatibility: boolean;

  /** When a change leads to a calculation. */
  readonly spfSchedule: SpfSchedule;

  /** From interface up to the first Hello. */
  readonly firstHelloMicros: Micros;
  /** Delayed acknowledgments leave on a free-running timer of this period. [2328:13.5] */
  readonly delayedAckMicros: Micros;
  /**
   * Retransmission: 'periodic' runs one timer a neighbour from Exchange on and sends what has waited; an entry younger
   * than `retransmitWindowMicros` short of the interval waits for the next round.
   */
  readonly retransmitWindowMicros: Micros;
  /** How long a MaxAge LSA that everybody has acknowledged is kept before it is removed. */
  readonly maxAgeRemoveDelayMicros: Micros;
  /** Least time between two originations of one LSA. [2328:App.B MinLSInterval] */
  readonly minLsIntervalMicros: Micros;
  /** Least time between two accepted instances of one LSA. [2328:App.B MinLSArrival] */
  readonly minLsArrivalMicros: Micros;
  readonly lsRefreshMicros: Micros;
  /** From a change in summaries to the border router's recalculation of them. */
  readonly borderRouterDelayMicros: Micros;

  /** What a point-to-point interface with a peer address puts into the router-LSA. */
  readonly pointToPointPeer: PointToPointPeer;
  /** What a network statement is compared with on an interface with a peer address. */
  readonly networkStatementMatches: 'peer' | 'local-and-peer';
  /** Which rules make a router an area border router. */
  readonly areaBorderRouterType: 'standard' | 'cisco';

  /** Metric of redistributed routes that nothing sets. */
  readonly externalMetric: number;
  readonly externalMetricType: 1 | 2;

  /** The metric that the forwarding table's route carries: the path cost, or always this number. */
  readonly kernelMetric: 'cost' | number;

  /** Option bits of Hello and Database Description beside the E bit. */
  readonly databaseDescriptionOptions: number;
  readonly lsaOptions: number;
}

export type SpfSchedule =
  /** Zebra: whole seconds of delay, and of hold since the last run. */
  | { readonly policy: 'fixed'; readonly delayMicros: Micros; readonly holdMicros: Micros }
  /** FRR: the hold grows by the initial hold with every run inside it. */
  | { readonly policy: 'linear'; readonly delayMicros: Micros; readonly initialHoldMicros: Micros; readonly maximumHoldMicros: Micros };

export type PointToPointPeer =
  /** Link data is the interface index and there is no stub link. FRR. [2328:12.4.1.1 unnumbered] */
  | 'unnumbered'
  /** Link data is the local address and the peer's /32 is a stub link at the interface cost. Zebra. [2328:12.4.1.1 option 1] */
  | 'stub-host';
