/**
 * One OSPF process: the protocol data structure [2328:5] and the doors through which the system reaches it.
 *
 * Read chapters 5 and 8 of RFC 2328 first. Everything is driven from outside: packets, interface changes and timers come
 * in with the time; what the process wants done goes to its `OspfEnvironment`. Protocol events (the standard's neighbour
 * and interface events) that one input raises are queued and run in order before the call returns, as the event loop of
 * a real ospfd would do.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, NEVER, SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, TimerTable } from '../engine/timer.js';
import type { LsaIdentity } from '../engine/trace.js';
import type { DecodeError } from '../wire/decode-error.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { PacketType } from '../wire/ospf/packet.js';
import { AgeingMoments, delayWalks, flushOwn, onMaxAgeTimer, onRefreshTimer, onRemovalTimer } from './ageing.js';
import { Area, BACKBONE } from './area.js';
import type { AreaBorderRouterType, OspfBehaviour, SpfSchedule } from './behaviour.js';
import { checkAreaBorderRouter, onBorderRouterTimer } from './border-router.js';
import type { InterfaceAttachment, OspfConfiguration, VirtualLinkConfiguration } from './configuration.js';
import { configureNeighbors } from './configured-neighbor.js';
import { DeferredWork } from './deferred-work.js';
import type { OspfEnvironment, RedistributableRoute, SystemAddress, SystemInterface } from './environment.js';
import { ExternalBases } from './external-basis.js';
import { calculateExternals } from './external.js';
import { ExternalNotes } from './external-revision.js';
import { prepareRestart, beginRestart } from './graceful-restart.js';
import { onInactivityTimer, type HelpEnd } from './graceful-restart-helper.js';
import { onHelloReplyTimer, onHelloTimer, sendHello } from './hello.js';
import { type InterfaceParameters, type InterfaceTimers, OspfInterface } from './interface.js';
import { bringBack, InterfaceStart, moveLast } from './interface-start.js';
import { runInterfaceEvent } from './interface-machine.js';
import { areaOf, interfaceParameters, isOverlapping, orderInterfaces, selectRouterId } from './interface-parameters.js';
import { useKey } from './key-chain.js';
import type { KnownChoices, ProcessRandomness, TimerRole } from './known-choices.js';
import { onAckTimer, onNeighborAckTimer } from './ls-ack.js';
import { onRequestTimer } from './ls-request.js';
import { onRetransmissionTimer } from './ls-update.js';
import type { InterAreaBasis } from './inter-area-revision.js';
import { type LsaInstance, LsaTable, type PlaceHint } from './lsdb.js';
import { repetition, type NeighborTimers } from './neighbor.js';
import { NextHopSets } from './next-hop-sets.js';
import { onDatabaseDescriptionTimer } from './neighbor-machine.js';
import { watchedNeighbors } from './neighbor-watch.js';
import { originateNetworkLsa, originateRouterLsa, updateRouterLsa } from './origination.js';
import { isAsScope } from './opaque.js';
import { OutputQueue } from './packet-output.js';
import { PrefixTable } from './prefix-table.js';
import { PacketSocket } from './packet-socket.js';
import { canReconfigure, clearOspf, reconfigure } from './reconfiguration.js';
import { checkAsBoundaryRouter, onFilterTimer, originateExternalsAnew, updateExternals } from './redistribution.js';
import { withdrawAllRoutes } from './route-installation.js';
import { RouterInformation } from './router-information.js';
import { SegmentRouting } from './segment-routing.js';
import { TrafficEngineering } from './traffic-engineering.js';
import { type NetworkRoute, RoutingTable } from './routing-table.js';
import { SpfBackoff, SpfExponential } from './spf-backoff.js';
import { beginStubRouterShutdown } from './stub-router.js';
import { configuredSchedule, runCalculation } from './spf-schedule.js';
import { TickState, onTick } from './tick.js';
import { type VirtualLink, makeVirtualLink } from './virtual-link.js';
import { WorkDone } from './work-done.js';

export class OspfProcess {
  configuration: OspfConfiguration;
  readonly behaviour: OspfBehaviour;
  readonly environment: OspfEnvironment;
  readonly prng: Prng;
  /** Of its own, so that a refresh more or less changes nothing else. */
  readonly refreshPrng: Prng;
  readonly known: KnownChoices | undefined;
  readonly timers = new TimerTable();
  readonly output = new OutputQueue();
  routerId: Ipv4;
  areaBorderRouterType: AreaBorderRouterType;
  isRfc1583Compatible: boolean;
  maximumPaths: number;
  /** The O bit in our Database Descriptions. [5250:3.1] */
  isOpaqueCapable: boolean;
  /** A neighbour that takes opaque LSAs has been Full: from then on every reachable router is in the routing table, as in FRR. */
  isOpaqueOperational = false;
  readonly routerInformation: RouterInformation;
  readonly trafficEngineering: TrafficEngineering;
  readonly segmentRouting: SegmentRouting;
  readonly isExternalMerged: boolean;
  /** Of equal ways one is chosen where they meet, and no set is kept. */
  readonly isSingleWay: boolean;
  /** Some interface has another ECMP weight than 1. */
  readonly hasWeights: boolean;
  /** Only of a daemon that works on one. */
  readonly tick: TickState | undefined;
  spfSchedule: SpfSchedule;

  /** All of the system, whether or not OSPF runs there. */
  systemInterfaces: readonly SystemInterface[];
  /** By area id. */
  readonly areas: Area[] = [];
  /** In the order in which the implementation keeps them. */
  readonly interfaces: OspfInterface[] = [];
  /** Their interfaces are not among the above. */
  readonly virtualLinks: VirtualLink[] = [];
  /** Their numbers are not used again. */
  private virtualLinksMade = 0;
  /** AS-external-LSAs and opaque LSAs of AS scope. */
  readonly externalLsdb = new LsaTable<LsaInstance>((old, next) => {
    if (old !== undefined) this.externalNotes.note(old);
    if (next !== undefined) this.externalNotes.note(next);
  });
  /** Undefined: redistribution is judged anew every time. */
  readonly externalBases: ExternalBases | undefined;
  /** What the RIB offers for redistribution. */
  redistributable: readonly RedistributableRoute[];
  isAreaBorderRouter = false;
  isAsBoundaryRouter = false;
  /** Flushing its LSAs on the way out: originates nothing more. */
  isStopping = false;
  /** Coming back from a graceful restart: originates nothing and leaves the forwarding table alone. [3623:2.1] */
  isRestarting = false;
  /** From then on until its first calculation. */
  isFinishingRestart = false;
  /** A graceful restart is announced: the next end is without flushing. */
  isPrepared = false;
  /** How many neighbours this router helps to restart. [3623:3] */
  activeHelps = 0;
  /** How the last of them ended; for displays. */
  lastHelpEnd: HelpEnd | undefined;

  /** Slots of prefixes and numbers of next-hop sets, for calculations; made anew when most of them are out of use. */
  prefixes = new PrefixTable();
  nextHopSets = new NextHopSets();
  /** That there were at one time since prefixes were numbered. */
  mostRoutes = 0;
  routingTable = new RoutingTable(this.prefixes, this.nextHopSets);
  externalRoutes = new Map<number, NetworkRoute>();
  readonly interAreaBasis: InterAreaBasis = { text: '' };
  readonly externalNotes = new ExternalNotes();
  readonly workDone = new WorkDone();
  /** Of active area ranges, by prefix. */
  discardRoutes: Map<number, { readonly network: Ipv4; readonly prefixLength: number }> = new Map();
  startedAt: Micros = 0;
  readonly ageing = new AgeingMoments();
  lastSpfAt: Micros = LONG_AGO;
  spfRuns = 0;
  spfHoldMultiplier = 1;
  readonly spfBackoff = new SpfBackoff();
  readonly spfExponential = new SpfExponential();

  /** Bits that retransmission lists have taken. */
  retransmissionBits = 0;
  /** MaxAge LSAs that wait for acknowledgments. */
  flushing: LsaInstance[] = [];
  readonly calculationTimer: Timer;
  readonly externalTimer: Timer;
  readonly borderRouterTimer: Timer;
  readonly nssaTimer: Timer;
  readonly refreshTimer: Timer;
  /** Until changed access-lists and route-maps are looked at. */
  readonly filterTimer: Timer;
  private readonly keyTimer: Timer;
  readonly maxAgeTimer: Timer;
  readonly removalTimer: Timer;
  readonly tickTimer: Timer;
  readonly neighborTimers: NeighborTimers;
  private readonly interfaceTimers: InterfaceTimers;

  private readonly socket: PacketSocket;
  private readonly interfaceStart: InterfaceStart;
  /** Until a process that is being removed has been a stub router for long enough. */
  retirementTimer: Timer | undefined;
  private readonly deferred = new DeferredWork();
  private cryptographicSequence: number;

  constructor(configuration: OspfConfiguration, behaviour: OspfBehaviour, environment: OspfEnvironment, randomness: ProcessRandomness,
    interfaces: readonly SystemInterface[], routes: readonly RedistributableRoute[]) {
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.prng = randomness.protocol;
    this.refreshPrng = randomness.refresh;
    this.known = randomness.known;
    this.systemInterfaces = interfaces;
    this.redistributable = routes;
    this.routerId = configuration.routerId ?? selectRouterId(interfaces); // [2328:5] [2328:C.1]
    this.areaBorderRouterType = behaviour.areaBorderRouterType;
    this.isRfc1583Compatible = behaviour.rfc1583Compatibility;
    this.maximumPaths = behaviour.maximumPaths;
    this.spfSchedule = behaviour.spfSchedule;
    this.adopt(configuration);
    this.externalBases = behaviour.isExternalJudgedOnce === true ? new ExternalBases() : undefined;
    this.isExternalMerged = configuration.isExternalMerged ?? behaviour.isExternalMerged;
    this.isSingleWay = configuration.isSingleWay ?? false;
    this.hasWeights = configuration.attachments?.some((each) => (each.configuration.ecmpWeight ?? 1) !== 1) ?? false;
    this.tick = behaviour.tick === undefined ? undefined : new TickState(behaviour.tick.firstMicros,
      configuration.tickSeconds === undefined ? behaviour.tick.periodMicros : configuration.tickSeconds * SECOND);
    // The sequence must go up over restarts too; a real router takes the time of day. [2328:D.3]
    this.cryptographicSequence = this.prng.integer(1, 0x3fffffff);

    this.isOpaqueCapable = configuration.isOpaqueCapable ?? behaviour.isOpaqueCapable;
    this.routerInformation = new RouterInformation(this);
    this.trafficEngineering = new TrafficEngineering(this);
    this.segmentRouting = new SegmentRouting(this);
    this.calculationTimer = this.timer((now) => runCalculation(this, now));
    this.externalTimer = this.timer((now) => calculateExternals(this, now));
    this.borderRouterTimer = this.timer((now) => onBorderRouterTimer(this, now));
    this.nssaTimer = this.timer((now) => originateExternalsAnew(this, now));
    this.refreshTimer = this.timer((now) => onRefreshTimer(this, now));
    this.filterTimer = this.timer((now) => onFilterTimer(this, now));
    this.keyTimer = this.timer((now) => this.useKeys(now));
    this.maxAgeTimer = this.timer((now) => onMaxAgeTimer(this, now), { kind: 'walk' });
    this.removalTimer = this.timer((now) => onRemovalTimer(this, now));
    this.tickTimer = this.timer((now) => onTick(this, now));
    this.interfaceStart = new InterfaceStart(this);
    this.socket = new PacketSocket(this, randomness.socket);
    this.neighborTimers = {
      inactivity: (neighbor) => this.timer((now) => onInactivityTimer(neighbor, now), { kind: 'inactivity', interfaceName: neighbor.interface.name }), // [2328:10.2 InactivityTimer]
      dd: (neighbor) => this.timer((now) => onDatabaseDescriptionTimer(neighbor, now), repetition(neighbor, PacketType.databaseDescription)),
      request: (neighbor) => this.timer((now) => onRequestTimer(neighbor, now), repetition(neighbor, PacketType.linkStateRequest)),
      retransmission: (neighbor) => this.timer((now) => onRetransmissionTimer(neighbor, now), repetition(neighbor, PacketType.linkStateUpdate)),
      helloReply: (neighbor) => this.timer((now) => onHelloReplyTimer(neighbor, now)),
      ack: (neighbor) => this.timer((now) => onNeighborAckTimer(neighbor, now)),
    };
    this.interfaceTimers = {
      hello: (owner) => this.timer((now) => onHelloTimer(owner, now), { kind: 'hello', interfaceName: owner.name }),
      wait: (owner) => this.timer((now) => runInterfaceEvent(owner, 'WaitTimer', now), { kind: 'wait', interfaceName: owner.name }), // [2328:9.2 WaitTimer]
      ack: (owner) => this.timer((now) => onAckTimer(owner, now), { kind: 'acknowledgment', interfaceName: owner.name }),
      networkLsa: (owner) => this.timer((now) => originateNetworkLsa(owner, now, 'change')),
    };
    for (const configured of configuration.virtualLinks ?? []) this.addVirtualLink(configured);
    for (const id of configuration.configuredAreas ?? []) this.area(id);
    for (const system of orderInterfaces(interfaces, behaviour.interfaceOrder)) this.addInterfaces(system);
    if (behaviour.isOverlapMadeAnew === true) this.interfaces.filter((owner) => isOverlapping(configuration, owner)).forEach(moveLast);
  }

  /** Takes over what of a configuration is the process's own; interfaces and areas have theirs. */
  adopt(configuration: OspfConfiguration): void {
    const { behaviour } = this;
    this.configuration = configuration;
    this.areaBorderRouterType = configuration.areaBorderRouterType ?? behaviour.areaBorderRouterType;
    this.isRfc1583Compatible = configuration.rfc1583Compatibility ?? behaviour.rfc1583Compatibility;
    this.maximumPaths = configuration.maximumPaths ?? behaviour.maximumPaths;
    this.spfSchedule = configuredSchedule(configuration, behaviour);
  }

  /** One OSPF interface for each address that a network statement, or the interface itself, puts into an area. */
  private addInterfaces(system: SystemInterface): void {
    const { attachments } = this.configuration;
    if (attachments !== undefined) {
      for (const attachment of attachments) {
        const address = system.name === attachment.interfaceName ? system.addresses.find((a) => a.address === attachment.address) : undefined;
        if (address !== undefined) this.addInterface(system, address, attachment.area, attachment);
      }
      return;
    }
    for (const address of system.addresses) {
      const areaId = areaOf(this.configuration, this.behaviour, system, address);
      if (areaId !== undefined) this.addInterface(system, address, areaId);
    }
  }

  addInterface(system: SystemInterface, address: SystemAddress, areaId: Ipv4, attachment?: InterfaceAttachment): OspfInterface {
    const area = this.area(areaId);
    const parameters: InterfaceParameters = interfaceParameters(this.configuration, this.behaviour, system, address.address, attachment);
    const owner = new OspfInterface(this, area, system, address, parameters, this.interfaceTimers);
    this.interfaces.push(owner);
    area.interfaces.push(owner);
    this.configureNeighbors(owner);
    return owner;
  }

  /** Who is there on a network that cannot tell. */
  addVirtualLink(configured: VirtualLinkConfiguration): void {
    const name = `${this.behaviour.virtualLink.interfaceName}${this.virtualLinksMade++}`;
    this.virtualLinks.push(makeVirtualLink(this, name, configured, this.area(BACKBONE), this.area(configured.transitArea), this.interfaceTimers));
  }

  configureNeighbors(owner: OspfInterface): void {
    configureNeighbors(owner, (fire) => this.timer(fire));
  }

  private area(id: Ipv4): Area {
    const found = this.areas.find((a) => a.id === id);
    if (found !== undefined) return found;
    const area = new Area(this, id, (a) => this.timer((now) => originateRouterLsa(a, now, 'change')));
    this.areas.push(area);
    this.areas.sort((a, b) => a.id - b.id);
    return area;
  }

  /** With those of virtual links, which come first. */
  allInterfaces(): readonly OspfInterface[] {
    if (this.virtualLinks.length === 0) return this.interfaces;
    const virtual = (isFirst: boolean): OspfInterface[] => this.virtualLinks.filter((each) => each.isFirst === isFirst).map((each) => each.interface);
    return [...virtual(true), ...this.interfaces, ...virtual(false)];
  }

  get backbone(): Area | undefined {
    return this.areas.find((a) => a.isBackbone);
  }

  // --- doors

  /** The daemon starts: interfaces that are up come up. `restartUntil`: it has been away for a graceful restart, whose period ends then. */
  start(now: Micros, isUp: (interfaceIndex: number) => boolean = () => true, restartUntil?: Micros): void {
    this.startedAt = now;
    const { firstRefreshWithinMicros } = this.configuration;
    if (firstRefreshWithinMicros !== undefined) this.ageing.firstRefreshAt = now + this.refreshPrng.integer(0, firstRefreshWithinMicros);
    this.useKeys(now);
    if (restartUntil !== undefined) beginRestart(this, restartUntil, now);
    checkAsBoundaryRouter(this, now);
    if (this.tick !== undefined) {
      checkAreaBorderRouter(this, now);
      for (const area of this.areas) updateRouterLsa(area, now);
    }
    for (const owner of this.interfaces) owner.isOperative = isUp(owner.system.index);
    this.socket.readsFrom = this.interfaceStart.lastTurn(now) + this.behaviour.firstHelloMicros;
    this.interfaceStart.run(now);
    updateExternals(this, now);
    this.followUpNssa(now);
    this.finish(now);
  }

  /** As before the first calculation. */
  forgetRoutes(): void {
    this.routingTable = new RoutingTable(this.prefixes, this.nextHopSets);
    this.externalRoutes = new Map();
    this.externalNotes.last = undefined;
    this.discardRoutes = new Map();
  }

  /** `area X nssa` was said: externals are originated once more some time later, where the implementation does so. */
  followUpNssa(now: Micros): void {
    const { nssaUpdateDelayMicros } = this.behaviour;
    if (nssaUpdateDelayMicros !== undefined && this.areas.some((a) => a.nssa?.isFollowedUp === true)) this.nssaTimer.arm(now + nssaUpdateDelayMicros);
  }

  /** Of the interfaces with several keys, each takes the one of this moment. */
  private useKeys(now: Micros): void {
    const next = Math.min(NEVER, ...this.interfaces.map((owner) => useKey(owner, now)));
    if (next < NEVER) this.keyTimer.arm(next);
  }

  /** The daemon is asked to stop (SIGTERM): it flushes what it originated and withdraws its routes. One that is killed is just dropped. */
  stop(now: Micros): void {
    // FRR begins its time as a stub router and exits with the next statement: nothing is said any more (topologies/conformance: max-metric-shutdown).
    if (this.configuration.stubRouter?.onShutdownSeconds !== undefined && this.behaviour.isStubRouterShutdownCutShort) return;
    this.finishStop(now);
  }

  private finishStop(now: Micros): void {
    if (this.isPrepared) return; // [3623:2.1 silence] nothing is flushed and no route withdrawn
    this.isStopping = true;
    this.tickTimer.cancel();
    this.interfaceStart.cancel();
    if (this.behaviour.farewell === 'one-way-hello') {
      for (const owner of this.interfaces) if (owner.state !== 'Down' && owner.state !== 'Loopback') sendHello(owner, now, false);
    } else {
      flushOwn(this, now, (at) => this.deferred.run(at));
    }
    this.finish(now);
    for (const owner of this.allInterfaces()) runInterfaceEvent(owner, 'InterfaceDown', now);
    withdrawAllRoutes(this);
    this.finish(now);
  }

  /** Announces a graceful restart: when its period ends, or why there is none. [3623:2.1] */
  prepareRestart(now: Micros): Micros | string {
    const until = prepareRestart(this, now);
    this.finish(now);
    return until;
  }

  /** `no router ospf`: after the time as a stub router that is configured, if any. [6987] `done` follows what `stop` does. */
  retire(now: Micros, done: (now: Micros) => void): void {
    const seconds = this.configuration.stubRouter?.onShutdownSeconds;
    if (this.retirementTimer !== undefined) return;
    const end = (at: Micros): void => {
      this.finishStop(at);
      done(at);
    };
    if (seconds === undefined) return end(now);
    beginStubRouterShutdown(this, now);
    this.retirementTimer = this.timer(end);
    this.retirementTimer.arm(now + seconds * SECOND);
    this.finish(now);
  }

  /** A packet of protocol 89 came in. `packet` starts at the OSPF header; borrowed. `timeToLive`: as the IP header had it. */
  receive(now: Micros, interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, timeToLive = 255): void {
    this.socket.receive(now, interfaceIndex, source, destination, packet, timeToLive);
  }

  /** Carrier or administrative state of an interface changed. */
  interfaceChanged(now: Micros, interfaceIndex: number, isUp: boolean): void {
    for (const owner of [...this.interfaces]) {
      if (owner.system.index !== interfaceIndex || owner.isOperative === isUp) continue;
      owner.isOperative = isUp;
      if (isUp && this.interfaceStart.isToCome(owner)) continue;
      if (!owner.parameters.isLinkChecked) continue;
      if (isUp) bringBack(owner, this.interfaceStart.isOver, now);
      else {
        runInterfaceEvent(owner, this.behaviour.carrierLoss === 'loopback' ? 'LoopInd' : 'InterfaceDown', now); // [2328:9.2 InterfaceDown]
        owner.isRemoved = this.behaviour.isInterfaceMadeAnew; // only what is looked at later sees that
      }
      owner.forgetCounters();
      updateRouterLsa(owner.area, now);
      this.finish(now);
    }
  }

  /**
   * Somebody has typed configuration lines: what the process is told from now on, whole. False: only a new process can do that, and
   * nothing has changed.
   */
  reconfigure(now: Micros, configuration: OspfConfiguration, systems: readonly SystemInterface[], isUp: (interfaceIndex: number) => boolean): boolean {
    if (!canReconfigure(this, configuration)) return false;
    this.systemInterfaces = systems;
    reconfigure(this, configuration, systems, isUp, now);
    this.useKeys(now);
    this.interfaceStart.end();
    this.finish(now);
    return true;
  }

  /** `clear ip ospf ...`. `name`: a router id or an interface; empty for all. */
  clear(now: Micros, what: 'process' | 'neighbor' | 'interface', name: string): void {
    clearOspf(this, what, name, now);
    this.finish(now);
  }

  /** BFD has lost the path to a neighbour. */
  neighborLost(now: Micros, interfaceIndex: number, address: Ipv4): void {
    for (const neighbor of watchedNeighbors(this.interfaces, interfaceIndex, address)) onInactivityTimer(neighbor, now, true);
    this.finish(now);
  }

  /** The redistributable routes of the RIB, whole, after a change. */
  routesChanged(now: Micros, routes: readonly RedistributableRoute[]): void {
    this.redistributable = routes;
    updateExternals(this, now);
    this.finish(now);
  }

  /** The same from inside, while another input is being worked on. */
  exportsChanged(now: Micros, routes: readonly RedistributableRoute[]): void {
    this.redistributable = routes;
    updateExternals(this, now);
  }

  /** Timers went round for nothing, up to `until` without it; before anything else that is done now. */
  passRounds(until: Micros): void {
    this.timers.passRounds(until);
  }

  fireTimers(now: Micros): void {
    if (now > this.timers.firstDeadline()) delayWalks(this, this.timers.firstDeadline(), now);
    this.timers.fireDue(now, this.behaviour.isTimerRoundTaken === true ? (at) => this.deferred.run(at) : undefined);
    this.output.write();
  }

  /** When it must be woken. */
  nextDeadline(): Micros {
    return this.timers.nextDeadline();
  }

  /** When the first of its timers fires, whatever comes of it. */
  firstDeadline(): Micros {
    return this.timers.firstDeadline();
  }

  // --- for the rest of the room

  /** Runs something after what is being done now, before the present input is finished. */
  defer(work: (now: Micros) => void): void {
    this.deferred.add(work);
  }

  runDeferred(now: Micros): void {
    this.deferred.run(now);
  }

  /** The end of an input, or of a part of one that others must hear of first: what it set off is done, now the packets leave. */
  finish(now: Micros): void {
    this.deferred.run(now);
    this.output.write();
  }

  /** A timer of this process; what it sets off is done before the next one fires, or the next round of them. */
  timer(fire: (now: Micros) => void, role: TimerRole = SOME_TIMER): Timer {
    const { known } = this;
    return new Timer(this.timers, (now) => {
      fire(now);
      if (!this.behaviour.isTimerRoundTaken) this.deferred.run(now);
    }, known === undefined ? undefined : (deadline) => known.turnOf(deadline, role));
  }

  /** [2328:B MinLSArrival] */
  get minLsArrivalMicros(): Micros {
    const { lsaMinArrivalMs } = this.configuration;
    return lsaMinArrivalMs === undefined ? this.behaviour.minLsArrivalMicros : lsaMinArrivalMs * MILLISECOND; // [2328:B MinLSArrival]
  }

  /** Period of the walk that refreshes. */
  get lsRefreshWalkMicros(): Micros {
    const { lsaRefreshSeconds } = this.configuration;
    return lsaRefreshSeconds === undefined ? this.behaviour.lsRefreshWalkMicros : lsaRefreshSeconds * SECOND;
  }

  nextCryptographicSequence(owner: OspfInterface, packetType: number): number {
    const next = this.known?.cryptographicSequence(owner.name, packetType);
    if (next !== undefined) this.cryptographicSequence = next;
    return this.cryptographicSequence++;
  }

  lookUp(area: Area, lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4, hint?: PlaceHint): LsaInstance | undefined {
    return (isAsScope(lsType) ? this.externalLsdb : area.lsdb).find(lsType, linkStateId, advertisingRouter, hint);
  }

  /** Areas by id, types ascending; then AS scope. A copy. */
  allLsas(): LsaInstance[] {
    const all: LsaInstance[] = [];
    for (const area of this.areas) for (const lsa of area.lsdb.all()) all.push(lsa);
    for (const lsa of this.externalLsdb.all()) all.push(lsa);
    return all;
  }

  /** [2328:13.4] */
  isSelfOriginated(lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4): boolean {
    return advertisingRouter === this.routerId ||
      (lsType === LsType.network && this.interfaces.some((i) => i.address === linkStateId));
  }

  /** Whether any neighbour is in Exchange or Loading. */
  isExchanging(): boolean {
    for (const owner of this.allInterfaces()) {
      for (const neighbor of owner.neighbors) if (neighbor.state === 'Exchange' || neighbor.state === 'Loading') return true;
    }
    return false;
  }

  /** An instance that has left the database waits for nothing any more. */
  forget(lsa: LsaInstance): void {
    if (!lsa.isFlushing) return;
    const index = this.flushing.indexOf(lsa);
    if (index >= 0) this.flushing.splice(index, 1);
  }

  identity(lsa: LsaInstance): LsaIdentity {
    const { lsType, linkStateId, advertisingRouter } = lsa.header;
    return lsa.area === undefined ? { lsType, linkStateId, advertisingRouter } : { lsType, linkStateId, advertisingRouter, area: lsa.area.id };
  }

  /** A packet that is well formed and not accepted. */
  refuse(owner: OspfInterface, clause: string, source: Ipv4, what: string, got: number | string, want: number | string): void {
    this.environment.trace({ kind: 'refusal', clause, interfaceName: owner.name, source, what, got, want });
  }

  /** Bytes that are not what they claim to be. */
  malformed(owner: OspfInterface, error: DecodeError): void {
    this.environment.trace({
      kind: 'malformed', clause: error.clause, interfaceName: owner.name, code: error.code, offset: error.offset, got: error.got, want: error.want,
    });
  }
}

const SOME_TIMER: TimerRole = { kind: 'other' };

/** Before the first calculation: far enough back that no hold time reaches it. */
const LONG_AGO: Micros = -3600 * SECOND;
