/**
 * keepalived on a system: the VRRP daemon of takeover, with the host's sockets, addresses and links. Read takeover/vrrp.ts first.
 *
 * Virtual addresses are added behind the interface's own; what the system says of itself goes on coming from its first address.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import type { Host } from '../host/host.js';
import { ByteWriter } from '../wire/bytes.js';
import { IpProtocol } from '../wire/ipv4.js';
import { encodeVrrp, vrrpLength, type VrrpMessage } from '../wire/vrrp.js';
import { isMulticast } from '../base/address.js';
import type { VirtualAddress, VrrpConfiguration } from '../takeover/vrrp-configuration.js';
import type { VrrpBehaviour } from '../takeover/vrrp-behaviour.js';
import { VrrpDaemon, type VrrpEnvironment } from '../takeover/vrrp.js';
import { BROADCAST_MAC } from '../wire/ethernet.js';

export class HostVrrp implements VrrpEnvironment {
  readonly daemon: VrrpDaemon;
  readonly timers: TimerTable;
  private readonly host: Host;

  constructor(host: Host, configuration: VrrpConfiguration, behaviour: VrrpBehaviour, seed: number, name: string) {
    this.host = host;
    this.timers = host.timers;
    this.daemon = new VrrpDaemon(configuration, behaviour, seed, name, this);
    host.setRawReceiver(IpProtocol.vrrp, (now, interfaceIndex, source, destination, packet) => {
      const interfaceName = host.interfaceByIndex(interfaceIndex)?.name ?? '';
      this.daemon.receive(now, interfaceName, source, destination, host.incomingTimeToLive, packet);
    });
  }

  isUp(interfaceName: string): boolean {
    return this.host.interfaceByName(interfaceName)?.hasCarrier ?? false;
  }

  addressOf(interfaceName: string): Ipv4 {
    return this.host.interfaceByName(interfaceName)?.addresses[0]?.address ?? 0;
  }

  join(now: Micros, interfaceName: string, group: Ipv4): void {
    this.host.interfaceByName(interfaceName)?.membership?.join(now, group);
  }

  leave(now: Micros, interfaceName: string, group: Ipv4): void {
    this.host.interfaceByName(interfaceName)?.membership?.leave(now, group);
  }

  send(now: Micros, interfaceName: string, source: Ipv4, destination: Ipv4, message: VrrpMessage, identification: number, timeToLive: number): void {
    const packet = new Uint8Array(vrrpLength(message));
    encodeVrrp(message, source, destination, new ByteWriter(packet));
    if (!isMulticast(destination)) {
      this.host.sendRouted(now, source, destination, IpProtocol.vrrp, timeToLive, identification, packet);
      return;
    }
    const outgoing = this.host.interfaceByName(interfaceName);
    if (outgoing !== undefined) this.host.sendDirect(now, outgoing, source, destination, IpProtocol.vrrp, identification, packet, timeToLive);
  }

  addAddresses(_now: Micros, interfaceName: string, addresses: readonly VirtualAddress[]): void {
    for (const { address, prefixLength, interfaceName: other } of addresses) {
      const networkInterface = this.host.interfaceByName(other ?? interfaceName);
      if (networkInterface !== undefined) this.host.addAddress(networkInterface, { address, prefixLength });
    }
  }

  removeAddresses(_now: Micros, interfaceName: string, addresses: readonly VirtualAddress[]): void {
    for (const { address, interfaceName: other } of addresses) {
      const networkInterface = this.host.interfaceByName(other ?? interfaceName);
      if (networkInterface !== undefined) this.host.removeAddress(networkInterface, address);
    }
  }

  announce(interfaceName: string, address: Ipv4): void {
    this.host.interfaceByName(interfaceName)?.arp?.announce(address, BROADCAST_MAC);
  }

  trace(event: TraceEvent): void {
    this.host.trace(event);
  }
}
