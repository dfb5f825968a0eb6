/**
 * A system: an IP host with its routing daemons, as one engine. Read engine/engine.ts first.
 *
 * Timers: the host's that are due fire before the daemon's. On a real system the kernel's timers are interrupts and a
 * daemon runs when they are done; it matters only for a node that was frozen or whose driver is late.
 */
import type { Micros } from '../base/micros.js';
import { unreachable } from '../base/assert.js';
import type { InterfacePlan, KernelName, NodeConfiguration, NodeKind, NodePlan } from '../config/plan.js';
import type { Command, Engine, Input, Out, RouteChange } from '../engine/engine.js';
import type { RoomRequest } from '../engine/room-request.js';
import type { TraceEvent } from '../engine/trace.js';
import type { HostBehaviour } from '../host/behaviour.js';
import { Host, type HostEnvironment } from '../host/host.js';
import { BfdDaemon, type BfdConfiguration } from '../host/bfd.js';
import { ProbeEndPoints } from '../host/probe.js';
import { DEFAULT_SERVICE_PORT } from '../host/request-probe.js';
import { serve } from '../host/service.js';
import { Tcp } from '../host/tcp.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import type { KnownChoices } from '../ospf/known-choices.js';
import type { OspfProcess } from '../ospf/process.js';
import { IBMI_RIB, ibmiHost } from '../persona/host-ibmi.js';
import type { VrrpDaemon } from '../takeover/vrrp.js';
import { KEEPALIVED_227 } from '../persona/vrrp-keepalived.js';
import { LINUX_2_4, LINUX_6 } from '../persona/host-linux.js';
import { ZVM_STACK } from '../persona/host-zvm.js';
import { BIRD_2012 } from '../persona/ospf-bird.js';
import { FRR_844 } from '../persona/ospf-frr.js';
import { MPROUTE } from '../persona/ospf-mproute.js';
import { ZEBRA_092A } from '../persona/ospf-zebra.js';
import { BIRD_RIB, FRR_RIB, NO_RIB, ZEBRA_RIB, ZVM_RIB, type RibBehaviour } from '../persona/rib.js';
import { AdapterRegistration } from './adapter-registration.js';
import { BirdTables } from './bird-tables.js';
import { DispatcherNode } from './dispatcher.js';
import { IbmiSystem } from './ibmi-system.js';
import { ControlClient } from './control-client.js';
import { ControlServer } from './control-server.js';
import { OspfDaemon } from './ospf-daemon.js';
import { showSystem } from './show/system.js';
import { TakeoverDaemons } from './takeover-daemons.js';
import { HostVrrp } from './vrrp-daemon.js';
import { Zebra } from './zebra.js';

interface Persona {
  /** Its routing table is a daemon's that can be stopped. */
  readonly hasZebra?: boolean;
  readonly host: HostBehaviour;
  readonly rib: RibBehaviour;
  readonly ospf: OspfBehaviour;
}

const PERSONAS: Record<NodeKind, Persona> = {
  zebra: { hasZebra: true, host: LINUX_2_4, rib: ZEBRA_RIB, ospf: ZEBRA_092A },
  frr: { hasZebra: true, host: LINUX_6, rib: FRR_RIB, ospf: FRR_844 },
  zvm: { host: ZVM_STACK, rib: ZVM_RIB, ospf: MPROUTE },
  bird: { host: LINUX_6, rib: BIRD_RIB, ospf: BIRD_2012 },
  ibmi: { host: ibmiHost(), rib: IBMI_RIB, ospf: FRR_844 },
  dispatcher: { host: LINUX_6, rib: NO_RIB, ospf: FRR_844 },
  host: { host: LINUX_6, rib: NO_RIB, ospf: FRR_844 },
  // Never built as a system.
  switch: { host: LINUX_6, rib: NO_RIB, ospf: FRR_844 },
  osa: { host: LINUX_6, rib: NO_RIB, ospf: FRR_844 },
};

/** How the OSPF daemon of such a system behaves. */
export function ospfBehaviourOf(kind: NodeKind): OspfBehaviour {
  return PERSONAS[kind].ospf;
}

const NO_BFD: BfdConfiguration = { profiles: new Map(), peers: [] };

const KERNELS: Record<KernelName, HostBehaviour> = { '2.4': LINUX_2_4, 6: LINUX_6 };

/** What a persona calls its OSPF daemon. */
function isOspfDaemon(name: string): boolean {
  return name === 'ospfd' || name === 'mproute';
}

