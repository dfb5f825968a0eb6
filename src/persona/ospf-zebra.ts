/**
 * Stand-in: Zebra 0.92a, with RFC 2328's defaults and nothing measured yet.
 */
import { HOUR, MILLISECOND, MINUTE, SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';

export const ZEBRA_092A: OspfBehaviour = {
  name: 'zebra-0.92a',
  defaultCost: 10,
  referenceBandwidthMbps: undefined,
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 1,
  rfc1583Compatibility: false,
  spfSchedule: { policy: 'fixed', delayMicros: 5 * SECOND, holdMicros: 10 * SECOND },
  firstHelloMicros: 0,
  delayedAckMicros: 1 * SECOND,
  retransmitWindowMicros: 50 * MILLISECOND,
  maxAgeRemoveDelayMicros: 1 * MINUTE,
  minLsIntervalMicros: 5 * SECOND,
  minLsArrivalMicros: 1 * SECOND,
  lsRefreshMicros: HOUR / 2,
  borderRouterDelayMicros: 5 * SECOND,
  pointToPointPeer: 'stub-host',
  networkStatementMatches: 'peer',
  areaBorderRouterType: 'cisco',
  externalMetric: 20,
  externalMetricType: 2,
  kernelMetric: 'cost',
  databaseDescriptionOptions: 0x02,
  lsaOptions: 0x02,
};
