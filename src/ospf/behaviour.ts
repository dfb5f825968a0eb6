/**
 * How one implementation of OSPF differs from another, as data.
 *
 * Everything in this project's `ospf` room follows RFC 2328 unless a field here says that a real implementation
 * does otherwise. The values, and where each was measured or read, are in `persona`.
 */
import type { Micros } from '../base/micros.js';
import type { BackoffTimes } from './spf-backoff.js';

export interface OspfBehaviour {
  /** For messages: `frr-8.4.4`. */
  readonly name: string;

  // Defaults of what the configuration may set.
  readonly defaultCost: number;
  /** Cost from bandwidth (reference / bandwidth, at least 1); undefined: no automatic cost. */
  readonly referenceBandwidthMbps?: number;
  readonly helloIntervalSeconds: number;
  readonly deadIntervalSeconds: number;
  /** How many hello intervals the dead interval is where only the hello interval is configured. Undefined: the default stays. */
  readonly deadIntervalHellos?: number;
  readonly retransmitIntervalSeconds: number;
  readonly transmitDelaySeconds: number;
  readonly priority: number;
  readonly maximumPaths: number;
  /** Of too many equal ways those with the greatest weight are taken, then those by the lowest gateway; or the first as they were found. */
  readonly isLightestWayDropped: boolean;
  readonly rfc1583Compatibility: boolean;

  /** When a change leads to a calculation. */
  readonly spfSchedule: SpfSchedule;

  /**
   * A daemon that works on a tick: LSAs are originated, removed and aged, and routes are calculated, on it and at no other time. The first comes
   * so long after the start. Undefined: everything is done as soon as there is a reason.
   */
  readonly tick?: { readonly firstMicros: Micros; readonly periodMicros: Micros };