export class SystemNode implements Engine, HostEnvironment {
  readonly plan: NodePlan;
  readonly host: Host;
  readonly zebra: Zebra;
  /** Of a BIRD node: what stands in zebra's place. */
  readonly bird: BirdTables | undefined;
  readonly daemon: OspfDaemon | undefined;
  readonly bfd: BfdDaemon | undefined;
  readonly ibmi: IbmiSystem | undefined;
  readonly dispatcher: DispatcherNode | undefined;
  readonly vrrp: VrrpDaemon | undefined;
  /** heartbeat and mon. */
  readonly takeover: TakeoverDaemons | undefined;
  private readonly tcp: Tcp;
  /** Orders to stop other guests: what STONITH calls. */
  readonly control: ControlClient;
  private readonly controlServer: ControlServer | undefined;
  private readonly registration: AdapterRegistration;
  private readonly probes: ProbeEndPoints;
  /** As it has been typed by now. */
  private configuration: NodeConfiguration;
  /** Of the step under way. */
  private out: Out | undefined;

  /** `before`: the same machine before it was booted. `known`: what the daemon's choices are, where it stands in for a real one. */
  constructor(plan: NodePlan, seed: number, before?: SystemNode, known?: KnownChoices) {
    const persona = PERSONAS[plan.kind];
    const behaviour = plan.ibmi?.arpTimeoutMinutes === undefined ? persona.host : ibmiHost(plan.ibmi.arpTimeoutMinutes);
    this.plan = plan;
    this.host = new Host({ name: plan.name, seed, interfaces: plan.interfaces, isForwarding: plan.isForwarding,
      sysctls: plan.sysctls, rules: plan.rules }, plan.kernel === undefined ? behaviour : KERNELS[plan.kernel], this);
    this.bird = plan.bird === undefined ? undefined : new BirdTables(this.host, plan.staticRoutes, persona.rib, plan.bird);
    this.zebra = this.bird ?? new Zebra(this.host, plan.staticRoutes, persona.rib);
    this.configuration = plan;
    for (const { index, isLinkDetected } of plan.interfaces) {
      const networkInterface = this.host.interfaceByIndex(index);
      if (networkInterface !== undefined) this.zebra.setLinkDetection(networkInterface, isLinkDetected);
    }
    const runsOspf = [plan, ...(plan.configurations ?? [])].some((each) => each.ospf !== undefined);
    const runsBfd = [plan, ...(plan.configurations ?? [])].some((each) => each.bfd !== undefined);
    this.bfd = runsBfd ? new BfdDaemon(this.host, plan.bfd ?? NO_BFD, seed, plan.name, (now, index, peer) => this.daemon?.neighborLost(now, index, peer),
      plan.bird === undefined ? 'bfdd' : 'bird') : undefined;
    this.daemon = runsOspf ? new OspfDaemon(plan, plan.ospf, persona.ospf, seed, this.host, this.zebra, this.bfd, known) : undefined;
    this.vrrp = plan.vrrp === undefined ? undefined : new HostVrrp(this.host, plan.vrrp, KEEPALIVED_227, seed, plan.name).daemon;
    this.tcp = new Tcp(this.host, seed, plan.name);
    for (const port of plan.servicePorts ?? [DEFAULT_SERVICE_PORT]) serve(this.tcp, port, plan.name, plan.page);
    const askRoom = (request: RoomRequest): boolean => this.askRoom(request);
    this.control = new ControlClient(this.host, this.tcp, plan.control, askRoom);
    this.controlServer = plan.control === undefined ? undefined : new ControlServer(this.host, this.tcp, plan.control, askRoom);
    this.registration = new AdapterRegistration(this.host, plan.interfaces, askRoom);
    this.probes = new ProbeEndPoints(this.host, this.tcp, plan.name);
    this.takeover = plan.heartbeat === undefined && plan.mon === undefined ? undefined : new TakeoverDaemons(this.host, this.tcp, plan, seed, this.control, before?.takeover);
    this.ibmi = plan.ibmi === undefined ? undefined : new IbmiSystem(this.host, plan.ibmi);
    this.dispatcher = plan.dispatcher === undefined ? undefined : new DispatcherNode(this.host, this.tcp, plan.dispatcher);
  }

  /** The running OSPF process. */
  get ospf(): OspfProcess | undefined {
    return this.daemon?.process;
  }

  nextDeadline(): Micros {
    const host = this.host.timers.nextDeadline();
    if (this.daemon === undefined) return host;
    const ospf = this.daemon.nextDeadline();
    return host < ospf ? host : ospf;
  }

  step(now: Micros, input: Input, out: Out): void {
    this.out = out;
    this.bird?.setTime(now);
    this.daemon?.passRounds(input.kind === 'wake' ? input.stoodStillSince ?? now : now);
    this.fireTimers(now);
    switch (input.kind) {
      case 'frame':
        if (this.takeover?.receiveSerial(now, input.port, input.bytes) !== true) this.host.receive(now, input.port, input.bytes);
        break;
      case 'wake': break;
      case 'command': this.command(now, input.command); break;
      default: unreachable(input);
    }
    if (this.zebra.isStale && this.zebra.isRunning) {
      this.zebra.update(now);
      this.daemon?.routesChanged(now);
    }
    this.registration.update();
  }

