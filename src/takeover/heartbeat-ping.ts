/**
 * Ping nodes: systems that belong to no cluster and answer echoes, so that a node can tell its own adapter's failure from the other's. Asked every keepalive,
 * dead after deadping.
 *
 * ipfail (`respawn hacluster .../ipfail`): when a node's count of ping nodes changes it tells the other; whoever sees fewer of them goes to standby. What its messages
 * look like was not recorded, and a real ipfail would not understand ours: type num_ping_nodes, field num_ping.
 */
import type { Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { HeartbeatConfiguration } from './heartbeat-configuration.js';
import type { MessageFields, ReceivedMessage } from './heartbeat-message.js';
import type { ClusterPeer, NodeStatus } from './heartbeat-peer.js';
import type { ClusterWatch } from './heartbeat-watch.js';
import type { ResourceNegotiation } from './heartbeat-resources.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

export const PING_COUNT_TYPE = 'num_ping_nodes';
/** ipfail lets both sides see a change before it compares. */
const SETTLING_MICROS: Micros = 2 * SECOND;

export interface PingHost {
  readonly watch: ClusterWatch;
  readonly resources: ResourceNegotiation;
  send(now: Micros, fields: MessageFields): void;
  peerIs(now: Micros, peer: ClusterPeer, status: NodeStatus): void;
  operator(now: Micros, command: 'hb_standby', what: string): void;
}

export class PingNodes {
  private readonly host: PingHost;
  private readonly configuration: HeartbeatConfiguration;
  private readonly environment: TakeoverEnvironment;
  private readonly askTimer: Timer;
  private readonly compareTimer: Timer;
  /** What the other one sees; undefined: it has not said. */
  private otherCount: number | undefined;
  private toldCount: number | undefined;

  constructor(host: PingHost, configuration: HeartbeatConfiguration, environment: TakeoverEnvironment, askTimer: Timer, compareTimer: Timer) {
    this.host = host;
    this.configuration = configuration;
    this.environment = environment;
    this.askTimer = askTimer;
    this.compareTimer = compareTimer;
  }

  begin(now: Micros): void {
    this.otherCount = undefined;
    this.toldCount = undefined;
    if (this.configuration.pingNodes.length > 0) this.askTimer.arm(now);
  }

  askAll(now: Micros): void {
    for (const { addresses } of this.configuration.pingNodes) for (const address of addresses) this.environment.ping(now, address);
    this.askTimer.arm(now + this.configuration.keepaliveMicros);
  }

  answered(now: Micros, address: Ipv4): void {
    const { watch } = this.host;
    for (const { name, addresses } of this.configuration.pingNodes) {
      const peer = addresses.includes(address) ? watch.peers.get(name) : undefined;
      if (peer === undefined) continue;
      peer.lastUpdate = now;
      peer.lastArrival = now;
      peer.isHeard = true;
      watch.linkHeard(now, peer, name);
      watch.arm();
      if (peer.status === 'ping') continue;
      this.host.peerIs(now, peer, 'ping');
      this.changed(now);
    }
  }

  private get count(): number {
    return [...this.host.watch.peers.values()].filter((peer) => peer.isPing && peer.status === 'ping').length;
  }

  /** One came or went. */
  changed(now: Micros): void {
    if (!this.configuration.hasIpfail) return;
    this.tell(now);
    this.compareTimer.arm(now + SETTLING_MICROS);
  }

  private tell(now: Micros): void {
    this.toldCount = this.count;
    this.host.send(now, [['t', PING_COUNT_TYPE], ['num_ping', String(this.toldCount)]]);
  }

  /** The other one has told its count. */
  counted(now: Micros, message: ReceivedMessage): void {
    if (!this.configuration.hasIpfail) return;
    const count = Number(message.values.get('num_ping'));
    if (!Number.isInteger(count)) return;
    this.otherCount = count;
    if (this.toldCount === undefined) this.tell(now);
    this.compareTimer.armIfIdle(now + SETTLING_MICROS);
  }

  compare(now: Micros): void {
    if (this.otherCount !== undefined && this.otherCount > this.count && this.host.resources.held !== 0) this.host.operator(now, 'hb_standby', 'all');
  }
}
