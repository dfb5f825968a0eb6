/**
 * The machine room in virtual time: what stops and starts with what, who is told, and what operators do. Read config/machine-plan first, and of the Redpaper
 * "Automation of Linux guest start and stop process", "Programmable Operator Facility" and "z/VM site takeover".
 *
 * Who notices what (each is traced as `noticed`):
 *
 *   cp force, guest's death      its peers on CTC and IUCV; on the LAN nobody: the adapter's port stays up, other systems share it
 *   cp sleep, panic              nobody
 *   cp det                       nobody (the Redpaper's adapter test); the adapter drops what the device had registered
 *   silence at an adapter        nobody
 *   cable out, port down         the switch and every stack on the adapter
 *   channel offline              the stacks of that partition; the switch sees its port up
 *   card                         all stacks and the switch
 *   CTC channel path             both ends
 *
 * That a stack is told of a lost LAN and of a lost channel is QDIO's and LCS's own signal; that a CTC's other end is told when a guest is logged off, and
 * that nobody is when it stands still, is CP's behaviour as the Redpaper's tests with CP SLEEP and CP FORCE show it.
 * A node that is started again is a new engine: nothing that it knew is left, but what had been typed. Times that the paper does not give are the plan's.
 */
import type { Micros } from '../base/micros.js';
import { parseCpCommand, type CpCommand } from '../config/machine-room/cp-command.js';
import type { GuestPlan, MachineAction, MachineRoomPlan, TakeoverStep, VmSystemPlan } from '../config/machine-room/machine-plan.js';
import type { LinkPlan, NodePlan } from '../config/plan.js';
import type { Command } from '../engine/engine.js';
import type { RoomRequest } from '../engine/room-request.js';
import type { TraceEvent } from '../engine/trace.js';
import type { MachineTrace } from '../engine/trace-machine.js';
import { ProgrammableOperator } from './programmable-operator.js';

/** What the room needs from the simulation. */
export interface RoomDriver {
  readonly now: Micros;
  /** Something that is still to come. */
  after(delay: Micros, act: () => void): void;
  command(node: number, command: Command): void;
  /** Its state is gone. */
  powerOff(node: number): void;
  /** A new engine, at the links of the system in which it runs (-1: of no system). */
  powerOn(node: number, system: number): void;
  /** It stands still for good. */
  stop(node: number): void;
  setLink(link: number, isUp: boolean): void;
  /** -1: of no node. */
  trace(node: number, event: TraceEvent): void;
}

type GuestState = 'off' | 'starting' | 'up' | 'stopping' | 'halted';

class Guest {
  readonly plan: GuestPlan;
  state: GuestState;
  /** Counts what has happened to it: what was planned before does not happen. */
  generation = 0;

  constructor(plan: GuestPlan) {
    this.plan = plan;
    this.state = plan.isUp ? 'up' : 'off';
  }

  get isRunning(): boolean {
    return this.state === 'up' || this.state === 'stopping';
  }
}

class VmSystem {
  readonly plan: VmSystemPlan;
  state: 'down' | 'starting' | 'up' | 'stopping';
  generation = 0;
  /** RSCS links that do not work. */
  readonly brokenRscs = new Set<number>();

  constructor(plan: VmSystemPlan) {
    this.plan = plan;
    this.state = plan.isUp ? 'up' : 'down';
  }
}

/** An operator's own privileges. */
const ALL_CLASSES = 'ABCDEFG';

export class MachineRoom {
  private readonly driver: RoomDriver;
  private readonly plan: MachineRoomPlan;
  private readonly nodes: readonly NodePlan[];
  private readonly links: readonly LinkPlan[];
  private readonly systems: readonly VmSystem[];
  private readonly guests: readonly Guest[];
  /** Links whose channel path is off. */
  private readonly offline = new Set<number>();
  /** Virtual CTCs that wait for COUPLE. */
  private readonly uncoupled = new Set<number>();
  /** Adapters of machines that stand still. */
  private readonly darkCards = new Set<number>();
  /** Nodes that run. */
  private readonly running: boolean[];
  private readonly operator: ProgrammableOperator;

