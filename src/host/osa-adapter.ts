/**
 * An OSA adapter, or what has no cable and works alike: HiperSockets, a guest LAN. One engine with a port for each system that has devices of it, and one
 * to the LAN. Read osa-address-table first, and of the Redpaper "How to handle an OSA failure".
 *
 * Modes. LCS: the stacks speak Ethernet, with the adapter's one hardware address, and do ARP themselves; the adapter sorts what comes in by IP
 * address. QDIO (layer 3): the stacks hand over IP packets with the next hop beside them; the adapter does all ARP, answers for every address that is
 * registered as its own, and announces what it gets (IBM, Device Drivers, "ARP"). HiperSockets and guest LANs: QDIO without a cable, by registered
 * addresses alone, and no ARP anywhere (there; the Redpaper's "guest LANs, which are simulated Hipersockets").
 * Between systems of one adapter packets stay inside it.
 * Deviations: frames between a QDIO stack and its adapter have an Ethernet header in place of the QDIO header, whose destination holds the next hop
 * (`02:71` and the address). Groups are not registered: every active device gets every group's packets. The form of the announcement is RFC
 * 5227's; how an OSA's looks could not be measured. It answers ARP a moment after the request as a Linux host does.
 */
import type { Ipv4 } from '../base/address.js';
import { NEVER, type Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import type { Command, Engine, Input, Out } from '../engine/engine.js';
import type { Registration } from '../engine/room-request.js';
import { TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { EtherType } from '../wire/ethernet.js';
import { ipv4DestinationOf, ipv4SourceOf, isIpv4PacketAt } from '../wire/ipv4.js';
import { ArpCache, type ArpEnvironment } from './arp-cache.js';
import type { NeighborParameters } from './behaviour.js';
import { DelayedFrames } from './delayed-frames.js';
import { NetworkInterface, QDIO_NEXT_HOP } from './network-interface.js';
import { OsaAddressTable, type AdapterUnit } from './osa-address-table.js';
import { arpPolicy } from './sysctl.js';

export type AdapterMode = 'lcs' | 'qdio' | 'hipersockets' | 'guest-lan';

export interface AdapterSettings {
  readonly name: string;
  readonly seed: number;
  readonly mode: AdapterMode;
  readonly mac: Uint8Array;
  /** -1: it has no cable. */
  readonly lanPort: number;
  readonly units: readonly AdapterUnit[];
}

export interface AdapterBehaviour {
  readonly neighbor: NeighborParameters;
  /** Between two answers to ARP requests. */
  readonly answerSpacingMicros: readonly [Micros, Micros];
}

/** What can be wrong with it. */
export type AdapterPart = 'card' | 'port' | 'channel' | 'device' | 'guest';

const IP_AT = 14;
const NO_SYSCTLS = arpPolicy([], 'lan');

/** One device group: what is wrong between it and its system. */
class Unit {
  readonly plan: AdapterUnit;
  readonly broken = new Set<AdapterPart>();
  /** What its stack last asked for. */
  wanted: Registration | undefined;

  constructor(plan: AdapterUnit) {
    this.plan = plan;
  }

  get isActive(): boolean {
    return this.broken.size === 0;
  }
}

export class OsaAdapter implements Engine, ArpEnvironment {
  readonly timers = new TimerTable();
  readonly prng: Prng;
  readonly isForwarding = false;
  readonly reachableTickPhase = 0;
  readonly table = new OsaAddressTable();
  private readonly settings: AdapterSettings;
  private readonly behaviour: AdapterBehaviour;
  private readonly lan: NetworkInterface;
  private readonly arp: ArpCache;
  private readonly units: (Unit | undefined)[] = [];
  private readonly delayed: DelayedFrames<NetworkInterface>;
  private readonly answerPrng: Prng;
  private answeringUntil: Micros = 0;
  /** Of the card, its port, and the cable. */
  private readonly broken = new Set<'card' | 'port' | 'cable'>();
  private out: Out | undefined;

  constructor(settings: AdapterSettings, behaviour: AdapterBehaviour) {
    this.settings = settings;
    this.behaviour = behaviour;
    this.prng = new Prng(settings.seed, settings.name, 'adapter');
    this.answerPrng = new Prng(settings.seed, settings.name, 'arp-answer');
    this.lan = new NetworkInterface({ name: 'lan', index: 1, port: settings.lanPort, medium: 'ethernet', mac: settings.mac, mtu: 1500, addresses: [] });
    this.arp = new ArpCache(this.lan, behaviour.neighbor, NO_SYSCTLS, this);
    this.delayed = new DelayedFrames(this.timers, (networkInterface, frame) => this.transmitFrame(networkInterface, frame));
    for (const plan of settings.units) {
      const unit = new Unit(plan);
      // Nobody is there before its system has been started.
      unit.broken.add('guest');
      this.units[plan.port] = unit;
    }
  }

  nextDeadline(): Micros {
    return this.timers.nextDeadline();
  }

  step(now: Micros, input: Input, out: Out): void {
    this.out = out;
    while (this.timers.nextDeadline() <= now && this.timers.nextDeadline() !== NEVER) this.timers.fireDue(now);
    if (input.kind === 'frame') this.receive(now, input.port, input.bytes);
    else if (input.kind === 'command') this.command(input.command);
  }

  /** In order of ports. */
  unitStates(): { readonly plan: AdapterUnit; readonly isActive: boolean }[] {
    return this.units.flatMap((unit) => (unit === undefined ? [] : [{ plan: unit.plan, isActive: this.unitAt(unit.plan.port) !== undefined }]));
  }

  private get isQdio(): boolean {
    return this.settings.mode !== 'lcs';
  }

  /** The card works, its port does, and there is a signal. */
  private get isLanUp(): boolean {
    return this.settings.lanPort >= 0 && this.broken.size === 0;
  }

  private unitAt(port: number): Unit | undefined {
    const unit = this.units[port];
    return unit?.isActive === true && !this.broken.has('card') ? unit : undefined;
  }

  // Frames.

  private receive(now: Micros, port: number, frame: Uint8Array): void {
    if (frame.length < IP_AT || this.broken.has('card')) return;
    if (port === this.settings.lanPort) {
      if (this.isLanUp) this.receiveFromLan(now, frame);
    } else if (this.unitAt(port) !== undefined) {
      if (this.isQdio) this.receivePacket(now, port, frame);
      else this.receiveFromStack(port, frame);
    }
  }

  /** QDIO: a packet, and its next hop. */
  private receivePacket(now: Micros, port: number, frame: Uint8Array): void {
    if (etherType(frame) !== EtherType.ipv4 || !isIpv4PacketAt(frame, IP_AT)) return;
    const copy = frame.slice();
    copy.set(this.settings.mac, 6);
    if ((frame[0] & 1) !== 0) {
      this.toUnits(port, copy);
      if (this.isLanUp) this.out?.transmit(this.settings.lanPort, copy);
      return;
    }
    if (frame[0] !== QDIO_NEXT_HOP[0] || frame[1] !== QDIO_NEXT_HOP[1]) return;
    const nextHop = ((frame[2] << 24) | (frame[3] << 16) | (frame[4] << 8) | frame[5]) >>> 0;
    const inside = this.table.portOf(nextHop);
    if (inside >= 0) {
      if (inside !== port) this.toUnit(inside, copy);
    } else if (this.isLanUp && this.arp.resolveInto(now, nextHop, copy)) this.out?.transmit(this.settings.lanPort, copy);
  }

  /** LCS: a frame. */
  private receiveFromStack(port: number, frame: Uint8Array): void {
    if ((frame[0] & 1) !== 0) this.toUnits(port, frame);
    else if (this.isOwnMac(frame)) {
      this.sort(frame, port);
      return;
    }
    if (this.isLanUp) this.out?.transmit(this.settings.lanPort, frame);
  }

  private receiveFromLan(now: Micros, frame: Uint8Array): void {
    const isGroup = (frame[0] & 1) !== 0;
    if (!isGroup && !this.isOwnMac(frame)) return;
    if (etherType(frame) === EtherType.arp && this.isQdio) this.arp.receive(now, frame);
    else if (isGroup) this.toUnits(-1, frame);
    else this.sort(frame, -1);
  }

  /** To whom the table says. */
  private sort(frame: Uint8Array, from: number): void {
    const type = etherType(frame);
    let address: Ipv4;
    if (type === EtherType.ipv4 && isIpv4PacketAt(frame, IP_AT)) address = ipv4DestinationOf(frame, IP_AT);
    else if (type === EtherType.arp && frame.length >= 42) address = ((frame[38] << 24) | (frame[39] << 16) | (frame[40] << 8) | frame[41]) >>> 0;
    else return;
    const port = this.table.destinationOf(address, from);
    if (port >= 0 && port !== from) this.toUnit(port, frame);
  }

  private toUnit(port: number, frame: Uint8Array): void {
    if (this.unitAt(port) !== undefined) this.out?.transmit(port, frame);
  }

  private toUnits(except: number, frame: Uint8Array): void {
    for (const unit of this.units) if (unit !== undefined && unit.plan.port !== except) this.toUnit(unit.plan.port, frame);
  }

  private isOwnMac(frame: Uint8Array): boolean {
    const { mac } = this.settings;
    for (let i = 0; i < 6; i++) if (frame[i] !== mac[i]) return false;
    return true;
  }

  // What happens to it.

  private command(command: Command): void {
    switch (command.kind) {
      case 'register': this.register(command.port, command.registration); break;
      case 'carrier':
        if (command.port === this.settings.lanPort) this.setBroken('cable', !command.up);
        break;
      case 'adapter':
        if (command.part === 'card' || command.part === 'port') this.setBroken(command.part, command.isBroken);
        else for (const port of command.ports) this.setUnit(port, command.part, command.isBroken);
        break;
      default:
    }
  }

  private register(port: number, registration: Registration): void {
    const unit = this.units[port];
    if (unit === undefined || !this.isQdio) return;
    unit.wanted = registration;
    if (this.unitAt(port) !== undefined) this.enter(unit, registration);
  }

  private enter(unit: Unit, registration: Registration): void {
    const { name } = this.settings;
    const before = this.table.roleOf(unit.plan.port);
    const { added, removed, newlyOwned, refused, isRouterRefused } = this.table.register(unit.plan, registration);
    const unitName = `${unit.plan.name} (${unit.plan.systemName})`;
    if (removed.length > 0) this.trace({ kind: 'address-table', adapter: name, unit: unitName, what: 'unregistered', addresses: removed });
    if (added.length > 0) this.trace({ kind: 'address-table', adapter: name, unit: unitName, what: 'registered', addresses: added });
    if (refused.length > 0) this.trace({ kind: 'address-table', adapter: name, unit: unitName, what: 'refused', addresses: refused });
    const role = this.table.roleOf(unit.plan.port);
    if (isRouterRefused) this.trace({ kind: 'router-role', adapter: name, unit: unitName, role: registration.router, isRefused: true });
    else if (role !== before) this.trace({ kind: 'router-role', adapter: name, unit: unitName, role, isRefused: false });
    if (this.isLanUp && this.isQdio) for (const address of newlyOwned) this.arp.announce(address, NO_MAC);
  }

  private setUnit(port: number, part: AdapterPart, isBroken: boolean): void {
    const unit = this.units[port];
    if (unit === undefined || unit.broken.has(part) === isBroken) return;
    const wasActive = unit.isActive;
    if (isBroken) unit.broken.add(part);
    else unit.broken.delete(part);
    // A guest that is gone, or that comes, does not look; one whose device was detached is not told (the Redpaper's adapter test).
    if (part === 'channel') this.signal(port, !isBroken && this.isSignalGiven);
    if (part === 'guest' && !isBroken && !this.isSignalGiven) this.signal(port, false);
    // A stack that is told registers again; one that is not cannot.
    if (isBroken && part !== 'device') unit.wanted = undefined;
    if (wasActive !== unit.isActive) this.updateUnit(unit);
  }

  private updateUnit(unit: Unit): void {
    const registration = unit.isActive && !this.broken.has('card') ? this.registrationOf(unit) : undefined;
    this.enter(unit, registration ?? { addresses: [], router: 'none' });
  }

  private registrationOf({ plan, wanted }: Unit): Registration | undefined {
    if (this.isQdio) return wanted;
    return { addresses: plan.addresses.map((address) => ({ address, isArpOwner: false })), router: plan.router };
  }

  private get isSignalGiven(): boolean {
    return this.broken.size === 0;
  }

  /** The stacks hear of it: a LAN that is gone is told to every device. The switch sees the port of a card that has lost it. */
  private setBroken(part: 'card' | 'port' | 'cable', isBroken: boolean): void {
    const { lanPort } = this.settings;
    const before = this.isSignalGiven;
    const gaveSignal = !this.broken.has('card') && !this.broken.has('port');
    if (isBroken) this.broken.add(part);
    else this.broken.delete(part);
    const givesSignal = !this.broken.has('card') && !this.broken.has('port');
    if (lanPort >= 0 && givesSignal !== gaveSignal) this.signal(lanPort, givesSignal);
    if (!this.isLanUp) this.arp.flush();
    if (before === this.isSignalGiven && part !== 'card') return;
    for (const unit of this.units) {
      if (unit === undefined) continue;
      if (before && !this.isSignalGiven) unit.wanted = undefined;
      this.updateUnit(unit);
      if (before !== this.isSignalGiven && !unit.broken.has('channel')) this.signal(unit.plan.port, this.isSignalGiven);
    }
  }

  private signal(port: number, isUp: boolean): void {
    this.out?.request?.({ kind: 'signal', port, isUp });
  }

  // ArpEnvironment: the adapter as a host of the LAN.

  isLocalAddress(address: Ipv4): boolean {
    const port = this.table.portOf(address);
    return port >= 0 && this.table.isArpOwner(address) && this.unitAt(port) !== undefined;
  }

  outgoingInterface(): NetworkInterface | undefined {
    return undefined;
  }

  transmitFrame(networkInterface: NetworkInterface, frame: Uint8Array): void {
    if (this.isLanUp && networkInterface === this.lan) this.out?.transmit(this.settings.lanPort, frame);
  }

  transmitAnswer(now: Micros, networkInterface: NetworkInterface, frame: Uint8Array): void {
    const at = Math.max(now, this.answeringUntil);
    const [least, most] = this.behaviour.answerSpacingMicros;
    this.answeringUntil = at + this.answerPrng.integer(least, most);
    if (at === now) this.transmitFrame(networkInterface, frame);
    else this.delayed.add(at, networkInterface, frame.slice());
  }

  transmitLater(): boolean {
    return false; // it is nobody's proxy
  }

  unresolved(): void {
    // The stack is not told: the packet is gone.
  }

  /** For ARP requests of its own: the source of the packet that waits, if it is one of the adapter's, else any of the asking device's. */
  sourceFor(frame: Uint8Array): Ipv4 {
    const source = ipv4SourceOf(frame, IP_AT);
    if (this.isLocalAddress(source)) return source;
    for (const unit of this.units) {
      const own = unit === undefined ? [] : this.table.addressesOf(unit.plan.port).filter((address) => this.table.isArpOwner(address));
      if (own.length > 0) return own[0];
    }
    return 0;
  }

  trace(event: TraceEvent): void {
    this.out?.trace(event);
  }
}

const NO_MAC = new Uint8Array(6);

function etherType(frame: Uint8Array): number {
  return (frame[12] << 8) | frame[13];
}
