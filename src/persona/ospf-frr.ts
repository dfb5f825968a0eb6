/**
 * FRR 8.4.4's ospfd.
 *
 * Measured on the real daemon in network namespaces (the recordings are in test/fixtures) unless a line says that it was read
 * from the documentation or seen in the running daemon's `show ip ospf`.
 */
import { MILLISECOND, SECOND } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import { OptionBit } from '../wire/ospf/options.js';

export const FRR_844: OspfBehaviour = {
  name: 'frr-8.4.4',
  defaultCost: 10,
  referenceBandwidthMbps: 100_000, // a veth, 10 Gbit/s, costs 10; `bandwidth 25` costs 4000 (topologies/conformance/costs-and-passive)
  helloIntervalSeconds: 10,
  deadIntervalSeconds: 40,
  deadIntervalHellos: 4, // `ip ospf hello-interval 5` alone: "Timer intervals configured, Hello 5s, Dead 20s"
  retransmitIntervalSeconds: 5,
  transmitDelaySeconds: 1,
  priority: 1,
  maximumPaths: 256, // `show ip ospf`: "Maximum multiple paths(ECMP) supported 256"
  isLightestWayDropped: false,
  rfc1583Compatibility: false,
  spfSchedule: { policy: 'linear', delayMicros: 0, initialHoldMicros: 50 * MILLISECOND, maximumHoldMicros: 5 * SECOND },
  interfaceUpIntervalMicros: 2 * MILLISECOND, // lnx31: Hellos on ctc0 lead those on eth0 by 2 ms
  firstHelloMicros: MILLISECOND,
  socketRead: { earliestMicros: 30, latestMicros: 600 },
  delayedAckMicros: SECOND,
  retransmitWindowMicros: 0,
  retransmissionStart: 'exchange',
  isEveryPacketHello: false,
  isDescriptionShortened: true,
  neighborOrder: 'identity',
  maxAgeRemoveDelayMicros: 60 * SECOND,
  minLsIntervalMicros: 0, // router-LSAs leave at every change; only what is received is held to MinLSArrival
  minLsArrivalMicros: SECOND,
  lsRefresh: { earliestMicros: 1680 * SECOND, latestMicros: 1740 * SECOND },
  lsFirstRefresh: { earliestMicros: 1680 * SECOND, latestMicros: 1740 * SECOND },
  lsRefreshWalkMicros: 10 * SECOND,
  maxAgeWalkMicros: 30 * SECOND,
  isAgedLsaFlooded: false,
  borderRouterDelayMicros: 7 * SECOND,
  nssaUpdateDelayMicros: 9 * SECOND, // read
  externalDelayMicros: SECOND,
  watchedFrom: '2-Way',
  isDesignatedRouterChangeAnnounced: false, // designated-router-thaw-frr
  isBackupHiddenFromDoubleRole: true, // on the wire when topologies/conformance/non-broadcast-poll starts
  nonBroadcast: {
    neighborPriority: 0,
    pollIntervalSeconds: 60,
    isEveryNeighborStarted: true,
    isFirstHelloOneWay: true,
    isEligibilityChecked: false,
    helloReplyMicros: SECOND,
    isDelayedAckForFirstAlone: true,
    isDirectAckToGroup: true,
    isFloodedBackByRetransmission: true,
  },
  virtualLink: { interfaceName: 'VLINK', priority: 1, timeToLive: 100, nextHop: 'place-in-backbone', areAsbrSummariesDescribed: false, isNeighborAddressKept: true,
    isCostUnlimited: true }, // topologies/conformance: virtual-link, virtual-links-behind
  nssa: { isReachabilityAsked: false, isBackboneReachabilityAsked: false, hasOwnSequence: false, isBoundaryAreaAsked: false, areBorderRouterCopiesMade: true, areSummariesMarked: false,
    isBorderRouterBoundary: false }, // topologies/conformance/nssa*
  isFloodingRoleDeclared: true, // the first updates after an election go back out (test/fixtures/lab/frr-def, at 40 s)
  isDirectAckShared: true, // test/fixtures/lab/frr-def, lan, at 172 s and 517 s
  isTimerRoundTaken: true, // lnx31 wakes and says what it has found, while its Hello is dropped
  isFlushRepeated: true, // the same recording, lan, at 100.1 s: the second calculation's task floods again what the first one's has flushed
  isRetransmissionFoundBySequence: true, // lnx33, at the end of both recordings: what came by both links is acknowledged on the second
  isFlushArrival: true, // ctc1: flushed at 100.06 s, not sent again at 105.01 s but at 110.01 s
  isOwnInstanceHeld: true, // topologies/outages/ospfd-killed: a new ospfd asks for its old router-LSA three times, and has it after 5 s
  isFlushAcknowledged: true, // ctc1, at 163 s
  isMaxAgeWalkCalculating: true, // ctc1, at 210 s
  requestAnswer: 'interface',
  isOwnHostStubIgnored: true,
  isOutputDroppedWithLastNeighbor: true, // a router that slept sends its first Hello one interval after it woke
  isNeighborResolvedEarly: true,
  isInterfaceMadeAnew: true, // zebra takes its addresses away and gives them back (topologies/conformance/non-broadcast-poll)
  interfaceOrder: 'name',
  linkStateIds: 'network',
  carrierLoss: 'down',
  isHostStubFree: false,
  farewell: 'flush',
  isFarewellDivided: true, // test/fixtures/lab, at the end of each recording
  pointToPointPeer: 'unnumbered',
  isHiddenNetworkKnown: false, // from 9.1 on
  networkStatement: 'address', // `network 10.0.13.1/32` takes 10.0.13.1/24 (topologies/conformance: several-addresses, overlapping-networks)
  connectedExclusion: 'interface-addresses',
  loopbackCost: 0,
  pointToPointHelloMask: 'interface',
  areaBorderRouterType: 'cisco', // `show ip ospf`: "ABR type is: Alternative Cisco"
  isBorderEntryTakenForBoundary: true, // topologies/conformance/stub-area-boundary
  isHighestOfMergedExternals: false,
  isAreaOfCheaperStubKept: true, // bird-two-ways: 10.50.0.0/24 of f
  isOwnCheaperStubWayless: true, // topologies/conformance/own-networks-elsewhere
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
  isStateKeptByHelperElection: true, // topologies/graceful-restart-designated.yaml
  isStubRouterShutdownCutShort: true, // topologies/conformance/max-metric-shutdown
  isSecondaryIgnored: true, // topologies/conformance/secondary-addresses
  isPointToPointSourceChecked: true, // topologies/conformance/mismatched-links
  isExternalJudgedOnce: true, // topologies/conformance: virtual-links-behind, route-maps-edited, area-kinds-change
  isForwardingAddressRepeated: true, // topologies/conformance/ecmp-everywhere
  isOverlapMadeAnew: true, // topologies/conformance: stub-router-border, passive-default-areas
  isNextHopPerRouter: true, // topologies/conformance/nssa-default
  isOneSocketInAllGroups: true, // topologies/conformance/own-networks-elsewhere: r2 and a have more interfaces than that
  kernelMetric: 20,
  isOpaqueCapable: false,
  refusedMtu: 'larger',
  lsaOptions: OptionBit.external,
  externalLsaOptions: OptionBit.external,
};
