/**
 * Who holds what: the messages by which two nodes agree on it ("resource", "starting", "ask_resources", "shutdone", "ip-request"), and the children
 * that carry it out. Read standby-machine.ts and resource-manager.ts first.
 *
 * "local" are the groups of haresources that name this node, "foreign" the others. With failback on or off (nice_failback) nobody takes anything before
 * both are known to be stable; `legacy` is the original way: whoever starts asks for his own groups (ip-request) and is given them.
 * Children run at the same time; what other nodes' messages ask for waits until no child is left, and then goes one after the other.
 * Learned from what 3.0.6 sends and logs (pcaps/heartbeat-*).
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { HeartbeatBehaviour, HeartbeatText } from './heartbeat-behaviour.js';
import { keyOf, type HeartbeatConfiguration, type ResourceGroup } from './heartbeat-configuration.js';
import type { MessageFields, ReceivedMessage } from './heartbeat-message.js';
import type { ClusterPeer } from './heartbeat-peer.js';
import type { ResourceManager } from './resource-manager.js';
import { ScriptJob } from './script-job.js';
import { STANDBY_MACHINE, standbyEvent, type StandbyState } from './standby-machine.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

/** Bits of what is held. */
export const LOCAL = 1;
export const FOREIGN = 2;
const ALL = LOCAL | FOREIGN;
const HELD_NAMES = ['none', 'local', 'foreign', 'all'] as const;

export type ResourceState = 'init' | 'starting' | 'both-starting' | 'received' | 'stable' | 'shutdown';

/** How long the other node has for its answer to "me". */
const STANDBY_ANSWER_MICROS: Micros = 10 * SECOND;