  /** At start the interfaces come up one after the other, this far apart: the phase of their Hellos ever after. */
  readonly interfaceUpIntervalMicros: Micros;
  /** From interface up to the first Hello. */
  readonly firstHelloMicros: Micros;
  /**
   * How long a packet waits in the socket until the daemon reads it, drawn for each read; all that has come by then is read in one go,
   * and only then do the events that it raised run. Nothing is read before the first Hellos are out. Undefined: read as it comes.
   */
  readonly socketRead?: { readonly earliestMicros: Micros; readonly latestMicros: Micros };
  /**
   * Delayed acknowledgments leave on a free-running timer of this period, one an interface; or on one for each neighbour, that runs from
   * ExStart on with half the retransmit interval. [2328:13.5]
   */
  readonly delayedAckMicros: Micros | 'half-retransmit-interval';
  /**
   * Retransmission: 'periodic' runs one timer a neighbour from Exchange on and sends what has waited; an entry younger
   * than `retransmitWindowMicros` short of the interval waits for the next round.
   */
  readonly retransmitWindowMicros: Micros;
  /** When a neighbour's retransmission timer begins to run: with the exchange, or whenever the list is no longer empty. [2328:13.6] */
  readonly retransmissionStart: 'exchange' | 'first-entry';
  /** Any packet of a neighbour says that it is alive, not its Hellos alone. */
  readonly isEveryPacketHello: boolean;
  /** What a neighbour has described is taken off our own summary list. */
  readonly isDescriptionShortened: boolean;
  /** The order of neighbours in Hellos and network-LSAs: by address (router id on point-to-point), or as they came. */
  readonly neighborOrder: 'identity' | 'arrival';
  /** Period of the look at MaxAge LSAs that wait to be removed; 0: as soon as the last acknowledgment is in. [2328:14] */
  readonly maxAgeRemoveDelayMicros: Micros;
  /** Least time between two originations of one LSA. [2328:B MinLSInterval] */
  readonly minLsIntervalMicros: Micros;
  /** Least time between two accepted instances of one LSA. [2328:B MinLSArrival] */
  readonly minLsArrivalMicros: Micros;
  /** When a self-originated LSA is refreshed: drawn from here, then on the next walk of `lsRefreshWalkMicros`. [2328:B LSRefreshTime] */
  readonly lsRefresh: RefreshRange;
  /** For instances with the initial sequence number, so that what started together does not refresh together. */
  readonly lsFirstRefresh: RefreshRange;
  readonly lsRefreshWalkMicros: Micros;
  /** Period of the walk that looks for LSAs that have reached MaxAge. */
  readonly maxAgeWalkMicros: Micros;
  /** An LSA that ages out is flooded once more with MaxAge [2328:14]; some implementations just drop it. */
  readonly isAgedLsaFlooded: boolean;
  /** From a reason to look at summaries again (other than a calculation, which does it by itself) to doing so. */
  readonly borderRouterDelayMicros: Micros;
  /** From the start to originating all externals once more where there is an NSSA; undefined: that is not done. */
  readonly nssaUpdateDelayMicros?: Micros;
  /** From the end of a calculation to the calculation of external routes. */
  readonly externalDelayMicros: Micros;
  /** From which state on BFD watches a neighbour; in it and above, a path that is lost ends it. [5882:10.2] */
  readonly watchedFrom: 'Init' | '2-Way';
  /** Another Designated Router is a reason for a router-LSA by itself; else only what comes with it, states of the interface and of neighbours. [2328:12.4(3)] */
  readonly isDesignatedRouterChangeAnnounced: boolean;
  /**
   * An interface in state Waiting that remembers its Designated Router from before it lost its carrier begins no adjacency with it, as if it knew none, and with
   * the election's result the same as before it is the neighbour's next Hello that asks again. [2328:10.4]
   */
  readonly isAdjacencyPutOffWhileWaiting?: boolean;
  /** While a neighbour takes this router for Designated Router and Backup at once, Hellos name no Backup, so that it elects again. */
  readonly isBackupHiddenFromDoubleRole: boolean;
  readonly nonBroadcast: NonBroadcastBehaviour;
  readonly virtualLink: VirtualLinkBehaviour;
  readonly nssa: NssaBehaviour;
  /** Where a request is answered: to the neighbour [2328:10.7], or as flooding goes out of that interface. */
  readonly requestAnswer: 'neighbor' | 'interface';
  /** A /32 stub link of a directly connected router that is an address of ours is left out of the routing table. */
  readonly isOwnHostStubIgnored: boolean;
  /** What waits to be sent on an interface is dropped when the last neighbour there is found dead. */
  readonly isOutputDroppedWithLastNeighbor: boolean;
  /** Whether a neighbour's hardware address is resolved as soon as it is heard of. */
  readonly isNeighborResolvedEarly: boolean;
  /** An interface that comes back after its carrier was lost is a new one, and the last in the router-LSA. */
  readonly isInterfaceMadeAnew: boolean;
  /** In which order interfaces come into the router-LSA. */
  readonly interfaceOrder: 'name' | 'index';

  /** Link state ids of prefixes: the network number, and host bits where it is taken, or its first or last address, whichever the enclosing prefix cannot use. */
  readonly linkStateIds: 'network' | 'parity';
  /** Loss of carrier: the interface goes down, or it is looped and stays in the router-LSA as a host. */
  readonly carrierLoss: 'down' | 'loopback';
  /** The stub link of a host address, and of a looped interface, costs nothing whatever the interface costs; any other one of lo is a network. */
  readonly isHostStubFree: boolean;
  /** On the way out: everything self-originated is flushed, or the neighbours just get a Hello that names nobody. */
  readonly farewell: 'flush' | 'one-way-hello';

