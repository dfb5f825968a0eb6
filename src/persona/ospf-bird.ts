/**
 * BIRD 2.0.12's `protocol ospf v2`.
 *
 * Measured on the real daemon in network namespaces (topologies/conformance/bird-*), read in its documentation, or, where neither says it,
 * seen in what it does on the wire. Nearly everything happens on a tick of one second, the first 0.1 s after the start.
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import { OptionBit } from '../wire/ospf/options.js';

export const BIRD_2012: OspfBehaviour = {
  name: 'bird-2.0.12',
  defaultCost: 10,
  referenceBandwidthMbps: undefined,
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 16,
  isLightestWayDropped: true, // bird-networks-of-all-types
  rfc1583Compatibility: false,
  tick: { firstMicros: 100 * MILLISECOND, periodMicros: SECOND }, // `show route`: the first routes stand there 0.1 s after the protocol is up
  spfSchedule: { policy: 'tick' },
  interfaceUpIntervalMicros: 0,
  firstHelloMicros: 0,
  delayedAckMicros: 'half-retransmit-interval',
  retransmitWindowMicros: Number.MAX_SAFE_INTEGER, // all that waits is sent
  retransmissionStart: 'first-entry',
  isEveryPacketHello: true, // DD, requests, updates and acknowledgments restart the inactivity timer, which is not in the RFC
  isDescriptionShortened: false,
  neighborOrder: 'arrival', // bird-areas: the network-LSA names the DR itself first, the others as they came
  maxAgeRemoveDelayMicros: 0,
  minLsIntervalMicros: 5 * SECOND,
  minLsArrivalMicros: SECOND,
  lsRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND },
  lsFirstRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND },
  lsRefreshWalkMicros: SECOND,
  maxAgeWalkMicros: SECOND,
  isAgedLsaFlooded: true,
  borderRouterDelayMicros: 0,
  externalDelayMicros: 0,
  nonBroadcast: { // bird-non-broadcast
    neighborPriority: 0,
    pollIntervalSeconds: 20,
    isEveryNeighborStarted: false,
    isFirstHelloOneWay: false,
    isEligibilityChecked: true,
    helloReplyMicros: 0,
    isDelayedAckForFirstAlone: false,
    isDirectAckToGroup: false,
    isFloodedBackByRetransmission: false,
  },
  virtualLink: { interfaceName: 'vlink', priority: 0, timeToLive: 255, nextHop: 'transit-interface', areAsbrSummariesDescribed: true, isEndSoughtOnNetworks: true }, // bird-virtual-link, bird-virtual-link-ways
  nssa: { // bird-nssa, bird-stub-and-nssa, bird-no-backbone
    isReachabilityAsked: true, isBackboneReachabilityAsked: true, hasOwnSequence: true, isBoundaryAreaAsked: true, areBorderRouterCopiesMade: false,
    areSummariesMarked: true, isBorderRouterBoundary: true,
  },
  watchedFrom: 'Init',
  isAdjacencyPutOffWhileWaiting: true, // topologies/outages/bird-carrier: Full 7 s after the carrier is back, a wait interval and what is left of RxmtInterval
  isDesignatedRouterChangeAnnounced: true, // designated-router-thaw-bird
  isBackupHiddenFromDoubleRole: false,
  requestAnswer: 'neighbor',
  isOwnHostStubIgnored: false,
  isOutputDroppedWithLastNeighbor: false,
  isNeighborResolvedEarly: false,
  isInterfaceMadeAnew: false,
  interfaceOrder: 'index',
  linkStateIds: 'parity', // bird-externals: 192.0.2.0/24 has the id 192.0.2.255, 203.0.113.0/24 its own number
  carrierLoss: 'loopback',
  isHostStubFree: true,
  farewell: 'one-way-hello',
  pointToPointPeer: 'no-stub',
  networkStatement: 'address', // it has none: interfaces are chosen by patterns
  connectedExclusion: 'interface-addresses',
  pointToPointHelloMask: 'interface',
  areaBorderRouterType: 'configured',
  isBorderEntryTakenForBoundary: false,
  isHighestOfMergedExternals: true, // bird-two-ways
  isAreaOfCheaperStubKept: false,
  isOwnCheaperStubWayless: false,
  isWaylessNetworkAnnounced: true, // bird-stub-and-nssa
  isOwnBoundaryPassedOn: false, // bird-two-ways
  isRangeDiscarded: false,
  isRangeAnnouncedToTotallyStubby: false,
  rangeHides: 'same',
  forwardingAddress: 'any',
  isExternalMerged: false,
  isConnectedInstalled: true,
  isOriginInstalled: true,
  externalMetric: 10_000,
  externalMetricType: 2,
  defaultRouteMetric: 10_000,
  alwaysDefaultRouteMetric: 10_000,
  kernelMetric: 32,
  refusedMtu: 'other',
  isOpaqueCapable: true,
  isOtherLinkFlooded: true,
  isKeyLifetimeStrict: true, // measured: see config/bird/bird-keys.ts
  isHiddenNetworkKnown: false,
  graceHelper: { isLsaKept: true, isStateFollowed: true }, // bird-helper
  isStateKeptByHelperElection: false,
  areStubRouterSummariesKept: true, // bird-stub-router
  isStubRouterShutdownCutShort: false,
  lsaOptions: OptionBit.external | OptionBit.opaque, // bird-frr-ring: 0x42, and 0x2 in AS-external-LSAs
  externalLsaOptions: OptionBit.external,
};
