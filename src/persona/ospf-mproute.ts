/**
 * MPROUTE of z/VM (OMPROUTE on z/OS): OSPF as RFC 1583 has it, with IBM's defaults.
 *
 * No such daemon could be measured. Defaults and the point-to-point and VIPA rules are those of IBM's documentation (IP Configuration Reference, the
 * OSPF_INTERFACE statement; DESIGN 8); what it does not say, which is most of the timing inside the daemon, follows the standard, and is our model:
 * a calculation at once, then at most one a second; delayed acknowledgments after a second.
 */
import { SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import { OptionBit } from '../wire/ospf/options.js';

export const MPROUTE: OspfBehaviour = {
  name: 'mproute',
  defaultCost: 1, // Cost0
  referenceBandwidthMbps: undefined,
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 4,
  isLightestWayDropped: false,
  rfc1583Compatibility: true, // "implements OSPF as described in RFC 1583"
  spfSchedule: { policy: 'fixed', delayMicros: 0, holdMicros: SECOND }, // our model
  interfaceUpIntervalMicros: 0,
  firstHelloMicros: 0,
  delayedAckMicros: SECOND, // our model
  retransmitWindowMicros: 0,
  maxAgeRemoveDelayMicros: 0,
  minLsIntervalMicros: 5 * SECOND, // [2328:B MinLSInterval]
  minLsArrivalMicros: SECOND, // RFC 2178's; RFC 1583 has none
  lsRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND },
  lsFirstRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND },
  lsRefreshWalkMicros: SECOND,
  maxAgeWalkMicros: SECOND,
  isAgedLsaFlooded: true,
  borderRouterDelayMicros: 0,
  externalDelayMicros: 0,
  watchedFrom: '2-Way',
  isDesignatedRouterChangeAnnounced: true,
  isBackupHiddenFromDoubleRole: false,
  nonBroadcast: {
    neighborPriority: 0,
    pollIntervalSeconds: 120, // NB_Poll_Interval
    isEveryNeighborStarted: false,
    isFirstHelloOneWay: false,
    isEligibilityChecked: false,
    helloReplyMicros: 0,
    isDelayedAckForFirstAlone: false,
    isDirectAckToGroup: false,
    isFloodedBackByRetransmission: false,
  },
  virtualLink: { interfaceName: 'VLINK', priority: 1, timeToLive: 64, nextHop: 'transit-interface', areAsbrSummariesDescribed: true },
  nssa: { isReachabilityAsked: false, isBackboneReachabilityAsked: false, hasOwnSequence: false, isBoundaryAreaAsked: false, areBorderRouterCopiesMade: true, areSummariesMarked: false,
    isBorderRouterBoundary: false },
  requestAnswer: 'neighbor',
  isOwnHostStubIgnored: true,
  isOutputDroppedWithLastNeighbor: false,
  isNeighborResolvedEarly: false,
  isInterfaceMadeAnew: false,
  interfaceOrder: 'index',
  pointToPointPeer: 'stub-host', // Subnet=NO: the route to the other end's address is advertised
  networkStatement: 'address',
  connectedExclusion: 'interface-addresses',
  pointToPointHelloMask: 'zero',
  areaBorderRouterType: 'standard',
  isBorderEntryTakenForBoundary: false,
  isHighestOfMergedExternals: false,
  isAreaOfCheaperStubKept: false,
  isOwnCheaperStubWayless: false,
  isWaylessNetworkAnnounced: false,
  isOwnBoundaryPassedOn: true,
  externalMetric: 1,
  externalMetricType: 2,
  defaultRouteMetric: 1,
  alwaysDefaultRouteMetric: 1,
  kernelMetric: 'cost',
  lsaOptions: OptionBit.external,
  isOpaqueCapable: false,
  isStubRouterShutdownCutShort: false,
  graceHelper: { isLsaKept: false, isStateFollowed: false },
  isStateKeptByHelperElection: false,
  isHiddenNetworkKnown: false,
  retransmissionStart: 'exchange',
  isEveryPacketHello: false,
  isDescriptionShortened: true,
  neighborOrder: 'identity',
  linkStateIds: 'network',
  carrierLoss: 'down',
  isHostStubFree: false,
  farewell: 'flush',
  isRangeDiscarded: true,
  isRangeAnnouncedToTotallyStubby: true,
  rangeHides: 'inside',
  forwardingAddress: 'broadcast',
  isExternalMerged: true,
  isConnectedInstalled: false,
  isOriginInstalled: false,
  refusedMtu: 'larger',
  externalLsaOptions: OptionBit.external,
};
