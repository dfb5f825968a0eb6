/**
 * Stand-in: FRR 8.4.4, with RFC 2328's defaults and nothing measured yet.
 */
import { HOUR, MILLISECOND, MINUTE, SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';

export const FRR_844: OspfBehaviour = {
  name: 'frr-8.4.4',
  defaultCost: 10,
  referenceBandwidthMbps: 100,
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 64,
  rfc1583Compatibility: false,
  spfSchedule: { policy: 'linear', delayMicros: 0, initialHoldMicros: 50 * MILLISECOND, maximumHoldMicros: 5 * SECOND },
  firstHelloMicros: 0,
  delayedAckMicros: 1 * SECOND,
  retransmitWindowMicros: 50 * MILLISECOND,
  maxAgeRemoveDelayMicros: 1 * MINUTE,
  minLsIntervalMicros: 5 * SECOND,
  minLsArrivalMicros: 1 * SECOND,
  lsRefreshMicros: HOUR / 2,
  borderRouterDelayMicros: 5 * SECOND,
  pointToPointPeer: 'unnumbered',
  networkStatementMatches: 'peer',
  areaBorderRouterType: 'cisco',
  externalMetric: 20,
  externalMetricType: 2,
  kernelMetric: 20,
  databaseDescriptionOptions: 0x02,
  lsaOptions: 0x02,
};
