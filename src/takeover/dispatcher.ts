/**
 * A dispatcher in front of several servers with one address: a model of IBM's eNetwork Dispatcher, with MAC forwarding.
 *
 * It stands on the way of remote clients. What is for a cluster address and one of its ports goes on as it is, to the hardware address of one of the
 * servers, which has the cluster address itself and answers the client past the dispatcher. Documented (Network Dispatcher Administration Guide): new
 * connections go by weight to servers that are up, a known one stays with its server; `stickytime` keeps a client with its server; advisors ask each
 * server every interval, and one that does not answer gets no new connections until it does; the manager passes that on at its own interval.
 * Our model: the weights stay as they are given (no load is measured); every advisor opens a connection and is content when it is there; ICMP for a
 * cluster goes to its first server that is up; with no server up, packets are dropped.
 */
import type { Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import type { DispatcherTrace } from '../engine/trace-proxy-arp.js';

export interface DispatcherServer {
  readonly address: Ipv4;
  readonly weight: number;
}

export interface DispatcherPort {
  /** 0: every port that is not named. */
  readonly port: number;
  /** How long a client stays with its server after its last connection; 0: not at all. */
  readonly stickyMicros: Micros;
  /** After that long without a packet a connection is forgotten. */
  readonly staleMicros: Micros;
  readonly servers: readonly DispatcherServer[];
}

export interface DispatcherCluster {
  readonly address: Ipv4;
  readonly ports: readonly DispatcherPort[];
}

export interface DispatcherAdvisor {
  readonly port: number;
  readonly intervalMicros: Micros;
  readonly connectTimeoutMicros: Micros;
}

export interface DispatcherConfiguration {
  readonly clusters: readonly DispatcherCluster[];
  readonly advisors: readonly DispatcherAdvisor[];
  readonly managerIntervalMicros: Micros;
}

export interface DispatcherEnvironment {
  readonly timers: TimerTable;
  /** Opens a connection to a server, and says whether it was there in time. */
  ask(now: Micros, server: Ipv4, port: number, timeoutMicros: Micros, answer: (now: Micros, isAlive: boolean) => void): void;
  trace(event: DispatcherTrace): void;
}

/** Of a packet, what a connection is known by. Ports are 0 where there are none. */
export interface DispatchedPacket {
  readonly protocol: number;
  readonly source: Ipv4;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** It asks for a new connection (SYN). */
  readonly isOpening: boolean;
  /** It ends one (FIN or RST). */
  readonly isEnding: boolean;
}

interface ServerState {
  readonly server: DispatcherServer;
  /** As the executor has it. */
  isUp: boolean;
  /** As an advisor last found it. */
  isAlive: boolean;
  isBeingAsked: boolean;
  /** For the choice by weight. */
  credit: number;
}

interface ClientRecord { readonly state: ServerState; usedAt: Micros; isEnding: boolean }

interface PortState {
  readonly cluster: DispatcherCluster;
  readonly port: DispatcherPort;
  readonly servers: readonly ServerState[];
  readonly connections: Map<string, ClientRecord>;
  readonly clients: Map<number, ClientRecord>;
}

/** The executor's FIN timeout, its default. */
const FIN_TIMEOUT: Micros = 60 * SECOND;
/** Connections that are remembered for one port; the one that was used first is forgotten for a new one. */
const MOST_CONNECTIONS = 100_000;

export class Dispatcher {
  private readonly configuration: DispatcherConfiguration;
  private readonly environment: DispatcherEnvironment;
  private readonly ports: readonly PortState[];

  constructor(configuration: DispatcherConfiguration, environment: DispatcherEnvironment) {
    this.configuration = configuration;
    this.environment = environment;
    this.ports = configuration.clusters.flatMap((cluster) => cluster.ports.map((port): PortState => ({
      cluster, port, connections: new Map(), clients: new Map(),
      servers: port.servers.map((server) => ({ server, isUp: true, isAlive: true, isBeingAsked: false, credit: 0 })),
    })));
  }

  /** The manager and the advisors begin. */
  start(now: Micros): void {
    const { advisors, managerIntervalMicros } = this.configuration;
    for (const advisor of advisors) this.every(now, advisor.intervalMicros, (at) => this.advise(at, advisor));
    if (advisors.length > 0) this.every(now, managerIntervalMicros, () => this.manage());
  }

  isCluster(address: Ipv4): boolean {
    return this.configuration.clusters.some((cluster) => cluster.address === address);
  }

  /** The server that a packet for a cluster goes to; undefined: none. */
  choose(now: Micros, cluster: Ipv4, packet: DispatchedPacket): Ipv4 | undefined {
    const own = this.ports.filter((each) => each.cluster.address === cluster);
    if (packet.destinationPort === 0) return own.flatMap(({ servers }) => servers).find(({ isUp }) => isUp)?.server.address;
    const found = own.find(({ port }) => port.port === packet.destinationPort) ?? own.find(({ port }) => port.port === 0);
    return found === undefined ? undefined : this.serverOf(now, found, packet)?.server.address;
  }

  private serverOf(now: Micros, { port, servers, connections, clients }: PortState, packet: DispatchedPacket): ServerState | undefined {
    const key = `${packet.protocol} ${packet.source}:${packet.sourcePort} ${packet.destinationPort}`;
    const known = connections.get(key);
    // A request for a connection where one has ended, or that a server which is down has not answered, is for another one.
    const isAnother = packet.isOpening && known !== undefined && (known.isEnding || !known.state.isUp);
    if (known !== undefined && !isAnother && now - known.usedAt < (known.isEnding ? FIN_TIMEOUT : port.staleMicros)) {
      known.usedAt = now;
      known.isEnding ||= packet.isEnding;
      return known.state;
    }
    const client = clients.get(packet.source);
    const isSticky = client !== undefined && now - client.usedAt < port.stickyMicros && client.state.isUp;
    const state = isSticky ? client.state : byWeight(servers);
    if (state === undefined) return undefined;
    connections.delete(key);
    if (connections.size >= MOST_CONNECTIONS) for (const first of connections.keys()) { connections.delete(first); break; }
    connections.set(key, { state, usedAt: now, isEnding: packet.isEnding });
    if (port.stickyMicros > 0) clients.set(packet.source, { state, usedAt: now, isEnding: false });
    return state;
  }

  private advise(now: Micros, { port, connectTimeoutMicros }: DispatcherAdvisor): void {
    for (const { servers } of this.ports.filter((each) => each.port.port === port)) {
      for (const state of servers) {
        if (state.isBeingAsked) continue;
        state.isBeingAsked = true;
        this.environment.ask(now, state.server.address, port, connectTimeoutMicros, (_at, isAlive) => {
          state.isBeingAsked = false;
          state.isAlive = isAlive;
        });
      }
    }
  }

  private manage(): void {
    for (const { cluster, port, servers } of this.ports) {
      for (const state of servers) {
        if (state.isUp === state.isAlive) continue;
        state.isUp = state.isAlive;
        this.environment.trace({ kind: 'dispatcher-server', cluster: cluster.address, port: port.port, server: state.server.address, isUp: state.isUp });
      }
    }
  }

  private every(now: Micros, intervalMicros: Micros, act: (now: Micros) => void): void {
    const timer: Timer = new Timer(this.environment.timers, (at) => {
      timer.arm(at + intervalMicros);
      act(at);
    });
    timer.arm(now + intervalMicros);
  }
}

/** In turn, each as often as its weight says, evenly spread. */
function byWeight(servers: readonly ServerState[]): ServerState | undefined {
  let best: ServerState | undefined;
  let total = 0;
  for (const state of servers) {
    if (!state.isUp || state.server.weight === 0) continue;
    total += state.server.weight;
    state.credit += state.server.weight;
    if (best === undefined || state.credit > best.credit) best = state;
  }
  if (best !== undefined) best.credit -= total;
  return best;
}
