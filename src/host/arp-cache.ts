/**
 * ARP and the neighbour cache of one interface, as Linux runs it. [826] [1122:2.3.2]
 *
 * The states and what moves an entry between them are `neighbor-machine.ts`; here is what an entry holds, what is on the wire,
 * and what is believed. What an incoming packet may change follows the rules that were measured: who asks us is entered at once;
 * gratuitous ARP overrides (today; 2.4 makes no exception for it); any other news about a known address with another hardware
 * address counts only when the entry is older than the lock time.
 * A full table (gc_thresh3, here of each interface) takes nobody in before some entry is FAILED or five seconds old; who asks meanwhile has no answer.
 * Deviations: below that entries are never cleaned up (Linux keeps 128 of whatever age; 2.4 drops what has not been used for a minute or
 * more); arp_ignore 3 is 0, since no address here but 127.0.0.0/8 has the scope host; timers fire exactly when they are due, where
 * Linux's are up to 2 % (and for the reachable time up to 2 s) late.
 */
import { equalMac, formatMac, isMulticast, networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import { unreachable } from '../base/assert.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { ArpOperation, ARP_LENGTH } from '../wire/arp.js';
import { BROADCAST_MAC, ETHERNET_HEADER_LENGTH, EtherType, isGroupMac, writeEthernetHeader } from '../wire/ethernet.js';
import { ipv4SourceOf } from '../wire/ipv4.js';
import type { NeighborParameters } from './behaviour.js';
import { HAS_ADDRESS, IS_FIXED, neighborCell, type NeighborAction, type NeighborEvent, type NeighborState } from './neighbor-machine.js';
import type { NetworkInterface } from './network-interface.js';
import type { ArpPolicy } from './sysctl.js';

const FRAME_LENGTH = ETHERNET_HEADER_LENGTH + ARP_LENGTH;
const REACHABLE_REDRAW: Micros = 300 * SECOND;
const NO_MAC = new Uint8Array(6);
/** gc_thresh3, and gc_thresh2, down to which a full table is cleaned. */
const TABLE_LIMIT = 1024;
const CLEANED_TABLE = 512;
/** Entries whose state has changed since are left alone. */
const YOUNG: Micros = 5 * SECOND;

export interface ArpEnvironment {
  readonly timers: TimerTable;
  readonly prng: Prng;
  readonly isForwarding: boolean;
  /** Where the ticks of `reachableTickMicros` fall. */
  readonly reachableTickPhase: Micros;
  isLocalAddress(address: Ipv4): boolean;
  /** Where a packet between these addresses would leave; undefined: nowhere, or it stays here. */
  outgoingInterface(source: Ipv4, destination: Ipv4): NetworkInterface | undefined;
  transmitFrame(networkInterface: NetworkInterface, frame: Uint8Array): void;
  /** An answer to a request, when the host comes to it. */
  transmitAnswer(now: Micros, networkInterface: NetworkInterface, frame: Uint8Array): void;
  /** An answer that is put off; false: `limit` of them wait already. */
  transmitLater(at: Micros, networkInterface: NetworkInterface, frame: Uint8Array, limit: number): boolean;
  /** A packet that waited in vain; `frame` holds it behind an Ethernet header. */
  unresolved(now: Micros, frame: Uint8Array): void;
  /** Of an adapter, whose addresses are its stacks': in whose name it asks for the next hop of a packet. */
  sourceFor?(frame: Uint8Array): Ipv4;
  trace(event: TraceEvent): void;
}

export class NeighborEntry {
  readonly address: Ipv4;
  readonly mac = new Uint8Array(6);
  readonly timer: Timer;
  state: NeighborState = 'FAILED';
  /** When it was last known to be right. */
  confirmedAt: Micros = -Infinity;
  /** When its state or hardware address last changed. */
  updatedAt: Micros = -Infinity;
  /** Requests sent in this state. */
  probes = 0;
  /** Frames that wait for the address. */
  waiting: Uint8Array[] = [];
  /** Of an adapter: in whose name it was last asked for. */
  askedFrom: Ipv4 = 0;
  /** A routing daemon asked for it. */
  isManaged = false;

  constructor(address: Ipv4, timers: TimerTable, fire: (entry: NeighborEntry, now: Micros) => void) {
    this.address = address;
    this.timer = new Timer(timers, (now) => fire(this, now));
  }

  get isValid(): boolean {
    return HAS_ADDRESS[this.state];
  }
}

export class ArpCache {
  private readonly networkInterface: NetworkInterface;
  private readonly parameters: NeighborParameters;
  private readonly policy: ArpPolicy;
  private readonly environment: ArpEnvironment;
  private readonly entries = new Map<number, NeighborEntry>();
  private readonly frame = new Uint8Array(FRAME_LENGTH);
  /** Addresses that are answered for whatever the policy: of which this interface is the proxy ARP agent. */
  private readonly published = new Set<Ipv4>();
  private reachable: Micros = 0;
  private reachableDrawnAt: Micros = -Infinity;
  private nothingToCleanBefore: Micros = -Infinity;

  constructor(networkInterface: NetworkInterface, parameters: NeighborParameters, policy: ArpPolicy, environment: ArpEnvironment) {
    this.networkInterface = networkInterface;
    this.parameters = parameters;
    this.policy = policy;
    this.environment = environment;
  }

  /** By address. */
  list(): NeighborEntry[] {
    return [...this.entries.values()].sort((a, b) => a.address - b.address);
  }

  get(address: Ipv4): NeighborEntry | undefined {
    return this.entries.get(address | 0);
  }

  /** How long entries here are REACHABLE at present; 0: none has been yet. Microseconds. */
  get reachableMicros(): Micros {
    return this.reachable;
  }

  /** Whether nothing is known against this neighbour. */
  isUsable(address: Ipv4): boolean {
    return this.entries.get(address | 0)?.isValid ?? true;
  }

  /**
   * Writes the hardware address of `address` to the start of `frame` and returns true; or keeps a copy of the frame, and
   * returns false: it will be sent, or reported as unresolved.
   */
  resolveInto(now: Micros, address: Ipv4, frame: Uint8Array): boolean {
    const entry = this.entries.get(address | 0) ?? this.create(now, address);
    if (entry === undefined) return false;
    if (entry.state !== 'REACHABLE') this.raise(now, entry, 'Packet', frame);
    if (!entry.isValid) return false;
    const { mac } = entry;
    for (let i = 0; i < 6; i++) frame[i] = mac[i];
    return true;
  }

  /** Resolves an address, or checks it, before there is anything to send. */
  resolve(now: Micros, address: Ipv4): void {
    const entry = this.entries.get(address | 0) ?? this.create(now, address);
    if (entry === undefined) return;
    entry.isManaged = true;
    if (entry.state !== 'INCOMPLETE') this.raise(now, entry, 'Packet');
  }

  /** An upper layer knows that packets arrive there: MSG_CONFIRM, or an acknowledgment of something new in TCP. */
  confirm(now: Micros, address: Ipv4): void {
    const entry = this.entries.get(address | 0);
    if (entry !== undefined) entry.confirmedAt = now;
  }

  /** `ip neigh replace ADDRESS lladdr MAC nud permanent` (or noarp). */
  setFixed(now: Micros, address: Ipv4, mac: Uint8Array, state: 'PERMANENT' | 'NOARP'): void {
    const entry = this.entries.get(address | 0) ?? this.add(address);
    entry.timer.cancel();
    entry.mac.set(mac.subarray(0, 6));
    this.enter(now, entry, state);
    this.release(now, entry);
  }

  /** Today's Linux forgets everything, unless arp_evict_nocarrier says not to. */
  carrierLost(): void {
    if (this.policy.isEvicting) this.flush();
  }

  /** Everything is forgotten but what was set by hand. */
  flush(): void {
    for (const entry of this.list()) {
      if (entry.state === 'PERMANENT') continue;
      entry.timer.cancel();
      this.entries.delete(entry.address | 0);
    }
  }

  /** The link came up: with arp_notify, one gratuitous request for each address. */
  linkUp(): void {
    if (!this.policy.isNotifying) return;
    for (const { address } of this.networkInterface.addresses) this.announce(address);
  }

  /** Gratuitous ARP: a request for an address by itself, to everybody; the target's hardware address is zero, or as keepalived writes it. */
  announce(address: Ipv4, targetMac: Uint8Array = NO_MAC): void {
    this.environment.transmitFrame(this.networkInterface, this.build(ArpOperation.request, BROADCAST_MAC, address, targetMac, address));
  }

  /** The interface answers for a local address that is not its own, or no longer. */
  publish(address: Ipv4, isPublished: boolean): void {
    if (isPublished) this.published.add(address);
    else this.published.delete(address);
  }

  /** Gratuitous ARP as send_arp writes it: a request without, or a reply with its own hardware address as the target's. */
  announceAs(address: Ipv4, form: 'request' | 'reply'): void {
    const operation = form === 'request' ? ArpOperation.request : ArpOperation.reply;
    this.environment.transmitFrame(this.networkInterface, this.build(operation, BROADCAST_MAC, address, form === 'request' ? NO_MAC : this.networkInterface.mac, address));
  }

  /** An ARP frame came in. What is not ARP for IPv4 over Ethernet is dropped. */
  receive(now: Micros, frame: Uint8Array): void {
    if (frame.length < FRAME_LENGTH || u16At(frame, 14) !== 1 || u16At(frame, 16) !== EtherType.ipv4 ||
      frame[18] !== 6 || frame[19] !== 4) {
      this.environment.trace({ kind: 'malformed', clause: '[826]', interfaceName: this.networkInterface.name,
        code: frame.length < FRAME_LENGTH ? 'truncated' : 'value', offset: ETHERNET_HEADER_LENGTH, got: frame.length, want: FRAME_LENGTH });
      return;
    }
    const operation = u16At(frame, 20);
    if (operation !== ArpOperation.request && operation !== ArpOperation.reply) return;
    const sender = u32At(frame, 28);
    const target = u32At(frame, 38);
    if (isMulticast(target) || target >>> 24 === 127) return;
    if (sender === target && this.policy.isGratuitousDropped) return;
    const isRequest = operation === ArpOperation.request;
    if (isRequest && this.environment.isLocalAddress(target)) {
      if (!this.isAnswering(sender, target)) return;
      // Whoever asks will be talked to: entered at once, except when it only checks for a duplicate. [5227:2.1.1]
      if (sender !== 0 && !this.takeIn(now, sender, frame)) return;
      this.environment.transmitAnswer(now, this.networkInterface, this.answer(frame, target, sender));
      return;
    }
    if (sender === 0) return;
    if (isRequest && this.isProxyFor(sender, target)) {
      if (!this.takeIn(now, sender, frame)) return;
      const { proxyDelayMicros, proxyQueueLength } = this.parameters;
      const answer = this.answer(frame, target, sender);
      if (!isGroupMac(frame) || proxyDelayMicros === 0) this.environment.transmitAnswer(now, this.networkInterface, answer);
      else {
        const at = now + Math.floor(this.environment.prng.uniform() * proxyDelayMicros);
        this.environment.transmitLater(at, this.networkInterface, answer, proxyQueueLength);
      }
      return;
    }
    const isGratuitous = target === sender && (isRequest || equalMac(frame, frame, 32, 22));
    let entry = this.entries.get(sender | 0);
    if (entry === undefined) {
      if (!(isGratuitous || !isRequest) || !this.isAccepting(sender)) return;
      entry = this.create(now, sender);
      if (entry === undefined) return;
    }
    const isOverride = (isGratuitous && this.parameters.isGratuitousExempt) || now > entry.updatedAt + this.parameters.lockMicros;
    this.update(now, entry, frame, 22, !isRequest && !isGroupMac(frame) ? 'Answer' : 'News', isOverride);
  }

  /** arp_ignore and arp_filter. */
  private isAnswering(sender: Ipv4, target: Ipv4): boolean {
    const { policy, networkInterface } = this;
    if (this.published.has(target)) return true;
    switch (policy.ignore) {
      case 1:
        if (!networkInterface.addresses.some((a) => a.address === target)) return false;
        break;
      case 2:
        if (!networkInterface.addresses.some((a) => a.address === target &&
          (sender === 0 || prefixContains(networkOf(a.address, a.prefixLength), a.prefixLength, sender)))) return false;
        break;
      case 8: return false;
      default:
    }
    return !policy.isFiltered || sender === 0 || this.environment.outgoingInterface(target, sender) === networkInterface;
  }

  /** proxy_arp: we route, and the way there leaves through another interface. */
  private isProxyFor(sender: Ipv4, target: Ipv4): boolean {
    const { environment, networkInterface } = this;
    if (!this.policy.isProxy || !environment.isForwarding) return false;
    const outgoing = environment.outgoingInterface(sender, target);
    return outgoing !== undefined && outgoing !== networkInterface;
  }

  /** arp_accept */
  private isAccepting(sender: Ipv4): boolean {
    return this.policy.accept === 1 || (this.policy.accept === 2 && this.networkInterface.hasOnLink(sender));
  }

  /** Who asks. False: there is no room for it. */
  private takeIn(now: Micros, sender: Ipv4, frame: Uint8Array): boolean {
    const entry = this.entries.get(sender | 0) ?? this.create(now, sender);
    if (entry !== undefined) this.update(now, entry, frame, 22, 'News', true);
    return entry !== undefined;
  }

  /** Undefined: the table is full. */
  private create(now: Micros, address: Ipv4): NeighborEntry | undefined {
    if (this.entries.size >= TABLE_LIMIT && !this.clean(now)) {
      this.networkInterface.discards.add('ARP that the table had no room for');
      return undefined;
    }
    return this.add(address);
  }

  /** Linux's neigh_forced_gc. Whether there is room now. */
  private clean(now: Micros): boolean {
    if (now < this.nothingToCleanBefore) return false;
    let oldest = Infinity;
    for (const entry of this.entries.values()) {
      if (this.entries.size <= CLEANED_TABLE) break;
      if (entry.state === 'PERMANENT' || entry.isManaged) continue;
      if (entry.state !== 'FAILED' && entry.updatedAt >= now - YOUNG) oldest = Math.min(oldest, entry.updatedAt);
      else {
        entry.timer.cancel();
        this.entries.delete(entry.address | 0);
      }
    }
    if (this.entries.size < TABLE_LIMIT) return true;
    // One that fails earlier is found a little late.
    this.nothingToCleanBefore = Math.min(oldest + YOUNG, now + SECOND);
    return false;
  }

  private add(address: Ipv4): NeighborEntry {
    const entry = new NeighborEntry(address, this.environment.timers, this.timeout);
    this.entries.set(address | 0, entry);
    return entry;
  }

  private update(now: Micros, entry: NeighborEntry, bytes: Uint8Array, at: number, event: 'Answer' | 'News', isOverride: boolean): void {
    if (IS_FIXED[entry.state]) return;
    const isSame = entry.isValid && equalMac(entry.mac, bytes, 0, at);
    if (entry.isValid && !isSame && !isOverride) return;
    // Hearsay about what is known already changes nothing.
    if (isSame && event === 'News') return;
    if (event === 'Answer') entry.confirmedAt = now;
    for (let i = 0; i < 6; i++) entry.mac[i] = bytes[at + i];
    if (!isSame) entry.updatedAt = now;
    this.raise(now, entry, event);
    this.release(now, entry);
  }

  private release(now: Micros, entry: NeighborEntry): void {
    if (entry.waiting.length === 0 || !entry.isValid) return;
    const frames = entry.waiting;
    entry.waiting = [];
    for (const frame of frames) {
      if (this.resolveInto(now, entry.address, frame)) this.environment.transmitFrame(this.networkInterface, frame);
    }
  }

  // The state machine.

  private raise(now: Micros, entry: NeighborEntry, event: NeighborEvent, frame?: Uint8Array): void {
    const cell = neighborCell(entry.state, event);
    if (cell.to !== undefined) {
      entry.probes = 0;
      this.enter(now, entry, cell.to);
    }
    if (cell.do !== undefined) for (const action of cell.do) this.act(now, entry, action, frame);
  }

  private act(now: Micros, entry: NeighborEntry, action: NeighborAction, frame: Uint8Array | undefined): void {
    switch (action) {
      case 'keepPacket':
        if (frame === undefined) return;
        if (entry.waiting.length >= this.parameters.unresolvedPackets) entry.waiting.shift();
        if (this.parameters.unresolvedPackets > 0) entry.waiting.push(frame.slice());
        return;
      case 'ask': this.ask(now, entry); return;
      case 'armReachable': entry.timer.arm(this.reachableCheckAt(now, entry)); return;
      case 'armDelay': entry.timer.arm(now + this.parameters.delayFirstProbeMicros); return;
      case 'stopTimer': entry.timer.cancel(); return;
      case 'reportPackets': {
        const frames = entry.waiting;
        entry.waiting = [];
        for (const each of frames) this.environment.unresolved(now, each);
        return;
      }
      default: unreachable(action);
    }
  }

  private readonly timeout = (entry: NeighborEntry, now: Micros): void => {
    switch (entry.state) {
      case 'REACHABLE':
        if (now < entry.confirmedAt + this.reachableTime(now)) entry.timer.arm(this.reachableCheckAt(now, entry));
        else this.raise(now, entry, 'ReachableTimeOver');
        return;
      case 'DELAY':
        this.raise(now, entry, now < entry.confirmedAt + this.parameters.delayFirstProbeMicros ? 'DelayConfirmed' : 'DelayOver');
        return;
      default:
        this.raise(now, entry, 'RetransmitTime');
    }
  };

  /** When the age of a REACHABLE entry is looked at next: when it will be due, or at the next tick. */
  private reachableCheckAt(now: Micros, entry: NeighborEntry): Micros {
    const tick = this.parameters.reachableTickMicros;
    if (tick === 0) return entry.confirmedAt + this.reachableTime(now);
    const phase = this.environment.reachableTickPhase % tick;
    return (Math.floor((now - phase) / tick) + 1) * tick + phase;
  }

  private ask(now: Micros, entry: NeighborEntry): void {
    const { unicastProbes, broadcastProbes, broadcastReprobes } = this.parameters;
    const isProbing = entry.state === 'PROBE';
    if (entry.probes >= (isProbing ? unicastProbes + broadcastReprobes : broadcastProbes)) this.raise(now, entry, 'ProbesOver');
    else this.probe(now, entry, !isProbing || entry.probes >= unicastProbes);
  }

  private probe(now: Micros, entry: NeighborEntry, isBroadcast: boolean): void {
    entry.probes++;
    entry.timer.arm(now + this.parameters.retransmitMicros);
    this.environment.transmitFrame(this.networkInterface, this.build(ArpOperation.request, isBroadcast ? BROADCAST_MAC : entry.mac,
      this.announcedSource(entry), NO_MAC, entry.address));
  }

  /** arp_announce: the source of the packet that waits, if that is one of ours and allowed; else the interface's own. */
  private announcedSource(entry: NeighborEntry): Ipv4 {
    const { waiting } = entry;
    const { policy, networkInterface } = this;
    if (this.environment.sourceFor !== undefined) {
      if (waiting.length > 0) entry.askedFrom = this.environment.sourceFor(waiting[waiting.length - 1]);
      return entry.askedFrom;
    }
    if (waiting.length > 0 && policy.announce < 2) {
      const source = ipv4SourceOf(waiting[waiting.length - 1], ETHERNET_HEADER_LENGTH);
      const isAllowed = policy.announce === 0 || networkInterface.hasOnLink(source, entry.address);
      if (source !== 0 && isAllowed && this.environment.isLocalAddress(source)) return source;
    }
    return networkInterface.selectSource(entry.address);
  }

  /** To whoever sent the request in `frame`. */
  private answer(frame: Uint8Array, target: Ipv4, sender: Ipv4): Uint8Array {
    const asker = frame.subarray(22, 28);
    return this.build(ArpOperation.reply, asker, target, asker, sender);
  }

  /** In the buffer that the next one is built in, too. */
  private build(operation: number, destination: Uint8Array, sender: Ipv4, targetMac: Uint8Array, target: Ipv4): Uint8Array {
    const { frame } = this;
    const { mac } = this.networkInterface;
    writeEthernetHeader(frame, 0, destination, mac, EtherType.arp);
    frame[14] = 0;
    frame[15] = 1;
    frame[16] = 8;
    frame[17] = 0;
    frame[18] = 6;
    frame[19] = 4;
    frame[20] = 0;
    frame[21] = operation;
    frame.set(mac, 22);
    writeU32(frame, 28, sender);
    frame.set(targetMac, 32);
    writeU32(frame, 38, target);
    return frame;
  }

  private enter(now: Micros, entry: NeighborEntry, state: NeighborState): void {
    const from = entry.state;
    entry.state = state;
    entry.updatedAt = now;
    this.environment.trace({ kind: 'arp', clause: '[826]', interfaceName: this.networkInterface.name, address: entry.address,
      mac: HAS_ADDRESS[state] ? formatMac(entry.mac) : '', from, to: state });
  }

  private reachableTime(now: Micros): Micros {
    if (now >= this.reachableDrawnAt + REACHABLE_REDRAW) {
      this.reachableDrawnAt = now;
      this.reachable = Math.floor(this.parameters.baseReachableMicros * (0.5 + this.environment.prng.uniform()));
    }
    return this.reachable;
  }
}

function u16At(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 8) | bytes[offset + 1];
}

function u32At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
}

function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
