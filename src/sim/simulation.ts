/**
 * The virtual-time driver: runs a plan, node by node, event by event. Read engine/engine.ts first.
 *
 * One queue, ordered by (time, order of scheduling); frames stand in lanes of it (event.ts). What is scheduled before the run is scheduled in the plan's order,
 * which is that of names; everything later follows from it. So one plan with one seed is one trajectory, whatever order the
 * nodes were built in. At one instant what the plan does comes before what the network does.
 *
 * Faults: a frozen node takes no steps and loses the frames that arrive; when it thaws it gets one wake, so that overdue timers
 * fire then, and after that the commands that were meant for it. A silent port loses frames in one or both directions
 * and keeps its carrier; so does a detached adapter: the guest's driver goes on as if it had one, and the switch sees the adapter, which
 * other guests share. Loss of carrier is a pulled cable: both ends of the link see it, a switch forgets the
 * port's addresses, and other ports of the switch notice nothing. What
 * events do is event-action.ts', carriers are link-state.ts', guests, adapters and machines machine-room.ts'.
 */
import { AssertionFailure, assert } from '../base/assert.js';
import { Hash64 } from '../base/hash.js';
import { Heap } from '../base/heap.js';
import { formatInstant, NEVER, SECOND, type Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import type { MachineAction } from '../config/machine-room/machine-plan.js';
import type { EventPlan, LinkPlan, NodePlan, Plan } from '../config/plan.js';
import type { Command, Engine, Input, ProbeRequest, RouteChange } from '../engine/engine.js';
import type { RoomRequest } from '../engine/room-request.js';
import type { TraceEvent } from '../engine/trace.js';
import { OsaAdapter } from '../host/osa-adapter.js';
import { forgetKnownLsas } from '../ospf/lsa-body.js';
import { forgetSharedPrefixTables } from '../ospf/prefix-table.js';
import { SystemNode } from '../node/node.js';
import { showAdapter } from '../node/show/adapter.js';
import { OSA_EXPRESS } from '../persona/adapter-osa.js';
import { CommandEvent, DriverEvent, FrameLane, FramePool, type FrameEvent, type SimulationEvent } from './event.js';
import { EventActions, type ActionDriver } from './event-action.js';
import { LearningSwitch } from './learning-switch.js';
import { LinkState } from './link-state.js';
import { isChange, isRecovery } from './change.js';
import { MachineRoom, type RoomDriver } from './machine-room.js';
import { SimNode, type NodeOutput } from './sim-node.js';

/** What is told while it happens. Bytes are borrowed. */
export interface SimulationObserver {
  /**
   * A frame at a link end: outbound where it was sent, whether or not it is then lost; inbound where it was delivered.
   * `link` and `end` are indices into the plan's links.
   */
  frame?(link: number, end: number, time: Micros, bytes: Uint8Array, direction: 'outbound' | 'inbound'): void;
  trace?(time: Micros, node: number, event: TraceEvent): void;
  route?(time: Micros, node: number, change: RouteChange): void;
  /** Every virtual second. */
  progress?(time: Micros): void;
}

export interface SimulationOptions {
  /** For tests: neither of these two may change a result. */
  readonly constructionOrder?: 'forward' | 'reverse';
  readonly isPoolPoisoned?: boolean;
  /** What runs in a node's place: a device of the real world behind a port. Undefined: what the plan says. */
  readonly engineOf?: (node: number) => Engine | undefined;
}

export class Simulation implements NodeOutput {
  readonly plan: Plan;
  /** In the plan's order. */
  readonly nodes: readonly SimNode[];
  now: Micros = 0;
  /** Frames delivered so far. */
  framesDelivered = 0;
  private readonly observer: SimulationObserver;
  private readonly engineOf: (node: number) => Engine | undefined;
  private readonly queue = new Heap<SimulationEvent>();
  /** By latency. */
  private readonly lanes = new Map<Micros, FrameLane>();
  private readonly pool: FramePool;
  private readonly hash: Hash64;
  private readonly room: MachineRoom | undefined;
  private readonly links: LinkState;
  private readonly actions: EventActions;
  /** By probe: what has been asked for, and the next sequence number. */
  private readonly probes = new Map<number, { readonly node: number; readonly request: ProbeRequest }>();
  private readonly nextSequence: number[] = [];
  private scheduled = 0;
  private nextProgress: Micros = SECOND;
  /** Starts, events and thaws that are still to come. */
  private pending = 0;
  /** When any routing state, or the network itself, last changed. */
  private changedAt: Micros = 0;

  constructor(plan: Plan, observer: SimulationObserver = {}, options: SimulationOptions = {}) {
    forgetSharedPrefixTables();
    forgetKnownLsas();
    this.plan = plan;
    this.observer = observer;
    this.engineOf = options.engineOf ?? (() => undefined);
    this.pool = new FramePool(options.isPoolPoisoned ?? false);
    this.hash = new Hash64(plan.seed);
    this.room = plan.machineRoom === undefined ? undefined : new MachineRoom(plan.machineRoom, plan.nodes, plan.links, this.roomDriver());
    this.nodes = this.build(options.constructionOrder ?? 'forward');
    // Down: a channel to a guest that does not run yet.
    const isLinkUp = plan.links.map(({ channel, ends }) => channel === undefined || ends.every(({ node }) => this.room?.isInitiallyUp(node) !== false));
    this.links = new LinkState(plan.links, this.nodes, isLinkUp, (node, command) => this.command(node, command));
    this.actions = new EventActions(this.actionDriver(), this.links, this.room);
    plan.links.forEach((link, index) => this.attach(link, index));
    for (const node of this.nodes) this.scheduleStart(node);
    plan.events.forEach((event, index) => this.scheduleEvent(event, index));
    for (const [index, probe] of plan.probes.entries()) {
      this.schedule(new CommandEvent(probe.start, probe.from, { kind: 'probe-start',
        probe: { probe: index, protocol: probe.protocol, destination: probe.to, source: probe.source, everyMicros: probe.everyMicros,
          isConfirming: probe.isConfirming, port: probe.port, isConnectionKept: probe.isConnectionKept, patienceMicros: probe.patienceMicros } }));
      if (probe.stop !== NEVER) this.schedule(new CommandEvent(probe.stop, probe.from, { kind: 'probe-stop', probe: index }));
    }
  }

  /** Sixteen hexadecimal digits over (time, node, port, bytes) of every frame sent so far. */
  get trajectoryHash(): string {
    return this.hash.hex();
  }

  /** What a node's console prints at this moment; undefined: no such command, or a switch. */
  showAt(node: number, command: string): string | undefined {
    const { engine } = this.nodes[node];
    if (engine instanceof OsaAdapter) return showAdapter(engine, command);
    return this.nodes[node].system?.show(this.now, command);
  }

  /** Takes every event up to and including `time`. */
  runUntil(time: Micros): void {
    assert(time >= this.now, 'a simulation cannot go back');
    this.guard(() => {
      for (let event = this.queue.peek(); event !== undefined && event.time <= time; event = this.queue.peek()) this.take(event);
      this.advance(time);
    });
  }

  /** When something next happens by itself; NEVER: nothing does. */
  nextEventTime(): Micros {
    return this.queue.peek()?.time ?? NEVER;
  }

  /** A frame from outside leaves a node's port now, on its way to whoever is at the other end. Borrowed. */
  inject(node: number, port: number, frame: Uint8Array): void {
    this.guard(() => this.transmit(this.nodes[node], port, frame));
  }

  /** An operator's command, now. */
  order(node: number, command: Command): void {
    this.guard(() => this.command(this.nodes[node], command));
  }

  /** Runs to the end that the plan sets. */
  run(): void {
    const { until } = this.plan;
    if (until.kind === 'instant') {
      if (until.at > this.now) this.runUntil(until.at);
      return;
    }
    this.guard(() => {
      for (;;) {
        const end = this.pending > 0 ? until.limit : Math.min(until.limit, this.changedAt + until.quietMicros);
        const event = this.queue.peek();
        if (event === undefined || event.time > end) {
          this.advance(Math.max(end, this.now));
          return;
        }
        this.take(event);
      }
    });
  }

  // The queue.

  private schedule(event: SimulationEvent): void {
    event.order = this.scheduled++;
    this.queue.push(event);
  }

  private take(event: SimulationEvent): void {
    const { time } = event;
    const frame = event.kind === 'lane' ? event.shift() : undefined;
    if (event.kind === 'lane' && !event.isEmpty) this.queue.moved(event);
    else this.queue.remove(event);
    if (time > this.now) this.advance(time);
    switch (event.kind) {
      case 'lane': this.deliver(frame as FrameEvent); return;
      case 'wake': this.step(this.nodes[event.node], event); return;
      case 'command': this.command(this.nodes[event.node], event.command); return;
      case 'driver': event.act(); return;
    }
  }

  private advance(time: Micros): void {
    if (time >= this.nextProgress) {
      if (this.observer.progress === undefined) this.nextProgress = NEVER;
      while (time >= this.nextProgress) {
        this.now = this.nextProgress;
        this.nextProgress += SECOND;
        this.observer.progress?.(this.now);
      }
    }
    this.now = time;
  }

  private step(node: SimNode, input: Input): void {
    node.steps++;
    node.engine.step(this.now, input, node);
    if (node.isOff) return;
    const deadline = node.deadline;
    const { wake } = node;
    if (wake.heapIndex >= 0 && wake.time === deadline) return;
    if (deadline === NEVER) {
      this.queue.remove(wake);
      return;
    }
    wake.time = deadline > this.now ? deadline : this.now;
    if (wake.heapIndex < 0) this.schedule(wake);
    else {
      wake.order = this.scheduled++;
      this.queue.moved(wake);
    }
  }

  private command(node: SimNode, command: Command): void {
    if (command.kind === 'probe-start') this.probes.set(command.probe.probe, { node: node.index, request: command.probe });
    else if (command.kind === 'probe-stop') this.probes.delete(command.probe);
    if (node.isOff) return;
    if (node.isFrozen) node.held.push(command);
    else this.step(node, { kind: 'command', command });
  }

  private deliver(frame: FrameEvent): void {
    const node = this.nodes[frame.node];
    if (this.links.hasCarrier(frame.link) && !node.isFrozen && !node.isOff && !node.isSilentIn[frame.port] && node.attachments[frame.port]?.link === frame.link) {
      this.framesDelivered++;
      this.observer.frame?.(frame.link, frame.end, this.now, frame.bytes, 'inbound');
      this.step(node, frame);
    }
    this.pool.give(frame);
  }

  /** Our own bugs stop the run, with what is needed to repeat it. */
  private guard(body: () => void): void {
    try {
      body();
    } catch (failure) {
      if (failure instanceof AssertionFailure) {
        failure.message += ` (${this.plan.file}, seed ${this.plan.seed}, at ${formatInstant(this.now)})`;
      }
      throw failure;
    }
  }

  // NodeOutput.

  transmit(node: SimNode, port: number, frame: Uint8Array): void {
    const attachment = node.attachments[port];
    if (attachment === undefined || !this.links.hasCarrier(attachment.link)) return;
    const { link, end } = attachment;
    const { hash, now } = this;
    hash.integer(now);
    hash.word(node.index);
    hash.word(port);
    hash.bytes(frame);
    this.observer.frame?.(link, end, now, frame, 'outbound');
    if (node.isSilentOut[port]) return;
    const { ends, latencyMicros } = this.plan.links[link];
    const peer = ends[1 - end];
    const event = this.pool.take(frame.length);
    event.bytes.set(frame);
    event.time = now + latencyMicros;
    event.node = peer.node;
    event.port = peer.port;
    event.link = link;
    event.end = 1 - end;
    event.order = this.scheduled++;
    const lane = this.laneOf(latencyMicros);
    lane.push(event);
    if (lane.heapIndex < 0) this.queue.push(lane);
  }

  private laneOf(latency: Micros): FrameLane {
    let lane = this.lanes.get(latency);
    if (lane === undefined) this.lanes.set(latency, lane = new FrameLane());
    return lane;
  }

  route(node: SimNode, change: RouteChange): void {
    this.changedAt = this.now;
    this.observer.route?.(this.now, node.index, change);
  }

  trace(node: SimNode, event: TraceEvent): void {
    this.traceAt(node.index, event);
  }

  /** Behind the step in which it is asked. */
  request(node: SimNode, request: RoomRequest): void {
    const { boots } = node;
    this.schedule(new DriverEvent(this.now, () => {
      if (node.isOff || node.boots !== boots) return;
      if (request.kind !== 'signal' && request.kind !== 'register') {
        this.room?.request(node.index, request);
        return;
      }
      const attachment = node.attachments[request.port];
      if (attachment === undefined) return;
      const peer = this.plan.links[attachment.link].ends[1 - attachment.end];
      const other = this.nodes[peer.node];
      if (other.attachments[peer.port]?.link !== attachment.link) return;
      if (request.kind === 'signal') this.command(other, { kind: 'carrier', port: peer.port, up: request.isUp && this.links.hasCarrier(attachment.link) });
      else this.command(other, { kind: 'register', port: peer.port, registration: request.registration });
    }));
  }

  private traceAt(node: number, event: TraceEvent): void {
    if (event.kind === 'probe-sent') this.nextSequence[event.probe] = event.sequence + 1;
    if (isChange(event)) this.changedAt = this.now;
    this.observer.trace?.(this.now, node, event);
  }

  // Setting up.

  private build(order: 'forward' | 'reverse'): SimNode[] {
    const indices = this.plan.nodes.map((_, index) => index);
    if (order === 'reverse') indices.reverse();
    const nodes: SimNode[] = [];
    for (const index of indices) nodes[index] = this.buildNode(this.plan.nodes[index], index);
    return nodes;
  }

  private buildNode(plan: NodePlan, index: number): SimNode {
    const engine = this.engineOf(index);
    if (engine !== undefined) return new SimNode(index, plan, engine, undefined, this);
    if (plan.adapter !== undefined) {
      const { adapter: settings, name } = plan;
      return new SimNode(index, plan, new OsaAdapter({ ...settings, name, seed: this.plan.seed }, OSA_EXPRESS), undefined, this);
    }
    if (plan.kind !== 'switch') {
      const system = new SystemNode(plan, this.plan.seed);
      return new SimNode(index, plan, system, system, this);
    }
    let ports = 0;
    for (const link of this.plan.links) for (const end of link.ends) if (end.node === index) ports = Math.max(ports, end.port + 1);
    return new SimNode(index, plan, new LearningSwitch(ports), undefined, this);
  }

  private attach(link: LinkPlan, index: number): void {
    link.ends.forEach((end, at) => {
      const node = this.nodes[end.node];
      // A node that has several homes is at the links of one of them.
      if (link.system !== undefined && node.system !== undefined && this.room?.initialSystem(end.node) !== link.system) return;
      assert(node.attachments[end.port] === undefined, `two links at ${end.label}`);
      node.attachments[end.port] = { link: index, end: at };
      node.isSilentIn[end.port] = false;
      node.isSilentOut[end.port] = false;
    });
  }

  private scheduleStart(node: SimNode): void {
    const spread = node.system === undefined ? 0 : this.plan.startSpreadMicros;
    const at = new Prng(this.plan.seed, node.plan.name, 'start').integer(0, spread);
    if (this.room?.isInitiallyUp(node.index) === false) {
      node.isOff = true;
      return;
    }
    this.pending++;
    this.schedule(new DriverEvent(at, () => {
      this.pending--;
      this.changedAt = this.now;
      if (node.isOff || node.boots > 0) return;
      this.room?.nodeStarts(node.index);
      this.command(node, { kind: 'start' });
      this.links.tellStarted(node);
      this.links.updateShutdown(node, node.plan);
    }));
  }

  private scheduleEvent(event: EventPlan, index: number): void {
    const node = event.node < 0 ? undefined : this.nodes[event.node];
    const prng = new Prng(this.plan.seed, `${node?.plan.name ?? 'machine-room'}${event.text}${index}`, 'event');
    this.pending++;
    this.schedule(new DriverEvent(event.at + prng.integer(0, event.spreadMicros), () => {
      this.pending--;
      this.changedAt = this.now;
      if (node === undefined) this.actRoom(-1, event.action as MachineAction, event.text);
      else this.actions.act(node, event);
    }));
  }

  // What is done to the network.

  private actionDriver(): ActionDriver {
    const simulation = this;
    return {
      get now() { return simulation.now; },
      after: (delay, act) => this.after(delay, act),
      tell: (node, kind, what, detail) => this.trace(node, { kind, what, detail }),
      command: (node, command) => this.command(node, command),
      wake: (node, stoodStillSince) => this.step(node, { kind: 'wake', stoodStillSince }),
      still: (node) => this.queue.remove(node.wake),
      actRoom: (node, action, text) => this.actRoom(node, action, text),
      tellAdapter: (node, port, isGone) => this.tellAdapter(node, port, isGone),
      changed: () => { this.changedAt = this.now; },
    };
  }

  private after(delay: Micros, act: () => void): void {
    this.pending++;
    this.schedule(new DriverEvent(this.now + delay, () => {
      this.pending--;
      act();
    }));
  }

  // The machine room.

  private roomDriver(): RoomDriver {
    const simulation = this;
    return {
      get now() { return simulation.now; },
      after: (delay, act) => this.after(delay, act),
      command: (node, command) => this.command(this.nodes[node], command),
      powerOff: (node) => this.powerOff(this.nodes[node]),
      powerOn: (node, system) => this.powerOn(this.nodes[node], system),
      stop: (node) => this.actions.freeze(this.nodes[node]),
      setLink: (link, isUp) => this.links.set(link, isUp),
      trace: (node, event) => this.traceAt(node, event),
    };
  }

  private actRoom(node: number, action: MachineAction, text: string): void {
    this.traceAt(node, { kind: isRecovery(action) ? 'recovery' : 'fault', what: action.kind, detail: text });
    this.room?.act(action, node);
  }

  private powerOff(node: SimNode): void {
    node.isOff = true;
    node.isFrozen = false;
    node.freezes++;
    node.held = [];
    this.queue.remove(node.wake);
    this.changedAt = this.now;
  }

  /** Nothing of before is left but what was typed; probes go on counting. */
  private powerOn(node: SimNode, system: number): void {
    const { plan } = node;
    node.boots++;
    const engine = new SystemNode(plan, new Prng(this.plan.seed, plan.name, `boot ${node.boots}`).u32(), node.system);
    node.engine = engine;
    node.system = engine;
    node.isOff = false;
    this.plan.links.forEach((link, index) => link.ends.forEach((end, at) => {
      if (end.node !== node.index || (link.system !== undefined && link.system !== system)) return;
      node.attachments[end.port] = { link: index, end: at };
      node.isSilentIn[end.port] = node.isSilentOut[end.port] = false;
    }));
    this.changedAt = this.now;
    this.room?.nodeStarts(node.index);
    this.command(node, { kind: 'start' });
    if (node.configuration >= 0) this.command(node, { kind: 'configure', configuration: node.configuration });
    this.links.tellStarted(node);
    for (const { node: from, request } of [...this.probes.values()]) {
      if (from === node.index) this.command(node, { kind: 'probe-start', probe: { ...request, firstSequence: this.nextSequence[request.probe] ?? 0 } });
    }
  }

  private tellAdapter(node: SimNode, port: number, isGone: boolean): void {
    const attachment = node.attachments[port];
    if (attachment === undefined) return;
    const peer = this.plan.links[attachment.link].ends[1 - attachment.end];
    if (this.plan.nodes[peer.node].adapter !== undefined) this.room?.deviceChanges(node.index, peer.node, peer.port, isGone);
  }
}