  constructor(plan: MachineRoomPlan, nodes: readonly NodePlan[], links: readonly LinkPlan[], driver: RoomDriver) {
    this.plan = plan;
    this.nodes = nodes;
    this.links = links;
    this.driver = driver;
    this.systems = plan.systems.map((each) => new VmSystem(each));
    this.guests = plan.guests.map((each) => new Guest(each));
    this.running = nodes.map((_, node) => this.isInitiallyUp(node));
    this.operator = new ProgrammableOperator(plan, driver, {
      isUp: (system) => this.systems[system].state === 'up',
      generation: (system) => this.systems[system].generation,
      isUserUp: (system, user) => this.guests.some(({ plan: { system: home, user: name }, state }) => home === system && name === user && state === 'up'),
      isLinkBroken: (from, to) => this.systems[from].brokenRscs.has(to),
      cp: (system, text) => this.cp(system, text, ALL_CLASSES),
      operation: (system, what) => this.operation(system, what),
    });
  }

  /** A node that is no guest, or a guest that runs from the beginning. */
  isInitiallyUp(node: number): boolean {
    const homes = this.guests.filter((guest) => guest.plan.node === node);
    return homes.length === 0 || homes.some((guest) => guest.plan.isUp);
  }

  /** The z/VM system at whose links a node starts; -1: of none. */
  initialSystem(node: number): number {
    const homes = this.guests.filter((guest) => guest.plan.node === node);
    return (homes.find((guest) => guest.plan.isUp) ?? homes[0])?.plan.system ?? -1;
  }

  /** A node begins: its adapters serve it, and its channels are there. */
  nodeStarts(node: number): void {
    this.setUnits(node, 'guest', false);
    // Its directory entry gives a guest its devices anew.
    this.setUnits(node, 'device', false);
    for (const link of this.channelsOf(node)) this.updateChannel(link);
  }

  act(action: MachineAction, node: number): void {
    switch (action.kind) {
      case 'machine':
        if (action.target === 'machine') this.machineAction(action.index, action.verb === 'fail');
        else if (action.target === 'partition') this.partitionAction(action.index, action.verb === 'fail');
        else this.systemAction(action.index, action.verb);
        return;
      case 'cp-command': {
        const system = action.system >= 0 ? action.system : this.homeOf(node)?.plan.system ?? -1;
        const problem = this.systems[system]?.state === 'up' ? this.cp(system, action.command, ALL_CLASSES) : 'z/VM is down';
        if (problem !== undefined) this.operation(system, `${action.command}: ${problem}`);
        return;
      }
      case 'rscs':
        for (const [one, other] of [[action.system, action.peer], [action.peer, action.system]]) {
          if (action.isUp) this.systems[one].brokenRscs.delete(other);
          else this.systems[one].brokenRscs.add(other);
        }
        this.noticed(-1, `RSCS link ${this.plan.systems[action.system].name} - ${this.plan.systems[action.peer].name} ${action.isUp ? 'up' : 'down'}`, 'peer', 'RSCS of both systems');
        return;
      case 'guest': this.guestAction(node, action.verb); return;
      case 'console': this.console(node, action.message); return;
      case 'couple': {
        const link = this.channelsOf(node).find((each) => this.links[each].ends.some((end) => end.node === node && end.port === action.port));
        if (link === undefined) return;
        this.uncoupled.delete(link);
        this.updateChannel(link);
        return;
      }
      case 'channel':
        if (action.isOnline) this.offline.delete(action.link);
        else this.offline.add(action.link);
        this.noticed(-1, `channel path of ${this.links[action.link].ends[0].label} ${action.isOnline ? 'online' : 'offline'}`, 'peer', 'both ends');
        this.updateChannel(action.link);
        return;
      case 'adapter': this.adapterAction(node, action.part, action.isBroken, action.partition); return;
      case 'cable': this.cable(node, action.isPlugged); return;
      case 'control-order': return; // the node's own doing
    }
  }

  /** What a node asks for. */
  request(node: number, request: RoomRequest): void {
    const guest = this.runningHome(node);
    switch (request.kind) {
      case 'cp':
        this.answer(node, request.reference, guest === undefined ? 'it is nobody\'s guest: there is no CP' : this.cp(guest.plan.system, request.command, guest.plan.privileges));
        return;
      case 'rscs-message':
        if (guest === undefined) this.answer(node, request.reference, 'it is nobody\'s guest: there is no RSCS');
        else this.operator.message(guest.plan, request.system, request.text, (problem) => this.answer(node, request.reference, problem));
        return;
      case 'signal':
      case 'register':
    }
  }

