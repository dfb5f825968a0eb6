/**
 * ARP and the neighbour cache of one interface, as Linux runs it. [826] [1122:2.3.2]
 *
 * INCOMPLETE: broadcast requests 1 s apart while packets wait; then FAILED. REACHABLE: confirmed within the reachable
 * time. STALE: used all the same, but the next packet starts the check: DELAY for 5 s, in case something confirms the
 * entry by itself, then PROBE with unicast requests 1 s apart, then FAILED. What an incoming packet may change follows
 * the rules that were measured: who asks us is entered at once; gratuitous ARP overrides; any other news about a known address
 * with another hardware address counts only when the entry is older than the lock time.
 * Not here yet: the arp_* sysctls other than their defaults (arp_ignore 0, arp_announce 0, arp_accept 0), proxy ARP,
 * and the clean-up of long lists (Linux keeps 128 entries of whatever age).
 */
import { equalMac, formatMac, isMulticast, type Ipv4 } from '../base/address.js';
import { SECOND, type Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { Timer, type TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { ArpOperation, ARP_LENGTH } from '../wire/arp.js';
import { BROADCAST_MAC, ETHERNET_HEADER_LENGTH, EtherType, isGroupMac, writeEthernetHeader } from '../wire/ethernet.js';
import { ipv4SourceOf } from '../wire/ipv4.js';
import type { NeighborParameters } from './behaviour.js';
import type { NetworkInterface } from './network-interface.js';

export type NeighborState = 'INCOMPLETE' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED';

/** States in which the hardware address may be used. */
const IS_VALID: Record<NeighborState, boolean> =
  { INCOMPLETE: false, REACHABLE: true, STALE: true, DELAY: true, PROBE: true, FAILED: false };

const FRAME_LENGTH = ETHERNET_HEADER_LENGTH + ARP_LENGTH;
const REACHABLE_REDRAW: Micros = 300 * SECOND;
const NO_MAC = new Uint8Array(6);

export interface ArpEnvironment {
  readonly timers: TimerTable;
  readonly prng: Prng;
  isLocalAddress(address: Ipv4): boolean;
  transmitFrame(networkInterface: NetworkInterface, frame: Uint8Array): void;
  /** A packet that waited in vain; `frame` holds it behind an Ethernet header. */
  unresolved(now: Micros, frame: Uint8Array): void;
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
  /** A routing daemon asked for it. */
  isManaged = false;

  constructor(address: Ipv4, timers: TimerTable, fire: (entry: NeighborEntry, now: Micros) => void) {
    this.address = address;
    this.timer = new Timer(timers, (now) => fire(this, now));
  }

  get isValid(): boolean {
    return IS_VALID[this.state];
  }
}

export class ArpCache {
  private readonly networkInterface: NetworkInterface;
  private readonly parameters: NeighborParameters;
  private readonly environment: ArpEnvironment;
  private readonly entries = new Map<number, NeighborEntry>();
  private readonly frame = new Uint8Array(FRAME_LENGTH);
  private reachable: Micros = 0;
  private reachableDrawnAt: Micros = -Infinity;

  constructor(networkInterface: NetworkInterface, parameters: NeighborParameters, environment: ArpEnvironment) {
    this.networkInterface = networkInterface;
    this.parameters = parameters;
    this.environment = environment;
  }

  /** By address. */
  list(): NeighborEntry[] {
    return [...this.entries.values()].sort((a, b) => a.address - b.address);
  }

  get(address: Ipv4): NeighborEntry | undefined {
    return this.entries.get(address | 0);
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
    const entry = this.entries.get(address | 0) ?? this.create(address);
    switch (entry.state) {
      case 'STALE':
        this.enterDelay(now, entry);
        break;
      case 'FAILED':
      case 'INCOMPLETE': {
        if (entry.waiting.length >= this.parameters.unresolvedPackets) entry.waiting.shift();
        entry.waiting.push(frame.slice());
        if (entry.state === 'FAILED') this.solicit(now, entry);
        return false;
      }
      default:
    }
    const { mac } = entry;
    for (let i = 0; i < 6; i++) frame[i] = mac[i];
    return true;
  }

  /** Resolves an address, or checks it, before there is anything to send. */
  resolve(now: Micros, address: Ipv4): void {
    const entry = this.entries.get(address | 0) ?? this.create(address);
    entry.isManaged = true;
    if (entry.state === 'FAILED') this.solicit(now, entry);
    else if (entry.state === 'STALE') this.enterDelay(now, entry);
  }

  /** An upper layer knows that packets arrive there. */
  confirm(now: Micros, address: Ipv4): void {
    const entry = this.entries.get(address | 0);
    if (entry !== undefined) entry.confirmedAt = now;
  }

  /** Loss of carrier: Linux forgets everything. */
  flush(): void {
    for (const entry of this.entries.values()) entry.timer.cancel();
    this.entries.clear();
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
    const isForUs = operation === ArpOperation.request && this.environment.isLocalAddress(target);
    if (isForUs) {
      // Whoever asks will be talked to: entered at once, except when it only checks for a duplicate. [5227:2.1.1]
      if (sender !== 0) this.update(now, this.entries.get(sender | 0) ?? this.create(sender), frame, 22, 'STALE', true);
      this.send(ArpOperation.reply, frame.subarray(22, 28), target, frame.subarray(22, 28), sender);
      return;
    }
    if (sender === 0) return;
    const entry = this.entries.get(sender | 0);
    if (entry === undefined) return;
    const isReply = operation === ArpOperation.reply;
    const isGratuitous = target === sender && (!isReply || equalMac(frame, frame, 32, 22));
    const isOverride = isGratuitous || now > entry.updatedAt + this.parameters.lockMicros;
    this.update(now, entry, frame, 22, isReply && !isGroupMac(frame) ? 'REACHABLE' : 'STALE', isOverride);
  }

  private create(address: Ipv4): NeighborEntry {
    const entry = new NeighborEntry(address, this.environment.timers, this.timeout);
    this.entries.set(address | 0, entry);
    return entry;
  }

  private update(now: Micros, entry: NeighborEntry, bytes: Uint8Array, at: number, state: NeighborState, isOverride: boolean): void {
    const isSame = entry.isValid && equalMac(entry.mac, bytes, 0, at);
    if (entry.isValid && !isSame && !isOverride) return;
    // Hearsay about what is known already changes nothing.
    if (isSame && state === 'STALE') return;
    if (state === 'REACHABLE') entry.confirmedAt = now;
    const wasValid = entry.isValid;
    for (let i = 0; i < 6; i++) entry.mac[i] = bytes[at + i];
    if (state !== entry.state) {
      this.enter(now, entry, state);
      if (state === 'REACHABLE') entry.timer.arm(now + this.reachableTime(now));
      else entry.timer.cancel();
    } else if (!isSame) entry.updatedAt = now;
    if (!wasValid) this.release(now, entry);
  }

  private release(now: Micros, entry: NeighborEntry): void {
    const frames = entry.waiting;
    entry.waiting = [];
    for (const frame of frames) {
      if (this.resolveInto(now, entry.address, frame)) this.environment.transmitFrame(this.networkInterface, frame);
    }
  }

  private enterDelay(now: Micros, entry: NeighborEntry): void {
    this.enter(now, entry, 'DELAY');
    entry.timer.arm(now + this.parameters.delayFirstProbeMicros);
  }

  private solicit(now: Micros, entry: NeighborEntry): void {
    this.enter(now, entry, 'INCOMPLETE');
    entry.probes = 0;
    this.probe(now, entry, true);
  }

  private readonly timeout = (entry: NeighborEntry, now: Micros): void => {
    const { parameters } = this;
    switch (entry.state) {
      case 'REACHABLE': {
        const until = entry.confirmedAt + this.reachableTime(now);
        if (now < until) entry.timer.arm(until);
        else this.enter(now, entry, 'STALE');
        return;
      }
      case 'DELAY':
        if (now < entry.confirmedAt + parameters.delayFirstProbeMicros) {
          this.enter(now, entry, 'REACHABLE');
          entry.timer.arm(entry.confirmedAt + this.reachableTime(now));
          return;
        }
        this.enter(now, entry, 'PROBE');
        entry.probes = 0;
        this.probe(now, entry, false);
        return;
      case 'PROBE':
        if (entry.probes >= parameters.unicastProbes + parameters.broadcastReprobes) this.fail(now, entry);
        else this.probe(now, entry, entry.probes >= parameters.unicastProbes);
        return;
      case 'INCOMPLETE':
        if (entry.probes >= parameters.broadcastProbes) this.fail(now, entry);
        else this.probe(now, entry, true);
        return;
      default:
    }
  };

  private fail(now: Micros, entry: NeighborEntry): void {
    this.enter(now, entry, 'FAILED');
    const frames = entry.waiting;
    entry.waiting = [];
    for (const frame of frames) this.environment.unresolved(now, frame);
  }

  private probe(now: Micros, entry: NeighborEntry, isBroadcast: boolean): void {
    entry.probes++;
    entry.timer.arm(now + this.parameters.retransmitMicros);
    // arp_announce 0: the request carries the source of the packet that waits, if it is one of ours.
    const { waiting } = entry;
    let source = waiting.length > 0 ? ipv4SourceOf(waiting[waiting.length - 1], ETHERNET_HEADER_LENGTH) : 0;
    if (source === 0 || !this.environment.isLocalAddress(source)) source = this.networkInterface.selectSource(entry.address);
    this.send(ArpOperation.request, isBroadcast ? BROADCAST_MAC : entry.mac, source, NO_MAC, entry.address);
  }

  private send(operation: number, destination: Uint8Array, sender: Ipv4, targetMac: Uint8Array, target: Ipv4): void {
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
    this.environment.transmitFrame(this.networkInterface, frame);
  }

  private enter(now: Micros, entry: NeighborEntry, state: NeighborState): void {
    const from = entry.state;
    entry.state = state;
    entry.updatedAt = now;
    this.environment.trace({ kind: 'arp', clause: '[826]', interfaceName: this.networkInterface.name, address: entry.address,
      mac: IS_VALID[state] ? formatMac(entry.mac) : '', from, to: state });
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
