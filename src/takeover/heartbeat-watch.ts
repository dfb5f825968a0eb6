/**
 * Who is there and who is not: a node is dead when none of its heartbeats has been read for deadtime, a link when nothing came by it.
 *
 * That deadtime is over is noticed a moment later (`deadNoticeMicros`). Links of a dead node are dead with it.
 */
import { NEVER, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import type { Timer } from '../engine/timer.js';
import type { HeartbeatBehaviour, HeartbeatText } from './heartbeat-behaviour.js';
import type { HeartbeatConfiguration } from './heartbeat-configuration.js';
import { ClusterPeer, type ClusterLink } from './heartbeat-peer.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

export interface WatchHost {
  readonly nodeName: string;
  /** As it is now: longer for a while after the start. */
  readonly deadtimeMicros: Micros;
  write(now: Micros, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void;
  /** Somebody has been declared dead. */
  followDeath(now: Micros, peer: ClusterPeer): void;
}

export class ClusterWatch {
  peers = new Map<string, ClusterPeer>();
  private readonly host: WatchHost;
  private readonly configuration: HeartbeatConfiguration;
  private readonly behaviour: HeartbeatBehaviour;
  private readonly environment: TakeoverEnvironment;
  private readonly prng: Prng;
  private readonly timer: Timer;
  private noticeMicros: Micros = 0;

  constructor(host: WatchHost, configuration: HeartbeatConfiguration, behaviour: HeartbeatBehaviour, environment: TakeoverEnvironment, prng: Prng, timer: Timer) {
    this.host = host;
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.prng = prng;
    this.timer = timer;
  }

  /** The daemon starts: nobody has been heard. Whose tenth message is acknowledged is drawn anew. */
  begin(now: Micros, links: readonly string[]): void {
    const { configuration, prng } = this;
    this.drawNotice();
    this.peers = new Map(configuration.nodes.map((name) => [name, new ClusterPeer(name, false, links, prng.integer(0, 9))]));
    for (const { name } of configuration.pingNodes) this.peers.set(name, new ClusterPeer(name, true, [name], -1));
    for (const peer of this.peers.values()) peer.lastUpdate = now;
  }

  private drawNotice(): void {
    const [least, most] = this.behaviour.deadNoticeMicros;
    this.noticeMicros = this.prng.integer(least, most);
  }

  private limitOf(peer: ClusterPeer): Micros {
    return (peer.isPing ? this.configuration.deadpingMicros : this.host.deadtimeMicros) + this.noticeMicros;
  }

  private isWatched(peer: ClusterPeer): boolean {
    return peer.name !== this.host.nodeName && peer.status !== 'dead' && peer.isHeard;
  }

  /** For whoever is due next. */
  arm(): void {
    let next = NEVER;
    for (const peer of this.peers.values()) {
      if (!this.isWatched(peer)) continue;
      const limit = this.limitOf(peer);
      next = Math.min(next, peer.lastUpdate + limit);
      for (const link of peer.links) if (link.isUp) next = Math.min(next, link.lastUpdate + limit);
    }
    if (next === NEVER) this.timer.cancel();
    else this.timer.arm(next);
  }

  look(now: Micros): void {
    for (const peer of this.peers.values()) {
      if (!this.isWatched(peer)) continue;
      const limit = this.limitOf(peer);
      const isDead = now - peer.lastUpdate >= limit;
      if (isDead) {
        this.declareDead(peer, now);
        this.host.followDeath(now, peer);
      }
      for (const link of peer.links) if (isDead || now - link.lastUpdate >= limit) this.linkDead(now, peer, link);
    }
    this.drawNotice();
    this.arm();
  }

  declareDead(peer: ClusterPeer, now: Micros): void {
    this.host.write(now, 'WARN', 'nodeDead', peer.name);
    this.environment.trace({ kind: 'cluster-node', clause: '[ha.cf]', peer: peer.name, from: peer.status, to: 'dead', ...(peer.isHeard ? { sinceLastHeartbeatMicros: now - peer.lastArrival } : {}) });
    peer.status = 'dead';
    peer.isHeard = peer.isHeard && !peer.isPing;
  }

  linkHeard(now: Micros, peer: ClusterPeer | undefined, name: string): void {
    const link = peer?.links.find((each) => each.name === name);
    if (peer === undefined || link === undefined) return;
    link.lastUpdate = now;
    if (link.isUp) return;
    link.isUp = true;
    this.host.write(now, 'info', 'linkUp', peer.name, name);
    if (peer.name !== this.host.nodeName) this.environment.trace({ kind: 'cluster-link', clause: '[ha.cf]', peer: peer.name, link: name, to: 'up' });
    this.arm();
  }

  private linkDead(now: Micros, peer: ClusterPeer, link: ClusterLink): void {
    if (!link.isUp) return;
    link.isUp = false;
    this.host.write(now, 'info', 'linkDead', peer.name, link.name);
    this.environment.trace({ kind: 'cluster-link', clause: '[ha.cf]', peer: peer.name, link: link.name, to: 'dead' });
  }
}