  /** A device is taken from a guest, or given back. */
  deviceChanges(node: number, adapter: number, port: number, isGone: boolean): void {
    this.driver.command(adapter, { kind: 'adapter', part: 'device', isBroken: isGone, ports: [port] });
    if (isGone) this.noticed(node, `device of ${this.nodes[adapter].name} detached`, 'nobody', 'the driver goes on as if it had it, the port at the switch stays up');
  }

  /** A guest takes no steps, and nothing of it is gone. */
  standsStill(node: number): void {
    if (this.runningHome(node) !== undefined) this.noticed(node, 'the guest stands still', 'nobody', 'it stays logged on, its devices and channels stay');
  }

  portIsSilent(node: number): void {
    if (this.nodes[node].adapter !== undefined || this.unitsOf(node).length > 0) this.noticed(node, 'frames are lost', 'nobody', 'the signal stays at both ends');
  }

  // Machines, partitions, z/VM systems.

  private machineAction(index: number, isFailure: boolean): void {
    const { name, adapters } = this.plan.machines[index];
    this.state('machine', name, isFailure ? 'stops' : 'is activated', '');
    for (const adapter of adapters) {
      this.darkCards[isFailure ? 'add' : 'delete'](adapter);
      if (isFailure && (this.nodes[adapter].adapter?.lanPort ?? -1) >= 0) this.noticed(adapter, `card of ${this.nodes[adapter].name}`, 'switch', 'its port loses the signal');
      this.driver.command(adapter, { kind: 'adapter', part: 'card', isBroken: isFailure, ports: [] });
    }
    this.plan.partitions.forEach(({ machine }, partition) => {
      if (machine === index) this.partitionAction(partition, isFailure);
    });
  }

  private partitionAction(index: number, isFailure: boolean): void {
    const { name, node, system } = this.plan.partitions[index];
    this.state('partition', name, isFailure ? 'stops' : 'is activated', '');
    if (system >= 0) {
      if (isFailure) this.endSystem(system, 'its partition stops');
    } else if (node >= 0) {
      if (isFailure) this.stopNode(node);
      else if (!this.running[node]) this.startNode(node, -1);
    }
  }

  private systemAction(index: number, verb: string): void {
    const system = this.systems[index];
    switch (verb) {
      case 'fail': this.endSystem(index, 'it cannot restart'); return;
      case 'abend':
        if (system.state === 'down') return;
        this.endSystem(index, 'abend');
        if (system.plan.restartMicros > 0) {
          const { generation } = system;
          this.operation(index, 'CP restarts');
          this.driver.after(system.plan.restartMicros, () => {
            if (system.generation === generation) this.ipl(index);
          });
        }
        return;
      case 'ipl': this.ipl(index); return;
      case 'shutdown': this.shutdownSystem(index); return;
      case 'takeover': this.takeover(index); return;
    }
  }

  private endSystem(index: number, reason: string): void {
    const system = this.systems[index];
    if (system.state === 'down') return;
    system.state = 'down';
    system.generation++;
    this.state('z/VM', system.plan.name, 'ends', reason);
    for (const guest of this.guests) if (guest.plan.system === index) this.logOff(guest, `${system.plan.name} has ended`);
  }

  private ipl(index: number, then?: () => void): void {
    const system = this.systems[index];
    if (system.state !== 'down') {
      this.operation(index, `IPL: ${system.plan.name} runs already`);
      return;
    }
    system.state = 'starting';
    const generation = ++system.generation;
    this.state('z/VM', system.plan.name, 'IPL', '');
    this.driver.after(system.plan.iplMicros, () => {
      if (system.generation !== generation) return;
      system.state = 'up';
      this.state('z/VM', system.plan.name, 'is up', '');
      if (system.plan.start !== undefined) {
        this.operation(index, `CP logs on AUTOLOG1, whose PROFILE EXEC calls ${system.plan.start.name}`);
        this.operator.run(index, system.plan.start, '', '', () => then?.());
      } else then?.();
    });
  }

