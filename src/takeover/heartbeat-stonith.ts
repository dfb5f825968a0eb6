/**
 * STONITH: nothing of a dead node is taken over before it is known to be down. Who can be asked stands in ha.cf (`stonith_host`); after a failure the next one
 * is asked, five seconds later, and so on without an end: resources stay where they are until somebody says that the node is down.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import type { HeartbeatText } from './heartbeat-behaviour.js';
import type { HeartbeatConfiguration, StonithDevice } from './heartbeat-configuration.js';
import type { ClusterPeer } from './heartbeat-peer.js';
import type { ResourceNegotiation } from './heartbeat-resources.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

const RETRY_MICROS: Micros = 5 * SECOND;

export interface StonithHost {
  readonly nodeName: string;
  readonly peers: ReadonlyMap<string, ClusterPeer>;
  readonly resources: ResourceNegotiation;
  write(now: Micros, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void;
  /** Tells the cluster. */
  sendStonith(now: Micros, name: string, result: string): void;
}

interface Target {
  /** Which of the devices is next. */
  attempt: number;
  isAsked: boolean;
}

export class HeartbeatStonith {
  private readonly host: StonithHost;
  private readonly configuration: HeartbeatConfiguration;
  private readonly environment: TakeoverEnvironment;
  private readonly retryTimer: Timer;
  private readonly targets = new Map<string, Target>();

  constructor(host: StonithHost, configuration: HeartbeatConfiguration, environment: TakeoverEnvironment, retryTimer: Timer) {
    this.host = host;
    this.configuration = configuration;
    this.environment = environment;
    this.retryTimer = retryTimer;
  }

  /** This node has somebody to ask. */
  get hasDevice(): boolean {
    return this.devices.length > 0;
  }

  private get devices(): readonly StonithDevice[] {
    return this.configuration.stonith.filter(({ from }) => from === '*' || from.toLowerCase() === this.host.nodeName);
  }

  private deviceOf(target: Target): StonithDevice {
    const { devices } = this;
    return devices[target.attempt % devices.length];
  }

  shoot(now: Micros, name: string): void {
    if (!this.targets.has(name)) this.targets.set(name, { attempt: 0, isAsked: false });
    this.shootAll(now);
  }

  /** It has been started anew, or is heard again: no more attempts. */
  forget(name: string): void {
    this.targets.delete(name);
  }

  clear(): void {
    this.targets.clear();
  }

  shootAll(now: Micros): void {
    for (const [name, target] of this.targets) {
      if (target.isAsked) continue;
      const device = this.deviceOf(target);
      target.isAsked = true;
      this.host.write(now, 'info', 'resetting', name, `${device.type} ${device.parameters[0] ?? ''}`.trim());
      this.environment.trace({ kind: 'stonith', clause: '[ha.cf]', peer: name, device: device.type, what: 'asked', detail: device.parameters[0] ?? '' });
      this.environment.shoot(now, device, name);
    }
  }

  answered(now: Micros, name: string, problem: string | undefined): void {
    const target = this.targets.get(name);
    const peer = this.host.peers.get(name);
    if (target === undefined || peer === undefined) return;
    const device = this.deviceOf(target);
    this.environment.trace({ kind: 'stonith', clause: '[ha.cf]', peer: name, device: device.type, what: problem === undefined ? 'reset' : 'failed', detail: problem ?? '' });
    if (problem === undefined) {
      this.targets.delete(name);
      this.host.write(now, 'info', 'reset', name);
      this.host.sendStonith(now, name, 'OK');
      this.host.resources.takeOverFrom(now, peer, 'dead');
      return;
    }
    this.host.write(now, 'ERROR', 'notReset', name);
    this.host.sendStonith(now, name, 'bad');
    this.host.write(now, 'ERROR', 'stonithRetry', name);
    target.attempt++;
    target.isAsked = false;
    this.retryTimer.arm(now + RETRY_MICROS);
  }
}