  /** What a point-to-point interface with a peer address puts into the router-LSA. */
  readonly pointToPointPeer: PointToPointPeer;
  /** A network-LSA with a host's mask stands for a network that is only for transit: there is no route to it. [6860:2.2.2.2] */
  readonly isHiddenNetworkKnown: boolean;
  /** What of an interface must lie in a network statement: its address, and the longest statement decides; or its whole network, and the first does. */
  readonly networkStatement: 'address' | 'network';
  /** Which connected routes are OSPF's own already and not redistributed. */
  readonly connectedExclusion: 'interface-addresses' | 'network-statements';
  /** Cost of a loopback interface's stub link; undefined: as any interface. */
  readonly loopbackCost?: number;
  /** Network mask in the Hello of a point-to-point interface: zero always, or only where it is unnumbered. */
  readonly pointToPointHelloMask: 'zero' | 'interface';
  /** Which rules make a router an area border router; `configured`: more than one area in the configuration. */
  readonly areaBorderRouterType: AreaBorderRouterType;
  /** An active range has a route that discards what no network in it takes. */
  readonly isRangeDiscarded: boolean;
  /** Ranges are announced into totally stubby areas, too. */
  readonly isRangeAnnouncedToTotallyStubby: boolean;
  /** Which summaries of others an active range hides: the one of the same prefix [2328:16.2(3)], or, as in RFC 1583, all that lie in it. */
  readonly rangeHides: 'inside' | 'same';
  /**
   * Choosing the way to a boundary router, entries in which it says only that it is a border router count as well [2328:16.4(3)]; the one that is
   * chosen must then say both. So a boundary router that is a border router of a stub area, too, is lost to the other routers of both.
   */
  readonly isBorderEntryTakenForBoundary: boolean;
  /** Equally good external routes of several routers are one of that with the highest id, and have a tag if all have the same; or it is the first one's. */
  readonly isHighestOfMergedExternals: boolean;
  /** Where a stub network is found anew in a later area, at a lower cost, the route takes cost and next hops from there, and stays one of the first area. */
  readonly isAreaOfCheaperStubKept: boolean;
  /**
   * Where a stub network of our own is the shorter way to what has a route already, from an earlier area, that route takes the cost and loses its
   * next hops: nothing is left of it, and it is announced nowhere.
   */
  readonly isOwnCheaperStubWayless: boolean;
  /** A border router's summaries name networks to which it has no way, as a stub network that is only configured: nothing leads there, and it is no route. */
  readonly isWaylessNetworkAnnounced: boolean;
  /** A border router that is a boundary router may hear of itself from another border router. Does it pass that on? */
  readonly isOwnBoundaryPassedOn: boolean;

  /** Where the next hop of a redistributed route must lie to become the forwarding address: a broadcast network of OSPF's, or any. */
  readonly forwardingAddress: 'broadcast' | 'any';
  /** External routes of several boundary routers that are equally good become one with all their ways; else the higher router id wins. */
  readonly isExternalMerged: boolean;
  /** The router's own networks are OSPF routes that go to the RIB like any other. */
  readonly isConnectedInstalled: boolean;
  /** The RIB is told who advertises a network, and its tag: a change in them is news. */
  readonly isOriginInstalled: boolean;
  /** Metric of redistributed routes that nothing sets. */
  readonly externalMetric: number;
  readonly externalMetricType: 1 | 2;

  /** Metric of an originated default route that nothing sets: where there is one in the RIB, and `always`. */
  readonly defaultRouteMetric: number;
  readonly alwaysDefaultRouteMetric: number;

  readonly graceHelper: GraceHelperBehaviour;
  /** The election with which a helper ends its help sets DR and Backup, and not the state of the interface. [3623:3.2] */
  readonly isStateKeptByHelperElection: boolean;
  /** A stub router's summaries have the metric of the route, and nothing worse. BIRD. Undefined: FRR's, see stub-router.ts. */
  readonly areStubRouterSummariesKept?: boolean;
  /** A daemon that is told to end (SIGTERM) and is to be a stub router before it does ends at once, without a word. */
  readonly isStubRouterShutdownCutShort: boolean;
  /** OSPF does not run on an address that follows another one of its network on the same interface. */
  readonly isSecondaryIgnored?: boolean;
  /** On a point-to-point link with a network, too, a packet must come from that network. */
  readonly isPointToPointSourceChecked?: boolean;
  /** What is redistributed is looked at when the RIB tells of it, and not again before that, its redistribution or a filter changes: external-basis.ts. */
  readonly isExternalJudgedOnce?: boolean;
  /** A forwarding address on one of our own networks is a next hop for each LSA that names it, the same one again. */
  readonly isForwardingAddressRepeated?: boolean;
  /** A network statement that contains another one, for another area, makes the interfaces of both anew at the start; then they are the last ones. */
  readonly isOverlapMadeAnew?: boolean;
  /** One neighbour stands twice among the next hops of an inter-area or external route where two routers that lead there lie behind it. */
  readonly isNextHopPerRouter?: boolean;
  /** One socket is in the groups of all interfaces, and Linux lets a socket be in net.ipv4.igmp_max_memberships of them. */
  readonly isOneSocketInAllGroups?: boolean;