  private shutdownSystem(index: number): void {
    const system = this.systems[index];
    if (system.state !== 'up') return;
    const { stop, shutdownMicros } = system.plan;
    const end = (): void => {
      if (system.state !== 'up') return;
      system.state = 'stopping';
      const generation = ++system.generation;
      this.operation(index, 'SHUTDOWN');
      this.driver.after(shutdownMicros, () => {
        if (system.generation === generation) this.endSystem(index, 'shutdown complete');
      });
    };
    if (stop === undefined) end();
    else {
      this.operation(index, `the operator calls ${stop.name}`);
      this.operator.run(index, stop, '', '', end);
    }
  }

  /** The steps one after the other, each when the one before is done. */
  private takeover(index: number): void {
    const plan = this.plan.systems[index].takeover;
    if (plan === undefined) return;
    const next = (step: number): void => {
      if (step >= plan.steps.length) {
        this.operation(index, `the takeover from ${this.plan.systems[plan.of].name} is done`);
        return;
      }
      this.takeoverStep(index, plan.of, plan.steps[step], step + 1, () => next(step + 1));
    };
    next(0);
  }

  private takeoverStep(index: number, of: number, { action, text, durationMicros, source }: TakeoverStep, number: number, done: () => void): void {
    this.operation(index, `takeover, step ${number}: ${text}`, source);
    this.driver.after(durationMicros, () => {
      const system = this.systems[index];
      switch (action) {
        case 'reset': {
          const { partition } = this.plan.systems[of];
          this.state('partition', this.plan.partitions[partition].name, 'is reset', '');
          this.endSystem(of, 'its partition is reset');
          // What was to restart there does not.
          this.systems[of].generation++;
          this.systems[of].state = 'down';
          break;
        }
        case 'ipl':
          if (system.state === 'down') {
            this.ipl(index, done);
            return;
          }
          break;
        case 'start':
          if (system.state === 'up' && system.plan.start !== undefined) {
            this.operator.run(index, system.plan.start, '', '', done);
            return;
          }
          this.operation(index, system.state === 'up' ? 'there is no start procedure' : `${system.plan.name} is not up: nothing is started`);
          break;
        case 'wait':
        case 'pprc':
      }
      done();
    });
  }

  // Guests.

  /** Where a node runs, or would. */
  private homeOf(node: number): Guest | undefined {
    const homes = this.guests.filter((guest) => guest.plan.node === node);
    return homes.find((guest) => guest.state !== 'off') ?? homes.find((guest) => this.systems[guest.plan.system].state === 'up') ?? homes[0];
  }

  private runningHome(node: number): Guest | undefined {
    return this.guests.find((guest) => guest.plan.node === node && guest.isRunning);
  }

  private guestAction(node: number, verb: 'shutdown' | 'start' | 'panic'): void {
    const guest = this.homeOf(node);
    if (verb === 'panic') {
      if (!this.running[node]) return;
      this.driver.stop(node);
      this.noticed(node, 'kernel panic', 'nobody', 'the guest stays logged on, its devices stay');
      this.console(node, 'Kernel panic: Fatal exception');
      return;
    }
    if (guest === undefined) return;
    if (verb === 'shutdown') this.halt(guest, () => this.logOff(guest, 'logged off'));
    else {
      const problem = this.logOn(guest);
      if (problem !== undefined) this.operation(guest.plan.system, `${guest.plan.user} is not started: ${problem}`);
    }
  }

  private logOn(guest: Guest): string | undefined {
    const { plan } = guest;
    if (this.systems[plan.system].state !== 'up') return 'z/VM is not up';
    if (guest.state !== 'off') return `HCP054E ${plan.user} already logged on`;
    const elsewhere = plan.node < 0 ? undefined : this.guests.find((each) => each !== guest && each.plan.node === plan.node && each.state !== 'off');
    // A real one would come up beside it, with the same addresses and the same disks.
    if (elsewhere !== undefined) return `${plan.user} still runs in ${this.plan.systems[elsewhere.plan.system].name}: both would write to its disks`;
    guest.state = 'starting';
    const generation = ++guest.generation;
    this.guestState(guest, 'is logged on', 'boots');
    this.driver.after(plan.node < 0 ? 0 : plan.startMicros, () => {
      if (guest.generation !== generation) return;
      guest.state = 'up';
      this.guestState(guest, 'is up', '');
      if (plan.node >= 0) this.startNode(plan.node, plan.system);
    });
    return undefined;
  }

