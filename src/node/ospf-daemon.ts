/**
 * The OSPF daemon of a node: an OSPF process, its raw socket, and its connection to zebra.
 *
 * A daemon that is killed is dropped without a word; the kernel closes its socket, so its groups are left. Started again
 * it is a new process that knows nothing. Its random stream goes on, so that two lives of it differ.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import { NEVER, type Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import type { InterfacePlan, NodePlan } from '../config/plan.js';
import type { TraceEvent } from '../engine/trace.js';
import type { BfdDaemon } from '../host/bfd.js';
import type { DiscardReason } from '../host/discard.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import type { BfdWish, IpHeaderFields, OspfConfiguration } from '../ospf/configuration.js';
import type { InstalledRoute, OspfEnvironment, PacketDiscard, SystemInterface } from '../ospf/environment.js';
import type { KnownChoices, ProcessRandomness } from '../ospf/known-choices.js';
import { rewatchNeighbors } from '../ospf/neighbor-watch.js';
import { OspfProcess } from '../ospf/process.js';
import { IpProtocol } from '../wire/ipv4.js';
import { mprouteMessage } from './mproute-console.js';
import type { Zebra } from './zebra.js';

/** Linux's net.ipv4.igmp_max_memberships. */
const LINUX_MEMBERSHIPS = 20;

const DISCARDS: Readonly<Record<PacketDiscard, DiscardReason>> = {
  'none runs': 'OSPF where none runs', 'own address': 'OSPF from an address of our own', 'not a designated router': 'OSPF to AllDRouters, where we are not one',
  'no room': 'OSPF that the socket had no room for',
};

function systemInterfaces(interfaces: readonly InterfacePlan[]): SystemInterface[] {
  return interfaces.map((i) => ({ index: i.index, name: i.name, mtu: i.mtu, bandwidthMbps: i.bandwidthMbps,
    isLoopback: i.medium === 'loopback', isPointToPoint: i.medium === 'ctc', addresses: i.addresses }));
}

export class OspfDaemon implements OspfEnvironment {
  process: OspfProcess | undefined;
  /** The daemon runs; `process` only where `router ospf` is configured. */
  isRunning = false;
  private configuration: OspfConfiguration | undefined;
  /** As its system calls it. */
  private readonly name: string;
  /** Its states are told with IBM's messages. */
  private readonly hasConsole: boolean;
  private readonly behaviour: OspfBehaviour;
  private readonly host: Host;
  private readonly zebra: Zebra;
  private readonly bfd: BfdDaemon | undefined;
  private readonly randomness: ProcessRandomness;
  private systemInterfaces: readonly SystemInterface[];
  private readonly maximumMemberships: number;
  /** Interface and group, in the order of joining. */
  private memberships: { networkInterface: NetworkInterface; group: Ipv4 }[] = [];
  /** ospfd numbers its IP packets itself, from some start. */
  private identification: number;
  private now: Micros = 0;
  /** The note of a graceful restart that survives the daemon: when its period ends. FRR has it in a file. */
  private restartUntil: Micros | undefined;

  constructor(plan: NodePlan, configuration: OspfConfiguration | undefined, behaviour: OspfBehaviour, seed: number, host: Host, zebra: Zebra, bfd?: BfdDaemon, known?: KnownChoices) {
    this.configuration = configuration;
    this.maximumMemberships = plan.maximumMemberships ?? LINUX_MEMBERSHIPS;
    this.name = plan.kind === 'zvm' ? 'mproute' : 'ospfd';
    this.hasConsole = plan.kind === 'zvm';
    this.behaviour = behaviour;
    this.host = host;
    this.zebra = zebra;
    this.bfd = bfd;
    this.randomness = {
      protocol: new Prng(seed, plan.name, 'ospf'), refresh: new Prng(seed, plan.name, 'ospf-refresh'), socket: new Prng(seed, plan.name, 'ospf-socket'), known,
    };
    this.identification = this.randomness.protocol.integer(0, 0xffff);
    this.systemInterfaces = systemInterfaces(plan.interfaces);
  }

  nextDeadline(): Micros {
    return this.process?.nextDeadline() ?? NEVER;
  }

  firstDeadline(): Micros {
    return this.process?.firstDeadline() ?? NEVER;
  }

  passRounds(until: Micros): void {
    this.process?.passRounds(until);
  }

  fireTimers(now: Micros): void {
    this.now = now;
    this.process?.fireTimers(now);
  }