  /** The metric that the forwarding table's route carries: the path cost, or always this number. */
  readonly kernelMetric: 'cost' | number;

  /** Whether an update came from the Designated Router or the Backup is told by the sender's last Hello, not by the election here. [2328:13.3(3)] */
  readonly isFloodingRoleDeclared?: boolean;
  /** Direct acknowledgments of one interface that are due together leave as one packet, to the neighbour whose LSA came first, whoever sent the others. */
  readonly isDirectAckShared?: boolean;
  /** The border router's task floods what it has flushed before once more each time it runs, until that has left the database. */
  readonly isFlushRepeated?: boolean;
  /** Timers that are due together all fire before what they set off is done: it shows when a system has slept. */
  readonly isTimerRoundTaken?: boolean;
  /** On the way out each LSA is flushed in a packet of its own. */
  readonly isFarewellDivided?: boolean;
  /** What replaces an instance takes everything with its sequence number off the retransmission lists: a flush that came in is passed on once and not sent again. */
  readonly isRetransmissionFoundBySequence?: boolean;
  /** A flush counts as the LSA's arrival: it is not sent again before a whole retransmission interval is over. [2328:13.6] */
  readonly isFlushArrival?: boolean;
  /** MinLSArrival holds back what is to replace an instance of the router's own, too, but for the very first one. [2328:13(5a)] */
  readonly isOwnInstanceHeld?: boolean;
  /** A delayed acknowledgment says MaxAge of an LSA that has been flushed since it came. */
  readonly isFlushAcknowledged?: boolean;
  /** The walk that looks for LSAs that have reached MaxAge has routes calculated for summaries of others that wait to be removed. */
  readonly isMaxAgeWalkCalculating?: boolean;
  /** What a neighbour has sent is flooded over another link to it, too. Zebra and FRR compare router ids, and do not. */
  readonly isOtherLinkFlooded?: boolean;
  /** A key is used in its time and not after it, whatever comes; see key-chain.ts. Undefined: the last one stays. [2328:D.3] */
  readonly isKeyLifetimeStrict?: boolean;
  /** Which MTU in a Database Description is refused: one that is larger than ours [2328:10.6], or any other but 0. */
  readonly refusedMtu: 'larger' | 'other';
  /** Whether opaque LSAs are taken where the configuration does not say. [5250:3.1] */
  readonly isOpaqueCapable: boolean;
  /** Of the LSAs it originates, but for opaque ones. */
  readonly lsaOptions: number;
  /** Of AS-external-LSAs. */
  readonly externalLsaOptions: number;
}

/** On networks that cannot broadcast, and on point-to-multipoint ones. */
export interface NonBroadcastBehaviour {
  /** Of a configured neighbour of which nothing else is said. */
  readonly neighborPriority: number;
  readonly pollIntervalSeconds: number;
  /** All configured neighbours are sent Hellos from the start, whoever may become Designated Router. */
  readonly isEveryNeighborStarted: boolean;
  /** The first Hello of a neighbour counts as one-way whatever it says, so that no election comes before the neighbour's answer. */
  readonly isFirstHelloOneWay: boolean;
  /** A configured neighbour's first Hello must say what is configured, whether it may become Designated Router. */
  readonly isEligibilityChecked: boolean;
  /** From a Hello that a router that may not become Designated Router must answer [2328:9.5.1] to the answer. */
  readonly helloReplyMicros: Micros;
  /** Delayed acknowledgments go to each adjacent neighbour [2328:13.5], or all of them to the first alone. */
  readonly isDelayedAckForFirstAlone: boolean;
  /** On a point-to-multipoint network direct acknowledgments go to the group, not to the neighbour. [2328:13.5] */
  readonly isDirectAckToGroup: boolean;
  /** What came in on a point-to-multipoint network is not flooded back out at once, though put on the others' retransmission lists. */
  readonly isFloodedBackByRetransmission: boolean;
}

/** A neighbour that restarts gracefully. [3623:3] */
export interface GraceHelperBehaviour {
  /** A Grace-LSA is kept and acknowledged like any other, whatever is made of it; or only one that is agreed to. */
  readonly isLsaKept: boolean;
  /**
   * What a helped neighbour is heard to be it is, Init when its Hellos name nobody, Down when the dead interval is over, and what our LSAs say of it stays as it was;
   * or it is taken for Full throughout. With the former the age of the Grace-LSA counts towards its period, which is as long as it says.
   */
  readonly isStateFollowed: boolean;
}