  private halt(guest: Guest, then?: () => void): void {
    const { plan } = guest;
    if (guest.state !== 'up') return;
    guest.state = 'stopping';
    const generation = ++guest.generation;
    this.guestState(guest, 'shuts down', '');
    if (plan.node >= 0) this.driver.command(plan.node, { kind: 'halt' });
    this.driver.after(plan.stopMicros, () => {
      if (guest.generation !== generation) return;
      guest.state = 'halted';
      this.guestState(guest, 'has halted', '');
      if (plan.node >= 0) this.stopNode(plan.node);
      then?.();
    });
  }

  /** At once, whatever it was doing. */
  private logOff(guest: Guest, reason: string): void {
    if (guest.state === 'off') return;
    const wasRunning = guest.isRunning;
    guest.state = 'off';
    guest.generation++;
    this.guestState(guest, 'is gone', reason);
    if (guest.plan.node >= 0 && wasRunning) this.stopNode(guest.plan.node);
  }

  private stopNode(node: number): void {
    if (!this.running[node]) return;
    this.running[node] = false;
    this.driver.powerOff(node);
    this.setUnits(node, 'guest', true);
    const channels = this.channelsOf(node);
    for (const link of channels) {
      if (this.links[link].channel?.isCoupledByOperator === true) this.uncoupled.add(link);
      this.updateChannel(link);
    }
    const peers = channels.flatMap((link) => this.links[link].ends.filter((end) => end.node !== node && this.running[end.node]).map((end) => end.label));
    if (peers.length > 0) this.noticed(node, 'its end of a channel is gone', 'peer', peers.join(', '));
    if (this.unitsOf(node).some(({ adapter }) => !this.darkCards.has(adapter) && (this.nodes[adapter].adapter?.lanPort ?? -1) >= 0)) this.noticed(node, 'it no longer answers on the LAN', 'nobody', 'the adapter\'s port stays up for whoever shares it');
  }

  private startNode(node: number, system: number): void {
    this.running[node] = true;
    this.driver.powerOn(node, system);
  }

  // CP, procedures, consoles.

  /** A problem, in CP's words; undefined: it was done. */
  private cp(system: number, text: string, classes: string): string | undefined {
    if (this.systems[system]?.state !== 'up') return 'z/VM is down';
    const command = parseCpCommand(text);
    if (typeof command === 'string') return `HCP001E Unknown CP command: ${text.split(/\s+/)[0].toUpperCase()}`;
    if (command.kind === 'sleep') return undefined;
    const needed = NEEDED_CLASSES[command.kind];
    // Who has not the class does not have the command.
    if (![...needed].some((each) => classes.includes(each))) return `HCP001E Unknown CP command: ${command.verb}`;
    const guest = this.guests.find(({ plan }) => plan.system === system && plan.user === command.user);
    if (guest === undefined) return `HCP053E ${command.user} not in CP directory`;
    return this.obey(command, guest, text);
  }

  private obey(command: Exclude<CpCommand, { kind: 'sleep' }>, guest: Guest, text: string): string | undefined {
    const { user, system } = guest.plan;
    if (command.kind !== 'xautolog' && command.kind !== 'reset' && guest.state === 'off') return `HCP045E ${user} not logged on`;
    switch (command.kind) {
      case 'xautolog':
        this.operation(system, `XAUTOLOG ${user}`);
        return this.logOn(guest);
      case 'force':
      case 'reset':
        this.operation(system, `FORCE ${user}`);
        this.logOff(guest, 'forced off');
        return command.kind === 'reset' ? this.logOn(guest) : undefined;
      case 'logoff':
        this.logOff(guest, 'logged off');
        return undefined;
      case 'send':
        this.operation(system, `${text.trim().split(/\s+/).slice(0, 3).join(' ')}`);
        if (/^(halt|shutdown)\b/i.test(command.text)) this.halt(guest);
        return undefined;
    }
  }

  private console(node: number, message: string): void {
    const guest = this.runningHome(node);
    if (guest !== undefined) this.operator.console(node, guest.plan, message);
  }

  private answer(node: number, reference: number, problem: string | undefined): void {
    // Behind the step in which it was asked.
    this.driver.after(0, () => this.driver.command(node, { kind: 'room-answer', reference, ...(problem === undefined ? {} : { problem }) }));
  }

  // Adapters and channels.

