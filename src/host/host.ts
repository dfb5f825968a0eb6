/**
 * An IP host: interfaces, forwarding, local delivery, ICMP. [1122] [1812] Sans-IO: part of an engine, see engine/engine.ts.
 *
 * The weak host model, as Linux: a packet for any local address is taken on any interface, and ARP for any local
 * address is answered on any interface. Frames are built in one buffer that is reused; a frame handed to the environment
 * is borrowed.
 * Deviations from Linux: nobody is told of a packet that never came whole, what our own TCP sends fits an MTU of 1500 and no less, no redirects, no limit on the rate
 * of ICMP errors, no martian source check, and IP options are carried but not looked at.
 */
import { isMulticast, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import type { RouteChange } from '../engine/engine.js';
import { TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { ByteWriter } from '../wire/bytes.js';
import { EtherType, writeMulticastMac } from '../wire/ethernet.js';
import { IcmpType, TimeExceededCode, UnreachableCode } from '../wire/icmp.js';
import { ALL_IGMPV3_ROUTERS, encodeIgmp, type IgmpVersion3Report } from '../wire/igmp.js';
import { internetChecksum } from '../wire/internet-checksum.js';
import {
  decrementTtl, IpProtocol, Ipv4Flag, IPV4_HEADER_LENGTH, ipv4DestinationOf, ipv4HeaderLengthOf, ipv4ProtocolOf, ipv4SourceOf,
  ipv4TimeToLiveOf, ipv4TotalLengthOf, isIpv4FragmentAt, isIpv4PacketAt, ROUTER_ALERT_OPTION,
} from '../wire/ipv4.js';
import { UDP_HEADER_LENGTH, udpChecksum } from '../wire/udp.js';
import { ArpCache, type ArpEnvironment } from './arp-cache.js';
import type { HostBehaviour } from './behaviour.js';
import { DelayedFrames } from './delayed-frames.js';
import { Fib } from './fib.js';
import { FragmentQueue, inPieces } from './fragmentation.js';
import { echoReply, icmpError, isValidIcmp } from './icmp-message.js';
import { LocalAddresses, replaceConnectedRoutes } from './local-addresses.js';
import { MulticastMembership } from './multicast-membership.js';
import { NetworkInterface, writeNextHop, type InterfaceAddress, type InterfaceSettings } from './network-interface.js';
import { RouteChoice, type SourceRule } from './route-choice.js';
import { arpPolicy, neighborParameters, type SysctlSetting } from './sysctl.js';

/** Where the IP header starts in every frame here, and where the payload does in a packet without options. */
export const IP_AT = 14;
export const PAYLOAD_AT = IP_AT + IPV4_HEADER_LENGTH;
const FRAME_CAPACITY = IP_AT + 65535;
const BROADCAST: Ipv4 = 0xffffffff;
/** netdev_max_backlog */
const ANSWERS_WAITING = 1000;

/** The frame under construction, views of its beginnings by length, and a writer on it. One for all hosts: a frame is lent for a call, and done with after it. */
const sharedFrame = new Uint8Array(FRAME_CAPACITY);
const sharedViews: (Uint8Array | undefined)[] = [];
const sharedWriter = new ByteWriter(sharedFrame);

export interface HostSettings {
  /** Names the random streams. */
  readonly name: string;
  readonly seed: number;
  readonly interfaces: readonly InterfaceSettings[];
  readonly isForwarding: boolean;
  readonly sysctls?: readonly SysctlSetting[];
  /** In order of their priority. */
  readonly rules?: readonly SourceRule[];
}

/** What the host needs from the node around it. */
export interface HostEnvironment {
  transmit(port: number, frame: Uint8Array): void;
  route(change: RouteChange): void;
  trace(event: TraceEvent): void;
}

/** Takes packets of one IP protocol, without the IP header. The packet is borrowed. */
export type RawReceiver = (now: Micros, interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array) => void;

/** Takes what arrives in `frame`, whose payload is `length` bytes from `offset` on. Borrowed. */
export type PayloadReceiver = (now: Micros, frame: Uint8Array, offset: number, length: number) => void;

export class Host implements ArpEnvironment {
  readonly timers = new TimerTable();
  readonly prng: Prng;
  readonly behaviour: HostBehaviour;
  /** By interface index, ascending. */
  readonly interfaces: readonly NetworkInterface[];
  isForwarding: boolean;
  /** The main table. */
  readonly fib: Fib;
  /** When, within their period, 2.4's clean-ups of the neighbour table run. */
  readonly reachableTickPhase: Micros;
  /** The host has booted. */
  isStarted = false;
  /** Where what is being delivered came in. */
  incomingInterface: NetworkInterface | undefined;
  /** And the time to live that it had. */
  incomingTimeToLive = 0;
  /** UDP end points by port. */
  readonly udpReceivers = new Map<number, PayloadReceiver>();
  /** Whoever waits for echo replies; the payload starts behind the ICMP header. */
  echoReplyReceiver: PayloadReceiver | undefined;
  /** Sends a packet that is to be forwarded another way than its destination says: to this address; undefined: nowhere. */
  diversion: ((now: Micros, packet: Uint8Array, destination: Ipv4) => Ipv4 | undefined) | undefined;

  private readonly environment: HostEnvironment;
  private readonly byPort: (NetworkInterface | undefined)[] = [];
  private readonly byIndex: (NetworkInterface | undefined)[] = [];
  private readonly local = new LocalAddresses();
  private readonly routes: RouteChoice;
  private readonly rawReceivers = new Map<number, RawReceiver>();
  /** Counts changes of addresses and of carriers: for whoever registers them. */
  revision = 0;
  private readonly answerPrng: Prng;
  private readonly delayedFrames: DelayedFrames<NetworkInterface>;
  /** Until then the host is busy with the last ARP request that it answered. */
  private answeringUntil: Micros = 0;
  private identification: number;
  private readonly frame = sharedFrame;
  private readonly views = sharedViews;
  private fragments: FragmentQueue | undefined;
  private readonly writer = sharedWriter;
  // What `findRoute` found.
  private outgoing: NetworkInterface | undefined;
  private neighbor: Ipv4 = 0;
  private source: Ipv4 = 0;

  constructor(settings: HostSettings, behaviour: HostBehaviour, environment: HostEnvironment) {
    this.behaviour = behaviour;
    this.environment = environment;
    this.isForwarding = settings.isForwarding;
    this.prng = new Prng(settings.seed, settings.name, 'host');
    this.identification = this.prng.integer(0, 0xffff);
    this.answerPrng = new Prng(settings.seed, settings.name, 'arp-answer');
    this.reachableTickPhase = new Prng(settings.seed, settings.name, 'neighbor-tick').integer(0, behaviour.neighbor.reachableTickMicros);
    this.delayedFrames = new DelayedFrames(this.timers, (networkInterface, frame) => this.transmitFrame(networkInterface, frame));
    this.fib = new Fib((change) => environment.route(change));
    this.routes = new RouteChoice(this.fib, settings.rules ?? [], behaviour.isDeadNextHopSkipped);
    const sysctls = [...behaviour.sysctls ?? [], ...settings.sysctls ?? []];
    this.interfaces = settings.interfaces.map((i) => new NetworkInterface(i)).sort((a, b) => a.index - b.index);
    for (const networkInterface of this.interfaces) {
      this.byIndex[networkInterface.index] = networkInterface;
      if (networkInterface.port >= 0) this.byPort[networkInterface.port] = networkInterface;
      if (networkInterface.medium === 'ethernet') {
        networkInterface.arp = new ArpCache(networkInterface, neighborParameters(behaviour.neighbor, sysctls, networkInterface.name),
          arpPolicy(sysctls, networkInterface.name), this);
      }
      networkInterface.membership = new MulticastMembership(this.timers, this.prng,
        (now, report) => this.sendReport(now, networkInterface, report));
    }
  }

  /** Boots: addresses come up, and with them the local and the connected routes. */
  start(): void {
    this.isStarted = true;
    this.updateAddresses();
  }

  /** Local addresses and connected routes, as the interfaces have them. An interface that is shut down has none. */
  updateAddresses(): void {
    this.revision++;
    replaceConnectedRoutes(this.fib, this.local.take(this.interfaces, (each) => this.isActive(each)));
  }

  /** `ip addr add`: what is there already stays as it is. */
  addAddress(networkInterface: NetworkInterface, address: InterfaceAddress): void {
    if (networkInterface.addresses.some((each) => each.address === address.address)) return;
    networkInterface.addresses = [...networkInterface.addresses, address];
    this.updateAddresses();
  }

  /** `ip addr del` */
  removeAddress(networkInterface: NetworkInterface, address: Ipv4): void {
    if (!networkInterface.addresses.some((each) => each.address === address)) return;
    networkInterface.addresses = networkInterface.addresses.filter((each) => each.address !== address);
    this.updateAddresses();
  }

  interfaceByPort(port: number): NetworkInterface | undefined {
    return this.byPort[port];
  }

  interfaceByIndex(index: number): NetworkInterface | undefined {
    return this.byIndex[index];
  }

  interfaceByName(name: string): NetworkInterface | undefined {
    return this.interfaces.find((i) => i.name === name);
  }

  /** Loss of carrier leaves the routes where they are (Linux marks them `linkdown`), but nothing is sent any more. */
  carrierChanged(port: number, isUp: boolean): void {
    const networkInterface = this.byPort[port];
    if (networkInterface === undefined) return;
    networkInterface.hasCarrier = isUp;
    this.revision++;
    if (isUp) networkInterface.arp?.linkUp();
    else if (this.behaviour.isNeighborEvicted) networkInterface.arp?.carrierLost();
    if (this.behaviour.isInactiveWithoutCarrier === true && this.isStarted) this.updateAddresses();
  }

  private isActive(networkInterface: NetworkInterface): boolean {
    return this.behaviour.isInactiveWithoutCarrier === true ? networkInterface.hasCarrier : !networkInterface.isShutdown;
  }

  setRawReceiver(protocol: number, receiver: RawReceiver | undefined): void {
    if (receiver === undefined) this.rawReceivers.delete(protocol);
    else this.rawReceivers.set(protocol, receiver);
  }

  isLocalAddress(address: Ipv4): boolean {
    return this.local.isLocal(address);
  }

  /** A routing table beside the main one, for rules to lead to. */
  table(number: number): Fib {
    return this.routes.table(number);
  }

  /** For ARP: where a packet between these addresses would leave; undefined: nowhere, or it stays here. */
  outgoingInterface(source: Ipv4, destination: Ipv4): NetworkInterface | undefined {
    if (this.isLocalAddress(destination)) return undefined;
    const route = this.routes.lookup(source, destination);
    return route === undefined || route.nextHops.length === 0 ? undefined : this.routes.nextHop(route, source, destination).networkInterface;
  }

  /** An upper layer knows that its packets to an address arrive (MSG_CONFIRM, an acknowledgment in TCP): so does the neighbour's entry. */
  confirm(now: Micros, source: Ipv4, destination: Ipv4): void {
    if (this.isLocalAddress(destination)) return;
    const route = this.routes.lookup(source, destination);
    if (route === undefined || route.nextHops.length === 0) return;
    const hop = this.routes.nextHop(route, source, destination);
    hop.networkInterface.arp?.confirm(now, hop.gateway === 0 ? destination : hop.gateway);
  }

  trace(event: TraceEvent): void {
    this.environment.trace(event);
  }

  // Receiving.

  /** A frame arrived. Borrowed. */
  receive(now: Micros, port: number, frame: Uint8Array): void {
    const networkInterface = this.byPort[port];
    if (networkInterface === undefined || !this.isStarted || !networkInterface.hasCarrier) return;
    if (frame.length < IP_AT) return networkInterface.discards.add('shorter than an Ethernet header');
    if (networkInterface.medium === 'ctc') {
      for (let i = 0; i < 6; i++) networkInterface.peerMac[i] = frame[6 + i];
    } else if (networkInterface.medium !== 'qdio' && (frame[0] & 1) === 0) {
      const { mac } = networkInterface;
      for (let i = 5; i >= 0; i--) if (frame[i] !== mac[i]) return networkInterface.discards.add('to another hardware address');
    }
    const type = (frame[12] << 8) | frame[13];
    if (type === EtherType.ipv4) this.receivePacket(now, networkInterface, frame);
    else if (type === EtherType.arp) networkInterface.arp?.receive(now, frame);
    else networkInterface.discards.add('of a type that nobody takes');
  }

  private receivePacket(now: Micros, networkInterface: NetworkInterface, frame: Uint8Array): void {
    if (!isIpv4PacketAt(frame, IP_AT)) {
      this.trace({ kind: 'malformed', clause: '[1122:3.2.1]', interfaceName: networkInterface.name, code: 'value', offset: IP_AT,
        got: 'no valid IPv4 header', want: 'a valid IPv4 header' });
      return; // [2328:8.2 IP checksum]
    }
    const destination = ipv4DestinationOf(frame, IP_AT);
    const kind = this.local.kindOf(destination);
    if (kind !== undefined) this.deliver(now, networkInterface, frame, kind === 'broadcast');
    else if (this.local.isInLoopbackSubnet(destination)) this.deliver(now, networkInterface, frame, false);
    else if (isMulticast(destination)) {
      if (networkInterface.membership?.has(destination)) this.deliver(now, networkInterface, frame, true); // [2328:8.2 IP destination]
      else networkInterface.discards.add('to a group that was not joined');
    } else if (destination === BROADCAST) this.deliver(now, networkInterface, frame, true);
    else if (!networkInterface.isNonRouter && (frame[0] & 1) === 0 && destination >>> 24 !== 127) this.forward(now, networkInterface, frame, destination);
  }

  private deliver(now: Micros, networkInterface: NetworkInterface, frame: Uint8Array, isGroup: boolean): void {
    this.incomingInterface = networkInterface;
    this.incomingTimeToLive = ipv4TimeToLiveOf(frame, IP_AT);
    if (isIpv4FragmentAt(frame, IP_AT)) return this.receiveFragment(now, networkInterface, frame, isGroup);
    const offset = IP_AT + ipv4HeaderLengthOf(frame, IP_AT);
    const length = IP_AT + ipv4TotalLengthOf(frame, IP_AT) - offset;
    const protocol = ipv4ProtocolOf(frame, IP_AT);
    switch (protocol) {
      case IpProtocol.icmp:
        if (!isValidIcmp(frame, offset, length)) return networkInterface.discards.add('ICMP with a wrong checksum or length');
        if (frame[offset] === IcmpType.echoRequest && !isGroup) this.answerEcho(now, frame, offset, length);
        else if (frame[offset] === IcmpType.echoReply) this.echoReplyReceiver?.(now, frame, offset + 8, length - 8);
        return;
      case IpProtocol.igmp:
        return;
      case IpProtocol.udp:
        this.receiveUdp(now, networkInterface, frame, offset, length, isGroup);
        return;
      default: {
        const receiver = this.rawReceivers.get(protocol);
        if (receiver !== undefined) { // [2328:8.2 IP protocol]
          receiver(now, networkInterface.index, ipv4SourceOf(frame, IP_AT), ipv4DestinationOf(frame, IP_AT),
            frame.subarray(offset, offset + length));
        } else {
          networkInterface.discards.add('of an IP protocol that nobody takes');
          if (!isGroup) this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.protocol, 0);
        }
      }
    }
  }

  private receiveFragment(now: Micros, incoming: NetworkInterface, frame: Uint8Array, isGroup: boolean): void {
    const whole = (this.fragments ??= new FragmentQueue()).add(now, frame, IP_AT);
    if (whole === 'refused') incoming.discards.add('a fragment');
    else if (whole !== 'waiting') this.deliver(now, incoming, whole, isGroup);
  }

  private receiveUdp(now: Micros, incoming: NetworkInterface, frame: Uint8Array, offset: number, length: number, isGroup: boolean): void {
    const datagramLength = length < UDP_HEADER_LENGTH ? 0 : (frame[offset + 4] << 8) | frame[offset + 5];
    if (datagramLength < UDP_HEADER_LENGTH || datagramLength > length) return incoming.discards.add('UDP with a wrong checksum or length');
    const checksum = (frame[offset + 6] << 8) | frame[offset + 7];
    if (checksum !== 0 && checksum !== udpChecksum(frame, offset, datagramLength, ipv4SourceOf(frame, IP_AT), ipv4DestinationOf(frame, IP_AT))) {
      return incoming.discards.add('UDP with a wrong checksum or length');
    }
    const receiver = this.udpReceivers.get((frame[offset + 2] << 8) | frame[offset + 3]);
    if (receiver !== undefined) return receiver(now, frame, offset + UDP_HEADER_LENGTH, datagramLength - UDP_HEADER_LENGTH);
    incoming.discards.add('to a UDP port that nobody listens on');
    if (!isGroup) this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.port, 0);
  }

  /** [1812:5.2.1.2] */
  private forward(now: Micros, incoming: NetworkInterface, frame: Uint8Array, original: Ipv4): void {
    if (!this.isForwarding) return incoming.discards.add('to another host, and nothing is forwarded');
    const destination = this.diversion === undefined ? original : this.diversion(now, frame, original);
    if (destination === undefined) return;
    const route = this.routes.lookup(ipv4SourceOf(frame, IP_AT), destination);
    if (route === undefined) {
      this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.network, 0); // [2328:11.1 unreachable]
      return;
    }
    if (route.nextHops.length === 0) {
      if (route.isReject === true) this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.host, 0); // else a blackhole
      return;
    }
    if (ipv4TimeToLiveOf(frame, IP_AT) <= 1) {
      this.sendError(now, frame, IcmpType.timeExceeded, TimeExceededCode.inTransit, 0);
      return;
    }
    const hop = this.routes.nextHop(route, ipv4SourceOf(frame, IP_AT), destination);
    const outgoing = hop.networkInterface;
    const total = ipv4TotalLengthOf(frame, IP_AT);
    if (total > outgoing.mtu) {
      if ((frame[IP_AT + 6] & (Ipv4Flag.dontFragment << 5)) !== 0) {
        this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.fragmentationNeeded, outgoing.mtu);
        return;
      }
    }
    const out = this.frame;
    const length = IP_AT + total;
    for (let i = IP_AT; i < length; i++) out[i] = frame[i];
    decrementTtl(out, IP_AT);
    this.output(now, outgoing, hop.gateway === 0 ? destination : hop.gateway, length);
  }

  // Sending.

  /** The next identification of the host's own packets. */
  nextIdentification(): number {
    this.identification = (this.identification + 1) & 0xffff;
    return this.identification;
  }

  /** Where the payload of the next packet is to be written, from PAYLOAD_AT on. */
  get buffer(): Uint8Array {
    return this.frame;
  }

  /**
   * Looks up how a packet of our own would leave. Returns its source address, `source` itself unless that is 0;
   * -1: there is no route. Ask before the payload is written where a checksum covers the source.
   */
  findRoute(source: Ipv4, destination: Ipv4): Ipv4 {
    if (this.isLocalAddress(destination)) {
      this.outgoing = undefined;
      this.source = source === 0 ? destination : source;
      return this.source;
    }
    const route = this.routes.lookup(source, destination);
    if (route === undefined || route.nextHops.length === 0) return -1;
    const hop = this.routes.nextHop(route, source, destination);
    this.outgoing = hop.networkInterface;
    this.neighbor = hop.gateway === 0 ? destination : hop.gateway;
    this.source = source !== 0 ? source : route.preferredSource !== 0 ? route.preferredSource : hop.networkInterface.selectSource(this.neighbor);
    return this.source;
  }

  /** Sends what lies in the buffer the way that `findRoute` has just found. */
  sendAlongRoute(now: Micros, destination: Ipv4, protocol: number, typeOfService: number, flags: number, payloadLength: number): void {
    this.writeHeader(this.source, destination, protocol, typeOfService, flags, this.behaviour.timeToLive, this.nextIdentification(),
      payloadLength);
    const length = PAYLOAD_AT + payloadLength;
    if (this.outgoing === undefined) this.deliver(now, this.interfaces[0], this.frame.slice(0, length), false);
    else this.output(now, this.outgoing, this.neighbor, length);
  }

  /**
   * Sends a packet of a routing protocol out of an interface, past the forwarding table: TTL 1 unless said otherwise, precedence
   * internetwork control.
   */
  sendDirect(now: Micros, networkInterface: NetworkInterface, source: Ipv4, destination: Ipv4, protocol: number, identification: number,
    packet: Uint8Array, timeToLive = 1, typeOfService = 0xc0): void {
    this.frame.set(packet, PAYLOAD_AT);
    this.writeHeader(source, destination, protocol, typeOfService, 0, timeToLive, identification, packet.length); // [2328:8 single hop] [2328:A.1 TTL] [2328:A.1 precedence] [2328:A.1 TOS]
    this.output(now, networkInterface, destination, PAYLOAD_AT + packet.length);
  }

  /**
   * Sends a packet of a routing protocol the way that the forwarding table says, with precedence internetwork control.
   * False: there is no way.
   */
  sendRouted(now: Micros, source: Ipv4, destination: Ipv4, protocol: number, timeToLive: number, identification: number, packet: Uint8Array): boolean {
    if (this.findRoute(source, destination) < 0 || this.outgoing === undefined) return false;
    this.frame.set(packet, PAYLOAD_AT);
    this.writeHeader(source, destination, protocol, 0xc0, 0, timeToLive, identification, packet.length);
    this.output(now, this.outgoing, this.neighbor, PAYLOAD_AT + packet.length);
    return true;
  }

  /** Sends a UDP datagram to a neighbour on the link, past the forwarding table. */
  sendDatagram(now: Micros, networkInterface: NetworkInterface, source: Ipv4, destination: Ipv4, sourcePort: number, destinationPort: number,
    payload: Uint8Array, header: { readonly timeToLive: number; readonly typeOfService: number; readonly flags: number }): void {
    const length = UDP_HEADER_LENGTH + payload.length;
    const { writer } = this;
    writer.offset = PAYLOAD_AT;
    writer.u16(sourcePort);
    writer.u16(destinationPort);
    writer.u16(length);
    writer.u16(0);
    writer.raw(payload);
    writer.patchU16(PAYLOAD_AT + 6, udpChecksum(this.frame, PAYLOAD_AT, length, source, destination));
    this.writeHeader(source, destination, IpProtocol.udp, header.typeOfService, header.flags, header.timeToLive, this.nextIdentification(), length);
    this.output(now, networkInterface, destination, PAYLOAD_AT + length);
  }

  private writeHeader(source: Ipv4, destination: Ipv4, protocol: number, typeOfService: number, flags: number, timeToLive: number,
    identification: number, payloadLength: number): void {
    const w = this.writer;
    w.offset = IP_AT;
    w.u8(0x45);
    w.u8(typeOfService);
    w.u16(IPV4_HEADER_LENGTH + payloadLength);
    w.u16(identification);
    w.u16(flags << 13);
    w.u8(timeToLive);
    w.u8(protocol);
    w.u16(0);
    w.u32(source);
    w.u32(destination);
    w.patchU16(IP_AT + 10, internetChecksum(this.frame, IP_AT, PAYLOAD_AT));
  }

  /** Sends the packet in the buffer to a neighbour, or to a group; `length` counts from the start of the frame. */
  private output(now: Micros, outgoing: NetworkInterface, neighbor: Ipv4, length: number): void {
    if (!outgoing.hasCarrier || outgoing.port < 0) return;
    const { frame } = this;
    if (length - IP_AT > outgoing.mtu && (frame[IP_AT + 6] & (Ipv4Flag.dontFragment << 5)) === 0) {
      inPieces(frame.slice(IP_AT, length), outgoing.mtu, (piece) => { // [2328:A.1 fragmentation]
        frame.set(piece, IP_AT);
        this.output(now, outgoing, neighbor, IP_AT + piece.length);
      });
      return;
    }
    const { mac } = outgoing;
    for (let i = 0; i < 6; i++) frame[6 + i] = mac[i];
    frame[12] = 0x08;
    frame[13] = 0x00;
    const view = this.views[length] ??= frame.subarray(0, length);
    if (isMulticast(neighbor)) writeMulticastMac(frame, 0, neighbor);
    else if (outgoing.medium === 'ctc') frame.set(outgoing.peerMac, 0);
    else if (neighbor === BROADCAST || this.local.kindOf(neighbor) === 'broadcast') frame.fill(0xff, 0, 6);
    else if (outgoing.arp === undefined) writeNextHop(frame, neighbor);
    else if (!outgoing.arp.resolveInto(now, neighbor, view)) return;
    this.environment.transmit(outgoing.port, view);
  }

  /** For ARP: a frame that is complete. */
  transmitFrame(networkInterface: NetworkInterface, frame: Uint8Array): void {
    if (networkInterface.hasCarrier) this.environment.transmit(networkInterface.port, frame);
  }

  /** For ARP: an answer, as soon as the one before is done. */
  transmitAnswer(now: Micros, networkInterface: NetworkInterface, frame: Uint8Array): void {
    const at = Math.max(now, this.answeringUntil);
    const [least, most] = this.behaviour.answerSpacingMicros;
    if (at - now > ANSWERS_WAITING * most) return networkInterface.discards.add('ARP that came faster than it is answered');
    this.answeringUntil = at + this.answerPrng.integer(least, most);
    if (at === now) this.transmitFrame(networkInterface, frame);
    else this.delayedFrames.add(at, networkInterface, frame.slice());
  }

  /** For ARP: an answer that is put off; false: `limit` of them wait already. */
  transmitLater(at: Micros, networkInterface: NetworkInterface, frame: Uint8Array, limit: number): boolean {
    if (this.delayedFrames.count(networkInterface) >= limit) return false;
    this.delayedFrames.add(at, networkInterface, frame.slice());
    return true;
  }

  /** For ARP: a packet whose next hop does not answer. Our own packets end here, without a message on any wire. */
  unresolved(now: Micros, frame: Uint8Array): void {
    if (this.isLocalAddress(ipv4SourceOf(frame, IP_AT))) return;
    this.sendError(now, frame, IcmpType.destinationUnreachable, UnreachableCode.host, 0);
  }

  // ICMP and IGMP of our own.

  private answerEcho(now: Micros, frame: Uint8Array, offset: number, length: number): void {
    const destination = ipv4SourceOf(frame, IP_AT);
    if (this.findRoute(ipv4DestinationOf(frame, IP_AT), destination) < 0) return;
    echoReply(this.frame, PAYLOAD_AT, frame, offset, length);
    this.sendAlongRoute(now, destination, IpProtocol.icmp, frame[IP_AT + 1], 0, length);
  }

  /** An ICMP error about the packet in `frame`, unless there must be none. [1122:3.2.2] */
  private sendError(now: Micros, frame: Uint8Array, type: number, code: number, nextHopMtu: number): void {
    if ((frame[0] & 1) !== 0) return;
    const destination = ipv4SourceOf(frame, IP_AT);
    const original = ipv4DestinationOf(frame, IP_AT);
    if (destination === 0 || isMulticast(destination) || destination >>> 24 === 127) return;
    // Linux: the address that was spoken to if it is ours, else that of the way back.
    if (this.findRoute(this.isLocalAddress(original) ? original : 0, destination) < 0) return;
    const length = icmpError(this.frame, PAYLOAD_AT, frame, IP_AT, type, code, nextHopMtu);
    if (length === 0) return;
    this.sendAlongRoute(now, destination, IpProtocol.icmp, (frame[IP_AT + 1] & 0x1e) | 0xc0, 0, length);
  }

  /** TTL 1, precedence internetwork control, router alert, identification 0 and "don't fragment", as Linux (measured). */
  private sendReport(now: Micros, networkInterface: NetworkInterface, report: IgmpVersion3Report): void {
    if (!networkInterface.hasCarrier || networkInterface.port < 0) return;
    const { frame, writer } = this;
    const headerLength = IPV4_HEADER_LENGTH + ROUTER_ALERT_OPTION.length;
    writer.offset = IP_AT + headerLength;
    encodeIgmp(report, writer);
    const length = writer.offset;
    const source = networkInterface.addresses.length > 0 ? networkInterface.addresses[0].address : 0;
    this.writeHeader(source, ALL_IGMPV3_ROUTERS, IpProtocol.igmp, 0xc0, Ipv4Flag.dontFragment, 1, 0, length - PAYLOAD_AT);
    frame[IP_AT] = 0x40 | (headerLength >>> 2);
    frame.set(ROUTER_ALERT_OPTION, PAYLOAD_AT);
    frame[IP_AT + 10] = 0;
    frame[IP_AT + 11] = 0;
    writer.patchU16(IP_AT + 10, internetChecksum(frame, IP_AT, IP_AT + headerLength));
    this.output(now, networkInterface, ALL_IGMPV3_ROUTERS, length);
  }
}
