/**
 * One OSPF process on a bench: everything that it sends is caught and decoded, and scripted peers say to it what a test wants said.
 *
 * Where `fabric.ts` is a network of real processes, here the other side is the test: so a single packet, a single clause can be looked at.
 * A peer knows just enough to reach a neighbour state; what it says after that is the test's business.
 */
import { Prng } from '../../src/base/prng.js';
import type { Ipv4 } from '../../src/base/address.js';
import { SECOND, type Micros } from '../../src/base/micros.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { OspfConfiguration } from '../../src/ospf/configuration.js';
import type { InstalledRoute, RedistributableRoute, SystemInterface } from '../../src/ospf/environment.js';
import type { OspfInterface } from '../../src/ospf/interface.js';
import type { Neighbor, NeighborState } from '../../src/ospf/neighbor.js';
import { OspfProcess } from '../../src/ospf/process.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { ByteReader, ByteWriter } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { sealPacket } from '../../src/wire/ospf/authentication.js';
import { DatabaseDescription, DdFlag, databaseDescriptionLength, decodeDatabaseDescription, encodeDatabaseDescription } from '../../src/wire/ospf/database-description.js';
import { Hello, decodeHello, encodeHello, helloLength } from '../../src/wire/ospf/hello.js';
import { LinkStateAcknowledgment, decodeLinkStateAcknowledgment, encodeLinkStateAcknowledgment, linkStateAcknowledgmentLength } from '../../src/wire/ospf/link-state-acknowledgment.js';
import { LinkStateRequest, LinkStateRequestEntry, decodeLinkStateRequest, encodeLinkStateRequest, linkStateRequestLength } from '../../src/wire/ospf/link-state-request.js';
import { LinkStateUpdate, decodeLinkStateUpdate, encodeLinkStateUpdate, linkStateUpdateLength } from '../../src/wire/ospf/link-state-update.js';
import { LsaHeader, decodeLsaHeader } from '../../src/wire/ospf/lsa-header.js';
import { OSPF_HEADER_LENGTH, OspfHeader, PacketType, decodeOspfHeader, encodeOspfHeader } from '../../src/wire/ospf/packet.js';
import { configuration, device, ip } from './fabric.js';

/** RFC 2328 with nothing that a persona adds: packets are read at once, MaxAge LSAs leave with the last acknowledgment. */
export const RFC_2328: OspfBehaviour = {
  ...FRR_844, name: 'rfc-2328', socketRead: undefined, defaultCost: 10, referenceBandwidthMbps: undefined, interfaceUpIntervalMicros: 0,
  firstHelloMicros: 0, isOutputDroppedWithLastNeighbor: false, maxAgeRemoveDelayMicros: 0,
  minLsIntervalMicros: 5 * SECOND, lsRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND },
  lsFirstRefresh: { earliestMicros: 1800 * SECOND, latestMicros: 1800 * SECOND }, lsRefreshWalkMicros: 0, maxAgeWalkMicros: 0,
  isAgedLsaFlooded: true, externalDelayMicros: 0, borderRouterDelayMicros: 0, requestAnswer: 'neighbor',
  isBackupHiddenFromDoubleRole: false, isDesignatedRouterChangeAnnounced: true,
  nonBroadcast: { neighborPriority: 0, pollIntervalSeconds: 120, isEveryNeighborStarted: false, isFirstHelloOneWay: false, isEligibilityChecked: false, helloReplyMicros: 0,
    isDelayedAckForFirstAlone: false, isDirectAckToGroup: false, isFloodedBackByRetransmission: false },
  isOwnHostStubIgnored: false,
  virtualLink: { interfaceName: 'VLINK', priority: 1, timeToLive: 64, nextHop: 'transit-interface', areAsbrSummariesDescribed: true }, isInterfaceMadeAnew: false, areaBorderRouterType: 'standard', isBorderEntryTakenForBoundary: false, isWaylessNetworkAnnounced: false, isOwnBoundaryPassedOn: true, isAreaOfCheaperStubKept: false, isOwnCheaperStubWayless: false, isHighestOfMergedExternals: false, rangeHides: 'same', isStateKeptByHelperElection: false,
  kernelMetric: 'cost',
  // FRR's alone.
  isFloodingRoleDeclared: false, isDirectAckShared: false, isFlushRepeated: false, isFlushArrival: false, isFlushAcknowledged: false, isMaxAgeWalkCalculating: false,
  isRetransmissionFoundBySequence: false, isTimerRoundTaken: false, isFarewellDivided: false, isOwnInstanceHeld: false, isPointToPointSourceChecked: false, isSecondaryIgnored: false,
  isExternalJudgedOnce: false, isForwardingAddressRepeated: false, isOverlapMadeAnew: false,
};

