/**
 * One host with one Ethernet interface, 10.0.0.1/24, and a neighbour that the test plays.
 */
import { Host } from '../../src/host/host.js';
import type { HostBehaviour } from '../../src/host/behaviour.js';
import type { SysctlSetting } from '../../src/host/sysctl.js';
import { LINUX_6 } from '../../src/persona/host-linux.js';
import { Arp, encodeArp } from '../../src/wire/arp.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { writeEthernetHeader } from '../../src/wire/ethernet.js';

export const HOST_MAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
export const PEER_MAC = Uint8Array.of(2, 0, 0, 0, 0, 2);
export const OTHER_MAC = Uint8Array.of(2, 0, 0, 0, 0, 3);
export const NULL_MAC = new Uint8Array(6);
export const ALL_MAC = new Uint8Array(6).fill(0xff);
export const HOST = 0x0a000001;
export const PEER = 0x0a000002;

export class HostByHand {
  readonly host: Host;
  readonly sent: { readonly time: number; readonly bytes: Uint8Array }[] = [];
  now = 0;

  constructor(behaviour: HostBehaviour = LINUX_6, seed = 1, sysctls: readonly SysctlSetting[] = []) {
    this.host = new Host({ name: 'h', seed, isForwarding: true, sysctls, interfaces: [
      { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: NULL_MAC, mtu: 65536, addresses: [{ address: 0x7f000001, prefixLength: 8 }] },
      { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: HOST_MAC, mtu: 1500, addresses: [{ address: HOST, prefixLength: 24 }] },
    ] }, behaviour, {
      transmit: (_port, frame) => { this.sent.push({ time: this.now, bytes: frame.slice() }); },
      route: () => undefined,
      trace: () => undefined,
    });
    this.host.start();
  }

  /** Lets time pass, firing each timer at its deadline. */
  until(time: number): void {
    for (let at = this.host.timers.nextDeadline(); at <= time; at = this.host.timers.nextDeadline()) {
      this.now = Math.max(at, this.now);
      this.host.timers.fireDue(this.now);
    }
    this.now = time;
  }

  receive(frame: Uint8Array): void {
    this.host.receive(this.now, 0, frame);
  }

  /** A packet of 4 bytes of protocol 200 to an address. */
  send(destination: number): void {
    if (this.host.findRoute(0, destination) < 0) throw new Error('no route');
    this.host.sendAlongRoute(this.now, destination, 200, 0, 0, 4);
  }

  get state(): string {
    return this.host.interfaces[1].arp?.get(PEER)?.state ?? 'none';
  }

  /** The last byte of the hardware address that is known for the peer. */
  get mac(): number | undefined {
    return this.host.interfaces[1].arp?.get(PEER)?.mac[5];
  }
}

export interface ArpFields {
  readonly operation: 1 | 2;
  readonly to?: Uint8Array;
  readonly sha?: Uint8Array;
  readonly spa?: number;
  readonly tha?: Uint8Array;
  readonly tpa?: number;
}

export function arpFrame({ operation, to = HOST_MAC, sha = PEER_MAC, spa = PEER, tha = HOST_MAC, tpa = HOST }: ArpFields): Uint8Array {
  const frame = new Uint8Array(42);
  writeEthernetHeader(frame, 0, to, sha, 0x0806);
  const arp = new Arp();
  arp.operation = operation;
  arp.senderHardwareAddress = sha;
  arp.senderProtocolAddress = spa;
  arp.targetHardwareAddress = tha;
  arp.targetProtocolAddress = tpa;
  encodeArp(arp, new ByteWriter(frame, 14));
  return frame;
}
