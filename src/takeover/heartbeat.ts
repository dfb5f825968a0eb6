/**
 * The heartbeat daemon (Linux-HA): says every keepalive that it is there, and finds out who is not. Read heartbeat-configuration.ts, heartbeat-behaviour.ts
 * and wire/heartbeat.ts first; what follows for resources is in heartbeat-resources.ts.
 *
 * What arrives waits in heartbeat-input.ts, what is said goes out by heartbeat-output.ts. A node is dead when no heartbeat of it has been read for deadtime;
 * one that comes back without having been started anew shows that the cluster was partitioned, and then both give everything up and start anew.
 * Deviations: no watchdog, no compression, no API clients but ipfail; a load average that never changes; the process ids are made up.
 */
import type { Ipv4 } from '../base/address.js';
import { MILLISECOND, NEVER, SECOND, type Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import { Timer } from '../engine/timer.js';
import type { HeartbeatBehaviour, HeartbeatText } from './heartbeat-behaviour.js';
import type { HeartbeatConfiguration } from './heartbeat-configuration.js';
import { HeartbeatInput } from './heartbeat-input.js';
import { fill, type HeartbeatLog } from './heartbeat-log.js';
import { requestMissing } from './heartbeat-repetition.js';
import type { HeartbeatMemory } from './heartbeat-memory.js';
import { receiveMessage, type MessageFields, type ReceivedMessage, type Sender } from './heartbeat-message.js';
import { HeartbeatOutput } from './heartbeat-output.js';
import type { ClusterPeer, NodeStatus } from './heartbeat-peer.js';
import { ResourceNegotiation, type ResourceHost } from './heartbeat-resources.js';
import { PING_COUNT_TYPE, PingNodes } from './heartbeat-ping.js';
import { HeartbeatStonith } from './heartbeat-stonith.js';
import { ClusterWatch } from './heartbeat-watch.js';
import { ResourceManager } from './resource-manager.js';
import type { TakeoverEnvironment } from './takeover-environment.js';

/** Sockets are open so long before the first heartbeat goes out. */
const SOCKETS_BEFORE_MICROS: Micros = 12 * MILLISECOND;

export class HeartbeatDaemon implements ResourceHost {
  readonly nodeName: string;
  readonly configuration: HeartbeatConfiguration;
  readonly behaviour: HeartbeatBehaviour;
  readonly log: HeartbeatLog;
  readonly memory: HeartbeatMemory;
  readonly manager: ResourceManager;
  isRunning = false;
  isFrozen = false;
  status: NodeStatus = 'init';
  resources: ResourceNegotiation;
  private readonly environment: TakeoverEnvironment;
  private readonly prng: Prng;
  private readonly input: HeartbeatInput;
  private readonly output: HeartbeatOutput;
  /** What a frozen daemon would have done by now. */
  private heldBack: ((now: Micros) => void)[] = [];
  private pid = 0;
  private isCommunicationUp = false;
  private graceUntil: Micros = 0;
  private graceExtra: Micros = 0;
  private nextStatusAt: Micros = NEVER;
  private isRestarting = false;
  private isStopping = false;
  private readonly timers: Timer[] = [];
  private readonly beginTimer: Timer;
  private readonly statusTimer: Timer;
  private readonly graceTimer: Timer;
  private readonly initialDeadTimer: Timer;
  private readonly restartTimer: Timer;
  private readonly finalTimer: Timer;
  private readonly pings: PingNodes;
  readonly watch: ClusterWatch;
  private readonly stonith: HeartbeatStonith;

  constructor(nodeName: string, configuration: HeartbeatConfiguration, behaviour: HeartbeatBehaviour, seed: number, environment: TakeoverEnvironment, memory: HeartbeatMemory) {
    const daemon = this;
    this.nodeName = nodeName.toLowerCase();
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.memory = memory;
    this.log = memory.log;
    this.prng = new Prng(seed, nodeName, 'heartbeat');
    this.output = new HeartbeatOutput({
      get sender() { return daemon.sender; },
      secondsAt: (now) => this.secondsAt(now),
      uuidOf: (node) => this.uuidOf(node),
      takeOwn: (now, message) => this.process(now, message, undefined),
      cameBack: (now, link) => this.input.arrive(now, link, undefined),
    }, configuration, behaviour, environment);
    this.manager = new ResourceManager(configuration, behaviour, environment, new Prng(seed, nodeName, 'resource-manager'), this.log);
    this.resources = this.newNegotiation();
    this.beginTimer = this.timer((now) => this.begin(now));
    this.statusTimer = this.timer((now) => this.sendDueStatus(now));
    this.input = new HeartbeatInput({
      get isRunning() { return daemon.isRunning; },
      take: (now, message, link, arrivedAt) => this.process(now, message, link, arrivedAt),
      ownHeard: (now, link) => this.ownHeard(now, link),
      afterReading: (now, isRound) => this.afterReading(now, isRound),
    }, behaviour, this.prng, (act) => this.timer(act));
    this.graceTimer = this.timer((now) => this.endGrace(now));
    this.initialDeadTimer = this.timer((now) => this.endInitialWait(now));
    this.restartTimer = this.timer((now) => this.resources.shutDown(now));
    this.finalTimer = this.timer((now) => this.end(now));
    this.pings = new PingNodes(this, configuration, environment, this.timer((now) => this.pings.askAll(now)), this.timer((now) => this.pings.compare(now)));
    this.stonith = new HeartbeatStonith(this, configuration, environment, this.timer((now) => this.stonith.shootAll(now)));
    this.watch = new ClusterWatch(this, configuration, behaviour, environment, this.prng, this.timer((now) => this.watch.look(now)));
  }

  private timer(act: (now: Micros) => void): Timer {
    const timer = new Timer(this.environment.timers, (now) => {
      if (this.isFrozen) this.heldBack.push(act);
      else act(now);
    });
    this.timers.push(timer);
    return timer;
  }

  private newNegotiation(): ResourceNegotiation {
    return new ResourceNegotiation(this, this.configuration, this.behaviour, this.manager, this.environment);
  }

  // Life.

  /** Its init script is called. */
  launch(now: Micros): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.environment.trace({ kind: 'daemon', daemon: 'heartbeat', what: 'started' });
    this.prepare(now);
  }

  private prepare(now: Micros): void {
    this.status = 'init';
    this.output.clear();
    this.input.clear();
    this.isCommunicationUp = false;
    this.isRestarting = false;
    this.isStopping = false;
    this.stonith.clear();
    this.resources = this.newNegotiation();
    this.beginTimer.arm(now + this.prng.integer(...this.behaviour.startUpMicros));
  }

  private begin(now: Micros): void {
    const { behaviour, configuration } = this;
    this.pid = this.manager.nextPid();
    this.write(now, 'info', 'banner');
    this.write(now, 'info', 'validated');
    this.pid = this.manager.nextPid();
    this.write(now, 'info', 'version');
    this.nextGeneration(now);
    const { links } = this.output;
    this.watch.begin(now, links.map(({ link }) => link));
    for (const { medium, link } of links) {
      if (medium.kind === 'serial') this.write(now, 'notice', 'serialStarted', link);
      else {
        const name = medium.kind === 'bcast' ? 'Broadcast' : medium.kind === 'mcast' ? 'multicast' : 'ucast';
        this.write(now, this.behaviour.log.form === 'classic' ? 'notice' : 'info', 'udpStarted', configuration.udpPort, link, name);
        this.write(now, 'info', 'udpClosed', configuration.udpPort, link, name);
      }
    }
    this.graceExtra = behaviour.graceExtraMicros;
    this.graceUntil = now + behaviour.graceMicros;
    if (behaviour.graceMicros > 0) this.graceTimer.arm(this.graceUntil);
    for (const status of behaviour.startStatuses) {
      if (status !== this.status) {
        this.status = status as NodeStatus;
        if (status !== 'init') this.write(now, 'info', 'localStatus', status);
      }
      if (behaviour.isStartAnnounced) this.sendStatus(now);
    }
    this.nextStatusAt = now + configuration.keepaliveMicros;
    this.statusTimer.arm(this.nextStatusAt);
    this.input.begin(now);
    this.initialDeadTimer.arm(now + configuration.initdeadMicros);
    this.pings.begin(now);
    this.watch.arm();
  }

  private nextGeneration(now: Micros): void {
    const { memory, behaviour } = this;
    if (memory.begin(behaviour.hasIdentity, this.secondsAt(now))) this.write(now, 'WARN', 'firstGeneration', memory.generation);
    this.write(now, 'info', 'generation', memory.generation);
    if (behaviour.hasIdentity && memory.giveUuid(this.prng)) this.write(now, 'info', 'newUuid');
    this.write(now, 'info', 'fifo');
  }

  /** SIGKILL, to it and its children; what they have started stays. */
  kill(): void {
    if (!this.isRunning) return;
    this.silence();
    this.isRunning = false;
    this.environment.trace({ kind: 'daemon', daemon: 'heartbeat', what: 'killed' });
  }

  /** SIGTERM: gives everything up first. */
  stop(now: Micros): void {
    if (!this.isRunning || this.isStopping) return;
    if (this.isFrozen) {
      this.heldBack.push((at) => this.stop(at));
      return;
    }
    this.isStopping = true;
    if (this.beginTimer.isArmed) this.end(now);
    else {
      this.sendStatus(now);
      this.resources.shutDown(now);
    }
  }

  /** SIGSTOP and SIGCONT, to the daemon alone: its sockets fill, its scripts go on. */
  freeze(): void {
    this.isFrozen = true;
  }

  thaw(now: Micros): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    const { heldBack } = this;
    this.heldBack = [];
    // What has arrived is read before anybody is declared dead.
    if (this.isRunning) this.input.read(now);
    for (const act of heldBack) if (this.isRunning) act(now);
  }

  /** The machine is gone. */
  drop(): void {
    this.silence();
    this.isRunning = false;
    this.isFrozen = false;
    this.manager.drop();
  }

  private silence(): void {
    for (const timer of this.timers) timer.cancel();
    this.heldBack = [];
    this.input.clear();
    this.resources.drop();
  }

  get peers(): ReadonlyMap<string, ClusterPeer> {
    return this.watch.peers;
  }

  // ResourceHost.

  get isAlone(): boolean {
    return [...this.peers.values()].every((peer) => peer.isPing || peer.name === this.nodeName || peer.status === 'dead');
  }

  write(now: Micros, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void {
    this.writeChild(now, this.pid, level, text, ...parts);
  }

  writeChild(now: Micros, pid: number, level: string, text: HeartbeatText, ...parts: readonly (string | number)[]): void {
    const line = fill(this.behaviour.texts[text], parts);
    if (line !== '') this.log.add({ time: now, process: 'heartbeat', pid, level, text: line });
  }

  released(now: Micros): void {
    this.finalTimer.arm(now + this.behaviour.finalMicros);
  }

  /** The last words, and the end; or a new beginning. */
  private end(now: Micros): void {
    const isAgain = this.isRestarting;
    if (!this.beginTimer.isArmed) {
      this.sendStatus(now);
      if (isAgain) {
        this.graceExtra = this.behaviour.restartExtraMicros;
        this.graceUntil = NEVER;
        this.sendStatus(now);
      }
      this.sendStatus(now);
      for (const [i, name] of ['HBWRITE', 'HBREAD', 'HBFIFO'].entries()) this.write(now, 'info', 'killing', name, this.pid + 3 + i);
      for (const left of [3, 2, 1]) this.write(now, 'info', 'coreExited', this.pid + 2 + left, left);
      this.write(now, 'info', 'shutdownDone', this.nodeName);
    }
    this.silence();
    if (!isAgain) {
      this.isRunning = false;
      this.environment.trace({ kind: 'daemon', daemon: 'heartbeat', what: 'stopped' });
      return;
    }
    for (const text of ['restartTriggered', 'restarting', 'restartExec'] as const) this.write(now, 'info', text);
    this.isRestarting = false;
    // So that nobody can miss that this one was away.
    this.beginTimer.arm(now + this.deadtimeSeconds() + this.behaviour.restartPauseMicros);
    this.isStopping = false;
    this.isCommunicationUp = false;
    this.status = 'init';
    this.output.clear();
    this.stonith.clear();
    this.resources = this.newNegotiation();
  }

  private deadtimeSeconds(): Micros {
    return Math.ceil(this.configuration.deadtimeMicros / SECOND) * SECOND;
  }

  // Sending.

  private secondsAt(now: Micros): number {
    return Math.floor((this.configuration.clockMicros + now) / SECOND);
  }

  private get sender(): Sender {
    return { name: this.nodeName, uuid: this.memory.uuid, generation: this.memory.generation, load: `0.00 0.00 0.00 1/64 ${this.pid}` };
  }

  send(now: Micros, fields: MessageFields): void {
    if (!this.isRunning) return;
    this.output.send(now, fields);
  }

  private uuidOf(node: string): Uint8Array | undefined {
    return !this.behaviour.hasIdentity ? undefined : node === this.nodeName ? this.memory.uuid : this.peers.get(node)?.uuid;
  }

  get deadtimeMicros(): Micros {
    return this.configuration.deadtimeMicros + this.graceExtra;
  }

  private sendStatus(now: Micros): void {
    this.send(now, [['t', 'status'], ['st', this.status],
      ...(this.behaviour.hasIdentity ? [['dt', Math.floor(this.deadtimeMicros / 1000).toString(16)], ['protocol', '1']] as const : [])]);
  }

  private sendDueStatus(now: Micros): void {
    const { keepaliveMicros } = this.configuration;
    this.sendStatus(now);
    this.nextStatusAt += keepaliveMicros;
    if (this.nextStatusAt <= now) this.nextStatusAt = now + keepaliveMicros;
    this.statusTimer.arm(this.nextStatusAt);
  }

  private endGrace(now: Micros): void {
    this.graceExtra = 0;
    this.sendStatus(now);
    this.watch.arm();
  }

  // Receiving.

  /** A message came in by a link. Borrowed. */
  receive(now: Micros, link: string, bytes: Uint8Array): void {
    if (!this.isRunning || (this.beginTimer.isArmed && this.beginTimer.remaining(now) > SOCKETS_BEFORE_MICROS)) return;
    const message = receiveMessage(bytes, this.configuration.keys);
    if ('problem' in message) {
      this.environment.trace({ kind: 'refusal', clause: '[authkeys]', interfaceName: link, source: 0, what: 'a heartbeat message', got: message.problem, want: 'an authentic message of the cluster' });
      if (message.problem === 'authentication') this.write(now, 'ERROR', 'badAuthentication', message.source);
      return;
    }
    this.input.arrive(now, link, message);
  }

  private afterReading(now: Micros, isRound: boolean): void {
    if (isRound) requestMissing(now, this.peers.values(), this);
    this.resources.poll(now);
  }

  /** Our own heartbeat came back. The older version takes itself for a node like all others. */
  private ownHeard(now: Micros, link: string): void {
    const own = this.peers.get(this.nodeName);
    const isFirst = own !== undefined && own.links.every((each) => !each.isUp);
    if (isFirst && this.behaviour.isFirstPacketRestart) this.write(now, 'info', 'restart', this.nodeName);
    this.watch.linkHeard(now, own, link);
  }

  /** `link` undefined: it is our own, on its way out. */
  private process(now: Micros, message: ReceivedMessage, link: string | undefined, arrivedAt = now): void {
    const peer = this.peers.get(message.source);
    if (peer === undefined || peer.isPing) {
      this.write(now, 'ERROR', 'unknownNode', message.source);
      return;
    }
    const isOwn = peer.name === this.nodeName;
    if (link !== undefined) {
      if (isOwn) {
        // Our own, by a medium that gives it back.
        this.watch.linkHeard(now, peer, link);
        return;
      }
      if (!this.isToBeTaken(now, message, peer, link)) return;
    } else if (message.type === 'status') peer.status = this.status;
    if (this.behaviour.hasFlowControl && message.sequence >= 0 && message.sequence % 10 === peer.acknowledgedRemainder) {
      this.send(now, [['t', 'NS_ackmsg'], ['dest', peer.name], ['ackseq', message.sequence.toString(16)]]);
    }
    if (message.uuid !== undefined) peer.uuid = message.uuid;
    this.dispatch(now, message, peer, isOwn, arrivedAt);
    if (!this.isCommunicationUp && !isOwn) this.checkCommunication(now);
  }

  private dispatch(now: Micros, message: ReceivedMessage, peer: ClusterPeer, isOwn: boolean, arrivedAt: Micros): void {
    switch (message.type) {
      case 'status':
        if (!isOwn) this.peerStatus(now, peer, message.values.get('st') ?? '', arrivedAt);
        return;
      case 'reqnodes':
        if (!isOwn && message.values.get('dest') === this.nodeName) {
          this.send(now, [['dest', peer.name], ['t', 'repnodes'], ['nodelist', `${this.configuration.nodes.join(' ')} `], ['delnodelist', ' ']]);
        }
        return;
      case 'repnodes':
        if (!isOwn && message.values.get('dest') === this.nodeName) peer.hasNodeList = true;
        return;
      case 'NS_rexmit':
        if (!isOwn && message.values.get('dest') === this.nodeName) this.output.repeat(now, message);
        return;
      default:
        if (message.type === PING_COUNT_TYPE) {
          if (!isOwn) this.pings.counted(now, message);
          return;
        }
        // Before the links are up nobody listens to the rest.
        if (!isOwn && !this.isCommunicationUp) return;
        this.resources.process(now, message, peer);
    }
  }

  /** By its number; and whether it is the first of a new life. */
  private isToBeTaken(now: Micros, message: ReceivedMessage, peer: ClusterPeer, link: string): boolean {
    if (message.sequence < 0) {
      this.watch.linkHeard(now, peer, link);
      return true;
    }
    const isFirst = peer.generation < 0;
    const sequel = peer.take(message.generation, message.sequence);
    if (sequel.kind === 'old') return false;
    if (sequel.kind === 'restart' || (isFirst && this.behaviour.isFirstPacketRestart)) {
      this.write(now, 'info', 'restart', peer.name);
      peer.hasResources = true;
      // A new life: what it says next is no return of the old one.
      peer.isHeard = false;
      this.stonith.forget(peer.name);
    }
    this.watch.linkHeard(now, peer, link);
    if (sequel.kind === 'duplicate') return false;
    if (sequel.kind === 'gap') this.write(now, 'WARN', 'lostPackets', peer.name, sequel.lost, sequel.after, message.sequence);
    if (sequel.kind === 'late' && sequel.isComplete) this.write(now, 'info', 'noneMissing', peer.name);
    return true;
  }

  private peerStatus(now: Micros, peer: ClusterPeer, text: string, arrivedAt: Micros): void {
    if (text !== 'init' && text !== 'up' && text !== 'active' && text !== 'dead') return;
    const interval = now - peer.lastUpdate;
    const wasDead = peer.status === 'dead';
    const isReturn = wasDead && peer.isHeard;
    if (isReturn) this.partitionOver(now, peer, interval);
    else if (!wasDead && peer.isHeard && interval > this.configuration.warntimeMicros) {
      this.write(now, 'WARN', 'lateHeartbeat', peer.name, Math.round(interval / 1000));
    }
    peer.isHeard = true;
    peer.lastUpdate = now;
    peer.lastArrival = arrivedAt;
    this.watch.arm();
    if (this.behaviour.hasNodeLists && !peer.hasNodeList && !peer.isNodeListAsked) {
      peer.isNodeListAsked = true;
      this.send(now, [['t', 'reqnodes'], ['dest', peer.name]]);
    }
    if (peer.status !== text) this.peerIs(now, peer, text, isReturn);
  }

  peerIs(now: Micros, peer: ClusterPeer, status: NodeStatus, isAfterPartition = false): void {
    const from = peer.status;
    peer.status = status;
    this.write(now, 'info', 'nodeStatus', peer.name, status);
    this.manager.write(now, 'harc(default)', 'info', 'running', 'status');
    this.environment.trace({ kind: 'cluster-node', clause: '[ha.cf]', peer: peer.name, from, to: status, ...(isAfterPartition ? { isAfterPartition } : {}) });
  }

  /** Whoever was dead is there again, and has not been started anew: so were we, for it. Both start anew. */
  private partitionOver(now: Micros, peer: ClusterPeer, interval: Micros): void {
    this.write(now, 'CRIT', 'partition', peer.name);
    this.write(now, 'info', 'partitionUrl');
    this.write(now, 'WARN', 'deadtimeSmall');
    this.write(now, 'CRIT', 'veryLateHeartbeat', peer.name, Math.round(interval / 1000));
    this.sendStatus(now);
    if (this.behaviour.hasIdentity) this.send(now, [['t', 'stonith'], ['node', peer.name], ['result', 'unneeded']]);
    this.write(now, 'WARN', 'nodeDead', peer.name);
    this.write(now, 'info', 'gaveUp', peer.name);
    if (this.isRestarting || this.isStopping) return;
    this.isRestarting = true;
    this.restartTimer.arm(now + this.behaviour.partitionRestartMicros);
  }

  // Who is there.

  private checkCommunication(now: Micros): void {
    if (this.isStopping) return;
    for (const peer of this.peers.values()) {
      if (peer.isPing || peer.name === this.nodeName || peer.status === 'dead') continue;
      if (!peer.isHeard || (this.behaviour.hasNodeLists && !peer.hasNodeList)) return;
    }
    this.communicationUp(now);
  }

  private communicationUp(now: Micros): void {
    this.isCommunicationUp = true;
    this.initialDeadTimer.cancel();
    this.write(now, 'info', 'commUp');
    this.status = 'active';
    this.write(now, 'info', 'localStatus', 'active');
    if (this.behaviour.isFirstPacketRestart) for (const status of ['up', 'active']) this.write(now, 'info', 'nodeStatus', this.nodeName, status);
    this.sendStatus(now);
    const others = [...this.peers.values()].filter((peer) => !peer.isPing && peer.name !== this.nodeName);
    this.resources.communicationUp(now, others.every((peer) => peer.status !== 'dead'));
  }

  /** initdead is over: who has not been heard by now is dead. */
  private endInitialWait(now: Micros): void {
    if (this.isCommunicationUp) return;
    const silent = [...this.peers.values()].filter((peer) => !peer.isPing && peer.name !== this.nodeName && !peer.isHeard);
    for (const peer of silent) this.watch.declareDead(peer, now);
    this.communicationUp(now);
    for (const peer of silent) this.followDeath(now, peer);
  }

  followDeath(now: Micros, peer: ClusterPeer): void {
    if (peer.isPing) {
      this.pings.changed(now);
      return;
    }
    if (!peer.hasResources) {
      this.write(now, 'info', 'gaveUp', peer.name);
      this.sendStonith(now, peer.name, 'unneeded');
      return;
    }
    if (!this.stonith.hasDevice) {
      this.write(now, 'WARN', 'noStonith');
      this.write(now, 'WARN', 'notProtected');
      this.sendStonith(now, peer.name, 'n_stnth');
      this.resources.takeOverFrom(now, peer, 'dead');
      return;
    }
    this.stonith.shoot(now, peer.name);
  }

  sendStonith(now: Micros, name: string, result: string): void {
    if (this.behaviour.hasIdentity) this.send(now, [['t', 'stonith'], ['node', name], ['result', result]]);
  }

  /** A reset was asked for, and this came of it. */
  resetAnswered(now: Micros, name: string, problem: string | undefined): void {
    if (!this.isRunning) return;
    if (this.isFrozen) this.heldBack.push((at) => this.stonith.answered(at, name, problem));
    else this.stonith.answered(now, name, problem);
  }

  // Ping nodes, and ipfail.

  /** An echo reply came from an address. */
  pingAnswered(now: Micros, address: Ipv4): void {
    if (this.isRunning && !this.isFrozen && !this.beginTimer.isArmed) this.pings.answered(now, address);
  }

  /** hb_standby and hb_takeover, typed by an operator. */
  operator(now: Micros, command: 'hb_standby' | 'hb_takeover', what: string): void {
    if (this.isRunning && this.isCommunicationUp) this.resources.operator(now, command, what);
  }
}