export interface Caught {
  readonly time: Micros;
  readonly interfaceIndex: number;
  readonly destination: Ipv4;
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Only of what goes where the forwarding table leads; its interface index is 0. */
  readonly routed?: { readonly source: Ipv4; readonly timeToLive: number };
  readonly hello?: Hello;
  readonly dd?: DatabaseDescription;
  readonly request?: LinkStateRequest;
  /** Headers of the LSAs in an update. */
  readonly update?: LsaHeader[];
  readonly lsas?: Uint8Array[];
  readonly acknowledged?: LsaHeader[];
}

export interface BenchOptions {
  readonly behaviour?: OspfBehaviour;
  readonly configuration?: OspfConfiguration;
  readonly interfaces?: readonly SystemInterface[];
  readonly routes?: readonly RedistributableRoute[];
  readonly seed?: number;
  /** It has been away for a graceful restart whose period ends then. */
  readonly restartUntil?: number;
}

/** 10.0.0.0/24 on eth0 (index 2), in the backbone, router id 5.5.5.5. */
export const BENCH_CONFIGURATION = configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]] });
/** With neighbours that are configured: 10.0.0.9, which may become Designated Router, and 10.0.0.7, which may not. */
export const NON_BROADCAST: OspfConfiguration = {
  ...configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'non-broadcast' } } }),
  neighbors: [{ address: ip('10.0.0.7'), priority: 0, pollIntervalSeconds: 90 }, { address: ip('10.0.0.9'), priority: 1, pollIntervalSeconds: 90 }],
};
export const POINT_TO_POINT = configuration({
  routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { networkType: 'point-to-point' } },
});

export class Bench {
  now: Micros = 0;
  readonly process: OspfProcess;
  caught: Caught[] = [];
  readonly routes = new Map<string, InstalledRoute>();
  traces: TraceEvent[] = [];
  readonly groups = new Set<string>();

  constructor(options: BenchOptions = {}) {
    const bench = this;
    this.process = new OspfProcess(options.configuration ?? BENCH_CONFIGURATION, options.behaviour ?? RFC_2328, {
      send(interfaceIndex, _source, destination, packet): void { bench.caught.push(decodeCaught(bench.now, interfaceIndex, destination, packet.slice())); },
      sendRouted(source, destination, timeToLive, packet): void {
        bench.caught.push({ ...decodeCaught(bench.now, 0, destination, packet.slice()), routed: { source, timeToLive } });
      },
      joinGroup: (index, group): void => void bench.groups.add(`${index}:${group}`),
      leaveGroup: (index, group): void => void bench.groups.delete(`${index}:${group}`),
      resolve(): void { /* no ARP here */ },
      installRoute: (route): void => void bench.routes.set(`${route.network}/${route.prefixLength}`, route),
      withdrawRoute: (network, length): void => void bench.routes.delete(`${network}/${length}`),
      trace: (event): void => void bench.traces.push(event),
    }, {
      protocol: new Prng(options.seed ?? 1, 'bench', 'ospf'), refresh: new Prng(options.seed ?? 1, 'bench', 'refresh'), socket: new Prng(options.seed ?? 1, 'bench', 'socket'),
    }, options.interfaces ?? [device('eth0', 2, '10.0.0.5/24')], options.routes ?? []);
    this.process.start(0, undefined, options.restartUntil);
  }

  interface(index = 2): OspfInterface {
    return this.process.interfaces.find((i) => i.system.index === index) as OspfInterface;
  }