  /**
   * What the system would print for a command line: `route -n`, `ip route`, `ip neigh`, `arp -n`, `ip addr`, and
   * `show ip ospf ...` as its daemon prints it. Undefined: there is no such command.
   */
  show(now: Micros, command: string): string | undefined {
    return showSystem(this, now, command);
  }

  private fireTimers(now: Micros): void {
    const { host, daemon } = this;
    while (host.timers.nextDeadline() <= now || (daemon !== undefined && daemon.firstDeadline() <= now)) {
      host.timers.fireDue(now);
      daemon?.fireTimers(now);
    }
  }

  private command(now: Micros, command: Command): void {
    if ('daemon' in command) this.takeover?.command(now, command.daemon, command.kind);
    switch (command.kind) {
      case 'start':
        this.host.start();
        this.zebra.update(now);
        this.bfd?.launch(now);
        this.bird?.begin(now);
        this.daemon?.launch(now);
        if (this.plan.ibmi !== undefined) this.ibmi?.configure(now, this.plan.ibmi);
        this.dispatcher?.dispatcher.start(now);
        this.vrrp?.launch(now);
        this.takeover?.start(now);
        break;
      case 'carrier': this.carrier(now, command.port, command.up); break;
      case 'kill':
        if (command.daemon === 'zebra') this.stopZebra(now, 'killed');
        else if (command.daemon === 'keepalived') this.vrrp?.kill(now);
        else if (isOspfDaemon(command.daemon)) this.daemon?.kill(now);
        else if (command.daemon === 'bfdd') this.bfd?.kill('killed', now);
        else if (command.daemon === 'bird' && this.bird?.isRunning === true) {
          this.bird.end(false);
          this.bfd?.kill('killed', now);
          this.daemon?.kill(now);
        }
        break;
      case 'stop':
        if (command.daemon === 'zebra') this.stopZebra(now, 'stopped');
        else if (command.daemon === 'keepalived') this.vrrp?.stop(now);
        else if (isOspfDaemon(command.daemon)) this.daemon?.stop(now);
        else if (command.daemon === 'bfdd') this.bfd?.kill('stopped', now);
        else if (command.daemon === 'bird' && this.bird?.isRunning === true) {
          this.daemon?.stop(now);
          this.bfd?.kill('stopped', now);
          this.bird.end(true);
        }
        break;
      case 'control-order': this.control.order(now, command.order, () => undefined); break;
      case 'halt': this.halt(now); break;
      case 'freeze':
      case 'thaw': break;
      case 'hand-over': this.takeover?.heartbeat?.operator(now, command.program, command.what); break;
      case 'graceful-restart': this.daemon?.prepareRestart(now); break;
      case 'launch':
        if (command.daemon === 'zebra') this.launchZebra(now);
        else if (command.daemon === 'keepalived') this.vrrp?.launch(now);
        else if (isOspfDaemon(command.daemon)) this.daemon?.launch(now);
        else if (command.daemon === 'bfdd') this.launchBfd(now);
        else if (command.daemon === 'bird' && this.bird?.isRunning === false) {
          this.bird.begin(now);
          this.bfd?.launch(now);
          this.daemon?.launch(now);
        }
        break;
      case 'check': this.vrrp?.setScript(command.name, command.isSucceeding); break;
      case 'configure': this.configure(now, command.configuration); break;
      case 'clear': this.daemon?.clear(now, command.what, command.name); break;
      case 'register':
      case 'adapter': break; // of adapters
      case 'room-answer':
        if (!this.control.answered(now, command.reference, command.problem)) this.controlServer?.answered(now, command.reference, command.problem);
        break;
      case 'probe-start': this.probes.start(now, command.probe); break;
      case 'probe-stop': this.probes.stop(now, command.probe); break;
      default: unreachable(command);
    }
  }

  /** As init's scripts do, the routing and takeover daemons before zebra. */
  private halt(now: Micros): void {
    this.takeover?.command(now, 'mon', 'stop');
    this.takeover?.command(now, 'heartbeat', 'stop');
    this.vrrp?.stop(now);
    this.daemon?.stop(now);
    this.bfd?.kill('stopped', now);
    if (this.bird?.isRunning === true) this.bird.end(true);
    if (PERSONAS[this.plan.kind].hasZebra) this.stopZebra(now, 'stopped');
  }