/** What is needed of the daemon around it. */
export interface ResourceHost {
  readonly nodeName: string;
  /** Names and numbers the message, takes it itself, and sends it. */
  send(now: Micros, fields: MessageFields): void;
  write(now: Micros, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void;
  /** A child's line. */
  writeChild(now: Micros, pid: number, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void;
  /** All others are known to be gone. */
  readonly isAlone: boolean;
  /** Everything has been given up; the daemon may end. */
  released(now: Micros): void;
}

export class ResourceNegotiation {
  held = 0;
  otherHeld = 0;
  isOtherStable = false;
  state: ResourceState = 'init';
  standby: StandbyState = 'not';
  isShuttingDown = false;
  private readonly host: ResourceHost;
  private readonly configuration: HeartbeatConfiguration;
  private readonly behaviour: HeartbeatBehaviour;
  private readonly manager: ResourceManager;
  private readonly environment: TakeoverEnvironment;
  private readonly jobs = new Set<ScriptJob>();
  /** Resource work of others that waits for our own to be done. */
  private readonly waiting: ((now: Micros) => void)[] = [];
  private localTakeoverAt: Micros | undefined;
  private standbyUntil: Micros | undefined;
  private isTakeoverUnderWay = false;
  private isFailbackDue = false;
  private isShutdownWanted = false;
  private isLocalDone = false;
  private isForeignDone = false;
  private isInitialDoneTold = false;

  constructor(host: ResourceHost, configuration: HeartbeatConfiguration, behaviour: HeartbeatBehaviour, manager: ResourceManager, environment: TakeoverEnvironment) {
    this.host = host;
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.manager = manager;
    this.environment = environment;
  }

  private get isNice(): boolean {
    return this.configuration.failback !== 'legacy';
  }

  private get groups(): readonly ResourceGroup[] {
    return this.configuration.groups;
  }

  private get ownGroups(): readonly ResourceGroup[] {
    return this.manager.groupsOf(this.host.nodeName);
  }

  private groupsIn(set: number): readonly ResourceGroup[] {
    return this.groups.filter(({ node }) => (set & (node === this.host.nodeName ? LOCAL : FOREIGN)) !== 0);
  }

  /** Nothing is under way here or there. */
  private get isStable(): boolean {
    if (this.jobs.size > 0 || this.isTakeoverUnderWay) return false;
    return !this.isNice || (this.isOtherStable && this.state === 'stable') || this.state === 'shutdown';
  }

  /** The daemon is killed, and its children with it. */
  drop(): void {
    for (const job of this.jobs) job.cancel();
    this.jobs.clear();
    this.waiting.length = 0;
  }

  // The beginning.

  /** All nodes have been heard, or are known to be dead. */
  communicationUp(now: Micros, isNobodyDead: boolean): void {
    if (isNobodyDead) this.isForeignDone = true;
    if (!this.isNice) {
      this.state = 'stable';
      this.isOtherStable = true;
      this.requestOwn(now, false);
      return;
    }
    this.state = 'starting';
    this.host.send(now, [['t', 'starting']]);
  }

  /** Every round of the main loop. */
  poll(now: Micros): void {
    if (this.localTakeoverAt !== undefined && now >= this.localTakeoverAt && this.state === 'received') {
      this.localTakeoverAt = undefined;
      this.host.write(now, 'info', 'localTransition');
      this.state = 'stable';
      this.isForeignDone = true;
      this.isLocalDone = true;
      this.held |= LOCAL;
      this.tellInitial(now, 'T_RESOURCES(us)');
      this.sendHeld(now, true);
      this.requestOwn(now, true);
    }
    if (this.standbyUntil !== undefined && now >= this.standbyUntil && this.standby === 'me') {
      this.standby = 'not';
      this.standbyUntil = undefined;
      this.isOtherStable = true;
    }
    if (this.isShutdownWanted) this.shutDown(now);
  }

  private tellInitial(now: Micros, reason: string): void {
    if (this.isInitialDoneTold || !this.isLocalDone || !this.isForeignDone) return;
    this.isInitialDoneTold = true;
    this.host.write(now, 'info', 'initialDone', reason);
  }

  private sendHeld(now: Micros, isStable: boolean, info?: string): void {
    if (!this.isNice) return;
    this.host.send(now, [['t', 'resource'], ['rsc_hold', HELD_NAMES[this.held]], ['rtype', 'full'], ['isstable', isStable ? '1' : '0'],
      ...(info === undefined ? [] : [['info', info]] as const)]);
  }

  // Messages.

  /** True: it was about resources. */
  process(now: Micros, message: ReceivedMessage, peer: ClusterPeer): boolean {
    const isOwn = peer.name === this.host.nodeName;
    switch (message.type) {
      case 'starting':
        if (!isOwn && this.isNice) this.peerStarting(now);
        break;
      case 'resource':
        if (this.isNice) this.resources(now, message, isOwn);
        break;
      case 'shutdone':
        this.shutDone(now, peer, isOwn);
        break;
      case 'ask_resources':
        this.askResources(now, message, isOwn);
        break;
      case 'hb_takeover':
        if (!isOwn) this.later(now, (at) => this.giveForTakeover(at, message.values.get('rsc_hold') ?? 'all'));
        break;
      case 'ip-request':
        if (!isOwn) this.later(now, (at) => this.giveRequested(at, message.values.get('ipaddr') ?? '', peer.name));
        break;
      case 'ip-request-resp':
        if (message.values.get('dest')?.toLowerCase() === this.host.nodeName && message.values.get('ok') === 'OK') {
          this.later(now, (at) => this.takeRequested(at, message.values.get('ipaddr') ?? ''));
        }
        break;
      default: return false;
    }
    return true;
  }

  private peerStarting(now: Micros): void {
    if (this.state === 'starting') {
      this.state = 'both-starting';
      this.isForeignDone = true;
    } else if (this.state === 'init' || this.state === 'both-starting') return;
    this.isOtherStable = false;
    this.sendHeld(now, this.state === 'stable');
  }

  private resources(now: Micros, message: ReceivedMessage, isOwn: boolean): void {
    const held = HELD_NAMES.indexOf((message.values.get('rsc_hold') ?? '') as (typeof HELD_NAMES)[number]);
    if (held < 0 || this.state === 'init') return;
    const isFull = message.values.get('rtype') === 'full';
    const updated = (before: number): number => (isFull || held === 0 ? held : before | held);
    let next = this.state;
    if (next === 'starting' || next === 'both-starting') {
      next = 'received';
      if (this.configuration.failback === 'off') this.isForeignDone = true;
    }
    if (isOwn) {
      this.held = updated(this.held);
      if ((this.held & LOCAL) !== 0) {
        this.isLocalDone = true;
        this.tellInitial(now, 'T_RESOURCES(us)');
      }
      const info = message.values.get('info');
      if (info === 'mach_down') {
        this.host.write(now, 'info', 'machDownDaemon');
        this.isTakeoverUnderWay = false;
        this.held |= FOREIGN;
        this.isFailbackDue = true;
        this.isOtherStable = true;
        this.isForeignDone = true;
        this.tellInitial(now, 'mach_down');
      } else if (info === 'shutdown') next = 'shutdown';
    } else {
      this.otherHeld = updated(this.otherHeld);
      const stable = message.values.get('isstable');
      if (stable === '1' && !this.isOtherStable) {
        this.host.write(now, 'info', 'remoteTransition');
        this.isOtherStable = true;
        this.sendHeld(now, this.state === 'stable');
        this.failBack(now);
      } else if (stable !== undefined && stable !== '1') this.isOtherStable = false;
      if (next !== 'stable' && next !== 'shutdown' && this.isOtherStable) {
        this.host.write(now, 'info', 'remoteTransition');
        this.isForeignDone = true;
        if (this.configuration.failback === 'off' && (this.otherHeld & FOREIGN) !== 0) this.isLocalDone = true;
        next = 'stable';
        this.state = 'stable';
        if (!this.requestOwn(now, false)) this.host.write(now, 'info', 'localNone');
        this.sendHeld(now, true);
        this.failBack(now);
        this.tellInitial(now, 'T_RESOURCES(them)');
      }
    }
    // What was sent on the way may have changed it already.
    if (this.state !== 'stable' && this.state !== 'shutdown') this.state = next;
    else if (next === 'shutdown') this.state = next;
    if (this.state === 'received') this.localTakeoverAt ??= now + this.behaviour.resourceWaitMicros;
    this.audit(now);
  }

  /** auto_failback on: what is not ours goes back to who owns it. */
  private failBack(now: Micros): void {
    const isDue = this.isFailbackDue && this.configuration.failback === 'on' && (this.held & FOREIGN) !== 0;
    this.isFailbackDue = false;
    if (isDue) this.sendStandby(now, 'me', FOREIGN);
  }

  private sendStandby(now: Micros, info: 'me' | 'other' | 'done', set: number): void {
    this.host.send(now, [['t', 'ask_resources'], ['rsc_hold', HELD_NAMES[set]], ['info', info]]);
  }

  private audit(now: Micros): void {
    if (!this.isNice || this.isShuttingDown) return;
    if ((this.held & LOCAL) !== 0 && (this.otherHeld & FOREIGN) !== 0) this.host.write(now, 'ERROR', 'bothOwnOurs');
    if ((this.otherHeld & LOCAL) !== 0 && (this.held & FOREIGN) !== 0) this.host.write(now, 'ERROR', 'bothOwnForeign');
  }

  // The hand-over.

  private askResources(now: Micros, message: ReceivedMessage, isOwn: boolean): void {
    if (!this.isNice || this.state === 'shutdown') return;
    const event = standbyEvent(message.values.get('info') ?? '', isOwn);
    const set = HELD_NAMES.indexOf((message.values.get('rsc_hold') ?? 'all') as (typeof HELD_NAMES)[number]);
    if (event === undefined || set <= 0) return;
    if (this.standby === 'not' && (event === 'me-own' || event === 'me-peer') && (!this.isOtherStable || this.state !== 'stable')) {
      this.host.write(now, 'WARN', 'standbyInFlux', 'me', message.source, this.isOtherStable ? 'local resources' : 'Other side is');
      return;
    }
    const { action, next } = STANDBY_MACHINE[this.standby][event];
    if (action === 'ignore') return;
    this.standby = next;
    this.standbyUntil = undefined;
    switch (action) {
      case 'ask':
        this.isOtherStable = false;
        this.host.write(now, 'info', 'wantsStandby', message.source, HELD_NAMES[set]);
        this.standbyUntil = now + STANDBY_ANSWER_MICROS;
        break;
      case 'offer':
        this.isOtherStable = false;
        this.host.write(now, 'info', 'wantsStandby', message.source, HELD_NAMES[set]);
        this.sendStandby(now, 'other', set);
        break;
      case 'release':
        this.host.write(now, 'info', 'canTake', message.source, HELD_NAMES[set]);
        this.goStandby(now, set);
        break;
      case 'released':
        this.host.write(now, 'info', 'standbyLocalDone', HELD_NAMES[set]);
        this.held &= ~set;
        break;
      case 'acquire':
        this.host.write(now, 'info', 'standbyAcquire', message.source, HELD_NAMES[set]);
        this.takeOffered(now, set);
        break;
      case 'expected': break;
      case 'acquired':
        this.host.write(now, 'info', 'standbyDone', HELD_NAMES[set]);
        if (this.configuration.failback === 'on') {
          this.isLocalDone = true;
          this.tellInitial(now, 'auto_failback');
        }
        this.held |= oppositeOf(set);
        this.sendHeld(now, true);
        break;
      case 'handed-over':
        this.host.write(now, 'info', 'otherStandbyDone', HELD_NAMES[set]);
        this.sendHeld(now, true);
        break;
    }
  }

  /** The one who gives: says that it is not stable, and lets a child release. */
  private goStandby(now: Micros, set: number): void {
    this.isOtherStable = false;
    this.held &= ~set;
    this.sendHeld(now, false, 'standby');
    this.handOver(now, set, 'give');
  }

  private takeOffered(now: Micros, set: number): void {
    this.handOver(now, oppositeOf(set), 'take', set);
  }

  /** A child that releases or acquires a set of groups, and says "done" in the giver's words. */
  private handOver(now: Micros, set: number, what: 'give' | 'take', saidSet = set): void {
    const { host, manager } = this;
    const pid = manager.nextPid();
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.child), (at) => {
        host.writeChild(at, pid, 'info', what === 'give' ? 'giveUp' : 'acquire', HELD_NAMES[set]);
        for (const group of this.groupsIn(set)) {
          if (what === 'give') manager.giveGroup(job, group, 'standby');
          else manager.takeGroup(job, group, 'standby');
        }
        job.add(manager.draw(this.behaviour.scripts.end), (then) => {
          host.writeChild(then, pid, 'info', what === 'give' ? 'standbyReleased' : 'standbyAcquired', HELD_NAMES[set]);
          this.sendStandby(then, 'done', saidSet);
        });
      });
    });
  }

  /** rc.d/hb_takeover: the other one wants resources. */
  private giveForTakeover(now: Micros, wanted: string): void {
    const { manager } = this;
    const set = wanted === 'local' ? 'foreign' : wanted === 'foreign' || wanted === 'failback' ? 'local' : 'all';
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.harc), (at) => manager.write(at, 'harc(default)', 'info', 'running', 'hb_takeover'));
      job.add(manager.draw(this.behaviour.scripts.end), (at) => {
        manager.write(at, 'hb_standby(default)', 'info', 'goingStandby', set);
        this.host.send(at, [['t', 'ask_resources'], ['rsc_hold', set], ['info', 'me']]);
      });
    });
  }

  /** hb_standby and hb_takeover, as an operator calls them. */
  operator(now: Micros, command: 'hb_standby' | 'hb_takeover', what: string): void {
    if (command === 'hb_standby') {
      const set = what === 'failback' ? 'foreign' : what;
      this.manager.write(now, 'hb_standby(default)', 'info', 'goingStandby', set);
      this.host.send(now, [['t', 'ask_resources'], ['rsc_hold', set], ['info', 'me']]);
    } else this.host.send(now, [['t', 'hb_takeover'], ['rsc_hold', what]]);
  }

  // Our own groups.

  /** False: somebody else holds them, or we do already. */
  private requestOwn(now: Micros, isAnyway: boolean): boolean {
    if (this.isShuttingDown) return true;
    if (this.isNice && !isAnyway && ((this.otherHeld & FOREIGN) !== 0 || (this.held & LOCAL) !== 0) && this.standby === 'not') return false;
    const { host, manager } = this;
    this.held |= LOCAL;
    const pid = manager.nextPid();
    const isAlone = host.isAlone;
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.child), () => {
        for (const group of this.ownGroups) {
          job.add(manager.draw(this.behaviour.scripts.status), (at) => {
            if (manager.holds(group)) return;
            if (this.isNice || isAlone) {
              // As if the owner before had given it up.
              host.send(at, [['t', 'ip-request-resp'], ['dest', host.nodeName], ['ipaddr', keyOf(group)], ['weown', 'yes'], ['ok', 'OK']]);
            } else host.send(at, [['t', 'ip-request'], ['ipaddr', keyOf(group)]]);
          });
        }
        job.add(this.ownGroups.length === 0 ? 0 : manager.draw(this.behaviour.scripts.end), (at) => {
          if (this.ownGroups.length === 0) host.writeChild(at, pid, 'info', 'noLocal', host.nodeName);
          else host.writeChild(at, pid, 'info', 'localDone');
          this.sendHeld(at, true, 'req_our_resources()');
        });
      });
    });
    return true;
  }

  private takeRequested(now: Micros, key: string): void {
    const { manager } = this;
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.harc), (at) => {
        manager.write(at, 'harc(default)', 'info', 'running', 'ip-request-resp');
        manager.write(at, 'ip-request-resp(default)', 'info', 'receivedResponse', key);
        const group = manager.groupByKey(key);
        if (group !== undefined) manager.takeGroup(job, group, 'owner');
      });
    });
  }

  private giveRequested(now: Micros, key: string, asker: string): void {
    const { manager } = this;
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.harc), (at) => {
        manager.write(at, 'harc(default)', 'info', 'running', 'ip-request');
        const group = manager.groupByKey(key);
        const isOurs = group !== undefined && manager.holds(group);
        if (group !== undefined && isOurs) manager.giveGroup(job, group, 'asked for');
        job.add(manager.draw(this.behaviour.scripts.end), (then) => {
          this.host.send(then, [['t', 'ip-request-resp'], ['dest', asker], ['ipaddr', key], ['weown', isOurs ? 'yes' : 'no'], ['ok', 'OK']]);
        });
      });
    });
  }

  // Another node's groups.

  /** It is dead, or has shut down and released. */
  takeOverFrom(now: Micros, peer: ClusterPeer, reason: string): void {
    const { host, manager } = this;
    if (this.isShuttingDown) {
      host.write(now, 'info', 'takeoverCancelled');
      return;
    }
    host.write(now, 'info', 'acquiredFrom', peer.name);
    peer.hasResources = false;
    for (const group of manager.groupsOf(peer.name)) {
      this.environment.trace({ kind: 'takeover', clause: '[haresources]', peer: peer.name, group: keyOf(group), reason, what: 'decided' });
    }
    this.later(now, (at) => this.machDown(at, peer.name, reason));
    this.held |= FOREIGN;
    this.otherHeld = 0;
    this.isOtherStable = true;
    this.isTakeoverUnderWay = true;
    this.requestOwn(now, true);
  }

  private machDown(now: Micros, name: string, reason: string): void {
    const { manager } = this;
    this.run(now, (job) => {
      const before = reason === 'shutdown' ? manager.draw(this.behaviour.scripts.handover) : 0;
      job.add(before + manager.draw(this.behaviour.scripts.harc), (at) => manager.write(at, 'harc(default)', 'info', 'running', 'status'));
      job.add(manager.draw(this.behaviour.scripts.machDown), (at) => {
        for (const group of manager.groupsOf(name)) {
          manager.write(at, 'mach_down(default)', 'info', 'takingOver', keyOf(group));
          manager.takeGroup(job, group, reason);
        }
        job.add(manager.draw(this.behaviour.scripts.end), (then) => {
          if (this.isNice) {
            manager.write(then, 'mach_down(default)', 'info', 'niceFailback');
            this.host.send(then, [['t', 'resource'], ['rsc_hold', 'foreign'], ['info', 'mach_down']]);
          } else this.isTakeoverUnderWay = false;
          manager.write(then, 'mach_down(default)', 'info', 'machDown', name);
        });
      });
    });
  }

  private shutDone(now: Micros, peer: ClusterPeer, isOwn: boolean): void {
    if (isOwn) {
      this.state = 'shutdown';
      this.held = 0;
      return;
    }
    this.host.write(now, 'info', 'shutdownNotice', peer.name);
    this.isOtherStable = true;
    this.otherHeld = 0;
    if (this.isNice && this.held !== ALL && !this.isShuttingDown) {
      this.standby = 'done';
      this.takeOffered(now, this.held === FOREIGN ? LOCAL : this.held === LOCAL ? FOREIGN : ALL);
    }
    if (peer.hasResources) this.takeOverFrom(now, peer, 'shutdown');
    peer.hasResources = false;
  }

  // The end.

  /** SIGTERM, or the end of a partition. Waits for what is under way. */
  shutDown(now: Micros): void {
    const { host, manager } = this;
    if (this.isShuttingDown) return;
    if (!this.isStable && this.state !== 'init') {
      if (!this.isShutdownWanted) host.write(now, 'WARN', 'shutdownDelayed');
      this.isShutdownWanted = true;
      return;
    }
    this.isShutdownWanted = false;
    this.isShuttingDown = true;
    this.held = 0;
    this.state = 'shutdown';
    this.sendHeld(now, false, 'shutdown');
    const pid = manager.nextPid();
    host.write(now, 'info', 'shutdown', pid);
    this.run(now, (job) => {
      job.add(manager.draw(this.behaviour.scripts.child), (at) => {
        host.writeChild(at, pid, 'info', 'givingUp');
        for (const group of this.groups) manager.giveGroup(job, group, 'shutdown');
        job.add(manager.draw(this.behaviour.scripts.end), (then) => {
          host.writeChild(then, pid, 'info', 'relinquished');
          host.send(then, [['t', 'shutdone'], ['st', 'dead']]);
          host.released(then);
        });
      });
    });
  }

  // Children.

  private run(now: Micros, fill: (job: ScriptJob) => void): void {
    const job = new ScriptJob(this.environment.timers);
    this.jobs.add(job);
    fill(job);
    // The last step of all: whatever the others add comes before it.
    job.add(0, (at) => {
      this.jobs.delete(job);
      this.childEnded(at);
    });
    job.start(now);
  }

  private childEnded(now: Micros): void {
    if (this.jobs.size === 0) this.waiting.shift()?.(now);
    if (this.isShutdownWanted && this.jobs.size === 0) this.shutDown(now);
  }

  private later(now: Micros, act: (now: Micros) => void): void {
    if (this.jobs.size === 0) act(now);
    else this.waiting.push(act);
  }
}

/** What is foreign to the giver is local to the taker. */
function oppositeOf(set: number): number {
  return set === ALL ? ALL : set === LOCAL ? FOREIGN : LOCAL;
}