  /** Lets time pass; every timer fires at its own moment. */
  until(time: Micros): void {
    for (let due = this.process.firstDeadline(); due <= time; due = this.process.firstDeadline()) {
      this.now = Math.max(this.now, due);
      this.process.fireTimers(this.now);
    }
    this.now = Math.max(this.now, time);
  }

  wait(micros: Micros): void {
    this.until(this.now + micros);
  }

  /** What has been sent since the last call, of one type or of all. */
  take(type?: number): Caught[] {
    const all = this.caught;
    this.caught = [];
    return type === undefined ? all : all.filter((c) => c.type === type);
  }

  refusals(): (TraceEvent & { kind: 'refusal' })[] {
    return this.traces.filter((t): t is TraceEvent & { kind: 'refusal' } => t.kind === 'refusal');
  }

  peer(routerId: string, address: string, interfaceIndex = 2, areaId = 0): Peer {
    return new Peer(this, ip(routerId), ip(address), interfaceIndex, areaId);
  }
}

export class Peer {
  readonly bench: Bench;
  readonly routerId: Ipv4;
  readonly address: Ipv4;
  readonly interfaceIndex: number;
  readonly areaId: number;
  sequence = 1000;
  mtu = 1500;
  options = 2;
  /** What its Hellos say. */
  priority = 1;
  designatedRouter: Ipv4 = 0;
  backupDesignatedRouter: Ipv4 = 0;

  constructor(bench: Bench, routerId: Ipv4, address: Ipv4, interfaceIndex: number, areaId: number) {
    this.bench = bench;
    this.routerId = routerId;
    this.address = address;
    this.interfaceIndex = interfaceIndex;
    this.areaId = areaId;
  }

  /** Undefined: the process does not know this peer. */
  get neighbor(): Neighbor | undefined {
    return this.bench.interface(this.interfaceIndex).neighborByAddress(this.address);
  }

  get state(): NeighborState | undefined {
    return this.neighbor?.state;
  }

  send(type: number, bodyLength: number, encodeBody: (w: ByteWriter) => void, destination: Ipv4 = 0xe0000005): void {
    this.deliver(this.build(type, bodyLength, encodeBody), destination);
  }

  build(type: number, bodyLength: number, encodeBody: (w: ByteWriter) => void): Uint8Array {
    const header = new OspfHeader();
    header.type = type;
    header.length = OSPF_HEADER_LENGTH + bodyLength;
    header.routerId = this.routerId;
    header.areaId = this.areaId;
    const bytes = new Uint8Array(header.length);
    const w = new ByteWriter(bytes);
    encodeOspfHeader(header, w);
    encodeBody(w);
    sealPacket(bytes, 0, header.length, { type: 'none' }, 0);
    return bytes;
  }

  deliver(bytes: Uint8Array, destination: Ipv4 = 0xe0000005): void {
    this.bench.process.receive(this.bench.now, this.interfaceIndex, this.address, destination, bytes);
  }

  /** Sees the process under test unless told otherwise. */
  hello(change: Partial<Hello> = {}): void {
    const { process } = this.bench;
    const hello = new Hello();
    hello.networkMask = 0xffffff00;
    hello.helloIntervalSeconds = this.bench.interface(this.interfaceIndex).parameters.helloIntervalSeconds;
    hello.deadIntervalSeconds = this.bench.interface(this.interfaceIndex).parameters.deadIntervalSeconds;
    hello.options = this.options;
    hello.priority = this.priority;
    hello.designatedRouter = this.designatedRouter;
    hello.backupDesignatedRouter = this.backupDesignatedRouter;
    hello.neighbors = [process.routerId];
    Object.assign(hello, change);
    this.send(PacketType.hello, helloLength(hello), (w) => encodeHello(hello, w));
  }

  dd(flags: number, sequence: number, headers: readonly LsaHeader[] = [], change: Partial<DatabaseDescription> = {}): void {
    const dd = new DatabaseDescription();
    dd.interfaceMtu = this.mtu;
    dd.options = this.options;
    dd.flags = flags;
    dd.sequence = sequence;
    dd.headers = [...headers];
    Object.assign(dd, change);
    this.send(PacketType.databaseDescription, databaseDescriptionLength(dd), (w) => encodeDatabaseDescription(dd, w));
  }