  private carrier(now: Micros, port: number, isUp: boolean): void {
    const networkInterface = this.host.interfaceByPort(port);
    if (networkInterface === undefined) return;
    const hadCarrier = networkInterface.hasCarrier;
    this.host.carrierChanged(port, isUp);
    if (networkInterface.hasCarrier === hadCarrier) return;
    this.vrrp?.interfaceChanged(now);
    if (hadCarrier) this.zebra.carrierLost(networkInterface);
    if (!this.zebra.isLinkDetected(networkInterface) || !this.zebra.isRunning) return;
    if (hadCarrier) this.zebra.interfaceDown(networkInterface);
    this.zebra.update(now);
    this.ibmi?.linesChanged(now);
    this.bird?.interfaceChanged(now);
    this.daemon?.interfaceChanged(now, networkInterface);
    this.daemon?.routesChanged(now);
  }

  /** Lines were typed: the kernel and zebra first, then the daemon. */
  private configure(now: Micros, index: number): void {
    const configuration = this.plan.configurations?.[index];
    if (configuration === undefined) return;
    const before = this.configuration.interfaces;
    this.configuration = configuration;
    if (this.zebra.isRunning) this.configureInterfaces(now, before);
    if (configuration.ibmi !== undefined) this.ibmi?.configure(now, configuration.ibmi);
    this.vrrp?.interfaceChanged(now);
    this.bfd?.reconfigure(now, configuration.bfd ?? NO_BFD);
    this.daemon?.reconfigure(now, configuration.ospf, configuration.interfaces, configuration.isOspfRestarted ?? false);
    this.daemon?.routesChanged(now);
  }

  /** What zebra and staticd tell the kernel. */
  private configureInterfaces(now: Micros, before: readonly InterfacePlan[] = this.configuration.interfaces): void {
    const { host } = this;
    for (const { index, addresses, isShutdown, isLinkDetected } of this.configuration.interfaces) {
      const networkInterface = host.interfaceByIndex(index);
      if (networkInterface === undefined) continue;
      // Addresses that somebody else has put there are not zebra's.
      const own = before.find((each) => each.index === index)?.addresses ?? [];
      const others = networkInterface.addresses.filter(({ address }) => !own.some((each) => each.address === address) && !addresses.some((each) => each.address === address));
      networkInterface.addresses = others.length === 0 ? addresses : [...addresses, ...others];
      const [wasOperative, hadCarrier] = [this.zebra.isOperative(networkInterface), networkInterface.hasCarrier];
      this.zebra.setLinkDetection(networkInterface, isLinkDetected);
      const isShutdownChanged = networkInterface.isShutdown !== (isShutdown ?? false);
      networkInterface.isShutdown = isShutdown ?? false;
      if (isShutdownChanged && networkInterface.isShutdown) networkInterface.arp?.flush();
      if (hadCarrier && !networkInterface.hasCarrier) this.zebra.carrierLost(networkInterface);
      const isOperative = this.zebra.isOperative(networkInterface);
      if (wasOperative && !isOperative) this.zebra.interfaceDown(networkInterface);
      if (isShutdownChanged || isOperative !== wasOperative) this.daemon?.interfaceChanged(now, networkInterface);
    }
    host.isForwarding = this.configuration.isForwarding;
    host.updateAddresses();
    this.zebra.setStaticRoutes(now, this.configuration.staticRoutes);
  }

  /** Who watched before watches again. */
  private launchBfd(now: Micros): void {
    this.bfd?.launch(now);
    this.daemon?.rewatch(now);
  }

  private stopZebra(now: Micros, what: 'killed' | 'stopped'): void {
    if (!this.zebra.isRunning) return;
    if (what === 'killed') this.zebra.kill(now);
    else this.zebra.stop(now);
    this.trace({ kind: 'daemon', daemon: 'zebra', what });
  }

  private launchZebra(now: Micros): void {
    if (this.zebra.isRunning) return;
    this.zebra.launch(now);
    this.configureInterfaces(now);
    this.trace({ kind: 'daemon', daemon: 'zebra', what: 'started' });
    // What happened meanwhile is news to the daemon now.
    for (const networkInterface of this.host.interfaces) {
      if (networkInterface.port >= 0) this.daemon?.interfaceChanged(now, networkInterface);
    }
    this.daemon?.routesChanged(now);
  }

  /** False: no driver with a machine room is listening. */
  private askRoom(request: RoomRequest): boolean {
    if (this.out?.request === undefined) return false;
    this.out.request(request);
    return true;
  }

  // HostEnvironment.

  transmit(port: number, frame: Uint8Array): void {
    this.out?.transmit(port, frame);
  }

  route(change: RouteChange): void {
    this.out?.route(change);
  }

  trace(event: TraceEvent): void {
    this.out?.trace(event);
  }
}
