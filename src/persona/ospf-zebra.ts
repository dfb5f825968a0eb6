/**
 * GNU Zebra 0.92a's ospfd, as the Redpaper ran it.
 *
 * No such daemon could be measured: what is here follows the paper's own tables and log (examples 30 to 34), Zebra's documentation,
 * and the behaviour of the oldest version whose source is public (0.93). Timers count whole seconds.
 */
import { SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import { OptionBit } from '../wire/ospf/options.js';

export const ZEBRA_092A: OspfBehaviour = {
  name: 'zebra-0.92a',
  defaultCost: 10,
  referenceBandwidthMbps: undefined, // zebra knew no bandwidth on Linux 2.4: every interface costs 10
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 1, // built without --enable-multipath: one gateway where two paths tie (examples 30 and 31)
  isLightestWayDropped: false,
  rfc1583Compatibility: false,
  spfSchedule: { policy: 'fixed', delayMicros: 5 * SECOND, holdMicros: 10 * SECOND },
  interfaceUpIntervalMicros: 0,
  firstHelloMicros: SECOND,
  delayedAckMicros: SECOND,
  retransmitWindowMicros: 0,
  retransmissionStart: 'exchange',
  isEveryPacketHello: false,
  isDescriptionShortened: true,
  neighborOrder: 'identity',
  maxAgeRemoveDelayMicros: 2 * SECOND,
  minLsIntervalMicros: 5 * SECOND,
  minLsArrivalMicros: SECOND,
  lsRefresh: { earliestMicros: 1740 * SECOND, latestMicros: 1860 * SECOND },
  lsFirstRefresh: { earliestMicros: 900 * SECOND, latestMicros: 2700 * SECOND },
  lsRefreshWalkMicros: 10 * SECOND,
  maxAgeWalkMicros: 30 * SECOND,
  isAgedLsaFlooded: true,
  borderRouterDelayMicros: 7 * SECOND,
  externalDelayMicros: SECOND,
  watchedFrom: '2-Way',
  isDesignatedRouterChangeAnnounced: false,
  isBackupHiddenFromDoubleRole: true, // read in 0.93
  nonBroadcast: {
    neighborPriority: 0,
    pollIntervalSeconds: 60,
    isEveryNeighborStarted: true,
    isFirstHelloOneWay: true,
    isEligibilityChecked: false,
    helloReplyMicros: SECOND,
    isDelayedAckForFirstAlone: true,
    isDirectAckToGroup: false,
    isFloodedBackByRetransmission: false,
  },
  virtualLink: { interfaceName: 'VLINK', priority: 1, timeToLive: 100, nextHop: 'transit-interface', areAsbrSummariesDescribed: true },
  nssa: { isReachabilityAsked: false, isBackboneReachabilityAsked: false, hasOwnSequence: false, isBoundaryAreaAsked: false, areBorderRouterCopiesMade: true, areSummariesMarked: false,
    isBorderRouterBoundary: false },
  requestAnswer: 'interface',
  isOwnHostStubIgnored: false, // lnx33 has a route to its own address (example 30)
  isOutputDroppedWithLastNeighbor: false,
  isNeighborResolvedEarly: false,
  isInterfaceMadeAnew: false,
  interfaceOrder: 'index',
  linkStateIds: 'network',
  carrierLoss: 'down',
  isHostStubFree: false,
  farewell: 'flush',
  pointToPointPeer: 'stub-host',
  isHiddenNetworkKnown: false,
  networkStatement: 'network', // read in 0.93
  connectedExclusion: 'network-statements',
  pointToPointHelloMask: 'zero',
  areaBorderRouterType: 'standard',
  isBorderEntryTakenForBoundary: true, // read in 0.93
  isHighestOfMergedExternals: false,
  isAreaOfCheaperStubKept: true, // bird-two-ways: 10.50.0.0/24 of f
  isOwnCheaperStubWayless: false,
  isWaylessNetworkAnnounced: false,
  isOwnBoundaryPassedOn: true,
  isRangeDiscarded: true,
  isRangeAnnouncedToTotallyStubby: true,
  rangeHides: 'inside',
  forwardingAddress: 'broadcast',
  isExternalMerged: true,
  isConnectedInstalled: false,
  isOriginInstalled: false,
  externalMetric: 20,
  externalMetricType: 2,
  defaultRouteMetric: 10,
  alwaysDefaultRouteMetric: 1,
  graceHelper: { isLsaKept: false, isStateFollowed: false },
  isStateKeptByHelperElection: false, // nor graceful restart
  isStubRouterShutdownCutShort: false, // it knows no stub routers
  kernelMetric: 'cost',
  isOpaqueCapable: false,
  refusedMtu: 'larger',
  lsaOptions: OptionBit.external,
  externalLsaOptions: OptionBit.external,
};