/** Where an implementation may go another way than RFC 3101. */
export interface NssaBehaviour {
  /** Only border routers that can be reached in the area are elected [3101:3.1 reachability]; or whoever has a router-LSA there. */
  readonly isReachabilityAsked: boolean;
  /** Only those that can be reached in the backbone, too: what the others translate would not get there. */
  readonly isBackboneReachabilityAsked: boolean;
  /**
   * Type 7 copies and translations have sequence numbers of their own, and are made anew when they say something else, as nssa-translation.ts has it;
   * or they take over the number of what they are made from, whenever that is made anew or the task runs, and have the metric of routes without one.
   */
  readonly hasOwnSequence: boolean;
  /** A type 5 is judged by the ways to its router outside of NSSAs, a type 7 by those in its area. [3101:2.5(3)] */
  readonly isBoundaryAreaAsked: boolean;
  /** A border router says what it imports in its NSSAs, too, as type 7 without the P bit [3101:2.4 copy]; or as type 5 alone. */
  readonly areBorderRouterCopiesMade: boolean;
  /** The N bit stands in summaries, too, not in router- and network-LSAs alone. */
  readonly areSummariesMarked: boolean;
  /** Every border router of an NSSA is a boundary router, whether it translates or not. [3101:3.1 E-bit] */
  readonly isBorderRouterBoundary: boolean;
}

export interface VirtualLinkBehaviour {
  /** Its interfaces are called so, and numbered. */
  readonly interfaceName: string;
  /** In its Hellos. */
  readonly priority: number;
  /** Of its packets, which are forwarded through the transit area. */
  readonly timeToLive: number;
  /** How a route over it finds its interface: see virtual-link.ts. */
  readonly nextHop: 'transit-interface' | 'place-in-backbone';
  /** Type 4 summaries stand in the Database Descriptions. Not type 5: the standard keeps those off virtual links. [2328:10.3] */
  readonly areAsbrSummariesDescribed: boolean;
  /** It is used whatever its way costs; the router-LSA has the lower 16 bits of that. */
  readonly isCostUnlimited?: boolean;
  /**
   * The other end is known by the address that its first Hello came from for as long as the adjacency lives; direct acknowledgments go there, and are
   * lost where the way has changed.
   */
  readonly isNeighborAddressKept?: boolean;
  /** The other end is found where it is attached to a network of many; behind a point-to-point link its address is not known, and the virtual link stays down. */
  readonly isEndSoughtOnNetworks?: boolean;
}

/** After origination; uniform between the two. */
export interface RefreshRange { readonly earliestMicros: Micros; readonly latestMicros: Micros }

export type SpfSchedule =
  /** The hold doubles with every calculation inside it. Cisco's `timers throttle spf`. */
  | { readonly policy: 'exponential'; readonly delayMicros: Micros; readonly initialHoldMicros: Micros; readonly maximumHoldMicros: Micros }
  /** The state machine of RFC 8405. */
  | { readonly policy: 'backoff'; readonly times: BackoffTimes }
  /** Zebra: whole seconds of delay, and of hold since the last run. */
  | { readonly policy: 'fixed'; readonly delayMicros: Micros; readonly holdMicros: Micros }
  /** BIRD: on the next tick. */
  | { readonly policy: 'tick' }
  /** FRR: the hold grows by the initial hold with every run inside it. */
  | { readonly policy: 'linear'; readonly delayMicros: Micros; readonly initialHoldMicros: Micros; readonly maximumHoldMicros: Micros };

export type AreaBorderRouterType = 'standard' | 'cisco' | 'ibm' | 'shortcut' | 'configured';

export type PointToPointPeer =
  /** Link data is the interface index and there is no stub link. FRR. [2328:12.4.1.1 unnumbered] */
  | 'unnumbered'
  /** Link data is the local address and there is no stub link. BIRD. */
  | 'no-stub'
  /** Link data is the local address and the peer's /32 is a stub link at the interface cost. Zebra. [2328:12.4.1.1 option 1] */
  | 'stub-host';
