/**
 * heartbeat and mon on a system: the daemons of takeover, with the host's sockets, addresses and serial links. Read takeover/heartbeat.ts first.
 *
 * A serial link is a ctc link without addresses; what is written to it goes as one frame a message, with the EtherType that is kept for local experiments
 * [802:9.2.3]. A real CTC carries it in blocks of its own, without any frame.
 */
import { maskOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Prng } from '../base/prng.js';
import type { NodePlan } from '../config/plan.js';
import type { TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import { PAYLOAD_AT, type Host } from '../host/host.js';
import { serve } from '../host/service.js';
import type { Tcp } from '../host/tcp.js';
import type { ControlClient } from './control-client.js';
import { HEARTBEAT_0491 } from '../persona/heartbeat-0491.js';
import { HEARTBEAT_306 } from '../persona/heartbeat-306.js';
import type { HeartbeatBehaviour } from '../takeover/heartbeat-behaviour.js';
import { linkNameOf, type HeartbeatMedium, type HeartbeatVersion, type StonithDevice } from '../takeover/heartbeat-configuration.js';
import { HeartbeatMemory } from '../takeover/heartbeat-memory.js';
import { HeartbeatDaemon } from '../takeover/heartbeat.js';
import { MonDaemon } from '../takeover/mon.js';
import type { TakeoverEnvironment } from '../takeover/takeover-environment.js';
import { ICMP_HEADER_LENGTH, IcmpType } from '../wire/icmp.js';
import { internetChecksum } from '../wire/internet-checksum.js';
import { IpProtocol, Ipv4Flag } from '../wire/ipv4.js';

const BEHAVIOURS: Record<HeartbeatVersion, HeartbeatBehaviour> = { '0.4.9.1': HEARTBEAT_0491, '3.0.6': HEARTBEAT_306 };

/** IEEE 802 local experimental EtherType 1. */
const SERIAL_ETHERTYPE = 0x88b5;
const ETHERNET_HEADER = 14;
/** Identifier of the echoes that the daemons send; those of probes are small. */
const ECHO_IDENTIFIER = 0x6862;
const UNICAST_TIME_TO_LIVE = 64;

export class TakeoverDaemons implements TakeoverEnvironment {
  readonly heartbeat: HeartbeatDaemon | undefined;
  readonly mon: MonDaemon | undefined;
  readonly timers: TimerTable;
  private readonly host: Host;
  private readonly tcp: Tcp;
  private readonly name: string;
  private readonly page: string | undefined;
  private readonly sourcePorts = new Map<HeartbeatMedium, number>();
  private readonly serialPorts = new Map<number, string>();
  private echoSequence = 0;
  private readonly prng: Prng;
  private readonly control: ControlClient;

  /** `before`: those of the same machine before it was booted; what is on its disk is still there. */
  constructor(host: Host, tcp: Tcp, plan: NodePlan, seed: number, control: ControlClient, before?: TakeoverDaemons) {
    this.host = host;
    this.tcp = tcp;
    this.name = plan.name;
    this.page = plan.page;
    this.timers = host.timers;
    this.control = control;
    this.prng = new Prng(seed, plan.name, 'heartbeat-sockets');
    const { heartbeat } = plan;
    this.heartbeat = heartbeat === undefined ? undefined
      : new HeartbeatDaemon(plan.name, heartbeat, BEHAVIOURS[heartbeat.version], seed, this, before?.heartbeat?.memory ?? new HeartbeatMemory());
    this.mon = plan.mon === undefined ? undefined : new MonDaemon(plan.name, plan.mon, seed, this, {
      stopHeartbeat: (now) => this.heartbeat?.stop(now),
      append: (now, file, lines) => {
        if (file !== heartbeat?.logFile) return;
        for (const text of lines) this.heartbeat?.log.add({ time: now, process: '', pid: 0, level: '', text });
      },
    }, before?.mon?.messages);
    for (const medium of heartbeat?.media ?? []) this.open(medium);
    this.listenForEchoes();
  }

  private open(medium: HeartbeatMedium): void {
    const networkInterface = this.host.interfaceByName(medium.interfaceName);
    if (networkInterface === undefined) return;
    if (medium.kind === 'serial') {
      this.serialPorts.set(networkInterface.port, linkNameOf(medium));
      return;
    }
    const port = medium.kind === 'mcast' ? medium.port : this.heartbeat?.configuration.udpPort ?? 0;
    this.host.udpReceivers.set(port, (now, frame, offset, length) => {
      const name = this.host.incomingInterface?.name ?? '';
      this.heartbeat?.receive(now, name, frame.subarray(offset, offset + length));
    });
  }

  private listenForEchoes(): void {
    const others = this.host.echoReplyReceiver;
    this.host.echoReplyReceiver = (now, frame, offset, length) => {
      const identifier = (frame[offset - 4] << 8) | frame[offset - 3];
      if (identifier !== ECHO_IDENTIFIER) {
        others?.(now, frame, offset, length);
        return;
      }
      const source = ((frame[26] << 24) | (frame[27] << 16) | (frame[28] << 8) | frame[29]) >>> 0;
      this.heartbeat?.pingAnswered(now, source);
      this.mon?.pingAnswered(now, source);
    };
  }

  start(now: Micros): void {
    for (const medium of this.heartbeat?.configuration.media ?? []) {
      if (medium.kind === 'mcast') this.host.interfaceByName(medium.interfaceName)?.membership?.join(now, medium.group);
    }
    this.heartbeat?.launch(now);
    this.mon?.launch(now);
  }

  /** True: the frame came by a serial link. Borrowed. */
  receiveSerial(now: Micros, port: number, frame: Uint8Array): boolean {
    const link = this.serialPorts.get(port);
    if (link === undefined) return false;
    if (((frame[12] << 8) | frame[13]) === SERIAL_ETHERTYPE) this.heartbeat?.receive(now, link, frame.subarray(ETHERNET_HEADER));
    return true;
  }

  /** kill, stop, launch, freeze, thaw. */
  command(now: Micros, daemon: string, what: 'kill' | 'stop' | 'launch' | 'freeze' | 'thaw'): void {
    if (daemon === 'heartbeat') {
      const { heartbeat } = this;
      if (what === 'kill') heartbeat?.kill();
      else if (what === 'stop') heartbeat?.stop(now);
      else if (what === 'launch') heartbeat?.launch(now);
      else if (what === 'freeze') heartbeat?.freeze();
      else heartbeat?.thaw(now);
    } else if (daemon === 'mon') {
      const { mon } = this;
      if (what === 'kill' || what === 'stop') mon?.end(what === 'kill' ? 'killed' : 'stopped');
      else if (what === 'launch') mon?.launch(now);
      else if (what === 'freeze') mon?.freeze();
      else mon?.thaw(now);
    }
  }

  // TakeoverEnvironment.

  trace(event: TraceEvent): void {
    this.host.trace(event);
  }

  sendHeartbeat(now: Micros, medium: HeartbeatMedium, message: Uint8Array): void {
    const { host } = this;
    const outgoing = host.interfaceByName(medium.interfaceName);
    if (outgoing === undefined || !outgoing.hasCarrier) return;
    if (medium.kind === 'serial') {
      const frame = new Uint8Array(ETHERNET_HEADER + message.length);
      frame.set(outgoing.peerMac);
      frame.set(outgoing.mac, 6);
      frame[12] = SERIAL_ETHERTYPE >>> 8;
      frame[13] = SERIAL_ETHERTYPE & 0xff;
      frame.set(message, ETHERNET_HEADER);
      host.transmitFrame(outgoing, frame);
      return;
    }
    const { configuration } = this.heartbeat ?? {};
    const [own] = outgoing.addresses;
    if (configuration === undefined || own === undefined) return;
    const port = this.sourcePort(medium);
    switch (medium.kind) {
      case 'bcast':
        host.sendDatagram(now, outgoing, own.address, (own.address | ~maskOf(own.prefixLength)) >>> 0, port, configuration.udpPort, message,
          { timeToLive: UNICAST_TIME_TO_LIVE, typeOfService: 0, flags: Ipv4Flag.dontFragment });
        return;
      case 'mcast':
        host.sendDatagram(now, outgoing, own.address, medium.group, port, medium.port, message, { timeToLive: medium.timeToLive, typeOfService: 0, flags: Ipv4Flag.dontFragment });
        return;
      case 'ucast':
        // The way to a peer that is not on the link is the routing table's.
        host.sendDatagram(now, outgoing, own.address, medium.peer, port, configuration.udpPort, message, { timeToLive: UNICAST_TIME_TO_LIVE, typeOfService: 0, flags: Ipv4Flag.dontFragment });
    }
  }

  /** Any port: the kernel's choice when the write child opens its socket. */
  private sourcePort(medium: HeartbeatMedium): number {
    let port = this.sourcePorts.get(medium);
    if (port === undefined) this.sourcePorts.set(medium, port = this.prng.integer(32_768, 60_999));
    return port;
  }

  ping(now: Micros, address: Ipv4): void {
    const { host } = this;
    if (host.findRoute(0, address) < 0) return;
    const { buffer } = host;
    const sequence = ++this.echoSequence & 0xffff;
    const length = ICMP_HEADER_LENGTH + 56;
    buffer.fill(0, PAYLOAD_AT, PAYLOAD_AT + length);
    buffer[PAYLOAD_AT] = IcmpType.echoRequest;
    buffer[PAYLOAD_AT + 4] = ECHO_IDENTIFIER >>> 8;
    buffer[PAYLOAD_AT + 5] = ECHO_IDENTIFIER & 0xff;
    buffer[PAYLOAD_AT + 6] = sequence >>> 8;
    buffer[PAYLOAD_AT + 7] = sequence & 0xff;
    const checksum = internetChecksum(buffer, PAYLOAD_AT, PAYLOAD_AT + length);
    buffer[PAYLOAD_AT + 2] = checksum >>> 8;
    buffer[PAYLOAD_AT + 3] = checksum & 0xff;
    host.sendAlongRoute(now, address, IpProtocol.icmp, 0, Ipv4Flag.dontFragment, length);
  }

  ownsAddress(address: Ipv4): boolean {
    return this.host.isLocalAddress(address);
  }

  routeTo(address: Ipv4): { readonly interfaceName: string; readonly prefixLength: number } | undefined {
    for (const { name, addresses, port } of this.host.interfaces) {
      for (const own of addresses) {
        if (port >= 0 && own.peer === undefined && own.prefixLength < 32 && prefixContains(own.address & maskOf(own.prefixLength), own.prefixLength, address)) {
          return { interfaceName: name, prefixLength: own.prefixLength };
        }
      }
    }
    const route = this.host.fib.lookup(address);
    const hop = route?.nextHops[0];
    return route === undefined || hop === undefined ? undefined : { interfaceName: hop.networkInterface.name, prefixLength: route.prefixLength === 0 ? 24 : route.prefixLength };
  }

  addAddress(_now: Micros, interfaceName: string, address: Ipv4, prefixLength: number): void {
    const networkInterface = this.host.interfaceByName(interfaceName);
    if (networkInterface === undefined) return;
    this.host.addAddress(networkInterface, { address, prefixLength });
    this.trace({ kind: 'alias-address', clause: '[haresources]', interfaceName, address, what: 'added' });
  }

  removeAddress(_now: Micros, address: Ipv4): void {
    for (const networkInterface of this.host.interfaces) {
      if (!networkInterface.addresses.some((each) => each.address === address)) continue;
      this.host.removeAddress(networkInterface, address);
      this.trace({ kind: 'alias-address', clause: '[haresources]', interfaceName: networkInterface.name, address, what: 'removed' });
    }
  }

  announceAddress(_now: Micros, interfaceName: string, address: Ipv4, form: 'request' | 'reply'): void {
    this.host.interfaceByName(interfaceName)?.arp?.announceAs(address, form);
  }

  openPort(port: number): void {
    serve(this.tcp, port, this.name, this.page);
  }

  closePort(port: number): void {
    this.tcp.unlisten(port);
  }

  shoot(now: Micros, device: StonithDevice, target: string): void {
    const [host = '', user, password] = device.parameters;
    this.control.order(now, { method: device.type, host, guest: target, action: 'force', ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) },
      (at, problem) => this.heartbeat?.resetAnswered(at, target, problem));
  }
}