  private unitsOf(node: number): { readonly adapter: number; readonly port: number; readonly system: number }[] {
    return this.plan.machines.flatMap(({ adapters }) => adapters.flatMap((adapter) =>
      (this.nodes[adapter].adapter?.units ?? []).filter((unit) => unit.node === node).map(({ port, system }) => ({ adapter, port, system }))));
  }

  /** Of a node that runs: those of its home. */
  private setUnits(node: number, part: 'guest' | 'device', isBroken: boolean): void {
    const home = this.runningHome(node)?.plan.system ?? -1;
    for (const { adapter, port, system } of this.unitsOf(node)) {
      if (isBroken || system === home) this.driver.command(adapter, { kind: 'adapter', part, isBroken, ports: [port] });
    }
  }

  private adapterAction(adapter: number, part: 'card' | 'port' | 'channel', isBroken: boolean, partition: number): void {
    const { name, adapter: plan } = this.nodes[adapter];
    const units = (plan?.units ?? []).filter((unit) => partition < 0 || unit.partition === partition);
    this.state(part === 'channel' ? 'channel' : 'adapter', part === 'channel' ? `${plan?.channelPath ?? ''} (${name})`.trim() : name,
      part === 'channel' ? (isBroken ? 'offline' : 'online') : `${part} ${isBroken ? 'fails' : 'works again'}`, '');
    if (isBroken) {
      const stacks = [...new Set(units.filter((unit) => this.running[unit.node]).map((unit) => unit.systemName))].join(', ');
      if (stacks !== '') this.noticed(adapter, `${part} of ${name}`, 'stack', stacks);
      if (part !== 'channel' && (plan?.lanPort ?? -1) >= 0) this.noticed(adapter, `${part} of ${name}`, 'switch', 'its port loses the signal');
    }
    this.driver.command(adapter, { kind: 'adapter', part, isBroken, ports: units.map((unit) => unit.port) });
  }

  private cable(adapter: number, isPlugged: boolean): void {
    const { name, adapter: plan } = this.nodes[adapter];
    const link = this.links.findIndex(({ ends }) => ends.some((end) => end.node === adapter && end.port === plan?.lanPort));
    this.state('adapter', name, isPlugged ? 'has its cable again' : 'loses its cable', '');
    if (!isPlugged) {
      const stacks = [...new Set((plan?.units ?? []).filter((unit) => this.running[unit.node]).map((unit) => unit.systemName))].join(', ');
      this.noticed(adapter, `cable of ${name}`, 'switch', 'its port loses the signal');
      if (stacks !== '') this.noticed(adapter, `cable of ${name}`, 'stack', stacks);
    }
    this.driver.setLink(link, isPlugged);
  }

  private channelsOf(node: number): number[] {
    return this.links.flatMap(({ channel, ends }, link) => (channel !== undefined && ends.some((end) => end.node === node) ? [link] : []));
  }

  private updateChannel(link: number): void {
    const { ends, channel } = this.links[link];
    const isVirtual = channel !== undefined && channel.kind !== 'ctc';
    const [a, b] = ends.map(({ node }) => this.runningHome(node)?.plan.system ?? -1);
    const isUp = ends.every(({ node }) => this.running[node]) && !this.offline.has(link) && !this.uncoupled.has(link) && (!isVirtual || a === b);
    this.driver.setLink(link, isUp);
  }

  // Traces.

  private state(what: Extract<MachineTrace, { kind: 'machine-state' }>['what'], name: string, state: string, reason: string): void {
    this.driver.trace(-1, { kind: 'machine-state', what, name, state, reason });
  }

  private guestState({ plan }: Guest, state: string, reason: string): void {
    this.driver.trace(plan.node, { kind: 'machine-state', what: 'guest', name: `${plan.user} of ${this.plan.systems[plan.system].name}`, state, reason });
  }

  private operation(system: number, what: string, source = ''): void {
    this.driver.trace(-1, { kind: 'operation', system: this.plan.systems[system]?.name ?? '-', what, source });
  }

  private noticed(node: number, what: string, by: Extract<MachineTrace, { kind: 'noticed' }>['by'], detail: string): void {
    this.driver.trace(node, { kind: 'noticed', what, by, detail });
  }
}

const NEEDED_CLASSES: Readonly<Record<Exclude<CpCommand['kind'], 'sleep'>, string>> = { xautolog: 'AB', force: 'A', reset: 'A', logoff: 'CG', send: 'CG' };
