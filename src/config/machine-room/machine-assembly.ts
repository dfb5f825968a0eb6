/**
 * The drafts of a machine room and the nodes that have been put together -> the room as data, and the nodes with what it makes of them.
 *
 * What can only be judged now: who a procedure, a console or a linked system names, and whether a virtual channel stays within one z/VM.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ControlPlan } from './control-plan.js';
import { parseCpCommand } from './cp-command.js';
import type { Findings } from '../config-error.js';
import type { AdapterDraft } from './machine-adapter.js';
import type { AdapterPlan, ChannelPlan, GuestPlan, MachineRoomPlan, PartitionPlan, VmSystemPlan } from './machine-plan.js';
import type { GuestDraft, MachineRoomDraft, PartitionDraft, SystemDraft } from './machine-room.js';
import type { LinkPlan, NodePlan } from '../plan.js';
import { commandText, type Procedure } from './rexx-procedure.js';
import { quote, suggestion } from '../spelling.js';
import type { NodeDraft } from '../topology/topology-node.js';
import type { AssembledNetwork } from '../topology/topology-plan.js';
import { listAlternatives } from '../frr/vty.js';

export interface MachineRoomNetwork {
  readonly network: AssembledNetwork;
  readonly room: MachineRoomPlan | undefined;
}

export function assembleMachineRoom(draft: MachineRoomDraft | undefined, network: AssembledNetwork, findings: Findings): MachineRoomNetwork {
  if (draft === undefined) {
    for (const { channel } of network.linkDrafts) {
      if (channel !== undefined && channel.kind !== 'ctc') findings.error(channel.place, `a link of kind ${channel.kind} needs "machines": both its ends are guests of one z/VM`);
    }
    return { network, room: undefined };
  }
  return new Assembly(draft, network, findings).result();
}

class Assembly {
  private readonly draft: MachineRoomDraft;
  private readonly network: AssembledNetwork;
  private readonly findings: Findings;
  private readonly partitions: readonly PartitionDraft[];
  private readonly systems: readonly SystemDraft[];

  constructor(draft: MachineRoomDraft, network: AssembledNetwork, findings: Findings) {
    this.draft = draft;
    this.network = network;
    this.findings = findings;
    this.partitions = draft.machines.flatMap(({ partitions }) => partitions);
    this.systems = this.partitions.flatMap(({ system }) => system ?? []);
  }

  result(): MachineRoomNetwork {
    const { machines } = this.draft;
    const partitions = machines.flatMap((machine, index) => machine.partitions.map((each): PartitionPlan => ({
      name: each.name, machine: index, node: this.nodeIndex(each.node), system: each.system === undefined ? -1 : this.systems.indexOf(each.system),
    })));
    const systems = this.systems.map((each): VmSystemPlan => this.system(each));
    const guests = this.systems.flatMap((system, index) => system.guests.map((guest): GuestPlan => this.guest(guest, system, index)));
    const adapters = new Map<number, AdapterPlan>();
    machines.forEach((machine, index) => machine.adapters.forEach((each) => adapters.set(this.nodeIndex(each.node), this.adapter(each, index))));
    const room: MachineRoomPlan = {
      machines: machines.map((machine) => ({ name: machine.name, adapters: machine.adapters.map((each) => this.nodeIndex(each.node)).sort((a, b) => a - b) })),
      partitions, systems, guests,
    };
    const hosts = this.hosts();
    const nodes = this.network.nodes.map((node, index): NodePlan => {
      const adapter = adapters.get(index);
      if (adapter !== undefined) return { ...node, adapter };
      if (node.kind === 'switch' || node.kind === 'osa') return node;
      return { ...node, control: this.control(index, hosts) };
    });
    return { network: { ...this.network, nodes, links: this.network.links.map((link, index) => this.link(link, index, guests)) }, room };
  }

  private nodeIndex(node: NodeDraft | undefined): number {
    return node === undefined ? -1 : this.network.drafts.indexOf(node);
  }

  private systemNamed(name: string): number {
    return this.systems.findIndex((each) => each.name === name);
  }

  private system(draft: SystemDraft): VmSystemPlan {
    this.checkProcedure(draft, draft.start);
    this.checkProcedure(draft, draft.stop);
    const rscs = new Map<number, number>();
    for (const { name, value, delayMicros } of draft.rscs) {
      const peer = this.systemNamed(name);
      const others = this.systems.filter((each) => each !== draft).map((each) => each.name);
      if (peer < 0 || this.systems[peer] === draft) value.error(`there is no other z/VM system ${quote(name)}${suggestion(name, others) || ';'} systems: ${listAlternatives(others, 'and') || 'none'}`, others);
      else if (!this.systems[peer].rscs.some((each) => each.name === draft.name)) value.error(`the RSCS of ${name} has no link to ${draft.name}: a link has two ends`);
      else rscs.set(peer, delayMicros);
    }
    const { takeover } = draft;
    let of = -1;
    if (takeover !== undefined) {
      of = this.systemNamed(takeover.of.source());
      const others = this.systems.filter((each) => each !== draft).map((each) => each.name);
      if (of < 0 || this.systems[of] === draft) takeover.of.error(`there is no other z/VM system ${quote(takeover.of.source())} to take over from; systems: ${listAlternatives(others, 'and') || 'none'}`, others);
    }
    const { prop } = draft;
    return {
      name: draft.name, partition: this.partitions.findIndex(({ system }) => system === draft), isUp: draft.isUp, iplMicros: draft.iplMicros, restartMicros: draft.restartMicros,
      start: draft.start?.procedure, stop: draft.stop?.procedure, shutdownMicros: draft.shutdownMicros,
      prop: prop?.table === undefined ? undefined : { operator: prop.operator, table: prop.table, actions: prop.actions, delayMicros: prop.delayMicros },
      rscs, takeover: takeover === undefined || of < 0 ? undefined : { of, steps: takeover.steps },
    };
  }

  /** Whoever a procedure names must be in the directory. */
  private checkProcedure({ guests, name }: SystemDraft, read: { readonly procedure: Procedure; readonly place: { readonly file: string; readonly line: number; readonly column: number } } | undefined): void {
    if (read === undefined) return;
    const users = guests.map((guest) => guest.user);
    for (const step of read.procedure.steps) {
      if (step.kind !== 'command') continue;
      const command = parseCpCommand(commandText(step.parts, new Map()));
      if (typeof command === 'string' || command.kind === 'sleep' || users.includes(command.user)) continue;
      this.findings.error(read.place, `line ${step.line} of ${read.procedure.name}: ${name} has no guest ${quote(command.user)}${suggestion(command.user, users) || ';'} guests: ${listAlternatives(users, 'and')}`, { allowed: users });
    }
  }

  private guest(draft: GuestDraft, system: SystemDraft, index: number): GuestPlan {
    const { secondaryUser } = draft;
    const users = system.guests.map((each) => each.user);
    if (secondaryUser !== undefined && !users.includes(secondaryUser.user)) {
      this.findings.error(secondaryUser.place, `there is no guest ${quote(secondaryUser.user)} for the console${suggestion(secondaryUser.user, users) || ';'} guests: ${listAlternatives(users, 'and')}`);
    }
    return {
      user: draft.user, system: index, node: this.nodeIndex(draft.node), startMicros: draft.startMicros, stopMicros: draft.stopMicros, privileges: draft.privileges,
      secondaryUser: secondaryUser?.user, isUp: draft.isUp && system.isUp,
    };
  }

  private adapter(draft: AdapterDraft, machine: number): AdapterPlan {
    const plan = this.network.nodes[this.nodeIndex(draft.node)];
    const portOf = (name: string): number => plan.interfaces.find((each) => each.name === name)?.port ?? -1;
    // An adapter without an address of its own has the one of the first interface that is its, as the topology gives it.
    const first = draft.units[0];
    const given = first === undefined ? undefined : this.network.nodes[this.nodeIndex(first.node)].interfaces.find((each) => each.device === first.name);
    const mac = draft.mac ?? (draft.mode === 'lcs' ? given?.mac : undefined) ?? plan.interfaces[0]?.mac ?? new Uint8Array(6);
    return {
      mode: draft.mode, machine, channelPath: draft.channelPath, mac, lanPort: draft.lan === undefined ? -1 : portOf('lan'),
      units: draft.units.map((unit) => {
        const partition = this.partitions.indexOf(unit.partition);
        return {
          port: portOf(unit.interface.name), name: unit.name, systemName: unit.node.name, addresses: unit.addresses, router: unit.router, isTakingOver: unit.isTakingOver,
          node: this.nodeIndex(unit.node), partition, system: unit.partition.system === undefined ? -1 : this.systems.indexOf(unit.partition.system),
        };
      }),
    };
  }

  private link(link: LinkPlan, index: number, guests: readonly GuestPlan[]): LinkPlan {
    const draft = this.network.linkDrafts[index];
    if (draft.partition !== undefined) {
      const partition = this.partitions.find(({ name }) => name === draft.partition);
      return partition?.system === undefined ? link : { ...link, system: this.systems.indexOf(partition.system) };
    }
    if (link.kind !== 'ctc') return link;
    const [a, b] = link.ends.map(({ node }) => guests.filter((guest) => guest.node === node).map((guest) => guest.system));
    const isWithin = a.some((system) => b.includes(system));
    const channel = draft.channel;
    if (channel !== undefined && channel.kind !== 'ctc' && !isWithin) {
      this.findings.error(channel.place, `a link of kind ${channel.kind} joins two guests of one z/VM; ${draft.ends[0].node.name} and ${draft.ends[1].node.name} are not`);
    }
    const plan: ChannelPlan = channel === undefined
      ? { kind: isWithin ? 'virtual-ctc' : 'ctc', channelPath: '', isCoupledByOperator: false }
      : { kind: channel.kind, channelPath: channel.channelPath, isCoupledByOperator: channel.isCoupledByOperator };
    return { ...link, channel: plan };
  }

  /** Where orders go: by the name of the node. */
  private hosts(): Map<string, Ipv4> {
    const hosts = new Map<string, Ipv4>();
    for (const { node, ssh, rexec } of this.systems.flatMap((system) => system.guests)) {
      if (node === undefined || (ssh === undefined && rexec === undefined)) continue;
      const interfaces = this.network.nodes[this.nodeIndex(node)].interfaces;
      const address = interfaces.find((each) => each.port >= 0 && each.medium !== 'ctc' && each.addresses.length > 0)?.addresses[0]?.address ??
        interfaces.find((each) => each.port >= 0 && each.addresses.length > 0)?.addresses[0]?.address;
      if (address !== undefined) hosts.set(node.name.toLowerCase(), address);
    }
    return hosts;
  }

  private control(index: number, hosts: ReadonlyMap<string, Ipv4>): ControlPlan {
    const guest = this.systems.flatMap((system) => system.guests).find((each) => this.nodeIndex(each.node) === index);
    return {
      hosts, patienceMicros: this.draft.patienceMicros,
      ...(guest?.ssh === undefined ? {} : { ssh: guest.ssh }), ...(guest?.rexec === undefined ? {} : { rexec: guest.rexec }),
    };
  }
}