  request(...wanted: { lsType: number; linkStateId: Ipv4; advertisingRouter: Ipv4 }[]): void {
    const request = new LinkStateRequest();
    request.entries = wanted.map((key) => Object.assign(new LinkStateRequestEntry(), { lsType: key.lsType, linkStateId: key.linkStateId, advertisingRouter: key.advertisingRouter }));
    this.send(PacketType.linkStateRequest, linkStateRequestLength(request), (w) => encodeLinkStateRequest(request, w));
  }

  update(...lsas: Uint8Array[]): void {
    const update = new LinkStateUpdate();
    update.lsas = lsas;
    this.send(PacketType.linkStateUpdate, linkStateUpdateLength(update), (w) => encodeLinkStateUpdate(update, w));
  }

  acknowledge(...headers: LsaHeader[]): void {
    const acknowledgment = new LinkStateAcknowledgment();
    acknowledgment.headers = headers;
    this.send(PacketType.linkStateAcknowledgment, linkStateAcknowledgmentLength(acknowledgment), (w) => encodeLinkStateAcknowledgment(acknowledgment, w));
  }

  /** Acknowledges everything that the process waits for. */
  acknowledgeAll(): void {
    this.acknowledge(...(this.neighbor?.retransmissionList.all() ?? []).map((lsa) => Object.assign(new LsaHeader(), lsa.header, { age: lsa.ageSeconds(this.bench.now) })));
  }

  /** With Hellos. On a broadcast network the interface must have left Waiting for an adjacency to be wanted. */
  toExStart(): void {
    this.hello({ neighbors: [] });
    this.hello();
  }

  /** Takes the exchange to its end, whoever is master. `described` is what this peer claims to have. */
  toFull(described: readonly LsaHeader[] = []): void {
    if (this.state === undefined || this.state === 'Attempt' || this.state === 'Init' || this.state === '2-Way') this.toExStart();
    if (this.state === 'ExStart') this.toExchange();
    if (this.routerId > this.bench.process.routerId) {
      for (let headers = described; ; headers = []) {
        const isDone = this.bench.caught.filter((c) => c.dd !== undefined).at(-1)?.dd?.flags === 0;
        this.dd(DdFlag.master, ++this.sequence, headers);
        if (isDone || this.state !== 'Exchange') break;
      }
    } else {
      for (let headers = described; this.state === 'Exchange'; headers = []) this.dd(0, (this.neighbor as Neighbor).ddSequence, headers);
    }
  }

  /** The first packets: who is master. */
  toExchange(): void {
    if (this.routerId > this.bench.process.routerId) {
      this.sequence += 10;
      this.dd(DdFlag.init | DdFlag.more | DdFlag.master, this.sequence);
    } else {
      this.dd(DdFlag.more, (this.neighbor as Neighbor).ddSequence);
    }
  }
}

export function headerOf(lsa: Uint8Array): LsaHeader {
  return decodeLsaHeader(new ByteReader(lsa)) as LsaHeader;
}

function decodeCaught(time: Micros, interfaceIndex: number, destination: Ipv4, bytes: Uint8Array): Caught {
  const header = decodeOspfHeader(new ByteReader(bytes)) as OspfHeader;
  const body = new ByteReader(bytes, OSPF_HEADER_LENGTH, header.length);
  const base = { time, interfaceIndex, destination, type: header.type, bytes };
  switch (header.type) {
    case PacketType.hello: return { ...base, hello: known(decodeHello(body)) };
    case PacketType.databaseDescription: return { ...base, dd: known(decodeDatabaseDescription(body)) };
    case PacketType.linkStateRequest: return { ...base, request: known(decodeLinkStateRequest(body)) };
    case PacketType.linkStateUpdate: {
      const { lsas } = known(decodeLinkStateUpdate(body));
      return { ...base, update: lsas.map(headerOf), lsas };
    }
    default: return { ...base, acknowledged: known(decodeLinkStateAcknowledgment(body)).headers };
  }
}

/** What our own process sends must always decode. */
function known<T>(value: T | DecodeError): T {
  if (value instanceof DecodeError) throw new Error(`sent a malformed packet: ${value.code} at ${value.offset}`);
  return value;
}