  launch(now: Micros): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.now = now;
    this.host.trace({ kind: 'daemon', daemon: this.name, what: 'started' });
    this.startProcess(now);
  }

  private startProcess(now: Micros): void {
    const { host, configuration } = this;
    if (configuration === undefined) return;
    const process = new OspfProcess(configuration, this.behaviour, this, this.randomness, this.systemInterfaces, this.zebra.redistributableRoutes());
    this.process = process;
    host.setRawReceiver(IpProtocol.ospf, (at, interfaceIndex, source, destination, packet) => {
      this.now = at;
      process.receive(at, interfaceIndex, source, destination, packet, host.incomingTimeToLive);
    });
    process.start(now, (interfaceIndex) => this.isOperative(interfaceIndex), this.restartUntil);
    this.restartUntil = undefined; // it is good for one start
  }

  private isOperative(interfaceIndex: number): boolean {
    const networkInterface = this.host.interfaceByIndex(interfaceIndex);
    return networkInterface !== undefined && this.zebra.isOperative(networkInterface) && !this.isBehindParallel(networkInterface.name);
  }

  private parallelTo(name: string): readonly string[] | undefined {
    return this.configuration?.parallelInterfaces?.find((group) => group.includes(name));
  }

  /** It is up, and another interface to the same subnet, which comes before it, is, too: that one carries OSPF. */
  isBehindParallel(name: string): boolean {
    const up = this.parallelTo(name)?.filter((each) => {
      const networkInterface = this.host.interfaceByName(each);
      return networkInterface !== undefined && this.zebra.isOperative(networkInterface);
    });
    return up !== undefined && up.indexOf(name) > 0;
  }

  /** `graceful-restart prepare ip ospf`: the next end and start are a graceful restart. [3623:2.1] */
  prepareRestart(now: Micros): void {
    if (this.process === undefined) return;
    this.now = now;
    const until = this.process.prepareRestart(now);
    if (typeof until === 'number') this.restartUntil = until;
    this.trace({ kind: 'message', clause: '[3623:2.1]', text: typeof until === 'number' ? 'prepares a graceful restart' : `no graceful restart: ${until}` });
  }

  kill(now: Micros): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    if (this.process !== undefined) this.drop(now);
    this.host.trace({ kind: 'daemon', daemon: this.name, what: 'killed' });
  }

  stop(now: Micros): void {
    if (!this.isRunning) return;
    this.now = now;
    this.isRunning = false;
    this.stopProcess(now);
    this.host.trace({ kind: 'daemon', daemon: this.name, what: 'stopped' });
  }

  private stopProcess(now: Micros): void {
    if (this.process === undefined) return;
    this.process.stop(now);
    this.drop(now);
  }

  /** What the daemon is told from now on; one that does not run reads it when it is started. Undefined: there is no `router ospf`. */
  reconfigure(now: Micros, configuration: OspfConfiguration | undefined, interfaces: readonly InterfacePlan[], isRestarted: boolean): void {
    this.now = now;
    this.configuration = configuration;
    this.systemInterfaces = systemInterfaces(interfaces);
    if (!this.isRunning) return;
    if (configuration === undefined) this.process?.retire(now, (at) => this.drop(at)); // after its time as a stub router, if it has one
    else if (this.process === undefined) this.startProcess(now);
    else if (isRestarted || !this.process.reconfigure(now, configuration, this.systemInterfaces, (index) => this.isOperative(index))) {
      this.stopProcess(now);
      this.startProcess(now);
    }
  }

  clear(now: Micros, what: 'process' | 'neighbor' | 'interface', name: string): void {
    this.now = now;
    this.process?.clear(now, what, name);
  }

  interfaceChanged(now: Micros, networkInterface: NetworkInterface): void {
    this.now = now;
    for (const name of this.parallelTo(networkInterface.name) ?? [networkInterface.name]) {
      const index = this.host.interfaceByName(name)?.index ?? -1;
      this.process?.interfaceChanged(now, index, this.isOperative(index));
    }
  }

  routesChanged(now: Micros): void {
    this.now = now;
    this.process?.routesChanged(now, this.zebra.redistributableRoutes());
  }

  private drop(now: Micros): void {
    this.process = undefined;
    this.host.setRawReceiver(IpProtocol.ospf, undefined);
    for (const { networkInterface, group } of this.memberships) networkInterface.membership?.leave(now, group);
    this.memberships = [];
    this.zebra.ospfGone(this.now, this.restartUntil);
    this.bfd?.unwatchAll(now);
  }

  // OspfEnvironment.

  send(interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array, header?: IpHeaderFields): void {
    const networkInterface = this.host.interfaceByIndex(interfaceIndex);
    if (networkInterface === undefined) return;
    this.identification = (this.identification + 1) & 0xffff;
    this.host.sendDirect(this.now, networkInterface, source, destination, IpProtocol.ospf, this.identification, packet, header?.timeToLive, header?.typeOfService); // [2328:A.1 protocol]
  }

  sendRouted(source: Ipv4, destination: Ipv4, timeToLive: number, packet: Uint8Array): void {
    this.identification = (this.identification + 1) & 0xffff;
    this.host.sendRouted(this.now, source, destination, IpProtocol.ospf, timeToLive, this.identification, packet);
  }

  joinGroup(interfaceIndex: number, group: Ipv4): void | false {
    const networkInterface = this.host.interfaceByIndex(interfaceIndex);
    if (networkInterface === undefined) return;
    if (this.behaviour.isOneSocketInAllGroups === true && this.memberships.length >= this.maximumMemberships) {
      this.trace({ kind: 'message', clause: '', text: `${networkInterface.name}: cannot join ${formatIpv4(group)}, net.ipv4.igmp_max_memberships allows ${this.maximumMemberships} groups` });
      return false;
    }
    this.memberships.push({ networkInterface, group });
    networkInterface.membership?.join(this.now, group);
  }

  leaveGroup(interfaceIndex: number, group: Ipv4): void {
    const at = this.memberships.findIndex((m) => m.networkInterface.index === interfaceIndex && m.group === group);
    if (at < 0) return;
    const [{ networkInterface }] = this.memberships.splice(at, 1);
    networkInterface.membership?.leave(this.now, group);
  }

  resolve(interfaceIndex: number, address: Ipv4): void {
    const networkInterface = this.host.interfaceByIndex(interfaceIndex);
    if (networkInterface?.hasCarrier) networkInterface.arp?.resolve(this.now, address);
  }

  expectRoutes(routes: Uint32Array): void {
    this.zebra.expectRoutes(routes);
  }

  installRoute(route: InstalledRoute): void {
    this.zebra.installOspf(this.now, route);
    this.tellExports();
  }

  withdrawRoute(network: Ipv4, prefixLength: number): void {
    this.zebra.withdrawOspf(this.now, network, prefixLength);
    this.tellExports();
  }

  /** Another route to a prefix has become the best, or is it no longer: what is redistributed changes with it. */
  private tellExports(): void {
    const { process } = this;
    if (process === undefined || !this.zebra.takeExportChange()) return;
    process.defer((now) => process.exportsChanged(now, this.zebra.redistributableRoutes()));
  }

  restartFinished(): void {
    this.zebra.ospfRestarted(this.now);
  }

  watchNeighbor(interfaceIndex: number, address: Ipv4, wish: BfdWish): void {
    this.bfd?.watch(this.now, interfaceIndex, address, wish);
  }

  unwatchNeighbor(interfaceIndex: number, address: Ipv4): void {
    this.bfd?.unwatch(this.now, interfaceIndex, address);
  }

  /** bfdd was started again. */
  rewatch(now: Micros): void {
    this.now = now;
    for (const owner of this.process?.interfaces ?? []) if (owner.parameters.bfd !== undefined) rewatchNeighbors(owner);
  }

  /** bfdd has lost the path to a neighbour. */
  neighborLost(now: Micros, interfaceIndex: number, address: Ipv4): void {
    this.now = now;
    this.process?.neighborLost(now, interfaceIndex, address);
  }

  installConnected(route: InstalledRoute): void {
    this.zebra.showOspf(this.now, route);
  }

  withdrawConnected(network: Ipv4, prefixLength: number): void {
    this.zebra.forgetOspf(network, prefixLength);
  }

  discard(interfaceIndex: number, reason: PacketDiscard): void {
    this.host.interfaceByIndex(interfaceIndex)?.discards.add(DISCARDS[reason]);
  }

  trace(event: TraceEvent): void {
    this.host.trace(event);
    const text = this.hasConsole ? mprouteMessage(event, (name) => this.host.interfaceByName(name)?.addresses.at(0)?.address) : undefined;
    if (text !== undefined) this.host.trace({ kind: 'message', clause: '', text });
  }
}
